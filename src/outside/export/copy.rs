//! A copy of a day's files in a directory: written beside it and put in its place as a whole, so that a reader finds the
//! copy before or the new one, and no file of a set that is no more.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind, Write as _};
use std::path::{Component, Path};

use super::docs::address;
use super::generation::{DataFile, Generation};
use super::{ExportError, io};
use crate::base::crypto::past::is_document;

/// Bytes copied at once.
const PIECE: usize = 1 << 18;

/// Writes all files and documents of a generation into a directory, in the place of an earlier copy.
///
/// # Errors
/// Those of the file system; when the directory holds a file that is not of an earlier copy, which would be lost.
pub fn copy(generation: &Generation, dir: &Path) -> Result<u64, ExportError> {
    let before = is_there(dir)?;
    let parent = match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent).map_err(io(parent))?;
    let fresh = tempfile::Builder::new()
        .prefix(".gongshi-export-")
        .tempdir_in(parent)
        .map_err(io(parent))?;
    let bytes = write(generation, fresh.path())?;
    open_to_all(fresh.path())?;
    if before {
        let old = tempfile::Builder::new()
            .prefix(".gongshi-export-")
            .tempdir_in(parent)
            .map_err(io(parent))?;
        // a directory takes the place of an empty one
        fs::rename(dir, old.path()).map_err(io(dir))?;
        if let Err(source) = fs::rename(fresh.path(), dir) {
            // what was there is better than nothing
            fs::rename(old.path(), dir).map_err(io(dir))?;
            return Err(io(dir)(source));
        }
    } else {
        fs::rename(fresh.path(), dir).map_err(io(dir))?;
    }
    Ok(bytes)
}

/// Whether there is a copy, or an empty directory, that may be replaced.
fn is_there(dir: &Path) -> Result<bool, ExportError> {
    let mut files = Vec::new();
    match fs::symlink_metadata(dir) {
        Err(source) if source.kind() == ErrorKind::NotFound => return Ok(false),
        Err(source) => return Err(io(dir)(source)),
        Ok(_) => walk(dir, dir, &mut files)?,
    }
    let sums = fs::read_to_string(dir.join("SHA256SUMS")).unwrap_or_default();
    let known: HashSet<&str> = sums
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(_, path)| path)
        .chain(["SHA256SUMS", "SHA256SUMS.minisig", "minisign.pub"])
        .collect();
    match files
        .into_iter()
        .find(|file| !known.contains(file.as_str()) && !is_document(file))
    {
        None => Ok(true),
        Some(file) => Err(ExportError::Damaged {
            path: dir.join(file),
            what: "not a file of an earlier copy: name a directory that is new or empty".to_owned(),
        }),
    }
}

/// The files below a directory, by their paths in it.
fn walk(root: &Path, dir: &Path, files: &mut Vec<String>) -> Result<(), ExportError> {
    for entry in fs::read_dir(dir).map_err(io(dir))? {
        let entry = entry.map_err(io(dir))?;
        let path = entry.path();
        if entry.file_type().map_err(io(&path))?.is_dir() {
            walk(root, &path, files)?;
            continue;
        }
        let inside = path.strip_prefix(root).unwrap_or(&path).components();
        let names: Vec<_> = inside
            .filter_map(|c| match c {
                Component::Normal(name) => Some(name.to_string_lossy()),
                _ => None,
            })
            .collect();
        files.push(names.join("/"));
    }
    Ok(())
}

/// Lets others read the copy, as they may read what is published: a directory for passing use is for its owner alone.
fn open_to_all(dir: &Path) -> Result<(), ExportError> {
    use std::os::unix::fs::PermissionsExt as _;

    fs::set_permissions(dir, fs::Permissions::from_mode(0o755)).map_err(io(dir))
}

/// Writes the files: the documents after the data, the signature at the end.
fn write(generation: &Generation, dir: &Path) -> Result<u64, ExportError> {
    let mut bytes = 0;
    for (name, set) in &generation.sets {
        let own = dir.join(name);
        fs::create_dir_all(&own).map_err(io(&own))?;
        for file in &set.files {
            write_file(file, &dir.join(address(name, file.format)))?;
            bytes += file.packed;
        }
    }
    let is_last = |path: &str| path.starts_with("SHA256SUMS");
    let (last, first): (Vec<_>, Vec<_>) = generation.docs.iter().partition(|(p, _)| is_last(p));
    for (path, doc) in first.into_iter().chain(last) {
        let path = dir.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(io(parent))?;
        }
        fs::write(&path, &doc.body).map_err(io(&path))?;
    }
    Ok(bytes)
}

fn write_file(file: &DataFile, path: &Path) -> Result<(), ExportError> {
    let out = File::create(path).map_err(io(path))?;
    let mut out = BufWriter::with_capacity(PIECE, out);
    for segment in file.segments.iter() {
        let mut from = 0;
        while from < segment.length(true) {
            let piece = segment.read_packed(from, PIECE).map_err(io(path))?;
            from += piece.len() as u64;
            out.write_all(&piece).map_err(io(path))?;
        }
    }
    out.flush().map_err(io(path))
}
