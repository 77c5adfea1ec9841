//! `GET /api/v1/suggest`: names of organisations that begin with or contain what is being typed. Persons are never
//! completed.

use std::collections::HashSet;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::outside::index::{MAX_COMPLETIONS, MAX_QUERY_CHARS};
use crate::outside::web::api::wire;
use crate::outside::web::cache::{Cache, Stamp};
use crate::outside::web::limit::Operation;
use crate::outside::web::params;
use crate::outside::web::problem::{FieldError, Refusal};
use crate::outside::web::reply::{Call, Reply, begin};
use crate::outside::web::state::{WebState, not_searched};

/// Names to complete what is typed with; empty for what is too short.
pub async fn suggest(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::Private) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let result = answer(&call).await;
    call.end(result)
}

async fn answer(call: &Call) -> Result<Reply, Refusal> {
    let query = call.req.query_string();
    params::only(query, &["q"]).map_err(Refusal::BadParameters)?;
    let Some(q) = params::one(query, "q") else {
        return Err(Refusal::BadParameters(vec![FieldError::query(
            "q",
            "missing",
            "缺少检索词 · give what is being typed as q",
        )]));
    };
    if q.chars().count() > MAX_QUERY_CHARS {
        let message = "检索词最多120个字符 · a query has at most 120 characters";
        return Err(Refusal::BadParameters(vec![FieldError::query(
            "q", "too_long", message,
        )]));
    }
    let _permit = call.state.permits.enter().await?;
    let stamp = call.stamp;
    call.blocking(move |state| found(state, &q, stamp)).await
}

fn found(state: &WebState, q: &str, stamp: Stamp) -> Result<Reply, Refusal> {
    let nums = state
        .index
        .complete(q, MAX_COMPLETIONS, stamp.today)
        .map_err(not_searched)?;
    let mut seen = HashSet::new();
    let cards: Vec<_> = state
        .cards(&nums, stamp)?
        .into_iter()
        .map(|(_, card)| card)
        .filter(|card| seen.insert(card.subject_name.clone()))
        .collect();
    Ok(Reply::json(wire::suggestions(&cards)?).unindexed(true))
}
