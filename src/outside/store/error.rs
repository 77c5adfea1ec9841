//! What can go wrong in the public store.

use crate::base::db::DbError;

/// Failure of the public store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A row cannot be read as a record.
    #[error("row {num} of the public store is damaged: {cause}")]
    Damaged {
        /// Internal row number.
        num: i64,
        /// Cause in words, without content.
        cause: String,
    },
    /// A record could not be written as JSON.
    #[error("record {id} cannot be encoded: {source}")]
    Encode {
        /// Its id.
        id: String,
        /// Cause.
        source: serde_json::Error,
    },
    /// What was published here cannot become a copy of another portal.
    #[error("something was published in this store: a mirror needs one of its own")]
    NotEmpty,
    /// Changes of another portal for a store that is no copy of one.
    #[error("this store is not the copy of another portal")]
    NoCopy,
    /// A release both shows and takes back one record.
    #[error("record {id} is both shown and taken back in one release")]
    Contradiction {
        /// Its id.
        id: String,
    },
}

impl From<diesel::result::Error> for StoreError {
    fn from(source: diesel::result::Error) -> Self {
        Self::Db(DbError::from(source))
    }
}

impl StoreError {
    /// Whether trying again helps: the database is busy or gone for the moment.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Db(cause) if cause.is_passing())
    }
}
