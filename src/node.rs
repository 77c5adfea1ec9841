//! A node, built by role: it opens only what its role needs.
//!
//! A public node opens the public store, read-only, the blind key and the key of verification where it is, and, where the
//! public half of the desk's key is, the database of sealed applications; it does not look for the vault, its keys or
//! their files. Nodes of the other roles open the vault, too, and publish what falls due.

mod casework;
mod check;
mod drafts;
mod exporting;
mod follow;
mod hooks;
mod listen;
mod notify;
mod retention;
mod reusers;
mod rooms;
mod schedule;
mod stop;

use std::sync::Arc;
use std::thread::JoinHandle;

pub use check::{IndexReport, check_index};
pub use follow::Following;
pub use listen::Listening;
pub use rooms::{Inside, Lock, Rooms};
pub use stop::Stop;

use anyhow::Context as _;

use crate::base::calendar::Calendar;
use crate::base::clock::Clock;
use crate::config::Role;
use crate::domain::catalogue::Catalogue;
use crate::inside::cases::Cases;
use crate::inside::entries::Entries;
use crate::inside::retention::Retention;
use crate::outside::apply::Intake;
use crate::outside::export::holder::{Holder, Upkeep};
use crate::outside::index::SearchIndex;
use crate::outside::store::PublicStore;

/// What a running node holds; the web is served from it.
pub struct Node {
    /// Catalogue in force.
    pub catalogue: Arc<Catalogue>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Calendar in force.
    pub calendar: Calendar,
    /// Public store.
    pub store: PublicStore,
    /// Search index, kept up by this node.
    pub index: Arc<SearchIndex>,
    /// The files of open data, kept up by this node.
    pub exports: Arc<Holder>,
    /// What takes applications in, where this node does.
    pub apply: Option<Arc<Intake>>,
    /// Cases, where this node has a desk.
    pub cases: Option<Arc<Cases>>,
    inside: Option<Inside>,
    stop: Stop,
    threads: Vec<JoinHandle<()>>,
    /// Only one process writes an index.
    _index_lock: Lock,
}

impl Node {
    /// Opens what the role needs.
    ///
    /// # Errors
    /// When something is missing or cannot be opened; the text says what and how to mend it.
    pub fn open(rooms: &Rooms<'_>, role: Role) -> anyhow::Result<Self> {
        rooms.require(role)?;
        let clock = rooms.clock()?;
        let inside = if role.opens_vault() {
            rooms.complete_keys()?;
            Some(rooms.inside()?)
        } else {
            None
        };
        let catalogue = match &inside {
            Some(inside) => Arc::clone(&inside.catalogue),
            None => Arc::new(rooms.catalogue()?),
        };
        let store = rooms.store(role.opens_vault())?;
        let index_lock = rooms.index_lock()?;
        let index = Arc::new(rooms.index()?);
        let exports: Arc<Holder> = Arc::default();
        let calendar = match &inside {
            Some(inside) => {
                // what was set while no node ran, or was cut off, reaches those who read the public store alone
                store.set_calendar(&inside.vault.calendar_text()?)?;
                inside.work_days.clone()
            }
            None => rooms.calendar(&store)?,
        };
        let apply = rooms.apply(&calendar)?.map(Arc::new);
        let cases = match &inside {
            Some(inside) => {
                let surfaces = casework::NodeSurfaces {
                    inside: inside.clone(),
                    store: store.clone(),
                    lock: rooms.publish_lock_path(),
                    index: Arc::clone(&index),
                    exports: Arc::clone(&exports),
                };
                let apply = apply.as_ref().map(|intake| intake.store.clone());
                Some(Arc::new(rooms.cases(
                    inside,
                    &store,
                    apply,
                    Arc::new(surfaces),
                )?))
            }
            None => None,
        };
        Ok(Self {
            catalogue,
            clock,
            calendar,
            store,
            index,
            exports,
            apply,
            cases,
            inside,
            stop: Stop::default(),
            threads: Vec::new(),
            _index_lock: index_lock,
        })
    }

    /// Starts what runs beside the web: the index follows the store, and the scheduler publishes what falls due.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn start(&mut self, rooms: &Rooms<'_>) -> anyhow::Result<()> {
        let following = Following {
            store: self.store.clone(),
            index: Arc::clone(&self.index),
            clock: Arc::clone(&self.clock),
            calendar: self.calendar.clone(),
        };
        let stop = self.stop.clone();
        self.threads.push(
            std::thread::Builder::new()
                .name("follow".to_owned())
                .spawn(move || following.run(&stop))?,
        );
        self.start_exports(rooms)?;
        if let Some(intake) = &self.apply {
            let drafts = drafts::Drafts {
                intake: Arc::clone(intake),
                clock: Arc::clone(&self.clock),
            };
            let stop = self.stop.clone();
            self.threads.push(
                std::thread::Builder::new()
                    .name("drafts".to_owned())
                    .spawn(move || drafts.run(&stop))?,
            );
        }
        if let (Some(cases), Some(inside)) = (&self.cases, &self.inside) {
            let blind = Arc::clone(&inside.blind);
            let casework = casework::Casework {
                cases: Arc::clone(cases),
                entries: Entries {
                    cases: cases.as_ref().clone(),
                    blind,
                },
                clock: Arc::clone(&self.clock),
            };
            let stop = self.stop.clone();
            self.threads.push(
                std::thread::Builder::new()
                    .name("cases".to_owned())
                    .spawn(move || casework.run(&stop))?,
            );
            let notify = notify::Notify {
                cases: Arc::clone(cases),
                clock: Arc::clone(&self.clock),
            };
            let settings = rooms.settings();
            let sending = notify.start(&settings.notify, &settings.site.base_url, &self.stop)?;
            self.threads.push(sending);
        }
        if self.store.may_write() && self.store.origin()?.is_none() {
            let settings = rooms.settings();
            let hooks = hooks::Hooks {
                store: self.store.clone(),
                clock: Arc::clone(&self.clock),
                keys: rooms.keys_dir(),
                lock: rooms.hooks_lock_path(),
                base_url: settings.site.base_url.trim_end_matches('/').to_owned(),
                reach: rooms.reach(),
                dead_days: settings.hooks.dead_days,
            };
            let stop = self.stop.clone();
            self.threads.push(
                std::thread::Builder::new()
                    .name("hooks".to_owned())
                    .spawn(move || hooks.run(&stop))?,
            );
        }
        if let Some(inside) = self.inside.take() {
            if let Some(intake) = &self.apply {
                let keeping = retention::Keeping {
                    retention: Retention {
                        vault: inside.vault.clone(),
                        apply: intake.store.clone(),
                        keep_days: rooms.settings().applications.keep_days,
                    },
                    clock: Arc::clone(&self.clock),
                };
                let stop = self.stop.clone();
                self.threads.push(
                    std::thread::Builder::new()
                        .name("retention".to_owned())
                        .spawn(move || keeping.run(&stop))?,
                );
            }
            let schedule = schedule::Schedule {
                inside,
                store: self.store.clone(),
                clock: Arc::clone(&self.clock),
                lock: rooms.publish_lock_path(),
            };
            let stop = self.stop.clone();
            self.threads.push(
                std::thread::Builder::new()
                    .name("schedule".to_owned())
                    .spawn(move || schedule.run(&stop))?,
            );
        }
        Ok(())
    }

    /// Starts to keep the files of open data, where this node does.
    fn start_exports(&mut self, rooms: &Rooms<'_>) -> anyhow::Result<()> {
        let settings = rooms.settings();
        if !settings.exports.enabled {
            self.exports.disable();
            return Ok(());
        }
        let dir = rooms.exports_dir();
        let lock = rooms.exports_lock_if_free()?.with_context(|| {
            format!(
                "{}: another node keeps these files: give this one its own (exports.dir)",
                dir.display()
            )
        })?;
        let exporting = exporting::Exporting {
            upkeep: Upkeep::open(&dir, &self.catalogue)?,
            store: self.store.clone(),
            catalogue: Arc::clone(&self.catalogue),
            clock: Arc::clone(&self.clock),
            holder: Arc::clone(&self.exports),
            key: rooms.sign_key()?,
            keys: rooms.keys_dir(),
            base_url: settings.site.base_url.trim_end_matches('/').to_owned(),
            demo: settings.site.demo,
            history_days: settings.exports.history_days,
            _lock: lock,
        };
        let stop = self.stop.clone();
        self.threads.push(
            std::thread::Builder::new()
                .name("exports".to_owned())
                .spawn(move || exporting.run(&stop))?,
        );
        Ok(())
    }

    /// Ends the threads and waits for them.
    pub fn stop(&mut self) {
        self.stop.stop();
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a background thread ended by a fault of the program");
            }
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.stop();
    }
}
