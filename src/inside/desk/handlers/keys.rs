//! `/desk/keys`: keys of the API.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use crate::base::crypto::ApiKey;
use crate::inside::desk::form::Wrong;
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::pages::keys::{self, Typed};
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
    Ok(seat.page(
        title,
        Place::Keys,
        &keys::page(&seat.ctx(), &all, None, &Typed::default()),
    ))
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
    let typed = named(form.one("name"));
    let (made, all, typed) = seat
        .work(move |desk| {
            let made = if typed.wrong.is_empty() {
                let key = ApiKey::make()?;
                desk.store
                    .add_api_key(key.id(), typed.name.trim(), &key.hash(), now)?;
                desk.vault.audit(now, &by, "api_key.add", key.id(), "")?;
                Some(key.expose().to_owned())
            } else {
                None
            };
            Ok((made, desk.store.api_keys()?, typed))
        })
        .await?;
    let title = seat.lang().say("接口密钥", "Keys of the API");
    let ctx = seat.ctx();
    Ok(match made {
        Some(made) => {
            let main = keys::page(&ctx, &all, Some(&made), &Typed::default());
            seat.page(title, Place::Keys, &main)
        }
        None => seat.page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            title,
            Place::Keys,
            &keys::page(&ctx, &all, None, &typed),
        ),
    })
}

/// Reads to whom a key is given, or says what is wrong with it.
fn named(name: &str) -> Typed {
    let text = name.trim();
    let wrong = if text.is_empty() {
        Some(Wrong::new(
            "name",
            "请填写发给谁",
            "Enter to whom it is given",
        ))
    } else if text.chars().count() > LONGEST || text.chars().any(char::is_control) {
        Some(Wrong::new(
            "name",
            "单位或者系统名称应当不超过 100 字，写在一行里",
            "Name must be 100 characters or fewer, on one line",
        ))
    } else {
        None
    };
    Typed {
        name: name.to_owned(),
        wrong: wrong.into_iter().collect(),
    }
}
