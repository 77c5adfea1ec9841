//! Taking a draft up again by its link or by number and secret, and asking how an application stands.
//!
//! The link alone opens nothing: its page has a button that sends the secret in the body of a form, so that neither a
//! preview of the link nor a page of another site takes a draft up, and the cookie is set by our own page.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::{Sent, Session, Stop, enter, enter_sent, go, work};
use crate::domain::forms::number::Number;
use crate::outside::apply::{ApplyError, Secret, State};
use crate::outside::web::link;
use crate::outside::web::pages::apply::track::{
    ResumeView, TrackView, resume as resume_page, track as track_page,
};
use crate::outside::web::params;
use crate::outside::web::reply::Reply;
use crate::outside::web::state::WebState;

/// The page on which number and secret are typed.
pub async fn resume(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let (call, _) = match enter(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let number = params::one(call.req.query_string(), "number").unwrap_or_default();
    let number = Number::parse(&number)
        .map(|n| n.as_str().to_owned())
        .unwrap_or_default();
    let ctx = call.state.ctx(call.prefs, link::RESUME.to_owned());
    let view = ResumeView {
        number: &number,
        secret: "",
        wrong: false,
    };
    call.end(Ok(
        Reply::page(resume_page(&ctx, &view).into_string()).unindexed(true)
    ))
}

/// The page of a link with number and secret.
pub async fn resume_link(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let (call, _) = match enter(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let part = |name: &str| {
        call.req
            .match_info()
            .get(name)
            .unwrap_or_default()
            .to_owned()
    };
    let (number, secret) = (part("number"), part("secret"));
    let known = Number::parse(&number).zip(Secret::parse(&secret));
    let (number, secret) = known.map_or_else(Default::default, |(n, s)| {
        (n.as_str().to_owned(), s.expose().to_owned())
    });
    // the address of this page is on no link of it
    let ctx = call.state.ctx(call.prefs, link::RESUME.to_owned());
    let view = ResumeView {
        number: &number,
        secret: &secret,
        wrong: false,
    };
    call.end(Ok(
        Reply::page(resume_page(&ctx, &view).into_string()).unindexed(true)
    ))
}

/// Number and secret as they were sent.
fn typed(sent: &Sent) -> Option<Session> {
    Some(Session {
        number: Number::parse(sent.one("number"))?,
        secret: Secret::parse(sent.one("secret"))?,
    })
}

/// Takes a draft up again.
pub async fn resume_sent(req: HttpRequest, state: Data<WebState>, body: Bytes) -> HttpResponse {
    let (call, intake) = match enter_sent(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let sent = Sent::read(&body);
    let opened = match typed(&sent) {
        Some(session) => {
            let key = session.clone();
            let standing = work(&call, move |_| {
                Ok(intake.store.standing(&key.number, &key.secret)?)
            })
            .await;
            standing.map(|standing| (session, standing))
        }
        None => Err(Stop::Unknown),
    };
    match opened {
        Ok((session, standing)) if standing.state == State::Draft => go(
            &link::draft(session.number.as_str()),
            Some(session.cookie(&call.state)),
        ),
        Ok((session, _)) => go(&link::track_number(session.number.as_str()), None),
        Err(Stop::Refused(refusal)) => call.end(Err(refusal)),
        Err(_) => {
            let ctx = call.state.ctx(call.prefs, link::RESUME.to_owned());
            let view = ResumeView {
                number: sent.one("number"),
                secret: "",
                wrong: true,
            };
            let reply = Reply::page(resume_page(&ctx, &view).into_string());
            call.end(Ok(reply.unindexed(true).unexpected(true)))
        }
    }
}

/// Where one asks how an application stands.
pub async fn track(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let (call, _) = match enter(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let number = params::one(call.req.query_string(), "number").unwrap_or_default();
    let number = Number::parse(&number)
        .map(|n| n.as_str().to_owned())
        .unwrap_or_default();
    let ctx = call.state.ctx(call.prefs, "/track".to_owned());
    let view = TrackView {
        number: &number,
        standing: None,
        wrong: false,
        today: call.today,
    };
    call.end(Ok(
        Reply::page(track_page(&ctx, &view).into_string()).unindexed(!number.is_empty())
    ))
}

/// How it stands.
pub async fn track_sent(req: HttpRequest, state: Data<WebState>, body: Bytes) -> HttpResponse {
    let (call, intake) = match enter_sent(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let sent = Sent::read(&body);
    let found = match typed(&sent) {
        Some(Session { number, secret }) => {
            work(&call, move |_| {
                match intake.store.standing(&number, &secret) {
                    Ok(standing) => Ok(Some(standing)),
                    Err(ApplyError::Unknown) => Ok(None),
                    Err(error) => Err(error.into()),
                }
            })
            .await
        }
        None => Ok(None),
    };
    let standing = match found {
        Ok(standing) => standing,
        Err(Stop::Refused(refusal)) => return call.end(Err(refusal)),
        Err(_) => None,
    };
    let ctx = call.state.ctx(call.prefs, "/track".to_owned());
    let view = TrackView {
        number: sent.one("number"),
        standing: standing.as_ref(),
        wrong: standing.is_none(),
        today: call.today,
    };
    let wrong = view.wrong;
    let reply = Reply::page(track_page(&ctx, &view).into_string());
    call.end(Ok(reply.unindexed(true).unexpected(wrong)))
}
