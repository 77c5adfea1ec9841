//! Objections before a decision and what their answers mean for the entry that they are about (domain.md 7.1, 7.4; S1 art. 8):
//! while one is open nothing is signed, one that is right ends the proposal, one that is not leads back to the notice.

use std::collections::BTreeSet;

use super::acts::entry_of;
use super::{Entries, EntryError};
use crate::domain::cases::entry::EntryState;
use crate::domain::cases::objection::ObjectionState as S;
use crate::domain::cases::{Actor, Case, CaseKind, EntryEvent, Event, Role};
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

/// Whether its answer ends the proposal.
const fn is_upheld(state: S) -> bool {
    matches!(state, S::Upheld | S::PartlyUpheld)
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
            // an old answer says nothing of the objection that is under review now
            EntryState::ObjectionReview
                if handed.last() == Some(&objection.id.as_str())
                    || (!told && is_upheld(about.state)) =>
            {
                self.answer(objection, about.state)?
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
                EntryEvent::Dismiss { reasons }
            };
            (event, e.by)
        }))
    }
}
