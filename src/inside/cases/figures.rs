//! How cases are handled, in numbers for the public: how many are in each state, how many are overdue, how long repairs took.
//! Small numbers of natural persons are held back ([`crate::domain::small`]); lengths of time are of organisations alone.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::{CaseError, Cases};
use crate::domain::cases::{Case, CaseKind};
use crate::domain::small::{self, Counts};
use crate::domain::time::{Moment, civil_date};
use crate::domain::workdays::WorkDays;
use crate::inside::vault::cases::Ask;
use crate::outside::store::CaseFigure;

/// Days back that lengths of time are told for.
const DAYS: u64 = 365;

/// What is counted of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Kind.
    pub kind: CaseKind,
    /// Code of the state.
    pub state: &'static str,
    /// Authority: code and name.
    pub authority: (String, String),
    /// A natural person applies.
    pub person: bool,
    /// Something in it is overdue.
    pub overdue: bool,
    /// When it came in and, for a repair, when it was decided.
    pub received_on: NaiveDate,
    /// When it was decided.
    pub decided_on: Option<NaiveDate>,
}

/// The numbers of a day, from what is counted of each case: pure.
#[must_use]
pub fn figures(cases: &[Counted], calendar: &WorkDays, today: NaiveDate) -> Vec<CaseFigure> {
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    let mut states: BTreeMap<CaseKind, BTreeMap<(&str, String), Counts>> = BTreeMap::new();
    let mut overdue: BTreeMap<CaseKind, BTreeMap<(&str, String), Counts>> = BTreeMap::new();
    let mut days: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    let since = today.checked_sub_days(Days::new(DAYS)).unwrap_or(today);
    for case in cases {
        let (code, name) = (case.authority.0.as_str(), case.authority.1.as_str());
        if !name.is_empty() {
            names.insert(code, name);
        }
        let one = Counts {
            orgs: u64::from(!case.person),
            persons: u64::from(case.person),
            open: 0,
        };
        let state = (code, format!("state:{}", case.state));
        let of_kind = states.entry(case.kind).or_default();
        of_kind.entry(state).or_default().add(one);
        if case.overdue {
            let of_kind = overdue.entry(case.kind).or_default();
            of_kind
                .entry((code, "overdue".to_owned()))
                .or_default()
                .add(one);
        }
        let decided = case.decided_on.filter(|on| *on > since && !case.person);
        if let Some(on) = decided.filter(|_| case.kind == CaseKind::Repair)
            && let Ok(count) = calendar.count(case.received_on, on)
        {
            days.entry(code).or_default().push(count.days);
        }
    }
    let figure =
        |kind: CaseKind, code: &str, what: &str, orgs: u64, persons: Option<u64>| CaseFigure {
            kind: kind.code().to_owned(),
            authority_code: code.to_owned(),
            what: what.to_owned(),
            authority_name: names.get(code).map_or("", |n| n).to_owned(),
            orgs: i64::try_from(orgs).unwrap_or(i64::MAX),
            persons: persons.map(|n| i64::try_from(n).unwrap_or(i64::MAX)),
            as_of: today,
        };
    let mut out = Vec::new();
    for (kind, cells) in states.into_iter().chain(overdue) {
        let cells: Vec<((&str, String), Counts)> = cells.into_iter().collect();
        for (((code, what), _), shown) in cells.iter().zip(small::protect(&cells)) {
            let persons = (!shown.persons.is_held()).then(|| shown.persons.told());
            out.push(figure(kind, code, what, shown.orgs, persons));
        }
    }
    for (code, mut all) in days {
        all.sort_unstable();
        let median = all.get(all.len() / 2).copied().unwrap_or_default();
        let longest = all.last().copied().unwrap_or_default();
        for (what, number) in [
            ("decided", all.len() as u64),
            ("days_median", u64::from(median)),
            ("days_longest", u64::from(longest)),
        ] {
            out.push(figure(CaseKind::Repair, code, what, number, Some(0)));
        }
    }
    out.sort_by(|a, b| {
        (&a.kind, &a.authority_code, &a.what).cmp(&(&b.kind, &b.authority_code, &b.what))
    });
    out
}

impl Cases {
    /// Counts all cases and puts the numbers into the public store, where they differ from those that are there. Entries of
    /// lists are no applications and are counted by their own pages.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn publish_figures(&self, now: Moment) -> Result<(), CaseError> {
        let today = civil_date(now);
        let rules = self.rules();
        let mut counted = Vec::new();
        let ask = Ask {
            kinds: vec![CaseKind::Repair, CaseKind::Objection, CaseKind::Complaint],
            ..Ask::default()
        };
        self.each(&ask, |case| {
            let overdue = !case.current.is_closed()
                && case
                    .current
                    .clocks(&rules)
                    .iter()
                    .filter_map(|c| c.read(today, &self.calendar).ok())
                    .any(|reading| reading.overdue && !reading.provisional);
            counted.push(Counted {
                kind: case.current.kind(),
                state: case.current.state().0,
                authority: (
                    case.authority().to_owned(),
                    case.note.authority_name.clone(),
                ),
                person: case.note.person,
                overdue,
                received_on: case.current.track().received_on,
                decided_on: match &case.current {
                    Case::Repair(repair) => repair.decided_on,
                    _ => None,
                },
            });
            Ok(())
        })?;
        let fresh = figures(&counted, &self.calendar, today);
        if self.store.case_figures()? != fresh {
            self.store.set_case_figures(&fresh)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(state: &'static str, person: bool, decided: Option<&str>) -> Counted {
        Counted {
            kind: CaseKind::Repair,
            state,
            authority: ("A".into(), "示例局".into()),
            person,
            overdue: false,
            received_on: "2026-08-03".parse().unwrap(),
            decided_on: decided.map(|d| d.parse().unwrap()),
        }
    }

    fn find<'f>(all: &'f [CaseFigure], what: &str) -> &'f CaseFigure {
        all.iter().find(|f| f.what == what).unwrap()
    }

    #[test]
    fn few_persons_are_held_back_and_lengths_are_of_organisations() {
        let calendar = WorkDays::embedded();
        let today = "2026-09-01".parse().unwrap();
        let mut cases = vec![
            case("done", false, Some("2026-08-05")),
            case("done", false, Some("2026-08-10")),
            case("done", false, Some("2026-08-28")),
            case("rejected", true, Some("2026-08-31")),
            case("accepted", false, None),
        ];
        cases[4].overdue = true;
        // decided more than a year ago
        cases.push(Counted {
            received_on: "2025-01-02".parse().unwrap(),
            ..case("done", false, Some("2025-08-01"))
        });
        let all = figures(&cases, &calendar, today);
        assert_eq!(find(&all, "state:done").orgs, 4);
        assert_eq!(find(&all, "state:rejected").persons, None);
        assert_eq!(find(&all, "state:accepted").persons, Some(0));
        assert_eq!(find(&all, "overdue").orgs, 1);
        assert_eq!(find(&all, "decided").orgs, 3);
        // working days after 3 August through 10 and 28 August
        assert_eq!(find(&all, "days_median").orgs, 5);
        assert_eq!(find(&all, "days_longest").orgs, 19);
        let many: Vec<Counted> = (0..5).map(|_| case("done", true, None)).collect();
        let all = figures(&many, &calendar, today);
        assert_eq!(find(&all, "state:done").persons, Some(5));
        assert!(figures(&[], &calendar, today).is_empty());
    }
}
