//! Filters and facets on columns: for each matching document, which filters it fails, and what it counts for.

use super::fields::{FIRST_YEAR, day, kind_number, year_of_day};
use super::live::Generation;
use super::request::{Facets, Filters};
use super::segment::{Row, Segment, WORD_COLUMNS};
use crate::domain::kinds::SubjectKind;
use chrono::NaiveDate;
use std::sync::Arc;
use tantivy::DocId;

/// Authorities in a facet at most.
pub const MAX_AUTHORITIES: usize = 30;

/// The dimensions, as bits of the mask of failed filters.
pub(super) mod dimension {
    pub const LIST: u8 = 1;
    pub const REGION: u8 = 2;
    pub const AUTHORITY: u8 = 4;
    pub const KIND: u8 = 8;
    pub const YEAR: u8 = 16;
    pub const STATE: u8 = 32;
}

/// A value that no column holds: the filter names a code that the segment does not have.
const ABSENT: u64 = u64::MAX;

/// Filters as ranges over the columns of one segment; both ends included.
struct Condition {
    bit: u8,
    low: u64,
    high: u64,
}

/// The filters of a request, for every segment of a generation.
pub(super) struct Screen {
    by_segment: Vec<Vec<Condition>>,
}

impl Screen {
    /// Translates filters. A region that is not one to six digits matches nothing.
    pub fn new(generation: &Generation, filters: &Filters) -> Self {
        Self {
            by_segment: generation
                .segments
                .iter()
                .map(|segment| conditions(segment, filters))
                .collect(),
        }
    }

    /// The filters that a document fails, as bits; 0 passes.
    pub fn failed(&self, segment: &Segment, number: usize, doc: DocId) -> u8 {
        let row = segment.row(doc);
        let mut mask = 0;
        for condition in self.by_segment.get(number).into_iter().flatten() {
            let value = match condition.bit {
                dimension::LIST => u64::from(row.list),
                dimension::REGION => u64::from(row.region),
                dimension::AUTHORITY => u64::from(row.authority),
                dimension::KIND => u64::from(row.kind),
                dimension::YEAR => u64::from(row.decided),
                _ => u64::from(row.state),
            };
            if value < condition.low || value > condition.high {
                mask |= condition.bit;
            }
        }
        mask
    }
}

/// Places of the word columns in [`super::segment::Loaded::words`].
pub(super) mod word_column {
    pub const LIST: usize = 0;
    pub const REGION: usize = 1;
    pub const AUTHORITY: usize = 2;
    pub const STATE: usize = 3;
}

fn conditions(segment: &Segment, filters: &Filters) -> Vec<Condition> {
    let Filters {
        list,
        region,
        authority,
        kind,
        year,
        state,
    } = filters;
    let words = &segment.data.words;
    let one = |column: usize, word: &String| {
        let place = words[column].binary_search_by(|w| (**w).cmp(word.as_str()));
        place.map_or((ABSENT, ABSENT), |ord| (ord as u64, ord as u64))
    };
    let mut out = Vec::new();
    let mut add = |bit, (low, high)| out.push(Condition { bit, low, high });
    if let Some(list) = list {
        add(dimension::LIST, one(word_column::LIST, list));
    }
    if let Some(region) = region {
        let range = beginning_with(&words[word_column::REGION], region);
        add(dimension::REGION, range.unwrap_or((ABSENT, ABSENT)));
    }
    if let Some(authority) = authority {
        add(dimension::AUTHORITY, one(word_column::AUTHORITY, authority));
    }
    if let Some(kind) = kind {
        let number = kind_number(*kind);
        add(dimension::KIND, (number, number));
    }
    if let Some(year) = year {
        let first = NaiveDate::from_ymd_opt(*year, 1, 1);
        let range = first.zip(NaiveDate::from_ymd_opt(*year, 12, 31));
        let days = range.map(|(a, b)| (u64::from(day(a)), u64::from(day(b))));
        add(dimension::YEAR, days.unwrap_or((ABSENT, ABSENT)));
    }
    if let Some(state) = state {
        add(dimension::STATE, one(word_column::STATE, state));
    }
    out
}

/// The places of the region codes that begin with the digits given; `None` when there are none, or these are no digits.
fn beginning_with(words: &[Arc<str>], digits: &str) -> Option<(u64, u64)> {
    let low = words.partition_point(|word| **word < *digits);
    let count = words[low..].partition_point(|word| word.starts_with(digits));
    let fits = !digits.is_empty() && count > 0;
    fits.then(|| (low as u64, (low + count - 1) as u64))
}

/// Counts of one dimension by place: a table where places are few, otherwise a list of places until that is long.
#[derive(Default)]
struct Counter {
    few: Vec<u32>,
    table: Vec<u32>,
    size: usize,
}

impl Counter {
    /// A table of so many places is made at once.
    const SMALL: usize = 1024;
    /// A list of so many places becomes a table.
    const FEW: usize = 512;

    fn new(size: usize) -> Self {
        let table = if size <= Self::SMALL {
            vec![0; size]
        } else {
            Vec::new()
        };
        Self {
            few: Vec::new(),
            table,
            size,
        }
    }

    fn add(&mut self, place: usize) {
        if self.table.is_empty() {
            if self.few.len() < Self::FEW {
                self.few.push(u32::try_from(place).unwrap_or(u32::MAX));
                return;
            }
            self.table = vec![0; self.size];
            for place in std::mem::take(&mut self.few) {
                self.count(place as usize);
            }
        }
        self.count(place);
    }

    fn count(&mut self, place: usize) {
        if let Some(n) = self.table.get_mut(place) {
            *n += 1;
        }
    }

    /// Places and their counts, by place.
    fn counts(mut self) -> Vec<(usize, u64)> {
        if self.table.is_empty() {
            self.few.sort_unstable();
            let runs = self.few.chunk_by(|a, b| a == b);
            return runs
                .map(|run| (run[0] as usize, run.len() as u64))
                .collect();
        }
        let counted = self.table.iter().enumerate().filter(|(_, n)| **n > 0);
        counted.map(|(place, n)| (place, u64::from(*n))).collect()
    }
}

/// Counts facets while documents come in.
pub(super) struct Counts {
    words: [Counter; WORD_COLUMNS],
    kind: Counter,
    year: Counter,
}

impl Counts {
    /// Empty counts for a generation.
    pub fn new(generation: &Generation) -> Self {
        let words = &generation.vocabulary.words;
        Self {
            words: std::array::from_fn(|i| Counter::new(words[i].len())),
            kind: Counter::new(SubjectKind::ALL.len()),
            year: Counter::new(usize::from(u8::MAX) + 1),
        }
    }

    /// Counts a document that fails no filter in every dimension, and one that fails a single filter in that dimension.
    pub fn add(&mut self, generation: &Generation, number: usize, row: Row, failed: u8) {
        if failed.count_ones() > 1 {
            return;
        }
        let places = &generation.vocabulary.places[number];
        let counted = |bit: u8| failed == 0 || failed == bit;
        for (column, bit, own) in [
            (word_column::LIST, dimension::LIST, usize::from(row.list)),
            (
                word_column::REGION,
                dimension::REGION,
                usize::from(row.region),
            ),
            (
                word_column::AUTHORITY,
                dimension::AUTHORITY,
                row.authority as usize,
            ),
            (word_column::STATE, dimension::STATE, usize::from(row.state)),
        ] {
            if counted(bit)
                && let Some(place) = places[column].get(own)
            {
                self.words[column].add(*place as usize);
            }
        }
        if counted(dimension::KIND) {
            self.kind.add(usize::from(row.kind));
        }
        if counted(dimension::YEAR) {
            self.year.add(year_of_day(u64::from(row.decided)));
        }
    }

    /// The facets of what was counted.
    pub fn finish(self, generation: &Generation, filters: &Filters) -> Facets {
        let words = &generation.vocabulary.words;
        let [list, region, authority, state] = self.words;
        let most = |counter, column: usize, most| most_first(counter, &words[column], most);
        let kinds = self.kind.counts().into_iter();
        let years = self.year.counts().into_iter().rev();
        let year = |n| FIRST_YEAR + i32::try_from(n).unwrap_or(0);
        Facets {
            lists: most(list, word_column::LIST, usize::MAX),
            regions: by_level(
                region,
                &words[word_column::REGION],
                filters.region.as_deref().unwrap_or(""),
            ),
            authorities: most(authority, word_column::AUTHORITY, MAX_AUTHORITIES),
            years: years.map(|(n, count)| (year(n), count)).collect(),
            kinds: kinds
                .filter_map(|(n, count)| Some((*SubjectKind::ALL.get(n)?, count)))
                .collect(),
            states: most(state, word_column::STATE, usize::MAX),
        }
    }
}

/// Words with their counts, most first, equal counts by word.
fn most_first(counter: Counter, words: &[Arc<str>], most: usize) -> Vec<(String, u64)> {
    let mut counts = counter.counts();
    counts.retain(|(place, _)| words.get(*place).is_some_and(|word| !word.is_empty()));
    let order = |a: &(usize, u64), b: &(usize, u64)| b.1.cmp(&a.1).then(a.0.cmp(&b.0));
    if counts.len() > most {
        counts.select_nth_unstable_by(most, order);
        counts.truncate(most);
    }
    counts.sort_unstable_by(order);
    let word = |place: usize| words[place].to_string();
    counts
        .into_iter()
        .map(|(place, n)| (word(place), n))
        .collect()
}

/// Regions with their counts: all provinces, the cities of the chosen province, the counties of the chosen city.
fn by_level(counter: Counter, words: &[Arc<str>], chosen: &str) -> Vec<(String, u64)> {
    let counts = counter.counts();
    let mut out: Vec<(String, u64)> = Vec::new();
    for length in [2, 4, 6] {
        let start = out.len();
        for (place, n) in &counts {
            let Some(prefix) = words.get(*place).and_then(|word| word.get(..length)) else {
                continue;
            };
            if !chosen.starts_with(&prefix[..length - 2]) {
                continue;
            }
            // Places are in the order of the codes, so what belongs together comes together.
            match out[start..].last_mut() {
                Some((last, count)) if last.as_str() == prefix => *count += n,
                _ => out.push((prefix.to_owned(), *n)),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_filter_takes_all_codes_below_it() {
        let words: Vec<Arc<str>> = ["", "320102", "320505", "320506", "440106"]
            .map(Arc::from)
            .to_vec();
        for (digits, range) in [
            ("32", Some((1, 3))),
            ("3205", Some((2, 3))),
            ("320505", Some((2, 2))),
            ("4", Some((4, 4))),
            ("", None),
            ("33", None),
            ("3205050", None),
            ("x", None),
        ] {
            assert_eq!(beginning_with(&words, digits), range, "{digits}");
        }
    }

    #[test]
    fn counters_count_the_same_few_or_many() {
        for size in [7, 1024, 1025, 40_000] {
            for n in [10, 511, 512, 513, 20_000] {
                let mut counter = Counter::new(size);
                for i in 0..n {
                    counter.add(i % 7);
                }
                let counts = counter.counts();
                assert_eq!(counts.len(), 7, "{size} {n}");
                assert_eq!(counts.iter().map(|(_, c)| c).sum::<u64>(), n as u64);
                assert!(counts.is_sorted());
            }
        }
    }
}
