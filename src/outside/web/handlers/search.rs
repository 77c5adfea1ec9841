//! `GET /search` and its twin.

use std::sync::Arc;
use std::time::Instant;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::outside::index::{Facets, Match, SearchAnswer, SearchError, SearchRequest};
use crate::outside::store::Card;
use crate::outside::web::api::wire::{self, SearchParts};
use crate::outside::web::cache::{Cache, Stamp};
use crate::outside::web::limit::Operation;
use crate::outside::web::pages::search::{Row, SearchView, page};
use crate::outside::web::params::{SearchParams, Unknown};
use crate::outside::web::parts::frame::Ctx;
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{Call, Reply, begin_or_kept, wants_json};
use crate::outside::web::state::{WebState, failed};

/// Rows of a page that is made on the thread that read the request.
const MOST_AT_ONCE: usize = 20;

/// The hits of a search; searching for a person's name has an allowance of its own.
pub async fn search(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let unknown = if wants_json(&req) {
        Unknown::Refused
    } else {
        Unknown::Ignored
    };
    let params = SearchParams::read(req.query_string(), &state.catalogue, unknown);
    let person = params
        .as_ref()
        .is_ok_and(|p| p.asks_for_person(&state.catalogue));
    let operation = if person {
        Operation::Person
    } else {
        Operation::Search
    };
    let call = match begin_or_kept(req, state, operation, Cache::Private) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let result = match params {
        Ok(params) => answer(&call, params, person).await,
        Err(errors) => Err(Refusal::BadParameters(errors)),
    };
    // Who asked for a person is not kept; JSON tells the time that this very search took.
    if person || call.json {
        call.end(result)
    } else {
        call.end_and_keep(result)
    }
}

/// A search page without anything asked shows the form alone.
fn is_blank(params: &SearchParams) -> bool {
    *params == SearchParams::default()
}

async fn answer(call: &Call, params: SearchParams, person: bool) -> Result<Reply, Refusal> {
    let json = call.json;
    if !json && is_blank(&params) {
        let view = SearchView {
            params: &params,
            catalogue: &call.state.catalogue,
            answer: None,
            rows: &[],
            authority: &|_| None,
            asked_person: false,
        };
        let body = page(&call.ctx(), &view).into_string();
        return Ok(Reply::page(body).unindexed(true));
    }
    let stamp = call.stamp;
    let ctx = (!json).then(|| call.ctx());
    if let Some(reply) = at_once(&call.state, &params, stamp, person, ctx.as_ref())? {
        return Ok(reply);
    }
    let _permit = call.state.permits.enter().await?;
    call.blocking(move |state| found(state, &params, stamp, person, ctx.as_ref()))
        .await
}

/// The answer to a search that takes less time than handing it to another thread, on the thread that read the request: it
/// waits for no other search, and no other for it. Only where the store is a file, whose rows of a page are read in less
/// than a tenth of a millisecond.
fn at_once(
    state: &WebState,
    params: &SearchParams,
    stamp: Stamp,
    person: bool,
    ctx: Option<&Ctx>,
) -> Result<Option<Reply>, Refusal> {
    let started = Instant::now();
    let request = request(state, params, stamp, person);
    if request.page_size > MOST_AT_ONCE || !state.store.is_file() {
        return Ok(None);
    }
    let Some(answer) = state.index.search_at_once(&request).map_err(refusal)? else {
        return Ok(None);
    };
    let named = |facets: &Facets| state.knows_authorities(&facets.authorities);
    if !answer.facets.as_ref().is_none_or(named) {
        return Ok(None);
    }
    shown(state, params, stamp, person, ctx, &answer, started).map(Some)
}

fn refusal(error: SearchError) -> Refusal {
    match error {
        SearchError::NotReady => Refusal::NotReady,
        error => failed("searching", &error),
    }
}

fn request(state: &WebState, params: &SearchParams, stamp: Stamp, person: bool) -> SearchRequest {
    SearchRequest {
        filters: params.filters.clone(),
        sort: params.sort,
        after: params.page,
        page_size: params.limit.unwrap_or(state.settings.page_size),
        person_key: person.then(|| state.person_key(&params.q)).flatten(),
        list_persons: params.lists_persons(&state.catalogue),
        facets: true,
        ..SearchRequest::new(params.q.clone(), stamp.today)
    }
}

fn found(
    state: &WebState,
    params: &SearchParams,
    stamp: Stamp,
    person: bool,
    ctx: Option<&Ctx>,
) -> Result<Reply, Refusal> {
    let started = Instant::now();
    let request = request(state, params, stamp, person);
    let answer = state.index.search(&request).map_err(refusal)?;
    shown(state, params, stamp, person, ctx, &answer, started)
}

/// The page or the JSON of an answer.
fn shown(
    state: &WebState,
    params: &SearchParams,
    stamp: Stamp,
    person: bool,
    ctx: Option<&Ctx>,
    answer: &SearchAnswer,
    started: Instant,
) -> Result<Reply, Refusal> {
    let rows = cards(state, answer, stamp)?;
    if let Some(facets) = &answer.facets {
        state.learn_authorities(&facets.authorities, stamp.today);
    }
    let authority = |code: &str| state.authority(code);
    let reply = if let Some(ctx) = ctx {
        let rows: Vec<Row<'_>> = rows
            .iter()
            .map(|(matched, card)| Row {
                matched: *matched,
                card,
            })
            .collect();
        let view = SearchView {
            params,
            catalogue: &state.catalogue,
            answer: Some(answer),
            rows: &rows,
            authority: &authority,
            asked_person: person,
        };
        Reply::page(page(ctx, &view).into_string())
    } else {
        Reply::json(wire::search(&SearchParts {
            catalogue: &state.catalogue,
            answer,
            rows: &rows,
            took_ms: started.elapsed().as_secs_f64() * 1000.0,
            authority: &authority,
        })?)
    };
    let made_from = Stamp {
        index_seq: answer.seq,
        ..stamp
    };
    Ok(reply.unindexed(true).made_from(made_from))
}

/// The hits in short, those that are displayed today.
fn cards(
    state: &WebState,
    answer: &SearchAnswer,
    stamp: Stamp,
) -> Result<Vec<(Match, Arc<Card>)>, Refusal> {
    let nums: Vec<u64> = answer.hits.iter().map(|h| h.num).collect();
    let cards = state.cards(&nums, stamp)?;
    let with_match = |(num, card)| {
        let hit = answer.hits.iter().find(|h| h.num == num);
        (hit.map_or(Match::All, |h| h.matched), card)
    };
    Ok(cards.into_iter().map(with_match).collect())
}
