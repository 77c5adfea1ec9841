//! The notice board: three parts, days left, the way to object, nobody named who has left; its twin says the same.

use actix_web::http::StatusCode;
use actix_web::test::TestRequest;

use super::fixture::{CODE, Portal, day, everybody, today};
use super::{app, ask, get};
use crate::domain::cases::ExitReason;
use crate::domain::kinds::{SubjectKind, Words};
use crate::record::{NoticeKind, NoticeParts, NoticeSubject, Proposal, PublicField, PublicNotice};

fn words(zh: &str, en: &str) -> Words {
    Words {
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}

fn parts(id: &str, kind: NoticeKind) -> NoticeParts {
    NoticeParts {
        id: format!("{id:0<20}"),
        kind,
        list: "red_list".to_owned(),
        subject: NoticeSubject {
            kind: SubjectKind::LegalPerson,
            name: "厦门海风贸易有限公司".to_owned(),
            name_masked: false,
            credit_code: Some(CODE.to_owned()),
        },
        authority_name: "厦门市人民防空办公室".to_owned(),
        authority_code: "11350200004123454P".to_owned(),
        document_number: None,
        effective_on: None,
        reason: None,
        proposal: None,
        open_from: day("2026-11-02"),
        open_until: day("2026-12-01"),
        provisional: false,
        catalogue: "national@2026.1".to_owned(),
        masking: 1,
    }
}

fn prior() -> NoticeParts {
    NoticeParts {
        proposal: Some(Box::new(Proposal {
            reason: vec![PublicField {
                key: "violation_facts".to_owned(),
                value: "连续三年按期完成维护".to_owned(),
                export: true,
            }],
            basis: vec!["厦门人防规定 第八条".to_owned()],
            measures: vec![words("优先办理", "handled first")],
            objection: vec![words(
                "向认定单位（公示期内）",
                "the authority (while it runs)",
            )],
            repair: vec![words(
                "认定有误的，移出",
                "removed when the designation was wrong",
            )],
        })),
        ..parts("n1", NoticeKind::Prior)
    }
}

/// One of each kind, of a company, and exits of a person.
pub fn board() -> Vec<PublicNotice> {
    let person = NoticeSubject {
        kind: SubjectKind::NaturalPerson,
        name: String::new(),
        name_masked: false,
        credit_code: None,
    };
    [
        prior(),
        NoticeParts {
            reason: Some(ExitReason::StandardChanged),
            document_number: Some("厦人防认〔2026〕7号".to_owned()),
            effective_on: Some(day("2026-11-20")),
            open_from: day("2026-11-20"),
            open_until: day("2026-12-21"),
            ..parts("x1", NoticeKind::Exit)
        },
        NoticeParts {
            reason: Some(ExitReason::Expired),
            subject: person,
            ..parts("x2", NoticeKind::Exit)
        },
        NoticeParts {
            list: "penalty".to_owned(),
            reason: Some(ExitReason::Repaired),
            document_number: Some("大高新罚〔2026〕9号".to_owned()),
            effective_on: Some(day("2026-11-19")),
            ..parts("r1", NoticeKind::Repair)
        },
    ]
    .into_iter()
    .map(PublicNotice::restored)
    .collect()
}

#[actix_web::test]
async fn the_board_has_three_parts_with_days_left_and_a_way_to_object() {
    let portal = Portal::new(everybody());
    portal.post(&board());
    let app = app(&portal).await;
    let page = get(&app, "/notices").await;
    assert_eq!(page.status, StatusCode::OK);
    for wanted in [
        "连续三年按期完成维护",
        "优先办理",
        "厦门人防规定 第八条",
        "2026-11-30",
        "还有 ",
        ">9<",
        "/apply/objection?notice=n1000000000000000000",
        "厦人防认〔2026〕7号",
        "认定标准变化",
        "自然人（不公布姓名）",
        "大高新罚〔2026〕9号",
    ] {
        assert!(page.body.contains(wanted), "{wanted}");
    }
    assert!(page.body.contains("noindex"), "a person's kind is told");
    let json = get(&app, "/api/v1/notices").await.json();
    let kinds: Vec<&str> = json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| n["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["prior", "exit", "exit", "repair"]);
    let first = &json["items"][0];
    assert_eq!(first["days_left"], 9);
    assert_eq!(first["last_day"], "2026-11-30");
    assert_eq!(first["proposal"]["measures"][0]["en"], "handled first");
    assert!(json["items"][2]["subject"]["name"].is_null());
    let twin = ask(
        &app,
        TestRequest::get()
            .uri("/notices")
            .insert_header(("accept", "application/json")),
    )
    .await;
    assert_eq!(twin.json(), json);
    assert_eq!(get(&app, "/api/v1/notices?x=1").await.status, 400);
}

#[actix_web::test]
async fn a_notice_leaves_at_once_and_says_nothing_when_taken_back() {
    let portal = Portal::new(everybody());
    portal.post(&board());
    let app = app(&portal).await;
    let before = get(&app, "/notices").await;
    assert!(before.body.contains("连续三年按期完成维护"));
    portal.post(&board()[1..]);
    let after = get(&app, "/notices").await;
    assert!(!after.body.contains("连续三年按期完成维护"));
    assert_ne!(before.header("etag"), after.header("etag"));
    let json = get(&app, "/api/v1/notices").await.json();
    let gone = json["taken_back"].as_array().unwrap();
    assert_eq!(gone.len(), 1);
    let keys: Vec<&String> = gone[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["at", "id"], "a tombstone tells which and when");
    let start = get(&app, "/apply/objection?notice=n1000000000000000000").await;
    assert!(
        start.body.contains("该公告已经结束或者撤回"),
        "{}",
        start.body
    );
    assert!(!start.body.contains("海风"));
}

#[actix_web::test]
async fn an_objection_begins_from_its_notice() {
    let portal = Portal::new(everybody());
    portal.post(&board());
    let app = app(&portal).await;
    let start = get(&app, "/apply/objection?notice=n1000000000000000000").await;
    assert!(start.body.contains("厦门海风贸易有限公司"));
    // an exit is no proposal
    let exit = get(&app, "/apply/objection?notice=x1000000000000000000").await;
    assert!(exit.body.contains("该公告已经结束或者撤回"));
    let sent = ask(
        &app,
        TestRequest::post()
            .uri("/apply/objection")
            .insert_header(("sec-fetch-site", "same-origin"))
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .set_payload("notice=n1000000000000000000"),
    )
    .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let draft = sent.header("location").to_owned();
    let cookie = sent
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let target = ask(
        &app,
        TestRequest::get()
            .uri(&format!("{draft}/target"))
            .insert_header(("cookie", cookie)),
    )
    .await;
    let filled = "公告编号 n1000000000000000000";
    assert!(target.body.contains(filled), "{} {}", draft, target.body);
}

#[actix_web::test]
async fn a_notice_is_shown_by_the_day() {
    let portal = Portal::new(everybody());
    let until = |last: &str| {
        PublicNotice::restored(NoticeParts {
            open_until: day(last),
            ..prior()
        })
    };
    portal.post(&[until("2026-11-23")]);
    let app = app(&portal).await;
    assert!(get(&app, "/notices").await.body.contains("连续三年"));
    portal
        .clock
        .set(crate::domain::time::day_start(today().succ_opt().unwrap()));
    assert!(!get(&app, "/notices").await.body.contains("连续三年"));
    let json = get(&app, "/api/v1/notices").await.json();
    assert_eq!(json["items"].as_array().unwrap().len(), 0);
}
