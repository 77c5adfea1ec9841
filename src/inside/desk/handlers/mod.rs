//! What the desk's addresses do: the door, one call, a page.

pub mod account;
pub mod audit;
pub mod calendar;
pub mod calendar_year;
pub mod cases;
pub mod catalogue;
pub mod entries;
pub mod entry_files;
pub mod home;
pub mod imports;
pub mod keys;
pub mod messages;
pub mod officers;
pub mod provider;
pub mod release;
pub mod reports;
pub mod reviews;
mod second;
pub mod setup;
pub mod sign_in;
