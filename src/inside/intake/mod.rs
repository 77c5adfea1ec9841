//! Intake: files of the national templates become checked raw records, and a report of what is wrong.
//!
//! `source` reads rows, `header` and `template` say what stands where, `value`, `field`, `identity` and
//! `row` type it, `report` writes the rejects file, `import` runs the whole.

pub(in crate::inside) mod correct;
mod field;
pub(in crate::inside) mod finding;
mod header;
mod identity;
pub(in crate::inside) mod import;
mod keeper;
pub(in crate::inside) mod one;
mod report;
mod row;
pub(in crate::inside) mod source;
mod summary;
mod table;
mod template;
mod value;
mod writer;

pub use finding::{Finding, Gravity};
pub use import::{Body, ImportOptions};
pub use source::SourceError;
pub use summary::{ImportError, ImportSummary, Progress};
pub use table::Refused;

use std::path::Path;

use crate::domain::catalogue::Catalogue;
use crate::inside::raw::RawRecord;
use crate::inside::vault::Vault;

/// Imports a file into a list of the catalogue: the door of this room.
///
/// One bad row never stops the file: accepted rows go in, a transaction a batch, and what is wrong with
/// the others stands in the rejects file. Importing the same file again changes nothing.
///
/// # Errors
/// When the list is unknown, the file cannot be read or lacks mandatory columns, a complete list is empty,
/// or the vault fails; what was committed before stays, and importing again completes it.
pub fn import(
    vault: &Vault,
    catalogue: &Catalogue,
    path: &Path,
    options: &ImportOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<ImportSummary, ImportError> {
    if options.dry_run {
        return check(catalogue, path, options, progress);
    }
    let keeper = keeper::IntoVault {
        vault,
        at: options.at,
        actor: &options.actor,
    };
    import::run(&keeper, catalogue, path, options, progress)
}

/// Everything but the write (`--dry-run`): needs no vault.
///
/// # Errors
/// As [`import`].
pub fn check(
    catalogue: &Catalogue,
    path: &Path,
    options: &ImportOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<ImportSummary, ImportError> {
    let mut options = options.clone();
    options.dry_run = true;
    import::run(&keeper::Nowhere, catalogue, path, &options, progress)
}

/// A preview of a file: what an import would say, its first records, and how many of its records are neither decided nor
/// provided by `of`. Nothing is written.
///
/// # Errors
/// As [`import`].
pub(in crate::inside) fn preview(
    catalogue: &Catalogue,
    path: &Path,
    options: &ImportOptions,
    most: usize,
    of: Option<&str>,
) -> Result<Preview, ImportError> {
    // not as a dry run, which hands no record to its keeper: this keeper writes nothing
    let mut options = options.clone();
    options.dry_run = false;
    let first = keeper::First::new(most, of);
    let mut summary = import::run(&first, catalogue, path, &options, &mut |_| ())?;
    summary.dry_run = true;
    summary.batch = None;
    summary.unchanged = 0;
    let (records, foreign) = first.into_parts();
    Ok(Preview {
        summary,
        records,
        foreign,
    })
}

/// What [`preview`] finds.
#[derive(Debug)]
pub(in crate::inside) struct Preview {
    /// What an import would say.
    pub summary: ImportSummary,
    /// The first records.
    pub records: Vec<RawRecord>,
    /// Records of others.
    pub foreign: u64,
}

#[cfg(test)]
mod corpus_tests;
#[cfg(test)]
mod tests;
