//! From counts to statistics that may be shown: grouped as the page has them, with small numbers of natural persons
//! held back so that they do not follow from the others.

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike, Months, NaiveDate};

use crate::domain::catalogue::Catalogue;
use crate::domain::kinds::SubjectKind;
use crate::domain::regions::{self, NATIONAL};
use crate::domain::workdays::WorkDays;
use crate::outside::store::{DateTally, Tallies};
use crate::record::Why;

/// Months that are told one by one.
pub const MONTHS: u32 = 24;
/// Authorities that are named.
pub const AUTHORITIES: usize = 20;
/// The smallest number of natural persons that is told.
const SMALLEST: u64 = 5;

/// A number of records about natural persons, as far as it may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persons {
    /// The number: none, or enough of them.
    Told(u64),
    /// At least one and fewer than five.
    Few,
    /// Five or more, held back because a smaller number beside it would follow from it.
    Withheld,
}

impl Persons {
    /// What may be drawn and added up.
    #[must_use]
    pub const fn told(self) -> u64 {
        match self {
            Self::Told(n) => n,
            Self::Few | Self::Withheld => 0,
        }
    }
}

/// A part of all records displayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell<K> {
    /// Which part.
    pub key: K,
    /// Records about organisations, individual businesses among them.
    pub orgs: u64,
    /// Records about natural persons.
    pub persons: Persons,
}

impl<K> Cell<K> {
    /// What of it may be drawn.
    #[must_use]
    pub const fn told(&self) -> u64 {
        self.orgs + self.persons.told()
    }
}

/// An authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// Its credit code.
    pub code: String,
    /// Its name; the code when no record tells it.
    pub name: String,
}

/// How punctually the records of a list were published; organisations only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Punctual {
    /// Code of the list.
    pub list: String,
    /// Working days that the catalogue gives.
    pub within: u32,
    /// Published in time.
    pub on_time: u64,
    /// Published later.
    pub late: u64,
    /// The calendar of working days does not cover the term, or only provisionally.
    pub unknown: u64,
}

impl Punctual {
    /// Records of which it is known.
    #[must_use]
    pub const fn known(&self) -> u64 {
        self.on_time + self.late
    }
}

/// Records that ceased to be displayed in a month, by reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exits {
    /// First day of the month.
    pub month: NaiveDate,
    /// Numbers by reason; reasons without any are left out.
    pub by_reason: Vec<(Why, Persons)>,
}

/// All that the page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Sequence number of the store.
    pub seq: i64,
    /// The day that it is about.
    pub as_of: NaiveDate,
    /// Records displayed about organisations.
    pub orgs: u64,
    /// Records displayed about natural persons.
    pub persons: Persons,
    /// Kinds of organisations.
    pub kinds: Vec<(SubjectKind, u64)>,
    /// By list, the largest first.
    pub lists: Vec<Cell<String>>,
    /// By month of the decision, oldest first; the first is everything before (no key).
    pub months: Vec<Cell<Option<NaiveDate>>>,
    /// By province, every one of them, and the whole country for what names none.
    pub regions: Vec<Cell<String>>,
    /// By authority, the largest first; the last is all others (no key), when there are any.
    pub authorities: Vec<Cell<Option<Authority>>>,
    /// By list that has a term for publishing, the largest first.
    pub punctual: Vec<Punctual>,
    /// Exits by month, oldest first.
    pub exits: Vec<Exits>,
}

/// Holds back numbers of one table whose sum may be known: those under five, and as many more (the smallest first) as it
/// takes that no hidden one follows by subtraction.
#[must_use]
pub fn protect(numbers: &[u64]) -> Vec<Persons> {
    let mut out: Vec<Persons> = numbers
        .iter()
        .map(|n| match n {
            1..SMALLEST => Persons::Few,
            n => Persons::Told(*n),
        })
        .collect();
    let total: u64 = numbers.iter().sum();
    if total < SMALLEST {
        // the total is held back as well
        return out;
    }
    loop {
        let hidden: Vec<u64> = numbers
            .iter()
            .zip(&out)
            .filter(|(_, told)| !matches!(told, Persons::Told(_)))
            .map(|(n, _)| *n)
            .collect();
        let sum: u64 = hidden.iter().sum();
        let many = hidden.len() as u64;
        let all_few = hidden.iter().all(|n| *n < SMALLEST);
        // what follows: the only one; several that all are one, or all four
        let follows = many == 1 || (all_few && (sum == many || sum == many * (SMALLEST - 1)));
        if many == 0 || !follows {
            return out;
        }
        let next = numbers
            .iter()
            .enumerate()
            .filter(|(i, n)| **n > 0 && matches!(out.get(*i), Some(Persons::Told(_))))
            .min_by_key(|(_, n)| **n)
            .map(|(i, _)| i);
        match next.and_then(|i| out.get_mut(i)) {
            Some(told) => *told = Persons::Withheld,
            None => return out,
        }
    }
}

/// Tells the names of authorities, given their codes and the number of a row of each.
pub type Names<'a> = dyn Fn(&[(String, u64)]) -> HashMap<String, String> + 'a;

/// Numbers of organisations and of natural persons by key.
type Sums<K> = Vec<(K, [u64; 2])>;

fn cells<K>(sums: Sums<K>) -> Vec<Cell<K>> {
    let persons: Vec<u64> = sums.iter().map(|(_, [_, p])| *p).collect();
    sums.into_iter()
        .zip(protect(&persons))
        .map(|((key, [orgs, _]), persons)| Cell { key, orgs, persons })
        .collect()
}

const fn column(kind: SubjectKind) -> usize {
    matches!(kind, SubjectKind::NaturalPerson) as usize
}

/// Sums by key, the largest first by what may be told of each alone.
fn ranked<K: Ord + Clone>(all: impl Iterator<Item = (K, SubjectKind, u64)>) -> Sums<K> {
    let mut sums: BTreeMap<K, [u64; 2]> = BTreeMap::new();
    for (key, kind, count) in all {
        sums.entry(key).or_default()[column(kind)] += count;
    }
    let mut sums: Sums<K> = sums.into_iter().collect();
    let told = |[orgs, persons]: [u64; 2]| orgs + if persons < SMALLEST { 0 } else { persons };
    sums.sort_by_key(|(_, both)| std::cmp::Reverse(told(*both)));
    sums
}

/// The first day of the month of a date.
#[must_use]
pub fn month_of(date: NaiveDate) -> NaiveDate {
    date.with_day(1).unwrap_or(date)
}

/// The first day of the oldest month that is told one by one.
#[must_use]
pub fn first_month(today: NaiveDate) -> NaiveDate {
    let this = month_of(today);
    this.checked_sub_months(Months::new(MONTHS - 1))
        .unwrap_or(this)
}

/// The months that are told one by one, oldest first.
fn last_months(today: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let first = first_month(today);
    (0..MONTHS).filter_map(move |n| first.checked_add_months(Months::new(n)))
}

/// The province of a region, or the whole country.
fn province(region: &str) -> String {
    let code = region
        .get(..2)
        .map_or_else(String::new, |two| format!("{two}0000"));
    regions::find(&code).map_or_else(|| NATIONAL.to_owned(), |r| r.code().to_owned())
}

impl Stats {
    /// Makes statistics of counts.
    #[must_use]
    pub fn new(
        tallies: &Tallies,
        as_of: NaiveDate,
        catalogue: &Catalogue,
        calendar: &WorkDays,
        name: &Names<'_>,
    ) -> Self {
        let places = || tallies.places.iter();
        let count_of = |kind: SubjectKind| -> u64 {
            places().filter(|p| p.kind == kind).map(|p| p.count).sum()
        };
        let kinds: Vec<(SubjectKind, u64)> = SubjectKind::ALL
            .iter()
            .filter(|kind| kind.has_credit_code())
            .map(|kind| (*kind, count_of(*kind)))
            .collect();
        let persons = match count_of(SubjectKind::NaturalPerson) {
            1..SMALLEST => Persons::Few,
            n => Persons::Told(n),
        };
        Self {
            seq: tallies.seq,
            as_of,
            orgs: kinds.iter().map(|(_, n)| n).sum(),
            persons,
            kinds,
            lists: cells(ranked(places().map(|p| (p.list.clone(), p.kind, p.count)))),
            months: months(tallies, as_of),
            regions: provinces(tallies),
            authorities: authorities(tallies, name),
            punctual: punctual(&tallies.dates, catalogue, calendar),
            exits: exits(tallies, as_of),
        }
    }

    /// Whether a number was held back somewhere.
    #[must_use]
    pub fn holds_back(&self) -> bool {
        !matches!(self.persons, Persons::Told(_))
            || self
                .lists
                .iter()
                .any(|c| !matches!(c.persons, Persons::Told(_)))
    }
}

fn months(tallies: &Tallies, as_of: NaiveDate) -> Vec<Cell<Option<NaiveDate>>> {
    let mut sums: BTreeMap<Option<NaiveDate>, [u64; 2]> = BTreeMap::new();
    sums.insert(None, [0; 2]);
    sums.extend(last_months(as_of).map(|month| (Some(month), [0; 2])));
    let first = first_month(as_of);
    for date in &tallies.dates {
        // nothing is decided after the day on which it is displayed
        let month = month_of(date.decided_on.min(as_of));
        let key = (month >= first).then_some(month);
        sums.entry(key).or_default()[column(date.kind)] += date.count;
    }
    cells(sums.into_iter().collect())
}

fn provinces(tallies: &Tallies) -> Vec<Cell<String>> {
    let every = regions::all()
        .iter()
        .filter(|r| matches!(r.level(), regions::Level::Province));
    let mut sums: BTreeMap<String, [u64; 2]> =
        every.map(|r| (r.code().to_owned(), [0; 2])).collect();
    sums.insert(NATIONAL.to_owned(), [0; 2]);
    for place in &tallies.places {
        sums.entry(province(&place.region)).or_default()[column(place.kind)] += place.count;
    }
    cells(sums.into_iter().collect())
}

fn authorities(tallies: &Tallies, name: &Names<'_>) -> Vec<Cell<Option<Authority>>> {
    let places = tallies.places.iter();
    let mut sums = ranked(places.map(|p| (p.authority.clone(), p.kind, p.count)));
    let others = sums.split_off(sums.len().min(AUTHORITIES));
    let examples: HashMap<&str, u64> = tallies
        .places
        .iter()
        .map(|p| (p.authority.as_str(), p.example))
        .collect();
    let asked: Vec<(String, u64)> = sums
        .iter()
        .filter_map(|(code, _)| Some((code.clone(), *examples.get(code.as_str())?)))
        .collect();
    let mut names = name(&asked);
    let mut all: Sums<Option<Authority>> = sums
        .into_iter()
        .map(|(code, both)| {
            let name = names.remove(&code).unwrap_or_else(|| code.clone());
            (Some(Authority { code, name }), both)
        })
        .collect();
    if !others.is_empty() {
        let rest = others.iter().fold([0; 2], |[orgs, persons], (_, [o, p])| {
            [orgs + o, persons + p]
        });
        all.push((None, rest));
    }
    cells(all)
}

fn punctual(dates: &[DateTally], catalogue: &Catalogue, calendar: &WorkDays) -> Vec<Punctual> {
    let mut by_list: BTreeMap<&str, Punctual> = BTreeMap::new();
    let mut last_days: HashMap<(u32, NaiveDate), Option<NaiveDate>> = HashMap::new();
    for date in dates.iter().filter(|d| d.kind.has_credit_code()) {
        let within = catalogue
            .list(&date.list)
            .and_then(|l| l.publish_within_working_days);
        let Some(within) = within else { continue };
        // the rule by which the publisher notes a record as late
        let last = *last_days
            .entry((within, date.decided_on))
            .or_insert_with(|| {
                let due = calendar.add(date.decided_on, within).ok()?;
                (!due.provisional).then_some(due.date)
            });
        let sums = by_list
            .entry(date.list.as_str())
            .or_insert_with(|| Punctual {
                list: date.list.clone(),
                within,
                on_time: 0,
                late: 0,
                unknown: 0,
            });
        match last {
            Some(last) if date.displayed_from > last => sums.late += date.count,
            Some(_) => sums.on_time += date.count,
            None => sums.unknown += date.count,
        }
    }
    let mut all: Vec<Punctual> = by_list.into_values().collect();
    all.sort_by_key(|p| std::cmp::Reverse(p.known() + p.unknown));
    all
}

fn exits(tallies: &Tallies, as_of: NaiveDate) -> Vec<Exits> {
    last_months(as_of)
        .map(|month| {
            let mut by_reason: Vec<(Why, u64)> = tallies
                .exits
                .iter()
                .filter(|e| e.month == month)
                .map(|e| (e.why, e.count))
                .collect();
            by_reason.sort();
            Exits {
                month,
                by_reason: by_reason
                    .into_iter()
                    // whom they were about is not kept, so each may be of persons; no sum of them is told
                    .map(|(why, n)| {
                        let told = if n < SMALLEST {
                            Persons::Few
                        } else {
                            Persons::Told(n)
                        };
                        (why, told)
                    })
                    .collect(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_small_number_of_persons_follows_from_the_others() {
        use Persons::{Few, Told, Withheld};
        for (numbers, told) in [
            (&[][..], vec![]),
            (&[0, 0], vec![Told(0), Told(0)]),
            (&[7, 5, 0], vec![Told(7), Told(5), Told(0)]),
            // the total is held back too
            (&[3, 0], vec![Few, Told(0)]),
            // one alone would follow from the total
            (&[3, 50, 9, 0], vec![Few, Told(50), Withheld, Told(0)]),
            // so would two that both are four, or five ones
            (&[4, 4, 30], vec![Few, Few, Withheld]),
            (&[1, 1, 1, 1, 1, 6], vec![Few, Few, Few, Few, Few, Withheld]),
            (&[2, 4, 30], vec![Few, Few, Told(30)]),
        ] {
            assert_eq!(protect(numbers), told, "{numbers:?}");
        }
    }

    #[test]
    fn months_run_over_the_turn_of_years() {
        let months: Vec<NaiveDate> = last_months("2026-11-22".parse().unwrap()).collect();
        assert_eq!(months.len(), 24);
        assert_eq!(months[0].to_string(), "2024-12-01");
        assert_eq!(months[23].to_string(), "2026-11-01");
    }

    #[test]
    fn a_region_counts_for_its_province() {
        for (region, code) in [
            ("350203", "350000"),
            ("110000", "110000"),
            ("100000", NATIONAL),
            ("", NATIONAL),
            ("999999", NATIONAL),
            ("大连", NATIONAL),
        ] {
            assert_eq!(province(region), code, "{region}");
        }
    }
}
