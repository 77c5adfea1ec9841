//! Checking an ID token (OpenID Connect Core 1.0, section 3.1.3.7): who issued it, to whom, when, for which sign-in, and
//! whether the provider's key signed it. Pure: keys and the instant are given.

use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256, Sha512};
use subtle::ConstantTimeEq as _;

use super::jose::{Algorithm, Found, KeySet};
use crate::domain::time::Moment;

/// Seconds by which the clocks of the two machines may differ.
const SKEW: i64 = 60;
/// Seconds since its making after which a token is not taken: it was fetched for this very sign-in.
const OLDEST: i64 = 600;
/// Longest token.
const LONGEST: usize = 64 << 10;
/// Longest value that names a person (section 2: 255 ASCII characters).
const LONGEST_SUBJECT: usize = 255;

/// Why a token is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenFault {
    Form,
    Algorithm,
    UnknownKey,
    NoKeyNamed,
    Signature,
    Issuer,
    Audience,
    Party,
    Expired,
    Old,
    Early,
    Nonce,
    AccessHash,
    Subject,
}

impl TokenFault {
    /// In words, for the log.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Form => "the ID token cannot be read",
            Self::Algorithm => "the ID token is signed by an algorithm that is not taken",
            Self::UnknownKey => "it publishes no key that signed the ID token",
            Self::NoKeyNamed => "the ID token names no key, and there are several",
            Self::Signature => "the signature of the ID token is wrong",
            Self::Issuer => "the ID token is of another issuer",
            Self::Audience => "the ID token was made for another client",
            Self::Party => "the ID token was given to another party",
            Self::Expired => "the ID token is over: see the clocks of both machines",
            Self::Old => "the ID token was made too long ago",
            Self::Early => "the ID token is of the future: see the clocks of both machines",
            Self::Nonce => "the ID token belongs to another sign-in",
            Self::AccessHash => "the ID token does not belong to the access token",
            Self::Subject => "the ID token lacks the claim that names the person",
        }
    }
}

/// What a token is to say.
pub(super) struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    /// The access token that came with it.
    pub access_token: Option<&'a str>,
    /// The claim that names the person.
    pub subject_claim: &'a str,
    pub now: Moment,
}

/// What a token says, when all of it is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    /// Whom the provider knows the person as.
    pub subject: String,
    /// How surely the person was known.
    pub acr: Option<String>,
    /// By what means.
    pub amr: Vec<String>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// Extensions that must be understood: none is.
    crit: Option<Value>,
}

/// Whether a value can name a person: it is kept, shown and typed.
pub(super) fn is_subject(text: &str) -> bool {
    (1..=LONGEST_SUBJECT).contains(&text.len())
        && text.trim() == text
        && !text.chars().any(char::is_control)
}

/// Checks a token.
///
/// # Errors
/// The first thing that is wrong.
pub(super) fn check(
    token: &str,
    keys: &KeySet,
    expected: &Expected<'_>,
) -> Result<Said, TokenFault> {
    let (algorithm, claims) = verified(token, keys)?;
    if text(&claims, "iss") != Some(expected.issuer) {
        return Err(TokenFault::Issuer);
    }
    for_us(&claims, expected.client_id)?;
    in_time(&claims, expected.now.timestamp())?;
    let nonce = text(&claims, "nonce").unwrap_or_default();
    if !same(nonce, expected.nonce) {
        return Err(TokenFault::Nonce);
    }
    if let Some(hash) = claims.get("at_hash") {
        let hash = hash.as_str().ok_or(TokenFault::AccessHash)?;
        let access = expected.access_token.ok_or(TokenFault::AccessHash)?;
        if !same(hash, &half_hash(algorithm, access)) {
            return Err(TokenFault::AccessHash);
        }
    }
    // the subject itself must be there whatever else names the person
    let subject = text(&claims, "sub").filter(|s| is_subject(s));
    let named = text(&claims, expected.subject_claim).filter(|s| is_subject(s));
    let (Some(_), Some(named)) = (subject, named) else {
        return Err(TokenFault::Subject);
    };
    let amr = claims.get("amr").and_then(Value::as_array);
    let amr = amr.into_iter().flatten().filter_map(Value::as_str);
    Ok(Said {
        subject: named.to_owned(),
        acr: text(&claims, "acr").map(str::to_owned),
        amr: amr.map(str::to_owned).collect(),
    })
}

/// The claims of a token that a key of the provider signed.
fn verified(token: &str, keys: &KeySet) -> Result<(Algorithm, Map<String, Value>), TokenFault> {
    if token.len() > LONGEST {
        return Err(TokenFault::Form);
    }
    let (message, signature) = token.rsplit_once('.').ok_or(TokenFault::Form)?;
    let (header, claims) = message.split_once('.').ok_or(TokenFault::Form)?;
    let part = |text: &str| {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes());
        bytes.map_err(|_| TokenFault::Form)
    };
    let header: Header = serde_json::from_slice(&part(header)?).map_err(|_| TokenFault::Form)?;
    if header.crit.is_some() {
        return Err(TokenFault::Form);
    }
    let algorithm = Algorithm::named(&header.alg).ok_or(TokenFault::Algorithm)?;
    let found = match keys.find(algorithm, header.kid.as_deref()) {
        Found::Keys(found) => found,
        Found::Unknown => return Err(TokenFault::UnknownKey),
        Found::Ambiguous => return Err(TokenFault::NoKeyNamed),
    };
    let signature = part(signature)?;
    let signed = |key: &&super::jose::Key| key.verifies(algorithm, message.as_bytes(), &signature);
    if !found.iter().any(signed) {
        return Err(TokenFault::Signature);
    }
    // read only now: what nobody signed is not worth a look
    let claims = serde_json::from_slice(&part(claims)?).map_err(|_| TokenFault::Form)?;
    Ok((algorithm, claims))
}

fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}

/// Whether it was made for this client, and for no other that shares it without saying so.
fn for_us(claims: &Map<String, Value>, client_id: &str) -> Result<(), TokenFault> {
    let all: Vec<&str> = match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !all.contains(&client_id) {
        return Err(TokenFault::Audience);
    }
    match claims.get("azp") {
        Some(party) if party.as_str() != Some(client_id) => Err(TokenFault::Party),
        // among several audiences it must say to which of them it was given
        None if all.len() > 1 => Err(TokenFault::Party),
        _ => Ok(()),
    }
}

/// Seconds since 1970; the standard allows parts of them.
fn seconds(claims: &Map<String, Value>, name: &str) -> Result<Option<i64>, TokenFault> {
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    if let Some(whole) = value.as_i64() {
        return Ok(Some(whole));
    }
    let parts = value.as_f64().ok_or(TokenFault::Form)?;
    // far beyond every calendar it is no time
    if !(0.0..1e11).contains(&parts) {
        return Err(TokenFault::Form);
    }
    // parts of a second do not matter
    Ok(Some(parts as i64))
}

/// Whether it was made for now.
fn in_time(claims: &Map<String, Value>, now: i64) -> Result<(), TokenFault> {
    let until = seconds(claims, "exp")?.ok_or(TokenFault::Expired)?;
    let made = seconds(claims, "iat")?.ok_or(TokenFault::Old)?;
    let from = seconds(claims, "nbf")?.unwrap_or(made);
    if now.saturating_sub(SKEW) >= until {
        return Err(TokenFault::Expired);
    }
    if made.max(from) > now.saturating_add(SKEW) {
        return Err(TokenFault::Early);
    }
    if made < now.saturating_sub(OLDEST + SKEW) {
        return Err(TokenFault::Old);
    }
    Ok(())
}

/// Compares in the same time wherever they differ. What is expected is never empty.
fn same(sent: &str, expected: &str) -> bool {
    !expected.is_empty() && bool::from(sent.as_bytes().ct_eq(expected.as_bytes()))
}

/// The left half of the hash that goes with the algorithm (section 3.1.3.6).
pub(super) fn half_hash(algorithm: Algorithm, access_token: &str) -> String {
    let whole = if algorithm.is_wide() {
        Sha512::digest(access_token.as_bytes()).to_vec()
    } else {
        Sha256::digest(access_token.as_bytes()).to_vec()
    };
    let (left, _) = whole.split_at(whole.len() / 2);
    BASE64URL_NOPAD.encode(left)
}
