//! The key from which the secrets of webhooks are derived: what a re-user signs with is in no database, and a node that
//! does not send holds nothing of it.

use std::path::Path;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{KeyError, keys};

/// What every secret begins with, so that one that was left in a program's text is recognised.
const PREFIX: &str = "gsh_";

/// Derives the secret of each hook.
pub struct HookKey(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for HookKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HookKey(…)")
    }
}

/// The secret of a hook: known to its owner and to the node that sends.
pub struct HookSecret(Zeroizing<String>);

impl std::fmt::Debug for HookSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HookSecret(…)")
    }
}

impl HookKey {
    /// The key of these bytes.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// The key of a directory, which is made when there is none.
    ///
    /// # Errors
    /// When it cannot be made, is damaged, or is readable by others.
    pub fn load_or_create(dir: &Path) -> Result<Self, KeyError> {
        keys::hook(dir).map(Self)
    }

    /// The secret of a hook.
    #[must_use]
    pub fn secret(&self, hook: &str) -> HookSecret {
        let mut mac = super::mac(&self.0);
        mac.update(b"gongshi hook secret 1");
        mac.update(hook.as_bytes());
        let bytes: Zeroizing<[u8; 32]> = Zeroizing::new(mac.finalize().into_bytes().into());
        HookSecret(Zeroizing::new(format!(
            "{PREFIX}{}",
            BASE64URL_NOPAD.encode(bytes.as_slice())
        )))
    }
}

impl HookSecret {
    /// A secret that was agreed on otherwise.
    #[must_use]
    pub fn agreed(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The secret, to be shown to the owner of the hook.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The signature of a body that is sent at an instant (seconds since 1970): HMAC-SHA256 under the secret's text, over
    /// the seconds in decimal, a full stop, and the body; hexadecimal.
    #[must_use]
    pub fn sign(&self, at: i64, body: &[u8]) -> String {
        // a key of any length is taken
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()) else {
            return String::new();
        };
        mac.update(at.to_string().as_bytes());
        mac.update(b".");
        mac.update(body);
        HEXLOWER.encode(&mac.finalize().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hook_has_a_secret_of_its_own_that_signs_as_documented() {
        let key = HookKey::new(&[7; 32]);
        let (a, b) = (key.secret("a"), key.secret("b"));
        assert!(a.expose() != b.expose());
        assert!(a.expose().starts_with(PREFIX) && a.expose().len() == 4 + 43);
        assert_eq!(a.expose(), HookKey::new(&[7; 32]).secret("a").expose());
        assert!(!format!("{a:?} {key:?}").contains(a.expose()));
        assert!(a.sign(1, b"x") != a.sign(2, b"x"));
        // printf '1764064800.{"x":1}' | openssl dgst -sha256 -hmac gsh_test
        let known = HookSecret(Zeroizing::new("gsh_test".to_owned()));
        assert_eq!(
            known.sign(1_764_064_800, br#"{"x":1}"#),
            "98c06275061a6f43fdda1adc669d3e308dc787a112614c50febcda6f8a246cbc"
        );
    }

    #[test]
    fn the_key_is_made_once() {
        let dir = tempfile::tempdir().unwrap();
        let one = HookKey::load_or_create(dir.path()).unwrap();
        let two = HookKey::load_or_create(dir.path()).unwrap();
        assert_eq!(one.secret("a").expose(), two.secret("a").expose());
    }
}
