//! Pages that the catalogue and the program make: the catalogue itself, notices, standards, the guide, policies.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::Days;
use maud::Markup;

use super::standing::{kept, page};
use crate::domain::catalogue::Catalogue;
use crate::domain::rule::severity::SeverityTable;
use crate::outside::web::api::{catalogue as wire, notices as notices_wire};
use crate::outside::web::cache::{Cache, Stamp};
use crate::outside::web::limit::Operation;
use crate::outside::web::pages;
use crate::outside::web::pages::notices::{EXIT_DAYS, NoticesView, REPAIR_WORKING_DAYS};
use crate::outside::web::params;
use crate::outside::web::parts::frame::Ctx;
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{Reply, begin};
use crate::outside::web::state::{WebState, failed};
use crate::outside::web::stats::{ended, month_of};
use crate::record::PublicNotice;

/// `GET /catalogue` and its twin.
pub async fn catalogue(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::UntilBoundary) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let result = if call.json {
        match params::none(call.req.query_string()) {
            Ok(()) => kept(&call, "api catalogue", |state, _, _| {
                wire::catalogue(&state.catalogue)
            })
            .await
            .map(Reply::json),
            Err(errors) => Err(Refusal::BadParameters(errors)),
        }
    } else {
        kept(&call, "catalogue", |state, _, ctx| {
            Ok(html(pages::catalogue::page(ctx, &state.catalogue)))
        })
        .await
        .map(Reply::page)
    };
    call.end(result)
}

/// `GET /catalogue/{code}` and its twin.
pub async fn catalogue_entry(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::UntilBoundary) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let code = call.req.match_info().get("code").unwrap_or("").to_owned();
    if call.state.catalogue.list(&code).is_none() {
        return call.end(Err(Refusal::NotFound));
    }
    let json = call.json;
    if json && let Err(errors) = params::none(call.req.query_string()) {
        return call.end(Err(Refusal::BadParameters(errors)));
    }
    let key = format!("{}catalogue {code}", if json { "api " } else { "" });
    let body = kept(&call, &key, move |state, _, ctx| {
        let entry = state.catalogue.list(&code).ok_or(Refusal::NotFound)?;
        if json {
            return wire::entry(&state.catalogue, entry);
        }
        let page = pages::catalogue::entry_page(ctx, &state.catalogue, entry);
        Ok(html(page))
    })
    .await;
    call.end(body.map(|body| {
        if json {
            Reply::json(body)
        } else {
            Reply::page(body)
        }
    }))
}

fn html(page: Markup) -> Vec<u8> {
    page.into_string().into()
}

/// Notices of the board at most; an authority proposes hundreds at a time, and they run for a month.
const MOST_NOTICES: usize = 5_000;

/// `GET /notices` and its twin.
pub async fn notices(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::Revalidate) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    if call.json {
        let body = match params::none(call.req.query_string()) {
            Ok(()) => kept(&call, "api notices", notices_json).await,
            Err(errors) => Err(Refusal::BadParameters(errors)),
        };
        // persons may stand in it: it is not for search engines
        return call.end(body.map(|body| Reply::json(body).unindexed(true)));
    }
    let body = kept(&call, "notices", notices_page).await;
    call.end(body.map(Reply::page))
}

fn board(state: &WebState, stamp: Stamp) -> Result<Vec<PublicNotice>, Refusal> {
    state
        .store
        .notices(stamp.today, None, MOST_NOTICES)
        .map_err(|e| failed("reading notices", &e))
}

fn notices_json(state: &WebState, stamp: Stamp, _: &Ctx) -> Result<Vec<u8>, Refusal> {
    let today = stamp.today;
    let from = today
        .checked_sub_days(Days::new(EXIT_DAYS))
        .unwrap_or(today);
    let taken_back = state
        .store
        .notices_taken_back(from, MOST_NOTICES)
        .map_err(|e| failed("reading notices", &e))?;
    let all = board(state, stamp)?;
    let demo = state.settings.demo;
    notices_wire::notices(&state.catalogue, &all, &taken_back, today, demo)
}

fn notices_page(state: &WebState, stamp: Stamp, ctx: &Ctx) -> Result<Vec<u8>, Refusal> {
    let today = stamp.today;
    let calendar = state.calendar.in_force();
    let exits_from = today
        .checked_sub_days(Days::new(EXIT_DAYS))
        .unwrap_or(today);
    // without a calendar of that year: a day for each working day, which is never too long
    let repairs_from = calendar.subtract(today, REPAIR_WORKING_DAYS).map_or_else(
        |_| {
            today
                .checked_sub_days(Days::new(u64::from(REPAIR_WORKING_DAYS)))
                .unwrap_or(today)
        },
        |due| due.date,
    );
    let endings = state
        .store
        .endings(month_of(exits_from.min(repairs_from)))
        .map_err(|e| failed("reading what was taken back", &e))?;
    let endings = ended(&endings);
    let board = board(state, stamp)?;
    let view = NoticesView {
        catalogue: &state.catalogue,
        notices: &board,
        takes_applications: state.apply.is_some(),
        endings: &endings,
        exits_from,
        repairs_from,
        today,
        calendar,
    };
    Ok(html(pages::notices::page(ctx, &view)))
}

/// `GET /sectors`.
pub async fn sectors(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    page(req, state, "sectors", |state, _, ctx| {
        let table = SeverityTable::embedded().ok();
        let page = pages::sectors::page(ctx, &state.catalogue, table.as_ref());
        Ok(html(page))
    })
    .await
}

/// A page that the catalogue makes.
async fn of_catalogue(
    req: HttpRequest,
    state: Data<WebState>,
    key: &'static str,
    make: fn(&Ctx, &Catalogue) -> Markup,
) -> HttpResponse {
    page(req, state, key, move |state, _, ctx| {
        Ok(html(make(ctx, &state.catalogue)))
    })
    .await
}

/// `GET /help/repair`.
pub async fn help_repair(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    of_catalogue(req, state, "help repair", pages::guide::repair).await
}

/// `GET /help/bankruptcy`.
pub async fn help_bankruptcy(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    of_catalogue(req, state, "help bankruptcy", pages::guide::bankruptcy).await
}

/// `GET /help/objection`.
pub async fn help_objection(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    of_catalogue(req, state, "help objection", pages::guide::objection).await
}

/// `GET /privacy`.
pub async fn privacy(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    page(req, state, "privacy", |state, _, ctx| {
        let days = state.settings.keep_days;
        Ok(html(pages::policy::privacy(ctx, days)))
    })
    .await
}

/// `GET /accessibility`.
pub async fn accessibility(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    page(req, state, "accessibility", |_, _, ctx| {
        Ok(html(pages::policy::accessibility(ctx)))
    })
    .await
}

/// `GET /about/design`.
pub async fn design(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    page(req, state, "design", |state, stamp, ctx| {
        let page = pages::design::page(ctx, &state.catalogue, stamp.today);
        Ok(html(page))
    })
    .await
}
