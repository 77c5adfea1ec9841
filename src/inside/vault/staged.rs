//! Files that were uploaded at the desk and are not imported yet: sealed, looked at in a preview, then imported or thrown
//! away. When a file is settled its bytes are gone; what remains says who, which file, and when.

use diesel::prelude::*;
use zeroize::Zeroizing;

use super::batch::new_id;
use super::{Vault, VaultError, audit};
use crate::base::crypto::Cell;
use crate::base::db::schema::vault::staged_files;
use crate::base::db::{Stamp, on_each, page};
use crate::domain::kinds::vocabulary;
use crate::domain::time::Moment;

vocabulary! {
    /// How far a file has come.
    StagedState {
        Waiting = "waiting", "待确认", "waiting";
        Imported = "imported", "已导入", "imported";
        Dropped = "dropped", "已放弃", "thrown away";
    }
}

/// A file, without its contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staged {
    /// Its id (UUID version 7).
    pub id: String,
    /// Who uploaded it.
    pub officer: String,
    /// Authority of who uploaded it; `None` when it was an officer without one.
    pub provider: Option<String>,
    /// List that its records are for.
    pub list: String,
    /// Whether it is the complete list of its provider.
    pub replace: bool,
    /// Its name.
    pub file_name: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub file_sha256: String,
    /// How far it has come.
    pub state: StagedState,
    /// When it was uploaded.
    pub staged_at: Moment,
    /// Who imported it or threw it away.
    pub settled_by: Option<String>,
}

/// A file to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewStaged<'a> {
    /// Who uploads it.
    pub officer: &'a str,
    /// Authority of who uploads it.
    pub provider: Option<&'a str>,
    /// List that its records are for.
    pub list: &'a str,
    /// Whether it is the complete list of its provider.
    pub replace: bool,
    /// Its name.
    pub file_name: &'a str,
    /// SHA-256 of its bytes.
    pub file_sha256: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

type Row = (
    String,
    String,
    Option<String>,
    String,
    String,
    String,
    String,
    String,
    Stamp,
    Option<String>,
);

macro_rules! columns {
    () => {
        (
            staged_files::id,
            staged_files::officer,
            staged_files::provider,
            staged_files::list,
            staged_files::mode,
            staged_files::file_name,
            staged_files::file_sha256,
            staged_files::state,
            staged_files::staged_at,
            staged_files::settled_by,
        )
    };
}

fn staged(row: Row) -> Result<Staged, VaultError> {
    let (id, officer, provider, list, mode, file_name, file_sha256, state, at, settled_by) = row;
    Ok(Staged {
        id,
        officer,
        provider,
        list,
        replace: mode == "replace",
        file_name,
        file_sha256,
        state: StagedState::from_code(&state).ok_or(VaultError::Word {
            table: "staged_files",
            column: "state",
            word: state,
        })?,
        staged_at: at.into(),
        settled_by,
    })
}

fn bytes_cell(id: &str) -> Cell<'_> {
    Cell {
        table: "staged_files",
        row: id,
        column: "bytes",
    }
}

impl Vault {
    /// Keeps a file, sealed. Answers its id.
    ///
    /// # Errors
    /// Those of the database and of sealing.
    pub fn stage_file(&self, new: &NewStaged<'_>, at: Moment) -> Result<String, VaultError> {
        let id = new_id(at);
        let sealed = self
            .keys
            .vault
            .seal(bytes_cell(&id), new.bytes)
            .map_err(|source| VaultError::Cell {
                id: id.clone(),
                column: "bytes",
                source,
            })?;
        self.db.write(|conn| {
            let query = diesel::insert_into(staged_files::table).values((
                staged_files::id.eq(&id),
                staged_files::officer.eq(new.officer),
                staged_files::provider.eq(new.provider),
                staged_files::list.eq(new.list),
                staged_files::mode.eq(if new.replace { "replace" } else { "append" }),
                staged_files::file_name.eq(new.file_name),
                staged_files::file_sha256.eq(new.file_sha256),
                staged_files::state.eq(StagedState::Waiting.code()),
                staged_files::staged_at.eq(Stamp::from(at)),
                staged_files::bytes.eq(Some(sealed)),
            ));
            on_each!(conn, c => query.execute(c))?;
            let detail = format!("list {}, sha256 {}", new.list, new.file_sha256);
            let key = &self.keys.id;
            audit::append(conn, key, at, new.officer, "import.stage", &id, &detail)
        })?;
        Ok(id)
    }

    /// Files, newest first: of one authority or of all.
    ///
    /// # Errors
    /// Those of the database.
    pub fn staged_files(
        &self,
        provider: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Staged>, VaultError> {
        let rows: Vec<Row> = self.db.read(|conn| -> Result<_, VaultError> {
            let mut query = staged_files::table
                .select(columns!())
                .order(staged_files::id.desc())
                .limit(page(limit))
                .into_boxed();
            if let Some(provider) = provider {
                query = query.filter(staged_files::provider.eq(provider));
            }
            Ok(query.load(conn)?)
        })?;
        rows.into_iter().map(staged).collect()
    }

    /// How many files wait: of one authority or of all.
    ///
    /// # Errors
    /// Those of the database.
    pub fn staged_waiting(&self, provider: Option<&str>) -> Result<i64, VaultError> {
        self.db.read(|conn| {
            let mut query = staged_files::table
                .filter(staged_files::state.eq(StagedState::Waiting.code()))
                .select(diesel::dsl::count_star())
                .into_boxed();
            if let Some(provider) = provider {
                query = query.filter(staged_files::provider.eq(provider));
            }
            Ok(query.first(conn)?)
        })
    }

    /// One file; with its bytes while it waits.
    ///
    /// # Errors
    /// Those of the database; bytes that do not open.
    #[expect(
        clippy::type_complexity,
        reason = "a file and, while it waits, its bytes"
    )]
    pub fn staged_file(
        &self,
        id: &str,
    ) -> Result<Option<(Staged, Option<Zeroizing<Vec<u8>>>)>, VaultError> {
        let found: Option<(Row, Option<Vec<u8>>)> =
            self.db.read(|conn| -> Result<_, VaultError> {
                Ok(staged_files::table
                    .find(id)
                    .select((columns!(), staged_files::bytes))
                    .first(conn)
                    .optional()?)
            })?;
        let Some((row, sealed)) = found else {
            return Ok(None);
        };
        let open = |sealed: Vec<u8>| {
            let opened = self.keys.vault.open(bytes_cell(id), &sealed);
            opened.map_err(|source| VaultError::Cell {
                id: id.to_owned(),
                column: "bytes",
                source,
            })
        };
        Ok(Some((staged(row)?, sealed.map(open).transpose()?)))
    }

    /// Settles a file that waits, and forgets its bytes; `false` when it waits no more.
    ///
    /// # Errors
    /// Those of the database.
    pub fn settle_staged(
        &self,
        id: &str,
        state: StagedState,
        by: &str,
        at: Moment,
    ) -> Result<bool, VaultError> {
        self.db.write(|conn| {
            let waiting = staged_files::table
                .filter(staged_files::id.eq(id))
                .filter(staged_files::state.eq(StagedState::Waiting.code()));
            let query = diesel::update(waiting).set((
                staged_files::state.eq(state.code()),
                staged_files::settled_at.eq(Some(Stamp::from(at))),
                staged_files::settled_by.eq(Some(by)),
                staged_files::bytes.eq(None::<Vec<u8>>),
            ));
            if on_each!(conn, c => query.execute(c))? == 0 {
                return Ok(false);
            }
            let action = format!("import.{}", state.code());
            audit::append(conn, &self.keys.id, at, by, &action, id, "")?;
            Ok(true)
        })
    }
}
