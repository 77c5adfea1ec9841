//! `/desk/account`: an officer changes its own password, and the device that shows its codes. Both ask for the password and
//! a code of now, are counted like attempts to sign in, end every other session, and stand in the audit log.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use zeroize::Zeroizing;

use super::setup::ISSUER;
use super::sign_in::entered;
use crate::base::crypto::{Password, SessionToken};
use crate::domain::time::Moment;
use crate::inside::desk::auth::{self, Begun};
use crate::inside::desk::enter::Seat;
use crate::inside::desk::form::Wrong;
use crate::inside::desk::pages::account::{self, AccountView, DeviceView, Own};
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::{DeskState, Form, Refused, Stop, enter, enter_sent, rights};
use crate::inside::vault::Officer;
use crate::outside::web::origin;

/// What an officer of this kind changes here.
fn own(officer: &Officer) -> Own {
    if officer.demo {
        Own::Demo
    } else if officer.has_totp && officer.has_password {
        Own::Both
    } else {
        Own::Elsewhere
    }
}

/// `GET /desk/account`.
///
/// # Errors
/// The answer that ends the request.
pub async fn shown(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::ALL).await?;
    let view = AccountView {
        own: own(&seat.officer),
        done: match req.query_string() {
            "done=password" => Some(account::Done::Password),
            "done=device" => Some(account::Done::Device),
            _ => None,
        },
        wrong: Vec::new(),
    };
    Ok(answer(&seat, StatusCode::OK, &view))
}

fn answer(seat: &Seat, status: StatusCode, view: &AccountView) -> HttpResponse {
    let title = seat.lang().say("账号安全", "Your account");
    let main = account::page(&seat.ctx(), view);
    seat.page_with(status, title, Place::Elsewhere, &main)
}

/// The seat of a form that may change something here.
async fn seated(
    req: &HttpRequest,
    state: &Data<DeskState>,
    body: &Bytes,
) -> Result<(Seat, Form), Stop> {
    let (seat, form) = enter_sent(req, state, rights::ALL, body).await?;
    if own(&seat.officer) != Own::Both {
        let refused = Refused::wrong(
            "该账号的密码和验证器应当保持不变，或者在统一身份认证系统更改",
            "Password and authenticator of this officer must stay as they are, or be changed at its provider",
        );
        return Err(seat.refuse(&refused).into());
    }
    Ok((seat, form))
}

/// Counts an attempt to prove who it is, together with those to sign in.
fn count(seat: &Seat) -> Result<(), Stop> {
    let client = origin::client(&seat.req, &seat.state.settings.trusted_proxies);
    let passed = seat
        .state
        .throttle
        .pass(origin::key(client), &seat.officer.id);
    passed.map_err(|seconds| seat.refuse(&Refused::TooMany(seconds)).into())
}

/// What is typed to prove who it is.
struct Typed {
    old: Zeroizing<String>,
    code: Zeroizing<String>,
}

impl Typed {
    fn of(form: &Form) -> Self {
        Self {
            old: Zeroizing::new(form.one("old").to_owned()),
            code: Zeroizing::new(form.one("code").to_owned()),
        }
    }

    /// What is missing of it.
    fn missing(&self, wrong: &mut Vec<Wrong>) {
        if self.old.is_empty() {
            wrong.push(Wrong::new(
                "old",
                "请填写现在的密码",
                "Enter your current password",
            ));
        }
        if self.code.trim().is_empty() {
            wrong.push(Wrong::new(
                "code",
                "请填写验证码",
                "Enter the code that your authenticator shows",
            ));
        }
    }
}

const NOT_PROVED: Wrong = Wrong::new(
    "old",
    "密码和验证码应当是您登录时使用的密码和验证器现在显示的数字；每个验证码只能用一次",
    "Password and code must be those with which you sign in now; each code works once",
);

enum Done {
    Begun(Begun),
    Wrong(Wrong),
}

/// `POST /desk/account`: another password.
///
/// # Errors
/// The answer that ends the request.
pub async fn taken(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, form) = seated(&req, &state, &body).await?;
    let typed = Typed::of(&form);
    let chosen = Zeroizing::new(form.one("password").to_owned());
    let mut wrong = Vec::new();
    typed.missing(&mut wrong);
    if chosen.is_empty() {
        wrong.push(Wrong::new(
            "password",
            "请填写新密码",
            "Enter a new password",
        ));
    } else if let Some((zh, en)) = auth::unfit(&chosen, &seat.officer) {
        wrong.push(Wrong::new("password", zh, en));
    } else if *chosen == *typed.old {
        wrong.push(Wrong::new(
            "password",
            "新密码应当与现在的密码不同",
            "New password must be different from the current one",
        ));
    } else if form.one("again") != chosen.as_str() {
        wrong.push(Wrong::new(
            "again",
            "再次输入的密码应当与新密码一致",
            "Repeated password must be the same as the new password",
        ));
    }
    if wrong.is_empty() {
        count(&seat)?;
        let (officer, now) = (seat.officer.clone(), seat.now);
        let before = seat.session_token().clone();
        let done = seat
            .work(move |desk| change_password(desk, &officer, &typed, &chosen, &before, now))
            .await?;
        match done {
            Done::Begun(begun) => {
                let to = "/desk/account?done=password";
                return Ok(entered(to, seat.transport(), &begun.token));
            }
            Done::Wrong(one) => wrong.push(one),
        }
    }
    let view = AccountView {
        own: Own::Both,
        done: None,
        wrong,
    };
    Ok(answer(&seat, StatusCode::UNPROCESSABLE_ENTITY, &view))
}

fn change_password(
    desk: &DeskState,
    officer: &Officer,
    typed: &Typed,
    chosen: &str,
    before: &SessionToken,
    now: Moment,
) -> Result<Done, Refused> {
    if !auth::prove(desk, &officer.id, &typed.old, &typed.code, now)? {
        return Ok(Done::Wrong(NOT_PROVED));
    }
    let password = Password::new(chosen)?;
    desk.vault.change_password(&officer.id, &password, now)?;
    let begun = auth::begin(desk, officer, Some(before), "password changed", now)?;
    Ok(Done::Begun(begun))
}

/// `GET /desk/account/device`: the key of another device.
///
/// # Errors
/// The answer that ends the request.
pub async fn device(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::ALL).await?;
    if own(&seat.officer) != Own::Both {
        let view = AccountView {
            own: own(&seat.officer),
            ..AccountView::default()
        };
        return Ok(answer(&seat, StatusCode::OK, &view));
    }
    device_page(&seat, StatusCode::OK, Vec::new()).await
}

async fn device_page(
    seat: &Seat,
    status: StatusCode,
    wrong: Vec<Wrong>,
) -> Result<HttpResponse, Stop> {
    let (hash, id) = (seat.session_hash(), seat.officer.id.clone());
    let totp = seat
        .work(move |desk| Ok(desk.vault.pending_totp(&hash, &id)?))
        .await?;
    let view = DeviceView {
        uri: totp.uri(ISSUER, &seat.officer.id).to_string(),
        letters: totp.letters().to_string(),
        wrong,
    };
    let title = seat.lang().say("更换验证器", "Another authenticator");
    let main = account::device(&seat.ctx(), &view);
    Ok(seat.page_with(status, title, Place::Elsewhere, &main))
}

/// `POST /desk/account/device`: another device, proved with the old one and by a code of its own.
///
/// # Errors
/// The answer that ends the request.
pub async fn device_taken(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, form) = seated(&req, &state, &body).await?;
    let typed = Typed::of(&form);
    let new_code = Zeroizing::new(form.one("new_code").to_owned());
    let mut wrong = Vec::new();
    if new_code.trim().is_empty() {
        wrong.push(Wrong::new(
            "new_code",
            "请填写新验证器显示的验证码",
            "Enter the code that the new authenticator shows",
        ));
    }
    typed.missing(&mut wrong);
    if wrong.is_empty() {
        count(&seat)?;
        let (officer, now) = (seat.officer.clone(), seat.now);
        let (hash, before) = (seat.session_hash(), seat.session_token().clone());
        let done = seat
            .work(move |desk| {
                change_device(desk, &officer, (&hash, &before), &typed, &new_code, now)
            })
            .await?;
        match done {
            Done::Begun(begun) => {
                let to = "/desk/account?done=device";
                return Ok(entered(to, seat.transport(), &begun.token));
            }
            Done::Wrong(one) => wrong.push(one),
        }
    }
    device_page(&seat, StatusCode::UNPROCESSABLE_ENTITY, wrong).await
}

fn change_device(
    desk: &DeskState,
    officer: &Officer,
    (hash, before): (&str, &SessionToken),
    typed: &Typed,
    new_code: &str,
    now: Moment,
) -> Result<Done, Refused> {
    let totp = desk.vault.pending_totp(hash, &officer.id)?;
    // first the new one, so that a slip there does not use up a code of the old one
    let Some(step) = totp.step(new_code, now, 0) else {
        return Ok(Done::Wrong(Wrong::new(
            "new_code",
            "新验证码应当是新验证器现在显示的六位数字；手机的时间应当准确",
            "New code must be the six digits that the new authenticator shows now, on a telephone whose clock is right",
        )));
    };
    if !auth::prove(desk, &officer.id, &typed.old, &typed.code, now)? {
        return Ok(Done::Wrong(NOT_PROVED));
    }
    desk.vault.change_totp(&officer.id, &totp, step, now)?;
    let begun = auth::begin(desk, officer, Some(before), "authenticator changed", now)?;
    Ok(Done::Begun(begun))
}
