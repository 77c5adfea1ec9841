//! `gongshi catalogue check|show`.

use clap::Subcommand;

use super::{Context, Outcome};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Refuse an incomplete or unlawful entry and name the rule that it breaks.
    Check,
}
pub(super) fn run(_context: &Context, _command: Command) -> anyhow::Result<Outcome> {
    Ok(Outcome::Done)
}
