//! How applications are handled, in numbers: put here by the publisher, shown as they are. Nothing in them tells a person.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{PublicStore, StoreError};
use crate::base::db::schema::public::case_figures;

/// One number.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = case_figures, treat_none_as_default_value = false)]
pub struct CaseFigure {
    /// Code of the kind of case.
    pub kind: String,
    /// Code of the authority; empty where a case is routed to none.
    pub authority_code: String,
    /// What is counted: `state:CODE`, `overdue`, `decided`, `days_median`, `days_longest` (working days from receipt to
    /// decision, of organisations, within a year).
    pub what: String,
    /// Name of the authority.
    pub authority_name: String,
    /// Of organisations; or the number of days.
    pub orgs: i64,
    /// Of natural persons; none where it is too small to be told.
    pub persons: Option<i64>,
    /// Civil date on which it was counted.
    pub as_of: NaiveDate,
}

impl PublicStore {
    /// All numbers, by kind, authority and what is counted.
    ///
    /// # Errors
    /// Those of the database.
    pub fn case_figures(&self) -> Result<Vec<CaseFigure>, StoreError> {
        self.db.read(|conn| {
            Ok(case_figures::table
                .order((
                    case_figures::kind,
                    case_figures::authority_code,
                    case_figures::what,
                ))
                .load(conn)?)
        })
    }

    /// Puts new numbers in the place of all that are there. They are no release: nobody follows them.
    ///
    /// # Errors
    /// Those of the database: then the old ones stay.
    pub(crate) fn set_case_figures(&self, figures: &[CaseFigure]) -> Result<(), StoreError> {
        self.db.write(|conn| {
            diesel::delete(case_figures::table).execute(conn)?;
            for figure in figures {
                diesel::insert_into(case_figures::table)
                    .values(figure)
                    .execute(conn)?;
            }
            Ok(())
        })
    }
}
