//! List entries at the desk: from the form to the notice by four officers, and who may not.

use actix_web::test::TestRequest;

use super::fixture::{Browser, Seen, World};
use crate::base::crypto::VerifyKey;
use crate::outside::report::mark::{self, FileMark};
use crate::outside::report::party::PartyClaim;

const LIST: &str = "red_list";

/// What the form of the list sends.
const TYPED: &[(&str, &str)] = &[
    ("list", LIST),
    ("basis_document", "测办〔2026〕1号"),
    ("f-subject_name", "厦门示例贸易有限公司"),
    ("f-credit_code", "91350203MA2EXA019B"),
    ("f-legal_rep_name", "陈示例"),
    ("f-reason", "连续三年守信，联系电话13800138000。"),
    ("f-designation_basis", "《示例规定》第八条"),
    ("f-valid_until", "2028-06-30"),
];

async fn proposed(handler: &mut Browser) -> String {
    let mut fields = TYPED.to_vec();
    fields.push(("do", "propose"));
    let sent = handler.act("/desk/entries/new", &fields).await;
    assert!(sent.is(303), "{}", sent.body);
    sent.header("location").to_owned()
}

#[actix_web::test]
async fn an_entry_goes_from_the_form_to_the_public_notice() {
    let world = World::demo();
    let mut handler = Browser::of(&world, "a.handler").await;
    let form = handler.get(&format!("/desk/entries/new?list={LIST}")).await;
    assert!(
        form.is(200) && form.body.contains("f-reason"),
        "{}",
        form.body
    );
    let mut preview = TYPED.to_vec();
    preview.push(("do", "preview"));
    let seen = handler.act("/desk/entries/new", &preview).await;
    assert!(seen.is(200), "{}", seen.body);
    for wanted in ["13800138000", "[联系方式已隐去]", "有改动"] {
        assert!(
            seen.body.contains(wanted),
            "raw and public side by side: {wanted}"
        );
    }
    let address = proposed(&mut handler).await;
    let page = handler.get(&address).await;
    assert!(
        page.is(200) && page.body.contains("未发现"),
        "the check is there: {}",
        page.body
    );
    let act = format!("{address}/act");

    let mut reviewer = Browser::of(&world, "a.secrecy").await;
    let page = reviewer.get(&address).await;
    assert!(page.body.contains("value=\"secrecy_review\""));
    // what is wrong leads to the field that it is about, and what was typed is kept
    for (field, finding, reasons, secrets) in [
        ("finding", "", "影响稳定", "连续三年守信"),
        ("reasons", "internal", " ", "连续三年守信"),
        ("secrets", "clear", "影响稳定", "记录里没有的文字"),
    ] {
        let fields = [
            ("act", "secrecy_review"),
            ("finding", finding),
            ("reasons", reasons),
            ("secrets", secrets),
        ];
        let seen = reviewer.act(&act, &fields).await;
        let id = format!("secrecy_review-{field}");
        assert!(seen.is(422), "{}", seen.status);
        let leads = seen.body.contains(&format!("href=\"#{id}\""));
        assert!(
            leads && seen.body.contains(&format!("id=\"{id}\"")),
            "{id}: {}",
            seen.body
        );
        assert!(seen.body.contains(&format!("{secrets}</textarea>")));
    }
    let fields = [("act", "secrecy_review"), ("finding", "clear")];
    assert!(reviewer.act(&act, &fields).await.is(303));

    let mut approver = Browser::of(&world, "a.approver").await;
    let empty = approver.act(&act, &[("act", "approve_preliminary")]).await;
    assert!(
        empty.is(422) && empty.body.contains("href=\"#approve_preliminary-meeting\""),
        "{}",
        empty.body
    );
    let fields = [
        ("act", "approve_preliminary"),
        ("meeting", "纪要〔2026〕2号"),
    ];
    assert!(approver.act(&act, &fields).await.is(303));
    assert!(
        handler
            .act(&act, &[("act", "open_prior_notice")])
            .await
            .is(303)
    );
    let page = handler.get(&address).await;
    assert!(
        page.body.contains("正在公示") && page.body.contains("2026-12-23"),
        "{}",
        page.body
    );
    let today = crate::domain::time::civil_date(super::fixture::start());
    let board = world.store.notices(today, None, 9).unwrap();
    assert_eq!(board.len(), 1);
    assert!(!format!("{board:?}").contains("13800138000"));
    let early = [("act", "sign"), ("document_number", "测认〔2026〕1号")];
    let early = approver.act(&act, &early).await;
    assert!(
        early.is(422) && early.body.contains("2026-12-23"),
        "{}",
        early.body
    );
    let log = world.log();
    assert!(
        log.iter().any(|l| l.contains("a.handler case.look")),
        "looks are in the log"
    );
    let table = handler.get("/desk/entries?state=in_notice").await;
    assert!(table.body.contains("厦门示例贸易有限公司"));
    assert!(
        !handler
            .get("/desk/entries?state=exited")
            .await
            .body
            .contains("厦门示例贸易有限公司")
    );
}

#[actix_web::test]
async fn the_page_says_until_when_the_party_may_be_heard() {
    let world = World::demo();
    let mut handler = Browser::of(&world, "a.handler").await;
    let mut reviewer = Browser::of(&world, "a.secrecy").await;
    let mut approver = Browser::of(&world, "a.approver").await;
    let address = proposed(&mut handler).await;
    let act = format!("{address}/act");
    let screened = [("act", "secrecy_review"), ("finding", "clear")];
    assert!(reviewer.act(&act, &screened).await.is(303));
    let meeting = [("act", "approve_preliminary"), ("meeting", "纪要")];
    assert!(approver.act(&act, &meeting).await.is(303));
    let days = |page: &Seen| {
        page.body
            .split("id=\"party-days\"")
            .nth(1)
            .map(|t| t.chars().take(160).collect::<String>())
    };
    assert_eq!(days(&handler.get(&address).await), None, "nobody was told");
    let served = [("act", "serve_party_notice"), ("notice", "告知")];
    assert!(handler.act(&act, &served).await.is(303));
    // five working days after Wednesday 25 November 2026
    let told = days(&handler.get(&address).await).unwrap();
    assert!(
        told.contains("2026-12-02") && told.contains("签发"),
        "{told}"
    );
    world.clock.advance(chrono::TimeDelta::days(8));
    let mut handler = Browser::of(&world, "a.handler").await;
    let page = handler.get(&address).await;
    assert_eq!(days(&page), None, "its days are over");
    assert!(!page.body.contains(">逾期<"), "and nobody is late for that");
}

#[actix_web::test]
async fn other_authorities_other_roles_and_forged_forms_get_nowhere() {
    let world = World::demo();
    let mut handler = Browser::of(&world, "a.handler").await;
    let address = proposed(&mut handler).await;
    let act = format!("{address}/act");
    let mut stranger = Browser::of(&world, "b.handler").await;
    assert!(stranger.get(&address).await.is(404));
    assert!(
        stranger
            .act(&act, &[("act", "open_prior_notice")])
            .await
            .is(404)
    );
    assert!(
        !stranger
            .get("/desk/entries")
            .await
            .body
            .contains("厦门示例")
    );
    let mut auditor = Browser::of(&world, "auditor").await;
    assert!(auditor.get(&address).await.is(200));
    assert!(!auditor.get(&address).await.body.contains("name=\"act\""));
    assert!(
        auditor
            .act(&act, &[("act", "secrecy_review")])
            .await
            .is(403)
    );
    assert!(auditor.get("/desk/entries/new").await.is(403));
    let mut clerk = Browser::of(&world, "a.clerk").await;
    assert!(clerk.get("/desk/entries").await.is(403));
    // without the token of the session nothing is done
    let forged = [("act", "secrecy_review"), ("finding", "clear")];
    let mut reviewer = Browser::of(&world, "a.secrecy").await;
    assert!(reviewer.post(&act, &forged).await.is(403));
    assert!(reviewer.get(&address).await.body.contains("拟列入"));
    // who has read an older version does not act on a newer one
    let stale = [
        ("act", "secrecy_review"),
        ("finding", "clear"),
        ("version", "0"),
    ];
    assert!(reviewer.act(&act, &stale).await.is(409));
    for wrong in ["/desk/entries/MD-x", "/desk/entries/XF-7K3M-9Q2H-4TWX-1"] {
        assert!(handler.get(wrong).await.is(404), "{wrong}");
    }
    let mut open = Browser::new(&world).await;
    let seen = open.get(&address).await;
    assert!(seen.is(303) && seen.header("location").starts_with("/desk/sign-in"));
}

#[actix_web::test]
async fn faults_of_a_proposal_come_back_with_what_was_typed() {
    let world = World::demo();
    let mut handler = Browser::of(&world, "a.handler").await;
    let mut fields = TYPED.to_vec();
    fields[3].1 = "91350203MA2EXA019C";
    fields.push(("do", "propose"));
    let seen = handler.act("/desk/entries/new", &fields).await;
    assert!(seen.is(422), "{}", seen.body);
    assert!(
        seen.body.contains("error-summary") && seen.body.contains("href=\"#f-credit_code\""),
        "{}",
        seen.body
    );
    assert!(
        seen.body.contains("91350203MA2EXA019C"),
        "what was typed stays"
    );
    assert!(
        handler
            .get("/desk/entries")
            .await
            .body
            .contains("没有符合条件的事项")
    );
}

/// Sends a file with the form of a proposal.
async fn from_file(handler: &mut Browser, act: &str, name: &str, rows: &str) -> Seen {
    let token = handler.get("/desk").await.token();
    let mut body = String::new();
    for (field, value) in [
        ("token", token.as_str()),
        ("list", LIST),
        ("basis_document", "测办〔2026〕1号"),
        ("do", act),
    ] {
        body +=
            &format!("--B\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
    }
    body += &format!(
        "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n{rows}\r\n--B--\r\n"
    );
    let request = TestRequest::post()
        .uri("/desk/entries/new/file")
        .insert_header(("content-type", "multipart/form-data; boundary=B"))
        .insert_header(("sec-fetch-site", "same-origin"))
        .set_payload(body);
    handler.send(request).await
}

const HEAD: &str = "名称,统一社会信用代码,法定代表人,认定事由,认定依据,有效期至\n";
const ROW: &str = "厦门示例贸易有限公司,91350203MA2EXA019B,陈示例,\"连续三年守信，电话13800138000。\",《示例规定》第八条,2028-06-30\n";

#[actix_web::test]
async fn the_row_of_a_file_fills_the_form_or_is_proposed_at_once() {
    let world = World::demo();
    let mut handler = Browser::of(&world, "a.handler").await;
    let form = handler.get(&format!("/desk/entries/new?list={LIST}")).await;
    assert!(form.body.contains("enctype=\"multipart/form-data\""));
    let rows = format!("{HEAD}{ROW}");
    let seen = from_file(&mut handler, "preview", "../x/一行.csv", &rows).await;
    assert!(seen.is(200), "{}", seen.body);
    for wanted in [
        "已读入文件「一行.csv」",
        "value=\"91350203MA2EXA019B\"",
        "value=\"2028-06-30\"",
        "value=\"测办〔2026〕1号\"",
        "[联系方式已隐去]",
    ] {
        assert!(seen.body.contains(wanted), "{wanted}: {}", seen.body);
    }
    assert!(
        handler
            .get("/desk/entries")
            .await
            .body
            .contains("没有符合条件的事项"),
        "a preview writes nothing"
    );
    let sent = from_file(&mut handler, "propose", "一行.csv", &rows).await;
    assert!(sent.is(303), "{}", sent.body);
    let page = handler.get(sent.header("location")).await;
    assert!(page.is(200) && page.body.contains("厦门示例贸易有限公司"));
}

#[actix_web::test]
async fn the_faults_of_a_file_are_told_with_file_row_field_and_remedy() {
    let world = World::demo();
    let mut handler = Browser::of(&world, "a.handler").await;
    let wrong = ROW.replace("91350203MA2EXA019B", "91350203MA2EXA019C");
    for (rows, wanted) in [
        (
            format!("{HEAD}{wrong}"),
            vec![
                "文件「一行.csv」第2行，统一社会信用代码：",
                "href=\"#file\"",
            ],
        ),
        (
            format!("{HEAD}{ROW}{ROW}"),
            vec!["文件有2行", "只保留表头和一行"],
        ),
        (HEAD.to_owned(), vec!["没有认出表头和数据行", "只填一行"]),
        (String::new(), vec!["请选择文件"]),
        (
            "a,b\n1,2\n".to_owned(),
            vec!["没有认出表头和数据行", "保留表头"],
        ),
    ] {
        for act in ["preview", "propose"] {
            let seen = from_file(&mut handler, act, "一行.csv", &rows).await;
            assert!(seen.is(422), "{act} {rows}: {}", seen.status);
            for text in &wanted {
                assert!(seen.body.contains(text), "{text}: {}", seen.body);
            }
            // the form is open where the fault is, and what was typed beside the file stays
            assert!(
                seen.body.contains("<details id=\"by-file\" open"),
                "{}",
                seen.body
            );
            assert!(seen.body.contains("value=\"测办〔2026〕1号\""));
        }
    }
    let big = "甲".repeat(1 << 20);
    assert!(
        from_file(&mut handler, "preview", "x.csv", &big)
            .await
            .is(413)
    );
    assert!(
        handler
            .get("/desk/entries")
            .await
            .body
            .contains("没有符合条件的事项")
    );
    let log = world.log().join("\n");
    assert!(!log.contains("91350203MA2EXA019C"), "{log}");
}

#[actix_web::test]
async fn the_letter_to_the_party_is_a_file_that_the_audit_log_knows() {
    let world = World::demo();
    let mut handler = Browser::of(&world, "a.handler").await;
    let address = proposed(&mut handler).await;
    let page = handler.get(&address).await;
    let file = format!("{address}/letter.pdf");
    assert!(
        page.body.contains(&format!("href=\"{file}\"")),
        "{}",
        page.body
    );
    assert!(page.body.contains("自收到本告知书之日起5个工作日内"));
    let letter = handler.get(&file).await;
    assert!(letter.is(200));
    assert_eq!(letter.header("content-type"), "application/pdf");
    assert!(
        letter
            .header("content-disposition")
            .starts_with("attachment; filename=\"party-notice-MD-")
    );
    assert!(letter.bytes.starts_with(b"%PDF"));
    let key = VerifyKey::fixed(7);
    let FileMark::Genuine(code) = mark::examine(&letter.bytes, &key) else {
        panic!("the file is not sealed")
    };
    let claim = PartyClaim::read(&code, &key).unwrap();
    assert!(
        address.ends_with(&claim.number()),
        "its code names the entry and nobody"
    );
    let id = address.rsplit('/').next().unwrap();
    let line = format!("a.handler entry.letter {id}");
    let logged = |world: &World| world.log().iter().filter(|l| **l == line).count();
    assert_eq!(logged(&world), 1);
    let mut stranger = Browser::of(&world, "b.handler").await;
    assert!(stranger.get(&file).await.is(404));
    assert!(handler.get("/desk/entries/MD-x/letter.pdf").await.is(404));
    assert_eq!(logged(&world), 1, "who may not see it takes nothing");
}

#[actix_web::test]
async fn the_home_page_counts_what_waits_among_entries_and_messages() {
    let world = World::demo();
    let mut handler = Browser::of(&world, "a.handler").await;
    let counted = |seen: &Seen, address: &str| {
        let queues = seen.body.split("class=\"desk-waits\"").nth(1)?;
        let part = queues.split(&format!("href=\"{address}\"")).nth(1)?;
        let number = part.split("desk-count num\">").nth(1)?.split('<').next()?;
        Some(number.to_owned())
    };
    let review = "/desk/entries?state=proposed";
    let mut reviewer = Browser::of(&world, "a.secrecy").await;
    let home = reviewer.get("/desk").await;
    assert_eq!(
        counted(&home, review).as_deref(),
        Some("0"),
        "{}",
        home.body
    );
    let address = proposed(&mut handler).await;
    let home = reviewer.get("/desk").await;
    assert_eq!(counted(&home, review).as_deref(), Some("1"));
    // kept from the public: the unit is to be told
    let fields = [
        ("act", "secrecy_review"),
        ("finding", "internal"),
        ("reasons", "不宜公开"),
    ];
    assert!(
        reviewer
            .act(&format!("{address}/act"), &fields)
            .await
            .is(303)
    );
    let home = reviewer.get("/desk").await;
    assert_eq!(counted(&home, review).as_deref(), Some("0"));
    let tasks = "/desk/entries/tasks";
    let home = handler.get("/desk").await;
    assert_eq!(counted(&home, tasks).as_deref(), Some("1"), "{}", home.body);
    assert!(!home.body.contains("有逾期"));
    let mut other = Browser::of(&world, "b.handler").await;
    assert_eq!(
        counted(&other.get("/desk").await, tasks).as_deref(),
        Some("0")
    );
    // its day passes
    world
        .clock
        .set(super::fixture::start() + chrono::TimeDelta::days(30));
    let mut handler = Browser::of(&world, "a.handler").await;
    let home = handler.get("/desk").await;
    let waits = home
        .body
        .split(&format!("href=\"{tasks}\""))
        .nth(1)
        .unwrap();
    assert!(
        waits.split("</li>").next().unwrap().contains("有逾期"),
        "{waits}"
    );
    // messages are for those who look after them
    for (id, sees) in [("operator", true), ("auditor", true), ("a.handler", false)] {
        let mut officer = Browser::of(&world, id).await;
        let home = officer.get("/desk").await;
        assert_eq!(counted(&home, "/desk/messages").is_some(), sees, "{id}");
    }
}
