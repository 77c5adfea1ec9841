//! Notices: a box that says something before what follows is read.

use maud::{Markup, html};

/// How weighty a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Good to know.
    Info,
    /// To be read before going on.
    Caution,
    /// Something is wrong.
    Error,
}

/// A notice with a heading and contents.
#[must_use]
pub fn notice(weight: Weight, heading: &Markup, body: &Markup) -> Markup {
    let class = match weight {
        Weight::Info => "notice info",
        Weight::Caution => "notice caution",
        Weight::Error => "notice error",
    };
    html! {
        section class=(class) {
            h2.notice-title { (heading) }
            div.notice-body { (body) }
        }
    }
}
