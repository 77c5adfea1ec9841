//! All lists of the catalogue that are displayed, by layer, with their figures.

use maud::{Markup, html};

use super::home::Figure;
use crate::domain::catalogue::{Catalogue, ListEntry};
use crate::outside::web::link;
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::terms::region;
use crate::outside::web::parts::text::{both, count, date, instant, tone, words};

/// Everything the page needs.
#[derive(Clone, Copy, Debug)]
pub struct ListsView<'a> {
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// Figures by list.
    pub figures: &'a [Figure],
}

/// The figure of a list; zero when it has no records.
#[must_use]
pub fn figure<'a>(figures: &'a [Figure], code: &str) -> Option<&'a Figure> {
    figures.iter().find(|f| f.list == code)
}

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, view: &ListsView<'_>) -> Markup {
    let head = Head::new("公示名单", Place::Lists).with_twin("/api/v1/lists");
    let main = html! {
        header.page-head {
            h1 { (both("公示名单", "Lists")) }
            p.lead { "列入何种名单、依据什么、公示多久、如何移出，均由目录规定；目录没有的，不公示。"
                span.en.line lang="en" { "The catalogue says what is listed, on what basis, for how long and how one gets out. What it does not hold is not published." } }
        }
        @for layer in &view.catalogue.layers {
            @let entries: Vec<&ListEntry> = view.catalogue.displayed().filter(|l| l.layer == layer.code).collect();
            @if !entries.is_empty() {
                section {
                    h2 { (layer.name.zh) @if !layer.name.en.is_empty() { " " span.en lang="en" { (layer.name.en) } } }
                    p.meta { (if layer.is_base { "基础目录" } else { "补充目录" }) " · " (region(&layer.jurisdiction)) " · 版本 " code { (layer.version) } " · 自 " (date(layer.effective_from)) " 起" }
                    ul.cards { @for entry in entries { (card(entry, figure(view.figures, &entry.code))) } }
                }
            }
        }
        @if view.catalogue.displayed().next().is_none() { p.empty { "目录中没有可以公示的名单。" } }
    };
    frame(ctx, &head, &main)
}

/// A list in short.
#[must_use]
pub fn card(entry: &ListEntry, figure: Option<&Figure>) -> Markup {
    html! {
        li.card {
            p.hit-tags { span.tag.{ (tone(entry.polarity)) } { (entry.polarity.zh()) } " " span.tag { (entry.category.zh()) } }
            h3 { a href=(link::list(&entry.code)) { (entry.name.zh) } }
            @if !entry.name.en.is_empty() { p.en lang="en" { (entry.name.en) } }
            p { (words(&entry.summary)) }
            p.meta {
                span.num { (count(figure.map_or(0, |f| f.shown))) } " 条在公示"
                @if let Some(at) = figure.and_then(|f| f.changed_at) { " · 更新于 " (instant(at)) }
            }
        }
    }
}
