//! What an act would do, before it is done; a case without what was handed in; what waits for whom.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{CaseError, CaseId, CaseRow, Cases};
use crate::domain::cases::{Act, Actor, CaseKind, Effect, Event, Procedure, Role};
use crate::domain::forms::reply::Reply;
use crate::domain::time::{Moment, civil_date};
use crate::inside::intake::correct;
use crate::inside::vault::cases::StoredEvent;

/// What an act would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreseen {
    /// State afterwards: code, Chinese, English.
    pub to: (&'static str, &'static str, &'static str),
    /// What would follow for the record.
    pub effects: Vec<Effect>,
    /// What the applicant would read; none where nobody is told.
    pub reply: Option<Reply>,
}

/// Overdue cases of an authority, by procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Late {
    /// Code of the authority; empty while a case is routed to none.
    pub authority_code: String,
    /// What should have been done.
    pub procedure: Option<Procedure>,
    /// Whether provisional calendars had a part in their days.
    pub provisional: bool,
    /// Cases.
    pub cases: u64,
    /// The earliest of their days.
    pub since: Option<NaiveDate>,
}

/// The states in which a case waits for somebody in a role: the next step that the law sets a term for is that role's.
/// Where nobody is to do anything but the applicant, the clock or the surfaces, a case waits for no officer.
#[must_use]
pub fn waits_for(role: Role) -> Vec<(CaseKind, &'static str)> {
    use CaseKind as K;
    let all: &[(CaseKind, &'static str)] = match role {
        Role::Operator => &[
            (K::Repair, "submitted"),
            (K::Objection, "submitted"),
            (K::Objection, "accepted"),
        ],
        Role::Handler => &[
            (K::Repair, "forwarded"),
            (K::Repair, "accepted"),
            (K::Objection, "forwarded"),
            (K::Entry, "draft"),
            (K::Entry, "screened"),
            (K::Entry, "approved"),
            (K::Entry, "notified"),
            (K::Entry, "in_notice"),
            (K::Entry, "decided"),
            (K::Entry, "expiring"),
        ],
        Role::Approver => &[
            (K::Repair, "verifying"),
            (K::Objection, "verifying"),
            (K::Complaint, "upheld"),
            (K::Entry, "objection_review"),
        ],
        Role::SecrecyReviewer => &[(K::Entry, "proposed")],
        Role::LeadingGroup => &[
            (K::Complaint, "submitted"),
            (K::Complaint, "accepted"),
            (K::Complaint, "consultation"),
        ],
        Role::Public | Role::Subject | Role::ProviderClerk | Role::Auditor | Role::System => &[],
    };
    all.to_vec()
}

impl Cases {
    /// The row of a case in the queue: nothing of what was handed in.
    ///
    /// # Errors
    /// [`CaseError::Unknown`], also for a case of another authority.
    pub fn row(&self, id: &CaseId, by: &Actor, now: Moment) -> Result<CaseRow, CaseError> {
        Ok(CaseRow::of(self.readable(id, by)?, civil_date(now)))
    }

    /// What an act would do to the record and tell the applicant. Nothing is done.
    ///
    /// # Errors
    /// As [`Self::act_at`] would be refused now.
    pub fn foresee(
        &self,
        id: &CaseId,
        version: i64,
        event: &Event,
        by: &Actor,
        now: Moment,
    ) -> Result<Foreseen, CaseError> {
        let case = self.readable(id, by)?;
        if version != case.version {
            return Err(CaseError::Conflict {
                version: case.version,
            });
        }
        let (on, rules) = (civil_date(now), self.rules());
        let act = Act {
            by,
            on,
            rules: Some(&rules),
        };
        let stepped = case.current.step(event, &act)?;
        self.correctable(case.record_id.as_deref(), &stepped.effects)?;
        let stored = StoredEvent {
            step: case.version,
            at: now,
            on,
            by: by.clone(),
            event: event.clone(),
            act: None,
            effects: stepped.effects.clone(),
        };
        let told = case.application.is_some();
        let reply = self.reply(&case, &stepped.case, &stored, &BTreeMap::new());
        Ok(Foreseen {
            to: stepped.case.state(),
            effects: stepped.effects,
            reply: reply.filter(|_| told),
        })
    }

    /// Fails when a correction among some effects cannot be carried out.
    fn correctable(&self, record: Option<&str>, effects: &[Effect]) -> Result<(), CaseError> {
        let changes = effects.iter().filter_map(|effect| match effect {
            Effect::Correct { changes } => Some(changes),
            _ => None,
        });
        let changes: Vec<_> = changes.flatten().collect();
        let Some(record) = record.filter(|_| !changes.is_empty()) else {
            return Ok(());
        };
        let Some(mut row) = self.vault.get(record)? else {
            return Ok(());
        };
        let Some(entry) = self.catalogue.list(&row.record.list) else {
            return Ok(());
        };
        for change in changes {
            correct::correct(&mut row.record, entry, change)
                .map_err(|fault| CaseError::correction(&change.field, &fault))?;
        }
        Ok(())
    }

    /// The open cases that somebody may read and whose day is over, by authority and procedure.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn late(&self, by: &Actor, now: Moment) -> Result<Vec<Late>, CaseError> {
        let own = (!by.role.may_read(false)).then_some(by.authority.as_str());
        if own.is_some_and(|code| code.is_empty() || !by.role.may_read(true)) {
            return Ok(Vec::new());
        }
        let rows = self.vault.overdue_cases(own, civil_date(now))?;
        let late = rows.into_iter().map(|row| Late {
            authority_code: row.authority_code,
            procedure: Procedure::from_code(&row.procedure),
            provisional: row.provisional,
            cases: u64::try_from(row.cases).unwrap_or_default(),
            since: row.since,
        });
        Ok(late.collect())
    }
}
