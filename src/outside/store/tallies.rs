//! Counts of what is displayed on a day, for the page of statistics. Unlike [`super::figures`] this looks at every record:
//! some two seconds for a million, so whoever asks keeps the answer until the store or the day moves on.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::connection::DefaultLoadingMode;
use diesel::dsl::{count_star, max, sql};
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::meta::SEQ;
use super::{PublicStore, StoreError};
use crate::base::db::schema::public::{records, tombstones};
use crate::base::db::{Conn, Stamp, counter};
use crate::domain::kinds::SubjectKind;
use crate::domain::time::day_start;
use crate::record::Why;

/// The month of a tombstone in Asia/Shanghai, in each engine's words.
const MONTH_SQLITE: &str = "substr(datetime(at, '+8 hours'), 1, 7)";
const MONTH_POSTGRES: &str = "to_char(at + interval '8 hours', 'YYYY-MM')";

/// Records displayed of one list, kind of subject, region and authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceTally {
    /// Code of the list.
    pub list: String,
    /// Kind of subject.
    pub kind: SubjectKind,
    /// Region (GB/T 2260).
    pub region: String,
    /// Credit code of the authority.
    pub authority: String,
    /// How many.
    pub count: u64,
    /// Row number of one of them, from which the authority's name can be read.
    pub example: u64,
    /// First civil date of display of the newest of them.
    pub newest: NaiveDate,
}

/// Records displayed of one list and kind of subject that were decided and first displayed on the same days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateTally {
    /// Code of the list.
    pub list: String,
    /// Kind of subject.
    pub kind: SubjectKind,
    /// Date of the decision.
    pub decided_on: NaiveDate,
    /// First civil date of display.
    pub displayed_from: NaiveDate,
    /// How many.
    pub count: u64,
}

/// Records that ceased to be displayed in one month for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitTally {
    /// First day of the month, in Asia/Shanghai.
    pub month: NaiveDate,
    /// Why.
    pub why: Why,
    /// How many.
    pub count: u64,
}

/// All counts, of one moment.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Tallies {
    /// Sequence number of the store at that moment.
    pub seq: i64,
    /// By place; in no order.
    pub places: Vec<PlaceTally>,
    /// By date; in no order.
    pub dates: Vec<DateTally>,
    /// Exits since the day that was asked for; in no order.
    pub exits: Vec<ExitTally>,
}

type Place = (String, String, String, String);
type Dates = (String, String, String, String);

#[derive(Default)]
struct Sums {
    places: HashMap<Place, PlaceSum>,
    dates: HashMap<Dates, i64>,
}

struct PlaceSum {
    count: i64,
    example: i64,
    /// As text (ISO 8601), which sorts as dates do.
    newest: String,
}

impl PublicStore {
    /// What is displayed on `today`, counted, and what ceased to be since the beginning of the day `since`. Reads every
    /// record once, without its body; memory grows with the number of groups, not of records.
    ///
    /// # Errors
    /// Those of the database; a row with a kind, a reason or a date that nothing wrote.
    pub fn tallies(&self, today: NaiveDate, since: NaiveDate) -> Result<Tallies, StoreError> {
        self.db.snapshot(|conn| {
            let seq = counter(conn, SEQ)?;
            let sums = match conn {
                Conn::Sqlite(c) => scan(c, today)?,
                Conn::Postgres(c) => group(c, today)?,
            };
            let exits = exits(conn, since)?;
            Ok(Tallies {
                seq,
                places: places(sums.places)?,
                dates: dates(sums.dates)?,
                exits,
            })
        })
    }
}

/// Within the window of display.
#[diesel::dsl::auto_type]
pub(super) fn shown(today: NaiveDate) -> _ {
    let begun = records::displayed_from.le(today);
    let not_over = records::displayed_until
        .is_null()
        .or(records::displayed_until.gt(today));
    begun.and(not_over)
}

/// SQLite sorts all rows to group them, in memory; a stream of them needs none.
fn scan(c: &mut SqliteConnection, today: NaiveDate) -> Result<Sums, StoreError> {
    type Row = (String, String, String, String, String, String, i64);
    let rows = records::table
        .filter(shown(today))
        .select((
            records::list,
            records::subject_kind,
            records::region,
            records::authority_code,
            // as text: reading a million dates takes longer than everything else
            sql::<Text>("decided_on"),
            sql::<Text>("displayed_from"),
            records::num,
        ))
        .load_iter::<Row, DefaultLoadingMode>(c)?;
    let mut sums = Sums::default();
    for row in rows {
        let (list, kind, region, authority, decided, from, num) = row?;
        let place = sums
            .places
            .entry((list.clone(), kind.clone(), region, authority))
            .or_insert_with(|| PlaceSum {
                count: 0,
                example: num,
                newest: from.clone(),
            });
        place.count += 1;
        if place.newest < from {
            place.newest.clone_from(&from);
        }
        *sums.dates.entry((list, kind, decided, from)).or_default() += 1;
    }
    Ok(sums)
}

/// A server groups by itself, so that few rows travel.
fn group(c: &mut PgConnection, today: NaiveDate) -> Result<Sums, StoreError> {
    type Row = (
        String,
        String,
        String,
        String,
        i64,
        Option<i64>,
        Option<NaiveDate>,
    );
    let places: Vec<Row> = records::table
        .filter(shown(today))
        .group_by((
            records::list,
            records::subject_kind,
            records::region,
            records::authority_code,
        ))
        .select((
            records::list,
            records::subject_kind,
            records::region,
            records::authority_code,
            count_star(),
            max(records::num),
            max(records::displayed_from),
        ))
        .load(c)?;
    let dates: Vec<(String, String, NaiveDate, NaiveDate, i64)> = records::table
        .filter(shown(today))
        .group_by((
            records::list,
            records::subject_kind,
            records::decided_on,
            records::displayed_from,
        ))
        .select((
            records::list,
            records::subject_kind,
            records::decided_on,
            records::displayed_from,
            count_star(),
        ))
        .load(c)?;
    Ok(Sums {
        places: places
            .into_iter()
            .map(|(list, kind, region, authority, count, num, newest)| {
                let sum = PlaceSum {
                    count,
                    example: num.unwrap_or_default(),
                    newest: newest.map_or_else(String::new, |day| day.to_string()),
                };
                ((list, kind, region, authority), sum)
            })
            .collect(),
        dates: dates
            .into_iter()
            .map(|(list, kind, decided, from, n)| {
                ((list, kind, decided.to_string(), from.to_string()), n)
            })
            .collect(),
    })
}

fn exits(conn: &mut Conn, since: NaiveDate) -> Result<Vec<ExitTally>, StoreError> {
    let since = Stamp::from(day_start(since));
    /// The query in one engine's words: the month is no column, so it cannot be written once.
    macro_rules! by_month {
        ($c:expr, $month:expr) => {
            tombstones::table
                .filter(tombstones::at.ge(since))
                .group_by((sql::<Text>($month), sql::<Text>("why")))
                .select((sql::<Text>($month), sql::<Text>("why"), count_star()))
                .load::<(String, String, i64)>($c)?
        };
    }
    let rows = match conn {
        Conn::Sqlite(c) => by_month!(c, MONTH_SQLITE),
        Conn::Postgres(c) => by_month!(c, MONTH_POSTGRES),
    };
    rows.into_iter()
        .map(|(month, why, n)| {
            Ok(ExitTally {
                month: day(&format!("{month}-01"))?,
                why: Why::from_code(&why).ok_or_else(|| unknown("reason"))?,
                count: n.unsigned_abs(),
            })
        })
        .collect()
}

fn places(sums: HashMap<Place, PlaceSum>) -> Result<Vec<PlaceTally>, StoreError> {
    sums.into_iter()
        .map(|((list, kind, region, authority), sum)| {
            Ok(PlaceTally {
                list,
                kind: kind_of(&kind)?,
                region,
                authority,
                count: sum.count.unsigned_abs(),
                example: sum.example.unsigned_abs(),
                newest: day(&sum.newest)?,
            })
        })
        .collect()
}

fn dates(sums: HashMap<Dates, i64>) -> Result<Vec<DateTally>, StoreError> {
    sums.into_iter()
        .map(|((list, kind, decided, from), n)| {
            Ok(DateTally {
                list,
                kind: kind_of(&kind)?,
                decided_on: day(&decided)?,
                displayed_from: day(&from)?,
                count: n.unsigned_abs(),
            })
        })
        .collect()
}

fn kind_of(code: &str) -> Result<SubjectKind, StoreError> {
    SubjectKind::from_code(code).ok_or_else(|| unknown("kind of subject"))
}

fn day(text: &str) -> Result<NaiveDate, StoreError> {
    text.parse().map_err(|_| unknown("date"))
}

fn unknown(what: &str) -> StoreError {
    StoreError::Damaged {
        num: 0,
        cause: format!("a {what} that nothing wrote"),
    }
}
