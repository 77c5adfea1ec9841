//! What the handlers of the desk share.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;

use super::auth::Throttle;
use super::oidc::Oidc;
use super::purposes::Purposes;
use crate::base::calendar::Calendar;
use crate::base::clock::Clock;
use crate::base::crypto::{BlindKey, VerifyKey};
use crate::domain::catalogue::Catalogue;
use crate::domain::rule::severity::SeverityTable;
use crate::domain::time::Moment;
use crate::inside::cases::Cases;
use crate::inside::entries::Entries;
use crate::inside::publish::{PublishSummary, Publisher};
use crate::inside::vault::{Officer, Vault};
use crate::outside::store::PublicStore;
use crate::outside::web::Network;

/// Publishes what changed or fell due; the node knows how publishers wait for each other.
pub type Publish = Arc<dyn Fn(Moment) -> Result<PublishSummary, String> + Send + Sync>;

/// Which files that are brought in a second officer releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondOfficer {
    /// None.
    Nowhere,
    /// Those that hold entries of lists.
    Lists,
    /// All.
    Everywhere,
}

/// What the operator has set.
#[derive(Clone, Debug)]
pub struct DeskSettings {
    /// Whether the data are fictitious; then, and only then, officers of the demonstration sign in.
    pub demo: bool,
    /// Address of the site, without a slash at its end; empty when it was not set.
    pub base_url: Arc<str>,
    /// Proxies whose word is believed.
    pub trusted_proxies: Vec<Network>,
    /// After how long without use a session ends.
    pub idle: TimeDelta,
    /// After how long it ends in any case.
    pub whole: TimeDelta,
    /// Directory of the catalogue, where the operator has set one.
    pub catalogue_dir: Option<PathBuf>,
    /// Which files a second officer releases.
    pub second_officer: SecondOfficer,
    /// Authorities for which one releases every file.
    pub second_officer_for: Vec<String>,
}

/// What the desk is made of.
pub struct DeskParts {
    /// Vault.
    pub vault: Vault,
    /// Public store.
    pub store: PublicStore,
    /// Catalogue.
    pub catalogue: Arc<Catalogue>,
    /// Table of severity.
    pub severity: Arc<SeverityTable>,
    /// Calendar.
    pub calendar: Calendar,
    /// Key of blind terms.
    pub blind: Arc<BlindKey>,
    /// Key of verification codes, on a node that gives them.
    pub verify: Option<Arc<VerifyKey>>,
    /// Clock.
    pub clock: Arc<dyn Clock>,
    /// Publishes.
    pub publish: Publish,
    /// Cases.
    pub cases: Cases,
    /// The OpenID provider that signs officers in beside the password, where one is set.
    pub oidc: Option<Oidc>,
    /// Settings.
    pub settings: DeskSettings,
}

/// The same with what the desk keeps in memory.
pub struct DeskState {
    /// Vault.
    pub vault: Vault,
    /// Public store.
    pub store: PublicStore,
    /// Catalogue.
    pub catalogue: Arc<Catalogue>,
    /// Table of severity.
    pub severity: Arc<SeverityTable>,
    /// Calendar.
    pub calendar: Calendar,
    /// Key of blind terms.
    pub blind: Arc<BlindKey>,
    /// Key of verification codes, on a node that gives them.
    pub verify: Option<Arc<VerifyKey>>,
    /// Clock.
    pub clock: Arc<dyn Clock>,
    /// Publishes.
    pub publish: Publish,
    /// Cases.
    pub cases: Cases,
    /// The OpenID provider that signs officers in beside the password, where one is set.
    pub oidc: Option<Oidc>,
    /// Settings.
    pub settings: DeskSettings,
    /// For what purposes sessions look at cases.
    pub(super) purposes: Purposes,
    /// Who tried to sign in how often.
    pub(super) throttle: Throttle,
    /// One file of a second officer at a time.
    pub(super) releasing: Mutex<()>,
    /// One change of the calendar at a time.
    pub(super) changing_days: Mutex<()>,
    authorities: HashMap<String, String>,
}

impl std::fmt::Debug for DeskState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeskState(…)")
    }
}

impl DeskState {
    /// The desk.
    #[must_use]
    pub fn new(parts: DeskParts) -> Self {
        let authorities = parts
            .catalogue
            .lists
            .values()
            .filter(|l| !l.contact.credit_code.is_empty())
            .map(|l| (l.contact.credit_code.clone(), l.contact.name.zh.clone()))
            .collect();
        let DeskParts {
            vault,
            store,
            catalogue,
            severity,
            calendar,
            blind,
            verify,
            clock,
            publish,
            cases,
            oidc,
            settings,
        } = parts;
        Self {
            throttle: Throttle::default(),
            purposes: Purposes::default(),
            releasing: Mutex::default(),
            changing_days: Mutex::default(),
            authorities,
            vault,
            store,
            catalogue,
            severity,
            calendar,
            blind,
            verify,
            clock,
            publish,
            cases,
            oidc,
            settings,
        }
    }

    /// List entries.
    #[must_use]
    pub fn entries(&self) -> Entries {
        Entries {
            cases: self.cases.clone(),
            blind: Arc::clone(&self.blind),
        }
    }

    /// The authorities that the catalogue names: code and name, by name.
    #[must_use]
    pub fn authorities(&self) -> Vec<(&str, &str)> {
        let all = self.authorities.iter();
        let mut all: Vec<_> = all.map(|(c, n)| (c.as_str(), n.as_str())).collect();
        all.sort_unstable_by_key(|(code, name)| (*name, *code));
        all
    }

    /// The publisher.
    #[must_use]
    pub fn publisher(&self) -> Publisher<'_> {
        Publisher {
            vault: &self.vault,
            store: &self.store,
            catalogue: &self.catalogue,
            severity: &self.severity,
            calendar: &self.calendar,
            blind: &self.blind,
        }
    }

    /// Name of the authority for which an officer acts.
    #[must_use]
    pub fn authority_of(&self, officer: &Officer) -> Option<String> {
        let code = officer.authority.as_deref()?;
        let told = officer.authority_name.as_str();
        Some(
            if told.is_empty() {
                self.authority_name(code)
            } else {
                told
            }
            .to_owned(),
        )
    }

    /// Name of an authority as the catalogue has it; its code where it has none.
    #[must_use]
    pub fn authority_name<'a>(&'a self, code: &'a str) -> &'a str {
        self.authorities.get(code).map_or(code, String::as_str)
    }
}
