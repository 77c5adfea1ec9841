//! The web room: pages and their JSON twins, made of published records only.
//!
//! A handler extracts, parses into domain types, asks the store once and hands a view to a page or to the wire.
//! [`app`] shows all routes; [`state::WebState`] is what handlers share; [`configure`] and [`server`] are the doors.

pub mod api;
pub mod app;
pub mod assets;
pub mod atom;
pub mod batch;
pub mod cache;
pub mod cors;
pub mod follow;
pub mod handlers;
pub mod headers;
pub mod kept;
pub mod keys;
pub mod limit;
pub mod link;
pub mod log;
pub mod openapi;
pub mod origin;
pub mod pages;
pub mod params;
pub mod parts;
pub mod prefs;
pub mod problem;
pub mod reconcile;
pub mod reply;
pub mod reusers;
pub mod state;
pub mod stats;
#[cfg(test)]
pub(crate) mod tests;
pub mod twin;

pub use app::{Mount, configure, server};
pub use limit::{Queue, Rate, Rates};
pub use origin::Network;
pub use state::{Parts, Settings, WebState};
