//! The civil day on which each sequence number was given, as the releases of the store tell it.

use chrono::NaiveDate;

use crate::domain::time::civil_date;
use crate::outside::store::{PublicStore, Release, StoreError};

/// Releases read at once.
const PAGE: usize = 10_000;

/// Days with releases, oldest first, each with the last sequence number given on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    days: Vec<(i64, NaiveDate)>,
    release: i64,
}

impl Given {
    /// Reads what came since.
    ///
    /// # Errors
    /// Those of the store.
    pub fn follow(&mut self, store: &PublicStore) -> Result<(), StoreError> {
        if store.position()?.release < self.release {
            // the store was made anew
            *self = Self::default();
        }
        loop {
            let some = store.releases(self.release, PAGE)?;
            some.iter().for_each(|release| self.add(release));
            if some.len() < PAGE {
                return Ok(());
            }
        }
    }

    fn add(&mut self, release: &Release) {
        self.release = release.number;
        // a clock that was set back does not make a day begin again
        let last = self.days.last().map_or(NaiveDate::MIN, |d| d.1);
        let day = civil_date(release.at).max(last);
        match self.days.last_mut() {
            Some(open) if open.1 == day => open.0 = release.seq_to,
            _ => self.days.push((release.seq_to, day)),
        }
    }

    /// The day on which a number was given; none when no release is known to have given it.
    #[must_use]
    pub fn day(&self, seq: i64) -> Option<NaiveDate> {
        let at = self.days.partition_point(|(last, _)| *last < seq);
        self.days.get(at).map(|(_, day)| *day)
    }

    /// The last number given up to the end of a day.
    #[must_use]
    pub fn seq(&self, day: NaiveDate) -> i64 {
        let after = self.days.partition_point(|(_, d)| *d <= day);
        let last = after.checked_sub(1).and_then(|at| self.days.get(at));
        last.map_or(0, |(seq, _)| *seq)
    }

    /// The first day on which anything was published.
    #[must_use]
    pub fn first(&self) -> Option<NaiveDate> {
        self.days.first().map(|(_, day)| *day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(number: i64, seq_to: i64, at: &str) -> Release {
        Release {
            number,
            seq_to,
            at: at.parse().unwrap(),
            upserts: 0,
            tombstones: 0,
            catalogue: String::new(),
            masking: 1,
        }
    }

    #[test]
    fn each_number_has_the_civil_day_of_its_release() {
        let mut given = Given::default();
        for one in [
            release(1, 4, "2026-11-20T08:00:00Z"),
            release(2, 6, "2026-11-20T15:59:59Z"),
            // midnight in Shanghai
            release(3, 9, "2026-11-20T16:00:00Z"),
            // a clock that was set back
            release(4, 10, "2026-11-19T16:00:00Z"),
            release(5, 11, "2026-11-24T16:00:00Z"),
        ] {
            given.add(&one);
        }
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (seq, expected) in [
            (1, Some("2026-11-20")),
            (6, Some("2026-11-20")),
            (7, Some("2026-11-21")),
            (10, Some("2026-11-21")),
            (11, Some("2026-11-25")),
            (12, None),
        ] {
            assert_eq!(given.day(seq), expected.map(day), "{seq}");
        }
        for (on, expected) in [
            ("2026-11-19", 0),
            ("2026-11-20", 6),
            ("2026-11-21", 10),
            ("2026-11-24", 10),
            ("2026-11-25", 11),
            ("2027-01-01", 11),
        ] {
            assert_eq!(given.seq(day(on)), expected, "{on}");
        }
        assert_eq!(given.first(), Some(day("2026-11-20")));
    }
}
