//! Answering what the desk asked for: words and files, kept as they come, checked on a page, handed in.

use std::sync::Arc;

use actix_multipart::form::MultipartForm;
use actix_multipart::form::bytes::Bytes as File;
use actix_multipart::form::text::Text;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::evidence::{FileForm, Taken, Unread, take, uploaded};
use super::track::known;
use super::{Sent, Session, Stop, enter, enter_sent, go, session, session_sent, stopped, work};
use crate::domain::forms::submission::{ALL_RECORDS, FileLabel, Purpose};
use crate::outside::apply::Intake;
use crate::outside::apply::answers::Answer;
use crate::outside::apply::uploads::Of;
use crate::outside::evidence::display_name;
use crate::outside::web::link;
use crate::outside::web::pages::apply::answer::{AnswerView, Fault, check as check_page, page};
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{Call, Reply, refuse};
use crate::outside::web::state::WebState;

/// Most characters of an answer.
pub const LONGEST: usize = 4_000;

/// An answer as it is sent: words, and a file when one was chosen.
#[derive(Debug, MultipartForm)]
pub struct Sending {
    token: Text<String>,
    text: Text<String>,
    then: Option<Text<String>>,
    purpose: Option<Text<String>>,
    file: Option<File>,
}

impl FileForm for Sending {
    const INCOMPLETE: (&'static str, &'static str, &'static str) = (
        "body",
        "not_a_form",
        "表单不完整，请重新打开页面后再提交 · the form is incomplete: open the page again",
    );

    fn token(&self) -> &str {
        &self.token
    }
}

/// The part that an address names, counted from 1.
pub(super) fn part_of(req: &HttpRequest) -> Option<u32> {
    let part: u32 = req.match_info().get("part")?.parse().ok()?;
    part.checked_sub(1)
}

/// An answer that was read, and what it answers.
struct Read {
    answer: Answer,
    items: Vec<String>,
    title: String,
}

fn read(intake: &Intake, key: &Session, part: u32) -> Result<Read, Stop> {
    let answer = intake.store.answer(&key.number, &key.secret, part)?;
    let known = known(intake, key)?;
    let of_part = || known.replies.iter().rev().filter(|r| r.part == part);
    Ok(Read {
        answer,
        items: of_part()
            .find(|r| !r.items.is_empty())
            .map(|r| r.items.clone())
            .unwrap_or_default(),
        title: of_part()
            .find_map(|r| r.about.document_number.clone())
            .unwrap_or_default(),
    })
}

/// A page of an answer.
async fn show(
    call: Call,
    intake: Arc<Intake>,
    session: &Session,
    part: u32,
    checking: bool,
    fault: Option<Fault>,
) -> HttpResponse {
    let key = session.clone();
    let read = match work(&call, move |_| read(&intake, &key, part)).await {
        Ok(read) => read,
        Err(stop) => return stopped(call, &session.number, stop),
    };
    let at = link::answer(session.number.as_str(), part);
    let here = if checking {
        format!("{at}/check")
    } else {
        at.clone()
    };
    let view = AnswerView {
        number: session.number.as_str(),
        token: &session.token(),
        part,
        title: &read.title,
        items: &read.items,
        answer: &read.answer,
        fault: fault.as_ref(),
    };
    let ctx = call.state.ctx(call.prefs, here);
    let made = if checking {
        check_page(&ctx, &view)
    } else {
        page(&ctx, &view)
    };
    let wrong = fault.is_some();
    call.end(Ok(Reply::page(made.into_string())
        .unindexed(true)
        .unexpected(wrong)))
}

async fn shown(req: HttpRequest, state: Data<WebState>, checking: bool) -> HttpResponse {
    let (call, intake) = match enter(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let session = match session(&call) {
        Ok(session) => session,
        Err(res) => return *res,
    };
    let Some(part) = part_of(&call.req) else {
        return refuse(&call.req, &Refusal::NotFound);
    };
    show(call, intake, &session, part, checking, None).await
}

/// The form.
pub async fn answer(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    shown(req, state, false).await
}

/// Everything again, before it is handed in.
pub async fn answer_check(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    shown(req, state, true).await
}

/// What was typed, and a file: saved whether it is right or not, and told what is wrong.
pub async fn answer_sent(
    req: HttpRequest,
    state: Data<WebState>,
    form: Result<MultipartForm<Sending>, actix_web::Error>,
) -> HttpResponse {
    let (call, intake) = match enter_sent(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let session = match session(&call) {
        Ok(session) => session,
        Err(res) => return *res,
    };
    let Some(part) = part_of(&call.req) else {
        return refuse(&call.req, &Refusal::NotFound);
    };
    let form = form.map(MultipartForm::into_inner);
    let (form, permit) = match uploaded(&call, &session, form).await {
        Ok(read) => read,
        Err(Unread::Words(words)) => {
            let fault = Fault::file(words);
            return show(call, intake, &session, part, false, Some(fault)).await;
        }
        Err(Unread::Refused(refusal)) => return call.end(Err(refusal)),
    };
    let to_check = form.then.as_ref().is_some_and(|t| t.as_str() == "check");
    let (key, now, store) = (session.clone(), call.now, Arc::clone(&intake));
    let saved = work(&call, move |_| {
        let _permit = permit;
        save(&store, &key, part, form, now)
    })
    .await;
    let at = link::answer(session.number.as_str(), part);
    match saved {
        Ok(None) if to_check => go(&format!("{at}/check"), None),
        Ok(None) => go(&at, None),
        Ok(Some(fault)) => show(call, intake, &session, part, false, Some(fault)).await,
        Err(stop) => stopped(call, &session.number, stop),
    }
}

/// Saves what was sent; what is wrong with it.
fn save(
    intake: &Intake,
    key: &Session,
    part: u32,
    form: Sending,
    now: crate::domain::time::Moment,
) -> Result<Option<Fault>, Stop> {
    let text: String = form.text.chars().take(LONGEST).collect();
    let empty = text.trim().is_empty();
    let cut = form.text.chars().count() > LONGEST;
    intake.store.change_answer(
        &key.number,
        &key.secret,
        part,
        &intake.desk,
        now,
        |answer| answer.text = text,
    )?;
    if cut {
        return Ok(Some(Fault::text(
            "说明应当不超过 4000 字；前 4000 字已保存",
            "What you say must be 4,000 characters or fewer: the first 4,000 are saved",
        )));
    }
    // without a file, browsers send an empty one
    let file = form.file.filter(|f| !f.data.is_empty());
    let to_check = form.then.as_ref().is_some_and(|t| t.as_str() == "check");
    if let Some(file) = file {
        let code = form.purpose.as_ref().map_or("", |p| p.as_str());
        let purpose = Purpose::from_code(code).unwrap_or(Purpose::Other);
        let name = display_name(file.file_name.as_deref().unwrap_or_default());
        match take(
            intake,
            key,
            Of::Answer(part),
            FileLabel::new(purpose, ALL_RECORDS, name),
            &file.data,
            now,
        ) {
            Ok(()) => {}
            Err(Taken::Words(words)) => return Ok(Some(Fault::file(words))),
            Err(Taken::Stop(stop)) => return Err(stop),
        }
    } else if !to_check && form.then.as_ref().is_none_or(|t| t.as_str() != "kept") {
        return Ok(Some(Fault::file((
            "请选择要上传的文件".to_owned(),
            "Select a file to upload".to_owned(),
        ))));
    }
    let answer = intake.store.answer(&key.number, &key.secret, part)?;
    if to_check && empty && answer.files.is_empty() {
        return Ok(Some(Fault::text(
            "请填写补正的内容，或者上传补正的材料",
            "Enter what you supply, or upload it",
        )));
    }
    Ok(None)
}

/// Takes a file out again.
pub async fn answer_removed(req: HttpRequest, state: Data<WebState>, body: Bytes) -> HttpResponse {
    let (call, intake) = match enter_sent(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let sent = Sent::read(&body);
    let session = match session_sent(&call, &sent) {
        Ok(session) => session,
        Err(res) => return *res,
    };
    let (Some(part), Ok(file)) = (part_of(&call.req), sent.one("file").parse::<u32>()) else {
        return refuse(&call.req, &Refusal::NotFound);
    };
    let (key, now) = (session.clone(), call.now);
    let done = work(&call, move |_| {
        Ok(intake
            .store
            .remove_answer_file(&key.number, &key.secret, part, file, now)?)
    })
    .await;
    match done {
        Ok(()) => go(&link::answer(session.number.as_str(), part), None),
        Err(stop) => stopped(call, &session.number, stop),
    }
}

/// Hands it in: it is kept before the page of the application says so.
pub async fn answer_handed_in(
    req: HttpRequest,
    state: Data<WebState>,
    body: Bytes,
) -> HttpResponse {
    let (call, intake) = match enter_sent(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let session = match session_sent(&call, &Sent::read(&body)) {
        Ok(session) => session,
        Err(res) => return *res,
    };
    let Some(part) = part_of(&call.req) else {
        return refuse(&call.req, &Refusal::NotFound);
    };
    let (key, now) = (session.clone(), call.now);
    let done = work(&call, move |_| {
        Ok(intake
            .store
            .hand_in_answer(&key.number, &key.secret, part, now)?)
    })
    .await;
    match done {
        Ok(_) => go(&link::track(session.number.as_str()), None),
        Err(stop) => stopped(call, &session.number, stop),
    }
}
