//! What those who follow the changes are told beside them: what they must hold at the end of the feed, and when there is
//! more. Waiting takes no thread: a timer wakes the request, which asks for the position that all requests share.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use chrono::NaiveDate;
use tokio::sync::{Mutex, Semaphore};

use super::problem::Refusal;
use super::reply::Call;
use super::state::{WebState, failed};
use crate::domain::kinds::SubjectKind;
pub use crate::outside::export::row::is_exported;
use crate::outside::store::{Ended, StateSum, StoreError};

/// Requests that may wait at one time; the next is told to come back.
pub const MOST_WAITING: usize = 256;
/// Records from which on the changes are told first and what they sum up to in the next answer: summing up takes about a
/// second a million, and what was taken back is not to wait for it.
const MANY: i64 = 50_000;
/// How often a waiting request looks.
const LOOK: Duration = Duration::from_millis(100);

/// What a follower holds at the end of the feed, on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// The civil date.
    pub day: NaiveDate,
    /// Its records, summed up.
    pub sum: StateSum,
    /// What is over since midnight and has no tombstone yet.
    pub ended: Vec<Ended>,
}

/// What followers share.
#[derive(Debug)]
pub struct Follow {
    /// Room for those who wait.
    waiting: Semaphore,
    end: ArcSwapOption<End>,
    summing: Mutex<()>,
}

impl Default for Follow {
    fn default() -> Self {
        Self {
            waiting: Semaphore::new(MOST_WAITING),
            end: ArcSwapOption::empty(),
            summing: Mutex::default(),
        }
    }
}

impl Follow {
    fn known(&self, seq: i64, day: NaiveDate) -> Option<Arc<End>> {
        let known = self.end.load_full()?;
        (known.sum.seq == seq && known.day == day).then_some(known)
    }
}

/// Waits until the store stands elsewhere than at a sequence number, another day has begun, or the time is over. A
/// follower that stands beyond the store does not wait either: the feed was begun anew.
///
/// # Errors
/// [`Refusal::Busy`] when too many wait already.
pub async fn wait(call: &Call, since: i64, seconds: u64) -> Result<(), Refusal> {
    let state = &call.state;
    let follow = &state.follow;
    let _room = follow.waiting.try_acquire().map_err(|_| Refusal::Busy)?;
    let (begun, day) = (Instant::now(), call.today);
    let limit = Duration::from_secs(seconds);
    while state.position().seq == since && state.today() == day && begun.elapsed() < limit {
        actix_web::rt::time::sleep(LOOK).await;
    }
    Ok(())
}

/// What a follower holds who has read all up to a sequence number, when the store still stands there. One request looks
/// at the records; the others wait for what it finds, without a thread. With `news` the answer holds changes, which do
/// not wait for it where there are many records.
///
/// # Errors
/// When the store cannot be read.
pub async fn end(
    call: &Call,
    seq: i64,
    day: NaiveDate,
    news: bool,
) -> Result<Option<Arc<End>>, Refusal> {
    let follow = &call.state.follow;
    if let Some(known) = follow.known(seq, day) {
        return Ok(Some(known));
    }
    if news && call.state.position().records > MANY {
        return Ok(None);
    }
    let _turn = follow.summing.lock().await;
    if let Some(known) = follow.known(seq, day) {
        return Ok(Some(known));
    }
    let made = call.blocking(move |state| sum(state, day)).await?;
    let made = Arc::new(made);
    follow.end.store(Some(Arc::clone(&made)));
    Ok((made.sum.seq == seq).then_some(made))
}

/// The same, made now. Blocking.
fn sum(state: &WebState, day: NaiveDate) -> Result<End, Refusal> {
    let sum = state
        .store
        .state_sum(day, |list, kind| travels(state, list, kind))
        .map_err(|e| failed("summing up the records", &e))?;
    Ok(End {
        day,
        sum,
        ended: ended(state, day)?,
    })
}

/// What is over on a day and has no tombstone yet. Blocking.
///
/// # Errors
/// When the store cannot be read.
pub fn ended(state: &WebState, day: NaiveDate) -> Result<Vec<Ended>, Refusal> {
    ended_now(state, day).map_err(|e| failed("reading what has ended", &e))
}

/// The same, for those who tell the failure themselves. Blocking.
///
/// # Errors
/// When the store cannot be read.
pub fn ended_now(state: &WebState, day: NaiveDate) -> Result<Vec<Ended>, StoreError> {
    state
        .store
        .ended(day, |list, kind| travels(state, list, kind))
}

fn travels(state: &WebState, list: &str, kind: &str) -> bool {
    let kind = SubjectKind::from_code(kind);
    kind.is_some_and(|kind| is_exported(&state.catalogue, list, kind))
}
