//! Public records: what may be seen and nothing else. Built by the publisher only; seen everywhere as `crate::record`.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::kinds::{Severity, SubjectKind, vocabulary};

/// A name that has passed the masking rules of its list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct MaskedName(String);

impl MaskedName {
    /// Made inside only, from a raw name and a masking method.
    pub(in crate::inside) fn new(shown: String) -> Self {
        Self(shown)
    }

    /// What is shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One published field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicField {
    /// Canonical key of the catalogue.
    pub key: String,
    /// Published value, masked where the catalogue says so.
    pub value: String,
    /// Whether exports may carry it.
    pub export: bool,
}

/// A note beside a displayed record (异议处理中, 已更正, …).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// An objection is being handled (T28).
    UnderObjection,
    /// The record was corrected.
    Corrected,
    /// Held beyond the maximum by the authority's decision (R36).
    HeldAtMaximum,
    /// Published later than the time limit (T08, T09).
    PublishedLate,
    /// Reinstated after false repair material.
    Reinstated,
    /// Its measures rest while an objection or complaint is pending (T13).
    MeasuresSuspended,
}

vocabulary! {
    /// State of a displayed record, for facets and badges; what is not displayed has none.
    State {
        Displayed = "displayed", "公示中", "displayed";
        UnderObjection = "under_objection", "异议处理中", "under objection";
        Corrected = "corrected", "已更正", "corrected";
        HeldAtMaximum = "held_at_maximum", "延续公示", "held beyond the maximum";
    }
}

/// The parts of a public record, as the store keeps them. Being plain data it is not proof of anything:
/// `PublicRecord` is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordParts {
    /// Stable opaque id: 20 characters, base 32, keyed hash of (list, authority, document number, subject).
    pub id: String,
    /// Catalogue list.
    pub list: String,
    /// Kind of subject.
    pub subject_kind: SubjectKind,
    /// Name as shown.
    pub subject_name: String,
    /// Whether the shown name is masked (then it is not searchable as text).
    pub name_masked: bool,
    /// Unified social credit code.
    pub credit_code: Option<String>,
    /// Other public codes that find the subject (organisation code, registration number, LEI).
    pub other_codes: Vec<String>,
    /// Blind index terms of the full name of a natural person (or masked individual business), hex.
    pub person_keys: Vec<String>,
    /// Document number of the decision.
    pub document_number: String,
    /// Deciding authority.
    pub authority_name: String,
    /// Its unified social credit code.
    pub authority_code: String,
    /// Provider of the record.
    pub provider_name: String,
    /// Its unified social credit code.
    pub provider_code: String,
    /// Region (GB/T 2260).
    pub region: String,
    /// Date of the decision.
    pub decided_on: NaiveDate,
    /// First civil date of display.
    pub displayed_from: NaiveDate,
    /// First civil date on which it is no longer displayed; `None` when there is no fixed end.
    pub displayed_until: Option<NaiveDate>,
    /// Severity, where the list has one.
    pub severity: Option<Severity>,
    /// First civil date on which repair may be applied for.
    pub earliest_repair: Option<NaiveDate>,
    /// Last day on which its measures apply (measure clock), when it differs from the display.
    pub measures_until: Option<NaiveDate>,
    /// Notes.
    pub notes: Vec<Note>,
    /// Regime and row that computed the dates (`R36.general`).
    pub rule: String,
    /// Source of that rule in words.
    pub rule_source: String,
    /// Catalogue version it was published under (`national@2026.1`).
    pub catalogue: String,
    /// Version of the masking rules.
    pub masking: u32,
    /// Published fields, in the order of the catalogue.
    pub fields: Vec<PublicField>,
}

impl RecordParts {
    /// Its state: the weightiest of its notes.
    #[must_use]
    pub fn state(&self) -> State {
        State::of(&self.notes)
    }
}

impl State {
    /// The state that notes make: the weightiest of them.
    #[must_use]
    pub fn of(notes: &[Note]) -> Self {
        if notes.contains(&Note::UnderObjection) {
            Self::UnderObjection
        } else if notes.contains(&Note::HeldAtMaximum) {
            Self::HeldAtMaximum
        } else if notes.contains(&Note::Corrected) {
            Self::Corrected
        } else {
            Self::Displayed
        }
    }
}

/// A record that may be seen. Its fields are private and it can be made in two ways: by the publisher
/// from a raw record, and by the public store from its own row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicRecord {
    parts: RecordParts,
}

impl PublicRecord {
    /// Made by the publisher only.
    pub(in crate::inside) fn publish(name: MaskedName, mut parts: RecordParts) -> Self {
        parts.subject_name = name.0;
        Self { parts }
    }

    /// Rebuilt by the public store from its own row; a source-tree test holds that nobody else calls it.
    pub(crate) fn restored(parts: RecordParts) -> Self {
        Self { parts }
    }

    /// Its parts, to read.
    #[must_use]
    pub fn parts(&self) -> &RecordParts {
        &self.parts
    }

    /// Whether it is displayed on a civil date of Asia/Shanghai: `[displayed_from, displayed_until)`.
    #[must_use]
    pub fn displayed_on(&self, date: NaiveDate) -> bool {
        self.parts.displayed_from <= date
            && self.parts.displayed_until.is_none_or(|until| date < until)
    }
}

impl std::ops::Deref for PublicRecord {
    type Target = RecordParts;

    fn deref(&self) -> &RecordParts {
        &self.parts
    }
}

/// Why a record is no longer shown; all that a tombstone tells beside the id and the moment (P4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Its term is over.
    Expired,
    /// Repair approved.
    Repaired,
    /// Left the list.
    Delisted,
    /// The decision was revoked, changed or declared invalid.
    Withdrawn,
    /// Taken back by the provider: no longer in its complete current list.
    Removed,
    /// Hidden for the time being (bankruptcy ruling, review).
    Suspended,
    /// The rules no longer allow it (catalogue change, sealed by law).
    NotAllowed,
}

impl Why {
    /// Code that travels.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Repaired => "repaired",
            Self::Delisted => "delisted",
            Self::Withdrawn => "withdrawn",
            Self::Removed => "removed",
            Self::Suspended => "suspended",
            Self::NotAllowed => "not_allowed",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::Expired,
            Self::Repaired,
            Self::Delisted,
            Self::Withdrawn,
            Self::Removed,
            Self::Suspended,
            Self::NotAllowed,
        ]
        .into_iter()
        .find(|w| w.code() == code)
    }
}
