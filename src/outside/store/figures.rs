//! Figures of lists and the next boundary, from day counts that each release keeps up: no record is looked at.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use diesel::dsl::{max, min};
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::{Flow, ListFigure, PublicStore, RECENT_DAYS, StoreError};
use crate::base::db::schema::public::{list_changes, list_days};
use crate::base::db::{Conn, Stamp, on_each};
use crate::domain::time::Moment;

/// How the day counts change by releases.
#[derive(Default)]
pub(super) struct Counts {
    lists: BTreeMap<String, ListCounts>,
}

/// How those of one list change.
#[derive(Default)]
struct ListCounts {
    days: BTreeMap<NaiveDate, [i64; 5]>,
    /// Sequence number of its last change.
    seq: i64,
}

/// What of a record is counted.
#[derive(Clone, Copy)]
pub(super) struct Counted<'a> {
    pub(super) list: &'a str,
    /// Whether it is about a natural person.
    pub(super) person: bool,
    pub(super) decided_on: NaiveDate,
    pub(super) displayed_from: NaiveDate,
    pub(super) displayed_until: Option<NaiveDate>,
}

const BEGINS: usize = 0;
const ENDS: usize = 1;
const DECIDED: usize = 2;
const PERSON_BEGINS: usize = 3;
const PERSON_ENDS: usize = 4;

#[derive(Insertable)]
#[diesel(table_name = list_days, treat_none_as_default_value = false)]
struct DayRow<'a> {
    list: &'a str,
    day: NaiveDate,
    begins: i64,
    ends: i64,
    decided: i64,
    person_begins: i64,
    person_ends: i64,
}

#[derive(Insertable)]
#[diesel(table_name = list_changes, treat_none_as_default_value = false)]
struct ListRow<'a> {
    list: &'a str,
    seq: i64,
    at: Stamp,
}

/// Rows in one upsert: SQLite prepares it anew each time, and takes 32,766 values.
const ROWS: usize = 1000;

impl Counts {
    /// Counts a record in (`by` 1) or out (`by` -1), as changed with sequence number `seq`.
    pub(super) fn count(&mut self, of: Counted<'_>, by: i64, seq: i64) {
        let list = if let Some(list) = self.lists.get_mut(of.list) {
            list
        } else {
            self.lists.entry(of.list.to_owned()).or_default()
        };
        list.seq = seq.max(list.seq);
        let mut add = |day: NaiveDate, column: usize| {
            list.days.entry(day).or_default()[column] += by;
        };
        add(of.decided_on, DECIDED);
        // a window without a day in it never begins
        if of
            .displayed_until
            .is_none_or(|until| of.displayed_from < until)
        {
            add(of.displayed_from, BEGINS);
            if of.person {
                add(of.displayed_from, PERSON_BEGINS);
            }
            if let Some(until) = of.displayed_until {
                add(until, ENDS);
                if of.person {
                    add(until, PERSON_ENDS);
                }
            }
        }
    }

    /// Adds the counts to the tables.
    pub(super) fn save(&self, conn: &mut Conn, at: Moment) -> Result<(), StoreError> {
        let changed = self.lists.iter().flat_map(|(list, of)| {
            let days = of.days.iter();
            let days = days.filter(|(_, counts)| counts.iter().any(|n| *n != 0));
            days.map(move |(day, counts)| DayRow {
                list,
                day: *day,
                begins: counts[BEGINS],
                ends: counts[ENDS],
                decided: counts[DECIDED],
                person_begins: counts[PERSON_BEGINS],
                person_ends: counts[PERSON_ENDS],
            })
        });
        let days: Vec<DayRow<'_>> = changed.collect();
        for days in days.chunks(ROWS) {
            let query = diesel::insert_into(list_days::table)
                .values(days)
                .on_conflict((list_days::list, list_days::day))
                .do_update()
                .set((
                    list_days::begins.eq(list_days::begins + excluded(list_days::begins)),
                    list_days::ends.eq(list_days::ends + excluded(list_days::ends)),
                    list_days::decided.eq(list_days::decided + excluded(list_days::decided)),
                    list_days::person_begins
                        .eq(list_days::person_begins + excluded(list_days::person_begins)),
                    list_days::person_ends
                        .eq(list_days::person_ends + excluded(list_days::person_ends)),
                ));
            on_each!(conn, c => query.execute(c))?;
        }
        let lists = self.lists.iter().map(|(list, of)| ListRow {
            list,
            seq: of.seq,
            at: at.into(),
        });
        let lists: Vec<ListRow<'_>> = lists.collect();
        for lists in lists.chunks(ROWS) {
            let query = diesel::insert_into(list_changes::table)
                .values(lists)
                .on_conflict(list_changes::list)
                .do_update()
                .set((
                    list_changes::seq.eq(excluded(list_changes::seq)),
                    list_changes::at.eq(excluded(list_changes::at)),
                ));
            on_each!(conn, c => query.execute(c))?;
        }
        Ok(())
    }
}

impl PublicStore {
    /// Figures of every list on a civil date. Reads one row a list and day, not the records.
    ///
    /// # Errors
    /// Those of the database.
    pub fn figures(&self, today: NaiveDate) -> Result<Vec<ListFigure>, StoreError> {
        self.db.snapshot(|conn| {
            let changed: Vec<(String, Stamp)> = list_changes::table
                .select((list_changes::list, list_changes::at))
                .order(list_changes::list)
                .load(conn)?;
            changed
                .into_iter()
                .map(|(list, at)| figure(conn, list, at.into(), today))
                .collect()
        })
    }

    /// The first civil date after `today` on which a record begins or ceases to be displayed.
    ///
    /// # Errors
    /// Those of the database.
    pub fn next_boundary(&self, today: NaiveDate) -> Result<Option<NaiveDate>, StoreError> {
        self.db.read(|conn| {
            Ok(list_days::table
                .filter(list_days::day.gt(today))
                .filter(list_days::begins.gt(0).or(list_days::ends.gt(0)))
                .select(min(list_days::day))
                .first(conn)?)
        })
    }
}

fn figure(
    conn: &mut Conn,
    list: String,
    changed_at: Moment,
    today: NaiveDate,
) -> Result<ListFigure, StoreError> {
    // PostgreSQL sums 64-bit integers into NUMERIC; days of a list are few, so the program adds
    let days: Vec<(NaiveDate, i64, i64, i64, i64)> = list_days::table
        .filter(list_days::list.eq(&list))
        .filter(list_days::day.le(today))
        .select((
            list_days::day,
            list_days::begins,
            list_days::ends,
            list_days::person_begins,
            list_days::person_ends,
        ))
        .load(conn)?;
    let newest_decided: Option<NaiveDate> = list_days::table
        .filter(list_days::list.eq(&list))
        .filter(list_days::decided.gt(0))
        .select(max(list_days::day))
        .first(conn)?;
    let since = today
        .checked_sub_days(Days::new(RECENT_DAYS))
        .unwrap_or(today);
    let mut flows = [Flow::default(); 2];
    for (day, begins, ends, person_begins, person_ends) in days {
        let parts = [
            (begins - person_begins, ends - person_ends),
            (person_begins, person_ends),
        ];
        for (flow, (begins, ends)) in flows.iter_mut().zip(parts) {
            flow.shown += begins - ends;
            if day > since {
                flow.begun += begins;
                flow.ended += ends;
            }
        }
    }
    let [orgs, persons] = flows;
    Ok(ListFigure {
        list,
        orgs,
        persons,
        newest_decided,
        newest_seq_at: Some(changed_at),
    })
}
