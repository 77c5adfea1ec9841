//! The officers' site at `/desk` (domain.md 7.6; design.md 8). Only nodes of the roles `all` and `desk` have it.
//!
//! # How a page is added
//! 1. `handlers/NAME.rs`: a handler begins with [`enter`] (for what is read) or [`enter_sent`] (for a form), naming the
//!    roles that may; both answer with a [`Seat`] or with the answer that ends the request (sign-in, refusal).
//!    ```ignore
//!    pub async fn queue(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
//!        let seat = enter(&req, &state, rights::CASES).await?;
//!        let scope = seat.officer.scope().map(str::to_owned);   // None: every authority
//!        let page = seat.work(move |desk| Ok(desk.vault.…?)).await?;
//!        Ok(seat.page("案件", Place::Cases, &pages::queue::page(&seat.ctx(), &page)))
//!    }
//!    pub async fn decide(req: HttpRequest, state: Data<DeskState>, body: Bytes) -> Result<HttpResponse, Stop> {
//!        let (seat, form) = enter_sent(&req, &state, rights::DECIDE, &body).await?;
//!        let by = seat.actor();                                  // domain::cases::Actor
//!        … form.one("reasons") …
//!        Ok(seat.go("/desk/cases"))
//!    }
//!    ```
//!    [`Seat::work`] runs blocking work on another thread; what refuses there is a [`Refused`] and becomes a page.
//!    Something of another authority is [`Refused::NotHere`], as if it were not there.
//! 2. `pages/NAME.rs`: a function of [`DeskCtx`] and a view with finished values; every form in it begins with
//!    [`DeskCtx::token`]; `samples()` beside it, rendered by `tests/samples.rs`.
//! 3. its address in [`configure`], its roles in `rights.rs`, its line in `tests/rights.rs`, and, where it has one, its
//!    place in the navigation (`pages::frame::NAV`).
//!
//! What every answer has: no-store, a policy that allows our own style sheet, script and forms and nothing else, no
//! framing. A form is taken when the browser says that a page of ours sent it and when it carries the token of the session.

pub mod acts;
mod auth;
pub mod diff;
mod enter;
mod form;
pub mod handlers;
pub mod oidc;
pub mod pages;
mod purposes;
mod refused;
pub mod replies;
pub mod rights;
mod state;

#[cfg(test)]
pub(in crate::inside) mod tests;

pub use auth::{DEMO_PASSWORD, acceptable_id, acceptable_name};
pub use enter::{Seat, Stop, enter, enter_sent, enter_with_token};
pub use form::Form;
pub use pages::frame::{DeskCtx, Place};
pub use refused::Refused;
pub use state::{DeskParts, DeskSettings, DeskState, Publish, SecondOfficer};

use actix_multipart::form::MultipartFormConfig;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY,
};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{Data, PayloadConfig, ServiceConfig, resource, route, scope, to};
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Resource, guard};

use crate::outside::web::{headers, log};

/// Bytes of a form without files.
pub const MOST_FORM: usize = 256 << 10;

/// Nothing but our own style sheet, script, pictures and forms; what the script asks of ourselves; nothing frames the desk.
const CSP: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page that is read.
fn read<F, Args, O>(path: &str, handler: F) -> Resource
where
    F: Handler<Args, Output = O>,
    Args: FromRequest + 'static,
    O: actix_web::Responder + 'static,
{
    resource(path)
        .app_data(PayloadConfig::new(MOST_FORM))
        .route(
            route()
                .guard(guard::Any(guard::Get()).or(guard::Head()))
                .to(handler),
        )
        .default_service(to(wrong_method))
}

/// An address to which a form is sent.
fn sent<F, Args, O>(path: &str, handler: F) -> Resource
where
    F: Handler<Args, Output = O>,
    Args: FromRequest + 'static,
    O: actix_web::Responder + 'static,
{
    resource(path)
        .app_data(PayloadConfig::new(MOST_FORM))
        .route(route().guard(guard::Post()).to(handler))
        .default_service(to(wrong_method))
}

/// A page that is read, and to whose address its form is sent.
fn both<F, Args, O, G, Sent, P>(path: &str, shown: F, taken: G) -> Resource
where
    F: Handler<Args, Output = O>,
    Args: FromRequest + 'static,
    O: actix_web::Responder + 'static,
    G: Handler<Sent, Output = P>,
    Sent: FromRequest + 'static,
    P: actix_web::Responder + 'static,
{
    read(path, shown).route(route().guard(guard::Post()).to(taken))
}

async fn wrong_method(req: HttpRequest, state: Data<DeskState>) -> HttpResponse {
    enter::refuse(&req, &state, &Refused::Method)
}

async fn not_here(req: HttpRequest, state: Data<DeskState>) -> HttpResponse {
    enter::refuse(&req, &state, &Refused::NotHere)
}

/// The headers of every answer of the desk. A handler that shows an officer's download may have set a stricter policy.
async fn secure<B: actix_web::body::MessageBody + 'static>(
    req: actix_web::dev::ServiceRequest,
    next: actix_web::middleware::Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let mut res = next.call(req).await?;
    let stricter = res.headers().get(CONTENT_SECURITY_POLICY).cloned();
    let all = res.headers_mut();
    headers::set(all);
    all.insert(
        CONTENT_SECURITY_POLICY,
        stricter.unwrap_or_else(|| HeaderValue::from_static(CSP)),
    );
    // browsers tell where a form was sent from only with this; no address of the desk goes to another site
    all.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    all.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(res)
}

/// The routes of the desk.
pub fn configure(cfg: &mut ServiceConfig, state: Data<DeskState>) {
    cfg.service(
        scope("/desk")
            .app_data(state)
            .wrap(Compress::default())
            .wrap(from_fn(secure))
            .wrap(from_fn(log::log))
            .configure(routes)
            .default_service(to(not_here)),
    );
}

fn routes(cfg: &mut ServiceConfig) {
    use handlers::{
        account, audit, calendar, calendar_year, catalogue, entries, entry_files, home, imports,
        keys, messages, officers, provider, release, reports, reviews, setup, sign_in,
    };
    cfg.service(read("", home::home))
        .service(read("/entries", entries::table))
        .service(both("/entries/new", entries::form, entries::form_sent))
        .service(sent("/entries/new/file", entry_files::uploaded).app_data(row_upload()))
        .service(read("/entries/tasks", entries::tasks))
        .service(sent("/entries/tasks/{task}", entries::task_done))
        .service(both(
            "/entries/reevaluate",
            entries::bulk,
            entries::bulk_sent,
        ))
        .service(read("/entries/{id}", entries::entry))
        .service(sent("/entries/{id}/act", entries::act))
        .service(read("/entries/{id}/letter.pdf", entry_files::letter))
        .service(both("/sign-in", sign_in::shown, sign_in::taken))
        .service(read("/sign-in/provider", provider::begin))
        .service(read("/sign-in/callback", provider::back))
        .service(both("/sign-in/code", provider::code, provider::code_taken))
        .service(sent("/sign-out", sign_in::out))
        .service(both("/setup", setup::shown, setup::taken))
        .service(both("/account", account::shown, account::taken))
        .service(both(
            "/account/device",
            account::device,
            account::device_taken,
        ))
        .service(both("/reviews", reviews::shown, reviews::taken))
        .service(both("/imports", imports::shown, imports::uploaded).app_data(upload()))
        .service(both("/imports/{id}", imports::previewed, imports::settled))
        .service(read("/imports/{id}/rejects.csv", imports::rejects_file))
        .service(both("/release", release::shown, release::taken))
        .service(both("/calendar", calendar::shown, calendar::taken))
        .service(both(
            "/calendar/{year:[0-9]{4}}",
            calendar_year::shown,
            calendar_year::taken,
        ))
        .service(read("/catalogue", catalogue::shown))
        .service(both("/officers", officers::shown, officers::taken))
        .service(both("/keys", keys::shown, keys::taken))
        .service(both("/messages", messages::shown, messages::taken))
        .service(read("/late", reports::late))
        .service(read("/ledgers", reports::ledgers))
        .service(read("/ledgers/file", reports::ledger_file))
        .service(read("/audit", audit::shown))
        .service(read("/audit/export.{form:jsonl|csv}", audit::export))
        .configure(cases);
}

/// What an upload may hold: one file in memory at a time.
fn upload() -> MultipartFormConfig {
    upload_of(handlers::imports::MOST_UPLOAD)
}

/// The same for a file of one row.
fn row_upload() -> MultipartFormConfig {
    upload_of(handlers::entry_files::MOST_ROW)
}

fn upload_of(most: usize) -> MultipartFormConfig {
    MultipartFormConfig::default()
        .total_limit(most)
        .memory_limit(most)
}

/// What the upload of a scanned file may hold.
fn scan() -> MultipartFormConfig {
    let most = crate::outside::web::handlers::apply::MOST_UPLOAD;
    MultipartFormConfig::default()
        .total_limit(most)
        .memory_limit(most)
}

/// Applications, their evidence, and texts of replies.
fn cases(cfg: &mut ServiceConfig) {
    use handlers::cases::{act, assign, evidence, paper, queue, templates, view};
    cfg.service(read("/cases", queue::list))
        .service(read("/cases/late", queue::overdue))
        .service(both("/cases/paper", paper::shown, paper::taken))
        .service(sent("/cases/paper/file", paper::scanned).app_data(scan()))
        .service(read("/cases/{id}", view::shown))
        .service(sent("/cases/{id}/purpose", view::purposed))
        .service(both("/cases/{id}/act/{act}", act::shown, act::taken))
        .service(both("/cases/{id}/assign", assign::shown, assign::taken));
    cfg.service(read("/cases/{id}/files/{file}", evidence::saved))
        .service(read("/cases/{id}/files/{file}/view", evidence::shown))
        .service(read("/cases/{id}/files/{file}/picture", evidence::picture))
        .service(read(
            "/cases/{id}/answers/{act}/files/{file}",
            evidence::saved,
        ))
        .service(read(
            "/cases/{id}/answers/{act}/files/{file}/view",
            evidence::shown,
        ))
        .service(read(
            "/cases/{id}/answers/{act}/files/{file}/picture",
            evidence::picture,
        ));
    cfg.service(read("/replies", templates::list))
        .service(both("/replies/new", templates::new, templates::added))
        .service(both("/replies/{id}", templates::shown, templates::changed))
        .service(sent("/replies/{id}/drop", templates::dropped));
}
