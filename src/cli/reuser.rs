//! `gongshi reuser`: those who keep copies, and how far each has deleted what was taken back.

use anyhow::{Context as _, bail};
use clap::Subcommand;
use serde_json::json;

use super::{Context, Outcome};
use crate::base::crypto::{DeskSecret, parcel};
use crate::node::Rooms;
use crate::outside::store::ReuserState;
use crate::outside::web::handlers::CONTACT;
use crate::outside::web::reusers::{Standing, entry, hours};

/// What to do with the re-users.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List those who registered, and how each stands.
    List,
    /// Name one on the public page, after its name was looked at.
    Confirm {
        /// Its id, as `list` shows it.
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Take one out: its name and contact are deleted, its token is no longer taken.
    Remove {
        /// Its id, as `list` shows it.
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Show how to reach one, with the desk's private key.
    Contact {
        /// Its id, as `list` shows it.
        #[arg(value_name = "ID")]
        id: String,
    },
}

pub(super) fn run(context: &Context, command: &Command) -> anyhow::Result<Outcome> {
    let rooms = Rooms::new(&context.data, &context.settings);
    let now = rooms.clock()?.now();
    let out = context.out;
    let set = |id: &str, to: ReuserState| -> anyhow::Result<()> {
        if !rooms.store(true)?.set_reuser(id, to)? {
            bail!("no re-user {id}: see gongshi reuser list");
        }
        out.line(format!("{id} is {}", to.code()))?;
        Ok(out.value(&json!({ "id": id, "state": to.code() }))?)
    };
    match command {
        Command::List => {
            let store = rooms.store(false)?;
            let mut listed = Vec::new();
            for state in [ReuserState::Pending, ReuserState::Listed] {
                let (all, seq) = store.reusers(state)?;
                for one in &all {
                    out.line(format!(
                        "{}  {}  {}  deleted to {} of {seq}, {} to delete, {} hours  {} {}",
                        one.id,
                        one.state.code(),
                        Standing::of(one, now).code(),
                        one.deleted_to,
                        one.behind,
                        hours(one, now).unwrap_or(0),
                        one.name,
                        one.website,
                    ))?;
                    listed.push(entry(one, seq, now));
                }
            }
            if listed.is_empty() {
                out.line("nobody registered")?;
            }
            out.value(&json!({ "reusers": listed }))?;
        }
        Command::Confirm { id } => set(id, ReuserState::Listed)?,
        Command::Remove { id } => set(id, ReuserState::Removed)?,
        Command::Contact { id } => {
            let Some((envelope, sealed)) = rooms.store(false)?.reuser_contact(id)? else {
                bail!("{id} left no contact, or is none");
            };
            let desk = DeskSecret::load(&rooms.keys_dir()).context("the desk's private key")?;
            let key = desk.open(&envelope, id)?;
            let place = parcel::Place {
                number: id,
                part: CONTACT,
            };
            let plain = parcel::open(&key, place, &sealed)?;
            let text = String::from_utf8_lossy(&plain);
            out.line(&text)?;
            out.value(&json!({ "id": id, "contact": text }))?;
        }
    }
    Ok(Outcome::Done)
}
