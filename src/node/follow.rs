//! Keeps the search index where the public store stands.

use std::sync::Arc;
use std::time::Duration;

use super::Stop;
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
}

impl Following {
    /// Follows until it is told to stop. A failure is logged and tried again; readers are served meanwhile.
    pub fn run(&self, stop: &Stop) {
        let mut idle = 0;
        loop {
            let seq = self.index.seq();
            let step = self.step();
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

    fn step(&self) -> anyhow::Result<()> {
        let position = self.store.position()?;
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
