//! The program: arguments → settings → one function of `gongshi::cli` → exit status.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    gongshi::cli::run(gongshi::cli::Args::parse())
}
