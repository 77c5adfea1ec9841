//! The store on every engine at hand, and against a model.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, TimeZone, Utc};
use proptest::prelude::*;

use super::*;
use crate::base::db::testing::Scratch;
use crate::domain::kinds::SubjectKind;
use crate::record::RecordParts;

pub(super) fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 5, 1).unwrap() + Days::new(n)
}

pub(super) fn moment(n: i64) -> Moment {
    Utc.timestamp_millis_opt(1_780_000_000_000 + n).unwrap()
}

pub(super) fn parts(id: &str, body: u32, from: u64, until: Option<u64>) -> RecordParts {
    RecordParts {
        id: id.to_owned(),
        list: "penalty".to_owned(),
        subject_kind: SubjectKind::LegalPerson,
        subject_name: format!("大连示例{body}有限公司"),
        name_masked: false,
        credit_code: Some("91210231MA0000001A".to_owned()),
        other_codes: vec![],
        person_keys: vec![],
        document_number: format!("大高新罚〔2026〕{body}号"),
        authority_name: "大连高新区市场监督管理局".to_owned(),
        authority_code: "11210231MB0000001A".to_owned(),
        provider_name: "大连高新区".to_owned(),
        provider_code: "11210231MB0000002B".to_owned(),
        region: "210231".to_owned(),
        decided_on: day(0) - Days::new(u64::from(body % 7)),
        displayed_from: day(from),
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

fn record(id: &str, body: u32) -> PublicRecord {
    PublicRecord::restored(parts(id, body, 0, Some(10)))
}

/// Twenty characters, as ids are.
pub(super) fn id(n: u32) -> String {
    format!("{n:020}")
}

#[test]
fn an_empty_store_stands_at_zero() {
    Scratch::each(|url| {
        let store = PublicStore::open(url).unwrap();
        assert_eq!(store.position().unwrap(), Position::default());
        assert_eq!(store.changes(0, 10, day(0)).unwrap(), []);
        assert_eq!(store.find(&id(1), day(0)).unwrap(), Found::Unknown);
        assert_eq!(store.figures(day(0)).unwrap(), []);
        assert_eq!(store.next_boundary(day(0)).unwrap(), None);
        let nothing = store.release(moment(0), "c", 1, &[], &[]).unwrap();
        assert_eq!(nothing, ReleaseDone::default());
        assert_eq!(store.releases(0, 10).unwrap(), []);
    });
}

#[test]
fn a_release_adds_changes_and_takes_back() {
    Scratch::each(|url| {
        let store = PublicStore::open(url).unwrap();
        let first = [record(&id(1), 1), record(&id(2), 2), record(&id(3), 3)];
        let done = store.release(moment(1), "c", 1, &first, &[]).unwrap();
        assert_eq!((done.number, done.seq_to, done.upserts), (1, 3, 3));

        let again = store.release(moment(2), "c", 1, &first, &[]).unwrap();
        assert_eq!((again.number, again.seq_to, again.unchanged), (1, 3, 3));
        assert_eq!(
            store.position().unwrap().release,
            1,
            "nothing to do is no release"
        );

        let gone = [(id(2), Why::Repaired), (id(9), Why::Withdrawn)];
        let done = store
            .release(moment(3), "c", 1, &[record(&id(1), 11)], &gone)
            .unwrap();
        assert_eq!((done.number, done.seq_to), (2, 5));
        assert_eq!((done.upserts, done.tombstones, done.unchanged), (1, 1, 1));

        let position = store.position().unwrap();
        assert_eq!((position.seq, position.records), (5, 2));
        assert_eq!(position.at, Some(moment(3)));
        assert_eq!(store.find(&id(2), day(1)).unwrap(), Found::Gone);
        assert_eq!(
            store.find(&id(9), day(1)).unwrap(),
            Found::Unknown,
            "what was never shown leaves no trace"
        );
        let changes = store.changes(0, 10, day(1)).unwrap();
        let seqs: Vec<i64> = changes.iter().map(|c| c.seq).collect();
        assert_eq!(seqs, [3, 4, 5]);
        let stone = Changed::Tombstone {
            at: moment(3),
            why: Why::Repaired,
        };
        assert!(changes.iter().any(|c| c.id == id(2) && c.what == stone));
        let releases = store.releases(0, 10).unwrap();
        assert_eq!(releases.len(), 2);
        assert_eq!((releases[1].upserts, releases[1].tombstones), (1, 1));
    });
}

#[test]
fn a_record_that_comes_back_has_its_row_number_again() {
    Scratch::each(|url| {
        let store = PublicStore::open(url).unwrap();
        store
            .release(moment(1), "c", 1, &[record(&id(1), 1)], &[])
            .unwrap();
        let before = store.existing(&[id(1)]).unwrap()[&id(1)].num;
        store
            .release(moment(2), "c", 1, &[], &[(id(1), Why::Suspended)])
            .unwrap();
        assert!(store.existing(&[id(1)]).unwrap().is_empty());
        store
            .release(moment(3), "c", 1, &[record(&id(1), 1)], &[])
            .unwrap();
        let after = store.existing(&[id(1)]).unwrap()[&id(1)].num;
        assert_eq!(after, before);
        let changes = store.changes(0, 10, day(1)).unwrap();
        assert_eq!(changes.len(), 1, "its tombstone is gone");
        assert!(matches!(changes[0].what, Changed::Upsert(_)));
    });
}

#[test]
fn a_tombstone_is_told_once_and_again_when_its_reason_changes() {
    Scratch::each(|url| {
        let store = PublicStore::open(url).unwrap();
        store
            .release(moment(1), "c", 1, &[record(&id(1), 1)], &[])
            .unwrap();
        store
            .release(moment(2), "c", 1, &[], &[(id(1), Why::Suspended)])
            .unwrap();
        let same = store
            .release(moment(3), "c", 1, &[], &[(id(1), Why::Suspended)])
            .unwrap();
        assert_eq!((same.number, same.tombstones, same.unchanged), (2, 0, 1));
        let other = store
            .release(moment(4), "c", 1, &[], &[(id(1), Why::Withdrawn)])
            .unwrap();
        assert_eq!((other.number, other.tombstones), (3, 1));
        let changes = store.changes(2, 10, day(1)).unwrap();
        assert_eq!(changes.len(), 1);
        assert!(matches!(
            changes[0].what,
            Changed::Tombstone {
                why: Why::Withdrawn,
                ..
            }
        ));
    });
}

#[test]
fn the_window_is_checked_when_read() {
    Scratch::each(|url| {
        let store = PublicStore::open(url).unwrap();
        let one = PublicRecord::restored(parts(&id(1), 1, 2, Some(5)));
        store.release(moment(1), "c", 1, &[one], &[]).unwrap();
        for (today, shown) in [(1, false), (2, true), (4, true), (5, false), (6, false)] {
            let found = store.find(&id(1), day(today)).unwrap();
            assert_eq!(matches!(found, Found::Shown(_)), shown, "find, day {today}");
            assert_eq!(found == Found::Gone, !shown, "gone, day {today}");
            let nums = store.by_nums(&[1], day(today)).unwrap();
            assert_eq!(nums.len(), usize::from(shown), "by_nums, day {today}");
            let code = "91210231MA0000001A";
            let subject = store.by_credit_code(code, day(today), None, 10).unwrap();
            assert_eq!(
                subject.len(),
                usize::from(shown),
                "by_credit_code, day {today}"
            );
            let changes = store.changes(0, 10, day(today)).unwrap();
            assert_eq!(changes.len(), 1);
            match &changes[0].what {
                Changed::Upsert(_) => assert!(shown, "changes, day {today}"),
                Changed::Tombstone { why, .. } => {
                    assert!(!shown, "changes, day {today}");
                    assert_eq!(*why, Why::Expired);
                }
            }
            let figures = store.figures(day(today)).unwrap();
            assert_eq!(
                figures[0].orgs.shown,
                i64::from(shown),
                "figures, day {today}"
            );
            let recent = (figures[0].orgs.begun, figures[0].orgs.ended);
            let expected = (i64::from(today >= 2), i64::from(today >= 5));
            assert_eq!(recent, expected, "recent, day {today}");
        }
        let later = &store.figures(day(34)).unwrap()[0];
        assert_eq!(
            (later.orgs.begun, later.orgs.ended),
            (0, 1),
            "thirty days, no more"
        );
        assert_eq!(later.persons, Flow::default());
        assert_eq!(store.next_boundary(day(1)).unwrap(), Some(day(2)));
        assert_eq!(store.next_boundary(day(2)).unwrap(), Some(day(5)));
        assert_eq!(store.next_boundary(day(5)).unwrap(), None);
    });
}

/// One record ends on the day on which another begins: the counts cancel, the boundary must not.
#[test]
fn a_boundary_where_one_ends_and_one_begins_is_a_boundary() {
    Scratch::each(|url| {
        let store = PublicStore::open(url).unwrap();
        let both = [
            PublicRecord::restored(parts(&id(1), 1, 0, Some(3))),
            PublicRecord::restored(parts(&id(2), 2, 3, None)),
        ];
        store.release(moment(1), "c", 1, &both, &[]).unwrap();
        assert_eq!(store.next_boundary(day(0)).unwrap(), Some(day(3)));
        for today in 0..6 {
            assert_eq!(
                store.figures(day(today)).unwrap()[0].orgs.shown,
                1,
                "day {today}"
            );
        }
    });
}

#[test]
fn numbers_answer_in_the_order_asked() {
    Scratch::each(|url| {
        let store = PublicStore::open(url).unwrap();
        let all: Vec<_> = (1..=5).map(|n| record(&id(n), n)).collect();
        store.release(moment(1), "c", 1, &all, &[]).unwrap();
        let got = store.by_nums(&[4, 2, 99, 5, 2, u64::MAX], day(0)).unwrap();
        let nums: Vec<u64> = got.iter().map(|(num, _)| *num).collect();
        assert_eq!(nums, [4, 2, 5, 2]);
        assert_eq!(got[0].1.id, id(4));
        let cards = store.cards(&[4, 2, 99, 5, u64::MAX], day(0)).unwrap();
        let short: Vec<_> = got.iter().map(|(num, r)| (*num, Card::new(r))).collect();
        assert_eq!(cards, short[..3], "read short as made short");
        for today in (0..4_000).map(day) {
            let (_, record) = &got[0];
            let shown = record.displayed_on(today);
            assert_eq!(cards[0].1.displayed_on(today), shown, "{today}");
        }
        let many: Vec<u64> = (1..=200).rev().collect();
        let cards = store.cards(&many, day(0)).unwrap();
        let nums: Vec<u64> = cards.iter().map(|(num, _)| *num).collect();
        assert_eq!(nums, [5, 4, 3, 2, 1]);
    });
}

#[test]
fn a_subject_is_read_newest_first_in_pages() {
    Scratch::each(|url| {
        let store = PublicStore::open(url).unwrap();
        let all: Vec<_> = (1..=23).map(|n| record(&id(n), n)).collect();
        store.release(moment(1), "c", 1, &all, &[]).unwrap();
        let code = "91210231MA0000001A";
        let mut seen: Vec<(NaiveDate, i64)> = Vec::new();
        let mut after = None;
        loop {
            let page = store.by_credit_code(code, day(0), after, 5).unwrap();
            seen.extend(page.iter().map(|row| (row.record.decided_on, row.num)));
            match page.last() {
                Some(row) => after = Some(row.num),
                None => break,
            }
        }
        assert_eq!(seen.len(), 23);
        assert!(seen.windows(2).all(|w| w[0] > w[1]), "{seen:?}");
        // an anchor that is gone begins again instead of leaving records out
        let again = store.by_credit_code(code, day(0), Some(999), 50).unwrap();
        assert_eq!(again.len(), 23);
        assert_eq!(store.by_credit_code("x", day(0), None, 5).unwrap().len(), 0);
    });
}

#[test]
fn an_id_shown_and_taken_back_at_once_is_refused_whole() {
    Scratch::each(|url| {
        let store = PublicStore::open(url).unwrap();
        let refused = store.release(
            moment(1),
            "c",
            1,
            &[record(&id(1), 1), record(&id(2), 2)],
            &[(id(2), Why::Withdrawn)],
        );
        assert!(matches!(refused, Err(StoreError::Contradiction { .. })));
        assert_eq!(store.position().unwrap(), Position::default());
    });
}

#[test]
fn a_read_only_handle_reads_and_cannot_write() {
    Scratch::each(|url| {
        if url.path().is_some() {
            let missing = PublicStore::open_read_only(url).map(|_| ());
            assert!(missing.is_err(), "nothing is made");
            assert!(!url.path().is_some_and(std::path::Path::exists));
        }
        let store = PublicStore::open(url).unwrap();
        store
            .release(moment(1), "c", 1, &[record(&id(1), 1)], &[])
            .unwrap();
        let reader = PublicStore::open_read_only(url).unwrap();
        assert!(!reader.may_write());
        assert!(matches!(
            reader.find(&id(1), day(0)).unwrap(),
            Found::Shown(_)
        ));
        let refused = reader.release(moment(2), "c", 1, &[record(&id(2), 2)], &[]);
        assert!(matches!(
            refused,
            Err(StoreError::Db(crate::base::db::DbError::ReadOnly { .. }))
        ));
        // also when somebody goes round the handle
        let round: Result<usize, StoreError> = reader.db.read(|conn| {
            use diesel::prelude::*;
            let query = diesel::sql_query("DELETE FROM records");
            Ok(crate::base::db::on_each!(conn, c => query.execute(c))?)
        });
        assert!(round.is_err());
        // and it sees what is released later
        store
            .release(moment(3), "c", 1, &[record(&id(3), 3)], &[])
            .unwrap();
        assert_eq!(reader.position().unwrap().seq, 2);
    });
}

/// P4: what is taken back or replaced lies neither in a free page nor in the write-ahead log.
#[test]
fn what_is_taken_back_lies_nowhere_in_the_files() {
    let scratch = Scratch::sqlite();
    let store = PublicStore::open(&scratch.url).unwrap();
    let marked = |n: u32, mark: &str| {
        let mut parts = parts(&id(n), n, 0, None);
        parts.subject_name = format!("暗号{mark}有限公司").repeat(400);
        PublicRecord::restored(parts)
    };
    let all = [marked(1, "甲"), marked(2, "乙"), marked(3, "丙")];
    store.release(moment(1), "c", 1, &all, &[]).unwrap();
    let gone = [(id(2), Why::Repaired)];
    let changed = [marked(3, "丁")];
    store.release(moment(2), "c", 1, &changed, &gone).unwrap();
    let path = scratch.url.path().unwrap();
    for file in [path.to_owned(), path.with_extension("db-wal")] {
        let bytes = std::fs::read(&file).unwrap_or_default();
        for mark in ["暗号乙", "暗号丙"] {
            let found = bytes.windows(mark.len()).any(|w| w == mark.as_bytes());
            assert!(!found, "{mark} lies in {}", file.display());
        }
    }
    let held = std::fs::read(path).unwrap();
    let mark = "暗号丁".as_bytes();
    assert!(held.windows(mark.len()).any(|w| w == mark));
}

#[test]
fn a_changed_body_is_found_by_its_digest() {
    Scratch::each(|url| {
        let store = PublicStore::open(url).unwrap();
        let all: Vec<_> = (1..=3).map(|n| record(&id(n), n)).collect();
        store.release(moment(1), "c", 1, &all, &[]).unwrap();
        assert_eq!(store.scan_checked(0, 10).unwrap().len(), 3);
        store
            .db
            .write(|conn| -> Result<(), StoreError> {
                use diesel::prelude::*;
                let query = diesel::sql_query(
                    "UPDATE records SET body = replace(body, '大连示例2', '大连示例9') WHERE num = 2",
                );
                crate::base::db::on_each!(conn, c => query.execute(c))?;
                Ok(())
            })
            .unwrap();
        let refused = store.scan_checked(0, 10);
        assert!(
            matches!(refused, Err(StoreError::Damaged { num: 2, .. })),
            "{refused:?}"
        );
    });
}

#[test]
fn writers_at_once_number_without_gap_or_double() {
    Scratch::each(|url| {
        let store = PublicStore::open(url).unwrap();
        // a second handle, as another process would have
        let other = PublicStore::open(url).unwrap();
        std::thread::scope(|scope| {
            for (handle, from) in [(&store, 0), (&other, 1000), (&store, 2000)] {
                scope.spawn(move || {
                    for n in 0..10 {
                        let one = [record(&id(from + n), n)];
                        handle
                            .release(moment(i64::from(n)), "c", 1, &one, &[])
                            .unwrap();
                    }
                });
            }
        });
        let seqs: Vec<i64> = store
            .changes(0, 99, day(0))
            .unwrap()
            .iter()
            .map(|c| c.seq)
            .collect();
        assert_eq!(seqs, (1..=30).collect::<Vec<i64>>());
        let position = store.position().unwrap();
        assert_eq!((position.release, position.records), (30, 30));
    });
}

/// One step of a random history.
#[derive(Clone, Debug)]
struct Step {
    upserts: Vec<(u32, u32)>,
    gone: Vec<(u32, Why)>,
}

fn step() -> impl Strategy<Value = Step> {
    let why = prop_oneof![Just(Why::Expired), Just(Why::Repaired), Just(Why::Removed)];
    (
        prop::collection::vec((0..12_u32, 0..4_u32), 0..6),
        prop::collection::vec((0..12_u32, why), 0..4),
    )
        .prop_map(|(upserts, gone)| Step {
            gone: gone
                .into_iter()
                .filter(|(id, _)| upserts.iter().all(|(shown, _)| shown != id))
                .collect(),
            upserts,
        })
}

/// What the model knows of an id: its body, or the reason why it is gone.
type Model = BTreeMap<String, Result<u32, Why>>;

/// A follower of the change feed.
fn follow(copy: &mut Model, changes: &[Change]) {
    for change in changes {
        let state = match &change.what {
            Changed::Upsert(record) => Ok(record.masking),
            Changed::Tombstone { why, .. } => Err(*why),
        };
        copy.insert(change.id.clone(), state);
    }
}

fn history(url: &DbUrl, steps: &[Step]) -> Result<(), TestCaseError> {
    let store = PublicStore::open(url).unwrap();
    let mut model = Model::new();
    let mut owners: BTreeMap<i64, String> = BTreeMap::new();
    let mut life: BTreeMap<String, i64> = BTreeMap::new();
    let mut copies: Vec<(i64, Model)> = vec![(0, Model::new())];
    let mut seq = 0;
    for (at, step) in steps.iter().enumerate() {
        let upserts: Vec<PublicRecord> = step
            .upserts
            .iter()
            .map(|(n, body)| {
                let mut parts = parts(&id(*n), *n, 0, None);
                parts.masking = *body;
                PublicRecord::restored(parts)
            })
            .collect();
        let gone: Vec<(String, Why)> = step.gone.iter().map(|(n, why)| (id(*n), *why)).collect();
        let before = model.clone();
        for (n, body) in &step.upserts {
            model.insert(id(*n), Ok(*body));
        }
        let mut told = std::collections::BTreeSet::new();
        for (n, why) in &step.gone {
            if told.insert(n) && model.contains_key(&id(*n)) {
                model.insert(id(*n), Err(*why));
            }
        }
        let at = i64::try_from(at).unwrap();
        let done = store.release(moment(at), "c", 1, &upserts, &gone).unwrap();
        let differing = model
            .iter()
            .filter(|(id, s)| before.get(*id) != Some(*s))
            .count();
        prop_assert_eq!(done.upserts + done.tombstones, differing as u64);
        prop_assert_eq!(
            done.seq_to,
            seq + i64::try_from(differing).unwrap(),
            "own seq each"
        );
        seq = done.seq_to;
        // every id ever shown is in the feed once, in rising order
        let all = store.changes(0, 1000, day(0)).unwrap();
        prop_assert!(all.windows(2).all(|w| w[0].seq < w[1].seq));
        prop_assert_eq!(all.len(), model.len());
        for change in &all {
            // a row number belongs to one id for ever, and an id to one row number
            let owner = owners
                .entry(change.num)
                .or_insert_with(|| change.id.clone());
            prop_assert_eq!(&*owner, &change.id);
            let first = *life.entry(change.id.clone()).or_insert(change.num);
            prop_assert_eq!(change.num, first);
        }
        for (since, copy) in &mut copies {
            // in small pages, as a follower reads
            loop {
                let page = store.changes(*since, 3, day(0)).unwrap();
                let Some(last) = page.last() else { break };
                *since = last.seq;
                follow(copy, &page);
            }
            let current: Model = copy.clone();
            for (id, state) in &model {
                prop_assert_eq!(current.get(id), Some(state));
            }
        }
        copies.push((seq, model.clone()));
    }
    let held = model.values().filter(|state| state.is_ok()).count();
    prop_assert_eq!(
        store.position().unwrap().records,
        i64::try_from(held).unwrap()
    );
    prop_assert_eq!(store.scan_checked(0, 1000).unwrap().len(), held);
    let figures = store.figures(day(0)).unwrap();
    let shown: i64 = figures.iter().map(|f| f.orgs.shown).sum();
    prop_assert_eq!(shown, i64::try_from(held).unwrap());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_history_agrees_with_the_model(steps in prop::collection::vec(step(), 1..9)) {
        history(&Scratch::sqlite().url, &steps)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_history_agrees_with_the_model_on_a_server(steps in prop::collection::vec(step(), 1..9)) {
        if let Some(scratch) = Scratch::postgres() {
            history(&scratch.url, &steps)?;
        }
    }
}

#[test]
fn tallies_count_what_is_displayed_and_what_has_ended() {
    Scratch::each(|url| {
        let store = PublicStore::open(url).unwrap();
        let person = RecordParts {
            subject_kind: SubjectKind::NaturalPerson,
            credit_code: None,
            region: "350203".to_owned(),
            ..parts(&id(4), 7, 0, None)
        };
        let records = [
            parts(&id(1), 7, 0, Some(10)),
            parts(&id(2), 14, 0, Some(10)),
            parts(&id(3), 8, 5, Some(10)),
            person,
            parts(&id(5), 7, 0, Some(10)),
        ]
        .map(PublicRecord::restored);
        store.release(moment(1), "c", 1, &records, &[]).unwrap();
        let gone = [(id(5), Why::Repaired)];
        // 2026-05-31 17:00 UTC is June in Shanghai
        let at = Utc.with_ymd_and_hms(2026, 5, 31, 17, 0, 0).unwrap();
        let done = store.release(at, "c", 1, &[], &gone).unwrap();

        let seen = store.tallies(day(1), day(0)).unwrap();
        assert_eq!(seen.seq, done.seq_to);
        let mut places: Vec<_> = seen
            .places
            .iter()
            .map(|p| (p.kind, p.region.as_str(), p.count))
            .collect();
        places.sort();
        assert_eq!(
            places,
            [
                (SubjectKind::LegalPerson, "210231", 2),
                (SubjectKind::NaturalPerson, "350203", 1)
            ]
        );
        assert!(seen.places.iter().all(|p| {
            let found = store.by_nums(&[p.example], day(1)).unwrap();
            found[0].1.authority_code == p.authority && found[0].1.list == p.list
        }));
        let mut dates: Vec<_> = seen
            .dates
            .iter()
            .map(|d| (d.kind, d.decided_on, d.displayed_from, d.count))
            .collect();
        dates.sort();
        assert_eq!(
            dates,
            [
                (SubjectKind::LegalPerson, day(0), day(0), 2),
                (SubjectKind::NaturalPerson, day(0), day(0), 1)
            ]
        );
        let june = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
        let terms = store.terms_of("91210231MA0000001A", day(1)).unwrap();
        let term = TermTally {
            list: "penalty".to_owned(),
            from: day(0),
            until: Some(day(10)),
            count: 2,
        };
        assert_eq!(
            terms,
            [term],
            "the person and what has not begun are not there"
        );
        let figures = &store.figures(day(1)).unwrap()[0];
        assert_eq!((figures.orgs.shown, figures.persons.shown), (2, 1));
        assert_eq!((figures.orgs.begun, figures.persons.begun), (2, 1));
        let exit = ExitTally {
            month: june,
            why: Why::Repaired,
            count: 1,
        };
        assert_eq!(seen.exits, [exit]);
        assert_eq!(
            store.tallies(day(1), june + Days::new(1)).unwrap().exits,
            []
        );
        // the window: id 3 begins, then all but the one without an end are over
        let shown = |n| -> u64 {
            let seen = store.tallies(day(n), day(0)).unwrap();
            let by_place: u64 = seen.places.iter().map(|p| p.count).sum();
            assert_eq!(by_place, seen.dates.iter().map(|d| d.count).sum::<u64>());
            by_place
        };
        assert_eq!([1, 5, 9, 10].map(shown), [3, 4, 4, 1]);
    });
}
