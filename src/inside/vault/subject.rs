//! Who stands on which lists: keyed hashes of the subjects of red lists and of lists of dishonesty, so that a cross-check
//! opens the records of one subject and no others (S1 art. 8, 12). They follow the records by change number.

use std::collections::{BTreeSet, HashSet};

use diesel::prelude::*;

use super::put::payload_cell;
use super::{CHUNK, Vault, VaultError, VaultRow, codec};
use crate::base::db::schema::vault::{meta, raw_records, subject_keys};
use crate::base::db::{Conn, counter, on_each, page, set_counter};
use crate::inside::raw::{RawRecord, RawSubject};

/// On which side a list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inside) enum Side {
    /// Honesty.
    Red,
    /// Dishonesty.
    Dishonest,
}

impl Side {
    const ALL: [Self; 2] = [Self::Red, Self::Dishonest];

    const fn code(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Dishonest => "dishonest",
        }
    }

    const fn cursor(self) -> &'static str {
        match self {
            Self::Red => "subjects_red",
            Self::Dishonest => "subjects_dishonest",
        }
    }
}

/// Records read at once.
const PAGE: usize = 5_000;

/// Which lists the keys are of; when the catalogue says otherwise they are made anew.
const LISTS: &str = "subject_lists";

impl Vault {
    /// The keyed hash of a subject: of its credit code, else its identity number, else its name.
    #[must_use]
    pub(in crate::inside) fn subject_key(&self, subject: &RawSubject) -> String {
        let (kind, value) = match (&subject.credit_code, &subject.identity) {
            (Some(code), _) => ("code", code.as_str()),
            (None, Some((_, number))) => ("identity", number.expose()),
            (None, None) => ("name", subject.name.expose()),
        };
        self.keys
            .id
            .hex("subject", &[kind.as_bytes(), value.as_bytes()])
    }

    /// Brings the keys of one side up to the newest change. `red` and `dishonest` are the lists of either side. Answers
    /// the change number up to which the side is known now.
    ///
    /// # Errors
    /// Those of the database; a payload that does not open.
    pub(in crate::inside) fn follow_subjects(
        &self,
        side: Side,
        red: &BTreeSet<&str>,
        dishonest: &BTreeSet<&str>,
    ) -> Result<i64, VaultError> {
        self.forget_other_lists(red, dishonest)?;
        let lists: Vec<&str> = match side {
            Side::Red => red.iter().copied().collect(),
            Side::Dishonest => dishonest.iter().copied().collect(),
        };
        loop {
            let (from, newest, rows) = self.db.read(|conn| -> Result<_, VaultError> {
                let from = counter(conn, side.cursor())?;
                let newest = counter(conn, super::CHANGE_SEQ)?;
                Ok((from, newest, changed_of(conn, &lists, from)?))
            })?;
            if from >= newest {
                return Ok(from);
            }
            // what lies between is of other lists
            let up_to = if rows.len() < PAGE {
                newest
            } else {
                rows.last().map_or(newest, |row| row.2)
            };
            let keys: Vec<(i64, String)> = rows
                .into_iter()
                .map(|(num, id, _, payload)| {
                    let record = self.open_payload(&id, &payload)?;
                    Ok((num, self.subject_key(&record.subject)))
                })
                .collect::<Result<_, VaultError>>()?;
            self.db.write(|conn| -> Result<(), VaultError> {
                for (num, key) in &keys {
                    diesel::delete(subject_keys::table.find(num)).execute(conn)?;
                    diesel::insert_into(subject_keys::table)
                        .values((
                            subject_keys::num.eq(num),
                            subject_keys::side.eq(side.code()),
                            subject_keys::key.eq(key),
                        ))
                        .execute(conn)?;
                }
                if counter(conn, side.cursor())? < up_to {
                    set_counter(conn, side.cursor(), up_to)?;
                }
                Ok(())
            })?;
        }
    }

    /// The present records of a subject on one side, opened, oldest first. The keys must have followed.
    ///
    /// # Errors
    /// Those of the database; a payload that does not open.
    pub(in crate::inside) fn records_of_subject(
        &self,
        side: Side,
        key: &str,
    ) -> Result<Vec<VaultRow>, VaultError> {
        let nums: Vec<i64> = self.db.read(|conn| -> Result<_, VaultError> {
            Ok(subject_keys::table
                .inner_join(raw_records::table)
                .filter(subject_keys::key.eq(key))
                .filter(subject_keys::side.eq(side.code()))
                .filter(raw_records::state.eq("current"))
                .select(raw_records::num)
                .order(raw_records::num)
                .load(conn)?)
        })?;
        let mut rows = Vec::with_capacity(nums.len());
        for num in nums {
            rows.extend(self.numbered(num)?);
        }
        Ok(rows)
    }

    /// Those of some keys whose subjects have present records on a side. The keys must have followed.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn present_among(
        &self,
        side: Side,
        keys: &BTreeSet<&str>,
    ) -> Result<HashSet<String>, VaultError> {
        let keys: Vec<&str> = keys.iter().copied().collect();
        self.db.read(|conn| -> Result<_, VaultError> {
            let mut present = HashSet::new();
            for chunk in keys.chunks(CHUNK) {
                let query = subject_keys::table
                    .inner_join(raw_records::table)
                    .filter(subject_keys::key.eq_any(chunk))
                    .filter(subject_keys::side.eq(side.code()))
                    .filter(raw_records::state.eq("current"))
                    .select(subject_keys::key);
                let found: Vec<String> = on_each!(conn, c => query.load(c))?;
                present.extend(found);
            }
            Ok(present)
        })
    }

    /// Whether any subject of a side is known.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::inside) fn has_subjects(&self, side: Side) -> Result<bool, VaultError> {
        self.db.read(|conn| {
            let first: Option<i64> = subject_keys::table
                .filter(subject_keys::side.eq(side.code()))
                .select(subject_keys::num)
                .first(conn)
                .optional()?;
            Ok(first.is_some())
        })
    }

    /// Makes the keys anew when the catalogue has other lists than they were made of.
    fn forget_other_lists(
        &self,
        red: &BTreeSet<&str>,
        dishonest: &BTreeSet<&str>,
    ) -> Result<(), VaultError> {
        let joined = |lists: &BTreeSet<&str>| lists.iter().copied().collect::<Vec<_>>().join(" ");
        let wanted = format!("{}|{}", joined(red), joined(dishonest));
        let same = self.db.read(|conn| -> Result<bool, VaultError> {
            let known: String = meta::table.find(LISTS).select(meta::value).first(conn)?;
            Ok(known == wanted)
        })?;
        if same {
            return Ok(());
        }
        self.db.write(|conn| {
            diesel::delete(subject_keys::table).execute(conn)?;
            for side in Side::ALL {
                set_counter(conn, side.cursor(), 0)?;
            }
            diesel::update(meta::table.find(LISTS))
                .set(meta::value.eq(&wanted))
                .execute(conn)?;
            Ok(())
        })
    }

    /// The record of a sealed payload.
    pub(super) fn open_payload(&self, id: &str, payload: &[u8]) -> Result<RawRecord, VaultError> {
        let plain = self
            .keys
            .vault
            .open(payload_cell(id), payload)
            .map_err(|source| VaultError::Cell {
                id: id.to_owned(),
                column: "payload",
                source,
            })?;
        codec::decode(id, &plain)
    }
}

type Changed = (i64, String, i64, Vec<u8>);

fn changed_of(conn: &mut Conn, lists: &[&str], after: i64) -> Result<Vec<Changed>, VaultError> {
    let query = raw_records::table
        .filter(raw_records::change_seq.gt(after))
        .filter(raw_records::list.eq_any(lists))
        .select((
            raw_records::num,
            raw_records::id,
            raw_records::change_seq,
            raw_records::payload,
        ))
        .order(raw_records::change_seq)
        .limit(page(PAGE));
    Ok(on_each!(conn, c => query.load(c))?)
}
