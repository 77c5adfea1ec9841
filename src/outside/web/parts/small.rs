//! Numbers of records as far as they may be told (see [`crate::domain::small`]), in words.

use maud::{Markup, html};

use super::lang::Lang;
use super::text::count;
use crate::domain::small::{Persons, Shown};

/// A number of persons.
#[must_use]
pub fn persons(lang: Lang, told: Persons) -> String {
    match told {
        Persons::Told(n) => count(n),
        Persons::Few => lang.say("少于5", "fewer than 5").to_owned(),
        Persons::Withheld => lang.say("不单列", "withheld").to_owned(),
    }
}

/// What a number that is told leaves out; nothing when it is complete.
#[must_use]
pub fn left_out(lang: Lang, told: Persons) -> &'static str {
    match told {
        Persons::Told(_) => "",
        Persons::Few => lang.say(
            "（不含少于5条的自然人信息）",
            " (without fewer than 5 about natural persons)",
        ),
        Persons::Withheld => lang.say(
            "（不含自然人信息，其条数不单列）",
            " (without those about natural persons, whose number is withheld)",
        ),
    }
}

/// The number that is told, and what it leaves out.
#[must_use]
pub fn number(lang: Lang, shown: Shown, unit: &str) -> Markup {
    html! {
        span.num { (count(shown.told())) } (unit)
        @if shown.persons.is_held() { span.meta { (left_out(lang, shown.persons)) } }
    }
}
