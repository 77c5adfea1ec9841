//! The end of what names an applicant: when what was handed in is deleted, its cases keep what was decided and by whom, and
//! not who applied. What goes is summed up in a hash beforehand, which the audit log keeps.

use data_encoding::HEXLOWER;
use diesel::prelude::*;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::row::CaseRow;
use super::{CaseNote, StoredCase};
use crate::base::db::schema::vault::{cases, outbox};
use crate::base::db::{Stamp, page};
use crate::domain::time::Moment;
use crate::inside::vault::outbox::Kind;
use crate::inside::vault::{Tx, Vault, VaultError};

/// What went, in sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// Notes of cases that named the applicant.
    pub notes: usize,
    /// Mails to the applicant that were not sent.
    pub messages: usize,
    /// Bytes, as they were sealed.
    pub bytes: u64,
    /// SHA-256 over all of it as it was sealed, hexadecimal.
    pub sha256: String,
}

impl CaseNote {
    /// The same without who applied and how to reach him. What it was about and who decides stays: the archive of the
    /// authority. That a natural person applied stays, too: figures are told by it and name nobody.
    fn nameless(self) -> Self {
        Self {
            applicant: String::new(),
            email: None,
            ..self
        }
    }
}

impl Vault {
    /// Closed cases of applications that were last acted on before an instant and may name their applicant yet, after an
    /// id: each with its application.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn named_cases(
        &self,
        before: Moment,
        after: &str,
        most: usize,
    ) -> Result<Vec<(String, String)>, VaultError> {
        self.db.read(|conn| {
            Ok(cases::table
                .filter(cases::id.gt(after))
                .filter(cases::closed.eq(true))
                .filter(cases::forgotten.eq(false))
                .filter(cases::updated_at.lt(Stamp::from(before)))
                .filter(cases::application.is_not_null())
                .order(cases::id)
                .limit(page(most))
                .select((cases::id, cases::application.assume_not_null()))
                .load(conn)?)
        })
    }

    /// Takes out of the cases of an application what names its applicant, and the mails that would have gone to him; with the
    /// proof in the audit log, in one transaction. None when there is nothing left of it.
    ///
    /// # Errors
    /// Those of the database: then nothing is done.
    pub(in crate::inside) fn forget_applicant(
        &self,
        number: &str,
        actor: &str,
        now: Moment,
    ) -> Result<Option<Forgotten>, VaultError> {
        let gone = self.transact(|tx| -> Result<_, VaultError> {
            let gone = tx.forget_applicant(number)?;
            if let Some(gone) = &gone {
                let detail = json!({
                    "notes": gone.notes,
                    "messages": gone.messages,
                    "bytes": gone.bytes,
                    "sha256": gone.sha256,
                });
                tx.audit(now, actor, "application.forgotten", number, &detail)?;
            }
            Ok(gone)
        })?;
        if gone.is_some() {
            // no copy stays in the write-ahead log
            self.db.forget()?;
        }
        Ok(gone)
    }
}

impl Tx<'_> {
    fn forget_applicant(&mut self, number: &str) -> Result<Option<Forgotten>, VaultError> {
        let rows: Vec<CaseRow> = cases::table
            .filter(cases::application.eq(number).assume_not_null())
            .filter(cases::forgotten.eq(false))
            .order(cases::part)
            .load(self.conn)?;
        let messages: Vec<(String, Option<Vec<u8>>)> = outbox::table
            .filter(outbox::application.eq(number).assume_not_null())
            .filter(outbox::kind.eq(Kind::Mail.code()))
            .filter(outbox::payload.is_not_null())
            .order(outbox::id)
            .select((outbox::id, outbox::payload))
            .load(self.conn)?;
        if rows.is_empty() && messages.is_empty() {
            return Ok(None);
        }
        let mut hash = Sha256::new_with_prefix(b"gongshi forgotten applicant 1\0");
        let mut bytes = 0;
        let notes = rows.iter().map(|row| row.note.as_deref());
        let payloads = messages.iter().map(|(_, payload)| payload.as_deref());
        for sealed in notes.chain(payloads).map(Option::unwrap_or_default) {
            let length = sealed.len() as u64;
            hash.update(length.to_be_bytes());
            hash.update(sealed);
            bytes += length;
        }
        let gone = Forgotten {
            notes: rows.len(),
            messages: messages.len(),
            bytes,
            sha256: HEXLOWER.encode(&hash.finalize()),
        };
        for row in rows {
            let case = self.vault.open_case(row)?;
            self.save_case(&StoredCase {
                note: case.note.nameless(),
                forgotten: true,
                ..case
            })?;
        }
        let ids: Vec<String> = messages.into_iter().map(|(id, _)| id).collect();
        diesel::delete(outbox::table.filter(outbox::id.eq_any(ids))).execute(self.conn)?;
        Ok(Some(gone))
    }
}

#[cfg(test)]
mod testing {
    use super::*;

    impl Vault {
        /// Every sealed value that the vault holds of an application, opened.
        pub(in crate::inside) fn opened_of(&self, number: &str) -> Vec<String> {
            use crate::base::db::schema::vault::case_events;
            use crate::inside::vault::cases::{EventRow, event_place};
            let rows: Vec<CaseRow> = self
                .db
                .read(|conn| -> Result<_, VaultError> {
                    let of = cases::table.filter(cases::application.eq(number).assume_not_null());
                    Ok(of.load(conn)?)
                })
                .unwrap();
            let mut out = Vec::new();
            let mut open = |table, row: &str, column, sealed: &[u8]| {
                let value: serde_json::Value = self.open_for(table, row, column, sealed).unwrap();
                out.push(value.to_string());
            };
            for row in &rows {
                open("cases", &row.id, "opened", &row.opened);
                open("cases", &row.id, "current", &row.current);
                open("cases", &row.id, "note", row.note.as_deref().unwrap());
                let events: Vec<EventRow> = self
                    .db
                    .read(|conn| -> Result<_, VaultError> {
                        let of = case_events::table.filter(case_events::case_id.eq(&row.id));
                        Ok(of.load(conn)?)
                    })
                    .unwrap();
                for event in events {
                    let place = event_place(&event.case_id, event.step);
                    open("case_events", &place, "payload", &event.payload);
                    open("case_events", &place, "effects", &event.effects);
                }
            }
            let messages: Vec<(String, Option<Vec<u8>>)> = self
                .db
                .read(|conn| -> Result<_, VaultError> {
                    Ok(outbox::table
                        .filter(outbox::application.eq(number).assume_not_null())
                        .select((outbox::id, outbox::payload))
                        .load(conn)?)
                })
                .unwrap();
            for (id, payload) in &messages {
                if let Some(payload) = payload {
                    open("outbox", id, "payload", payload);
                }
            }
            out
        }
    }
}
