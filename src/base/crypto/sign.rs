//! The key that signs the files of open data, in the form of minisign, so that everybody can check them with its tool.

use std::io::Cursor;
use std::path::Path;

use minisign::{KeyPair, PublicKey, PublicKeyBox, SecretKey, SecretKeyBox, SignatureBox};

use super::KeyError;
use crate::base::files;

/// Name of its file: a secret key of minisign without a password, mode 0600.
pub const FILE: &str = "sign.key";
/// What the file and the signature say of themselves, which is not signed.
const COMMENT: &str = "gongshi open data";

/// The signing key.
#[derive(Clone)]
pub struct SignKey {
    secret: SecretKey,
    public: PublicKey,
}

impl std::fmt::Debug for SignKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignKey(…)")
    }
}

impl SignKey {
    /// Makes the key file in a directory; an existing one is left as it is.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`], or those of the file system.
    pub fn create(dir: &Path) -> Result<(), KeyError> {
        let path = dir.join(FILE);
        if path.exists() {
            return Ok(());
        }
        let pair = KeyPair::generate_unencrypted_keypair().map_err(|_| KeyError::NoRandomness)?;
        let text = pair
            .sk
            .to_box(Some(COMMENT))
            .map_err(|_| KeyError::NoRandomness)?
            .into_string();
        files::write_new_private(&path, text.as_bytes())
            .map_err(|source| KeyError::Io { path, source })
    }

    /// Reads the key of a directory; `None` when it has none: such a node does not sign.
    ///
    /// # Errors
    /// When the file is readable by others or no such key.
    pub fn load(dir: &Path) -> Result<Option<Self>, KeyError> {
        let path = dir.join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        super::keys::refuse_readable(&path)?;
        let text = zeroize::Zeroizing::new(std::fs::read_to_string(&path).map_err(|source| {
            KeyError::Io {
                path: path.clone(),
                source,
            }
        })?);
        let read = || {
            let secret = SecretKeyBox::from_string(&text)
                .ok()?
                .into_unencrypted_secret_key()
                .ok()?;
            let public = PublicKey::from_secret_key(&secret).ok()?;
            Some(Self { secret, public })
        };
        read().map(Some).ok_or(KeyError::Damaged { path, line: 1 })
    }

    /// A key for tests of other rooms.
    #[cfg(test)]
    pub(crate) fn fresh() -> Self {
        let pair = KeyPair::generate_unencrypted_keypair().expect("randomness of the system");
        Self {
            secret: pair.sk,
            public: pair.pk,
        }
    }

    /// The public key as its file says it.
    #[must_use]
    pub fn public(&self) -> String {
        self.public
            .to_box()
            .map(PublicKeyBox::into_string)
            .unwrap_or_default()
    }

    /// The signature of a text, as a `.minisig` file; `said` is signed with it.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn sign(&self, text: &[u8], said: &str) -> Result<String, KeyError> {
        let signed = minisign::sign(
            Some(&self.public),
            &self.secret,
            Cursor::new(text),
            Some(said),
            Some(COMMENT),
        );
        signed
            .map(SignatureBox::into_string)
            .map_err(|_| KeyError::NoRandomness)
    }
}

/// Whether a signature is that of a text by the holder of a public key, both as their files say them.
#[must_use]
pub fn is_signed(public: &str, text: &[u8], signature: &str) -> bool {
    let check = || {
        let public = PublicKeyBox::from_string(public)
            .ok()?
            .into_public_key()
            .ok()?;
        let signature = SignatureBox::from_string(signature).ok()?;
        minisign::verify(&public, &signature, Cursor::new(text), true, false, false).ok()
    };
    check().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_signs_what_its_public_half_checks() {
        let dir = tempfile::tempdir().unwrap();
        assert!(SignKey::load(dir.path()).unwrap().is_none());
        SignKey::create(dir.path()).unwrap();
        let bytes = std::fs::read(dir.path().join(FILE)).unwrap();
        SignKey::create(dir.path()).unwrap();
        assert_eq!(std::fs::read(dir.path().join(FILE)).unwrap(), bytes);
        let key = SignKey::load(dir.path()).unwrap().unwrap();
        let signature = key.sign(b"sums", "seq 7").unwrap();
        assert!(signature.contains("trusted comment: seq 7"));
        assert!(is_signed(&key.public(), b"sums", &signature));
        assert!(!is_signed(&key.public(), b"sumz", &signature));
        let said_otherwise = signature.replace("seq 7", "seq 8");
        assert!(!is_signed(&key.public(), b"sums", &said_otherwise));
        assert!(!is_signed(&SignKey::fresh().public(), b"sums", &signature));
        assert!(!is_signed("", b"sums", "") && !is_signed("x\ny", b"", "a\nb\nc\nd"));
        std::fs::write(dir.path().join(FILE), "no key\n").unwrap();
        assert!(matches!(
            SignKey::load(dir.path()),
            Err(KeyError::Damaged { .. })
        ));
    }
}
