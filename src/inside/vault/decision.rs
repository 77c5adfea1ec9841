//! Decisions: new facts about a record that enter here, count as a change of it, and stand in the audit log.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::Value;

use super::batch::new_id;
use super::place::everywhere;
use super::{Changes, Vault, VaultError, audit};
use crate::base::crypto::IdKey;
use crate::base::db::schema::vault::{decisions, raw_records};
use crate::base::db::{Conn, Stamp};
use crate::domain::kinds::vocabulary;
use crate::domain::time::Moment;

vocabulary! {
    /// What was decided about a record.
    DecisionKind {
        Repaired = "repaired", "准予信用修复", "repair approved";
        Delisted = "delisted", "移出名单", "delisted";
        Withdrawn = "withdrawn", "撤销", "withdrawn";
        Suspended = "suspended", "暂停公示", "display suspended";
        Resumed = "resumed", "恢复公示", "display resumed";
        Annotated = "annotated", "标注异议", "annotated";
        Cleared = "cleared", "取消标注", "annotation cleared";
        Corrected = "corrected", "更正", "corrected";
        HoldAtMax = "hold_at_max", "期满继续公示", "held at the maximum";
        Reinstated = "reinstated", "撤销修复恢复公示", "reinstated";
        MeasuresSuspended = "measures_suspended", "暂停惩戒措施", "measures suspended";
        MeasuresResumed = "measures_resumed", "恢复惩戒措施", "measures resumed";
        MeasuresLifted = "measures_lifted", "解除惩戒措施", "measures lifted";
    }
}

/// A decision to enter.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDecision<'a> {
    /// Id of the record.
    pub record_id: &'a str,
    /// What was decided.
    pub kind: DecisionKind,
    /// Civil date from which it has effect.
    pub effective_on: NaiveDate,
    /// Who decided.
    pub actor: &'a str,
    /// Number of the decision or application.
    pub reference: &'a str,
    /// Further facts that the rules read; no raw values.
    pub detail: Value,
}

/// A decision about a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Its id (UUID version 7): decisions sort by it.
    pub id: String,
    /// Id of the record.
    pub record_id: String,
    /// What was decided.
    pub kind: DecisionKind,
    /// Civil date from which it has effect.
    pub effective_on: NaiveDate,
    /// When it was entered.
    pub at: Moment,
    /// Who decided.
    pub actor: String,
    /// Number of the decision or application.
    pub reference: String,
    /// Further facts that the rules read.
    pub detail: Value,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = decisions, treat_none_as_default_value = false)]
pub(super) struct DecisionRow {
    id: String,
    record_id: String,
    kind: String,
    effective_on: NaiveDate,
    at: Stamp,
    actor: String,
    reference: String,
    detail: String,
}

impl Vault {
    /// Enters a decision; the record counts as changed. Answers the decision's id.
    ///
    /// # Errors
    /// [`VaultError::UnknownRecord`], or those of the database.
    pub fn decide(&self, new: &NewDecision<'_>, at: Moment) -> Result<String, VaultError> {
        self.db.write(|conn| {
            let id = enter(conn, &self.keys.id, new, at)?;
            self.note_bar(conn, &id, new)?;
            Ok(id)
        })
    }
}

/// Enters a decision within a write transaction.
pub(super) fn enter(
    conn: &mut Conn,
    key: &IdKey,
    new: &NewDecision<'_>,
    at: Moment,
) -> Result<String, VaultError> {
    let detail = new.detail.to_string();
    let mut changes = Changes::begin(conn)?;
    bump(conn, new.record_id, &mut changes)?;
    changes.save(conn)?;
    let id = later_id(conn, new.record_id, at)?;
    let row = DecisionRow {
        id: id.clone(),
        record_id: new.record_id.to_owned(),
        kind: new.kind.code().to_owned(),
        effective_on: new.effective_on,
        at: at.into(),
        actor: new.actor.to_owned(),
        reference: new.reference.to_owned(),
        detail: detail.clone(),
    };
    diesel::insert_into(decisions::table)
        .values(&row)
        .execute(conn)?;
    let action = format!("decide.{}", new.kind.code());
    let told = format!("{id} {} {} {detail}", new.effective_on, new.reference);
    audit::append(conn, key, at, new.actor, &action, new.record_id, &told)?;
    Ok(id)
}

/// An id that sorts after those of the record's earlier decisions, also within one millisecond and when
/// the clock was set back: rules read decisions in the order in which they were made.
fn later_id(conn: &mut Conn, record_id: &str, at: Moment) -> Result<String, VaultError> {
    let newest: Option<String> = decisions::table
        .filter(decisions::record_id.eq(record_id))
        .select(decisions::id)
        .order(decisions::id.desc())
        .first(conn)
        .optional()?;
    let id = new_id(at);
    match newest.and_then(|text| uuid::Uuid::parse_str(&text).ok()) {
        Some(last) if last.to_string() >= id => {
            Ok(uuid::Uuid::from_u128(last.as_u128().wrapping_add(1)).to_string())
        }
        _ => Ok(id),
    }
}

/// Gives a record a new change number.
pub(super) fn bump(
    conn: &mut Conn,
    record_id: &str,
    changes: &mut Changes,
) -> Result<(), VaultError> {
    let place = raw_records::place.eq_any(everywhere());
    let rows = diesel::update(raw_records::table.filter(place.and(raw_records::id.eq(record_id))))
        .set(raw_records::change_seq.eq(changes.take()))
        .execute(conn)?;
    if rows == 1 {
        Ok(())
    } else {
        Err(VaultError::UnknownRecord {
            id: record_id.to_owned(),
        })
    }
}

/// Reads a row.
pub(super) fn decision(row: DecisionRow) -> Result<Decision, VaultError> {
    Ok(Decision {
        kind: DecisionKind::from_code(&row.kind).ok_or(VaultError::Word {
            table: "decisions",
            column: "kind",
            word: row.kind,
        })?,
        detail: serde_json::from_str(&row.detail).unwrap_or_default(),
        id: row.id,
        record_id: row.record_id,
        effective_on: row.effective_on,
        at: row.at.into(),
        actor: row.actor,
        reference: row.reference,
    })
}
