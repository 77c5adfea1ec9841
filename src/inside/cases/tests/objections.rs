//! Objection and complaint (domain.md 7.4, 7.5): notes, measures that rest and run on, corrections, what is taken down.

use super::*;
use crate::domain::forms::reply::Can;

const EXAMINE: &str = r#"{"event":"verify","findings":"已调卷"}"#;
const DISMISS: &str = r#"{"event":"dismiss","reasons":"公示内容与决定书一致"}"#;

fn to_examined(world: &World, id: &CaseId) {
    let p = people(ONE);
    world.acts(
        id,
        &[
            (&p.operator, ACCEPT),
            (&p.operator, FORWARD),
            (&p.handler, EXAMINE),
        ],
    );
}

#[test]
fn a_dismissed_objection_lets_the_measures_run_on_and_a_complaint_again() {
    World::each(|world| {
        let ids = world.import(&[penalty(1, |_| {})]);
        let id = &ids[0];
        // the last day of the measures is 30 January 2027
        assert_eq!(
            world.shown(id).unwrap().measures_until,
            Some(day("2027-01-31"))
        );
        let (number, secret) = world.hand_in(objection(ObjectionType::WrongContent), &[id]);
        world.receive();
        let case = part(&number, 0);
        assert!(!world.has_note(id, Note::UnderObjection));
        to_examined(world, &case);
        assert!(world.has_note(id, Note::UnderObjection));
        assert!(world.has_note(id, Note::MeasuresSuspended));
        world.holds();
        world.on("2026-08-13");
        world.acts(&case, &[(&people(ONE).approver, DISMISS)]);
        assert!(!world.has_note(id, Note::UnderObjection));
        assert!(!world.has_note(id, Note::MeasuresSuspended));
        // ten days later: what was left on 3 August is left on 13 August
        assert_eq!(
            world.shown(id).unwrap().measures_until,
            Some(day("2027-02-10"))
        );
        let reply = world.replies(&number, &secret).pop().unwrap();
        assert_eq!(
            (reply.state.as_str(), reply.can.as_slice()),
            ("dismissed", &[Can::Complain][..])
        );
        assert!(
            reply
                .deadlines
                .iter()
                .any(|d| d.procedure == "complaint_file")
        );
        world.holds();

        world.on("2026-08-20");
        let (complained, secret) = world.hand_in(complaint(&number), &[]);
        world.receive();
        let second = part(&complained, 0);
        let stored = world.stored(&second);
        assert_eq!(stored.record_id.as_deref(), Some(id.as_str()));
        assert_eq!(stored.authority(), ONE);
        let p = people(ONE);
        world.acts(&second, &[(&p.group, ACCEPT)]);
        assert!(world.has_note(id, Note::MeasuresSuspended));
        world.on("2026-08-25");
        let consult = r#"{"event":"consult","meeting":"会纪〔2026〕8号"}"#;
        world.acts(&second, &[(&p.group, consult)]);
        assert!(matches!(
            world.act(&second, &p.group, DISMISS),
            Err(CaseError::Refused(
                crate::domain::cases::Refusal::SamePerson
            ))
        ));
        world.acts(&second, &[(&p.second, DISMISS)]);
        assert_eq!(
            world.shown(id).unwrap().measures_until,
            Some(day("2027-02-15"))
        );
        assert_eq!(
            world.told(&complained, &secret).last().unwrap(),
            "0:dismiss>dismissed"
        );
        world.holds();
    });
}

#[test]
fn an_upheld_complaint_is_complied_with() {
    World::each(|world| {
        let ids = world.import(&[penalty(1, |_| {})]);
        let (number, _) = world.hand_in(objection(ObjectionType::NotToBeShown), &[&ids[0]]);
        world.receive();
        to_examined(world, &part(&number, 0));
        world.acts(&part(&number, 0), &[(&people(ONE).approver, DISMISS)]);
        let (complained, secret) = world.hand_in(complaint(&number), &[]);
        world.receive();
        let id = part(&complained, 0);
        let p = people(ONE);
        let consult = r#"{"event":"consult","meeting":"会纪〔2026〕9号"}"#;
        let uphold = r#"{"event":"uphold","reasons":"应当不予公示"}"#;
        let comply = r#"{"event":"comply","relief":{"do":"stop_display"}}"#;
        world.acts(
            &id,
            &[
                (&p.group, ACCEPT),
                (&p.group, consult),
                (&p.second, uphold),
                (&p.approver, comply),
            ],
        );
        assert!(world.shown(&ids[0]).is_none());
        assert_eq!(
            world.told(&complained, &secret).last().unwrap(),
            "0:comply>closed"
        );
        world.holds();
    });
}

#[test]
fn a_complaint_without_an_answer_waits_until_the_answer_is_overdue() {
    let mut world = World::sqlite();
    let ids = world.import(&[penalty(1, |_| {})]);
    let (number, _) = world.hand_in(objection(ObjectionType::WrongContent), &[&ids[0]]);
    world.receive();
    to_examined(&world, &part(&number, 0));
    let group = people(ONE).group;
    let (early, _) = world.hand_in(complaint(&number), &[]);
    world.receive();
    assert_eq!(
        world
            .act(&part(&early, 0), &group, ACCEPT)
            .unwrap_err()
            .code(),
        "missing"
    );
    world.on("2026-08-18");
    let (late, _) = world.hand_in(complaint(&number), &[]);
    world.receive();
    world.act(&part(&late, 0), &group, ACCEPT).unwrap();
}

#[test]
fn fields_are_corrected_and_the_next_import_does_not_undo_it() {
    World::each(|world| {
        let ids = world.import(&[penalty(1, |_| {})]);
        let (number, secret) = world.hand_in(objection(ObjectionType::WrongContent), &[&ids[0]]);
        world.receive();
        let case = part(&number, 0);
        to_examined(world, &case);
        let approver = people(ONE).approver;
        let partly = |old: &str, field: &str, new: &str| {
            serde_json::json!({ "event": "uphold_partly", "reasons": "类型有误",
                "changes": [{ "field": field, "old": old, "new": new }] })
            .to_string()
        };
        for (refused, code) in [
            (partly("别的", "violation_type", "无证施工"), "correction"),
            (
                partly("91350203MA2EXA019B", "credit_code", "91350100M000100Y43"),
                "correction",
            ),
            (
                partly("2027-01-30", "valid_until", "二〇二七年"),
                "correction",
            ),
        ] {
            let why = world.act(&case, &approver, &refused).unwrap_err();
            assert_eq!(why.code(), code, "{refused}");
        }
        assert_eq!(world.state(&case), "verifying", "nothing of it was done");
        world.acts(
            &case,
            &[(&approver, &partly("擅自拆除", "violation_type", "无证施工"))],
        );
        let type_of = |world: &World| {
            let shown = world.shown(&ids[0]).unwrap();
            let field = shown.fields.iter().find(|f| f.key == "violation_type");
            field.unwrap().value.clone()
        };
        assert_eq!(type_of(world), "无证施工");
        assert!(world.has_note(&ids[0], Note::Corrected));
        assert!(!world.has_note(&ids[0], Note::UnderObjection));
        world.holds();
        // the provider sends its old file again: the correction stands
        world.import(&[penalty(1, |_| {})]);
        assert_eq!(type_of(world), "无证施工");
        // what it sends anew counts
        let newer = penalty(1, |r| {
            r.fields
                .insert("violation_type".into(), RawText::new("未经审批施工"));
        });
        world.import(&[newer]);
        assert_eq!(type_of(world), "未经审批施工");
        assert_eq!(
            world.told(&number, &secret).last().unwrap(),
            "0:uphold_partly>partly_upheld"
        );
        world.holds();
    });
}

#[test]
fn a_corrected_date_moves_the_measures_and_every_date_that_follows() {
    World::each(|world| {
        let ids = world.import(&[penalty(1, |_| {})]);
        let (number, _) = world.hand_in(objection(ObjectionType::Differs), &[&ids[0]]);
        world.receive();
        let case = part(&number, 0);
        let operator = people(ONE).operator;
        let correct = serde_json::json!({ "event": "correct_at_once",
            "changes": [{ "field": "valid_until", "old": "2027-01-30", "new": "2026/12/31" }] })
        .to_string();
        world.acts(&case, &[(&operator, ACCEPT), (&operator, &correct)]);
        let shown = world.shown(&ids[0]).unwrap();
        assert_eq!(shown.measures_until, Some(day("2027-01-01")));
        let until = shown
            .fields
            .iter()
            .find(|f| f.key == "valid_until")
            .unwrap();
        assert_eq!(until.value, "2026-12-31");
        world.holds();
    });
}

#[test]
fn an_upheld_objection_takes_the_record_down_or_off_its_list() {
    World::each(|world| {
        for (n, relief) in ["stop_display", "delist"].into_iter().enumerate() {
            let n = u32::try_from(n).unwrap() + 1;
            let ids = world.import(&[penalty(n, |_| {})]);
            let (number, secret) =
                world.hand_in(objection(ObjectionType::NotToBeShown), &[&ids[0]]);
            world.receive();
            let case = part(&number, 0);
            to_examined(world, &case);
            let uphold = format!(
                r#"{{"event":"uphold","reasons":"认定有误","relief":{{"do":"{relief}"}}}}"#
            );
            world.acts(&case, &[(&people(ONE).approver, &uphold)]);
            assert!(world.shown(&ids[0]).is_none(), "{relief}");
            assert_eq!(
                world.told(&number, &secret).last().unwrap(),
                "0:uphold>upheld"
            );
            world.holds();
        }
    });
}

#[test]
fn two_objections_to_one_record_keep_their_notes_apart() {
    let mut world = World::sqlite();
    let ids = world.import(&[penalty(1, |_| {})]);
    let [one, two] = [(); 2].map(|()| {
        let (number, secret) = world.hand_in(objection(ObjectionType::Period), &[&ids[0]]);
        world.receive();
        world.acts(&part(&number, 0), &[(&people(ONE).operator, ACCEPT)]);
        (number, secret)
    });
    world.tomorrow();
    let all = ApplicantAct::Withdraw { part: None };
    world.does(&one.0, &one.1, &all);
    world.receive();
    world.follow();
    assert!(world.has_note(&ids[0], Note::UnderObjection));
    assert!(world.has_note(&ids[0], Note::MeasuresSuspended));
    world.tomorrow();
    world.does(&two.0, &two.1, &all);
    world.receive();
    world.follow();
    assert!(!world.has_note(&ids[0], Note::UnderObjection));
    // both rested from 3 August; the second until 5 August: two days in all
    assert_eq!(
        world.shown(&ids[0]).unwrap().measures_until,
        Some(day("2027-02-02"))
    );
    world.holds();
}

#[test]
fn an_objection_to_nothing_displayed_is_given_to_an_authority() {
    let world = World::sqlite();
    let mut form = objection(ObjectionType::WrongSubject);
    if let Form::Objection(form) = &mut form {
        form.target = Some("对拟列入名单的公告有异议".into());
    }
    let (number, _) = world.hand_in(form, &[]);
    world.receive();
    let id = part(&number, 0);
    let p = people(ONE);
    world.acts(&id, &[(&p.operator, ACCEPT), (&p.operator, FORWARD)]);
    assert!(matches!(
        world.act(&id, &p.handler, EXAMINE),
        Err(CaseError::Unknown)
    ));
    let to = (ONE, "厦门市示例局");
    assert!(world.cases.assign(&id, to, &p.handler, world.now).is_err());
    world.cases.assign(&id, to, &p.operator, world.now).unwrap();
    assert!(
        world
            .cases
            .assign(&id, (OTHER, "x"), &p.operator, world.now)
            .is_err()
    );
    world.acts(&id, &[(&p.handler, EXAMINE), (&p.approver, DISMISS)]);
    world.holds();
}
