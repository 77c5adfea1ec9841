//! Reports that can be checked: what a printed page or a file says of an organisation or a record is summed up in a
//! code, and the code tells later whether the same is still published. Nothing is stored of who asked for what.
//!
//! `code` is what all codes are, [`claim`] the code of a report, [`letter`] that of a decision letter, [`party`] that of a letter before an entry,
//! [`content`] what it sums up, [`verdict`] what became of it; [`pdf`] sets a document on A4, [`mark`] seals its file, [`qr`]
//! draws the code.

pub mod claim;
mod code;
pub mod content;
pub mod letter;
pub mod mark;
pub mod party;
pub mod pdf;
pub mod qr;
pub mod verdict;

/// Most records of a report, newest decisions first: some three hundred pages. What is more is for the open data.
pub const MOST_RECORDS: usize = 1_000;
/// Most records of an organisation that are looked at to verify its report.
pub const MOST_COMPARED: usize = 20_000;
