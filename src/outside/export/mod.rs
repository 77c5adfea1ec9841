//! Open data: every displayed record that may be exported, as files that anyone can check.
//!
//! The records are cut into [`parts`] by row number, a part into groups (list and province), a group into members that
//! are compressed by themselves. A file (the whole, a list, a province) is the concatenation of a head and of members:
//! nothing is held twice, and taking back one record rewrites one part. [`row`] is what a record looks like, [`keep`]
//! keeps the parts where the store stands, [`generation`] is what can be downloaded on a day, [`docs`] describes and
//! signs it, [`holder`] hands it to readers by the day, [`check`] verifies a copy.

pub mod check;
pub mod docs;
pub mod generation;
pub mod holder;
pub mod keep;
pub mod parts;
pub mod row;
#[cfg(test)]
mod tests;

/// Version of the form of the files: another one makes all parts anew.
pub const FORM: u32 = 1;

/// Forms of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// CSV as it is: UTF-8, RFC 4180, nothing changed.
    Csv,
    /// CSV for spreadsheets: with a byte order mark, and with cells that would run as formulas made safe.
    Excel,
    /// JSON Lines: one record a line.
    Jsonl,
}

impl Format {
    /// All of them, in the order of the members' places.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Excel, Self::Jsonl];

    /// Name of the file, uncompressed.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Csv => "records.csv",
            Self::Excel => "records.excel.csv",
            Self::Jsonl => "records.jsonl",
        }
    }

    /// Media type, uncompressed.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv | Self::Excel => "text/csv; charset=utf-8",
            Self::Jsonl => "application/jsonl",
        }
    }

    /// Its place among the forms.
    #[must_use]
    pub const fn place(self) -> usize {
        self as usize
    }
}

/// Why files cannot be made, kept or read.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The public store cannot be read.
    #[error(transparent)]
    Store(#[from] crate::outside::store::StoreError),
    /// A description cannot be written.
    #[error("a description cannot be written: {0}")]
    Encode(String),
    /// The signature cannot be made.
    #[error(transparent)]
    Sign(#[from] crate::base::crypto::KeyError),
    /// The state of the files is of another program or was damaged.
    #[error("{}: {what}", path.display())]
    Damaged {
        /// Which file.
        path: std::path::PathBuf,
        /// What is wrong.
        what: String,
    },
}

pub(crate) fn io(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> ExportError + '_ {
    move |source| ExportError::Io {
        path: path.to_owned(),
        source,
    }
}
