//! The cookie of a session, and over what it may travel.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use zeroize::Zeroizing;

use crate::base::crypto::SessionToken;
use crate::inside::desk::state::DeskState;
use crate::outside::web::origin;

/// Name over https: browsers take a cookie of such a name only from this very host, for all of its paths, and secure.
const SECURE: &str = "__Host-gongshi-desk";
/// Name on this machine without https.
const PLAIN: &str = "gongshi-desk";

/// Name over https of the cookie that a sign-in at the provider is bound to.
const SECURE_FLOW: &str = "__Host-gongshi-desk-oidc";
/// Name on this machine without https.
const PLAIN_FLOW: &str = "gongshi-desk-oidc";

/// How a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Over https, by the operator's word or that of a trusted proxy.
    Secure,
    /// From this machine.
    Loopback,
    /// Neither: nobody signs in so.
    Open,
}

/// How a request came.
pub fn transport(req: &HttpRequest, state: &DeskState) -> Transport {
    let settings = &state.settings;
    let https = settings.base_url.starts_with("https://")
        || origin::site(req, &settings.trusted_proxies).is_some_and(|s| s.starts_with("https://"));
    if https {
        return Transport::Secure;
    }
    let client = origin::client(req, &settings.trusted_proxies);
    if client.to_canonical().is_loopback() {
        Transport::Loopback
    } else {
        Transport::Open
    }
}

fn name(transport: Transport) -> &'static str {
    match transport {
        Transport::Secure => SECURE,
        Transport::Loopback | Transport::Open => PLAIN,
    }
}

/// The token that a request presents.
pub fn presented(req: &HttpRequest, transport: Transport) -> Option<SessionToken> {
    SessionToken::parse(req.cookie(name(transport))?.value())
}

fn build(transport: Transport, value: String) -> Cookie<'static> {
    Cookie::build(name(transport), value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(transport == Transport::Secure)
        .finish()
}

/// The cookie of a session. It ends with the browser; how long the session lasts the vault knows.
pub fn cookie(transport: Transport, token: &SessionToken) -> String {
    build(transport, token.expose().to_string()).to_string()
}

/// What takes the cookie away.
pub fn gone(transport: Transport) -> String {
    let mut cookie = build(transport, String::new());
    cookie.make_removal();
    cookie.to_string()
}

fn flow_name(transport: Transport) -> &'static str {
    match transport {
        Transport::Secure => SECURE_FLOW,
        Transport::Loopback | Transport::Open => PLAIN_FLOW,
    }
}

/// The cookie that a sign-in at the provider is bound to; it lasts for seconds. It is `Lax`, because the provider leads the
/// browser back from another site; what it opens is one sign-in that this browser began, and no session.
pub fn flow_cookie(transport: Transport, value: &str, seconds: i64) -> String {
    let cookie = Cookie::build(flow_name(transport), value.to_owned())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(transport == Transport::Secure)
        .max_age(Duration::seconds(seconds));
    cookie.finish().to_string()
}

/// What takes that cookie away.
pub fn flow_gone(transport: Transport) -> String {
    let mut cookie = Cookie::build(flow_name(transport), "")
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(transport == Transport::Secure)
        .finish();
    cookie.make_removal();
    cookie.to_string()
}

/// What that cookie holds; empty without one.
pub fn flow_of(req: &HttpRequest, transport: Transport) -> Zeroizing<String> {
    let cookie = req.cookie(flow_name(transport));
    Zeroizing::new(cookie.map_or_else(String::new, |c| c.value().to_owned()))
}
