//! Taking an application back, one part of it or all, after a page that asks whether that is meant.

use std::sync::Arc;

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::track::{known, with};
use super::{Sent, enter_sent, go, session_sent, stopped, work};
use crate::domain::forms::reply::ApplicantAct;
use crate::outside::apply::acts::allows_in;
use crate::outside::web::link;
use crate::outside::web::pages::apply::answer::{WithdrawView, withdraw as page};
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{Reply, refuse};
use crate::outside::web::state::WebState;

/// Most parts of an application.
const MOST_PARTS: u32 = 10_000;

/// The part that an address names, counted from 1; all of them where it says so.
fn asked(req: &HttpRequest) -> Option<Option<u32>> {
    match req.match_info().get("part")? {
        "all" => Some(None),
        text => text
            .parse::<u32>()
            .ok()
            .filter(|n| *n <= MOST_PARTS)?
            .checked_sub(1)
            .map(Some),
    }
}

/// The page that asks.
pub async fn withdraw(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    with(req, state, |call, _, session, known| {
        let part = asked(&call.req).ok_or(Refusal::NotFound)?;
        let standing = &known.standing;
        let which: Vec<u32> = (0..standing.parts)
            .filter(|p| part.is_none_or(|asked| asked == *p))
            .filter(|p| allows_in(standing.kind, standing.state_of(*p), "withdraw"))
            .collect();
        let view = WithdrawView {
            number: session.number.as_str(),
            token: &session.token(),
            part,
            which: &which,
            standing,
            replies: &known.replies,
        };
        Ok(Reply::page(page(&call.bare_ctx(), &view).into_string()))
    })
    .await
}

/// Takes it back.
pub async fn withdraw_sent(req: HttpRequest, state: Data<WebState>, body: Bytes) -> HttpResponse {
    let (call, intake) = match enter_sent(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let session = match session_sent(&call, &Sent::read(&body)) {
        Ok(session) => session,
        Err(res) => return *res,
    };
    let Some(part) = asked(&call.req) else {
        return refuse(&call.req, &Refusal::NotFound);
    };
    let (key, now, store) = (session.clone(), call.now, Arc::clone(&intake));
    let done = work(&call, move |_| {
        // whoever has another secret is told nothing of the parts
        known(&store, &key)?;
        let act = ApplicantAct::Withdraw { part };
        Ok(store
            .store
            .add_act(&key.number, &key.secret, &act, &[], &store.desk, now)?)
    })
    .await;
    match done {
        Ok(_) => go(&link::track(session.number.as_str()), None),
        Err(stop) => stopped(call, &session.number, stop),
    }
}
