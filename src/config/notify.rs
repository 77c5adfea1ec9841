//! Settings of what the desk sends out: e-mail to applicants and authorities, the operator's webhook, results to other platforms.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::secret::Secret;
use super::settings::{Unusable, bad, set};

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpTls {
    /// Begun in clear, and encrypted before anything is said; a server that cannot is not used.
    #[default]
    StartTls,
    /// Encrypted from the beginning.
    Tls,
    /// In clear: to a relay on this machine only.
    None,
}

/// Another platform that is told results.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutgoingTarget {
    /// Its name, as it stands in the queue: small letters, digits and hyphens.
    pub name: String,
    /// Address to which results are posted.
    pub url: String,
    /// Directory into which results are written, one file each, instead of an address.
    pub dir: Option<PathBuf>,
    /// Key with which messages are signed.
    pub secret: Secret,
}

/// What the desk sends out. What is empty is not sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Notify {
    /// Mail server; empty: no e-mail.
    pub smtp_host: String,
    /// Its port; 0: 587, with `tls` 465, with `none` 25.
    pub smtp_port: u16,
    /// Protection of the connection.
    pub smtp_tls: SmtpTls,
    /// A file of certificates (PEM) that are trusted beside those of the web.
    pub smtp_ca_file: Option<PathBuf>,
    /// Account at the mail server; empty: none.
    pub smtp_user: String,
    /// Its password.
    pub smtp_password: Secret,
    /// A file that holds the password, instead.
    pub smtp_password_file: Option<PathBuf>,
    /// Address that mails come from.
    pub smtp_from: String,
    /// Mails a minute at most.
    pub smtp_per_minute: u32,
    /// Address of the operator's webhook; empty: none.
    pub webhook_url: String,
    /// Key with which its messages are signed.
    pub webhook_secret: Secret,
    /// A file that holds the key, instead.
    pub webhook_secret_file: Option<PathBuf>,
    /// Platforms that are told results.
    pub outgoing: Vec<OutgoingTarget>,
    /// Whether webhooks and platforms may stand in local networks and be reached by plain HTTP.
    pub local: bool,
    /// Credit codes of authorities, each with the e-mail address that is told how many cases are due.
    pub authorities: BTreeMap<String, String>,
}

impl Default for Notify {
    fn default() -> Self {
        Self {
            smtp_host: String::new(),
            smtp_port: 0,
            smtp_tls: SmtpTls::StartTls,
            smtp_ca_file: None,
            smtp_user: String::new(),
            smtp_password: Secret::default(),
            smtp_password_file: None,
            smtp_from: String::new(),
            smtp_per_minute: 60,
            webhook_url: String::new(),
            webhook_secret: Secret::default(),
            webhook_secret_file: None,
            outgoing: Vec::new(),
            local: false,
            authorities: BTreeMap::new(),
        }
    }
}

impl Notify {
    /// Whether e-mail is sent.
    #[must_use]
    pub fn sends_mail(&self) -> bool {
        !self.smtp_host.is_empty()
    }

    /// The port of the mail server.
    #[must_use]
    pub const fn port(&self) -> u16 {
        match (self.smtp_port, self.smtp_tls) {
            (0, SmtpTls::StartTls) => 587,
            (0, SmtpTls::Tls) => 465,
            (0, SmtpTls::None) => 25,
            (port, _) => port,
        }
    }

    /// The file of certificates, where one is set.
    #[must_use]
    pub fn ca_file(&self) -> Option<&Path> {
        set(self.smtp_ca_file.as_ref())
    }

    /// The password of the mail server: from its file, else as it was set.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn password(&self) -> std::io::Result<Secret> {
        secret(set(self.smtp_password_file.as_ref()), &self.smtp_password)
    }

    /// The key of the operator's webhook: from its file, else as it was set.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn webhook_key(&self) -> std::io::Result<Secret> {
        secret(set(self.webhook_secret_file.as_ref()), &self.webhook_secret)
    }

    /// Checks what the types alone cannot.
    pub(super) fn validate(&self, base_url: &str) -> Result<(), Unusable> {
        self.check_mail(base_url)?;
        if !self.webhook_url.is_empty() {
            let signed =
                !self.webhook_secret.is_empty() || set(self.webhook_secret_file.as_ref()).is_some();
            check_url("notify.webhook_url", &self.webhook_url, self.local)?;
            if !signed {
                return bad(
                    "notify.webhook_secret",
                    "must be set with notify.webhook_url",
                );
            }
        }
        self.check_outgoing()
    }

    fn check_mail(&self, base_url: &str) -> Result<(), Unusable> {
        if self.smtp_per_minute == 0 || self.smtp_per_minute > 6000 {
            return bad("notify.smtp_per_minute", "must be from 1 to 6000");
        }
        if !self.sends_mail() {
            return Ok(());
        }
        if !self.smtp_from.contains('@') {
            return bad("notify.smtp_from", "must be an e-mail address");
        }
        if base_url.is_empty() {
            return bad(
                "notify.smtp_host",
                "needs site.base_url: mails say where to look",
            );
        }
        if self.smtp_tls == SmtpTls::None {
            let ip = self.smtp_host.parse::<IpAddr>();
            let here = ip.map_or(self.smtp_host == "localhost", |ip| ip.is_loopback());
            if !here {
                return bad(
                    "notify.smtp_tls",
                    "may be \"none\" to a relay on this machine only (localhost)",
                );
            }
            if !self.smtp_user.is_empty() {
                return bad(
                    "notify.smtp_user",
                    "a password is not sent in clear: leave it empty with smtp_tls = \"none\"",
                );
            }
        }
        Ok(())
    }

    fn check_outgoing(&self) -> Result<(), Unusable> {
        const KEY: &str = "notify.outgoing";
        for (n, target) in self.outgoing.iter().enumerate() {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            if target.name.is_empty() || target.name.len() > 40 || !target.name.bytes().all(plain) {
                return bad(
                    KEY,
                    "name must be of small letters, digits and hyphens, 40 at most",
                );
            }
            if self.outgoing.iter().take(n).any(|t| t.name == target.name) {
                return bad(KEY, "two platforms have the same name");
            }
            let dir = set(target.dir.as_ref());
            match (target.url.is_empty(), dir) {
                (true, Some(_)) => {}
                (false, None) => {
                    check_url(KEY, &target.url, self.local)?;
                    if target.secret.is_empty() {
                        return bad(KEY, "secret must be set with url");
                    }
                }
                _ => return bad(KEY, "each platform has either url or dir"),
            }
        }
        Ok(())
    }
}

fn secret(file: Option<&Path>, set: &Secret) -> std::io::Result<Secret> {
    let Some(file) = file else {
        return Ok(set.clone());
    };
    let text = zeroize::Zeroizing::new(std::fs::read_to_string(file)?);
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}

fn check_url(key: &'static str, url: &str, local: bool) -> Result<(), Unusable> {
    if url.starts_with("https://") || (local && url.starts_with("http://")) {
        return Ok(());
    }
    bad(
        key,
        "must begin with https:// (http:// only with notify.local)",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str, base_url: &str) -> &'static str {
        let settings: Notify = toml::from_str(text).unwrap();
        settings.validate(base_url).err().map_or("", |bad| bad.key)
    }

    #[test]
    fn what_cannot_be_sent_safely_is_refused() {
        let mail = "smtp_host = \"mail.example.cn\"\nsmtp_from = \"a@example.cn\"\n";
        let here = "smtp_host = \"127.0.0.1\"\nsmtp_from = \"a@example.cn\"\nsmtp_tls = \"none\"\n";
        for (text, base, expected) in [
            ("", "", ""),
            (mail, "https://x.cn", ""),
            (mail, "", "notify.smtp_host"),
            ("smtp_host = \"a.cn\"", "https://x.cn", "notify.smtp_from"),
            (
                &format!("{mail}smtp_tls = \"none\""),
                "https://x.cn",
                "notify.smtp_tls",
            ),
            (here, "https://x.cn", ""),
            (
                &format!("{here}smtp_user = \"u\""),
                "https://x.cn",
                "notify.smtp_user",
            ),
            ("smtp_per_minute = 0", "", "notify.smtp_per_minute"),
            (
                "webhook_url = \"https://x.cn/\"",
                "",
                "notify.webhook_secret",
            ),
            (
                "webhook_url = \"https://x.cn/\"\nwebhook_secret = \"s\"",
                "",
                "",
            ),
            (
                "webhook_url = \"http://x.cn/\"\nwebhook_secret = \"s\"",
                "",
                "notify.webhook_url",
            ),
            ("outgoing = [{ name = \"a\", dir = \"/srv/a\" }]", "", ""),
            (
                "outgoing = [{ name = \"a\", url = \"https://x.cn\" }]",
                "",
                "notify.outgoing",
            ),
            (
                "outgoing = [{ name = \"../a\", dir = \"/srv/a\" }]",
                "",
                "notify.outgoing",
            ),
            ("outgoing = [{ name = \"a\" }]", "", "notify.outgoing"),
        ] {
            assert_eq!(refused(text, base), expected, "{text}");
        }
    }

    #[test]
    fn a_secret_is_read_from_its_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("password");
        std::fs::write(&path, "hunter2\n").unwrap();
        let settings = Notify {
            smtp_password: Secret::new("other"),
            smtp_password_file: Some(path.clone()),
            ..Notify::default()
        };
        assert_eq!(settings.password().unwrap().expose(), "hunter2");
        assert!(!format!("{settings:?}").contains("other"));
        std::fs::remove_file(path).unwrap();
        assert!(settings.password().is_err());
    }
}
