//! Handlers: extract, parse into domain types, one call, a view. A page and its JSON twin share theirs.

pub mod apply;
mod changes;
mod check;
mod data;
pub(super) mod deltas;
mod feeds;
mod guide;
mod health;
mod history;
mod interface;
mod lists;
mod reconcile;
mod record;
mod report;
mod reusers;
mod search;
mod sitemap;
mod standing;
mod stats;
mod subject;
mod suggest;
mod verify;

pub use changes::{changes, withdrawals};
pub use check::{MOST_OF_A_BATCH, check};
pub use data::{data, data_file, well_known};
pub use deltas::{delta_file, deltas, deltas_index};
pub use feeds::{feed, feed_of_authority, feed_of_region, feeds};
pub use guide::{
    accessibility, catalogue, catalogue_entry, design, help_bankruptcy, help_objection,
    help_repair, notices, privacy, sectors,
};
pub use health::{alive, ready};
pub use history::{history, history_document, history_file};
pub use interface::{api_docs, openapi};
pub use lists::{list, lists};
pub use reconcile::{
    flyout, preview, propose, reconcile, reconcile_sent, suggest as suggest_for_reconciling,
};
pub use record::record;
pub use report::{report, report_pdf};
pub use reusers::{CONTACT, hooks, progress, register_reuser, reusers, reusers_sent};
pub use search::search;
pub use sitemap::{robots, sitemap, sitemap_part};
pub use standing::{about, help, home, measures};
pub use stats::stats;
pub use subject::subject;
pub use suggest::suggest;
pub use verify::{MOST_BYTES, verify, verify_file};
