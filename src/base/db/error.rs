//! What can go wrong between the program and a database.

use std::path::PathBuf;

/// Failure of a database or of the way to it. Values of rows never stand in it.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The address has a scheme that names no known engine.
    #[error(
        "unknown database scheme {scheme:?}: give a file path, sqlite:PATH or postgres://USER@HOST/NAME"
    )]
    UnknownScheme {
        /// The scheme as written.
        scheme: String,
    },
    /// The address is empty or has no path.
    #[error("empty database address: give a file path or postgres://USER@HOST/NAME")]
    EmptyUrl,
    /// A read-only handle was asked for a file that does not exist.
    #[error("database file {path} does not exist: run `gongshi init` first", path = path.display())]
    NoFile {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The directory of the file could not be made.
    #[error("cannot create the directory of database file {path}: {source}", path = path.display())]
    Directory {
        /// The database file.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// A connection could not be opened.
    #[error("cannot connect to {place}: {source}")]
    Connect {
        /// The address without its password.
        place: String,
        /// Cause.
        source: diesel::ConnectionError,
    },
    /// No connection became free in time.
    #[error("no database connection became free: {source}")]
    Pool {
        /// Cause.
        source: diesel::r2d2::PoolError,
    },
    /// A query failed.
    #[error("database query failed: {source}")]
    Query {
        /// Cause.
        #[from]
        source: diesel::result::Error,
    },
    /// A migration failed.
    #[error("migration of the {which} database failed: {cause}")]
    Migration {
        /// Which database.
        which: &'static str,
        /// Cause in words.
        cause: String,
    },
    /// The database lacks migrations and this handle may not run them.
    #[error(
        "the {which} database lacks migration {version}: start a node that may write to it first"
    )]
    OldSchema {
        /// Which database.
        which: &'static str,
        /// First missing version.
        version: String,
    },
    /// The database was made by a newer program.
    #[error("the {which} database holds migration {version}, which this program does not know")]
    NewerSchema {
        /// Which database.
        which: &'static str,
        /// The unknown version.
        version: String,
    },
    /// A write was asked of a handle that was opened to read.
    #[error("this handle of the {which} database was opened for reading only")]
    ReadOnly {
        /// Which database.
        which: &'static str,
    },
    /// A counter or lock row is missing or not a number.
    #[error("row {key:?} of table meta is missing or damaged")]
    Meta {
        /// Its key.
        key: &'static str,
    },
}

impl DbError {
    /// Whether the cause is that the database is busy or gone for the moment, so that trying again helps.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        use diesel::result::{DatabaseErrorKind as Kind, Error};
        match self {
            Self::Pool { .. } | Self::Connect { .. } => true,
            Self::Query {
                source: Error::DatabaseError(kind, info),
            } => {
                matches!(kind, Kind::ClosedConnection | Kind::SerializationFailure)
                    || info.message().contains("database is locked")
            }
            _ => false,
        }
    }
}
