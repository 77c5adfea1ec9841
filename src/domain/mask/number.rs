//! Identity documents, telephones, accounts, plates (domain.md 4.1).
//!
//! A method masks by position, so that a value masked before stays as it is and a stricter method may follow
//! a milder one. What does not have the expected form is masked by the strictest reading.

use super::fold::compact;

/// Keeps the characters at which `keep` holds and stars the rest; stars that stand there stay.
fn keep(chars: &[char], keep: impl Fn(usize) -> bool) -> String {
    chars
        .iter()
        .enumerate()
        .map(|(i, c)| if keep(i) { *c } else { '*' })
        .collect()
}

/// Whether the value has the form of a citizen id, masked places included; other documents have other rules.
fn is_citizen_id(chars: &[char]) -> bool {
    let digits = |cs: &[char]| cs.iter().all(|c| c.is_ascii_digit() || *c == '*');
    // every method for ids leaves the second digit; a document masked before does not become an id
    if chars.get(1) == Some(&'*') {
        return false;
    }
    match chars.len() {
        18 => digits(&chars[..17]) && (chars[17] == 'X' || digits(&chars[17..])),
        15 => digits(chars),
        _ => false,
    }
}

fn by_position(value: &str, hide: fn(usize, usize) -> bool) -> String {
    let chars: Vec<char> = compact(value).chars().collect();
    if is_citizen_id(&chars) {
        keep(&chars, |i| !hide(i, chars.len()))
    } else {
        document(&chars)
    }
}

/// Citizen id without the date of birth, the portal's default: 440524\*\*\*\*\*\*\*\*0014; of the 15-digit form
/// the six digits of the date. Any other document as [`mask_document`].
/// Source: domain.md 4.1, 税务总局令第54号.
#[must_use]
pub fn mask_id_birth(value: &str) -> String {
    by_position(value, |i, len| {
        if len == 18 {
            (6..14).contains(&i)
        } else {
            (6..12).contains(&i)
        }
    })
}

/// Citizen id without month and day of birth, as the courts show defaulters: 4405241880\*\*\*\*0014; of the
/// 15-digit form the four digits of month and day. Any other document as [`mask_document`].
/// Source: domain.md 4.1.
#[must_use]
pub fn mask_id_court(value: &str) -> String {
    by_position(value, |i, len| {
        if len == 18 {
            (10..14).contains(&i)
        } else {
            (8..12).contains(&i)
        }
    })
}

/// Citizen id, first three digits and last one: 440\*\*\*\*\*\*\*\*\*\*\*\*\*\*4. Any other document as
/// [`mask_document`]. Source: domain.md 4.1.
#[must_use]
pub fn mask_id_strict(value: &str) -> String {
    by_position(value, |i, len| (3..len - 1).contains(&i))
}

/// Passports and permits: first character and last two (E12345678 → E\*\*\*\*\*\*78); what is too short to keep three
/// characters secret is starred whole. Source: domain.md 4.1.
#[must_use]
pub fn mask_document(value: &str) -> String {
    document(&compact(value).chars().collect::<Vec<_>>())
}

fn document(chars: &[char]) -> String {
    let len = chars.len();
    keep(chars, |i| len >= 6 && (i == 0 || i + 2 >= len))
}

/// A telephone number on an applicant's own screen: mobile 138\*\*\*\*5678; landline area code and last two
/// digits; anything else starred whole. In published fields telephones are dropped. Source: domain.md 4.1.
#[must_use]
pub fn mask_phone(value: &str) -> String {
    let all: Vec<char> = compact(value)
        .chars()
        .filter(|c| *c != '(' && *c != ')')
        .collect();
    let (['+', '8', '6', chars @ ..] | ['0', '0', '8', '6', chars @ ..] | chars) = all.as_slice();
    let len = chars.len();
    if !chars.iter().all(|c| c.is_ascii_digit() || *c == '*') {
        return "*".repeat(len);
    }
    match chars {
        ['1', '3'..='9', ..] if len == 11 => keep(chars, |i| !(3..7).contains(&i)),
        ['0', '1' | '2', ..] if (10..=12).contains(&len) => keep(chars, |i| i < 3 || i + 2 >= len),
        ['0', ..] if (10..=12).contains(&len) => keep(chars, |i| i < 4 || i + 2 >= len),
        _ => "*".repeat(len),
    }
}

/// A bank account in the authority's own view: the last four characters; one under eight characters is
/// starred whole. In published fields accounts are dropped. Source: domain.md 4.1.
#[must_use]
pub fn mask_account(value: &str) -> String {
    let chars: Vec<char> = compact(value).chars().collect();
    let len = chars.len();
    keep(&chars, |i| len >= 8 && i + 4 >= len)
}

/// A number plate on lists of overloaded haulage: province, letter, and the last three characters
/// (闽D12345 → 闽D·\*\*345). Source: domain.md 4.1.
#[must_use]
pub fn mask_plate(value: &str) -> String {
    let chars: Vec<char> = compact(value).chars().collect();
    match chars.as_slice() {
        [province, letter, rest @ ..]
            if (5..=6).contains(&rest.len()) && letter.is_ascii_uppercase() =>
        {
            let rest = keep(rest, |i| i + 3 >= rest.len());
            format!("{province}{letter}·{rest}")
        }
        _ => "*".repeat(chars.len()),
    }
}
