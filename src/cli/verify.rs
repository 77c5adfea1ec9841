//! `gongshi verify`: what is public equals what the vault and the rules say, and nothing else is there.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::{Context, Outcome};
use crate::domain::time::{Moment, civil_date};
use crate::inside::publish::{VerifyReport, verify};
use crate::node::{IndexReport, Rooms, check_index};
use crate::outside::export::check;
use crate::outside::mirror::download::Source;

#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    store: VerifyReport,
    index: Option<IndexReport>,
    clean: bool,
}

/// What to check.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// Check a copy of the files of open data in this directory, or the files of a portal, instead of this node.
    #[arg(long, value_name = "URL|DIR")]
    export: Option<String>,
    /// The public key (minisign) that they are to be signed with, or a list of keys as a portal hands it out
    /// (/.well-known/gongshi-keys.txt); keys that it announced count, too [default: their own minisign.pub].
    #[arg(long, value_name = "FILE", requires = "export")]
    key: Option<PathBuf>,
    /// Take only the files of this data set from the portal (all, list-CODE, province-NN); may be repeated.
    #[arg(long, value_name = "NAME", requires = "export")]
    set: Vec<String>,
    /// Take so many versions of past days from the portal, the newest first; 0 takes none [default: all that it offers].
    #[arg(long, value_name = "N", requires = "export")]
    versions: Option<usize>,
    /// Keep what was taken from the portal in this directory.
    #[arg(long, value_name = "DIR", requires = "export")]
    keep: Option<PathBuf>,
}

pub(super) fn run(context: &Context, command: &Verify) -> anyhow::Result<Outcome> {
    if let Some(of) = &command.export {
        return export(context, of, command);
    }
    let rooms = Rooms::new(&context.data, &context.settings);
    let now = rooms.clock()?.now();
    let inside = rooms.inside()?;
    let store = rooms.store(true)?;
    let files = public_files(context)?;
    let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    let spinner = context.out.spinner("verify");
    let report = verify(&inside.publisher(&store), now, &files);
    // a running node changes the index while it is read: then it is not compared
    let index = match rooms.index_lock_if_free()? {
        Some(_lock) => Some(check_index(&rooms.index()?, &store, civil_date(now))?),
        None => None,
    };
    spinner.finish_and_clear();
    let store = report?;
    let clean = store.is_clean() && index.as_ref().is_none_or(IndexReport::is_clean);
    let report = Report {
        store,
        index,
        clean,
    };
    tell(context, &report)?;
    context.out.value(&report)?;
    Ok(if clean {
        Outcome::Done
    } else {
        Outcome::Refused
    })
}

/// Checks a copy of the files of open data, or takes one from a portal first.
fn export(context: &Context, of: &str, command: &Verify) -> anyhow::Result<Outcome> {
    let key = command.key.as_deref();
    if !of.starts_with("http://") && !of.starts_with("https://") {
        return copy(context, Path::new(of), key, None);
    }
    let scratch = tempfile::tempdir()?;
    let dir = command.keep.as_deref().unwrap_or(scratch.path());
    let versions = command.versions.unwrap_or(usize::MAX);
    let spinner = context.out.spinner("download");
    let taken = Source::new(of)?.take(dir, &command.set, versions);
    spinner.finish_and_clear();
    taken?;
    let now = Rooms::new(&context.data, &context.settings).clock()?.now();
    copy(context, dir, key, Some(now))
}

/// Checks a copy of the files of open data, from the copy alone; one that was taken just now is to be of today.
fn copy(
    context: &Context,
    dir: &Path,
    key: Option<&Path>,
    now: Option<Moment>,
) -> anyhow::Result<Outcome> {
    let spinner = context.out.spinner("verify");
    let mut checked = check::directory(dir, key)?;
    if let (Some(now), Some(until)) = (now, checked.valid_until)
        && until <= now
    {
        let fault = format!("index.json: it was valid until {until} and no longer");
        checked.faults.push(fault);
    }
    spinner.finish_and_clear();
    let out = context.out;
    out.line(format!(
        "sequence {}: {} files with the right sum, {} versions of past days, {} rows counted, {}",
        checked.seq,
        checked.files,
        checked.versions,
        checked.rows,
        if checked.signed {
            "signed"
        } else {
            "not signed"
        }
    ))?;
    for fault in &checked.faults {
        out.line(fault)?;
    }
    let clean = checked.is_clean();
    out.line(if clean {
        "no difference"
    } else {
        "differences"
    })?;
    out.value(&checked)?;
    Ok(if clean {
        Outcome::Done
    } else {
        Outcome::Refused
    })
}

fn tell(context: &Context, report: &Report) -> anyhow::Result<()> {
    let out = context.out;
    let store = &report.store;
    out.line(format!(
        "{} records in the vault, {} in the public store, {} waiting to be published",
        store.vault_records, store.public_records, store.pending
    ))?;
    out.line(format!(
        "{} identifiers searched for in {} public bytes",
        store.identifiers_searched, store.bytes_searched
    ))?;
    match &report.index {
        Some(index) => out.line(format!(
            "index at sequence {}, store at {}: {} missing, {} surplus",
            index.seq, index.store_seq, index.missing, index.surplus
        ))?,
        None => out.line("index: a running node keeps it, not compared")?,
    }
    for finding in &store.findings {
        out.line(format!(
            "{}: {}: {}",
            finding.check, finding.object, finding.what
        ))?;
    }
    out.line(if report.clean {
        "no difference".to_owned()
    } else {
        format!("differences: {:?}", store.counts)
    })?;
    Ok(())
}

/// The public database, the index and the files of open data, file by file.
fn public_files(context: &Context) -> anyhow::Result<Vec<PathBuf>> {
    let mut out = Vec::new();
    let rooms = Rooms::new(&context.data, &context.settings);
    if let Some(path) = rooms.public_url()?.path() {
        for suffix in ["", "-wal", "-journal"] {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            let path = PathBuf::from(name);
            if path.is_file() {
                out.push(path);
            }
        }
    }
    walk(&rooms.index_dir(), &mut out)?;
    walk(&rooms.exports_dir(), &mut out)?;
    Ok(out)
}

fn walk(dir: &Path, out: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !dir.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, out)?;
        } else {
            out.push(path);
        }
    }
    Ok(())
}
