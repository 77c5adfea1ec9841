//! Tabs that are links: pages of one matter side by side, each with an address of its own.

use maud::{Markup, html};

use super::lang::Lang;

/// One tab: its address and its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tab<'a> {
    /// Where it leads.
    pub address: &'a str,
    /// What it says.
    pub name: &'a str,
}

/// Tabs under a name, the one at `here` marked as present.
#[must_use]
pub fn tabs(name: &str, all: &[Tab<'_>], here: &str) -> Markup {
    html! {
        nav.tabs aria-label=(name) {
            ul {
                @for tab in all {
                    li { a href=(tab.address) aria-current=[(tab.address == here).then_some("page")] { (tab.name) } }
                }
            }
        }
    }
}

/// Pages about what a person or an enterprise can do: address, Chinese, English.
const GUIDE: [(&str, &str, &str); 5] = [
    ("/help", "总览", "Overview"),
    ("/help/repair", "信用修复", "Credit repair"),
    ("/help/objection", "异议与投诉", "Objection"),
    ("/help/bankruptcy", "破产重整", "Bankruptcy"),
    ("/sectors", "分级分类", "Standards"),
];

/// The tabs over the pages of the guide.
#[must_use]
pub fn guide(lang: Lang, here: &str) -> Markup {
    let all = GUIDE.map(|(address, zh, en)| Tab {
        address,
        name: lang.say(zh, en),
    });
    tabs(lang.say("办事指南", "Guide"), &all, here)
}
