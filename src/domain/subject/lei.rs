//! The Legal Entity Identifier (全球法人机构识别编码) of ISO 17442: eighteen characters and two check digits, MOD 97-10.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::mend::{self, Change, Mend};
use super::normal::{ascii, bytes_in, code_form};

const BODY: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &[u8] = b"0123456789";
const LENGTH: usize = 20;
const MOST_MENDS: usize = 5;

/// A LEI with right check digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Lei([u8; LENGTH]);

/// Why a text is no LEI.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeiError {
    /// Nothing was given.
    #[error("the LEI is empty")]
    Empty,
    /// Not twenty characters.
    #[error("a LEI has 20 characters, not {found}")]
    Length {
        /// Characters in normal form.
        found: usize,
    },
    /// A character that cannot stand there.
    #[error("character {position} of the LEI cannot be {found}{}", mend::did_you_mean(.mends))]
    Character {
        /// Counted from 1.
        position: usize,
        /// What stands there.
        found: char,
        /// What was probably meant, best first.
        mends: Vec<Mend<Lei>>,
    },
    /// The check digits do not fit the other eighteen.
    #[error("the check digits of the LEI are {found}, computed are {expected}{}", mend::did_you_mean(.mends))]
    Check {
        /// What stands at positions 19 and 20.
        found: String,
        /// What the first eighteen give.
        expected: String,
        /// What was probably meant, best first.
        mends: Vec<Mend<Lei>>,
    },
}

/// The characters read as one number (A = 10 … Z = 35), modulo 97.
fn modulo(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |rest, b| {
        let value = char::from(*b).to_digit(36).unwrap_or(0);
        (rest * if value < 10 { 10 } else { 100 } + value) % 97
    })
}

/// The two check digits of eighteen characters; `None` when they are not eighteen of `0-9A-Z`.
#[must_use]
pub fn check_digits(body: &[u8]) -> Option<[u8; 2]> {
    if body.len() + 2 != LENGTH || !body.iter().all(|b| BODY.contains(b)) {
        return None;
    }
    let check = 98 - modulo(body) * 100 % 97;
    Some([
        *DIGITS.get((check / 10) as usize)?,
        *DIGITS.get((check % 10) as usize)?,
    ])
}

fn alphabet(index: usize) -> &'static [u8] {
    if index < LENGTH - 2 { BODY } else { DIGITS }
}

/// 00, 01 and 99 also give remainder 1 for some texts, but are never computed: the digits must be the computed ones.
fn valid(bytes: &[u8]) -> bool {
    bytes.len() == LENGTH && check_digits(&bytes[..18]).is_some_and(|check| check == bytes[18..])
}

impl Lei {
    /// Reads a LEI in any spelling of `normal::code_form`.
    ///
    /// # Errors
    /// [`LeiError`] says which character is wrong and what was probably meant.
    pub fn parse(text: &str) -> Result<Self, LeiError> {
        let chars = code_form(text);
        if chars.is_empty() {
            return Err(LeiError::Empty);
        }
        if chars.len() != LENGTH {
            return Err(LeiError::Length { found: chars.len() });
        }
        let bad = chars
            .iter()
            .enumerate()
            .find(|(i, c)| u8::try_from(**c).map_or(true, |b| !alphabet(*i).contains(&b)));
        if let Some((i, &found)) = bad {
            let mends = mends(&chars);
            return Err(LeiError::Character {
                position: i + 1,
                found,
                mends,
            });
        }
        let bytes = bytes_in(&chars, BODY).unwrap_or_default();
        let expected = bytes.get(..18).and_then(check_digits);
        match (<[u8; LENGTH]>::try_from(bytes), expected) {
            (Ok(code), Some(expected)) if code[18..] == expected => Ok(Self(code)),
            (Ok(code), Some(expected)) => Err(LeiError::Check {
                found: ascii(&code[18..]).to_owned(),
                expected: ascii(&expected).to_owned(),
                mends: mends(&chars),
            }),
            _ => Err(LeiError::Length { found: chars.len() }),
        }
    }

    /// The LEI of eighteen characters, the check digits computed; `None` when they are not of the alphabet.
    #[must_use]
    pub fn from_body(body: &str) -> Option<Self> {
        let mut code = [0; LENGTH];
        code[18..].copy_from_slice(&check_digits(body.as_bytes())?);
        code[..18].copy_from_slice(body.as_bytes());
        Some(Self(code))
    }

    /// Twenty characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }

    /// The prefix of the issuer (LOU), characters 1 to 4; the Chinese issuer has 3003.
    #[must_use]
    pub fn issuer(&self) -> &str {
        ascii(&self.0[..4])
    }
}

fn mends(chars: &[char]) -> Vec<Mend<Lei>> {
    let Some((bytes, letters)) = mend::replace_look_alikes(chars, alphabet) else {
        return Vec::new();
    };
    let Ok(given) = <[u8; LENGTH]>::try_from(bytes.as_slice()) else {
        return Vec::new();
    };
    if valid(&given) {
        return vec![Mend {
            code: Lei(given),
            changes: letters,
        }];
    }
    let mut found: Vec<(u8, Mend<Lei>)> = Vec::new();
    mend::each_neighbour(&given, LENGTH, alphabet, |text, change| {
        if !valid(text) {
            return;
        }
        let rank = match change {
            Change::Swap { .. } => 0,
            Change::Replace { found, with, .. } if mend::alike(found, with) => 0,
            Change::Replace {
                position: 19 | 20, ..
            } => 1,
            _ => 2,
        };
        if let Ok(code) = <[u8; LENGTH]>::try_from(text) {
            let mut changes = letters.clone();
            changes.push(change);
            changes.sort_by_key(|c| c.position());
            found.push((
                rank,
                Mend {
                    code: Lei(code),
                    changes,
                },
            ));
        }
    });
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, m)| m).take(MOST_MENDS).collect()
}

impl LeiError {
    /// The error in Chinese, with the way to mend it.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Empty => "全球法人机构识别编码为空".to_owned(),
            Self::Length { found } => format!("全球法人机构识别编码应为20位,现为{found}位"),
            Self::Character {
                position,
                found,
                mends,
            } => format!(
                "全球法人机构识别编码第{position}位“{found}”不合规则{}",
                mend::did_you_mean_zh(mends)
            ),
            Self::Check {
                found,
                expected,
                mends,
            } => format!(
                "全球法人机构识别编码校验码“{found}”不符,按前18位应为“{expected}”{}",
                mend::did_you_mean_zh(mends)
            ),
        }
    }
}

impl fmt::Display for Lei {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Lei {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lei({self})")
    }
}

impl FromStr for Lei {
    type Err = LeiError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Lei {
    type Error = LeiError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Lei> for String {
    fn from(code: Lei) -> Self {
        code.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn iso_17442_vectors_of_domain_3_4() {
        for text in [
            "5493001KJTIIGC8Y1R12",
            "213800WSGIIZCXF1P572",
            "300300TEST0000000170",
        ] {
            let code = Lei::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(code.as_str(), text);
            assert_eq!(Lei::from_body(&text[..18]), Some(code));
        }
        assert_eq!(Lei::parse("300300TEST0000000170").unwrap().issuer(), "3003");
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(Lei::parse(""), Err(LeiError::Empty));
        assert_eq!(
            Lei::parse("5493001KJTIIGC8Y1R1"),
            Err(LeiError::Length { found: 19 })
        );
        let Err(LeiError::Check {
            found,
            expected,
            mends,
        }) = Lei::parse("5493001KJTIIGC8Y1R13")
        else {
            panic!("not a check error");
        };
        assert_eq!((found.as_str(), expected.as_str()), ("13", "12"));
        assert!(
            mends
                .iter()
                .any(|m| m.code.as_str() == "5493001KJTIIGC8Y1R12")
        );
        let Err(LeiError::Character {
            position: 20,
            found: 'O',
            mends,
        }) = Lei::parse("300300TEST000000017O")
        else {
            panic!("not a character error");
        };
        assert_eq!(mends[0].code.as_str(), "300300TEST0000000170");
        let Err(LeiError::Check { mends, .. }) = Lei::parse("5493001JKTIIGC8Y1R12") else {
            panic!("not a check error");
        };
        assert_eq!(mends[0].changes, [Change::Swap { position: 8 }]);
    }

    proptest! {
        #[test]
        fn parse_undoes_print(body in "[0-9A-Z]{18}") {
            let code = Lei::from_body(&body).unwrap();
            prop_assert_eq!(Lei::parse(&code.to_string()), Ok(code));
        }

        /// A letter has two digits: MOD 97-10 surely tells letters from letters and digits from digits.
        #[test]
        fn every_wrong_character_of_its_kind_is_caught(body in "[0-9A-Z]{18}", at in 0_usize..20, step in 1_u8..26) {
            let code = Lei::from_body(&body).unwrap();
            let mut bytes = code.as_str().as_bytes().to_vec();
            bytes[at] = match bytes[at] {
                b @ b'0'..=b'9' => b'0' + (b - b'0' + 1 + step % 9) % 10,
                b => b'A' + (b - b'A' + step) % 26,
            };
            prop_assert!(Lei::parse(std::str::from_utf8(&bytes).unwrap()).is_err());
        }

        #[test]
        fn no_input_panics(text in ".{0,40}") {
            let _ = Lei::parse(&text).map_err(|e| (e.to_string(), e.zh()));
        }
    }
}
