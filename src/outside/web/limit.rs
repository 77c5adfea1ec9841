//! Limits: requests of one client by operation, and searches at one time.
//!
//! Rates are counted by the generic cell rate algorithm of governor. Searching costs a processor, so that only so many run
//! at once and so many wait; the next is told at once to come back (503), which keeps the others fast.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::problem::Refusal;

/// What is being done: each kind of work has its own allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Reading a page or its JSON twin.
    Read,
    /// Searching.
    Search,
    /// Searching for a natural person by name.
    Person,
    /// Reading the change feed.
    Changes,
    /// Looking up many names or codes at once.
    Check,
    /// Reconciling a batch of names.
    Reconcile,
    /// Filling in applications, and asking how one stands.
    Apply,
}

impl Operation {
    /// Its name in the `RateLimit` headers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Search => "search",
            Self::Person => "person",
            Self::Changes => "changes",
            Self::Check => "check",
            Self::Reconcile => "reconcile",
            Self::Apply => "apply",
        }
    }
}

/// An allowance: so many requests at once, so many a minute thereafter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests at once.
    pub burst: NonZeroU32,
    /// Requests a minute in the long run.
    pub per_minute: NonZeroU32,
}

impl Rate {
    /// An allowance; zero counts as one.
    #[must_use]
    pub fn new(burst: u32, per_minute: u32) -> Self {
        let at_least_one = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Self {
            burst: at_least_one(burst),
            per_minute: at_least_one(per_minute),
        }
    }

    /// So many times as much.
    #[must_use]
    pub fn times(self, factor: u32) -> Self {
        Self::new(
            self.burst.get().saturating_mul(factor),
            self.per_minute.get().saturating_mul(factor),
        )
    }

    fn quota(self) -> Quota {
        Quota::per_minute(self.per_minute).allow_burst(self.burst)
    }

    /// Seconds in which a used-up burst is whole again.
    fn window(self) -> u64 {
        (u64::from(self.burst.get()) * 60).div_ceil(u64::from(self.per_minute.get()))
    }
}

/// The allowances of one client; `None` for no limit (benches, closed networks).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Reading.
    pub read: Option<Rate>,
    /// Searching.
    pub search: Option<Rate>,
    /// Searching for persons by name.
    pub person: Option<Rate>,
    /// Reading the change feed.
    pub changes: Option<Rate>,
    /// Looking up many names or codes at once.
    pub check: Option<Rate>,
    /// Reconciling a batch of names.
    pub reconcile: Option<Rate>,
    /// Filling in applications.
    pub apply: Option<Rate>,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            read: Some(Rate::new(240, 1200)),
            search: Some(Rate::new(60, 240)),
            person: Some(Rate::new(10, 20)),
            changes: Some(Rate::new(60, 120)),
            check: Some(Rate::new(10, 20)),
            reconcile: Some(Rate::new(60, 120)),
            apply: Some(Rate::new(90, 60)),
        }
    }
}

impl Rates {
    /// So many times as much of everything but searches for natural persons and applications: no key buys more of those.
    #[must_use]
    pub fn times(self, factor: u32) -> Self {
        let times = |rate: Option<Rate>| rate.map(|r| r.times(factor));
        Self {
            read: times(self.read),
            search: times(self.search),
            person: self.person,
            changes: times(self.changes),
            check: times(self.check),
            reconcile: times(self.reconcile),
            apply: self.apply,
        }
    }

    /// No limits at all.
    #[must_use]
    pub const fn off() -> Self {
        Self {
            read: None,
            search: None,
            person: None,
            changes: None,
            check: None,
            reconcile: None,
            apply: None,
        }
    }
}

type Keyed =
    RateLimiter<u128, DefaultKeyedStateStore<u128>, DefaultClock, StateInformationMiddleware>;

#[derive(Debug)]
struct Gate {
    rate: Rate,
    limiter: Keyed,
}

impl Gate {
    fn new(rate: Rate) -> Self {
        let limiter = RateLimiter::keyed(rate.quota()).with_middleware();
        Self { rate, limiter }
    }
}

/// What is left of an allowance, for the headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// Which allowance.
    pub operation: Operation,
    /// Requests at once that it allows.
    pub burst: u32,
    /// Seconds in which it is whole again.
    pub window: u64,
    /// Requests left now.
    pub remaining: u32,
}

impl Left {
    /// `RateLimit-Policy`.
    #[must_use]
    pub fn policy(&self) -> String {
        format!(
            "\"{}\";q={};w={}",
            self.operation.name(),
            self.burst,
            self.window
        )
    }

    /// `RateLimit`.
    #[must_use]
    pub fn state(&self) -> String {
        let used = u64::from(self.burst.saturating_sub(self.remaining));
        let reset = (used * self.window).div_ceil(u64::from(self.burst.max(1)));
        format!(
            "\"{}\";r={};t={reset}",
            self.operation.name(),
            self.remaining
        )
    }
}

/// The gates of all operations.
#[derive(Debug)]
pub struct Limits {
    read: Option<Gate>,
    search: Option<Gate>,
    person: Option<Gate>,
    changes: Option<Gate>,
    check: Option<Gate>,
    reconcile: Option<Gate>,
    apply: Option<Gate>,
    clock: DefaultClock,
    since_cleaned: AtomicUsize,
}

/// Idle keys are forgotten after so many requests.
const CLEAN_EVERY: usize = 10_000;

impl Limits {
    /// Gates with these allowances.
    #[must_use]
    pub fn new(rates: Rates) -> Self {
        Self {
            read: rates.read.map(Gate::new),
            search: rates.search.map(Gate::new),
            person: rates.person.map(Gate::new),
            changes: rates.changes.map(Gate::new),
            check: rates.check.map(Gate::new),
            reconcile: rates.reconcile.map(Gate::new),
            apply: rates.apply.map(Gate::new),
            clock: DefaultClock::default(),
            since_cleaned: AtomicUsize::new(0),
        }
    }

    fn gate(&self, operation: Operation) -> Option<&Gate> {
        match operation {
            Operation::Read => self.read.as_ref(),
            Operation::Search => self.search.as_ref(),
            Operation::Person => self.person.as_ref(),
            Operation::Changes => self.changes.as_ref(),
            Operation::Check => self.check.as_ref(),
            Operation::Reconcile => self.reconcile.as_ref(),
            Operation::Apply => self.apply.as_ref(),
        }
    }

    /// Counts one request of a client; `None` when the operation is not limited.
    ///
    /// # Errors
    /// [`Refusal::TooMany`], and what to say in the headers.
    pub fn pass(
        &self,
        operation: Operation,
        client: u128,
    ) -> Result<Option<Left>, (Refusal, Left)> {
        let Some(gate) = self.gate(operation) else {
            return Ok(None);
        };
        if self.since_cleaned.fetch_add(1, Ordering::Relaxed) >= CLEAN_EVERY {
            self.since_cleaned.store(0, Ordering::Relaxed);
            self.forget_idle();
        }
        let left = |remaining| Left {
            operation,
            burst: gate.rate.burst.get(),
            window: gate.rate.window(),
            remaining,
        };
        match gate.limiter.check_key(&client) {
            Ok(state) => Ok(Some(left(state.remaining_burst_capacity()))),
            Err(not_until) => {
                let wait = not_until.wait_time_from(self.clock.now());
                let retry_after = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
                let refusal = Refusal::TooMany {
                    retry_after: retry_after.max(1),
                    person_search: operation == Operation::Person,
                };
                Err((refusal, left(0)))
            }
        }
    }

    fn forget_idle(&self) {
        let all = [
            &self.read,
            &self.search,
            &self.person,
            &self.changes,
            &self.check,
            &self.reconcile,
            &self.apply,
        ];
        for gate in all.into_iter().flatten() {
            gate.limiter.retain_recent();
        }
    }
}

/// How many searches run and wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queue {
    /// Searches at one time.
    pub running: usize,
    /// Searches that wait for one of those to end.
    pub waiting: usize,
    /// The longest that one waits.
    pub patience: Duration,
}

impl Default for Queue {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            // a search waits now and then for the thread that reads requests: meanwhile another goes on
            running: 2 * cores,
            waiting: 64 * cores,
            patience: Duration::from_secs(2),
        }
    }
}

/// Permits for work that costs a processor.
#[derive(Debug)]
pub struct Permits {
    running: Arc<Semaphore>,
    waiting: AtomicUsize,
    queue: Queue,
}

/// Leaves the queue when dropped, also when the client went away while waiting.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Permits {
    /// Permits for a queue.
    #[must_use]
    pub fn new(queue: Queue) -> Self {
        Self {
            running: Arc::new(Semaphore::new(queue.running.max(1))),
            waiting: AtomicUsize::new(0),
            queue,
        }
    }

    /// Waits for a permit, which is given back when dropped.
    ///
    /// # Errors
    /// [`Refusal::Busy`]: at once when the queue is full, or when patience is at an end.
    pub async fn enter(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        if let Ok(permit) = Arc::clone(&self.running).try_acquire_owned() {
            return Ok(permit);
        }
        let waiting = self.waiting.fetch_add(1, Ordering::Relaxed);
        let _place = Waiting(&self.waiting);
        if waiting >= self.queue.waiting {
            return Err(Refusal::Busy);
        }
        let permit = Arc::clone(&self.running).acquire_owned();
        match actix_web::rt::time::timeout(self.queue.patience, permit).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(Refusal::Busy),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowance_ends_and_says_when_to_come_back() {
        let limits = Limits::new(Rates {
            person: Some(Rate::new(2, 1)),
            ..Rates::off()
        });
        let first = limits.pass(Operation::Person, 1).unwrap().unwrap();
        assert_eq!((first.remaining, first.window), (1, 120));
        assert_eq!(first.policy(), "\"person\";q=2;w=120");
        assert_eq!(first.state(), "\"person\";r=1;t=60");
        limits.pass(Operation::Person, 1).unwrap();
        let (refusal, left) = limits.pass(Operation::Person, 1).unwrap_err();
        let Refusal::TooMany {
            retry_after,
            person_search,
        } = refusal
        else {
            panic!("{refusal:?}");
        };
        assert!(
            person_search && (1..=60).contains(&retry_after),
            "{retry_after}"
        );
        assert_eq!(left.remaining, 0);
        assert!(limits.pass(Operation::Person, 2).is_ok(), "another client");
        assert_eq!(limits.pass(Operation::Search, 1), Ok(None), "no limit set");
    }

    #[actix_web::test]
    async fn a_full_queue_answers_at_once() {
        let permits = Permits::new(Queue {
            running: 1,
            waiting: 0,
            patience: Duration::from_secs(60),
        });
        let held = permits.enter().await.unwrap();
        let started = std::time::Instant::now();
        assert_eq!(permits.enter().await.unwrap_err(), Refusal::Busy);
        assert!(started.elapsed() < Duration::from_secs(5));
        drop(held);
        assert!(permits.enter().await.is_ok());
    }

    #[actix_web::test]
    async fn patience_ends() {
        let permits = Permits::new(Queue {
            running: 1,
            waiting: 5,
            patience: Duration::from_millis(20),
        });
        let _held = permits.enter().await.unwrap();
        assert_eq!(permits.enter().await.unwrap_err(), Refusal::Busy);
        assert_eq!(permits.waiting.load(Ordering::Relaxed), 0, "left the queue");
    }
}
