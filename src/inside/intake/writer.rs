//! The writing end of an import: duplicates, batches, counts, the rejects file, and the thread that puts records into the
//! keeper.
//!
//! A transaction is opened for the first records that arrive and takes in what follows, so that the vault is written while
//! the next rows are read and judged. It ends when it holds enough, when nothing follows for a moment, or when it has
//! lasted long enough for others who wait to write. A crash leaves what was committed, and importing the file again
//! completes it, because a record that is there already is unchanged.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender};
use std::time::{Duration, Instant};

use super::finding::{Fault, Finding};
use super::import::{Batch, BatchInfo, Found, ImportOptions, Judged, Keeper, Put};
use super::report::Rejects;
use super::source;
use super::summary::{ImportError, ImportSummary, Progress};

/// Providers of one complete list; more is a mistake.
const MOST_PROVIDERS: usize = 64;
/// Records handed to the keeper at once.
const PARCEL: usize = 500;
/// How long an open transaction waits for what follows.
const PAUSE: Duration = Duration::from_millis(50);
/// How long a transaction stays open, if it does not fill before.
const LONGEST: Duration = Duration::from_secs(1);

/// Records on their way to the keeper.
pub(super) struct Parcel<K: Keeper> {
    batch: Arc<K::Batch>,
    ready: Vec<K::Ready>,
}

/// What the keeper has committed so far.
#[derive(Debug, Default)]
pub(super) struct Kept {
    added: AtomicU64,
    changed: AtomicU64,
    unchanged: AtomicU64,
}

impl Kept {
    fn count(&self, done: &[Put]) {
        for put in done {
            let of = match put {
                Put::Added => &self.added,
                Put::Changed => &self.changed,
                Put::Unchanged => &self.unchanged,
            };
            of.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn all(&self) -> u64 {
        [&self.added, &self.changed, &self.unchanged]
            .iter()
            .map(|of| of.load(Ordering::Relaxed))
            .sum()
    }
}

/// The keeper's thread: puts in what it is handed until nobody hands it anything any more.
pub(super) fn keep<K: Keeper>(
    keeper: &K,
    parcels: &Receiver<Parcel<K>>,
    batch_rows: usize,
    kept: &Kept,
) -> Result<(), ImportError> {
    while let Ok(Parcel { batch, ready }) = parcels.recv() {
        let begun = Instant::now();
        let mut rows = 0;
        let mut first = Some(ready);
        let mut next = || {
            let ready = match first.take() {
                Some(ready) => ready,
                None if rows >= batch_rows || begun.elapsed() >= LONGEST => return None,
                None => parcels.recv_timeout(PAUSE).ok()?.ready,
            };
            rows += ready.len();
            Some(ready)
        };
        kept.count(&keeper.put(&batch, &mut next)?);
    }
    Ok(())
}

/// The writing end: duplicates, batches, counts, the rejects file.
pub(super) struct Writer<'a, K: Keeper> {
    keeper: &'a K,
    options: &'a ImportOptions,
    pub(super) summary: ImportSummary,
    rejects: Option<Rejects>,
    batch: Option<Arc<K::Batch>>,
    waiting: Vec<K::Ready>,
    to_keeper: Option<SyncSender<Parcel<K>>>,
    kept: &'a Kept,
    /// First row of each natural key: (sheet, row). About 20 bytes a row, the one thing that grows.
    first_rows: HashMap<u64, (u32, u32)>,
    sheets: BTreeMap<u32, String>,
    providers: BTreeSet<String>,
}

impl<'a, K: Keeper> Writer<'a, K> {
    pub(super) fn new(
        keeper: &'a K,
        options: &'a ImportOptions,
        summary: ImportSummary,
        to_keeper: SyncSender<Parcel<K>>,
        kept: &'a Kept,
    ) -> Self {
        Self {
            keeper,
            options,
            summary,
            rejects: None,
            batch: None,
            waiting: Vec::new(),
            to_keeper: Some(to_keeper),
            kept,
            first_rows: HashMap::new(),
            sheets: BTreeMap::new(),
            providers: BTreeSet::new(),
        }
    }

    /// Takes judged rows in the order of the file.
    pub(super) fn take(
        &mut self,
        batch: Batch<K::Ready>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), ImportError> {
        self.sheets
            .entry(batch.sheet)
            .or_insert_with(|| batch.sheet_name.clone());
        for row in batch.rows {
            self.row(batch.sheet, &batch.sheet_name, row)?;
        }
        progress(Progress {
            rows: self.summary.rows_read,
            rejected: self.summary.rejected,
            committed: self.kept.all(),
            done: batch.place.done,
            total: batch.place.total,
        });
        Ok(())
    }

    fn row(
        &mut self,
        sheet: u32,
        sheet_name: &str,
        row: Judged<K::Ready>,
    ) -> Result<(), ImportError> {
        self.summary.rows_read += 1;
        let mut findings = row.findings;
        let mut accepted = row.accepted;
        if let Some(found) = &accepted {
            let number = u32::try_from(row.number).unwrap_or(u32::MAX);
            if let Some((first_sheet, first_row)) = self.first_rows.get(&found.key) {
                let place = self
                    .sheets
                    .get(first_sheet)
                    .filter(|name| *first_sheet != sheet && !name.is_empty())
                    .map(|name| format!("{name}!"))
                    .unwrap_or_default();
                let fault = Fault::new(
                    "duplicate_row",
                    (
                        format!("与第{place}{first_row}行是同一记录(机关、文号、主体相同)"),
                        format!(
                            "the same record as row {place}{first_row} (authority, document number and subject)"
                        ),
                    ),
                    ("删除其中一行", "delete one of the two rows"),
                );
                findings.push(Finding::at(
                    sheet_name,
                    row.number,
                    &found.column,
                    "",
                    fault,
                ));
                accepted = None;
            } else {
                self.first_rows.insert(found.key, (sheet, number));
            }
        }
        self.note(&findings)?;
        let Some(found) = accepted else {
            self.summary.rejected += 1;
            return Ok(());
        };
        self.summary.accepted += 1;
        if let Some(code) = found.block {
            *self.summary.withheld.entry(code.to_owned()).or_default() += 1;
        }
        if self.batch.is_none() && !self.options.dry_run {
            self.begin(&found.provider)?;
        }
        if self.providers.len() <= MOST_PROVIDERS {
            self.providers.insert(found.provider);
        }
        self.waiting.push(found.ready);
        if self.waiting.len() >= PARCEL.min(self.options.batch_rows.max(1)) {
            self.hand_over_rest()?;
        }
        Ok(())
    }

    fn begin(&mut self, provider: &str) -> Result<(), ImportError> {
        let batch = self.keeper.begin(&BatchInfo {
            list: self.summary.list.clone(),
            provider_code: provider.to_owned(),
            file_name: self.summary.file.clone(),
            file_sha256: self.summary.sha256.clone(),
            replace: self.options.replace,
        })?;
        self.summary.batch = Some(self.keeper.id(&batch));
        self.batch = Some(Arc::new(batch));
        Ok(())
    }

    fn note(&mut self, findings: &[Finding]) -> Result<(), ImportError> {
        if findings.is_empty() {
            return Ok(());
        }
        self.summary.count(findings);
        let rejects = self.rejects.get_or_insert_with(|| {
            // before the first accepted row there is no batch yet: the file's own hash names the report
            let start = self.summary.sha256.get(..12).unwrap_or_default();
            let kind = if self.options.dry_run {
                "dry-run"
            } else {
                "import"
            };
            let name = format!("{kind}-{}-{start}", self.options.list);
            Rejects::new(
                self.options.rejects_dir.as_deref(),
                &name,
                &self.summary.file,
            )
        });
        rejects.add(findings).map_err(ImportError::Rejects)
    }

    /// Hands over to the keeper what waits.
    pub(super) fn hand_over_rest(&mut self) -> Result<(), ImportError> {
        let ready = std::mem::take(&mut self.waiting);
        let (Some(batch), Some(to)) = (&self.batch, &self.to_keeper) else {
            return Ok(());
        };
        if ready.is_empty() {
            return Ok(());
        }
        let batch = Arc::clone(batch);
        to.send(Parcel { batch, ready })
            .map_err(|_| ImportError::Internal("the keeper stopped".to_owned()))
    }

    /// Hands over nothing more: the keeper commits what it has and ends.
    pub(super) fn close(&mut self) {
        self.to_keeper = None;
    }

    /// Ends the import, after the keeper: what the whole file came to.
    pub(super) fn finish(
        mut self,
        read: Result<(), source::SourceError>,
        found: Found,
    ) -> Result<ImportSummary, ImportError> {
        self.summary.added = self.kept.added.load(Ordering::Relaxed);
        self.summary.changed = self.kept.changed.load(Ordering::Relaxed);
        self.summary.unchanged = self.kept.unchanged.load(Ordering::Relaxed);
        self.note(&found.findings)?;
        self.summary.sheets_refused = found.lost as u64;
        if let Some(rejects) = self.rejects.take() {
            self.summary.rejects_file = rejects.finish().map_err(ImportError::Rejects)?;
        }
        read?;
        if found.usable == 0 {
            let file = self.summary.file.clone();
            let worst = found
                .refused
                .into_iter()
                .max_by_key(|r| (!r.missing.is_empty(), r.found.len() + r.unknown.len()));
            return Err(match worst {
                Some(refused) if !refused.missing.is_empty() => {
                    ImportError::MissingColumns { file, refused }
                }
                Some(refused) => ImportError::NoHeader {
                    file,
                    found: refused.unknown,
                },
                None => ImportError::NoHeader {
                    file,
                    found: Vec::new(),
                },
            });
        }
        if self.options.replace {
            self.replace()?;
        }
        if let Some(batch) = self.batch.as_ref() {
            self.keeper.finish(batch, &self.summary)?;
        }
        Ok(self.summary)
    }

    /// Withdraws what the complete list no longer holds, unless that could take back too much.
    fn replace(&mut self) -> Result<(), ImportError> {
        if self.summary.accepted == 0 {
            return Err(ImportError::EmptyReplacement {
                file: self.summary.file.clone(),
            });
        }
        let doubtful = self.summary.rejected > 0 || self.summary.sheets_refused > 0;
        if doubtful && !self.options.force {
            self.summary.not_replaced = Some(
                "rows were rejected, so nothing was withdrawn; mend them and import again, or use --force"
                    .to_owned(),
            );
            return Ok(());
        }
        if self.providers.len() > MOST_PROVIDERS {
            self.summary.not_replaced =
                Some("the file names too many providers to be one complete list".to_owned());
            return Ok(());
        }
        let Some(batch) = self.batch.as_ref() else {
            return Ok(());
        };
        for provider in &self.providers {
            self.summary.withdrawn +=
                self.keeper
                    .withdraw_missing(batch, &self.summary.list, provider)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::mpsc::sync_channel;

    use super::*;
    use crate::inside::raw::RawRecord;

    /// Counts the records of each transaction; the one that would go beyond `most` in all fails.
    struct Counting {
        sizes: Mutex<Vec<usize>>,
        most: usize,
    }

    impl Counting {
        fn up_to(most: usize) -> Self {
            let sizes = Mutex::default();
            Self { sizes, most }
        }

        fn sizes(&self) -> Vec<usize> {
            self.sizes.lock().unwrap().clone()
        }
    }

    impl Keeper for Counting {
        type Ready = ();
        type Batch = ();

        fn begin(&self, _: &BatchInfo) -> Result<(), ImportError> {
            Ok(())
        }

        fn id(&self, (): &()) -> String {
            "b".to_owned()
        }

        fn prepare(&self, _: RawRecord) -> Result<(), ImportError> {
            Ok(())
        }

        fn put(
            &self,
            (): &(),
            next: &mut dyn FnMut() -> Option<Vec<()>>,
        ) -> Result<Vec<Put>, ImportError> {
            let done: Vec<Put> = std::iter::from_fn(next)
                .flatten()
                .map(|()| Put::Added)
                .collect();
            let mut sizes = self.sizes.lock().unwrap();
            if sizes.iter().sum::<usize>() + done.len() > self.most {
                return Err(ImportError::Vault("it is full".to_owned()));
            }
            sizes.push(done.len());
            Ok(done)
        }

        fn withdraw_missing(&self, (): &(), _: &str, _: &str) -> Result<u64, ImportError> {
            Ok(0)
        }

        fn finish(&self, (): &(), _: &ImportSummary) -> Result<(), ImportError> {
            Ok(())
        }
    }

    fn parcel(rows: usize) -> Parcel<Counting> {
        Parcel {
            batch: Arc::new(()),
            ready: vec![(); rows],
        }
    }

    #[test]
    fn a_transaction_takes_in_what_follows_until_it_holds_enough() {
        let (to, parcels) = sync_channel(10);
        for rows in [500, 500, 500, 500, 500, 3] {
            to.send(parcel(rows)).unwrap();
        }
        drop(to);
        let (keeper, kept) = (Counting::up_to(9999), Kept::default());
        keep(&keeper, &parcels, 1000, &kept).unwrap();
        assert_eq!(keeper.sizes(), [1000, 1000, 503]);
        assert_eq!(kept.all(), 2503);
    }

    #[test]
    fn a_transaction_does_not_wait_for_a_slow_file() {
        let (to, parcels) = sync_channel(10);
        let (keeper, kept) = (Counting::up_to(9999), Kept::default());
        let (used, counts) = (&keeper, &kept);
        std::thread::scope(|scope| {
            let keeping = scope.spawn(move || keep(used, &parcels, 1000, counts));
            to.send(parcel(10)).unwrap();
            while keeper.sizes().is_empty() {
                std::thread::yield_now();
            }
            assert_eq!(kept_soon(&kept), 10);
            to.send(parcel(20)).unwrap();
            drop(to);
            keeping.join().unwrap().unwrap();
        });
        assert_eq!(keeper.sizes(), [10, 20]);
    }

    /// What is counted as kept, which it is a moment after its transaction ended.
    fn kept_soon(kept: &Kept) -> u64 {
        while kept.all() == 0 {
            std::thread::yield_now();
        }
        kept.all()
    }

    #[test]
    fn what_failed_is_not_counted_and_ends_the_keeper() {
        let (to, parcels) = sync_channel(10);
        for _ in 0..4 {
            to.send(parcel(500)).unwrap();
        }
        let (keeper, kept) = (Counting::up_to(600), Kept::default());
        let failed = keep(&keeper, &parcels, 500, &kept).unwrap_err();
        assert!(failed.to_string().contains("it is full"), "{failed}");
        assert_eq!((keeper.sizes(), kept.all()), (vec![500], 500));
    }
}
