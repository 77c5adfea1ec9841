//! What stays of an application when its time is over.

use super::*;
use crate::inside::retention::Retention;

const EMAIL: &str = "canary-address@example.cn";
const NAME: &str = "厦门海风贸易有限公司";
const KEPT: u32 = 30;

fn retention(world: &World) -> Retention {
    Retention {
        vault: world.cases.vault.clone(),
        apply: world.apply().clone(),
        keep_days: KEPT,
    }
}

/// What the vault holds of an application that names who applied.
fn naming(world: &World, number: &Number) -> usize {
    let all = world.cases.vault.opened_of(number.as_str());
    assert!(!all.is_empty());
    let names = |text: &&String| {
        [EMAIL, NAME, "13800138000"]
            .iter()
            .any(|n| text.contains(n))
    };
    all.iter().filter(names).count()
}

fn with_email() -> Form {
    let mut form = repair();
    if let Form::Repair(form) = &mut form {
        form.applicant.email = Some(EMAIL.to_owned());
    }
    form
}

/// Two applications of two records each: one is refused, the other is under way.
fn two(world: &mut World) -> (Number, Number) {
    world.cases.tells = Arc::new(Tells {
        mail: true,
        ..Tells::default()
    });
    let ids = world.import(&[1, 2, 3, 4].map(|n| penalty(n, |_| {})));
    let (ended, _) = world.hand_in(with_email(), &[&ids[0], &ids[1]]);
    let (open, _) = world.hand_in(with_email(), &[&ids[2], &ids[3]]);
    world.receive();
    world.follow();
    for at in 0..2 {
        let id = part(&ended, at);
        to_verified(world, &id, ONE);
        world.acts(&id, &[(&people(ONE).approver, REJECT)]);
    }
    let id = part(&open, 0);
    to_verified(world, &id, ONE);
    world.acts(&id, &[(&people(ONE).approver, REJECT)]);
    (ended, open)
}

fn proofs(world: &World) -> Vec<(String, String, serde_json::Value)> {
    let all = world.cases.vault.audit_entries(0, 10_000).unwrap();
    let of = all.iter().filter(|e| e.action == "application.forgotten");
    of.map(|e| {
        let detail = serde_json::from_str(&e.detail).unwrap();
        (e.actor.clone(), e.object.clone(), detail)
    })
    .collect()
}

#[test]
fn who_applied_goes_with_what_was_handed_in() {
    World::each(|world| {
        let (ended, open) = two(world);
        // the notes of both parts, and the mail that was never sent
        assert_eq!(naming(world, &ended), 3);
        let kept = naming(world, &open);
        let before = world.stored(&part(&ended, 0));
        world.now += TimeDelta::days(i64::from(KEPT) - 1);
        assert_eq!(retention(world).run(world.now).unwrap(), 0);
        assert_eq!(naming(world, &ended), 3);

        world.now += TimeDelta::days(1);
        assert_eq!(retention(world).run(world.now).unwrap(), 1);
        assert_eq!(naming(world, &ended), 0);
        assert_eq!(naming(world, &open), kept, "what is under way is kept");
        let after = world.stored(&part(&ended, 0));
        assert!(after.forgotten && after.note.email.is_none());
        // what was decided about what by whom is the archive of the authority
        assert_eq!(after.note.document_number, before.note.document_number);
        assert_eq!(after.note.authority_name, before.note.authority_name);
        assert_eq!(after.current, before.current);
        let proof = proofs(world);
        let [(actor, object, detail)] = proof.as_slice() else {
            panic!("{proof:?}")
        };
        assert_eq!(
            (actor.as_str(), object.as_str()),
            ("system:retention", ended.as_str())
        );
        assert_eq!(detail["notes"], 2);
        assert_eq!(detail["messages"], 1);
        assert_eq!(detail["sha256"].as_str().unwrap().len(), 64);
        world.cases.vault.verify_audit().unwrap();
        // once, and the case is still there for who may read it
        assert_eq!(retention(world).run(world.now).unwrap(), 0);
        assert_eq!(proofs(world).len(), 1);
        let auditor = Actor::new("auditor", Role::Auditor, "");
        let id = part(&ended, 0);
        let file = world.cases.look(&id, &auditor, "审计", world.now).unwrap();
        assert!(file.submission.is_none() && file.note.applicant.is_empty());
        world.follow();
        world.holds();
    });
}

/// The two databases are two transactions: a run that was cut off between them is completed by the next one, and so is what
/// was erased before names went with it.
#[test]
fn what_was_erased_without_its_names_is_completed() {
    let world = &mut World::sqlite();
    let (ended, _) = two(world);
    world.now += TimeDelta::days(i64::from(KEPT));
    let apply = world.apply();
    let contents = apply.contents(ended.as_str()).unwrap().unwrap();
    assert!(apply.erase(ended.as_str(), &contents, world.now).unwrap());
    assert_eq!(naming(world, &ended), 3);
    assert_eq!(retention(world).run(world.now).unwrap(), 0);
    assert_eq!(naming(world, &ended), 0);
    assert_eq!(proofs(world).len(), 1);
}
