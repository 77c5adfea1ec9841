//! The word lists of `index/mask`: surnames, characters of given names, everyday words, divisions.
//!
//! They decide where a person's name ends in running text and which part of a home address is a district.
//! All are embedded; origin and licences stand in `index/mask/README.md`; divisions come
//! from `domain::regions`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::domain::regions::{self, Level as Rank};

/// Surnames and given-name characters.
pub(super) struct Names {
    common: HashSet<char>,
    rare: HashSet<char>,
    compound: HashSet<[char; 2]>,
    given: HashMap<char, i32>,
}

pub(super) static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut lines = include_str!("../../../index/mask/surnames.txt").lines();
    let mut singles = || {
        lines
            .next()
            .unwrap_or_default()
            .chars()
            .collect::<HashSet<_>>()
    };
    let (common, rare) = (singles(), singles());
    let compound = include_str!("../../../index/mask/surnames.txt")
        .lines()
        .nth(2)
        .unwrap_or_default()
        .split_whitespace()
        .filter_map(pair)
        .collect();
    let given = include_str!("../../../index/mask/given.txt")
        .lines()
        .filter_map(|line| line.split_once(' '))
        .flat_map(|(score, chars)| {
            let score = score.parse().unwrap_or(0);
            chars.chars().map(move |c| (c, score))
        })
        .collect();
    Names {
        common,
        rare,
        compound,
        given,
    }
});

fn pair(word: &str) -> Option<[char; 2]> {
    let mut it = word.chars();
    match (it.next(), it.next(), it.next()) {
        (Some(a), Some(b), None) => Some([a, b]),
        _ => None,
    }
}

impl Names {
    /// Whether two characters are a compound surname.
    pub(super) fn is_compound(&self, a: char, b: char) -> bool {
        self.compound.contains(&[a, b])
    }

    /// Whether a character is a surname that many people bear.
    pub(super) fn is_common(&self, c: char) -> bool {
        self.common.contains(&c)
    }

    /// Whether a character is a surname at all.
    pub(super) fn is_surname(&self, c: char) -> bool {
        self.common.contains(&c) || self.rare.contains(&c)
    }

    /// How usual a character is in given names: 0 (once in 60,000) to 9 (thousands); `None` when not seen.
    pub(super) fn given(&self, c: char) -> Option<i32> {
        self.given.get(&c).copied()
    }
}

static WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../../../index/mask/words.txt")
        .lines()
        .collect()
});

/// Whether two to four characters are an everyday word.
pub(super) fn is_word(chars: &[char]) -> bool {
    let mut buffer = [0u8; 16];
    let mut len = 0;
    for c in chars {
        if len + c.len_utf8() > buffer.len() {
            return false;
        }
        len += c.encode_utf8(&mut buffer[len..]).len();
    }
    std::str::from_utf8(&buffer[..len]).is_ok_and(|w| WORDS.contains(w))
}

/// Level of a division of GB/T 2260.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Province,
    City,
    County,
}

/// Names of divisions and their everyday short forms (福建, 厦门); the short ones are marked `false`.
static DIVISIONS: LazyLock<HashMap<Vec<char>, (Level, bool)>> = LazyLock::new(|| {
    const ENDINGS: [&str; 8] = [
        "特别行政区",
        "壮族自治区",
        "回族自治区",
        "维吾尔自治区",
        "自治区",
        "省",
        "市",
        "地区",
    ];
    let mut all = HashMap::new();
    for region in regions::all() {
        let level = match region.level() {
            Rank::Country => continue,
            Rank::Province => Level::Province,
            Rank::City => Level::City,
            Rank::County => Level::County,
        };
        // rows that only hold a place in the table of codes
        if region.name() == "市辖区" || region.name() == "县" || region.name().contains("直辖")
        {
            continue;
        }
        all.insert(region.name().chars().collect(), (level, true));
        if level < Level::County {
            let short = ENDINGS.iter().find_map(|e| region.name().strip_suffix(e));
            if let Some(short) = short.filter(|s| s.chars().count() >= 2) {
                all.entry(short.chars().collect()).or_insert((level, false));
            }
        }
    }
    all
});

/// The divisions that a text begins with, blanks between them allowed: number of characters up to the end of
/// the last one (county at most) and its level. A short form counts only when a fuller one follows it.
pub(super) fn divisions_at(text: &[char]) -> Option<(usize, Level)> {
    let mut at = 0;
    let mut kept = None;
    for _ in 0..4 {
        while text.get(at) == Some(&' ') {
            at += 1;
        }
        let longest = text.len().saturating_sub(at).min(16);
        let found = (2..=longest).rev().find_map(|n| {
            DIVISIONS
                .get(&text[at..at + n])
                .map(|(level, whole)| (n, *level, *whole))
        });
        let Some((n, level, whole)) = found else {
            break;
        };
        if kept.is_some_and(|(_, before)| level < before) {
            break;
        }
        at += n;
        if whole {
            kept = Some((at, level));
            if level == Level::County && text.get(at).is_none_or(|c| *c != '市') {
                // a county-level city may follow its prefecture; nothing finer is a division
                break;
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(s: &str) -> Vec<char> {
        s.chars().collect()
    }

    #[test]
    fn lists_are_there_and_plausible() {
        assert!(
            NAMES.is_common('李') && NAMES.is_compound('欧', '阳') && NAMES.given('丽').is_some()
        );
        assert!(is_word(&chars("雇用")) && is_word(&chars("应当")) && !is_word(&chars("李四")));
    }

    #[test]
    fn divisions_end_at_the_district() {
        for (text, kept) in [
            ("福建省厦门市思明区湖滨南路", 9),
            ("厦门市思明区湖滨", 6),
            ("福建厦门思明区湖滨", 7),
            ("福建省 厦门市 思明区湖滨", 11),
            ("厦门市集美小区", 3),
            ("安溪县湖头镇", 3),
            ("北京市朝阳区建国路", 6),
            ("福建省泉州市晋江市安海镇", 9),
        ] {
            assert_eq!(
                divisions_at(&chars(text)).map(|d| d.0),
                Some(kept),
                "{text}"
            );
        }
        for text in ["湖滨南路", "前埔小区", "厦门湖滨", ""] {
            assert_eq!(divisions_at(&chars(text)), None, "{text}");
        }
    }
}
