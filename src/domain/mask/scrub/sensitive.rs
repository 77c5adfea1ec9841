//! Minors, health, criminal records, and text that is no content: reported, and where the law says so blocked.

use super::cues::{Cue, Found};
use super::kinds::{Blocked, DoubtReason, HitKind};
use super::scan::{Finding, Scan};
use super::view::View;
use crate::domain::mask::fold::han_digit;

/// Finds them; `persons` are the places of names found before.
pub(super) fn find(scan: &Scan<'_>, persons: &[std::ops::Range<usize>], out: &mut Vec<Finding>) {
    let view = scan.view;
    let near = |from: usize, to: usize| persons.iter().any(|p| p.start < to && from < p.end);
    for cue in &scan.cues {
        let range = cue.start..cue.end;
        if !matches!(
            cue.cue,
            Cue::Minor | Cue::Person | Cue::Health | Cue::HealthOf | Cue::Criminal | Cue::Garbage
        ) {
            continue;
        }
        let clause = clause_of(view, cue);
        let person =
            near(clause.start, clause.end) || masked_person(view, clause.start, clause.end);
        match cue.cue {
            Cue::Minor if person && !is_rule(view, cue) => out.push(minor(range)),
            Cue::Person
                if is_pupil(view, cue)
                    && (near(cue.end, cue.end + 4)
                        || masked_person(view, cue.end, cue.end + 4)) =>
            {
                out.push(minor(range));
            }
            Cue::Health if person && !is_rule(view, cue) => {
                out.push(Finding::noted(
                    range,
                    HitKind::Health,
                    DoubtReason::HealthMentioned,
                ));
            }
            Cue::HealthOf if person || !is_general_health(view, cue) => {
                out.push(Finding::noted(
                    range,
                    HitKind::Health,
                    DoubtReason::HealthMentioned,
                ));
            }
            Cue::Criminal => out.push(Finding::noted(
                range,
                HitKind::Criminal,
                DoubtReason::CriminalMentioned,
            )),
            Cue::Garbage => {
                let hard = matches!(view.at(cue.start), '2' | '^');
                let mut finding = Finding::noted(range, HitKind::Garbage, DoubtReason::GarbageText);
                finding.blocks = hard.then_some(Blocked::Placeholder);
                out.push(finding);
            }
            _ => {}
        }
    }
    ages(view, out);
    crosses(view, out);
    whole(view, out);
}

fn minor(range: std::ops::Range<usize>) -> Finding {
    Finding {
        blocks: Some(Blocked::Minor),
        ..Finding::noted(range, HitKind::Minor, DoubtReason::MinorMentioned)
    }
}

/// The clause that a cue stands in, as far as it lies within twelve characters.
fn clause_of(view: &View, cue: &Found) -> std::ops::Range<usize> {
    let stop = |c: char| matches!(c, '。' | ';' | '；' | '!' | '?' | '《' | '》' | '\n');
    let first = cue.start.saturating_sub(12);
    let last = (cue.end + 12).min(view.len());
    let start = (first..cue.start)
        .rev()
        .find(|i| stop(view.chars[*i]))
        .map_or(first, |i| i + 1);
    let end = (cue.end..last)
        .find(|i| stop(view.chars[*i]))
        .unwrap_or(last);
    start..end
}

/// Whether a person masked earlier stands in a range: 李某, 王某某, 张**, 陈先生.
fn masked_person(view: &View, from: usize, to: usize) -> bool {
    (from.max(1)..to.min(view.len())).any(|i| match view.chars[i] {
        '某' => {
            view.is_han(i - 1)
                && !matches!(
                    view.at(i + 1),
                    '公' | '企'
                        | '店'
                        | '单'
                        | '些'
                        | '种'
                        | '个'
                        | '地'
                        | '年'
                        | '市'
                        | '县'
                        | '省'
                        | '区'
                        | '镇'
                        | '局'
                        | '厂'
                )
        }
        '*' => view.is_han(i - 1) && view.at(i + 1) != '-',
        '先' => view.at(i + 1) == '生',
        '女' => view.at(i + 1) == '士',
        _ => false,
    })
}

/// Whether the word belongs to a statute's or a product's name: 未成年人保护法, 儿童食品, 幼儿园.
fn is_rule(view: &View, cue: &Found) -> bool {
    let after: String = (cue.end..cue.end + 3).map(|i| view.at(i)).collect();
    [
        "保护",
        "园",
        "用品",
        "食品",
        "玩具",
        "服装",
        "票",
        "床",
        "座椅",
        "奶粉",
        "乐园",
        "医院",
        "人就业",
        "人保障",
        "检测",
        "防治",
        "预防",
    ]
    .iter()
    .any(|w| after.starts_with(w))
}

fn is_pupil(view: &View, cue: &Found) -> bool {
    view.at(cue.end - 2) == '学' && matches!(view.at(cue.end - 1), '生' | '员')
}

/// 患有有碍食品安全疾病的人员: the law's own words, of nobody.
fn is_general_health(view: &View, cue: &Found) -> bool {
    let after: String = (cue.end..cue.end + 16).map(|i| view.at(i)).collect();
    [
        "有碍",
        "碍",
        "国务院",
        "疾病的",
        "人群",
        "者",
        "的人",
        "传染病的",
        "职业病的",
        "慎用",
        "禁用",
        "禁忌",
    ]
    .iter()
    .any(|w| after.contains(w))
}

/// Ages from 0 to 17 that belong to somebody: 15岁, 十五周岁; not 18岁以下, 未满16周岁, 3-6岁.
fn ages(view: &View, out: &mut Vec<Finding>) {
    for i in 1..view.len() {
        if view.chars[i] != '岁' {
            continue;
        }
        let mut end = i;
        if view.at(end - 1) == '周' {
            end -= 1;
        }
        let mut start = end;
        while start > 0
            && end - start < 6
            && (view.class_at(start - 1).is_digit()
                || view.at(start - 1) == '十'
                || view.class_at(start - 1).is_space())
        {
            start -= 1;
        }
        let Some(age) = age(view, start, end) else {
            continue;
        };
        let after = view.at(view.skip_space(i + 1));
        let before: String = (start.saturating_sub(4)..start)
            .map(|k| view.at(k))
            .collect();
        let general = matches!(
            after,
            '以' | '及'
                | '至'
                | '-'
                | '~'
                | '或'
                | '起'
                | '的'
                | '儿'
                | '组'
                | '段'
                | '+'
                | '内'
                | '上'
                | '下'
                | '宝'
                | '童'
                | '孩'
        ) || [
            "满", "于", "过", "-", "~", "至", "到", "适用", "适合", "龄段", "龄:", "龄为", "以上",
            "不足", "低", "达到", "≥", "≤", "<", ">", "—",
        ]
        .iter()
        .any(|w| before.ends_with(w));
        if age <= 17 && !general {
            out.push(minor(start..i + 1));
        }
    }
}

fn age(view: &View, start: usize, end: usize) -> Option<u32> {
    let mut total = None;
    for k in start..end {
        let c = view.at(k);
        if c == ' ' || c == '\n' {
            continue;
        }
        let before = total.unwrap_or(0);
        total = Some(if c == '十' {
            if total.is_some() { before * 10 } else { 10 }
        } else {
            let d = c.to_digit(10).or_else(|| han_digit(c).map(u32::from))?;
            if before == 10 && view.at(k - 1) == '十' || before > 10 && view.at(k - 1) == '十' {
                before + d
            } else {
                before * 10 + d
            }
        });
    }
    total.filter(|t| *t < 200)
}

/// Three crosses and more, or XXX between Chinese characters: somebody left a blank to fill.
fn crosses(view: &View, out: &mut Vec<Finding>) {
    let mut i = 0;
    while i < view.len() {
        let c = view.chars[i];
        if !matches!(c, '×' | 'X' | 'x') {
            i += 1;
            continue;
        }
        let end = (i..view.len())
            .find(|k| view.chars[*k] != c)
            .unwrap_or(view.len());
        let word = i > 0 && view.chars[i - 1].is_ascii_alphanumeric()
            || view.at(end).is_ascii_alphanumeric();
        if end - i >= 3 && (c == '×' || !word) {
            out.push(Finding::noted(
                i..end,
                HitKind::Garbage,
                DoubtReason::GarbageText,
            ));
        }
        i = end.max(i + 1);
    }
}

/// A text that is nothing but a placeholder.
fn whole(view: &View, out: &mut Vec<Finding>) {
    let text: String = view
        .chars
        .iter()
        .filter(|c| !c.is_whitespace())
        .take(24)
        .collect();
    let empty = [
        "测试",
        "test",
        "Test",
        "TEST",
        "111",
        "1111",
        "aaa",
        "abc",
        "null",
        "NULL",
        "undefined",
        "None",
        "NaN",
        "#N/A",
        "#REF!",
        "待定",
        "待补",
        "…",
        "......",
        "???",
        "？？？",
        "###",
    ];
    let marks = !text.is_empty()
        && !text.chars().any(char::is_alphanumeric)
        && !text.contains(super::view::SET);
    if empty.contains(&text.as_str()) || marks || text.contains('\u{fffd}') {
        let mut finding = Finding::noted(0..view.len(), HitKind::Garbage, DoubtReason::GarbageText);
        finding.blocks = (!text.contains('\u{fffd}')).then_some(Blocked::Placeholder);
        out.push(finding);
    }
}
