//! What a command says: text for people, or the same as JSON for machines.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

/// Standard output of a command.
#[derive(Clone, Copy, Debug)]
pub struct Out {
    json: bool,
}

impl Out {
    /// With `--json`, values are written as JSON and texts are not.
    #[must_use]
    pub const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether machines read.
    #[must_use]
    pub const fn is_json(self) -> bool {
        self.json
    }

    /// Writes a line for people.
    ///
    /// # Errors
    /// When the other end of the pipe has gone.
    pub fn line(self, text: impl AsRef<str>) -> io::Result<()> {
        if self.json {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        writeln!(out, "{}", text.as_ref())?;
        out.flush()
    }

    /// Writes one JSON document on a line, for machines.
    ///
    /// # Errors
    /// When the other end of the pipe has gone.
    pub fn value(self, value: &impl Serialize) -> io::Result<()> {
        if !self.json {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        serde_json::to_writer(&mut out, value)?;
        writeln!(out)?;
        out.flush()
    }

    /// A bar for work of known size, drawn only when people look at a terminal.
    #[must_use]
    pub fn bar(self, total: u64, what: &str) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(Some(total), self.target());
        if let Ok(style) =
            ProgressStyle::with_template("{msg} {bar:30} {human_pos}/{human_len} {per_sec} {eta}")
        {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        bar
    }

    /// A sign of life for work of unknown size, drawn only when people look at a terminal.
    #[must_use]
    pub fn spinner(self, what: &str) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(None, self.target());
        if let Ok(style) =
            ProgressStyle::with_template("{spinner} {msg} {human_pos} {per_sec} {elapsed}")
        {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        if !bar.is_hidden() {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        bar
    }

    fn target(self) -> ProgressDrawTarget {
        if self.json || !io::stderr().is_terminal() {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        }
    }
}
