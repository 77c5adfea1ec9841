//! The days of the calendar that officers have set, carried with what public nodes read anyway: whoever has this store
//! counts as the desk does.

use diesel::prelude::*;

use super::meta::NOTICES;
use super::{PublicStore, StoreError};
use crate::base::db::schema::public::meta;
use crate::base::db::{Conn, counter, on_each, set_counter};

const CALENDAR: &str = "calendar";

fn held(conn: &mut Conn) -> Result<Option<String>, StoreError> {
    Ok(meta::table
        .find(CALENDAR)
        .select(meta::value)
        .first(conn)
        .optional()?)
}

impl PublicStore {
    /// The days that were set, as lines of `date,kind,name`; none where nobody ever said, as in a copy of another portal.
    ///
    /// # Errors
    /// Those of the database.
    pub fn calendar(&self) -> Result<Option<String>, StoreError> {
        self.db.read(held)
    }

    /// Puts the days that were set in the place of those that are there; answers whether they differ. It is no release: it
    /// counts among the changes that are no records ([`super::Position::notices`]), so that pages are made anew.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) fn set_calendar(&self, text: &str) -> Result<bool, StoreError> {
        if self.calendar()?.as_deref() == Some(text) {
            return Ok(false);
        }
        self.db.write(|conn| {
            let row = (meta::key.eq(CALENDAR), meta::value.eq(text));
            let gone = diesel::delete(meta::table.find(CALENDAR));
            on_each!(conn, c => gone.execute(c))?;
            let query = diesel::insert_into(meta::table).values(row);
            on_each!(conn, c => query.execute(c))?;
            let version = counter(conn, NOTICES)?;
            set_counter(conn, NOTICES, version + 1)?;
            Ok(true)
        })
    }
}
