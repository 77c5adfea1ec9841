//! A segment opened for searching: its postings, its columns, and its folded names in memory.
//!
//! Opening a column or reading a name from the compressed dictionary costs microseconds and near misses need hundreds of
//! names, so both are done once for a segment and kept as long as the segment lives: about 28 bytes for a distinct name.

use super::fields::{Fields, column};
use std::sync::Arc;
use tantivy::columnar::{Column, ColumnValues, StrColumn};
use tantivy::fastfield::AliveBitSet;
use tantivy::index::{InvertedIndexReader, SegmentReader};
use tantivy::postings::TermInfo;
use tantivy::schema::Field;
use tantivy::{DocId, TantivyError};

/// A column with one number for every document.
pub(super) type Numbers = Arc<dyn ColumnValues<u64>>;

/// One character of a folded name in 16 bits. Characters beyond the basic plane share the 2,048 surrogate values, which no
/// character has: two of them may look equal to the near-miss comparison, never to a look-up of terms.
pub(super) fn unit(c: char) -> u16 {
    let code = u32::from(c);
    u16::try_from(code).unwrap_or(0xD800 | (code & 0x7FF) as u16)
}

/// A folded text as units.
pub(super) fn units(text: &str) -> Vec<u16> {
    text.chars().map(unit).collect()
}

/// A document with a name to compare: number of the segment, ordinal of the name, document.
pub(super) type Named = (u32, u32, DocId);

/// Documents, or names, that are read from memory at one time.
pub(super) const AT_A_TIME: usize = 64;

/// The distinct folded names of a segment, by ordinal, in the order of their bytes.
#[derive(Default)]
pub(super) struct Names {
    units: Vec<u16>,
    starts: Vec<u32>,
}

impl Names {
    fn load(column: &StrColumn) -> Result<Self, TantivyError> {
        let mut names = Self {
            units: Vec::new(),
            starts: vec![0],
        };
        let mut stream = column.dictionary().stream()?;
        while stream.advance() {
            let text = std::str::from_utf8(stream.key()).map_err(|_| damaged("name"))?;
            names.units.extend(text.chars().map(unit));
            names
                .starts
                .push(u32::try_from(names.units.len()).map_err(|_| damaged("name"))?);
        }
        names.units.shrink_to_fit();
        names.starts.shrink_to_fit();
        Ok(names)
    }

    /// The name of an ordinal; empty for one that is not there.
    pub fn get(&self, ord: usize) -> &[u16] {
        match (self.starts.get(ord), self.starts.get(ord + 1)) {
            (Some(start), Some(end)) => self
                .units
                .get(*start as usize..*end as usize)
                .unwrap_or_default(),
            _ => &[],
        }
    }

    /// Reads where so many names stand, and the first character of each, so that what follows finds them in the
    /// processor's cache: the memory answers all these reads at one time, and only one after another those of a loop that
    /// does something with each name.
    pub fn fetch(&self, ords: impl Iterator<Item = usize>) {
        let mut starts = [0; AT_A_TIME];
        for (start, ord) in starts.iter_mut().zip(ords) {
            *start = self.starts.get(ord).copied().unwrap_or(0);
        }
        let first = |start: &u32| self.units.get(*start as usize).copied().unwrap_or(0);
        std::hint::black_box(starts.iter().map(first).fold(0, |all, unit| all ^ unit));
    }

    /// Length of a name in characters.
    pub fn len(&self, ord: usize) -> usize {
        self.get(ord).len()
    }

    /// The ordinals of the names that begin with a prefix.
    pub fn beginning_with(&self, prefix: &[u16]) -> std::ops::Range<usize> {
        let count = self.starts.len().saturating_sub(1);
        let first = partition(count, |ord| self.get(ord) < prefix);
        let end = partition(count, |ord| {
            let name = self.get(ord);
            name < prefix || name.starts_with(prefix)
        });
        first..end.max(first)
    }
}

/// The first of `0..count` for which a monotonic predicate fails.
fn partition(count: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// Columns whose values are words.
pub(super) const WORD_COLUMNS: usize = 4;

/// The words of the word columns in all segments of a generation, sorted, and for each segment where its own words stand
/// among them: so that facets count in one table for all segments.
pub(super) struct Vocabulary {
    pub words: [Vec<Arc<str>>; WORD_COLUMNS],
    pub places: Vec<[Vec<u32>; WORD_COLUMNS]>,
}

impl Vocabulary {
    /// Joins the words of segments.
    pub fn of(segments: &[Segment]) -> Self {
        let words: [Vec<Arc<str>>; WORD_COLUMNS] = std::array::from_fn(|i| {
            let mut all: Vec<Arc<str>> = Vec::new();
            for segment in segments {
                all.extend(segment.data.words[i].iter().cloned());
            }
            all.sort();
            all.dedup();
            all
        });
        let places = segments
            .iter()
            .map(|segment| {
                std::array::from_fn(|i| {
                    let place = |word| words[i].binary_search(word).unwrap_or(0);
                    let own = segment.data.words[i].iter();
                    own.map(|word| u32::try_from(place(word)).unwrap_or(0))
                        .collect()
                })
            })
            .collect();
        Self { words, places }
    }
}

/// What searching asks of every document it meets, side by side in memory: one miss of the processor's cache instead of
/// ten, and no decoding. 24 bytes a document.
#[derive(Clone, Copy, Default)]
pub(super) struct Row {
    /// Ordinal of the name.
    pub name: u32,
    /// Place in the segment's words, as for the four others that follow.
    pub authority: u32,
    pub region: u16,
    pub list: u16,
    pub state: u8,
    pub kind: u8,
    /// Days, as [`super::fields::day`] counts them.
    pub decided: u16,
    pub from: u16,
    pub until: u16,
    /// Row number in the public store, counted from the segment's least.
    num: u32,
}

/// Values of a column that are read at a time.
const CHUNK: usize = 4096;

/// Reads a column into the rows.
fn fill<T: TryFrom<u64>>(
    rows: &mut [Row],
    column: &Numbers,
    what: &str,
    put: impl Fn(&mut Row, T),
) -> Result<(), TantivyError> {
    let mut values = [0_u64; CHUNK];
    let mut start = 0;
    for rows in rows.chunks_mut(CHUNK) {
        let values = &mut values[..rows.len()];
        column.get_range(start, values);
        start += rows.len() as u64;
        for (row, value) in rows.iter_mut().zip(values) {
            put(row, T::try_from(*value).map_err(|_| damaged(what))?);
        }
    }
    Ok(())
}

/// What is kept of a segment whatever is deleted from it.
pub(super) struct Loaded {
    pub names: Names,
    pub rows: Vec<Row>,
    /// The least row number.
    least: u64,
    /// The words of the columns list, region, authority and state, sorted: a column holds places in them.
    pub words: [Vec<Arc<str>>; WORD_COLUMNS],
    pub name_terms: Arc<InvertedIndexReader>,
    pub whole_terms: Arc<InvertedIndexReader>,
    pub code_terms: Arc<InvertedIndexReader>,
    pub part_terms: Arc<InvertedIndexReader>,
    pub document_terms: Arc<InvertedIndexReader>,
    pub person_terms: Arc<InvertedIndexReader>,
}

fn damaged(what: &str) -> TantivyError {
    TantivyError::InternalError(format!(
        "the index has no readable column {what}: rebuild it"
    ))
}

/// The values of a column; full columns are read without the detour over the presence index.
fn numbers(column: Column<u64>) -> Numbers {
    if column.get_cardinality().is_full() {
        column.values
    } else {
        column.first_or_default_col(0)
    }
}

fn words(column: &StrColumn) -> Result<Vec<Arc<str>>, TantivyError> {
    let mut out = Vec::with_capacity(column.num_terms());
    let mut stream = column.dictionary().stream()?;
    while stream.advance() {
        out.push(Arc::from(String::from_utf8_lossy(stream.key())));
    }
    Ok(out)
}

impl Loaded {
    /// Opens everything that searching needs of a segment.
    pub fn load(reader: &SegmentReader, fields: &Fields) -> Result<Self, TantivyError> {
        let fast = reader.fast_fields();
        let number = |name: &str| fast.u64(name).map(numbers);
        let text = |name: &str| fast.str(name).and_then(|c| c.ok_or_else(|| damaged(name)));
        let terms = |field: Field| reader.inverted_index(field);
        let (name, list, region, authority, state) = (
            text(column::NAME)?,
            text(column::LIST)?,
            text(column::REGION)?,
            text(column::AUTHORITY)?,
            text(column::STATE)?,
        );
        let mut rows = vec![Row::default(); reader.max_doc() as usize];
        let ords = |column: &StrColumn| numbers(column.ords().clone());
        fill(&mut rows, &ords(&name), column::NAME, |r, v| r.name = v)?;
        fill(&mut rows, &ords(&authority), column::AUTHORITY, |r, v| {
            r.authority = v;
        })?;
        fill(&mut rows, &ords(&region), column::REGION, |r, v| {
            r.region = v;
        })?;
        fill(&mut rows, &ords(&list), column::LIST, |r, v| r.list = v)?;
        fill(&mut rows, &ords(&state), column::STATE, |r, v| r.state = v)?;
        fill(&mut rows, &number(column::KIND)?, column::KIND, |r, v| {
            r.kind = v;
        })?;
        fill(
            &mut rows,
            &number(column::DECIDED)?,
            column::DECIDED,
            |r, v| {
                r.decided = v;
            },
        )?;
        fill(&mut rows, &number(column::FROM)?, column::FROM, |r, v| {
            r.from = v;
        })?;
        fill(&mut rows, &number(column::UNTIL)?, column::UNTIL, |r, v| {
            r.until = v;
        })?;
        let num = number(column::NUM)?;
        let least = num.min_value();
        // Rows of one segment lie billions apart in no store.
        if num.max_value().saturating_sub(least) > u64::from(u32::MAX) {
            return Err(damaged(column::NUM));
        }
        fill(&mut rows, &num, column::NUM, |r, v: u64| {
            r.num = u32::try_from(v.saturating_sub(least)).unwrap_or(u32::MAX);
        })?;
        Ok(Self {
            names: Names::load(&name)?,
            rows,
            least,
            words: [
                words(&list)?,
                words(&region)?,
                words(&authority)?,
                words(&state)?,
            ],
            name_terms: terms(fields.name)?,
            whole_terms: terms(fields.whole)?,
            code_terms: terms(fields.code)?,
            part_terms: terms(fields.part)?,
            document_terms: terms(fields.document)?,
            person_terms: terms(fields.person)?,
        })
    }
}

/// A segment as one generation sees it.
pub(super) struct Segment {
    pub data: Arc<Loaded>,
    pub alive: Option<AliveBitSet>,
    pub max_doc: DocId,
}

impl Segment {
    /// Whether a document is displayed on a day: `from <= today < until`, and not deleted.
    pub fn visible(&self, doc: DocId, today: u16) -> bool {
        let row = self.row(doc);
        (row.until > today) & (row.from <= today)
            && self.alive.as_ref().is_none_or(|alive| alive.is_alive(doc))
    }

    /// Appends the documents that are displayed on a day, with the ordinals of their names. Written without a branch for
    /// each, so that the memory is asked for many rows at one time.
    pub fn take_visible(&self, number: u32, docs: &[DocId], today: u16, out: &mut Vec<Named>) {
        let mut end = out.len();
        out.resize(end + docs.len(), (0, 0, 0));
        for doc in docs {
            out[end] = (number, self.row(*doc).name, *doc);
            end += usize::from(self.visible(*doc, today));
        }
        out.truncate(end);
    }

    /// What is known of a document; a document that is not there has ended long ago.
    pub fn row(&self, doc: DocId) -> Row {
        self.data
            .rows
            .get(doc as usize)
            .copied()
            .unwrap_or_default()
    }

    /// The row of a document in the public store.
    pub fn num(&self, doc: DocId) -> u64 {
        self.data.least + u64::from(self.row(doc).num)
    }

    /// The ordinal of a document's name.
    pub fn name_ord(&self, doc: DocId) -> usize {
        self.row(doc).name as usize
    }
}

/// Calls `f` for each document with its name. Names, and the rows of what is known of the documents, are brought near for
/// many at one time.
pub(super) fn with_names<'s>(
    segments: &'s [Segment],
    docs: &[Named],
    mut f: impl FnMut(&Named, &'s [u16]),
) {
    for docs in docs.chunk_by(|a, b| a.0 == b.0) {
        let Some(segment) = segments.get(docs[0].0 as usize) else {
            continue;
        };
        let names = &segment.data.names;
        for docs in docs.chunks(AT_A_TIME) {
            names.fetch(docs.iter().map(|(_, name, _)| *name as usize));
            let rows = docs.iter().map(|(_, _, doc)| segment.row(*doc).until);
            std::hint::black_box(rows.fold(0, |all, until| all ^ until));
            for doc in docs {
                f(doc, names.get(doc.1 as usize));
            }
        }
    }
}

/// Looks up a term by its bytes.
pub(super) fn term(
    reader: &InvertedIndexReader,
    bytes: &[u8],
) -> std::io::Result<Option<TermInfo>> {
    reader.terms().get(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_their_beginning() {
        let mut names = Names {
            units: Vec::new(),
            starts: vec![0],
        };
        for text in ["", "上海", "上海甲", "上海甲乙", "上饶", "北京"] {
            names.units.extend(units(text));
            names.starts.push(u32::try_from(names.units.len()).unwrap());
        }
        for (prefix, range) in [
            ("上海", 1..4),
            ("上海甲", 2..4),
            ("上", 1..5),
            ("京", 5..5),
            ("", 0..6),
        ] {
            let found = names.beginning_with(&units(prefix));
            assert_eq!(found.len(), range.len(), "{prefix}");
            assert!(found.is_empty() || found == range, "{prefix}");
        }
        assert_eq!(names.get(99), &[] as &[u16]);
    }
}
