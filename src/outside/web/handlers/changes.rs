//! `GET /api/v1/changes`: the change feed, and `GET /api/v1/withdrawals`: what was taken back and nothing else.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::outside::web::api::changes as wire;
use crate::outside::web::cache::Cache;
use crate::outside::web::follow;
use crate::outside::web::limit::Operation;
use crate::outside::web::params::{ChangesParams, MAX_CHANGES, MAX_WITHDRAWALS};
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{Call, Reply, begin};
use crate::outside::web::state::{WebState, failed};

/// How a page of something is kept: not at all when it was waited for.
fn begin_with(
    req: HttpRequest,
    state: Data<WebState>,
    waits: bool,
) -> Result<Call, Box<HttpResponse>> {
    let cache = if waits {
        Cache::Never
    } else {
        Cache::Revalidate
    };
    begin(req, state, Operation::Changes, cache)
}

/// The present state of all that changed after a sequence number, or its tombstone; with `wait`, not before there is
/// something.
pub async fn changes(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let params = ChangesParams::read(req.query_string(), MAX_CHANGES);
    let waits = params.as_ref().is_ok_and(|p| p.wait > 0);
    let call = match begin_with(req, state, waits) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let result = match params {
        Ok(params) => changes_page(&call, params).await,
        Err(errors) => Err(Refusal::BadParameters(errors)),
    };
    call.end(result)
}

async fn changes_page(call: &Call, params: ChangesParams) -> Result<Reply, Refusal> {
    let ChangesParams { since, limit, wait } = params;
    if wait > 0 {
        follow::wait(call, since, wait).await?;
    }
    // the day may have changed while it waited
    let today = call.state.today();
    let (changes, seq) = call
        .blocking(move |state| {
            let read = || {
                let seq = state.store.position()?.seq;
                Ok((state.store.changes(since, limit, today)?, seq))
            };
            read().map_err(|e: crate::outside::store::StoreError| failed("reading changes", &e))
        })
        .await?;
    let full = changes.len() >= limit;
    let next_since = changes.last().map_or(since, |c| c.seq);
    let end = if full || seq < since {
        None
    } else {
        follow::end(call, next_since, today, !changes.is_empty()).await?
    };
    let feed = wire::Feed {
        since,
        next_since,
        seq,
        // published meanwhile, or not summed up yet: the reader asks once more
        more: full || (end.is_none() && seq >= since),
        demo: call.state.settings.demo,
        end: end.as_deref(),
    };
    let body = wire::changes(&call.state.catalogue, &changes, &feed)?;
    Ok(Reply::json(body).unindexed(true))
}

/// What was taken back after a sequence number, as JSON Lines: id, why, when, sequence number, and nothing else.
pub async fn withdrawals(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let params = ChangesParams::read(req.query_string(), MAX_WITHDRAWALS);
    let waits = params.as_ref().is_ok_and(|p| p.wait > 0);
    let call = match begin_with(req, state, waits) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let result = match params {
        Ok(params) => withdrawals_page(&call, params).await,
        Err(errors) => Err(Refusal::BadParameters(errors)),
    };
    call.end(result)
}

async fn withdrawals_page(call: &Call, params: ChangesParams) -> Result<Reply, Refusal> {
    let ChangesParams { since, limit, wait } = params;
    if wait > 0 {
        follow::wait(call, since, wait).await?;
    }
    let today = call.state.today();
    let (taken, ended, seq) = call
        .blocking(move |state| {
            let (taken, seq) = state
                .store
                .withdrawals(since, limit)
                .map_err(|e| failed("reading withdrawals", &e))?;
            let ended = if taken.len() < limit {
                follow::ended(state, today)?
            } else {
                Vec::new()
            };
            Ok((taken, ended, seq))
        })
        .await?;
    let full = taken.len() >= limit;
    let next = taken.last().map(|w| w.seq).filter(|_| full);
    let body = wire::withdrawals(&taken, &ended)?;
    let next_since = next.unwrap_or_else(|| seq.max(since));
    Ok(Reply::lines(body)
        .continued(format!(
            "</api/v1/withdrawals?since={next_since}&limit={limit}>; rel=\"{}\"",
            if full { "next" } else { "monitor" }
        ))
        .unindexed(true))
}
