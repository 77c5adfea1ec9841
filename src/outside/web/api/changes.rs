//! The form of the change feed and of the withdrawal channel.

use chrono::NaiveDate;
use serde::Serialize;

use super::wire::{RecordWire, bytes, instant, record_wire};
use crate::domain::catalogue::Catalogue;
use crate::domain::time::day_start;
use crate::outside::store::{Change, Changed, Ended, Withdrawal};
use crate::outside::web::follow::{End, is_exported};
use crate::outside::web::problem::Refusal;
use crate::record::Why;

/// Where a page of changes stands.
#[derive(Clone, Copy, Debug)]
pub struct Feed<'a> {
    /// After which sequence number it begins.
    pub since: i64,
    /// After which the next page begins.
    pub next_since: i64,
    /// Where the store stands.
    pub seq: i64,
    /// Whether there is more to read at once.
    pub more: bool,
    /// Whether the data are fictitious.
    pub demo: bool,
    /// What the reader holds now, at the end of the feed.
    pub end: Option<&'a End>,
}

/// Version of the form of changes: a reader that knows another one stops.
pub const CHANGES_FORM: u32 = 1;

/// `GET /api/v1/changes`: what is displayed now of all that changed, or its tombstone. Natural persons travel only when
/// their list may be exported with them.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn changes(catalogue: &Catalogue, all: &[Change], feed: &Feed<'_>) -> Result<Vec<u8>, Refusal> {
    #[derive(Serialize)]
    #[serde(tag = "op", rename_all = "snake_case")]
    enum One<'a> {
        Upsert {
            seq: i64,
            id: &'a str,
            record: Box<RecordWire<'a>>,
        },
        Tombstone {
            seq: i64,
            id: &'a str,
            at: String,
            why: &'static str,
        },
    }
    #[derive(Serialize)]
    struct Wire<'a> {
        form: u32,
        demo: bool,
        since: i64,
        next_since: i64,
        seq: i64,
        more: bool,
        items: Vec<One<'a>>,
        ended: Vec<EndedWire<'a>>,
        state: Option<StateWire>,
    }
    #[derive(Serialize)]
    struct EndedWire<'a> {
        id: &'a str,
        at: String,
        why: &'static str,
    }
    #[derive(Serialize)]
    struct StateWire {
        seq: i64,
        day: NaiveDate,
        count: u64,
        set_hash: String,
    }
    let items = all
        .iter()
        .filter_map(|change| match &change.what {
            Changed::Upsert(record) => is_exported(catalogue, &record.list, record.subject_kind)
                .then(|| One::Upsert {
                    seq: change.seq,
                    id: &change.id,
                    record: Box::new(record_wire(catalogue, record)),
                }),
            Changed::Tombstone { at, why } => Some(One::Tombstone {
                seq: change.seq,
                id: &change.id,
                at: instant(*at),
                why: why.code(),
            }),
        })
        .collect();
    let ended = feed.end.map_or(&[][..], |end| &end.ended);
    bytes(&Wire {
        form: CHANGES_FORM,
        demo: feed.demo,
        since: feed.since,
        next_since: feed.next_since,
        seq: feed.seq.max(all.last().map_or(0, |c| c.seq)),
        more: feed.more,
        items,
        ended: ended
            .iter()
            .map(|one| EndedWire {
                id: &one.id,
                at: instant(day_start(one.on)),
                why: Why::Expired.code(),
            })
            .collect(),
        state: feed.end.map(|end| StateWire {
            seq: end.sum.seq,
            day: end.day,
            count: end.sum.count,
            set_hash: end.sum.hex(),
        }),
    })
}

/// `GET /api/v1/withdrawals`: a line for each record that was taken back; what is over since midnight and has no
/// sequence number yet stands at the end.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn withdrawals(taken: &[Withdrawal], ended: &[Ended]) -> Result<Vec<u8>, Refusal> {
    #[derive(Serialize)]
    struct Line<'a> {
        id: &'a str,
        why: &'static str,
        at: String,
        seq: Option<i64>,
    }
    let stones = taken.iter().map(|w| Line {
        id: &w.id,
        why: w.why.code(),
        at: instant(w.at),
        seq: Some(w.seq),
    });
    let ended = ended.iter().map(|one| Line {
        id: &one.id,
        why: Why::Expired.code(),
        at: instant(day_start(one.on)),
        seq: None,
    });
    let mut out = Vec::new();
    for line in stones.chain(ended) {
        out.extend(bytes(&line)?);
        out.push(b'\n');
    }
    Ok(out)
}
