//! Years of the calendar that officers called final: the program knows a coming year from the statute alone, and counts by it
//! provisionally until the State Council's notice has come (domain.md 5). Nothing is overwritten, as with single days.

use diesel::prelude::*;

use super::{Vault, VaultError, audit};
use crate::base::db::schema::vault::calendar_years;
use crate::base::db::{Stamp, on_each};
use crate::domain::kinds::vocabulary;
use crate::domain::time::Moment;

vocabulary! {
    /// What officers said of a year.
    YearKind {
        Final = "final", "确认为正式", "final";
        Provisional = "provisional", "撤销确认", "no longer called final";
    }
}

/// What was said of a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarYear {
    /// The year.
    pub year: i32,
    /// What was said.
    pub standing: YearKind,
    /// Name and number of the State Council's notice; empty where the year is provisional again.
    pub notice: String,
    /// Where the text of the notice stands, or why the year is provisional again.
    pub source: String,
    /// When it was said.
    pub set_at: Moment,
    /// Who said it.
    pub set_by: String,
}

type Row = (i64, String, String, String, Stamp, String);

impl Vault {
    /// Says of a year that it is final, or provisional again.
    ///
    /// # Errors
    /// Those of the database.
    pub fn set_calendar_year(&self, said: &CalendarYear) -> Result<(), VaultError> {
        let year = i64::from(said.year);
        self.db.write(|conn| {
            let last: Option<i64> = calendar_years::table
                .filter(calendar_years::year.eq(year))
                .select(diesel::dsl::max(calendar_years::version))
                .first(conn)?;
            let query = diesel::insert_into(calendar_years::table).values((
                calendar_years::year.eq(year),
                calendar_years::version.eq(last.unwrap_or(0) + 1),
                calendar_years::standing.eq(said.standing.code()),
                calendar_years::notice.eq(&said.notice),
                calendar_years::source.eq(&said.source),
                calendar_years::set_at.eq(Stamp::from(said.set_at)),
                calendar_years::set_by.eq(&said.set_by),
            ));
            on_each!(conn, c => query.execute(c))?;
            let action = match said.standing {
                YearKind::Final => "calendar.final",
                YearKind::Provisional => "calendar.provisional",
            };
            let detail = format!("{} {}", said.notice, said.source);
            let object = said.year.to_string();
            let key = &self.keys.id;
            let (at, by) = (said.set_at, said.set_by.as_str());
            audit::append(conn, key, at, by, action, &object, detail.trim())
        })
    }

    /// All that was said of years, by year, the newest of a year last.
    ///
    /// # Errors
    /// Those of the database.
    pub fn calendar_years(&self) -> Result<Vec<CalendarYear>, VaultError> {
        let rows: Vec<Row> = self.db.read(|conn| -> Result<_, VaultError> {
            Ok(calendar_years::table
                .order((calendar_years::year, calendar_years::version))
                .select((
                    calendar_years::year,
                    calendar_years::standing,
                    calendar_years::notice,
                    calendar_years::source,
                    calendar_years::set_at,
                    calendar_years::set_by,
                ))
                .load(conn)?)
        })?;
        let word = |column, word: String| VaultError::Word {
            table: "calendar_years",
            column,
            word,
        };
        rows.into_iter()
            .map(|(year, standing, notice, source, set_at, set_by)| {
                Ok(CalendarYear {
                    year: i32::try_from(year).map_err(|_| word("year", year.to_string()))?,
                    standing: YearKind::from_code(&standing)
                        .ok_or_else(|| word("standing", standing))?,
                    notice,
                    source,
                    set_at: set_at.into(),
                    set_by,
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inside::vault::{DayKind, calendar_text};

    #[test]
    fn the_newest_word_on_a_year_counts_and_only_a_final_one_is_carried() {
        let at = chrono::DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let said = |year, standing| CalendarYear {
            year,
            standing,
            notice: String::new(),
            source: "x".to_owned(),
            set_at: at,
            set_by: "operator".to_owned(),
        };
        let (yes, no) = (YearKind::Final, YearKind::Provisional);
        assert_eq!(calendar_text(&[], &[]), "");
        assert_eq!(calendar_text(&[], &[said(2027, yes), said(2027, no)]), "");
        let day = crate::inside::vault::CalendarDay {
            day: "2027-02-11".parse().unwrap(),
            version: 1,
            kind: DayKind::Holiday,
            name: "春节".to_owned(),
            reference: "x".to_owned(),
            set_at: at,
            set_by: "operator".to_owned(),
        };
        let years = [
            said(2027, yes),
            said(2027, no),
            said(2027, yes),
            said(2028, no),
        ];
        assert_eq!(
            calendar_text(&[day], &years),
            "date,kind,name\n2027-02-11,holiday,春节\n2027,final,\n"
        );
    }
}
