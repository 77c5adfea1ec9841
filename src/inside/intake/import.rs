//! The import run: one thread reads, two type and seal, the caller's thread writes, in the order of the file.
//!
//! Chunks go round the workers in turn and come back in turn, over bounded channels: memory stays flat and
//! the result does not depend on timing. Each written batch is one transaction; a crash leaves what was
//! committed, and importing the file again completes it, because a record that is there already is unchanged.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Instant;

use chrono::NaiveDate;

use super::finding::{Fault, Finding};
use super::report::Rejects;
use super::row::{self, Context};
use super::source::{self, Flow, Limits, Place, sniff};
use super::summary::{ImportError, ImportSummary, Progress};
use super::table::{Chunk, Table};
use super::template::Templates;
use crate::domain::catalogue::{Catalogue, ListEntry};
use crate::domain::rule::block::{Case, hard_block};
use crate::domain::subject::{CitizenId, CreditCode};
use crate::domain::time::{Moment, civil_date};
use crate::inside::raw::RawRecord;

/// Threads that type and seal.
const WORKERS: usize = 2;
/// Chunks waiting at each worker and after it.
const WAITING: usize = 4;
/// Providers of one complete list; more is a mistake.
const MOST_PROVIDERS: usize = 64;

/// A body named with the command: authority or provider of rows that do not name one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// Name.
    pub name: String,
    /// Unified social credit code.
    pub code: String,
}

/// How to import.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// Catalogue list.
    pub list: String,
    /// Everything but the write.
    pub dry_run: bool,
    /// The file is the complete current list of its provider: what is missing is withdrawn.
    pub replace: bool,
    /// Withdraw although rows were rejected.
    pub force: bool,
    /// Authority for rows that do not name one; the catalogue's contact when absent.
    pub authority: Option<Body>,
    /// Provider for rows that do not name one; the authority when absent.
    pub provider: Option<Body>,
    /// Directory of the rejects files.
    pub rejects_dir: Option<PathBuf>,
    /// Instant of the import; no decision is later than its civil date.
    pub at: Moment,
    /// Who imports, for the audit log.
    pub actor: String,
    /// Records written in one transaction.
    pub batch_rows: usize,
}

impl ImportOptions {
    /// Plain import into a list.
    #[must_use]
    pub fn new(list: impl Into<String>, at: Moment) -> Self {
        Self {
            list: list.into(),
            dry_run: false,
            replace: false,
            force: false,
            authority: None,
            provider: None,
            rejects_dir: None,
            at,
            actor: "import".to_owned(),
            // The index by id is touched all over by every batch: larger batches write fewer of its pages twice.
            batch_rows: 10_000,
        }
    }

    /// Civil date of the import.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        civil_date(self.at)
    }
}

/// What putting a record did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inside) enum Put {
    /// It is new.
    Added,
    /// Its content changed, or it had been withdrawn.
    Changed,
    /// It was there as it is.
    Unchanged,
}

/// A file about to be imported, as the vault records it.
#[derive(Clone, Debug)]
pub(in crate::inside) struct BatchInfo {
    /// Catalogue list.
    pub list: String,
    /// Provider of the first accepted row.
    pub provider_code: String,
    /// File name.
    pub file_name: String,
    /// Its SHA-256.
    pub file_sha256: String,
    /// Whether it replaces the list.
    pub replace: bool,
}

/// Where accepted records go: the vault, or nowhere in a dry run.
pub(in crate::inside) trait Keeper: Sync {
    /// A record made ready: keyed, hashed and sealed, on a worker thread.
    type Ready: Send;
    /// An open batch.
    type Batch;
    /// Opens a batch.
    fn begin(&self, info: &BatchInfo) -> Result<Self::Batch, ImportError>;
    /// Its id.
    fn id(&self, batch: &Self::Batch) -> String;
    /// Makes a record ready.
    fn prepare(&self, record: RawRecord) -> Result<Self::Ready, ImportError>;
    /// Writes records in one transaction.
    fn put(&self, batch: &Self::Batch, ready: Vec<Self::Ready>) -> Result<Vec<Put>, ImportError>;
    /// Withdraws what a complete list no longer holds.
    fn withdraw_missing(
        &self,
        batch: &Self::Batch,
        list: &str,
        provider: &str,
    ) -> Result<u64, ImportError>;
    /// Closes a batch with its counts.
    fn finish(&self, batch: &Self::Batch, summary: &ImportSummary) -> Result<(), ImportError>;
}

/// A judged row on its way to the writer.
struct Judged<R> {
    number: u64,
    accepted: Option<Accepted<R>>,
    findings: Vec<Finding>,
}

struct Accepted<R> {
    ready: R,
    key: u64,
    column: String,
    provider: String,
    block: Option<&'static str>,
}

struct Batch<R> {
    sheet: u32,
    sheet_name: String,
    rows: Vec<Judged<R>>,
    place: Place,
}

/// Runs an import into a keeper. See [`super::import`] for the door.
pub(in crate::inside) fn run<K: Keeper>(
    keeper: &K,
    catalogue: &Catalogue,
    path: &Path,
    options: &ImportOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<ImportSummary, ImportError> {
    let started = Instant::now();
    let entry = catalogue
        .list(&options.list)
        .ok_or_else(|| ImportError::UnknownList {
            list: options.list.clone(),
        })?;
    let templates = Templates::embedded().map_err(|e| ImportError::Internal(e.to_owned()))?;
    let template = templates
        .template(&entry.template)
        .ok_or_else(|| ImportError::Internal(format!("no template {}", entry.template)))?
        .for_list(entry);
    let (authority, provider) = (
        body(options.authority.as_ref())?,
        body(options.provider.as_ref())?,
    );
    let context = Context {
        list: &entry.code,
        template: &template,
        templates,
        today: options.today(),
        told: [&authority, &provider]
            .into_iter()
            .flatten()
            .map(|(_, code)| *code)
            .collect(),
        authority: authority.or_else(|| contact(entry)),
        provider,
    };
    let sniffed = sniff::sniff(path)?;
    let summary = ImportSummary {
        file: sniff::shown(path),
        sha256: sniffed.sha256.clone(),
        format: sniffed.format.code().to_owned(),
        encoding: sniffed.encoding.code().to_owned(),
        list: entry.code.clone(),
        dry_run: options.dry_run,
        ..ImportSummary::default()
    };
    let mut writer = Writer::new(keeper, options, summary);

    let (context, entry) = (&context, &entry);
    let read = std::thread::scope(|scope| {
        let mut to_workers = Vec::new();
        let mut from_workers = Vec::new();
        for _ in 0..WORKERS {
            let (to, work) = sync_channel::<Chunk>(WAITING);
            let (done, from) = sync_channel::<Result<Batch<K::Ready>, ImportError>>(WAITING);
            to_workers.push(to);
            from_workers.push(from);
            scope.spawn(move || worker(keeper, context, entry, &work, &done));
        }
        let sniffed = &sniffed;
        let reader = scope.spawn(move || {
            let mut turn = 0;
            let mut table = Table::new(context.template, move |chunk| {
                let sent = to_workers
                    .get(turn % WORKERS)
                    .is_some_and(|to: &SyncSender<Chunk>| to.send(chunk).is_ok());
                turn += 1;
                if sent { Flow::More } else { Flow::Stop }
            });
            let read = source::read(path, sniffed, &Limits::default(), &mut |item, place| {
                table.take(item, place)
            });
            table.finish();
            let found = Found {
                usable: table.usable,
                lost: table.lost_sheets(),
                refused: std::mem::take(&mut table.refused),
                findings: std::mem::take(&mut table.findings),
            };
            (read, found)
        });
        let mut turn = 0;
        let written = loop {
            let Some(from) = from_workers.get(turn % WORKERS) else {
                break Ok(());
            };
            turn += 1;
            // a worker that is done closes its end; the others have nothing later then
            let Ok(batch) = from.recv() else {
                break Ok(());
            };
            match batch.and_then(|batch| writer.take(batch, progress)) {
                Ok(()) => {}
                Err(e) => break Err(e),
            }
        };
        drop(from_workers);
        let joined = reader
            .join()
            .map_err(|_| ImportError::Internal("the reader stopped".to_owned()));
        written.and(joined)
    })?;
    let (read, found) = read;
    writer.summary.took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    writer.finish(read, found)
}

/// What the reading thread found about the file.
struct Found {
    usable: u32,
    lost: usize,
    refused: Vec<super::table::Refused>,
    findings: Vec<Finding>,
}

pub(super) fn body(body: Option<&Body>) -> Result<Option<(String, CreditCode)>, ImportError> {
    body.map(|b| {
        CreditCode::parse(&b.code)
            .map(|code| (b.name.clone(), code))
            .map_err(|e| ImportError::BadBody {
                name: b.name.clone(),
                detail: e.to_string(),
            })
    })
    .transpose()
}

/// The authority that answers for the list stands in for rows that name it without its code.
pub(super) fn contact(entry: &ListEntry) -> Option<(String, CreditCode)> {
    let code = CreditCode::parse(&entry.contact.credit_code).ok()?;
    Some((entry.contact.name.zh.clone(), code))
}

fn worker<K: Keeper>(
    keeper: &K,
    context: &Context<'_>,
    entry: &ListEntry,
    work: &Receiver<Chunk>,
    done: &SyncSender<Result<Batch<K::Ready>, ImportError>>,
) {
    while let Ok(chunk) = work.recv() {
        let column = chunk
            .layout
            .headers
            .iter()
            .zip(&chunk.layout.uses)
            .find(|(_, u)| is_document_number(u, context))
            .map_or("", |(h, _)| h.as_str());
        let rows = chunk
            .rows
            .iter()
            .map(|row| judge(keeper, context, entry, row, &chunk.layout, column))
            .collect::<Result<Vec<_>, _>>();
        let batch = rows.map(|rows| Batch {
            sheet: chunk.sheet,
            sheet_name: chunk.layout.sheet.clone(),
            rows,
            place: chunk.place,
        });
        if done.send(batch).is_err() {
            return;
        }
    }
}

fn judge<K: Keeper>(
    keeper: &K,
    context: &Context<'_>,
    entry: &ListEntry,
    row: &source::SheetRow,
    layout: &super::header::Layout,
    column: &str,
) -> Result<Judged<K::Ready>, ImportError> {
    let typed = row::read(row, layout, context);
    let accepted = match typed.record {
        Some(record) => Some(Accepted {
            key: natural_key(&record),
            column: column.to_owned(),
            provider: record.provider_code.clone(),
            block: block_of(entry, &record, context.today),
            ready: keeper.prepare(*record)?,
        }),
        None => None,
    };
    Ok(Judged {
        number: typed.number,
        accepted,
        findings: typed.findings,
    })
}

fn is_document_number(used: &super::header::Use, context: &Context<'_>) -> bool {
    matches!(used, super::header::Use::Known(i, _)
        if context.template.columns.get(*i).is_some_and(|c| c.key == "document_number"))
}

/// Hash of what makes a record the same record: authority, document number, subject.
fn natural_key(record: &RawRecord) -> u64 {
    let mut hash = DefaultHasher::new();
    record.authority_code.hash(&mut hash);
    record.document_number.hash(&mut hash);
    let subject = &record.subject;
    match (&subject.credit_code, &subject.identity) {
        (Some(code), _) => code.hash(&mut hash),
        (None, Some((_, number))) => number.expose().hash(&mut hash),
        (None, None) => subject.name.expose().hash(&mut hash),
    }
    hash.finish()
}

/// Reason for which the rules will not publish the record, as far as import can tell.
fn block_of(entry: &ListEntry, record: &RawRecord, today: NaiveDate) -> Option<&'static str> {
    let field = |key: &str| record.fields.get(key).map_or("", |v| v.expose());
    let cited_law = [field("penalty_basis"), field("designation_basis")]
        .into_iter()
        .find(|t| !t.is_empty())
        .unwrap_or_default();
    let age = record
        .subject
        .identity
        .as_ref()
        .and_then(|(_, number)| CitizenId::parse(number.expose()).ok())
        .and_then(|id| u32::try_from(id.age_on(today)).ok());
    hard_block(&Case {
        entry,
        kind: record.subject.kind,
        facts: &record.facts,
        basis: &record.basis_document,
        document_number: &record.document_number,
        authority: &record.authority_name,
        cited_law,
        age,
        today,
    })
    .map(crate::domain::rule::block::Block::code)
}

/// The writing end: duplicates, batches, counts, the rejects file.
struct Writer<'a, K: Keeper> {
    keeper: &'a K,
    options: &'a ImportOptions,
    summary: ImportSummary,
    rejects: Option<Rejects>,
    batch: Option<K::Batch>,
    waiting: Vec<K::Ready>,
    /// First row of each natural key: (sheet, row). About 20 bytes a row, the one thing that grows.
    first_rows: HashMap<u64, (u32, u32)>,
    sheets: BTreeMap<u32, String>,
    providers: BTreeSet<String>,
}

impl<'a, K: Keeper> Writer<'a, K> {
    fn new(keeper: &'a K, options: &'a ImportOptions, summary: ImportSummary) -> Self {
        Self {
            keeper,
            options,
            summary,
            rejects: None,
            batch: None,
            waiting: Vec::new(),
            first_rows: HashMap::new(),
            sheets: BTreeMap::new(),
            providers: BTreeSet::new(),
        }
    }

    fn take(
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
            committed: self.summary.added + self.summary.changed + self.summary.unchanged,
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
        if self.waiting.len() >= self.options.batch_rows.max(1) {
            self.flush()?;
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
        self.batch = Some(batch);
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

    fn flush(&mut self) -> Result<(), ImportError> {
        let ready = std::mem::take(&mut self.waiting);
        let Some(batch) = self.batch.as_ref().filter(|_| !ready.is_empty()) else {
            return Ok(());
        };
        for put in self.keeper.put(batch, ready)? {
            match put {
                Put::Added => self.summary.added += 1,
                Put::Changed => self.summary.changed += 1,
                Put::Unchanged => self.summary.unchanged += 1,
            }
        }
        Ok(())
    }

    fn finish(
        mut self,
        read: Result<(), source::SourceError>,
        found: Found,
    ) -> Result<ImportSummary, ImportError> {
        self.flush()?;
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
