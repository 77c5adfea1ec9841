//! The terms of very many records as a picture: not a bar for each, but how many are displayed at a time. The number of
//! marks is bounded whatever the number of records.

use chrono::{Datelike, Days, NaiveDate};
use maud::{Markup, html};

use super::lang::Lang;
use super::text::count;
use super::timeline::{MARGIN, Scale, Term, WIDTH, unit};
use crate::outside::web::params::last_day;

/// Columns of the picture; each has one mark for each tone.
const COLUMNS: u64 = 48;
/// Height of the highest column.
const HIGH: f64 = 180.0;
/// Tones from the ground up.
const TONES: [&str; 3] = ["grave", "plain", "good"];

/// How many records of each tone are displayed on a day.
fn on(terms: &[Term], day: NaiveDate) -> [u64; 3] {
    TONES.map(|tone| {
        terms
            .iter()
            .filter(|t| t.tone == tone && t.from <= day && t.until.is_none_or(|until| day < until))
            .map(|t| t.count)
            .sum()
    })
}

/// How many of the records are displayed at a time, over the years of all of them.
#[must_use]
pub fn crowd(lang: Lang, terms: &[Term], today: NaiveDate) -> Markup {
    let first = terms.iter().map(|t| t.from).min().unwrap_or(today);
    let last = terms
        .iter()
        .filter_map(|t| t.until)
        .max()
        .unwrap_or(today)
        .max(today);
    let from = NaiveDate::from_ymd_opt(first.year(), 1, 1).unwrap_or(first);
    let to = NaiveDate::from_ymd_opt(last.year() + 1, 1, 1).unwrap_or(last);
    let scale = Scale::new(from, to);
    let days = (to - from).num_days().unsigned_abs();
    let day = |nth: u64| {
        from.checked_add_days(Days::new(days * nth / COLUMNS))
            .unwrap_or(to)
    };
    // a column stands for its middle; the one that holds today stands for today
    let columns: Vec<(f64, f64, [u64; 3])> = (0..COLUMNS)
        .map(|i| {
            let (begins, ends) = (day(i), day(i + 1));
            let middle = from
                .checked_add_days(Days::new(days * (2 * i + 1) / (2 * COLUMNS)))
                .unwrap_or(begins);
            let seen = if begins <= today && today < ends {
                today
            } else {
                middle
            };
            (scale.at(begins), scale.at(ends), on(terms, seen))
        })
        .collect();
    let all: u64 = terms.iter().map(|t| t.count).sum();
    #[expect(clippy::cast_precision_loss, reason = "heights on a screen")]
    let height = |n: u64| HIGH * n as f64 / all.max(1) as f64;
    let ground = HIGH + 12.0;
    let years: Vec<i32> = (from.year()..=to.year()).collect();
    let every = years.len().div_ceil(7).max(1);
    html! {
        figure.timeline.terms {
            svg viewBox={ "0 0 " (unit(WIDTH)) " " (unit(ground + 36.0)) } role="img"
                aria-label=(lang.say("各时间在公示的条数，说明见下文", "Number of records on display over time; the words below say the same")) {
                @for year in years.iter().step_by(every) {
                    @if let Some(day) = NaiveDate::from_ymd_opt(*year, 1, 1) {
                        line.grid x1=(unit(scale.at(day))) x2=(unit(scale.at(day))) y1="0" y2=(unit(ground)) {}
                        text.year x=(unit(scale.at(day))) y=(unit(ground + 28.0)) text-anchor="middle" { (year) }
                    }
                }
                @for (left, right, numbers) in &columns {
                    @for (i, (tone, n)) in TONES.iter().zip(numbers).enumerate() {
                        @if *n > 0 {
                            @let below: u64 = numbers.iter().take(i + 1).sum();
                            rect.bar.{ (tone) } x=(unit(*left)) y=(unit(ground - height(below))) width=(unit((right - left - 2.0).max(2.0))) height=(unit(height(*n).max(1.0))) {}
                        }
                    }
                }
                line.grid x1=(unit(MARGIN)) x2=(unit(WIDTH - MARGIN)) y1=(unit(ground)) y2=(unit(ground)) {}
                line.now x1=(unit(scale.at(today))) x2=(unit(scale.at(today))) y1="0" y2=(unit(ground)) {}
            }
            figcaption.meta {
                (lang.say("共 ", "")) (count(all))
                (lang.say(" 条，不逐条画出：每栏的高低表示今天在公示的信息中，当时在公示的有多少条；竖线为今天。最早一条自 ", " records, not drawn one by one: the height of a column is how many of those displayed today are displayed at that time; the upright line is today. The first has been displayed since "))
                (lang.long_date(first))
                @match last_end(terms) {
                    Some(end) => { (lang.say(" 起公示，有截止日期的最晚公示至 ", "; of those with an end, the last day is ")) (lang.long_date(last_day(end))) }
                    None => (lang.say(" 起公示", "")),
                }
                (lang.say("。", "."))
            }
        }
    }
}

/// When the last of those ends that have an end.
fn last_end(terms: &[Term]) -> Option<NaiveDate> {
    terms.iter().filter_map(|t| t.until).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn any_number_of_records_has_few_marks_and_all_are_counted() {
        let today = day("2026-11-23");
        for days in [1_u64, 400, 9_000] {
            let terms: Vec<Term> = (0..days.min(3_000))
                .map(|i| Term {
                    tone: TONES[usize::try_from(i % 3).unwrap()],
                    from: today - Days::new(i * days / 3_000),
                    until: (i % 7 > 0).then(|| today + Days::new(1 + i)),
                    count: 3,
                })
                .collect();
            let made = crowd(Lang::Hans, &terms, today).into_string();
            let marks = made.matches("<rect").count();
            assert!(marks > 0 && marks <= 3 * 48, "{marks}");
            assert!(made.contains(&count(3 * terms.len() as u64)), "{made}");
            assert!(!made.contains("NaN") && !made.contains("style="));
        }
    }

    #[test]
    fn the_column_of_today_holds_all() {
        let today = day("2026-11-23");
        let one = Term {
            tone: "grave",
            from: today,
            until: Some(day("2026-11-24")),
            count: 70,
        };
        let made = crowd(Lang::En, &[one], today).into_string();
        assert_eq!(made.matches("<rect").count(), 1);
        assert!(made.contains("height=\"180.0\""), "{made}");
    }
}
