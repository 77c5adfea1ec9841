//! The change feed as its followers use it: waiting, the end of the feed, withdrawals, and the Atom feeds.

use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use chrono::TimeDelta;

use super::fixture::{CODE, Portal, catalogue, day, everybody, org, today};
use super::{app, get};
use crate::domain::time::day_start;
use crate::outside::store::StateSum;
use crate::outside::web::follow::is_exported;
use crate::record::{PublicRecord, Why};

const PERSONS: [&str; 3] = ["欧阳明月", "王**", "张**"];

#[actix_web::test]
async fn the_end_of_the_feed_says_what_a_follower_holds() {
    let portal = Portal::new(everybody());
    let site = app(&portal).await;
    let part = get(&site, "/api/v1/changes?limit=2").await.json();
    assert_eq!(part["more"], true);
    assert!(part["state"].is_null(), "not at the end: {part}");
    let all = get(&site, "/api/v1/changes?limit=1000").await.json();
    assert_eq!(all["more"], false);
    assert_eq!(all["form"], 1);
    let mut held = StateSum::default();
    for item in all["items"].as_array().unwrap() {
        if item["op"] == "upsert" {
            held.add(item["id"].as_str().unwrap(), item["seq"].as_i64().unwrap());
        }
    }
    assert_eq!(all["state"]["set_hash"], held.hex());
    assert_eq!(all["state"]["count"], held.count);
    assert_eq!(all["state"]["day"], today().to_string());
    assert_eq!(all["state"]["seq"], all["next_since"]);
    let defaulter = everybody()
        .into_iter()
        .find(|r| r.subject_name == "欧阳明月")
        .unwrap();
    assert!(!is_exported(
        &catalogue(),
        &defaulter.list,
        defaulter.subject_kind
    ));
    assert!(
        !all.to_string().contains("欧阳明月"),
        "a list that exports no persons"
    );
}

#[actix_web::test]
async fn from_midnight_on_a_follower_is_told_what_has_ended() {
    let until = today().succ_opt().unwrap();
    let mut ending = org("z1", "厦门明日到期有限公司", CODE);
    ending.displayed_until = Some(until);
    let id = ending.id.clone();
    let portal = Portal::new(vec![ending, org("z2", "厦门长期有限公司", CODE)]);
    let site = app(&portal).await;
    let before = get(&site, "/api/v1/changes").await.json();
    assert_eq!(before["state"]["count"], 2);
    assert_eq!(before["ended"].as_array().unwrap().len(), 0);
    let since = before["next_since"].as_i64().unwrap();
    // nothing was published at midnight
    portal.clock.set(day_start(until));
    let after = get(&site, &format!("/api/v1/changes?since={since}"))
        .await
        .json();
    assert_eq!(after["items"].as_array().unwrap().len(), 0);
    assert_eq!(after["state"]["count"], 1);
    assert_eq!(after["ended"][0]["id"], id);
    assert_eq!(after["ended"][0]["why"], "expired");
    let lines = get(&site, "/api/v1/withdrawals").await;
    assert!(
        lines.body.contains(&id) && lines.body.contains("\"seq\":null"),
        "{}",
        lines.body
    );
}

#[actix_web::test]
async fn whoever_waits_is_answered_at_once_when_there_is_something() {
    let portal = Portal::new(everybody());
    let site = app(&portal).await;
    let begun = Instant::now();
    let now = get(&site, "/api/v1/changes?wait=30").await.json();
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "something newer is there"
    );
    let since = now["next_since"].as_i64().unwrap();

    let address = format!("/api/v1/changes?since={since}&wait=30");
    let store = portal.state.store.clone();
    let at = day_start(today()) + TimeDelta::hours(13);
    let publisher = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(400));
        let new = PublicRecord::restored(org("n1", "厦门新到有限公司", CODE));
        store
            .release(at, "national@2026.1", 1, &[new], &[])
            .unwrap();
    });
    let begun = Instant::now();
    let waited = get(&site, &address).await;
    assert_eq!(waited.header("cache-control"), "no-store");
    let waited = waited.json();
    publisher.join().unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "answered by the release"
    );
    assert_eq!(waited["items"].as_array().unwrap().len(), 1, "{waited}");

    // the boundary of the day ends the wait as well
    let since = waited["next_since"].as_i64().unwrap();
    let clock = portal.clock.clone();
    let midnight = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        clock.set(day_start(day("2026-11-23")));
    });
    let begun = Instant::now();
    let next = get(&site, &format!("/api/v1/changes?since={since}&wait=30"))
        .await
        .json();
    midnight.join().unwrap();
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "answered by the day"
    );
    assert_eq!(next["state"]["day"], "2026-11-23");
    // and the time
    let begun = Instant::now();
    get(&site, &format!("/api/v1/changes?since={since}&wait=1"))
        .await
        .json();
    assert!(begun.elapsed() >= Duration::from_millis(900));
}

#[actix_web::test]
async fn too_many_who_wait_are_told_to_come_back() {
    let portal = Portal::new(everybody());
    let site = app(&portal).await;
    let since = get(&site, "/api/v1/changes?limit=1000").await.json()["next_since"]
        .as_i64()
        .unwrap();
    let address = format!("/api/v1/changes?since={since}&wait=2");
    let all = (0..crate::outside::web::follow::MOST_WAITING + 5)
        .map(|_| {
            let request = actix_web::test::TestRequest::get().uri(&address);
            actix_web::rt::spawn((site.0)(request))
        })
        .collect::<Vec<_>>();
    let (mut busy, mut fine) = (0, 0);
    for one in all {
        match one.await.unwrap() {
            seen if seen.status == StatusCode::SERVICE_UNAVAILABLE => {
                assert_eq!(seen.header("retry-after"), "2");
                busy += 1;
            }
            seen => {
                assert_eq!(seen.status, StatusCode::OK);
                fine += 1;
            }
        }
    }
    assert_eq!((busy, fine), (5, crate::outside::web::follow::MOST_WAITING));
}

#[actix_web::test]
async fn withdrawals_tell_id_reason_moment_and_number_only() {
    let portal = Portal::new(everybody());
    let gone: Vec<(String, Why)> = everybody()
        .into_iter()
        .take(3)
        .map(|r| (r.id, Why::Repaired))
        .collect();
    portal.publish(vec![], &gone);
    let site = app(&portal).await;
    let first = get(&site, "/api/v1/withdrawals?limit=2").await;
    assert_eq!(first.header("content-type"), "application/jsonl");
    let link = first.header("link").to_owned();
    assert!(link.contains("rel=\"next\""), "{link}");
    let next = link
        .trim_start_matches('<')
        .split('>')
        .next()
        .unwrap()
        .to_owned();
    let second = get(&site, &next).await;
    assert!(second.header("link").contains("rel=\"monitor\""));
    let both = first.body + &second.body;
    let mut seen = Vec::new();
    for line in both.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let keys: Vec<&String> = line.as_object().unwrap().keys().collect();
        assert_eq!(keys.len(), 4, "{line}");
        for key in keys {
            assert!(["id", "why", "at", "seq"].contains(&key.as_str()), "{line}");
        }
        if line["why"] == "repaired" {
            seen.push(line["id"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(
        seen,
        gone.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>()
    );
    let bad = get(&site, "/api/v1/withdrawals?after=1").await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
}

#[actix_web::test]
async fn feeds_tell_of_organisations_and_name_nobody_who_left() {
    let portal = Portal::new(everybody());
    let gone = (everybody()[0].id.clone(), Why::Repaired);
    let left = everybody()[2].subject_name.clone();
    portal.publish(
        vec![],
        &[
            gone.clone(),
            (everybody()[2].id.clone(), Why::Withdrawn),
            (everybody()[3].id.clone(), Why::Delisted),
        ],
    );
    let site = app(&portal).await;
    for (address, holds) in [
        ("/feeds/new.atom", "守信激励红名单"),
        ("/feeds/penalty.atom", "&lt;script&gt;"),
        ("/feeds/regions/350200.atom", "厦门海风"),
        ("/feeds/authorities/11210231MB0000001A.atom", "厦门海风"),
        ("/feeds/exits.atom", gone.0.as_str()),
        ("/feeds/withdrawals.atom", gone.0.as_str()),
    ] {
        let seen = get(&site, address).await;
        assert_eq!(seen.status, StatusCode::OK, "{address}");
        assert_eq!(
            seen.header("content-type"),
            "application/atom+xml; charset=utf-8"
        );
        assert!(seen.body.contains(holds), "{address}: {}", seen.body);
        for person in PERSONS {
            assert!(!seen.body.contains(person), "{address} names {person}");
        }
        assert!(!seen.body.contains(&left), "{address} names who left");
        assert!(!seen.body.contains("<script"));
        let tag = seen.header("etag").to_owned();
        let again = actix_web::test::TestRequest::get()
            .uri(address)
            .insert_header(("if-none-match", tag))
            .insert_header(("accept", "text/html"));
        assert_eq!(
            super::ask(&site, again).await.status,
            StatusCode::NOT_MODIFIED,
            "{address}"
        );
    }
    let exits = get(&site, "/feeds/exits.atom").await.body;
    assert!(
        !exits.contains("厦门") && !exits.contains("/records/"),
        "{exits}"
    );
    for address in [
        "/feeds/no_such_list.atom",
        "/feeds/watch_list.atom",
        "/feeds/regions/999999.atom",
        "/feeds/authorities/a%20b.atom",
    ] {
        assert_eq!(
            get(&site, address).await.status,
            StatusCode::NOT_FOUND,
            "{address}"
        );
    }
    let page = get(&site, "/feeds").await;
    assert!(page.body.contains("/feeds/penalty.atom") && !page.body.contains("watch_list"));
    for (address, feed) in [
        ("/lists/penalty", "/feeds/penalty.atom"),
        ("/notices", "/feeds/exits.atom"),
        ("/feeds", "/feeds/new.atom"),
    ] {
        let link =
            format!("<link rel=\"alternate\" type=\"application/atom+xml\" href=\"{feed}\">");
        assert!(get(&site, address).await.body.contains(&link), "{address}");
    }
}
