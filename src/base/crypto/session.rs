//! Tokens of sessions: 256 random bits with the browser, their hash in the vault, and what follows from them for the forms
//! of the session.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use rand::TryRng;
use rand::rngs::SysRng;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::KeyError;

const BYTES: usize = 32;

/// The token of a session. Wiped when dropped; `Debug` hides it.
#[derive(Clone)]
pub struct SessionToken(Zeroizing<[u8; BYTES]>);

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

impl SessionToken {
    /// A new one.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn new() -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0_u8; BYTES]);
        SysRng
            .try_fill_bytes(bytes.as_mut_slice())
            .map_err(|_| KeyError::NoRandomness)?;
        Ok(Self(bytes))
    }

    /// Reads the value of a cookie.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        if value.len() != BASE64URL_NOPAD.encode_len(BYTES) {
            return None;
        }
        let read = Zeroizing::new(BASE64URL_NOPAD.decode(value.as_bytes()).ok()?);
        let mut bytes = Zeroizing::new([0_u8; BYTES]);
        bytes.copy_from_slice(&read);
        Some(Self(bytes))
    }

    /// The value of its cookie.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64URL_NOPAD.encode(self.0.as_slice()))
    }

    fn derive(&self, purpose: &str) -> [u8; BYTES] {
        let hash = Sha256::new()
            .chain_update(purpose.as_bytes())
            .chain_update([0])
            .chain_update(self.0.as_slice());
        hash.finalize().into()
    }

    /// Under what the session is kept. The token has 256 random bits, so that a plain hash cannot be guessed back.
    #[must_use]
    pub fn hash(&self) -> String {
        HEXLOWER.encode(&self.derive("gongshi desk session"))
    }

    /// What every form of the session carries.
    #[must_use]
    pub fn form(&self) -> String {
        BASE64URL_NOPAD.encode(&self.derive("gongshi desk form"))
    }

    /// Whether a form carries it. The comparison takes the same time wherever they differ.
    #[must_use]
    pub fn is_form(&self, sent: &str) -> bool {
        self.form().as_bytes().ct_eq(sent.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_and_its_hash_and_its_form_are_other_things() {
        let token = SessionToken::new().unwrap();
        let value = token.expose();
        assert_eq!(value.len(), 43);
        let read = SessionToken::parse(&value).unwrap();
        assert_eq!(read.hash(), token.hash());
        assert!(read.is_form(&token.form()));
        assert_eq!(token.hash().len(), 64);
        assert!(!token.form().contains(value.as_str()));
        assert!(!format!("{token:?}").contains(value.as_str()));
    }

    #[test]
    fn other_tokens_have_other_forms() {
        let (a, b) = (SessionToken::new().unwrap(), SessionToken::new().unwrap());
        assert_ne!(a.hash(), b.hash());
        assert!(!a.is_form(&b.form()));
        for wrong in ["", "x", &a.hash()] {
            assert!(!a.is_form(wrong), "{wrong}");
        }
        for wrong in ["", "x", &"A".repeat(42), &"A".repeat(44), &"!".repeat(43)] {
            assert!(SessionToken::parse(wrong).is_none(), "{wrong}");
        }
    }
}
