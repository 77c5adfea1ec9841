//! Deletes what was handed in when its time is over, once a civil day.

use std::sync::Arc;
use std::time::Duration;

use super::Stop;
use crate::base::clock::Clock;
use crate::domain::time::civil_date;
use crate::inside::retention::Retention;

/// How often the clock is looked at.
const PAUSE: Duration = Duration::from_secs(2);

/// What deletes it.
pub(super) struct Keeping {
    pub retention: Retention,
    pub clock: Arc<dyn Clock>,
}

impl Keeping {
    /// Deletes at the start and when a civil day begins, until it is told to stop. A run that deleted goes on at once,
    /// since it is bounded. The audit log holds the proof.
    pub fn run(&self, stop: &Stop) {
        let mut done = None;
        loop {
            let now = self.clock.now();
            let today = civil_date(now);
            if done != Some(today) {
                match self.retention.run(now) {
                    Ok(0) => done = Some(today),
                    Ok(deleted) => {
                        tracing::info!(deleted, day = %today, "deleted applications whose time was over");
                    }
                    Err(error) => tracing::error!(%error, "cannot delete applications"),
                }
            }
            if stop.sleep(PAUSE) {
                return;
            }
        }
    }
}
