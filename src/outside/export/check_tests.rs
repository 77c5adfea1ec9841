//! Versions of past days in a copy: what is wrong with one is found, and named.

use std::fs;
use std::path::Path;

use chrono::{Days, NaiveDate};

use super::check::{Checked, directory};
use super::copy::copy;
use super::dated::address;
use super::history::History;
use super::holder::{Holder, Upkeep};
use super::tests::{making, noon, record};
use super::{Format, check};
use crate::base::crypto::SignKey;
use crate::outside::web::tests::fixture::{Portal, catalogue, today};
use crate::record::Why;

/// A portal that published ten records a day for three days, and the copy of its files on the day after.
struct Copied {
    portal: Portal,
    upkeep: Upkeep,
    holder: Holder,
    key: SignKey,
    dir: tempfile::TempDir,
    _parts: tempfile::TempDir,
}

fn on(n: u64) -> NaiveDate {
    today() + Days::new(n)
}

/// The bytes of a version's file.
fn bytes(history: &History, day: NaiveDate, at: usize) -> Vec<u8> {
    let length = usize::try_from(history.versions[&day].files[at].packed).unwrap();
    let mut out = Vec::new();
    for segment in history.segments[at].iter() {
        out.extend(segment.read_packed(0, usize::MAX).unwrap());
    }
    out.truncate(length);
    out
}

impl Copied {
    fn new() -> Self {
        let (portal, parts) = (Portal::new(vec![]), tempfile::tempdir().unwrap());
        let upkeep = Upkeep::open(parts.path(), &catalogue()).unwrap();
        for n in 0..3 {
            let first = u8::try_from(n).unwrap() * 10;
            let records = (first..first + 10).map(|r| record(r, 0, 11, on(n)));
            portal.release_at(noon(on(n)), records.collect(), &[]);
        }
        let mut made = Self {
            portal,
            upkeep,
            holder: Holder::default(),
            key: SignKey::fresh(),
            dir: tempfile::tempdir().unwrap(),
            _parts: parts,
        };
        made.step();
        made.copy_today();
        made.copy_past();
        made
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Brings the files up.
    fn step(&mut self) {
        let (catalogue, now) = (catalogue(), noon(on(3)));
        let making = making(&catalogue, Some(&self.key), now);
        let store = &self.portal.state.store;
        self.upkeep.step(store, &self.holder, making).unwrap();
    }

    /// Takes the files of today.
    fn copy_today(&self) {
        let beside = tempfile::tempdir().unwrap();
        copy(&self.holder.on(on(3)).unwrap(), beside.path()).unwrap();
        // what is not of today stays, as in a copy that is brought up file by file
        let _ = std::process::Command::new("cp")
            .arg("-a")
            .arg(format!("{}/.", beside.path().display()))
            .arg(self.path())
            .status()
            .unwrap();
    }

    /// Takes the versions of past days.
    fn copy_past(&self) {
        let history = self.holder.history(on(3)).unwrap();
        let past = self.path().join("history");
        fs::create_dir_all(&past).unwrap();
        for (name, doc) in &history.docs {
            fs::write(past.join(name), &doc.body).unwrap();
        }
        for (day, version) in &history.versions {
            fs::create_dir_all(past.join(day.to_string())).unwrap();
            for (at, format) in Format::DATED.into_iter().enumerate() {
                let path = past.join(address(version, format));
                fs::write(path, bytes(&history, *day, at)).unwrap();
            }
        }
    }

    fn take_back(&mut self, record: u8) {
        let id = format!("r{record:02}x");
        let gone = (format!("{id:0<20}"), Why::Repaired);
        self.portal.release_at(noon(on(3)), vec![], &[gone]);
        self.step();
    }

    fn check(&self) -> Checked {
        directory(self.path(), None).unwrap()
    }

    /// The faults that name something.
    fn faults(&self, of: &str) -> Vec<String> {
        let mut all = self.check().faults;
        all.retain(|fault| fault.contains(of));
        all
    }
}

#[test]
fn versions_that_are_whole_are_counted_with_their_rows() {
    let copied = Copied::new();
    let checked = copied.check();
    assert!(checked.is_clean() && checked.signed, "{checked:?}");
    assert_eq!(checked.versions, 3);
    let without = {
        fs::remove_dir_all(copied.path().join("history")).unwrap();
        copied.check()
    };
    assert!(without.is_clean());
    assert_eq!(without.versions, 0);
    // ten, twenty and thirty rows in two forms; with two documents
    assert_eq!(checked.rows - without.rows, 60 * 2);
    assert_eq!(checked.files - without.files, 3 * 2 + 2);
}

#[test]
fn a_version_that_is_damaged_is_named() {
    let copied = Copied::new();
    let name = format!("history/{}/records.csv.gz", on(1));
    let path = copied.path().join(&name);
    let whole = fs::read(&path).unwrap();
    for damaged in [&whole[..whole.len() - 9], &[&whole[..], b"x"].concat(), b""] {
        fs::write(&path, damaged).unwrap();
        let faults = copied.faults(&name);
        assert!(
            faults.iter().any(|f| f.contains("the sum is another")),
            "{faults:?}"
        );
        assert!(
            faults.iter().any(|f| f.contains("bytes instead of")),
            "{faults:?}"
        );
        let all = copied.check().faults;
        assert_eq!(all, faults, "nothing else is");
    }
    fs::write(&path, &whole).unwrap();
    // the list of sums, another's signature, an index that tells another sum
    let past = copied.path().join("history");
    let (sums, index) = (past.join("SHA256SUMS"), past.join("index.json"));
    let text = fs::read_to_string(&sums).unwrap();
    fs::write(&sums, format!("{text}\n")).unwrap();
    assert_eq!(copied.faults("history/SHA256SUMS: not signed").len(), 1);
    fs::write(&sums, &text).unwrap();
    fs::rename(past.join("SHA256SUMS.minisig"), past.join("gone")).unwrap();
    assert_eq!(copied.faults("history/SHA256SUMS: not signed").len(), 1);
    fs::rename(past.join("gone"), past.join("SHA256SUMS.minisig")).unwrap();
    let said = fs::read_to_string(&index).unwrap();
    fs::write(&index, said.replacen("\"rows\": 10", "\"rows\": 11", 1)).unwrap();
    let told = copied.faults("10 rows instead of 11");
    assert_eq!(told.len(), 2, "in both forms: {told:?}");
    assert!(
        told[0].starts_with(&format!("history/{}/", on(0))),
        "{told:?}"
    );
    fs::write(&index, said).unwrap();
    assert!(copied.check().is_clean());
}

#[test]
fn a_version_that_still_holds_what_was_taken_back_is_named() {
    let mut copied = Copied::new();
    copied.take_back(4);
    // today's files alone were brought up
    copied.copy_today();
    let checked = copied.check();
    for n in 0..3 {
        for form in ["records.csv.gz", "records.jsonl.gz"] {
            let fault = format!(
                "history/{}/{form}: 1 of its rows were taken back, corrected or ended since",
                on(n)
            );
            assert!(checked.faults.contains(&fault), "{fault}: {checked:?}");
        }
    }
    assert_eq!(
        copied
            .faults("cut at sequence 30, and index.json is at 31")
            .len(),
        1
    );
    // all but one file were brought up
    let name = format!("history/{}/records.jsonl.gz", on(1));
    let stale = fs::read(copied.path().join(&name)).unwrap();
    copied.copy_past();
    assert!(copied.check().is_clean(), "{:?}", copied.check());
    fs::write(copied.path().join(&name), stale).unwrap();
    let faults = copied.check().faults;
    assert!(faults.iter().all(|f| f.starts_with(&name)), "{faults:?}");
    for part in [
        "the sum is another",
        "20 rows instead of 19",
        "1 of its rows were taken back",
    ] {
        assert!(
            faults.iter().any(|f| f.contains(part)),
            "{part}: {faults:?}"
        );
    }
}

#[test]
fn a_version_that_is_offered_no_more_is_named() {
    let copied = Copied::new();
    let old = copied.path().join("history/2026-01-01");
    fs::create_dir(&old).unwrap();
    fs::write(old.join("records.csv.gz"), b"x").unwrap();
    let faults = copied.check().faults;
    let fault =
        "history/2026-01-01/records.csv.gz: of a version that is not offered any more: delete it";
    assert_eq!(faults, [fault]);
    // without today's files nobody can say what was taken back
    fs::remove_dir_all(&old).unwrap();
    fs::remove_dir_all(copied.path().join("all")).unwrap();
    let faults = check::directory(copied.path(), None).unwrap().faults;
    assert_eq!(faults.len(), 1);
    assert!(faults[0].contains("cannot be compared"), "{faults:?}");
}
