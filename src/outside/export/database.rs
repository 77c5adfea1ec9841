//! One SQLite file of the whole, with a full-text table, kept up in place: what a release or a day takes away is deleted
//! with its bytes (`secure_delete`, of the full-text table, too), and what comes is added. A part whose sum differs from
//! what the file holds is compared row by row, so that a crash at any moment heals at the next run.
//!
//! Bytes that change under a download would mix two states. So each file has a version that is raised before it is
//! written: a reader of the version before is cut off, and begins anew with what is there.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::NaiveDate;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use super::columns::COLUMNS;
use super::generation::Segment;
use super::parts::{PART, Page, pages};
use super::row::{Row, is_exported};
use super::{ExportError, FORM, io, scrub};
use crate::base::files::{create_private_dir, replace_file};
use crate::domain::catalogue::Catalogue;
use crate::outside::store::{PublicStore, Stored, set_hash};

diesel::table! {
    records (row) {
        row -> BigInt,
        id -> Text,
        seq -> BigInt,
        list -> Text,
        subject_kind -> Text,
        subject_name -> Text,
        credit_code -> Nullable<Text>,
        document_number -> Nullable<Text>,
        authority_name -> Text,
        authority_code -> Nullable<Text>,
        provider_name -> Nullable<Text>,
        provider_code -> Nullable<Text>,
        region -> Text,
        decided_on -> Text,
        displayed_from -> Text,
        displayed_until -> Nullable<Text>,
        severity -> Nullable<Text>,
        earliest_repair -> Nullable<Text>,
        measures_until -> Nullable<Text>,
        state -> Text,
        notes -> Nullable<Text>,
        rule -> Text,
        catalogue -> Text,
        masking -> BigInt,
        fields -> Text,
    }
}

/// Name of a file while it is first filled.
const BUILDING: &str = "building.sqlite";

/// What is said before a file is changed: deleted bytes are overwritten, nothing is put elsewhere, and what changes is
/// logged, so that the pages are known whose free space must be overwritten, too.
const BEFORE: &str = "PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; PRAGMA journal_mode=WAL; \
    PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=FULL;";
/// What is said when it was changed: the log goes, with its file.
const BEHIND: &str = "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE;";

/// What is made after the first filling. The full-text table has pieces of three characters, which find parts of Chinese
/// names; it keeps no copy of them.
const AFTER: &str = "
CREATE INDEX records_by_code ON records(credit_code);
CREATE INDEX records_by_list ON records(list, region);
CREATE VIRTUAL TABLE records_fts USING fts5(subject_name, credit_code, document_number, authority_name,
    content='records', content_rowid='row', tokenize='trigram');
INSERT INTO records_fts(records_fts) VALUES('rebuild');
INSERT INTO records_fts(records_fts, rank) VALUES('secure-delete', 1);
CREATE TRIGGER records_in AFTER INSERT ON records BEGIN
    INSERT INTO records_fts(rowid, subject_name, credit_code, document_number, authority_name)
    VALUES (new.row, new.subject_name, new.credit_code, new.document_number, new.authority_name);
END;
CREATE TRIGGER records_out AFTER DELETE ON records BEGIN
    INSERT INTO records_fts(records_fts, rowid, subject_name, credit_code, document_number, authority_name)
    VALUES ('delete', old.row, old.subject_name, old.credit_code, old.document_number, old.authority_name);
END;
";

/// Where the versions of the next file begin: no two files of a process ever have the same.
static VERSIONS: AtomicU64 = AtomicU64::new(0);

fn versions() -> Arc<AtomicU64> {
    Arc::new(AtomicU64::new(
        VERSIONS.fetch_add(1 << 32, Ordering::Relaxed),
    ))
}

/// Rows of a part, and the sum of their hashes.
pub type Sum = (u64, u128);

/// What a file holds, beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    seq: i64,
    /// Rows and sum of hashes (hexadecimal) by part.
    parts: BTreeMap<i64, (u64, String)>,
}

/// The file of a day.
#[derive(Debug)]
struct Held {
    state: State,
    file: Arc<File>,
    version: Arc<AtomicU64>,
    /// Whether the free space of its pages is known to hold nothing: not when a run broke off.
    clean: bool,
}

/// The files of a directory, by day.
#[derive(Debug)]
pub struct Databases {
    dir: PathBuf,
    held: BTreeMap<NaiveDate, Held>,
}

/// What a file is brought up to.
#[derive(Clone, Copy, Debug)]
pub struct Goal<'a> {
    /// The public store.
    pub store: &'a PublicStore,
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// Sequence number of the store.
    pub seq: i64,
}

impl Databases {
    /// Opens a directory, which is made when missing. What is not whole there, and all of it when `anew`, is deleted.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn open(dir: &Path, anew: bool) -> Result<Self, ExportError> {
        create_private_dir(dir).map_err(io(dir))?;
        let mut databases = Self {
            dir: dir.to_owned(),
            held: BTreeMap::new(),
        };
        let mut paths = Vec::new();
        for entry in fs::read_dir(dir).map_err(io(dir))? {
            paths.push(entry.map_err(io(dir))?.path());
        }
        for path in paths
            .iter()
            .filter(|p| p.extension().is_some_and(|e| e == "sqlite"))
        {
            let day = path
                .file_stem()
                .and_then(|s| s.to_str())
                .and_then(|s| s.parse().ok());
            // one whose change a crash cut off is made anew
            let cut = |day: &NaiveDate| databases.dir.join(format!("{day}.sqlite-wal")).exists();
            let Some(day) = day.filter(|day| !anew && !cut(day)) else {
                continue;
            };
            let state = fs::read(databases.state(day)).unwrap_or_default();
            let Ok(state) = serde_json::from_slice(&state) else {
                continue;
            };
            let file = Arc::new(File::open(path).map_err(io(path))?);
            let version = versions();
            databases.held.insert(
                day,
                Held {
                    state,
                    file,
                    version,
                    clean: false,
                },
            );
        }
        let days = databases.held.keys();
        let keep: Vec<PathBuf> = days
            .flat_map(|day| [databases.path(*day), databases.state(*day)])
            .collect();
        for path in paths.iter().filter(|p| !keep.contains(p)) {
            fs::remove_file(path).map_err(io(path))?;
        }
        Ok(databases)
    }

    fn path(&self, day: NaiveDate) -> PathBuf {
        self.dir.join(format!("{day}.sqlite"))
    }

    fn state(&self, day: NaiveDate) -> PathBuf {
        self.dir.join(format!("{day}.json"))
    }

    /// The file of a day as it is now, and a number that changes with it.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn on(&self, day: NaiveDate) -> Result<Option<(Segment, u64)>, ExportError> {
        let Some(held) = self.held.get(&day) else {
            return Ok(None);
        };
        let length = held.file.metadata().map_err(io(&self.path(day)))?.len();
        let at = held.version.load(Ordering::Acquire);
        let segment = Segment::Live {
            file: Arc::clone(&held.file),
            length,
            version: Arc::clone(&held.version),
            at,
        };
        Ok(Some((segment, at)))
    }

    /// Rows of a part in the file of a day, and the sum of their hashes, as its bytes hold them.
    ///
    /// # Errors
    /// Those of the database.
    pub fn sum(&self, day: NaiveDate, number: i64) -> Result<Sum, ExportError> {
        let path = self.path(day);
        let url = format!("file:{}?mode=ro", path.to_string_lossy());
        let read = || -> Result<Vec<(String, i64)>, Failure> {
            let mut conn = SqliteConnection::establish(&url)?;
            Ok(records::table
                .filter(records::row.ge(number * PART))
                .filter(records::row.lt((number + 1) * PART))
                .select((records::id, records::seq))
                .load(&mut conn)?)
        };
        let rows = read().map_err(|failure| failure.of(&path))?;
        Ok(rows.iter().fold((0, 0), |(count, hash): Sum, (id, seq)| {
            (count + 1, hash.wrapping_add(set_hash(id, *seq)))
        }))
    }

    /// Brings the files of days up to the store, where the parts of each day have these sums, and deletes all others. Says
    /// whether anything was done.
    ///
    /// # Errors
    /// Those of the store, of the databases and of the file system.
    pub fn follow(
        &mut self,
        goal: Goal<'_>,
        days: &[(NaiveDate, BTreeMap<i64, Sum>)],
    ) -> Result<bool, ExportError> {
        let mut done = false;
        for (day, wanted) in days {
            if !self.held.contains_key(day) {
                self.begin(*day, days)?;
            }
            done |= self.bring(goal, *day, wanted)?;
        }
        let over: Vec<NaiveDate> = self.held.keys().copied().collect();
        for day in over
            .into_iter()
            .filter(|day| days.iter().all(|(d, _)| d != day))
        {
            self.delete(day)?;
        }
        Ok(done)
    }

    fn delete(&mut self, day: NaiveDate) -> Result<(), ExportError> {
        if let Some(held) = self.held.remove(&day) {
            held.version.fetch_add(1, Ordering::AcqRel);
            for path in [self.state(day), self.path(day)] {
                fs::remove_file(&path).map_err(io(&path))?;
            }
        }
        Ok(())
    }

    /// Begins the file of a day with what there is: one of a day that is over goes on as this one's, one that is still
    /// needed is copied. When there is none, nothing is begun.
    fn begin(
        &mut self,
        day: NaiveDate,
        days: &[(NaiveDate, BTreeMap<i64, Sum>)],
    ) -> Result<(), ExportError> {
        let Some(of) = self.held.keys().next_back().copied() else {
            return Ok(());
        };
        let path = self.path(day);
        if days.iter().any(|(d, _)| *d == of) {
            fs::copy(self.path(of), &path).map_err(io(&path))?;
            let held = self.held.get(&of).map(|h| (h.state.clone(), h.clean));
            let (state, clean) = held.unwrap_or_default();
            self.hold(day, state, clean)
        } else {
            let state = self.state(of);
            fs::remove_file(&state).map_err(io(&state))?;
            fs::rename(self.path(of), &path).map_err(io(&path))?;
            let Some(held) = self.held.remove(&of) else {
                return Ok(());
            };
            held.version.fetch_add(1, Ordering::AcqRel);
            self.save(day, &held.state)?;
            self.held.insert(day, held);
            Ok(())
        }
    }

    fn hold(&mut self, day: NaiveDate, state: State, clean: bool) -> Result<(), ExportError> {
        let path = self.path(day);
        let file = Arc::new(File::open(&path).map_err(io(&path))?);
        self.save(day, &state)?;
        let version = versions();
        self.held.insert(
            day,
            Held {
                state,
                file,
                version,
                clean,
            },
        );
        Ok(())
    }

    fn save(&self, day: NaiveDate, state: &State) -> Result<(), ExportError> {
        let path = self.state(day);
        let bytes = serde_json::to_vec(state).map_err(|e| ExportError::Encode(e.to_string()))?;
        replace_file(&path, &bytes).map_err(io(&path))
    }

    fn bring(
        &mut self,
        goal: Goal<'_>,
        day: NaiveDate,
        wanted: &BTreeMap<i64, Sum>,
    ) -> Result<bool, ExportError> {
        let wanted: BTreeMap<i64, (u64, String)> = wanted
            .iter()
            .map(|(number, (rows, hash))| (*number, (*rows, format!("{hash:032x}"))))
            .collect();
        let seq = goal.seq;
        let path = self.path(day);
        let Some(held) = self.held.get_mut(&day) else {
            let building = self.dir.join(BUILDING);
            build(&building, goal, day, &wanted).map_err(|failure| failure.of(&building))?;
            fs::rename(&building, &path).map_err(io(&path))?;
            self.hold(day, State { seq, parts: wanted }, true)?;
            return Ok(true);
        };
        let differs = |n: &i64| held.state.parts.get(n) != wanted.get(n);
        let numbers = wanted.keys().chain(held.state.parts.keys());
        let dirty: std::collections::BTreeSet<i64> =
            numbers.copied().filter(|n| differs(n)).collect();
        if dirty.is_empty() && held.state.seq == seq {
            return Ok(false);
        }
        // from here on, what was begun to be read is no longer whole
        held.version.fetch_add(1, Ordering::AcqRel);
        let clean = std::mem::replace(&mut held.clean, false);
        let write = || {
            let mut conn = connect(&path)?;
            conn.batch_execute(BEFORE)?;
            conn.transaction::<_, Failure, _>(|conn| {
                for number in &dirty {
                    part(conn, goal, day, *number)?;
                }
                about(conn, goal, day, &wanted)
            })?;
            let pages = scrub::logged(&path).map_err(io(&path))?;
            conn.batch_execute(BEHIND)?;
            drop(conn);
            let scrubbed = if clean {
                scrub::pages(&path, &pages)
            } else {
                scrub::whole(&path)
            };
            Ok::<_, Failure>(scrubbed.map_err(io(&path))?)
        };
        write().map_err(|failure| failure.of(&path))?;
        let state = State { seq, parts: wanted };
        self.save(day, &state)?;
        if let Some(held) = self.held.get_mut(&day) {
            held.state = state;
            held.clean = true;
        }
        Ok(true)
    }
}

/// Why a file cannot be written.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Connect(#[from] diesel::ConnectionError),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    #[error(transparent)]
    Export(#[from] ExportError),
}

impl Failure {
    fn of(self, path: &Path) -> ExportError {
        match self {
            Self::Export(error) => error,
            other => ExportError::Database {
                path: path.to_owned(),
                what: other.to_string(),
            },
        }
    }
}

fn connect(path: &Path) -> Result<SqliteConnection, Failure> {
    Ok(SqliteConnection::establish(&path.to_string_lossy())?)
}

/// Fills a new file.
fn build(
    path: &Path,
    goal: Goal<'_>,
    day: NaiveDate,
    parts: &BTreeMap<i64, (u64, String)>,
) -> Result<(), Failure> {
    if path.exists() {
        fs::remove_file(path).map_err(io(path))?;
    }
    let mut conn = connect(path)?;
    // nobody reads it before it is whole, and one that is not is made again
    conn.batch_execute(
        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY;",
    )?;
    conn.batch_execute(&tables())?;
    for number in parts.keys() {
        conn.transaction(|conn| part(conn, goal, day, *number))?;
    }
    conn.transaction::<_, Failure, _>(|conn| Ok(conn.batch_execute(AFTER)?))?;
    conn.transaction::<_, Failure, _>(|conn| about(conn, goal, day, parts))?;
    drop(conn);
    scrub::whole(path).map_err(io(path))?;
    Ok(())
}

/// The tables, with the names of the columns as in every other form.
fn tables() -> String {
    let columns: Vec<String> = COLUMNS
        .iter()
        .map(|column| {
            let kind = if column.kind == "integer" {
                "INTEGER"
            } else {
                "TEXT"
            };
            let filled = if column.required { " NOT NULL" } else { "" };
            let unique = if column.name == "id" { " UNIQUE" } else { "" };
            format!("{} {kind}{filled}{unique}", column.name)
        })
        .collect();
    format!(
        "PRAGMA user_version={FORM};
         CREATE TABLE records(row INTEGER PRIMARY KEY, {}) STRICT;
         CREATE TABLE about(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
         CREATE TABLE columns(name TEXT PRIMARY KEY, type TEXT NOT NULL, meaning_zh TEXT NOT NULL,
             meaning_en TEXT NOT NULL) STRICT;",
        columns.join(", ")
    )
}

/// Makes the rows of a part what they are to be: those that went or changed are deleted, those that came or changed are
/// added.
fn part(
    conn: &mut SqliteConnection,
    goal: Goal<'_>,
    day: NaiveDate,
    number: i64,
) -> Result<(), Failure> {
    for page in pages(goal.store, number) {
        some(conn, goal, day, page?)?;
    }
    Ok(())
}

/// The same for some rows of a part.
fn some(
    conn: &mut SqliteConnection,
    goal: Goal<'_>,
    day: NaiveDate,
    mut page: Page,
) -> Result<(), Failure> {
    page.rows.retain(|row| {
        let record = &row.record;
        record.displayed_on(day) && is_exported(goal.catalogue, &record.list, record.subject_kind)
    });
    let wanted: BTreeMap<i64, &Stored> = page.rows.iter().map(|row| (row.num, row)).collect();
    let held: Vec<(i64, String, i64)> = records::table
        .filter(records::row.ge(page.from))
        .filter(records::row.lt(page.until))
        .select((records::row, records::id, records::seq))
        .load(conn)?;
    let mut right = std::collections::BTreeSet::new();
    for (num, id, seq) in held {
        if wanted
            .get(&num)
            .is_some_and(|w| w.seq == seq && w.record.id == id)
        {
            right.insert(num);
        } else {
            diesel::delete(records::table.filter(records::row.eq(num))).execute(conn)?;
        }
    }
    for (num, stored) in wanted {
        if !right.contains(&num) {
            insert(conn, num, &Row::new(stored, goal.catalogue))?;
        }
    }
    Ok(())
}

fn insert(conn: &mut SqliteConnection, num: i64, row: &Row<'_>) -> Result<(), Failure> {
    use records::dsl;

    let cells = row.cells();
    let cell = |name: &str| cells.get(super::columns::place(name)).unwrap_or_default();
    // an empty cell says that there is nothing
    let filled = |name: &str| Some(cell(name)).filter(|cell| !cell.is_empty());
    diesel::insert_into(records::table)
        .values((
            dsl::row.eq(num),
            dsl::id.eq(cell("id")),
            dsl::seq.eq(row.line().seq),
            dsl::list.eq(cell("list")),
            dsl::subject_kind.eq(cell("subject_kind")),
            dsl::subject_name.eq(cell("subject_name")),
            dsl::credit_code.eq(filled("credit_code")),
            dsl::document_number.eq(filled("document_number")),
            dsl::authority_name.eq(cell("authority_name")),
            dsl::authority_code.eq(filled("authority_code")),
            dsl::provider_name.eq(filled("provider_name")),
            dsl::provider_code.eq(filled("provider_code")),
            dsl::region.eq(cell("region")),
            dsl::decided_on.eq(cell("decided_on")),
            dsl::displayed_from.eq(cell("displayed_from")),
            dsl::displayed_until.eq(filled("displayed_until")),
            dsl::severity.eq(filled("severity")),
            dsl::earliest_repair.eq(filled("earliest_repair")),
            dsl::measures_until.eq(filled("measures_until")),
            dsl::state.eq(cell("state")),
            dsl::notes.eq(filled("notes")),
            dsl::rule.eq(cell("rule")),
            dsl::catalogue.eq(cell("catalogue")),
            dsl::masking.eq(row.line().number("masking")),
            dsl::fields.eq(cell("fields")),
        ))
        .execute(conn)?;
    Ok(())
}

/// Writes what the file says of itself.
fn about(
    conn: &mut SqliteConnection,
    goal: Goal<'_>,
    day: NaiveDate,
    parts: &BTreeMap<i64, (u64, String)>,
) -> Result<(), Failure> {
    let (rows, hash) = parts
        .values()
        .fold((0, 0_u128), |(rows, hash), (more, add)| {
            let add = u128::from_str_radix(add, 16).unwrap_or(0);
            (rows + more, hash.wrapping_add(add))
        });
    let about = [
        ("seq", goal.seq.to_string()),
        ("day", day.to_string()),
        ("rows", rows.to_string()),
        ("set_hash", format!("{hash:032x}")),
        ("licence", super::docs::LICENCE.to_owned()),
        ("changes", "/api/v1/changes".to_owned()),
    ];
    for (key, value) in about {
        diesel::sql_query("INSERT OR REPLACE INTO about(key, value) VALUES (?, ?)")
            .bind::<Text, _>(key)
            .bind::<Text, _>(value)
            .execute(conn)?;
    }
    for column in COLUMNS {
        diesel::sql_query("INSERT OR IGNORE INTO columns VALUES (?, ?, ?, ?)")
            .bind::<Text, _>(column.name)
            .bind::<Text, _>(column.kind)
            .bind::<Text, _>(column.zh)
            .bind::<Text, _>(column.en)
            .execute(conn)?;
    }
    Ok(())
}
