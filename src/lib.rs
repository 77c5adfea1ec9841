//! Gongshi: a public-credit disclosure portal (公共信用信息公示平台).
//!
//! Data goes one way: files → `inside::intake` → `inside::vault` → `inside::publish` → `outside::store`
//! → `outside::index` → `outside::web`. `domain` is pure words and rules, `base` is I/O that knows no rules.

pub mod base;
pub mod cli;
pub mod config;
pub mod demo;
pub mod domain;
pub mod inside;
pub mod node;
pub mod outside;
pub mod record;
