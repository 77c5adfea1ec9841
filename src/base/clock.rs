//! The one place that asks for the time. Everybody else is told.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

use crate::domain::time::Moment;

/// What the end of a test clock's file says when the time in it runs on from the file's modification.
const RUNNING: &str = "+running";

/// Tells the time, cut to milliseconds: the databases keep different fractions of what they are given.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The present instant.
    fn now(&self) -> Moment;
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Moment {
        (**self).now()
    }
}

/// An instant without its fractions of a millisecond.
#[must_use]
pub fn to_milliseconds(at: Moment) -> Moment {
    at.trunc_subsecs(3)
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one legal place that asks for the time"
    )]
    fn now(&self) -> Moment {
        to_milliseconds(Utc::now())
    }
}

/// A clock for tests that stands still until it is set. Copies share the time.
#[derive(Clone, Debug)]
pub struct SettableClock {
    millis: Arc<AtomicI64>,
}

impl SettableClock {
    /// A clock that stands at an instant.
    #[must_use]
    pub fn at(at: Moment) -> Self {
        Self {
            millis: Arc::new(AtomicI64::new(at.timestamp_millis())),
        }
    }

    /// Sets the time, forwards or backwards.
    pub fn set(&self, at: Moment) {
        self.millis.store(at.timestamp_millis(), Ordering::SeqCst);
    }

    /// Moves the time by a difference.
    pub fn advance(&self, by: TimeDelta) {
        self.millis
            .fetch_add(by.num_milliseconds(), Ordering::SeqCst);
    }
}

impl Clock for SettableClock {
    fn now(&self) -> Moment {
        DateTime::from_timestamp_millis(self.millis.load(Ordering::SeqCst)).unwrap_or_default()
    }
}

/// A test clock whose file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ClockError {
    /// The file cannot be read.
    #[error("clock.test_file {}: cannot be read", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file holds no instant.
    #[error("clock.test_file {}: {found:?} is no instant of the form 2026-07-01T23:59:58+08:00, which +running may follow", .path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What it holds, cut to a few characters.
        found: String,
    },
}

/// A clock for black-box tests: reads a file with an RFC 3339 instant each time it is asked, so that a
/// test can move a running server over midnight. With ` +running` after the instant, the time runs on
/// from the file's modification. It can only be made for a file that the configuration names.
#[derive(Debug)]
pub struct FileClock {
    path: PathBuf,
    /// The last instant that could be read, as milliseconds: the answer while the file is being written.
    last: AtomicI64,
}

impl FileClock {
    /// A clock that reads `path`.
    ///
    /// # Errors
    /// [`ClockError`] when the file cannot be read now or holds no instant.
    fn open(path: &Path) -> Result<Self, ClockError> {
        let now = read(path)?;
        Ok(Self {
            path: path.to_owned(),
            last: AtomicI64::new(now.timestamp_millis()),
        })
    }
}

impl Clock for FileClock {
    fn now(&self) -> Moment {
        if let Ok(now) = read(&self.path) {
            self.last.store(now.timestamp_millis(), Ordering::SeqCst);
        }
        DateTime::from_timestamp_millis(self.last.load(Ordering::SeqCst)).unwrap_or_default()
    }
}

/// The instant that a test clock's file means at this moment.
fn read(path: &Path) -> Result<Moment, ClockError> {
    let failed = |source| ClockError::Read {
        path: path.to_owned(),
        source,
    };
    let text = fs::read_to_string(path).map_err(failed)?;
    let text = text.trim();
    let (instant, running) = text
        .strip_suffix(RUNNING)
        .map_or((text, false), |rest| (rest.trim_end(), true));
    let start = DateTime::parse_from_rfc3339(instant)
        .map_err(|_| ClockError::Format {
            path: path.to_owned(),
            found: text.chars().take(60).collect(),
        })?
        .to_utc();
    if !running {
        return Ok(to_milliseconds(start));
    }
    let written: Moment = fs::metadata(path)
        .and_then(|m| m.modified())
        .map_err(failed)?
        .into();
    let since = (SystemClock.now() - written).max(TimeDelta::zero());
    Ok(to_milliseconds(
        start.checked_add_signed(since).unwrap_or(start),
    ))
}

/// The clock of a node: the system's, unless the configuration names the file of a test clock
/// (`clock.test_file`), which is said aloud in the log.
///
/// # Errors
/// [`ClockError`] when a test clock is asked for and its file is no good: the system's time is then no substitute.
pub fn configured(test_file: Option<&Path>) -> Result<Arc<dyn Clock>, ClockError> {
    let Some(path) = test_file else {
        return Ok(Arc::new(SystemClock));
    };
    let clock = FileClock::open(path)?;
    tracing::warn!(file = %path.display(), "the time is taken from a test file, not from the system");
    Ok(Arc::new(clock))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Moment {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[test]
    fn the_system_clock_counts_milliseconds_and_goes_on() {
        let clock = configured(None).unwrap();
        let before = clock.now();
        assert_eq!(before, to_milliseconds(before));
        assert!(before > instant("2026-01-01T00:00:00Z"));
        assert!(clock.now() >= before);
    }

    #[test]
    fn fractions_are_cut_and_not_rounded() {
        let cut = to_milliseconds(instant("2026-07-01T23:59:59.9999+08:00"));
        assert_eq!(cut, instant("2026-07-01T23:59:59.999+08:00"));
        assert_eq!(
            to_milliseconds(instant("1969-12-31T23:59:59.9999Z")),
            instant("1969-12-31T23:59:59.999Z")
        );
    }

    #[test]
    fn a_settable_clock_moves_with_its_copies() {
        let clock = SettableClock::at(instant("2026-07-01T23:59:59+08:00"));
        let copy = clock.clone();
        clock.advance(TimeDelta::seconds(1));
        assert_eq!(copy.now(), instant("2026-07-02T00:00:00+08:00"));
        copy.set(instant("2020-01-01T00:00:00Z"));
        let shared: Arc<dyn Clock> = Arc::new(clock);
        assert_eq!(shared.now(), instant("2020-01-01T00:00:00Z"));
    }

    #[test]
    fn a_file_clock_follows_its_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("now");
        assert!(matches!(
            configured(Some(&path)),
            Err(ClockError::Read { .. })
        ));
        fs::write(&path, "tomorrow").unwrap();
        assert!(matches!(
            configured(Some(&path)),
            Err(ClockError::Format { .. })
        ));
        fs::write(&path, "2026-07-01T23:59:59.999+08:00\n").unwrap();
        let clock = configured(Some(&path)).unwrap();
        assert_eq!(clock.now(), instant("2026-07-01T15:59:59.999Z"));
        fs::write(&path, "2026-07-02T00:00:00+08:00").unwrap();
        assert_eq!(clock.now(), instant("2026-07-01T16:00:00Z"));
        // half written or gone: the last instant stands
        fs::write(&path, "2026-07-").unwrap();
        assert_eq!(clock.now(), instant("2026-07-01T16:00:00Z"));
        fs::remove_file(&path).unwrap();
        assert_eq!(clock.now(), instant("2026-07-01T16:00:00Z"));
    }

    #[test]
    fn a_running_file_clock_runs_on_from_the_file_s_modification() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("now");
        fs::write(&path, "2026-07-01T23:59:58+08:00 +running\n").unwrap();
        let clock = configured(Some(&path)).unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        let hour_ago = std::time::SystemTime::from(SystemClock.now() - TimeDelta::hours(1));
        file.set_modified(hour_ago).unwrap();
        let first = clock.now();
        let after_an_hour = instant("2026-07-02T00:59:58+08:00");
        assert!(
            first >= after_an_hour && first < after_an_hour + TimeDelta::minutes(5),
            "{first}"
        );
        assert!(clock.now() >= first);
    }
}
