//! Fresh databases for tests: SQLite files always, and databases on a PostgreSQL server when
//! `GONGSHI_TEST_POSTGRES` holds the address of one whose role may create them.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use gongshi::base::db::DbUrl;

/// A database of its own for one test; gone when dropped.
pub struct Scratch {
    /// Where it is.
    pub url: DbUrl,
    _dir: Option<tempfile::TempDir>,
    server: Option<(String, String)>,
}

impl Scratch {
    /// A SQLite file.
    pub fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self {
            url: DbUrl::sqlite(dir.path().join("test.db")),
            _dir: Some(dir),
            server: None,
        }
    }

    /// A database on the test server, if there is one.
    pub fn postgres() -> Option<Self> {
        let server = std::env::var("GONGSHI_TEST_POSTGRES")
            .ok()
            .filter(|v| !v.is_empty())?;
        let name = format!("gongshi_test_{:032x}", rand::random::<u128>());
        let mut admin = PgConnection::establish(&server).unwrap();
        admin
            .batch_execute(&format!(
                "CREATE DATABASE {name} ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0"
            ))
            .unwrap();
        let mut url = url::Url::parse(&server).unwrap();
        url.set_path(&name);
        Some(Self {
            url: DbUrl::Postgres(url.into()),
            _dir: None,
            server: Some((server, name)),
        })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.server
            && let Ok(mut admin) = PgConnection::establish(server)
        {
            let _ = admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}
