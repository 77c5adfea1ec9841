//! Files that were uploaded at the desk and are not imported yet: sealed, looked at in a preview, then imported or thrown
//! away. When a file is settled its bytes are gone; what remains says who, which file, and when.

use diesel::prelude::*;
use zeroize::Zeroizing;

use super::batch::new_id;
use super::{Vault, VaultError, audit};
use crate::base::crypto::Cell;
use crate::base::db::schema::vault::staged_files;
use crate::base::db::{Conn, Stamp, on_each, page};
use crate::domain::kinds::vocabulary;
use crate::domain::time::Moment;

vocabulary! {
    /// How far a file has come.
    StagedState {
        Waiting = "waiting", "待确认", "waiting";
        Proposed = "proposed", "待复核", "for a second officer";
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
    /// What was proposed to a second officer.
    pub proposal: Option<Proposal>,
    /// Who sent it back the last time, and why.
    pub returned: Option<(String, String)>,
}

impl Staged {
    /// Whether it can still be imported.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.state, StagedState::Waiting | StagedState::Proposed)
    }
}

/// A file as it was proposed to a second officer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Who proposed it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Hash of what it would bring, as the proposer saw it.
    pub outcome: String,
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
    (
        Option<String>,
        Option<Stamp>,
        Option<String>,
        Option<String>,
        Option<String>,
    ),
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
            (
                staged_files::proposed_by,
                staged_files::proposed_at,
                staged_files::outcome,
                staged_files::returned_by,
                staged_files::reason,
            ),
        )
    };
}

/// A file that waits or is proposed.
macro_rules! open {
    ($id:expr) => {
        staged_files::table.filter(staged_files::id.eq($id)).filter(
            staged_files::state
                .eq(StagedState::Waiting.code())
                .or(staged_files::state.eq(StagedState::Proposed.code())),
        )
    };
}

fn staged(row: Row) -> Result<Staged, VaultError> {
    let (id, officer, provider, list, mode, file_name, file_sha256, state, at, settled_by, second) =
        row;
    let (proposed_by, proposed_at, outcome, returned_by, reason) = second;
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
        proposal: proposed_by
            .zip(proposed_at)
            .zip(outcome)
            .map(|((by, at), outcome)| Proposal {
                by,
                at: at.into(),
                outcome,
            }),
        returned: returned_by.zip(reason),
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

    /// How many files wait for a second officer: of one authority or of all, those that `but` proposed excepted.
    ///
    /// # Errors
    /// Those of the database.
    pub fn staged_proposed(&self, provider: Option<&str>, but: &str) -> Result<i64, VaultError> {
        self.db.read(|conn| {
            let mut query = staged_files::table
                .filter(staged_files::state.eq(StagedState::Proposed.code()))
                .filter(staged_files::proposed_by.ne(but).assume_not_null())
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

    /// Proposes a file to a second officer, with the hash of what it would bring; also anew, when that has changed. `false`
    /// when it waits no more.
    ///
    /// # Errors
    /// Those of the database.
    pub fn propose_staged(
        &self,
        id: &str,
        outcome: &str,
        by: &str,
        at: Moment,
    ) -> Result<bool, VaultError> {
        self.db.write(|conn| {
            let query = diesel::update(open!(id)).set((
                staged_files::state.eq(StagedState::Proposed.code()),
                staged_files::proposed_by.eq(Some(by)),
                staged_files::proposed_at.eq(Some(Stamp::from(at))),
                staged_files::outcome.eq(Some(outcome)),
                staged_files::returned_by.eq(None::<String>),
                staged_files::reason.eq(None::<String>),
            ));
            if on_each!(conn, c => query.execute(c))? == 0 {
                return Ok(false);
            }
            let detail = format!("outcome {outcome}");
            audit::append(conn, &self.keys.id, at, by, "import.propose", id, &detail)?;
            Ok(true)
        })
    }

    /// Sends a proposed file back to who proposed it, with a reason. `false` when it is proposed no more.
    ///
    /// # Errors
    /// [`VaultError::SameOfficer`]; those of the database.
    pub fn return_staged(
        &self,
        id: &str,
        reason: &str,
        by: &str,
        at: Moment,
    ) -> Result<bool, VaultError> {
        self.db.write(|conn| {
            if is_proposer(conn, id, by)? {
                return Err(VaultError::SameOfficer);
            }
            let query = diesel::update(
                staged_files::table
                    .filter(staged_files::id.eq(id))
                    .filter(staged_files::state.eq(StagedState::Proposed.code())),
            )
            .set((
                staged_files::state.eq(StagedState::Waiting.code()),
                staged_files::returned_by.eq(Some(by)),
                staged_files::reason.eq(Some(reason)),
            ));
            if on_each!(conn, c => query.execute(c))? == 0 {
                return Ok(false);
            }
            audit::append(conn, &self.keys.id, at, by, "import.return", id, "")?;
            Ok(true)
        })
    }

    /// Fails unless a file is proposed with this outcome, by somebody else than `by`.
    ///
    /// # Errors
    /// [`VaultError::SameOfficer`]; those of the database.
    pub fn may_release_staged(
        &self,
        id: &str,
        outcome: &str,
        by: &str,
    ) -> Result<bool, VaultError> {
        self.db.read(|conn| {
            if is_proposer(conn, id, by)? {
                return Err(VaultError::SameOfficer);
            }
            let proposed = staged_files::table
                .filter(staged_files::id.eq(id))
                .filter(staged_files::state.eq(StagedState::Proposed.code()))
                .filter(staged_files::outcome.eq(outcome).assume_not_null());
            Ok(diesel::select(diesel::dsl::exists(proposed)).get_result(conn)?)
        })
    }

    /// Settles a file that waits or is proposed, and forgets its bytes; `false` when it waits no more.
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
            let query = diesel::update(open!(id)).set((
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

fn is_proposer(conn: &mut Conn, id: &str, by: &str) -> Result<bool, VaultError> {
    let proposer: Option<Option<String>> = staged_files::table
        .find(id)
        .select(staged_files::proposed_by)
        .first(conn)
        .optional()?;
    Ok(proposer.flatten().as_deref() == Some(by))
}
