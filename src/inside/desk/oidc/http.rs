//! Asking the provider: with a limit to its time and to its answer, through no proxy, and following it nowhere.

use std::io::Read as _;
use std::time::Duration;

use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use url::{Host, Url};

use super::Fault;

/// Bytes of an answer that are read: a set of a hundred keys with their certificates is smaller.
const MOST_BYTES: u64 = 512 << 10;

/// Asks.
pub(super) struct Http(Agent);

/// An answer: its status and its body.
pub(super) type Answer = (u16, Vec<u8>);

/// The certificates of a PEM file; `None`: it holds none, or one that cannot be read.
fn certificates(pem: &[u8]) -> Option<Vec<Certificate<'static>>> {
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item.ok()? {
            found.push(certificate);
        }
    }
    (!found.is_empty()).then_some(found)
}

impl Http {
    /// One that waits so long, and trusts these certificates instead of those of the web. `None`: they cannot be used.
    pub fn new(patience: Duration, authorities: Option<&[u8]>) -> Option<Self> {
        let tls = match authorities {
            None => TlsConfig::default(),
            Some(pem) => TlsConfig::builder()
                .root_certs(RootCerts::new_with_certs(&certificates(pem)?))
                .build(),
        };
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .tls_config(tls)
            .timeout_global(Some(patience))
            .max_idle_connections(0)
            .user_agent("gongshi-desk");
        Some(Self(config.build().into()))
    }

    /// Reads a document.
    pub fn get(&self, url: &Url) -> Result<Vec<u8>, Fault> {
        let request = self
            .0
            .get(url.as_str())
            .header("accept", "application/json");
        let (status, body) = read(request.call())?;
        match status {
            200 => Ok(body),
            429 | 500..=599 => Err(Fault::Away("it answers with an error of its own")),
            _ => Err(Fault::Odd("there is no such document")),
        }
    }

    /// Sends a form.
    pub fn post(
        &self,
        url: &Url,
        fields: &[(&str, &str)],
        authorization: Option<&str>,
    ) -> Result<Answer, Fault> {
        let mut request = self
            .0
            .post(url.as_str())
            .header("accept", "application/json");
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        read(request.send_form(fields.iter().copied()))
    }
}

fn read(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Answer, Fault> {
    let mut answer = answer.map_err(|error| kind(&error))?;
    let status = answer.status().as_u16();
    let mut body = Vec::new();
    let mut reader = answer.body_mut().as_reader().take(MOST_BYTES + 1);
    reader
        .read_to_end(&mut body)
        .map_err(|_| Fault::Away("its answer broke off or took too long"))?;
    if body.len() as u64 > MOST_BYTES {
        return Err(Fault::Odd("its answer is too large"));
    }
    Ok((status, body))
}

/// A kind of failure in words: the text of an error may quote what was sent.
const fn kind(error: &ureq::Error) -> Fault {
    match error {
        ureq::Error::HostNotFound => Fault::Away("its name is not known"),
        ureq::Error::Timeout(_) => Fault::Away("it took too long"),
        ureq::Error::ConnectionFailed | ureq::Error::Io(_) => Fault::Away("no connection"),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => {
            Fault::Away("no TLS with a certificate that is trusted")
        }
        ureq::Error::TooManyRedirects | ureq::Error::RedirectFailed => {
            Fault::Odd("it leads elsewhere")
        }
        _ => Fault::Odd("no answer of HTTP"),
    }
}

/// Whether an address stands on this machine, by its number or its one name.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// An address that may be asked or led to: https, or on this machine when the issuer itself is there without https.
pub(super) fn address(text: &str, issuer: &Url) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let safe = match url.scheme() {
        "https" => url.host().is_some(),
        "http" => is_here(&url) && issuer.scheme() == "http" && is_here(issuer),
        _ => false,
    };
    (plain && safe).then_some(url)
}
