//! Home addresses, told by a cue and cut to the district (domain.md 4.2).

use super::cues::{Cue, Found};
use super::kinds::{ADDRESS_HIDDEN, HitKind};
use super::scan::{Finding, Put, Scan};
use super::view::{Class, View};
use crate::domain::kinds::SubjectKind;
use crate::domain::mask::lexicon::divisions_at;

/// Longest piece without a unit that an address may hold (a village's or an estate's name).
const LONGEST_NAME: usize = 14;

/// Finds them.
pub(super) fn find(scan: &Scan<'_>, out: &mut Vec<Finding>) {
    for cue in &scan.cues {
        let natural = scan.about.subject_kind == SubjectKind::NaturalPerson;
        if cue.cue == Cue::Home || (cue.cue == Cue::Seat && natural) {
            out.extend(after(scan.view, cue));
        }
    }
}

fn after(view: &View, cue: &Found) -> Option<Finding> {
    let bare = !view.chars[cue.start..cue.end]
        .iter()
        .any(|c| matches!(c, '址' | '地' | '所'));
    let mut start = cue.end;
    while start < cue.end + 6
        && (view.class_at(start).is_space()
            || matches!(
                view.at(start),
                ':' | '为' | '是' | '系' | '在' | '于' | '"' | '“' | '(' | '地' | '址'
            ))
    {
        start += 1;
    }
    let rest = &view.chars[start..view.len().min(start + 120)];
    let district = divisions_at(rest).map_or(0, |(end, _)| end);
    let end = end_of_address(view, start + district, district > 0);
    if end <= start + district {
        return None;
    }
    if bare && district == 0 {
        // 住 is also the beginning of 住院, 住宿, 住房: a place must follow, with a number in it
        let other = matches!(
            view.at(start),
            '院' | '宿'
                | '房'
                | '户'
                | '建'
                | '持'
                | '改'
                | '宅'
                | '所'
                | '客'
                | '处'
                | '了'
                | '进'
                | '店'
                | '满'
                | '人'
                | '民'
                | '培'
                | '养'
                | '校'
                | '区'
                | '权'
                | '证'
                | '环'
                | '条'
                | '用'
                | '面'
        );
        let numbered = view.class[start..end].iter().any(|c| c.is_digit());
        if other || !numbered {
            return None;
        }
    }
    let (range, put) = if district > 0 {
        (start + district..end, Put::Text(String::new()))
    } else {
        (start..end, Put::Text(ADDRESS_HIDDEN.to_owned()))
    };
    Some(Finding {
        put,
        ..Finding::hidden(range, HitKind::HomeAddress, None)
    })
}

/// Whether an address part ends with this character.
const fn is_unit(c: char) -> bool {
    matches!(
        c,
        '路' | '街'
            | '道'
            | '巷'
            | '弄'
            | '号'
            | '室'
            | '楼'
            | '层'
            | '栋'
            | '幢'
            | '座'
            | '村'
            | '组'
            | '屯'
            | '队'
            | '社'
            | '庄'
            | '寨'
            | '湾'
            | '坊'
            | '园'
            | '苑'
            | '城'
            | '厦'
            | '邨'
            | '镇'
            | '乡'
            | '区'
            | '县'
            | '市'
            | '寓'
            | '场'
            | '舍'
            | '房'
            | '號'
            | '鎮'
            | '鄉'
            | '區'
            | '棟'
            | '樓'
            | '里'
            | '胡'
            | '同'
            | '段'
            | '甲'
            | '府'
            | '居'
            | '庭'
            | '门'
            | '元'
    )
}

/// Whether a sentence goes on with this character, so that an address has ended before it.
const fn is_end(c: char) -> bool {
    matches!(
        c,
        '，' | ','
            | '。'
            | ';'
            | '；'
            | '、'
            | '!'
            | '?'
            | '“'
            | '”'
            | '"'
            | '《'
            | '》'
            | '：'
            | ':'
            | '\u{fffc}'
            | '\0'
    )
}

/// Where the chain of address parts that begins at `from` ends: behind its last unit or number.
fn end_of_address(view: &View, from: usize, known: bool) -> usize {
    let mut end = from;
    let mut at = from;
    let mut depth = 0;
    while at < view.len() && at - end <= LONGEST_NAME && at - from < 100 {
        let c = view.at(at);
        let class = view.class_at(at);
        if is_end(c) {
            // 厦门市,思明区: a comma inside an address that has not reached a road yet
            break;
        }
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => break,
            ')' => {
                depth -= 1;
                if at == end || depth == 0 && (end > from) && continues(view, at + 1) {
                    end = at + 1;
                }
            }
            _ => {}
        }
        if is_unit(c) {
            // a number or a name must stand before a unit: 号 alone says nothing
            end = at + 1;
        } else if (class == Class::Digit || class == Class::Letter || class == Class::Enclosed)
            && end > from
            && at - end <= 3
        {
            end = at + 1;
        }
        if class == Class::Break && !continues(view, at + 1) {
            break;
        }
        at += 1;
    }
    // a division, then a name without any unit up to the end of the clause: 住思明区前埔
    if end == from && known {
        let clause = (from..view.len()).take_while(|i| view.is_han(*i)).count();
        if clause > 0
            && clause <= 8
            && !view.is_han(from + clause)
            && clause_is_name(view, from, clause)
        {
            end = from + clause;
        }
    }
    end
}

fn continues(view: &View, at: usize) -> bool {
    let at = view.skip_space(at);
    (at..at + 10)
        .take_while(|i| !is_end(view.at(*i)))
        .any(|i| is_unit(view.at(i)))
        && (view.is_han(at) || view.class_at(at).is_digit())
}

fn clause_is_name(view: &View, from: usize, len: usize) -> bool {
    !matches!(
        view.at(from),
        '的' | '人' | '内' | '民' | '公' | '政' | '一' | '某'
    ) && len >= 2
}
