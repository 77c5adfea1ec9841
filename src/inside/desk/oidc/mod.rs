//! An OpenID provider that signs officers in (OpenID Connect Core 1.0, code flow with PKCE): the desk is a client with a
//! secret, asks for an ID token and nothing else, and keeps no token of it.
//!
//! 1. [`Oidc::begin`]: a state, a nonce and a verifier are made and kept for the browser, which a cookie of its own names; the
//!    browser is led to the provider.
//! 2. [`Oidc::finish`]: it comes back with a code and the state. What was kept is taken, once; the code is exchanged; the ID
//!    token is checked ([`token`]) with the provider's keys, which are read anew once when it was signed by another one.
//! 3. Who the person is here, and whether a second factor is still to be shown, `auth::provider` decides.
//!
//! Everything that waits for the provider runs on a thread for blocking work, and so many at a time: a provider that
//! hangs takes neither the desk nor its passwords with it.

mod flows;
mod http;
mod jose;
mod provider;
mod token;

#[cfg(test)]
pub(in crate::inside::desk) mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use url::{Url, form_urlencoded};
use zeroize::{Zeroize as _, Zeroizing};

use self::flows::{Flow, Flows};
use self::http::Http;
use self::provider::{Known, Proof, Provider};
use self::token::{Expected, Said, TokenFault};
use crate::domain::time::Moment;

pub use self::flows::{FLOW, HALF, Half, Kept};

/// How long an answer of the provider may take.
pub const PATIENCE: Duration = Duration::from_secs(8);
/// Sign-ins that wait for the provider at one time.
const AT_ONCE: usize = 8;
/// Longest code, state or issuer that is read of an address.
const LONGEST: usize = 4096;
/// What parts issuer and subject where they are kept: no issuer holds a space.
const BETWEEN: char = ' ';
/// Path of the address to which the provider leads back.
pub const CALLBACK: &str = "/desk/sign-in/callback";

/// What the operator has set.
#[derive(Clone)]
pub struct OidcSettings {
    /// Issuer, as the discovery document names it.
    pub issuer: String,
    /// What this desk is called at the provider.
    pub client_id: String,
    /// Its secret there.
    pub client_secret: Zeroizing<String>,
    /// Name of the provider, as pages show it.
    pub name: String,
    /// Scopes that are asked for.
    pub scopes: Vec<String>,
    /// The claim that names the person.
    pub subject_claim: String,
    /// Values of `acr` that tell of a second factor.
    pub acr: Vec<String>,
    /// Values of `amr` that tell of one.
    pub amr: Vec<String>,
    /// Certificates (PEM) that are trusted instead of those of the web.
    pub authorities: Option<Vec<u8>>,
    /// Address of the site, without a slash at its end.
    pub base_url: String,
    /// How long an answer may take.
    pub patience: Duration,
}

impl std::fmt::Debug for OidcSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OidcSettings({}, …)", self.issuer)
    }
}

/// Settings that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The issuer is no address.
    #[error("desk.oidc_issuer is no address")]
    Issuer,
    /// The certificates cannot be used.
    #[error("desk.oidc_ca_file holds no certificate in PEM that can be used")]
    Certificate,
}

/// Why the provider cannot be used, for the log: words of ours, and nothing that anybody sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It does not answer.
    #[error("{0}")]
    Away(&'static str),
    /// It answers what it should not.
    #[error("{0}")]
    Odd(&'static str),
}

/// Why nobody was signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotSigned {
    /// The provider does not answer, or too many wait for it.
    Away,
    /// The provider's answer is not taken.
    Odd,
    /// What came back belongs to no sign-in of this browser: over, used, or somebody else's.
    Lost,
    /// The provider, or the person there, said no.
    Declined,
    /// Nobody here is bound to the person; what names it, where that is the provider's own opaque word.
    Unknown(Option<String>),
    /// The officer does not sign in here any more.
    NotInForce,
}

/// Where a sign-in begins.
pub struct Start {
    /// The provider's page.
    pub to: String,
    /// Value of the browser's cookie.
    pub cookie: Zeroizing<String>,
}

/// Whom the provider has named.
#[derive(Clone, Debug)]
pub struct Named {
    /// The person, as it is bound to an officer.
    pub bound: String,
    /// The provider's own word for the person, without the issuer.
    pub subject: String,
    /// Whether the provider says that it has asked for a second factor.
    pub second: bool,
    /// What was kept since the beginning.
    pub kept: Kept,
}

/// What the provider led back with.
#[derive(Default)]
pub struct Back {
    code: Zeroizing<String>,
    state: String,
    issuer: Option<String>,
    error: Option<String>,
}

impl Back {
    /// Reads the query of the address. What stands twice counts once, and what is too long not at all.
    #[must_use]
    pub fn read(query: &str) -> Self {
        let mut back = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if value.len() > LONGEST {
                continue;
            }
            match name.as_ref() {
                "code" if back.code.is_empty() => back.code = Zeroizing::new(value.into_owned()),
                "state" if back.state.is_empty() => back.state = value.into_owned(),
                "iss" if back.issuer.is_none() => back.issuer = Some(value.into_owned()),
                "error" if back.error.is_none() => back.error = Some(value.into_owned()),
                _ => {}
            }
        }
        back
    }
}

/// How a person of a provider is kept with an officer: with the issuer, so that another one's person of the same name is
/// somebody else.
#[must_use]
pub fn bound(issuer: &str, subject: &str) -> String {
    format!("{issuer}{BETWEEN}{subject}")
}

/// The provider's word for a person that is kept so.
#[must_use]
pub fn subject_of(bound: &str) -> &str {
    bound
        .split_once(BETWEEN)
        .map_or(bound, |(_, subject)| subject)
}

/// What was typed as the provider's word for a person, without spaces around it; `None` when it can be none.
#[must_use]
pub fn typed_subject(typed: &str) -> Option<&str> {
    let typed = typed.trim();
    token::is_subject(typed).then_some(typed)
}

/// The provider as a client knows it.
pub struct Oidc {
    settings: OidcSettings,
    issuer: Url,
    redirect: String,
    http: Http,
    known: Known,
    flows: Flows,
    waiting: AtomicUsize,
}

impl std::fmt::Debug for Oidc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Oidc({:?})", self.settings)
    }
}

/// A place among those that wait for the provider.
struct Turn<'a>(&'a AtomicUsize);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The answer of the token endpoint. Wiped when dropped.
#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

impl Drop for Tokens {
    fn drop(&mut self) {
        self.id_token.zeroize();
        self.access_token.zeroize();
    }
}

impl From<TokenFault> for Fault {
    fn from(fault: TokenFault) -> Self {
        Self::Odd(fault.words())
    }
}

impl Oidc {
    /// A provider; nothing is asked of it yet.
    ///
    /// # Errors
    /// What of the settings cannot be used.
    pub fn new(settings: OidcSettings) -> Result<Self, Unfit> {
        let issuer = Url::parse(&settings.issuer).map_err(|_| Unfit::Issuer)?;
        let http = Http::new(settings.patience, settings.authorities.as_deref())
            .ok_or(Unfit::Certificate)?;
        Ok(Self {
            redirect: format!("{}{CALLBACK}", settings.base_url),
            issuer,
            http,
            known: Known::default(),
            flows: Flows::default(),
            waiting: AtomicUsize::new(0),
            settings,
        })
    }

    /// Name of the provider.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    fn turn(&self) -> Result<Turn<'_>, Fault> {
        let before = self.waiting.fetch_add(1, Ordering::SeqCst);
        // given back when it is dropped, also when it is refused
        let turn = Turn(&self.waiting);
        if before >= AT_ONCE {
            return Err(Fault::Away("too many wait for it"));
        }
        Ok(turn)
    }

    fn provider(&self, now: Moment) -> Result<Arc<Provider>, Fault> {
        self.known
            .get(&self.http, &self.issuer, &self.settings.issuer, now)
    }

    /// Begins a sign-in. Blocking: the provider may have to be asked.
    ///
    /// # Errors
    /// [`NotSigned::Away`] and [`NotSigned::Odd`]; the log has why.
    pub fn begin(&self, kept: Kept, now: Moment) -> Result<Start, NotSigned> {
        let start = || {
            let _turn = self.turn()?;
            let provider = self.provider(now)?;
            let (cookie, state) = (flows::random()?, flows::random()?);
            let (nonce, verifier) = (flows::random()?, flows::random()?);
            let to = self.asking(&provider, &state, &nonce, &verifier);
            let flow = Flow::new(&cookie, nonce, verifier, kept, now);
            self.flows.begin(&state, flow, now);
            Ok(Start { to, cookie })
        };
        start().map_err(told)
    }

    /// The address of the provider's page with what is asked there.
    fn asking(&self, provider: &Provider, state: &str, nonce: &str, verifier: &str) -> String {
        let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(verifier.as_bytes()));
        let mut url = provider.authorization.clone();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", &self.redirect)
            .append_pair("scope", &self.settings.scopes.join(" "))
            .append_pair("state", state)
            .append_pair("nonce", nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        if !self.settings.acr.is_empty() {
            query.append_pair("acr_values", &self.settings.acr.join(" "));
        }
        drop(query);
        url.into()
    }

    /// Ends a sign-in with what the provider led back with. Blocking.
    ///
    /// # Errors
    /// Why nobody was named; where the provider is at fault, the log has how.
    pub fn finish(&self, back: &Back, cookie: &str, now: Moment) -> Result<Named, NotSigned> {
        let Some(flow) = self.flows.take(&back.state, cookie, now) else {
            return Err(NotSigned::Lost);
        };
        let done = self.turn().and_then(|_turn| self.named(back, &flow, now));
        let said = match done {
            Ok(Some(said)) => said,
            Ok(None) => return Err(NotSigned::Declined),
            Err(fault) => return Err(told(fault)),
        };
        let by_acr = said
            .acr
            .as_ref()
            .is_some_and(|acr| self.settings.acr.contains(acr));
        let by_amr = said.amr.iter().any(|amr| self.settings.amr.contains(amr));
        Ok(Named {
            bound: bound(&self.settings.issuer, &said.subject),
            subject: said.subject,
            second: by_acr || by_amr,
            kept: flow.kept,
        })
    }

    /// What the provider says of the person; `None` when it says no.
    fn named(&self, back: &Back, flow: &Flow, now: Moment) -> Result<Option<Said>, Fault> {
        let provider = self.provider(now)?;
        // RFC 9207: an answer that another provider has sent here is not taken to this one
        match &back.issuer {
            Some(issuer) if *issuer != self.settings.issuer => {
                return Err(Fault::Odd("the answer is of another issuer"));
            }
            None if provider.names_itself => {
                return Err(Fault::Odd("the answer does not name its issuer"));
            }
            _ => {}
        }
        if back.error.is_some() {
            return Ok(None);
        }
        if back.code.is_empty() {
            return Err(Fault::Odd("the answer holds no code"));
        }
        let tokens = self.exchange(&provider, &back.code, &flow.verifier)?;
        let check = |provider: &Provider| {
            let expected = Expected {
                issuer: &self.settings.issuer,
                client_id: &self.settings.client_id,
                nonce: &flow.nonce,
                access_token: tokens.access_token.as_deref(),
                subject_claim: &self.settings.subject_claim,
                now,
            };
            token::check(&tokens.id_token, &provider.keys, &expected)
        };
        let said = match check(&provider) {
            // its keys may have changed since they were read: once
            Err(TokenFault::UnknownKey | TokenFault::Signature) => {
                check(&*self.known.anew(&self.http, &provider, now)?)
            }
            said => said,
        };
        Ok(Some(said?))
    }

    /// Exchanges a code for tokens.
    fn exchange(&self, provider: &Provider, code: &str, verifier: &str) -> Result<Tokens, Fault> {
        let settings = &self.settings;
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect),
            ("code_verifier", verifier),
        ];
        let header = match provider.proof {
            Proof::Header => Some(basic(&settings.client_id, &settings.client_secret)),
            Proof::Form => {
                fields.push(("client_id", &settings.client_id));
                fields.push(("client_secret", &settings.client_secret));
                None
            }
        };
        let header = header.as_ref().map(|h| h.as_str());
        let (status, body) = self.http.post(&provider.token, &fields, header)?;
        let body = Zeroizing::new(body);
        match status {
            200 => serde_json::from_slice(&body)
                .map_err(|_| Fault::Odd("its answer to the code holds no ID token")),
            401 => Err(Fault::Odd(
                "it does not know this client or its secret (desk.oidc_client_id)",
            )),
            429 | 500..=599 => Err(Fault::Away("it answers the code with an error of its own")),
            _ => Err(Fault::Odd("it refuses the code")),
        }
    }

    /// Keeps an officer whose code is still asked for, under a new cookie.
    ///
    /// # Errors
    /// [`NotSigned::Away`] when there is no randomness.
    pub fn ask(
        &self,
        officer: &str,
        named: Named,
        now: Moment,
    ) -> Result<Zeroizing<String>, NotSigned> {
        let asked = self.flows.ask(officer, &named.bound, named.kept, now);
        asked.map_err(told)
    }

    /// Whose code is asked for.
    #[must_use]
    pub fn asked(&self, cookie: &str, now: Moment) -> Option<Half> {
        self.flows.asked(cookie, now)
    }

    /// The same, counting a code that was typed; `None` when it is one too many.
    #[must_use]
    pub fn tried(&self, cookie: &str, now: Moment) -> Option<Half> {
        self.flows.tried(cookie, now)
    }

    /// Ends the asking.
    pub fn answered(&self, cookie: &str) {
        self.flows.done(cookie);
    }

    /// Why somebody is bound to nobody here. A claim that the operator chose may be a number of the person and is not shown.
    #[must_use]
    pub fn unknown(&self, subject: &str) -> NotSigned {
        let opaque = self.settings.subject_claim == "sub";
        NotSigned::Unknown(opaque.then(|| subject.to_owned()))
    }

    /// Where one signs out at the provider too, if it was ever read and has such a page.
    #[must_use]
    pub fn way_out(&self) -> Option<String> {
        let mut url = self.known.last()?.end_session.clone()?;
        url.query_pairs_mut()
            .append_pair("client_id", &self.settings.client_id);
        Some(url.into())
    }
}

/// RFC 6749, section 2.3.1: both are encoded as in a form before they are joined.
fn basic(id: &str, secret: &str) -> Zeroizing<String> {
    let encoded = |text: &str| {
        Zeroizing::new(form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>())
    };
    let both = Zeroizing::new(format!("{}:{}", *encoded(id), *encoded(secret)));
    Zeroizing::new(format!("Basic {}", BASE64.encode(both.as_bytes())))
}

/// Writes a fault into the log, and tells the officer what it means.
fn told(fault: Fault) -> NotSigned {
    tracing::warn!(why = %fault, "desk: the OpenID provider signed nobody in");
    match fault {
        Fault::Away(_) => NotSigned::Away,
        Fault::Odd(_) => NotSigned::Odd,
    }
}
