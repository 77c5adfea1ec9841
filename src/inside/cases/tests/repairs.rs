//! Repair (domain.md 7.3) from both sides.

use super::*;
use crate::domain::cases::Refusal;
use crate::domain::forms::reply::Can;

#[test]
fn an_approval_ends_the_display_everywhere_and_the_applicant_reads_it() {
    World::each(|world| {
        let ids = world.import(&[penalty(1, |_| {}), penalty(2, |_| {})]);
        let (number, secret) = world.hand_in(repair(), &[&ids[0]]);
        let done = world.receive();
        assert_eq!((done.applications, done.cases, done.aside), (1, 1, 0));
        assert!(world.receive().is_nothing());
        let id = part(&number, 0);
        assert_eq!(world.state(&id), "submitted");
        world.follow();
        let first = &world.replies(&number, &secret)[0];
        assert_eq!(
            (first.event.as_str(), first.can.as_slice()),
            ("received", &[Can::Withdraw][..])
        );
        assert_eq!(
            first.about.document_number.as_deref(),
            Some("厦示罚〔2026〕1号")
        );
        to_verified(world, &id, ONE);
        let due = world.stored(&id).due.unwrap();
        assert_eq!(
            (due.on, due.procedure.as_str()),
            (day("2026-08-12"), "repair_decide")
        );
        let approver = people(ONE).approver;
        world.act(&id, &approver, APPROVE).unwrap();
        assert!(
            world.shown(&ids[0]).is_some(),
            "nothing is public before it is published"
        );
        // one call, no second action
        let followed = world.follow();
        assert!(followed.published);
        assert_eq!(followed.synced, 4);
        assert!(world.shown(&ids[0]).is_none() && world.shown(&ids[1]).is_some());
        assert_eq!(world.state(&id), "done");
        world.follow();
        assert!(world.follow().is_nothing());
        assert_eq!(
            world.told(&number, &secret),
            [
                "0:received>submitted",
                "0:forward>forwarded",
                "0:accept>accepted",
                "0:verify>verifying",
                "0:approve>approved",
                "0:sync>done"
            ]
        );
        let replies = world.replies(&number, &secret);
        let letter = replies[4].letter.as_ref().unwrap();
        assert_eq!(letter.title_zh, "准予信用修复决定书");
        assert_eq!(letter.to, "厦门海风贸易有限公司");
        assert!(letter.body.iter().any(|p| p.contains("义务已经履行")));
        assert!(letter.remedies.iter().any(|r| r.contains("行政复议")));
        let arrived = &replies[5].sync;
        assert_eq!(arrived.len(), 4);
        assert!(arrived.iter().all(|(_, on)| *on == Some(world.today())));
        // findings stay inside
        assert!(!format!("{replies:?}").contains("张三"));
        world.holds();
    });
}

#[test]
fn a_refusal_leaves_the_record_and_names_what_can_be_done() {
    World::each(|world| {
        let ids = world.import(&[penalty(1, |_| {})]);
        let (number, secret) = world.hand_in(repair(), &[&ids[0]]);
        world.receive();
        let id = part(&number, 0);
        to_verified(world, &id, ONE);
        world.acts(&id, &[(&people(ONE).approver, REJECT)]);
        assert!(world.shown(&ids[0]).is_some());
        let replies = world.replies(&number, &secret);
        let last = replies.last().unwrap();
        assert_eq!(
            (last.state.as_str(), last.can.as_slice()),
            ("rejected", &[Can::Object][..])
        );
        assert_eq!(last.reasons.as_deref(), Some("罚款尚未缴清"));
        // when it is cured he may apply again
        let (again, _) = world.hand_in(repair(), &[&ids[0]]);
        world.receive();
        assert_eq!(world.state(&part(&again, 0)), "submitted");
        world.holds();
    });
}

#[test]
fn three_records_of_two_authorities_are_decided_apart() {
    World::each(|world| {
        let elsewhere = |r: &mut RawRecord| {
            r.authority_code = OTHER.into();
            r.authority_name = "南京市示例局".into();
        };
        let ids = world.import(&[
            penalty(1, |_| {}),
            penalty(2, elsewhere),
            penalty(3, |_| {}),
        ]);
        let all: Vec<&str> = ids.iter().map(String::as_str).collect();
        let (number, secret) = world.hand_in(repair(), &all);
        assert_eq!(world.receive().cases, 3);
        // routed: the two of the first authority come first
        let parts = [part(&number, 0), part(&number, 1), part(&number, 2)];
        let about: Vec<String> = parts
            .iter()
            .map(|id| world.stored(id).record_id.unwrap())
            .collect();
        assert_eq!(about, [ids[0].clone(), ids[2].clone(), ids[1].clone()]);
        to_verified(world, &parts[0], ONE);
        to_verified(world, &parts[1], ONE);
        to_verified(world, &parts[2], OTHER);
        world.acts(&parts[0], &[(&people(ONE).approver, APPROVE)]);
        world.acts(&parts[1], &[(&people(ONE).approver, REJECT)]);
        world.acts(&parts[2], &[(&people(OTHER).approver, APPROVE)]);
        world.follow();
        assert!(world.shown(&ids[0]).is_none());
        assert!(world.shown(&ids[1]).is_none());
        assert!(world.shown(&ids[2]).is_some());
        let mut last: BTreeMap<u32, String> = BTreeMap::new();
        for reply in world.replies(&number, &secret) {
            last.insert(reply.part, reply.state);
        }
        assert_eq!(
            last.into_values().collect::<Vec<_>>(),
            ["done", "rejected", "done"]
        );
        world.holds();
    });
}

#[test]
fn a_supplement_is_asked_for_answered_and_its_clock_rests() {
    World::each(|world| {
        let ids = world.import(&[penalty(1, |_| {})]);
        let (number, secret) = world.hand_in(repair(), &[&ids[0]]);
        world.receive();
        let id = part(&number, 0);
        let p = people(ONE);
        let ask = r#"{"event":"ask_supplement","items":["缴款凭证"]}"#;
        world.acts(&id, &[(&p.operator, ask)]);
        let asked = world.replies(&number, &secret).pop().unwrap();
        assert_eq!(asked.items, ["缴款凭证"]);
        assert_eq!(asked.can, [Can::AnswerSupplement, Can::Withdraw]);
        assert!(asked.deadlines.iter().any(|d| d.resting));
        world.on("2026-08-10");
        world.does(
            &number,
            &secret,
            &ApplicantAct::AnswerSupplement {
                part: 0,
                text: "见凭证：王五代缴".into(),
                files: vec![],
            },
        );
        assert_eq!(world.receive().acts, 1);
        assert!(world.receive().is_nothing());
        world.follow();
        assert_eq!(world.state(&id), "submitted");
        let file = world
            .cases
            .look(&id, &p.operator, "形式审查", world.now)
            .unwrap();
        let answer = file
            .history
            .iter()
            .find_map(|l| l.handed_in.as_ref())
            .unwrap();
        assert!(
            matches!(answer, ApplicantAct::AnswerSupplement { text, .. } if text.contains("王五"))
        );
        // what he wrote stands in no clear column
        let told = world.told(&number, &secret);
        assert_eq!(told.last().unwrap(), "0:answer_supplement>submitted");
        world.holds();
    });
}

#[test]
fn a_supplement_that_is_not_answered_lapses_when_it_surely_may() {
    World::each(|world| {
        let ids = world.import(&[penalty(1, |_| {})]);
        let (number, secret) = world.hand_in(repair(), &[&ids[0]]);
        world.receive();
        let id = part(&number, 0);
        let ask = r#"{"event":"ask_supplement","items":["缴款凭证"]}"#;
        world.acts(&id, &[(&people(ONE).operator, ask)]);
        // ten working days from 3 August: through 17 August
        world.on("2026-08-17");
        assert_eq!(world.cases.tick(world.now).unwrap(), 0);
        world.tomorrow();
        assert_eq!(world.cases.tick(world.now).unwrap(), 1);
        assert_eq!(world.cases.tick(world.now).unwrap(), 0);
        world.follow();
        assert_eq!(
            world.told(&number, &secret).last().unwrap(),
            "0:lapse>closed"
        );
        world.holds();
    });
}

#[test]
fn a_provisional_calendar_closes_nothing_against_an_applicant() {
    let mut world = World::sqlite();
    world.on("2026-12-28");
    let ids = world.import(&[penalty(1, |_| {})]);
    let (number, _) = world.hand_in(repair(), &[&ids[0]]);
    world.receive();
    let id = part(&number, 0);
    let ask = r#"{"event":"ask_supplement","items":["缴款凭证"]}"#;
    world.acts(&id, &[(&people(ONE).operator, ask)]);
    assert!(world.stored(&id).due.unwrap().provisional);
    world.on("2027-03-01");
    assert_eq!(world.cases.tick(world.now).unwrap(), 0);
    assert_eq!(world.state(&id), "supplement");
}

#[test]
fn a_term_is_extended_once_with_a_reason() {
    World::each(|world| {
        let ids = world.import(&[penalty(1, |_| {})]);
        let (number, secret) = world.hand_in(repair(), &[&ids[0]]);
        world.receive();
        let id = part(&number, 0);
        to_verified(world, &id, ONE);
        let handler = people(ONE).handler;
        let before = world.stored(&id).due.unwrap().on;
        let extend = r#"{"event":"extend","reasons":"需要实地核查"}"#;
        world.acts(&id, &[(&handler, extend)]);
        let told = world.replies(&number, &secret).pop().unwrap();
        assert_eq!(told.state, "extended");
        assert_eq!(told.reasons.as_deref(), Some("需要实地核查"));
        let decide = |r: &Reply| {
            let found = r.deadlines.iter().find(|d| d.procedure == "repair_decide");
            found.unwrap().due.unwrap()
        };
        assert!(decide(&told) > before);
        let refused = world.act(&id, &handler, extend).unwrap_err();
        assert_eq!(refused.code(), "extended_before");
    });
}

#[test]
fn what_was_withdrawn_is_over_and_part_of_it_can_be() {
    World::each(|world| {
        let ids = world.import(&[penalty(1, |_| {}), penalty(2, |_| {})]);
        let (number, secret) = world.hand_in(repair(), &[&ids[0], &ids[1]]);
        world.receive();
        world.follow();
        world.does(&number, &secret, &ApplicantAct::Withdraw { part: Some(1) });
        world.receive();
        world.follow();
        let of = |n| world.state(&part(&number, n));
        assert_eq!((of(0), of(1)), ("submitted", "withdrawn"));
        world.does(&number, &secret, &ApplicantAct::Withdraw { part: None });
        world.receive();
        assert_eq!(of(0), "withdrawn");
        world.holds();
    });
}

#[test]
fn an_act_that_comes_too_late_is_refused_and_told() {
    World::each(|world| {
        let ids = world.import(&[penalty(1, |_| {})]);
        let (number, secret) = world.hand_in(repair(), &[&ids[0]]);
        world.receive();
        let id = part(&number, 0);
        to_verified(world, &id, ONE);
        // he takes it back while the decision is made
        world.does(&number, &secret, &ApplicantAct::Withdraw { part: None });
        world.act(&id, &people(ONE).approver, APPROVE).unwrap();
        world.now += TimeDelta::minutes(1);
        assert_eq!(world.receive().acts, 1);
        world.follow();
        world.follow();
        assert_eq!(world.state(&id), "done");
        let told = world.replies(&number, &secret);
        let refused: Vec<_> = told.iter().filter(|r| r.event == "act_refused").collect();
        assert_eq!(refused.len(), 1, "told once");
        assert!(
            refused[0]
                .reasons
                .as_ref()
                .unwrap()
                .contains("应当在其他状态下办理")
        );
    });
}

#[test]
fn the_law_may_stand_against_it_from_the_beginning() {
    World::each(|world| {
        let ids = world.import(&[
            penalty(1, |r| r.decided_on = day("2026-07-01")),
            penalty(2, |r| r.list = "court".into()),
            penalty(3, |_| {}),
        ]);
        let states = |ids: &[&str]| {
            let (number, secret) = world.hand_in(repair(), ids);
            world.receive();
            world.follow();
            let reply = world.replies(&number, &secret).pop().unwrap();
            (world.state(&part(&number, 0)), reply)
        };
        let (state, reply) = states(&[&ids[0]]);
        assert_eq!(state, "not_accepted");
        assert!(reply.reasons.unwrap().contains("2026-10-02"));
        assert_eq!(reply.letter.unwrap().title_zh, "不予受理告知书");
        assert_eq!(reply.can, [Can::Object]);
        assert_eq!(states(&[&ids[1]]).0, "misdirected");
        assert_eq!(states(&[&ids[2]]).0, "submitted");
        assert_eq!(states(&[&ids[2]]).0, "not_accepted", "another one is open");
        world.holds();
    });
}

#[test]
fn false_material_brings_the_record_back_and_bars_the_next_application() {
    World::each(|world| {
        let ids = world.import(&[penalty(1, |_| {})]);
        let (number, secret) = world.hand_in(repair(), &[&ids[0]]);
        world.receive();
        let id = part(&number, 0);
        to_verified(world, &id, ONE);
        let approver = people(ONE).approver;
        world.acts(&id, &[(&approver, APPROVE)]);
        assert!(world.shown(&ids[0]).is_none());
        world.holds();
        world.on("2026-09-01");
        let revoke = r#"{"event":"revoke","reasons":"缴款凭证系伪造"}"#;
        world.acts(&id, &[(&approver, revoke)]);
        let back = world.shown(&ids[0]).unwrap();
        assert!(back.notes.contains(&Note::Reinstated));
        assert_eq!(back.earliest_repair, Some(day("2029-09-01")));
        assert_eq!(
            world.told(&number, &secret).last().unwrap(),
            "0:revoke>revoked"
        );
        let (again, _) = world.hand_in(repair(), &[&ids[0]]);
        world.receive();
        let barred = world.stored(&part(&again, 0));
        assert_eq!(barred.current.state().0, "not_accepted");
        let words = Refusal::Barred {
            until: day("2029-09-01"),
        }
        .words();
        assert_eq!(barred.note.refused.unwrap().0, words.zh);
        world.holds();
    });
}

/// The bar is the subject's: it holds for its other records, of whatever authority, and for nobody else's.
#[test]
fn false_material_about_one_record_bars_every_other_of_its_subject() {
    World::each(|world| {
        let elsewhere = |r: &mut RawRecord| {
            r.authority_code = OTHER.into();
            r.authority_name = "南京市示例局".into();
        };
        let ids = world.import(&[
            penalty(1, |_| {}),
            penalty(2, elsewhere),
            penalty(3, |r| r.subject.credit_code = Some(OTHER.into())),
        ]);
        let (number, _) = world.hand_in(repair(), &[&ids[0]]);
        // handed in before anything was false
        let (before, _) = world.hand_in(repair(), &[&ids[1]]);
        world.receive();
        let id = part(&number, 0);
        to_verified(world, &id, ONE);
        let approver = people(ONE).approver;
        world.acts(&id, &[(&approver, APPROVE)]);
        world.on("2026-09-01");
        let revoke = r#"{"event":"revoke","reasons":"缴款凭证系伪造"}"#;
        world.acts(&id, &[(&approver, revoke)]);
        // what came in before goes on, and who handles it is told
        let earlier = part(&before, 0);
        assert_eq!(world.state(&earlier), "submitted");
        let operator = people(ONE).operator;
        let seen = world.cases.look(&earlier, &operator, "办理本件", world.now);
        assert_eq!(seen.unwrap().barred_until, Some(day("2029-09-01")));
        world.acts(&part(&before, 0), &[(&operator, r#"{"event":"withdraw"}"#)]);
        let asked = |record: &str| {
            let (number, secret) = world.hand_in(repair(), &[record]);
            world.receive();
            world.follow();
            (part(&number, 0), number, secret)
        };
        let (other, number, secret) = asked(&ids[1]);
        assert_eq!(world.state(&other), "not_accepted");
        let reply = world.replies(&number, &secret).pop().unwrap();
        assert!(reply.reasons.unwrap().contains("2029-09-01"));
        assert_eq!(reply.letter.unwrap().title_zh, "不予受理告知书");
        let (of_another, ..) = asked(&ids[2]);
        assert_eq!(world.state(&of_another), "submitted");
        // objections are no repairs
        let (number, _) = world.hand_in(objection(ObjectionType::WrongContent), &[&ids[1]]);
        world.receive();
        assert_eq!(world.state(&part(&number, 0)), "submitted");
        // the public record of the other says what it said before: who is barred is told on its own record
        let shown = world.shown(&ids[1]).unwrap();
        assert_ne!(shown.earliest_repair, Some(day("2029-09-01")));
        world.holds();
    });
}

/// On the day on which the bar is over it is over.
#[test]
fn a_bar_of_the_subject_ends_on_its_day() {
    let mut world = World::sqlite();
    let ids = world.import(&[penalty(1, |_| {}), penalty(2, |_| {})]);
    let vault = &world.cases.vault;
    let new = crate::inside::vault::NewDecision {
        record_id: &ids[0],
        kind: crate::inside::vault::DecisionKind::Reinstated,
        effective_on: world.today(),
        actor: "officer",
        reference: "XF-1",
        detail: serde_json::json!({ "barred_until": "2026-08-10" }),
    };
    vault.decide(&new, world.now).unwrap();
    for (on, state) in [("2026-08-07", "not_accepted"), ("2026-08-10", "submitted")] {
        world.on(on);
        let (number, _) = world.hand_in(repair(), &[&ids[1]]);
        world.receive();
        assert_eq!(world.state(&part(&number, 0)), state, "{on}");
    }
}

#[test]
fn a_list_may_only_hide() {
    let world = World::sqlite();
    let ids = world.import(&[penalty(1, |r| r.list = "hiding".into())]);
    let (number, _) = world.hand_in(repair(), &[&ids[0]]);
    world.receive();
    let id = part(&number, 0);
    to_verified(&world, &id, ONE);
    world.acts(&id, &[(&people(ONE).approver, APPROVE)]);
    assert!(world.shown(&ids[0]).is_none());
    world.holds();
}

const SHELTER: &str = r#"{"event":"shelter","reasons":"法院裁定批准重整计划"}"#;
const RESUME: &str = r#"{"event":"resume","reasons":"法院裁定终止重整计划的执行"}"#;

#[test]
fn what_a_bankruptcy_hid_is_shown_again_and_its_terms_ran_on() {
    World::each(|world| {
        let ids = world.import(&[penalty(1, |_| {})]);
        let before = world.shown(&ids[0]).unwrap();
        let (number, secret) = world.hand_in(repair(), &[&ids[0]]);
        world.receive();
        let id = part(&number, 0);
        to_verified(world, &id, ONE);
        let p = people(ONE);
        // what hides nothing is not shown again, and who handled it does not decide
        assert!(world.act(&id, &p.approver, RESUME).is_err());
        assert!(world.act(&id, &p.handler, SHELTER).is_err());
        world.acts(&id, &[(&p.approver, SHELTER)]);
        assert!(world.shown(&ids[0]).is_none());
        assert_eq!(world.state(&id), "done", "it has arrived everywhere");
        world.holds();
        world.on("2026-11-02");
        assert!(world.act(&id, &p.handler, RESUME).is_err());
        world.acts(&id, &[(&p.approver, RESUME)]);
        assert_eq!(world.state(&id), "resumed");
        let back = world.shown(&ids[0]).unwrap();
        assert_eq!(back.displayed_until, before.displayed_until);
        assert_eq!(back.measures_until, before.measures_until);
        assert_eq!(back.displayed_from, before.displayed_from);
        assert_eq!(back.notes, before.notes, "nothing was false");
        assert_eq!(
            back.earliest_repair, before.earliest_repair,
            "nobody is barred"
        );
        let told = world.told(&number, &secret);
        assert_eq!(told.last().unwrap(), "0:resume>resumed");
        let replies = world.replies(&number, &secret);
        let titles: Vec<&str> = replies
            .iter()
            .filter_map(|r| Some(r.letter.as_ref()?.title_zh.as_str()))
            .collect();
        assert_eq!(titles, ["暂时屏蔽失信信息决定书", "恢复公示决定书"]);
        assert!(replies.last().unwrap().can.contains(&Can::Object));
        assert!(world.act(&id, &p.approver, RESUME).is_err(), "once");
        // and may be applied for again
        let (again, _) = world.hand_in(repair(), &[&ids[0]]);
        world.receive();
        assert_eq!(world.state(&part(&again, 0)), "submitted");
        world.holds();
    });
}

/// The plan fails after the term of display was over: nothing comes back, since nothing was prolonged.
#[test]
fn a_term_that_ended_while_it_was_hidden_is_over() {
    let mut world = World::sqlite();
    let ids = world.import(&[penalty(1, |_| {})]);
    let until = world.shown(&ids[0]).unwrap().displayed_until.unwrap();
    let (number, _) = world.hand_in(repair(), &[&ids[0]]);
    world.receive();
    let id = part(&number, 0);
    to_verified(&world, &id, ONE);
    let approver = people(ONE).approver;
    world.acts(&id, &[(&approver, SHELTER)]);
    world.on(&until.to_string());
    world.acts(&id, &[(&approver, RESUME)]);
    assert_eq!(world.state(&id), "resumed");
    assert!(world.shown(&ids[0]).is_none());
    world.holds();
}

/// A result that is still on its way when it is taken back is awaited nowhere, and holds up nobody else's.
#[test]
fn what_is_taken_back_while_it_is_on_its_way_holds_nothing_up() {
    for (grant, back, state) in [
        (SHELTER, RESUME, "resumed"),
        (
            APPROVE,
            r#"{"event":"revoke","reasons":"缴款凭证系伪造"}"#,
            "revoked",
        ),
    ] {
        let world = World::sqlite();
        let ids = world.import(&[penalty(1, |_| {})]);
        let (number, _) = world.hand_in(repair(), &[&ids[0]]);
        world.receive();
        let id = part(&number, 0);
        to_verified(&world, &id, ONE);
        *world.surfaces.behind.lock().unwrap() = vec![SyncTarget::Exports];
        let approver = people(ONE).approver;
        world.acts(&id, &[(&approver, grant)]);
        assert_eq!(world.state(&id), "approved");
        world.acts(&id, &[(&approver, back)]);
        world.surfaces.behind.lock().unwrap().clear();
        world.follow();
        assert!(world.follow().is_nothing());
        assert_eq!(world.state(&id), state);
        assert!(!world.stored(&id).pending);
        assert!(world.shown(&ids[0]).is_some());
        world.holds();
    }
}

#[test]
fn a_record_that_ended_meanwhile_still_has_its_case_which_says_so() {
    let mut world = World::sqlite();
    let ids = world.import(&[penalty(1, |_| {})]);
    let (first, _) = world.hand_in(repair(), &[&ids[0]]);
    world.receive();
    let id = part(&first, 0);
    to_verified(&world, &id, ONE);
    world.acts(&id, &[(&people(ONE).approver, APPROVE)]);
    world.follow();
    world.tomorrow();
    let (second, _) = world.hand_in(objection(ObjectionType::RepairResult), &[&ids[0]]);
    world.receive();
    let stored = world.stored(&part(&second, 0));
    assert_eq!(stored.note.ended.as_deref(), Some("ended:repaired"));
    assert_eq!(stored.current.state().0, "submitted");
}

#[test]
fn how_long_repairs_took_is_told_to_the_public() {
    World::each(|world| {
        let ids = world.import(&[penalty(1, |_| {}), penalty(2, |_| {})]);
        let (number, _) = world.hand_in(repair(), &[&ids[0], &ids[1]]);
        world.receive();
        let id = part(&number, 0);
        to_verified(world, &id, ONE);
        world.on("2026-08-06");
        world.acts(&id, &[(&people(ONE).approver, APPROVE)]);
        world.cases.publish_figures(world.now).unwrap();
        let figures = world.cases.store.case_figures().unwrap();
        let of = |what: &str| figures.iter().find(|f| f.what == what).map(|f| f.orgs);
        assert_eq!(of("state:done"), Some(1));
        assert_eq!(of("state:submitted"), Some(1));
        assert_eq!(of("days_median"), Some(3));
        assert_eq!(figures[0].authority_name, "厦门市示例局");
        // nothing is released by it, and the proof holds
        let seq = world.cases.store.position().unwrap().seq;
        world.on("2026-09-30");
        world.cases.publish_figures(world.now).unwrap();
        let figures = world.cases.store.case_figures().unwrap();
        assert_eq!(figures.iter().filter(|f| f.what == "overdue").count(), 1);
        assert_eq!(world.cases.store.position().unwrap().seq, seq);
        // the notice of the repair is over by then
        world.cases.surfaces.publish(world.now).unwrap();
        world.holds();
    });
}
