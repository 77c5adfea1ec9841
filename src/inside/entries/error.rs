//! Why something was not done with an entry. No raw value stands in a message.

use crate::domain::cases::Refusal;
use crate::domain::kinds::Words;
use crate::domain::rule::block::Block;
use crate::inside::cases::CaseError;
use crate::inside::intake::Finding;
use crate::inside::vault::VaultError;

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// The case: unknown, refused by the machine, or failed.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The catalogue's list is not complete enough to list anybody: what it lacks.
    #[error("the list cannot take entries: {}", .0.join(", "))]
    ListUnready(Vec<&'static str>),
    /// The row cannot be read.
    #[error("the row has {} faults", .0.len())]
    Faulty(Vec<Finding>),
    /// Not one row.
    #[error("the file holds {0} rows; one is proposed at a time")]
    Rows(u64),
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    File(String),
    /// The subject stands on lists of dishonesty: how many entries were found (S1 art. 8). The evidence is kept.
    #[error("the subject stands on {hits} lists of dishonesty")]
    Dishonest {
        /// The case that keeps the evidence.
        case: String,
        /// Active entries that were found.
        hits: usize,
    },
    /// It could not be shown to the public (domain.md 2.3).
    #[error("it cannot be shown: {}", .0.code())]
    Blocked(Block),
    /// Texts wait for the secrecy review: their fields.
    #[error("{} texts wait for review", .0.len())]
    Held(Vec<String>),
    /// Passages that were to be marked stand nowhere in the record: their places, from 0.
    #[error("{} passages stand in no text of the record", .0.len())]
    NotFound(Vec<usize>),
    /// The same record is in the vault already.
    #[error("the record is there already")]
    Twice,
}

impl From<VaultError> for EntryError {
    fn from(cause: VaultError) -> Self {
        Self::Case(cause.into())
    }
}

impl From<Refusal> for EntryError {
    fn from(refusal: Refusal) -> Self {
        Self::Case(refusal.into())
    }
}

impl EntryError {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Case(cause) => cause.code(),
            Self::ListUnready(_) => "list_unready",
            Self::Faulty(_) => "faulty",
            Self::Rows(_) => "rows",
            Self::File(_) => "file",
            Self::Dishonest { .. } => "dishonest",
            Self::Blocked(_) => "blocked",
            Self::Held(_) => "held",
            Self::NotFound(_) => "not_found",
            Self::Twice => "twice",
        }
    }

    /// In words for an officer: what must be, in the manner of the messages beside fields.
    #[must_use]
    pub fn words(&self) -> Words {
        let (zh, en) = match self {
            Self::Case(cause) => return cause.words(),
            Self::ListUnready(lacks) => (
                format!(
                    "该名单的目录条目应当先补充完整，现缺少{}",
                    lacks.join("、")
                ),
                "The list must have its conditions and remedies in the catalogue before anybody is proposed"
                    .to_owned(),
            ),
            Self::Faulty(findings) => (
                format!("有{}处应当更正", findings.len()),
                format!("There are {} things that must be mended", findings.len()),
            ),
            Self::Rows(0) => (
                "没有认出表头和数据行：文件应当用该名单的模板，保留表头，只填一行".to_owned(),
                "The selected file must be the template of the list, with its header and one row"
                    .to_owned(),
            ),
            Self::Rows(rows) => (
                format!("文件有{rows}行，应当只保留表头和一行：每次提出一个主体"),
                format!(
                    "The selected file must have its header and one row, and has {rows} rows: one subject is proposed at a time"
                ),
            ),
            Self::File(cause) => (
                format!(
                    "文件应当用该名单的模板（CSV、XLSX 或者 JSON Lines），保留表头，只填一行：{cause}"
                ),
                format!(
                    "The selected file must be the template of the list (CSV, XLSX or JSON Lines), with its header and one row: {cause}"
                ),
            ),
            Self::Dishonest { hits, .. } => (
                format!(
                    "列入守信名单的主体应当没有有效失信记录：交叉比对发现{hits}条，不能列入守信名单；比对结果已留存"
                ),
                format!(
                    "Subject must stand on no list of dishonesty: the cross-check found {hits} active entries, and the evidence is kept"
                ),
            ),
            Self::Blocked(block) => (
                format!("公示的信息应当是依照规定可以公示的：{}", block.zh()),
                format!("What is shown must be what the rules allow: {}", block.en()),
            ),
            Self::Held(fields) => (
                format!("{}处文本应当先经保密审查", fields.len()),
                format!("The secrecy review must see {} texts first", fields.len()),
            ),
            Self::NotFound(places) => (
                format!(
                    "第{}处标记的文字应当照抄记录中的原文",
                    places_text(places, "、")
                ),
                format!(
                    "Marked passages must stand in the record as they were typed: {}",
                    places_text(places, ", ")
                ),
            ),
            Self::Twice => (
                "文号应当是该名单、该主体还没有使用过的".to_owned(),
                "Number must be one that no record of this list and subject has".to_owned(),
            ),
        };
        Words { zh, en }
    }
}

fn places_text(places: &[usize], joint: &str) -> String {
    let numbers: Vec<String> = places.iter().map(|p| (p + 1).to_string()).collect();
    numbers.join(joint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::forms::manner;
    use crate::inside::intake::finding::Fault;

    #[test]
    fn every_error_is_in_the_manner_of_the_messages_of_forms() {
        let fault = Fault::new("bad_date", ("甲", "a"), ("乙", "b"));
        let finding = || Finding::at("", 2, "认定日期", "", fault.clone());
        let mut all = vec![
            EntryError::ListUnready(vec!["移出条件", "救济途径"]),
            EntryError::Faulty(vec![finding(), finding()]),
            EntryError::Rows(0),
            EntryError::Rows(2),
            EntryError::File("the sheet is empty".to_owned()),
            EntryError::Dishonest {
                case: "MD-1".to_owned(),
                hits: 2,
            },
            EntryError::Held(vec!["reason".to_owned()]),
            EntryError::NotFound(vec![0, 2]),
            EntryError::Twice,
            Refusal::SamePerson.into(),
        ];
        all.extend(Block::ALL.iter().map(|block| EntryError::Blocked(*block)));
        for error in &all {
            let mut words = error.words();
            // the law's own names of what is never shown are not ours to choose
            if let EntryError::Blocked(block) = error {
                words.zh = words.zh.replace(block.zh(), "未成年人");
                words.en = words.en.replace(block.en(), "a minor");
            }
            let faults = manner::faults(&words.zh, &words.en);
            assert_eq!(faults, [""; 0], "{} | {}", words.zh, words.en);
        }
        let codes: std::collections::BTreeSet<&str> = all.iter().map(EntryError::code).collect();
        assert_eq!(codes.len(), 10, "every kind but the failures: {codes:?}");
    }
}
