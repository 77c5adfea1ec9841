//! All lists of the catalogue that are displayed, by layer, with their figures.

use maud::{Markup, html};

use super::home::Figure;
use crate::domain::catalogue::{Catalogue, ListEntry};
use crate::domain::small::Shown;
use crate::outside::web::link;
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::small::number;
use crate::outside::web::parts::terms::{self, region};
use crate::outside::web::parts::text::{instant, tone};

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

/// What is displayed of a list.
#[must_use]
pub fn shown_of(figure: Option<&Figure>) -> Shown {
    figure.map_or(Shown::NONE, |f| f.shown)
}

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, view: &ListsView<'_>) -> Markup {
    let lang = ctx.lang;
    let lead = lang.say(
        "列入何种名单、依据什么、公示多久、如何移出，均由目录规定；目录没有的，不公示。",
        "The catalogue says what is listed, on what basis, for how long and how one gets out. What it does not hold is not published.",
    );
    let head = Head::new(lang.say("公示名单", "Lists"), Place::Lists)
        .with_twin("/api/v1/lists")
        .described(lead);
    let main = html! {
        header.page-head {
            h1 { (lang.say("公示名单", "Lists")) }
            p.lead { (lead) }
        }
        @for layer in &view.catalogue.layers {
            @let entries: Vec<&ListEntry> = view.catalogue.displayed().filter(|l| l.layer == layer.code).collect();
            @if !entries.is_empty() {
                section {
                    h2 { (lang.words(&layer.name)) }
                    p.meta {
                        (if layer.is_base { lang.say("基础目录", "Base catalogue") } else { lang.say("补充目录", "Supplement") })
                        " · " (region(lang, &layer.jurisdiction))
                        " · " (terms::edition(lang, layer))
                    }
                    ul.cards { @for entry in entries { (card(lang, entry, figure(view.figures, &entry.code))) } }
                }
            }
        }
        @if view.catalogue.displayed().next().is_none() {
            p.empty { (lang.say("目录中没有可以公示的名单。", "The catalogue holds no list that is displayed.")) }
        }
    };
    frame(ctx, &head, &main)
}

/// A list in short.
#[must_use]
pub fn card(lang: Lang, entry: &ListEntry, figure: Option<&Figure>) -> Markup {
    html! {
        li.card {
            p.hit-tags {
                span.tag.{ (tone(entry.polarity)) } { (lang.say(entry.polarity.zh(), entry.polarity.en())) }
                " " span.tag { (lang.say(entry.category.zh(), entry.category.en())) }
            }
            h3 { a href=(link::list(&entry.code)) { (lang.words(&entry.name)) } }
            p { (lang.words(&entry.summary)) }
            p.meta {
                (number(lang, shown_of(figure), lang.say(" 条在公示", " displayed")))
                @if let Some(at) = figure.and_then(|f| f.changed_at) { (lang.say(" · 更新于 ", " · updated ")) (instant(at)) }
            }
        }
    }
}
