//! `/data/reusers` and its twin: who keeps copies, who registers, who reports; `/data/hooks`: how to be told.

use actix_web::http::header::AUTHORIZATION;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde::de::DeserializeOwned;
use serde_json::json;
use url::form_urlencoded;

use super::apply::is_ours;
use crate::base::crypto::{ApiKey, DataKey, api_key, parcel};
use crate::domain::time::Moment;
use crate::outside::store::{NewReuser, Reported, Reuser, ReuserState, SealedContact};
use crate::outside::web::cache::Cache;
use crate::outside::web::limit::Operation;
use crate::outside::web::pages;
use crate::outside::web::problem::{FieldError, Refusal};
use crate::outside::web::reply::{Call, Reply, begin, refuse};
use crate::outside::web::reusers::{LATE_HOURS, PREFIX, Progress, Registration, entry};
use crate::outside::web::state::{WebState, failed};

/// Registrations that may wait to be looked at.
const MOST_WAITING: i64 = 5000;
/// What a contact is sealed as.
pub const CONTACT: &str = "contact";

/// Whether this node writes registrations and reports down.
fn takes(state: &WebState) -> bool {
    state.store.may_write() && !state.is_copy()
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
                Ok((all, seq, state.store.reusers_waiting()?))
            };
            read().map_err(|e: crate::outside::store::StoreError| failed("reading re-users", &e))
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
        takes: takes(&call.state),
        sealed: call.state.apply.is_some(),
        typed,
        faults: &faults,
    };
    Ok(Reply::page(pages::reusers::page(&call.ctx(), &view).into_string()).unexpected(wrong))
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
    if !takes(&call.state) {
        return Err(Refusal::NotFound);
    }
    let now = call.now;
    call.blocking(move |state| {
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
        let added = state.store.add_reuser(new, MOST_WAITING);
        if !added.map_err(|e| failed("registering a re-user", &e))? {
            return Err(Refusal::Busy);
        }
        let found = state.store.reuser(key.id());
        let found = found.map_err(|e| failed("reading a re-user", &e))?;
        let reuser = found.ok_or_else(|| failed("reading a re-user", &"it is not there"))?;
        Ok((key, reuser, state.position().seq))
    })
    .await
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

async fn reported(call: &Call, body: Result<Bytes, actix_web::Error>) -> Result<Reply, Refusal> {
    if !takes(&call.state) {
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
            let done = state.store.report_deleted(&id, &hash, seq, now);
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
