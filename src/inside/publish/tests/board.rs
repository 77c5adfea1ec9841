//! The notice board as the publisher makes it: exits and repairs follow from decisions, and name no person.

use super::*;
use crate::record::{NoticeKind, PublicNotice};

fn decide(world: &World, id: &str, kind: DecisionKind, detail: serde_json::Value) {
    let new = NewDecision {
        record_id: id,
        kind,
        effective_on: world.today(),
        actor: "officer-2",
        reference: "厦示修〔2026〕1号",
        detail,
    };
    world.vault.decide(&new, world.now).unwrap();
}

fn board(world: &World) -> Vec<PublicNotice> {
    world.store.notices(world.today(), None, 100).unwrap()
}

fn advance(world: &mut World, days: u64) {
    world.now += TimeDelta::days(i64::try_from(days).unwrap());
}

fn person() -> RawRecord {
    penalty(7, "拒不履行生效判决。", |r| {
        r.list = "defaulters".into();
        r.subject.kind = SubjectKind::NaturalPerson;
        r.subject.name = RawText::new("张三丰");
        r.subject.credit_code = None;
        r.subject.identity = Some(("01".into(), RawText::new("440524188001010014")));
    })
}

#[test]
fn a_repair_and_an_exit_are_told_for_their_time_and_name_no_person() {
    let mut world = World::new();
    let ids = world.import(
        &[penalty(1, "甲", |_| {}), person(), penalty(3, "丙", |_| {})],
        BatchMode::Append,
    );
    world.publish();
    assert!(board(&world).is_empty(), "nobody has left");
    decide(
        &world,
        &ids[0],
        DecisionKind::Repaired,
        serde_json::Value::Null,
    );
    let why = serde_json::json!({ "reason": "standard_changed" });
    decide(&world, &ids[1], DecisionKind::Delisted, why);
    decide(
        &world,
        &ids[2],
        DecisionKind::Withdrawn,
        serde_json::Value::Null,
    );
    let summary = world.publish();
    assert_eq!(
        summary.notices, 2,
        "a withdrawal has no notice: {summary:?}"
    );
    let all = board(&world);
    let (exit, repair) = (&all[0], &all[1]);
    assert_eq!(repair.kind, NoticeKind::Repair);
    assert_eq!(repair.subject.name, "厦门示例1贸易有限公司");
    assert_eq!(repair.document_number.as_deref(), Some("厦示罚〔2026〕1号"));
    // seven working days after 2026-05-04, which is a holiday as is the 5th; Saturday the 9th is worked
    assert_eq!(repair.last_day(), day("2026-05-13"));
    assert_eq!(exit.kind, NoticeKind::Exit);
    assert_eq!(
        exit.reason.map(crate::domain::cases::ExitReason::code),
        Some("standard_changed")
    );
    assert_eq!(exit.list, "defaulters");
    assert_eq!(
        (exit.subject.name.as_str(), exit.document_number.as_ref()),
        ("", None)
    );
    let told = format!("{exit:?} {repair:?}");
    for never in [
        "张",
        "三丰",
        "440524",
        "厦示罚〔2026〕7号",
        "拒不履行",
        "甲",
    ] {
        assert!(!told.contains(never), "{never}: {told}");
    }
    assert!(world.verify().is_clean());
    assert_eq!(world.verify().public_notices, 2);

    advance(&mut world, 10);
    assert_eq!(
        board(&world).len(),
        1,
        "the repair is over, whether or not anything ran"
    );
    world.publish();
    assert!(world.verify().is_clean());
    assert_eq!(world.verify().pending, 0);
    let gone = world.store.notices_taken_back(day(START), 9).unwrap();
    assert!(gone.is_empty(), "what is over was not taken back");

    // the exit is reversed: the notice goes with it, and leaves its id and the moment
    decide(
        &world,
        &ids[1],
        DecisionKind::Reinstated,
        serde_json::Value::Null,
    );
    let report = world.verify();
    assert_eq!(
        report.counts.get("notice"),
        Some(&1),
        "it stands although the vault no longer gives it"
    );
    world.publish();
    assert!(board(&world).is_empty());
    assert!(world.verify().is_clean());
    let gone = world.store.notices_taken_back(day(START), 9).unwrap();
    assert_eq!(gone.len(), 1);
}

#[test]
fn what_was_never_shown_is_not_told_to_have_left() {
    let world = World::new();
    let ids = world.import(
        &[penalty(1, "甲", |r| {
            r.facts.procedure = Some(Procedure::Summary);
        })],
        BatchMode::Append,
    );
    world.publish();
    decide(
        &world,
        &ids[0],
        DecisionKind::Repaired,
        serde_json::Value::Null,
    );
    assert_eq!(world.publish().notices, 0);
    assert!(world.verify().is_clean());
}

#[test]
fn a_notice_that_somebody_put_into_the_store_is_found() {
    let world = World::new();
    let ids = world.import(&[penalty(1, "甲", |_| {})], BatchMode::Append);
    world.publish();
    decide(
        &world,
        &ids[0],
        DecisionKind::Repaired,
        serde_json::Value::Null,
    );
    world.publish();
    let mut parts = board(&world)[0].parts().clone();
    parts.subject.name = "别家有限公司".into();
    let forged = PublicNotice::restored(parts);
    world.store.set_notices(world.now, &[forged]).unwrap();
    assert_eq!(world.verify().counts.get("notice"), Some(&1));
    world.publish();
    assert!(world.verify().is_clean());
}
