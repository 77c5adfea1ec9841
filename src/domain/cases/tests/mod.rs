//! Tests of the law of applications: tables, an oracle for the clocks, random orders of events.

mod bankruptcy;
mod clocks;
mod heard;
mod manner;
mod model;
mod tables;

use super::*;
use crate::domain::catalogue::{RepairChannel, RepairEffect};
use crate::domain::kinds::Polarity;
use crate::domain::workdays::WorkDays;

pub(super) const AUTHORITY: &str = "11350200004123454P";

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn key(jurisdiction: &str) -> Key {
    Key {
        category: "penalty".into(),
        list: "penalty".into(),
        jurisdiction: jurisdiction.into(),
        rule_set: "R36".into(),
    }
}

pub(super) fn track(on: NaiveDate) -> Track {
    Track::new(AUTHORITY.into(), key("350200"), on)
}

pub(super) fn terms() -> repair::RepairTerms {
    repair::RepairTerms {
        earliest: Some(day("2026-07-02")),
        repairable: true,
        channel: RepairChannel::Own,
        effect: RepairEffect::EndDisclosure,
        barred_until: None,
        other_open: false,
        bar_months: 36,
        outgoing: false,
    }
}

pub(super) fn entry_terms(polarity: Polarity) -> entry::EntryTerms {
    entry::EntryTerms {
        polarity,
        serious: polarity == Polarity::Negative,
        head: Some(crate::domain::catalogue::Head::MarketOrder),
        natural_person: false,
        party_notice: false,
        prior_notice: true,
        conditions: true,
        valid_until: Some(day("2026-12-31")),
    }
}

pub(super) fn opened(kind: CaseKind, on: NaiveDate) -> Case {
    let policy = Policy {
        annotates: true,
        suspends: true,
    };
    match kind {
        CaseKind::Repair => Case::Repair(Repair::draft(track(on), terms())),
        CaseKind::Objection => Case::Objection(Objection::submitted(
            track(on),
            objection::ObjectionTarget::Record,
            policy,
        )),
        CaseKind::Complaint => Case::Complaint(Complaint::submitted(
            track(on),
            "YY-1".into(),
            Some(on),
            false,
            policy,
        )),
        CaseKind::Entry => Case::Entry(Entry::draft(track(on), entry_terms(Polarity::Negative))),
    }
}

/// An officer of a role, told apart by a number.
pub(super) fn officer(role: Role, n: usize) -> Actor {
    let authority = if role.is_scoped() { AUTHORITY } else { "" };
    Actor::new(&format!("officer{n}"), role, authority)
}

pub(super) fn read(kind: CaseKind, json: &str) -> Event {
    Event::read(kind, &mut serde_json::Deserializer::from_str(json)).unwrap()
}

pub(super) struct World {
    pub(super) limits: Limits,
    pub(super) calendar: WorkDays,
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            limits: Limits::embedded().unwrap(),
            calendar: WorkDays::embedded(),
        }
    }

    pub(super) fn rules(&self) -> Rules<'_> {
        Rules {
            limits: &self.limits,
            calendar: &self.calendar,
        }
    }
}
