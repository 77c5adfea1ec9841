//! What authorities have on display, from one index: no record is read, so that a report over a million takes a fraction of
//! a second.

use chrono::NaiveDate;
use diesel::dsl::{count_star, max};
use diesel::prelude::*;

use super::tallies::shown;
use super::{PublicStore, StoreError};
use crate::base::db::on_each;
use crate::base::db::schema::public::records;

/// Records displayed of one authority and list that were decided and first displayed on the same days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorityTally {
    /// Credit code of the authority.
    pub authority: String,
    /// Code of the list.
    pub list: String,
    /// Date of the decision.
    pub decided_on: NaiveDate,
    /// First civil date of display.
    pub displayed_from: NaiveDate,
    /// How many.
    pub count: u64,
    /// Row number of the newest of them, from which the authority's name can be read.
    pub example: u64,
}

/// Codes from the first to the last, both counted: those of one authority, or all.
fn span(of: Option<&str>) -> (&str, &str) {
    // one query for both, which reads the index in its order
    of.map_or(("", "\u{10ffff}"), |code| (code, code))
}

impl PublicStore {
    /// What one authority, or every one, displays on a civil date, counted; by authority and list.
    ///
    /// # Errors
    /// Those of the database.
    pub fn authority_tallies(
        &self,
        of: Option<&str>,
        today: NaiveDate,
    ) -> Result<Vec<AuthorityTally>, StoreError> {
        type Row = (String, String, NaiveDate, NaiveDate, i64, Option<i64>);
        let (first, last) = span(of);
        let group = (
            records::authority_code,
            records::list,
            records::decided_on,
            records::displayed_from,
        );
        let rows: Vec<Row> = self.db.read(|conn| -> Result<_, StoreError> {
            let query = records::table
                .filter(records::authority_code.ge(first))
                .filter(records::authority_code.le(last))
                .filter(shown(today))
                .group_by(group)
                .select((
                    records::authority_code,
                    records::list,
                    records::decided_on,
                    records::displayed_from,
                    count_star(),
                    max(records::num),
                ))
                .order(group);
            Ok(on_each!(conn, c => query.load(c))?)
        })?;
        Ok(rows
            .into_iter()
            .map(
                |(authority, list, decided_on, displayed_from, count, example)| AuthorityTally {
                    authority,
                    list,
                    decided_on,
                    displayed_from,
                    count: count.unsigned_abs(),
                    example: example.unwrap_or_default().unsigned_abs(),
                },
            )
            .collect())
    }

    /// Row numbers of the records of some lists that one authority, or every one, displays on a civil date, in order.
    ///
    /// # Errors
    /// Those of the database.
    pub fn nums_of(
        &self,
        lists: &[&str],
        of: Option<&str>,
        today: NaiveDate,
    ) -> Result<Vec<u64>, StoreError> {
        let (first, last) = span(of);
        let mut nums: Vec<i64> = self.db.read(|conn| -> Result<_, StoreError> {
            let query = records::table
                .filter(records::authority_code.ge(first))
                .filter(records::authority_code.le(last))
                .filter(records::list.eq_any(lists))
                .filter(shown(today))
                .select(records::num);
            Ok(on_each!(conn, c => query.load(c))?)
        })?;
        nums.sort_unstable();
        Ok(nums.into_iter().map(i64::unsigned_abs).collect())
    }
}
