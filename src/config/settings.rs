//! The settings of a node: plain values, one section per concern, each with its default.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::desk::Desk;
use super::notify::Notify;
use super::secret::Secret;

/// Everything that can be set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The site as readers see it.
    pub site: Site,
    /// The HTTP server.
    pub server: Server,
    /// Where the databases are.
    pub database: Database,
    /// Where the catalogue is.
    pub catalogue: CatalogueFiles,
    /// The files of open data.
    pub exports: Exports,
    /// Applications.
    pub applications: Applications,
    /// Webhooks.
    pub hooks: Hooks,
    /// The search index.
    pub index: Index,
    /// What one client may ask for.
    pub limits: Limits,
    /// The officers' site.
    pub desk: Desk,
    /// What the desk sends out.
    pub notify: Notify,
    /// The log.
    pub log: Log,
    /// The clock.
    pub clock: ClockFile,
}

/// The site as readers see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Site {
    /// Address at which readers reach the site, for absolute links; empty: relative links only.
    pub base_url: String,
    /// Every page says that the data is fictitious.
    pub demo: bool,
}

/// What a node does, and so what it opens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything in one process.
    #[default]
    All,
    /// The public store, the blind key, and the key of verification where it is.
    Public,
    /// Publishes what falls due; serves the same pages for those who look after them.
    Desk,
}

impl Role {
    /// Whether this role opens the vault.
    #[must_use]
    pub const fn opens_vault(self) -> bool {
        matches!(self, Self::All | Self::Desk)
    }

    /// Its name in flags and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Public => "public",
            Self::Desk => "desk",
        }
    }
}

/// The HTTP server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address and port to listen on; port 0 takes a free one.
    pub bind: SocketAddr,
    /// What this node does.
    pub role: Role,
    /// Worker threads; 0: one a processor.
    pub workers: usize,
    /// Seconds that requests under way may take when the node stops.
    pub shutdown_seconds: u64,
    /// Networks (CIDR) of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<String>,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([127, 0, 0, 1], 8080)),
            role: Role::All,
            workers: 0,
            shutdown_seconds: 10,
            trusted_proxies: Vec::new(),
        }
    }
}

/// Where the databases are. Empty: SQLite files in the data directory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// Vault: `postgres://…` or a SQLite file.
    pub vault_url: Secret,
    /// Public store: `postgres://…` or a SQLite file.
    pub public_url: Secret,
    /// Applications, sealed: `postgres://…` or a SQLite file.
    pub apply_url: Secret,
}

/// Where the catalogue is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CatalogueFiles {
    /// A directory that replaces the built-in catalogue.
    pub dir: Option<PathBuf>,
}

/// The files of open data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Exports {
    /// Whether this node makes and serves them.
    pub enabled: bool,
    /// Their directory; empty: in the data directory.
    pub dir: Option<PathBuf>,
    /// Days for which files of changes are listed.
    pub delta_days: u32,
    /// Past days whose versions are offered, without what left them since.
    pub history_days: u32,
}

impl Default for Exports {
    fn default() -> Self {
        Self {
            enabled: true,
            dir: None,
            delta_days: 400,
            history_days: 400,
        }
    }
}

/// Applications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Applications {
    /// Days after the end of an application for which what was handed in, evidence included, is kept; then it is deleted
    /// for good. The term is for the authority to set (个人信息保护法 art. 19: no longer than needed); three years is
    /// within what claims for compensation and complaints ask for.
    pub keep_days: u32,
}

impl Default for Applications {
    fn default() -> Self {
        Self { keep_days: 1_095 }
    }
}

/// Webhooks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hooks {
    /// Days of failures after which a hook is told no more.
    pub dead_days: u32,
    /// Whether addresses of local networks and plain HTTP are let through: closed networks and tests.
    pub local: bool,
}

impl Default for Hooks {
    fn default() -> Self {
        Self {
            dead_days: 7,
            local: false,
        }
    }
}

/// The search index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Index {
    /// Directory of the index; empty: in the data directory.
    pub dir: Option<PathBuf>,
    /// Indexing threads.
    pub threads: usize,
    /// Megabytes of memory an indexing thread fills before it writes a segment (15 at least).
    pub memory_mb: usize,
}

impl Default for Index {
    fn default() -> Self {
        Self {
            dir: None,
            threads: 2,
            memory_mb: 64,
        }
    }
}

/// An allowance of one client: so many requests at once, so many a minute thereafter; 0 a minute: no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowance {
    /// Requests at once.
    pub burst: u32,
    /// Requests a minute in the long run; 0: no limit.
    pub per_minute: u32,
}

/// What one client may ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Reading pages.
    pub read: Allowance,
    /// Searching.
    pub search: Allowance,
    /// Searching for a natural person by name.
    pub person: Allowance,
    /// Reading the change feed.
    pub changes: Allowance,
    /// Looking up many names or codes at once.
    pub check: Allowance,
    /// Reconciling a batch of names.
    pub reconcile: Allowance,
    /// How many times as much a client with a key of the API may ask; searches for persons are not raised.
    pub key_factor: u32,
    /// Filling in applications, and asking how one stands.
    pub apply: Allowance,
    /// Searches that run at one time, beside those that take less than a millisecond; 0: two a processor.
    pub searches_at_once: usize,
    /// Searches that may wait for their turn; the next is told to come back.
    pub searches_waiting: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let allow = |burst, per_minute| Allowance { burst, per_minute };
        Self {
            read: allow(240, 1200),
            search: allow(60, 240),
            person: allow(10, 20),
            changes: allow(60, 120),
            check: allow(10, 20),
            reconcile: allow(60, 120),
            key_factor: 10,
            apply: allow(90, 60),
            searches_at_once: 0,
            searches_waiting: 256,
        }
    }
}

/// Form of the log lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// The log, which goes to the standard error stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// What is logged: `error`, `warn`, `info`, `debug`, or directives such as `gongshi=debug,actix_server=warn`.
    pub level: String,
    /// Form of the lines.
    pub format: LogFormat,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            level: "info,actix_server=warn,tantivy=warn".to_owned(),
            format: LogFormat::Text,
        }
    }
}

/// The clock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClockFile {
    /// Tests only: a file that tells the time. Refused unless the node listens on a loopback address.
    pub test_file: Option<PathBuf>,
}

/// A value that reads well but cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub struct Unusable {
    /// Key, as `section.name`.
    pub key: &'static str,
    /// What is wrong and how to mend it.
    pub why: String,
}

/// Says of a value that it cannot be used.
pub(super) fn bad(key: &'static str, why: &str) -> Result<(), Unusable> {
    Err(Unusable {
        key,
        why: why.to_owned(),
    })
}

/// A file that was set; an empty path sets none.
pub(super) fn set(path: Option<&PathBuf>) -> Option<&Path> {
    path.map(PathBuf::as_path)
        .filter(|p| !p.as_os_str().is_empty())
}

impl Settings {
    /// Checks what the types alone cannot.
    ///
    /// # Errors
    /// The first key whose value cannot be used.
    pub fn validate(&self) -> Result<(), Unusable> {
        let url = &self.site.base_url;
        if !url.is_empty() && !url.starts_with("http://") && !url.starts_with("https://") {
            return bad("site.base_url", "must begin with http:// or https://");
        }
        if self.index.threads == 0 || self.index.threads > 8 {
            return bad("index.threads", "must be from 1 to 8");
        }
        if self.index.memory_mb < 15 || self.index.memory_mb > 4096 {
            return bad("index.memory_mb", "must be from 15 to 4096");
        }
        self.desk.validate(&self.site.base_url)?;
        // reconsideration and litigation (T25) must find the file
        if self.applications.keep_days < 183 || self.applications.keep_days > 36_500 {
            return bad("applications.keep_days", "must be from 183 to 36500");
        }
        self.notify.validate(&self.site.base_url)?;
        if self.server.workers > 1024 {
            return bad("server.workers", "must be 1024 at most");
        }
        if self.clock.test_file.is_some() && !self.server.bind.ip().is_loopback() {
            return bad(
                "clock.test_file",
                "a test clock is refused on a node that listens beyond this machine",
            );
        }
        for (key, allowance) in [
            ("limits.read", self.limits.read),
            ("limits.search", self.limits.search),
            ("limits.person", self.limits.person),
            ("limits.changes", self.limits.changes),
            ("limits.check", self.limits.check),
            ("limits.reconcile", self.limits.reconcile),
            ("limits.apply", self.limits.apply),
        ] {
            if allowance.per_minute > 0 && allowance.burst == 0 {
                return bad(
                    key,
                    "burst must be 1 at least (per_minute = 0 lifts the limit)",
                );
            }
        }
        Ok(())
    }
}
