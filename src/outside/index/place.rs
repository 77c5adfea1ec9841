//! Places at the beginning of a query: people put the city before a trade name, whether the name has it or not.

use crate::domain::fold;
use crate::domain::regions;
use std::collections::HashSet;
use std::sync::LazyLock;

/// The longest name of a place, in characters, that is looked for.
const LONGEST: usize = 14;

/// Provinces whose everyday name is not their full name without the last character.
const SHORT: [&str; 7] = ["内蒙古", "广西", "西藏", "宁夏", "新疆", "香港", "澳门"];

/// The names of all regions, folded, and without 省, 市, 县, 区 or 旗 where two characters remain.
static PLACES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let mut out: HashSet<String> = SHORT.iter().map(|name| (*name).to_owned()).collect();
    for region in regions::all().iter().filter(|region| !region.is_filler()) {
        let name = fold::key(region.name());
        if let Some(short) = name.strip_suffix(['省', '市', '县', '区', '旗'])
            && short.chars().count() >= 2
        {
            out.insert(short.to_owned());
        }
        out.insert(name);
    }
    out
});

/// How many characters of a folded text are places: 江苏省苏州市 at the front counts six. At least two characters are left
/// over: a query that is nothing but a place is a query for it.
pub(super) fn length(key: &str) -> usize {
    let ends: Vec<usize> = key.char_indices().map(|(i, _)| i).collect();
    let mut at = 0;
    loop {
        let most = ends.len().saturating_sub(at + 2).min(LONGEST);
        let is_place = |n: &usize| PLACES.contains(&key[ends[at]..ends[at + n]]);
        match (2..=most).rev().find(is_place) {
            Some(n) => at += n,
            None => return at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_cut_off_the_front() {
        for (key, chars) in [
            ("苏州正光贸易", 2),
            ("苏州市正光贸易", 3),
            ("江苏省苏州市正光贸易", 6),
            ("内蒙古正光", 3),
            ("正光苏州", 0),
            ("苏州", 0),
            ("苏州市", 0),
            ("苏州正", 0),
            ("", 0),
            ("光", 0),
        ] {
            assert_eq!(length(key), chars, "{key}");
        }
    }
}
