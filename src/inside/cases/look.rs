//! Looking at a case: everything that an officer needs to decide it. Each look at raw data stands in the audit log with its
//! purpose, before anything is shown.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::json;

use super::{CaseError, CaseId, CaseRow, Cases};
use crate::domain::cases::{self, Actor, Case, Effect, Event, Role};
use crate::domain::forms::reply::ApplicantAct;
use crate::domain::forms::submission::{FileNote, Submission};
use crate::domain::time::{Moment, civil_date};
use crate::inside::intake::correct;
use crate::inside::raw::RawText;
use crate::inside::received;
use crate::inside::vault::cases::{CaseNote, StoredCase, StoredEvent};
use crate::outside::store::Found;
use crate::record::PublicRecord;

/// One act of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number: numbers rise and may have gaps.
    pub step: i64,
    /// When.
    pub at: Moment,
    /// Civil date.
    pub on: NaiveDate,
    /// Who.
    pub by: Actor,
    /// What, with its reasons.
    pub event: Event,
    /// State before and after: code, Chinese, English.
    pub from: (&'static str, &'static str, &'static str),
    /// State after.
    pub to: (&'static str, &'static str, &'static str),
    /// What followed for the record.
    pub effects: Vec<Effect>,
    /// Number of the applicant's own act, when this is one.
    pub act: Option<i64>,
    /// What the applicant handed in with it: words and files.
    pub handed_in: Option<ApplicantAct>,
}

/// A clock of a case with what it shows today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Code of the procedure.
    pub procedure: &'static str,
    /// Number in the table of limits (`T15`).
    pub id: String,
    /// What must happen, in Chinese and English.
    pub what: crate::domain::kinds::Words,
    /// Source of the term.
    pub source: String,
    /// A least time: what follows it may be done later, and not before its end.
    pub at_least: bool,
    /// Day from which it runs.
    pub start: NaiveDate,
    /// When it was done.
    pub done: Option<NaiveDate>,
    /// What it shows; none when the calendar does not reach.
    pub now: Option<cases::Reading>,
}

/// Everything of a case. `Debug` hides what was handed in.
pub struct CaseFile {
    /// Its row in the queue.
    pub row: CaseRow,
    /// The case as it stands.
    pub case: Case,
    /// What is kept beside it.
    pub note: CaseNote,
    /// What was handed in; none for an entry of a list, and when it was deleted, its time being over.
    pub submission: Option<Submission>,
    /// What happened, oldest first.
    pub history: Vec<Line>,
    /// The applicant can read of every act below this number; -1 before he can read that it has arrived.
    pub told_steps: i64,
    /// Clocks, running and stopped.
    pub clocks: Vec<Reading>,
    /// The record as the public sees it today; none when it is not displayed.
    pub record: Option<PublicRecord>,
    /// The fields that can be corrected, with their raw values, by key; for handlers, approvers and the operator alone.
    pub(in crate::inside) fields: BTreeMap<String, RawText>,
    /// Other cases about the same record.
    pub related: Vec<CaseRow>,
    /// False material bars the subject of an open repair today, until then; it was handed in before the bar, or it would
    /// not be open.
    pub barred_until: Option<NaiveDate>,
}

impl std::fmt::Debug for CaseFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CaseFile({}, {} acts)", self.row.id, self.history.len())
    }
}

impl Cases {
    /// Opens a case to an officer.
    ///
    /// # Errors
    /// [`CaseError::Unknown`] also for a case of another authority; [`CaseError::Purpose`] without a purpose;
    /// [`CaseError::NoDesk`], [`CaseError::Sealed`] when what was handed in cannot be opened.
    pub fn look(
        &self,
        id: &CaseId,
        by: &Actor,
        purpose: &str,
        now: Moment,
    ) -> Result<CaseFile, CaseError> {
        let case = self.readable(id, by)?;
        self.note_look(&case, by, "case.look", purpose, &json!({}), now)?;
        let today = civil_date(now);
        let history = self.history(&case)?;
        let submission = match &case.application {
            Some(number) => self.submission(number)?.map(|r| {
                let mut submission = r.submission;
                let seen = |f: &FileNote| f.is_seen_with(case.record_id.as_deref());
                submission.files.retain(seen);
                submission
            }),
            None => None,
        };
        let clocks = self.readings(&case.current, today);
        let (record, fields) = match &case.record_id {
            Some(record) => (self.shown(record, today)?, self.raw_fields(record, by)?),
            None => (None, BTreeMap::new()),
        };
        let related = self.related(&case, by, now)?;
        let barred_until = match (&case.current, &case.record_id) {
            (Case::Repair(_), Some(record)) if !case.current.is_closed() => {
                self.barred(record, today)?
            }
            _ => None,
        };
        Ok(CaseFile {
            case: case.current.clone(),
            note: case.note.clone(),
            told_steps: case.told_steps,
            row: CaseRow::of(case, today),
            submission,
            history,
            clocks,
            record,
            fields,
            related,
            barred_until,
        })
    }

    /// Until when false material bars the subject of a record.
    fn barred(&self, record: &str, today: NaiveDate) -> Result<Option<NaiveDate>, CaseError> {
        self.vault.transact(|tx| match tx.record(record)? {
            Some(row) => Ok(tx.barred_until(&row.record.subject, today)?),
            None => Ok(None),
        })
    }

    /// One file of a case, by the number that it has in the submission, or in an act of the applicant.
    ///
    /// What was handed in with the application is shown where its record is decided, or in every part when it is about all of
    /// them, by purpose and on record. What was supplied afterwards names its part, and is shown in that one alone.
    ///
    /// # Errors
    /// As [`Self::look`]; [`CaseError::NoFile`].
    pub fn evidence(
        &self,
        id: &CaseId,
        (act, file): (Option<i64>, u32),
        by: &Actor,
        purpose: &str,
        now: Moment,
    ) -> Result<(FileNote, zeroize::Zeroizing<Vec<u8>>), CaseError> {
        let case = self.readable(id, by)?;
        let number = case.application.clone().ok_or(CaseError::NoFile)?;
        let what = json!({ "file": file, "act": act });
        self.note_look(&case, by, "case.evidence", purpose, &what, now)?;
        let files = match act {
            None => {
                let mut files = self.submission(&number)?.ok_or(CaseError::NoFile)?.files;
                files.retain(|f| f.note.is_seen_with(case.record_id.as_deref()));
                files
            }
            Some(act) => {
                // an act of the applicant is shown in the cases that it was about
                let own = self.vault.case_events(&case.id)?;
                if !own.iter().any(|e| e.act == Some(act)) {
                    return Err(CaseError::NoFile);
                }
                let act = self.handed_in(&number, act)?;
                act.ok_or(CaseError::NoFile)?.files
            }
        };
        files
            .into_iter()
            .find(|f| f.note.file == file)
            .map(|f| (f.note, f.bytes))
            .ok_or(CaseError::NoFile)
    }

    fn note_look(
        &self,
        case: &StoredCase,
        by: &Actor,
        action: &str,
        purpose: &str,
        what: &serde_json::Value,
        now: Moment,
    ) -> Result<(), CaseError> {
        let purpose = purpose.trim();
        if purpose.is_empty() {
            return Err(CaseError::Purpose);
        }
        let purpose: String = purpose.chars().take(200).collect();
        let facts = json!({ "purpose": purpose, "role": by.role.code(), "what": what });
        self.vault
            .transact(|tx| tx.audit(now, &by.id, action, &case.id, &facts))?;
        Ok(())
    }

    /// What was handed in; none when its time is over and it was deleted.
    fn submission(&self, number: &str) -> Result<Option<received::Received>, CaseError> {
        let (apply, desk) = self.intake()?;
        match apply.sealed(number)? {
            Some(sealed) => Ok(Some(received::open(desk, &sealed)?)),
            None if apply.is_erased(number)? => Ok(None),
            None => Err(CaseError::Unknown),
        }
    }

    /// The same for what the applicant did afterwards.
    fn handed_in(
        &self,
        number: &str,
        act: i64,
    ) -> Result<Option<received::ReceivedAct>, CaseError> {
        let (apply, desk) = self.intake()?;
        match apply.sealed_act(number, act)? {
            Some(sealed) => Ok(Some(received::open_act(desk, &sealed)?)),
            None if apply.is_erased(number)? => Ok(None),
            None => Err(CaseError::NoFile),
        }
    }

    fn history(&self, case: &StoredCase) -> Result<Vec<Line>, CaseError> {
        let mut state = case.opened.clone();
        let mut out = Vec::new();
        for event in self.vault.case_events(&case.id)? {
            let next = super::after::again(&state, &event)?;
            let StoredEvent {
                step,
                at,
                on,
                by,
                event,
                act,
                effects,
            } = event;
            let handed_in = match (act, &case.application) {
                (Some(act), Some(number)) => self.handed_in(number, act)?.map(|r| r.act),
                _ => None,
            };
            out.push(Line {
                step,
                at,
                on,
                by,
                event,
                from: state.state(),
                to: next.state(),
                effects,
                act,
                handed_in,
            });
            state = next;
        }
        Ok(out)
    }

    /// What the clocks of a case show on a day.
    fn readings(&self, case: &Case, today: NaiveDate) -> Vec<Reading> {
        let clocks = case.clocks(&self.rules());
        let read = |clock: &cases::Clock<'_>| Reading {
            procedure: clock.limit.procedure.code(),
            id: clock.limit.id.clone(),
            what: clock.limit.what.clone(),
            source: clock.limit.source.clone(),
            at_least: clock.limit.at_least,
            start: clock.start,
            done: clock.done,
            now: clock.read(today, &self.calendar).ok(),
        };
        clocks.iter().map(read).collect()
    }

    fn shown(&self, record: &str, today: NaiveDate) -> Result<Option<PublicRecord>, CaseError> {
        Ok(match self.store.find(record, today)? {
            Found::Shown(stored) => Some(stored.record),
            Found::Gone | Found::Unknown => None,
        })
    }

    fn raw_fields(&self, record: &str, by: &Actor) -> Result<BTreeMap<String, RawText>, CaseError> {
        if !matches!(by.role, Role::Handler | Role::Approver | Role::Operator) {
            return Ok(BTreeMap::new());
        }
        let row = self.vault.get(record)?;
        Ok(row.map_or_else(BTreeMap::new, |row| correct::correctable(&row.record)))
    }

    /// Other cases about the record, and the objection of a complaint: those that the officer may read.
    fn related(
        &self,
        case: &StoredCase,
        by: &Actor,
        now: Moment,
    ) -> Result<Vec<CaseRow>, CaseError> {
        const MOST: usize = 50;
        let Some(record) = &case.record_id else {
            return Ok(Vec::new());
        };
        let filter = super::Filter {
            record: Some(record.clone()),
            ..super::Filter::default()
        };
        let mut rows = self.queue(by, &filter, None, MOST, now)?.rows;
        rows.retain(|row| row.id != case.id);
        Ok(rows)
    }
}
