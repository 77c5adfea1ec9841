//! The public store: what may be seen and nothing else. It alone is enough to run a public node.
//!
//! A release is one transaction that gives every changed record and every tombstone a sequence number of
//! its own. Readers ask by id, by row number, by subject or by sequence, always by an index and a page; the
//! display window is checked when a row is read, whatever was published (P2).

mod api_keys;
mod authority;
mod calendar;
mod card;
mod case_figures;
mod changes;
mod copy;
mod endings;
mod error;
mod figures;
mod find;
mod hooks;
mod meta;
mod notices;
mod organisations;
mod release;
mod reusers;
mod row;
mod state;
mod tallies;
mod terms;
mod touched;
mod withdrawals;

#[cfg(test)]
mod follow_tests;
#[cfg(test)]
mod notices_tests;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;

use crate::base::db::{Access, Db, DbUrl, Which};
use crate::domain::time::Moment;
use crate::record::{PublicRecord, Why};

pub use api_keys::ListedKey;
pub use authority::AuthorityTally;
pub use card::Card;
pub use case_figures::CaseFigure;
pub use copy::{Copied, Copy};
pub use endings::Ending;
pub use error::StoreError;
pub use hooks::{Attempt, Hook, HookState, Topic};
pub use notices::{FoundNotice, NoticesDone, TakenBack, notice_digest};
pub(crate) use release::Part;
pub use reusers::{NewReuser, Reported, Reuser, ReuserState, SealedContact};
pub(crate) use row::Ready;
pub use row::digest_of;
pub use state::{Ended, StateSum, set_hash};
pub use tallies::{DateTally, ExitTally, PlaceTally, Tallies};
pub use terms::TermTally;
pub use withdrawals::{Entry, Of, Withdrawal};

/// A handle of the public store; clones share the connections.
#[derive(Clone, Debug)]
pub struct PublicStore {
    db: Db,
}

/// Where the store stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Position {
    /// Sequence number of the last change; 0 when nothing was ever published.
    pub seq: i64,
    /// Number of the last release; 0 before the first.
    pub release: i64,
    /// When the last release was made.
    pub at: Option<Moment>,
    /// Records held, displayed today or not.
    pub records: i64,
    /// Changes of notices and of the calendar, which are no records.
    pub notices: i64,
}

/// Answer to a look-up by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Displayed today.
    Shown(Box<Stored>),
    /// It was displayed once, or is outside its window: 410, and nothing is told about it.
    Gone,
    /// Never published under this id.
    Unknown,
}

/// One change of the feed, in its current state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its sequence number.
    pub seq: i64,
    /// The record's id.
    pub id: String,
    /// Internal row number; of a tombstone, the one that the record had.
    pub num: i64,
    /// What it is now.
    pub what: Changed,
}

/// What a changed record is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// Displayed, with this content.
    Upsert(Box<PublicRecord>),
    /// No longer displayed.
    Tombstone {
        /// Since when.
        at: Moment,
        /// Why.
        why: Why,
    },
}

/// A stored row, whatever its window: for rebuilding what is derived, and for verification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Internal row number.
    pub num: i64,
    /// Sequence number of its last change.
    pub seq: i64,
    /// SHA-256 of the stored body, hexadecimal.
    pub digest: String,
    /// The record.
    pub record: PublicRecord,
}

/// Days that count as recent in the figures of a list.
pub const RECENT_DAYS: u64 = 30;

/// How many records come and go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Records displayed that day.
    pub shown: i64,
    /// Records still held whose display began in the days of [`RECENT_DAYS`] up to that day.
    pub begun: i64,
    /// Records still held whose display came to its last day in that time.
    pub ended: i64,
}

/// Figures of a list on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFigure {
    /// Code of the list.
    pub list: String,
    /// Records about organisations, individual businesses among them.
    pub orgs: Flow,
    /// Records about natural persons: never to be told but by the rule of [`crate::domain::small`].
    pub persons: Flow,
    /// Newest date of a decision among the records held.
    pub newest_decided: Option<NaiveDate>,
    /// When a release last changed the list.
    pub newest_seq_at: Option<Moment>,
}

/// One release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Its number, from 1.
    pub number: i64,
    /// Last sequence number in it.
    pub seq_to: i64,
    /// When it was made.
    pub at: Moment,
    /// Records added or changed.
    pub upserts: i64,
    /// Records taken back.
    pub tombstones: i64,
    /// Catalogue version.
    pub catalogue: String,
    /// Version of the masking rules.
    pub masking: i64,
}

/// What the store knows of an id before a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Existing {
    /// Internal row number.
    pub num: i64,
    /// Digest of the stored body.
    pub digest: String,
    /// First civil date of display.
    pub displayed_from: NaiveDate,
}

/// What a release did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ReleaseDone {
    /// Number of the release; the last one's when there was nothing to do.
    pub number: i64,
    /// Sequence number after it.
    pub seq_to: i64,
    /// Records added or changed.
    pub upserts: u64,
    /// Records taken back.
    pub tombstones: u64,
    /// Records that were as they are already.
    pub unchanged: u64,
}

impl PublicStore {
    /// Opens the store to read and write; makes and migrates it when needed.
    ///
    /// # Errors
    /// When it cannot be reached or migrated.
    pub fn open(url: &DbUrl) -> Result<Self, StoreError> {
        let db = Db::open(url, Which::Public, Access::ReadWrite)?;
        Ok(Self { db })
    }

    /// Whether it is a file of this machine: what is asked of it travels nowhere.
    #[must_use]
    pub fn is_file(&self) -> bool {
        matches!(self.db.url(), DbUrl::Sqlite(_))
    }

    /// Opens the store of a public node: read-only, and it must be there already.
    ///
    /// # Errors
    /// When it is missing or of another schema version.
    pub fn open_read_only(url: &DbUrl) -> Result<Self, StoreError> {
        let db = Db::open(url, Which::Public, Access::ReadOnly)?;
        Ok(Self { db })
    }

    /// Whether this handle can release.
    #[must_use]
    pub fn may_write(&self) -> bool {
        self.db.may_write()
    }
}
