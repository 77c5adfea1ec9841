//! The command line as scripts see it: exit statuses, JSON, rejects, settings.

use std::fs;
use std::io::Read as _;
use std::process::Stdio;

use crate::files::{self, PENALTY};
use crate::harness::{Site, walk};

#[test]
fn exit_statuses_tell_failure_usage_and_rejects_apart() {
    let site = Site::new();
    let good = site.write(
        "good.jsonl",
        files::jsonl(&[files::penalty(1, "2026-10-01")]),
    );
    let good = good.to_str().unwrap();
    site.run(&["import", good, "--list", PENALTY]).expect(0);
    site.run(&["import", good, "--list", "no_such_list"])
        .expect(2);
    site.run(&["import", "/no/such/file.csv", "--list", PENALTY])
        .expect(1);
    site.run(&["import", good]).expect(2);
    site.run(&["fly"]).expect(2);
    site.run(&["--config", "/no/such.toml", "config", "show"])
        .expect(2);
    let mut command = site.command(&["config", "show"]);
    command.env("GONGSHI_SERVER__WORKERS", "many");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("GONGSHI_SERVER__WORKERS"), "{said}");
    assert!(said.contains("server.workers"), "{said}");
}

#[test]
fn bad_rows_stand_in_the_rejects_file_and_do_not_stop_the_others() {
    let site = Site::new();
    let mut rows: Vec<_> = (1..=4).map(|n| files::penalty(n, "2026-10-01")).collect();
    rows[1].insert("CF_XDR_SHXYM".into(), "91350203MA2EXA019C".into());
    rows[2].insert("CF_JDRQ".into(), "2026/13/45".into());
    let file = site.write("p.csv", files::csv(&rows));
    let import = |extra: &[&str]| {
        let mut args = vec![
            "--json",
            "import",
            file.to_str().unwrap(),
            "--list",
            PENALTY,
        ];
        args.extend(extra);
        site.run(&args).expect(3).json()
    };
    let dry = import(&["--dry-run"]);
    assert_eq!(
        (dry["accepted"].as_u64(), dry["rejected"].as_u64()),
        (Some(2), Some(2))
    );
    assert_eq!(site.publish()["judged"], 0, "a dry run writes nothing");
    let summary = import(&[]);
    assert_eq!(summary["added"], 2);
    let rejects = fs::read_to_string(summary["rejects_file"].as_str().unwrap()).unwrap();
    // rows count from the top of the file, header included
    for (row, column) in [("3", "CF_XDR_SHXYM"), ("4", "CF_JDRQ")] {
        assert!(
            rejects
                .lines()
                .any(|l| l.contains(&format!(",{row},")) && l.contains(column)),
            "{row} {column}: {rejects}"
        );
    }
    assert_eq!(
        import(&[])["unchanged"],
        2,
        "importing again changes nothing"
    );
    assert_eq!(site.publish()["published"], 2);
    assert_eq!(site.publish()["published"], 0);
    site.verify();
}

#[test]
fn init_never_overwrites() {
    let site = Site::new();
    let key = fs::read(site.data().join("keys/vault.key")).unwrap();
    let ran = site.run(&["init"]);
    assert_eq!(ran.status, 1);
    assert!(ran.stderr.contains("exists already"), "{}", ran.stderr);
    site.run(&["keys", "init"]).expect(1);
    assert_eq!(fs::read(site.data().join("keys/vault.key")).unwrap(), key);
}

#[cfg(unix)]
#[test]
fn keys_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let site = Site::new();
    for key in ["vault.key", "id.key", "blind.key", "verify.key"] {
        let path = site.data().join("keys").join(key);
        let mode = fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{key}");
    }
}

#[test]
fn config_show_hides_secrets_and_names_the_layer() {
    let site = Site::new();
    let mut command = site.command(&["config", "show"]);
    command
        .env(
            "GONGSHI_DATABASE__VAULT_URL",
            "postgres://me:hunter2@db/vault",
        )
        .env("GONGSHI_SERVER__WORKERS", "3");
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(!said.contains("hunter2"), "{said}");
    assert!(
        said.contains("server.workers = 3   # environment variable GONGSHI_SERVER__WORKERS"),
        "{said}"
    );
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let site = Site::new();
    let mut child = site
        .command(&["catalogue", "show", "penalty"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0_u8; 1];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_built_in_catalogue_is_lawful_and_a_broken_one_is_refused() {
    let site = Site::empty();
    site.run(&["catalogue", "check"]).expect(0);
    let shown = site.run(&["--json", "catalogue", "show"]).expect(0).json();
    assert!(shown.as_array().unwrap().len() >= 20);
    let dir = site.beside("catalogue");
    fs::create_dir_all(dir.join("national")).unwrap();
    fs::write(dir.join("national/layer.toml"), "code = \"national\"\n").unwrap();
    let ran = site.run(&["catalogue", "check", dir.to_str().unwrap()]);
    assert_ne!(ran.status, 0);
    assert!(ran.stderr.contains("layer.toml"), "{}", ran.stderr);
}

#[test]
fn what_json_tells_is_what_text_tells() {
    let site = Site::new();
    let file = site.write("p.jsonl", files::jsonl(&[files::penalty(1, "2026-10-01")]));
    let text = site.run(&[
        "import",
        file.to_str().unwrap(),
        "--list",
        PENALTY,
        "--dry-run",
    ]);
    assert!(text.stdout.contains("1 accepted"), "{}", text.stdout);
    for args in [
        &["--json", "publish"][..],
        &["--json", "verify"],
        &["--json", "config", "show"],
        &["--json", "review", "list"],
        &["--json", "catalogue", "check"],
    ] {
        let ran = site.run(args).expect(0);
        for line in ran.stdout.lines() {
            serde_json::from_str::<serde_json::Value>(line)
                .unwrap_or_else(|e| panic!("{args:?}: {e}: {line}"));
        }
    }
}

#[test]
fn keys_of_the_interface_are_shown_once_and_refused_when_revoked() {
    let site = Site::new();
    let made = site
        .run(&["--json", "api-key", "add", "某报社"])
        .expect(0)
        .json();
    let (id, key) = (made["id"].as_str().unwrap(), made["key"].as_str().unwrap());
    let listed = site.run(&["--json", "api-key", "list"]).expect(0).json();
    assert_eq!(listed["keys"][0]["id"], id);
    assert_eq!(listed["keys"][0]["name"], "某报社");
    assert!(!listed.to_string().contains(key));
    // no file of the data directory holds it
    let mut held = Vec::new();
    walk(&site.data(), &mut held);
    for path in held {
        let bytes = fs::read(&path).unwrap();
        let found = bytes.windows(key.len()).any(|w| w == key.as_bytes());
        assert!(!found, "{}", path.display());
    }
    site.run(&["api-key", "add", " "]).expect(1);
    site.run(&["api-key", "revoke", "nobody"]).expect(1);
    site.run(&["api-key", "revoke", id]).expect(0);
    site.run(&["api-key", "revoke", id]).expect(1);
    let listed = site.run(&["--json", "api-key", "list"]).expect(0).json();
    assert!(listed["keys"][0]["revoked_at"].is_string());
}
