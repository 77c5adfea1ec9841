//! Random orders of events against relations written straight from domain.md 7: what is not there does not happen; the
//! history made again gives the same state and effects; effects equal a computation from the history alone.

use std::collections::BTreeSet;

use chrono::Days;
use proptest::prelude::*;

use super::*;

/// `from event to`, one a line; `*` for an event stands nowhere: everything is spelt out.
const REPAIR: &str = "
draft save draft
draft submit submitted
submitted forward forwarded
submitted ask_supplement supplement
submitted misdirect misdirected
supplement answer_supplement submitted
supplement answer_supplement forwarded
supplement lapse closed
forwarded ask_supplement supplement
forwarded accept accepted
forwarded refuse not_accepted
accepted verify verifying
accepted extend accepted
verifying extend verifying
accepted approve approved
accepted shelter approved
accepted reject rejected
verifying approve approved
verifying shelter approved
verifying reject rejected
approved sync approved
approved sync done
draft withdraw withdrawn
submitted withdraw withdrawn
supplement withdraw withdrawn
forwarded withdraw withdrawn
accepted withdraw withdrawn
verifying withdraw withdrawn
approved revoke revoked
done revoke revoked
approved resume resumed
done resume resumed";
const OBJECTION: &str = "
submitted accept accepted
submitted ask_supplement supplement
submitted refuse not_accepted
supplement answer_supplement submitted
supplement lapse closed
accepted correct_at_once corrected
accepted forward forwarded
forwarded verify verifying
forwarded extend forwarded
verifying extend verifying
verifying uphold upheld
verifying uphold_partly partly_upheld
verifying dismiss dismissed
submitted withdraw withdrawn
supplement withdraw withdrawn
accepted withdraw withdrawn
forwarded withdraw withdrawn
verifying withdraw withdrawn";
const COMPLAINT: &str = "
submitted accept accepted
submitted refuse not_accepted
accepted consult consultation
consultation uphold upheld
consultation dismiss dismissed
upheld comply closed
submitted withdraw withdrawn
accepted withdraw withdrawn
consultation withdraw withdrawn";
const ENTRY: &str = "
draft propose proposed
proposed secrecy_review screened
proposed secrecy_review internal_only
proposed secrecy_review rejected
screened cross_check screened
screened cross_check rejected
screened approve_preliminary approved
approved serve_party_notice notified
approved open_prior_notice in_notice
notified open_prior_notice in_notice
in_notice object objection_review
notified object objection_review
objection_review uphold rejected
objection_review object objection_review
objection_review dismiss in_notice
objection_review dismiss notified
objection_review dismiss objection_review
objection_review objection_ended in_notice
objection_review objection_ended notified
objection_review objection_ended objection_review
in_notice sign decided
notified sign decided
decided cross_check decided
decided cross_check rejected
decided publish published
decided publish internal_only
internal_only tell_unit internal_only
published expiry_near expiring
published contradicted published
expiring contradicted expiring
published propose_exit published
expiring propose_exit expiring
published exit exited
expiring exit exited
published record_ended exited
expiring record_ended exited
exited record_returned published
exited announce_exit exited
exited reinstate published
proposed basis_revoked exited
screened basis_revoked exited
approved basis_revoked exited
notified basis_revoked exited
in_notice basis_revoked exited
objection_review basis_revoked exited
decided basis_revoked exited
published basis_revoked exited
expiring basis_revoked exited";

fn relation(kind: CaseKind) -> &'static str {
    match kind {
        CaseKind::Repair => REPAIR,
        CaseKind::Objection => OBJECTION,
        CaseKind::Complaint => COMPLAINT,
        CaseKind::Entry => ENTRY,
    }
}

/// Every event of a kind, some in several forms.
fn events(kind: CaseKind) -> Vec<Event> {
    let change = r#"[{"field":"violation_facts","old":"甲","new":"乙"}]"#;
    let all: Vec<String> = match kind {
        CaseKind::Repair => [
            r#"{"event":"save"}"#,
            r#"{"event":"submit"}"#,
            r#"{"event":"forward"}"#,
            r#"{"event":"ask_supplement","items":["缴款凭证"]}"#,
            r#"{"event":"ask_supplement","items":[" "]}"#,
            r#"{"event":"answer_supplement"}"#,
            r#"{"event":"lapse"}"#,
            r#"{"event":"misdirect","place":"某局"}"#,
            r#"{"event":"accept"}"#,
            r#"{"event":"refuse","reasons":"理由"}"#,
            r#"{"event":"verify","findings":"已履行"}"#,
            r#"{"event":"extend","reasons":"情况复杂"}"#,
            r#"{"event":"approve","reasons":"已履行"}"#,
            r#"{"event":"approve","reasons":""}"#,
            r#"{"event":"shelter","reasons":"裁定批准重整计划"}"#,
            r#"{"event":"shelter","reasons":" "}"#,
            r#"{"event":"reject","reasons":"未履行"}"#,
            r#"{"event":"sync","target":"store"}"#,
            r#"{"event":"sync","target":"search"}"#,
            r#"{"event":"sync","target":"exports"}"#,
            r#"{"event":"sync","target":"feeds"}"#,
            r#"{"event":"withdraw"}"#,
            r#"{"event":"revoke","reasons":"材料虚假"}"#,
            r#"{"event":"resume","reasons":"裁定终止重整"}"#,
            r#"{"event":"resume","reasons":""}"#,
        ]
        .map(str::to_owned)
        .into(),
        CaseKind::Objection => vec![
            r#"{"event":"accept"}"#.into(),
            r#"{"event":"ask_supplement","items":["证明"]}"#.into(),
            r#"{"event":"answer_supplement"}"#.into(),
            r#"{"event":"lapse"}"#.into(),
            r#"{"event":"refuse","reasons":"理由"}"#.into(),
            format!(r#"{{"event":"correct_at_once","changes":{change}}}"#),
            r#"{"event":"correct_at_once","changes":[]}"#.into(),
            r#"{"event":"forward"}"#.into(),
            r#"{"event":"verify","findings":"属实"}"#.into(),
            r#"{"event":"extend","reasons":"情况复杂"}"#.into(),
            format!(
                r#"{{"event":"uphold","reasons":"属实","relief":{{"do":"correct","changes":{change}}}}}"#
            ),
            r#"{"event":"uphold","reasons":"属实","relief":{"do":"stop_display"}}"#.into(),
            r#"{"event":"uphold","reasons":"属实","relief":{"do":"delist"}}"#.into(),
            format!(r#"{{"event":"uphold_partly","reasons":"部分属实","changes":{change}}}"#),
            r#"{"event":"dismiss","reasons":"不属实"}"#.into(),
            r#"{"event":"withdraw"}"#.into(),
        ],
        CaseKind::Complaint => vec![
            r#"{"event":"accept"}"#.into(),
            r#"{"event":"refuse","reasons":"理由"}"#.into(),
            r#"{"event":"consult","meeting":"纪要1号"}"#.into(),
            r#"{"event":"uphold","reasons":"成立"}"#.into(),
            r#"{"event":"dismiss","reasons":"不成立"}"#.into(),
            format!(r#"{{"event":"comply","relief":{{"do":"correct","changes":{change}}}}}"#),
            r#"{"event":"comply","relief":{"do":"stop_display"}}"#.into(),
            r#"{"event":"withdraw"}"#.into(),
        ],
        CaseKind::Entry => [
            r#"{"event":"propose","basis_document":"决定书1号"}"#,
            r#"{"event":"secrecy_review","finding":"clear"}"#,
            r#"{"event":"secrecy_review","finding":"internal","reasons":"影响稳定"}"#,
            r#"{"event":"secrecy_review","finding":"refused","reasons":"涉密"}"#,
            r#"{"event":"cross_check","lists":["city","province","nation"]}"#,
            r#"{"event":"cross_check","lists":["city","province","nation"],"hits":["R1"]}"#,
            r#"{"event":"cross_check","lists":["city"]}"#,
            r#"{"event":"approve_preliminary","meeting":"纪要1号"}"#,
            r#"{"event":"serve_party_notice","notice":"告知书1号"}"#,
            r#"{"event":"open_prior_notice"}"#,
            r#"{"event":"object","objection":"YY-1"}"#,
            r#"{"event":"object","objection":"YY-2"}"#,
            r#"{"event":"uphold","reasons":"成立"}"#,
            r#"{"event":"dismiss","reasons":"不成立"}"#,
            r#"{"event":"dismiss","reasons":"不成立","objection":"YY-1"}"#,
            r#"{"event":"objection_ended","objection":"YY-1","end":"withdrawn"}"#,
            r#"{"event":"objection_ended","objection":"YY-2","end":"lapsed"}"#,
            r#"{"event":"objection_ended","objection":"YY-2","end":"not_accepted"}"#,
            r#"{"event":"sign","document_number":"认定1号"}"#,
            r#"{"event":"publish","visible":true}"#,
            r#"{"event":"publish","visible":false}"#,
            r#"{"event":"tell_unit"}"#,
            r#"{"event":"expiry_near"}"#,
            r#"{"event":"propose_exit","reason":"designation_error","meeting":"纪要2号"}"#,
            r#"{"event":"propose_exit","reason":"disqualified","meeting":"纪要2号"}"#,
            r#"{"event":"propose_exit","reason":"repaired","meeting":"纪要2号"}"#,
            r#"{"event":"propose_exit","reason":"standard_changed","meeting":"纪要2号"}"#,
            r#"{"event":"propose_exit","reason":"expired"}"#,
            r#"{"event":"exit"}"#,
            r#"{"event":"announce_exit"}"#,
            r#"{"event":"basis_revoked","reasons":"撤销"}"#,
            r#"{"event":"contradicted","other":"R2"}"#,
            r#"{"event":"record_ended","reason":"repaired","reference":"XF-1"}"#,
            r#"{"event":"record_ended","reason":"repaired","reference":""}"#,
            r#"{"event":"record_returned","reference":"XF-1"}"#,
            r#"{"event":"reinstate","ground":"false_material","reasons":"虚假"}"#,
            r#"{"event":"reinstate","ground":"decision_reversed","reasons":"改判"}"#,
        ]
        .map(str::to_owned)
        .into(),
    };
    // what leads on stands there several times, so that walks go far
    let onward = [
        "\"clear\"",
        "\"nation\"]}",
        "approve_preliminary",
        "open_prior_notice",
        "sign",
        "\"visible\":true",
    ];
    let times = |json: &String| {
        if onward.iter().any(|o| json.contains(o)) {
            8
        } else {
            1
        }
    };
    all.iter()
        .flat_map(|json| std::iter::repeat_n(json, times(json)))
        .map(|json| read(kind, json))
        .collect()
}

const ROLES: [Role; 9] = [
    Role::Subject,
    Role::ProviderClerk,
    Role::Handler,
    Role::Approver,
    Role::SecrecyReviewer,
    Role::Operator,
    Role::LeadingGroup,
    Role::Auditor,
    Role::System,
];

struct Told {
    event: Event,
    by: Actor,
    on: NaiveDate,
    to: &'static str,
}

fn opened_with(kind: CaseKind, red: bool, on: NaiveDate) -> Case {
    match opened(kind, on) {
        Case::Entry(case) if red => {
            Case::Entry(Entry::draft(case.track, entry_terms(Polarity::Positive)))
        }
        // Shandong allows an extension of the answer
        Case::Objection(mut case) if red => {
            case.track.key = key("370100");
            Case::Objection(case)
        }
        case => case,
    }
}

/// Runs a random walk. One event in four is tried whatever the state; the others are those that the relation knows from
/// here, so that walks go deep. Each that is done is checked against the relation and the two-person rule.
fn walk(
    kind: CaseKind,
    red: bool,
    choices: &[(usize, usize, usize, u64)],
) -> (Case, Case, Vec<Told>, Vec<Effect>) {
    let world = World::new();
    let rules = world.rules();
    let all = events(kind);
    let mut on = day("2026-07-02");
    let first = opened_with(kind, red, on);
    let (mut case, mut history, mut effects) = (first.clone(), Vec::new(), Vec::new());
    for (pick, role, who, pass) in choices {
        on = on + Days::new(*pass);
        let from = case.state().0;
        // what can end a case anywhere is tried seldom, so that walks go on
        let seldom = |e: &Event| e.code() != "basis_revoked" || pick % 13 == 1;
        let known: Vec<&Event> = all
            .iter()
            .filter(|e| seldom(e))
            .filter(|e| {
                relation(kind)
                    .lines()
                    .any(|l| l.starts_with(&format!("{from} {} ", e.code())))
            })
            .collect();
        let event = if pick % 4 == 0 || known.is_empty() {
            &all[pick / 4 % all.len()]
        } else {
            known[pick / 4 % known.len()]
        };
        // every role is tried until one may, beginning at random; with seven officers
        let act_of = |role: Role| officer(role, who % 7);
        let done = (0..ROLES.len()).find_map(|n| {
            let by = act_of(ROLES[(role + n) % ROLES.len()]);
            let act = Act {
                by: &by,
                on,
                rules: Some(&rules),
            };
            case.step(event, &act).ok().map(|done| (by.clone(), done))
        });
        let Some((by, done)) = done else { continue };
        let line = format!("{from} {} {}", event.code(), done.case.state().0);
        assert!(
            relation(kind).lines().any(|l| l == line),
            "not in the relation: {line}"
        );
        history.push(Told {
            event: event.clone(),
            by,
            on,
            to: done.case.state().0,
        });
        case = done.case;
        effects.extend(done.effects);
    }
    (first, case, history, effects)
}

/// Who decides has handled nothing of the case; who must be a second officer is one.
fn two_persons(kind: CaseKind, history: &[Told]) {
    let handling: &[&str] = match kind {
        CaseKind::Repair => &["ask_supplement", "accept", "refuse", "verify", "extend"],
        CaseKind::Objection => &["ask_supplement", "verify", "extend"],
        CaseKind::Complaint => &["accept", "consult"],
        CaseKind::Entry => &["propose", "serve_party_notice", "open_prior_notice"],
    };
    let deciding: &[&str] = match kind {
        CaseKind::Repair => &["approve", "shelter", "reject", "revoke", "resume"],
        CaseKind::Objection => &["uphold", "uphold_partly", "dismiss"],
        CaseKind::Complaint => &["uphold", "dismiss"],
        CaseKind::Entry => &[
            "secrecy_review",
            "approve_preliminary",
            "uphold",
            "dismiss",
            "sign",
            "reinstate",
        ],
    };
    for (n, told) in history
        .iter()
        .enumerate()
        .filter(|(_, t)| deciding.contains(&t.event.code()))
    {
        let mut handlers = history[..n]
            .iter()
            .filter(|t| handling.contains(&t.event.code()))
            .peekable();
        assert!(
            handlers.peek().is_some(),
            "decided without anybody having handled it"
        );
        assert!(
            handlers.all(|t| t.by.id != told.by.id),
            "{} twice",
            told.event.code()
        );
    }
    for (n, told) in history.iter().enumerate() {
        let before = |code: &str| history[..n].iter().rev().find(|t| t.event.code() == code);
        match told.event.code() {
            "publish" => assert_ne!(before("sign").unwrap().by.id, told.by.id),
            "exit" if told.by.role != Role::System => {
                assert_ne!(before("propose_exit").unwrap().by.id, told.by.id);
            }
            _ => {}
        }
    }
}

/// An entry is under review exactly as long as an objection to it has not ended, by the history alone.
fn reviews(history: &[Told]) {
    let mut open = BTreeSet::new();
    for told in history {
        let json = serde_json::to_value(&told.event).unwrap();
        let about = json["objection"].as_str().map(str::to_owned);
        match (told.event.code(), about) {
            ("object", Some(one)) => assert!(open.insert(one), "objected twice at once"),
            ("dismiss" | "objection_ended", Some(one)) => {
                assert!(open.remove(&one), "what was not under review has ended");
            }
            ("dismiss" | "uphold" | "basis_revoked", None) => open.clear(),
            _ => {}
        }
        assert_eq!(
            told.to == "objection_review",
            !open.is_empty(),
            "{} leads to {}",
            told.event.code(),
            told.to
        );
    }
}

/// Effects, computed from the history alone.
fn expected_effects(kind: CaseKind, history: &[Told]) -> Vec<String> {
    let mut out = Vec::new();
    let on = |code: &str| {
        history
            .iter()
            .find(|t| t.event.code() == code)
            .map(|t| t.on)
    };
    for (n, told) in history.iter().enumerate() {
        let json = serde_json::to_value(&told.event).unwrap();
        let correct = |changes: &serde_json::Value| format!("correct {changes}");
        let resume = || on("accept").map(|from| format!("resume {from} {}", told.on));
        let relief = |out: &mut Vec<String>, clear: bool| {
            let relief = &json["relief"];
            match relief["do"].as_str().unwrap() {
                "correct" => {
                    out.push(correct(&relief["changes"]));
                    out.extend(clear.then(|| "clear".to_owned()));
                    out.extend(resume());
                }
                what => {
                    out.push(if what == "delist" {
                        "delist designation_error".into()
                    } else {
                        "withdraw".to_owned()
                    });
                    out.extend(clear.then(|| "clear".to_owned()));
                    out.push("lift".into());
                }
            }
        };
        match (kind, told.event.code()) {
            (CaseKind::Repair, "approve") => out.extend(["end".to_owned(), "lift".to_owned()]),
            (CaseKind::Repair, "shelter") => out.extend(["hide".to_owned(), "lift".to_owned()]),
            (CaseKind::Repair, "resume") => {
                let granted = history[..n]
                    .iter()
                    .find(|t| matches!(t.event.code(), "approve" | "shelter"));
                assert_eq!(
                    granted.unwrap().event.code(),
                    "shelter",
                    "nothing was hidden"
                );
                out.push("show".into());
            }
            (CaseKind::Repair, "revoke") => out.push(format!(
                "restore {:?}",
                told.on.checked_add_months(chrono::Months::new(36))
            )),
            (CaseKind::Objection, "accept") => {
                out.extend(["annotate".to_owned(), "suspend".to_owned()]);
            }
            (CaseKind::Objection, "correct_at_once" | "uphold_partly") => {
                out.push(correct(&json["changes"]));
                out.push("clear".into());
                out.extend(resume());
            }
            (CaseKind::Objection, "dismiss") => {
                out.push("clear".into());
                out.extend(resume());
            }
            (CaseKind::Objection, "withdraw") if on("accept").is_some() => {
                out.push("clear".into());
                out.extend(resume());
            }
            (CaseKind::Objection, "uphold") => relief(&mut out, true),
            (CaseKind::Complaint, "accept") => out.push("suspend".into()),
            (CaseKind::Complaint, "dismiss" | "withdraw") => out.extend(resume()),
            (CaseKind::Complaint, "comply") => relief(&mut out, false),
            (CaseKind::Entry, "secrecy_review") if json["finding"] == "internal" => {
                out.push("tell_unit".into());
            }
            (CaseKind::Entry, "publish") if json["visible"] == false => {
                out.push("tell_unit".into());
            }
            (CaseKind::Entry, "expiry_near" | "contradicted") => out.push("task".into()),
            (CaseKind::Entry, "exit") => {
                let proposed = history[..n]
                    .iter()
                    .rev()
                    .find(|t| t.event.code() == "propose_exit");
                let reason = match (told.by.role, proposed) {
                    (Role::System, _) | (_, None) => "expired".to_owned(),
                    (_, Some(p)) => serde_json::to_value(&p.event).unwrap()["reason"]
                        .as_str()
                        .unwrap()
                        .to_owned(),
                };
                out.extend([format!("delist {reason}"), "lift".to_owned()]);
            }
            (CaseKind::Entry, "basis_revoked") => {
                let shown = history[..n]
                    .iter()
                    .rev()
                    .find_map(|t| match t.event.code() {
                        "publish" | "reinstate" | "record_returned" => Some(true),
                        "exit" | "record_ended" => Some(false),
                        _ => None,
                    });
                if shown == Some(true) {
                    out.extend(["withdraw".to_owned(), "lift".to_owned()]);
                }
            }
            (CaseKind::Entry, "reinstate") => out.push("restore None".into()),
            _ => {}
        }
    }
    out
}

fn said(effect: &Effect) -> String {
    match effect {
        Effect::Annotate => "annotate".into(),
        Effect::ClearAnnotation => "clear".into(),
        Effect::SuspendMeasures => "suspend".into(),
        Effect::ResumeMeasures {
            suspended_on,
            resumed_on,
        } => format!("resume {suspended_on} {resumed_on}"),
        Effect::LiftMeasures => "lift".into(),
        Effect::Hide => "hide".into(),
        Effect::Resume => "show".into(),
        Effect::EndDisplay => "end".into(),
        Effect::Withdraw => "withdraw".into(),
        Effect::Delist { reason } => format!("delist {}", reason.code()),
        Effect::Correct { changes } => {
            format!("correct {}", serde_json::to_value(changes).unwrap())
        }
        Effect::Restore { barred_until } => format!("restore {barred_until:?}"),
        Effect::TellUnit => "tell_unit".into(),
        Effect::Task { .. } => "task".into(),
    }
}

fn check(
    kind: CaseKind,
    red: bool,
    choices: &[(usize, usize, usize, u64)],
) -> BTreeSet<&'static str> {
    let (first, case, history, effects) = walk(kind, red, choices);
    two_persons(kind, &history);
    if kind == CaseKind::Entry {
        reviews(&history);
    }
    let told = history.iter().map(|t| (&t.event, &t.by, t.on));
    let again = Case::replay(first, told).unwrap();
    assert_eq!((&again.case, &again.effects), (&case, &effects));
    let said: Vec<String> = effects.iter().map(said).collect();
    assert_eq!(said, expected_effects(kind, &history));
    let kept = serde_json::to_string(&case).unwrap();
    assert_eq!(serde_json::from_str::<Case>(&kept).unwrap(), case);
    // clocks can always be read, and nothing that is closed waits for the applicant
    let world = World::new();
    for clock in case.clocks(&world.rules()) {
        if let Ok(reading) = clock.read(case.track().last_on, &world.calendar) {
            assert!(!(case.is_closed() && reading.resting));
        }
    }
    history.iter().map(|t| t.event.code()).collect()
}

fn choices(most: usize) -> impl Strategy<Value = Vec<(usize, usize, usize, u64)>> {
    proptest::collection::vec(
        (
            0..4000_usize,
            0..9_usize,
            0..7_usize,
            prop_oneof![6 => Just(0_u64), 2 => 0..4_u64, 1 => 15..40_u64],
        ),
        1..most,
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn random_orders_of_events(kind in 0..4_usize, red: bool, choices in choices(40)) {
        check(CaseKind::ALL[kind], red, &choices);
    }
}

/// The walks are no walks on the spot: together they do every event, and reach every state.
#[test]
fn random_walks_reach_everything() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for kind in CaseKind::ALL {
        let mut done = BTreeSet::new();
        for n in 0..500 {
            let tree = choices(120).new_tree(&mut runner).unwrap();
            done.extend(check(*kind, n % 2 == 0, &tree.current()));
        }
        let all: BTreeSet<&str> = events(*kind).iter().map(Event::code).collect();
        assert_eq!(done, all, "{}", kind.code());
    }
}
