//! Officers of the desk: who they are, in which role and for which authority they act, and with what they sign in.
//!
//! A password is kept as its argon2id hash, the secret of a second factor sealed and bound to its officer. Every change stands
//! in the audit log, in the transaction that makes it. Officers are disabled and never deleted: the log names them.

use diesel::prelude::*;

use super::{Vault, VaultError, audit};
use crate::base::crypto::{Cell, Password, Totp};
use crate::base::db::schema::vault::{officer_sessions, officers};
use crate::base::db::{Conn, Stamp, on_each};
use crate::domain::cases::{Actor, Role};
use crate::domain::time::Moment;

/// An officer, without what signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Officer {
    /// Stable id; also the name that is typed at sign-in.
    pub id: String,
    /// Name of the person.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Unified social credit code of the authority acted for; `None` in roles without one.
    pub authority: Option<String>,
    /// Its name; empty when it was not told.
    pub authority_name: String,
    /// Whether a password and a second factor are to be set before anything else.
    pub must_change: bool,
    /// Whether it is an officer of the demonstration, who signs in on no other site.
    pub demo: bool,
    /// Whether there is a password; who has none signs in through the OpenID provider alone.
    pub has_password: bool,
    /// Whether there is a second factor.
    pub has_totp: bool,
    /// Subject at the OpenID provider, where it signs in so.
    pub oidc_subject: Option<String>,
    /// Since when disabled; `None` while in force.
    pub disabled_at: Option<Moment>,
    /// When made.
    pub made_at: Moment,
    /// Who made it.
    pub made_by: String,
    /// Last sign-in.
    pub signed_in_at: Option<Moment>,
}

impl Officer {
    /// As who acts in a case.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::new(
            &self.id,
            self.role,
            self.authority.as_deref().unwrap_or_default(),
        )
    }

    /// The authority whose matters alone the officer may see; `None`: those of every authority.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.role
            .is_scoped()
            .then(|| self.authority.as_deref().unwrap_or_default())
    }
}

/// What signs an officer in.
#[derive(Debug)]
pub struct Credentials {
    /// The password's hash; `None`: only the OpenID provider signs this officer in.
    pub password: Option<Password>,
    /// The second factor.
    pub totp: Option<Totp>,
    /// Last step whose code was used.
    pub totp_step: i64,
}

/// An officer to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewOfficer<'a> {
    /// Id.
    pub id: &'a str,
    /// Name of the person.
    pub name: &'a str,
    /// Role.
    pub role: Role,
    /// Authority.
    pub authority: Option<&'a str>,
    /// Its name; empty when it is not told.
    pub authority_name: &'a str,
    /// Password for the first sign-in.
    pub password: Option<&'a Password>,
    /// Second factor for the first sign-in.
    pub totp: Option<&'a Totp>,
    /// Subject at the OpenID provider.
    pub oidc_subject: Option<&'a str>,
    /// Whether it is an officer of the demonstration: its password stays, and it needs no second factor.
    pub demo: bool,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = officers)]
pub(super) struct OfficerRow {
    id: String,
    name: String,
    role: String,
    authority: Option<String>,
    authority_name: String,
    password: Option<String>,
    totp: Option<Vec<u8>>,
    totp_step: i64,
    must_change: i64,
    demo: i64,
    oidc_subject: Option<String>,
    disabled_at: Option<Stamp>,
    made_at: Stamp,
    made_by: String,
    signed_in_at: Option<Stamp>,
}

impl OfficerRow {
    pub(super) fn officer(&self) -> Result<Officer, VaultError> {
        Ok(Officer {
            id: self.id.clone(),
            name: self.name.clone(),
            role: role(&self.role)?,
            authority: self.authority.clone(),
            authority_name: self.authority_name.clone(),
            must_change: self.must_change != 0,
            demo: self.demo != 0,
            has_password: self.password.is_some(),
            has_totp: self.totp.is_some(),
            oidc_subject: self.oidc_subject.clone(),
            disabled_at: self.disabled_at.map(Into::into),
            made_at: self.made_at.into(),
            made_by: self.made_by.clone(),
            signed_in_at: self.signed_in_at.map(Into::into),
        })
    }
}

/// A role as it is kept.
pub(super) fn role(code: &str) -> Result<Role, VaultError> {
    Role::from_code(code).ok_or_else(|| VaultError::Word {
        table: "officers",
        column: "role",
        word: code.to_owned(),
    })
}

fn totp_cell(id: &str) -> Cell<'_> {
    Cell {
        table: "officers",
        row: id,
        column: "totp",
    }
}

fn unknown(id: &str) -> VaultError {
    VaultError::UnknownOfficer { id: id.to_owned() }
}

fn role_and_authority(role: Role, authority: Option<&str>) -> String {
    format!("{} {}", role.code(), authority.unwrap_or("-"))
}

impl Vault {
    pub(super) fn seal_totp(&self, id: &str, totp: &Totp) -> Result<Vec<u8>, VaultError> {
        self.keys
            .vault
            .seal(totp_cell(id), totp.bytes())
            .map_err(|source| VaultError::Cell {
                id: id.to_owned(),
                column: "totp",
                source,
            })
    }

    pub(super) fn open_totp(&self, id: &str, sealed: &[u8]) -> Result<Totp, VaultError> {
        let plain = self
            .keys
            .vault
            .open(totp_cell(id), sealed)
            .map_err(|source| VaultError::Cell {
                id: id.to_owned(),
                column: "totp",
                source,
            })?;
        Totp::of(&plain).ok_or(VaultError::Encode)
    }

    /// Makes an officer.
    ///
    /// # Errors
    /// [`VaultError::OfficerExists`]; those of the database.
    pub fn add_officer(
        &self,
        new: &NewOfficer<'_>,
        by: &str,
        at: Moment,
    ) -> Result<(), VaultError> {
        let totp = new.totp.map(|t| self.seal_totp(new.id, t)).transpose()?;
        let row = (
            (
                officers::id.eq(new.id),
                officers::name.eq(new.name),
                officers::role.eq(new.role.code()),
                officers::authority.eq(new.authority),
                officers::authority_name.eq(new.authority_name),
                officers::password.eq(new.password.map(Password::as_str)),
                officers::totp.eq(totp),
                officers::totp_step.eq(0),
            ),
            (
                officers::must_change.eq(i64::from(!new.demo && new.password.is_some())),
                officers::demo.eq(i64::from(new.demo)),
                officers::oidc_subject.eq(new.oidc_subject),
                officers::made_at.eq(Stamp::from(at)),
                officers::made_by.eq(by),
            ),
        );
        self.db.write(|conn| {
            let taken = officers::table.filter(
                officers::id
                    .eq(new.id)
                    .or(officers::oidc_subject.eq(new.oidc_subject)),
            );
            let there: i64 = taken.count().get_result(conn)?;
            if there > 0 {
                return Err(VaultError::OfficerExists {
                    id: new.id.to_owned(),
                });
            }
            let query = diesel::insert_into(officers::table).values(row);
            on_each!(conn, c => query.execute(c))?;
            let detail = role_and_authority(new.role, new.authority);
            audit::append(conn, &self.keys.id, at, by, "officer.add", new.id, &detail)
        })
    }

    /// Every officer, by id.
    ///
    /// # Errors
    /// Those of the database.
    pub fn officers(&self) -> Result<Vec<Officer>, VaultError> {
        let rows: Vec<OfficerRow> = self.db.read(|conn| -> Result<_, VaultError> {
            Ok(officers::table
                .select(OfficerRow::as_select())
                .order(officers::id)
                .load(conn)?)
        })?;
        rows.iter().map(OfficerRow::officer).collect()
    }

    /// One officer.
    ///
    /// # Errors
    /// Those of the database.
    pub fn officer(&self, id: &str) -> Result<Option<Officer>, VaultError> {
        Ok(self.credentials(id)?.map(|(officer, _)| officer))
    }

    /// One officer with what signs it in.
    ///
    /// # Errors
    /// Those of the database; a second factor that does not open.
    pub fn credentials(&self, id: &str) -> Result<Option<(Officer, Credentials)>, VaultError> {
        let row: Option<OfficerRow> = self.db.read(|conn| -> Result<_, VaultError> {
            let query = officers::table.find(id).select(OfficerRow::as_select());
            Ok(query.first(conn).optional()?)
        })?;
        row.map(|row| {
            let totp = row.totp.as_deref().map(|t| self.open_totp(&row.id, t));
            let officer = row.officer()?;
            let credentials = Credentials {
                totp: totp.transpose()?,
                totp_step: row.totp_step,
                password: row.password.map(Password::kept),
            };
            Ok((officer, credentials))
        })
        .transpose()
    }

    /// The officer of a subject at the OpenID provider.
    ///
    /// # Errors
    /// Those of the database.
    pub fn officer_of_subject(&self, subject: &str) -> Result<Option<Officer>, VaultError> {
        let row: Option<OfficerRow> = self.db.read(|conn| -> Result<_, VaultError> {
            let query = officers::table
                .filter(officers::oidc_subject.eq(subject))
                .select(OfficerRow::as_select());
            Ok(query.first(conn).optional()?)
        })?;
        row.as_ref().map(OfficerRow::officer).transpose()
    }

    /// Uses the code of a step up: `false` when it, or a later one, was used before. Two requests with one code cannot both
    /// have it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn use_code(&self, id: &str, step: i64) -> Result<bool, VaultError> {
        self.db.write(|conn| {
            let query = diesel::update(
                officers::table
                    .filter(officers::id.eq(id))
                    .filter(officers::totp_step.lt(step)),
            )
            .set(officers::totp_step.eq(step));
            Ok(on_each!(conn, c => query.execute(c))? == 1)
        })
    }

    /// Disables an officer and ends all of its sessions; `false` when it is disabled already.
    ///
    /// # Errors
    /// [`VaultError::UnknownOfficer`]; those of the database.
    pub fn disable_officer(&self, id: &str, by: &str, at: Moment) -> Result<bool, VaultError> {
        self.db.write(|conn| {
            known(conn, id)?;
            let query = diesel::update(
                officers::table
                    .filter(officers::id.eq(id))
                    .filter(officers::disabled_at.is_null()),
            )
            .set(officers::disabled_at.eq(Some(Stamp::from(at))));
            let changed = on_each!(conn, c => query.execute(c))?;
            end_all(conn, id)?;
            if changed > 0 {
                audit::append(conn, &self.keys.id, at, by, "officer.disable", id, "")?;
            }
            Ok(changed > 0)
        })
    }

    /// Gives an officer a new password for the next sign-in, on which it is to be changed, and another second factor or
    /// none; ends all of its sessions, and puts it in force again.
    ///
    /// # Errors
    /// [`VaultError::UnknownOfficer`]; those of the database.
    pub fn reset_officer(
        &self,
        id: &str,
        password: &Password,
        totp: Option<&Totp>,
        by: &str,
        at: Moment,
    ) -> Result<(), VaultError> {
        let totp = totp.map(|t| self.seal_totp(id, t)).transpose()?;
        self.db.write(|conn| {
            known(conn, id)?;
            let query = diesel::update(officers::table.find(id)).set((
                officers::password.eq(Some(password.as_str())),
                officers::totp.eq(totp),
                officers::must_change.eq(1),
                officers::demo.eq(0),
                officers::disabled_at.eq(None::<Stamp>),
            ));
            on_each!(conn, c => query.execute(c))?;
            end_all(conn, id)?;
            audit::append(conn, &self.keys.id, at, by, "officer.reset", id, "")
        })
    }

    /// Binds an officer to a person of the OpenID provider, or takes the binding away; ends all of its sessions.
    ///
    /// # Errors
    /// [`VaultError::UnknownOfficer`]; [`VaultError::OfficerExists`] when another one is bound to the person; those of the
    /// database.
    pub fn bind_officer(
        &self,
        id: &str,
        subject: Option<&str>,
        by: &str,
        at: Moment,
    ) -> Result<(), VaultError> {
        self.db.write(|conn| {
            known(conn, id)?;
            bind(conn, id, subject)?;
            let action = if subject.is_some() {
                "officer.bind"
            } else {
                "officer.unbind"
            };
            audit::append(conn, &self.keys.id, at, by, action, id, "")
        })
    }

    /// Sets the password and second factor that an officer chose, or the second factor alone where the OpenID provider takes
    /// the place of a password; ends all of its sessions. `step` is that of the code with which the second factor was
    /// proved.
    ///
    /// # Errors
    /// [`VaultError::UnknownOfficer`]; those of the database.
    pub fn set_credentials(
        &self,
        id: &str,
        password: Option<&Password>,
        totp: &Totp,
        step: i64,
        at: Moment,
    ) -> Result<(), VaultError> {
        let totp = self.seal_totp(id, totp)?;
        self.db.write(|conn| {
            known(conn, id)?;
            let query = diesel::update(officers::table.find(id)).set((
                officers::totp.eq(Some(totp)),
                officers::totp_step.eq(step),
                officers::must_change.eq(0),
            ));
            on_each!(conn, c => query.execute(c))?;
            if let Some(password) = password {
                let query = diesel::update(officers::table.find(id))
                    .set(officers::password.eq(Some(password.as_str())));
                on_each!(conn, c => query.execute(c))?;
            }
            end_all(conn, id)?;
            audit::append(conn, &self.keys.id, at, id, "officer.credentials", id, "")
        })
    }
}

/// Fails unless there is such an officer.
pub(super) fn known(conn: &mut Conn, id: &str) -> Result<(), VaultError> {
    let there: i64 = officers::table.find(id).count().get_result(conn)?;
    if there == 0 { Err(unknown(id)) } else { Ok(()) }
}

/// Ends all sessions of an officer, within a write transaction.
pub(super) fn end_all(conn: &mut Conn, id: &str) -> Result<usize, VaultError> {
    let query = diesel::delete(officer_sessions::table.filter(officer_sessions::officer.eq(id)));
    Ok(on_each!(conn, c => query.execute(c))?)
}

/// Fails when an officer is bound to a person already.
pub(super) fn free(conn: &mut Conn, subject: &str) -> Result<(), VaultError> {
    let found: Option<String> = officers::table
        .filter(officers::oidc_subject.eq(subject))
        .select(officers::id)
        .first(conn)
        .optional()?;
    match found {
        Some(id) => Err(VaultError::OfficerExists { id }),
        None => Ok(()),
    }
}

/// Binds an officer to a person or to nobody, within a write transaction.
pub(super) fn bind(conn: &mut Conn, id: &str, subject: Option<&str>) -> Result<(), VaultError> {
    if let Some(subject) = subject {
        free(conn, subject)?;
    }
    let query = diesel::update(officers::table.find(id)).set(officers::oidc_subject.eq(subject));
    on_each!(conn, c => query.execute(c))?;
    end_all(conn, id)?;
    Ok(())
}
