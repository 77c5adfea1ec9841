//! `GET /search` and its twin.

use std::sync::Arc;
use std::time::Instant;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::outside::index::{Facets, Match, SearchAnswer, SearchRequest};
use crate::outside::store::Card;
use crate::outside::web::api::wire::{self, SearchParts};
use crate::outside::web::cache::{Cache, Stamp};
use crate::outside::web::limit::Operation;
use crate::outside::web::pages::search::{Row, SearchView, page};
use crate::outside::web::params::{SearchParams, Unknown};
use crate::outside::web::parts::frame::Ctx;
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{Call, Reply, begin_or_kept, wants_json};
use crate::outside::web::state::{WebState, not_searched};

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

/// What is asked, by whom and in which form.
struct Asked<'a> {
    params: &'a SearchParams,
    stamp: Stamp,
    /// Whether it is for a person's name.
    person: bool,
    /// The frame of the page; without it the answer is JSON.
    ctx: Option<&'a Ctx>,
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
    let asked = Asked {
        params: &params,
        stamp,
        person,
        ctx: ctx.as_ref(),
    };
    if let Some(reply) = asked.at_once(&call.state)? {
        return Ok(reply);
    }
    let _permit = call.state.permits.enter().await?;
    call.blocking(move |state| {
        let asked = Asked {
            params: &params,
            stamp,
            person,
            ctx: ctx.as_ref(),
        };
        asked.found(state)
    })
    .await
}

impl Asked<'_> {
    fn request(&self, state: &WebState) -> SearchRequest {
        let params = self.params;
        SearchRequest {
            filters: params.filters.clone(),
            sort: params.sort,
            after: params.page,
            page_size: params.limit.unwrap_or(state.settings.page_size),
            person_key: self.person.then(|| state.person_key(&params.q)).flatten(),
            list_persons: params.lists_persons(&state.catalogue),
            facets: true,
            ..SearchRequest::new(params.q.clone(), self.stamp.today)
        }
    }

    /// The answer to a search that takes less time than handing it to another thread, on the thread that read the request:
    /// it waits for no other search, and no other for it. Only where the store is a file, whose rows of a page are read in
    /// less than a tenth of a millisecond.
    fn at_once(&self, state: &WebState) -> Result<Option<Reply>, Refusal> {
        let started = Instant::now();
        let request = self.request(state);
        if request.page_size > MOST_AT_ONCE || !state.store.is_file() {
            return Ok(None);
        }
        let found = state.index.search_at_once(&request);
        let Some(answer) = found.map_err(not_searched)? else {
            return Ok(None);
        };
        let named = |facets: &Facets| state.knows_authorities(&facets.authorities);
        if !answer.facets.as_ref().is_none_or(named) {
            return Ok(None);
        }
        self.shown(state, &answer, started).map(Some)
    }

    /// The answer to any search. Blocking.
    fn found(&self, state: &WebState) -> Result<Reply, Refusal> {
        let started = Instant::now();
        let answer = state.index.search(&self.request(state));
        self.shown(state, &answer.map_err(not_searched)?, started)
    }

    /// The page or the JSON of an answer.
    fn shown(
        &self,
        state: &WebState,
        answer: &SearchAnswer,
        started: Instant,
    ) -> Result<Reply, Refusal> {
        let stamp = self.stamp;
        let rows = cards(state, answer, stamp)?;
        if let Some(facets) = &answer.facets {
            state.learn_authorities(&facets.authorities, stamp.today);
        }
        let authority = |code: &str| state.authority(code);
        let reply = if let Some(ctx) = self.ctx {
            let rows: Vec<Row<'_>> = rows
                .iter()
                .map(|(matched, card)| Row {
                    matched: *matched,
                    card,
                })
                .collect();
            let view = SearchView {
                params: self.params,
                catalogue: &state.catalogue,
                answer: Some(answer),
                rows: &rows,
                authority: &authority,
                asked_person: self.person,
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
