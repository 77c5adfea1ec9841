//! What the rules need to know of a record, typed once at intake and free of personal data.

use chrono::NaiveDate;

use crate::domain::kinds::{Domain, Severity};

/// Decision document that a record rests on.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct BasisDocument {
    /// Kind in words (行政处罚决定书, 判决书, …).
    pub kind: String,
    /// Document number.
    pub number: String,
    /// Date.
    pub date: Option<NaiveDate>,
    /// Authority that issued it.
    pub authority: String,
    /// `effective`, `revoked`, `changed`, `invalid`; empty counts as effective.
    pub status: String,
}

impl BasisDocument {
    /// Whether the document still stands (APL art.48: a revoked decision is withdrawn with the record).
    #[must_use]
    pub fn stands(&self) -> bool {
        matches!(self.status.as_str(), "" | "effective")
    }
}

/// Procedure of a penalty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Procedure {
    /// 简易程序: not published (`SUMMARY_PROCEDURE`).
    Summary,
    /// 普通程序.
    Ordinary,
}

/// What the rules need to know of a record, typed once at intake.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Facts {
    /// `summary` (简易程序) or `ordinary` (普通程序); `None` when not told.
    pub procedure: Option<Procedure>,
    /// Severity as the authority set it; computed from the penalty kinds when absent.
    pub severity: Option<Severity>,
    /// Key field.
    pub domain: Option<Domain>,
    /// Kinds of penalty (APL art.9), as written in the template, split at `;`.
    pub penalty_kinds: Vec<String>,
    /// Fine in units of 0.000001 万元 (10,000 yuan), so that six decimals are exact.
    pub fine_micro_wan: Option<i64>,
    /// Confiscation, same unit.
    pub confiscation_micro_wan: Option<i64>,
    /// The subject is under 18, or the record identifies a minor.
    pub is_minor: bool,
    /// Provider's flags: `state_secret`, `trade_secret`, `privacy`, `unsuitable`, `force_majeure`, `minor_fault`, `low_score`.
    pub flags: Vec<String>,
    /// Start of validity (licences, lists).
    pub valid_from: Option<NaiveDate>,
    /// Last day of validity; 2099-12-31 is read as no end (`None` with `long_term`).
    pub valid_until: Option<NaiveDate>,
    /// The provider wrote 2099/12/31 or 长期.
    pub long_term: bool,
    /// Last day of display that the provider wants (公示截止期): may shorten, never lengthen.
    pub display_until_supplied: Option<NaiveDate>,
    /// Current state of a licence: `valid`, `invalid`, `revoked`, `objection`, `other`.
    pub licence_status: Option<String>,
    /// Date on which the duty was performed.
    pub performed_on: Option<NaiveDate>,
    /// Date from which the decision can no longer be challenged.
    pub final_on: Option<NaiveDate>,
    /// Statute that orders publication in spite of a default block, as cited by the provider.
    pub statutory_publication: Option<String>,
    /// The wrong is not corrected and the sector authority holds the display (`hold_at_max`), with its decision number.
    pub hold_at_max: Option<String>,
    /// A repair was approved before import, on this date.
    pub repaired_on: Option<NaiveDate>,
    /// The subject exited the list on this date (list records), with the reason code of domain.md 7.1.
    pub exited: Option<(NaiveDate, String)>,
    /// Consent of a natural person to publication, as a reference (red lists, honours).
    pub consent: Option<String>,
}

impl Facts {
    /// Whether the provider set a flag.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.flags.iter().any(|f| f == name)
    }
}
