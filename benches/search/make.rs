//! Fresh queries of all classes, made from any records and a seed, so that the search is not judged by what it was tuned on.

use super::data::{Dice, Query, Record};
use gongshi::domain::fold;
use std::collections::{HashMap, HashSet};

/// Endings of organisation names, longest first.
const FORMS: [&str; 24] = [
    "农民专业合作社",
    "股份有限公司",
    "有限责任公司",
    "集团有限公司",
    "控股有限公司",
    "有限公司",
    "经营部",
    "事务所",
    "加工厂",
    "合作社",
    "有限合伙",
    "服务部",
    "工作室",
    "餐饮店",
    "便利店",
    "商行",
    "超市",
    "中心",
    "商店",
    "集团",
    "酒店",
    "厂",
    "店",
    "行",
];

/// The makers and how many queries each makes.
const CLASSES: [(&str, usize); 12] = [
    ("exact", 250),
    ("fragment", 250),
    ("frag+region", 200),
    ("gap", 200),
    ("trad", 200),
    ("width", 200),
    ("typo", 250),
    ("code", 150),
    ("codeprefix", 100),
    ("person", 150),
    ("nohit", 50),
    ("fake", 150),
];

/// A folded name cut into place, trade name, trade and legal form.
struct Cut {
    place: Vec<char>,
    middle: Vec<char>,
}

/// Place names as the authorities' names give them, with and without their last character (市, 县, 区).
fn places(records: &[Record]) -> HashSet<String> {
    let mut out = HashSet::new();
    for record in records.iter().step_by(7) {
        let chars: Vec<char> = fold::key(&record.authority).chars().collect();
        let mut start = 0;
        for (i, c) in chars.iter().enumerate() {
            if "市县区旗州盟".contains(*c) && i - start >= 2 && i - start <= 10 {
                let place: String = chars[start..=i].iter().collect();
                if i - start > 2 || *c == '市' || *c == '县' {
                    out.insert(chars[start..i].iter().collect());
                }
                out.insert(place);
                start = i + 1;
            }
        }
    }
    out
}

fn cut(key: &str, places: &HashSet<String>) -> Cut {
    let bare = FORMS
        .iter()
        .find_map(|form| key.strip_suffix(form))
        .unwrap_or(key);
    let chars: Vec<char> = bare.chars().collect();
    let longest = (2..=chars.len().min(10))
        .rev()
        .find(|n| places.contains(&chars[..*n].iter().collect::<String>()));
    let mut at = longest.unwrap_or(0);
    if at > 0 && chars.get(at).is_some_and(|c| "省市县区".contains(*c)) {
        at += 1;
    }
    Cut {
        place: chars[..at].to_vec(),
        middle: chars[at..].to_vec(),
    }
}

/// Makes queries from records.
pub fn make(records: &[Record], seed: u64) -> Vec<Query> {
    let mut dice = Dice::new(seed);
    let places = places(records);
    let mut traditional: HashMap<char, char> = HashMap::new();
    for line in include_str!("../../index/fold/ts_characters.txt")
        .lines()
        .filter(|l| !l.starts_with('#'))
    {
        let mut chars = line.split('\t').filter_map(|part| part.chars().next());
        if let (Some(from), Some(to)) = (chars.next(), chars.next()) {
            traditional.entry(to).or_insert(from);
        }
    }
    let names: HashSet<String> = records.iter().map(|r| fold::key(&r.name)).collect();
    let mut out = Vec::new();
    for (class, count) in CLASSES {
        let (mut made, mut tries) = (0, 0);
        while made < count && tries < count * 200 {
            tries += 1;
            let record = dice.pick(records);
            if record.is_person() != (class == "person") {
                continue;
            }
            let other = dice.pick(records);
            let Some(query) = one(
                class,
                record,
                other,
                &mut dice,
                &places,
                &traditional,
                &names,
            ) else {
                continue;
            };
            let (q, rule, parts) = query;
            out.push(Query {
                id: out.len() as u64,
                class: class.to_owned(),
                q,
                rule: rule.to_owned(),
                parts,
                ordered: class == "gap",
                n: 0,
                ids: Vec::new(),
            });
            made += 1;
        }
    }
    out
}

type Made = Option<(String, &'static str, Vec<String>)>;

fn one(
    class: &str,
    record: &Record,
    other: &Record,
    dice: &mut Dice,
    places: &HashSet<String>,
    traditional: &HashMap<char, char>,
    names: &HashSet<String>,
) -> Made {
    let key = fold::key(&record.name);
    let Cut { place, middle } = cut(&key, places);
    let text = |chars: &[char]| chars.iter().collect::<String>();
    let trade = |dice: &mut Dice| -> Option<Vec<char>> {
        let length = 2 + dice.below(3);
        middle.get(..length).map(<[char]>::to_vec)
    };
    match class {
        "exact" | "person" => Some((record.name.clone(), "name_eq", vec![key])),
        "fragment" => {
            let length = 2 + dice.below(3);
            let start = dice.below(3);
            let part = text(middle.get(start..start + length)?);
            Some((part.clone(), "name", vec![part]))
        }
        "frag+region" => {
            let part = text(&trade(dice)?);
            let mut place = place;
            if place.len() > 2 && "省市县区".contains(*place.last()?) && dice.below(2) == 0 {
                place.pop();
            }
            let place = Some(text(&place)).filter(|p| p.chars().count() >= 2)?;
            let q = match dice.below(3) {
                0 => format!("{place}{part}"),
                1 => format!("{place} {part}"),
                _ => format!("{part} {place}"),
            };
            Some((q, "name", vec![place, part]))
        }
        "gap" => {
            let part = trade(dice)?;
            let rest = &middle[part.len()..];
            let end = rest.len().checked_sub(2).filter(|n| *n >= 1)?;
            let start = 1 + dice.below(end);
            let industry = text(&rest[start..start + 2]);
            let front = if dice.below(2) == 0 {
                text(&place)
            } else {
                String::new()
            };
            let tail = if dice.below(5) == 0 { "公司" } else { "" };
            Some((
                format!("{front}{}{industry}{tail}", text(&part)),
                "name",
                vec![text(&part), industry],
            ))
        }
        "trad" => {
            let whole = dice.below(2) == 0;
            let chars: Vec<char> = if whole {
                record.name.chars().collect()
            } else {
                middle
            };
            let q: String = chars
                .iter()
                .map(|c| traditional.get(c).unwrap_or(c))
                .collect();
            let folded = fold::key(&q);
            (folded.chars().count() >= 2 && q != text(&chars))
                .then(|| (q, if whole { "name_eq" } else { "name" }, vec![folded]))
        }
        "width" => {
            let mut q: String = record
                .name
                .chars()
                .map(|c| match c {
                    '（' => '(',
                    '）' => ')',
                    '0'..='9' | 'A'..='Z' => char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c),
                    c => c,
                })
                .collect();
            let at = q
                .char_indices()
                .map(|(i, _)| i)
                .nth(1 + dice.below(q.chars().count() - 1))?;
            q.insert(at, ' ');
            Some((format!(" {q} "), "name_eq", vec![key]))
        }
        "typo" => {
            let whole = dice.below(2) == 0;
            let right: Vec<char> = if whole {
                key.chars().collect()
            } else {
                [place, middle].concat()
            };
            if right.len() < 6 {
                return None;
            }
            let mut q = right.clone();
            let stranger = *dice.pick(&fold::key(&other.name).chars().collect::<Vec<_>>());
            let at = dice.below(q.len().min(9));
            match dice.below(4) {
                0 => q[at] = stranger,
                1 => {
                    q.remove(at);
                }
                2 => q.insert(at, stranger),
                _ if at + 1 < q.len() => q.swap(at, at + 1),
                _ => return None,
            }
            let q = text(&q);
            (!names.contains(&q) && !q.contains(&text(&right)))
                .then(|| (q, "name", vec![text(&right)]))
        }
        "code" => match dice.below(3) {
            0 => Some((
                record.code.to_ascii_lowercase(),
                "code_eq",
                vec![record.code.clone()],
            )),
            1 => {
                let wide = record
                    .code
                    .chars()
                    .filter_map(|c| char::from_u32(u32::from(c) + 0xFEE0))
                    .collect();
                Some((wide, "code_eq", vec![record.code.clone()]))
            }
            _ => Some((record.code.clone(), "code_eq", vec![record.code.clone()])),
        },
        "codeprefix" => {
            let prefix = record.code.get(..8 + dice.below(6))?.to_owned();
            Some((prefix.clone(), "code_prefix", vec![prefix]))
        }
        "nohit" => {
            if dice.below(3) == 0 {
                return Some((
                    format!("91659099{:010}", dice.below(9_999_999_999)),
                    "none",
                    vec![],
                ));
            }
            let rare = |dice: &mut Dice| char::from_u32(0x8000 + dice.below(0x1E00) as u32);
            let q: String = (0..4).filter_map(|_| rare(dice)).collect();
            let folded = fold::key(&q);
            let halves = || {
                folded
                    .chars()
                    .zip(folded.chars().skip(1))
                    .map(|(a, b)| format!("{a}{b}"))
            };
            halves()
                .all(|pair| !names.iter().any(|name| name.contains(&pair)))
                .then_some((q, "none", vec![]))
        }
        // A plausible name that does not exist: the beginning of one name and the end of another.
        "fake" => {
            let (a, b) = (
                key.chars().collect::<Vec<_>>(),
                fold::key(&other.name).chars().collect::<Vec<_>>(),
            );
            if other.is_person() || a.len() < 8 || b.len() < 8 {
                return None;
            }
            let q = text(&[&a[..a.len() / 2 + 1], &b[b.len() / 2..]].concat());
            (!names.contains(&q)).then_some((q, "none", vec![]))
        }
        _ => None,
    }
}
