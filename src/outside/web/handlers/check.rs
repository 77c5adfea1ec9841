//! `POST /api/v1/check`: many names or codes at once, each answered with its matches.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::error::PayloadError;
use actix_web::http::header::{ACCEPT, CONTENT_TYPE};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::fold;
use crate::outside::index::{Filters, SearchRequest};
use crate::outside::store::Card;
use crate::outside::web::api::check::{self as wire, Found};
use crate::outside::web::batch::{self, Batch, MOST_PERSONS, Query};
use crate::outside::web::cache::{Cache, Stamp};
use crate::outside::web::limit::Operation;
use crate::outside::web::origin;
use crate::outside::web::params::SearchParams;
use crate::outside::web::problem::{FieldError, Refusal};
use crate::outside::web::reply::{Call, Reply, begin};
use crate::outside::web::state::{WebState, not_searched};

/// Bytes of a batch that are taken at most.
pub const MOST_OF_A_BATCH: usize = 1 << 20;

/// Looks up a batch.
pub async fn check(
    req: HttpRequest,
    state: Data<WebState>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let call = match begin(req, state, Operation::Check, Cache::Never) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let result = match read(&call, body) {
        Ok(batch) => answer(&call, batch).await,
        Err(refusal) => Err(refusal),
    };
    call.end(result)
}

/// The media type of what was sent, without its parameters.
fn media_type(req: &HttpRequest) -> &str {
    let value = req
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|v| v.to_str().ok());
    value
        .unwrap_or("application/json")
        .split(';')
        .next()
        .unwrap_or("")
        .trim()
}

fn read(call: &Call, body: Result<Bytes, actix_web::Error>) -> Result<Batch, Refusal> {
    let catalogue = &call.state.catalogue;
    let parse = match media_type(&call.req).to_ascii_lowercase().as_str() {
        "application/json" => batch::json,
        "text/csv" => batch::csv,
        _ => return Err(Refusal::MediaType),
    };
    match body {
        Ok(body) => parse(&body, catalogue),
        Err(e) if matches!(e.as_error(), Some(PayloadError::Overflow)) => {
            Err(Refusal::BatchTooLarge)
        }
        Err(_) => Err(Refusal::BadParameters(vec![FieldError::body(
            "",
            "cut_off",
            "正文没有收全 · the body was cut off",
        )])),
    }
}

/// A question as a search.
fn params(query: &Query) -> SearchParams {
    SearchParams {
        q: query.q.clone(),
        filters: Filters {
            list: query.list.clone(),
            ..Filters::default()
        },
        ..SearchParams::default()
    }
}

async fn answer(call: &Call, batch: Batch) -> Result<Reply, Refusal> {
    let state = &call.state;
    let asks: Vec<(Query, SearchParams, bool)> = batch
        .queries
        .into_iter()
        .map(|query| {
            let params = params(&query);
            let person = params.asks_for_person(&state.catalogue);
            (query, params, person)
        })
        .collect();
    let persons = asks.iter().filter(|(.., person)| *person).count();
    if persons > MOST_PERSONS {
        let message = format!(
            "一次最多按姓名核对{MOST_PERSONS}个自然人；不指定 list 时只核对组织 · at most {MOST_PERSONS} natural persons at once; without list, organisations alone are looked up"
        );
        return Err(Refusal::BadParameters(vec![FieldError::body(
            "/queries",
            "too_many_persons",
            message,
        )]));
    }
    // a batch is no way around the allowance of searches for persons
    let client = origin::key(origin::client(&call.req, &state.settings.trusted_proxies));
    for _ in 0..persons {
        state
            .limits
            .pass(Operation::Person, client)
            .map_err(|(refusal, _)| refusal)?;
    }
    let csv = call
        .req
        .headers()
        .get(ACCEPT)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|a| a.contains("text/csv"));
    let _permit = state.permits.enter().await?;
    let (stamp, limit) = (call.stamp, batch.limit);
    call.blocking(move |state| found(state, asks, limit, stamp, csv))
        .await
}

fn found(
    state: &WebState,
    asks: Vec<(Query, SearchParams, bool)>,
    limit: usize,
    stamp: Stamp,
    csv: bool,
) -> Result<Reply, Refusal> {
    let mut all = Vec::with_capacity(asks.len());
    let mut seq = 0;
    for (query, params, person) in asks {
        // nothing but punctuation would list everything
        if fold::key(&query.q).is_empty() {
            let found = Found {
                total: 0,
                total_is_exact: true,
                matches: Vec::new(),
            };
            all.push((query, found));
            continue;
        }
        let request = SearchRequest {
            filters: params.filters.clone(),
            page_size: limit,
            person_key: person.then(|| state.person_key(&query.q)).flatten(),
            list_persons: params.lists_persons(&state.catalogue),
            ..SearchRequest::new(query.q.clone(), stamp.today)
        };
        let answer = state.index.search(&request).map_err(not_searched)?;
        seq = answer.seq;
        let nums: Vec<u64> = answer.hits.iter().map(|h| h.num).collect();
        let cards: HashMap<u64, Arc<Card>> = state.cards(&nums, stamp)?.into_iter().collect();
        let matches = answer
            .hits
            .iter()
            .filter_map(|hit| Some((hit.matched, Arc::clone(cards.get(&hit.num)?))))
            .collect();
        let found = Found {
            total: answer.total,
            total_is_exact: answer.total_is_exact,
            matches,
        };
        all.push((query, found));
    }
    let reply = if csv {
        Reply::csv(wire::csv(&state.catalogue, &all)?)
    } else {
        Reply::json(wire::json(&state.catalogue, seq, stamp.today, &all)?)
    };
    Ok(reply.unindexed(true))
}
