//! Civil periods: months by the corresponding date, and half-open windows of display.
//!
//! A record is displayed through `start + N months` inclusive and hidden at 00:00 Asia/Shanghai of
//! the next day (domain.md 5; 民法典 art. 201-203: the start day is not counted, a period in months
//! ends on the corresponding date, at month-end if there is none).

use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::time::{Moment, civil_date, day_start};

/// The corresponding date `months` later, or the last day of that month when it has none;
/// `None` beyond the calendar's range.
#[must_use]
pub fn add_months(date: NaiveDate, months: u32) -> Option<NaiveDate> {
    date.checked_add_months(Months::new(months))
}

/// The corresponding date `months` earlier, or the last day of that month when it has none;
/// `None` beyond the calendar's range.
#[must_use]
pub fn subtract_months(date: NaiveDate, months: u32) -> Option<NaiveDate> {
    date.checked_sub_months(Months::new(months))
}

/// The last day on which a record is displayed whose period of `months` began on `start`.
#[must_use]
pub fn last_day(start: NaiveDate, months: u32) -> Option<NaiveDate> {
    add_months(start, months)
}

/// The days from `from` inclusive to `until` exclusive; without `until`, for good.
/// A window with `until <= from` holds no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// The first day inside.
    pub from: NaiveDate,
    /// The first day after it; `None` when there is no end.
    #[serde(default)]
    pub until: Option<NaiveDate>,
}

impl Window {
    /// The window `[from, until)`.
    #[must_use]
    pub const fn new(from: NaiveDate, until: Option<NaiveDate>) -> Self {
        Self { from, until }
    }

    /// The window that begins on `from` and has no end.
    #[must_use]
    pub const fn open(from: NaiveDate) -> Self {
        Self { from, until: None }
    }

    /// The window of display from `from` through the corresponding date `months` later, inclusive;
    /// `None` beyond the calendar's range.
    #[must_use]
    pub fn of_months(from: NaiveDate, months: u32) -> Option<Self> {
        Self::through(from, last_day(from, months)?)
    }

    /// The window from `from` through `last`, both inclusive; `None` beyond the calendar's range.
    #[must_use]
    pub fn through(from: NaiveDate, last: NaiveDate) -> Option<Self> {
        Some(Self {
            from,
            until: Some(last.succ_opt()?),
        })
    }

    /// Whether a day is inside.
    #[must_use]
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.from <= date && self.until.is_none_or(|until| date < until)
    }

    /// Whether an instant is inside, by its civil date in Asia/Shanghai.
    #[must_use]
    pub fn contains_moment(&self, at: Moment) -> bool {
        self.contains(civil_date(at))
    }

    /// Whether no day is inside.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.until.is_some_and(|until| until <= self.from)
    }

    /// The last day inside; `None` when there is no end, or no day at all.
    #[must_use]
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.until
            .filter(|until| *until > self.from)
            .and_then(|until| until.pred_opt())
    }

    /// How many days are inside; `None` when there is no end.
    #[must_use]
    pub fn days(&self) -> Option<i64> {
        self.until
            .map(|until| (until - self.from).num_days().max(0))
    }

    /// The first day after `after` on which being inside changes: the day it begins, or the day it has ended.
    /// `None` when nothing changes any more.
    #[must_use]
    pub fn next_boundary(&self, after: NaiveDate) -> Option<NaiveDate> {
        if self.is_empty() {
            None
        } else if after < self.from {
            Some(self.from)
        } else {
            self.until.filter(|until| after < *until)
        }
    }

    /// The first instant after `after` at which being inside changes: a midnight in Asia/Shanghai.
    #[must_use]
    pub fn next_boundary_moment(&self, after: Moment) -> Option<Moment> {
        self.next_boundary(civil_date(after)).map(day_start)
    }

    /// The days that are inside both.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        let until = match (self.until, other.until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self {
            from: self.from.max(other.from),
            until,
        }
    }

    /// The window ended at the beginning of `date` at the latest.
    #[must_use]
    pub fn cut_at(&self, date: NaiveDate) -> Self {
        Self {
            until: Some(self.until.map_or(date, |until| until.min(date))),
            ..*self
        }
    }

    /// The window ended `days` days later; unchanged without an end, `None` beyond the calendar's range.
    #[must_use]
    pub fn prolonged(&self, days: u64) -> Option<Self> {
        match self.until {
            None => Some(*self),
            Some(until) => Some(Self {
                until: Some(until.checked_add_days(Days::new(days))?),
                ..*self
            }),
        }
    }
}

/// The earliest of several next boundaries after a day: until then nothing that is shown changes by itself.
#[must_use]
pub fn earliest_boundary<'a>(
    windows: impl IntoIterator<Item = &'a Window>,
    after: NaiveDate,
) -> Option<NaiveDate> {
    windows
        .into_iter()
        .filter_map(|w| w.next_boundary(after))
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn disclosure_vectors_of_domain_5() {
        for (start, months, last) in [
            ("2026-04-01", 3, "2026-07-01"),
            ("2026-08-31", 3, "2026-11-30"),
            ("2026-11-30", 3, "2027-02-28"),
            ("2024-02-29", 12, "2025-02-28"),
            ("2026-04-01", 0, "2026-04-01"),
            ("2025-12-31", 2, "2026-02-28"),
            ("2023-08-31", 6, "2024-02-29"),
            ("2026-04-01", 36, "2029-04-01"),
        ] {
            assert_eq!(
                last_day(day(start), months),
                Some(day(last)),
                "{start}+{months}m"
            );
            let window = Window::of_months(day(start), months).unwrap();
            assert_eq!(window.last_day(), Some(day(last)));
            assert!(window.contains(day(start)) && window.contains(day(last)));
            assert!(!window.contains(day(start).pred_opt().unwrap()));
            assert!(!window.contains(day(last).succ_opt().unwrap()));
        }
        assert_eq!(
            subtract_months(day("2026-05-31"), 3),
            Some(day("2026-02-28"))
        );
        assert_eq!(Window::of_months(NaiveDate::MAX, 1), None);
        assert_eq!(Window::through(day("2026-01-01"), NaiveDate::MAX), None);
    }

    #[test]
    fn hidden_at_midnight_in_shanghai() {
        let window = Window::of_months(day("2026-04-01"), 3).unwrap();
        let gone = day_start(day("2026-07-02"));
        assert!(window.contains_moment(gone - TimeDelta::milliseconds(1)));
        assert!(!window.contains_moment(gone));
        let begins = day_start(day("2026-04-01"));
        assert!(
            window.contains_moment(begins)
                && !window.contains_moment(begins - TimeDelta::milliseconds(1))
        );
        assert_eq!(
            window.next_boundary_moment(gone - TimeDelta::milliseconds(1)),
            Some(gone)
        );
        assert_eq!(window.next_boundary_moment(gone), None);
        assert_eq!(
            window.next_boundary_moment(begins - TimeDelta::days(30)),
            Some(begins)
        );
    }

    #[test]
    fn windows_are_cut_and_joined() {
        let window = Window::of_months(day("2026-04-01"), 3).unwrap();
        assert_eq!(
            window.cut_at(day("2026-05-01")).last_day(),
            Some(day("2026-04-30"))
        );
        assert_eq!(window.cut_at(day("2027-05-01")), window);
        let never = window.cut_at(day("2026-04-01"));
        assert!(
            never.is_empty()
                && never.last_day().is_none()
                && never.next_boundary(day("2020-01-01")).is_none()
        );
        assert_eq!(never.days(), Some(0));
        assert_eq!(
            window.intersect(&Window::open(day("2026-06-01"))).from,
            day("2026-06-01")
        );
        assert_eq!(
            window.prolonged(10).unwrap().last_day(),
            Some(day("2026-07-11"))
        );
        assert_eq!(
            Window::open(day("2026-06-01")).prolonged(10),
            Some(Window::open(day("2026-06-01")))
        );
        let later = Window::of_months(day("2026-04-01"), 1).unwrap();
        assert_eq!(
            earliest_boundary([&window, &later], day("2026-04-10")),
            Some(day("2026-05-02"))
        );
        assert_eq!(earliest_boundary([], day("2026-04-10")), None);
    }

    prop_compose! {
        fn some_day()(days in 0_i64..40_000) -> NaiveDate { day("1970-01-01") + TimeDelta::days(days) }
    }
    prop_compose! {
        fn some_window()(from in some_day(), length in proptest::option::of(-10_i64..2000)) -> Window {
            Window { from, until: length.map(|l| from + TimeDelta::days(l)) }
        }
    }

    proptest! {
        #[test]
        fn windows_are_half_open(window in some_window(), date in some_day()) {
            let inside = date >= window.from && window.until.is_none_or(|u| date < u);
            prop_assert_eq!(window.contains(date), inside);
            if let Some(until) = window.until {
                prop_assert!(!window.contains(until));
            }
            prop_assert_eq!(window.contains(window.from), !window.is_empty());
            prop_assert_eq!(window.contains_moment(day_start(date)), inside);
            prop_assert_eq!(window.contains_moment(day_start(date) + TimeDelta::milliseconds(86_399_999)), inside);
        }

        #[test]
        fn nothing_changes_before_the_next_boundary(window in some_window(), after in some_day()) {
            let now = window.contains(after);
            match window.next_boundary(after) {
                Some(next) => {
                    prop_assert!(next > after);
                    prop_assert_ne!(window.contains(next), now);
                    prop_assert_eq!(window.contains(next.pred_opt().unwrap()), now);
                }
                None => prop_assert_eq!(window.contains(after + TimeDelta::days(100_000)), now),
            }
        }

        #[test]
        fn an_intersection_is_inside_both(a in some_window(), b in some_window(), date in some_day()) {
            prop_assert_eq!(a.intersect(&b).contains(date), a.contains(date) && b.contains(date));
        }

        #[test]
        fn more_months_never_end_earlier(start in some_day(), a in 0_u32..120, b in 0_u32..120) {
            let (a, b) = (a.min(b), a.max(b));
            prop_assert!(last_day(start, a) <= last_day(start, b));
        }
    }
}
