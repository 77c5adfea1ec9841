//! The store of applications on both databases: what is kept, who opens it, what is left of it.

mod after;

use chrono::TimeDelta;

use super::store::HandedIn;
use super::*;
use crate::base::crypto::desk::{self, DeskPublic};
use crate::base::crypto::{DeskSecret, parcel};
use crate::base::db::testing::Scratch;
use crate::domain::forms::number::Number;
use crate::domain::forms::submission::{FileNote, Purpose, Submission, VERSION};
use crate::domain::forms::{Applicant, ApplicantKind, Form, FormKind, Objection, ObjectionType};
use crate::domain::time::{civil_date, day_start};

fn now() -> Moment {
    day_start("2026-11-23".parse().unwrap()) + TimeDelta::hours(9)
}

struct Desk {
    public: DeskPublic,
    secret: DeskSecret,
    _dir: tempfile::TempDir,
}

fn desk() -> Desk {
    let dir = tempfile::tempdir().unwrap();
    desk::create(dir.path()).unwrap();
    Desk {
        public: DeskPublic::load(dir.path()).unwrap(),
        secret: DeskSecret::load(dir.path()).unwrap(),
        _dir: dir,
    }
}

fn submission(number: &Number, draft: &Draft) -> Submission {
    Submission {
        version: VERSION,
        number: number.as_str().to_owned(),
        kind: FormKind::Objection,
        at: now(),
        lang: "zh-Hans".into(),
        form: Form::Objection(Box::new(Objection {
            applicant: Applicant {
                kind: ApplicantKind::Person,
                name: "欧阳金雀".into(),
                credit_code: None,
                id_number: Some("x".into()),
                mobile: "13800000000".into(),
                email: None,
            },
            target: None,
            kind: ObjectionType::WrongContent,
            disputed: None,
            correct: None,
            facts: draft.answers.get("facts").to_owned(),
        })),
        routes: vec![],
        commitment: None,
        files: draft.files.clone(),
    }
}

fn note(bytes: &[u8], tag: &str) -> FileNote {
    FileNote {
        file: 0,
        purpose: Purpose::Other,
        kind: "pdf".into(),
        name: "金丝雀.pdf".into(),
        bytes: bytes.len() as u64,
        sha256: tag.into(),
        about: None,
    }
}

fn hand_in(store: &ApplyStore, number: &Number, secret: &Secret) -> Result<HandedIn, ApplyError> {
    store.hand_in(number, secret, now(), None, |draft| {
        Ok((submission(number, draft), vec!["mark".to_owned()]))
    })
}

#[test]
fn a_draft_is_kept_changed_handed_in_once_and_opened_by_the_desk() {
    Scratch::each(|url| {
        let (store, desk) = (ApplyStore::open(url).unwrap(), desk());
        let (number, secret) = store
            .begin(FormKind::Objection, &Draft::default(), &desk.public, now())
            .unwrap();
        store
            .change(&number, &secret, now(), |d| {
                d.answers.set("facts", "金丝雀事实");
                Ok(())
            })
            .unwrap();
        let large: Vec<u8> = (0..1_700_000_u32).map(|i| (i % 253) as u8).collect();
        assert_eq!(
            store
                .add_file(&number, &secret, note(&large, "a"), &large, now())
                .unwrap(),
            1
        );
        // the same again, after a broken line
        assert_eq!(
            store
                .add_file(&number, &secret, note(&large, "a"), &large, now())
                .unwrap(),
            1
        );
        assert_eq!(
            store
                .add_file(&number, &secret, note(b"", "b"), b"", now())
                .unwrap(),
            2
        );
        store.remove_file(&number, &secret, 2, now()).unwrap();
        assert_eq!(
            store
                .add_file(&number, &secret, note(b"xyz", "c"), b"xyz", now())
                .unwrap(),
            3
        );
        assert_eq!(store.draft(&number, &secret).unwrap().files.len(), 2);
        assert_eq!(store.waiting(9).unwrap(), Vec::<String>::new());
        assert!(store.sealed(number.as_str()).unwrap().is_none());

        assert_eq!(hand_in(&store, &number, &secret).unwrap(), HandedIn::Now);
        assert_eq!(hand_in(&store, &number, &secret).unwrap(), HandedIn::Before);
        assert!(matches!(
            store.draft(&number, &secret),
            Err(ApplyError::NotADraft)
        ));
        assert_eq!(store.waiting(9).unwrap(), [number.as_str()]);
        assert_eq!(store.about("mark").unwrap(), [State::Submitted]);

        let sealed = store.sealed(number.as_str()).unwrap().unwrap();
        let key = desk.secret.open(&sealed.envelope, number.as_str()).unwrap();
        let body = parcel::open(&key, sealed.body_place(), &sealed.body).unwrap();
        let read: Submission = serde_json::from_slice(&body).unwrap();
        let Form::Objection(form) = &read.form else {
            panic!()
        };
        assert_eq!(form.facts, "金丝雀事实");
        let opened: Vec<_> = sealed
            .files
            .iter()
            .map(|(file, bytes)| {
                let part = Sealed::file_part(*file);
                let place = parcel::Place {
                    number: number.as_str(),
                    part: &part,
                };
                parcel::open(&key, place, bytes).unwrap().to_vec()
            })
            .collect();
        assert_eq!(opened, [large, b"xyz".to_vec()]);

        store.fetched(number.as_str(), now()).unwrap();
        assert!(store.waiting(9).unwrap().is_empty());
        let due = "2026-12-02".parse().unwrap();
        store
            .tell(number.as_str(), State::Accepted, now(), Some((due, true)))
            .unwrap();
        let standing = store.standing(&number, &secret).unwrap();
        assert_eq!(standing.state, State::Accepted);
        let told: Vec<_> = standing
            .history
            .iter()
            .map(|e| (e.state, e.due_on, e.provisional))
            .collect();
        assert_eq!(
            told,
            [
                (State::Submitted, None, false),
                (State::Accepted, Some(due), true)
            ]
        );
        assert!(matches!(
            store.tell("YY-0000", State::Accepted, now(), None),
            Err(ApplyError::Unknown)
        ));
    });
}

#[test]
fn another_secret_is_as_good_as_none() {
    Scratch::each(|url| {
        let (store, desk) = (ApplyStore::open(url).unwrap(), desk());
        let (number, secret) = store
            .begin(FormKind::Repair, &Draft::default(), &desk.public, now())
            .unwrap();
        let other = Secret::new().unwrap();
        let elsewhere = secret::new_number(FormKind::Repair).unwrap();
        for (number, secret) in [(&number, &other), (&elsewhere, &secret)] {
            assert!(matches!(
                store.draft(number, secret),
                Err(ApplyError::Unknown)
            ));
            assert!(matches!(
                store.standing(number, secret),
                Err(ApplyError::Unknown)
            ));
            assert!(matches!(
                store.discard(number, secret),
                Err(ApplyError::Unknown)
            ));
            assert!(matches!(
                hand_in(&store, number, secret),
                Err(ApplyError::Unknown)
            ));
            assert!(matches!(
                store.add_file(number, secret, note(b"", "a"), b"", now()),
                Err(ApplyError::Unknown)
            ));
        }
        assert!(
            secret.fits(&number, &secret.hash(&number))
                && !other.fits(&number, &secret.hash(&number))
        );
        assert!(
            secret.is_token(&number, &secret.token(&number))
                && !secret.is_token(&elsewhere, &secret.token(&number))
        );
        assert!(!format!("{secret:?}").contains(secret.expose()));
        assert_eq!(
            Secret::parse(&secret.grouped().to_lowercase())
                .unwrap()
                .expose(),
            secret.expose()
        );
    });
}

#[test]
fn drafts_are_deleted_on_their_day_and_what_was_handed_in_is_not() {
    Scratch::each(|url| {
        let (store, desk) = (ApplyStore::open(url).unwrap(), desk());
        let begin = |at| {
            store
                .begin(FormKind::Repair, &Draft::default(), &desk.public, at)
                .unwrap()
        };
        let (old, old_secret) = begin(now());
        let (handed, handed_secret) = begin(now());
        hand_in(&store, &handed, &handed_secret).unwrap();
        let (saved, saved_secret) = begin(now());
        store
            .add_file(&old, &old_secret, note(b"abc", "a"), b"abc", now())
            .unwrap();
        store
            .change(
                &saved,
                &saved_secret,
                now() + TimeDelta::days(1),
                |_| Ok(()),
            )
            .unwrap();
        let day = |n| civil_date(now()) + TimeDelta::days(n);
        assert_eq!(store.expire(day(29)).unwrap(), 0);
        assert_eq!(store.expire(day(30)).unwrap(), 1);
        assert!(matches!(
            store.draft(&old, &old_secret),
            Err(ApplyError::Unknown)
        ));
        assert!(store.draft(&saved, &saved_secret).is_ok());
        assert_eq!(store.expire(day(400)).unwrap(), 1);
        assert!(store.standing(&handed, &handed_secret).is_ok());
        let (thrown, thrown_secret) = begin(now());
        store.discard(&thrown, &thrown_secret).unwrap();
        assert!(matches!(
            store.draft(&thrown, &thrown_secret),
            Err(ApplyError::Unknown)
        ));
        assert!(matches!(
            store.discard(&handed, &handed_secret),
            Err(ApplyError::NotADraft)
        ));
    });
}

#[test]
fn no_more_files_than_an_application_may_have() {
    let scratch = Scratch::sqlite();
    let (store, desk) = (ApplyStore::open(&scratch.url).unwrap(), desk());
    let (number, secret) = store
        .begin(FormKind::Repair, &Draft::default(), &desk.public, now())
        .unwrap();
    let huge = FileNote {
        bytes: 61 << 20,
        ..note(b"", "huge")
    };
    assert!(matches!(
        store.add_file(&number, &secret, huge, b"x", now()),
        Err(ApplyError::FilesTooLarge)
    ));
    for i in 0..20 {
        store
            .add_file(&number, &secret, note(b"x", &i.to_string()), b"x", now())
            .unwrap();
    }
    assert!(matches!(
        store.add_file(&number, &secret, note(b"x", "more"), b"x", now()),
        Err(ApplyError::TooManyFiles)
    ));
    // what was refused left nothing behind
    assert_eq!(store.draft(&number, &secret).unwrap().files.len(), 20);
    hand_in(&store, &number, &secret).unwrap();
    assert_eq!(
        store.sealed(number.as_str()).unwrap().unwrap().files.len(),
        20
    );
}

#[test]
fn nothing_that_was_typed_is_in_the_files_of_the_database() {
    let dir = tempfile::tempdir().unwrap();
    let url = crate::base::db::DbUrl::sqlite(dir.path().join("apply.db"));
    let (store, desk) = (ApplyStore::open(&url).unwrap(), desk());
    let (number, secret) = store
        .begin(FormKind::Objection, &Draft::default(), &desk.public, now())
        .unwrap();
    let canary = "CANARY-OF-A-DRAFT-0001";
    store
        .change(&number, &secret, now(), |d| {
            d.answers.set("facts", canary);
            Ok(())
        })
        .unwrap();
    store
        .add_file(
            &number,
            &secret,
            note(canary.as_bytes(), "a"),
            canary.as_bytes(),
            now(),
        )
        .unwrap();
    let search = || {
        for entry in std::fs::read_dir(dir.path()).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            for text in [canary, "金丝雀", secret.expose()] {
                assert!(
                    !bytes.windows(text.len()).any(|w| w == text.as_bytes()),
                    "{text}"
                );
            }
        }
    };
    search();
    hand_in(&store, &number, &secret).unwrap();
    search();
}
