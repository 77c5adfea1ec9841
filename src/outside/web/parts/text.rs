//! Dates and numbers on screen, the same in every language.

use chrono::NaiveDate;
use maud::{Markup, html};

use crate::domain::kinds::Polarity;
use crate::domain::time::{Moment, shanghai};

/// A civil date as it is written in tables.
#[must_use]
pub fn date(date: NaiveDate) -> Markup {
    html! { time datetime=(date) { (date) } }
}

/// An instant in Asia/Shanghai, to the minute.
#[must_use]
pub fn instant(at: Moment) -> Markup {
    let local = at.with_timezone(&shanghai());
    html! { time datetime=(local.to_rfc3339()) { (local.format("%Y-%m-%d %H:%M")) } }
}

/// A number with its thousands apart.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Class of a mark for a polarity.
#[must_use]
pub const fn tone(polarity: Polarity) -> &'static str {
    match polarity {
        Polarity::Positive => "good",
        Polarity::Neutral => "plain",
        Polarity::Negative => "grave",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        for (number, shown) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(count(number), shown);
        }
    }
}
