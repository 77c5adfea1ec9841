//! The import run: one thread reads, two type and seal, the caller's counts and one writes, in the order of the file.
//!
//! Chunks go round the workers in turn and come back in turn, over bounded channels: memory stays flat and
//! the result does not depend on timing. The writing end ([`super::writer`]) hands what is accepted to a thread of the
//! keeper, so that the vault is written while the next rows are judged.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Instant;

use chrono::NaiveDate;

use super::finding::Finding;
use super::row::{self, Context};
use super::source::{self, Flow, Limits, Place, sniff};
use super::summary::{ImportError, ImportSummary, Progress};
use super::table::{Chunk, Table};
use super::template::Templates;
use super::writer::{Kept, Writer, keep};
use crate::domain::catalogue::{Catalogue, ListEntry};
use crate::domain::rule::block::{Case, hard_block};
use crate::domain::subject::{CitizenId, CreditCode};
use crate::domain::time::{Moment, civil_date};
use crate::inside::raw::RawRecord;

/// Threads that type and seal.
const WORKERS: usize = 2;
/// Chunks waiting at each worker and after it.
const WAITING: usize = 4;
/// Parcels waiting at the keeper: about as many records as one transaction takes, so that judging goes on while it commits.
const PARCELS: usize = 20;

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
    type Batch: Send + Sync;
    /// Opens a batch.
    fn begin(&self, info: &BatchInfo) -> Result<Self::Batch, ImportError>;
    /// Its id.
    fn id(&self, batch: &Self::Batch) -> String;
    /// Makes a record ready.
    fn prepare(&self, record: RawRecord) -> Result<Self::Ready, ImportError>;
    /// Writes the records that `next` hands over, in one transaction, until it hands over no more; says of each what
    /// that did, in order.
    fn put(
        &self,
        batch: &Self::Batch,
        next: &mut dyn FnMut() -> Option<Vec<Self::Ready>>,
    ) -> Result<Vec<Put>, ImportError>;
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
pub(super) struct Judged<R> {
    pub(super) number: u64,
    pub(super) accepted: Option<Accepted<R>>,
    pub(super) findings: Vec<Finding>,
}

pub(super) struct Accepted<R> {
    pub(super) ready: R,
    pub(super) key: u64,
    pub(super) column: String,
    pub(super) provider: String,
    pub(super) block: Option<&'static str>,
}

pub(super) struct Batch<R> {
    pub(super) sheet: u32,
    pub(super) sheet_name: String,
    pub(super) rows: Vec<Judged<R>>,
    pub(super) place: Place,
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
    let kept = Kept::default();
    let (to_keeper, parcels) = sync_channel(PARCELS);
    let mut writer = Writer::new(keeper, options, summary, to_keeper, &kept);

    let (context, entry, kept) = (&context, &entry, &kept);
    let read = std::thread::scope(|scope| {
        let keeping = scope.spawn(move || keep(keeper, &parcels, options.batch_rows, kept));
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
        let written = written.and_then(|()| writer.hand_over_rest());
        writer.close();
        let stopped = |who: &str| ImportError::Internal(format!("the {who} stopped"));
        let keeper_ended = keeping.join().map_err(|_| stopped("keeper"));
        let joined = reader.join().map_err(|_| stopped("reader"));
        // the keeper's own word first: that nothing more could be handed to it only follows from that
        keeper_ended??;
        written.and(joined)
    })?;
    let (read, found) = read;
    writer.summary.took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    writer.finish(read, found)
}

/// What the reading thread found about the file.
pub(super) struct Found {
    pub(super) usable: u32,
    pub(super) lost: usize,
    pub(super) refused: Vec<super::table::Refused>,
    pub(super) findings: Vec<Finding>,
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
