//! Reading records for the publisher: what changed, what fell due, and all of them. Every way is a keyset
//! page; rows are fetched sealed, so that opening them can be shared by several threads.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;

use super::decision::{DecisionRow, decision};
use super::place::{BEFORE, everywhere, place_of, side_by_side};
use super::put::payload_cell;
use super::review::{Review, ReviewRow};
use super::{CHUNK, Decision, PUBLISH_CURSOR, Vault, VaultError, codec};
use crate::base::db::schema::vault::{decisions, raw_records, reviews, verdicts};
use crate::base::db::{Conn, counter, on_each, page, set_counter};
use crate::domain::kinds::vocabulary;
use crate::inside::raw::RawRecord;

vocabulary! {
    /// Whether the provider still has the record.
    RecordState {
        Current = "current", "现行", "current";
        Removed = "removed", "已移除", "removed";
    }
}

/// Place in the queue of what falls due: the day, then the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DueCursor {
    next_due: NaiveDate,
    num: i64,
}

/// A record as it lies in the vault, with all that the publisher needs to decide about it.
#[derive(Debug)]
pub(in crate::inside) struct SealedRow {
    num: i64,
    id: String,
    change_seq: i64,
    state: RecordState,
    payload: Vec<u8>,
    verdict: Option<String>,
    displayed_from: Option<NaiveDate>,
    next_due: Option<NaiveDate>,
    decisions: Vec<Decision>,
    reviews: Vec<ReviewRow>,
}

impl SealedRow {
    /// Number of its newest change: the page after begins here.
    pub(in crate::inside) fn change_seq(&self) -> i64 {
        self.change_seq
    }

    /// Its place among what falls due.
    pub(in crate::inside) fn due_cursor(&self) -> Option<DueCursor> {
        let num = self.num;
        self.next_due.map(|next_due| DueCursor { next_due, num })
    }
}

/// A record opened.
#[derive(Debug)]
pub(in crate::inside) struct VaultRow {
    /// Row number in the vault; verdicts are marked by it.
    pub(in crate::inside) num: i64,
    /// Public id.
    pub(in crate::inside) id: String,
    /// Number of its newest change.
    pub(in crate::inside) change_seq: i64,
    /// Whether the provider still has it.
    pub(in crate::inside) state: RecordState,
    /// The record.
    pub(in crate::inside) record: RawRecord,
    /// What the publisher made of it last: `published`, `held`, `withheld:CODE`, `ended:why`.
    pub(in crate::inside) verdict: Option<String>,
    /// Civil date of its first publication, once there was one.
    pub(in crate::inside) displayed_from: Option<NaiveDate>,
    /// Civil date on which it is to be decided again.
    pub(in crate::inside) next_due: Option<NaiveDate>,
    /// What was decided about it, oldest first.
    pub(in crate::inside) decisions: Vec<Decision>,
    /// Reviews of its free texts.
    pub(in crate::inside) reviews: Vec<Review>,
}

type Row = (
    i64,
    String,
    i64,
    String,
    Vec<u8>,
    Option<(String, Option<NaiveDate>, Option<NaiveDate>)>,
);

/// Ids, and by id the hash of the content and whether it is current.
pub(in crate::inside) type Held = (Vec<String>, HashMap<String, (String, RecordState)>);

/// Which rows a page is of.
pub(super) enum Ask {
    Changed {
        after: i64,
    },
    All {
        after: i64,
    },
    Due {
        today: NaiveDate,
        after: Option<DueCursor>,
    },
    Id(String),
    Num(i64),
}

impl Vault {
    /// Records changed after a change number, in the order of change, sealed.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn changed_sealed(
        &self,
        after_change_seq: i64,
        limit: usize,
    ) -> Result<Vec<SealedRow>, VaultError> {
        let after = after_change_seq;
        self.fetch(&Ask::Changed { after }, limit)
    }

    /// All records in the order of their numbers, sealed.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn scan_sealed(
        &self,
        after_num: i64,
        limit: usize,
    ) -> Result<Vec<SealedRow>, VaultError> {
        self.fetch(&Ask::All { after: after_num }, limit)
    }

    /// Records due on a civil date or before, sealed, after a place in the queue.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn due_sealed(
        &self,
        today: NaiveDate,
        after: Option<DueCursor>,
        limit: usize,
    ) -> Result<Vec<SealedRow>, VaultError> {
        self.fetch(&Ask::Due { today, after }, limit)
    }

    /// Opens a fetched row; needs no connection.
    ///
    /// # Errors
    /// When a sealed value does not open or is no record.
    pub(in crate::inside) fn open_row(&self, row: SealedRow) -> Result<VaultRow, VaultError> {
        let plain = self
            .keys
            .vault
            .open(payload_cell(&row.id), &row.payload)
            .map_err(|source| VaultError::Cell {
                id: row.id.clone(),
                column: "payload",
                source,
            })?;
        Ok(VaultRow {
            record: codec::decode(&row.id, &plain)?,
            reviews: row
                .reviews
                .into_iter()
                .map(|review| self.open_review_row(review))
                .collect::<Result<_, _>>()?,
            num: row.num,
            id: row.id,
            change_seq: row.change_seq,
            state: row.state,
            verdict: row.verdict,
            displayed_from: row.displayed_from,
            next_due: row.next_due,
            decisions: row.decisions,
        })
    }

    /// All records by number, opened: for the full recomputation.
    ///
    /// # Errors
    /// Those of the database; a value that does not open.
    pub(in crate::inside) fn scan(
        &self,
        after_num: i64,
        limit: usize,
    ) -> Result<Vec<VaultRow>, VaultError> {
        self.open_all(self.scan_sealed(after_num, limit)?)
    }

    /// One record by its id.
    ///
    /// # Errors
    /// Those of the database; a value that does not open.
    pub(in crate::inside) fn get(&self, id: &str) -> Result<Option<VaultRow>, VaultError> {
        self.one(&Ask::Id(id.to_owned()))
    }

    /// One record by its number.
    ///
    /// # Errors
    /// Those of the database; a value that does not open.
    pub(super) fn numbered(&self, num: i64) -> Result<Option<VaultRow>, VaultError> {
        self.one(&Ask::Num(num))
    }

    fn one(&self, ask: &Ask) -> Result<Option<VaultRow>, VaultError> {
        let mut rows = self.open_all(self.fetch(ask, 1)?)?;
        Ok(rows.pop())
    }

    /// The ids of some records, in their order, and by id what the vault holds of them: the hash of the content, and whether
    /// it is current.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn held(&self, records: &[RawRecord]) -> Result<Held, VaultError> {
        let ids: Vec<String> = records.iter().map(|r| self.record_id(r)).collect();
        let places = records.iter().map(|r| place_of(&r.list, &r.authority_code));
        let mut held = HashMap::with_capacity(ids.len());
        for (place, part) in side_by_side(places.zip(ids.iter().map(String::as_str))) {
            let rows: Vec<(String, String, String)> =
                self.db.read(|conn| -> Result<_, VaultError> {
                    Ok(raw_records::table
                        .filter(raw_records::place.eq_any([place, BEFORE]))
                        .filter(raw_records::id.eq_any(part))
                        .select((
                            raw_records::id,
                            raw_records::content_hash,
                            raw_records::state,
                        ))
                        .load(conn)?)
                })?;
            for (id, hash, state) in rows {
                let state = RecordState::from_code(&state).ok_or(VaultError::Word {
                    table: "raw_records",
                    column: "state",
                    word: state,
                })?;
                held.insert(id, (hash, state));
            }
        }
        Ok((ids, held))
    }

    /// Ids of the current records of a list and a provider, in order.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn current_ids(
        &self,
        list: &str,
        provider: &str,
    ) -> Result<Vec<String>, VaultError> {
        self.db.read(|conn| {
            Ok(raw_records::table
                .filter(raw_records::list.eq(list))
                .filter(raw_records::provider_code.eq(provider))
                .filter(raw_records::state.eq(RecordState::Current.code()))
                .select(raw_records::id)
                .order(raw_records::id)
                .load(conn)?)
        })
    }

    /// Change number up to which the publisher has worked.
    ///
    /// # Errors
    /// Those of the database.
    pub fn publish_cursor(&self) -> Result<i64, VaultError> {
        self.db.read(|conn| Ok(counter(conn, PUBLISH_CURSOR)?))
    }

    /// Sets the publisher's place back to the beginning, so that everything is decided anew (a new
    /// catalogue, a restored public store).
    ///
    /// # Errors
    /// Those of the database.
    pub fn reset_publish_cursor(&self) -> Result<(), VaultError> {
        self.db
            .write(|conn| Ok(set_counter(conn, PUBLISH_CURSOR, 0)?))
    }

    pub(super) fn open_all(&self, rows: Vec<SealedRow>) -> Result<Vec<VaultRow>, VaultError> {
        rows.into_iter().map(|row| self.open_row(row)).collect()
    }

    fn fetch(&self, ask: &Ask, limit: usize) -> Result<Vec<SealedRow>, VaultError> {
        self.db.snapshot(|conn| fetch(conn, ask, limit))
    }
}

/// Rows with what was decided and reviewed about them, sealed.
pub(super) fn fetch(
    conn: &mut Conn,
    ask: &Ask,
    limit: usize,
) -> Result<Vec<SealedRow>, VaultError> {
    let rows = load_rows(conn, ask, limit)?;
    let ids: Vec<&str> = rows.iter().map(|row| row.1.as_str()).collect();
    let mut decisions = load_decisions(conn, &ids)?;
    let mut reviews = load_reviews(conn, &ids)?;
    rows.into_iter()
        .map(|(num, id, change_seq, state, payload, verdict)| {
            let state = RecordState::from_code(&state).ok_or(VaultError::Word {
                table: "raw_records",
                column: "state",
                word: state,
            })?;
            let (verdict, displayed_from, next_due) = match verdict {
                Some((verdict, from, due)) => (Some(verdict), from, due),
                None => (None, None, None),
            };
            Ok(SealedRow {
                decisions: decisions.remove(&id).unwrap_or_default(),
                reviews: reviews.remove(&id).unwrap_or_default(),
                num,
                id,
                change_seq,
                state,
                payload,
                verdict,
                displayed_from,
                next_due,
            })
        })
        .collect()
}

fn load_rows(conn: &mut Conn, ask: &Ask, limit: usize) -> Result<Vec<Row>, VaultError> {
    let query = raw_records::table.left_join(verdicts::table).select((
        raw_records::num,
        raw_records::id,
        raw_records::change_seq,
        raw_records::state,
        raw_records::payload,
        (
            verdicts::verdict,
            verdicts::displayed_from,
            verdicts::next_due,
        )
            .nullable(),
    ));
    let limit = page(limit);
    let rows = match ask {
        Ask::Changed { after } => query
            .filter(raw_records::change_seq.gt(*after))
            .order(raw_records::change_seq)
            .limit(limit)
            .load(conn)?,
        Ask::All { after } => query
            .filter(raw_records::num.gt(*after))
            .order(raw_records::num)
            .limit(limit)
            .load(conn)?,
        Ask::Due { today, after } => {
            let mut query = query
                .filter(verdicts::next_due.le(*today))
                .order((verdicts::next_due, verdicts::num))
                .limit(limit)
                .into_boxed();
            if let Some(DueCursor { next_due, num }) = *after {
                query = query.filter(
                    verdicts::next_due
                        .gt(next_due)
                        .or(verdicts::next_due.eq(next_due).and(verdicts::num.gt(num))),
                );
            }
            query.load(conn)?
        }
        Ask::Num(num) => query
            .filter(raw_records::num.eq(*num))
            .limit(limit)
            .load(conn)?,
        Ask::Id(id) => query
            .filter(raw_records::place.eq_any(everywhere()))
            .filter(raw_records::id.eq(id))
            .limit(limit)
            .load(conn)?,
    };
    Ok(rows)
}

/// Decisions by record, oldest first. Most records have none, and most vaults few: a table without rows is
/// not asked about ids.
fn load_decisions(
    conn: &mut Conn,
    ids: &[&str],
) -> Result<HashMap<String, Vec<Decision>>, VaultError> {
    let mut found: HashMap<String, Vec<Decision>> = HashMap::new();
    let any: bool =
        diesel::select(exists(decisions::table.select(decisions::id))).get_result(conn)?;
    if !any {
        return Ok(found);
    }
    for chunk in ids.chunks(CHUNK) {
        let query = decisions::table
            .filter(decisions::record_id.eq_any(chunk))
            .order(decisions::id);
        let rows: Vec<DecisionRow> = on_each!(conn, c => query.load(c))?;
        for row in rows {
            let decision = decision(row)?;
            found
                .entry(decision.record_id.clone())
                .or_default()
                .push(decision);
        }
    }
    Ok(found)
}

fn load_reviews(
    conn: &mut Conn,
    ids: &[&str],
) -> Result<HashMap<String, Vec<ReviewRow>>, VaultError> {
    let mut found: HashMap<String, Vec<ReviewRow>> = HashMap::new();
    let any: bool =
        diesel::select(exists(reviews::table.select(reviews::field))).get_result(conn)?;
    if !any {
        return Ok(found);
    }
    for chunk in ids.chunks(CHUNK) {
        let query = reviews::table
            .filter(reviews::record_id.eq_any(chunk))
            .order(reviews::field);
        let rows: Vec<ReviewRow> = on_each!(conn, c => query.load(c))?;
        for row in rows {
            found.entry(row.record_id.clone()).or_default().push(row);
        }
    }
    Ok(found)
}
