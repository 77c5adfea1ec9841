//! The real program, driven from outside: what its users, its operators and its enemies see.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails by panicking, like the test"
)]

mod applications;
mod boundary;
mod canary;
mod commands;
mod copies;
mod decided;
mod demo;
mod exports;
mod files;
mod harness;
mod kill;
mod officers;
mod postgres;
mod resume;
mod reusers;
mod roles;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "../support/scratch.rs"]
mod scratch;
mod sum;
mod surfaces;
mod taken_back;
