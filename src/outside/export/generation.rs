//! What can be downloaded on a day: the files of every data set as ranges of the parts' files, with size, sum and hash,
//! and the documents that describe them. Once made it does not change; a release or a day makes another.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::FileExt as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use super::docs::{self, Doc};
use super::keep::Keeper;
use super::parts::{Kind, Part, Place, gzip};
use super::row::head;
use super::{ExportError, Format, io, sheet, table};
use crate::base::crypto::SignKey;
use crate::domain::catalogue::Catalogue;
use crate::domain::regions::{self, Level};
use crate::domain::time::Moment;

/// Bytes read at once when a sum is made.
const PIECE: usize = 1 << 18;

/// A data set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataSet {
    /// Everything.
    All,
    /// A list, by its code.
    List(String),
    /// A province, by the first two digits of the region; `10` is what concerns the whole country.
    Province(String),
}

impl DataSet {
    /// Its name in addresses.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::List(code) => format!("list-{code}"),
            Self::Province(digits) => format!("province-{digits}"),
        }
    }

    fn holds(&self, list: &str, province: &str) -> bool {
        match self {
            Self::All => true,
            Self::List(code) => code == list,
            Self::Province(digits) => digits == province,
        }
    }
}

/// A range of bytes that belong to a file.
#[derive(Clone, Debug)]
pub enum Segment {
    /// In memory: the head.
    Memory {
        /// Packed.
        packed: Arc<[u8]>,
        /// Unpacked.
        unpacked: Arc<[u8]>,
    },
    /// In a part's file.
    Stored {
        /// The part's file, open: what is being downloaded stays whole when a release replaces it.
        file: Arc<File>,
        /// First byte.
        offset: u64,
        /// Bytes.
        length: u64,
        /// Bytes when unpacked.
        unpacked: u64,
    },
    /// A file that is changed in place.
    Live {
        /// The file, open.
        file: Arc<File>,
        /// Bytes.
        length: u64,
        /// Its version, which is raised before it is changed.
        version: Arc<AtomicU64>,
        /// The version that this is.
        at: u64,
    },
}

impl Segment {
    /// Bytes packed or unpacked.
    #[must_use]
    pub fn length(&self, packed: bool) -> u64 {
        match (self, packed) {
            (Self::Memory { packed, .. }, true) => packed.len() as u64,
            (Self::Memory { unpacked, .. }, false) => unpacked.len() as u64,
            (Self::Stored { length, .. }, true) | (Self::Live { length, .. }, _) => *length,
            (Self::Stored { unpacked, .. }, false) => *unpacked,
        }
    }

    /// Whether its bytes are still those of which it was told.
    #[must_use]
    pub fn is_current(&self) -> bool {
        match self {
            Self::Live { version, at, .. } => version.load(Ordering::Acquire) == *at,
            Self::Memory { .. } | Self::Stored { .. } => true,
        }
    }

    /// Reads its bytes as they are stored, from a place, at most so many.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn read_packed(&self, from: u64, most: usize) -> std::io::Result<Vec<u8>> {
        let left = self.length(true).saturating_sub(from);
        let size = usize::try_from(left).unwrap_or(usize::MAX).min(most);
        match self {
            Self::Memory { packed, .. } => {
                let from = usize::try_from(from).unwrap_or(usize::MAX);
                Ok(packed.get(from..from + size).unwrap_or_default().to_vec())
            }
            Self::Stored { file, offset, .. } => {
                let mut out = vec![0; size];
                file.read_exact_at(&mut out, offset + from)?;
                Ok(out)
            }
            Self::Live { file, .. } => {
                let mut out = vec![0; size];
                let read = file.read_exact_at(&mut out, from);
                // looked at after reading: what was read before a change is whole
                if !self.is_current() {
                    return Err(std::io::Error::other(
                        "a release changed the file meanwhile",
                    ));
                }
                read.map(|()| out)
            }
        }
    }

    /// Its bytes unpacked: some megabytes at most, since a member holds a thousand records.
    ///
    /// # Errors
    /// Those of the file system; damaged bytes.
    pub fn read_unpacked(&self) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Memory { unpacked, .. } => Ok(unpacked.to_vec()),
            Self::Live { .. } => self.read_packed(0, usize::MAX),
            Self::Stored { unpacked, .. } => {
                let packed = self.read_packed(0, usize::MAX)?;
                let size = usize::try_from(*unpacked).unwrap_or(0);
                let mut out = Vec::with_capacity(size);
                flate2::read::GzDecoder::new(&packed[..])
                    .take(*unpacked)
                    .read_to_end(&mut out)?;
                if out.len() == size {
                    Ok(out)
                } else {
                    Err(std::io::ErrorKind::UnexpectedEof.into())
                }
            }
        }
    }
}

/// A file of a data set in a form.
#[derive(Clone, Debug)]
pub struct DataFile {
    /// Its form.
    pub format: Format,
    /// Its segments, in order.
    pub segments: Arc<[Segment]>,
    /// Bytes of the compressed file.
    pub packed: u64,
    /// Bytes of the file unpacked.
    pub unpacked: u64,
    /// SHA-256 of the compressed file, hexadecimal.
    pub sha256: String,
    /// What it was made of: equal for equal files.
    made_of: [u8; 32],
}

/// A data set on a day.
#[derive(Clone, Debug)]
pub struct SetFiles {
    /// Which.
    pub set: DataSet,
    /// Records.
    pub rows: u64,
    /// Hash of the set, hexadecimal.
    pub hash: String,
    /// Its files, in the order of [`Format::ALL`]; without those forms that are of the whole alone, and without a workbook
    /// where the records do not fit into a sheet.
    pub files: Vec<DataFile>,
}

/// Sums that need not be made again: by what the file consists of.
#[derive(Clone, Debug, Default)]
pub struct Sums(HashMap<[u8; 32], String>);

impl Sums {
    /// Takes in those of others.
    pub fn extend(&mut self, others: &Self) {
        let others = others.0.iter();
        self.0.extend(others.map(|(of, sum)| (*of, sum.clone())));
    }
}

/// What can be downloaded on a day.
#[derive(Debug)]
pub struct Generation {
    /// The day.
    pub day: NaiveDate,
    /// First day on which the files are no longer right: the next at the latest.
    pub until: NaiveDate,
    /// Sequence number of the store.
    pub seq: i64,
    /// When it was made.
    pub made: Moment,
    /// Data sets by name.
    pub sets: BTreeMap<String, SetFiles>,
    /// Public key that signed it.
    pub signer: Option<String>,
    /// Documents by address below `/data/`.
    pub docs: BTreeMap<String, Doc>,
}

/// What a generation is made with beside the parts.
#[derive(Clone, Copy, Debug)]
pub struct Making<'a> {
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// The signing key, where this node has one.
    pub key: Option<&'a SignKey>,
    /// Address of the site, empty when it is not known.
    pub base_url: &'a str,
    /// Whether the data are fictitious.
    pub demo: bool,
    /// Past days whose versions are offered.
    pub history_days: u32,
    /// The present instant.
    pub now: Moment,
}

impl Generation {
    /// The files of a day from the parts; sums of files that did not change are taken from `sums`.
    ///
    /// # Errors
    /// Those of the file system; when the signature cannot be made.
    pub fn make(
        keeper: &Keeper,
        day: NaiveDate,
        making: Making<'_>,
        sums: &mut Sums,
    ) -> Result<Self, ExportError> {
        let parts = keeper.on(day);
        let mut stock = Stock {
            parts: Vec::with_capacity(parts.len()),
            database: keeper.database(day)?,
        };
        for part in &parts {
            stock.parts.push((part, keeper.files(part)?));
        }
        let mut sets = BTreeMap::new();
        for set in data_sets(making.catalogue, &parts) {
            let made = set_files(set, &stock)?;
            sets.insert(made.set.name(), made);
        }
        *sums = summed(&mut sets, sums)?;
        let tomorrow = day.succ_opt().unwrap_or(day);
        let mut made = Self {
            day,
            until: tomorrow,
            seq: keeper.seq(),
            made: making.now,
            sets,
            signer: making.key.map(SignKey::line),
            docs: BTreeMap::new(),
        };
        made.docs = docs::all(&made, making)?;
        Ok(made)
    }

    /// A file by its address below `/data/`: the name of the set and of the file, and whether it is asked for as it is
    /// stored, which is compressed where the form is offered so.
    #[must_use]
    pub fn file(&self, set: &str, name: &str) -> Option<(&DataFile, bool)> {
        let set = self.sets.get(set)?;
        let (name, packed) = match name.strip_suffix(".gz") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let file = set.files.iter().find(|f| f.format.file_name() == name)?;
        match (file.format.is_gzip(), packed) {
            (true, packed) => Some((file, packed)),
            (false, false) => Some((file, true)),
            (false, true) => None,
        }
    }
}

/// Every list and every province, with records or without, and what else occurs: an address that once had a file goes on
/// to have one.
fn data_sets(catalogue: &Catalogue, parts: &[&Part]) -> Vec<DataSet> {
    let regions = regions::all().iter();
    let known = regions.filter(|r| matches!(r.level(), Level::Country | Level::Province));
    let provinces: BTreeSet<&str> = parts
        .iter()
        .flat_map(|p| p.groups.iter().map(|g| g.province.as_str()))
        .chain(known.filter_map(|r| r.code().get(..2)))
        .collect();
    let lists = catalogue.lists.keys().map(|c| DataSet::List(c.clone()));
    let provinces = provinces
        .into_iter()
        .map(|p| DataSet::Province(p.to_owned()));
    std::iter::once(DataSet::All)
        .chain(lists)
        .chain(provinces)
        .collect()
}

/// What files are put together from.
struct Stock<'a> {
    parts: Vec<(&'a Part, Vec<Arc<File>>)>,
    database: Option<(Segment, u64)>,
}

/// A file that is put together: its segments, and what they are made of, by which a known sum is found again.
struct Draft {
    segments: Vec<Segment>,
    made_of: Sha256,
}

impl Draft {
    fn new(format: Format) -> Self {
        let mut made_of = Sha256::new();
        made_of.update([u8::try_from(format.place()).unwrap_or(0)]);
        Self {
            segments: Vec::new(),
            made_of,
        }
    }

    fn memory(&mut self, packed: Vec<u8>, unpacked: Vec<u8>) {
        self.made_of.update(&packed);
        self.segments.push(Segment::Memory {
            packed: packed.into(),
            unpacked: unpacked.into(),
        });
    }

    fn stored(&mut self, part: &Part, file: &Arc<File>, place: (u64, u64), unpacked: u64) {
        let (offset, length) = place;
        if length == 0 {
            return;
        }
        for id in [part.number.cast_unsigned(), part.stamp, offset, length] {
            self.made_of.update(id.to_be_bytes());
        }
        self.segments.push(Segment::Stored {
            file: Arc::clone(file),
            offset,
            length,
            unpacked,
        });
    }

    fn file(self, format: Format) -> DataFile {
        let length = |packed| self.segments.iter().map(|s| s.length(packed)).sum();
        DataFile {
            format,
            packed: length(true),
            unpacked: length(false),
            segments: self.segments.into(),
            made_of: self.made_of.finalize().into(),
            sha256: String::new(),
        }
    }
}

fn set_files(set: DataSet, stock: &Stock<'_>) -> Result<SetFiles, ExportError> {
    let (mut rows, mut hash) = (0, 0_u128);
    for (part, _) in &stock.parts {
        let groups = part.groups.iter();
        for group in groups.filter(|g| set.holds(&g.list, &g.province)) {
            rows += group.rows;
            hash = hash.wrapping_add(group.hash);
        }
    }
    let mut files = Vec::with_capacity(Format::ALL.len());
    for format in Format::ALL {
        if format.is_of_whole() && set != DataSet::All {
            continue;
        }
        let draft = match format {
            Format::Parquet => Some(tables(&set, stock)?),
            Format::Sqlite => stock.database.as_ref().map(|(segment, version)| {
                let mut draft = Draft::new(format);
                draft.made_of.update(version.to_be_bytes());
                draft.segments.push(segment.clone());
                draft
            }),
            Format::Xlsx => workbook(&set, stock, rows),
            _ => {
                let mut draft = Draft::new(format);
                let head = head(format);
                if !head.is_empty() {
                    draft.memory(gzip(&head), head);
                }
                members(&set, stock, format, |part, file, place| {
                    draft.stored(part, file, (place.offset, place.length), place.unpacked);
                });
                if draft.segments.is_empty() {
                    // an empty file compressed, which is not an empty file
                    draft.memory(gzip(&[]), Vec::new());
                }
                Some(draft)
            }
        };
        files.extend(draft.map(|draft| draft.file(format)));
    }
    Ok(SetFiles {
        set,
        rows,
        hash: format!("{hash:032x}"),
        files,
    })
}

fn members<'a>(
    set: &DataSet,
    stock: &'a Stock<'_>,
    format: Format,
    mut with: impl FnMut(&'a Part, &'a Arc<File>, &'a Place),
) {
    let (at, file) = (format.place(), Kind::of(format).place());
    for (part, files) in &stock.parts {
        let groups = part.groups.iter();
        for group in groups.filter(|g| set.holds(&g.list, &g.province)) {
            for member in &group.members {
                if let (Some(place), Some(file)) = (member.places.get(at), files.get(file)) {
                    with(part, file, place);
                }
            }
        }
    }
}

fn workbook(set: &DataSet, stock: &Stock<'_>, rows: u64) -> Option<Draft> {
    let mut sums = Vec::new();
    members(set, stock, Format::Xlsx, |_, _, place| {
        sums.push(sheet::Sum {
            crc: place.crc,
            unpacked: place.unpacked,
            packed: place.length,
        });
    });
    let (head, tail) = sheet::around(rows, sums.into_iter())?;
    let mut draft = Draft::new(Format::Xlsx);
    draft.memory(head.clone(), head);
    members(set, stock, Format::Xlsx, |part, file, place| {
        // it is one stream: a reader gets it as it is stored
        draft.stored(part, file, (place.offset, place.length), place.length);
    });
    draft.memory(tail.clone(), tail);
    Some(draft)
}

fn tables(set: &DataSet, stock: &Stock<'_>) -> Result<Draft, ExportError> {
    let mut draft = Draft::new(Format::Parquet);
    draft.memory(table::MAGIC.to_vec(), table::MAGIC.to_vec());
    let mut assembly = table::Assembly::default();
    let name = set.name();
    for (part, files) in &stock.parts {
        let found = part.tables.iter().find(|t| t.set == name);
        if let (Some(table), Some(file)) = (found, files.get(Kind::Parquet.place())) {
            let place = assembly.add(file, table.offset, table.length)?;
            draft.stored(part, file, place, place.1);
        }
    }
    let footer = assembly.finish()?;
    draft.memory(footer.clone(), footer);
    Ok(draft)
}

/// Gives every file its sum; those that are not known are made on all processors. Returns the sums of these files.
fn summed(sets: &mut BTreeMap<String, SetFiles>, known: &Sums) -> Result<Sums, ExportError> {
    let mut files: Vec<&mut DataFile> =
        sets.values_mut().flat_map(|s| s.files.iter_mut()).collect();
    let mut fresh = Vec::new();
    for file in &mut files {
        match known.0.get(&file.made_of) {
            Some(sum) => file.sha256.clone_from(sum),
            None => fresh.push(file),
        }
    }
    // the largest first, so that all processors end together
    fresh.sort_by_key(|file| std::cmp::Reverse(file.packed));
    let queue = Mutex::new(fresh.into_iter());
    let workers = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(4);
    let work = || -> Result<(), ExportError> {
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(file) = next else { return Ok(()) };
            file.sha256 = sum(&file.segments)?;
        }
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        for other in others {
            let failed = || Err(ExportError::Encode("a sum was not made".to_owned()));
            done = done.and(other.join().unwrap_or_else(|_| failed()));
        }
        done
    })?;
    let all = files.iter().map(|file| (file.made_of, file.sha256.clone()));
    Ok(Sums(all.collect()))
}

fn sum(segments: &[Segment]) -> Result<String, ExportError> {
    let mut hash = Sha256::new();
    for segment in segments {
        let mut from = 0;
        while from < segment.length(true) {
            let piece = segment
                .read_packed(from, PIECE)
                .map_err(io(std::path::Path::new("a part of the exports")))?;
            from += piece.len() as u64;
            hash.update(&piece);
        }
    }
    Ok(data_encoding::HEXLOWER.encode(&hash.finalize()))
}
