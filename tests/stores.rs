//! The two databases as a node opens them, on each engine at hand: by role, at once, and of other versions.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails by panicking, like the test"
)]

#[path = "support/scratch.rs"]
mod scratch;

use chrono::NaiveDate;
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use gongshi::base::crypto::{InsideKeys, KeyError, KeyRing, KeyScope};
use gongshi::base::db::{DbError, DbUrl};
use gongshi::inside::vault::{AuditState, Vault};
use gongshi::outside::store::{Found, Position, PublicStore, StoreError};
use scratch::Scratch;

fn each(test: impl Fn(&DbUrl)) {
    let all = [Some(Scratch::sqlite()), Scratch::postgres()];
    for scratch in all.iter().flatten() {
        test(&scratch.url);
    }
}

fn execute(url: &DbUrl, sql: &str) {
    match url {
        DbUrl::Sqlite(path) => SqliteConnection::establish(path.to_str().unwrap())
            .unwrap()
            .batch_execute(sql)
            .unwrap(),
        DbUrl::Postgres(url) => PgConnection::establish(url)
            .unwrap()
            .batch_execute(sql)
            .unwrap(),
    }
}

fn inside_keys() -> InsideKeys {
    let dir = tempfile::tempdir().unwrap();
    KeyRing::create(dir.path()).unwrap();
    let ring = KeyRing::load(dir.path(), KeyScope::Inside).unwrap();
    ring.into_inside().unwrap().0
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

#[test]
fn a_node_opens_what_another_made() {
    each(|url| {
        let first = PublicStore::open(url).unwrap();
        let second = PublicStore::open(url).unwrap();
        let public = PublicStore::open_read_only(url).unwrap();
        for store in [&first, &second, &public] {
            assert_eq!(store.position().unwrap(), Position::default());
            assert_eq!(store.find("0", today()).unwrap(), Found::Unknown);
        }
        assert!(first.may_write() && !public.may_write());
    });
}

#[test]
fn nodes_that_start_at_once_migrate_once() {
    each(|url| {
        std::thread::scope(|scope| {
            let starts: Vec<_> = (0..6)
                .map(|_| scope.spawn(|| PublicStore::open(url).map(|_| ())))
                .collect();
            for start in starts {
                start.join().unwrap().unwrap();
            }
        });
        assert_eq!(PublicStore::open(url).unwrap().position().unwrap().seq, 0);
    });
}

#[test]
fn the_vault_opens_with_the_keys_of_the_inside_only() {
    each(|url| {
        let vault = Vault::open(url, inside_keys()).unwrap();
        assert_eq!(vault.change_seq().unwrap(), 0);
        assert_eq!(vault.verify_audit().unwrap(), AuditState::default());
    });
    let dir = tempfile::tempdir().unwrap();
    KeyRing::create(dir.path()).unwrap();
    let public = KeyRing::load(dir.path(), KeyScope::Public).unwrap();
    assert!(matches!(public.into_inside(), Err(KeyError::NotHeld)));
}

#[test]
fn a_schema_of_another_version_is_named() {
    each(|url| {
        PublicStore::open(url).unwrap();
        execute(
            url,
            "INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000000')",
        );
        for refused in [PublicStore::open(url), PublicStore::open_read_only(url)] {
            assert!(
                matches!(
                    &refused,
                    Err(StoreError::Db(DbError::NewerSchema { version, .. })) if version == "99990101000000"
                ),
                "{refused:?}"
            );
        }
        execute(url, "DELETE FROM __diesel_schema_migrations");
        let refused = PublicStore::open_read_only(url);
        assert!(
            matches!(refused, Err(StoreError::Db(DbError::OldSchema { .. }))),
            "{refused:?}"
        );
    });
}

#[test]
fn a_vault_is_no_public_store() {
    each(|url| {
        Vault::open(url, inside_keys()).unwrap();
        let refused = PublicStore::open_read_only(url).and_then(|store| store.position());
        assert!(refused.is_err(), "{refused:?}");
    });
}

#[test]
fn what_cannot_be_reached_is_told_at_once_and_without_password() {
    let url = DbUrl::parse("postgres://me:s3cret@127.0.0.1:1/none?connect_timeout=2").unwrap();
    let refused = PublicStore::open(&url).unwrap_err();
    assert!(refused.is_passing());
    assert!(!format!("{refused}").contains("s3cret"), "{refused}");
    let dir = tempfile::tempdir().unwrap();
    let missing = DbUrl::sqlite(dir.path().join("none.db"));
    assert!(matches!(
        PublicStore::open_read_only(&missing),
        Err(StoreError::Db(DbError::NoFile { .. }))
    ));
}

/// Characters that end a path in an address are letters of a file name like any other.
#[test]
fn odd_file_names_are_files() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["公示 数据.db", "a?mode=memory.db", "50%.db", "#1.db"] {
        let url = DbUrl::sqlite(dir.path().join("new").join(name));
        PublicStore::open(&url).unwrap();
        assert!(url.path().unwrap().is_file(), "{name}");
    }
}
