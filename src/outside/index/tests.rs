//! The index as its callers see it.

use super::*;
use crate::domain::kinds::SubjectKind;
use chrono::NaiveDate;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

const TODAY: &str = "2026-11-22";

/// A record of an organisation, displayed now.
fn org<'a>(num: u64, name: &'a str, code: &'a str) -> IndexDoc<'a> {
    IndexDoc {
        num,
        name: Some(name),
        person_keys: &[],
        credit_code: Some(code),
        other_codes: &[],
        document_number: None,
        region: 320_505,
        list: "penalties",
        authority: "a1",
        kind: SubjectKind::LegalPerson,
        decided: date("2024-05-01"),
        state: "displayed",
        displayed_from: date("2024-05-08"),
        displayed_until: Some(date("2027-05-08")),
    }
}

struct Fixture {
    index: SearchIndex,
    _dir: tempfile::TempDir,
}

fn fixture(docs: &[IndexDoc<'_>]) -> Fixture {
    let dir = tempfile::tempdir().unwrap();
    let options = IndexOptions {
        threads: 1,
        memory_per_thread: 15 << 20,
    };
    let index = SearchIndex::open_or_create(dir.path(), options).unwrap();
    assert_eq!(index.condition(), Condition::Missing);
    let rebuild = index.rebuild().unwrap();
    for doc in docs {
        rebuild.add(doc).unwrap();
    }
    rebuild.finish(1).unwrap();
    Fixture { index, _dir: dir }
}

fn ask(index: &SearchIndex, q: &str) -> SearchAnswer {
    index.search(&SearchRequest::new(q, date(TODAY))).unwrap()
}

fn nums(answer: &SearchAnswer) -> Vec<u64> {
    answer.hits.iter().map(|hit| hit.num).collect()
}

#[test]
fn each_stage_answers_and_names_itself() {
    let f = fixture(&[
        IndexDoc {
            document_number: Some("苏市监罚字〔2024〕12号"),
            ..org(1, "苏州正光之纺织有限公司", "91320505MA1MHC1A29")
        },
        IndexDoc {
            other_codes: &["320500000123456"],
            ..org(2, "苏州市正光贸易（集团）有限公司", "91320505MA2XXXXX1B")
        },
        org(3, "南京广联士商贸有限公司", "91320100MA3YYYYY1C"),
        org(4, "广联士", "91320100MA4ZZZZZ1D"),
    ]);
    for (q, stage, expected) in [
        ("91320505MA1MHC1A29", Match::Code, vec![1]),
        ("９１３２０５０５ｍａ１ｍｈｃ１ａ２９", Match::Code, vec![1]),
        ("91320505MA", Match::Code, vec![1, 2]),
        ("320500000123456", Match::Code, vec![2]),
        ("MA1MHC1A2", Match::Code, vec![1]),
        ("苏市监罚字[2024]12号", Match::Document, vec![1]),
        ("苏市监罚字〔2024〕", Match::Document, vec![1]),
        ("蘇州正光之紡織有限公司", Match::Exact, vec![1]),
        (" 苏州市正光贸易(集团) 有限公 司", Match::Exact, vec![2]),
        // The whole name first, then the names that hold it.
        ("广联士", Match::Exact, vec![4, 3]),
        ("正光", Match::Fragment, vec![1, 2]),
        ("正光 苏州", Match::Fragment, vec![1, 2]),
        ("广联士 南京", Match::Fragment, vec![3]),
        ("苏州正光贸易", Match::Fragment, vec![2, 1]),
        ("苏州正尤之纺织有限公司", Match::Near, vec![1]),
    ] {
        let answer = ask(&f.index, q);
        assert_eq!(
            (answer.stage, nums(&answer)),
            (Some(stage), expected),
            "{q}"
        );
        assert_eq!(answer.hits[0].matched, stage, "{q}");
        assert_eq!(answer.total, answer.hits.len() as u64, "{q}");
        let near = answer
            .hits
            .iter()
            .filter(|hit| hit.matched == Match::Near)
            .count();
        assert_eq!(answer.look_alikes, near as u64, "{q}");
        assert_eq!(answer.seq, 1);
    }
    assert_eq!(ask(&f.index, "广").suggestion, Some(Suggestion::TooShort));
    let nothing = ask(&f.index, "暐虛梈無");
    assert_eq!(
        (nothing.stage, nothing.total, nothing.total_is_exact),
        (None, 0, true)
    );
}

#[test]
fn natural_persons_are_neither_listed_nor_counted_nor_found_by_document_unless_their_list_is_browsable()
 {
    let person = IndexDoc {
        name: None,
        person_keys: &[42],
        credit_code: None,
        document_number: Some("苏市监罚字〔2024〕77号"),
        kind: SubjectKind::NaturalPerson,
        ..org(2, "", "")
    };
    let f = fixture(&[
        org(1, "苏州正光之纺织有限公司", "91320505MA1MHC1A29"),
        person,
    ]);
    let base = SearchRequest {
        facets: true,
        filters: Filters {
            list: Some("penalties".to_owned()),
            ..Filters::default()
        },
        ..SearchRequest::new("", date(TODAY))
    };
    let listed = f.index.search(&base).unwrap();
    assert_eq!((nums(&listed), listed.total), (vec![1], 1));
    let counted: u64 = listed.facets.unwrap().kinds.iter().map(|(_, n)| n).sum();
    assert_eq!(counted, 1, "no count tells of the person");
    assert_eq!(ask(&f.index, "苏市监罚字〔2024〕77号").total, 0);
    let browsable = SearchRequest {
        list_persons: true,
        ..base.clone()
    };
    assert_eq!(f.index.search(&browsable).unwrap().total, 2);
    let by_name = SearchRequest {
        q: "任意姓名".to_owned(),
        person_key: Some(42),
        ..base
    };
    assert_eq!(nums(&f.index.search(&by_name).unwrap()), vec![2]);
}
