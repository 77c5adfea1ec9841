//! Keeps the search index where the public store stands, and the calendar as the desk has it.

use std::sync::Arc;
use std::time::Duration;

use super::Stop;
use super::rooms::work_days;
use crate::base::calendar::Calendar;
use crate::base::clock::Clock;
use crate::domain::time::civil_date;
use crate::outside::index::{Followed, SearchIndex};
use crate::outside::store::PublicStore;

/// How often the store is asked whether it moved.
const PAUSE: Duration = Duration::from_millis(200);
/// After so many pauses without a change (a minute) the index is compacted, so that nothing of what was taken back stays
/// in its files, and the next release does not have to wait for it.
const IDLE: u32 = 300;
/// How long to wait after a failure.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(2);

/// An index and the store that it follows.
pub struct Following {
    /// Store.
    pub store: PublicStore,
    /// Index.
    pub index: Arc<SearchIndex>,
    /// Clock.
    pub clock: Arc<dyn Clock>,
    /// Calendar in force.
    pub calendar: Calendar,
}

impl Following {
    /// Follows until it is told to stop. A failure is logged and tried again; readers are served meanwhile.
    pub fn run(&self, stop: &Stop) {
        let mut idle = 0;
        let mut known = None;
        loop {
            let seq = self.index.seq();
            let step = self.step(&mut known);
            idle = if self.index.seq() == seq { idle + 1 } else { 0 };
            if idle == IDLE
                && self.index.wants_compaction()
                && let Err(error) = self.index.compact()
            {
                tracing::error!(%error, "the search index could not be compacted");
            }
            let pause = match step {
                Ok(()) => PAUSE,
                Err(error) => {
                    tracing::error!(%error, "the search index cannot follow the public store");
                    PAUSE_AFTER_FAILURE
                }
            };
            if stop.sleep(pause) {
                return;
            }
        }
    }

    /// Puts the calendar in force that the store carries, when anything beside the records has changed since `known`.
    fn count_alike(&self, notices: i64, known: &mut Option<i64>) -> anyhow::Result<()> {
        if *known == Some(notices) {
            return Ok(());
        }
        if let Some(text) = self.store.calendar()?
            && self.calendar.set(work_days(&text)?)
        {
            tracing::info!("another calendar of working days is in force");
        }
        *known = Some(notices);
        Ok(())
    }

    fn step(&self, known: &mut Option<i64>) -> anyhow::Result<()> {
        let position = self.store.position()?;
        self.count_alike(position.notices, known)?;
        if self.index.seq() == u64::try_from(position.seq).ok() {
            return Ok(());
        }
        match self
            .index
            .follow(&self.store, civil_date(self.clock.now()))?
        {
            Followed::UpToDate => {}
            Followed::CaughtUp(changes) => {
                tracing::info!(changes, seq = position.seq, "the search index caught up");
            }
            Followed::Rebuilt(records) => {
                tracing::info!(
                    records,
                    seq = position.seq,
                    "the search index was built anew"
                );
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::SettableClock;
    use crate::base::db::testing::Scratch;
    use crate::domain::workdays::WorkDays;
    use crate::outside::index::IndexOptions;

    #[test]
    fn a_node_that_reads_the_public_store_alone_counts_as_the_desk_does() {
        let scratch = Scratch::sqlite();
        let desk = PublicStore::open(&scratch.url).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let options = IndexOptions {
            threads: 1,
            memory_per_thread: 15 << 20,
        };
        let now = chrono::DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let following = Following {
            store: PublicStore::open_read_only(&scratch.url).unwrap(),
            index: Arc::new(SearchIndex::open_or_create(dir.path(), options).unwrap()),
            clock: Arc::new(SettableClock::at(now)),
            calendar: Calendar::embedded(),
        };
        let day = "2026-11-26".parse().unwrap();
        let mut known = None;
        following.step(&mut known).unwrap();
        assert_eq!(following.calendar.in_force(), &WorkDays::embedded());
        let text = "date,kind,name\n2026-11-26,holiday,防汛\n";
        assert!(desk.set_calendar(text).unwrap());
        assert!(!desk.set_calendar(text).unwrap(), "nothing changes twice");
        following.step(&mut known).unwrap();
        assert_eq!(following.calendar.is_workday(day), Ok(false));
        // what is no calendar changes nothing, and is tried again
        desk.set_calendar("date,kind,name\nnever,holiday,x\n")
            .unwrap();
        assert!(following.step(&mut known).is_err());
        assert_eq!(following.calendar.is_workday(day), Ok(false));
        desk.set_calendar("date,kind,name\n2026-11-26,plain,\n")
            .unwrap();
        following.step(&mut known).unwrap();
        assert_eq!(following.calendar.is_workday(day), Ok(true));
    }
}
