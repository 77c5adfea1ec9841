//! Which row numbers changes touched: for those who keep the records in parts by number.

use std::collections::BTreeSet;

use diesel::dsl::max;
use diesel::prelude::*;

use super::{PublicStore, StoreError};
use crate::base::db::schema::public::{records, tombstones};

impl PublicStore {
    /// The highest row number that a record has; 0 when there is none.
    ///
    /// # Errors
    /// Those of the database.
    pub fn last_num(&self) -> Result<i64, StoreError> {
        self.db.snapshot(|conn| {
            let last: Option<i64> = records::table.select(max(records::num)).first(conn)?;
            Ok(last.unwrap_or_default())
        })
    }

    /// The parts of `size` row numbers (`num / size`) in which anything changed or was taken back after a sequence number.
    ///
    /// # Errors
    /// Those of the database.
    pub fn touched(&self, since: i64, size: i64) -> Result<BTreeSet<i64>, StoreError> {
        self.db.snapshot(|conn| {
            let changed: Vec<i64> = records::table
                .filter(records::seq.gt(since))
                .select(records::num)
                .load(conn)?;
            let taken: Vec<i64> = tombstones::table
                .filter(tombstones::seq.gt(since))
                .select(tombstones::num)
                .load(conn)?;
            let parts = changed.into_iter().chain(taken).map(|num| num / size);
            Ok(parts.collect())
        })
    }
}
