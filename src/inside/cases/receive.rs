//! What was handed in becomes cases: one of each part, all parts of an application in one transaction, then what applicants
//! did afterwards. What does not open is put aside and never blocks the others.

use chrono::NaiveDate;
use serde_json::json;

use super::open::parts;
use super::{CaseError, Cases};
use crate::base::crypto::DeskSecret;
use crate::domain::cases::repair::RepairState;
use crate::domain::cases::{
    Actor, Case, CaseKind, ComplaintEvent, Event, ObjectionEvent, Refusal, RepairEvent, Role,
};
use crate::domain::forms::reply::ApplicantAct;
use crate::domain::forms::submission::Submission;
use crate::domain::time::{Moment, civil_date, day_start};
use crate::inside::received::{self, ReceiveError};
use crate::inside::vault::cases::{Outcome, PaperEntry, StoredCase, Taken};
use crate::inside::vault::{Tx, VaultError};
use crate::outside::apply::ApplyStore;

/// Applications taken in by one run.
const MOST: usize = 200;
/// Under which name the applicant stands in the history: his own stands in the sealed note alone.
const APPLICANT: &str = "applicant";

/// The event of a kind of case that an act of the applicant stands for.
type Wanted = fn(CaseKind) -> Option<Event>;

/// What a run took in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// Applications.
    pub applications: u64,
    /// Cases that were opened.
    pub cases: u64,
    /// Acts of applicants.
    pub acts: u64,
    /// What was put aside because it does not open.
    pub aside: u64,
}

impl Received {
    /// Whether there was anything.
    #[must_use]
    pub const fn is_nothing(self) -> bool {
        self.applications + self.acts + self.aside == 0
    }
}

/// Who handed something in, when, and on which day it counts as received.
struct Handed {
    by: Actor,
    at: Moment,
    on: NaiveDate,
}

impl Handed {
    fn of(submission: &Submission, paper: Option<&PaperEntry>, now: Moment) -> Self {
        match paper {
            // the officer acts now; the clocks run from the day on which the paper came in (GB22)
            Some(paper) => Self {
                by: Actor::new(&paper.officer, Role::Operator, ""),
                at: now,
                on: paper.received_on,
            },
            None => Self {
                by: applicant(),
                at: submission.at,
                on: civil_date(submission.at),
            },
        }
    }
}

/// The applicant as an actor.
pub(super) fn applicant() -> Actor {
    Actor::new(APPLICANT, Role::Subject, "")
}

impl Cases {
    /// Takes in what was handed in, then what applicants did since. Nothing is taken in twice, and a run that is cut off is
    /// completed by the next one: the vault is written first, and then the application is noted as fetched.
    ///
    /// # Errors
    /// [`CaseError::NoDesk`] on a node without the key or the database of applications; those of the databases.
    pub fn receive(&self, now: Moment) -> Result<Received, CaseError> {
        let (apply, desk) = self.intake()?;
        let mut done = Received::default();
        for number in apply.waiting(MOST)? {
            self.receive_application(apply, desk, &number, now, &mut done)?;
        }
        for (number, act) in apply.acts_waiting(MOST)? {
            self.receive_act(apply, desk, &number, act, now, &mut done)?;
        }
        Ok(done)
    }

    /// The database of applications and the key that opens them.
    pub(super) fn intake(&self) -> Result<(&ApplyStore, &DeskSecret), CaseError> {
        match (&self.apply, &self.desk) {
            (Some(apply), Some(desk)) => Ok((apply, desk)),
            _ => Err(CaseError::NoDesk),
        }
    }

    /// What was put aside, for whoever looks after it.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn put_aside(&self, most: usize) -> Result<Vec<Taken>, CaseError> {
        Ok(self.vault.put_aside(most)?)
    }

    /// Takes in again what was put aside, as after a missing key was brought back.
    ///
    /// # Errors
    /// [`CaseError::Unknown`] when it was not put aside; as [`Self::receive`].
    pub fn again(
        &self,
        number: &str,
        act: Option<i64>,
        by: &Actor,
        now: Moment,
    ) -> Result<Received, CaseError> {
        let (apply, desk) = self.intake()?;
        by.may(&[Role::Operator, Role::System], "")?;
        let was_aside = self.vault.transact(|tx| -> Result<bool, CaseError> {
            let was = tx.untake(number, act)?;
            if was {
                tx.audit(now, &by.id, "case.again", number, &json!({ "act": act }))?;
            }
            Ok(was)
        })?;
        if !was_aside {
            return Err(CaseError::Unknown);
        }
        let mut done = Received::default();
        match act {
            None => self.receive_application(apply, desk, number, now, &mut done)?,
            Some(act) => self.receive_act(apply, desk, number, act, now, &mut done)?,
        }
        Ok(done)
    }

    fn receive_application(
        &self,
        apply: &ApplyStore,
        desk: &DeskSecret,
        number: &str,
        now: Moment,
        done: &mut Received,
    ) -> Result<(), CaseError> {
        let Some(sealed) = apply.sealed(number)? else {
            return Ok(());
        };
        match received::open(desk, &sealed) {
            Ok(opened) => {
                let made = self.take_in(&opened.submission, now)?;
                done.applications += u64::from(made > 0);
                done.cases += made;
            }
            Err(why) => done.aside += u64::from(self.put_away(number, None, why, now)?),
        }
        apply.fetched(number, now)?;
        Ok(())
    }

    /// Makes the cases of an application in one transaction; answers how many, none when they are there already.
    pub(super) fn take_in(&self, submission: &Submission, now: Moment) -> Result<u64, CaseError> {
        self.vault.transact(|tx| {
            if tx.taken(&submission.number, None)?.is_some() {
                return Ok(0);
            }
            let paper = tx.paper(&submission.number)?;
            let from = Handed::of(submission, paper.as_ref(), now);
            let mut made = 0;
            for part in parts(submission) {
                let case = self.open_part(tx, submission, &part, paper.as_ref(), now)?;
                let facts = json!({
                    "kind": case.opened.kind().code(),
                    "record": case.record_id,
                    "authority": case.authority(),
                    "ended": case.note.ended,
                    "refused": case.note.refused.is_some(),
                    "paper": paper.is_some(),
                });
                tx.audit(now, &from.by.id, "case.open", &case.id, &facts)?;
                tx.add_case(&case)?;
                self.hand_in(tx, case, &from)?;
                made += 1;
            }
            tx.take(&taken(&submission.number, None, now))?;
            Ok(made)
        })
    }

    /// The applicant saved his draft and handed it in, or an officer entered it: the first acts of a repair.
    fn hand_in(
        &self,
        tx: &mut Tx<'_>,
        mut case: StoredCase,
        from: &Handed,
    ) -> Result<(), CaseError> {
        let is_draft = matches!(&case.current, Case::Repair(r) if r.state == RepairState::Draft);
        if !is_draft {
            return Ok(());
        }
        for event in [RepairEvent::Save, RepairEvent::Submit] {
            let event = Event::Repair(event);
            case = self
                .step_on(tx, case, event, &from.by, (from.at, from.on), None)?
                .case;
        }
        Ok(())
    }

    fn receive_act(
        &self,
        apply: &ApplyStore,
        desk: &DeskSecret,
        number: &str,
        act: i64,
        now: Moment,
        done: &mut Received,
    ) -> Result<(), CaseError> {
        let Some(sealed) = apply.sealed_act(number, act)? else {
            return Ok(());
        };
        match received::open_act(desk, &sealed) {
            Ok(opened) => {
                let new = self.take_act(number, act, &opened.act, sealed.at, now)?;
                done.acts += u64::from(new);
            }
            Err(why) => done.aside += u64::from(self.put_away(number, Some(act), why, now)?),
        }
        apply.act_fetched(number, act, now)?;
        Ok(())
    }

    /// Does what an applicant did, in one transaction; answers whether it is new.
    pub(super) fn take_act(
        &self,
        number: &str,
        act: i64,
        what: &ApplicantAct,
        at: Moment,
        now: Moment,
    ) -> Result<bool, CaseError> {
        self.vault.transact(|tx| {
            if tx.taken(number, Some(act))?.is_some() {
                return Ok(false);
            }
            let cases = tx.cases_of(number)?;
            let (part, wanted): (Option<u32>, Wanted) = match what {
                ApplicantAct::AnswerSupplement { part, .. } => (Some(*part), answer),
                ApplicantAct::Withdraw { part } => (*part, withdraw),
            };
            let mut refused: Option<Refusal> = None;
            let mut acted = false;
            for case in cases {
                if part.is_some_and(|part| part != case.part) {
                    continue;
                }
                let Some(event) = wanted(case.current.kind()) else {
                    continue;
                };
                // an act counts on the day on which it was sent, unless something was done since
                let counts = at.max(newest(&case));
                match self.step(tx, case, event, &applicant(), counts, Some(act)) {
                    Ok(_) => acted = true,
                    Err(CaseError::Refused(why)) => refused = Some(why),
                    Err(other) => return Err(other),
                }
            }
            // as of when it was sent: by that moment its answer is told from others
            let mut entry = taken(number, Some(act), at);
            if !acted {
                entry.outcome = Outcome::Refused;
                entry.part = part.unwrap_or_default();
                entry.told = false;
                let words = refused.as_ref().map(Refusal::words);
                entry.reason = refused.map_or("unknown", |r| r.code()).to_owned();
                entry.words = words.map_or_else(
                    || "没有可以办理的事项\nnothing of it can be done".to_owned(),
                    |w| format!("{}\n{}", w.zh, w.en),
                );
                let facts = json!({ "act": act, "reason": entry.reason });
                tx.audit(now, APPLICANT, "case.act_refused", number, &facts)?;
            }
            tx.take(&entry)?;
            Ok(true)
        })
    }

    /// Puts something aside; answers whether it is new.
    fn put_away(
        &self,
        number: &str,
        act: Option<i64>,
        why: ReceiveError,
        now: Moment,
    ) -> Result<bool, VaultError> {
        self.vault.transact(|tx| {
            if tx.taken(number, act)?.is_some() {
                return Ok(false);
            }
            let mut entry = taken(number, act, now);
            entry.outcome = Outcome::Aside;
            entry.reason = code(why).to_owned();
            // the words name versions, files and keys by number: nothing of the content
            entry.words = why.to_string();
            let facts = json!({ "act": act, "reason": entry.reason });
            tx.audit(now, "system", "case.put_aside", number, &facts)?;
            tx.take(&entry)?;
            Ok(true)
        })
    }
}

/// The beginning of the day of the newest act of a case: acts go forward by days.
fn newest(case: &StoredCase) -> Moment {
    day_start(case.current.track().last_on)
}

fn taken(number: &str, act: Option<i64>, now: Moment) -> Taken {
    Taken {
        number: number.to_owned(),
        act,
        at: now,
        outcome: Outcome::Done,
        reason: String::new(),
        words: String::new(),
        part: 0,
        told: true,
    }
}

fn answer(kind: CaseKind) -> Option<Event> {
    match kind {
        CaseKind::Repair => Some(Event::Repair(RepairEvent::AnswerSupplement)),
        CaseKind::Objection => Some(Event::Objection(ObjectionEvent::AnswerSupplement)),
        CaseKind::Complaint | CaseKind::Entry => None,
    }
}

fn withdraw(kind: CaseKind) -> Option<Event> {
    match kind {
        CaseKind::Repair => Some(Event::Repair(RepairEvent::Withdraw)),
        CaseKind::Objection => Some(Event::Objection(ObjectionEvent::Withdraw)),
        CaseKind::Complaint => Some(Event::Complaint(ComplaintEvent::Withdraw)),
        CaseKind::Entry => None,
    }
}

const fn code(why: ReceiveError) -> &'static str {
    match why {
        ReceiveError::Seal(_) => "seal",
        ReceiveError::Version { .. } => "version",
        ReceiveError::Form => "form",
        ReceiveError::Number => "number",
        ReceiveError::File { .. } => "file",
    }
}
