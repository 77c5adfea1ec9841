//! What follows from the state of an entry beside its case: the window of its notice, its tasks, the word that its exit
//! was told, objections that came in. It is computed from the case, so that it can be done again at any time.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

use super::acts::{entry_of, own_batch};
use super::{Entries, EntryError, Held};
use crate::domain::cases::entry::EntryState;
use crate::domain::cases::{Actor, Entry, EntryEvent, Event, ExitReason, Procedure, Refusal};
use crate::domain::time::{Moment, civil_date};
use crate::domain::workdays::Due;
use crate::inside::cases::{CaseError, CaseId};
use crate::inside::publish::board::Term;
use crate::inside::vault::cases::StoredCase;
use crate::inside::vault::subject::Side;
use crate::inside::vault::task::{NewTask, Task, TaskKind};
use crate::inside::vault::{DecisionKind, VaultError};
use crate::outside::store::{Found, FoundNotice};
use crate::record::NoticeKind;

/// Tasks that follow from a state, and end with it.
const OF_STATE: [TaskKind; 5] = [
    TaskKind::TellUnit,
    TaskKind::Publish,
    TaskKind::Expiry,
    TaskKind::AnnounceExit,
    TaskKind::Objection,
];

impl Entries {
    /// What is to follow an act at once: the entry is settled, and what changed is published.
    pub(super) fn follow(&self, id: &CaseId, now: Moment) -> Result<(), EntryError> {
        let board = self.settle_one(id, now)?;
        self.cases.after(now)?;
        if board {
            self.cases
                .surfaces
                .publish(now)
                .map_err(CaseError::Publish)?;
        }
        // an exit notice that is out now is known to be out
        self.settle_one(id, now)?;
        Ok(())
    }

    /// Settles every entry that needs it: those whose case moved on, those that wait for something, those that were
    /// objected to, and those about whose record another case decided. To be run again and again by a thread of the node. Answers how many were looked at.
    ///
    /// # Errors
    /// The first that failed.
    pub fn settle(&self, now: Moment) -> Result<u64, EntryError> {
        let objected = self.objections(now)?;
        let mut ids: BTreeSet<String> = self.cases.vault.unsettled_entries()?.into_iter().collect();
        let waiting = self.cases.vault.open_tasks(None, usize::MAX)?;
        ids.extend(waiting.into_iter().filter_map(|task: Task| {
            let waits = matches!(task.kind, TaskKind::AnnounceExit | TaskKind::Contradicted);
            task.case.filter(|_| waits)
        }));
        ids.extend(objected);
        let behind = self.cases.vault.entries_left_behind()?;
        ids.extend(behind.iter().cloned());
        let mut board = false;
        for id in &ids {
            if let Some(id) = CaseId::parse(id) {
                board |= self.settle_one(&id, now)?;
            }
        }
        for id in behind.iter().filter_map(|id| CaseId::parse(id)) {
            self.looked_at(&id, now)?;
        }
        if board {
            self.cases
                .surfaces
                .publish(now)
                .map_err(CaseError::Publish)?;
        }
        Ok(ids.len() as u64)
    }

    /// Computes the windows of the notices that run anew, since another calendar is in force; what moved is published.
    ///
    /// # Errors
    /// The first that failed.
    pub fn recount_notices(&self, now: Moment) -> Result<(), EntryError> {
        let mut board = false;
        for notice in self.cases.vault.running_notices(civil_date(now))? {
            if let Some(id) = CaseId::parse(&notice.case) {
                board |= self.settle_one(&id, now)?;
            }
        }
        if board {
            self.cases
                .surfaces
                .publish(now)
                .map_err(CaseError::Publish)?;
        }
        Ok(())
    }

    /// Settles one entry; says whether something is to be published that is no change of a record.
    fn settle_one(&self, id: &CaseId, now: Moment) -> Result<bool, EntryError> {
        let vault = &self.cases.vault;
        let Some(mut case) = vault.case(id.as_str())? else {
            return Ok(false);
        };
        if self.follow_record(id, &case, now)?
            && let Some(followed) = vault.case(id.as_str())?
        {
            case = followed;
        }
        let Some(entry) = entry_of(&case) else {
            return Ok(false);
        };
        let mut held = self.held(id)?;
        let before = held.head.clone();
        self.mend_record(id, entry, &mut held, now)?;
        held.head.state = entry.state.code().to_owned();
        held.head.valid_until = entry.terms.valid_until;
        held.head.notice = self.window(entry, &held.head.list)?;
        if held.head != before {
            held.head.changed_at = now;
            vault.put_entry(&held)?;
        }
        self.tasks_of(id, entry, &held, now)?;
        self.contradicted(id, &case, now)?;
        self.announce(id, entry, &held, now)?;
        Ok(held.head.notice != before.notice)
    }

    /// The term of a public notice that begins on a day: T01, or what the catalogue's list asks for, whichever is later.
    ///
    /// # Errors
    /// When no rule gives a term, or the calendar does not reach.
    pub(super) fn term(&self, entry: &Entry, list: &str, from: NaiveDate) -> Result<Term, Refusal> {
        let rules = self.cases.rules();
        let clock = rules.clock(Procedure::ListNotice, &entry.track.key, from)?;
        let due = clock.due(&self.cases.calendar)?.0;
        let days = self
            .cases
            .catalogue
            .list(list)
            .map_or(0, |l| l.prior_notice.public_notice_working_days);
        let by_list: Due = self.cases.calendar.add(from, days)?;
        let last = due.map_or(by_list, |due| {
            if by_list.date > due.date {
                by_list
            } else {
                due
            }
        });
        Ok(Term {
            from,
            last: last.date,
            provisional: last.provisional,
        })
    }

    /// The window of the notice, while it runs.
    fn window(
        &self,
        entry: &Entry,
        list: &str,
    ) -> Result<Option<(NaiveDate, NaiveDate, bool)>, EntryError> {
        let runs = matches!(
            entry.state,
            EntryState::InNotice | EntryState::ObjectionReview
        );
        let Some(from) = entry.notice_from.filter(|_| runs) else {
            return Ok(None);
        };
        let term = self.term(entry, list, from)?;
        Ok(Some((term.from, term.last, term.provisional)))
    }

    /// A published entry whose record is not in the vault is put there: an act by another door, or a crash.
    fn mend_record(
        &self,
        id: &CaseId,
        entry: &Entry,
        held: &mut Held,
        now: Moment,
    ) -> Result<(), EntryError> {
        let shown = matches!(entry.state, EntryState::Published | EntryState::Expiring);
        if !shown || held.head.record_id.is_some() {
            return Ok(());
        }
        let vault = &self.cases.vault;
        let prepared = vault.prepare(&held.record)?;
        let record_id = prepared.id().to_owned();
        let batch = vault.begin_batch(&own_batch(held, id), now)?;
        let reviews = vault.reviews_of(id.as_str())?;
        let texts = self.approved(held, &reviews);
        held.head.record_id = Some(record_id.clone());
        let reviewer = held.notes.screened.as_ref().map_or("", |(who, _)| who);
        vault.transact(|tx| -> Result<(), VaultError> {
            tx.put_record(&batch, prepared, now)?;
            let approved: Vec<_> = texts
                .iter()
                .map(
                    |(field, read, proposal)| crate::inside::vault::entry::ApprovedText {
                        field,
                        read: read.expose(),
                        proposal: proposal.expose(),
                        doubts: serde_json::Value::Null,
                    },
                )
                .collect();
            let authority = held.record.authority_code.as_str();
            tx.approve_texts((&record_id, authority), &approved, reviewer, now)?;
            if let Some(mut case) = tx.case(id.as_str())? {
                case.record_id = Some(record_id.clone());
                tx.save_case(&case)?;
            }
            tx.put_entry(held)
        })?;
        Ok(())
    }

    /// Opens the tasks that the state asks for and ends those that it no longer does.
    fn tasks_of(
        &self,
        id: &CaseId,
        entry: &Entry,
        held: &Held,
        now: Moment,
    ) -> Result<(), EntryError> {
        let wanted = match entry.state {
            EntryState::InternalOnly if entry.unit_told_on.is_none() => {
                Some((TaskKind::TellUnit, Procedure::ListTellUnit))
            }
            EntryState::Decided => Some((TaskKind::Publish, Procedure::ListPublish)),
            EntryState::Expiring => Some((TaskKind::Expiry, Procedure::ListExpiryReport)),
            EntryState::ObjectionReview => Some((TaskKind::Objection, Procedure::ListObjection)),
            EntryState::Exited if entry.published_on.is_some() && entry.announced_on.is_none() => {
                let reason = entry.exited.map(|(_, reason)| reason);
                let procedure = match reason {
                    Some(ExitReason::BasisRevoked) => Procedure::RecordWithdraw,
                    _ => Procedure::ListExitNotice,
                };
                Some((TaskKind::AnnounceExit, procedure))
            }
            _ => None,
        };
        let vault = &self.cases.vault;
        for kind in OF_STATE {
            if wanted.is_none_or(|(open, _)| open != kind) {
                vault.end_tasks_of(id.as_str(), kind, "system", now)?;
            }
        }
        if let Some((kind, procedure)) = wanted {
            let new = NewTask {
                kind,
                case: Some(id.as_str()),
                record_id: held.head.record_id.as_deref(),
                other: None,
                list: &held.head.list,
                authority: &held.head.authority,
                due_on: self.due(entry, procedure),
            };
            vault.open_task(&new, now)?;
        }
        Ok(())
    }

    /// Last day of a procedure of an entry.
    fn due(&self, entry: &Entry, procedure: Procedure) -> Option<NaiveDate> {
        let rules = self.cases.rules();
        let clock = entry
            .clocks(&rules)
            .into_iter()
            .find(|c| c.limit.procedure == procedure)?;
        Some(clock.due(&self.cases.calendar).ok()?.0?.date)
    }

    /// Tells the machine of contradictions that the publisher found.
    fn contradicted(&self, id: &CaseId, case: &StoredCase, now: Moment) -> Result<(), EntryError> {
        let vault = &self.cases.vault;
        let tasks = vault.tasks_of_case(id.as_str(), TaskKind::Contradicted)?;
        if tasks.is_empty() {
            return Ok(());
        }
        // it has left the list: nobody needs to look any more
        if entry_of(case).is_some_and(|e| e.state == EntryState::Exited) {
            vault.end_tasks_of(id.as_str(), TaskKind::Contradicted, "system", now)?;
            return Ok(());
        }
        let known: BTreeSet<String> = vault
            .case_events(&case.id)?
            .into_iter()
            .filter_map(|e| match e.event {
                Event::Entry(EntryEvent::Contradicted { other }) => Some(other),
                _ => None,
            })
            .collect();
        for other in tasks.into_iter().filter_map(|t| t.other) {
            if known.contains(&other) {
                continue;
            }
            let event = Event::Entry(EntryEvent::Contradicted { other });
            match self.cases.act(id, event, &Actor::system(), now) {
                Ok(_) | Err(CaseError::Refused(_)) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Ok(())
    }

    /// Notes that the exit was told: the notice is on the board, or the record is gone with its reason.
    fn announce(
        &self,
        id: &CaseId,
        entry: &Entry,
        held: &Held,
        now: Moment,
    ) -> Result<(), EntryError> {
        let Some((_, reason)) = entry.exited else {
            return Ok(());
        };
        let Some(record_id) = held.head.record_id.as_deref() else {
            return Ok(());
        };
        if entry.announced_on.is_some() || entry.published_on.is_none() {
            return Ok(());
        }
        let today = civil_date(now);
        let Some(row) = self.cases.vault.get(record_id)? else {
            return Ok(());
        };
        let gone = !matches!(
            self.cases
                .store
                .find(record_id, today)
                .map_err(CaseError::from)?,
            Found::Shown(_)
        );
        let told = match reason {
            ExitReason::BasisRevoked => gone,
            _ => row
                .decisions
                .iter()
                .rev()
                .find_map(|d| match d.kind {
                    DecisionKind::Delisted => Some((NoticeKind::Exit, d)),
                    DecisionKind::Repaired => Some((NoticeKind::Repair, d)),
                    _ => None,
                })
                .map(|(kind, d)| {
                    let notice = self.cases.vault.notice_id(kind, &d.id);
                    let found = self.cases.store.notice(&notice, today);
                    found.map(|f| matches!(f, FoundNotice::Open(_)))
                })
                .transpose()
                .map_err(CaseError::from)?
                .is_some_and(|open| open && gone),
        };
        if !told {
            return Ok(());
        }
        let event = Event::Entry(EntryEvent::AnnounceExit);
        self.cases.act(id, event, &Actor::system(), now)?;
        self.cases
            .vault
            .end_tasks_of(id.as_str(), TaskKind::AnnounceExit, "system", now)?;
        Ok(())
    }
}

/// Records that the publisher judged and that may speak against a red-list entry: key of the subject, id, list.
#[derive(Debug, Default)]
pub(in crate::inside) struct Contrary {
    /// Each of them.
    pub found: Vec<(String, String)>,
}

/// Opens a task for each red-list record of a subject that has entered a list of dishonesty, a watch list, or was punished
/// seriously (S1 art. 12(1)2, R-043). Answers how many were opened.
///
/// # Errors
/// Those of the vault.
pub(in crate::inside) fn contradictions(
    publisher: &crate::inside::publish::Publisher<'_>,
    contrary: &Contrary,
    now: Moment,
) -> Result<u64, VaultError> {
    let today = civil_date(now);
    let vault = publisher.vault;
    let keys: BTreeSet<&str> = contrary.found.iter().map(|(key, _)| key.as_str()).collect();
    // nearly nobody stands on a red list: those who do are looked at, each once
    let mut reds = HashMap::new();
    for key in vault.present_among(Side::Red, &keys)? {
        let mut active = Vec::new();
        for red in vault.records_of_subject(Side::Red, &key)? {
            if super::check::is_active(publisher, &red, today) {
                let entry = vault.entry_of_record(&red.id)?;
                active.push((red, entry.map(|e| e.case)));
            }
        }
        reds.insert(key, active);
    }
    let tasks: Vec<NewTask<'_>> = contrary
        .found
        .iter()
        .filter_map(|(key, other)| Some((reds.get(key)?, other)))
        .flat_map(|(active, other)| active.iter().map(move |red| (red, other)))
        .map(|((red, case), other)| NewTask {
            kind: TaskKind::Contradicted,
            case: case.as_deref(),
            record_id: Some(&red.id),
            other: Some(other),
            list: &red.record.list,
            authority: &red.record.authority_code,
            due_on: None,
        })
        .collect();
    vault.open_each_task(&tasks, now)
}
