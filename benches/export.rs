//! Files of open data at scale: `cargo bench --bench export -- --data DIR`, DIR being a data directory of `pipeline --keep`
//! (its `public.db` is enough). Writes the CSV of a part and has the plain csv crate write the same cells; `--csv` ends there.
//! Then makes all files anew in DIR/exports, tells time and peak memory, takes records back and times until every file is
//! made anew.
//!
//! Records are taken back in DIR's store by the statements of a release: give it a copy.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use chrono::TimeDelta;
use clap::Parser;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use gongshi::base::clock::{Clock as _, SystemClock};
use gongshi::base::crypto::SignKey;
use gongshi::base::db::DbUrl;
use gongshi::domain::catalogue::Catalogue;
use gongshi::domain::time::{civil_date, day_start};
use gongshi::outside::export::Format;
use gongshi::outside::export::generation::Making;
use gongshi::outside::export::holder::{Holder, Upkeep};
use gongshi::outside::export::parts::PART;
use gongshi::outside::export::row::{Row, write};
use gongshi::outside::store::{PublicStore, Stored};

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What to measure.
#[derive(Parser)]
struct Asked {
    /// A data directory with a public store, which is changed.
    #[arg(long)]
    data: PathBuf,
    /// Records to take back, one after the other.
    #[arg(long, default_value_t = 5)]
    withdrawals: usize,
    /// Only compare the writing of CSV with the csv crate.
    #[arg(long)]
    csv: bool,
    /// Cargo says so.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let asked = Asked::parse();
    if !asked.data.join("public.db").is_file() {
        println!("export: {} holds no public.db", asked.data.display());
        std::process::exit(2);
    }
    let url = DbUrl::Sqlite(asked.data.join("public.db"));
    let store = PublicStore::open(&url).expect("the public store");
    let catalogue = gongshi::base::catalogue::load(None).expect("the catalogue");
    let key = SignKey::load(&asked.data.join("keys")).expect("the keys");
    let making = Making {
        catalogue: &catalogue,
        key: key.as_ref(),
        base_url: "https://credit.example",
        demo: true,
        history_days: 400,
        // noon, when no run prepares the next day
        now: day_start(civil_date(SystemClock.now())) + TimeDelta::hours(12),
    };
    let dir = asked.data.join("exports");
    let _ = fs::remove_dir_all(&dir);
    let mut upkeep = Upkeep::open(&dir, &catalogue).expect("the directory");
    let holder = Holder::default();
    csv(&store, &catalogue);
    if asked.csv {
        return;
    }
    let whole = anew(&store, &mut upkeep, &holder, making);
    let mut worst: f64 = 0.0;
    for n in 0..asked.withdrawals {
        worst = worst.max(taken_back(
            &asked.data,
            &store,
            &mut upkeep,
            &holder,
            making,
            n,
            whole,
        ));
    }
    println!(
        "a withdrawal, at worst: {worst:.2} s (asked: 2 s); memory at the end {} MB",
        peak()
    );
}

/// Makes everything; returns the number of records.
fn anew(store: &PublicStore, upkeep: &mut Upkeep, holder: &Holder, making: Making<'_>) -> u64 {
    let start = Instant::now();
    upkeep.parts(store, making).expect("the parts");
    let parts = start.elapsed().as_secs_f64();
    upkeep.step(store, holder, making).expect("the files");
    let sums = start.elapsed().as_secs_f64() - parts;
    let made = holder.on(civil_date(making.now)).expect("today's files");
    let all = &made.sets["all"];
    println!(
        "{} records in {} sets, all forms: {parts:.1} s, sums and descriptions {sums:.1} s; peak memory {} MB (asked: 300)",
        all.rows,
        made.sets.len(),
        peak()
    );
    for file in &all.files {
        let name = file.format.file_name();
        println!("  all/{name}: {:.1} MB", file.packed as f64 / 1e6);
    }
    all.rows
}

/// The rate of writing CSV, beside that of the csv crate with cells that are ready.
fn csv(store: &PublicStore, catalogue: &Catalogue) {
    let size = usize::try_from(PART).expect("a size");
    let stored: Vec<Stored> = store.scan(0, size).expect("rows");
    let rows: Vec<Row<'_>> = stored.iter().map(|s| Row::new(s, catalogue)).collect();
    let (mut making, mut ours, mut raw) = (f64::INFINITY, f64::INFINITY, f64::INFINITY);
    let mut out = Vec::new();
    for _ in 0..7 {
        out.clear();
        let start = Instant::now();
        let made: Vec<Row<'_>> = stored.iter().map(|s| Row::new(s, catalogue)).collect();
        making = making.min(start.elapsed().as_secs_f64());
        let start = Instant::now();
        write(&made, Format::Csv, &mut out);
        ours = ours.min(start.elapsed().as_secs_f64());
        let length = out.len();
        out.clear();
        let start = Instant::now();
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(&mut out);
        for row in &rows {
            writer.write_record(row.cells()).expect("into memory");
        }
        writer.flush().expect("into memory");
        drop(writer);
        raw = raw.min(start.elapsed().as_secs_f64());
        assert_eq!(out.len(), length, "both write the same");
    }
    let rate = |seconds: f64| rows.len() as f64 / seconds;
    println!(
        "CSV of a part: {:.0} rows/s ({:.0} MB/s); csv crate, from cells that are ready: {:.0} rows/s; ratio {:.2} (asked: 0.60)",
        rate(ours),
        out.len() as f64 / ours / 1e6,
        rate(raw),
        raw / ours
    );
    println!(
        "  rows from records, once for all forms: {:.0} rows/s; with that {:.2}",
        rate(making),
        raw / (ours + making)
    );
}

/// Takes a record back and makes every file anew; returns the seconds.
fn taken_back(
    data: &Path,
    store: &PublicStore,
    upkeep: &mut Upkeep,
    holder: &Holder,
    making: Making<'_>,
    n: usize,
    whole: u64,
) -> f64 {
    let today = civil_date(making.now);
    // all over the store, the first part among them
    let last = store.last_num().expect("rows");
    let from = last / 5 * i64::try_from(n % 5).expect("a number");
    let rows = store.scan(from, 2000).expect("rows");
    let seen = |s: &&Stored| {
        s.record.displayed_on(today) && s.record.credit_code.is_some() && s.num % 7 == 3
    };
    let taken = rows.iter().find(seen).expect("a record to take back");
    let mut conn =
        SqliteConnection::establish(&data.join("public.db").to_string_lossy()).expect("the store");
    let seq = store.position().expect("the store").seq + 1;
    conn.transaction::<_, diesel::result::Error, _>(|conn| {
        diesel::sql_query("INSERT INTO tombstones(id, num, seq, at, why) VALUES (?, ?, ?, '2026-01-01 00:00:00.000000', 'repaired')")
            .bind::<Text, _>(&taken.record.id)
            .bind::<BigInt, _>(taken.num)
            .bind::<BigInt, _>(seq)
            .execute(conn)?;
        diesel::sql_query("DELETE FROM records WHERE num = ?")
            .bind::<BigInt, _>(taken.num)
            .execute(conn)?;
        diesel::sql_query("UPDATE meta SET value = ? WHERE key = 'seq'")
            .bind::<Text, _>(seq.to_string())
            .execute(conn)
    })
    .expect("taken back");
    let start = Instant::now();
    upkeep.step(store, holder, making).expect("the files");
    let seconds = start.elapsed().as_secs_f64();
    let made = holder.on(today).expect("today's files");
    assert_eq!(made.sets["all"].rows, whole - n as u64 - 1);
    let mut left = Vec::new();
    for entry in fs::read_dir(data.join("exports/whole")).expect("a directory") {
        let path = entry.expect("an entry").path();
        if holds(&path, taken.record.id.as_bytes()) {
            left.push(path);
        }
    }
    println!(
        "  record {} of {last}: {seconds:.2} s; in the database after that: {left:?}",
        taken.num
    );
    assert!(left.is_empty());
    seconds
}

/// Whether a file holds some bytes; read in pieces, so that the memory of the bench is not that of the file.
fn holds(path: &Path, bytes: &[u8]) -> bool {
    let mut file = fs::File::open(path).expect("a file");
    let (mut piece, mut kept) = (vec![0; 1 << 20], 0);
    loop {
        let read = file.read(&mut piece[kept..]).expect("a file");
        if read == 0 {
            return false;
        }
        let until = kept + read;
        let seen = &piece[..until];
        let first = |w: &[u8]| w == bytes;
        if seen.windows(bytes.len()).any(first) {
            return true;
        }
        kept = until.min(bytes.len() - 1);
        piece.copy_within(until - kept..until, 0);
    }
}

/// Peak memory of this process in megabytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|l| l.trim().trim_end_matches(" kB").trim().parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}
