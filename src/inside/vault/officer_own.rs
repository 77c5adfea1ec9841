//! What an officer changes of its own: the password, and the device that shows the codes. Each ends every session of the
//! officer, so that whoever else was signed in under this name is out.

use diesel::prelude::*;

use super::officer::{end_all, known};
use super::{Vault, VaultError, audit};
use crate::base::crypto::{Password, Totp};
use crate::base::db::on_each;
use crate::base::db::schema::vault::officers;
use crate::domain::time::Moment;

impl Vault {
    /// Sets the password that an officer chose, and ends all of its sessions.
    ///
    /// # Errors
    /// [`VaultError::UnknownOfficer`]; those of the database.
    pub fn change_password(
        &self,
        id: &str,
        password: &Password,
        at: Moment,
    ) -> Result<(), VaultError> {
        self.db.write(|conn| {
            known(conn, id)?;
            let query = diesel::update(officers::table.find(id))
                .set(officers::password.eq(Some(password.as_str())));
            on_each!(conn, c => query.execute(c))?;
            end_all(conn, id)?;
            audit::append(conn, &self.keys.id, at, id, "officer.password", id, "")
        })
    }

    /// Puts another second factor in the place of an officer's, and ends all of its sessions. `step` is that of the code
    /// with which the new one was proved.
    ///
    /// # Errors
    /// [`VaultError::UnknownOfficer`]; those of the database.
    pub fn change_totp(
        &self,
        id: &str,
        totp: &Totp,
        step: i64,
        at: Moment,
    ) -> Result<(), VaultError> {
        let sealed = self.seal_totp(id, totp)?;
        self.db.write(|conn| {
            known(conn, id)?;
            let query = diesel::update(officers::table.find(id)).set((
                officers::totp.eq(Some(sealed)),
                officers::totp_step.eq(step),
            ));
            on_each!(conn, c => query.execute(c))?;
            end_all(conn, id)?;
            audit::append(conn, &self.keys.id, at, id, "officer.totp", id, "")
        })
    }
}
