//! Keys of the API: who was given one, and the hashes of those in force.

use diesel::prelude::*;

use super::{PublicStore, StoreError};
use crate::base::db::schema::public::api_keys;
use crate::base::db::{Stamp, on_each};
use crate::domain::time::Moment;

/// A key, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedKey {
    /// Under what it is revoked.
    pub id: String,
    /// To whom it was given.
    pub name: String,
    /// When.
    pub made_at: Moment,
    /// When it was revoked; `None` while it is in force.
    pub revoked_at: Option<Moment>,
}

impl PublicStore {
    /// Writes down a key by its hash.
    ///
    /// # Errors
    /// Those of the database.
    pub fn add_api_key(
        &self,
        id: &str,
        name: &str,
        hash: &str,
        at: Moment,
    ) -> Result<(), StoreError> {
        let row = (
            api_keys::id.eq(id),
            api_keys::name.eq(name),
            api_keys::hash.eq(hash),
            api_keys::made_at.eq(Stamp::from(at)),
        );
        self.db.write(|conn| {
            let query = diesel::insert_into(api_keys::table).values(row);
            on_each!(conn, c => query.execute(c))?;
            Ok(())
        })
    }

    /// Every key that was ever given, oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn api_keys(&self) -> Result<Vec<ListedKey>, StoreError> {
        self.db.read(|conn| {
            let rows: Vec<(String, String, Stamp, Option<Stamp>)> = api_keys::table
                .select((
                    api_keys::id,
                    api_keys::name,
                    api_keys::made_at,
                    api_keys::revoked_at,
                ))
                .order((api_keys::made_at, api_keys::id))
                .load(conn)?;
            let listed =
                |(id, name, made_at, revoked_at): (_, _, Stamp, Option<Stamp>)| ListedKey {
                    id,
                    name,
                    made_at: made_at.into(),
                    revoked_at: revoked_at.map(Into::into),
                };
            Ok(rows.into_iter().map(listed).collect())
        })
    }

    /// Revokes a key; `false` when there is none of that id in force.
    ///
    /// # Errors
    /// Those of the database.
    pub fn revoke_api_key(&self, id: &str, at: Moment) -> Result<bool, StoreError> {
        self.db.write(|conn| {
            let key = api_keys::table
                .filter(api_keys::id.eq(id))
                .filter(api_keys::revoked_at.is_null());
            let query = diesel::update(key).set(api_keys::revoked_at.eq(Some(Stamp::from(at))));
            let changed = on_each!(conn, c => query.execute(c))?;
            Ok(changed > 0)
        })
    }

    /// The hashes of the keys in force.
    ///
    /// # Errors
    /// Those of the database.
    pub fn api_key_hashes(&self) -> Result<Vec<String>, StoreError> {
        self.db.read(|conn| {
            Ok(api_keys::table
                .filter(api_keys::revoked_at.is_null())
                .select(api_keys::hash)
                .load(conn)?)
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone as _, Utc};

    use super::*;
    use crate::base::db::testing::Scratch;

    #[test]
    fn keys_are_given_listed_and_revoked_once() {
        Scratch::each(|url| {
            let store = PublicStore::open(url).unwrap();
            let at = |n: i64| Utc.timestamp_opt(1_780_000_000 + n, 0).unwrap();
            store.add_api_key("a", "报社", "h1", at(0)).unwrap();
            store.add_api_key("b", "大学", "h2", at(1)).unwrap();
            assert!(store.add_api_key("c", "again", "h2", at(2)).is_err());
            assert_eq!(store.api_key_hashes().unwrap().len(), 2);
            assert!(store.revoke_api_key("a", at(3)).unwrap());
            assert!(!store.revoke_api_key("a", at(4)).unwrap(), "only once");
            assert!(!store.revoke_api_key("x", at(4)).unwrap());
            assert_eq!(store.api_key_hashes().unwrap(), ["h2"]);
            let listed = store.api_keys().unwrap();
            assert_eq!(listed.len(), 2);
            assert_eq!(
                (listed[0].name.as_str(), listed[0].revoked_at),
                ("报社", Some(at(3)))
            );
            // a key is no change of what is public
            assert_eq!(store.position().unwrap().seq, 0);
        });
    }
}
