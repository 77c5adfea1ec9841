//! Cut off between any two steps: what is lost is made good by the next run, and nothing is done or told twice.

use super::*;

#[test]
fn an_application_that_was_taken_in_but_not_marked_is_taken_in_once() {
    World::each(|world| {
        let ids = world.import(&[penalty(1, |_| {})]);
        let (number, secret) = world.hand_in(repair(), &[&ids[0]]);
        let sealed = world.apply().sealed(number.as_str()).unwrap().unwrap();
        let desk = world.cases.desk.as_ref().unwrap();
        let opened = crate::inside::received::open(desk, &sealed).unwrap();
        // the vault has it, and then the node is gone
        assert_eq!(
            world.cases.take_in(&opened.submission, world.now).unwrap(),
            1
        );
        assert_eq!(world.apply().waiting(9).unwrap().len(), 1);
        let again = world.receive();
        assert_eq!((again.applications, again.cases), (0, 0));
        assert!(world.apply().waiting(9).unwrap().is_empty());
        world.follow();
        assert_eq!(world.told(&number, &secret), ["0:received>submitted"]);
        // the same with what the applicant did
        world.does(&number, &secret, &ApplicantAct::Withdraw { part: None });
        let what = ApplicantAct::Withdraw { part: None };
        let (number_text, act) = world.apply().acts_waiting(9).unwrap().remove(0);
        assert!(
            world
                .cases
                .take_act(&number_text, act, &what, world.now, world.now)
                .unwrap()
        );
        assert_eq!(world.receive().acts, 0);
        world.follow();
        assert_eq!(
            world.told(&number, &secret),
            ["0:received>submitted", "0:withdraw>withdrawn"]
        );
        world.holds();
    });
}

#[test]
fn an_approval_is_made_good_after_a_stop_anywhere() {
    World::each(|world| {
        let ids = world.import(&[penalty(1, |_| {})]);
        let (number, secret) = world.hand_in(repair(), &[&ids[0]]);
        world.receive();
        let id = part(&number, 0);
        to_verified(world, &id, ONE);
        let before = world.told(&number, &secret).len();
        world.act(&id, &people(ONE).approver, APPROVE).unwrap();
        // 1. publishing fails: the applicant is told all the same, nothing has arrived
        *world.surfaces.broken.lock().unwrap() = true;
        assert!(world.cases.after(world.now).is_err());
        assert_eq!(world.told(&number, &secret).len(), before + 1);
        assert!(world.shown(&ids[0]).is_some());
        assert_eq!(world.stored(&id).sync_seq, None, "not released");
        // 2. published, but the index and the files are behind
        *world.surfaces.broken.lock().unwrap() = false;
        *world.surfaces.behind.lock().unwrap() = vec![SyncTarget::Search, SyncTarget::Exports];
        assert_eq!(world.follow().synced, 2);
        assert!(world.shown(&ids[0]).is_none());
        assert_eq!(world.state(&id), "approved");
        assert_eq!(world.follow().synced, 0);
        // 3. they catch up
        world.surfaces.behind.lock().unwrap().clear();
        assert_eq!(world.follow().synced, 2);
        world.follow();
        assert_eq!(world.state(&id), "done");
        let told = world.told(&number, &secret);
        assert_eq!(told[before..], ["0:approve>approved", "0:sync>done"]);
        world.holds();
    });
}

#[test]
fn what_was_told_but_not_noted_is_not_told_again() {
    World::each(|world| {
        let ids = world.import(&[penalty(1, |_| {})]);
        let (number, secret) = world.hand_in(repair(), &[&ids[0]]);
        world.receive();
        let id = part(&number, 0);
        to_verified(world, &id, ONE);
        let told = world.told(&number, &secret);
        // as if the node had gone before it noted what it had told
        world
            .cases
            .vault
            .transact(|tx| -> Result<(), CaseError> {
                let mut case = tx.case(id.as_str())?.unwrap();
                case.told_steps = -1;
                case.pending = true;
                tx.save_case(&case)?;
                Ok(())
            })
            .unwrap();
        world.follow();
        assert_eq!(world.told(&number, &secret), told);
        assert!(!world.stored(&id).pending);
    });
}

#[test]
fn nothing_of_an_act_is_done_when_part_of_it_fails() {
    World::each(|world| {
        let ids = world.import(&[penalty(1, |_| {})]);
        let (number, _) = world.hand_in(repair(), &[&ids[0]]);
        world.receive();
        let id = part(&number, 0);
        to_verified(world, &id, ONE);
        let (before, audit) = (world.stored(&id), world.cases.vault.verify_audit().unwrap());
        let changes = world.cases.vault.change_seq().unwrap();
        let event = Event::read(
            CaseKind::Repair,
            &mut serde_json::Deserializer::from_str(APPROVE),
        )
        .unwrap();
        let stopped = world.cases.act_with(
            &id,
            None,
            event,
            &people(ONE).approver,
            world.now,
            |_, done| {
                assert_eq!(done.event.effects.len(), 2);
                Err(CaseError::NoFile)
            },
        );
        assert!(matches!(stopped, Err(CaseError::NoFile)));
        assert_eq!(world.stored(&id), before);
        assert_eq!(world.cases.vault.verify_audit().unwrap(), audit);
        assert_eq!(world.cases.vault.change_seq().unwrap(), changes);
    });
}

#[test]
fn what_does_not_open_is_put_aside_and_blocks_nothing() {
    World::each(|world| {
        let ids = world.import(&[penalty(1, |_| {})]);
        // sealed to the key of another desk
        let keys = tempfile::tempdir().unwrap();
        KeyRing::create(keys.path()).unwrap();
        let ours = std::mem::replace(&mut world.public, DeskPublic::load(keys.path()).unwrap());
        let (foreign, _) = world.hand_in(repair(), &[&ids[0]]);
        world.public = ours;
        let (good, _) = world.hand_in(repair(), &[&ids[0]]);
        let done = world.receive();
        assert_eq!((done.applications, done.aside), (1, 1));
        assert_eq!(world.state(&part(&good, 0)), "submitted");
        assert!(
            world.receive().is_nothing(),
            "it does not come back by itself"
        );
        let aside = world.cases.put_aside(9).unwrap();
        assert_eq!(
            (aside[0].number.as_str(), aside[0].reason.as_str()),
            (foreign.as_str(), "seal")
        );
        let log = world.cases.vault.audit_entries(0, 100).unwrap();
        assert_eq!(
            log.iter().filter(|e| e.action == "case.put_aside").count(),
            1
        );
        // the key is found
        world.cases.desk = Some(Arc::new(DeskSecret::load(keys.path()).unwrap()));
        let operator = people(ONE).operator;
        let again = world
            .cases
            .again(foreign.as_str(), None, &operator, world.now)
            .unwrap();
        assert_eq!(again.applications, 1);
        // another application about the record was open by then
        assert_eq!(world.state(&part(&foreign, 0)), "not_accepted");
    });
}

#[test]
fn of_two_who_act_at_once_one_is_told_to_look_again() {
    World::each(|world| {
        let ids = world.import(&[penalty(1, |_| {})]);
        let (number, _) = world.hand_in(repair(), &[&ids[0]]);
        world.receive();
        let id = part(&number, 0);
        to_verified(world, &id, ONE);
        let seen = world.stored(&id).version;
        let decide = |name: &str, json: &str| {
            let by = Actor::new(name, Role::Approver, ONE);
            let event = Event::read(
                CaseKind::Repair,
                &mut serde_json::Deserializer::from_str(json),
            );
            world
                .cases
                .act_at(&id, Some(seen), event.unwrap(), &by, world.now)
        };
        let results = std::thread::scope(|scope| {
            let one = scope.spawn(|| decide("a", APPROVE));
            let two = scope.spawn(|| decide("b", REJECT));
            [one.join().unwrap(), two.join().unwrap()]
        });
        let done = results.iter().filter(|r| r.is_ok()).count();
        let told = results
            .iter()
            .filter(|r| matches!(r, Err(CaseError::Conflict { .. })))
            .count();
        assert_eq!((done, told), (1, 1), "{results:?}");
        world.follow();
        world.holds();
    });
}
