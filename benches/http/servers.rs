//! The servers that are measured: the portal as a public node, and the ready page.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::client::Connection;

/// Size of the ready page, as in the design's table.
const READY_PAGE: usize = 20 * 1024;

/// A server that ends when it is dropped.
pub struct Running(Child);

impl Running {
    /// Resident memory in MB: all, and the part that is not pages of files.
    pub fn memory(&self) -> (f64, f64) {
        let file = format!("/proc/{}/status", self.0.id());
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let of = |name: &str| {
            let line = text.lines().find_map(|l| l.strip_prefix(name));
            line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<f64>().ok())
                .unwrap_or(0.0)
                / 1024.0
        };
        (of("VmRSS:"), of("RssAnon:"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// How long is waited for a server: the files of open data of a million records take a minute to be made.
const PATIENCE: Duration = Duration::from_secs(600);

fn wait_for(at: SocketAddr, path: &str) -> anyhow::Result<()> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Ok(mut connection) = Connection::open(at)
            && connection.get(path).is_ok_and(|(status, _)| status == 200)
        {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    anyhow::bail!("nothing answers at {at}{path}")
}

/// Starts it and waits until it answers.
pub fn spawn_ready_page() -> anyhow::Result<(Running, SocketAddr)> {
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

/// Starts it and waits until it answers.
pub fn spawn_portal(data: &Path) -> anyhow::Result<(Running, SocketAddr)> {
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
    // else the first measurements would share the processors with the making of the files
    wait_for(at, "/data/index.json")?;
    Ok((running, at))
}

/// Serves the ready page until killed.
pub fn serve_ready_page() -> anyhow::Result<()> {
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
