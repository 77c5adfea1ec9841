//! The change feed: the current state of everything that changed after a sequence number. Superseded and
//! withdrawn contents are not kept, so they cannot be served.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::row::{BODY, Body, restore};
use super::{Change, Changed, PublicStore, StoreError, Stored};
use crate::base::db::schema::public::{records, tombstones};
use crate::base::db::{Stamp, page};
use crate::domain::time::day_start;
use crate::record::Why;

type TombstoneRow = (String, i64, i64, Stamp, String);

impl PublicStore {
    /// Changes after a sequence number, oldest first, at most `limit`. A record outside its window on the
    /// civil date appears as an expired tombstone, never with content.
    ///
    /// # Errors
    /// Those of the database; a damaged row.
    pub fn changes(
        &self,
        since: i64,
        limit: usize,
        today: NaiveDate,
    ) -> Result<Vec<Change>, StoreError> {
        let (rows, stones) = self.db.snapshot(
            |conn| -> Result<(Vec<Body>, Vec<TombstoneRow>), StoreError> {
                let rows = records::table
                    .filter(records::seq.gt(since))
                    .select(BODY)
                    .order(records::seq)
                    .limit(page(limit))
                    .load(conn)?;
                let stones = tombstones::table
                    .filter(tombstones::seq.gt(since))
                    .order(tombstones::seq)
                    .limit(page(limit))
                    .load(conn)?;
                Ok((rows, stones))
            },
        )?;
        let mut changes = Vec::with_capacity(rows.len() + stones.len());
        for row in rows {
            changes.push(of_record(restore(row)?, today));
        }
        for stone in stones {
            changes.push(of_tombstone(stone)?);
        }
        changes.sort_unstable_by_key(|change| change.seq);
        changes.truncate(limit);
        Ok(changes)
    }
}

fn of_record(stored: Stored, today: NaiveDate) -> Change {
    let Stored {
        num, seq, record, ..
    } = stored;
    let id = record.id.clone();
    let what = if record.displayed_on(today) {
        Changed::Upsert(Box::new(record))
    } else {
        // not yet displayed or no longer: either way followers must not hold it
        let at = record.displayed_until.unwrap_or(record.displayed_from);
        Changed::Tombstone {
            at: day_start(at.min(today)),
            why: Why::Expired,
        }
    };
    Change { seq, id, num, what }
}

fn of_tombstone((id, num, seq, at, why): TombstoneRow) -> Result<Change, StoreError> {
    let why = Why::from_code(&why).ok_or_else(|| StoreError::Damaged {
        num,
        cause: "the reason of its tombstone is unknown".to_owned(),
    })?;
    let what = Changed::Tombstone { at: at.into(), why };
    Ok(Change { seq, id, num, what })
}
