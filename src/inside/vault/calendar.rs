//! Days of the calendar that officers have set, over the one that comes with the program (domain.md 5). Nothing is
//! overwritten: each change is a row of its own, and the newest of a day counts.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{CalendarYear, Vault, VaultError, YearKind, audit};
use crate::base::db::schema::vault::calendar_days;
use crate::base::db::{Stamp, on_each};
use crate::domain::kinds::vocabulary;
use crate::domain::time::Moment;

vocabulary! {
    /// What a day is.
    DayKind {
        Holiday = "holiday", "放假", "holiday";
        Workday = "workday", "调休上班", "make-up working day";
        Plain = "plain", "恢复为平日", "as its weekday says";
    }
}

/// A day as it was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarDay {
    /// The day.
    pub day: NaiveDate,
    /// Which change of this day it is, from 1.
    pub version: i64,
    /// What it is.
    pub kind: DayKind,
    /// Name of the holiday.
    pub name: String,
    /// Document that says so.
    pub reference: String,
    /// When it was set.
    pub set_at: Moment,
    /// Who set it.
    pub set_by: String,
}

/// The changes that count, as lines of `date,kind,name` under a line that says so; nothing when there is none. A year that was
/// called final is a line of its own, `2027,final,`. `changes` are by day and `years` by year, the newest of each last.
#[must_use]
pub fn calendar_text(changes: &[CalendarDay], years: &[CalendarYear]) -> String {
    let newest: BTreeMap<NaiveDate, &CalendarDay> = changes.iter().map(|c| (c.day, c)).collect();
    let standing: BTreeMap<i32, YearKind> = years.iter().map(|y| (y.year, y.standing)).collect();
    let mut out = String::new();
    for (day, change) in newest {
        // writing to a text cannot fail
        let _ = writeln!(out, "{day},{},{}", change.kind.code(), change.name);
    }
    for (year, _) in standing.iter().filter(|(_, s)| **s == YearKind::Final) {
        let _ = writeln!(out, "{year},{},", YearKind::Final.code());
    }
    if out.is_empty() {
        return out;
    }
    format!("date,kind,name\n{out}")
}

type Row = (NaiveDate, i64, String, String, String, Stamp, String);

impl Vault {
    /// Sets a day.
    ///
    /// # Errors
    /// Those of the database.
    pub fn set_calendar_day(
        &self,
        day: NaiveDate,
        kind: DayKind,
        name: &str,
        reference: &str,
        by: &str,
        at: Moment,
    ) -> Result<(), VaultError> {
        self.db.write(|conn| {
            let last: Option<i64> = calendar_days::table
                .filter(calendar_days::day.eq(day))
                .select(diesel::dsl::max(calendar_days::version))
                .first(conn)?;
            let query = diesel::insert_into(calendar_days::table).values((
                calendar_days::day.eq(day),
                calendar_days::version.eq(last.unwrap_or(0) + 1),
                calendar_days::kind.eq(kind.code()),
                calendar_days::name.eq(name),
                calendar_days::reference.eq(reference),
                calendar_days::set_at.eq(Stamp::from(at)),
                calendar_days::set_by.eq(by),
            ));
            on_each!(conn, c => query.execute(c))?;
            let detail = format!("{} {reference}", kind.code());
            let object = day.to_string();
            audit::append(
                conn,
                &self.keys.id,
                at,
                by,
                "calendar.set",
                &object,
                &detail,
            )
        })
    }

    /// The days that were set and the years that are final, as nodes read them ([`calendar_text`]).
    ///
    /// # Errors
    /// Those of the database.
    pub fn calendar_text(&self) -> Result<String, VaultError> {
        Ok(calendar_text(
            &self.calendar_days()?,
            &self.calendar_years()?,
        ))
    }

    /// Every change, by day, the newest of a day last.
    ///
    /// # Errors
    /// Those of the database.
    pub fn calendar_days(&self) -> Result<Vec<CalendarDay>, VaultError> {
        let rows: Vec<Row> = self.db.read(|conn| -> Result<_, VaultError> {
            Ok(calendar_days::table
                .order((calendar_days::day, calendar_days::version))
                .load(conn)?)
        })?;
        rows.into_iter()
            .map(|(day, version, kind, name, reference, set_at, set_by)| {
                Ok(CalendarDay {
                    day,
                    version,
                    kind: DayKind::from_code(&kind).ok_or(VaultError::Word {
                        table: "calendar_days",
                        column: "kind",
                        word: kind,
                    })?,
                    name,
                    reference,
                    set_at: set_at.into(),
                    set_by,
                })
            })
            .collect()
    }
}
