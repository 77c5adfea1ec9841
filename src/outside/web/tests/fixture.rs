//! A small portal: a catalogue of three lists, a store, an index, a clock that stands still.

use std::sync::Arc;

use actix_web::web::Data;
use chrono::{NaiveDate, TimeDelta};

use crate::base::calendar::Calendar;
use crate::base::clock::SettableClock;
use crate::base::crypto::{BlindKey, DeskPublic, DeskSecret, VerifyKey, desk};
use crate::base::db::testing::Scratch;
use crate::domain::cases::Limits;
use crate::domain::catalogue::{Catalogue, Layer, ListEntry};
use crate::domain::fold;
use crate::domain::kinds::{Severity, SubjectKind};
use crate::domain::time::{Moment, day_start};
use crate::outside::apply::{ApplyStore, Intake};
use crate::outside::index::{IndexOptions, SearchIndex};
use crate::outside::store::PublicStore;
use crate::outside::web::limit::Rates;
use crate::outside::web::state::{Parts, Settings, WebState};
use crate::record::{Note, PublicField, PublicNotice, PublicRecord, RecordParts, Why};

const LAYER: &str = r#"
code = "national"
version = "2026.1"
is_base = true
name = { zh = "全国公共信用信息基础目录", en = "National base catalogue" }
jurisdiction = "100000"
effective_from = "2026-04-01"
basis = [{ kind = "central_policy", title = { zh = "国办发〔2020〕49号" }, status = "active" }]
notes = [{ zh = "目录之外不得归集。" }]
"#;

/// Everything of a list that a page can show; `{}` stands for what differs.
const LIST: &str = r#"
basis_status = "active"
layer = "national"
level = "national"
territory = "100000"
attributes = { disclosable = true, shareable = true, scope = "public", disclosure_period = { zh = "三个月至三年", en = "three months to three years" }, retention_period = { zh = "五年" } }
entry_conditions = [{ zh = "依普通程序作出行政处罚决定。", en = "A penalty by ordinary procedure." }]
entry_procedure = [{ zh = "决定后七个工作日内公示。" }]
exit_conditions = [{ zh = "公示期届满。" }, { zh = "信用修复。" }]
exit_procedure = [{ zh = "期满自动终止公示。" }]
repair = { repairable = true, channel = "own", effect = "end_disclosure", conditions = [{ zh = "履行义务。" }], materials = [{ zh = "信用承诺书。" }], procedure = [{ zh = "向认定单位申请。" }] }
remedies = [{ kind = "objection", place = { zh = "决定机关" }, limit = { zh = "公示期内" }, basis = "国办发〔2025〕22号" }, { kind = "litigation", place = { zh = "人民法院" }, limit = { zh = "六个月" }, basis = "行政诉讼法" }]
objection = { annotates_display = true, suspends_measures = true, answer_working_days = 10, complaint = true }
prior_notice = { party_notice = true, public_notice_working_days = 20, basis = "厦门人防 第八条" }
contact = { name = { zh = "大连高新区信用办" }, phone = "0411-00000000", hours = { zh = "工作日9时至17时" }, address = { zh = "大连高新区某路1号" } }
basis = [{ kind = "law", title = { zh = "中华人民共和国行政处罚法", en = "Administrative Penalties Law" }, article = "第四十八条", status = "active", effective_from = "2021-07-15", territory = "100000" }]
template = "penalty"
refresh_days = 30
publish_within_working_days = 7
fields = [
  { key = "violation_facts", name = { zh = "违法事实", en = "facts" }, type = "long_text", exposure = "scrub_text" },
  { key = "fine_amount", name = { zh = "罚款金额" }, type = "amount", exposure = "public" },
  { key = "penalty_kinds", name = { zh = "处罚类别" }, type = "choices", exposure = "public" },
  { key = "id_number", name = { zh = "证件号码" }, type = "code", exposure = "mask_id_birth", export = false },
]
measures = [{ code = "M1", name = { zh = "限制参加政府采购" }, force = "mandatory", subject_kinds = ["legal_person"], executing_unit = { zh = "财政部门" }, duration = { zh = "一年" }, status = "active", basis = [{ kind = "law", title = { zh = "政府采购法" }, article = "第七十七条", status = "active" }] }]

[[periods]]
id = "R36"
decided_from = "2026-04-01"
source = { zh = "国家发展改革委令第36号" }
kind = "by_severity"
starts = "decision"
terms = [{ severity = "minor", displayed = false, min_months = 0, max_months = 3 }, { severity = "general", displayed = true, min_months = 3, max_months = 12 }]
"#;

fn list(head: &str) -> ListEntry {
    toml::from_str(&format!("{head}\n{LIST}")).unwrap()
}

/// Lists: penalties (no persons), defaulters (persons by full name), a red list (persons may be browsed), and one that
/// is not displayed.
pub fn catalogue() -> Catalogue {
    let orgs = r#"["legal_person", "unincorporated_org", "individual_business"]"#;
    let all = r#"["legal_person", "unincorporated_org", "individual_business", "natural_person"]"#;
    let persons = |browse: bool| {
        format!(
            r#"{{ published = true, name = "public", id_number = "mask_id_birth", browse = {browse}, export = {browse}, search_engines = {browse}, basis = [{{ kind = "law", title = {{ zh = "民事诉讼法" }}, status = "active" }}] }}"#
        )
    };
    let hidden = r#"{ published = false, name = "never", id_number = "never" }"#.to_owned();
    let entry = |code: &str, name: &str, category: &str, polarity: &str, kinds: &str, p: &str| {
        list(&format!(
            r#"
code = "{code}"
name = {{ zh = "{name}", en = "{code}" }}
summary = {{ zh = "{name}的说明。", en = "About it." }}
category = "{category}"
polarity = "{polarity}"
subject_kinds = {kinds}
persons = {p}
"#
        ))
    };
    let mut closed = entry(
        "watch_list",
        "重点关注名单",
        "watch_list",
        "negative",
        orgs,
        &hidden,
    );
    closed.attributes.disclosable = false;
    let lists = [
        entry("penalty", "行政处罚", "penalty", "negative", orgs, &hidden),
        entry(
            "judgment_defaulter",
            "失信被执行人",
            "judgment_defaulter",
            "negative",
            all,
            &persons(false),
        ),
        entry(
            "red_list",
            "守信激励红名单",
            "red_list",
            "positive",
            all,
            &persons(true),
        ),
        closed,
    ];
    Catalogue {
        layers: vec![toml::from_str::<Layer>(LAYER).unwrap()],
        lists: lists.into_iter().map(|l| (l.code.clone(), l)).collect(),
    }
}

pub const CODE: &str = "91350203MA2EXA019B";
pub const OTHER_CODE: &str = "12320100466000010A";

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The day on which the clock stands.
pub fn today() -> NaiveDate {
    day("2026-11-22")
}

/// An organisation's penalty.
pub fn org(id: &str, name: &str, code: &str) -> RecordParts {
    RecordParts {
        id: format!("{id:0<20}"),
        list: "penalty".to_owned(),
        subject_kind: SubjectKind::LegalPerson,
        subject_name: name.to_owned(),
        name_masked: false,
        credit_code: Some(code.to_owned()),
        other_codes: vec![],
        person_keys: vec![],
        document_number: format!("大高新罚〔2026〕{id}号"),
        authority_name: "大连高新区市场监督管理局".to_owned(),
        authority_code: "11210231MB0000001A".to_owned(),
        provider_name: "大连高新区信用办".to_owned(),
        provider_code: "11210231MB0000002B".to_owned(),
        region: "350203".to_owned(),
        decided_on: day("2026-06-01"),
        displayed_from: day("2026-06-08"),
        displayed_until: Some(day("2027-06-02")),
        severity: Some(Severity::General),
        earliest_repair: Some(day("2026-09-02")),
        measures_until: None,
        notes: vec![],
        rule: "R36.general".to_owned(),
        rule_source: "国家发展改革委令第36号".to_owned(),
        catalogue: "national@2026.1".to_owned(),
        masking: 1,
        fields: vec![
            PublicField {
                key: "violation_facts".to_owned(),
                value: "当事人李某雇用工人王某无证作业。".to_owned(),
                export: true,
            },
            PublicField {
                key: "penalty_kinds".to_owned(),
                value: "罚款;没收违法所得".to_owned(),
                export: true,
            },
        ],
    }
}

/// A natural person on a list, findable by the full name.
pub fn person(id: &str, list: &str, shown: &str, full_name: &str) -> RecordParts {
    RecordParts {
        list: list.to_owned(),
        subject_kind: SubjectKind::NaturalPerson,
        name_masked: shown != full_name,
        credit_code: None,
        person_keys: vec![BlindKey::fixed(7).term(&fold::key(full_name))],
        fields: vec![PublicField {
            key: "id_number".to_owned(),
            value: "440524********0014".to_owned(),
            export: false,
        }],
        ..org(id, shown, "")
    }
}

/// Records that between them have every trait that pages treat apart.
pub fn everybody() -> Vec<RecordParts> {
    vec![
        org("a1", "厦门海风贸易有限公司", CODE),
        RecordParts {
            notes: vec![Note::UnderObjection, Note::PublishedLate],
            decided_on: day("2026-07-01"),
            earliest_repair: Some(day("2027-01-02")),
            displayed_until: None,
            ..org("a2", "厦门海风贸易有限公司", CODE)
        },
        org("b1", "南京云帆纺织有限公司", OTHER_CODE),
        // bears the same name as b1 and is another subject
        org("b2", "南京云帆纺织有限公司", "51610900MJB100000W"),
        RecordParts {
            list: "red_list".to_owned(),
            severity: None,
            earliest_repair: None,
            ..org("c1", "厦门海风贸易有限公司", CODE)
        },
        RecordParts {
            subject_kind: SubjectKind::IndividualBusiness,
            name_masked: true,
            ..org("d1", "张**(个体工商户)", "92320106MA1EXA025G")
        },
        // outside its window: it began and ended before today
        RecordParts {
            displayed_until: Some(today()),
            ..org("e1", "大连昨日到期有限公司", "533200005098000190")
        },
        org(
            "f1",
            "<script>alert(1)</script>有限公司",
            "93610902MA6EXA032K",
        ),
        person("p1", "judgment_defaulter", "欧阳明月", "欧阳明月"),
        person("p2", "red_list", "王**", "王小二"),
    ]
}

/// A portal and what keeps it alive.
pub struct Portal {
    pub state: Data<WebState>,
    pub clock: SettableClock,
    _scratch: [Scratch; 2],
    dir: tempfile::TempDir,
}

impl Portal {
    /// With records, without limits, on `today` at noon.
    pub fn new(records: Vec<RecordParts>) -> Self {
        Self::with(
            records,
            Settings {
                rates: Rates::off(),
                ..Settings::default()
            },
        )
    }

    pub fn with(records: Vec<RecordParts>, settings: Settings) -> Self {
        let portal = Self::bare(settings);
        portal.publish(records, &[]);
        portal
    }

    /// With records that are not yet in the index.
    pub fn unindexed(records: Vec<RecordParts>) -> Self {
        let portal = Self::bare(Settings {
            rates: Rates::off(),
            ..Settings::default()
        });
        portal.release(records, &[]);
        portal
    }

    fn bare(settings: Settings) -> Self {
        let scratch = Scratch::sqlite();
        let store = PublicStore::open(&scratch.url).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let options = IndexOptions {
            threads: 1,
            memory_per_thread: 15 << 20,
        };
        let index = Arc::new(SearchIndex::open_or_create(dir.path(), options).unwrap());
        desk::create(dir.path()).unwrap();
        let applications = Scratch::sqlite();
        let now = day_start(today()) + TimeDelta::hours(12);
        let clock = SettableClock::at(now);
        let calendar = Calendar::embedded();
        let state = Data::new(WebState::new(Parts {
            catalogue: Arc::new(catalogue()),
            store,
            index,
            clock: Arc::new(clock.clone()),
            calendar: calendar.clone(),
            blind: Some(Arc::new(BlindKey::fixed(7))),
            verify: Some(Arc::new(VerifyKey::fixed(7))),
            exports: Arc::default(),
            apply: Some(Arc::new(Intake {
                store: ApplyStore::open(&applications.url).unwrap(),
                desk: DeskPublic::load(dir.path()).unwrap(),
                calendar,
                limits: Limits::embedded().unwrap(),
            })),
            settings,
        }));
        Self {
            state,
            clock,
            _scratch: [scratch, applications],
            dir,
        }
    }

    /// What a node has that reads the same databases, and may not write the public store.
    pub fn reading_alone(&self) -> Data<WebState> {
        let state = &self.state;
        let intake = ApplyStore::open(&self._scratch[1].url).unwrap();
        Data::new(WebState::new(Parts {
            catalogue: Arc::new(catalogue()),
            store: PublicStore::open_read_only(&self._scratch[0].url).unwrap(),
            index: Arc::clone(&state.index),
            clock: Arc::new(self.clock.clone()),
            calendar: Calendar::embedded(),
            blind: Some(Arc::new(BlindKey::fixed(7))),
            verify: Some(Arc::new(VerifyKey::fixed(7))),
            exports: Arc::default(),
            apply: Some(Arc::new(Intake {
                store: intake,
                desk: DeskPublic::load(self.dir.path()).unwrap(),
                calendar: Calendar::embedded(),
                limits: Limits::embedded().unwrap(),
            })),
            settings: Settings {
                rates: Rates::off(),
                ..Settings::default()
            },
        }))
    }

    /// The desk's half of the key.
    pub fn desk(&self) -> DeskSecret {
        DeskSecret::load(self.dir.path()).unwrap()
    }

    /// The bytes of the public store's files.
    pub fn database_bytes(&self) -> Vec<Vec<u8>> {
        let path = self._scratch[0].url.path().unwrap();
        let of = |end: &str| std::fs::read(format!("{}{end}", path.display())).ok();
        ["", "-wal"].into_iter().filter_map(of).collect()
    }

    fn now(&self) -> Moment {
        use crate::base::clock::Clock as _;
        self.clock.now()
    }

    /// Publishes and takes back, and lets the index follow.
    pub fn publish(&self, records: Vec<RecordParts>, gone: &[(String, Why)]) {
        self.release(records, gone);
        self.state.index.follow(&self.state.store, today()).unwrap();
        // the position that handlers know may be a tenth of a second old
        std::thread::sleep(std::time::Duration::from_millis(120));
    }

    fn release(&self, records: Vec<RecordParts>, gone: &[(String, Why)]) {
        self.release_at(self.now(), records, gone);
    }

    /// Makes these the notices of the board.
    pub fn post(&self, notices: &[PublicNotice]) {
        self.state.store.set_notices(self.now(), notices).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(120));
    }

    /// Releases at an instant, without the index.
    pub fn release_at(&self, at: Moment, records: Vec<RecordParts>, gone: &[(String, Why)]) {
        let records: Vec<PublicRecord> = records.into_iter().map(PublicRecord::restored).collect();
        self.state
            .store
            .release(at, "national@2026.1", 1, &records, gone)
            .unwrap();
    }
}
