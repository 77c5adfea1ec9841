//! The name under which a file was sent: shown to who sent it and to the officer, and never used as a path.

use unicode_normalization::UnicodeNormalization as _;

/// Characters that are shown.
const LONGEST: usize = 80;

/// Whether a character is invisible or turns the direction of what follows (so that `gpj.exe` reads as `exe.jpg`).
const fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}' | '\u{61c}'
    )
}

/// A name to be shown: the last part of whatever path it came with, without what cannot be seen, not too long. Empty names
/// become `file`.
#[must_use]
pub fn display_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen: String = last
        .nfc()
        .filter(|c| !c.is_control() && !is_hidden(*c))
        .collect();
    let seen = seen.trim().trim_start_matches('.').trim();
    if seen.is_empty() {
        return "file".to_owned();
    }
    let count = seen.chars().count();
    if count <= LONGEST {
        return seen.to_owned();
    }
    // the end says what it is
    let head: String = seen.chars().take(LONGEST - 13).collect();
    let tail: String = seen.chars().skip(count - 12).collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_name_and_no_path() {
        for (sent, shown) in [
            ("缴款凭证.pdf", "缴款凭证.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\me\\a.jpg", "a.jpg"),
            ("/", "file"),
            ("..", "file"),
            ("...hidden.png", "hidden.png"),
            ("a\0b\r\n.pdf", "ab.pdf"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("\u{feff}\u{200b}a.pdf", "a.pdf"),
            ("", "file"),
            ("<script>.pdf", "<script>.pdf"),
        ] {
            assert_eq!(display_name(sent), shown, "{sent:?}");
        }
        let long = display_name(&format!("{}.pdf", "长".repeat(400)));
        assert_eq!(long.chars().count(), 80);
        assert!(long.ends_with(".pdf"));
    }
}
