//! Cells at rest: XChaCha20-Poly1305, bound to their table, row and column.
//!
//! Format: version byte 1, key id (4 bytes, big endian), nonce (24 bytes), ciphertext with its tag. The
//! header and the place are associated data, so that a value moved to another row does not open.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand::Rng;
use zeroize::Zeroizing;

use super::error::CellError;

const VERSION: u8 = 1;
const NONCE: usize = 24;
const HEADER: usize = 1 + 4 + NONCE;
const TAG: usize = 16;

/// Place of a sealed value.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    /// Table.
    pub table: &'a str,
    /// Key of the row.
    pub row: &'a str,
    /// Column.
    pub column: &'a str,
}

/// The vault's keys: the newest seals, all open, so that a key can be exchanged while old rows stand.
pub struct CellKeys {
    /// Newest first; never empty.
    keys: Vec<(u32, Zeroizing<[u8; 32]>)>,
}

impl std::fmt::Debug for CellKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CellKeys({} keys)", self.keys.len())
    }
}

impl CellKeys {
    /// Keys with their ids, newest first; `None` when there is none.
    pub(super) fn new(keys: Vec<(u32, Zeroizing<[u8; 32]>)>) -> Option<Self> {
        (!keys.is_empty()).then_some(Self { keys })
    }

    /// Seals a value for its place, with a random nonce.
    ///
    /// # Errors
    /// [`CellError::Format`] for values beyond the cipher's limit of 256 GiB.
    pub fn seal(&self, at: Cell<'_>, plain: &[u8]) -> Result<Vec<u8>, CellError> {
        let (id, key) = self.keys.first().ok_or(CellError::Format)?;
        let mut nonce = [0_u8; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        let mut out = Vec::with_capacity(HEADER + plain.len() + TAG);
        out.push(VERSION);
        out.extend_from_slice(&id.to_be_bytes());
        out.extend_from_slice(&nonce);
        let aad = place(at, &out);
        out.extend_from_slice(plain);
        let (_, body) = out.split_at_mut(HEADER);
        let tag = cipher(key)
            .encrypt_inout_detached(&XNonce::from(nonce), &aad, body.into())
            .map_err(|_| CellError::Format)?;
        out.extend_from_slice(&tag);
        Ok(out)
    }

    /// Opens a value at its place; the plain bytes are wiped when dropped.
    ///
    /// # Errors
    /// When the format or key is unknown, or the value does not belong here.
    pub fn open(&self, at: Cell<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, CellError> {
        let (header, rest) = sealed.split_at_checked(HEADER).ok_or(CellError::Format)?;
        let body_len = rest.len().checked_sub(TAG).ok_or(CellError::Format)?;
        let (body, tag) = rest.split_at(body_len);
        let (version, id, nonce) = split_header(header).ok_or(CellError::Format)?;
        if version != VERSION {
            return Err(CellError::Format);
        }
        let (_, key) = self
            .keys
            .iter()
            .find(|(known, _)| *known == id)
            .ok_or(CellError::UnknownKey { key: id })?;
        let tag: [u8; TAG] = tag.try_into().map_err(|_| CellError::Format)?;
        let mut plain = Zeroizing::new(body.to_vec());
        cipher(key)
            .decrypt_inout_detached(
                &XNonce::from(nonce),
                &place(at, header),
                plain.as_mut_slice().into(),
                &tag.into(),
            )
            .map_err(|_| CellError::Forged)?;
        Ok(plain)
    }

    /// Whether a value is sealed with the newest key; others are to be sealed anew after an exchange.
    #[must_use]
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        match (self.keys.first(), sealed.get(1..5)) {
            (Some((id, _)), Some(bytes)) => bytes == id.to_be_bytes(),
            _ => false,
        }
    }
}

fn cipher(key: &Zeroizing<[u8; 32]>) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new((&**key).into())
}

fn split_header(header: &[u8]) -> Option<(u8, u32, [u8; NONCE])> {
    let (version, rest) = header.split_first()?;
    let (id, nonce) = rest.split_first_chunk::<4>()?;
    Some((*version, u32::from_be_bytes(*id), nonce.try_into().ok()?))
}

/// Associated data: the header and the place, each part with its length, so that no two places read alike.
fn place(at: Cell<'_>, header: &[u8]) -> Vec<u8> {
    let parts = [at.table, at.row, at.column];
    let mut aad =
        Vec::with_capacity(header.len() + parts.iter().map(|p| p.len() + 4).sum::<usize>());
    aad.extend_from_slice(header);
    for part in parts {
        aad.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        aad.extend_from_slice(part.as_bytes());
    }
    aad
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(list: &[(u32, u8)]) -> CellKeys {
        let keys: Vec<_> = list
            .iter()
            .map(|(id, fill)| (*id, Zeroizing::new([*fill; 32])))
            .collect();
        CellKeys::new(keys).unwrap()
    }

    const AT: Cell<'static> = Cell {
        table: "raw_records",
        row: "r1",
        column: "payload",
    };

    #[test]
    fn a_value_opens_where_it_was_sealed() {
        let keys = keys(&[(7, 1)]);
        for plain in [&b""[..], b"a", "110101199003074231 张三".as_bytes()] {
            let sealed = keys.seal(AT, plain).unwrap();
            assert_eq!(sealed.len(), HEADER + plain.len() + TAG);
            assert_eq!(keys.open(AT, &sealed).unwrap().as_slice(), plain);
            assert!(keys.is_current(&sealed));
        }
        assert_ne!(keys.seal(AT, b"a").unwrap(), keys.seal(AT, b"a").unwrap());
    }

    #[test]
    fn a_value_does_not_open_elsewhere() {
        let keys = keys(&[(7, 1)]);
        let sealed = keys.seal(AT, b"secret").unwrap();
        for at in [
            Cell { row: "r2", ..AT },
            Cell {
                column: "proposal",
                ..AT
            },
            Cell {
                table: "reviews",
                ..AT
            },
            // the same letters, divided otherwise
            Cell {
                table: "raw_recordsr",
                row: "1",
                ..AT
            },
        ] {
            assert_eq!(keys.open(at, &sealed), Err(CellError::Forged), "{at:?}");
        }
    }

    #[test]
    fn changed_or_cut_values_do_not_open() {
        let keys = keys(&[(7, 1)]);
        let sealed = keys.seal(AT, b"secret").unwrap();
        for i in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[i] ^= 1;
            assert!(keys.open(AT, &changed).is_err(), "byte {i}");
            assert!(keys.open(AT, &sealed[..i]).is_err(), "cut at {i}");
        }
    }

    #[test]
    fn an_old_key_opens_and_a_foreign_one_is_named() {
        let old = keys(&[(7, 1)]).seal(AT, b"secret").unwrap();
        let ring = keys(&[(8, 2), (7, 1)]);
        assert_eq!(ring.open(AT, &old).unwrap().as_slice(), b"secret");
        assert!(!ring.is_current(&old));
        assert_eq!(
            keys(&[(9, 1)]).open(AT, &old),
            Err(CellError::UnknownKey { key: 7 })
        );
    }
}
