//! `/data/reusers` and its twin: who keeps copies, who registers, who reports; `/data/hooks`: how to be told.

use std::fmt::Display;

use actix_web::http::header::AUTHORIZATION;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde::de::DeserializeOwned;
use serde_json::json;
use url::form_urlencoded;

use super::apply::is_ours;
use crate::base::crypto::{ApiKey, DataKey, api_key, parcel};
use crate::domain::time::Moment;
use crate::outside::apply::{ApplyStore, KeptReuser};
use crate::outside::store::{NewReuser, Reported, Reuser, ReuserState, SealedContact};
use crate::outside::web::cache::Cache;
use crate::outside::web::limit::Operation;
use crate::outside::web::pages;
use crate::outside::web::problem::{FieldError, Refusal};
use crate::outside::web::reply::{Call, Reply, begin, refuse};
use crate::outside::web::reusers::{
    LATE_HOURS, MOST_WAITING, PREFIX, Progress, Registration, entry,
};
use crate::outside::web::state::{WebState, failed};

/// What a contact is sealed as.
pub const CONTACT: &str = "contact";

/// Where this node writes registrations and reports down.
enum Way<'a> {
    /// In the public store, which it may write.
    Store,
    /// Beside the applications, from where the node that publishes takes them.
    Kept(&'a ApplyStore),
}

/// The way of this node; none for a copy of another portal, and where no applications are taken.
fn way(state: &WebState) -> Option<Way<'_>> {
    if state.is_copy() {
        return None;
    }
    if state.store.may_write() {
        return Some(Way::Store);
    }
    state.apply.as_ref().map(|intake| Way::Kept(&intake.store))
}

/// `GET /data/reusers` and `GET /api/v1/reusers`.
pub async fn reusers(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::Never) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let result = list(&call, &Registration::default(), Vec::new()).await;
    call.end(result)
}

async fn list(
    call: &Call,
    typed: &Registration,
    faults: Vec<FieldError>,
) -> Result<Reply, Refusal> {
    let (all, seq, waiting) = call
        .blocking(|state| {
            let read = || {
                let (all, seq) = state.store.reusers(ReuserState::Listed)?;
                let waiting = state.store.reusers_waiting()?;
                match way(state) {
                    Some(Way::Kept(apply)) => with_kept(state, apply, (all, seq, waiting)),
                    _ => Ok((all, seq, waiting)),
                }
            };
            read().map_err(|e: anyhow::Error| failed("reading re-users", &e))
        })
        .await?;
    if call.json {
        let all: Vec<_> = all.iter().map(|one| entry(one, seq, call.now)).collect();
        return Ok(reply(&json!({
            "seq": seq,
            "as_of": crate::outside::export::docs::instant(call.now),
            "late_after_hours": LATE_HOURS,
            "waiting_to_be_listed": waiting,
            "items": all,
        }))?
        .unindexed(true));
    }
    let wrong = !faults.is_empty();
    let view = pages::reusers::View {
        all: &all,
        seq,
        waiting,
        now: call.now,
        takes: way(&call.state).is_some(),
        sealed: call.state.apply.is_some(),
        typed,
        faults: &faults,
    };
    Ok(Reply::page(pages::reusers::page(&call.ctx(), &view).into_string()).unexpected(wrong))
}

/// The re-users as they stand with what waits to be taken into the store.
fn with_kept(
    state: &WebState,
    apply: &ApplyStore,
    (mut all, seq, mut waiting): (Vec<Reuser>, i64, i64),
) -> anyhow::Result<(Vec<Reuser>, i64, i64)> {
    for kept in apply.kept_reusers()? {
        waiting += i64::from(kept.registration.is_some());
        if let Some(one) = all.iter_mut().find(|r| r.id == kept.id) {
            *one = state.store.still_behind(reported_by(one.clone(), &kept))?.0;
        }
    }
    Ok((all, seq, waiting))
}

/// A re-user with the report that waits of it, where that is further.
fn reported_by(reuser: Reuser, kept: &KeptReuser) -> Reuser {
    match kept.report {
        Some((to, at)) if to >= reuser.deleted_to => Reuser {
            deleted_to: to,
            reported_at: Some(at),
            ..reuser
        },
        _ => reuser,
    }
}

fn reply(value: &serde_json::Value) -> Result<Reply, Refusal> {
    let body = serde_json::to_vec(value).map_err(|e| failed("writing of re-users", &e))?;
    Ok(Reply::json(body))
}

/// `POST /data/reusers`: a form.
pub async fn reusers_sent(req: HttpRequest, state: Data<WebState>, body: Bytes) -> HttpResponse {
    if !is_ours(&req) {
        return refuse(&req, &Refusal::Elsewhere);
    }
    let call = match begin(req, state, Operation::Apply, Cache::Never) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let mut typed = Registration::default();
    for (name, value) in form_urlencoded::parse(&body).take(10) {
        let value = value.trim().to_owned();
        match &*name {
            "name" => typed.name = value,
            "website" => typed.website = value,
            "contact" => typed.contact = value,
            _ => {}
        }
    }
    let faults = typed.faults(call.state.apply.is_some());
    if !faults.is_empty() {
        let result = list(&call, &typed, faults).await;
        return call.end(result);
    }
    let result = register(&call, typed).await.map(|made| {
        let page = pages::reusers::made(&call.ctx(), made.0.id(), made.0.expose());
        Reply::page(page.into_string())
    });
    call.end(result)
}

/// `POST /api/v1/reusers`.
pub async fn register_reuser(
    req: HttpRequest,
    state: Data<WebState>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let call = match begin(req, state, Operation::Apply, Cache::Never) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let result = registered(&call, body).await;
    call.end(result)
}

async fn registered(call: &Call, body: Result<Bytes, actix_web::Error>) -> Result<Reply, Refusal> {
    let asked: Registration = json_of(&call.req, body)?;
    let faults = asked.faults(call.state.apply.is_some());
    if !faults.is_empty() {
        return Err(Refusal::BadParameters(faults));
    }
    let (key, reuser, seq) = register(call, asked).await?;
    let mut said = entry(&reuser, seq, call.now);
    said["token"] = json!(key.expose());
    Ok(reply(&said)?.unindexed(true))
}

/// JSON that was sent.
fn json_of<T: DeserializeOwned>(
    req: &HttpRequest,
    body: Result<Bytes, actix_web::Error>,
) -> Result<T, Refusal> {
    let kind = req.headers().get("content-type");
    let kind = kind.and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Refusal::MediaType);
    }
    let bad = || {
        Refusal::BadParameters(vec![FieldError::body(
            "",
            "not_readable",
            "正文不是所要求的 JSON · the body is not the JSON that is described",
        )])
    };
    let body = body.map_err(|_| bad())?;
    serde_json::from_slice(&body).map_err(|_| bad())
}

/// Writes a registration down; returns the token, which is shown once.
async fn register(call: &Call, asked: Registration) -> Result<(ApiKey, Reuser, i64), Refusal> {
    let now = call.now;
    call.blocking(move |state| {
        let way = way(state).ok_or(Refusal::NotFound)?;
        let key = ApiKey::beginning(PREFIX).map_err(|e| failed("making a token", &e))?;
        let contact = sealed(state, key.id(), &asked.contact)?;
        let hash = key.hash();
        let new = NewReuser {
            id: key.id(),
            name: &asked.name,
            website: &asked.website,
            token_hash: &hash,
            contact: contact.as_ref().map(|(a, b)| (&a[..], &b[..])),
            at: now,
        };
        let not_written = |e: &dyn Display| failed("registering a re-user", e);
        let added = match way {
            Way::Store => state
                .store
                .add_reuser(new, MOST_WAITING)
                .map_err(|e| not_written(&e))?,
            Way::Kept(apply) => apply
                .keep_registration(new, MOST_WAITING)
                .map_err(|e| not_written(&e))?,
        };
        if !added {
            return Err(Refusal::Busy);
        }
        let reuser = state.store.still_behind(fresh(&new));
        let (reuser, seq) = reuser.map_err(|e| failed("reading a re-user", &e))?;
        Ok((key, reuser, seq))
    })
    .await
}

/// A re-user that has just registered.
fn fresh(new: &NewReuser<'_>) -> Reuser {
    Reuser {
        id: new.id.to_owned(),
        name: new.name.to_owned(),
        website: new.website.to_owned(),
        state: ReuserState::Pending,
        made_at: new.at,
        deleted_to: 0,
        reported_at: None,
        behind: 0,
        behind_since: None,
    }
}

/// How to reach a re-user, sealed to the desk: the public node cannot read it back.
fn sealed(state: &WebState, id: &str, contact: &str) -> Result<Option<SealedContact>, Refusal> {
    let Some(intake) = state.apply.as_ref().filter(|_| !contact.is_empty()) else {
        return Ok(None);
    };
    let seal = || {
        let key = DataKey::random()?;
        let envelope = intake.desk.seal(&key, id)?;
        let place = parcel::Place {
            number: id,
            part: CONTACT,
        };
        Ok((envelope, parcel::seal(&key, place, contact.as_bytes())?))
    };
    seal()
        .map(Some)
        .map_err(|e: anyhow::Error| failed("sealing a contact", &e))
}

/// `POST /api/v1/reusers/{reuser}/progress`: deleted up to a sequence number.
pub async fn progress(
    req: HttpRequest,
    state: Data<WebState>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let call = match begin(req, state, Operation::Changes, Cache::Never) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let result = reported(&call, body).await;
    call.end(result)
}

fn token(req: &HttpRequest) -> Option<&str> {
    let value = req.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && token.starts_with(PREFIX) && token.len() < 200)
        .then_some(token)
}

/// Keeps a report for the node that publishes; the token and the number are judged by what is in the store and what waits.
fn keep_report(
    state: &WebState,
    apply: &ApplyStore,
    (id, hash): (&str, &str),
    seq: i64,
    now: Moment,
) -> anyhow::Result<Reported> {
    let kept = apply.kept_reuser(id)?.filter(|k| k.token_hash == hash);
    let known = match state.store.reuser_of(id, hash)? {
        Some(known) => Some(known),
        None => kept.as_ref().and_then(registered_by),
    };
    let Some(known) = known else {
        return Ok(Reported::Unknown);
    };
    let known = match &kept {
        Some(kept) => reported_by(known, kept),
        None => known,
    };
    let (least, most) = (known.deleted_to, state.store.position()?.seq);
    if seq < least || seq > most {
        return Ok(Reported::Impossible { least, most });
    }
    apply.keep_report(id, hash, seq, now)?;
    let reuser = Reuser {
        deleted_to: seq,
        reported_at: Some(now),
        ..known
    };
    Ok(Reported::Done(Box::new(
        state.store.still_behind(reuser)?.0,
    )))
}

/// A re-user whose registration waits.
fn registered_by(kept: &KeptReuser) -> Option<Reuser> {
    let new = kept.registration.as_ref()?;
    Some(fresh(&NewReuser {
        id: &kept.id,
        name: &new.name,
        website: &new.website,
        token_hash: &kept.token_hash,
        contact: None,
        at: new.at,
    }))
}

async fn reported(call: &Call, body: Result<Bytes, actix_web::Error>) -> Result<Reply, Refusal> {
    if way(&call.state).is_none() {
        return Err(Refusal::NotFound);
    }
    let hash = token(&call.req).map(api_key::hash);
    let hash = hash.ok_or(Refusal::UnknownKey)?;
    let id = call.req.match_info().get("reuser").unwrap_or("").to_owned();
    let asked: Result<Progress, Refusal> = json_of(&call.req, body);
    let now: Moment = call.now;
    let (done, seq) = call
        .blocking(move |state| {
            // the token comes first: what is wrong with a report is told to its owner alone
            let seq = match &asked {
                Ok(asked) => asked.seq,
                Err(_) => -1,
            };
            let done = match way(state) {
                Some(Way::Kept(apply)) => keep_report(state, apply, (&id, &hash), seq, now),
                _ => {
                    let done = state.store.report_deleted(&id, &hash, seq, now);
                    done.map_err(Into::into)
                }
            };
            let done = done.map_err(|e| failed("taking a report down", &e))?;
            match (done, asked) {
                (Reported::Impossible { .. }, Err(refusal)) => Err(refusal),
                (done, _) => Ok((done, state.position().seq)),
            }
        })
        .await?;
    match done {
        Reported::Done(reuser) => Ok(reply(&entry(&reuser, seq, call.now))?.unindexed(true)),
        Reported::Unknown => Err(Refusal::UnknownKey),
        Reported::Impossible { least, most } => {
            let message = format!(
                "序号应在 {least} 至 {most} 之间 · a sequence number from {least}, which was reported before, to {most}, where the portal stands"
            );
            let error = FieldError::body("/seq", "out_of_range", message);
            Err(Refusal::BadParameters(vec![error]))
        }
    }
}

/// `GET /data/hooks`: how to be told.
pub async fn hooks(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::Private) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let page = pages::hooks::page(&call.ctx()).into_string();
    call.end(Ok(Reply::page(page)))
}
