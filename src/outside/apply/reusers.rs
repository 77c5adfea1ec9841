//! What re-users send to a node that reads the public store alone: registrations, and how far each has deleted what was taken
//! back. They wait here, where such a node may write, until the node that publishes takes them into the public store.

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::{ApplyError, ApplyStore};
use crate::base::db::schema::apply::kept_reusers;
use crate::base::db::{Stamp, on_each, page};
use crate::domain::time::Moment;
use crate::outside::store::NewReuser;

/// Rows taken at once.
const PAGE: usize = 1_000;

/// A registration that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRegistration {
    /// Name, as it was given.
    pub name: String,
    /// Website; empty when none was given.
    pub website: String,
    /// When it was sent.
    pub at: Moment,
    /// How to reach it, sealed to the desk: envelope and body.
    pub contact: Option<(Vec<u8>, Vec<u8>)>,
}

/// What waits of one re-user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptReuser {
    /// Its id.
    pub id: String,
    /// Hash of its token.
    pub token_hash: String,
    /// Its registration, unless it is in the public store already.
    pub registration: Option<KeptRegistration>,
    /// Up to which sequence number it has deleted, and when it said so last.
    pub report: Option<(i64, Moment)>,
    version: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = kept_reusers)]
struct Row {
    id: String,
    version: i64,
    token_hash: String,
    name: Option<String>,
    website: Option<String>,
    made_at: Option<Stamp>,
    envelope: Option<Vec<u8>>,
    contact: Option<Vec<u8>>,
    deleted_to: Option<i64>,
    reported_at: Option<Stamp>,
}

fn kept(row: Row) -> KeptReuser {
    let registration = row
        .name
        .zip(row.made_at)
        .map(|(name, at)| KeptRegistration {
            name,
            website: row.website.unwrap_or_default(),
            at: at.into(),
            contact: row.envelope.zip(row.contact),
        });
    KeptReuser {
        id: row.id,
        token_hash: row.token_hash,
        registration,
        report: row.deleted_to.zip(row.reported_at.map(Into::into)),
        version: row.version,
    }
}

impl ApplyStore {
    /// Keeps a registration. `false` when `most` wait already.
    ///
    /// # Errors
    /// Those of the database.
    pub fn keep_registration(&self, new: NewReuser<'_>, most: i64) -> Result<bool, ApplyError> {
        self.db.write(|conn| {
            let waiting: i64 = kept_reusers::table.select(count_star()).first(conn)?;
            if waiting >= most {
                return Ok(false);
            }
            let query = diesel::insert_into(kept_reusers::table).values((
                kept_reusers::id.eq(new.id),
                kept_reusers::version.eq(1_i64),
                kept_reusers::token_hash.eq(new.token_hash),
                kept_reusers::name.eq(Some(new.name)),
                kept_reusers::website.eq(Some(new.website)),
                kept_reusers::made_at.eq(Some(Stamp::from(new.at))),
                kept_reusers::envelope.eq(new.contact.map(|c| c.0)),
                kept_reusers::contact.eq(new.contact.map(|c| c.1)),
            ));
            on_each!(conn, c => query.execute(c))?;
            Ok(true)
        })
    }

    /// Keeps a report, in the place of an older one of the same re-user. Whose it is and whether the number is possible was
    /// asked before.
    ///
    /// # Errors
    /// Those of the database.
    pub fn keep_report(
        &self,
        id: &str,
        token_hash: &str,
        seq: i64,
        at: Moment,
    ) -> Result<(), ApplyError> {
        self.db.write(|conn| {
            let report = (
                kept_reusers::deleted_to.eq(Some(seq)),
                kept_reusers::reported_at.eq(Some(Stamp::from(at))),
            );
            let query = diesel::update(kept_reusers::table.find(id))
                .set((kept_reusers::version.eq(kept_reusers::version + 1), report));
            if on_each!(conn, c => query.execute(c))? == 0 {
                let query = diesel::insert_into(kept_reusers::table).values((
                    kept_reusers::id.eq(id),
                    kept_reusers::version.eq(1_i64),
                    kept_reusers::token_hash.eq(token_hash),
                    report,
                ));
                on_each!(conn, c => query.execute(c))?;
            }
            Ok(())
        })
    }

    /// What waits of a re-user.
    ///
    /// # Errors
    /// Those of the database.
    pub fn kept_reuser(&self, id: &str) -> Result<Option<KeptReuser>, ApplyError> {
        self.db.read(|conn| {
            let row: Option<Row> = kept_reusers::table
                .find(id)
                .select(Row::as_select())
                .first(conn)
                .optional()?;
            Ok(row.map(kept))
        })
    }

    /// What waits, so much at a time.
    ///
    /// # Errors
    /// Those of the database.
    pub fn kept_reusers(&self) -> Result<Vec<KeptReuser>, ApplyError> {
        self.db.read(|conn| {
            let rows: Vec<Row> = kept_reusers::table
                .select(Row::as_select())
                .order(kept_reusers::id)
                .limit(page(PAGE))
                .load(conn)?;
            Ok(rows.into_iter().map(kept).collect())
        })
    }

    /// Forgets what was taken into the public store, unless more was sent meanwhile.
    ///
    /// # Errors
    /// Those of the database.
    pub fn forget_reuser(&self, taken: &KeptReuser) -> Result<(), ApplyError> {
        self.db.write(|conn| {
            let row: Option<Row> = kept_reusers::table
                .find(&taken.id)
                .select(Row::as_select())
                .first(conn)
                .optional()?;
            // a row that was forgotten and made anew begins its versions again: all of it is compared
            if row.map(kept).as_ref() == Some(taken) {
                let query = diesel::delete(kept_reusers::table.find(&taken.id));
                on_each!(conn, c => query.execute(c))?;
            }
            Ok(())
        })
    }
}
