//! Settings of the officers' site, and of the OpenID provider that may sign officers in beside the password.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::secret::Secret;
use super::settings::{Unusable, bad, set};

/// The officers' site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Desk {
    /// Minutes without use after which a session ends.
    pub idle_minutes: u32,
    /// Hours after which a session ends in any case.
    pub session_hours: u32,
    /// Which files that are brought in at the desk a second officer releases.
    pub second_officer: SecondOfficer,
    /// Credit codes of authorities for which a second officer releases every file, whatever stands above.
    pub second_officer_for: Vec<String>,
    /// Issuer of the OpenID provider, exactly as its discovery document names it; empty: passwords alone.
    pub oidc_issuer: String,
    /// What this desk is called at the provider.
    pub oidc_client_id: String,
    /// Its secret there.
    pub oidc_client_secret: Secret,
    /// A file that holds the secret, readable by its owner alone, instead.
    pub oidc_client_secret_file: Option<PathBuf>,
    /// Name of the provider on the button; empty: its host.
    pub oidc_name: String,
    /// Scopes that are asked for.
    pub oidc_scopes: Vec<String>,
    /// The claim of the ID token that names the person.
    pub oidc_subject_claim: String,
    /// Values of `acr` by which the provider says that it has asked for a second factor.
    pub oidc_acr: Vec<String>,
    /// Values of `amr` by which it says so.
    pub oidc_amr: Vec<String>,
    /// A file of certificates (PEM) that are trusted for the provider instead of those of the web.
    pub oidc_ca_file: Option<PathBuf>,
}

/// Which files that are brought in at the desk a second officer releases. Lists alone are the default: nobody is put on a
/// list or taken off it by one officer (design.md 8), and a file must be no way around that; licences and penalties are
/// double publicity, which is late after seven working days and rests on a decision that two people signed already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondOfficer {
    /// None.
    None,
    /// Those that hold entries of lists.
    #[default]
    Lists,
    /// All.
    All,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            idle_minutes: 30,
            session_hours: 10,
            second_officer: SecondOfficer::Lists,
            second_officer_for: Vec::new(),
            oidc_issuer: String::new(),
            oidc_client_id: String::new(),
            oidc_client_secret: Secret::default(),
            oidc_client_secret_file: None,
            oidc_name: String::new(),
            oidc_scopes: vec!["openid".to_owned()],
            oidc_subject_claim: "sub".to_owned(),
            oidc_acr: Vec::new(),
            oidc_amr: Vec::new(),
            oidc_ca_file: None,
        }
    }
}

impl Desk {
    /// Whether a provider signs officers in.
    #[must_use]
    pub fn has_provider(&self) -> bool {
        !self.oidc_issuer.is_empty()
    }

    /// The file of the secret, where one is set.
    #[must_use]
    pub fn secret_file(&self) -> Option<&Path> {
        set(self.oidc_client_secret_file.as_ref())
    }

    /// The file of certificates, where one is set.
    #[must_use]
    pub fn ca_file(&self) -> Option<&Path> {
        set(self.oidc_ca_file.as_ref())
    }

    /// What the button calls the provider.
    #[must_use]
    pub fn provider_name(&self) -> String {
        if !self.oidc_name.is_empty() {
            return self.oidc_name.clone();
        }
        let url = Url::parse(&self.oidc_issuer).ok();
        let host = url.as_ref().and_then(Url::host_str);
        host.unwrap_or(&self.oidc_issuer).to_owned()
    }

    /// Checks what the types alone cannot.
    pub(super) fn validate(&self, base_url: &str) -> Result<(), Unusable> {
        if !(1..=24 * 60).contains(&self.idle_minutes) {
            return bad("desk.idle_minutes", "must be from 1 to 1440");
        }
        if !(1..=24).contains(&self.session_hours) {
            return bad("desk.session_hours", "must be from 1 to 24");
        }
        let plain =
            |code: &&String| code.len() == 18 && code.bytes().all(|b| b.is_ascii_alphanumeric());
        if !self.second_officer_for.iter().all(|code| plain(&code)) {
            return bad(
                "desk.second_officer_for",
                "must be unified social credit codes of 18 characters",
            );
        }
        if self.has_provider() {
            return self.check_provider(base_url);
        }
        let lonely = !self.oidc_client_id.is_empty()
            || !self.oidc_client_secret.is_empty()
            || self.secret_file().is_some();
        if lonely {
            return bad(
                "desk.oidc_issuer",
                "must be set where a client of the provider is: https://…, as its discovery document names it",
            );
        }
        Ok(())
    }

    fn check_provider(&self, base_url: &str) -> Result<(), Unusable> {
        if let Err(why) = issuer(&self.oidc_issuer) {
            return bad("desk.oidc_issuer", why);
        }
        if base_url.is_empty() {
            return bad(
                "desk.oidc_issuer",
                "needs site.base_url: the provider leads officers back to {site.base_url}/desk/sign-in/callback",
            );
        }
        let plain = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
        };
        if !plain(&self.oidc_client_id, 255) {
            return bad(
                "desk.oidc_client_id",
                "must be what the desk is called at the provider: 1 to 255 ASCII characters without spaces",
            );
        }
        match (self.oidc_client_secret.is_empty(), self.secret_file()) {
            (true, Some(_)) | (false, None) => {}
            (true, None) => {
                return bad(
                    "desk.oidc_client_secret_file",
                    "must be set with desk.oidc_issuer (or GONGSHI_DESK__OIDC_CLIENT_SECRET)",
                );
            }
            (false, Some(_)) => {
                return bad(
                    "desk.oidc_client_secret",
                    "is set beside desk.oidc_client_secret_file: one of the two is enough",
                );
            }
        }
        let name = &self.oidc_name;
        if name.chars().count() > 60 || name.chars().any(char::is_control) {
            return bad("desk.oidc_name", "must have 60 characters at most");
        }
        self.check_asked(&plain)
    }

    /// What the provider is asked for, and what it says of the person.
    fn check_asked(&self, plain: &dyn Fn(&str, usize) -> bool) -> Result<(), Unusable> {
        if !self.oidc_scopes.iter().all(|s| plain(s, 100)) {
            return bad("desk.oidc_scopes", "must be words without spaces");
        }
        if !self.oidc_scopes.iter().any(|s| s == "openid") {
            return bad("desk.oidc_scopes", "must hold \"openid\"");
        }
        if !plain(&self.oidc_subject_claim, 100) {
            return bad(
                "desk.oidc_subject_claim",
                "must be the name of a claim, such as \"sub\"",
            );
        }
        for (key, values) in [
            ("desk.oidc_acr", &self.oidc_acr),
            ("desk.oidc_amr", &self.oidc_amr),
        ] {
            if !values.iter().all(|v| plain(v, 255)) {
                return bad(key, "must be values without spaces, such as \"mfa\"");
            }
        }
        Ok(())
    }
}

/// Whether an issuer can be asked: by https, or on this machine.
fn issuer(text: &str) -> Result<(), &'static str> {
    let Ok(url) = Url::parse(text) else {
        return Err("must be an address: https://…");
    };
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must hold neither a query nor a fragment");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must hold neither a user name nor a password");
    }
    let here = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    match url.scheme() {
        "https" => Ok(()),
        "http" if here => Ok(()),
        _ => Err("must begin with https:// (http:// on this machine only)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str, base_url: &str) -> &'static str {
        let settings: Desk = toml::from_str(text).unwrap();
        settings.validate(base_url).err().map_or("", |bad| bad.key)
    }

    #[test]
    fn a_provider_that_cannot_be_used_safely_is_refused() {
        let at = "https://desk.example.cn";
        let of = |issuer: &str, more: &str| {
            format!(
                "oidc_issuer = \"{issuer}\"\noidc_client_id = \"desk\"\noidc_client_secret = \"s\"\n{more}"
            )
        };
        for (text, base, expected) in [
            (String::new(), "", ""),
            (of("https://id.example.cn", ""), at, ""),
            (of("https://id.example.cn/realms/a", ""), at, ""),
            (of("http://127.0.0.1:9000", ""), at, ""),
            (of("http://[::1]:9000", ""), at, ""),
            (of("http://localhost:9000/op", ""), at, ""),
            (of("https://id.example.cn", ""), "", "desk.oidc_issuer"),
            (of("http://id.example.cn", ""), at, "desk.oidc_issuer"),
            (of("http://10.0.0.1", ""), at, "desk.oidc_issuer"),
            (of("ftp://127.0.0.1", ""), at, "desk.oidc_issuer"),
            (of("id.example.cn", ""), at, "desk.oidc_issuer"),
            (of("https://id.example.cn/?a=b", ""), at, "desk.oidc_issuer"),
            (of("https://id.example.cn/#a", ""), at, "desk.oidc_issuer"),
            (of("https://u:p@id.example.cn", ""), at, "desk.oidc_issuer"),
            (
                "oidc_client_id = \"desk\"".to_owned(),
                at,
                "desk.oidc_issuer",
            ),
            (
                "oidc_issuer = \"https://a.cn\"\noidc_client_secret = \"s\"".to_owned(),
                at,
                "desk.oidc_client_id",
            ),
            (
                "oidc_issuer = \"https://a.cn\"\noidc_client_id = \"desk\"".to_owned(),
                at,
                "desk.oidc_client_secret_file",
            ),
            (
                of("https://a.cn", "oidc_client_secret_file = \"/f\""),
                at,
                "desk.oidc_client_secret",
            ),
            (
                of("https://a.cn", "oidc_scopes = [\"profile\"]"),
                at,
                "desk.oidc_scopes",
            ),
            (
                of("https://a.cn", "oidc_scopes = [\"openid a\"]"),
                at,
                "desk.oidc_scopes",
            ),
            (
                of("https://a.cn", "oidc_subject_claim = \"\""),
                at,
                "desk.oidc_subject_claim",
            ),
            (of("https://a.cn", "oidc_acr = [\"\"]"), at, "desk.oidc_acr"),
            (
                of("https://a.cn", "oidc_amr = [\"a b\"]"),
                at,
                "desk.oidc_amr",
            ),
            (
                of("https://a.cn", "oidc_name = \"a\\nb\""),
                at,
                "desk.oidc_name",
            ),
            ("idle_minutes = 0".to_owned(), at, "desk.idle_minutes"),
            ("session_hours = 25".to_owned(), at, "desk.session_hours"),
        ] {
            assert_eq!(refused(&text, base), expected, "{text}");
        }
    }

    #[test]
    fn the_button_has_a_name_and_the_secret_is_shown_nowhere() {
        let mut desk = Desk {
            oidc_issuer: "https://id.example.cn/realms/a".to_owned(),
            oidc_client_secret: Secret::new("hunter2"),
            ..Desk::default()
        };
        assert_eq!(desk.provider_name(), "id.example.cn");
        desk.oidc_name = "统一身份认证".to_owned();
        assert_eq!(desk.provider_name(), "统一身份认证");
        let shown = format!("{desk:?}") + &toml::to_string(&desk).unwrap();
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
