//! What an officer decides is on every surface within two seconds, with no second action, and the applicant reads it with
//! the secret of the application alone.

use std::sync::Arc;
use std::time::Duration;

use gongshi::base::crypto::DeskPublic;
use gongshi::base::db::DbUrl;
use gongshi::base::files::DataDir;
use gongshi::config::Settings;
use gongshi::domain::cases::{Actor, Event, RepairEvent, Role, SyncTarget};
use gongshi::domain::forms::submission::{Addressed, Submission, Target, VERSION, route};
use gongshi::domain::forms::{
    Applicant, ApplicantKind, Delivery, Form, FormKind, Repair, RepairWish,
};
use gongshi::domain::time::Moment;
use gongshi::inside::cases::{CaseId, Cases, Reach, Surfaces};
use gongshi::node::Rooms;
use gongshi::outside::apply::{ApplyError, ApplyStore, Draft};

use crate::files::{self, PENALTY, company_code};
use crate::harness::{Site, eventually};
use crate::surfaces::Seen;

/// The test acts and nothing else: what follows is the business of the node that runs.
struct Nobody;

impl Surfaces for Nobody {
    fn publish(&self, _: Moment) -> Result<(), String> {
        Err("not here".to_owned())
    }

    fn reached(&self, _: SyncTarget, _: Moment) -> Reach {
        Reach::Behind
    }
}

fn cases(data: &DataDir, apply: &ApplyStore) -> Cases {
    let settings = Settings::default();
    let rooms = Rooms::new(data, &settings);
    let inside = rooms.inside().unwrap();
    let store = rooms.store(false).unwrap();
    rooms
        .cases(&inside, &store, Some(apply.clone()), Arc::new(Nobody))
        .unwrap()
}

fn form() -> Form {
    Form::Repair(Box::new(Repair {
        applicant: Applicant {
            kind: ApplicantKind::Organisation,
            name: "厦门市虚构第3商贸有限公司".into(),
            credit_code: Some(company_code(3)),
            id_number: None,
            mobile: "13800138000".into(),
            email: None,
        },
        address: "厦门市思明区虚构路".into(),
        representative: None,
        proxy: None,
        wish: RepairWish::EndPenalty,
        performance: "罚款已经缴清，行为已经改正。".into(),
        performed_on: "2026-06-01".parse().unwrap(),
        amount_paid: None,
        reason: "参加招标需要".into(),
        delivery: Delivery::Online,
    }))
}

#[test]
fn an_approved_repair_is_gone_from_every_surface_within_two_seconds() {
    let site = Site::new();
    let mut now: Moment = "2026-11-02T01:00:00Z".parse().unwrap();
    site.set_clock(&now.to_rfc3339());
    let rows: Vec<_> = (1..=5).map(|n| files::penalty(n, "2026-05-04")).collect();
    site.import(PENALTY, &site.write("all.jsonl", files::jsonl(&rows)));
    site.publish();
    let server = site.serve(&[]);
    let code = company_code(3);
    let (ids, _) = server.search(&code);
    let seen = Seen {
        id: &ids[0],
        name: "厦门市虚构第3商贸有限公司",
        code: &code,
        list: PENALTY,
    };
    eventually("shown on every surface", Duration::from_secs(20), || {
        server.surfaces(&seen).len() >= 8
    });
    let record = server.api(&format!("/api/v1/records/{}", seen.id));
    let text = |key: &str| {
        record["authority"][key]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let authority = text("code");
    assert!(!authority.is_empty(), "{record}");

    // handed in on the public side
    let data = DataDir::new(site.data());
    let apply = ApplyStore::open(&DbUrl::sqlite(data.apply_db())).unwrap();
    let desk = DeskPublic::load(&data.keys()).unwrap();
    let (number, secret) = apply
        .begin(FormKind::Repair, &Draft::default(), &desk, now)
        .unwrap();
    let submission = Submission {
        version: VERSION,
        number: number.as_str().to_owned(),
        kind: FormKind::Repair,
        at: now,
        lang: "zh-Hans".into(),
        form: form(),
        routes: route(vec![Addressed {
            authority_code: authority.clone(),
            authority_name: text("name"),
            target: Target {
                record: seen.id.to_owned(),
                list: PENALTY.to_owned(),
                document_number: "1".into(),
                forwarded: false,
            },
        }]),
        commitment: None,
        files: vec![],
    };
    apply
        .hand_in(&number, &secret, now, None, |_| {
            Ok::<_, ApplyError>((submission.clone(), vec![]))
        })
        .unwrap();

    // taken in by the node, and told
    let cases = cases(&data, &apply);
    let id = CaseId::of_part(number.as_str(), 0);
    let told = || -> Vec<String> {
        let replies = apply.replies(&number, &secret).unwrap();
        replies.into_iter().map(|r| r.event).collect()
    };
    eventually(
        "the application is taken in",
        Duration::from_secs(5),
        || told() == ["received"],
    );

    let handler = Actor::new("handler", Role::Handler, &authority);
    let approver = Actor::new("approver", Role::Approver, &authority);
    let operator = Actor::new("operator", Role::Operator, "");
    let reasons = "义务已经履行".to_owned();
    for (by, event) in [
        (&operator, RepairEvent::Forward),
        (&handler, RepairEvent::Accept),
        (&approver, RepairEvent::Approve { reasons }),
    ] {
        now += chrono::TimeDelta::seconds(1);
        site.set_clock(&now.to_rfc3339());
        cases.act(&id, Event::Repair(event), by, now).unwrap();
    }
    eventually("gone from every surface", Duration::from_secs(2), || {
        server.surfaces(&seen).is_empty()
    });
    assert_eq!(server.tombstone(seen.id).unwrap()["why"], "repaired");
    eventually(
        "arrived everywhere and told",
        Duration::from_secs(10),
        || told().last().map(String::as_str) == Some("sync"),
    );
    assert_eq!(told(), ["received", "forward", "accept", "approve", "sync"]);
    drop(server);
    site.verify();
}
