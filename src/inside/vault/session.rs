//! Sessions of officers. The vault knows the hash of a token; a session is over when it was not used for a while, when its
//! whole time is over, when its officer was disabled, or when it was ended.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::officer::OfficerRow;
use super::{Officer, Vault, VaultError, audit, officer};
use crate::base::crypto::Totp;
use crate::base::db::schema::vault::{officer_sessions, officers};
use crate::base::db::{Stamp, on_each};
use crate::domain::kinds::vocabulary;
use crate::domain::time::Moment;

/// Use of a session is written down when the last one is as old as this: not every page is a write.
const SEEN_AGAIN: TimeDelta = TimeDelta::seconds(60);

vocabulary! {
    /// How far a session goes.
    Stage {
        Full = "full", "已登录", "signed in";
        Setup = "setup", "须先设置密码和验证器", "password and second factor to be set";
    }
}

/// A session that begins.
#[derive(Clone, Copy, Debug)]
pub struct NewSession<'a> {
    /// Who.
    pub officer: &'a str,
    /// Hash of its token.
    pub hash: &'a str,
    /// How far it goes.
    pub stage: Stage,
    /// When it is over at the latest.
    pub ends_at: Moment,
    /// Hash of the token that the browser had before: that session ends.
    pub instead_of: Option<&'a str>,
    /// How the officer signed in, for the audit log.
    pub how: &'a str,
}

impl Vault {
    /// Begins a session, and forgets those that are over.
    ///
    /// # Errors
    /// Those of the database.
    pub fn begin_session(&self, new: &NewSession<'_>, at: Moment) -> Result<(), VaultError> {
        let now = Stamp::from(at);
        self.db.write(|conn| {
            let old = diesel::delete(
                officer_sessions::table.filter(
                    officer_sessions::ends_at
                        .le(now)
                        .or(officer_sessions::token_hash.eq(new.instead_of.unwrap_or_default())),
                ),
            );
            on_each!(conn, c => old.execute(c))?;
            let query = diesel::insert_into(officer_sessions::table).values((
                officer_sessions::token_hash.eq(new.hash),
                officer_sessions::officer.eq(new.officer),
                officer_sessions::stage.eq(new.stage.code()),
                officer_sessions::made_at.eq(now),
                officer_sessions::seen_at.eq(now),
                officer_sessions::ends_at.eq(Stamp::from(new.ends_at)),
            ));
            on_each!(conn, c => query.execute(c))?;
            let seen = diesel::update(officers::table.find(new.officer))
                .set(officers::signed_in_at.eq(Some(now)));
            on_each!(conn, c => seen.execute(c))?;
            let key = &self.keys.id;
            audit::append(
                conn,
                key,
                at,
                new.officer,
                "desk.sign_in",
                new.officer,
                new.how,
            )
        })
    }

    /// The officer of a session that is not over, and how far the session goes. It counts as used.
    ///
    /// # Errors
    /// Those of the database.
    pub fn session(
        &self,
        hash: &str,
        idle: TimeDelta,
        now: Moment,
    ) -> Result<Option<(Officer, Stage)>, VaultError> {
        let found: Option<(OfficerRow, String, Stamp)> =
            self.db.read(|conn| -> Result<_, VaultError> {
                Ok(officer_sessions::table
                    .inner_join(officers::table)
                    .filter(officer_sessions::token_hash.eq(hash))
                    .filter(officer_sessions::ends_at.gt(Stamp::from(now)))
                    .filter(officer_sessions::seen_at.gt(Stamp::from(now - idle)))
                    .filter(officers::disabled_at.is_null())
                    .select((
                        OfficerRow::as_select(),
                        officer_sessions::stage,
                        officer_sessions::seen_at,
                    ))
                    .first(conn)
                    .optional()?)
            })?;
        let Some((row, stage, seen)) = found else {
            return Ok(None);
        };
        if now - Moment::from(seen) >= SEEN_AGAIN {
            self.db.write(|conn| -> Result<_, VaultError> {
                let query = diesel::update(officer_sessions::table.find(hash))
                    .set(officer_sessions::seen_at.eq(Stamp::from(now)));
                Ok(on_each!(conn, c => query.execute(c))?)
            })?;
        }
        let stage = Stage::from_code(&stage).ok_or(VaultError::Word {
            table: "officer_sessions",
            column: "stage",
            word: stage,
        })?;
        Ok(Some((row.officer()?, stage)))
    }

    /// The second factor that a session is setting up: made once, so that the page can be asked for again.
    ///
    /// # Errors
    /// Those of the database and of keys.
    pub fn pending_totp(&self, hash: &str, officer: &str) -> Result<Totp, VaultError> {
        self.db.write(|conn| {
            let place = officer_sessions::table.find(hash);
            let kept: Option<Option<Vec<u8>>> = place
                .select(officer_sessions::pending)
                .first(conn)
                .optional()?;
            if let Some(Some(sealed)) = kept {
                return self.open_totp(officer, &sealed);
            }
            let totp = Totp::new().map_err(|_| VaultError::Encode)?;
            let sealed = self.seal_totp(officer, &totp)?;
            let query = diesel::update(place).set(officer_sessions::pending.eq(Some(sealed)));
            on_each!(conn, c => query.execute(c))?;
            Ok(totp)
        })
    }

    /// Ends a session.
    ///
    /// # Errors
    /// Those of the database.
    pub fn end_session(&self, hash: &str, officer: &str, at: Moment) -> Result<(), VaultError> {
        self.db.write(|conn| {
            let query = diesel::delete(officer_sessions::table.find(hash));
            if on_each!(conn, c => query.execute(c))? > 0 {
                audit::append(
                    conn,
                    &self.keys.id,
                    at,
                    officer,
                    "desk.sign_out",
                    officer,
                    "",
                )?;
            }
            Ok(())
        })
    }

    /// Ends all sessions of an officer. Answers how many.
    ///
    /// # Errors
    /// Those of the database.
    pub fn end_sessions(&self, officer: &str) -> Result<usize, VaultError> {
        self.db.write(|conn| officer::end_all(conn, officer))
    }
}
