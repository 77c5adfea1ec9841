//! Webhooks: re-users are told that there is something to read, signed, with retries, and never what.
//!
//! A hook is added at the command line and must prove that its owner wants it, by sending a challenge back. From then on it
//! is told of each range of sequence numbers once, in order: an attempt that fails is made again, with growing pauses, with
//! the same name and range, until it succeeds or the hook has failed for so many days that it counts as dead.

pub mod guard;
mod message;
pub mod post;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use chrono::TimeDelta;
use data_encoding::HEXLOWER;
use rand::TryRng as _;
use rand::rngs::SysRng;

use crate::base::crypto::{HookKey, HookSecret};
use crate::domain::time::Moment;
use crate::outside::store::{Attempt, Hook, HookState, PublicStore, StoreError, Topic};
use guard::Reach;
use message::{MOST, Message};
use post::{Parcel, Poster};

pub use message::delivery;

/// Header with the signature: `t=SECONDS,v1=HEX`.
pub const SIGNATURE: &str = "gongshi-signature";
/// Header with the name of what is told.
pub const DELIVERY: &str = "gongshi-delivery";
/// Header with the hook's id.
pub const HOOK: &str = "gongshi-hook";
/// Seconds by which the time of a signature may be off: what a receiver should allow.
pub const TOLERANCE: u32 = 300;
/// Hooks that are told at one time.
const AT_ONCE: usize = 4;
/// The first pause after a failure, in seconds; each is twice as long as the one before.
const FIRST_PAUSE: i64 = 30;
/// The longest pause, in seconds.
const LONGEST_PAUSE: i64 = 3600;

/// What sends.
#[derive(Debug)]
pub struct Sender {
    poster: Poster,
    key: HookKey,
    base: String,
    dead_after: TimeDelta,
}

/// What an attempt came to.
#[derive(Debug)]
enum Answer {
    /// It was taken.
    Taken,
    /// It was answered otherwise.
    Refused(String),
}

impl Sender {
    /// One that tells of the portal at an address (without a slash at its end, or empty).
    #[must_use]
    pub fn new(key: HookKey, base: &str, reach: Reach, dead_days: u32) -> Self {
        Self {
            poster: Poster::new(reach),
            key,
            base: base.to_owned(),
            dead_after: TimeDelta::days(i64::from(dead_days.max(1))),
        }
    }

    /// Tells what is due at an instant; says how many attempts were made. `clock` tells the instant of each.
    ///
    /// # Errors
    /// Those of the store.
    pub fn step(
        &self,
        store: &PublicStore,
        clock: &(dyn Fn() -> Moment + Sync),
    ) -> Result<usize, StoreError> {
        let due = store.due_hooks(clock())?;
        for some in due.chunks(AT_ONCE) {
            std::thread::scope(|scope| {
                let running: Vec<_> = some
                    .iter()
                    .map(|hook| scope.spawn(|| self.attend(store, hook, clock)))
                    .collect();
                let ended = running.into_iter().map(|one| {
                    // a thread that fell over tried nothing: its hook is due again
                    one.join().unwrap_or(Ok(()))
                });
                ended.collect::<Result<(), _>>()
            })?;
        }
        Ok(due.len())
    }

    fn attend(
        &self,
        store: &PublicStore,
        hook: &Hook,
        clock: &(dyn Fn() -> Moment + Sync),
    ) -> Result<(), StoreError> {
        let at = clock();
        let secret = self.key.secret(&hook.id);
        let (answer, told_to) = match hook.state {
            HookState::Unproved => (self.challenge(hook, &secret, at), None),
            _ => self.tell(store, hook, &secret, at)?,
        };
        let attempt = match answer {
            Answer::Taken => Attempt {
                state: HookState::Active,
                answer: "taken".to_owned(),
                told_to,
                next_at: at,
                at,
            },
            Answer::Refused(answer) => {
                let since = hook.failing_since.unwrap_or(at);
                let dead = at - since >= self.dead_after;
                Attempt {
                    state: if dead { HookState::Dead } else { hook.state },
                    answer,
                    told_to: None,
                    next_at: at + pause(hook.failures),
                    at,
                }
            }
        };
        store.attempted(hook, &attempt)
    }

    /// Asks whether the owner of the address wants to be told.
    fn challenge(&self, hook: &Hook, secret: &HookSecret, at: Moment) -> Answer {
        let mut bytes = [0_u8; 16];
        if SysRng.try_fill_bytes(&mut bytes).is_err() {
            return Answer::Refused("no randomness".to_owned());
        }
        let challenge = HEXLOWER.encode(&bytes);
        let message = Message::Challenge {
            form: 1,
            hook: &hook.id,
            challenge: &challenge,
        };
        let name = format!("{}-challenge", hook.id);
        match self.send(hook, &message, &name, secret, at) {
            Ok((status, body)) if (200..300).contains(&status) => {
                if body.contains(&challenge) {
                    Answer::Taken
                } else {
                    Answer::Refused(format!("{status} without the challenge"))
                }
            }
            Ok((status, _)) => Answer::Refused(status.to_string()),
            Err(answer) => Answer::Refused(answer),
        }
    }

    /// Tells what is new; says up to which sequence number, when it was taken.
    fn tell(
        &self,
        store: &PublicStore,
        hook: &Hook,
        secret: &HookSecret,
        at: Moment,
    ) -> Result<(Answer, Option<i64>), StoreError> {
        let mut to = hook.sending_to.unwrap_or(hook.told_to);
        let mut taken = Vec::new();
        if hook.topic == Topic::Withdrawals {
            taken = store.withdrawals(hook.told_to, MOST)?.0;
            // a page that is full ends where it ends, and the rest is told next
            if taken.len() == MOST {
                to = taken.last().map_or(to, |last| last.seq.min(to));
            }
            taken.retain(|one| one.seq <= to);
            if taken.is_empty() {
                // what was to be told came back meanwhile
                return Ok((Answer::Taken, Some(to)));
            }
        }
        let message = match hook.topic {
            Topic::Changes => Message::changes(hook, to, &self.base),
            Topic::Withdrawals => Message::withdrawals(hook, to, &taken, &self.base),
        };
        Ok(
            match self.send(hook, &message, &delivery(hook, to), secret, at) {
                Ok((200..300, _)) => (Answer::Taken, Some(to)),
                Ok((status, _)) => (Answer::Refused(status.to_string()), None),
                Err(answer) => (Answer::Refused(answer), None),
            },
        )
    }

    /// Sends a message; returns the status and the beginning of the answer, or a kind of failure in a word.
    fn send(
        &self,
        hook: &Hook,
        message: &Message<'_>,
        delivery: &str,
        secret: &HookSecret,
        at: Moment,
    ) -> Result<(u16, String), String> {
        let body = serde_json::to_vec(message).map_err(|_| "not written".to_owned())?;
        let parcel = Parcel {
            url: &hook.url,
            delivery,
            secret,
            at: at.timestamp(),
            body: &body,
        };
        self.poster.post(&parcel, &[(HOOK, &hook.id)])
    }
}

/// The pause after so many failures.
fn pause(failures: i64) -> TimeDelta {
    let doubled = u32::try_from(failures.clamp(0, 16)).unwrap_or(0);
    TimeDelta::seconds((FIRST_PAUSE << doubled).min(LONGEST_PAUSE))
}
