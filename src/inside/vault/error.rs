//! What can go wrong in the vault. No raw value ever stands in a message.

use crate::base::crypto::CellError;
use crate::base::db::DbError;

/// Failure of the vault.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A sealed value could not be sealed or opened.
    #[error("record {id}, column {column}: {source}")]
    Cell {
        /// Id of the record.
        id: String,
        /// Column.
        column: &'static str,
        /// Cause.
        source: CellError,
    },
    /// A payload opened but is no record.
    #[error("payload of record {id} cannot be read: {cause}")]
    Payload {
        /// Id of the record.
        id: String,
        /// Cause, without content.
        cause: String,
    },
    /// A record could not be encoded.
    #[error("a record cannot be encoded")]
    Encode,
    /// A column holds a word that this program does not know.
    #[error("column {column} of {table} holds an unknown word {word:?}")]
    Word {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
        /// The word.
        word: String,
    },
    /// No record has this id.
    #[error("no record {id} in the vault")]
    UnknownRecord {
        /// The id.
        id: String,
    },
    /// A correction would make another record of it.
    #[error("the correction would make another record of {id}: its identity cannot be corrected")]
    OtherRecord {
        /// Id of the record.
        id: String,
    },
    /// No review of this field, or its text changed since it was read.
    #[error("no open review of field {field} of record {id}, or its text has changed since")]
    UnknownReview {
        /// Id of the record.
        id: String,
        /// Field.
        field: String,
    },
    /// An officer has this id, or this subject at the OpenID provider, already.
    #[error("officer {id}, or its OpenID subject, exists already")]
    OfficerExists {
        /// The id.
        id: String,
    },
    /// Who asked for a change, or whom it is about, may not decide it (two-person rule).
    #[error("another officer must decide this")]
    SameOfficer,
    /// No officer has this id.
    #[error("no officer {id}")]
    UnknownOfficer {
        /// The id.
        id: String,
    },
    /// No batch has this id.
    #[error("no batch {id} in the vault")]
    UnknownBatch {
        /// The id.
        id: String,
    },
    /// The audit log was changed or cut.
    #[error("the audit log does not hold at entry {seq}: it was changed, removed or put in")]
    AuditBroken {
        /// First entry that does not hold.
        seq: i64,
    },
}

impl From<diesel::result::Error> for VaultError {
    fn from(source: diesel::result::Error) -> Self {
        Self::Db(DbError::from(source))
    }
}

impl VaultError {
    /// Whether trying again helps: the database is busy or gone for the moment.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Db(cause) if cause.is_passing())
    }
}
