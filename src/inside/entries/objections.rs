//! Objections before a decision and what their answers mean for the entry that they are about (domain.md 7.1, 7.4; S1 art. 8):
//! while one is open nothing is signed, one that is right ends the proposal, and when the last one has ended otherwise, by an
//! answer, by being withdrawn, by its time or by not being accepted, the entry is led back to where it was.

use std::collections::BTreeSet;

use super::acts::entry_of;
use super::{Entries, EntryError};
use crate::domain::cases::entry::{EntryState, Unanswered};
use crate::domain::cases::objection::ObjectionState as S;
use crate::domain::cases::{Actor, Case, CaseKind, Entry, EntryEvent, Event, Role};
use crate::domain::time::Moment;
use crate::inside::cases::{CaseError, CaseId};
use crate::inside::vault::cases::{Ask, Place, StoredCase};

/// Cases looked at in one page.
const CHUNK: usize = 200;

/// States in which an objection can still change what becomes of an entry.
const OPEN: [EntryState; 3] = [
    EntryState::InNotice,
    EntryState::Notified,
    EntryState::ObjectionReview,
];

/// Objections are handed to the entry that they are about by the program, as the operator would.
fn operator() -> Actor {
    Actor::new("system", Role::Operator, "")
}

/// Whether an objection waits for its answer.
const fn is_pending(state: S) -> bool {
    matches!(
        state,
        S::Submitted | S::Supplement | S::Accepted | S::Forwarded | S::Verifying
    )
}

/// How an objection ended, when it was without an answer.
const fn unanswered(state: S) -> Option<Unanswered> {
    Some(match state {
        S::Withdrawn => Unanswered::Withdrawn,
        S::Closed => Unanswered::Lapsed,
        S::NotAccepted => Unanswered::NotAccepted,
        S::Corrected => Unanswered::Corrected,
        _ => return None,
    })
}

/// Whether its answer ends the proposal.
const fn is_upheld(state: S) -> bool {
    matches!(state, S::Upheld | S::PartlyUpheld)
}

/// Whether an objection is under review now. An entry whose review began before its objections were kept apart is about the
/// newest that was handed to it.
fn under_review(entry: &Entry, handed: &[&str], objection: &str) -> bool {
    if entry.under_review.is_empty() {
        handed.last() == Some(&objection)
    } else {
        entry.under_review.contains_key(objection)
    }
}

impl Entries {
    /// Hands objections to the entries that they are about, and their answers. Answers the entries that were touched.
    pub(super) fn objections(&self, now: Moment) -> Result<Vec<String>, EntryError> {
        // only lists of which an entry is open for them are looked at: this runs twice a second
        let mut lists = BTreeSet::new();
        let open = Ask {
            kinds: vec![CaseKind::Entry],
            states: OPEN.map(|s| (CaseKind::Entry, s.code())).to_vec(),
            ..Ask::default()
        };
        self.every(&open, |case| {
            lists.insert(case.list);
            Ok(())
        })?;
        let mut touched = Vec::new();
        for list in lists {
            let ask = Ask {
                kinds: vec![CaseKind::Objection],
                list: Some(list),
                ..Ask::default()
            };
            self.every(&ask, |objection| {
                let about = objection.note.document_number.as_deref();
                if let Some(id) = about.and_then(CaseId::parse)
                    && self.object(&id, &objection, now)?
                {
                    touched.push(id.to_string());
                }
                Ok(())
            })?;
        }
        Ok(touched)
    }

    /// Shows every case that is asked for once.
    fn every(
        &self,
        ask: &Ask,
        mut f: impl FnMut(StoredCase) -> Result<(), EntryError>,
    ) -> Result<(), EntryError> {
        let mut after: Option<Place> = None;
        loop {
            let page = self.cases.vault.cases(ask, after.as_ref(), CHUNK)?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = Some(Place {
                due_on: last.due.as_ref().map(|d| d.on),
                id: last.id.clone(),
            });
            for case in page {
                f(case)?;
            }
        }
    }

    /// Hands one objection, or its answer, to its entry; says whether anything was done.
    fn object(&self, id: &CaseId, objection: &StoredCase, now: Moment) -> Result<bool, EntryError> {
        let Some(case) = self.cases.vault.case(id.as_str())? else {
            return Ok(false);
        };
        let (Some(entry), Case::Objection(about)) = (entry_of(&case), &objection.current) else {
            return Ok(false);
        };
        let history = self.cases.vault.case_events(id.as_str())?;
        let handed: Vec<&str> = history
            .iter()
            .filter_map(|e| match &e.event {
                Event::Entry(EntryEvent::Object { objection }) => Some(objection.as_str()),
                _ => None,
            })
            .collect();
        let told = handed.contains(&objection.id.as_str());
        let step = match entry.state {
            // also one that was found right while another was under review: it must not be passed over
            EntryState::InNotice | EntryState::Notified
                if !told && (is_pending(about.state) || is_upheld(about.state)) =>
            {
                let objection = objection.id.clone();
                Some((EntryEvent::Object { objection }, operator()))
            }
            // another one: the review goes on until it has ended, too
            EntryState::ObjectionReview if !told && is_pending(about.state) => {
                let objection = objection.id.clone();
                Some((EntryEvent::Object { objection }, operator()))
            }
            // an old answer says nothing of the objections that are under review now
            EntryState::ObjectionReview
                if under_review(entry, &handed, &objection.id)
                    || (!told && is_upheld(about.state)) =>
            {
                match unanswered(about.state) {
                    Some(end) => {
                        let objection = objection.id.clone();
                        let ended = EntryEvent::ObjectionEnded { objection, end };
                        Some((ended, Actor::system()))
                    }
                    None => self.answer(objection, about.state)?,
                }
            }
            _ => None,
        };
        let Some((event, by)) = step else {
            return Ok(false);
        };
        match self.cases.act(id, Event::Entry(event), &by, now) {
            Ok(_) => Ok(true),
            // who answered may not decide here: an officer does it by hand, and the task says so
            Err(CaseError::Refused(_) | CaseError::Unknown) => Ok(false),
            Err(other) => Err(other.into()),
        }
    }

    /// What the answer to an objection means for the entry, by the officer who gave it.
    fn answer(
        &self,
        objection: &StoredCase,
        state: S,
    ) -> Result<Option<(EntryEvent, Actor)>, EntryError> {
        let upheld = is_upheld(state);
        if !upheld && state != S::Dismissed {
            return Ok(None);
        }
        let history = self.cases.vault.case_events(&objection.id)?;
        let decided = history
            .into_iter()
            .rev()
            .find(|e| matches!(e.event.code(), "uphold" | "uphold_partly" | "dismiss"));
        let said = if upheld {
            "异议成立"
        } else {
            "异议不成立"
        };
        let reasons = format!("{}：{said}", objection.id);
        Ok(decided.map(|e| {
            let event = if upheld {
                EntryEvent::Uphold { reasons }
            } else {
                EntryEvent::Dismiss {
                    reasons,
                    objection: Some(objection.id.clone()),
                }
            };
            (event, e.by)
        }))
    }
}
