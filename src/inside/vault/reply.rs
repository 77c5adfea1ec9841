//! Texts that officers begin a reply with, kept for each authority and act. An authority sees its own and those of the
//! platform, and changes its own alone.

use diesel::prelude::*;
use zeroize::Zeroizing;

use super::{Vault, VaultError, audit};
use crate::base::crypto::Cell;
use crate::base::db::schema::vault::reply_templates;
use crate::base::db::{Stamp, on_each};
use crate::domain::cases::CaseKind;
use crate::domain::time::Moment;

/// Texts of one authority at most.
pub const MOST: i64 = 500;

/// A text to begin a reply with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyTemplate {
    /// Id.
    pub id: String,
    /// Credit code of the authority; empty: the platform's, for all.
    pub authority: String,
    /// Kind of case.
    pub kind: CaseKind,
    /// Code of the act.
    pub act: String,
    /// Under what it is chosen.
    pub title: String,
    /// The text, with places to be filled in.
    pub body: String,
    /// When it was set.
    pub set_at: Moment,
    /// Who set it.
    pub set_by: String,
}

#[derive(Queryable, Insertable, AsChangeset)]
#[diesel(table_name = reply_templates)]
struct Row {
    id: String,
    authority_code: String,
    kind: String,
    act: String,
    title: String,
    body: Vec<u8>,
    set_at: Stamp,
    set_by: String,
}

fn cell(id: &str) -> Cell<'_> {
    Cell {
        table: "reply_templates",
        row: id,
        column: "body",
    }
}

impl Vault {
    fn open_reply(&self, row: Row) -> Result<ReplyTemplate, VaultError> {
        let failed = |source| VaultError::Cell {
            id: row.id.clone(),
            column: "body",
            source,
        };
        let plain = self
            .keys
            .vault
            .open(cell(&row.id), &row.body)
            .map_err(failed)?;
        let body = std::str::from_utf8(&plain).map_err(|_| VaultError::Encode)?;
        Ok(ReplyTemplate {
            body: body.to_owned(),
            kind: CaseKind::from_code(&row.kind).ok_or_else(|| VaultError::Word {
                table: "reply_templates",
                column: "kind",
                word: row.kind.clone(),
            })?,
            authority: row.authority_code,
            act: row.act,
            title: row.title,
            set_at: row.set_at.into(),
            set_by: row.set_by,
            id: row.id,
        })
    }

    /// The texts of an authority and those of the platform, by kind, act and title.
    ///
    /// # Errors
    /// Those of the database; a text that does not open.
    pub fn reply_templates(&self, authority: &str) -> Result<Vec<ReplyTemplate>, VaultError> {
        let rows: Vec<Row> = self.db.read(|conn| -> Result<_, VaultError> {
            Ok(reply_templates::table
                .filter(
                    reply_templates::authority_code
                        .eq(authority)
                        .or(reply_templates::authority_code.eq("")),
                )
                .order((
                    reply_templates::kind,
                    reply_templates::act,
                    reply_templates::title,
                    reply_templates::id,
                ))
                .limit(MOST * 2)
                .load(conn)?)
        })?;
        rows.into_iter().map(|row| self.open_reply(row)).collect()
    }

    /// Adds a text or changes one of the same authority; `false` when there is none of this id there, or no room for more.
    ///
    /// # Errors
    /// Those of the database.
    pub fn set_reply_template(&self, new: &ReplyTemplate, add: bool) -> Result<bool, VaultError> {
        let plain = Zeroizing::new(new.body.clone().into_bytes());
        let sealed = self.keys.vault.seal(cell(&new.id), &plain);
        let row = Row {
            id: new.id.clone(),
            authority_code: new.authority.clone(),
            kind: new.kind.code().to_owned(),
            act: new.act.clone(),
            title: new.title.clone(),
            body: sealed.map_err(|source| VaultError::Cell {
                id: new.id.clone(),
                column: "body",
                source,
            })?,
            set_at: new.set_at.into(),
            set_by: new.set_by.clone(),
        };
        self.db.write(|conn| {
            let own =
                reply_templates::table.filter(reply_templates::authority_code.eq(&new.authority));
            let changed = if add {
                let there: i64 = own.count().get_result(conn)?;
                if there >= MOST {
                    return Ok(false);
                }
                let query = diesel::insert_into(reply_templates::table).values(&row);
                on_each!(conn, c => query.execute(c))?
            } else {
                let query = diesel::update(own.filter(reply_templates::id.eq(&new.id))).set(&row);
                on_each!(conn, c => query.execute(c))?
            };
            if changed > 0 {
                let (by, at) = (&new.set_by, new.set_at);
                let detail = format!("{} {}", new.kind.code(), new.act);
                audit::append(
                    conn,
                    &self.keys.id,
                    at,
                    by,
                    "template.set",
                    &new.id,
                    &detail,
                )?;
            }
            Ok(changed > 0)
        })
    }

    /// Takes a text of an authority away; `false` when there is none of this id there.
    ///
    /// # Errors
    /// Those of the database.
    pub fn drop_reply_template(
        &self,
        id: &str,
        authority: &str,
        by: &str,
        at: Moment,
    ) -> Result<bool, VaultError> {
        self.db.write(|conn| {
            let query = diesel::delete(
                reply_templates::table
                    .filter(reply_templates::id.eq(id))
                    .filter(reply_templates::authority_code.eq(authority)),
            );
            let gone = on_each!(conn, c => query.execute(c))? > 0;
            if gone {
                audit::append(conn, &self.keys.id, at, by, "template.drop", id, "")?;
            }
            Ok(gone)
        })
    }
}
