//! The real program, driven from outside: what its users, its operators and its enemies see.

mod boundary;
mod canary;
mod commands;
mod demo;
mod files;
mod harness;
mod kill;
mod postgres;
mod roles;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "../support/scratch.rs"]
mod scratch;
mod surfaces;
mod taken_back;
