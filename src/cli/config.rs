//! `gongshi config show`.

use clap::Subcommand;
use serde::Serialize;

use super::{Context, Outcome};

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show every setting, its value and the layer that set it.
    Show,
}

#[derive(Serialize)]
struct Line {
    key: String,
    value: toml::Value,
    from: String,
}

pub(super) fn run(context: &Context, command: &Command) -> anyhow::Result<Outcome> {
    let Command::Show = command;
    // secrets serialise as "(hidden)"
    let table = toml::Table::try_from(&context.settings)?;
    let mut lines = Vec::new();
    for (section, keys) in table {
        let Some(keys) = keys.as_table() else {
            continue;
        };
        for (name, value) in keys {
            let key = format!("{section}.{name}");
            lines.push(Line {
                from: context.layers.origin(&key).to_owned(),
                key,
                value: value.clone(),
            });
        }
    }
    for line in &lines {
        context
            .out
            .line(format!("{} = {}   # {}", line.key, line.value, line.from))?;
    }
    context.out.value(&lines)?;
    Ok(Outcome::Done)
}
