//! A copy of another public store: what a mirror writes. Sequence numbers are those of the origin, so that a state is
//! the same number here and there; row numbers are the copy's own.

use std::collections::HashSet;

use diesel::prelude::*;

use super::figures::{Counted, Counts};
use super::meta::{NEXT_NUM, RECORDS, RELEASE, SEQ};
use super::release::{ReleaseRow, Stone, Work, counted, load_old, load_stones};
use super::row::{Encoded, NewRow, encode};
use super::{PublicStore, StoreError};
use crate::base::db::schema::public::{meta, releases};
use crate::base::db::{Conn, counter, on_each, set_counter};
use crate::domain::time::Moment;
use crate::record::{PublicRecord, RecordParts, Why};

/// Key of the origin's address.
const ORIGIN: &str = "mirror_of";

/// A change of the origin.
#[derive(Clone, Debug)]
pub struct Copied {
    /// Its sequence number there.
    pub seq: i64,
    /// What it is.
    pub what: Copy,
}

/// What is copied.
#[derive(Clone, Debug)]
pub enum Copy {
    /// A record as the origin displays it.
    Record(Box<RecordParts>),
    /// What the origin took back.
    Tombstone {
        /// Its id.
        id: String,
        /// When.
        at: Moment,
        /// Why.
        why: Why,
    },
}

enum Ready<'a> {
    Record(Box<(PublicRecord, Encoded)>),
    Tombstone(&'a str, Moment, Why),
}

impl PublicStore {
    /// The address of the portal that this store is a copy of.
    ///
    /// # Errors
    /// Those of the database.
    pub fn origin(&self) -> Result<Option<String>, StoreError> {
        self.db.read(|conn| {
            Ok(meta::table
                .find(ORIGIN)
                .select(meta::value)
                .first(conn)
                .optional()?)
        })
    }

    /// Makes an empty store a copy of the portal at an address.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`] when something was published here; those of the database.
    pub fn become_copy(&self, address: &str) -> Result<(), StoreError> {
        self.db.write(|conn| {
            if counter(conn, RELEASE)? != 0 {
                return Err(StoreError::NotEmpty);
            }
            let query = diesel::insert_into(meta::table)
                .values((meta::key.eq(ORIGIN), meta::value.eq(address)));
            on_each!(conn, c => query.execute(c))?;
            Ok(())
        })
    }

    /// Copies changes of the origin in one transaction, after which this store stands where the origin's page of changes
    /// ended. Only a store that was made a copy takes them.
    ///
    /// # Errors
    /// [`StoreError::NoCopy`]; those of the database: then nothing is done.
    pub fn copy(&self, at: Moment, changes: &[Copied], seq_to: i64) -> Result<(), StoreError> {
        let mut ready = Vec::with_capacity(changes.len());
        for change in changes {
            ready.push((
                change.seq,
                match &change.what {
                    Copy::Record(parts) => {
                        let record = PublicRecord::restored(parts.as_ref().clone());
                        let encoded = encode(&record)?;
                        Ready::Record(Box::new((record, encoded)))
                    }
                    Copy::Tombstone { id, at, why } => Ready::Tombstone(id, *at, *why),
                },
            ));
        }
        if self.origin()?.is_none() {
            return Err(StoreError::NoCopy);
        }
        let replaced = self.db.write(|conn| apply(conn, at, &ready, seq_to))?;
        if replaced {
            self.db.forget()?;
        }
        Ok(())
    }
}

fn apply(
    conn: &mut Conn,
    at: Moment,
    changes: &[(i64, Ready<'_>)],
    seq_to: i64,
) -> Result<bool, StoreError> {
    let ids: Vec<&str> = changes
        .iter()
        .map(|(_, what)| match what {
            Ready::Record(one) => one.0.id.as_str(),
            Ready::Tombstone(id, ..) => id,
        })
        .collect();
    // a page tells each record once
    let distinct: HashSet<&str> = ids.iter().copied().collect();
    if distinct.len() != ids.len() {
        return Err(StoreError::Contradiction {
            id: "of a page of changes".to_owned(),
        });
    }
    let old = load_old(conn, &ids)?;
    let stones = load_stones(conn, &ids)?;
    let mut counts = Counts::default();
    let mut work = Work::new(0, counter(conn, NEXT_NUM)?, &mut counts);
    let (mut upserts, mut taken) = (0, 0);
    for ((seq, what), id) in changes.iter().zip(ids) {
        let before = old.get(id);
        let num = if let Some(before) = before {
            work.counts.count(before.counted(), -1, *seq);
            work.drop_rows.push(before.num);
            work.added -= 1;
            before.num
        } else if let Some((num, _)) = stones.get(id) {
            work.drop_stones.push(id);
            *num
        } else {
            work.next_num += 1;
            work.next_num - 1
        };
        match what {
            Ready::Record(one) => {
                let (record, encoded) = &**one;
                let of: Counted<'_> = counted(record);
                work.counts.count(of, 1, *seq);
                work.added += 1;
                work.rows.push(NewRow::new(num, *seq, record, encoded));
                upserts += 1;
            }
            Ready::Tombstone(id, at, why) => {
                work.stones.push(Stone {
                    id,
                    num,
                    seq: *seq,
                    at: (*at).into(),
                    why: why.code(),
                });
                taken += 1;
            }
        }
    }
    let catalogue = changes.iter().rev().find_map(|(_, what)| match what {
        Ready::Record(one) => Some((one.0.catalogue.clone(), one.0.masking)),
        Ready::Tombstone(..) => None,
    });
    let (catalogue, masking) = catalogue.unwrap_or_default();
    let number = counter(conn, RELEASE)? + 1;
    let records = counter(conn, RECORDS)? + work.added;
    let next_num = work.next_num;
    let replaced = !work.drop_rows.is_empty();
    work.save(conn)?;
    counts.save(conn, at)?;
    set_counter(conn, SEQ, seq_to)?;
    set_counter(conn, NEXT_NUM, next_num)?;
    set_counter(conn, RECORDS, records)?;
    set_counter(conn, RELEASE, number)?;
    let row = ReleaseRow {
        number,
        seq_to,
        at: at.into(),
        upserts,
        tombstones: taken,
        catalogue: &catalogue,
        masking: i64::from(masking),
    };
    diesel::insert_into(releases::table)
        .values(&row)
        .execute(conn)?;
    Ok(replaced)
}
