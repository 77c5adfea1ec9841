//! The verification code: what a report claims to have said, of whom and when, under a mark that only this portal can
//! make. It is short enough to be typed from paper and long enough that nobody guesses one.

use chrono::NaiveDate;

use super::code::{BYTES, opened, sealed};
use super::content::{DIGEST, Digest};
use crate::base::crypto::VerifyKey;
use crate::domain::subject::CreditCode;

/// Bytes that say of whom.
const ABOUT: usize = 13;
/// Characters of a group on paper.
const GROUP: usize = 4;
/// Longest text that is read as a code: with any spaces and dashes between its characters.
const LONGEST: usize = 400;
/// Purpose of the mark.
const PURPOSE: &str = "verification code 1";

const VERSION: u8 = 1 << 4;
const RECORD: u8 = VERSION;
const ORGANISATION: u8 = VERSION | 1;

/// Crockford's alphabet: no I, L, O, U, so that a code can be read aloud and typed.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Characters of a record's id, five bits each.
const ID_CHARS: usize = 20;

/// Of whom or what a report speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// One record, by its public id.
    Record(String),
    /// Everything displayed of an organisation.
    Organisation(CreditCode),
}

/// What a report claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Of whom.
    pub about: About,
    /// The civil date of which it speaks (Asia/Shanghai).
    pub day: NaiveDate,
    /// Sequence number of the public store it was made from.
    pub seq: u32,
    /// Records it held.
    pub count: u16,
    /// What they said.
    pub digest: Digest,
}

/// The value of a character, with those that are mistaken for others read as meant (Crockford).
pub(super) fn value(c: char) -> Option<u128> {
    let c = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    };
    let at = ALPHABET.iter().position(|a| char::from(*a) == c)?;
    u128::try_from(at).ok()
}

fn pack_id(id: &str) -> Option<[u8; ABOUT]> {
    if id.len() != ID_CHARS {
        return None;
    }
    let bits = id
        .chars()
        .try_fold(0_u128, |bits, c| Some((bits << 5) | value(c)?))?;
    bits.to_be_bytes()[16 - ABOUT..].try_into().ok()
}

fn unpack_id(bytes: &[u8; ABOUT]) -> String {
    let mut wide = [0; 16];
    wide[16 - ABOUT..].copy_from_slice(bytes);
    let bits = u128::from_be_bytes(wide);
    (0..ID_CHARS)
        .rev()
        .map(|at| {
            let c = ALPHABET[usize::try_from((bits >> (5 * at)) & 31).unwrap_or(0)];
            char::from(c.to_ascii_lowercase())
        })
        .collect()
}

fn pack_code(code: &CreditCode) -> Option<[u8; ABOUT]> {
    let number = u128::from_str_radix(code.as_str(), 36).ok()?;
    number.to_be_bytes()[16 - ABOUT..].try_into().ok()
}

fn unpack_code(bytes: &[u8; ABOUT]) -> Option<CreditCode> {
    let mut wide = [0; 16];
    wide[16 - ABOUT..].copy_from_slice(bytes);
    let mut number = u128::from_be_bytes(wide);
    let mut digits = [b'0'; 18];
    for place in digits.iter_mut().rev() {
        let digit = u8::try_from(number % 36).ok()?;
        *place = if digit < 10 {
            b'0' + digit
        } else {
            b'A' + digit - 10
        };
        number /= 36;
    }
    CreditCode::parse(std::str::from_utf8(&digits).ok()?).ok()
}

impl Claim {
    /// The code, without spaces. `None` for what no code can hold: an id of another form, a day before 2020.
    #[must_use]
    pub fn code(&self, key: &VerifyKey) -> Option<String> {
        let (kind, about) = match &self.about {
            About::Record(id) => (RECORD, pack_id(id)?),
            About::Organisation(code) => (ORGANISATION, pack_code(code)?),
        };
        let (seq, count) = (self.seq.to_be_bytes(), self.count.to_be_bytes());
        let said: [&[u8]; 4] = [&seq, &about, &count, &self.digest];
        sealed(PURPOSE, (kind, self.day), &said, key)
    }

    /// Reads a code as it is typed: spaces and dashes anywhere, either case, O for 0, I and L for 1. `None` when this
    /// portal did not make it.
    #[must_use]
    pub fn read(text: &str, key: &VerifyKey) -> Option<Self> {
        let (kind, day, said) = opened(text, PURPOSE, key)?;
        let (seq, rest) = said.split_first_chunk::<4>()?;
        let (about, rest) = rest.split_first_chunk::<ABOUT>()?;
        let (count, rest) = rest.split_first_chunk::<2>()?;
        let digest: [u8; DIGEST] = rest.try_into().ok()?;
        let about = match kind {
            RECORD => About::Record(unpack_id(about)),
            ORGANISATION => About::Organisation(unpack_code(about)?),
            _ => return None,
        };
        Some(Self {
            about,
            day,
            seq: u32::from_be_bytes(*seq),
            count: u16::from_be_bytes(*count),
            digest,
        })
    }
}

/// The bytes of a code as it is typed; `None` unless it has the length of one.
pub(super) fn bytes_of(text: &str) -> Option<Vec<u8>> {
    if text.len() > LONGEST {
        return None;
    }
    let mut bytes = Vec::with_capacity(BYTES);
    let (mut held, mut bits) = (0_u128, 0_u32);
    let between = |c: char| c.is_whitespace() || matches!(c, '-' | '‐' | '–' | '—' | '·');
    for c in text.chars().filter(|c| !between(*c)) {
        held = (held << 5) | value(c)?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 255).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    (bytes.len() == BYTES && bits == 0).then_some(bytes)
}

pub(super) fn base32(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 8 / 5);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(ALPHABET[(held >> bits) as usize & 31]));
        }
        held &= (1 << bits) - 1;
    }
    out
}

/// A code as it stands on paper: in groups of four.
#[must_use]
pub fn grouped(code: &str) -> String {
    let mut out = String::with_capacity(code.len() * 5 / 4);
    for (at, c) in code.chars().enumerate() {
        if at > 0 && at % GROUP == 0 {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CODE: &str = "91350203MA2EXA019B";

    fn claim(about: About) -> Claim {
        Claim {
            about,
            day: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(),
            seq: 4_000_000_000,
            count: 5_000,
            digest: [1, 2, 3, 4, 5, 6],
        }
    }

    #[test]
    fn a_code_says_what_it_was_made_of() {
        let key = VerifyKey::fixed(1);
        for about in [
            About::Record("q7515e6zwp71vkadnwsa".to_owned()),
            About::Record("00000000000000000000".to_owned()),
            About::Record("zzzzzzzzzzzzzzzzzzzz".to_owned()),
            About::Organisation(CreditCode::parse(CODE).unwrap()),
        ] {
            let claim = claim(about);
            let code = claim.code(&key).unwrap();
            assert_eq!(code.len(), 56);
            assert_eq!(Claim::read(&code, &key).unwrap(), claim);
            let paper = grouped(&code);
            assert_eq!(paper.split(' ').count(), 14);
            assert_eq!(Claim::read(&paper, &key).unwrap(), claim);
            let typed = paper.to_lowercase().replace('0', "o").replace('1', "l");
            assert_eq!(Claim::read(&typed, &key).unwrap(), claim);
            assert_eq!(Claim::read(&code, &VerifyKey::fixed(2)), None);
        }
    }

    #[test]
    fn what_no_code_can_hold_gets_none() {
        let key = VerifyKey::fixed(1);
        assert_eq!(claim(About::Record("short".to_owned())).code(&key), None);
        let early = Claim {
            day: NaiveDate::from_ymd_opt(2019, 12, 31).unwrap(),
            ..claim(About::Record("00000000000000000000".to_owned()))
        };
        assert_eq!(early.code(&key), None);
        for text in ["", "0", "龘", &"0".repeat(56), &"0".repeat(10_000)] {
            assert_eq!(Claim::read(text, &key), None);
        }
    }

    proptest! {
        /// Whatever character is changed, the code is no longer one of ours.
        #[test]
        fn a_changed_code_is_refused(at in 0_usize..56, to in 0_usize..32) {
            let key = VerifyKey::fixed(1);
            let code = claim(About::Organisation(CreditCode::parse(CODE).unwrap())).code(&key).unwrap();
            let mut changed: Vec<char> = code.chars().collect();
            changed[at] = char::from(ALPHABET[to]);
            let changed: String = changed.into_iter().collect();
            prop_assume!(changed != code);
            prop_assert_eq!(Claim::read(&changed, &key), None);
        }

        #[test]
        fn any_text_is_read_without_harm(text in ".{0,500}") {
            prop_assert_eq!(Claim::read(&text, &VerifyKey::fixed(1)), None);
        }
    }
}
