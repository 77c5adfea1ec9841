//! Named values in two columns: the form of most of what a record says.

use maud::{Markup, html};

/// One named value, finished.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Name in Chinese.
    pub zh: String,
    /// Name in English; may be empty.
    pub en: String,
    /// The value.
    pub value: Markup,
    /// Whether the value is long and needs the whole width.
    pub wide: bool,
}

impl Fact {
    /// A short value.
    #[must_use]
    pub fn new(zh: impl Into<String>, en: impl Into<String>, value: Markup) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
            value,
            wide: false,
        }
    }

    /// A plain text.
    #[must_use]
    pub fn text(zh: impl Into<String>, en: impl Into<String>, value: &str) -> Self {
        Self::new(zh, en, html! { (value) })
    }
}

/// A list of named values.
#[must_use]
pub fn facts(rows: &[Fact]) -> Markup {
    html! {
        dl.facts {
            @for row in rows {
                div.fact.wide[row.wide] {
                    dt { (row.zh) @if !row.en.is_empty() { span.en lang="en" { (row.en) } } }
                    dd { (row.value) }
                }
            }
        }
    }
}
