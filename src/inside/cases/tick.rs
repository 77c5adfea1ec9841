//! What time alone does: supplements that were not answered lapse, entries of lists are reported before they expire and
//! leave their list when they have.

use chrono::NaiveDate;

use super::{CaseError, CaseId, Cases};
use crate::domain::cases::{Actor, CaseKind, EntryEvent, Event, ObjectionEvent, RepairEvent};
use crate::domain::time::{Moment, civil_date};
use crate::inside::vault::cases::{Ask, Place, StoredCase};

/// Cases read at once.
const CHUNK: usize = 200;

impl Cases {
    /// Does what is due by the clock; answers how many acts that were. The machine decides whether a term is surely over: a
    /// provisional calendar closes nothing against an applicant.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn tick(&self, now: Moment) -> Result<u64, CaseError> {
        let today = civil_date(now);
        let mut done = 0;
        let ask = Ask {
            closed: Some(false),
            due_before: today.succ_opt(),
            ..Ask::default()
        };
        self.each(&ask, |case| {
            for event in by_the_clock(&case, today) {
                let id = CaseId::parse(&case.id).ok_or(CaseError::Unknown)?;
                match self.act(&id, event, &Actor::system(), now) {
                    Ok(_) => done += 1,
                    Err(CaseError::Refused(_)) => {}
                    Err(other) => return Err(other),
                }
            }
            Ok(())
        })?;
        Ok(done)
    }

    /// Shows every case of a queue once.
    pub(super) fn each(
        &self,
        ask: &Ask,
        mut f: impl FnMut(StoredCase) -> Result<(), CaseError>,
    ) -> Result<(), CaseError> {
        let mut after: Option<Place> = None;
        loop {
            let page = self.vault.cases(ask, after.as_ref(), CHUNK)?;
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
}

/// What the clock may do in a case whose day has come.
fn by_the_clock(case: &StoredCase, today: NaiveDate) -> Vec<Event> {
    let over = case.due.as_ref().is_some_and(|d| d.on < today);
    match (case.current.kind(), case.current.state().0) {
        (CaseKind::Repair, "supplement") if over => vec![Event::Repair(RepairEvent::Lapse)],
        (CaseKind::Objection, "supplement") if over => {
            vec![Event::Objection(ObjectionEvent::Lapse)]
        }
        (CaseKind::Entry, "published") => vec![Event::Entry(EntryEvent::ExpiryNear)],
        (CaseKind::Entry, "expiring") if over => vec![Event::Entry(EntryEvent::Exit)],
        _ => Vec::new(),
    }
}
