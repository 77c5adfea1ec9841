//! Who may not apply for a repair for a time: subjects for whom false material was handed in (domain.md 2.4, 7.3). The bar
//! stands in the decision about one record and holds for the subject: for every record that is about it. Subjects are kept
//! as keyed hashes of their numbers; one that is known by its name alone is not, since a namesake is somebody else.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::read::{self, Ask};
use super::{DecisionKind, NewDecision, Tx, Vault, VaultError};
use crate::base::db::schema::vault::{decisions, repair_bars};
use crate::base::db::{Conn, counter, set_counter};
use crate::inside::raw::RawSubject;

/// Whether the decisions from before there were such rows were looked through.
const FILLED: &str = "repair_bars";

/// The day until which a decision bars its subject, as it stands in its detail.
const UNTIL: &str = "barred_until";

/// A bar about to be noted.
struct Bar<'a> {
    decision: &'a str,
    record: &'a str,
    from: NaiveDate,
    until: NaiveDate,
}

fn until(detail: &serde_json::Value) -> Option<NaiveDate> {
    detail.get(UNTIL)?.as_str()?.parse().ok()
}

impl Vault {
    /// Notes the bar that a decision sets, within the transaction that enters it.
    pub(super) fn note_bar(
        &self,
        conn: &mut Conn,
        decision: &str,
        new: &NewDecision<'_>,
    ) -> Result<(), VaultError> {
        let until = until(&new.detail).filter(|_| new.kind == DecisionKind::Reinstated);
        let Some(until) = until else {
            return Ok(());
        };
        let bar = Bar {
            decision,
            record: new.record_id,
            from: new.effective_on,
            until,
        };
        self.keep_bar(conn, &bar)
    }

    /// The keyed hash of a subject that has a number.
    fn numbered_key(&self, subject: &RawSubject) -> Option<String> {
        let has_number = subject.credit_code.is_some() || subject.identity.is_some();
        has_number.then(|| self.subject_key(subject))
    }

    fn keep_bar(&self, conn: &mut Conn, bar: &Bar<'_>) -> Result<(), VaultError> {
        let rows = read::fetch(conn, &Ask::Id(bar.record.to_owned()), 1)?;
        let Some(row) = self.open_all(rows)?.pop() else {
            return Ok(());
        };
        let Some(key) = self.numbered_key(&row.record.subject) else {
            return Ok(());
        };
        diesel::insert_into(repair_bars::table)
            .values((
                repair_bars::decision.eq(bar.decision),
                repair_bars::subject_key.eq(key),
                repair_bars::barred_from.eq(bar.from),
                repair_bars::barred_until.eq(bar.until),
            ))
            .execute(conn)?;
        Ok(())
    }

    /// Notes the bars of decisions that were entered before bars were noted with them; once.
    fn fill_bars(&self, conn: &mut Conn) -> Result<(), VaultError> {
        if counter(conn, FILLED)? > 0 {
            return Ok(());
        }
        let known = repair_bars::table.select(repair_bars::decision);
        let older: Vec<(String, String, NaiveDate, String)> = decisions::table
            .filter(decisions::kind.eq(DecisionKind::Reinstated.code()))
            .filter(decisions::id.ne_all(known))
            .order(decisions::id)
            .select((
                decisions::id,
                decisions::record_id,
                decisions::effective_on,
                decisions::detail,
            ))
            .load(conn)?;
        for (decision, record, from, detail) in &older {
            let detail = serde_json::from_str(detail).unwrap_or_default();
            let Some(until) = until(&detail) else {
                continue;
            };
            let bar = Bar {
                decision,
                record,
                from: *from,
                until,
            };
            self.keep_bar(conn, &bar)?;
        }
        set_counter(conn, FILLED, 1)?;
        Ok(())
    }
}

impl Tx<'_> {
    /// The first day on which a subject may apply for a repair again, as far as it is barred on a day.
    ///
    /// # Errors
    /// Those of the database; a record of an older bar that does not open.
    pub(in crate::inside) fn barred_until(
        &mut self,
        subject: &RawSubject,
        on: NaiveDate,
    ) -> Result<Option<NaiveDate>, VaultError> {
        self.vault.fill_bars(self.conn)?;
        let Some(key) = self.vault.numbered_key(subject) else {
            return Ok(None);
        };
        let last: Option<NaiveDate> = repair_bars::table
            .filter(repair_bars::subject_key.eq(key))
            .filter(repair_bars::barred_from.le(on))
            .filter(repair_bars::barred_until.gt(on))
            .select(diesel::dsl::max(repair_bars::barred_until))
            .first(self.conn)?;
        Ok(last)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::base::crypto::{KeyRing, KeyScope};
    use crate::base::db::testing::Scratch;
    use crate::domain::time::{Moment, day_start};
    use crate::inside::cases::tests::penalty;
    use crate::inside::raw::{RawRecord, RawText};
    use crate::inside::vault::{BatchMode, NewBatch};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn now() -> Moment {
        day_start(day("2026-08-03"))
    }

    fn each(test: impl Fn(&Vault)) {
        Scratch::each(|url| {
            let dir = tempfile::tempdir().unwrap();
            KeyRing::create(dir.path()).unwrap();
            let ring = KeyRing::load(dir.path(), KeyScope::Inside).unwrap();
            test(&Vault::open(url, ring.into_inside().unwrap().0).unwrap());
        });
    }

    fn put(vault: &Vault, records: &[RawRecord]) {
        let new = NewBatch {
            list: "penalty".into(),
            provider_code: "11350200004123454P".into(),
            file_name: "处罚.csv".into(),
            file_sha256: "00".repeat(32),
            mode: BatchMode::Append,
        };
        let batch = vault.begin_batch(&new, now()).unwrap();
        vault.put_records(&batch, records, now()).unwrap();
    }

    fn reinstate(vault: &Vault, record: &RawRecord, detail: serde_json::Value) {
        let id = vault.record_id(record);
        let new = NewDecision {
            record_id: &id,
            kind: DecisionKind::Reinstated,
            effective_on: day("2026-09-01"),
            actor: "officer",
            reference: "XF-1",
            detail,
        };
        vault.decide(&new, now()).unwrap();
    }

    fn barred(vault: &Vault, record: &RawRecord, on: &str) -> Option<NaiveDate> {
        vault
            .transact(|tx| tx.barred_until(&record.subject, day(on)))
            .unwrap()
    }

    fn person(record: &mut RawRecord, number: Option<&str>) {
        record.subject.credit_code = None;
        record.subject.name = RawText::new("张三");
        record.subject.identity = number.map(|n| ("01".to_owned(), RawText::new(n)));
    }

    #[test]
    fn a_bar_holds_for_the_subject_by_its_number_from_day_to_day() {
        each(|vault| {
            let other =
                |r: &mut RawRecord| r.subject.credit_code = Some("12320100466000010A".into());
            let records = [penalty(1, |_| {}), penalty(2, |_| {}), penalty(3, other)];
            put(vault, &records);
            reinstate(vault, &records[0], json!({ "barred_until": "2029-09-01" }));
            let until = Some(day("2029-09-01"));
            for record in &records[..2] {
                assert_eq!(barred(vault, record, "2026-08-31"), None);
                assert_eq!(barred(vault, record, "2026-09-01"), until);
                assert_eq!(barred(vault, record, "2029-08-31"), until);
                assert_eq!(barred(vault, record, "2029-09-01"), None);
            }
            assert_eq!(barred(vault, &records[2], "2026-09-01"), None);
            // a decision that was reversed bars nobody
            reinstate(vault, &records[2], json!({ "reversed": true }));
            assert_eq!(barred(vault, &records[2], "2026-09-01"), None);
        });
    }

    #[test]
    fn a_namesake_is_somebody_else() {
        each(|vault| {
            let zhang = |number: u32, id: Option<&'static str>| penalty(number, |r| person(r, id));
            let one = zhang(1, Some("11010519491231002X"));
            let same = zhang(2, Some("11010519491231002X"));
            let other = zhang(3, Some("440524188001010014"));
            let unnumbered = [zhang(4, None), zhang(5, None)];
            put(
                vault,
                &[zhang(1, Some("11010519491231002X")), zhang(4, None)],
            );
            reinstate(vault, &one, json!({ "barred_until": "2029-09-01" }));
            reinstate(
                vault,
                &unnumbered[0],
                json!({ "barred_until": "2029-09-01" }),
            );
            assert!(barred(vault, &same, "2026-10-01").is_some());
            assert_eq!(barred(vault, &other, "2026-10-01"), None);
            for record in &unnumbered {
                assert_eq!(barred(vault, record, "2026-10-01"), None);
            }
        });
    }

    /// A vault whose decisions are older than the table of bars.
    #[test]
    fn decisions_from_before_are_looked_through_once() {
        each(|vault| {
            let records = [penalty(1, |_| {}), penalty(2, |_| {})];
            put(vault, &records);
            reinstate(vault, &records[0], json!({ "barred_until": "2029-09-01" }));
            let forget = |conn: &mut Conn| -> Result<(), VaultError> {
                diesel::delete(repair_bars::table).execute(conn)?;
                Ok(())
            };
            vault.db.write(forget).unwrap();
            assert!(barred(vault, &records[1], "2026-10-01").is_some());
            vault.db.write(forget).unwrap();
            assert!(barred(vault, &records[1], "2026-10-01").is_none());
        });
    }
}
