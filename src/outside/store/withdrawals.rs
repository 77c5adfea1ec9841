//! What was taken back, one by one, and what is new: for those who keep copies and for feeds.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::meta::SEQ;
use super::row::{BODY, Body, restore};
use super::{PublicStore, StoreError, Stored};
use crate::base::db::schema::public::{records, releases, tombstones};
use crate::base::db::{Stamp, counter, page};
use crate::domain::kinds::SubjectKind;
use crate::domain::time::Moment;
use crate::record::Why;

/// Changes among which the entries of a filtered feed are looked for, so that none costs more.
const RECENT_CHANGES: i64 = 50_000;

/// A record that was taken back: nothing else is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// Its id.
    pub id: String,
    /// Sequence number.
    pub seq: i64,
    /// When.
    pub at: Moment,
    /// Why.
    pub why: Why,
}

/// A record in a feed of what is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The record.
    pub stored: Stored,
    /// When the release was made that last changed it.
    pub at: Moment,
}

/// Which records a feed tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    /// All.
    All,
    /// A list.
    List(String),
    /// A region, by the beginning of its code.
    Region(String),
    /// An authority.
    Authority(String),
}

/// Rows, and the last sequence number and moment of the releases that made them.
type Found = (Vec<Body>, Vec<(i64, Stamp)>);
type StoneRow = (String, i64, Stamp, String);

fn withdrawal((id, seq, at, why): StoneRow) -> Result<Withdrawal, StoreError> {
    let why = Why::from_code(&why).ok_or_else(|| StoreError::Damaged {
        num: 0,
        cause: "the reason of a tombstone is unknown".to_owned(),
    })?;
    Ok(Withdrawal {
        id,
        seq,
        at: at.into(),
        why,
    })
}

const STONE: (
    tombstones::id,
    tombstones::seq,
    tombstones::at,
    tombstones::why,
) = (
    tombstones::id,
    tombstones::seq,
    tombstones::at,
    tombstones::why,
);

impl PublicStore {
    /// What was taken back after a sequence number, oldest first, at most `limit`, and where the store stands.
    ///
    /// # Errors
    /// Those of the database; a damaged row.
    pub fn withdrawals(
        &self,
        since: i64,
        limit: usize,
    ) -> Result<(Vec<Withdrawal>, i64), StoreError> {
        self.db.snapshot(|conn| {
            let rows: Vec<StoneRow> = tombstones::table
                .filter(tombstones::seq.gt(since))
                .select(STONE)
                .order(tombstones::seq)
                .limit(page(limit))
                .load(conn)?;
            let all = rows.into_iter().map(withdrawal).collect::<Result<_, _>>()?;
            Ok((all, counter(conn, SEQ)?))
        })
    }

    /// What was taken back last, newest first.
    ///
    /// # Errors
    /// Those of the database; a damaged row.
    pub fn last_withdrawals(&self, limit: usize) -> Result<Vec<Withdrawal>, StoreError> {
        self.db.read(|conn| {
            let rows: Vec<StoneRow> = tombstones::table
                .select(STONE)
                .order(tombstones::seq.desc())
                .limit(page(limit))
                .load(conn)?;
            rows.into_iter().map(withdrawal).collect()
        })
    }

    /// Organisations' records displayed on a civil date that were published or changed last, newest first. Natural
    /// persons and individual businesses, whose names are persons' names, are never among them. Those of a list, a
    /// region or an authority are looked for among the last fifty thousand changes.
    ///
    /// # Errors
    /// Those of the database; a damaged row.
    pub fn newest(
        &self,
        of: &Of,
        today: NaiveDate,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let organisations = [SubjectKind::LegalPerson, SubjectKind::UnincorporatedOrg];
        let (rows, ats) = self.db.snapshot(|conn| -> Result<Found, StoreError> {
            let mut query = records::table
                .filter(
                    records::subject_kind
                        .eq(organisations[0].code())
                        .or(records::subject_kind.eq(organisations[1].code())),
                )
                .filter(records::seq.gt(counter(conn, SEQ)? - RECENT_CHANGES))
                .filter(records::displayed_from.le(today))
                .filter(
                    records::displayed_until
                        .is_null()
                        .or(records::displayed_until.gt(today).assume_not_null()),
                )
                .select(BODY)
                .order(records::seq.desc())
                .limit(page(limit))
                .into_boxed();
            query = match of {
                Of::All => query,
                Of::List(code) => query.filter(records::list.eq(code)),
                Of::Region(prefix) => query.filter(records::region.like(format!("{prefix}%"))),
                Of::Authority(code) => query.filter(records::authority_code.eq(code)),
            };
            let rows: Vec<Body> = query.load(conn)?;
            let first = rows.last().map_or(i64::MAX, |row| row.1);
            let ats = releases::table
                .filter(releases::seq_to.ge(first))
                .select((releases::seq_to, releases::at))
                .order(releases::seq_to)
                .load(conn)?;
            Ok((rows, ats))
        })?;
        rows.into_iter()
            .map(|row| {
                let seq = row.1;
                let release = ats.partition_point(|(seq_to, _)| *seq_to < seq);
                let at = ats.get(release).ok_or(StoreError::Damaged {
                    num: row.0,
                    cause: "no release has its sequence number".to_owned(),
                })?;
                Ok(Entry {
                    at: at.1.into(),
                    stored: restore(row)?,
                })
            })
            .collect()
    }
}
