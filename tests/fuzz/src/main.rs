//! Fuzz targets: each takes what strangers may send, and must neither panic nor break what it promises.
//!
//! One program for all, since each would be linked with the whole portal: the environment variable `GONGSHI_FUZZ` names the
//! target. Seeds and what was found stand in `tests/corpus/fuzz/<target>`.

#![no_main]

mod files;
mod forms;
mod words;

use std::sync::LazyLock;

/// What a target does with one input.
type Target = fn(&[u8]);

/// Every target, by name. `tests/run fuzz` asks for the names with the name `?`.
const TARGETS: [(&str, Target); 10] = [
    ("csv", files::csv),
    ("xlsx", files::xlsx),
    ("jsonl", files::jsonl),
    ("evidence", files::evidence),
    ("codes", words::codes),
    ("text", words::text),
    ("query", forms::query),
    ("form", forms::form),
    ("feed", forms::feed),
    ("catalogue", forms::catalogue),
];

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("GONGSHI_FUZZ").unwrap_or_default();
    if let Some((_, target)) = TARGETS.iter().find(|(known, _)| *known == name) {
        return *target;
    }
    let known: Vec<&str> = TARGETS.iter().map(|(known, _)| *known).collect();
    println!("{}", known.join(" "));
    std::process::exit(i32::from(name != "?"));
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| TARGET(data));
