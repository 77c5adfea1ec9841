//! What the applicant is told of an act: the state, the reasons, the legal deadlines, the letter, what he may do next.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Cases, letter};
use crate::domain::cases::{
    Act, Case, CaseKind, Clock, ComplaintEvent, Event, ObjectionEvent, Procedure, RepairEvent,
    SyncTarget,
};
use crate::domain::forms::reply::{About, Can, Deadline, Reply, VERSION};
use crate::domain::time::{Moment, civil_date};
use crate::inside::vault::cases::{StoredCase, StoredEvent, Taken};

/// Code of a change of the calendar that moved a deadline, beside the codes of acts.
const MOVED: &str = "calendar";

/// What an event says to the applicant: reasons, what is missing, and where it belongs. Findings stay inside.
#[derive(Default)]
pub(super) struct Said {
    pub reasons: Option<String>,
    pub items: Vec<String>,
    pub place: Option<String>,
}

impl Said {
    pub(super) fn of(event: &Event) -> Self {
        let mut out = Self::default();
        match event {
            Event::Repair(event) => match event {
                RepairEvent::AskSupplement { items } => out.items.clone_from(items),
                RepairEvent::Misdirect { place } => out.place = Some(place.clone()),
                RepairEvent::Refuse { reasons }
                | RepairEvent::Extend { reasons }
                | RepairEvent::Approve { reasons }
                | RepairEvent::Shelter { reasons }
                | RepairEvent::Reject { reasons }
                | RepairEvent::Revoke { reasons }
                | RepairEvent::Resume { reasons } => out.reasons = Some(reasons.clone()),
                RepairEvent::Save
                | RepairEvent::Submit
                | RepairEvent::Forward
                | RepairEvent::AnswerSupplement
                | RepairEvent::Lapse
                | RepairEvent::Accept
                | RepairEvent::Verify { .. }
                | RepairEvent::Sync { .. }
                | RepairEvent::Withdraw => {}
            },
            Event::Objection(event) => match event {
                ObjectionEvent::AskSupplement { items } => out.items.clone_from(items),
                ObjectionEvent::Refuse { reasons }
                | ObjectionEvent::Extend { reasons }
                | ObjectionEvent::Uphold { reasons, .. }
                | ObjectionEvent::UpholdPartly { reasons, .. }
                | ObjectionEvent::Dismiss { reasons } => out.reasons = Some(reasons.clone()),
                ObjectionEvent::Accept
                | ObjectionEvent::AnswerSupplement
                | ObjectionEvent::Lapse
                | ObjectionEvent::CorrectAtOnce { .. }
                | ObjectionEvent::Forward
                | ObjectionEvent::Verify { .. }
                | ObjectionEvent::Withdraw => {}
            },
            Event::Complaint(event) => match event {
                ComplaintEvent::Refuse { reasons }
                | ComplaintEvent::Uphold { reasons }
                | ComplaintEvent::Dismiss { reasons } => out.reasons = Some(reasons.clone()),
                ComplaintEvent::Accept
                | ComplaintEvent::Consult { .. }
                | ComplaintEvent::Comply { .. }
                | ComplaintEvent::Withdraw => {}
            },
            Event::Entry(_) => {}
        }
        out
    }
}

/// Code of the state that is told: an extension leaves the state of the machine as it is, and is told as one.
pub(super) fn state(case: &Case, event: &str) -> String {
    if event == "extend" {
        return "extended".to_owned();
    }
    case.state().0.to_owned()
}

impl Cases {
    /// What is told of an act; none of an act that says nothing new: one of several arrivals.
    pub(super) fn reply(
        &self,
        case: &StoredCase,
        state: &Case,
        event: &StoredEvent,
        arrived: &BTreeMap<SyncTarget, NaiveDate>,
    ) -> Option<Reply> {
        let partial =
            matches!(&event.event, Event::Repair(RepairEvent::Sync { .. })) && !state.is_closed();
        if partial {
            return None;
        }
        let said = Said::of(&event.event);
        let mut reply = self.plain(case, state, event.event.code(), event.at, event.on);
        reply.letter = letter::letter(self, case, event, &said);
        reply.reasons = said.reasons;
        reply.items = said.items;
        reply.place = said.place;
        reply.sync = sync(state, arrived);
        Some(reply)
    }

    /// What is told when a case is opened: that it has arrived, or that the law stands against it.
    pub(super) fn opening_reply(&self, case: &StoredCase, state: &Case, at: Moment) -> Reply {
        let mut reply = self.plain(case, state, "received", at, civil_date(at));
        if let Some(refused) = &case.note.refused {
            let words = if case.note.lang.starts_with("en") {
                &refused.1
            } else {
                &refused.0
            };
            reply.reasons = Some(words.clone());
            reply.letter = Some(letter::not_eligible(self, case, civil_date(at)));
        }
        reply
    }

    /// What is told when something that the applicant did could not be done.
    pub(super) fn refusal_reply(&self, case: &StoredCase, refused: &Taken) -> Reply {
        let on = civil_date(refused.at);
        let mut reply = self.plain(case, &case.current, "act_refused", refused.at, on);
        let (zh, en) = refused
            .words
            .split_once('\n')
            .unwrap_or((&refused.words, &refused.words));
        let words = if case.note.lang.starts_with("en") {
            en
        } else {
            zh
        };
        reply.reasons = Some(words.to_owned());
        reply
    }

    /// What is told when a change of the calendar moved a deadline.
    pub(super) fn moved_reply(&self, case: &StoredCase, at: Moment) -> Reply {
        self.plain(case, &case.current, MOVED, at, civil_date(at))
    }

    fn plain(
        &self,
        case: &StoredCase,
        current: &Case,
        event: &str,
        at: Moment,
        on: NaiveDate,
    ) -> Reply {
        let list = (!case.list.is_empty()).then(|| case.list.clone());
        Reply {
            version: VERSION,
            number: case.application.clone().unwrap_or_default(),
            part: case.part,
            about: About {
                record: case.record_id.clone(),
                list,
                document_number: case.note.document_number.clone(),
                authority_name: case.note.authority_name.clone(),
                authority_code: case.authority().to_owned(),
                files: Vec::new(),
            },
            state: state(current, event),
            on,
            at,
            event: event.to_owned(),
            reasons: None,
            items: Vec::new(),
            place: None,
            deadlines: self.deadlines(current, on),
            letter: None,
            sync: Vec::new(),
            can: self.can(current, on),
        }
    }

    /// The legal deadlines as they stand on a day.
    pub(super) fn deadlines(&self, case: &Case, on: NaiveDate) -> Vec<Deadline> {
        let rules = self.rules();
        let mut clocks = case.clocks(&rules);
        // against an answered objection one may complain within a term (T14)
        if let Case::Objection(objection) = case
            && objection.state.is_answered()
            && let Some(answered) = objection.ended_on
            && let Ok(clock) = rules.clock(Procedure::ComplaintFile, &objection.track.key, answered)
        {
            clocks.push(clock);
        }
        clocks
            .iter()
            .filter_map(|clock| self.deadline(clock, on))
            .collect()
    }

    fn deadline(&self, clock: &Clock<'_>, on: NaiveDate) -> Option<Deadline> {
        let reading = clock.read(on, &self.calendar).ok()?;
        Some(Deadline {
            procedure: clock.limit.procedure.code().to_owned(),
            zh: clock.limit.what.zh.clone(),
            en: clock.limit.what.en.clone(),
            source: clock.limit.source.clone(),
            due: reading.due,
            done: clock.done,
            overdue: reading.overdue,
            resting: reading.resting,
            provisional: reading.provisional,
        })
    }

    /// What the applicant may do on a day.
    fn can(&self, case: &Case, on: NaiveDate) -> Vec<Can> {
        let by = super::receive::applicant();
        let rules = self.rules();
        let act = Act {
            by: &by,
            on,
            rules: Some(&rules),
        };
        let mut out = Vec::new();
        if case.state().0 == "supplement" {
            out.push(Can::AnswerSupplement);
        }
        let withdraw = match case.kind() {
            CaseKind::Repair => Some(Event::Repair(RepairEvent::Withdraw)),
            CaseKind::Objection => Some(Event::Objection(ObjectionEvent::Withdraw)),
            CaseKind::Complaint => Some(Event::Complaint(ComplaintEvent::Withdraw)),
            CaseKind::Entry => None,
        };
        if withdraw.is_some_and(|event| case.step(&event, &act).is_ok()) {
            out.push(Can::Withdraw);
        }
        match case {
            Case::Repair(repair) => {
                use crate::domain::cases::repair::RepairState as S;
                if matches!(
                    repair.state,
                    S::Rejected | S::NotAccepted | S::Revoked | S::Resumed
                ) {
                    out.push(Can::Object);
                }
            }
            Case::Objection(objection) => {
                if objection.state.is_answered() || objection.is_overdue(on, &rules) {
                    out.push(Can::Complain);
                }
            }
            Case::Complaint(_) | Case::Entry(_) => {}
        }
        out
    }
}

/// The targets of an approval, each with the day on which it arrived there.
fn sync(
    case: &Case,
    arrived: &BTreeMap<SyncTarget, NaiveDate>,
) -> Vec<(String, Option<NaiveDate>)> {
    let Case::Repair(repair) = case else {
        return Vec::new();
    };
    let mut all: Vec<SyncTarget> = repair.underway();
    all.extend(arrived.keys());
    all.sort_unstable();
    all.dedup();
    all.into_iter()
        .map(|target| (target.code().to_owned(), arrived.get(&target).copied()))
        .collect()
}
