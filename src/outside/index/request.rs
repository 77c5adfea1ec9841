//! What is asked of the search and what it answers.

use crate::domain::kinds::SubjectKind;
use crate::domain::subject::{CreditCode, Mend};
use chrono::NaiveDate;

/// The largest page.
pub const MAX_PAGE_SIZE: usize = 100;
/// Characters of a query that are read; the rest is cut off.
pub const MAX_QUERY_CHARS: usize = 120;

/// One search.
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// What the user typed, unfolded. Empty (or nothing but punctuation): all records that pass the filters.
    pub q: String,
    /// Conditions that every hit fulfils.
    pub filters: Filters,
    /// The order of the hits.
    pub sort: Sort,
    /// Where the page begins; `None` for the first page.
    pub after: Option<Cursor>,
    /// Hits on a page, 1 to [`MAX_PAGE_SIZE`].
    pub page_size: usize,
    /// The blind index term of `q` as a person's full name; the caller sets it only when the list filter names a list
    /// that publishes persons. Without a list filter it is ignored.
    pub person_key: Option<u64>,
    /// Whether natural persons are found without their name: by document number, or when records are listed. The caller
    /// sets it only when the list filter names a list whose persons may be browsed; otherwise they are neither found nor
    /// counted but by `person_key` (domain.md 4.3).
    pub list_persons: bool,
    /// Whether facets are counted.
    pub facets: bool,
    /// The civil date in Asia/Shanghai: nothing outside its display window on this day is found, counted or hinted at.
    pub today: NaiveDate,
}

impl SearchRequest {
    /// A first page of ten by relevance, without filters or facets.
    #[must_use]
    pub fn new(q: impl Into<String>, today: NaiveDate) -> Self {
        Self {
            q: q.into(),
            filters: Filters::default(),
            sort: Sort::Relevance,
            after: None,
            page_size: 10,
            person_key: None,
            list_persons: false,
            facets: false,
            today,
        }
    }
}

/// Conditions on records; they combine with "and".
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filters {
    /// The code of a list.
    pub list: Option<String>,
    /// The first 2, 4 or 6 digits of a region (province, city, county).
    pub region: Option<String>,
    /// The code of an authority.
    pub authority: Option<String>,
    /// A kind of subject.
    pub kind: Option<SubjectKind>,
    /// The year of the decision.
    pub year: Option<i32>,
    /// The code of a state.
    pub state: Option<String>,
}

/// The order of hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Exact before prefix before contiguous before all parts; shorter names, then newer decisions first.
    #[default]
    Relevance,
    /// Newest decision first. Near misses stay in order of nearness.
    Newest,
}

/// How a hit, or an answer as a whole, matches: `match` of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Match {
    /// No words were asked for: the record passes the filters.
    All,
    /// By a code or its beginning.
    Code,
    /// By its document number or its beginning.
    Document,
    /// By the whole name.
    Exact,
    /// By one or several parts of the name.
    Fragment,
    /// A look-alike: something in the query is not in the name. Never to be shown as a match.
    Near,
}

impl Match {
    /// The code that travels in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Code => "code",
            Self::Document => "document",
            Self::Exact => "exact",
            Self::Fragment => "fragment",
            Self::Near => "near",
        }
    }
}

/// One hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The row number of the record in the public store.
    pub num: u64,
    /// How it matches.
    pub matched: Match,
}

/// The answer to a search. It is a function of the records displayed today: a hidden record changes nothing in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchAnswer {
    /// Number of hits on all pages.
    pub total: u64,
    /// How many of them are look-alikes, which are no matches and must never be shown as such.
    pub look_alikes: u64,
    /// Whether `total` is the exact number; otherwise "at least" (a cost bound was reached) or "about" (several
    /// thousand names that hold all parts of the query were not looked at one by one).
    pub total_is_exact: bool,
    /// How the hits match, as a whole: the stage of the cascade that answered, before the user's filters; `None` when
    /// nothing was found at all. With filters, a stage and no hits means: found, but not with these filters.
    pub stage: Option<Match>,
    /// The hits of this page.
    pub hits: Vec<Hit>,
    /// Counts, when they were asked for.
    pub facets: Option<Facets>,
    /// The cursor of the next page; `None` on the last.
    pub next: Option<Cursor>,
    /// What else the user may have meant.
    pub suggestion: Option<Suggestion>,
    /// The sequence number of the release that the index holds.
    pub seq: u64,
}

/// A hint to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suggestion {
    /// A single character is no query: it would match everything.
    TooShort,
    /// What was typed is nearly a unified social credit code.
    Code {
        /// The code as read (half width, upper case).
        typed: String,
        /// The codes that were probably meant, best first, with the characters that are wrong. They are worked out from
        /// the typed code alone: whether records of theirs exist plays no part.
        mends: Vec<Mend<CreditCode>>,
    },
}

/// Counts by dimension. The counts of a dimension leave out the filter on that very dimension, so that the reader sees what
/// another choice would give; they are never more than the records displayed today.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// Lists by code, most first.
    pub lists: Vec<(String, u64)>,
    /// Provinces (2 digits), then the cities (4) and counties (6) on the way to the chosen region; each level by code.
    pub regions: Vec<(String, u64)>,
    /// Authorities by code, most first, at most [`super::facets::MAX_AUTHORITIES`].
    pub authorities: Vec<(String, u64)>,
    /// Years of decision, newest first.
    pub years: Vec<(i32, u64)>,
    /// Subject kinds.
    pub kinds: Vec<(SubjectKind, u64)>,
    /// States by code, most first.
    pub states: Vec<(String, u64)>,
}

/// The place of a hit in the order of its answer: the next page begins after it. Stable while records come and go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cursor {
    /// The rank of the hit: lower is better.
    pub(super) rank: u64,
    /// Its row number, which breaks ties.
    pub(super) num: u64,
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:x}-{:x}", self.rank, self.num)
    }
}

/// A cursor that this program did not make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of this search: leave it out to see the first page")]
pub struct BadCursor;

impl std::str::FromStr for Cursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let (rank, num) = text.split_once('-').ok_or(BadCursor)?;
        let read = |part: &str| {
            let plain = !part.is_empty() && part.bytes().all(|b| b.is_ascii_hexdigit());
            if plain {
                u64::from_str_radix(part, 16).map_err(|_| BadCursor)
            } else {
                Err(BadCursor)
            }
        };
        Ok(Self {
            rank: read(rank)?,
            num: read(num)?,
        })
    }
}

/// Why a search was not answered.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The index is being built for the first time, or again after damage: 503 with Retry-After.
    #[error("the index is not ready: it is being built from the public store")]
    NotReady,
    /// The files could not be read.
    #[error("the index could not be read")]
    Index(#[from] tantivy::TantivyError),
    /// The files could not be read.
    #[error("the index could not be read")]
    Io(#[from] std::io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_round_trip_and_refuse_the_rest() {
        let cursor = Cursor {
            rank: u64::MAX,
            num: 7,
        };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for bad in [
            "",
            "-",
            "1-",
            "+1-2",
            "g-1",
            "1-2-3",
            "11111111111111111-1",
            "１-1",
        ] {
            assert_eq!(bad.parse::<Cursor>(), Err(BadCursor), "{bad}");
        }
    }
}
