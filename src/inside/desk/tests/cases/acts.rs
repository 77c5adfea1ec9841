//! Acts over HTTP: from the form to the decision on every surface, and back with what was typed when something is wrong.

use super::*;
use crate::domain::forms::ObjectionType;
use crate::domain::forms::reply::ApplicantAct;
use crate::inside::cases::tests::{complaint, objection, repair};
use crate::inside::desk::tests::fixture::OURS;
use crate::outside::store::Found;
use crate::record::Note;

const REASONS: &str = "经核查，义务已经履行完毕，符合条件。";

#[actix_web::test]
async fn a_purpose_is_asked_before_anything_is_shown_and_every_look_is_logged() {
    let world = World::demo();
    let record = world.displayed(1);
    let (number, _) = world.applied(&repair(), &[&record], &[]);
    let id = first(&number);
    let mut operator = Browser::of(&world, "operator").await;
    let asked = sound(operator.get(&case_at(&id)).await);
    assert!(asked.is(200) && asked.body.contains("查阅目的"));
    for raw in ["13800138000", "厦门海风贸易有限公司", "参加招标需要"] {
        assert!(!asked.body.contains(raw), "{raw}");
    }
    // an act shows nothing before either
    let seen = operator.get(&act_at(&id, "forward")).await;
    assert_eq!(seen.header("location"), case_at(&id));
    let at = format!("{}/purpose", case_at(&id));
    for fields in [
        &[][..],
        &[("purpose", "x")],
        &[("purpose", "other")],
        &[("purpose", "other"), ("own", "打电话 13800138000 核对")],
    ] {
        let seen = sound(operator.act(&at, fields).await);
        assert!(seen.is(422) && seen.body.contains("error-summary"));
    }
    assert_eq!(world.logged(&format!("operator case.look {id}")), 0);
    let page = operator.look(&id).await;
    for shown in ["13800138000", "参加招标需要", "罚款已经缴清", "办理本件"] {
        assert!(page.body.contains(shown), "{shown}");
    }
    operator.get(&case_at(&id)).await;
    assert_eq!(world.logged(&format!("operator case.look {id}")), 2);
    // another session of the same officer is asked again
    let mut again = Browser::of(&world, "operator").await;
    assert!(again.get(&case_at(&id)).await.body.contains("查阅目的"));
    // an auditor reads and has nothing to do
    let mut auditor = Browser::of(&world, "auditor").await;
    let page = auditor.look(&id).await;
    assert!(page.body.contains("目前没有您可以办理的事项"));
    assert!(auditor.get(&act_at(&id, "forward")).await.is(403));
}

#[actix_web::test]
async fn a_repair_goes_from_the_queue_to_every_surface_and_the_applicant_reads_why() {
    let world = World::demo();
    let record = world.displayed(1);
    let (number, secret) = world.applied(&repair(), &[&record], &[]);
    let id = first(&number);
    let mut operator = Browser::of(&world, "operator").await;
    let mut handler = Browser::of(&world, "a.handler").await;
    let mut approver = Browser::of(&world, "a.approver").await;
    operator.must(&id, "forward", &[]).await;
    handler.must(&id, "accept", &[]).await;
    handler
        .must(&id, "verify", &[("findings", "已向银行核实缴款")])
        .await;
    // the check tells what the applicant will read and what will happen, and does nothing
    approver.look(&id).await;
    let form = approver.get(&act_at(&id, "approve")).await;
    let version = hidden(&form.body, "version");
    let fields = [
        ("version", &*version),
        ("step", "check"),
        ("reasons", REASONS),
    ];
    let check = sound(approver.act(&act_at(&id, "approve"), &fields).await);
    for shown in [
        "准予信用修复决定书",
        REASONS,
        "终止公示：",
        "行政复议",
        "解除惩戒措施",
    ] {
        assert!(check.body.contains(shown), "{shown}: {}", check.body);
    }
    assert_eq!(world.state_of(&id), "verifying");
    assert!(matches!(
        world.store.find(&record, world.today()).unwrap(),
        Found::Shown(_)
    ));
    approver.must(&id, "approve", &[("reasons", REASONS)]).await;
    assert_eq!(world.state_of(&id), "done");
    assert!(matches!(
        world.store.find(&record, world.today()).unwrap(),
        Found::Gone
    ));
    let page = approver.look(&id).await;
    for shown in [
        "公示页返回 410",
        "开放数据",
        "已同步",
        "已向银行核实缴款",
        "a.handler",
    ] {
        assert!(page.body.contains(shown), "{shown}");
    }
    let replies = world.apply().replies(&number, &secret).unwrap();
    let told = replies.iter().find(|r| r.event == "approve").unwrap();
    assert_eq!(told.reasons.as_deref(), Some(REASONS));
    assert!(
        replies
            .iter()
            .all(|r| r.reasons.as_deref() != Some("已向银行核实缴款"))
    );
    // nothing of it stands in the audit log
    let log = world.vault.audit_entries(0, 100_000).unwrap();
    assert!(
        log.iter()
            .all(|e| !e.detail.contains("符合条件") && !e.detail.contains("核实缴款"))
    );
}

#[actix_web::test]
async fn what_was_typed_comes_back_whatever_is_wrong() {
    let world = World::demo();
    let record = world.displayed(1);
    let (number, _) = world.applied(&repair(), &[&record], &[]);
    let id = first(&number);
    let mut operator = Browser::of(&world, "operator").await;
    operator.must(&id, "forward", &[]).await;
    let mut handler = Browser::of(&world, "a.handler").await;
    handler.look(&id).await;
    let at = act_at(&id, "refuse");
    let form = sound(handler.get(&at).await);
    let version = hidden(&form.body, "version");
    let send = |reasons: &'static str, version: String, step: &'static str| {
        let at = at.clone();
        (
            at,
            [
                ("version".to_owned(), version),
                ("step".to_owned(), step.to_owned()),
                ("reasons".to_owned(), reasons.to_owned()),
            ],
        )
    };
    for (reasons, version, step, status, told) in [
        ("", version.clone(), "check", 422, "请填写理由"),
        ("不行", version.clone(), "check", 422, "不行"),
        (
            "理由是〔待填〕，如此而已",
            version.clone(),
            "check",
            422,
            "理由是〔待填〕",
        ),
        (
            "理由充分\"><script>x",
            "0".to_owned(),
            "do",
            409,
            "理由充分&quot;&gt;&lt;script&gt;x",
        ),
        (
            "版本并非数字的理由",
            "x".to_owned(),
            "do",
            409,
            "版本并非数字的理由",
        ),
        (
            "理由先写好再修改",
            version.clone(),
            "edit",
            200,
            "理由先写好再修改",
        ),
    ] {
        let (at, fields) = send(reasons, version, step);
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        let seen = sound(handler.act(&at, &fields).await);
        assert_eq!(seen.status.as_u16(), status, "{reasons}: {}", seen.body);
        assert!(seen.body.contains(told), "{told}: {}", seen.body);
        assert_eq!(seen.body.contains("error-summary"), status != 200);
        if status == 422 {
            assert!(seen.body.contains("href=\"#reasons\"") && seen.body.contains("reasons-error"));
        }
    }
    assert_eq!(world.state_of(&id), "forwarded");
    // somebody else is faster: the text stays, and the act is not done twice
    let mut other = Browser::of(&world, "a.handler").await;
    other.must(&id, "accept", &[]).await;
    let fields = [
        ("version", &*version),
        ("step", "do"),
        ("reasons", "写了很久的一段理由"),
    ];
    let seen = sound(handler.act(&at, &fields).await);
    assert!(seen.is(409) && seen.body.contains("写了很久的一段理由"));
    assert!(seen.body.contains("案件已被他人办理"), "{}", seen.body);
    assert_eq!(world.state_of(&id), "accepted");
}

#[actix_web::test]
async fn forms_of_other_sites_and_sessions_act_in_no_case() {
    let world = World::demo();
    let record = world.displayed(1);
    let (number, _) = world.applied(&repair(), &[&record], &[]);
    let id = first(&number);
    let mut operator = Browser::of(&world, "operator").await;
    operator.look(&id).await;
    let foreign = Browser::of(&world, "operator2")
        .await
        .get("/desk")
        .await
        .token();
    let version = "1";
    for token in ["", "x", foreign.as_str()] {
        let fields = [("token", token), ("version", version), ("step", "do")];
        assert!(
            operator
                .post(&act_at(&id, "forward"), &fields)
                .await
                .is(403)
        );
        let fields = [("token", token), ("purpose", "handle")];
        assert!(
            operator
                .post(&format!("{}/purpose", case_at(&id)), &fields)
                .await
                .is(403)
        );
    }
    assert_eq!(world.state_of(&id), "submitted");
}

#[actix_web::test]
async fn a_supplement_is_asked_answered_with_files_and_seen() {
    let world = World::demo();
    let record = world.displayed(1);
    let (number, secret) = world.applied(&repair(), &[&record], &[]);
    let id = first(&number);
    let mut operator = Browser::of(&world, "operator").await;
    operator
        .must(
            &id,
            "ask_supplement",
            &[("items", "缴款凭证\r\n\r\n承诺书")],
        )
        .await;
    let queue = operator.get("/desk/cases?show=open").await;
    assert!(queue.body.contains("等待申请人补正"), "{}", queue.body);
    let replies = world.apply().replies(&number, &secret).unwrap();
    assert_eq!(replies.last().unwrap().items, ["缴款凭证", "承诺书"]);
    let bytes: &[u8] = b"%PDF-1.4 receipt";
    let file = note(3, "pdf", bytes);
    let act = ApplicantAct::AnswerSupplement {
        part: 0,
        text: "现补交缴款凭证".into(),
        files: vec![file.clone()],
    };
    let now = world.clock.now();
    let files: &[(&FileNote, &[u8])] = &[(&file, bytes)];
    world
        .apply()
        .add_act(&number, &secret, &act, files, &world.intake, now)
        .unwrap();
    world.cases.receive(now).unwrap();
    let page = operator.look(&id).await;
    assert!(page.body.contains("现补交缴款凭证"), "{}", page.body);
    let there = page.body.split("/answers/").nth(1).unwrap();
    let there = format!(
        "{}/answers/{}",
        case_at(&id),
        there.split('"').next().unwrap()
    );
    let seen = operator.get(&there).await;
    assert!(seen.is(200) && &*seen.bytes == bytes, "{there}");
    assert_eq!(world.state_of(&id), "submitted");
    // it may be asked for once: the page says so before anything is typed
    let page = sound(operator.get(&act_at(&id, "ask_supplement")).await);
    assert!(
        page.body.contains("补正要求只能一次性提出"),
        "{}",
        page.body
    );
}

/// An objection to a record, verified.
async fn verified(world: &World, record: &str) -> (Number, Secret, CaseId) {
    let (number, secret) = world.applied(&objection(ObjectionType::WrongContent), &[record], &[]);
    let id = first(&number);
    let mut operator = Browser::of(world, "operator").await;
    operator.must(&id, "accept", &[]).await;
    operator.must(&id, "forward", &[]).await;
    let mut handler = Browser::of(world, "a.handler").await;
    handler
        .must(&id, "verify", &[("findings", "决定书写的是改造")])
        .await;
    (number, secret, id)
}

#[actix_web::test]
async fn an_upheld_objection_corrects_the_field_that_was_typed() {
    let world = World::demo();
    let record = world.displayed(1);
    let (.., id) = verified(&world, &record).await;
    let mut approver = Browser::of(&world, "a.approver").await;
    approver.look(&id).await;
    let form = sound(approver.get(&act_at(&id, "uphold")).await);
    assert!(form.body.contains("擅自拆除") && form.body.contains("new-violation_type"));
    assert!(
        !form.body.contains("new-credit_code"),
        "what tells a record from others stays"
    );
    let kept = [
        ("old-violation_type", "擅自拆除"),
        ("new-violation_type", "擅自改造"),
    ];
    let reasons = ("reasons", "公示内容与决定书不一致");
    // nothing changed, another value shown than the record has, and a relief that does not fit
    let version = hidden(&form.body, "version");
    for (fields, field) in [
        (vec![("relief", "correct"), reasons], "new-"),
        (
            vec![
                ("relief", "correct"),
                reasons,
                ("old-violation_type", "别的"),
                kept[1],
            ],
            "new-violation_type",
        ),
        (
            vec![("relief", "stop_display"), reasons, kept[0], kept[1]],
            "new-violation_type",
        ),
        (vec![reasons, kept[0], kept[1]], "relief"),
    ] {
        let mut all = vec![("version", &*version), ("step", "check")];
        all.extend(fields);
        let seen = sound(approver.act(&act_at(&id, "uphold"), &all).await);
        assert!(seen.is(422), "{field}: {}", seen.status);
        assert!(
            seen.body.contains(&format!("href=\"#{field}")),
            "{field}: {}",
            seen.body
        );
        assert!(seen.body.contains(reasons.1));
    }
    approver
        .must(
            &id,
            "uphold",
            &[("relief", "correct"), reasons, kept[0], kept[1]],
        )
        .await;
    let Found::Shown(shown) = world.store.find(&record, world.today()).unwrap() else {
        panic!("gone")
    };
    assert!(shown.record.notes.contains(&Note::Corrected));
    let page = approver.look(&id).await;
    assert!(page.body.contains("<del>擅自拆除</del>") && page.body.contains("<ins>擅自改造</ins>"));
    let log = world.vault.audit_entries(0, 100_000).unwrap();
    assert!(log.iter().all(|e| !e.detail.contains("擅自")));
}

#[actix_web::test]
async fn who_has_handled_a_case_does_not_decide_it() {
    let world = World::demo();
    let password = crate::base::crypto::Password::new(crate::inside::desk::DEMO_PASSWORD).unwrap();
    world.add(
        "leading2",
        crate::domain::cases::Role::LeadingGroup,
        None,
        &password,
        true,
    );
    let record = world.displayed(1);
    let (number, _, id) = verified(&world, &record).await;
    let mut approver = Browser::of(&world, "a.approver").await;
    approver
        .must(&id, "dismiss", &[("reasons", "公示内容与决定书一致")])
        .await;
    let (complained, secret) = world.applied(&complaint(&number), &[], &[]);
    let id = first(&complained);
    let mut one = Browser::of(&world, "leading").await;
    one.must(&id, "accept", &[]).await;
    one.must(&id, "consult", &[("meeting", "会议纪要〔2026〕3号")])
        .await;
    let page = one.look(&id).await;
    assert!(
        page.body.contains("经办人不能审批自己经办的事项"),
        "{}",
        page.body
    );
    let form = sound(one.get(&act_at(&id, "dismiss")).await);
    assert!(form.body.contains("经办人不能审批自己经办的事项"));
    let version = hidden(&form.body, "version");
    for step in ["check", "do"] {
        let fields = [
            ("version", &*version),
            ("step", step),
            ("reasons", "答复依据充分，维持"),
        ];
        let seen = sound(one.act(&act_at(&id, "dismiss"), &fields).await);
        assert!(
            seen.is(409) && seen.body.contains("答复依据充分，维持"),
            "{}",
            seen.body
        );
    }
    assert_eq!(world.state_of(&id), "consultation");
    let mut two = Browser::of(&world, "leading2").await;
    two.must(&id, "uphold", &[("reasons", "答复没有回应申请人的证据")])
        .await;
    approver
        .must(&id, "comply", &[("relief", "stop_display")])
        .await;
    assert!(matches!(
        world.store.find(&record, world.today()).unwrap(),
        Found::Gone
    ));
    let replies = world.apply().replies(&complained, &secret).unwrap();
    assert!(replies.iter().any(|r| r.event == "uphold"));
}

#[actix_web::test]
async fn what_is_routed_to_nobody_is_given_to_an_authority_by_the_operator() {
    let world = World::demo();
    let mut form = objection(ObjectionType::NotToBeShown);
    if let Form::Objection(form) = &mut form {
        form.target = Some("对某份公告有异议，未指明编号".into());
    }
    let (number, _) = world.applied(&form, &[], &[]);
    let id = first(&number);
    let mut handler = Browser::of(&world, "a.handler").await;
    assert!(handler.get(&case_at(&id)).await.is(404));
    let mut operator = Browser::of(&world, "operator").await;
    let page = operator.look(&id).await;
    assert!(page.body.contains("指定认定单位"), "{}", page.body);
    let at = format!("{}/assign", case_at(&id));
    sound(operator.get(&at).await);
    assert!(handler.get(&at).await.is(403));
    assert!(
        operator
            .act(&at, &[("authority", "11110000000000000X")])
            .await
            .is(422)
    );
    assert!(operator.act(&at, &[("authority", OURS)]).await.is(303));
    assert!(handler.get(&case_at(&id)).await.is(200));
    assert!(
        operator.act(&at, &[("authority", OURS)]).await.is(422),
        "once"
    );
}

#[actix_web::test]
async fn the_page_of_a_case_says_who_was_told_what_and_shows_no_address() {
    use crate::inside::cases::Tells;
    use crate::inside::vault::outbox::{Attempt, Kind};
    let mut world = World::demo();
    world.cases.tells = std::sync::Arc::new(Tells {
        mail: true,
        webhook: true,
        platforms: vec![],
    });
    let record = world.displayed(1);
    let mut form = repair();
    if let Form::Repair(form) = &mut form {
        form.applicant.email = Some("canary-address@example.cn".into());
    }
    let (number, _) = world.applied(&form, &[&record], &[]);
    let id = first(&number);
    let now = world.clock.now();
    let operator =
        crate::domain::cases::Actor::new("operator", crate::domain::cases::Role::Operator, "");
    let forward = crate::domain::cases::Event::Repair(crate::domain::cases::RepairEvent::Forward);
    world.cases.act(&id, forward, &operator, now).unwrap();
    world.cases.after(now).unwrap();
    let later = now + chrono::TimeDelta::minutes(1);
    let taken = world
        .vault
        .take_messages([Kind::Mail; 2], "", later, 9)
        .unwrap();
    let answer = "550".to_owned();
    let refused = Attempt::Refused { answer };
    world
        .vault
        .settle_message(&taken[0].id, &refused, later)
        .unwrap();
    for officer in ["a.handler", "auditor"] {
        let mut browser = Browser::of(&world, officer).await;
        let page = browser.look(&id).await.body;
        let told = page.split("id=\"told\"").nth(1).unwrap();
        let told = told.split("</section>").next().unwrap();
        for word in [
            "给申请人的邮件",
            "回调通知",
            "被对方拒绝",
            "550",
            "收到申请",
            "转送认定单位",
            "已告知",
        ] {
            assert!(told.contains(word), "{word}: {told}");
        }
        assert!(!told.contains("canary"), "{told}");
    }
}
