//! Putting records in: prepared on any thread, stored in one transaction a call.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::dsl::exists;
use diesel::prelude::*;

use super::batch::touch;
use super::pack::pack;
use super::place::{BEFORE, place_of, side_by_side};
use super::{Batch, BatchMode, CHUNK, Changes, DecisionKind, NEXT_NUM, Vault, VaultError, codec};
use crate::base::crypto::Cell;
use crate::base::db::schema::vault::{decisions, raw_records};
use crate::base::db::{Conn, Stamp, counter, on_each, set_counter};
use crate::domain::time::Moment;
use crate::inside::raw::RawRecord;

/// Rows in one `COPY` of PostgreSQL; bounds the memory of its buffer.
const COPY: usize = 10_000;

/// A record encoded, hashed and sealed: nothing raw is left in it.
#[derive(Clone, Debug)]
pub struct Prepared {
    id: String,
    list: String,
    provider_code: String,
    authority_code: String,
    decided_on: NaiveDate,
    content_hash: String,
    place: i64,
    pub(super) payload: Vec<u8>,
}

impl Prepared {
    /// The id that the record has and, should it be published, will be seen under.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Keyed hash of the content.
    pub(super) fn content_hash(&self) -> &str {
        &self.content_hash
    }
}

/// What putting a record did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is new.
    Added,
    /// Its content changed, or it had been removed and is back.
    Changed,
    /// It was there as it is.
    Unchanged,
}

/// A stored row as putting needs it.
struct Known {
    num: i64,
    content_hash: String,
    version: i64,
    current: bool,
    /// Its place among the rows to insert, when it is new in this call.
    pending: Option<usize>,
}

#[derive(Insertable)]
#[diesel(table_name = raw_records, treat_none_as_default_value = false)]
struct NewRow<'a> {
    num: i64,
    id: &'a str,
    list: &'a str,
    provider_code: &'a str,
    authority_code: &'a str,
    decided_on: NaiveDate,
    content_hash: &'a str,
    version: i64,
    state: &'a str,
    batch: &'a str,
    imported_at: Stamp,
    change_seq: i64,
    place: i64,
    payload: &'a [u8],
}

impl Vault {
    /// Encodes, hashes and seals a record: the work that can be done outside the lock, on several threads.
    ///
    /// # Errors
    /// [`VaultError::Encode`] or [`VaultError::Cell`].
    pub(in crate::inside) fn prepare(&self, record: &RawRecord) -> Result<Prepared, VaultError> {
        let id = self.record_id(record);
        let plain = codec::encode(record)?;
        let content_hash = self.keys.id.hex("content", &[&plain]);
        let payload = self
            .keys
            .vault
            .seal(payload_cell(&id), &pack(&plain))
            .map_err(|source| VaultError::Cell {
                id: id.clone(),
                column: "payload",
                source,
            })?;
        Ok(Prepared {
            id,
            list: record.list.clone(),
            provider_code: record.provider_code.clone(),
            authority_code: record.authority_code.clone(),
            decided_on: record.decided_on,
            content_hash,
            place: place_of(&record.list, &record.authority_code),
            payload,
        })
    }

    /// Puts prepared records in one transaction, and says of each what it did, in order. The same record
    /// twice in one call is handled in order.
    ///
    /// # Errors
    /// Those of the database: then none is in.
    pub fn put(
        &self,
        batch: &Batch,
        records: &[Prepared],
        at: Moment,
    ) -> Result<Vec<Put>, VaultError> {
        if records.is_empty() {
            return Ok(Vec::new());
        }
        self.db.write(|conn| put(conn, batch, records, at))
    }

    /// Puts what `next` hands over, until it hands over nothing, in one transaction, and says of each record what it did,
    /// in order. The transaction is open meanwhile, so `next` must not wait for long.
    ///
    /// # Errors
    /// Those of the database: then none is in.
    pub(in crate::inside) fn put_each(
        &self,
        batch: &Batch,
        next: &mut dyn FnMut() -> Option<Vec<Prepared>>,
        at: Moment,
    ) -> Result<Vec<Put>, VaultError> {
        self.db.write(|conn| {
            let mut done = Vec::new();
            while let Some(records) = next() {
                done.extend(put(conn, batch, &records, at)?);
            }
            Ok(done)
        })
    }
}

/// Where the payload of a record lies.
pub(super) fn payload_cell(id: &str) -> Cell<'_> {
    Cell {
        table: "raw_records",
        row: id,
        column: "payload",
    }
}

pub(super) fn put(
    conn: &mut Conn,
    batch: &Batch,
    records: &[Prepared],
    at: Moment,
) -> Result<Vec<Put>, VaultError> {
    let mut known = load_known(conn, records)?;
    let corrected = load_corrected(conn, &known)?;
    let mut changes = Changes::begin(conn)?;
    let first_num = counter(conn, NEXT_NUM)?;
    let mut next_num = first_num;
    let mut rows: Vec<NewRow<'_>> = Vec::new();
    let mut seen: Vec<i64> = Vec::new();
    let mut results = Vec::with_capacity(records.len());
    let row =
        |record, num, version, change_seq| new_row(record, num, version, change_seq, batch, at);
    for record in records {
        let Some(old) = known.get_mut(record.id.as_str()) else {
            let entry = Known {
                num: next_num,
                content_hash: record.content_hash.clone(),
                version: 1,
                current: true,
                pending: Some(rows.len()),
            };
            rows.push(row(record, next_num, 1, changes.take()));
            known.insert(&record.id, entry);
            next_num += 1;
            results.push(Put::Added);
            continue;
        };
        // the provider sends again what was corrected here: the correction stands
        let superseded = corrected.contains(&(record.id.clone(), record.content_hash.clone()));
        if old.current && (superseded || old.content_hash == record.content_hash) {
            seen.push(old.num);
            results.push(Put::Unchanged);
            continue;
        }
        if superseded && old.pending.is_none() {
            old.current = true;
            bring_back(conn, old.num, batch, at, changes.take())?;
            results.push(Put::Changed);
            continue;
        }
        old.version += 1;
        old.current = true;
        old.content_hash.clone_from(&record.content_hash);
        let new = row(record, old.num, old.version, changes.take());
        match old.pending {
            // not written yet: the later row takes its place
            Some(place) => rows[place] = new,
            None => update_row(conn, &new)?,
        }
        results.push(Put::Changed);
    }
    insert_rows(conn, &rows)?;
    // Only a complete file needs to know which records it has seen; otherwise nothing is written for a
    // record that is as it was.
    if batch.mode == BatchMode::Replace {
        touch(conn, batch, &seen)?;
    }
    if next_num != first_num {
        set_counter(conn, NEXT_NUM, next_num)?;
    }
    changes.save(conn)?;
    Ok(results)
}

fn new_row<'a>(
    record: &'a Prepared,
    num: i64,
    version: i64,
    change_seq: i64,
    batch: &'a Batch,
    at: Moment,
) -> NewRow<'a> {
    NewRow {
        num,
        id: &record.id,
        list: &record.list,
        provider_code: &record.provider_code,
        authority_code: &record.authority_code,
        decided_on: record.decided_on,
        content_hash: &record.content_hash,
        version,
        state: "current",
        batch: &batch.id,
        imported_at: at.into(),
        change_seq,
        place: record.place,
        payload: &record.payload,
    }
}

fn load_known<'a>(
    conn: &mut Conn,
    records: &'a [Prepared],
) -> Result<HashMap<&'a str, Known>, VaultError> {
    let mut wanted: HashMap<&str, &'a str> = HashMap::with_capacity(records.len());
    for record in records {
        wanted.insert(&record.id, &record.id);
    }
    let mut known = HashMap::with_capacity(records.len());
    for (place, ids) in side_by_side(records.iter().map(|r| (r.place, r.id.as_str()))) {
        let query = raw_records::table
            .filter(raw_records::place.eq_any([place, BEFORE]))
            .filter(raw_records::id.eq_any(ids))
            .select((
                raw_records::id,
                raw_records::num,
                raw_records::content_hash,
                raw_records::version,
                raw_records::state,
            ));
        let found: Vec<(String, i64, String, i64, String)> = on_each!(conn, c => query.load(c))?;
        for (id, num, content_hash, version, state) in found {
            if let Some(id) = wanted.get(id.as_str()) {
                let entry = Known {
                    num,
                    content_hash,
                    version,
                    current: state == "current",
                    pending: None,
                };
                known.insert(*id, entry);
            }
        }
    }
    Ok(known)
}

/// Contents that a correction replaced, by record: `(id, content hash)`. Nearly always there is none.
fn load_corrected(
    conn: &mut Conn,
    known: &HashMap<&str, Known>,
) -> Result<HashSet<(String, String)>, VaultError> {
    let kind = DecisionKind::Corrected.code();
    let any: bool = diesel::select(exists(decisions::table.filter(decisions::kind.eq(kind))))
        .get_result(conn)?;
    let mut found = HashSet::new();
    if !any {
        return Ok(found);
    }
    let ids: Vec<&str> = known.keys().copied().collect();
    for chunk in ids.chunks(CHUNK) {
        let query = decisions::table
            .filter(decisions::kind.eq(kind))
            .filter(decisions::record_id.eq_any(chunk))
            .select((decisions::record_id, decisions::detail));
        let rows: Vec<(String, String)> = on_each!(conn, c => query.load(c))?;
        for (id, detail) in rows {
            let detail: serde_json::Value = serde_json::from_str(&detail).unwrap_or_default();
            if let Some(before) = detail.get("before").and_then(serde_json::Value::as_str) {
                found.insert((id, before.to_owned()));
            }
        }
    }
    Ok(found)
}

/// A record that had been removed is current again as it stands.
fn bring_back(
    conn: &mut Conn,
    num: i64,
    batch: &Batch,
    at: Moment,
    change_seq: i64,
) -> Result<(), VaultError> {
    diesel::update(raw_records::table.find(num))
        .set((
            raw_records::state.eq("current"),
            raw_records::batch.eq(&batch.id),
            raw_records::imported_at.eq(Stamp::from(at)),
            raw_records::change_seq.eq(change_seq),
        ))
        .execute(conn)?;
    Ok(())
}

/// Replaces the content of a record: a new version.
pub(super) fn replace_payload(
    conn: &mut Conn,
    new: &Prepared,
    change_seq: i64,
) -> Result<(), VaultError> {
    let place = raw_records::place.eq_any([new.place, BEFORE]);
    diesel::update(raw_records::table.filter(place.and(raw_records::id.eq(&new.id))))
        .set((
            raw_records::decided_on.eq(new.decided_on),
            raw_records::content_hash.eq(&new.content_hash),
            raw_records::version.eq(raw_records::version + 1),
            raw_records::change_seq.eq(change_seq),
            raw_records::payload.eq(&new.payload),
        ))
        .execute(conn)?;
    Ok(())
}

fn update_row(conn: &mut Conn, new: &NewRow<'_>) -> Result<(), VaultError> {
    diesel::update(raw_records::table.find(new.num))
        .set((
            raw_records::list.eq(new.list),
            raw_records::provider_code.eq(new.provider_code),
            raw_records::authority_code.eq(new.authority_code),
            raw_records::decided_on.eq(new.decided_on),
            raw_records::content_hash.eq(new.content_hash),
            raw_records::version.eq(new.version),
            raw_records::state.eq(new.state),
            raw_records::batch.eq(new.batch),
            raw_records::imported_at.eq(new.imported_at),
            raw_records::change_seq.eq(new.change_seq),
            raw_records::payload.eq(new.payload),
        ))
        .execute(conn)?;
    Ok(())
}

/// In SQLite a prepared single insert, run over and over, is the fastest; a server wants them in one
/// stream.
fn insert_rows(conn: &mut Conn, rows: &[NewRow<'_>]) -> Result<(), VaultError> {
    match conn {
        Conn::Sqlite(c) => {
            for row in rows {
                diesel::insert_into(raw_records::table)
                    .values(row)
                    .execute(c)?;
            }
        }
        Conn::Postgres(c) => {
            for chunk in rows.chunks(COPY) {
                diesel::copy_from(raw_records::table)
                    .from_insertable(chunk)
                    .execute(c)?;
            }
        }
    }
    Ok(())
}
