//! What authorities have on display, from one index: no record is read, so that a report over a million takes about a
//! second. The index stands in the order of the rows and not of the days, for the sake of publishing.

use chrono::NaiveDate;
use diesel::dsl::{count_star, max};
use diesel::prelude::*;

use super::tallies::shown;
use super::{PublicStore, StoreError};
use crate::base::db::on_each;
use crate::base::db::schema::public::records;

/// Records displayed of one authority and list that were decided and first displayed on the same days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorityTally {
    /// Credit code of the authority.
    pub authority: String,
    /// Code of the list.
    pub list: String,
    /// Date of the decision.
    pub decided_on: NaiveDate,
    /// First civil date of display.
    pub displayed_from: NaiveDate,
    /// How many.
    pub count: u64,
    /// Row number of the newest of them, from which the authority's name can be read.
    pub example: u64,
}

/// Codes from the first to the last, both counted: those of one authority, or all.
fn span(of: Option<&str>) -> (&str, &str) {
    // one query for both, which reads the index in its order
    of.map_or(("", "\u{10ffff}"), |code| (code, code))
}

impl PublicStore {
    /// What one authority, or every one, displays on a civil date, counted; by authority and list.
    ///
    /// # Errors
    /// Those of the database.
    pub fn authority_tallies(
        &self,
        of: Option<&str>,
        today: NaiveDate,
    ) -> Result<Vec<AuthorityTally>, StoreError> {
        type Row = (String, String, NaiveDate, NaiveDate, i64, Option<i64>);
        let (first, last) = span(of);
        let group = (
            records::authority_code,
            records::list,
            records::decided_on,
            records::displayed_from,
        );
        let rows: Vec<Row> = self.db.read(|conn| -> Result<_, StoreError> {
            let query = records::table
                .filter(records::authority_code.ge(first))
                .filter(records::authority_code.le(last))
                .filter(shown(today))
                .group_by(group)
                .select((
                    records::authority_code,
                    records::list,
                    records::decided_on,
                    records::displayed_from,
                    count_star(),
                    max(records::num),
                ))
                .order(group);
            Ok(on_each!(conn, c => query.load(c))?)
        })?;
        Ok(rows
            .into_iter()
            .map(
                |(authority, list, decided_on, displayed_from, count, example)| AuthorityTally {
                    authority,
                    list,
                    decided_on,
                    displayed_from,
                    count: count.unsigned_abs(),
                    example: example.unwrap_or_default().unsigned_abs(),
                },
            )
            .collect())
    }

    /// Row numbers of the records of some lists that one authority, or every one, displays on a civil date, in order.
    ///
    /// # Errors
    /// Those of the database.
    pub fn nums_of(
        &self,
        lists: &[&str],
        of: Option<&str>,
        today: NaiveDate,
    ) -> Result<Vec<u64>, StoreError> {
        let (first, last) = span(of);
        let mut nums: Vec<i64> = self.db.read(|conn| -> Result<_, StoreError> {
            let query = records::table
                .filter(records::authority_code.ge(first))
                .filter(records::authority_code.le(last))
                .filter(records::list.eq_any(lists))
                .filter(shown(today))
                .select(records::num);
            Ok(on_each!(conn, c => query.load(c))?)
        })?;
        nums.sort_unstable();
        Ok(nums.into_iter().map(i64::unsigned_abs).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{day, id, moment, parts};
    use super::*;
    use crate::base::db::testing::Scratch;
    use crate::record::{PublicRecord, RecordParts};

    #[test]
    fn what_an_authority_displays_is_counted_and_found_without_others() {
        Scratch::each(|url| {
            let store = PublicStore::open(url).unwrap();
            let of = |n, list: &str, authority: &str, from, until| RecordParts {
                list: list.to_owned(),
                authority_code: authority.to_owned(),
                ..parts(&id(n), 7, from, until)
            };
            let records = [
                of(1, "penalty", "B", 0, None),
                of(2, "penalty", "A", 0, Some(10)),
                of(3, "red_list", "A", 0, None),
                of(4, "penalty", "A", 0, None),
                of(5, "penalty", "A", 5, None),
                // over before the day
                of(6, "penalty", "A", 0, Some(1)),
            ]
            .map(PublicRecord::restored);
            store.release(moment(1), "c", 1, &records, &[]).unwrap();
            let counted = |who: Option<&str>, today| -> Vec<(String, String, NaiveDate, u64)> {
                let all = store.authority_tallies(who, day(today)).unwrap();
                all.into_iter()
                    .map(|t| {
                        assert_eq!(t.decided_on, day(0));
                        let found = store.by_nums(&[t.example], day(today)).unwrap();
                        assert_eq!(found[0].1.parts().authority_code, t.authority);
                        (t.authority, t.list, t.displayed_from, t.count)
                    })
                    .collect()
            };
            let line =
                |who: &str, list: &str, from, n| (who.to_owned(), list.to_owned(), day(from), n);
            let of_a = [line("A", "penalty", 0, 2), line("A", "red_list", 0, 1)];
            assert_eq!(counted(Some("A"), 2), of_a);
            let all = [&of_a[..], &[line("B", "penalty", 0, 1)]].concat();
            assert_eq!(counted(None, 2), all);
            let later = [line("A", "penalty", 0, 1), line("A", "penalty", 5, 1)];
            assert_eq!(counted(Some("A"), 10)[..2], later);
            assert_eq!(counted(Some("C"), 2), []);
            for (lists, who, today, nums) in [
                (&["penalty"][..], None, 2, &[1, 2, 4][..]),
                (&["penalty", "red_list"], Some("A"), 2, &[2, 3, 4]),
                (&["red_list"], Some("B"), 2, &[]),
                (&[], None, 2, &[]),
                (&["penalty"], Some("A"), 10, &[4, 5]),
            ] {
                let found = store.nums_of(lists, who, day(today)).unwrap();
                assert_eq!(found, nums, "{lists:?} {who:?} {today}");
            }
        });
    }
}
