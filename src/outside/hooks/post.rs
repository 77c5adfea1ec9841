//! Posting a signed message: what webhooks of re-users, of the operator and of other platforms have in common.

use std::io::Read as _;
use std::time::Duration;

use ureq::Agent;
use ureq::unversioned::transport::DefaultConnector;

use super::guard::{Guarded, Reach};
use super::{DELIVERY, SIGNATURE};
use crate::base::crypto::HookSecret;

/// How long an attempt may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer that are read.
const MOST_BYTES: u64 = 4096;

/// A message to be posted.
#[derive(Debug)]
pub struct Parcel<'a> {
    /// Where to.
    pub url: &'a str,
    /// Its name, the same at each attempt.
    pub delivery: &'a str,
    /// What signs it.
    pub secret: &'a HookSecret,
    /// As of when (seconds since 1970).
    pub at: i64,
    /// JSON.
    pub body: &'a [u8],
}

/// Posts messages; goes through no proxy and follows nobody elsewhere.
#[derive(Debug)]
pub struct Poster(Agent);

impl Poster {
    /// For a reach.
    #[must_use]
    pub fn new(reach: Reach) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(PATIENCE))
            .max_idle_connections(0)
            .user_agent("gongshi-hooks")
            .build();
        Self(Agent::with_parts(
            config,
            DefaultConnector::default(),
            Guarded::new(reach),
        ))
    }

    /// Posts a message with headers beside its own; returns the status and the beginning of the answer.
    ///
    /// # Errors
    /// A kind of failure in a word: nothing that the other side said.
    pub fn post(
        &self,
        parcel: &Parcel<'_>,
        more: &[(&str, &str)],
    ) -> Result<(u16, String), String> {
        let signature = format!(
            "t={},v1={}",
            parcel.at,
            parcel.secret.sign(parcel.at, parcel.body)
        );
        let mut request = self
            .0
            .post(parcel.url)
            .header("content-type", "application/json")
            .header(DELIVERY, parcel.delivery)
            .header(SIGNATURE, signature);
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        let sent = request.send(parcel.body);
        let mut answer = sent.map_err(|error| kind(&error).to_owned())?;
        let status = answer.status().as_u16();
        let mut beginning = Vec::new();
        let body = answer.body_mut().as_reader().take(MOST_BYTES);
        // an answer that breaks off was an answer
        let _ = { body }.read_to_end(&mut beginning);
        Ok((status, String::from_utf8_lossy(&beginning).into_owned()))
    }
}

/// A kind of failure in a word: the text of an error may quote what a stranger sent.
const fn kind(error: &ureq::Error) -> &'static str {
    match error {
        ureq::Error::HostNotFound => "host not found or not public",
        ureq::Error::Timeout(_) => "timeout",
        ureq::Error::ConnectionFailed => "no connection",
        ureq::Error::Io(_) => "connection broke",
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "no TLS",
        _ => "no answer of HTTP",
    }
}
