//! `/track`: how an application stands, for who has its number and secret. They are sent once, in the body of a form;
//! then a cookie opens the page of the application, whose address holds the number alone.

use std::sync::Arc;

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::resume::typed;
use super::{
    Room, Sent, Session, Stop, enter, enter_sent, go, session, session_sent, stopped, work,
};
use crate::domain::forms::number::Number;
use crate::domain::forms::reply::Reply as Told;
use crate::outside::apply::store::Standing;
use crate::outside::apply::{ApplyError, Intake};
use crate::outside::report::letter::LetterClaim;
use crate::outside::report::{mark, pdf};
use crate::outside::web::link;
use crate::outside::web::pages::apply::entry::{EntryView, track as entry_page};
use crate::outside::web::pages::apply::{decision, track as track_page};
use crate::outside::web::params;
use crate::outside::web::parts::seal::Seal;
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{Call, Reply};
use crate::outside::web::state::{WebState, failed};

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
    let view = EntryView {
        number: &number,
        wrong: false,
    };
    call.end(Ok(
        Reply::page(entry_page(&ctx, &view).into_string()).unindexed(!number.is_empty())
    ))
}

/// Number and secret: to the page of the application, or again.
pub async fn track_sent(req: HttpRequest, state: Data<WebState>, body: Bytes) -> HttpResponse {
    let (call, intake) = match enter_sent(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let sent = Sent::read(&body);
    let found = match typed(&sent) {
        Some(session) => {
            let key = session.clone();
            work(&call, move |_| {
                match intake.store.standing(&key.number, &key.secret) {
                    Ok(_) => Ok(Some(session)),
                    Err(ApplyError::Unknown) => Ok(None),
                    Err(error) => Err(error.into()),
                }
            })
            .await
        }
        None => Ok(None),
    };
    match found {
        Ok(Some(session)) => go(
            &link::track(session.number.as_str()),
            Some(session.cookie(&call.state, Room::Track)),
        ),
        Err(Stop::Refused(refusal)) => call.end(Err(refusal)),
        Ok(None) | Err(_) => {
            let ctx = call.state.ctx(call.prefs, "/track".to_owned());
            let view = EntryView {
                number: sent.one("number"),
                wrong: true,
            };
            let reply = Reply::page(entry_page(&ctx, &view).into_string());
            call.end(Ok(reply.unindexed(true).unexpected(true)))
        }
    }
}

/// Everything that is known of an application.
pub(super) struct Known {
    pub standing: Standing,
    pub replies: Vec<Told>,
}

pub(super) fn known(intake: &Intake, key: &Session) -> Result<Known, Stop> {
    let standing = intake.store.standing(&key.number, &key.secret)?;
    let replies = intake.store.replies(&key.number, &key.secret)?;
    Ok(Known { standing, replies })
}

/// Reads the application of a request and makes an answer of it.
pub(super) async fn with(
    req: HttpRequest,
    state: Data<WebState>,
    make: impl FnOnce(&Call, &Arc<Intake>, &Session, &Known) -> Result<Reply, Refusal>,
) -> HttpResponse {
    let (call, intake) = match enter(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let session = match session(&call) {
        Ok(session) => session,
        Err(res) => return *res,
    };
    let (key, store) = (session.clone(), Arc::clone(&intake));
    match work(&call, move |_| known(&store, &key)).await {
        Ok(known) => {
            let reply = make(&call, &intake, &session, &known);
            call.end(reply.map(|r| r.unindexed(true)))
        }
        Err(stop) => stopped(call, &session.number, stop),
    }
}

/// The page of an application.
pub async fn followed(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    with(req, state, |call, intake, session, known| {
        let displayed = |id: &str| call.state.record(id, call.stamp).is_ok();
        let seals = seals(&call.state, session, &known.replies);
        let view = track_page::TrackView {
            number: session.number.as_str(),
            token: &session.token(),
            standing: &known.standing,
            replies: &known.replies,
            seals: &seals,
            catalogue: &call.state.catalogue,
            calendar: &intake.calendar,
            limits: &intake.limits,
            displayed: &displayed,
            today: call.today,
        };
        Ok(Reply::page(
            track_page::page(&call.bare_ctx(), &view).into_string(),
        ))
    })
    .await
}

/// The verification codes of the letters, one for each reply; none where there is no letter or this node gives no codes.
fn seals(state: &WebState, session: &Session, replies: &[Told]) -> Vec<Option<Seal>> {
    replies
        .iter()
        .map(|told| seal(state, session, told))
        .collect()
}

fn seal(state: &WebState, session: &Session, told: &Told) -> Option<Seal> {
    let letter = told.letter.as_ref()?;
    if !letter.code.is_empty() {
        return Some(Seal::new(letter.code.clone(), &state.settings.base_url));
    }
    let claim = LetterClaim::of(&session.number, told.part, &told.state, letter)?;
    let code = claim.code(state.verify.as_deref()?)?;
    Some(Seal::new(code, &state.settings.base_url))
}

/// A decision letter as a file.
pub async fn letter_of(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    with(req, state, |call, _, session, known| {
        let asked = call.req.match_info().get("reply").unwrap_or_default();
        let at: usize = asked.parse().map_err(|_| Refusal::NotFound)?;
        let told = at.checked_sub(1).and_then(|at| known.replies.get(at));
        let told = told.ok_or(Refusal::NotFound)?;
        let letter = told.letter.as_ref().ok_or(Refusal::NotFound)?;
        let seal = seal(&call.state, session, told);
        let view = decision::LetterView {
            number: session.number.as_str(),
            part: told.part,
            letter,
            seal: seal.as_ref(),
        };
        let document = decision::document(&call.bare_ctx(), &view);
        let mut file = pdf::make(&document).map_err(|e| failed("making a letter", &e))?;
        if let (Some(seal), Some(key)) = (&seal, &call.state.verify) {
            mark::seal(&mut file, &seal.code, key);
        }
        Ok(Reply::pdf(
            file,
            format!("decision-{}-{}.pdf", session.number.as_str(), told.part + 1),
        ))
    })
    .await
}

/// Ends following on this machine: the cookie goes.
pub async fn leave(req: HttpRequest, state: Data<WebState>, body: Bytes) -> HttpResponse {
    let (call, _) = match enter_sent(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let session = match session_sent(&call, &Sent::read(&body)) {
        Ok(session) => session,
        Err(res) => return *res,
    };
    go("/track", Some(session.no_cookie(&call.state, Room::Track)))
}
