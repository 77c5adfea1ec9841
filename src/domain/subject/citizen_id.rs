//! The citizen identity number (公民身份号码) of GB 11643: private data, so the value can be compared,
//! asked for its birth date and masked, but not printed.
//!
//! Six digits of region, eight of birth date, three of sequence (odd = male), one check character. The
//! old form of fifteen digits has a birth date of six and no check; it is kept as the eighteen digits
//! that replaced it, so both spellings of one number are equal.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use zeroize::Zeroize;

use super::mend::{self, Change, Mend};
use super::normal::{ascii, bytes_in, code_form};

const DIGITS: &[u8] = b"0123456789";
const LAST: &[u8] = b"0123456789X";
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// Check characters by Σ mod 11.
const CHECKS: &[u8; 11] = b"10X98765432";
const LENGTH: usize = 18;
const OLD_LENGTH: usize = 15;
const FULL_AGE: i32 = 18;
const MOST_MENDS: usize = 3;

/// A valid citizen identity number. No `Display`, no `Serialize`, and `Debug` shows nothing: the
/// digits leave only through [`CitizenId::expose`]. Memory is wiped on drop.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CitizenId {
    digits: [u8; LENGTH],
    old_form: bool,
}

/// Why a text is no citizen identity number. Texts of errors name positions, never more than one
/// character of the number; the mends hold whole numbers and are as private as the number itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CitizenIdError {
    /// Nothing was given.
    #[error("the citizen identity number is empty")]
    Empty,
    /// Neither eighteen nor fifteen characters.
    #[error("a citizen identity number has 18 or 15 characters, not {found}")]
    Length {
        /// Characters in normal form.
        found: usize,
    },
    /// A character that cannot stand there: only digits, and X at the end.
    #[error("character {position} of the citizen identity number cannot be {found}")]
    Character {
        /// Counted from 1.
        position: usize,
        /// What stands there.
        found: char,
        /// What was probably meant, best first.
        mends: Vec<Mend<CitizenId>>,
    },
    /// The birth date does not exist.
    #[error("characters 7 to {until} of the citizen identity number are no date")]
    Date {
        /// The last position of the date: 14, or 12 in the old form.
        until: usize,
        /// What was probably meant, best first.
        mends: Vec<Mend<CitizenId>>,
    },
    /// The check character does not fit the other seventeen.
    #[error(
        "the check character of the citizen identity number is {found}, computed is {expected}"
    )]
    Check {
        /// What stands at position 18.
        found: char,
        /// What the first seventeen give.
        expected: char,
        /// What was probably meant, best first.
        mends: Vec<Mend<CitizenId>>,
    },
}

/// Where the number was given out, by its first digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A citizen with a registered home in a province of the mainland.
    Mainland,
    /// A residence permit of a Hong Kong resident (810000).
    HongKong,
    /// A residence permit of a Macao resident (820000).
    Macao,
    /// A residence permit of a Taiwan resident (830000).
    Taiwan,
    /// A permanent resident from abroad (first digit 9; from memory).
    Foreign,
    /// None of the known first digits.
    Unknown,
}

/// Sex as the sequence number gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// Odd sequence number.
    Male,
    /// Even sequence number.
    Female,
}

/// The check character of seventeen digits (GB 11643); `None` when they are not seventeen digits.
#[must_use]
pub fn check_character(body: &[u8]) -> Option<u8> {
    if body.len() != WEIGHTS.len() || !body.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let sum: u32 = body
        .iter()
        .zip(WEIGHTS)
        .map(|(b, weight)| u32::from(b - b'0') * weight)
        .sum();
    CHECKS.get((sum % 11) as usize).copied()
}

/// The date of eight digits; `None` when it does not exist or lies before 1800 or after 2099.
fn date(digits: &[u8]) -> Option<NaiveDate> {
    let text = ascii(digits);
    let number = |from: usize, until: usize| text.get(from..until)?.parse::<u32>().ok();
    let year = i32::try_from(number(0, 4)?)
        .ok()
        .filter(|y| (1800..2100).contains(y))?;
    NaiveDate::from_ymd_opt(year, number(4, 6)?, number(6, 8)?)
}

/// Whether eighteen canonical characters are a valid number: date and check character, no error made.
#[must_use]
pub fn is_valid(bytes: &[u8]) -> bool {
    bytes.len() == LENGTH
        && check_character(&bytes[..LENGTH - 1]) == Some(bytes[LENGTH - 1])
        && date(&bytes[6..14]).is_some()
}

fn alphabet(index: usize) -> &'static [u8] {
    if index + 1 == LENGTH { LAST } else { DIGITS }
}

/// The old form with the century put in and the check character computed.
fn lengthened(old: &[u8]) -> Option<[u8; LENGTH]> {
    let mut digits = [0; LENGTH];
    digits[..6].copy_from_slice(old.get(..6)?);
    digits[6..8].copy_from_slice(b"19");
    digits[8..17].copy_from_slice(old.get(6..15)?);
    digits[17] = check_character(&digits[..17])?;
    Some(digits)
}

/// Whether a normalised text is so like a citizen's number that it must be kept secret: eighteen
/// characters, fifteen, or one missing or too many, all digits but perhaps the last, with a birth date
/// of the last two centuries in its place. The check character need not be right.
#[must_use]
pub fn resembles(chars: &[char]) -> bool {
    let Some((last, body)) = chars.split_last() else {
        return false;
    };
    if !body.iter().all(char::is_ascii_digit) || !(last.is_ascii_digit() || *last == 'X') {
        return false;
    }
    let digits: Vec<u8> = chars.iter().filter_map(|c| u8::try_from(*c).ok()).collect();
    let lived =
        |d: NaiveDate| (1900..2100).contains(&d.year()) || (d.year() >= 1880 && is_valid(&digits));
    match digits.len() {
        17..=19 => date(&digits[6..14]).is_some_and(lived),
        OLD_LENGTH => {
            last.is_ascii_digit() && lengthened(&digits).is_some_and(|d| date(&d[6..14]).is_some())
        }
        _ => false,
    }
}

impl CitizenId {
    /// Reads a number of eighteen or fifteen characters in any spelling of `normal::code_form`,
    /// with `x` in either case and width.
    ///
    /// # Errors
    /// [`CitizenIdError`] says which character is wrong; what was probably meant is in its mends.
    pub fn parse(text: &str) -> Result<Self, CitizenIdError> {
        let mut chars = code_form(text);
        // the multiplication sign and the Cyrillic letter are printed like the X they stand for
        if let Some(last) = chars
            .last_mut()
            .filter(|c| matches!(c, '×' | 'Х' | 'х' | 'Χ'))
        {
            *last = 'X';
        }
        let parsed = Self::of_chars(&chars);
        chars.zeroize();
        parsed
    }

    fn of_chars(chars: &[char]) -> Result<Self, CitizenIdError> {
        if chars.is_empty() {
            return Err(CitizenIdError::Empty);
        }
        if chars.len() != LENGTH && chars.len() != OLD_LENGTH {
            return Err(CitizenIdError::Length { found: chars.len() });
        }
        let letters = if chars.len() == LENGTH {
            alphabet
        } else {
            |_| DIGITS
        };
        let bad = chars
            .iter()
            .enumerate()
            .find(|(i, c)| u8::try_from(**c).map_or(true, |b| !letters(*i).contains(&b)));
        if let Some((i, &found)) = bad {
            return Err(CitizenIdError::Character {
                position: i + 1,
                found,
                mends: mends(chars),
            });
        }
        let given = bytes_in(chars, LAST).unwrap_or_default();
        let old_form = given.len() == OLD_LENGTH;
        let digits = if old_form {
            lengthened(&given)
        } else {
            <[u8; LENGTH]>::try_from(given).ok()
        };
        let Some(digits) = digits else {
            return Err(CitizenIdError::Length { found: chars.len() });
        };
        let until = if old_form { 12 } else { 14 };
        if date(&digits[6..14]).is_none() {
            return Err(CitizenIdError::Date {
                until,
                mends: mends(chars),
            });
        }
        match check_character(&digits[..17]) {
            Some(expected) if expected == digits[17] => Ok(Self { digits, old_form }),
            Some(expected) => Err(CitizenIdError::Check {
                found: char::from(digits[17]),
                expected: char::from(expected),
                mends: mends(chars),
            }),
            None => Err(CitizenIdError::Length { found: chars.len() }),
        }
    }

    /// A fictitious number for tests and demonstrations: six digits of region, a birth date, a sequence
    /// number below 1000 (odd = male). `None` when a part is not of that form.
    #[must_use]
    pub fn fictitious(region: &str, birth: NaiveDate, sequence: u16) -> Option<Self> {
        let body = format!("{region}{}{sequence:03}", birth.format("%Y%m%d"));
        let mut digits = [0; LENGTH];
        digits[17] = check_character(body.as_bytes())?;
        digits[..17].copy_from_slice(body.as_bytes());
        is_valid(&digits).then_some(Self {
            digits,
            old_form: false,
        })
    }

    /// The eighteen characters. Private data: for masking, keyed hashing and encryption, and for
    /// nothing that prints, logs or serialises.
    #[must_use]
    pub fn expose(&self) -> &str {
        ascii(&self.digits)
    }

    /// Whether it was given in the old form of fifteen digits, which has no check character and so may be wrong.
    #[must_use]
    pub const fn was_old_form(&self) -> bool {
        self.old_form
    }

    /// The birth date. The parser has seen that it exists.
    #[must_use]
    pub fn birth_date(&self) -> NaiveDate {
        date(&self.digits[6..14]).unwrap_or_default()
    }

    /// Full years of age on a date: a birthday on 29 February is kept on 1 March in common years.
    /// Negative when the person was not yet born.
    #[must_use]
    pub fn age_on(&self, on: NaiveDate) -> i32 {
        let birth = self.birth_date();
        let not_yet = (on.month(), on.day()) < (birth.month(), birth.day());
        on.year() - birth.year() - i32::from(not_yet)
    }

    /// Whether the person is under eighteen on a date (未成年人保护法 art. 2): never published (domain.md 2.3).
    #[must_use]
    pub fn is_minor_on(&self, on: NaiveDate) -> bool {
        self.age_on(on) < FULL_AGE
    }

    /// Sex by the sequence number.
    #[must_use]
    pub const fn sex(&self) -> Sex {
        if (self.digits[16] - b'0') % 2 == 1 {
            Sex::Male
        } else {
            Sex::Female
        }
    }

    /// Where the number was given out.
    #[must_use]
    pub fn holder(&self) -> Holder {
        match &self.digits[..2] {
            b"81" => Holder::HongKong,
            b"82" => Holder::Macao,
            b"83" => Holder::Taiwan,
            [b'9', _] => Holder::Foreign,
            province
                if crate::domain::regions::nearest(&format!("{}0000", ascii(province)))
                    .is_some() =>
            {
                Holder::Mainland
            }
            _ => Holder::Unknown,
        }
    }
}

/// What was probably meant: look-alikes replaced, the check character, one swap or one look-alike digit.
fn mends(chars: &[char]) -> Vec<Mend<CitizenId>> {
    let old_form = chars.len() == OLD_LENGTH;
    let letters = if old_form { |_| DIGITS } else { alphabet };
    let Some((given, changes)) = mend::replace_look_alikes(chars, letters) else {
        return Vec::new();
    };
    let whole = if old_form {
        lengthened(&given)
    } else {
        <[u8; LENGTH]>::try_from(given.as_slice()).ok()
    };
    if let Some(digits) = whole.filter(|d| is_valid(d)) {
        return vec![Mend {
            code: CitizenId { digits, old_form },
            changes,
        }];
    }
    // without a check character a guess is worth nothing
    if old_form {
        return Vec::new();
    }
    let mut found: Vec<(u8, Mend<CitizenId>)> = Vec::new();
    mend::each_neighbour(&given, LENGTH, alphabet, |text, change| {
        let Some(digits) = <[u8; LENGTH]>::try_from(text).ok().filter(|d| is_valid(d)) else {
            return;
        };
        let rank = match change {
            Change::Swap { .. } => 0,
            Change::Replace {
                position: LENGTH, ..
            } => 1,
            Change::Replace { found, with, .. } if mend::alike(found, with) => 2,
            _ => return,
        };
        let mut all = changes.clone();
        all.push(change);
        all.sort_by_key(|c| c.position());
        found.push((
            rank,
            Mend {
                code: CitizenId { digits, old_form },
                changes: all,
            },
        ));
    });
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, m)| m).take(MOST_MENDS).collect()
}

impl CitizenIdError {
    /// What was probably meant, best first: private data.
    #[must_use]
    pub fn mends(&self) -> &[Mend<CitizenId>] {
        match self {
            Self::Character { mends, .. }
            | Self::Date { mends, .. }
            | Self::Check { mends, .. } => mends,
            Self::Empty | Self::Length { .. } => &[],
        }
    }

    /// The error in Chinese, with the way to mend it, without the number.
    #[must_use]
    pub fn zh(&self) -> String {
        let places: Vec<String> = self
            .mends()
            .first()
            .map(|m| {
                m.changes
                    .iter()
                    .map(|c| match c {
                        Change::Swap { position } => format!("第{position}、{}位", position + 1),
                        other => format!("第{}位", other.position()),
                    })
                    .collect()
            })
            .unwrap_or_default();
        let hint = if places.is_empty() {
            String::new()
        } else {
            format!(",请核对{}", places.join("、"))
        };
        match self {
            Self::Empty => "公民身份号码为空".to_owned(),
            Self::Length { found } => format!("公民身份号码应为18位或15位,现为{found}位"),
            Self::Character {
                position, found, ..
            } => {
                format!("公民身份号码第{position}位“{found}”不合规则{hint}")
            }
            Self::Date { until, .. } => format!("公民身份号码第7至{until}位不是有效日期{hint}"),
            Self::Check {
                found, expected, ..
            } => {
                format!("公民身份号码校验码“{found}”不符,按前17位应为“{expected}”{hint}")
            }
        }
    }
}

impl fmt::Debug for CitizenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CitizenId(…)")
    }
}

impl Drop for CitizenId {
    fn drop(&mut self) {
        self.digits.zeroize();
    }
}

#[cfg(test)]
#[path = "citizen_id_tests.rs"]
mod tests;
