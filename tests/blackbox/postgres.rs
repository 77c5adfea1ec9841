//! The same program on PostgreSQL: vault and public store as two databases, any number of nodes.

use std::time::Duration;

use crate::files::{self, PENALTY, company_code};
use crate::harness::{Site, eventually};
use crate::scratch::Scratch;
use crate::surfaces::Seen;

fn address(scratch: &Scratch) -> String {
    match &scratch.url {
        gongshi::base::db::DbUrl::Postgres(url) => url.clone(),
        gongshi::base::db::DbUrl::Sqlite(path) => panic!("{}", path.display()),
    }
}

#[test]
fn the_path_of_a_record_on_postgresql() {
    // tests/run starts a server; without one there is nothing to test here
    let (Some(vault), Some(public)) = (Scratch::postgres(), Scratch::postgres()) else {
        assert!(
            std::env::var_os("CI").is_none(),
            "continuous integration has a PostgreSQL"
        );
        return;
    };
    let mut site = Site::empty();
    site.set("GONGSHI_DATABASE__VAULT_URL", &address(&vault));
    site.set("GONGSHI_DATABASE__PUBLIC_URL", &address(&public));
    site.run(&["init"]).expect(0);
    assert!(!site.data().join("vault.db").exists());
    assert!(!site.data().join("public.db").exists());

    let rows: Vec<_> = (1..=40).map(|n| files::penalty(n, "2026-10-01")).collect();
    site.import(PENALTY, &site.write("p.jsonl", files::jsonl(&rows)));
    assert_eq!(site.publish()["published"], 40);
    let report = site.verify();
    assert_eq!(report["public_records"], 40, "{report}");

    let desk = site.serve(&["--role", "desk"]);
    // a node that knows the public database alone, with an index and files of its own
    site.set("GONGSHI_DATABASE__VAULT_URL", "");
    let other = site.beside("index-2");
    site.set("GONGSHI_INDEX__DIR", other.to_str().unwrap());
    let own = site.beside("exports-2");
    site.set("GONGSHI_EXPORTS__DIR", own.to_str().unwrap());
    let public_node = site.serve(&["--role", "public"]);
    let code = company_code(7);
    let (ids, _) = public_node.search(&code);
    let seen = Seen {
        id: &ids[0],
        name: "厦门市虚构第7商贸有限公司",
        code: &code,
        list: PENALTY,
    };
    for server in [&desk, &public_node] {
        assert!(server.surfaces(&seen).len() >= 8);
    }

    site.set("GONGSHI_DATABASE__VAULT_URL", &address(&vault));
    site.set("GONGSHI_INDEX__DIR", "");
    site.set("GONGSHI_EXPORTS__DIR", "");
    let less: Vec<_> = rows
        .into_iter()
        .filter(|r| r["CF_XDR_SHXYM"] != code.as_str())
        .collect();
    let file = site.write("less.jsonl", files::jsonl(&less));
    let file = file.to_str().unwrap();
    site.run(&["import", file, "--list", PENALTY, "--replace"])
        .expect(0);
    site.publish();
    for server in [&desk, &public_node] {
        eventually("gone from every node", Duration::from_secs(5), || {
            server.surfaces(&seen).is_empty()
        });
        assert_eq!(server.tombstone(seen.id).unwrap()["why"], "removed");
    }
    assert_eq!(desk.stop(), 0);
    assert_eq!(public_node.stop(), 0);
    site.verify();
}
