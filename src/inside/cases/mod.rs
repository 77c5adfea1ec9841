//! Cases: applications opened, routed and decided, with what follows for the record on every surface (domain.md 2.4, 6, 7).
//!
//! The way of a case: [`receive`] opens what was handed in and makes one case of each part; [`act`] does what an officer,
//! the applicant or the clock does, by the machine of [`crate::domain::cases`], with the decisions that follow and their
//! entries in the audit log in one transaction of the vault; [`after`] publishes, tells the applicant, and notes where the
//! result has arrived; [`tick`] does what time alone does. Each can be cut off anywhere and is made good by the next run:
//! what is still to follow stands in the case (`pending`), and nothing is taken in twice (`case_intake`).
//!
//! Reading is scoped: an officer of another authority gets the answer that he would get for a case that is not there.

mod act;
mod after;
mod carry;
mod error;
pub mod figures;
mod foresee;
mod id;
mod letter;
mod look;
mod moved;
mod notify;
mod open;
mod paper;
mod queue;
mod receive;
mod reply;
#[cfg(test)]
pub(in crate::inside) mod tests;
mod tick;

use std::sync::Arc;

use chrono::NaiveDate;

use crate::base::calendar::Calendar;
use crate::base::crypto::DeskSecret;
use crate::domain::cases::{Case, Limits, Rules, SyncTarget};
use crate::domain::catalogue::Catalogue;
use crate::domain::rule::severity::SeverityTable;
use crate::domain::time::Moment;
use crate::inside::vault::Vault;
use crate::inside::vault::cases::{DueOn, StoredCase};
use crate::outside::apply::ApplyStore;
use crate::outside::store::PublicStore;

pub use crate::inside::vault::cases::{CaseNote, Outcome, Place as Cursor, Taken};
pub use crate::inside::vault::outbox::{Kind as MessageKind, Message, Standing};
pub use after::Followed;
pub use error::CaseError;
pub use foresee::{Foreseen, Late, waits_for};
pub use id::CaseId;
pub use look::{CaseFile, Line, Reading};
pub use moved::Moved;
pub use notify::Tells;
pub use open::NewEntry;
pub use paper::{PaperError, Ready};
pub use queue::{CaseRow, Filter, Page};
pub use receive::Received;

/// What the node does for cases and the inside cannot know of: publishing under its lock, and how far the surfaces are.
pub trait Surfaces: Send + Sync {
    /// Publishes what changed in the vault; waits for another publisher to end.
    ///
    /// # Errors
    /// What stands against it, in words for the log.
    fn publish(&self, now: Moment) -> Result<(), String>;

    /// How far a target is.
    fn reached(&self, target: SyncTarget, now: Moment) -> Reach;
}

/// How far a target of the public store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It holds the store up to this sequence number.
    At(i64),
    /// It holds nothing yet, or something else than it should.
    Behind,
    /// This node keeps no such thing.
    NotKept,
}

/// Everything that cases need. Clones share everything.
#[derive(Clone)]
pub struct Cases {
    /// Vault.
    pub vault: Vault,
    /// Public store, to read.
    pub store: PublicStore,
    /// Applications as they come in, where this node has them.
    pub apply: Option<ApplyStore>,
    /// The desk's private keys, while they are there.
    pub desk: Option<Arc<DeskSecret>>,
    /// Catalogue.
    pub catalogue: Arc<Catalogue>,
    /// Table of severity.
    pub severity: Arc<SeverityTable>,
    /// Time limits.
    pub limits: Arc<Limits>,
    /// Working days.
    pub calendar: Calendar,
    /// What the node does for cases.
    pub surfaces: Arc<dyn Surfaces>,
    /// Whom this node tells what.
    pub tells: Arc<Tells>,
}

impl std::fmt::Debug for Cases {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cases")
            .field("vault", &self.vault)
            .field("desk", &self.desk.is_some())
            .finish_non_exhaustive()
    }
}

impl Cases {
    /// What clocks are computed by.
    #[must_use]
    pub fn rules(&self) -> Rules<'_> {
        Rules {
            limits: &self.limits,
            calendar: &self.calendar,
        }
    }

    /// The nearest day by which something must be done in a case; none while nothing runs.
    fn due(&self, case: &Case) -> Option<DueOn> {
        let clocks = case.clocks(&self.rules());
        let running = clocks.iter().filter(|c| c.done.is_none()).filter_map(|c| {
            let due = c.due(&self.calendar).ok()?.0?;
            let due = DueOn {
                on: due.date,
                procedure: c.limit.procedure.code().to_owned(),
                provisional: due.provisional,
            };
            Some((c.limit.at_least, due))
        });
        let (waits, terms): (Vec<_>, Vec<_>) = running.partition(|(at_least, _)| *at_least);
        // nothing can be done before the last of the days that others have: an earlier one is no deadline
        let wait = waits.into_iter().map(|(_, due)| due).max_by_key(|d| d.on);
        let nearest = terms.into_iter().map(|(_, due)| due).chain(wait);
        nearest.min_by_key(|d| d.on).or_else(|| expiry(case))
    }

    fn with_due(&self, mut case: StoredCase) -> StoredCase {
        case.due = if case.current.is_closed() {
            None
        } else {
            self.due(&case.current)
        };
        case
    }
}

/// A displayed entry is due when its validity ends.
fn expiry(case: &Case) -> Option<DueOn> {
    use crate::domain::cases::entry::EntryState;
    let Case::Entry(entry) = case else {
        return None;
    };
    let shown = matches!(entry.state, EntryState::Published | EntryState::Expiring);
    let on: NaiveDate = entry.terms.valid_until.filter(|_| shown)?;
    Some(DueOn {
        on,
        procedure: "expiry".to_owned(),
        provisional: false,
    })
}
