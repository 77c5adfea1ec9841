//! Publishes what is due: at the start, when a civil day begins in Asia/Shanghai, and every minute.
//!
//! It goes by the clock and not by how long it slept, so that a stop that spans midnight is made good at
//! the next start. The boundary itself does not wait for it: every reader asks for the day (P2).

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;

use super::{Inside, Stop};
use crate::base::clock::Clock;
use crate::domain::time::{Moment, civil_date};
use crate::outside::store::PublicStore;

/// How often the clock is looked at.
const PAUSE: Duration = Duration::from_millis(500);
/// Seconds between two runs on the same day.
const EVERY_SECONDS: i64 = 60;

/// What the scheduler needs.
pub(super) struct Schedule {
    pub inside: Inside,
    pub store: PublicStore,
    pub clock: Arc<dyn Clock>,
    pub lock: PathBuf,
}

impl Schedule {
    pub fn run(&self, stop: &Stop) {
        let mut last: Option<Moment> = None;
        loop {
            let now = self.clock.now();
            if is_time(last, now) {
                self.publish(now);
                last = Some(now);
            }
            if stop.sleep(PAUSE) {
                return;
            }
        }
    }

    fn publish(&self, now: Moment) {
        match self.inside.publish(&self.store, &self.lock, now, &|_| ()) {
            Ok(done) if done.published + done.taken_back > 0 => {
                tracing::info!(
                    published = done.published,
                    taken_back = done.taken_back,
                    seq = done.seq,
                    "published what was due"
                );
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "cannot publish what is due"),
        }
    }
}

/// Whether to publish now: never done yet, another civil day, or a minute since (also when the clock went back).
fn is_time(last: Option<Moment>, now: Moment) -> bool {
    let day = |at| -> NaiveDate { civil_date(at) };
    last.is_none_or(|last| {
        day(last) != day(now) || (now - last).num_seconds().abs() >= EVERY_SECONDS
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        chrono::DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[test]
    fn it_is_time_at_the_start_at_midnight_and_every_minute() {
        let late = at("2026-07-01T23:59:59.900+08:00");
        for (last, now, expected) in [
            (None, late, true),
            (Some(late), late, false),
            (Some(late), at("2026-07-02T00:00:00+08:00"), true),
            (Some(late), at("2026-07-01T23:59:59.999+08:00"), false),
            (
                Some(at("2026-07-01T23:00:00+08:00")),
                at("2026-07-01T23:00:59+08:00"),
                false,
            ),
            (
                Some(at("2026-07-01T23:00:00+08:00")),
                at("2026-07-01T23:01:00+08:00"),
                true,
            ),
            // the clock was set back within the day
            (Some(late), at("2026-07-01T08:00:00+08:00"), true),
        ] {
            assert_eq!(is_time(last, now), expected, "{last:?} {now}");
        }
    }
}
