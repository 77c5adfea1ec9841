//! Parts on disk. A part holds the records of a range of row numbers, for all days in `[from, until)` on which the same
//! ones are displayed: a file for each form, and a small JSON file that says what is where and makes the others valid.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};

use super::generation::DataSet;
use super::given::Given;
use super::row::{Row, is_exported, write};
use super::{ExportError, Format, io, sheet, table};
use crate::base::files::replace_file;
use crate::domain::catalogue::Catalogue;
use crate::outside::store::{PublicStore, Stored, set_hash};

/// Rows read at once: a part read whole would be in memory twice, as it is stored and as records.
const PAGE: usize = if cfg!(test) { 3 } else { 1 << 10 };

/// Some rows of a part.
pub(super) struct Page {
    /// Their first number.
    pub from: i64,
    /// The number after the last one that they cover.
    pub until: i64,
    /// The rows, by number.
    pub rows: Vec<Stored>,
}

/// The rows of a part, page by page: together the pages cover all of its numbers.
pub(super) fn pages(
    store: &PublicStore,
    number: i64,
) -> impl Iterator<Item = Result<Page, ExportError>> {
    let (mut from, end) = (number * PART, (number + 1) * PART);
    std::iter::from_fn(move || {
        if from >= end {
            return None;
        }
        let mut rows = match store.scan(from - 1, PAGE) {
            Ok(rows) => rows,
            Err(error) => {
                from = end;
                return Some(Err(error.into()));
            }
        };
        // less than was asked for: nothing follows
        let whole = rows.len() == PAGE;
        let next = rows.last().filter(|_| whole).map_or(end, |row| row.num + 1);
        rows.retain(|row| row.num < end);
        let page = Page {
            from,
            until: next.min(end),
            rows,
        };
        from = page.until;
        Some(Ok(page))
    })
}

/// Row numbers in a part.
pub const PART: i64 = if cfg!(test) { 8 } else { 1 << 14 };
/// Records in a member, on the average.
const MEMBER: u32 = if cfg!(test) { 3 } else { 1 << 10 };
/// How hard members are pressed: a sixth less than the hardest takes, at a third of its time.
const LEVEL: u32 = 5;

/// Where a member stands in the file of its form, and what it unpacks to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// First byte.
    pub offset: u64,
    /// Bytes.
    pub length: u64,
    /// Bytes when unpacked.
    pub unpacked: u64,
    /// CRC-32 when unpacked.
    pub crc: u32,
}

/// Records that are compressed together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Records.
    pub rows: u64,
    /// Sum of the records' hashes, hexadecimal.
    #[serde(with = "hex")]
    pub hash: u128,
    /// Its place in the file of each form of [`Format::MEMBERS`].
    pub places: [Place; Format::MEMBERS.len()],
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

/// The row group of a data set in a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Name of the data set.
    pub set: String,
    /// Records.
    pub rows: u64,
    /// Sum of the records' hashes, hexadecimal.
    #[serde(with = "hex")]
    pub hash: u128,
    /// First byte in the part's file of tables.
    pub offset: u64,
    /// Bytes.
    pub length: u64,
}

/// Records of a part whose present state has been public since one day: what dated versions are put together from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stratum {
    /// The day.
    pub day: NaiveDate,
    /// Records.
    pub rows: u64,
    /// Sum of the records' hashes, hexadecimal.
    #[serde(with = "hex")]
    pub hash: u128,
    /// Its place in the file of each form of [`Format::DATED`].
    pub places: [Place; Format::DATED.len()],
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
    /// Row groups: of the whole, of each list, of each province.
    pub tables: Vec<Table>,
    /// The same records by the day since which they are as they are.
    pub strata: Vec<Stratum>,
}

/// Files of a part: three and not one a form, since each is open while it is offered, and of ten million records there
/// are hundreds of parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Members of gzip: of every form that is offered so, and of the strata.
    Gzip,
    /// Pieces of a deflate stream: those of a workbook.
    Deflate,
    /// Row groups, each a file of Parquet.
    Parquet,
}

impl Kind {
    /// All of them, in the order of their places.
    pub const ALL: [Self; 3] = [Self::Gzip, Self::Deflate, Self::Parquet];

    /// The one in which a form stands.
    #[must_use]
    pub const fn of(format: Format) -> Self {
        match format {
            Format::Xlsx => Self::Deflate,
            Format::Parquet => Self::Parquet,
            _ => Self::Gzip,
        }
    }

    /// Its place among the files of a part.
    #[must_use]
    pub const fn place(self) -> usize {
        self as usize
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Gzip => "gz",
            Self::Deflate => "deflate",
            Self::Parquet => "parquet",
        }
    }
}

impl Part {
    /// Whether it is right on a day.
    #[must_use]
    pub fn is_of(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// Its files, in the order of [`Kind::ALL`].
    #[must_use]
    pub fn files(&self, dir: &Path) -> [PathBuf; Kind::ALL.len()] {
        let Self { number, stamp, .. } = self;
        Kind::ALL.map(|kind| dir.join(format!("{number:08}-{stamp}.{}", kind.ending())))
    }

    fn description(&self, dir: &Path) -> PathBuf {
        dir.join(format!("{:08}-{}.json", self.number, self.from))
    }

    /// Records, and the sum of their hashes.
    #[must_use]
    pub fn sum(&self) -> (u64, u128) {
        self.groups.iter().fold((0, 0), |(rows, hash), group| {
            (rows + group.rows, hash.wrapping_add(group.hash))
        })
    }

    /// Deletes it: the description first, so that nothing describes what is half gone.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn delete(&self, dir: &Path) -> Result<(), ExportError> {
        delete(&self.description(dir))?;
        self.files(dir).iter().try_for_each(|path| delete(path))
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
        let paths = part.files(dir);
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

/// What a part is made by.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Which lists are exported.
    pub catalogue: &'a Catalogue,
    /// When sequence numbers were given.
    pub days: &'a Given,
}

/// Makes a part for a day from its rows, in the order of their numbers. What is as it was in `old` is copied and not
/// compressed again. The old one's files are left to whoever deletes it.
///
/// # Errors
/// Those of the file system.
pub fn make(
    dir: &Path,
    number: i64,
    stamp: u64,
    day: NaiveDate,
    rows: &[Stored],
    rules: Rules<'_>,
    old: Option<&Part>,
) -> Result<Part, ExportError> {
    let catalogue = rules.catalogue;
    let mut until: Option<NaiveDate> = None;
    let mut groups: BTreeMap<(&str, &str), Vec<Row<'_>>> = BTreeMap::new();
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
                .push(Row::new(row, catalogue));
        }
    }
    let mut part = Part {
        number,
        stamp,
        from: day,
        until,
        groups: Vec::with_capacity(groups.len()),
        tables: Vec::new(),
        strata: Vec::new(),
    };
    let mut writing = Writing::new(dir, &part, old)?;
    for ((list, province), rows) in &groups {
        let before = old.and_then(|old| {
            let is_it = |g: &&Group| g.list == *list && g.province == *province;
            old.groups.iter().find(is_it)
        });
        let members = writing.members(rows, before)?;
        let (rows, hash) = sum(rows);
        part.groups.push(Group {
            list: (*list).to_owned(),
            province: (*province).to_owned(),
            rows,
            hash,
            members,
        });
    }
    part.tables = writing.tables(&groups, old)?;
    part.strata = writing.strata(&groups, rules.days, day, old)?;
    writing.finish()?;
    let description = serde_json::to_vec(&part).map_err(|e| ExportError::Encode(e.to_string()))?;
    let path = part.description(dir);
    replace_file(&path, &description).map_err(io(&path))?;
    Ok(part)
}

fn sum<'a, R: Borrow<Row<'a>>>(rows: &[R]) -> (u64, u128) {
    let hash = rows.iter().fold(0_u128, |sum, row| {
        let line = row.borrow().line();
        sum.wrapping_add(set_hash(line.id, line.seq))
    });
    (rows.len() as u64, hash)
}

/// The rows of the members. A member ends where the id of a row says so, and not after so many rows: then a row more or
/// less changes its own member and leaves all that follow as they are, and equal rows make equal files on every node.
fn cut<'r, 'a, R: Borrow<Row<'a>>>(rows: &'r [R]) -> impl Iterator<Item = &'r [R]> {
    rows.split_inclusive(|row| {
        crc32fast::hash(row.borrow().line().id.as_bytes()).is_multiple_of(MEMBER)
    })
}

struct Writing {
    paths: [PathBuf; Kind::ALL.len()],
    files: Vec<File>,
    lengths: [u64; Kind::ALL.len()],
    old: Vec<File>,
}

impl Writing {
    fn new(dir: &Path, part: &Part, before: Option<&Part>) -> Result<Self, ExportError> {
        let paths = part.files(dir);
        let (mut files, mut old) = (Vec::new(), Vec::new());
        for path in &paths {
            files.push(File::create(path).map_err(io(path))?);
        }
        if let Some(before) = before {
            for path in before.files(dir) {
                old.push(File::open(&path).map_err(io(&path))?);
            }
        }
        Ok(Self {
            paths,
            files,
            lengths: [0; Kind::ALL.len()],
            old,
        })
    }

    /// Writes bytes; says where.
    fn put(&mut self, kind: Kind, bytes: &[u8]) -> Result<u64, ExportError> {
        let at = kind.place();
        self.files[at]
            .write_all(bytes)
            .map_err(io(&self.paths[at]))?;
        let offset = self.lengths[at];
        self.lengths[at] += bytes.len() as u64;
        Ok(offset)
    }

    /// Writes bytes of the old part's file; says where.
    fn copy(&mut self, kind: Kind, offset: u64, length: u64) -> Result<u64, ExportError> {
        let at = kind.place();
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
        if let Some(old) = self.old.get(at) {
            let path = &self.paths[at];
            old.read_exact_at(&mut bytes, offset).map_err(io(path))?;
        }
        self.put(kind, &bytes)
    }

    fn members(
        &mut self,
        rows: &[Row<'_>],
        before: Option<&Group>,
    ) -> Result<Vec<Member>, ExportError> {
        let mut members = Vec::new();
        let mut plain = Vec::new();
        for rows in cut(rows) {
            let (count, hash) = sum(rows);
            let is_it = |m: &&Member| m.hash == hash && m.rows == count;
            let same = before.and_then(|group| group.members.iter().find(is_it));
            let mut places = same.map_or([Place::default(); Format::MEMBERS.len()], |same| {
                same.places
            });
            for (at, format) in Format::MEMBERS.into_iter().enumerate() {
                let (place, kind) = (&mut places[at], Kind::of(format));
                if same.is_some() {
                    place.offset = self.copy(kind, place.offset, place.length)?;
                    continue;
                }
                plain.clear();
                write(rows, format, &mut plain);
                let packed = match format {
                    // no organisation is among them
                    _ if plain.is_empty() => Vec::new(),
                    Format::Xlsx => sheet::piece(&plain),
                    _ => gzip(&plain),
                };
                *place = Place {
                    offset: self.put(kind, &packed)?,
                    length: packed.len() as u64,
                    unpacked: plain.len() as u64,
                    crc: crc32fast::hash(&plain),
                };
            }
            members.push(Member {
                rows: count,
                hash,
                places,
            });
        }
        Ok(members)
    }

    fn tables(
        &mut self,
        groups: &BTreeMap<(&str, &str), Vec<Row<'_>>>,
        before: Option<&Part>,
    ) -> Result<Vec<Table>, ExportError> {
        let mut sets: BTreeMap<String, Vec<&Row<'_>>> = BTreeMap::new();
        for ((list, province), rows) in groups {
            for set in [
                DataSet::All,
                DataSet::List((*list).to_owned()),
                DataSet::Province((*province).to_owned()),
            ] {
                sets.entry(set.name()).or_default().extend(rows);
            }
        }
        let mut tables = Vec::with_capacity(sets.len());
        for (set, rows) in sets {
            let (count, hash) = sum(&rows);
            let is_it = |t: &&Table| t.set == set && t.hash == hash && t.rows == count;
            let same = before.and_then(|part| part.tables.iter().find(is_it));
            let (offset, length) = match same {
                Some(same) => (
                    self.copy(Kind::Parquet, same.offset, same.length)?,
                    same.length,
                ),
                None => {
                    let bytes = table::encode(&rows)?;
                    (self.put(Kind::Parquet, &bytes)?, bytes.len() as u64)
                }
            };
            tables.push(Table {
                set,
                rows: count,
                hash,
                offset,
                length,
            });
        }
        Ok(tables)
    }

    /// The rows by the day since which each is as it is: since its last change was published and its display began.
    fn strata(
        &mut self,
        groups: &BTreeMap<(&str, &str), Vec<Row<'_>>>,
        given: &Given,
        day: NaiveDate,
        before: Option<&Part>,
    ) -> Result<Vec<Stratum>, ExportError> {
        let mut days: BTreeMap<NaiveDate, Vec<&Row<'_>>> = BTreeMap::new();
        for row in groups.values().flatten() {
            let line = row.line();
            // a number of which no release is known yet is of no day before this one
            let since = given.day(line.seq).unwrap_or(day).max(line.displayed_from);
            days.entry(since).or_default().push(row);
        }
        let mut strata = Vec::new();
        let mut plain = Vec::new();
        for (since, mut rows) in days {
            rows.sort_unstable_by_key(|row| row.line().seq);
            for rows in cut(&rows) {
                let (count, hash) = sum(rows);
                let is_it = |s: &&Stratum| s.day == since && s.hash == hash && s.rows == count;
                let same = before.and_then(|part| part.strata.iter().find(is_it));
                let mut places = same.map(|s| s.places).unwrap_or_default();
                for (i, format) in Format::DATED.into_iter().enumerate() {
                    let place = &mut places[i];
                    if same.is_some() {
                        place.offset = self.copy(Kind::Gzip, place.offset, place.length)?;
                        continue;
                    }
                    plain.clear();
                    write(rows, format, &mut plain);
                    let packed = gzip(&plain);
                    *place = Place {
                        offset: self.put(Kind::Gzip, &packed)?,
                        length: packed.len() as u64,
                        unpacked: plain.len() as u64,
                        crc: crc32fast::hash(&plain),
                    };
                }
                strata.push(Stratum {
                    day: since,
                    rows: count,
                    hash,
                    places,
                });
            }
        }
        Ok(strata)
    }

    fn finish(self) -> Result<(), ExportError> {
        for (file, path) in self.files.iter().zip(&self.paths) {
            // no test cuts the power, and hundreds of simulated days would wait for the disk
            if !cfg!(test) {
                file.sync_all().map_err(io(path))?;
            }
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
