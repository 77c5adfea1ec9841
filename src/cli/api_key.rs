//! `gongshi api-key`: keys of the API for higher rates.

use anyhow::bail;
use clap::Subcommand;
use serde_json::json;

use super::{Context, Outcome};
use crate::base::crypto::ApiKey;
use crate::domain::time::{Moment, shanghai};
use crate::node::Rooms;

/// The longest name.
const LONGEST: usize = 100;

/// What to do with the keys.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a key and show it once; only its hash is kept.
    Add {
        /// To whom it is given.
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// List the keys that were given, without the keys.
    List,
    /// Revoke a key; nodes refuse it within two seconds.
    Revoke {
        /// Its id, as `list` shows it.
        #[arg(value_name = "ID")]
        id: String,
    },
}

fn told(at: Moment) -> String {
    at.with_timezone(&shanghai())
        .format("%Y-%m-%d %H:%M:%S")
        .to_string()
}

pub(super) fn run(context: &Context, command: &Command) -> anyhow::Result<Outcome> {
    let rooms = Rooms::new(&context.data, &context.settings);
    let now = rooms.clock()?.now();
    let out = context.out;
    match command {
        Command::Add { name } => {
            let name = name.trim();
            let plain = !name.is_empty()
                && name.chars().count() <= LONGEST
                && !name.chars().any(char::is_control);
            if !plain {
                bail!("a name has 1 to {LONGEST} characters");
            }
            let key = ApiKey::make()?;
            rooms
                .store(true)?
                .add_api_key(key.id(), name, &key.hash(), now)?;
            out.line(format!("{} for {name}; shown only now:", key.id()))?;
            out.line(key.expose())?;
            out.value(&json!({ "id": key.id(), "name": name, "key": key.expose() }))?;
        }
        Command::List => {
            let all = rooms.store(false)?.api_keys()?;
            for key in &all {
                let state = key.revoked_at.map_or_else(
                    || "in force".to_owned(),
                    |at| format!("revoked {}", told(at)),
                );
                out.line(format!(
                    "{}  made {}  {state}  {}",
                    key.id,
                    told(key.made_at),
                    key.name
                ))?;
            }
            if all.is_empty() {
                out.line("no key was given")?;
            }
            let listed: Vec<_> = all
                .iter()
                .map(|key| {
                    json!({
                        "id": key.id,
                        "name": key.name,
                        "made_at": key.made_at,
                        "revoked_at": key.revoked_at,
                    })
                })
                .collect();
            out.value(&json!({ "keys": listed }))?;
        }
        Command::Revoke { id } => {
            if !rooms.store(true)?.revoke_api_key(id, now)? {
                bail!("no key {id} is in force: see gongshi api-key list");
            }
            out.line(format!("revoked {id}"))?;
            out.value(&json!({ "revoked": id }))?;
        }
    }
    Ok(Outcome::Done)
}
