//! The verification code of a letter to the party before an entry: the entry's number at the desk, the day of the letter and
//! a digest of its text, under a mark that only this portal can make. It names nobody: whoever has the letter compares.

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use super::code::{opened, sealed};
use super::content::{DIGEST, Digest};
use crate::base::crypto::VerifyKey;
use crate::domain::forms::reply::Letter;

/// Purpose of the mark: no code of a report or of a decision letter is one of these.
const PURPOSE: &str = "party letter code 1";
/// First byte.
const VERSION: u8 = 1 << 4 | 3;
/// What numbers of entries begin with.
const BEFORE: &str = "MD-";
/// Bytes of such a number.
const NUMBER: usize = 16;

/// What a letter to the party claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyClaim {
    number: [u8; NUMBER],
    /// Day of the letter.
    pub day: NaiveDate,
    /// What it says.
    pub digest: Digest,
}

impl PartyClaim {
    /// What a letter claims. `None` when its number is not that of an entry.
    #[must_use]
    pub fn of(letter: &Letter) -> Option<Self> {
        let hex = letter.number.strip_prefix(BEFORE)?;
        let number = data_encoding::HEXUPPER.decode(hex.as_bytes()).ok()?;
        let hash: [u8; 32] = Sha256::new_with_prefix(b"gongshi party letter 1\0")
            .chain_update(letter.text())
            .finalize()
            .into();
        let mut digest = [0; DIGEST];
        digest.copy_from_slice(&hash[..DIGEST]);
        Some(Self {
            number: number.try_into().ok()?,
            day: letter.decided_on,
            digest,
        })
    }

    /// The entry's number at the desk.
    #[must_use]
    pub fn number(&self) -> String {
        format!("{BEFORE}{}", data_encoding::HEXUPPER.encode(&self.number))
    }

    /// The code, without spaces. `None` for a day that no code can hold.
    #[must_use]
    pub fn code(&self, key: &VerifyKey) -> Option<String> {
        let said: [&[u8]; 2] = [&self.number, &self.digest];
        sealed(PURPOSE, (VERSION, self.day), &said, key)
    }

    /// Reads a code as it is typed. `None` when this portal did not make it for such a letter.
    #[must_use]
    pub fn read(text: &str, key: &VerifyKey) -> Option<Self> {
        let (version, day, said) = opened(text, PURPOSE, key)?;
        let (number, rest) = said.split_first_chunk::<NUMBER>()?;
        let (digest, _) = rest.split_first_chunk::<DIGEST>()?;
        if version != VERSION {
            return None;
        }
        Some(Self {
            number: *number,
            day,
            digest: *digest,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::outside::report::claim::{Claim, grouped};
    use crate::outside::report::letter::LetterClaim;

    fn letter(number: &str, body: &str) -> Letter {
        Letter {
            number: number.to_owned(),
            title_zh: "拟列入名单事先告知书".into(),
            title_en: "Notice".into(),
            to: "示例公司".into(),
            about: "某名单".into(),
            body: vec![body.into()],
            remedies: vec![],
            authority: "示例机关".into(),
            decided_on: NaiveDate::from_ymd_opt(2026, 11, 25).unwrap(),
            code: String::new(),
        }
    }

    proptest! {
        #[test]
        fn a_code_says_what_it_was_made_of(number in any::<[u8; NUMBER]>()) {
            let key = VerifyKey::fixed(1);
            let number = format!("MD-{}", data_encoding::HEXUPPER.encode(&number));
            let claim = PartyClaim::of(&letter(&number, "事由")).unwrap();
            prop_assert_eq!(&claim.number(), &number);
            let code = claim.code(&key).unwrap();
            prop_assert_eq!(code.len(), 56);
            prop_assert_eq!(PartyClaim::read(&grouped(&code).to_lowercase(), &key), Some(claim.clone()));
            prop_assert_eq!(PartyClaim::read(&code, &VerifyKey::fixed(2)), None);
            // and it is no code of another kind
            prop_assert_eq!(Claim::read(&code, &key), None);
            prop_assert_eq!(LetterClaim::read(&code, &key), None);
            let other = PartyClaim::of(&letter(&number, "别的事由")).unwrap();
            prop_assert_ne!(other.digest, claim.digest);
        }
    }

    #[test]
    fn other_numbers_have_no_code() {
        for number in ["", "MD-", "MD-12", "XF-7K3M-9Q2H-4TWX", "MD-zz"] {
            assert_eq!(PartyClaim::of(&letter(number, "")), None, "{number}");
        }
    }
}
