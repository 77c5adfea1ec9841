//! What another calendar moves: the days by which something is due in open cases, and whether they are provisional. An officer sees them before the calendar
//! is changed; afterwards they stand in the queue, and each applicant whose deadline moved is told.

use std::collections::BTreeMap;

use super::{CaseError, Cases};
use crate::domain::cases::{Case, CaseKind, Procedure, Rules};
use crate::domain::time::Moment;
use crate::domain::workdays::{Due, WorkDays};
use crate::inside::vault::Tx;
use crate::inside::vault::cases::{Ask, StoredCase};

/// A deadline of an open case that another calendar moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Id of the case.
    pub case: String,
    /// Its kind.
    pub kind: CaseKind,
    /// Code of its list; empty when unknown.
    pub list: String,
    /// Name of its authority; empty while it is routed to none.
    pub authority: String,
    /// What is due.
    pub procedure: Procedure,
    /// The last day by the calendar in force; none where that calendar does not reach.
    pub before: Option<Due>,
    /// The last day by the other one.
    pub after: Option<Due>,
}

/// Last days of the clocks that run; none while a clock rests or cannot be read.
type Dues = BTreeMap<Procedure, Option<Due>>;

impl Cases {
    fn dues(&self, case: &Case, calendar: &WorkDays) -> Dues {
        let rules = Rules {
            limits: &self.limits,
            calendar,
        };
        let running = case.clocks(&rules).into_iter().filter(|c| c.done.is_none());
        running
            .map(|clock| {
                let due = clock.due(calendar).ok().and_then(|(due, _)| due);
                (clock.limit.procedure, due)
            })
            .collect()
    }

    /// The deadlines of open cases that `other` would move, in the order of the queue.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn moved_by(&self, other: &WorkDays) -> Result<Vec<Moved>, CaseError> {
        let in_force = self.calendar.in_force();
        let mut moved = Vec::new();
        self.each(&open(), |case| {
            let (before, after) = (
                self.dues(&case.current, in_force),
                self.dues(&case.current, other),
            );
            for (procedure, day) in &before {
                let then = after.get(procedure).copied().flatten();
                if then != *day {
                    moved.push(Moved {
                        case: case.id.clone(),
                        kind: case.current.kind(),
                        list: case.list.clone(),
                        authority: case.note.authority_name.clone(),
                        procedure: *procedure,
                        before: *day,
                        after: then,
                    });
                }
            }
            Ok(())
        })?;
        Ok(moved)
    }

    /// Computes what is due anew in every open case: rules and calendars change while cases run. Applicants whose next
    /// deadline moved are told. Answers how many cases changed.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn refresh_dues(&self, now: Moment) -> Result<u64, CaseError> {
        let mut stale = Vec::new();
        self.each(&open(), |case| {
            let fresh = self.with_due(case.clone());
            if fresh.due != case.due {
                stale.push(case.id);
            }
            Ok(())
        })?;
        self.recount(&stale, now)
    }

    /// The same for some cases, whichever of their deadlines moved.
    ///
    /// # Errors
    /// Those of the databases.
    pub fn recount(&self, ids: &[String], now: Moment) -> Result<u64, CaseError> {
        let mut changed = 0;
        for id in ids {
            changed += self.vault.transact(|tx| -> Result<u64, CaseError> {
                let Some(case) = tx.case(id)?.filter(|c| !c.current.is_closed()) else {
                    return Ok(0);
                };
                let fresh = self.with_due(case);
                self.tell_moved(tx, &fresh, now)?;
                tx.save_case(&fresh)?;
                Ok(1)
            })?;
        }
        Ok(changed)
    }

    /// Tells the applicant the deadlines as they stand now. Nobody can act in the case meanwhile, so that no newer state is
    /// overtaken; where something is still to be told, that tells them, too.
    fn tell_moved(&self, tx: &mut Tx<'_>, case: &StoredCase, now: Moment) -> Result<(), CaseError> {
        let (Some(apply), Some(number)) = (&self.apply, &case.application) else {
            return Ok(());
        };
        if case.pending || case.told_steps < 0 {
            return Ok(());
        }
        let reply = self.moved_reply(case, now);
        if self.send(apply, number, &reply, case)? {
            let place = format!("calendar-{}", now.timestamp_millis());
            self.tells.reply(tx, case, &reply, &place, now)?;
        }
        Ok(())
    }
}

fn open() -> Ask {
    Ask {
        closed: Some(false),
        ..Ask::default()
    }
}
