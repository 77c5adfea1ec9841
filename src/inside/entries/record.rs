//! The record of an entry may be ended or brought back by another case: a repair that is granted ends the entry before its
//! time (S1 art. 12(2)2), an objection that is upheld shows that it was wrong, false material brings it back. The entry's own
//! case then says so, too: what the desk lists as published is published.

use super::acts::entry_of;
use super::{Entries, EntryError};
use crate::domain::cases::entry::EntryState;
use crate::domain::cases::{Actor, EntryEvent, Event, ExitReason};
use crate::domain::time::{Moment, civil_date};
use crate::inside::cases::{CaseError, CaseId};
use crate::inside::vault::cases::StoredCase;
use crate::inside::vault::{Decision, DecisionKind};

impl Entries {
    /// Lets a case follow its record; answers whether it did anything.
    pub(super) fn follow_record(
        &self,
        id: &CaseId,
        case: &StoredCase,
        now: Moment,
    ) -> Result<bool, EntryError> {
        let (Some(entry), Some(record)) = (entry_of(case), case.record_id.as_deref()) else {
            return Ok(false);
        };
        if !matches!(
            entry.state,
            EntryState::Published | EntryState::Expiring | EntryState::Exited
        ) {
            return Ok(false);
        }
        let Some(row) = self.cases.vault.get(record)? else {
            return Ok(false);
        };
        let today = civil_date(now);
        let newest = row
            .decisions
            .iter()
            .filter(|d| d.effective_on <= today && ends(d.kind))
            .max_by_key(|d| (d.effective_on, d.at, d.id.as_str()));
        // what the entry did to its record itself it knows
        let Some(newest) = newest.filter(|d| d.reference != id.as_str()) else {
            return Ok(false);
        };
        let shown = entry.state != EntryState::Exited;
        let reference = newest.reference.clone();
        let event = match (shown, reason(newest)) {
            (true, Some(reason)) => EntryEvent::RecordEnded { reason, reference },
            (false, None) => EntryEvent::RecordReturned { reference },
            (true, None) | (false, Some(_)) => return Ok(false),
        };
        match self
            .cases
            .act(id, Event::Entry(event), &Actor::system(), now)
        {
            Ok(_) => Ok(true),
            Err(CaseError::Refused(_)) => Ok(false),
            Err(other) => Err(other.into()),
        }
    }

    /// Notes that an entry was looked at after another case had decided about its record.
    pub(super) fn looked_at(&self, id: &CaseId, now: Moment) -> Result<(), EntryError> {
        let mut held = self.held(id)?;
        if held.head.changed_at < now {
            held.head.changed_at = now;
            self.cases.vault.put_entry(&held)?;
        }
        Ok(())
    }
}

/// Whether a decision ends the display of a record for good, or brings it back.
const fn ends(kind: DecisionKind) -> bool {
    matches!(
        kind,
        DecisionKind::Repaired
            | DecisionKind::Delisted
            | DecisionKind::Withdrawn
            | DecisionKind::Reinstated
    )
}

/// Why an entry leaves its list by such a decision; none when it comes back.
fn reason(decision: &Decision) -> Option<ExitReason> {
    match decision.kind {
        DecisionKind::Repaired => Some(ExitReason::Repaired),
        DecisionKind::Delisted => {
            let told = decision.detail.get("reason").and_then(|r| r.as_str());
            Some(
                told.and_then(ExitReason::from_code)
                    .unwrap_or(ExitReason::DesignationError),
            )
        }
        // it should never have been shown
        DecisionKind::Withdrawn => Some(ExitReason::DesignationError),
        _ => None,
    }
}
