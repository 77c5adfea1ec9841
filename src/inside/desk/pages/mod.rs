//! The pages of the desk: functions from finished values to markup.

pub mod account;
pub mod audit;
pub mod beside;
pub mod calendar;
pub mod calendar_year;
pub mod cases;
pub mod catalogue;
pub mod entries;
pub mod entry;
pub mod frame;
pub mod home;
pub mod import;
pub mod keys;
pub mod messages;
pub mod officers;
pub mod parts;
pub mod party_letter;
pub mod provider;
pub mod refusal;
pub mod release;
pub mod reports;
pub mod review;
pub mod setup;
pub mod sign_in;
