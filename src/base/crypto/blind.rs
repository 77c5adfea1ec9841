//! Blind terms: a keyed hash of a folded full name. Who knows the whole name finds the record; the index
//! and the public store hold no name.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Hexadecimal characters of a term: 64 bits, so that two names of a country share one about never.
const TERM_CHARS: usize = 16;

/// The key of blind terms; the one key that a public node holds.
#[derive(Clone)]
pub struct BlindKey(Hmac<Sha256>);

impl std::fmt::Debug for BlindKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BlindKey(…)")
    }
}

impl BlindKey {
    /// From the key file's bytes.
    pub(super) fn new(key: &Zeroizing<[u8; 32]>) -> Self {
        Self(super::mac(key))
    }

    /// A key for tests and benches of other rooms: the terms of every node must be made with the same one.
    #[cfg(test)]
    pub(crate) fn fixed(fill: u8) -> Self {
        Self::new(&Zeroizing::new([fill; 32]))
    }

    /// The term of a full name that has already been folded (width, case, traditional characters) by
    /// `domain::fold`: 16 hexadecimal characters.
    #[must_use]
    pub fn term(&self, folded_name: &str) -> String {
        let mut mac = self.0.clone();
        mac.update(folded_name.as_bytes());
        let mut hex = data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes());
        hex.truncate(TERM_CHARS);
        hex
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_follow_name_and_key_and_nothing_else() {
        let key = BlindKey::fixed(1);
        let term = key.term("欧阳明月");
        assert_eq!(term.len(), 16);
        assert!(term.bytes().all(|b| b.is_ascii_hexdigit()));
        assert_eq!(term, key.term("欧阳明月"));
        assert_ne!(term, key.term("欧阳明"));
        assert_ne!(term, BlindKey::fixed(2).term("欧阳明月"));
    }

    /// RFC 4231, test case 2 is HMAC-SHA256 with the key "Jefe"; here with our 32-byte keys the value was
    /// computed with an independent implementation: HMAC(key = 0x0b * 32, "Hi There").
    #[test]
    fn a_term_is_the_head_of_hmac_sha256() {
        assert_eq!(BlindKey::fixed(0x0b).term("Hi There"), "198a607eb44bfbc6");
    }
}
