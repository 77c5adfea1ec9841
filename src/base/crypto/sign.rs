//! The key that signs the files of open data, in the form of minisign, so that everybody can check them with its tool.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use minisign::{KeyPair, PublicKey, PublicKeyBox, SecretKey, SecretKeyBox, SignatureBox};

use super::KeyError;
use super::past::{self, Known};
use crate::base::files;
use crate::domain::time::Moment;

/// Name of its file: a secret key of minisign without a password, mode 0600.
pub const FILE: &str = "sign.key";
/// A new key that is to take its place.
const NEXT: &str = "sign.key.next";
/// What the file and the signature say of themselves, which is not signed.
const COMMENT: &str = "gongshi open data";

/// The signing key.
#[derive(Clone)]
pub struct SignKey {
    secret: SecretKey,
    public: PublicKey,
    known: Vec<Known>,
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
        write_fresh(&path)
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
        let mut key = read(path)?;
        key.known = past::read(dir)?;
        Ok(Some(key))
    }

    /// Makes a new key that signs from now on. The old one signs the announcement of the new one, and is deleted; its
    /// public half is kept, so that what it signed stays checkable. A crash between any two steps leaves the old or the
    /// new key, and the next call goes on.
    ///
    /// # Errors
    /// When there is no key, or a file is damaged or cannot be written.
    pub fn rotate(dir: &Path, now: Moment) -> Result<Self, KeyError> {
        let (path, next) = (dir.join(FILE), dir.join(NEXT));
        let old = Self::load(dir)?.ok_or_else(|| KeyError::Missing { path: path.clone() })?;
        let io = |path: &Path| {
            let path = path.to_owned();
            move |source| KeyError::Io { path, source }
        };
        let announced = |key: &Self| {
            let last = old.known.last();
            last.is_some_and(|k| k.key == key.line() && k.key != old.line())
        };
        let ready = next.exists().then(|| read(next.clone()).ok()).flatten();
        if ready.filter(announced).is_none() {
            if next.exists() {
                std::fs::remove_file(&next).map_err(io(&next))?;
            }
            write_fresh(&next)?;
            let new = read(next.clone())?;
            let mut known = old.known.clone();
            past::succeed(&mut known, &old, &new, now)?;
            past::write(dir, &known)?;
        }
        // readers of the file see the old key or the new one
        std::fs::rename(&next, &path).map_err(io(&path))?;
        Self::load(dir)?.ok_or(KeyError::Missing { path })
    }

    /// The public keys of this portal, oldest first, when there was more than one.
    #[must_use]
    pub fn known(&self) -> &[Known] {
        &self.known
    }

    /// The public key without its comment: what public keys are compared by.
    #[must_use]
    pub fn line(&self) -> String {
        self.public.to_base64()
    }

    /// A key for tests of other rooms.
    #[cfg(test)]
    pub(crate) fn fresh() -> Self {
        let pair = KeyPair::generate_unencrypted_keypair().expect("randomness of the system");
        Self {
            secret: pair.sk,
            public: pair.pk,
            known: Vec::new(),
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

/// When the key file of a directory changed last: a running node reads it anew then.
#[must_use]
pub fn changed_at(dir: &Path) -> Option<std::time::SystemTime> {
    std::fs::metadata(dir.join(FILE)).ok()?.modified().ok()
}

fn write_fresh(path: &Path) -> Result<(), KeyError> {
    let pair = KeyPair::generate_unencrypted_keypair().map_err(|_| KeyError::NoRandomness)?;
    let text = pair
        .sk
        .to_box(Some(COMMENT))
        .map_err(|_| KeyError::NoRandomness)?
        .into_string();
    files::write_new_private(path, text.as_bytes()).map_err(|source| KeyError::Io {
        path: path.to_owned(),
        source,
    })
}

fn read(path: PathBuf) -> Result<SignKey, KeyError> {
    super::keys::refuse_readable(&path)?;
    let text =
        zeroize::Zeroizing::new(
            std::fs::read_to_string(&path).map_err(|source| KeyError::Io {
                path: path.clone(),
                source,
            })?,
        );
    let read = || {
        let secret = SecretKeyBox::from_string(&text)
            .ok()?
            .into_unencrypted_secret_key()
            .ok()?;
        let public = PublicKey::from_secret_key(&secret).ok()?;
        Some(SignKey {
            secret,
            public,
            known: Vec::new(),
        })
    };
    read().ok_or(KeyError::Damaged { path, line: 1 })
}

/// Whether a signature is that of a text by the holder of a public key, both as their files say them.
#[must_use]
pub fn is_signed(public: &str, text: &[u8], signature: &str) -> bool {
    said_by(public, text, signature).is_some()
}

/// What was signed with a text by the holder of a public key; `None` when the signature is not that of the text.
#[must_use]
pub fn said_by(public: &str, text: &[u8], signature: &str) -> Option<String> {
    // the whole file, or its second line alone
    let line = public.lines().rfind(|line| !line.trim().is_empty())?;
    let public = PublicKey::from_base64(line.trim()).ok()?;
    let signature = SignatureBox::from_string(signature).ok()?;
    minisign::verify(&public, &signature, Cursor::new(text), true, false, false).ok()?;
    signature.trusted_comment().ok()
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
