//! Checks a copy of the files: the signature, the sums, the rows and the hash of every set, from the copy alone.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::check_history::{HISTORY, Today};
use super::{ExportError, io};
use crate::base::crypto::past::{Trusted, followed, is_signed_by, keys_in};
use crate::domain::time::Moment;
use crate::outside::store::set_hash;

/// Name of the set of everything.
const WHOLE: &str = "all";

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Sequence number that the copy says it has.
    pub seq: i64,
    /// Files whose sum is right.
    pub files: u64,
    /// Rows that were counted.
    pub rows: u64,
    /// Whether the list of sums is signed by the key.
    pub signed: bool,
    /// Versions of past days of which a file is there.
    pub versions: u64,
    /// First instant at which it is out of date.
    pub valid_until: Option<Moment>,
    /// What is wrong.
    pub faults: Vec<String>,
}

impl Checked {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }
}

#[derive(Deserialize)]
struct Index {
    seq: i64,
    #[serde(default)]
    day: Option<NaiveDate>,
    valid_until: Option<Moment>,
    data_sets: Vec<IndexSet>,
}

#[derive(Deserialize)]
struct IndexSet {
    name: String,
    rows: u64,
    set_hash: String,
    files: Vec<IndexFile>,
}

/// A file as an index tells it.
#[derive(Deserialize)]
pub(super) struct IndexFile {
    /// Its path, from the directory of the index.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// Its sum.
    pub sha256: String,
}

/// What the rows of a file are to be.
pub(super) struct Expected<'a> {
    /// What they are the rows of, for messages.
    pub of: &'a str,
    /// How many there are.
    pub rows: u64,
    /// Hash of their set.
    pub set_hash: &'a str,
}

/// What is compared with: a directory, and the keys that are trusted.
pub(super) struct Copy<'a> {
    /// The directory.
    pub dir: &'a Path,
    /// Keys that may have signed it.
    pub trusted: &'a [Trusted],
}

impl Copy<'_> {
    /// Reads a document.
    pub(super) fn read(&self, name: &str) -> Result<String, ExportError> {
        let path = self.dir.join(name);
        fs::read_to_string(&path).map_err(io(&path))
    }

    /// Reads an index.
    pub(super) fn index<T: DeserializeOwned>(&self, name: &str) -> Result<T, ExportError> {
        let text = self.read(name)?;
        serde_json::from_str(&text).map_err(|e| ExportError::Damaged {
            path: self.dir.join(name),
            what: e.to_string(),
        })
    }

    /// Checks the list of sums in `at` (empty, or a path that ends with a slash): its signature, and the files that it
    /// names. Answers the sums by the path of the file, and whether the list is signed.
    pub(super) fn sums(
        &self,
        at: &str,
        checked: &mut Checked,
    ) -> Result<(HashMap<String, String>, bool), ExportError> {
        let list = format!("{at}SHA256SUMS");
        let sums = self.read(&list)?;
        let signature = self.read(&format!("{list}.minisig")).unwrap_or_default();
        let signed = is_signed_by(self.trusted, sums.as_bytes(), &signature);
        if !signed {
            let fault = format!("{list}: not signed by this key");
            checked.faults.push(fault);
        }
        let mut known = HashMap::new();
        for line in sums.lines() {
            let Some((sum, path)) = line.split_once("  ") else {
                checked.faults.push(format!("{list}: no sum: {line}"));
                continue;
            };
            let is_inside = Path::new(path)
                .components()
                .all(|c| matches!(c, std::path::Component::Normal(_)));
            let path = format!("{at}{path}");
            let file = self.dir.join(&path);
            if is_inside && file.is_file() {
                if sum_of(&file)? == sum {
                    checked.files += 1;
                } else {
                    let fault = format!("{path}: the sum is another");
                    checked.faults.push(fault);
                }
            }
            known.insert(path, sum.to_owned());
        }
        Ok((known, signed))
    }

    /// Compares a file of an index with the list of sums, and its rows with what is said of them. Tells the hash of each
    /// row.
    pub(super) fn file(
        &self,
        at: &str,
        (known, file): (&HashMap<String, String>, &IndexFile),
        expected: &Expected<'_>,
        checked: &mut Checked,
        row: &mut dyn FnMut(u128),
    ) -> Result<(), ExportError> {
        let path = format!("{at}{}", file.path);
        if known.get(&path) != Some(&file.sha256) {
            let fault = format!("{at}index.json: {path}: the sum is not that of SHA256SUMS");
            checked.faults.push(fault);
        }
        let on_disk = self.dir.join(&path);
        if on_disk.is_file() {
            rows(&on_disk, &path, file.bytes, expected, checked, row)?;
        }
        Ok(())
    }
}

/// Checks a directory. The public key is that of the directory, or one that the reader has from elsewhere, or a list of
/// them; a key that one of these announced is as good. Files that the directory does not have are not missed: a reader may
/// have taken one list only. Versions of past days are checked when they are there ([`super::check_history`]).
///
/// # Errors
/// When the list of sums or the index cannot be read.
pub fn directory(dir: &Path, key: Option<&Path>) -> Result<Checked, ExportError> {
    let read = |name: &str| fs::read_to_string(dir.join(name)).ok();
    let mut checked = Checked::default();
    let public = match key {
        Some(path) => fs::read_to_string(path).map_err(io(path))?,
        None => read("minisign.pub").unwrap_or_default(),
    };
    let trusted = followed(keys_in(&public), read);
    let copy = Copy {
        dir,
        trusted: &trusted,
    };
    let (known, signed) = copy.sums("", &mut checked)?;
    checked.signed = signed;
    let index: Index = copy.index("index.json")?;
    checked.seq = index.seq;
    checked.valid_until = index.valid_until;
    let with_past = dir.join(HISTORY).is_dir();
    let mut today: Option<Vec<u128>> = None;
    for set in &index.data_sets {
        let expected = Expected {
            of: &set.name,
            rows: set.rows,
            set_hash: &set.set_hash,
        };
        for file in &set.files {
            // what is displayed today, of the first form that is there
            let wanted = with_past && set.name == WHOLE && today.is_none();
            let mut held = Vec::new();
            copy.file("", (&known, file), &expected, &mut checked, &mut |row| {
                if wanted {
                    held.push(row);
                }
            })?;
            if held.len() as u64 == set.rows && wanted && dir.join(&file.path).is_file() {
                held.sort_unstable();
                today = Some(held);
            }
        }
    }
    if with_past {
        let of = Today {
            seq: index.seq,
            day: index.day,
            rows: today,
        };
        super::check_history::versions(&copy, &of, &mut checked)?;
    }
    Ok(checked)
}

fn sum_of(path: &Path) -> Result<String, ExportError> {
    let mut file = File::open(path).map_err(io(path))?;
    let (mut hash, mut piece) = (Sha256::new(), vec![0; 1 << 18]);
    loop {
        match file.read(&mut piece).map_err(io(path))? {
            0 => break,
            n => hash.update(&piece[..n]),
        }
    }
    Ok(data_encoding::HEXLOWER.encode(&hash.finalize()))
}

/// Counts the rows of a file and adds their hashes up.
fn rows(
    on_disk: &Path,
    path: &str,
    bytes: u64,
    expected: &Expected<'_>,
    checked: &mut Checked,
    row: &mut dyn FnMut(u128),
) -> Result<(), ExportError> {
    let length = fs::metadata(on_disk).map_err(io(on_disk))?.len();
    let mut faults = Vec::new();
    if length != bytes {
        faults.push(format!("{length} bytes instead of {bytes}"));
    }
    let (mut count, mut hash) = (0_u64, 0_u128);
    let read = super::forms::rows(on_disk, &mut |id, seq| {
        let of = set_hash(id, seq);
        count += 1;
        hash = hash.wrapping_add(of);
        row(of);
    });
    match read {
        Err(what) => faults.push(what),
        // of a form that has no rows: its sum must do
        Ok(false) if faults.is_empty() => return Ok(()),
        Ok(_) => {}
    }
    if count != expected.rows {
        faults.push(format!("{count} rows instead of {}", expected.rows));
    }
    if format!("{hash:032x}") != expected.set_hash {
        let of = expected.of;
        faults.push(format!("the rows are not those of the set {of}"));
    }
    checked.rows += count;
    let named = faults.into_iter().map(|f| format!("{path}: {f}"));
    checked.faults.extend(named);
    Ok(())
}
