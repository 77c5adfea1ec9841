//! Looking records up: by id, by row number, by subject, and all of them in order.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;

use super::row::{BODY, Body, card, digest_holds, restore};
use super::{Card, Found, PublicStore, StoreError, Stored};
use crate::base::db::schema::public::{records, tombstones};
use crate::base::db::{Conn, on_each, page};
use crate::record::PublicRecord;

/// Ids or numbers in one `IN`.
const CHUNK: usize = 500;

/// Rows of a page: in SQLite a statement for one row that stays prepared is faster than one for all that does not.
const FEW: usize = 64;

/// Rows by their numbers, at one moment.
fn one_by_one(conn: &mut SqliteConnection, nums: &[i64]) -> Result<Vec<Body>, StoreError> {
    conn.transaction(|conn| {
        let mut rows = Vec::with_capacity(nums.len());
        for num in nums {
            let row: Option<Body> = records::table
                .find(num)
                .select(BODY)
                .get_result(conn)
                .optional()?;
            rows.extend(row);
        }
        Ok(rows)
    })
}

fn at_once(conn: &mut Conn, nums: &[i64]) -> Result<Vec<Body>, StoreError> {
    let mut rows = Vec::with_capacity(nums.len());
    for chunk in nums.chunks(CHUNK) {
        let query = records::table
            .filter(records::num.eq_any(chunk))
            .select(BODY);
        let some: Vec<Body> = on_each!(conn, c => query.load(c))?;
        rows.extend(some);
    }
    Ok(rows)
}

impl PublicStore {
    /// The record of an id as it is on a civil date.
    ///
    /// # Errors
    /// Those of the database; a damaged row.
    pub fn find(&self, id: &str, today: NaiveDate) -> Result<Found, StoreError> {
        self.db.snapshot(|conn| {
            let row: Option<Body> = records::table
                .filter(records::id.eq(id))
                .select(BODY)
                .first(conn)
                .optional()?;
            if let Some(row) = row {
                let stored = restore(row)?;
                return Ok(if stored.record.displayed_on(today) {
                    Found::Shown(Box::new(stored))
                } else {
                    Found::Gone
                });
            }
            let gone: bool = diesel::select(exists(tombstones::table.find(id))).get_result(conn)?;
            Ok(if gone { Found::Gone } else { Found::Unknown })
        })
    }

    /// Records by row number, in the order asked, those displayed on a civil date.
    ///
    /// # Errors
    /// Those of the database; a damaged row.
    pub fn by_nums(
        &self,
        nums: &[u64],
        today: NaiveDate,
    ) -> Result<Vec<(u64, PublicRecord)>, StoreError> {
        let rows = self.bodies(nums)?;
        let mut found: HashMap<u64, PublicRecord> = HashMap::with_capacity(rows.len());
        for row in rows {
            let stored = restore(row)?;
            if stored.record.displayed_on(today) {
                found.insert(stored.num.unsigned_abs(), stored.record);
            }
        }
        let answer = |(at, num): (usize, &u64)| {
            // a number asked twice is answered twice
            let again = nums.get(at + 1..).is_some_and(|rest| rest.contains(num));
            let record = if again {
                found.get(num).cloned()
            } else {
                found.remove(num)
            };
            record.map(|record| (*num, record))
        };
        Ok(nums.iter().enumerate().filter_map(answer).collect())
    }

    /// Records in short by row number, in the order asked, those displayed on a civil date. No number is asked twice.
    ///
    /// # Errors
    /// Those of the database; a damaged row.
    pub fn cards(&self, nums: &[u64], today: NaiveDate) -> Result<Vec<(u64, Card)>, StoreError> {
        let mut cards = Vec::with_capacity(nums.len());
        for row in self.bodies(nums)? {
            let card = card(&row)?;
            if card.displayed_on(today) {
                cards.push((row.0.unsigned_abs(), card));
            }
        }
        let place: HashMap<u64, usize> = nums.iter().copied().zip(0..).collect();
        cards.sort_by_key(|(num, _)| place.get(num).copied());
        Ok(cards)
    }

    /// Rows of numbers, in no order.
    fn bodies(&self, nums: &[u64]) -> Result<Vec<Body>, StoreError> {
        let keys: Vec<i64> = nums.iter().filter_map(|n| i64::try_from(*n).ok()).collect();
        self.db.read(|conn| match conn {
            Conn::Sqlite(c) if keys.len() <= FEW => one_by_one(c, &keys),
            conn => at_once(conn, &keys),
        })
    }

    /// Records of an organisation displayed on a civil date, newest decision first, at most `limit`, after
    /// the row number that the page before ended with. Should that row have been taken back meanwhile, the
    /// answer begins again from the start: nothing is then left out.
    ///
    /// # Errors
    /// Those of the database; a damaged row.
    pub fn by_credit_code(
        &self,
        code: &str,
        today: NaiveDate,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Stored>, StoreError> {
        self.db.snapshot(|conn| {
            let anchor: Option<NaiveDate> = match after {
                Some(num) => records::table
                    .find(num)
                    .filter(records::credit_code.eq(code))
                    .select(records::decided_on)
                    .first(conn)
                    .optional()?,
                None => None,
            };
            let mut query = records::table
                .filter(records::credit_code.eq(code))
                .filter(records::displayed_from.le(today))
                .filter(
                    records::displayed_until
                        .is_null()
                        .or(records::displayed_until.gt(today).assume_not_null()),
                )
                .select(BODY)
                .order((records::decided_on.desc(), records::num.desc()))
                .limit(page(limit))
                .into_boxed();
            if let (Some(num), Some(decided)) = (after, anchor) {
                query = query.filter(
                    records::decided_on
                        .lt(decided)
                        .or(records::decided_on.eq(decided).and(records::num.lt(num))),
                );
            }
            let rows: Vec<Body> = query.load(conn)?;
            rows.into_iter().map(restore).collect()
        })
    }

    /// All rows by number, whatever their window: for rebuilding the index and for verification.
    ///
    /// # Errors
    /// Those of the database; a damaged row.
    pub fn scan(&self, after_num: i64, limit: usize) -> Result<Vec<Stored>, StoreError> {
        self.rows_after(after_num, limit)?
            .into_iter()
            .map(restore)
            .collect()
    }

    /// Like [`PublicStore::scan`], and checks that each digest is that of its body.
    ///
    /// # Errors
    /// Those of the database; [`StoreError::Damaged`] for the first row whose digest does not hold.
    pub fn scan_checked(&self, after_num: i64, limit: usize) -> Result<Vec<Stored>, StoreError> {
        let rows = self.rows_after(after_num, limit)?;
        if let Some(bad) = rows.iter().find(|row| !digest_holds(row)) {
            return Err(StoreError::Damaged {
                num: bad.0,
                cause: "the digest is not that of the body".to_owned(),
            });
        }
        rows.into_iter().map(restore).collect()
    }

    fn rows_after(&self, after_num: i64, limit: usize) -> Result<Vec<Body>, StoreError> {
        self.db.read(|conn| {
            Ok(records::table
                .filter(records::num.gt(after_num))
                .select(BODY)
                .order(records::num)
                .limit(page(limit))
                .load(conn)?)
        })
    }
}
