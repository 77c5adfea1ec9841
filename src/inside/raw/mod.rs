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

/// Key of the passages that the secrecy review has marked: no column of a file is ever read under it.
pub(in crate::inside) const MARKS: &str = "_marks";

/// Why a passage is not to be read by the public (S1 art. 9a).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::inside) enum MarkKind {
    /// A trade secret.
    TradeSecret,
    /// Somebody's privacy.
    Private,
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

impl RawRecord {
    /// Passages that the secrecy review has marked: hidden wherever they stand in a published text.
    pub(in crate::inside) fn marks(&self) -> Vec<(MarkKind, &str)> {
        let lines = self.fields.get(MARKS).map_or("", |v| v.expose()).lines();
        lines
            .filter_map(|line| {
                let (kind, passage) = line.split_once('\t')?;
                let kind = match kind {
                    "trade_secret" => MarkKind::TradeSecret,
                    _ => MarkKind::Private,
                };
                (!passage.is_empty()).then_some((kind, passage))
            })
            .collect()
    }

    /// Marks passages. One that stands in no text of the record is answered back, and nothing is marked.
    ///
    /// # Errors
    /// The places of the passages that were not found.
    pub(in crate::inside) fn mark(
        &mut self,
        marks: &[(MarkKind, String)],
    ) -> Result<(), Vec<usize>> {
        let lost: Vec<usize> = marks
            .iter()
            .enumerate()
            .filter(|(_, (_, passage))| {
                passage.trim().is_empty()
                    || passage.contains(['\n', '\t'])
                    || !self
                        .fields
                        .values()
                        .any(|v| v.expose().contains(passage.as_str()))
            })
            .map(|(at, _)| at)
            .collect();
        if !lost.is_empty() {
            return Err(lost);
        }
        let mut text = String::new();
        for (kind, passage) in marks {
            text.push_str(match kind {
                MarkKind::TradeSecret => "trade_secret",
                MarkKind::Private => "private",
            });
            text.push('\t');
            text.push_str(passage);
            text.push('\n');
        }
        if text.is_empty() {
            self.fields.remove(MARKS);
        } else {
            self.fields.insert(MARKS.to_owned(), RawText::new(text));
        }
        Ok(())
    }
}
