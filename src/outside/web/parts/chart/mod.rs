//! Charts drawn on the server: bars, columns, a map of tiles. Each is one picture with a name and a description, and the
//! table it was drawn from under it. Colours are classes, sizes are relative, so that themes and large type apply.

mod bars;
mod columns;
mod scale;
mod table;
mod tiles;

use maud::{Markup, html};

use super::lang::Lang;
use super::text::count;

pub use bars::{Bar, Extent, bars};
pub use columns::{Column, columns};
pub use scale::short;
pub use table::{Row, Table};
pub use tiles::{PROVINCES, Province, Tile, tiles};

/// What a part of a bar or column means, and so how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// The first of several things of equal rank.
    First,
    /// The second.
    Second,
    /// As it should be.
    Good,
    /// Not as it should be.
    Bad,
    /// Not known.
    Unknown,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::First => "chart-first",
            Self::Second => "chart-second",
            Self::Good => "chart-good",
            Self::Bad => "chart-bad",
            Self::Unknown => "chart-unknown",
        }
    }
}

/// A part of a bar or column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// How it looks.
    pub tone: Tone,
    /// How much it is.
    pub amount: u64,
}

fn sum(parts: &[Part]) -> u64 {
    parts.iter().map(|p| p.amount).sum()
}

/// By which elements a picture is named and described.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// Id of its heading.
    pub by: &'a str,
    /// Id of its description.
    pub about: &'a str,
}

/// A chart with all that belongs to it.
#[derive(Debug)]
pub struct Chart<'a> {
    /// What its ids begin with; once on a page.
    pub id: &'a str,
    /// Its title: the heading of its section.
    pub title: &'a str,
    /// What it shows and how it is counted, in plain words.
    pub words: Markup,
    /// What can be seen in it, in a sentence or two: the description for who does not see it.
    pub seen: Markup,
    /// What tones mean; none when there is only one.
    pub legend: &'a [(Tone, &'a str)],
    /// The numbers.
    pub table: Table<'a>,
}

/// A section with a chart; `draw` draws it under the names it is given.
#[must_use]
pub fn section(lang: Lang, chart: &Chart<'_>, draw: impl FnOnce(Named<'_>) -> Markup) -> Markup {
    let (title, seen) = (format!("{}-title", chart.id), format!("{}-seen", chart.id));
    let named = Named {
        by: &title,
        about: &seen,
    };
    html! {
        section.stat #(chart.id) {
            h2 #(title) { (chart.title) }
            div.stat-words { (chart.words) }
            figure.chart aria-labelledby=(title) {
                @if !chart.legend.is_empty() { (legend(chart.legend)) }
                (draw(named))
                figcaption {
                    p #(seen) { (chart.seen) }
                    @if !chart.table.rows.is_empty() { details.chart-data {
                        summary { (lang.say("数据表", "Data table")) span.meta { " · " (count(chart.table.rows.len() as u64)) (lang.say(" 行", " rows")) } span.hidden { ": " (chart.title) } }
                        (chart.table.render())
                    } }
                }
            }
        }
    }
}

fn legend(all: &[(Tone, &str)]) -> Markup {
    html! {
        ul.chart-legend {
            @for (tone, words) in all {
                li { svg.swatch width="1em" height="1em" aria-hidden="true" focusable="false" { rect.(tone.class()) width="100%" height="100%" {} } " " (words) }
            }
        }
    }
}

/// A share as SVG takes it.
fn percent(part: u64, of: u64) -> String {
    // at most a hundred thousandth off, which nobody sees
    #[expect(clippy::cast_precision_loss, reason = "for the eye only")]
    let share = if of == 0 {
        0.0
    } else {
        part as f64 * 100.0 / of as f64
    };
    format!("{share:.3}%")
}
