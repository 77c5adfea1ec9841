//! The cross-check, the marks of the secrecy review, contradictions, and what must never be seen.

use super::*;
use crate::inside::vault::task::TaskKind;

#[test]
fn a_subject_on_a_list_of_dishonesty_is_refused_at_submission() {
    World::each(|world| {
        let black = world.import(&record("black", 1, COMPANY));
        world.night();
        let error = world.propose("red", CELLS).unwrap_err();
        let EntryError::Dishonest { case, hits } = &error else {
            panic!("{error:?}");
        };
        assert_eq!(*hits, 1);
        let id = CaseId::parse(case).unwrap();
        assert_eq!(
            world.state(&id),
            "draft",
            "what was typed stays, and was not handed in"
        );
        let checks = world.entries.cases.vault.checks(case).unwrap();
        assert_eq!(checks.len(), 1);
        assert_eq!(checks[0].hits[0]["record"], black.as_str());
        assert_eq!(checks[0].actor, "handler-1");
        assert_eq!(checks[0].change_seq, 1);
        let searched: Vec<&str> = checks[0].searched["lists"]
            .as_array()
            .unwrap()
            .iter()
            .map(|l| l["list"].as_str().unwrap())
            .collect();
        assert_eq!(searched, ["black", "quiet", "watch"]);
        // another company is not on any list
        let mut cells = CELLS.to_vec();
        cells[1].1 = "93610902MA6EXA032K";
        assert!(world.propose("red", &cells).is_ok());
        // the entry leaves the black list: the draft can be handed in
        let new = crate::inside::vault::NewDecision {
            record_id: &black,
            kind: crate::inside::vault::DecisionKind::Delisted,
            effective_on: world.today(),
            actor: "officer",
            reference: "x",
            detail: serde_json::json!({}),
        };
        world.entries.cases.vault.decide(&new, world.now).unwrap();
        world.night();
        world.act(&id, EntryAct::Propose, &handler());
        assert_eq!(world.state(&id), "proposed");
    });
}

#[test]
fn a_subject_listed_meanwhile_is_refused_before_publication() {
    World::each(|world| {
        let id = world.to_notice("red", CELLS);
        world.on("2026-09-01");
        let sign = EntryAct::Sign {
            document_number: "厦示认〔2026〕1号".into(),
        };
        world.act(&id, sign, &approver());
        // not shown to anybody, and counts all the same
        world.import(&record("watch", 1, COMPANY));
        assert_eq!(
            world.refused_raw(&id, EntryAct::Publish, &handler()),
            "dishonest"
        );
        world.night();
        assert_eq!(world.state(&id), "rejected");
        assert_eq!(world.shown(&id), None);
        let checks = world.entries.cases.vault.checks(id.as_str()).unwrap();
        assert_eq!(checks.last().unwrap().hits[0]["list"], "watch");
    });
}

impl World {
    /// As `refused`, where the vault holds what is not published yet.
    fn refused_raw(&self, id: &CaseId, act: EntryAct, by: &Actor) -> &'static str {
        outcome(&self.entries.act(id, None, act, by, self.now).unwrap_err())
    }
}

#[test]
fn a_red_list_subject_that_enters_another_list_makes_a_task_and_no_second_one() {
    World::each(|world| {
        let id = world.onto_list("red", CELLS, "厦示认〔2026〕1号");
        // one that the desk does not handle itself
        let pushed = world.import(&record("red", 8, COMPANY));
        world.night();
        assert!(world.entries.tasks(&handler(), 10).unwrap().is_empty());
        let other = world.import(&record("black", 9, COMPANY));
        world.import(&record("black", 10, "93610902MA6EXA032K"));
        world.night();
        world.night();
        let tasks = world.entries.tasks(&handler(), 10).unwrap();
        assert_eq!((tasks.len(), tasks[0].kind), (1, TaskKind::Contradicted));
        assert_eq!(tasks[0].case.as_deref(), Some(id.as_str()));
        assert_eq!(tasks[0].other.as_deref(), Some(other.as_str()));
        let far = Actor::new("handler-9", Role::Handler, OTHER);
        let theirs = world.entries.tasks(&far, 10).unwrap();
        assert_eq!(theirs.len(), 1, "the other office looks at its own");
        assert_eq!(theirs[0].record_id.as_deref(), Some(pushed.as_str()));
        let history = world.entries.cases.vault.case_events(id.as_str()).unwrap();
        assert_eq!(history.last().unwrap().event.code(), "contradicted");
        assert_eq!(
            world.state(&id),
            "published",
            "officers decide what follows"
        );
        // a task of another authority is not there
        let ended = world.entries.end_task(&tasks[0].id, &far, world.now);
        assert_eq!(outcome(&ended.unwrap_err()), "unknown");
        assert!(
            world
                .entries
                .end_task(&tasks[0].id, &handler(), world.now)
                .unwrap()
        );
        world.night();
        assert!(world.entries.tasks(&handler(), 10).unwrap().is_empty());
    });
}

#[test]
fn a_contradiction_waits_no_longer_when_the_entry_has_left() {
    World::each(|world| {
        let id = world.onto_list("red", CELLS, "厦示认〔2026〕1号");
        world.import(&record("black", 9, COMPANY));
        world.night();
        let waiting = |world: &World| world.entries.tasks(&handler(), 10).unwrap().len();
        assert_eq!(waiting(world), 1);
        world.act(&id, exit(ExitReason::Disqualified), &handler());
        assert_eq!(waiting(world), 1, "an exit that is proposed is none");
        world.act(&id, EntryAct::Exit, &approver());
        assert_eq!(waiting(world), 0);
    });
}

#[test]
fn marked_passages_are_hidden_on_the_board_and_in_the_record() {
    World::each(|world| {
        let mut cells = CELLS.to_vec();
        cells[3].1 = "配方编号甲乙丙丁戊用于主材，法定代表人家庭困难仍守信。";
        let id = world.propose("red", &cells).unwrap();
        let screen = |passage: &str| EntryAct::Screen {
            finding: Screening::Clear,
            reasons: String::new(),
            marks: vec![
                (Mark::TradeSecret, passage.to_owned()),
                (Mark::Private, "家庭困难".into()),
            ],
        };
        assert_eq!(
            world.refused(&id, screen("没有这句话"), &reviewer()),
            "not_found"
        );
        world.act(&id, screen("配方编号甲乙丙丁戊"), &reviewer());
        let meeting = "纪要".to_owned();
        world.act(&id, EntryAct::Approve { meeting }, &approver());
        world.act(&id, EntryAct::OpenNotice, &handler());
        let expected = "[商业秘密,不予公开]用于主材，法定代表人[个人隐私,不予公开]仍守信。";
        let notice = world.notice(&id).unwrap();
        assert_eq!(notice.proposal.clone().unwrap().reason[0].value, expected);
        world.on("2026-09-01");
        let sign = EntryAct::Sign {
            document_number: "厦示认〔2026〕1号".into(),
        };
        world.act(&id, sign, &approver());
        world.act(&id, EntryAct::Publish, &handler());
        let shown = world.shown(&id).unwrap();
        assert_eq!(shown.fields[0].value, expected);
    });
}

#[test]
fn nothing_that_is_private_stands_in_the_files_of_either_store() {
    let world = &mut World::new([Scratch::sqlite(), Scratch::sqlite()]);
    let mut cells = PERSON.to_vec();
    cells[0].1 = "欧阳隐名";
    cells[4].1 = "欧阳隐名拒不履行，住址厦门市思明区湖滨南路1号302室，电话13911112222。";
    cells.push(("contact_phone", "13933334444"));
    let id = world.to_notice("black", &cells);
    let notice = world.notice(&id).unwrap();
    assert_eq!(notice.subject.name, "欧阳**");
    let never = [
        "隐名",
        "13911112222",
        "13933334444",
        "440524188001010014",
        "302室",
    ];
    // the vault's file holds them sealed, the public one not at all: notice, board, and whatever the engine keeps beside them
    for place in &world.places {
        let path = place.url.path().unwrap();
        for end in ["", "-wal", "-shm"] {
            let file = format!("{}{end}", path.display());
            let Ok(bytes) = std::fs::read(&file) else {
                continue;
            };
            for text in never {
                let found = bytes.windows(text.len()).any(|w| w == text.as_bytes());
                assert!(!found, "{text} stands in {file}");
            }
        }
    }
}
