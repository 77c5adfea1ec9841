//! The HTTP side of a node.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::web::{Data, ServiceConfig};
use anyhow::{Context as _, anyhow};
use chrono::TimeDelta;
use zeroize::Zeroizing;

use super::{Node, Rooms};
use crate::base::crypto::secret_file;
use crate::config::{self, Allowance, Settings};
use crate::inside::desk::oidc::{Oidc, OidcSettings, PATIENCE};
use crate::inside::desk::{self, DeskParts, DeskSettings, DeskState, SecondOfficer};
use crate::outside::web::{self, Mount, Network, Parts, Queue, Rate, Rates, WebState};

/// A server that is bound and does not run yet.
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
    state: Data<WebState>,
    workers: usize,
    shutdown_seconds: u64,
    desk: Option<Mount>,
}

impl Node {
    /// Binds the address and makes the web's state.
    ///
    /// # Errors
    /// When the address is taken or may not be used, or a key or setting is no good.
    pub fn listen(&self, rooms: &Rooms<'_>, bind: SocketAddr) -> anyhow::Result<Listening> {
        let listener = TcpListener::bind(bind).with_context(|| {
            format!("cannot listen on {bind} (another program may: choose with --bind)")
        })?;
        let address = listener.local_addr()?;
        let settings = rooms.settings();
        let (blind, verify) = rooms.public_keys()?;
        let parts = Parts {
            catalogue: Arc::clone(&self.catalogue),
            store: self.store.clone(),
            index: Arc::clone(&self.index),
            clock: Arc::clone(&self.clock),
            calendar: self.calendar.clone(),
            blind: Some(Arc::new(blind)),
            verify: verify.map(Arc::new),
            exports: Arc::clone(&self.exports),
            apply: self.apply.clone(),
            settings: web_settings(settings)?,
        };
        Ok(Listening {
            listener,
            address,
            state: Data::new(WebState::new(parts)),
            workers: match settings.server.workers {
                // a search waits now and then for the thread that reads requests, and meanwhile another goes on
                0 => 2 * processors(),
                n => n,
            },
            shutdown_seconds: settings.server.shutdown_seconds,
            desk: self.desk(rooms)?,
        })
    }

    /// The officers' site, where the role opens the vault.
    fn desk(&self, rooms: &Rooms<'_>) -> anyhow::Result<Option<Mount>> {
        let (Some(inside), Some(cases)) = (self.inside.clone(), &self.cases) else {
            return Ok(None);
        };
        let settings = rooms.settings();
        let (publishing, store) = (inside.clone(), self.store.clone());
        let lock = rooms.publish_lock_path();
        let parts = DeskParts {
            vault: inside.vault,
            store: self.store.clone(),
            catalogue: inside.catalogue,
            severity: inside.severity,
            calendar: inside.work_days,
            blind: inside.blind,
            verify: rooms.public_keys()?.1.map(Arc::new),
            clock: Arc::clone(&self.clock),
            publish: Arc::new(move |now| {
                let done = publishing.publish(&store, &lock, now, &|_| ());
                done.map_err(|error| format!("{error:#}"))
            }),
            cases: cases.as_ref().clone(),
            oidc: oidc(settings)?,
            settings: DeskSettings {
                demo: settings.site.demo,
                base_url: settings.site.base_url.trim_end_matches('/').into(),
                trusted_proxies: networks(settings)?,
                idle: TimeDelta::minutes(settings.desk.idle_minutes.into()),
                whole: TimeDelta::hours(settings.desk.session_hours.into()),
                catalogue_dir: settings
                    .catalogue
                    .dir
                    .clone()
                    .filter(|dir| !dir.as_os_str().is_empty()),
                second_officer: match settings.desk.second_officer {
                    config::SecondOfficer::None => SecondOfficer::Nowhere,
                    config::SecondOfficer::Lists => SecondOfficer::Lists,
                    config::SecondOfficer::All => SecondOfficer::Everywhere,
                },
                second_officer_for: settings.desk.second_officer_for.clone(),
            },
        };
        let state = Data::new(DeskState::new(parts));
        Ok(Some(Arc::new(move |cfg: &mut ServiceConfig| {
            desk::configure(cfg, Data::clone(&state));
        })))
    }
}

impl Listening {
    /// The address, with the port that was taken.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the process is told to stop (SIGTERM, SIGINT); requests under way are finished.
    ///
    /// # Errors
    /// When the server cannot run.
    pub fn run(self) -> anyhow::Result<()> {
        actix_web::rt::System::new().block_on(async move {
            web::server(
                self.state,
                self.listener,
                self.workers,
                self.shutdown_seconds,
                self.desk,
            )?
            .await
        })?;
        Ok(())
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

fn rate(allowance: Allowance) -> Option<Rate> {
    (allowance.per_minute > 0).then(|| Rate::new(allowance.burst, allowance.per_minute))
}

/// The OpenID provider that signs officers in, where one is set. Nothing is asked of it yet.
fn oidc(settings: &Settings) -> anyhow::Result<Option<Oidc>> {
    let desk = &settings.desk;
    if !desk.has_provider() {
        return Ok(None);
    }
    let client_secret = match desk.secret_file() {
        Some(path) => secret_file::read(path).context("desk.oidc_client_secret_file")?,
        None => Zeroizing::new(desk.oidc_client_secret.expose().to_owned()),
    };
    let authorities = desk
        .ca_file()
        .map(std::fs::read)
        .transpose()
        .context("desk.oidc_ca_file")?;
    let settings = OidcSettings {
        issuer: desk.oidc_issuer.clone(),
        client_id: desk.oidc_client_id.clone(),
        client_secret,
        name: desk.provider_name(),
        scopes: desk.oidc_scopes.clone(),
        subject_claim: desk.oidc_subject_claim.clone(),
        acr: desk.oidc_acr.clone(),
        amr: desk.oidc_amr.clone(),
        authorities,
        base_url: settings.site.base_url.trim_end_matches('/').to_owned(),
        patience: PATIENCE,
    };
    Ok(Some(Oidc::new(settings)?))
}

fn networks(settings: &Settings) -> anyhow::Result<Vec<Network>> {
    let texts = settings.server.trusted_proxies.iter();
    let read = texts.map(|text| {
        text.parse::<Network>()
            .map_err(|e| anyhow!("server.trusted_proxies: {e}"))
    });
    read.collect()
}

fn web_settings(settings: &Settings) -> anyhow::Result<web::Settings> {
    let limits = &settings.limits;
    let trusted_proxies = networks(settings)?;
    Ok(web::Settings {
        demo: settings.site.demo,
        base_url: settings.site.base_url.trim_end_matches('/').into(),
        rates: Rates {
            read: rate(limits.read),
            search: rate(limits.search),
            person: rate(limits.person),
            changes: rate(limits.changes),
            check: rate(limits.check),
            reconcile: rate(limits.reconcile),
            apply: rate(limits.apply),
        },
        key_factor: limits.key_factor,
        queue: Queue {
            running: match limits.searches_at_once {
                0 => Queue::default().running,
                n => n,
            },
            waiting: limits.searches_waiting,
            ..Queue::default()
        },
        trusted_proxies,
        delta_days: settings.exports.delta_days,
        keep_days: settings.applications.keep_days,
        ..web::Settings::default()
    })
}
