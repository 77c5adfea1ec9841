//! The registration number (工商注册号) of 15 digits: region, sequence, check digit by ISO 7064 MOD 11,10.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::citizen_id;
use super::mend::{self, Change, Mend};
use super::normal::{ascii, bytes_in, code_form};

const DIGITS: &[u8] = b"0123456789";
const LENGTH: usize = 15;
const MOST_MENDS: usize = 5;

/// A registration number with a right check digit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RegistrationNumber([u8; LENGTH]);

/// Why a text is no registration number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationNumberError {
    /// Nothing was given.
    #[error("the registration number is empty")]
    Empty,
    /// Not fifteen digits.
    #[error("a registration number has 15 digits, not {found}")]
    Length {
        /// Characters in normal form.
        found: usize,
    },
    /// Not a digit.
    #[error("character {position} of the registration number is {found}, not a digit{}", mend::did_you_mean(.mends))]
    Character {
        /// Counted from 1.
        position: usize,
        /// What stands there.
        found: char,
        /// What was probably meant, best first.
        mends: Vec<Mend<RegistrationNumber>>,
    },
    /// It looks like a citizen's number of the old form and does not check, so it is neither repeated nor mended.
    #[error("this looks like a citizen identity number, not like a registration number")]
    CitizenNumber,
    /// The check digit does not fit the other fourteen.
    #[error("the check digit of the registration number is {found}, computed is {expected}{}", mend::did_you_mean(.mends))]
    Check {
        /// What stands at position 15.
        found: char,
        /// What the first fourteen give.
        expected: char,
        /// What was probably meant, best first.
        mends: Vec<Mend<RegistrationNumber>>,
    },
}

/// The check digit of fourteen digits by ISO 7064 MOD 11,10; `None` when they are not fourteen digits.
#[must_use]
pub fn check_digit(body: &[u8]) -> Option<u8> {
    if body.len() + 1 != LENGTH || !body.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let product = body.iter().fold(10_u32, |product, b| {
        let sum = (product + u32::from(b - b'0')) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    DIGITS.get(((11 - product) % 10) as usize).copied()
}

fn valid(bytes: &[u8]) -> bool {
    bytes.len() == LENGTH && check_digit(&bytes[..LENGTH - 1]) == Some(bytes[LENGTH - 1])
}

impl RegistrationNumber {
    /// Reads a number in any spelling of `normal::code_form`.
    ///
    /// # Errors
    /// [`RegistrationNumberError`] says which character is wrong and what was probably meant.
    pub fn parse(text: &str) -> Result<Self, RegistrationNumberError> {
        let chars = code_form(text);
        if chars.is_empty() {
            return Err(RegistrationNumberError::Empty);
        }
        if chars.len() != LENGTH {
            return Err(RegistrationNumberError::Length { found: chars.len() });
        }
        if citizen_id::resembles(&chars) && !bytes_in(&chars, DIGITS).is_ok_and(|b| valid(&b)) {
            return Err(RegistrationNumberError::CitizenNumber);
        }
        let bytes = bytes_in(&chars, DIGITS).map_err(|(position, found)| {
            RegistrationNumberError::Character {
                position,
                found,
                mends: mends(&chars),
            }
        })?;
        let expected = bytes.get(..LENGTH - 1).and_then(check_digit);
        match (<[u8; LENGTH]>::try_from(bytes), expected) {
            (Ok(number), Some(expected)) if number[LENGTH - 1] == expected => Ok(Self(number)),
            (Ok(number), Some(expected)) => Err(RegistrationNumberError::Check {
                found: char::from(number[LENGTH - 1]),
                expected: char::from(expected),
                mends: mends(&chars),
            }),
            _ => Err(RegistrationNumberError::Length { found: chars.len() }),
        }
    }

    /// The number of fourteen digits, the check digit computed; `None` when they are not fourteen digits.
    #[must_use]
    pub fn from_body(body: &str) -> Option<Self> {
        let mut number = [0; LENGTH];
        number[LENGTH - 1] = check_digit(body.as_bytes())?;
        number[..LENGTH - 1].copy_from_slice(body.as_bytes());
        Some(Self(number))
    }

    /// Fifteen digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }

    /// Whether it could as well be a citizen's number of the old form, which has no check character of
    /// its own: one number in thirty, and one old citizen's number in ten passes here. To be looked at
    /// before it is published.
    #[must_use]
    pub fn may_be_citizen_number(&self) -> bool {
        citizen_id::resembles(&self.as_str().chars().collect::<Vec<_>>())
    }

    /// The GB/T 2260 code of the registrar's region (digits 1 to 6).
    #[must_use]
    pub fn region_code(&self) -> &str {
        ascii(&self.0[..6])
    }
}

fn mends(chars: &[char]) -> Vec<Mend<RegistrationNumber>> {
    let Some((bytes, letters)) = mend::replace_look_alikes(chars, |_| DIGITS) else {
        return Vec::new();
    };
    // a citizen's number with O for 0 is as private as the right one
    if citizen_id::resembles(&bytes.iter().copied().map(char::from).collect::<Vec<_>>()) {
        return Vec::new();
    }
    if let Some(number) = <[u8; LENGTH]>::try_from(bytes.as_slice())
        .ok()
        .filter(|n| valid(n))
    {
        return vec![Mend {
            code: RegistrationNumber(number),
            changes: letters,
        }];
    }
    let mut found: Vec<(u8, Mend<RegistrationNumber>)> = Vec::new();
    mend::each_neighbour(
        &bytes,
        LENGTH,
        |_| DIGITS,
        |text, change| {
            if !valid(text) {
                return;
            }
            let rank = match change {
                Change::Swap { .. } => 0,
                Change::Replace {
                    position: LENGTH, ..
                } => 1,
                Change::Replace { found, with, .. } if mend::alike(found, with) => 2,
                _ => return,
            };
            if let Ok(number) = <[u8; LENGTH]>::try_from(text) {
                let mut changes = letters.clone();
                changes.push(change);
                changes.sort_by_key(|c| c.position());
                found.push((
                    rank,
                    Mend {
                        code: RegistrationNumber(number),
                        changes,
                    },
                ));
            }
        },
    );
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, m)| m).take(MOST_MENDS).collect()
}

impl RegistrationNumberError {
    /// The error in Chinese, with the way to mend it.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Empty => "工商注册号为空".to_owned(),
            Self::CitizenNumber => "填写的像是公民身份号码,不是工商注册号".to_owned(),
            Self::Length { found } => format!("工商注册号应为15位数字,现为{found}位"),
            Self::Character {
                position,
                found,
                mends,
            } => {
                format!(
                    "工商注册号第{position}位“{found}”不是数字{}",
                    mend::did_you_mean_zh(mends)
                )
            }
            Self::Check {
                found,
                expected,
                mends,
            } => format!(
                "工商注册号校验码“{found}”不符,按前14位应为“{expected}”{}",
                mend::did_you_mean_zh(mends)
            ),
        }
    }
}

impl fmt::Display for RegistrationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RegistrationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegistrationNumber({self})")
    }
}

impl FromStr for RegistrationNumber {
    type Err = RegistrationNumberError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for RegistrationNumber {
    type Error = RegistrationNumberError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<RegistrationNumber> for String {
    fn from(number: RegistrationNumber) -> Self {
        number.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn iso_7064_vector_of_domain_3_4() {
        let number = RegistrationNumber::parse("110108000000016").unwrap();
        assert_eq!(number.region_code(), "110108");
        assert_eq!(
            RegistrationNumber::from_body("11010800000001"),
            Some(number)
        );
        assert_eq!(
            RegistrationNumber::parse("１１０１０８ 00000001-6"),
            Ok(number)
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(
            RegistrationNumber::parse(""),
            Err(RegistrationNumberError::Empty)
        );
        assert_eq!(
            RegistrationNumber::parse("1101080000000"),
            Err(RegistrationNumberError::Length { found: 13 })
        );
        let Err(RegistrationNumberError::Check {
            found: '7',
            expected: '6',
            mends,
        }) = RegistrationNumber::parse("110108000000017")
        else {
            panic!("not a check error");
        };
        assert!(mends.iter().any(|m| m.code.as_str() == "110108000000016"));
        let Err(RegistrationNumberError::Character {
            position: 4,
            found: 'I',
            mends,
        }) = RegistrationNumber::parse("110I08OOOOOOO16")
        else {
            panic!("not a character error");
        };
        assert_eq!(mends[0].code.as_str(), "110108000000016");
    }

    #[test]
    fn an_old_citizen_s_number_is_not_repeated() {
        let error = RegistrationNumber::parse("110105491231003").unwrap_err();
        assert_eq!(error, RegistrationNumberError::CitizenNumber);
        assert!(!format!("{error} {error:?} {}", error.zh()).contains("491231"));
        let error = RegistrationNumber::parse("11O105491231003").unwrap_err();
        assert!(!format!("{error} {error:?} {}", error.zh()).contains("491231"));
        // the specimen of GB 11643 in its old form happens to pass MOD 11,10
        let doubtful = RegistrationNumber::parse("110105491231002").unwrap();
        assert!(doubtful.may_be_citizen_number());
        assert!(
            !RegistrationNumber::parse("110108000000016")
                .unwrap()
                .may_be_citizen_number()
        );
    }

    proptest! {
        #[test]
        fn parse_undoes_print(body in "[0-9]{14}") {
            let number = RegistrationNumber::from_body(&body).unwrap();
            prop_assert_eq!(RegistrationNumber::parse(&number.to_string()), Ok(number));
        }

        #[test]
        fn every_wrong_digit_is_caught(body in "[0-9]{14}", at in 0_usize..15, step in 1_u8..10) {
            let number = RegistrationNumber::from_body(&body).unwrap();
            let mut bytes = number.as_str().as_bytes().to_vec();
            bytes[at] = b'0' + (bytes[at] - b'0' + step) % 10;
            prop_assert!(RegistrationNumber::parse(std::str::from_utf8(&bytes).unwrap()).is_err());
        }

        #[test]
        fn no_input_panics(text in ".{0,40}") {
            let _ = RegistrationNumber::parse(&text).map_err(|e| (e.to_string(), e.zh()));
        }
    }
}
