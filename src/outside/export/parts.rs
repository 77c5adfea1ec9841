//! Parts on disk. A part holds the records of a range of row numbers, for all days in `[from, until)` on which the same
//! ones are displayed: a file for each form, and a small JSON file that says what is where and makes the others valid.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};

use super::row::{Row, is_exported};
use super::{ExportError, Format, io};
use crate::base::files::replace_file;
use crate::domain::catalogue::Catalogue;
use crate::outside::store::{Stored, set_hash};

/// Row numbers in a part.
pub const PART: i64 = if cfg!(test) { 8 } else { 1 << 14 };
/// Records in a member at most.
const MEMBER: usize = if cfg!(test) { 3 } else { 1 << 10 };
/// How hard members are pressed: a sixth less than the hardest takes, at a third of its time.
const LEVEL: u32 = 5;

/// Where a member stands in the file of its form, and how long it is unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// First byte.
    pub offset: u64,
    /// Bytes.
    pub length: u64,
    /// Bytes when unpacked.
    pub unpacked: u64,
}

/// Records that are compressed together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its place in the file of each form.
    pub places: [Place; 3],
}

/// The records of a list and a province in a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Code of the list.
    pub list: String,
    /// First two digits of the region; `10` is the whole country.
    pub province: String,
    /// Records.
    pub rows: u64,
    /// Sum of the records' hashes, hexadecimal.
    #[serde(with = "hex")]
    pub hash: u128,
    /// Members, in the order of row numbers.
    pub members: Vec<Member>,
}

mod hex {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub fn serialize<S: Serializer>(n: &u128, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&format!("{n:032x}"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<u128, D::Error> {
        let text = String::deserialize(d)?;
        u128::from_str_radix(&text, 16).map_err(D::Error::custom)
    }
}

/// A part as its JSON file tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its number: row numbers `number * PART ..`.
    pub number: i64,
    /// Which making of it this is: names its files.
    pub stamp: u64,
    /// First day on which it is right.
    pub from: NaiveDate,
    /// First day on which it is no longer right; none when nothing in it ends or begins by itself.
    pub until: Option<NaiveDate>,
    /// Groups, by list and province.
    pub groups: Vec<Group>,
}

impl Part {
    /// Whether it is right on a day.
    #[must_use]
    pub fn is_of(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// The file of a form.
    #[must_use]
    pub fn file(&self, dir: &Path, format: Format) -> PathBuf {
        let Self { number, stamp, .. } = self;
        dir.join(format!("{number:08}-{stamp}-{}.gz", format.place()))
    }

    fn description(&self, dir: &Path) -> PathBuf {
        dir.join(format!("{:08}-{}.json", self.number, self.from))
    }

    /// Deletes it: the description first, so that nothing describes what is half gone.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn delete(&self, dir: &Path) -> Result<(), ExportError> {
        delete(&self.description(dir))?;
        for format in Format::ALL {
            delete(&self.file(dir, format))?;
        }
        Ok(())
    }
}

fn delete(path: &Path) -> Result<(), ExportError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(io(path)(source)),
        _ => Ok(()),
    }
}

/// All parts of a directory. Files that no description names, as a crash leaves them, are deleted.
///
/// # Errors
/// Those of the file system.
pub fn read_all(dir: &Path) -> Result<Vec<Part>, ExportError> {
    let mut parts: Vec<Part> = Vec::new();
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(io(dir))? {
        let path = entry.map_err(io(dir))?.path();
        if path.extension().is_some_and(|e| e == "json") {
            let bytes = fs::read(&path).map_err(io(&path))?;
            match serde_json::from_slice::<Part>(&bytes) {
                Ok(part) if part.description(dir) == path => parts.push(part),
                // of another program, or damaged: it is made again
                _ => delete(&path)?,
            }
        } else {
            files.push(path);
        }
    }
    let (mut whole, mut named) = (Vec::new(), Vec::new());
    for part in parts {
        let paths = Format::ALL.map(|format| part.file(dir, format));
        if paths.iter().all(|p| p.is_file()) {
            named.extend(paths);
            whole.push(part);
        } else {
            delete(&part.description(dir))?;
        }
    }
    for path in files.iter().filter(|p| !named.contains(p)) {
        delete(path)?;
    }
    whole.sort_by_key(|p| (p.number, p.from));
    Ok(whole)
}

/// Makes a part for a day from its rows, in the order of their numbers. Groups that are as they were in `old` are copied
/// and not compressed again. The old one's files are left to whoever deletes it.
///
/// # Errors
/// Those of the file system.
pub fn make(
    dir: &Path,
    number: i64,
    stamp: u64,
    day: NaiveDate,
    rows: &[Stored],
    catalogue: &Catalogue,
    old: Option<&Part>,
) -> Result<Part, ExportError> {
    let mut until: Option<NaiveDate> = None;
    let mut groups: BTreeMap<(&str, &str), Vec<&Stored>> = BTreeMap::new();
    for row in rows {
        let record = &row.record;
        if !is_exported(catalogue, &record.list, record.subject_kind) {
            continue;
        }
        let boundaries = [Some(record.displayed_from), record.displayed_until];
        for boundary in boundaries.into_iter().flatten().filter(|b| *b > day) {
            until = Some(until.map_or(boundary, |u| u.min(boundary)));
        }
        if record.displayed_on(day) {
            let province = record.region.get(..2).unwrap_or("10");
            groups
                .entry((&record.list, province))
                .or_default()
                .push(row);
        }
    }
    let mut part = Part {
        number,
        stamp,
        from: day,
        until,
        groups: Vec::with_capacity(groups.len()),
    };
    let mut writing = Writing::new(dir, &part, old)?;
    for ((list, province), rows) in groups {
        let hash = rows.iter().fold(0_u128, |sum, row| {
            sum.wrapping_add(set_hash(&row.record.id, row.seq))
        });
        let same = old.and_then(|old| {
            old.groups.iter().find(|g| {
                g.list == list
                    && g.province == province
                    && g.hash == hash
                    && g.rows == rows.len() as u64
            })
        });
        let members = match same {
            Some(group) => writing.copy(group)?,
            None => writing.compress(&rows)?,
        };
        part.groups.push(Group {
            list: list.to_owned(),
            province: province.to_owned(),
            rows: rows.len() as u64,
            hash,
            members,
        });
    }
    writing.finish()?;
    let description = serde_json::to_vec(&part).map_err(|e| ExportError::Encode(e.to_string()))?;
    let path = part.description(dir);
    replace_file(&path, &description).map_err(io(&path))?;
    Ok(part)
}

struct Writing {
    paths: [PathBuf; 3],
    files: Vec<File>,
    lengths: [u64; 3],
    old: Option<Vec<File>>,
    scratch: Vec<u8>,
}

impl Writing {
    fn new(dir: &Path, part: &Part, old: Option<&Part>) -> Result<Self, ExportError> {
        let paths = Format::ALL.map(|format| part.file(dir, format));
        let mut files = Vec::with_capacity(3);
        for path in &paths {
            files.push(File::create(path).map_err(io(path))?);
        }
        let old = match old {
            None => None,
            Some(old) => {
                let mut files = Vec::with_capacity(3);
                for format in Format::ALL {
                    let path = old.file(dir, format);
                    files.push(File::open(&path).map_err(io(&path))?);
                }
                Some(files)
            }
        };
        Ok(Self {
            paths,
            files,
            lengths: [0; 3],
            old,
            scratch: Vec::new(),
        })
    }

    fn put(&mut self, at: usize, bytes: &[u8], unpacked: u64) -> Result<Place, ExportError> {
        let path = &self.paths[at];
        self.files[at].write_all(bytes).map_err(io(path))?;
        let place = Place {
            offset: self.lengths[at],
            length: bytes.len() as u64,
            unpacked,
        };
        self.lengths[at] += place.length;
        Ok(place)
    }

    fn copy(&mut self, group: &Group) -> Result<Vec<Member>, ExportError> {
        let mut members = Vec::with_capacity(group.members.len());
        for member in &group.members {
            let mut places = member.places;
            for (at, place) in places.iter_mut().enumerate() {
                let mut bytes = vec![0; usize::try_from(place.length).unwrap_or(0)];
                let path = self.paths[at].clone();
                if let Some(old) = self.old.as_mut().and_then(|files| files.get_mut(at)) {
                    old.seek(SeekFrom::Start(place.offset)).map_err(io(&path))?;
                    old.read_exact(&mut bytes).map_err(io(&path))?;
                }
                *place = self.put(at, &bytes, place.unpacked)?;
            }
            members.push(Member { places });
        }
        Ok(members)
    }

    fn compress(&mut self, rows: &[&Stored]) -> Result<Vec<Member>, ExportError> {
        let mut members = Vec::with_capacity(rows.len().div_ceil(MEMBER));
        for chunk in rows.chunks(MEMBER) {
            let lines: Vec<Row<'_>> = chunk.iter().map(|s| Row::new(s.seq, &s.record)).collect();
            let mut places = [Place {
                offset: 0,
                length: 0,
                unpacked: 0,
            }; 3];
            for format in Format::ALL {
                let mut plain = std::mem::take(&mut self.scratch);
                plain.clear();
                for line in &lines {
                    line.write(format, &mut plain);
                }
                let packed = gzip(&plain);
                places[format.place()] = self.put(format.place(), &packed, plain.len() as u64)?;
                self.scratch = plain;
            }
            members.push(Member { places });
        }
        Ok(members)
    }

    fn finish(self) -> Result<(), ExportError> {
        for (file, path) in self.files.iter().zip(&self.paths) {
            file.sync_all().map_err(io(path))?;
        }
        Ok(())
    }
}

/// Some bytes as a member of a gzip file, the same for the same bytes: it bears no time and no name.
#[must_use]
pub fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(LEVEL));
    // into memory: it cannot fail
    let _ = encoder.write_all(plain);
    encoder.finish().unwrap_or_default()
}
