//! Marks of verification: a keyed hash that only this portal can make, so that a printed report or a downloaded file
//! can be told from a changed one without anything being stored.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// The key of verification codes and file marks. It opens nothing and finds nobody; a public node may hold it, or be
/// without it and give no codes.
#[derive(Clone)]
pub struct VerifyKey(Hmac<Sha256>);

impl std::fmt::Debug for VerifyKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VerifyKey(…)")
    }
}

impl VerifyKey {
    /// From the key file's bytes.
    pub(super) fn new(key: &Zeroizing<[u8; 32]>) -> Self {
        Self(super::mac(key))
    }

    /// A key for tests of other rooms.
    #[cfg(test)]
    pub(crate) fn fixed(fill: u8) -> Self {
        Self::new(&Zeroizing::new([fill; 32]))
    }

    /// The mark of some bytes for a purpose: marks of different purposes never meet.
    #[must_use]
    pub fn mark(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }

    /// Whether `mark` is the head of the mark of these bytes; takes the same time whatever differs. An empty mark is
    /// never right.
    #[must_use]
    pub fn is_mark(&self, purpose: &str, bytes: &[u8], mark: &[u8]) -> bool {
        let whole = self.mark(purpose, bytes);
        !mark.is_empty()
            && whole
                .get(..mark.len())
                .is_some_and(|head| bool::from(head.ct_eq(mark)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_follows_key_purpose_and_bytes() {
        let key = VerifyKey::fixed(1);
        let mark = key.mark("code", b"abc");
        assert!(key.is_mark("code", b"abc", &mark[..7]));
        assert!(!key.is_mark("code", b"abd", &mark[..7]));
        assert!(!key.is_mark("file", b"abc", &mark[..7]));
        assert!(!VerifyKey::fixed(2).is_mark("code", b"abc", &mark[..7]));
        assert!(!key.is_mark("code", b"abc", &[]));
        assert!(!key.is_mark("code", b"abc", &[0; 33]));
    }
}
