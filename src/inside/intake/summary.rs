//! What an import tells: counts, findings by code, files; and why it could not be done.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;

use super::finding::{Finding, Gravity};
use super::source::SourceError;
use super::table::Refused;

/// Result of one import. It holds no value of any record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImportSummary {
    /// Batch in the vault; absent in a dry run.
    pub batch: Option<String>,
    /// File, without its directories.
    pub file: String,
    /// Its SHA-256, lower case hex.
    pub sha256: String,
    /// `csv`, `xlsx` or `jsonl`.
    pub format: String,
    /// `UTF-8`, `GB 18030` or `UTF-16`.
    pub encoding: String,
    /// Catalogue list.
    pub list: String,
    /// Nothing was written.
    pub dry_run: bool,
    /// Data rows read.
    pub rows_read: u64,
    /// Rows that were accepted.
    pub accepted: u64,
    /// Records new to the vault.
    pub added: u64,
    /// Records whose content differs from what the vault held.
    pub changed: u64,
    /// Records that the vault held already as they are.
    pub unchanged: u64,
    /// Rows that were not accepted.
    pub rejected: u64,
    /// Warnings, about rows and about the file.
    pub warnings: u64,
    /// Sheets that were refused for missing columns.
    pub sheets_refused: u64,
    /// Records withdrawn because the complete list no longer holds them.
    pub withdrawn: u64,
    /// Why nothing was withdrawn although the file was to replace the list.
    pub not_replaced: Option<String>,
    /// Accepted records that the rules will not publish, by reason code (domain.md 2.3).
    pub withheld: BTreeMap<String, u64>,
    /// Findings by code.
    pub findings: BTreeMap<String, u64>,
    /// Columns that no template knows.
    pub unknown_columns: Vec<String>,
    /// Where the findings stand one by one.
    pub rejects_file: Option<PathBuf>,
    /// Time it took in milliseconds.
    pub took_ms: u64,
}

impl ImportSummary {
    /// 0 done, 3 done with rejects (design.md 10).
    #[must_use]
    pub fn exit_status(&self) -> u8 {
        if self.rejected > 0 || self.sheets_refused > 0 || self.not_replaced.is_some() {
            3
        } else {
            0
        }
    }

    /// Counts findings.
    pub(in crate::inside) fn count(&mut self, findings: &[Finding]) {
        for finding in findings {
            *self.findings.entry(finding.code.to_owned()).or_default() += 1;
            if finding.gravity == Gravity::Warning {
                self.warnings += 1;
            }
            if finding.code == "unknown_column" {
                self.unknown_columns.push(finding.column.clone());
            }
        }
    }
}

/// How far an import is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows read and judged.
    pub rows: u64,
    /// Of these, rejected.
    pub rejected: u64,
    /// Of these, committed to the vault: what a crash cannot take back any more.
    pub committed: u64,
    /// Done, in the unit of `total`.
    pub done: u64,
    /// Bytes of the file (rows, for a workbook); 0 when unknown.
    pub total: u64,
}

/// Why a file could not be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The catalogue has no such list.
    #[error("the catalogue has no list {list}; `gongshi catalogue show` names them")]
    UnknownList {
        /// Code that was asked for.
        list: String,
    },
    /// The file cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// No header row.
    #[error("{file}: no header of the template was found in the first 30 rows; the fullest row holds: {}", found.join(", "))]
    NoHeader {
        /// File.
        file: String,
        /// The fullest row.
        found: Vec<String>,
    },
    /// Mandatory columns are missing.
    #[error("{file}: mandatory columns are missing: {}; understood: {}; unknown: {}", .refused.missing.join(", "), .refused.found.join(", "), .refused.unknown.join(", "))]
    MissingColumns {
        /// File.
        file: String,
        /// What was found.
        refused: Refused,
    },
    /// A complete list without rows would withdraw everything.
    #[error(
        "{file} holds no accepted row; a complete list that is empty would withdraw everything, so nothing was done"
    )]
    EmptyReplacement {
        /// File.
        file: String,
    },
    /// A body given with the command has a wrong code.
    #[error("the credit code of {name} is wrong: {detail}")]
    BadBody {
        /// Name.
        name: String,
        /// What is wrong.
        detail: String,
    },
    /// The rejects file cannot be written.
    #[error("cannot write the rejects file: {0}")]
    Rejects(std::io::Error),
    /// The vault refused.
    #[error("the vault refused: {0}")]
    Vault(String),
    /// A fault of the program.
    #[error("the import stopped by a fault of the program: {0}")]
    Internal(String),
}

impl ImportError {
    /// 2 for what the command line named wrongly, else 1 (design.md 10).
    #[must_use]
    pub fn exit_status(&self) -> u8 {
        match self {
            Self::UnknownList { .. } | Self::BadBody { .. } => 2,
            _ => 1,
        }
    }
}
