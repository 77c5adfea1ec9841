//! The thread of the desk: takes in what was handed in, does what the clock does, and sees to it that what was decided
//! arrives everywhere and is told. What it cannot do now it does the next time.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{Inside, Stop};
use crate::base::clock::Clock;
use crate::domain::cases::SyncTarget;
use crate::domain::time::{Moment, civil_date};
use crate::inside::cases::{CaseError, Cases, Reach, Surfaces};
use crate::inside::entries::{Entries, EntryError};
use crate::outside::export::holder::Holder;
use crate::outside::index::SearchIndex;
use crate::outside::store::PublicStore;

/// How often it looks.
const PAUSE: Duration = Duration::from_millis(500);
/// How long to wait after a failure.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// The surfaces of a node.
pub(super) struct NodeSurfaces {
    pub inside: Inside,
    pub store: PublicStore,
    pub lock: PathBuf,
    pub index: Arc<SearchIndex>,
    pub exports: Arc<Holder>,
}

impl Surfaces for NodeSurfaces {
    fn publish(&self, now: Moment) -> Result<(), String> {
        let done = self
            .inside
            .publish(&self.store, &self.lock, now, &|_| ())
            .map_err(|error| format!("{error:#}"))?;
        if done.published + done.taken_back > 0 {
            tracing::info!(
                published = done.published,
                taken_back = done.taken_back,
                seq = done.seq,
                "published what was decided"
            );
        }
        Ok(())
    }

    fn reached(&self, target: SyncTarget, now: Moment) -> Reach {
        match target {
            // who follows the changes reads them from the store
            SyncTarget::Store | SyncTarget::Feeds => self
                .store
                .position()
                .map_or(Reach::Behind, |position| Reach::At(position.seq)),
            SyncTarget::Search => self
                .index
                .seq()
                .and_then(|seq| i64::try_from(seq).ok())
                .map_or(Reach::Behind, Reach::At),
            SyncTarget::Exports if !self.exports.is_enabled() => Reach::NotKept,
            SyncTarget::Exports => self
                .exports
                .on(civil_date(now))
                .map_or(Reach::Behind, |files| Reach::At(files.seq)),
            // these are told by messages, of which the vault knows how far they are
            SyncTarget::Outgoing => Reach::NotKept,
        }
    }
}

/// What the thread needs.
pub(super) struct Casework {
    pub cases: Arc<Cases>,
    pub entries: Entries,
    pub clock: Arc<dyn Clock>,
}

impl Casework {
    /// Works until it is told to stop. A failure is logged and tried again.
    pub fn run(&self, stop: &Stop) {
        if let Err(error) = self.cases.refresh_dues(self.clock.now()) {
            tracing::error!(%error, "the days by which cases are due cannot be computed anew");
        }
        let mut counted: Option<(Moment, u64)> = None;
        loop {
            let pause = match self.step() {
                Ok(()) => PAUSE,
                Err(error) => {
                    tracing::error!(%error, "the work on cases is held up");
                    PAUSE_AFTER_FAILURE
                }
            };
            let (now, mark) = (self.clock.now(), self.cases.calendar.mark());
            // they count working days, too
            if counted.is_none_or(|(last, by)| by != mark || is_time(last, now)) {
                match self.cases.publish_figures(now) {
                    Ok(()) => counted = Some((now, mark)),
                    Err(error) => tracing::error!(%error, "cases cannot be counted"),
                }
            }
            if stop.sleep(pause) {
                return;
            }
        }
    }

    /// One round: each part is done although another fails; the first failure is told.
    fn step(&self) -> Result<(), CaseError> {
        let now = self.clock.now();
        let received = match self.cases.receive(now) {
            // a node without the key of the desk takes nothing in
            Err(CaseError::NoDesk) => Ok(()),
            Ok(done) => {
                if !done.is_nothing() {
                    tracing::info!(
                        applications = done.applications,
                        cases = done.cases,
                        acts = done.acts,
                        put_aside = done.aside,
                        "took in what was handed in"
                    );
                }
                Ok(())
            }
            Err(error) => Err(error),
        };
        let ticked = self.cases.tick(now).map(|acts| {
            if acts > 0 {
                tracing::info!(acts, "did what was due by the clock");
            }
        });
        let followed = self.cases.after(now).map(|done| {
            if !done.is_nothing() {
                tracing::info!(
                    told = done.told,
                    arrived = done.synced,
                    "told applicants, noted arrivals"
                );
            }
        });
        self.reusers();
        let settled = self.entries.settle(now).map(|_| ()).map_err(|e| match e {
            EntryError::Case(cause) => cause,
            other => CaseError::Publish(other.to_string()),
        });
        received.and(ticked).and(followed).and(settled)
    }
}

impl Casework {
    /// Takes in what re-users sent to nodes that read alone: no case waits for it.
    fn reusers(&self) {
        let Some(apply) = &self.cases.apply else {
            return;
        };
        match super::reusers::take_in(apply, &self.cases.store) {
            Ok(0) => {}
            Ok(taken) => tracing::info!(taken, "took in what re-users sent"),
            Err(error) => tracing::error!(%error, "what re-users sent cannot be taken in"),
        }
    }
}

/// Whether to count cases again: on another civil day, or an hour later.
fn is_time(last: Moment, now: Moment) -> bool {
    civil_date(last) != civil_date(now) || (now - last).num_hours().abs() >= 1
}
