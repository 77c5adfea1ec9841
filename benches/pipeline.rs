//! From file to visible: import, publish and index rates of whole processes, and the same records into raw tantivy.
//!
//! `cargo bench --bench pipeline -- [--records 100000] [--seed 7] [--keep DIR]`
//!
//! The sample is made by `gongshi sample`, then each step is the real program with its real files. Memory is the
//! high-water mark of the process. A tenth of the records is put into an empty portal too, and is the last here: the rates
//! tell whether what stands already slows down what comes. The last row puts the very records that became visible into tantivy with the
//! product's schema from memory, in this process: what the search library alone would take. Then a hundred of the
//! records change their names: seconds from the start of `gongshi publish` until a running portal finds all of them.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clap::Parser;
use gongshi::base::db::DbUrl;
use gongshi::outside::index::{IndexOptions, SearchIndex};
use gongshi::outside::store::PublicStore;

#[derive(Parser)]
struct Args {
    /// Records of the sample.
    #[arg(long, default_value_t = 100_000)]
    records: u64,
    /// Seed of the sample.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Keep the data directory here, for the other benches.
    #[arg(long)]
    keep: Option<PathBuf>,
    /// Given by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

/// What a step took.
struct Step {
    name: &'static str,
    seconds: f64,
    peak_mb: f64,
}

impl Step {
    /// Takes another of the same kind in.
    const fn add(&mut self, other: &Self) {
        self.seconds += other.seconds;
        self.peak_mb = self.peak_mb.max(other.peak_mb);
    }
}

/// Makes the files of a sample.
fn sample(data: &Path, records: u64, seed: u64, files: &Path) -> anyhow::Result<Step> {
    let (records, seed) = (records.to_string(), seed.to_string());
    let mut command = gongshi(data);
    command.args(["sample", "--records", &records, "--seed", &seed, "--out"]);
    run("make the files", command.arg(files))
}

/// Imports the files of a sample, one after the other; the first time into a directory that is made.
fn import(data: &Path, files: &Path) -> anyhow::Result<Step> {
    if !data.join("config.toml").exists() {
        run("init", gongshi(data).arg("init"))?;
    }
    let mut all = Step {
        name: "import",
        seconds: 0.0,
        peak_mb: 0.0,
    };
    for (file, list) in manifest(files)? {
        let mut command = gongshi(data);
        all.add(&run(
            "import",
            command.arg("import").arg(&file).args(["--list", &list]),
        )?);
    }
    Ok(all)
}

fn publish(data: &Path) -> anyhow::Result<Step> {
    run("publish and index", gongshi(data).arg("publish"))
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    if !args.bench {
        return Ok(()); // `cargo test --benches` only asks whether it starts
    }
    let temporary = tempfile::tempdir()?;
    let root = args
        .keep
        .clone()
        .unwrap_or_else(|| temporary.path().to_owned());
    let (files, data) = (root.join("files"), root.join("data"));
    std::fs::create_dir_all(&root)?;

    // The last tenth is a sample of its own, which is also put into an empty portal: what the first tenth takes there, it
    // takes here when all others stand already.
    let tenth = args.records / 10;
    let (last, alone) = (root.join("files-last"), temporary.path().join("alone"));
    let mut making = sample(&data, args.records - tenth, args.seed, &files)?;
    making.add(&sample(&data, tenth, args.seed + 1, &last)?);
    let first = [import(&alone, &last)?, publish(&alone)?];
    let mut import_all = import(&data, &files)?;
    let mut publish_all = publish(&data)?;
    let end = [import(&data, &last)?, publish(&data)?];
    import_all.add(&end[0]);
    publish_all.add(&end[1]);
    let steps = [making, import_all, publish_all];
    let visible: f64 = steps[1].seconds + steps[2].seconds;

    let (rows, raw) = raw_index(&data, temporary.path())?;
    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    let (records, rows) = (args.records as f64, rows as f64);
    println!(
        "{:<34}{:>10}{:>14}{:>12}",
        "step", "seconds", "records/s", "peak MB"
    );
    for step in &steps {
        println!(
            "{:<34}{:>10.1}{:>14.0}{:>12.0}",
            step.name,
            step.seconds,
            records / step.seconds,
            step.peak_mb
        );
    }
    println!(
        "{:<34}{visible:>10.1}{:>14.0}",
        "import to visible",
        records / visible
    );
    println!(
        "{:<34}{raw:>10.1}{:>14.0}",
        "raw tantivy, the visible records",
        rows / raw
    );
    println!(
        "import to visible is {:.2} of raw tantivy's rate",
        (records / visible) / (rows / raw)
    );
    for (what, first, end) in [
        ("import", &first[0], &end[0]),
        ("publish and index", &first[1], &end[1]),
    ] {
        #[expect(clippy::cast_precision_loss, reason = "figures for people")]
        let tenth = tenth as f64;
        println!(
            "{what}, a tenth of the records: {:.0} records/s into an empty portal, {:.0} as the last; {:.2}",
            tenth / first.seconds,
            tenth / end.seconds,
            first.seconds / end.seconds
        );
    }
    let (publish, visible) = change_a_hundred(&files, &data)?;
    println!(
        "a release of 100 changed records: publish ends after {publish:.2} s, all found after {visible:.2} s"
    );
    Ok(())
}

/// A name that no sample holds.
const FRESH: &str = "璟翊玥";
/// Records that change.
const CHANGED: usize = 100;

/// Gives a hundred displayed organisations another name and publishes while a public node serves; seconds until the
/// publisher is done, and until the node finds them all.
fn change_a_hundred(files: &Path, data: &Path) -> anyhow::Result<(f64, f64)> {
    let file = files.join("ankang-abnormal-operations-2026.csv");
    let text = std::fs::read_to_string(&file)?;
    let mut rows = text.lines();
    let head = rows.next().unwrap_or_default();
    // the first column is the name; without a date of removal the record is displayed
    let mut changed = vec![head.to_owned()];
    changed.extend(
        rows.filter(|row| row.contains("法人及非法人组织") && row.contains(",,,,"))
            .take(CHANGED)
            .map(|row| format!("{FRESH}{row}")),
    );
    anyhow::ensure!(
        changed.len() == CHANGED + 1,
        "{} is not as expected",
        file.display()
    );
    let file = data.join("changed.csv");
    std::fs::write(&file, changed.join("\n") + "\n")?;
    run(
        "import the changed",
        gongshi(data)
            .arg("import")
            .arg(&file)
            .args(["--list", "abnormal_operations"]),
    )?;
    let at = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let mut portal = gongshi(data)
        .args(["serve", "--role", "public", "--bind", &at.to_string()])
        .env("GONGSHI_LIMITS__SEARCH__PER_MINUTE", "0")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let result = (|| {
        let query: String = url::form_urlencoded::byte_serialize(FRESH.as_bytes()).collect();
        let found = || -> Option<u64> {
            let mut answer = ureq::get(format!("http://{at}/api/v1/search?q={query}"))
                .call()
                .ok()?;
            let body: serde_json::Value =
                serde_json::from_str(&answer.body_mut().read_to_string().ok()?).ok()?;
            body["total"].as_u64()
        };
        let wait = |from: Instant, n: u64| {
            while found() != Some(n) {
                anyhow::ensure!(
                    from.elapsed() < Duration::from_secs(120),
                    "never found: {n}"
                );
                std::thread::sleep(Duration::from_millis(50));
            }
            Ok(from.elapsed().as_secs_f64())
        };
        wait(Instant::now(), 0)?;
        let from = Instant::now();
        let mut publish = gongshi(data).arg("publish").stdout(Stdio::null()).spawn()?;
        let watch = std::thread::spawn(move || {
            let status = publish.wait();
            (status, from.elapsed().as_secs_f64())
        });
        let visible = wait(from, CHANGED as u64)?;
        let (status, seconds) = watch
            .join()
            .map_err(|_| anyhow::anyhow!("the watching thread died"))?;
        anyhow::ensure!(status?.success(), "publish failed");
        Ok((seconds, visible))
    })();
    let _ = portal.kill();
    let _ = portal.wait();
    result
}

/// The program. The files of open data are made after records are visible, and have benches of their own.
fn gongshi(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gongshi"));
    command
        .env("GONGSHI_EXPORTS__ENABLED", "false")
        .arg("--data")
        .arg(data);
    command
}

/// Runs a step to its end, watching the high-water mark of its memory. Exit status 3 (done with rejects) is success.
fn run(name: &'static str, command: &mut Command) -> anyhow::Result<Step> {
    let begun = Instant::now();
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()?;
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak_kb = 0.0_f64;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        peak_kb = peak_kb.max(high_water(&status_file));
        std::thread::sleep(Duration::from_millis(20));
    };
    anyhow::ensure!(
        matches!(status.code(), Some(0 | 3)),
        "{name} ended with {status}"
    );
    Ok(Step {
        name,
        seconds: begun.elapsed().as_secs_f64(),
        peak_mb: peak_kb / 1024.0,
    })
}

fn high_water(status_file: &str) -> f64 {
    let text = std::fs::read_to_string(status_file).unwrap_or_default();
    let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0.0)
}

/// The files of the sample with the list that each belongs to.
fn manifest(files: &Path) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let text = std::fs::read_to_string(files.join("manifest.json"))?;
    let value: serde_json::Value = serde_json::from_str(&text)?;
    let entries = value["files"].as_array().or_else(|| value.as_array());
    let entries = entries.ok_or_else(|| anyhow::anyhow!("manifest.json has no list of files"))?;
    Ok(entries
        .iter()
        .filter_map(|e| {
            Some((
                files.join(e["file"].as_str()?),
                e["list"].as_str()?.to_owned(),
            ))
        })
        .collect())
}

/// Indexes what is visible from memory; seconds to the commit.
fn raw_index(data: &Path, scratch: &Path) -> anyhow::Result<(usize, f64)> {
    let store = PublicStore::open_read_only(&DbUrl::sqlite(data.join("public.db")))?;
    let mut rows = Vec::new();
    let mut after = 0;
    loop {
        let page = store.scan(after, 10_000)?;
        let Some(last) = page.last() else { break };
        after = last.num;
        rows.extend(page);
    }
    let index = SearchIndex::open_or_create(scratch.join("raw"), IndexOptions::default())?;
    let begun = Instant::now();
    index.rebuild_from_rows(&rows)?;
    Ok((rows.len(), begun.elapsed().as_secs_f64()))
}
