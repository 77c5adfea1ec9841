//! `/desk/cases/{id}/assign`: an authority for a case that is routed to none.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::asked;
use super::queue::authorities;
use super::view::row;
use crate::inside::cases::CaseRow;
use crate::inside::desk::pages::cases::assign::{self, AssignView};
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::{DeskState, Seat, Stop, enter, enter_sent, rights};

async fn page(
    seat: &Seat,
    row: CaseRow,
    status: StatusCode,
    chosen: &str,
    error: &'static str,
) -> Result<HttpResponse, Stop> {
    let view = AssignView {
        row,
        authorities: seat.work(authorities).await?,
        chosen: chosen.to_owned(),
        error,
    };
    let title = seat.lang().say("指定认定单位", "Give it an authority");
    let main = assign::page(&seat.ctx(), &view);
    Ok(seat.page_with(status, title, Place::Cases, &main))
}

/// `GET`.
///
/// # Errors
/// The answer that ends the request.
pub async fn shown(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::PAPER).await?;
    let id = asked(&req, &seat)?;
    let row = row(&seat, &id).await?;
    page(&seat, row, StatusCode::OK, "", "").await
}

/// `POST`.
///
/// # Errors
/// The answer that ends the request.
pub async fn taken(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, form) = enter_sent(&req, &state, rights::PAPER, &body).await?;
    let id = asked(&req, &seat)?;
    let row = row(&seat, &id).await?;
    let chosen = form.one("authority").to_owned();
    let all = seat.work(authorities).await?;
    let Some((code, name)) = all.into_iter().find(|(code, _)| *code == chosen) else {
        let error = seat.lang().say("请选择认定单位", "Select the authority");
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return page(&seat, row, status, &chosen, error).await;
    };
    let (by, now, there) = (seat.actor(), seat.now, format!("/desk/cases/{id}"));
    seat.work(move |desk| Ok(desk.cases.assign(&id, (&code, &name), &by, now)?))
        .await?;
    Ok(seat.go(&there))
}
