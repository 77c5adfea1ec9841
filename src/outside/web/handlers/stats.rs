//! `GET /stats` and its twin.

use std::sync::Arc;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::standing::kept;
use crate::outside::web::api;
use crate::outside::web::cache::Cache;
use crate::outside::web::limit::Operation;
use crate::outside::web::pages;
use crate::outside::web::pages::stats::StatsView;
use crate::outside::web::params;
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{Call, Reply, begin};
use crate::outside::web::state::WebState;
use crate::outside::web::stats::Stats;

/// The statistics of the call's release and day. Whoever comes first has them counted; the others wait without holding
/// a thread.
async fn counted(call: &Call) -> Result<Arc<Stats>, Refusal> {
    let stamp = call.stamp;
    if let Some(known) = call.state.known_stats(stamp) {
        return Ok(known);
    }
    let turn = Arc::clone(&call.state.counting).lock_owned().await;
    if let Some(known) = call.state.known_stats(stamp) {
        return Ok(known);
    }
    call.blocking(move |state| {
        // the turn lasts as long as the work, also when the client has gone away
        let _turn = turn;
        state.count_stats(stamp)
    })
    .await
}

/// The statistics.
pub async fn stats(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::UntilBoundary) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let result = if call.json {
        twin(&call).await
    } else {
        page(&call).await
    };
    call.end(result)
}

async fn twin(call: &Call) -> Result<Reply, Refusal> {
    params::none(call.req.query_string()).map_err(Refusal::BadParameters)?;
    let stats = counted(call).await?;
    let body = kept(call, "api stats", move |state, _, _| {
        api::stats::stats(&stats, &state.catalogue)
    });
    Ok(Reply::json(body.await?))
}

async fn page(call: &Call) -> Result<Reply, Refusal> {
    let stats = counted(call).await?;
    let body = kept(call, "stats", move |state, _, ctx| {
        let view = StatsView {
            catalogue: &state.catalogue,
            stats: &stats,
        };
        Ok(pages::stats::page(ctx, &view).into_string().into())
    });
    Ok(Reply::page(body.await?))
}
