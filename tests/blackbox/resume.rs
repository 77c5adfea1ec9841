//! Downloads that break off: at any byte they are resumed, the whole has the sum that is signed, and what was made anew
//! meanwhile is never mixed with what it was.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use crate::files::{self, PENALTY};
use crate::harness::{Server, Site, eventually};

const PATIENCE: Duration = Duration::from_secs(20);

/// Numbers that look random and are the same in each run.
fn dice(state: &AtomicU64, below: u64) -> u64 {
    let next = |s: u64| Some(s.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99));
    let old = state.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next);
    (old.unwrap() >> 33) % below
}

struct Came {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Came {
    fn header(&self, name: &str) -> &str {
        let begins = format!("{name}: ");
        let mut lines = self.head.lines();
        lines.find_map(|l| l.strip_prefix(&begins)).unwrap_or("")
    }
}

fn head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    String::from_utf8(head).ok()
}

/// Asks, and hangs up after so many bytes of the body.
fn ask(address: &str, path: &str, more: &str, most: u64) -> Came {
    let mut stream = TcpStream::connect(address).unwrap();
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{more}\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let head = head(&mut stream).unwrap().to_lowercase();
    let mut body = Vec::new();
    stream.take(most).read_to_end(&mut body).unwrap();
    let status = head.split_whitespace().nth(1).unwrap().parse().unwrap();
    Came { status, head, body }
}

fn sum(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

fn signed_sum(address: &str, path: &str) -> String {
    let sums = ask(address, "/data/SHA256SUMS", "", u64::MAX).body;
    let sums = String::from_utf8(sums).unwrap();
    let line = sums.lines().find(|l| l.ends_with(&format!("  {path}")));
    line.unwrap_or_else(|| panic!("{path}: {sums}"))[..64].to_owned()
}

fn published(
    records: usize,
) -> (
    Site,
    Vec<serde_json::Map<String, serde_json::Value>>,
    Server,
    String,
) {
    let site = Site::new();
    let rows: Vec<_> = (1..=records)
        .map(|n| files::penalty(n, "2026-10-01"))
        .collect();
    site.import(PENALTY, &site.write("all.jsonl", files::jsonl(&rows)));
    site.publish();
    let server = site.serve(&[]);
    eventually("the files are there", PATIENCE, || {
        server.get("/data/index.json").status == 200
    });
    let address = server.base().trim_start_matches("http://").to_owned();
    (site, rows, server, address)
}

#[test]
fn a_download_cut_at_any_byte_is_resumed_to_the_signed_whole_and_never_to_a_mixture() {
    let (site, rows, _server, at) = published(60);
    let random = AtomicU64::new(7);
    for path in ["/data/all/records.jsonl.gz", "/data/all/records.csv"] {
        let whole = ask(&at, path, "", u64::MAX);
        let length = whole.body.len() as u64;
        assert_eq!(whole.header("content-length"), length.to_string());
        if path.ends_with(".gz") {
            assert_eq!(sum(&whole.body), signed_sum(&at, &path[6..]));
        }
        // the ends, where members begin and end, and anywhere
        let mut cuts = vec![0, 1, 9, 10, length - 1, length - 8];
        for (n, bytes) in whole.body.windows(3).enumerate() {
            if bytes == [0x1f, 0x8b, 0x08] {
                let n = n as u64;
                cuts.extend([n.saturating_sub(1), n, n + 1]);
            }
        }
        cuts.extend((0..60).map(|_| dice(&random, length)));
        let tag = whole.header("etag").to_owned();
        for cut in cuts {
            let mut got = ask(&at, path, "", cut).body;
            assert_eq!(got.len() as u64, cut);
            let more = format!("range: bytes={cut}-\r\nif-range: {tag}\r\n");
            let rest = ask(&at, path, &more, u64::MAX);
            assert_eq!(rest.status, 206, "{path} from {cut}: {}", rest.head);
            let said = format!("bytes {cut}-{}/{length}", length - 1);
            assert_eq!(rest.header("content-range"), said);
            got.extend(&rest.body);
            assert_eq!(sum(&got), sum(&whole.body), "{path} from {cut}");
        }
        // and again and again
        let mut got = Vec::new();
        while (got.len() as u64) < length {
            let more = format!("range: bytes={}-\r\nif-range: {tag}\r\n", got.len());
            got.extend(ask(&at, path, &more, 1 + dice(&random, length / 4)).body);
        }
        assert_eq!(sum(&got), sum(&whole.body));
    }
    // made anew in between: the whole of the new, which has the new sum
    let path = "/data/all/records.jsonl.gz";
    let tag = ask(&at, path, "", 100).header("etag").to_owned();
    let less = site.write("less.jsonl", files::jsonl(&rows[..50]));
    let less = less.to_str().unwrap();
    site.run(&["import", less, "--list", PENALTY, "--replace"])
        .expect(0);
    site.publish();
    eventually("made anew", PATIENCE, || {
        let now = ask(&at, path, "", 0);
        now.status == 200 && now.header("etag") != tag
    });
    let more = format!("range: bytes=100-\r\nif-range: {tag}\r\n");
    let rest = ask(&at, path, &more, u64::MAX);
    assert_eq!((rest.status, rest.header("content-range")), (200, ""));
    assert_eq!(sum(&rest.body), signed_sum(&at, "all/records.jsonl.gz"));
}

/// Passes requests on, and cuts most answers off somewhere.
fn cutting(to: String, cut: Arc<AtomicU64>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let random = AtomicU64::new(3);
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let Some(head) = head(&mut stream) else {
                continue;
            };
            let mut portal = TcpStream::connect(&to).unwrap();
            let head = head.replacen("\r\n", "\r\nconnection: close\r\n", 1);
            portal.write_all(head.as_bytes()).unwrap();
            let mut answer = Vec::new();
            portal.read_to_end(&mut answer).unwrap();
            let mut most = answer.len();
            if most > 1500 && dice(&random, 4) > 0 {
                cut.fetch_add(1, Ordering::SeqCst);
                most = 1200 + usize::try_from(dice(&random, most as u64 - 1200)).unwrap();
            }
            let _ = stream.write_all(&answer[..most]);
        }
    });
    format!("http://{address}")
}

fn minisign(dir: &Path, key: &str, file: &str) -> bool {
    let mut command = Command::new("minisign");
    let ran = command.current_dir(dir).args(["-Vm", file, "-p", key]);
    ran.output().unwrap().status.success()
}

#[test]
fn a_portal_is_verified_over_a_bad_line_and_across_a_change_of_its_key() {
    let (site, _, server, at) = published(40);
    let cut = Arc::new(AtomicU64::new(0));
    let bad_line = cutting(at, Arc::clone(&cut));
    let verify = |args: &[&str]| {
        let mut all = vec!["--json", "verify", "--export", &bad_line];
        all.extend(args);
        site.run(&all)
    };
    let before = site.beside("before");
    let kept = before.to_str().unwrap();
    let checked = verify(&["--keep", kept]).expect(0).json();
    assert_eq!(checked["signed"], true, "{checked}");
    assert!(checked["rows"].as_u64().unwrap() >= 360, "{checked}");
    assert!(cut.load(Ordering::SeqCst) > 3, "the line was bad");
    // the key that a reader keeps, and another's
    let old = server.get("/.well-known/gongshi-minisign.pub");
    let old = site.write("old.pub", old.body);
    let old = old.to_str().unwrap();
    verify(&["--key", old, "--set", "all"]).expect(0);
    let other = Site::new();
    let others = other.beside("others");
    let copy = ["export", "--out", others.to_str().unwrap()];
    other.run(&copy).expect(0);
    let others = others.join("minisign.pub");
    let others = others.to_str().unwrap();
    verify(&["--key", others, "--set", "all"]).expect(1);

    let rotated = site.run(&["--json", "keys", "rotate", "sign"]);
    let rotated = rotated.expect(0).json();
    let key = rotated["key"].as_str().unwrap();
    eventually("signed anew", PATIENCE, || {
        let public = server.get("/.well-known/gongshi-minisign.pub");
        public.body.contains(key)
    });
    // who kept the old key follows its announcement; the list of keys checks what the old one signed
    let after = site.beside("after");
    verify(&[
        "--key",
        old,
        "--set",
        "all",
        "--keep",
        after.to_str().unwrap(),
    ])
    .expect(0);
    verify(&["--key", others, "--set", "all"]).expect(1);
    for name in ["gongshi-keys.txt", "gongshi-keys.txt.minisig"] {
        let text = server.get(&format!("/.well-known/{name}")).body;
        std::fs::write(after.join(name), text).unwrap();
    }
    let list = after.join("gongshi-keys.txt");
    let list = list.to_str().unwrap();
    site.run(&["verify", "--export", kept, "--key", list])
        .expect(0);
    site.run(&["verify", "--export", kept]).expect(0);
    // and the public tool says the same
    // (tests/run installs it; whoever runs this test alone may not have it)
    if Command::new("minisign").arg("-v").output().is_err() {
        return;
    }
    assert!(minisign(&after, "minisign.pub", "SHA256SUMS"));
    assert!(minisign(&before, "minisign.pub", "SHA256SUMS"));
    assert!(minisign(&after, "../before/minisign.pub", "keys/1.txt"));
    assert!(!minisign(&after, "../before/minisign.pub", "SHA256SUMS"));
    assert!(minisign(&after, "minisign.pub", "gongshi-keys.txt"));
}
