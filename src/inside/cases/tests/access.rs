//! Who may read and do what: another authority, another role, the same person twice, the purpose of a look.

use super::*;
use crate::domain::cases::Refusal;

fn opened(world: &World) -> (CaseId, Number) {
    let ids = world.import(&[penalty(1, |_| {})]);
    let (number, _) = world.hand_in(repair(), &[&ids[0]]);
    world.receive();
    let id = part(&number, 0);
    to_verified(world, &id, ONE);
    (id, number)
}

#[test]
fn a_case_of_another_authority_is_like_one_that_is_not_there() {
    World::each(|world| {
        let (id, number) = opened(world);
        let (cases, now) = (&world.cases, world.now);
        let nowhere = CaseId::of_part(number.as_str(), 7);
        for role in [
            Role::ProviderClerk,
            Role::Handler,
            Role::Approver,
            Role::SecrecyReviewer,
            Role::Public,
            Role::Subject,
        ] {
            for authority in [OTHER, ""] {
                let by = Actor::new("x", role, authority);
                for case in [&id, &nowhere] {
                    let told = [
                        cases.look(case, &by, "核查", now).map(|_| ()).unwrap_err(),
                        cases.possible(case, &by, now).map(|_| ()).unwrap_err(),
                        cases
                            .evidence(case, (None, 1), &by, "核查", now)
                            .map(|_| ())
                            .unwrap_err(),
                        cases
                            .act(
                                case,
                                Event::Repair(crate::domain::cases::RepairEvent::Accept),
                                &by,
                                now,
                            )
                            .map(|_| ())
                            .unwrap_err(),
                    ];
                    for error in told {
                        assert!(matches!(error, CaseError::Unknown), "{role:?} {error:?}");
                    }
                }
                let queue = cases.queue(&by, &Filter::default(), None, 9, now).unwrap();
                assert!(queue.rows.is_empty(), "{role:?}");
                let asked = Filter {
                    authority: Some(ONE.into()),
                    ..Filter::default()
                };
                assert!(
                    cases
                        .queue(&by, &asked, None, 9, now)
                        .unwrap()
                        .rows
                        .is_empty()
                );
            }
        }
        for by in [
            Actor::new("h", Role::Handler, ONE),
            Actor::new("o", Role::Operator, ""),
            Actor::new("a", Role::Auditor, ""),
        ] {
            assert_eq!(
                cases
                    .queue(&by, &Filter::default(), None, 9, now)
                    .unwrap()
                    .rows
                    .len(),
                1
            );
        }
    });
}

#[test]
fn roles_do_their_own_work_only_and_nobody_decides_what_he_handled() {
    World::each(|world| {
        let (id, _) = opened(world);
        let p = people(ONE);
        for by in [
            &p.operator,
            &p.handler,
            &p.group,
            &Actor::new("a", Role::Auditor, ""),
        ] {
            let refused = world.act(&id, by, APPROVE).unwrap_err();
            assert_eq!(refused.code(), "not_yours", "{by:?}");
        }
        // an approver who had handled it under the same id
        let same = Actor::new(&p.handler.id, Role::Approver, ONE);
        assert!(matches!(
            world.act(&id, &same, APPROVE),
            Err(CaseError::Refused(Refusal::SamePerson))
        ));
        let (cases, now) = (&world.cases, world.now);
        assert!(
            !cases
                .possible(&id, &same, now)
                .unwrap()
                .contains(&"approve")
        );
        let choices = cases.choices(&id, &same, now).unwrap();
        assert!(choices.contains(&("approve", Some(Refusal::SamePerson))));
        assert_eq!(
            cases.possible(&id, &p.approver, now).unwrap(),
            ["approve", "shelter", "reject"]
        );
        let auditor = Actor::new("a", Role::Auditor, "");
        assert!(cases.possible(&id, &auditor, now).unwrap().is_empty());
    });
}

#[test]
fn each_look_at_raw_data_is_logged_with_its_purpose() {
    World::each(|world| {
        let (id, _) = opened(world);
        let (cases, now) = (&world.cases, world.now);
        let handler = people(ONE).handler;
        for purpose in ["", "  "] {
            assert!(matches!(
                cases.look(&id, &handler, purpose, now),
                Err(CaseError::Purpose)
            ));
        }
        let file = cases.look(&id, &handler, "核查履行情况", now).unwrap();
        assert_eq!(file.history.len(), 5);
        assert_eq!(file.row.state.0, "verifying");
        assert!(file.record.is_some());
        assert_eq!(file.fields["violation_type"].expose(), "擅自拆除");
        assert!(!file.fields.contains_key("credit_code"));
        let form = file.submission.as_ref().unwrap().form.applicant();
        assert_eq!(form.mobile, "13800138000");
        assert!(!format!("{file:?}").contains("13800138000"));
        let auditor = Actor::new("a", Role::Auditor, "");
        assert!(
            cases
                .look(&id, &auditor, "审计", now)
                .unwrap()
                .fields
                .is_empty()
        );
        assert!(matches!(
            cases.evidence(&id, (None, 9), &handler, "核查", now),
            Err(CaseError::NoFile)
        ));
        let log = cases.vault.audit_entries(0, 1000).unwrap();
        let looks: Vec<_> = log.iter().filter(|e| e.action == "case.look").collect();
        assert_eq!(looks.len(), 2);
        assert!(looks[0].detail.contains("核查履行情况"));
        assert_eq!(
            log.iter().filter(|e| e.action == "case.evidence").count(),
            1
        );
        // who did what is in the log, why and about whom is not
        let text = format!("{log:?}");
        for raw in ["张三", "13800138000", "海风", "义务"] {
            assert!(!text.contains(raw), "{raw}");
        }
    });
}

#[test]
fn the_queue_is_read_page_by_page_in_the_order_of_what_is_due() {
    World::each(|world| {
        let records: Vec<RawRecord> = (1..=7).map(|n| penalty(n, |_| {})).collect();
        let ids = world.import(&records);
        for id in &ids {
            let (number, _) = world.hand_in(repair(), &[id]);
            world.receive();
            if id > &ids[3] {
                world.acts(&part(&number, 0), &[(&people(ONE).operator, FORWARD)]);
            }
            world.tomorrow();
        }
        let by = people(ONE).operator;
        let all = world
            .cases
            .queue(&by, &Filter::default(), None, 100, world.now)
            .unwrap()
            .rows;
        let mut paged = Vec::new();
        let mut after = None;
        loop {
            let page = world
                .cases
                .queue(&by, &Filter::default(), after.as_ref(), 2, world.now)
                .unwrap();
            paged.extend(page.rows);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(paged, all);
        assert_eq!(all.len(), 7);
        let dues: Vec<_> = all.iter().map(|r| r.due.as_ref().unwrap().on).collect();
        assert!(dues.is_sorted());
        let filter = Filter {
            state: Some("forwarded".into()),
            kinds: vec![CaseKind::Repair],
            ..Filter::default()
        };
        let forwarded = world.cases.queue(&by, &filter, None, 9, world.now).unwrap();
        assert!(forwarded.rows.iter().all(|r| r.state.0 == "forwarded"));
        world.on("2026-09-01");
        let overdue = Filter {
            overdue_on: Some(world.today()),
            ..Filter::default()
        };
        let late = world
            .cases
            .queue(&by, &overdue, None, 9, world.now)
            .unwrap();
        assert_eq!(late.rows.len(), 7);
        assert!(late.rows.iter().all(|r| r.overdue));
    });
}
