//! The copy of a portal: page by page what changed there, and at the end of each reading the proof that both are equal.

use std::sync::Arc;

use super::MirrorError;
use super::portal::Portal;
use super::wire::Page;
use crate::base::clock::Clock;
use crate::base::crypto::BlindKey;
use crate::domain::catalogue::Catalogue;
use crate::outside::store::PublicStore;

/// A store that is the copy of a portal.
pub struct Mirror {
    /// The store; it was made a copy.
    pub store: PublicStore,
    /// The catalogue here, which says whether persons may travel.
    pub catalogue: Arc<Catalogue>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The key of blind terms here.
    pub blind: Option<Arc<BlindKey>>,
}

/// What was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Changes copied.
    pub changes: u64,
    /// Where the copy stands.
    pub seq: i64,
    /// Records displayed, as the portal says and the copy holds.
    pub records: u64,
}

impl Mirror {
    /// Reads all that changed at a portal; when nothing did, it may wait so many seconds for something.
    ///
    /// # Errors
    /// Those of the portal and of the store; [`MirrorError::Differs`] when the copy is not what it must be.
    pub fn read(&self, portal: &Portal, wait: u64) -> Result<Read, MirrorError> {
        let mut wait = wait;
        let mut changes = 0;
        loop {
            let since = self.store.position()?.seq;
            let page = portal.changes(since, wait)?;
            let taken = self.take(page)?;
            changes += taken.changes;
            if let Some(records) = taken.records {
                return Ok(Read {
                    changes,
                    seq: taken.seq,
                    records,
                });
            }
            wait = 0;
        }
    }

    /// Copies one page of changes, which begins where the copy stands, and proves the whole at the end of the feed.
    ///
    /// # Errors
    /// As [`Mirror::read`].
    pub fn take(&self, page: Page) -> Result<Taken, MirrorError> {
        let since = self.store.position()?.seq;
        if page.seq < since {
            let seq = page.seq;
            return Err(MirrorError::Behind { seq, since });
        }
        let (next_since, state) = (page.next_since, page.state.clone());
        if next_since < since {
            return Err(MirrorError::Form("changes out of order".to_owned()));
        }
        let changes = page.changes(since, &self.catalogue, self.blind.as_deref())?;
        if next_since > since {
            self.store.copy(self.clock.now(), &changes, next_since)?;
        }
        let records = match state {
            None => None,
            Some(state) => {
                let sum = self.store.state_sum(state.day, |_, _| true)?;
                if sum.count != state.count || sum.hex() != state.set_hash {
                    return Err(MirrorError::Differs {
                        held: sum.count,
                        hash: sum.hex(),
                        expected: state.count,
                        expected_hash: state.set_hash,
                    });
                }
                Some(state.count)
            }
        };
        Ok(Taken {
            changes: changes.len() as u64,
            seq: next_since,
            records,
        })
    }
}

/// What became of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Changes copied.
    pub changes: u64,
    /// Where the copy stands.
    pub seq: i64,
    /// At the end of the feed: records displayed, which the copy was found to hold.
    pub records: Option<u64>,
}
