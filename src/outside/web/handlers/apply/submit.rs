//! Handing in: once, durable before the receipt is shown; and throwing a draft away.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::draft::{Read, about, form, open_tasks};
use super::{Sent, Session, Stop, enter, enter_sent, go, session, session_sent, stopped, work};
use crate::domain::forms::submission::{Addressed, Submission, Target, VERSION, route};
use crate::domain::forms::{FormKind, next};
use crate::domain::time::{Moment, civil_date};
use crate::outside::apply::store::HandedIn;
use crate::outside::apply::{ApplyError, Draft};
use crate::outside::web::cache::Stamp;
use crate::outside::web::link;
use crate::outside::web::pages::apply::done::{DoneView, page};
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::Reply;
use crate::outside::web::state::{WebState, failed};

/// Working days for answering an objection where the catalogue says nothing (T12, customary).
const ANSWER_DAYS: u32 = 10;

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
    let kind = session.number.kind();
    let first = next::next(kind, civil_date(now), ANSWER_DAYS, &intake.calendar)
        .into_iter()
        .next();
    let due = first.and_then(|n| n.due).map(|d| (d.date, d.provisional));
    intake
        .store
        .hand_in(&session.number, &session.secret, now, due, |draft| {
            make(state, session, draft, now, stamp, lang)
        })
}

fn make(
    state: &WebState,
    session: &Session,
    draft: &Draft,
    now: Moment,
    stamp: Stamp,
    lang: &str,
) -> Result<(Submission, Vec<String>), Unready> {
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
    let records: Vec<Addressed> = read
        .about
        .iter()
        .map(|a| Addressed {
            authority_code: a.record.authority_code.clone(),
            authority_name: a.record.authority_name.clone(),
            target: Target {
                record: a.record.id.clone(),
                list: a.record.list.clone(),
                document_number: a.record.document_number.clone(),
                forwarded: kind == FormKind::Repair && a.forwarded,
            },
        })
        .collect();
    let marks = records
        .iter()
        .filter_map(|r| state.mark(kind, &r.target.record))
        .collect();
    let submission = Submission {
        version: VERSION,
        number: session.number.as_str().to_owned(),
        kind,
        at: now,
        lang: lang.to_owned(),
        form,
        routes: route(records),
        commitment: draft.commitment.clone(),
        files: draft.files.clone(),
    };
    Ok((submission, marks))
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
    let store = intake.clone();
    let standing = work(&call, move |_| {
        Ok(store.store.standing(&key.number, &key.secret)?)
    })
    .await;
    let standing = match standing {
        Ok(standing) => standing,
        Err(stop) => return stopped(call, &session.number, stop),
    };
    // what is not handed in has no receipt
    let Some(at) = standing.submitted_at else {
        return go(&link::draft(session.number.as_str()), None);
    };
    let next = next::next(standing.kind, civil_date(at), ANSWER_DAYS, &intake.calendar);
    let view = DoneView {
        number: session.number.as_str(),
        kind: standing.kind,
        secret: &session.secret.grouped(),
        at,
        next: &next,
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
