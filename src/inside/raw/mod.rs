//! Raw records: what a provider sent, identifiers and all. Nothing outside `inside` can name these types.
//!
//! Entrances are wide, exits are few: a raw value leaves by a masking method, as a blind term, or sealed.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use zeroize::Zeroize;

use crate::domain::kinds::SubjectKind;
pub(in crate::inside) use crate::domain::rule::facts::{BasisDocument, Facts, Procedure};

/// A raw value. It has no `Display`, `Serialize` or `Clone`; `Debug` hides it; memory is wiped on drop.
pub struct RawText(String);

impl RawText {
    /// Takes a value in.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// Reads the raw value, within this wing only: to check, mask, key or seal it.
    #[must_use]
    pub(in crate::inside) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RawText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawText(…)")
    }
}

impl Drop for RawText {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// The subject of a raw record.
#[derive(Debug)]
pub struct RawSubject {
    /// Kind.
    pub kind: SubjectKind,
    /// Name as the provider wrote it (trimmed).
    pub name: RawText,
    /// Unified social credit code, normalised and checked; `None` for natural persons.
    pub credit_code: Option<String>,
    /// Citizen id or other document of a natural person: (type code 01 to 05 or words, number normalised).
    pub identity: Option<(String, RawText)>,
}

/// One record as the provider sent it, checked and typed, with every value it carried.
#[derive(Debug)]
pub struct RawRecord {
    /// Catalogue list that it belongs to.
    pub list: String,
    /// Subject.
    pub subject: RawSubject,
    /// Document number: natural key with the authority.
    pub document_number: String,
    /// Deciding authority: name.
    pub authority_name: String,
    /// Deciding authority: unified social credit code.
    pub authority_code: String,
    /// Provider (数据来源单位): name.
    pub provider_name: String,
    /// Provider: unified social credit code.
    pub provider_code: String,
    /// Region of the authority (GB/T 2260, six digits).
    pub region: String,
    /// Date of the decision.
    pub decided_on: NaiveDate,
    /// Basis document.
    pub basis_document: BasisDocument,
    /// What the rules need.
    pub facts: Facts,
    /// Every other value by canonical field key (`violation_facts`, `legal_rep_id_number`, …), the
    /// typed ones included as written. A key that the catalogue does not mention stays in the vault.
    pub fields: BTreeMap<String, RawText>,
}
