//! What is asked of the product, as ratios in one run: pages over HTTP against the same searches by plain tantivy
//! in process, and against a ready page of 20 KB that the same HTTP library serves.
//!
//! `cargo bench --bench http -- --data DIR [--queries FILE] [--connections 32] [--seconds 8]`
//!
//! DIR is a data directory that `cargo bench --bench pipeline -- --keep` made, or `gongshi import` and `publish`. Queries
//! of every class but persons are made from what it displays, so many that none is asked twice in a measurement; FILE
//! (one JSON object a line, with the fields `class` and `q`) replaces them. Plain tantivy is measured before and after,
//! and so is the ready page: on a machine whose speed drifts, the mean of the two is compared.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![expect(clippy::cast_precision_loss, reason = "figures for people")]

mod client;
#[path = "../search/data.rs"]
#[expect(dead_code, reason = "the search bench uses the rest")]
mod data;
#[path = "../search/make.rs"]
mod make;
#[path = "../search/quality.rs"]
#[expect(dead_code, reason = "the search bench uses the rest")]
mod quality;
#[path = "../search/raw.rs"]
#[expect(dead_code, reason = "the search bench uses the rest")]
mod raw;
mod servers;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use clap::Parser;
use client::{Connection, Figures, measure};
use data::{Query, Record};
use gongshi::base::clock::{Clock as _, SystemClock};
use gongshi::base::db::DbUrl;
use gongshi::domain::kinds::SubjectKind;
use gongshi::domain::time::civil_date;
use gongshi::outside::index::{IndexOptions, SearchIndex};
use gongshi::outside::store::PublicStore;
use raw::Raw;

#[derive(Parser)]
struct Args {
    /// Data directory to serve.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Queries, one JSON object a line; made from the records when not given.
    #[arg(long)]
    queries: Option<PathBuf>,
    /// Seed of the made queries.
    #[arg(long, default_value_t = 11)]
    seed: u64,
    /// Connections that ask at the same time.
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Write the queries of full matches here and end.
    #[arg(long)]
    write_full: Option<PathBuf>,
    /// Only ask the portal for the search pages of FILE: what a profile is taken of.
    #[arg(long, requires = "queries")]
    quick: bool,
    /// Serve the ready page and nothing else (used by the bench itself).
    #[arg(long)]
    ready_page: bool,
    /// Given by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

/// Full matches that are asked a second time: what a portal is asked all day.
const AGAIN: usize = 1_000;
/// Rounds of made queries, each with its own seed: some two thousand queries a round.
const ROUNDS: u64 = 12;

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    if args.ready_page {
        return servers::serve_ready_page();
    }
    let Some(dir) = args.data.clone() else {
        println!("http: give --data DIR to measure; see the head of benches/http/main.rs");
        return Ok(());
    };
    if args.quick {
        return quick(&args, &dir);
    }
    let today = civil_date(SystemClock.now());
    let records = displayed(&dir, today)?;
    let queries = queries(&args, &records);
    let full: Vec<Query> = queries.iter().filter(|q| is_full(q)).cloned().collect();
    println!(
        "{} records displayed, {} queries, {} of them full matches",
        records.len(),
        queries.len(),
        full.len()
    );
    if let Some(path) = &args.write_full {
        let lines: Result<Vec<String>, _> = full.iter().map(serde_json::to_string).collect();
        std::fs::write(path, lines?.join("\n") + "\n")?;
        return Ok(());
    }
    let again: Vec<Query> = full.iter().take(AGAIN).cloned().collect();
    let scratch = tempfile::tempdir()?;
    let raw = Raw::build(&scratch.path().join("raw"), &records, 2, 128 << 20);
    let count = records.len() as f64;
    drop(records);

    let length = Duration::from_secs(args.seconds);
    let raw_before = in_process(&raw, &queries, length);
    let raw_full = in_process(&raw, &full, length);
    // what a portal does by itself after a minute without changes
    SearchIndex::open_or_create(dir.join("index"), IndexOptions::default())?.compact()?;
    let (_ready, ready_at) = servers::spawn_ready_page()?;
    let (portal, portal_at) = servers::spawn_portal(&dir)?;
    let root = ["/".to_owned()];
    let ready_before = measure(ready_at, args.connections, length, &root)?;
    let rss_fresh = portal.memory();
    let pages = |prefix: &str, queries: &[Query]| -> Vec<String> {
        let path = |q: &Query| format!("{prefix}?q={}", percent(&q.q));
        queries.iter().map(path).collect()
    };
    let mix = measure(
        portal_at,
        args.connections,
        length,
        &pages("/search", &queries),
    )?;
    let mix_8 = measure(portal_at, 8, length, &pages("/search", &queries))?;
    let full = measure(
        portal_at,
        args.connections,
        length,
        &pages("/search", &full),
    )?;
    // once to be kept, then measured
    let again_paths = pages("/search", &again);
    measure(
        portal_at,
        args.connections,
        Duration::from_secs(2),
        &again_paths,
    )?;
    let again = measure(portal_at, args.connections, length, &again_paths)?;
    let api = measure(
        portal_at,
        args.connections,
        length,
        &pages("/api/v1/search", &queries),
    )?;
    let paths = record_paths(portal_at, &pages("/api/v1/search", &queries))?;
    let record = measure(portal_at, args.connections, length, &paths)?;
    let few: Vec<String> = paths.iter().take(AGAIN).cloned().collect();
    measure(portal_at, 8, Duration::from_secs(2), &few)?;
    let record_again = measure(portal_at, 8, length, &few)?;
    let again_8 = measure(portal_at, 8, length, &again_paths)?;
    let style = [style_sheet(portal_at)?];
    let fixed = measure(portal_at, 8, length, &style)?;
    let rss = portal.memory();
    let ready_after = measure(ready_at, args.connections, length, &root)?;
    drop(portal);
    let raw_after = in_process(&raw, &queries, length);

    let ready_rate = f64::midpoint(ready_before.rate, ready_after.rate);
    let raw_rate = f64::midpoint(raw_before.rate, raw_after.rate);
    let raw_p99 = f64::midpoint(raw_before.p99, raw_after.p99);
    println!(
        "{:<40}{:>9}{:>9}{:>9}{:>9}{:>9}{:>8}",
        "what", "a second", "p50 ms", "p99 ms", "bytes", "of ready", "errors"
    );
    let line = |name: &str, f: &Figures| {
        println!(
            "{name:<40}{:>9.0}{:>9.2}{:>9.2}{:>9.0}{:>9.3}{:>8}",
            f.rate,
            f.p50,
            f.p99,
            f.bytes,
            f.rate / ready_rate,
            f.errors
        );
    };
    line("raw tantivy in process, 2 threads", &raw_before);
    line("  again at the end", &raw_after);
    line("raw tantivy in process, full matches", &raw_full);
    line("ready page of 20 KB", &ready_before);
    line("  again at the end", &ready_after);
    line("search page, the mix", &mix);
    line("search page, the mix, 8 connections", &mix_8);
    line("search page, full matches only", &full);
    line("search page, full matches asked again", &again);
    line("search API, the mix", &api);
    line("record page", &record);
    line("style sheet of the portal, 8 connections", &fixed);
    line("record page asked again, 8 connections", &record_again);
    line("search page asked again, 8 connections", &again_8);
    println!();
    let goals = [
        (
            "median of a record page asked again / of the style sheet",
            record_again.p50,
        ),
        (
            "median of a search page asked again / of the style sheet",
            again_8.p50,
        ),
    ];
    for (what, median) in goals {
        let ratio = median / fixed.p50;
        let reached = if ratio <= 1.5 { "reached" } else { "MISSED" };
        println!("{what:<58}{ratio:>9.2}  at most  1.50  {reached}");
    }
    let goal = |what: &str, value: f64, goal: f64, at_least: bool| {
        let reached = if at_least {
            value >= goal
        } else {
            value <= goal
        };
        println!(
            "{what:<58}{value:>9.2}  {} {goal:.2}  {}",
            if at_least { "at least" } else { "at most " },
            if reached { "reached" } else { "MISSED" }
        );
    };
    goal(
        "search page, the mix / raw tantivy on 2 threads",
        mix.rate / raw_rate,
        0.5,
        true,
    );
    goal(
        "search page, full matches / ready page",
        full.rate / ready_rate,
        0.25,
        true,
    );
    goal(
        "p99 of the mix at 8 connections, ms",
        mix_8.p99,
        2.0 * raw_p99 + 5.0,
        false,
    );
    goal(
        "index, bytes a record",
        bytes(&dir.join("index")) / count,
        80.0,
        false,
    );
    println!(
        "memory of the portal in MB, and without pages of files: {:.0} ({:.0}) fresh, {:.0} ({:.0}) after all this",
        rss_fresh.0, rss_fresh.1, rss.0, rss.1
    );
    goal(
        "memory of the portal after all this, MB",
        rss.0,
        250.0,
        false,
    );
    Ok(())
}

fn quick(args: &Args, dir: &Path) -> anyhow::Result<()> {
    let queries = queries(args, &[]);
    let (portal, at) = servers::spawn_portal(dir)?;
    let paths: Vec<String> = queries
        .iter()
        .map(|q| format!("/search?q={}", percent(&q.q)))
        .collect();
    let length = Duration::from_secs(args.seconds);
    let figures = measure(at, args.connections, length, &paths)?;
    println!("{figures:?}, memory {:?} MB", portal.memory());
    Ok(())
}

/// Whether a query is answered by a full match.
fn is_full(query: &Query) -> bool {
    matches!(query.class.as_str(), "exact" | "code" | "fragment")
}

/// What the store displays today, in the form that queries are made from.
fn displayed(dir: &Path, today: NaiveDate) -> anyhow::Result<Vec<Record>> {
    let store = PublicStore::open_read_only(&DbUrl::sqlite(dir.join("public.db")))?;
    let (mut out, mut after) = (Vec::new(), 0);
    loop {
        let page = store.scan(after, 10_000)?;
        let Some(last) = page.last() else { break };
        after = last.num;
        out.extend(
            page.iter()
                .filter(|s| s.record.displayed_on(today))
                .map(|s| {
                    let r = s.record.parts();
                    Record {
                        id: s.num.unsigned_abs(),
                        name: r.subject_name.clone(),
                        code: r.credit_code.clone().unwrap_or_default(),
                        kind: match r.subject_kind {
                            _ if r.name_masked => 3,
                            SubjectKind::LegalPerson | SubjectKind::UnincorporatedOrg => 1,
                            SubjectKind::IndividualBusiness => 2,
                            SubjectKind::NaturalPerson => 3,
                        },
                        document: r.document_number.clone(),
                        authority: r.authority_name.clone(),
                        region: r.region.parse().unwrap_or(0),
                        category: r.list.clone(),
                        decided: r.decided_on,
                        published: r.displayed_from,
                        until: r.displayed_until.unwrap_or(NaiveDate::MAX),
                    }
                }),
        );
    }
    Ok(out)
}

/// The queries in an order in which the classes alternate. Persons are left out: their full names are not public.
fn queries(args: &Args, records: &[Record]) -> Vec<Query> {
    let mut out = match &args.queries {
        Some(file) => data::read_queries(file),
        None => (0..ROUNDS)
            .flat_map(|round| make::make(records, args.seed + round))
            .collect(),
    };
    out.retain(|q| q.class != "person");
    let mut dice = data::Dice::new(args.seed);
    for i in (1..out.len()).rev() {
        out.swap(i, dice.below(i + 1));
    }
    out
}

/// The searches by plain tantivy on two threads of this process, each query once or for so long.
fn in_process(raw: &Raw, queries: &[Query], length: Duration) -> Figures {
    let started = Instant::now();
    let halves: Vec<Vec<f64>> = std::thread::scope(|scope| {
        let half = |k: usize| {
            let mine = queries.iter().skip(k).step_by(2);
            let mut times = Vec::new();
            for query in mine {
                if started.elapsed() > length {
                    break;
                }
                let begun = Instant::now();
                drop(std::hint::black_box(raw.ask(query)));
                times.push(begun.elapsed().as_secs_f64() * 1000.0);
            }
            times
        };
        let threads: Vec<_> = (0..2).map(|k| scope.spawn(move || half(k))).collect();
        threads.into_iter().filter_map(|t| t.join().ok()).collect()
    });
    Figures::of(
        halves.into_iter().flatten().collect(),
        started.elapsed(),
        0,
        0,
    )
}

fn bytes(dir: &Path) -> f64 {
    let files = walkdir(dir);
    files.iter().map(|size| *size as f64).sum()
}

fn walkdir(dir: &Path) -> Vec<u64> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        match entry.metadata() {
            Ok(meta) if meta.is_dir() => out.extend(walkdir(&entry.path())),
            Ok(meta) => out.push(meta.len()),
            Err(_) => {}
        }
    }
    out
}

/// Address of the portal's style sheet: a fixed file of about the size of a page, from the same server.
fn style_sheet(at: SocketAddr) -> anyhow::Result<String> {
    let (_, body) = Connection::open(at)?.get("/about")?;
    let page = String::from_utf8_lossy(&body);
    page.split("rel=\"stylesheet\" href=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .map(str::to_owned)
        .ok_or_else(|| anyhow::anyhow!("no style sheet on the page"))
}

/// Addresses of record pages, taken from the first answers of the search API.
fn record_paths(at: SocketAddr, api: &[String]) -> anyhow::Result<Vec<String>> {
    let mut connection = Connection::open(at)?;
    let mut out = Vec::new();
    for path in api.iter().take(2_000) {
        let (status, body) = connection.get(path)?;
        if status != 200 {
            continue;
        }
        let answer: serde_json::Value = serde_json::from_slice(&body)?;
        for item in answer["items"].as_array().into_iter().flatten() {
            out.extend(item["id"].as_str().map(|id| format!("/records/{id}")));
        }
    }
    Ok(out)
}

fn percent(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
