//! What can be downloaded on a day: the files of every data set as ranges of the parts' files, with size, sum and hash,
//! and the documents that describe them. Once made it does not change; a release or a day makes another.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use super::docs::{self, Doc};
use super::keep::Keeper;
use super::parts::{Part, gzip};
use super::row::head;
use super::{ExportError, Format, io};
use crate::base::crypto::SignKey;
use crate::domain::catalogue::Catalogue;
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
}

impl Segment {
    /// Bytes packed or unpacked.
    #[must_use]
    pub fn length(&self, packed: bool) -> u64 {
        match (self, packed) {
            (Self::Memory { packed, .. }, true) => packed.len() as u64,
            (Self::Memory { unpacked, .. }, false) => unpacked.len() as u64,
            (Self::Stored { length, .. }, true) => *length,
            (Self::Stored { unpacked, .. }, false) => *unpacked,
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
        }
    }

    /// Its bytes unpacked: some megabytes at most, since a member holds a thousand records.
    ///
    /// # Errors
    /// Those of the file system; damaged bytes.
    pub fn read_unpacked(&self) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Memory { unpacked, .. } => Ok(unpacked.to_vec()),
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
    /// Its files, in the order of [`Format::ALL`].
    pub files: Vec<DataFile>,
}

/// Sums that need not be made again: by what the file consists of.
#[derive(Clone, Debug, Default)]
pub struct Sums(HashMap<[u8; 32], String>);

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
        let dir = keeper.parts_dir();
        let mut open: Vec<[Arc<File>; 3]> = Vec::with_capacity(parts.len());
        for part in &parts {
            let mut files = Vec::with_capacity(3);
            for format in Format::ALL {
                let path = part.file(&dir, format);
                files.push(Arc::new(File::open(&path).map_err(io(&path))?));
            }
            let files: [Arc<File>; 3] = files.try_into().map_err(|_| ExportError::Damaged {
                path: dir.clone(),
                what: "three files belong to a part".to_owned(),
            })?;
            open.push(files);
        }
        let heads = Format::ALL.map(|format| {
            let unpacked = head(format);
            Segment::Memory {
                packed: gzip(&unpacked).into(),
                unpacked: unpacked.into(),
            }
        });
        let mut sets = BTreeMap::new();
        let mut fresh = Sums::default();
        for set in data_sets(making.catalogue, &parts) {
            let made = set_files(set, &parts, &open, &heads, sums, &mut fresh)?;
            sets.insert(made.set.name(), made);
        }
        *sums = fresh;
        let tomorrow = day.succ_opt().unwrap_or(day);
        let mut made = Self {
            day,
            until: tomorrow,
            seq: keeper.seq(),
            made: making.now,
            sets,
            docs: BTreeMap::new(),
        };
        made.docs = docs::all(&made, making)?;
        Ok(made)
    }

    /// A file by its address below `/data/`: the name of the set and of the file, and whether it is asked for compressed.
    #[must_use]
    pub fn file(&self, set: &str, name: &str) -> Option<(&DataFile, bool)> {
        let set = self.sets.get(set)?;
        let (name, packed) = match name.strip_suffix(".gz") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let file = set.files.iter().find(|f| f.format.file_name() == name)?;
        Some((file, packed))
    }
}

/// Every list that may be exported, and every province that occurs.
fn data_sets(catalogue: &Catalogue, parts: &[&Part]) -> Vec<DataSet> {
    let provinces: BTreeSet<&str> = parts
        .iter()
        .flat_map(|p| p.groups.iter().map(|g| g.province.as_str()))
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

fn set_files(
    set: DataSet,
    parts: &[&Part],
    open: &[[Arc<File>; 3]],
    heads: &[Segment; 3],
    known: &Sums,
    fresh: &mut Sums,
) -> Result<SetFiles, ExportError> {
    let (mut rows, mut hash) = (0, 0_u128);
    let mut segments = heads.clone().map(|head| vec![head]);
    let mut made_of = Format::ALL.map(|format| {
        let mut of = Sha256::new();
        of.update([u8::try_from(format.place()).unwrap_or(0)]);
        of
    });
    for (part, files) in parts.iter().zip(open) {
        let groups = part.groups.iter();
        for group in groups.filter(|g| set.holds(&g.list, &g.province)) {
            rows += group.rows;
            hash = hash.wrapping_add(group.hash);
            for member in &group.members {
                for (at, place) in member.places.iter().enumerate() {
                    let ids = [
                        part.number.cast_unsigned(),
                        part.stamp,
                        place.offset,
                        place.length,
                    ];
                    for id in ids {
                        made_of[at].update(id.to_be_bytes());
                    }
                    segments[at].push(Segment::Stored {
                        file: Arc::clone(&files[at]),
                        offset: place.offset,
                        length: place.length,
                        unpacked: place.unpacked,
                    });
                }
            }
        }
    }
    let mut out = Vec::with_capacity(3);
    for ((format, segments), of) in Format::ALL.into_iter().zip(segments).zip(made_of) {
        let of: [u8; 32] = of.finalize().into();
        let sha256 = match known.0.get(&of) {
            Some(sum) => sum.clone(),
            None => sum(&segments)?,
        };
        fresh.0.insert(of, sha256.clone());
        let length = |packed| segments.iter().map(|s| s.length(packed)).sum();
        out.push(DataFile {
            format,
            packed: length(true),
            unpacked: length(false),
            segments: segments.into(),
            sha256,
        });
    }
    Ok(SetFiles {
        set,
        rows,
        hash: format!("{hash:032x}"),
        files: out,
    })
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
