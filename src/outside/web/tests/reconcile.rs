//! The reconciliation service: organisations are found, completed and told of; nobody else is.

use actix_web::test::TestRequest;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::fixture::{CODE, OTHER_CODE, Portal, everybody, org, today};
use super::{Seen, Site, app, ask, get};
use crate::outside::web::{Rate, Rates, Settings};
use crate::record::{RecordParts, Why};

fn form(name: &str, value: &Value) -> String {
    let mut form = Serializer::new(String::new());
    form.append_pair(name, &value.to_string());
    form.finish()
}

async fn send(app: &Site, media_type: &str, body: String) -> Seen {
    let request = TestRequest::post()
        .uri("/reconcile")
        .insert_header(("content-type", media_type))
        .set_payload(body);
    ask(app, request).await
}

async fn post(app: &Site, name: &str, value: Value) -> Seen {
    send(app, "application/x-www-form-urlencoded", form(name, &value)).await
}

/// Ids, scores and certainty of the candidates of one question.
async fn asked(app: &Site, question: Value) -> Vec<(String, f64, bool)> {
    let seen = post(app, "queries", json!({ "q0": question })).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    let body = seen.json();
    let all = body["q0"]["result"].as_array().unwrap();
    let one = |c: &Value| {
        (
            c["id"].as_str().unwrap().to_owned(),
            c["score"].as_f64().unwrap(),
            c["match"].as_bool().unwrap(),
        )
    };
    all.iter().map(one).collect()
}

#[actix_web::test]
async fn the_manifest_names_every_service_and_each_is_there() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let request = TestRequest::get()
        .uri("/reconcile")
        .insert_header(("host", "credit.example.cn"));
    let seen = ask(&app, request).await;
    assert_eq!(seen.header("content-type"), "application/json");
    let body = seen.json();
    assert_eq!(body["versions"], json!(["0.2"]));
    let site = "http://credit.example.cn";
    assert_eq!(body["identifierSpace"], format!("{site}/subjects/"));
    assert_eq!(body["view"]["url"], format!("{site}/subjects/{{{{id}}}}"));
    for (what, id) in [
        ("entity", CODE),
        ("property", "region"),
        ("type", "Organization"),
    ] {
        let service = &body["suggest"][what];
        assert_eq!(service["service_url"], site);
        let path = service["service_path"].as_str().unwrap();
        let seen = get(&app, &format!("{path}?prefix=")).await;
        assert_eq!(seen.status, 200, "{path}");
        assert!(seen.json()["result"].is_array(), "{path}");
        let path = service["flyout_service_path"].as_str().unwrap();
        let seen = get(&app, &path.replace("${id}", id)).await;
        assert_eq!(seen.json()["id"], id, "{path}: {}", seen.body);
        assert!(seen.json()["html"].as_str().unwrap().contains("<p"));
    }
    let preview = body["preview"]["url"].as_str().unwrap();
    let preview = preview.strip_prefix(site).unwrap().replace("{{id}}", CODE);
    assert_eq!(get(&app, &preview).await.status, 200);
    let propose = &body["extend"]["propose_properties"]["service_path"];
    let seen = get(
        &app,
        &format!("{}?type=Organization&limit=3", propose.as_str().unwrap()),
    )
    .await;
    assert_eq!(seen.json()["properties"].as_array().unwrap().len(), 3);
}

#[actix_web::test]
async fn candidates_are_organisations_scored_and_certain_when_one_fits() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let code = CODE.to_owned();
    assert_eq!(
        asked(&app, json!({ "query": "厦门海风贸易有限公司" })).await,
        [(code.clone(), 100.0, true)],
        "three records, one organisation"
    );
    assert_eq!(
        asked(&app, json!({ "query": CODE })).await,
        [(code.clone(), 100.0, true)]
    );
    let near = asked(&app, json!({ "query": "厦门海凤贸易有限公司" })).await;
    assert_eq!(near[0].0, code);
    assert!(near[0].1 <= 50.0 && !near[0].2, "{near:?}");
    // namesakes are told apart by what is known of them
    let two = asked(&app, json!({ "query": "南京云帆纺织有限公司" })).await;
    assert_eq!(two.len(), 2);
    assert!(two.iter().all(|c| !c.2), "{two:?}");
    assert!(
        !asked(&app, json!({ "query": "南京云帆纺织有限公司", "limit": 1 })).await[0].2,
        "a namesake that is not told still makes it uncertain"
    );
    let known = json!([{ "pid": "credit_code", "v": OTHER_CODE }]);
    let told = asked(
        &app,
        json!({ "query": "南京云帆纺织有限公司", "properties": known }),
    )
    .await;
    assert_eq!(told[0], (OTHER_CODE.to_owned(), 100.0, true));
    assert!(told[1].1 < 100.0 && !told[1].2);
    // by properties alone; and one that says something else
    assert_eq!(
        asked(&app, json!({ "properties": known })).await[0].0,
        OTHER_CODE
    );
    let elsewhere = json!([{ "pid": "region", "v": "大连市" }]);
    let told = asked(
        &app,
        json!({ "query": "厦门海风贸易有限公司", "properties": elsewhere }),
    )
    .await;
    assert!(!told[0].2 && told[0].1 < 100.0, "{told:?}");
    let here = json!([{ "pid": "region", "v": "福建省" }]);
    let told = asked(
        &app,
        json!({ "query": "厦门海风贸易有限公司", "properties": here }),
    )
    .await;
    assert!(told[0].2);
    assert_eq!(asked(&app, json!({ "query": "没有这样的公司" })).await, []);
    let typed = json!({ "query": "厦门海风贸易有限公司", "type": "UnincorporatedOrganization" });
    assert_eq!(asked(&app, typed).await, []);
}

#[actix_web::test]
async fn persons_individual_businesses_and_the_ended_are_nowhere() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    for q in [
        "欧阳明月",
        "王小二",
        "王**",
        "张**(个体工商户)",
        "92320106MA1EXA025G",
        "大连昨日到期有限公司",
        "533200005098000190",
        "大高新罚〔2026〕a1号",
    ] {
        assert_eq!(asked(&app, json!({ "query": q })).await, [], "{q}");
        let address = format!(
            "/reconcile/suggest/entity?{}",
            Serializer::new(String::new())
                .append_pair("prefix", q)
                .finish()
        );
        assert_eq!(get(&app, &address).await.json()["result"], json!([]), "{q}");
    }
    for id in ["92320106MA1EXA025G", "533200005098000190", "x"] {
        assert_eq!(
            get(&app, &format!("/reconcile/preview?id={id}"))
                .await
                .status,
            404
        );
        let flyout = format!("/reconcile/flyout/entity?id={id}");
        assert_eq!(get(&app, &flyout).await.status, 404);
        let asked = json!({ "ids": [id], "properties": [{ "id": "lists" }, { "id": "records" }] });
        let body = post(&app, "extend", asked).await.json();
        assert_eq!(body["rows"][id], json!({ "lists": [], "records": [] }));
    }
}

#[actix_web::test]
async fn values_of_properties_are_those_on_display() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let all: Vec<Value> = crate::outside::web::reconcile::Property::ALL
        .iter()
        .map(|p| json!({ "id": p.id() }))
        .collect();
    let body = post(
        &app,
        "extend",
        json!({ "ids": [CODE, "none"], "properties": all }),
    )
    .await;
    let body = body.json();
    assert_eq!(body["meta"].as_array().unwrap().len(), all.len());
    let row = &body["rows"][CODE];
    assert_eq!(row["credit_code"], json!([{ "str": CODE }]));
    assert_eq!(row["region"], json!([{ "str": "350203" }]));
    assert_eq!(row["region_name"], json!([{ "str": "福建省厦门市思明区" }]));
    assert_eq!(row["records"], json!([{ "int": 3 }]));
    assert_eq!(
        row["latest_decision"],
        json!([{ "date": "2026-07-01T00:00:00+08:00" }])
    );
    assert_eq!(row["displayed_until"], json!([]), "one has no end");
    assert_eq!(row["lists"].as_array().unwrap().len(), 2);
    let few = json!({ "ids": [CODE], "properties": [{ "id": "document_numbers", "settings": { "limit": "1" } }] });
    let body = post(&app, "extend", few).await.json();
    assert_eq!(
        body["rows"][CODE]["document_numbers"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    // what is taken back is gone from here, too
    portal.publish(
        vec![],
        &[("b1000000000000000000".to_owned(), Why::Repaired)],
    );
    let asked_again = json!({ "ids": [OTHER_CODE], "properties": [{ "id": "url" }] });
    let body = post(&app, "extend", asked_again).await.json();
    assert_eq!(body["rows"][OTHER_CODE], json!({ "url": [] }));
}

#[actix_web::test]
async fn an_organisation_with_hundreds_of_records_hides_no_other() {
    let mut records: Vec<RecordParts> = (0..230)
        .map(|n| org(&format!("m{n:04}"), "厦门海风贸易有限公司", CODE))
        .collect();
    records.push(org("z", "厦门海风贸易第二分公司", OTHER_CODE));
    let portal = Portal::new(records);
    let app = app(&portal).await;
    let found = asked(&app, json!({ "query": "厦门海风贸易" })).await;
    let ids: Vec<&str> = found.iter().map(|c| c.0.as_str()).collect();
    assert_eq!(ids, [CODE, OTHER_CODE]);
    let asked = json!({ "ids": [CODE], "properties": [{ "id": "records" }] });
    let body = post(&app, "extend", asked).await.json();
    assert_eq!(body["rows"][CODE]["records"], json!([{ "int": 230 }]));
}

#[actix_web::test]
async fn questions_come_by_address_or_form_and_nothing_else() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let batch: serde_json::Map<String, Value> = (0..50)
        .map(|n| (format!("q{n}"), json!({ "query": "海风" })))
        .collect();
    let batch = Value::Object(batch);
    let sent = post(&app, "queries", batch.clone()).await;
    assert_eq!(sent.json().as_object().unwrap().len(), 50);
    assert_eq!(sent.header("cache-control"), "no-store");
    let by_address = get(&app, &format!("/reconcile?{}", form("queries", &batch))).await;
    assert_eq!(by_address.json(), sent.json());
    assert_eq!(
        send(&app, "application/json", batch.to_string())
            .await
            .status,
        415
    );
    let nothing = send(&app, "application/x-www-form-urlencoded", "a=b".to_owned()).await;
    assert_eq!(nothing.status, 400);
    assert_eq!(nothing.header("content-type"), "application/problem+json");
    let large = "queries=".to_owned() + &"a".repeat(1 << 20);
    let seen = send(&app, "application/x-www-form-urlencoded", large).await;
    assert_eq!(seen.status, 413);
    let request = TestRequest::delete().uri("/reconcile");
    let seen = ask(&app, request).await;
    assert_eq!(
        (seen.status.as_u16(), seen.header("allow")),
        (405, "GET, HEAD, POST")
    );
    for address in [
        "/reconcile/suggest/colour?prefix=a",
        "/reconcile/flyout/colour?id=a",
        "/reconcile/flyout/property?id=colour",
    ] {
        assert_eq!(get(&app, address).await.status, 404, "{address}");
    }
    for address in [
        "/reconcile/preview",
        "/reconcile/properties?type=Q5",
        "/reconcile/suggest/type?prefix=a&cursor=x",
    ] {
        assert_eq!(get(&app, address).await.status, 400, "{address}");
    }
}

#[actix_web::test]
async fn the_preview_alone_may_be_framed_and_runs_nothing() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let seen = get(&app, &format!("/reconcile/preview?id={CODE}")).await;
    assert!(seen.body.contains("厦门海风贸易有限公司"));
    assert!(!seen.body.contains("<script"));
    assert_eq!(seen.header("x-frame-options"), "");
    let policy = seen.header("content-security-policy");
    assert!(
        policy.contains("frame-ancestors *") && !policy.contains("script-src"),
        "{policy}"
    );
    let other = get(&app, &format!("/subjects/{CODE}")).await;
    assert_eq!(other.header("x-frame-options"), "DENY");
    let english = get(&app, &format!("/reconcile/preview?id={CODE}&lang=en")).await;
    assert!(
        english.body.contains("Records on display: 3"),
        "{}",
        english.body
    );
}

#[actix_web::test]
async fn batches_have_an_allowance_of_their_own() {
    let rates = Rates {
        reconcile: Some(Rate::new(1, 1)),
        ..Rates::off()
    };
    let portal = Portal::with(
        everybody(),
        Settings {
            rates,
            ..Settings::default()
        },
    );
    let app = app(&portal).await;
    let batch = json!({ "q0": { "query": "海风" } });
    assert_eq!(post(&app, "queries", batch.clone()).await.status, 200);
    let seen = post(&app, "queries", batch).await;
    assert_eq!(seen.status, 429);
    assert_eq!(get(&app, "/reconcile").await.status, 200, "{}", today());
}
