//! Handing in: once, durable before the receipt is shown; and throwing a draft away.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::draft::{Read, about, form, open_tasks};
use super::track::{Known, known};
use super::{Sent, Session, Stop, enter, enter_sent, go, session, session_sent, stopped, work};
use crate::domain::cases::Rules;
use crate::domain::forms::submission::{Submission, VERSION};
use crate::domain::time::Moment;
use crate::outside::apply::handing::{Making, latest};
use crate::outside::apply::store::{HandedIn, Handing};
use crate::outside::apply::{ApplyError, Draft, Intake};
use crate::outside::web::cache::Stamp;
use crate::outside::web::link;
use crate::outside::web::pages::apply::done::{DoneView, page};
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::Reply;
use crate::outside::web::state::{WebState, failed};
use crate::record::PublicRecord;

/// Why it was not handed in.
enum Unready {
    /// Something is still to be filled in, or none of the records is displayed any more.
    Incomplete,
    Stop(Stop),
}

impl From<ApplyError> for Unready {
    fn from(error: ApplyError) -> Self {
        Self::Stop(error.into())
    }
}

/// Hands a draft in.
pub async fn submit(req: HttpRequest, state: Data<WebState>, body: Bytes) -> HttpResponse {
    let (call, _) = match enter_sent(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let sent = Sent::read(&body);
    let session = match session_sent(&call, &sent) {
        Ok(session) => session,
        Err(res) => return *res,
    };
    let (key, now, stamp, lang) = (session.clone(), call.now, call.stamp, call.prefs.lang.tag());
    let done = work(&call, move |state| {
        Ok(hand_in(state, &key, now, stamp, lang))
    })
    .await;
    let number = session.number.as_str();
    match done {
        Ok(Ok(_)) => go(&link::draft_at(number, "done"), None),
        Ok(Err(Unready::Incomplete)) => go(&link::draft_at(number, "check"), None),
        Ok(Err(Unready::Stop(stop))) | Err(stop) => stopped(call, &session.number, stop),
    }
}

fn hand_in(
    state: &WebState,
    session: &Session,
    now: Moment,
    stamp: Stamp,
    lang: &str,
) -> Result<HandedIn, Unready> {
    let intake = state
        .apply
        .as_ref()
        .ok_or(Unready::Stop(Refusal::NotFound.into()))?;
    let of = (&session.number, &session.secret);
    intake.store.hand_in_told(of.0, of.1, now, |draft| {
        make(state, intake, session, draft, (now, stamp), lang)
    })
}

fn make(
    state: &WebState,
    intake: &Intake,
    session: &Session,
    draft: &Draft,
    (now, stamp): (Moment, Stamp),
    lang: &str,
) -> Result<Handing, Unready> {
    let kind = session.number.kind();
    let read = Read {
        draft: draft.clone(),
        about: about(state, draft, stamp).map_err(|r| Unready::Stop(r.into()))?,
    };
    let gone = !draft.records.is_empty() && read.about.is_empty();
    if gone || !open_tasks(kind, &read, stamp.today).is_empty() {
        return Err(Unready::Incomplete);
    }
    let form = form(kind, draft, stamp.today).map_err(|_| Unready::Incomplete)?;
    let records: Vec<PublicRecord> = read.about.into_iter().map(|a| a.record).collect();
    let rules = Rules {
        limits: &intake.limits,
        calendar: &intake.calendar,
    };
    let making = Making {
        catalogue: &state.catalogue,
        rules: &rules,
        records: &records,
    };
    let submission = Submission {
        version: VERSION,
        number: session.number.as_str().to_owned(),
        kind,
        at: now,
        lang: lang.to_owned(),
        form,
        routes: making.routes(kind),
        commitment: draft.commitment.clone(),
        files: draft.files.clone(),
    };
    Ok(making.handing(submission, |record| state.mark(kind, record)))
}

/// The receipt.
pub async fn done(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let (call, intake) = match enter(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let session = match session(&call) {
        Ok(session) => session,
        Err(res) => return *res,
    };
    let key = session.clone();
    let Known { standing, replies } = match work(&call, move |_| known(&intake, &key)).await {
        Ok(known) => known,
        Err(stop) => return stopped(call, &session.number, stop),
    };
    // what is not handed in has no receipt
    let Some(at) = standing.submitted_at else {
        return go(&link::draft(session.number.as_str()), None);
    };
    let view = DoneView {
        number: session.number.as_str(),
        kind: standing.kind,
        secret: &session.secret.grouped(),
        at,
        next: &latest(replies.iter().filter(|r| r.event == "submit")),
    };
    let ctx = call.bare_ctx();
    call.end(Ok(
        Reply::page(page(&ctx, &view).into_string()).unindexed(true)
    ))
}

/// Throws a draft away.
pub async fn discard(req: HttpRequest, state: Data<WebState>, body: Bytes) -> HttpResponse {
    let (call, intake) = match enter_sent(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let sent = Sent::read(&body);
    let session = match session_sent(&call, &sent) {
        Ok(session) => session,
        Err(res) => return *res,
    };
    let key = session.clone();
    let done = call
        .blocking(
            move |_| match intake.store.discard(&key.number, &key.secret) {
                Ok(()) | Err(ApplyError::Unknown) => Ok(true),
                Err(ApplyError::NotADraft) => Ok(false),
                Err(error) => Err(failed("throwing a draft away", &error)),
            },
        )
        .await;
    match done {
        Ok(true) => go("/apply", None),
        Ok(false) => go(&link::draft_at(session.number.as_str(), "done"), None),
        Err(refusal) => call.end(Err(refusal)),
    }
}
