//! The vault: raw records sealed at rest, what was decided about them, and who did what.
//!
//! Rows keep in clear only what they are found by; the whole record lies in a sealed payload that is bound
//! to its row. Every change of a record gives it a new change number, so that the publisher reads what
//! changed in order and can begin again anywhere. What the publisher made of a record stands apart
//! (`verdicts`), since marking must not rewrite payloads.
//!
//! [`Vault`] can be held anywhere inside the program, but what it holds can be asked for in this wing only.

mod audit;
mod bar;
mod batch;
mod calendar;
mod calendar_year;
pub(in crate::inside) mod cases;
mod codec;
mod decision;
pub(in crate::inside) mod entry;
mod error;
mod officer;
mod officer_change;
mod officer_own;
pub(in crate::inside) mod outbox;
mod pack;
mod place;
mod put;
mod read;
mod reply;
mod review;
mod session;
mod staged;
pub(in crate::inside) mod subject;
pub(in crate::inside) mod task;
mod tx;
mod verdict;

#[cfg(test)]
mod officer_tests;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::base::crypto::InsideKeys;
use crate::base::db::{Access, Conn, Db, DbUrl, Which, counter, set_counter};
use crate::inside::raw::RawRecord;

pub use audit::{AuditEntry, AuditFilter, AuditState, LinkedEntry};
pub use batch::{Batch, BatchCounts, BatchMode, NewBatch};
pub use calendar::{CalendarDay, DayKind, calendar_text};
pub use calendar_year::{CalendarYear, YearKind};
pub use decision::{Decision, DecisionKind, NewDecision};
pub use error::VaultError;
pub use officer::{Credentials, NewOfficer, Officer};
pub use officer_change::{NewChange, OfficerChange};
pub use put::{Prepared, Put};
pub use read::{DueCursor, RecordState};
pub(in crate::inside) use read::{SealedRow, VaultRow};
pub use reply::ReplyTemplate;
pub use review::ReviewState;
pub(in crate::inside) use review::{NewReview, Review};
pub use session::{NewSession, Stage};
pub use staged::{NewStaged, Proposal, Staged, StagedState};
pub(in crate::inside) use tx::Tx;
pub use verdict::Marked;

const CHANGE_SEQ: &str = "change_seq";
const NEXT_NUM: &str = "next_num";
const PUBLISH_CURSOR: &str = "publish_cursor";

/// Ids or numbers in one `IN`.
const CHUNK: usize = 500;

/// A handle of the vault; clones share connections and keys.
#[derive(Clone, Debug)]
pub struct Vault {
    db: Db,
    keys: Arc<InsideKeys>,
}

impl Vault {
    /// Opens the vault with the keys of the inside; makes and migrates it when needed.
    ///
    /// # Errors
    /// When it cannot be reached or migrated.
    pub fn open(url: &DbUrl, keys: InsideKeys) -> Result<Self, VaultError> {
        let db = Db::open(url, Which::Vault, Access::ReadWrite)?;
        Ok(Self {
            db,
            keys: Arc::new(keys),
        })
    }

    /// The public id of a record: a keyed hash of list, authority, document number and subject, where the
    /// subject is the credit code, else the identity number, else the name.
    #[must_use]
    pub(in crate::inside) fn record_id(&self, record: &RawRecord) -> String {
        let subject = &record.subject;
        let key = match (&subject.credit_code, &subject.identity) {
            (Some(code), _) => code.as_str(),
            (None, Some((_, number))) => number.expose(),
            (None, None) => subject.name.expose(),
        };
        self.keys.id.record_id(
            &record.list,
            &record.authority_code,
            &record.document_number,
            key,
        )
    }

    /// Number of the newest change of a record; 0 in an empty vault.
    ///
    /// # Errors
    /// Those of the database.
    pub fn change_seq(&self) -> Result<i64, VaultError> {
        self.db.read(|conn| Ok(counter(conn, CHANGE_SEQ)?))
    }
}

/// Hands out change numbers within one write transaction.
struct Changes {
    first: i64,
    next: i64,
}

impl Changes {
    fn begin(conn: &mut Conn) -> Result<Self, VaultError> {
        let first = counter(conn, CHANGE_SEQ)?;
        Ok(Self { first, next: first })
    }

    fn take(&mut self) -> i64 {
        self.next += 1;
        self.next
    }

    fn save(self, conn: &mut Conn) -> Result<(), VaultError> {
        if self.next != self.first {
            set_counter(conn, CHANGE_SEQ, self.next)?;
        }
        Ok(())
    }
}
