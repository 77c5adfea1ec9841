//! What applicants see and do after handing in, and what others cannot.

use super::*;
use crate::base::crypto::parcel;
use crate::domain::forms::reply::{About, ApplicantAct, Can, Deadline, HandedAct, Letter, Reply};
use crate::domain::time::civil_date;
use crate::outside::apply::SealedAct;

const A3: &str = "a3000000000000000000";

/// Somebody who follows an application.
pub(super) struct Follower<'a> {
    site: &'a Site,
    number: String,
    pub cookie: String,
    pub token: String,
}

pub(super) async fn follow<'a>(site: &'a Site, number: &str, secret: &str) -> Follower<'a> {
    let pairs = [("number", number), ("secret", secret)];
    let seen = post(site, "/track", "", &pairs).await;
    assert_eq!(seen.status, 303, "{}", seen.body);
    assert_eq!(seen.header("location"), format!("/track/{number}"));
    let set = seen.header("set-cookie");
    for part in [
        "HttpOnly",
        "SameSite=Strict",
        &format!("Path=/track/{number}"),
    ] {
        assert!(set.contains(part), "{set}");
    }
    let mut follower = Follower {
        site,
        number: number.to_owned(),
        cookie: set.split(';').next().unwrap().to_owned(),
        token: String::new(),
    };
    let page = follower.get("").await;
    follower.token = between(&page.body, "name=\"token\" value=\"", "\"").to_owned();
    follower
}

impl Follower<'_> {
    pub fn at(&self, page: &str) -> String {
        format!("/track/{}{page}", self.number)
    }

    pub async fn get(&self, page: &str) -> Seen {
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

    /// Sends the form of an answer.
    async fn answer(&self, text: &str, then: &str, file: Option<(&str, &[u8])>) -> Seen {
        let mut body = Vec::new();
        for (field, value) in [
            ("token", self.token.as_str()),
            ("text", text),
            ("then", then),
            ("purpose", "performance"),
        ] {
            let head = format!("--B\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(value.as_bytes());
            body.extend_from_slice(b"\r\n");
        }
        let (name, bytes) = file.unwrap_or(("", b""));
        let head = format!(
            "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--B--\r\n");
        let request = TestRequest::post()
            .uri(&self.at("/answer/1"))
            .insert_header(("accept", "text/html"))
            .insert_header(("cookie", self.cookie.as_str()))
            .insert_header(("content-type", "multipart/form-data; boundary=B"))
            .set_payload(body);
        ask(self.site, request).await
    }
}

/// An act as the desk opens it, with its files.
fn opened(portal: &Portal, sealed: &SealedAct) -> (ApplicantAct, Vec<Vec<u8>>) {
    let number = sealed.number.as_str();
    let binding = SealedAct::binding(number, sealed.act);
    let key = portal.desk().open(&sealed.envelope, &binding).unwrap();
    let open = |part: &str, bytes: &[u8]| {
        let place = parcel::Place { number, part };
        parcel::open(&key, place, bytes).unwrap().to_vec()
    };
    let body = open(&SealedAct::body_part(sealed.act), &sealed.body);
    let handed: HandedAct = serde_json::from_slice(&body).unwrap();
    let files = sealed.files.iter();
    let files = files.map(|(n, b)| open(&SealedAct::file_part(sealed.act, *n), b));
    (handed.act, files.collect())
}

/// A portal at which an application about two records of two authorities was handed in.
async fn two_parts(app: &Site) -> (String, String) {
    let visitor = begin(app, "repair", &[A1, A3]).await;
    visitor.answer_repair().await;
    assert_eq!(
        visitor.send("submit", &[]).await.header("location"),
        visitor.at("done")
    );
    (visitor.number.clone(), visitor.secret().to_owned())
}

fn portal() -> Portal {
    let other = RecordParts {
        authority_name: "大连高新区应急管理局".to_owned(),
        authority_code: "11210231MB0000009X".to_owned(),
        ..org("a3", "厦门海风贸易有限公司", CODE)
    };
    let mut records = everybody();
    records.push(other);
    Portal::new(records)
}

fn reply(portal: &Portal, number: &str, part: u32, state: &str) -> Reply {
    let now = portal.clock.now();
    Reply {
        version: 1,
        number: number.to_owned(),
        part,
        about: About {
            record: Some(if part == 0 { A1 } else { A3 }.to_owned()),
            list: Some("penalty".into()),
            document_number: Some(format!("文号{part}")),
            authority_name: format!("机关{part}"),
            authority_code: "11210231MB0000009X".into(),
            files: Vec::new(),
        },
        state: state.to_owned(),
        on: civil_date(now),
        at: now,
        event: "x".into(),
        reasons: None,
        items: Vec::new(),
        place: None,
        deadlines: Vec::new(),
        letter: None,
        sync: Vec::new(),
        can: Vec::new(),
    }
}

fn tell(portal: &Portal, number: &str, told: &Reply) {
    let store = &portal.state.apply.as_ref().unwrap().store;
    store.reply(number, told, None, portal.clock.now()).unwrap();
}

fn letter() -> Letter {
    Letter {
        number: "大高新修决〔2026〕1号".into(),
        title_zh: "不予信用修复决定书".into(),
        title_en: "Refusal".into(),
        to: "厦门海风贸易有限公司".into(),
        about: "行政处罚".into(),
        body: vec!["尚未缴清罚款。\n决定不予修复。".into()],
        remedies: vec!["六十日内申请行政复议。".into()],
        authority: "机关1".into(),
        decided_on: day("2026-11-20"),
        code: String::new(),
    }
}

#[actix_web::test]
async fn parts_with_different_outcomes_are_told_apart() {
    let portal = portal();
    let app = app(&portal).await;
    let (number, secret) = two_parts(&app).await;
    let follower = follow(&app, &number, &secret).await;
    // before anybody looked at it: both parts with their authority and their first deadline
    let body = follower.get("").await.body;
    for word in ["应急管理局", "市场监督管理局", "#part-2", "2026年11月25日"] {
        assert!(body.contains(word), "{word}: {body}");
    }
    let due = |days: &str, done: Option<&str>, resting: bool| Deadline {
        procedure: "repair_decide".into(),
        zh: "作出决定".into(),
        en: "decision".into(),
        source: "规定第一条".into(),
        due: (!resting).then(|| day(days)),
        done: done.map(day),
        overdue: false,
        resting,
        provisional: days > "2027",
    };
    let sync = vec![
        ("search".to_owned(), Some(day("2026-11-21"))),
        ("exports".to_owned(), None),
    ];
    let approved = Reply {
        sync,
        deadlines: vec![
            due("2026-11-18", None, false),
            due("2027-02-01", None, false),
        ],
        ..reply(&portal, &number, 0, "approved")
    };
    tell(&portal, &number, &approved);
    let rejected = Reply {
        letter: Some(letter()),
        reasons: Some("尚未缴清".into()),
        can: vec![Can::Object],
        ..reply(&portal, &number, 1, "rejected")
    };
    tell(&portal, &number, &rejected);
    let body = follower.get("").await.body;
    for word in [
        "准予修复",
        "不予修复",
        "已逾期 ",
        "暂定",
        "检索",
        "2026年11月21日",
        "更新中",
        "尚未缴清罚款。",
        "六十日内申请行政复议。",
        "对结果提出异议",
        "依据：",
    ] {
        assert!(body.contains(word), "{word}: {body}");
    }
    // nothing is left to withdraw, and nothing is offered
    assert!(!body.contains("/withdraw/"), "{body}");
    // what is known is filled in
    let link = between(&body, "href=\"/apply/objection", "\"").replace("&amp;", "&");
    let start = get(&app, &format!("/apply/objection{link}")).await.body;
    assert!(start.contains("value=\"repair_result\""), "{start}");
    assert!(start.contains(&format!("value=\"{number}-2\"")), "{start}");
    let given = [
        ("type", "repair_result"),
        ("about", &*format!("{number}-2")),
    ];
    let begun = post(&app, "/apply/objection", "", &given).await;
    let to = begun.header("location");
    let cookie = begun.header("set-cookie").split(';').next().unwrap();
    let request = TestRequest::get()
        .uri(&format!("{to}/target"))
        .insert_header(("cookie", cookie));
    assert!(ask(&app, request).await.body.contains(&number));
}

#[actix_web::test]
async fn a_decision_letter_is_verified_by_code_and_by_file() {
    let portal = portal();
    let app = app(&portal).await;
    let (number, secret) = two_parts(&app).await;
    let told = Reply {
        letter: Some(letter()),
        ..reply(&portal, &number, 1, "rejected")
    };
    tell(&portal, &number, &told);
    let follower = follow(&app, &number, &secret).await;
    let body = follower.get("").await.body;
    let link = between(&body, &format!("href=\"/track/{number}/letter"), "\"").to_owned();
    let pdf = follower.get(&format!("/letter{link}")).await;
    assert!(pdf.bytes.starts_with(b"%PDF-"), "{}", pdf.body);
    assert!(pdf.header("content-disposition").contains("decision-XF-"));
    assert_eq!(pdf.header("cache-control"), "no-store");
    // only with the secret, and only where there is a letter
    assert_eq!(get(&app, &follower.at("/letter/3.pdf")).await.status, 303);
    for page in [
        "/letter/1.pdf",
        "/letter/99.pdf",
        "/letter/0.pdf",
        "/letter/x.pdf",
    ] {
        assert_eq!(follower.get(page).await.status, 404, "{page}");
    }
    let code = between(&body, "class=\"seal-code\">", "<").to_owned();
    let verified = get(&app, &format!("/verify?code={}", code.replace(' ', "")))
        .await
        .body;
    for word in ["属实", number.as_str(), "不予修复", "2026-11-20"] {
        assert!(verified.contains(word), "{word}: {verified}");
    }
    // nothing of what it says is told to who has the code alone
    assert!(!verified.contains("尚未缴清") && !verified.contains("海风"));
    let json = get(
        &app,
        &format!("/api/v1/verify?code={}", code.replace(' ', "")),
    )
    .await
    .json();
    assert_eq!(json["verdict"], "letter");
    assert_eq!(
        (&json["part"], &json["result"]),
        (&2.into(), &"rejected".into())
    );
    let mut changed = pdf.bytes.to_vec();
    for (bytes, says) in [(changed.clone(), "全文没有改动"), {
        changed[100] ^= 1;
        (changed, "文件被改动过")
    }] {
        let mut body = b"--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n".to_vec();
        body.extend_from_slice(&bytes);
        body.extend_from_slice(b"\r\n--B--\r\n");
        let request = TestRequest::post()
            .uri("/verify")
            .insert_header(("accept", "text/html"))
            .insert_header(("content-type", "multipart/form-data; boundary=B"))
            .set_payload(body);
        let seen = ask(&app, request).await;
        assert!(seen.body.contains(says), "{says}: {}", seen.body);
    }
}

#[actix_web::test]
async fn what_was_asked_for_is_answered_and_nothing_typed_is_lost() {
    let portal = portal();
    let app = app(&portal).await;
    let (number, secret) = two_parts(&app).await;
    let follower = follow(&app, &number, &secret).await;
    // nothing is asked yet
    let early = follower.get("/answer/1").await;
    assert_eq!(early.header("location"), follower.at(""));
    let told = Reply {
        items: vec!["缴款凭证原件照片".into()],
        can: vec![Can::AnswerSupplement],
        ..reply(&portal, &number, 0, "supplement")
    };
    tell(&portal, &number, &told);
    let page = follower.get("").await.body;
    assert!(
        page.contains("缴款凭证原件照片") && page.contains("/answer/1\""),
        "{page}"
    );
    // the other part is asked for nothing
    assert_eq!(
        follower.get("/answer/2").await.header("location"),
        follower.at("")
    );
    let empty = follower.answer("", "check", None).await;
    assert_eq!(empty.status, 422);
    assert!(empty.body.contains("href=\"#text\""), "{}", empty.body);
    // a file that is refused: the words stay
    let refused = follower
        .answer("补正金丝雀", "more", Some(("a.exe", b"MZ\x90")))
        .await;
    assert_eq!(refused.status, 422);
    for part in ["补正金丝雀</textarea>", "href=\"#file\"", "<title>有误："] {
        assert!(refused.body.contains(part), "{part}: {}", refused.body);
    }
    let without = follower.answer("补正金丝雀", "more", None).await;
    assert_eq!(without.status, 422);
    let long = follower.answer(&"长".repeat(4_001), "check", None).await;
    assert_eq!(long.status, 422);
    let good = files::pdf(&[]);
    let taken = follower
        .answer("补正金丝雀", "more", Some(("凭证.pdf", &good)))
        .await;
    assert_eq!(taken.header("location"), follower.at("/answer/1"));
    let second = follower
        .answer("补正金丝雀", "more", Some(("照片.jpg", &files::jpeg())))
        .await;
    assert_eq!(second.status, 303);
    let removed = follower.send("/answer/1/remove", &[("file", "2")]).await;
    assert_eq!(removed.status, 303);
    let on = follower.answer("补正金丝雀", "check", None).await;
    assert_eq!(on.header("location"), follower.at("/answer/1/check"));
    let check = follower.get("/answer/1/check").await.body;
    assert!(
        check.contains("补正金丝雀") && check.contains("凭证.pdf"),
        "{check}"
    );
    assert!(!check.contains("照片.jpg"));
    let sent = follower.send("/answer/1/check", &[]).await;
    assert_eq!(sent.header("location"), follower.at(""));
    // again, as after a double click
    assert_eq!(follower.send("/answer/1/check", &[]).await.status, 303);
    let page = follower.get("").await.body;
    assert!(
        page.contains("补正已经提交") && !page.contains("补正金丝雀"),
        "{page}"
    );
    assert_eq!(
        follower.get("/answer/1").await.header("location"),
        follower.at("")
    );

    let store = &portal.state.apply.as_ref().unwrap().store;
    assert_eq!(store.acts_waiting(9).unwrap(), [(number.clone(), 1)]);
    let sealed = store.sealed_act(&number, 1).unwrap().unwrap();
    let (act, sent) = opened(&portal, &sealed);
    let ApplicantAct::AnswerSupplement { part, text, files } = &act else {
        panic!("{act:?}");
    };
    assert_eq!((*part, text.as_str(), files.len()), (0, "补正金丝雀", 1));
    assert_eq!(files[0].name, "凭证.pdf");
    assert_eq!(sent, [good]);
}

#[actix_web::test]
async fn one_part_is_withdrawn_or_all_after_a_page_that_asks() {
    let portal = portal();
    let app = app(&portal).await;
    let (number, secret) = two_parts(&app).await;
    let follower = follow(&app, &number, &secret).await;
    let asks = follower.get("/withdraw/2").await.body;
    assert!(
        asks.contains("确认撤回") && !asks.contains("市场监督管理局"),
        "{asks}"
    );
    assert_eq!(
        follower.send("/withdraw/2", &[]).await.header("location"),
        follower.at("")
    );
    let page = follower.get("").await.body;
    assert!(page.contains("撤回已经提交"), "{page}");
    assert_eq!(follower.send("/withdraw/all", &[]).await.status, 303);
    let store = &portal.state.apply.as_ref().unwrap().store;
    let acts: Vec<_> = [1, 2]
        .map(|act| store.sealed_act(&number, act).unwrap().unwrap())
        .iter()
        .map(|sealed| opened(&portal, sealed).0)
        .collect();
    assert_eq!(
        acts,
        [
            ApplicantAct::Withdraw { part: Some(1) },
            ApplicantAct::Withdraw { part: None }
        ]
    );
    // decided: there is nothing to take back
    for part in 0..2 {
        tell(&portal, &number, &reply(&portal, &number, part, "rejected"));
    }
    assert!(
        follower
            .get("/withdraw/1")
            .await
            .body
            .contains("现在不能撤回")
    );
    for page in ["/withdraw/0", "/withdraw/x", "/withdraw/4294967295"] {
        assert_eq!(follower.get(page).await.status, 404, "{page}");
    }
}

#[actix_web::test]
async fn nobody_else_follows_answers_or_withdraws() {
    let portal = portal();
    let app = app(&portal).await;
    let (number, secret) = two_parts(&app).await;
    let mine = follow(&app, &number, &secret).await;
    let theirs = begin(&app, "repair", &[B1]).await;
    let told = Reply {
        items: vec!["材料".into()],
        ..reply(&portal, &number, 0, "supplement")
    };
    tell(&portal, &number, &told);
    let entry = format!("/track?number={number}");
    let forged = format!("track-{number}={}", theirs.secret());
    let other = format!("track-{}={}", theirs.number, theirs.secret());
    let draft = format!("draft-{number}={secret}");
    let guessed = format!("track-{number}={}", "0".repeat(24));
    for cookie in ["", &forged, &other, &draft, &guessed] {
        for page in [
            "",
            "/letter/1.pdf",
            "/withdraw/1",
            "/withdraw/all",
            "/answer/1",
            "/answer/1/check",
        ] {
            let request = TestRequest::get()
                .uri(&mine.at(page))
                .insert_header(("accept", "text/html"))
                .insert_header(("cookie", cookie));
            let seen = ask(&app, request).await;
            let got = (seen.status.as_u16(), seen.header("location"));
            assert_eq!(got, (303, entry.as_str()), "{cookie} {page}");
        }
        let pairs = [("token", mine.token.as_str())];
        for page in [
            "/withdraw/1",
            "/answer/1/check",
            "/answer/1/remove",
            "/leave",
        ] {
            let seen = post(&app, &mine.at(page), cookie, &pairs).await;
            assert_ne!(seen.status, 200, "{cookie} {page}");
            assert_ne!(seen.header("location"), mine.at(""), "{cookie} {page}");
        }
    }
    // my cookie without my token, as a page of another site would send it
    for token in ["", "0", &theirs.token] {
        for page in [
            "/withdraw/1",
            "/answer/1/check",
            "/answer/1/remove",
            "/leave",
        ] {
            let seen = post(&app, &mine.at(page), &mine.cookie, &[("token", token)]).await;
            assert_eq!(seen.status, 403, "{page}");
        }
    }
    let request = TestRequest::post()
        .uri(&mine.at("/withdraw/1"))
        .insert_header(("cookie", mine.cookie.as_str()))
        .insert_header(("sec-fetch-site", "cross-site"))
        .set_form([("token", mine.token.as_str())]);
    assert_eq!(ask(&app, request).await.status, 403);
    let store = &portal.state.apply.as_ref().unwrap().store;
    assert!(store.acts_waiting(9).unwrap().is_empty());
    // a wrong secret and a wrong number get one answer
    let wrong = post(
        &app,
        "/track",
        "",
        &[("number", &number), ("secret", &"0".repeat(24))],
    )
    .await;
    let unknown = [("number", "XF-0000-0000-0000"), ("secret", secret.as_str())];
    let nobody = post(&app, "/track", "", &unknown).await;
    let said = |seen: &Seen| between(&seen.body, "class=\"error-summary\"", "</div>").to_owned();
    assert_eq!((wrong.status.as_u16(), nobody.status.as_u16()), (422, 422));
    assert_eq!(said(&wrong), said(&nobody));
    assert_eq!(wrong.header("set-cookie"), "");
    // the end: the cookie goes
    let left = mine.send("/leave", &[]).await;
    assert_eq!(left.header("location"), "/track");
    assert!(
        left.header("set-cookie").contains("Max-Age=0"),
        "{}",
        left.header("set-cookie")
    );
}

#[actix_web::test]
async fn a_complaint_comes_after_the_answer_to_an_objection() {
    let portal = portal();
    let app = app(&portal).await;
    let seen = get(
        &app,
        "/apply/complaint?objection=YY-0000-0000-0008&replied=2026-11-20",
    )
    .await;
    assert!(
        seen.body
            .contains("name=\"objection\" value=\"YY-0000-0000-0008\"")
    );
    let given = [
        ("objection", "YY-0000-0000-0008"),
        ("replied", "2026-11-20"),
    ];
    let begun = post(&app, "/apply/complaint", "", &given).await;
    let cookie = begun.header("set-cookie").split(';').next().unwrap();
    let page = |name: &str| {
        TestRequest::get()
            .uri(&format!("{}/{name}", begun.header("location")))
            .insert_header(("cookie", cookie))
    };
    assert!(
        ask(&app, page("about"))
            .await
            .body
            .contains("value=\"YY-0000-0000-0008\"")
    );
    // what is not right is asked like everything else
    let wrong = get(&app, "/apply/complaint?objection=x&replied=y")
        .await
        .body;
    assert!(!wrong.contains("name=\"objection\"") && !wrong.contains("name=\"replied\""));
}
