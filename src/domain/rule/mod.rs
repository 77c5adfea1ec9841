//! The rules that turn facts into what may be shown and for how long: pure functions of (facts, catalogue entry, date).

pub mod block;
pub mod clocks;
pub mod facts;
#[cfg(test)]
pub mod fixture;
pub mod severity;
