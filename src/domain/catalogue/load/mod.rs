//! Builds a catalogue from its files: layers, what lists share, lists, and what each takes from another.
//!
//! Pure: the texts come in by path (`base::catalogue` reads them from the program or from a directory).

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use super::file::{LayerFile, ListFile, Shared, read};
use super::fill::Filler;
use super::{Catalogue, Layer, Level};

/// The texts of a catalogue by path, as `national/penalty.toml`.
pub type Files = BTreeMap<String, String>;

/// File name that makes a directory a layer.
const LAYER: &str = "layer.toml";
/// File name of what a layer's lists share.
const SHARED: &str = "shared.toml";
/// How many lists may take from one another in a row.
const DEEPEST: usize = 4;

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct CatalogueError {
    /// Path within the catalogue.
    pub file: String,
    /// Line, where it is known (from 1).
    pub line: Option<usize>,
    /// Table of the file, as `change.subject_name`.
    pub table: String,
    /// Key.
    pub key: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "catalogue file {}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(
            f,
            ", table {}, key {}: {}",
            self.table, self.key, self.message
        )
    }
}

impl CatalogueError {
    pub(super) fn new(file: &str, table: &str, key: &str, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            table: table.to_owned(),
            key: key.to_owned(),
            message: message.into(),
        }
    }
}

/// A layer with its directory and level.
struct Read {
    layer: LayerFile,
    lists: BTreeMap<String, (String, ListFile)>,
}

/// Builds the catalogue. Its contents are not judged here: [`super::check::check`] does that.
///
/// # Errors
/// Names file, table and key: bad syntax, an unknown key or word, a name that nothing defines, something
/// defined twice, a missing key without which there is no entry.
pub fn build(files: &Files) -> Result<Catalogue, CatalogueError> {
    let mut shared = Shared::default();
    let mut read_layers = Vec::new();
    for (path, text) in files.iter().filter(|(p, _)| p.ends_with(LAYER)) {
        let layer: LayerFile = read(path, text)?;
        if directory(path) != layer.code {
            let told = format!("must be the name of its directory, {}", directory(path));
            return Err(CatalogueError::new(path, "top level", "code", told));
        }
        read_layers.push(Read {
            layer,
            lists: BTreeMap::new(),
        });
    }
    for (path, text) in files {
        let layer = read_layers
            .iter_mut()
            .find(|r| r.layer.code == directory(path));
        match layer {
            Some(_) if path.ends_with(LAYER) => {}
            Some(read_layer) if !path.ends_with(SHARED) => {
                let list: ListFile = read(path, text)?;
                if file_name(path).trim_end_matches(".toml") != list.code {
                    let told = format!("must be the name of its file, {}", file_name(path));
                    return Err(CatalogueError::new(path, "top level", "code", told));
                }
                read_layer
                    .lists
                    .insert(list.code.clone(), (path.clone(), list));
            }
            _ => take_shared(&mut shared, read(path, text)?, path)?,
        }
    }
    base_first(&mut read_layers)?;
    assemble(&read_layers, &shared)
}

fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn base_first(layers: &mut [Read]) -> Result<(), CatalogueError> {
    let bases = layers.iter().filter(|r| r.layer.is_base).count();
    if bases != 1 {
        let told = format!("exactly one layer must be the base, {bases} are");
        return Err(CatalogueError::new(LAYER, "top level", "is_base", told));
    }
    layers.sort_by_key(|r| (!r.layer.is_base, r.layer.code.clone()));
    Ok(())
}

/// Takes the definitions of one file in; a name that is defined already is refused.
fn take_shared(all: &mut Shared, more: Shared, file: &str) -> Result<(), CatalogueError> {
    fn put<T>(
        all: &mut BTreeMap<String, T>,
        more: BTreeMap<String, T>,
        table: &str,
        file: &str,
    ) -> Result<(), CatalogueError> {
        for (key, value) in more {
            if all.contains_key(&key) {
                let told = "is defined in another file already; give it another name";
                return Err(CatalogueError::new(file, table, &key, told));
            }
            all.insert(key, value);
        }
        Ok(())
    }
    put(&mut all.field, more.field, "field", file)?;
    put(&mut all.set, more.set, "set", file)?;
    put(&mut all.basis, more.basis, "basis", file)?;
    put(&mut all.measure, more.measure, "measure", file)?;
    put(&mut all.remedies, more.remedies, "remedies", file)?;
    put(&mut all.repair, more.repair, "repair", file)?;
    put(&mut all.periods, more.periods, "periods", file)?;
    put(&mut all.persons, more.persons, "persons", file)?;
    put(&mut all.objection, more.objection, "objection", file)?;
    put(&mut all.procedure, more.procedure, "procedure", file)?;
    put(&mut all.limit, more.limit, "limit", file)?;
    put(&mut all.contact, more.contact, "contact", file)
}

fn assemble(layers: &[Read], shared: &Shared) -> Result<Catalogue, CatalogueError> {
    let mut catalogue = Catalogue::default();
    for read_layer in layers {
        let file = format!("{}/{LAYER}", read_layer.layer.code);
        let filler = Filler::new(shared, &file);
        catalogue.layers.push(layer(&read_layer.layer, &filler)?);
    }
    for read_layer in layers {
        for (path, list) in read_layer.lists.values() {
            let (whole, narrows) = with_likes(list.clone(), layers, read_layer, path)?;
            let place = Place {
                layer: &read_layer.layer.code,
                level: read_layer.layer.level,
                territory: &read_layer.layer.jurisdiction,
                narrows,
            };
            let entry = Filler::new(shared, path).entry(whole, place)?;
            if catalogue.lists.contains_key(&entry.code) {
                let told = "another layer has a list of this code; a supplement may add lists, not change them";
                return Err(CatalogueError::new(path, "top level", "code", told));
            }
            catalogue.lists.insert(entry.code.clone(), entry);
        }
    }
    Ok(catalogue)
}

/// Where a list stands.
pub(super) struct Place<'a> {
    pub layer: &'a str,
    pub level: Level,
    pub territory: &'a str,
    pub narrows: Option<String>,
}

/// A list with all that it takes from others, and the base list that it narrows, if it does.
fn with_likes(
    list: ListFile,
    layers: &[Read],
    home: &Read,
    path: &str,
) -> Result<(ListFile, Option<String>), CatalogueError> {
    let mut whole = list;
    let mut narrows = None;
    for _ in 0..DEEPEST {
        let Some(like) = whole.like.clone() else {
            return Ok((whole, narrows));
        };
        let found = layers
            .iter()
            .filter(|r| r.layer.code == home.layer.code || r.layer.is_base)
            .find_map(|r| r.lists.get(&like).map(|(_, l)| (r, l.clone())));
        let Some((from, other)) = found else {
            let told = format!("no list {like} in this layer or in the base");
            return Err(CatalogueError::new(path, "top level", "like", told));
        };
        if from.layer.is_base && !home.layer.is_base && narrows.is_none() {
            narrows = Some(like);
        }
        whole = whole.over(other);
    }
    let told = format!("more than {DEEPEST} lists in a row take from one another");
    Err(CatalogueError::new(path, "top level", "like", told))
}

fn layer(file: &LayerFile, filler: &Filler<'_>) -> Result<Layer, CatalogueError> {
    Ok(Layer {
        code: file.code.clone(),
        version: file.version.clone(),
        is_base: file.is_base,
        name: file.name.clone(),
        jurisdiction: file.jurisdiction.clone(),
        basis: filler.bases(&file.basis, "top level", "basis")?,
        effective_from: file.effective_from,
        effective_until: file.effective_until,
        all_days_are_working_days: file.all_days_are_working_days,
        notes: file.notes.clone(),
        limits: filler.limits(&file.limits)?,
    })
}
