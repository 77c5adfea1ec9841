//! P4: what is taken back is gone, everywhere, at once; followers are told by a tombstone.

use std::path::Path;
use std::time::Duration;

use crate::files::{self, PENALTY, company_code};
use crate::harness::{Ran, Site, eventually};
use crate::surfaces::Seen;

/// Imports the file as the complete list.
fn replace(site: &Site, file: &Path) -> Ran {
    let file = file.to_str().unwrap();
    site.run(&["--json", "import", file, "--list", PENALTY, "--replace"])
}

#[test]
fn a_record_missing_from_the_complete_list_is_gone_everywhere() {
    let site = Site::new();
    let rows: Vec<_> = (1..=5).map(|n| files::penalty(n, "2026-10-01")).collect();
    site.import(PENALTY, &site.write("all.jsonl", files::jsonl(&rows)));
    site.publish();
    let server = site.serve(&[]);
    let code = company_code(3);
    let (ids, _) = server.search(&code);
    let seen = Seen {
        id: &ids[0],
        name: "厦门市虚构第3商贸有限公司",
        code: &code,
        list: PENALTY,
    };
    assert!(server.surfaces(&seen).len() >= 8);

    let less: Vec<_> = rows
        .iter()
        .filter(|r| r["CF_XDR_SHXYM"] != code.as_str())
        .cloned()
        .collect();
    let file = site.write("less.jsonl", files::jsonl(&less));
    let summary = replace(&site, &file).expect(0).json();
    assert_eq!(summary["withdrawn"], 1, "{summary}");
    assert_eq!(summary["unchanged"], 4, "{summary}");
    // published by another process while the server runs: one second, without a restart
    site.publish();
    eventually("gone from every surface", Duration::from_secs(5), || {
        server.surfaces(&seen).is_empty()
    });
    assert_eq!(server.get(&format!("/records/{}", seen.id)).status, 410);
    let tombstone = server.tombstone(seen.id).unwrap();
    assert_eq!(tombstone["why"], "removed");
    let keys: Vec<&String> = tombstone.as_object().unwrap().keys().collect();
    for key in &keys {
        assert!(
            ["op", "id", "seq", "at", "why"].contains(&key.as_str()),
            "a tombstone tells which id, when and why, and nothing else: {keys:?}"
        );
    }
    drop(server);
    site.verify();

    // a complete list that is empty, or that holds bad rows, withdraws nothing
    let empty = site.write("empty.jsonl", "");
    assert_ne!(replace(&site, &empty).status, 0);
    let mut bad = less[0].clone();
    bad.insert("CF_XDR_SHXYM".into(), "91350203MA2EXA019C".into());
    let file = site.write("bad.jsonl", files::jsonl(&[less[1].clone(), bad]));
    let summary = replace(&site, &file).expect(3).json();
    assert_eq!(summary["withdrawn"], 0, "{summary}");
    assert!(summary["not_replaced"].is_string(), "{summary}");

    // it comes back under the same id when the provider sends it again
    site.import(PENALTY, &site.beside("all.jsonl"));
    site.publish();
    let server = site.serve(&[]);
    assert!(server.surfaces(&seen).len() >= 8);
    assert!(server.tombstone(seen.id).is_none());
}
