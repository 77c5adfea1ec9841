//! Checks a copy of the files: the signature, the sums, the rows and the hash of every set, from the copy alone.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{ExportError, io};
use crate::base::crypto::past::{followed, is_signed_by, keys_in};
use crate::domain::time::Moment;
use crate::outside::store::set_hash;

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

#[derive(Deserialize)]
struct IndexFile {
    path: String,
    bytes: u64,
    sha256: String,
}

/// Checks a directory. The public key is that of the directory, or one that the reader has from elsewhere, or a list of
/// them; a key that one of these announced is as good. Files that the
/// directory does not have are not missed: a reader may have taken one list only.
///
/// # Errors
/// When the list of sums or the index cannot be read.
pub fn directory(dir: &Path, key: Option<&Path>) -> Result<Checked, ExportError> {
    let read = |name: &str| {
        let path = dir.join(name);
        fs::read_to_string(&path).map_err(io(&path))
    };
    let sums = read("SHA256SUMS")?;
    let mut checked = Checked::default();
    let public = match key {
        Some(path) => fs::read_to_string(path).map_err(io(path))?,
        None => read("minisign.pub").unwrap_or_default(),
    };
    let signature = read("SHA256SUMS.minisig").unwrap_or_default();
    let trusted = followed(keys_in(&public), |path| read(path).ok());
    checked.signed = is_signed_by(&trusted, sums.as_bytes(), &signature);
    if !checked.signed {
        checked
            .faults
            .push("SHA256SUMS: not signed by this key".to_owned());
    }
    let mut known: HashMap<&str, &str> = HashMap::new();
    for line in sums.lines() {
        let Some((sum, path)) = line.split_once("  ") else {
            checked.faults.push(format!("SHA256SUMS: no sum: {line}"));
            continue;
        };
        known.insert(path, sum);
        let is_inside = Path::new(path)
            .components()
            .all(|c| matches!(c, std::path::Component::Normal(_)));
        let file = dir.join(path);
        if !is_inside || !file.is_file() {
            continue;
        }
        if sum_of(&file)? == sum {
            checked.files += 1;
        } else {
            checked.faults.push(format!("{path}: the sum is another"));
        }
    }
    let index = read("index.json")?;
    let index: Index = serde_json::from_str(&index).map_err(|e| ExportError::Damaged {
        path: dir.join("index.json"),
        what: e.to_string(),
    })?;
    checked.seq = index.seq;
    checked.valid_until = index.valid_until;
    for set in &index.data_sets {
        for file in &set.files {
            if known.get(file.path.as_str()) != Some(&file.sha256.as_str()) {
                let fault = format!(
                    "index.json: {}: the sum is not that of SHA256SUMS",
                    file.path
                );
                checked.faults.push(fault);
            }
            let path = dir.join(&file.path);
            if path.is_file() {
                rows(&path, set, file, &mut checked)?;
            }
        }
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
    path: &Path,
    set: &IndexSet,
    file: &IndexFile,
    checked: &mut Checked,
) -> Result<(), ExportError> {
    let length = fs::metadata(path).map_err(io(path))?.len();
    let mut faults = Vec::new();
    if length != file.bytes {
        faults.push(format!("{length} bytes instead of {}", file.bytes));
    }
    let (mut count, mut hash) = (0_u64, 0_u128);
    let read = super::forms::rows(path, &mut |id, seq| {
        count += 1;
        hash = hash.wrapping_add(set_hash(id, seq));
    });
    match read {
        Err(what) => faults.push(what),
        // of a form that has no rows: its sum must do
        Ok(false) if faults.is_empty() => return Ok(()),
        Ok(_) => {}
    }
    if count != set.rows {
        faults.push(format!("{count} rows instead of {}", set.rows));
    }
    if format!("{hash:032x}") != set.set_hash {
        faults.push(format!("the rows are not those of the set {}", set.name));
    }
    checked.rows += count;
    let named = faults.into_iter().map(|f| format!("{}: {f}", file.path));
    checked.faults.extend(named);
    Ok(())
}
