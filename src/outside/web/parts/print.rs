//! What stands under the name of the site on a printed page: where it was printed from, and that it grows old. The data
//! version stands in the footer; on a screen the address bar says the rest.

use maud::{Markup, html};

use super::frame::Ctx;

/// The head of a printed page; seen on paper only.
#[must_use]
pub fn print_head(ctx: &Ctx) -> Markup {
    let lang = ctx.lang;
    // what was searched for is nobody's business who is handed the paper
    let path = ctx.here.split(['?', '#']).next().unwrap_or_default();
    html! {
        div.print-head {
            @if !ctx.base_url.is_empty() { p { (ctx.base_url) (path) } }
            p { (lang.say("公示内容会更新、到期撤下，以网上最新公示为准。", "What is displayed changes and ends: what stands online now prevails.")) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paper_names_the_page_and_not_what_was_searched_for() {
        let ctx = Ctx {
            here: "/search?q=x".to_owned(),
            base_url: "https://example.cn".into(),
            origin: None,
            ..Ctx::default()
        };
        let made = print_head(&ctx).into_string();
        assert!(made.contains("<p>https://example.cn/search</p>"), "{made}");
        assert!(!print_head(&Ctx::default()).into_string().contains("http"));
    }
}
