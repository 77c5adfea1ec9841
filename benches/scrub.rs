//! Throughput of the free-text pipeline in MB of UTF-8 a second: `cargo bench --bench scrub`.
//!
//! Two texts: the harmless corpus, which is what most of a year's facts look like, and the same with one
//! private number or name in every tenth text. Both are repeated to about eight megabytes and timed thrice;
//! the best of the three is told, because the machine's other work only ever slows it.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::Instant;

use gongshi::domain::kinds::SubjectKind;
use gongshi::domain::mask::{ScrubContext, scrub};

/// Bytes of text in one run.
const SIZE: usize = 8 << 20;

fn main() {
    let harmless: Vec<&str> = include_str!("../tests/corpus/scrub/harmless.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    let mixed: Vec<String> = harmless
        .iter()
        .enumerate()
        .map(|(i, text)| match i % 30 {
            0 => format!("{text}联系电话13800138000。"),
            10 => format!("{text}身份证号码44052418800101 0014。"),
            20 => format!("{text}员工李四未到场。"),
            _ => (*text).to_owned(),
        })
        .collect();
    let mixed: Vec<&str> = mixed.iter().map(String::as_str).collect();
    time("harmless", &harmless);
    time("one in ten private", &mixed);
}

fn time(what: &str, texts: &[&str]) {
    let about = ScrubContext::new(SubjectKind::LegalPerson);
    // the word lists are read on first use
    let _ = scrub(texts[0], &about);
    let mut best = f64::INFINITY;
    let (mut bytes, mut hits) = (0, 0);
    for _ in 0..3 {
        (bytes, hits) = (0, 0);
        let start = Instant::now();
        for text in texts.iter().cycle() {
            let out = scrub(text, &about);
            hits += out.hits.len();
            bytes += text.len();
            if bytes >= SIZE {
                break;
            }
        }
        best = best.min(start.elapsed().as_secs_f64());
    }
    let rate = bytes as f64 / best / 1e6;
    println!("{what}: {rate:.1} MB/s ({bytes} bytes, {hits} findings, {best:.3} s)");
}
