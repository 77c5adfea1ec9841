//! `/desk/replies`: texts to begin replies with.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::{own_texts, texts};
use crate::inside::desk::acts::ACTS;
use crate::inside::desk::pages::cases::templates::{
    self, TemplateView, TemplatesView, about, act_of,
};
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::replies::{has_texts, offered};
use crate::inside::desk::{DeskState, Form, Refused, Seat, Stop, enter, enter_sent, rights};
use crate::inside::vault::ReplyTemplate;

/// `GET /desk/replies`.
///
/// # Errors
/// The answer that ends the request.
pub async fn list(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::CASE_ACTS).await?;
    let own = own_texts(&seat);
    let platform = own.is_empty();
    let kept = seat.work(move |desk| texts(desk, &own)).await?;
    let acts = ACTS.iter().filter(|a| has_texts(a));
    let view = TemplatesView {
        acts: acts
            .map(|act| (act, offered(&kept, act.kind, act.code)))
            .collect(),
        platform,
    };
    let title = seat.lang().say("答复模板", "Texts of replies");
    Ok(seat.page(
        title,
        Place::Templates,
        &templates::list(&seat.ctx(), &view),
    ))
}

/// The text that an address names, of the officer's own.
async fn kept(req: &HttpRequest, seat: &Seat) -> Result<ReplyTemplate, Stop> {
    let id = req.match_info().get("id").unwrap_or_default().to_owned();
    let own = own_texts(seat);
    seat.work(move |desk| {
        let all = texts(desk, &own)?.into_iter();
        let mut mine = all.filter(|t| t.authority == own);
        mine.find(|t| t.id == id).ok_or(Refused::NotHere)
    })
    .await
}

fn answer(seat: &Seat, status: StatusCode, view: &TemplateView) -> HttpResponse {
    let title = seat.lang().say("答复模板", "Texts of replies");
    let main = templates::page(&seat.ctx(), view);
    seat.page_with(status, title, Place::Templates, &main)
}

/// `GET /desk/replies/new`.
///
/// # Errors
/// The answer that ends the request.
pub async fn new(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::CASE_ACTS).await?;
    Ok(answer(&seat, StatusCode::OK, &TemplateView::default()))
}

/// `GET /desk/replies/{id}`.
///
/// # Errors
/// The answer that ends the request.
pub async fn shown(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::CASE_ACTS).await?;
    let kept = kept(&req, &seat).await?;
    let view = TemplateView {
        id: kept.id,
        about: format!("{}/{}", kept.kind.code(), kept.act),
        title: kept.title,
        body: kept.body,
        faults: Vec::new(),
    };
    Ok(answer(&seat, StatusCode::OK, &view))
}

/// What was typed, and what is wrong with it.
fn read(form: &Form, id: &str) -> TemplateView {
    let mut view = TemplateView {
        id: id.to_owned(),
        about: form.one("about").to_owned(),
        title: form.one("title").trim().to_owned(),
        body: form.one("body").replace("\r\n", "\n").trim().to_owned(),
        faults: Vec::new(),
    };
    if act_of(&view.about).is_none() {
        view.faults
            .push(("about", "请选择用于哪项操作", "Select the act"));
    }
    if !(2..=60).contains(&view.title.chars().count()) || view.title.chars().any(char::is_control) {
        view.faults.push((
            "title",
            "名称应当为 2 至 60 字",
            "Title must be 2 to 60 characters",
        ));
    }
    if !(5..=5000).contains(&view.body.chars().count()) {
        view.faults.push((
            "body",
            "内容应当为 5 至 5000 字",
            "Text must be 5 to 5000 characters",
        ));
    }
    view
}

async fn save(seat: &Seat, view: TemplateView, add: bool) -> Result<HttpResponse, Stop> {
    let Some(act) = act_of(&view.about).filter(|_| view.faults.is_empty()) else {
        return Ok(answer(seat, StatusCode::UNPROCESSABLE_ENTITY, &view));
    };
    debug_assert_eq!(about(act), view.about);
    let new = ReplyTemplate {
        id: view.id,
        authority: own_texts(seat),
        kind: act.kind,
        act: act.code.to_owned(),
        title: view.title,
        body: view.body,
        set_at: seat.now,
        set_by: seat.officer.id.clone(),
    };
    let saved = seat
        .work(move |desk| Ok(desk.vault.set_reply_template(&new, add)?))
        .await?;
    if !saved {
        return Err(seat.refuse(&Refused::Changed).into());
    }
    Ok(seat.go("/desk/replies"))
}

/// `POST /desk/replies/new`.
///
/// # Errors
/// The answer that ends the request.
pub async fn added(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, form) = enter_sent(&req, &state, rights::CASE_ACTS, &body).await?;
    let mut view = read(&form, "");
    if view.faults.is_empty() {
        view.id = uuid::Builder::from_random_bytes(rand::random())
            .into_uuid()
            .simple()
            .to_string();
    }
    save(&seat, view, true).await
}

/// `POST /desk/replies/{id}`.
///
/// # Errors
/// The answer that ends the request.
pub async fn changed(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, form) = enter_sent(&req, &state, rights::CASE_ACTS, &body).await?;
    let kept = kept(&req, &seat).await?;
    save(&seat, read(&form, &kept.id), false).await
}

/// `POST /desk/replies/{id}/drop`.
///
/// # Errors
/// The answer that ends the request.
pub async fn dropped(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, _) = enter_sent(&req, &state, rights::CASE_ACTS, &body).await?;
    let kept = kept(&req, &seat).await?;
    let (by, now) = (seat.officer.id.clone(), seat.now);
    seat.work(move |desk| {
        let (id, own) = (&kept.id, &kept.authority);
        Ok(desk.vault.drop_reply_template(id, own, &by, now)?)
    })
    .await?;
    Ok(seat.go("/desk/replies"))
}
