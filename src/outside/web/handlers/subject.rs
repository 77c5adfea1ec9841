//! `GET /subjects/{code}` and its twin.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::kinds::SubjectKind;
use crate::domain::subject::{CreditCode, CreditCodeError};
use crate::outside::web::api::wire;
use crate::outside::web::cache::Cache;
use crate::outside::web::limit::Operation;
use crate::outside::web::pages::subject::{SubjectView, page};
use crate::outside::web::params;
use crate::outside::web::problem::{FieldError, Refusal};
use crate::outside::web::reply::{Call, Reply, begin_or_kept};
use crate::outside::web::state::{WebState, failed};

/// Records on a page of a credit file.
const PAGE: usize = 50;

/// Why a code is none, as a refusal that says which character is wrong.
#[must_use]
pub fn bad_code(error: &CreditCodeError) -> Refusal {
    let code = match error {
        CreditCodeError::Empty => "empty",
        CreditCodeError::Length { .. } => "wrong_length",
        CreditCodeError::Character { .. } => "wrong_character",
        CreditCodeError::Check { .. } => "wrong_check_character",
        CreditCodeError::CitizenNumber => "citizen_number",
    };
    Refusal::BadCode {
        error: FieldError::path("code", code, format!("{} · {error}", error.zh())),
        likely: error
            .mends()
            .iter()
            .map(|m| m.code.as_str().to_owned())
            .collect(),
    }
}

fn read(call: &Call) -> Result<(CreditCode, Option<i64>), Refusal> {
    let query = call.req.query_string();
    if call.json {
        params::only(query, &["page"]).map_err(Refusal::BadParameters)?;
    }
    let after = match params::one(query, "page") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| {
            Refusal::BadParameters(vec![FieldError::query(
                "page",
                "not_a_cursor",
                "翻页标记无效 · not a cursor: take next of the page before",
            )])
        })?),
    };
    let text = call.req.match_info().get("code").unwrap_or("");
    let code = CreditCode::parse(text).map_err(|e| bad_code(&e))?;
    Ok((code, after))
}

/// Everything displayed of one organisation.
pub async fn subject(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin_or_kept(req, state, Operation::Read, Cache::Revalidate) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let (code, after) = match read(&call) {
        Ok(read) => read,
        Err(refusal) => return call.end(Err(refusal)),
    };
    let (json, today, ctx) = (call.json, call.today, call.ctx());
    let result = call
        .blocking(move |state| {
            let mut rows = state
                .store
                .by_credit_code(code.as_str(), today, after, PAGE + 1)
                .map_err(|e| failed("reading a credit file", &e))?;
            let more = rows.len() > PAGE;
            rows.truncate(PAGE);
            let next = rows.last().map(|row| row.num).filter(|_| more);
            let records: Vec<_> = rows.into_iter().map(|row| row.record).collect();
            let unindexed = records.is_empty()
                || records
                    .iter()
                    .any(|r| r.name_masked && r.subject_kind == SubjectKind::IndividualBusiness);
            let reply = if json {
                let body = wire::subject_file(&state.catalogue, code, &records, next, today)?;
                Reply::json(body)
            } else {
                let paged = after.is_some() || next.is_some();
                let terms = if paged {
                    state.store.terms_of(code.as_str(), today)
                } else {
                    Ok(Vec::new())
                };
                let terms = terms.map_err(|e| failed("counting terms", &e))?;
                let view = SubjectView {
                    code,
                    records: &records,
                    terms: &terms,
                    next,
                    continued: after.is_some(),
                    catalogue: &state.catalogue,
                    today,
                };
                Reply::page(page(&ctx, &view).into_string())
            };
            Ok(reply.unindexed(unindexed))
        })
        .await;
    call.end_and_keep(result)
}
