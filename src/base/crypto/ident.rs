//! Keyed ids and hashes: stable for who holds the key, without meaning for everybody else.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Crockford's alphabet in lower case: no i, l, o, u, so that an id can be read aloud and typed.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Characters of a record id: 100 bits.
const ID_CHARS: usize = 20;

/// The key of record ids, content hashes and the audit chain. It is never exchanged: ids are links.
#[derive(Clone)]
pub struct IdKey(Hmac<Sha256>);

impl std::fmt::Debug for IdKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdKey(…)")
    }
}

impl IdKey {
    /// From the key file's bytes.
    pub(super) fn new(key: &Zeroizing<[u8; 32]>) -> Self {
        Self(super::mac(key))
    }

    /// A key for tests.
    #[cfg(test)]
    pub(crate) fn fixed(fill: u8) -> Self {
        Self::new(&Zeroizing::new([fill; 32]))
    }

    /// The public id of a record from its natural key: 20 characters, base 32, the first 100 bits of the
    /// keyed hash. The subject key is the credit code, else the identity number, else the name.
    #[must_use]
    pub fn record_id(
        &self,
        list: &str,
        authority_code: &str,
        document_number: &str,
        subject_key: &str,
    ) -> String {
        let parts = [list, authority_code, document_number, subject_key].map(str::as_bytes);
        let hash = self.hash("record id", &parts);
        let mut id = String::with_capacity(ID_CHARS);
        let (mut bits, mut held) = (0_u32, 0_u32);
        for byte in hash {
            bits = (bits << 8) | u32::from(byte);
            held += 8;
            while held >= 5 && id.len() < ID_CHARS {
                held -= 5;
                id.push(char::from(ALPHABET[(bits >> held) as usize & 31]));
            }
            bits &= (1 << held) - 1;
            if id.len() == ID_CHARS {
                break;
            }
        }
        id
    }

    /// A keyed hash in hexadecimal, for one purpose: hashes of different purposes never meet.
    #[must_use]
    pub fn hex(&self, purpose: &str, parts: &[&[u8]]) -> String {
        data_encoding::HEXLOWER.encode(&self.hash(purpose, parts))
    }

    fn hash(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        for part in parts {
            // lengths keep ("ab", "c") and ("a", "bc") apart
            mac.update(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_follows_the_natural_key() {
        let key = IdKey::fixed(0x0b);
        let of = |list: &str, document: &str, subject: &str| {
            key.record_id(list, "11210200MB0000000X", document, subject)
        };
        let id = of("penalty", "大高新罚〔2026〕1号", "91210200000000000X");
        // computed with an independent implementation
        assert_eq!(id, "q7515e6zwp71vkadnwsa");
        assert_ne!(
            id,
            of("licence", "大高新罚〔2026〕1号", "91210200000000000X")
        );
        assert_ne!(
            id,
            of("penalty", "大高新罚〔2026〕2号", "91210200000000000X")
        );
        assert_ne!(
            id,
            of("penalty", "大高新罚〔2026〕1号", "91210200000000001X")
        );
        assert_ne!(
            id,
            IdKey::fixed(1).record_id(
                "penalty",
                "11210200MB0000000X",
                "大高新罚〔2026〕1号",
                "91210200000000000X"
            )
        );
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        let key = IdKey::fixed(1);
        assert_ne!(
            key.record_id("a", "b|c", "d", "e"),
            key.record_id("a", "b", "c|d", "e")
        );
        assert_ne!(key.hex("x", &[b"ab", b"c"]), key.hex("x", &[b"a", b"bc"]));
        assert_ne!(key.hex("x", &[b"a"]), key.hex("y", &[b"a"]));
    }
}
