//! The real program, driven from outside: what its users, its operators and its enemies see.

mod boundary;
mod canary;
mod commands;
mod demo;
mod files;
mod harness;
mod kill;
mod roles;
mod surfaces;
mod taken_back;
