//! Parts of an application under its data key: a body or a file, sealed chunk by chunk, so that a file need never be
//! whole in memory on either side, and so that a part that was cut off, reordered or moved does not open.
//!
//! Format: magic `GSP1`, salt (32 bytes), then chunks of 64 KiB of plain text with a tag each; the last one is marked in
//! its nonce (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár). The key of a part is derived from the
//! data key, the number of the application, the name of the part and the salt: no nonce is ever used twice under one key,
//! also when a part is sealed anew.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use hmac::Mac as _;
use rand::TryRng;
use rand::rngs::SysRng;
use zeroize::Zeroizing;

use super::{DataKey, SealError};

const MAGIC: &[u8; 4] = b"GSP1";
const SALT: usize = 32;
/// Bytes before the first chunk.
const HEADER: usize = MAGIC.len() + SALT;
const TAG: usize = 16;
/// Plain bytes of a chunk; the last one may be shorter, and empty only when the whole part is.
pub const CHUNK: usize = 64 << 10;

/// Where a part belongs: the application, and the name of the part in it.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Number of the application.
    pub number: &'a str,
    /// Name of the part: `body`, `file/1` …
    pub part: &'a str,
}

struct Cipher {
    cipher: ChaCha20Poly1305,
    at: u64,
}

impl Cipher {
    fn new(key: &DataKey, place: Place<'_>, salt: &[u8]) -> Self {
        let mut mac = super::mac(&key.0);
        mac.update(b"gongshi part 1");
        for text in [place.number.as_bytes(), place.part.as_bytes(), salt] {
            // lengths keep ("ab", "c") and ("a", "bc") apart
            mac.update(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
            mac.update(text);
        }
        let derived: Zeroizing<[u8; 32]> = Zeroizing::new(mac.finalize().into_bytes().into());
        Self {
            cipher: ChaCha20Poly1305::new((&*derived).into()),
            at: 0,
        }
    }

    /// The nonce of the next chunk: its place, and whether it is the last.
    fn nonce(&mut self, last: bool) -> Nonce {
        let mut nonce = [0_u8; 12];
        nonce[3..11].copy_from_slice(&self.at.to_be_bytes());
        nonce[11] = u8::from(last);
        self.at += 1;
        Nonce::from(nonce)
    }
}

/// Seals a part while it comes in.
pub struct Sealer {
    cipher: Cipher,
    held: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealer(chunk {})", self.cipher.at)
    }
}

impl Sealer {
    /// Begins a part; what is returned beside the sealer is the head of the sealed bytes.
    ///
    /// # Errors
    /// [`SealError::Sealing`] when the system gives no randomness.
    pub fn begin(key: &DataKey, place: Place<'_>) -> Result<(Self, Vec<u8>), SealError> {
        let mut salt = [0_u8; SALT];
        SysRng
            .try_fill_bytes(&mut salt)
            .map_err(|_| SealError::Sealing)?;
        let sealer = Self {
            cipher: Cipher::new(key, place, &salt),
            held: Zeroizing::new(Vec::with_capacity(CHUNK)),
        };
        Ok((sealer, [MAGIC.as_slice(), &salt].concat()))
    }

    /// Takes plain bytes; sealed chunks are appended to `out`.
    ///
    /// # Errors
    /// [`SealError::Sealing`], which the cipher knows for no chunk of this size.
    pub fn push(&mut self, mut plain: &[u8], out: &mut Vec<u8>) -> Result<(), SealError> {
        while !plain.is_empty() {
            // a whole chunk waits until it is known not to be the last
            if self.held.len() == CHUNK {
                self.flush(false, out)?;
            }
            let (now, later) = plain.split_at(plain.len().min(CHUNK - self.held.len()));
            self.held.extend_from_slice(now);
            plain = later;
        }
        Ok(())
    }

    /// Ends the part.
    ///
    /// # Errors
    /// As [`Self::push`].
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), SealError> {
        self.flush(true, out)
    }

    fn flush(&mut self, last: bool, out: &mut Vec<u8>) -> Result<(), SealError> {
        let nonce = self.cipher.nonce(last);
        let tag = self
            .cipher
            .cipher
            .encrypt_inout_detached(&nonce, MAGIC, self.held.as_mut_slice().into())
            .map_err(|_| SealError::Sealing)?;
        out.extend_from_slice(&self.held);
        out.extend_from_slice(&tag);
        self.held.clear();
        Ok(())
    }
}

/// Seals a whole part.
///
/// # Errors
/// As [`Sealer::begin`].
pub fn seal(key: &DataKey, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let (mut sealer, mut out) = Sealer::begin(key, place)?;
    out.reserve(plain.len() + (plain.len() / CHUNK + 1) * TAG);
    sealer.push(plain, &mut out)?;
    sealer.finish(&mut out)?;
    Ok(out)
}

/// Opens a whole part; the plain bytes are wiped when dropped. Nothing is returned unless all of it is genuine.
///
/// # Errors
/// When it is cut off, changed, of another application or part, or under another key.
pub fn open(
    key: &DataKey,
    place: Place<'_>,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (head, mut rest) = sealed.split_at_checked(HEADER).ok_or(SealError::Format)?;
    let (magic, salt) = head.split_at(MAGIC.len());
    if magic != MAGIC {
        return Err(SealError::Format);
    }
    let mut cipher = Cipher::new(key, place, salt);
    let mut plain = Zeroizing::new(Vec::with_capacity(rest.len()));
    loop {
        let (chunk, later) = rest.split_at(rest.len().min(CHUNK + TAG));
        let last = later.is_empty();
        let body = chunk.len().checked_sub(TAG).ok_or(SealError::Format)?;
        let (body, tag) = chunk.split_at(body);
        let tag: [u8; TAG] = tag.try_into().map_err(|_| SealError::Format)?;
        let from = plain.len();
        plain.extend_from_slice(body);
        let nonce = cipher.nonce(last);
        cipher
            .cipher
            .decrypt_inout_detached(&nonce, MAGIC, (&mut plain[from..]).into(), &tag.into())
            .map_err(|_| SealError::Forged)?;
        if last {
            return Ok(plain);
        }
        rest = later;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AT: Place<'static> = Place {
        number: "XF-1",
        part: "file/1",
    };

    fn key(fill: u8) -> DataKey {
        DataKey::from_bytes(&[fill; 32]).unwrap()
    }

    #[test]
    fn a_part_opens_whole_at_every_length_around_the_chunks() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7] {
            let plain: Vec<u8> = (0..length).map(|i| (i % 251) as u8).collect();
            let sealed = seal(&key(1), AT, &plain).unwrap();
            assert_eq!(
                open(&key(1), AT, &sealed).unwrap().as_slice(),
                plain,
                "{length}"
            );
        }
    }

    #[test]
    fn a_part_opens_nowhere_else_and_with_no_other_key() {
        let sealed = seal(&key(1), AT, b"secret").unwrap();
        for at in [
            Place {
                number: "XF-2",
                ..AT
            },
            Place {
                part: "file/2",
                ..AT
            },
            Place {
                number: "XF-1f",
                part: "ile/1",
            },
        ] {
            assert_eq!(open(&key(1), at, &sealed), Err(SealError::Forged), "{at:?}");
        }
        assert_eq!(open(&key(2), AT, &sealed), Err(SealError::Forged));
    }

    #[test]
    fn parts_that_were_cut_reordered_or_joined_do_not_open() {
        let plain = vec![7_u8; 3 * CHUNK];
        let sealed = seal(&key(1), AT, &plain).unwrap();
        let chunk = CHUNK + TAG;
        for cut in [
            0,
            HEADER - 1,
            HEADER,
            HEADER + chunk,
            HEADER + 2 * chunk,
            sealed.len() - 1,
        ] {
            assert!(open(&key(1), AT, &sealed[..cut]).is_err(), "cut at {cut}");
        }
        let mut swapped = sealed.clone();
        swapped[HEADER..HEADER + 2 * chunk].rotate_left(chunk);
        assert_eq!(open(&key(1), AT, &swapped), Err(SealError::Forged));
        let longer = [sealed.as_slice(), &sealed[HEADER..]].concat();
        assert_eq!(open(&key(1), AT, &longer), Err(SealError::Forged));
        assert_ne!(
            seal(&key(1), AT, b"a").unwrap(),
            seal(&key(1), AT, b"a").unwrap()
        );
    }

    proptest! {
        #[test]
        fn however_it_comes_in_it_opens_as_it_was(pieces in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..90_000), 0..4)) {
            let (mut sealer, mut out) = Sealer::begin(&key(3), AT).unwrap();
            for piece in &pieces {
                sealer.push(piece, &mut out).unwrap();
            }
            sealer.finish(&mut out).unwrap();
            prop_assert_eq!(open(&key(3), AT, &out).unwrap().to_vec(), pieces.concat());
        }

        #[test]
        fn no_changed_byte_is_passed_over(plain in proptest::collection::vec(any::<u8>(), 0..300), at in any::<proptest::sample::Index>(), bit in 0_u8..8) {
            let mut sealed = seal(&key(3), AT, &plain).unwrap();
            let at = at.index(sealed.len());
            sealed[at] ^= 1 << bit;
            prop_assert!(open(&key(3), AT, &sealed).is_err());
        }
    }
}
