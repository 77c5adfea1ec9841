//! Publishing stops when the sum does not hold: files that are not what the store holds are handed to nobody.

use std::fs;
use std::time::Duration;

use crate::files::{self, PENALTY};
use crate::harness::{Site, eventually, walk};

#[test]
fn damaged_parts_stop_the_publishing_and_readiness_and_the_page_tell_it() {
    let site = Site::new();
    let rows: Vec<_> = (1..=40).map(|n| files::penalty(n, "2026-10-01")).collect();
    site.import(PENALTY, &site.write("all.jsonl", files::jsonl(&rows)));
    site.publish();
    site.run(&["export"]).expect(0);
    let mut parts = Vec::new();
    walk(&site.data().join("exports/parts"), &mut parts);
    let is_description = |p: &std::path::PathBuf| p.extension().is_some_and(|e| e == "json");
    let description = parts.iter().find(|p| is_description(p)).unwrap();
    let is_text = |p: &&std::path::PathBuf| p.extension().is_some_and(|e| e == "gz");
    let lines = parts.iter().find(is_text).unwrap();

    // a description that says another number, and bytes that are others
    let whole = fs::read_to_string(description).unwrap();
    let fewer = whole.replacen("\"rows\":40", "\"rows\":39", 1);
    assert_ne!(fewer, whole);
    fs::write(description, &fewer).unwrap();
    let ran = site.run(&["export"]).expect(1);
    assert!(
        ran.stderr.contains("the sum does not hold"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("part 0"), "{}", ran.stderr);
    fs::write(description, &whole).unwrap();
    site.run(&["export"]).expect(0);
    let bytes = fs::read(lines).unwrap();
    let mut damaged = bytes.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0x55;
    fs::write(lines, &damaged).unwrap();
    let ran = site.run(&["export"]).expect(1);
    assert!(
        ran.stderr.contains("the sum does not hold"),
        "{}",
        ran.stderr
    );

    let server = site.serve(&[]);
    eventually("readiness tells it", Duration::from_secs(20), || {
        server.get("/readyz").body.contains("the sum does not hold")
    });
    assert_eq!(server.get("/readyz").status, 200, "the pages are right");
    assert_eq!(server.get("/data/index.json").status, 503);
    assert_eq!(server.get("/data/all/records.csv").status, 503);
    assert!(server.get("/data").body.contains("暂缓提供"));
    assert!(server.log().contains("the sum does not hold"));
    drop(server);

    site.run(&["export", "--anew"]).expect(0);
    let server = site.serve(&[]);
    eventually("there again", Duration::from_secs(20), || {
        server.get("/data/index.json").status == 200
    });
    assert!(!server.get("/readyz").body.contains("sum"));
    assert!(!server.get("/data").body.contains("暂缓提供"));
}
