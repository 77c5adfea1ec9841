//! The vault on every engine at hand.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeZone, Utc};
use diesel::RunQueryDsl;
use proptest::prelude::*;
use serde_json::json;

use super::place::BEFORE;
use super::*;
use crate::base::crypto::{KeyRing, KeyScope};
use crate::base::db::on_each;
use crate::base::db::testing::Scratch;
use crate::domain::kinds::{Domain, Severity, SubjectKind};
use crate::domain::time::Moment;
use crate::inside::raw::{BasisDocument, Facts, Procedure, RawSubject, RawText};

fn date(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn moment(n: i64) -> Moment {
    Utc.timestamp_millis_opt(1_780_000_000_000 + n).unwrap()
}

fn keys() -> InsideKeys {
    let dir = tempfile::tempdir().unwrap();
    KeyRing::create(dir.path()).unwrap();
    let ring = KeyRing::load(dir.path(), KeyScope::Inside).unwrap();
    ring.into_inside().unwrap().0
}

fn each(test: impl Fn(&Vault)) {
    Scratch::each(|url| test(&Vault::open(url, keys()).unwrap()));
}

fn raw(number: u32, text: &str) -> RawRecord {
    RawRecord {
        list: "penalty".to_owned(),
        subject: RawSubject {
            kind: SubjectKind::NaturalPerson,
            name: RawText::new("测试张三"),
            credit_code: None,
            identity: Some(("身份证".to_owned(), RawText::new("110101199003074231"))),
        },
        document_number: format!("大高新罚〔2026〕{number}号"),
        authority_name: "大连高新区市场监督管理局".to_owned(),
        authority_code: "11210231MB0000001A".to_owned(),
        provider_name: "大连高新区".to_owned(),
        provider_code: "11210231MB0000002B".to_owned(),
        region: "210231".to_owned(),
        decided_on: date(5, 1),
        basis_document: BasisDocument {
            kind: "行政处罚决定书".to_owned(),
            number: format!("大高新罚〔2026〕{number}号"),
            date: Some(date(5, 1)),
            authority: "大连高新区市场监督管理局".to_owned(),
            status: String::new(),
        },
        facts: Facts {
            procedure: Some(Procedure::Ordinary),
            severity: Some(Severity::General),
            domain: Some(Domain::Food),
            penalty_kinds: vec!["罚款".to_owned(), "没收".to_owned()],
            fine_micro_wan: Some(1_500_000),
            confiscation_micro_wan: Some(1),
            is_minor: true,
            flags: vec!["privacy".to_owned()],
            valid_from: Some(date(1, 1)),
            valid_until: Some(date(12, 31)),
            long_term: true,
            display_until_supplied: Some(date(8, 1)),
            licence_status: Some("valid".to_owned()),
            performed_on: Some(date(6, 1)),
            final_on: Some(date(7, 1)),
            statutory_publication: Some("食品安全法".to_owned()),
            hold_at_max: Some("文号1".to_owned()),
            repaired_on: Some(date(9, 1)),
            exited: Some((date(9, 2), "repaired".to_owned())),
            consent: Some("同意书1".to_owned()),
        },
        fields: BTreeMap::from([
            ("violation_facts".to_owned(), RawText::new(text)),
            ("empty".to_owned(), RawText::new("")),
        ]),
    }
}

fn new_batch(mode: BatchMode) -> NewBatch {
    NewBatch {
        list: "penalty".to_owned(),
        provider_code: "11210231MB0000002B".to_owned(),
        file_name: "处罚.csv".to_owned(),
        file_sha256: "00".repeat(32),
        mode,
    }
}

impl Vault {
    /// Prepares and puts records: [`Vault::prepare`] and [`Vault::put`] in one, for small numbers.
    ///
    /// # Errors
    /// Those of the two.
    pub(in crate::inside) fn put_records(
        &self,
        batch: &Batch,
        records: &[RawRecord],
        at: Moment,
    ) -> Result<Vec<Put>, VaultError> {
        let prepared: Vec<Prepared> = records
            .iter()
            .map(|record| self.prepare(record))
            .collect::<Result<_, _>>()?;
        self.put(batch, &prepared, at)
    }

    /// Records changed after a change number, opened.
    ///
    /// # Errors
    /// Those of the database; a value that does not open.
    pub(in crate::inside) fn to_publish(
        &self,
        after_change_seq: i64,
        limit: usize,
    ) -> Result<Vec<VaultRow>, VaultError> {
        self.open_all(self.changed_sealed(after_change_seq, limit)?)
    }

    /// Records due on a civil date or before, opened, after a place in the queue.
    ///
    /// # Errors
    /// Those of the database; a value that does not open.
    pub(in crate::inside) fn due(
        &self,
        today: NaiveDate,
        after: Option<DueCursor>,
        limit: usize,
    ) -> Result<Vec<VaultRow>, VaultError> {
        self.open_all(self.due_sealed(today, after, limit)?)
    }
}

/// Every value of a record as text, to compare two of them.
fn all_of(record: &RawRecord) -> String {
    let fields: Vec<(&str, &str)> = record
        .fields
        .iter()
        .map(|(k, v)| (k.as_str(), v.expose()))
        .collect();
    let identity = record.subject.identity.as_ref();
    format!(
        "{} {:?} {} {:?} {:?} {} {} {} {} {} {} {} {:?} {:?} {fields:?}",
        record.list,
        record.subject.kind,
        record.subject.name.expose(),
        record.subject.credit_code,
        identity.map(|(k, n)| (k, n.expose())),
        record.document_number,
        record.authority_name,
        record.authority_code,
        record.provider_name,
        record.provider_code,
        record.region,
        record.decided_on,
        record.basis_document,
        record.facts,
    )
}

#[test]
fn a_record_comes_out_as_it_went_in() {
    each(|vault| {
        let batch = vault
            .begin_batch(&new_batch(BatchMode::Append), moment(0))
            .unwrap();
        let record = raw(1, "当事人于2026年…\n「违法」\"事实\" 𠮷");
        let put = vault
            .put_records(&batch, std::slice::from_ref(&record), moment(1))
            .unwrap();
        assert_eq!(put, [Put::Added]);
        let rows = vault.to_publish(0, 10).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(all_of(&rows[0].record), all_of(&record));
        assert_eq!(rows[0].id, vault.record_id(&record));
        assert_eq!(rows[0].state, RecordState::Current);
        assert_eq!((&rows[0].verdict, rows[0].displayed_from), (&None, None));
        let got = vault.get(&rows[0].id).unwrap().unwrap();
        assert_eq!(all_of(&got.record), all_of(&record));
        assert!(vault.get("nosuch").unwrap().is_none());
    });
}

#[test]
fn an_empty_record_is_encoded_and_read_alike() {
    let mut record = raw(1, "");
    record.facts = Facts::default();
    record.basis_document = BasisDocument::default();
    record.fields.clear();
    record.subject.identity = None;
    record.subject.credit_code = Some("91210231MA0000001A".to_owned());
    let bytes = codec::encode(&record).unwrap();
    assert_eq!(
        all_of(&codec::decode("x", &bytes).unwrap()),
        all_of(&record)
    );
}

proptest! {
    #[test]
    fn any_text_survives_the_codec(text in "\\PC{0,4000}", name in any::<String>(), fine in any::<Option<i64>>()) {
        let mut record = raw(1, &text);
        record.subject.name = RawText::new(name);
        record.facts.fine_micro_wan = fine;
        let bytes = codec::encode(&record).unwrap();
        let back = codec::decode("x", &bytes).unwrap();
        prop_assert_eq!(all_of(&back), all_of(&record));
        prop_assert_eq!(codec::encode(&back).unwrap(), bytes, "canonical");
    }
}

#[test]
fn the_error_of_a_payload_quotes_nothing() {
    let refused = codec::decode("x", br#"{"list":"110101199003074231"}"#).unwrap_err();
    assert!(!format!("{refused} {refused:?}").contains("110101"));
}

#[test]
fn nothing_raw_lies_in_the_file() {
    let scratch = Scratch::sqlite();
    let vault = Vault::open(&scratch.url, keys()).unwrap();
    let batch = vault
        .begin_batch(&new_batch(BatchMode::Append), moment(0))
        .unwrap();
    vault
        .put_records(&batch, &[raw(1, "暗号甲乙丙丁")], moment(1))
        .unwrap();
    let id = vault.to_publish(0, 1).unwrap().remove(0).id;
    let review = NewReview {
        record_id: &id,
        authority_code: "11210200MB0000000X",
        field: "violation_facts",
        text: "暗号甲乙丙丁",
        proposal: "暗号甲乙**",
        doubts: &json!([{"kind": "name", "at": 3}]),
    };
    vault.open_reviews(&[review], moment(2)).unwrap();
    let path = scratch.url.path().unwrap();
    let mut bytes = std::fs::read(path).unwrap();
    bytes.extend(std::fs::read(path.with_extension("db-wal")).unwrap_or_default());
    for secret in ["测试张三", "110101199003074231", "暗号甲乙", "大高新罚"] {
        let found = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
        assert!(!found, "{secret} lies in the file");
    }
}

#[test]
fn a_payload_is_packed_before_it_is_sealed() {
    each(|vault| {
        let record = raw(1, &"当事人未取得许可证擅自经营。".repeat(20));
        let plain = codec::encode(&record).unwrap().len();
        let sealed = vault.prepare(&record).unwrap().payload.len();
        assert!(sealed * 2 < plain, "{sealed} of {plain}");
    });
}

/// Records that were there before there were places are found where they lie, and stay there.
#[test]
fn a_record_from_before_there_were_places_is_the_same_record() {
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    each(|vault| {
        let batch = vault
            .begin_batch(&new_batch(BatchMode::Append), moment(0))
            .unwrap();
        let put = |records: &[RawRecord]| vault.put_records(&batch, records, moment(1)).unwrap();
        assert_eq!(put(&[raw(1, "一"), raw(2, "二")]), [Put::Added; 2]);
        vault
            .db
            .write(|conn| -> Result<(), VaultError> {
                let back = format!("UPDATE raw_records SET place = {BEFORE} WHERE num = 1");
                let query = diesel::sql_query(back);
                on_each!(conn, c => query.execute(c))?;
                Ok(())
            })
            .unwrap();
        assert_eq!(put(&[raw(1, "一"), raw(2, "二")]), [Put::Unchanged; 2]);
        assert_eq!(put(&[raw(1, "甲"), raw(2, "乙")]), [Put::Changed; 2]);
        for n in [1, 2] {
            let id = vault.record_id(&raw(n, "一"));
            assert_eq!(vault.get(&id).unwrap().unwrap().num, i64::from(n));
        }
        let query = diesel::sql_query("SELECT count(*) AS n FROM raw_records");
        let rows: Vec<Count> = vault
            .db
            .read(|conn| -> Result<_, VaultError> { Ok(on_each!(conn, c => query.load(c))?) })
            .unwrap();
        assert_eq!(rows[0].n, 2);
    });
}

/// A look-up by ids asks at a few places of the index, and never looks through it.
#[test]
fn records_are_found_by_place_and_id() {
    #[derive(diesel::QueryableByName)]
    struct Step {
        #[diesel(sql_type = diesel::sql_types::Text)]
        detail: String,
    }
    let scratch = Scratch::sqlite();
    let vault = Vault::open(&scratch.url, keys()).unwrap();
    let plan = vault
        .db
        .read(|conn| -> Result<Vec<Step>, VaultError> {
            let query = diesel::sql_query(
                "EXPLAIN QUERY PLAN SELECT num FROM raw_records WHERE place IN (3, 64) AND id IN ('a', 'b', 'c')",
            );
            Ok(on_each!(conn, c => query.load(c))?)
        })
        .unwrap();
    let found = |step: &Step| step.detail.contains("raw_records_id (place=? AND id=?)");
    assert!(plan.iter().any(found));
}

#[test]
fn importing_again_changes_nothing() {
    each(|vault| {
        let batch = vault
            .begin_batch(&new_batch(BatchMode::Append), moment(0))
            .unwrap();
        let all = [raw(1, "一"), raw(2, "二"), raw(3, "三")];
        let put = vault.put_records(&batch, &all, moment(1)).unwrap();
        assert_eq!(put, [Put::Added; 3]);
        assert_eq!(vault.change_seq().unwrap(), 3);
        let again = vault
            .begin_batch(&new_batch(BatchMode::Append), moment(2))
            .unwrap();
        let put = vault.put_records(&again, &all, moment(3)).unwrap();
        assert_eq!(put, [Put::Unchanged; 3]);
        assert_eq!(vault.change_seq().unwrap(), 3);
        let put = vault
            .put_records(&again, &[raw(2, "二改")], moment(4))
            .unwrap();
        assert_eq!(put, [Put::Changed]);
        let changed = vault.to_publish(3, 10).unwrap();
        assert_eq!(changed.len(), 1);
        assert_eq!(changed[0].change_seq, 4);
        assert_eq!(changed[0].record.fields["violation_facts"].expose(), "二改");
        assert_eq!(vault.put(&batch, &[], moment(5)).unwrap(), []);
    });
}

#[test]
fn one_record_twice_in_a_call_is_handled_in_order() {
    each(|vault| {
        let batch = vault
            .begin_batch(&new_batch(BatchMode::Append), moment(0))
            .unwrap();
        let all = [raw(1, "一"), raw(1, "一"), raw(1, "一改"), raw(2, "二")];
        let put = vault.put_records(&batch, &all, moment(1)).unwrap();
        assert_eq!(put, [Put::Added, Put::Unchanged, Put::Changed, Put::Added]);
        let rows = vault.scan(0, 10).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].record.fields["violation_facts"].expose(), "一改");
        let put = vault.put_records(
            &batch,
            &[raw(2, "二"), raw(2, "二改"), raw(2, "二")],
            moment(2),
        );
        assert_eq!(put.unwrap(), [Put::Unchanged, Put::Changed, Put::Changed]);
    });
}

#[test]
fn a_complete_file_withdraws_what_it_lacks() {
    each(|vault| {
        let first = vault
            .begin_batch(&new_batch(BatchMode::Replace), moment(0))
            .unwrap();
        vault
            .put_records(
                &first,
                &[raw(1, "一"), raw(2, "二"), raw(3, "三")],
                moment(1),
            )
            .unwrap();
        let mut foreign = raw(9, "外");
        foreign.provider_code = "11210231MB0000009Z".to_owned();
        vault.put_records(&first, &[foreign], moment(1)).unwrap();
        let (list, provider) = ("penalty", "11210231MB0000002B");
        assert_eq!(vault.withdraw_missing(list, provider, &first).unwrap(), 0);

        let second = vault
            .begin_batch(&new_batch(BatchMode::Replace), moment(2))
            .unwrap();
        vault
            .put_records(&second, &[raw(1, "一"), raw(4, "四")], moment(3))
            .unwrap();
        let seq = vault.change_seq().unwrap();
        assert_eq!(vault.withdraw_missing(list, provider, &second).unwrap(), 2);
        let changed = vault.to_publish(seq, 10).unwrap();
        assert_eq!(changed.len(), 2);
        assert!(changed.iter().all(|row| row.state == RecordState::Removed));
        assert!(
            changed[0].change_seq < changed[1].change_seq,
            "each a change of its own"
        );
        assert_eq!(vault.withdraw_missing(list, provider, &second).unwrap(), 0);

        // it comes back unchanged: that is a change
        let third = vault
            .begin_batch(&new_batch(BatchMode::Append), moment(4))
            .unwrap();
        let put = vault
            .put_records(&third, &[raw(2, "二")], moment(5))
            .unwrap();
        assert_eq!(put, [Put::Changed]);
        let back = vault.get(&vault.record_id(&raw(2, "二"))).unwrap().unwrap();
        assert_eq!(back.state, RecordState::Current);
        vault
            .finish_batch(&third, BatchCounts::default(), moment(6))
            .unwrap();
    });
}

#[test]
fn marks_stay_apart_and_the_first_day_of_display_stays() {
    each(|vault| {
        let batch = vault
            .begin_batch(&new_batch(BatchMode::Append), moment(0))
            .unwrap();
        vault
            .put_records(
                &batch,
                &[raw(1, "一"), raw(2, "二"), raw(3, "三")],
                moment(1),
            )
            .unwrap();
        let rows = vault.to_publish(0, 10).unwrap();
        let marks = [
            Marked::new(&rows[0], "published", Some(date(5, 2)), Some(date(8, 1))),
            Marked::new(&rows[1], "withheld:MINOR", None, None),
            Marked::new(&rows[2], "published", Some(date(5, 2)), Some(date(7, 1))),
        ];
        vault.mark(&marks, Some(3)).unwrap();
        assert_eq!(vault.publish_cursor().unwrap(), 3);
        assert_eq!(vault.change_seq().unwrap(), 3, "marking is no change");
        let due = |today, after, limit| vault.due(today, after, limit).unwrap();
        assert_eq!(due(date(6, 30), None, 10).len(), 0);
        assert_eq!(due(date(7, 1), None, 10)[0].num, rows[2].num);
        let sealed = vault.due_sealed(date(8, 1), None, 1).unwrap();
        let next = due(date(8, 1), sealed[0].due_cursor(), 10);
        assert_eq!(
            next.iter().map(|r| r.num).collect::<Vec<_>>(),
            [rows[0].num]
        );

        let later = [
            Marked::new(&rows[0], "ended:expired", Some(date(9, 9)), None),
            Marked::new(&rows[0], "ended:repaired", Some(date(9, 9)), None),
        ];
        vault.mark(&later, Some(2)).unwrap();
        assert_eq!(vault.publish_cursor().unwrap(), 3, "never back");
        let row = vault.get(&rows[0].id).unwrap().unwrap();
        assert_eq!(row.displayed_from, Some(date(5, 2)), "set once");
        assert_eq!(
            row.verdict.as_deref(),
            Some("ended:repaired"),
            "the last mark counts"
        );
        assert_eq!(row.next_due, None);
        let counts = vault.verdict_counts().unwrap();
        assert_eq!(counts.len(), 3);
        vault.reset_publish_cursor().unwrap();
        assert_eq!(vault.publish_cursor().unwrap(), 0);
        // a change of the content keeps the mark
        vault
            .put_records(&batch, &[raw(1, "一改")], moment(2))
            .unwrap();
        let row = vault.get(&rows[0].id).unwrap().unwrap();
        assert_eq!(row.displayed_from, Some(date(5, 2)));
    });
}

#[test]
fn a_decision_is_a_change_and_is_read_in_order() {
    each(|vault| {
        let batch = vault
            .begin_batch(&new_batch(BatchMode::Append), moment(0))
            .unwrap();
        vault
            .put_records(&batch, &[raw(1, "一"), raw(2, "二")], moment(1))
            .unwrap();
        let id = vault.record_id(&raw(1, "一"));
        let new = |kind| NewDecision {
            record_id: &id,
            kind,
            effective_on: date(6, 1),
            actor: "officer:1",
            reference: "大高新修〔2026〕1号",
            detail: json!({"note": "x"}),
        };
        let kinds = [
            DecisionKind::Suspended,
            DecisionKind::Resumed,
            DecisionKind::Repaired,
        ];
        for kind in kinds {
            // within one millisecond
            vault.decide(&new(kind), moment(5)).unwrap();
        }
        let rows = vault.to_publish(2, 10).unwrap();
        assert_eq!(rows.len(), 1);
        let read: Vec<DecisionKind> = rows[0].decisions.iter().map(|d| d.kind).collect();
        assert_eq!(read, kinds);
        assert_eq!(rows[0].decisions[0].detail, json!({"note": "x"}));
        assert_eq!(rows[0].decisions[0].at, moment(5));
        let unknown = NewDecision {
            record_id: "nosuch",
            ..new(DecisionKind::Repaired)
        };
        let seq = vault.change_seq().unwrap();
        assert!(matches!(
            vault.decide(&unknown, moment(6)),
            Err(VaultError::UnknownRecord { .. })
        ));
        assert_eq!(vault.change_seq().unwrap(), seq, "rolled back whole");
        assert_eq!(vault.verify_audit().unwrap().entries, 3);
    });
}

#[test]
fn an_approval_holds_for_its_text_only() {
    each(|vault| {
        let batch = vault
            .begin_batch(&new_batch(BatchMode::Append), moment(0))
            .unwrap();
        vault
            .put_records(&batch, &[raw(1, "一")], moment(1))
            .unwrap();
        let id = vault.record_id(&raw(1, "一"));
        let doubts = json!([]);
        let open = |text: &'static str| {
            let review = NewReview {
                record_id: &id,
                authority_code: "11210200MB0000000X",
                field: "violation_facts",
                text,
                proposal: "某某",
                doubts: &doubts,
            };
            vault.open_reviews(&[review], moment(2)).unwrap()
        };
        assert_eq!(open("一"), 1);
        assert_eq!(open("一"), 0);
        let listed = vault.reviews(ReviewState::Open, None, 10).unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].proposal.expose(), "某某");
        assert_eq!(
            listed[0].text_hash,
            vault.text_hash(&id, "violation_facts", "一")
        );
        let place = (listed[0].record_id.as_str(), listed[0].field.as_str());
        assert_eq!(
            vault
                .reviews(ReviewState::Open, Some(place), 10)
                .unwrap()
                .len(),
            0
        );

        let seq = vault.change_seq().unwrap();
        let approve = |hash: Option<&str>| {
            vault.decide_review(
                &id,
                "violation_facts",
                hash,
                ReviewState::Approved,
                "officer:1",
                moment(3),
            )
        };
        assert!(matches!(
            approve(Some("stale")),
            Err(VaultError::UnknownReview { .. })
        ));
        approve(Some(&listed[0].text_hash)).unwrap();
        let rows = vault.to_publish(seq, 10).unwrap();
        assert_eq!(rows.len(), 1, "the record is decided again");
        assert_eq!(rows[0].reviews[0].state, ReviewState::Approved);
        assert_eq!(rows[0].reviews[0].decided_by.as_deref(), Some("officer:1"));
        assert_eq!(open("一"), 0, "the same text stays approved");
        assert_eq!(open("一改"), 1, "another text is open again");
        let row = vault.get(&id).unwrap().unwrap();
        assert_eq!(row.reviews[0].state, ReviewState::Open);
        assert_eq!(row.reviews[0].decided_at, None);
        assert_eq!(vault.review_count(ReviewState::Open).unwrap(), 1);
        assert_eq!(vault.verify_audit().unwrap().entries, 1);
    });
}

fn execute(vault: &Vault, sql: &str) -> Result<usize, VaultError> {
    use diesel::prelude::*;
    vault.db.write(|conn| {
        let query = diesel::sql_query(sql);
        Ok(on_each!(conn, c => query.execute(c))?)
    })
}

#[test]
fn the_audit_log_shows_what_was_done_to_it() {
    each(|vault| {
        assert_eq!(vault.verify_audit().unwrap(), AuditState::default());
        for n in 0..5 {
            vault
                .audit(moment(n), "officer:1", "login", "desk", "")
                .unwrap();
        }
        let state = vault.verify_audit().unwrap();
        assert_eq!(state.entries, 5);
        assert_eq!(vault.audit_entries(3, 10).unwrap().len(), 2);
        // the database itself refuses
        assert!(execute(vault, "UPDATE audit SET actor = 'x' WHERE seq = 3").is_err());
        assert!(execute(vault, "DELETE FROM audit WHERE seq = 5").is_err());
        // and who takes that away is still seen
        let (off, trigger) = match vault.db.url() {
            DbUrl::Sqlite(_) => ("DROP TRIGGER audit_no_update", "sqlite"),
            DbUrl::Postgres(_) => ("DROP TRIGGER audit_no_change ON audit", "postgres"),
        };
        execute(vault, off).unwrap();
        execute(vault, "UPDATE audit SET actor = 'x' WHERE seq = 3").unwrap();
        assert!(
            matches!(
                vault.verify_audit(),
                Err(VaultError::AuditBroken { seq: 3 })
            ),
            "{trigger}"
        );
        execute(vault, "UPDATE audit SET actor = 'officer:1' WHERE seq = 3").unwrap();
        assert_eq!(vault.verify_audit().unwrap(), state);
        execute(vault, "UPDATE audit SET seq = 9 WHERE seq = 2").unwrap();
        assert!(matches!(
            vault.verify_audit(),
            Err(VaultError::AuditBroken { seq: 2 })
        ));
    });
}

#[test]
fn a_payload_moved_to_another_row_does_not_open() {
    each(|vault| {
        let batch = vault
            .begin_batch(&new_batch(BatchMode::Append), moment(0))
            .unwrap();
        vault
            .put_records(&batch, &[raw(1, "一"), raw(2, "二")], moment(1))
            .unwrap();
        execute(
            vault,
            "UPDATE raw_records SET payload = (SELECT payload FROM raw_records WHERE num = 1) WHERE num = 2",
        )
        .unwrap();
        let refused = vault.scan(0, 10);
        assert!(matches!(
            refused,
            Err(VaultError::Cell {
                column: "payload",
                ..
            })
        ));
    });
}

#[test]
fn the_subject_key_is_code_then_identity_then_name() {
    let scratch = Scratch::sqlite();
    let vault = Vault::open(&scratch.url, keys()).unwrap();
    let id = |change: &dyn Fn(&mut RawRecord)| {
        let mut record = raw(1, "一");
        change(&mut record);
        vault.record_id(&record)
    };
    let plain = id(&|_| {});
    assert_eq!(plain.len(), 20);
    assert_eq!(
        plain,
        id(&|r| r.subject.name = RawText::new("另名")),
        "identity stands for the person"
    );
    assert_eq!(plain, id(&|r| r.fields.clear()));
    assert_ne!(plain, id(&|r| r.subject.identity = None));
    let coded = id(&|r| r.subject.credit_code = Some("91210231MA0000001A".to_owned()));
    assert_ne!(plain, coded);
    assert_ne!(plain, id(&|r| r.document_number.push('x')));
}
