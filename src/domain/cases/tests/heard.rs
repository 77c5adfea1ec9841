//! The days of the party before an entry is signed: tables, and random days against the oracle of the clocks.

use chrono::Days;
use proptest::prelude::*;

use super::clocks::Calendar;
use super::tables::{Line, story};
use super::*;
use crate::domain::cases::entry::EntryState;
use crate::domain::cases::limits::Unit;

/// An entry of a list that asks for no public notice, or for one, brought to the first meeting.
fn approved(prior_notice: bool, on: NaiveDate) -> Entry {
    let terms = entry::EntryTerms {
        serious: false,
        prior_notice,
        ..entry_terms(Polarity::Negative)
    };
    let mut entry = Entry::draft(track(on), terms);
    entry.state = EntryState::Approved;
    entry.track.handlers.insert("officer1".into());
    entry
}

const SERVE: &str = r#"{"event":"serve_party_notice","notice":"告知1号"}"#;
const SIGN: &str = r#"{"event":"sign","document_number":"认定1号"}"#;
const PUBLISH: &str = r#"{"event":"publish","visible":true}"#;

#[test]
fn an_entry_without_a_public_notice_waits_for_the_days_of_the_party() {
    use Role::{Approver, Handler};
    let object = r#"{"event":"object","objection":"YY-1"}"#;
    let dismiss = r#"{"event":"dismiss","reasons":"不成立"}"#;
    // five working days after Friday 18 September 2026: the 20th, a Sunday, is worked, 25 to 27 September are free
    let told: &[Line] = &[
        (Handler, 1, "2026-09-18", SERVE, "notified"),
        (Approver, 2, "2026-09-18", SIGN, "!party_heard"),
        (Approver, 2, "2026-09-24", SIGN, "!party_heard"),
    ];
    for (then, state) in [
        // the last day is the party's
        (
            vec![(Approver, 2, "2026-09-25", SIGN, "decided")],
            "decided",
        ),
        // an objection that was answered shortens nothing
        (
            vec![
                (Handler, 1, "2026-09-24", object, "objection_review"),
                (Approver, 2, "2026-09-24", dismiss, "notified"),
                (Approver, 2, "2026-09-24", SIGN, "!party_heard"),
                (Approver, 2, "2026-09-28", SIGN, "decided"),
                (Handler, 1, "2026-09-28", PUBLISH, "published"),
            ],
            "published",
        ),
    ] {
        let mut lines = told.to_vec();
        lines.extend(then);
        let from = Case::Entry(approved(false, day("2026-09-18")));
        let (case, _) = story(CaseKind::Entry, from, &lines);
        assert_eq!(case.state().0, state);
    }
}

#[test]
fn the_refusal_says_until_when() {
    let world = World::new();
    let rules = world.rules();
    let by = officer(Role::Approver, 2);
    let sign = |entry: &Entry, on: &str| {
        let act = Act {
            by: &by,
            on: day(on),
            rules: Some(&rules),
        };
        Case::Entry(entry.clone()).step(&read(CaseKind::Entry, SIGN), &act)
    };
    let mut entry = approved(false, day("2026-09-18"));
    entry.state = EntryState::Notified;
    entry.party_told_on = Some(day("2026-09-18"));
    let why = sign(&entry, "2026-09-21").unwrap_err();
    let until = day("2026-09-24");
    assert_eq!(why, Refusal::PartyHeard { until });
    let words = why.words();
    assert!(words.zh.contains("2026-09-24") && words.en.contains("2026-09-24"));
    // where the notice to the public runs longer, its end is told, so that nobody tries twice
    entry.state = EntryState::InNotice;
    entry.notice_from = Some(day("2026-09-18"));
    let why = sign(&entry, "2026-09-21").unwrap_err();
    assert_eq!(why.code(), "still_runs");
    assert!(why.until() > Some(until));
    // and the other way round: told when the notice was nearly over
    entry.party_told_on = Some(day("2026-10-20"));
    let why = sign(&entry, "2026-10-21").unwrap_err();
    assert_eq!(
        why,
        Refusal::PartyHeard {
            until: day("2026-10-27")
        }
    );
    // a provisional calendar holds nothing against the party
    entry.notice_from = None;
    entry.terms.prior_notice = false;
    entry.party_told_on = Some(day("2026-12-28"));
    assert_eq!(
        sign(&entry, "2027-02-01").unwrap_err().code(),
        "provisional"
    );
}

/// What was signed before the days were held to is not published before they are over; a history made again is not held up.
#[test]
fn what_was_signed_too_early_is_published_after_the_days() {
    let mut entry = approved(false, day("2026-09-18"));
    entry.state = EntryState::Decided;
    entry.party_told_on = Some(day("2026-09-18"));
    entry.signed_on = Some(day("2026-09-18"));
    entry.signed_by = Some("officer2".into());
    entry.track.last_on = day("2026-09-18");
    let lines: &[Line] = &[
        (Role::Handler, 1, "2026-09-24", PUBLISH, "!party_heard"),
        (Role::Handler, 1, "2026-09-25", PUBLISH, "published"),
    ];
    story(CaseKind::Entry, Case::Entry(entry.clone()), lines);
    let by = officer(Role::Handler, 1);
    let event = read(CaseKind::Entry, PUBLISH);
    let again = Case::replay(Case::Entry(entry), [(&event, &by, day("2026-09-21"))]);
    assert_eq!(again.unwrap().case.state().0, "published");
}

/// Where no rule gives the days a number, they end with the decision.
#[test]
fn a_table_without_the_limit_holds_nothing_back() {
    let text = include_str!("../../../../index/rules/limits.toml");
    let only_elsewhere = "procedure = \"list_statement\"\njurisdiction = \"440000\"";
    let text = text.replace(
        "procedure = \"list_statement\"\njurisdiction = \"100000\"",
        only_elsewhere,
    );
    assert!(text.contains(only_elsewhere));
    let world = World {
        limits: Limits::parse(&text).unwrap(),
        ..World::new()
    };
    let rules = world.rules();
    let mut entry = approved(false, day("2026-09-18"));
    entry.state = EntryState::Notified;
    entry.party_told_on = Some(day("2026-09-18"));
    let by = officer(Role::Approver, 2);
    let act = Act {
        by: &by,
        on: day("2026-09-18"),
        rules: Some(&rules),
    };
    let done = Case::Entry(entry).step(&read(CaseKind::Entry, SIGN), &act);
    assert_eq!(done.unwrap().case.state().0, "decided");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever was told to whom and when, objected and answered: it is signed after the last of all days, by the oracle's
    /// count, and on no earlier one; the refusal names that last day.
    #[test]
    fn signed_after_the_last_of_all_days_and_never_before(
        start in 0..1100_u64,
        served: bool,
        notice in proptest::option::of(0..25_u64),
        objected in proptest::option::of((0..20_u64, 0..10_u64)),
        after in 0..70_u64,
    ) {
        prop_assume!(served || notice.is_some());
        let world = World::new();
        let rules = world.rules();
        let oracle = Calendar::new();
        let start = day("2024-01-02") + Days::new(start);
        let begun = start + Days::new(notice.unwrap_or(0));
        let step = |case: Case, who: (Role, usize), on: NaiveDate, json: &str| {
            let by = officer(who.0, who.1);
            let act = Act { by: &by, on, rules: Some(&rules) };
            case.step(&read(CaseKind::Entry, json), &act).map(|done| done.case)
        };
        let mut case = Case::Entry(approved(notice.is_some(), start));
        if served {
            case = step(case, (Role::Handler, 1), start, SERVE).unwrap();
        }
        if notice.is_some() {
            case = step(case, (Role::Handler, 1), begun, r#"{"event":"open_prior_notice"}"#).unwrap();
        }
        let mut on = begun;
        if let Some((objected, answered)) = objected {
            on = on + Days::new(objected);
            case = step(case, (Role::Handler, 1), on, r#"{"event":"object","objection":"YY-1"}"#).unwrap();
            on = on + Days::new(answered);
            case = step(case, (Role::Approver, 2), on, r#"{"event":"dismiss","reasons":"不成立"}"#).unwrap();
        }
        on = on.max(start + Days::new(after));
        let waits: Vec<(NaiveDate, bool)> = [
            served.then(|| oracle.last(start, 5, Unit::WorkingDays, &[])),
            notice.map(|_| oracle.last(begun, 20, Unit::WorkingDays, &[])),
        ]
        .into_iter()
        .flatten()
        .flatten()
        .collect();
        let runs = waits.iter().map(|(last, _)| *last).filter(|last| on <= *last).max();
        let doubtful = waits.iter().any(|(_, provisional)| *provisional);
        let signed = step(case.clone(), (Role::Approver, 2), on, SIGN);
        match (signed, runs) {
            (Ok(done), None) => {
                prop_assert!(!doubtful);
                let published = step(done, (Role::Handler, 1), on, PUBLISH).unwrap();
                prop_assert_eq!(published.state().0, "published");
            }
            (Err(why), Some(until)) => {
                prop_assert!(matches!(why, Refusal::StillRuns { .. } | Refusal::PartyHeard { .. }), "{why:?}");
                prop_assert_eq!(why.until(), Some(until));
            }
            (Err(why), None) => prop_assert!(doubtful && why.code() == "provisional", "{why:?}"),
            (Ok(_), Some(until)) => prop_assert!(false, "signed on {on}, before {until} was over"),
        }
        // the clock that officers see is the oracle's
        let shown = case.clocks(&rules).into_iter().find(|c| c.limit.procedure == Procedure::ListStatement);
        let due = shown.map(|clock| clock.read(on, &world.calendar).unwrap().due);
        let expected = served.then(|| oracle.last(start, 5, Unit::WorkingDays, &[]).map(|(last, _)| last));
        prop_assert_eq!(due, expected);
    }
}
