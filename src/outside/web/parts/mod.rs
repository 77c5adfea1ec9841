//! Components of pages: functions from finished values to markup. Nothing is decided here.

pub mod breadcrumb;
pub mod chart;
pub mod crowd;
pub mod facts;
pub mod field;
pub mod frame;
pub mod free;
pub mod gaps;
pub mod lang;
pub mod limits;
pub mod mark;
pub mod notice;
pub mod print;
pub mod seal;
pub mod small;
pub mod starts;
pub mod tabs;
pub mod tasks;
pub mod terms;
pub mod text;
pub mod timeline;
