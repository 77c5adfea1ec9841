//! Keeps the parts where the public store stands: after a release only the parts that it touched are made again, and
//! what a day ends is left out of that day's parts before the day begins.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::database::{Databases, Goal};
use super::generation::Segment;
use super::given::Given;
use super::parts::{self, Kind, PART, Part, Rules};
use super::{ExportError, FORM, io};
use crate::base::files::{create_private_dir, replace_file};
use crate::domain::catalogue::Catalogue;
use crate::outside::store::PublicStore;

/// Name of the file that says where the parts stand.
const STATE: &str = "state.json";
/// Directory of the databases of the whole.
const WHOLE: &str = "whole";
/// Directory of the parts.
const PARTS: &str = "parts";

/// Where the parts stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    /// Form of the files and rules of what may be exported.
    rules: String,
    /// Sequence number of the store up to which they are right.
    seq: i64,
    /// The last stamp given to a part.
    stamp: u64,
}

/// Sequence number up to which the parts of a directory are right, as a process that keeps them last said; 0 when none did.
#[must_use]
pub fn reached(dir: &Path) -> i64 {
    let bytes = fs::read(dir.join(STATE)).unwrap_or_default();
    serde_json::from_slice(&bytes).map_or(0, |state: State| state.seq)
}

/// Deletes the parts of a directory, whatever is wrong with them: they are made anew from the store.
///
/// # Errors
/// Those of the file system.
pub fn forget(dir: &Path) -> Result<(), ExportError> {
    let parts = dir.join(PARTS);
    match fs::remove_dir_all(&parts) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(io(&parts)(source)),
        _ => Ok(()),
    }
}

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Parts that were made.
    pub made: usize,
    /// Sequence number reached.
    pub seq: i64,
}

/// The parts of a directory. One process at a time keeps them.
#[derive(Debug)]
pub struct Keeper {
    dir: PathBuf,
    state: State,
    parts: BTreeMap<(i64, NaiveDate), Part>,
    databases: Databases,
    given: Given,
    open: OpenFiles,
}

/// The files of parts, open, by number and stamp: shared by all that is offered, so that few are open at a time.
type OpenFiles = Mutex<HashMap<(i64, u64), Vec<Arc<File>>>>;

impl Keeper {
    /// Opens a directory, which is made when missing. Parts that were made under other rules are deleted.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn open(dir: &Path, catalogue: &Catalogue) -> Result<Self, ExportError> {
        let own = dir.join(PARTS);
        create_private_dir(&own).map_err(io(&own))?;
        let rules = rules(catalogue);
        let path = dir.join(STATE);
        let state: State = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => State::default(),
            Err(source) => return Err(io(&path)(source)),
        };
        let anew = state.rules != rules;
        let mut keeper = Self {
            dir: dir.to_owned(),
            databases: Databases::open(&dir.join(WHOLE), anew)?,
            parts: parts::read_all(&own)?
                .into_iter()
                .map(|p| ((p.number, p.from), p))
                .collect(),
            state,
            given: Given::default(),
            open: OpenFiles::default(),
        };
        // after a crash: a stamp is saved after the part that bears it
        let stamps = keeper.parts.values().map(|part| part.stamp);
        keeper.state.stamp = stamps.fold(keeper.state.stamp, u64::max);
        if anew {
            for part in std::mem::take(&mut keeper.parts).into_values() {
                part.delete(&own)?;
            }
            keeper.state = State {
                rules,
                seq: 0,
                stamp: keeper.state.stamp,
            };
        }
        Ok(keeper)
    }

    /// Directory of the parts.
    #[must_use]
    pub fn parts_dir(&self) -> PathBuf {
        self.dir.join(PARTS)
    }

    /// Its directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// When the sequence numbers were given.
    #[must_use]
    pub const fn given(&self) -> &Given {
        &self.given
    }

    /// Sequence number that the parts hold.
    #[must_use]
    pub const fn seq(&self) -> i64 {
        self.state.seq
    }

    /// Whether every part is right on a day.
    #[must_use]
    pub fn is_ready(&self, day: NaiveDate) -> bool {
        let numbers: BTreeSet<i64> = self.parts.keys().map(|(n, _)| *n).collect();
        numbers.iter().all(|n| self.of(*n, day).is_some())
    }

    /// The parts of a day, by number.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Vec<&Part> {
        self.parts.values().filter(|p| p.is_of(day)).collect()
    }

    /// The files of a part, in the order of [`Part::files`].
    ///
    /// # Errors
    /// Those of the file system.
    pub fn files(&self, part: &Part) -> Result<Vec<Arc<File>>, ExportError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(files) = open.get(&(part.number, part.stamp)) {
            return Ok(files.clone());
        }
        let dir = self.parts_dir();
        let mut files = Vec::with_capacity(Kind::ALL.len());
        for path in part.files(&dir) {
            files.push(Arc::new(File::open(&path).map_err(io(&path))?));
        }
        open.insert((part.number, part.stamp), files.clone());
        Ok(files)
    }

    /// Closes the files of parts that are no more; who downloads one holds it open himself.
    fn close(&self) {
        let held: BTreeSet<(i64, u64)> = self.parts.values().map(|p| (p.number, p.stamp)).collect();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|part, _| held.contains(part));
    }

    /// The database of the whole on a day, and a number that changes with it.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn database(&self, day: NaiveDate) -> Result<Option<(Segment, u64)>, ExportError> {
        self.databases.on(day)
    }

    /// Rows of a part in the database of a day, and the sum of their hashes, as its bytes hold them.
    ///
    /// # Errors
    /// Those of the database.
    pub fn database_sum(&self, day: NaiveDate, number: i64) -> Result<(u64, u128), ExportError> {
        self.databases.sum(day, number)
    }

    fn of(&self, number: i64, day: NaiveDate) -> Option<&Part> {
        self.parts
            .range((number, NaiveDate::MIN)..=(number, NaiveDate::MAX))
            .map(|(_, part)| part)
            .find(|part| part.is_of(day))
    }

    /// Brings the parts up to the store, right on `today` and on the days in `ahead`, which are later. What was taken back
    /// is then in no file here.
    ///
    /// # Errors
    /// Those of the store and of the file system. What was done stays, and the next run goes on.
    pub fn follow(
        &mut self,
        store: &PublicStore,
        catalogue: &Catalogue,
        today: NaiveDate,
        ahead: Option<NaiveDate>,
    ) -> Result<Kept, ExportError> {
        let seq = store.position()?.seq;
        self.given.follow(store)?;
        let days: Vec<NaiveDate> = std::iter::once(today).chain(ahead).collect();
        let dirty = self.dirty(store, seq)?;
        let mut made = 0;
        for number in dirty.iter().copied() {
            made += self.make(store, catalogue, number, &days, true)?;
        }
        // a part that the day itself made wrong
        let numbers: BTreeSet<i64> = self.parts.keys().map(|(n, _)| *n).collect();
        for number in numbers.difference(&dirty).copied() {
            if days.iter().any(|day| self.of(number, *day).is_none()) {
                made += self.make(store, catalogue, number, &days, false)?;
            }
        }
        self.forget(today)?;
        self.close();
        let whole: Vec<_> = days
            .iter()
            .map(|day| {
                let parts = self.on(*day).into_iter();
                (*day, parts.map(|p| (p.number, p.sum())).collect())
            })
            .collect();
        let goal = Goal {
            store,
            catalogue,
            seq,
        };
        self.databases.follow(goal, &whole)?;
        if self.state.seq != seq || made > 0 {
            self.state.seq = seq;
            self.save()?;
        }
        Ok(Kept { made, seq })
    }

    /// The parts that a release may have touched, and those that are missing.
    fn dirty(&self, store: &PublicStore, seq: i64) -> Result<BTreeSet<i64>, ExportError> {
        let all: BTreeSet<i64> = (0..=store.last_num()? / PART).collect();
        let held: BTreeSet<i64> = self.parts.keys().map(|(n, _)| *n).collect();
        if seq < self.state.seq {
            // the store was made anew
            return Ok(all.union(&held).copied().collect());
        }
        // nothing is here yet, or a file was lost
        let mut dirty: BTreeSet<i64> = all.difference(&held).copied().collect();
        if seq > self.state.seq {
            dirty.extend(store.touched(self.state.seq, PART)?);
        }
        Ok(dirty)
    }

    /// Makes the versions of a part that the days need. `all` also makes those anew that would be right by their days.
    fn make(
        &mut self,
        store: &PublicStore,
        catalogue: &Catalogue,
        number: i64,
        days: &[NaiveDate],
        all: bool,
    ) -> Result<usize, ExportError> {
        let mut rows = Vec::new();
        for page in parts::pages(store, number) {
            rows.append(&mut page?.rows);
        }
        let dir = self.parts_dir();
        let olds: Vec<Part> = self
            .parts
            .range((number, NaiveDate::MIN)..=(number, NaiveDate::MAX))
            .map(|(_, p)| p.clone())
            .collect();
        let mut fresh: Vec<Part> = Vec::new();
        for day in days {
            let right = |p: &&Part| p.is_of(*day);
            if fresh.iter().any(|p| p.is_of(*day)) || (!all && olds.iter().any(|p| right(&p))) {
                continue;
            }
            self.state.stamp += 1;
            let old = olds.iter().find(right).or_else(|| olds.last());
            let rules = Rules {
                catalogue,
                days: &self.given,
            };
            let part = parts::make(&dir, number, self.state.stamp, *day, &rows, rules, old)?;
            fresh.push(part);
        }
        let made = fresh.len();
        // the stamp is saved before the old files go, so that none is ever given twice
        self.save()?;
        for old in olds {
            let replaced = all || fresh.iter().any(|p| p.from == old.from);
            if !replaced {
                continue;
            }
            let described = fresh.iter().any(|p| p.from == old.from);
            self.parts.remove(&(number, old.from));
            if described {
                for path in old.files(&dir) {
                    fs::remove_file(&path).map_err(io(&path))?;
                }
            } else {
                old.delete(&dir)?;
            }
        }
        for part in fresh {
            self.parts.insert((number, part.from), part);
        }
        Ok(made)
    }

    /// Deletes the parts of days that are over.
    fn forget(&mut self, today: NaiveDate) -> Result<(), ExportError> {
        let over: Vec<(i64, NaiveDate)> = self
            .parts
            .iter()
            .filter(|(_, p)| p.until.is_some_and(|until| until <= today))
            .map(|(key, _)| *key)
            .collect();
        for key in over {
            if let Some(part) = self.parts.remove(&key) {
                part.delete(&self.parts_dir())?;
            }
        }
        Ok(())
    }

    fn save(&self) -> Result<(), ExportError> {
        let bytes =
            serde_json::to_vec(&self.state).map_err(|e| ExportError::Encode(e.to_string()))?;
        let path = self.dir.join(STATE);
        replace_file(&path, &bytes).map_err(io(&path))
    }
}

/// What the parts were made under: another form of the files, or other lists that may be exported, make them anew.
fn rules(catalogue: &Catalogue) -> String {
    let mut rules = format!("form {FORM};");
    for entry in catalogue.lists.values() {
        // the name and the polarity stand in the entities of FollowTheMoney
        rules.push_str(&format!(
            " {}:{}:{}:{}",
            entry.code,
            u8::from(entry.persons.export),
            entry.polarity.code(),
            entry.name.zh
        ));
    }
    rules
}
