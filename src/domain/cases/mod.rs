//! The law of applications and of the life of a list (domain.md 6, 7): credit repair, objection, complaint, list entry.
//!
//! Each machine is a value. An act (an event, by an actor in a role, on a civil date) makes a new value and effects, or is
//! refused with words; nothing is read or written here. A history of acts made again ([`Case::replay`]) gives the same
//! state and effects: guards that ask the calendar or the table of limits are asked when something is done, not when
//! it is read again, so that a changed rule does not undo what was lawful.

pub mod actor;
pub mod clock;
pub mod complaint;
pub mod effect;
pub mod entry;
pub mod limits;
pub mod objection;
pub mod refusal;
pub mod repair;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::kinds::vocabulary;

pub use actor::{Actor, Role};
pub use clock::{Clock, Pause, Reading, Rules};
pub use complaint::{Complaint, ComplaintEvent};
pub use effect::{Change, Effect, ExitReason, Relief, SyncTarget};
pub use entry::{Entry, EntryEvent};
pub use limits::{Key, Limits, Procedure};
pub use objection::{Objection, ObjectionEvent};
pub use refusal::Refusal;
pub use repair::{Repair, RepairEvent};

vocabulary! {
    /// Kind of case.
    CaseKind {
        Repair = "repair", "信用修复", "credit repair";
        Objection = "objection", "异议申诉", "objection";
        Complaint = "complaint", "投诉", "complaint";
        Entry = "entry", "名单认定", "list entry";
    }
}

/// An act about to be done, or done before and read again.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    /// Who.
    pub by: &'a Actor,
    /// Civil date.
    pub on: NaiveDate,
    /// Rules, when it is about to be done; none when it is read again.
    pub rules: Option<&'a Rules<'a>>,
}

/// What an act made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stepped<S> {
    /// The case afterwards.
    pub case: S,
    /// What is to be done to the record.
    pub effects: Vec<Effect>,
}

impl<S> Stepped<S> {
    /// A case without effects.
    #[must_use]
    pub const fn plain(case: S) -> Self {
        Self {
            case,
            effects: Vec::new(),
        }
    }
}

/// What every case keeps beside its state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Track {
    /// Unified social credit code of the authority that the case is routed to.
    pub authority: String,
    /// What its limits are looked up by.
    pub key: Key,
    /// Civil date of receipt.
    pub received_on: NaiveDate,
    /// Civil date of the newest act.
    pub last_on: NaiveDate,
    /// Officers who have handled it: they do not decide it.
    #[serde(default)]
    pub handlers: BTreeSet<String>,
    /// Supplement asked for: it may be asked for once.
    #[serde(default)]
    pub supplement: Option<Pause>,
    /// The decision's term was extended.
    #[serde(default)]
    pub extended: bool,
}

impl Track {
    /// A case received on a day.
    #[must_use]
    pub const fn new(authority: String, key: Key, received_on: NaiveDate) -> Self {
        Self {
            authority,
            key,
            received_on,
            last_on: received_on,
            handlers: BTreeSet::new(),
            supplement: None,
            extended: false,
        }
    }

    fn pauses(&self) -> Vec<Pause> {
        self.supplement.into_iter().collect()
    }

    /// Checks what holds of every act.
    fn begin(&self, act: &Act<'_>, roles: &'static [Role]) -> Result<(), Refusal> {
        act.by.may(roles, &self.authority)?;
        if act.on < self.last_on {
            return Err(Refusal::Backwards { last: self.last_on });
        }
        Ok(())
    }

    /// The two-person rule: who decides has not handled.
    fn second(&self, act: &Act<'_>) -> Result<(), Refusal> {
        if self.handlers.contains(&act.by.id) {
            return Err(Refusal::SamePerson);
        }
        Ok(())
    }

    fn handled(&mut self, act: &Act<'_>) {
        self.handlers.insert(act.by.id.clone());
    }

    fn ask(&mut self, act: &Act<'_>, items: &[String]) -> Result<(), Refusal> {
        if items.iter().all(|i| i.trim().is_empty()) {
            return Err(Refusal::Missing("items"));
        }
        if self.supplement.is_some() {
            return Err(Refusal::SupplementUsed);
        }
        self.supplement = Some(Pause {
            from: act.on,
            until: None,
        });
        self.handled(act);
        Ok(())
    }

    fn answered(&mut self, act: &Act<'_>) {
        if let Some(pause) = &mut self.supplement {
            pause.until = Some(act.on);
        }
    }

    /// The applicant's clock of T18, while a supplement is asked for.
    fn supplement_clock<'r>(
        &self,
        rules: &Rules<'r>,
        ended: Option<NaiveDate>,
    ) -> Option<Clock<'r>> {
        let pause = self.supplement?;
        let clock = rules.clock(Procedure::SupplementAnswer, &self.key, pause.from);
        Some(clock.ok()?.stopped(pause.until.or(ended)))
    }

    /// Whether an unanswered supplement may close the case.
    fn lapsed(&self, act: &Act<'_>) -> Result<(), Refusal> {
        let (Some(rules), Some(pause)) = (act.rules, self.supplement) else {
            return Ok(());
        };
        rules
            .clock(Procedure::SupplementAnswer, &self.key, pause.from)?
            .must_be_over(act.on, rules.calendar)
    }

    /// Extends the decision's term once, where a rule gives a length.
    fn extend(&mut self, act: &Act<'_>, by: Procedure) -> Result<(), Refusal> {
        if self.extended {
            return Err(Refusal::ExtendedBefore);
        }
        if let Some(rules) = act.rules {
            rules
                .limits
                .find(by, &self.key)
                .ok_or(Refusal::NoExtension)?;
        }
        self.extended = true;
        Ok(())
    }

    /// A clock with the extension, if there was one, and the pauses.
    fn decision_clock<'r>(
        &self,
        rules: &Rules<'r>,
        (procedure, extension): (Procedure, Procedure),
        start: NaiveDate,
    ) -> Option<Clock<'r>> {
        let clock = rules.clock(procedure, &self.key, start).ok()?;
        let more = rules
            .limits
            .find(extension, &self.key)
            .filter(|_| self.extended)
            .map_or(0, |l| l.count);
        Some(clock.longer(more).resting(&self.pauses()))
    }
}

/// Fails when a text that must be told is empty.
fn told(text: &str, what: &'static str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        Err(Refusal::Missing(what))
    } else {
        Ok(())
    }
}

/// Fails when a relief says nothing.
fn relieved(relief: &Relief) -> Result<(), Refusal> {
    match relief {
        Relief::Correct { changes } => changed(changes),
        Relief::StopDisplay | Relief::Delist => Ok(()),
    }
}

/// Fails when nothing is changed.
fn changed(changes: &[Change]) -> Result<(), Refusal> {
    let empty = changes.is_empty()
        || changes
            .iter()
            .any(|c| c.field.trim().is_empty() || c.old == c.new);
    if empty {
        Err(Refusal::Missing("changes"))
    } else {
        Ok(())
    }
}

/// What the record says of repair, told when the case is opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Objections annotate the display (T28).
    #[serde(default)]
    pub annotates: bool,
    /// Measures rest while it is pending (T13).
    #[serde(default)]
    pub suspends: bool,
}

/// A case of any kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Case {
    /// Credit repair.
    Repair(Repair),
    /// Objection.
    Objection(Objection),
    /// Complaint.
    Complaint(Complaint),
    /// List entry.
    Entry(Entry),
}

/// An event of any kind of case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// Of a repair.
    Repair(RepairEvent),
    /// Of an objection.
    Objection(ObjectionEvent),
    /// Of a complaint.
    Complaint(ComplaintEvent),
    /// Of a list entry.
    Entry(EntryEvent),
}

/// Reads an event of one kind from what a caller hands in: a deserialiser positioned on it.
impl Event {
    /// Reads an event for a kind of case.
    ///
    /// # Errors
    /// Those of the deserialiser: an unknown event, or something missing or surplus in it.
    pub fn read<'de, D: serde::Deserializer<'de>>(
        kind: CaseKind,
        from: D,
    ) -> Result<Self, D::Error> {
        Ok(match kind {
            CaseKind::Repair => Self::Repair(RepairEvent::deserialize(from)?),
            CaseKind::Objection => Self::Objection(ObjectionEvent::deserialize(from)?),
            CaseKind::Complaint => Self::Complaint(ComplaintEvent::deserialize(from)?),
            CaseKind::Entry => Self::Entry(EntryEvent::deserialize(from)?),
        })
    }

    /// The kind of case that it belongs to.
    #[must_use]
    pub const fn kind(&self) -> CaseKind {
        match self {
            Self::Repair(_) => CaseKind::Repair,
            Self::Objection(_) => CaseKind::Objection,
            Self::Complaint(_) => CaseKind::Complaint,
            Self::Entry(_) => CaseKind::Entry,
        }
    }

    /// Code of the event.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Repair(event) => event.code(),
            Self::Objection(event) => event.code(),
            Self::Complaint(event) => event.code(),
            Self::Entry(event) => event.code(),
        }
    }
}

impl Case {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> CaseKind {
        match self {
            Self::Repair(_) => CaseKind::Repair,
            Self::Objection(_) => CaseKind::Objection,
            Self::Complaint(_) => CaseKind::Complaint,
            Self::Entry(_) => CaseKind::Entry,
        }
    }

    /// What it keeps beside its state.
    #[must_use]
    pub const fn track(&self) -> &Track {
        match self {
            Self::Repair(case) => &case.track,
            Self::Objection(case) => &case.track,
            Self::Complaint(case) => &case.track,
            Self::Entry(case) => &case.track,
        }
    }

    /// The same, to route a case that has no authority yet.
    #[must_use]
    pub const fn track_mut(&mut self) -> &mut Track {
        match self {
            Self::Repair(case) => &mut case.track,
            Self::Objection(case) => &mut case.track,
            Self::Complaint(case) => &mut case.track,
            Self::Entry(case) => &mut case.track,
        }
    }

    /// Code of its state with its words: code, Chinese, English.
    #[must_use]
    pub const fn state(&self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Repair(c) => (c.state.code(), c.state.zh(), c.state.en()),
            Self::Objection(c) => (c.state.code(), c.state.zh(), c.state.en()),
            Self::Complaint(c) => (c.state.code(), c.state.zh(), c.state.en()),
            Self::Entry(c) => (c.state.code(), c.state.zh(), c.state.en()),
        }
    }

    /// Whether nothing more is awaited of anybody.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        match self {
            Self::Repair(c) => c.state.is_closed(),
            Self::Objection(c) => c.state.is_closed(),
            Self::Complaint(c) => c.state.is_closed(),
            Self::Entry(c) => matches!(
                c.state,
                entry::EntryState::Exited
                    | entry::EntryState::Rejected
                    | entry::EntryState::InternalOnly
            ),
        }
    }

    /// Does an act.
    ///
    /// # Errors
    /// A [`Refusal`]: then nothing has changed. An event of another kind of case is refused as one that does not
    /// happen in this state.
    pub fn step(&self, event: &Event, act: &Act<'_>) -> Result<Stepped<Self>, Refusal> {
        fn wrap<S>(done: Stepped<S>, kind: fn(S) -> Case) -> Stepped<Case> {
            Stepped {
                case: kind(done.case),
                effects: done.effects,
            }
        }
        Ok(match (self, event) {
            (Self::Repair(c), Event::Repair(e)) => wrap(c.step(e, act)?, Self::Repair),
            (Self::Objection(c), Event::Objection(e)) => wrap(c.step(e, act)?, Self::Objection),
            (Self::Complaint(c), Event::Complaint(e)) => wrap(c.step(e, act)?, Self::Complaint),
            (Self::Entry(c), Event::Entry(e)) => wrap(c.step(e, act)?, Self::Entry),
            _ => {
                let (_, zh, en) = self.state();
                return Err(Refusal::NotNow {
                    zh,
                    en,
                    event: event.code(),
                });
            }
        })
    }

    /// Its clocks, running and stopped.
    #[must_use]
    pub fn clocks<'r>(&self, rules: &Rules<'r>) -> Vec<Clock<'r>> {
        match self {
            Self::Repair(case) => case.clocks(rules),
            Self::Objection(case) => case.clocks(rules),
            Self::Complaint(case) => case.clocks(rules),
            Self::Entry(case) => case.clocks(rules),
        }
    }

    /// Makes a history again from the opened case: the state it leads to, and every effect in order.
    ///
    /// # Errors
    /// The first act that the machine refuses: its place in the history, and why.
    pub fn replay<'h>(
        opened: Self,
        history: impl IntoIterator<Item = (&'h Event, &'h Actor, NaiveDate)>,
    ) -> Result<Stepped<Self>, (usize, Refusal)> {
        let mut out = Stepped::plain(opened);
        for (n, (event, by, on)) in history.into_iter().enumerate() {
            let act = Act {
                by,
                on,
                rules: None,
            };
            let done = out.case.step(event, &act).map_err(|why| (n, why))?;
            out.case = done.case;
            out.effects.extend(done.effects);
        }
        Ok(out)
    }
}
