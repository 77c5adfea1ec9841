//! Keys of the API: random, shown once, and known afterwards by their hash alone.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use rand::TryRng;
use rand::rngs::SysRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::KeyError;

/// What every key begins with, so that one that was left in a program's text is recognised.
const PREFIX: &str = "gsk_";
/// Random bytes of a key.
const BYTES: usize = 32;
/// Random bytes of the id under which a key is listed and revoked.
const ID_BYTES: usize = 5;

/// A key that was just made.
pub struct ApiKey {
    id: String,
    key: Zeroizing<String>,
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ApiKey({}, …)", self.id)
    }
}

impl ApiKey {
    /// Makes one.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn make() -> Result<Self, KeyError> {
        Self::beginning(PREFIX)
    }

    /// Makes a token that begins otherwise, for another use.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn beginning(prefix: &str) -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0_u8; BYTES + ID_BYTES]);
        SysRng
            .try_fill_bytes(bytes.as_mut_slice())
            .map_err(|_| KeyError::NoRandomness)?;
        let (key, id) = bytes.split_at(BYTES);
        Ok(Self {
            id: HEXLOWER.encode(id),
            key: Zeroizing::new(format!("{prefix}{}", BASE64URL_NOPAD.encode(key))),
        })
    }

    /// Under what it is listed and revoked; drawn apart from the key, so that it tells nothing about it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key, to be shown once.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.key
    }

    /// Its hash.
    #[must_use]
    pub fn hash(&self) -> String {
        hash(&self.key)
    }
}

/// The hash of what was presented as a key, hexadecimal. A key has 256 random bits, so that a plain hash cannot be
/// guessed back.
#[must_use]
pub fn hash(presented: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(presented.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_keys_are_alike_and_none_is_shown_by_accident() {
        let (a, b) = (ApiKey::make().unwrap(), ApiKey::make().unwrap());
        assert!(a.expose() != b.expose() && a.id() != b.id());
        assert!(a.expose().starts_with(PREFIX) && a.expose().len() == 4 + 43);
        assert_eq!(a.hash(), hash(a.expose()));
        assert!(!format!("{a:?}").contains(a.expose()));
        // FIPS 180-4, "abc"
        assert_eq!(
            hash("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
