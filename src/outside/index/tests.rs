//! The index as its callers see it.

use super::*;
use crate::domain::kinds::SubjectKind;
use chrono::NaiveDate;

pub(super) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) const TODAY: &str = "2026-11-22";

/// A record of an organisation, displayed now.
pub(super) fn org<'a>(num: u64, name: &'a str, code: &'a str) -> IndexDoc<'a> {
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

pub(super) struct Fixture {
    pub(super) index: SearchIndex,
    _dir: tempfile::TempDir,
}

pub(super) fn fixture(docs: &[IndexDoc<'_>]) -> Fixture {
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

pub(super) fn ask(index: &SearchIndex, q: &str) -> SearchAnswer {
    let request = SearchRequest::new(q, date(TODAY));
    let answer = index.search(&request).unwrap();
    if let Some(at_once) = index.search_at_once(&request).unwrap() {
        assert_eq!(at_once, answer, "{q}");
    }
    answer
}

/// Full matches among few documents are answered at once, and nothing else.
#[test]
fn what_takes_long_is_not_answered_at_once() {
    let names: Vec<String> = (0..3_000)
        .map(|n| format!("苏州正光{}有限公司", char::from_u32(0x4E00 + n).unwrap()))
        .collect();
    let named = names.iter().zip(1..).map(|(name, n)| org(n, name, ""));
    let mut docs: Vec<_> = named.collect();
    docs[7].credit_code = Some("91320505MA1MHC1A29");
    let f = fixture(&docs);
    for (q, at_once) in [
        (names[7].as_str(), true),
        ("91320505MA1MHC1A29", true),
        ("91320505MA1M", true),
        ("光丁有", true),
        ("正光丁丂七", false),
        ("苏州正光", false),
        ("", false),
    ] {
        let request = SearchRequest::new(q, date(TODAY));
        let answer = f.index.search_at_once(&request).unwrap();
        assert_eq!(answer.is_some(), at_once, "{q}");
        assert!(answer.is_none_or(|a| a.total == 1), "{q}");
        ask(&f.index, q);
    }
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

#[test]
fn the_answer_to_a_hidden_name_is_the_answer_to_a_name_that_never_was() {
    let shown = [
        org(1, "苏州正光之纺织有限公司", "91320505MA1MHC1A29"),
        org(2, "苏州正光贸易有限公司", "91320505MA2XXXXX1B"),
    ];
    let hidden = "苏州正光之贸易有限公司";
    for (from, until) in [
        // ended, ending today, beginning tomorrow
        ("2020-01-01", Some("2025-01-01")),
        ("2020-01-01", Some(TODAY)),
        ("2026-11-23", None),
    ] {
        let gone = IndexDoc {
            displayed_from: date(from),
            displayed_until: until.map(date),
            document_number: Some("苏市监罚字〔2024〕12号"),
            ..org(3, hidden, "91320505MA3YYYYY1C")
        };
        let with = fixture(&[shown[0], shown[1], gone]);
        let without = fixture(&shown);
        for q in [
            hidden,
            "正光之贸易",
            "91320505MA3YYYYY1C",
            "91320505MA",
            "苏市监罚字〔2024〕12号",
            "正光",
            "",
        ] {
            for facets in [false, true] {
                let request = SearchRequest {
                    facets,
                    ..SearchRequest::new(q, date(TODAY))
                };
                let answers = [&with, &without].map(|f| f.index.search(&request).unwrap());
                assert_eq!(answers[0], answers[1], "{q} {from} {until:?}");
            }
        }
        assert_eq!(ask(&with.index, hidden).stage, Some(Match::Near));
        let completed =
            [&with, &without].map(|f| f.index.complete("苏州正光", 9, date(TODAY)).unwrap());
        assert_eq!(completed[0], completed[1]);
    }
    // The first and the last day of display are inside.
    let day = IndexDoc {
        displayed_from: date(TODAY),
        displayed_until: Some(date("2026-11-23")),
        ..org(3, hidden, "")
    };
    assert_eq!(
        ask(&fixture(&[day]).index, hidden).stage,
        Some(Match::Exact)
    );
}

#[test]
fn hidden_records_change_no_answer_whatever_is_shown_beside_them() {
    // A small generator with a fixed seed: a failure names the round.
    let mut state = 20_261_122_u64;
    let mut dice = move |n: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % n
    };
    let letters: Vec<char> = "甲乙丙丁戊己庚辛壬癸贸易".chars().collect();
    for round in 0..8 {
        let mut name = || -> String {
            let length = 3 + dice(6);
            let front = ["", "苏州", "南京市"][dice(3)];
            let back = ["", "有限公司", "商行"][dice(3)];
            let middle: String = (0..length).map(|_| letters[dice(letters.len())]).collect();
            format!("{front}{middle}{back}")
        };
        let shown: Vec<String> = (0..30).map(|_| name()).collect();
        let hidden: Vec<String> = (0..15).map(|_| name()).collect();
        let mut queries: Vec<String> = shown.iter().chain(&hidden).cloned().collect();
        for whole in queries.clone() {
            let chars: Vec<char> = whole.chars().collect();
            let part = |range: std::ops::Range<usize>| chars[range].iter().collect::<String>();
            queries.push(part(1..chars.len()));
            queries.push(part(0..chars.len().min(4)));
            queries.push(format!("{}误{}", part(0..2), part(3..chars.len())));
        }
        let docs: Vec<_> = shown.iter().zip(0..).map(|(n, i)| org(i, n, "")).collect();
        let ended = hidden.iter().zip(100..).map(|(n, i)| IndexDoc {
            displayed_until: Some(date(TODAY)),
            ..org(i, n, "")
        });
        let all: Vec<_> = docs.iter().copied().chain(ended).collect();
        let (with, without) = (fixture(&all), fixture(&docs));
        for q in queries {
            let answers = [&with, &without].map(|f| ask(&f.index, &q));
            assert_eq!(answers[0], answers[1], "round {round}: {q}");
        }
    }
}

#[test]
fn a_filter_that_removes_the_match_leaves_an_empty_answer_and_no_look_alikes() {
    let f = fixture(&[
        org(1, "苏州正光之纺织有限公司", "91320505MA1MHC1A29"),
        IndexDoc {
            list: "other",
            ..org(2, "苏州正光之纺职有限公司", "91320505MA2XXXXX1B")
        },
    ]);
    let mut request = SearchRequest::new("苏州正光之纺织有限公司", date(TODAY));
    request.filters.list = Some("other".to_owned());
    let answer = f.index.search(&request).unwrap();
    assert_eq!(
        (answer.stage, answer.total, answer.hits.len()),
        (Some(Match::Exact), 0, 0)
    );
}

#[test]
fn a_place_in_the_query_is_the_place_of_the_name_or_of_the_record() {
    let f = fixture(&[
        org(1, "正光之纺织有限公司", ""),
        IndexDoc {
            region: 440_106,
            ..org(2, "正光之纺织集团", "")
        },
    ]);
    let answer = ask(&f.index, "苏州正光之");
    let found: Vec<_> = answer.hits.iter().map(|h| (h.num, h.matched)).collect();
    assert_eq!(found, [(1, Match::Fragment), (2, Match::Near)]);
    // A whole name is another name, wherever the record is from.
    let answer = ask(&f.index, "苏州正光之纺织有限公司");
    assert_eq!(answer.stage, Some(Match::Near));
}

#[test]
fn filters_combine_and_facets_leave_out_their_own_filter() {
    let mut docs = Vec::new();
    let names: Vec<String> = (0..60)
        .map(|i| format!("正光{}有限公司", char::from_u32(0x4E00 + i).unwrap()))
        .collect();
    for (i, name) in names.iter().enumerate() {
        docs.push(IndexDoc {
            list: if i % 2 == 0 { "even" } else { "odd" },
            region: [320_505, 320_102, 440_106][i % 3],
            authority: ["a1", "a2", "a3", "a4"][i % 4],
            kind: [SubjectKind::LegalPerson, SubjectKind::IndividualBusiness][i % 2],
            decided: date(["2023-01-01", "2023-12-31", "2024-01-01"][i % 3]),
            state: ["displayed", "repaired"][usize::from(i % 5 == 0)],
            ..org(i as u64, name, "")
        });
    }
    let f = fixture(&docs);
    let count = |filters: Filters, q: &str| {
        let request = SearchRequest {
            filters,
            facets: true,
            ..SearchRequest::new(q, date(TODAY))
        };
        f.index.search(&request).unwrap()
    };
    let with = |change: fn(&mut Filters)| {
        let mut filters = Filters::default();
        change(&mut filters);
        filters
    };
    type Change = fn(&mut Filters);
    let cases: [(Change, u64); 9] = [
        (|_| {}, 60),
        (|f| f.list = Some("even".to_owned()), 30),
        (|f| f.list = Some("none".to_owned()), 0),
        (|f| f.region = Some("32".to_owned()), 40),
        (|f| f.region = Some("3205".to_owned()), 20),
        (|f| f.region = Some("x".to_owned()), 0),
        (|f| f.year = Some(2023), 40),
        (
            |f| (f.kind, f.state) = (Some(SubjectKind::LegalPerson), Some("repaired".to_owned())),
            6,
        ),
        (
            |f| (f.list, f.authority) = (Some("even".to_owned()), Some("a2".to_owned())),
            0,
        ),
    ];
    for q in ["正光", ""] {
        for (change, total) in cases {
            assert_eq!(
                count(with(change), q).total,
                total,
                "{q} {:?}",
                with(change)
            );
        }
        let facets = count(with(|f| f.region = Some("3205".to_owned())), q)
            .facets
            .unwrap();
        assert_eq!(
            facets.lists,
            [("even".to_owned(), 10), ("odd".to_owned(), 10)]
        );
        // All provinces whatever is chosen, the cities of the chosen province, the counties of the chosen city.
        let expected = [
            ("32", 40),
            ("44", 20),
            ("3201", 20),
            ("3205", 20),
            ("320505", 20),
        ];
        assert_eq!(
            facets.regions,
            expected.map(|(code, n)| (code.to_owned(), n))
        );
        assert_eq!(facets.years, [(2023, 20)]);
        assert_eq!(facets.kinds.iter().map(|(_, n)| n).sum::<u64>(), 20);
        assert_eq!(
            facets.states,
            [("displayed".to_owned(), 16), ("repaired".to_owned(), 4)]
        );
        assert_eq!(facets.authorities.len(), 4);
    }
}

#[test]
fn pages_follow_one_another_without_gap_or_repetition() {
    let names: Vec<String> = (0..257)
        .map(|i| format!("正光{}有限公司", "之".repeat(i % 7)))
        .collect();
    let docs: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(i, name)| IndexDoc {
            decided: date(["2023-01-01", "2024-01-01"][i % 2]),
            ..org(i as u64, name, "")
        })
        .collect();
    let f = fixture(&docs);
    for (q, sort) in [
        ("正光", Sort::Relevance),
        ("正光", Sort::Newest),
        ("", Sort::Newest),
        ("正光公词有限", Sort::Relevance),
    ] {
        let mut request = SearchRequest {
            sort,
            page_size: 20,
            ..SearchRequest::new(q, date(TODAY))
        };
        let whole = f
            .index
            .search(&SearchRequest {
                page_size: MAX_PAGE_SIZE,
                ..request.clone()
            })
            .unwrap();
        let mut seen = Vec::new();
        loop {
            let page = f.index.search(&request).unwrap();
            assert_eq!(page.total, whole.total, "every page says the same total");
            seen.extend(nums(&page));
            match page.next {
                // As it comes back from a URL.
                Some(next) => request.after = Some(next.to_string().parse().unwrap()),
                None => break,
            }
        }
        assert_eq!(seen.len() as u64, whole.total, "{q}");
        assert_eq!(seen[..seen.len().min(MAX_PAGE_SIZE)], nums(&whole)[..]);
        let mut distinct = seen.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), seen.len(), "{q}");
        assert!(whole.total > 0, "{q}");
    }
}

#[test]
fn small_changes_are_seen_at_once_and_leave_one_document_for_a_number() {
    let f = fixture(&[org(1, "甲乙丙有限公司", ""), org(2, "丁戊己有限公司", "")]);
    let mut writer = f.index.writer().unwrap();
    writer.put(&org(1, "庚辛壬有限公司", "")).unwrap();
    writer.put(&org(3, "子丑寅有限公司", "")).unwrap();
    writer.put(&org(3, "卯辰巳有限公司", "")).unwrap();
    writer.remove(2).unwrap();
    writer.remove(99).unwrap();
    assert_eq!(
        f.index.row_numbers(),
        [1, 2],
        "nothing is seen before the commit"
    );
    writer.commit(7).unwrap();
    assert_eq!(
        (f.index.row_numbers(), f.index.seq(), f.index.records()),
        (vec![1, 3], Some(7), 2)
    );
    writer.remove(3).unwrap();
    writer.put(&org(3, "午未申有限公司", "")).unwrap();
    writer.commit(8).unwrap();
    writer.finish().unwrap();
    assert_eq!(f.index.row_numbers(), [1, 3]);
    for (q, expected) in [
        ("甲乙丙", vec![]),
        ("丁戊己", vec![]),
        ("卯辰巳", vec![]),
        ("庚辛壬", vec![1]),
        ("午未申", vec![3]),
    ] {
        let matches: Vec<u64> = ask(&f.index, q)
            .hits
            .iter()
            .filter(|hit| hit.matched != Match::Near)
            .map(|hit| hit.num)
            .collect();
        assert_eq!(matches, expected, "{q}");
    }
    // What was committed is there at the next start, with its sequence number.
    let again = SearchIndex::open_or_create(f._dir.path(), IndexOptions::default()).unwrap();
    assert_eq!(
        (again.condition(), again.row_numbers()),
        (Condition::Ready { seq: 8 }, vec![1, 3])
    );
}

#[test]
fn nothing_of_what_was_taken_back_is_left_in_the_files() {
    let marker = "龘靐齉爩";
    let name = format!("{marker}有限公司");
    let f = fixture(&[org(1, &name, ""), org(2, "庚辛壬有限公司", "")]);
    let files = || -> Vec<u8> {
        let dir = std::fs::read_dir(f._dir.path().join("gen-000001")).unwrap();
        let files = dir.flatten().filter(|e| e.path().is_file());
        files
            .flat_map(|e| std::fs::read(e.path()).unwrap())
            .collect()
    };
    let terms = || {
        let (bytes, term) = (files(), "龘靐".as_bytes());
        bytes.windows(term.len()).any(|w| w == term)
    };
    assert!(terms(), "the bytes of a term can be seen");
    let mut writer = f.index.writer().unwrap();
    writer.remove(1).unwrap();
    writer.commit(2).unwrap();
    writer.finish().unwrap();
    assert!(f.index.wants_compaction());
    f.index.compact().unwrap();
    assert!(!f.index.wants_compaction());
    assert!(!terms());
    assert_eq!((f.index.row_numbers(), f.index.seq()), (vec![2], Some(2)));
    assert_eq!(nums(&ask(&f.index, "庚辛壬")), [2]);
}

#[test]
fn a_rebuild_replaces_all_or_nothing() {
    let f = fixture(&[org(1, "甲乙丙有限公司", "")]);
    let unfinished = f.index.rebuild().unwrap();
    unfinished.add(&org(5, "丁戊己有限公司", "")).unwrap();
    drop(unfinished);
    assert_eq!(f.index.row_numbers(), [1]);
    let rebuild = f.index.rebuild().unwrap();
    rebuild.add(&org(6, "庚辛壬有限公司", "")).unwrap();
    assert_eq!(
        nums(&ask(&f.index, "甲乙丙")),
        [1],
        "the old one answers meanwhile"
    );
    rebuild.finish(2).unwrap();
    assert_eq!((f.index.row_numbers(), f.index.seq()), (vec![6], Some(2)));
    let generations = std::fs::read_dir(f._dir.path())
        .unwrap()
        .flatten()
        .filter(|e| e.path().is_dir())
        .count();
    assert_eq!(
        generations, 1,
        "neither the old nor the unfinished one is left"
    );
    // An index without a record answers that there is none.
    f.index.rebuild().unwrap().finish(3).unwrap();
    let nothing = ask(&f.index, "庚辛壬有限公司");
    assert_eq!((nothing.stage, nothing.total, nothing.seq), (None, 0, 3));
}

#[test]
fn damage_and_another_schema_are_told_and_healed_by_a_rebuild() {
    let meta = |f: &Fixture| f._dir.path().join("gen-000001/meta.json");
    let damages: [fn(&str) -> String; 4] = [
        |meta| meta.replace(r#"\"schema\":1"#, r#"\"schema\":0"#),
        |meta| meta.replace("\"payload\"", "\"other\""),
        |_| "{".to_owned(),
        |meta| meta.replace("max_doc", "min_doc"),
    ];
    for (i, damage) in damages.into_iter().enumerate() {
        let f = fixture(&[org(1, "甲乙丙有限公司", "")]);
        let path = meta(&f);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, damage(&text)).unwrap();
        let index = SearchIndex::open_or_create(f._dir.path(), IndexOptions::default()).unwrap();
        match index.condition() {
            Condition::OtherSchema => assert_eq!(i, 0),
            Condition::Damaged(why) => assert!(i > 0 && !why.is_empty()),
            other => panic!("{i}: {other:?}"),
        }
        let request = SearchRequest::new("甲乙丙", date(TODAY));
        assert!(matches!(index.search(&request), Err(SearchError::NotReady)));
        assert!(matches!(index.writer(), Err(IndexError::NotReady)));
        let rebuild = index.rebuild().unwrap();
        rebuild.add(&org(1, "甲乙丙有限公司", "")).unwrap();
        rebuild.finish(4).unwrap();
        assert_eq!(
            (index.condition(), nums(&ask(&index, "甲乙丙"))),
            (Condition::Ready { seq: 4 }, vec![1])
        );
    }
}

#[test]
fn a_wrong_code_finds_nothing_and_is_answered_with_the_likely_one() {
    let right = "91350100M000100Y43";
    assert!(right.parse::<crate::domain::subject::CreditCode>().is_ok());
    let f = fixture(&[org(1, "厦门正光有限公司", right)]);
    assert_eq!(ask(&f.index, right).stage, Some(Match::Code));
    let wrong = ask(&f.index, "91350100M000100Y44");
    assert_eq!((wrong.stage, wrong.total), (None, 0));
    let Some(Suggestion::Code { typed, mends }) = wrong.suggestion else {
        panic!("a suggestion")
    };
    assert_eq!(typed, "91350100M000100Y44");
    assert!(
        mends.iter().any(|mend| mend.code.as_str() == right),
        "{mends:?}"
    );
}

#[test]
fn no_input_is_too_odd() {
    let f = fixture(&[
        org(1, "苏州正光之纺织有限公司", "91320505MA1MHC1A29"),
        org(2, "𫝈", ""),
        org(3, "", ""),
    ]);
    let long = "苏州正光".repeat(5000);
    for q in [
        "",
        " ",
        "（）",
        "\0",
        "\u{200B}",
        "AND OR NOT",
        "name:* \"",
        "*",
        "%",
        "'",
        "9",
        "91",
        "正",
        "𫝈𫝈",
        "正 光",
        "a b c d e f",
        "９１",
        "\u{FFFF}",
        "🀄🀄",
        long.as_str(),
        "苏 州 正 光 之 纺 织",
    ] {
        let answer = ask(&f.index, q);
        assert!(answer.total <= 3, "{q}");
        assert!(answer.hits.len() as u64 <= answer.total);
    }
    assert_eq!(
        nums(&ask(&f.index, "𫝈")),
        [2],
        "a name of one character is found by its whole name"
    );
    assert_eq!(
        nums(&ask(&f.index, "苏 州 正 光 之 纺 织 有 限 公 司")),
        [1]
    );
    let none = SearchRequest {
        page_size: 0,
        ..SearchRequest::new("正光", date(TODAY))
    };
    assert_eq!(
        f.index.search(&none).unwrap().hits.len(),
        1,
        "a page has one hit at least"
    );
}

#[test]
fn names_are_completed_shortest_first_and_once_each() {
    let f = fixture(&[
        org(1, "正光贸易有限公司", ""),
        org(2, "正光有限公司", ""),
        org(3, "正光有限公司", ""),
        org(4, "苏州正光有限公司", ""),
        IndexDoc {
            name: None,
            person_keys: &[7],
            kind: SubjectKind::NaturalPerson,
            ..org(5, "", "")
        },
    ]);
    assert_eq!(f.index.complete("正光", 9, date(TODAY)).unwrap(), [2, 1, 4]);
    assert_eq!(f.index.complete("正光", 1, date(TODAY)).unwrap(), [2]);
    assert!(f.index.complete("正", 9, date(TODAY)).unwrap().is_empty());
}
