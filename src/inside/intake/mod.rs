//! Intake: files of the national templates become checked raw records, and a report of what is wrong.
//!
//! `source` reads rows, `header` and `template` say what stands where, `value`, `field`, `identity` and
//! `row` type it, `report` writes the rejects file, `import` runs the whole.

mod field;
mod finding;
mod header;
mod identity;
pub(in crate::inside) mod import;
mod report;
mod row;
pub(in crate::inside) mod source;
mod summary;
mod table;
mod template;
mod value;

pub use finding::{Finding, Gravity};
pub use import::{Body, ImportOptions};
pub use source::SourceError;
pub use summary::{ImportError, ImportSummary, Progress};
pub use table::Refused;

#[cfg(test)]
mod tests;
