//! What followers and feeds read, and what a mirror writes, on every engine at hand.

use chrono::{Days, NaiveDate};

use super::*;
use crate::base::db::testing::Scratch;
use crate::domain::kinds::SubjectKind;
use crate::domain::time::day_start;
use crate::record::RecordParts;

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 5, 1).unwrap() + Days::new(n)
}

fn moment(n: u64) -> Moment {
    day_start(day(n))
}

fn parts(n: u32, kind: SubjectKind, until: Option<u64>) -> RecordParts {
    RecordParts {
        id: format!("{n:020}"),
        list: if n.is_multiple_of(2) { "even" } else { "odd" }.to_owned(),
        subject_kind: kind,
        subject_name: format!("大连示例{n}有限公司"),
        name_masked: false,
        credit_code: None,
        other_codes: vec![],
        person_keys: vec![],
        document_number: format!("大高新罚〔2026〕{n}号"),
        authority_name: "大连高新区市场监督管理局".to_owned(),
        authority_code: format!("A{}", n % 3),
        provider_name: "大连高新区".to_owned(),
        provider_code: "11210231MB0000002B".to_owned(),
        region: if n < 4 { "210231" } else { "350203" }.to_owned(),
        decided_on: day(0),
        displayed_from: day(0),
        displayed_until: until.map(day),
        severity: None,
        earliest_repair: None,
        measures_until: None,
        notes: vec![],
        rule: "R36.general".to_owned(),
        rule_source: "信用修复管理办法".to_owned(),
        catalogue: "national@2026.1".to_owned(),
        masking: 1,
        fields: vec![],
    }
}

fn release(store: &PublicStore, at: u64, upserts: &[RecordParts], gone: &[(String, Why)]) {
    let upserts: Vec<PublicRecord> = upserts
        .iter()
        .cloned()
        .map(PublicRecord::restored)
        .collect();
    store.release(moment(at), "c", 1, &upserts, gone).unwrap();
}

fn filled(store: &PublicStore) {
    let legal = SubjectKind::LegalPerson;
    release(
        store,
        0,
        &[
            parts(1, legal, Some(5)),
            parts(2, legal, None),
            parts(3, SubjectKind::NaturalPerson, Some(5)),
            parts(4, SubjectKind::IndividualBusiness, Some(9)),
        ],
        &[],
    );
    release(
        store,
        1,
        &[
            parts(5, SubjectKind::UnincorporatedOrg, Some(7)),
            parts(6, legal, Some(3)),
        ],
        &[],
    );
    release(store, 2, &[], &[(parts(6, legal, None).id, Why::Repaired)]);
}

#[test]
fn the_state_and_what_has_ended_go_by_the_day() {
    Scratch::each(|url| {
        let store = PublicStore::open(url).unwrap();
        assert_eq!(
            store.state_sum(day(0), |_, _| true).unwrap(),
            StateSum::default()
        );
        assert_eq!(store.ended(day(99), |_, _| true).unwrap(), []);
        filled(&store);
        let mut expected = StateSum {
            seq: 7,
            ..StateSum::default()
        };
        for (n, seq) in [(1, 1), (2, 2), (4, 4), (5, 5)] {
            expected.add(&format!("{n:020}"), seq);
        }
        let organisations = |_: &str, kind: &str| kind != SubjectKind::NaturalPerson.code();
        assert_eq!(store.state_sum(day(4), organisations).unwrap(), expected);
        assert_eq!(store.state_sum(day(4), |_, _| true).unwrap().count, 5);
        assert_eq!(store.state_sum(day(5), |_, _| true).unwrap().count, 3);
        assert_eq!(store.ended(day(4), |_, _| true).unwrap(), []);
        let ended: Vec<Ended> = vec![Ended {
            id: format!("{:020}", 1),
            on: day(5),
        }];
        assert_eq!(store.ended(day(5), organisations).unwrap(), ended);
        assert_eq!(store.ended(day(7), |_, _| true).unwrap().len(), 3);
        release(&store, 5, &[], &[(format!("{:020}", 1), Why::Expired)]);
        assert_eq!(store.ended(day(5), organisations).unwrap(), []);
    });
}

#[test]
fn feeds_hold_organisations_newest_first_and_what_was_taken_back() {
    Scratch::each(|url| {
        let store = PublicStore::open(url).unwrap();
        filled(&store);
        let newest = |of: Of, today: u64, limit: usize| -> Vec<(String, Moment)> {
            let found = store.newest(&of, day(today), limit).unwrap();
            found
                .into_iter()
                .map(|e| (e.stored.record.id.trim_start_matches('0').to_owned(), e.at))
                .collect()
        };
        let told = |all: &[(&str, u64)]| -> Vec<(String, Moment)> {
            all.iter()
                .map(|(id, at)| ((*id).to_owned(), moment(*at)))
                .collect()
        };
        assert_eq!(newest(Of::All, 2, 9), told(&[("5", 1), ("2", 0), ("1", 0)]));
        assert_eq!(newest(Of::All, 2, 1), told(&[("5", 1)]));
        assert_eq!(newest(Of::All, 7, 9), told(&[("2", 0)]));
        assert_eq!(
            newest(Of::List("odd".into()), 2, 9),
            told(&[("5", 1), ("1", 0)])
        );
        assert_eq!(newest(Of::Region("35".into()), 2, 9), told(&[("5", 1)]));
        assert_eq!(newest(Of::Region(String::new()), 2, 9).len(), 3);
        assert_eq!(
            newest(Of::Authority("A2".into()), 2, 9),
            told(&[("5", 1), ("2", 0)])
        );
        let gone = Withdrawal {
            id: format!("{:020}", 6),
            seq: 7,
            at: moment(2),
            why: Why::Repaired,
        };
        assert_eq!(store.withdrawals(0, 9).unwrap(), (vec![gone.clone()], 7));
        assert_eq!(store.withdrawals(7, 9).unwrap(), (vec![], 7));
        assert_eq!(store.last_withdrawals(9).unwrap(), [gone]);
    });
}

#[test]
fn a_copy_keeps_the_numbers_of_its_origin() {
    Scratch::each(|url| {
        let store = PublicStore::open(url).unwrap();
        let legal = SubjectKind::LegalPerson;
        let show = |seq: i64, n: u32| Copied {
            seq,
            what: Copy::Record(Box::new(parts(n, legal, Some(9)))),
        };
        let stone = |seq: i64, n: u32| Copied {
            seq,
            what: Copy::Tombstone {
                id: format!("{n:020}"),
                at: moment(1),
                why: Why::Delisted,
            },
        };
        assert!(matches!(
            store.copy(moment(0), &[show(3, 1)], 9),
            Err(StoreError::NoCopy)
        ));
        store.become_copy("http://portal.example").unwrap();
        assert_eq!(
            store.origin().unwrap().as_deref(),
            Some("http://portal.example")
        );
        store
            .copy(moment(0), &[show(3, 1), show(5, 2), stone(6, 7)], 9)
            .unwrap();
        let position = store.position().unwrap();
        assert_eq!(
            (position.seq, position.release, position.records),
            (9, 1, 2)
        );
        assert_eq!(
            store.find(&format!("{:020}", 7), day(1)).unwrap(),
            Found::Gone
        );
        // one is taken back, one comes back, one changes
        store
            .copy(moment(1), &[stone(10, 1), show(11, 7), show(12, 2)], 12)
            .unwrap();
        let rows: Vec<(i64, String)> = store
            .scan(0, 9)
            .unwrap()
            .into_iter()
            .map(|r| (r.seq, r.record.id.clone()))
            .collect();
        assert_eq!(
            rows,
            [(12, format!("{:020}", 2)), (11, format!("{:020}", 7))]
        );
        assert_eq!(store.position().unwrap().records, 2);
        let figures = store.figures(day(1)).unwrap();
        assert_eq!(figures.iter().map(|f| f.orgs.shown).sum::<i64>(), 2);
        let seqs: Vec<i64> = store
            .changes(0, 9, day(1))
            .unwrap()
            .iter()
            .map(|c| c.seq)
            .collect();
        assert_eq!(seqs, [10, 11, 12]);
        // the same record twice in a page is no page
        assert!(
            store
                .copy(moment(2), &[show(13, 2), stone(14, 2)], 14)
                .is_err()
        );
        assert_eq!(store.position().unwrap().seq, 12);

        // what was published here cannot become a copy
        let other = Scratch::sqlite();
        let other = PublicStore::open(&other.url).unwrap();
        release(&other, 0, &[parts(1, legal, None)], &[]);
        assert!(matches!(other.become_copy("x"), Err(StoreError::NotEmpty)));
    });
}

#[test]
#[ignore = "a measurement"]
#[expect(clippy::print_stderr, reason = "a measurement is printed")]
fn summing_up_many_records() {
    const MANY: u32 = 300_000;
    let scratch = Scratch::sqlite();
    let store = PublicStore::open(&scratch.url).unwrap();
    store.become_copy("http://portal.example").unwrap();
    let text = "当事人未按规定办理登记，擅自从事经营活动。".repeat(12);
    for chunk in (1..=MANY).collect::<Vec<_>>().chunks(10_000) {
        let rows: Vec<Copied> = chunk
            .iter()
            .map(|n| {
                let mut parts = parts(*n, SubjectKind::LegalPerson, Some(900));
                parts.rule_source.clone_from(&text);
                let seq = i64::from(*n);
                Copied {
                    seq,
                    what: Copy::Record(Box::new(parts)),
                }
            })
            .collect();
        let last = rows.last().unwrap().seq;
        store.copy(moment(0), &rows, last).unwrap();
    }
    for _ in 0..3 {
        let begun = std::time::Instant::now();
        let sum = store.state_sum(day(1), |_, _| true).unwrap();
        assert_eq!(sum.count, u64::from(MANY));
        eprintln!("summed {MANY} records in {:?}", begun.elapsed());
    }
}
