//! `GET /api/v1/changes`: the change feed.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::outside::web::api::wire;
use crate::outside::web::cache::Cache;
use crate::outside::web::limit::Operation;
use crate::outside::web::params::ChangesParams;
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{Reply, begin};
use crate::outside::web::state::{WebState, failed};

/// The present state of all that changed after a sequence number, or its tombstone.
pub async fn changes(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Changes, Cache::Revalidate) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let params = match ChangesParams::read(call.req.query_string()) {
        Ok(params) => params,
        Err(errors) => return call.end(Err(Refusal::BadParameters(errors))),
    };
    let (today, seq) = (call.today, call.stamp.seq);
    let result = call
        .blocking(move |state| {
            let changes = state
                .store
                .changes(params.since, params.limit, today)
                .map_err(|e| failed("reading changes", &e))?;
            let full = changes.len() >= params.limit;
            let body = wire::changes(&state.catalogue, params.since, &changes, seq, full)?;
            Ok(Reply::json(body).unindexed(true))
        })
        .await;
    call.end(result)
}
