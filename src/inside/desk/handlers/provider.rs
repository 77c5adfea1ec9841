//! `/desk/sign-in/provider`, `…/callback`, `…/code`: signing in by the word of an OpenID provider.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, REFRESH, SET_COOKIE};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::sign_in::entered;
use crate::inside::desk::auth::{self, Begun, ByProvider};
use crate::inside::desk::enter::{Arrival, html, own_address, refuse, see, stranger, work};
use crate::inside::desk::oidc::{Back, FLOW, HALF, Kept, NotSigned, Oidc};
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::pages::provider as pages;
use crate::inside::desk::{DeskCtx, DeskState, Form, Refused, Stop};
use crate::inside::vault::Stage;
use crate::outside::web::origin;

/// The provider; without one, there is no such page.
fn provider<'a>(req: &HttpRequest, state: &'a Data<DeskState>) -> Result<&'a Oidc, Stop> {
    let not_here = || refuse(req, state, &Refused::NotHere).into();
    state.oidc.as_ref().ok_or_else(not_here)
}

/// Counts an attempt of a client.
fn counted(req: &HttpRequest, state: &Data<DeskState>) -> Result<(), Stop> {
    let client = origin::key(origin::client(req, &state.settings.trusted_proxies));
    let passed = state.throttle.pass_client(client);
    passed.map_err(|seconds| refuse(req, state, &Refused::TooMany(seconds)).into())
}

/// Whether another site led here: nobody begins a sign-in for somebody else.
fn from_elsewhere(req: &HttpRequest) -> bool {
    let site = req.headers().get("sec-fetch-site");
    site.is_some_and(|s| !matches!(s.as_bytes(), b"same-origin" | b"none"))
}

/// Runs what waits for the provider on another thread.
async fn ask<T: Send + 'static>(
    req: &HttpRequest,
    state: &Data<DeskState>,
    asking: impl FnOnce(&DeskState, &Oidc) -> Result<T, Refused> + Send + 'static,
) -> Result<T, Stop> {
    work(req, state, |desk| match &desk.oidc {
        Some(oidc) => asking(desk, oidc),
        None => Err(Refused::NotHere),
    })
    .await
}

/// `GET /desk/sign-in/provider`: leads to the provider.
///
/// # Errors
/// The answer that ends the request.
pub async fn begin(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let arrival = Arrival::new(&req, &state)?;
    provider(&req, &state)?;
    if from_elsewhere(&req) {
        return Ok(see("/desk/sign-in").finish());
    }
    counted(&req, &state)?;
    let next = form_urlencoded::parse(req.query_string().as_bytes())
        .find(|(name, _)| name == "next")
        .map(|(_, value)| value.into_owned())
        .filter(|next| own_address(next))
        .unwrap_or_default();
    let kept = Kept {
        next,
        before: arrival.token(),
    };
    let now = arrival.now;
    let begun = ask(&req, &state, move |_, oidc| Ok(oidc.begin(kept, now))).await?;
    match begun {
        Err(not) => Ok(not_signed(&req, &state, arrival.transport, &not)),
        Ok(start) => {
            let cookie = auth::flow_cookie(arrival.transport, &start.cookie, FLOW.num_seconds());
            Ok(see(&start.to).insert_header((SET_COOKIE, cookie)).finish())
        }
    }
}

/// `GET /desk/sign-in/callback`: whom the provider has led back.
///
/// # Errors
/// The answer that ends the request.
pub async fn back(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let arrival = Arrival::new(&req, &state)?;
    provider(&req, &state)?;
    let (transport, now) = (arrival.transport, arrival.now);
    let cookie = auth::flow_of(&req, transport);
    let back = Back::read(req.query_string());
    let named = ask(&req, &state, move |_, oidc| {
        Ok(oidc.finish(&back, &cookie, now))
    })
    .await?;
    let named = match named {
        Ok(named) => named,
        Err(not) => {
            // counted where it fails, so that whoever signs in is counted once
            counted(&req, &state)?;
            let why = match &not {
                NotSigned::Lost => "no such sign-in",
                NotSigned::Declined => "declined by the provider",
                NotSigned::Away => "the provider does not answer",
                _ => "the answer of the provider is not taken",
            };
            work(&req, &state, move |desk| {
                auth::refused(desk, None, why, now)
            })
            .await?;
            return Ok(not_signed(&req, &state, transport, &not));
        }
    };
    let next = named.kept.next.clone();
    let done = ask(&req, &state, move |desk, oidc| {
        Ok(match auth::by_provider(desk, oidc, &named, now)? {
            ByProvider::Code(officer) => match oidc.ask(&officer, named, now) {
                Ok(cookie) => Next::Code(cookie),
                Err(not) => Next::Not(not),
            },
            ByProvider::Begun(begun) => Next::Begun(begun),
            ByProvider::Not(not) => Next::Not(not),
        })
    })
    .await?;
    match done {
        Next::Not(not) => Ok(not_signed(&req, &state, transport, &not)),
        Next::Begun(begun) => Ok(onwards(&req, &state, transport, &begun, &next)),
        Next::Code(cookie) => {
            let cookie = auth::flow_cookie(transport, &cookie, HALF.num_seconds());
            Ok(see("/desk/sign-in/code")
                .insert_header((SET_COOKIE, cookie))
                .finish())
        }
    }
}

/// What comes after the provider.
enum Next {
    Begun(Begun),
    Code(Zeroizing<String>),
    Not(NotSigned),
}

/// Where a session leads.
fn place(begun: &Begun, next: &str) -> String {
    let next = if next.is_empty() { "/desk" } else { next };
    match begun.stage {
        Stage::Full => next.to_owned(),
        Stage::Setup => "/desk/setup".to_owned(),
    }
}

/// What the frame of a page needs that is never shown under its own address again: that one holds a code and a state, and
/// the links that choose a language would repeat them.
fn elsewhere(req: &HttpRequest, state: &Data<DeskState>, to: &str) -> DeskCtx {
    DeskCtx {
        here: to.to_owned(),
        ..stranger(req, state)
    }
}

/// A page of ours that leads on: a browser which another site led here sends the cookie of the session, which is `Strict`,
/// only with what a page of this site asks for.
fn onwards(
    req: &HttpRequest,
    state: &Data<DeskState>,
    transport: auth::Transport,
    begun: &Begun,
    next: &str,
) -> HttpResponse {
    let to = place(begun, next);
    let ctx = elsewhere(req, state, &to);
    let title = ctx.lang.say("已登录", "Signed in");
    let mut built = HttpResponse::Ok();
    built
        .append_header((SET_COOKIE, auth::cookie(transport, &begun.token)))
        .append_header((SET_COOKIE, auth::flow_gone(transport)));
    // an address of the desk holds nothing that a header may not (`own_address`)
    if let Ok(refresh) = HeaderValue::from_str(&format!("0;url={to}")) {
        built.insert_header((REFRESH, refresh));
    }
    let main = pages::onwards(&ctx, &to);
    html(built, req, &ctx, title, Place::Elsewhere, &main)
}

/// The page that says why nobody was signed in.
fn not_signed(
    req: &HttpRequest,
    state: &Data<DeskState>,
    transport: auth::Transport,
    not: &NotSigned,
) -> HttpResponse {
    let ctx = elsewhere(req, state, "/desk/sign-in");
    let (title, _) = pages::words(ctx.lang, not);
    let mut built = HttpResponse::build(pages::status(not));
    // another site may have led here with rubbish: what is under way in another tab stays
    if *not != NotSigned::Lost {
        built.append_header((SET_COOKIE, auth::flow_gone(transport)));
    }
    let main = pages::not_signed(&ctx, not);
    html(built, req, &ctx, title, Place::Elsewhere, &main)
}

/// `GET /desk/sign-in/code`: asks for the code of the officer's authenticator.
///
/// # Errors
/// The answer that ends the request.
pub async fn code(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let arrival = Arrival::new(&req, &state)?;
    let cookie = auth::flow_of(&req, arrival.transport);
    match provider(&req, &state)?.asked(&cookie, arrival.now) {
        Some(_) => Ok(code_page(&req, &state, StatusCode::OK, false)),
        None => Ok(not_signed(
            &req,
            &state,
            arrival.transport,
            &NotSigned::Lost,
        )),
    }
}

fn code_page(
    req: &HttpRequest,
    state: &Data<DeskState>,
    status: StatusCode,
    wrong: bool,
) -> HttpResponse {
    let ctx = stranger(req, state);
    let title = ctx.lang.say("输入验证码", "Enter the code");
    let main = pages::code(&ctx, wrong);
    let built = HttpResponse::build(status);
    html(built, req, &ctx, title, Place::Elsewhere, &main)
}

/// `POST /desk/sign-in/code`.
///
/// # Errors
/// The answer that ends the request.
pub async fn code_taken(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let arrival = Arrival::sent(&req, &state)?;
    let (transport, now) = (arrival.transport, arrival.now);
    let oidc = provider(&req, &state)?;
    let cookie = auth::flow_of(&req, transport);
    let Some(half) = oidc.tried(&cookie, now) else {
        return Ok(not_signed(&req, &state, transport, &NotSigned::Lost));
    };
    let client = origin::key(origin::client(&req, &state.settings.trusted_proxies));
    if let Err(seconds) = state.throttle.pass(client, &half.officer) {
        return Err(refuse(&req, &state, &Refused::TooMany(seconds)).into());
    }
    let form = Form::read(&body);
    let typed = Zeroizing::new(form.one("code").to_owned());
    let next = half.kept.next.clone();
    let begun = work(&req, &state, move |desk| {
        auth::by_code(desk, &half, &typed, now)
    })
    .await?;
    let Some(begun) = begun else {
        return Ok(code_page(
            &req,
            &state,
            StatusCode::UNPROCESSABLE_ENTITY,
            true,
        ));
    };
    oidc.answered(&cookie);
    let mut answer = entered(&place(&begun, &next), transport, &begun.token);
    if let Ok(gone) = HeaderValue::from_str(&auth::flow_gone(transport)) {
        answer.headers_mut().append(SET_COOKIE, gone);
    }
    Ok(answer)
}
