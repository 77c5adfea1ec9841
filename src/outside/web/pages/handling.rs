//! How long applications take, on the page of statistics.

use maud::{Markup, html};

use crate::domain::forms::FormKind;
use crate::outside::web::parts::chart::{
    Bar, Chart, Extent, Part, Row, Table, Tone, bars, section,
};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::text::{count, date};
use crate::outside::web::stats::Handling;

fn name(lang: Lang, row: &Handling) -> Markup {
    html! {
        @if row.name.is_empty() { (lang.say("尚未指定单位", "No authority yet")) } @else { (row.name) }
        " " span.meta { (lang.say(row.kind.zh(), row.kind.en())) }
    }
}

fn days(number: Option<u64>) -> String {
    number.map_or_else(|| "—".to_owned(), count)
}

/// The section.
#[must_use]
pub fn handling(lang: Lang, rows: &[Handling]) -> Markup {
    let decided: Vec<&Handling> = rows
        .iter()
        .filter(|h| h.kind == FormKind::Repair && h.median.is_some())
        .collect();
    let pictured: Vec<Bar> = decided
        .iter()
        .map(|h| Bar {
            name: name(lang, h),
            value: format!(
                "{}{}",
                days(h.median),
                lang.say(" 个工作日", " working days")
            ),
            parts: vec![Part {
                tone: Tone::First,
                amount: h.median.unwrap_or_default(),
            }],
        })
        .collect();
    let (open, overdue) = rows.iter().fold((0, 0), |(open, overdue), h| {
        (open + h.open, overdue + h.overdue)
    });
    let chart = Chart {
        id: "handling",
        title: lang.say("申请办了多久", "How long applications take"),
        words: html! {
            p { (lang.say("信用修复从收到申请到作出决定用了几个工作日（近一年作出的决定，各单位的中位数），以及正在办理和已经逾期的申请。只统计组织的申请。",
                "Working days from receipt to decision of repairs (decisions of the last year, median of each authority), and what is being handled or overdue. Applications of organisations only.")) }
            @if let Some(row) = rows.first() { p.meta { (lang.say("统计日：", "Counted on ")) (date(row.as_of)) } }
        },
        seen: html! {
            @if rows.is_empty() { (lang.say("还没有收到申请。", "No application was received yet.")) }
            @else {
                (lang.say("正在办理 ", "Being handled: ")) (count(open)) (lang.say(" 件，其中逾期 ", ", overdue: ")) (count(overdue)) (lang.say(" 件。", "."))
            }
        },
        legend: &[(
            Tone::First,
            lang.say("中位数（工作日）", "Median (working days)"),
        )],
        table: Table {
            caption: lang.say(
                "各单位办理申请的情况",
                "How authorities handle applications",
            ),
            heads: &[
                lang.say("单位和申请类型", "Authority and kind"),
                lang.say("正在办理", "Being handled"),
                lang.say("已经逾期", "Overdue"),
                lang.say("近一年决定", "Decided in a year"),
                lang.say("中位数（工作日）", "Median (working days)"),
                lang.say("最长（工作日）", "Longest (working days)"),
            ],
            rows: rows
                .iter()
                .map(|h| Row {
                    name: name(lang, h),
                    values: vec![
                        count(h.open),
                        count(h.overdue),
                        count(h.decided),
                        days(h.median),
                        days(h.longest),
                    ],
                })
                .collect(),
        },
    };
    section(lang, &chart, |named| bars(named, Extent::Amount, &pictured))
}
