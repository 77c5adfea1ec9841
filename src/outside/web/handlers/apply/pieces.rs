//! Files that come in pieces, from the script of the upload forms: it asks where to go on, sends piece after piece, and
//! begins again where it was after a break. What is whole is judged like any file, taken, or deleted.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::answer::part_of;
use super::evidence::{Taken, take};
use super::{Room, Sent, Session, Stop, enter_sent, session, session_sent, stopped, work};
use crate::domain::forms::submission::{FileLabel, Purpose};
use crate::outside::apply::ApplyError;
use crate::outside::apply::uploads::{MOST_OF_A_PIECE, Of, UploadHead, UploadState};
use crate::outside::evidence::{MOST_BYTES, Refused, display_name};
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{Call, refuse};
use crate::outside::web::state::WebState;

/// Bytes of a request with a piece.
pub const MOST_PIECE: usize = MOST_OF_A_PIECE;
/// The header in which the script sends the token of the form.
const TOKEN: &str = "gongshi-token";

/// Of what draft the address speaks.
fn of(req: &HttpRequest) -> Option<Of> {
    match Room::of(req) {
        Room::Draft => Some(Of::Application),
        Room::Track => part_of(req).map(Of::Answer),
    }
}

fn told(status: StatusCode, body: &serde_json::Value) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header(("cache-control", "no-store"))
        .content_type("application/json")
        .body(body.to_string())
}

/// Where the script goes on.
fn at(state: UploadState) -> HttpResponse {
    let body = json!({ "upload": state.upload, "at": state.at, "piece": MOST_OF_A_PIECE / 2 });
    told(StatusCode::OK, &body)
}

/// What is wrong with the file, in the language of the page.
fn wrong(call: &Call, (zh, en): &(String, String)) -> HttpResponse {
    let lang = call.prefs.lang;
    let words = if lang.is_chinese() {
        lang.script(zh).into_owned()
    } else {
        en.clone()
    };
    told(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "wrong": words }))
}

fn full(error: ApplyError) -> Taken {
    super::evidence::no_room(error)
}

/// Begins a file, or says how much of it is here.
pub async fn piece_began(req: HttpRequest, state: Data<WebState>, body: Bytes) -> HttpResponse {
    let (call, intake) = match enter_sent(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let sent = Sent::read(&body);
    let session = match session_sent(&call, &sent) {
        Ok(session) => session,
        Err(res) => return *res,
    };
    let number = |name: &str| sent.one(name).parse::<u64>().ok();
    let (Some(of), Some(bytes)) = (of(&call.req), number("bytes").filter(|n| *n > 0)) else {
        return refuse(&call.req, &Refusal::NotFound);
    };
    if bytes > MOST_BYTES as u64 {
        return wrong(&call, &Refused::TooLarge.words());
    }
    let Some(purpose) = Purpose::from_code(sent.one("purpose")) else {
        let words = (
            "请选择文件的用途".to_owned(),
            "Select what the file shows".to_owned(),
        );
        return wrong(&call, &words);
    };
    let label = FileLabel::new(purpose, sent.one("about"), display_name(sent.one("name")));
    let head = UploadHead {
        name: label.name,
        purpose,
        about: label.about,
        bytes,
        changed: number("changed").unwrap_or(0),
    };
    let (key, now) = (session.clone(), call.now);
    let begun = work(&call, move |_| {
        let of_whom = (&key.number, &key.secret);
        Ok(intake
            .store
            .begin_upload(of_whom, of, &head, &intake.desk, now)
            .map_err(full))
    })
    .await;
    answer(call, &session, begun.map(|b| b.map(Some)))
}

/// Takes a piece; after the last one the file is judged.
pub async fn piece_sent(req: HttpRequest, state: Data<WebState>, body: Bytes) -> HttpResponse {
    let (call, intake) = match enter_sent(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let session = match session(&call) {
        Ok(session) => session,
        Err(res) => return *res,
    };
    let header = call.req.headers().get(TOKEN);
    let token = header.and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !session.secret.is_token(&session.number, token) {
        return refuse(&call.req, &Refusal::Elsewhere);
    }
    let path = |name: &str| call.req.match_info().get(name).and_then(|t| t.parse().ok());
    let place: (Option<u32>, Option<u32>) = (path("upload"), path("from"));
    let (Some(of), (Some(upload), Some(from))) = (of(&call.req), place) else {
        return refuse(&call.req, &Refusal::NotFound);
    };
    let permit = match call.state.permits.enter().await {
        Ok(permit) => permit,
        Err(refusal) => return call.end(Err(refusal)),
    };
    let (key, now) = (session.clone(), call.now);
    let done = work(&call, move |_| {
        let _permit = permit;
        let of_whom = (&key.number, &key.secret);
        let upload = i64::from(upload);
        let place = (upload, u64::from(from));
        let store = Arc::clone(&intake);
        let state = match store
            .store
            .add_piece(of_whom, of, place, &body, &store.desk, now)
        {
            Ok(state) => state,
            Err(error) => return Ok(Err(full(error))),
        };
        if !state.is_whole() {
            return Ok(Ok(Some(state)));
        }
        let whole = store
            .store
            .whole_upload(of_whom, of, upload, &store.desk, now)?;
        let Some((head, bytes)) = whole else {
            return Ok(Ok(Some(state)));
        };
        let label = FileLabel {
            purpose: head.purpose,
            about: head.about,
            name: head.name,
        };
        let taken = take(&store, &key, of, label, &bytes, now);
        // taken or refused, the pieces go; a failure keeps them, so that it can be tried again
        if !matches!(taken, Err(Taken::Stop(_))) {
            store
                .store
                .end_upload(of_whom, of, upload, &store.desk, now)?;
        }
        Ok(taken.map(|()| None))
    })
    .await;
    answer(call, &session, done)
}

fn answer(
    call: Call,
    session: &Session,
    done: Result<Result<Option<UploadState>, Taken>, Stop>,
) -> HttpResponse {
    match done {
        Ok(Ok(Some(state))) => at(state),
        Ok(Ok(None)) => told(StatusCode::OK, &json!({ "done": true })),
        Ok(Err(Taken::Words(words))) => wrong(&call, &words),
        Ok(Err(Taken::Stop(stop))) | Err(stop) => stopped(call, &session.number, stop),
    }
}
