//! Applications that came on paper: who entered them, and when they were received. What the public side seals to the desk
//! cannot claim to be one: this side has written it down before.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::json;

use crate::base::db::Stamp;
use crate::base::db::schema::vault::paper_entries;
use crate::domain::time::Moment;
use crate::inside::vault::{Tx, Vault, VaultError};

/// An application on paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperEntry {
    /// Number of the application.
    pub number: String,
    /// Who entered it.
    pub officer: String,
    /// Civil date of receipt.
    pub received_on: NaiveDate,
    /// When it was entered.
    pub entered_at: Moment,
}

type Row = (String, String, NaiveDate, Stamp);

impl Vault {
    /// Notes that an officer enters an application, with an entry in the audit log. Entering it again, as after a broken
    /// line, changes nothing; and nothing is changed any more when it was taken in.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn note_paper(&self, entry: &PaperEntry) -> Result<(), VaultError> {
        self.transact(|tx| {
            let known = tx.paper(&entry.number)?;
            let same = known.as_ref().is_some_and(|k| {
                (&k.officer, k.received_on) == (&entry.officer, entry.received_on)
            });
            if same || tx.taken(&entry.number, None)?.is_some() {
                return Ok(());
            }
            let facts = json!({ "received_on": entry.received_on });
            tx.audit(
                entry.entered_at,
                &entry.officer,
                "case.paper",
                &entry.number,
                &facts,
            )?;
            diesel::delete(paper_entries::table.find(&entry.number)).execute(tx.conn)?;
            diesel::insert_into(paper_entries::table)
                .values((
                    paper_entries::number.eq(&entry.number),
                    paper_entries::officer.eq(&entry.officer),
                    paper_entries::received_on.eq(entry.received_on),
                    paper_entries::entered_at.eq(Stamp::from(entry.entered_at)),
                ))
                .execute(tx.conn)?;
            Ok(())
        })
    }
}

impl Tx<'_> {
    /// The paper that an application came on; none for one that was filled in on screen.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn paper(
        &mut self,
        number: &str,
    ) -> Result<Option<PaperEntry>, VaultError> {
        let row: Option<Row> = paper_entries::table
            .find(number)
            .first(self.conn)
            .optional()?;
        Ok(
            row.map(|(number, officer, received_on, entered_at)| PaperEntry {
                number,
                officer,
                received_on,
                entered_at: entered_at.into(),
            }),
        )
    }
}
