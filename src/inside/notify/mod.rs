//! Sends what waits in the queue of the vault: each channel has a thread of its own in the node, so that one which is dead
//! holds up nothing else. What fails is tried again with growing pauses, under the same name, until it has failed for days;
//! then it is given up, told in the audit log, and shown to the operator, who may let it be tried again.
//!
//! A node that is cut off between sending and noting it sends again, under the same name: at most a duplicate that can be
//! told as one.

pub mod daily;
pub mod mail;
pub mod results;
#[cfg(test)]
pub(in crate::inside) mod tests;
mod words;

use chrono::TimeDelta;

use crate::domain::time::Moment;
use crate::inside::vault::outbox::{Attempt, Kind, Taking};
use crate::inside::vault::{Vault, VaultError};

/// The first pause after a failure; each is twice as long as the one before.
const FIRST_PAUSE: TimeDelta = TimeDelta::minutes(1);
/// The longest pause.
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(24);
/// For how long a message is tried.
const PATIENCE: TimeDelta = TimeDelta::days(5);

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::inside) enum Came {
    /// It was taken.
    Sent,
    /// It was not, and may be another time. Why, in a word.
    Failed(String),
    /// As before, because there is nobody: others would fare no better now.
    Down(String),
    /// It is refused for good. Why, in a word.
    Refused(String),
}

/// A way on which messages go out.
pub(in crate::inside) trait Channel {
    /// The kinds that go this way.
    fn kinds(&self) -> [Kind; 2];

    /// The platform that it leads to; none for what is no push.
    fn target(&self) -> &str {
        ""
    }

    /// Sends a message.
    fn send(&self, message: &Taking, now: Moment) -> Came;
}

/// What a round came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// Nothing was due.
    Nothing,
    /// A message was sent, or was given up.
    Settled,
    /// A message failed and waits again.
    Failed,
    /// There is nobody at the other end: it is no use to try another one now.
    Down,
}

/// Sends the oldest message that is due on a channel.
pub(in crate::inside) fn round(
    vault: &Vault,
    channel: &impl Channel,
    now: Moment,
) -> Result<Round, VaultError> {
    let taken = vault.take_messages(channel.kinds(), channel.target(), now, 1)?;
    let Some(message) = taken.first() else {
        return Ok(Round::Nothing);
    };
    let came = channel.send(message, now);
    let (attempt, round) = settle(message, came, now);
    match &attempt {
        Attempt::Sent => {}
        Attempt::Again { answer, .. } => {
            tracing::warn!(
                message = message.name,
                answer,
                "a message was not taken; it is tried again"
            );
        }
        Attempt::Refused { answer } | Attempt::Dead { answer } => {
            tracing::error!(message = message.name, answer, "a message was given up");
        }
    }
    vault.settle_message(&message.id, &attempt, now)?;
    Ok(round)
}

/// What follows from what became of a message.
fn settle(message: &Taking, came: Came, now: Moment) -> (Attempt, Round) {
    let (answer, round) = match came {
        Came::Sent => return (Attempt::Sent, Round::Settled),
        Came::Refused(answer) => return (Attempt::Refused { answer }, Round::Settled),
        Came::Failed(answer) => (answer, Round::Failed),
        Came::Down(answer) => (answer, Round::Down),
    };
    if now - message.since >= PATIENCE {
        return (Attempt::Dead { answer }, round);
    }
    let at = now + pause(message.attempts);
    (Attempt::Again { at, answer }, round)
}

/// The pause after an attempt that failed, with so many before it.
fn pause(attempts: i64) -> TimeDelta {
    let doubled = u32::try_from(attempts.clamp(0, 16)).unwrap_or(0);
    (FIRST_PAUSE * (1 << doubled)).min(LONGEST_PAUSE)
}
