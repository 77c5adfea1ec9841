//! Pools, and the two ways to use a connection: to read, and to write behind the lock row.

use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, Pool, PooledConnection};

use super::conn::Manager;
use super::log::{self, Log};
use super::{Conn, DbError, DbUrl, Which, migrate, on_each};

/// What a handle may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read and write; runs migrations when it is opened.
    ReadWrite,
    /// Read only: the file is opened read-only, the server's transactions are read-only.
    ReadOnly,
}

/// Longest wait for a free connection.
const PATIENCE: Duration = Duration::from_secs(20);

/// A database: one pool to write (a single connection in SQLite, which has one writer anyway) and one to read.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    which: Which,
    url: DbUrl,
    /// First, and so dropped first: who copies the log has done it before the last connection is closed.
    log: Log,
    writer: Option<Pool<Manager>>,
    readers: Pool<Manager>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Db({}, {})", self.inner.which.name(), self.inner.url)
    }
}

impl Db {
    /// Opens a database. With [`Access::ReadWrite`] the file and its directory are made when missing and
    /// migrations are run; with [`Access::ReadOnly`] the schema must be there already.
    ///
    /// # Errors
    /// When it cannot be reached or migrated, or when its schema is of another version.
    pub fn open(url: &DbUrl, which: Which, access: Access) -> Result<Self, DbError> {
        prepare_path(url, access)?;
        let manager = |writes: bool| Manager {
            url: url.clone(),
            which,
            writes,
            access,
        };
        // the first connection stands outside the pools, so that its failure is told at once and as it is
        let mut first = connect(&manager(access == Access::ReadWrite))?;
        match access {
            Access::ReadWrite => migrate::migrate(&mut first, which)?,
            Access::ReadOnly => migrate::check_version(&mut first, which)?,
        }
        let (writers, readers) = match url {
            DbUrl::Sqlite(_) => (1, 6),
            DbUrl::Postgres(_) => (4, 12),
        };
        let writer = match access {
            Access::ReadWrite => Some(pool(manager(true), writers)?),
            Access::ReadOnly => None,
        };
        let inner = Inner {
            which,
            url: url.clone(),
            writer,
            readers: pool(manager(false), readers)?,
            log: Log::default(),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Its address; shown without the password.
    #[must_use]
    pub fn url(&self) -> &DbUrl {
        &self.inner.url
    }

    /// Whether this handle may write.
    #[must_use]
    pub fn may_write(&self) -> bool {
        self.inner.writer.is_some()
    }

    /// Reads with a connection that cannot write. Each statement sees its own moment.
    pub(crate) fn read<T, E: From<DbError>>(
        &self,
        f: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        f(&mut *checkout(&self.inner.readers)?)
    }

    /// Reads several statements at one moment, as if nothing were written meanwhile.
    pub(crate) fn snapshot<T, E>(&self, f: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E>
    where
        E: From<DbError> + From<diesel::result::Error>,
    {
        let mut held = checkout(&self.inner.readers)?;
        let conn: &mut Conn = &mut held;
        conn.transaction(|conn| {
            if let Conn::Postgres(c) = conn {
                diesel::sql_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                    .execute(c)
                    .map_err(DbError::from)?;
            }
            f(conn)
        })
    }

    /// After a write that took contents back: leaves no copy of them in the write-ahead log.
    pub(crate) fn forget(&self) -> Result<(), DbError> {
        if let (DbUrl::Sqlite(_), Some(pool)) = (&self.inner.url, &self.inner.writer) {
            self.inner.log.settled();
            log::empty(&mut *checkout(pool)?);
        }
        Ok(())
    }

    /// After large writes: gives back the memory of pages that are kept for the next one.
    pub(crate) fn rest(&self) -> Result<(), DbError> {
        if let (DbUrl::Sqlite(_), Some(pool)) = (&self.inner.url, &self.inner.writer)
            && let Conn::Sqlite(c) = &mut *checkout(pool)?
        {
            c.batch_execute("PRAGMA shrink_memory;")?;
        }
        Ok(())
    }

    /// Writes: one transaction, begun by updating the lock row, rolled back whole when `f` fails.
    pub(crate) fn write<T, E>(&self, f: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E>
    where
        E: From<DbError> + From<diesel::result::Error>,
    {
        in_transaction(&mut *self.writer()?, f)
    }

    /// Writes much, of which more may follow at once: as [`Db::write`], but SQLite's log is copied over by another thread
    /// while the next is made.
    pub(crate) fn write_much<T, E>(&self, f: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E>
    where
        E: From<DbError> + From<diesel::result::Error>,
    {
        let log = &self.inner.log;
        let DbUrl::Sqlite(file) = &self.inner.url else {
            return self.write(f);
        };
        if !log.may_grow() {
            return self.write(f);
        }
        let mut conn = self.writer()?;
        log::copies_itself(&mut conn, false)?;
        let written = in_transaction(&mut conn, f);
        log::copies_itself(&mut conn, true)?;
        drop(conn);
        log.copy_behind(file, &self.inner.readers);
        written
    }

    fn writer(&self) -> Result<PooledConnection<Manager>, DbError> {
        let pool = self.inner.writer.as_ref().ok_or(DbError::ReadOnly {
            which: self.inner.which.name(),
        })?;
        checkout(pool)
    }
}

fn in_transaction<T, E>(conn: &mut Conn, f: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E>
where
    E: From<DbError> + From<diesel::result::Error>,
{
    conn.transaction(|conn| {
        take_lock(conn)?;
        f(conn)
    })
}

/// Updates the lock row; the same statement serves both databases, because both name the table alike.
fn take_lock(conn: &mut Conn) -> Result<(), DbError> {
    let query = diesel::sql_query("UPDATE meta SET value = value WHERE key = 'write_lock'");
    let rows = on_each!(conn, c => query.execute(c))?;
    if rows == 1 {
        Ok(())
    } else {
        Err(DbError::Meta { key: "write_lock" })
    }
}

fn checkout(pool: &Pool<Manager>) -> Result<PooledConnection<Manager>, DbError> {
    pool.get().map_err(|source| DbError::Pool { source })
}

fn connect(manager: &Manager) -> Result<Conn, DbError> {
    manager.connect().map_err(|source| DbError::Connect {
        place: manager.url.to_string(),
        source,
    })
}

fn pool(manager: Manager, size: u32) -> Result<Pool<Manager>, DbError> {
    Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .connection_timeout(PATIENCE)
        .build(manager)
        .map_err(|source| DbError::Pool { source })
}

fn prepare_path(url: &DbUrl, access: Access) -> Result<(), DbError> {
    let Some(path) = url.path() else {
        return Ok(());
    };
    match access {
        Access::ReadOnly if !path.exists() => Err(DbError::NoFile {
            path: path.to_owned(),
        }),
        Access::ReadWrite => match path.parent().filter(|p| !p.as_os_str().is_empty()) {
            Some(parent) => std::fs::create_dir_all(parent).map_err(|source| DbError::Directory {
                path: path.to_owned(),
                source,
            }),
            None => Ok(()),
        },
        Access::ReadOnly => Ok(()),
    }
}
