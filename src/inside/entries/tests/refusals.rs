//! Who may not, and what cannot be.

use super::*;

#[test]
fn a_list_without_conditions_or_remedies_takes_nobody() {
    World::each(|world| {
        let error = world.propose("bare", CELLS).unwrap_err();
        let EntryError::ListUnready(lacks) = &error else {
            panic!("{error:?}");
        };
        assert_eq!(lacks, &["移出条件", "救济途径"]);
        assert_eq!(
            outcome(&world.propose("nothing", CELLS).unwrap_err()),
            "blocked"
        );
        let no_basis = Typed {
            list: "red".into(),
            cells: CELLS
                .iter()
                .map(|(k, v)| ((*k).into(), (*v).into()))
                .collect(),
            basis_document: " ".into(),
            authority_name: String::new(),
        };
        let error = world.entries.propose(&no_basis, &handler(), world.now);
        assert_eq!(outcome(&error.unwrap_err()), "missing");
        let nobody = world
            .entries
            .list(&handler(), (None, None), None, 10, world.now);
        assert!(
            nobody.unwrap().is_empty(),
            "a refused proposal leaves no case"
        );
    });
}

#[test]
fn roles_authorities_and_the_same_person_are_refused() {
    World::each(|world| {
        let elsewhere = Actor::new("handler-9", Role::Handler, OTHER);
        let mut cells = CELLS.to_vec();
        cells.extend([
            ("authority_name", "厦门市示例局"),
            ("authority_code", OFFICE),
        ]);
        cells.extend([("source_name", "厦门市示例局"), ("source_code", OFFICE)]);
        for (by, code) in [
            (approver(), "not_yours"),
            (elsewhere.clone(), "other_authority"),
            (Actor::new("auditor", Role::Auditor, ""), "not_yours"),
        ] {
            let error = world.propose_by("red", &cells, &by).unwrap_err();
            assert_eq!(outcome(&error), code, "{by:?}");
        }
        let id = world.propose("red", CELLS).unwrap();
        let far = Actor::new("approver-9", Role::Approver, OTHER);
        for by in [&elsewhere, &far] {
            let done = world.entries.act(&id, None, clear(), by, world.now);
            assert_eq!(
                outcome(&done.unwrap_err()),
                "unknown",
                "as if it were not there"
            );
            let seen = world.entries.look(&id, by, "好奇", world.now);
            assert_eq!(outcome(&seen.unwrap_err()), "unknown");
        }
        assert!(
            world
                .entries
                .list(&elsewhere, (None, None), None, 10, world.now)
                .unwrap()
                .is_empty()
        );
        let act = |act: EntryAct, by: &Actor| {
            outcome(
                &world
                    .entries
                    .act(&id, None, act, by, world.now)
                    .unwrap_err(),
            )
        };
        assert_eq!(act(clear(), &handler()), "not_yours");
        let hat = Actor::new("handler-1", Role::SecrecyReviewer, OFFICE);
        assert_eq!(act(clear(), &hat), "same_person");
        let meeting = || EntryAct::Approve {
            meeting: "纪要".into(),
        };
        assert_eq!(act(meeting(), &approver()), "not_now");
        world.act(&id, clear(), &reviewer());
        assert_eq!(act(meeting(), &handler()), "not_yours");
        assert_eq!(
            act(meeting(), &Actor::new("handler-1", Role::Approver, OFFICE)),
            "same_person"
        );
        assert_eq!(act(EntryAct::Publish, &handler()), "not_now");
        let look = world.entries.look(&id, &handler(), " ", world.now);
        assert_eq!(outcome(&look.unwrap_err()), "purpose");
        let stale = world
            .entries
            .act(&id, Some(0), meeting(), &approver(), world.now);
        assert_eq!(outcome(&stale.unwrap_err()), "conflict");
        world.verify();
    });
}

#[test]
fn a_serious_list_and_a_person_need_a_notice_to_the_party() {
    World::each(|world| {
        for (list, cells) in [("black", CELLS), ("red", &consenting())] {
            let id = world.propose(list, cells).unwrap();
            world.act(&id, clear(), &reviewer());
            let meeting = "纪要".to_owned();
            world.act(&id, EntryAct::Approve { meeting }, &approver());
            let opened = world
                .entries
                .act(&id, None, EntryAct::OpenNotice, &handler(), world.now);
            assert_eq!(outcome(&opened.unwrap_err()), "missing", "{list}");
        }
    });
}

/// A person who agrees to stand on a red list.
fn consenting() -> Vec<(&'static str, &'static str)> {
    let mut cells = PERSON.to_vec();
    cells.push(("consent", "同意公示，2026-07-01签字"));
    cells
}

#[test]
fn what_could_not_be_published_is_not_put_on_the_board() {
    World::each(|world| {
        // a person on a red list who has not agreed
        let id = world.propose("red", PERSON).unwrap();
        world.act(&id, clear(), &reviewer());
        let meeting = "纪要".to_owned();
        world.act(&id, EntryAct::Approve { meeting }, &approver());
        let notice = "告知".to_owned();
        world.act(&id, EntryAct::ServeParty { notice }, &handler());
        assert_eq!(
            world.refused(&id, EntryAct::OpenNotice, &handler()),
            "blocked"
        );
        assert!(world.board(NoticeKind::Prior).is_empty());
    });
}

#[test]
fn faults_of_a_form_are_told_all_at_once() {
    World::each(|world| {
        let mut cells = CELLS.to_vec();
        cells[1].1 = "91350203MA2EXA019C";
        cells.retain(|(key, _)| *key != "designation_basis");
        let error = world.propose("red", &cells).unwrap_err();
        let EntryError::Faulty(findings) = &error else {
            panic!("{error:?}");
        };
        assert!(findings.len() >= 2, "{findings:?}");
        let asked = world.entries.asked("red").unwrap();
        assert!(
            asked
                .iter()
                .any(|a| a.key == "reason" && a.long && a.needed[0])
        );
        assert!(
            !asked.iter().any(|a| a.key == "decided_on"),
            "the decision brings it"
        );
    });
}
