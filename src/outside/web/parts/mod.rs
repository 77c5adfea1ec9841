//! Components of pages: functions from finished values to markup. Nothing is decided here.

pub mod chart;
pub mod facts;
pub mod frame;
pub mod lang;
pub mod limits;
pub mod mark;
pub mod notice;
pub mod terms;
pub mod text;
pub mod timeline;
