//! What a hook is sent: where to read, never content. Nobody is named in it.

use chrono::SecondsFormat;
use serde::Serialize;

use crate::domain::time::{Moment, shanghai};
use crate::outside::store::{Hook, Withdrawal};

/// Withdrawals in one message.
pub const MOST: usize = 1000;

/// A message, as JSON.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Message<'a> {
    /// Whoever answers with the challenge owns the address.
    Challenge {
        /// Form of the message.
        form: u32,
        /// The hook.
        hook: &'a str,
        /// To be sent back.
        challenge: &'a str,
    },
    /// There are changes.
    Changes {
        /// Form of the message.
        form: u32,
        /// The hook.
        hook: &'a str,
        /// The same at each attempt to tell this.
        delivery: String,
        /// Sequence number after which it begins.
        seq_from: i64,
        /// Sequence number with which it ends.
        seq_to: i64,
        /// Where to read them.
        read: String,
    },
    /// Something was taken back.
    Withdrawals {
        /// Form of the message.
        form: u32,
        /// The hook.
        hook: &'a str,
        /// The same at each attempt to tell this.
        delivery: String,
        /// Sequence number after which it begins.
        seq_from: i64,
        /// Sequence number with which it ends.
        seq_to: i64,
        /// Where to read them.
        read: String,
        /// Opaque ids and kinds of reason.
        items: Vec<Item<'a>>,
    },
}

/// A record that was taken back.
#[derive(Debug, Serialize)]
pub struct Item<'a> {
    id: &'a str,
    seq: i64,
    at: String,
    why: &'static str,
}

/// The name of what is told: the same at each attempt.
#[must_use]
pub fn delivery(hook: &Hook, to: i64) -> String {
    format!("{}-{}-{to}", hook.id, hook.told_to)
}

impl<'a> Message<'a> {
    /// That there are changes up to a sequence number.
    #[must_use]
    pub fn changes(hook: &'a Hook, to: i64, base: &str) -> Self {
        Self::Changes {
            form: 1,
            hook: &hook.id,
            delivery: delivery(hook, to),
            seq_from: hook.told_to,
            seq_to: to,
            read: format!("{base}/api/v1/changes?since={}", hook.told_to),
        }
    }

    /// What was taken back up to a sequence number.
    #[must_use]
    pub fn withdrawals(hook: &'a Hook, to: i64, taken: &'a [Withdrawal], base: &str) -> Self {
        let items = taken
            .iter()
            .map(|one| Item {
                id: &one.id,
                seq: one.seq,
                at: told(one.at),
                why: one.why.code(),
            })
            .collect();
        Self::Withdrawals {
            form: 1,
            hook: &hook.id,
            delivery: delivery(hook, to),
            seq_from: hook.told_to,
            seq_to: to,
            read: format!("{base}/api/v1/withdrawals?since={}", hook.told_to),
            items,
        }
    }
}

fn told(at: Moment) -> String {
    at.with_timezone(&shanghai())
        .to_rfc3339_opts(SecondsFormat::Secs, false)
}
