//! The publishing run: what changed in the vault or fell due is judged and released, in bounded memory.
//!
//! One thread reads chunks, some open, judge and encode them, this one releases them to the public store and one marks
//! them in the vault, in the order of the changes. A crash between any two steps heals at the next run: a release is
//! idempotent by content, and what was not marked is judged again.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use chrono::NaiveDate;

use super::decide::{Decided, Rules, Standing, Verdict, decide};
use super::expose::FieldDoubt;
use super::public::Why;
use crate::base::crypto::BlindKey;
use crate::domain::catalogue::Catalogue;
use crate::domain::mask::MASKING_VERSION;
use crate::domain::rule::severity::SeverityTable;
use crate::domain::time::{Moment, civil_date};
use crate::domain::workdays::WorkDays;
use crate::inside::entries::{Contrary, contradictions, dishonest, is_contrary, red};
use crate::inside::vault::subject::Side;
use crate::inside::vault::{
    Marked, NewReview, RecordState, SealedRow, Vault, VaultError, VaultRow,
};
use crate::outside::store::{Part, PublicStore, Ready, StoreError};

/// Records judged together and released as one atomic set.
const CHUNK: usize = 20_000;
/// Records of chunks that are put into the public store in one transaction: each writes all pages of the indexes whose
/// keys come in no order.
const TOGETHER: usize = 60_000;
/// How long an open transaction waits for the next chunk to be judged.
const PAUSE: Duration = Duration::from_secs(1);
/// Released chunks that wait to be marked.
const TO_MARK: usize = TOGETHER / CHUNK + 1;
/// Threads that share a chunk between them.
const JUDGES: usize = 2;
/// Fewer records than this are not worth a thread.
const WORTH_A_THREAD: usize = 500;

/// Everything that publishing needs.
#[derive(Clone, Copy)]
pub struct Publisher<'a> {
    /// Private side.
    pub vault: &'a Vault,
    /// Public side.
    pub store: &'a PublicStore,
    /// Catalogue.
    pub catalogue: &'a Catalogue,
    /// Severity table.
    pub severity: &'a SeverityTable,
    /// Working days.
    pub calendar: &'a WorkDays,
    /// Key of the blind index.
    pub blind: &'a BlindKey,
}

impl<'a> Publisher<'a> {
    pub(in crate::inside) fn rules(&self) -> Rules<'a> {
        Rules {
            catalogue: self.catalogue,
            severity: self.severity,
            calendar: self.calendar,
            blind: self.blind,
        }
    }

    fn catalogue_versions(&self) -> String {
        self.catalogue
            .layers
            .iter()
            .map(|l| format!("{}@{}", l.code, l.version))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// What a publishing run did.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct PublishSummary {
    /// Records judged.
    pub judged: u64,
    /// Records written to the public store, new or changed.
    pub published: u64,
    /// Records that were already there unchanged.
    pub unchanged: u64,
    /// Records taken out of the public store, each with a tombstone.
    pub taken_back: u64,
    /// Records held for a reviewer.
    pub held: u64,
    /// Records not published, by reason code of domain.md 2.3.
    pub withheld: BTreeMap<String, u64>,
    /// Tasks that were opened for officers: red-list subjects that entered another list.
    pub tasks: u64,
    /// Notices that were put on the board, changed or taken off it.
    pub notices: u64,
    /// Position of the public store afterwards.
    pub seq: i64,
}

/// Why a publishing run stopped.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The vault refused.
    #[error("vault: {0}")]
    Vault(#[from] VaultError),
    /// The public store refused.
    #[error("public store: {0}")]
    Store(#[from] StoreError),
    /// The judging thread died.
    #[error("the judging thread stopped unexpectedly")]
    Judge,
    /// The marking thread died.
    #[error("the marking thread stopped unexpectedly")]
    Mark,
}

/// A judged chunk on its way to the store.
struct Judged {
    part: Part,
    released: Released,
}

/// A text of a record that an officer must look at.
struct Doubt {
    record_id: String,
    authority_code: String,
    field: FieldDoubt,
}

/// What is to be done in the vault about a chunk, once it is released.
struct Released {
    marks: Vec<Marked>,
    doubts: Vec<Doubt>,
    withheld: BTreeMap<String, u64>,
    held: u64,
    /// Records that may speak against a red-list entry.
    contrary: Contrary,
    /// Changes up to this sequence number are dealt with once the chunk is marked.
    up_to: Option<i64>,
}

/// Publishes whatever changed since the last run or falls due on the civil date of `now`.
///
/// # Errors
/// When a database refuses; what was released before stays released, and the next run goes on from there.
pub fn run(
    publisher: &Publisher<'_>,
    now: Moment,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<PublishSummary, PublishError> {
    let today = civil_date(now);
    let store_was_empty = publisher.store.position()?.seq == 0;
    let catalogue_versions = publisher.catalogue_versions();
    let asked = Asked {
        today,
        store_was_empty,
        reds: known_reds(publisher)?,
    };
    let (sender, receiver) = sync_channel::<Judged>(1);
    let (to_marker, to_mark) = sync_channel::<Released>(TO_MARK);
    let mut summary = std::thread::scope(|scope| -> Result<PublishSummary, PublishError> {
        let judge = scope.spawn(move || -> Result<(), PublishError> {
            let mut after = publisher.vault.publish_cursor()?;
            loop {
                let rows = publisher.vault.changed_sealed(after, CHUNK)?;
                let Some(last) = rows.last() else { break };
                after = last.change_seq();
                let mut judged = judge(publisher, rows, asked)?;
                judged.released.up_to = Some(after);
                if sender.send(judged).is_err() {
                    return Ok(());
                }
            }
            let mut place = None;
            loop {
                let rows = publisher.vault.due_sealed(today, place, CHUNK)?;
                let Some(last) = rows.last() else { break };
                place = last.due_cursor();
                if sender.send(judge(publisher, rows, asked)?).is_err() {
                    return Ok(());
                }
            }
            Ok(())
        });
        let marker = scope.spawn(move || mark_each(publisher, now, &to_mark, progress));
        let release = || -> Result<(u64, u64, u64), PublishError> {
            let mut sums = (0, 0, 0);
            'all: while let Ok(first) = receiver.recv() {
                let (mut first, mut records) = (Some(first), 0);
                let mut released = Vec::new();
                let mut next = || {
                    let judged = match first.take() {
                        Some(judged) => judged,
                        None if records >= TOGETHER => return None,
                        None => receiver.recv_timeout(PAUSE).ok()?,
                    };
                    records += judged.released.marks.len();
                    released.push(judged.released);
                    Some(judged.part)
                };
                let each = publisher.store.release_each(
                    now,
                    &catalogue_versions,
                    MASKING_VERSION,
                    &mut next,
                )?;
                for done in each {
                    sums.0 += done.upserts;
                    sums.1 += done.unchanged;
                    sums.2 += done.tombstones;
                }
                for released in released {
                    if to_marker.send(released).is_err() {
                        break 'all;
                    }
                }
            }
            drop((receiver, to_marker));
            Ok(sums)
        };
        let released = release();
        // what was released is marked, even when the next release failed
        let marked = marker.join().map_err(|_| PublishError::Mark)?;
        let judged = judge.join().map_err(|_| PublishError::Judge)?;
        let mut summary = marked?;
        (summary.published, summary.unchanged, summary.taken_back) = released?;
        judged?;
        Ok(summary)
    })?;
    // nodes that read the public store alone count as this one does
    publisher
        .store
        .set_calendar(&publisher.vault.calendar_text()?)?;
    let notices = publisher
        .store
        .set_notices(now, &super::board::board(publisher, today)?)?;
    summary.notices = notices.put + notices.gone;
    summary.seq = publisher.store.position()?.seq;
    if summary.judged > CHUNK as u64 {
        publisher.store.rest()?;
    }
    Ok(summary)
}

/// Marks in the vault what was released, chunk by chunk. Answers what is counted there; `progress` is told how many are
/// through.
fn mark_each(
    publisher: &Publisher<'_>,
    now: Moment,
    released: &Receiver<Released>,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<PublishSummary, PublishError> {
    let mut summary = PublishSummary::default();
    for chunk in released {
        open_reviews(publisher, now, &chunk.doubts)?;
        // before they are marked: what is cut off here is found again
        summary.tasks += contradictions(publisher, &chunk.contrary, now)?;
        publisher.vault.mark(&chunk.marks, chunk.up_to)?;
        summary.judged += chunk.marks.len() as u64;
        summary.held += chunk.held;
        for (code, count) in chunk.withheld {
            *summary.withheld.entry(code).or_default() += count;
        }
        progress(summary.judged);
    }
    Ok(summary)
}

fn open_reviews(
    publisher: &Publisher<'_>,
    now: Moment,
    doubts: &[Doubt],
) -> Result<(), PublishError> {
    let reasons: Vec<serde_json::Value> = doubts
        .iter()
        .map(|d| serde_json::json!(d.field.reasons))
        .collect();
    let new: Vec<NewReview<'_>> = doubts
        .iter()
        .zip(&reasons)
        .map(|(doubt, reasons)| NewReview {
            record_id: &doubt.record_id,
            authority_code: &doubt.authority_code,
            field: &doubt.field.field,
            text: doubt.field.read.expose(),
            proposal: doubt.field.proposal.expose(),
            doubts: reasons,
        })
        .collect();
    publisher.vault.open_reviews(&new, now)?;
    Ok(())
}

/// What a run asks of every record.
#[derive(Clone, Copy)]
struct Asked {
    today: NaiveDate,
    store_was_empty: bool,
    /// Somebody stands on a red list: what may speak against it is looked for.
    reds: bool,
}

/// Whether anybody stands on a red list, after the keys of the subjects have followed.
fn known_reds(publisher: &Publisher<'_>) -> Result<bool, PublishError> {
    let (reds, others) = (red(publisher.catalogue), dishonest(publisher.catalogue));
    publisher.vault.follow_subjects(Side::Red, &reds, &others)?;
    Ok(publisher.vault.has_subjects(Side::Red)?)
}

/// Opens, judges and encodes a chunk on several threads. What comes back stands in the order of the rows.
fn judge(
    publisher: &Publisher<'_>,
    rows: Vec<SealedRow>,
    asked: Asked,
) -> Result<Judged, PublishError> {
    let share = rows.len().div_ceil(JUDGES).max(WORTH_A_THREAD);
    let mut rows = rows.into_iter();
    std::thread::scope(|scope| {
        let mut others = Vec::new();
        let first: Vec<SealedRow> = rows.by_ref().take(share).collect();
        while rows.len() > 0 {
            let part: Vec<SealedRow> = rows.by_ref().take(share).collect();
            others.push(scope.spawn(move || judge_part(publisher, part, asked)));
        }
        let mut all = judge_part(publisher, first, asked)?;
        for other in others {
            all.add(other.join().map_err(|_| PublishError::Judge)??);
        }
        Ok(all)
    })
}

impl Judged {
    /// Takes in what comes after it.
    fn add(&mut self, later: Self) {
        let Self {
            part: Part { upserts, gone },
            released,
        } = later;
        self.part.upserts.extend(upserts);
        self.part.gone.extend(gone);
        self.released.add(released);
    }
}

impl Released {
    /// Takes in what comes after it.
    fn add(&mut self, later: Self) {
        let Self {
            marks,
            doubts,
            withheld,
            held,
            contrary,
            up_to: _,
        } = later;
        self.marks.extend(marks);
        self.doubts.extend(doubts);
        self.held += held;
        self.contrary.found.extend(contrary.found);
        for (code, count) in withheld {
            *self.withheld.entry(code).or_default() += count;
        }
    }
}

/// Opens, judges and encodes a part of a chunk.
fn judge_part(
    publisher: &Publisher<'_>,
    rows: Vec<SealedRow>,
    asked: Asked,
) -> Result<Judged, PublishError> {
    let Asked {
        today,
        store_was_empty,
        reds,
    } = asked;
    let rows = rows
        .into_iter()
        .map(|r| publisher.vault.open_row(r))
        .collect::<Result<Vec<_>, _>>()?;
    let known = known_first_days(publisher, &rows, store_was_empty)?;
    let rules = publisher.rules();
    let mut out = Judged {
        part: Part {
            upserts: Vec::with_capacity(rows.len()),
            gone: Vec::new(),
        },
        released: Released {
            marks: Vec::with_capacity(rows.len()),
            doubts: Vec::new(),
            withheld: BTreeMap::new(),
            held: 0,
            contrary: Contrary::default(),
            up_to: None,
        },
    };
    let (part, later) = (&mut out.part, &mut out.released);
    for row in rows {
        let displayed_from = row.displayed_from.or_else(|| known.get(&row.id).copied());
        let Decided { verdict, next_due } =
            judge_row(publisher, &rules, &row, displayed_from, today);
        if reds && speaks_against(publisher, &row, &verdict) {
            let key = publisher.vault.subject_key(&row.record.subject);
            later.contrary.found.push((key, row.id.clone()));
        }
        let (word, first_day) = match verdict {
            Verdict::Publish(record) => {
                let first_day = record.parts().displayed_from;
                part.upserts.push(Ready::new(*record)?);
                ("published".to_owned(), Some(first_day))
            }
            Verdict::Held(doubts) => {
                later.held += 1;
                later.doubts.extend(doubts.into_iter().map(|field| Doubt {
                    record_id: row.id.clone(),
                    authority_code: row.record.authority_code.clone(),
                    field,
                }));
                part.gone.push((row.id.clone(), Why::Suspended));
                ("held".to_owned(), displayed_from)
            }
            Verdict::Withheld(block) => {
                *later.withheld.entry(block.code().to_owned()).or_default() += 1;
                part.gone.push((row.id.clone(), Why::NotAllowed));
                (format!("withheld:{}", block.code()), displayed_from)
            }
            Verdict::Ended(why) => {
                part.gone.push((row.id.clone(), why));
                (format!("ended:{}", why.code()), displayed_from)
            }
        };
        later
            .marks
            .push(Marked::new(&row, word, first_day, next_due));
    }
    Ok(out)
}

/// Whether a judged record speaks against a red-list entry of its subject.
fn speaks_against(publisher: &Publisher<'_>, row: &VaultRow, verdict: &Verdict) -> bool {
    let severity = match verdict {
        Verdict::Publish(record) => record.severity,
        // a watch list is not shown, and counts all the same
        Verdict::Held(_) => None,
        Verdict::Withheld(block) if block.leaves_standing() => None,
        Verdict::Withheld(_) | Verdict::Ended(_) => return false,
    };
    publisher
        .catalogue
        .list(&row.record.list)
        .is_some_and(|list| is_contrary(list, severity))
}

/// Judges one opened row; verification asks the same question.
pub(in crate::inside) fn judge_row(
    publisher: &Publisher<'_>,
    rules: &Rules<'_>,
    row: &VaultRow,
    displayed_from: Option<NaiveDate>,
    today: NaiveDate,
) -> Decided {
    let standing = Standing {
        id: &row.id,
        removed: row.state == RecordState::Removed,
        displayed_from,
        decisions: &row.decisions,
        reviews: &row.reviews,
        text_hash: &|field, text| publisher.vault.text_hash(&row.id, field, text),
    };
    decide(&row.record, &standing, rules, today)
}

/// First days of display of records that the store holds but the vault does not know of: released just before a crash.
fn known_first_days(
    publisher: &Publisher<'_>,
    rows: &[VaultRow],
    store_was_empty: bool,
) -> Result<std::collections::HashMap<String, NaiveDate>, PublishError> {
    if store_was_empty {
        return Ok(std::collections::HashMap::new());
    }
    let ids: Vec<String> = rows
        .iter()
        .filter(|r| r.displayed_from.is_none())
        .map(|r| r.id.clone())
        .collect();
    if ids.is_empty() {
        return Ok(std::collections::HashMap::new());
    }
    let existing = publisher.store.existing(&ids)?;
    Ok(existing
        .into_iter()
        .map(|(id, e)| (id, e.displayed_from))
        .collect())
}
