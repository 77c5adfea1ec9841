//! The life of a list entry at the desk (domain.md 7.1; S1 art. 8 to 12): what the machine of [`crate::domain::cases::entry`]
//! decides is here carried out on a real record.
//!
//! [`propose`] takes a complete raw record, as a file would bring it; [`acts`] does what officers do and guards what the
//! machine cannot see: that the catalogue's list is complete, that nobody on a red list stands on a list of dishonesty,
//! that texts are approved, that a notice can be shown. What follows from an act beside the case (the window of the
//! notice, tasks, the exit notice, objections that came in) is made good by [`settle`], which runs after each act and again
//! and again, so that a crash between two steps heals.

mod acts;
mod bulk;
mod check;
mod error;
mod lists;
mod notes;
mod objections;
mod party;
mod preview;
mod propose;
mod record;
mod settle;
mod view;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::base::crypto::BlindKey;
use crate::inside::cases::Cases;
use crate::inside::publish::Publisher;
use crate::inside::vault::entry::OpenEntry;

pub use acts::EntryAct;
pub use bulk::{Outcome, Verdict};
pub use error::EntryError;
pub use lists::{Unready, ready};
pub(in crate::inside) use lists::{dishonest, is_contrary, red};
pub use notes::EntryNotes;
pub use preview::{Compared, Preview};
pub use propose::Typed;
pub(in crate::inside) use settle::{Contrary, contradictions};
pub use view::{EntryFile, EntryLine, Kept, Mark, ReviewedText};

/// Everything that list entries need. Clones share everything.
#[derive(Clone)]
pub struct Entries {
    /// Cases.
    pub cases: Cases,
    /// Key of blind terms: previews are made as the publisher makes records.
    pub blind: Arc<BlindKey>,
}

impl std::fmt::Debug for Entries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Entries({:?})", self.cases)
    }
}

/// An entry with what is kept beside it.
pub(in crate::inside) type Held = OpenEntry<EntryNotes>;

impl Entries {
    /// What judges records.
    fn publisher(&self) -> Publisher<'_> {
        Publisher {
            vault: &self.cases.vault,
            store: &self.cases.store,
            catalogue: &self.cases.catalogue,
            severity: &self.cases.severity,
            calendar: &self.cases.calendar,
            blind: &self.blind,
        }
    }
}
