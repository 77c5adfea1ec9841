//! Publishing stops when the sum does not hold: what the parts hold on disk is compared with the store, before anybody
//! gets it.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::FileExt as _;
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;
use flate2::read::{GzDecoder, MultiGzDecoder};
use flate2::{Decompress, FlushDecompress};

use super::generation::DataSet;
use super::keep::Keeper;
use super::parts::{Kind, PART, Part, Place};
use super::row::is_exported;
use super::{ExportError, Format, forms, io};
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
            bytes_hold(keeper, part, day, said)?;
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

/// What is read back of a part.
#[derive(Clone, Copy, Debug)]
enum Bytes {
    /// Its members in a form.
    Members(Format),
    /// Its strata in a form of [`Format::DATED`], by its place there.
    Strata(usize),
    /// Its row group of the whole.
    Table,
    /// Its rows in the database of the day.
    Database,
    /// Its entities of organisations, which name rows otherwise: whether they unpack to what was packed.
    Entities,
}

impl Bytes {
    /// Everything.
    const ALL: [Self; 9] = [
        // the longest first, so that all processors end together
        Self::Members(Format::Xlsx),
        Self::Members(Format::Jsonl),
        Self::Strata(1),
        Self::Members(Format::Excel),
        Self::Members(Format::Csv),
        Self::Entities,
        Self::Strata(0),
        Self::Database,
        Self::Table,
    ];

    fn name(self) -> String {
        match self {
            Self::Members(format) => format.file_name().to_owned(),
            Self::Strata(at) => format!("dated {}", Format::DATED[at].file_name()),
            Self::Entities => Format::Ftm.file_name().to_owned(),
            Self::Table => Format::Parquet.file_name().to_owned(),
            Self::Database => Format::Sqlite.file_name().to_owned(),
        }
    }
}

/// Whether the bytes of a part hold what it says, in every form; read on all processors.
fn bytes_hold(keeper: &Keeper, part: &Part, day: NaiveDate, said: Sum) -> Result<(), ExportError> {
    let queue = Mutex::new(Bytes::ALL.into_iter());
    let work = || -> Result<(), ExportError> {
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(bytes) = next else { return Ok(()) };
            let held = read(keeper, part, day, bytes)?;
            if held != said && !matches!(bytes, Bytes::Entities) {
                let what = format!("part {} as {}", part.number, bytes.name());
                return Err(differs(&what, held, said));
            }
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..workers.min(4)).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        for other in others {
            let failed = || Err(ExportError::Encode("a part was not read".to_owned()));
            done = done.and(other.join().unwrap_or_else(|_| failed()));
        }
        done
    })
}

/// What the bytes of a part hold.
fn read(keeper: &Keeper, part: &Part, day: NaiveDate, bytes: Bytes) -> Result<Sum, ExportError> {
    let mut sum = Sum::default();
    let kind = match bytes {
        Bytes::Database => {
            let (rows, hash) = keeper.database_sum(day, part.number)?;
            return Ok(Sum(rows, hash));
        }
        Bytes::Members(format) => Kind::of(format),
        Bytes::Table => Kind::Parquet,
        Bytes::Strata(_) | Bytes::Entities => Kind::Gzip,
    };
    let path = &part.files(&keeper.parts_dir())[kind.place()];
    let damaged = |what: String| {
        ExportError::Sum(format!("part {}, {}: {what}", part.number, path.display()))
    };
    let file = File::open(path).map_err(io(path))?;
    let piece = |offset: u64, length: u64| {
        let mut packed = vec![0; usize::try_from(length).unwrap_or(0)];
        file.read_exact_at(&mut packed, offset).map_err(io(path))?;
        Ok::<_, ExportError>(packed)
    };
    let mut row = |id: &str, seq: i64| sum.add(id, seq);
    let mut text = |format: Format, place: &Place| {
        let packed = piece(place.offset, place.length)?;
        let plain = GzDecoder::new(&packed[..]).take(place.unpacked + 1);
        match format {
            Format::Xlsx => {
                let plain = unpacked(&packed, place.unpacked).ok_or_else(|| {
                    damaged("a piece does not unpack to what it should".to_owned())
                })?;
                forms::sheet(&plain, &mut row)
            }
            Format::Jsonl => forms::json(plain, &mut row),
            _ => forms::csv(plain, false, &mut row),
        }
        .map_err(&damaged)
    };
    match bytes {
        Bytes::Members(format) => {
            for member in part.groups.iter().flat_map(|g| &g.members) {
                text(format, &member.places[format.place()])?;
            }
        }
        Bytes::Strata(at) => {
            for stratum in &part.strata {
                text(Format::DATED[at], &stratum.places[at])?;
            }
        }
        Bytes::Entities => {
            for member in part.groups.iter().flat_map(|g| &g.members) {
                let place = &member.places[Format::Ftm.place()];
                let packed = piece(place.offset, place.length)?;
                if packed.is_empty() {
                    continue;
                }
                let mut plain = Vec::new();
                let read = MultiGzDecoder::new(&packed[..]).read_to_end(&mut plain);
                if read.is_err() || crc32fast::hash(&plain) != place.crc {
                    return Err(damaged("it does not unpack to what it should".to_owned()));
                }
            }
        }
        Bytes::Table | Bytes::Database => {
            let whole = DataSet::All.name();
            for table in part.tables.iter().filter(|t| t.set == whole) {
                let held = bytes::Bytes::from(piece(table.offset, table.length)?);
                forms::parquet(held, &mut row).map_err(|e| damaged(e.to_string()))?;
            }
        }
    }
    Ok(sum)
}

/// A piece of a deflate stream, which has no end of its own.
fn unpacked(packed: &[u8], size: u64) -> Option<String> {
    let mut out = Vec::with_capacity(usize::try_from(size).ok()? + 64);
    let mut stream = Decompress::new(false);
    stream
        .decompress_vec(packed, &mut out, FlushDecompress::Sync)
        .ok()?;
    let all = stream.total_in() == packed.len() as u64 && stream.total_out() == size;
    String::from_utf8(out).ok().filter(|_| all)
}
