//! `/desk/setup`: the password and the second factor of the first sign-in.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use zeroize::Zeroizing;

use super::sign_in::entered;
use crate::base::crypto::Password;
use crate::inside::desk::auth::{self, Begun};
use crate::inside::desk::enter::{Arrival, Seat, refuse, see};
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::pages::setup::{self, SetupView};
use crate::inside::desk::{DeskState, Form, Refused, Stop};
use crate::inside::vault::Stage;

/// How authenticators name us.
pub const ISSUER: &str = "Gongshi";

/// `GET /desk/setup`.
///
/// # Errors
/// The answer that ends the request.
pub async fn shown(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = pending(Arrival::new(&req, &state)?.seat().await?)?;
    answer(&seat, StatusCode::OK, Vec::new()).await
}

/// A session in which these are to be set; to others the page is of no use.
fn pending(seat: Option<Seat>) -> Result<Seat, Stop> {
    match seat {
        Some(seat) if seat.stage == Stage::Setup => Ok(seat),
        Some(_) => Err(see("/desk").finish().into()),
        None => Err(see("/desk/sign-in").finish().into()),
    }
}

async fn answer(
    seat: &Seat,
    status: StatusCode,
    wrong: Vec<(&'static str, &'static str)>,
) -> Result<HttpResponse, Stop> {
    let (hash, id) = (seat.session_hash(), seat.officer.id.clone());
    let (totp, without_password) = seat
        .work(move |desk| {
            let totp = desk.vault.pending_totp(&hash, &id)?;
            Ok((totp, !has_password(desk, &id)?))
        })
        .await?;
    let view = SetupView {
        uri: totp.uri(ISSUER, &seat.officer.id).to_string(),
        letters: totp.letters().to_string(),
        without_password,
        wrong,
    };
    let title = if without_password {
        seat.lang().say("绑定验证器", "Authenticator")
    } else {
        seat.lang()
            .say("设置密码和验证器", "Password and authenticator")
    };
    let main = setup::page(&seat.ctx(), &view);
    Ok(seat.page_with(status, title, Place::Elsewhere, &main))
}

/// Whether an officer has a password: who has none signs in through the OpenID provider alone and needs none.
fn has_password(desk: &DeskState, id: &str) -> Result<bool, Refused> {
    let (_, credentials) = desk.vault.credentials(id)?.ok_or(Refused::NotHere)?;
    Ok(credentials.password.is_some())
}

/// `POST /desk/setup`.
///
/// # Errors
/// The answer that ends the request.
pub async fn taken(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let form = Form::read(&body);
    let seat = pending(Arrival::sent(&req, &state)?.seat().await?)?;
    if !seat.is_token(form.one("token")) {
        return Err(refuse(&req, &state, &Refused::Elsewhere).into());
    }
    let lang = seat.lang();
    let chosen = Zeroizing::new(form.one("password").to_owned());
    let mut wrong = Vec::new();
    let id = seat.officer.id.clone();
    let has_password = seat.work(move |desk| has_password(desk, &id)).await?;
    if !has_password {
        // none is asked for
    } else if let Some((zh, en)) = auth::unfit(&chosen, &seat.officer) {
        wrong.push(("password", lang.say(zh, en)));
    } else if form.one("again") != chosen.as_str() {
        wrong.push((
            "again",
            lang.say(
                "再次输入的密码应当与新密码一致",
                "Repeated password must be the same as the new password",
            ),
        ));
    }
    let code = Zeroizing::new(form.one("code").to_owned());
    let (hash, id, now) = (seat.session_hash(), seat.officer.id.clone(), seat.now);
    let before = seat.session_token().clone();
    let right_so_far = wrong.is_empty();
    let done = seat
        .work(move |desk| {
            set(
                desk,
                &id,
                &hash,
                (has_password && right_so_far).then_some(&chosen),
                &code,
                now,
                &before,
            )
        })
        .await?;
    match done {
        Done::Begun(begun) => Ok(entered("/desk", seat.transport(), &begun.token)),
        Done::Wrong { old, code } => {
            if old {
                wrong.push((
                    "password",
                    lang.say(
                        "新密码应当与一次性密码不同",
                        "New password must be different from the one-time password",
                    ),
                ));
            }
            if code {
                wrong.push((
                    "code",
                    lang.say(
                        "验证码应当是验证器现在显示的六位数字；手机的时间应当准确",
                        "Code must be the six digits that the authenticator shows now, on a telephone whose clock is right",
                    ),
                ));
            }
            answer(&seat, StatusCode::UNPROCESSABLE_ENTITY, wrong).await
        }
    }
}

enum Done {
    Begun(Begun),
    Wrong { old: bool, code: bool },
}

/// Sets both when all is right, and begins the session anew: the setup session ends with all others.
fn set(
    desk: &DeskState,
    id: &str,
    hash: &str,
    chosen: Option<&Zeroizing<String>>,
    code: &str,
    now: crate::domain::time::Moment,
    before: &crate::base::crypto::SessionToken,
) -> Result<Done, Refused> {
    let (mut officer, credentials) = desk.vault.credentials(id)?.ok_or(Refused::NotHere)?;
    let totp = desk.vault.pending_totp(hash, id)?;
    let step = totp.step(code, now, 0);
    let old = match (&credentials.password, chosen) {
        (Some(kept), Some(chosen)) => kept.is(chosen),
        _ => false,
    };
    let complete = chosen.is_some() || credentials.password.is_none();
    let (Some(step), true, false) = (step, complete, old) else {
        return Ok(Done::Wrong {
            old,
            code: step.is_none(),
        });
    };
    let password = chosen.map(|chosen| Password::new(chosen)).transpose()?;
    desk.vault
        .set_credentials(id, password.as_ref(), &totp, step, now)?;
    officer.must_change = false;
    Ok(Done::Begun(auth::begin(
        desk,
        &officer,
        Some(before),
        "setup",
        now,
    )?))
}
