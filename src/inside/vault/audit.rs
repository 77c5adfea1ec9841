//! The audit log: append-only, each entry bound to the one before by a keyed hash. Who changes the database
//! without the key cannot make a chain that holds.

use diesel::prelude::*;

use super::{Vault, VaultError};
use crate::base::crypto::IdKey;
use crate::base::db::schema::vault::audit;
use crate::base::db::{Conn, Stamp, page};
use crate::domain::time::Moment;

/// Entries in one page of a verification.
const PAGE: usize = 1000;

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Number, from 1, without gaps.
    pub seq: i64,
    /// When.
    pub at: Moment,
    /// Who.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub object: String,
    /// Further facts; no raw values.
    pub detail: String,
}

/// A log that holds.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct AuditState {
    /// Entries.
    pub entries: i64,
    /// Hash of the last one; kept elsewhere, it shows later that the end was not cut off.
    pub head: String,
}

/// Which entries are asked for: each part that is given must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Who.
    pub actor: Option<String>,
    /// What the action begins with.
    pub action: Option<String>,
    /// What the object begins with.
    pub object: Option<String>,
    /// From this instant on.
    pub from: Option<Moment>,
    /// Before this instant.
    pub until: Option<Moment>,
    /// Before this number: the page after.
    pub before: Option<i64>,
}

/// An entry as it is kept, with what binds it to the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedEntry {
    /// The entry.
    pub entry: AuditEntry,
    /// Hash of the entry before.
    pub prev_hash: String,
    /// Its own.
    pub hash: String,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = audit, treat_none_as_default_value = false)]
struct Row {
    seq: i64,
    at: Stamp,
    actor: String,
    action: String,
    object: String,
    detail: String,
    prev_hash: String,
    hash: String,
}

impl Row {
    fn expected(&self, key: &IdKey) -> String {
        let millis = Moment::from(self.at).timestamp_millis();
        key.hex(
            "audit",
            &[
                self.prev_hash.as_bytes(),
                &self.seq.to_be_bytes(),
                &millis.to_be_bytes(),
                self.actor.as_bytes(),
                self.action.as_bytes(),
                self.object.as_bytes(),
                self.detail.as_bytes(),
            ],
        )
    }
}

impl Vault {
    /// Adds an entry. No raw value may stand in it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn audit(
        &self,
        at: Moment,
        actor: &str,
        action: &str,
        object: &str,
        detail: &str,
    ) -> Result<(), VaultError> {
        let key = &self.keys.id;
        self.db
            .write(|conn| append(conn, key, at, actor, action, object, detail))
    }

    /// Entries after a number, in order.
    ///
    /// # Errors
    /// Those of the database.
    pub fn audit_entries(&self, after: i64, limit: usize) -> Result<Vec<AuditEntry>, VaultError> {
        let rows = self.audit_rows(after, limit)?;
        Ok(rows
            .into_iter()
            .map(|row| AuditEntry {
                seq: row.seq,
                at: row.at.into(),
                actor: row.actor,
                action: row.action,
                object: row.object,
                detail: row.detail,
            })
            .collect())
    }

    /// Entries that fit, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn audit_search(
        &self,
        filter: &AuditFilter,
        limit: usize,
    ) -> Result<Vec<LinkedEntry>, VaultError> {
        let rows: Vec<Row> = self.db.read(|conn| -> Result<_, VaultError> {
            let mut query = audit::table
                .order(audit::seq.desc())
                .limit(page(limit))
                .into_boxed();
            if let Some(actor) = &filter.actor {
                query = query.filter(audit::actor.eq(actor));
            }
            // what begins with a text lies between it and it with the last character after it
            if let Some(action) = &filter.action {
                query = query
                    .filter(audit::action.ge(action))
                    .filter(audit::action.lt(format!("{action}\u{10ffff}")));
            }
            if let Some(object) = &filter.object {
                query = query
                    .filter(audit::object.ge(object))
                    .filter(audit::object.lt(format!("{object}\u{10ffff}")));
            }
            if let Some(from) = filter.from {
                query = query.filter(audit::at.ge(Stamp::from(from)));
            }
            if let Some(until) = filter.until {
                query = query.filter(audit::at.lt(Stamp::from(until)));
            }
            if let Some(before) = filter.before {
                query = query.filter(audit::seq.lt(before));
            }
            Ok(query.load(conn)?)
        })?;
        Ok(rows.into_iter().map(linked).collect())
    }

    /// Entries after a number, in order, with what binds them.
    ///
    /// # Errors
    /// Those of the database.
    pub fn audit_linked(&self, after: i64, limit: usize) -> Result<Vec<LinkedEntry>, VaultError> {
        let rows = self.audit_rows(after, limit)?;
        Ok(rows.into_iter().map(linked).collect())
    }

    /// Follows the chain from the first entry to the last.
    ///
    /// # Errors
    /// [`VaultError::AuditBroken`] with the first entry that does not hold; those of the database.
    pub fn verify_audit(&self) -> Result<AuditState, VaultError> {
        let mut state = AuditState::default();
        loop {
            let rows = self.audit_rows(state.entries, PAGE)?;
            if rows.is_empty() {
                return Ok(state);
            }
            for row in rows {
                let next = state.entries + 1;
                let holds = row.seq == next
                    && row.prev_hash == state.head
                    && row.hash == row.expected(&self.keys.id);
                if !holds {
                    return Err(VaultError::AuditBroken { seq: next });
                }
                state.entries = next;
                state.head = row.hash;
            }
        }
    }

    fn audit_rows(&self, after: i64, limit: usize) -> Result<Vec<Row>, VaultError> {
        self.db.read(|conn| {
            Ok(audit::table
                .filter(audit::seq.gt(after))
                .order(audit::seq)
                .limit(page(limit))
                .load(conn)?)
        })
    }
}

fn linked(row: Row) -> LinkedEntry {
    LinkedEntry {
        entry: AuditEntry {
            seq: row.seq,
            at: row.at.into(),
            actor: row.actor,
            action: row.action,
            object: row.object,
            detail: row.detail,
        },
        prev_hash: row.prev_hash,
        hash: row.hash,
    }
}

/// Appends within a write transaction.
pub(super) fn append(
    conn: &mut Conn,
    key: &IdKey,
    at: Moment,
    actor: &str,
    action: &str,
    object: &str,
    detail: &str,
) -> Result<(), VaultError> {
    let last: Option<(i64, String)> = audit::table
        .select((audit::seq, audit::hash))
        .order(audit::seq.desc())
        .first(conn)
        .optional()?;
    let (seq, prev_hash) = last.unwrap_or_default();
    let mut row = Row {
        seq: seq + 1,
        at: at.into(),
        actor: actor.to_owned(),
        action: action.to_owned(),
        object: object.to_owned(),
        detail: detail.to_owned(),
        prev_hash,
        hash: String::new(),
    };
    row.hash = row.expected(key);
    diesel::insert_into(audit::table)
        .values(&row)
        .execute(conn)?;
    Ok(())
}
