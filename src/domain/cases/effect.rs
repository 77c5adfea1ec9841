//! What an act does to the record that the case is about, as data: whoever keeps the records carries it out.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::kinds::vocabulary;

vocabulary! {
    /// Why an entry leaves its list (S1 art. 12; S3).
    ExitReason {
        DesignationError = "designation_error", "认定有误", "the designation was wrong";
        Disqualified = "disqualified", "列入失信名单或者滥用激励", "listed for dishonesty, or incentives abused";
        Repaired = "repaired", "信用修复", "repaired";
        StandardChanged = "standard_changed", "认定标准变化", "the standard changed";
        Expired = "expired", "有效期届满", "expired";
        BasisRevoked = "basis_revoked", "依据文书被撤销", "the basis document was revoked";
        SealedByLaw = "sealed_by_law", "依法封存", "sealed by law";
    }
}

vocabulary! {
    /// Where a result must arrive.
    SyncTarget {
        Store = "store", "公示库", "public store";
        Search = "search", "检索", "search";
        Exports = "exports", "开放数据", "open data";
        Feeds = "feeds", "变更订阅与镜像", "feeds and mirrors";
        Outgoing = "outgoing", "上级和部门平台", "platforms of the state and the sectors";
    }
}

/// A field as it was and as it is to be.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Canonical key of the field.
    pub field: String,
    /// Value before; empty when it was missing.
    #[serde(default)]
    pub old: String,
    /// Value after; empty when it is to go.
    #[serde(default)]
    pub new: String,
}

impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // values may be personal data: they are not told by accident
        write!(f, "Change({}, …)", self.field)
    }
}

/// What is done when an objection or complaint is upheld (深圳条例 art. 51).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Relief {
    /// Fields are corrected or supplied.
    Correct {
        /// Fields, old and new.
        changes: Vec<Change>,
    },
    /// The display stops: it should never have been shown.
    StopDisplay,
    /// The entry leaves its list.
    Delist,
}

/// What an act does to the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// It is shown with the note that an objection is being handled (T28).
    Annotate,
    /// That note goes.
    ClearAnnotation,
    /// Its measures rest (T13).
    SuspendMeasures,
    /// Its measures run again: new end = `resumed_on` + (old end − `suspended_on`).
    ResumeMeasures {
        /// Day on which they began to rest.
        suspended_on: NaiveDate,
        /// Day from which the remaining term runs.
        resumed_on: NaiveDate,
    },
    /// Its measures end.
    LiftMeasures,
    /// It is not shown for the time being.
    Hide,
    /// What was hidden for the time being is shown again, and its measures hold again. Its terms ran on meanwhile: what is
    /// over by then comes back no more, and nothing is prolonged.
    Resume,
    /// Its display ends: repaired.
    EndDisplay,
    /// Its display ends: it is withdrawn.
    Withdraw,
    /// It leaves its list.
    Delist {
        /// Why.
        reason: ExitReason,
    },
    /// Fields are corrected; old and new are kept.
    Correct {
        /// Fields, old and new.
        changes: Vec<Change>,
    },
    /// It is shown again, and no repair is applied for before a day (false material, or a reversed decision).
    Restore {
        /// First day of a new application; none when the exit itself was reversed.
        barred_until: Option<NaiveDate>,
    },
    /// The subject's unit or department is told instead of the public (T05).
    TellUnit,
    /// Officers are to look: a red-list subject entered another list, or an entry expires.
    Task {
        /// Code of what is to be looked at.
        what: String,
    },
}

/// What an upheld relief does: corrections, or an end of the display.
#[must_use]
pub fn relief_effects(relief: &Relief) -> Vec<Effect> {
    match relief {
        Relief::Correct { changes } => vec![Effect::Correct {
            changes: changes.clone(),
        }],
        Relief::StopDisplay => vec![Effect::Withdraw],
        Relief::Delist => vec![Effect::Delist {
            reason: ExitReason::DesignationError,
        }],
    }
}
