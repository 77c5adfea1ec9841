//! `/desk/keys`: keys of the API.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use crate::base::crypto::ApiKey;
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::pages::keys;
use crate::inside::desk::{DeskState, Refused, Stop, enter, enter_sent, rights};

/// The longest name.
const LONGEST: usize = 100;

/// `GET /desk/keys`.
///
/// # Errors
/// The answer that ends the request.
pub async fn shown(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::ADMIN).await?;
    let all = seat.work(|desk| Ok(desk.store.api_keys()?)).await?;
    let title = seat.lang().say("接口密钥", "Keys of the API");
    Ok(seat.page(title, Place::Keys, &keys::page(&seat.ctx(), &all, None)))
}

/// `POST /desk/keys`.
///
/// # Errors
/// The answer that ends the request.
pub async fn taken(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, form) = enter_sent(&req, &state, rights::ADMIN, &body).await?;
    let (by, now) = (seat.officer.id.clone(), seat.now);
    if form.one("act") == "revoke" {
        let id = form.one("id").to_owned();
        seat.work(move |desk| {
            if !desk.store.revoke_api_key(&id, now)? {
                return Err(Refused::Changed);
            }
            Ok(desk.vault.audit(now, &by, "api_key.revoke", &id, "")?)
        })
        .await?;
        return Ok(seat.go("/desk/keys"));
    }
    let (made, all) = seat
        .work(move |desk| {
            let name = form
                .some("name")
                .filter(|n| n.chars().count() <= LONGEST && !n.chars().any(char::is_control))
                .ok_or_else(|| Refused::wrong("请填写发给谁", "Enter to whom it is given"))?;
            let key = ApiKey::make()?;
            desk.store.add_api_key(key.id(), name, &key.hash(), now)?;
            desk.vault.audit(now, &by, "api_key.add", key.id(), "")?;
            Ok((key.expose().to_owned(), desk.store.api_keys()?))
        })
        .await?;
    let title = seat.lang().say("接口密钥", "Keys of the API");
    let main = keys::page(&seat.ctx(), &all, Some(&made));
    Ok(seat.page(title, Place::Keys, &main))
}
