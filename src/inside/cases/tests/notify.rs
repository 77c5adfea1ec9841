//! What a change in a case puts into the queue of messages, and when a result has arrived at other platforms.

use super::*;
use crate::inside::vault::outbox::{Attempt, Content, Kind, Taking};

const EMAIL: &str = "canary-address@example.cn";

fn tells(platforms: &[&str]) -> Arc<Tells> {
    Arc::new(Tells {
        mail: true,
        webhook: true,
        platforms: platforms.iter().map(|p| (*p).to_owned()).collect(),
    })
}

fn with_email(mut form: Form) -> Form {
    if let Form::Repair(form) = &mut form {
        form.applicant.email = Some(EMAIL.to_owned());
    }
    form
}

/// Kinds of the messages of a case, in the order in which they were made.
fn queued(world: &World, id: &CaseId) -> Vec<&'static str> {
    let mut all = world
        .cases
        .vault
        .messages(Some(id.as_str()), false, 99)
        .unwrap();
    all.sort_by(|a, b| (a.made_at, &a.id).cmp(&(b.made_at, &b.id)));
    all.iter().map(|m| m.kind.code()).collect()
}

fn take(world: &World, kind: Kind, target: &str) -> Vec<Taking> {
    world
        .cases
        .vault
        .take_messages([kind; 2], target, world.now, 99)
        .unwrap()
}

fn settle(world: &World, taken: &Taking, came: &Attempt) {
    world
        .cases
        .vault
        .settle_message(&taken.id, came, world.now)
        .unwrap();
}

#[test]
fn a_change_is_queued_once_whatever_is_cut_off() {
    World::each(|world| {
        world.cases.tells = tells(&[]);
        let ids = world.import(&[penalty(1, |_| {})]);
        let (number, _) = world.hand_in(with_email(repair()), &[&ids[0]]);
        world.receive();
        let id = part(&number, 0);
        assert!(queued(world, &id).is_empty(), "not before it can be read");
        world.follow();
        assert_eq!(queued(world, &id), ["mail", "webhook"]);
        // told again, because the node had gone before it noted that it had told
        world
            .cases
            .change(&id.to_string(), |held| {
                held.told_steps = -1;
                held.pending = true;
            })
            .unwrap();
        world.follow();
        assert_eq!(queued(world, &id), ["mail", "webhook"]);
        // the mail that waits tells of the next change, too; the webhook tells of each
        world.acts(&id, &[(&people(ONE).operator, FORWARD)]);
        assert_eq!(queued(world, &id), ["mail", "webhook", "webhook"]);
        assert!(
            take(world, Kind::Mail, "").is_empty(),
            "it is held back a little"
        );
        world.now += TimeDelta::seconds(10);
        let mails = take(world, Kind::Mail, "");
        let changed = Content::Changed {
            to: EMAIL.to_owned(),
            lang: "zh-Hans".to_owned(),
            number: number.as_str().to_owned(),
        };
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].content, changed);
        // what changes while it is being sent is told by another one
        world.acts(&id, &[(&people(ONE).handler, ACCEPT)]);
        settle(world, &mails[0], &Attempt::Sent);
        world.now += TimeDelta::seconds(10);
        assert_eq!(take(world, Kind::Mail, "").len(), 1);
        let states: Vec<_> = take(world, Kind::Webhook, "")
            .into_iter()
            .map(|m| match m.content {
                Content::State { part, state, .. } => (part, state),
                other => panic!("{other:?}"),
            })
            .collect();
        let told = [(0, "submitted"), (0, "forwarded"), (0, "accepted")];
        assert_eq!(states, told.map(|(n, s)| (n, s.to_owned())));
        world.holds();
    });
}

#[test]
fn who_gave_no_address_gets_no_mail() {
    let world = &mut World::sqlite();
    world.cases.tells = tells(&[]);
    let ids = world.import(&[penalty(1, |_| {})]);
    let (number, _) = world.hand_in(repair(), &[&ids[0]]);
    world.receive();
    world.follow();
    assert_eq!(queued(world, &part(&number, 0)), ["webhook"]);
}

#[test]
fn an_approval_is_done_when_every_platform_has_it() {
    World::each(|world| {
        world.cases.tells = tells(&["province", "sector"]);
        let ids = world.import(&[penalty(1, |_| {})]);
        let (number, secret) = world.hand_in(repair(), &[&ids[0]]);
        world.receive();
        let id = part(&number, 0);
        to_verified(world, &id, ONE);
        world.acts(&id, &[(&people(ONE).approver, APPROVE)]);
        assert_eq!(world.state(&id), "approved");
        let province = take(world, Kind::Push, "province");
        let result = Content::Result {
            record: ids[0].clone(),
            list: "penalty".into(),
            document_number: Some("厦示罚〔2026〕1号".into()),
            authority: ONE.into(),
            kind: "repair".into(),
            result: "approved".into(),
            reason: None,
            on: world.today(),
        };
        assert_eq!(province.len(), 1);
        assert_eq!(province[0].content, result);
        settle(world, &province[0], &Attempt::Sent);
        world.follow();
        assert_eq!(
            world.state(&id),
            "approved",
            "one platform has it, the other has not"
        );
        let sector = take(world, Kind::Push, "sector");
        let answer = "503".to_owned();
        settle(world, &sector[0], &Attempt::Dead { answer });
        world.follow();
        assert_eq!(world.state(&id), "approved");
        // the operator sees what was given up, lets it be tried again, and then it arrives
        let p = people(ONE);
        let given_up = world.cases.messages_given_up(&p.operator).unwrap();
        assert_eq!(given_up.len(), 1);
        assert!(world.cases.messages_given_up(&p.handler).is_err());
        assert!(
            world
                .cases
                .retry_message(&given_up[0].id, &p.handler, world.now)
                .is_err()
        );
        world
            .cases
            .retry_message(&given_up[0].id, &p.operator, world.now)
            .unwrap();
        let again = take(world, Kind::Push, "sector");
        assert_eq!(again[0].name, sector[0].name);
        settle(world, &again[0], &Attempt::Sent);
        world.follow();
        world.follow();
        assert_eq!(world.state(&id), "done");
        let reply = world.replies(&number, &secret).pop().unwrap();
        let outgoing = ("outgoing".to_owned(), Some(world.today()));
        assert!(reply.sync.contains(&outgoing), "{:?}", reply.sync);
        // of the messages of a case an officer of another authority learns nothing
        let theirs = world.cases.messages_of(&id, &people(OTHER).handler);
        assert!(matches!(theirs, Err(CaseError::Unknown)));
        assert!(world.cases.messages_of(&id, &p.handler).unwrap().len() >= 2);
        world.holds();
    });
}

#[test]
fn results_of_a_case_reach_a_platform_in_their_order() {
    let world = &mut World::sqlite();
    world.cases.tells = tells(&["province"]);
    let ids = world.import(&[penalty(1, |_| {})]);
    let (number, _) = world.hand_in(repair(), &[&ids[0]]);
    world.receive();
    let id = part(&number, 0);
    to_verified(world, &id, ONE);
    world.acts(&id, &[(&people(ONE).approver, APPROVE)]);
    let first = take(world, Kind::Push, "province").remove(0);
    let later = world.now + TimeDelta::hours(1);
    let answer = "503".to_owned();
    settle(world, &first, &Attempt::Again { at: later, answer });
    world.now += TimeDelta::minutes(1);
    world.acts(
        &id,
        &[(
            &people(ONE).approver,
            r#"{"event":"revoke","reasons":"材料虚假"}"#,
        )],
    );
    assert!(
        take(world, Kind::Push, "province").is_empty(),
        "the first is not settled"
    );
    world.now = later;
    let taken = take(world, Kind::Push, "province");
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].id, first.id);
    settle(world, &taken[0], &Attempt::Sent);
    let second = take(world, Kind::Push, "province");
    assert!(matches!(&second[0].content, Content::Result { result, .. } if result == "revoked"));
}

#[test]
fn a_message_whose_sender_was_cut_off_is_taken_again_under_the_same_name() {
    World::each(|world| {
        world.cases.tells = tells(&[]);
        let ids = world.import(&[penalty(1, |_| {})]);
        world.hand_in(with_email(repair()), &[&ids[0]]);
        world.receive();
        world.follow();
        world.now += TimeDelta::seconds(10);
        let first = take(world, Kind::Mail, "");
        assert_eq!(first.len(), 1);
        assert!(take(world, Kind::Mail, "").is_empty(), "somebody has it");
        world.now += TimeDelta::minutes(10);
        let second = take(world, Kind::Mail, "");
        assert_eq!(second[0].name, first[0].name);
        settle(world, &second[0], &Attempt::Sent);
        world.now += TimeDelta::days(1);
        assert!(take(world, Kind::Mail, "").is_empty());
        // nothing of the address is left, and in time nothing at all
        let vault = &world.cases.vault;
        assert_eq!(vault.message_counts().unwrap().len(), 2);
        assert_eq!(
            crate::inside::notify::daily::forget(vault, world.now).unwrap(),
            0
        );
        world.now += TimeDelta::days(90);
        assert_eq!(
            crate::inside::notify::daily::forget(vault, world.now).unwrap(),
            1
        );
    });
}

#[test]
fn nothing_of_the_application_leaves_but_its_number() {
    use crate::base::crypto::HookSecret;
    use crate::inside::notify::Round;
    use crate::inside::notify::mail::Protection;
    use crate::inside::notify::results::{Place, Receiver};
    use crate::inside::notify::tests::mailer;
    use crate::inside::notify::tests::smtp::{Smtp, text};
    use crate::outside::hooks::guard::Reach;
    use crate::outside::hooks::post::Poster;
    use crate::outside::hooks::testing::Peer;

    let world = &mut World::sqlite();
    world.cases.tells = tells(&[]);
    let ids = world.import(&[penalty(1, |_| {})]);
    let (number, secret) = world.hand_in(with_email(repair()), &[&ids[0]]);
    world.receive();
    let id = part(&number, 0);
    to_verified(world, &id, ONE);
    world.acts(&id, &[(&people(ONE).approver, REJECT)]);
    world.now += TimeDelta::minutes(1);
    let (server, peer) = (Smtp::start(), Peer::start(vec!["200 OK"]));
    let mails = mailer(server.port, Protection::None);
    let hook = Receiver::webhook(Place::Address {
        url: url::Url::parse(&peer.url).unwrap(),
        secret: HookSecret::agreed("k"),
        poster: Poster::new(Reach::Local),
    });
    while mails.round(&world.cases.vault, world.now).unwrap() == Round::Settled {}
    while hook.round(&world.cases.vault, world.now).unwrap() == Round::Settled {}
    assert_eq!(server.mails().len(), 1);
    assert_eq!(peer.asked().len(), 5, "each change");
    let mut left: String = peer.asked().concat();
    for mail in server.mails() {
        left.push_str(&mail.replace(EMAIL, ""));
        left.push_str(&text(&mail));
    }
    assert!(left.contains(number.as_str()));
    let secret = secret.expose();
    for datum in [
        "canary",
        "海风贸易",
        "91350203MA2EXA019B",
        "13800138000",
        "思明区",
        "张三",
        "缴清",
        "厦示罚",
        "示例局",
        ids[0].as_str(),
        secret,
    ] {
        assert!(!left.contains(datum), "{datum}: {left}");
    }
}

#[test]
fn authorities_are_told_once_a_working_day_how_much_is_due() {
    use crate::inside::notify::daily::digests;
    World::each(|world| {
        world.cases.tells = tells(&[]);
        let ids = world.import(&[penalty(1, |_| {}), penalty(2, |_| {})]);
        let mut cases = Vec::new();
        for id in &ids {
            let (number, _) = world.hand_in(repair(), &[id]);
            world.receive();
            cases.push(part(&number, 0));
        }
        world.follow();
        let due = world.stored(&cases[0]).due.unwrap().on;
        let to = BTreeMap::from([
            (ONE.to_owned(), "desk@example.cn".to_owned()),
            (OTHER.to_owned(), "other@example.cn".to_owned()),
        ]);
        let told = |world: &World| digests(&world.cases, &to, world.now).unwrap();
        let counts = |world: &World| match &take(world, Kind::Digest, "")[..] {
            [one] => match &one.content {
                Content::Due {
                    to, overdue, soon, ..
                } => (to.clone(), *overdue, *soon),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        };
        // soon: on its day, and not yet over
        world.now = day_start(due) + TimeDelta::hours(9);
        assert_eq!(told(world), 1, "the other authority has nothing");
        assert_eq!(told(world), 0, "once a day");
        assert_eq!(counts(world), ("desk@example.cn".to_owned(), 0, 2));
        world.tomorrow();
        let mut days = 0;
        while told(world) == 0 {
            assert!(!world.cases.calendar.is_workday(world.today()).unwrap());
            world.tomorrow();
            days += 1;
            assert!(days < 10);
        }
        let overdue = take(world, Kind::Digest, "");
        let latest = overdue
            .iter()
            .find(|m| m.attempts == 0 && m.id.ends_with(&world.today().to_string()));
        assert!(matches!(
            latest.unwrap().content,
            Content::Due {
                overdue: 2,
                soon: 0,
                ..
            }
        ));
    });
}
