//! The program: arguments → settings → one function of `gongshi::cli` → exit status.

use std::process::ExitCode;

use clap::Parser as _;

/// Strings of a record are made on one thread and freed on another, which the system's allocator pays for dearly:
/// some 12 % of a publishing run in a profile.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    gongshi::cli::run(gongshi::cli::Args::parse())
}
