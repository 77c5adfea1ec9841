//! E-mail addresses, WeChat names, document numbers told by a cue, number plates, dates of birth.

use std::ops::Range;

use super::PlateRule;
use super::cues::Cue;
use super::kinds::HitKind;
use super::scan::{Finding, Put, Scan};
use super::view::{Class, View};
use crate::domain::mask::number::mask_plate;

/// Finds them.
pub(super) fn find(scan: &Scan<'_>, out: &mut Vec<Finding>) {
    let view = scan.view;
    for i in 0..view.len() {
        match view.chars[i] {
            '@' => out.extend(email(view, i).map(|r| Finding::hidden(r, HitKind::Email, None))),
            c if matches!(
                view.class_at(i + 1),
                Class::Letter | Class::Blank | Class::Break
            ) && is_plate_province(c) =>
            {
                out.extend(plate(scan, i));
            }
            '出' | '生' => born(view, i, out),
            _ => {}
        }
    }
    for cue in &scan.cues {
        match cue.cue {
            Cue::Wechat | Cue::Pay => out.extend(
                chat_name(view, cue.end).map(|r| Finding::hidden(r, HitKind::Account, None)),
            ),
            Cue::Document => out.extend(
                document(view, cue.end).map(|r| Finding::hidden(r, HitKind::Document, None)),
            ),
            Cue::Birth => out.extend(
                date(view, skip_filler(view, cue.end))
                    .map(|r| Finding::hidden(r, HitKind::BirthDate, None)),
            ),
            _ => {}
        }
    }
}

fn skip_filler(view: &View, mut i: usize) -> usize {
    let limit = i + 8;
    while i < limit
        && (view.class_at(i).is_space()
            || matches!(
                view.at(i),
                ':' | '号' | '码' | '为' | '是' | '系' | '(' | '"' | '“' | '=' | '[' | '【'
            ))
    {
        i += 1;
    }
    i
}

/// An address around the `@` at `i`: blanks beside the marks are taken, since people write them to escape robots.
fn email(view: &View, i: usize) -> Option<Range<usize>> {
    let word = |i: usize| matches!(view.class_at(i), Class::Letter | Class::Digit);
    let mut start = i;
    while start > 0 && view.class_at(start - 1).is_space() && i - start < 3 {
        start -= 1;
    }
    let name_end = start;
    while start > 0
        && (word(start - 1)
            || view.class_at(start - 1) == Class::Enclosed
            || matches!(view.at(start - 1), '.' | '_' | '-' | '+'))
    {
        start -= 1;
    }
    if start == name_end {
        return None;
    }
    let mut end = view.skip_space(i + 1);
    let mut dots = 0;
    let mut last_label = 0;
    loop {
        let from = end;
        while word(end)
            || view.class_at(end) == Class::Enclosed
            || (view.at(end) == '-' && end > from)
        {
            end += 1;
        }
        if end == from {
            break;
        }
        last_label = end;
        let dot = view.skip_space(end);
        let next = view.skip_space(dot + 1);
        if dot > end + 2
            || !matches!(view.at(dot), '.' | '。' | '·')
            || !(word(next) && next <= dot + 3)
        {
            break;
        }
        // a full stop that ends a sentence is no dot of a domain unless letters follow it
        if view.at(dot) == '。' && view.class_at(next) != Class::Letter {
            break;
        }
        dots += 1;
        end = next;
    }
    (dots > 0).then_some(start..last_label)
}

/// A name behind 微信 or 支付宝: letters first, and told from plain words by a sign that a name follows.
fn chat_name(view: &View, from: usize) -> Option<Range<usize>> {
    let start = skip_filler(view, from);
    if view.class_at(start) != Class::Letter {
        return None;
    }
    let mut end = start;
    while matches!(
        view.class_at(end),
        Class::Letter | Class::Digit | Class::Enclosed
    ) || matches!(view.at(end), '_' | '-')
    {
        end += 1;
    }
    let told = start > from || view.chars[from - 1] == '号';
    let name_like = view.chars[start..end]
        .iter()
        .any(|c| !c.is_ascii_alphabetic());
    ((5..=20).contains(&(end - start)) && view.at(end) != '@' && (told || name_like))
        .then_some(start..end)
}

/// A document number behind its cue: up to three letters and five digits or more.
fn document(view: &View, from: usize) -> Option<Range<usize>> {
    let start = skip_filler(view, from);
    // 南字第0123456号
    let prefix = (start..start + 5)
        .find(|i| view.at(*i) == '第')
        .map_or(start, |i| i + 1);
    let mut end = prefix;
    let mut last = prefix;
    let mut digits = 0;
    let mut letters = 0;
    while end - start < 32 {
        match view.class_at(end) {
            Class::Letter => letters += 1,
            c if c.is_digit() => digits += 1,
            Class::Blank | Class::Break => {
                end += 1;
                continue;
            }
            _ if matches!(view.at(end), '-' | '(' | ')' | '.' | '/') => {
                end += 1;
                continue;
            }
            _ => break,
        }
        end += 1;
        last = end;
    }
    if view.at(last) == ')' && view.chars[start..last].contains(&'(') {
        last += 1;
    }
    (digits >= 5 && letters <= 4).then_some(start..last)
}

const fn is_plate_province(c: char) -> bool {
    matches!(
        c,
        '京' | '津'
            | '沪'
            | '渝'
            | '冀'
            | '豫'
            | '云'
            | '辽'
            | '黑'
            | '湘'
            | '皖'
            | '鲁'
            | '新'
            | '苏'
            | '浙'
            | '赣'
            | '鄂'
            | '桂'
            | '甘'
            | '晋'
            | '蒙'
            | '陕'
            | '吉'
            | '闽'
            | '贵'
            | '粤'
            | '青'
            | '藏'
            | '川'
            | '宁'
            | '琼'
            | '遼'
            | '魯'
            | '蘇'
            | '贛'
            | '陝'
            | '閩'
            | '貴'
            | '粵'
            | '寧'
            | '瓊'
            | '雲'
    )
}

/// A plate: province, letter, then five places, or six for new energy, of which three at least are digits.
fn plate(scan: &Scan<'_>, i: usize) -> Option<Finding> {
    let view = scan.view;
    let letter = view.skip_space(i + 1);
    if view.class_at(letter) != Class::Letter || letter > i + 3 {
        return None;
    }
    let mut at = letter + 1;
    while at < letter + 4
        && (view.class_at(at).is_space() || matches!(view.at(at), '·' | '-' | '.' | '_' | '*'))
    {
        if view.at(at) == '*' {
            return None;
        }
        at += 1;
    }
    let mut end = at;
    let mut places = Vec::with_capacity(6);
    while places.len() < 7 {
        let next = if places.is_empty() {
            end
        } else {
            view.skip_space(end)
        };
        let c = match view.class_at(next) {
            Class::Letter => view.at(next).to_ascii_uppercase(),
            Class::Digit | Class::Enclosed => view.at(next),
            _ if matches!(view.at(next), '挂' | '学' | '警' | '港' | '澳' | '领')
                && places.len() >= 4 =>
            {
                view.at(next)
            }
            _ => break,
        };
        if next > end && view.class_at(next) == Class::Letter && places.len() >= 5 {
            break;
        }
        places.push(c);
        end = next + 1;
    }
    let digits = places.iter().filter(|c| c.is_ascii_digit()).count();
    if !(5..=6).contains(&places.len())
        || digits < 3
        || places.contains(&'O')
        || places.contains(&'I')
    {
        return None;
    }
    if matches!(view.at(end), '-' | '.') && view.class_at(end + 1).is_digit() {
        return None; // 京B2-2020…: a licence number
    }
    if i > 0
        && view.class_at(i - 1) == Class::Digit
        && view.at(end) == '('
        && view.class_at(end + 1) == Class::Digit
    {
        return None; // 车11闽D00321(21): a special equipment's registration
    }
    let range = i..end;
    if scan.is_kept(&range) {
        return None;
    }
    let put = match scan.about.options.plates {
        PlateRule::Hide => Put::Placeholder,
        PlateRule::Partial => {
            let whole: String = [view.chars[i], view.at(letter).to_ascii_uppercase()]
                .into_iter()
                .chain(places)
                .collect();
            Put::Text(mask_plate(&whole))
        }
        PlateRule::Keep => return None,
    };
    Some(Finding {
        put,
        ..Finding::hidden(range, HitKind::Plate, None)
    })
}

/// A civil date at a place: 1980年1月2日, 1980-01-02, 1980.1.2, 19800102, 1980年1月.
fn date(view: &View, start: usize) -> Option<Range<usize>> {
    let number = |at: usize| (at..).take_while(|i| view.class_at(*i).is_digit()).count();
    let year = number(start);
    if year == 8 {
        return Some(start..start + 8);
    }
    if year != 4 {
        return None;
    }
    let mut end = start + 4;
    let mut parts = 1;
    while parts < 3 {
        let mark = view.skip_space(end);
        if !matches!(view.at(mark), '年' | '月' | '-' | '.' | '/') {
            break;
        }
        let from = view.skip_space(mark + 1);
        let len = number(from);
        if !(1..=3).contains(&len) {
            break;
        }
        end = from + len;
        parts += 1;
    }
    if matches!(view.at(end), '日' | '月' | '号') {
        end += 1;
    }
    (parts > 1).then_some(start..end)
}

/// A date that 生 or 出生 follows (1980年1月2日出生).
fn born(view: &View, i: usize, out: &mut Vec<Finding>) {
    let end = match view.chars[i] {
        '出' if view.at(i + 1) == '生' => i + 2,
        '生' if i > 0 && view.at(i - 1) == '日' && !view.is_han(i + 1) => i + 1,
        _ => return,
    };
    let found = (i.saturating_sub(14)..i).find_map(|s| {
        let fresh = s == 0 || !view.class_at(s - 1).is_digit();
        date(view, s)
            .filter(|d| fresh && view.class_at(s).is_digit() && view.skip_space(d.end) == i)
    });
    out.extend(found.map(|r| Finding::hidden(r.start..r.end.min(end), HitKind::BirthDate, None)));
}
