//! The index that answers: its directory, the generation in use, and small changes to it.
//!
//! A directory holds generations `gen-N` and a file `current` that names the one in use. A commit carries the schema version
//! and the sequence number of the release that it holds, in one atomic step with its documents. A request takes one
//! [`Generation`] and keeps it; old ones answer until dropped, even after their files are gone.

use super::fields::{Fields, IndexDoc, SCHEMA_VERSION, column};
use super::request::SearchAnswer;
use super::segment::{Loaded, Segment, Vocabulary};
use super::sink::Scratch;
use arc_swap::ArcSwapOption;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tantivy::fastfield::AliveBitSet;
use tantivy::index::{SegmentId, SegmentReader};
use tantivy::indexer::IndexWriterOptions;
use tantivy::query::doc_predicate_query::{DocPredicateQuery, FunctionPredicate};
use tantivy::{Index, IndexReader, IndexSettings, ReloadPolicy, TantivyDocument, TantivyError};

/// How the index is built.
#[derive(Clone, Copy, Debug)]
pub struct IndexOptions {
    /// Indexing threads.
    pub threads: usize,
    /// Memory that each indexing thread fills before it writes a segment, in bytes (at least 15 MB).
    pub memory_per_thread: usize,
}

impl Default for IndexOptions {
    fn default() -> Self {
        Self {
            threads: 2,
            memory_per_thread: 128 << 20,
        }
    }
}

/// What is wrong with an index, or why it could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// A file of the index directory.
    #[error("{path}: {source}: check that the directory is writable")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The search library refused.
    #[error("the search index failed: {0}")]
    Library(#[from] TantivyError),
    /// A change was to be made to an index that holds nothing yet or must be rebuilt.
    #[error("the index must be rebuilt before it can be changed")]
    NotReady,
}

/// What was found when the index was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It answers, and holds the public store up to a sequence number.
    Ready {
        /// The sequence number of the release that it holds.
        seq: u64,
    },
    /// There was none: it must be built.
    Missing,
    /// It was made by another version of the program: it must be rebuilt.
    OtherSchema,
    /// It cannot be read: it must be rebuilt.
    Damaged(String),
}

/// What a commit carries beside its documents.
#[derive(Serialize, Deserialize)]
pub(super) struct Payload {
    pub schema: u32,
    pub seq: u64,
}

impl Payload {
    pub fn text(seq: u64) -> String {
        format!("{{\"schema\":{SCHEMA_VERSION},\"seq\":{seq}}}")
    }
}

/// One state of the index: what a request sees from its beginning to its end.
pub(super) struct Generation {
    pub segments: Vec<Segment>,
    pub vocabulary: Vocabulary,
    pub seq: u64,
    /// Documents, deleted ones included: the measure for what is a frequent term.
    pub docs: u64,
    /// Answers to requests without words, which many readers share and which cost a walk over all documents.
    pub listed: Mutex<HashMap<String, SearchAnswer>>,
    /// Held so that a segment is loaded once for all generations that have it.
    loaded: HashMap<SegmentId, Arc<Loaded>>,
}

impl Generation {
    fn load(
        reader: &IndexReader,
        fields: &Fields,
        seq: u64,
        before: Option<&Self>,
    ) -> Result<Self, TantivyError> {
        let searcher = reader.searcher();
        let mut loaded = HashMap::new();
        let mut segments = Vec::new();
        for segment in searcher.segment_readers() {
            let id = segment.segment_id();
            let data = match before.and_then(|b| b.loaded.get(&id)) {
                Some(data) => Arc::clone(data),
                None => Arc::new(Loaded::load(segment, fields)?),
            };
            loaded.insert(id, Arc::clone(&data));
            segments.push(Segment {
                data,
                alive: segment.alive_bitset().cloned(),
                max_doc: segment.max_doc(),
            });
        }
        let docs = segments.iter().map(|s| u64::from(s.max_doc)).sum();
        Ok(Self {
            vocabulary: Vocabulary::of(&segments),
            segments,
            seq,
            docs,
            listed: Mutex::new(HashMap::new()),
            loaded,
        })
    }
}

/// The index that answers now, and its parts that reload it.
pub(super) struct Live {
    pub index: Index,
    pub reader: IndexReader,
    pub number: u64,
}

/// The search index of a node.
pub struct SearchIndex {
    pub(super) dir: PathBuf,
    pub(super) options: IndexOptions,
    /// Whether it is asked for answers; if not, nothing is loaded for them.
    answers: bool,
    pub(super) fields: Fields,
    pub(super) generation: ArcSwapOption<Generation>,
    pub(super) live: Mutex<Option<Live>>,
    /// One change at a time.
    pub(super) changing: Mutex<()>,
    condition: Mutex<Condition>,
    /// Rooms that searches work in, those not in use.
    pub(super) rooms: Mutex<Vec<Scratch>>,
}

/// A lock whose holder panicked is still good here: what it guards is replaced whole.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn file_error(path: &Path) -> impl FnOnce(std::io::Error) -> IndexError {
    let path = path.to_owned();
    move |source| IndexError::File { path, source }
}

const CURRENT: &str = "current";

impl SearchIndex {
    /// Opens the index of a directory, which is made when it is not there. An index that is missing, damaged or of another
    /// schema is no error: [`Self::condition`] says so, searches answer "not ready", and the caller rebuilds.
    ///
    /// # Errors
    /// When the directory cannot be made or read.
    pub fn open_or_create(
        dir: impl Into<PathBuf>,
        options: IndexOptions,
    ) -> Result<Self, IndexError> {
        Self::open(dir.into(), options, true)
    }

    /// Opens the index of a directory to bring it up to the public store and for nothing else: it answers no search, so
    /// nothing is loaded for answers.
    ///
    /// # Errors
    /// As [`Self::open_or_create`].
    pub fn open_to_follow(
        dir: impl Into<PathBuf>,
        options: IndexOptions,
    ) -> Result<Self, IndexError> {
        Self::open(dir.into(), options, false)
    }

    fn open(dir: PathBuf, options: IndexOptions, answers: bool) -> Result<Self, IndexError> {
        fs::create_dir_all(&dir).map_err(file_error(&dir))?;
        let (_, fields) = Fields::schema();
        let this = Self {
            dir,
            options,
            answers,
            fields,
            generation: ArcSwapOption::empty(),
            live: Mutex::new(None),
            changing: Mutex::new(()),
            rooms: Mutex::default(),
            condition: Mutex::new(Condition::Missing),
        };
        let condition = this.open_current();
        *lock(&this.condition) = condition;
        Ok(this)
    }

    /// What was found when the index was opened, or what it has become since.
    #[must_use]
    pub fn condition(&self) -> Condition {
        lock(&self.condition).clone()
    }

    /// The sequence number of the release that the index holds; `None` when it does not answer.
    #[must_use]
    pub fn seq(&self) -> Option<u64> {
        self.generation.load().as_ref().map(|g| g.seq)
    }

    /// The number of records in the index, hidden ones included.
    #[must_use]
    pub fn records(&self) -> u64 {
        if !self.answers {
            let live = lock(&self.live);
            return live.as_ref().map_or(0, |l| l.reader.searcher().num_docs());
        }
        let alive = |s: &Segment| {
            s.alive
                .as_ref()
                .map_or(s.max_doc as usize, AliveBitSet::num_alive_docs) as u64
        };
        self.generation
            .load()
            .as_ref()
            .map_or(0, |g| g.segments.iter().map(alive).sum())
    }

    /// Bytes of the files of the generation in use.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let Some(number) = lock(&self.live).as_ref().map(|live| live.number) else {
            return 0;
        };
        let files = fs::read_dir(self.generation_dir(number))
            .into_iter()
            .flatten()
            .flatten();
        files
            .filter_map(|file| file.metadata().ok())
            .map(|m| m.len())
            .sum()
    }

    /// Row numbers of all records in the index, ascending: to compare it with the public store.
    #[must_use]
    pub fn row_numbers(&self) -> Vec<u64> {
        let mut out = Vec::new();
        if let Some(generation) = self.generation.load_full() {
            for segment in &generation.segments {
                let alive = (0..segment.max_doc)
                    .filter(|d| segment.alive.as_ref().is_none_or(|a| a.is_alive(*d)));
                out.extend(alive.map(|doc| segment.num(doc)));
            }
        }
        out.sort_unstable();
        out
    }

    pub(super) fn generation_dir(&self, number: u64) -> PathBuf {
        self.dir.join(format!("gen-{number:06}"))
    }

    /// The number of the generation that `current` names.
    pub(super) fn current_number(&self) -> Option<u64> {
        let text = fs::read_to_string(self.dir.join(CURRENT)).ok()?;
        text.trim().strip_prefix("gen-")?.parse().ok()
    }

    fn open_current(&self) -> Condition {
        let Some(number) = self.current_number() else {
            return Condition::Missing;
        };
        match self.open_generation(number) {
            Ok(condition) => condition,
            Err(error) => Condition::Damaged(error.to_string()),
        }
    }

    fn open_generation(&self, number: u64) -> Result<Condition, IndexError> {
        let mut index = Index::open_in_dir(self.generation_dir(number))?;
        index.set_tokenizers(Fields::tokenizers());
        let payload = index
            .load_metas()?
            .payload
            .and_then(|text| serde_json::from_str::<Payload>(&text).ok());
        let payload = match payload {
            Some(payload)
                if payload.schema == SCHEMA_VERSION && index.schema() == Fields::schema().0 =>
            {
                payload
            }
            Some(_) => return Ok(Condition::OtherSchema),
            None => {
                return Ok(Condition::Damaged(
                    "its last commit does not say what it holds".to_owned(),
                ));
            }
        };
        self.install(index, number, payload.seq)?;
        self.remove_others(number);
        Ok(Condition::Ready { seq: payload.seq })
    }

    /// Puts an index into use.
    pub(super) fn install(&self, index: Index, number: u64, seq: u64) -> Result<(), IndexError> {
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        if self.answers {
            let generation = Generation::load(&reader, &self.fields, seq, None)?;
            self.generation.store(Some(Arc::new(generation)));
        }
        *lock(&self.live) = Some(Live {
            index,
            reader,
            number,
        });
        *lock(&self.condition) = Condition::Ready { seq };
        Ok(())
    }

    /// Names the generation in use, by write and rename.
    pub(super) fn point_to(&self, number: u64) -> Result<(), IndexError> {
        let path = self.dir.join(CURRENT);
        let fresh = self.dir.join("current.new");
        let write = || -> std::io::Result<()> {
            let mut file = fs::File::create(&fresh)?;
            file.write_all(format!("gen-{number:06}\n").as_bytes())?;
            file.sync_all()?;
            fs::rename(&fresh, &path)?;
            // The rename itself must last, or the next start would open the generation that is being removed.
            fs::File::open(&self.dir)?.sync_all()
        };
        write().map_err(file_error(&path))
    }

    /// Removes every generation but one: leftovers of a crash, or the one just replaced. What cannot be removed now is
    /// tried again at the next start.
    pub(super) fn remove_others(&self, keep: u64) {
        let keep = self.generation_dir(keep);
        for entry in fs::read_dir(&self.dir).into_iter().flatten().flatten() {
            let path = entry.path();
            let old = entry.file_name().to_string_lossy().starts_with("gen-") && path != keep;
            if old && let Err(error) = fs::remove_dir_all(&path) {
                tracing::warn!(%error, "an old index generation could not be removed");
            }
        }
    }

    /// Begins a change: delete and put records by row number, then commit. One change at a time; a second waits.
    ///
    /// # Errors
    /// [`IndexError::NotReady`] when there is nothing to change yet: rebuild first.
    pub fn writer(&self) -> Result<Writer<'_>, IndexError> {
        let guard = lock(&self.changing);
        let live = lock(&self.live);
        let live = live.as_ref().ok_or(IndexError::NotReady)?;
        let options = IndexWriterOptions::builder()
            .num_worker_threads(self.options.threads)
            .memory_budget_per_thread(self.options.memory_per_thread)
            .num_merge_threads(1)
            .build();
        let writer = live.index.writer_with_options(options)?;
        Ok(Writer {
            index: self,
            writer: Some(writer),
            pending: HashMap::new(),
            order: Vec::new(),
            _guard: guard,
        })
    }

    /// Loads the last commit and puts it into use.
    fn reload(&self, seq: u64) -> Result<(), IndexError> {
        let live = lock(&self.live);
        let live = live.as_ref().ok_or(IndexError::NotReady)?;
        live.reader.reload()?;
        if self.answers {
            let before = self.generation.load_full();
            let generation = Generation::load(&live.reader, &self.fields, seq, before.as_deref())?;
            self.generation.store(Some(Arc::new(generation)));
        }
        *lock(&self.condition) = Condition::Ready { seq };
        Ok(())
    }
}

/// Creates a tantivy index for a generation.
pub(super) fn create(dir: &Path) -> Result<Index, IndexError> {
    fs::create_dir_all(dir).map_err(file_error(dir))?;
    let (schema, _) = Fields::schema();
    let mut index = Index::builder()
        .schema(schema)
        .settings(IndexSettings::default())
        .create_in_dir(dir)?;
    index.set_tokenizers(Fields::tokenizers());
    Ok(index)
}

/// A change in progress. Nothing of it is seen before [`Self::commit`]; dropped without it, nothing happened.
pub struct Writer<'i> {
    index: &'i SearchIndex,
    writer: Option<tantivy::IndexWriter>,
    /// What becomes of a row number in this batch: the document that replaces it, or nothing.
    pending: HashMap<u64, Option<TantivyDocument>>,
    order: Vec<u64>,
    _guard: MutexGuard<'i, ()>,
}

/// Changes after which a batch is handed to the index; a bound on memory.
const BATCH: usize = 20_000;

impl Writer<'_> {
    /// Puts a record in place of the one with its row number, if any.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn put(&mut self, doc: &IndexDoc<'_>) -> Result<(), IndexError> {
        let document = self.index.fields.document(doc);
        self.change(doc.num, Some(document))
    }

    /// Removes the record of a row number, if it is there.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn remove(&mut self, num: u64) -> Result<(), IndexError> {
        self.change(num, None)
    }

    fn change(&mut self, num: u64, document: Option<TantivyDocument>) -> Result<(), IndexError> {
        if self.pending.insert(num, document).is_none() {
            self.order.push(num);
        }
        if self.pending.len() >= BATCH {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// Deletes what the batch replaces, in one walk over the row numbers, then adds. (An indexed row number would cost eight
    /// bytes a record to save some milliseconds a release.)
    fn flush(&mut self) -> Result<(), IndexError> {
        let Some(writer) = self.writer.as_ref().filter(|_| !self.pending.is_empty()) else {
            return Ok(());
        };
        let numbers: Arc<HashSet<u64>> = Arc::new(self.pending.keys().copied().collect());
        let gone = FunctionPredicate::from(move |reader: &SegmentReader| {
            let column = reader.fast_fields().u64(column::NUM)?;
            let numbers = Arc::clone(&numbers);
            Ok(move |doc| column.first(doc).is_some_and(|num| numbers.contains(&num)))
        });
        writer.delete_query(Box::new(DocPredicateQuery::from(gone)))?;
        for num in self.order.drain(..) {
            if let Some(Some(document)) = self.pending.remove(&num) {
                writer.add_document(document)?;
            }
        }
        self.pending.clear();
        Ok(())
    }

    /// The segments, the number of documents in each, and whether some of them are deleted. (No description of a segment
    /// is handed out: who holds one keeps its files from being collected.)
    pub(super) fn segments(&self) -> Result<Vec<(SegmentId, u64, bool)>, IndexError> {
        let writer = self.writer.as_ref().ok_or(IndexError::NotReady)?;
        let segments = writer.index().searchable_segment_metas()?;
        let facts = |s: &tantivy::SegmentMeta| (s.id(), u64::from(s.max_doc()), s.has_deletes());
        Ok(segments.iter().map(facts).collect())
    }

    /// Merges segments and removes the files that are then of no use.
    pub(super) fn merge(&mut self, ids: &[SegmentId]) -> Result<(), IndexError> {
        let writer = self.writer.as_mut().ok_or(IndexError::NotReady)?;
        writer.merge(ids).wait()?;
        writer.garbage_collect_files().wait()?;
        Ok(())
    }

    /// Makes the change durable together with the sequence number that the index then holds, and shows it.
    ///
    /// # Errors
    /// When the index cannot be written; then the former state goes on answering.
    pub fn commit(&mut self, seq: u64) -> Result<(), IndexError> {
        self.flush()?;
        let writer = self.writer.as_mut().ok_or(IndexError::NotReady)?;
        let mut prepared = writer.prepare_commit()?;
        prepared.set_payload(&Payload::text(seq));
        prepared.commit()?;
        self.index.reload(seq)
    }

    /// Waits for the merging of small segments that the commits called for. Readers are served meanwhile.
    ///
    /// # Errors
    /// When a merge failed; what was committed stands.
    pub fn finish(mut self) -> Result<(), IndexError> {
        if let Some(writer) = self.writer.take() {
            writer.wait_merging_threads()?;
        }
        let Condition::Ready { seq } = self.index.condition() else {
            return Err(IndexError::NotReady);
        };
        self.index.reload(seq)
    }
}
