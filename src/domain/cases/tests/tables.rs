//! Tables: what a story leads to, and what is refused with which word.

use super::*;
use crate::domain::cases::repair::RepairTerms;

/// Who, on which day, what; and the state it leads to, or `!` and the code of the refusal.
pub(super) type Line = (Role, usize, &'static str, &'static str, &'static str);

pub(super) fn story(kind: CaseKind, from: Case, lines: &[Line]) -> (Case, Vec<Effect>) {
    let world = World::new();
    let rules = world.rules();
    let (mut case, mut effects) = (from, Vec::new());
    for (role, n, on, json, expected) in lines {
        let by = officer(*role, *n);
        let act = Act {
            by: &by,
            on: day(on),
            rules: Some(&rules),
        };
        match case.step(&read(kind, json), &act) {
            Ok(done) => {
                assert_eq!(done.case.state().0, *expected, "{json}");
                case = done.case;
                effects.extend(done.effects);
            }
            Err(why) => {
                assert_eq!(format!("!{}", why.code()), *expected, "{json}: {why}");
                assert!(!why.words().zh.is_empty() && !why.to_string().is_empty());
            }
        }
    }
    (case, effects)
}

pub(super) const SUBMIT: &str = r#"{"event":"submit"}"#;
pub(super) const FORWARD: &str = r#"{"event":"forward"}"#;
pub(super) const ACCEPT: &str = r#"{"event":"accept"}"#;
pub(super) const APPROVE: &str = r#"{"event":"approve","reasons":"义务已履行"}"#;
const ASK: &str = r#"{"event":"ask_supplement","items":["缴款凭证"]}"#;
const LAPSE: &str = r#"{"event":"lapse"}"#;
const EXTEND: &str = r#"{"event":"extend","reasons":"情况复杂"}"#;

#[test]
fn a_repair_is_granted_by_a_second_officer_and_arrives_everywhere() {
    use Role::{Approver, Handler, Operator, Subject, System};
    let (case, effects) = story(
        CaseKind::Repair,
        opened(CaseKind::Repair, day("2026-07-01")),
        &[
            (Subject, 0, "2026-07-01", SUBMIT, "!too_early"),
            (Subject, 0, "2026-07-02", SUBMIT, "submitted"),
            (Handler, 1, "2026-07-02", FORWARD, "!not_yours"),
            (Operator, 9, "2026-07-03", FORWARD, "forwarded"),
            (Operator, 9, "2026-07-02", FORWARD, "!backwards"),
            (Approver, 1, "2026-07-06", APPROVE, "!not_now"),
            (Handler, 1, "2026-07-06", ACCEPT, "accepted"),
            (
                Handler,
                1,
                "2026-07-07",
                r#"{"event":"verify","findings":" "}"#,
                "!missing",
            ),
            (
                Handler,
                1,
                "2026-07-07",
                r#"{"event":"verify","findings":"已缴清"}"#,
                "verifying",
            ),
            (Handler, 1, "2026-07-07", EXTEND, "verifying"),
            (Handler, 1, "2026-07-07", EXTEND, "!extended_before"),
            (Approver, 1, "2026-07-08", APPROVE, "!same_person"),
            (
                Approver,
                2,
                "2026-07-08",
                r#"{"event":"approve","reasons":""}"#,
                "!missing",
            ),
            (Approver, 2, "2026-07-08", APPROVE, "approved"),
            (
                System,
                0,
                "2026-07-08",
                r#"{"event":"sync","target":"store"}"#,
                "approved",
            ),
            (
                System,
                0,
                "2026-07-08",
                r#"{"event":"sync","target":"search"}"#,
                "approved",
            ),
            (
                System,
                0,
                "2026-07-08",
                r#"{"event":"sync","target":"feeds"}"#,
                "approved",
            ),
            (
                System,
                0,
                "2026-07-08",
                r#"{"event":"sync","target":"exports"}"#,
                "done",
            ),
            (
                Subject,
                0,
                "2026-07-09",
                r#"{"event":"withdraw"}"#,
                "!not_now",
            ),
            (
                Approver,
                2,
                "2026-08-31",
                r#"{"event":"revoke","reasons":"凭证系伪造"}"#,
                "revoked",
            ),
        ],
    );
    assert!(case.is_closed());
    let barred_until = Some(day("2029-08-31"));
    assert_eq!(
        effects,
        [
            Effect::EndDisplay,
            Effect::LiftMeasures,
            Effect::Restore { barred_until }
        ]
    );
}

#[test]
fn another_authority_does_nothing() {
    let world = World::new();
    let rules = world.rules();
    let mut by = officer(Role::Handler, 1);
    by.authority = "11350200004123999X".into();
    let act = Act {
        by: &by,
        on: day("2026-07-02"),
        rules: Some(&rules),
    };
    let case = opened(CaseKind::Repair, day("2026-07-02"));
    let refused = case.step(&read(CaseKind::Repair, ACCEPT), &act);
    assert_eq!(refused.unwrap_err(), Refusal::OtherAuthority);
    // and an event of another kind of case is none
    let dismiss = read(CaseKind::Objection, r#"{"event":"dismiss","reasons":"无"}"#);
    assert_eq!(case.step(&dismiss, &act).unwrap_err().code(), "not_now");
}

#[test]
fn eligibility_is_told_before_anything_is_typed() {
    use crate::domain::catalogue::RepairChannel as C;
    let change = |f: fn(&mut RepairTerms)| {
        let mut terms = terms();
        f(&mut terms);
        terms.admit(day("2026-07-02")).map_err(|e| e.code())
    };
    for (terms, expected) in [
        (change(|_| {}), Ok(())),
        (change(|t| t.earliest = None), Ok(())),
        (
            change(|t| t.earliest = Some(day("2026-07-03"))),
            Err("too_early"),
        ),
        (change(|t| t.repairable = false), Err("not_repairable")),
        (
            change(|t| t.channel = C::ExternalLink),
            Err("other_channel"),
        ),
        (change(|t| t.channel = C::Court), Err("other_channel")),
        (change(|t| t.channel = C::None), Err("not_repairable")),
        (change(|t| t.channel = C::Forward), Ok(())),
        (change(|t| t.other_open = true), Err("already_open")),
        (
            change(|t| t.barred_until = Some(day("2026-07-03"))),
            Err("barred"),
        ),
        (change(|t| t.barred_until = Some(day("2026-07-02"))), Ok(())),
    ] {
        assert_eq!(terms, expected);
    }
}

/// T18: the clock rests, the question is asked once, and a provisional last day closes nothing.
#[test]
fn a_supplement_rests_the_clocks_and_lapses_only_on_a_sure_day() {
    use Role::{Handler, Operator, Subject, System};
    let forwarded = |on: &'static str, lines: &[Line]| {
        let mut all = vec![
            (Subject, 0, on, SUBMIT, "submitted"),
            (Operator, 9, on, FORWARD, "forwarded"),
            (Operator, 9, on, ASK, "!not_yours"),
            (Handler, 1, on, ASK, "supplement"),
        ];
        all.extend_from_slice(lines);
        story(CaseKind::Repair, opened(CaseKind::Repair, day(on)), &all).0
    };
    let answered = forwarded(
        "2026-09-18",
        &[
            (System, 0, "2026-09-20", LAPSE, "!still_runs"),
            (
                Subject,
                0,
                "2026-09-22",
                r#"{"event":"answer_supplement"}"#,
                "forwarded",
            ),
            (Handler, 1, "2026-09-22", ASK, "!supplement_used"),
        ],
    );
    let world = World::new();
    let due: Vec<_> = answered
        .clocks(&world.rules())
        .iter()
        .map(|c| {
            (
                c.limit.id.clone(),
                c.read(day("2026-09-22"), &world.calendar).unwrap().due,
            )
        })
        .collect();
    // 3 and 10 working days after 18 September, 19 to 22 September not counted; 25 to 27 September and 1 to 7 October are free
    assert_eq!(
        due,
        [
            ("T15".to_owned(), Some(day("2026-09-28"))),
            ("T16".to_owned(), Some(day("2026-10-13"))),
            ("T18".to_owned(), Some(day("2026-10-09"))),
        ]
    );
    // ten working days after 18 September, of which the 20th, a Sunday, is worked: 9 October
    forwarded(
        "2026-09-18",
        &[
            (System, 0, "2026-10-09", LAPSE, "!still_runs"),
            (System, 0, "2026-10-10", LAPSE, "closed"),
        ],
    );
    forwarded(
        "2026-12-25",
        &[(System, 0, "2027-03-01", LAPSE, "!provisional")],
    );
}

#[test]
fn an_objection_suspends_and_the_rest_of_the_term_runs_on() {
    use Role::{Approver, Handler, Operator};
    let verify = r#"{"event":"verify","findings":"核查"}"#;
    let begin: &[Line] = &[
        (Operator, 9, "2026-10-08", ACCEPT, "accepted"),
        (Operator, 9, "2026-10-08", FORWARD, "forwarded"),
        (Handler, 1, "2026-10-09", EXTEND, "!no_extension"),
        (Handler, 1, "2026-10-09", verify, "verifying"),
        (
            Approver,
            1,
            "2026-10-12",
            r#"{"event":"dismiss","reasons":"不属实"}"#,
            "!same_person",
        ),
    ];
    let resume = Effect::ResumeMeasures {
        suspended_on: day("2026-10-08"),
        resumed_on: day("2026-10-12"),
    };
    let change = Change {
        field: "remark".into(),
        old: "甲".into(),
        new: "乙".into(),
    };
    let correct = Effect::Correct {
        changes: vec![change],
    };
    let changes = r#"[{"field":"remark","old":"甲","new":"乙"}]"#;
    let partly =
        format!(r#"{{"event":"uphold_partly","reasons":"部分","changes":{changes}}}"#).leak();
    let same = r#"{"event":"uphold_partly","reasons":"部分","changes":[{"field":"remark","old":"甲","new":"甲"}]}"#;
    let stop = r#"{"event":"uphold","reasons":"属实","relief":{"do":"stop_display"}}"#;
    for (json, state, then) in [
        (
            r#"{"event":"dismiss","reasons":"不属实"}"#,
            "dismissed",
            vec![Effect::ClearAnnotation, resume.clone()],
        ),
        (
            partly,
            "partly_upheld",
            vec![correct, Effect::ClearAnnotation, resume],
        ),
        (same, "!missing", vec![]),
        (
            stop,
            "upheld",
            vec![
                Effect::Withdraw,
                Effect::ClearAnnotation,
                Effect::LiftMeasures,
            ],
        ),
    ] {
        let mut lines = begin.to_vec();
        lines.push((Approver, 2, "2026-10-12", json, state));
        let from = opened(CaseKind::Objection, day("2026-10-08"));
        let (_, effects) = story(CaseKind::Objection, from, &lines);
        let mut expected = vec![Effect::Annotate, Effect::SuspendMeasures];
        expected.extend(then);
        assert_eq!(effects, expected, "{json}");
    }
}

#[test]
fn a_complaint_follows_an_answer_in_time() {
    let at = |received: &str, replied: Option<&str>, overdue: bool, expected: &'static str| {
        let policy = Policy {
            annotates: true,
            suspends: true,
        };
        let case = Complaint::submitted(
            track(day(received)),
            "YY-1".into(),
            replied.map(day),
            overdue,
            policy,
        );
        let on: &'static str = received.to_owned().leak();
        let lines = [(Role::LeadingGroup, 1, on, ACCEPT, expected)];
        story(CaseKind::Complaint, Case::Complaint(case), &lines);
    };
    // 15 working days after 1 September 2026: 22 September (the 20th, a Sunday, is worked)
    at("2026-09-21", Some("2026-09-01"), false, "accepted");
    at("2026-09-22", Some("2026-09-01"), false, "!late");
    at("2026-09-21", None, false, "!missing");
    at("2026-09-21", None, true, "accepted");
    // a provisional year is not held against the applicant
    at("2027-02-20", Some("2026-12-25"), false, "accepted");
}

#[test]
fn a_serious_entry_from_proposal_to_each_exit() {
    use Role::{Approver, Handler, SecrecyReviewer, System};
    let published: &[Line] = &[
        (
            Handler,
            1,
            "2026-09-01",
            r#"{"event":"propose","basis_document":""}"#,
            "!missing",
        ),
        (
            Handler,
            1,
            "2026-09-01",
            r#"{"event":"propose","basis_document":"决定1号"}"#,
            "proposed",
        ),
        (
            SecrecyReviewer,
            1,
            "2026-09-02",
            r#"{"event":"secrecy_review","finding":"clear"}"#,
            "!same_person",
        ),
        (
            SecrecyReviewer,
            3,
            "2026-09-02",
            r#"{"event":"secrecy_review","finding":"internal"}"#,
            "!missing",
        ),
        (
            SecrecyReviewer,
            3,
            "2026-09-02",
            r#"{"event":"secrecy_review","finding":"clear"}"#,
            "screened",
        ),
        (
            Approver,
            2,
            "2026-09-03",
            r#"{"event":"approve_preliminary","meeting":"纪要1号"}"#,
            "approved",
        ),
        (
            Handler,
            1,
            "2026-09-10",
            r#"{"event":"open_prior_notice"}"#,
            "!missing",
        ),
        (
            Handler,
            1,
            "2026-09-10",
            r#"{"event":"serve_party_notice","notice":"告知1号"}"#,
            "notified",
        ),
        (
            Approver,
            2,
            "2026-09-10",
            r#"{"event":"sign","document_number":"认定1号"}"#,
            "!missing",
        ),
        (
            Handler,
            1,
            "2026-09-10",
            r#"{"event":"open_prior_notice"}"#,
            "in_notice",
        ),
        (
            Approver,
            2,
            "2026-10-14",
            r#"{"event":"sign","document_number":"认定1号"}"#,
            "!still_runs",
        ),
        (
            Handler,
            1,
            "2026-10-14",
            r#"{"event":"object","objection":"YY-1"}"#,
            "objection_review",
        ),
        (
            Approver,
            2,
            "2026-10-15",
            r#"{"event":"sign","document_number":"认定1号"}"#,
            "!not_now",
        ),
        (
            Approver,
            2,
            "2026-10-15",
            r#"{"event":"dismiss","reasons":"不成立"}"#,
            "in_notice",
        ),
        (
            Approver,
            2,
            "2026-10-15",
            r#"{"event":"sign","document_number":"认定1号"}"#,
            "decided",
        ),
        (
            Handler,
            2,
            "2026-10-16",
            r#"{"event":"publish","visible":true}"#,
            "!same_person",
        ),
        (
            Handler,
            1,
            "2026-10-16",
            r#"{"event":"publish","visible":true}"#,
            "published",
        ),
        (
            System,
            0,
            "2026-10-17",
            r#"{"event":"expiry_near"}"#,
            "!too_early",
        ),
        (System, 0, "2026-10-17", r#"{"event":"exit"}"#, "!missing"),
    ];
    let propose = |reason: &str, meeting: &str| -> &'static str {
        format!(r#"{{"event":"propose_exit","reason":"{reason}","meeting":"{meeting}"}}"#).leak()
    };
    let exit = r#"{"event":"exit"}"#;
    for (then, reason) in [
        (
            vec![(
                Handler,
                1,
                "2026-11-02",
                propose("disqualified", "纪要2号"),
                "!wrong_reason",
            )],
            None,
        ),
        (
            vec![(
                Handler,
                1,
                "2026-11-02",
                propose("repaired", ""),
                "!missing",
            )],
            None,
        ),
        (
            vec![
                (
                    Handler,
                    1,
                    "2026-11-02",
                    propose("repaired", "纪要2号"),
                    "published",
                ),
                (Approver, 1, "2026-11-03", exit, "!same_person"),
                (Approver, 2, "2026-11-03", exit, "exited"),
            ],
            Some(ExitReason::Repaired),
        ),
        (
            vec![
                (
                    Handler,
                    1,
                    "2026-11-02",
                    propose("designation_error", "纪要2号"),
                    "published",
                ),
                (Approver, 2, "2026-11-03", exit, "exited"),
            ],
            Some(ExitReason::DesignationError),
        ),
        (
            vec![
                (
                    Handler,
                    1,
                    "2026-11-02",
                    propose("standard_changed", "纪要2号"),
                    "published",
                ),
                (Approver, 2, "2026-11-03", exit, "exited"),
            ],
            Some(ExitReason::StandardChanged),
        ),
        (
            vec![
                (
                    System,
                    0,
                    "2026-12-21",
                    r#"{"event":"expiry_near"}"#,
                    "expiring",
                ),
                (System, 0, "2026-12-31", exit, "!missing"),
                (System, 0, "2027-01-01", exit, "exited"),
            ],
            Some(ExitReason::Expired),
        ),
        (
            vec![
                (
                    Handler,
                    1,
                    "2026-11-02",
                    r#"{"event":"basis_revoked","reasons":"判决撤销"}"#,
                    "exited",
                ),
                (
                    Handler,
                    1,
                    "2026-11-02",
                    r#"{"event":"announce_exit"}"#,
                    "exited",
                ),
            ],
            Some(ExitReason::BasisRevoked),
        ),
    ] {
        let mut lines = published.to_vec();
        lines.extend(then);
        let (case, _) = story(
            CaseKind::Entry,
            opened(CaseKind::Entry, day("2026-09-01")),
            &lines,
        );
        let Case::Entry(case) = case else {
            unreachable!()
        };
        assert_eq!(case.exited.map(|(_, why)| why), reason);
    }
}

#[test]
fn a_red_entry_is_checked_twice() {
    use Role::{Approver, Handler, SecrecyReviewer};
    let check = r#"{"event":"cross_check","lists":["city","province","nation"]}"#;
    let hit = r#"{"event":"cross_check","lists":["city","province","nation"],"hits":["R1"]}"#;
    let decided: &[Line] = &[
        (
            Handler,
            1,
            "2026-09-01",
            r#"{"event":"propose","basis_document":"评定1号"}"#,
            "proposed",
        ),
        (
            SecrecyReviewer,
            3,
            "2026-09-01",
            r#"{"event":"secrecy_review","finding":"clear"}"#,
            "screened",
        ),
        (
            Approver,
            2,
            "2026-09-02",
            r#"{"event":"approve_preliminary","meeting":"纪要1号"}"#,
            "!not_checked",
        ),
        (
            Handler,
            1,
            "2026-09-02",
            r#"{"event":"cross_check","lists":["city"]}"#,
            "!missing",
        ),
        (Handler, 1, "2026-09-02", check, "screened"),
        (
            Approver,
            2,
            "2026-09-02",
            r#"{"event":"approve_preliminary","meeting":"纪要1号"}"#,
            "approved",
        ),
        (
            Handler,
            1,
            "2026-09-10",
            r#"{"event":"open_prior_notice"}"#,
            "in_notice",
        ),
        (
            Approver,
            2,
            "2026-10-15",
            r#"{"event":"sign","document_number":"认定1号"}"#,
            "decided",
        ),
        (
            Handler,
            1,
            "2026-10-16",
            r#"{"event":"publish","visible":true}"#,
            "!not_checked",
        ),
    ];
    for (then, state) in [
        (
            vec![(Handler, 1, "2026-10-16", hit, "rejected")],
            "rejected",
        ),
        (
            vec![
                (Handler, 1, "2026-10-16", check, "decided"),
                (
                    Handler,
                    1,
                    "2026-10-17",
                    r#"{"event":"publish","visible":true}"#,
                    "!not_checked",
                ),
                (Handler, 1, "2026-10-17", check, "decided"),
                (
                    Handler,
                    1,
                    "2026-10-17",
                    r#"{"event":"publish","visible":true}"#,
                    "published",
                ),
            ],
            "published",
        ),
    ] {
        let draft = Entry::draft(track(day("2026-09-01")), entry_terms(Polarity::Positive));
        let mut lines = decided.to_vec();
        lines.extend(then);
        assert_eq!(
            story(CaseKind::Entry, Case::Entry(draft), &lines)
                .0
                .state()
                .0,
            state
        );
    }
}
