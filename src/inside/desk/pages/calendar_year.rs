//! A year of the calendar: its days, what was said of it, and the form by which an officer calls it final.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::calendar::{MovedLine, moved, special};
use super::frame::DeskCtx;
use super::parts::summary;
use crate::domain::workdays::Standing;
use crate::inside::desk::form::{Wrong, words_at};
use crate::inside::desk::rights;
use crate::inside::vault::{CalendarYear, YearKind};
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::field::{Field, Input, field};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::text::{count, instant};

/// Characters of the text that says where a notice stands, or why a year is provisional again.
pub const LONGEST_SOURCE: u32 = 500;

/// What was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedYear {
    /// Name and number of the notice.
    pub notice: String,
    /// Where its text stands, or why the year is provisional again.
    pub source: String,
    /// `yes` when the days were compared.
    pub compared: String,
}

/// What the page shows.
#[derive(Clone, Debug)]
pub struct YearView {
    /// The year.
    pub year: i32,
    /// How sure it is.
    pub standing: Standing,
    /// What may be said of it: that it is final, or that it is so no longer; none where it is final in the program.
    pub may: Option<YearKind>,
    /// Its days that differ from their weekday: day, whether worked, name.
    pub special: Vec<(NaiveDate, bool, String)>,
    /// What was said of it.
    pub said: Vec<CalendarYear>,
    /// What was typed, when it comes back.
    pub typed: TypedYear,
    /// What is wrong with it.
    pub wrong: Vec<Wrong>,
}

/// What an act would do, before it is done.
#[derive(Clone, Debug)]
pub struct YearPreview {
    /// The year as it stands, and what was typed.
    pub view: YearView,
    /// What is to be said of it.
    pub act: YearKind,
    /// The first deadlines that move or are provisional no longer.
    pub lines: Vec<MovedLine>,
    /// How many there are.
    pub total: usize,
    /// Whether something else would be done than was shown before.
    pub again: bool,
    /// What tells this preview from another one.
    pub seen: String,
}

fn address(year: i32) -> String {
    format!("/desk/calendar/{year}")
}

fn standing(lang: Lang, standing: Standing) -> &'static str {
    match standing {
        Standing::Final => lang.say("正式", "final"),
        Standing::Provisional => lang.say(
            "暂定（国务院办公厅的放假安排未确认）",
            "provisional: the State Council's notice is not confirmed",
        ),
    }
}

/// The page.
#[must_use]
pub fn page(ctx: &DeskCtx, view: &YearView) -> Markup {
    let lang = ctx.lang;
    html! {
        (summary(lang, &view.wrong))
        p.meta { a href="/desk/calendar" { (lang.say("工作日历", "Calendar of working days")) } }
        header.page-head { h1 { (view.year) (lang.say(" 年工作日历", ": calendar of working days")) } }
        p { (lang.say("状态：", "It is ")) strong { (standing(lang, view.standing)) } }
        @if ctx.may(rights::CALENDAR) && let Some(act) = view.may { (form(ctx, view, act)) }
        @if !view.said.is_empty() {
            section { h2 { (lang.say("确认记录", "What was said of it")) } (said(lang, &view.said)) }
        }
        section {
            h2 { (lang.say("现行的放假和调休", "Holidays and make-up days in force")) }
            (special(lang, &view.special))
        }
    }
}

fn form(ctx: &DeskCtx, view: &YearView, act: YearKind) -> Markup {
    let lang = ctx.lang;
    let error = |name: &str| words_at(&view.wrong, name, lang);
    let line = |longest| Input::Line {
        autocomplete: "off",
        longest,
    };
    let source = Field {
        name: "source",
        label: lang.say("撤销的理由", "Why it is no longer final"),
        hint: "",
        error: error("source"),
        value: &view.typed.source,
        required: true,
        input: line(LONGEST_SOURCE),
    };
    let notice = Field {
        name: "notice",
        label: lang.say(
            "国务院办公厅通知的名称和文号",
            "Name and number of the State Council's notice",
        ),
        error: error("notice"),
        value: &view.typed.notice,
        input: line(100),
        ..source
    };
    let compared = Field {
        name: "compared",
        label: lang.say("核对", "Comparison"),
        error: error("compared"),
        value: &view.typed.compared,
        input: Input::Tick {
            words: lang.say(
                "下列放假和调休已经与通知逐日核对",
                "The days below were compared with the notice one by one",
            ),
        },
        ..source
    };
    html! {
        form.desk-form action=(address(view.year)) method="post" novalidate {
            (ctx.token())
            input type="hidden" name="act" value=(act.code());
            @if act == YearKind::Final {
                h2 { (lang.say("确认为正式", "Call it final")) }
                (field(lang, &notice))
                (field(lang, &Field { label: lang.say("原文出处", "Where its text stands"), hint: lang.say("网址，或者载明全文的公报", "An address, or the gazette that prints it"), ..source }))
                (field(lang, &compared))
                p.hint { (lang.say("先按通知在工作日历页逐日设定，再确认。确认后期限不再标注暂定，逾期将产生法律后果；保存前先列出受影响的案件。", "Set its days at the calendar first, then confirm. Deadlines are provisional no longer, and being late has its consequences; the cases concerned are shown before anything is saved.")) }
                button.button type="submit" { (lang.say("下一步", "Next")) }
            } @else {
                h2 { (lang.say("撤销确认", "Call it provisional again")) }
                (field(lang, &source))
                button.button type="submit" { (lang.say("下一步", "Next")) }
            }
        }
    }
}

/// What an act would do: looked at, then confirmed.
#[must_use]
pub fn preview(ctx: &DeskCtx, preview: &YearPreview) -> Markup {
    let (lang, view, act) = (ctx.lang, &preview.view, preview.act);
    let typed = &view.typed;
    let is_final = act == YearKind::Final;
    let mut rows = vec![
        Fact::new(lang.say("年份", "Year"), html! { (view.year) }),
        Fact::new(
            lang.say("操作", "What is done"),
            html! { (lang.say(act.zh(), act.en())) },
        ),
    ];
    if is_final {
        let label = lang.say("通知", "Notice");
        rows.push(Fact::new(label, html! { (typed.notice) }));
    }
    let label = if is_final {
        lang.say("原文出处", "Where its text stands")
    } else {
        lang.say("理由", "Reason")
    };
    rows.push(Fact::new(label, html! { (typed.source) }));
    html! {
        p.meta { a href=(address(view.year)) { (view.year) (lang.say(" 年工作日历", ": calendar of working days")) } }
        header.page-head { h1 { (if is_final { lang.say("确认：该年度日历转为正式", "Confirm: the year becomes final") } else { lang.say("确认：该年度日历恢复为暂定", "Confirm: the year is provisional again") }) } }
        @if preview.again {
            (notice(Weight::Caution, &html! { (lang.say("日历或者受影响的案件与上次显示的不同", "The days or the cases concerned are not those that were shown before")) },
                &html! { p { (lang.say("请重新核对；还没有保存。", "Look again; nothing is saved yet.")) } }))
        }
        (facts(&rows))
        form.acts action=(address(view.year)) method="post" {
            (ctx.token())
            @for (name, value) in [("act", act.code()), ("notice", &typed.notice), ("source", &typed.source), ("compared", &typed.compared), ("seen", &preview.seen)] {
                input type="hidden" name=(name) value=(value);
            }
            button.button type="submit" { (lang.say("确认并保存", "Confirm and save")) }
            " " a href=(address(view.year)) { (lang.say("不保存", "Do not save")) }
        }
        section {
            h2 { (lang.say("受影响的期限：", "Deadlines concerned: ")) span.num { (count(preview.total as u64)) } }
            @if preview.lines.is_empty() { p.empty { (lang.say("没有在办案件受影响。", "No open case is concerned.")) } }
            @else { (moved(lang, &preview.lines, preview.total)) }
        }
        section {
            h2 { (lang.say("该年度的放假和调休", "Its holidays and make-up days")) }
            (special(lang, &view.special))
        }
    }
}

/// What was said of years.
pub(super) fn said(lang: Lang, all: &[CalendarYear]) -> Markup {
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(lang.say("年度确认记录", "What was said of years")) {
            table {
                thead { tr {
                    th scope="col" { (lang.say("年份", "Year")) }
                    th scope="col" { (lang.say("操作", "What was done")) }
                    th scope="col" { (lang.say("依据", "By")) }
                    th scope="col" { (lang.say("操作人", "Officer")) }
                    th scope="col" { (lang.say("时间", "When")) }
                } }
                tbody {
                    @for one in all {
                        tr {
                            th scope="row" { (one.year) }
                            td { (lang.say(one.standing.zh(), one.standing.en())) }
                            td { @if !one.notice.is_empty() { (one.notice) " · " } (one.source) }
                            td { code { (one.set_by) } }
                            td { (instant(one.set_at)) }
                        }
                    }
                }
            }
        }
    }
}
