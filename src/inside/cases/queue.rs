//! The queue: what an officer has before him, in the order in which it is due, and nothing of what is not his.

use chrono::NaiveDate;

use super::{CaseError, CaseId, Cases, Cursor};
use crate::domain::cases::{Act, Actor, CaseKind, Event, Refusal, Role};
use crate::domain::time::{Moment, civil_date};
use crate::inside::vault::cases::{Ask, DueOn, Place, StoredCase};

/// What a queue is narrowed to; what is none does not narrow it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Kinds; every one when empty.
    pub kinds: Vec<CaseKind>,
    /// Code of a state.
    pub state: Option<String>,
    /// Kinds with codes of states, any of them.
    pub states: Vec<(CaseKind, &'static str)>,
    /// Open or closed.
    pub closed: Option<bool>,
    /// Only what is due on this day or later.
    pub due_from: Option<NaiveDate>,
    /// Only what is overdue on this day.
    pub overdue_on: Option<NaiveDate>,
    /// Authority; officers of an authority see their own, whatever stands here.
    pub authority: Option<String>,
    /// Number of an application.
    pub application: Option<String>,
    /// Record.
    pub record: Option<String>,
    /// List.
    pub list: Option<String>,
}

/// A page of a queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// Where the next page begins; none when this is the last.
    pub next: Option<Cursor>,
}

/// A case as a queue shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// Id.
    pub id: String,
    /// Kind.
    pub kind: CaseKind,
    /// Number of the application; none for an entry of a list.
    pub application: Option<String>,
    /// Part of the application, from 0.
    pub part: u32,
    /// Record.
    pub record_id: Option<String>,
    /// List; empty when unknown.
    pub list: String,
    /// Document number of the record.
    pub document_number: Option<String>,
    /// Code of the authority; empty while it is routed to none.
    pub authority_code: String,
    /// Its name.
    pub authority_name: String,
    /// Code of its state, with its words in Chinese and English.
    pub state: (&'static str, &'static str, &'static str),
    /// Whether nothing more is awaited.
    pub closed: bool,
    /// When it was opened.
    pub opened_on: NaiveDate,
    /// When it was last acted on.
    pub updated_at: Moment,
    /// What is due next.
    pub due: Option<DueOn>,
    /// The day is over.
    pub overdue: bool,
    /// The record was not displayed when the case was opened: a code of the publisher.
    pub ended: Option<String>,
    /// Version that it is at.
    pub version: i64,
    /// A decision is still on its way to the surfaces or to the applicant.
    pub pending: bool,
}

impl CaseRow {
    pub(super) fn of(case: StoredCase, today: NaiveDate) -> Self {
        Self {
            kind: case.current.kind(),
            authority_code: case.authority().to_owned(),
            authority_name: case.note.authority_name,
            state: case.current.state(),
            closed: case.current.is_closed(),
            overdue: case.due.as_ref().is_some_and(|d| d.on < today),
            document_number: case.note.document_number,
            ended: case.note.ended,
            id: case.id,
            application: case.application,
            part: case.part,
            record_id: case.record_id,
            list: case.list,
            opened_on: case.opened_on,
            updated_at: case.updated_at,
            due: case.due,
            version: case.version,
            pending: case.pending,
        }
    }
}

/// What the vault is asked for; none when somebody may read no case at all.
fn asked(by: &Actor, filter: &Filter) -> Option<Ask> {
    let authority = if by.role.may_read(false) {
        filter.authority.clone()
    } else if by.role.may_read(true) && !by.authority.is_empty() {
        Some(by.authority.clone())
    } else {
        return None;
    };
    Some(Ask {
        authority,
        kinds: filter.kinds.clone(),
        state: filter.state.clone(),
        states: filter.states.clone(),
        closed: filter.closed,
        due_from: filter.due_from,
        due_before: filter.overdue_on,
        application: filter.application.clone(),
        record: filter.record.clone(),
        list: filter.list.clone(),
        pending: None,
    })
}

impl Cases {
    /// The cases that somebody may read, in the order in which they are due, after a place.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn queue(
        &self,
        by: &Actor,
        filter: &Filter,
        after: Option<&Cursor>,
        most: usize,
        now: Moment,
    ) -> Result<Page<CaseRow>, CaseError> {
        let Some(ask) = asked(by, filter) else {
            return Ok(Page {
                rows: Vec::new(),
                next: None,
            });
        };
        let mut found = self.vault.cases(&ask, after, most.saturating_add(1))?;
        let more = found.len() > most;
        found.truncate(most);
        let next = found.last().filter(|_| more).map(|last| Place {
            due_on: last.due.as_ref().map(|d| d.on),
            id: last.id.clone(),
        });
        let today = civil_date(now);
        let rows = found.into_iter().map(|c| CaseRow::of(c, today)).collect();
        Ok(Page { rows, next })
    }

    /// How many cases the whole of such a queue has.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn count(&self, by: &Actor, filter: &Filter) -> Result<u64, CaseError> {
        match asked(by, filter) {
            Some(ask) => Ok(self.vault.case_count(&ask)?),
            None => Ok(0),
        }
    }

    /// A case, for who may read it; another one is not told from one that is not there.
    pub(super) fn readable(&self, id: &CaseId, by: &Actor) -> Result<StoredCase, CaseError> {
        let case = self.vault.case(id.as_str())?.ok_or(CaseError::Unknown)?;
        let own = !by.authority.is_empty() && by.authority == case.authority();
        if by.role.may_read(own) {
            Ok(case)
        } else {
            Err(CaseError::Unknown)
        }
    }

    /// Codes of the events that would not be refused to somebody for his role, for having handled the case, or for its
    /// state; what must be told with them may still be missing.
    ///
    /// # Errors
    /// [`CaseError::Unknown`], also for a case of another authority.
    pub fn possible(
        &self,
        id: &CaseId,
        by: &Actor,
        now: Moment,
    ) -> Result<Vec<&'static str>, CaseError> {
        let choices = self.choices(id, by, now)?;
        let open = choices
            .into_iter()
            .filter(|(_, refusal)| !matches!(refusal, Some(Refusal::SamePerson)));
        Ok(open.map(|(code, _)| code).collect())
    }

    /// The events that the state and the role allow, each with what else stands against it now: the two-person rule, a term
    /// that still runs, a bar.
    ///
    /// # Errors
    /// As [`Self::possible`].
    pub fn choices(
        &self,
        id: &CaseId,
        by: &Actor,
        now: Moment,
    ) -> Result<Vec<(&'static str, Option<Refusal>)>, CaseError> {
        let case = self.readable(id, by)?;
        if by.role == Role::Auditor {
            return Ok(Vec::new());
        }
        let rules = self.rules();
        let act = Act {
            by,
            on: civil_date(now),
            rules: Some(&rules),
        };
        let mut out: Vec<(&'static str, Option<Refusal>)> = Vec::new();
        for event in samples(case.current.kind()) {
            let refusal = match case.current.step(&event, &act) {
                Ok(_) => None,
                Err(
                    Refusal::NotNow { .. } | Refusal::NotYours { .. } | Refusal::OtherAuthority,
                ) => continue,
                Err(other) => Some(other),
            };
            match out.iter_mut().find(|(code, _)| *code == event.code()) {
                // one of several ways of the same event is open: then it is
                Some((_, known)) if refusal.is_none() => *known = None,
                Some(_) => {}
                None => out.push((event.code(), refusal)),
            }
        }
        Ok(out)
    }
}

/// One of each event of a kind, filled in so that nothing is missing.
fn samples(kind: CaseKind) -> Vec<Event> {
    let text = "x";
    let changes = serde_json::json!([{ "field": text, "old": "", "new": text }]);
    let all = match kind {
        CaseKind::Repair => serde_json::json!([
            { "event": "forward" },
            { "event": "ask_supplement", "items": [text] },
            { "event": "answer_supplement" },
            { "event": "lapse" },
            { "event": "misdirect", "place": text },
            { "event": "accept" },
            { "event": "refuse", "reasons": text },
            { "event": "verify", "findings": text },
            { "event": "extend", "reasons": text },
            { "event": "approve", "reasons": text },
            { "event": "shelter", "reasons": text },
            { "event": "reject", "reasons": text },
            { "event": "withdraw" },
            { "event": "revoke", "reasons": text },
            { "event": "resume", "reasons": text },
        ]),
        CaseKind::Objection => serde_json::json!([
            { "event": "accept" },
            { "event": "ask_supplement", "items": [text] },
            { "event": "answer_supplement" },
            { "event": "lapse" },
            { "event": "refuse", "reasons": text },
            { "event": "correct_at_once", "changes": changes },
            { "event": "forward" },
            { "event": "verify", "findings": text },
            { "event": "extend", "reasons": text },
            { "event": "uphold", "reasons": text, "relief": { "do": "stop_display" } },
            { "event": "uphold_partly", "reasons": text, "changes": changes },
            { "event": "dismiss", "reasons": text },
            { "event": "withdraw" },
        ]),
        CaseKind::Complaint => serde_json::json!([
            { "event": "accept" },
            { "event": "refuse", "reasons": text },
            { "event": "consult", "meeting": text },
            { "event": "uphold", "reasons": text },
            { "event": "dismiss", "reasons": text },
            { "event": "comply", "relief": { "do": "stop_display" } },
            { "event": "withdraw" },
        ]),
        CaseKind::Entry => serde_json::json!([
            { "event": "propose", "basis_document": text },
            { "event": "secrecy_review", "finding": "clear" },
            { "event": "cross_check", "lists": ["city", "province", "nation"] },
            { "event": "approve_preliminary", "meeting": text },
            { "event": "serve_party_notice", "notice": text },
            { "event": "open_prior_notice" },
            { "event": "object", "objection": text },
            { "event": "uphold", "reasons": text },
            { "event": "dismiss", "reasons": text },
            { "event": "sign", "document_number": text },
            { "event": "publish", "visible": true },
            { "event": "tell_unit" },
            { "event": "expiry_near" },
            { "event": "propose_exit", "reason": "standard_changed", "meeting": text },
            { "event": "exit" },
            { "event": "announce_exit" },
            { "event": "basis_revoked", "reasons": text },
            { "event": "contradicted", "other": text },
            { "event": "reinstate", "ground": "false_material", "reasons": text },
            { "event": "reinstate", "ground": "decision_reversed", "reasons": text },
        ]),
    };
    let list = all.as_array().cloned().unwrap_or_default();
    list.into_iter()
        .filter_map(|value| Event::read(kind, value).ok())
        .collect()
}

#[cfg(test)]
mod sample_tests {
    use super::*;

    #[test]
    fn there_is_a_sample_of_every_event_that_somebody_chooses() {
        for (kind, expected) in [
            (CaseKind::Repair, 15),
            (CaseKind::Objection, 13),
            (CaseKind::Complaint, 7),
            (CaseKind::Entry, 20),
        ] {
            assert_eq!(samples(kind).len(), expected, "{kind:?}");
        }
    }
}
