//! Clocks of procedures: when something is due, how much is left, whether it is overdue (domain.md 5, 6).
//!
//! The day of the event is not counted (民法典 art. 201). While an applicant is asked to supply something the clock rests:
//! the days after the request, through the day of the answer, do not count. The last day of a term in days or months
//! moves to the next working day (art. 203). A term that a provisional year touches says so.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Refusal;
use super::limits::{Key, Limit, Limits, Procedure, Unit};
use crate::domain::period::add_months;
use crate::domain::workdays::{Due, NotCovered, WorkDays};

/// What clocks are computed by.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Time limits.
    pub limits: &'a Limits,
    /// Working days.
    pub calendar: &'a WorkDays,
}

/// Days on which a clock rests: after `from`, through `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Day of the request; it still counts.
    pub from: NaiveDate,
    /// Day of the answer; it no longer counts as resting the day after. None while unanswered.
    pub until: Option<NaiveDate>,
}

/// A clock of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock<'a> {
    /// The limit that it follows.
    pub limit: &'a Limit,
    /// Unit that counts.
    pub unit: Unit,
    /// Number of units, extensions included.
    pub count: u32,
    /// Day of the event from which it runs.
    pub start: NaiveDate,
    /// When it rested, in order.
    pub pauses: Vec<Pause>,
    /// When what it is for was done.
    pub done: Option<NaiveDate>,
}

/// How a clock stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// The last day; none while the clock rests.
    pub due: Option<NaiveDate>,
    /// Units left after today: working days, or days. Zero when nothing is left.
    pub left: u32,
    /// Units since the last day, when it is over.
    pub over: u32,
    /// The last day is over and the thing is not done, or was done later.
    pub overdue: bool,
    /// It rests.
    pub resting: bool,
    /// A provisional year had a part in it: it is not enforced against an applicant.
    pub provisional: bool,
}

impl<'a> Rules<'a> {
    /// A clock for a procedure.
    ///
    /// # Errors
    /// [`Refusal::NoLimit`] when no row sets a term.
    pub fn clock(
        &self,
        procedure: Procedure,
        key: &Key,
        start: NaiveDate,
    ) -> Result<Clock<'a>, Refusal> {
        let limit = self
            .limits
            .find(procedure, key)
            .ok_or(Refusal::NoLimit(procedure.code()))?;
        Ok(Clock {
            limit,
            unit: self.limits.unit(limit),
            count: limit.count,
            start,
            pauses: Vec::new(),
            done: None,
        })
    }
}

impl Clock<'_> {
    /// The same clock, resting in some pauses.
    #[must_use]
    pub fn resting(mut self, pauses: &[Pause]) -> Self {
        self.pauses = pauses.to_vec();
        self
    }

    /// The same clock, stopped when the thing was done.
    #[must_use]
    pub fn stopped(mut self, done: Option<NaiveDate>) -> Self {
        self.done = done;
        self
    }

    /// The same clock with more units.
    #[must_use]
    pub fn longer(mut self, units: u32) -> Self {
        self.count = self.count.saturating_add(units);
        self
    }

    /// The last day; none while it rests, with what is left of it.
    ///
    /// # Errors
    /// [`NotCovered`] when the calendar does not reach.
    pub fn due(&self, calendar: &WorkDays) -> Result<(Option<Due>, u32), NotCovered> {
        if self.limit.before {
            let due = match self.unit {
                Unit::WorkingDays => calendar.subtract(self.start, self.count)?,
                Unit::Days | Unit::Months => Due {
                    date: self
                        .start
                        .checked_sub_days(chrono::Days::new(u64::from(self.count)))
                        .unwrap_or(self.start),
                    provisional: false,
                },
            };
            return Ok((Some(due), 0));
        }
        match self.unit {
            Unit::Months => {
                let last = add_months(self.start, self.count).unwrap_or(NaiveDate::MAX);
                Ok((Some(calendar.on_or_after(last)?), 0))
            }
            Unit::WorkingDays | Unit::Days => self.counted(calendar),
        }
    }

    /// Counts from pause to pause.
    fn counted(&self, calendar: &WorkDays) -> Result<(Option<Due>, u32), NotCovered> {
        let (mut from, mut left, mut provisional) = (self.start, self.count, false);
        for pause in &self.pauses {
            let used = self.units(from, pause.from, calendar)?;
            if used.0 >= left {
                break;
            }
            provisional |= used.1;
            left -= used.0;
            let Some(until) = pause.until else {
                return Ok((None, left));
            };
            from = from.max(until);
        }
        let mut due = match self.unit {
            Unit::WorkingDays => calendar.add(from, left)?,
            Unit::Days | Unit::Months => {
                let last = from
                    .checked_add_days(chrono::Days::new(u64::from(left)))
                    .unwrap_or(NaiveDate::MAX);
                calendar.on_or_after(last)?
            }
        };
        due.provisional |= provisional;
        Ok((Some(due), 0))
    }

    /// Units after `from` through `to`, and whether a provisional year was touched.
    fn units(
        &self,
        from: NaiveDate,
        to: NaiveDate,
        calendar: &WorkDays,
    ) -> Result<(u32, bool), NotCovered> {
        if to <= from {
            return Ok((0, false));
        }
        if self.unit == Unit::WorkingDays {
            let count = calendar.count(from, to)?;
            return Ok((count.days, count.provisional));
        }
        Ok((u32::try_from((to - from).num_days()).unwrap_or(0), false))
    }

    /// How it stands on a day.
    ///
    /// # Errors
    /// [`NotCovered`] when the calendar does not reach.
    pub fn read(&self, today: NaiveDate, calendar: &WorkDays) -> Result<Reading, NotCovered> {
        let (due, left) = self.due(calendar)?;
        let Some(due) = due else {
            return Ok(Reading {
                due: None,
                left,
                over: 0,
                overdue: false,
                resting: self.done.is_none(),
                provisional: false,
            });
        };
        let seen = self.done.unwrap_or(today);
        let left = if self.done.is_some() {
            0
        } else {
            self.units(today, due.date, calendar)?.0
        };
        Ok(Reading {
            due: Some(due.date),
            left,
            over: self.units(due.date, seen, calendar)?.0,
            overdue: seen > due.date,
            resting: false,
            provisional: due.provisional,
        })
    }

    /// Fails unless the term is over, and surely so.
    pub(super) fn must_be_over(
        &self,
        today: NaiveDate,
        calendar: &WorkDays,
    ) -> Result<(), Refusal> {
        match self.due(calendar)?.0 {
            None => Err(Refusal::StillRuns { until: today }),
            Some(due) if today <= due.date => Err(Refusal::StillRuns { until: due.date }),
            Some(due) if due.provisional => Err(Refusal::Provisional { until: due.date }),
            Some(_) => Ok(()),
        }
    }
}

/// The end of measures that rested in some intervals `[suspended_on, resumed_on)`: the rest of the term runs on from the day
/// of each dismissal, `new_end = resumed_on + (old_end − suspended_on)` (S4 1.2, T13). Intervals of several cases that
/// overlap count once; one that began when the measures were over changes nothing.
#[must_use]
pub fn tolled(end: NaiveDate, rests: &[(NaiveDate, NaiveDate)]) -> NaiveDate {
    let mut rests = rests.to_vec();
    rests.sort_unstable();
    let mut end = end;
    let mut counted_to = NaiveDate::MIN;
    for (from, to) in rests {
        let from = from.max(counted_to);
        if from >= to {
            continue;
        }
        if from < end {
            end = end.checked_add_signed(to - from).unwrap_or(NaiveDate::MAX);
        }
        counted_to = to;
    }
    end
}
