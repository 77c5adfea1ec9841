//! What an act does to the record: its effects as decisions of the vault, which the publisher honours (domain.md 2.4).

use serde_json::{Value, json};

use super::{CaseError, Cases};
use crate::domain::cases::{Actor, Change, Effect};
use crate::domain::time::{Moment, civil_date};
use crate::inside::intake::correct;
use crate::inside::vault::cases::StoredCase;
use crate::inside::vault::{DecisionKind, NewDecision, Tx, VaultError};

/// An effect as a decision; none where nothing happens to the record itself.
fn decision(effect: &Effect) -> Option<(DecisionKind, Value)> {
    use DecisionKind as K;
    Some(match effect {
        Effect::Annotate => (K::Annotated, json!({})),
        Effect::ClearAnnotation => (K::Cleared, json!({})),
        Effect::SuspendMeasures => (K::MeasuresSuspended, json!({})),
        Effect::ResumeMeasures {
            suspended_on,
            resumed_on,
        } => (
            K::MeasuresResumed,
            json!({ "suspended_on": suspended_on, "resumed_on": resumed_on }),
        ),
        Effect::LiftMeasures => (K::MeasuresLifted, json!({})),
        Effect::Hide => (K::Suspended, json!({})),
        Effect::Resume => (K::Resumed, json!({})),
        Effect::EndDisplay => (K::Repaired, json!({})),
        Effect::Withdraw => (K::Withdrawn, json!({})),
        Effect::Delist { reason } => (K::Delisted, json!({ "reason": reason.code() })),
        Effect::Restore {
            barred_until: Some(until),
        } => (K::Reinstated, json!({ "barred_until": until })),
        Effect::Restore { barred_until: None } => (K::Reinstated, json!({ "reversed": true })),
        // a correction is a new version of the record, and a decision beside it
        Effect::Correct { .. } | Effect::TellUnit | Effect::Task { .. } => return None,
    })
}

/// Code of an effect, for the audit log.
const fn code(effect: &Effect) -> &'static str {
    match effect {
        Effect::Annotate => "annotate",
        Effect::ClearAnnotation => "clear_annotation",
        Effect::SuspendMeasures => "suspend_measures",
        Effect::ResumeMeasures { .. } => "resume_measures",
        Effect::LiftMeasures => "lift_measures",
        Effect::Hide => "hide",
        Effect::Resume => "resume",
        Effect::EndDisplay => "end_display",
        Effect::Withdraw => "withdraw",
        Effect::Delist { .. } => "delist",
        Effect::Correct { .. } => "correct",
        Effect::Restore { .. } => "restore",
        Effect::TellUnit => "tell_unit",
        Effect::Task { .. } => "task",
    }
}

impl Cases {
    /// Enters what follows from an act for its record; answers the codes of what was entered. A case without a record, or
    /// about one that this vault does not hold, has nothing to be carried out.
    pub(super) fn carry(
        &self,
        tx: &mut Tx<'_>,
        case: &StoredCase,
        effects: &[Effect],
        by: &Actor,
        at: Moment,
    ) -> Result<Vec<&'static str>, CaseError> {
        let mut done = Vec::new();
        let Some(record) = case.record_id.as_deref() else {
            return Ok(done);
        };
        if effects.is_empty() || tx.record(record)?.is_none() {
            return Ok(done);
        }
        for effect in effects {
            let entered = match effect {
                Effect::Correct { changes } => Some(self.correct(tx, case, record, changes)?),
                other => decision(other),
            };
            let Some((kind, detail)) = entered else {
                continue;
            };
            let new = NewDecision {
                record_id: record,
                kind,
                effective_on: civil_date(at),
                actor: &by.id,
                reference: &case.id,
                detail,
            };
            tx.decide(&new, at)?;
            done.push(code(effect));
        }
        Ok(done)
    }

    /// Makes a new version of the record with the changed fields. The values stand in the sealed act alone; the decision
    /// names the fields, and the hashes by which an import knows the content that was corrected.
    fn correct(
        &self,
        tx: &mut Tx<'_>,
        case: &StoredCase,
        id: &str,
        changes: &[Change],
    ) -> Result<(DecisionKind, Value), CaseError> {
        let mut row = tx.record(id)?.ok_or(CaseError::Unknown)?;
        let list = self.catalogue.list(&row.record.list);
        let entry = list.ok_or_else(|| CaseError::Correction {
            field: case.list.clone(),
            zh: "目录中没有这份名单".to_owned(),
            en: "the catalogue has no such list".to_owned(),
        })?;
        for change in changes {
            correct::correct(&mut row.record, entry, change)
                .map_err(|fault| CaseError::correction(&change.field, &fault))?;
        }
        let (before, after) = tx.correct(id, &row.record).map_err(|e| match e {
            VaultError::OtherRecord { .. } => CaseError::Correction {
                field: changes.first().map_or("", |c| &c.field).to_owned(),
                zh: "更正后将成为另一条信息，请停止公示后重新报送".to_owned(),
                en: "it would be another record: stop its display and report it anew".to_owned(),
            },
            other => other.into(),
        })?;
        let fields: Vec<&str> = changes.iter().map(|c| c.field.trim()).collect();
        let detail = json!({ "fields": fields, "before": before, "after": after });
        Ok((DecisionKind::Corrected, detail))
    }
}
