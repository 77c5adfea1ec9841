//! What holds published records only: the public store, the index, reports, files of open data, the web. No raw type can be named here.

pub mod apply;
pub mod evidence;
pub mod export;
pub mod hooks;
pub mod index;
pub mod mirror;
pub mod report;
pub mod store;
pub mod web;
