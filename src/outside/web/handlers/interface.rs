//! The programming interface described: `/api/v1/openapi.json` for machines, `/api/docs` for people.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::outside::store::Of;
use crate::outside::web::cache::Cache;
use crate::outside::web::limit::Operation;
use crate::outside::web::openapi::document;
use crate::outside::web::pages::interface::{InterfaceView, Known, page};
use crate::outside::web::params;
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{Call, Reply, begin};
use crate::outside::web::state::{WebState, failed};

/// Records that are looked at for an example.
const LOOKED_AT: usize = 20;

/// The OpenAPI document.
pub async fn openapi(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::UntilBoundary) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let result = described(&call);
    super::sitemap::end(call, result)
}

fn described(call: &Call) -> Result<Reply, Refusal> {
    params::none(call.req.query_string()).map_err(Refusal::BadParameters)?;
    let base = super::sitemap::base(call).unwrap_or_default();
    let document = document(&call.state.catalogue, &base);
    let body = serde_json::to_vec(&document).map_err(|e| failed("writing JSON", &e))?;
    Ok(Reply::json(body))
}

/// The page of documentation.
pub async fn api_docs(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::UntilBoundary) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let today = call.today;
    let known = call
        .blocking(move |state| {
            let newest = state
                .store
                .newest(&Of::All, today, LOOKED_AT)
                .map_err(|e| failed("finding an example", &e))?;
            Ok(newest.into_iter().find_map(|entry| {
                let record = &entry.stored.record;
                Some(Known {
                    id: record.id.clone(),
                    code: record.credit_code.clone()?,
                })
            }))
        })
        .await;
    let result = known.map(|known| {
        let base = super::sitemap::base(&call).unwrap_or_default();
        let view = InterfaceView {
            base: &base,
            catalogue: &call.state.catalogue,
            known: known.as_ref(),
        };
        Reply::page(page(&call.ctx(), &view).into_string())
    });
    super::sitemap::end(call, result)
}
