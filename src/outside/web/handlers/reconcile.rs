//! `/reconcile`: the Reconciliation Service API, version 0.2, for OpenRefine and its like. Organisations alone.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use maud::{Markup, html};
use serde_json::json;

use crate::domain::fold;
use crate::domain::regions;
use crate::domain::subject::CreditCode;
use crate::outside::index::{Filters, MAX_COMPLETIONS, Match, SearchRequest};
use crate::outside::store::Card;
use crate::outside::web::api::check::score;
use crate::outside::web::api::reconcile::{self as wire, Candidate, Organisation};
use crate::outside::web::cache::{Cache, Stamp};
use crate::outside::web::limit::Operation;
use crate::outside::web::origin;
use crate::outside::web::pages::preview::{PreviewView, facts, page};
use crate::outside::web::params;
use crate::outside::web::problem::{FieldError, Refusal};
use crate::outside::web::reconcile::{self, KINDS, Property, Question, TYPES};
use crate::outside::web::reply::{Call, Reply, begin};
use crate::outside::web::state::{WebState, failed, not_searched};

/// Hits of one look into the index.
const PAGE: usize = 100;
/// Looks for one text: an organisation with hundreds of records may hide others behind it.
const MOST_PAGES: usize = 3;
/// Records of an organisation that are looked at.
const MOST_RECORDS: usize = 200;
/// What is left of a score for each property that says something else.
const CONTRADICTED: f64 = 0.6;

/// What is asked at `/reconcile`.
enum Asked {
    Manifest,
    Queries(String),
    Extend(String),
}

impl Asked {
    /// By a form or the query part of an address. What else stands there (callback of old clients) is left aside.
    fn read(form: &str) -> Self {
        if let Some(text) = params::one(form, "queries") {
            Self::Queries(text)
        } else if let Some(text) = params::one(form, "extend") {
            Self::Extend(text)
        } else {
            Self::Manifest
        }
    }
}

/// The address of the site, as the operator has set it or else as the request names it.
fn site(call: &Call) -> String {
    let base = &call.state.settings.base_url;
    if base.is_empty() {
        origin::site(&call.req, &call.state.settings.trusted_proxies).unwrap_or_default()
    } else {
        base.to_string()
    }
}

/// What the service can do, or answers to what stands in the address.
pub async fn reconcile(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let asked = Asked::read(req.query_string());
    let (operation, cache) = match asked {
        Asked::Manifest => (Operation::Read, Cache::UntilBoundary),
        _ => (Operation::Reconcile, Cache::Private),
    };
    let call = match begin(req, state, operation, cache) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let result = answer(&call, asked).await;
    call.end(result)
}

/// Answers to what was sent as a form.
pub async fn reconcile_sent(
    req: HttpRequest,
    state: Data<WebState>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let call = match begin(req, state, Operation::Reconcile, Cache::Never) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let result = match form(&call.req, body) {
        Ok(form) => match Asked::read(&form) {
            Asked::Manifest => Err(Refusal::BadParameters(vec![FieldError::query(
                "queries",
                "missing",
                "应有 queries 或者 extend · give queries or extend",
            )])),
            asked => answer(&call, asked).await,
        },
        Err(refusal) => Err(refusal),
    };
    call.end(result)
}

fn form(req: &HttpRequest, body: Result<Bytes, actix_web::Error>) -> Result<String, Refusal> {
    let sent = req.headers().get(CONTENT_TYPE);
    let sent = sent.and_then(|v| v.to_str().ok()).unwrap_or("");
    let sent = sent.split(';').next().unwrap_or("").trim();
    if !sent.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Refusal::MediaType);
    }
    let cut_off = || {
        let message = "正文没有收全，或者不是表单 · the body was cut off, or is no form";
        Refusal::BadParameters(vec![FieldError::body("", "cut_off", message)])
    };
    match body {
        Ok(body) => String::from_utf8(body.to_vec()).map_err(|_| cut_off()),
        Err(e) if matches!(e.as_error(), Some(PayloadError::Overflow)) => {
            Err(Refusal::BatchTooLarge)
        }
        Err(_) => Err(cut_off()),
    }
}

async fn answer(call: &Call, asked: Asked) -> Result<Reply, Refusal> {
    let (stamp, site) = (call.stamp, site(call));
    match asked {
        Asked::Manifest => wire::manifest(&site).map(Reply::json),
        Asked::Queries(text) => {
            let questions = reconcile::questions(&text)?;
            let _permit = call.state.permits.enter().await?;
            call.blocking(move |state| {
                let mut all = Vec::with_capacity(questions.len());
                for question in questions {
                    let found = candidates(state, &question, stamp)?;
                    all.push((question.key, found));
                }
                Ok(Reply::json(wire::results(&all)?).unindexed(true))
            })
            .await
        }
        Asked::Extend(text) => {
            let asked = reconcile::extension(&text)?;
            let _permit = call.state.permits.enter().await?;
            call.blocking(move |state| {
                let mut found = Vec::with_capacity(asked.ids.len());
                for (_, code) in &asked.ids {
                    found.push(match code {
                        Some(code) => organisation(state, *code, stamp)?,
                        None => None,
                    });
                }
                let body = wire::extended(&state.catalogue, &site, &asked, &found)?;
                Ok(Reply::json(body).unindexed(true))
            })
            .await
        }
    }
}

/// One hit for each organisation that a text finds, best first: at least `enough`, when there are.
fn found(
    state: &WebState,
    q: &str,
    question: &Question,
    enough: usize,
    stamp: Stamp,
) -> Result<Vec<(CreditCode, Match, Arc<Card>)>, Refusal> {
    let mut out: Vec<(CreditCode, Match, Arc<Card>)> = Vec::new();
    let mut after = None;
    for _ in 0..MOST_PAGES {
        let request = SearchRequest {
            filters: Filters {
                kind: match question.kinds.as_slice() {
                    [kind] => Some(*kind),
                    _ => None,
                },
                ..Filters::default()
            },
            after,
            page_size: PAGE,
            ..SearchRequest::new(q, stamp.today)
        };
        let answer = state.index.search(&request).map_err(not_searched)?;
        let nums: Vec<u64> = answer.hits.iter().map(|h| h.num).collect();
        let cards: HashMap<u64, Arc<Card>> = state.cards(&nums, stamp)?.into_iter().collect();
        for hit in &answer.hits {
            let Some(card) = cards.get(&hit.num) else {
                continue;
            };
            // a document number names a decision, and not whom it is about
            let names = !matches!(hit.matched, Match::All | Match::Document);
            let code = card.credit_code.as_deref().map(CreditCode::parse);
            let Some(Ok(code)) =
                code.filter(|_| names && question.kinds.contains(&card.subject_kind))
            else {
                continue;
            };
            if !out.iter().any(|(known, ..)| *known == code) {
                out.push((code, hit.matched, Arc::clone(card)));
            }
        }
        after = answer.next;
        if out.len() >= enough || after.is_none() {
            break;
        }
    }
    Ok(out)
}

/// Whether what is known of the organisation that is meant agrees with a candidate; `None` for what says nothing.
fn agrees(property: Property, values: &[String], code: CreditCode, card: &Card) -> Option<bool> {
    let any = |fits: &dyn Fn(&str) -> bool| Some(values.iter().any(|v| fits(v)));
    match property {
        Property::CreditCode => any(&|v| CreditCode::parse(v) == Ok(code)),
        Property::Region => any(&|v| {
            let own = code.region_code();
            let digits = params::region_prefix(v).is_some_and(|p| own.starts_with(&p));
            digits || regions::named(v).iter().any(|r| r.covers(own))
        }),
        Property::Kind => any(&|v| v == card.subject_kind.code() || v == card.subject_kind.zh()),
        _ => None,
    }
}

fn candidates(
    state: &WebState,
    question: &Question,
    stamp: Stamp,
) -> Result<Vec<Candidate>, Refusal> {
    if question.kinds.is_empty() {
        return Ok(Vec::new());
    }
    // one more than is told, so that a namesake is known
    let enough = question.limit + 1;
    let mut hits = Vec::new();
    if !fold::key(&question.query).is_empty() {
        hits = found(state, &question.query, question, enough, stamp)?;
    }
    let codes = question
        .known
        .iter()
        .filter(|(p, _)| *p == Property::CreditCode);
    let codes = codes.flat_map(|(_, values)| values).take(3);
    for code in codes.filter_map(|v| CreditCode::parse(v).ok()) {
        if !hits.iter().any(|(known, ..)| *known == code) {
            hits.extend(found(state, code.as_str(), question, 1, stamp)?);
        }
    }
    let mut out: Vec<Candidate> = hits
        .into_iter()
        .map(|(code, matched, card)| candidate(question, code, matched, &card))
        .collect();
    out.sort_by(|a, b| b.score.total_cmp(&a.score));
    // two that are as good as certain are none
    if out.iter().filter(|c| c.certain).count() > 1 {
        for c in &mut out {
            c.certain = false;
        }
    }
    out.truncate(question.limit);
    Ok(out)
}

fn candidate(question: &Question, code: CreditCode, matched: Match, card: &Card) -> Candidate {
    let asked = fold::key(&question.query);
    let name = fold::key(&card.subject_name);
    let by_name = if name == asked { Match::Exact } else { matched };
    let mut score = if asked.is_empty() {
        0.0
    } else {
        f64::from(score(by_name, &question.query, card))
    };
    let mut features = vec![
        ("name_exact", json!(name == asked)),
        ("name_score", json!(score)),
    ];
    let mut contradicted = false;
    let mut same_code = CreditCode::parse(&question.query) == Ok(code);
    for (property, values) in &question.known {
        let Some(agrees) = agrees(*property, values, code, card) else {
            continue;
        };
        features.push((property.id(), json!(agrees)));
        same_code |= agrees && *property == Property::CreditCode;
        if !agrees {
            score *= CONTRADICTED;
            contradicted = true;
        }
    }
    if same_code && !contradicted {
        score = 100.0;
    }
    Candidate {
        code,
        name: card.subject_name.clone(),
        kind: card.subject_kind,
        score: (score * 10.0).round() / 10.0,
        certain: !contradicted && (same_code || name == asked),
        features,
    }
}

/// What is displayed of an organisation; `None` when there is nothing, or the code is an individual business's.
fn organisation(
    state: &WebState,
    code: CreditCode,
    stamp: Stamp,
) -> Result<Option<Organisation>, Refusal> {
    let rows = state
        .store
        .by_credit_code(code.as_str(), stamp.today, None, MOST_RECORDS)
        .map_err(|e| failed("reading a credit file", &e))?;
    let all = rows.len() == MOST_RECORDS;
    let mut records: Vec<_> = rows.into_iter().map(|row| row.record).collect();
    records.retain(|r| KINDS.contains(&r.subject_kind));
    let Some(newest) = records.first() else {
        return Ok(None);
    };
    let total = if all {
        let terms = state.store.terms_of(code.as_str(), stamp.today);
        let terms = terms.map_err(|e| failed("counting terms", &e))?;
        terms.iter().map(|t| t.count).sum()
    } else {
        records.len() as u64
    };
    Ok(Some(Organisation {
        code,
        name: newest.subject_name.clone(),
        kind: newest.subject_kind,
        total,
        records,
    }))
}

/// What is typed (`prefix`) and how many are left out (`cursor`).
fn typed(call: &Call) -> Result<(String, usize), Refusal> {
    let query = call.req.query_string();
    let skip = match params::one(query, "cursor") {
        None => 0,
        Some(text) => text.parse().map_err(|_| {
            Refusal::BadParameters(vec![FieldError::query(
                "cursor",
                "not_a_cursor",
                "应为不小于0的整数 · a whole number, not negative",
            )])
        })?,
    };
    Ok((params::one(query, "prefix").unwrap_or_default(), skip))
}

/// Completes what is typed: entities, properties or types.
pub async fn suggest(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::Private) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let result = suggested(&call).await;
    call.end(result)
}

async fn suggested(call: &Call) -> Result<Reply, Refusal> {
    let (prefix, skip) = typed(call)?;
    let body = match call.req.match_info().get("what") {
        Some("property") => wire::suggested_properties(&prefix, skip)?,
        Some("type") => wire::suggested_types(&prefix, skip)?,
        Some("entity") => {
            let _permit = call.state.permits.enter().await?;
            let stamp = call.stamp;
            call.blocking(move |state| entities(state, &prefix, skip, stamp))
                .await?
        }
        _ => return Err(Refusal::NotFound),
    };
    Ok(Reply::json(body).unindexed(true))
}

fn entities(state: &WebState, prefix: &str, skip: usize, stamp: Stamp) -> Result<Vec<u8>, Refusal> {
    let question = Question {
        key: String::new(),
        query: prefix.to_owned(),
        kinds: KINDS.to_vec(),
        limit: MAX_COMPLETIONS,
        known: Vec::new(),
    };
    // a code and its beginning are found by searching, names by completing
    let codes = if prefix.trim().is_empty() {
        Vec::new()
    } else {
        found(state, prefix, &question, MAX_COMPLETIONS, stamp)?
    };
    let mut all: Vec<_> = codes
        .into_iter()
        .filter(|(_, matched, _)| *matched == Match::Code)
        .map(|(code, _, card)| (code, card.subject_name.clone(), card.subject_kind))
        .collect();
    let nums = state
        .index
        .complete(prefix, MAX_COMPLETIONS, stamp.today)
        .map_err(not_searched)?;
    for (_, card) in state.cards(&nums, stamp)? {
        let code = card.credit_code.as_deref().map(CreditCode::parse);
        if let Some(Ok(code)) = code
            && KINDS.contains(&card.subject_kind)
            && !all.iter().any(|(known, ..)| *known == code)
        {
            all.push((code, card.subject_name.clone(), card.subject_kind));
        }
    }
    let shown: Vec<_> = all.into_iter().skip(skip).take(MAX_COMPLETIONS).collect();
    wire::entities(&shown)
}

/// The id in an address.
fn id(call: &Call) -> Result<String, Refusal> {
    params::one(call.req.query_string(), "id").ok_or_else(|| {
        Refusal::BadParameters(vec![FieldError::query(
            "id",
            "missing",
            "缺少 id · give the id",
        )])
    })
}

/// A few lines about an organisation, and how they are told.
async fn told<T: Send + 'static>(
    call: &Call,
    id: &str,
    tell: impl FnOnce(&PreviewView<'_>) -> T + Send + 'static,
) -> Result<T, Refusal> {
    let code = CreditCode::parse(id).map_err(|_| Refusal::NotFound)?;
    let stamp = call.stamp;
    call.blocking(move |state| {
        let Some(o) = organisation(state, code, stamp)? else {
            return Err(Refusal::NotFound);
        };
        let mut lists: Vec<&str> = Vec::new();
        for record in &o.records {
            if !lists.contains(&record.list.as_str()) {
                lists.push(&record.list);
            }
        }
        Ok(tell(&PreviewView {
            code: o.code,
            name: &o.name,
            kind: o.kind,
            total: o.total,
            lists: &lists,
            catalogue: &state.catalogue,
        }))
    })
    .await
}

/// A short text about an entity, property or type.
pub async fn flyout(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::Revalidate) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let result = flown(&call).await;
    call.end(result)
}

async fn flown(call: &Call) -> Result<Reply, Refusal> {
    let id = id(call)?;
    let words = |name: &str, more: &str| html! { p { strong { (name) } } p { (more) } };
    let html: Markup = match call.req.match_info().get("what") {
        Some("property") => {
            let property = Property::from_id(&id).ok_or(Refusal::NotFound)?;
            words(property.name(), property.description())
        }
        Some("type") => {
            let of = TYPES.iter().find(|t| t.id == id);
            let of = of.ok_or(Refusal::NotFound)?;
            words(
                of.name,
                "公示中有信息的组织 · organisations with records on display",
            )
        }
        Some("entity") => {
            let ctx = call.bare_ctx();
            told(call, &id, move |view| facts(&ctx, view)).await?
        }
        _ => return Err(Refusal::NotFound),
    };
    Ok(Reply::json(wire::flyout(&id, &html.into_string())?).unindexed(true))
}

/// A page about an entity, to be shown inside another page.
pub async fn preview(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::Revalidate) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let ctx = call.bare_ctx();
    let result = match id(&call) {
        Ok(id) => told(&call, &id, move |view| page(&ctx, view)).await,
        Err(refusal) => Err(refusal),
    };
    call.end(result.map(|page| Reply::page(page.into_string()).unindexed(true)))
}

/// The properties that can be fetched.
pub async fn propose(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::UntilBoundary) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let result = proposed(&call);
    call.end(result)
}

fn proposed(call: &Call) -> Result<Reply, Refusal> {
    let query = call.req.query_string();
    let asked = params::one(query, "type");
    let of = match asked.as_deref() {
        None => TYPES[0],
        Some(id) => *TYPES.iter().find(|t| t.id == id).ok_or_else(|| {
            let message = "没有这个类型 · no such type";
            Refusal::BadParameters(vec![FieldError::query("type", "unknown_type", message)])
        })?,
    };
    let limit = match params::one(query, "limit") {
        None => Property::ALL.len(),
        Some(text) => text.parse().map_err(|_| {
            let message = "应为不小于0的整数 · a whole number, not negative";
            Refusal::BadParameters(vec![FieldError::query("limit", "not_a_limit", message)])
        })?,
    };
    wire::proposals(of, limit).map(Reply::json)
}
