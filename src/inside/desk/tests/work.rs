//! What officers do: reviews, imports, releases, officers, keys, calendar, reports, the audit log.

use std::sync::atomic::Ordering;

use actix_web::test::TestRequest;

use super::fixture::{Browser, OURS, Seen, THEIRS, World, start};
use crate::base::crypto::Password;
use crate::demo::{SampleOptions, sample_with};
use crate::domain::cases::Role;
use crate::domain::time::civil_date;
use crate::inside::intake::{ImportOptions, import};
use crate::inside::vault::ReviewState;

/// A file of penalties of the demonstration, and the authority that provides it.
pub(super) fn penalties() -> (Vec<u8>, String) {
    let dir = tempfile::tempdir().unwrap();
    let options = SampleOptions {
        records: 400,
        seed: 3,
        today: civil_date(start()),
        bad_share: 0.05,
    };
    let manifest = sample_with(&options, dir.path(), &mut |_| ()).unwrap();
    let file = manifest
        .files
        .iter()
        .find(|f| f.list == "penalty" && f.place == "dalian" && f.file.ends_with(".csv"))
        .or_else(|| {
            manifest
                .files
                .iter()
                .find(|f| f.list.starts_with("penalty"))
        })
        .unwrap();
    let bytes = std::fs::read(dir.path().join(&file.file)).unwrap();
    (bytes, file.list.clone())
}

pub(super) async fn upload(browser: &mut Browser, list: &str, name: &str, bytes: &[u8]) -> Seen {
    upload_with(browser, &[("list", list)], name, bytes).await
}

/// Sends the form of an import: its fields and a file.
pub(super) async fn upload_with(
    browser: &mut Browser,
    fields: &[(&str, &str)],
    name: &str,
    bytes: &[u8],
) -> Seen {
    let token = browser.get("/desk").await.token();
    let mut body = Vec::new();
    for (field, value) in [("token", token.as_str())].iter().chain(fields) {
        body.extend(
            format!("--B\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n")
                .bytes(),
        );
    }
    body.extend(format!("--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n").bytes());
    body.extend(bytes);
    body.extend(b"\r\n--B--\r\n");
    let request = TestRequest::post()
        .uri("/desk/imports")
        .insert_header(("content-type", "multipart/form-data; boundary=B"))
        .insert_header(("sec-fetch-site", "same-origin"))
        .set_payload(body);
    browser.send(request).await
}

#[actix_web::test]
async fn a_file_is_looked_at_and_then_the_same_bytes_are_imported() {
    let world = World::demo();
    let (bytes, list) = penalties();
    let mut operator = Browser::of(&world, "operator").await;
    let seen = upload(&mut operator, &list, "../x/处罚.csv", &bytes).await;
    assert!(seen.is(303), "{}", seen.body);
    let address = seen.header("location").to_owned();
    let page = operator.get(&address).await;
    assert!(
        page.is(200) && page.body.contains("将要公开的内容"),
        "{}",
        page.body
    );
    assert!(
        page.body.contains("<del>") && page.body.contains("<ins>"),
        "differences are marked"
    );
    assert!(
        world.vault.scan(0, 10).unwrap().is_empty(),
        "nothing is in yet"
    );
    if page.body.contains("rejects.csv") {
        let rejects = operator.get(&format!("{address}/rejects.csv")).await;
        assert!(
            rejects.is(200)
                && rejects
                    .header("content-disposition")
                    .starts_with("attachment")
        );
    }
    let hash = page.body.split("name=\"sha256\" value=\"").nth(1).unwrap();
    let hash = hash.split('"').next().unwrap().to_owned();
    let other = operator
        .act(&address, &[("act", "import"), ("sha256", "00")])
        .await;
    assert!(other.is(409), "only what was looked at");
    let done = operator
        .act(&address, &[("act", "import"), ("sha256", &hash)])
        .await;
    assert!(
        done.is(200) && done.body.contains("已导入"),
        "{}",
        done.body
    );
    assert!(!world.vault.scan(0, 10).unwrap().is_empty());
    assert!(operator.get(&address).await.is(409), "settled");
    let log = world.log().join("\n");
    for entry in [
        "operator import.stage",
        "operator look",
        "operator import ",
        "operator import.imported",
    ] {
        assert!(log.contains(entry), "{entry}");
    }
    // what the next release would do, and doing it
    let page = operator.get("/desk/release").await;
    assert!(page.body.contains("立即发布"), "{}", page.body);
    assert!(operator.act("/desk/release", &[]).await.is(303));
    assert_eq!(world.published.load(Ordering::SeqCst), 1);
    assert!(world.store.position().unwrap().records > 0);
    assert!(
        operator
            .get("/desk/release")
            .await
            .body
            .contains("没有尚未发布的变更")
    );
    // reports of what is public now
    let late = operator.get("/desk/late").await;
    assert!(late.is(200) && late.body.contains("2026"), "{}", late.body);
    for kind in ["incentives", "sanctions", "measures"] {
        let file = operator
            .get(&format!("/desk/ledgers/file?kind={kind}"))
            .await;
        assert!(file.is(200) && file.bytes.starts_with(b"PK"), "{kind}");
    }
    assert!(operator.get("/desk/ledgers/file?kind=x").await.is(404));
    world.vault.verify_audit().unwrap();
}

#[actix_web::test]
async fn nobody_imports_or_sees_the_files_of_others() {
    let world = World::demo();
    let (bytes, list) = penalties();
    let mut clerk = Browser::of(&world, "a.clerk").await;
    let seen = upload(&mut clerk, &list, "a.csv", &bytes).await;
    let address = seen.header("location").to_owned();
    let page = clerk.get(&address).await;
    assert!(page.body.contains("含有其他单位的记录"), "{}", page.body);
    let hash = page
        .body
        .split("SHA-256 <code>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    let tried = clerk
        .act(&address, &[("act", "import"), ("sha256", &hash)])
        .await;
    assert!(tried.is(422), "{}", tried.status);
    assert!(world.vault.scan(0, 1).unwrap().is_empty());
    // another authority's officer: as if it were not there
    let mut other = Browser::of(&world, "b.handler").await;
    let (theirs, none) = (
        other.get(&address).await,
        other.get("/desk/imports/none").await,
    );
    assert!(theirs.is(404) && none.is(404));
    assert!(other.act(&address, &[("act", "drop")]).await.is(404));
    assert!(!other.get("/desk/imports").await.body.contains(&address));
    assert!(clerk.act(&address, &[("act", "drop")]).await.is(303));
    assert!(clerk.get(&address).await.is(409));
}

#[actix_web::test]
async fn an_upload_without_the_token_of_the_session_is_not_taken() {
    let world = World::demo();
    let mut clerk = Browser::of(&world, "a.clerk").await;
    let body = "--B\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nx\r\n--B\r\nContent-Disposition: form-data; name=\"list\"\r\n\r\npenalty\r\n--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\na,b\r\n--B--\r\n";
    let request = TestRequest::post()
        .uri("/desk/imports")
        .insert_header(("content-type", "multipart/form-data; boundary=B"))
        .insert_header(("sec-fetch-site", "same-origin"))
        .set_payload(body);
    assert!(clerk.send(request).await.is(403));
    assert_eq!(world.vault.staged_waiting(None).unwrap(), 0);
}

/// Records of the demonstration in the vault, published once, so that doubtful texts wait. Answers the authority of the first.
pub(super) fn with_reviews(world: &World) -> String {
    let dir = tempfile::tempdir().unwrap();
    let options = SampleOptions {
        records: 4_000,
        seed: 5,
        today: civil_date(start()),
        bad_share: 0.0,
    };
    let manifest = sample_with(&options, dir.path(), &mut |_| ()).unwrap();
    for file in manifest
        .files
        .iter()
        .filter(|f| f.list.starts_with("penalty"))
    {
        let options = ImportOptions::new(&file.list, start());
        let path = dir.path().join(&file.file);
        import(
            &world.vault,
            &world.state.catalogue,
            &path,
            &options,
            &mut |_| (),
        )
        .unwrap();
    }
    (world.state.publish)(start()).unwrap();
    let first = world
        .vault
        .next_review(None, None)
        .unwrap()
        .expect("a doubtful text");
    world
        .vault
        .get(&first.record_id)
        .unwrap()
        .unwrap()
        .record
        .authority_code
}

pub(super) fn hidden(page: &str, name: &str) -> String {
    let from = page
        .split(&format!("name=\"{name}\" value=\""))
        .nth(1)
        .unwrap();
    from.split('"').next().unwrap().to_owned()
}

#[actix_web::test]
async fn a_held_text_is_judged_by_its_own_authority_on_the_text_that_was_read() {
    let world = World::demo();
    let authority = with_reviews(&world);
    let password = Password::new(crate::inside::desk::DEMO_PASSWORD).unwrap();
    world.add(
        "c.secrecy",
        Role::SecrecyReviewer,
        Some(&authority),
        &password,
        true,
    );
    let mut reviewer = Browser::of(&world, "c.secrecy").await;
    let waiting = world.vault.open_reviews_of(Some(&authority)).unwrap();
    assert!(waiting > 0 && world.vault.open_reviews_of(Some(OURS)).unwrap() == 0);
    let page = reviewer.get("/desk/reviews").await.body;
    let (record, field, hash) = (
        hidden(&page, "record"),
        hidden(&page, "field"),
        hidden(&page, "hash"),
    );
    assert!(
        world
            .log()
            .contains(&format!("c.secrecy look {record}/{field}"))
    );
    assert!(page.contains("data-key=\"a\"") && page.contains("accesskey=\"1\""));
    let fields = |verdict: &'static str| {
        [
            ("record", record.clone()),
            ("field", field.clone()),
            ("hash", hash.clone()),
            ("verdict", verdict.to_owned()),
        ]
    };
    // another authority's officer sees nothing, and a verdict of its making is as for a record that is not there
    let mut other = Browser::of(&world, "a.handler").await;
    assert!(
        other
            .get("/desk/reviews")
            .await
            .body
            .contains("没有待审核的文本")
    );
    let sent = fields("approve");
    let sent: Vec<(&str, &str)> = sent.iter().map(|(n, v)| (*n, v.as_str())).collect();
    assert!(other.act("/desk/reviews", &sent).await.is(404));
    // another text than was read, an unknown verdict
    let mut wrong = sent.clone();
    wrong[2].1 = "00";
    assert!(reviewer.act("/desk/reviews", &wrong).await.is(409));
    wrong[2].1 = sent[2].1;
    wrong[3].1 = "perhaps";
    assert!(reviewer.act("/desk/reviews", &wrong).await.is(422));
    assert_eq!(
        world.vault.open_reviews_of(Some(&authority)).unwrap(),
        waiting
    );
    let seen = reviewer.act("/desk/reviews", &sent).await;
    assert_eq!(
        seen.header("location"),
        format!("/desk/reviews?after={record}/{field}")
    );
    assert_eq!(world.vault.review_count(ReviewState::Approved).unwrap(), 1);
    assert!(
        reviewer.act("/desk/reviews", &sent).await.is(409),
        "judged already"
    );
    // a rejection has its reason in the log
    let next = reviewer.get("/desk/reviews").await.body;
    if next.contains("name=\"record\"") {
        let (record, field, hash) = (
            hidden(&next, "record"),
            hidden(&next, "field"),
            hidden(&next, "hash"),
        );
        let sent = [
            ("record", &*record),
            ("field", &*field),
            ("hash", &*hash),
            ("verdict", "personal"),
        ];
        assert!(reviewer.act("/desk/reviews", &sent).await.is(303));
        assert!(
            world
                .log()
                .contains(&format!("c.secrecy review.reason {record}/{field}"))
        );
    }
}

#[actix_web::test]
async fn a_change_of_role_needs_two_operators_and_ends_the_sessions() {
    let world = World::demo();
    let mut one = Browser::of(&world, "operator").await;
    let mut officer = Browser::of(&world, "a.handler").await;
    let ask = [
        ("act", "ask"),
        ("id", "a.handler"),
        ("role", "approver"),
        ("authority", OURS),
        ("reason", "轮岗"),
    ];
    assert!(one.act("/desk/officers", &ask).await.is(303));
    let role = || world.vault.officer("a.handler").unwrap().unwrap().role;
    assert_eq!(role(), Role::Handler);
    let change = world.vault.officer_changes().unwrap()[0].id.clone();
    let agree = [("act", "agree"), ("change", change.as_str())];
    assert!(
        one.act("/desk/officers", &agree).await.is(422),
        "not the one who asked"
    );
    let mut two = Browser::of(&world, "operator2").await;
    assert!(two.act("/desk/officers", &agree).await.is(303));
    assert_eq!(role(), Role::Approver);
    assert!(officer.get("/desk").await.is(303), "signed out");
    assert!(
        two.act("/desk/officers", &agree).await.is(404),
        "decided already"
    );
    // nor the one whom it is about
    let ask = [
        ("act", "ask"),
        ("id", "operator2"),
        ("role", "auditor"),
        ("reason", "x"),
    ];
    assert!(one.act("/desk/officers", &ask).await.is(303));
    let change = world.vault.officer_changes().unwrap()[0].id.clone();
    assert!(
        two.act("/desk/officers", &[("act", "agree"), ("change", &change)])
            .await
            .is(422)
    );
    // a role of an authority needs one
    let ask = [
        ("act", "ask"),
        ("id", "auditor"),
        ("role", "handler"),
        ("reason", "x"),
    ];
    assert!(one.act("/desk/officers", &ask).await.is(422));
}

#[actix_web::test]
async fn an_officer_is_made_with_a_password_that_is_shown_once() {
    let world = World::demo();
    let mut operator = Browser::of(&world, "operator").await;
    let new = [
        ("act", "add"),
        ("id", "li.si"),
        ("name", "李四"),
        ("role", "handler"),
        ("authority", OURS),
    ];
    let page = operator.act("/desk/officers", &new).await;
    assert!(page.is(200), "{}", page.body);
    let password = page
        .body
        .split("<code>")
        .nth(2)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    assert!(
        operator.act("/desk/officers", &new).await.is(422),
        "there already"
    );
    assert!(
        !operator
            .get("/desk/officers")
            .await
            .body
            .contains(&password)
    );
    let mut first = operator.other();
    let seen = first.sign_in("li.si", &password, "").await;
    assert_eq!(seen.header("location"), "/desk/setup");
    assert!(
        operator
            .act("/desk/officers", &[("act", "disable"), ("id", "li.si")])
            .await
            .is(303)
    );
    assert!(
        first
            .get("/desk/setup")
            .await
            .header("location")
            .starts_with("/desk/sign-in")
    );
    assert!(
        operator
            .act("/desk/officers", &[("act", "disable"), ("id", "operator")])
            .await
            .is(422)
    );
    assert!(
        operator
            .act("/desk/officers", &[("act", "disable"), ("id", "nobody")])
            .await
            .is(404)
    );
}

#[actix_web::test]
async fn keys_are_made_and_revoked_and_the_calendar_is_written_with_its_document() {
    let world = World::demo();
    let mut operator = Browser::of(&world, "operator").await;
    let page = operator
        .act("/desk/keys", &[("act", "add"), ("name", "报社")])
        .await;
    assert!(page.body.contains("gsk_"));
    assert!(
        !operator.get("/desk/keys").await.body.contains("gsk_"),
        "shown once"
    );
    let id = world.store.api_keys().unwrap()[0].id.clone();
    assert!(
        operator
            .act("/desk/keys", &[("act", "revoke"), ("id", &id)])
            .await
            .is(303)
    );
    assert!(
        operator
            .act("/desk/keys", &[("act", "revoke"), ("id", &id)])
            .await
            .is(409)
    );
    let day = [
        ("day", "2026-11-26"),
        ("kind", "holiday"),
        ("name", "防汛"),
        ("reference", ""),
    ];
    assert!(
        operator.act("/desk/calendar", &day).await.is(422),
        "no document"
    );
    let day = [
        ("day", "2026-11-26"),
        ("kind", "holiday"),
        ("name", "防汛"),
        ("reference", "大连政发〔2026〕1号"),
    ];
    assert!(operator.act("/desk/calendar", &day).await.is(303));
    let carried = || world.store.calendar().unwrap().unwrap();
    assert_eq!(carried(), "date,kind,name\n2026-11-26,holiday,防汛\n");
    let day = [
        ("day", "2026-11-26"),
        ("kind", "plain"),
        ("reference", "更正"),
    ];
    assert!(operator.act("/desk/calendar", &day).await.is(303));
    assert_eq!(carried(), "date,kind,name\n2026-11-26,plain,\n");
    let page = operator.get("/desk/calendar").await;
    assert!(
        page.body.contains("大连政发〔2026〕1号") && page.body.contains("更正"),
        "nothing is overwritten"
    );
    assert!(
        world
            .log()
            .iter()
            .filter(|e| e.as_str() == "operator calendar.set 2026-11-26")
            .count()
            == 2
    );
}

#[actix_web::test]
async fn the_audit_log_is_read_with_filters_and_handed_out_so_that_it_can_be_checked() {
    let world = World::demo();
    let mut auditor = Browser::of(&world, "auditor").await;
    let page = auditor
        .get("/desk/audit?action=officer.&actor=test&from=2026-11-25&until=2026-11-25")
        .await;
    assert!(page.body.contains("officer.add") && !page.body.contains("desk.sign_in"));
    assert!(
        auditor
            .get("/desk/audit?until=2026-11-24")
            .await
            .body
            .contains("没有符合条件")
    );
    let lines = auditor.get("/desk/audit/export.jsonl").await.body;
    let all: Vec<serde_json::Value> = lines
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert!(
        all[0]["how_to_check"]
            .as_str()
            .unwrap()
            .contains("gongshi verify")
    );
    let mut head = String::new();
    for (n, entry) in (1..).zip(&all[1..]) {
        assert_eq!(
            (entry["seq"].as_i64(), entry["prev_hash"].as_str()),
            (Some(n), Some(head.as_str()))
        );
        head = entry["hash"].as_str().unwrap().to_owned();
    }
    assert_eq!(world.vault.verify_audit().unwrap().head, head);
    let csv = auditor.get("/desk/audit/export.csv").await.body;
    assert!(csv.starts_with("seq,at,actor,action,object,detail,prev_hash,hash\n"));
    assert!(
        csv.contains("audit.export"),
        "that it was handed out stands in it"
    );
    // a ledger is of the officer's own authority, whatever is asked for
    let mut handler = Browser::of(&world, "a.handler").await;
    assert!(
        handler
            .get(&format!(
                "/desk/ledgers/file?kind=sanctions&authority={THEIRS}"
            ))
            .await
            .is(200)
    );
    let entries = world.vault.audit_entries(0, 10_000).unwrap();
    let ledger = entries.iter().find(|e| e.action == "ledger").unwrap();
    assert_eq!(ledger.detail, OURS);
}
