//! Those who keep copies: a mirror is a portal of its own, and `stale` says what must go from a file.

use std::time::Duration;

use crate::files::{self, PENALTY, company_code};
use crate::harness::{Site, eventually};

const NOON: &str = "2026-10-12T12:00:00+08:00";

fn published(rows: usize) -> Site {
    let site = Site::new();
    site.set_clock(NOON);
    let rows: Vec<_> = (1..=rows)
        .map(|n| files::penalty(n, "2026-10-01"))
        .collect();
    site.import(PENALTY, &site.write("all.jsonl", files::jsonl(&rows)));
    site.publish();
    site
}

/// Takes the first record back.
fn take_back(site: &Site, rows: usize) {
    let rows: Vec<_> = (2..=rows)
        .map(|n| files::penalty(n, "2026-10-01"))
        .collect();
    let file = site.write("less.jsonl", files::jsonl(&rows));
    let file = file.to_str().unwrap();
    site.run(&["import", file, "--list", PENALTY, "--replace"])
        .expect(0);
    site.publish();
}

#[test]
fn a_mirror_is_a_portal_and_gives_up_what_was_taken_back() {
    let site = published(5);
    let origin = site.serve(&[]);
    let copy = Site::empty();
    copy.set_clock(NOON);
    let ran = copy
        .run(&["--json", "mirror", origin.base(), "--once"])
        .expect(0);
    assert_eq!(ran.json()["records"], 5, "{}", ran.stdout);
    let made = ["vault.db", "keys/vault.key", "keys/id.key"];
    assert!(made.iter().all(|file| !copy.data().join(file).exists()));
    let mirror = copy.serve(&["--role", "public"]);
    let (ids, total) = mirror.search(&company_code(1));
    assert_eq!((ids.clone(), total), origin.search(&company_code(1)));
    assert_eq!(mirror.get(&format!("/records/{}", ids[0])).status, 200);
    let state =
        |server: &crate::harness::Server| server.api("/api/v1/changes?limit=1000")["state"].clone();
    assert_eq!(state(&mirror), state(&origin));

    // a process that keeps the copy up, beside the one that serves it
    let mut keeper = copy.command(&["mirror", origin.base()]).spawn().unwrap();
    take_back(&site, 5);
    eventually("gone from the mirror", Duration::from_secs(15), || {
        mirror.get(&format!("/records/{}", ids[0])).status == 410
            && mirror.search(&company_code(1)).1 == 0
    });
    keeper.kill().unwrap();
    keeper.wait().unwrap();
    assert_eq!(mirror.tombstone(&ids[0]).unwrap()["why"], "removed");
    // the term is over and the portal is gone: the mirror goes by the day itself
    drop(origin);
    copy.set_clock("2032-01-01T00:00:00+08:00");
    assert_eq!(mirror.search(&company_code(2)).1, 0);
    assert_ne!(
        copy.run(&["mirror", "http://127.0.0.1:1", "--once"]).status,
        0
    );
    let other = Site::empty();
    assert_ne!(
        other
            .run(&["mirror", "http://127.0.0.1:1", "--once"])
            .status,
        0
    );
    assert!(
        !other.data().exists(),
        "a wrong address leaves nothing behind"
    );
    assert_ne!(
        site.run(&["mirror", "http://127.0.0.1:1", "--once"]).status,
        0
    );
}

#[test]
fn stale_lists_what_must_go_from_a_copy() {
    let site = published(3);
    let server = site.serve(&[]);
    let ids: Vec<String> = (1..=3)
        .map(|n| server.search(&company_code(n)).0[0].clone())
        .collect();
    let mut text = "\u{feff}name,id\n".to_owned();
    for id in &ids {
        text.push_str(&format!("\"某,公司\",{id}\n"));
    }
    text.push_str("x,neverseen0000000000a\n");
    let file = site.write("mine.csv", text);
    let file = file.to_str().unwrap();
    let base = server.base().to_owned();
    assert_eq!(site.run(&["stale", file]).expect(0).stdout, "");
    site.run(&["stale", file, "--from", &base]).expect(0);
    take_back(&site, 3);
    let ran = site.run(&["stale", file]).expect(3);
    assert_eq!(ran.stdout.trim(), ids[0]);
    eventually("told by the portal", Duration::from_secs(5), || {
        site.run(&["stale", file, "--from", &base]).status == 3
    });
    let ran = site
        .run(&["--json", "stale", file, "--from", &base])
        .expect(3);
    assert_eq!(ran.json()["checked"], 4);
    assert_eq!(ran.json()["stale"][0], ids[0].as_str());
    assert_eq!(site.run(&["stale", "/no/such/file"]).status, 1);
}
