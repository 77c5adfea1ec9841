//! The programming interface: what travels, in one file.

pub mod catalogue;
pub mod changes;
pub mod check;
pub mod notices;
pub mod reconcile;
pub mod stats;
pub mod wire;
