//! Sets up the log: to standard error, as lines for people or as JSON for machines.
//!
//! What may stand in a log line is the business of each room; no room may write a query, a form value,
//! a name or an identifier (P1).

use std::io::{self, IsTerminal as _};

use tracing::Dispatch;
use tracing_subscriber::EnvFilter;

/// A log that cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The directives cannot be read.
    #[error("log.level: {0}")]
    Level(#[from] tracing_subscriber::filter::ParseError),
}

/// Starts the log of this process; a log that was started before stays as it is.
///
/// # Errors
/// When the directives of `level` cannot be read.
pub fn start(level: &str, json: bool) -> Result<(), LogError> {
    let filter = EnvFilter::try_new(level)?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_target(false);
    let dispatch = if json {
        Dispatch::new(log.json().finish())
    } else {
        Dispatch::new(log.with_ansi(io::stderr().is_terminal()).finish())
    };
    if tracing::dispatcher::set_global_default(dispatch).is_err() {
        tracing::debug!("the log was set up before");
    }
    Ok(())
}
