//! Applications on paper, entered by an officer of the window (GB22): a draft like an applicant's own, sealed to the desk like
//! what an applicant hands in, and taken in by the same way into the same cases. What differs is written down on this side
//! before: who entered it, and the day of receipt, from which the clocks run.

use chrono::{NaiveDate, TimeDelta};

use super::{CaseError, Cases};
use crate::base::crypto::BlindKey;
use crate::domain::cases::{Actor, Role};
use crate::domain::forms::number::Number;
use crate::domain::forms::reply::Deadline;
use crate::domain::forms::submission::{FileLabel, Submission, VERSION};
use crate::domain::forms::{Answers, Fault, Form, FormKind, paper};
use crate::domain::time::{Moment, civil_date, day_start};
use crate::inside::vault::cases::PaperEntry;
use crate::outside::apply::handing::{Making, latest, mark};
use crate::outside::apply::store::{HandedIn, Handing};
use crate::outside::apply::{ApplyError, Draft, Secret};
use crate::outside::evidence;
use crate::outside::store::Found;
use crate::record::PublicRecord;

/// Who enters what came on paper.
const ENTERS: &[Role] = &[Role::Operator];
/// The language in which who comes to the window is answered.
const LANG: &str = "zh-Hans";

/// Why a paper was not handed in.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// Something is missing or wrong, each with its field.
    #[error("something is to be filled in")]
    Faults(Vec<Fault>),
    /// It cannot be done at all.
    #[error(transparent)]
    Case(#[from] CaseError),
}

impl From<ApplyError> for PaperError {
    fn from(cause: ApplyError) -> Self {
        Self::Case(cause.into())
    }
}

/// A paper that may be handed in.
#[derive(Debug)]
pub struct Ready {
    /// When it was received.
    pub received_on: NaiveDate,
    /// The records that it is about.
    pub records: Vec<PublicRecord>,
    /// What follows, and by when: of several parts the latest day.
    pub next: Vec<Deadline>,
    handing: Handing,
}

impl Cases {
    /// Begins to enter a paper.
    ///
    /// # Errors
    /// [`CaseError::Refused`] in another role; [`CaseError::NoDesk`] on a node without the key of the desk.
    pub fn begin_paper(
        &self,
        kind: FormKind,
        draft: &Draft,
        by: &Actor,
        now: Moment,
    ) -> Result<(Number, Secret), CaseError> {
        by.may(ENTERS, "")?;
        let (apply, desk) = self.intake()?;
        let public = desk.public().ok_or(CaseError::NoDesk)?;
        Ok(apply.begin(kind, draft, &public, now)?)
    }

    /// What was entered so far; none when it is handed in.
    ///
    /// # Errors
    /// As [`Self::begin_paper`]; [`CaseError::Unknown`] when there is no such draft.
    pub fn paper(
        &self,
        (number, secret): (&Number, &Secret),
        by: &Actor,
    ) -> Result<Option<Draft>, CaseError> {
        by.may(ENTERS, "")?;
        let (apply, _) = self.intake()?;
        match apply.draft(number, secret) {
            Ok(draft) => Ok(Some(draft)),
            Err(ApplyError::NotADraft) => Ok(None),
            Err(cause) => Err(unknown(cause)),
        }
    }

    /// Keeps what was typed, whether it is right or not.
    ///
    /// # Errors
    /// As [`Self::paper`].
    pub fn type_paper(
        &self,
        (number, secret): (&Number, &Secret),
        typed: Answers,
        by: &Actor,
        now: Moment,
    ) -> Result<Draft, CaseError> {
        by.may(ENTERS, "")?;
        let (apply, _) = self.intake()?;
        let change = |draft: &mut Draft| {
            draft.answers.0.extend(typed.0);
            Ok(draft.clone())
        };
        apply.change(number, secret, now, change).map_err(unknown)
    }

    /// Keeps a scanned file, judged like any other; why it is not taken, in Chinese and English.
    ///
    /// # Errors
    /// As [`Self::paper`].
    pub fn scan(
        &self,
        (number, secret): (&Number, &Secret),
        label: FileLabel,
        bytes: &[u8],
        by: &Actor,
        now: Moment,
    ) -> Result<Option<(String, String)>, CaseError> {
        by.may(ENTERS, "")?;
        let (apply, _) = self.intake()?;
        let (note, kept) = match evidence::judge(bytes, label) {
            Ok(judged) => judged,
            Err(refused) => return Ok(Some(refused.words())),
        };
        match apply.add_file(number, secret, note, kept, now) {
            Ok(_) => Ok(None),
            Err(cause) => match cause.no_room() {
                Some((zh, en)) => Ok(Some((zh.to_owned(), en.to_owned()))),
                None => Err(unknown(cause)),
            },
        }
    }

    /// Takes a scanned file out again.
    ///
    /// # Errors
    /// As [`Self::paper`].
    pub fn drop_scan(
        &self,
        (number, secret): (&Number, &Secret),
        file: u32,
        by: &Actor,
        now: Moment,
    ) -> Result<(), CaseError> {
        by.may(ENTERS, "")?;
        let (apply, _) = self.intake()?;
        apply
            .remove_file(number, secret, file, now)
            .map_err(unknown)
    }

    /// Whether what was entered may be handed in, and what follows.
    ///
    /// # Errors
    /// Everything that is missing or wrong; those of the public store.
    pub fn ready_paper(
        &self,
        number: &Number,
        draft: &Draft,
        blind: &BlindKey,
        now: Moment,
    ) -> Result<Ready, PaperError> {
        let (kind, today) = (number.kind(), civil_date(now));
        let mut faults = Vec::new();
        let received = paper::received_on(&draft.answers, today);
        let has_records = !draft.records.is_empty();
        let form = Form::parse(kind, &draft.answers, has_records, today);
        let commitment = paper::commitment(kind, &draft.files);
        faults.extend(received.as_ref().err().into_iter().flatten().cloned());
        faults.extend(form.as_ref().err().into_iter().flatten().cloned());
        faults.extend(commitment.as_ref().err().cloned());
        let records = self.displayed(&draft.records, today)?;
        if has_records && records.is_empty() {
            faults.push(gone());
        }
        let (Ok(received_on), Ok(form), Ok(commitment), true) =
            (received, form, commitment, faults.is_empty())
        else {
            return Err(PaperError::Faults(faults));
        };
        let rules = self.rules();
        let making = Making {
            catalogue: &self.catalogue,
            rules: &rules,
            records: &records,
        };
        let submission = Submission {
            version: VERSION,
            number: number.as_str().to_owned(),
            kind,
            at: moment_of(received_on, now),
            lang: LANG.to_owned(),
            form,
            routes: making.routes(kind),
            commitment,
            files: draft.files.clone(),
        };
        let handing = making.handing(submission, |record| Some(mark(blind, kind, record)));
        Ok(Ready {
            received_on,
            next: latest(handing.receipts.iter().filter_map(|r| r.reply.as_ref())),
            records,
            handing,
        })
    }

    /// Hands a paper in and takes it in at once. Doing it again, as after a broken line, changes nothing.
    ///
    /// # Errors
    /// [`PaperError::Faults`]: then nothing is done.
    pub fn enter_paper(
        &self,
        (number, secret): (&Number, &Secret),
        blind: &BlindKey,
        by: &Actor,
        now: Moment,
    ) -> Result<HandedIn, PaperError> {
        let Some(draft) = self.paper((number, secret), by)? else {
            return Ok(HandedIn::Before);
        };
        let ready = self.ready_paper(number, &draft, blind, now)?;
        // before it can be taken in: what stands here is one on paper, and nothing else is
        self.vault
            .note_paper(&PaperEntry {
                number: number.as_str().to_owned(),
                officer: by.id.clone(),
                received_on: ready.received_on,
                entered_at: now,
            })
            .map_err(CaseError::from)?;
        let (apply, _) = self.intake()?;
        let done = apply.hand_in_told::<PaperError>(number, secret, now, |held| {
            // somebody in another window changed it meanwhile
            if *held == draft {
                Ok(ready.handing)
            } else {
                Ok(self.ready_paper(number, held, blind, now)?.handing)
            }
        })?;
        self.receive(now)?;
        Ok(done)
    }

    fn displayed(&self, ids: &[String], today: NaiveDate) -> Result<Vec<PublicRecord>, CaseError> {
        let mut out = Vec::new();
        for id in ids {
            if let Found::Shown(stored) = self.store.find(id, today)? {
                out.push(stored.record);
            }
        }
        Ok(out)
    }
}

/// There is no such draft, or its secret is another: as if it were not there.
fn unknown(cause: ApplyError) -> CaseError {
    match cause {
        ApplyError::Unknown | ApplyError::NotADraft => CaseError::Unknown,
        other => other.into(),
    }
}

/// A moment of the day of receipt: now, or noon of an earlier day.
fn moment_of(received_on: NaiveDate, now: Moment) -> Moment {
    if received_on == civil_date(now) {
        now
    } else {
        day_start(received_on) + TimeDelta::hours(12)
    }
}

fn gone() -> Fault {
    Fault {
        field: "record",
        zh: "所选信息已不再公示，不需要申请".to_owned(),
        en: "What was chosen is no longer displayed: there is nothing to apply for".to_owned(),
    }
}
