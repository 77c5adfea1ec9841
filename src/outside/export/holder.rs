//! Hands the files of a day to readers, and has those of the next day ready before it begins.

use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwap;
use chrono::{NaiveDate, TimeDelta};

use super::ExportError;
use super::docs::address;
use super::generation::{Generation, Making, Sums};
use super::keep::{Keeper, Kept};
use crate::domain::time::civil_date;
use crate::outside::store::PublicStore;

/// How long before a day begins its files are made ready.
const AHEAD_MINUTES: i64 = 30;

/// The files of today, and of the next day when it is near.
#[derive(Debug, Default)]
pub struct Holder {
    ready: ArcSwap<Vec<Arc<Generation>>>,
}

impl Holder {
    /// The files of a day; `None` while there are none: those of another day are never shown.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Option<Arc<Generation>> {
        self.ready.load().iter().find(|g| g.day == day).cloned()
    }
}

/// Keeps a holder up.
#[derive(Debug)]
pub struct Upkeep {
    keeper: Keeper,
    sums: Sums,
}

impl Upkeep {
    /// Begins with the parts of a directory.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn open(
        dir: &Path,
        catalogue: &crate::domain::catalogue::Catalogue,
    ) -> Result<Self, ExportError> {
        Ok(Self {
            keeper: Keeper::open(dir, catalogue)?,
            sums: Sums::default(),
        })
    }

    /// Brings the parts and the holder up to the store and the day; nothing is done when they stand there. Says whether
    /// anything was.
    ///
    /// # Errors
    /// Those of the store and of the file system.
    pub fn step(
        &mut self,
        store: &PublicStore,
        holder: &Holder,
        making: Making<'_>,
    ) -> Result<bool, ExportError> {
        let today = civil_date(making.now);
        let soon = civil_date(making.now + TimeDelta::minutes(AHEAD_MINUTES));
        let ahead = (soon != today).then_some(soon);
        let seq = store.position()?.seq;
        let held = holder.ready.load_full();
        let has = |day| held.iter().any(|g| g.day == day && g.seq == seq);
        let stands = has(today) && ahead.is_none_or(has);
        if stands && self.keeper.seq() == seq {
            return Ok(false);
        }
        self.keeper.follow(store, making.catalogue, today, ahead)?;
        let mut ready = Vec::with_capacity(2);
        for day in std::iter::once(today).chain(ahead) {
            let mut sums = self.sums.clone();
            let made = Generation::make(&self.keeper, day, making, &mut sums)?;
            if day == today {
                self.sums = sums;
            }
            ready.push(Arc::new(made));
        }
        holder.ready.store(Arc::new(ready));
        Ok(true)
    }

    /// Brings the parts alone up to the store and the day.
    ///
    /// # Errors
    /// Those of the store and of the file system.
    pub fn parts(&mut self, store: &PublicStore, making: Making<'_>) -> Result<Kept, ExportError> {
        let day = civil_date(making.now);
        self.keeper.follow(store, making.catalogue, day, None)
    }

    /// The files of a day, made now: for a copy.
    ///
    /// # Errors
    /// Those of the store and of the file system.
    pub fn generation(
        &mut self,
        store: &PublicStore,
        making: Making<'_>,
    ) -> Result<Generation, ExportError> {
        let day = civil_date(making.now);
        self.keeper.follow(store, making.catalogue, day, None)?;
        Generation::make(&self.keeper, day, making, &mut self.sums)
    }
}

/// Writes all files and documents of a generation into a directory: the documents last, the signature at the end, so
/// that a copy that was cut off is not taken for a whole one.
///
/// # Errors
/// Those of the file system.
pub fn copy(generation: &Generation, dir: &Path) -> Result<u64, ExportError> {
    use std::io::Write as _;

    use super::io;

    let mut bytes = 0;
    for (name, set) in &generation.sets {
        let own = dir.join(name);
        std::fs::create_dir_all(&own).map_err(io(&own))?;
        for file in &set.files {
            let path = dir.join(address(name, file.format));
            let out = std::fs::File::create(&path).map_err(io(&path))?;
            let mut out = std::io::BufWriter::with_capacity(1 << 18, out);
            for segment in file.segments.iter() {
                let mut from = 0;
                while from < segment.length(true) {
                    let piece = segment.read_packed(from, 1 << 18).map_err(io(&path))?;
                    from += piece.len() as u64;
                    out.write_all(&piece).map_err(io(&path))?;
                }
            }
            out.flush().map_err(io(&path))?;
            bytes += file.packed;
        }
    }
    let is_last = |path: &str| path.starts_with("SHA256SUMS");
    let (last, first): (Vec<_>, Vec<_>) = generation.docs.iter().partition(|(p, _)| is_last(p));
    for (path, doc) in first.into_iter().chain(last) {
        let path = dir.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(io(parent))?;
        }
        std::fs::write(&path, &doc.body).map_err(io(&path))?;
    }
    Ok(bytes)
}
