//! Pages that change with a release or with the program only: made once, kept, served from memory.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use crate::outside::web::cache::{Cache, Stamp};
use crate::outside::web::limit::Operation;
use crate::outside::web::pages;
use crate::outside::web::parts::frame::Ctx;
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{Call, Reply, begin};
use crate::outside::web::state::WebState;

/// A page from memory, or made now and kept.
pub(super) async fn kept(
    call: &Call,
    key: &str,
    make: impl FnOnce(&WebState, Stamp, &Ctx) -> Result<Vec<u8>, Refusal> + Send + 'static,
) -> Result<Bytes, Refusal> {
    let stamp = call.stamp;
    let key = format!("{} {key}", call.prefs.key());
    if let Some(body) = call.state.rendered(&key, stamp) {
        return Ok(body);
    }
    let ctx = call.bare_ctx();
    call.blocking(move |state| {
        let body = Bytes::from(make(state, stamp, &ctx)?);
        state.keep(key, stamp, body.clone());
        Ok(body)
    })
    .await
}

/// Answers with such a page.
pub(super) async fn page(
    req: HttpRequest,
    state: Data<WebState>,
    key: &str,
    make: impl FnOnce(&WebState, Stamp, &Ctx) -> Result<Vec<u8>, Refusal> + Send + 'static,
) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::UntilBoundary) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let result = kept(&call, key, make).await.map(Reply::page);
    call.end(result)
}

/// `GET /`.
pub async fn home(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    page(req, state, "home", |state, stamp, ctx| {
        let figures = state.figures(stamp)?;
        let view = pages::home::HomeView {
            catalogue: &state.catalogue,
            figures: &figures,
        };
        Ok(pages::home::page(ctx, &view).into_string().into())
    })
    .await
}

/// `GET /measures`.
pub async fn measures(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    page(req, state, "measures", |state, _, ctx| {
        Ok(pages::measures::page(ctx, &state.catalogue)
            .into_string()
            .into())
    })
    .await
}

/// `GET /about`.
pub async fn about(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    page(req, state, "about", |state, _, ctx| {
        Ok(pages::about::page(ctx, &state.catalogue)
            .into_string()
            .into())
    })
    .await
}

/// `GET /help`.
pub async fn help(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    page(req, state, "help", |_, _, ctx| {
        Ok(pages::help::page(ctx).into_string().into())
    })
    .await
}
