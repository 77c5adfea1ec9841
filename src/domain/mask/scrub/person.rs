//! Other persons, told by a cue or by what follows the name: always proposed, always for a reviewer.
//!
//! Chinese does not part words, so where a name ends is weighed: surname, how usual the next characters are in
//! given names, and whether an everyday word or a full stop begins behind them.

use std::ops::Range;

use super::cues::{Cue, Found};
use super::kinds::{DoubtReason, HitKind};
use super::names::occurrences;
use super::scan::{Finding, Put, Scan};
use super::view::{Class, View};
use crate::domain::mask::lexicon::{NAMES, is_word};
use crate::domain::mask::name::is_han;

/// How sure the context is that a name begins here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lead {
    /// A colon, bracket or 姓名 stands before it.
    Told,
    /// Only a word such as 员工.
    Word,
}

/// Finds names by cue and by what follows them, then every further place where the same name stands.
pub(super) fn find(scan: &Scan<'_>, out: &mut Vec<Finding>) {
    let view = scan.view;
    let mut found: Vec<Range<usize>> = Vec::new();
    for cue in &scan.cues {
        match cue.cue {
            Cue::Person | Cue::Owner | Cue::Minor => by_cue(view, cue, &mut found),
            Cue::Id | Cue::Document | Cue::Phone | Cue::Birth => {
                found.extend(before_mark(view, cue.start));
            }
            Cue::Home => found.extend(before_comma(view, cue.start)),
            _ => {}
        }
    }
    before_sex(view, &mut found);
    before_set(view, &mut found);
    let mut names: Vec<Vec<char>> = Vec::new();
    for range in &found {
        let name: Vec<char> = view.chars[range.clone()]
            .iter()
            .copied()
            .filter(|c| !c.is_whitespace())
            .collect();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.sort_by_key(|n| std::cmp::Reverse(n.len()));
    let mut all = found;
    for name in names.iter().filter(|n| n.len() >= 3) {
        all.extend(occurrences(view, name));
    }
    for name in names.iter().filter(|n| n.len() == 2) {
        // two characters stand inside many words: elsewhere only where the name model agrees
        all.extend(
            occurrences(view, name)
                .into_iter()
                .filter(|r| name_at(view, r.start, Lead::Word) == Some(r.end)),
        );
    }
    all.sort_by_key(|r| (r.start, std::cmp::Reverse(r.end)));
    all.dedup();
    for range in all {
        out.push(Finding {
            range,
            kind: HitKind::Person,
            reason: Some(DoubtReason::PersonByCue),
            put: Put::ThirdPerson,
            blocks: None,
        });
    }
}

/// Names behind a cue, with the others of a row (员工李四、王五和赵六).
fn by_cue(view: &View, cue: &Found, found: &mut Vec<Range<usize>>) {
    let mut at = cue.end;
    let mut told = false;
    while at < cue.end + 4 {
        match view.at(at) {
            ':' | '"' | '“' | '(' | '[' => told = true,
            ' ' | '为' | '是' | '系' | '名' | '叫' if told || view.at(at) != '名' => {}
            _ => break,
        }
        at += 1;
    }
    let lead = if told { Lead::Told } else { Lead::Word };
    // 机电工程: the cue is the middle of other words
    let inside = |i: usize| i > 0 && i < view.len() && is_word(&view.chars[i - 1..=i]);
    if !told && at == cue.end && inside(cue.start) && inside(at) {
        return;
    }
    while let Some(end) = name_at(view, at, lead) {
        found.push(at..end);
        let mut next = view.skip_space(end);
        // 李四(男,35岁)、王五: a bracket may stand between the names of a row
        if view.at(next) == '(' {
            match (next..next + 40).find(|i| view.at(*i) == ')') {
                Some(close) => next = close + 1,
                None => break,
            }
        }
        if !matches!(view.at(next), '、' | '和' | '及' | '与' | '，' | ',') {
            break;
        }
        if matches!(view.at(next), '，' | ',') && !told {
            break;
        }
        at = view.skip_space(next + 1);
    }
}

/// A name that ends where a bracket or comma leads to its owner's number: 李四(身份证…, 李四,电话….
fn before_mark(view: &View, cue: usize) -> Option<Range<usize>> {
    let mut end = cue;
    let mut marked = false;
    while end > 0 && cue - end < 4 {
        match view.at(end - 1) {
            '(' | '，' | ',' | ':' | '[' => marked = true,
            ' ' => {}
            _ => break,
        }
        end -= 1;
    }
    (marked && end > 0).then(|| name_until(view, end)).flatten()
}

/// A name that a comma parts from the home address: 李四,住….
fn before_comma(view: &View, cue: usize) -> Option<Range<usize>> {
    let comma = cue.checked_sub(1)?;
    matches!(view.at(comma), '，' | ',')
        .then(|| name_until(view, comma))
        .flatten()
}

/// Names before 、男, or (女,.
fn before_sex(view: &View, found: &mut Vec<Range<usize>>) {
    for i in 1..view.len() {
        if !matches!(view.chars[i], '男' | '女') {
            continue;
        }
        let closes = matches!(
            view.at(view.skip_space(i + 1)),
            '，' | ',' | '、' | ')' | ';' | '；' | '。' | '('
        ) || view.class_at(i + 1).is_digit() && view.class_at(i + 1) == Class::Digit;
        let mut mark = i - 1;
        while mark > 0 && view.class_at(mark).is_space() {
            mark -= 1;
        }
        if closes && matches!(view.at(mark), '，' | ',' | '、' | '(') {
            found.extend(name_until(view, mark));
        }
    }
}

/// Names before a bracket that opens with a number hidden earlier: 李四([证件号码已隐去]).
fn before_set(view: &View, found: &mut Vec<Range<usize>>) {
    for i in 1..view.len() {
        if view.chars[i] == super::view::SET && view.at(i - 1) == '(' {
            found.extend(name_until(view, i - 1));
        }
    }
}

/// The name that ends at a place: the whole run of Chinese characters before it, or its end behind a cue or a
/// break between words.
fn name_until(view: &View, end: usize) -> Option<Range<usize>> {
    let mut run = end;
    while run > 0 && (view.is_han(run - 1) || view.at(run - 1) == '·') && end - run < 16 {
        run -= 1;
    }
    let len = end - run;
    if (2..=4).contains(&len) && name_at(view, run, Lead::Told) == Some(end) {
        return Some(run..end);
    }
    [3usize, 2, 4]
        .into_iter()
        .filter(|n| *n < len)
        .find_map(|n| {
            let start = end - n;
            // a word must end before the name: a known one, or one of the small words
            let before = &view.chars[run..start];
            let parted = before.len() >= 2 && is_word(&before[before.len() - 2..])
                || before.last().is_some_and(|c| is_link(*c));
            let crosses = is_word(&view.chars[start - 1..=start]);
            (parted && !crosses && name_at(view, start, Lead::Told) == Some(end))
                .then_some(start..end)
        })
}

/// Small words that stand before a name.
const fn is_link(c: char) -> bool {
    matches!(
        c,
        '由' | '向'
            | '为'
            | '是'
            | '系'
            | '与'
            | '和'
            | '及'
            | '对'
            | '将'
            | '被'
            | '让'
            | '给'
            | '从'
            | '称'
            | '人'
            | '员'
            | '者'
            | '工'
            | '的'
            | '即'
            | '长'
            | '子'
            | '妻'
            | '夫'
    )
}

/// Words and particles that stand directly behind a name.
const fn is_follower(c: char) -> bool {
    matches!(
        c,
        '在' | '于'
            | '的'
            | '将'
            | '与'
            | '和'
            | '及'
            | '系'
            | '为'
            | '等'
            | '被'
            | '未'
            | '已'
            | '因'
            | '向'
            | '从'
            | '对'
            | '是'
            | '称'
            | '说'
            | '到'
            | '进'
            | '男'
            | '女'
            | '驾'
            | '持'
            | '给'
            | '把'
            | '使'
            | '有'
            | '经'
            | '由'
            | '作'
            | '出'
            | '以'
            | '两'
            | '共'
            | '另'
            | '也'
            | '均'
            | '即'
            | '则'
            | '并'
            | '且'
            | '后'
            | '前'
            | '时'
            | '处'
            | '无'
            | '不'
            | '没'
            | '自'
            | '至'
            | '当'
            | '受'
            | '住'
            | '死'
            | '所'
            | '之'
            | '曾'
            | '现'
            | '家'
            | '同'
            | '还'
            | '又'
    )
}

/// Followers that stand in no firm's name.
const fn is_strong_follower(c: char) -> bool {
    matches!(
        c,
        '在' | '于'
            | '系'
            | '称'
            | '男'
            | '女'
            | '持'
            | '驾'
            | '被'
            | '把'
            | '将'
            | '向'
            | '未'
            | '因'
            | '的'
            | '与'
    )
}

/// Whether the clause goes on to the end of a firm's name: 当事人江苏…有限公司 names no person.
fn names_a_firm(view: &View, from: usize) -> bool {
    const ENDS: [&str; 12] = [
        "公司",
        "合作社",
        "商行",
        "经营部",
        "集团",
        "工作室",
        "事务所",
        "医院",
        "学校",
        "中心",
        "门诊部",
        "加工厂",
    ];
    let clause: String = (from..from + 30)
        .map(|i| view.at(i))
        .take_while(|c| is_han(*c) || matches!(c, '(' | ')' | '·') || c.is_ascii_alphanumeric())
        .collect();
    ENDS.iter().any(|e| clause.contains(e)) || clause.ends_with(['店', '厂', '部', '行', '社'])
}

/// Characters that stand in no given name when a sentence goes on with them.
const fn is_particle(c: char) -> bool {
    matches!(
        c,
        '的' | '了'
            | '在'
            | '是'
            | '不'
            | '未'
            | '无'
            | '没'
            | '被'
            | '把'
            | '将'
            | '及'
            | '等'
            | '或'
            | '者'
            | '某'
            | '该'
            | '此'
            | '之'
            | '其'
            | '于'
            | '以'
            | '为'
            | '由'
            | '从'
            | '向'
            | '对'
            | '与'
            | '和'
            | '因'
            | '所'
            | '应'
            | '须'
            | '需'
            | '可'
            | '能'
            | '会'
            | '要'
            | '已'
            | '经'
            | '再'
            | '又'
            | '均'
            | '每'
            | '各'
            | '另'
            | '自'
            | '至'
            | '到'
            | '给'
            | '让'
            | '使'
            | '同'
            | '按'
            | '依'
            | '据'
            | '用'
            | '进'
            | '出'
            | '上'
            | '下'
            | '内'
            | '外'
            | '前'
            | '后'
            | '时'
            | '月'
            | '日'
            | '年'
            | '元'
            | '号'
            | '名'
            | '个'
            | '位'
            | '人'
            | '员'
            | '部'
            | '局'
            | '厅'
            | '司'
            | '店'
            | '厂'
            | '院'
            | '站'
            | '车'
            | '市'
            | '区'
            | '县'
            | '省'
            | '镇'
            | '村'
            | '路'
            | '街'
            | '有'
            | '也'
            | '很'
            | '都'
            | '只'
            | '仅'
    )
}

/// Where the name that begins at a place ends, when one does.
fn name_at(view: &View, start: usize, lead: Lead) -> Option<usize> {
    if !view.is_han(start) {
        return None;
    }
    if let Some(end) = segmented(view, start) {
        return (!view.is_han(end) || !names_a_firm(view, end)).then_some(end);
    }
    let spaced = view.at(start + 1) == ' ' && view.is_han(start + 2) && !view.is_han(start + 3);
    if spaced && NAMES.is_common(view.at(start)) && NAMES.given(view.at(start + 2)).is_some() {
        // 张　三: forms spread a short name over three places
        return Some(start + 3);
    }
    let compound = NAMES.is_compound(view.at(start), view.at(start + 1));
    let surname = if compound { 2 } else { 1 };
    if !compound && !NAMES.is_surname(view.at(start)) {
        return None;
    }
    let common = compound || NAMES.is_common(view.at(start));
    let best = [2usize, 1]
        .into_iter()
        .filter_map(|given| {
            score(view, start, surname, given, lead, common).map(|s| (s, start + surname + given))
        })
        .max_by_key(|(s, end)| (*s, *end));
    best.map(|(_, end)| end)
}

/// How well characters read as a name: `None` when they do not.
fn score(
    view: &View,
    start: usize,
    surname: usize,
    given: usize,
    lead: Lead,
    common: bool,
) -> Option<i32> {
    let end = start + surname + given;
    if !(start..end).all(|i| view.is_han(i)) {
        return None;
    }
    let chars = &view.chars[start..end];
    let given_chars = &chars[surname..];
    if given_chars.contains(&'某')
        || given_chars.iter().any(|c| is_particle(*c)) && lead == Lead::Word
    {
        return None;
    }
    let mut sum = 0;
    for c in given_chars {
        sum += NAMES.given(*c).unwrap_or(-7);
    }
    let usual = sum / i32::try_from(given).unwrap_or(1);
    // what stands behind the name
    let stop = !view.is_han(end) && (lead == Lead::Told || view.class_at(end) != Class::Digit);
    let behind = if stop {
        4
    } else if is_follower(view.at(end)) {
        3
    } else if (2..=4).any(|n| end + n <= view.len() && is_word(&view.chars[end..end + n])) {
        2
    } else {
        0
    };
    if behind == 0 || (!common && !stop) {
        return None;
    }
    if usual < 0 && !(stop && lead == Lead::Told) {
        return None;
    }
    if lead == Lead::Word
        && !stop
        && (given == 1 || usual < 5)
        && !is_strong_follower(view.at(end))
        && names_a_firm(view, end)
    {
        return None;
    }
    // words that the name would cut, or that it is itself
    let mut words = 0;
    if surname == 1 {
        if is_word(&chars[..2]) {
            words += if given == 1 { 6 } else { 3 };
        }
        if given == 2 && is_word(&chars[1..]) && !stop {
            words += 2;
        }
        if is_word(chars) && given == 2 {
            words += 6;
        }
    }
    if !stop && is_word(&view.chars[end - 1..=end]) {
        words += if given == 1 { 4 } else { 2 };
    }
    if !common && lead == Lead::Word && (words > 0 || given == 2 && is_word(&chars[surname..])) {
        return None;
    }
    if words >= 6 && lead == Lead::Word {
        return None;
    }
    let total = usual.min(6) + behind + i32::from(common) * 2 - words;
    let needed = if lead == Lead::Told { 3 } else { 5 };
    (total >= needed).then_some(total)
}

/// Names with an interpunct: 阿卜杜拉·买买提.
fn segmented(view: &View, start: usize) -> Option<usize> {
    let mut at = start;
    while view.is_han(at) && at - start < 8 {
        at += 1;
    }
    if view.at(at) != '·' || at - start < 2 || !view.is_han(at + 1) {
        return None;
    }
    let mut end = at + 1;
    loop {
        let from = end;
        while view.is_han(end) && end - from < 6 {
            let word = (2..=3).any(|n| end + n <= view.len() && is_word(&view.chars[end..end + n]));
            if end > from + 1 && (word || is_follower(view.at(end))) {
                break;
            }
            end += 1;
        }
        if end == from {
            return Some(end - 1);
        }
        if view.at(end) != '·' {
            return Some(end);
        }
        end += 1;
    }
}
