//! `/desk/cases/{id}/act/{act}`: the form of an act, its check, and the act itself. Whatever goes wrong, what was typed comes
//! back with it.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::view::row;
use super::{asked, field_names, texts};
use crate::domain::cases::{Actor, Case, Event, Procedure, Refusal};
use crate::domain::time::{Moment, civil_date};
use crate::inside::cases::{CaseError, CaseFile, CaseId, Cases};
use crate::inside::desk::acts::{self, DeskAct, Fault, Typed, input_of};
use crate::inside::desk::pages::cases::act::{self as form_page, ActView};
use crate::inside::desk::pages::cases::check::{self, CheckView};
use crate::inside::desk::pages::cases::due::DueView;
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::replies::{Known, has_texts, offered};
use crate::inside::desk::{DeskState, Form, Refused, Seat, Stop, enter, enter_sent, rights};
use crate::outside::web::parts::lang::Lang;

/// What a request comes to.
enum Outcome {
    /// The form, empty or again.
    Form(Box<ActView>, StatusCode),
    /// The check.
    Check(Box<CheckView>),
    /// It is done.
    Done,
}

/// A request: who does what in which case.
struct Call {
    id: CaseId,
    act: &'static DeskAct,
    by: Actor,
    purpose: String,
    now: Moment,
    lang: Lang,
}

async fn call(req: &HttpRequest, seat: &Seat) -> Result<(Call, bool), Stop> {
    let id = asked(req, seat)?;
    let row = row(seat, &id).await?;
    let code = req.match_info().get("act").unwrap_or_default();
    let act =
        acts::act(row.kind, code).ok_or_else(|| Stop::from(seat.refuse(&Refused::NotHere)))?;
    let told = seat.purpose(&id);
    let known = told.is_some();
    let call = Call {
        id,
        act,
        by: seat.actor(),
        // what was typed before the desk began anew is not lost: who acts, handles
        purpose: told.unwrap_or_else(|| "办理本件".to_owned()),
        now: seat.now,
        lang: seat.lang(),
    };
    Ok((call, known))
}

/// `GET /desk/cases/{id}/act/{act}`.
///
/// # Errors
/// The answer that ends the request.
pub async fn shown(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::CASE_ACTS).await?;
    let (call, known) = call(&req, &seat).await?;
    if !known {
        return Ok(seat.go(&format!("/desk/cases/{}", call.id)));
    }
    let act = call.act;
    let outcome = seat.work(move |desk| begin(desk, &call)).await?;
    Ok(answer(&seat, act, &outcome))
}

/// `POST /desk/cases/{id}/act/{act}`.
///
/// # Errors
/// The answer that ends the request.
pub async fn taken(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, form) = enter_sent(&req, &state, rights::CASE_ACTS, &body).await?;
    let (call, _) = call(&req, &seat).await?;
    let (act, id) = (call.act, call.id.clone());
    let outcome = seat.work(move |desk| take(desk, &call, &form)).await?;
    if matches!(outcome, Outcome::Done) {
        return Ok(seat.go(&format!("/desk/cases/{id}?done={}", act.code)));
    }
    Ok(answer(&seat, act, &outcome))
}

fn answer(seat: &Seat, act: &DeskAct, outcome: &Outcome) -> HttpResponse {
    let ctx = seat.ctx();
    let title = ctx.lang.say(act.zh, act.en);
    let (status, main) = match outcome {
        Outcome::Form(view, status) => (*status, form_page::page(&ctx, view)),
        Outcome::Check(view) => (StatusCode::OK, check::page(&ctx, view)),
        Outcome::Done => (StatusCode::OK, maud::html! {}),
    };
    seat.page_with(status, title, Place::Cases, &main)
}

/// The fields of the record with their values, where the act may correct them.
fn keys(call: &Call, file: &CaseFile) -> Vec<(String, String)> {
    if !call.act.may_correct() {
        return Vec::new();
    }
    let fields = file.fields.iter();
    fields
        .map(|(key, value)| (key.clone(), value.expose().to_owned()))
        .collect()
}

/// The first page: the check at once where nothing is asked.
fn begin(desk: &DeskState, call: &Call) -> Result<Outcome, Refused> {
    let file = desk
        .cases
        .look(&call.id, &call.by, &call.purpose, call.now)?;
    let typed = Typed::of(&Form::default(), &keys(call, &file));
    if !call.act.asks.is_empty() {
        let mut view = view(desk, call, &file, typed)?;
        // what stands against it is told before anything is typed
        view.refused = barred(desk, call)?;
        return Ok(Outcome::Form(Box::new(view), StatusCode::OK));
    }
    let version = file.row.version;
    match typed.event(call.act) {
        Ok(event) => foresee(desk, call, &file, typed, &event, version),
        Err(faults) => again(desk, call, &file, typed, faults, None),
    }
}

/// Why the machine refuses the act whatever is typed: role, state, the two-person rule, a term.
fn barred(desk: &DeskState, call: &Call) -> Result<Option<(String, String)>, Refused> {
    let choices = desk.cases.choices(&call.id, &call.by, call.now)?;
    let found = choices.into_iter().find(|(code, _)| *code == call.act.code);
    Ok(match found {
        Some((_, None)) => None,
        Some((_, Some(refusal))) => Some(words(&refusal)),
        None => Some((
            "该操作应当由有权的角色、在案件允许的状态下进行".to_owned(),
            "This must be done in a role and in a state of the case that allow it".to_owned(),
        )),
    })
}

fn words(refusal: &Refusal) -> (String, String) {
    let words = refusal.words();
    (words.zh, words.en)
}

/// What a form comes to.
fn take(desk: &DeskState, call: &Call, form: &Form) -> Result<Outcome, Refused> {
    let cases = &desk.cases;
    let file = cases.look(&call.id, &call.by, &call.purpose, call.now)?;
    let mut typed = Typed::of(form, &keys(call, &file));
    let step = form.one("step");
    if step == "fill" {
        fill(desk, call, &file, &mut typed, form.one("text"))?;
    }
    if matches!(step, "fill" | "edit") {
        let view = view(desk, call, &file, typed)?;
        return Ok(Outcome::Form(Box::new(view), StatusCode::OK));
    }
    let event = match typed.event(call.act) {
        Ok(event) => event,
        Err(faults) => return again(desk, call, &file, typed, faults, None),
    };
    // a form without a version was made by nobody's page: it is of none
    let version = form.one("version").parse().unwrap_or(-1);
    if call.act.checked && step != "do" {
        return foresee(desk, call, &file, typed, &event, version);
    }
    match cases.act_at(&call.id, Some(version), event, &call.by, call.now) {
        Ok(_) => {
            follow(cases, call.now);
            Ok(Outcome::Done)
        }
        Err(error) => refused(desk, call, &file, typed, error),
    }
}

/// Sees to it at once that what was decided arrives; what fails is done again by the thread of the node.
fn follow(cases: &Cases, now: Moment) {
    if let Err(error) = cases.after(now) {
        tracing::error!(%error, "what follows an act is held up");
    }
}

fn foresee(
    desk: &DeskState,
    call: &Call,
    file: &CaseFile,
    typed: Typed,
    event: &Event,
    version: i64,
) -> Result<Outcome, Refused> {
    let foreseen = desk
        .cases
        .foresee(&call.id, version, event, &call.by, call.now);
    match foreseen {
        Ok(foreseen) => Ok(Outcome::Check(Box::new(CheckView {
            row: file.row.clone(),
            act: call.act,
            typed,
            foreseen,
            fields: field_names(desk, &file.row.list, call.lang),
        }))),
        Err(error) => refused(desk, call, file, typed, error),
    }
}

/// The form again, with why it was refused; what is no refusal is a fault of ours and ends the request.
fn refused(
    desk: &DeskState,
    call: &Call,
    file: &CaseFile,
    typed: Typed,
    error: CaseError,
) -> Result<Outcome, Refused> {
    let told = error.words();
    let told = (told.zh, told.en);
    match error {
        CaseError::Refused(Refusal::Missing(what)) => {
            let field = if what == "changes" {
                let first = typed.fields.first();
                first.map_or_else(|| "act".to_owned(), |f| input_of(&f.key))
            } else {
                what.to_owned()
            };
            let fault = Fault {
                field,
                zh: told.0,
                en: told.1,
            };
            again(desk, call, file, typed, vec![fault], None)
        }
        CaseError::Correction { field, zh, en } => {
            let fault = Fault {
                field: input_of(&field),
                zh,
                en,
            };
            again(desk, call, file, typed, vec![fault], None)
        }
        CaseError::Refused(_) | CaseError::Conflict { .. } => {
            again(desk, call, file, typed, Vec::new(), Some(told))
        }
        error => Err(error.into()),
    }
}

fn again(
    desk: &DeskState,
    call: &Call,
    file: &CaseFile,
    typed: Typed,
    faults: Vec<Fault>,
    refused: Option<(String, String)>,
) -> Result<Outcome, Refused> {
    let mut view = view(desk, call, file, typed)?;
    let status = if refused.is_some() {
        StatusCode::CONFLICT
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    view.faults = faults;
    view.refused = refused;
    Ok(Outcome::Form(Box::new(view), status))
}

fn view(desk: &DeskState, call: &Call, file: &CaseFile, typed: Typed) -> Result<ActView, Refused> {
    let act = call.act;
    let texts = if has_texts(act) {
        let kept = texts(desk, &file.row.authority_code)?;
        offered(&kept, act.kind, act.code)
    } else {
        Vec::new()
    };
    let limit = act.limit.and_then(|wanted| {
        let fits = |code: &str| {
            code == wanted.code()
                || (wanted == Procedure::ObjectionAnswer && code == Procedure::ListObjection.code())
        };
        file.clocks.iter().find(|c| fits(c.procedure)).cloned()
    });
    Ok(ActView {
        due: DueView::of(&file.row, civil_date(call.now), &desk.calendar),
        row: file.row.clone(),
        act,
        limit,
        extension: extension(desk, call, file)?,
        typed,
        fields: field_names(desk, &file.row.list, call.lang),
        faults: Vec::new(),
        refused: None,
        texts,
    })
}

/// By how much a term may be extended, where the act extends one.
fn extension(
    desk: &DeskState,
    call: &Call,
    file: &CaseFile,
) -> Result<Option<(u32, String)>, Refused> {
    if call.act.code != "extend" {
        return Ok(None);
    }
    let procedure = match &file.case {
        Case::Repair(_) => Procedure::RepairExtend,
        _ => Procedure::ObjectionExtend,
    };
    let limits = &desk.cases.limits;
    let found = limits.find(procedure, &file.case.track().key);
    Ok(found.map(|limit| (limit.count, limit.source.clone())))
}

/// Adds a text to what was typed, with its places filled in.
fn fill(
    desk: &DeskState,
    call: &Call,
    file: &CaseFile,
    typed: &mut Typed,
    chosen: &str,
) -> Result<(), Refused> {
    let kept = texts(desk, &file.row.authority_code)?;
    let all = offered(&kept, call.act.kind, call.act.code);
    let Some(text) = all.into_iter().find(|t| t.id == chosen) else {
        return Ok(());
    };
    let earliest = match &file.case {
        Case::Repair(repair) => repair.terms.earliest,
        _ => None,
    };
    let known = Known::of(&file.row, &file.clocks, earliest, call.now);
    let place = if call.act.asks_for(acts::Asks::Items) {
        &mut typed.items
    } else {
        &mut typed.reasons
    };
    if !place.trim().is_empty() {
        place.push('\n');
    }
    place.push_str(&known.fill(&text.body));
    Ok(())
}
