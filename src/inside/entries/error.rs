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

    /// In words for an officer.
    #[must_use]
    pub fn words(&self) -> Words {
        let (zh, en) = match self {
            Self::Case(cause) => return cause.words(),
            Self::ListUnready(lacks) => (
                format!(
                    "该名单的目录条目不完整，不能提出列入：缺少{}",
                    lacks.join("、")
                ),
                "the list lacks conditions or remedies in the catalogue: nobody can be listed"
                    .to_owned(),
            ),
            Self::Faulty(findings) => (
                format!("有{}处需要更正", findings.len()),
                format!("{} things must be mended", findings.len()),
            ),
            Self::Rows(0) => (
                "文件里没有认出表头和数据行：请用该名单的模板，保留表头，只填一行".to_owned(),
                "no header and no row was found: take the template of the list, keep its header and fill one row".to_owned(),
            ),
            Self::Rows(rows) => (
                format!("文件有{rows}行，每次只能提出一个主体：请只保留表头和一行"),
                format!(
                    "the file holds {rows} rows: propose one subject at a time, keep the header and one row"
                ),
            ),
            Self::File(cause) => (
                format!(
                    "文件无法读取：{cause}。请用该名单的模板（CSV、XLSX 或者 JSON Lines），保留表头，只填一行"
                ),
                format!(
                    "the file cannot be read: {cause}; take the template of the list (CSV, XLSX or JSON Lines), keep its header and fill one row"
                ),
            ),
            Self::Dishonest { hits, .. } => (
                format!("交叉比对发现{hits}条有效失信记录，不能列入守信名单；比对结果已留存"),
                format!(
                    "the cross-check found {hits} active entries on lists of dishonesty; the evidence is kept"
                ),
            ),
            Self::Blocked(block) => (
                format!("依照规定不能公示：{}", block.zh()),
                format!("it may not be shown: {}", block.en()),
            ),
            Self::Held(fields) => (
                format!("{}处文本须先经保密审查", fields.len()),
                format!("{} texts wait for the secrecy review", fields.len()),
            ),
            Self::NotFound(places) => (
                format!("第{}处标记的文字在记录中找不到", places_text(places)),
                format!(
                    "marked passages {} stand in no text of the record",
                    places_text(places)
                ),
            ),
            Self::Twice => (
                "同一名单、同一文号、同一主体的信息已经存在".to_owned(),
                "there is a record of this list, number and subject already".to_owned(),
            ),
        };
        Words { zh, en }
    }
}

fn places_text(places: &[usize]) -> String {
    let numbers: Vec<String> = places.iter().map(|p| (p + 1).to_string()).collect();
    numbers.join("、")
}
