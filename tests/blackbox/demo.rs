//! `gongshi demo`, from nothing to a served portal.

use std::fs;
use std::time::{Duration, Instant};

use crate::harness::Site;

#[test]
fn the_demonstration_is_made_once_and_then_served_at_once() {
    let site = Site::empty();
    let made = site
        .run(&["demo", "--no-serve", "--records", "2000", "--seed", "11"])
        .expect(0);
    assert!(made.stdout.contains("/records/"), "{}", made.stdout);
    assert!(made.stdout.contains("/subjects/"), "{}", made.stdout);

    // files of the national templates: csv in both encodings, xlsx, jsonl; nothing rejected
    for form in [" UTF-8 ", " GB 18030 ", " xlsx ", " jsonl "] {
        assert!(made.stdout.contains(form), "{form}: {}", made.stdout);
    }
    assert!(!made.stdout.contains("left out"), "{}", made.stdout);
    let samples = site.data().join("samples");
    let kinds: std::collections::BTreeSet<String> = fs::read_dir(samples)
        .unwrap()
        .filter_map(|e| Some(e.unwrap().path().extension()?.to_str()?.to_owned()))
        .collect();
    for kind in ["csv", "xlsx", "jsonl"] {
        assert!(kinds.contains(kind), "{kinds:?}");
    }
    let report = site.verify();
    assert!(
        report["public_records"].as_i64().unwrap() > 1000,
        "{report}"
    );
    assert_eq!(report["pending"], 0, "{report}");

    // a second time it is there already
    let begun = Instant::now();
    let again = site.run(&["demo", "--no-serve"]).expect(0);
    assert!(!again.stdout.contains("made"), "{}", again.stdout);
    let server = site.serve(&[]);
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "{:?}",
        begun.elapsed()
    );
    assert!(server.log().len() < 1 << 20);

    for line in made.stdout.lines().filter(|l| l.trim().starts_with("http")) {
        let url = line.split_whitespace().next().unwrap();
        let path = &url[url.find(":8").map_or(0, |i| i + 1)..];
        let path = &path[path.find('/').unwrap()..];
        let answer = server.get(path);
        // officers are led to where they sign in
        let expected = if path == "/desk" { 303 } else { 200 };
        assert_eq!(answer.status, expected, "{path}: {}", answer.body);
    }
    // `serve` knows that the data is fictitious, as `demo` does
    assert!(server.get("/").body.contains("class=\"demo\""));
    let found = server.search("有限公司");
    assert!(found.1 > 100, "{found:?}");
}

#[test]
fn demo_takes_the_next_port_when_its_own_is_taken_and_says_so() {
    let site = Site::empty();
    // when somebody else has the port already, so much the better
    let _taken = std::net::TcpListener::bind("127.0.0.1:8080");
    let ran = site
        .run(&["demo", "--no-serve", "--records", "100"])
        .expect(0);
    assert!(ran.stdout.contains("port 8080 is taken"), "{}", ran.stdout);
    assert!(
        !ran.stdout.contains("http://127.0.0.1:8080/"),
        "{}",
        ran.stdout
    );
}
