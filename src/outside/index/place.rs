//! Places at the beginning of a query: people put the city before a trade name, whether the name has it or not.

use crate::domain::fold;
use crate::domain::regions;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The longest name of a place, in characters, that is looked for.
const LONGEST: usize = 14;

/// Provinces whose everyday name is not their full name without the last character.
const SHORT: [&str; 7] = ["内蒙古", "广西", "西藏", "宁夏", "新疆", "香港", "澳门"];

/// The names of all regions, folded, and without 省, 市, 县, 区 or 旗 where two characters remain, each with the beginnings
/// of the codes that it stands for (there are several 朝阳区).
static PLACES: LazyLock<HashMap<String, Vec<&'static str>>> = LazyLock::new(|| {
    let mut out: HashMap<String, Vec<&'static str>> = HashMap::new();
    for region in regions::all()
        .iter()
        .filter(|region| !region.is_filler() && !region.prefix().is_empty())
    {
        let name = fold::key(region.name());
        let short = SHORT.iter().find(|short| name.starts_with(**short));
        let short = short.map(|short| (*short).to_owned()).or_else(|| {
            let short = name.strip_suffix(['省', '市', '县', '区', '旗'])?;
            (short.chars().count() >= 2).then(|| short.to_owned())
        });
        for name in short.into_iter().chain([name]) {
            out.entry(name).or_default().push(region.prefix());
        }
    }
    out
});

/// The places at the front of a folded text: how many characters they take (江苏省苏州市 six), and the beginnings of the
/// codes of the last of them. At least two characters are left over: a query that is nothing but a place is a query for it.
pub(super) fn at_front(key: &str) -> (usize, &'static [&'static str]) {
    let ends: Vec<usize> = key.char_indices().map(|(i, _)| i).collect();
    let (mut at, mut codes): (usize, &[&str]) = (0, &[]);
    loop {
        let most = ends.len().saturating_sub(at + 2).min(LONGEST);
        let place = |n: usize| Some((n, PLACES.get(&key[ends[at]..ends[at + n]])?));
        match (2..=most).rev().find_map(place) {
            Some((n, found)) => (at, codes) = (at + n, found),
            None => return (at, codes),
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
            assert_eq!(at_front(key).0, chars, "{key}");
        }
        assert_eq!(at_front("苏州正光贸易").1, ["3205"]);
        assert_eq!(at_front("江苏正光贸易").1, ["32"]);
        assert!(at_front("朝阳区正光贸易").1.len() > 1);
    }
}
