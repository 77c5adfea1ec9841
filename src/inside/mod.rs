//! The inside wing: raw data. Its doors are import, publish, decide and the desk; no raw type stands in their signatures.

pub mod cases;
pub mod desk;
pub mod entries;
pub mod intake;
pub mod notify;
pub mod publish;
pub(in crate::inside) mod raw;
pub mod received;
pub mod retention;
pub mod vault;
