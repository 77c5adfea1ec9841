//! `gongshi export`: the files of open data.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use serde_json::json;

use super::{Context, Outcome};
use crate::domain::time::Moment;
use crate::node::Rooms;
use crate::outside::export::copy::copy;
use crate::outside::export::generation::Making;
use crate::outside::export::holder::Upkeep;
use crate::outside::export::keep::{forget, reached};
use crate::outside::store::PublicStore;

/// How long a running node is waited for.
const WAIT: Duration = Duration::from_secs(60);
/// How often it is looked whether it is done.
const PAUSE: Duration = Duration::from_millis(50);

/// What to do with the files.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// Write a complete, signed copy of today's files into this directory.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Throw the files away that are there, and make them from the store.
    #[arg(long)]
    anew: bool,
}

pub(super) fn run(context: &Context, command: &Export) -> anyhow::Result<Outcome> {
    let rooms = Rooms::new(&context.data, &context.settings);
    let now = rooms.clock()?.now();
    let store = rooms.store(false)?;
    let catalogue = rooms.catalogue()?;
    let key = rooms.sign_key()?;
    let making = Making {
        catalogue: &catalogue,
        key: key.as_ref(),
        base_url: context.settings.site.base_url.trim_end_matches('/'),
        demo: context.settings.site.demo,
        history_days: 0,
        now,
    };
    let spinner = context.out.spinner("export");
    // a running node keeps the parts: then a copy is made of parts of its own
    let scratch = tempfile::tempdir()?;
    let lock = rooms.exports_lock_if_free()?;
    let dir = match &lock {
        Some(_) => rooms.exports_dir(),
        None => scratch.path().to_owned(),
    };
    if command.anew {
        if lock.is_none() {
            bail!("a running node keeps the files: stop it first");
        }
        forget(&dir)?;
    }
    let generation = Upkeep::open(&dir, &catalogue)?.generation(&store, making)?;
    let copied = match &command.out {
        Some(out) => Some(copy(&generation, out)?),
        None => None,
    };
    spinner.finish_and_clear();
    let rows = generation.sets.get("all").map_or(0, |set| set.rows);
    let out = context.out;
    out.line(format!(
        "{rows} records in {} data sets, sequence {}, day {}",
        generation.sets.len(),
        generation.seq,
        generation.day
    ))?;
    if key.is_none() {
        out.line("not signed: this node has no sign.key")?;
    }
    if let (Some(dir), Some(bytes)) = (&command.out, copied) {
        out.line(format!(
            "{bytes} bytes written to {}; check with gongshi verify --export {}",
            dir.display(),
            dir.display()
        ))?;
    }
    out.value(&json!({
        "rows": rows,
        "data_sets": generation.sets.len(),
        "seq": generation.seq,
        "day": generation.day,
        "bytes": copied,
        "out": command.out,
    }))?;
    Ok(Outcome::Done)
}

/// Waits until the running node that keeps the parts has them where the store stands.
fn wait(context: &Context, rooms: &Rooms<'_>, store: &PublicStore) -> anyhow::Result<()> {
    let (dir, seq) = (rooms.exports_dir(), store.position()?.seq);
    let spinner = context.out.spinner("export");
    let mut left = WAIT;
    let reached = loop {
        if reached(&dir) >= seq {
            break true;
        }
        if left.is_zero() {
            break false;
        }
        std::thread::sleep(PAUSE);
        left = left.saturating_sub(PAUSE);
    };
    spinner.finish_and_clear();
    Ok(context.out.line(if reached {
        "exports: the running node brought them up"
    } else {
        "exports: the running node has not brought them up yet; its log says why"
    })?)
}

/// Brings the parts up after a release, or waits for the running node that keeps them: what was taken back is then in no
/// file.
pub(super) fn follow(
    context: &Context,
    rooms: &Rooms<'_>,
    store: &PublicStore,
    now: Moment,
) -> anyhow::Result<()> {
    if !context.settings.exports.enabled {
        return Ok(());
    }
    let Some(_lock) = rooms.exports_lock_if_free()? else {
        return wait(context, rooms, store);
    };
    let catalogue = rooms.catalogue()?;
    let spinner = context.out.spinner("export");
    let making = Making {
        catalogue: &catalogue,
        key: None,
        base_url: "",
        demo: false,
        history_days: 0,
        now,
    };
    let kept = Upkeep::open(&rooms.exports_dir(), &catalogue)?.parts(store, making)?;
    spinner.finish_and_clear();
    Ok(context
        .out
        .line(format!("exports: {} parts made", kept.made))?)
}
