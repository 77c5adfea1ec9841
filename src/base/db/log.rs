//! The write-ahead log of SQLite: copied over by a thread of its own between large writes, emptied when contents were taken
//! back.
//!
//! Whoever commits to a long log has to copy it over first, and wait for the disk twice. Between large writes that follow
//! one another another thread does it, while the next one is made; SQLite lets one copy and one write at one time.

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::Pool;
use diesel::sql_types::Integer;

use super::conn::Manager;
use super::{Conn, DbError};

/// Pages of log from which a commit copies it: about 100 MB, so that index pages which every batch touches are copied once
/// for several batches.
pub(super) const OWN_PAGES: u32 = 12_800;
/// To this length the file of a log is cut when it begins anew.
pub(super) const KEPT_BYTES: u64 = if cfg!(test) { 1 << 20 } else { 128 << 20 };
/// Pages in the log from which a large write waits until they are copied, so that the log begins anew: half a gigabyte.
const MOST_PAGES: i64 = if cfg!(test) { 512 } else { 65_536 };
/// Told when nobody could say how long the log is.
const UNKNOWN: i64 = i64::MAX;

/// Who copies the log of a database.
#[derive(Default)]
pub(super) struct Log {
    /// The last thread that was sent; it has waited for those before it.
    copier: Mutex<Option<JoinHandle<()>>>,
    /// Pages in the log when it was last copied.
    pages: Arc<AtomicI64>,
}

#[derive(QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = Integer)]
    log: i32,
}

impl Log {
    /// Sends a thread to copy what is committed, with a connection of the readers, when the log of a file is long.
    pub(super) fn copy_behind(&self, of: &Path, readers: &Pool<Manager>) {
        let mut log = of.as_os_str().to_owned();
        log.push("-wal");
        if std::fs::metadata(log).is_ok_and(|log| log.len() <= KEPT_BYTES) {
            return;
        }
        let (readers, pages) = (readers.clone(), self.pages.clone());
        let mut copier = self.copier.lock().unwrap_or_else(PoisonError::into_inner);
        let before = copier.take();
        let work = move || {
            wait(before);
            pages.store(copy(&readers).unwrap_or(UNKNOWN), Ordering::Release);
        };
        match std::thread::Builder::new().name("log".into()).spawn(work) {
            Ok(sent) => *copier = Some(sent),
            // the next write copies
            Err(_) => self.pages.store(UNKNOWN, Ordering::Release),
        }
    }

    /// Waits until nobody copies.
    pub(super) fn settled(&self) {
        let mut copier = self.copier.lock().unwrap_or_else(PoisonError::into_inner);
        wait(copier.take());
    }

    /// Waits until what was committed is copied, when the log has become too long; says whether it may grow. Where it could
    /// not be copied, the next write does it.
    pub(super) fn may_grow(&self) -> bool {
        if self.pages.load(Ordering::Acquire) > MOST_PAGES {
            self.settled();
        }
        let failed = self
            .pages
            .compare_exchange(UNKNOWN, 0, Ordering::AcqRel, Ordering::Acquire);
        failed.is_err()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.settled();
    }
}

/// A copier that panicked has copied nothing, as one that failed.
fn wait(copier: Option<JoinHandle<()>>) {
    if let Some(copier) = copier {
        let _ = copier.join();
    }
}

/// Copies what no reader still needs as it was; answers how many pages the log has.
fn copy(readers: &Pool<Manager>) -> Option<i64> {
    let mut held = readers.get().ok()?;
    let Conn::Sqlite(c) = &mut *held else {
        return None;
    };
    let done: Checkpoint = diesel::sql_query("PRAGMA wal_checkpoint(PASSIVE)")
        .get_result(c)
        .ok()?;
    Some(i64::from(done.log))
}

/// Has the connection that writes copy the log itself, or leave it alone.
pub(super) fn copies_itself(conn: &mut Conn, itself: bool) -> Result<(), DbError> {
    if let Conn::Sqlite(c) = conn {
        let pages = if itself { OWN_PAGES } else { 0 };
        c.batch_execute(&format!("PRAGMA wal_autocheckpoint={pages};"))?;
    }
    Ok(())
}

/// Copies the write-ahead log of SQLite over and empties it, so that contents which were taken back do not
/// stay readable in it (P4). While somebody still reads the old contents it stays for this time: the next
/// checkpoint takes it along, and the write itself is done already, so nothing fails.
pub(super) fn empty(conn: &mut Conn) {
    if let Conn::Sqlite(c) = conn {
        let _ = c.batch_execute(
            "PRAGMA busy_timeout=200; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout=15000;",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scratch;
    use super::super::{Access, Db, DbUrl, Which};
    use super::*;

    const TEXT: &str = "what is to be forgotten";

    fn put(db: &Db, key: &str, value: &str) {
        let put = diesel::sql_query("INSERT INTO meta (key, value) VALUES (?, ?)")
            .bind::<diesel::sql_types::Text, _>(key)
            .bind::<diesel::sql_types::Text, _>(value);
        let done = db.write_much(|conn| match conn {
            Conn::Sqlite(c) => Ok(put.execute(c)?),
            Conn::Postgres(_) => Ok::<_, DbError>(0),
        });
        assert_eq!(done.unwrap(), 1);
    }

    fn length(db: &Db) -> i64 {
        #[derive(QueryableByName)]
        struct Sum {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            sum: i64,
        }
        let sum = "SELECT SUM(LENGTH(value)) AS sum FROM meta WHERE key LIKE 'much%'";
        let read = db.read(|conn| match conn {
            Conn::Sqlite(c) => Ok(diesel::sql_query(sum).get_result::<Sum>(c)?),
            Conn::Postgres(_) => Err(DbError::Meta { key: "much" }),
        });
        read.unwrap().sum
    }

    /// The files of a database, and whether they hold a text.
    fn hold(url: &DbUrl, text: &str) -> [bool; 2] {
        ["", "-wal"].map(|end| {
            let mut path = url.path().unwrap().as_os_str().to_owned();
            path.push(end);
            let bytes = std::fs::read(path).unwrap_or_default();
            let mut places = bytes.windows(text.len());
            places.any(|part| part == text.as_bytes())
        })
    }

    #[test]
    fn a_log_is_copied_behind_large_writes_and_stays_short() {
        let scratch = Scratch::sqlite();
        let db = Db::open(&scratch.url, Which::Public, Access::ReadWrite).unwrap();
        let much = "m".repeat(usize::try_from(KEPT_BYTES).unwrap());
        let file = scratch.url.path().unwrap();
        for n in 1..=20 {
            put(&db, &format!("much {n}"), &much);
            assert_eq!(length(&db), i64::try_from(n * much.len()).unwrap());
        }
        let log = std::fs::metadata(format!("{}-wal", file.display())).unwrap();
        // what may be in it before somebody waits, what is written meanwhile, and the change that finds it so
        let most = 8_216 * u64::try_from(MOST_PAGES).unwrap() + 4 * KEPT_BYTES;
        assert!(log.len() <= most, "a log of {} bytes", log.len());
        db.forget().unwrap();
        let copied = std::fs::metadata(file).unwrap().len();
        assert!(copied >= 20 * KEPT_BYTES, "{copied} bytes were copied");
    }

    #[test]
    fn nothing_stays_in_a_log_that_is_copied_behind() {
        let scratch = Scratch::sqlite();
        let db = Db::open(&scratch.url, Which::Public, Access::ReadWrite).unwrap();
        let much = TEXT.repeat(2 * usize::try_from(KEPT_BYTES).unwrap() / TEXT.len());
        for n in 1..=3 {
            put(&db, &format!("much {n}"), &much);
            assert_ne!(hold(&scratch.url, TEXT), [false; 2]);
            let done = db.write_much(|conn| match conn {
                Conn::Sqlite(c) => {
                    let gone = diesel::sql_query("DELETE FROM meta WHERE key LIKE 'much%'");
                    Ok(gone.execute(c)?)
                }
                Conn::Postgres(_) => Ok::<_, DbError>(0),
            });
            assert_eq!(done.unwrap(), 1);
            db.forget().unwrap();
            assert_eq!(hold(&scratch.url, TEXT), [false; 2], "round {n}");
        }
    }
}
