//! Names: persons of the record, third persons, operators inside business names (domain.md 4.1).

use super::fold::plain;
use crate::domain::subject::person_name::split_surname;

/// Whether a character is a mask that this system or a provider before it has set.
fn is_mask(c: char) -> bool {
    matches!(c, '*' | '＊' | '某' | '×' | '✱' | '∗' | '●' | '■' | '□')
}

fn is_interpunct(c: char) -> bool {
    matches!(c, '·' | '•' | '‧' | '∙' | '⋅' | '・' | '･' | '．' | '᛫')
}

/// Whether a character may stand in a name of Chinese characters (also those of the rarer planes, which
/// stand in names more than anywhere else, and the 〇 of old given names).
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{3ffff}' | '\u{f900}'..='\u{faff}' | '〇')
}

/// What a name is made of, which decides how it is masked.
enum Form {
    /// Segments with an interpunct: minorities and transcribed names.
    Segments,
    /// Chinese characters.
    Han,
    /// Latin or other letters, words parted by blanks.
    Letters,
}

fn form(name: &str) -> Form {
    let han = name.chars().any(is_han);
    // segments masked before may hold no Chinese character any more
    let masked = name.split_once(is_interpunct).is_some_and(|(_, rest)| {
        rest.contains('*') && rest.chars().all(|c| is_mask(c) || is_interpunct(c))
    });
    if masked || han && name.chars().any(is_interpunct) {
        Form::Segments
    } else if han {
        Form::Han
    } else {
        Form::Letters
    }
}

/// Characters of a Han name with the blanks that forms put between them taken out (张　三).
fn han_chars(name: &str) -> Vec<char> {
    plain(name).chars().filter(|c| !c.is_whitespace()).collect()
}

/// The name of a natural person with consent or on an honours list: the surname stays, one `*` per further
/// character (张三丰 → 张\*\*, 欧阳修 → 欧阳\*); of names with an interpunct the first segment stays
/// (阿卜杜拉·买买提 → 阿卜杜拉·\*\*\*); of Latin names each word's first letter and three stars, whatever its
/// length (John Smith → J\*\*\* S\*\*\*). A name of one character, or that is all surname, is not shown whole.
/// Source: domain.md 4.1.
#[must_use]
pub fn mask_name(name: &str) -> String {
    let name = plain(name);
    let name = name.as_str();
    match form(name) {
        Form::Segments => {
            let plain = plain(name);
            let mut segments = plain.split(is_interpunct).map(str::trim);
            let first = segments.next().unwrap_or_default();
            let mut out: String = if first.is_empty() {
                "*".to_owned()
            } else {
                first.to_owned()
            };
            let mut hidden = false;
            for segment in segments {
                out.push('·');
                let len = segment.chars().filter(|c| !c.is_whitespace()).count();
                hidden |= len > 0;
                out.extend(std::iter::repeat_n('*', len));
            }
            if hidden {
                out
            } else {
                mask_han(&han_chars(first))
            }
        }
        Form::Han => mask_han(&han_chars(name)),
        Form::Letters => mask_letters(name),
    }
}

fn mask_han(chars: &[char]) -> String {
    match chars {
        [] => String::new(),
        [_] => "*".to_owned(),
        // no name begins so: nothing of it is a surname that may stay
        [first, ..] if !is_han(*first) => "*".repeat(chars.len()),
        // a surname that a provider left before its own mask (李某某) is masked already
        [surname, rest @ ..] if rest.iter().all(|c| *c == '某') => std::iter::once(*surname)
            .chain(rest.iter().copied())
            .collect(),
        _ => {
            let keep = surname_len(chars);
            chars[..keep]
                .iter()
                .copied()
                .chain(
                    chars[keep..]
                        .iter()
                        .map(|c| if is_mask(*c) && *c != '＊' { *c } else { '*' }),
                )
                .collect()
        }
    }
}

/// Characters of the surname that a name of two Han characters or more begins with; never the whole name.
fn surname_len(name: &[char]) -> usize {
    let whole: String = name.iter().collect();
    let len = split_surname(&whole).surname.chars().count();
    len.clamp(1, name.len().saturating_sub(1).max(1))
}

fn mask_letters(name: &str) -> String {
    let plain = plain(name);
    plain
        .split_whitespace()
        .map(|word| match word.chars().find(|c| c.is_alphabetic()) {
            // masked before, with however many stars
            Some(first)
                if word.starts_with(first)
                    && word.len() > first.len_utf8()
                    && word[first.len_utf8()..]
                        .chars()
                        .all(|c| is_mask(c) || is_interpunct(c)) =>
            {
                word.to_owned()
            }
            Some(first) => format!("{first}***"),
            None if word.chars().all(|c| is_mask(c) || is_interpunct(c)) => word.to_owned(),
            None => "*".repeat(word.chars().count().min(3)),
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// A third person's name in the form of judgments: surname and 某 (李四 → 李某); of names with an interpunct
/// the first character and 某; of Latin names the first letter alone.
/// Source: domain.md 4.1; the form follows the Supreme People's Court's 2016 rules on publishing judgments.
#[must_use]
pub fn mask_third_person(name: &str) -> String {
    let name = plain(name);
    let name = name.as_str();
    match form(name) {
        Form::Segments => {
            let first = han_chars(name).first().copied();
            match first {
                None => String::new(),
                Some('某') => "某".to_owned(),
                Some(c) => format!("{c}某"),
            }
        }
        Form::Han => {
            let chars = han_chars(name);
            match chars.as_slice() {
                [] => String::new(),
                [only] if is_mask(*only) => only.to_string(),
                [_] => "某".to_owned(),
                _ => {
                    let at = chars.iter().position(|c| *c == '某');
                    let digits = |c: &[char]| c.iter().all(char::is_ascii_digit);
                    match at {
                        // 李某, 李某某, 李某1: masked by us or by the provider
                        Some(at)
                            if at > 0
                                && digits(
                                    chars[at..]
                                        .iter()
                                        .copied()
                                        .filter(|c| *c != '某')
                                        .collect::<Vec<_>>()
                                        .as_slice(),
                                ) =>
                        {
                            chars.iter().collect()
                        }
                        _ => {
                            let keep = surname_len(&chars);
                            chars[..keep]
                                .iter()
                                .copied()
                                .filter(|c| *c != '某')
                                .chain(['某'])
                                .collect()
                        }
                    }
                }
            }
        }
        Form::Letters => {
            let plain = plain(name);
            let mut chars = plain.chars();
            let first = chars.by_ref().find(|c| c.is_alphabetic());
            match first {
                // J1: a numbered form of ours
                Some(c)
                    if !chars.as_str().is_empty()
                        && plain.starts_with(c)
                        && chars.as_str().bytes().all(|b| b.is_ascii_digit()) =>
                {
                    plain
                }
                Some(c) => c.to_string(),
                None => "*".repeat(plain.chars().count().min(1)),
            }
        }
    }
}

/// The 某 forms of several persons of one text, in their order: the same person has the same form; different
/// persons whose forms agree are numbered in the order in which they appear (李某1, 李某2).
#[must_use]
pub fn mask_third_persons(names: &[&str]) -> Vec<String> {
    let keys: Vec<String> = names
        .iter()
        .map(|n| plain(n).split_whitespace().collect())
        .collect();
    let forms: Vec<String> = names.iter().map(|n| mask_third_person(n)).collect();
    keys.iter()
        .zip(&forms)
        .map(|(key, form)| {
            let mut same: Vec<&String> = Vec::new();
            for (k, f) in keys.iter().zip(&forms) {
                if f == form && !same.contains(&k) {
                    same.push(k);
                }
            }
            match same.iter().position(|k| *k == key) {
                Some(at) if same.len() > 1 && !key.is_empty() => format!("{form}{}", at + 1),
                _ => form.clone(),
            }
        })
        .collect()
}

/// The trade name of an individual business: whole, unless it holds the operator's full name, which is then
/// masked in it (思明区张三丰小吃店 → 思明区张\*\*小吃店); one without a trade name is the operator's name, masked
/// and told for what it is (张\*\*(个体工商户)). Source: domain.md 4.1.
#[must_use]
pub fn mask_business_name(name: &str, operator: &str) -> String {
    let operator = han_chars(operator);
    if operator.len() < 2 {
        return name.to_owned();
    }
    let masked = mask_name(&operator.iter().collect::<String>());
    if han_chars(name) == operator {
        return format!("{masked}(个体工商户)");
    }
    replace_spelled(name, &operator, &masked)
}

/// Replaces every occurrence of a name, also where blanks or invisible characters stand inside it.
fn replace_spelled(text: &str, name: &[char], with: &str) -> String {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        match match_spelled(&chars[at..], name) {
            Some(len) => {
                out.push_str(with);
                at += len;
            }
            None => {
                out.push(chars[at].1);
                at += 1;
            }
        }
    }
    out
}

/// How many characters of the text spell the name, beginning at the first of both.
fn match_spelled(text: &[(usize, char)], name: &[char]) -> Option<usize> {
    let mut want = name.iter();
    let mut next = want.next()?;
    for (i, (_, c)) in text.iter().enumerate() {
        let folded: Vec<char> = plain(&c.to_string()).chars().collect();
        match folded.as_slice() {
            [] if i > 0 => {}
            [one] if one == next => match want.next() {
                Some(n) => next = n,
                None => return Some(i + 1),
            },
            _ => return None,
        }
    }
    None
}
