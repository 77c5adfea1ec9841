//! Cases from what was handed in to what the public sees and the applicant reads, on every engine at hand.

mod access;
mod crash;
mod notify;
mod objections;
mod repairs;
mod retention;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use chrono::{Days, NaiveDate, TimeDelta};

use super::*;
use crate::base::crypto::{BlindKey, DeskPublic, KeyRing, KeyScope};
use crate::base::db::testing::Scratch;
use crate::domain::cases::{Actor, CaseKind, Event, Role};
use crate::domain::catalogue::{
    Exposure, FieldRule, FieldType, Layer, RepairChannel, RepairEffect,
};
use crate::domain::forms::number::Number;
use crate::domain::forms::reply::{ApplicantAct, Reply};
use crate::domain::forms::submission::{Addressed, FileNote, Submission, Target, VERSION, route};
use crate::domain::forms::{self, Applicant, ApplicantKind, Form, FormKind, ObjectionType};
use crate::domain::kinds::{SubjectKind, Words};
use crate::domain::rule::fixture;
use crate::domain::time::{civil_date, day_start};
use crate::inside::publish::{self, Publisher};
use crate::inside::raw::{BasisDocument, Facts, Procedure, RawRecord, RawSubject, RawText};
use crate::inside::vault::{BatchMode, NewBatch};
use crate::outside::apply::{Draft, Secret};
use crate::outside::store::Found;
use crate::record::{Note, PublicRecord};

/// A Monday: the penalty below was decided on 28 April 2026 and may be repaired from 29 July.
const START: &str = "2026-08-03";
pub(super) const ONE: &str = "11350200004123454P";
pub(super) const OTHER: &str = "12320100466000010A";

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Surfaces that a test lets fall behind.
struct TestSurfaces {
    vault: Vault,
    store: PublicStore,
    catalogue: Arc<Catalogue>,
    severity: Arc<SeverityTable>,
    calendar: Calendar,
    blind: BlindKey,
    behind: Mutex<Vec<SyncTarget>>,
    broken: Mutex<bool>,
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
        if *self.broken.lock().unwrap() {
            return Err("broken".to_owned());
        }
        publish::run(&self.publisher(), now, &|_| {})
            .map(|_| ())
            .map_err(|e| e.to_string())
    }

    fn reached(&self, target: SyncTarget, _: Moment) -> Reach {
        if self.behind.lock().unwrap().contains(&target) {
            return Reach::Behind;
        }
        Reach::At(self.store.position().unwrap().seq)
    }
}

/// A portal with its desk, in temporary places.
pub(super) struct World {
    _places: [Scratch; 3],
    pub cases: Cases,
    surfaces: Arc<TestSurfaces>,
    public: DeskPublic,
    pub now: Moment,
}

impl World {
    fn new(places: [Scratch; 3]) -> Self {
        let keys = tempfile::tempdir().unwrap();
        KeyRing::create(keys.path()).unwrap();
        let ring = KeyRing::load(keys.path(), KeyScope::Inside).unwrap();
        let (inside, blind) = ring.into_inside().unwrap();
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
            blind,
            behind: Mutex::default(),
            broken: Mutex::default(),
        });
        let cases = Cases {
            vault,
            store,
            apply: Some(ApplyStore::open(&places[2].url).unwrap()),
            desk: Some(Arc::new(DeskSecret::load(keys.path()).unwrap())),
            catalogue,
            severity,
            limits: Arc::new(Limits::embedded().unwrap()),
            calendar,
            surfaces: surfaces.clone(),
            tells: Arc::default(),
        };
        Self {
            _places: places,
            cases,
            surfaces,
            public: DeskPublic::load(keys.path()).unwrap(),
            now: day_start(day(START)) + TimeDelta::hours(9),
        }
    }

    /// On every engine at hand.
    pub fn each(test: impl Fn(&mut Self)) {
        test(&mut Self::sqlite());
        let server = [(); 3].map(|()| Scratch::postgres());
        if let [Some(a), Some(b), Some(c)] = server {
            test(&mut Self::new([a, b, c]));
        }
    }

    pub fn sqlite() -> Self {
        Self::new([(); 3].map(|()| Scratch::sqlite()))
    }

    pub fn apply(&self) -> &ApplyStore {
        self.cases.apply.as_ref().unwrap()
    }

    pub fn today(&self) -> NaiveDate {
        civil_date(self.now)
    }

    /// Later, at nine in the morning.
    pub fn on(&mut self, text: &str) {
        self.now = day_start(day(text)) + TimeDelta::hours(9);
    }

    pub fn tomorrow(&mut self) {
        let next = self.today().checked_add_days(Days::new(1)).unwrap();
        self.now = day_start(next) + TimeDelta::hours(9);
    }

    pub fn import(&self, records: &[RawRecord]) -> Vec<String> {
        let new = NewBatch {
            list: "penalty".into(),
            provider_code: ONE.into(),
            file_name: "处罚.csv".into(),
            file_sha256: "00".repeat(32),
            mode: BatchMode::Append,
        };
        let batch = self.cases.vault.begin_batch(&new, self.now).unwrap();
        self.cases
            .vault
            .put_records(&batch, records, self.now)
            .unwrap();
        self.surfaces.publish(self.now).unwrap();
        let id = |r: &RawRecord| self.cases.vault.record_id(r);
        records.iter().map(id).collect()
    }

    pub fn shown(&self, id: &str) -> Option<PublicRecord> {
        match self.cases.store.find(id, self.today()).unwrap() {
            Found::Shown(stored) => Some(stored.record),
            Found::Gone | Found::Unknown => None,
        }
    }

    pub fn has_note(&self, id: &str, note: Note) -> bool {
        self.shown(id).unwrap().notes.contains(&note)
    }

    /// Hands an application in; answers its number and secret.
    pub fn hand_in(&self, form: Form, records: &[&str]) -> (Number, Secret) {
        let kind = match &form {
            Form::Repair(_) => FormKind::Repair,
            Form::Objection(_) => FormKind::Objection,
            Form::Complaint(_) => FormKind::Complaint,
        };
        let (number, secret) = self
            .apply()
            .begin(kind, &Draft::default(), &self.public, self.now)
            .unwrap();
        let addressed = records.iter().map(|id| {
            let row = self.cases.vault.get(id).unwrap().unwrap().record;
            Addressed {
                authority_code: row.authority_code,
                authority_name: row.authority_name,
                target: Target {
                    record: (*id).to_owned(),
                    list: row.list,
                    document_number: row.document_number,
                    forwarded: false,
                },
            }
        });
        let submission = Submission {
            version: VERSION,
            number: number.as_str().to_owned(),
            kind,
            at: self.now,
            lang: "zh-Hans".into(),
            form,
            routes: route(addressed.collect()),
            commitment: None,
            files: vec![],
        };
        self.apply()
            .hand_in(&number, &secret, self.now, None, |_| {
                Ok::<_, crate::outside::apply::ApplyError>((submission.clone(), vec![]))
            })
            .unwrap();
        (number, secret)
    }

    pub fn does(&self, number: &Number, secret: &Secret, act: &ApplicantAct) {
        let files: &[(&FileNote, &[u8])] = &[];
        self.apply()
            .add_act(number, secret, act, files, &self.public, self.now)
            .unwrap();
    }

    pub fn replies(&self, number: &Number, secret: &Secret) -> Vec<Reply> {
        self.apply().replies(number, secret).unwrap()
    }

    /// Codes of what the applicant was told: `event>state`.
    pub fn told(&self, number: &Number, secret: &Secret) -> Vec<String> {
        let replies = self.replies(number, secret);
        replies
            .iter()
            .map(|r| format!("{}:{}>{}", r.part, r.event, r.state))
            .collect()
    }

    pub fn act(&self, id: &CaseId, by: &Actor, json: &str) -> Result<CaseRow, CaseError> {
        let kind = self
            .cases
            .vault
            .case(id.as_str())
            .unwrap()
            .unwrap()
            .current
            .kind();
        let event = Event::read(kind, &mut serde_json::Deserializer::from_str(json)).unwrap();
        self.cases.act(id, event, by, self.now)
    }

    /// Acts that must succeed, each followed by all that follows.
    pub fn acts(&self, id: &CaseId, acts: &[(&Actor, &str)]) {
        for (by, json) in acts {
            self.act(id, by, json)
                .unwrap_or_else(|e| panic!("{json}: {e}"));
            self.follow();
        }
    }

    pub fn follow(&self) -> Followed {
        self.cases.after(self.now).unwrap()
    }

    pub fn receive(&self) -> Received {
        self.cases.receive(self.now).unwrap()
    }

    pub fn state(&self, id: &CaseId) -> &'static str {
        self.stored(id).current.state().0
    }

    pub fn stored(&self, id: &CaseId) -> StoredCase {
        self.cases.vault.case(id.as_str()).unwrap().unwrap()
    }

    /// What is public is what a full recomputation makes of the vault, the audit log holds, and the history of every case
    /// leads to where it stands, with the effects that were carried out.
    #[track_caller]
    pub fn holds(&self) {
        let report = publish::verify(&self.surfaces.publisher(), self.now, &[]).unwrap();
        assert!(report.is_clean(), "{report:?}");
        assert_eq!(report.pending, 0);
        self.cases
            .each(&crate::inside::vault::cases::Ask::default(), |case| {
                let history = self.cases.vault.case_events(&case.id).unwrap();
                let acts = history.iter().map(|e| (&e.event, &e.by, e.on));
                let replayed = Case::replay(case.opened.clone(), acts).unwrap();
                assert_eq!(replayed.case, case.current, "{}", case.id);
                let effects: Vec<_> = history.iter().flat_map(|e| e.effects.clone()).collect();
                assert_eq!(replayed.effects, effects, "{}", case.id);
                Ok(())
            })
            .unwrap();
    }
}

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
            field("violation_type", FieldType::Text, Exposure::Public),
            field("valid_until", FieldType::Date, Exposure::Public),
        ];
        e.layer = "national".into();
        e.objection.suspends_measures = true;
        e.objection.complaint = true;
    });
    let court = fixture::penalty(|e| {
        e.code = "court".into();
        e.layer = "national".into();
        e.repair.channel = RepairChannel::Court;
    });
    let hiding = fixture::penalty(|e| {
        e.code = "hiding".into();
        e.layer = "national".into();
        e.repair.effect = RepairEffect::Hide;
    });
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
        lists: [penalty, court, hiding]
            .into_iter()
            .map(|l| (l.code.clone(), l))
            .collect(),
    }
}

pub(in crate::inside) fn penalty(number: u32, change: impl FnOnce(&mut RawRecord)) -> RawRecord {
    let mut record = RawRecord {
        list: "penalty".into(),
        subject: RawSubject {
            kind: SubjectKind::LegalPerson,
            name: RawText::new("厦门海风贸易有限公司"),
            credit_code: Some("91350203MA2EXA019B".into()),
            identity: None,
        },
        document_number: format!("厦示罚〔2026〕{number}号"),
        authority_name: "厦门市示例局".into(),
        authority_code: ONE.into(),
        provider_name: "厦门市示例局".into(),
        provider_code: ONE.into(),
        region: "350200".into(),
        decided_on: day("2026-04-28"),
        basis_document: BasisDocument::default(),
        facts: Facts {
            penalty_kinds: vec!["罚款".into()],
            procedure: Some(Procedure::Ordinary),
            valid_until: Some(day("2027-01-30")),
            ..Facts::default()
        },
        fields: BTreeMap::from([
            ("violation_facts".into(), RawText::new("擅自改变用途。")),
            ("violation_type".into(), RawText::new("擅自拆除")),
            ("penalty_kinds".into(), RawText::new("罚款")),
            ("valid_until".into(), RawText::new("2027-01-30")),
        ]),
    };
    change(&mut record);
    record
}

fn applicant() -> Applicant {
    Applicant {
        kind: ApplicantKind::Organisation,
        name: "厦门海风贸易有限公司".into(),
        credit_code: Some("91350203MA2EXA019B".into()),
        id_number: None,
        mobile: "13800138000".into(),
        email: None,
    }
}

pub(in crate::inside) fn repair() -> Form {
    Form::Repair(Box::new(forms::Repair {
        applicant: applicant(),
        address: "厦门市思明区".into(),
        representative: None,
        proxy: None,
        wish: forms::RepairWish::EndPenalty,
        performance: "罚款已经缴清，行为已经改正。".into(),
        performed_on: day("2026-05-20"),
        amount_paid: None,
        reason: "参加招标需要".into(),
        delivery: forms::Delivery::Online,
    }))
}

pub(in crate::inside) fn objection(kind: ObjectionType) -> Form {
    Form::Objection(Box::new(forms::Objection {
        applicant: applicant(),
        target: None,
        kind,
        disputed: None,
        correct: None,
        facts: "决定书与公示内容不一致，附决定书。".into(),
    }))
}

pub(in crate::inside) fn complaint(objection: &Number) -> Form {
    Form::Complaint(Box::new(forms::Complaint {
        applicant: applicant(),
        objection: objection.as_str().to_owned(),
        replied_on: None,
        ground: forms::ComplaintGround::FactsWrong,
        facts: "认定事实有误，答复没有回应证据。".into(),
    }))
}

/// The people at the desk of an authority, and those above it.
pub(super) struct People {
    pub operator: Actor,
    pub handler: Actor,
    pub approver: Actor,
    pub group: Actor,
    pub second: Actor,
}

pub(super) fn people(authority: &str) -> People {
    People {
        operator: Actor::new("operator", Role::Operator, ""),
        handler: Actor::new(&format!("handler-{authority}"), Role::Handler, authority),
        approver: Actor::new(&format!("approver-{authority}"), Role::Approver, authority),
        group: Actor::new("group", Role::LeadingGroup, ""),
        second: Actor::new("second", Role::LeadingGroup, ""),
    }
}

pub(super) fn part(number: &Number, part: u32) -> CaseId {
    CaseId::of_part(number.as_str(), part)
}

pub(super) const FORWARD: &str = r#"{"event":"forward"}"#;
pub(super) const ACCEPT: &str = r#"{"event":"accept"}"#;
pub(super) const VERIFY: &str = r#"{"event":"verify","findings":"核实：张三已缴款"}"#;
pub(super) const APPROVE: &str = r#"{"event":"approve","reasons":"义务已经履行"}"#;
pub(super) const REJECT: &str = r#"{"event":"reject","reasons":"罚款尚未缴清"}"#;

/// From handing in to the decision.
pub(super) fn to_verified(world: &World, id: &CaseId, authority: &str) {
    let p = people(authority);
    world.acts(
        id,
        &[
            (&p.operator, FORWARD),
            (&p.handler, ACCEPT),
            (&p.handler, VERIFY),
        ],
    );
}

#[test]
fn the_kinds_of_case_of_forms_are_those_of_cases() {
    for kind in FormKind::ALL {
        assert!(CaseKind::from_code(kind.code()).is_some());
    }
}
