//! What a visitor chose: the language and the size of the type. By the address for once, by a cookie from then on, by
//! what the browser says otherwise; the cookie names no one.

use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT_LANGUAGE, COOKIE};
use url::form_urlencoded;

use super::parts::lang::Lang;

/// What a visitor chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Prefs {
    /// The language.
    pub lang: Lang,
    /// The large type (大字版).
    pub large: bool,
}

/// Parameters that choose and ask for nothing: every page takes them, and no API does.
pub const PARAMETERS: [&str; 2] = ["lang", "size"];

/// How long a choice is remembered: a year.
const REMEMBERED: u32 = 31_536_000;

impl Prefs {
    /// The choice of a request.
    #[must_use]
    pub fn of(req: &HttpRequest) -> Self {
        let query = |name: &str| value_of(req.query_string(), name);
        let lang = query("lang")
            .and_then(|v| Lang::of_tag(&v))
            .or_else(|| cookie(req, "lang").and_then(|v| Lang::of_tag(&v)))
            .or_else(|| Lang::of_accept(req.headers().get(ACCEPT_LANGUAGE)?.to_str().ok()?))
            .unwrap_or_default();
        let size = query("size").or_else(|| cookie(req, "size"));
        Self {
            lang,
            large: size.as_deref() == Some("large"),
        }
    }

    /// The same in a word, for entity tags and keys.
    #[must_use]
    pub fn key(self) -> &'static str {
        match (self.lang, self.large) {
            (Lang::Hans, false) => "s",
            (Lang::Hant, false) => "t",
            (Lang::En, false) => "e",
            (Lang::Hans, true) => "S",
            (Lang::Hant, true) => "T",
            (Lang::En, true) => "E",
        }
    }

    /// The cookies that remember what the address of a request chose.
    #[must_use]
    pub fn cookies(self, req: &HttpRequest) -> Vec<String> {
        let cookie = |name: &str, value: &str| {
            format!("{name}={value}; Path=/; Max-Age={REMEMBERED}; SameSite=Lax; HttpOnly")
        };
        let mut out = Vec::new();
        if value_of(req.query_string(), "lang").is_some_and(|v| Lang::of_tag(&v).is_some()) {
            out.push(cookie("lang", self.lang.tag()));
        }
        if value_of(req.query_string(), "size").is_some() {
            out.push(cookie("size", if self.large { "large" } else { "normal" }));
        }
        out
    }
}

fn value_of(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

fn cookie(req: &HttpRequest, name: &str) -> Option<String> {
    let values = req.headers().get_all(COOKIE);
    values
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
        .map(str::to_owned)
}

/// The address of a page without what chooses: where the switches lead back to.
#[must_use]
pub fn here(path: &str, query: &str) -> String {
    let mut rest = form_urlencoded::Serializer::new(String::new());
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        if !PARAMETERS.contains(&key.as_ref()) {
            rest.append_pair(&key, &value);
        }
    }
    let rest = rest.finish();
    // two slashes would name another host in a link
    let path = format!("/{}", path.trim_start_matches(['/', '\\']));
    if rest.is_empty() {
        path
    } else {
        format!("{path}?{rest}")
    }
}

/// An address with one choice added.
#[must_use]
pub fn choosing(here: &str, name: &str, value: &str) -> String {
    let joint = if here.contains('?') { '&' } else { '?' };
    format!("{here}{joint}{name}={value}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn prefs(uri: &str, headers: &[(&'static str, &'static str)]) -> Prefs {
        let mut req = TestRequest::with_uri(uri);
        for header in headers {
            req = req.insert_header(*header);
        }
        Prefs::of(&req.to_http_request())
    }

    #[test]
    fn the_address_goes_before_the_cookie_and_the_cookie_before_the_browser() {
        let accept = ("accept-language", "zh-TW");
        let cookie = ("cookie", "a=b; lang=en; size=large");
        let chosen = |lang, large| Prefs { lang, large };
        assert_eq!(prefs("/", &[]), chosen(Lang::Hans, false));
        assert_eq!(prefs("/", &[accept]), chosen(Lang::Hant, false));
        assert_eq!(prefs("/", &[accept, cookie]), chosen(Lang::En, true));
        assert_eq!(
            prefs("/?lang=zh-Hans&size=normal", &[accept, cookie]),
            chosen(Lang::Hans, false)
        );
        assert_eq!(
            prefs("/?lang=klingon", &[accept]),
            chosen(Lang::Hant, false)
        );
    }

    #[test]
    fn only_what_the_address_chose_is_remembered() {
        let cookies = |uri: &str| {
            let req = TestRequest::with_uri(uri).to_http_request();
            Prefs::of(&req).cookies(&req)
        };
        assert!(cookies("/search?q=a").is_empty());
        assert!(cookies("/?lang=%0d%0aX:1").is_empty());
        assert!(cookies("/?lang=en")[0].starts_with("lang=en; "));
        assert!(cookies("/?size=%22evil")[0].starts_with("size=normal; "));
    }

    #[test]
    fn switches_lead_back_to_the_same_page() {
        assert_eq!(
            here("/search", "q=%E7%94%B2&lang=en&list=x"),
            "/search?q=%E7%94%B2&list=x"
        );
        assert_eq!(choosing("/search?q=a", "lang", "en"), "/search?q=a&lang=en");
        assert_eq!(here("//evil.example/a", ""), "/evil.example/a");
        assert_eq!(
            choosing(&here("/", "size=large"), "lang", "en"),
            "/?lang=en"
        );
    }
}
