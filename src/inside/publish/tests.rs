//! The publisher on a real vault and a real public store: tables for verdicts, and random histories for the
//! invariants (incremental equals full, visible if and only if inside the window).

mod board;

use std::collections::{BTreeMap, HashMap};

use chrono::{Days, NaiveDate, TimeDelta};
use proptest::prelude::*;

use super::*;
use crate::base::crypto::{KeyRing, KeyScope};
use crate::base::db::testing::Scratch;
use crate::domain::catalogue::{Catalogue, Exposure, FieldRule, FieldType, Layer, ListEntry};
use crate::domain::kinds::{SubjectKind, Words};
use crate::domain::rule::fixture;
use crate::domain::rule::severity::SeverityTable;
use crate::domain::time::{Moment, day_start};
use crate::domain::workdays::WorkDays;
use crate::inside::raw::{BasisDocument, Facts, Procedure, RawRecord, RawSubject, RawText};
use crate::inside::vault::{BatchMode, DecisionKind, NewBatch, NewDecision, Put, Vault};
use crate::outside::store::{Found, PublicStore};
use crate::record::PublicRecord;

const START: &str = "2026-05-04";
const PROVIDER: &str = "11350200004123454P";

fn field(key: &str, kind: FieldType, exposure: Exposure) -> FieldRule {
    FieldRule {
        key: key.to_owned(),
        name: Words {
            zh: key.to_owned(),
            en: String::new(),
        },
        kind,
        required: false,
        exposure,
        exposure_individual_business: None,
        exposure_natural_person: None,
        export: true,
    }
}

fn catalogue() -> Catalogue {
    let penalty = fixture::penalty(|e| {
        e.fields = vec![
            field("violation_facts", FieldType::LongText, Exposure::ScrubText),
            field("penalty_kinds", FieldType::Choices, Exposure::Public),
            field("legal_rep_id_number", FieldType::Code, Exposure::Never),
            field("remark", FieldType::LongText, Exposure::Never),
        ];
        e.publish_within_working_days = Some(7);
        e.layer = "national".into();
    });
    let persons = |e: &mut ListEntry| {
        e.code = "defaulters".into();
        e.layer = "national".into();
        e.subject_kinds = SubjectKind::ALL.to_vec();
        e.persons.published = true;
        e.persons.basis.clone_from(&e.basis);
        e.persons.name = Exposure::MaskName;
        e.fields = vec![
            field("subject_id_number", FieldType::Code, Exposure::MaskIdBirth),
            field("violation_facts", FieldType::LongText, Exposure::ScrubText),
        ];
    };
    let layer = Layer {
        code: "national".into(),
        version: "test".into(),
        is_base: true,
        name: Words::default(),
        jurisdiction: "100000".into(),
        basis: vec![],
        effective_from: day("2020-01-01"),
        effective_until: None,
        all_days_are_working_days: false,
        notes: vec![],
        limits: vec![],
    };
    let lists = [penalty, fixture::penalty(persons)];
    Catalogue {
        layers: vec![layer],
        lists: lists.into_iter().map(|l| (l.code.clone(), l)).collect(),
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Everything that publishing needs, in temporary places.
struct World {
    _places: (Scratch, Scratch),
    vault: Vault,
    store: PublicStore,
    catalogue: Catalogue,
    severity: SeverityTable,
    calendar: WorkDays,
    blind: crate::base::crypto::BlindKey,
    now: Moment,
}

impl World {
    fn new() -> Self {
        let keys = tempfile::tempdir().unwrap();
        KeyRing::create(keys.path()).unwrap();
        Self::with_keys(keys.path())
    }

    fn with_keys(keys: &std::path::Path) -> Self {
        let (private, public) = (Scratch::sqlite(), Scratch::sqlite());
        let (inside, blind) = KeyRing::load(keys, KeyScope::Inside)
            .unwrap()
            .into_inside()
            .unwrap();
        Self {
            vault: Vault::open(&private.url, inside).unwrap(),
            store: PublicStore::open(&public.url).unwrap(),
            _places: (private, public),
            catalogue: catalogue(),
            severity: SeverityTable::embedded().unwrap(),
            calendar: WorkDays::embedded(),
            blind,
            now: day_start(day(START)) + TimeDelta::hours(9),
        }
    }

    fn publisher<'a>(&'a self, store: &'a PublicStore) -> Publisher<'a> {
        Publisher {
            vault: &self.vault,
            store,
            catalogue: &self.catalogue,
            severity: &self.severity,
            calendar: &self.calendar,
            blind: &self.blind,
        }
    }

    fn today(&self) -> NaiveDate {
        crate::domain::time::civil_date(self.now)
    }

    fn publish(&self) -> PublishSummary {
        run(&self.publisher(&self.store), self.now, &|_| {}).unwrap()
    }

    fn verify(&self) -> VerifyReport {
        verify(&self.publisher(&self.store), self.now, &[]).unwrap()
    }

    fn import(&self, records: &[RawRecord], mode: BatchMode) -> Vec<String> {
        let new = NewBatch {
            list: "penalty".into(),
            provider_code: PROVIDER.into(),
            file_name: "处罚.csv".into(),
            file_sha256: "00".repeat(32),
            mode,
        };
        let batch = self.vault.begin_batch(&new, self.now).unwrap();
        let puts: Vec<Put> = self.vault.put_records(&batch, records, self.now).unwrap();
        assert_eq!(puts.len(), records.len());
        if mode == BatchMode::Replace {
            self.vault
                .withdraw_missing("penalty", PROVIDER, &batch)
                .unwrap();
        }
        records.iter().map(|r| self.vault.record_id(r)).collect()
    }

    fn shown(&self, id: &str) -> Option<PublicRecord> {
        match self.store.find(id, self.today()).unwrap() {
            Found::Shown(stored) => Some(stored.record),
            Found::Gone | Found::Unknown => None,
        }
    }

    fn contents(store: &PublicStore) -> BTreeMap<String, String> {
        let rows = store.scan(0, 10_000).unwrap();
        rows.into_iter()
            .map(|r| (r.record.id.clone(), r.digest))
            .collect()
    }
}

fn penalty(number: u32, text: &str, change: impl FnOnce(&mut RawRecord)) -> RawRecord {
    let mut record = RawRecord {
        list: "penalty".into(),
        subject: RawSubject {
            kind: SubjectKind::LegalPerson,
            name: RawText::new(format!("厦门示例{number}贸易有限公司")),
            credit_code: Some("91350203MA2EXA019B".into()),
            identity: None,
        },
        document_number: format!("厦示罚〔2026〕{number}号"),
        authority_name: "厦门市示例局".into(),
        authority_code: PROVIDER.into(),
        provider_name: "厦门市示例局".into(),
        provider_code: PROVIDER.into(),
        region: "350200".into(),
        decided_on: day("2026-04-28"),
        basis_document: BasisDocument::default(),
        facts: Facts {
            penalty_kinds: vec!["罚款".into()],
            procedure: Some(Procedure::Ordinary),
            ..Facts::default()
        },
        fields: BTreeMap::from([
            ("violation_facts".into(), RawText::new(text)),
            ("penalty_kinds".into(), RawText::new("罚款")),
            (
                "legal_rep_id_number".into(),
                RawText::new("440524188001010014"),
            ),
            ("remark".into(), RawText::new("内部备注不得公开的内容")),
            ("x_unknown".into(), RawText::new("目录未载明的内容甲乙丙丁")),
        ]),
    };
    change(&mut record);
    record
}

#[test]
fn a_record_goes_from_vault_to_store_and_is_explained() {
    let world = World::new();
    let text = "当事人擅自改变用途,联系电话13800138000。";
    let ids = world.import(&[penalty(1, text, |_| {})], BatchMode::Append);
    let summary = world.publish();
    assert_eq!(
        (summary.published, summary.held, summary.taken_back),
        (1, 0, 0),
        "{summary:?}"
    );
    let record = world.shown(&ids[0]).unwrap();
    assert_eq!(record.displayed_from, day(START));
    assert_eq!(
        record.displayed_until,
        Some(day("2027-04-29")),
        "one year through the corresponding day"
    );
    assert_eq!(record.earliest_repair, Some(day("2026-07-29")));
    assert_eq!(record.rule, "R36.general");
    assert_eq!(record.catalogue, "national@test");
    let keys: Vec<&str> = record.fields.iter().map(|f| f.key.as_str()).collect();
    assert_eq!(
        keys,
        ["violation_facts", "penalty_kinds"],
        "what the catalogue does not publish stays"
    );
    assert_eq!(
        record.fields[0].value,
        "当事人擅自改变用途,联系电话[联系方式已隐去]。"
    );
    assert!(world.verify().is_clean());
    // the same file again, and a second run, change nothing
    world.import(&[penalty(1, text, |_| {})], BatchMode::Append);
    let again = world.publish();
    assert_eq!((again.judged, again.published), (0, 0));
}

#[test]
fn blocks_are_withheld_and_counted_by_reason() {
    let world = World::new();
    let records = [
        penalty(1, "甲", |r| r.facts.is_minor = true),
        penalty(2, "乙", |r| r.facts.procedure = Some(Procedure::Summary)),
        penalty(3, "丙", |r| r.facts.penalty_kinds = vec!["警告".into()]),
        penalty(4, "丁", |r| r.decided_on = day("2020-01-01")),
        penalty(5, "戊", |r| r.list = "no_such_list".into()),
        penalty(6, "己", |r| {
            r.subject.kind = SubjectKind::NaturalPerson;
            r.subject.credit_code = None;
            r.subject.identity = Some(("01".into(), RawText::new("11010519491231002X")));
        }),
    ];
    world.import(&records, BatchMode::Append);
    let summary = world.publish();
    assert_eq!(summary.published, 0);
    let expected = [
        "MINOR",
        "NATURAL_PERSON_NO_BASIS",
        "NOT_IN_CATALOGUE",
        "PERIOD_OVER",
        "SUMMARY_PROCEDURE",
        "WARNING_ONLY",
    ];
    assert_eq!(
        summary.withheld,
        expected.iter().map(|c| ((*c).to_owned(), 1)).collect()
    );
    assert!(
        world
            .store
            .changes(0, 10, world.today())
            .unwrap()
            .is_empty(),
        "what was never shown leaves no trace"
    );
    assert!(world.verify().is_clean());
}

#[test]
fn a_natural_person_is_masked_and_found_by_the_blind_term_only() {
    let world = World::new();
    let record = penalty(1, "张三丰未履行义务。", |r| {
        r.list = "defaulters".into();
        r.subject.kind = SubjectKind::NaturalPerson;
        r.subject.name = RawText::new("张三丰");
        r.subject.credit_code = None;
        r.subject.identity = Some(("01".into(), RawText::new("440524188001010014")));
        r.fields.insert(
            "subject_id_number".into(),
            RawText::new("440524188001010014"),
        );
    });
    let ids = world.import(&[record], BatchMode::Append);
    world.publish();
    let shown = world.shown(&ids[0]).unwrap();
    assert_eq!(shown.subject_name, "张**");
    assert_eq!(shown.fields[0].value, "440524********0014");
    assert!(
        !shown.fields[1].value.contains("张三丰"),
        "{:?}",
        shown.fields[1].value
    );
    assert_eq!(
        shown.person_keys,
        [world.blind.term(&crate::domain::fold::fold("张三丰"))]
    );
    let body = format!("{:?}", shown.parts());
    assert!(
        !body.contains("三丰") && !body.contains("18800101"),
        "{body}"
    );
    assert!(world.verify().is_clean());
}

#[test]
fn a_doubtful_text_waits_for_a_reviewer_and_an_approval_holds_for_that_text_only() {
    let world = World::new();
    let doubtful = "当事人雇用工人王五无证作业。";
    let ids = world.import(&[penalty(1, doubtful, |_| {})], BatchMode::Append);
    assert_eq!(world.publish().held, 1);
    assert!(world.shown(&ids[0]).is_none());
    assert!(world.verify().is_clean());
    let held = held_texts(&world.vault, None, 10).unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].proposal, "当事人雇用工人王某无证作业。");
    settle(&world.vault, &ids[0], None, true, "reviewer", world.now).unwrap();
    assert_eq!(world.publish().published, 1);
    assert!(world.shown(&ids[0]).is_some());
    // another text of the same record must be looked at again, and the old one is not shown meanwhile
    world.import(
        &[penalty(1, "当事人雇用工人赵六无证作业。", |_| {})],
        BatchMode::Append,
    );
    let summary = world.publish();
    assert_eq!((summary.held, summary.taken_back), (1, 1));
    assert!(world.shown(&ids[0]).is_none());
    settle(
        &world.vault,
        &ids[0],
        Some("violation_facts"),
        false,
        "reviewer",
        world.now,
    )
    .unwrap();
    assert_eq!(world.publish().held, 1, "a rejected text stays held");
    assert!(world.verify().is_clean());
}

#[test]
fn what_the_provider_no_longer_sends_is_taken_back() {
    let world = World::new();
    let both = [penalty(1, "甲", |_| {}), penalty(2, "乙", |_| {})];
    let ids = world.import(&both, BatchMode::Append);
    world.publish();
    world.import(&[penalty(2, "乙", |_| {})], BatchMode::Replace);
    assert_eq!(world.publish().taken_back, 1);
    assert!(world.shown(&ids[0]).is_none());
    assert!(world.shown(&ids[1]).is_some());
    assert!(world.verify().is_clean());
    // and back again: the same record, the same first day
    world.import(&[penalty(1, "甲", |_| {})], BatchMode::Append);
    world.publish();
    assert_eq!(world.shown(&ids[0]).unwrap().displayed_from, day(START));
}

#[test]
fn a_release_that_was_not_marked_heals() {
    let keys = tempfile::tempdir().unwrap();
    KeyRing::create(keys.path()).unwrap();
    let (world, mut unmarked) = (World::with_keys(keys.path()), World::with_keys(keys.path()));
    let records = [penalty(1, "甲", |_| {})];
    let ids = world.import(&records, BatchMode::Append);
    world.publish();
    // the other vault has the record and knows of no release, as if the machine had stopped between the store's
    // commit and the vault's mark, and a day had passed
    assert_eq!(unmarked.import(&records, BatchMode::Append), ids);
    unmarked.store = world.store.clone();
    unmarked.now += TimeDelta::days(1);
    let summary = unmarked.publish();
    assert_eq!(
        (summary.published, summary.unchanged),
        (0, 1),
        "shown since its first day, not since today"
    );
    assert_eq!(unmarked.shown(&ids[0]).unwrap().displayed_from, day(START));
    assert!(unmarked.verify().is_clean());
}

#[derive(Clone, Debug)]
enum Event {
    Import {
        number: u32,
        age: u64,
        text: usize,
        kinds: usize,
        supplied: Option<u64>,
    },
    Replace {
        keep: u32,
    },
    Decide {
        number: u32,
        kind: usize,
        in_days: u64,
    },
    Approve {
        number: u32,
    },
    Advance {
        days: i64,
    },
    Publish,
}

const TEXTS: &[&str] = &[
    "超期未整改。",
    "当事人雇用工人王五无证作业。",
    "联系电话13800138000。",
    "经查,当事人未按规定公示。",
];
const KINDS: &[&[&str]] = &[
    &["罚款"],
    &["责令关闭"],
    &["警告"],
    &["没收违法所得", "罚款"],
];

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0..6_u32, 0..500_u64, 0..TEXTS.len(), 0..KINDS.len(), proptest::option::of(0..600_u64)).prop_map(
            |(number, age, text, kinds, supplied)| Event::Import { number, age, text, kinds, supplied }
        ),
        1 => (0..64_u32).prop_map(|keep| Event::Replace { keep }),
        2 => (0..6_u32, 0..DecisionKind::ALL.len(), 0..60_u64).prop_map(|(number, kind, in_days)| Event::Decide { number, kind, in_days }),
        1 => (0..6_u32).prop_map(|number| Event::Approve { number }),
        2 => (1..250_i64).prop_map(|days| Event::Advance { days }),
        3 => Just(Event::Publish),
    ]
}

/// The records as last imported, to be sent again by a replacing import.
type Sent = HashMap<u32, Event>;

fn record_of(event: &Event) -> Option<RawRecord> {
    let Event::Import {
        number,
        age,
        text,
        kinds,
        supplied,
    } = event
    else {
        return None;
    };
    Some(penalty(*number, TEXTS[*text], |r| {
        r.decided_on = day(START) - Days::new(*age);
        r.facts.penalty_kinds = KINDS[*kinds].iter().map(|k| (*k).to_owned()).collect();
        r.facts.display_until_supplied = supplied.map(|d| day(START) + Days::new(d));
    }))
}

fn apply(world: &mut World, sent: &mut Sent, event: &Event) {
    match event {
        Event::Import { number, .. } => {
            sent.insert(*number, event.clone());
            world.import(
                &record_of(event).into_iter().collect::<Vec<_>>(),
                BatchMode::Append,
            );
        }
        Event::Replace { keep } => {
            sent.retain(|number, _| keep & (1 << number) != 0);
            let records: Vec<RawRecord> = sent.values().filter_map(record_of).collect();
            world.import(&records, BatchMode::Replace);
        }
        Event::Decide {
            number,
            kind,
            in_days,
        } => {
            let id = world.vault.record_id(&penalty(*number, "", |_| {}));
            let new = NewDecision {
                record_id: &id,
                kind: DecisionKind::ALL[*kind],
                effective_on: world.today() + Days::new(*in_days),
                actor: "officer",
                reference: "决定1号",
                detail: serde_json::Value::Null,
            };
            // a decision on a record that was never imported is refused, which is right
            let _ = world.vault.decide(&new, world.now);
        }
        Event::Approve { number } => {
            let id = world.vault.record_id(&penalty(*number, "", |_| {}));
            let _ = settle(&world.vault, &id, None, true, "reviewer", world.now);
        }
        Event::Advance { days } => world.now += TimeDelta::days(*days),
        Event::Publish => {
            world.publish();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    /// Whatever happened in whatever order: after a publishing run the store equals a full recomputation into an
    /// empty store, verification is clean, and between runs a record is visible exactly inside its window.
    #[test]
    fn incremental_equals_full_and_windows_hold(events in proptest::collection::vec(event(), 1..40), look in 0..800_u64) {
        let mut world = World::new();
        let mut sent = Sent::new();
        for event in &events {
            apply(&mut world, &mut sent, event);
            if matches!(event, Event::Publish) {
                let report = world.verify();
                prop_assert!(report.is_clean(), "{:?}", report.findings);
                prop_assert_eq!(report.pending, 0);
            }
        }
        world.publish();
        let again = world.publish();
        prop_assert_eq!((again.published, again.taken_back), (0, 0), "a second run changes nothing");

        let elsewhere = Scratch::sqlite();
        let fresh = PublicStore::open(&elsewhere.url).unwrap();
        world.vault.reset_publish_cursor().unwrap();
        run(&world.publisher(&fresh), world.now, &|_| {}).unwrap();
        prop_assert_eq!(World::contents(&world.store), World::contents(&fresh));

        // nothing runs any more; the clock goes on
        let later = world.today() + Days::new(look);
        for row in world.store.scan(0, 100).unwrap() {
            let parts = row.record.parts();
            let inside = parts.displayed_from <= later && parts.displayed_until.is_none_or(|until| later < until);
            let found = world.store.find(&parts.id, later).unwrap();
            prop_assert_eq!(matches!(found, Found::Shown(_)), inside);
            let by_num = world.store.by_nums(&[u64::try_from(row.num).unwrap()], later).unwrap();
            prop_assert_eq!(by_num.len(), usize::from(inside));
        }
    }

    /// Records of their own keys may come in any order and in any number of files.
    #[test]
    fn import_order_does_not_matter(order in Just((0..12_u32).collect::<Vec<_>>()).prop_shuffle(), cut in 1..11_usize) {
        let world = World::new();
        let make = |n: &u32| penalty(*n, TEXTS[*n as usize % TEXTS.len()], |_| {});
        let (first, second) = order.split_at(cut);
        let reference: Vec<RawRecord> = (0..12).map(|n| make(&n)).collect();
        world.import(&first.iter().map(make).collect::<Vec<_>>(), BatchMode::Append);
        world.publish();
        world.import(&second.iter().map(make).collect::<Vec<_>>(), BatchMode::Append);
        world.publish();
        let got = World::contents(&world.store);
        let elsewhere = Scratch::sqlite();
        let fresh = PublicStore::open(&elsewhere.url).unwrap();
        world.import(&reference, BatchMode::Append);
        world.vault.reset_publish_cursor().unwrap();
        run(&world.publisher(&fresh), world.now, &|_| {}).unwrap();
        prop_assert_eq!(got, World::contents(&fresh));
    }
}
