//! Reads the catalogue's files: those that the program carries, or a directory given at run time.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;

use crate::domain::catalogue::Catalogue;
use crate::domain::catalogue::check::{Finding, check};
use crate::domain::catalogue::load::{CatalogueError, Files, build};

/// The files of `index/catalogue`.
#[derive(RustEmbed)]
#[folder = "index/catalogue"]
struct Embedded;

/// How large one file may be, in bytes: a catalogue is written by hand.
const LARGEST: u64 = 1 << 20;

/// Why there is no catalogue.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// File or directory.
        path: PathBuf,
        /// Cause.
        source: io::Error,
    },
    /// A file is wrong.
    #[error(transparent)]
    File(#[from] CatalogueError),
    /// The catalogue is unlawful or incomplete: it is not served.
    #[error("the catalogue is refused by {} finding(s), the first: {}; `gongshi catalogue check` tells all", .0.len(), first(.0))]
    Refused(Vec<Finding>),
}

fn first(findings: &[Finding]) -> String {
    findings.first().map_or_else(String::new, |f| {
        format!("{} {} {}: {}", f.rule.code(), f.file, f.part, f.wrong.en)
    })
}

/// The catalogue to serve: of a directory, else the one that the program carries. It is checked: an
/// unlawful or incomplete one is refused whole.
///
/// # Errors
/// When a file cannot be read, is wrong, or the catalogue is refused.
pub fn load(dir: Option<&Path>) -> Result<Catalogue, LoadError> {
    let catalogue = read(dir)?;
    let findings = check(&catalogue);
    if findings.is_empty() {
        Ok(catalogue)
    } else {
        Err(LoadError::Refused(findings))
    }
}

/// The catalogue as it is written, not judged: for `catalogue check`.
///
/// # Errors
/// When a file cannot be read or is wrong.
pub fn read(dir: Option<&Path>) -> Result<Catalogue, LoadError> {
    let files = match dir {
        Some(dir) => directory(dir)?,
        None => embedded(),
    };
    Ok(build(&files)?)
}

/// The files that the program carries.
#[must_use]
pub fn embedded() -> Files {
    Embedded::iter()
        .filter(|path| path.ends_with(".toml"))
        .filter_map(|path| {
            let file = Embedded::get(&path)?;
            let text = String::from_utf8_lossy(&file.data).into_owned();
            Some((path.into_owned(), text))
        })
        .collect()
}

/// The TOML files of a directory and of the directories in it.
fn directory(root: &Path) -> Result<Files, LoadError> {
    let mut files = Files::new();
    collect(root, "", &mut files)?;
    let mut layers = Vec::new();
    for entry in listed(root)? {
        if entry.is_dir() {
            layers.push(entry);
        }
    }
    for layer in layers {
        let name = layer.file_name().unwrap_or_default().to_string_lossy();
        collect(&layer, &format!("{name}/"), &mut files)?;
    }
    Ok(files)
}

fn listed(dir: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let fail = |source| LoadError::Read {
        path: dir.to_owned(),
        source,
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir).map_err(fail)? {
        paths.push(entry.map_err(fail)?.path());
    }
    paths.sort();
    Ok(paths)
}

fn collect(dir: &Path, prefix: &str, files: &mut Files) -> Result<(), LoadError> {
    for path in listed(dir)? {
        let is_toml = path.extension().is_some_and(|e| e == "toml");
        if !is_toml || !path.is_file() {
            continue;
        }
        let fail = |source| LoadError::Read {
            path: path.clone(),
            source,
        };
        let size = fs::metadata(&path).map_err(fail)?.len();
        if size > LARGEST {
            let told = format!("{size} bytes are more than a catalogue file may have ({LARGEST})");
            return Err(fail(io::Error::other(told)));
        }
        let text = fs::read_to_string(&path).map_err(fail)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        files.insert(format!("{prefix}{name}"), text);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in embedded() {
            let file = dir.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        dir
    }

    #[test]
    fn a_directory_stands_in_for_what_the_program_carries() {
        let dir = written();
        fs::write(dir.path().join("README.md"), "not a catalogue file").unwrap();
        assert_eq!(load(Some(dir.path())).unwrap(), load(None).unwrap());
    }

    #[test]
    fn a_supplement_of_ones_own_can_be_added() {
        let dir = written();
        let layer = dir.path().join("nanjing");
        fs::create_dir(&layer).unwrap();
        fs::write(
            layer.join("layer.toml"),
            "code = \"nanjing\"\nversion = \"1\"\nname = { zh = \"南京市补充目录\" }\njurisdiction = \"320100\"\nlevel = \"city\"\nbasis = [\"gb49\"]\neffective_from = \"2026-01-01\"\n",
        )
        .unwrap();
        let list =
            "code = \"nanjing_penalty\"\nlike = \"penalty\"\nname = { zh = \"南京市行政处罚\" }\n";
        fs::write(layer.join("nanjing_penalty.toml"), list).unwrap();
        let own = load(Some(dir.path())).unwrap();
        let entry = own.list("nanjing_penalty").unwrap();
        assert_eq!(own.version_of(entry), "nanjing@1");
        assert_eq!(entry.territory, "320100");
        // wider than the base: refused whole, and the reason says which rule
        let wider = format!("{list}[change.tax_number]\nexposure = \"public\"\n");
        fs::write(layer.join("nanjing_penalty.toml"), wider).unwrap();
        let refused = load(Some(dir.path())).unwrap_err();
        let LoadError::Refused(findings) = &refused else {
            panic!("{refused}");
        };
        let rules: Vec<&str> = findings.iter().map(|f| f.rule.code()).collect();
        assert_eq!(rules, ["P-001", "S-001"]);
        assert!(refused.to_string().contains("nanjing/nanjing_penalty.toml"));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let dir = written();
        let missing = load(Some(&dir.path().join("nowhere"))).unwrap_err();
        assert!(missing.to_string().contains("nowhere"), "{missing}");
        fs::write(dir.path().join("large.toml"), vec![b'#'; (1 << 20) + 1]).unwrap();
        let large = load(Some(dir.path())).unwrap_err();
        assert!(large.to_string().contains("large.toml"), "{large}");
    }
}
