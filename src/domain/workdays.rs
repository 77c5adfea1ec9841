//! Working days (工作日) of China as a value: built from the State Council's yearly notices, which are data.
//!
//! A day is a working day when it is a make-up working day, or Monday to Friday and no holiday. A year
//! without a notice is not guessed: it is refused, or, where a provisional list of its statutory
//! holidays is given, every answer that touches it says so (domain.md 5).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, Weekday};

/// The notices that are built in: 2024 to 2026.
const NOTICES: &str = include_str!("../../index/calendar/holidays.csv");
/// Statutory days of 2027, before its notice.
const PROVISIONAL: &str = include_str!("../../index/calendar/holidays-2027-provisional.csv");

static EMBEDDED: LazyLock<WorkDays> = LazyLock::new(|| {
    WorkDays::from_sources(&[
        Source {
            name: "holidays.csv",
            text: NOTICES,
            standing: Standing::Final,
        },
        Source {
            name: "holidays-2027-provisional.csv",
            text: PROVISIONAL,
            standing: Standing::Provisional,
        },
    ])
    .unwrap_or_default()
});

/// How sure a year's calendar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// From the State Council's notice.
    Final,
    /// From the statute alone, before the notice: substitutes and make-up days are not known.
    Provisional,
}

/// One calendar file.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its name, for errors.
    pub name: &'a str,
    /// Its text: CSV with the header `date,kind,name`, kinds `holiday` and `workday`.
    pub text: &'a str,
    /// How sure the years in it are.
    pub standing: Standing,
}

/// What a day is by a notice.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Special {
    workday: bool,
    name: String,
}

/// The calendar: which days are worked in which years.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct WorkDays {
    special: BTreeMap<NaiveDate, Special>,
    years: BTreeMap<i32, Standing>,
}

/// A day that was computed, and whether a provisional year had a part in it: then it is recomputed when
/// the notice comes, and is not enforced against an applicant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Due {
    /// The day.
    pub date: NaiveDate,
    /// Whether a provisional year was touched.
    pub provisional: bool,
}

/// A number of working days, and whether a provisional year had a part in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Count {
    /// Working days.
    pub days: u32,
    /// Whether a provisional year was touched.
    pub provisional: bool,
}

/// What one day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DayStatus {
    /// Whether it is worked.
    pub workday: bool,
    /// Whether its year is provisional.
    pub provisional: bool,
}

/// A day lies in a year whose calendar is not known; nothing is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("the working-day calendar does not cover {year}: it covers {}; load the notice for that year", covered(.first, .last))]
pub struct NotCovered {
    /// The year that is not covered.
    pub year: i32,
    /// The first year that is covered; `None` when none is.
    pub first: Option<i32>,
    /// The last year that is covered.
    pub last: Option<i32>,
}

fn covered(first: &Option<i32>, last: &Option<i32>) -> String {
    match (first, last) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "no year".to_owned(),
    }
}

impl NotCovered {
    /// The error in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        format!("工作日历尚无{}年的放假安排,期限无法计算", self.year)
    }
}

/// One thing wrong in a calendar file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}, {field}: {what}")]
pub struct LineError {
    /// The name of the file.
    pub file: String,
    /// The line, from 1; the last one for what concerns a whole year.
    pub line: usize,
    /// The field: `header`, `date`, `kind` or `name`.
    pub field: &'static str,
    /// What is wrong with it.
    pub what: LineFault,
}

/// What is wrong with a field of a calendar file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// The first line is not `date,kind,name`.
    #[error("the first line must be date,kind,name")]
    Header,
    /// Not three fields.
    #[error("{0} fields where 3 are needed")]
    Fields(usize),
    /// No date.
    #[error("{0:?} is no date of the form 2026-10-01")]
    Date(String),
    /// No year.
    #[error("{0:?} is no year of the form 2026")]
    Year(String),
    /// Neither holiday nor workday.
    #[error("{0:?} is neither holiday nor workday")]
    Kind(String),
    /// A make-up working day from Monday to Friday.
    #[error("{0} is a {1} and worked anyway, so it cannot be a make-up working day")]
    NotWeekend(NaiveDate, Weekday),
    /// The day stands in the file twice.
    #[error("{0} stands here twice")]
    Twice(NaiveDate),
    /// A year that lacks a holiday that every year has: the list is cut off.
    #[error("year {year} lacks the holiday of {month:02}-{day:02}, so its list is not complete")]
    Incomplete {
        /// The year.
        year: i32,
        /// Month of the missing holiday.
        month: u32,
        /// Day of the missing holiday.
        day: u32,
    },
}

/// Everything wrong in the calendar files; never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct CalendarError(pub Vec<LineError>);

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

/// Holidays of every year since the statute of 2008, month and day: a list without them is cut off.
const ALWAYS: [(u32, u32); 3] = [(1, 1), (5, 1), (10, 1)];

impl WorkDays {
    /// The built-in calendar: 2024 to 2026 from the notices, 2027 provisional.
    #[must_use]
    pub fn embedded() -> Self {
        EMBEDDED.clone()
    }

    /// A calendar from files that replace the built-in ones. A year in both a final and a provisional
    /// file is final, and the provisional lines for it are ignored.
    ///
    /// # Errors
    /// [`CalendarError`] with every fault, each with its file, line and field. Nothing is half loaded.
    pub fn from_sources(sources: &[Source<'_>]) -> Result<Self, CalendarError> {
        let mut calendar = Self::default();
        let mut faults = Vec::new();
        let mut ordered = sources.to_vec();
        ordered.sort_by_key(|s| s.standing);
        for source in ordered {
            match read(&source) {
                Ok(days) => calendar.add_source(days, source.standing),
                Err(errors) => faults.extend(errors),
            }
        }
        if faults.is_empty() {
            Ok(calendar)
        } else {
            Err(CalendarError(faults))
        }
    }

    /// A calendar from the text of one file with notices.
    ///
    /// # Errors
    /// As [`WorkDays::from_sources`].
    pub fn from_text(name: &str, text: &str) -> Result<Self, CalendarError> {
        Self::from_sources(&[Source {
            name,
            text,
            standing: Standing::Final,
        }])
    }

    /// The same with single days set otherwise, as officers have decided: lines of `date,kind,name`, where the kind is
    /// `holiday`, `workday` or `plain` (as the weekday says), under a line that says so. The years covered stay as they are.
    /// A line `2027,final,` makes a provisional year final; a year that is not covered stays so.
    ///
    /// # Errors
    /// The first line that cannot be read.
    pub fn amended(&self, name: &str, text: &str) -> Result<Self, LineError> {
        let mut out = self.clone();
        for (n, line) in text.lines().enumerate().skip(1) {
            let fault = |field, what| LineError {
                file: name.to_owned(),
                line: n + 1,
                field,
                what,
            };
            if line.trim().is_empty() {
                continue;
            }
            let fields: Vec<&str> = line.splitn(3, ',').map(str::trim).collect();
            let [day, kind, holiday] = fields[..] else {
                return Err(fault("line", LineFault::Fields(fields.len())));
            };
            if kind == "final" {
                let year: i32 = day
                    .parse()
                    .map_err(|_| fault("date", LineFault::Year(day.to_owned())))?;
                if let Some(standing) = out.years.get_mut(&year) {
                    *standing = Standing::Final;
                }
                continue;
            }
            let date: NaiveDate = day
                .parse()
                .map_err(|_| fault("date", LineFault::Date(day.to_owned())))?;
            let special = |workday| Special {
                workday,
                name: holiday.to_owned(),
            };
            match kind {
                "holiday" => out.special.insert(date, special(false)),
                "workday" => out.special.insert(date, special(true)),
                "plain" => out.special.remove(&date),
                other => return Err(fault("kind", LineFault::Kind(other.to_owned()))),
            };
        }
        Ok(out)
    }

    /// How sure a year is; `None` when it is not covered.
    #[must_use]
    pub fn standing(&self, year: i32) -> Option<Standing> {
        self.years.get(&year).copied()
    }

    /// The first day that is a holiday of every year and is none here: a list without it is not complete.
    #[must_use]
    pub fn lacks(&self, year: i32) -> Option<NaiveDate> {
        ALWAYS
            .iter()
            .filter_map(|(month, day)| NaiveDate::from_ymd_opt(year, *month, *day))
            .find(|date| self.special.get(date).is_none_or(|s| s.workday))
    }

    fn add_source(&mut self, days: BTreeMap<NaiveDate, Special>, standing: Standing) {
        let known = self.years.clone();
        for (date, special) in days {
            if known.get(&date.year()).is_none_or(|s| *s == standing) {
                self.years.entry(date.year()).or_insert(standing);
                self.special.insert(date, special);
            }
        }
    }

    /// The years that can be answered for, each with its standing.
    pub fn years(&self) -> impl Iterator<Item = (i32, Standing)> + '_ {
        self.years.iter().map(|(year, standing)| (*year, *standing))
    }

    /// The holidays and make-up working days, in order: date, whether it is worked, name of the feast.
    pub fn special_days(&self) -> impl Iterator<Item = (NaiveDate, bool, &str)> + '_ {
        self.special
            .iter()
            .map(|(date, s)| (*date, s.workday, s.name.as_str()))
    }

    /// Whether a day is worked.
    ///
    /// # Errors
    /// [`NotCovered`] when its year is not known.
    pub fn day(&self, date: NaiveDate) -> Result<DayStatus, NotCovered> {
        let standing = self
            .years
            .get(&date.year())
            .ok_or_else(|| self.not_covered(date.year()))?;
        let workday = match self.special.get(&date) {
            Some(special) => special.workday,
            None => !matches!(date.weekday(), Weekday::Sat | Weekday::Sun),
        };
        Ok(DayStatus {
            workday,
            provisional: *standing == Standing::Provisional,
        })
    }

    /// Whether a day is worked, provisional or not.
    ///
    /// # Errors
    /// [`NotCovered`] when its year is not known.
    pub fn is_workday(&self, date: NaiveDate) -> Result<bool, NotCovered> {
        self.day(date).map(|d| d.workday)
    }

    /// The last day of a term of `n` working days that was set off on `date`: the n-th working day after
    /// it; the day itself is not counted (民法典 art. 201). With `n` = 0 it is `date`.
    ///
    /// # Errors
    /// [`NotCovered`] when a year on the way is not known.
    pub fn add(&self, date: NaiveDate, n: u32) -> Result<Due, NotCovered> {
        self.walk(date, n, NaiveDate::succ_opt)
    }

    /// The n-th working day before `date`, which is not counted: by when something is due "n days before".
    ///
    /// # Errors
    /// [`NotCovered`] when a year on the way is not known.
    pub fn subtract(&self, date: NaiveDate, n: u32) -> Result<Due, NotCovered> {
        self.walk(date, n, NaiveDate::pred_opt)
    }

    fn walk(
        &self,
        date: NaiveDate,
        n: u32,
        step: fn(&NaiveDate) -> Option<NaiveDate>,
    ) -> Result<Due, NotCovered> {
        let mut due = Due {
            date,
            provisional: false,
        };
        let mut left = n;
        while left > 0 {
            due.date = step(&due.date).ok_or_else(|| self.not_covered(due.date.year()))?;
            let status = self.day(due.date)?;
            due.provisional |= status.provisional;
            left -= u32::from(status.workday);
        }
        Ok(due)
    }

    /// The day itself when it is worked, else the next working day: where the last day of a *procedural*
    /// term falls on a holiday (民法典 art. 203). Periods of display are not moved.
    ///
    /// # Errors
    /// [`NotCovered`] when a year on the way is not known.
    pub fn on_or_after(&self, date: NaiveDate) -> Result<Due, NotCovered> {
        let status = self.day(date)?;
        if status.workday {
            return Ok(Due {
                date,
                provisional: status.provisional,
            });
        }
        let next = self.add(date, 1)?;
        Ok(Due {
            provisional: next.provisional || status.provisional,
            ..next
        })
    }

    /// The working days after `from` up to and including `to`, so that `count(d, add(d, n)) == n`;
    /// zero when `to` is not after `from`.
    ///
    /// # Errors
    /// [`NotCovered`] when a year between is not known.
    pub fn count(&self, from: NaiveDate, to: NaiveDate) -> Result<Count, NotCovered> {
        let mut count = Count {
            days: 0,
            provisional: false,
        };
        let mut date = from;
        while date < to {
            date = date
                .succ_opt()
                .ok_or_else(|| self.not_covered(date.year()))?;
            let status = self.day(date)?;
            count.provisional |= status.provisional;
            count.days += u32::from(status.workday);
        }
        Ok(count)
    }

    fn not_covered(&self, year: i32) -> NotCovered {
        NotCovered {
            year,
            first: self.years.keys().next().copied(),
            last: self.years.keys().next_back().copied(),
        }
    }
}

/// The days of one file, or everything that is wrong with it.
fn read(source: &Source<'_>) -> Result<BTreeMap<NaiveDate, Special>, Vec<LineError>> {
    let fault = |line, field, what| LineError {
        file: source.name.to_owned(),
        line,
        field,
        what,
    };
    let mut days = BTreeMap::new();
    let mut faults = Vec::new();
    let text = source.text.strip_prefix('\u{FEFF}').unwrap_or(source.text);
    let mut lines = text
        .lines()
        .map(str::trim)
        .enumerate()
        .map(|(i, line)| (i + 1, line));
    let header: Vec<&str> = lines
        .next()
        .map(|(_, h)| h.split(',').map(str::trim).collect())
        .unwrap_or_default();
    if header != ["date", "kind", "name"] {
        faults.push(fault(1, "header", LineFault::Header));
    }
    let mut last = 1;
    for (line, content) in lines.filter(|(_, l)| !l.is_empty()) {
        last = line;
        match read_line(content) {
            Ok((date, special)) => {
                if days.insert(date, special).is_some() {
                    faults.push(fault(line, "date", LineFault::Twice(date)));
                }
            }
            Err((field, what)) => faults.push(fault(line, field, what)),
        }
    }
    let mut years: Vec<i32> = days.keys().map(NaiveDate::year).collect();
    years.dedup();
    // faulty lines have been told already: what is missing because of them need not be
    if faults.is_empty() {
        for year in years {
            for (month, day) in ALWAYS {
                let holiday = NaiveDate::from_ymd_opt(year, month, day).and_then(|d| days.get(&d));
                if holiday.is_none_or(|s| s.workday) {
                    faults.push(fault(
                        last,
                        "date",
                        LineFault::Incomplete { year, month, day },
                    ));
                }
            }
        }
    }
    if faults.is_empty() {
        Ok(days)
    } else {
        Err(faults)
    }
}

fn read_line(content: &str) -> Result<(NaiveDate, Special), (&'static str, LineFault)> {
    let fields: Vec<&str> = content.split(',').map(str::trim).collect();
    let [date, kind, name] = fields.as_slice() else {
        return Err(("name", LineFault::Fields(fields.len())));
    };
    let date = NaiveDate::parse_from_str(date, "%Y-%m-%d")
        .map_err(|_| ("date", LineFault::Date((*date).to_owned())))?;
    let workday = match *kind {
        "holiday" => false,
        "workday" => true,
        other => return Err(("kind", LineFault::Kind(other.to_owned()))),
    };
    if workday && !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) {
        return Err(("kind", LineFault::NotWeekend(date, date.weekday())));
    }
    Ok((
        date,
        Special {
            workday,
            name: (*name).to_owned(),
        },
    ))
}

#[cfg(test)]
#[path = "workdays_tests.rs"]
mod tests;
