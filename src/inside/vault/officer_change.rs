//! Changes of an officer's role, and bindings to a person of the OpenID provider: one officer asks, another one decides
//! (two-person rule). Who is bound signs in as the officer without its knowing, so that nobody binds alone.

use diesel::prelude::*;

use super::batch::new_id;
use super::officer::{bind, end_all, free, known, role};
use super::{Vault, VaultError, audit};
use crate::base::db::schema::vault::{officer_changes, officers};
use crate::base::db::{Stamp, on_each};
use crate::domain::cases::Role;
use crate::domain::time::Moment;

/// A change that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficerChange {
    /// Its id.
    pub id: String,
    /// Whom it is about.
    pub officer: String,
    /// The role asked for.
    pub role: Role,
    /// The authority asked for.
    pub authority: Option<String>,
    /// The person of the OpenID provider to whom the officer is to be bound; then role and authority stay.
    pub subject: Option<String>,
    /// Why.
    pub reason: String,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: Moment,
}

/// A change to be asked for.
#[derive(Clone, Copy, Debug)]
pub struct NewChange<'a> {
    /// Whom it is about.
    pub officer: &'a str,
    /// The role.
    pub role: Role,
    /// The authority.
    pub authority: Option<&'a str>,
    /// Why.
    pub reason: &'a str,
}

type Row = (
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    String,
    String,
    Stamp,
);

/// Officer, role, authority, person of the provider, who asked.
type Asked = (String, String, Option<String>, Option<String>, String);

impl Vault {
    /// Asks for a change. Nothing changes yet.
    ///
    /// # Errors
    /// [`VaultError::UnknownOfficer`]; those of the database.
    pub fn ask_officer_change(
        &self,
        new: &NewChange<'_>,
        by: &str,
        at: Moment,
    ) -> Result<(), VaultError> {
        let id = new_id(at);
        self.db.write(|conn| {
            known(conn, new.officer)?;
            let query = diesel::insert_into(officer_changes::table).values((
                officer_changes::id.eq(&id),
                officer_changes::officer.eq(new.officer),
                officer_changes::role.eq(new.role.code()),
                officer_changes::authority.eq(new.authority),
                officer_changes::reason.eq(new.reason),
                officer_changes::state.eq("open"),
                officer_changes::asked_by.eq(by),
                officer_changes::asked_at.eq(Stamp::from(at)),
            ));
            on_each!(conn, c => query.execute(c))?;
            let detail = format!("{} {}", new.role.code(), new.authority.unwrap_or("-"));
            let key = &self.keys.id;
            audit::append(conn, key, at, by, "officer.ask_role", new.officer, &detail)
        })
    }

    /// Asks that an officer be bound to a person of the OpenID provider. Nothing changes yet.
    ///
    /// # Errors
    /// [`VaultError::UnknownOfficer`]; [`VaultError::OfficerExists`] when another one is bound to the person; those of the
    /// database.
    pub fn ask_officer_binding(
        &self,
        officer: &str,
        subject: &str,
        reason: &str,
        by: &str,
        at: Moment,
    ) -> Result<(), VaultError> {
        let id = new_id(at);
        self.db.write(|conn| {
            let found: Option<(String, Option<String>)> = officers::table
                .find(officer)
                .select((officers::role, officers::authority))
                .first(conn)
                .optional()?;
            let Some((role, authority)) = found else {
                return Err(VaultError::UnknownOfficer {
                    id: officer.to_owned(),
                });
            };
            free(conn, subject)?;
            let query = diesel::insert_into(officer_changes::table).values((
                officer_changes::id.eq(&id),
                officer_changes::officer.eq(officer),
                officer_changes::role.eq(role),
                officer_changes::authority.eq(authority),
                officer_changes::subject.eq(Some(subject)),
                officer_changes::reason.eq(reason),
                officer_changes::state.eq("open"),
                officer_changes::asked_by.eq(by),
                officer_changes::asked_at.eq(Stamp::from(at)),
            ));
            on_each!(conn, c => query.execute(c))?;
            let key = &self.keys.id;
            audit::append(conn, key, at, by, "officer.ask_bind", officer, "")
        })
    }

    /// Changes that wait, oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn officer_changes(&self) -> Result<Vec<OfficerChange>, VaultError> {
        let rows: Vec<Row> = self.db.read(|conn| -> Result<_, VaultError> {
            Ok(officer_changes::table
                .filter(officer_changes::state.eq("open"))
                .select((
                    officer_changes::id,
                    officer_changes::officer,
                    officer_changes::role,
                    officer_changes::authority,
                    officer_changes::subject,
                    officer_changes::reason,
                    officer_changes::asked_by,
                    officer_changes::asked_at,
                ))
                .order((officer_changes::asked_at, officer_changes::id))
                .limit(1000)
                .load(conn)?)
        })?;
        rows.into_iter()
            .map(
                |(id, officer, code, authority, subject, reason, asked_by, asked_at)| {
                    Ok(OfficerChange {
                        id,
                        officer,
                        role: role(&code)?,
                        authority,
                        subject,
                        reason,
                        asked_by,
                        asked_at: asked_at.into(),
                    })
                },
            )
            .collect()
    }

    /// Decides a change that waits: by nobody who asked for it, and by nobody whom it is about. With a yes, the role changes,
    /// or the officer is bound, and the officer's sessions end.
    ///
    /// # Errors
    /// [`VaultError::SameOfficer`]; [`VaultError::UnknownOfficer`] when it waits no more; [`VaultError::OfficerExists`] when
    /// another one was bound to the person meanwhile; those of the database.
    pub fn decide_officer_change(
        &self,
        id: &str,
        yes: bool,
        by: &str,
        at: Moment,
    ) -> Result<(), VaultError> {
        self.db.write(|conn| {
            let place = officer_changes::table.find(id);
            let found: Option<Asked> = place
                .filter(officer_changes::state.eq("open"))
                .select((
                    officer_changes::officer,
                    officer_changes::role,
                    officer_changes::authority,
                    officer_changes::subject,
                    officer_changes::asked_by,
                ))
                .first(conn)
                .optional()?;
            let Some((officer, code, authority, subject, asked_by)) = found else {
                return Err(VaultError::UnknownOfficer { id: id.to_owned() });
            };
            if asked_by == by || officer == by {
                return Err(VaultError::SameOfficer);
            }
            let query = diesel::update(place).set((
                officer_changes::state.eq(if yes { "done" } else { "refused" }),
                officer_changes::decided_by.eq(Some(by)),
                officer_changes::decided_at.eq(Some(Stamp::from(at))),
            ));
            on_each!(conn, c => query.execute(c))?;
            let key = &self.keys.id;
            if let Some(subject) = subject {
                if yes {
                    bind(conn, &officer, Some(&subject))?;
                }
                let action = if yes {
                    "officer.bind"
                } else {
                    "officer.bind_refused"
                };
                return audit::append(conn, key, at, by, action, &officer, "");
            }
            if yes {
                let change = diesel::update(officers::table.find(&officer)).set((
                    officers::role.eq(&code),
                    officers::authority.eq(&authority),
                    officers::authority_name.eq(""),
                ));
                on_each!(conn, c => change.execute(c))?;
                end_all(conn, &officer)?;
            }
            let action = if yes {
                "officer.role"
            } else {
                "officer.role_refused"
            };
            let detail = format!("{code} {}", authority.as_deref().unwrap_or("-"));
            audit::append(conn, key, at, by, action, &officer, &detail)
        })
    }
}
