//! Pure words and rules of public credit: no I/O, clock, randomness, SQL, HTTP or HTML.

pub mod cases;
pub mod catalogue;
pub mod fold;
pub mod forms;
pub mod kinds;
pub mod mask;
pub mod period;
pub mod regions;
pub mod rule;
pub mod small;
pub mod subject;
pub mod time;
pub mod workdays;
