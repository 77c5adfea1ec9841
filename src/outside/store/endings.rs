//! What was taken back, by day and reason: the figures of the notices of exit and repair. A tombstone knows an id, a
//! moment and a reason; the list, the subject and the contents are gone with the record, so they cannot be told.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::dsl::{count_star, max};
use diesel::prelude::*;

use super::{PublicStore, StoreError};
use crate::base::db::Stamp;
use crate::base::db::schema::public::{releases, tombstones};
use crate::domain::time::{civil_date, day_start};
use crate::record::Why;

/// How many records were taken back on a day for a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The civil date.
    pub day: NaiveDate,
    /// Why.
    pub why: Why,
    /// How many.
    pub count: u64,
}

impl PublicStore {
    /// What was taken back on or after a civil date, newest day first.
    ///
    /// # Errors
    /// Those of the database; a damaged row.
    pub fn endings(&self, from: NaiveDate) -> Result<Vec<Ending>, StoreError> {
        let start = Stamp::from(day_start(from));
        let groups: Vec<(Stamp, String, i64)> =
            self.db
                .snapshot(|conn| -> Result<Vec<(Stamp, String, i64)>, StoreError> {
                    // tombstones are found by sequence number, of which releases before that day tell the last
                    let before: Option<i64> = releases::table
                        .filter(releases::at.lt(start))
                        .select(max(releases::seq_to))
                        .first(conn)?;
                    Ok(tombstones::table
                        .filter(tombstones::seq.gt(before.unwrap_or_default()))
                        .group_by((tombstones::at, tombstones::why))
                        .select((tombstones::at, tombstones::why, count_star()))
                        .load(conn)?)
                })?;
        let mut days: BTreeMap<(NaiveDate, &'static str), (Why, u64)> = BTreeMap::new();
        for (at, why, count) in groups {
            let why = Why::from_code(&why).ok_or_else(|| StoreError::Damaged {
                num: 0,
                cause: "the reason of a tombstone is unknown".to_owned(),
            })?;
            let slot = days
                .entry((civil_date(at.into()), why.code()))
                .or_insert((why, 0));
            slot.1 += u64::try_from(count).unwrap_or_default();
        }
        Ok(days
            .into_iter()
            .rev()
            .map(|((day, _), (why, count))| Ending { day, why, count })
            .collect())
    }
}
