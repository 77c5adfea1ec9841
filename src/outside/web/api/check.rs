//! The form of `POST /api/v1/check`: matches of many names or codes, with a score and its reason.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::Serialize;

use super::wire::{Subject, bytes, list_name, subject_of};
use crate::domain::catalogue::Catalogue;
use crate::domain::fold;
use crate::outside::index::Match;
use crate::outside::store::Card;
use crate::outside::web::batch::Query;
use crate::outside::web::link;
use crate::outside::web::problem::Refusal;
use crate::outside::web::state::failed;

/// What was found for a question.
#[derive(Clone, Debug)]
pub struct Found {
    /// Hits in all.
    pub total: u64,
    /// Whether that is the exact number.
    pub total_is_exact: bool,
    /// The best of them.
    pub matches: Vec<(Match, Arc<Card>)>,
}

/// How well a record answers a question, 0 to 100. A whole code, document number or name is 100; a part of a code or
/// number 60; a part of a name 50 to 95, by its share of it; a look-alike at most 50, by the pairs of letters in common.
#[must_use]
pub fn score(matched: Match, q: &str, card: &Card) -> u8 {
    let asked = fold::key(q);
    let same = |text: &str| fold::key(text) == asked;
    let name = fold::key(&card.subject_name);
    let share = |of: u64, part: usize, whole: usize| {
        let share = of * part.min(whole) as u64 / whole.max(1) as u64;
        u8::try_from(share).unwrap_or(u8::MAX)
    };
    match matched {
        Match::All => 0,
        Match::Exact => 100,
        Match::Code if card.credit_code.as_deref().is_some_and(same) => 100,
        Match::Document if same(&card.document_number) => 100,
        Match::Code | Match::Document => 60,
        Match::Fragment => 50 + share(45, asked.chars().count(), name.chars().count()),
        Match::Near => {
            let pairs = |text: &str| -> HashSet<(char, char)> {
                text.chars().zip(text.chars().skip(1)).collect()
            };
            let (a, b) = (pairs(&asked), pairs(&name));
            share(50, 2 * a.intersection(&b).count(), a.len() + b.len())
        }
    }
}

#[derive(Serialize)]
struct MatchWire<'a> {
    score: u8,
    #[serde(rename = "match")]
    matched: &'static str,
    id: &'a str,
    list: &'a str,
    list_name: &'a str,
    subject: Subject<'a>,
    document_number: &'a str,
    authority: &'a str,
    decided_on: NaiveDate,
    displayed_until: Option<NaiveDate>,
    url: String,
}

fn one<'a>(catalogue: &'a Catalogue, q: &str, matched: Match, card: &'a Card) -> MatchWire<'a> {
    MatchWire {
        score: score(matched, q, card),
        matched: matched.code(),
        id: &card.id,
        list: &card.list,
        list_name: list_name(catalogue, &card.list),
        subject: subject_of(card),
        document_number: &card.document_number,
        authority: &card.authority_name,
        decided_on: card.decided_on,
        displayed_until: card.displayed_until,
        url: link::record(&card.id),
    }
}

/// The answer as JSON, in the order of the questions.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn json(
    catalogue: &Catalogue,
    seq: u64,
    as_of: NaiveDate,
    all: &[(Query, Found)],
) -> Result<Vec<u8>, Refusal> {
    #[derive(Serialize)]
    struct Wire<'a> {
        seq: u64,
        as_of: NaiveDate,
        items: Vec<Item<'a>>,
    }
    #[derive(Serialize)]
    struct Item<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<&'a str>,
        q: &'a str,
        total: u64,
        total_is_exact: bool,
        matches: Vec<MatchWire<'a>>,
    }
    let items = all.iter().map(|(query, found)| Item {
        id: query.id.as_deref(),
        q: &query.q,
        total: found.total,
        total_is_exact: found.total_is_exact,
        matches: found
            .matches
            .iter()
            .map(|(matched, card)| one(catalogue, &query.q, *matched, card))
            .collect(),
    });
    bytes(&Wire {
        seq,
        as_of,
        items: items.collect(),
    })
}

/// The answer as CSV: a row a match, and a row without one for what was not found.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn csv(catalogue: &Catalogue, all: &[(Query, Found)]) -> Result<Vec<u8>, Refusal> {
    let mut out = ::csv::Writer::from_writer(Vec::new());
    let write = |out: &mut ::csv::Writer<Vec<u8>>, row: [&str; 14]| {
        out.write_record(row).map_err(|e| failed("writing CSV", &e))
    };
    write(
        &mut out,
        [
            "id",
            "q",
            "total",
            "score",
            "match",
            "record",
            "list",
            "list_name",
            "name",
            "kind",
            "credit_code",
            "document_number",
            "displayed_until",
            "url",
        ],
    )?;
    for (query, found) in all {
        let (id, total) = (query.id.as_deref().unwrap_or(""), found.total.to_string());
        if found.matches.is_empty() {
            write(
                &mut out,
                [
                    id, &query.q, &total, "", "", "", "", "", "", "", "", "", "", "",
                ],
            )?;
        }
        for (matched, card) in &found.matches {
            let hit = one(catalogue, &query.q, *matched, card);
            let until = hit
                .displayed_until
                .map(|d| d.to_string())
                .unwrap_or_default();
            write(
                &mut out,
                [
                    id,
                    &query.q,
                    &total,
                    &hit.score.to_string(),
                    hit.matched,
                    hit.id,
                    hit.list,
                    hit.list_name,
                    &card.subject_name,
                    card.subject_kind.code(),
                    card.credit_code.as_deref().unwrap_or(""),
                    hit.document_number,
                    &until,
                    &hit.url,
                ],
            )?;
        }
    }
    out.into_inner().map_err(|e| failed("writing CSV", &e))
}
