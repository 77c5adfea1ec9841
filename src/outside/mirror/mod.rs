//! Another portal, read from outside: a copy of it that keeps itself up ([`copy`]), and what must go from somebody's own
//! copy ([`stale`]). Everything comes through the other portal's public interface: its change feed and its withdrawals.

pub mod copy;
pub mod download;
pub mod portal;
pub mod stale;
pub mod wire;

use crate::outside::store::StoreError;

/// Why another portal cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// The address is none of a portal.
    #[error("{address}: not the address of a portal: http://… or https://…")]
    Address {
        /// What was given.
        address: String,
    },
    /// The portal does not answer, or not in time.
    #[error("{address}: {source}")]
    Http {
        /// What was asked.
        address: String,
        /// Why.
        source: Box<ureq::Error>,
    },
    /// The portal refuses.
    #[error("{address}: the portal answers {status}")]
    Refused {
        /// What was asked.
        address: String,
        /// Its status.
        status: u16,
    },
    /// The answer is not what this program reads.
    #[error("the portal's answer cannot be read: {0}")]
    Form(String),
    /// The portal stands before what was already read of it.
    #[error(
        "the portal stands at {seq}, and {since} was read of it already: it was set up anew, or lags; if it stays so, make the mirror anew"
    )]
    Behind {
        /// Where the portal stands.
        seq: i64,
        /// What was read.
        since: i64,
    },
    /// The copy is not what the portal says that it must be.
    #[error(
        "the copy holds {held} records of hash {hash}, the portal says {expected} of {expected_hash}: make the mirror anew"
    )]
    Differs {
        /// Records held.
        held: u64,
        /// Their hash.
        hash: String,
        /// Records that the portal has.
        expected: u64,
        /// Their hash.
        expected_hash: String,
    },
    /// A natural person of a list that this portal's catalogue does not let travel.
    #[error(
        "the portal gives out natural persons of list {list}, which the catalogue here does not allow"
    )]
    Person {
        /// The list.
        list: String,
    },
    /// The copy cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file cannot be read.
    #[error("{0}")]
    File(String),
}
