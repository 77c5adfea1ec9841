//! The terms of all records of an organisation, counted: for the picture of a credit file that has many pages.

use chrono::NaiveDate;
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::{PublicStore, StoreError};
use crate::base::db::schema::public::records;

/// Records of an organisation on one list that are displayed for the same days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermTally {
    /// Code of the list.
    pub list: String,
    /// First civil date of display.
    pub from: NaiveDate,
    /// First civil date without display.
    pub until: Option<NaiveDate>,
    /// How many.
    pub count: u64,
}

impl PublicStore {
    /// The terms of an organisation's records that are displayed on a civil date, oldest first. Looks at each of them,
    /// without its body.
    ///
    /// # Errors
    /// Those of the database.
    pub fn terms_of(&self, code: &str, today: NaiveDate) -> Result<Vec<TermTally>, StoreError> {
        let columns = (
            records::displayed_from,
            records::displayed_until,
            records::list,
        );
        self.db.read(|conn| {
            let rows: Vec<(NaiveDate, Option<NaiveDate>, String, i64)> = records::table
                .filter(records::credit_code.eq(code))
                .filter(records::displayed_from.le(today))
                .filter(
                    records::displayed_until
                        .is_null()
                        .or(records::displayed_until.gt(today).assume_not_null()),
                )
                .group_by(columns)
                .select((columns.0, columns.1, columns.2, count_star()))
                .load(conn)?;
            let mut all: Vec<TermTally> = rows
                .into_iter()
                .map(|(from, until, list, n)| TermTally {
                    list,
                    from,
                    until,
                    count: n.unsigned_abs(),
                })
                .collect();
            // the engines order absent dates differently
            all.sort_by(|a, b| (a.from, a.until, &a.list).cmp(&(b.from, b.until, &b.list)));
            Ok(all)
        })
    }
}
