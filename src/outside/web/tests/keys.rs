//! Keys of the API: more at once, nothing else; and refused as soon as they are revoked.

use actix_web::test::TestRequest;

use super::fixture::{Portal, everybody};
use super::{Seen, Site, app, ask};
use crate::base::crypto::ApiKey;
use crate::outside::web::{Rate, Rates, Settings};

const AT: &str = "2026-11-22T04:00:00Z";

async fn with(app: &Site, address: &str, name: &'static str, value: &str) -> Seen {
    let request = TestRequest::get().uri(address).insert_header((name, value));
    ask(app, request).await
}

fn portal() -> (Portal, ApiKey) {
    let rates = Rates {
        read: Some(Rate::new(2, 1)),
        person: Some(Rate::new(1, 1)),
        ..Rates::off()
    };
    let settings = Settings {
        rates,
        key_factor: 3,
        ..Settings::default()
    };
    let portal = Portal::with(everybody(), settings);
    let key = ApiKey::make().unwrap();
    portal
        .state
        .store
        .add_api_key(key.id(), "报社", &key.hash(), AT.parse().unwrap())
        .unwrap();
    (portal, key)
}

#[actix_web::test]
async fn a_key_raises_allowances_and_is_counted_for_itself() {
    let (portal, key) = portal();
    let app = app(&portal).await;
    let bearer = format!("Bearer {}", key.expose());
    for n in 0..6 {
        let (name, value) = if n % 2 == 0 {
            ("authorization", bearer.as_str())
        } else {
            ("x-api-key", key.expose())
        };
        let seen = with(&app, "/api/v1/lists", name, value).await;
        assert_eq!(seen.status, 200, "{n}");
        assert_eq!(seen.header("ratelimit-policy"), "\"read\";q=6;w=120");
    }
    assert_eq!(
        with(&app, "/api/v1/lists", "x-api-key", key.expose())
            .await
            .status,
        429
    );
    // without a key the allowance of the address is untouched
    let seen = with(&app, "/api/v1/lists", "accept", "*/*").await;
    assert_eq!(seen.header("ratelimit-policy"), "\"read\";q=2;w=120");
    assert_eq!(seen.status, 200);
}

#[actix_web::test]
async fn no_key_buys_more_searches_for_persons() {
    let (portal, key) = portal();
    let app = app(&portal).await;
    let address = "/api/v1/search?q=%E6%AC%A7%E9%98%B3%E6%98%8E%E6%9C%88&list=judgment_defaulter";
    assert_eq!(
        with(&app, address, "x-api-key", key.expose()).await.status,
        200
    );
    assert_eq!(
        with(&app, address, "x-api-key", key.expose()).await.status,
        429
    );
    assert_eq!(with(&app, address, "accept", "*/*").await.status, 429);
}

#[actix_web::test]
async fn an_unknown_or_revoked_key_is_refused() {
    let (portal, key) = portal();
    let app = app(&portal).await;
    for wrong in ["gsk_x", "", "é", &"a".repeat(5000)] {
        let seen = with(&app, "/api/v1/lists", "x-api-key", wrong).await;
        assert_eq!(seen.status, 401, "{}", wrong.len());
        assert_eq!(seen.header("content-type"), "application/problem+json");
        assert!(seen.header("www-authenticate").starts_with("Bearer"));
        assert_eq!(seen.json()["type"], "urn:gongshi:problem:unknown-key");
    }
    // pages know no keys, and a proxy's password is none
    assert_eq!(with(&app, "/about", "x-api-key", "gsk_x").await.status, 200);
    let basic = with(&app, "/api/v1/lists", "authorization", "Basic eDp5").await;
    assert_eq!(basic.status, 200);
    assert_eq!(
        with(&app, "/api/v1/lists", "x-api-key", key.expose())
            .await
            .status,
        200
    );
    let store = &portal.state.store;
    assert!(store.revoke_api_key(key.id(), AT.parse().unwrap()).unwrap());
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    assert_eq!(
        with(&app, "/api/v1/lists", "x-api-key", key.expose())
            .await
            .status,
        401
    );
}
