//! Which databases there are, and how their tables come to be.

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Conn, DbError, on_each};

const VAULT_SQLITE: EmbeddedMigrations = embed_migrations!("migrations/vault/sqlite");
const VAULT_POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/vault/postgres");
const PUBLIC_SQLITE: EmbeddedMigrations = embed_migrations!("migrations/public/sqlite");
const PUBLIC_POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/public/postgres");
const APPLY_SQLITE: EmbeddedMigrations = embed_migrations!("migrations/apply/sqlite");
const APPLY_POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/apply/postgres");

/// Which of the databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Raw records, private.
    Vault,
    /// What may be seen.
    Public,
    /// Applications, sealed.
    Apply,
}

impl Which {
    /// Its name in messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vault => "vault",
            Self::Public => "public",
            Self::Apply => "applications",
        }
    }

    /// How its connections call themselves to a server.
    pub(super) const fn application_name(self) -> &'static str {
        match self {
            Self::Vault => "gongshi-vault",
            Self::Public => "gongshi-public",
            Self::Apply => "gongshi-apply",
        }
    }

    /// Number of the server-side lock that keeps two programs from migrating at once.
    const fn lock_number(self) -> i64 {
        match self {
            Self::Vault => 0x676f_6e67_7368_6901,
            Self::Public => 0x676f_6e67_7368_6902,
            Self::Apply => 0x676f_6e67_7368_6903,
        }
    }
}

/// Brings a database to the newest schema; programs that start at the same time wait for each other.
pub(super) fn migrate(conn: &mut Conn, which: Which) -> Result<(), DbError> {
    refuse_newer(conn, which)?;
    let failed = |cause: String| DbError::Migration {
        which: which.name(),
        cause,
    };
    match conn {
        Conn::Sqlite(c) => {
            let source = match which {
                Which::Vault => VAULT_SQLITE,
                Which::Public => PUBLIC_SQLITE,
                Which::Apply => APPLY_SQLITE,
            };
            c.immediate_transaction(|c| {
                c.run_pending_migrations(source)
                    .map(|_| ())
                    .map_err(|cause| failed(cause.to_string()))
            })
        }
        Conn::Postgres(c) => {
            let source = match which {
                Which::Vault => VAULT_POSTGRES,
                Which::Public => PUBLIC_POSTGRES,
                Which::Apply => APPLY_POSTGRES,
            };
            let lock = which.lock_number();
            c.batch_execute(&format!("SELECT pg_advisory_lock({lock})"))?;
            let done = c
                .run_pending_migrations(source)
                .map(|_| ())
                .map_err(|cause| failed(cause.to_string()));
            c.batch_execute(&format!("SELECT pg_advisory_unlock({lock})"))?;
            done
        }
    }
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

/// Versions in the database, without making the table that holds them: a reader may not.
fn applied(conn: &mut Conn) -> Option<Vec<String>> {
    let query =
        diesel::sql_query("SELECT version FROM __diesel_schema_migrations ORDER BY version");
    on_each!(conn, c => query.load::<Applied>(c))
        .ok()
        .map(|rows| rows.into_iter().map(|r| r.version).collect())
}

fn known(conn: &Conn, which: Which) -> Vec<String> {
    fn versions<DB: diesel::backend::Backend>(source: &EmbeddedMigrations) -> Vec<String> {
        let all: Vec<Box<dyn Migration<DB>>> = source.migrations().unwrap_or_default();
        let mut names: Vec<String> = all.iter().map(|m| m.name().version().to_string()).collect();
        names.sort();
        names
    }
    match (conn, which) {
        (Conn::Sqlite(_), Which::Vault) => versions::<diesel::sqlite::Sqlite>(&VAULT_SQLITE),
        (Conn::Sqlite(_), Which::Public) => versions::<diesel::sqlite::Sqlite>(&PUBLIC_SQLITE),
        (Conn::Sqlite(_), Which::Apply) => versions::<diesel::sqlite::Sqlite>(&APPLY_SQLITE),
        (Conn::Postgres(_), Which::Apply) => versions::<diesel::pg::Pg>(&APPLY_POSTGRES),
        (Conn::Postgres(_), Which::Vault) => versions::<diesel::pg::Pg>(&VAULT_POSTGRES),
        (Conn::Postgres(_), Which::Public) => versions::<diesel::pg::Pg>(&PUBLIC_POSTGRES),
    }
}

fn refuse_newer(conn: &mut Conn, which: Which) -> Result<(), DbError> {
    let known = known(conn, which);
    match applied(conn)
        .unwrap_or_default()
        .into_iter()
        .find(|v| !known.contains(v))
    {
        Some(version) => Err(DbError::NewerSchema {
            which: which.name(),
            version,
        }),
        None => Ok(()),
    }
}

/// For a handle that may not write: the schema must already be the one that this program knows.
pub(super) fn check_version(conn: &mut Conn, which: Which) -> Result<(), DbError> {
    refuse_newer(conn, which)?;
    let applied = applied(conn).unwrap_or_default();
    match known(conn, which)
        .into_iter()
        .find(|v| !applied.contains(v))
    {
        Some(version) => Err(DbError::OldSchema {
            which: which.name(),
            version,
        }),
        None => Ok(()),
    }
}
