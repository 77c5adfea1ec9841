//! An index that is kept up by a process which asks it nothing.

use super::tests::{TODAY, ask, date, fixture, org};
use super::*;

#[test]
fn what_is_opened_to_follow_answers_nothing_and_is_found_by_who_asks() {
    let f = fixture(&[org(1, "甲乙丙有限公司", ""), org(2, "丁戊己有限公司", "")]);
    let dir = f.index.dir.clone();
    let options = f.index.options;
    let kept = SearchIndex::open_to_follow(&dir, options).unwrap();
    assert_eq!(kept.condition(), Condition::Ready { seq: 1 });
    assert_eq!((kept.records(), kept.seq()), (2, None));
    let request = SearchRequest::new("甲乙丙", date(TODAY));
    assert!(matches!(kept.search(&request), Err(SearchError::NotReady)));

    let mut writer = kept.writer().unwrap();
    writer.remove(1).unwrap();
    writer.put(&org(3, "庚辛壬有限公司", "")).unwrap();
    writer.commit(7).unwrap();
    writer.finish().unwrap();
    assert_eq!(kept.condition(), Condition::Ready { seq: 7 });
    assert_eq!(kept.records(), 2);

    let asked = SearchIndex::open_or_create(&dir, options).unwrap();
    assert_eq!(asked.seq(), Some(7));
    assert_eq!(asked.records(), 2);
    for (q, total) in [("甲乙丙", 0), ("丁戊己", 1), ("庚辛壬", 1)] {
        assert_eq!(ask(&asked, q).total, total, "{q}");
    }
}

#[test]
fn what_is_opened_to_follow_is_built_anew() {
    let f = fixture(&[org(1, "甲乙丙有限公司", "")]);
    let kept = SearchIndex::open_to_follow(&f.index.dir, f.index.options).unwrap();
    let rebuild = kept.rebuild().unwrap();
    for (num, name) in [(5, "丁戊己有限公司"), (6, "庚辛壬有限公司")] {
        rebuild.add(&org(num, name, "")).unwrap();
    }
    rebuild.finish(9).unwrap();
    assert_eq!((kept.records(), kept.seq()), (2, None));
    assert_eq!(kept.condition(), Condition::Ready { seq: 9 });
    let asked = SearchIndex::open_or_create(&f.index.dir, f.index.options).unwrap();
    assert_eq!((asked.seq(), asked.records()), (Some(9), 2));
    assert_eq!(ask(&asked, "甲乙丙").total, 0);
}
