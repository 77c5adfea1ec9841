//! What every verification code is: a kind, a day and what is claimed, under a mark that only this portal can make, as
//! characters that can be read aloud. The purpose of the mark keeps the codes of one kind of document from being those of
//! another.

use chrono::{Days, NaiveDate};

use super::claim::{base32, bytes_of};
use crate::base::crypto::VerifyKey;

/// Bytes of a code: 56 characters of five bits.
pub(super) const BYTES: usize = 35;
/// Bytes of its mark: a guess is right once in 7 × 10^16.
const MARK: usize = 7;

/// The day from which days are counted: no report is older.
fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 1, 1).unwrap_or(NaiveDate::MIN)
}

/// The code of what is said on a day, without spaces; what is shorter than a code is filled up. `None` for a day that no code
/// can hold.
pub(super) fn sealed(
    purpose: &str,
    (kind, day): (u8, NaiveDate),
    said: &[&[u8]],
    key: &VerifyKey,
) -> Option<String> {
    let days = u16::try_from((day - first_day()).num_days()).ok()?;
    let mut bytes = Vec::with_capacity(BYTES);
    bytes.push(kind);
    bytes.extend(days.to_be_bytes());
    bytes.extend(said.iter().copied().flatten());
    bytes.resize(BYTES - MARK, 0);
    let mark = key.mark(purpose, &bytes);
    bytes.extend(&mark[..MARK]);
    Some(base32(&bytes))
}

/// Reads a code as it is typed: its kind, its day and what is said. `None` when this portal did not make it for this purpose.
pub(super) fn opened(
    text: &str,
    purpose: &str,
    key: &VerifyKey,
) -> Option<(u8, NaiveDate, Vec<u8>)> {
    let bytes = bytes_of(text)?;
    let (said, mark) = bytes.split_at(BYTES - MARK);
    if !key.is_mark(purpose, said, mark) {
        return None;
    }
    let (kind, rest) = said.split_first()?;
    let (days, rest) = rest.split_first_chunk::<2>()?;
    let day = first_day() + Days::new(u64::from(u16::from_be_bytes(*days)));
    Some((*kind, day, rest.to_vec()))
}
