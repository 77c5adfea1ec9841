//! Clocks against an oracle that counts day by day from the calendar's own files, and against the tables of domain.md.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::domain::cases::clock::tolled;
use crate::domain::cases::limits::Unit;
use chrono::{Datelike, Days, Weekday};

/// The calendar's files, read by the oracle itself: what a day is, and the first provisional year.
pub(super) struct Calendar(BTreeMap<NaiveDate, bool>);

impl Calendar {
    pub(super) fn new() -> Self {
        let texts = [
            include_str!("../../../../index/calendar/holidays.csv"),
            include_str!("../../../../index/calendar/holidays-2027-provisional.csv"),
        ];
        let lines = texts.iter().flat_map(|t| t.lines().skip(1));
        Self(
            lines
                .filter_map(|line| {
                    let mut parts = line.split(',');
                    Some((parts.next()?.parse().ok()?, parts.next()? == "workday"))
                })
                .collect(),
        )
    }

    fn worked(&self, d: NaiveDate) -> bool {
        let weekend = matches!(d.weekday(), Weekday::Sat | Weekday::Sun);
        self.0.get(&d).copied().unwrap_or(!weekend)
    }

    /// Day by day: the last day of a term, and whether a day of 2027 had a part in it. None while it rests.
    pub(super) fn last(
        &self,
        start: NaiveDate,
        n: u32,
        unit: Unit,
        pauses: &[Pause],
    ) -> Option<(NaiveDate, bool)> {
        let (mut d, mut counted, mut provisional) = (start, 0, false);
        while counted < n {
            d = d.succ_opt()?;
            let rests = pauses
                .iter()
                .any(|p| p.from < d && p.until.is_none_or(|u| d <= u));
            if pauses.iter().any(|p| p.from < d && p.until.is_none()) {
                return None;
            }
            if rests {
                continue;
            }
            if unit == Unit::WorkingDays {
                provisional |= d.year() == 2027;
                counted += u32::from(self.worked(d));
            } else {
                counted += 1;
            }
        }
        if unit == Unit::Days {
            provisional |= d.year() == 2027;
            while !self.worked(d) {
                d = d.succ_opt()?;
                provisional |= d.year() == 2027;
            }
        }
        Some((d, provisional))
    }
}

/// Domain.md 6: procedure, jurisdiction, rule set, category, list → count, unit.
#[test]
fn the_table_of_limits_says_what_the_domain_says() {
    use Procedure as P;
    use Unit::{Days as D, Months as M, WorkingDays as W};
    let world = World::new();
    for (procedure, jurisdiction, rule_set, list, count, unit, recall) in [
        (P::ListNotice, "350203", "xiamen", "x", 20, W, false),
        (P::ListNotice, "110000", "R36", "x", 20, W, true),
        (P::ListPublish, "350200", "xiamen", "x", 7, W, false),
        (P::ListExitNotice, "350200", "xiamen", "x", 3, W, false),
        (P::ListExpiryReport, "350200", "xiamen", "x", 7, W, false),
        (P::ListTellUnit, "350200", "xiamen", "x", 7, W, false),
        (P::MeasuresForward, "350200", "xiamen", "x", 2, W, false),
        (P::MeasuresReport, "350200", "xiamen", "x", 2, W, false),
        (P::RecordCollect, "610900", "R36", "penalty", 7, W, false),
        (P::RecordPublish, "610900", "R36", "penalty", 7, W, false),
        (P::RecordRefresh, "610900", "R36", "x", 1, M, false),
        (P::ListStatement, "110000", "R36", "x", 5, W, true),
        (P::ListObjection, "320100", "jiangsu", "x", 10, W, false),
        (P::ObjectionAnswer, "110000", "R36", "x", 10, W, true),
        (P::ObjectionAnswer, "370100", "R36", "x", 3, W, false),
        (P::ObjectionExtend, "370100", "R36", "x", 4, W, false),
        (P::ObjectionAnswer, "410100", "R36", "x", 3, W, false),
        (P::ObjectionAnswer, "330106", "R36", "x", 5, W, false),
        (P::ObjectionExtend, "330106", "R36", "x", 15, W, false),
        (P::ObjectionAnswer, "440305", "R36", "x", 2, W, false),
        (P::ObjectionExtend, "440305", "R36", "x", 3, W, false),
        (P::ObjectionCompare, "440305", "R36", "x", 1, W, false),
        (P::ComplaintFile, "510700", "R36", "x", 15, W, true),
        (P::ComplaintDecide, "510700", "R36", "x", 20, W, true),
        (P::RepairAccept, "110000", "R36", "x", 3, W, false),
        (P::RepairFeedback, "110000", "R36", "x", 10, W, false),
        (P::RepairDecide, "110000", "R36", "x", 7, W, true),
        (
            P::RepairDecide,
            "110000",
            "SAMR107",
            "penalty_samr",
            7,
            W,
            false,
        ),
        (P::RepairDecide, "440300", "R36", "x", 3, W, false),
        (P::RepairExtend, "440300", "R36", "x", 3, W, false),
        (P::RepairExtend, "110000", "R36", "x", 10, W, true),
        (P::RepairDecide, "410000", "R36", "x", 1, W, false),
        (P::SupplementAnswer, "110000", "R36", "x", 10, W, true),
        (P::RepairEndDisplay, "110000", "R58", "x", 3, W, false),
        (P::RecordWithdraw, "110000", "R36", "x", 3, W, false),
        (P::RecordWithdraw, "410000", "R36", "x", 1, W, false),
        (
            P::SamrPublish,
            "110000",
            "R36",
            "penalty_samr",
            20,
            W,
            false,
        ),
        (P::SamrPush, "110000", "R36", "list_samr", 3, W, false),
        (P::GovernmentPublish, "110000", "R36", "x", 20, W, false),
        (
            P::CourtDelete,
            "110000",
            "SPC17",
            "judgment_defaulter",
            3,
            W,
            false,
        ),
        (
            P::CourtReview,
            "110000",
            "SPC17",
            "judgment_defaulter",
            15,
            D,
            false,
        ),
        (P::RemedyReconsideration, "110000", "R36", "x", 60, D, false),
        (P::RemedyLitigation, "110000", "R36", "x", 6, M, false),
        (P::StandardComment, "110000", "R36", "x", 30, D, false),
        (P::RecordLongest, "370000", "R36", "x", 60, M, false),
        (P::ObjectionAnnotate, "110000", "R36", "x", 0, W, false),
        (P::MeasuresSuspend, "110000", "R36", "x", 0, W, false),
    ] {
        let key = Key {
            category: list.into(),
            list: list.into(),
            jurisdiction: jurisdiction.into(),
            rule_set: rule_set.into(),
        };
        let limit = world.limits.find(procedure, &key).unwrap();
        let got = (limit.count, world.limits.unit(limit), limit.recall);
        assert_eq!(
            got,
            (count, unit, recall),
            "{} {jurisdiction}",
            procedure.code()
        );
    }
    // no national rule extends the answer to an objection, and no other place has its row
    assert!(
        world
            .limits
            .find(Procedure::ObjectionExtend, &key("110000"))
            .is_none()
    );
    assert!(
        world
            .limits
            .find(Procedure::MeasuresForward, &key("350200"))
            .is_none()
    );
}

#[test]
fn a_faulty_table_is_refused_with_every_fault() {
    let text = include_str!("../../../../index/rules/limits.toml");
    for (from, to, fault) in [
        ("id = \"T28\"", "id = \"T27\"", "T28: no row"),
        (
            "jurisdiction = \"370000\"",
            "jurisdiction = \"37\"",
            "is no region",
        ),
        ("recall = true", "recall = false", "contradict"),
        ("count = 60", "count = 600", "beyond"),
        (
            "jurisdiction = \"410000\"",
            "jurisdiction = \"370000\"",
            "same key",
        ),
        (
            "procedure = \"objection_annotate\"",
            "procedure = \"objection_answer\"",
            "objection_annotate: no row",
        ),
    ] {
        let told = Limits::parse(&text.replace(from, to))
            .unwrap_err()
            .to_string();
        assert!(told.contains(fault), "{told}");
    }
    assert!(Limits::parse("version = 1").is_err());
}

/// What the catalogue tells on its pages is what the clocks go by.
#[test]
fn the_catalogue_and_the_table_agree() {
    let limits = Limits::embedded().unwrap();
    let catalogue = crate::base::catalogue::load(None).unwrap();
    let mut compared = 0;
    for layer in &catalogue.layers {
        for told in &layer.limits {
            // at once, which the catalogue tells as the longest time in which every copy follows
            if matches!(told.id.as_str(), "T13" | "T28") {
                continue;
            }
            let id = match told.id.as_str() {
                "T17E" => "T17",
                "T14D" => "T14",
                "T25R" | "T25L" => "T25",
                id => id,
            };
            let holds = limits
                .rows()
                .filter(|row| row.id == id)
                .filter(|row| {
                    row.jurisdiction == layer.jurisdiction || row.jurisdiction == "100000"
                })
                .any(|row| row.count == told.count);
            assert!(holds, "{} {}: {}", layer.code, told.id, told.count);
            compared += 1;
        }
    }
    assert!(compared > 20, "{compared}");
}

/// Domain.md 5: vectors, by the limit that has that number of days.
#[test]
fn vectors_of_the_domain() {
    let world = World::new();
    let xiamen = Key {
        rule_set: "xiamen".into(),
        ..key("350200")
    };
    for (procedure, key, start, due, provisional) in [
        (
            Procedure::RepairAccept,
            key("350200"),
            "2026-02-12",
            "2026-02-24",
            false,
        ),
        (
            Procedure::RepairDecide,
            key("350200"),
            "2026-09-18",
            "2026-09-29",
            false,
        ),
        (
            Procedure::RepairDecide,
            key("350200"),
            "2025-09-26",
            "2025-10-13",
            false,
        ),
        (
            Procedure::RepairFeedback,
            key("350200"),
            "2026-09-24",
            "2026-10-15",
            false,
        ),
        (
            Procedure::RepairFeedback,
            key("350200"),
            "2026-02-13",
            "2026-03-05",
            false,
        ),
        (
            Procedure::ListNotice,
            xiamen.clone(),
            "2026-09-10",
            "2026-10-14",
            false,
        ),
        (
            Procedure::ListNotice,
            xiamen.clone(),
            "2026-11-23",
            "2026-12-21",
            false,
        ),
        (
            Procedure::ListExpiryReport,
            xiamen.clone(),
            "2026-10-12",
            "2026-09-24",
            false,
        ),
        (
            Procedure::ListExpiryReport,
            xiamen.clone(),
            "2026-02-24",
            "2026-02-06",
            false,
        ),
        (
            Procedure::MeasuresReport,
            xiamen,
            "2026-09-30",
            "2026-10-09",
            false,
        ),
        (
            Procedure::RepairDecide,
            key("350200"),
            "2026-12-25",
            "2027-01-06",
            true,
        ),
        // 60 calendar days; the last one, 1 October, moves behind the holiday
        (
            Procedure::RemedyReconsideration,
            key("350200"),
            "2026-08-02",
            "2026-10-08",
            false,
        ),
        (
            Procedure::RemedyLitigation,
            key("350200"),
            "2026-04-01",
            "2026-10-08",
            false,
        ),
        (
            Procedure::MeasuresSuspend,
            key("350200"),
            "2026-10-01",
            "2026-10-01",
            false,
        ),
    ] {
        let clock = world.rules().clock(procedure, &key, day(start)).unwrap();
        let reading = clock.read(day(start), &world.calendar).unwrap();
        assert_eq!(
            (reading.due, reading.provisional),
            (Some(day(due)), provisional),
            "{} {start}",
            procedure.code()
        );
    }
}

#[test]
fn tolling_by_the_formula_of_mianyang() {
    let d = day;
    let end = d("2027-01-31");
    for (rests, expected) in [
        (vec![], "2027-01-31"),
        (vec![("2026-10-01", "2026-11-15")], "2027-03-17"),
        // the complaint suspends again after the dismissal
        (
            vec![("2026-10-01", "2026-11-15"), ("2026-12-01", "2026-12-11")],
            "2027-03-27",
        ),
        // two objections at once count once
        (
            vec![("2026-10-01", "2026-10-11"), ("2026-10-06", "2026-10-16")],
            "2027-02-15",
        ),
        // the measures were over
        (vec![("2027-01-31", "2027-03-01")], "2027-01-31"),
        (vec![("2027-01-30", "2027-03-01")], "2027-03-02"),
    ] {
        let rests: Vec<_> = rests.iter().map(|(a, b)| (d(a), d(b))).collect();
        assert_eq!(tolled(end, &rests), d(expected), "{rests:?}");
    }
}

fn pauses() -> impl Strategy<Value = Option<(u64, Option<u64>)>> {
    proptest::option::of((0..40_u64, proptest::option::weighted(0.8, 0..40_u64)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Every row, every start, every pause: the last day, what is left and whether it is overdue equal a count day by day.
    #[test]
    fn clocks_equal_a_count_by_day(row in 0..200_usize, start in 0..1000_u64, more in 0..12_u32, pause in pauses(), after in 0..120_u64) {
        let world = World::new();
        let oracle = Calendar::new();
        let rows: Vec<_> = world.limits.rows().filter(|l| !l.before && l.unit != Unit::Months).collect();
        let limit = rows[row % rows.len()];
        let start = day("2024-01-02") + Days::new(start);
        let pauses: Vec<Pause> = pause
            .map(|(from, length)| Pause { from: start + Days::new(from), until: length.map(|l| start + Days::new(from + l)) })
            .into_iter()
            .collect();
        let clock = Clock { limit, unit: world.limits.unit(limit), count: limit.count + more, start, pauses: pauses.clone(), done: None };
        let today = start + Days::new(after);
        let Ok(reading) = clock.read(today, &world.calendar) else { return Ok(()); };
        let expected = oracle.last(start, limit.count + more, clock.unit, &pauses);
        prop_assert_eq!(reading.due, expected.map(|e| e.0));
        let Some((last, provisional)) = expected else {
            prop_assert!(reading.resting && !reading.overdue);
            return Ok(());
        };
        prop_assert_eq!(reading.provisional, provisional);
        prop_assert_eq!(reading.overdue, today > last);
        let between = |from: NaiveDate, to: NaiveDate| {
            from.iter_days().skip(1).take_while(|d| *d <= to)
                .filter(|d| clock.unit == Unit::Days || oracle.worked(*d)).count()
        };
        prop_assert_eq!(reading.left as usize, between(today, last));
        prop_assert_eq!(reading.over as usize, between(last, today));
        // what was done in time is not overdue, whenever one looks
        let done = clock.stopped(Some(last)).read(today + Days::new(9), &world.calendar).unwrap();
        prop_assert!(!done.overdue && done.left == 0);
    }

    /// Measures run on each day on which nothing suspends them, until they have run as long as they were to.
    #[test]
    fn tolling_equals_a_count_by_day(length in 1..200_u64, rests in proptest::collection::vec((0..260_u64, 0..60_u64), 0..4)) {
        let start = day("2026-01-01");
        let rests: Vec<(NaiveDate, NaiveDate)> = rests.iter()
            .map(|(from, len)| (start + Days::new(*from), start + Days::new(from + len))).collect();
        let (mut d, mut run) = (start, 0);
        while run < length {
            run += u64::from(!rests.iter().any(|(from, to)| *from <= d && d < *to));
            d = d.succ_opt().unwrap();
        }
        prop_assert_eq!(tolled(start + Days::new(length), &rests), d);
    }
}
