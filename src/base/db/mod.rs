//! One code for two databases: SQLite files (the embedded default) and PostgreSQL.
//!
//! Queries are written once against [`Conn`]; what its derive lacks (multi-row inserts, upserts) is written
//! once in `on_each!` and compiled twice; what is truly different (pragmas, time-outs, locks) stands in
//! this room only. Every write goes through [`Db::write`], whose transaction begins by updating one lock
//! row: in SQLite that takes the write lock while waiting is still possible, in PostgreSQL it queues the
//! writers that must not cross, so that sequence numbers are committed in their order.

mod conn;
mod counter;
mod error;
mod log;
mod migrate;
mod pool;
pub(crate) mod schema;
mod types;
mod url;

#[cfg(test)]
pub(crate) mod testing;

pub(crate) use conn::{Conn, on_each};
pub(crate) use counter::{counter, page, set_counter};
pub use error::DbError;
pub use migrate::Which;
pub use pool::{Access, Db};
pub(crate) use types::Stamp;
pub use url::DbUrl;
