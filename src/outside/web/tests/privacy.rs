//! What must never be seen: natural persons outside their rule, blind terms, ended records, scripts.

use super::fixture::{Portal, everybody, today};
use super::{app, get};
use crate::outside::web::limit::{Rate, Rates};
use crate::outside::web::link::with_query;
use crate::outside::web::state::Settings;

#[actix_web::test]
async fn a_person_is_found_by_the_full_name_inside_one_list_and_nowhere_else() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    for (query, found) in [
        (
            vec![("q", "欧阳明月"), ("list", "judgment_defaulter")],
            true,
        ),
        (
            vec![("q", "歐陽明月"), ("list", "judgment_defaulter")],
            true,
        ),
        (
            vec![
                ("q", "欧阳明月"),
                ("list", "judgment_defaulter"),
                ("kind", "natural_person"),
            ],
            true,
        ),
        (vec![("q", "欧阳明月")], false),
        (vec![("q", "欧阳明月"), ("list", "red_list")], false),
        (vec![("q", "欧阳明月"), ("list", "penalty")], false),
        (vec![("q", "欧阳明"), ("list", "judgment_defaulter")], false),
        (vec![("q", "欧阳"), ("list", "judgment_defaulter")], false),
        (vec![("list", "judgment_defaulter")], false),
        (vec![("kind", "natural_person")], false),
        (vec![("q", "大高新罚〔2026〕p1号")], false),
        (
            vec![
                ("q", "大高新罚〔2026〕p1号"),
                ("list", "judgment_defaulter"),
            ],
            false,
        ),
        (vec![("year", "2026")], false),
    ] {
        let json = get(&app, &with_query("/api/v1/search", &query)).await.body;
        assert_eq!(json.contains("欧阳明月"), found, "{query:?}: {json}");
        let page = get(&app, &with_query("/search", &query)).await.body;
        assert_eq!(page.contains("/records/p1"), found, "{query:?}");
        if !found {
            let counted: serde_json::Value = serde_json::from_str(&json).unwrap();
            let kinds = counted["facets"]["kind"].to_string();
            let allowed = kinds.contains("natural_person") && query.contains(&("list", "red_list"));
            assert!(
                !kinds.contains("natural_person") || allowed,
                "{query:?} counts persons: {kinds}"
            );
        }
    }
}

#[actix_web::test]
async fn browsing_shows_persons_only_where_the_catalogue_says_so() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let closed = get(&app, "/lists/judgment_defaulter").await.body;
    assert!(!closed.contains("欧阳明月") && closed.contains("只能以完整姓名检索"));
    assert!(get(&app, "/lists/red_list").await.body.contains("王**"));
    let changes = get(&app, "/api/v1/changes").await.body;
    assert!(!changes.contains("欧阳明月") && changes.contains("王**"));
}

#[actix_web::test]
async fn blind_terms_and_page_only_fields_never_travel() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let key = &everybody()[8].person_keys[0];
    for address in [
        "/api/v1/changes",
        "/api/v1/withdrawals",
        "/feeds/new.atom",
        "/feeds/penalty.atom",
        "/api/v1/records/p1000000000000000000",
        "/records/p1000000000000000000",
        "/api/v1/records/p2000000000000000000",
        "/api/v1/search?q=%E6%AC%A7%E9%98%B3%E6%98%8E%E6%9C%88&list=judgment_defaulter",
    ] {
        let body = get(&app, address).await.body;
        assert!(!body.contains(key.as_str()), "{address}");
        assert_eq!(
            body.contains("440524********0014"),
            address.starts_with("/records"),
            "{address}"
        );
    }
}

#[actix_web::test]
async fn pages_of_persons_and_masked_businesses_are_kept_from_search_engines() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    for (address, kept) in [
        ("/records/p1000000000000000000", true),
        ("/records/p2000000000000000000", false), // its list allows it
        ("/records/d1000000000000000000", true),
        ("/subjects/92320106MA1EXA025G", true),
        ("/records/a1000000000000000000", false),
        ("/subjects/91350203MA2EXA019B", false),
        ("/lists/penalty", false),
    ] {
        let seen = get(&app, address).await;
        assert_eq!(seen.status, 200, "{address}");
        assert_eq!(seen.body.contains("noindex"), kept, "{address}");
        assert_eq!(
            seen.header("x-robots-tag").contains("noindex"),
            kept,
            "{address}"
        );
    }
    let person = get(&app, "/records/p1000000000000000000").await.body;
    let title = person
        .split("<title>")
        .nth(1)
        .unwrap()
        .split("</title>")
        .next()
        .unwrap();
    assert!(!title.contains("欧阳"), "a person's name is in no history");
}

#[actix_web::test]
async fn ended_records_change_no_count_and_no_hint() {
    let ended: Vec<_> = everybody()
        .into_iter()
        .filter(|r| r.displayed_until == Some(today()))
        .collect();
    assert_eq!(ended.len(), 1);
    let with = Portal::new(everybody());
    let without = Portal::new(
        everybody()
            .into_iter()
            .filter(|r| r.displayed_until != Some(today()))
            .collect(),
    );
    let (with, without) = (app(&with).await, app(&without).await);
    let cut = regex::Regex::new(
        r#""(took_ms|seq)":[0-9.]+|数据版本 <span class="num">\d+</span>|\d{4}-\d\d-\d\dT[^"]*"#,
    )
    .unwrap();
    for address in [
        with_query("/api/v1/search", &[("q", "大连昨日到期有限公司")]),
        with_query("/api/v1/search", &[("q", "533200005098000190")]),
        with_query("/api/v1/search", &[("q", "大连昨日")]),
        with_query("/api/v1/search", &[("list", "penalty")]),
        "/api/v1/lists".to_owned(),
        "/subjects/533200005098000190".to_owned(),
    ] {
        let clean = |body: String| cut.replace_all(&body, "").into_owned();
        let (a, b) = (get(&with, &address).await, get(&without, &address).await);
        assert_eq!(clean(a.body), clean(b.body), "{address}");
    }
}

#[actix_web::test]
async fn names_are_text_wherever_they_stand() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let evil = "<script>alert(1)</script>\"'><img src=x>";
    for address in [
        "/records/f1000000000000000000".to_owned(),
        "/subjects/93610902MA6EXA032K".to_owned(),
        "/lists/penalty".to_owned(),
        with_query("/search", &[("q", "alert")]),
        with_query("/search", &[("q", evil)]),
        with_query("/search", &[("q", "x"), ("year", evil)]),
        with_query("/subjects/%3Cscript%3E", &[("page", evil)]),
        with_query("/lists/%3Cscript%3Ealert", &[]),
    ] {
        let seen = get(&app, &address).await;
        let body = super::without_own_script(&seen.body);
        assert!(
            !body.contains("<script") && !seen.body.contains("<img src=x"),
            "{address}"
        );
    }
}

#[actix_web::test]
async fn searches_for_persons_have_a_stricter_allowance() {
    let settings = Settings {
        rates: Rates {
            person: Some(Rate::new(1, 1)),
            ..Rates::off()
        },
        ..Settings::default()
    };
    let portal = Portal::with(everybody(), settings);
    let app = app(&portal).await;
    let person = with_query(
        "/api/v1/search",
        &[("q", "欧阳明月"), ("list", "judgment_defaulter")],
    );
    assert_eq!(get(&app, &person).await.status, 200);
    let refused = get(&app, &person).await;
    assert_eq!(refused.status, 429);
    assert_eq!(
        refused.json()["type"],
        "urn:gongshi:problem:too-many-person-searches"
    );
    let organisation = with_query("/api/v1/search", &[("q", "海风")]);
    assert_eq!(get(&app, &organisation).await.status, 200);
}
