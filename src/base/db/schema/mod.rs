//! The tables, once for both engines: portable column types only.

pub(crate) mod apply;
pub(crate) mod public;
pub(crate) mod vault;
