//! `/desk/officers`: who the officers are. Operators make, reset and disable them, and take bindings to the OpenID provider
//! away; a change of role, and a new binding, needs two of them. What is wrong with a form comes back on it.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use zeroize::Zeroizing;

use crate::base::crypto::Password;
use crate::base::crypto::password::one_time;
use crate::domain::cases::Role;
use crate::domain::subject::CreditCode;
use crate::domain::time::Moment;
use crate::inside::desk::enter::Seat;
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::pages::officers::{self, Back, OfficersView};
use crate::inside::desk::{
    DeskState, Form, Refused, Stop, acceptable_id, acceptable_name, enter, enter_sent, oidc, rights,
};
use crate::inside::vault::{NewChange, NewOfficer, VaultError};

/// Something that is wrong, and the field of the form that it is about; empty for the button that sent it.
struct At(&'static str, Refused);

impl<E: Into<Refused>> From<E> for At {
    fn from(error: E) -> Self {
        Self("", error.into())
    }
}

/// What is wrong with a form, field by field.
type Wrongs = Vec<At>;

/// What is wrong with one field.
fn at(field: &'static str, zh: &str, en: &str) -> At {
    At(field, Refused::wrong(zh, en))
}

/// Takes what is right, and notes what is not.
fn noted<T>(wrong: &mut Wrongs, read: Result<T, At>) -> Option<T> {
    read.map_err(|one| wrong.push(one)).ok()
}

fn view(desk: &DeskState) -> Result<OfficersView, Refused> {
    Ok(OfficersView {
        officers: desk.vault.officers()?,
        changes: desk.vault.officer_changes()?,
        provider: desk.oidc.as_ref().map(|oidc| oidc.name().to_owned()),
        back: Back::default(),
    })
}

/// `GET /desk/officers`.
///
/// # Errors
/// The answer that ends the request.
pub async fn shown(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::SEE_OFFICERS).await?;
    let view = seat.work(view).await?;
    Ok(answer(&seat, StatusCode::OK, &view))
}

fn answer(seat: &Seat, status: StatusCode, view: &OfficersView) -> HttpResponse {
    let title = seat.lang().say("人员", "Officers");
    let main = officers::page(&seat.ctx(), view);
    seat.page_with(status, title, Place::Officers, &main)
}

fn role_of(form: &Form) -> Result<Role, At> {
    Role::from_code(form.one("role"))
        .filter(|r| rights::has_desk(*r))
        .ok_or_else(|| at("role", "请选择角色", "Select a role"))
}

/// The authority that goes with a role.
fn authority_of(form: &Form, role: Role) -> Result<Option<String>, At> {
    match form.some("authority") {
        None if role.is_scoped() => Err(at(
            "authority",
            "请填写单位代码，该角色须属于一个单位",
            "Enter the code of the authority that this role belongs to",
        )),
        Some(code) if role.is_scoped() => {
            let code = CreditCode::parse(code).map_err(|_| {
                at(
                    "authority",
                    "单位代码应当是 18 位统一社会信用代码",
                    "Code of the authority must be a unified social credit code of 18 characters",
                )
            })?;
            Ok(Some(code.as_str().to_owned()))
        }
        _ => Ok(None),
    }
}

/// A role and the authority that goes with it.
fn post(form: &Form, wrong: &mut Wrongs) -> Option<(Role, Option<String>)> {
    let role = noted(wrong, role_of(form))?;
    Some((role, noted(wrong, authority_of(form, role))?))
}

/// The person of the provider whom a form names, as it is kept; `None` when the field is empty.
fn person(desk: &DeskState, form: &Form) -> Result<Option<String>, At> {
    let Some(typed) = form.some("subject") else {
        return Ok(None);
    };
    let oidc = desk.oidc.as_ref().ok_or_else(|| {
        at(
            "subject",
            "绑定身份之前，应当先由管理员配置统一身份认证",
            "An identity provider must be set before anybody can be bound",
        )
    })?;
    let subject = oidc::typed_subject(typed).ok_or_else(|| {
        at(
            "subject",
            "认证平台的标识应当与认证平台显示的一致，不超过 255 个字符",
            "Identifier must be as the identity provider shows it, in 255 characters or fewer",
        )
    })?;
    Ok(Some(oidc::bound(oidc.issuer(), subject)))
}

fn reason(form: &Form) -> Result<String, At> {
    let reason = form.some("reason").map(ToOwned::to_owned);
    reason.ok_or_else(|| at("reason", "请填写理由", "Enter a reason"))
}

/// Asks a second officer to agree to another role.
fn ask_role(desk: &DeskState, form: &Form, by: &str, now: Moment) -> Result<(), Wrongs> {
    let mut wrong = Vec::new();
    let post = post(form, &mut wrong);
    let reason = noted(&mut wrong, reason(form));
    let (Some((role, authority)), Some(reason)) = (post, reason) else {
        return Err(wrong);
    };
    let new = NewChange {
        officer: form.one("id"),
        role,
        authority: authority.as_deref(),
        reason: &reason,
    };
    let asked = desk.vault.ask_officer_change(&new, by, now);
    asked.map_err(|e| vec![e.into()])
}

/// Asks a second officer to agree to a binding.
fn ask_binding(desk: &DeskState, form: &Form, by: &str, now: Moment) -> Result<(), Wrongs> {
    let mut wrong = Vec::new();
    let subject = person(desk, form).and_then(|subject| {
        subject.ok_or_else(|| {
            at(
                "subject",
                "请填写认证平台的标识",
                "Enter what the identity provider calls the person",
            )
        })
    });
    let subject = noted(&mut wrong, subject);
    let reason = noted(&mut wrong, reason(form));
    let (Some(subject), Some(reason)) = (subject, reason) else {
        return Err(wrong);
    };
    let asked = desk
        .vault
        .ask_officer_binding(form.one("id"), &subject, &reason, by, now);
    asked.map_err(|e| vec![taken_already("subject", e)])
}

/// Another officer is bound to the person already: said in its own words.
fn taken_already(field: &'static str, error: VaultError) -> At {
    match error {
        VaultError::OfficerExists { id } => At(
            field,
            Refused::Wrong(
                format!("该身份应当是还没有绑定的，现已绑定账号 {id}"),
                format!("Person must be one that no officer is bound to yet, and is bound to {id}"),
            ),
        ),
        error => error.into(),
    }
}

/// What was done.
enum Done {
    /// It stands in the list.
    Listed,
    /// A password, shown once.
    Once(String, Zeroizing<String>),
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
    let form = Arc::new(form);
    let done = seat
        .work(move |desk| match settle(desk, &form, &by, now) {
            Ok(done) => Ok(Ok(done)),
            Err(wrong) => {
                let mut view = view(desk)?;
                for At(field, refused) in wrong {
                    let Refused::Wrong(zh, en) = refused else {
                        return Err(refused);
                    };
                    view.back.wrong.push((field, zh, en));
                }
                view.back.sent = Some(form);
                Ok(Err(view))
            }
        })
        .await?;
    Ok(match done {
        Ok(Done::Listed) => seat.go("/desk/officers"),
        Ok(Done::Once(id, password)) => once(&seat, &id, &password),
        Err(view) => answer(&seat, StatusCode::UNPROCESSABLE_ENTITY, &view),
    })
}

fn settle(desk: &DeskState, form: &Form, by: &str, now: Moment) -> Result<Done, Wrongs> {
    let id = form.one("id");
    let one = |error: VaultError| vec![At::from(error)];
    match form.one("act") {
        "add" => return add(desk, form, by, now),
        "reset" => {
            let password = one_time().map_err(|e| vec![e.into()])?;
            let kept = Password::new(&password).map_err(|e| vec![e.into()])?;
            desk.vault
                .reset_officer(id, &kept, None, by, now)
                .map_err(one)?;
            return Ok(Done::Once(id.to_owned(), password));
        }
        "disable" if id == by => {
            return Err(vec![at(
                "",
                "停用账号应当由另一人办理",
                "Your own account must be disabled by another officer",
            )]);
        }
        "disable" => desk
            .vault
            .disable_officer(id, by, now)
            .map(drop)
            .map_err(one)?,
        "ask" => ask_role(desk, form, by, now)?,
        "bind" => ask_binding(desk, form, by, now)?,
        "unbind" => desk
            .vault
            .bind_officer(id, None, by, now)
            .map(drop)
            .map_err(one)?,
        act @ ("agree" | "refuse") => {
            let decided =
                desk.vault
                    .decide_officer_change(form.one("change"), act == "agree", by, now);
            decided.map(drop).map_err(|e| vec![taken_already("", e)])?;
        }
        // no page of ours sends that
        _ => return Err(vec![At("", Refused::NotHere)]),
    }
    Ok(Done::Listed)
}

fn add(desk: &DeskState, form: &Form, by: &str, now: Moment) -> Result<Done, Wrongs> {
    let mut wrong = Vec::new();
    let (id, name) = (form.one("id").trim(), form.one("name").trim());
    if !acceptable_id(id) {
        wrong.push(at(
            "id",
            "账号应当由小写字母、数字、点、横线组成，以字母开头",
            "Officer id must be small letters, digits, dots and dashes, and begin with a letter",
        ));
    }
    if !acceptable_name(name) {
        wrong.push(at("name", "请填写姓名", "Enter a name"));
    }
    let post = post(form, &mut wrong);
    // who is signed in by the provider has no password
    let person = noted(&mut wrong, person(desk, form));
    let (Some((role, authority)), Some(person), true) = (post, person, wrong.is_empty()) else {
        return Err(wrong);
    };
    let made = || -> Result<Option<(Zeroizing<String>, Password)>, Refused> {
        if person.is_some() {
            return Ok(None);
        }
        let text = one_time()?;
        let kept = Password::new(&text)?;
        Ok(Some((text, kept)))
    };
    let made = made().map_err(|e| vec![At("", e)])?;
    let new = NewOfficer {
        id,
        name,
        role,
        authority: authority.as_deref(),
        authority_name: form.one("authority_name").trim(),
        password: made.as_ref().map(|(_, kept)| kept),
        totp: None,
        oidc_subject: person.as_deref(),
        demo: false,
    };
    let added = desk.vault.add_officer(&new, by, now);
    added.map_err(|e| vec![At("id", e.into())])?;
    Ok(match made {
        Some((password, _)) => Done::Once(id.to_owned(), password),
        None => Done::Listed,
    })
}

fn once(seat: &Seat, id: &str, password: &str) -> HttpResponse {
    let title = seat.lang().say("一次性密码", "One-time password");
    let main = officers::shown_once(&seat.ctx(), id, password, None);
    seat.page(title, Place::Officers, &main)
}
