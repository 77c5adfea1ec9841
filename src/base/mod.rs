//! I/O that knows no rules of public credit.

pub mod clock;
pub mod telemetry;
