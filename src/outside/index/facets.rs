//! Filters and facets on columns: for each matching document, which filters it fails, and what it counts for.

use super::fields::{day, kind_number, year_of_day};
use super::live::Generation;
use super::request::{Facets, Filters};
use super::segment::Segment;
use crate::domain::kinds::SubjectKind;
use chrono::NaiveDate;
use std::collections::BTreeMap;
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
        let data = &*segment.data;
        let mut mask = 0;
        for condition in self.by_segment.get(number).into_iter().flatten() {
            let column = match condition.bit {
                dimension::LIST => &data.list,
                dimension::REGION => &data.region,
                dimension::AUTHORITY => &data.authority,
                dimension::KIND => &data.kind,
                dimension::YEAR => &data.decided,
                _ => &data.state,
            };
            let value = column.get_val(doc);
            if value < condition.low || value > condition.high {
                mask |= condition.bit;
            }
        }
        mask
    }
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
    let mut out = Vec::new();
    let mut add = |bit, low, high| out.push(Condition { bit, low, high });
    let ordinal = |words: &[String], word: &String| {
        words.binary_search(word).map_or(ABSENT, |ord| ord as u64)
    };
    if let Some(list) = list {
        let ord = ordinal(&segment.data.lists, list);
        add(dimension::LIST, ord, ord);
    }
    if let Some(region) = region {
        let (low, high) = region_range(region).unwrap_or((ABSENT, ABSENT));
        add(dimension::REGION, low, high);
    }
    if let Some(authority) = authority {
        let ord = ordinal(&segment.data.authorities, authority);
        add(dimension::AUTHORITY, ord, ord);
    }
    if let Some(kind) = kind {
        let number = kind_number(*kind);
        add(dimension::KIND, number, number);
    }
    if let Some(year) = year {
        let range =
            NaiveDate::from_ymd_opt(*year, 1, 1).zip(NaiveDate::from_ymd_opt(*year, 12, 31));
        let (low, high) = range.map_or((ABSENT, ABSENT), |(a, b)| {
            (u64::from(day(a)), u64::from(day(b)))
        });
        add(dimension::YEAR, low, high);
    }
    if let Some(state) = state {
        let ord = ordinal(&segment.data.states, state);
        add(dimension::STATE, ord, ord);
    }
    out
}

/// The codes that begin with the digits given: 32 is 320000 to 329999.
fn region_range(digits: &str) -> Option<(u64, u64)> {
    let fits = (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let unit = 10_u64.pow(6 - u32::try_from(digits.len()).ok().filter(|_| fits)?);
    let low = digits.parse::<u64>().ok()? * unit;
    Some((low, low + unit - 1))
}

/// Counts of one dimension: a list of values while they are few, a table when they are many.
#[derive(Default)]
struct Counter {
    few: Vec<u32>,
    table: Vec<u32>,
}

impl Counter {
    const FEW: usize = 4096;

    fn add(&mut self, value: u64) {
        let value = u32::try_from(value).unwrap_or(u32::MAX);
        if self.table.is_empty() && self.few.len() < Self::FEW {
            self.few.push(value);
            return;
        }
        for value in std::mem::take(&mut self.few) {
            self.count(value);
        }
        self.count(value);
    }

    fn count(&mut self, value: u32) {
        // Values are ordinals, day numbers or six-digit codes; anything else is not worth a table.
        if value > 1 << 24 {
            return;
        }
        if self.table.len() <= value as usize {
            self.table
                .resize((value as usize + 1).next_power_of_two(), 0);
        }
        self.table[value as usize] += 1;
    }

    /// Values and their counts, by value.
    fn counts(mut self) -> Vec<(u32, u64)> {
        self.few.sort_unstable();
        let mut out: Vec<(u32, u64)> = self
            .few
            .chunk_by(|a, b| a == b)
            .map(|run| (run[0], run.len() as u64))
            .collect();
        let many = self.table.iter().enumerate().filter(|(_, n)| **n > 0);
        out.extend(many.map(|(value, n)| (value as u32, u64::from(*n))));
        out
    }
}

/// Counts while documents come in, one set of tables for each segment because ordinals are the segment's own.
#[derive(Default)]
struct SegmentCounts {
    list: Counter,
    region: Counter,
    authority: Counter,
    kind: Counter,
    decided: Counter,
    state: Counter,
}

/// Counts facets while documents come in.
pub(super) struct Counts {
    by_segment: Vec<SegmentCounts>,
}

impl Counts {
    /// Empty counts for a generation.
    pub fn new(generation: &Generation) -> Self {
        Self {
            by_segment: generation
                .segments
                .iter()
                .map(|_| SegmentCounts::default())
                .collect(),
        }
    }

    /// Counts a document that fails no filter in every dimension, and one that fails a single filter in that dimension.
    pub fn add(&mut self, segment: &Segment, number: usize, doc: DocId, failed: u8) {
        let Some(counts) = self.by_segment.get_mut(number) else {
            return;
        };
        let data = &*segment.data;
        let counted = |bit: u8| failed == 0 || failed == bit;
        if counted(dimension::LIST) {
            counts.list.add(data.list.get_val(doc));
        }
        if counted(dimension::REGION) {
            counts.region.add(data.region.get_val(doc));
        }
        if counted(dimension::AUTHORITY) {
            counts.authority.add(data.authority.get_val(doc));
        }
        if counted(dimension::KIND) {
            counts.kind.add(data.kind.get_val(doc));
        }
        if counted(dimension::YEAR) {
            counts.decided.add(data.decided.get_val(doc));
        }
        if counted(dimension::STATE) {
            counts.state.add(data.state.get_val(doc));
        }
    }

    /// The facets of what was counted.
    pub fn finish(self, generation: &Generation, filters: &Filters) -> Facets {
        let mut lists = BTreeMap::new();
        let mut regions = BTreeMap::new();
        let mut authorities = BTreeMap::new();
        let mut years = BTreeMap::new();
        let mut kinds = BTreeMap::new();
        let mut states = BTreeMap::new();
        let chosen = filters.region.as_deref().unwrap_or("");
        for (counts, segment) in self.by_segment.into_iter().zip(&generation.segments) {
            let data = &*segment.data;
            by_word(counts.list, &data.lists, &mut lists);
            by_word(counts.authority, &data.authorities, &mut authorities);
            by_word(counts.state, &data.states, &mut states);
            for (day, n) in counts.decided.counts() {
                *years
                    .entry(year_of_day(u16::try_from(day).unwrap_or(u16::MAX)))
                    .or_insert(0) += n;
            }
            for (number, n) in counts.kind.counts() {
                if let Some(kind) = SubjectKind::ALL.get(number as usize) {
                    *kinds.entry(*kind).or_insert(0) += n;
                }
            }
            for (code, n) in counts
                .region
                .counts()
                .into_iter()
                .filter(|(code, _)| *code > 0)
            {
                let code = format!("{code:06}");
                for length in [2, 4, 6] {
                    // A level is shown below what is chosen: cities of the chosen province, counties of the chosen city.
                    let above = &code[..length - 2];
                    if chosen.starts_with(above)
                        && let Some(prefix) = code.get(..length)
                    {
                        *regions.entry((length, prefix.to_owned())).or_insert(0) += n;
                    }
                }
            }
        }
        Facets {
            lists: most_first(lists, usize::MAX),
            regions: regions
                .into_iter()
                .map(|((_, code), n)| (code, n))
                .collect(),
            authorities: most_first(authorities, MAX_AUTHORITIES),
            years: years.into_iter().rev().collect(),
            kinds: kinds.into_iter().collect(),
            states: most_first(states, usize::MAX),
        }
    }
}

fn by_word<'w>(counter: Counter, words: &'w [String], into: &mut BTreeMap<&'w str, u64>) {
    for (ord, n) in counter.counts() {
        if let Some(word) = words.get(ord as usize).filter(|word| !word.is_empty()) {
            *into.entry(word.as_str()).or_insert(0) += n;
        }
    }
}

fn most_first(counts: BTreeMap<&str, u64>, most: usize) -> Vec<(String, u64)> {
    let mut out: Vec<(&str, u64)> = counts.into_iter().collect();
    // Stable: equal counts stay by code.
    out.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    out.into_iter()
        .take(most)
        .map(|(word, n)| (word.to_owned(), n))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_ranges() {
        for (digits, range) in [
            ("32", Some((320_000, 329_999))),
            ("3205", Some((320_500, 320_599))),
            ("320505", Some((320_505, 320_505))),
            ("", None),
            ("3205050", None),
            ("3x", None),
            ("+3", None),
        ] {
            assert_eq!(region_range(digits), range, "{digits}");
        }
    }

    #[test]
    fn counters_count_the_same_few_or_many() {
        for n in [10_u64, 4096, 4097, 20_000] {
            let mut counter = Counter::default();
            for i in 0..n {
                counter.add(i % 7);
            }
            let counts = counter.counts();
            assert_eq!(counts.len(), 7);
            assert_eq!(counts.iter().map(|(_, c)| c).sum::<u64>(), n);
            assert!(counts.is_sorted());
        }
    }
}
