//! The command line: what was typed, read into what it means. One file a command; no rule lives here.

mod api_key;
mod catalogue;
mod config;
mod demo;
mod desk;
mod export;
mod hook;
mod import;
mod init;
mod mirror;
mod out;
mod publish;
mod reuser;
mod review;
mod sample;
mod serve;
mod stale;
mod verify;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args as ClapArgs, Parser, Subcommand};

use crate::base::files::DataDir;
use crate::base::telemetry;
use crate::config::{ConfigError, Layers, LogFormat, Settings};
pub use out::Out;

/// Exit status of a failure.
const FAILED: u8 = 1;
/// Exit status of wrong usage: arguments or settings.
const USAGE: u8 = 2;
/// Exit status of work that is done but left rows behind.
const REJECTS: u8 = 3;

/// Gongshi (公示): a public-credit disclosure portal.
#[derive(Debug, Parser)]
#[command(name = "gongshi", version, about, max_term_width = 100)]
pub struct Args {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Flags of every command.
#[derive(Clone, Debug, ClapArgs)]
struct Common {
    /// Data directory [default: data; for `demo`: data/demo].
    #[arg(long, global = true, value_name = "DIR", env = "GONGSHI_DATA")]
    data: Option<PathBuf>,
    /// Configuration file [default: config.toml in the data directory, when there is one].
    #[arg(long, global = true, value_name = "FILE", env = "GONGSHI_CONFIG")]
    config: Option<PathBuf>,
    /// Print what is printed as JSON, one document a line.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make fictitious data of five authorities, import, publish, index and serve it.
    Demo(demo::Demo),
    /// Make a data directory: keys, databases, configuration file.
    Init,
    /// Serve the portal.
    Serve(serve::Serve),
    /// Import files of the national templates into the vault.
    Import(import::Import),
    /// Publish what changed or fell due: judge, mask, release, index.
    Publish,
    /// Make the files of open data, or a signed copy of them.
    Export(export::Export),
    /// Check that what is public equals what the vault and the rules say, and that nothing raw is public; or check a copy
    /// of the files of open data.
    Verify(verify::Verify),
    /// Make a read-only portal from another portal's change feed, and keep it up.
    Mirror(mirror::Make),
    /// List the ids in a copy of one's own that must go, because the records were taken back; status 3 when there is one.
    Stale(stale::Stale),
    /// Make fictitious import files of any size.
    Sample(sample::Sample),
    /// Settle free texts whose masking is uncertain.
    #[command(subcommand)]
    Review(review::Command),
    /// Make, list and revoke keys of the API, which raise a client's allowances.
    #[command(subcommand)]
    ApiKey(api_key::Command),
    /// The officers' site: who may sign in.
    #[command(subcommand)]
    Desk(desk::Command),
    /// Add, list and remove webhooks, by which re-users are told of changes.
    #[command(subcommand)]
    Hook(hook::Command),
    /// List, confirm and remove re-users, who report how far they have deleted what was taken back.
    #[command(subcommand)]
    Reuser(reuser::Command),
    /// Make keys.
    #[command(subcommand)]
    Keys(init::Keys),
    /// Check or show the catalogue (公共信用信息目录).
    #[command(subcommand)]
    Catalogue(catalogue::Command),
    /// Show the settings in force and where each comes from; secrets stay hidden.
    #[command(subcommand)]
    Config(config::Command),
}

/// How a command ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// All done.
    Done,
    /// Done, but some rows or findings were left behind.
    WithRejects,
    /// Ended with a finding that counts as failure (a difference in `verify`, a refusal in `catalogue check`).
    Refused,
}

/// Wrong usage that clap cannot see.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

/// What every command gets.
struct Context {
    data: DataDir,
    settings: Settings,
    layers: Layers,
    out: Out,
}

impl Common {
    /// Reads the layers; `flags` are the command's own settings, as (key, value).
    fn context(&self, default_dir: &str, flags: &[(&str, String)]) -> Result<Context, ConfigError> {
        let data = DataDir::new(self.data.clone().unwrap_or_else(|| default_dir.into()));
        let mut layers = Layers::default();
        match &self.config {
            Some(file) => layers.file(file)?,
            None if data.config().is_file() => layers.file(&data.config())?,
            None => {}
        }
        // variables that are no text cannot be ours
        let variables = std::env::vars_os()
            .filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
        layers.environment(variables)?;
        for (key, value) in flags {
            layers.flag(key, value)?;
        }
        let settings = layers.settings()?;
        Ok(Context {
            data,
            settings,
            layers,
            out: Out::new(self.json),
        })
    }

    /// The context of a command without settings of its own, with the log started.
    fn plain(&self) -> anyhow::Result<Context> {
        let context = self.context("data", &[])?;
        context.start_log()?;
        Ok(context)
    }
}

impl Context {
    fn start_log(&self) -> anyhow::Result<()> {
        let log = &self.settings.log;
        telemetry::start(&log.level, log.format == LogFormat::Json)
            .map_err(|e| Usage(e.to_string()))?;
        Ok(())
    }
}

/// Runs a command and says how it ended: 0 done, 1 failed, 2 wrong usage, 3 done with rejects.
#[must_use]
pub fn run(args: Args) -> ExitCode {
    match dispatch(args) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::WithRejects) => ExitCode::from(REJECTS),
        Ok(Outcome::Refused) => ExitCode::from(FAILED),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // nothing can be done when standard error is gone, too
            let _ = writeln!(io::stderr(), "gongshi: {}", told(&error));
            ExitCode::from(if is_usage(&error) { USAGE } else { FAILED })
        }
    }
}

fn dispatch(args: Args) -> anyhow::Result<Outcome> {
    let common = &args.common;
    match args.command {
        Command::Demo(command) => {
            let context = common.context("data/demo", &command.flags())?;
            context.start_log()?;
            demo::run(&context, &command)
        }
        Command::Serve(command) => {
            let context = common.context("data", &command.flags())?;
            context.start_log()?;
            serve::run(&context)
        }
        Command::Init => init::run(&common.plain()?),
        Command::Import(command) => import::run(&common.plain()?, &command),
        Command::Publish => publish::run(&common.plain()?),
        Command::Export(command) => export::run(&common.plain()?, &command),
        Command::Verify(command) => verify::run(&common.plain()?, &command),
        Command::Mirror(command) => mirror::run(&common.plain()?, &command),
        Command::Stale(command) => stale::run(&common.plain()?, &command),
        Command::Sample(command) => sample::run(&common.plain()?, &command),
        Command::Review(command) => review::run(&common.plain()?, &command),
        Command::ApiKey(command) => api_key::run(&common.plain()?, &command),
        Command::Desk(command) => desk::run(&common.plain()?, &command),
        Command::Hook(command) => hook::run(&common.plain()?, &command),
        Command::Reuser(command) => reuser::run(&common.plain()?, &command),
        Command::Keys(command) => init::keys(&common.plain()?, &command),
        Command::Catalogue(command) => catalogue::run(&common.plain()?, command),
        Command::Config(command) => config::run(&common.context("data", &[])?, &command),
    }
}

/// The chain of causes on one line; a cause that its parent already tells is not repeated.
fn told(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        if text.contains(&cause) {
            continue;
        }
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&cause);
    }
    text
}

fn is_usage(error: &anyhow::Error) -> bool {
    error.is::<Usage>() || error.is::<ConfigError>()
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_well_defined() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_broken_pipe_is_found_in_the_chain() {
        let pipe = io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(is_broken_pipe(
            &anyhow::Error::from(pipe).context("writing")
        ));
        assert!(!is_broken_pipe(&anyhow::anyhow!("else")));
    }

    #[test]
    fn causes_are_told_once() {
        let error = anyhow::anyhow!("disk full").context("cannot write x: disk full");
        assert_eq!(told(&error), "cannot write x: disk full");
    }
}
