//! Versions of past days: of each, what was displayed on it and is as it was then.
//!
//! A record belongs to the version of every day since it is as it is: it leaves all of them when it is taken back, when its
//! term ends, and, with its old content, when it is corrected. So the version of a day is contained in that of the next,
//! and all of them together are the present records in the order of those days: each version is the beginning of one file,
//! of which [`super::parts`] keep the pieces. Four hundred versions cost the disk of one, and taking back a record, which
//! makes its part anew, cuts it out of all of them at once.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::generation::{Making, Segment};
use super::keep::Keeper;
use super::parts::{Kind, Part, Stratum, gzip};
use super::row::head;
use super::{ExportError, Format, dated, io};
use crate::base::crypto::SignKey;
use crate::base::files::replace_file;
use crate::domain::time::Moment;
use crate::outside::export::docs::Doc;

/// Name of the file that says what the versions were when their day ended.
const STATE: &str = "history.json";
/// Bytes read at once when a sum is made.
const PIECE: usize = 1 << 18;
/// Bytes up to which the versions are ready together with the files of the day; to sum up more takes so long that what was
/// taken back is not to wait for it.
const AT_ONCE: u64 = 64 << 20;

/// A version in a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DatedFile {
    /// Bytes of the compressed file.
    pub packed: u64,
    /// Bytes of the file unpacked.
    pub unpacked: u64,
    /// SHA-256 of the compressed file, hexadecimal.
    pub sha256: String,
}

/// The version of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The day.
    pub day: NaiveDate,
    /// The last sequence number given on it.
    pub seq: i64,
    /// Records.
    pub rows: u64,
    /// Hash of the set.
    pub hash: u128,
    /// What is known of it since its day.
    pub known: Known,
    /// Its files, in the order of [`Format::DATED`].
    pub files: [DatedFile; Format::DATED.len()],
}

impl Version {
    /// Records that left it since it was cut for the first time.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.known.first_rows.saturating_sub(self.rows)
    }
}

/// What is written down of a version, because it does not follow from the records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Records when it was cut first: at the end of its day, where a node ran then.
    pub first_rows: u64,
    /// When that was.
    pub cut_at: Moment,
    /// Records when it was looked at last.
    rows: u64,
    /// Hash of the set when it was looked at last, hexadecimal.
    hash: String,
    /// The day on which records last left it, after its own.
    pub recut_on: Option<NaiveDate>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    versions: BTreeMap<NaiveDate, Known>,
}

/// The versions that are offered on a day.
#[derive(Debug)]
pub struct History {
    /// The day on which they are offered.
    pub day: NaiveDate,
    /// Sequence number of the store.
    pub seq: i64,
    /// When they were put together.
    pub made: Moment,
    /// Public key that signed their sums.
    pub signer: Option<String>,
    /// By day, the past ones alone: today's is the full export.
    pub versions: BTreeMap<NaiveDate, Version>,
    /// What all versions are the beginning of, in the forms of [`Format::DATED`].
    pub segments: [Arc<[Segment]>; Format::DATED.len()],
    /// Documents by address below `/data/history/`.
    pub docs: BTreeMap<String, Doc>,
}

/// The pieces of all versions, before they are summed up.
#[derive(Debug)]
pub struct Draft {
    day: NaiveDate,
    seq: i64,
    /// Day, rows and hash of each piece, in their order.
    pieces: Vec<(NaiveDate, u64, u128)>,
    segments: [Vec<Segment>; Format::DATED.len()],
}

impl Draft {
    /// The pieces as the parts have them on a day. Their files are open from now on.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn of(keeper: &Keeper, day: NaiveDate) -> Result<Self, ExportError> {
        let mut found: Vec<(&Stratum, &Part, usize)> = Vec::new();
        let parts = keeper.on(day);
        for part in &parts {
            let strata = part.strata.iter().enumerate();
            found.extend(strata.map(|(at, stratum)| (stratum, *part, at)));
        }
        found.sort_unstable_by_key(|(stratum, part, at)| (stratum.day, part.number, *at));
        let mut draft = Self {
            day,
            seq: keeper.seq(),
            pieces: Vec::with_capacity(found.len()),
            segments: Format::DATED.map(|format| {
                let head = head(format);
                vec![Segment::Memory {
                    packed: gzip(&head).into(),
                    unpacked: head.into(),
                }]
            }),
        };
        for (stratum, part, _) in found {
            let files = keeper.files(part)?;
            draft.pieces.push((stratum.day, stratum.rows, stratum.hash));
            let Some(file) = files.get(Kind::Gzip.place()) else {
                continue;
            };
            for (i, segments) in draft.segments.iter_mut().enumerate() {
                let place = stratum.places[i];
                segments.push(Segment::Stored {
                    file: Arc::clone(file),
                    offset: place.offset,
                    length: place.length,
                    unpacked: place.unpacked,
                });
            }
        }
        Ok(draft)
    }

    /// Whether they are summed up in no time.
    #[must_use]
    pub fn is_small(&self) -> bool {
        let all = self.segments.iter().flatten();
        all.map(|segment| segment.length(true)).sum::<u64>() <= AT_ONCE
    }

    /// The sums of the versions of some days, oldest first.
    fn sums(&self, days: &[NaiveDate]) -> Result<Vec<Version>, ExportError> {
        let mut all: Vec<Version> = days.iter().map(|day| empty(*day)).collect();
        for (i, segments) in self.segments.iter().enumerate() {
            let mut running = Running::default();
            let mut rest = segments.iter();
            if let Some(first) = rest.next() {
                running.add(first)?;
            }
            let mut pieces = self.pieces.iter().zip(rest).peekable();
            let (mut rows, mut hash) = (0, 0_u128);
            for version in &mut all {
                let is_in = |((since, ..), _): &(&(NaiveDate, u64, u128), _)| *since <= version.day;
                while let Some(((_, more, of), segment)) = pieces.next_if(is_in) {
                    rows += more;
                    hash = hash.wrapping_add(*of);
                    running.add(segment)?;
                }
                (version.rows, version.hash) = (rows, hash);
                version.files[i] = running.told();
            }
        }
        Ok(all)
    }

    /// The versions, with their sums and descriptions.
    ///
    /// # Errors
    /// Those of the file system; when the signature cannot be made.
    pub fn finish(self, keeper: &Keeper, making: Making<'_>) -> Result<History, ExportError> {
        let days = days(keeper, self.day, making.history_days);
        let all = self.sums(&days)?;
        let path = keeper.dir().join(STATE);
        let mut state = read(&path)?;
        let mut history = History {
            day: self.day,
            seq: self.seq,
            made: making.now,
            signer: making.key.map(SignKey::line),
            versions: BTreeMap::new(),
            segments: self.segments.map(Arc::from),
            docs: BTreeMap::new(),
        };
        for mut version in all {
            version.seq = keeper.given().seq(version.day);
            version.known = state.look(&version, self.day, making.now);
            history.versions.insert(version.day, version);
        }
        // what is made ahead of its day says nothing yet
        if self.day == crate::domain::time::civil_date(making.now) {
            let first = days.first().copied().unwrap_or(self.day);
            state.versions.retain(|day, _| *day >= first);
            save(&path, &state)?;
        }
        // its own day is not over
        history.versions.remove(&self.day);
        history.docs = dated::all(&history, making)?;
        Ok(history)
    }
}

fn empty(day: NaiveDate) -> Version {
    Version {
        day,
        seq: 0,
        rows: 0,
        hash: 0,
        known: Known {
            first_rows: 0,
            cut_at: Moment::default(),
            rows: 0,
            hash: String::new(),
            recut_on: None,
        },
        files: Default::default(),
    }
}

/// The civil days of the versions, up to and including the present one.
fn days(keeper: &Keeper, today: NaiveDate, window: u32) -> Vec<NaiveDate> {
    let oldest = today.checked_sub_days(Days::new(u64::from(window)));
    let first = keeper.given().first().unwrap_or(today);
    let first = oldest.unwrap_or(today).max(first);
    first.iter_days().take_while(|day| *day <= today).collect()
}

impl State {
    /// What is known of a version, brought up.
    fn look(&mut self, version: &Version, on: NaiveDate, now: Moment) -> Known {
        let hash = format!("{:032x}", version.hash);
        let fresh = Known {
            first_rows: version.rows,
            cut_at: now,
            rows: version.rows,
            hash: hash.clone(),
            recut_on: None,
        };
        let known = self.versions.entry(version.day).or_insert(fresh.clone());
        if version.day >= on {
            // its day is not over: it is cut anew with every release
            *known = fresh;
        } else if known.hash != hash || known.rows != version.rows {
            known.rows = version.rows;
            known.hash = hash;
            known.recut_on = Some(on);
        }
        known.clone()
    }
}

fn read(path: &Path) -> Result<State, ExportError> {
    match fs::read(path) {
        // damaged: what it knew is lost, and the versions are not
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).unwrap_or_default()),
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => Ok(State::default()),
        Err(source) => Err(io(path)(source)),
    }
}

fn save(path: &Path, state: &State) -> Result<(), ExportError> {
    let bytes = serde_json::to_vec(state).map_err(|e| ExportError::Encode(e.to_string()))?;
    replace_file(path, &bytes).map_err(io(path))
}

/// The sum of a beginning that grows.
#[derive(Default)]
struct Running {
    hash: Sha256,
    packed: u64,
    unpacked: u64,
}

impl Running {
    fn add(&mut self, segment: &Segment) -> Result<(), ExportError> {
        let (length, mut from) = (segment.length(true), 0);
        while from < length {
            let piece = segment
                .read_packed(from, PIECE)
                .map_err(io(Path::new("a part of the exports")))?;
            from += piece.len() as u64;
            self.hash.update(&piece);
        }
        self.packed += length;
        self.unpacked += segment.length(false);
        Ok(())
    }

    fn told(&self) -> DatedFile {
        DatedFile {
            packed: self.packed,
            unpacked: self.unpacked,
            sha256: data_encoding::HEXLOWER.encode(&self.hash.clone().finalize()),
        }
    }
}
