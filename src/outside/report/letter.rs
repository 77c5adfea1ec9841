//! The verification code of a decision letter: the number of the application, the part, the day, the result and a digest of
//! its text, under a mark that only this portal can make. Nothing is stored; the code is as long as that of a report and
//! is typed into the same field.

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use super::claim::value;
use super::code::{opened, sealed};
use super::content::{DIGEST, Digest};
use crate::base::crypto::VerifyKey;
use crate::domain::forms::number::{ALPHABET, NUMBER_CHARS, Number};
use crate::domain::forms::reply::Letter;
use crate::domain::forms::{FormKind, number};
use crate::outside::apply::State;

/// Purpose of the mark: no code of a report is one of a letter.
const PURPOSE: &str = "letter code 1";
/// First byte.
const VERSION: u8 = 1 << 4 | 2;

/// Results by the number under which they stand in codes, which is never given to another.
const RESULTS: [(u8, State); 15] = [
    (1, State::Approved),
    (2, State::Rejected),
    (3, State::NotAccepted),
    (4, State::Corrected),
    (5, State::Upheld),
    (6, State::PartlyUpheld),
    (7, State::Dismissed),
    (8, State::Revoked),
    (9, State::Settled),
    (10, State::Accepted),
    (11, State::Verifying),
    (12, State::Extended),
    (13, State::Misdirected),
    (14, State::Done),
    (15, State::Resumed),
];

/// What a letter claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterClaim {
    /// Number of the application.
    pub number: Number,
    /// Part, from 0.
    pub part: u16,
    /// Day of the decision.
    pub day: NaiveDate,
    /// The result; none for a letter about something else.
    pub result: Option<State>,
    /// What it says.
    pub digest: Digest,
}

/// The characters of a number in bits, after a byte for its kind.
fn pack(number: &Number) -> Option<[u8; 9]> {
    let kind = FormKind::ALL.iter().position(|k| *k == number.kind())?;
    let chars = number.as_str().get(2..)?.chars().filter(|c| *c != '-');
    let bits = chars
        .map(value)
        .try_fold(0_u128, |bits, c| Some((bits << 5) | c?))?;
    let mut out = [0; 9];
    out[0] = u8::try_from(kind).ok()?;
    out[1..].copy_from_slice(&u64::try_from(bits).ok()?.to_be_bytes());
    Some(out)
}

fn unpack(bytes: [u8; 9]) -> Option<Number> {
    let [kind, rest @ ..] = bytes;
    let kind = *FormKind::ALL.get(usize::from(kind))?;
    let bits = u64::from_be_bytes(rest);
    let chars = (0..NUMBER_CHARS).rev().map(|at| {
        let place = usize::try_from((bits >> (5 * at)) & 31).unwrap_or(0);
        char::from(ALPHABET[place])
    });
    let head = Number::from_random(kind, [0; NUMBER_CHARS - 1]);
    let head = head.as_str().get(..2)?;
    Number::parse(&format!(
        "{head}-{}",
        number::grouped(&chars.collect::<String>())
    ))
}

impl LetterClaim {
    /// What a letter about a part of an application claims. `None` for a part beyond what a code can hold.
    #[must_use]
    pub fn of(number: &Number, part: u32, state: &str, letter: &Letter) -> Option<Self> {
        let hash: [u8; 32] = Sha256::new_with_prefix(b"gongshi letter 1\0")
            .chain_update(letter.text())
            .finalize()
            .into();
        let mut digest = [0; DIGEST];
        digest.copy_from_slice(&hash[..DIGEST]);
        let state = State::of_case(number.kind(), state);
        Some(Self {
            number: number.clone(),
            part: u16::try_from(part).ok()?,
            day: letter.decided_on,
            result: state.filter(|s| RESULTS.iter().any(|(_, known)| known == s)),
            digest,
        })
    }

    /// The code, without spaces. `None` for a day that no code can hold.
    #[must_use]
    pub fn code(&self, key: &VerifyKey) -> Option<String> {
        let result = RESULTS.iter().find(|(_, s)| Some(*s) == self.result);
        let result = [result.map_or(0, |(number, _)| *number)];
        let (number, part) = (pack(&self.number)?, self.part.to_be_bytes());
        let said: [&[u8]; 4] = [&number, &part, &result, &self.digest];
        sealed(PURPOSE, (VERSION, self.day), &said, key)
    }

    /// Reads a code as it is typed. `None` when this portal did not make it for a letter.
    #[must_use]
    pub fn read(text: &str, key: &VerifyKey) -> Option<Self> {
        let (version, day, said) = opened(text, PURPOSE, key)?;
        let (number, rest) = said.split_first_chunk::<9>()?;
        let (part, rest) = rest.split_first_chunk::<2>()?;
        let (result, rest) = rest.split_first()?;
        let (digest, _) = rest.split_first_chunk::<DIGEST>()?;
        if version != VERSION {
            return None;
        }
        Some(Self {
            number: unpack(*number)?,
            part: u16::from_be_bytes(*part),
            day,
            result: RESULTS
                .iter()
                .find(|(number, _)| number == result)
                .map(|(_, state)| *state),
            digest: *digest,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::outside::report::claim::{Claim, grouped};

    fn letter(body: &str) -> Letter {
        Letter {
            number: "示市监修决〔2026〕1号".into(),
            title_zh: "准予信用修复决定书".into(),
            title_en: "Decision".into(),
            to: "示例公司".into(),
            about: "行政处罚".into(),
            body: vec![body.into()],
            remedies: vec![],
            authority: "示例机关".into(),
            decided_on: NaiveDate::from_ymd_opt(2026, 11, 25).unwrap(),
            code: String::new(),
        }
    }

    proptest! {
        #[test]
        fn a_code_says_what_it_was_made_of(random in any::<[u8; 11]>(), part in any::<u16>()) {
            let key = VerifyKey::fixed(1);
            for kind in FormKind::ALL {
                let number = Number::from_random(*kind, random);
                for state in ["approved", "rejected", "dismissed", "supplement"] {
                    let claim = LetterClaim::of(&number, u32::from(part), state, &letter("理由")).unwrap();
                    prop_assert_eq!(claim.result.is_some(), state != "supplement");
                    let code = claim.code(&key).unwrap();
                    prop_assert_eq!(code.len(), 56);
                    prop_assert_eq!(LetterClaim::read(&grouped(&code).to_lowercase(), &key), Some(claim));
                    prop_assert_eq!(LetterClaim::read(&code, &VerifyKey::fixed(2)), None);
                    // and it is no code of a report
                    prop_assert_eq!(Claim::read(&code, &key), None);
                }
            }
        }
    }

    #[test]
    fn another_word_part_or_result_is_another_code() {
        let key = VerifyKey::fixed(1);
        let number = Number::from_random(FormKind::Repair, [7; 11]);
        let code = |part, state, body| {
            let claim = LetterClaim::of(&number, part, state, &letter(body)).unwrap();
            claim.code(&key).unwrap()
        };
        let all = [
            code(0, "approved", "理由"),
            code(1, "approved", "理由"),
            code(0, "rejected", "理由"),
            code(0, "approved", "理由二"),
        ];
        for (i, one) in all.iter().enumerate() {
            assert!(all.iter().skip(i + 1).all(|other| other != one));
        }
        let beyond = LetterClaim::of(&number, 70_000, "approved", &letter("理由"));
        assert_eq!(beyond, None);
    }
}
