//! `/desk/messages`: messages that were given up.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::pages::messages;
use crate::inside::desk::{DeskState, Refused, Stop, enter, enter_sent, rights};

/// Messages on the page.
const MOST: usize = 500;

/// `GET /desk/messages`.
///
/// # Errors
/// The answer that ends the request.
pub async fn shown(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::SEE_MESSAGES).await?;
    let all = seat
        .work(|desk| Ok(desk.vault.messages(None, true, MOST)?))
        .await?;
    let title = seat
        .lang()
        .say("未送达的通知", "Messages that did not arrive");
    let main = messages::page(&seat.ctx(), &all);
    Ok(seat.page(title, Place::Messages, &main))
}

/// `POST /desk/messages`: lets one be tried again.
///
/// # Errors
/// The answer that ends the request.
pub async fn taken(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, form) = enter_sent(&req, &state, rights::RETRY_MESSAGES, &body).await?;
    let (by, now) = (seat.officer.id.clone(), seat.now);
    let id = form.one("id").to_owned();
    seat.work(move |desk| {
        if desk.vault.retry_message(&id, &by, now)? {
            Ok(())
        } else {
            Err(Refused::NotHere)
        }
    })
    .await?;
    Ok(seat.go("/desk/messages"))
}
