//! Keeping the index equal to the public store: catching up by the change feed, or building it anew.

use std::sync::mpsc::sync_channel;

use chrono::NaiveDate;

use super::fields::IndexDoc;
use super::live::{Condition, IndexError, SearchIndex};
use crate::domain::kinds::SubjectKind;
use crate::outside::store::{Changed, PublicStore, StoreError, Stored};
use crate::record::PublicRecord;

/// Rows read from the store at once.
const PAGE: usize = 5_000;
/// When more changes than this wait, and more than a quarter of what is indexed, building anew is cheaper.
const FEW: i64 = 50_000;

/// Why the index could not follow.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The store could not be read.
    #[error("public store: {0}")]
    Store(#[from] StoreError),
    /// The index could not be written.
    #[error("{0}")]
    Index(#[from] IndexError),
}

/// What following did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Followed {
    /// Nothing had changed.
    UpToDate,
    /// So many changes were taken in.
    CaughtUp(u64),
    /// The index was built anew from so many records.
    Rebuilt(u64),
}

impl SearchIndex {
    /// Brings the index to where the store stands. Readers are served meanwhile, from the former state.
    ///
    /// # Errors
    /// When the store cannot be read or the index not written; then the former state goes on answering.
    pub fn follow(&self, store: &PublicStore, today: NaiveDate) -> Result<Followed, FollowError> {
        let position = store.position()?;
        let Condition::Ready { seq } = self.condition() else {
            return self.rebuild_from(store);
        };
        let seq = i64::try_from(seq).unwrap_or(i64::MAX);
        let waiting = position.seq - seq;
        let indexed = i64::try_from(self.records()).unwrap_or(i64::MAX);
        if waiting == 0 {
            return Ok(Followed::UpToDate);
        }
        // a store that stands behind its index is another store: start over
        if waiting < 0 || (waiting > FEW && waiting > indexed / 4) {
            return self.rebuild_from(store);
        }
        self.catch_up(store, seq, today).map(Followed::CaughtUp)
    }

    fn catch_up(
        &self,
        store: &PublicStore,
        mut since: i64,
        today: NaiveDate,
    ) -> Result<u64, FollowError> {
        let mut writer = self.writer()?;
        let (first, mut taken) = (since, 0);
        let read = |after: Option<i64>| {
            let changes = store.changes(after.unwrap_or(first), PAGE, today)?;
            let last = changes.last().map(|change| change.seq);
            Ok(last.map(|last| (last, changes)))
        };
        read_ahead(read, |(last, changes)| {
            since = last;
            for change in &changes {
                match &change.what {
                    Changed::Upsert(record) => {
                        with_doc(row_number(change.num), record, |doc| writer.put(doc))?;
                    }
                    Changed::Tombstone { .. } => writer.remove(row_number(change.num))?,
                }
            }
            taken += changes.len() as u64;
            Ok(())
        })?;
        writer.commit(u64::try_from(since).unwrap_or_default())?;
        writer.finish()?;
        Ok(taken)
    }

    /// Builds the index anew from every row of the store.
    ///
    /// # Errors
    /// When the store cannot be read or the index not written; then the former state goes on answering.
    pub fn rebuild_from(&self, store: &PublicStore) -> Result<Followed, FollowError> {
        // what is published while the rows are read has a higher number and is caught up with afterwards
        let seq = store.position()?.seq;
        let rebuild = self.rebuild()?;
        let mut count = 0;
        let read = |after: Option<i64>| {
            let rows = store.scan(after.unwrap_or(0), PAGE)?;
            let last = rows.last().map(|row| row.num);
            Ok(last.map(|last| (last, rows)))
        };
        read_ahead(read, |(_, rows)| {
            for row in &rows {
                with_doc(row_number(row.num), &row.record, |doc| rebuild.add(doc))?;
            }
            count += rows.len() as u64;
            Ok(())
        })?;
        rebuild.finish(u64::try_from(seq).unwrap_or_default())?;
        Ok(Followed::Rebuilt(count))
    }

    /// Builds the index anew from rows in memory: what indexing takes without the store, for the benches.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn rebuild_from_rows(&self, rows: &[Stored]) -> Result<(), IndexError> {
        let rebuild = self.rebuild()?;
        for row in rows {
            with_doc(row_number(row.num), &row.record, |doc| rebuild.add(doc))?;
        }
        rebuild.finish(
            rows.iter()
                .map(|row| row_number(row.seq))
                .max()
                .unwrap_or_default(),
        )
    }

    /// Compares the index with the store row by row; each fault in words.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn compare_with(&self, store: &PublicStore) -> Result<Vec<String>, StoreError> {
        let mut faults = Vec::new();
        let position = store.position()?;
        if self.seq().and_then(|s| i64::try_from(s).ok()) != Some(position.seq) {
            faults.push(format!(
                "the index holds sequence number {:?}, the public store {}",
                self.seq(),
                position.seq
            ));
        }
        let mut indexed: std::collections::HashSet<u64> = std::collections::HashSet::new();
        for number in self.row_numbers() {
            if !indexed.insert(number) {
                faults.push(format!("row {number} stands in the index twice"));
            }
        }
        let (mut after, mut missing) = (0, 0_u64);
        loop {
            let rows = store.scan(after, PAGE)?;
            let Some(last) = rows.last() else { break };
            after = last.num;
            missing += rows
                .iter()
                .filter(|r| !indexed.remove(&row_number(r.num)))
                .count() as u64;
        }
        if missing > 0 {
            faults.push(format!(
                "{missing} records of the public store are not in the index"
            ));
        }
        if !indexed.is_empty() {
            faults.push(format!(
                "{} records of the index are not in the public store",
                indexed.len()
            ));
        }
        Ok(faults)
    }
}

/// What is read from the store at one time, and the place after which the next begins.
type Page<T> = (i64, Vec<T>);

/// Shows page after page to `take`, while another thread reads the next: to decode the records takes about as long as to
/// index them. `read` is told where the last page ended, and answers none when there is nothing more.
///
/// # Errors
/// The first of either; what was read ahead is dropped.
fn read_ahead<T: Send>(
    read: impl Fn(Option<i64>) -> Result<Option<Page<T>>, StoreError> + Send,
    mut take: impl FnMut(Page<T>) -> Result<(), FollowError>,
) -> Result<(), FollowError> {
    let (sender, pages) = sync_channel(1);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut after = None;
            while let Some(page) = read(after).transpose() {
                after = page.as_ref().ok().map(|(last, _)| *last);
                let failed = page.is_err();
                if sender.send(page).is_err() || failed {
                    return;
                }
            }
        });
        // when `take` fails, the channel goes before the scope waits for the thread, which may wait to send into it
        pages.into_iter().try_for_each(|page| take(page?))
    })
}

fn row_number(num: i64) -> u64 {
    u64::try_from(num).unwrap_or_default()
}

/// Shows a public record as the index takes it. Names of natural persons never reach the index; of a masked
/// business name the visible parts do.
fn with_doc<R>(num: u64, record: &PublicRecord, take: impl FnOnce(&IndexDoc<'_>) -> R) -> R {
    let visible = record
        .name_masked
        .then(|| record.subject_name.replace('*', " "));
    let name = match (record.subject_kind, &visible) {
        (SubjectKind::NaturalPerson, _) => None,
        (_, Some(visible)) => Some(visible.as_str()),
        (_, None) => Some(record.subject_name.as_str()),
    };
    let keys: Vec<u64> = record
        .person_keys
        .iter()
        .filter_map(|k| u64::from_str_radix(k, 16).ok())
        .collect();
    let codes: Vec<&str> = record.other_codes.iter().map(String::as_str).collect();
    take(&IndexDoc {
        num,
        name,
        person_keys: &keys,
        credit_code: record.credit_code.as_deref(),
        other_codes: &codes,
        document_number: Some(&record.document_number),
        region: record.region.parse().unwrap_or_default(),
        list: &record.list,
        authority: &record.authority_code,
        kind: record.subject_kind,
        decided: record.decided_on,
        state: record.state().code(),
        displayed_from: record.displayed_from,
        displayed_until: record.displayed_until,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pages of two numbers up to an end, or to one that cannot be read.
    fn pages(
        end: i64,
        fails: i64,
    ) -> impl Fn(Option<i64>) -> Result<Option<Page<i64>>, StoreError> + Send {
        move |after| {
            let first = after.unwrap_or(0) + 1;
            if (first..first + 2).contains(&fails) {
                return Err(StoreError::NoCopy);
            }
            let page: Vec<i64> = (first..=end).take(2).collect();
            Ok(page.last().map(|last| (*last, page.clone())))
        }
    }

    #[test]
    fn what_is_read_ahead_comes_whole_and_in_order() {
        for end in 0..9 {
            let mut taken = Vec::new();
            let take = |(last, page): Page<i64>| {
                assert_eq!(page.last(), Some(&last));
                taken.extend(page);
                Ok(())
            };
            read_ahead(pages(end, 99), take).unwrap();
            assert_eq!(taken, (1..=end).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_fault_on_either_side_ends_it() {
        let mut taken = Vec::new();
        let read = read_ahead(pages(9, 6), |(_, page)| {
            taken.extend(page);
            Ok(())
        });
        assert!(matches!(read, Err(FollowError::Store(StoreError::NoCopy))));
        assert_eq!(taken, [1, 2, 3, 4]);
        // the reader has a page in hand and one on its way when nobody takes any more
        let mut calls = 0;
        let took = read_ahead(pages(1_000, 9_999), |_| {
            calls += 1;
            Err(FollowError::Index(IndexError::NotReady))
        });
        assert!(matches!(took, Err(FollowError::Index(_))));
        assert_eq!(calls, 1);
    }
}
