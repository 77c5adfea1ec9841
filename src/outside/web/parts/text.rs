//! Words, dates and numbers on screen: Chinese first, English beside it.

use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};

use crate::domain::kinds::{Polarity, Words};
use crate::domain::time::{Moment, shanghai};

/// A short text in both languages, on one line.
#[must_use]
pub fn both(zh: &str, en: &str) -> Markup {
    html! { (zh) @if !en.is_empty() { " " span.en lang="en" { (en) } } }
}

/// A text of the catalogue in both languages, the English as a line of its own.
#[must_use]
pub fn words(words: &Words) -> Markup {
    html! { (words.zh) @if !words.en.is_empty() { span.en.line lang="en" { (words.en) } } }
}

/// A short text of the catalogue, on one line.
#[must_use]
pub fn inline(words: &Words) -> Markup {
    both(&words.zh, &words.en)
}

/// Paragraphs in both languages.
#[must_use]
pub fn paragraph(zh: &str, en: &str) -> Markup {
    html! { p { (zh) @if !en.is_empty() { span.en.line lang="en" { (en) } } } }
}

/// A civil date as it is written in tables.
#[must_use]
pub fn date(date: NaiveDate) -> Markup {
    html! { time datetime=(date) { (date) } }
}

/// A civil date as it is written in sentences.
#[must_use]
pub fn long_date(date: NaiveDate) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
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

    #[test]
    fn markup_escapes_what_it_is_given() {
        let evil = "<script>alert(1)</script>\"'&";
        let shown = both(evil, evil).into_string();
        assert!(!shown.contains("<script>"), "{shown}");
    }
}
