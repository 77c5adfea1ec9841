//! List entries at the desk: from the form to the notice by four officers, and who may not.

use super::fixture::{Browser, World};

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
    let fields = [("act", "secrecy_review"), ("finding", "clear")];
    assert!(reviewer.act(&act, &fields).await.is(303));

    let mut approver = Browser::of(&world, "a.approver").await;
    let empty = approver.act(&act, &[("act", "approve_preliminary")]).await;
    assert!(
        empty.is(422) && empty.body.contains("会议纪要编号"),
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
