//! `gongshi stale`: which ids of somebody's own copy must go.

use std::collections::HashSet;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{Context, Outcome};
use crate::domain::time::civil_date;
use crate::node::Rooms;
use crate::outside::mirror::portal::Portal;
use crate::outside::mirror::stale::ids;
use crate::outside::store::Found;

/// Which file, and whom to ask.
#[derive(Debug, Args)]
pub(super) struct Stale {
    /// The copy: CSV with a header, or JSON Lines.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// A portal to ask; without it, the public store of the data directory is asked.
    #[arg(long, value_name = "URL")]
    from: Option<String>,
    /// The column, or key, that holds the id.
    #[arg(long, value_name = "NAME", default_value = "id")]
    column: String,
}

/// Prints the ids that must go, one a line; status 3 when there is one.
pub(super) fn run(context: &Context, command: &Stale) -> anyhow::Result<Outcome> {
    let held = ids(&command.file, &command.column)?;
    let checked = held.len();
    let stale: Vec<String> = if let Some(address) = &command.from {
        let gone: HashSet<String> = Portal::new(address)?.withdrawn()?.into_iter().collect();
        held.into_iter().filter(|id| gone.contains(id)).collect()
    } else {
        let rooms = Rooms::new(&context.data, &context.settings);
        let store = rooms.store(false)?;
        let today = civil_date(rooms.clock()?.now());
        let mut stale = Vec::new();
        for id in held {
            if store.find(&id, today)? == Found::Gone {
                stale.push(id);
            }
        }
        stale
    };
    for id in &stale {
        context.out.line(id)?;
    }
    context
        .out
        .value(&json!({ "checked": checked, "stale": stale }))?;
    Ok(if stale.is_empty() {
        Outcome::Done
    } else {
        Outcome::WithRejects
    })
}
