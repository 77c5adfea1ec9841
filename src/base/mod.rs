//! I/O that knows no rules of public credit: time, databases, keys, files, logs.

pub mod calendar;
pub mod catalogue;
pub mod clock;
pub mod crypto;
pub mod db;
pub mod files;
pub mod telemetry;
