//! An objection to what is displayed, proposed or decided (domain.md 7.4). While it is pending the display carries a note and,
//! where the catalogue says so, the measures rest; after a dismissal the rest of their term runs from that day (S4 1.2).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::effect::{Change, Effect, Relief, relief_effects};
use super::{Act, Clock, Policy, Procedure, Refusal, Role, Rules, Stepped, Track};
use super::{changed, relieved, told};
use crate::domain::kinds::vocabulary;

vocabulary! {
    /// How far an objection is.
    ObjectionState {
        Submitted = "submitted", "已提交", "submitted";
        Supplement = "supplement", "待补正", "to be supplemented";
        Closed = "closed", "逾期未补正", "closed, not supplemented in time";
        NotAccepted = "not_accepted", "不予受理", "not accepted";
        Accepted = "accepted", "已受理", "accepted";
        Forwarded = "forwarded", "已转认定单位", "forwarded to the authority";
        Verifying = "verifying", "核查中", "being verified";
        Corrected = "corrected", "已更正", "corrected at once";
        Upheld = "upheld", "异议成立", "upheld";
        PartlyUpheld = "partly_upheld", "异议部分成立", "partly upheld";
        Dismissed = "dismissed", "异议不成立", "dismissed";
        Withdrawn = "withdrawn", "已撤回", "withdrawn";
    }
}

impl ObjectionState {
    /// Whether nothing more is awaited.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        !matches!(
            self,
            Self::Submitted | Self::Supplement | Self::Accepted | Self::Forwarded | Self::Verifying
        )
    }

    /// Whether the authority has answered with reasons, so that a complaint is possible.
    #[must_use]
    pub const fn is_answered(self) -> bool {
        matches!(
            self,
            Self::Corrected | Self::Upheld | Self::PartlyUpheld | Self::Dismissed
        )
    }

    /// Whether it has been accepted and not decided.
    #[must_use]
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::Accepted | Self::Forwarded | Self::Verifying)
    }
}

vocabulary! {
    /// What an objection is about (GB22: contents, period, result of a repair).
    ObjectionTarget {
        Notice = "notice", "拟列入公示", "a notice before a decision";
        Record = "record", "公示信息", "a displayed record";
        Entry = "entry", "名单认定", "an entry of a list";
        RepairResult = "repair_result", "修复结果", "the result of a repair";
        Period = "period", "公示期限", "the period of display";
    }
}

/// What happens to an objection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub enum ObjectionEvent {
    /// The form is complete: it is accepted.
    Accept,
    /// Something is missing: asked for once, listing everything.
    AskSupplement {
        /// What is missing.
        items: Vec<String>,
    },
    /// The applicant answers.
    AnswerSupplement,
    /// The applicant did not answer in time.
    Lapse,
    /// It is not accepted.
    Refuse {
        /// Reasons and remedies.
        reasons: String,
    },
    /// What is shown differs from what the provider sent: corrected at once (深圳条例 art. 51).
    CorrectAtOnce {
        /// Fields, old and new.
        changes: Vec<Change>,
    },
    /// What is shown is what was sent: forwarded to the authority.
    Forward,
    /// The authority verifies.
    Verify {
        /// What is found.
        findings: String,
    },
    /// The term of the answer is extended once, where a rule allows it.
    Extend {
        /// Reason, told to the applicant.
        reasons: String,
    },
    /// Upheld.
    Uphold {
        /// Reasons.
        reasons: String,
        /// What is done.
        relief: Relief,
    },
    /// Partly upheld: fields are corrected, the rest stands.
    UpholdPartly {
        /// Reasons.
        reasons: String,
        /// Fields, old and new.
        changes: Vec<Change>,
    },
    /// Dismissed.
    Dismiss {
        /// Reasons, complaint and remedies.
        reasons: String,
    },
    /// The applicant takes it back.
    Withdraw,
}

impl ObjectionEvent {
    /// Code of the event.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::AskSupplement { .. } => "ask_supplement",
            Self::AnswerSupplement => "answer_supplement",
            Self::Lapse => "lapse",
            Self::Refuse { .. } => "refuse",
            Self::CorrectAtOnce { .. } => "correct_at_once",
            Self::Forward => "forward",
            Self::Verify { .. } => "verify",
            Self::Extend { .. } => "extend",
            Self::Uphold { .. } => "uphold",
            Self::UpholdPartly { .. } => "uphold_partly",
            Self::Dismiss { .. } => "dismiss",
            Self::Withdraw => "withdraw",
        }
    }

    /// Who may do it.
    const fn roles(&self) -> &'static [Role] {
        match self {
            Self::Accept
            | Self::AskSupplement { .. }
            | Self::Refuse { .. }
            | Self::CorrectAtOnce { .. }
            | Self::Forward => &[Role::Operator],
            Self::AnswerSupplement | Self::Withdraw => &[Role::Subject, Role::Operator],
            Self::Lapse => &[Role::System, Role::Operator],
            Self::Verify { .. } | Self::Extend { .. } => &[Role::Handler],
            Self::Uphold { .. } | Self::UpholdPartly { .. } | Self::Dismiss { .. } => {
                &[Role::Approver]
            }
        }
    }
}

/// An objection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objection {
    /// How far it is.
    pub state: ObjectionState,
    /// What every case keeps.
    pub track: Track,
    /// What it is about.
    pub target: ObjectionTarget,
    /// What pending does to the record.
    pub policy: Policy,
    /// When it was accepted, and measures began to rest.
    #[serde(default)]
    pub accepted_on: Option<NaiveDate>,
    /// When it was answered or ended.
    #[serde(default)]
    pub ended_on: Option<NaiveDate>,
}

impl Objection {
    /// One that was handed in.
    #[must_use]
    pub const fn submitted(track: Track, target: ObjectionTarget, policy: Policy) -> Self {
        Self {
            state: ObjectionState::Submitted,
            track,
            target,
            policy,
            accepted_on: None,
            ended_on: None,
        }
    }

    /// Does an act.
    ///
    /// # Errors
    /// A [`Refusal`]: then nothing has changed.
    pub fn step(&self, event: &ObjectionEvent, act: &Act<'_>) -> Result<Stepped<Self>, Refusal> {
        use ObjectionEvent as E;
        use ObjectionState as S;
        self.track.begin(act, event.roles())?;
        let mut next = self.clone();
        let mut effects = Vec::new();
        next.track.last_on = act.on;
        next.state = match (self.state, event) {
            (S::Submitted, E::Accept) => {
                next.accepted_on = Some(act.on);
                effects = self.begun();
                S::Accepted
            }
            (S::Submitted, E::AskSupplement { items }) => {
                next.track.ask(act, items)?;
                S::Supplement
            }
            (S::Supplement, E::AnswerSupplement) => {
                next.track.answered(act);
                S::Submitted
            }
            (S::Supplement, E::Lapse) => {
                self.track.lapsed(act)?;
                S::Closed
            }
            (S::Submitted, E::Refuse { reasons }) => {
                told(reasons, "reasons")?;
                S::NotAccepted
            }
            (S::Accepted, E::CorrectAtOnce { changes }) => {
                changed(changes)?;
                effects.push(Effect::Correct {
                    changes: changes.clone(),
                });
                effects.extend(self.over(act.on));
                S::Corrected
            }
            (S::Accepted, E::Forward) => S::Forwarded,
            (S::Forwarded, E::Verify { findings }) => {
                told(findings, "findings")?;
                next.track.handled(act);
                S::Verifying
            }
            (S::Forwarded | S::Verifying, E::Extend { reasons }) => {
                told(reasons, "reasons")?;
                next.track.extend(act, Procedure::ObjectionExtend)?;
                next.track.handled(act);
                self.state
            }
            (S::Verifying, E::Uphold { reasons, relief }) => {
                told(reasons, "reasons")?;
                relieved(relief)?;
                self.track.second(act)?;
                effects = self.upheld(relief, act.on);
                S::Upheld
            }
            (S::Verifying, E::UpholdPartly { reasons, changes }) => {
                told(reasons, "reasons")?;
                changed(changes)?;
                self.track.second(act)?;
                effects.push(Effect::Correct {
                    changes: changes.clone(),
                });
                effects.extend(self.over(act.on));
                S::PartlyUpheld
            }
            (S::Verifying, E::Dismiss { reasons }) => {
                told(reasons, "reasons")?;
                self.track.second(act)?;
                effects = self.over(act.on);
                S::Dismissed
            }
            (state, E::Withdraw) if !state.is_closed() => {
                if state.is_pending() {
                    effects = self.over(act.on);
                }
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

    /// What acceptance does at once.
    fn begun(&self) -> Vec<Effect> {
        let annotate = self.policy.annotates.then_some(Effect::Annotate);
        let suspend = self.policy.suspends.then_some(Effect::SuspendMeasures);
        annotate.into_iter().chain(suspend).collect()
    }

    /// What the end does where the decision stands: the note goes, the rest of the measures' term runs on.
    fn over(&self, on: NaiveDate) -> Vec<Effect> {
        let clear = self.policy.annotates.then_some(Effect::ClearAnnotation);
        let resume = self.accepted_on.filter(|_| self.policy.suspends);
        let resume = resume.map(|suspended_on| Effect::ResumeMeasures {
            suspended_on,
            resumed_on: on,
        });
        clear.into_iter().chain(resume).collect()
    }

    /// What an upheld objection does: what is merely corrected goes on, what falls takes its measures with it.
    fn upheld(&self, relief: &Relief, on: NaiveDate) -> Vec<Effect> {
        let mut effects = relief_effects(relief);
        match relief {
            Relief::Correct { .. } => effects.extend(self.over(on)),
            Relief::StopDisplay | Relief::Delist => {
                effects.extend(self.policy.annotates.then_some(Effect::ClearAnnotation));
                effects.push(Effect::LiftMeasures);
            }
        }
        effects
    }

    /// Its clocks.
    #[must_use]
    pub fn clocks<'r>(&self, rules: &Rules<'r>) -> Vec<Clock<'r>> {
        let track = &self.track;
        let mut out = Vec::new();
        if let Ok(clock) = rules.clock(Procedure::ObjectionAccept, &track.key, track.received_on) {
            let done = self.accepted_on.or(self.ended_on);
            out.push(clock.resting(&track.pauses()).stopped(done));
        }
        if let Some(start) = self.accepted_on {
            let of = (self.procedure(), Procedure::ObjectionExtend);
            out.extend(
                track
                    .decision_clock(rules, of, start)
                    .map(|c| c.stopped(self.ended_on)),
            );
        }
        out.extend(track.supplement_clock(rules, self.ended_on));
        out
    }

    /// An objection before a listing has a term of its own (T11).
    const fn procedure(&self) -> Procedure {
        match self.target {
            ObjectionTarget::Notice => Procedure::ListObjection,
            _ => Procedure::ObjectionAnswer,
        }
    }

    /// Whether its answer is overdue on a day, so that a complaint needs no answer. Never by a provisional calendar's word
    /// against the applicant: a doubtful day counts for the complaint.
    #[must_use]
    pub fn is_overdue(&self, on: NaiveDate, rules: &Rules<'_>) -> bool {
        self.state.is_pending()
            && self
                .clocks(rules)
                .iter()
                .filter(|c| c.limit.procedure == self.procedure())
                .any(|c| c.read(on, rules.calendar).is_ok_and(|r| r.overdue))
    }
}
