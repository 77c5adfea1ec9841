//! Notices on both engines: shown if and only if the day lies in the window, gone without content when taken back.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::{FoundNotice, PublicStore};
use crate::base::db::testing::Scratch;
use crate::domain::kinds::SubjectKind;
use crate::domain::time::{Moment, day_start};
use crate::record::{NoticeKind, NoticeParts, NoticeSubject, PublicNotice};

fn day(n: u64) -> NaiveDate {
    let first: NaiveDate = "2026-01-01".parse().unwrap();
    first.checked_add_days(Days::new(n)).unwrap()
}

fn at(n: u64) -> Moment {
    day_start(day(n)) + chrono::TimeDelta::hours(9)
}

fn notice(id: usize, kind: NoticeKind, from: u64, until: u64) -> PublicNotice {
    PublicNotice::restored(NoticeParts {
        id: format!("{id:020}"),
        kind,
        list: "red_list".to_owned(),
        subject: NoticeSubject {
            kind: SubjectKind::LegalPerson,
            name: format!("虚构第{id}有限公司"),
            name_masked: false,
            credit_code: None,
        },
        authority_name: "某机关".to_owned(),
        authority_code: "11350200004123454P".to_owned(),
        document_number: None,
        effective_on: None,
        reason: None,
        proposal: None,
        open_from: day(from),
        open_until: day(until),
        provisional: false,
        catalogue: "national@1".to_owned(),
        masking: 1,
    })
}

fn ids(all: &[PublicNotice]) -> Vec<&str> {
    let mut ids: Vec<&str> = all.iter().map(|n| n.id.as_str()).collect();
    ids.sort_unstable();
    ids
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_notice_is_visible_if_and_only_if_the_day_lies_in_its_window(
        windows in prop::collection::vec((0_u64..40, 0_u64..40, 0_usize..3), 1..12),
        today in 0_u64..45,
    ) {
        let all: Vec<PublicNotice> = windows
            .iter()
            .enumerate()
            .map(|(n, (from, long, kind))| notice(n, NoticeKind::ALL[*kind], *from, from + long))
            .collect();
        let scratch = Scratch::sqlite();
        let store = PublicStore::open(&scratch.url).unwrap();
        store.set_notices(at(0), &all).unwrap();
        let shown = store.notices(day(today), None, 1000).unwrap();
        let expected: Vec<String> = windows
            .iter()
            .enumerate()
            .filter(|(_, (from, long, _))| *from <= today && today < from + long)
            .map(|(n, _)| format!("{n:020}"))
            .collect();
        prop_assert_eq!(ids(&shown), expected.iter().map(String::as_str).collect::<Vec<_>>());
        for one in &all {
            let found = store.notice(&one.id, day(today)).unwrap();
            prop_assert_eq!(
                matches!(found, FoundNotice::Open(_)),
                expected.contains(&one.id)
            );
        }
        for kind in NoticeKind::ALL {
            let of_kind = store.notices(day(today), Some(*kind), 1000).unwrap();
            prop_assert!(of_kind.iter().all(|n| n.kind == *kind));
        }
    }
}

#[test]
fn what_is_taken_back_leaves_its_id_and_the_moment_and_nothing_else() {
    Scratch::each(|url| {
        let store = PublicStore::open(url).unwrap();
        let (one, two) = (
            notice(1, NoticeKind::Prior, 0, 30),
            notice(2, NoticeKind::Exit, 0, 5),
        );
        let done = store.set_notices(at(0), &[one.clone(), two]).unwrap();
        assert_eq!((done.put, done.gone), (2, 0));
        let version = store.position().unwrap().notices;
        // the same again changes nothing
        let again = store.set_notices(at(1), &store.notices(day(1), None, 9).unwrap());
        assert_eq!(again.unwrap(), super::NoticesDone::default());
        assert_eq!(store.position().unwrap().notices, version);
        // one is over by its own end, the other is taken back
        let done = store.set_notices(at(6), &[]).unwrap();
        assert_eq!((done.put, done.gone), (0, 2));
        assert_eq!(store.position().unwrap().notices, version + 1);
        let gone = store.notices_taken_back(day(0), 9).unwrap();
        assert_eq!(gone.len(), 1);
        assert_eq!((gone[0].id.as_str(), gone[0].at), (one.id.as_str(), at(6)));
        assert_eq!(store.notice(&one.id, day(6)).unwrap(), FoundNotice::Gone);
        let never = store.notice("99999999999999999999", day(6)).unwrap();
        assert_eq!(never, FoundNotice::Unknown);
        assert!(store.notices_taken_back(day(7), 9).unwrap().is_empty());
        assert!(store.all_notices().unwrap().is_empty());
        // it comes back: no tombstone contradicts it
        store
            .set_notices(at(7), std::slice::from_ref(&one))
            .unwrap();
        assert!(store.notices_taken_back(day(0), 9).unwrap().is_empty());
        assert!(store.check_links().unwrap().is_empty());
        let held = store.all_notices().unwrap();
        assert_eq!(held[0].0, one);
        assert_eq!(held[0].1, super::notice_digest(&one).unwrap());
    });
}

#[test]
fn a_changed_notice_takes_the_place_of_the_old_one() {
    Scratch::each(|url| {
        let store = PublicStore::open(url).unwrap();
        store
            .set_notices(at(0), &[notice(1, NoticeKind::Prior, 0, 30)])
            .unwrap();
        let longer = notice(1, NoticeKind::Prior, 0, 40);
        let done = store
            .set_notices(at(1), std::slice::from_ref(&longer))
            .unwrap();
        assert_eq!((done.put, done.gone), (1, 0));
        assert_eq!(store.notices(day(35), None, 9).unwrap(), [longer]);
        assert!(store.notices_taken_back(day(0), 9).unwrap().is_empty());
    });
}
