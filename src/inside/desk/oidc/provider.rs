//! What the provider tells of itself (OpenID Connect Discovery 1.0): read when somebody first wants to sign in, so that a desk
//! starts while its provider is down, and kept for some minutes.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use serde::Deserialize;
use url::Url;

use super::Fault;
use super::http::{Http, address};
use super::jose::KeySet;
use crate::domain::time::Moment;

/// How long what was read is used.
const KEPT: TimeDelta = TimeDelta::minutes(10);
/// How long a provider that failed is left alone: whoever comes meanwhile is told at once.
const PAUSE: TimeDelta = TimeDelta::seconds(5);

/// The discovery document, as far as it matters here.
#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    end_session_endpoint: Option<String>,
    response_types_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    authorization_response_iss_parameter_supported: Option<bool>,
}

/// How the desk proves at the token endpoint who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// In a header (`client_secret_basic`).
    Header,
    /// In the form (`client_secret_post`).
    Form,
}

/// A provider.
pub(super) struct Provider {
    pub authorization: Url,
    pub token: Url,
    pub end_session: Option<Url>,
    pub proof: Proof,
    /// Whether its answers always name it (RFC 9207).
    pub names_itself: bool,
    pub keys: KeySet,
    jwks: Url,
    read_at: Moment,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Provider(…)")
    }
}

/// What is known of the provider.
#[derive(Default)]
pub(super) struct Known(Mutex<State>);

#[derive(Default)]
struct State {
    provider: Option<Arc<Provider>>,
    failed: Option<(Moment, Fault)>,
}

impl Known {
    /// The provider: as it was read lately, or read now. Whoever comes while it is read waits for that.
    pub fn get(
        &self,
        http: &Http,
        issuer: &Url,
        text: &str,
        now: Moment,
    ) -> Result<Arc<Provider>, Fault> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = &state.provider
            && (TimeDelta::zero()..KEPT).contains(&(now - known.read_at))
        {
            return Ok(Arc::clone(known));
        }
        if let Some((at, fault)) = &state.failed
            && (TimeDelta::zero()..PAUSE).contains(&(now - *at))
        {
            return Err(*fault);
        }
        match Provider::read(http, issuer, text, now) {
            Ok(provider) => {
                let provider = Arc::new(provider);
                state.failed = None;
                state.provider = Some(Arc::clone(&provider));
                Ok(provider)
            }
            Err(fault) => {
                state.failed = Some((now, fault));
                Err(fault)
            }
        }
    }

    /// The same with its keys read anew: a token was signed by one that was not among them.
    pub fn anew(&self, http: &Http, old: &Provider, now: Moment) -> Result<Arc<Provider>, Fault> {
        let fresh = Arc::new(Provider {
            authorization: old.authorization.clone(),
            token: old.token.clone(),
            end_session: old.end_session.clone(),
            proof: old.proof,
            names_itself: old.names_itself,
            keys: keys(http, &old.jwks)?,
            jwks: old.jwks.clone(),
            read_at: now,
        });
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.provider = Some(Arc::clone(&fresh));
        Ok(fresh)
    }

    /// The provider, if it was ever read.
    pub fn last(&self) -> Option<Arc<Provider>> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.provider.clone()
    }
}

fn keys(http: &Http, jwks: &Url) -> Result<KeySet, Fault> {
    let keys = KeySet::read(&http.get(jwks)?).ok_or(Fault::Odd("its keys cannot be read"))?;
    if keys.len() == 0 {
        return Err(Fault::Odd(
            "it publishes no key that can be used (RS256, PS256, ES256, Ed25519)",
        ));
    }
    Ok(keys)
}

impl Provider {
    /// Reads the discovery document and the keys.
    fn read(http: &Http, issuer: &Url, text: &str, now: Moment) -> Result<Self, Fault> {
        let place = format!(
            "{}/.well-known/openid-configuration",
            text.trim_end_matches('/')
        );
        let place = address(&place, issuer).ok_or(Fault::Odd("desk.oidc_issuer is no address"))?;
        let document: Document = serde_json::from_slice(&http.get(&place)?)
            .map_err(|_| Fault::Odd("its discovery document cannot be read"))?;
        // letter by letter: else another one could speak in its name
        if document.issuer != text {
            return Err(Fault::Odd("its discovery document names another issuer"));
        }
        let lacks = |list: &Option<Vec<String>>, wanted: &str| {
            list.as_ref()
                .is_some_and(|all| !all.iter().any(|one| one == wanted))
        };
        if lacks(&document.response_types_supported, "code") {
            return Err(Fault::Odd("it gives no authorization codes"));
        }
        if lacks(&document.code_challenge_methods_supported, "S256") {
            return Err(Fault::Odd("it does not know PKCE with S256"));
        }
        let methods = &document.token_endpoint_auth_methods_supported;
        let proof = match (
            lacks(methods, "client_secret_basic"),
            lacks(methods, "client_secret_post"),
        ) {
            (false, _) => Proof::Header,
            (true, false) => Proof::Form,
            (true, true) => return Err(Fault::Odd("it takes no client secret")),
        };
        let fit = |text: &str| {
            address(text, issuer).ok_or(Fault::Odd(
                "its discovery document names an address that is not https",
            ))
        };
        let jwks = fit(&document.jwks_uri)?;
        Ok(Self {
            authorization: fit(&document.authorization_endpoint)?,
            token: fit(&document.token_endpoint)?,
            end_session: document
                .end_session_endpoint
                .as_deref()
                .map(fit)
                .transpose()?,
            proof,
            names_itself: document
                .authorization_response_iss_parameter_supported
                .unwrap_or(false),
            keys: keys(http, &jwks)?,
            jwks,
            read_at: now,
        })
    }
}
