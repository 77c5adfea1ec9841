//! Building the whole index anew, beside the one that answers, and swapping it in.

use super::fields::IndexDoc;
use super::live::{IndexError, Payload, SearchIndex, create, lock};
use super::segment::Segment;
use std::path::PathBuf;
use std::sync::MutexGuard;
use tantivy::indexer::IndexWriterOptions;
use tantivy::{Index, TantivyDocument};

/// A rebuild in progress. Dropped without [`Self::finish`], the old index stays and the new files go.
pub struct Rebuild<'i> {
    index: &'i SearchIndex,
    fresh: Index,
    number: u64,
    writer: Option<tantivy::IndexWriter>,
    finished: bool,
    _guard: MutexGuard<'i, ()>,
}

/// Segments up to this many documents in all are merged into one: every segment costs a look-up of each term.
const ONE_SEGMENT: u64 = 16_000_000;

impl SearchIndex {
    /// Begins a full rebuild into a fresh directory. The old index answers until [`Rebuild::finish`].
    ///
    /// # Errors
    /// When the directory cannot be written.
    pub fn rebuild(&self) -> Result<Rebuild<'_>, IndexError> {
        let guard = lock(&self.changing);
        let number = self.next_number();
        let fresh = create(&self.generation_dir(number))?;
        let options = IndexWriterOptions::builder()
            .num_worker_threads(self.options.threads)
            .memory_budget_per_thread(self.options.memory_per_thread)
            .num_merge_threads(1)
            .build();
        let writer: tantivy::IndexWriter<TantivyDocument> = fresh.writer_with_options(options)?;
        Ok(Rebuild {
            index: self,
            fresh,
            number,
            writer: Some(writer),
            finished: false,
            _guard: guard,
        })
    }

    /// Whether [`Self::compact`] has something to do: several large segments stand side by side, as after a rebuild, or
    /// records that were taken back still have their terms in a file.
    #[must_use]
    pub fn wants_compaction(&self) -> bool {
        let Some(generation) = self.generation.load_full() else {
            return false;
        };
        let mut sizes: Vec<u64> = generation
            .segments
            .iter()
            .map(|s| u64::from(s.max_doc))
            .collect();
        sizes.sort_unstable();
        let second = sizes.iter().rev().nth(1).copied().unwrap_or(0);
        let deleted = |s: &Segment| {
            s.alive
                .as_ref()
                .is_some_and(|a| a.num_alive_docs() < s.max_doc as usize)
        };
        (second * 10 > generation.docs && generation.docs <= ONE_SEGMENT)
            || generation.segments.iter().any(deleted)
    }

    /// Merges the segments into one, or in a very large index rewrites those with deleted documents: searches of many terms
    /// become faster, files smaller, and nothing of what was taken back is left in them (P4). It takes about as long as
    /// building did. Searches are answered meanwhile; changes wait.
    ///
    /// # Errors
    /// When the index cannot be written; then it stays as it is.
    pub fn compact(&self) -> Result<(), IndexError> {
        let mut writer = self.writer()?;
        let segments = writer.segments()?;
        let docs: u64 = segments.iter().map(|(_, docs, _)| docs).sum();
        let deleted = segments.iter().any(|(.., deleted)| *deleted);
        if docs <= ONE_SEGMENT {
            if segments.len() > 1 || deleted {
                let ids: Vec<_> = segments.iter().map(|(id, ..)| *id).collect();
                writer.merge(&ids)?;
            }
        } else {
            for (id, ..) in segments.iter().filter(|(.., deleted)| *deleted) {
                writer.merge(&[*id])?;
            }
        }
        writer.finish()
    }

    /// The number after all that are there, whether in use or left over.
    fn next_number(&self) -> u64 {
        let entries = std::fs::read_dir(&self.dir).into_iter().flatten().flatten();
        let numbers = entries.filter_map(|e| {
            e.file_name()
                .to_str()?
                .strip_prefix("gen-")?
                .parse::<u64>()
                .ok()
        });
        numbers.chain(self.current_number()).max().unwrap_or(0) + 1
    }
}

impl Rebuild<'_> {
    /// Adds a record. Row numbers must be distinct.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn add(&self, doc: &IndexDoc<'_>) -> Result<(), IndexError> {
        let writer = self.writer.as_ref().ok_or(IndexError::NotReady)?;
        writer.add_document(self.index.fields.document(doc))?;
        Ok(())
    }

    /// Makes the new index durable together with the sequence number that it holds, puts it into use and removes the old.
    ///
    /// # Errors
    /// When the index cannot be written; then the old one goes on answering.
    pub fn finish(mut self, seq: u64) -> Result<(), IndexError> {
        let mut writer = self.writer.take().ok_or(IndexError::NotReady)?;
        let mut prepared = writer.prepare_commit()?;
        prepared.set_payload(&Payload::text(seq));
        prepared.commit()?;
        writer.wait_merging_threads()?;
        self.index.point_to(self.number)?;
        self.index.install(self.fresh.clone(), self.number, seq)?;
        self.finished = true;
        self.index.remove_others(self.number);
        Ok(())
    }
}

impl Drop for Rebuild<'_> {
    fn drop(&mut self) {
        if !self.finished && self.index.current_number() != Some(self.number) {
            // The writer goes first: its threads write into the directory.
            self.writer = None;
            let dir: PathBuf = self.index.generation_dir(self.number);
            if let Err(error) = std::fs::remove_dir_all(&dir) {
                tracing::warn!(%error, "an unfinished index generation could not be removed");
            }
        }
    }
}
