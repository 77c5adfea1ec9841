//! The programming interface: what travels, in one file.

pub mod stats;
pub mod wire;
