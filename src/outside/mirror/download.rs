//! Takes the files of open data from a portal into a directory: in pieces that go on where a connection broke off, and
//! from the beginning where a release made them anew meanwhile.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Component, Path};
use std::time::Duration;

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use super::MirrorError;
use crate::base::crypto::past::announcement;

/// Bytes of a document at most; files are as long as their portal says they are.
const MOST_DOCUMENT: u64 = 256 << 20;
/// How often a connection may break off without a byte having come.
const TRIES: u32 = 8;
/// How often everything may have been made anew meanwhile.
const ROUNDS: u32 = 5;
/// How long is waited for an answer to begin.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the files of a portal are.
#[derive(Debug)]
pub struct Source {
    agent: ureq::Agent,
    base: String,
}

/// A piece that came, and what the answer said of the whole.
struct Whole {
    length: u64,
    tag: String,
}

impl Source {
    /// The files of a portal, by its address or by that of its files.
    ///
    /// # Errors
    /// [`MirrorError::Address`].
    pub fn new(address: &str) -> Result<Self, MirrorError> {
        let portal = super::portal::Portal::new(address)?;
        let base = portal.address().trim_end_matches("/data");
        Ok(Self {
            agent: ureq::Agent::config_builder()
                .http_status_as_error(false)
                .user_agent("gongshi-verify")
                .timeout_connect(Some(PATIENCE))
                .timeout_recv_response(Some(PATIENCE))
                .build()
                .into(),
            base: format!("{base}/data/"),
        })
    }

    /// Takes the documents, the files of some sets (all when none is named) and the newest versions of past days, so many
    /// of them, into a directory. Says how often it began again because the files were made anew meanwhile.
    ///
    /// # Errors
    /// When the portal does not answer, a file cannot be written, or the files change faster than they can be taken.
    pub fn take(&self, dir: &Path, sets: &[String], versions: usize) -> Result<u32, MirrorError> {
        for round in 0..ROUNDS {
            if self.round(dir, sets, versions)? {
                return Ok(round);
            }
        }
        Err(MirrorError::Form(format!(
            "the files were made anew {ROUNDS} times while they were read"
        )))
    }

    /// Whether all that came belongs together.
    fn round(&self, dir: &Path, sets: &[String], versions: usize) -> Result<bool, MirrorError> {
        if !self.document("SHA256SUMS", dir)? {
            return Err(self.missing("SHA256SUMS"));
        }
        // a node without a key does not sign, and the check says so
        for name in ["SHA256SUMS.minisig", "minisign.pub"] {
            self.document(name, dir)?;
        }
        for n in 1.. {
            let path = announcement(n);
            let signature = format!("{path}.minisig");
            if !self.document(&path, dir)? || !self.document(&signature, dir)? {
                break;
            }
        }
        if !self.listed("", dir, |path| is_wanted(path, sets))? {
            return Ok(false);
        }
        // they can be compared with the set of everything alone
        let whole = sets.is_empty() || sets.iter().any(|s| s == "all");
        if versions == 0 || !whole || !self.document("history/SHA256SUMS", dir)? {
            return Ok(true);
        }
        self.document("history/SHA256SUMS.minisig", dir)?;
        let text = read(&dir.join("history/SHA256SUMS"))?;
        let days: BTreeSet<NaiveDate> = text.lines().filter_map(day_of).collect();
        let first = days.into_iter().rev().take(versions).next_back();
        let is_new = |path: &str| day_of(path).is_none_or(|day| first.is_some_and(|f| f <= day));
        // a release between the two would make them differ
        Ok(self.listed("history/", dir, is_new)? && !self.moved_on("", dir)?)
    }

    /// Takes the files that are wanted of the list of sums in `at`; `false` when they were made anew meanwhile.
    fn listed(
        &self,
        at: &str,
        dir: &Path,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<bool, MirrorError> {
        let text = read(&dir.join(format!("{at}SHA256SUMS")))?;
        for line in text.lines() {
            let Some((sum, path)) = line.split_once("  ") else {
                continue;
            };
            let mut names = Path::new(path).components();
            if !names.all(|c| matches!(c, Component::Normal(_))) || !is_wanted(path) {
                continue;
            }
            let from = format!("{at}{path}");
            let to = dir.join(&from);
            if to.is_file() && sum_of(&to)? == sum {
                continue;
            }
            let most = if is_data(path) || day_of(path).is_some() {
                u64::MAX
            } else {
                MOST_DOCUMENT
            };
            // not changed, and yet another: the check says so
            if (!self.file(&from, &to, most)? || sum_of(&to)? != sum) && self.moved_on(at, dir)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the list of sums in `at` is another by now.
    fn moved_on(&self, at: &str, dir: &Path) -> Result<bool, MirrorError> {
        let list = format!("{at}SHA256SUMS");
        let beside = dir.join("SHA256SUMS.now");
        let is_there = self.file(&list, &beside, MOST_DOCUMENT)?;
        let now = if is_there {
            read(&beside)?
        } else {
            String::new()
        };
        if is_there {
            fs::remove_file(&beside).map_err(io(&beside))?;
        }
        Ok(now != read(&dir.join(list))?)
    }

    fn document(&self, path: &str, dir: &Path) -> Result<bool, MirrorError> {
        self.file(path, &dir.join(path), MOST_DOCUMENT)
    }

    /// Takes a file; `false` when there is none.
    fn file(&self, path: &str, to: &Path, most: u64) -> Result<bool, MirrorError> {
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).map_err(io(parent))?;
        }
        let mut out = OpenOptions::new()
            .create(true)
            .truncate(true)
            .write(true)
            .open(to)
            .map_err(io(to))?;
        let (mut have, mut whole, mut failures) = (0, None::<Whole>, 0);
        loop {
            let before = have;
            match self.piece(path, &mut out, to, &mut have, &mut whole, most) {
                Ok(false) => {
                    drop(out);
                    fs::remove_file(to).map_err(io(to))?;
                    return Ok(false);
                }
                Ok(true) if whole.as_ref().is_none_or(|w| w.length == have) => {
                    out.flush().map_err(io(to))?;
                    return Ok(true);
                }
                Err(error @ (MirrorError::File(_) | MirrorError::Form(_))) => return Err(error),
                piece if have == before => {
                    failures += 1;
                    if failures > TRIES {
                        let broken = || MirrorError::Form(format!("{path} breaks off at {have}"));
                        return Err(piece.err().unwrap_or_else(broken));
                    }
                    std::thread::sleep(Duration::from_millis(50 << failures.min(6)));
                }
                _ => failures = 0,
            }
        }
    }

    /// Takes what is missing, as far as the connection bears; `false` when there is no such file.
    fn piece(
        &self,
        path: &str,
        out: &mut File,
        to: &Path,
        have: &mut u64,
        whole: &mut Option<Whole>,
        most: u64,
    ) -> Result<bool, MirrorError> {
        use std::io::{Seek as _, SeekFrom};

        let address = format!("{}{path}", self.base);
        let http = |source| MirrorError::Http {
            address: address.clone(),
            source: Box::new(source),
        };
        let mut request = self
            .agent
            .get(&address)
            .header("accept-encoding", "identity");
        if let Some(known) = whole.as_ref().filter(|_| *have > 0) {
            request = request
                .header("range", format!("bytes={have}-"))
                .header("if-range", &known.tag);
        }
        let mut answer = request.call().map_err(http)?;
        let status = answer.status().as_u16();
        let header = |name: &str| {
            let value = answer.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let (range, length, tag) = (
            header("content-range"),
            header("content-length"),
            header("etag").unwrap_or_default(),
        );
        match status {
            200 => {
                // it begins anew: what came before is another file's
                *have = 0;
                out.set_len(0).map_err(io(to))?;
                out.seek(SeekFrom::Start(0)).map_err(io(to))?;
                *whole = length
                    .and_then(|l| l.parse().ok())
                    .map(|length| Whole { length, tag });
            }
            206 if range
                .as_deref()
                .is_some_and(|r| r.starts_with(&format!("bytes {have}-"))) => {}
            404 => return Ok(false),
            429 | 503 => {
                let pause = header("retry-after").and_then(|v| v.parse().ok());
                std::thread::sleep(Duration::from_secs(pause.unwrap_or(1).clamp(1, 60)));
                return Err(MirrorError::Refused { address, status });
            }
            status => return Err(MirrorError::Refused { address, status }),
        }
        if whole.as_ref().is_some_and(|w| w.length > most) {
            return Err(MirrorError::Form(format!("{path} is too long")));
        }
        let mut body = answer.body_mut().as_reader();
        let mut buffer = vec![0; 1 << 16];
        loop {
            match body.read(&mut buffer) {
                Ok(0) => return Ok(true),
                Ok(n) => {
                    *have += n as u64;
                    let end = whole.as_ref().map_or(most, |w| w.length);
                    if *have > end {
                        return Err(MirrorError::Form(format!("{path} is longer than was said")));
                    }
                    out.write_all(&buffer[..n]).map_err(io(to))?;
                }
                // it broke off: the next request goes on from here
                Err(source) => {
                    return if *have > 0 && whole.is_some() {
                        Ok(true)
                    } else {
                        Err(http(ureq::Error::Io(source)))
                    };
                }
            }
        }
    }

    fn missing(&self, name: &str) -> MirrorError {
        MirrorError::Refused {
            address: format!("{}{name}", self.base),
            status: 404,
        }
    }
}

fn read(path: &Path) -> Result<String, MirrorError> {
    fs::read_to_string(path).map_err(io(path))
}

/// The day of a version, by the path of its file or the line of its sum; none of a document.
fn day_of(line: &str) -> Option<NaiveDate> {
    let path = line.split_once("  ").map_or(line, |(_, path)| path);
    path.split_once('/')?.0.parse().ok()
}

/// Whether a path is a file of a set, and not a document.
fn is_data(path: &str) -> bool {
    let set = path.split_once('/').map(|(set, _)| set);
    set.is_some_and(|s| s == "all" || s.starts_with("list-") || s.starts_with("province-"))
}

fn is_wanted(path: &str, sets: &[String]) -> bool {
    let set = path.split_once('/').map(|(set, _)| set);
    !is_data(path) || sets.is_empty() || set.is_some_and(|set| sets.iter().any(|s| s == set))
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> MirrorError + '_ {
    move |source| MirrorError::File(format!("{}: {source}", path.display()))
}

fn sum_of(path: &Path) -> Result<String, MirrorError> {
    let mut file = File::open(path).map_err(io(path))?;
    let (mut hash, mut piece) = (Sha256::new(), vec![0; 1 << 18]);
    loop {
        match file.read(&mut piece).map_err(io(path))? {
            0 => break,
            n => hash.update(&piece[..n]),
        }
    }
    Ok(data_encoding::HEXLOWER.encode(&hash.finalize()))
}
