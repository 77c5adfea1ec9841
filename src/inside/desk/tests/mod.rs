//! The desk as its officers and its enemies see it.

mod account;
mod cases;
mod comes_back;
mod entries;
pub(in crate::inside) mod fixture;
mod manner;
mod messages;
mod provider;
mod rights;
mod samples;
mod second;
mod sign_in;
mod work;
