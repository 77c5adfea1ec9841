//! How well a name answers a query: the classes of a match, and the distance of a look-alike.

use super::place;
use super::request::Match;
use super::segment::{unit, units};
use crate::domain::fold;

/// Classes of hits, best first. The numbers stand in cursors: a new class goes between by renumbering, and a cursor of the
/// older program then only misplaces one page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Class {
    Listed = 0,
    Code = 1,
    CodeBeginning = 2,
    Document = 3,
    DocumentBeginning = 4,
    Exact = 5,
    Prefix = 6,
    Contiguous = 7,
    InOrder = 8,
    AllParts = 9,
    Gaps = 10,
    Placed = 11,
    Near = 12,
}

impl Class {
    /// The class as the API names it.
    pub const fn matched(self) -> Match {
        match self {
            Self::Listed => Match::All,
            Self::Code | Self::CodeBeginning => Match::Code,
            Self::Document | Self::DocumentBeginning => Match::Document,
            Self::Exact => Match::Exact,
            Self::Prefix
            | Self::Contiguous
            | Self::InOrder
            | Self::AllParts
            | Self::Gaps
            | Self::Placed => Match::Fragment,
            Self::Near => Match::Near,
        }
    }
}

/// Packs a rank, lower is better: class, distance in hundredths, length of the name, newer decision first. Row numbers
/// break ties.
pub(super) fn rank(class: Class, distance: u16, length: usize, decided: u64) -> u64 {
    let length = length.min(255) as u64;
    let newest = u64::from(u16::MAX) - decided.min(u64::from(u16::MAX));
    (class as u64) << 56 | u64::from(distance) << 40 | length << 32 | newest << 16
}

/// Endings of whole organisation names. A query that ends with one names one organisation: a name with more in between is
/// then another organisation, and must be shown as a look-alike.
const LEGAL_FORMS: [&str; 22] = [
    "公司",
    "合作社",
    "中心",
    "商行",
    "经营部",
    "事务所",
    "有限合伙",
    "工作室",
    "服务部",
    "超市",
    "加工厂",
    "商店",
    "酒店",
    "餐馆",
    "餐饮店",
    "便利店",
    "药店",
    "分店",
    "总店",
    "企业",
    "集团",
    "厂",
];

/// Endings that say little about which organisation is meant; only these count less, not 加工厂 or 商行.
const FORM_WORDS: [&str; 6] = [
    "公司",
    "有限公司",
    "有限责任公司",
    "股份有限公司",
    "集团有限公司",
    "集团公司",
];

/// A query as the name stages see it.
#[derive(Debug)]
pub(super) struct Words {
    /// The whole query, folded, without spaces.
    pub key: String,
    /// The same as units.
    pub units: Vec<u16>,
    /// The stretches between spaces.
    pub stretches: Vec<Vec<u16>>,
    /// The stretches as text.
    pub parts: Vec<String>,
    /// Whether the query ends like a whole organisation name.
    pub whole_name: bool,
    /// What it costs a look-alike, in hundredths, not to have a character of the query.
    costs: Vec<u32>,
    /// Characters at the front that are places.
    place: usize,
    /// Beginnings of the region codes of that place.
    pub place_codes: &'static [&'static str],
}

impl Words {
    /// Folds and cuts what was typed.
    pub fn new(typed: &str, most: usize) -> Self {
        let typed: String = typed.chars().take(most).collect();
        let folded = fold::fold(&typed);
        let parts: Vec<String> = folded
            .split(' ')
            .filter(|p| !p.is_empty())
            .map(str::to_owned)
            .collect();
        let key = parts.concat();
        let units_of_key = units(&key);
        let mut costs = vec![SUBSTITUTION; units_of_key.len()];
        let (place, place_codes) = place::at_front(&key);
        costs[..place].fill(NOISE);
        let form = FORM_WORDS.iter().filter(|form| key.ends_with(**form));
        let form = form.map(|form| form.chars().count()).max().unwrap_or(0);
        let end = costs.len();
        costs[end - form.min(end - place)..].fill(NOISE);
        Self {
            place,
            place_codes,
            costs,
            units: units_of_key,
            stretches: parts.iter().map(|p| units(p)).collect(),
            whole_name: LEGAL_FORMS.iter().any(|form| key.ends_with(form)),
            parts,
            key,
        }
    }

    /// The class of a name that has all bigrams of the query; `None` when they are there but do not make up its parts.
    pub fn class(&self, name: &[u16]) -> Option<Class> {
        match find(name, &self.units) {
            Some(0) if name.len() == self.units.len() => return Some(Class::Exact),
            Some(0) => return Some(Class::Prefix),
            Some(_) => return Some(Class::Contiguous),
            None if self.stretches.len() < 2 => return None,
            None => {}
        }
        if in_order(name, self.stretches.iter().map(Vec::as_slice)) {
            Some(Class::InOrder)
        } else if self.stretches.iter().all(|part| find(name, part).is_some()) {
            Some(Class::AllParts)
        } else {
            None
        }
    }

    /// The class and distance (hundredths) of a look-alike; `None` when it is too far off. `room` to work in.
    pub fn near(&self, name: &[u16], room: &mut Vec<u32>) -> Option<(Class, u16)> {
        let limit = u32::try_from(self.units.len() * 40).unwrap_or(u32::MAX);
        let found = distance(&self.units, &self.costs, name, limit, room);
        let distance = found.and_then(|d| u16::try_from(d).ok());
        let parts = found.is_some_and(|d| d < SUBSTITUTION) && self.runs(name);
        let (parts, distance) = if !parts && self.turned_round(name) {
            (true, TURNED)
        } else {
            (parts, distance?)
        };
        let class = if parts && !self.whole_name {
            Class::Gaps
        } else {
            Class::Near
        };
        Some((class, distance))
    }

    /// Whether the name holds all of the query but the place in front, so that a record from that place has all of it.
    pub fn all_but_place(&self, name: &[u16]) -> bool {
        self.place > 0 && !self.whole_name && find(name, &self.units[self.place..]).is_some()
    }

    /// Whether the name holds the query cut in two or three, each part of two characters at least, in order.
    fn runs(&self, name: &[u16]) -> bool {
        let q = self.units.as_slice();
        (2..=q.len().saturating_sub(2)).any(|i| {
            let Some(at) = find(name, &q[..i]) else {
                return false;
            };
            let rest = &name[at + i..];
            find(rest, &q[i..]).is_some()
                || (i + 2..=q.len().saturating_sub(2))
                    .any(|j| in_order(rest, [&q[i..j], &q[j..]].into_iter()))
        })
    }

    /// Whether the name holds the two parts of the query in the other order (trade name before place). Where the query
    /// begins with a place, it is cut there and nowhere else.
    fn turned_round(&self, name: &[u16]) -> bool {
        let q = self.units.as_slice();
        let most = q.len().saturating_sub(2);
        let cuts = if self.place > 1 {
            self.place..=self.place.min(most)
        } else {
            2..=most
        };
        cuts.into_iter()
            .any(|i| in_order(name, [&q[i..], &q[..i]].into_iter()))
    }
}

/// The distance at which a name with the parts in the other order stands.
const TURNED: u16 = 60;

/// Where `part` stands in `name`.
pub(super) fn find(name: &[u16], part: &[u16]) -> Option<usize> {
    let Some(first) = part.first() else {
        return Some(0);
    };
    if part.len() > name.len() {
        return None;
    }
    (0..=name.len() - part.len()).find(|&i| name[i] == *first && name[i..i + part.len()] == *part)
}

fn in_order<'a>(name: &[u16], parts: impl Iterator<Item = &'a [u16]>) -> bool {
    let mut rest = name;
    for part in parts {
        let Some(at) = find(rest, part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    true
}

/// One character wrong, extra in the query, or two swapped.
pub(super) const SUBSTITUTION: u32 = 100;
/// The first character of the name that is skipped inside the match.
const SKIP_FIRST: u32 = 35;
/// Each further one.
const SKIP_MORE: u32 = 6;

/// A character of the place before, or of 有限公司 behind: people add them to what they remember, right or wrong.
const NOISE: u32 = 30;

/// The edit distance, in hundredths, of a query to the stretch of the name that fits it best, or `None` above a limit.
/// `costs` are those of each character of the query when the name has another one or none in its place. Characters of the
/// name may be skipped: free before and after, cheap in between (people leave out what they do not remember, far more than
/// they mistype). `room` to work in.
pub(super) fn distance(
    query: &[u16],
    costs: &[u32],
    name: &[u16],
    limit: u32,
    room: &mut Vec<u32>,
) -> Option<u32> {
    const FAR: u32 = u32::MAX / 4;
    let width = name.len() + 1;
    room.clear();
    room.resize(4 * width, FAR);
    // Rows of the table: `on` ends at a character that was compared, `gap` inside a run of skipped ones.
    let (mut before, rest) = room.split_at_mut(width);
    let (mut on, rest) = rest.split_at_mut(width);
    let (gap, mut next) = rest.split_at_mut(width);
    on.fill(0);
    for (i, (&c, &missing)) in query.iter().zip(costs).enumerate() {
        next[0] = on[0] + missing;
        let mut least = next[0];
        for j in 1..width {
            let wrong = if name[j - 1] == c { 0 } else { missing };
            let mut cost = (on[j - 1].min(gap[j - 1]) + wrong).min(on[j] + missing);
            if i > 0 && j > 1 && name[j - 1] == query[i - 1] && name[j - 2] == c {
                cost = cost.min(before[j - 2] + SUBSTITUTION);
            }
            next[j] = cost;
            least = least.min(cost);
        }
        if least > limit {
            return None;
        }
        gap[0] = FAR;
        for j in 1..width {
            gap[j] = (next[j - 1] + SKIP_FIRST).min(gap[j - 1] + SKIP_MORE);
        }
        std::mem::swap(&mut before, &mut on);
        std::mem::swap(&mut on, &mut next);
    }
    on.iter().copied().min().filter(|d| *d <= limit)
}

/// The weighted bigrams of a query, to tell how much of it a name has.
pub(super) struct Overlap {
    grams: Vec<(u32, u32)>,
    /// One bit for each bigram's hash: most bigrams of a name are not in the query, and are told so in a step.
    filter: u128,
}

fn pair(a: u16, b: u16) -> u32 {
    u32::from(a) << 16 | u32::from(b)
}

fn bit(pair: u32) -> u128 {
    1 << (pair.wrapping_mul(0x9E37_79B1) >> 25)
}

impl Overlap {
    /// From bigrams and their weights.
    pub fn new<'a>(grams: impl Iterator<Item = (&'a str, u32)>) -> Self {
        let grams: Vec<(u32, u32)> = grams
            .filter_map(|(gram, weight)| {
                let mut chars = gram.chars();
                Some((pair(unit(chars.next()?), unit(chars.next()?)), weight))
            })
            .collect();
        Self {
            filter: grams.iter().fold(0, |bits, (gram, _)| bits | bit(*gram)),
            grams,
        }
    }

    /// The weight of the query's bigrams that the name has.
    pub fn weight(&self, name: &[u16]) -> u32 {
        let mut total = 0;
        for window in name.windows(2) {
            let gram = pair(window[0], window[1]);
            if self.filter & bit(gram) != 0 {
                total += self
                    .grams
                    .iter()
                    .find(|(g, _)| *g == gram)
                    .map_or(0, |(_, weight)| *weight);
            }
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn far(q: &str, name: &str) -> Option<u32> {
        let q = units(q);
        distance(
            &q,
            &vec![SUBSTITUTION; q.len()],
            &units(name),
            40 * q.len() as u32,
            &mut Vec::new(),
        )
    }

    #[test]
    fn distances_of_the_classes_of_errors() {
        for (q, name, expected) in [
            ("郑州中特饮料", "郑州中特饮料有限公司", Some(0)),
            ("中特饮料", "郑州中特饮料有限公司", Some(0)),
            // one missing (a character of the name is skipped)
            (
                "郑州中特饮料凝土有限公司",
                "郑州中特饮料混凝土有限公司",
                Some(35),
            ),
            // one wrong
            ("泰安安泛力炫劳务", "泰安安调力炫劳务", Some(100)),
            // one extra
            ("钜临颍县欢淼公用", "临颍县欢淼公用", Some(100)),
            // swapped
            ("波宁精普济韩", "宁波精普济韩", Some(100)),
            // two gaps, of one and of three
            ("广州堂杰贸易", "广州市堂杰进出口贸易", Some(35 + 35 + 12)),
            ("睡觉", "起床", None),
        ] {
            assert_eq!(far(q, name), expected, "{q} {name}");
        }
    }

    #[test]
    fn classes_in_order() {
        let w = Words::new("南京 广联士", 99);
        for (name, class) in [
            ("南京广联士", Some(Class::Exact)),
            ("南京广联士商贸", Some(Class::Prefix)),
            ("新南京广联士商贸", Some(Class::Contiguous)),
            ("南京市广联士商贸", Some(Class::InOrder)),
            ("广联士（南京）商贸", Some(Class::AllParts)),
            ("广联京南士", None),
        ] {
            assert_eq!(w.class(&units(&fold::key(name))), class, "{name}");
        }
    }

    #[test]
    fn a_whole_name_with_more_in_between_is_a_look_alike() {
        let name = units("北京华联印刷有限公司");
        assert_eq!(
            Words::new("北京华联有限公司", 99).near(&name, &mut Vec::new()),
            Some((Class::Near, 41))
        );
        assert_eq!(
            Words::new("北京华印刷", 99).near(&name, &mut Vec::new()),
            Some((Class::Gaps, 35))
        );
        assert_eq!(
            Words::new("印刷北京", 99).near(&name, &mut Vec::new()),
            Some((Class::Gaps, TURNED))
        );
        // A single character on its own is not a part.
        assert_eq!(
            Words::new("北华联", 99).near(&name, &mut Vec::new()),
            Some((Class::Near, 35))
        );
    }

    proptest! {
        #[test]
        fn distance_is_zero_exactly_for_contiguous_parts(q in "[甲乙丙]{1,6}", name in "[甲乙丙]{0,9}") {
            let (q, name) = (units(&q), units(&name));
            let d = distance(&q, &vec![SUBSTITUTION; q.len()], &name, u32::MAX / 8, &mut Vec::new());
            prop_assert_eq!(d == Some(0), find(&name, &q).is_some());
        }

        #[test]
        fn a_rank_orders_by_class_then_distance(a in 0u16..5000, b in 0u16..5000, l in 0usize..300, d in 0u64..70000) {
            prop_assert!(rank(Class::Gaps, a, l, d) < rank(Class::Near, b, l, d));
            prop_assert_eq!(a < b, rank(Class::Near, a, l, d) < rank(Class::Near, b, l, d));
        }
    }
}
