//! Many names or codes at once: what is found and why, natural persons, forms and refusals.

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use super::fixture::{CODE, Portal, everybody};
use super::{Seen, Site, app, ask};
use crate::outside::web::batch::{MOST_PERSONS, MOST_QUERIES};
use crate::outside::web::{Rate, Rates, Settings};

async fn send(app: &Site, media_type: &str, accept: &str, body: impl Into<Vec<u8>>) -> Seen {
    let request = TestRequest::post()
        .uri("/api/v1/check")
        .insert_header(("content-type", media_type))
        .insert_header(("accept", accept))
        .set_payload(body.into());
    ask(app, request).await
}

async fn check(app: &Site, queries: Value) -> Seen {
    let body = json!({ "queries": queries }).to_string();
    send(app, "application/json", "*/*", body).await
}

#[actix_web::test]
async fn each_question_has_its_matches_with_score_and_reason() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let queries = json!([
        CODE,
        { "q": "南京云帆纺织有限公司", "id": "seven" },
        "云帆",
        "厦门海凤贸易有限公司",
        "没有这样的公司",
        " （）",
    ]);
    let seen = check(&app, queries).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    assert_eq!(seen.header("cache-control"), "no-store");
    let body = seen.json();
    let first = |n: usize| &body["items"][n]["matches"][0];
    assert_eq!(
        (&first(0)["match"], &first(0)["score"]),
        (&json!("code"), &json!(100))
    );
    assert_eq!(first(0)["subject"]["credit_code"], CODE);
    assert_eq!(body["items"][1]["id"], "seven");
    assert_eq!(
        (&first(1)["match"], &first(1)["score"]),
        (&json!("exact"), &json!(100))
    );
    assert_eq!(body["items"][1]["total"], 2, "two subjects of one name");
    assert_eq!(first(2)["match"], "fragment");
    let score = first(2)["score"].as_u64().unwrap();
    assert!((50..100).contains(&score), "{score}");
    assert_eq!(first(3)["match"], "near");
    assert!(first(3)["score"].as_u64().unwrap() <= 50);
    assert_eq!(body["items"][4]["matches"], json!([]));
    assert_eq!(body["items"][4]["total"], 0);
    assert_eq!(body["items"][5]["total"], 0, "punctuation lists nothing");
    assert_eq!(body["items"].as_array().unwrap().len(), 6);
}

#[actix_web::test]
async fn natural_persons_are_found_by_full_name_inside_one_list_and_seldom() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let queries = json!([
        "欧阳明月",
        "欧阳",
        { "q": "欧阳", "list": "judgment_defaulter" },
        { "q": "欧阳明月", "list": "judgment_defaulter" },
    ]);
    let body = check(&app, queries).await.json();
    for n in 0..3 {
        assert_eq!(body["items"][n]["matches"], json!([]), "{n}");
        assert_eq!(body["items"][n]["total"], 0, "{n}");
    }
    assert_eq!(body["items"][3]["matches"][0]["id"], "p1000000000000000000");
    let many = vec![json!({ "q": "欧阳明月", "list": "judgment_defaulter" }); MOST_PERSONS + 1];
    let seen = check(&app, json!(many)).await;
    assert_eq!(seen.status, 400);
    assert_eq!(seen.json()["errors"][0]["code"], "too_many_persons");
}

#[actix_web::test]
async fn a_batch_is_no_way_around_the_allowance_for_persons() {
    let rates = Rates {
        person: Some(Rate::new(3, 1)),
        ..Rates::off()
    };
    let settings = Settings {
        rates,
        ..Settings::default()
    };
    let portal = Portal::with(everybody(), settings);
    let app = app(&portal).await;
    let two = json!(vec![
        json!({ "q": "欧阳明月", "list": "judgment_defaulter" });
        2
    ]);
    assert_eq!(check(&app, two.clone()).await.status, 200);
    let seen = check(&app, two).await;
    assert_eq!(seen.status, 429);
    assert_eq!(
        seen.json()["type"],
        "urn:gongshi:problem:too-many-person-searches"
    );
}

#[actix_web::test]
async fn batches_have_an_allowance_of_their_own() {
    let rates = Rates {
        check: Some(Rate::new(1, 1)),
        ..Rates::off()
    };
    let settings = Settings {
        rates,
        ..Settings::default()
    };
    let portal = Portal::with(everybody(), settings);
    let app = app(&portal).await;
    assert_eq!(
        check(&app, json!([CODE])).await.header("ratelimit-policy"),
        "\"check\";q=1;w=60"
    );
    let seen = check(&app, json!([CODE])).await;
    assert_eq!(seen.status, 429);
    assert!(!seen.header("retry-after").is_empty());
}

#[actix_web::test]
async fn csv_is_taken_and_given() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let body = format!("id,name\n1,{CODE}\n2,没有这样的公司\n");
    let seen = send(&app, "text/csv; charset=utf-8", "text/csv", body).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    assert!(seen.header("content-type").starts_with("text/csv"));
    let mut rows = csv::Reader::from_reader(seen.bytes.as_ref());
    assert_eq!(rows.headers().unwrap().iter().nth(3), Some("score"));
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 4, "three matches and a row without");
    assert!(
        rows[..3]
            .iter()
            .all(|r| &r[0] == "1" && &r[3] == "100" && &r[10] == CODE)
    );
    assert_eq!((&rows[3][0], &rows[3][2], &rows[3][5]), ("2", "0", ""));
    let seen = send(&app, "text/csv", "application/json", "q\n甲\n\n乙\n \n").await;
    assert_eq!(seen.status, 400);
    assert_eq!(seen.json()["errors"][0]["pointer"], "body:/5");
}

#[actix_web::test]
async fn what_cannot_be_read_is_refused_with_its_kind() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let seen = send(&app, "text/plain", "*/*", "甲").await;
    assert_eq!(
        (seen.status.as_u16(), seen.json()["type"].as_str()),
        (415, Some("urn:gongshi:problem:unsupported-media-type"))
    );
    let seen = send(&app, "application/json", "*/*", vec![b' '; (1 << 20) + 1]).await;
    assert_eq!(seen.status, 413);
    let seen = check(&app, json!(vec!["甲"; MOST_QUERIES + 1])).await;
    assert_eq!(seen.json()["errors"][0]["code"], "too_many");
    let seen = ask(&app, TestRequest::get().uri("/api/v1/check")).await;
    assert_eq!((seen.status.as_u16(), seen.header("allow")), (405, "POST"));
    let seen = ask(&app, TestRequest::delete().uri("/verify")).await;
    assert_eq!(seen.header("allow"), "GET, HEAD, POST");
}
