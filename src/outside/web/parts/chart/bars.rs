//! Horizontal bars, one a row, with name and number above each so that long names have room on a phone.

use maud::{Markup, html};

use super::{Named, Part, percent, sum};

/// One bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Its name.
    pub name: Markup,
    /// Its number as it is told.
    pub value: String,
    /// What it is made of, from the left.
    pub parts: Vec<Part>,
}

/// How long bars are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The largest takes the whole width.
    Amount,
    /// Each takes the whole width, and its parts are shares.
    Share,
}

/// The picture.
#[must_use]
pub fn bars(named: Named<'_>, extent: Extent, all: &[Bar]) -> Markup {
    let most = all.iter().map(|b| sum(&b.parts)).max().unwrap_or(0);
    html! {
        div.chart-bars role="img" aria-labelledby=(named.by) aria-describedby=(named.about) {
            @for bar in all {
                @let whole = if extent == Extent::Share { sum(&bar.parts) } else { most };
                div.chart-bar {
                    span.chart-name { (bar.name) }
                    span.chart-value.num { (bar.value) }
                    svg width="100%" height=".75em" focusable="false" {
                        rect.chart-ground width="100%" height="100%" {}
                        @for (from, part) in starts(&bar.parts) {
                            @if part.amount > 0 {
                                rect.(part.tone.class()) x=(percent(from, whole)) width=(percent(part.amount, whole)) height="100%" {}
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Each part with where it begins.
pub(super) fn starts(parts: &[Part]) -> Vec<(u64, Part)> {
    let mut from = 0;
    parts
        .iter()
        .map(|part| {
            let start = from;
            from += part.amount;
            (start, *part)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::Tone;
    use super::*;

    #[test]
    fn parts_follow_each_other_and_nothing_divides_by_zero() {
        let part = |tone, amount| Part { tone, amount };
        let bar = |a, b| Bar {
            name: html! { "<b>" },
            value: "1".to_owned(),
            parts: vec![part(Tone::First, a), part(Tone::Second, b)],
        };
        let named = Named {
            by: "x",
            about: "y",
        };
        let drawn = bars(named, Extent::Amount, &[bar(30, 10), bar(0, 0)]).into_string();
        assert!(drawn.contains(r#"class="chart-second" x="75.000%" width="25.000%""#));
        assert!(drawn.contains(r#"role="img" aria-labelledby="x" aria-describedby="y""#));
        let drawn = bars(named, Extent::Share, &[bar(1, 3), bar(0, 0)]).into_string();
        assert!(drawn.contains(r#"x="25.000%" width="75.000%""#), "{drawn}");
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"));
    }
}
