//! From counts to statistics that may be shown: grouped as the page has them, with small numbers of natural persons held
//! back by the rule of [`crate::domain::small`], so that they do not follow from the others.

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike, Months, NaiveDate};

use crate::domain::catalogue::Catalogue;
use crate::domain::forms::FormKind;
use crate::domain::kinds::SubjectKind;
use crate::domain::regions::{self, NATIONAL};
use crate::domain::small::{self, Counts, Persons, Shown};
use crate::domain::workdays::WorkDays;
use crate::outside::apply::State;
use crate::outside::store::{CaseFigure, DateTally, Ending, ListFigure, PlaceTally, Tallies};
use crate::outside::web::pages::home::Figure;
use crate::outside::web::params::browsable_persons;
use crate::record::Why;

/// Months that are told one by one.
pub const MONTHS: u32 = 24;
/// Authorities that are named.
pub const AUTHORITIES: usize = 20;

/// A part of all records displayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell<K> {
    /// Which part.
    pub key: K,
    /// How many records, as far as it may be told.
    pub shown: Shown,
}

impl<K> Cell<K> {
    /// What of it may be drawn.
    #[must_use]
    pub const fn told(&self) -> u64 {
        self.shown.told()
    }
}

/// An authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// Its credit code.
    pub code: String,
    /// Its name; the code when no record tells it.
    pub name: String,
    /// When it last published something that is displayed about an organisation.
    pub newest: Option<NaiveDate>,
}

/// The figures of lists as far as they may be told. What is displayed is held back as in the table of lists of the
/// statistics; where it is, so is what came and went, from which it could follow.
#[must_use]
pub fn figures(catalogue: &Catalogue, lists: &[ListFigure]) -> Vec<Figure> {
    let counts = |list: &str, orgs: i64, persons: i64| {
        let number = |n: i64| u64::try_from(n).unwrap_or_default();
        let mut all = counts_of(catalogue, list, SubjectKind::LegalPerson, number(orgs));
        all.add(counts_of(
            catalogue,
            list,
            SubjectKind::NaturalPerson,
            number(persons),
        ));
        all
    };
    let displayed: Vec<(&str, Counts)> = lists
        .iter()
        .map(|f| {
            let list = f.list.as_str();
            (list, counts(list, f.orgs.shown, f.persons.shown))
        })
        .collect();
    lists
        .iter()
        .zip(small::protect(&displayed))
        .map(|(f, shown)| {
            let recent = |orgs, persons| {
                let told = small::alone(counts(&f.list, orgs, persons));
                match told.persons {
                    Persons::Told(n) if n > 0 && shown.persons.is_held() => Shown {
                        persons: Persons::Withheld,
                        ..told
                    },
                    _ => told,
                }
            };
            Figure {
                list: f.list.clone(),
                shown,
                begun: recent(f.orgs.begun, f.persons.begun),
                ended: recent(f.orgs.ended, f.persons.ended),
                changed_at: f.newest_seq_at,
            }
        })
        .collect()
}

/// How many records ceased to be displayed on a day for a reason, as far as it may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The civil date.
    pub day: NaiveDate,
    /// Why.
    pub why: Why,
    /// How many.
    pub count: Persons,
}

/// What was taken back, newest day first, as far as it may be told. The store gives whole months of it, because the
/// statistics tell their sums; whom they were about is not kept, so each number may be one of persons.
#[must_use]
pub fn ended(endings: &[Ending]) -> Vec<Ended> {
    let mut months: BTreeMap<(NaiveDate, Why), Vec<(NaiveDate, Counts)>> = BTreeMap::new();
    for ending in endings {
        let days = months
            .entry((month_of(ending.day), ending.why))
            .or_default();
        let counts = Counts {
            persons: ending.count,
            ..Counts::default()
        };
        days.push((ending.day, counts));
    }
    let mut all: Vec<Ended> = months
        .into_iter()
        .flat_map(|((_, why), days)| {
            let shown = small::protect(&days);
            days.into_iter()
                .zip(shown)
                .map(move |((day, _), shown)| Ended {
                    day,
                    why,
                    count: shown.persons,
                })
        })
        .collect();
    all.sort_by_key(|e| (std::cmp::Reverse(e.day), e.why));
    all
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
    /// Records displayed.
    pub shown: Shown,
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
    /// How applications are handled, by kind and authority, as the desk last counted it.
    pub handling: Vec<Handling>,
}

/// How applications of one kind are handled by one authority: those of organisations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handling {
    /// Kind.
    pub kind: FormKind,
    /// Code of the authority; empty where nobody is named yet.
    pub authority: String,
    /// Its name.
    pub name: String,
    /// Applications that are being handled.
    pub open: u64,
    /// Of them, those whose term is over.
    pub overdue: u64,
    /// Repairs decided within a year.
    pub decided: u64,
    /// Working days from receipt to decision: the median.
    pub median: Option<u64>,
    /// The same: the longest.
    pub longest: Option<u64>,
    /// Civil date on which it was counted.
    pub as_of: NaiveDate,
}

/// Numbers of the desk as rows, in the order of kinds and authorities. Of natural persons nothing is told here: what is small
/// cannot be held back from a list of authorities without holding back the rest.
#[must_use]
pub fn handling(figures: &[CaseFigure]) -> Vec<Handling> {
    let mut out: Vec<Handling> = Vec::new();
    for figure in figures {
        let Some(kind) = FormKind::from_code(&figure.kind) else {
            continue;
        };
        let number = u64::try_from(figure.orgs).unwrap_or_default();
        let same = |h: &Handling| h.kind == kind && h.authority == figure.authority_code;
        let at = out.iter().position(same).unwrap_or_else(|| {
            out.push(Handling {
                kind,
                authority: figure.authority_code.clone(),
                name: figure.authority_name.clone(),
                open: 0,
                overdue: 0,
                decided: 0,
                median: None,
                longest: None,
                as_of: figure.as_of,
            });
            out.len() - 1
        });
        let Some(row) = out.get_mut(at) else { continue };
        match figure.what.as_str() {
            "overdue" => row.overdue = number,
            "decided" => row.decided = number,
            "days_median" => row.median = Some(number),
            "days_longest" => row.longest = Some(number),
            what => {
                let state = what
                    .strip_prefix("state:")
                    .and_then(|code| State::of_case(kind, code));
                if state.is_some_and(|s| !s.is_closed(kind)) {
                    row.open += number;
                }
            }
        }
    }
    out.retain(|h| h.open + h.decided > 0);
    out.sort_by(|a, b| (a.kind.code(), &a.name).cmp(&(b.kind.code(), &b.name)));
    out
}

/// Tells the names of authorities, given their codes and the number of a row of each.
pub type Names<'a> = dyn Fn(&[(String, u64)]) -> HashMap<String, String> + 'a;

/// Numbers by key.
type Sums<K> = Vec<(K, Counts)>;

fn cells<K: Ord>(sums: Sums<K>) -> Vec<Cell<K>> {
    let shown = small::protect(&sums);
    sums.into_iter()
        .zip(shown)
        .map(|((key, _), shown)| Cell { key, shown })
        .collect()
}

/// The largest first by what is told of it: the order says nothing about a number that is held back.
fn by_size<K>(mut cells: Vec<Cell<K>>) -> Vec<Cell<K>> {
    cells.sort_by_key(|cell| std::cmp::Reverse(cell.told()));
    cells
}

/// Records of a list and kind of subject, as the rule of small numbers tells them apart.
#[must_use]
pub fn counts_of(catalogue: &Catalogue, list: &str, kind: SubjectKind, count: u64) -> Counts {
    let open = catalogue.list(list).is_some_and(browsable_persons);
    let mut counts = Counts::default();
    match kind {
        SubjectKind::NaturalPerson if open => counts.open = count,
        SubjectKind::NaturalPerson => counts.persons = count,
        _ => counts.orgs = count,
    }
    counts
}

fn summed<K: Ord>(all: impl Iterator<Item = (K, Counts)>) -> BTreeMap<K, Counts> {
    let mut sums: BTreeMap<K, Counts> = BTreeMap::new();
    for (key, counts) in all {
        sums.entry(key).or_default().add(counts);
    }
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
        let kinds: Vec<(SubjectKind, u64)> = SubjectKind::ALL
            .iter()
            .filter(|kind| kind.has_credit_code())
            .map(|kind| {
                let places = tallies.places.iter().filter(|p| p.kind == *kind);
                (*kind, places.map(|p| p.count).sum())
            })
            .collect();
        let places: Vec<(&PlaceTally, Counts)> = tallies
            .places
            .iter()
            .map(|p| (p, counts_of(catalogue, &p.list, p.kind, p.count)))
            .collect();
        let mut whole = Counts::default();
        for (_, counts) in &places {
            whole.add(*counts);
        }
        let lists = summed(places.iter().map(|(p, counts)| (p.list.clone(), *counts)));
        let dates: Vec<(NaiveDate, Counts)> = tallies
            .dates
            .iter()
            .map(|d| (d.decided_on, counts_of(catalogue, &d.list, d.kind, d.count)))
            .collect();
        Self {
            seq: tallies.seq,
            as_of,
            shown: small::alone(whole),
            kinds,
            lists: by_size(cells(lists.into_iter().collect())),
            months: months(&dates, as_of),
            regions: provinces(&places),
            authorities: authorities(&places, name),
            punctual: punctual(&tallies.dates, catalogue, calendar),
            exits: exits(tallies, as_of),
            handling: Vec::new(),
        }
    }

    /// Whether a number was held back somewhere.
    #[must_use]
    pub fn holds_back(&self) -> bool {
        self.shown.persons.is_held() || self.lists.iter().any(|c| c.shown.persons.is_held())
    }
}

fn months(dates: &[(NaiveDate, Counts)], as_of: NaiveDate) -> Vec<Cell<Option<NaiveDate>>> {
    let first = first_month(as_of);
    let none = || Counts::default();
    let every = std::iter::once((None, none()))
        .chain(last_months(as_of).map(|month| (Some(month), none())));
    let counted = dates.iter().map(|(decided_on, counts)| {
        // nothing is decided after the day on which it is displayed
        let month = month_of((*decided_on).min(as_of));
        ((month >= first).then_some(month), *counts)
    });
    cells(summed(every.chain(counted)).into_iter().collect())
}

fn provinces(places: &[(&PlaceTally, Counts)]) -> Vec<Cell<String>> {
    let every = regions::all()
        .iter()
        .filter(|r| matches!(r.level(), regions::Level::Province))
        .map(|r| r.code().to_owned())
        .chain([NATIONAL.to_owned()])
        .map(|code| (code, Counts::default()));
    let counted = places
        .iter()
        .map(|(place, counts)| (province(&place.region), *counts));
    cells(summed(every.chain(counted)).into_iter().collect())
}

fn authorities(places: &[(&PlaceTally, Counts)], name: &Names<'_>) -> Vec<Cell<Option<Authority>>> {
    let counted = places
        .iter()
        .map(|(place, counts)| (place.authority.clone(), *counts));
    let mut sums: Sums<String> = summed(counted).into_iter().collect();
    sums.sort_by_key(|(_, counts)| std::cmp::Reverse(small::alone(*counts).told()));
    let others = sums.split_off(sums.len().min(AUTHORITIES));
    let examples: HashMap<&str, u64> = places
        .iter()
        .map(|(p, _)| (p.authority.as_str(), p.example))
        .collect();
    // a day on which a person alone was published would tell something of that person
    let mut newest: HashMap<&str, NaiveDate> = HashMap::new();
    for (place, _) in places.iter().filter(|(p, _)| p.kind.has_credit_code()) {
        let day = newest.entry(&place.authority).or_insert(place.newest);
        *day = place.newest.max(*day);
    }
    let asked: Vec<(String, u64)> = sums
        .iter()
        .filter_map(|(code, _)| Some((code.clone(), *examples.get(code.as_str())?)))
        .collect();
    let mut names = name(&asked);
    let mut all: Sums<Option<String>> = sums
        .into_iter()
        .map(|(code, counts)| (Some(code), counts))
        .collect();
    if !others.is_empty() {
        let mut rest = Counts::default();
        for (_, counts) in others {
            rest.add(counts);
        }
        all.push((None, rest));
    }
    let (rest, named): (Vec<_>, Vec<_>) = cells(all).into_iter().partition(|c| c.key.is_none());
    by_size(named)
        .into_iter()
        .chain(rest)
        .map(|cell| Cell {
            key: cell.key.map(|code| Authority {
                name: names.remove(&code).unwrap_or_else(|| code.clone()),
                newest: newest.get(code.as_str()).copied(),
                code,
            }),
            shown: cell.shown,
        })
        .collect()
}

fn punctual(dates: &[DateTally], catalogue: &Catalogue, calendar: &WorkDays) -> Vec<Punctual> {
    let mut by_list: BTreeMap<&str, Punctual> = BTreeMap::new();
    let mut last_days: HashMap<(u32, NaiveDate), Option<NaiveDate>> = HashMap::new();
    for date in dates.iter().filter(|d| d.kind.has_credit_code()) {
        let Some(list) = catalogue.list(&date.list) else {
            continue;
        };
        let Some(within) = list.publish_within_working_days else {
            continue;
        };
        // the rule by which the publisher notes a record as late
        let last = *last_days
            .entry((within, date.decided_on))
            .or_insert_with(|| list.publish_by(calendar, date.decided_on));
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
                        let persons = n;
                        let shown = small::alone(Counts {
                            persons,
                            ..Counts::default()
                        });
                        (why, shown.persons)
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
    fn months_run_over_the_turn_of_years() {
        let months: Vec<NaiveDate> = last_months("2026-11-22".parse().unwrap()).collect();
        assert_eq!(months.len(), 24);
        assert_eq!(months[0].to_string(), "2024-12-01");
        assert_eq!(months[23].to_string(), "2026-11-01");
    }

    #[test]
    fn numbers_of_the_desk_become_a_row_of_each_kind_and_authority() {
        let figure = |kind: &str, authority: &str, what: &str, orgs| CaseFigure {
            kind: kind.to_owned(),
            authority_code: authority.to_owned(),
            what: what.to_owned(),
            authority_name: format!("{authority}局"),
            orgs,
            persons: None,
            as_of: NaiveDate::from_ymd_opt(2026, 11, 25).unwrap(),
        };
        let rows = handling(&[
            figure("repair", "甲", "state:verifying", 3),
            figure("repair", "甲", "state:forwarded", 2),
            figure("repair", "甲", "state:rejected", 7),
            figure("repair", "甲", "overdue", 1),
            figure("repair", "甲", "decided", 9),
            figure("repair", "甲", "days_median", 6),
            figure("repair", "甲", "days_longest", 17),
            figure("objection", "乙", "state:accepted", 4),
            figure("objection", "丙", "state:dismissed", 4),
            // entries of lists are no applications
            figure("entry", "甲", "state:published", 8),
        ]);
        let told: Vec<_> = rows
            .iter()
            .map(|h| {
                (
                    h.kind,
                    h.authority.as_str(),
                    h.open,
                    h.overdue,
                    h.decided,
                    h.median,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (FormKind::Objection, "乙", 4, 0, 0, None),
                (FormKind::Repair, "甲", 5, 1, 9, Some(6)),
            ]
        );
        assert_eq!(rows[1].longest, Some(17));
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
