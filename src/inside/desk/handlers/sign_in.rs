//! `/desk/sign-in` and `/desk/sign-out`.

use actix_web::http::StatusCode;
use actix_web::http::header::SET_COOKIE;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::base::crypto::SessionToken;
use crate::inside::desk::auth::{self, Typed};
use crate::inside::desk::enter::{Arrival, html, own_address, see, stranger, work};
use crate::inside::desk::oidc::Oidc;
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::pages::sign_in::{self, SignInView};
use crate::inside::desk::{DeskState, Form, Refused, Stop, enter_sent, rights};
use crate::inside::vault::Stage;
use crate::outside::web::origin;

/// `GET /desk/sign-in`.
///
/// # Errors
/// The answer that ends the request.
pub async fn shown(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let arrival = Arrival::new(&req, &state)?;
    let next = form_urlencoded::parse(req.query_string().as_bytes())
        .find(|(name, _)| name == "next")
        .map(|(_, value)| value.into_owned())
        .filter(|next| own_address(next))
        .unwrap_or_default();
    if let Some(seat) = arrival.seat().await?
        && seat.stage == Stage::Full
    {
        return Ok(seat.go(if next.is_empty() { "/desk" } else { &next }));
    }
    let just_out = form_urlencoded::parse(req.query_string().as_bytes()).any(|(n, _)| n == "out");
    let way_out = state.oidc.as_ref().filter(|_| just_out);
    let view = SignInView {
        next,
        way_out: way_out.and_then(Oidc::way_out),
        ..SignInView::default()
    };
    answer(&req, &state, StatusCode::OK, view).await
}

/// The page, with the officers of the demonstration where it is one.
async fn answer(
    req: &HttpRequest,
    state: &Data<DeskState>,
    status: StatusCode,
    mut view: SignInView,
) -> Result<HttpResponse, Stop> {
    view.provider = state.oidc.as_ref().map(|oidc| oidc.name().to_owned());
    if state.settings.demo {
        view.demo = work(req, state, |desk| {
            let all = desk.vault.officers()?;
            let shown = all
                .into_iter()
                .filter(|o| o.demo && o.disabled_at.is_none());
            Ok(shown
                .map(|o| {
                    let authority = desk.authority_of(&o).unwrap_or_default();
                    (o.id, o.role, authority)
                })
                .collect())
        })
        .await?;
    }
    let ctx = stranger(req, state);
    let title = ctx.lang.say("工作人员登录", "Officers: sign in");
    let main = sign_in::page(&ctx, &view);
    let built = HttpResponse::build(status);
    Ok(html(built, req, &ctx, title, Place::Elsewhere, &main))
}

/// `POST /desk/sign-in`.
///
/// # Errors
/// The answer that ends the request.
pub async fn taken(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let arrival = Arrival::sent(&req, &state)?;
    let form = Form::read(&body);
    let client = origin::key(origin::client(&req, &state.settings.trusted_proxies));
    if let Err(seconds) = state.throttle.pass(client, form.one("id")) {
        let refused = Refused::TooMany(seconds);
        return Err(crate::inside::desk::enter::refuse(&req, &state, &refused).into());
    }
    let typed = Typed {
        id: form.one("id").to_owned(),
        password: Zeroizing::new(form.one("password").to_owned()),
        code: Zeroizing::new(form.one("code").to_owned()),
    };
    let (before, now) = (arrival.token(), arrival.now);
    let begun = work(&req, &state, move |desk| {
        auth::sign_in(desk, &typed, before.as_ref(), now)
    })
    .await?;
    let next = form.some("next").filter(|n| own_address(n));
    match begun {
        None => {
            let view = SignInView {
                refused: true,
                id: form.one("id").chars().take(64).collect(),
                next: next.unwrap_or_default().to_owned(),
                ..SignInView::default()
            };
            answer(&req, &state, StatusCode::UNPROCESSABLE_ENTITY, view).await
        }
        Some(begun) => {
            let to = match begun.stage {
                Stage::Full => next.unwrap_or("/desk"),
                Stage::Setup => "/desk/setup",
            };
            Ok(entered(to, arrival.transport, &begun.token))
        }
    }
}

/// To a page, with the cookie of a new session.
pub(in crate::inside::desk) fn entered(
    to: &str,
    transport: auth::Transport,
    token: &SessionToken,
) -> HttpResponse {
    see(to)
        .insert_header((SET_COOKIE, auth::cookie(transport, token)))
        .finish()
}

/// `POST /desk/sign-out`.
///
/// # Errors
/// The answer that ends the request.
pub async fn out(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, _) = enter_sent(&req, &state, rights::ALL, &body).await?;
    let (hash, id, now) = (seat.session_hash(), seat.officer.id.clone(), seat.now);
    seat.work(move |desk| Ok(desk.vault.end_session(&hash, &id, now)?))
        .await?;
    let at_provider = state.oidc.as_ref().and_then(Oidc::way_out).is_some();
    let to = if at_provider {
        "/desk/sign-in?out=1"
    } else {
        "/desk/sign-in"
    };
    Ok(see(to)
        .insert_header((SET_COOKIE, auth::gone(seat.transport())))
        .finish())
}
