//! `/desk/release`: what the next release would do, and releasing it now.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::pages::release;
use crate::inside::desk::refused::failed;
use crate::inside::desk::{DeskState, Stop, enter, enter_sent, rights};
use crate::inside::publish::coming;

/// Changes shown one by one.
const SHOWN: usize = 100;

/// `GET /desk/release`.
///
/// # Errors
/// The answer that ends the request.
pub async fn shown(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::SEE_RELEASE).await?;
    let now = seat.now;
    let view = seat
        .work(move |desk| {
            coming(&desk.publisher(), now, SHOWN).map_err(|e| failed("preview of a release", &e))
        })
        .await?;
    let title = seat.lang().say("发布预览", "Preview of the next release");
    Ok(seat.page(title, Place::Release, &release::page(&seat.ctx(), &view)))
}

/// `POST /desk/release`.
///
/// # Errors
/// The answer that ends the request.
pub async fn taken(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, _) = enter_sent(&req, &state, rights::RELEASE, &body).await?;
    let (id, now) = (seat.officer.id.clone(), seat.now);
    seat.work(move |desk| {
        let done = (desk.publish)(now).map_err(|e| failed("publishing", &e))?;
        let detail = format!(
            "published {}, taken back {}, held {}",
            done.published, done.taken_back, done.held
        );
        let object = done.seq.to_string();
        desk.vault.audit(now, &id, "release", &object, &detail)?;
        Ok(())
    })
    .await?;
    Ok(seat.go("/desk/release"))
}
