//! Re-users: they register, report and are told apart by how far they have deleted; nobody reports for another.

use actix_web::test::TestRequest;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::fixture::{Portal, everybody};
use super::{Seen, Site, app, app_of, ask, get};
use crate::base::clock::Clock as _;
use crate::base::crypto::parcel;
use crate::outside::store::ReuserState;
use crate::outside::web::handlers::CONTACT;
use crate::record::Why;

async fn send(app: &Site, address: &str, token: &str, body: &Value) -> Seen {
    let mut request = TestRequest::post().uri(address).set_json(body);
    if !token.is_empty() {
        request = request.insert_header(("authorization", format!("Bearer {token}")));
    }
    ask(app, request).await
}

async fn register(app: &Site, name: &str) -> (String, String) {
    let seen = send(app, "/api/v1/reusers", "", &json!({ "name": name })).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    let made = seen.json();
    let text = |key: &str| made[key].as_str().unwrap().to_owned();
    (text("id"), text("token"))
}

#[actix_web::test]
async fn a_reuser_registers_is_confirmed_reports_and_falls_behind() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let store = portal.state.store.clone();
    let (id, token) = register(&app, "虚构报社").await;
    let (other, _) = register(&app, "虚构大学").await;
    // a name is not shown before somebody looked at it
    let page = get(&app, "/data/reusers").await;
    assert!(page.status == 200 && !page.body.contains("虚构报社"));
    let all = get(&app, "/api/v1/reusers").await.json();
    assert_eq!(
        (&all["items"], &all["waiting_to_be_listed"]),
        (&json!([]), &json!(2))
    );
    assert!(store.set_reuser(&id, ReuserState::Listed).unwrap());
    let all = get(&app, "/api/v1/reusers").await.json();
    assert_eq!(all["items"][0]["name"], "虚构报社");
    assert_eq!(all["items"][0]["standing"], "silent");
    assert!(!all.to_string().contains(&token));

    let report = format!("/api/v1/reusers/{id}/progress");
    let seq = store.position().unwrap().seq;
    let done = send(&app, &report, &token, &json!({ "seq": seq })).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(done.json()["standing"], "up_to_date");
    // something is taken back, and time passes
    let gone = store.scan(0, 1).unwrap().remove(0).record.id.clone();
    portal.publish(vec![], &[(gone, Why::Repaired)]);
    let standing = |page: &Value| {
        let one = &page["items"][0];
        (
            one["standing"].clone(),
            one["withdrawals_behind"].clone(),
            one["hours_behind"].clone(),
        )
    };
    let told = get(&app, "/api/v1/reusers").await.json();
    assert_eq!(standing(&told), (json!("catching_up"), json!(1), json!(0)));
    portal.clock.set(portal.clock.now() + TimeDelta::hours(25));
    let told = get(&app, "/api/v1/reusers").await.json();
    assert_eq!(standing(&told), (json!("late"), json!(1), json!(25)));
    let page = get(&app, "/data/reusers?lang=en").await;
    assert!(page.body.contains("虚构报社") && page.body.contains("Late"));
    let done = send(&app, &report, &token, &json!({ "seq": seq + 1 })).await;
    assert_eq!(done.json()["standing"], "up_to_date");

    // neither back nor beyond, and nobody for another
    for (to, with, body, status) in [
        (&report, token.as_str(), json!({ "seq": seq }), 400),
        (&report, &token, json!({ "seq": seq + 2 }), 400),
        (&report, &token, json!({ "seq": "x" }), 400),
        (&report, "", json!({ "seq": seq + 1 }), 401),
        (&report, "gsr_wrong", json!({ "seq": seq + 1 }), 401),
        (&report, "gsr_wrong", json!({ "seq": "x" }), 401),
        (
            &format!("/api/v1/reusers/{other}/progress"),
            &token,
            json!({ "seq": 1 }),
            401,
        ),
        (
            &"/api/v1/reusers/0000000000/progress".to_owned(),
            &token,
            json!({ "seq": 1 }),
            401,
        ),
    ] {
        let seen = send(&app, to, with, &body).await;
        assert_eq!(seen.status, status, "{to} {body} {}", seen.body);
    }
    assert!(store.set_reuser(&id, ReuserState::Removed).unwrap());
    let seen = send(&app, &report, &token, &json!({ "seq": seq + 1 })).await;
    assert_eq!(seen.status, 401, "taken out");
    assert_eq!(
        get(&app, "/api/v1/reusers").await.json()["items"],
        json!([])
    );
}

#[actix_web::test]
async fn a_node_that_reads_alone_keeps_registrations_and_reports_for_the_one_that_publishes() {
    let portal = Portal::new(everybody());
    let store = &portal.state.store;
    let app = app_of(portal.reading_alone()).await;
    let page = get(&app, "/data/reusers").await;
    assert!(page.body.contains("name=\"website\""), "{}", page.body);
    let body = json!({ "name": "虚构报社", "contact": "desk@news.example" });
    let made = send(&app, "/api/v1/reusers", "", &body).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let made = made.json();
    let text = |key: &str| made[key].as_str().unwrap().to_owned();
    let (id, token) = (text("id"), text("token"));
    assert_eq!(
        (&made["standing"], &made["listed"]),
        (&json!("silent"), &json!(false))
    );
    assert_eq!(
        store.reusers_waiting().unwrap(),
        0,
        "it may not write there"
    );
    let all = get(&app, "/api/v1/reusers").await.json();
    assert_eq!(all["waiting_to_be_listed"], json!(1));

    // who registered here reports here, before anybody took the registration in
    let report = format!("/api/v1/reusers/{id}/progress");
    let seq = store.position().unwrap().seq;
    let done = send(&app, &report, &token, &json!({ "seq": seq })).await;
    assert_eq!(done.json()["standing"], "up_to_date", "{}", done.body);
    let (other, others) = register(&app, "虚构大学").await;
    for (of, with, to, status) in [
        (&id, &token, seq - 1, 400),
        (&id, &token, seq + 1, 400),
        (&id, &others, seq, 401),
        (&other, &token, seq, 401),
        (&id, &token, seq, 200),
    ] {
        let report = format!("/api/v1/reusers/{of}/progress");
        let seen = send(&app, &report, with, &json!({ "seq": to })).await;
        assert_eq!(seen.status, status, "{to}: {}", seen.body);
    }
    // one who is listed is told by its newest report, also while that waits
    let writer = super::app(&portal).await;
    let (listed, key) = register(&writer, "虚构通讯社").await;
    assert!(store.set_reuser(&listed, ReuserState::Listed).unwrap());
    let report = format!("/api/v1/reusers/{listed}/progress");
    let done = send(&app, &report, &key, &json!({ "seq": seq })).await;
    assert_eq!(done.status, 200, "{}", done.body);
    let all = get(&app, "/api/v1/reusers").await.json();
    assert_eq!(all["items"][0]["standing"], "up_to_date");
    assert_eq!(all["items"][0]["deleted_to"], json!(seq));
    assert_eq!(store.reuser(&listed).unwrap().unwrap().deleted_to, 0);
    assert!(store.set_reuser(&listed, ReuserState::Removed).unwrap());
    let done = send(&app, &report, &key, &json!({ "seq": seq })).await;
    assert_eq!(done.status, 401, "taken out: {}", done.body);
}

#[actix_web::test]
async fn a_contact_is_sealed_to_the_desk_and_a_token_is_kept_as_its_hash() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let body = json!({ "name": "虚构报社", "website": "https://news.example", "contact": "desk@news.example 010-7654" });
    let made = send(&app, "/api/v1/reusers", "", &body).await.json();
    let (id, token) = (
        made["id"].as_str().unwrap(),
        made["token"].as_str().unwrap(),
    );
    let (envelope, sealed) = portal.state.store.reuser_contact(id).unwrap().unwrap();
    let key = portal.desk().open(&envelope, id).unwrap();
    let place = parcel::Place {
        number: id,
        part: CONTACT,
    };
    let plain = parcel::open(&key, place, &sealed).unwrap();
    assert_eq!(&plain[..], "desk@news.example 010-7654".as_bytes());
    for bytes in portal.database_bytes() {
        let holds = |text: &str| bytes.windows(text.len()).any(|w| w == text.as_bytes());
        assert!(!holds("010-7654") && !holds(token));
    }
}

#[actix_web::test]
async fn the_form_says_what_is_wrong_or_shows_the_token_once() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let form = |body: &'static str, site: &'static str| {
        TestRequest::post()
            .uri("/data/reusers?lang=en")
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .insert_header(("sec-fetch-site", site))
            .set_payload(body)
    };
    let wrong = ask(
        &app,
        form("name=x&website=javascript:alert(1)", "same-origin"),
    )
    .await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("name-error") && wrong.body.contains("website-error"));
    assert_eq!(ask(&app, form("name=News", "cross-site")).await.status, 403);
    assert_eq!(portal.state.store.reusers_waiting().unwrap(), 0);
    let made = ask(&app, form("name=News+desk&website=", "same-origin")).await;
    assert_eq!(made.status, 200);
    assert!(made.body.contains("gsr_"));
    assert_eq!(made.header("cache-control"), "no-store");
    assert_eq!(portal.state.store.reusers_waiting().unwrap(), 1);
    let page = get(&app, "/data/hooks?lang=en").await;
    assert!(page.status == 200 && page.body.contains("gongshi-signature"));
}
