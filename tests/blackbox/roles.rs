//! A public node works where neither vault nor its keys exist.

use std::fs;

use crate::files::{self, PENALTY, company_code};
use crate::harness::Site;

fn published() -> Site {
    let site = Site::new();
    let rows: Vec<_> = (1..=3).map(|n| files::penalty(n, "2026-10-01")).collect();
    site.import(PENALTY, &site.write("p.jsonl", files::jsonl(&rows)));
    site.publish();
    site
}

#[test]
fn a_public_node_serves_without_vault_and_keys() {
    let site = published();
    for file in [
        "vault.db",
        "vault.db-wal",
        "vault.db-shm",
        "keys/vault.key",
        "keys/id.key",
    ] {
        let path = site.data().join(file);
        if path.exists() {
            fs::remove_file(path).unwrap();
        }
    }
    let server = site.serve(&["--role", "public"]);
    let (ids, total) = server.search(&company_code(2));
    assert_eq!(total, 1);
    assert_eq!(server.get(&format!("/records/{}", ids[0])).status, 200);
    for address in ["/desk", "/desk/sign-in"] {
        assert_eq!(server.get(address).status, 404, "no desk here: {address}");
    }
    assert_eq!(server.stop(), 0);
    let made: Vec<_> = ["vault.db", "keys/vault.key", "keys/id.key"]
        .into_iter()
        .filter(|f| site.data().join(f).exists())
        .collect();
    assert!(made.is_empty(), "a public node makes no {made:?}");
    // the other roles say what is missing
    let ran = site.run(&["serve", "--bind", "127.0.0.1:0"]);
    assert_eq!(ran.status, 1);
    assert!(ran.stderr.contains("init"), "{}", ran.stderr);
    assert!(!site.data().join("vault.db").exists());
}

/// Directories stand where the files would be: opening one as a file would fail.
#[test]
fn a_public_node_does_not_touch_the_files_of_the_inside() {
    let site = published();
    for file in ["vault.db", "keys/vault.key", "keys/id.key"] {
        let path = site.data().join(file);
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
    }
    let server = site.serve(&["--role", "public"]);
    assert_eq!(server.search(&company_code(1)).1, 1);
}

#[test]
fn nodes_of_one_data_directory_need_an_index_and_files_each() {
    let site = published();
    let first = site.serve(&[]);
    let ran = site.run(&["serve", "--bind", "127.0.0.1:0", "--role", "public"]);
    assert_eq!(ran.status, 1);
    assert!(ran.stderr.contains("index.dir"), "{}", ran.stderr);
    let other = site.beside("index-2");
    let index = format!("[index]\ndir = {:?}\n", other.to_str().unwrap());
    let config = site.write("public.toml", &index);
    let ran = site.run(&[
        "serve",
        "--bind",
        "127.0.0.1:0",
        "--role",
        "public",
        "--config",
        config.to_str().unwrap(),
    ]);
    assert_eq!(ran.status, 1);
    assert!(ran.stderr.contains("exports.dir"), "{}", ran.stderr);
    let exports = site.beside("exports-2");
    let exports = format!("{index}[exports]\ndir = {:?}\n", exports.to_str().unwrap());
    let config = site.write("public.toml", exports);
    let second = site.serve(&["--role", "public", "--config", config.to_str().unwrap()]);
    assert_eq!(second.search(&company_code(1)).1, 1);
    // what the desk's side publishes reaches the other node
    let file = site.write(
        "more.jsonl",
        files::jsonl(&[files::penalty(9, "2026-10-02")]),
    );
    site.import(PENALTY, &file);
    site.publish();
    for server in [&first, &second] {
        crate::harness::eventually(
            "a new record in search",
            std::time::Duration::from_secs(5),
            || server.search(&company_code(9)).1 == 1,
        );
        crate::harness::eventually(
            "a new record in the files",
            std::time::Duration::from_secs(5),
            || {
                let whole = server.get("/data/all/records.csv").body;
                whole.contains(&company_code(9))
            },
        );
    }
}

#[test]
fn a_damaged_index_is_built_anew_while_the_node_says_not_yet() {
    let site = published();
    let mut files = Vec::new();
    collect(&site.data().join("index"), &mut files);
    assert!(!files.is_empty());
    for file in files {
        fs::write(file, b"damaged").unwrap();
    }
    let server = site.serve(&[]);
    assert_eq!(server.search(&company_code(2)).1, 1);
}

fn collect(dir: &std::path::Path, out: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, out);
        } else {
            out.push(path);
        }
    }
}
