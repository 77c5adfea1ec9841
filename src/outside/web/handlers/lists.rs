//! `GET /lists`, `/lists/{code}` and their twins.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::standing::kept;
use crate::domain::catalogue::ListEntry;
use crate::outside::index::{Cursor, Filters, Match, SearchError, SearchRequest, Sort};
use crate::outside::web::api::wire;
use crate::outside::web::cache::{Cache, Stamp};
use crate::outside::web::limit::Operation;
use crate::outside::web::pages;
use crate::outside::web::pages::list::ListView;
use crate::outside::web::pages::lists::{ListsView, figure};
use crate::outside::web::pages::search::Row;
use crate::outside::web::params::{self, browsable_persons};
use crate::outside::web::parts::frame::Ctx;
use crate::outside::web::problem::{FieldError, Refusal};
use crate::outside::web::reply::{Call, Reply, begin};
use crate::outside::web::state::{WebState, failed};

/// Records on a page of a list.
const PAGE: usize = 20;

/// All lists.
pub async fn lists(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::UntilBoundary) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    if call.json {
        if let Err(errors) = params::none(call.req.query_string()) {
            return call.end(Err(Refusal::BadParameters(errors)));
        }
        let result = kept(&call, "api lists", |state, stamp, _| {
            wire::lists(&state.catalogue, &state.figures(stamp)?, stamp.today)
        })
        .await;
        return call.end(result.map(Reply::json));
    }
    let result = kept(&call, "lists", |state, stamp, ctx| {
        let figures = state.figures(stamp)?;
        let view = ListsView {
            catalogue: &state.catalogue,
            figures: &figures,
        };
        Ok(pages::lists::page(ctx, &view).into_string().into())
    })
    .await;
    call.end(result.map(Reply::page))
}

fn entry<'s>(state: &'s WebState, code: &str) -> Option<&'s ListEntry> {
    state.catalogue.list(code).filter(|l| l.is_displayed())
}

/// One list.
pub async fn list(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::Revalidate) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let code = call.req.match_info().get("code").unwrap_or("").to_owned();
    if entry(&call.state, &code).is_none() {
        return call.end(Err(Refusal::NotFound));
    }
    let result = if call.json {
        twin(&call, code).await
    } else {
        page(&call, code).await
    };
    call.end(result)
}

async fn twin(call: &Call, code: String) -> Result<Reply, Refusal> {
    params::none(call.req.query_string()).map_err(Refusal::BadParameters)?;
    let key = format!("api list {code}");
    let body = kept(call, &key, move |state, stamp, _| {
        let entry = entry(state, &code).ok_or(Refusal::NotFound)?;
        wire::list(&state.catalogue, entry, &state.figures(stamp)?, stamp.today)
    })
    .await?;
    Ok(Reply::json(body))
}

async fn page(call: &Call, code: String) -> Result<Reply, Refusal> {
    let after: Option<Cursor> = match params::one(call.req.query_string(), "page") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| {
            Refusal::BadParameters(vec![FieldError::query(
                "page",
                "not_a_cursor",
                "翻页标记无效 · not a cursor: take next of the page before",
            )])
        })?),
    };
    let stamp = call.stamp;
    if after.is_none() {
        let key = format!("list {code}");
        let body = kept(call, &key, move |state, stamp, ctx| {
            render(state, stamp, ctx, &code, None)
        })
        .await?;
        return Ok(Reply::page(body));
    }
    let _permit = call.state.permits.enter().await?;
    let ctx = call.ctx();
    let body = call
        .blocking(move |state| render(state, stamp, &ctx, &code, after))
        .await?;
    Ok(Reply::page(body).unindexed(true))
}

fn render(
    state: &WebState,
    stamp: Stamp,
    ctx: &Ctx,
    code: &str,
    after: Option<Cursor>,
) -> Result<Vec<u8>, Refusal> {
    let entry = entry(state, code).ok_or(Refusal::NotFound)?;
    let figures = state.figures(stamp)?;
    let request = SearchRequest {
        filters: Filters {
            list: Some(code.to_owned()),
            ..Filters::default()
        },
        sort: Sort::Newest,
        after,
        page_size: PAGE,
        list_persons: browsable_persons(entry),
        ..SearchRequest::new("", stamp.today)
    };
    let answer = match state.index.search(&request) {
        Ok(answer) => Some(answer),
        // The rest of the page comes from the catalogue: it stands without the index.
        Err(SearchError::NotReady) => None,
        Err(error) => return Err(failed("browsing a list", &error)),
    };
    let nums: Vec<u64> = answer
        .iter()
        .flat_map(|a| a.hits.iter().map(|h| h.num))
        .collect();
    let cards = state.cards(&nums, stamp)?;
    let rows: Vec<Row<'_>> = cards
        .iter()
        .map(|(_, card)| Row {
            matched: Match::All,
            card,
        })
        .collect();
    let next = answer
        .as_ref()
        .and_then(|a| a.next)
        .map(|cursor| cursor.to_string());
    let version = state.catalogue.version_of(entry);
    let view = ListView {
        figure: figure(&figures, code),
        rows: answer.is_some().then_some(&rows),
        next: next.as_deref(),
        continued: after.is_some(),
        ..ListView::new(entry, &state.catalogue, &version)
    };
    Ok(pages::list::page(ctx, &view).into_string().into())
}
