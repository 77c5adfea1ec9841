//! The pages of the guide, the catalogue and the notices, in three languages.

use actix_web::test::TestRequest;

use super::fixture::{Portal, everybody};
use super::{app, get};
use crate::record::Why;

const PAGES: [&str; 11] = [
    "/about/design",
    "/catalogue",
    "/catalogue/penalty",
    "/catalogue/watch_list",
    "/notices",
    "/sectors",
    "/help/repair",
    "/help/bankruptcy",
    "/help/objection",
    "/privacy",
    "/accessibility",
];

#[actix_web::test]
async fn every_page_of_the_guide_is_in_the_language_that_was_asked_for() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    for address in PAGES {
        for (tag, word) in [
            ("zh-Hans", "语言和字号"),
            ("zh-Hant", "語言和字號"),
            ("en", "Language and type size"),
        ] {
            let seen = get(&app, &format!("{address}?lang={tag}")).await;
            assert_eq!(seen.status, 200, "{address} {tag}");
            assert!(
                seen.body.contains(&format!("<html lang=\"{tag}\"")),
                "{address} {tag}"
            );
            assert!(seen.body.contains(word), "{address} {tag}");
            assert!(
                seen.body.contains("<meta name=\"description\""),
                "{address} {tag}"
            );
            assert!(!seen.body.contains("黑名单") && !seen.body.contains("黑名單"));
        }
    }
}

#[actix_web::test]
async fn the_catalogue_says_what_is_public_and_what_is_not() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let page = get(&app, "/catalogue?lang=en").await;
    assert!(page.body.contains("/catalogue/watch_list") && page.body.contains("not public"));
    let json = get(&app, "/api/v1/catalogue").await.json();
    let items = json["items"].as_array().unwrap();
    let of = |code: &str| items.iter().find(|i| i["code"] == code).unwrap();
    assert_eq!(of("watch_list")["displayed"], false);
    assert_eq!(of("penalty")["displayed"], true);
    assert!(!of("penalty")["fields"].as_array().unwrap().is_empty());
    assert_eq!(json["layers"].as_array().unwrap().len(), 1);
    let one = get(&app, "/api/v1/catalogue/penalty").await.json();
    assert_eq!(&one, of("penalty"));
    assert_eq!(get(&app, "/api/v1/catalogue?x=1").await.status, 400);
    assert_eq!(get(&app, "/catalogue/nothing").await.status, 404);
}

#[actix_web::test]
async fn notices_tell_how_many_left_and_name_nobody() {
    let portal = Portal::new(everybody());
    let gone = |id: &str, why| (format!("{id:0<20}"), why);
    portal.publish(
        vec![],
        &[
            gone("a1", Why::Repaired),
            gone("b1", Why::Withdrawn),
            gone("c1", Why::Delisted),
        ],
    );
    let app = app(&portal).await;
    let seen = get(&app, "/notices?lang=en").await;
    for wanted in [
        "repaired",
        "removed from the list",
        "was revoked",
        "2026-11-22",
    ] {
        assert!(seen.body.contains(wanted), "{wanted}");
    }
    for never in ["海风", "云帆", "a1000000000000000000", "大高新罚"] {
        assert!(!seen.body.contains(never), "{never}");
    }
}

#[actix_web::test]
async fn search_engines_are_told_of_organisations_and_of_nobody_else() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let robots = get(&app, "/robots.txt").await;
    assert!(robots.body.contains("Disallow: /search"));
    let ask = |address: &str, host: &str| {
        super::ask(
            &app,
            TestRequest::get()
                .uri(address)
                .insert_header(("host", host.to_owned())),
        )
    };
    let index = ask("/sitemap.xml", "xy.example").await;
    assert_eq!(index.header("content-type"), "application/xml");
    assert_eq!(index.body.matches("<loc>").count(), 2, "{}", index.body);
    let part = ask("/sitemap/organisations-1.xml", "xy.example").await;
    assert!(
        part.body
            .contains("<loc>http://xy.example/subjects/91350203MA2EXA019B</loc>"),
        "{}",
        part.body
    );
    // the individual business, the organisation whose term is over, and persons
    for never in [
        "92320106MA1EXA025G",
        "533200005098000190",
        "records",
        "欧阳",
    ] {
        assert!(!part.body.contains(never), "{never}");
    }
    let pages = ask("/sitemap/pages.xml", "xy.example").await;
    assert!(pages.body.contains("/lists/penalty<") && !pages.body.contains("/lists/watch_list"));
    for address in [
        "/sitemap/organisations-0.xml",
        "/sitemap/organisations-2.xml",
        "/sitemap/x.xml",
    ] {
        assert_eq!(ask(address, "xy.example").await.status, 404, "{address}");
    }
    let evil = ask("/sitemap.xml", "x<y>").await;
    assert!(evil.status == 404 || evil.status == 400, "{}", evil.status);
}

#[actix_web::test]
async fn machines_are_told_what_a_page_is_about() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let data = regex::Regex::new(r#"<script type="application/ld\+json">(.*?)</script>"#).unwrap();
    for (address, kind) in [
        ("/", Some("Dataset")),
        ("/help/repair", Some("GovernmentService")),
        ("/subjects/91350203MA2EXA019B", Some("Organization")),
        // a name that tries to end the element
        ("/subjects/93610902MA6EXA032K", Some("Organization")),
        ("/subjects/92320106MA1EXA025G", None),
        ("/records/a1000000000000000000", None),
        ("/help", None),
    ] {
        let seen = get(&app, address).await;
        let told = data.captures(&seen.body).map(|c| {
            let json: serde_json::Value = serde_json::from_str(&c[1]).unwrap();
            json["@type"].as_str().unwrap().to_owned()
        });
        assert_eq!(told.as_deref(), kind, "{address}");
    }
    let ico = get(&app, "/favicon.ico").await;
    assert_eq!(
        (ico.status.as_u16(), ico.header("content-type")),
        (200, "image/x-icon")
    );
}

#[test]
fn parts_of_the_sitemap_hold_every_code_once() {
    let portal = Portal::new(everybody());
    let store = &portal.state.store;
    for size in 1..8 {
        let cuts = store.code_boundaries(size).unwrap();
        let mut from = String::new();
        let mut all = Vec::new();
        for to in cuts.iter().map(Some).chain([None]) {
            let part = store
                .organisation_codes(&from, to.map(String::as_str), super::fixture::today())
                .unwrap();
            assert!(part.len() <= size, "{size}: {part:?}");
            all.extend(part);
            from = to.cloned().unwrap_or_default();
        }
        let whole = store
            .organisation_codes("", None, super::fixture::today())
            .unwrap();
        assert_eq!(all, whole, "{size}");
        assert!(whole.len() >= 3);
    }
}

#[actix_web::test]
async fn the_page_of_components_is_kept_from_search_engines() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let seen = get(&app, "/about/design").await;
    assert!(seen.body.contains("name=\"robots\" content=\"noindex"));
    assert!(
        !get(&app, "/sitemap/pages.xml")
            .await
            .body
            .contains("design")
    );
}
