//! `GET /records/{id}` and its twin.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::outside::web::api::wire;
use crate::outside::web::cache::Cache;
use crate::outside::web::limit::Operation;
use crate::outside::web::pages::record::{RecordView, is_unindexed, page};
use crate::outside::web::params;
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{Call, Reply, begin_or_kept};
use crate::outside::web::state::{Shown, WebState};

/// Longest id that is looked up.
const LONGEST: usize = 64;

/// One record; 410 when it is no longer displayed, 404 when it never was.
pub async fn record(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin_or_kept(req, state, Operation::Read, Cache::Revalidate) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let id = call.req.match_info().get("id").unwrap_or("").to_owned();
    if call.json
        && let Err(errors) = params::none(call.req.query_string())
    {
        return call.end(Err(Refusal::BadParameters(errors)));
    }
    if id.is_empty() || id.len() > LONGEST || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return call.end(Err(Refusal::NotFound));
    }
    let stamp = call.stamp;
    let shown = match call.state.kept_record(&id, stamp) {
        Some(shown) => Ok(shown),
        None => call.blocking(move |state| state.record(&id, stamp)).await,
    };
    let result = shown.and_then(|shown| render(&call, &shown));
    call.end_and_keep(result)
}

fn render(call: &Call, shown: &Shown) -> Result<Reply, Refusal> {
    let state = &call.state;
    let record = &shown.record;
    let standing = state.standing(call.prefs.lang, &record.list, record.subject_kind);
    let seal = (!call.json)
        .then(|| state.record_seal(record, call.stamp))
        .flatten();
    let view = RecordView {
        standing: standing.as_deref(),
        seal: seal.as_ref(),
        ..RecordView::new(record, &state.catalogue, call.today)
    };
    let unindexed = is_unindexed(record, view.entry);
    let reply = if call.json {
        Reply::json(wire::record(&state.catalogue, record, shown.seq)?)
    } else {
        Reply::page(page(&call.ctx(), &view).into_string())
    };
    Ok(reply.unindexed(unindexed))
}
