//! A release: one transaction that adds, changes and takes back. Called by the publisher only.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;

use super::figures::{Counted, Counts};
use super::meta::{NEXT_NUM, RECORDS, RELEASE, SEQ};
use super::row::{NewRow, Ready};
use super::{Existing, PublicStore, ReleaseDone, StoreError};
use crate::base::db::schema::public::{records, releases, tombstones};
use crate::base::db::{Conn, Stamp, counter, on_each, set_counter};
use crate::domain::kinds::SubjectKind;
use crate::domain::time::Moment;
use crate::record::{PublicRecord, Why};

/// Ids or numbers in one `IN`.
const CHUNK: usize = 500;
/// Rows in one insert of PostgreSQL, whose statements take 65,535 values.
const ROWS: usize = 1000;
/// Rows in one `COPY` of PostgreSQL; bounds the memory of its buffer.
const COPY: usize = 10_000;

/// A stored row as a release needs it.
#[derive(Queryable)]
pub(super) struct Old {
    id: String,
    pub(super) num: i64,
    digest: String,
    list: String,
    subject_kind: String,
    decided_on: NaiveDate,
    displayed_from: NaiveDate,
    displayed_until: Option<NaiveDate>,
}

impl Old {
    pub(super) fn counted(&self) -> Counted<'_> {
        Counted {
            list: &self.list,
            person: self.subject_kind == SubjectKind::NaturalPerson.code(),
            decided_on: self.decided_on,
            displayed_from: self.displayed_from,
            displayed_until: self.displayed_until,
        }
    }
}

pub(super) fn counted(record: &PublicRecord) -> Counted<'_> {
    Counted {
        list: &record.list,
        person: record.subject_kind == SubjectKind::NaturalPerson,
        decided_on: record.decided_on,
        displayed_from: record.displayed_from,
        displayed_until: record.displayed_until,
    }
}

#[derive(Insertable, Clone, Copy)]
#[diesel(table_name = tombstones, treat_none_as_default_value = false)]
pub(super) struct Stone<'a> {
    pub(super) id: &'a str,
    pub(super) num: i64,
    pub(super) seq: i64,
    pub(super) at: Stamp,
    pub(super) why: &'a str,
}

#[derive(Insertable)]
#[diesel(table_name = releases, treat_none_as_default_value = false)]
pub(super) struct ReleaseRow<'a> {
    pub(super) number: i64,
    pub(super) seq_to: i64,
    pub(super) at: Stamp,
    pub(super) upserts: i64,
    pub(super) tombstones: i64,
    pub(super) catalogue: &'a str,
    pub(super) masking: i64,
}

impl PublicStore {
    /// What the store holds of some ids.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) fn existing(&self, ids: &[String]) -> Result<HashMap<String, Existing>, StoreError> {
        let ids = in_order(ids.iter().map(String::as_str));
        let old = self.db.read(|conn| load_old(conn, &ids))?;
        let known = |old: Old| Existing {
            num: old.num,
            digest: old.digest,
            displayed_from: old.displayed_from,
        };
        Ok(old.into_iter().map(|(id, old)| (id, known(old))).collect())
    }

    /// Publishes and takes back what `next` hands over, until it hands over nothing, in one transaction; each part is a
    /// release of its own number. A record whose body is as stored is counted unchanged; an id that was never shown
    /// leaves no tombstone; a record that comes back after a tombstone gets its row number back; a part that changes
    /// nothing is no release. Given one id twice, the later record counts. The transaction is open meanwhile, so `next`
    /// must not wait for long.
    ///
    /// # Errors
    /// [`StoreError::Contradiction`] when an id is in both lists of a part; those of the database: then nothing is done.
    pub(crate) fn release_each(
        &self,
        at: Moment,
        catalogue: &str,
        masking: u32,
        next: &mut dyn FnMut() -> Option<Part>,
    ) -> Result<Vec<ReleaseDone>, StoreError> {
        let (done, replaced) = self.db.write_much(|conn| -> Result<_, StoreError> {
            let (mut all, mut replaced, mut counts) = (Vec::new(), false, Counts::default());
            while let Some(Part { upserts, gone }) = next() {
                let plan = Plan::new(&upserts, &gone)?;
                let (done, drops) = apply(conn, at, catalogue, masking, &plan, &mut counts)?;
                all.push(done);
                replaced |= drops;
            }
            // days that several parts count are written once
            counts.save(conn, at)?;
            Ok((all, replaced))
        })?;
        if replaced {
            self.db.forget()?;
        }
        Ok(done)
    }

    /// Gives back the memory that large releases took.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) fn rest(&self) -> Result<(), StoreError> {
        Ok(self.db.rest()?)
    }

    /// The same with records as tests have them.
    ///
    /// # Errors
    /// As those of [`Self::release_each`].
    #[cfg(test)]
    pub(crate) fn release(
        &self,
        at: Moment,
        catalogue: &str,
        masking: u32,
        upserts: &[PublicRecord],
        gone: &[(String, Why)],
    ) -> Result<ReleaseDone, StoreError> {
        let ready = upserts
            .iter()
            .map(|record| Ready::new(record.clone()))
            .collect::<Result<Vec<_>, _>>()?;
        let mut part = Some(Part {
            upserts: ready,
            gone: gone.to_vec(),
        });
        let done = self.release_each(at, catalogue, masking, &mut || part.take())?;
        Ok(done.into_iter().next().unwrap_or_default())
    }
}

/// What is published and taken back together.
pub(crate) struct Part {
    /// Records to show.
    pub(crate) upserts: Vec<Ready>,
    /// Ids to take back, and why.
    pub(crate) gone: Vec<(String, Why)>,
}

/// What a release was asked to do, each id once.
struct Plan<'a> {
    upserts: Vec<&'a Ready>,
    gone: Vec<(&'a str, Why)>,
}

impl<'a> Plan<'a> {
    fn new(upserts: &'a [Ready], gone: &'a [(String, Why)]) -> Result<Self, StoreError> {
        let last: HashMap<&str, usize> = upserts
            .iter()
            .enumerate()
            .map(|(at, ready)| (ready.record().id.as_str(), at))
            .collect();
        let mut plan = Self {
            upserts: Vec::with_capacity(last.len()),
            gone: Vec::with_capacity(gone.len()),
        };
        for (at, ready) in upserts.iter().enumerate() {
            if last.get(ready.record().id.as_str()) == Some(&at) {
                plan.upserts.push(ready);
            }
        }
        let mut seen = HashSet::new();
        for (id, why) in gone {
            if last.contains_key(id.as_str()) {
                return Err(StoreError::Contradiction { id: id.clone() });
            }
            if seen.insert(id.as_str()) {
                plan.gone.push((id, *why));
            }
        }
        Ok(plan)
    }

    fn ids(&self) -> Vec<&'a str> {
        let shown = self.upserts.iter().map(|r| r.record().id.as_str());
        in_order(shown.chain(self.gone.iter().map(|(id, _)| *id)))
    }
}

/// Does it, but for the counts of days, which it adds to `counts`; also says whether contents were taken back or replaced.
fn apply(
    conn: &mut Conn,
    at: Moment,
    catalogue: &str,
    masking: u32,
    plan: &Plan<'_>,
    counts: &mut Counts,
) -> Result<(ReleaseDone, bool), StoreError> {
    let ids = plan.ids();
    let old = load_old(conn, &ids)?;
    let stones = load_stones(conn, &ids)?;
    let (first_seq, first_num) = (counter(conn, SEQ)?, counter(conn, NEXT_NUM)?);
    let mut work = Work::new(first_seq, first_num, counts);
    for (id, why) in &plan.gone {
        work.take_back(id, *why, old.get(*id), stones.get(*id), at);
    }
    for ready in &plan.upserts {
        let id = ready.record().id.as_str();
        let stone = stones.get(id).map(|(num, _)| *num);
        work.show(ready, old.get(id), stone);
    }
    let number = counter(conn, RELEASE)?;
    let mut done = ReleaseDone {
        number,
        seq_to: work.seq,
        upserts: work.rows.len() as u64,
        tombstones: work.stones.len() as u64,
        unchanged: work.unchanged,
    };
    if work.seq == first_seq {
        return Ok((done, false));
    }
    done.number = number + 1;
    let records = counter(conn, RECORDS)? + work.added;
    let next_num = work.next_num;
    let replaced = !work.drop_rows.is_empty();
    work.save(conn)?;
    set_counter(conn, SEQ, done.seq_to)?;
    set_counter(conn, NEXT_NUM, next_num)?;
    set_counter(conn, RECORDS, records)?;
    set_counter(conn, RELEASE, done.number)?;
    let row = ReleaseRow {
        number: done.number,
        seq_to: done.seq_to,
        at: at.into(),
        upserts: count(done.upserts),
        tombstones: count(done.tombstones),
        catalogue,
        masking: i64::from(masking),
    };
    diesel::insert_into(releases::table)
        .values(&row)
        .execute(conn)?;
    Ok((done, replaced))
}

fn count(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// What a release comes to, once the stored rows are known.
pub(super) struct Work<'a> {
    pub(super) seq: i64,
    pub(super) next_num: i64,
    pub(super) added: i64,
    pub(super) unchanged: u64,
    /// Row numbers to delete: taken back, or about to be written anew.
    pub(super) drop_rows: Vec<i64>,
    /// Ids whose tombstones are to be deleted: shown again, or told anew.
    pub(super) drop_stones: Vec<&'a str>,
    pub(super) rows: Vec<NewRow<'a>>,
    pub(super) stones: Vec<Stone<'a>>,
    pub(super) counts: &'a mut Counts,
}

impl<'a> Work<'a> {
    /// Nothing to do yet, from a sequence number and a row number on.
    pub(super) fn new(seq: i64, next_num: i64, counts: &'a mut Counts) -> Self {
        Self {
            seq,
            next_num,
            added: 0,
            unchanged: 0,
            drop_rows: Vec::new(),
            drop_stones: Vec::new(),
            rows: Vec::new(),
            stones: Vec::new(),
            counts,
        }
    }

    fn take_back(
        &mut self,
        id: &'a str,
        why: Why,
        old: Option<&'a Old>,
        stone: Option<&(i64, String)>,
        at: Moment,
    ) {
        let num = match (old, stone) {
            (Some(old), _) => {
                self.drop_rows.push(old.num);
                self.added -= 1;
                old.num
            }
            // a reason that changed is told; the same one is not told twice
            (None, Some((num, known))) if known != why.code() => {
                self.drop_stones.push(id);
                *num
            }
            // told already, or never shown: to say that it was would tell that it exists
            (None, _) => {
                self.unchanged += 1;
                return;
            }
        };
        self.seq += 1;
        if let Some(old) = old {
            self.counts.count(old.counted(), -1, self.seq);
        }
        self.stones.push(Stone {
            id,
            num,
            seq: self.seq,
            at: at.into(),
            why: why.code(),
        });
    }

    fn show(&mut self, ready: &'a Ready, old: Option<&'a Old>, stone: Option<i64>) {
        let record = ready.record();
        if old.is_some_and(|old| old.digest == ready.encoded().digest) {
            self.unchanged += 1;
            return;
        }
        self.seq += 1;
        let num = if let Some(old) = old {
            self.counts.count(old.counted(), -1, self.seq);
            self.drop_rows.push(old.num);
            old.num
        } else if let Some(num) = stone {
            // its own number again: a follower that never saw the tombstone would keep the old row for ever
            self.drop_stones.push(&record.id);
            self.added += 1;
            num
        } else {
            let num = self.next_num;
            self.next_num += 1;
            self.added += 1;
            num
        };
        self.counts.count(counted(record), 1, self.seq);
        self.rows
            .push(NewRow::new(num, self.seq, record, ready.encoded()));
    }

    /// Writes all but the counts.
    pub(super) fn save(self, conn: &mut Conn) -> Result<(), StoreError> {
        for chunk in self.drop_rows.chunks(CHUNK) {
            let query = diesel::delete(records::table.filter(records::num.eq_any(chunk)));
            on_each!(conn, c => query.execute(c))?;
        }
        for chunk in self.drop_stones.chunks(CHUNK) {
            let query = diesel::delete(tombstones::table.filter(tombstones::id.eq_any(chunk)));
            on_each!(conn, c => query.execute(c))?;
        }
        insert_rows(conn, &self.rows)?;
        insert_stones(conn, &self.stones)
    }
}

/// In SQLite a prepared single insert, run over and over, is the fastest; a server wants them in one
/// stream.
fn insert_rows(conn: &mut Conn, rows: &[NewRow<'_>]) -> Result<(), StoreError> {
    match conn {
        Conn::Sqlite(c) => {
            for row in rows {
                diesel::insert_into(records::table).values(row).execute(c)?;
            }
        }
        Conn::Postgres(c) => {
            for chunk in rows.chunks(COPY) {
                diesel::copy_from(records::table)
                    .from_insertable(chunk)
                    .execute(c)?;
            }
        }
    }
    Ok(())
}

fn insert_stones(conn: &mut Conn, stones: &[Stone<'_>]) -> Result<(), StoreError> {
    match conn {
        Conn::Sqlite(c) => {
            for stone in stones {
                diesel::insert_into(tombstones::table)
                    .values(stone)
                    .execute(c)?;
            }
        }
        Conn::Postgres(c) => {
            for chunk in stones.chunks(ROWS) {
                diesel::insert_into(tombstones::table)
                    .values(chunk)
                    .execute(c)?;
            }
        }
    }
    Ok(())
}

/// Ids in the order of the index by id, so that a look-up of many reads each of its pages once.
fn in_order<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut ids: Vec<&str> = ids.collect();
    ids.sort_unstable();
    ids
}

pub(super) fn load_old(conn: &mut Conn, ids: &[&str]) -> Result<HashMap<String, Old>, StoreError> {
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let query = records::table.filter(records::id.eq_any(chunk)).select((
            records::id,
            records::num,
            records::digest,
            records::list,
            records::subject_kind,
            records::decided_on,
            records::displayed_from,
            records::displayed_until,
        ));
        let rows: Vec<Old> = on_each!(conn, c => query.load(c))?;
        found.extend(rows.into_iter().map(|row| (row.id.clone(), row)));
    }
    Ok(found)
}

pub(super) fn load_stones(
    conn: &mut Conn,
    ids: &[&str],
) -> Result<HashMap<String, (i64, String)>, StoreError> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let query = tombstones::table
            .filter(tombstones::id.eq_any(chunk))
            .select((tombstones::id, tombstones::num, tombstones::why));
        let rows: Vec<(String, i64, String)> = on_each!(conn, c => query.load(c))?;
        found.extend(rows.into_iter().map(|(id, num, why)| (id, (num, why))));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{day, id, moment, parts};
    use super::*;
    use crate::base::db::testing::Scratch;

    fn part(shown: &[u32], gone: &[u32]) -> Part {
        let ready = |n: &u32| {
            let parts = parts(&id(*n), *n, 0, Some(10));
            Ready::new(PublicRecord::restored(parts)).unwrap()
        };
        Part {
            upserts: shown.iter().map(ready).collect(),
            gone: gone.iter().map(|n| (id(*n), Why::Withdrawn)).collect(),
        }
    }

    #[test]
    fn parts_of_one_transaction_are_releases_of_their_own_and_see_each_other() {
        Scratch::each(|url| {
            let store = PublicStore::open(url).unwrap();
            let mut parts = [part(&[1, 2], &[]), part(&[], &[7]), part(&[2, 3], &[1])].into_iter();
            let done = store
                .release_each(moment(1), "c", 1, &mut || parts.next())
                .unwrap();
            let told: Vec<_> = done
                .iter()
                .map(|d| (d.number, d.seq_to, d.upserts, d.tombstones, d.unchanged))
                .collect();
            assert_eq!(told, [(1, 2, 2, 0, 0), (1, 2, 0, 0, 1), (2, 4, 1, 1, 1)]);
            let position = store.position().unwrap();
            assert_eq!(
                (position.release, position.seq, position.records),
                (2, 4, 2)
            );
            assert_eq!(store.changes(0, 10, day(1)).unwrap().len(), 3);
        });
    }

    #[test]
    fn a_part_that_is_refused_takes_the_whole_transaction_with_it() {
        Scratch::each(|url| {
            let store = PublicStore::open(url).unwrap();
            store
                .release_each(moment(1), "c", 1, &mut {
                    let mut first = Some(part(&[1], &[]));
                    move || first.take()
                })
                .unwrap();
            let before = store.position().unwrap();
            let mut parts = [part(&[2, 3], &[1]), part(&[4], &[4])].into_iter();
            let refused = store.release_each(moment(2), "c", 1, &mut || parts.next());
            assert!(matches!(refused, Err(StoreError::Contradiction { .. })));
            assert_eq!(store.position().unwrap(), before);
            assert_eq!(store.changes(0, 10, day(1)).unwrap().len(), 1);
        });
    }
}
