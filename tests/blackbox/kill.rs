//! `kill -9` at random moments of import and publish: nothing accepted is lost, and a re-run mends the rest.

#![expect(
    clippy::print_stderr,
    reason = "the seed and the count belong into the report of a failure"
)]

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::io::Read as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::files::{self, PENALTY};
use crate::harness::Site;

/// Records in the file that is imported over and over.
const RECORDS: usize = 2400;

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

    /// A moment within so many milliseconds.
    fn within(&mut self, millis: u64) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        Duration::from_millis(self.0 % millis.max(1))
    }
}

/// Starts a command and kills it after a while, unless it ends before.
struct Killed {
    /// It was running.
    hit: bool,
    /// What it had said.
    said: String,
}

fn kill(site: &Site, args: &[&str], after: Duration) -> Killed {
    let mut child = site
        .command(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    std::thread::sleep(after);
    let hit = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    let mut said = String::new();
    stdout.read_to_string(&mut said).unwrap();
    Killed { hit, said }
}

/// The rows that an import said were committed.
fn committed(said: &str) -> u64 {
    said.lines()
        .filter_map(|l| serde_json::from_str::<Value>(l).ok())
        .filter_map(|v| v["progress"]["committed"].as_u64())
        .max()
        .unwrap_or(0)
}

#[test]
fn nothing_accepted_is_lost_and_a_rerun_mends_the_rest() {
    let mut random = Random::new();
    let kills = kills();
    let (mut hit, mut told, mut rounds) = (0, 0, 0);
    while hit < kills {
        // a fresh directory now and then: the first import and the first release are moments of their own
        let site = Site::new();
        let mut whole_import = 400;
        let mut whole_publish = 400;
        let mut before = 0;
        for part in 0..6 {
            if hit >= kills {
                break;
            }
            rounds += 1;
            assert!(
                rounds < 10 * kills,
                "commands end before they can be killed"
            );
            let first = 1 + part * RECORDS / 2;
            let rows: Vec<_> = (first..first + RECORDS)
                .map(|n| files::penalty(n, "2026-10-01"))
                .collect();
            let file = site.write("p.jsonl", files::jsonl(&rows));
            let import = [
                "--json",
                "import",
                file.to_str().unwrap(),
                "--list",
                PENALTY,
            ];

            let killed = kill(&site, &import, random.within(whole_import));
            hit += u32::from(killed.hit);
            let committed = committed(&killed.said);
            told += u64::from(committed > 0);
            // what was in is in still, what was committed is in, and what came in is whole
            let held = site.verify()["vault_records"].as_u64().unwrap();
            assert!(held >= before, "{held} of {before}");
            // every second row of a part was in the part before
            let new = (committed).saturating_sub(if part == 0 { 0 } else { RECORDS as u64 / 2 });
            assert!(held >= before + new, "{held}, {before}, {committed}");

            let begun = Instant::now();
            let summary = site.import(PENALTY, &file);
            whole_import = millis(begun);
            assert_eq!(summary["accepted"], RECORDS, "{summary}");
            let seen = ["added", "changed", "unchanged"].map(|k| summary[k].as_u64().unwrap());
            assert_eq!(seen.iter().sum::<u64>(), RECORDS as u64, "{summary}");
            assert_eq!(seen[1], 0, "what was killed left nothing half: {summary}");

            if hit < kills {
                hit += u32::from(kill(&site, &["publish"], random.within(whole_publish)).hit);
            }
            let begun = Instant::now();
            site.publish();
            whole_publish = millis(begun).max(200);
            let report = site.verify();
            before = report["vault_records"].as_u64().unwrap();
            assert_eq!(before, (first - 1 + RECORDS) as u64, "{report}");
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
    eprintln!("killed {hit} times in {rounds} rounds, {told} times after a commit");
}

fn millis(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_millis()).unwrap()
}
