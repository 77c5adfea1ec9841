//! One write transaction of the vault, handed to those who must do several things together: a case's act, the decisions
//! that follow from it and their entries in the audit log are in, or none of them is.

use diesel::prelude::*;
use serde_json::Value;

use super::decision::{self, NewDecision};
use super::place::everywhere;
use super::put::{self, Prepared};
use super::read::{self, Ask};
use super::{Changes, Vault, VaultError, VaultRow, audit};
use crate::base::db::schema::vault::raw_records;
use crate::base::db::{Conn, DbError};
use crate::domain::time::Moment;
use crate::inside::raw::RawRecord;

/// A write transaction.
pub(in crate::inside) struct Tx<'c> {
    pub(super) conn: &'c mut Conn,
    pub(super) vault: &'c Vault,
}

/// Why a transaction came to nothing: the vault failed, or the caller stopped it.
enum Undone<E> {
    Vault(VaultError),
    Stopped(E),
}

impl<E> From<DbError> for Undone<E> {
    fn from(cause: DbError) -> Self {
        Self::Vault(cause.into())
    }
}

impl<E> From<diesel::result::Error> for Undone<E> {
    fn from(cause: diesel::result::Error) -> Self {
        Self::Vault(cause.into())
    }
}

impl Vault {
    /// Does several things in one transaction.
    ///
    /// # Errors
    /// Those of the database, and whatever `f` refuses: then nothing is done.
    pub(in crate::inside) fn transact<T, E: From<VaultError>>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let done = self
            .db
            .write(|conn| f(&mut Tx { conn, vault: self }).map_err(Undone::Stopped));
        done.map_err(|undone| match undone {
            Undone::Vault(cause) => cause.into(),
            Undone::Stopped(cause) => cause,
        })
    }
}

impl Tx<'_> {
    /// Enters a decision about a record, which counts as changed. Answers the decision's id.
    ///
    /// # Errors
    /// [`VaultError::UnknownRecord`], or those of the database.
    pub(in crate::inside) fn decide(
        &mut self,
        new: &NewDecision<'_>,
        at: Moment,
    ) -> Result<String, VaultError> {
        let id = decision::enter(self.conn, &self.vault.keys.id, new, at)?;
        self.vault.note_bar(self.conn, &id, new)?;
        Ok(id)
    }

    /// Adds an entry to the audit log. No raw value may stand in it.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn audit(
        &mut self,
        at: Moment,
        actor: &str,
        action: &str,
        object: &str,
        detail: &Value,
    ) -> Result<(), VaultError> {
        let detail = detail.to_string();
        audit::append(
            self.conn,
            &self.vault.keys.id,
            at,
            actor,
            action,
            object,
            &detail,
        )
    }

    /// A record by its id, opened.
    ///
    /// # Errors
    /// Those of the database; a value that does not open.
    pub(in crate::inside) fn record(&mut self, id: &str) -> Result<Option<VaultRow>, VaultError> {
        let rows = read::fetch(self.conn, &Ask::Id(id.to_owned()), 1)?;
        Ok(self.vault.open_all(rows)?.pop())
    }

    /// Puts a corrected record in the place of the one that stands under `id`. Answers the content hashes before and
    /// after: the first tells the next import that it brings the content that was corrected.
    ///
    /// # Errors
    /// [`VaultError::UnknownRecord`]; [`VaultError::OtherRecord`] when the corrected one would be another record.
    pub(in crate::inside) fn correct(
        &mut self,
        id: &str,
        corrected: &RawRecord,
    ) -> Result<(String, String), VaultError> {
        let prepared: Prepared = self.vault.prepare(corrected)?;
        if prepared.id() != id {
            return Err(VaultError::OtherRecord { id: id.to_owned() });
        }
        let before: String = raw_records::table
            .filter(raw_records::place.eq_any(everywhere()))
            .filter(raw_records::id.eq(id))
            .select(raw_records::content_hash)
            .first(self.conn)
            .optional()?
            .ok_or_else(|| VaultError::UnknownRecord { id: id.to_owned() })?;
        let mut changes = Changes::begin(self.conn)?;
        put::replace_payload(self.conn, &prepared, changes.take())?;
        changes.save(self.conn)?;
        let after = prepared.content_hash().to_owned();
        Ok((before, after))
    }
}
