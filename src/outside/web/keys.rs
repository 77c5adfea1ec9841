//! Who asks with a key of the API: `Authorization: Bearer` or `X-API-Key`. A key raises allowances and opens nothing.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use arc_swap::ArcSwapOption;

use super::cors;
use super::problem::Refusal;
use super::state::failed;
use crate::base::crypto::api_key;
use crate::outside::store::PublicStore;

/// How old the known hashes may be: so long a revoked key lives on.
const AGE: Duration = Duration::from_secs(2);
/// The longest text that is looked at as a key.
const LONGEST: usize = 200;

/// The hashes of the keys in force, as they were read.
#[derive(Debug)]
struct Known {
    read: Instant,
    /// Under each hash, the key under which its requests are counted.
    hashes: HashMap<String, u128>,
}

/// The keys in force, read again when they have grown old.
#[derive(Debug, Default)]
pub struct Keys {
    known: ArcSwapOption<Known>,
}

impl Keys {
    /// Under what requests with a presented key are counted.
    ///
    /// # Errors
    /// [`Refusal::UnknownKey`]; when the store was never read and cannot be.
    pub fn counted_under(&self, store: &PublicStore, presented: &str) -> Result<u128, Refusal> {
        let hash = api_key::hash(presented);
        let mut known = self.known.load_full();
        if known.as_ref().is_none_or(|k| k.read.elapsed() >= AGE) {
            match store.api_key_hashes() {
                Ok(hashes) => {
                    let counted = |h: String| {
                        let head = h.get(..32).unwrap_or_default();
                        let under = u128::from_str_radix(head, 16).unwrap_or_default();
                        (h, under)
                    };
                    self.known.store(Some(std::sync::Arc::new(Known {
                        read: Instant::now(),
                        hashes: hashes.into_iter().map(counted).collect(),
                    })));
                    known = self.known.load_full();
                }
                // a revoked key must not live on because the store is silent
                Err(error) => return Err(failed("reading the keys of the API", &error)),
            }
        }
        known
            .and_then(|known| known.hashes.get(&hash).copied())
            .ok_or(Refusal::UnknownKey)
    }
}

/// What was presented as a key, at the addresses that machines read. Other schemes of `Authorization` are a proxy's and
/// none of ours.
#[must_use]
pub fn presented(req: &HttpRequest) -> Option<&str> {
    if !cors::shared(req.path()) {
        return None;
    }
    let headers = req.headers();
    let bearer = headers.get(AUTHORIZATION).and_then(|v| {
        let (scheme, key) = v.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
    });
    let named = || {
        // what is no text is no key of ours
        let value = headers.get("x-api-key")?;
        Some(value.to_str().unwrap_or("").trim())
    };
    let key = bearer.or_else(named)?;
    // the token of a re-user is none of these: it is looked at where it is asked for
    if key.starts_with(crate::outside::web::reusers::PREFIX) {
        return None;
    }
    // cut, it is no key: and so unknown
    Some(key.get(..LONGEST.min(key.len())).unwrap_or(""))
}
