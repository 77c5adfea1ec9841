//! Threads that send what waits in the queue of the vault, one for each way out, so that one which is dead holds up none of
//! the others; and one for what is done once a day.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context as _;
use chrono::Timelike as _;
use url::Url;
use zeroize::Zeroizing;

use super::Stop;
use crate::base::clock::Clock;
use crate::base::crypto::HookSecret;
use crate::config::{self, Secret, SmtpTls};
use crate::domain::time::{Moment, civil_date, shanghai};
use crate::inside::cases::{CaseError, Cases, Tells};
use crate::inside::notify::mail::{MailParts, Mailer, Protection};
use crate::inside::notify::results::{Place, Receiver};
use crate::inside::notify::{Round, daily};
use crate::outside::hooks::guard::{self, Reach};
use crate::outside::hooks::post::Poster;

/// How often it is looked whether anything is due.
const PAUSE: Duration = Duration::from_secs(1);
/// How long to wait when there is nobody at the other end, or the vault fails.
const PAUSE_WHEN_DOWN: Duration = Duration::from_secs(60);
/// Hour of the day (Asia/Shanghai) from which authorities are told what is due.
const HOUR: u32 = 8;

/// Whom a node tells what, by its settings.
pub(super) fn tells(settings: &config::Notify) -> Tells {
    Tells {
        mail: settings.sends_mail(),
        webhook: !settings.webhook_url.is_empty(),
        platforms: settings.outgoing.iter().map(|t| t.name.clone()).collect(),
    }
}

/// A way out.
enum Way {
    Mail { mailer: Mailer, gap: Duration },
    Program(Receiver),
}

/// What the threads need.
#[derive(Clone)]
pub(super) struct Notify {
    pub cases: Arc<Cases>,
    pub clock: Arc<dyn Clock>,
}

impl Notify {
    /// Starts them; they end when they are told to stop. Those that send are not waited for: a server that dawdles must not
    /// hold up the end of the node, and what is cut off is sent again under the same name. Answers the one that is.
    ///
    /// # Errors
    /// When a setting cannot be used, or a thread cannot be started.
    pub fn start(
        &self,
        settings: &config::Notify,
        base_url: &str,
        stop: &Stop,
    ) -> anyhow::Result<JoinHandle<()>> {
        for (name, way) in ways(settings, base_url)? {
            let (this, stop) = (self.clone(), stop.clone());
            std::thread::Builder::new()
                .name(name)
                .spawn(move || this.run(&way, &stop))?;
        }
        let authorities = if settings.sends_mail() {
            settings.authorities.clone()
        } else {
            BTreeMap::new()
        };
        let (this, stop) = (self.clone(), stop.clone());
        Ok(std::thread::Builder::new()
            .name("notify-daily".to_owned())
            .spawn(move || this.run_daily(&authorities, &stop))?)
    }

    fn run(&self, way: &Way, stop: &Stop) {
        let vault = &self.cases.vault;
        loop {
            let now = self.clock.now();
            let (round, gap) = match way {
                Way::Mail { mailer, gap } => (mailer.round(vault, now), *gap),
                Way::Program(receiver) => (receiver.round(vault, now), Duration::ZERO),
            };
            let pause = match round {
                Ok(Round::Nothing) => PAUSE,
                Ok(Round::Settled | Round::Failed) => gap,
                Ok(Round::Down) => PAUSE_WHEN_DOWN,
                Err(error) => {
                    tracing::error!(%error, "messages cannot be sent");
                    PAUSE_WHEN_DOWN
                }
            };
            if stop.sleep(pause) {
                return;
            }
        }
    }

    fn run_daily(&self, authorities: &BTreeMap<String, String>, stop: &Stop) {
        let mut done = None;
        loop {
            let now = self.clock.now();
            let today = civil_date(now);
            let is_time = now.with_timezone(&shanghai()).hour() >= HOUR;
            let mut pause = PAUSE;
            if is_time && done != Some(today) {
                match self.once(authorities, now) {
                    Ok(()) => done = Some(today),
                    Err(error) => {
                        tracing::error!(%error, "authorities cannot be told what is due");
                        pause = PAUSE_WHEN_DOWN;
                    }
                }
            }
            if stop.sleep(pause) {
                return;
            }
        }
    }

    fn once(&self, authorities: &BTreeMap<String, String>, now: Moment) -> Result<(), CaseError> {
        let told = daily::digests(&self.cases, authorities, now)?;
        let forgotten = daily::forget(&self.cases.vault, now)?;
        if told > 0 || forgotten > 0 {
            tracing::info!(
                told,
                forgotten,
                "authorities are told what is due; old messages are deleted"
            );
        }
        Ok(())
    }
}

/// The ways out, each with the name of its thread.
fn ways(settings: &config::Notify, base_url: &str) -> anyhow::Result<Vec<(String, Way)>> {
    let mut ways = Vec::new();
    if settings.sends_mail() {
        let gap = Duration::from_secs(60) / settings.smtp_per_minute.max(1);
        let mailer = Mailer::new(mail(settings, base_url)?)?;
        ways.push(("notify-mail".to_owned(), Way::Mail { mailer, gap }));
    }
    let reach = if settings.local {
        Reach::Local
    } else {
        Reach::Public
    };
    if !settings.webhook_url.is_empty() {
        let secret = settings
            .webhook_key()
            .context("notify.webhook_secret_file")?;
        let place = address(&settings.webhook_url, &secret, reach).context("notify.webhook_url")?;
        let receiver = Receiver::webhook(place);
        ways.push(("notify-hook".to_owned(), Way::Program(receiver)));
    }
    for target in &settings.outgoing {
        let context = || format!("notify.outgoing, {}", target.name);
        let place = match target.dir.as_ref().filter(|d| !d.as_os_str().is_empty()) {
            Some(dir) => {
                std::fs::create_dir_all(dir).with_context(context)?;
                Place::Directory(dir.clone())
            }
            None => address(&target.url, &target.secret, reach).with_context(context)?,
        };
        let receiver = Receiver::platform(target.name.clone(), place);
        ways.push((format!("push-{}", target.name), Way::Program(receiver)));
    }
    Ok(ways)
}

fn address(url: &str, secret: &Secret, reach: Reach) -> anyhow::Result<Place> {
    anyhow::ensure!(!secret.is_empty(), "the key that signs is empty");
    let url: Url = guard::address(url, reach)?;
    Ok(Place::Address {
        url,
        secret: HookSecret::agreed(secret.expose()),
        poster: Poster::new(reach),
    })
}

fn mail(settings: &config::Notify, base_url: &str) -> anyhow::Result<MailParts> {
    let authorities = settings
        .ca_file()
        .map(std::fs::read)
        .transpose()
        .context("notify.smtp_ca_file")?;
    let account = if settings.smtp_user.is_empty() {
        None
    } else {
        let password = settings.password().context("notify.smtp_password_file")?;
        let password = Zeroizing::new(password.expose().to_owned());
        Some((settings.smtp_user.clone(), password))
    };
    Ok(MailParts {
        host: settings.smtp_host.clone(),
        port: settings.port(),
        protection: match settings.smtp_tls {
            SmtpTls::StartTls => Protection::StartTls,
            SmtpTls::Tls => Protection::Tls,
            SmtpTls::None => Protection::None,
        },
        authorities,
        account,
        from: settings.smtp_from.clone(),
        base_url: base_url.trim_end_matches('/').to_owned(),
    })
}
