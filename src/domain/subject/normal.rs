//! The one normal form in which identifiers and names are compared: width, zero-width characters,
//! spaces, hyphens, case. Look-alike letters are *not* replaced here: that is only ever a suggestion
//! (`mend`), because a reader must be told that his code was wrong.

use unicode_normalization::UnicodeNormalization;

/// Characters of input that are looked at; what is longer is no identifier, and no input may cost more.
pub const LONGEST: usize = 256;

/// Whether a character prints nothing and only disturbs comparison: zero-width spaces and joiners,
/// direction marks, soft hyphen, byte order mark, variation selectors.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether a character is a hyphen or dash that people put between the groups of a code.
#[must_use]
pub const fn is_hyphen(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{058A}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2043}'
                | '\u{207B}'
                | '\u{2212}'
                | '\u{2E3A}'
                | '\u{2E3B}'
                | '\u{30FC}'
                | '\u{FE58}'
                | '\u{FE63}'
                | '\u{FF0D}'
                | '_'
    )
}

/// An identifier in normal form: NFKC, no spaces, hyphens, invisible or control characters and no
/// text mark of a spreadsheet (leading apostrophe), Latin letters in upper case.
///
/// At most [`LONGEST`] characters are read, so a longer input stays too long to be any identifier.
#[must_use]
pub fn code_form(text: &str) -> Vec<char> {
    let mut out: Vec<char> = Vec::with_capacity(24);
    for c in text.chars().take(LONGEST).nfkc() {
        let dropped = c.is_whitespace() || c.is_control() || is_hyphen(c) || is_invisible(c);
        let text_mark = out.is_empty() && matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '`');
        if !dropped && !text_mark {
            out.push(c.to_ascii_uppercase());
        }
    }
    out
}

/// The characters as ASCII bytes, or the first one (1-based position, character) outside `alphabet`.
pub(super) fn bytes_in(chars: &[char], alphabet: &[u8]) -> Result<Vec<u8>, (usize, char)> {
    chars
        .iter()
        .enumerate()
        .map(|(i, &c)| {
            u8::try_from(c)
                .ok()
                .filter(|b| alphabet.contains(b))
                .ok_or((i + 1, c))
        })
        .collect()
}

/// ASCII bytes as text; the empty string for what is not ASCII, which no checked code holds.
pub(super) fn ascii(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_code_has_one_form() {
        for spelling in [
            "91350203MA2EXA019B",
            " 91350203ma2exa019b\t",
            "９１３５０２０３ＭＡ２ＥＸＡ０１９Ｂ",
            "9135 0203 MA2E XA01 9B",
            "913502-03MA2EXA01-9B",
            "913502—03MA2EXA01－9B",
            "'91350203MA2EXA019B",
            "91350203\u{200B}MA2EXA019\u{FEFF}B",
            "\u{3000}91350203MA2\r\nEXA019B",
        ] {
            assert_eq!(
                code_form(spelling).iter().collect::<String>(),
                "91350203MA2EXA019B",
                "{spelling:?}"
            );
        }
    }

    #[test]
    fn an_endless_input_is_cut() {
        assert_eq!(code_form(&"9".repeat(1_000_000)).len(), LONGEST);
    }
}
