//! Time lines as pictures with their text: the life of one record, and the terms of all records of a subject.
//!
//! The text stands beside the picture and says the same; the picture repeats its numbers and nothing else. That of one
//! record is drawn twice, for a wide and for a narrow screen, and the style sheet shows one of them.

use chrono::{Datelike, Days, NaiveDate};
use maud::{Markup, html};

use super::crowd::crowd;
use super::lang::Lang;

/// What happens on a day.
#[derive(Clone, Debug)]
pub struct Event {
    /// The day.
    pub day: NaiveDate,
    /// What happens.
    pub what: String,
}

/// The life of one record.
#[derive(Clone, Debug)]
pub struct Line {
    /// The events, in the order of their days.
    pub events: Vec<Event>,
    /// First day of display.
    pub from: NaiveDate,
    /// First day that is no longer displayed.
    pub until: Option<NaiveDate>,
    /// The day that the page is of.
    pub today: NaiveDate,
}

/// Width of the pictures in their own units.
pub(super) const WIDTH: f64 = 1000.0;
/// Width of the picture of one record on a phone, in the same units: its marks are larger there.
const NARROW: f64 = 500.0;
/// Room at both ends.
pub(super) const MARGIN: f64 = 40.0;
/// Radius of a numbered mark.
const RADIUS: f64 = 19.0;

/// Days as places on a line.
pub(super) struct Scale {
    first: NaiveDate,
    days: f64,
    width: f64,
}

impl Scale {
    pub(super) fn new(first: NaiveDate, last: NaiveDate) -> Self {
        Self::of_width(first, last, WIDTH)
    }

    fn of_width(first: NaiveDate, last: NaiveDate, width: f64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "days of some centuries")]
        let days = (last - first).num_days().max(1) as f64;
        Self { first, days, width }
    }

    pub(super) fn at(&self, day: NaiveDate) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "days of some centuries")]
        let since = (day - self.first).num_days() as f64;
        MARGIN + (since / self.days).clamp(0.0, 1.0) * (self.width - 2.0 * MARGIN)
    }
}

pub(super) fn unit(x: f64) -> String {
    format!("{x:.1}")
}

/// Where each mark stands: its place, and how many stand below it because they are too near.
fn rows(places: &[f64]) -> Vec<usize> {
    let mut out: Vec<usize> = Vec::with_capacity(places.len());
    for (i, place) in places.iter().enumerate() {
        let mut row = 0;
        while (0..i).any(|j| out[j] == row && (place - places[j]).abs() < 2.0 * RADIUS + 6.0) {
            row += 1;
        }
        out.push(row);
    }
    out
}

/// The life of a record as a picture of a width.
fn picture(lang: Lang, line: &Line, class: &str, width: f64) -> Markup {
    let ends = line.until.unwrap_or(line.today).max(line.today);
    let days = || line.events.iter().map(|e| e.day);
    let first = days().min().unwrap_or(line.from);
    let last = days().max().unwrap_or(ends).max(ends);
    let scale = Scale::of_width(first.min(line.from), last, width);
    let places: Vec<f64> = days().map(|day| scale.at(day)).collect();
    let rows = rows(&places);
    let most = rows.iter().max().copied().unwrap_or(0);
    let top = |row: usize| RADIUS + 3.0 + (2.0 * RADIUS + 5.0) * row as f64;
    let axis = top(most) + RADIUS + 16.0;
    let height = axis + 34.0;
    let (from, until) = (
        scale.at(line.from),
        scale.at(line.until.unwrap_or(last).min(last)),
    );
    let today = scale.at(line.today);
    html! {
        svg.(class) viewBox={ "0 0 " (unit(width)) " " (unit(height)) } role="img" aria-label=(lang.say("公示时间线，说明见下列日期", "Time line of the display; the dates below say the same")) {
            line.axis x1=(unit(MARGIN)) x2=(unit(width - MARGIN)) y1=(unit(axis)) y2=(unit(axis)) {}
            rect.term x=(unit(from)) y=(unit(axis - 8.0)) width=(unit((until - from).max(4.0))) height="16" rx="8" {}
            rect.past x=(unit(from)) y=(unit(axis - 8.0)) width=(unit((today.min(until) - from).max(0.0))) height="16" rx="8" {}
            @for (i, (place, row)) in places.iter().zip(&rows).enumerate() {
                line.stem x1=(unit(*place)) x2=(unit(*place)) y1=(unit(top(*row) + RADIUS)) y2=(unit(axis)) {}
                circle.mark cx=(unit(*place)) cy=(unit(top(*row))) r=(unit(RADIUS)) {}
                text.number x=(unit(*place)) y=(unit(top(*row) + 9.0)) text-anchor="middle" { (i + 1) }
            }
            path.today d={ "M" (unit(today)) " " (unit(axis + 10.0)) " l11 18 h-22 z" } {}
        }
    }
}

/// The life of a record as a picture, and its events as a list.
#[must_use]
pub fn line(lang: Lang, line: &Line) -> Markup {
    html! {
        figure.timeline {
            (picture(lang, line, "wide", WIDTH))
            (picture(lang, line, "narrow", NARROW))
            figcaption {
                ol.events {
                    @for (i, event) in line.events.iter().enumerate() {
                        li.done[event.day <= line.today] {
                            span.n aria-hidden="true" { (i + 1) }
                            time datetime=(event.day) { (lang.long_date(event.day)) }
                            span { (event.what) }
                        }
                    }
                    li.now {
                        span.n aria-hidden="true" { "▲" }
                        time datetime=(line.today) { (lang.long_date(line.today)) }
                        span { (lang.say("今天", "Today")) }
                    }
                }
            }
        }
    }
}

/// The term of records among others.
#[derive(Clone, Debug)]
pub struct Term {
    /// Class of its colour: good, plain or grave.
    pub tone: &'static str,
    /// First day of display.
    pub from: NaiveDate,
    /// First day that is no longer displayed.
    pub until: Option<NaiveDate>,
    /// How many records have it.
    pub count: u64,
}

/// Terms drawn one to a row, thinner when they are many; more than these are drawn as a [`crowd`].
const MOST_TERMS: u64 = 60;

/// The terms of a subject's records over the years, one below the other. What they say stands in the list of records.
#[must_use]
pub fn terms(lang: Lang, terms: &[Term], today: NaiveDate) -> Markup {
    let all: u64 = terms.iter().map(|t| t.count).sum();
    if all > MOST_TERMS {
        return crowd(lang, terms, today);
    }
    let shown: Vec<&Term> = terms
        .iter()
        .flat_map(|t| (0..t.count).map(move |_| t))
        .collect();
    let first = shown.iter().map(|t| t.from).min().unwrap_or(today);
    let open = today.checked_add_days(Days::new(365)).unwrap_or(today);
    let last = shown
        .iter()
        .map(|t| t.until.unwrap_or(open))
        .max()
        .unwrap_or(today)
        .max(today);
    let scale = Scale::new(
        NaiveDate::from_ymd_opt(first.year(), 1, 1).unwrap_or(first),
        NaiveDate::from_ymd_opt(last.year() + 1, 1, 1).unwrap_or(last),
    );
    let step = if shown.len() > 20 { 10.0 } else { 22.0 };
    let height = step * shown.len() as f64 + 8.0;
    let years: Vec<i32> = (first.year()..=last.year() + 1).collect();
    let every = years.len().div_ceil(7).max(1);
    html! {
        @if !shown.is_empty() {
            figure.timeline.terms {
                svg viewBox={ "0 0 " (unit(WIDTH)) " " (unit(height + 36.0)) } role="img"
                    aria-label=(lang.say("各条信息公示期的时间线，内容见下列记录", "Terms of display of each record; the records below say the same")) {
                    @for year in years.iter().step_by(every) {
                        @if let Some(day) = NaiveDate::from_ymd_opt(*year, 1, 1) {
                            line.grid x1=(unit(scale.at(day))) x2=(unit(scale.at(day))) y1="0" y2=(unit(height)) {}
                            text.year x=(unit(scale.at(day))) y=(unit(height + 28.0)) text-anchor="middle" { (year) }
                        }
                    }
                    @for (i, term) in shown.iter().enumerate() {
                        @let from = scale.at(term.from);
                        @let until = scale.at(term.until.unwrap_or(last));
                        rect.bar.{ (term.tone) } x=(unit(from)) y=(unit(4.0 + step * i as f64)) width=(unit((until - from).max(6.0))) height=(unit(step * 0.66)) rx="4" {}
                    }
                    line.now x1=(unit(scale.at(today))) x2=(unit(scale.at(today))) y1="0" y2=(unit(height)) {}
                }
                figcaption.meta {
                    (lang.say("横条为各条信息的公示期，竖线为今天。", "Bars are the terms of display, the upright line is today."))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn marks_that_are_near_stand_above_each_other() {
        assert_eq!(rows(&[40.0, 45.0, 300.0, 301.0, 302.0]), [0, 1, 0, 1, 2]);
        assert_eq!(rows(&[]), [0usize; 0]);
    }

    #[test]
    fn every_event_stands_in_the_picture_and_in_the_list() {
        let events = ["2026-01-05", "2026-01-08", "2026-04-08", "2027-01-07"];
        let made = line(
            Lang::En,
            &Line {
                events: events
                    .iter()
                    .map(|d| Event {
                        day: day(d),
                        what: format!("on {d}"),
                    })
                    .collect(),
                from: day("2026-01-08"),
                until: Some(day("2027-01-08")),
                today: day("2026-11-22"),
            },
        )
        .into_string();
        assert_eq!(made.matches("<circle").count(), 2 * 4, "wide and narrow");
        assert_eq!(made.matches("<li class=\"done\"").count(), 3);
        for d in events {
            assert!(
                made.contains(&format!("on {d}")) && made.contains(&format!("datetime=\"{d}\""))
            );
        }
        assert!(!made.contains("style="));
    }

    #[test]
    fn a_subject_of_very_many_records_is_drawn_as_a_crowd_and_says_so() {
        let one = Term {
            tone: "grave",
            from: day("2020-02-29"),
            until: None,
            count: 1,
        };
        let today = day("2026-11-22");
        assert_eq!(terms(Lang::Hans, &[], today).into_string(), "");
        let few = terms(Lang::Hans, &vec![one.clone(); 60], today).into_string();
        assert_eq!(few.matches("<rect").count(), 60);
        let many = terms(Lang::Hans, &vec![one; 5000], today).into_string();
        assert!(many.matches("<rect").count() <= 48, "{many}");
        assert!(many.contains("共 5,000 条，不逐条画出"));
    }
}
