//! The number of an application (办件编号) and the form of its secret: letters of Crockford's alphabet, in groups, to be
//! read aloud and typed. Neither says when, by whom or about whom the application was made.

use super::FormKind;

/// The alphabet: no I, L, O, U.
pub const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a number after its kind; the last one checks the others.
pub const NUMBER_CHARS: usize = 12;
/// Characters of a secret: 120 bits.
pub const SECRET_CHARS: usize = 24;

/// The number of an application: `XF-7K3M-9Q2H-4TWX`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(String);

const fn prefix(kind: FormKind) -> &'static str {
    match kind {
        FormKind::Repair => "XF",
        FormKind::Objection => "YY",
        FormKind::Complaint => "TS",
    }
}

/// What was typed as characters of the alphabet: case and separators do not matter, and letters that resemble digits are
/// those digits. `None` when something else stands there.
#[must_use]
pub fn read(typed: &str) -> Option<String> {
    let kept = typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '－' | '—' | '–'));
    kept.map(|c| match c.to_ascii_uppercase() {
        'I' | 'L' => Some('1'),
        'O' => Some('0'),
        c => c
            .is_ascii()
            .then_some(c)
            .filter(|c| ALPHABET.contains(&(*c as u8))),
    })
    .collect()
}

/// Characters in groups of four.
#[must_use]
pub fn grouped(chars: &str) -> String {
    let all: Vec<char> = chars.chars().collect();
    let groups: Vec<String> = all.chunks(4).map(|g| g.iter().collect()).collect();
    groups.join("-")
}

/// The check character of the others: a weighted sum, so that one wrong character and two exchanged ones are seen.
fn check_character(kind: FormKind, body: &str) -> char {
    let seed = prefix(kind)
        .bytes()
        .fold(0_usize, |sum, b| sum * 7 + usize::from(b));
    let sum = body.bytes().enumerate().fold(seed, |sum, (i, b)| {
        let value = ALPHABET.iter().position(|a| *a == b).unwrap_or(0);
        // odd weights have an inverse modulo 32
        sum + value * (2 * i + 1)
    });
    char::from(ALPHABET[sum % ALPHABET.len()])
}

impl Number {
    /// A number of random characters; values count modulo 32.
    #[must_use]
    pub fn from_random(kind: FormKind, random: [u8; NUMBER_CHARS - 1]) -> Self {
        let body: String = random
            .iter()
            .map(|b| char::from(ALPHABET[usize::from(*b) % 32]))
            .collect();
        let check = check_character(kind, &body);
        Self(format!(
            "{}-{}",
            prefix(kind),
            grouped(&format!("{body}{check}"))
        ))
    }

    /// Reads a number as somebody typed it.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let (head, rest) = (typed.get(..2)?.to_ascii_uppercase(), typed.get(2..)?);
        let kind = *FormKind::ALL.iter().find(|k| prefix(**k) == head)?;
        let chars = read(rest)?;
        if chars.len() != NUMBER_CHARS {
            return None;
        }
        let (body, check) = chars.split_at(NUMBER_CHARS - 1);
        check
            .starts_with(check_character(kind, body))
            .then(|| Self(format!("{head}-{}", grouped(&chars))))
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the application is.
    #[must_use]
    pub fn kind(&self) -> FormKind {
        let all = FormKind::ALL.iter().copied();
        all.into_iter()
            .find(|k| self.0.starts_with(prefix(*k)))
            .unwrap_or(FormKind::Repair)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_number_is_read_however_it_is_typed(random in any::<[u8; 11]>(), at in 0_usize..11) {
            for kind in FormKind::ALL {
                let number = Number::from_random(*kind, random);
                prop_assert_eq!(number.kind(), *kind);
                let plain = number.as_str().replace('-', " ").to_lowercase().replace('0', "o").replace('1', "l");
                prop_assert_eq!(Number::parse(&plain), Some(number.clone()));
                // one wrong character
                let mut wrong = random;
                wrong[at] = wrong[at].wrapping_add(1);
                let other = Number::from_random(*kind, wrong);
                let mixed = format!("{}{}", &other.as_str()[..other.as_str().len() - 1], &number.as_str()[number.as_str().len() - 1..]);
                prop_assert_eq!(Number::parse(&mixed), None);
            }
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in [
            "",
            "XF",
            "XF-",
            "ZZ-0000-0000-0000",
            "XF-0000-0000-000",
            "字字字",
            "XF-0000-0000-00U0",
            "X\u{301}F",
        ] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }
}
