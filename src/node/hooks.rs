//! Tells webhooks what is new.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{Lock, Stop};
use crate::base::clock::Clock;
use crate::base::crypto::HookKey;
use crate::outside::hooks::Sender;
use crate::outside::hooks::guard::Reach;
use crate::outside::store::PublicStore;

/// How often it is looked whether anything is due.
const PAUSE: Duration = Duration::from_secs(1);
/// How long to wait after a failure.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(30);

/// What tells them.
pub(super) struct Hooks {
    pub store: PublicStore,
    pub clock: Arc<dyn Clock>,
    /// Directory of the keys.
    pub keys: PathBuf,
    /// The file that lets one node do it.
    pub lock: PathBuf,
    pub base_url: String,
    pub reach: Reach,
    pub dead_days: u32,
}

impl Hooks {
    /// Tells until it is told to stop. One node of a data directory does; the others look whether it still runs.
    pub fn run(self, stop: &Stop) {
        let mut ready: Option<(Lock, Sender)> = None;
        loop {
            let done = match &ready {
                Some((_, sender)) => {
                    let clock = || self.clock.now();
                    sender
                        .step(&self.store, &clock)
                        .map(|_| ())
                        .map_err(Into::into)
                }
                None => self.begin().map(|begun| ready = begun),
            };
            let pause = match done {
                Ok(()) => PAUSE,
                Err(error) => {
                    tracing::error!(%error, "webhooks cannot be told");
                    PAUSE_AFTER_FAILURE
                }
            };
            if stop.sleep(pause) {
                return;
            }
        }
    }

    /// What sends, as soon as there is a hook: a portal without one has no key for them.
    fn begin(&self) -> anyhow::Result<Option<(Lock, Sender)>> {
        if self.store.hooks()?.is_empty() {
            return Ok(None);
        }
        let Some(lock) = Lock::attempt(&self.lock)? else {
            return Ok(None);
        };
        let key = HookKey::load_or_create(&self.keys)?;
        let sender = Sender::new(key, &self.base_url, self.reach, self.dead_days);
        Ok(Some((lock, sender)))
    }
}
