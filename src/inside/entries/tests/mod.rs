//! Entries from proposal to each exit, on every engine at hand: the vault, the board and the public store are real, and
//! after each step the public is what the rules make of the vault.

mod checks;
mod flows;
mod refusals;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};

use super::*;
use crate::base::calendar::Calendar;
use crate::base::crypto::{KeyRing, KeyScope};
use crate::base::db::testing::Scratch;
use crate::domain::cases::entry::Screening;
use crate::domain::cases::{Actor, ExitReason, Limits, Role, SyncTarget};
use crate::domain::catalogue::{
    Basis, BasisStatus, Catalogue, Category, Contact, Exposure, FieldRule, FieldType, Head,
    InstrumentKind, Layer, ListEntry, PeriodKind, PriorNotice, Remedy, RemedyKind,
};
use crate::domain::kinds::{Polarity, SubjectKind, Words};
use crate::domain::rule::fixture;
use crate::domain::rule::severity::SeverityTable;
use crate::domain::time::{Moment, civil_date, day_start};
use crate::inside::cases::{CaseError, CaseId, Reach, Surfaces};
use crate::inside::publish::{self, Publisher};
use crate::inside::raw::{BasisDocument, Facts, RawRecord, RawSubject, RawText};
use crate::inside::vault::{BatchMode, NewBatch, Vault};
use crate::outside::store::{Found, PublicStore};
use crate::record::{NoticeKind, PublicNotice, PublicRecord};

const START: &str = "2026-08-03";
const OFFICE: &str = "11350200004123454P";
const OTHER: &str = "12320100466000010A";
const COMPANY: &str = "91350203MA2EXA019B";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn words(zh: &str) -> Words {
    Words {
        zh: zh.to_owned(),
        en: String::new(),
    }
}

fn field(key: &str, kind: FieldType, exposure: Exposure) -> FieldRule {
    FieldRule {
        key: key.to_owned(),
        name: words(key),
        kind,
        required: false,
        exposure,
        exposure_individual_business: None,
        exposure_natural_person: None,
        export: true,
    }
}

/// A list that is ready for entries.
fn list(code: &str, category: Category, polarity: Polarity) -> ListEntry {
    fixture::penalty(|e| {
        e.code = code.into();
        e.layer = "national".into();
        e.category = category;
        e.polarity = polarity;
        e.template = "list".into();
        e.subject_kinds = SubjectKind::ALL.to_vec();
        e.persons.published = true;
        e.persons.basis.clone_from(&e.basis);
        e.persons.name = Exposure::MaskName;
        let name = FieldRule {
            exposure_natural_person: Some(Exposure::MaskName),
            ..field("subject_name", FieldType::Text, Exposure::Public)
        };
        e.fields = vec![
            name,
            field("reason", FieldType::LongText, Exposure::ScrubText),
            field("designation_basis", FieldType::LongText, Exposure::Public),
            field("measures_applied", FieldType::LongText, Exposure::Public),
            field("valid_until", FieldType::Date, Exposure::Public),
            field("subject_id_number", FieldType::Code, Exposure::MaskIdBirth),
            field("contact_phone", FieldType::Text, Exposure::Never),
        ];
        e.entry_conditions = vec![words("连续三年守信")];
        e.exit_conditions = vec![words("认定有误"), words("有效期届满")];
        e.remedies = vec![Remedy {
            kind: RemedyKind::Objection,
            place: words("认定单位"),
            limit: words("公示期内"),
            basis: "第八条".into(),
        }];
        e.head = Some(Head::MarketOrder);
        e.prior_notice = PriorNotice {
            party_notice: category == Category::SeriousList,
            public_notice_working_days: 20,
            basis: "第八条".into(),
        };
        e.contact = Contact {
            name: words("厦门市示例局"),
            credit_code: OFFICE.into(),
            ..Contact::default()
        };
        for period in &mut e.periods {
            period.kind = PeriodKind::UntilExit;
            period.terms.clear();
            period.earlier_end_with = None;
        }
        e.basis = vec![Basis {
            kind: InstrumentKind::Law,
            title: words("示例法"),
            article: "第九条".into(),
            status: BasisStatus::Active,
            effective_from: None,
            effective_until: None,
            territory: "100000".into(),
        }];
    })
}

fn catalogue() -> Catalogue {
    let mut watch = list("watch", Category::WatchList, Polarity::Negative);
    watch.attributes.disclosable = false;
    let mut quiet = list("quiet", Category::SeriousList, Polarity::Negative);
    quiet.prior_notice.public_notice_working_days = 0;
    let mut bare = list("bare", Category::RedList, Polarity::Positive);
    bare.exit_conditions.clear();
    bare.remedies.clear();
    let lists = [
        list("red", Category::RedList, Polarity::Positive),
        list("black", Category::SeriousList, Polarity::Negative),
        watch,
        quiet,
        bare,
    ];
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
    Catalogue {
        layers: vec![layer],
        lists: lists.into_iter().map(|l| (l.code.clone(), l)).collect(),
    }
}

struct TestSurfaces {
    vault: Vault,
    store: PublicStore,
    catalogue: Arc<Catalogue>,
    severity: Arc<SeverityTable>,
    calendar: Calendar,
    blind: Arc<BlindKey>,
}

impl TestSurfaces {
    fn publisher(&self) -> Publisher<'_> {
        Publisher {
            vault: &self.vault,
            store: &self.store,
            catalogue: &self.catalogue,
            severity: &self.severity,
            calendar: &self.calendar,
            blind: &self.blind,
        }
    }
}

impl Surfaces for TestSurfaces {
    fn publish(&self, now: Moment) -> Result<(), String> {
        publish::run(&self.publisher(), now, &|_| {})
            .map(|_| ())
            .map_err(|e| e.to_string())
    }

    fn reached(&self, _: SyncTarget, _: Moment) -> Reach {
        Reach::At(self.store.position().unwrap().seq)
    }
}

/// A desk in temporary places.
struct World {
    places: [Scratch; 2],
    entries: Entries,
    surfaces: Arc<TestSurfaces>,
    now: Moment,
}

impl World {
    fn new(places: [Scratch; 2]) -> Self {
        let keys = tempfile::tempdir().unwrap();
        KeyRing::create(keys.path()).unwrap();
        let ring = KeyRing::load(keys.path(), KeyScope::Inside).unwrap();
        let (inside, blind) = ring.into_inside().unwrap();
        let blind = Arc::new(blind);
        let vault = Vault::open(&places[0].url, inside).unwrap();
        let store = PublicStore::open(&places[1].url).unwrap();
        let catalogue = Arc::new(catalogue());
        let severity = Arc::new(SeverityTable::embedded().unwrap());
        let calendar = Calendar::embedded();
        let surfaces = Arc::new(TestSurfaces {
            vault: vault.clone(),
            store: store.clone(),
            catalogue: Arc::clone(&catalogue),
            severity: Arc::clone(&severity),
            calendar: calendar.clone(),
            blind: Arc::clone(&blind),
        });
        let cases = Cases {
            vault,
            store,
            apply: None,
            desk: None,
            catalogue,
            severity,
            limits: Arc::new(Limits::embedded().unwrap()),
            calendar,
            surfaces: surfaces.clone(),
            tells: Arc::default(),
        };
        Self {
            places,
            entries: Entries { cases, blind },
            surfaces,
            now: day_start(day(START)) + TimeDelta::hours(9),
        }
    }

    /// On every engine at hand.
    fn each(test: impl Fn(&mut Self)) {
        test(&mut Self::new([Scratch::sqlite(), Scratch::sqlite()]));
        if let [Some(a), Some(b)] = [(); 2].map(|()| Scratch::postgres()) {
            test(&mut Self::new([a, b]));
        }
    }

    fn today(&self) -> NaiveDate {
        civil_date(self.now)
    }

    /// The first moment of work of a day.
    fn on(&mut self, date: &str) {
        self.now = day_start(day(date)) + TimeDelta::hours(9);
    }

    fn propose(&self, list: &str, cells: &[(&str, &str)]) -> Result<CaseId, EntryError> {
        self.propose_by(list, cells, &handler())
    }

    fn propose_by(
        &self,
        list: &str,
        cells: &[(&str, &str)],
        by: &Actor,
    ) -> Result<CaseId, EntryError> {
        let typed = Typed {
            list: list.into(),
            cells: cells
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect(),
            basis_document: "厦示会〔2026〕3号".into(),
            authority_name: String::new(),
        };
        let done = self.entries.propose(&typed, by, self.now);
        self.verify();
        done
    }

    #[track_caller]
    fn act(&self, id: &CaseId, act: EntryAct, by: &Actor) {
        let told = format!("{act:?}");
        if let Err(error) = self.entries.act(id, None, act, by, self.now) {
            panic!("{told}: {error:?}");
        }
        self.verify();
    }

    fn refused(&self, id: &CaseId, act: EntryAct, by: &Actor) -> String {
        let done = self.entries.act(id, None, act, by, self.now);
        self.verify();
        done.unwrap_err().code().to_owned()
    }

    fn state(&self, id: &CaseId) -> String {
        let case = self.entries.cases.vault.case(id.as_str()).unwrap().unwrap();
        let held = self.entries.held(id).unwrap();
        assert_eq!(
            held.head.state,
            case.current.state().0,
            "the entry follows its case"
        );
        held.head.state
    }

    /// Brings a proposal to the public notice.
    fn to_notice(&self, list: &str, cells: &[(&str, &str)]) -> CaseId {
        let id = self.propose(list, cells).unwrap();
        self.act(&id, clear(), &reviewer());
        let meeting = "厦示会纪〔2026〕12号".to_owned();
        self.act(&id, EntryAct::Approve { meeting }, &approver());
        let notice = "厦示告〔2026〕5号".to_owned();
        self.act(&id, EntryAct::ServeParty { notice }, &handler());
        self.act(&id, EntryAct::OpenNotice, &handler());
        id
    }

    /// Brings a proposal onto the list.
    fn onto_list(&mut self, list: &str, cells: &[(&str, &str)], number: &str) -> CaseId {
        let id = self.to_notice(list, cells);
        let last = self.notice(&id).unwrap().last_day();
        self.on(&last.succ_opt().unwrap().to_string());
        let document_number = number.to_owned();
        self.act(&id, EntryAct::Sign { document_number }, &approver());
        self.act(&id, EntryAct::Publish, &handler());
        assert_eq!(self.state(&id), "published");
        id
    }

    fn board(&self, kind: NoticeKind) -> Vec<PublicNotice> {
        self.entries
            .cases
            .store
            .notices(self.today(), Some(kind), 100)
            .unwrap()
    }

    fn notice(&self, id: &CaseId) -> Option<PublicNotice> {
        let vault = &self.entries.cases.vault;
        let notice = vault.notice_id(NoticeKind::Prior, id.as_str());
        self.board(NoticeKind::Prior)
            .into_iter()
            .find(|n| n.id == notice)
    }

    fn shown(&self, id: &CaseId) -> Option<PublicRecord> {
        let record = self.entries.held(id).unwrap().head.record_id?;
        match self
            .entries
            .cases
            .store
            .find(&record, self.today())
            .unwrap()
        {
            Found::Shown(stored) => Some(stored.record),
            Found::Gone | Found::Unknown => None,
        }
    }

    /// The public is what the rules make of the vault, and the audit log holds.
    #[track_caller]
    fn verify(&self) {
        let report = publish::verify(&self.surfaces.publisher(), self.now, &[]).unwrap();
        assert!(report.is_clean(), "{:?}", report.findings);
    }

    /// A night passes: what is due by the clock happens.
    fn night(&self) {
        self.entries.cases.tick(self.now).unwrap();
        self.entries.settle(self.now).unwrap();
        self.surfaces.publish(self.now).unwrap();
        self.entries.settle(self.now).unwrap();
        self.verify();
    }

    /// Imports a record as another level pushes it.
    fn import(&self, record: &RawRecord) -> String {
        let vault = &self.entries.cases.vault;
        let new = NewBatch {
            list: record.list.clone(),
            provider_code: OTHER.into(),
            file_name: "推送.jsonl".into(),
            file_sha256: "00".repeat(32),
            mode: BatchMode::Append,
        };
        let batch = vault.begin_batch(&new, self.now).unwrap();
        let prepared = vault.prepare(record).unwrap();
        vault.put(&batch, &[prepared], self.now).unwrap();
        vault.record_id(record)
    }
}

fn handler() -> Actor {
    Actor::new("handler-1", Role::Handler, OFFICE)
}

fn approver() -> Actor {
    Actor::new("approver-1", Role::Approver, OFFICE)
}

fn reviewer() -> Actor {
    Actor::new("reviewer-1", Role::SecrecyReviewer, OFFICE)
}

fn clear() -> EntryAct {
    EntryAct::Screen {
        finding: Screening::Clear,
        reasons: String::new(),
        marks: vec![],
    }
}

fn exit(reason: ExitReason) -> EntryAct {
    EntryAct::ProposeExit {
        reason,
        meeting: "厦示会纪〔2026〕20号".into(),
    }
}

/// A company, with a telephone number that must never be seen.
const CELLS: &[(&str, &str)] = &[
    ("subject_name", "厦门示例贸易有限公司"),
    ("credit_code", COMPANY),
    ("legal_rep_name", "陈示例"),
    ("reason", "连续三年按期完成维护，联系电话13800138000。"),
    ("designation_basis", "《示例规定》第八条"),
    ("measures_applied", "办理业务时优先"),
    ("valid_until", "2027-06-30"),
];

const PERSON: &[(&str, &str)] = &[
    ("subject_name", "张三丰"),
    ("subject_category", "自然人"),
    ("subject_id_type", "身份证"),
    ("subject_id_number", "440524188001010014"),
    ("reason", "恶意拖欠，张三丰拒不履行生效决定。"),
    ("designation_basis", "《示例规定》第九条"),
    ("valid_until", "2027-06-30"),
];

/// A record of a list as an import brings it.
fn record(list: &str, number: u32, code: &str) -> RawRecord {
    RawRecord {
        list: list.into(),
        subject: RawSubject {
            kind: SubjectKind::LegalPerson,
            name: RawText::new("厦门示例贸易有限公司"),
            credit_code: Some(code.into()),
            identity: None,
        },
        document_number: format!("苏示认〔2026〕{number}号"),
        authority_name: "示例研究中心".into(),
        authority_code: OTHER.into(),
        provider_name: "示例研究中心".into(),
        provider_code: OTHER.into(),
        region: "320100".into(),
        decided_on: day("2026-07-01"),
        basis_document: BasisDocument::default(),
        facts: Facts::default(),
        fields: BTreeMap::from([("reason".into(), RawText::new("拒不履行生效决定"))]),
    }
}

fn outcome(error: &EntryError) -> &'static str {
    match error {
        EntryError::Case(CaseError::Refused(refusal)) => refusal.code(),
        other => other.code(),
    }
}
