//! Every page and flow in a real browser. Starts the real program with demonstration data and hands its address to the
//! scripts beside this file, which drive Chromium, axe-core, html-validate and Lighthouse. `tests/run browser` installs
//! what they need; without it these tests are ignored.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails by panicking, like the test"
)]

#[expect(dead_code, reason = "the black box uses the rest")]
#[path = "../blackbox/files.rs"]
mod files;
#[expect(dead_code, reason = "the black box uses the rest")]
#[path = "../blackbox/harness.rs"]
mod harness;

use std::fs;
use std::path::Path;
use std::process::Command;

use gongshi::domain::cases::Role;
use serde_json::{Value, json};

use harness::{Server, Site};

/// A portal with the demonstration data.
fn portal() -> (Site, Server, Value) {
    let site = Site::empty();
    let demo = site
        .run(&["demo", "--no-serve", "--records", "1000"])
        .expect(0);
    let server = site.serve(&[]);
    let portals = json!({ "base": server.base(), "person": person(&demo.stdout) });
    (site, server, portals)
}

/// Name and list of a natural person, as the demonstration tells them.
fn person(said: &str) -> Value {
    let address = said.split_whitespace().find_map(|word| {
        let query = word.split_once("/search?q=")?.1;
        query.split_once("&list=")
    });
    match address {
        Some((name, list)) => json!({ "q": name, "list": list }),
        None => Value::Null,
    }
}

/// The same data at another place, so that it can be spoilt.
fn copy(site: &Site) -> Site {
    let other = Site::empty();
    let done = Command::new("cp")
        .args(["-r", "--"])
        .arg(site.data())
        .arg(other.data())
        .status();
    assert!(done.unwrap().success());
    // each node has an index of its own and makes it from the store
    let _ = fs::remove_dir_all(other.data().join("index"));
    other
}

/// A portal whose data are hard to set: one organisation with thousands of records, and names that are long, without a
/// place to break, or of characters that few fonts have.
fn hard() -> (Site, Server, Value) {
    let site = Site::new();
    let many = files::company_code(700_001);
    let names = [
        "厦门市海沧区虚构之名极长以至于六十个字符方才写完因而需要换行仍须清楚可读不可溢出版面也不可遮挡他物的国际贸易与供应链管理",
        "𠮷𡈽𣎴𠀋𡚴𥐮虚构（厦门）科技有限公司",
        "XMFICTITIOUSTRADINGANDLOGISTICSANDCONSULTINGCOMPANYLIMITEDXM",
    ];
    let crowd = (0..5_000).map(|n| {
        let mut row = files::penalty(
            100_000 + n,
            &format!("2026-{:02}-{:02}", 4 + n % 6, 1 + n % 28),
        );
        row.insert("CF_XDR_MC".into(), "厦门市虚构万条商贸有限公司".into());
        row.insert("CF_XDR_SHXYM".into(), many.as_str().into());
        row
    });
    let named = (0..).zip(names).map(|(n, name)| {
        let mut row = files::penalty(800_001 + n, "2026-09-01");
        row.insert("CF_XDR_MC".into(), name.into());
        let authority: String = name
            .chars()
            .take(50)
            .chain("综合行政执法局".chars())
            .collect();
        row.insert("CF_CFJG".into(), authority.into());
        row
    });
    let rows: Vec<files::Row> = crowd.chain(named).collect();
    site.import(
        files::PENALTY,
        &site.write("hard.jsonl", files::jsonl(&rows)),
    );
    site.publish();
    let server = site.serve(&[]);
    let codes: Vec<String> = (0..names.len())
        .map(|n| files::company_code(800_001 + n))
        .collect();
    let hard = json!({ "base": server.base(), "many": many, "names": names, "codes": codes });
    (site, server, hard)
}

/// Runs a script to its end; what it prints is the report.
#[track_caller]
fn check(script: &str, portals: &Value) {
    let script = Path::new("tests/browser").join(script);
    let status = Command::new("node")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .arg(&script)
        .env("GONGSHI_PORTALS", portals.to_string())
        .status()
        .expect("node: tests/run browser installs it");
    assert!(status.success(), "{} found faults", script.display());
}

#[test]
#[ignore = "needs Chromium and Node.js: tests/run browser"]
fn every_page_is_sound_in_every_language_theme_and_width() {
    let (site, _server, mut portals) = portal();

    let empty = Site::new();
    let empty = empty.serve(&[]);
    portals["empty"] = json!(empty.base());

    let (_hard_site, _hard_server, hard) = hard();
    portals["hard"] = hard;

    // ten years on, nothing with a term is displayed
    let later = copy(&site);
    later.set_clock("2036-06-01T04:00:00Z");
    let later = later.serve(&[]);
    portals["later"] = json!(later.base());

    let mut limited = copy(&site);
    limited.set("GONGSHI_LIMITS__SEARCH__BURST", "1");
    limited.set("GONGSHI_LIMITS__SEARCH__PER_MINUTE", "1");
    let limited = limited.serve(&[]);
    portals["limited"] = json!(limited.base());

    // the store is damaged under a node that runs
    let broken = copy(&site);
    let server = broken.serve(&[]);
    fs::write(broken.data().join("public.db"), "damaged").unwrap();
    for more in ["public.db-wal", "public.db-shm"] {
        let _ = fs::write(broken.data().join(more), "damaged");
    }
    portals["broken"] = json!(server.base());

    // an index that can never be put into use: searching is not ready
    let unready = copy(&site);
    fs::create_dir_all(unready.data().join("index/current/taken")).unwrap();
    let unready = unready.start(&[]);
    portals["unready"] = json!(unready.base());

    check("sound.mjs", &portals);
}

#[test]
#[ignore = "needs Chromium and Node.js: tests/run browser"]
fn every_flow_works_without_script_and_by_keyboard() {
    let (_site, _server, portals) = portal();
    check("flows.mjs", &portals);
}

#[test]
#[ignore = "needs Chromium and Node.js: tests/run browser"]
fn the_officers_site_is_sound_for_every_role() {
    let (_site, _server, portals) = portal();
    check("desk.mjs", &portals);
}

#[test]
#[ignore = "needs Chromium and Node.js: tests/run browser"]
fn the_pages_are_fast_and_light() {
    let (_site, _server, portals) = portal();
    check("budget.mjs", &portals);
}

/// Companies for the ways that applications go, one for each walk: each with three penalties of two authorities of the
/// demonstration, whose shortest period is over.
fn companies(site: &Site, offices: &[(String, String)]) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut told = Vec::new();
    for n in 0..28 {
        let code = files::company_code(710_001 + n);
        let name = format!("厦门市虚构第{n}号申请人商贸有限公司");
        let mut numbers = Vec::new();
        for part in 0..3 {
            let mut row = files::penalty(900_001 + 3 * n + part, "2026-05-20");
            // the first and the last of one authority, the one between of another
            let (authority, office) = &offices[part % 2];
            for (column, value) in [
                ("CF_XDR_MC", &name),
                ("CF_XDR_SHXYM", &code),
                ("CF_CFJGDM", authority),
                ("CF_CFJG", office),
            ] {
                row.insert(column.into(), value.as_str().into());
            }
            numbers.push(row["CF_WSH"].clone());
            rows.push(row);
        }
        told.push(json!({ "code": code, "name": name, "numbers": numbers }));
    }
    let file = site.write("applicants.jsonl", files::jsonl(&rows));
    site.import(files::PENALTY, &file);
    site.publish();
    told
}

#[test]
#[ignore = "needs Chromium and Node.js: tests/run browser"]
fn every_application_goes_its_way_from_both_sides() {
    let mut site = Site::empty();
    site.set_clock("2026-11-22T02:00:00Z");
    site.run(&["demo", "--no-serve", "--records", "1000"])
        .expect(0);
    // a handler and an approver of each of two authorities
    let all = gongshi::demo::officers();
    let of = |role: Role, authority: &str| {
        let mut found = all.iter().filter(|o| {
            o.role == role
                && o.authority
                    .as_ref()
                    .is_some_and(|(code, _)| code == authority)
        });
        found.next().map(|o| o.id.clone())
    };
    let mut offices: Vec<(String, String)> = Vec::new();
    for (code, name) in all.iter().filter_map(|o| o.authority.clone()) {
        let staffed = of(Role::Handler, &code).is_some() && of(Role::Approver, &code).is_some();
        if staffed && !offices.iter().any(|(known, _)| *known == code) {
            offices.push((code, name));
        }
    }
    let officers: Vec<Value> = offices[..2]
        .iter()
        .map(|(code, name)| {
            json!({ "name": name, "handler": of(Role::Handler, code), "approver": of(Role::Approver, code) })
        })
        .collect();
    let mut companies = companies(&site, &offices);
    // one visitor does here what many do in a month
    for kind in ["READ", "SEARCH", "APPLY", "CHANGES"] {
        site.set(&format!("GONGSHI_LIMITS__{kind}__PER_MINUTE"), "0");
    }
    let server = site.serve(&[]);
    for company in &mut companies {
        let code = company["code"].as_str().unwrap();
        let found = server.api(&format!("/api/v1/search?q={code}"));
        // in the order of the document numbers, so that the script knows whose record is which
        let ids: Vec<Value> = company["numbers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|number| {
                let items = found["items"].as_array().unwrap();
                let item = items.iter().find(|i| i["document_number"] == *number);
                item.expect("a record of an applicant is displayed")["id"].clone()
            })
            .collect();
        company["records"] = json!(ids);
    }
    let portals = json!({
        "base": server.base(),
        "clock": site.beside("clock"),
        "later": "2026-12-28T02:00:00Z",
        "today": "2026-11-22",
        "before": "2026-11-20",
        "password": gongshi::inside::desk::DEMO_PASSWORD,
        "officers": officers,
        "companies": companies,
    });
    check("cases.mjs", &portals);
}

#[test]
#[ignore = "needs Chromium and Node.js: tests/run browser"]
fn list_entries_live_their_whole_lives_from_both_sides() {
    let mut site = Site::empty();
    site.set_clock("2026-08-03T01:00:00Z");
    site.run(&["demo", "--no-serve", "--records", "1000"])
        .expect(0);
    // one visitor does here what many do in a month
    for kind in ["READ", "SEARCH", "APPLY", "CHANGES"] {
        site.set(&format!("GONGSHI_LIMITS__{kind}__PER_MINUTE"), "0");
    }
    let server = site.serve(&[]);
    let companies: Vec<Value> = (0..24)
        .map(|n| {
            let name = format!("厦门市虚构第{n}号人防设备有限公司");
            json!({ "code": files::company_code(720_001 + n), "name": name })
        })
        .collect();
    let portals = json!({
        "base": server.base(),
        "clock": site.beside("clock"),
        // five and twenty working days after Monday 3 August; seven before the end of what expires
        "days": {
            "heard": "2026-08-10",
            "last": "2026-08-31",
            "after": "2026-09-01T01:00:00Z",
            "valid": "2027-12-31",
            "expires": "2026-10-30",
            "near": "2026-10-21T01:00:00Z",
            "over": "2026-10-31T01:00:00Z",
        },
        "lists": { "red": "xiamen_mfkf_red", "black": "list_serious" },
        "password": gongshi::inside::desk::DEMO_PASSWORD,
        "officers": {
            "handler": "xiamen.handler",
            "approver": "xiamen.approver",
            "secrecy": "xiamen.secrecy",
            "signer": "xiamen.lists2",
            "operator": "operator",
        },
        "companies": companies,
    });
    check("entries.mjs", &portals);
}
