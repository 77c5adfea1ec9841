//! The programming interface: what travels, in one file.

pub mod wire;
