//! The calendar of working days, and the days that officers have set.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::frame::DeskCtx;
use crate::domain::workdays::Standing;
use crate::inside::desk::rights;
use crate::inside::vault::{CalendarDay, DayKind};
use crate::outside::web::parts::field::{Field, Input, field};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::text::{date, instant};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct CalendarView {
    /// Years covered, and how.
    pub years: Vec<(i32, Standing)>,
    /// The days of this year and the next that differ from their weekday: day, whether worked, name.
    pub special: Vec<(NaiveDate, bool, String)>,
    /// Every change, by day.
    pub changes: Vec<CalendarDay>,
}

/// The page.
#[must_use]
pub fn page(ctx: &DeskCtx, view: &CalendarView) -> Markup {
    let lang = ctx.lang;
    html! {
        header.page-head { h1 { (lang.say("工作日历", "Calendar of working days")) } }
        p {
            (lang.say("已覆盖年份：", "Years covered: "))
            @for (i, (year, standing)) in view.years.iter().enumerate() {
                @if i > 0 { "、" } (year) @if *standing == Standing::Provisional { (lang.say("（暂定）", " (provisional)")) }
            }
        }
        @if ctx.may(rights::CALENDAR) { (form(ctx)) }
        section {
            h2 { (lang.say("变更记录", "What was changed")) }
            @if view.changes.is_empty() { p.empty { (lang.say("没有变更，使用随程序发布的日历。", "Nothing: the calendar of the program holds.")) } }
            @else { (changes(lang, &view.changes)) }
        }
        section {
            h2 { (lang.say("现行的放假和调休", "Holidays and make-up days in force")) }
            ul.texts { @for (day, worked, name) in &view.special { li { (date(*day)) " " (if *worked { lang.say(DayKind::Workday.zh(), DayKind::Workday.en()) } else { lang.say(DayKind::Holiday.zh(), DayKind::Holiday.en()) }) " " (name) } } }
        }
    }
}

fn form(ctx: &DeskCtx) -> Markup {
    let lang = ctx.lang;
    let kinds: Vec<(&str, &str)> = DayKind::ALL
        .iter()
        .map(|k| (k.code(), lang.say(k.zh(), k.en())))
        .collect();
    let base = Field {
        name: "day",
        label: lang.say("日期", "Day"),
        hint: "",
        error: "",
        value: "",
        required: true,
        input: Input::Date,
    };
    let kind = Field {
        name: "kind",
        label: lang.say("改为", "Is"),
        input: Input::Choice { of: &kinds },
        ..base
    };
    let text = Input::Line {
        autocomplete: "off",
        longest: 100,
    };
    let name = Field {
        name: "name",
        label: lang.say("名称", "Name"),
        required: false,
        input: text,
        ..base
    };
    let reference = Field {
        name: "reference",
        label: lang.say("依据文件", "Document that says so"),
        input: text,
        ..base
    };
    html! {
        form.desk-form action="/desk/calendar" method="post" {
            (ctx.token())
            (field(lang, &base)) (field(lang, &kind)) (field(lang, &name)) (field(lang, &reference))
            p.hint { (lang.say("节点下次启动后，期限按新日历计算；单独部署的公示节点须复制数据目录中的 calendar.csv。", "Deadlines follow from the next start of the node on; a public node of its own is given a copy of calendar.csv in the data directory.")) }
            button.button type="submit" { (lang.say("保存", "Save")) }
        }
    }
}

fn changes(lang: Lang, all: &[CalendarDay]) -> Markup {
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(lang.say("变更记录", "What was changed")) {
            table {
                thead { tr {
                    th scope="col" { (lang.say("日期", "Day")) }
                    th scope="col" { (lang.say("改为", "Is")) }
                    th scope="col" { (lang.say("依据", "Document")) }
                    th scope="col" { (lang.say("操作人", "By")) }
                    th scope="col" { (lang.say("时间", "When")) }
                } }
                tbody {
                    @for change in all {
                        tr {
                            th scope="row" { (date(change.day)) }
                            td { (lang.say(change.kind.zh(), change.kind.en())) " " (change.name) }
                            td { (change.reference) }
                            td { code { (change.set_by) } }
                            td { (instant(change.set_at)) }
                        }
                    }
                }
            }
        }
    }
}
