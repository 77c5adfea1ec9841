//! The page of statistics: its route and twin, what is held back, and that counting follows releases and days.

use actix_web::http::Method;
use actix_web::test::TestRequest;

use super::fixture::{CODE, Portal, catalogue, day, everybody, org, person, today};
use super::{app, ask, get};
use crate::domain::kinds::SubjectKind;
use crate::domain::workdays::WorkDays;
use crate::outside::store::{DateTally, ExitTally, PlaceTally, Tallies};
use crate::outside::web::stats::Stats;
use crate::record::{RecordParts, Why};

/// Counts for samples: none, one, and many in every province.
pub fn tallies() -> Vec<(&'static str, Tallies)> {
    let place = |list: &str, kind, region: &str, n: u64| PlaceTally {
        list: list.to_owned(),
        kind,
        region: region.to_owned(),
        authority: format!("11{region}MB00{n:06}"),
        count: n,
        example: n,
        newest: day("2026-06-08"),
    };
    let date = |list: &str, kind, decided: &str, from: &str, count| DateTally {
        list: list.to_owned(),
        kind,
        decided_on: day(decided),
        displayed_from: day(from),
        count,
    };
    let legal = SubjectKind::LegalPerson;
    let one = Tallies {
        seq: 1,
        places: vec![place("penalty", legal, "350203", 1)],
        dates: vec![date("penalty", legal, "2026-06-01", "2026-06-08", 1)],
        exits: vec![],
    };
    let natural = SubjectKind::NaturalPerson;
    let mut many = Tallies {
        seq: 9,
        places: vec![
            place("judgment_defaulter", natural, "100000", 3),
            place("judgment_defaulter", natural, "210231", 400),
            place("red_list", natural, "210231", 8),
            place("of_another_catalogue", legal, "999999", 12),
        ],
        dates: vec![
            date(
                "judgment_defaulter",
                natural,
                "2020-02-02",
                "2026-06-08",
                411,
            ),
            date("penalty", legal, "2025-01-02", "2026-06-08", 90_000),
            date("penalty", legal, "2026-06-01", "2026-06-08", 7),
        ],
        exits: vec![
            ExitTally {
                month: day("2026-11-01"),
                why: Why::Repaired,
                count: 4,
            },
            ExitTally {
                month: day("2026-10-01"),
                why: Why::Expired,
                count: 4_000,
            },
            ExitTally {
                month: day("2026-10-01"),
                why: Why::Repaired,
                count: 77,
            },
        ],
    };
    for (i, province) in (0_u32..).zip(&crate::outside::web::parts::chart::PROVINCES) {
        many.places
            .push(place("penalty", legal, province.code, 2_u64.pow(i / 2)));
    }
    vec![("empty", Tallies::default()), ("one", one), ("many", many)]
}

/// Statistics of counts on the day of the tests.
pub fn made(tallies: &Tallies) -> Stats {
    let names = |asked: &[(String, u64)]| {
        let name = |(code, _): &(String, u64)| (code.clone(), "局".repeat(60));
        asked.iter().take(3).map(name).collect()
    };
    Stats::new(
        tallies,
        today(),
        &catalogue(),
        &WorkDays::embedded(),
        &names,
    )
}

#[actix_web::test]
async fn the_page_and_its_twin_tell_the_same() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let page = get(&app, "/stats").await;
    assert_eq!(page.status, 200);
    for owed in [
        r#"<link rel="alternate" type="application/json" href="/api/v1/stats">"#,
        "按名单",
        "目前还不能统计的",
        r##"href="/search?region=350000""##,
        r#"role="img" aria-labelledby="map-title" aria-describedby="map-seen""#,
    ] {
        assert!(page.body.contains(owed), "{owed}");
    }
    // everybody but the persons and the one that ended yesterday
    let json = get(&app, "/api/v1/stats").await.json();
    assert_eq!(json["organisations"], 7);
    assert_eq!(json["seq"], 10);
    assert_eq!(json["as_of"], "2026-11-22");
    let of = |part: &str, key: &str, value: &str| {
        let rows = json[part].as_array().unwrap().iter();
        rows.clone().find(|r| r[key] == value).unwrap().clone()
    };
    assert_eq!(of("lists", "list", "penalty")["organisations"], 6);
    assert_eq!(of("regions", "region", "350000")["organisations"], 7);
    assert_eq!(of("months", "month", "2026-07")["organisations"], 1);
    assert_eq!(of("kinds", "kind", "individual_business")["count"], 1);
    assert_eq!(
        of("authorities", "authority", "11210231MB0000001A")["name"],
        "大连高新区市场监督管理局"
    );
    // decided on a Monday, displayed on the Monday after: five working days
    let punctual = of("punctuality", "list", "penalty");
    assert_eq!(
        (&punctual["on_time"], &punctual["late"]),
        (&6.into(), &0.into())
    );
    assert_eq!(json["months"].as_array().unwrap().len(), 25);
    assert_eq!(json["regions"].as_array().unwrap().len(), 35);
}

#[actix_web::test]
async fn the_route_keeps_to_the_rules_of_the_house() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    for address in ["/stats", "/api/v1/stats"] {
        let seen = get(&app, address).await;
        let tag = seen.header("etag").to_owned();
        let again = TestRequest::get()
            .uri(address)
            .insert_header(("if-none-match", tag));
        assert_eq!(ask(&app, again).await.status, 304, "{address}");
        let head = TestRequest::default().method(Method::HEAD).uri(address);
        assert_eq!(ask(&app, head).await.status, 200, "{address}");
        let post = ask(&app, TestRequest::post().uri(address)).await;
        assert_eq!(
            (post.status.as_u16(), post.header("allow")),
            (405, "GET, HEAD")
        );
    }
    let english = get(&app, "/stats?lang=en").await.body;
    assert!(english.contains("By deciding authority"));
    assert!(english.contains(r#"<span lang="zh-Hans">大连高新区市场监督管理局</span>"#));
}

#[actix_web::test]
async fn small_numbers_of_persons_are_not_told_nor_drawn() {
    let defaulters = |n: usize| -> Vec<RecordParts> {
        (0..n)
            .map(|i| person(&format!("q{i}"), "judgment_defaulter", "某某", "某某"))
            .collect()
    };
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let json = get(&app, "/api/v1/stats").await.json();
    assert_eq!(json["natural_persons"]["count"], serde_json::Value::Null);
    // one is found by the full name only; the other stands on a list that may be browsed
    assert_eq!(json["natural_persons"]["suppressed"], "withheld");
    let page = get(&app, "/stats").await.body;
    assert!(page.contains("少于5"), "the page says that it holds back");

    // six in one list and two in another: the two do not follow from the total
    let two = ["r1", "r2"].map(|id| person(id, "of_another_catalogue", "某某", "某某"));
    portal.publish([defaulters(5), two.to_vec()].concat(), &[]);
    let json = get(&app, "/api/v1/stats").await.json();
    assert_eq!(json["natural_persons"]["count"], 9);
    let rows = json["lists"].as_array().unwrap();
    let persons = |list: &str| {
        let row = rows.iter().find(|r| r["list"] == list).unwrap();
        row["natural_persons"].clone()
    };
    assert_eq!(
        persons("of_another_catalogue")["suppressed"],
        "fewer_than_5"
    );
    assert_eq!(persons("red_list")["count"], 1, "it can be browsed");
    assert_eq!(persons("judgment_defaulter")["suppressed"], "withheld");
    assert_eq!(persons("penalty")["count"], 0);
    assert!(get(&app, "/stats").await.body.contains("不单列"));
}

#[actix_web::test]
async fn statistics_follow_releases_and_days() {
    let portal = Portal::new(everybody());
    let app = app(&portal).await;
    let count = async || get(&app, "/api/v1/stats").await.json();
    assert_eq!(count().await["organisations"], 7);
    let first = portal.state.known_stats(portal.state.stamp()).unwrap();
    count().await;
    let second = portal.state.known_stats(portal.state.stamp()).unwrap();
    assert!(std::sync::Arc::ptr_eq(&first, &second), "counted once");

    let later = RecordParts {
        displayed_from: today().succ_opt().unwrap(),
        ..org("g1", "大连明日开始有限公司", CODE)
    };
    let gone: Vec<(String, Why)> = ["a1", "b1", "b2", "f1", "d1"]
        .map(|id| (format!("{id:0<20}"), Why::Repaired))
        .to_vec();
    portal.publish(vec![later], &gone);
    let json = count().await;
    assert_eq!(json["organisations"], 2);
    let last = json["exits"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["month"], "2026-11");
    assert_eq!(last["reasons"][0]["why"], "repaired");
    assert_eq!(last["reasons"][0]["count"], 5);

    let midnight = crate::domain::time::day_start(today().succ_opt().unwrap());
    portal.clock.set(midnight);
    assert_eq!(count().await["organisations"], 3);
}
