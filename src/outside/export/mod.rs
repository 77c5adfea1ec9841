//! Open data: every displayed record that may be exported, as files that anyone can check.
//!
//! The records are cut into [`parts`] by row number, a part into groups (list and province), a group into members that
//! are compressed by themselves. A file (the whole, a list, a province) is the concatenation of a head, of members and of
//! a tail: nothing is held twice, and taking back one record rewrites one member. That holds for text (gzip members), for
//! a workbook (`sheet`: pieces of one deflate stream) and, with a row group a part, for Parquet (`table`); SQLite alone is
//! a file of its own (`database`), changed in place and cleaned (`scrub`). [`row`] is what a record looks like, [`keep`]
//! keeps the parts where the store stands, [`generation`] is what can be downloaded on a day, [`docs`] describes and
//! signs it, [`history`] holds the versions of past days, which are the same records by the day since which they are as
//! they are, [`holder`] hands it to readers by the day, [`mod@copy`] writes it into a directory, [`check`] verifies a
//! copy.

pub mod check;
mod check_history;
#[cfg(test)]
mod check_tests;
mod columns;
pub mod copy;
mod database;
pub mod dated;
mod dcat;
pub mod delta;
pub mod docs;
mod forms;
mod ftm;
pub mod generation;
pub mod given;
pub mod history;
pub mod holder;
pub mod keep;
mod package;
pub mod parts;
mod plain;
pub mod row;
mod scrub;
mod sheet;
pub mod sum;
mod table;
#[cfg(test)]
pub(crate) mod tests;
mod turtle;

/// Version of the form of the files: another one makes all parts anew.
pub const FORM: u32 = 3;

/// Forms of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// CSV as it is: UTF-8, RFC 4180, nothing changed.
    Csv,
    /// CSV for spreadsheets: with a byte order mark, and with cells that would run as formulas made safe.
    Excel,
    /// JSON Lines: one record a line.
    Jsonl,
    /// A workbook of one sheet, where the records fit into one.
    Xlsx,
    /// Organisations and what is said of them, as entities of `FollowTheMoney`.
    Ftm,
    /// Parquet, a row group a part.
    Parquet,
    /// A database with a full-text table.
    Sqlite,
}

impl Format {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 7] = [
        Self::Csv,
        Self::Excel,
        Self::Jsonl,
        Self::Xlsx,
        Self::Ftm,
        Self::Parquet,
        Self::Sqlite,
    ];
    /// Those that consist of the members of the parts, in the order of the members' places.
    pub const MEMBERS: [Self; 5] = [Self::Csv, Self::Excel, Self::Jsonl, Self::Xlsx, Self::Ftm];
    /// Those in which the versions of past days are kept: the others can be made from either.
    pub const DATED: [Self; 2] = [Self::Csv, Self::Jsonl];

    /// Name of the file, uncompressed.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Csv => "records.csv",
            Self::Excel => "records.excel.csv",
            Self::Jsonl => "records.jsonl",
            Self::Xlsx => "records.xlsx",
            Self::Ftm => "entities.ftm.json",
            Self::Parquet => "records.parquet",
            Self::Sqlite => "records.sqlite",
        }
    }

    /// What it is called on a page.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Excel => "CSV (Excel)",
            Self::Jsonl => "JSON Lines",
            Self::Xlsx => "XLSX",
            Self::Ftm => "FollowTheMoney",
            Self::Parquet => "Parquet",
            Self::Sqlite => "SQLite",
        }
    }

    /// Media type, uncompressed.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv | Self::Excel => "text/csv; charset=utf-8",
            Self::Jsonl => "application/jsonl",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Ftm => "application/json+ftm",
            Self::Parquet => "application/vnd.apache.parquet",
            Self::Sqlite => "application/vnd.sqlite3",
        }
    }

    /// Whether it is offered compressed with gzip, and plain beside it. The others are compressed inside, or are used in
    /// place.
    #[must_use]
    pub const fn is_gzip(self) -> bool {
        matches!(self, Self::Csv | Self::Excel | Self::Jsonl | Self::Ftm)
    }

    /// Whether it is made of the whole alone.
    #[must_use]
    pub const fn is_of_whole(self) -> bool {
        matches!(self, Self::Ftm | Self::Sqlite)
    }

    /// Its place among the forms, and among those of [`Format::MEMBERS`], which stand first.
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
    /// A Parquet file cannot be made or read.
    #[error(transparent)]
    Parquet(#[from] parquet::errors::ParquetError),
    /// The database of the whole cannot be made or kept.
    #[error("{}: {what}", path.display())]
    Database {
        /// Which.
        path: std::path::PathBuf,
        /// Why.
        what: String,
    },
    /// The files do not hold what the store holds.
    #[error(
        "the sum does not hold, nothing is published: {0} (gongshi export --anew makes the files anew)"
    )]
    Sum(String),
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
