//! A record in short, as rows of results show it: small enough to be kept in memory for many, and read without the rest.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::domain::kinds::SubjectKind;
use crate::record::{Note, PublicRecord, State};

/// What a row of results shows of a record.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Card {
    /// Opaque id.
    pub id: String,
    /// Code of the list.
    pub list: String,
    /// Kind of subject.
    pub subject_kind: SubjectKind,
    /// Name as shown.
    pub subject_name: String,
    /// Unified social credit code.
    pub credit_code: Option<String>,
    /// Document number.
    pub document_number: String,
    /// Deciding authority.
    pub authority_name: String,
    /// Its code.
    pub authority_code: String,
    /// Region.
    pub region: String,
    /// Date of the decision.
    pub decided_on: NaiveDate,
    /// First civil date of display.
    pub displayed_from: NaiveDate,
    /// First civil date on which it is no longer displayed.
    pub displayed_until: Option<NaiveDate>,
    /// Notes.
    pub notes: Vec<Note>,
}

impl Card {
    /// The short form of a record.
    #[must_use]
    pub fn new(record: &PublicRecord) -> Self {
        Self {
            id: record.id.clone(),
            list: record.list.clone(),
            subject_kind: record.subject_kind,
            subject_name: record.subject_name.clone(),
            credit_code: record.credit_code.clone(),
            document_number: record.document_number.clone(),
            authority_name: record.authority_name.clone(),
            authority_code: record.authority_code.clone(),
            region: record.region.clone(),
            decided_on: record.decided_on,
            displayed_from: record.displayed_from,
            displayed_until: record.displayed_until,
            notes: record.notes.clone(),
        }
    }

    /// Its state: the weightiest of its notes.
    #[must_use]
    pub fn state(&self) -> State {
        State::of(&self.notes)
    }

    /// Whether it is displayed on a civil date of Asia/Shanghai, as [`PublicRecord::displayed_on`].
    #[must_use]
    pub fn displayed_on(&self, date: NaiveDate) -> bool {
        self.displayed_from <= date && self.displayed_until.is_none_or(|until| date < until)
    }
}
