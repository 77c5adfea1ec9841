//! The applicant's key pair: what the desk tells about an application is sealed to its public half (the suite of
//! [`super::desk`]), which stands beside the application; the private half is made from the applicant's secret each time
//! it is needed and is kept nowhere. So a public node shows a reply to who has the secret, and reads none by itself.

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use zeroize::Zeroizing;

use super::{DataKey, SealError};

/// What the encapsulation is for: a key sealed for another purpose does not open here.
const INFO: &[u8] = b"gongshi reply data key 1";
/// First byte of an envelope.
const VERSION: u8 = 1;
/// Bytes of an encapsulated key.
const ENCAPPED: usize = 32;
/// Bytes of a sealed data key: the key and its tag.
const SEALED: usize = 48;
/// Bytes of an envelope: version, encapsulated key, sealed data key.
const ENVELOPE: usize = 1 + ENCAPPED + SEALED;

type Suite = X25519HkdfSha256;

/// The public half: seals, and opens nothing.
#[derive(Clone)]
pub struct ReplyPublic(<Suite as Kem>::PublicKey);

impl std::fmt::Debug for ReplyPublic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReplyPublic(…)")
    }
}

impl ReplyPublic {
    /// From the bytes that were kept.
    ///
    /// # Errors
    /// [`SealError::Format`] when they are no public key.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        <Suite as Kem>::PublicKey::from_bytes(bytes)
            .map(Self)
            .map_err(|_| SealError::Format)
    }

    /// The bytes to be kept.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_bytes().to_vec()
    }

    /// Seals a data key for a place: the application and the reply in it.
    ///
    /// # Errors
    /// [`SealError::Sealing`] when the cipher refuses, as it does for a key that is a point of small order.
    pub fn seal(&self, key: &DataKey, place: &str) -> Result<Vec<u8>, SealError> {
        let (encapped, sealed) = hpke::single_shot_seal::<ChaCha20Poly1305, HkdfSha256, Suite>(
            &OpModeS::Base,
            &self.0,
            INFO,
            key.0.as_slice(),
            place.as_bytes(),
        )
        .map_err(|_| SealError::Sealing)?;
        let mut out = Vec::with_capacity(ENVELOPE);
        out.push(VERSION);
        out.extend_from_slice(&encapped.to_bytes());
        out.extend_from_slice(&sealed);
        Ok(out)
    }
}

/// The private half. `Debug` hides it.
pub struct ReplySecret {
    private: <Suite as Kem>::PrivateKey,
    public: <Suite as Kem>::PublicKey,
}

impl std::fmt::Debug for ReplySecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReplySecret(…)")
    }
}

impl ReplySecret {
    /// The pair that follows from a seed (RFC 9180, 7.1.3): the same each time.
    #[must_use]
    pub fn from_seed(seed: &Zeroizing<[u8; 32]>) -> Self {
        let (private, public) = Suite::derive_keypair(seed.as_slice());
        Self { private, public }
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> ReplyPublic {
        ReplyPublic(self.public.clone())
    }

    /// Opens the data key of a place.
    ///
    /// # Errors
    /// When the envelope is cut off, changed, sealed to another applicant, or of another place.
    pub fn open(&self, envelope: &[u8], place: &str) -> Result<DataKey, SealError> {
        if envelope.len() != ENVELOPE || envelope[0] != VERSION {
            return Err(SealError::Format);
        }
        let (encapped, sealed) = envelope[1..].split_at(ENCAPPED);
        let encapped =
            <Suite as Kem>::EncappedKey::from_bytes(encapped).map_err(|_| SealError::Forged)?;
        let opened = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, Suite>(
            &OpModeR::Base,
            &self.private,
            &encapped,
            INFO,
            sealed,
            place.as_bytes(),
        )
        .map_err(|_| SealError::Forged)?;
        DataKey::from_bytes(&Zeroizing::new(opened)).ok_or(SealError::Format)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(fill: u8) -> ReplySecret {
        ReplySecret::from_seed(&Zeroizing::new([fill; 32]))
    }

    #[test]
    fn a_seed_makes_the_same_pair_each_time_and_opens_what_was_sealed_to_it() {
        let key = DataKey::random().unwrap();
        let public = ReplyPublic::from_bytes(&pair(1).public().to_bytes()).unwrap();
        let sealed = public.seal(&key, "XF-1/reply/1").unwrap();
        assert_eq!(sealed.len(), ENVELOPE);
        let opened = pair(1).open(&sealed, "XF-1/reply/1").unwrap();
        assert_eq!(opened.expose(), key.expose());
        assert_ne!(sealed, public.seal(&key, "XF-1/reply/1").unwrap());
        assert_eq!(
            pair(1).open(&sealed, "XF-1/reply/2").unwrap_err(),
            SealError::Forged
        );
        assert_eq!(
            pair(2).open(&sealed, "XF-1/reply/1").unwrap_err(),
            SealError::Forged
        );
        assert!(!format!("{:?}{public:?}", pair(1)).contains("01"));
    }

    #[test]
    fn changed_and_cut_envelopes_do_not_open() {
        let sealed = pair(1)
            .public()
            .seal(&DataKey::random().unwrap(), "XF-1/reply/1")
            .unwrap();
        for i in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[i] ^= 0x40;
            assert!(pair(1).open(&changed, "XF-1/reply/1").is_err(), "byte {i}");
            assert!(pair(1).open(&sealed[..i], "XF-1/reply/1").is_err());
        }
        assert!(ReplyPublic::from_bytes(&[1; 31]).is_err());
        // a point of small order would give a shared secret that anybody knows
        let zero = ReplyPublic::from_bytes(&[0; 32]);
        assert!(
            zero.is_err()
                || zero
                    .unwrap()
                    .seal(&DataKey::random().unwrap(), "x")
                    .is_err()
        );
    }
}
