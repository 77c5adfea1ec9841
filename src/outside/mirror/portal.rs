//! A portal as its readers reach it: over HTTP or HTTPS, patient where it says to come back later.

use std::time::Duration;

use serde::Deserialize;

use super::MirrorError;
use super::wire::Page;

/// Changes asked for at once.
const PAGE: usize = 1000;
/// Withdrawals asked for at once.
const WITHDRAWALS: usize = 10_000;
/// The largest answer that is read.
const MOST_BYTES: u64 = 256 << 20;
/// How long an answer may take beside the time that was asked to wait.
const PATIENCE: u64 = 60;
/// How often a portal may say to come back later.
const TRIES: u32 = 20;
/// The longest that is waited then, in seconds.
const LONGEST_PAUSE: u64 = 60;

/// A portal.
#[derive(Debug)]
pub struct Portal {
    agent: ureq::Agent,
    base: String,
}

/// A line of the withdrawals: what of it is needed.
#[derive(Debug, Deserialize)]
struct Line {
    id: String,
    seq: Option<i64>,
}

impl Portal {
    /// The portal at an address.
    ///
    /// # Errors
    /// [`MirrorError::Address`].
    pub fn new(address: &str) -> Result<Self, MirrorError> {
        let wrong = || MirrorError::Address {
            address: address.to_owned(),
        };
        let url = url::Url::parse(address).map_err(|_| wrong())?;
        if !matches!(url.scheme(), "http" | "https")
            || url.host_str().is_none()
            || url.query().is_some()
            || !url.username().is_empty()
            || url.password().is_some()
        {
            return Err(wrong());
        }
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .user_agent("gongshi-mirror")
            .build()
            .into();
        Ok(Self {
            agent,
            base: address.trim_end_matches('/').to_owned(),
        })
    }

    /// Its address, without a slash at its end.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.base
    }

    /// A page of changes after a sequence number; when there is none, it may wait so many seconds for one.
    ///
    /// # Errors
    /// When the portal does not answer, or not as expected.
    pub fn changes(&self, since: i64, wait: u64) -> Result<Page, MirrorError> {
        let body = self.get(
            &format!("/api/v1/changes?since={since}&limit={PAGE}&wait={wait}"),
            wait,
        )?;
        Page::read(&body)
    }

    /// The ids of all that was ever taken back.
    ///
    /// # Errors
    /// When the portal does not answer, or not as expected.
    pub fn withdrawn(&self) -> Result<Vec<String>, MirrorError> {
        let mut ids = Vec::new();
        let mut since = 0;
        loop {
            let path = format!("/api/v1/withdrawals?since={since}&limit={WITHDRAWALS}");
            let body = self.get(&path, 0)?;
            let mut numbered = 0;
            for line in body.split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
                let line: Line = serde_json::from_slice(line)
                    .map_err(|e| MirrorError::Form(format!("{:?} error", e.classify())))?;
                if let Some(seq) = line.seq {
                    since = seq.max(since);
                    numbered += 1;
                }
                ids.push(line.id);
            }
            if numbered < WITHDRAWALS {
                return Ok(ids);
            }
        }
    }

    fn get(&self, path: &str, wait: u64) -> Result<Vec<u8>, MirrorError> {
        let address = format!("{}{path}", self.base);
        let mut tries = 0;
        loop {
            let failed = |source| MirrorError::Http {
                address: address.clone(),
                source: Box::new(source),
            };
            let mut answer = self
                .agent
                .get(&address)
                .config()
                .timeout_global(Some(Duration::from_secs(PATIENCE + wait)))
                .build()
                .call()
                .map_err(failed)?;
            let status = answer.status().as_u16();
            if status == 200 {
                return answer
                    .body_mut()
                    .with_config()
                    .limit(MOST_BYTES)
                    .read_to_vec()
                    .map_err(failed);
            }
            tries += 1;
            if !matches!(status, 429 | 503) || tries > TRIES {
                return Err(MirrorError::Refused { address, status });
            }
            let pause = answer
                .headers()
                .get("retry-after")
                .and_then(|v| v.to_str().ok()?.parse::<u64>().ok())
                .unwrap_or(5);
            std::thread::sleep(Duration::from_secs(pause.clamp(1, LONGEST_PAUSE)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_portals_are_taken() {
        for good in ["http://127.0.0.1:8080", "https://example.cn/"] {
            assert!(!Portal::new(good).unwrap().address().ends_with('/'));
        }
        for bad in [
            "",
            "example.cn",
            "ftp://example.cn",
            "file:///etc",
            "http://u:p@example.cn",
            "http://example.cn/?x=1",
        ] {
            assert!(Portal::new(bad).is_err(), "{bad}");
        }
    }
}
