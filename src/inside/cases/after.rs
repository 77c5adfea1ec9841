//! What must follow an act: publishing, telling the applicant, noting where the result has arrived. What is still to follow
//! stands in the case, so that a run which is cut off anywhere is completed by the next one and nothing is told twice.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{CaseError, CaseId, Cases, Reach};
use crate::domain::cases::{Act, Actor, Case, Event, RepairEvent, SyncTarget};
use crate::domain::forms::reply::Reply;
use crate::domain::time::Moment;
use crate::inside::vault::VaultError;
use crate::inside::vault::cases::{Ask, StoredCase, StoredEvent, Taken};
use crate::outside::apply::{ApplyError, ApplyStore};

/// Refused acts told in one run.
const MOST: usize = 200;

/// What followed in a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// Something was published.
    pub published: bool,
    /// Replies to applicants.
    pub told: u64,
    /// Arrivals at targets.
    pub synced: u64,
}

impl Followed {
    /// Whether there was nothing to do.
    #[must_use]
    pub const fn is_nothing(self) -> bool {
        !self.published && self.told + self.synced == 0
    }
}

impl Cases {
    /// Does what must follow: publishes what changed in the vault, notes arrivals, tells applicants. To be called after an
    /// act and again and again by a thread of the node.
    ///
    /// # Errors
    /// The first thing that failed; what does not depend on it was done all the same.
    pub fn after(&self, now: Moment) -> Result<Followed, CaseError> {
        let mut done = Followed::default();
        let published = self.publish(now, &mut done);
        let told = self.follow(now, &mut done);
        published.and(told)?;
        Ok(done)
    }

    /// Publishes what changed in the vault since the last time, if anything did.
    fn publish(&self, now: Moment, done: &mut Followed) -> Result<(), CaseError> {
        if self.vault.change_seq()? > self.vault.publish_cursor()? {
            self.surfaces.publish(now).map_err(CaseError::Publish)?;
            done.published = true;
        }
        Ok(())
    }

    fn follow(&self, now: Moment, done: &mut Followed) -> Result<(), CaseError> {
        let pending = Ask {
            pending: Some(true),
            ..Ask::default()
        };
        self.each(&pending, |case| {
            let case = self.arrivals(case, now, done)?;
            self.tell(&case, now, done)
        })?;
        let Some(apply) = &self.apply else {
            return Ok(());
        };
        for refused in self.vault.refused_untold(MOST)? {
            self.tell_refusal(apply, &refused, now, done)?;
        }
        Ok(())
    }

    /// Notes at which targets an approval has arrived.
    fn arrivals(
        &self,
        mut case: StoredCase,
        now: Moment,
        done: &mut Followed,
    ) -> Result<StoredCase, CaseError> {
        let waiting: Vec<SyncTarget> = match &case.current {
            Case::Repair(repair) => repair.underway(),
            _ => return Ok(case),
        };
        if waiting.is_empty() {
            return Ok(case);
        }
        let Some(seq) = self.released(&mut case)? else {
            return Ok(case);
        };
        let id = CaseId::parse(&case.id).ok_or(CaseError::Unknown)?;
        for target in waiting {
            let reach = match target {
                SyncTarget::Outgoing => self.pushed(&case.id)?,
                ours => self.surfaces.reached(ours, now),
            };
            let arrived = match reach {
                Reach::At(at) => at >= seq,
                Reach::NotKept => true,
                Reach::Behind => false,
            };
            if arrived {
                let event = Event::Repair(RepairEvent::Sync { target });
                let system = Actor::system();
                case = self
                    .act_with(&id, None, event, &system, now, |_, _| Ok(()))?
                    .case;
                done.synced += 1;
            }
        }
        Ok(case)
    }

    /// The sequence number of the public store with which the effect on the record is released; none while it is not.
    fn released(&self, case: &mut StoredCase) -> Result<Option<i64>, CaseError> {
        if case.sync_seq.is_some() {
            return Ok(case.sync_seq);
        }
        if let Some(record) = &case.record_id
            && let Some(row) = self.vault.get(record)?
            && row.change_seq > self.vault.publish_cursor()?
        {
            return Ok(None);
        }
        let seq = self.store.position()?.seq;
        self.change(&case.id, |held| held.sync_seq = Some(seq))?;
        case.sync_seq = Some(seq);
        Ok(case.sync_seq)
    }

    /// Tells the applicant what he does not know yet, in order; a case without an applicant has nothing to be told.
    fn tell(&self, case: &StoredCase, now: Moment, done: &mut Followed) -> Result<(), CaseError> {
        let Some(apply) = &self.apply else {
            return Ok(());
        };
        if let Some(number) = case.application.clone() {
            for (step, reply) in self.untold(case)? {
                let mut sent = false;
                if let Some(reply) = &reply {
                    sent = self.send(apply, &number, reply, case)?;
                    done.told += u64::from(sent);
                }
                // what is told by mail is told when it can be read, and noted in one with that it was
                self.vault.transact(|tx| -> Result<(), CaseError> {
                    let mut held = tx.case(&case.id)?.ok_or(CaseError::Unknown)?;
                    held.told_steps = held.told_steps.max(step);
                    tx.save_case(&held)?;
                    if let Some(reply) = reply.as_ref().filter(|_| sent) {
                        self.tells.reply(tx, case, reply, &step.to_string(), now)?;
                    }
                    Ok(())
                })?;
            }
        }
        let version = case.version;
        self.change(&case.id, |held| {
            let waiting = matches!(&held.current, Case::Repair(r) if !r.underway().is_empty());
            held.pending = held.version != version || waiting;
        })
    }

    /// What is to be told of a case: after each the number below which everything is known then.
    fn untold(&self, case: &StoredCase) -> Result<Vec<(i64, Option<Reply>)>, CaseError> {
        let mut out = Vec::new();
        let mut arrived: BTreeMap<SyncTarget, NaiveDate> = BTreeMap::new();
        let mut state = case.opened.clone();
        let history = self.vault.case_events(&case.id)?;
        // the opening tells how it stands when it was taken in: with the acts of handing in
        let opening = history
            .iter()
            .take_while(|e| matches!(e.event.code(), "save" | "submit"))
            .count();
        for (n, event) in history.iter().enumerate() {
            if n == opening && case.told_steps < 0 {
                out.push((0, self.opening(case, &state)?));
            }
            state = again(&state, event)?;
            if let Event::Repair(RepairEvent::Sync { target }) = &event.event {
                arrived.insert(*target, event.on);
            }
            if event.step >= case.told_steps.max(0) {
                let told = (n >= opening)
                    .then(|| self.reply(case, &state, event, &arrived))
                    .flatten();
                out.push((event.step + 1, told));
            }
        }
        if history.len() == opening && case.told_steps < 0 {
            out.insert(0, (0, self.opening(case, &state)?));
        }
        Ok(out)
    }

    fn opening(&self, case: &StoredCase, state: &Case) -> Result<Option<Reply>, CaseError> {
        let number = case.application.as_deref().unwrap_or_default();
        let taken = self.vault.taken(number, None)?;
        Ok(taken.map(|taken| self.opening_reply(case, state, taken.at)))
    }

    /// Hands a reply to the applicant, unless he has it already; answers whether it is new.
    pub(super) fn send(
        &self,
        apply: &ApplyStore,
        number: &str,
        reply: &Reply,
        case: &StoredCase,
    ) -> Result<bool, CaseError> {
        let due = case.due.as_ref().map(|d| (d.on, d.provisional));
        let sent = if apply.was_told(number, reply.part, &reply.state, reply.at)? {
            Ok(())
        } else {
            apply.reply(number, reply, due, reply.at)
        };
        match sent {
            Ok(()) => Ok(true),
            // its time of keeping is over: there is nobody to tell any more
            Err(ApplyError::Unknown) => Ok(false),
            Err(other) => Err(other.into()),
        }
    }

    fn tell_refusal(
        &self,
        apply: &ApplyStore,
        refused: &Taken,
        now: Moment,
        done: &mut Followed,
    ) -> Result<(), CaseError> {
        let id = CaseId::of_part(&refused.number, refused.part);
        let mut told = None;
        if let Some(case) = self.vault.case(id.as_str())? {
            let reply = self.refusal_reply(&case, refused);
            if self.send(apply, &refused.number, &reply, &case)? {
                done.told += 1;
                told = Some((case, reply));
            }
        }
        self.vault.transact(|tx| -> Result<(), VaultError> {
            tx.told(&refused.number, refused.act)?;
            if let Some((case, reply)) = &told {
                let place = format!("act-{}", refused.act.unwrap_or(-1));
                self.tells.reply(tx, case, reply, &place, now)?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Changes what is kept of a case beside the machine.
    pub(super) fn change(
        &self,
        id: &str,
        change: impl FnOnce(&mut StoredCase),
    ) -> Result<(), CaseError> {
        self.vault.transact(|tx| {
            let mut case = tx.case(id)?.ok_or(CaseError::Unknown)?;
            change(&mut case);
            tx.save_case(&case)?;
            Ok(())
        })
    }
}

/// A stored act done again.
pub(super) fn again(state: &Case, event: &StoredEvent) -> Result<Case, CaseError> {
    let act = Act {
        by: &event.by,
        on: event.on,
        rules: None,
    };
    Ok(state.step(&event.event, &act)?.case)
}
