//! PNG: the chain of chunks with their sums, and the picture data unpacked as far as its size says and no further.

use flate2::Crc;

use super::inflate::inflate;
use super::{Refused, check_size, holds_foreign};

/// Bytes that a colour profile may have when it is unpacked.
const MOST_PROFILE: u64 = 8 << 20;
/// Chunks at most.
const MOST_CHUNKS: usize = 100_000;

struct Size {
    width: u64,
    height: u64,
    bits: u64,
}

impl Size {
    fn read(head: &[u8]) -> Result<Self, Refused> {
        let Ok(head) = <[u8; 13]>::try_from(head) else {
            return Err(Refused::Damaged);
        };
        let number = |at: usize| {
            u64::from(u32::from_be_bytes([
                head[at],
                head[at + 1],
                head[at + 2],
                head[at + 3],
            ]))
        };
        let channels = match head[9] {
            0 | 3 => 1,
            2 => 3,
            4 => 2,
            6 => 4,
            _ => return Err(Refused::Damaged),
        };
        if !matches!(head[8], 1 | 2 | 4 | 8 | 16) || head[10] != 0 || head[11] != 0 || head[12] > 1
        {
            return Err(Refused::Damaged);
        }
        let size = Self {
            width: number(0),
            height: number(4),
            bits: channels * u64::from(head[8]),
        };
        check_size(size.width, size.height)?;
        Ok(size)
    }

    /// Bytes of the picture unpacked at most: a byte a row more, and some for the seven passes of interlacing.
    fn most(&self) -> u64 {
        ((self.width * self.bits).div_ceil(8) + 8) * (self.height + 8) * 2
    }
}

/// Checks a PNG.
pub(super) fn check(bytes: &[u8]) -> Result<(), Refused> {
    let mut at = 8;
    let mut size = None;
    let mut data = Vec::new();
    for _ in 0..MOST_CHUNKS {
        let (name, body, next) = chunk(bytes, at)?;
        at = next;
        match (&name, &size) {
            (b"IHDR", None) => size = Some(Size::read(body)?),
            (_, None) | (b"IHDR", Some(_)) => return Err(Refused::Damaged),
            (b"acTL", _) => return Err(Refused::Animated),
            (b"IDAT", _) => data.extend_from_slice(body),
            (b"iCCP", _) => profile(body)?,
            // packed texts can grow, and no picture needs them
            (b"zTXt", _) => return Err(Refused::Unusual),
            (b"iTXt", _) if is_packed(body) => return Err(Refused::Unusual),
            (b"tEXt" | b"iTXt" | b"eXIf", _) if holds_foreign(body) => {
                return Err(Refused::Polyglot);
            }
            (b"IEND", Some(size)) => {
                if at != bytes.len() {
                    return Err(Refused::Polyglot);
                }
                if data.is_empty() {
                    return Err(Refused::Damaged);
                }
                return inflate(&data, true, size.most(), |_| ()).map(|_| ());
            }
            (name, _) if !name.iter().all(u8::is_ascii_alphabetic) => return Err(Refused::Damaged),
            // an unknown chunk may hold anything
            (_, _) if holds_foreign(body) => return Err(Refused::Polyglot),
            _ => {}
        }
    }
    Err(Refused::Bomb)
}

/// Name, contents, and where the next one begins.
fn chunk(bytes: &[u8], at: usize) -> Result<([u8; 4], &[u8], usize), Refused> {
    let head = bytes.get(at..at + 8).ok_or(Refused::Damaged)?;
    let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
    let length = usize::try_from(length).map_err(|_| Refused::Damaged)?;
    let end = at.checked_add(8 + length).ok_or(Refused::Damaged)?;
    let body = bytes.get(at + 8..end).ok_or(Refused::Damaged)?;
    let sum = bytes.get(end..end + 4).ok_or(Refused::Damaged)?;
    let mut crc = Crc::new();
    crc.update(&bytes[at + 4..end]);
    if crc.sum().to_be_bytes() != sum {
        return Err(Refused::Damaged);
    }
    Ok(([head[4], head[5], head[6], head[7]], body, end + 4))
}

fn profile(body: &[u8]) -> Result<(), Refused> {
    let name = body.iter().position(|b| *b == 0).ok_or(Refused::Damaged)?;
    let packed = body.get(name + 2..).ok_or(Refused::Damaged)?;
    inflate(packed, true, MOST_PROFILE, |_| ()).map(|_| ())
}

fn is_packed(text: &[u8]) -> bool {
    let key = text.iter().position(|b| *b == 0);
    key.and_then(|at| text.get(at + 1)) == Some(&1)
}
