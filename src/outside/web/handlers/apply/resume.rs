//! Taking a draft up again by its link or by number and secret.
//!
//! The link bears the secret behind its `#`, which browsers keep to themselves: a small script puts it into the form, and
//! without script it is typed. The link alone opens nothing: the secret is sent in the body of a form, so that neither a
//! preview of the link nor a page of another site takes a draft up, and the cookie is set by our own page.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::{Room, Sent, Session, Stop, enter, enter_sent, go, work};
use crate::domain::forms::number::Number;
use crate::outside::apply::{Secret, State};
use crate::outside::web::link;
use crate::outside::web::pages::apply::entry::{EntryView, resume as resume_page};
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
    let view = EntryView {
        number: &number,
        wrong: false,
    };
    call.end(Ok(
        Reply::page(resume_page(&ctx, &view).into_string()).unindexed(true)
    ))
}

/// Number and secret as they were sent.
pub(super) fn typed(sent: &Sent) -> Option<Session> {
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
            Some(session.cookie(&call.state, Room::Draft)),
        ),
        Ok((session, _)) => go(&link::track_number(session.number.as_str()), None),
        Err(Stop::Refused(refusal)) => call.end(Err(refusal)),
        Err(_) => {
            let ctx = call.state.ctx(call.prefs, link::RESUME.to_owned());
            let view = EntryView {
                number: sent.one("number"),
                wrong: true,
            };
            let reply = Reply::page(resume_page(&ctx, &view).into_string());
            call.end(Ok(reply.unindexed(true).unexpected(true)))
        }
    }
}
