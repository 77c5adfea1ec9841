//! Whether the index holds what the public store shows.

use std::collections::HashSet;

use chrono::NaiveDate;
use serde::Serialize;

use crate::outside::index::SearchIndex;
use crate::outside::store::PublicStore;

/// Rows read from the store at once.
const PAGE: usize = 10_000;

/// How the index differs from the public store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct IndexReport {
    /// Sequence number that the index holds; 0 when there is none.
    pub seq: u64,
    /// Sequence number of the store.
    pub store_seq: u64,
    /// Records shown today that the index lacks.
    pub missing: u64,
    /// Rows of the index that the store does not hold.
    pub surplus: u64,
}

impl IndexReport {
    /// An index that is behind is no fault: it catches up. One that says it is up to date must be equal.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.seq <= self.store_seq
            && (self.seq < self.store_seq || (self.missing == 0 && self.surplus == 0))
    }
}

/// Compares the index with the store.
///
/// # Errors
/// When the store cannot be read.
pub fn check_index(
    index: &SearchIndex,
    store: &PublicStore,
    today: NaiveDate,
) -> anyhow::Result<IndexReport> {
    let mut held: HashSet<u64> = index.row_numbers().into_iter().collect();
    let mut missing = 0;
    let mut after = 0;
    loop {
        let page = store.scan(after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.num;
        for row in &page {
            let found = held.remove(&u64::try_from(row.num)?);
            if !found && row.record.displayed_on(today) {
                missing += 1;
            }
        }
    }
    Ok(IndexReport {
        seq: index.seq().unwrap_or_default(),
        store_seq: u64::try_from(store.position()?.seq)?,
        missing,
        surplus: held.len() as u64,
    })
}
