//! Keys of the provider (RFC 7517) and its signatures (RFC 7515, 7518, 8037), verified by ring: RS256, PS256, ES256 and
//! Ed25519. Nothing else is known here: neither `none` nor a signature with a shared secret can be asked for, whatever a
//! token says of itself, and a key verifies signatures of its own kind alone.

use data_encoding::BASE64URL_NOPAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::Value;

/// Keys of a set that are looked at.
const MOST_KEYS: usize = 100;

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rs256,
    Ps256,
    Es256,
    /// `EdDSA` with Ed25519, also under the name that RFC 9864 gives it.
    Ed25519,
}

impl Algorithm {
    /// The algorithm of a name; `None` for every other one.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            "EdDSA" | "Ed25519" => Some(Self::Ed25519),
            _ => None,
        }
    }

    /// Whether the hashes that go with a token (`at_hash`) are of SHA-512.
    pub const fn is_wide(self) -> bool {
        matches!(self, Self::Ed25519)
    }
}

/// A public key.
enum Public {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

/// A key of the set with what it says of itself.
pub(super) struct Key {
    kid: Option<String>,
    /// The one algorithm for which it is, when it says so.
    only: Option<Algorithm>,
    public: Public,
}

/// The keys of the provider that can verify a token here.
pub(super) struct KeySet(Vec<Key>);

/// A key as it is written.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

#[derive(Deserialize)]
struct Jwks {
    keys: Vec<Value>,
}

/// Which keys may have signed a token.
pub(super) enum Found<'a> {
    /// These.
    Keys(Vec<&'a Key>),
    /// No key has the id that it names, or none fits its algorithm.
    Unknown,
    /// It names no key, and several could have signed.
    Ambiguous,
}

impl KeySet {
    /// Reads a set; keys of kinds that are not known here are passed over, as the standard asks. `None`: it is no set.
    pub fn read(body: &[u8]) -> Option<Self> {
        let set: Jwks = serde_json::from_slice(body).ok()?;
        let keys = set.keys.into_iter().take(MOST_KEYS);
        Some(Self(keys.filter_map(Key::read).collect()))
    }

    /// How many of its keys can be used.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The keys that may have signed a token.
    pub fn find(&self, algorithm: Algorithm, kid: Option<&str>) -> Found<'_> {
        let fits = |key: &&Key| {
            key.public.fits(algorithm)
                && key.only.is_none_or(|only| only == algorithm)
                && kid.is_none_or(|kid| key.kid.as_deref() == Some(kid))
        };
        let found: Vec<&Key> = self.0.iter().filter(fits).collect();
        match (found.len(), kid) {
            (0, _) => Found::Unknown,
            (1, _) | (_, Some(_)) => Found::Keys(found),
            (_, None) => Found::Ambiguous,
        }
    }
}

fn bytes(text: Option<&String>) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text?.as_bytes()).ok()
}

/// Bytes of a coordinate, which are written in full.
fn coordinate(text: Option<&String>) -> Option<Vec<u8>> {
    bytes(text).filter(|b| b.len() == 32)
}

/// A number without zeros before it.
fn number(text: Option<&String>) -> Option<Vec<u8>> {
    let bytes = bytes(text)?;
    let from = bytes.iter().position(|b| *b != 0)?;
    bytes.get(from..).map(<[u8]>::to_vec)
}

impl Key {
    fn read(value: Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(value).ok()?;
        let verifies = jwk.usage.as_deref().is_none_or(|u| u == "sig")
            && jwk
                .key_ops
                .as_ref()
                .is_none_or(|ops| ops.iter().any(|op| op == "verify"));
        if !verifies {
            return None;
        }
        // a key for another algorithm is none of ours
        let only = match jwk.alg.as_deref() {
            None => None,
            Some(name) => Some(Algorithm::named(name)?),
        };
        let public = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("RSA", _) => Public::Rsa {
                n: number(jwk.n.as_ref())?,
                e: number(jwk.e.as_ref())?,
            },
            ("EC", Some("P-256")) => {
                // SEC 1: an uncompressed point
                let mut point = vec![4];
                point.extend(coordinate(jwk.x.as_ref())?);
                point.extend(coordinate(jwk.y.as_ref())?);
                Public::P256(point)
            }
            ("OKP", Some("Ed25519")) => Public::Ed25519(coordinate(jwk.x.as_ref())?),
            _ => return None,
        };
        Some(Self {
            kid: jwk.kid,
            only,
            public,
        })
    }

    /// Whether a message was signed with its private half.
    pub fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let rsa = |n, e| RsaPublicKeyComponents::<&[u8]> { n, e };
        let done = match (&self.public, algorithm) {
            (Public::Rsa { n, e }, Algorithm::Rs256) => {
                rsa(n, e).verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
            (Public::Rsa { n, e }, Algorithm::Ps256) => {
                rsa(n, e).verify(&RSA_PSS_2048_8192_SHA256, message, signature)
            }
            (Public::P256(point), Algorithm::Es256) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
            }
            (Public::Ed25519(point), Algorithm::Ed25519) => {
                UnparsedPublicKey::new(&ED25519, point).verify(message, signature)
            }
            _ => return false,
        };
        done.is_ok()
    }
}

impl Public {
    const fn fits(&self, algorithm: Algorithm) -> bool {
        matches!(
            (self, algorithm),
            (Self::Rsa { .. }, Algorithm::Rs256 | Algorithm::Ps256)
                | (Self::P256(_), Algorithm::Es256)
                | (Self::Ed25519(_), Algorithm::Ed25519)
        )
    }
}
