//! Both folders of migrations make the same tables: names, columns, types, nullability, keys and indexes.
//! Each migration can be undone without a rest.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails by panicking, like the test"
)]

#[path = "support/scratch.rs"]
mod scratch;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use gongshi::base::db::DbUrl;
use scratch::Scratch;

/// The databases whose tables are STRICT in SQLite.
const STRICT: [&str; 2] = ["vault", "public"];
const DATABASES: [&str; 3] = ["vault", "public", "apply"];

fn folder(database: &str, engine: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join("migrations").join(database).join(engine)
}

fn names(database: &str, engine: &str) -> BTreeSet<String> {
    std::fs::read_dir(folder(database, engine))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn both_folders_hold_the_same_migrations() {
    for database in DATABASES {
        assert_eq!(
            names(database, "sqlite"),
            names(database, "postgres"),
            "{database}"
        );
        assert!(!names(database, "sqlite").is_empty());
        for engine in ["sqlite", "postgres"] {
            for name in names(database, engine) {
                for file in ["up.sql", "down.sql"] {
                    let path = folder(database, engine).join(&name).join(file);
                    assert!(path.is_file(), "{}", path.display());
                }
            }
        }
    }
}

/// The number of a migration, as the program orders them: what stands before the first underscore, without hyphens.
fn number(name: &str) -> String {
    name.split('_').next().unwrap_or(name).replace('-', "")
}

/// The names that share a number with another one.
fn colliding(names: &BTreeSet<String>) -> Vec<&str> {
    let mut by_number: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in names {
        by_number.entry(number(name)).or_default().push(name);
    }
    let several = by_number.into_values().filter(|names| names.len() > 1);
    several.flatten().collect()
}

/// Of two migrations with one number one alone would ever run: the number is what a database remembers.
#[test]
fn no_two_migrations_of_a_folder_have_one_number() {
    let three = [
        "2026-01-01-000001_a",
        "2026-01-01-000001_b",
        "20260101000002_c",
    ];
    assert_eq!(colliding(&three.map(str::to_owned).into()), three[..2]);
    for database in DATABASES {
        for engine in ["sqlite", "postgres"] {
            let names = names(database, engine);
            assert_eq!(colliding(&names), [""; 0], "{database}/{engine}");
            for name in &names {
                let number = number(name);
                let plain = number.len() == 14 && number.bytes().all(|b| b.is_ascii_digit());
                assert!(plain, "{database}/{engine}/{name}: date and six digits");
            }
        }
    }
}

/// What is compared of a database.
#[derive(Debug, Default, PartialEq, Eq)]
struct Shape {
    /// `table.column` → portable type and nullability.
    columns: BTreeMap<String, String>,
    /// `table (columns)`, unique or not; primary keys as `table pk (columns)`.
    keys: BTreeSet<String>,
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    data_type: String,
    #[diesel(sql_type = BigInt)]
    not_null: i64,
}

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    columns: String,
}

fn shape(columns: Vec<Column>, keys: Vec<Key>) -> Shape {
    // what SQLite keeps as text has several types in PostgreSQL; the table definitions name them
    let portable = |data_type: &str| match data_type {
        "TEXT" | "text" | "DATE" | "date" | "TIMESTAMP" | "timestamp without time zone" => "text",
        // SQLite keeps truth values as whole numbers
        "INTEGER" | "BIGINT" | "bigint" | "BOOLEAN" | "boolean" => "integer",
        "BLOB" | "bytea" => "binary",
        other => panic!("type {other} is not portable"),
    };
    Shape {
        columns: columns
            .into_iter()
            .map(|c| {
                let null = if c.not_null == 1 { "not null" } else { "null" };
                let kind = format!("{} {null}", portable(&c.data_type));
                (format!("{}.{}", c.table_name, c.column_name), kind)
            })
            .collect(),
        keys: keys
            .into_iter()
            .map(|k| format!("{} {} ({})", k.table_name, k.kind, k.columns))
            .collect(),
    }
}

fn sqlite_shape(conn: &mut SqliteConnection) -> Shape {
    let tables = "t.type = 'table' AND t.name NOT LIKE 'sqlite_%' \
                  AND t.name <> '__diesel_schema_migrations'";
    let columns = diesel::sql_query(format!(
        "SELECT t.name AS table_name, c.name AS column_name, c.type AS data_type, \
         c.\"notnull\" AS not_null FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE {tables}"
    ))
    .load(conn)
    .unwrap();
    let primary: Vec<Key> = diesel::sql_query(format!(
        "SELECT table_name, 'pk' AS kind, group_concat(name, ',') AS columns FROM \
         (SELECT t.name AS table_name, c.name AS name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c \
         WHERE {tables} AND c.pk > 0 ORDER BY t.name, c.pk) GROUP BY table_name"
    ))
    .load(conn)
    .unwrap();
    let indexes: Vec<Key> = diesel::sql_query(format!(
        "SELECT table_name, kind, group_concat(name, ',') AS columns FROM \
         (SELECT t.name AS table_name, i.name AS index_name, \
         CASE i.\"unique\" WHEN 1 THEN 'unique' ELSE 'index' END AS kind, c.name AS name \
         FROM sqlite_schema AS t, pragma_index_list(t.name) AS i, pragma_index_info(i.name) AS c \
         WHERE {tables} AND i.origin <> 'pk' ORDER BY t.name, i.name, c.seqno) \
         GROUP BY table_name, index_name, kind"
    ))
    .load(conn)
    .unwrap();
    shape(columns, primary.into_iter().chain(indexes).collect())
}

fn postgres_shape(conn: &mut PgConnection) -> Shape {
    let columns = diesel::sql_query(
        "SELECT table_name::text, column_name::text, data_type::text, \
         CASE is_nullable WHEN 'NO' THEN 1 ELSE 0 END::bigint AS not_null \
         FROM information_schema.columns WHERE table_schema = 'public' \
         AND table_name <> '__diesel_schema_migrations'",
    )
    .load(conn)
    .unwrap();
    let keys = diesel::sql_query(
        "SELECT t.relname::text AS table_name, \
         CASE WHEN i.indisprimary THEN 'pk' WHEN i.indisunique THEN 'unique' ELSE 'index' END AS kind, \
         string_agg(a.attname::text, ',' ORDER BY k.n) AS columns \
         FROM pg_index AS i JOIN pg_class AS t ON t.oid = i.indrelid \
         JOIN pg_namespace AS s ON s.oid = t.relnamespace AND s.nspname = 'public' \
         CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, n) \
         JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.attnum \
         WHERE t.relname <> '__diesel_schema_migrations' \
         GROUP BY t.relname, i.indexrelid, i.indisprimary, i.indisunique",
    )
    .load(conn)
    .unwrap();
    shape(columns, keys)
}

/// Applies, undoes and applies again.
macro_rules! applied {
    ($conn:expr, $database:expr, $engine:expr, $shape:ident) => {{
        let source = || FileBasedMigrations::from_path(folder($database, $engine)).unwrap();
        $conn.run_pending_migrations(source()).unwrap();
        let first = $shape($conn);
        $conn.revert_all_migrations(source()).unwrap();
        assert_eq!($shape($conn), Shape::default(), "down.sql leaves something");
        $conn.run_pending_migrations(source()).unwrap();
        assert_eq!($shape($conn), first);
        first
    }};
}

fn sqlite(database: &str) -> Shape {
    let scratch = Scratch::sqlite();
    let path = scratch.url.path().unwrap().to_str().unwrap();
    let conn = &mut SqliteConnection::establish(path).unwrap();
    applied!(conn, database, "sqlite", sqlite_shape)
}

fn postgres(database: &str, url: &str) -> Shape {
    let conn = &mut PgConnection::establish(url).unwrap();
    applied!(conn, database, "postgres", postgres_shape)
}

#[test]
fn both_engines_get_the_same_tables() {
    for database in DATABASES {
        let files = sqlite(database);
        assert!(files.columns.len() > 20, "{database}: {files:?}");
        assert!(files.keys.len() > 5, "{database}: {files:?}");
        let Some(scratch) = Scratch::postgres() else {
            continue;
        };
        let DbUrl::Postgres(url) = &scratch.url else {
            panic!("no server");
        };
        let server = postgres(database, url);
        assert_eq!(files.columns, server.columns, "{database}");
        assert_eq!(files.keys, server.keys, "{database}");
    }
}

/// Every table of SQLite is STRICT: a number in a text column is an error there as it is on the server. The applications
/// are older than this rule.
#[test]
fn sqlite_tables_are_strict() {
    for database in STRICT {
        let conn = &mut SqliteConnection::establish(":memory:").unwrap();
        let source = FileBasedMigrations::from_path(folder(database, "sqlite")).unwrap();
        conn.run_pending_migrations(source).unwrap();
        let loose: Vec<Key> = diesel::sql_query(
            "SELECT name AS table_name, '' AS kind, '' AS columns FROM pragma_table_list \
             WHERE schema = 'main' AND type = 'table' AND strict = 0 \
             AND name NOT LIKE 'sqlite_%' AND name <> '__diesel_schema_migrations'",
        )
        .load(conn)
        .unwrap();
        let loose: Vec<String> = loose.into_iter().map(|k| k.table_name).collect();
        assert!(loose.is_empty(), "{database}: {loose:?}");
    }
}

/// A store that was filled before persons were counted apart has them counted from its records.
#[test]
fn persons_are_counted_from_the_records_that_are_there() {
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = Text)]
        list: String,
        #[diesel(sql_type = Text)]
        day: String,
        #[diesel(sql_type = BigInt)]
        begins: i64,
        #[diesel(sql_type = BigInt)]
        ends: i64,
    }
    let conn = &mut SqliteConnection::establish(":memory:").unwrap();
    let source = || FileBasedMigrations::from_path(folder("public", "sqlite")).unwrap();
    conn.run_next_migration(source()).unwrap();
    for (num, kind, from, until) in [
        (1, "natural_person", "2026-05-01", "'2026-08-01'"),
        (2, "natural_person", "2026-05-01", "NULL"),
        (3, "legal_person", "2026-05-01", "'2026-08-01'"),
        // never displayed
        (4, "natural_person", "2026-05-01", "'2026-05-01'"),
    ] {
        diesel::sql_query(format!(
            "INSERT INTO records VALUES ({num}, 'id{num}', {num}, 'list_tax', '{kind}', '', NULL, \
             '', '', '', '2026-04-01', '{from}', {until}, '', '')"
        ))
        .execute(conn)
        .unwrap();
    }
    for (day, begins, ends) in [("2026-05-01", 3, 0), ("2026-08-01", 0, 2)] {
        diesel::sql_query(format!(
            "INSERT INTO list_days VALUES ('list_tax', '{day}', {begins}, {ends}, 0)"
        ))
        .execute(conn)
        .unwrap();
    }
    conn.run_pending_migrations(source()).unwrap();
    let days: Vec<Counted> = diesel::sql_query(
        "SELECT list, day, person_begins AS begins, person_ends AS ends FROM list_days ORDER BY day",
    )
    .load(conn)
    .unwrap();
    let days: Vec<(&str, &str, i64, i64)> = days
        .iter()
        .map(|d| (d.list.as_str(), d.day.as_str(), d.begins, d.ends))
        .collect();
    assert_eq!(
        days,
        [
            ("list_tax", "2026-05-01", 2, 0),
            ("list_tax", "2026-08-01", 0, 1)
        ]
    );
}

/// One row as one text.
#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = Text)]
    row: String,
}

/// Fills a vault as it was before records lay side by side, and answers what stands in it before, after, and after the
/// change is undone. `blob` makes a binary literal, `hex` a text of a binary column.
macro_rules! side_by_side {
    ($conn:expr, $engine:expr, $blob:expr, $hex:expr) => {{
        let source = || FileBasedMigrations::from_path(folder("vault", $engine)).unwrap();
        let next = |conn: &mut _| {
            let pending = MigrationHarness::pending_migrations(conn, source()).unwrap();
            pending[0].name().to_string()
        };
        while !next($conn).ends_with("records_side_by_side") {
            $conn.run_next_migration(source()).unwrap();
        }
        for n in 1..=3 {
            let payload = $blob(format!("00ff{n:02}"));
            for sql in [
                format!(
                    "INSERT INTO raw_records (num, id, list, provider_code, authority_code, decided_on, content_hash, \
                     version, state, batch, imported_at, change_seq, payload) VALUES ({n}, 'id{}', 'penalty', \
                     'provider', 'authority{n}', '2026-0{n}-01', 'hash{n}', {n}, 'active', 'batch', \
                     '2026-11-0{n} 01:02:03', {}, {payload})",
                    9 - n,
                    10 + n
                ),
                format!(
                    "INSERT INTO reviews (record_id, field, text_hash, state, proposal, doubts, opened_at, decided_at, \
                     decided_by) VALUES ('id{}', 'facts', 'hash', 'open', {payload}, 'name', '2026-11-01 01:02:03', \
                     NULL, NULL)",
                    9 - n
                ),
                format!(
                    "INSERT INTO decisions (id, record_id, kind, effective_on, at, actor, reference, detail) VALUES \
                     ('decision{n}', 'id8', 'suspend', '2026-11-0{n}', '2026-11-01 01:02:03', 'officer', 'no', '')"
                ),
            ] {
                diesel::sql_query(sql).execute($conn).unwrap();
            }
        }
        let told = |conn: &mut _| {
            let mut all = Vec::new();
            for sql in [
                format!(
                    "SELECT num || '|' || id || '|' || list || '|' || provider_code || '|' || authority_code || '|' || \
                     decided_on || '|' || content_hash || '|' || version || '|' || state || '|' || batch || '|' || \
                     imported_at || '|' || change_seq || '|' || {} AS row FROM raw_records ORDER BY num",
                    $hex("payload")
                ),
                format!(
                    "SELECT record_id || '|' || field || '|' || text_hash || '|' || state || '|' || {} || '|' || doubts \
                     || '|' || opened_at || '|' || COALESCE(decided_by, 'nobody') AS row FROM reviews ORDER BY record_id",
                    $hex("proposal")
                ),
                "SELECT id || '|' || record_id || '|' || kind || '|' || effective_on || '|' || at || '|' || actor || '|' || \
                 reference || '|' || detail AS row FROM decisions ORDER BY id"
                    .to_owned(),
            ] {
                let rows: Vec<Told> = diesel::sql_query(sql).load(conn).unwrap();
                all.extend(rows.into_iter().map(|told| told.row));
            }
            all
        };
        let before = told($conn);
        $conn.run_next_migration(source()).unwrap();
        let placed: Vec<Told> = diesel::sql_query(
            "SELECT r.id || '|' || r.place || '|' || v.authority_code AS row FROM raw_records AS r JOIN reviews AS v \
             ON v.record_id = r.id ORDER BY r.num",
        )
        .load($conn)
        .unwrap();
        let placed: Vec<String> = placed.into_iter().map(|told| told.row).collect();
        let after = told($conn);
        $conn.revert_last_migration(source()).unwrap();
        (before, placed, after, told($conn))
    }};
}

/// Records, reviews and decisions that stand in a vault are there unchanged when records come to lie side by side, and
/// when that is undone.
#[test]
fn a_vault_keeps_all_when_its_records_come_to_lie_side_by_side() {
    let right =
        |(before, placed, after, undone): (Vec<String>, Vec<String>, Vec<String>, Vec<String>)| {
            assert_eq!(before.len(), 9);
            assert!(
                before[0].starts_with("1|id8|penalty|")
                    && before[0].to_lowercase().ends_with("|00ff01")
            );
            assert_eq!(
                placed,
                [
                    "id8|64|authority1",
                    "id7|64|authority2",
                    "id6|64|authority3"
                ]
            );
            assert_eq!(before, after);
            assert_eq!(before, undone);
        };
    let conn = &mut SqliteConnection::establish(":memory:").unwrap();
    diesel::sql_query("PRAGMA foreign_keys = ON")
        .execute(conn)
        .unwrap();
    right(side_by_side!(
        conn,
        "sqlite",
        |hex: String| format!("X'{hex}'"),
        |column: &str| format!("hex({column})")
    ));
    let Some(scratch) = Scratch::postgres() else {
        return;
    };
    let DbUrl::Postgres(url) = &scratch.url else {
        panic!("no server");
    };
    let conn = &mut PgConnection::establish(url).unwrap();
    right(side_by_side!(
        conn,
        "postgres",
        |hex: String| format!("'\\x{hex}'::bytea"),
        |column: &str| format!("encode({column}, 'hex')")
    ));
}
