//! Drives the real program: a data directory of its own, a free port, killed when dropped.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a node may take until it is ready, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A data directory and the commands that are run on it.
pub struct Site {
    dir: tempfile::TempDir,
    servers: AtomicU32,
    variables: Vec<(String, String)>,
}

/// What a command left behind.
pub struct Ran {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    fn of(output: &Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The last JSON document on standard output.
    #[track_caller]
    pub fn json(&self) -> Value {
        let line = self.stdout.lines().last().unwrap_or_default();
        serde_json::from_str(line)
            .unwrap_or_else(|e| panic!("{e}: {:?} {:?}", self.stdout, self.stderr))
    }

    /// Fails unless the command ended with this status.
    #[track_caller]
    pub fn expect(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.stdout, self.stderr);
        self
    }
}

impl Site {
    /// An empty directory.
    pub fn empty() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            servers: AtomicU32::new(0),
            variables: Vec::new(),
        }
    }

    /// Sets an environment variable for every command and server from now on; an empty value takes it away.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.retain(|(n, _)| n != name);
        if !value.is_empty() {
            self.variables.push((name.to_owned(), value.to_owned()));
        }
    }

    /// A data directory made by `init`.
    pub fn new() -> Self {
        let site = Self::empty();
        site.run(&["init"]).expect(0);
        site
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// A path beside the data directory, for files to import.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file beside the data directory.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.beside(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// The test clock's file, when it was set.
    fn clock(&self) -> PathBuf {
        self.beside("clock")
    }

    /// Sets the time of every command and server of this site, at once and atomically.
    pub fn set_clock(&self, instant: &str) {
        let fresh = self.beside("clock.new");
        fs::write(&fresh, instant).unwrap();
        fs::rename(fresh, self.clock()).unwrap();
    }

    /// A command on the data directory, not yet started.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gongshi"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GONGSHI_") {
                command.env_remove(name);
            }
        }
        command.envs(self.variables.iter().map(|(n, v)| (n, v)));
        command.arg("--data").arg(self.data()).args(args);
        if self.clock().exists() {
            command.env("GONGSHI_CLOCK__TEST_FILE", self.clock());
        }
        command.stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, args: &[&str]) -> Ran {
        Ran::of(&self.command(args).output().unwrap())
    }

    /// Imports a file into a list and expects that all rows are accepted.
    #[track_caller]
    pub fn import(&self, list: &str, file: &Path) -> Value {
        self.run(&["--json", "import", file.to_str().unwrap(), "--list", list])
            .expect(0)
            .json()
    }

    /// Publishes what is to be published.
    #[track_caller]
    pub fn publish(&self) -> Value {
        self.run(&["--json", "publish"]).expect(0).json()
    }

    /// Verifies and expects no difference.
    #[track_caller]
    pub fn verify(&self) -> Value {
        self.run(&["--json", "verify"]).expect(0).json()
    }

    /// Starts a server and waits until it is ready.
    #[track_caller]
    pub fn serve(&self, args: &[&str]) -> Server {
        let server = self.start(args);
        server.wait_ready();
        server
    }

    /// Starts a server and waits until it listens.
    #[track_caller]
    pub fn start(&self, args: &[&str]) -> Server {
        let number = self.servers.fetch_add(1, Ordering::SeqCst);
        let log = self.beside(&format!("server-{number}.log"));
        let mut all = vec!["--json", "serve", "--bind", "127.0.0.1:0"];
        all.extend(args);
        let mut command = self.command(&all);
        // tests ask faster than people do; what a test has set stays
        for kind in [
            "READ",
            "SEARCH",
            "PERSON",
            "CHANGES",
            "CHECK",
            "RECONCILE",
            "APPLY",
        ] {
            let name = format!("GONGSHI_LIMITS__{kind}__PER_MINUTE");
            if !self.variables.iter().any(|(n, _)| *n == name) {
                command.env(name, "0");
            }
        }
        let mut child = command
            .env("GONGSHI_LOG__LEVEL", "debug")
            .stdout(Stdio::piped())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().unwrap();
        let mut line = String::new();
        let mut reader = BufReader::new(stdout);
        reader.read_line(&mut line).unwrap();
        // what it says later must not stop it: read it away
        std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|e| {
            let _ = child.kill();
            panic!("{e}: {line:?}: {}", fs::read_to_string(&log).unwrap())
        });
        Server {
            child,
            base: said["listening"].as_str().unwrap().to_owned(),
            log,
            agent: ureq::Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .timeout_global(Some(Duration::from_secs(30)))
                .build()
                .into(),
        }
    }

    /// Every file under the public side of the data directory, and every server log.
    pub fn public_files(&self) -> Vec<PathBuf> {
        let mut out = Vec::new();
        walk(&self.data().join("index"), &mut out);
        if self.data().join("exports").is_dir() {
            walk(&self.data().join("exports"), &mut out);
        }
        for entry in fs::read_dir(self.data()).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.starts_with("public.db") {
                out.push(path);
            }
        }
        for entry in fs::read_dir(self.dir.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "log") {
                out.push(path);
            }
        }
        out
    }
}

/// All files of a directory.
pub fn walk(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, out);
        } else {
            out.push(path);
        }
    }
}

/// A file as people read it: unpacked when it is packed.
pub fn unpacked(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap();
    let mut out = Vec::new();
    match path.extension().and_then(|e| e.to_str()) {
        Some("gz") if !bytes.is_empty() => {
            flate2::read::MultiGzDecoder::new(&bytes[..])
                .read_to_end(&mut out)
                .unwrap();
        }
        Some("deflate") => {
            // pieces of a stream whose end is elsewhere
            let _ = flate2::read::DeflateDecoder::new(&bytes[..]).read_to_end(&mut out);
        }
        Some("xlsx") => {
            let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
            for at in 0..archive.len() {
                archive.by_index(at).unwrap().read_to_end(&mut out).unwrap();
            }
        }
        Some("parquet") => out = row_groups(&bytes),
        _ => return bytes,
    }
    out
}

/// The rows of Parquet files that stand one behind the other, as parts hold them.
fn row_groups(bytes: &[u8]) -> Vec<u8> {
    use parquet::file::metadata::{ParquetMetaDataReader, RowGroupMetaData};
    use parquet::file::reader::{FileReader as _, SerializedFileReader};

    let (mut out, mut end) = (Vec::new(), bytes.len());
    while end > 0 {
        let size = u32::from_le_bytes(bytes[end - 8..end - 4].try_into().unwrap()) as usize;
        let footer = &bytes[end - 8 - size..end - 8];
        let metadata = ParquetMetaDataReader::decode_metadata(footer).unwrap();
        let groups = metadata.row_groups().iter();
        let data: i64 = groups.map(RowGroupMetaData::compressed_size).sum();
        let begin = end - 12 - size - usize::try_from(data).unwrap();
        let one = actix_web::web::Bytes::copy_from_slice(&bytes[begin..end]);
        for row in SerializedFileReader::new(one)
            .unwrap()
            .get_row_iter(None)
            .unwrap()
        {
            out.extend(row.unwrap().to_string().into_bytes());
        }
        end = begin;
    }
    out
}

/// A running server.
pub struct Server {
    child: Child,
    base: String,
    log: PathBuf,
    agent: ureq::Agent,
}

/// An answer of the server.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    fn of(mut response: ureq::http::Response<ureq::Body>) -> Self {
        Self {
            status: response.status().as_u16(),
            headers: response
                .headers()
                .iter()
                .map(|(n, v)| {
                    (
                        n.as_str().to_owned(),
                        String::from_utf8_lossy(v.as_bytes()).into_owned(),
                    )
                })
                .collect(),
            body: response
                .body_mut()
                .with_config()
                .limit(64 << 20)
                .read_to_string()
                .unwrap(),
        }
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }

    /// Headers and body as one text, to be searched.
    pub fn bytes(&self) -> String {
        let mut all = self.body.clone();
        for (name, value) in &self.headers {
            all.push_str(&format!("\n{name}: {value}"));
        }
        all
    }
}

impl Server {
    /// Asks for a page as a browser does.
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.get_as(path, "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")
    }

    /// Asks for JSON and expects to get it.
    #[track_caller]
    pub fn api(&self, path: &str) -> Value {
        let answer = self.get_as(path, "application/json");
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    #[track_caller]
    pub fn get_as(&self, path: &str, accept: &str) -> Answer {
        let response = self
            .agent
            .get(format!("{}{}", self.base(), encode(path)))
            .header("Accept", accept)
            .call()
            .unwrap_or_else(|e| panic!("{path}: {e}: {}", self.log()));
        Answer::of(response)
    }

    /// Sends JSON, with a token when there is one.
    #[track_caller]
    pub fn post_json(&self, path: &str, token: &str, body: &Value) -> Answer {
        let mut request = self
            .agent
            .post(format!("{}{}", self.base(), encode(path)))
            .header("Content-Type", "application/json");
        if !token.is_empty() {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let response = request
            .send(body.to_string())
            .unwrap_or_else(|e| panic!("{path}: {e}: {}", self.log()));
        Answer::of(response)
    }

    /// Its address.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    #[track_caller]
    fn wait_ready(&self) {
        let begun = Instant::now();
        loop {
            let answer = self.get("/readyz");
            if answer.status == 200 {
                return;
            }
            assert_eq!(answer.status, 503, "{}", answer.body);
            assert!(
                answer.header("retry-after").is_some(),
                "a node that is not ready says when to come back"
            );
            assert!(begun.elapsed() < PATIENCE, "not ready: {}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Kills it at once (`kill -9`).
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to stop, as an operator does, and waits for its end.
    #[track_caller]
    pub fn stop(mut self) -> i32 {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code().unwrap_or(-1);
            }
            assert!(begun.elapsed() < PATIENCE, "it does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Percent-encodes what is not ASCII, as a browser does.
fn encode(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_graphic() {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Waits until `done` says so; fails when it takes too long.
#[track_caller]
pub fn eventually(what: &str, limit: Duration, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < limit, "not within {limit:?}: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
