//! Reading every spelling of a character: width, digits of all scripts, enclosed numbers, zero-width characters.
//!
//! One character in, a few characters out, so that a place in the folded text always has a place in the
//! original. Nothing folded is ever shown: it only decides where a mask falls.

use unicode_normalization::UnicodeNormalization;

/// First code points of the runs of ten decimal digits (general category Nd) of Unicode 17.
const DIGIT_RUNS: &[u32] = &[
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66,
    0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
    0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
    0x104a0, 0x10d30, 0x10d40, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0,
    0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0, 0x11c50, 0x11d50,
    0x11da0, 0x11de0, 0x11f50, 0x16130, 0x16a60, 0x16ac0, 0x16b50, 0x16d70, 0x1ccf0, 0x1d7ce,
    0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950, 0x1fbf0,
];

/// What one character of the original reads as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Folded {
    /// Not there for the reader: zero-width, joiner, variation selector, combining mark.
    Nothing,
    /// One character.
    One(char),
    /// An enclosed or raised number (①, ⑽, ²): it may belong to the digits beside it or only mark a list.
    Number(u8),
}

/// Folds one character.
pub(super) fn fold_char(c: char) -> Folded {
    match c {
        '\r' => Folded::Nothing,
        // the comma of Chinese prose separates sentences; folded to ASCII it would look like a thousands mark
        '\u{20}'..='\u{7e}'
        | '\n'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{3400}'..='\u{4dbf}'
        | '，'
        | '。'
        | '、'
        | '；'
        | '《'..='】'
        | '“'
        | '”'
        | '·'
        | '…' => Folded::One(c),
        '\t' | '\u{3000}' | '\u{a0}' => Folded::One(' '),
        '\u{ff01}'..='\u{ff5e}' => Folded::One(shift(c, 0xfee0)),
        _ => fold_rare(c),
    }
}

fn shift(c: char, by: u32) -> char {
    char::from_u32(u32::from(c) - by).unwrap_or(c)
}

fn fold_rare(c: char) -> Folded {
    if is_invisible(c) {
        return Folded::Nothing;
    }
    if let Some(n) = enclosed_number(c) {
        return Folded::Number(n);
    }
    if let Some(d) = decimal_digit(c) {
        return Folded::One(char::from(b'0' + d));
    }
    match c {
        _ if c.is_whitespace() && c != '\u{85}' && c != '\u{2028}' && c != '\u{2029}' => {
            Folded::One(' ')
        }
        '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}' => Folded::One('\n'),
        '\u{2010}'..='\u{2015}'
        | '\u{2212}'
        | '\u{fe58}'
        | '\u{fe63}'
        | '\u{2043}'
        | '\u{30fc}'
        | '\u{ff70}' => Folded::One('-'),
        '\u{2022}' | '\u{2027}' | '\u{2219}' | '\u{22c5}' | '\u{30fb}' | '\u{ff65}'
        | '\u{16eb}' | '\u{2e31}' => Folded::One('·'),
        '\u{fe52}' | '\u{2024}' | '\u{ff61}' => Folded::One('.'),
        // letters of other scripts that are drawn like the X of a citizen id
        'Х' | 'х' | 'Χ' | 'χ' | '✕' | '✖' | '✗' | '✘' | '╳' | '⨯' => {
            Folded::One('X')
        }
        _ => {
            let mut out = std::iter::once(c).nfkc();
            match (out.next(), out.next()) {
                (Some(one), None) if one != c => fold_char(one),
                _ => Folded::One(c),
            }
        }
    }
}

/// Whether a character takes no room of its own: it may not hide the middle of a number.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}'
        | '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{61c}'
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{20d0}'..='\u{20ff}' | '\u{2800}' | '\u{3164}' | '\u{302a}'..='\u{302f}' | '\u{3099}' | '\u{309a}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The number inside a circle, brackets or with a stop (0 to 20), and raised or lowered digits.
fn enclosed_number(c: char) -> Option<u8> {
    let u = u32::from(c);
    let n = match u {
        0x2460..=0x2473 => u - 0x2460 + 1,
        0x2474..=0x2487 => u - 0x2474 + 1,
        0x2488..=0x249b => u - 0x2488 + 1,
        0x24ea | 0x24ff | 0x1f10b | 0x1f10c | 0x1f100 | 0x2070 => 0,
        0x1f101..=0x1f10a => u - 0x1f101,
        0x24eb..=0x24f4 => u - 0x24eb + 11,
        0x24f5..=0x24fe => u - 0x24f5 + 1,
        0x2776..=0x277f => u - 0x2776 + 1,
        0x2780..=0x2789 => u - 0x2780 + 1,
        0x278a..=0x2793 => u - 0x278a + 1,
        0xb9 => 1,
        0xb2 => 2,
        0xb3 => 3,
        0x2074..=0x2079 => u - 0x2070,
        0x2080..=0x2089 => u - 0x2080,
        _ => return None,
    };
    u8::try_from(n).ok()
}

/// The value of a decimal digit of any script.
fn decimal_digit(c: char) -> Option<u8> {
    let u = u32::from(c);
    let at = DIGIT_RUNS.partition_point(|&s| s <= u);
    let start = *DIGIT_RUNS.get(at.checked_sub(1)?)?;
    u8::try_from(u - start).ok().filter(|d| *d < 10)
}

/// The value of a Chinese numeral that stands for one digit, everyday or formal, with the spoken 幺.
pub(super) fn han_digit(c: char) -> Option<u8> {
    Some(match c {
        '〇' | '零' | '○' | '◯' => 0,
        '一' | '壹' | '幺' | '㊀' => 1,
        '二' | '贰' | '貳' | '㊁' => 2,
        '三' | '叁' | '參' | '㊂' => 3,
        '四' | '肆' | '㊃' => 4,
        '五' | '伍' | '㊄' => 5,
        '六' | '陆' | '陸' | '㊅' => 6,
        '七' | '柒' | '㊆' => 7,
        '八' | '捌' | '㊇' => 8,
        '九' | '玖' | '㊈' => 9,
        _ => return None,
    })
}

/// A field's value for comparison: folded, invisible characters dropped, ends trimmed.
pub(super) fn plain(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match fold_char(c) {
            Folded::Nothing => {}
            Folded::One(c) => out.push(c),
            Folded::Number(n) => out.push_str(&n.to_string()),
        }
    }
    out.trim().to_owned()
}

/// A number's characters for comparison: as [`plain`], upper case, without blanks, dashes and dots.
pub(super) fn compact(value: &str) -> String {
    plain(value)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '·' | '.' | '_' | '/'))
        .map(|c| {
            if c == '×' {
                'X'
            } else {
                c.to_ascii_uppercase()
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_decimal_digit_that_unicode_knows_is_read() {
        let nd = regex::Regex::new(r"^\p{Nd}$").unwrap();
        let mut count = 0;
        for c in ('\0'..=char::MAX).filter(|c| nd.is_match(c.encode_utf8(&mut [0; 4]))) {
            assert!(
                decimal_digit(c).is_some(),
                "U+{:04X} is not read",
                u32::from(c)
            );
            count += 1;
        }
        assert!(count >= 660);
    }

    #[test]
    fn every_format_character_is_invisible() {
        // the prepended marks of other scripts (U+0600…) are drawn, and stand before digits of those scripts
        let cf = regex::Regex::new(r"^[\p{Cf}--[\u{600}-\u{605}\u{6dd}\u{70f}\u{890}\u{891}\u{8e2}\u{110bd}\u{110cd}\u{13430}-\u{1345f}]]$").unwrap();
        for c in ('\0'..=char::MAX).filter(|c| cf.is_match(c.encode_utf8(&mut [0; 4]))) {
            assert_eq!(fold_char(c), Folded::Nothing, "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn spellings_of_one_number_fold_alike() {
        for s in [
            "138",
            "１３８",
            "1\u{200b}3\u{feff}8",
            "①③⑧",
            "❶❸❽",
            "𝟏𝟑𝟖",
            "١٣٨",
            "1️⃣3️⃣8️⃣",
        ] {
            assert_eq!(plain(s), "138", "{s:?}");
        }
    }
}
