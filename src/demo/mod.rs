//! Fictitious import files of any size, from a seed: what `gongshi demo` and `gongshi sample` are made of.
//!
//! Five places (Jiangsu, Ankang, Xiamen civil air defence, Mianyang, Dalian high-tech zone) send penalties,
//! licences and lists in every form that intake reads. Everything is invented; no code can be a real one
//! (see `index/demo/README.md`). The same seed, date and size give the same files, byte for byte. Rows are
//! made one after the other and written at once, so that memory does not grow with their number.

mod cast;
mod line;
mod list_line;
mod manifest;
mod officers;
mod places;
mod plan;
mod pools;
mod text;
mod write;

use std::io;
use std::path::Path;

use chrono::NaiveDate;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

pub use manifest::{MANIFEST, Manifest, SampleFile};
pub use officers::{DemoOfficer, officers};
pub use plan::lists;

/// What to make.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampleOptions {
    /// Records over all files.
    pub records: u64,
    /// Seed.
    pub seed: u64,
    /// Civil date of the making: nothing is decided later.
    pub today: NaiveDate,
    /// Share of rows that intake must reject, 0 to 1.
    pub bad_share: f64,
}

/// Why no sample was made.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// A file cannot be written.
    #[error("cannot write {file}: {source}")]
    Write {
        /// File.
        file: String,
        /// Cause.
        source: io::Error,
    },
}

/// Writes sample files and their manifest into a directory, which is made when it is missing.
///
/// # Errors
/// When a file cannot be written.
pub fn sample(
    records: u64,
    seed: u64,
    dir: &Path,
    today: NaiveDate,
) -> Result<Manifest, SampleError> {
    let options = SampleOptions {
        records,
        seed,
        today,
        bad_share: 0.0,
    };
    sample_with(&options, dir, &mut |_| ())
}

/// As [`sample`], with a share of bad rows and a report of the rows written so far.
///
/// # Errors
/// When a file cannot be written.
pub fn sample_with(
    options: &SampleOptions,
    dir: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<Manifest, SampleError> {
    let fail = |file: &str| {
        let file = file.to_owned();
        move |source| SampleError::Write { file, source }
    };
    std::fs::create_dir_all(dir).map_err(fail(&dir.display().to_string()))?;
    let mut manifest = Manifest {
        seed: options.seed,
        today: options.today,
        fictitious: true,
        files: Vec::new(),
    };
    let mut written = 0;
    for part in plan::parts(options.records, options.today) {
        let salt = part.salt();
        let mut maker = line::Maker::new(&part, options);
        let mut rng = ChaCha8Rng::seed_from_u64(options.seed ^ salt);
        let mut file = write::open(dir, &part, options.today).map_err(fail(&part.file_name))?;
        let mut bad = 0;
        for number in 0..part.records {
            let (row, is_bad) = maker.row(number, &mut rng);
            bad += u64::from(is_bad);
            file.row(&row).map_err(fail(&part.file_name))?;
            written += 1;
            if written % 1000 == 0 {
                progress(written);
            }
        }
        file.finish().map_err(fail(&part.file_name))?;
        manifest.files.push(SampleFile {
            file: part.file_name.clone(),
            list: part.list.to_owned(),
            place: part.place.slug.to_owned(),
            authority: part.place.name.to_owned(),
            records: part.records,
            bad_rows: bad,
        });
    }
    progress(written);
    manifest.write(dir).map_err(fail(MANIFEST))?;
    Ok(manifest)
}
