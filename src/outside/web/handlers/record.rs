//! `GET /records/{id}` and its twin.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;

use super::apply::barred_until;
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
    let result = match shown {
        Ok(shown) => match barred(&call, &shown).await {
            Ok(barred) => render(&call, &shown, barred),
            Err(refusal) => Err(refusal),
        },
        Err(refusal) => Err(refusal),
    };
    call.end_and_keep(result)
}

/// Until when false material bars its subject, as the page of an application tells it: from what is displayed of the
/// subject alone.
async fn barred(call: &Call, shown: &Shown) -> Result<Option<NaiveDate>, Refusal> {
    let record = &shown.record;
    let entry = call.state.catalogue.list(&record.list);
    if call.json || !entry.is_some_and(|e| e.repair.repairable) {
        return Ok(None);
    }
    let (of, stamp) = (record.clone(), call.stamp);
    call.blocking(move |state| barred_until(state, &[of], stamp))
        .await
}

fn render(call: &Call, shown: &Shown, barred_until: Option<NaiveDate>) -> Result<Reply, Refusal> {
    let state = &call.state;
    let record = &shown.record;
    let standing = state.standing(call.prefs.lang, &record.list, record.subject_kind);
    let seal = (!call.json)
        .then(|| state.record_seal(record, call.stamp))
        .flatten();
    let view = RecordView {
        standing: standing.as_deref(),
        seal: seal.as_ref(),
        barred_until,
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
