//! What is overdue, by authority.

use maud::{Markup, html};

use super::queue::{Choice, Show};
use crate::inside::cases::Late;
use crate::inside::desk::pages::frame::DeskCtx;
use crate::outside::web::parts::text::{count, date};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct LateView {
    /// Rows with the name of their authority.
    pub rows: Vec<(String, Late)>,
    /// Whether the officer sees one authority alone.
    pub scoped: bool,
}

/// The page.
#[must_use]
pub fn page(ctx: &DeskCtx, view: &LateView) -> Markup {
    let lang = ctx.lang;
    let (of, what, cases, since) = (
        lang.say("认定单位", "Authority"),
        lang.say("逾期事项", "What is overdue"),
        lang.say("件数", "Cases"),
        lang.say("最早的截止日", "Earliest limit"),
    );
    let all: u64 = view.rows.iter().map(|(_, late)| late.cases).sum();
    html! {
        p.meta { a href="/desk/cases" { (lang.say("案件", "Cases")) } }
        header.page-head { h1 { (lang.say("逾期情况", "Overdue cases")) } }
        p.lead { (lang.say("在办案件中已超过法定期限的，共 ", "Open cases beyond a legal limit: ")) strong.num { (count(all)) } (lang.say(" 件。", ".")) }
        @if view.rows.is_empty() {
            p.empty { (lang.say("没有逾期的案件。", "Nothing is overdue.")) }
        } @else {
            div.table-wrap tabindex="0" role="region" aria-label=(lang.say("逾期情况", "Overdue cases")) {
                table {
                    thead { tr { th scope="col" { (of) } th scope="col" { (what) } th scope="col" { (cases) } th scope="col" { (since) } } }
                    tbody {
                        @for (name, late) in &view.rows {
                            @let there = Choice { show: Show::Late, authority: if view.scoped { String::new() } else { late.authority_code.clone() }, ..Choice::default() };
                            tr {
                                th scope="row" {
                                    a href=(there.address(None)) { @if name.is_empty() { (lang.say("待指定单位", "no authority yet")) } @else { (name) } }
                                }
                                td data-label=(what) {
                                    @match late.procedure { Some(p) => { (lang.say(p.zh(), p.en())) }, None => { (lang.say("其他", "other")) } }
                                    @if late.provisional { " " span.tag.caution { (lang.say("暂定日历", "provisional calendar")) } }
                                }
                                td data-label=(cases) { span.tag.grave { (count(late.cases)) } }
                                td data-label=(since) { @if let Some(day) = late.since { (date(day)) } @else { "—" } }
                            }
                        }
                    }
                }
            }
        }
        p.meta { (lang.say("暂定日历：国务院尚未公布该年度放假安排，截止日可能变化。申请人补正期间不计入。", "Provisional calendar: the holidays of that year are not announced, the day may change. Days on which the applicant was asked do not count.")) }
    }
}
