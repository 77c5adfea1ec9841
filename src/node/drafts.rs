//! Deletes the drafts of applications whose day has come.

use std::sync::Arc;
use std::time::Duration;

use super::Stop;
use crate::base::clock::Clock;
use crate::domain::time::civil_date;
use crate::outside::apply::Intake;

/// How often the clock is looked at.
const PAUSE: Duration = Duration::from_secs(1);

/// What deletes them.
pub(super) struct Drafts {
    pub intake: Arc<Intake>,
    pub clock: Arc<dyn Clock>,
}

impl Drafts {
    /// Deletes at the start and when a civil day begins, until it is told to stop. The log says how many, as proof.
    pub fn run(&self, stop: &Stop) {
        let mut done = None;
        loop {
            let today = civil_date(self.clock.now());
            if done != Some(today) {
                match self.intake.store.expire(today) {
                    Ok(deleted) => {
                        done = Some(today);
                        if deleted > 0 {
                            tracing::info!(deleted, day = %today, "deleted drafts whose time was over");
                        }
                    }
                    Err(error) => tracing::error!(%error, "cannot delete drafts"),
                }
            }
            if stop.sleep(PAUSE) {
                return;
            }
        }
    }
}
