//! The first page: search, what is published and how fresh, the lists, how to repair or object, the data.

use maud::{Markup, html};

use super::lists::{card, figure};
use crate::domain::catalogue::{Catalogue, ListEntry};
use crate::domain::time::Moment;
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame, search_form};
use crate::outside::web::parts::text::{both, count, instant};

/// How much of a list is displayed today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Code of the list.
    pub list: String,
    /// Records displayed today.
    pub shown: u64,
    /// When a release last changed the list.
    pub changed_at: Option<Moment>,
}

/// Everything the page needs.
#[derive(Clone, Copy, Debug)]
pub struct HomeView<'a> {
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// Figures by list.
    pub figures: &'a [Figure],
}

/// Lists shown on the first page.
const MOST_LISTS: usize = 6;

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, view: &HomeView<'_>) -> Markup {
    let head = Head::new("首页", Place::Home);
    let total: u64 = view.figures.iter().map(|f| f.shown).sum();
    let mut entries: Vec<&ListEntry> = view.catalogue.displayed().collect();
    let lists = entries.len();
    entries
        .sort_by_key(|e| std::cmp::Reverse(figure(view.figures, &e.code).map_or(0, |f| f.shown)));
    entries.truncate(MOST_LISTS);
    let main = html! {
        section.hero {
            h1 { "查一查公共信用信息" span.en.line lang="en" { "Look up public credit information" } }
            (search_form(ctx.lang, "", true))
            p.meta {
                "在公示 " strong.num { (count(total)) } " 条，分属 " strong.num { (lists) } " 个名单"
                @if let Some(at) = ctx.released_at { " · 更新于 " (instant(at)) }
            }
        }
        section {
            h2 { (both("公示名单", "Lists")) }
            ul.cards { @for entry in entries { (card(ctx.lang, entry, figure(view.figures, &entry.code))) } }
            p { a href="/lists" { "查看全部名单及其依据、条件和期限 »" } }
        }
        section {
            h2 { (both("与我有关的信息", "If you are concerned")) }
            ul.cards.three {
                li.card { h3 { a href="/help#repair" { (both("如何信用修复", "Credit repair")) } } p { "纠正行为、履行义务、满最短公示期后，可以申请提前终止公示。不收费。" span.en.line lang="en" { "After correction and the minimum term the display can be ended early, free of charge." } } }
                li.card { h3 { a href="/help#objection" { (both("如何提出异议", "Objection")) } } p { "认为内容错误、超期公示或者不应公示的，可以提出异议。" span.en.line lang="en" { "When something is wrong, out of date or should not be shown." } } }
                li.card { h3 { a href="/measures" { (both("措施清单", "Measures")) } } p { "每项惩戒或激励措施由谁实施、依据什么。清单之外不得实施。" span.en.line lang="en" { "Who may do what, on which basis. Nothing beyond it." } } }
            }
        }
        section {
            h2 { (both("数据与接口", "Data")) }
            p { "每个页面都有对应的 JSON 接口；变更接口按序号给出全部更新和撤下。" a href="/about#api" { "接口说明" } span.en.line lang="en" { "Each page has a JSON twin; the change feed tells every update and every removal." } }
        }
    };
    frame(ctx, &head, &main)
}
