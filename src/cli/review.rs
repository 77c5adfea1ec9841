//! `gongshi review`: texts whose masking is uncertain wait here until somebody has read them.

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Context, Outcome};
use crate::inside::publish::{held_texts, settle};
use crate::node::Rooms;

/// What to do with held texts.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show what waits, with the text as it would be published.
    List {
        /// How many at most.
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
    },
    /// The proposed text may be published; `gongshi publish` then does it.
    Approve(Which),
    /// The proposed text may not be published: it stays held until the provider corrects it.
    Reject(Which),
}

/// A held text.
#[derive(Debug, Args)]
pub(super) struct Which {
    /// Id of the record.
    id: String,
    /// Field; all held fields of the record when not given.
    #[arg(long, value_name = "FIELD")]
    field: Option<String>,
    /// Who decides, for the audit log.
    #[arg(
        long,
        value_name = "NAME",
        env = "USER",
        default_value = "command line"
    )]
    by: String,
}

pub(super) fn run(context: &Context, command: &Command) -> anyhow::Result<Outcome> {
    let rooms = Rooms::new(&context.data, &context.settings);
    let now = rooms.clock()?.now();
    let inside = rooms.inside()?;
    let out = context.out;
    let (which, approve) = match command {
        Command::List { limit } => {
            let held = held_texts(&inside.vault, None, *limit)?;
            for text in &held {
                out.line(format!("{} {} {}", text.record_id, text.field, text.doubts))?;
                out.line(format!("    {}", text.proposal))?;
            }
            if held.is_empty() {
                out.line("nothing waits")?;
            }
            out.value(&held)?;
            return Ok(Outcome::Done);
        }
        Command::Approve(which) => (which, true),
        Command::Reject(which) => (which, false),
    };
    let settled = settle(
        &inside.vault,
        &which.id,
        which.field.as_deref(),
        approve,
        &which.by,
        now,
    )?;
    let word = if approve { "approved" } else { "rejected" };
    out.line(format!("{word} {settled}; next: gongshi publish"))?;
    out.value(&json!({ word: settled }))?;
    Ok(Outcome::Done)
}
