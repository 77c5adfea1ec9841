//! E-mail by SMTP. Nothing that the server says is kept but the number of its answer: servers quote addresses.

use std::time::{Duration, SystemTime};

use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, SmtpTransport, Transport as _};
use zeroize::Zeroizing;

use super::words::{self, Text};
use super::{Came, Channel, Round, round};
use crate::domain::time::Moment;
use crate::inside::vault::outbox::{Content, Kind, Taking};
use crate::inside::vault::{Vault, VaultError};

/// How long a step of the conversation may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Answers that say that there is no such mailbox, or that it takes nothing (RFC 5321, 4.2.3).
const NO_MAILBOX: [&str; 4] = ["550", "551", "553", "556"];

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// Encrypted before anything is said.
    StartTls,
    /// Encrypted from the beginning.
    Tls,
    /// In clear.
    None,
}

/// What mails are sent with.
pub struct MailParts {
    /// Name or number of the server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub protection: Protection,
    /// Certificates that are trusted beside those of the web, as PEM.
    pub authorities: Option<Vec<u8>>,
    /// Account and password.
    pub account: Option<(String, Zeroizing<String>)>,
    /// Address that mails come from.
    pub from: String,
    /// Address of the portal, without a slash at its end.
    pub base_url: String,
}

/// Why mails cannot be sent as they are to be.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The address that mails come from is none.
    #[error("notify.smtp_from is no e-mail address")]
    From,
    /// The certificates cannot be used.
    #[error("notify.smtp_ca_file holds no certificate in PEM that can be used")]
    Certificate,
    /// The name of the server cannot be used.
    #[error("notify.smtp_host cannot be used: TLS knows no such name")]
    Host,
}

/// `Auto-Submitted` of RFC 3834: nobody answers a machine, and no machine does.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Sends mails.
pub struct Mailer {
    transport: SmtpTransport,
    from: Address,
    base_url: String,
}

impl Mailer {
    /// One that knows its server; nothing is connected yet.
    ///
    /// # Errors
    /// What of the settings cannot be used.
    pub fn new(parts: MailParts) -> Result<Self, MailError> {
        let from: Address = parts.from.parse().map_err(|_| MailError::From)?;
        let tls = match parts.protection {
            Protection::None => Tls::None,
            Protection::StartTls => Tls::Required(parameters(&parts)?),
            Protection::Tls => Tls::Wrapper(parameters(&parts)?),
        };
        let hello = url::Url::parse(&parts.base_url).ok();
        let hello = hello.as_ref().and_then(url::Url::host_str);
        let mut builder = SmtpTransport::builder_dangerous(&parts.host)
            .port(parts.port)
            .tls(tls)
            .timeout(Some(PATIENCE))
            .hello_name(ClientId::Domain(hello.unwrap_or("localhost").to_owned()));
        if let Some((user, password)) = &parts.account {
            builder = builder.credentials(Credentials::new(user.clone(), String::clone(password)));
        }
        Ok(Self {
            transport: builder.build(),
            from,
            base_url: parts.base_url,
        })
    }

    /// Sends the oldest mail that is due.
    ///
    /// # Errors
    /// Those of the vault.
    pub fn round(&self, vault: &Vault, now: Moment) -> Result<Round, VaultError> {
        round(vault, self, now)
    }

    /// The mail; none when the address is none, or the text no mail's.
    fn message(&self, taken: &Taking) -> Option<Message> {
        let (to, text) = match &taken.content {
            Content::Changed { to, lang, number } => {
                (to, words::changed(lang, number, &self.base_url))
            }
            Content::Due {
                to,
                overdue,
                soon,
                on,
            } => (to, words::due(*overdue, *soon, *on, &self.base_url)),
            Content::State { .. } | Content::Result { .. } => return None,
        };
        // an address is taken apart and put together again: a line break in it is no address
        let to: Address = to.parse().ok()?;
        let Text { subject, body } = text;
        let id = format!("<{}@{}>", taken.name, self.from.domain());
        Message::builder()
            .from(Mailbox::new(None, self.from.clone()))
            .to(Mailbox::new(None, to))
            .subject(subject)
            .message_id(Some(id))
            .date(SystemTime::from(taken.made_at))
            .header(AutoSubmitted)
            .header(lettre::message::header::ContentType::TEXT_PLAIN)
            .body(body)
            .ok()
    }
}

fn parameters(parts: &MailParts) -> Result<TlsParameters, MailError> {
    let mut builder = TlsParameters::builder(parts.host.clone());
    if let Some(pem) = &parts.authorities {
        let all = pem_parts(pem);
        if all.is_empty() {
            return Err(MailError::Certificate);
        }
        for one in all {
            let one = Certificate::from_pem(one.as_bytes());
            builder = builder.add_root_certificate(one.map_err(|_| MailError::Certificate)?);
        }
    }
    builder.build_rustls().map_err(|_| MailError::Host)
}

/// The certificates of a PEM file, each for itself.
fn pem_parts(pem: &[u8]) -> Vec<String> {
    const END: &str = "-----END CERTIFICATE-----";
    let text = String::from_utf8_lossy(pem);
    text.split_inclusive(END)
        .filter_map(|part| {
            part.find("-----BEGIN CERTIFICATE-----")
                .map(|at| &part[at..])
        })
        .map(str::to_owned)
        .collect()
}

impl Channel for Mailer {
    fn kinds(&self) -> [Kind; 2] {
        [Kind::Mail, Kind::Digest]
    }

    fn send(&self, message: &Taking, _: Moment) -> Came {
        let Some(mail) = self.message(message) else {
            return Came::Refused("no address of e-mail".to_owned());
        };
        let Err(error) = self.transport.send(&mail) else {
            return Came::Sent;
        };
        match error.status().map(|code| code.to_string()) {
            Some(code) if NO_MAILBOX.contains(&code.as_str()) => Came::Refused(code),
            // the service is closing
            Some(code) if code == "421" => Came::Down(code),
            Some(code) => Came::Failed(code),
            None if error.is_tls() => Came::Down("no TLS".to_owned()),
            None if error.is_timeout() => Came::Down("timeout".to_owned()),
            None if error.is_client() || error.is_response() => {
                Came::Failed("the server does not do what is needed".to_owned())
            }
            None => Came::Down("no connection".to_owned()),
        }
    }
}
