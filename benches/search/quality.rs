//! Recall and reciprocal rank, class by class, against the table that is to be reached.

use super::data::{Query, Record};
use gongshi::domain::fold;
use std::collections::{BTreeMap, HashMap};

/// What an engine answers: record ids in order, and whether they are named as look-alikes.
pub type Answer = Vec<(u64, bool)>;

/// recall@10 and MRR@10 to reach.
pub const REQUIRED: [(&str, f64, f64); 12] = [
    ("exact", 1.0, 1.0),
    ("code", 1.0, 1.0),
    ("codeprefix", 1.0, 1.0),
    ("width", 1.0, 1.0),
    ("trad", 1.0, 1.0),
    ("person", 1.0, 1.0),
    ("fragment", 0.99, 0.99),
    ("frag+region", 0.99, 0.99),
    ("gap", 0.95, 0.95),
    ("typo", 0.98, 0.98),
    ("nohit", 1.0, 0.0),
    ("fake", 1.0, 0.0),
];

/// The figures of a class.
#[derive(Default, Clone, Copy)]
pub struct Score {
    pub queries: usize,
    pub recall: f64,
    pub mrr: f64,
}

impl Score {
    /// Mean recall.
    pub fn recall(&self) -> f64 {
        self.recall / self.queries.max(1) as f64
    }

    /// Mean reciprocal rank.
    pub fn mrr(&self) -> f64 {
        self.mrr / self.queries.max(1) as f64
    }
}

/// Which records are right for each query: how many, and all of them.
pub struct Truth {
    right: Vec<Vec<u64>>,
}

impl Truth {
    /// Finds the right records of every query by its rule.
    pub fn new(records: &[Record], queries: &[Query]) -> Self {
        let mut right = vec![Vec::new(); queries.len()];
        // A query whose longest part is a bigram of the name is looked at: names are many, queries with that bigram few.
        let mut by_bigram: HashMap<(char, char), Vec<usize>> = HashMap::new();
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut by_code: Vec<usize> = Vec::new();
        for (i, query) in queries.iter().enumerate() {
            let Some(longest) = query.parts.iter().max_by_key(|p| p.chars().count()) else {
                continue;
            };
            match query.rule.as_str() {
                "name_eq" => by_name.entry(longest).or_default().push(i),
                "name" => {
                    let mut chars = longest.chars();
                    if let (Some(a), Some(b)) = (chars.next(), chars.next()) {
                        by_bigram.entry((a, b)).or_default().push(i);
                    }
                }
                _ => by_code.push(i),
            }
        }
        let mut by_eight: HashMap<&str, Vec<usize>> = HashMap::new();
        for i in by_code {
            if let Some(head) = queries[i].parts.first().and_then(|p| p.get(..8)) {
                by_eight.entry(head).or_default().push(i);
            }
        }
        for record in records {
            let key = fold::key(&record.name);
            let mut candidates: Vec<usize> = by_name.get(key.as_str()).cloned().unwrap_or_default();
            let chars: Vec<char> = key.chars().collect();
            for pair in chars.windows(2) {
                candidates.extend(by_bigram.get(&(pair[0], pair[1])).into_iter().flatten());
            }
            candidates.extend(
                record
                    .code
                    .get(..8)
                    .and_then(|head| by_eight.get(head))
                    .into_iter()
                    .flatten(),
            );
            candidates.sort_unstable();
            candidates.dedup();
            for i in candidates {
                if queries[i].is_right(record, &key) {
                    right[i].push(record.id);
                }
            }
        }
        right.iter_mut().for_each(|ids| ids.sort_unstable());
        Self { right }
    }

    /// The right records of a query, ascending.
    pub fn right(&self, query: usize) -> &[u64] {
        &self.right[query]
    }

    /// recall@10 and reciprocal rank of an answer.
    pub fn score(&self, query: usize, answer: &Answer) -> (f64, f64) {
        let right = self.right(query);
        if right.is_empty() {
            let none = answer.iter().all(|(_, near)| *near);
            return (f64::from(u8::from(none)), 0.0);
        }
        let ten = answer
            .iter()
            .take(10)
            .map(|(id, _)| right.binary_search(id).is_ok());
        let hits = ten.clone().filter(|hit| *hit).count();
        let first = ten
            .clone()
            .position(|hit| hit)
            .map_or(0.0, |rank| 1.0 / (rank + 1) as f64);
        (hits as f64 / right.len().min(10) as f64, first)
    }

    /// The scores of all answers, by class and over all (without the classes that only this bench has).
    pub fn scores(&self, queries: &[Query], answers: &[Answer]) -> BTreeMap<String, Score> {
        let mut out: BTreeMap<String, Score> = BTreeMap::new();
        for (i, (query, answer)) in queries.iter().zip(answers).enumerate() {
            let (recall, mrr) = self.score(i, answer);
            let mut classes = vec![query.class.as_str()];
            if query.class != "fake" {
                classes.push("all");
            }
            for class in classes {
                let score = out.entry(class.to_owned()).or_default();
                score.queries += 1;
                score.recall += recall;
                score.mrr += if query.rule == "none" { recall } else { mrr };
            }
        }
        out
    }
}

/// What a class has to reach.
pub fn required(class: &str) -> (f64, f64) {
    REQUIRED
        .iter()
        .find(|(name, ..)| *name == class)
        .map_or((0.99, 0.99), |(_, recall, mrr)| (*recall, *mrr))
}
