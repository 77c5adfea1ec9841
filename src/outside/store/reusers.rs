//! Re-users: who keeps copies, and up to which sequence number each says to have deleted what was taken back.

use diesel::dsl::{count_star, min};
use diesel::prelude::*;

use super::meta::SEQ;
use super::{PublicStore, StoreError};
use crate::base::db::schema::public::{reusers, tombstones};
use crate::base::db::{Stamp, counter, on_each};
use crate::domain::time::Moment;

/// Where a re-user stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReuserState {
    /// Registered, and not yet looked at: the public page does not name it.
    Pending,
    /// Named on the public page.
    Listed,
    /// Taken out.
    Removed,
}

impl ReuserState {
    const ALL: [Self; 3] = [Self::Pending, Self::Listed, Self::Removed];

    /// Its stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Listed => "listed",
            Self::Removed => "removed",
        }
    }
}

/// A re-user, and what it has still to delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reuser {
    /// Under what it is listed and reports.
    pub id: String,
    /// Its name, as it gave it.
    pub name: String,
    /// Its website, as it gave it; empty when it gave none.
    pub website: String,
    /// Where it stands.
    pub state: ReuserState,
    /// When it registered.
    pub made_at: Moment,
    /// Sequence number up to which it has deleted what was taken back.
    pub deleted_to: i64,
    /// When it last said so.
    pub reported_at: Option<Moment>,
    /// What was taken back after that.
    pub behind: i64,
    /// When the first of these was taken back.
    pub behind_since: Option<Moment>,
}

/// A re-user that registers.
#[derive(Clone, Copy, Debug)]
pub struct NewReuser<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its website, or nothing.
    pub website: &'a str,
    /// Hash of its token.
    pub token_hash: &'a str,
    /// How to reach it, sealed to the desk: envelope and body.
    pub contact: Option<(&'a [u8], &'a [u8])>,
    /// When it registers.
    pub at: Moment,
}

/// What became of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reported {
    /// It was taken down.
    Done(Box<Reuser>),
    /// No re-user has this id and this token.
    Unknown,
    /// The number is not one that could have been reached: beyond the store's, or before what was said already.
    Impossible {
        /// The least that is taken.
        least: i64,
        /// The most that is taken.
        most: i64,
    },
}

/// How to reach a re-user, sealed to the desk: envelope and body.
pub type SealedContact = (Vec<u8>, Vec<u8>);

type Held = Option<Vec<u8>>;

type Row = (String, String, String, String, Stamp, i64, Option<Stamp>);

const ROW: (
    reusers::id,
    reusers::name,
    reusers::website,
    reusers::state,
    reusers::made_at,
    reusers::deleted_to,
    reusers::reported_at,
) = (
    reusers::id,
    reusers::name,
    reusers::website,
    reusers::state,
    reusers::made_at,
    reusers::deleted_to,
    reusers::reported_at,
);

fn complete(conn: &mut crate::base::db::Conn, row: Row) -> Result<Reuser, StoreError> {
    let (id, name, website, state, made_at, deleted_to, reported_at) = row;
    let after = tombstones::table.filter(tombstones::seq.gt(deleted_to));
    let behind: i64 = after.select(count_star()).first(conn)?;
    let since: Option<Stamp> = after.select(min(tombstones::at)).first(conn)?;
    let state = ReuserState::ALL.into_iter().find(|s| s.code() == state);
    Ok(Reuser {
        id,
        name,
        website,
        state: state.ok_or_else(|| StoreError::Damaged {
            num: 0,
            cause: "a re-user of an unknown state".to_owned(),
        })?,
        made_at: made_at.into(),
        deleted_to,
        reported_at: reported_at.map(Into::into),
        behind,
        behind_since: since.map(Into::into),
    })
}

/// The row of a re-user that was not taken out, by who holds its token.
fn held_by(
    conn: &mut crate::base::db::Conn,
    id: &str,
    token_hash: &str,
) -> QueryResult<Option<Row>> {
    reusers::table
        .find(id)
        .filter(reusers::token_hash.eq(token_hash))
        .filter(reusers::state.ne(ReuserState::Removed.code()))
        .select(ROW)
        .first(conn)
        .optional()
}

fn waiting(conn: &mut crate::base::db::Conn) -> QueryResult<i64> {
    reusers::table
        .filter(reusers::state.eq(ReuserState::Pending.code()))
        .select(count_star())
        .first(conn)
}

impl PublicStore {
    /// Registers a re-user, who begins with nothing deleted: its copy may be as old as the first release. One who is there
    /// already stays as it is. `false` when more than `most` wait to be looked at.
    ///
    /// # Errors
    /// Those of the database.
    pub fn add_reuser(&self, new: NewReuser<'_>, most: i64) -> Result<bool, StoreError> {
        self.db.write(|conn| {
            let known: Option<String> = reusers::table
                .find(new.id)
                .select(reusers::id)
                .first(conn)
                .optional()?;
            if known.is_some() {
                return Ok(true);
            }
            if waiting(conn)? >= most {
                return Ok(false);
            }
            let query = diesel::insert_into(reusers::table).values((
                reusers::id.eq(new.id),
                reusers::name.eq(new.name),
                reusers::website.eq(new.website),
                reusers::token_hash.eq(new.token_hash),
                reusers::state.eq(ReuserState::Pending.code()),
                reusers::made_at.eq(Stamp::from(new.at)),
                reusers::deleted_to.eq(0_i64),
                reusers::envelope.eq(new.contact.map(|c| c.0)),
                reusers::contact.eq(new.contact.map(|c| c.1)),
            ));
            on_each!(conn, c => query.execute(c))?;
            Ok(true)
        })
    }

    /// The re-users in a state, oldest first, and where the store stands.
    ///
    /// # Errors
    /// Those of the database.
    pub fn reusers(&self, state: ReuserState) -> Result<(Vec<Reuser>, i64), StoreError> {
        self.db.snapshot(|conn| {
            let rows: Vec<Row> = reusers::table
                .filter(reusers::state.eq(state.code()))
                .select(ROW)
                .order((reusers::made_at, reusers::id))
                .load(conn)?;
            let all: Result<Vec<_>, _> = rows.into_iter().map(|row| complete(conn, row)).collect();
            Ok((all?, counter(conn, SEQ)?))
        })
    }

    /// A re-user that was not taken out.
    ///
    /// # Errors
    /// Those of the database.
    pub fn reuser(&self, id: &str) -> Result<Option<Reuser>, StoreError> {
        self.db.snapshot(|conn| {
            let row: Option<Row> = reusers::table
                .find(id)
                .filter(reusers::state.ne(ReuserState::Removed.code()))
                .select(ROW)
                .first(conn)
                .optional()?;
            row.map(|row| complete(conn, row)).transpose()
        })
    }

    /// A re-user that was not taken out, by who holds the token.
    ///
    /// # Errors
    /// Those of the database.
    pub fn reuser_of(&self, id: &str, token_hash: &str) -> Result<Option<Reuser>, StoreError> {
        self.db.snapshot(|conn| {
            held_by(conn, id, token_hash)?
                .map(|row| complete(conn, row))
                .transpose()
        })
    }

    /// The same re-user with what it has still to delete from the number on that it says, and where the store stands.
    ///
    /// # Errors
    /// Those of the database.
    pub fn still_behind(&self, reuser: Reuser) -> Result<(Reuser, i64), StoreError> {
        self.db.snapshot(|conn| {
            let after = tombstones::table.filter(tombstones::seq.gt(reuser.deleted_to));
            let behind: i64 = after.select(count_star()).first(conn)?;
            let since: Option<Stamp> = after.select(min(tombstones::at)).first(conn)?;
            let reuser = Reuser {
                behind,
                behind_since: since.map(Into::into),
                ..reuser
            };
            Ok((reuser, counter(conn, SEQ)?))
        })
    }

    /// How many re-users wait to be looked at.
    ///
    /// # Errors
    /// Those of the database.
    pub fn reusers_waiting(&self) -> Result<i64, StoreError> {
        self.db.read(|conn| Ok(waiting(conn)?))
    }

    /// Takes a report down: deleted up to a sequence number, by who holds the token.
    ///
    /// # Errors
    /// Those of the database.
    pub fn report_deleted(
        &self,
        id: &str,
        token_hash: &str,
        seq: i64,
        at: Moment,
    ) -> Result<Reported, StoreError> {
        self.db.write(|conn| {
            let Some(mut row) = held_by(conn, id, token_hash)? else {
                return Ok(Reported::Unknown);
            };
            let (least, most) = (row.5, counter(conn, SEQ)?);
            if seq < least || seq > most {
                return Ok(Reported::Impossible { least, most });
            }
            let stamp = Stamp::from(at);
            let query = diesel::update(reusers::table.find(id)).set((
                reusers::deleted_to.eq(seq),
                reusers::reported_at.eq(Some(stamp)),
            ));
            on_each!(conn, c => query.execute(c))?;
            (row.5, row.6) = (seq, Some(stamp));
            Ok(Reported::Done(Box::new(complete(conn, row)?)))
        })
    }

    /// Names a re-user on the public page, or takes it out, with its contact; `false` when there is none.
    ///
    /// # Errors
    /// Those of the database.
    pub fn set_reuser(&self, id: &str, to: ReuserState) -> Result<bool, StoreError> {
        self.db.write(|conn| {
            let row = reusers::table
                .find(id)
                .filter(reusers::state.ne(ReuserState::Removed.code()));
            let changed = if to == ReuserState::Removed {
                let query = diesel::update(row).set((
                    reusers::state.eq(to.code()),
                    reusers::name.eq(""),
                    reusers::website.eq(""),
                    reusers::envelope.eq(None::<Vec<u8>>),
                    reusers::contact.eq(None::<Vec<u8>>),
                ));
                on_each!(conn, c => query.execute(c))?
            } else {
                let query = diesel::update(row).set(reusers::state.eq(to.code()));
                on_each!(conn, c => query.execute(c))?
            };
            Ok(changed > 0)
        })
    }

    /// How to reach a re-user, sealed to the desk: envelope and body; none when it left none.
    ///
    /// # Errors
    /// Those of the database.
    pub fn reuser_contact(&self, id: &str) -> Result<Option<SealedContact>, StoreError> {
        self.db.read(|conn| {
            let found: Option<(Held, Held)> = reusers::table
                .find(id)
                .select((reusers::envelope, reusers::contact))
                .first(conn)
                .optional()?;
            Ok(found.and_then(|(envelope, contact)| envelope.zip(contact)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::db::testing::Scratch;
    use crate::domain::time::day_start;
    use crate::outside::web::tests::fixture::{CODE, org, today};
    use crate::record::{PublicRecord, Why};

    fn new<'a>(id: &'a str, hash: &'a str) -> NewReuser<'a> {
        NewReuser {
            id,
            name: "虚构报社",
            website: "",
            token_hash: hash,
            contact: Some((b"envelope", b"sealed")),
            at: day_start(today()),
        }
    }

    #[test]
    fn reusers_register_report_and_are_taken_out_on_both_databases() {
        Scratch::each(|url| {
            let store = PublicStore::open(url).unwrap();
            let at = day_start(today());
            let record = PublicRecord::restored(org("a1", "厦门海风贸易有限公司", CODE));
            let id = record.id.clone();
            store.release(at, "v", 1, &[record], &[]).unwrap();
            assert!(store.add_reuser(new("a", "h1"), 2).unwrap());
            assert!(store.add_reuser(new("b", "h2"), 2).unwrap());
            assert!(!store.add_reuser(new("c", "h3"), 2).unwrap(), "two wait");
            assert!(store.set_reuser("a", ReuserState::Listed).unwrap());
            assert_eq!(store.reusers_waiting().unwrap(), 1);

            let report = |hash, seq| store.report_deleted("a", hash, seq, at).unwrap();
            assert_eq!(report("h2", 1), Reported::Unknown);
            assert_eq!(report("h1", 2), Reported::Impossible { least: 0, most: 1 });
            assert!(matches!(report("h1", 1), Reported::Done(r) if r.behind == 0));
            let gone = [(id, Why::Repaired)];
            store.release(at, "v", 1, &[], &gone).unwrap();
            let (all, seq) = store.reusers(ReuserState::Listed).unwrap();
            assert_eq!((all.len(), seq), (1, 2));
            assert_eq!(
                (all[0].behind, all[0].behind_since, all[0].deleted_to),
                (1, Some(at), 1)
            );
            assert!(matches!(report("h1", 2), Reported::Done(r) if r.behind_since.is_none()));

            let contact = (b"envelope".to_vec(), b"sealed".to_vec());
            assert_eq!(store.reuser_contact("a").unwrap(), Some(contact));
            assert!(store.set_reuser("a", ReuserState::Removed).unwrap());
            assert!(!store.set_reuser("a", ReuserState::Listed).unwrap());
            assert_eq!(store.reuser_contact("a").unwrap(), None);
            assert_eq!(store.reuser("a").unwrap(), None);
            assert_eq!(report("h1", 2), Reported::Unknown);
            // none of this is a change of what is public
            assert_eq!(store.position().unwrap().seq, 2);
        });
    }
}
