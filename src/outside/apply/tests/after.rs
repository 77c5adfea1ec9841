//! What the desk tells and what the applicant does after handing in.

use super::*;
use crate::domain::forms::reply::{About, ApplicantAct, Can, HandedAct, Reply};
use crate::domain::forms::submission::{Route, Target};

/// Hands in an application about two records of two authorities.
fn of_two_parts(store: &ApplyStore, desk: &Desk) -> (Number, Secret) {
    let (number, secret) = store
        .begin(FormKind::Repair, &Draft::default(), &desk.public, now())
        .unwrap();
    store
        .hand_in::<ApplyError>(&number, &secret, now(), None, |draft| {
            let route = |code: &str| Route {
                authority_code: code.to_owned(),
                authority_name: format!("机关{code}"),
                targets: vec![Target {
                    record: code.to_owned(),
                    list: "penalty".to_owned(),
                    document_number: "文号".to_owned(),
                    forwarded: false,
                }],
            };
            let submission = Submission {
                routes: vec![route("A"), route("B")],
                ..submission(&number, draft)
            };
            Ok((submission, vec!["mark 0".to_owned(), "mark 1".to_owned()]))
        })
        .unwrap();
    (number, secret)
}

pub(super) fn reply(number: &Number, part: u32, state: &str) -> Reply {
    Reply {
        version: 1,
        number: number.as_str().to_owned(),
        part,
        about: About {
            authority_name: "示例市市场监督管理局".into(),
            ..About::default()
        },
        state: state.to_owned(),
        on: civil_date(now()),
        at: now(),
        event: "accept".into(),
        reasons: Some("金丝雀理由".into()),
        items: vec!["缴款凭证".into()],
        place: None,
        deadlines: Vec::new(),
        letter: None,
        sync: Vec::new(),
        can: vec![Can::Withdraw],
    }
}

#[test]
fn each_part_is_told_on_its_own_and_only_the_secret_reads_it() {
    Scratch::each(|url| {
        let (store, desk) = (ApplyStore::open(url).unwrap(), desk());
        let (number, secret) = of_two_parts(&store, &desk);
        let standing = store.standing(&number, &secret).unwrap();
        assert_eq!((standing.parts, standing.state), (2, State::Submitted));
        let due = "2026-12-02".parse().unwrap();
        let tell = |part, state: &str, due| {
            let told = reply(&number, part, state);
            store.reply(number.as_str(), &told, due, now()).unwrap();
            told
        };
        let told = [
            tell(1, "rejected", None),
            tell(0, "accepted", Some((due, true))),
            tell(0, "supplement", None),
        ];
        assert_eq!(store.replies(&number, &secret).unwrap(), told);
        let standing = store.standing(&number, &secret).unwrap();
        assert_eq!(standing.state, State::Supplement);
        assert_eq!(standing.state_of(0), State::Supplement);
        assert_eq!(standing.state_of(1), State::Rejected);
        assert_eq!(standing.history[2].due_on, Some(due));
        assert!(standing.history[2].provisional && standing.history[2].part == 0);

        tell(0, "withdrawn", None);
        let closed = store.standing(&number, &secret).unwrap();
        assert_eq!(closed.state, State::Mixed);
        // each record by itself: the one that was refused may be applied for again while the other is open
        assert_eq!(store.about("mark 0").unwrap(), [State::Withdrawn]);
        assert_eq!(store.about("mark 1").unwrap(), [State::Rejected]);

        let other = Secret::new().unwrap();
        assert!(matches!(
            store.replies(&number, &other),
            Err(ApplyError::Unknown)
        ));
        let wrong = reply(&number, 0, "no such state");
        assert!(matches!(
            store.reply(number.as_str(), &wrong, None, now()),
            Err(ApplyError::Damaged(_))
        ));
        let unknown = super::super::secret::new_number(FormKind::Repair).unwrap();
        assert!(matches!(
            store.reply(
                unknown.as_str(),
                &reply(&unknown, 0, "accepted"),
                None,
                now()
            ),
            Err(ApplyError::Unknown)
        ));
        assert_eq!(store.replies(&number, &secret).unwrap().len(), 4);
    });
}

#[test]
fn a_settled_complaint_is_not_called_late() {
    let closed = |kind| State::of_case(kind, "closed").unwrap();
    assert_eq!(closed(FormKind::Complaint), State::Settled);
    assert_eq!(closed(FormKind::Repair), State::Closed);
    assert!(!State::Upheld.is_closed(FormKind::Complaint));
    assert!(State::Upheld.is_closed(FormKind::Objection));
    assert!(!State::Approved.may_withdraw(FormKind::Repair));
}

#[test]
fn an_answer_is_sealed_to_the_desk_and_handed_in_once() {
    Scratch::each(|url| {
        let (store, desk) = (ApplyStore::open(url).unwrap(), desk());
        let (number, secret) = of_two_parts(&store, &desk);
        let bytes: Vec<u8> = (0..1_200_000_u32).map(|i| (i % 251) as u8).collect();
        let file = FileNote {
            file: 1,
            ..note(&bytes, "hash")
        };
        let answer = ApplicantAct::AnswerSupplement {
            part: 0,
            text: "金丝雀补正".into(),
            files: vec![file.clone()],
        };
        let add = |act: &ApplicantAct, files: &[(&FileNote, &[u8])]| {
            store.add_act(&number, &secret, act, files, &desk.public, now())
        };
        // nothing was asked for
        assert!(matches!(add(&answer, &[]), Err(ApplyError::NotNow)));
        store
            .reply(
                number.as_str(),
                &reply(&number, 0, "supplement"),
                None,
                now(),
            )
            .unwrap();
        let files = [(&file, bytes.as_slice())];
        assert_eq!(add(&answer, &files).unwrap(), HandedIn::Now);
        assert_eq!(add(&answer, &files).unwrap(), HandedIn::Before);
        let elsewhere = ApplicantAct::Withdraw { part: Some(2) };
        assert!(matches!(add(&elsewhere, &[]), Err(ApplyError::NotNow)));
        let all = ApplicantAct::Withdraw { part: None };
        assert_eq!(add(&all, &[]).unwrap(), HandedIn::Now);
        let one = ApplicantAct::Withdraw { part: Some(1) };
        assert_eq!(add(&one, &[]).unwrap(), HandedIn::Before);

        let of = |act| (number.as_str().to_owned(), act);
        assert_eq!(store.acts_waiting(9).unwrap(), [of(1), of(2)]);
        let sealed = store.sealed_act(number.as_str(), 1).unwrap().unwrap();
        let key = desk
            .secret
            .open(&sealed.envelope, &SealedAct::binding(number.as_str(), 1))
            .unwrap();
        let open = |part: &str, bytes: &[u8]| {
            let number = number.as_str();
            parcel::open(&key, parcel::Place { number, part }, bytes).unwrap()
        };
        let body = open(&SealedAct::body_part(1), &sealed.body);
        let handed: HandedAct = serde_json::from_slice(&body).unwrap();
        assert_eq!((handed.act, handed.at), (answer, now()));
        assert_eq!(sealed.files.len(), 1);
        let part = SealedAct::file_part(1, 1);
        assert_eq!(*open(&part, &sealed.files[0].1), bytes);

        store.act_fetched(number.as_str(), 1, now()).unwrap();
        assert_eq!(store.acts_waiting(9).unwrap(), [of(2)]);
        let done = store.standing(&number, &secret).unwrap().done;
        let done: Vec<_> = done
            .iter()
            .map(|d| (d.kind.as_str(), d.part, d.fetched))
            .collect();
        assert_eq!(
            done,
            [
                ("answer_supplement", Some(0), true),
                ("withdraw", None, false)
            ]
        );
        let other = Secret::new().unwrap();
        assert!(matches!(
            store.add_act(&number, &other, &all, &[], &desk.public, now()),
            Err(ApplyError::Unknown)
        ));
        assert!(store.sealed_act("XF-0000", 1).unwrap().is_none());
    });
}

#[test]
fn nothing_that_was_told_or_answered_is_in_the_files_of_the_database() {
    let dir = tempfile::tempdir().unwrap();
    let url = crate::base::db::DbUrl::sqlite(dir.path().join("apply.db"));
    let (store, desk) = (ApplyStore::open(&url).unwrap(), desk());
    let (number, secret) = of_two_parts(&store, &desk);
    store
        .reply(
            number.as_str(),
            &reply(&number, 0, "supplement"),
            None,
            now(),
        )
        .unwrap();
    let act = ApplicantAct::AnswerSupplement {
        part: 0,
        text: "金丝雀补正".into(),
        files: vec![],
    };
    store
        .add_act(&number, &secret, &act, &[], &desk.public, now())
        .unwrap();
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let found = |text: &str| bytes.windows(text.len()).any(|w| w == text.as_bytes());
        for text in [
            "金丝雀",
            "缴款凭证",
            secret.expose(),
            "示例市市场监督管理局",
        ] {
            assert!(!found(text), "{text}");
        }
    }
}
