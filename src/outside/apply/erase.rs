//! The end of what was handed in: when its time is over, everything that was sealed is deleted, and the number, the states
//! and their dates stay. What goes is summed up in a hash before, so that its deletion can be proved without it.

use chrono::NaiveDate;
use data_encoding::HEXLOWER;
use diesel::prelude::*;
use sha2::{Digest as _, Sha256};

use super::store::ApplyStore;
use super::{ApplyError, uploads};
use crate::base::db::schema::apply::{act_files, acts, applications, files, marks, replies};
use crate::base::db::{Conn, Stamp, page};
use crate::domain::time::Moment;

/// What is deleted of an application, in sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Files of evidence, those of answers included.
    pub files: usize,
    /// Acts of the applicant.
    pub acts: usize,
    /// Replies of the desk.
    pub replies: usize,
    /// Bytes, as they were sealed.
    pub bytes: u64,
    /// SHA-256 over all of it as it was sealed, hexadecimal.
    pub sha256: String,
}

/// Sums up while it reads.
struct Sum {
    hash: Sha256,
    bytes: u64,
}

impl Sum {
    /// Adds a piece; its length keeps ("ab", "c") and ("a", "bc") apart.
    fn add(&mut self, bytes: &[u8]) {
        let length = bytes.len() as u64;
        self.hash.update(length.to_be_bytes());
        self.hash.update(bytes);
        self.bytes += length;
    }
}

/// Pieces that are in memory at a time.
const PIECES: usize = 16;

fn sum(conn: &mut Conn, number: &str) -> Result<Option<Contents>, ApplyError> {
    let body: Option<Option<Vec<u8>>> = applications::table
        .find(number)
        .filter(applications::erased_at.is_null())
        .select(applications::body)
        .first(conn)
        .optional()?;
    let Some(Some(body)) = body else {
        return Ok(None);
    };
    let mut sum = Sum {
        hash: Sha256::new_with_prefix(b"gongshi erased application 1\0"),
        bytes: 0,
    };
    sum.add(&body);
    let keys: Vec<(i64, i64)> = files::table
        .filter(files::number.eq(number))
        .order((files::file, files::piece))
        .select((files::file, files::piece))
        .load(conn)?;
    let mut count = files_in(keys.iter().map(|(file, _)| *file));
    for some in keys.chunks(PIECES) {
        for (file, piece) in some {
            let bytes: Vec<u8> = files::table
                .find((number, file, piece))
                .select(files::bytes)
                .first(conn)?;
            sum.add(&bytes);
        }
    }
    let of_acts: Vec<(i64, Option<Vec<u8>>)> = acts::table
        .filter(acts::number.eq(number))
        .order(acts::act)
        .select((acts::act, acts::body))
        .load(conn)?;
    for (act, body) in &of_acts {
        sum.add(body.as_deref().unwrap_or_default());
        let pieces: Vec<(i64, i64)> = act_files::table
            .filter(act_files::number.eq(number))
            .filter(act_files::act.eq(act))
            .order((act_files::file, act_files::piece))
            .select((act_files::file, act_files::piece))
            .load(conn)?;
        count += files_in(pieces.iter().map(|(file, _)| *file));
        for (file, piece) in pieces {
            let bytes: Vec<u8> = act_files::table
                .find((number, act, file, piece))
                .select(act_files::bytes)
                .first(conn)?;
            sum.add(&bytes);
        }
    }
    let told: Vec<Vec<u8>> = replies::table
        .filter(replies::number.eq(number))
        .order(replies::step)
        .select(replies::body)
        .load(conn)?;
    told.iter().for_each(|reply| sum.add(reply));
    Ok(Some(Contents {
        files: count,
        acts: of_acts.len(),
        replies: told.len(),
        bytes: sum.bytes,
        sha256: HEXLOWER.encode(&sum.hash.finalize()),
    }))
}

/// Files of pieces that stand in order.
fn files_in(mut files: impl Iterator<Item = i64>) -> usize {
    let mut last = None;
    let mut count = 0;
    files.by_ref().for_each(|file| {
        count += usize::from(last != Some(file));
        last = Some(file);
    });
    count
}

impl ApplyStore {
    /// Applications whose last part ended on a day or before and that hold something yet, the oldest first. What the desk
    /// has not fetched is not among them.
    ///
    /// # Errors
    /// When the database fails.
    pub fn ended_by(&self, day: NaiveDate, most: usize) -> Result<Vec<String>, ApplyError> {
        let unfetched = acts::table
            .filter(acts::at.is_not_null())
            .filter(acts::fetched_at.is_null())
            .select(acts::number);
        self.db.read(|conn| {
            Ok(applications::table
                .filter(applications::closed_on.le(day))
                .filter(applications::erased_at.is_null())
                .filter(applications::fetched_at.is_not_null())
                .filter(applications::number.ne_all(unfetched))
                .order((applications::closed_on, applications::number))
                .limit(page(most))
                .select(applications::number)
                .load(conn)?)
        })
    }

    /// Whether the contents of an application were deleted.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_erased(&self, number: &str) -> Result<bool, ApplyError> {
        self.db.read(|conn| {
            let erased: Option<Option<Stamp>> = applications::table
                .find(number)
                .select(applications::erased_at)
                .first(conn)
                .optional()?;
            Ok(erased.flatten().is_some())
        })
    }

    /// What an application holds, in sum; none when it holds nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub fn contents(&self, number: &str) -> Result<Option<Contents>, ApplyError> {
        self.db.snapshot(|conn| sum(conn, number))
    }

    /// Deletes all that is sealed of an application, if it is still what was summed up and ended: evidence, body, acts,
    /// replies, keys, and the marks that tie it to records. Says whether it was deleted.
    ///
    /// # Errors
    /// When the database fails: then nothing was deleted.
    pub fn erase(&self, number: &str, known: &Contents, now: Moment) -> Result<bool, ApplyError> {
        let gone = self.db.write(|conn| {
            let open: Option<Option<NaiveDate>> = applications::table
                .find(number)
                .select(applications::closed_on)
                .first(conn)
                .optional()?;
            if open.flatten().is_none() || sum(conn, number)?.as_ref() != Some(known) {
                return Ok(false);
            }
            let numbers: Vec<i64> = acts::table
                .filter(acts::number.eq(number))
                .select(acts::act)
                .load(conn)?;
            for act in numbers {
                uploads::drop_uploads(conn, number, act)?;
            }
            diesel::delete(files::table.filter(files::number.eq(number))).execute(conn)?;
            diesel::delete(act_files::table.filter(act_files::number.eq(number))).execute(conn)?;
            diesel::delete(acts::table.filter(acts::number.eq(number))).execute(conn)?;
            diesel::delete(replies::table.filter(replies::number.eq(number))).execute(conn)?;
            diesel::delete(marks::table.filter(marks::number.eq(number))).execute(conn)?;
            diesel::update(applications::table.find(number))
                .set((
                    applications::envelope.eq(Vec::<u8>::new()),
                    applications::body.eq(None::<Vec<u8>>),
                    applications::reply_key.eq(None::<Vec<u8>>),
                    applications::erased_at.eq(Stamp::from(now)),
                ))
                .execute(conn)?;
            Ok::<_, ApplyError>(true)
        })?;
        if gone {
            // SQLite overwrites what it frees; no copy stays in the write-ahead log either
            self.db.forget()?;
        }
        Ok(gone)
    }
}
