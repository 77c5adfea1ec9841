//! Publishing stops when the sum does not hold: what the parts hold on disk is compared with the store, before anybody
//! gets it.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};

use chrono::NaiveDate;
use flate2::read::GzDecoder;
use serde::Deserialize;

use super::keep::Keeper;
use super::parts::{PART, Part, Place};
use super::row::is_exported;
use super::{ExportError, Format, io};
use crate::domain::catalogue::Catalogue;
use crate::domain::kinds::SubjectKind;
use crate::outside::store::{PublicStore, StateSum, set_hash};

/// Records up to which the whole store is summed up for every release: it takes about a second a million, and what was
/// taken back is not to wait for it. Where there are more, the whole is summed up once a day, and the parts that a
/// release touched with every release.
const FEW: i64 = 50_000;

/// What was compared already.
#[derive(Debug, Default)]
pub struct Compared {
    /// Parts, by number and stamp: what has the same stamp holds the same bytes of the same rows.
    parts: HashSet<(i64, u64)>,
    /// The day on which the whole was.
    whole: Option<NaiveDate>,
}

/// Rows and the hash of their set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum(u64, u128);

impl Sum {
    fn add(&mut self, id: &str, seq: i64) {
        self.0 += 1;
        self.1 = self.1.wrapping_add(set_hash(id, seq));
    }

    fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0, self.1.wrapping_add(other.1))
    }

    fn of(sum: &StateSum) -> Self {
        Self(sum.count, sum.hash)
    }
}

impl std::fmt::Display for Sum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rows of hash {:032x}", self.0, self.1)
    }
}

fn differs(what: &str, held: Sum, expected: Sum) -> ExportError {
    ExportError::Sum(format!("{what}: {held} instead of {expected}"))
}

/// Compares the parts of a day with the store: rows and hash, as their descriptions say them, as their bytes hold them in
/// each form that names rows, and as the store has them. `false` when the store has moved on meanwhile: then the parts
/// are brought up first.
///
/// # Errors
/// [`ExportError::Sum`] says which part differs; those of the store and of the file system.
pub fn holds(
    keeper: &Keeper,
    store: &PublicStore,
    catalogue: &Catalogue,
    day: NaiveDate,
    compared: &mut Compared,
) -> Result<bool, ExportError> {
    let counts = |list: &str, kind: &str| {
        SubjectKind::from_code(kind).is_some_and(|kind| is_exported(catalogue, list, kind))
    };
    let mut whole = Sum::default();
    let mut fresh = HashSet::new();
    for part in keeper.on(day) {
        let said = part.groups.iter();
        let said = said.fold(Sum::default(), |sum, g| sum.plus(Sum(g.rows, g.hash)));
        whole = whole.plus(said);
        let key = (part.number, part.stamp);
        if !compared.parts.contains(&key) {
            for format in [Format::Jsonl, Format::Csv] {
                let held = read(keeper, part, format)?;
                if held != said {
                    let what = format!("part {} as {}", part.number, format.file_name());
                    return Err(differs(&what, held, said));
                }
            }
            let first = part.number * PART;
            let sum = store.sum_of_rows(first..first + PART, day, counts)?;
            if sum.seq != keeper.seq() {
                return Ok(false);
            }
            if Sum::of(&sum) != said {
                let what = format!("part {} and the store", part.number);
                return Err(differs(&what, said, Sum::of(&sum)));
            }
        }
        fresh.insert(key);
    }
    if compared.whole != Some(day) || store.position()?.records <= FEW {
        let sum = store.state_sum(day, counts)?;
        if sum.seq != keeper.seq() {
            return Ok(false);
        }
        if Sum::of(&sum) != whole {
            return Err(differs("the files and the store", whole, Sum::of(&sum)));
        }
        compared.whole = Some(day);
    }
    compared.parts = fresh;
    Ok(true)
}

#[derive(Deserialize)]
struct RowId {
    id: String,
    seq: i64,
}

/// What the bytes of a part hold in a form.
fn read(keeper: &Keeper, part: &Part, format: Format) -> Result<Sum, ExportError> {
    let path = part.file(&keeper.parts_dir(), format);
    let damaged = |what: String| {
        ExportError::Sum(format!("part {}, {}: {what}", part.number, path.display()))
    };
    let mut file = File::open(&path).map_err(io(&path))?;
    let mut sum = Sum::default();
    for member in part.groups.iter().flat_map(|g| &g.members) {
        let Place {
            offset,
            length,
            unpacked,
            crc: _,
        } = member.places[format.place()];
        file.seek(SeekFrom::Start(offset)).map_err(io(&path))?;
        let plain = GzDecoder::new(BufReader::new((&file).take(length))).take(unpacked + 1);
        if format == Format::Jsonl {
            for line in BufReader::new(plain).lines() {
                let line = line.map_err(|e| damaged(e.to_string()))?;
                // the category only: the text of the error could quote the row
                let row: RowId = serde_json::from_str(&line)
                    .map_err(|e| damaged(format!("{:?} error", e.classify())))?;
                sum.add(&row.id, row.seq);
            }
        } else {
            let mut rows = csv::ReaderBuilder::new()
                .has_headers(false)
                .from_reader(plain);
            let mut row = csv::StringRecord::new();
            while rows
                .read_record(&mut row)
                .map_err(|_| damaged("no CSV".to_owned()))?
            {
                let seq = row.get(1).and_then(|s| s.parse().ok());
                let (Some(id), Some(seq)) = (row.get(0), seq) else {
                    return Err(damaged("a row without id or seq".to_owned()));
                };
                sum.add(id, seq);
            }
        }
    }
    Ok(sum)
}
