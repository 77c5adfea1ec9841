//! What a follower of the changes must hold at the end of the feed: how many records, and a hash of the set.
//!
//! The hash is the sum, modulo 2^128, of the first 16 bytes (big endian) of SHA-256 of `ID SEQ` over all records of the
//! set, as 32 hexadecimal digits. It does not depend on their order, can be kept up by adding and subtracting, and
//! follows from the changes alone.

use chrono::NaiveDate;
use diesel::dsl::count_star;
use diesel::prelude::*;
use sha2::{Digest as _, Sha256};

use super::meta::SEQ;
use super::{PublicStore, StoreError};
use crate::base::db::schema::public::{list_days, records};
use crate::base::db::{counter, page};

/// Rows read at once.
const CHUNK: usize = 20_000;

/// What a record adds to the hash of a set.
#[must_use]
pub fn set_hash(id: &str, seq: i64) -> u128 {
    let whole = Sha256::digest(format!("{id} {seq}").as_bytes());
    whole
        .iter()
        .take(16)
        .fold(0, |sum, byte| sum << 8 | u128::from(*byte))
}

/// A set of records, summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StateSum {
    /// Sequence number at which the store stood.
    pub seq: i64,
    /// Records.
    pub count: u64,
    /// Hash of the set.
    pub hash: u128,
}

impl StateSum {
    /// Counts a record in.
    pub fn add(&mut self, id: &str, seq: i64) {
        self.count += 1;
        self.hash = self.hash.wrapping_add(set_hash(id, seq));
    }

    /// The hash as it travels.
    #[must_use]
    pub fn hex(&self) -> String {
        format!("{:032x}", self.hash)
    }
}

/// A record that is held and whose term is over: its tombstone is not in the feed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Its id.
    pub id: String,
    /// The civil date on which it was no longer displayed.
    pub on: NaiveDate,
}

type Line = (i64, String, i64, String, String);

impl PublicStore {
    /// Sums up the records displayed on a civil date whose list and kind of subject `counts`. Looks at every row, not at
    /// its content.
    ///
    /// # Errors
    /// Those of the database.
    pub fn state_sum(
        &self,
        today: NaiveDate,
        counts: impl Fn(&str, &str) -> bool,
    ) -> Result<StateSum, StoreError> {
        self.sum_of_rows(0..i64::MAX, today, counts)
    }

    /// The same for a range of row numbers.
    ///
    /// # Errors
    /// Those of the database.
    pub fn sum_of_rows(
        &self,
        nums: std::ops::Range<i64>,
        today: NaiveDate,
        counts: impl Fn(&str, &str) -> bool,
    ) -> Result<StateSum, StoreError> {
        self.db.snapshot(|conn| {
            let mut sum = StateSum {
                seq: counter(conn, SEQ)?,
                ..StateSum::default()
            };
            let mut after = nums.start.saturating_sub(1);
            loop {
                let rows: Vec<Line> = records::table
                    .filter(records::num.gt(after))
                    .filter(records::num.lt(nums.end))
                    .filter(records::displayed_from.le(today))
                    .filter(
                        records::displayed_until
                            .is_null()
                            .or(records::displayed_until.gt(today).assume_not_null()),
                    )
                    .select((
                        records::num,
                        records::id,
                        records::seq,
                        records::list,
                        records::subject_kind,
                    ))
                    .order(records::num)
                    .limit(page(CHUNK))
                    .load(conn)?;
                let Some(last) = rows.last() else { break };
                after = last.0;
                for (_, id, seq, list, kind) in &rows {
                    if counts(list, kind) {
                        sum.add(id, *seq);
                    }
                }
            }
            Ok(sum)
        })
    }

    /// Records that are held although their term was over by a civil date, oldest end first: what the next release will
    /// take back. A follower is told of them at the end of the feed, so that it is right from midnight on. As a rule
    /// there is none, which the counts of the days tell without looking at a record.
    ///
    /// # Errors
    /// Those of the database.
    pub fn ended(
        &self,
        today: NaiveDate,
        counts: impl Fn(&str, &str) -> bool,
    ) -> Result<Vec<Ended>, StoreError> {
        self.db.snapshot(|conn| {
            let days: i64 = list_days::table
                .filter(list_days::day.le(today))
                .filter(list_days::ends.gt(0))
                .select(count_star())
                .first(conn)?;
            if days == 0 {
                return Ok(Vec::new());
            }
            let rows: Vec<(String, String, String, NaiveDate)> = records::table
                .filter(records::displayed_until.le(today).assume_not_null())
                .select((
                    records::id,
                    records::list,
                    records::subject_kind,
                    records::displayed_until.assume_not_null(),
                ))
                .order((records::displayed_until, records::num))
                .load(conn)?;
            Ok(rows
                .into_iter()
                .filter(|(_, list, kind, _)| counts(list, kind))
                .map(|(id, _, _, on)| Ended { id, on })
                .collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_a_set_is_the_one_that_is_documented() {
        // printf '%s' 'aaaaaaaaaaaaaaaaaaaa 7' | sha256sum | head -c 32
        let hash = set_hash("aaaaaaaaaaaaaaaaaaaa", 7);
        let mut sum = StateSum::default();
        sum.add("aaaaaaaaaaaaaaaaaaaa", 7);
        assert_eq!(sum.hash, hash);
        assert_eq!(sum.hex(), "9f64713ee95d76c268f76b9dcb46d195");
        let (mut one, mut other) = (sum, StateSum::default());
        one.add("bbbbbbbbbbbbbbbbbbbb", 8);
        other.add("bbbbbbbbbbbbbbbbbbbb", 8);
        other.add("aaaaaaaaaaaaaaaaaaaa", 7);
        assert_eq!(one, other, "whatever the order");
    }
}
