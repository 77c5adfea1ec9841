//! Pages: one file each, functions from a view (finished values) to markup, with samples that a test renders.

pub mod about;
pub mod apply;
pub mod catalogue;
pub mod data;
pub mod deltas;
pub mod design;
pub mod feeds;
pub mod guide;
pub mod help;
pub mod history;
pub mod home;
pub mod interface;
pub mod list;
pub mod lists;
pub mod measures;
pub mod notices;
pub mod policy;
pub mod preview;
pub mod record;
pub mod refusal;
pub mod report;
pub mod search;
pub mod sectors;
pub mod stats;
pub mod subject;
pub mod verify;
