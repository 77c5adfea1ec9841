//! A complaint to the leading group about the answer to an objection (domain.md 7.5, S4 1.2).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::effect::{Effect, Relief, relief_effects};
use super::{Act, Clock, Policy, Procedure, Refusal, Role, Rules, Stepped, Track};
use super::{relieved, told};
use crate::domain::kinds::vocabulary;

vocabulary! {
    /// How far a complaint is.
    ComplaintState {
        Submitted = "submitted", "已提交", "submitted";
        NotAccepted = "not_accepted", "不予受理", "not accepted";
        Accepted = "accepted", "已受理", "accepted";
        Consultation = "consultation", "会商中", "in consultation";
        Upheld = "upheld", "投诉成立，责令改正", "upheld, correction ordered";
        Dismissed = "dismissed", "投诉不成立", "dismissed";
        Closed = "closed", "已办结", "closed";
        Withdrawn = "withdrawn", "已撤回", "withdrawn";
    }
}

impl ComplaintState {
    /// Whether nothing more is awaited.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        matches!(
            self,
            Self::NotAccepted | Self::Dismissed | Self::Closed | Self::Withdrawn
        )
    }
}

/// What happens to a complaint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub enum ComplaintEvent {
    /// Accepted.
    Accept,
    /// Not accepted.
    Refuse {
        /// Reasons and remedies.
        reasons: String,
    },
    /// Departments, and experts where needed, are convened.
    Consult {
        /// Reference of the meeting.
        meeting: String,
    },
    /// Upheld: the authority is ordered to correct.
    Uphold {
        /// Reasons.
        reasons: String,
    },
    /// Dismissed.
    Dismiss {
        /// Reasons and remedies.
        reasons: String,
    },
    /// The authority has corrected as ordered.
    Comply {
        /// What is done.
        relief: Relief,
    },
    /// The applicant takes it back.
    Withdraw,
}

impl ComplaintEvent {
    /// Code of the event.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Refuse { .. } => "refuse",
            Self::Consult { .. } => "consult",
            Self::Uphold { .. } => "uphold",
            Self::Dismiss { .. } => "dismiss",
            Self::Comply { .. } => "comply",
            Self::Withdraw => "withdraw",
        }
    }

    /// Who may do it.
    const fn roles(&self) -> &'static [Role] {
        match self {
            Self::Comply { .. } => &[Role::Approver],
            Self::Withdraw => &[Role::Subject, Role::Operator],
            _ => &[Role::LeadingGroup],
        }
    }
}

/// A complaint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complaint {
    /// How far it is.
    pub state: ComplaintState,
    /// What every case keeps.
    pub track: Track,
    /// Number of the objection; empty when none is known here.
    pub objection: String,
    /// When the objection was answered; none when there was no answer in time.
    pub replied_on: Option<NaiveDate>,
    /// The objection was not answered in time, which is a ground of its own.
    #[serde(default)]
    pub reply_overdue: bool,
    /// What pending does to the record.
    pub policy: Policy,
    /// When it was accepted, and measures began to rest again.
    #[serde(default)]
    pub accepted_on: Option<NaiveDate>,
    /// When it was decided.
    #[serde(default)]
    pub decided_on: Option<NaiveDate>,
    /// When it ended.
    #[serde(default)]
    pub ended_on: Option<NaiveDate>,
}

impl Complaint {
    /// One that was handed in.
    #[must_use]
    pub const fn submitted(
        track: Track,
        objection: String,
        replied_on: Option<NaiveDate>,
        reply_overdue: bool,
        policy: Policy,
    ) -> Self {
        Self {
            state: ComplaintState::Submitted,
            track,
            objection,
            replied_on,
            reply_overdue,
            policy,
            accepted_on: None,
            decided_on: None,
            ended_on: None,
        }
    }

    /// Does an act.
    ///
    /// # Errors
    /// A [`Refusal`]: then nothing has changed.
    pub fn step(&self, event: &ComplaintEvent, act: &Act<'_>) -> Result<Stepped<Self>, Refusal> {
        use ComplaintEvent as E;
        use ComplaintState as S;
        self.track.begin(act, event.roles())?;
        let mut next = self.clone();
        let mut effects = Vec::new();
        next.track.last_on = act.on;
        next.state = match (self.state, event) {
            (S::Submitted, E::Accept) => {
                self.in_time(act)?;
                next.track.handled(act);
                next.accepted_on = Some(act.on);
                effects.extend(self.policy.suspends.then_some(Effect::SuspendMeasures));
                S::Accepted
            }
            (S::Submitted, E::Refuse { reasons }) => {
                told(reasons, "reasons")?;
                S::NotAccepted
            }
            (S::Accepted, E::Consult { meeting }) => {
                told(meeting, "meeting")?;
                next.track.handled(act);
                S::Consultation
            }
            (S::Consultation, E::Uphold { reasons }) => {
                told(reasons, "reasons")?;
                self.track.second(act)?;
                next.decided_on = Some(act.on);
                S::Upheld
            }
            (S::Consultation, E::Dismiss { reasons }) => {
                told(reasons, "reasons")?;
                self.track.second(act)?;
                next.decided_on = Some(act.on);
                effects.extend(self.resumed(act.on));
                S::Dismissed
            }
            (S::Upheld, E::Comply { relief }) => {
                relieved(relief)?;
                effects = relief_effects(relief);
                match relief {
                    Relief::Correct { .. } => effects.extend(self.resumed(act.on)),
                    Relief::StopDisplay | Relief::Delist => effects.push(Effect::LiftMeasures),
                }
                S::Closed
            }
            (S::Submitted | S::Accepted | S::Consultation, E::Withdraw) => {
                effects.extend(self.resumed(act.on));
                S::Withdrawn
            }
            (state, event) => {
                return Err(Refusal::NotNow {
                    zh: state.zh(),
                    en: state.en(),
                    event: event.code(),
                });
            }
        };
        if next.state.is_closed() {
            next.ended_on = Some(act.on);
        }
        Ok(Stepped {
            case: next,
            effects,
        })
    }

    /// Only after an answer, and filed within T14 of it; or when the answer is overdue. A term that a provisional calendar
    /// ends is not held against the applicant.
    fn in_time(&self, act: &Act<'_>) -> Result<(), Refusal> {
        let Some(replied) = self.replied_on else {
            return if self.reply_overdue {
                Ok(())
            } else {
                Err(Refusal::Missing("reply"))
            };
        };
        let Some(rules) = act.rules else {
            return Ok(());
        };
        let clock = rules.clock(Procedure::ComplaintFile, &self.track.key, replied)?;
        match clock.due(rules.calendar)?.0 {
            Some(due) if self.track.received_on > due.date && !due.provisional => {
                Err(Refusal::Late { until: due.date })
            }
            _ => Ok(()),
        }
    }

    /// The rest of the measures' term runs on, if they rest.
    fn resumed(&self, on: NaiveDate) -> Option<Effect> {
        let suspended_on = self.accepted_on.filter(|_| self.policy.suspends)?;
        Some(Effect::ResumeMeasures {
            suspended_on,
            resumed_on: on,
        })
    }

    /// Its clocks.
    #[must_use]
    pub fn clocks<'r>(&self, rules: &Rules<'r>) -> Vec<Clock<'r>> {
        let track = &self.track;
        let mut out = Vec::new();
        if let Ok(clock) = rules.clock(Procedure::ComplaintDecide, &track.key, track.received_on) {
            out.push(clock.stopped(self.decided_on.or(self.ended_on)));
        }
        let ordered = self
            .decided_on
            .filter(|_| matches!(self.state, ComplaintState::Upheld | ComplaintState::Closed));
        if let Some(start) = ordered
            && let Ok(clock) = rules.clock(Procedure::ComplaintCorrect, &track.key, start)
        {
            out.push(clock.stopped(self.ended_on));
        }
        out
    }
}
