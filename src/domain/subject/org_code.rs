//! The organisation code (组织机构代码) of GB 11714: eight characters and a check character.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::mend::{self, Change, Mend};
use super::normal::{ascii, bytes_in, code_form};

const BODY: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const CHECK: &[u8] = b"0123456789X";
const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
const LENGTH: usize = 9;
const MOST_MENDS: usize = 5;

/// An organisation code with a right check character. Shown without hyphen, as the templates want it (C9).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrgCode([u8; LENGTH]);

/// Why a text is no organisation code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrgCodeError {
    /// Nothing was given.
    #[error("the organisation code is empty")]
    Empty,
    /// Not nine characters.
    #[error("an organisation code has 9 characters, not {found}")]
    Length {
        /// Characters in normal form.
        found: usize,
    },
    /// A character that cannot stand there.
    #[error("character {position} of the organisation code cannot be {found}{}", mend::did_you_mean(.mends))]
    Character {
        /// Counted from 1.
        position: usize,
        /// What stands there.
        found: char,
        /// What was probably meant, best first.
        mends: Vec<Mend<OrgCode>>,
    },
    /// The check character does not fit the other eight.
    #[error("the check character of the organisation code is {found}, computed is {expected}{}", mend::did_you_mean(.mends))]
    Check {
        /// What stands at position 9.
        found: char,
        /// What the first eight give.
        expected: char,
        /// What was probably meant, best first.
        mends: Vec<Mend<OrgCode>>,
    },
}

/// The check character of eight characters (GB 11714: c = 11 − Σ mod 11, 10 as X, 11 as 0);
/// `None` when they are not eight of `0-9A-Z`.
#[must_use]
pub fn check_character(body: &[u8]) -> Option<u8> {
    if body.len() != WEIGHTS.len() {
        return None;
    }
    let mut sum = 0;
    for (b, weight) in body.iter().zip(WEIGHTS) {
        sum += char::from(*b).to_digit(36).filter(|_| BODY.contains(b))? * weight;
    }
    CHECK.get(((11 - sum % 11) % 11) as usize).copied()
}

fn alphabet(index: usize) -> &'static [u8] {
    if index + 1 == LENGTH { CHECK } else { BODY }
}

fn valid(bytes: &[u8]) -> bool {
    bytes.len() == LENGTH && check_character(&bytes[..8]) == Some(bytes[8])
}

impl OrgCode {
    /// Reads a code in any spelling of `normal::code_form`, with or without hyphen.
    ///
    /// # Errors
    /// [`OrgCodeError`] says which character is wrong and what was probably meant.
    pub fn parse(text: &str) -> Result<Self, OrgCodeError> {
        let chars = code_form(text);
        if chars.is_empty() {
            return Err(OrgCodeError::Empty);
        }
        if chars.len() != LENGTH {
            return Err(OrgCodeError::Length { found: chars.len() });
        }
        let bad = chars
            .iter()
            .enumerate()
            .find(|(i, c)| u8::try_from(**c).map_or(true, |b| !alphabet(*i).contains(&b)));
        if let Some((i, &found)) = bad {
            let mends = mends(&chars);
            return Err(OrgCodeError::Character {
                position: i + 1,
                found,
                mends,
            });
        }
        let bytes = bytes_in(&chars, BODY).unwrap_or_default();
        let expected = bytes.get(..8).and_then(check_character);
        match (<[u8; LENGTH]>::try_from(bytes), expected) {
            (Ok(code), Some(expected)) if code[8] == expected => Ok(Self(code)),
            (Ok(code), Some(expected)) => Err(OrgCodeError::Check {
                found: char::from(code[8]),
                expected: char::from(expected),
                mends: mends(&chars),
            }),
            _ => Err(OrgCodeError::Length { found: chars.len() }),
        }
    }

    /// The code of eight characters, the check character computed; `None` when they are not of the alphabet.
    #[must_use]
    pub fn from_body(body: &str) -> Option<Self> {
        let mut code = [0; LENGTH];
        code[8] = check_character(body.as_bytes())?;
        code[..8].copy_from_slice(body.as_bytes());
        Some(Self(code))
    }

    /// Nine characters without hyphen.
    #[must_use]
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }

    /// The printed form with a hyphen before the check character: `60003734-1`.
    #[must_use]
    pub fn hyphenated(&self) -> String {
        format!("{}-{}", ascii(&self.0[..8]), ascii(&self.0[8..]))
    }
}

fn mends(chars: &[char]) -> Vec<Mend<OrgCode>> {
    let Some((bytes, letters)) = mend::replace_look_alikes(chars, alphabet) else {
        return Vec::new();
    };
    if let Some(code) = <[u8; LENGTH]>::try_from(bytes.as_slice())
        .ok()
        .filter(|c| valid(c))
    {
        return vec![Mend {
            code: OrgCode(code),
            changes: letters,
        }];
    }
    let mut found: Vec<(u8, Mend<OrgCode>)> = Vec::new();
    mend::each_neighbour(&bytes, LENGTH, alphabet, |text, change| {
        if !valid(text) {
            return;
        }
        // the scheme has one check character for 36 values: only likely slips are worth naming
        let rank = match change {
            Change::Replace { found, with, .. } if mend::alike(found, with) => {
                if with.is_ascii_digit() { 0 } else { 3 }
            }
            Change::Swap { .. } => 1,
            Change::Replace {
                position: LENGTH, ..
            } => 2,
            _ => return,
        };
        if let Ok(code) = <[u8; LENGTH]>::try_from(text) {
            let mut changes = letters.clone();
            changes.push(change);
            changes.sort_by_key(|c| c.position());
            found.push((
                rank,
                Mend {
                    code: OrgCode(code),
                    changes,
                },
            ));
        }
    });
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, m)| m).take(MOST_MENDS).collect()
}

impl OrgCodeError {
    /// The error in Chinese, with the way to mend it.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Empty => "组织机构代码为空".to_owned(),
            Self::Length { found } => format!("组织机构代码应为9位,现为{found}位"),
            Self::Character {
                position,
                found,
                mends,
            } => {
                format!(
                    "组织机构代码第{position}位“{found}”不合规则{}",
                    mend::did_you_mean_zh(mends)
                )
            }
            Self::Check {
                found,
                expected,
                mends,
            } => format!(
                "组织机构代码校验码“{found}”不符,按前8位应为“{expected}”{}",
                mend::did_you_mean_zh(mends)
            ),
        }
    }
}

impl fmt::Display for OrgCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for OrgCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrgCode({self})")
    }
}

impl FromStr for OrgCode {
    type Err = OrgCodeError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for OrgCode {
    type Error = OrgCodeError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<OrgCode> for String {
    fn from(code: OrgCode) -> Self {
        code.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn gb_11714_vectors_of_domain_3_4() {
        for text in [
            "60003734-1",
            "M000100Y-4",
            "00175530-9",
            "600037341",
            "６０００３７３４－１",
            " m000100y-4 ",
        ] {
            let code = OrgCode::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(OrgCode::parse(&code.hyphenated()), Ok(code));
        }
        assert_eq!(
            OrgCode::parse("60003734-1").unwrap().hyphenated(),
            "60003734-1"
        );
        assert_eq!(
            OrgCode::from_body("00175530").unwrap().as_str(),
            "001755309"
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(OrgCode::parse(" - "), Err(OrgCodeError::Empty));
        assert_eq!(
            OrgCode::parse("6000373-1"),
            Err(OrgCodeError::Length { found: 8 })
        );
        let Err(OrgCodeError::Check {
            found: '2',
            expected: '1',
            mends,
        }) = OrgCode::parse("60003734-2")
        else {
            panic!("not a check error");
        };
        assert!(mends.iter().any(|m| m.code.as_str() == "600037341"));
        let Err(OrgCodeError::Character {
            position: 9,
            found: 'B',
            ..
        }) = OrgCode::parse("60003734-B")
        else {
            panic!("not a character error");
        };
        // letters are lawful in the body, so O for 0 shows only in the check character
        let Err(OrgCodeError::Check { mends, .. }) = OrgCode::parse("6O003734-1") else {
            panic!("not a check error");
        };
        assert_eq!(mends[0].code.as_str(), "600037341");
        assert_eq!(
            mends[0].changes,
            [Change::Replace {
                position: 2,
                found: 'O',
                with: '0'
            }]
        );
    }

    proptest! {
        #[test]
        fn parse_undoes_print(body in "[0-9A-Z]{8}") {
            let code = OrgCode::from_body(&body).unwrap();
            prop_assert_eq!(OrgCode::parse(&code.to_string()), Ok(code));
            prop_assert_eq!(OrgCode::parse(&code.hyphenated()), Ok(code));
        }

        /// Values above 10 exceed the modulus, so only digits are surely told apart.
        #[test]
        fn every_wrong_digit_is_caught(body in "[0-9]{8}", at in 0_usize..9, digit in 0_u8..10) {
            let code = OrgCode::from_body(&body).unwrap();
            let mut bytes = code.as_str().as_bytes().to_vec();
            let wrong = b'0' + digit;
            prop_assume!(bytes[at] != wrong);
            bytes[at] = wrong;
            prop_assert!(OrgCode::parse(std::str::from_utf8(&bytes).unwrap()).is_err());
        }

        #[test]
        fn no_input_panics(text in ".{0,40}") {
            let _ = OrgCode::parse(&text).map_err(|e| (e.to_string(), e.zh()));
        }
    }
}
