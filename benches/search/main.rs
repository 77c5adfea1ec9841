//! Quality and speed of the search, on any records and queries of the development form.
//!
//! `cargo bench --bench search -- --records R.tsv.gz --queries Q.jsonl.gz [--raw] [--multiply 10] [--make-queries 7]`
//!
//! Prints recall@10 and MRR@10 by class beside what is to be reached, queries a second on one and two threads, median and
//! p99 by class, bytes a record, records indexed a second, the cost of facets; with `--raw`, the same for plain tantivy in
//! the same run, and the ratios.
#![expect(clippy::print_stdout, reason = "the report of a bench")]
#![expect(clippy::cast_precision_loss, reason = "figures for people")]

mod data;
mod make;
mod quality;
mod raw;

use chrono::NaiveDate;
use clap::Parser;
use data::{Query, Record};
use gongshi::outside::index::{
    Filters, IndexOptions, Match, SearchAnswer, SearchIndex, SearchRequest,
};
use quality::{Answer, Truth, required};
use std::path::PathBuf;
use std::time::{Duration, Instant};

#[derive(Parser)]
struct Args {
    /// Records, tab-separated, plain or .gz
    #[arg(long)]
    records: PathBuf,
    /// Queries, JSON lines, plain or .gz; their rules are applied anew to the records
    #[arg(long)]
    queries: Option<PathBuf>,
    /// Make fresh queries from the records and this seed
    #[arg(long)]
    make_queries: Option<u64>,
    /// Write the made queries here
    #[arg(long)]
    write_queries: Option<PathBuf>,
    /// Make so many times as many records
    #[arg(long, default_value_t = 1)]
    multiply: u64,
    /// Measure plain tantivy too, and print the ratios
    #[arg(long)]
    raw: bool,
    /// Rounds over all queries for the figures of speed
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Print up to so many queries of each class that miss
    #[arg(long, default_value_t = 0)]
    misses: usize,
    /// Only open an index that an earlier run kept with --keep, and print speed and memory
    #[arg(long)]
    open: bool,
    /// Keep the index in this directory
    #[arg(long)]
    keep: Option<PathBuf>,
    /// Memory of each of the two indexing threads, MiB
    #[arg(long, default_value_t = 128)]
    memory: usize,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

/// A day on which every record of the files is displayed or was: windows are opened in the records instead.
fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap_or_default()
}

/// The request of a query; a person's is asked inside one list.
fn request(query: &Query, list: Option<&str>) -> SearchRequest {
    let mut request = SearchRequest::new(&query.q, today());
    if query.class == "person" {
        request.person_key = Some(data::person_key(&query.q));
        request.filters = Filters {
            list: list.map(str::to_owned),
            ..Filters::default()
        };
    }
    request
}

fn hits(answer: &SearchAnswer) -> Answer {
    answer
        .hits
        .iter()
        .map(|hit| (hit.num, hit.matched == Match::Near))
        .collect()
}

/// The whole answer to a query, for judging: a person's is put together from all lists.
fn ask(index: &SearchIndex, query: &Query, lists: &[String]) -> Answer {
    let search = |list| index.search(&request(query, list)).expect("an answer");
    if query.class != "person" {
        return hits(&search(None));
    }
    let mut all: Vec<_> = lists
        .iter()
        .flat_map(|list| search(Some(list)).hits)
        .collect();
    // Lists that do not have the person answer with parts of organisations' names, or with look-alikes, named as such.
    all.sort_by_key(|hit| hit.matched);
    all.iter()
        .map(|hit| (hit.num, hit.matched == Match::Near))
        .collect()
}

/// Times of every query.
struct Speed {
    times: Vec<(usize, Duration)>,
    one: f64,
    two: f64,
    /// Mean microseconds of processor time of a query, on one thread.
    processor: f64,
}

/// Nanoseconds of processor time of this thread: on a busy machine, the figure that can be compared.
fn processor_time() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split(' ')
        .next()
        .and_then(|ns| ns.parse().ok())
        .unwrap_or(0.0)
}

fn speed(queries: &[Query], rounds: usize, ask: impl Fn(&Query) + Sync) -> Speed {
    queries.iter().for_each(&ask);
    let mut times = Vec::new();
    let before = processor_time();
    let start = Instant::now();
    for _ in 0..rounds {
        for (i, query) in queries.iter().enumerate() {
            let begun = Instant::now();
            ask(query);
            times.push((i, begun.elapsed()));
        }
    }
    let one = (rounds * queries.len()) as f64 / start.elapsed().as_secs_f64();
    let processor = (processor_time() - before) / 1e3 / (rounds * queries.len()) as f64;
    let start = Instant::now();
    std::thread::scope(|scope| {
        for half in 0..2 {
            let ask = &ask;
            scope.spawn(move || {
                for _ in 0..rounds {
                    queries.iter().skip(half).step_by(2).for_each(ask);
                }
            });
        }
    });
    let two = (rounds * queries.len()) as f64 / start.elapsed().as_secs_f64();
    times.sort_by_key(|(_, time)| *time);
    Speed {
        times,
        one,
        two,
        processor,
    }
}

impl Speed {
    /// The time in milliseconds that a share of the queries of a class (all: `None`) stays under.
    fn at(&self, queries: &[Query], class: Option<&str>, share: f64) -> f64 {
        let times: Vec<Duration> = self
            .times
            .iter()
            .filter(|(i, _)| class.is_none_or(|c| queries[*i].class == c))
            .map(|(_, t)| *t)
            .collect();
        let at = ((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1));
        times.get(at).map_or(0.0, |t| t.as_secs_f64() * 1e3)
    }

    /// Mean microseconds on one thread of the queries of a class (all: `None`).
    fn mean(&self, queries: &[Query], class: Option<&str>) -> f64 {
        let of = |i: usize| class.is_none_or(|c| queries[i].class == c);
        let times = self.times.iter().filter(|(i, _)| of(*i));
        let (sum, count) = times.fold((0.0, 0_usize), |(sum, count), (_, t)| {
            (sum + t.as_secs_f64() * 1e6, count + 1)
        });
        sum / count.max(1) as f64
    }
}

fn memory_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|kb| kb.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 1024.0
}

fn bytes(dir: &std::path::Path) -> u64 {
    std::fs::read_dir(dir)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|f| f.metadata().ok())
        .map(|m| m.len())
        .sum()
}

fn lists(records: &[Record]) -> Vec<String> {
    let mut out: Vec<String> = records.iter().map(|r| r.category.clone()).collect();
    out.sort();
    out.dedup();
    out
}

fn main() {
    let args = Args::parse();
    let options = IndexOptions {
        threads: 2,
        memory_per_thread: args.memory << 20,
    };
    let scratch = tempfile::tempdir().expect("a directory");
    let dir = args
        .keep
        .clone()
        .unwrap_or_else(|| scratch.path().join("ours"));
    if args.open {
        let queries = data::read_queries(args.queries.as_deref().expect("--queries"));
        let index = SearchIndex::open_or_create(&dir, options).expect("an index");
        let opened = memory_mib();
        let speed = speed(&queries, args.rounds, |q| {
            drop(index.search(&request(q, None)));
        });
        println!(
            "{} records, {opened:.0} MiB resident when opened, {:.0} MiB after the queries",
            index.records(),
            memory_mib()
        );
        let mut classes: Vec<&str> = queries.iter().map(|q| q.class.as_str()).collect();
        classes.sort_unstable();
        classes.dedup();
        for class in classes {
            println!(
                "{class:<12} {:>10.4} ms median, {:>8.1} µs mean",
                speed.at(&queries, Some(class), 0.5),
                speed.mean(&queries, Some(class))
            );
        }
        println!(
            "{:.0} queries/s on one thread, {:.0} on two",
            speed.one, speed.two
        );
        return;
    }

    let mut records = data::read_records(&args.records);
    data::multiply(&mut records, args.multiply);
    let mut queries = args
        .queries
        .as_deref()
        .map(data::read_queries)
        .unwrap_or_default();
    if let Some(seed) = args.make_queries {
        queries.extend(make::make(&records, seed));
    }
    let truth = Truth::new(&records, &queries);
    for (i, query) in queries.iter_mut().enumerate() {
        query.n = truth.right(i).len() as u64;
        query.ids = truth.right(i).iter().copied().take(20).collect();
    }
    if let Some(path) = &args.write_queries {
        let lines: Vec<String> = queries
            .iter()
            .filter_map(|q| serde_json::to_string(q).ok())
            .collect();
        std::fs::write(path, lines.join("\n") + "\n").expect("the queries are written");
    }
    let lists = lists(&records);

    let index = SearchIndex::open_or_create(&dir, options).expect("an index");
    let start = Instant::now();
    let rebuild = index.rebuild().expect("a rebuild");
    for record in &records {
        record.with_doc(|doc| rebuild.add(doc)).expect("a document");
    }
    rebuild.finish(1).expect("a commit");
    let rate = records.len() as f64 / start.elapsed().as_secs_f64();
    let size = index.bytes() as f64 / records.len() as f64;
    println!("{} records, {} queries", records.len(), queries.len());
    println!("index: {rate:.0} records/s, {size:.1} bytes a record");
    let before = speed(&queries, 1, |q| drop(index.search(&request(q, None))));
    println!(
        "before compaction: {:.0} queries/s on one thread, {:.0} on two",
        before.one, before.two
    );
    let start = Instant::now();
    index.compact().expect("a merge");
    println!(
        "compact: {:.1} s, then {:.1} bytes a record",
        start.elapsed().as_secs_f64(),
        index.bytes() as f64 / records.len() as f64
    );

    let answers: Vec<Answer> = queries.iter().map(|q| ask(&index, q, &lists)).collect();
    let list_of = |q: &Query| {
        q.ids
            .first()
            .and_then(|id| records.get(*id as usize))
            .map(|r| r.category.as_str())
    };
    let ours = speed(&queries, args.rounds, |q| {
        drop(index.search(&request(q, list_of(q))));
    });
    report(&records, &queries, &truth, &answers, &ours, args.misses);
    let with_facets = speed(&queries, args.rounds, |q| {
        let request = SearchRequest {
            facets: true,
            ..request(q, list_of(q))
        };
        drop(index.search(&request));
    });
    println!(
        "facets: {:.2} times the processor time of the search without",
        with_facets.processor / ours.processor
    );

    if args.raw {
        let dir = scratch.path().join("raw");
        let start = Instant::now();
        let raw = raw::Raw::build(&dir, &records, 2, args.memory << 20);
        let raw_rate = records.len() as f64 / start.elapsed().as_secs_f64();
        println!(
            "\nraw tantivy: {raw_rate:.0} records/s, {:.1} bytes a record, {} segments",
            bytes(&dir) as f64 / records.len() as f64,
            raw.segments()
        );
        let answers: Vec<Answer> = queries.iter().map(|q| raw.ask(q)).collect();
        let theirs = speed(&queries, args.rounds, |q| drop(raw.ask(q)));
        report(&records, &queries, &truth, &answers, &theirs, 0);
        println!(
            "ours to raw: {:.2} by processor time, {:.2} on one thread, {:.2} on two, p99 {:.2}, indexing {:.2}",
            theirs.processor / ours.processor,
            ours.one / theirs.one,
            ours.two / theirs.two,
            ours.at(&queries, None, 0.99) / theirs.at(&queries, None, 0.99),
            rate / raw_rate
        );
    }
}

fn report(
    records: &[Record],
    queries: &[Query],
    truth: &Truth,
    answers: &[Answer],
    speed: &Speed,
    misses: usize,
) {
    println!(
        "{:<12} {:>7} {:>10} {:>8}   {:>10} {:>10} {:>8}",
        "class", "queries", "recall@10", "MRR@10", "median ms", "p99 ms", "mean µs"
    );
    for (class, score) in truth.scores(queries, answers) {
        let (recall, mrr) = required(&class);
        let reached = score.recall() >= recall && score.mrr() >= mrr;
        let of = (class != "all").then_some(class.as_str());
        println!(
            "{class:<12} {:>7} {:>10.4} {:>8.4}   {:>10.3} {:>10.3} {:>8.1}  {}",
            score.queries,
            score.recall(),
            score.mrr(),
            speed.at(queries, of, 0.5),
            speed.at(queries, of, 0.99),
            speed.mean(queries, of),
            if reached {
                String::new()
            } else {
                format!("below {recall} / {mrr}")
            }
        );
        let missed = queries
            .iter()
            .enumerate()
            .filter(|(i, q)| q.class == class && truth.score(*i, &answers[*i]).0 < 1.0);
        for (i, query) in missed.take(misses) {
            let name = |id: &u64| records.get(*id as usize).map_or("", |r| r.name.as_str());
            let right: Vec<&str> = truth.right(i).iter().take(10).map(name).collect();
            let answered: Vec<(&str, bool)> = answers[i]
                .iter()
                .take(10)
                .map(|(id, near)| (name(id), *near))
                .collect();
            println!(
                "    {} {:?}: right {right:?}, answered {answered:?}",
                query.q, query.parts
            );
        }
    }
    println!(
        "{:.0} queries/s on one thread, {:.0} on two, {:.1} µs of processor time each",
        speed.one, speed.two, speed.processor
    );
}
