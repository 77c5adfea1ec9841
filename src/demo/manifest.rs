//! Which sample file goes into which list.

use std::io;
use std::path::Path;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Name of the manifest beside the sample files.
pub const MANIFEST: &str = "manifest.json";

/// The sample files of a directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Seed.
    pub seed: u64,
    /// Civil date of the making.
    pub today: NaiveDate,
    /// Always true: no record is about a real subject.
    pub fictitious: bool,
    /// Files, in the order in which to import them.
    pub files: Vec<SampleFile>,
}

/// One sample file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleFile {
    /// Name within the directory.
    pub file: String,
    /// Catalogue list to import it into.
    pub list: String,
    /// Place (`jiangsu`, `ankang`, `xiamen`, `mianyang`, `dalian`).
    pub place: String,
    /// Place by name.
    pub authority: String,
    /// Data rows.
    pub records: u64,
    /// Of these, rows that intake must reject.
    pub bad_rows: u64,
}

impl Manifest {
    /// Reads the manifest of a directory.
    ///
    /// # Errors
    /// When it is missing or damaged.
    pub fn read(dir: &Path) -> io::Result<Self> {
        let text = std::fs::read_to_string(dir.join(MANIFEST))?;
        serde_json::from_str(&text).map_err(io::Error::other)
    }

    /// Writes it beside the files.
    pub(super) fn write(&self, dir: &Path) -> io::Result<()> {
        let text = serde_json::to_string_pretty(self).map_err(io::Error::other)?;
        std::fs::write(dir.join(MANIFEST), text + "\n")
    }
}
