//! JPEG: the chain of segments from its beginning to the end of the picture; nothing is decoded.

use super::{Refused, check_size, holds_foreign};

/// Segments of a picture at most.
const MOST_SEGMENTS: usize = 10_000;

/// Checks a JPEG and says how many bytes the picture itself has.
pub(super) fn check(bytes: &[u8]) -> Result<usize, Refused> {
    let mut at = 2;
    let mut seen_size = false;
    for _ in 0..MOST_SEGMENTS {
        let (marker, after) = marker(bytes, at)?;
        match marker {
            // the end of the picture
            0xd9 if seen_size => return behind(bytes, after).map(|()| after),
            0xd9 => return Err(Refused::Damaged),
            // markers without contents
            0x01 | 0xd0..=0xd7 => at = after,
            0xd8 => return Err(Refused::Polyglot),
            _ => {
                let body = segment(bytes, after)?;
                at = after + 2 + body.len();
                match marker {
                    0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                        let size = body.get(1..5).ok_or(Refused::Damaged)?;
                        let height = u64::from(u16::from_be_bytes([size[0], size[1]]));
                        let width = u64::from(u16::from_be_bytes([size[2], size[3]]));
                        check_size(width, height)?;
                        seen_size = true;
                    }
                    // comments and what programs add, also descriptions of the picture
                    0xe0..=0xef | 0xfe if holds_foreign(body) => return Err(Refused::Polyglot),
                    0xda => at = scan_end(bytes, at)?,
                    _ => {}
                }
            }
        }
    }
    Err(Refused::Bomb)
}

/// The marker at a place, and where it ends; any number of fill bytes may stand before it.
fn marker(bytes: &[u8], mut at: usize) -> Result<(u8, usize), Refused> {
    if bytes.get(at) != Some(&0xff) {
        return Err(Refused::Damaged);
    }
    while bytes.get(at) == Some(&0xff) {
        at += 1;
    }
    let marker = *bytes.get(at).ok_or(Refused::Damaged)?;
    Ok((marker, at + 1))
}

/// The contents of a segment after its two bytes of length.
fn segment(bytes: &[u8], at: usize) -> Result<&[u8], Refused> {
    let length = bytes.get(at..at + 2).ok_or(Refused::Damaged)?;
    let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
    if length < 2 {
        return Err(Refused::Damaged);
    }
    bytes.get(at + 2..at + length).ok_or(Refused::Damaged)
}

/// The end of the picture data that begin at a place: the next marker that is neither stuffing nor a restart.
fn scan_end(bytes: &[u8], mut at: usize) -> Result<usize, Refused> {
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let found = rest
            .iter()
            .position(|b| *b == 0xff)
            .ok_or(Refused::Damaged)?;
        at += found;
        match bytes.get(at + 1) {
            Some(0x00 | 0xd0..=0xd7) => at += 2,
            Some(0xff) => at += 1,
            Some(_) => return Ok(at),
            None => return Err(Refused::Damaged),
        }
    }
}

/// What stands behind the picture: nothing, filling, or what cameras put there, which is cut off; else it is another file.
fn behind(bytes: &[u8], end: usize) -> Result<(), Refused> {
    let rest = bytes.get(end..).unwrap_or_default();
    let from_a_camera = rest.starts_with(&[0xff, 0xd8, 0xff])
        || rest.get(4..8) == Some(b"ftyp")
        || rest
            .iter()
            .all(|b| matches!(b, 0 | 0xff | b'\r' | b'\n' | b' '));
    if from_a_camera {
        Ok(())
    } else {
        Err(Refused::Polyglot)
    }
}
