//! `gongshi hook`: webhooks of re-users.

use anyhow::bail;
use clap::{Subcommand, ValueEnum};
use serde_json::json;

use super::{Context, Outcome};
use crate::base::crypto::{ApiKey, HookKey};
use crate::domain::time::{Moment, shanghai};
use crate::node::Rooms;
use crate::outside::hooks::guard;
use crate::outside::store::{HookState, Topic};

/// Hooks that may be in force.
const MOST: usize = 500;

/// Of what a hook is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Of {
    /// That there are changes, and where to read them.
    Changes,
    /// What was taken back: opaque ids and kinds of reason.
    Withdrawals,
}

impl Of {
    const fn topic(self) -> Topic {
        match self {
            Self::Changes => Topic::Changes,
            Self::Withdrawals => Topic::Withdrawals,
        }
    }
}

/// What to do with the hooks.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Add a hook and show its secret once; it is told once its owner has answered a challenge.
    Add {
        /// Address that begins with https://.
        #[arg(value_name = "URL")]
        url: String,
        /// Of what it is told.
        #[arg(long, value_enum, default_value = "changes")]
        topic: Of,
    },
    /// List the hooks and how each stands.
    List,
    /// Take a hook out.
    Remove {
        /// Its id, as `list` shows it.
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Call back a hook that is dead: its owner is challenged again, and it is told of what comes from now on.
    Revive {
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
        Command::Add { url, topic } => {
            let url = match guard::address(url, rooms.reach()) {
                Ok(url) => url,
                Err(why) => bail!("{url}: {why}"),
            };
            let store = rooms.store(true)?;
            if store.origin()?.is_some() {
                bail!("this is a mirror: hooks are added at the portal itself");
            }
            let hooks = store.hooks()?;
            let in_force = hooks.iter().filter(|h| h.state != HookState::Removed);
            if in_force.count() >= MOST {
                bail!("there are {MOST} hooks already: remove some first");
            }
            // drawn like the ids of keys; the key itself is thrown away
            let id = ApiKey::make()?.id().to_owned();
            let secret = HookKey::load_or_create(&rooms.keys_dir())?.secret(&id);
            store.add_hook(&id, url.as_str(), topic.topic(), now)?;
            out.line(format!(
                "{id} tells {url} of {}, once it has answered the challenge; its secret, shown only now:",
                topic.topic().code()
            ))?;
            out.line(secret.expose())?;
            out.value(&json!({ "id": id, "url": url.as_str(), "topic": topic.topic().code(), "secret": secret.expose() }))?;
        }
        Command::List => {
            let all = rooms.store(false)?.hooks()?;
            for hook in &all {
                out.line(format!(
                    "{}  {}  {}  told to {}  failures {}  last answer: {}  {}",
                    hook.id,
                    hook.topic.code(),
                    hook.state.code(),
                    hook.told_to,
                    hook.failures,
                    if hook.last_answer.is_empty() {
                        "none yet"
                    } else {
                        &hook.last_answer
                    },
                    hook.url,
                ))?;
                if let Some(since) = hook.failing_since {
                    out.line(format!(
                        "  failing since {}, tried again after {}",
                        told(since),
                        told(hook.next_at)
                    ))?;
                }
            }
            if all.is_empty() {
                out.line("there is no hook")?;
            }
            let listed: Vec<_> = all
                .iter()
                .map(|hook| {
                    json!({
                        "id": hook.id,
                        "url": hook.url,
                        "topic": hook.topic.code(),
                        "state": hook.state.code(),
                        "made_at": hook.made_at,
                        "proved_at": hook.proved_at,
                        "told_to": hook.told_to,
                        "failures": hook.failures,
                        "failing_since": hook.failing_since,
                        "next_at": hook.next_at,
                        "last_answer": hook.last_answer,
                    })
                })
                .collect();
            out.value(&json!({ "hooks": listed }))?;
        }
        Command::Remove { id } => {
            if !rooms.store(true)?.set_hook(id, HookState::Removed, now)? {
                bail!("no hook {id}: see gongshi hook list");
            }
            out.line(format!("removed {id}"))?;
            out.value(&json!({ "removed": id }))?;
        }
        Command::Revive { id } => {
            if !rooms.store(true)?.set_hook(id, HookState::Unproved, now)? {
                bail!("no hook {id} is dead or unproved: see gongshi hook list");
            }
            out.line(format!("{id} is challenged again"))?;
            out.value(&json!({ "revived": id }))?;
        }
    }
    Ok(Outcome::Done)
}
