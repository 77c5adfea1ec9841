//! What must be so before an act on an entry of a list is done (domain.md 7.1).

use chrono::NaiveDate;

use super::{EARLY, Entry, EntryState, ReinstateGround};
use crate::domain::cases::effect::ExitReason;
use crate::domain::cases::{Act, Procedure, Refusal, Role, told};

impl Entry {
    pub(super) fn may_propose(&self, basis_document: &str) -> Result<(), Refusal> {
        told(basis_document, "basis_document")?;
        if !self.terms.conditions {
            return Err(Refusal::Missing("conditions"));
        }
        if self.terms.serious && self.terms.head.is_none() {
            return Err(Refusal::Missing("head"));
        }
        Ok(())
    }

    /// Whether an objection is not under review yet. What came before the objections were kept apart has no name.
    pub(super) fn is_new(&self, objection: &str) -> bool {
        !self.under_review.is_empty() && !self.under_review.contains_key(objection)
    }

    /// Whether an objection is under review; none asks for any.
    pub(super) fn reviews(&self, objection: Option<&str>) -> bool {
        objection.is_none_or(|o| self.under_review.is_empty() || self.under_review.contains_key(o))
    }

    /// An objection ends, or all of them do: the state that follows, and the clock of what is left.
    pub(super) fn over(&mut self, objection: Option<&str>, on: NaiveDate) -> EntryState {
        match objection {
            Some(one) => {
                self.under_review.remove(one);
            }
            None => self.under_review.clear(),
        }
        if let Some(oldest) = self.under_review.values().min() {
            self.objection = Some((*oldest, None));
            return EntryState::ObjectionReview;
        }
        self.objection = self.objection.map(|(from, _)| (from, Some(on)));
        self.objected_in.unwrap_or(EntryState::InNotice)
    }

    /// The party was told where it must be, and the public notice, where there must be one, is over; so are the days that
    /// the party has for statement and defence.
    pub(super) fn may_sign(&self, act: &Act<'_>) -> Result<(), Refusal> {
        if self.terms.party_first() && self.party_told_on.is_none() {
            return Err(Refusal::Missing("party_notice"));
        }
        if self.terms.prior_notice && self.notice_from.is_none() {
            return Err(Refusal::Missing("prior_notice"));
        }
        // of two terms that run, the later one is told: nobody is to try twice
        match (self.noticed(act), self.heard(act)) {
            (Err(one), Err(two)) => Err(if two.until() > one.until() { two } else { one }),
            (one, two) => one.and(two),
        }
    }

    /// The public notice, where there is one, is over.
    fn noticed(&self, act: &Act<'_>) -> Result<(), Refusal> {
        let (Some(rules), Some(from)) = (act.rules, self.notice_from) else {
            return Ok(());
        };
        rules
            .clock(Procedure::ListNotice, &self.track.key, from)?
            .must_be_over(act.on, rules.calendar)
    }

    /// A party that was told has had its days for statement and defence (APL art. 45). No act of the party makes them
    /// shorter: the law knows none. Where no rule gives them a number, they end with the decision.
    fn heard(&self, act: &Act<'_>) -> Result<(), Refusal> {
        let (Some(rules), Some(from)) = (act.rules, self.party_told_on) else {
            return Ok(());
        };
        let clock = match rules.clock(Procedure::ListStatement, &self.track.key, from) {
            Err(Refusal::NoLimit(_)) => return Ok(()),
            clock => clock?,
        };
        clock
            .must_be_over(act.on, rules.calendar)
            .map_err(|why| match why {
                Refusal::StillRuns { until } => Refusal::PartyHeard { until },
                other => other,
            })
    }

    /// Somebody else than who signed; a red-list entry was checked again on the same day; the party has had its days, also
    /// where it was signed before they were held to.
    pub(super) fn may_publish(&self, act: &Act<'_>) -> Result<(), Refusal> {
        if self.signed_by.as_ref() == Some(&act.by.id) {
            return Err(Refusal::SamePerson);
        }
        if self.terms.is_red() && self.checked_on != Some(act.on) {
            return Err(Refusal::NotChecked);
        }
        self.heard(act)
    }

    /// Within T04 of the end of validity.
    pub(super) fn is_near(&self, act: &Act<'_>) -> Result<(), Refusal> {
        let Some(last) = self.terms.valid_until else {
            return Err(Refusal::Missing("valid_until"));
        };
        let Some(rules) = act.rules else {
            return Ok(());
        };
        // T04 is the latest day; a report more than a month earlier is no report of an expiry
        let clock = rules.clock(Procedure::ListExpiryReport, &self.track.key, last)?;
        let earliest = clock.longer(EARLY).due(rules.calendar)?.0;
        match earliest {
            Some(due) if act.on < due.date => Err(Refusal::TooEarly { from: due.date }),
            _ => Ok(()),
        }
    }

    /// A second officer exits what was proposed; the system does so with what has expired.
    pub(super) fn may_exit(&self, act: &Act<'_>) -> Result<ExitReason, Refusal> {
        let expired = self.terms.valid_until.is_some_and(|last| act.on > last);
        if act.by.role == Role::System {
            return if expired {
                Ok(ExitReason::Expired)
            } else {
                Err(Refusal::Missing("exit_proposal"))
            };
        }
        let proposal = self
            .exit_proposal
            .as_ref()
            .ok_or(Refusal::Missing("exit_proposal"))?;
        if proposal.by == act.by.id {
            return Err(Refusal::SamePerson);
        }
        if proposal.reason == ExitReason::Expired && !expired {
            return Err(match self.terms.valid_until {
                Some(until) => Refusal::StillRuns { until },
                None => Refusal::WrongReason,
            });
        }
        Ok(proposal.reason)
    }

    pub(super) fn may_return(&self, ground: ReinstateGround) -> Result<(), Refusal> {
        let published = self.published_on.is_some();
        let reason = self.exited.map(|(_, reason)| reason);
        let fits = match ground {
            ReinstateGround::FalseMaterial => reason == Some(ExitReason::Repaired),
            // what ended by itself was not decided and cannot be reversed
            ReinstateGround::DecisionReversed => reason != Some(ExitReason::Expired),
        };
        if fits && published {
            Ok(())
        } else {
            Err(Refusal::WrongReason)
        }
    }

    pub(super) const fn is_before_exit(&self, state: EntryState) -> bool {
        !matches!(
            state,
            EntryState::Draft
                | EntryState::Rejected
                | EntryState::InternalOnly
                | EntryState::Exited
        )
    }
}
