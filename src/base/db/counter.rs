//! Counters in table `meta`, which both databases have alike. Read and set inside a write transaction,
//! whose lock row keeps two writers from taking the same number.

use diesel::prelude::*;

use super::schema::vault::meta;
use super::{Conn, DbError};

/// Reads a counter.
pub(crate) fn counter(conn: &mut Conn, key: &'static str) -> Result<i64, DbError> {
    let value: Option<String> = meta::table
        .find(key)
        .select(meta::value)
        .first(conn)
        .optional()?;
    value
        .and_then(|v| v.parse().ok())
        .ok_or(DbError::Meta { key })
}

/// Sets a counter.
pub(crate) fn set_counter(conn: &mut Conn, key: &'static str, value: i64) -> Result<(), DbError> {
    let rows = diesel::update(meta::table.find(key))
        .set(meta::value.eq(value.to_string()))
        .execute(conn)?;
    if rows == 1 {
        Ok(())
    } else {
        Err(DbError::Meta { key })
    }
}

/// A page length as the database wants it.
pub(crate) fn page(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
