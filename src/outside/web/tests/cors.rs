//! What pages of other sites may read, and what they may not.

use actix_web::http::Method;
use actix_web::test::TestRequest;

use super::fixture::{Portal, everybody};
use super::{Seen, Site, app, ask};

async fn from_elsewhere(app: &Site, method: Method, address: &str, asks: Option<&str>) -> Seen {
    let mut request = TestRequest::with_uri(address)
        .method(method)
        .insert_header(("origin", "https://elsewhere.example"));
    if let Some(asks) = asks {
        request = request.insert_header(("access-control-request-method", asks));
    }
    ask(app, request).await
}

#[actix_web::test]
async fn open_rooms_are_read_from_anywhere_without_credentials() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    for address in [
        "/api/v1/lists",
        "/api/v1/nothing",
        "/reconcile",
        "/feeds",
        "/data",
        "/data/nothing",
    ] {
        let seen = from_elsewhere(&app, Method::GET, address, None).await;
        assert_eq!(seen.header("access-control-allow-origin"), "*", "{address}");
        assert_eq!(seen.header("access-control-allow-credentials"), "");
        assert!(
            seen.header("access-control-expose-headers")
                .contains("ratelimit")
        );
        assert_eq!(seen.header("cross-origin-resource-policy"), "cross-origin");
    }
    for address in ["/", "/search?q=a", "/verify", "/healthz"] {
        let seen = from_elsewhere(&app, Method::GET, address, None).await;
        assert_eq!(seen.header("access-control-allow-origin"), "", "{address}");
        assert_eq!(seen.header("cross-origin-resource-policy"), "same-origin");
    }
}

#[actix_web::test]
async fn preflights_are_answered_with_the_methods_of_the_address() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    for (address, methods) in [
        ("/api/v1/search", "GET, HEAD"),
        ("/api/v1/check", "POST"),
        ("/reconcile", "GET, HEAD, POST"),
        ("/data/index.json", "GET, HEAD"),
        ("/feeds/penalty.atom", "GET, HEAD"),
    ] {
        let seen = from_elsewhere(&app, Method::OPTIONS, address, Some("GET")).await;
        assert_eq!(seen.status, 204, "{address}");
        assert_eq!(seen.header("access-control-allow-methods"), methods);
        assert!(
            seen.header("access-control-allow-headers")
                .contains("x-api-key")
        );
        assert_eq!(seen.body, "");
    }
    // not a preflight: a method that the address does not take
    let seen = from_elsewhere(&app, Method::OPTIONS, "/api/v1/search", None).await;
    assert_eq!(seen.status, 405);
    let seen = from_elsewhere(&app, Method::OPTIONS, "/verify", Some("POST")).await;
    assert_eq!(seen.status, 405);
    assert_eq!(seen.header("access-control-allow-origin"), "");
}
