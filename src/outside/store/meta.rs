//! Counters of the store, and its releases.

use diesel::prelude::*;

use super::{Position, PublicStore, Release, StoreError};
use crate::base::db::schema::public::{records, releases, tombstones};
use crate::base::db::{Stamp, counter, page};
use crate::domain::time::Moment;

pub(super) const SEQ: &str = "seq";
pub(super) const RELEASE: &str = "release";
pub(super) const NEXT_NUM: &str = "next_num";
pub(super) const RECORDS: &str = "records";
pub(super) const NOTICES: &str = "notices";

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
                notices: counter(conn, NOTICES)?,
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

    /// Releases at or after a moment, in order, and the sequence number with which those before it end.
    ///
    /// # Errors
    /// Those of the database.
    pub fn releases_since(&self, from: Moment) -> Result<(i64, Vec<Release>), StoreError> {
        let start = Stamp::from(from);
        self.db.snapshot(|conn| {
            let first: Option<i64> = releases::table
                .filter(releases::at.ge(start))
                .select(diesel::dsl::min(releases::number))
                .first(conn)?;
            let Some(first) = first else {
                return Ok((counter(conn, SEQ)?, Vec::new()));
            };
            let before: Option<i64> = releases::table
                .filter(releases::number.lt(first))
                .select(diesel::dsl::max(releases::seq_to))
                .first(conn)?;
            let rows: Vec<ReleaseRow> = releases::table
                .filter(releases::number.ge(first))
                .order(releases::number)
                .load(conn)?;
            Ok((
                before.unwrap_or_default(),
                rows.into_iter().map(release).collect(),
            ))
        })
    }

    /// Checks that releases, records and tombstones fit together; each fault in words. Every change has a
    /// sequence number of its own, so the releases' changes must add up to the last one.
    ///
    /// # Errors
    /// Those of the database.
    pub fn check_links(&self) -> Result<Vec<String>, StoreError> {
        self.db.snapshot(|conn| {
            let mut faults = Vec::new();
            let mut check = |holds: bool, fault: String| {
                if !holds {
                    faults.push(fault);
                }
            };
            let (seq, number) = (counter(conn, SEQ)?, counter(conn, RELEASE)?);
            let told: Vec<(i64, i64, i64, i64)> = releases::table
                .select((
                    releases::number,
                    releases::seq_to,
                    releases::upserts,
                    releases::tombstones,
                ))
                .order(releases::number)
                .load(conn)?;
            let mut sum = 0;
            for (at, (release, seq_to, upserts, stones)) in (1..).zip(told) {
                sum += upserts + stones;
                check(release == at, format!("release {at} is missing"));
                check(
                    seq_to == sum,
                    format!("release {release} ends at {seq_to}, its changes add up to {sum}"),
                );
            }
            check(
                seq == sum,
                format!("the store stands at {seq}, its releases at {sum}"),
            );
            let last: Option<i64> = releases::table
                .select(diesel::dsl::max(releases::number))
                .first(conn)?;
            check(
                last.unwrap_or(0) == number,
                format!("the store counts {number} releases, the last is {last:?}"),
            );
            let held: i64 = records::table.count().get_result(conn)?;
            let counted = counter(conn, RECORDS)?;
            check(
                held == counted,
                format!("the store counts {counted} records and holds {held}"),
            );
            let beyond: i64 = records::table
                .filter(records::seq.gt(seq))
                .count()
                .get_result(conn)?;
            let beyond_stones: i64 = tombstones::table
                .filter(tombstones::seq.gt(seq))
                .count()
                .get_result(conn)?;
            check(
                beyond + beyond_stones == 0,
                format!(
                    "{} changes are numbered beyond {seq}",
                    beyond + beyond_stones
                ),
            );
            let both: i64 = records::table
                .inner_join(tombstones::table.on(tombstones::id.eq(records::id)))
                .count()
                .get_result(conn)?;
            check(
                both == 0,
                format!("{both} ids have a record and a tombstone"),
            );
            Ok(faults)
        })
    }
}
