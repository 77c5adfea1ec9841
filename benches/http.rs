//! HTTP figures as ratios in one run: search pages, record pages and the API against a ready page of 20 KB
//! that the same HTTP library serves, and against the same searches in process.
//!
//! `cargo bench --bench http -- --data DIR [--queries FILE] [--connections 32] [--seconds 8] [--only full]`
//!
//! DIR is a data directory that `gongshi demo --no-serve` or `gongshi import` and `publish` made. FILE has
//! one JSON object a line with the fields `class` and `q`; without it, names and codes of the store are asked.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;

/// Size of the ready page, as in the design's table.
const READY_PAGE: usize = 20 * 1024;

#[derive(Parser)]
struct Args {
    /// Data directory to serve.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Queries, one JSON object a line.
    #[arg(long)]
    queries: Option<PathBuf>,
    /// Connections that ask at the same time.
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// `all` query classes, or `full` for those that are answered by a full match (exact, code, fragment).
    #[arg(long, default_value = "all")]
    only: String,
    /// Serve the ready page and nothing else (used by the bench itself).
    #[arg(long)]
    ready_page: bool,
    /// Given by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    if args.ready_page {
        return serve_ready_page();
    }
    let Some(data) = args.data.clone() else {
        println!("http: give --data DIR to measure; see the head of benches/http.rs");
        return Ok(());
    };
    let queries = read_queries(&args)?;
    println!(
        "{} queries, {} connections, {} s each",
        queries.len(),
        args.connections,
        args.seconds
    );

    let (_ready, ready_at) = spawn_ready_page()?;
    let (_portal, portal_at) = spawn_portal(&data)?;

    let search: Vec<String> = queries
        .iter()
        .map(|q| format!("/search?q={}", percent(q)))
        .collect();
    let api: Vec<String> = queries
        .iter()
        .map(|q| format!("/api/v1/search?q={}", percent(q)))
        .collect();
    let records = record_paths(portal_at, &api)?;

    let ready = measure(&args, ready_at, &["/".to_owned()])?;
    let rows = [
        ("ready page of 20 KB", ready.clone()),
        ("search page", measure(&args, portal_at, &search)?),
        ("search API", measure(&args, portal_at, &api)?),
        ("record page", measure(&args, portal_at, &records)?),
        (
            "ready page again",
            measure(&args, ready_at, &["/".to_owned()])?,
        ),
    ];
    println!(
        "{:<22}{:>10}{:>10}{:>10}{:>12}{:>14}{:>8}",
        "what", "req/s", "p50 ms", "p99 ms", "bytes", "of ready page", "errors"
    );
    for (name, figures) in &rows {
        println!(
            "{name:<22}{:>10.0}{:>10.2}{:>10.2}{:>12.0}{:>14.3}{:>8}",
            figures.rate,
            figures.p50,
            figures.p99,
            figures.bytes,
            figures.rate / ready.rate,
            figures.errors
        );
    }
    Ok(())
}

fn read_queries(args: &Args) -> anyhow::Result<Vec<String>> {
    let Some(path) = &args.queries else {
        anyhow::bail!("give --queries FILE")
    };
    let mut text = String::new();
    let file = std::fs::File::open(path)?;
    if path.extension().is_some_and(|e| e == "gz") {
        flate2::read::GzDecoder::new(file).read_to_string(&mut text)?;
    } else {
        BufReader::new(file).read_to_string(&mut text)?;
    }
    let mut out = Vec::new();
    for line in text.lines().filter(|l| !l.trim().is_empty()) {
        let value: serde_json::Value = serde_json::from_str(line)?;
        let class = value["class"].as_str().unwrap_or_default();
        let full = matches!(class, "exact" | "code" | "fragment");
        if let Some(q) = value["q"].as_str().filter(|_| args.only != "full" || full) {
            out.push(q.to_owned());
        }
    }
    Ok(out)
}

/// Figures of one measurement: requests a second, milliseconds, mean bytes of a body.
#[derive(Clone, Debug)]
struct Figures {
    rate: f64,
    p50: f64,
    p99: f64,
    bytes: f64,
    errors: usize,
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn measure(args: &Args, at: SocketAddr, paths: &[String]) -> anyhow::Result<Figures> {
    anyhow::ensure!(!paths.is_empty(), "nothing to ask");
    let next = Arc::new(AtomicUsize::new(0));
    let stop = Arc::new(AtomicBool::new(false));
    let started = Instant::now();
    let mut handles = Vec::new();
    for _ in 0..args.connections {
        let (next, stop, paths) = (Arc::clone(&next), Arc::clone(&stop), paths.to_vec());
        handles.push(std::thread::spawn(move || client(at, &paths, &next, &stop)));
    }
    std::thread::sleep(Duration::from_secs(args.seconds));
    stop.store(true, Ordering::Relaxed);
    let (mut times, mut bytes, mut errors) = (Vec::new(), 0_usize, 0);
    for handle in handles {
        let done = handle
            .join()
            .map_err(|_| anyhow::anyhow!("a client thread died"))??;
        times.extend(done.times);
        bytes += done.bytes;
        errors += done.errors;
    }
    let seconds = started.elapsed().as_secs_f64();
    times.sort_unstable_by(f64::total_cmp);
    let count = times.len().max(1);
    let rank = |share: f64| {
        times
            .get(((count as f64 * share) as usize).min(count - 1))
            .copied()
            .unwrap_or(0.0)
    };
    Ok(Figures {
        rate: count as f64 / seconds,
        p50: rank(0.5),
        p99: rank(0.99),
        bytes: bytes as f64 / count as f64,
        errors,
    })
}

#[derive(Default)]
struct Done {
    times: Vec<f64>,
    bytes: usize,
    errors: usize,
}

fn client(
    at: SocketAddr,
    paths: &[String],
    next: &AtomicUsize,
    stop: &AtomicBool,
) -> anyhow::Result<Done> {
    let mut connection = Connection::open(at)?;
    let mut done = Done::default();
    while !stop.load(Ordering::Relaxed) {
        let path = &paths[next.fetch_add(1, Ordering::Relaxed) % paths.len()];
        let begun = Instant::now();
        let (status, body) = connection.get(path)?;
        done.times.push(begun.elapsed().as_secs_f64() * 1000.0);
        done.bytes += body.len();
        done.errors += usize::from(status >= 400);
    }
    Ok(done)
}

/// One kept-alive HTTP/1.1 connection: as little client as a measurement needs.
struct Connection {
    reader: BufReader<TcpStream>,
}

impl Connection {
    fn open(at: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(at)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self {
            reader: BufReader::with_capacity(64 * 1024, stream),
        })
    }

    fn get(&mut self, path: &str) -> anyhow::Result<(u16, Vec<u8>)> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html, application/json;q=0.5\r\n\r\n"
        );
        self.reader.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        self.reader.read_line(&mut line)?;
        let status: u16 = line
            .split(' ')
            .nth(1)
            .and_then(|s| s.parse().ok())
            .unwrap_or(0);
        let (mut length, mut chunked) = (0, false);
        loop {
            line.clear();
            self.reader.read_line(&mut line)?;
            let lower = line.trim().to_ascii_lowercase();
            if lower.is_empty() {
                break;
            }
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
            chunked |= lower.starts_with("transfer-encoding:") && lower.contains("chunked");
        }
        let mut body = Vec::new();
        if chunked {
            loop {
                line.clear();
                self.reader.read_line(&mut line)?;
                let size = usize::from_str_radix(line.trim(), 16)?;
                let start = body.len();
                body.resize(start + size + 2, 0);
                self.reader.read_exact(&mut body[start..])?;
                body.truncate(start + size);
                if size == 0 {
                    break;
                }
            }
        } else {
            body.resize(length, 0);
            self.reader.read_exact(&mut body)?;
        }
        Ok((status, body))
    }
}

/// Addresses of record pages, taken from the first answers of the search API.
fn record_paths(at: SocketAddr, api: &[String]) -> anyhow::Result<Vec<String>> {
    let mut connection = Connection::open(at)?;
    let mut out = Vec::new();
    for path in api.iter().take(400) {
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

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn wait_for(at: SocketAddr, path: &str) -> anyhow::Result<()> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(60) {
        if let Ok(mut connection) = Connection::open(at)
            && connection.get(path).is_ok_and(|(status, _)| status == 200)
        {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    anyhow::bail!("nothing answers at {at}{path}")
}

fn spawn_ready_page() -> anyhow::Result<(Running, SocketAddr)> {
    let at = free_port()?;
    let child = Command::new(std::env::current_exe()?)
        .arg("--ready-page")
        .env("READY_PAGE_AT", at.to_string())
        .stdout(Stdio::null())
        .spawn()?;
    let running = Running(child);
    wait_for(at, "/")?;
    Ok((running, at))
}

fn spawn_portal(data: &std::path::Path) -> anyhow::Result<(Running, SocketAddr)> {
    let at = free_port()?;
    let child = Command::new(env!("CARGO_BIN_EXE_gongshi"))
        .args([
            "serve",
            "--role",
            "public",
            "--bind",
            &at.to_string(),
            "--data",
        ])
        .arg(data)
        .env("GONGSHI_LIMITS__READ__PER_MINUTE", "0")
        .env("GONGSHI_LIMITS__SEARCH__PER_MINUTE", "0")
        .env("GONGSHI_LIMITS__PERSON__PER_MINUTE", "0")
        .env("GONGSHI_LOG__LEVEL", "warn")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let running = Running(child);
    wait_for(at, "/readyz")?;
    Ok((running, at))
}

fn serve_ready_page() -> anyhow::Result<()> {
    let at = std::env::var("READY_PAGE_AT")?;
    let page: &'static str = "公".repeat(READY_PAGE / 3).leak();
    actix_web::rt::System::new().block_on(async move {
        actix_web::HttpServer::new(move || {
            actix_web::App::new().route(
                "/",
                actix_web::web::get().to(move || async move {
                    actix_web::HttpResponse::Ok()
                        .content_type("text/html; charset=utf-8")
                        .body(page)
                }),
            )
        })
        .workers(2)
        .bind(at)?
        .run()
        .await
    })?;
    Ok(())
}

fn percent(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
