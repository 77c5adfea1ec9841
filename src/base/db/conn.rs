//! The connection that is one of two, and how it is opened.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::r2d2::{ManageConnection, R2D2Connection};
use diesel::sqlite::SqliteConnection;
use diesel::{Connection, ConnectionError};

use super::log::{KEPT_BYTES, OWN_PAGES};
use super::{Access, DbUrl, Which};

/// A connection to either engine. The derive sends each query to the variant's own dialect.
#[derive(diesel::MultiConnection)]
pub(crate) enum Conn {
    /// SQLite.
    Sqlite(SqliteConnection),
    /// PostgreSQL.
    Postgres(PgConnection),
}

/// Runs one body on the inner connection, compiled for each engine.
macro_rules! on_each {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            $crate::base::db::Conn::Sqlite($c) => $body,
            $crate::base::db::Conn::Postgres($c) => $body,
        }
    };
}
pub(crate) use on_each;

/// Opens connections for a pool.
#[derive(Clone, Debug)]
pub(super) struct Manager {
    pub(super) url: DbUrl,
    pub(super) which: Which,
    /// Whether connections of this pool may write.
    pub(super) writes: bool,
    /// What the handle as a whole may do: a read-only handle opens the file itself read-only.
    pub(super) access: Access,
}

impl Manager {
    fn open(&self) -> Result<Conn, ConnectionError> {
        match &self.url {
            DbUrl::Sqlite(path) => self.open_sqlite(path).map(Conn::Sqlite),
            DbUrl::Postgres(url) => self.open_postgres(url).map(Conn::Postgres),
        }
    }

    fn open_sqlite(&self, path: &Path) -> Result<SqliteConnection, ConnectionError> {
        let mode = match self.access {
            Access::ReadOnly => "ro",
            Access::ReadWrite if self.writes => "rwc",
            Access::ReadWrite => "rw",
        };
        let mut conn = SqliteConnection::establish(&file_uri(path, mode))?;
        if self.writes {
            use_wal(&mut conn)?;
        }
        let pragmas = if self.writes {
            // The vault and the applications are the only copy of what was handed in, so they survive a power cut
            // (FULL); the public store can be made again from the vault. The page size counts on creation only: rows of half
            // a kilobyte to two waste less of larger pages.
            let synchronous = match self.which {
                Which::Vault | Which::Apply => "FULL",
                Which::Public => "NORMAL",
            };
            // A release of many records touches each index of the public store all over: its pages stay in memory to the end.
            let cache_kb = match self.which {
                Which::Vault | Which::Apply => 98_304,
                Which::Public => 196_608,
            };
            // What is taken back must not stay readable in free pages (P4).
            format!(
                "PRAGMA secure_delete=ON; PRAGMA synchronous={synchronous}; PRAGMA foreign_keys=ON; \
                 PRAGMA cache_size=-{cache_kb}; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint={OWN_PAGES}; \
                 PRAGMA journal_size_limit={KEPT_BYTES};"
            )
        } else {
            "PRAGMA busy_timeout=15000; PRAGMA query_only=ON; PRAGMA cache_size=-2048; \
             PRAGMA temp_store=MEMORY;"
                .to_owned()
        };
        conn.batch_execute(&pragmas)
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(conn)
    }

    fn open_postgres(&self, url: &str) -> Result<PgConnection, ConnectionError> {
        let mut conn = PgConnection::establish(url)?;
        // A reader serves a page and must give up early; a writer may have a whole batch to do.
        let (timeout, read_only) = if self.writes {
            ("15min", "off")
        } else {
            ("20s", "on")
        };
        let name = self.which.application_name();
        conn.batch_execute(&format!(
            "SET application_name = '{name}'; SET statement_timeout = '{timeout}'; SET lock_timeout = '60s'; \
             SET idle_in_transaction_session_timeout = '15min'; SET client_encoding = 'UTF8'; \
             SET timezone = 'UTC'; SET default_transaction_read_only = {read_only};"
        ))
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(conn)
    }
}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = ConnectionError;

    fn connect(&self) -> Result<Conn, ConnectionError> {
        self.open()
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), ConnectionError> {
        match conn {
            // a file does not go away as a server does
            Conn::Sqlite(_) => Ok(()),
            Conn::Postgres(c) => c.ping().map_err(ConnectionError::CouldntSetupConfiguration),
        }
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || on_each!(conn, c => R2D2Connection::is_broken(c))
    }
}

/// Puts a file into write-ahead mode. Two programs that open a new file at once get in each other's way
/// here whatever the busy time-out says, since neither may wait while it holds what the other needs: so
/// this one step is tried again.
fn use_wal(conn: &mut SqliteConnection) -> Result<(), ConnectionError> {
    let mut tries = 0;
    loop {
        let done = conn.batch_execute(
            "PRAGMA busy_timeout=15000; PRAGMA page_size=8192; PRAGMA journal_mode=WAL;",
        );
        match done {
            Err(cause) if tries < 200 && cause.to_string().contains("locked") => {
                tries += 1;
                std::thread::sleep(std::time::Duration::from_millis(25));
            }
            done => return done.map_err(ConnectionError::CouldntSetupConfiguration),
        }
    }
}

/// A `file:` address with the characters escaped that would end the path.
fn file_uri(path: &Path, mode: &str) -> String {
    let mut uri = String::from("file:");
    for c in path.to_string_lossy().chars() {
        match c {
            '%' => uri.push_str("%25"),
            '?' => uri.push_str("%3f"),
            '#' => uri.push_str("%23"),
            c => uri.push(c),
        }
    }
    uri.push_str("?mode=");
    uri.push_str(mode);
    uri
}
