//! The calendar of working days, the days that officers have set, and what a change would move.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::frame::DeskCtx;
use super::parts::summary;
use crate::domain::cases::Procedure;
use crate::domain::workdays::{Due, Standing};
use crate::inside::desk::form::{Wrong, words_at};
use crate::inside::desk::rights;
use crate::inside::vault::{CalendarDay, CalendarYear, DayKind};
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::field::{Field, Input, field};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::text::{count, date, instant};

/// What was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The day.
    pub day: String,
    /// Code of what it is.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Document.
    pub reference: String,
}

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct CalendarView {
    /// Years covered, and how.
    pub years: Vec<(i32, Standing)>,
    /// The days of this year and the next that differ from their weekday: day, whether worked, name.
    pub special: Vec<(NaiveDate, bool, String)>,
    /// Every change, by day.
    pub changes: Vec<CalendarDay>,
    /// What was said of years, by year.
    pub said: Vec<CalendarYear>,
    /// What was typed, when it comes back.
    pub typed: Typed,
    /// What is wrong with it.
    pub wrong: Vec<Wrong>,
}

/// A deadline that a change would move.
#[derive(Clone, Debug)]
pub struct MovedLine {
    /// Id of the case.
    pub case: String,
    /// Whether it is an entry of a list.
    pub entry: bool,
    /// Name of the list.
    pub list: String,
    /// Name of the authority.
    pub authority: String,
    /// What is due.
    pub procedure: Procedure,
    /// Last day now.
    pub before: Option<Due>,
    /// Last day after the change.
    pub after: Option<Due>,
}

/// What a change would move, before it is saved.
#[derive(Clone, Debug, Default)]
pub struct PreviewView {
    /// The change.
    pub typed: Typed,
    /// The first deadlines.
    pub lines: Vec<MovedLine>,
    /// How many there are.
    pub total: usize,
    /// Whether other cases are concerned than were shown before.
    pub again: bool,
    /// What tells this list from another one.
    pub seen: String,
}

/// The page.
#[must_use]
pub fn page(ctx: &DeskCtx, view: &CalendarView) -> Markup {
    let lang = ctx.lang;
    html! {
        (summary(lang, &view.wrong))
        header.page-head { h1 { (lang.say("工作日历", "Calendar of working days")) } }
        p {
            (lang.say("已覆盖年份：", "Years covered: "))
            @for (i, (year, standing)) in view.years.iter().enumerate() {
                @if i > 0 { "、" } a href={ "/desk/calendar/" (year) } { (year) } @if *standing == Standing::Provisional { (lang.say("（暂定）", " (provisional)")) }
            }
        }
        @if ctx.may(rights::CALENDAR) { (form(ctx, view)) }
        section {
            h2 { (lang.say("变更记录", "What was changed")) }
            @if view.changes.is_empty() && view.said.is_empty() { p.empty { (lang.say("没有变更，使用随程序发布的日历。", "Nothing: the calendar of the program holds.")) } }
            @if !view.changes.is_empty() { (changes(lang, &view.changes)) }
            @if !view.said.is_empty() { (super::calendar_year::said(lang, &view.said)) }
        }
        section {
            h2 { (lang.say("现行的放假和调休", "Holidays and make-up days in force")) }
            (special(lang, &view.special))
        }
    }
}

/// Days that differ from their weekday.
pub(super) fn special(lang: Lang, days: &[(NaiveDate, bool, String)]) -> Markup {
    let kind = |worked: bool| match worked {
        true => DayKind::Workday,
        false => DayKind::Holiday,
    };
    html! {
        ul.texts { @for (day, worked, name) in days { @let kind = kind(*worked); li { (date(*day)) " " (lang.say(kind.zh(), kind.en())) " " (name) } } }
    }
}

fn form(ctx: &DeskCtx, view: &CalendarView) -> Markup {
    let lang = ctx.lang;
    let kinds: Vec<(&str, &str)> = DayKind::ALL
        .iter()
        .map(|k| (k.code(), lang.say(k.zh(), k.en())))
        .collect();
    let error = |name: &str| words_at(&view.wrong, name, lang);
    let base = Field {
        name: "day",
        label: lang.say("日期", "Day"),
        hint: "",
        error: error("day"),
        value: &view.typed.day,
        required: true,
        input: Input::Date,
    };
    let kind = Field {
        name: "kind",
        label: lang.say("改为", "Is"),
        error: error("kind"),
        value: &view.typed.kind,
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
        error: error("name"),
        value: &view.typed.name,
        required: false,
        input: text,
        ..base
    };
    let reference = Field {
        name: "reference",
        label: lang.say("依据文件", "Document that says so"),
        error: error("reference"),
        value: &view.typed.reference,
        input: text,
        ..base
    };
    html! {
        form.desk-form action="/desk/calendar" method="post" novalidate {
            (ctx.token())
            (field(lang, &base)) (field(lang, &kind)) (field(lang, &name)) (field(lang, &reference))
            p.hint { (lang.say("保存后立即生效：期限、统计和各节点都按新日历计算。影响在办案件期限的，先列出受影响的案件，确认后才保存。", "It is in force at once, for deadlines, statistics and every node. Where it moves deadlines of open cases, they are shown first, and nothing is saved before you confirm.")) }
            button.button type="submit" { (lang.say("保存", "Save")) }
        }
    }
}

/// What a change would move: looked at, then confirmed.
#[must_use]
pub fn preview(ctx: &DeskCtx, view: &PreviewView) -> Markup {
    let lang = ctx.lang;
    let typed = &view.typed;
    let kind = DayKind::from_code(&typed.kind).map_or("", |k| lang.say(k.zh(), k.en()));
    let rows = [
        Fact::new(lang.say("日期", "Day"), html! { (typed.day) }),
        Fact::new(lang.say("改为", "Is"), html! { (kind) " " (typed.name) }),
        Fact::new(
            lang.say("依据文件", "Document that says so"),
            html! { (typed.reference) },
        ),
    ];
    html! {
        p.meta { a href="/desk/calendar" { (lang.say("工作日历", "Calendar of working days")) } }
        header.page-head { h1 { (lang.say("确认：在办案件的期限将随之变更", "Confirm: deadlines of open cases move with it")) } }
        @if view.again {
            (notice(Weight::Caution, &html! { (lang.say("受影响的案件与上次显示的不同", "Other cases are concerned than were shown before")) },
                &html! { p { (lang.say("请重新核对；还没有保存。", "Look again; nothing is saved yet.")) } }))
        }
        (facts(&rows))
        form.acts action="/desk/calendar" method="post" {
            (ctx.token())
            @for (name, value) in [("day", &typed.day), ("kind", &typed.kind), ("name", &typed.name), ("reference", &typed.reference), ("seen", &view.seen)] {
                input type="hidden" name=(name) value=(value);
            }
            button.button type="submit" { (lang.say("确认并保存", "Confirm and save")) }
            " " a href="/desk/calendar" { (lang.say("不保存", "Do not save")) }
        }
        section {
            h2 { (lang.say("将要变更的期限：", "Deadlines that move: ")) span.num { (count(view.total as u64)) } }
            (moved(lang, &view.lines, view.total))
            p.meta { (lang.say("申请人会在查询页看到新的期限；已登记电子邮件的，另行通知。", "Applicants see the new deadline where they follow their application, and are told by e-mail where they left an address.")) }
        }
    }
}

/// The deadlines that a change would move.
pub(super) fn moved(lang: Lang, lines: &[MovedLine], total: usize) -> Markup {
    let heading = lang.say("将要变更的期限", "Deadlines that move");
    let day = |due: Option<Due>| {
        html! {
            @if let Some(due) = due {
                (date(due.date))
                @if due.provisional { " " span.tag.caution { (lang.say("暂定", "provisional")) } }
            } @else { "—" }
        }
    };
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(heading) {
            table {
                @if total > lines.len() {
                    caption { (lang.say("前 ", "The first ")) (lines.len()) (lang.say(" 项", "")) }
                }
                thead { tr {
                    th scope="col" { (lang.say("案件", "Case")) }
                    th scope="col" { (lang.say("名单", "List")) }
                    th scope="col" { (lang.say("单位", "Authority")) }
                    th scope="col" { (lang.say("事项", "What is due")) }
                    th scope="col" { (lang.say("现期限", "Now")) }
                    th scope="col" { (lang.say("新期限", "Then")) }
                } }
                tbody {
                    @for line in lines {
                        @let place = if line.entry { "entries" } else { "cases" };
                        tr {
                            th scope="row" { a href={ "/desk/" (place) "/" (line.case) } { code { (line.case) } } }
                            td { (line.list) }
                            td { (line.authority) }
                            td { (lang.say(line.procedure.zh(), line.procedure.en())) }
                            td { (day(line.before)) }
                            td { strong { (day(line.after)) } }
                        }
                    }
                }
            }
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
