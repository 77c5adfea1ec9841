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
        loop {
            let pause = match self.step() {
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
