//! The desk as its officers and its enemies see it.

mod cases;
mod entries;
pub(in crate::inside) mod fixture;
mod messages;
mod provider;
mod rights;
mod samples;
mod sign_in;
mod work;
