//! An application for credit repair (domain.md 7.3; R36, GB22): from the form to the decision and its arrival everywhere.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::effect::{Effect, ExitReason, SyncTarget};
use super::{Act, Clock, Procedure, Refusal, Role, Rules, Stepped, Track, told};
use crate::domain::catalogue::{RepairChannel, RepairEffect};
use crate::domain::kinds::vocabulary;
use crate::domain::period::add_months;

vocabulary! {
    /// How far an application is; the words are those that the applicant reads.
    RepairState {
        Draft = "draft", "草稿", "draft";
        Submitted = "submitted", "已提交", "submitted";
        Supplement = "supplement", "待补正", "to be supplemented";
        Closed = "closed", "逾期未补正", "closed, not supplemented in time";
        Misdirected = "misdirected", "请到其他单位办理", "to be handed in elsewhere";
        Forwarded = "forwarded", "已转认定单位", "forwarded to the authority";
        NotAccepted = "not_accepted", "不予受理", "not accepted";
        Accepted = "accepted", "已受理", "accepted";
        Verifying = "verifying", "核查中", "being verified";
        Approved = "approved", "准予修复", "repair granted";
        Rejected = "rejected", "不予修复", "repair refused";
        Done = "done", "已同步", "done everywhere";
        Withdrawn = "withdrawn", "已撤回", "withdrawn";
        Revoked = "revoked", "已撤销", "revoked";
        Resumed = "resumed", "已恢复公示", "shown again";
    }
}

impl RepairState {
    /// Whether nothing more is awaited.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        matches!(
            self,
            Self::Closed
                | Self::Misdirected
                | Self::NotAccepted
                | Self::Rejected
                | Self::Done
                | Self::Withdrawn
                | Self::Revoked
                | Self::Resumed
        )
    }
}

/// What happens to an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub enum RepairEvent {
    /// The applicant saves the draft.
    Save,
    /// The applicant hands it in.
    Submit,
    /// The operator finds the form complete and forwards it.
    Forward,
    /// Something is missing: asked for once, listing everything.
    AskSupplement {
        /// What is missing.
        items: Vec<String>,
    },
    /// The applicant answers.
    AnswerSupplement,
    /// The applicant did not answer in time.
    Lapse,
    /// It belongs elsewhere.
    Misdirect {
        /// Where.
        place: String,
    },
    /// The authority accepts it.
    Accept,
    /// The authority does not accept it.
    Refuse {
        /// Reasons and remedies.
        reasons: String,
    },
    /// The authority verifies performance, commitment and new violations.
    Verify {
        /// What is found.
        findings: String,
    },
    /// The term of the decision is extended once.
    Extend {
        /// Reason, told to the applicant.
        reasons: String,
    },
    /// Repair is granted.
    Approve {
        /// Reasons.
        reasons: String,
    },
    /// The information is hidden for the time being: a court has confirmed a plan of reorganisation or a settlement.
    Shelter {
        /// Reasons: the ruling.
        reasons: String,
    },
    /// Repair is refused.
    Reject {
        /// Reasons and remedies.
        reasons: String,
    },
    /// The result has arrived at a target.
    Sync {
        /// Which.
        target: SyncTarget,
    },
    /// The applicant takes it back.
    Withdraw,
    /// The material was false: the decision is revoked.
    Revoke {
        /// Reasons.
        reasons: String,
    },
    /// What was hidden for the time being is shown again: the plan failed, or the ruling was annulled.
    Resume {
        /// Reasons.
        reasons: String,
    },
}

impl RepairEvent {
    /// Code of the event.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Save => "save",
            Self::Submit => "submit",
            Self::Forward => "forward",
            Self::AskSupplement { .. } => "ask_supplement",
            Self::AnswerSupplement => "answer_supplement",
            Self::Lapse => "lapse",
            Self::Misdirect { .. } => "misdirect",
            Self::Accept => "accept",
            Self::Refuse { .. } => "refuse",
            Self::Verify { .. } => "verify",
            Self::Extend { .. } => "extend",
            Self::Approve { .. } => "approve",
            Self::Shelter { .. } => "shelter",
            Self::Reject { .. } => "reject",
            Self::Sync { .. } => "sync",
            Self::Withdraw => "withdraw",
            Self::Revoke { .. } => "revoke",
            Self::Resume { .. } => "resume",
        }
    }

    /// Who may do it.
    const fn roles(&self) -> &'static [Role] {
        match self {
            Self::Save | Self::Submit | Self::AnswerSupplement | Self::Withdraw => {
                // the operator enters what is handed in on paper (GB22)
                &[Role::Subject, Role::Operator]
            }
            Self::Forward | Self::Misdirect { .. } => &[Role::Operator],
            Self::AskSupplement { .. } => &[Role::Operator, Role::Handler],
            Self::Lapse | Self::Sync { .. } => &[Role::System, Role::Operator],
            Self::Accept | Self::Refuse { .. } | Self::Verify { .. } | Self::Extend { .. } => {
                &[Role::Handler]
            }
            Self::Approve { .. }
            | Self::Shelter { .. }
            | Self::Reject { .. }
            | Self::Revoke { .. }
            | Self::Resume { .. } => &[Role::Approver],
        }
    }
}

/// What the law says of repair for this record, on the day on which the case is opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepairTerms {
    /// First day on which repair may be asked for; none when there is no shortest period (minor: the duty is performed).
    pub earliest: Option<NaiveDate>,
    /// The law excludes nothing.
    pub repairable: bool,
    /// Who decides.
    pub channel: RepairChannel,
    /// What an approval does to the display.
    pub effect: RepairEffect,
    /// First day after a bar for false material.
    #[serde(default)]
    pub barred_until: Option<NaiveDate>,
    /// Another application about the record is open.
    #[serde(default)]
    pub other_open: bool,
    /// Months without an application after false material.
    pub bar_months: u32,
    /// The result is told to platforms of the state and the sectors, and is not done before it has arrived there.
    #[serde(default)]
    pub outgoing: bool,
}

impl RepairTerms {
    /// Whether an application may be made on a day (eligibility pre-check of domain.md 7.3).
    ///
    /// # Errors
    /// The first thing that stands against it.
    pub fn admit(&self, on: NaiveDate) -> Result<(), Refusal> {
        if !self.repairable || self.channel == RepairChannel::None {
            return Err(Refusal::NotRepairable);
        }
        if matches!(
            self.channel,
            RepairChannel::ExternalLink | RepairChannel::Court
        ) {
            return Err(Refusal::OtherChannel);
        }
        if self.other_open {
            return Err(Refusal::AlreadyOpen);
        }
        self.ripe(on)
    }

    /// Whether the shortest period and a bar are over.
    fn ripe(&self, on: NaiveDate) -> Result<(), Refusal> {
        if let Some(until) = self.barred_until.filter(|until| on < *until) {
            return Err(Refusal::Barred { until });
        }
        match self.earliest.filter(|from| on < *from) {
            Some(from) => Err(Refusal::TooEarly { from }),
            None => Ok(()),
        }
    }
}

/// An application about one record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repair {
    /// How far it is.
    pub state: RepairState,
    /// What every case keeps.
    pub track: Track,
    /// What the law says.
    pub terms: RepairTerms,
    /// State to which an answered supplement leads back.
    #[serde(default)]
    pub asked_in: Option<RepairState>,
    /// When it was forwarded to the authority.
    #[serde(default)]
    pub forwarded_on: Option<NaiveDate>,
    /// When the authority decided whether to accept.
    #[serde(default)]
    pub answered_on: Option<NaiveDate>,
    /// When it was accepted.
    #[serde(default)]
    pub accepted_on: Option<NaiveDate>,
    /// When it was decided.
    #[serde(default)]
    pub decided_on: Option<NaiveDate>,
    /// Where an approval has not yet arrived.
    #[serde(default)]
    pub waiting: BTreeSet<SyncTarget>,
    /// When it had arrived everywhere.
    #[serde(default)]
    pub synced_on: Option<NaiveDate>,
    /// It was granted as a hiding for the time being (bankruptcy).
    #[serde(default)]
    pub sheltered: bool,
}

/// Where a result must arrive on this portal.
const TARGETS: [SyncTarget; 4] = [
    SyncTarget::Store,
    SyncTarget::Search,
    SyncTarget::Exports,
    SyncTarget::Feeds,
];

impl Repair {
    /// A draft.
    #[must_use]
    pub const fn draft(track: Track, terms: RepairTerms) -> Self {
        Self {
            state: RepairState::Draft,
            track,
            terms,
            asked_in: None,
            forwarded_on: None,
            answered_on: None,
            accepted_on: None,
            decided_on: None,
            waiting: BTreeSet::new(),
            synced_on: None,
            sheltered: false,
        }
    }

    /// Does an act.
    ///
    /// # Errors
    /// A [`Refusal`]: then nothing has changed.
    pub fn step(&self, event: &RepairEvent, act: &Act<'_>) -> Result<Stepped<Self>, Refusal> {
        use RepairState as S;
        self.track.begin(act, event.roles())?;
        let mut next = self.clone();
        let mut effects = Vec::new();
        next.track.last_on = act.on;
        next.state = match (self.state, event) {
            (S::Draft, RepairEvent::Save) => S::Draft,
            (S::Draft, RepairEvent::Submit) => {
                self.terms.admit(act.on)?;
                next.track.received_on = act.on;
                S::Submitted
            }
            (S::Submitted, RepairEvent::Forward) => {
                next.forwarded_on = Some(act.on);
                S::Forwarded
            }
            (S::Submitted | S::Forwarded, RepairEvent::AskSupplement { items }) => {
                self.asking_is_for(act)?;
                next.track.ask(act, items)?;
                next.asked_in = Some(self.state);
                S::Supplement
            }
            (S::Supplement, RepairEvent::AnswerSupplement) => {
                next.track.answered(act);
                self.asked_in.unwrap_or(S::Submitted)
            }
            (S::Supplement, RepairEvent::Lapse) => {
                self.track.lapsed(act)?;
                S::Closed
            }
            (S::Submitted, RepairEvent::Misdirect { place }) => {
                told(place, "place")?;
                S::Misdirected
            }
            (S::Forwarded, RepairEvent::Accept) => {
                next.track.handled(act);
                next.answered_on = Some(act.on);
                next.accepted_on = Some(act.on);
                S::Accepted
            }
            (S::Forwarded, RepairEvent::Refuse { reasons }) => {
                told(reasons, "reasons")?;
                next.track.handled(act);
                next.answered_on = Some(act.on);
                S::NotAccepted
            }
            (S::Accepted, RepairEvent::Verify { findings }) => {
                told(findings, "findings")?;
                next.track.handled(act);
                S::Verifying
            }
            (S::Accepted | S::Verifying, RepairEvent::Extend { reasons }) => {
                told(reasons, "reasons")?;
                next.track.extend(act, Procedure::RepairExtend)?;
                next.track.handled(act);
                self.state
            }
            (S::Accepted | S::Verifying, RepairEvent::Approve { reasons }) => {
                told(reasons, "reasons")?;
                self.track.second(act)?;
                self.terms.ripe(act.on)?;
                effects = self.granted();
                next.decide(act.on);
                S::Approved
            }
            (S::Accepted | S::Verifying, RepairEvent::Shelter { reasons }) => {
                told(reasons, "reasons")?;
                self.track.second(act)?;
                self.terms.ripe(act.on)?;
                effects = vec![Effect::Hide, Effect::LiftMeasures];
                next.decide(act.on);
                next.sheltered = true;
                S::Approved
            }
            (S::Accepted | S::Verifying, RepairEvent::Reject { reasons }) => {
                told(reasons, "reasons")?;
                self.track.second(act)?;
                next.decided_on = Some(act.on);
                S::Rejected
            }
            (S::Approved, RepairEvent::Sync { target }) => {
                next.waiting.remove(target);
                if next.waiting.is_empty() {
                    next.synced_on = Some(act.on);
                    S::Done
                } else {
                    S::Approved
                }
            }
            (
                S::Draft | S::Submitted | S::Supplement | S::Forwarded | S::Accepted | S::Verifying,
                RepairEvent::Withdraw,
            ) => S::Withdrawn,
            (S::Approved | S::Done, RepairEvent::Revoke { reasons }) => {
                told(reasons, "reasons")?;
                self.track.second(act)?;
                effects.push(Effect::Restore {
                    barred_until: add_months(act.on, self.terms.bar_months),
                });
                S::Revoked
            }
            (S::Approved | S::Done, RepairEvent::Resume { reasons }) if self.is_hiding() => {
                told(reasons, "reasons")?;
                self.track.second(act)?;
                effects.push(Effect::Resume);
                S::Resumed
            }
            (state, event) => {
                return Err(Refusal::NotNow {
                    zh: state.zh(),
                    en: state.en(),
                    event: event.code(),
                });
            }
        };
        Ok(Stepped {
            case: next,
            effects,
        })
    }

    /// Notes that it is granted, and where that must arrive.
    fn decide(&mut self, on: NaiveDate) {
        self.decided_on = Some(on);
        self.waiting = TARGETS.into();
        if self.terms.outgoing {
            self.waiting.insert(SyncTarget::Outgoing);
        }
    }

    /// Whether what was granted hides for the time being and ends nothing: then it can be shown again (domain.md 2.4).
    const fn is_hiding(&self) -> bool {
        self.sheltered || matches!(self.terms.effect, RepairEffect::Hide)
    }

    /// Where a grant is still to arrive; nowhere once it is revoked or the display resumed.
    #[must_use]
    pub fn underway(&self) -> Vec<SyncTarget> {
        match self.state {
            RepairState::Approved => self.waiting.iter().copied().collect(),
            _ => Vec::new(),
        }
    }

    /// The operator asks about the form before it is forwarded, the authority afterwards.
    fn asking_is_for(&self, act: &Act<'_>) -> Result<(), Refusal> {
        let operator = act.by.role == Role::Operator;
        if operator == (self.state == RepairState::Submitted) {
            Ok(())
        } else {
            Err(Refusal::NotYours { role: act.by.role })
        }
    }

    /// What an approval does, by the category of the record (domain.md 2.4).
    fn granted(&self) -> Vec<Effect> {
        let display = match self.terms.effect {
            // no list of negative information asks for a note: an approval that left it on display would be none
            RepairEffect::EndDisclosure | RepairEffect::Annotate | RepairEffect::None => {
                Effect::EndDisplay
            }
            RepairEffect::Delist => Effect::Delist {
                reason: ExitReason::Repaired,
            },
            RepairEffect::Hide => Effect::Hide,
        };
        vec![display, Effect::LiftMeasures]
    }

    /// Its clocks.
    #[must_use]
    pub fn clocks<'r>(&self, rules: &Rules<'r>) -> Vec<Clock<'r>> {
        let track = &self.track;
        let ended = self.ended_on();
        let mut out = Vec::new();
        if self.state == RepairState::Draft {
            return out;
        }
        if let Some(start) = self.forwarded_on
            && let Ok(clock) = rules.clock(Procedure::RepairAccept, &track.key, start)
        {
            out.push(
                clock
                    .resting(&track.pauses())
                    .stopped(self.answered_on.or(ended)),
            );
        }
        if let Some(start) = self.accepted_on {
            let of = (Procedure::RepairDecide, Procedure::RepairExtend);
            out.extend(
                track
                    .decision_clock(rules, of, start)
                    .map(|c| c.stopped(self.decided_on.or(ended))),
            );
        }
        if let Ok(clock) = rules.clock(Procedure::RepairFeedback, &track.key, track.received_on) {
            out.push(clock.resting(&track.pauses()).stopped(ended));
        }
        out.extend(track.supplement_clock(rules, ended));
        if let Some(start) = self.decided_on.filter(|_| self.was_granted())
            && let Ok(clock) = rules.clock(Procedure::RepairEndDisplay, &track.key, start)
        {
            out.push(clock.stopped(self.synced_on));
        }
        out
    }

    fn was_granted(&self) -> bool {
        matches!(
            self.state,
            RepairState::Approved | RepairState::Done | RepairState::Revoked | RepairState::Resumed
        )
    }

    /// When the applicant had the result.
    fn ended_on(&self) -> Option<NaiveDate> {
        self.decided_on
            .or_else(|| self.state.is_closed().then_some(self.track.last_on))
    }
}
