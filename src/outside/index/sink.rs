//! Where the stages of the cascade put what they find: counted, filtered, and cut to the page that was asked for.

use super::facets::{Counts, Screen, dimension};
use super::fields::{day, kind_number};
use super::live::Generation;
use super::rank::{Class, rank};
use super::request::{Cursor, Facets, Filters, Hit, MAX_PAGE_SIZE, SearchRequest, Sort};
use super::segment::Named;
use crate::domain::kinds::SubjectKind;
use std::collections::BinaryHeap;
use tantivy::DocId;

/// A hit in the order of the answer; the class is carried along and not compared.
struct Row {
    rank: u64,
    num: u64,
    class: Class,
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Row {}
impl PartialOrd for Row {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Row {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.rank, self.num).cmp(&(other.rank, other.num))
    }
}

/// Room to work in, used again by the next search: it grows to megabytes, and asking the system for them each time costs
/// more than the work done there.
#[derive(Default)]
pub(super) struct Scratch {
    pub fragments: Vec<Named>,
    pub named: Vec<Named>,
}

impl Scratch {
    /// The same room without what is in it; what one extraordinary search needed is given back.
    pub fn cleared(mut self) -> Self {
        const KEEP: usize = 1 << 17;
        self.fragments.clear();
        self.fragments.shrink_to(KEEP);
        self.named.clear();
        self.named.shrink_to(KEEP);
        self
    }
}

/// Collects an answer.
pub(super) struct Sink<'g> {
    pub generation: &'g Generation,
    pub today: u16,
    /// Visible documents found, before the user's filters: what the choice of the stage goes by.
    pub found: u64,
    /// Those that pass the filters.
    pub total: u64,
    /// Of those, the look-alikes.
    pub look_alikes: u64,
    /// The best class found, before the user's filters.
    pub best: Option<Class>,
    filtered: bool,
    list_persons: bool,
    screen: Screen,
    sort: Sort,
    after: Option<Cursor>,
    keep: usize,
    top: BinaryHeap<Row>,
    counts: Option<Counts>,
    /// Room for the stages.
    pub scratch: Scratch,
    /// Documents that may still be looked at, when that is bounded more tightly than by the stages.
    pub allowed: Option<u64>,
    /// Whether more would have had to be looked at: then the answer is none.
    pub beyond: bool,
}

impl<'g> Sink<'g> {
    /// An empty answer to a request.
    pub fn new(generation: &'g Generation, request: &SearchRequest) -> Self {
        Self {
            generation,
            today: day(request.today),
            found: 0,
            total: 0,
            look_alikes: 0,
            best: None,
            filtered: request.filters != Filters::default(),
            list_persons: request.list_persons && request.filters.list.is_some(),
            screen: Screen::new(generation, &request.filters),
            sort: request.sort,
            after: request.after,
            // One more than the page tells whether there is a next one.
            keep: request.page_size.clamp(1, MAX_PAGE_SIZE) + 1,
            top: BinaryHeap::new(),
            counts: request.facets.then(|| Counts::new(generation)),
            scratch: Scratch::default(),
            allowed: None,
            beyond: false,
        }
    }

    /// Whether so many documents more may be looked at.
    pub fn may_look_at(&mut self, documents: u32) -> bool {
        if let Some(allowed) = &mut self.allowed {
            match allowed.checked_sub(u64::from(documents)) {
                Some(left) => *allowed = left,
                None => self.beyond = true,
            }
        }
        !self.beyond
    }

    /// Whether a document is displayed today and may be found otherwise than by a person's full name. A person on another
    /// list than the chosen one may not, and is not even counted for that list.
    pub fn visible(&self, number: usize, doc: DocId) -> bool {
        let segment = &self.generation.segments[number];
        segment.visible(doc, self.today)
            && (u64::from(segment.row(doc).kind) != kind_number(SubjectKind::NaturalPerson)
                || (self.list_persons && self.on_chosen_list(number, doc)))
    }

    /// Whether a document is on the list that the user chose.
    pub fn on_chosen_list(&self, number: usize, doc: DocId) -> bool {
        let segment = &self.generation.segments[number];
        self.screen.failed(segment, number, doc) & dimension::LIST == 0
    }

    /// Takes a visible document. `distance` in hundredths, `length` of its name in characters.
    pub fn add(&mut self, number: usize, doc: DocId, class: Class, distance: u16, length: usize) {
        let segment = &self.generation.segments[number];
        self.found += 1;
        self.best = Some(self.best.map_or(class, |best| best.min(class)));
        let failed = if self.filtered {
            self.screen.failed(segment, number, doc)
        } else {
            0
        };
        let row = segment.row(doc);
        let decided = u64::from(row.decided);
        if let Some(counts) = &mut self.counts {
            counts.add(self.generation, number, row, failed);
        }
        if failed != 0 {
            return;
        }
        self.total += 1;
        self.look_alikes += u64::from(class == Class::Near);
        let rank = match self.sort {
            Sort::Newest if class != Class::Near => rank(Class::Listed, 0, 0, decided),
            _ => rank(class, distance, length, decided),
        };
        let full = self.top.len() >= self.keep;
        if full && self.top.peek().is_some_and(|worst| rank > worst.rank) {
            return;
        }
        let row = Row {
            rank,
            num: segment.num(doc),
            class,
        };
        if self
            .after
            .is_some_and(|after| (row.rank, row.num) <= (after.rank, after.num))
        {
            return;
        }
        if full {
            if self.top.peek().is_some_and(|worst| row >= *worst) {
                return;
            }
            self.top.pop();
        }
        self.top.push(row);
    }

    /// The page, the cursor of the next one, and the facets.
    pub fn finish(self, filters: &Filters) -> (Vec<Hit>, Option<Cursor>, Option<Facets>) {
        let mut rows = self.top.into_sorted_vec();
        let more = rows.len() == self.keep;
        if more {
            rows.pop();
        }
        let last = rows.last().map(|row| Cursor {
            rank: row.rank,
            num: row.num,
        });
        let hits = rows
            .iter()
            .map(|row| Hit {
                num: row.num,
                matched: row.class.matched(),
            })
            .collect();
        (
            hits,
            last.filter(|_| more),
            self.counts
                .map(|counts| counts.finish(self.generation, filters)),
        )
    }
}
