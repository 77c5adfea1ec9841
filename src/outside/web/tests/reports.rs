//! Reports and their verification: genuine, changed, ended, and what each may tell.

use actix_web::test::TestRequest;
use regex::Regex;

use super::fixture::{CODE, OTHER_CODE, Portal, day, everybody, org, person, today};
use super::samples::before_an_entry;
use super::{Seen, Site, app, ask, get};
use crate::base::crypto::VerifyKey;
use crate::outside::report::party::PartyClaim;
use crate::outside::web::link;
use crate::record::{Note, RecordParts, Why};

/// The code that a page shows.
fn code_on(page: &str) -> String {
    let code = Regex::new(r#"<p class="seal-code"><code>([0-9A-Z ]+)</code>"#).unwrap();
    let found = code
        .captures(page)
        .unwrap_or_else(|| panic!("no code: {page}"));
    found[1].replace(' ', "")
}

async fn verify(app: &Site, code: &str) -> (Seen, String) {
    let page = get(app, &link::verify(code)).await;
    assert_eq!(page.status, 200);
    assert!(page.header("x-robots-tag").contains("noindex"));
    let json = get(app, &format!("/api/v1/verify?code={code}"))
        .await
        .json();
    (page, json["verdict"].as_str().unwrap().to_owned())
}

async fn send(app: &Site, file: &[u8]) -> Seen {
    let mut body = b"--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"r.pdf\"\r\ncontent-type: application/pdf\r\n\r\n".to_vec();
    body.extend(file);
    body.extend(b"\r\n--x--\r\n");
    let request = TestRequest::post()
        .uri("/verify")
        .insert_header(("accept", "text/html"))
        .insert_header(("content-type", "multipart/form-data; boundary=x"))
        .set_payload(body);
    ask(app, request).await
}

#[actix_web::test]
async fn a_printed_record_is_known_again_until_it_changes_or_ends() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let id = "a1000000000000000000";
    let code = code_on(&get(&app, &link::record(id)).await.body);
    let (page, verdict) = verify(&app, &code).await;
    assert_eq!(verdict, "unchanged");
    assert!(page.body.contains("属实，没有变化") && page.body.contains("厦门海风贸易有限公司"));
    // as typed from paper
    let typed = code.to_lowercase().replace('0', "o");
    assert_eq!(verify(&app, &typed).await.1, "unchanged");
    // a changed code
    let last = if code.ends_with('0') { "1" } else { "0" };
    let wrong = format!("{}{last}", &code[..55]);
    let (page, verdict) = verify(&app, &wrong).await;
    assert_eq!(verdict, "not_genuine");
    assert!(page.body.contains("不是本平台出具的核验码") && !page.body.contains("海风"));
    // a change
    let changed = RecordParts {
        notes: vec![Note::Corrected],
        ..org("a1", "厦门海风贸易有限公司", CODE)
    };
    portal.publish(vec![changed], &[]);
    assert_eq!(verify(&app, &code).await.1, "changed");
    // back as it was: the paper is right again
    portal.publish(vec![org("a1", "厦门海风贸易有限公司", CODE)], &[]);
    assert_eq!(verify(&app, &code).await.1, "unchanged");
    // the end
    portal.publish(vec![], &[(id.to_owned(), Why::Repaired)]);
    let (page, verdict) = verify(&app, &code).await;
    assert_eq!(verdict, "ended");
    assert!(page.body.contains("不再公示"));
    for told in ["海风", id, CODE, &code, &code[..8], "2026〕a1", "修复完成"] {
        assert!(!page.body.contains(told), "{told}");
    }
    let json = get(&app, &format!("/api/v1/verify?code={code}"))
        .await
        .json();
    assert_eq!(json, serde_json::json!({ "verdict": "ended" }));
}

#[actix_web::test]
async fn a_record_that_ends_by_itself_is_told_as_ended_at_midnight() {
    let portal = Portal::new(vec![RecordParts {
        displayed_until: Some(day("2026-11-24")),
        ..org("a1", "厦门海风贸易有限公司", CODE)
    }]);
    let app = app(&portal).await;
    let record = code_on(&get(&app, &link::record("a1000000000000000000")).await.body);
    let file = code_on(&get(&app, &link::report(CODE)).await.body);
    portal
        .clock
        .set(crate::domain::time::day_start(day("2026-11-24")));
    for code in [record, file] {
        let (page, verdict) = verify(&app, &code).await;
        assert_eq!(verdict, "ended");
        assert!(!page.body.contains("海风"));
    }
}

#[actix_web::test]
async fn a_report_tells_what_came_since_and_what_changed() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let page = get(&app, &link::report(CODE)).await;
    assert_eq!(page.status, 200);
    assert!(page.header("x-robots-tag").contains("noindex"));
    let code = code_on(&page.body);
    assert_eq!(verify(&app, &code).await.1, "unchanged");
    // of another organisation: nothing changes for this one
    portal.publish(vec![org("b9", "南京云帆纺织有限公司", OTHER_CODE)], &[]);
    assert_eq!(verify(&app, &code).await.1, "unchanged");
    let new = RecordParts {
        displayed_from: today(),
        ..org("a9", "厦门海风贸易有限公司", CODE)
    };
    portal.publish(vec![new], &[]);
    let (page, verdict) = verify(&app, &code).await;
    assert_eq!(verdict, "added");
    assert!(page.body.contains("此后新增 1 条"));
    let gone = ("a1000000000000000000".to_owned(), Why::Withdrawn);
    portal.publish(vec![], &[gone]);
    let (page, verdict) = verify(&app, &code).await;
    assert_eq!(verdict, "ended");
    assert!(!page.body.contains("海风") && !page.body.contains(CODE));
}

#[actix_web::test]
async fn a_report_of_nothing_is_no_clean_bill_and_can_be_verified() {
    let portal = Portal::new(vec![]);
    let app = app(&portal).await;
    let page = get(&app, &link::report(CODE)).await;
    assert!(page.body.contains("无相关公示信息") && page.body.contains("不是信用良好的证明"));
    let code = code_on(&page.body);
    assert_eq!(verify(&app, &code).await.1, "unchanged");
    portal.publish(vec![org("a1", "厦门海风贸易有限公司", CODE)], &[]);
    assert_eq!(verify(&app, &code).await.1, "added");
}

#[actix_web::test]
async fn a_file_is_known_byte_for_byte() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let pdf = get(&app, &link::report_pdf(CODE)).await;
    assert_eq!(pdf.header("content-type"), "application/pdf");
    assert!(pdf.header("content-disposition").contains("credit-report-"));
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    let genuine = send(&app, &pdf.bytes).await;
    assert_eq!(genuine.status, 200);
    assert_eq!(genuine.header("cache-control"), "no-store");
    assert!(
        genuine.body.contains("文件与本平台出具时完全一致"),
        "{}",
        genuine.body
    );
    let mut changed = pdf.bytes.to_vec();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    let refused = send(&app, &changed).await;
    assert!(refused.body.contains("文件被改动过") && !refused.body.contains("海风"));
    let other = send(&app, b"%PDF-1.4\n%%EOF\n").await;
    assert!(other.body.contains("文件没有核验标记"));
    // after the end the file is still as it was made, and only the end is told
    let gone = ["a1", "a2", "c1"].map(|id| (format!("{id:0<20}"), Why::Repaired));
    portal.publish(vec![], &gone);
    let ended = send(&app, &pdf.bytes).await;
    assert!(ended.body.contains("不再公示") && !ended.body.contains("海风"));
}

#[actix_web::test]
async fn what_is_sent_wrongly_is_refused_in_words() {
    let portal = Portal::new(vec![]);
    let app = app(&portal).await;
    let large = send(&app, &vec![b'x'; 9 << 20]).await;
    assert_eq!(large.status, 413);
    assert!(large.body.contains("文件过大"));
    let form = TestRequest::post()
        .uri("/verify")
        .insert_header(("accept", "text/html"))
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload("file=x");
    let refused = ask(&app, form).await;
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("请选择一个报告文件"));
    assert_eq!(get(&app, "/api/v1/verify").await.status, 400);
    assert_eq!(get(&app, "/api/v1/verify?code=1&x=2").await.status, 400);
    assert_eq!(
        get(&app, &link::report("91350203MA2EXA0199")).await.status,
        400
    );
    assert_eq!(get(&app, "/verify").await.status, 200);
    let delete = TestRequest::delete().uri("/verify");
    assert_eq!(ask(&app, delete).await.status, 405);
}

#[actix_web::test]
async fn a_person_stands_on_no_page_of_verification_that_search_engines_keep() {
    let portal = Portal::new(vec![person(
        "p1",
        "judgment_defaulter",
        "欧阳明月",
        "欧阳明月",
    )]);
    let app = app(&portal).await;
    let code = code_on(&get(&app, &link::record("p1000000000000000000")).await.body);
    let (page, verdict) = verify(&app, &code).await;
    assert_eq!(verdict, "unchanged");
    assert!(page.body.contains("noindex") && page.header("cache-control").contains("private"));
}

#[actix_web::test]
async fn the_report_of_very_many_records_holds_the_newest_and_verifies() {
    let many = |n: usize| -> Vec<RecordParts> {
        (0..n)
            .map(|i| RecordParts {
                decided_on: day("2020-01-01") + chrono::Days::new(i as u64),
                ..org(&format!("m{i}x"), "厦门海风贸易有限公司", CODE)
            })
            .collect()
    };
    let portal = Portal::new(many(1_100));
    let app = app(&portal).await;
    let page = get(&app, &link::report(CODE)).await;
    assert!(page.body.contains("只列出决定日期最近的一千条"));
    assert_eq!(
        page.body.matches("<section class=\"report-entry\"").count(),
        1_000
    );
    let code = code_on(&page.body);
    assert_eq!(verify(&app, &code).await.1, "unchanged");
    let pdf = get(&app, &link::report_pdf(CODE)).await;
    assert!(
        pdf.bytes.len() < super::super::handlers::MOST_BYTES,
        "{}",
        pdf.bytes.len()
    );
    assert!(send(&app, &pdf.bytes).await.body.contains("属实，没有变化"));
    // one more, decided last, pushes another out of the report
    let new = RecordParts {
        displayed_from: today(),
        decided_on: today(),
        ..org("mnew", "厦门海风贸易有限公司", CODE)
    };
    portal.publish(vec![new], &[]);
    assert_eq!(verify(&app, &code).await.1, "added");
    portal.publish(
        vec![],
        &[("m1099x".to_owned() + "00000000000000", Why::Repaired)],
    );
    // of more than a report holds, nobody can say which ones it held: it is out of date, and no more is told
    assert_eq!(verify(&app, &code).await.1, "changed");
}

#[actix_web::test]
async fn a_letter_before_an_entry_is_known_again_and_its_code_names_nobody() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let letter = before_an_entry();
    let code = PartyClaim::of(&letter).unwrap();
    let code = code.code(&VerifyKey::fixed(7)).unwrap();
    let (page, verdict) = verify(&app, &code).await;
    assert_eq!(verdict, "party_letter");
    for word in ["属实", letter.number.as_str(), &today().to_string()] {
        assert!(page.body.contains(word), "{word}: {}", page.body);
    }
    assert!(!page.body.contains("海风") && !page.body.contains("尚未缴清"));
    let json = get(&app, &format!("/api/v1/verify?code={code}"))
        .await
        .json();
    assert_eq!(json["application"], letter.number.as_str());
    let foreign = PartyClaim::of(&letter).unwrap();
    let foreign = foreign.code(&VerifyKey::fixed(8)).unwrap();
    assert_eq!(verify(&app, &foreign).await.1, "not_genuine");
}
