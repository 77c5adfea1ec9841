//! `gongshi init` and `gongshi keys init`.

use std::fs;

use anyhow::{Context as _, bail};
use clap::Subcommand;
use serde_json::json;

use super::{Context, Outcome};
use crate::base::calendar::Calendar;
use crate::base::crypto::{KeyRing, KeyScope, SignKey};
use crate::base::files;
use crate::config::TEMPLATE;
use crate::node::Rooms;

/// What to do with the keys.
#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Make the key files, or those that an older directory lacks; existing ones are never overwritten.
    Init,
    /// Replace a key by a new one.
    #[command(subcommand)]
    Rotate(Rotate),
}

/// Which key.
#[derive(Debug, Subcommand)]
pub(super) enum Rotate {
    /// The key that signs the files of open data. The old one announces the new one; what it signed stays checkable. A
    /// running node signs anew at once.
    Sign,
}

pub(super) fn run(context: &Context) -> anyhow::Result<Outcome> {
    make(context)?;
    let root = context.data.root().display();
    context
        .out
        .line(format!("made {root}: keys, databases, index, config.toml"))?;
    context.out.line(format!(
        "next: gongshi --data {root} import FILE --list CODE, then publish, then serve"
    ))?;
    context.out.value(&json!({ "made": context.data.root() }))?;
    Ok(Outcome::Done)
}

/// Makes a data directory; refuses when there is one.
pub(super) fn make(context: &Context) -> anyhow::Result<()> {
    let data = &context.data;
    let config = data.config();
    let taken = [data.keys(), data.vault_db(), data.public_db(), data.index()];
    // a configuration that stands there already is what `init` is to go by
    if let Some(path) = taken.iter().find(|p| p.exists()) {
        bail!("{} exists already: nothing was changed", path.display());
    }
    files::create_private_dir(data.root()).with_context(|| data.root().display().to_string())?;
    for dir in [data.index(), data.rejects()] {
        files::create_private_dir(&dir).with_context(|| dir.display().to_string())?;
    }
    KeyRing::create(&data.keys())?;
    let rooms = Rooms::new(data, &context.settings);
    rooms.inside()?;
    rooms.store(true)?;
    rooms.apply(&Calendar::embedded())?;
    if !config.exists() {
        fs::write(&config, TEMPLATE).with_context(|| config.display().to_string())?;
    }
    Ok(())
}

pub(super) fn keys(context: &Context, command: &Keys) -> anyhow::Result<Outcome> {
    let dir = context.data.keys();
    if let Keys::Rotate(Rotate::Sign) = command {
        let now = Rooms::new(&context.data, &context.settings).clock()?.now();
        let key = SignKey::rotate(&dir, now)?;
        context.out.line(format!(
            "new signing key {}, announced by the one before it; readers find both at /.well-known/gongshi-keys.txt",
            key.line()
        ))?;
        context
            .out
            .value(&json!({ "key": key.line(), "keys": key.known() }))?;
        return Ok(Outcome::Done);
    }
    // an older directory gets the keys that it lacks; a key that is there stays
    if KeyRing::exists(&dir, KeyScope::Inside) && KeyRing::lacks_any(&dir) {
        KeyRing::complete(&dir)?;
    } else {
        KeyRing::create(&dir)?;
    }
    context
        .out
        .line(format!("made the keys in {}", dir.display()))?;
    context.out.value(&json!({ "made": dir }))?;
    Ok(Outcome::Done)
}
