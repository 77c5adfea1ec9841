//! What is kept of an entry beside its case and its record: sealed with it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Facts that acts brought with them and that later steps need.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EntryNotes {
    /// Document that the proposal rests on.
    pub basis_document: String,
    /// Name of the authority, for letters.
    pub authority_name: String,
    /// Who screened the texts, and when.
    pub screened: Option<(String, NaiveDate)>,
    /// Number of the decision, and the day from which it has effect.
    pub decision: Option<(String, NaiveDate)>,
}
