//! Applications on paper: entered at the window, handled like those that are filled in on screen.

use actix_web::test::TestRequest;
use chrono::{NaiveDate, TimeDelta};

use super::*;
use crate::domain::cases::{Actor, Case, Refusal, Role};
use crate::inside::cases::CaseError;
use crate::outside::evidence::tests as files;
use crate::outside::store::Found;

const AT: &str = "/desk/cases/paper";
const CODE: &str = "91350203MA2EXA019B";
const OBJECTION_FACTS: &str = "决定书载明的金额与公示不一致，附决定书。";

/// A repair as it stands on the paper.
const REPAIR: &[(&str, &str)] = &[
    ("applicant_kind", "organisation"),
    ("name", "厦门海风贸易有限公司"),
    ("credit_code", CODE),
    ("address", "福建省厦门市思明区虚构路1号"),
    ("rep_name", "赵虚构"),
    ("rep_id_kind", "citizen_id"),
    ("rep_id_number", "11010519491231002X"),
    ("has_proxy", "no"),
    ("mobile", "13800138000"),
    ("wish", "end_penalty"),
    ("performance", "罚款已经缴清，违法行为已经改正。"),
    ("performed_on", "2026-05-20"),
    ("amount_paid", "50000"),
    ("reason", "参加招标需要，申请终止公示。"),
    ("delivery", "post"),
    ("no_new_penalty", "yes"),
    ("consent", "yes"),
];

/// What is being entered: number and secret, as the forms carry them.
#[derive(Clone)]
struct Entering {
    number: String,
    secret: String,
}

impl Entering {
    fn of(page: &str) -> Self {
        let entering = Self {
            number: hidden(page, "number"),
            secret: hidden(page, "secret"),
        };
        assert!(!entering.number.is_empty(), "{page}");
        entering
    }

    fn case(&self, part: u32) -> CaseId {
        CaseId::of_part(&self.number, part)
    }

    async fn step(&self, browser: &mut Browser, step: &str, more: &[(&str, &str)]) -> Seen {
        let mut all = vec![
            ("number", self.number.as_str()),
            ("secret", self.secret.as_str()),
            ("step", step),
        ];
        all.extend_from_slice(more);
        browser.act(AT, &all).await
    }

    async fn scan(&self, browser: &mut Browser, purpose: &str, bytes: &[u8]) -> Seen {
        let token = browser.get("/desk").await.token();
        let fields = [
            ("token", token.as_str()),
            ("number", &self.number),
            ("secret", &self.secret),
            ("purpose", purpose),
        ];
        browser.send(upload(&fields, bytes)).await
    }
}

fn upload(fields: &[(&str, &str)], bytes: &[u8]) -> TestRequest {
    let mut body = Vec::new();
    for (field, value) in fields {
        body.extend(
            format!("--B\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n")
                .bytes(),
        );
    }
    body.extend(b"--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../x/<b>.pdf\"\r\nContent-Type: application/pdf\r\n\r\n");
    body.extend(bytes);
    body.extend(b"\r\n--B--\r\n");
    TestRequest::post()
        .uri("/desk/cases/paper/file")
        .insert_header(("content-type", "multipart/form-data; boundary=B"))
        .insert_header(("sec-fetch-site", "same-origin"))
        .set_payload(body)
}

/// From the first page to the form, about records of our company.
async fn begun(browser: &mut Browser, kind: &str, received: &str, records: &[&str]) -> Entering {
    let asked = if records.is_empty() { "" } else { CODE };
    let start = [
        ("step", "find"),
        ("kind", kind),
        ("received_on", received),
        ("asked", asked),
    ];
    let mut page = sound(browser.act(AT, &start).await);
    assert!(page.is(200), "{}", page.body);
    if !records.is_empty() {
        let mut chosen = vec![
            ("step", "begin"),
            ("kind", kind),
            ("received_on", received),
            ("asked", asked),
        ];
        chosen.extend(records.iter().map(|id| ("record", *id)));
        page = sound(browser.act(AT, &chosen).await);
        assert!(page.is(200), "{}", page.body);
    }
    Entering::of(&page.body)
}

/// With everything that a repair asks for.
async fn filled(browser: &mut Browser, received: &str, records: &[&str]) -> Entering {
    let entering = begun(browser, "repair", received, records).await;
    let mut typed = vec![("received_on", received)];
    typed.extend_from_slice(REPAIR);
    let page = sound(entering.step(browser, "fields", &typed).await);
    assert!(
        page.is(200) && page.body.contains("扫描件"),
        "{}",
        page.body
    );
    let page = sound(entering.scan(browser, "commitment", &files::pdf(&[])).await);
    assert!(
        page.is(200) && page.body.contains("已上传"),
        "{}",
        page.body
    );
    entering
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn operator() -> Actor {
    Actor::new("operator", Role::Operator, "")
}

#[actix_web::test]
async fn a_paper_becomes_the_same_case_as_a_screen_and_its_clocks_run_from_its_receipt() {
    let world = World::demo();
    let record = world.displayed(1);
    let mut browser = Browser::of(&world, "operator").await;
    let first_page = sound(browser.get(AT).await);
    assert!(first_page.is(200) && first_page.body.contains("2026-11-25"));
    let entering = filled(&mut browser, "2026-11-20", &[&record]).await;
    let check = sound(entering.step(&mut browser, "check", &[]).await);
    assert!(check.is(200), "{}", check.body);
    for shown in [
        "厦门海风贸易有限公司",
        "罚款已经缴清",
        "2026-11-20",
        "不参与本件的决定",
    ] {
        assert!(check.body.contains(shown), "{shown}: {}", check.body);
    }
    let id = entering.case(0);
    assert!(world.vault.case(id.as_str()).unwrap().is_none());

    let receipt = sound(entering.step(&mut browser, "do", &[]).await);
    assert!(receipt.is(200), "{}", receipt.body);
    let number = Number::parse(&entering.number).unwrap();
    let secret = Secret::parse(&entering.secret).unwrap();
    for shown in [
        entering.number.as_str(),
        &secret.grouped(),
        "2026-11-20",
        "免费",
        "/track",
    ] {
        assert!(receipt.body.contains(shown), "{shown}: {}", receipt.body);
    }
    // the sealed way: nothing of it is readable, and the case is that of the day of receipt
    let case = world.vault.case(id.as_str()).unwrap().unwrap();
    let Case::Repair(repair) = &case.current else {
        panic!("no repair")
    };
    assert_eq!(case.current.state().0, "submitted");
    assert_eq!(
        (case.opened_on, repair.track.received_on),
        (day("2026-11-20"), day("2026-11-20"))
    );
    // T16: ten working days after the receipt, not after it was entered
    assert_eq!(case.due.unwrap().on, day("2026-12-04"));
    assert_eq!(
        case.note.entered,
        Some(("operator".to_owned(), day("2026-11-25")))
    );
    let history = world.vault.case_events(id.as_str()).unwrap();
    for event in &history {
        assert_eq!(
            (event.by.clone(), event.on, event.at),
            (operator(), day("2026-11-20"), world.clock.now()),
            "who entered it, when, and for which day"
        );
    }
    for line in ["case.paper", "case.open", "case.save", "case.submit"] {
        let object = if line == "case.paper" {
            &entering.number
        } else {
            id.as_str()
        };
        assert_eq!(
            world.logged(&format!("operator {line} {object}")),
            1,
            "{line}"
        );
    }
    // sent twice, as after a broken line
    let again = entering.step(&mut browser, "do", &[]).await;
    assert!(again.is(200) && again.body.contains(&secret.grouped()));
    assert_eq!(world.logged(&format!("operator case.open {id}")), 1);

    // the applicant follows it with number and secret
    let standing = world.apply().standing(&number, &secret).unwrap();
    assert_eq!(standing.state, crate::outside::apply::State::Submitted);
    let replies = world.apply().replies(&number, &secret).unwrap();
    assert_eq!(replies[0].on, day("2026-11-20"));
    assert_eq!(replies.last().unwrap().state, "submitted");

    // and the officers handle it as any other
    browser.must(&id, "forward", &[]).await;
    let page = browser.look(&id).await;
    assert!(page.body.contains("书面，录入人") && page.body.contains("13800138000"));
    let mut handler = Browser::of(&world, "a.handler").await;
    handler.must(&id, "accept", &[]).await;
    let findings = [("findings", "已经核实缴款情况")];
    handler.must(&id, "verify", &findings).await;
    let mut approver = Browser::of(&world, "a.approver").await;
    let reasons = [("reasons", "经核查，义务已经履行完毕，符合条件。")];
    approver.must(&id, "approve", &reasons).await;
    assert!(matches!(
        world.store.find(&record, world.today()).unwrap(),
        Found::Gone
    ));
    let told = world.apply().replies(&number, &secret).unwrap();
    assert!(told.iter().any(|r| r.letter.is_some()));
}

#[actix_web::test]
async fn who_entered_it_does_not_decide_it() {
    let world = World::demo();
    let record = world.displayed(1);
    let mut browser = Browser::of(&world, "operator").await;
    let entering = filled(&mut browser, "2026-11-25", &[&record]).await;
    entering.step(&mut browser, "do", &[]).await;
    let id = entering.case(0);
    let case = world.vault.case(id.as_str()).unwrap().unwrap();
    assert!(case.current.track().handlers.contains("operator"));
    browser.must(&id, "forward", &[]).await;
    let mut handler = Browser::of(&world, "a.handler").await;
    handler.must(&id, "accept", &[]).await;
    // the same officer, given the role of an approver meanwhile
    let same = Actor::new("operator", Role::Approver, case.authority());
    let decide = crate::domain::cases::Event::Repair(crate::domain::cases::RepairEvent::Approve {
        reasons: "义务已经履行".into(),
    });
    let refused = world.cases.act(&id, decide, &same, world.clock.now());
    assert!(matches!(
        refused,
        Err(CaseError::Refused(Refusal::SamePerson))
    ));
}

#[actix_web::test]
async fn what_is_missing_is_told_with_its_field_and_nothing_typed_is_lost() {
    let world = World::demo();
    let record = world.displayed(1);
    let mut browser = Browser::of(&world, "operator").await;
    for (fields, word) in [
        (&[("received_on", "2026-11-25")][..], "请选择申请的种类"),
        (
            &[("kind", "repair"), ("received_on", "2026-11-26")],
            "应当不晚于今天",
        ),
        (
            &[("kind", "repair"), ("received_on", "2025-11-01")],
            "最近一年内",
        ),
        (
            &[("kind", "repair"), ("received_on", "2026-11-25")],
            "请填写统一社会信用代码",
        ),
        (
            &[
                ("kind", "repair"),
                ("received_on", "2026-11-25"),
                ("asked", "91350203MA2EXA019C"),
            ],
            "应当是 18 位",
        ),
        (
            &[
                ("kind", "repair"),
                ("received_on", "2026-11-25"),
                ("asked", "12320100466000010A"),
            ],
            "应当是有公示信息的主体",
        ),
    ] {
        let mut all = vec![("step", "find")];
        all.extend_from_slice(fields);
        let page = sound(browser.act(AT, &all).await);
        assert!(
            page.is(422) && page.body.contains(word),
            "{word}: {}",
            page.body
        );
    }
    let nothing = [
        ("step", "begin"),
        ("kind", "repair"),
        ("received_on", "2026-11-25"),
        ("asked", CODE),
    ];
    let page = sound(browser.act(AT, &nothing).await);
    assert!(
        page.is(422) && page.body.contains("至少一条"),
        "{}",
        page.body
    );

    let entering = begun(&mut browser, "repair", "2026-11-25", &[&record]).await;
    let wrong: Vec<(&str, &str)> = REPAIR
        .iter()
        .map(|(f, v)| (*f, if *f == "mobile" { "123" } else { *v }))
        .chain([("received_on", "2026-11-25")])
        .collect();
    let page = sound(entering.step(&mut browser, "fields", &wrong).await);
    assert!(page.is(422), "{}", page.body);
    assert!(page.body.contains("href=\"#mobile\"") && page.body.contains("参加招标需要"));
    // it stays in the draft: the next page has it, too
    let page = sound(entering.step(&mut browser, "edit", &[]).await);
    assert!(page.body.contains("参加招标需要") && page.body.contains("value=\"123\""));
    let right: Vec<(&str, &str)> = REPAIR
        .iter()
        .copied()
        .chain([("received_on", "2026-11-25")])
        .collect();
    assert!(entering.step(&mut browser, "fields", &right).await.is(200));
    // without the signed commitment it is not handed in, whatever is sent
    for step in ["check", "do"] {
        let page = sound(entering.step(&mut browser, step, &[]).await);
        assert!(
            page.is(422) && page.body.contains("承诺书扫描件"),
            "{}",
            page.body
        );
    }
    assert!(
        world
            .vault
            .case(entering.case(0).as_str())
            .unwrap()
            .is_none()
    );
    // files are judged like an applicant's
    for (bytes, word) in [(&b"MZ\x90\x00"[..], "这是程序"), (b"", "文件应当有内容")] {
        let page = sound(entering.scan(&mut browser, "other", bytes).await);
        assert!(page.is(422) && page.body.contains(word), "{}", page.body);
    }
    let page = sound(entering.scan(&mut browser, "x", &files::pdf(&[])).await);
    assert!(page.is(422) && page.body.contains("请选择文件的用途"));
    let page = sound(entering.scan(&mut browser, "other", &files::pdf(&[])).await);
    assert!(
        page.is(200) && page.body.contains("&lt;b&gt;.pdf"),
        "{}",
        page.body
    );
    let file = page.body.split("name=\"file\" value=\"").nth(1).unwrap();
    let file = file.split('"').next().unwrap().to_owned();
    let page = sound(
        entering
            .step(&mut browser, "remove", &[("file", &file)])
            .await,
    );
    assert!(
        page.is(200) && !page.body.contains("已上传"),
        "{}",
        page.body
    );
}

#[actix_web::test]
async fn nobody_else_enters_papers_and_no_form_of_another_page_is_taken() {
    let world = World::demo();
    let record = world.displayed(1);
    let mut browser = Browser::of(&world, "operator").await;
    let entering = filled(&mut browser, "2026-11-25", &[&record]).await;
    let before = world.log().len();
    // other roles, also those of the authority that would decide
    for officer in [
        "a.clerk",
        "a.handler",
        "a.approver",
        "b.handler",
        "leading",
        "auditor",
    ] {
        let mut other = Browser::of(&world, officer).await;
        assert!(other.get(AT).await.is(403), "{officer}");
        assert!(
            entering.step(&mut other, "do", &[]).await.is(403),
            "{officer}"
        );
        let seen = entering.scan(&mut other, "other", &files::pdf(&[])).await;
        assert!(seen.is(403), "{officer}: {}", seen.body);
    }
    // without the token of the session, or from elsewhere
    for token in ["", "x"] {
        let fields = [
            ("token", token),
            ("number", entering.number.as_str()),
            ("secret", entering.secret.as_str()),
            ("purpose", "other"),
        ];
        assert!(
            browser
                .send(upload(&fields, &files::pdf(&[])))
                .await
                .is(403)
        );
        let all = [
            ("token", token),
            ("number", entering.number.as_str()),
            ("secret", entering.secret.as_str()),
            ("step", "do"),
        ];
        assert!(browser.post(AT, &all).await.is(403));
    }
    // another secret, number or step: as if there were nothing
    let other = Entering {
        secret: Secret::new().unwrap().expose().to_owned(),
        ..entering.clone()
    };
    for step in ["do", "check", "edit", "fields"] {
        assert!(other.step(&mut browser, step, &[]).await.is(404), "{step}");
    }
    assert!(entering.step(&mut browser, "publish", &[]).await.is(404));
    let strange = Entering {
        number: "XF-0000".into(),
        ..entering.clone()
    };
    assert!(strange.step(&mut browser, "do", &[]).await.is(404));
    let signed_in = |l: &&String| !l.contains("sign_in") && !l.contains("session");
    assert_eq!(
        world.log()[before..].iter().filter(signed_in).count(),
        0,
        "nothing was done: {:?}",
        &world.log()[before..]
    );
    assert!(
        world
            .vault
            .case(entering.case(0).as_str())
            .unwrap()
            .is_none()
    );
}

/// What the public side seals cannot claim to be a paper of an earlier day: only what was written down at the desk is one.
#[actix_web::test]
async fn a_paper_is_what_the_desk_wrote_down_and_nothing_else() {
    let world = World::demo();
    let record = world.displayed(1);
    let (number, _) = world.applied(&crate::inside::cases::tests::repair(), &[&record], &[]);
    let case = world.vault.case(first(&number).as_str()).unwrap().unwrap();
    assert_eq!(case.note.entered, None);
    assert!(case.current.track().handlers.is_empty());
    assert_eq!(
        world.logged(&format!("applicant case.open {}", first(&number))),
        1
    );
}

#[actix_web::test]
async fn objections_and_complaints_come_on_paper_too() {
    let world = World::demo();
    let record = world.displayed(1);
    let mut browser = Browser::of(&world, "operator").await;
    let who: &[(&str, &str)] = &[
        ("received_on", "2026-11-23"),
        ("applicant_kind", "organisation"),
        ("name", "厦门海风贸易有限公司"),
        ("credit_code", CODE),
        ("mobile", "13800138000"),
        ("facts", OBJECTION_FACTS),
        ("consent", "yes"),
    ];
    let objecting = begun(&mut browser, "objection", "2026-11-23", &[&record]).await;
    let mut typed = who.to_vec();
    typed.extend([
        ("objection_type", "wrong_content"),
        ("disputed", "罚款金额"),
    ]);
    assert!(objecting.step(&mut browser, "fields", &typed).await.is(200));
    assert!(
        objecting
            .scan(&mut browser, "commitment", &files::pdf(&[]))
            .await
            .is(200)
    );
    assert!(objecting.step(&mut browser, "do", &[]).await.is(200));
    let objection = world
        .vault
        .case(objecting.case(0).as_str())
        .unwrap()
        .unwrap();
    assert_eq!(objection.record_id.as_deref(), Some(record.as_str()));
    assert_eq!(objection.opened_on, day("2026-11-23"));
    // about no displayed record
    let other = begun(&mut browser, "objection", "2026-11-23", &[]).await;
    typed.push(("target", "某机关某日公告拟列入的名单"));
    assert!(other.step(&mut browser, "fields", &typed).await.is(200));
    assert!(
        other
            .scan(&mut browser, "commitment", &files::pdf(&[]))
            .await
            .is(200)
    );
    assert!(other.step(&mut browser, "do", &[]).await.is(200));
    assert!(world.vault.case(other.case(0).as_str()).unwrap().is_some());

    // a day later, in a new session
    world.clock.advance(TimeDelta::days(1));
    let mut browser = Browser::of(&world, "operator").await;
    let complaining = begun(&mut browser, "complaint", "2026-11-24", &[]).await;
    let mut typed = who.to_vec();
    typed[0].1 = "2026-11-24";
    typed.extend([
        ("objection_number", objecting.number.as_str()),
        ("ground", "no_reply"),
    ]);
    // a complaint needs no commitment
    assert!(
        complaining
            .step(&mut browser, "fields", &typed)
            .await
            .is(200)
    );
    let done = sound(complaining.step(&mut browser, "do", &[]).await);
    assert!(done.is(200), "{}", done.body);
    let complaint = world
        .vault
        .case(complaining.case(0).as_str())
        .unwrap()
        .unwrap();
    assert_eq!(
        complaint.note.objection_case.as_deref(),
        Some(objecting.case(0).as_str())
    );
    assert!(complaint.current.track().handlers.contains("operator"));
}

/// What the law stands against may be entered: the applicant is answered with the reason, as on screen.
#[actix_web::test]
async fn what_comes_too_early_is_entered_and_answered() {
    let world = World::demo();
    let record = world
        .display(&[penalty(1, |r| r.decided_on = day("2026-10-20"))])
        .remove(0);
    let mut browser = Browser::of(&world, "operator").await;
    let found = [
        ("step", "find"),
        ("kind", "repair"),
        ("received_on", "2026-11-25"),
        ("asked", CODE),
    ];
    let page = sound(browser.act(AT, &found).await);
    assert!(
        page.body.contains("尚不能申请") && page.body.contains("2027-01-"),
        "{}",
        page.body
    );
    let entering = filled(&mut browser, "2026-11-25", &[&record]).await;
    assert!(entering.step(&mut browser, "do", &[]).await.is(200));
    assert_eq!(world.state_of(&entering.case(0)), "not_accepted");
    let number = Number::parse(&entering.number).unwrap();
    let secret = Secret::parse(&entering.secret).unwrap();
    let replies = world.apply().replies(&number, &secret).unwrap();
    assert!(replies.last().unwrap().letter.is_some());
}
