//! `/desk/officers`: who the officers are. Operators make, reset and disable them, and take bindings to the OpenID provider
//! away; a change of role, and a new binding, needs two of them.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use crate::base::crypto::Password;
use crate::base::crypto::password::one_time;
use crate::domain::cases::Role;
use crate::domain::subject::CreditCode;
use crate::inside::desk::enter::Seat;
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::pages::officers::{self, OfficersView};
use crate::inside::desk::{
    DeskState, Form, Refused, Stop, acceptable_id, acceptable_name, enter, enter_sent, oidc, rights,
};
use crate::inside::vault::{NewChange, NewOfficer, VaultError};

/// `GET /desk/officers`.
///
/// # Errors
/// The answer that ends the request.
pub async fn shown(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::SEE_OFFICERS).await?;
    let view = seat
        .work(|desk| {
            Ok(OfficersView {
                officers: desk.vault.officers()?,
                changes: desk.vault.officer_changes()?,
                provider: desk.oidc.as_ref().map(|oidc| oidc.name().to_owned()),
            })
        })
        .await?;
    let title = seat.lang().say("人员", "Officers");
    Ok(seat.page(title, Place::Officers, &officers::page(&seat.ctx(), &view)))
}

/// A role and the authority that goes with it.
fn post(form: &Form) -> Result<(Role, Option<String>), Refused> {
    let role = Role::from_code(form.one("role"))
        .filter(|r| rights::has_desk(*r))
        .ok_or_else(|| Refused::wrong("请选择角色", "Select a role"))?;
    match form.some("authority") {
        None if role.is_scoped() => Err(Refused::wrong(
            "请填写单位代码，该角色须属于一个单位",
            "Enter the code of the authority that this role belongs to",
        )),
        Some(code) if role.is_scoped() => {
            let code = CreditCode::parse(code).map_err(|_| {
                Refused::wrong(
                    "单位代码应当是 18 位统一社会信用代码",
                    "Code of the authority must be a unified social credit code of 18 characters",
                )
            })?;
            Ok((role, Some(code.as_str().to_owned())))
        }
        _ => Ok((role, None)),
    }
}

/// The person of the provider whom a form names, as it is kept; `None` when the field is empty.
fn person(desk: &DeskState, form: &Form) -> Result<Option<String>, Refused> {
    let Some(typed) = form.some("subject") else {
        return Ok(None);
    };
    let oidc = desk.oidc.as_ref().ok_or_else(|| {
        Refused::wrong(
            "绑定身份之前，应当先由管理员配置统一身份认证",
            "An identity provider must be set before anybody can be bound",
        )
    })?;
    let subject = oidc::typed_subject(typed).ok_or_else(|| {
        Refused::wrong(
            "认证平台的标识应当与认证平台显示的一致，不超过 255 个字符",
            "Identifier must be as the identity provider shows it, in 255 characters or fewer",
        )
    })?;
    Ok(Some(oidc::bound(oidc.issuer(), subject)))
}

/// Asks a second officer to agree to a binding.
fn ask_binding(
    desk: &DeskState,
    form: &Form,
    by: &str,
    now: crate::domain::time::Moment,
) -> Result<(), Refused> {
    let subject = person(desk, form)?.ok_or_else(|| {
        Refused::wrong(
            "请填写认证平台的标识",
            "Enter what the identity provider calls the person",
        )
    })?;
    let reason = form
        .some("reason")
        .ok_or_else(|| Refused::wrong("请填写理由", "Enter a reason"))?;
    let asked = desk
        .vault
        .ask_officer_binding(form.one("id"), &subject, reason, by, now);
    asked.map_err(taken_already)
}

/// Another officer is bound to the person already: said in its own words.
fn taken_already(error: VaultError) -> Refused {
    match error {
        VaultError::OfficerExists { id } => Refused::Wrong(
            format!("该身份已绑定账号 {id}"),
            format!("the person is bound to the officer {id} already"),
        ),
        error => error.into(),
    }
}

/// `POST /desk/officers`: what is done stands in `act`.
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
    match form.one("act").to_owned().as_str() {
        "add" => return add(&seat, form).await,
        "reset" => return reset(&seat, form).await,
        "disable" => {
            let id = form.one("id").to_owned();
            if id == by {
                let wrong = Refused::wrong(
                    "停用账号应当由另一人办理",
                    "Your own account must be disabled by another officer",
                );
                return Err(seat.refuse(&wrong).into());
            }
            seat.work(move |desk| Ok(desk.vault.disable_officer(&id, &by, now)?))
                .await?;
        }
        "ask" => {
            seat.work(move |desk| {
                let (role, authority) = post(&form)?;
                let reason = form
                    .some("reason")
                    .ok_or_else(|| Refused::wrong("请填写理由", "Enter a reason"))?;
                let new = NewChange {
                    officer: form.one("id"),
                    role,
                    authority: authority.as_deref(),
                    reason,
                };
                Ok(desk.vault.ask_officer_change(&new, &by, now)?)
            })
            .await?;
        }
        "bind" => {
            seat.work(move |desk| ask_binding(desk, &form, &by, now))
                .await?;
        }
        "unbind" => {
            let id = form.one("id").to_owned();
            seat.work(move |desk| Ok(desk.vault.bind_officer(&id, None, &by, now)?))
                .await?;
        }
        act @ ("agree" | "refuse") => {
            let (id, yes) = (form.one("change").to_owned(), act == "agree");
            seat.work(move |desk| {
                let decided = desk.vault.decide_officer_change(&id, yes, &by, now);
                decided.map_err(taken_already)
            })
            .await?;
        }
        _ => {
            return Err(seat
                .refuse(&Refused::wrong("请选择操作", "Select what is to be done"))
                .into());
        }
    }
    Ok(seat.go("/desk/officers"))
}

async fn add(seat: &Seat, form: Form) -> Result<HttpResponse, Stop> {
    let (by, now) = (seat.officer.id.clone(), seat.now);
    let (id, password) = seat
        .work(move |desk| {
            let (role, authority) = post(&form)?;
            let (id, name) = (form.one("id").trim(), form.one("name").trim());
            if !acceptable_id(id) {
                return Err(Refused::wrong(
                    "账号应当由小写字母、数字、点、横线组成，以字母开头",
                    "Officer id must be small letters, digits, dots and dashes, and begin with a letter",
                ));
            }
            if !acceptable_name(name) {
                return Err(Refused::wrong("请填写姓名", "Enter a name"));
            }
            // who is signed in by the provider has no password
            let person = person(desk, &form)?;
            let password = match person {
                Some(_) => None,
                None => Some(one_time()?),
            };
            let kept = password.as_ref().map(|text| Password::new(text));
            let kept = kept.transpose()?;
            let new = NewOfficer {
                id,
                name,
                role,
                authority: authority.as_deref(),
                authority_name: form.one("authority_name").trim(),
                password: kept.as_ref(),
                totp: None,
                oidc_subject: person.as_deref(),
                demo: false,
            };
            desk.vault.add_officer(&new, &by, now)?;
            Ok((id.to_owned(), password))
        })
        .await?;
    Ok(match password {
        Some(password) => once(seat, &id, &password),
        None => seat.go("/desk/officers"),
    })
}

async fn reset(seat: &Seat, form: Form) -> Result<HttpResponse, Stop> {
    let (by, now) = (seat.officer.id.clone(), seat.now);
    let (id, password) = seat
        .work(move |desk| {
            let id = form.one("id").to_owned();
            let password = one_time()?;
            let kept = Password::new(&password)?;
            desk.vault.reset_officer(&id, &kept, None, &by, now)?;
            Ok((id, password))
        })
        .await?;
    Ok(once(seat, &id, &password))
}

fn once(seat: &Seat, id: &str, password: &str) -> HttpResponse {
    let title = seat.lang().say("一次性密码", "One-time password");
    let main = officers::shown_once(&seat.ctx(), id, password, None);
    seat.page(title, Place::Officers, &main)
}
