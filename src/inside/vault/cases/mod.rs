//! Cases and their acts as the vault keeps them. In clear stands what they are found by; everything else is sealed and
//! bound to its row: reasons, findings and corrected values may be personal data.

mod find;
mod forget;
mod intake;
mod paper;
mod row;

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

pub use find::{Ask, Place};
pub use intake::{Outcome, Taken};
pub use paper::PaperEntry;

use self::row::{CaseRow, EventRow};
use super::{Tx, Vault, VaultError};
use crate::base::crypto::Cell;
use crate::base::db::Conn;
use crate::base::db::schema::vault::{case_events, cases};
use crate::domain::cases::{Actor, Case, CaseKind, Effect, Event, Role};
use crate::domain::time::Moment;

/// The nearest day by which something must be done in a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueOn {
    /// The day.
    pub on: NaiveDate,
    /// Code of the procedure.
    pub procedure: String,
    /// Whether a provisional calendar had a part in it.
    pub provisional: bool,
}

/// What is kept of a case beside the machine: sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CaseNote {
    /// Document number of the record, as it was displayed.
    pub document_number: Option<String>,
    /// Name of the authority.
    pub authority_name: String,
    /// Who applies.
    pub applicant: String,
    /// A natural person applies.
    pub person: bool,
    /// Language of the applicant (BCP 47).
    pub lang: String,
    /// Where the applicant wants to be told by e-mail that something has changed.
    pub email: Option<String>,
    /// The record was not displayed when the case was opened: why, as far as it is known.
    pub ended: Option<String>,
    /// The law stood against the application when it came in: why, in Chinese and English.
    pub refused: Option<(String, String)>,
    /// Case of the objection that a complaint is about.
    pub objection_case: Option<String>,
    /// It came on paper: who entered it, and on which day.
    pub entered: Option<(String, NaiveDate)>,
}

/// A case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCase {
    /// Id.
    pub id: String,
    /// Number of the application; none for an entry of a list.
    pub application: Option<String>,
    /// Part of the application, from 0.
    pub part: u32,
    /// Record that it is about.
    pub record_id: Option<String>,
    /// List that the record belongs to; empty when unknown.
    pub list: String,
    /// When it was opened.
    pub opened_on: NaiveDate,
    /// When it was last acted on.
    pub updated_at: Moment,
    /// What is due next.
    pub due: Option<DueOn>,
    /// Counts up with everything that is done: an act bears the version that it was done on as its number.
    pub version: i64,
    /// The applicant knows of every act below this number; -1 before he was told that it is opened.
    pub told_steps: i64,
    /// Something is still to follow.
    pub pending: bool,
    /// Sequence number of the public store that the targets of an approval must reach.
    pub sync_seq: Option<i64>,
    /// The case as it was opened.
    pub opened: Case,
    /// The case as it stands.
    pub current: Case,
    /// What is kept beside it.
    pub note: CaseNote,
    /// What was handed in was deleted, and the note names nobody any more.
    pub forgotten: bool,
}

impl StoredCase {
    /// Code of the authority; empty while it is routed to none.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.current.track().authority
    }
}

/// An act in a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its number: the version of the case that it was done on. Numbers rise and may have gaps.
    pub step: i64,
    /// When.
    pub at: Moment,
    /// Civil date.
    pub on: NaiveDate,
    /// Who.
    pub by: Actor,
    /// What.
    pub event: Event,
    /// Number of the applicant's own act on the application, when this is one.
    pub act: Option<i64>,
    /// What followed for the record.
    pub effects: Vec<Effect>,
}

/// The sealed part of an act.
#[derive(Serialize, Deserialize)]
struct Payload {
    kind: CaseKind,
    event: serde_json::Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    act: Option<i64>,
}

impl Vault {
    /// A case by its id.
    ///
    /// # Errors
    /// Those of the database; a value that does not open.
    pub fn case(&self, id: &str) -> Result<Option<StoredCase>, VaultError> {
        let row = self.db.read(|conn| one(conn, id))?;
        row.map(|row| self.open_case(row)).transpose()
    }

    /// The acts of a case, in order.
    ///
    /// # Errors
    /// As [`Self::case`].
    pub fn case_events(&self, id: &str) -> Result<Vec<StoredEvent>, VaultError> {
        self.events_after(id, -1)
    }

    /// The acts of a case after one, in order.
    ///
    /// # Errors
    /// As [`Self::case`].
    pub fn events_after(&self, id: &str, step: i64) -> Result<Vec<StoredEvent>, VaultError> {
        let rows: Vec<EventRow> = self.db.read(|conn| -> Result<_, VaultError> {
            Ok(case_events::table
                .filter(case_events::case_id.eq(id))
                .filter(case_events::step.gt(step))
                .order(case_events::step)
                .load(conn)?)
        })?;
        rows.into_iter().map(|row| self.open_event(row)).collect()
    }

    pub(in crate::inside::vault) fn seal_for(
        &self,
        table: &'static str,
        row: &str,
        column: &'static str,
        value: &impl Serialize,
    ) -> Result<Vec<u8>, VaultError> {
        let plain =
            zeroize::Zeroizing::new(serde_json::to_vec(value).map_err(|_| VaultError::Encode)?);
        let cell = Cell { table, row, column };
        let sealed = self.keys.vault.seal(cell, &plain);
        sealed.map_err(|source| VaultError::Cell {
            id: row.to_owned(),
            column,
            source,
        })
    }

    pub(in crate::inside::vault) fn open_for<T: serde::de::DeserializeOwned>(
        &self,
        table: &'static str,
        row: &str,
        column: &'static str,
        sealed: &[u8],
    ) -> Result<T, VaultError> {
        let cell = Cell { table, row, column };
        let plain = self.keys.vault.open(cell, sealed);
        let plain = plain.map_err(|source| VaultError::Cell {
            id: row.to_owned(),
            column,
            source,
        })?;
        serde_json::from_slice(&plain).map_err(|e| VaultError::Payload {
            id: row.to_owned(),
            cause: format!("{:?} error in {column}", e.classify()),
        })
    }

    fn seal_case(&self, case: &StoredCase) -> Result<CaseRow, VaultError> {
        let seal = |column, value: &Case| self.seal_for("cases", &case.id, column, value);
        let due = case.due.as_ref();
        Ok(CaseRow {
            kind: case.current.kind().code().to_owned(),
            application: case.application.clone(),
            part: i64::from(case.part),
            record_id: case.record_id.clone(),
            list: case.list.clone(),
            authority_code: case.authority().to_owned(),
            state: case.current.state().0.to_owned(),
            opened_on: case.opened_on,
            updated_at: case.updated_at.into(),
            due_on: due.map(|d| d.on),
            due_procedure: due.map(|d| d.procedure.clone()),
            provisional: due.is_some_and(|d| d.provisional),
            closed: case.current.is_closed(),
            version: case.version,
            told_steps: case.told_steps,
            pending: case.pending,
            sync_seq: case.sync_seq,
            opened: seal("opened", &case.opened)?,
            current: seal("current", &case.current)?,
            note: Some(self.seal_for("cases", &case.id, "note", &case.note)?),
            forgotten: case.forgotten,
            id: case.id.clone(),
        })
    }

    fn open_case(&self, row: CaseRow) -> Result<StoredCase, VaultError> {
        let note = row.note.as_deref();
        let due = row.due_on.zip(row.due_procedure);
        Ok(StoredCase {
            opened: self.open_for("cases", &row.id, "opened", &row.opened)?,
            current: self.open_for("cases", &row.id, "current", &row.current)?,
            note: note
                .map(|sealed| self.open_for("cases", &row.id, "note", sealed))
                .transpose()?
                .unwrap_or_default(),
            application: row.application,
            part: u32::try_from(row.part).unwrap_or_default(),
            record_id: row.record_id,
            list: row.list,
            opened_on: row.opened_on,
            updated_at: row.updated_at.into(),
            due: due.map(|(on, procedure)| DueOn {
                on,
                procedure,
                provisional: row.provisional,
            }),
            version: row.version,
            told_steps: row.told_steps,
            pending: row.pending,
            sync_seq: row.sync_seq,
            forgotten: row.forgotten,
            id: row.id,
        })
    }

    fn open_event(&self, row: EventRow) -> Result<StoredEvent, VaultError> {
        let place = event_place(&row.case_id, row.step);
        let payload: Payload = self.open_for("case_events", &place, "payload", &row.payload)?;
        let effects = self.open_for("case_events", &place, "effects", &row.effects)?;
        let event = Event::read(payload.kind, payload.event).ok();
        let event = event.ok_or_else(|| VaultError::Payload {
            id: place,
            cause: "no act of its kind of case".to_owned(),
        })?;
        Ok(StoredEvent {
            step: row.step,
            at: row.at.into(),
            on: row.on_day,
            by: Actor {
                role: Role::from_code(&row.role).ok_or(VaultError::Word {
                    table: "case_events",
                    column: "role",
                    word: row.role,
                })?,
                id: row.actor,
                authority: row.authority,
            },
            event,
            act: payload.act,
            effects,
        })
    }
}

impl Tx<'_> {
    /// A case by its id.
    ///
    /// # Errors
    /// Those of the database; a value that does not open.
    pub(in crate::inside) fn case(&mut self, id: &str) -> Result<Option<StoredCase>, VaultError> {
        let row = one(self.conn, id)?;
        row.map(|row| self.vault.open_case(row)).transpose()
    }

    /// Adds a case.
    ///
    /// # Errors
    /// Those of the database: also when there is one of this id.
    pub(in crate::inside) fn add_case(&mut self, case: &StoredCase) -> Result<(), VaultError> {
        let row = self.vault.seal_case(case)?;
        diesel::insert_into(cases::table)
            .values(&row)
            .execute(self.conn)?;
        Ok(())
    }

    /// Writes a case that was changed.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn save_case(&mut self, case: &StoredCase) -> Result<(), VaultError> {
        let row = self.vault.seal_case(case)?;
        diesel::update(cases::table.find(&case.id))
            .set(&row)
            .execute(self.conn)?;
        Ok(())
    }

    /// Adds an act to a case.
    ///
    /// # Errors
    /// Those of the database: also when there is one of this number.
    pub(in crate::inside) fn add_event(
        &mut self,
        case: &str,
        event: &StoredEvent,
    ) -> Result<(), VaultError> {
        let place = event_place(case, event.step);
        let payload = Payload {
            kind: event.event.kind(),
            event: serde_json::to_value(&event.event).map_err(|_| VaultError::Encode)?,
            act: event.act,
        };
        let row = EventRow {
            case_id: case.to_owned(),
            step: event.step,
            at: event.at.into(),
            on_day: event.on,
            actor: event.by.id.clone(),
            role: event.by.role.code().to_owned(),
            authority: event.by.authority.clone(),
            event: event.event.code().to_owned(),
            payload: self
                .vault
                .seal_for("case_events", &place, "payload", &payload)?,
            effects: self
                .vault
                .seal_for("case_events", &place, "effects", &event.effects)?,
        };
        diesel::insert_into(case_events::table)
            .values(&row)
            .execute(self.conn)?;
        Ok(())
    }
}

fn one(conn: &mut Conn, id: &str) -> Result<Option<CaseRow>, VaultError> {
    Ok(cases::table.find(id).first(conn).optional()?)
}

fn event_place(case: &str, step: i64) -> String {
    format!("{case}/{step}")
}
