//! Checks the versions of past days in a copy of the files: signature, sums, rows and hash of each, and that none holds what
//! is displayed no more or was corrected since. The version of a day is a part of today's files (`history.rs`), so that
//! whoever has both sees by itself whether what was taken back left the older ones, too.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use serde::Deserialize;

use super::check::{Checked, Copy, Expected, IndexFile};
use super::{ExportError, io};
use crate::domain::time::Moment;

/// Name of the directory of the versions.
pub(super) const HISTORY: &str = "history";
/// The same before a path in it.
const AT: &str = "history/";
/// What describes the versions and is in no list of sums.
const BESIDE: [&str; 2] = ["SHA256SUMS", "SHA256SUMS.minisig"];

/// The files of today, with which the versions are compared.
pub(super) struct Today {
    /// Sequence number.
    pub seq: i64,
    /// Their day.
    pub day: Option<NaiveDate>,
    /// Hash of each row, in order; none where the set of everything is not there.
    pub rows: Option<Vec<u128>>,
}

#[derive(Deserialize)]
struct Index {
    seq: i64,
    day: NaiveDate,
    valid_until: Option<Moment>,
    versions: Vec<Version>,
}

#[derive(Deserialize)]
struct Version {
    day: NaiveDate,
    rows: u64,
    set_hash: String,
    files: Vec<IndexFile>,
}

/// Checks every version of which the directory has a file.
///
/// # Errors
/// When the list of sums or the index cannot be read.
pub(super) fn versions(
    copy: &Copy<'_>,
    today: &Today,
    checked: &mut Checked,
) -> Result<(), ExportError> {
    let mut files = Vec::new();
    walk(copy.dir, HISTORY, &mut files)?;
    if files.is_empty() {
        return Ok(());
    }
    let (known, _) = copy.sums(AT, checked)?;
    let index: Index = copy.index("history/index.json")?;
    same_state(&index, today, checked);
    let mut offered: HashSet<String> = HashSet::new();
    for version in &index.versions {
        let is_past = today.day.is_none_or(|day| version.day < day);
        if !is_past {
            let fault = format!("{AT}index.json: {} is no past day", version.day);
            checked.faults.push(fault);
        }
        offered.extend(version.files.iter().map(|f| format!("{AT}{}", f.path)));
        one(copy, version, (&known, today), checked)?;
    }
    // a copy that is brought up over an older one keeps what is offered no more
    for file in files {
        let beside = file.strip_prefix(AT).is_some_and(|f| BESIDE.contains(&f));
        let is_document = known.contains_key(&file) && !is_dated(&file);
        if !beside && !is_document && !offered.contains(&file) {
            let fault = format!("{file}: of a version that is not offered any more: delete it");
            checked.faults.push(fault);
        }
    }
    Ok(())
}

/// Versions that were cut for another state than the files of today may hold what was taken back since.
fn same_state(index: &Index, today: &Today, checked: &mut Checked) {
    if index.seq != today.seq {
        let fault = format!(
            "{AT}index.json: cut at sequence {}, and index.json is at {}",
            index.seq, today.seq
        );
        checked.faults.push(fault);
    }
    if today.day.is_some_and(|day| day != index.day) {
        let fault = format!(
            "{AT}index.json: cut on {}, index.json is of another day",
            index.day
        );
        checked.faults.push(fault);
    }
    if let (Some(of), Some(all)) = (index.valid_until, checked.valid_until) {
        checked.valid_until = Some(of.min(all));
    }
    if today.rows.is_none() {
        let fault = "the versions of past days cannot be compared with today's files: none of the set all is there and whole";
        checked.faults.push(format!("{HISTORY}: {fault}"));
    }
}

fn one(
    copy: &Copy<'_>,
    version: &Version,
    (known, today): (&HashMap<String, String>, &Today),
    checked: &mut Checked,
) -> Result<(), ExportError> {
    let of = format!("of {}", version.day);
    let expected = Expected {
        of: &of,
        rows: version.rows,
        set_hash: &version.set_hash,
    };
    let mut is_there = false;
    for file in &version.files {
        let mut left = 0_u64;
        copy.file(AT, (known, file), &expected, checked, &mut |row| {
            let held = today.rows.as_ref();
            left += u64::from(held.is_some_and(|all| all.binary_search(&row).is_err()));
        })?;
        is_there |= copy.dir.join(HISTORY).join(&file.path).is_file();
        if left > 0 {
            let fault = format!(
                "{AT}{}: {left} of its rows were taken back, corrected or ended since",
                file.path
            );
            checked.faults.push(fault);
        }
    }
    checked.versions += u64::from(is_there);
    Ok(())
}

/// Whether a path in the directory is a file of a version, and no document.
fn is_dated(path: &str) -> bool {
    let first = path.strip_prefix(AT).and_then(|rest| rest.split_once('/'));
    first.is_some_and(|(day, _)| day.parse::<NaiveDate>().is_ok())
}

/// The files below a directory, by their paths in the copy.
fn walk(root: &Path, at: &str, files: &mut Vec<String>) -> Result<(), ExportError> {
    let dir = root.join(at);
    for entry in fs::read_dir(&dir).map_err(io(&dir))? {
        let entry = entry.map_err(io(&dir))?;
        let path = format!("{at}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().map_err(io(&dir))?.is_dir() {
            walk(root, &path, files)?;
        } else {
            files.push(path);
        }
    }
    files.sort_unstable();
    Ok(())
}
