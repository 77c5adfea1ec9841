//! The name pools of `index/demo`, embedded.

use std::sync::OnceLock;

use rand::{Rng, RngExt};

/// Lines of a pool.
#[derive(Debug)]
pub(super) struct Pools {
    /// Trade names.
    pub trade: Vec<&'static str>,
    /// Industry words.
    pub industry: Vec<&'static str>,
    /// Personal names.
    pub person: Vec<&'static str>,
}

/// The pools.
pub(super) fn pools() -> &'static Pools {
    static POOLS: OnceLock<Pools> = OnceLock::new();
    POOLS.get_or_init(|| Pools {
        trade: include_str!("../../index/demo/trade_names.txt")
            .lines()
            .collect(),
        industry: include_str!("../../index/demo/industries.txt")
            .lines()
            .collect(),
        person: include_str!("../../index/demo/person_names.txt")
            .lines()
            .collect(),
    })
}

/// One of a list; the empty string of an empty list.
pub(super) fn pick<'a>(rng: &mut impl Rng, list: &[&'a str]) -> &'a str {
    if list.is_empty() {
        return "";
    }
    list.get(rng.random_range(0..list.len()))
        .copied()
        .unwrap_or("")
}
