//! Texts to begin a reasoned reply with: those of the program (`index/rules/replies.toml`), those of the platform and of the
//! authority. Places in braces are filled in with what is known of the case; nothing of the applicant is among them.

use std::sync::LazyLock;

use serde::Deserialize;

use super::acts;
use crate::domain::cases::{CaseKind, Procedure};
use crate::domain::time::civil_date;
use crate::inside::cases::{CaseRow, Reading};
use crate::inside::vault::ReplyTemplate;

const EMBEDDED: &str = include_str!("../../../index/rules/replies.toml");

/// A text of the program.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BuiltIn {
    kind: String,
    act: String,
    title: String,
    body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    reply: Vec<BuiltIn>,
}

static BUILT_IN: LazyLock<Vec<BuiltIn>> = LazyLock::new(|| {
    let file: Result<File, _> = toml::from_str(EMBEDDED);
    // a test holds that it can be read
    file.map(|f| f.reply).unwrap_or_default()
});

/// A text as it is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Under what it is sent: `p` and a number for those of the program, else the id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Text.
    pub body: String,
    /// Whose it is: the program's, the platform's, the authority's.
    pub of: Of,
}

/// Whose a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The program's.
    Program,
    /// The platform's.
    Platform,
    /// The authority's own.
    Own,
}

/// The texts for an act, the authority's own first.
#[must_use]
pub fn offered(kept: &[ReplyTemplate], kind: CaseKind, act: &str) -> Vec<Offered> {
    let mut out: Vec<Offered> = kept
        .iter()
        .filter(|t| t.kind == kind && t.act == act)
        .map(|t| Offered {
            id: t.id.clone(),
            title: t.title.clone(),
            body: t.body.clone(),
            of: if t.authority.is_empty() {
                Of::Platform
            } else {
                Of::Own
            },
        })
        .collect();
    out.sort_by_key(|t| t.of == Of::Platform);
    let own = BUILT_IN.iter().enumerate();
    let own = own.filter(|(_, t)| t.kind == kind.code() && t.act == act);
    out.extend(own.map(|(n, t)| Offered {
        id: format!("p{n}"),
        title: t.title.clone(),
        body: t.body.trim().to_owned(),
        of: Of::Program,
    }));
    out
}

/// The places that are filled in: name, Chinese explanation, English explanation.
pub const PLACES: [(&str, &str, &str); 8] = [
    ("{文号}", "决定文号", "document number"),
    ("{认定单位}", "认定单位名称", "name of the authority"),
    ("{办件编号}", "办件编号", "number of the application"),
    ("{提交日期}", "申请提交的日期", "day of the application"),
    ("{今日}", "今天的日期", "today"),
    (
        "{办结期限}",
        "办结的法定期限",
        "legal limit of the decision",
    ),
    ("{补正期限}", "补正的截止日期", "limit of the supplement"),
    (
        "{最早修复日}",
        "可以申请修复的第一天",
        "first day of repair",
    ),
];

/// What the places of a text are filled in with.
#[derive(Clone, Debug, Default)]
pub struct Known {
    values: Vec<(&'static str, String)>,
}

impl Known {
    /// What is known of a case.
    #[must_use]
    pub fn of(
        row: &CaseRow,
        clocks: &[Reading],
        earliest: Option<chrono::NaiveDate>,
        now: crate::domain::time::Moment,
    ) -> Self {
        let due = |wanted: &[Procedure]| {
            let found = clocks
                .iter()
                .find(|c| wanted.iter().any(|w| w.code() == c.procedure));
            found.and_then(|c| c.now?.due).map(written)
        };
        let decide = [
            Procedure::RepairDecide,
            Procedure::ObjectionAnswer,
            Procedure::ListObjection,
            Procedure::ComplaintDecide,
        ];
        let told = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let all = [
            ("{文号}", row.document_number.clone()),
            ("{认定单位}", told(&row.authority_name)),
            ("{办件编号}", row.application.clone()),
            ("{提交日期}", Some(written(row.opened_on))),
            ("{今日}", Some(written(civil_date(now)))),
            ("{办结期限}", due(&decide)),
            ("{补正期限}", due(&[Procedure::SupplementAnswer])),
            ("{最早修复日}", earliest.map(written)),
        ];
        let known = all.into_iter().filter_map(|(k, v)| Some((k, v?)));
        Self {
            values: known.collect(),
        }
    }

    /// A text with its places filled in; what is not known becomes a place for the officer.
    #[must_use]
    pub fn fill(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for (place, zh, _) in PLACES {
            let value = self.values.iter().find(|(name, _)| *name == place);
            let value = value.map_or_else(|| format!("〔{zh}〕"), |(_, v)| v.clone());
            out = out.replace(place, &value);
        }
        out
    }
}

fn written(day: chrono::NaiveDate) -> String {
    use chrono::Datelike as _;
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// Whether texts are of use for an act: one that says something to the applicant.
#[must_use]
pub fn has_texts(act: &acts::DeskAct) -> bool {
    act.asks_for(acts::Asks::Reasons) || act.asks_for(acts::Asks::Items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_of_the_program_are_for_acts_that_there_are_and_say_what_is_to_be_filled_in() {
        assert!(BUILT_IN.len() >= 15);
        for text in BUILT_IN.iter() {
            let kind = CaseKind::from_code(&text.kind).unwrap();
            let act = acts::act(kind, &text.act).unwrap();
            assert!(has_texts(act), "{}", text.title);
            let filled = Known::default().fill(&text.body);
            assert!(!filled.contains(['{', '}']), "{}", text.title);
        }
        // every act with reasons has one to begin with
        for act in acts::ACTS.iter().filter(|a| has_texts(a)) {
            let all = offered(&[], act.kind, act.code);
            assert!(!all.is_empty(), "{} {}", act.kind.code(), act.code);
        }
    }

    #[test]
    fn what_is_not_known_is_left_for_the_officer() {
        let known = Known {
            values: vec![("{文号}", "示〔2026〕1号".to_owned())],
        };
        let filled = known.fill("{文号}自{最早修复日}起，{文号}{别的}");
        assert_eq!(
            filled,
            "示〔2026〕1号自〔可以申请修复的第一天〕起，示〔2026〕1号{别的}"
        );
        assert!(acts::is_unfinished(&filled));
    }
}
