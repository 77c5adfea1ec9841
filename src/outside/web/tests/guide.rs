//! The pages of the guide, the catalogue and the notices, in three languages.

use super::fixture::{Portal, everybody};
use super::{app, get};
use crate::record::Why;

const PAGES: [&str; 10] = [
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
