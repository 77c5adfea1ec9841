//! Search folding: one character becomes one character or nothing, so that every spelling of a name meets in one form.
//!
//! Width, case, traditional to simplified, compatibility forms; brackets and punctuation are dropped; runs of space
//! become one space. A phrase-aware converter would keep 乾 in 乾隆 and turn a lone 乾 into 干, and then a fragment would
//! no longer find its name: so the fold never looks at neighbours. The displayed name is never folded.

use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization as _;

/// The character table of OpenCC (Apache-2.0; see `index/fold/README.md`).
const TABLE_TEXT: &str = include_str!("../../index/fold/ts_characters.txt");

/// Table value of a character that is dropped.
const DROPPED: u32 = 0;
const SPACE: u32 = ' ' as u32;

/// The folded form of every character of the basic plane, and of the few beyond it that the table names.
struct Table {
    basic: Vec<u32>,
    beyond: HashMap<char, char>,
}

static TABLE: LazyLock<Table> = LazyLock::new(Table::build);

impl Table {
    fn build() -> Self {
        let simplified: HashMap<char, char> = TABLE_TEXT
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| {
                let mut parts = line.split('\t').filter_map(|part| part.chars().next());
                Some((parts.next()?, parts.next()?))
            })
            .collect();
        let basic = (0..=0xFFFF_u32)
            .map(|code| char::from_u32(code).map_or(DROPPED, |c| fold_with(&simplified, c)))
            .collect();
        let beyond = simplified
            .into_iter()
            .filter(|(from, _)| u32::from(*from) > 0xFFFF)
            .collect();
        Self { basic, beyond }
    }

    fn get(&self, c: char) -> u32 {
        let code = u32::from(c);
        if let Some(folded) = self.basic.get(code as usize) {
            return *folded;
        }
        let c = self.beyond.get(&c).copied().unwrap_or(c);
        if c.is_alphanumeric() {
            u32::from(c)
        } else {
            DROPPED
        }
    }
}

/// The only value of an iterator, if it has just one.
fn single(mut chars: impl Iterator<Item = char>) -> Option<char> {
    chars.next().filter(|_| chars.next().is_none())
}

fn fold_with(simplified: &HashMap<char, char>, c: char) -> u32 {
    if c.is_whitespace() {
        return SPACE;
    }
    // Width and compatibility forms, where they stay one character (㈱ would become three and is dropped).
    let narrow = single(std::iter::once(c).nfkc()).unwrap_or(c);
    let mut folded = single(narrow.to_lowercase()).unwrap_or(narrow);
    // Chains in the table are followed, so that folding twice is folding once; the bound is against a cycle.
    for _ in 0..4 {
        match simplified.get(&folded) {
            Some(next) if *next != folded => folded = *next,
            _ => break,
        }
    }
    if folded.is_alphanumeric() {
        u32::from(folded)
    } else {
        DROPPED
    }
}

/// One character as it is searched; `None` when it is dropped. Of Chinese characters that is the simplified form.
#[must_use]
pub fn fold_char(c: char) -> Option<char> {
    char::from_u32(TABLE.get(c)).filter(|folded| *folded != '\0')
}

/// Folds text for searching: words stay apart by single spaces, without space at either end.
#[must_use]
pub fn fold(text: &str) -> String {
    let table = &*TABLE;
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        match table.get(c) {
            DROPPED => {}
            SPACE => gap = true,
            code => {
                if std::mem::take(&mut gap) && !out.is_empty() {
                    out.push(' ');
                }
                out.extend(char::from_u32(code));
            }
        }
    }
    out
}

/// Folds a whole name to its key: as [`fold`], without any space. Two spellings of one name have one key.
#[must_use]
pub fn key(text: &str) -> String {
    let table = &*TABLE;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match table.get(c) {
            DROPPED | SPACE => {}
            code => out.extend(char::from_u32(code)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_meet() {
        for (typed, folded) in [
            ("廣州市（ＡＢＣ）科技有限公司", "广州市abc科技有限公司"),
            (" 江苏省尚国香料有限 公司 ", "江苏省尚国香料有限 公司"),
            ("郑州\u{3000}\u{3000}中特", "郑州 中特"),
            ("株洲城华铭投资中心(有限合伙)", "株洲城华铭投资中心有限合伙"),
            ("黟县第港·启伯", "黟县第港启伯"),
            ("杭农列字〔2019〕4503号", "杭农列字20194503号"),
            ("衡陽城務不鏽鋼", "衡阳城务不锈钢"),
            ("乾", "干"),
            ("乾隆", "干隆"),
            ("零\u{200B}宽", "零宽"),
            ("Straße", "straße"),
            ("〇", "〇"),
            ("（）·、", ""),
            ("", ""),
            // A compatibility ideograph (U+F900) is its unified twin 豈, which folds to 岂.
            ("\u{F900}", "岂"),
        ] {
            assert_eq!(fold(typed), folded, "{typed}");
        }
        assert_eq!(key(" 有限 公司 "), "有限公司");
    }

    #[test]
    fn every_entry_of_the_table_is_used_and_folding_is_idempotent() {
        let mut entries = 0;
        for line in TABLE_TEXT.lines().filter(|line| !line.starts_with('#')) {
            let (from, to) = line.split_once('\t').unwrap();
            assert_eq!(fold(from), fold(to), "{line}");
            assert_eq!(fold(&fold(from)), fold(from), "{line}");
            entries += 1;
        }
        assert_eq!(entries, 4105);
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
            prop_assert!(!once.contains("  ") && once.trim() == once);
            prop_assert!(once.chars().count() <= text.chars().count());
            prop_assert_eq!(key(&text), once.replace(' ', ""));
        }
    }
}
