//! The quality of the search on a small sample, so that a change that costs recall stops the build. The full measurement
//! is `cargo bench --bench search`.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails by panicking, like the test"
)]

#[path = "../benches/search/data.rs"]
#[expect(dead_code, reason = "the bench uses the rest")]
mod data;
#[path = "../benches/search/quality.rs"]
mod quality;

use chrono::NaiveDate;
use data::Query;
use gongshi::outside::index::{Filters, IndexOptions, Match, SearchIndex, SearchRequest};
use quality::{Answer, Truth, required};
use std::path::Path;

fn ask(index: &SearchIndex, query: &Query, lists: &[String]) -> Answer {
    let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    let mut request = SearchRequest::new(&query.q, today);
    let mut hits = Vec::new();
    if query.class == "person" {
        request.person_key = Some(data::person_key(&query.q));
        for list in lists {
            request.filters = Filters {
                list: Some(list.clone()),
                ..Filters::default()
            };
            hits.extend(index.search(&request).unwrap().hits);
        }
        hits.sort_by_key(|hit| hit.matched);
    } else {
        hits = index.search(&request).unwrap().hits;
    }
    hits.iter()
        .map(|hit| (hit.num, hit.matched == Match::Near))
        .collect()
}

#[test]
fn every_class_of_queries_reaches_the_table() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/search");
    let records = data::read_records(&corpus.join("records.tsv.gz"));
    let queries = data::read_queries(&corpus.join("queries.jsonl.gz"));
    assert_eq!((records.len(), queries.len()), (3000, 220));
    let dir = tempfile::tempdir().unwrap();
    let options = IndexOptions {
        threads: 1,
        memory_per_thread: 32 << 20,
    };
    let index = SearchIndex::open_or_create(dir.path(), options).unwrap();
    let rebuild = index.rebuild().unwrap();
    for record in &records {
        record.with_doc(|doc| rebuild.add(doc)).unwrap();
    }
    rebuild.finish(1).unwrap();

    let truth = Truth::new(&records, &queries);
    for (i, query) in queries.iter().enumerate() {
        assert_eq!(
            truth.right(i).len() as u64,
            query.n,
            "the rules and the folding say who is right: {}",
            query.q
        );
    }
    let mut lists: Vec<String> = records.iter().map(|r| r.category.clone()).collect();
    lists.sort();
    lists.dedup();
    let answers: Vec<Answer> = queries.iter().map(|q| ask(&index, q, &lists)).collect();
    let scores = truth.scores(&queries, &answers);
    assert_eq!(scores.len(), 12, "eleven classes and all");
    for (class, score) in scores {
        let (recall, mrr) = required(&class);
        assert!(
            score.recall() >= recall,
            "{class}: recall@10 is {}, asked is {recall}",
            score.recall()
        );
        assert!(
            score.mrr() >= mrr,
            "{class}: MRR@10 is {}, asked is {mrr}",
            score.mrr()
        );
    }
}
