//! Applications as their applicants and their enemies see them.

use actix_web::test::TestRequest;
use chrono::TimeDelta;

mod after;
mod hostile;
mod pieces;

use super::fixture::{CODE, OTHER_CODE, Portal, day, everybody, org, today};
use super::{Seen, Site, app, ask, get};
use crate::base::clock::Clock as _;
use crate::outside::apply::State;
use crate::outside::evidence::tests as files;
use crate::outside::web::limit::{Rate, Rates};
use crate::outside::web::state::Settings;
use crate::record::RecordParts;

const A1: &str = "a1000000000000000000";
const B1: &str = "b1000000000000000000";

/// Somebody who fills in an application.
struct Visitor<'a> {
    site: &'a Site,
    cookie: String,
    number: String,
    token: String,
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let rest = text
        .split(before)
        .nth(1)
        .unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split(after).next().unwrap()
}

async fn post(site: &Site, address: &str, cookie: &str, pairs: &[(&str, &str)]) -> Seen {
    let request = TestRequest::post()
        .uri(address)
        .insert_header(("accept", "text/html"))
        .insert_header(("cookie", cookie))
        .insert_header(("sec-fetch-site", "same-origin"))
        .set_form(pairs);
    ask(site, request).await
}

async fn begin<'a>(site: &'a Site, kind: &str, records: &[&str]) -> Visitor<'a> {
    let pairs: Vec<(&str, &str)> = records.iter().map(|r| ("record", *r)).collect();
    let seen = post(site, &format!("/apply/{kind}"), "", &pairs).await;
    assert_eq!(seen.status, 303, "{}", seen.body);
    let set = seen.header("set-cookie");
    assert!(
        set.contains("HttpOnly") && set.contains("SameSite=Strict"),
        "{set}"
    );
    let number = seen
        .header("location")
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    assert!(
        set.contains(&format!("Path=/apply/draft/{number}")),
        "{set}"
    );
    let mut visitor = Visitor {
        site,
        cookie: set.split(';').next().unwrap().to_owned(),
        number,
        token: String::new(),
    };
    let tasks = visitor.get("").await;
    assert_eq!(tasks.status, 200, "{}", tasks.body);
    visitor.token = between(&tasks.body, "name=\"token\" value=\"", "\"").to_owned();
    visitor
}

impl Visitor<'_> {
    fn at(&self, page: &str) -> String {
        if page.is_empty() {
            format!("/apply/draft/{}", self.number)
        } else {
            format!("/apply/draft/{}/{page}", self.number)
        }
    }

    fn secret(&self) -> &str {
        self.cookie.split_once('=').unwrap().1
    }

    async fn get(&self, page: &str) -> Seen {
        let request = TestRequest::get()
            .uri(&self.at(page))
            .insert_header(("accept", "text/html"))
            .insert_header(("cookie", self.cookie.as_str()));
        ask(self.site, request).await
    }

    async fn send(&self, page: &str, pairs: &[(&str, &str)]) -> Seen {
        let mut all = vec![("token", self.token.as_str())];
        all.extend_from_slice(pairs);
        post(self.site, &self.at(page), &self.cookie, &all).await
    }

    async fn upload(&self, name: &str, purpose: &str, bytes: &[u8]) -> Seen {
        self.upload_with(&self.token, name, purpose, bytes).await
    }

    async fn upload_with(&self, token: &str, name: &str, purpose: &str, bytes: &[u8]) -> Seen {
        let fields = [("token", token), ("purpose", purpose)];
        self.upload_of(&fields, name, bytes).await
    }

    async fn upload_of(&self, fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> Seen {
        let mut body = Vec::new();
        for (field, value) in fields {
            body.extend_from_slice(
                format!(
                    "--B\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
                )
                .as_bytes(),
            );
        }
        body.extend_from_slice(format!("--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/pdf\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--B--\r\n");
        let request = TestRequest::post()
            .uri(&self.at("evidence/file"))
            .insert_header(("accept", "text/html"))
            .insert_header(("cookie", self.cookie.as_str()))
            .insert_header(("content-type", "multipart/form-data; boundary=B"))
            .set_payload(body);
        ask(self.site, request).await
    }

    /// Answers everything of a repair.
    async fn answer_repair(&self) {
        for (step, pairs) in REPAIR {
            let seen = self.send(step, pairs).await;
            assert_eq!(seen.status, 303, "{step}: {}", seen.body);
        }
    }
}

type Page = (&'static str, &'static [(&'static str, &'static str)]);

const REPAIR: [Page; 13] = [
    ("who", &[("applicant_kind", "organisation")]),
    (
        "applicant",
        &[("name", "厦门海风贸易有限公司"), ("credit_code", CODE)],
    ),
    ("address", &[("address", "厦门市思明区湖滨南路1号")]),
    (
        "representative",
        &[
            ("rep_name", "陈一鸣"),
            ("rep_id_kind", "passport"),
            ("rep_id_number", "E12345678"),
        ],
    ),
    ("proxy", &[("has_proxy", "no")]),
    ("contact", &[("mobile", "13800000000"), ("email", "")]),
    ("wish", &[("wish", "end_penalty")]),
    (
        "performance",
        &[
            ("performance", "罚款已于期限内全部缴清，标价已改正。"),
            ("performed_on", "2026-07-01"),
            ("amount_paid", "5000"),
        ],
    ),
    ("reason", &[("reason", "义务已经全部履行")]),
    ("delivery", &[("delivery", "online")]),
    (
        "declaration",
        &[("no_new_penalty", "yes"), ("consent", "yes")],
    ),
    ("evidence", &[]),
    (
        "commitment",
        &[
            ("how", "screen"),
            ("signed_name", "陈一鸣"),
            ("signed_agree", "yes"),
        ],
    ),
];

#[actix_web::test]
async fn a_repair_is_filled_in_handed_in_and_followed() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let found = get(&app, &format!("/apply/repair?record={A1}")).await;
    assert_eq!(found.status, 200);
    assert!(found.body.contains("可以申请"), "{}", found.body);
    let visitor = begin(&app, "repair", &[A1]).await;
    let tasks = visitor.get("").await.body;
    assert!(
        tasks.contains("大高新罚〔2026〕a1号")
            && tasks.contains(&format!(
                "/apply/resume?number={}#{}",
                visitor.number,
                visitor.secret()
            )),
        "{tasks}"
    );
    // what the record tells is filled in already
    assert!(
        visitor
            .get("applicant")
            .await
            .body
            .contains(&format!("value=\"{CODE}\""))
    );
    // not before everything is done
    assert!(visitor.get("check").await.body.contains("提交前还需完成"));
    assert_eq!(
        visitor.send("submit", &[]).await.header("location"),
        visitor.at("check")
    );
    visitor.answer_repair().await;
    let uploaded = visitor
        .upload("../../缴款凭证.pdf", "performance", &files::pdf(&[]))
        .await;
    assert_eq!(uploaded.status, 303, "{}", uploaded.body);
    let check = visitor.get("check").await.body;
    for word in [
        "缴款凭证.pdf",
        "13800000000",
        "陈一鸣",
        "终止公示行政处罚信息",
        "提交申请",
    ] {
        assert!(check.contains(word), "{word}: {check}");
    }
    assert!(!check.contains("../"), "{check}");
    let sent = visitor.send("submit", &[]).await;
    assert_eq!(sent.header("location"), visitor.at("done"));
    let done = visitor.get("done").await.body;
    // handed in on 2026-11-22, a Sunday: three and ten working days
    for word in [
        visitor.number.as_str(),
        "2026年11月25日",
        "2026年12月4日",
        "<svg",
    ] {
        assert!(done.contains(word), "{word}: {done}");
    }
    // again, as after a double click or a broken line
    assert_eq!(
        visitor.send("submit", &[]).await.header("location"),
        visitor.at("done")
    );
    assert_eq!(
        visitor.get("who").await.header("location"),
        visitor.at("done")
    );
    let store = &portal.state.apply.as_ref().unwrap().store;
    assert_eq!(store.waiting(9).unwrap(), [visitor.number.as_str()]);

    let follower = after::follow(&app, &visitor.number, visitor.secret()).await;
    let tracked = follower.get("").await;
    assert_eq!(tracked.status, 200);
    for word in [
        "已提交",
        "2026年11月25日",
        "大高新罚〔2026〕a1号",
        "市场监督管理局",
        "96110",
    ] {
        assert!(tracked.body.contains(word), "{word}: {}", tracked.body);
    }
    assert!(!tracked.body.contains("海风") && !tracked.body.contains("13800000000"));
    store
        .tell(&visitor.number, State::Accepted, portal.clock.now(), None)
        .unwrap();
    // it is being handled: another about the same record is not begun, and the page says so
    assert!(
        get(&app, &format!("/apply/repair?record={A1}"))
            .await
            .body
            .contains("申请正在办理")
    );
    assert_eq!(
        post(&app, "/apply/repair", "", &[("record", A1)])
            .await
            .status,
        422
    );
}

#[actix_web::test]
async fn what_is_wrong_is_told_with_links_and_nothing_typed_is_lost() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let visitor = begin(&app, "repair", &[A1]).await;
    let seen = visitor
        .send("contact", &[("mobile", "12"), ("email", "a@b@c")])
        .await;
    assert_eq!(seen.status, 422);
    for part in [
        "<title>有误：",
        "href=\"#mobile\"",
        "href=\"#email\"",
        "aria-describedby=\"mobile-hint mobile-error\"",
        "value=\"12\"",
        "value=\"a@b@c\"",
    ] {
        assert!(seen.body.contains(part), "{part}: {}", seen.body);
    }
    // saved although it is wrong
    assert!(visitor.get("contact").await.body.contains("value=\"12\""));
    let evil = "\"><script>alert(1)</script>";
    let seen = visitor
        .send("applicant", &[("name", evil), ("credit_code", evil)])
        .await;
    assert!(
        !super::without_own_script(&seen.body).contains("<script"),
        "{}",
        seen.body
    );
    // in English, too
    let request = TestRequest::get()
        .uri(&format!("{}?lang=en", visitor.at("contact")))
        .insert_header(("cookie", visitor.cookie.as_str()));
    assert!(ask(&app, request).await.body.contains("Mobile telephone"));
    // from the check page and back to it
    let seen = visitor
        .send("contact", &[("mobile", "13800000000"), ("back", "check")])
        .await;
    assert_eq!(seen.header("location"), visitor.at("check"));
}

#[actix_web::test]
async fn an_objection_and_a_complaint_are_handed_in() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let visitor = begin(&app, "objection", &[]).await;
    for (step, pairs) in [
        ("who", &[("applicant_kind", "organisation")][..]),
        (
            "applicant",
            &[("name", "厦门海风贸易有限公司"), ("credit_code", CODE)],
        ),
        ("contact", &[("mobile", "13800000000")]),
        ("target", &[("target", "某机关拟列入名单的公告")]),
        ("type", &[("objection_type", "not_to_be_shown")]),
        ("disputed", &[]),
        ("facts", &[("facts", "处罚决定已经被法院判决撤销。")]),
        ("declaration", &[("consent", "yes")]),
        ("evidence", &[]),
        (
            "commitment",
            &[
                ("how", "screen"),
                ("signed_name", "陈一鸣"),
                ("signed_agree", "yes"),
            ],
        ),
    ] {
        assert_eq!(visitor.send(step, pairs).await.status, 303, "{step}");
    }
    assert_eq!(
        visitor.send("submit", &[]).await.header("location"),
        visitor.at("done")
    );
    let complaint = begin(&app, "complaint", &[]).await;
    for (step, pairs) in [
        (
            "about",
            &[("objection_number", visitor.number.as_str())][..],
        ),
        ("ground", &[("ground", "no_reply")]),
        ("who", &[("applicant_kind", "organisation")]),
        (
            "applicant",
            &[("name", "厦门海风贸易有限公司"), ("credit_code", CODE)],
        ),
        ("contact", &[("mobile", "13800000000")]),
        ("facts", &[("facts", "逾期没有收到任何书面答复。")]),
        ("declaration", &[("consent", "yes")]),
        ("evidence", &[]),
    ] {
        assert_eq!(complaint.send(step, pairs).await.status, 303, "{step}");
    }
    assert_eq!(
        complaint.send("submit", &[]).await.header("location"),
        complaint.at("done")
    );
    assert_eq!(
        portal
            .state
            .apply
            .as_ref()
            .unwrap()
            .store
            .waiting(9)
            .unwrap()
            .len(),
        2
    );
}

#[actix_web::test]
async fn who_may_apply_is_told_before_anything_is_typed() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let body = get(&app, &format!("/apply/repair?code={CODE}")).await.body;
    // a1 may, a2 not yet; a red list has nothing to repair
    assert!(
        body.contains("大高新罚〔2026〕a1号") && body.contains("2027年1月2日"),
        "{body}"
    );
    assert!(!body.contains("大高新罚〔2026〕c1号"));
    assert!(body.contains("可以选择几条"), "{body}");
    // who is on a red list alone is told so, without a list that holds nothing
    let alone = everybody().into_iter().filter(|r| r.list == "red_list");
    let red = Portal::new(alone.collect());
    let red = get(
        &self::app(&red).await,
        &format!("/apply/repair?code={CODE}"),
    )
    .await;
    assert!(red.body.contains("没有需要修复的信息"), "{}", red.body);
    assert!(!red.body.contains("<fieldset"), "{}", red.body);
    let a2 = "a2000000000000000000";
    for records in [
        &[][..],
        &[a2],
        &[A1, a2],
        &[A1, B1],
        &["00000000000000000000"],
        &["../../etc"],
    ] {
        let pairs: Vec<(&str, &str)> = records.iter().map(|r| ("record", *r)).collect();
        let seen = post(&app, "/apply/repair", "", &pairs).await;
        assert_eq!(seen.status, 422, "{records:?}");
        assert!(seen.body.contains("error-summary"), "{records:?}");
    }
    for (asked, says) in [
        ("x", "请核对"),
        ("93610902MA6EXA0320", "请核对"),
        ("51610900MJB100000W", "大高新罚〔2026〕b2号"),
        ("e1000000000000000000", "已不再公示"),
        ("00000000000000000000", "无相关公示信息"),
    ] {
        let body = get(&app, &format!("/apply/repair?code={asked}")).await.body;
        assert!(body.contains(says), "{asked}: {body}");
        assert!(!body.contains("大连昨日到期"), "{asked}");
    }
    assert_eq!(get(&app, "/apply/nothing").await.status, 404);
    assert_eq!(get(&app, "/apply").await.status, 200);
}

#[actix_web::test]
async fn one_application_for_records_of_several_authorities() {
    let other = RecordParts {
        authority_name: "大连高新区应急管理局".to_owned(),
        authority_code: "11210231MB0000009X".to_owned(),
        ..org("a3", "厦门海风贸易有限公司", CODE)
    };
    let mut records = everybody();
    records.push(other);
    let portal = Portal::new(records);
    let app = app(&portal).await;
    let visitor = begin(&app, "repair", &[A1, "a3000000000000000000"]).await;
    let tasks = visitor.get("").await.body;
    assert!(
        tasks.contains("应急管理局") && tasks.contains("市场监督管理局"),
        "{tasks}"
    );
    // taken back meanwhile: told, and left out
    portal.publish(
        vec![],
        &[(
            "a3000000000000000000".to_owned(),
            crate::record::Why::Withdrawn,
        )],
    );
    let tasks = visitor.get("").await.body;
    assert!(
        tasks.contains("已不再公示") && !tasks.contains("应急管理局"),
        "{tasks}"
    );
    portal.publish(vec![], &[(A1.to_owned(), crate::record::Why::Withdrawn)]);
    visitor.answer_repair().await;
    assert_eq!(
        visitor.send("submit", &[]).await.header("location"),
        visitor.at("check")
    );
    assert!(visitor.get("check").await.body.contains("不需要申请"));
}

/// With several records it is asked which of them a file is about, and nothing is taken that does not say.
#[actix_web::test]
async fn a_file_of_several_records_says_which_it_is_about() {
    let other = RecordParts {
        authority_name: "大连高新区应急管理局".to_owned(),
        authority_code: "11210231MB0000009X".to_owned(),
        ..org("a3", "厦门海风贸易有限公司", CODE)
    };
    let a3 = "a3000000000000000000";
    let mut records = everybody();
    records.push(other);
    let portal = Portal::new(records);
    let app = app(&portal).await;
    let alone = begin(&app, "repair", &[A1]).await;
    assert!(!alone.get("evidence").await.body.contains("name=\"about\""));
    let visitor = begin(&app, "repair", &[A1, a3]).await;
    let page = visitor.get("evidence").await.body;
    for option in ["value=\"all\"", A1, a3] {
        let asked = page.split("name=\"about\"").nth(1).unwrap();
        assert!(asked.contains(option), "{option}: {page}");
    }
    let file = files::pdf(&[]);
    let send = async |about: &str, name: &str, purpose: &str| {
        let fields = [
            ("token", visitor.token.as_str()),
            ("purpose", purpose),
            ("about", about),
        ];
        visitor.upload_of(&fields, name, &file).await
    };
    for about in ["", "x", "a1", "b1000000000000000000"] {
        let seen = send(about, "a.pdf", "performance").await;
        assert_eq!(seen.status, 422, "{about}");
        assert!(seen.body.contains("请选择这个文件涉及哪条信息"), "{about}");
    }
    let without = visitor.upload("a.pdf", "performance", &file).await;
    assert_eq!(without.status, 422, "a form that does not ask");
    // the same file may be about each, and is then two
    for about in [A1, a3, A1] {
        assert_eq!(send(about, "缴款书.pdf", "performance").await.status, 303);
    }
    assert_eq!(send("all", "说明.pdf", "other").await.status, 303);
    // who applies is the same for all, whatever was chosen
    assert_eq!(send(A1, "执照.pdf", "registration").await.status, 303);
    let page = visitor.get("evidence").await.body;
    assert_eq!(page.matches("缴款书.pdf</strong>").count(), 2, "{page}");
    assert_eq!(page.matches("只送达 大连高新区应急管理局").count(), 1);
    assert_eq!(page.matches("涉及全部所选信息").count(), 2, "{page}");
    // in pieces, as the script sends it
    for (about, taken) in [("", false), (a3, true)] {
        let bytes = file.len().to_string();
        let pairs = [
            ("name", "分段.pdf"),
            ("bytes", bytes.as_str()),
            ("changed", "1"),
            ("purpose", "decision"),
            ("about", about),
        ];
        let begun = visitor.send("evidence/pieces", &pairs).await.json();
        let at = visitor.at(&format!("evidence/pieces/{}/0", begun["upload"]));
        let request = TestRequest::post()
            .uri(&at)
            .insert_header(("cookie", visitor.cookie.as_str()))
            .insert_header(("content-type", "application/octet-stream"))
            .insert_header(("gongshi-token", visitor.token.as_str()))
            .set_payload(file.clone());
        let status = ask(&app, request).await.status;
        assert_eq!(status, if taken { 200 } else { 422 }, "{about}");
    }
    // handed in, the applicant reads in each part what is seen with it
    let other = begin(&app, "repair", &[A1, a3]).await;
    for (about, name) in [(A1, "甲.pdf"), (a3, "乙.pdf"), ("all", "共.pdf")] {
        let fields = [
            ("token", other.token.as_str()),
            ("purpose", "performance"),
            ("about", about),
        ];
        assert_eq!(other.upload_of(&fields, name, &file).await.status, 303);
    }
    other.answer_repair().await;
    let seen = other.send("submit", &[]).await;
    assert_eq!(seen.header("location"), other.at("done"));
    let follower = after::follow(&app, &other.number, other.secret()).await;
    let page = follower.get("").await.body;
    let (before, second) = page.split_once("id=\"part-2\"").unwrap();
    let (_, first) = before.split_once("id=\"part-1\"").unwrap();
    for (part, own, others) in [(first, "甲.pdf", "乙.pdf"), (second, "乙.pdf", "甲.pdf")] {
        assert!(part.contains(own) && part.contains("共.pdf"), "{part}");
        assert!(!part.contains(others), "{part}");
        assert_eq!(part.matches("只涉及这条信息").count(), 1, "{part}");
        assert_eq!(part.matches("涉及全部所选信息").count(), 1, "{part}");
    }
    // a record that is taken back meanwhile takes its files with it, and that is told
    portal.publish(vec![], &[(a3.to_owned(), crate::record::Why::Withdrawn)]);
    let page = visitor.get("check").await.body;
    assert_eq!(page.matches("不送达任何机关").count(), 2, "{page}");
    assert!(!page.contains("应急管理局"), "{page}");
}

#[actix_web::test]
async fn false_material_about_one_record_bars_its_subject_and_nobody_else() {
    use crate::record::Note;
    let portal = Portal::new(vec![
        RecordParts {
            notes: vec![Note::Reinstated],
            earliest_repair: Some(day("2029-09-01")),
            ..org("a1", "厦门海风贸易有限公司", CODE)
        },
        org("a2", "厦门海风贸易有限公司", CODE),
        org("b1", "南京云帆纺织有限公司", OTHER_CODE),
    ]);
    let site = app(&portal).await;
    let a2 = "a2000000000000000000";
    for asked in [format!("record={a2}"), format!("code={CODE}")] {
        let page = get(&site, &format!("/apply/repair?{asked}")).await;
        assert_eq!(page.status, 200);
        assert_eq!(
            page.body.matches("曾因材料不实被撤销").count(),
            2,
            "{}",
            page.body
        );
        assert!(page.body.contains("2029年9月1日"), "{}", page.body);
        assert!(!page.body.contains("name=\"record\""), "{}", page.body);
        assert!(page.body.contains("查到的信息"), "{}", page.body);
        assert!(!page.body.contains("可以选择"), "nothing can be chosen");
    }
    let refused = post(&site, "/apply/repair", "", &[("record", a2)]).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    // its own page and those of its subject say the same, in all their parts; that of another says nothing of it
    for id in [A1, a2] {
        let page = get(&site, &format!("/records/{id}")).await.body;
        assert!(page.contains("曾因材料不实被撤销"), "{page}");
        assert!(page.contains("2029年9月1日"), "{page}");
        for other in [
            "现在可以申请信用修复",
            "已满最短公示期",
            "/apply/repair?record",
        ] {
            assert!(!page.contains(other), "{other}: {page}");
        }
    }
    let page = get(&site, &format!("/records/{B1}")).await.body;
    assert!(!page.contains("曾因材料不实被撤销"), "{page}");
    assert!(page.contains("/apply/repair?record"), "{page}");
    // who objects is not barred, and nobody else is
    begin(&site, "objection", &[a2]).await;
    begin(&site, "repair", &[B1]).await;
}
