//! `/desk`: what waits.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::pages::home::{self, HomeView};
use crate::inside::desk::{DeskState, Stop, enter, rights};

/// `GET /desk`.
///
/// # Errors
/// The answer that ends the request.
pub async fn home(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::ALL).await?;
    let view = HomeView::default();
    let title = seat.lang().say("待办事项", "What waits");
    Ok(seat.page(title, Place::Home, &home::page(&seat.ctx(), &view)))
}
