//! `gongshi mirror`: a read-only portal made from another portal's change feed, and kept up.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::json;

use super::{Context, Outcome};
use crate::base::crypto::{KeyRing, KeyScope};
use crate::base::files;
use crate::config::TEMPLATE;
use crate::node::{Lock, Rooms};
use crate::outside::mirror::copy::{Mirror, Read};
use crate::outside::mirror::portal::Portal;

/// Seconds that the portal is asked to wait for something new.
const WAIT: u64 = 30;
/// Pauses after failures, in seconds: each longer than the one before.
const PAUSES: [u64; 5] = [2, 5, 10, 30, 60];

/// Which portal.
#[derive(Debug, Args)]
pub(super) struct Make {
    /// Address of the portal, for example https://credit.example.cn.
    #[arg(value_name = "URL")]
    portal: String,
    /// Read what there is and end, instead of keeping the copy up.
    #[arg(long)]
    once: bool,
}

/// Makes the data directory when there is none, and copies what changed; then waits for more.
pub(super) fn run(context: &Context, command: &Make) -> anyhow::Result<Outcome> {
    let portal = Portal::new(&command.portal)?;
    let (mirror, _lock) = open(context, &portal)?;
    let out = context.out;
    let root = context.data.root().display();
    let first = mirror.read(&portal, 0);
    if command.once {
        return say(context, &portal, &first?).map(|()| Outcome::Done);
    }
    out.line(format!(
        "mirroring {}; serve it with: gongshi --data {root} serve --role public; stop with Ctrl-C",
        portal.address()
    ))?;
    let mut failures: usize = 0;
    let mut last = first;
    loop {
        match &last {
            Ok(read) => {
                failures = 0;
                if read.changes > 0 {
                    say(context, &portal, read)?;
                }
            }
            Err(error) => {
                let pause = PAUSES[failures.min(PAUSES.len() - 1)];
                tracing::error!(%error, pause, "the mirror cannot follow its portal");
                failures += 1;
                std::thread::sleep(Duration::from_secs(pause));
            }
        }
        last = mirror.read(&portal, WAIT);
    }
}

fn say(context: &Context, portal: &Portal, read: &Read) -> anyhow::Result<()> {
    context.out.line(format!(
        "{} changes; at {}, {} records displayed, as {} says",
        read.changes,
        read.seq,
        read.records,
        portal.address()
    ))?;
    context.out.value(&json!({
        "changes": read.changes, "seq": read.seq, "records": read.records
    }))?;
    Ok(())
}

/// Opens the copy; makes it when there is none. It lies in a directory of its own, which has no vault and no key to one.
fn open(context: &Context, portal: &Portal) -> anyhow::Result<(Mirror, Lock)> {
    let data = &context.data;
    let rooms = Rooms::new(data, &context.settings);
    let root = data.root().display();
    if data.vault_db().exists() || KeyRing::exists(&data.keys(), KeyScope::Inside) {
        bail!("{root} is the directory of a portal: a mirror needs one of its own");
    }
    if !KeyRing::exists(&data.keys(), KeyScope::Public) {
        // before anything is made: a wrong address leaves nothing behind
        let demo = portal.changes(0, 0)?.demo;
        for dir in [data.root().to_owned(), data.index()] {
            files::create_private_dir(&dir).with_context(|| dir.display().to_string())?;
        }
        let config = data.config();
        if !config.exists() {
            let text = if demo {
                TEMPLATE.replacen("#demo = false", "demo = true", 1)
            } else {
                TEMPLATE.to_owned()
            };
            fs::write(&config, text).with_context(|| config.display().to_string())?;
        }
        KeyRing::create_public(&data.keys())?;
    }
    let lock = Lock::attempt(&rooms.publish_lock_path())?
        .with_context(|| format!("{root}: another process keeps this mirror up already"))?;
    let store = rooms.store(true)?;
    match store.origin()? {
        None => store.become_copy(portal.address())?,
        Some(address) if address == portal.address() => {}
        Some(address) => bail!(
            "{root} is a mirror of {address}: give {} its own directory",
            portal.address()
        ),
    }
    let (blind, _) = rooms.public_keys()?;
    let mirror = Mirror {
        store,
        catalogue: Arc::new(rooms.catalogue()?),
        clock: rooms.clock()?,
        blind: Some(Arc::new(blind)),
    };
    Ok((mirror, lock))
}
