//! Keeps the files of open data where the public store and the day stand.

use std::sync::Arc;
use std::time::Duration;

use super::{Lock, Stop};
use crate::base::clock::Clock;
use crate::base::crypto::{SignKey, sign};
use crate::domain::catalogue::Catalogue;
use crate::outside::export::generation::Making;
use crate::outside::export::holder::{Holder, Upkeep};
use crate::outside::store::PublicStore;

/// How often the store and the clock are looked at.
const PAUSE: Duration = Duration::from_millis(200);
/// How long to wait after a failure.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// What keeps the files.
pub(super) struct Exporting {
    pub store: PublicStore,
    pub catalogue: Arc<Catalogue>,
    pub clock: Arc<dyn Clock>,
    pub holder: Arc<Holder>,
    pub upkeep: Upkeep,
    pub key: Option<SignKey>,
    /// Directory of the keys.
    pub keys: std::path::PathBuf,
    pub base_url: String,
    pub demo: bool,
    /// Past days whose versions are offered.
    pub history_days: u32,
    /// Only one process keeps a directory.
    pub _lock: Lock,
}

impl Exporting {
    /// Keeps until it is told to stop. A failure is logged and tried again; readers get what is right meanwhile.
    pub fn run(mut self, stop: &Stop) {
        let mut read_of = sign::changed_at(&self.keys);
        loop {
            let changed = sign::changed_at(&self.keys);
            if changed != read_of {
                match SignKey::load(&self.keys) {
                    Ok(key) => {
                        self.key = key;
                        read_of = changed;
                        tracing::info!("the signing key was read anew");
                    }
                    Err(error) => tracing::error!(%error, "the signing key cannot be read anew"),
                }
            }
            let making = Making {
                catalogue: &self.catalogue,
                key: self.key.as_ref(),
                base_url: &self.base_url,
                demo: self.demo,
                history_days: self.history_days,
                now: self.clock.now(),
            };
            let pause = match self.upkeep.step(&self.store, &self.holder, making) {
                Ok(made) => {
                    if made {
                        tracing::info!("the files of open data were made");
                    }
                    PAUSE
                }
                Err(error) => {
                    tracing::error!(%error, "the files of open data cannot be kept");
                    PAUSE_AFTER_FAILURE
                }
            };
            if stop.sleep(pause) {
                return;
            }
        }
    }
}
