//! An act in a case: the machine's step, the event, the decisions that follow and their entries in the audit log, in one
//! transaction of the vault.

use chrono::NaiveDate;
use serde_json::json;

use super::{CaseError, CaseId, CaseRow, Cases, NewEntry};
use crate::domain::cases::{Act, Actor, Event, Refusal};
use crate::domain::time::{Moment, civil_date};
use crate::inside::vault::Tx;
use crate::inside::vault::cases::{StoredCase, StoredEvent};

/// What an act came to.
pub(in crate::inside) struct Done {
    /// The case afterwards.
    pub case: StoredCase,
    /// The act as it is kept, with what follows for the record.
    pub event: StoredEvent,
}

impl Cases {
    /// Does an act, whatever version the case is at.
    ///
    /// # Errors
    /// [`CaseError::Unknown`] also for a case of another authority; [`CaseError::Refused`] with words; those of the vault.
    pub fn act(
        &self,
        id: &CaseId,
        event: Event,
        by: &Actor,
        now: Moment,
    ) -> Result<CaseRow, CaseError> {
        self.act_at(id, None, event, by, now)
    }

    /// Does an act on the version of the case that the officer has read.
    ///
    /// # Errors
    /// [`CaseError::Conflict`] when somebody acted in the meantime; as [`Self::act`].
    pub fn act_at(
        &self,
        id: &CaseId,
        version: Option<i64>,
        event: Event,
        by: &Actor,
        now: Moment,
    ) -> Result<CaseRow, CaseError> {
        let done = self.act_with(id, version, event, by, now, |_, _| Ok(()))?;
        Ok(CaseRow::of(done.case, civil_date(now)))
    }

    /// Does an act, and something else with it in the same transaction: `also` sees the case as it will stand and may
    /// change what is kept beside the machine (its record, its note); it is written afterwards.
    ///
    /// # Errors
    /// As [`Self::act_at`], and whatever `also` refuses: then nothing is done.
    pub(in crate::inside) fn act_with(
        &self,
        id: &CaseId,
        version: Option<i64>,
        event: Event,
        by: &Actor,
        now: Moment,
        also: impl FnOnce(&mut Tx<'_>, &mut Done) -> Result<(), CaseError>,
    ) -> Result<Done, CaseError> {
        self.vault.transact(|tx| {
            let case = tx.case(id.as_str())?.ok_or(CaseError::Unknown)?;
            if !by.role.may_read(by.authority == case.authority()) {
                return Err(CaseError::Unknown);
            }
            if version.is_some_and(|seen| seen != case.version) {
                return Err(CaseError::Conflict {
                    version: case.version,
                });
            }
            let mut done = self.step(tx, case, event, by, now, None)?;
            also(tx, &mut done)?;
            tx.save_case(&done.case)?;
            // what is told of a result speaks of the record, which an entry has only now
            self.tells.result(tx, &done.case, &done.event, now)?;
            Ok(done)
        })
    }

    /// Opens a case for an entry of a list, as a draft.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn open_entry(&self, new: NewEntry, by: &Actor, now: Moment) -> Result<CaseRow, CaseError> {
        let case = self.open_entry_with(new, by, now, |_, _| Ok(()))?;
        Ok(CaseRow::of(case, civil_date(now)))
    }

    /// Opens a case for an entry of a list, and writes what belongs to it in the same transaction.
    ///
    /// # Errors
    /// Those of the vault, and whatever `also` refuses: then nothing is done.
    pub(in crate::inside) fn open_entry_with(
        &self,
        new: NewEntry,
        by: &Actor,
        now: Moment,
        also: impl FnOnce(&mut Tx<'_>, &StoredCase) -> Result<(), CaseError>,
    ) -> Result<StoredCase, CaseError> {
        let id = CaseId::of_entry(now);
        let case = self.new_entry(&id, new, now);
        if !by.role.may_read(by.authority == case.authority()) {
            return Err(CaseError::Refused(Refusal::OtherAuthority));
        }
        self.vault.transact(|tx| {
            let facts = json!({
                "kind": case.opened.kind().code(),
                "list": case.list,
                "record": case.record_id,
                "authority": case.authority(),
            });
            tx.audit(now, &by.id, "case.open", &case.id, &facts)?;
            tx.add_case(&case)?;
            also(tx, &case)?;
            Ok(case)
        })
    }

    /// Gives a case that is routed to no authority to one: an objection to a notice, or a complaint about an objection that
    /// is not known here. What has an authority keeps it: a mistake there is for the machine (`misdirect`).
    ///
    /// # Errors
    /// [`CaseError::Refused`] in another role than the operator's, or when it has an authority.
    pub fn assign(
        &self,
        id: &CaseId,
        (code, name): (&str, &str),
        by: &Actor,
        now: Moment,
    ) -> Result<CaseRow, CaseError> {
        use crate::domain::cases::Role;
        by.may(&[Role::Operator, Role::LeadingGroup], "")?;
        self.vault.transact(|tx| {
            let mut case = tx.case(id.as_str())?.ok_or(CaseError::Unknown)?;
            if !case.authority().is_empty() || case.current.is_closed() {
                let (_, zh, en) = case.current.state();
                let event = "assign";
                return Err(CaseError::Refused(Refusal::NotNow { zh, en, event }));
            }
            if code.trim().is_empty() {
                return Err(CaseError::Refused(Refusal::Missing("place")));
            }
            // the frame of the case, not an act in it: the history is read again from the changed beginning
            for held in [&mut case.opened, &mut case.current] {
                code.clone_into(&mut held.track_mut().authority);
            }
            name.clone_into(&mut case.note.authority_name);
            case.version += 1;
            case.updated_at = now;
            let facts = json!({ "authority": code });
            tx.audit(now, &by.id, "case.assign", &case.id, &facts)?;
            tx.save_case(&case)?;
            Ok(CaseRow::of(case, civil_date(now)))
        })
    }

    /// Does an act within a transaction and writes it.
    pub(super) fn step(
        &self,
        tx: &mut Tx<'_>,
        case: StoredCase,
        event: Event,
        by: &Actor,
        at: Moment,
        act: Option<i64>,
    ) -> Result<Done, CaseError> {
        self.step_on(tx, case, event, by, (at, civil_date(at)), act)
    }

    /// The same for an act that counts on another day than that on which it is entered: what came on paper.
    pub(super) fn step_on(
        &self,
        tx: &mut Tx<'_>,
        mut case: StoredCase,
        event: Event,
        by: &Actor,
        (at, on): (Moment, NaiveDate),
        act: Option<i64>,
    ) -> Result<Done, CaseError> {
        let rules = self.rules();
        let doing = Act {
            by,
            on,
            rules: Some(&rules),
        };
        let stepped = case.current.step(&event, &doing)?;
        let carried = self.carry(tx, &case, &stepped.effects, by, at)?;
        let facts = json!({
            "from": case.current.state().0,
            "to": stepped.case.state().0,
            "step": case.version,
            "role": by.role.code(),
            "carried": carried,
        });
        let action = format!("case.{}", event.code());
        tx.audit(at, &by.id, &action, &case.id, &facts)?;
        let entry = StoredEvent {
            step: case.version,
            at,
            on,
            by: by.clone(),
            event,
            act,
            effects: stepped.effects,
        };
        tx.add_event(&case.id, &entry)?;
        case.current = stepped.case;
        case.version += 1;
        case.updated_at = at.max(case.updated_at);
        case.pending = case.application.is_some();
        let case = self.with_due(case);
        tx.save_case(&case)?;
        Ok(Done { case, event: entry })
    }
}
