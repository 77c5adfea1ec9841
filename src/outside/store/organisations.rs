//! Organisations with something on display, in the order of their codes, for those who list addresses. Natural persons
//! have no code, and individual businesses are left out: neither is ever enumerated.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{PublicStore, StoreError};
use crate::base::db::page;
use crate::base::db::schema::public::records;
use crate::domain::kinds::SubjectKind;

impl PublicStore {
    /// Codes that cut all coded rows into parts of at most `size` different codes each: the first code of every part
    /// after the first one. Only the index of codes is read.
    ///
    /// # Errors
    /// Those of the database.
    pub fn code_boundaries(&self, size: usize) -> Result<Vec<String>, StoreError> {
        let step = page(size.max(1));
        self.db.snapshot(|conn| {
            let mut out: Vec<String> = Vec::new();
            loop {
                let from = out.last().map_or("", String::as_str);
                let next: Option<Option<String>> = records::table
                    .filter(records::credit_code.is_not_null())
                    .filter(records::credit_code.assume_not_null().ge(from))
                    .select(records::credit_code)
                    .order(records::credit_code)
                    .offset(step)
                    .first(conn)
                    .optional()?;
                let Some(mut next) = next.flatten() else {
                    return Ok(out);
                };
                if next == from {
                    // one code fills the part: the next part begins with the next code
                    let after: Option<Option<String>> = records::table
                        .filter(records::credit_code.is_not_null())
                        .filter(records::credit_code.assume_not_null().gt(from))
                        .select(records::credit_code)
                        .order(records::credit_code)
                        .first(conn)
                        .optional()?;
                    let Some(after) = after.flatten() else {
                        return Ok(out);
                    };
                    next = after;
                }
                out.push(next);
            }
        })
    }

    /// Codes of organisations with a record on display on a civil date, from one code to before another.
    ///
    /// # Errors
    /// Those of the database.
    pub fn organisation_codes(
        &self,
        from: &str,
        to: Option<&str>,
        today: NaiveDate,
    ) -> Result<Vec<String>, StoreError> {
        self.db.read(|conn| {
            let mut query = records::table
                .filter(records::credit_code.is_not_null())
                .filter(records::credit_code.assume_not_null().ge(from))
                .filter(
                    records::subject_kind
                        .eq(SubjectKind::LegalPerson.code())
                        .or(records::subject_kind.eq(SubjectKind::UnincorporatedOrg.code())),
                )
                .filter(records::displayed_from.le(today))
                .filter(
                    records::displayed_until
                        .is_null()
                        .or(records::displayed_until.gt(today).assume_not_null()),
                )
                .select(records::credit_code.assume_not_null())
                .order(records::credit_code)
                .distinct()
                .into_boxed();
            if let Some(to) = to {
                query = query.filter(records::credit_code.assume_not_null().lt(to));
            }
            Ok(query.load(conn)?)
        })
    }
}
