//! A signal to end, that threads can sleep on.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Shared by a node and its threads.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    inner: Arc<(Mutex<bool>, Condvar)>,
}

impl Stop {
    /// Tells everybody to end.
    pub fn stop(&self) {
        let (stopped, changed) = &*self.inner;
        *stopped.lock().unwrap_or_else(PoisonError::into_inner) = true;
        changed.notify_all();
    }

    /// Sleeps; true when it was told to end meanwhile or before.
    #[must_use]
    pub fn sleep(&self, time: Duration) -> bool {
        let (stopped, changed) = &*self.inner;
        let guard = stopped.lock().unwrap_or_else(PoisonError::into_inner);
        let (guard, _) = changed
            .wait_timeout_while(guard, time, |stopped| !*stopped)
            .unwrap_or_else(PoisonError::into_inner);
        *guard
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleepers_wake_at_once() {
        let stop = Stop::default();
        assert!(!stop.sleep(Duration::from_millis(1)));
        let other = stop.clone();
        let sleeper = std::thread::spawn(move || other.sleep(Duration::from_secs(600)));
        stop.stop();
        assert!(sleeper.join().unwrap());
        assert!(stop.sleep(Duration::from_secs(600)));
    }
}
