//! A ZIP archive read strictly: the directory at its end and the entries must tell the same, one behind the other, with
//! nothing before, between and behind them. Readers differ in which of the two they believe; here they cannot.

use super::Refused;
use super::inflate::inflate;

/// Entries at most.
const MOST_ENTRIES: u64 = 2_000;
const END: usize = 22;
const ENTRY: usize = 46;
const LOCAL: usize = 30;

/// An entry.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its bytes as they stand.
    packed: &'a [u8],
    deflated: bool,
    /// Its size unpacked, as the archive says.
    pub size: u64,
}

impl Entry<'_> {
    /// Unpacks it into memory.
    pub(super) fn unpack(&self, most: u64) -> Result<Vec<u8>, Refused> {
        if self.size > most {
            return Err(Refused::Bomb);
        }
        if !self.deflated {
            return Ok(self.packed.to_vec());
        }
        let mut out = Vec::new();
        let bound = self.size;
        let (used, made) = inflate(self.packed, false, bound, |piece| {
            out.extend_from_slice(piece);
        })?;
        if made != self.size || used != self.packed.len() as u64 {
            return Err(Refused::Damaged);
        }
        Ok(out)
    }
}

fn half(bytes: &[u8], at: usize) -> Result<u64, Refused> {
    let two = bytes.get(at..at + 2).ok_or(Refused::Damaged)?;
    Ok(u64::from(u16::from_le_bytes([two[0], two[1]])))
}

fn word(bytes: &[u8], at: usize) -> Result<u64, Refused> {
    let four = bytes.get(at..at + 4).ok_or(Refused::Damaged)?;
    Ok(u64::from(u32::from_le_bytes([
        four[0], four[1], four[2], four[3],
    ])))
}

fn place(n: u64) -> Result<usize, Refused> {
    usize::try_from(n).map_err(|_| Refused::Damaged)
}

/// The entries of an archive, in the order in which they stand.
pub(super) fn entries(bytes: &[u8]) -> Result<Vec<Entry<'_>>, Refused> {
    let end = bytes.len().checked_sub(END).ok_or(Refused::Damaged)?;
    if bytes.get(end..end + 4) != Some(b"PK\x05\x06") {
        // a comment, or another file behind it, when there is an end at all
        let found = bytes.windows(4).any(|w| w == b"PK\x05\x06");
        return Err(if found {
            Refused::Polyglot
        } else {
            Refused::Damaged
        });
    }
    let count = half(bytes, end + 10)?;
    let (size, from) = (word(bytes, end + 12)?, word(bytes, end + 16)?);
    if half(bytes, end + 4)? != 0 || half(bytes, end + 8)? != count || count == 0xffff {
        return Err(Refused::Unusual);
    }
    if count > MOST_ENTRIES {
        return Err(Refused::Bomb);
    }
    // what stands before the archive would move its directory away from where it says that it is
    if from + size != end as u64 {
        return Err(Refused::Polyglot);
    }
    let mut at = place(from)?;
    let mut found = Vec::new();
    for _ in 0..count {
        let (entry, local, next) = directory_entry(bytes, at)?;
        found.push((local, entry));
        at = next;
    }
    if at != end {
        return Err(Refused::Damaged);
    }
    found.sort_by_key(|(local, _)| *local);
    let mut expected = 0;
    let mut out = Vec::with_capacity(found.len());
    for (local, mut entry) in found {
        if local != expected {
            return Err(Refused::Polyglot);
        }
        let (packed, next) = local_entry(bytes, local, &entry)?;
        entry.packed = packed;
        expected = next;
        out.push(entry);
    }
    if expected as u64 != from {
        return Err(Refused::Polyglot);
    }
    Ok(out)
}

/// An entry of the directory, without its bytes; where its own header is; where the next one is.
fn directory_entry(bytes: &[u8], at: usize) -> Result<(Entry<'_>, usize, usize), Refused> {
    if bytes.get(at..at + 4) != Some(b"PK\x01\x02") {
        return Err(Refused::Damaged);
    }
    let (flags, method) = (half(bytes, at + 8)?, half(bytes, at + 10)?);
    if flags & 1 != 0 || flags & (1 << 13) != 0 {
        return Err(Refused::Encrypted);
    }
    if !matches!(method, 0 | 8) {
        return Err(Refused::Unusual);
    }
    let (packed, size) = (word(bytes, at + 20)?, word(bytes, at + 24)?);
    let name = place(half(bytes, at + 28)?)?;
    let rest = place(half(bytes, at + 30)? + half(bytes, at + 32)?)?;
    // a symbolic link of Unix
    if word(bytes, at + 38)? >> 28 == 0o12 {
        return Err(Refused::BadNames);
    }
    let local = place(word(bytes, at + 42)?)?;
    let from = at + ENTRY;
    let text = bytes.get(from..from + name).ok_or(Refused::Damaged)?;
    let entry = Entry {
        name: std::str::from_utf8(text).map_err(|_| Refused::BadNames)?,
        packed: bytes.get(..place(packed)?).ok_or(Refused::Damaged)?,
        deflated: method == 8,
        size,
    };
    if method == 0 && packed != size {
        return Err(Refused::Damaged);
    }
    Ok((entry, local, from + name + rest))
}

/// The bytes of an entry, and where the next one begins.
fn local_entry<'a>(
    bytes: &'a [u8],
    at: usize,
    entry: &Entry<'_>,
) -> Result<(&'a [u8], usize), Refused> {
    if bytes.get(at..at + 4) != Some(b"PK\x03\x04") {
        return Err(Refused::Damaged);
    }
    let flags = half(bytes, at + 6)?;
    let method = half(bytes, at + 8)?;
    let name = place(half(bytes, at + 26)?)?;
    let extra = place(half(bytes, at + 28)?)?;
    let own = bytes.get(at + LOCAL..at + LOCAL + name);
    if own != Some(entry.name.as_bytes()) || (method == 8) != entry.deflated {
        return Err(Refused::Polyglot);
    }
    let length = entry.packed.len();
    let from = at + LOCAL + name + extra;
    let packed = bytes.get(from..from + length).ok_or(Refused::Damaged)?;
    let mut next = from + length;
    if flags & 8 != 0 {
        // sizes stand behind the bytes, with or without a mark of their own
        let marked = bytes.get(next..next + 4) == Some(b"PK\x07\x08");
        next += if marked { 16 } else { 12 };
    } else if word(bytes, at + 18)? != length as u64 || word(bytes, at + 22)? != entry.size {
        return Err(Refused::Polyglot);
    }
    Ok((packed, next))
}
