//! The way from the first page to the present one, as links.

use maud::{Markup, html};

use super::lang::Lang;

/// The way: pages above this one, nearest last, each with its address, and the name of this page.
#[must_use]
pub fn breadcrumb(lang: Lang, above: &[(&str, &str)], here: &str) -> Markup {
    html! {
        nav.breadcrumb aria-label=(lang.say("当前位置", "Breadcrumb")) {
            ol {
                li { a href="/" { (lang.say("首页", "Home")) } }
                @for (address, name) in above { li { a href=(address) { (name) } } }
                li aria-current="page" { (here) }
            }
        }
    }
}
