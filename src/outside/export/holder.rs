//! Hands the files of a day to readers, and has those of the next day ready before it begins.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::{ArcSwap, ArcSwapOption};
use chrono::{NaiveDate, TimeDelta};

use super::ExportError;
use super::generation::{Generation, Making, Sums};
use super::history::{Draft, History};
use super::keep::{Keeper, Kept};
use super::sum::{self, Compared};
use crate::base::crypto::SignKey;
use crate::domain::catalogue::Catalogue;
use crate::domain::time::civil_date;
use crate::outside::store::PublicStore;

/// How long before a day begins its files are made ready.
const AHEAD_MINUTES: i64 = 30;

/// The files of today, and of the next day when it is near.
#[derive(Debug, Default)]
pub struct Holder {
    ready: ArcSwap<Vec<Arc<Generation>>>,
    dated: ArcSwap<Vec<Arc<History>>>,
    disabled: AtomicBool,
    fault: ArcSwapOption<String>,
}

impl Holder {
    /// Says that this node makes no files.
    pub fn disable(&self) {
        self.disabled.store(true, Ordering::Relaxed);
    }

    /// Whether this node makes files.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        !self.disabled.load(Ordering::Relaxed)
    }

    /// The files of a day; `None` while there are none: those of another day are never shown.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Option<Arc<Generation>> {
        self.ready.load().iter().find(|g| g.day == day).cloned()
    }

    /// The versions of past days that are offered on a day; `None` while they are cut anew: none is shown that is older
    /// than the files of the day.
    #[must_use]
    pub fn history(&self, day: NaiveDate) -> Option<Arc<History>> {
        let seq = self.on(day)?.seq;
        let dated = self.dated.load();
        dated.iter().find(|h| h.day == day && h.seq == seq).cloned()
    }

    /// Why the newest files are held back: their sum does not hold.
    #[must_use]
    pub fn fault(&self) -> Option<Arc<String>> {
        self.fault.load_full()
    }

    /// Notes that the newest files are held back. The older ones are still handed out, unless something was taken back
    /// since: then there are none.
    fn hold_back(&self, store: &PublicStore, why: String) -> Result<(), ExportError> {
        let held = self.ready.load_full();
        let first = held.iter().map(|g| g.seq).min().unwrap_or_default();
        if !store.withdrawals(first, 1)?.0.is_empty() {
            self.ready.store(Arc::default());
        }
        self.fault.store(Some(Arc::new(why)));
        Ok(())
    }
}

/// Keeps a holder up.
#[derive(Debug)]
pub struct Upkeep {
    keeper: Keeper,
    sums: Sums,
    compared: Compared,
}

impl Upkeep {
    /// Begins with the parts of a directory.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn open(dir: &Path, catalogue: &Catalogue) -> Result<Self, ExportError> {
        Ok(Self {
            keeper: Keeper::open(dir, catalogue)?,
            sums: Sums::default(),
            compared: Compared::default(),
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
        // another key signs anew what has not changed
        let signer = making.key.map(SignKey::line);
        let has = |day| {
            let mut held = held.iter();
            held.any(|g| g.day == day && g.seq == seq && g.signer == signer)
        };
        let dated = holder.dated.load_full();
        let has = |day| {
            let mut dated = dated.iter();
            has(day) && dated.any(|h| h.day == day && h.seq == seq && h.signer == signer)
        };
        let stands = has(today) && ahead.is_none_or(has);
        if stands && self.keeper.seq() == seq {
            return Ok(false);
        }
        self.keeper.follow(store, making.catalogue, today, ahead)?;
        match self.compare(store, making.catalogue, today, ahead) {
            Ok(true) => {}
            // the store moved on: the next step follows it
            Ok(false) => return Ok(false),
            Err(error) => {
                if let ExportError::Sum(why) = &error {
                    holder.hold_back(store, why.clone())?;
                }
                return Err(error);
            }
        }
        let mut drafts = Vec::with_capacity(2);
        for day in std::iter::once(today).chain(ahead) {
            drafts.push(Draft::of(&self.keeper, day)?);
        }
        let (small, large): (Vec<_>, Vec<_>) = drafts.into_iter().partition(Draft::is_small);
        let mut dated = self.finish(small, making)?;
        let mut ready = Vec::with_capacity(2);
        let mut fresh = Sums::default();
        for day in std::iter::once(today).chain(ahead) {
            let mut sums = self.sums.clone();
            let made = Generation::make(&self.keeper, day, making, &mut sums)?;
            // most files of the next day are those of today
            self.sums.extend(&sums);
            fresh.extend(&sums);
            ready.push(Arc::new(made));
        }
        self.sums = fresh;
        holder.dated.store(Arc::new(dated.clone()));
        holder.ready.store(Arc::new(ready));
        holder.fault.store(None);
        if !large.is_empty() {
            dated.extend(self.finish(large, making)?);
            holder.dated.store(Arc::new(dated));
        }
        Ok(true)
    }

    /// Sums up versions of past days.
    fn finish(
        &self,
        drafts: Vec<Draft>,
        making: Making<'_>,
    ) -> Result<Vec<Arc<History>>, ExportError> {
        let finished = drafts.into_iter().map(|d| d.finish(&self.keeper, making));
        finished.map(|h| h.map(Arc::new)).collect()
    }

    /// Brings the parts alone up to the store and the day.
    ///
    /// # Errors
    /// Those of the store and of the file system.
    pub fn parts(&mut self, store: &PublicStore, making: Making<'_>) -> Result<Kept, ExportError> {
        let day = civil_date(making.now);
        let kept = self.keeper.follow(store, making.catalogue, day, None)?;
        self.compare(store, making.catalogue, day, None)?;
        Ok(kept)
    }

    /// Whether the parts of these days hold what the store holds; `false` when it has moved on meanwhile.
    fn compare(
        &mut self,
        store: &PublicStore,
        catalogue: &Catalogue,
        today: NaiveDate,
        ahead: Option<NaiveDate>,
    ) -> Result<bool, ExportError> {
        for day in std::iter::once(today).chain(ahead) {
            if !sum::holds(&self.keeper, store, catalogue, day, &mut self.compared)? {
                return Ok(false);
            }
        }
        Ok(true)
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
        loop {
            self.keeper.follow(store, making.catalogue, day, None)?;
            if self.compare(store, making.catalogue, day, None)? {
                break;
            }
        }
        Generation::make(&self.keeper, day, making, &mut self.sums)
    }
}
