//! `/data/history/`: the versions of past days, without what left them since.

use std::sync::Arc;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;

use super::data::{Body, answer, of_doc};
use crate::domain::time::civil_date;
use crate::outside::export::Format;
use crate::outside::export::history::History;
use crate::outside::web::cache::Cache;
use crate::outside::web::limit::Operation;
use crate::outside::web::pages;
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{self, Reply, begin};
use crate::outside::web::state::WebState;

/// `GET /data/history/`.
pub async fn history(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::Never) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let base = super::sitemap::base(&call).unwrap_or_default();
    let history = call.state.exports.history(call.today);
    let enabled = call.state.exports.is_enabled();
    let page = pages::history::page(&call.ctx(), history.as_deref(), enabled, &base);
    call.end(Ok(Reply::page(page.into_string())))
}

/// `GET /data/history/{name}`: what describes the versions.
pub async fn history_document(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    send(&req, &state, |history, req| {
        let name = req.match_info().get("name")?;
        history.docs.get(name).map(of_doc)
    })
}

/// `GET /data/history/{date}/{file}`: a version, or what is said of it.
pub async fn history_file(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    send(&req, &state, |history, req| {
        let day: NaiveDate = req.match_info().get("date")?.parse().ok()?;
        download(history, day, req.match_info().get("file")?)
    })
}

fn send(
    req: &HttpRequest,
    state: &WebState,
    find: impl FnOnce(&History, &HttpRequest) -> Option<Body>,
) -> HttpResponse {
    if !state.exports.is_enabled() {
        return reply::refuse(req, &Refusal::NotFound);
    }
    let now = state.clock.now();
    let Some(history) = state.exports.history(civil_date(now)) else {
        return reply::refuse(req, &Refusal::NotReady);
    };
    match find(&history, req) {
        Some(body) => answer(req, &body, now, history.made),
        None => reply::refuse(req, &Refusal::NotFound),
    }
}

fn download(history: &History, day: NaiveDate, name: &str) -> Option<Body> {
    let version = history.versions.get(&day)?;
    let (plain, packed) = match name.strip_suffix(".gz") {
        Some(plain) => (plain, true),
        None => (name, false),
    };
    let at = Format::DATED.iter().position(|f| f.file_name() == plain)?;
    let (format, file) = (Format::DATED[at], &version.files[at]);
    let form = if packed { 'z' } else { 'p' };
    Some(Body {
        segments: Arc::clone(&history.segments[at]),
        packed,
        length: if packed { file.packed } else { file.unpacked },
        media_type: if packed {
            "application/gzip"
        } else {
            format.media_type()
        },
        tag: format!("\"{}{form}\"", file.sha256.get(..32)?),
        file_name: Some(format!("all-{day}-{name}")),
    })
}
