//! `kill -9` at random moments of import and publish: nothing accepted is lost, and a re-run mends the rest.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::files::{self, PENALTY};
use crate::harness::Site;

/// Records in the file that is imported over and over.
const RECORDS: usize = 4000;

/// How often to kill: `GONGSHI_KILLS`, else few enough for every run of the tests.
fn kills() -> u32 {
    std::env::var("GONGSHI_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(24)
}

/// A small generator: its seed is printed, so that a failure can be run again.
struct Random(u64);

impl Random {
    fn new() -> Self {
        let seed = std::env::var("GONGSHI_KILL_SEED")
            .ok()
            .and_then(|s| s.parse().ok())
            .unwrap_or_else(|| RandomState::new().build_hasher().finish());
        eprintln!("GONGSHI_KILL_SEED={seed}");
        Self(seed | 1)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Starts a command, kills it after a while unless it ends before; whether it was killed.
fn killed(site: &Site, args: &[&str], after: Duration) -> bool {
    let mut child = site
        .command(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(after);
    let running = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    running
}

#[test]
fn nothing_accepted_is_lost_and_a_rerun_mends_the_rest() {
    let mut random = Random::new();
    let kills = kills();
    let mut hit = 0;
    let mut round = 0_usize;
    while hit < kills {
        // a fresh directory now and then: the first import and the first release are moments of their own
        let site = Site::new();
        for _ in 0..8 {
            if hit >= kills {
                break;
            }
            round += 1;
            assert!(
                round < 40 * kills as usize,
                "commands end before they can be killed"
            );
            let first = round * 1000 % 900_000;
            let rows: Vec<_> = (first..first + RECORDS)
                .map(|n| files::penalty(n, "2026-10-01"))
                .collect();
            let file = site.write("p.jsonl", files::jsonl(&rows));
            let file = file.to_str().unwrap();
            let import = ["import", file, "--list", PENALTY];
            let begun = Instant::now();
            let before = site.verify()["vault_records"].as_u64().unwrap();
            let spread = u64::try_from(begun.elapsed().as_millis()).unwrap().max(300);
            hit += u32::from(killed(
                &site,
                &import,
                Duration::from_millis(random.below(spread)),
            ));
            // what was in before is in still, and what came in is whole
            let report = site.run(&["--json", "verify"]).expect(0).json();
            assert!(
                report["vault_records"].as_u64().unwrap() >= before,
                "{report}"
            );
            // accepted rows that the command told of are in: a whole run after the kill tells what it found
            let summary = site.import(PENALTY, file.as_ref());
            let accepted = summary["accepted"].as_u64().unwrap();
            assert_eq!(accepted, RECORDS as u64);
            let seen = ["added", "changed", "unchanged"].map(|k| summary[k].as_u64().unwrap());
            assert_eq!(seen.iter().sum::<u64>(), accepted, "{summary}");
            let report = site.run(&["--json", "verify"]).expect(0).json();
            assert!(
                report["vault_records"].as_u64().unwrap() >= accepted,
                "{report}"
            );
            if hit < kills {
                hit += u32::from(killed(
                    &site,
                    &["publish"],
                    Duration::from_millis(random.below(spread * 2)),
                ));
            }
            site.publish();
            let report = site.verify();
            assert_eq!(report["pending"], 0, "{report}");
            assert_eq!(
                report["public_records"], report["vault_records"],
                "{report}"
            );
            assert_eq!(
                report["index"]["seq"], report["index"]["store_seq"],
                "{report}"
            );
            assert_eq!(report["index"]["missing"], 0, "{report}");
        }
    }
    eprintln!("killed {hit} times in {round} rounds");
}
