//! The queue: what is due first stands first; tabs, filters, pages; everything chosen stands in the address.

use maud::{Markup, html};
use url::form_urlencoded::Serializer;

use super::due::{DueView, due};
use super::{link, number, state};
use crate::domain::cases::entry::EntryState;
use crate::domain::cases::{CaseKind, complaint, objection, repair};
use crate::domain::kinds::Words;
use crate::inside::cases::CaseRow;
use crate::inside::desk::pages::frame::DeskCtx;
use crate::inside::desk::rights;
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::text::{count, date};

/// What is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// What waits for the role.
    #[default]
    Mine,
    /// Everything open.
    Open,
    /// Due within a few working days.
    Soon,
    /// Overdue.
    Late,
    /// Closed.
    Closed,
}

impl Show {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 5] = [Self::Mine, Self::Open, Self::Soon, Self::Late, Self::Closed];

    /// As it stands in the address.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Open => "open",
            Self::Soon => "soon",
            Self::Late => "late",
            Self::Closed => "closed",
        }
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Mine => ("等我办理", "Waiting for me"),
            Self::Open => ("全部在办", "All open"),
            Self::Soon => ("三个工作日内到期", "Due within 3 working days"),
            Self::Late => ("已逾期", "Overdue"),
            Self::Closed => ("已办结", "Closed"),
        }
    }
}

/// What was chosen. No personal data has a place in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is shown.
    pub show: Show,
    /// Kind.
    pub kind: Option<CaseKind>,
    /// Code of a state.
    pub state: String,
    /// Code of an authority.
    pub authority: String,
    /// Number of an application.
    pub number: String,
}

impl Choice {
    /// The address of the queue so chosen, after a place of it.
    #[must_use]
    pub fn address(&self, after: Option<&str>) -> String {
        let mut query = Serializer::new(String::new());
        query.append_pair("show", self.show.code());
        let all = [
            ("kind", self.kind.map_or("", CaseKind::code)),
            ("state", &self.state),
            ("authority", &self.authority),
            ("number", &self.number),
            ("after", after.unwrap_or_default()),
        ];
        for (name, value) in all.into_iter().filter(|(_, v)| !v.is_empty()) {
            query.append_pair(name, value);
        }
        format!("/desk/cases?{}", query.finish())
    }

    fn is_narrowed(&self) -> bool {
        self.kind.is_some()
            || !self.state.is_empty()
            || !self.authority.is_empty()
            || !self.number.is_empty()
    }
}

/// A row with what its page knows beside it.
#[derive(Clone, Debug)]
pub struct Item {
    /// The case.
    pub row: CaseRow,
    /// Its day.
    pub due: DueView,
    /// Name of the list.
    pub list: Option<Words>,
    /// Name of the authority.
    pub authority: String,
}

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct QueueView {
    /// What was chosen.
    pub choice: Choice,
    /// How many cases each tab has.
    pub counts: Vec<(Show, u64)>,
    /// How many cases there are of what was chosen.
    pub all: u64,
    /// The page.
    pub items: Vec<Item>,
    /// Whether it is not the first one.
    pub continued: bool,
    /// Where the next one begins.
    pub next: Option<String>,
    /// Authorities to choose from: code and name; empty for who sees those of one alone.
    pub authorities: Vec<(String, String)>,
    /// What was typed as a number is none.
    pub bad_number: bool,
}

/// The states that cases of applications are in: code, Chinese, English; those of several kinds once.
#[must_use]
pub fn states() -> Vec<(&'static str, &'static str, &'static str)> {
    let repairs = repair::RepairState::ALL;
    let objections = objection::ObjectionState::ALL;
    let complaints = complaint::ComplaintState::ALL;
    let entries = EntryState::ALL;
    let all = repairs
        .iter()
        .map(|s| (s.code(), s.zh(), s.en()))
        .chain(objections.iter().map(|s| (s.code(), s.zh(), s.en())))
        .chain(complaints.iter().map(|s| (s.code(), s.zh(), s.en())))
        .chain(entries.iter().map(|s| (s.code(), s.zh(), s.en())));
    let mut out: Vec<(&str, &str, &str)> = Vec::new();
    for state in all {
        if !out.iter().any(|(code, ..)| *code == state.0) {
            out.push(state);
        }
    }
    out
}

/// The page.
#[must_use]
pub fn page(ctx: &DeskCtx, view: &QueueView) -> Markup {
    let lang = ctx.lang;
    html! {
        header.page-head {
            h1 { (lang.say("案件", "Cases")) }
            p.meta {
                a href="/desk/cases/late" { (lang.say("逾期情况（按单位）", "Overdue, by authority")) }
                @if ctx.may(rights::PAPER) { " · " a href="/desk/cases/paper" { (lang.say("录入书面申请", "Enter an application on paper")) } }
            }
        }
        (tabs(lang, view))
        (filters(ctx, view))
        section.desk-cases aria-live="polite" {
            h2 { (lang.say(view.choice.show.words().0, view.choice.show.words().1)) " " span.num { "(" (count(view.all)) ")" } }
            @if view.items.is_empty() {
                (empty(lang, view))
            } @else {
                (table(lang, view))
                nav.pager aria-label=(lang.say("翻页", "Pages")) {
                    @if view.continued { a href=(view.choice.address(None)) { (lang.say("« 第一页", "« First page")) } }
                    @if let Some(next) = &view.next { a.next rel="next" href=(view.choice.address(Some(next))) { (lang.say("下一页 »", "Next page »")) } }
                }
            }
        }
    }
}

fn tabs(lang: Lang, view: &QueueView) -> Markup {
    html! {
        nav.desk-tabs aria-label=(lang.say("案件分类", "Kinds of queue")) {
            ul {
                @for (show, n) in &view.counts {
                    @let (zh, en) = show.words();
                    @let there = Choice { show: *show, ..Choice::default() };
                    li {
                        a href=(there.address(None)) aria-current=[(*show == view.choice.show).then_some("page")] {
                            (lang.say(zh, en)) " "
                            @if *show == Show::Late && *n > 0 { span.tag.grave { (count(*n)) } } @else { span.num { (count(*n)) } }
                        }
                    }
                }
            }
        }
    }
}

fn filters(ctx: &DeskCtx, view: &QueueView) -> Markup {
    let (lang, choice) = (ctx.lang, &view.choice);
    let narrow = |id: &'static str,
                  words: &'static str,
                  of: Vec<(String, String)>,
                  chosen: &str| {
        html! {
            div.field {
                label for=(id) { (words) }
                select #(id) name=(id) {
                    option value="" { (lang.say("全部", "All")) }
                    @for (value, name) in &of { option value=(value) selected[value == chosen] { (name) } }
                }
            }
        }
    };
    let words = |code: &str, zh, en| (code.to_owned(), lang.say(zh, en).to_owned());
    let kinds = CaseKind::ALL
        .iter()
        .map(|k| words(k.code(), k.zh(), k.en()));
    let states = states().into_iter().map(|(c, zh, en)| words(c, zh, en));
    html! {
        form.desk-narrow method="get" action="/desk/cases" {
            input type="hidden" name="show" value=(choice.show.code());
            (narrow("kind", lang.say("类型", "Kind"), kinds.collect(), choice.kind.map_or("", CaseKind::code)))
            (narrow("state", lang.say("状态", "State"), states.collect(), &choice.state))
            @if !view.authorities.is_empty() {
                (narrow("authority", lang.say("认定单位", "Authority"), view.authorities.clone(), &choice.authority))
            }
            div.field.invalid[view.bad_number] {
                label for="number" { (lang.say("办件编号", "Number of the application")) }
                @if view.bad_number { p.error id="number-error" { (lang.say("没有这种格式的编号", "That is no number of an application")) } }
                input #number name="number" value=(choice.number) maxlength="40" autocomplete="off" aria-describedby=[view.bad_number.then_some("number-error")];
            }
            button.button type="submit" { (lang.say("筛选", "Filter")) }
            @if choice.is_narrowed() {
                a href=(Choice { show: choice.show, ..Choice::default() }.address(None)) { (lang.say("清除筛选", "Clear the filters")) }
            }
        }
    }
}

fn empty(lang: Lang, view: &QueueView) -> Markup {
    html! {
        p.empty {
            @if view.choice.is_narrowed() {
                (lang.say("没有符合条件的案件。", "No case is so.")) " "
                a href=(Choice { show: view.choice.show, ..Choice::default() }.address(None)) { (lang.say("清除筛选", "Clear the filters")) }
            } @else {
                @match view.choice.show {
                    Show::Mine => { (lang.say("目前没有等您办理的案件。", "Nothing waits for you.")) },
                    Show::Late => { (lang.say("没有逾期的案件。", "Nothing is overdue.")) },
                    _ => { (lang.say("没有案件。", "There are no cases.")) },
                }
            }
        }
    }
}

fn table(lang: Lang, view: &QueueView) -> Markup {
    let (day, case, about) = (
        lang.say("期限", "Due"),
        lang.say("案件", "Case"),
        lang.say("事项", "About"),
    );
    let (standing, of, received) = (
        lang.say("状态", "State"),
        lang.say("认定单位", "Authority"),
        lang.say("收到", "Received"),
    );
    let scoped = view.authorities.is_empty();
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(lang.say("案件列表", "List of cases")) {
            table {
                thead { tr {
                    th scope="col" { (case) } th scope="col" { (day) } th scope="col" { (standing) } th scope="col" { (about) }
                    @if !scoped { th scope="col" { (of) } }
                    th scope="col" { (received) }
                } }
                tbody {
                    @for item in &view.items {
                        @let row = &item.row;
                        tr {
                            th scope="row" {
                                a href=(link(row.kind, &row.id)) { (number(row)) }
                                span.meta.line { (lang.say(row.kind.zh(), row.kind.en())) }
                            }
                            td data-label=(day) { (due(lang, &item.due)) }
                            td data-label=(standing) {
                                (state(lang, row))
                                @if row.pending { " " span.tag { (lang.say("结果同步中", "arriving")) } }
                                @if row.ended.is_some() { " " span.tag { (lang.say("收到时已不在公示", "was not displayed when received")) } }
                            }
                            td data-label=(about) {
                                @if let Some(list) = &item.list { (lang.words(list)) }
                                @if let Some(document) = &row.document_number { span.meta.line { (document) } }
                                @if item.list.is_none() && row.document_number.is_none() { (lang.say("未指明公示信息", "no displayed record")) }
                            }
                            @if !scoped {
                                td data-label=(of) {
                                    @if item.authority.is_empty() { span.tag.caution { (lang.say("待指定单位", "no authority yet")) } } @else { (item.authority) }
                                }
                            }
                            td data-label=(received) { (date(row.opened_on)) }
                        }
                    }
                }
            }
        }
    }
}
