//! Numbers and secrets of applications, and what follows from a secret: the key of the draft, the hash that is kept, the
//! token of its forms. One secret serves an applicant from the first page to the reply.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use rand::TryRng;
use rand::rngs::SysRng;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::base::crypto::{DataKey, KeyError, ReplySecret};
use crate::domain::forms::FormKind;
use crate::domain::forms::number::{ALPHABET, NUMBER_CHARS, Number, SECRET_CHARS, grouped, read};

/// The secret of an application: 120 bits. Wiped when dropped; `Debug` hides it.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

fn random<const N: usize>() -> Result<[u8; N], KeyError> {
    let mut bytes = [0; N];
    SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(|_| KeyError::NoRandomness)?;
    Ok(bytes)
}

/// A new number.
///
/// # Errors
/// [`KeyError::NoRandomness`].
pub fn new_number(kind: FormKind) -> Result<Number, KeyError> {
    Ok(Number::from_random(kind, random::<{ NUMBER_CHARS - 1 }>()?))
}

impl Secret {
    /// A new secret.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn new() -> Result<Self, KeyError> {
        let bytes = Zeroizing::new(random::<SECRET_CHARS>()?);
        let chars = bytes
            .iter()
            .map(|b| char::from(ALPHABET[usize::from(*b) % 32]));
        Ok(Self(Zeroizing::new(chars.collect())))
    }

    /// Reads a secret as somebody typed it.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        // nobody types more separators than characters
        if typed.len() > 4 * SECRET_CHARS {
            return None;
        }
        let chars = read(typed)?;
        (chars.len() == SECRET_CHARS).then(|| Self(Zeroizing::new(chars)))
    }

    /// The secret in groups, for its owner.
    #[must_use]
    pub fn grouped(&self) -> String {
        grouped(&self.0)
    }

    /// The secret without groups, for the cookie of its owner.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    fn derive(&self, purpose: &str, number: &Number) -> [u8; 32] {
        let mut block = Zeroizing::new([0_u8; 64]);
        block[..SECRET_CHARS].copy_from_slice(self.0.as_bytes());
        let mut mac = <Hmac<Sha256> as KeyInit>::new((&*block).into());
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(number.as_str().as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// The key that opens the draft.
    #[must_use]
    pub fn draft_key(&self, number: &Number) -> Option<DataKey> {
        DataKey::from_bytes(&*Zeroizing::new(self.derive("gongshi draft key 1", number)))
    }

    /// The key that opens what the desk tells the applicant.
    #[must_use]
    pub fn reply_key(&self, number: &Number) -> ReplySecret {
        ReplySecret::from_seed(&Zeroizing::new(self.derive("gongshi reply key 1", number)))
    }

    /// What is kept of the secret.
    #[must_use]
    pub fn hash(&self, number: &Number) -> String {
        HEXLOWER.encode(&self.derive("gongshi tracking 1", number))
    }

    /// Whether it is the secret of which that is kept; takes as long whether it is or not.
    #[must_use]
    pub fn fits(&self, number: &Number, kept: &str) -> bool {
        self.hash(number).as_bytes().ct_eq(kept.as_bytes()).into()
    }

    /// The token that forms of this application carry.
    #[must_use]
    pub fn token(&self, number: &Number) -> String {
        HEXLOWER.encode(&self.derive("gongshi form token 1", number)[..16])
    }

    /// Whether a form carries the token; takes as long whether it does or not.
    #[must_use]
    pub fn is_token(&self, number: &Number, sent: &str) -> bool {
        self.token(number).as_bytes().ct_eq(sent.as_bytes()).into()
    }
}
