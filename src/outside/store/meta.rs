//! Counters of the store, and its releases.

use diesel::prelude::*;

use super::{Position, PublicStore, Release, StoreError};
use crate::base::db::schema::public::releases;
use crate::base::db::{Stamp, counter, page};

pub(super) const SEQ: &str = "seq";
pub(super) const RELEASE: &str = "release";
pub(super) const NEXT_NUM: &str = "next_num";
pub(super) const RECORDS: &str = "records";

type ReleaseRow = (i64, i64, Stamp, i64, i64, String, i64);

fn release((number, seq_to, at, upserts, tombstones, catalogue, masking): ReleaseRow) -> Release {
    Release {
        number,
        seq_to,
        at: at.into(),
        upserts,
        tombstones,
        catalogue,
        masking,
    }
}

impl PublicStore {
    /// Where the store stands now; a handful of rows, cheap enough to ask several times a second.
    ///
    /// # Errors
    /// Those of the database.
    pub fn position(&self) -> Result<Position, StoreError> {
        self.db.snapshot(|conn| {
            let number = counter(conn, RELEASE)?;
            let at: Option<Stamp> = releases::table
                .find(number)
                .select(releases::at)
                .first(conn)
                .optional()?;
            Ok(Position {
                seq: counter(conn, SEQ)?,
                release: number,
                at: at.map(Into::into),
                records: counter(conn, RECORDS)?,
            })
        })
    }

    /// Releases after a number, in order.
    ///
    /// # Errors
    /// Those of the database.
    pub fn releases(&self, after: i64, limit: usize) -> Result<Vec<Release>, StoreError> {
        self.db.read(|conn| {
            let rows: Vec<ReleaseRow> = releases::table
                .filter(releases::number.gt(after))
                .order(releases::number)
                .limit(page(limit))
                .load(conn)?;
            Ok(rows.into_iter().map(release).collect())
        })
    }
}
