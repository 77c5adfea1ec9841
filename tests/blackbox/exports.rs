//! Open data: what is taken back is in no byte of it, and a copy is checked by itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::files::{self, PENALTY, company_code};
use crate::harness::{Site, eventually, unpacked, walk};

/// Files below a directory that hold a text, unpacked.
fn holding(dir: &Path, text: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    walk(dir, &mut files);
    // what a running node replaces in the meantime is no longer there to be read
    files.retain(|f| f.exists() && String::from_utf8_lossy(&unpacked(f)).contains(text));
    files
}

#[test]
fn a_withdrawn_record_is_in_no_byte_of_the_files_and_a_copy_is_whole_and_signed() {
    let site = Site::new();
    let rows: Vec<_> = (1..=40).map(|n| files::penalty(n, "2026-10-01")).collect();
    site.import(PENALTY, &site.write("all.jsonl", files::jsonl(&rows)));
    site.publish();
    let exports = site.data().join("exports");
    let code = company_code(3);
    let files = holding(&exports, &code);
    assert_eq!(
        files.len(),
        4,
        "once in each file of the part, and in the database: {files:?}"
    );

    let copy = site.beside("copy");
    let out = copy.to_str().unwrap();
    let told = site
        .run(&["--json", "export", "--out", out])
        .expect(0)
        .json();
    assert_eq!(told["rows"], 40, "{told}");
    assert!(!holding(&copy, &code).is_empty());
    let check = || site.run(&["--json", "verify", "--export", out]);
    let checked = check().expect(0).json();
    assert_eq!(checked["signed"], true, "{checked}");
    // a byte that fell away is found
    let file = copy.join("all/records.csv.gz");
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() - 1]).unwrap();
    check().expect(1);
    fs::write(&file, &bytes).unwrap();
    check().expect(0);

    // taken back while no node runs, and in a copy that is made over the older one
    let less: Vec<_> = rows
        .iter()
        .filter(|r| r["CF_XDR_SHXYM"] != code.as_str())
        .cloned()
        .collect();
    let file = site.write("less.jsonl", files::jsonl(&less));
    let file = file.to_str().unwrap();
    site.run(&["import", file, "--list", PENALTY, "--replace"])
        .expect(0);
    site.publish();
    assert_eq!(holding(&exports, &code), Vec::<PathBuf>::new());
    site.run(&["export", "--out", out]).expect(0);
    assert_eq!(holding(&copy, &code), Vec::<PathBuf>::new());
    check().expect(0);

    // and while one runs, which keeps the files itself
    let server = site.serve(&[]);
    let other = company_code(5);
    eventually("the files are there", Duration::from_secs(5), || {
        let whole = server.get("/data/all/records.jsonl");
        whole.status == 200 && whole.body.contains(&other)
    });
    let least: Vec<_> = less
        .iter()
        .filter(|r| r["CF_XDR_SHXYM"] != other.as_str())
        .cloned()
        .collect();
    let file = site.write("least.jsonl", files::jsonl(&least));
    let file = file.to_str().unwrap();
    site.run(&["import", file, "--list", PENALTY, "--replace"])
        .expect(0);
    // publishing is done when the node has made its files anew
    site.publish();
    assert_eq!(holding(&exports, &other), Vec::<PathBuf>::new());
    eventually("gone from the answers", Duration::from_secs(5), || {
        let whole = server.get("/data/all/records.jsonl");
        whole.status == 200 && !whole.body.contains(&other)
    });
    drop(server);
    site.verify();
}
