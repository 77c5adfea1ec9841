//! The publisher: the only way from a raw record to a public one.

pub mod public;
