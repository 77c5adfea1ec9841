//! Unpacks with a bound: what grows beyond it is refused when it gets there, and is nowhere held whole.

use flate2::{Decompress, FlushDecompress, Status};

use super::Refused;

/// Unpacks and hands over piece by piece; says how many packed bytes were used and how many came out.
pub(super) fn inflate(
    packed: &[u8],
    zlib: bool,
    most: u64,
    mut sink: impl FnMut(&[u8]),
) -> Result<(u64, u64), Refused> {
    let mut state = Decompress::new(zlib);
    let mut piece = vec![0_u8; 64 << 10];
    loop {
        let from = usize::try_from(state.total_in()).map_err(|_| Refused::Damaged)?;
        let before = (state.total_in(), state.total_out());
        let rest = packed.get(from..).unwrap_or_default();
        let status = state
            .decompress(rest, &mut piece, FlushDecompress::None)
            .map_err(|_| Refused::Damaged)?;
        let made = usize::try_from(state.total_out() - before.1).map_err(|_| Refused::Damaged)?;
        sink(&piece[..made]);
        if state.total_out() > most {
            return Err(Refused::Bomb);
        }
        match status {
            Status::StreamEnd => return Ok((state.total_in(), state.total_out())),
            // no more to read and nothing came of it: the end is missing
            _ if before == (state.total_in(), state.total_out()) => return Err(Refused::Damaged),
            _ => {}
        }
    }
}
