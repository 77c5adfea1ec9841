//! From the typed values of a row to the facts and the basis document that the rules judge by.

use chrono::NaiveDate;

use super::super::field::Typed;
use super::super::identity;
use super::RowReader;
use crate::domain::kinds::Severity;
use crate::domain::rule::facts::{BasisDocument, Facts, Procedure};

impl RowReader<'_, '_> {
    pub(super) fn basis_document(
        &self,
        number: &str,
        decided_on: NaiveDate,
        authority: &str,
    ) -> BasisDocument {
        let told = |key: &str| self.text(key);
        BasisDocument {
            kind: told("basis_doc.kind")
                .unwrap_or_else(|| self.context.template.document_kind.clone()),
            number: told("basis_doc.no").unwrap_or_else(|| number.to_owned()),
            date: self.date("basis_doc.date").or(Some(decided_on)),
            authority: told("basis_doc.authority")
                .or_else(|| told("basis_authority"))
                .unwrap_or_else(|| authority.to_owned()),
            status: self.choice("basis_doc.status").unwrap_or_default(),
        }
    }

    pub(super) fn facts(&self) -> Facts {
        let minor_by_id = match (
            self.values.get("subject_id_number"),
            self.date("decided_on"),
        ) {
            (Some((Typed::Text(number), _)), Some(on)) => identity::is_minor(number, on),
            _ => false,
        };
        Facts {
            procedure: match self.choice("procedure").as_deref() {
                Some("summary") => Some(Procedure::Summary),
                Some("ordinary") => Some(Procedure::Ordinary),
                _ => None,
            },
            severity: self
                .choice("severity")
                .as_deref()
                .and_then(Severity::from_code),
            domain: match self.values.get("domain") {
                Some((Typed::Domain(d), _)) => Some(*d),
                _ => None,
            },
            penalty_kinds: self.kinds(),
            fine_micro_wan: self.amount("fine_amount"),
            confiscation_micro_wan: self.amount("confiscation_amount"),
            is_minor: minor_by_id
                || matches!(self.values.get("is_minor"), Some((Typed::Flag(true), _))),
            flags: self.choices("secret_flags", |(code, _)| code.clone()),
            valid_from: self.date("valid_from"),
            valid_until: self.date("valid_until"),
            long_term: matches!(self.values.get("valid_until"), Some((Typed::LongTerm, _))),
            display_until_supplied: self.date("display_until_supplied"),
            licence_status: self.choice("licence_status"),
            performed_on: self.date("performed_at"),
            final_on: self.date("case_final_at"),
            statutory_publication: self.text("statutory_publication"),
            hold_at_max: self.text("hold_at_max"),
            repaired_on: self.date("repaired_on"),
            exited: self.date("exited_on").map(|on| {
                (
                    on,
                    self.text("exit_reason")
                        .unwrap_or_else(|| "exited".to_owned()),
                )
            }),
            consent: self.text("consent"),
        }
    }

    /// Kinds of penalty in canonical words; 其他-… as written.
    pub(super) fn kinds(&self) -> Vec<String> {
        let mut kinds = Vec::new();
        for key in ["penalty_kinds", "penalty_kinds_2"] {
            for kind in self.choices(key, |(code, zh)| {
                if code == "其他" {
                    zh.clone()
                } else {
                    code.clone()
                }
            }) {
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
        }
        kinds
    }

    pub(super) fn choices(
        &self,
        key: &str,
        take: impl Fn(&(String, String)) -> String,
    ) -> Vec<String> {
        match self.values.get(key) {
            Some((Typed::Choices(words), _)) => words.iter().map(take).collect(),
            _ => Vec::new(),
        }
    }

    pub(super) fn choice(&self, key: &str) -> Option<String> {
        match self.values.get(key) {
            Some((Typed::Choice(code, zh), _)) => {
                Some(if code == "其他" { zh } else { code }.clone())
            }
            _ => None,
        }
    }

    pub(super) fn text(&self, key: &str) -> Option<String> {
        match self.values.get(key) {
            Some((Typed::Text(text), _)) => Some(text.clone()),
            _ => None,
        }
    }

    pub(super) fn date(&self, key: &str) -> Option<NaiveDate> {
        match self.values.get(key) {
            Some((Typed::Date(day), _)) => Some(*day),
            _ => None,
        }
    }

    pub(super) fn amount(&self, key: &str) -> Option<i64> {
        match self.values.get(key) {
            Some((Typed::Amount(units), _)) => Some(*units),
            _ => None,
        }
    }
}
