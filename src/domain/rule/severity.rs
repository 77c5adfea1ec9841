//! Severity of a record (轻微, 一般, 严重): the authority's word, else the editable table of `index/rules/severity.toml`.

use serde::Deserialize;

use super::facts::{Facts, Procedure};
use crate::domain::catalogue::Category;
use crate::domain::kinds::{Severity, SubjectKind};

/// Units of a fine in `Facts`: 0.000001 万元.
const MICRO: f64 = 1_000_000.0;

/// The table as data.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeverityTable {
    /// Version of the table.
    pub version: String,
    kind: Vec<KindRow>,
    other: OtherRow,
    fine: FineRow,
    retention: RetentionRow,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KindRow {
    word: String,
    severity: Severity,
    #[serde(default)]
    source: String,
    #[serde(default)]
    time_limited: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OtherRow {
    severity: Severity,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FineRow {
    huge_wan_organisation: f64,
    huge_wan_individual_business: f64,
    huge_wan_natural_person: f64,
    small_wan: f64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RetentionRow {
    months: u32,
}

impl SeverityTable {
    /// The table that the program carries.
    ///
    /// # Errors
    /// When the text is not a table of this form; a test holds that the embedded one is.
    pub fn embedded() -> Result<Self, toml::de::Error> {
        Self::parse(include_str!("../../../index/rules/severity.toml"))
    }

    /// Reads a table from TOML.
    ///
    /// # Errors
    /// Names the line and key that is wrong.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// Months that an ended record is kept as an archive (retention clock) [recall].
    #[must_use]
    pub fn retention_months(&self) -> u32 {
        self.retention.months
    }

    /// Rows of the table: how the name of a penalty begins, its severity, and where that comes from.
    pub fn rows(&self) -> impl Iterator<Item = (&str, Severity, &str)> {
        self.kind
            .iter()
            .map(|r| (r.word.as_str(), r.severity, r.source.as_str()))
    }

    /// Severity of what no row names.
    #[must_use]
    pub fn otherwise(&self) -> Severity {
        self.other.severity
    }

    /// From how many 万元 a fine is huge and so serious: for organisations, individual businesses, natural persons.
    #[must_use]
    pub fn huge_fines(&self) -> [f64; 3] {
        let fine = &self.fine;
        [
            fine.huge_wan_organisation,
            fine.huge_wan_individual_business,
            fine.huge_wan_natural_person,
        ]
    }

    /// Severity of a record, or `None` where its category knows none.
    #[must_use]
    pub fn of(&self, category: Category, kind: SubjectKind, facts: &Facts) -> Option<Severity> {
        match category {
            Category::SeriousList | Category::JudgmentDefaulter => Some(Severity::Serious),
            Category::Penalty => Some(
                facts
                    .severity
                    .unwrap_or_else(|| self.of_penalty(kind, facts)),
            ),
            _ => facts.severity,
        }
    }

    /// Whether a kind of penalty runs for a term of its own (限制从业, …), whose length the display follows.
    #[must_use]
    pub fn is_time_limited(&self, facts: &Facts) -> bool {
        facts
            .penalty_kinds
            .iter()
            .any(|k| self.row(k).is_some_and(|r| r.time_limited))
    }

    fn row(&self, kind: &str) -> Option<&KindRow> {
        self.kind.iter().find(|r| kind.starts_with(r.word.as_str()))
    }

    fn of_penalty(&self, kind: SubjectKind, facts: &Facts) -> Severity {
        if facts.procedure == Some(Procedure::Summary) {
            return Severity::Minor;
        }
        // one decision with several kinds takes the longest period (R58, kept under R36)
        facts
            .penalty_kinds
            .iter()
            .map(|k| {
                let base = self.row(k).map_or(self.other.severity, |r| r.severity);
                if k.starts_with("罚款") {
                    self.of_fine(kind, facts, base)
                } else {
                    base
                }
            })
            .max()
            .unwrap_or(self.other.severity)
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "fines are compared with thresholds of two digits; 2^53 micro-units are 9 trillion yuan"
    )]
    fn of_fine(&self, kind: SubjectKind, facts: &Facts, base: Severity) -> Severity {
        let Some(wan) = facts.fine_micro_wan.map(|m| m as f64 / MICRO) else {
            return base;
        };
        let huge = match kind {
            SubjectKind::LegalPerson | SubjectKind::UnincorporatedOrg => {
                self.fine.huge_wan_organisation
            }
            SubjectKind::IndividualBusiness => self.fine.huge_wan_individual_business,
            SubjectKind::NaturalPerson => self.fine.huge_wan_natural_person,
        };
        if wan >= huge {
            Severity::Serious
        } else if wan <= self.fine.small_wan {
            Severity::Minor
        } else {
            base
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(kinds: &[&str], fine_wan: Option<f64>) -> Facts {
        #[expect(clippy::cast_possible_truncation, reason = "small test values")]
        Facts {
            penalty_kinds: kinds.iter().map(|k| (*k).to_owned()).collect(),
            fine_micro_wan: fine_wan.map(|w| (w * MICRO) as i64),
            ..Facts::default()
        }
    }

    #[test]
    fn severity_follows_r36_kind_by_kind() {
        let table = SeverityTable::embedded().unwrap();
        let legal = SubjectKind::LegalPerson;
        for (kinds, fine, kind, expected) in [
            (&["警告"][..], None, legal, Severity::Minor),
            (&["通报批评"], None, legal, Severity::Minor),
            (&["罚款"], Some(2.0), legal, Severity::General),
            (&["罚款"], Some(100.0), legal, Severity::Serious),
            (&["罚款"], Some(99.999_999), legal, Severity::General),
            (
                &["罚款"],
                Some(10.0),
                SubjectKind::IndividualBusiness,
                Severity::Serious,
            ),
            (&["没收违法所得"], None, legal, Severity::General),
            (&["没收非法财物"], None, legal, Severity::General),
            (&["吊销许可证件"], None, legal, Severity::Serious),
            (&["限制开展生产经营活动"], None, legal, Severity::Serious),
            (&["责令停产停业"], None, legal, Severity::Serious),
            (&["责令关闭"], None, legal, Severity::Serious),
            (&["限制从业"], None, legal, Severity::Serious),
            (&["暂扣许可证件"], None, legal, Severity::Serious),
            (&["降低资质等级"], None, legal, Severity::Serious),
            (&["其他-责令改正"], None, legal, Severity::General),
            (&["警告", "罚款"], Some(1.0), legal, Severity::General),
            (&["警告", "责令关闭"], None, legal, Severity::Serious),
        ] {
            assert_eq!(
                table.of(Category::Penalty, kind, &facts(kinds, fine)),
                Some(expected),
                "{kinds:?} {fine:?}"
            );
        }
    }

    #[test]
    fn the_authoritys_own_severity_comes_first_and_summary_procedure_is_minor() {
        let table = SeverityTable::embedded().unwrap();
        let own = Facts {
            severity: Some(Severity::Minor),
            ..facts(&["罚款"], Some(500.0))
        };
        assert_eq!(
            table.of(Category::Penalty, SubjectKind::LegalPerson, &own),
            Some(Severity::Minor)
        );
        let summary = Facts {
            procedure: Some(Procedure::Summary),
            ..facts(&["罚款"], Some(0.02))
        };
        assert_eq!(
            table.of(Category::Penalty, SubjectKind::LegalPerson, &summary),
            Some(Severity::Minor)
        );
        assert_eq!(
            table.of(
                Category::SeriousList,
                SubjectKind::LegalPerson,
                &Facts::default()
            ),
            Some(Severity::Serious)
        );
        assert_eq!(
            table.of(
                Category::Licence,
                SubjectKind::LegalPerson,
                &Facts::default()
            ),
            None
        );
    }
}
