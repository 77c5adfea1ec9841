//! How long a record that is taken back stays: from the start of `gongshi publish` until each surface of a running portal
//! is without it, and whether a byte of it is left on disk then.
//!
//! `cargo bench --bench takeback -- --data DIR [--times 3]`
//!
//! DIR is a data directory of `cargo bench --bench pipeline -- --keep`; it is changed: each time one more entry of the list
//! of abnormal operations leaves it, by a file that tells its date of removal.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clap::Parser;
use parquet::file::metadata::{ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use serde_json::Value;

#[derive(Parser)]
struct Args {
    /// The data directory.
    #[arg(long)]
    data: PathBuf,
    /// Records that are taken back, one after another.
    #[arg(long, default_value_t = 3)]
    times: usize,
    /// Given by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

/// The list of which entries leave.
const LIST: &str = "abnormal_operations";
/// What a surface is called, where it is, and whether the record is gone from it: of the portal, the address, the
/// record's id and the sequence number before.
type Surface = (&'static str, String, fn(&str, &str, &str, i64) -> bool);
/// What is given up as never ending.
const PATIENCE: Duration = Duration::from_secs(300);

fn main() -> anyhow::Result<()> {
    // `cargo test --benches` only asks whether it starts
    if !std::env::args().any(|a| a == "--bench") {
        return Ok(());
    }
    let args = Args::parse();
    let files = args
        .data
        .join("../files/ankang-abnormal-operations-2026.csv");
    let text = std::fs::read_to_string(&files)?;
    let mut rows = text.lines();
    let head = rows.next().unwrap_or_default();
    let rows: Vec<&str> = rows
        .filter(|row| row.contains("法人及非法人组织") && row.contains(",,,,"))
        .collect();

    let at = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let mut portal = gongshi(&args.data)
        .args(["serve", "--role", "public", "--bind", &at.to_string()])
        .env("GONGSHI_LOG__LEVEL", "error")
        .env("GONGSHI_LIMITS__SEARCH__PER_MINUTE", "0")
        .env("GONGSHI_LIMITS__READ__PER_MINUTE", "0")
        .env("GONGSHI_LIMITS__CHANGES__PER_MINUTE", "0")
        .stdout(Stdio::null())
        .spawn()?;
    let base = format!("http://{at}");
    let result = (|| {
        let begun = Instant::now();
        while get(&base, "/data/index.json").is_none() {
            anyhow::ensure!(
                portal.try_wait()?.is_none(),
                "the portal ended: run `gongshi publish` on this directory"
            );
            anyhow::ensure!(begun.elapsed() < PATIENCE, "no files of open data");
            std::thread::sleep(Duration::from_millis(100));
        }
        println!(
            "the files were ready after {:.1} s",
            begun.elapsed().as_secs_f64()
        );
        let mut done = 0;
        for row in rows {
            if done == args.times {
                break;
            }
            let Some(code) = row.split(',').nth(2) else {
                continue;
            };
            if let Some(id) = displayed(&base, code) {
                take_back(&args.data, &base, head, row, code, &id)?;
                done += 1;
            }
        }
        anyhow::ensure!(done == args.times, "too few records are displayed");
        Ok(())
    })();
    let _ = portal.kill();
    let _ = portal.wait();
    result
}

/// The id of the entry of an organisation, when it has exactly one record.
fn displayed(base: &str, code: &str) -> Option<String> {
    let found: Value =
        serde_json::from_slice(&get(base, &format!("/api/v1/subjects/{code}"))?).ok()?;
    let items = found["items"].as_array()?;
    match items.as_slice() {
        [one] if one["list"] == LIST => Some(one["id"].as_str()?.to_owned()),
        _ => None,
    }
}

fn take_back(
    data: &Path,
    base: &str,
    head: &str,
    row: &str,
    code: &str,
    id: &str,
) -> anyhow::Result<()> {
    let decided = head.split(',').position(|h| h == "列入日期");
    let removed = head.split(',').position(|h| h == "移出日期");
    let mut cells: Vec<&str> = row.split(',').collect();
    let (Some(decided), Some(removed)) = (decided, removed) else {
        anyhow::bail!("the columns are not as expected");
    };
    let day = cells[decided].to_owned();
    cells[removed] = &day;
    let file = data.join("taken-back.csv");
    std::fs::write(&file, format!("{head}\n{}\n", cells.join(",")))?;
    let imported = gongshi(data)
        .arg("import")
        .arg(&file)
        .args(["--list", LIST])
        .stdout(Stdio::null())
        .status()?;
    anyhow::ensure!(imported.success(), "import failed");
    let seq = number(base, "/data/index.json", "seq").unwrap_or(0);
    let whole = get(base, "/data/all/records.jsonl").unwrap_or_default();
    anyhow::ensure!(holds(&whole, id), "{id} is not in the files");
    drop(whole);

    let from = Instant::now();
    let mut publish = gongshi(data)
        .arg("publish")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let surfaces: [Surface; 6] = [
        ("record page", format!("/records/{id}"), |b, p, _, _| {
            status(b, p) == 410
        }),
        (
            "search",
            format!("/api/v1/search?q={code}"),
            |b, p, _, _| number(b, p, "total") == Some(0),
        ),
        (
            "subject",
            format!("/api/v1/subjects/{code}"),
            |b, p, id, _| !get(b, p).is_some_and(|t| holds(&t, id)),
        ),
        (
            "changes",
            format!("/api/v1/changes?since={seq}"),
            |b, p, _, _| get(b, p).is_some_and(|t| holds(&t, "tombstone")),
        ),
        (
            "withdrawals",
            format!("/api/v1/withdrawals?since={seq}"),
            |b, p, id, _| get(b, p).is_some_and(|t| holds(&t, id)),
        ),
        ("files", "/data/index.json".to_owned(), |b, p, _, seq| {
            number(b, p, "seq").is_some_and(|now| now > seq)
        }),
    ];
    let waits: Vec<_> = surfaces
        .into_iter()
        .map(|(name, path, gone)| {
            let (base, id) = (base.to_owned(), id.to_owned());
            std::thread::spawn(move || {
                while !gone(&base, &path, &id, seq) && from.elapsed() < PATIENCE {
                    std::thread::sleep(Duration::from_millis(20));
                }
                (name, from.elapsed().as_secs_f64())
            })
        })
        .collect();
    let status = publish.wait()?;
    let published = from.elapsed().as_secs_f64();
    anyhow::ensure!(status.success(), "publish failed");
    let mut line = format!("publish {published:.2} s");
    for wait in waits {
        let (name, seconds) = wait.join().map_err(|_| anyhow::anyhow!("a thread died"))?;
        line += &format!(", {name} {seconds:.2}");
    }
    println!("{line}");
    let left = left_on_disk(&data.join("exports"), id)?;
    anyhow::ensure!(left.is_empty(), "{id} is still in {left:?}");
    let index = get(base, "/data/index.json").unwrap_or_default();
    let index: Value = serde_json::from_slice(&index)?;
    let mut files = 0;
    for set in index["data_sets"].as_array().into_iter().flatten() {
        if set["rows"].as_u64().unwrap_or(0) == 0 {
            continue;
        }
        for file in set["files"].as_array().into_iter().flatten() {
            let path = format!("/data/{}", file["path"].as_str().unwrap_or_default());
            let bytes = get(base, &path).ok_or_else(|| anyhow::anyhow!("{path} is not there"))?;
            anyhow::ensure!(!holds(&unpacked(&bytes)?, id), "{id} is still in {path}");
            files += 1;
        }
    }
    println!("  no byte of it on disk, nor in any of {files} files that are handed out");
    Ok(())
}

/// Files below a directory that hold a text, packed or not.
fn left_on_disk(dir: &Path, text: &str) -> anyhow::Result<Vec<PathBuf>> {
    let mut left = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            left.extend(left_on_disk(&path, text)?);
        } else if let Ok(bytes) = std::fs::read(&path)
            && (holds(&bytes, text) || holds(&unpacked_file(&path, &bytes)?, text))
        {
            left.push(path);
        }
    }
    Ok(left)
}

/// What people read in a file: the contents of all gzip members, of every entry of a workbook, of every row of a Parquet
/// file. Another file is left as it is.
fn unpacked(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut all = Vec::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut all)?;
    } else if bytes.starts_with(b"PK\x03\x04") {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes))?;
        for at in 0..archive.len() {
            archive.by_index(at)?.read_to_end(&mut all)?;
        }
    } else if bytes.starts_with(b"PAR1") {
        let bytes = actix_web::web::Bytes::copy_from_slice(bytes);
        for row in SerializedFileReader::new(bytes)?.get_row_iter(None)? {
            all.extend(row?.to_string().into_bytes());
        }
    } else {
        return Ok(bytes.to_vec());
    }
    Ok(all)
}

/// The same of a file below `exports`, where pieces of a deflated stream and Parquet files behind one another lie too.
fn unpacked_file(path: &Path, bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    match path.extension().and_then(|e| e.to_str()) {
        Some("deflate") => {
            let mut all = Vec::new();
            // their end is elsewhere
            let _ = flate2::read::DeflateDecoder::new(bytes).read_to_end(&mut all);
            Ok(all)
        }
        Some("parquet") => {
            let (mut all, mut end) = (Vec::new(), bytes.len());
            while end > 12 {
                let size: [u8; 4] = bytes[end - 8..end - 4].try_into()?;
                let size = u32::from_le_bytes(size) as usize;
                let footer = &bytes[end - 8 - size..end - 8];
                let metadata = ParquetMetaDataReader::decode_metadata(footer)?;
                let groups = metadata.row_groups().iter();
                let data: i64 = groups.map(RowGroupMetaData::compressed_size).sum();
                let begin = end - 12 - size - usize::try_from(data)?;
                all.extend(unpacked(&bytes[begin..end])?);
                end = begin;
            }
            Ok(all)
        }
        _ => unpacked(bytes),
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    regex::bytes::Regex::new(&regex::escape(text)).is_ok_and(|r| r.is_match(bytes))
}

fn get(base: &str, path: &str) -> Option<Vec<u8>> {
    let mut answer = ureq::get(format!("{base}{path}")).call().ok()?;
    let mut bytes = Vec::new();
    answer.body_mut().as_reader().read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn status(base: &str, path: &str) -> u16 {
    match ureq::get(format!("{base}{path}")).call() {
        Ok(answer) => answer.status().as_u16(),
        Err(ureq::Error::StatusCode(code)) => code,
        Err(_) => 0,
    }
}

fn number(base: &str, path: &str, key: &str) -> Option<i64> {
    let value: Value = serde_json::from_slice(&get(base, path)?).ok()?;
    value[key].as_i64()
}

fn gongshi(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gongshi"));
    command.arg("--data").arg(data);
    command
}
