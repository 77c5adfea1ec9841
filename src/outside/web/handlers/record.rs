//! `GET /records/{id}` and its twin.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::outside::store::Found;
use crate::outside::web::api::wire;
use crate::outside::web::cache::Cache;
use crate::outside::web::limit::Operation;
use crate::outside::web::pages::record::{RecordView, is_unindexed, page};
use crate::outside::web::params;
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{Reply, begin};
use crate::outside::web::state::{WebState, failed};

/// Longest id that is looked up.
const LONGEST: usize = 64;

/// One record; 410 when it is no longer displayed, 404 when it never was.
pub async fn record(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::Revalidate) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let id = call.req.match_info().get("id").unwrap_or("").to_owned();
    let (json, today) = (call.json, call.today);
    if json && let Err(errors) = params::none(call.req.query_string()) {
        return call.end(Err(Refusal::BadParameters(errors)));
    }
    if id.is_empty() || id.len() > LONGEST || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return call.end(Err(Refusal::NotFound));
    }
    let result = call
        .blocking(move |state| {
            let found = state
                .store
                .find(&id, today)
                .map_err(|e| failed("finding a record", &e))?;
            let (record, seq) = match found {
                Found::Shown { record, seq, .. } => (record, seq),
                Found::Gone => return Err(Refusal::Gone),
                Found::Unknown => return Err(Refusal::NotFound),
            };
            state.learn(&record);
            let view = RecordView::new(&record, &state.catalogue, today);
            let unindexed = is_unindexed(&record, view.entry);
            let reply = if json {
                Reply::json(wire::record(&state.catalogue, &record, seq)?)
            } else {
                Reply::page(page(&state.ctx(), &view).into_string())
            };
            Ok(reply.unindexed(unindexed))
        })
        .await;
    call.end(result)
}
