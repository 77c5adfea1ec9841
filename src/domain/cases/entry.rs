//! The life of an entry of a list (domain.md 7.1; S1 art. 8 to 12, S3): proposed, noticed, decided, published, exited.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::effect::{Effect, ExitReason};
use super::{Act, Clock, Procedure, Refusal, Role, Rules, Stepped, Track, told};
use crate::domain::catalogue::Head;
use crate::domain::kinds::{Polarity, vocabulary};

mod guard;

vocabulary! {
    /// How far an entry is.
    EntryState {
        Draft = "draft", "拟制", "being drawn up";
        Proposed = "proposed", "拟列入", "proposed";
        Screened = "screened", "已过保密审查", "screened";
        InternalOnly = "internal_only", "不予公开", "internal only";
        Rejected = "rejected", "不予列入", "not listed";
        Approved = "approved", "初步同意", "approved in a first meeting";
        Notified = "notified", "已告知当事人", "party told";
        InNotice = "in_notice", "公示中（列入前）", "in public notice";
        ObjectionReview = "objection_review", "异议核实中", "objection under review";
        Decided = "decided", "已签发", "decided";
        Published = "published", "已公布", "published";
        Expiring = "expiring", "即将到期", "expiring";
        Exited = "exited", "已移出", "exited";
    }
}

vocabulary! {
    /// What the secrecy review finds (S1 art. 9a).
    Screening {
        Clear = "clear", "可以公开", "may be published";
        Internal = "internal", "不宜公开", "not to be published";
        Refused = "refused", "不得列入", "not to be listed";
    }
}

vocabulary! {
    /// Lists of dishonesty that a red-list entry is checked against (S1 art. 8).
    Checked {
        City = "city", "市级", "city";
        Province = "province", "省级", "province";
        Nation = "nation", "国家级", "nation";
    }
}

vocabulary! {
    /// How an objection ended without an answer (domain.md 7.4).
    Unanswered {
        Withdrawn = "withdrawn", "异议人撤回异议", "it was withdrawn";
        Lapsed = "lapsed", "异议逾期未补正", "it was not supplemented in time";
        NotAccepted = "not_accepted", "异议不予受理", "it was not accepted";
        Corrected = "corrected", "异议所指内容已当即更正", "what it was about was corrected at once";
    }
}

vocabulary! {
    /// Why an exited entry comes back.
    ReinstateGround {
        FalseMaterial = "false_material", "修复材料虚假", "false repair material";
        DecisionReversed = "decision_reversed", "移出决定被撤销", "the decision to exit was reversed";
    }
}

/// What happens to an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub enum EntryEvent {
    /// Proposed, on a document.
    Propose {
        /// The document that the entry rests on.
        basis_document: String,
    },
    /// Secrecy review.
    SecrecyReview {
        /// What it finds.
        finding: Screening,
        /// Reasons; must be told when it is not clear.
        #[serde(default)]
        reasons: String,
    },
    /// Cross-check of a red-list entry with the lists of dishonesty.
    CrossCheck {
        /// Which lists were looked at.
        lists: Vec<Checked>,
        /// Active entries that were found: ids of records or references; the evidence.
        #[serde(default)]
        hits: Vec<String>,
    },
    /// A meeting approves.
    ApprovePreliminary {
        /// Reference of the meeting.
        meeting: String,
    },
    /// The party is told: reason, basis, measures, right to object, path of repair.
    ServePartyNotice {
        /// Reference of the notice.
        notice: String,
    },
    /// The public notice begins.
    OpenPriorNotice,
    /// Somebody objects.
    Object {
        /// Reference of the objection.
        objection: String,
    },
    /// The objection is right: it is not listed.
    Uphold {
        /// Reasons, in writing.
        reasons: String,
    },
    /// The objection is not right.
    Dismiss {
        /// Reasons, in writing.
        reasons: String,
        /// Reference of the objection; none for every one that is under review.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        objection: Option<String>,
    },
    /// The objection ended without an answer: nothing of it is left to be reviewed.
    ObjectionEnded {
        /// Reference of the objection.
        objection: String,
        /// How it ended.
        end: Unanswered,
    },
    /// The principal signs.
    Sign {
        /// Number of the decision.
        document_number: String,
    },
    /// It is published.
    Publish {
        /// The rules of visibility let it pass; else it stays internal and the unit is told.
        visible: bool,
    },
    /// The unit or department was told of an entry that is not published (T05).
    TellUnit,
    /// It will expire: the deciding meeting is told (T04).
    ExpiryNear,
    /// An exit is proposed.
    ProposeExit {
        /// Why.
        reason: ExitReason,
        /// Reference of the meeting; an expiry needs none.
        #[serde(default)]
        meeting: String,
    },
    /// It leaves the list.
    Exit,
    /// The exit notice was published by the original channel (T03).
    AnnounceExit,
    /// The document that it rests on was revoked.
    BasisRevoked {
        /// Reasons.
        reasons: String,
    },
    /// The display of its record was ended by another case: a repair that was granted, an objection that was upheld.
    RecordEnded {
        /// Why.
        reason: ExitReason,
        /// That case.
        reference: String,
    },
    /// Another case brought its record back: false material for a repair.
    RecordReturned {
        /// That case.
        reference: String,
    },
    /// A red-list subject was found on another list: officers are to look (S1 art. 12).
    Contradicted {
        /// The other entry.
        other: String,
    },
    /// It comes back.
    Reinstate {
        /// Why.
        ground: ReinstateGround,
        /// Reasons.
        reasons: String,
    },
}

impl EntryEvent {
    /// Code of the event.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Propose { .. } => "propose",
            Self::SecrecyReview { .. } => "secrecy_review",
            Self::CrossCheck { .. } => "cross_check",
            Self::ApprovePreliminary { .. } => "approve_preliminary",
            Self::ServePartyNotice { .. } => "serve_party_notice",
            Self::OpenPriorNotice => "open_prior_notice",
            Self::Object { .. } => "object",
            Self::Uphold { .. } => "uphold",
            Self::Dismiss { .. } => "dismiss",
            Self::ObjectionEnded { .. } => "objection_ended",
            Self::Sign { .. } => "sign",
            Self::Publish { .. } => "publish",
            Self::TellUnit => "tell_unit",
            Self::ExpiryNear => "expiry_near",
            Self::ProposeExit { .. } => "propose_exit",
            Self::Exit => "exit",
            Self::AnnounceExit => "announce_exit",
            Self::BasisRevoked { .. } => "basis_revoked",
            Self::RecordEnded { .. } => "record_ended",
            Self::RecordReturned { .. } => "record_returned",
            Self::Contradicted { .. } => "contradicted",
            Self::Reinstate { .. } => "reinstate",
        }
    }

    /// Who may do it.
    const fn roles(&self) -> &'static [Role] {
        match self {
            Self::SecrecyReview { .. } => &[Role::SecrecyReviewer],
            Self::CrossCheck { .. } | Self::AnnounceExit => &[Role::Handler, Role::System],
            Self::Object { .. } => &[Role::Operator, Role::Handler],
            Self::ApprovePreliminary { .. }
            | Self::Uphold { .. }
            | Self::Dismiss { .. }
            | Self::Sign { .. }
            | Self::Reinstate { .. } => &[Role::Approver],
            Self::Exit => &[Role::Approver, Role::System],
            Self::ObjectionEnded { .. }
            | Self::RecordEnded { .. }
            | Self::RecordReturned { .. } => &[Role::System],
            Self::ExpiryNear | Self::Contradicted { .. } => &[Role::System, Role::Operator],
            _ => &[Role::Handler],
        }
    }
}

/// What the catalogue says of the list, told when the entry is drawn up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryTerms {
    /// Red list, list of dishonesty, or neither.
    pub polarity: Polarity,
    /// A list of serious dishonesty: one of the four heads, and the party is told first (S0, S3).
    pub serious: bool,
    /// Head of such a list.
    #[serde(default)]
    pub head: Option<Head>,
    /// The subject is a natural person: told first (S1 art. 8).
    pub natural_person: bool,
    /// The list asks for the party to be told first.
    #[serde(default)]
    pub party_notice: bool,
    /// Public notice is required before the decision.
    pub prior_notice: bool,
    /// Entry conditions, exit conditions and remedies stand in the catalogue.
    pub conditions: bool,
    /// Last day of validity; none where it has no fixed end.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
}

impl EntryTerms {
    const fn party_first(&self) -> bool {
        self.serious || self.natural_person || self.party_notice
    }

    fn is_red(&self) -> bool {
        self.polarity == Polarity::Positive
    }

    /// Whether an entry of this list leaves it for this reason by way of an exit (S1 art. 12).
    fn allows(&self, reason: ExitReason) -> bool {
        match reason {
            ExitReason::DesignationError
            | ExitReason::StandardChanged
            | ExitReason::Expired
            | ExitReason::SealedByLaw => true,
            ExitReason::Disqualified => self.is_red(),
            ExitReason::Repaired => !self.is_red(),
            // an event of its own, with a term of its own
            ExitReason::BasisRevoked => false,
        }
    }
}

/// Units before T04 on which an expiry may be reported at the earliest.
const EARLY: u32 = 20;

/// An exit that waits for a second officer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExitProposal {
    /// Why.
    pub reason: ExitReason,
    /// Who proposed it.
    pub by: String,
}

/// An entry of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// How far it is.
    pub state: EntryState,
    /// What every case keeps.
    pub track: Track,
    /// What the catalogue says.
    pub terms: EntryTerms,
    /// Day of the newest cross-check without a hit.
    #[serde(default)]
    pub checked_on: Option<NaiveDate>,
    /// The party was told on this day.
    #[serde(default)]
    pub party_told_on: Option<NaiveDate>,
    /// The public notice began on this day.
    #[serde(default)]
    pub notice_from: Option<NaiveDate>,
    /// State to which a dismissed objection leads back.
    #[serde(default)]
    pub objected_in: Option<EntryState>,
    /// Day of the objection, and of its answer; of several under review, of the oldest.
    #[serde(default)]
    pub objection: Option<(NaiveDate, Option<NaiveDate>)>,
    /// Objections under review, each with its day: the review ends with the last of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub under_review: BTreeMap<String, NaiveDate>,
    /// Signed on this day: effective.
    #[serde(default)]
    pub signed_on: Option<NaiveDate>,
    /// Who signed.
    #[serde(default)]
    pub signed_by: Option<String>,
    /// Published, or kept internal, on this day.
    #[serde(default)]
    pub published_on: Option<NaiveDate>,
    /// The unit was told on this day.
    #[serde(default)]
    pub unit_told_on: Option<NaiveDate>,
    /// The expiry was reported on this day.
    #[serde(default)]
    pub reported_on: Option<NaiveDate>,
    /// An exit that waits for a second officer.
    #[serde(default)]
    pub exit_proposal: Option<ExitProposal>,
    /// When and why it left.
    #[serde(default)]
    pub exited: Option<(NaiveDate, ExitReason)>,
    /// The exit notice was out on this day.
    #[serde(default)]
    pub announced_on: Option<NaiveDate>,
}

impl Entry {
    /// One that is being drawn up.
    #[must_use]
    pub const fn draft(track: Track, terms: EntryTerms) -> Self {
        Self {
            state: EntryState::Draft,
            track,
            terms,
            checked_on: None,
            party_told_on: None,
            notice_from: None,
            objected_in: None,
            objection: None,
            under_review: BTreeMap::new(),
            signed_on: None,
            signed_by: None,
            published_on: None,
            unit_told_on: None,
            reported_on: None,
            exit_proposal: None,
            exited: None,
            announced_on: None,
        }
    }

    /// Does an act.
    ///
    /// # Errors
    /// A [`Refusal`]: then nothing has changed.
    pub fn step(&self, event: &EntryEvent, act: &Act<'_>) -> Result<Stepped<Self>, Refusal> {
        use EntryEvent as E;
        use EntryState as S;
        self.track.begin(act, event.roles())?;
        let mut next = self.clone();
        let mut effects = Vec::new();
        next.track.last_on = act.on;
        next.state = match (self.state, event) {
            (S::Draft, E::Propose { basis_document }) => {
                self.may_propose(basis_document)?;
                next.track.handled(act);
                S::Proposed
            }
            (S::Proposed, E::SecrecyReview { finding, reasons }) => {
                self.track.second(act)?;
                if *finding != Screening::Clear {
                    told(reasons, "reasons")?;
                }
                match finding {
                    Screening::Clear => S::Screened,
                    Screening::Internal => {
                        effects.push(Effect::TellUnit);
                        next.published_on = Some(act.on);
                        S::InternalOnly
                    }
                    Screening::Refused => S::Rejected,
                }
            }
            (S::Screened | S::Decided, E::CrossCheck { lists, hits }) if self.terms.is_red() => {
                if Checked::ALL.iter().any(|l| !lists.contains(l)) {
                    return Err(Refusal::Missing("lists"));
                }
                if hits.is_empty() {
                    next.checked_on = Some(act.on);
                    self.state
                } else {
                    S::Rejected
                }
            }
            (S::Screened, E::ApprovePreliminary { meeting }) => {
                told(meeting, "meeting")?;
                self.track.second(act)?;
                if self.terms.is_red() && self.checked_on.is_none() {
                    return Err(Refusal::NotChecked);
                }
                S::Approved
            }
            (S::Approved, E::ServePartyNotice { notice }) => {
                told(notice, "party_notice")?;
                next.track.handled(act);
                next.party_told_on = Some(act.on);
                S::Notified
            }
            (S::Approved | S::Notified, E::OpenPriorNotice) => {
                if self.terms.party_first() && self.party_told_on.is_none() {
                    return Err(Refusal::Missing("party_notice"));
                }
                next.track.handled(act);
                next.notice_from = Some(act.on);
                S::InNotice
            }
            (S::InNotice | S::Notified, E::Object { objection }) => {
                next.objected_in = Some(self.state);
                next.objection = Some((act.on, None));
                next.under_review = BTreeMap::from([(objection.clone(), act.on)]);
                S::ObjectionReview
            }
            // another one while one is under review: the review goes on until both have ended
            (S::ObjectionReview, E::Object { objection }) if self.is_new(objection) => {
                next.under_review.insert(objection.clone(), act.on);
                S::ObjectionReview
            }
            (S::ObjectionReview, E::Uphold { reasons }) => {
                told(reasons, "reasons")?;
                self.track.second(act)?;
                next.over(None, act.on);
                S::Rejected
            }
            (S::ObjectionReview, E::Dismiss { reasons, objection })
                if self.reviews(objection.as_deref()) =>
            {
                told(reasons, "reasons")?;
                self.track.second(act)?;
                next.over(objection.as_deref(), act.on)
            }
            (S::ObjectionReview, E::ObjectionEnded { objection, .. })
                if self.reviews(Some(objection)) =>
            {
                next.over(Some(objection), act.on)
            }
            (S::InNotice | S::Notified, E::Sign { document_number }) => {
                told(document_number, "document_number")?;
                self.track.second(act)?;
                self.may_sign(act)?;
                next.signed_on = Some(act.on);
                next.signed_by = Some(act.by.id.clone());
                S::Decided
            }
            (S::Decided, E::Publish { visible }) => {
                self.may_publish(act)?;
                next.published_on = Some(act.on);
                if *visible {
                    S::Published
                } else {
                    effects.push(Effect::TellUnit);
                    S::InternalOnly
                }
            }
            (S::InternalOnly, E::TellUnit) => {
                next.unit_told_on = Some(act.on);
                S::InternalOnly
            }
            (S::Published, E::ExpiryNear) => {
                self.is_near(act)?;
                next.reported_on = Some(act.on);
                effects.push(Effect::Task {
                    what: "expiry".to_owned(),
                });
                S::Expiring
            }
            (S::Published | S::Expiring, E::ProposeExit { reason, meeting }) => {
                if !self.terms.allows(*reason) {
                    return Err(Refusal::WrongReason);
                }
                if *reason != ExitReason::Expired {
                    told(meeting, "meeting")?;
                }
                next.exit_proposal = Some(ExitProposal {
                    reason: *reason,
                    by: act.by.id.clone(),
                });
                self.state
            }
            (S::Published | S::Expiring, E::Exit) => {
                let reason = self.may_exit(act)?;
                effects = vec![Effect::Delist { reason }, Effect::LiftMeasures];
                next.exited = Some((act.on, reason));
                next.exit_proposal = None;
                S::Exited
            }
            (S::Exited, E::AnnounceExit) => {
                next.announced_on = Some(act.on);
                S::Exited
            }
            (state, E::BasisRevoked { reasons }) if self.is_before_exit(state) => {
                told(reasons, "reasons")?;
                if matches!(state, S::Published | S::Expiring) {
                    effects = vec![Effect::Withdraw, Effect::LiftMeasures];
                }
                next.exited = Some((act.on, ExitReason::BasisRevoked));
                S::Exited
            }
            // what happens to the record was carried out by that case
            (S::Published | S::Expiring, E::RecordEnded { reason, reference }) => {
                told(reference, "reference")?;
                next.exited = Some((act.on, *reason));
                next.exit_proposal = None;
                S::Exited
            }
            (S::Exited, E::RecordReturned { reference }) if self.published_on.is_some() => {
                told(reference, "reference")?;
                next.exited = None;
                next.announced_on = None;
                S::Published
            }
            (S::Published | S::Expiring, E::Contradicted { other }) if self.terms.is_red() => {
                told(other, "lists")?;
                effects.push(Effect::Task {
                    what: "contradicted".to_owned(),
                });
                self.state
            }
            (S::Exited, E::Reinstate { ground, reasons }) => {
                told(reasons, "reasons")?;
                self.track.second(act)?;
                self.may_return(*ground)?;
                effects.push(Effect::Restore { barred_until: None });
                next.exited = None;
                next.announced_on = None;
                S::Published
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

    /// Its clocks.
    #[must_use]
    pub fn clocks<'r>(&self, rules: &Rules<'r>) -> Vec<Clock<'r>> {
        let mut out = Vec::new();
        let gone = self.exited.map(|(on, _)| on);
        let mut add = |procedure, start: Option<NaiveDate>, done: Option<NaiveDate>| {
            if let Some(start) = start
                && let Ok(clock) = rules.clock(procedure, &self.track.key, start)
            {
                out.push(clock.stopped(done));
            }
        };
        let decided = self.signed_on.or(gone);
        add(Procedure::ListStatement, self.party_told_on, decided);
        add(Procedure::ListNotice, self.notice_from, decided);
        let (objected, answered) = self
            .objection
            .map_or((None, None), |(from, until)| (Some(from), until));
        add(Procedure::ListObjection, objected, answered.or(gone));
        add(
            Procedure::ListPublish,
            self.signed_on,
            self.published_on.or(gone),
        );
        let internal = self
            .published_on
            .filter(|_| self.state == EntryState::InternalOnly);
        add(Procedure::ListTellUnit, internal, self.unit_told_on);
        if matches!(self.state, EntryState::Published | EntryState::Expiring) {
            add(
                Procedure::ListExpiryReport,
                self.terms.valid_until,
                self.reported_on,
            );
        }
        if let Some((on, reason)) = self.exited.filter(|_| self.published_on.is_some()) {
            let procedure = match reason {
                ExitReason::BasisRevoked => Procedure::RecordWithdraw,
                _ => Procedure::ListExitNotice,
            };
            add(procedure, Some(on), self.announced_on);
        }
        out
    }
}
