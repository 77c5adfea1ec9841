//! The calendar that a process counts with. There is one, handed to all who count; an officer's change of a day puts another
//! in its place, and everybody counts by that from then on, without a new start.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::domain::workdays::WorkDays;

/// The calendar in force. Clones share it. It reads as the calendar that is in force at that moment; who needs two answers
/// of one calendar keeps the reference that [`Calendar::in_force`] gives.
///
/// The calendars that were in force before stay in memory until the last clone is dropped, because somebody may still be
/// counting with them: each is some kilobytes, and a year has a handful of changes.
#[derive(Clone, Debug)]
pub struct Calendar(Arc<Version>);

#[derive(Debug)]
struct Version {
    days: WorkDays,
    mark: u64,
    next: OnceLock<Box<Version>>,
}

impl Version {
    fn new(days: WorkDays) -> Self {
        // its keys are fixed: what is equal has one mark in every process of one build
        let mut hasher = DefaultHasher::new();
        days.hash(&mut hasher);
        Self {
            mark: hasher.finish(),
            days,
            next: OnceLock::new(),
        }
    }
}

impl Calendar {
    /// A calendar that is in force from now on.
    #[must_use]
    pub fn new(days: WorkDays) -> Self {
        Self(Arc::new(Version::new(days)))
    }

    /// The calendar that comes with the program.
    #[must_use]
    pub fn embedded() -> Self {
        Self::new(WorkDays::embedded())
    }

    fn last(&self) -> &Version {
        let mut at: &Version = &self.0;
        while let Some(next) = at.next.get() {
            at = next;
        }
        at
    }

    /// The calendar in force now.
    #[must_use]
    pub fn in_force(&self) -> &WorkDays {
        &self.last().days
    }

    /// What tells it from other calendars: the same for equal ones.
    #[must_use]
    pub fn mark(&self) -> u64 {
        self.last().mark
    }

    /// Puts another calendar in force for everybody who has a clone; answers whether it differs from the one before.
    pub fn set(&self, days: WorkDays) -> bool {
        let last = self.last();
        if last.days == days {
            return false;
        }
        let mut new = Box::new(Version::new(days));
        let mut at = last;
        // somebody else may have set one at the same time: the later stands behind it
        while let Err(back) = at.next.set(new) {
            new = back;
            at = self.last();
        }
        true
    }
}

impl Deref for Calendar {
    type Target = WorkDays;

    fn deref(&self) -> &WorkDays {
        self.in_force()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_seen_by_every_clone_and_not_by_who_counts_already() {
        let calendar = Calendar::embedded();
        let clone = calendar.clone();
        let day = "2026-11-26".parse().unwrap();
        let counting = calendar.in_force();
        let (mark, before) = (calendar.mark(), WorkDays::embedded());
        let closed = before
            .amended("x", "date,kind,name\n2026-11-26,holiday,防汛\n")
            .unwrap();
        assert!(clone.set(closed.clone()));
        assert!(!clone.set(closed.clone()), "nothing changes twice");
        assert_eq!(calendar.is_workday(day), Ok(false));
        assert_eq!(counting.is_workday(day), Ok(true));
        assert_ne!(calendar.mark(), mark);
        assert_eq!(calendar.mark(), Calendar::new(closed).mark());
        assert!(calendar.set(before));
        assert_eq!((clone.is_workday(day), clone.mark()), (Ok(true), mark));
    }

    #[test]
    fn changes_at_the_same_time_are_all_made() {
        let calendar = Calendar::embedded();
        std::thread::scope(|scope| {
            for n in 1..=8 {
                let calendar = calendar.clone();
                scope.spawn(move || {
                    let text = format!("date,kind,name\n2026-12-{n:02},holiday,x\n");
                    calendar.set(WorkDays::embedded().amended("x", &text).unwrap());
                });
            }
        });
        let mut made = 0;
        let mut at: &Version = &calendar.0;
        while let Some(next) = at.next.get() {
            made += 1;
            at = next;
        }
        assert_eq!(made, 8);
    }
}
