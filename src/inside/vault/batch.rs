//! Batches: one file of one provider, from its first row to its last.

use diesel::prelude::*;

use super::{Changes, Vault, VaultError};
use crate::base::db::schema::vault::{batches, raw_records};
use crate::base::db::{Conn, Stamp, on_each, page};
use crate::domain::kinds::vocabulary;
use crate::domain::time::Moment;

vocabulary! {
    /// What a file says about the records that it does not hold.
    BatchMode {
        Append = "append", "增量", "append";
        Replace = "replace", "全量", "replace";
    }
}

/// What is known of a file before its rows are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBatch {
    /// List that its records belong to.
    pub list: String,
    /// Credit code of the provider; empty when the file does not name one provider.
    pub provider_code: String,
    /// Name of the file, without its directory.
    pub file_name: String,
    /// SHA-256 of the file, hexadecimal.
    pub file_sha256: String,
    /// Append, or replace the provider's complete current list.
    pub mode: BatchMode,
}

/// A batch that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Its id (UUID version 7).
    pub id: String,
    /// List that its records belong to.
    pub list: String,
    /// Credit code of the provider.
    pub provider_code: String,
    /// Append or replace.
    pub mode: BatchMode,
}

/// What became of the rows of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct BatchCounts {
    /// Rows read, without title and empty rows.
    pub rows_read: u64,
    /// Records that are new.
    pub added: u64,
    /// Records whose content changed, or that came back.
    pub changed: u64,
    /// Records that were there as they are.
    pub unchanged: u64,
    /// Rows that were refused.
    pub rejected: u64,
    /// Records withdrawn because the complete file lacks them.
    pub withdrawn: u64,
}

#[derive(Insertable)]
#[diesel(table_name = batches, treat_none_as_default_value = false)]
struct BatchRow<'a> {
    id: &'a str,
    list: &'a str,
    provider_code: &'a str,
    file_name: &'a str,
    file_sha256: &'a str,
    mode: &'a str,
    state: &'a str,
    started_at: Stamp,
    finished_at: Option<Stamp>,
    rows_read: i64,
    added: i64,
    changed: i64,
    unchanged: i64,
    rejected: i64,
    withdrawn: i64,
}

impl Vault {
    /// Begins a batch.
    ///
    /// # Errors
    /// Those of the database.
    pub fn begin_batch(&self, new: &NewBatch, at: Moment) -> Result<Batch, VaultError> {
        let id = new_id(at);
        let row = BatchRow {
            id: &id,
            list: &new.list,
            provider_code: &new.provider_code,
            file_name: &new.file_name,
            file_sha256: &new.file_sha256,
            mode: new.mode.code(),
            state: "running",
            started_at: at.into(),
            finished_at: None,
            rows_read: 0,
            added: 0,
            changed: 0,
            unchanged: 0,
            rejected: 0,
            withdrawn: 0,
        };
        self.db.write(|conn| -> Result<(), VaultError> {
            diesel::insert_into(batches::table)
                .values(&row)
                .execute(conn)?;
            Ok(())
        })?;
        Ok(Batch {
            id,
            list: new.list.clone(),
            provider_code: new.provider_code.clone(),
            mode: new.mode,
        })
    }

    /// Ends a batch with its counts. One that was cut off stays `running`: what it put in is in.
    ///
    /// # Errors
    /// [`VaultError::UnknownBatch`], or those of the database.
    pub fn finish_batch(
        &self,
        batch: &Batch,
        counts: BatchCounts,
        at: Moment,
    ) -> Result<(), VaultError> {
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        self.db.write(|conn| {
            let rows = diesel::update(batches::table.find(&batch.id))
                .set((
                    batches::state.eq("done"),
                    batches::finished_at.eq(Some(Stamp::from(at))),
                    batches::rows_read.eq(number(counts.rows_read)),
                    batches::added.eq(number(counts.added)),
                    batches::changed.eq(number(counts.changed)),
                    batches::unchanged.eq(number(counts.unchanged)),
                    batches::rejected.eq(number(counts.rejected)),
                    batches::withdrawn.eq(number(counts.withdrawn)),
                ))
                .execute(conn)?;
            if rows == 1 {
                Ok(())
            } else {
                Err(VaultError::UnknownBatch {
                    id: batch.id.clone(),
                })
            }
        })
    }

    /// For a complete file: records of the list and provider that this batch has not put become
    /// `removed`, each as a change of its own. Answers how many.
    ///
    /// # Errors
    /// Those of the database: then none is withdrawn.
    pub fn withdraw_missing(
        &self,
        list: &str,
        provider_code: &str,
        batch: &Batch,
    ) -> Result<u64, VaultError> {
        self.db.write(|conn| {
            let mut changes = Changes::begin(conn)?;
            let mut after = 0;
            let mut count = 0;
            loop {
                let nums = missing(conn, list, provider_code, batch, after)?;
                let Some(last) = nums.last() else { break };
                after = *last;
                for num in &nums {
                    diesel::update(raw_records::table.find(num))
                        .set((
                            raw_records::state.eq("removed"),
                            raw_records::change_seq.eq(changes.take()),
                        ))
                        .execute(conn)?;
                    count += 1;
                }
            }
            changes.save(conn)?;
            Ok(count)
        })
    }
}

fn missing(
    conn: &mut Conn,
    list: &str,
    provider_code: &str,
    batch: &Batch,
    after: i64,
) -> Result<Vec<i64>, VaultError> {
    Ok(raw_records::table
        .filter(raw_records::list.eq(list))
        .filter(raw_records::provider_code.eq(provider_code))
        .filter(raw_records::state.eq("current"))
        .filter(raw_records::batch.ne(&batch.id))
        .filter(raw_records::num.gt(after))
        .select(raw_records::num)
        .order(raw_records::num)
        .limit(page(10_000))
        .load(conn)?)
}

/// Marks records as seen by a batch without changing them.
pub(super) fn touch(conn: &mut Conn, batch: &Batch, nums: &[i64]) -> Result<(), VaultError> {
    for chunk in nums.chunks(super::CHUNK) {
        let query = diesel::update(raw_records::table.filter(raw_records::num.eq_any(chunk)))
            .set(raw_records::batch.eq(&batch.id));
        on_each!(conn, c => query.execute(c))?;
    }
    Ok(())
}

/// A UUID version 7 of an instant: ids sort by time, and the clock is the caller's.
pub(super) fn new_id(at: Moment) -> String {
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &rand::random())
        .into_uuid()
        .to_string()
}
