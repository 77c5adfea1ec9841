//! From proposal to each exit of both polarities.

use super::*;
use crate::domain::cases::entry::ReinstateGround;
use crate::inside::cases::Tells;
use crate::inside::vault::outbox::{Attempt, Content, Kind};
use crate::inside::vault::task::TaskKind;
use crate::inside::vault::{DecisionKind, NewDecision};

#[test]
fn a_proposal_is_noticed_signed_and_published_and_nothing_raw_is_seen() {
    World::each(|world| {
        let id = world.to_notice("red", CELLS);
        let notice = world.notice(&id).unwrap();
        // twenty working days after Monday 3 August 2026
        assert_eq!(notice.last_day(), day("2026-08-31"));
        assert_eq!(notice.subject.name, "厦门示例贸易有限公司");
        let proposal = notice.proposal.clone().unwrap();
        assert_eq!(
            proposal.reason[0].value,
            "连续三年按期完成维护，联系电话[联系方式已隐去]。"
        );
        assert_eq!(proposal.basis[0], "《示例规定》第八条");
        assert_eq!(proposal.measures[0].zh, "办理业务时优先");
        assert!(!proposal.objection.is_empty() && !proposal.repair.is_empty());
        assert_eq!(world.shown(&id), None, "a notice is no disclosure");
        assert_eq!(
            world.entries.cases.vault.change_seq().unwrap(),
            0,
            "nothing is in the vault's records"
        );
        let told = format!("{notice:?}");
        assert!(
            !told.contains("13800138000") && !told.contains(id.as_str()),
            "{told}"
        );

        // not before the term is over, not by who handled it
        let sign = || EntryAct::Sign {
            document_number: "厦示认〔2026〕1号".into(),
        };
        assert_eq!(world.refused(&id, sign(), &approver()), "still_runs");
        world.on("2026-09-01");
        assert!(world.notice(&id).is_none(), "its window is over");
        world.act(&id, sign(), &approver());
        assert_eq!(world.state(&id), "decided");
        let tasks = world.entries.tasks(&handler(), 10).unwrap();
        assert_eq!((tasks.len(), tasks[0].kind), (1, TaskKind::Publish));
        assert_eq!(
            tasks[0].due_on,
            Some(day("2026-09-10")),
            "seven working days (T02)"
        );
        world.act(&id, EntryAct::Publish, &handler());
        let shown = world.shown(&id).unwrap();
        assert_eq!(shown.document_number, "厦示认〔2026〕1号");
        assert_eq!(shown.decided_on, day("2026-09-01"));
        assert_eq!(shown.authority_code, OFFICE);
        assert!(!format!("{shown:?}").contains("13800138000"));
        assert!(world.entries.tasks(&handler(), 10).unwrap().is_empty());
        let checks = world.entries.cases.vault.checks(id.as_str()).unwrap();
        assert_eq!(
            checks.len(),
            3,
            "at submission, when the texts were cleared, before publication"
        );
    });
}

#[test]
fn an_entry_without_a_public_notice_is_signed_when_the_party_has_had_its_days() {
    World::each(|world| {
        let id = world.propose("quiet", CELLS).unwrap();
        world.act(&id, clear(), &reviewer());
        let meeting = "厦示会纪〔2026〕13号".to_owned();
        world.act(&id, EntryAct::Approve { meeting }, &approver());
        let notice = "厦示告〔2026〕6号".to_owned();
        world.act(&id, EntryAct::ServeParty { notice }, &handler());
        let sign = || EntryAct::Sign {
            document_number: "厦示认〔2026〕8号".into(),
        };
        let due = |world: &World, id: &CaseId| {
            let lines = world
                .entries
                .list(&handler(), (None, None), None, 9, world.now);
            let lines = lines.unwrap();
            let line = lines.iter().find(|l| l.head.case == id.as_str());
            line.unwrap().due
        };
        // five working days after Monday 3 August 2026: the last one is the party's
        for date in [START, "2026-08-07", "2026-08-10"] {
            world.on(date);
            let error = world.entries.act(&id, None, sign(), &approver(), world.now);
            let error = error.unwrap_err();
            assert_eq!(outcome(&error), "party_heard", "{date}");
            assert!(error.words().zh.contains("2026-08-10"), "{error}");
            assert_eq!(due(world, &id), Some((day("2026-08-10"), false)));
        }
        assert!(
            world.entries.held(&id).unwrap().notes.decision.is_none(),
            "a refused signature leaves no number behind"
        );
        world.on("2026-08-11");
        world.act(&id, sign(), &approver());
        world.act(&id, EntryAct::Publish, &handler());
        assert_eq!(world.state(&id), "published");
        // while the public notice runs longer, its end is the day that is waited for
        world.on(START);
        let mut cells = CELLS.to_vec();
        cells[1].1 = "93610902MA6EXA032K";
        let noticed = world.to_notice("black", &cells);
        assert_eq!(due(world, &noticed), Some((day("2026-08-31"), false)));
    });
}

/// The review of a proposal keeps what it approved under the case, which is no record: a foreign key once refused that.
#[test]
fn a_doubtful_text_that_the_secrecy_review_approved_is_noticed_and_published_as_approved() {
    World::each(|world| {
        let mut cells = CELLS.to_vec();
        cells[3].1 = "连续三年按期完成维护，曾雇用工人王五。";
        let id = world.onto_list("red", &cells, "厦示认〔2026〕19号");
        let shown = format!("{:?}", world.shown(&id).unwrap().parts());
        assert!(shown.contains("曾雇用工人王某。"), "{shown}");
        assert!(!shown.contains("王五"), "{shown}");
        world.verify();
    });
}

#[test]
fn a_red_entry_leaves_for_each_of_its_reasons_by_two_officers() {
    World::each(|world| {
        for (n, reason) in [
            ExitReason::DesignationError,
            ExitReason::Disqualified,
            ExitReason::StandardChanged,
            ExitReason::SealedByLaw,
        ]
        .into_iter()
        .enumerate()
        {
            let id = world.onto_list("red", CELLS, &format!("厦示认〔2026〕1{n}号"));
            leaves(world, &id, reason);
        }
    });
}

#[test]
fn a_black_entry_leaves_for_each_of_its_reasons_by_two_officers() {
    World::each(|world| {
        for (n, reason) in [
            ExitReason::DesignationError,
            ExitReason::Repaired,
            ExitReason::StandardChanged,
            ExitReason::SealedByLaw,
        ]
        .into_iter()
        .enumerate()
        {
            let id = world.onto_list("black", CELLS, &format!("厦示认〔2026〕2{n}号"));
            leaves(world, &id, reason);
        }
    });
}

/// Proposed by one, done by another; told at once on the board.
fn leaves(world: &World, id: &CaseId, reason: ExitReason) {
    world.act(id, exit(reason), &handler());
    assert!(
        world.shown(id).is_some(),
        "an exit that is proposed is none"
    );
    let same = Actor::new("handler-1", Role::Approver, OFFICE);
    let alone = world
        .entries
        .act(id, None, EntryAct::Exit, &same, world.now);
    assert_eq!(outcome(&alone.unwrap_err()), "same_person");
    world.act(id, EntryAct::Exit, &approver());
    assert_eq!(world.state(id), "exited");
    assert_eq!(world.shown(id), None);
    let number = world.entries.held(id).unwrap().record.document_number;
    let told: Vec<_> = world
        .board(NoticeKind::Exit)
        .into_iter()
        .filter(|n| n.document_number.as_deref() == Some(number.as_str()))
        .collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].reason, Some(reason));
    assert_eq!(told[0].subject.name, "厦门示例贸易有限公司");
    let case = world
        .entries
        .cases
        .vault
        .case(id.as_str())
        .unwrap()
        .unwrap();
    let entry = super::super::acts::entry_of(&case).unwrap();
    assert_eq!(
        entry.announced_on,
        Some(world.today()),
        "the notice was told at once (T03)"
    );
}

#[test]
fn an_entry_is_reported_seven_working_days_before_its_end_and_leaves_by_itself() {
    World::each(|world| {
        let mut cells = CELLS.to_vec();
        cells.retain(|(key, _)| *key != "valid_until");
        cells.push(("valid_until", "2026-10-30"));
        let id = world.onto_list("black", &cells, "厦示认〔2026〕30号");
        // seven working days before Friday 30 October 2026
        world.on("2026-10-21");
        world.night();
        assert_eq!(world.state(&id), "expiring");
        let tasks = world.entries.tasks(&handler(), 10).unwrap();
        assert_eq!((tasks.len(), tasks[0].kind), (1, TaskKind::Expiry));
        assert_eq!(tasks[0].due_on, Some(day("2026-10-21")));
        world.on("2026-10-30");
        world.night();
        assert!(world.shown(&id).is_some(), "valid through its last day");
        world.on("2026-10-31");
        world.night();
        assert_eq!(world.state(&id), "exited");
        assert_eq!(world.shown(&id), None);
        let told = world.board(NoticeKind::Exit);
        assert_eq!(told[0].reason, Some(ExitReason::Expired));
        assert!(world.entries.tasks(&handler(), 10).unwrap().is_empty());
    });
}

#[test]
fn a_revoked_basis_withdraws_the_entry_and_a_reversed_exit_brings_it_back() {
    World::each(|world| {
        let id = world.onto_list("black", CELLS, "厦示认〔2026〕40号");
        let reasons = "判决撤销".to_owned();
        world.act(
            &id,
            EntryAct::Revoke {
                reasons: reasons.clone(),
            },
            &handler(),
        );
        assert_eq!(world.state(&id), "exited");
        assert_eq!(world.shown(&id), None);
        assert!(
            world.board(NoticeKind::Exit).is_empty(),
            "withdrawn, and not delisted"
        );

        let other = world.onto_list("black", CELLS, "厦示认〔2026〕41号");
        world.act(&other, exit(ExitReason::Repaired), &handler());
        world.act(&other, EntryAct::Exit, &approver());
        assert_eq!(world.board(NoticeKind::Exit).len(), 1);
        let ground = ReinstateGround::FalseMaterial;
        world.act(
            &other,
            EntryAct::Reinstate { ground, reasons },
            &Actor::new("approver-2", Role::Approver, OFFICE),
        );
        assert_eq!(world.state(&other), "published");
        assert!(world.shown(&other).is_some());
        assert!(
            world.board(NoticeKind::Exit).is_empty(),
            "the notice is taken back with the exit"
        );
    });
}

#[test]
fn a_person_is_masked_on_the_board_and_not_named_when_leaving() {
    World::each(|world| {
        let id = world.onto_list("black", PERSON, "厦示认〔2026〕50号");
        world.on(START);
        let again = world.to_notice("black", &{
            let mut cells = PERSON.to_vec();
            cells[0].1 = "欧阳明月";
            cells[3].1 = "11010519491231002X";
            cells
        });
        let notice = world.notice(&again).unwrap();
        assert_eq!(notice.subject.name, "欧阳**");
        assert!(!format!("{notice:?}").contains("19491231"));
        world.on("2026-09-01");
        world.act(&id, exit(ExitReason::Repaired), &handler());
        world.act(&id, EntryAct::Exit, &approver());
        let told = format!("{:?}", world.board(NoticeKind::Exit));
        for never in ["张", "三丰", "440524", "厦示认〔2026〕50号"] {
            assert!(!told.contains(never), "{never}: {told}");
        }
    });
}

#[test]
fn an_objection_that_is_upheld_stops_the_entry_and_one_that_is_dismissed_does_not() {
    World::each(|world| {
        let id = world.to_notice("red", CELLS);
        let objection = "YY-1".to_owned();
        world.act(
            &id,
            EntryAct::Object {
                objection: objection.clone(),
            },
            &handler(),
        );
        assert_eq!(world.state(&id), "objection_review");
        assert!(world.notice(&id).is_some(), "the notice runs on");
        let tasks = world.entries.tasks(&handler(), 10).unwrap();
        assert_eq!(
            (tasks[0].kind, tasks[0].due_on),
            (TaskKind::Objection, Some(day("2026-08-17")))
        );
        let reasons = "经核实不成立".to_owned();
        world.act(&id, EntryAct::Dismiss { reasons }, &approver());
        assert_eq!(world.state(&id), "in_notice");
        world.act(&id, EntryAct::Object { objection }, &handler());
        let reasons = "经核实成立".to_owned();
        world.act(&id, EntryAct::Uphold { reasons }, &approver());
        assert_eq!(world.state(&id), "rejected");
        assert!(world.notice(&id).is_none(), "taken back at once");
        let gone = world
            .entries
            .cases
            .store
            .notices_taken_back(day(START), 9)
            .unwrap();
        assert_eq!(gone.len(), 1);
        world.on("2026-09-01");
        let sign = EntryAct::Sign {
            document_number: "厦示认〔2026〕60号".into(),
        };
        assert_eq!(world.refused(&id, sign, &approver()), "not_now");
    });
}

#[test]
fn what_is_not_for_the_public_is_told_to_the_unit() {
    World::each(|world| {
        let id = world.to_list_internal();
        assert_eq!(world.shown(&id), None);
        let tasks = world.entries.tasks(&handler(), 10).unwrap();
        assert_eq!((tasks.len(), tasks[0].kind), (1, TaskKind::TellUnit));
        assert_eq!(
            tasks[0].due_on,
            Some(day("2026-08-12")),
            "seven working days (T05)"
        );
        world.act(&id, EntryAct::TellUnit, &handler());
        assert!(world.entries.tasks(&handler(), 10).unwrap().is_empty());
    });
}

impl World {
    /// One that the secrecy review keeps from the public.
    fn to_list_internal(&self) -> CaseId {
        let id = self.propose("black", CELLS).unwrap();
        let screen = EntryAct::Screen {
            finding: Screening::Internal,
            reasons: "不宜公开".into(),
            marks: vec![],
        };
        self.act(&id, screen, &reviewer());
        assert_eq!(self.state(&id), "internal_only");
        id
    }
}

#[test]
fn a_changed_standard_is_carried_out_over_the_whole_list() {
    World::each(|world| {
        let first = world.onto_list("red", CELLS, "厦示认〔2026〕70号");
        world.on(START);
        let mut cells = CELLS.to_vec();
        cells[1].1 = "93610902MA6EXA032K";
        let second = world.onto_list("red", &cells, "厦示认〔2026〕71号");
        let verdicts = [
            (first.clone(), Verdict::Keep),
            (second.clone(), Verdict::Exit),
        ];
        let done = world
            .entries
            .reevaluate(&verdicts, "厦示会纪〔2026〕30号", &handler(), world.now)
            .unwrap();
        assert!(done.iter().all(|(_, one)| one.is_ok()), "{done:?}");
        let lines = world
            .entries
            .list(
                &handler(),
                (Some("published"), Some("red")),
                None,
                10,
                world.now,
            )
            .unwrap();
        let waiting: Vec<_> = lines.iter().filter(|l| l.exit_proposed).collect();
        assert_eq!((lines.len(), waiting.len()), (2, 1));
        let done = world
            .entries
            .exit_all(std::slice::from_ref(&second), &approver(), world.now);
        assert!(done[0].1.is_ok(), "{done:?}");
        assert!(world.shown(&first).is_some());
        assert_eq!(world.shown(&second), None);
        let told = world.board(NoticeKind::Exit);
        assert_eq!(told[0].reason, Some(ExitReason::StandardChanged));
        world.verify();
    });
}

#[test]
fn a_single_row_of_a_file_is_proposed_as_an_import_reads_it() {
    World::each(|world| {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("一行.csv");
        let head = "名称,统一社会信用代码,法定代表人,认定事由,认定依据,有效期至\n";
        let row = |n: u32| {
            format!(
                "厦门示例贸易有限公司,{COMPANY},陈示例,连续{n}年守信,《示例规定》第八条,2027-06-30\n"
            )
        };
        std::fs::write(&path, format!("{head}{}", row(3))).unwrap();
        let propose = || {
            let typed = Typed {
                list: "red".into(),
                basis_document: "厦示会〔2026〕3号".into(),
                ..Typed::default()
            };
            world
                .entries
                .propose_file(&path, &typed, &handler(), world.now)
        };
        let id = propose().unwrap();
        assert_eq!(world.state(&id), "proposed");
        let file = world
            .entries
            .look(&id, &handler(), "办理", world.now)
            .unwrap();
        let reason = file
            .preview
            .fields
            .iter()
            .find(|f| f.key == "reason")
            .unwrap();
        assert_eq!(reason.public.as_deref(), Some("连续3年守信"));
        let letter = file.letter.unwrap();
        assert_eq!(letter.to, "厦门示例贸易有限公司");
        assert_eq!(
            letter.body.len(),
            6,
            "reason, basis, measures, right to be heard, right to object, path of repair"
        );
        assert!(
            letter.body[3].contains("自收到本告知书之日起5个工作日内"),
            "{}",
            letter.body[3]
        );
        assert_eq!(letter.decided_on, world.today());
        std::fs::write(&path, format!("{head}{}{}", row(3), row(4))).unwrap();
        assert_eq!(outcome(&propose().unwrap_err()), "rows");
        std::fs::write(
            &path,
            format!("{head}{}", row(3).replace(COMPANY, "91350203MA2EXA019C")),
        )
        .unwrap();
        assert_eq!(outcome(&propose().unwrap_err()), "faulty");
    });
}

/// Another case decides about the record of an entry.
fn decided(world: &World, id: &CaseId, kind: DecisionKind, detail: serde_json::Value) {
    let record = world.entries.held(id).unwrap().head.record_id.unwrap();
    let new = NewDecision {
        record_id: &record,
        kind,
        effective_on: world.today(),
        actor: "approver-3",
        reference: "XF-7K3M-9Q2H-4TWX-1",
        detail,
    };
    world.entries.cases.vault.decide(&new, world.now).unwrap();
    world.night();
}

#[test]
fn an_entry_leaves_its_list_with_its_record_and_comes_back_with_it() {
    World::each(|world| {
        let id = world.onto_list("black", CELLS, "厦示认〔2026〕90号");
        world.now += TimeDelta::minutes(1);
        decided(world, &id, DecisionKind::Annotated, serde_json::json!({}));
        assert_eq!(world.state(&id), "published");
        decided(world, &id, DecisionKind::Repaired, serde_json::json!({}));
        assert_eq!(world.state(&id), "exited", "a repair was granted");
        assert_eq!(world.shown(&id), None);
        let exited = |world: &World| {
            let case = world
                .entries
                .cases
                .vault
                .case(id.as_str())
                .unwrap()
                .unwrap();
            let entry = super::super::acts::entry_of(&case).unwrap();
            (entry.exited.map(|(_, why)| why), entry.announced_on)
        };
        let today = world.today();
        assert_eq!(
            exited(world),
            (Some(ExitReason::Repaired), Some(today)),
            "the notice of the repair tells it"
        );
        assert!(world.entries.tasks(&handler(), 10).unwrap().is_empty());
        world.now += TimeDelta::minutes(1);
        let barred = serde_json::json!({ "barred_until": "2029-09-01" });
        decided(world, &id, DecisionKind::Reinstated, barred);
        assert_eq!(world.state(&id), "published", "the material was false");
        assert!(world.shown(&id).is_some());
        world.now += TimeDelta::minutes(1);
        let wrong = serde_json::json!({ "reason": "designation_error" });
        decided(world, &id, DecisionKind::Delisted, wrong);
        assert_eq!(exited(world).0, Some(ExitReason::DesignationError));
        assert_eq!(
            world.board(NoticeKind::Exit)[0].reason,
            Some(ExitReason::DesignationError)
        );
        // what happens again and again has an end
        world.now += TimeDelta::minutes(1);
        let before = world.entries.cases.vault.case_events(id.as_str()).unwrap();
        world.night();
        assert_eq!(
            world.entries.cases.vault.entries_left_behind().unwrap(),
            Vec::<String>::new()
        );
        let after = world.entries.cases.vault.case_events(id.as_str()).unwrap();
        assert_eq!(before.len(), after.len());
    });
}

/// What waits for a platform, in order: result, reason, document number. It is taken.
fn pushed(world: &World) -> Vec<(String, Option<String>, Option<String>)> {
    let vault = &world.entries.cases.vault;
    let taken = vault
        .take_messages([Kind::Push; 2], "province", world.now, 99)
        .unwrap();
    taken
        .into_iter()
        .map(|message| {
            vault
                .settle_message(&message.id, &Attempt::Sent, world.now)
                .unwrap();
            match message.content {
                Content::Result {
                    result,
                    reason,
                    document_number,
                    record,
                    list,
                    kind,
                    ..
                } => {
                    assert_eq!((list.as_str(), kind.as_str()), ("black", "entry"));
                    assert!(vault.get(&record).unwrap().is_some(), "the record is known");
                    (result, reason, document_number)
                }
                _ => panic!("no result"),
            }
        })
        .collect()
}

#[test]
fn each_change_of_a_list_goes_to_the_platforms_with_its_number_and_reason() {
    World::each(|world| {
        world.entries.cases.tells = Arc::new(Tells {
            platforms: vec!["province".to_owned()],
            ..Tells::default()
        });
        let number = "厦示认〔2026〕80号";
        let told = |result: &str, reason: Option<&str>| {
            vec![(
                result.to_owned(),
                reason.map(ToOwned::to_owned),
                Some(number.to_owned()),
            )]
        };
        let id = world.to_notice("black", CELLS);
        world.on("2026-09-01");
        let sign = EntryAct::Sign {
            document_number: number.into(),
        };
        world.act(&id, sign, &approver());
        assert!(pushed(world).is_empty(), "nothing is public yet");
        world.act(&id, EntryAct::Publish, &handler());
        assert_eq!(pushed(world), told("published", None));
        world.act(&id, exit(ExitReason::Repaired), &handler());
        assert!(pushed(world).is_empty(), "an exit that is proposed is none");
        world.act(&id, EntryAct::Exit, &approver());
        assert_eq!(pushed(world), told("exited", Some("repaired")));
        let second = Actor::new("approver-2", Role::Approver, OFFICE);
        let reasons = "材料虚假".to_owned();
        let ground = ReinstateGround::FalseMaterial;
        world.act(&id, EntryAct::Reinstate { ground, reasons }, &second);
        assert_eq!(pushed(world), told("published", None));
        let reasons = "判决撤销".to_owned();
        world.act(&id, EntryAct::Revoke { reasons }, &handler());
        assert_eq!(pushed(world), told("exited", Some("basis_revoked")));
        // what never was public is nobody's business
        let other = world.to_list_internal();
        assert_eq!(world.state(&other), "internal_only");
        assert!(pushed(world).is_empty());
    });
}
