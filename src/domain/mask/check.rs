//! The arithmetic of numbers met in sentences: is this run of digits a citizen id, a credit code, a card?
//!
//! These are the questions of a scanner, asked of thousands of runs, so they take digit values and allocate
//! nothing; parsing a field with suggestions is `domain::subject`'s task.

use chrono::{Datelike, NaiveDate};

/// First two digits of the region codes of GB/T 2260, with 81 to 83 for residence permits (domain.md 3.4).
const PROVINCES: &[u8] = &[
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52,
    53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83,
];

fn number(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |n, &d| n * 10 + u32::from(d))
}

fn known_province(d: &[u8]) -> bool {
    d.len() >= 2 && PROVINCES.contains(&(d[0] * 10 + d[1]))
}

/// Whether eight digits are a date on which a living person may have been born. The end is fixed and far
/// (2099), because a pure function has no today; an id of a child not yet born is no harm to mask.
fn birth_date(d: &[u8]) -> bool {
    let year = number(&d[..4]);
    (1850..2100).contains(&year)
        && i32::try_from(year)
            .ok()
            .and_then(|y| NaiveDate::from_ymd_opt(y, number(&d[4..6]), number(&d[6..8])))
            .is_some_and(|day| day.year() > 1800)
}

/// Whether 17 digits look like the body of a citizen id: known province and a real date of birth.
pub(super) fn id_body_plausible(d: &[u8]) -> bool {
    d.len() >= 17 && known_province(d) && birth_date(&d[6..14])
}

/// Whether the 18 values (10 stands for X) are a citizen id of GB 11643.
pub(super) fn citizen_id_18(d: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: [u8; 11] = [1, 0, 10, 9, 8, 7, 6, 5, 4, 3, 2];
    d.len() == 18 && id_body_plausible(d) && {
        let sum: u32 = WEIGHTS.iter().zip(d).map(|(w, &v)| w * u32::from(v)).sum();
        CHECK[(sum % 11) as usize] == d[17]
    }
}

/// Whether 15 digits are a citizen id of the old form: known province and a date of the 20th century.
pub(super) fn citizen_id_15(d: &[u8]) -> bool {
    if d.len() != 15 || !known_province(d) {
        return false;
    }
    let mut date = [1, 9, 0, 0, 0, 0, 0, 0];
    date[2..].copy_from_slice(&d[6..12]);
    birth_date(&date)
}

/// Whether 15 digits are a registration number: ISO 7064 MOD 11,10 (domain.md 3.4).
pub(super) fn registration_number(d: &[u8]) -> bool {
    if d.len() != 15 {
        return false;
    }
    let mut p = 10u32;
    for &v in &d[..14] {
        let s = (p + u32::from(v)) % 10;
        p = (if s == 0 { 10 } else { s }) * 2 % 11;
    }
    (p + u32::from(d[14])) % 10 == 1
}

/// Whether digits satisfy the Luhn formula of payment cards.
pub(super) fn luhn(d: &[u8]) -> bool {
    let sum: u32 = d
        .iter()
        .rev()
        .enumerate()
        .map(|(i, &v)| {
            let v = u32::from(v);
            if i % 2 == 0 {
                v
            } else if v > 4 {
                v * 2 - 9
            } else {
                v * 2
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether 18 characters are a unified social credit code with a right check character and a known
/// registering authority (GB 32100).
pub(super) fn credit_code(code: &[char]) -> bool {
    const SET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    const WEIGHTS: [usize; 17] = [
        1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
    ];
    if code.len() != 18 || !matches!(code[0], '1'..='9' | 'A' | 'N' | 'Y') {
        return false;
    }
    let mut sum = 0;
    for (w, c) in WEIGHTS.iter().zip(code) {
        match SET.find(c.to_ascii_uppercase()) {
            Some(v) => sum += w * v,
            None => return false,
        }
    }
    SET.chars().nth((31 - sum % 31) % 31) == Some(code[17].to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(s: &str) -> Vec<u8> {
        s.bytes()
            .map(|b| if b == b'X' { 10 } else { b - b'0' })
            .collect()
    }

    #[test]
    fn citizen_ids_of_gb_11643() {
        for good in ["11010519491231002X", "440524188001010014"] {
            assert!(citizen_id_18(&values(good)), "{good}");
        }
        for bad in [
            "110105194912310021",
            "440524188002300014",
            "990524188001010014",
            "44052418800101001",
        ] {
            assert!(!citizen_id_18(&values(bad)), "{bad}");
        }
        assert!(citizen_id_15(&values("110105491231002")));
        assert!(!citizen_id_15(&values("110108000000016")));
    }

    #[test]
    fn registration_number_cards_and_credit_codes() {
        assert!(registration_number(&values("110108000000016")));
        assert!(!registration_number(&values("110108000000017")));
        assert!(luhn(&values("4111111111111111")));
        assert!(!luhn(&values("4111111111111112")));
        for code in [
            "11350200004123454P",
            "533200005098000190",
            "91350203MA2EXA019B",
            "N2350206MF10000T4P",
        ] {
            assert!(credit_code(&code.chars().collect::<Vec<_>>()), "{code}");
        }
        for code in ["91350203MA2EXA019C", "91350203MA2EXAO19B"] {
            assert!(!credit_code(&code.chars().collect::<Vec<_>>()), "{code}");
        }
    }
}
