//! The publisher: the only way from a raw record to a public one.

pub(in crate::inside) mod board;
pub(in crate::inside) mod decide;
pub(in crate::inside) mod effects;
pub(in crate::inside) mod expose;
pub mod notice;
pub(in crate::inside) mod preview;
pub mod public;
pub(in crate::inside) mod release;
mod review;
mod verify;

pub use preview::{Coming, ComingChange, coming};
pub use release::{PublishError, PublishSummary, Publisher, run};
pub(in crate::inside) use review::{HeldOne, held_one};
pub use review::{HeldText, held_texts, settle};
pub use verify::{Finding, VerifyReport, verify};

#[cfg(test)]
mod tests;
