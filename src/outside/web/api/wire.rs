//! What is serialised of records, and nowhere else: the form of every JSON answer.
//!
//! Blind terms never travel. Fields that exports may not carry (identity numbers, even masked) stay on the page.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::Serialize;

use super::stats::suppressed;
use crate::domain::catalogue::{
    Basis, BasisStatus, Catalogue, Contact, ListEntry, Measure, Remedy, Repair,
};
use crate::domain::kinds::{Severity, SubjectKind, Words};
use crate::domain::subject::CreditCode;
use crate::domain::time::{Moment, shanghai};
use crate::outside::apply::State;
use crate::outside::index::{Facets, Match, SearchAnswer, Suggestion};
use crate::outside::report::claim::About;
use crate::outside::report::verdict::Verdict;
use crate::outside::store::Card;
use crate::outside::web::link;
use crate::outside::web::pages::home::Figure;
use crate::outside::web::pages::lists::{figure, shown_of};
use crate::outside::web::pages::verify::Outcome;
use crate::outside::web::params::state_words;
use crate::outside::web::parts::terms::region_name;
use crate::outside::web::problem::Refusal;
use crate::outside::web::state::failed;
use crate::record::{Note, PublicRecord};

pub(super) fn bytes(value: &impl Serialize) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(value).map_err(|e| failed("writing JSON", &e))
}

pub(super) fn instant(at: Moment) -> String {
    at.with_timezone(&shanghai()).to_rfc3339()
}

#[derive(Serialize)]
pub(super) struct Subject<'a> {
    name: &'a str,
    kind: SubjectKind,
    credit_code: Option<&'a str>,
}

pub(super) fn subject_of(card: &Card) -> Subject<'_> {
    Subject {
        name: &card.subject_name,
        kind: card.subject_kind,
        credit_code: card.credit_code.as_deref(),
    }
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    list: &'a str,
    list_name: &'a str,
    subject: Subject<'a>,
    document_number: &'a str,
    authority: &'a str,
    region: &'a str,
    decided_on: NaiveDate,
    displayed_from: NaiveDate,
    displayed_until: Option<NaiveDate>,
    state: &'static str,
    #[serde(rename = "match")]
    matched: Option<&'static str>,
    url: String,
}

pub(super) fn list_name<'a>(catalogue: &'a Catalogue, list: &'a str) -> &'a str {
    catalogue.list(list).map_or(list, |l| &l.name.zh)
}

fn item<'a>(catalogue: &'a Catalogue, record: &'a Card, matched: Match) -> Item<'a> {
    Item {
        id: &record.id,
        list: &record.list,
        list_name: list_name(catalogue, &record.list),
        subject: subject_of(record),
        document_number: &record.document_number,
        authority: &record.authority_name,
        region: &record.region,
        decided_on: record.decided_on,
        displayed_from: record.displayed_from,
        displayed_until: record.displayed_until,
        state: record.state().code(),
        // A search without words lists records: nothing matched anything.
        matched: (matched != Match::All).then(|| matched.code()),
        url: link::record(&record.id),
    }
}

#[derive(Serialize)]
struct Choice {
    value: String,
    name: String,
    count: u64,
}

#[derive(Serialize)]
struct FacetsWire {
    list: Vec<Choice>,
    region: Vec<Choice>,
    authority: Vec<Choice>,
    kind: Vec<Choice>,
    year: Vec<Choice>,
    state: Vec<Choice>,
}

fn facets(
    facets: &Facets,
    catalogue: &Catalogue,
    authority: &dyn Fn(&str) -> Option<String>,
) -> FacetsWire {
    fn choices(all: &[(String, u64)], name: impl Fn(&str) -> String) -> Vec<Choice> {
        all.iter()
            .map(|(value, count)| Choice {
                value: value.clone(),
                name: name(value),
                count: *count,
            })
            .collect()
    }
    FacetsWire {
        list: choices(&facets.lists, |v| {
            catalogue
                .list(v)
                .map_or_else(|| v.to_owned(), |l| l.name.zh.clone())
        }),
        region: choices(&facets.regions, |v| region_name(&format!("{v:0<6}"))),
        authority: choices(&facets.authorities, |v| {
            authority(v).unwrap_or_else(|| v.to_owned())
        }),
        kind: facets
            .kinds
            .iter()
            .map(|(k, count)| Choice {
                value: k.code().to_owned(),
                name: k.zh().to_owned(),
                count: *count,
            })
            .collect(),
        year: facets
            .years
            .iter()
            .map(|(y, count)| Choice {
                value: y.to_string(),
                name: format!("{y}年"),
                count: *count,
            })
            .collect(),
        state: choices(&facets.states, |v| state_words(v).0.to_owned()),
    }
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum SuggestionWire<'a> {
    TooShort,
    Code {
        typed: &'a str,
        likely: Vec<Likely<'a>>,
    },
}

#[derive(Serialize)]
struct Likely<'a> {
    code: &'a str,
    /// Positions (from 1) of the characters that are wrong.
    positions: Vec<usize>,
    changes: Vec<String>,
}

fn suggestion(suggestion: &Suggestion) -> SuggestionWire<'_> {
    match suggestion {
        Suggestion::TooShort => SuggestionWire::TooShort,
        Suggestion::Code { typed, mends } => SuggestionWire::Code {
            typed,
            likely: mends
                .iter()
                .map(|m| Likely {
                    code: m.code.as_str(),
                    positions: m.changes.iter().map(|c| c.position()).collect(),
                    changes: m.changes.iter().map(|c| c.zh()).collect(),
                })
                .collect(),
        },
    }
}

/// `GET /api/v1/suggest`.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn suggestions(cards: &[Arc<Card>]) -> Result<Vec<u8>, Refusal> {
    #[derive(Serialize)]
    struct Wire<'a> {
        items: Vec<One<'a>>,
    }
    #[derive(Serialize)]
    struct One<'a> {
        name: &'a str,
        credit_code: Option<&'a str>,
    }
    let items = cards.iter().map(|card| One {
        name: &card.subject_name,
        credit_code: card.credit_code.as_deref(),
    });
    bytes(&Wire {
        items: items.collect(),
    })
}

/// What a search answer is made of.
#[derive(Clone, Copy)]
pub struct SearchParts<'a> {
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// The answer of the index.
    pub answer: &'a SearchAnswer,
    /// Its hits.
    pub rows: &'a [(Match, Arc<Card>)],
    /// Milliseconds that the search took.
    pub took_ms: f64,
    /// The name of an authority by its code.
    pub authority: &'a dyn Fn(&str) -> Option<String>,
}

/// `GET /api/v1/search`, in the shape of design.md 6.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn search(parts: &SearchParts<'_>) -> Result<Vec<u8>, Refusal> {
    #[derive(Serialize)]
    struct Wire<'a> {
        total: u64,
        total_is_exact: bool,
        took_ms: f64,
        seq: u64,
        items: Vec<Item<'a>>,
        facets: Option<FacetsWire>,
        suggestion: Option<SuggestionWire<'a>>,
        next: Option<String>,
    }
    let answer = parts.answer;
    bytes(&Wire {
        total: answer.total,
        total_is_exact: answer.total_is_exact,
        took_ms: (parts.took_ms * 1000.0).round() / 1000.0,
        seq: answer.seq,
        items: parts
            .rows
            .iter()
            .map(|(matched, card)| item(parts.catalogue, card, *matched))
            .collect(),
        facets: answer
            .facets
            .as_ref()
            .map(|f| facets(f, parts.catalogue, parts.authority)),
        suggestion: answer.suggestion.as_ref().map(suggestion),
        next: answer.next.map(|c| c.to_string()),
    })
}

#[derive(Serialize)]
struct Unit<'a> {
    name: &'a str,
    code: &'a str,
}

#[derive(Serialize)]
struct FieldWire<'a> {
    key: &'a str,
    name: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
pub(super) struct RecordWire<'a> {
    id: &'a str,
    list: &'a str,
    list_name: &'a str,
    subject: Subject<'a>,
    name_masked: bool,
    other_codes: &'a [String],
    document_number: &'a str,
    authority: Unit<'a>,
    provider: Unit<'a>,
    region: &'a str,
    decided_on: NaiveDate,
    displayed_from: NaiveDate,
    displayed_until: Option<NaiveDate>,
    severity: Option<Severity>,
    earliest_repair: Option<NaiveDate>,
    measures_until: Option<NaiveDate>,
    state: &'static str,
    notes: &'a [Note],
    rule: &'a str,
    rule_source: &'a str,
    catalogue: &'a str,
    masking: u32,
    fields: Vec<FieldWire<'a>>,
    url: String,
}

pub(super) fn record_wire<'a>(
    catalogue: &'a Catalogue,
    record: &'a PublicRecord,
) -> RecordWire<'a> {
    let entry = catalogue.list(&record.list);
    RecordWire {
        id: &record.id,
        list: &record.list,
        list_name: list_name(catalogue, &record.list),
        subject: Subject {
            name: &record.subject_name,
            kind: record.subject_kind,
            credit_code: record.credit_code.as_deref(),
        },
        name_masked: record.name_masked,
        other_codes: &record.other_codes,
        document_number: &record.document_number,
        authority: Unit {
            name: &record.authority_name,
            code: &record.authority_code,
        },
        provider: Unit {
            name: &record.provider_name,
            code: &record.provider_code,
        },
        region: &record.region,
        decided_on: record.decided_on,
        displayed_from: record.displayed_from,
        displayed_until: record.displayed_until,
        severity: record.severity,
        earliest_repair: record.earliest_repair,
        measures_until: record.measures_until,
        state: record.state().code(),
        notes: &record.notes,
        rule: &record.rule,
        rule_source: &record.rule_source,
        catalogue: &record.catalogue,
        masking: record.masking,
        fields: record
            .fields
            .iter()
            .filter(|f| f.export)
            .map(|f| FieldWire {
                key: &f.key,
                name: entry
                    .and_then(|e| e.field(&f.key))
                    .map_or(f.key.as_str(), |r| &r.name.zh),
                value: &f.value,
            })
            .collect(),
        url: link::record(&record.id),
    }
}

/// What the catalogue says beside a record (P3).
#[derive(Serialize)]
struct Explanation<'a> {
    basis: &'a [Basis],
    measures: Vec<&'a Measure>,
    exit_conditions: &'a [Words],
    repair: &'a Repair,
    remedies: &'a [Remedy],
    contact: &'a Contact,
}

fn active(entry: &ListEntry, kind: Option<SubjectKind>) -> Vec<&Measure> {
    entry
        .measures
        .iter()
        .filter(|m| m.status == BasisStatus::Active)
        .filter(|m| kind.is_none_or(|k| m.subject_kinds.contains(&k)))
        .collect()
}

/// `GET /api/v1/records/{id}`.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn record(catalogue: &Catalogue, record: &PublicRecord, seq: i64) -> Result<Vec<u8>, Refusal> {
    #[derive(Serialize)]
    struct Wire<'a> {
        seq: i64,
        #[serde(flatten)]
        record: RecordWire<'a>,
        explanation: Option<Explanation<'a>>,
    }
    bytes(&Wire {
        seq,
        record: record_wire(catalogue, record),
        explanation: catalogue.list(&record.list).map(|entry| Explanation {
            basis: &entry.basis,
            measures: active(entry, Some(record.subject_kind)),
            exit_conditions: &entry.exit_conditions,
            repair: &entry.repair,
            remedies: &entry.remedies,
            contact: &entry.contact,
        }),
    })
}

/// `GET /api/v1/subjects/{code}`.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn subject_file(
    catalogue: &Catalogue,
    code: CreditCode,
    records: &[PublicRecord],
    next: Option<i64>,
    today: NaiveDate,
) -> Result<Vec<u8>, Refusal> {
    #[derive(Serialize)]
    struct Wire<'a> {
        credit_code: &'a str,
        class: Option<&'static str>,
        region: &'a str,
        as_of: NaiveDate,
        items: Vec<Item<'a>>,
        next: Option<String>,
        notice: &'static str,
    }
    let cards: Vec<Card> = records.iter().map(Card::new).collect();
    bytes(&Wire {
        credit_code: code.as_str(),
        class: code.class().map(|(zh, _)| zh),
        region: code.region_code(),
        as_of: today,
        items: cards
            .iter()
            .map(|card| item(catalogue, card, Match::Code))
            .collect(),
        next: next.map(|n| n.to_string()),
        notice: if records.is_empty() {
            "无相关公示信息；这不是信用良好的证明"
        } else {
            "仅含在公示期内的信息"
        },
    })
}

#[derive(Serialize)]
struct ListHead<'a> {
    code: &'a str,
    name: &'a Words,
    summary: &'a Words,
    category: &'static str,
    polarity: &'static str,
    level: &'static str,
    territory: &'a str,
    version: String,
    shown: u64,
    /// Why records about natural persons are left out of the number.
    #[serde(skip_serializing_if = "Option::is_none")]
    natural_persons_suppressed: Option<&'static str>,
    changed_at: Option<String>,
    url: String,
}

fn list_head<'a>(
    catalogue: &Catalogue,
    entry: &'a ListEntry,
    figure: Option<&Figure>,
) -> ListHead<'a> {
    ListHead {
        code: &entry.code,
        name: &entry.name,
        summary: &entry.summary,
        category: entry.category.code(),
        polarity: entry.polarity.code(),
        level: entry.level.code(),
        territory: &entry.territory,
        version: catalogue.version_of(entry),
        shown: shown_of(figure).told(),
        natural_persons_suppressed: suppressed(shown_of(figure).persons),
        changed_at: figure.and_then(|f| f.changed_at).map(instant),
        url: link::list(&entry.code),
    }
}

/// `GET /api/v1/lists`.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn lists(
    catalogue: &Catalogue,
    figures: &[Figure],
    today: NaiveDate,
) -> Result<Vec<u8>, Refusal> {
    #[derive(Serialize)]
    struct Wire<'a> {
        as_of: NaiveDate,
        items: Vec<ListHead<'a>>,
    }
    bytes(&Wire {
        as_of: today,
        items: catalogue
            .displayed()
            .map(|e| list_head(catalogue, e, figure(figures, &e.code)))
            .collect(),
    })
}

/// `GET /api/v1/lists/{code}`: everything that the catalogue says of it.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn list(
    catalogue: &Catalogue,
    entry: &ListEntry,
    figures: &[Figure],
    today: NaiveDate,
) -> Result<Vec<u8>, Refusal> {
    #[derive(Serialize)]
    struct Wire<'a> {
        as_of: NaiveDate,
        shown: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        natural_persons_suppressed: Option<&'static str>,
        version: String,
        url: String,
        #[serde(flatten)]
        entry: &'a ListEntry,
    }
    let shown = shown_of(figure(figures, &entry.code));
    bytes(&Wire {
        as_of: today,
        shown: shown.told(),
        natural_persons_suppressed: suppressed(shown.persons),
        version: catalogue.version_of(entry),
        url: link::list(&entry.code),
        entry,
    })
}

/// `GET /healthz` and `/readyz`.
///
/// # Errors
/// [`Refusal::Internal`] when it cannot be written.
pub fn health(
    status: &'static str,
    seq: Option<i64>,
    index_seq: Option<u64>,
    exports: Option<&'static str>,
) -> Result<Vec<u8>, Refusal> {
    #[derive(Serialize)]
    struct Wire {
        status: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        seq: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        index_seq: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        exports: Option<&'static str>,
    }
    bytes(&Wire {
        status,
        seq,
        index_seq,
        exports,
    })
}

#[derive(Serialize)]
struct Verified<'a> {
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<VerifiedAbout<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    report_date: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    report_seq: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    records: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    added: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'static str>,
}

#[derive(Serialize)]
struct VerifiedAbout<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    credit_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<&'a str>,
    url: String,
}

/// What a verification code means today. Of what has ended nothing but that is told.
///
/// # Errors
/// When it cannot be written.
pub fn verified(outcome: &Outcome) -> Result<Vec<u8>, Refusal> {
    let mut said = Verified {
        verdict: match outcome {
            Outcome::Ended => "ended",
            Outcome::Letter(_) => "letter",
            Outcome::PartyLetter(_) => "party_letter",
            _ => "not_genuine",
        },
        about: None,
        report_date: None,
        report_seq: None,
        records: None,
        added: None,
        application: None,
        part: None,
        result: None,
    };
    if let Outcome::Letter(claim) = outcome {
        said.report_date = Some(claim.day);
        said.application = Some(claim.number.as_str().to_owned());
        said.part = Some(u32::from(claim.part) + 1);
        said.result = claim.result.map(State::code);
    }
    if let Outcome::PartyLetter(claim) = outcome {
        said.report_date = Some(claim.day);
        said.application = Some(claim.number());
    }
    if let Outcome::Found { claim, verdict, .. } = outcome {
        (said.verdict, said.added) = match verdict {
            Verdict::Unchanged => ("unchanged", None),
            Verdict::Added(n) => ("added", Some(*n)),
            Verdict::Changed => ("changed", None),
            Verdict::Ended => ("ended", None),
        };
        said.about = Some(match &claim.about {
            About::Record(id) => VerifiedAbout {
                credit_code: None,
                record: Some(id),
                url: link::record(id),
            },
            About::Organisation(code) => VerifiedAbout {
                credit_code: Some(code.as_str()),
                record: None,
                url: link::subject(code.as_str()),
            },
        });
        said.report_date = Some(claim.day);
        said.report_seq = Some(claim.seq);
        said.records = Some(claim.count);
    }
    bytes(&said)
}
