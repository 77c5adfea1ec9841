//! `gongshi import`.

use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::ProgressBar;
use serde_json::json;

use super::{Context, Outcome, Usage};
use crate::inside::intake::{self, Body, ImportError, ImportOptions, ImportSummary};
use crate::node::{Inside, Rooms};

/// Files to import, and how.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// Files: csv (UTF-8 or GB 18030), xlsx, jsonl.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Catalogue list that the records belong to (`gongshi catalogue show` names them).
    #[arg(long, value_name = "CODE")]
    list: String,
    /// Check everything and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// The file is the provider's complete current list: what is missing from it is withdrawn.
    #[arg(long)]
    replace: bool,
    /// With --replace: withdraw although rows were rejected.
    #[arg(long, requires = "replace")]
    force: bool,
    /// Deciding authority for rows that do not name one, as NAME=CODE.
    #[arg(long, value_name = "NAME=CODE", value_parser = body)]
    authority: Option<Body>,
    /// Provider for rows that do not name one, as NAME=CODE.
    #[arg(long, value_name = "NAME=CODE", value_parser = body)]
    provider: Option<Body>,
}

fn body(text: &str) -> Result<Body, String> {
    let (name, code) = text
        .rsplit_once('=')
        .ok_or("write it as NAME=CODE, with the unified social credit code")?;
    Ok(Body {
        name: name.trim().to_owned(),
        code: code.trim().to_owned(),
    })
}

pub(super) fn run(context: &Context, import: &Import) -> anyhow::Result<Outcome> {
    if import.replace && import.files.len() > 1 {
        return Err(Usage(
            "--replace takes one file: a list is complete in one file or not at all".to_owned(),
        )
        .into());
    }
    let rooms = Rooms::new(&context.data, &context.settings);
    let now = rooms.clock()?.now();
    let inside = rooms.inside()?;
    let options = ImportOptions {
        dry_run: import.dry_run,
        replace: import.replace,
        force: import.force,
        authority: import.authority.clone(),
        provider: import.provider.clone(),
        rejects_dir: Some(context.data.rejects()),
        ..ImportOptions::new(&import.list, now)
    };
    let mut outcome = Outcome::Done;
    for file in &import.files {
        let summary = one(context, &inside, file, &options)?;
        if summary.exit_status() != 0 {
            outcome = Outcome::WithRejects;
        }
        tell(context, &summary)?;
    }
    Ok(outcome)
}

/// Imports one file, with a progress bar.
pub(super) fn one(
    context: &Context,
    inside: &Inside,
    file: &Path,
    options: &ImportOptions,
) -> anyhow::Result<ImportSummary> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let bar: ProgressBar = context.out.bar(0, &name);
    let mut committed = 0;
    let summary = intake::import(
        &inside.vault,
        &inside.catalogue,
        file,
        options,
        &mut |progress| {
            // machines are told what is committed: a crash cannot take it back
            if context.out.is_json() && progress.committed > committed {
                committed = progress.committed;
                let told = json!({ "rows": progress.rows, "committed": committed });
                // a reader that went away is noticed at the end
                let _ = context.out.value(&json!({ "progress": told }));
            }
            bar.set_length(progress.total);
            bar.set_position(progress.done);
        },
    );
    bar.finish_and_clear();
    summary.map_err(|error| match error {
        // the command line named it wrongly
        ImportError::UnknownList { .. } | ImportError::BadBody { .. } => {
            Usage(error.to_string()).into()
        }
        _ => error.into(),
    })
}

fn tell(context: &Context, summary: &ImportSummary) -> anyhow::Result<()> {
    let out = context.out;
    out.line(format!(
        "{} → {}: {} rows read, {} accepted ({} added, {} changed, {} unchanged), {} rejected, {} withdrawn{}",
        summary.file,
        summary.list,
        summary.rows_read,
        summary.accepted,
        summary.added,
        summary.changed,
        summary.unchanged,
        summary.rejected,
        summary.withdrawn,
        if summary.dry_run { " (dry run: nothing was written)" } else { "" },
    ))?;
    for (code, count) in &summary.withheld {
        out.line(format!("  will not be published: {count} × {code}"))?;
    }
    for (code, count) in &summary.findings {
        out.line(format!("  finding: {count} × {code}"))?;
    }
    if let Some(why) = &summary.not_replaced {
        out.line(format!("  nothing was withdrawn: {why}"))?;
    }
    if let Some(file) = &summary.rejects_file {
        out.line(format!("  row by row: {}", file.display()))?;
    }
    out.value(summary)?;
    Ok(())
}
