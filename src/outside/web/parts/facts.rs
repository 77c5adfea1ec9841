//! Named values in two columns: the form of most of what a record says.

use maud::{Markup, html};

/// One named value, finished.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Its name, in the language of the page.
    pub name: Markup,
    /// The value.
    pub value: Markup,
    /// Whether the value is long and needs the whole width.
    pub wide: bool,
}

impl Fact {
    /// A short value.
    #[must_use]
    pub fn new(name: &str, value: Markup) -> Self {
        Self {
            name: html! { (name) },
            value,
            wide: false,
        }
    }

    /// A long value, over the whole width.
    #[must_use]
    pub fn wide(name: &str, value: Markup) -> Self {
        Self {
            wide: true,
            ..Self::new(name, value)
        }
    }
}

/// A list of named values.
#[must_use]
pub fn facts(rows: &[Fact]) -> Markup {
    html! {
        dl.facts {
            @for row in rows {
                div.fact.wide[row.wide] {
                    dt { (row.name) }
                    dd { (row.value) }
                }
            }
        }
    }
}
