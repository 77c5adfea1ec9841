//! What the publisher made of records, marked in bulk.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Date, Nullable};
use diesel::upsert::excluded;

use super::read::VaultRow;
use super::{CHUNK, PUBLISH_CURSOR, Vault, VaultError};
use crate::base::db::schema::vault::verdicts;
use crate::base::db::{Conn, counter, set_counter};

/// Rows in one statement of PostgreSQL.
const ROWS: usize = 2000;

diesel::define_sql_function! {
    /// The first that is not null.
    fn coalesce(a: Nullable<Date>, b: Nullable<Date>) -> Nullable<Date>;
}

/// What became of one record.
#[derive(Clone, Debug, PartialEq, Eq, Insertable)]
#[diesel(table_name = verdicts, treat_none_as_default_value = false)]
pub struct Marked {
    /// Row number in the vault.
    num: i64,
    /// `published`, `held`, `withheld:CODE`, `ended:why`.
    verdict: String,
    /// Civil date of first publication; the one that was set first stays.
    displayed_from: Option<NaiveDate>,
    /// Civil date on which the record is to be decided again.
    next_due: Option<NaiveDate>,
}

impl Marked {
    /// Of a row that was read.
    pub(in crate::inside) fn new(
        row: &VaultRow,
        verdict: impl Into<String>,
        displayed_from: Option<NaiveDate>,
        next_due: Option<NaiveDate>,
    ) -> Self {
        Self {
            num: row.num,
            verdict: verdict.into(),
            displayed_from,
            next_due,
        }
    }
}

impl Vault {
    /// Marks records in one transaction and, when `worked_up_to` is given, moves the publisher's place
    /// forward to that change number (never back). A record that changed after it was read has a change
    /// number beyond that place and is decided again, so an old verdict does not last. Change numbers stay.
    ///
    /// # Errors
    /// Those of the database: then nothing is marked.
    pub fn mark(&self, marked: &[Marked], worked_up_to: Option<i64>) -> Result<(), VaultError> {
        // the last mark of a row counts; in the order of rows, pages are written once
        let last: BTreeMap<i64, &Marked> = marked.iter().map(|m| (m.num, m)).collect();
        let rows: Vec<&Marked> = last.into_values().collect();
        self.db.write(|conn| {
            upsert(conn, &rows)?;
            if let Some(cursor) = worked_up_to
                && counter(conn, PUBLISH_CURSOR)? < cursor
            {
                set_counter(conn, PUBLISH_CURSOR, cursor)?;
            }
            Ok(())
        })
    }

    /// How many records have each verdict, as reasons for officers: `(verdict, records)`.
    ///
    /// # Errors
    /// Those of the database.
    pub fn verdict_counts(&self) -> Result<Vec<(String, i64)>, VaultError> {
        use diesel::dsl::count_star;
        self.db.read(|conn| {
            Ok(verdicts::table
                .group_by(verdicts::verdict)
                .select((verdicts::verdict, count_star()))
                .order(verdicts::verdict)
                .load(conn)?)
        })
    }
}

fn upsert(conn: &mut Conn, rows: &[&Marked]) -> Result<(), VaultError> {
    macro_rules! upsert {
        ($values:expr, $conn:expr) => {
            diesel::insert_into(verdicts::table)
                .values($values)
                .on_conflict(verdicts::num)
                .do_update()
                .set((
                    verdicts::verdict.eq(excluded(verdicts::verdict)),
                    verdicts::displayed_from.eq(coalesce(
                        verdicts::displayed_from,
                        excluded(verdicts::displayed_from),
                    )),
                    verdicts::next_due.eq(excluded(verdicts::next_due)),
                ))
                .execute($conn)?
        };
    }
    match conn {
        Conn::Sqlite(c) => {
            let mut known = HashSet::new();
            for chunk in rows.chunks(CHUNK) {
                let nums: Vec<i64> = chunk.iter().map(|row| row.num).collect();
                let query = verdicts::table.filter(verdicts::num.eq_any(&nums));
                known.extend(query.select(verdicts::num).load::<i64>(c)?);
            }
            for row in rows {
                if known.contains(&row.num) {
                    upsert!(*row, c);
                } else {
                    // a plain insert stays prepared, which one that may become an update does not
                    diesel::insert_into(verdicts::table)
                        .values(*row)
                        .execute(c)?;
                }
            }
        }
        Conn::Postgres(c) => {
            for chunk in rows.chunks(ROWS) {
                upsert!(chunk.to_vec(), c);
            }
        }
    }
    Ok(())
}
