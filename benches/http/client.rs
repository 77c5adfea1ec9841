//! The load: kept-alive connections that ask in turn, each answer read to its end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Figures of one measurement: requests a second, milliseconds, mean bytes of a body.
#[derive(Clone, Debug)]
pub struct Figures {
    pub rate: f64,
    pub p50: f64,
    pub p99: f64,
    pub bytes: f64,
    pub errors: usize,
}

impl Figures {
    /// The figures of answers that took so many milliseconds each, in so much time.
    pub fn of(mut times: Vec<f64>, took: Duration, bytes: usize, errors: usize) -> Self {
        times.sort_unstable_by(f64::total_cmp);
        let count = times.len().max(1);
        let rank = |share: f64| {
            let at = ((count as f64 * share) as usize).min(count - 1);
            times.get(at).copied().unwrap_or(0.0)
        };
        Self {
            rate: times.len() as f64 / took.as_secs_f64(),
            p50: rank(0.5),
            p99: rank(0.99),
            bytes: bytes as f64 / count as f64,
            errors,
        }
    }
}

/// Asks for the paths in turn over so many connections for so long.
pub fn measure(
    at: SocketAddr,
    connections: usize,
    length: Duration,
    paths: &[String],
) -> anyhow::Result<Figures> {
    anyhow::ensure!(!paths.is_empty(), "nothing to ask");
    let paths: Arc<[String]> = paths.into();
    let next = Arc::new(AtomicUsize::new(0));
    let stop = Arc::new(AtomicBool::new(false));
    let started = Instant::now();
    let mut handles = Vec::new();
    for _ in 0..connections {
        let (next, stop, paths) = (Arc::clone(&next), Arc::clone(&stop), Arc::clone(&paths));
        handles.push(std::thread::spawn(move || client(at, &paths, &next, &stop)));
    }
    std::thread::sleep(length);
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
    Ok(Figures::of(times, started.elapsed(), bytes, errors))
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
pub struct Connection {
    reader: BufReader<TcpStream>,
}

impl Connection {
    /// Connects.
    pub fn open(at: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(at)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self {
            reader: BufReader::with_capacity(64 * 1024, stream),
        })
    }

    /// Status and body of one answer.
    pub fn get(&mut self, path: &str) -> anyhow::Result<(u16, Vec<u8>)> {
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
