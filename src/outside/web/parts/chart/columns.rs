//! Columns over months. The axis stands beside the plot, whose widths are shares: it fits any screen with type of one size.

use maud::{Markup, html};

use super::bars::starts;
use super::scale::{short, ticks};
use super::{Named, Part, percent, sum};
use crate::outside::web::parts::lang::Lang;

/// One column.
#[derive(Clone, Debug)]
pub struct Column {
    /// What it is, whole: `2026-11`.
    pub name: String,
    /// What stands under it; most have nothing.
    pub tick: Option<String>,
    /// What it is made of, from the ground up.
    pub parts: Vec<Part>,
}

/// Height of the plot, and of the space above and under it, in tenths of the type's size.
const PLOT: u64 = 130;
const ABOVE: u64 = 10;
const UNDER: u64 = 20;
/// Of a column's place, what stays empty, in hundredths.
const AIR: u64 = 22;

/// Tenths as SVG takes them.
fn em(tenths: u64) -> String {
    format!("{}.{}em", tenths / 10, tenths % 10)
}

/// Height of an amount; what is there is seen.
fn height(amount: u64, top: u64) -> u64 {
    let exact = u128::from(amount) * u128::from(PLOT) / u128::from(top.max(1));
    let exact = u64::try_from(exact).unwrap_or(PLOT);
    if amount > 0 { exact.max(1) } else { 0 }
}

/// The picture.
#[must_use]
pub fn columns(lang: Lang, named: Named<'_>, all: &[Column]) -> Markup {
    let most = all.iter().map(|c| sum(&c.parts)).max().unwrap_or(0);
    let lines = ticks(most);
    let top = lines.last().copied().unwrap_or(1);
    let places = (all.len() as u64).max(1) * 100;
    let whole = em(ABOVE + PLOT + UNDER);
    let ground = ABOVE + PLOT;
    html! {
        div.chart-columns role="img" aria-labelledby=(named.by) aria-describedby=(named.about) {
            svg.chart-axis width="3.4em" height=(whole) focusable="false" {
                @for line in &lines {
                    text x="100%" dx="-.5em" dy=".35em" y=(em(ground - height(*line, top))) text-anchor="end" { (short(lang, *line)) }
                }
            }
            svg.chart-plot width="100%" height=(whole) focusable="false" {
                @for line in &lines {
                    @let y = em(ground - height(*line, top));
                    line.chart-line x1="0" x2="100%" y1=(y) y2=(y) {}
                }
                @for (i, column) in (0_u64..).zip(all) {
                    g {
                        title { (column.name) }
                        @for (from, part) in starts(&column.parts) {
                            @let low = height(from, top);
                            @let tall = height(part.amount, top).min(PLOT - low);
                            @if tall > 0 {
                                rect.(part.tone.class()) x=(percent(i * 100 + AIR / 2, places)) width=(percent(100 - AIR, places)) y=(em(ground - low - tall)) height=(em(tall)) {}
                            }
                        }
                    }
                    @if let Some(tick) = &column.tick {
                        // it ends where its column ends, so that the last one stays on a small screen
                        text x=(percent(i * 100 + 100 - AIR / 2, places)) y=(em(ground + 15)) text-anchor="end" { (tick) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Tone;
    use super::*;

    #[test]
    fn columns_stand_on_the_ground_and_under_the_top() {
        let column = |amounts: [u64; 2]| Column {
            name: "2026-11".to_owned(),
            tick: Some("2026-11".to_owned()),
            parts: vec![
                Part {
                    tone: Tone::First,
                    amount: amounts[0],
                },
                Part {
                    tone: Tone::Second,
                    amount: amounts[1],
                },
            ],
        };
        let named = Named {
            by: "x",
            about: "y",
        };
        let drawn = columns(Lang::Hans, named, &[column([60, 40]), column([0, 1])]).into_string();
        assert!(
            drawn.contains(
                r#"class="chart-first" x="5.500%" width="39.000%" y="6.2em" height="7.8em""#
            ),
            "{drawn}"
        );
        assert!(drawn.contains(r#"y="1.0em" height="5.2em""#), "{drawn}");
        // one in a hundred is still seen
        assert!(drawn.contains(r#"y="13.9em" height="0.1em""#), "{drawn}");
        assert!(
            drawn.contains(r#"x="94.500%" y="15.5em" text-anchor="end""#),
            "{drawn}"
        );
        let empty = columns(Lang::En, named, &[]).into_string();
        assert!(!empty.contains("NaN") && !empty.contains("<rect"));
    }
}
