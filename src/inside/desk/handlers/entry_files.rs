//! Files about list entries: a proposal that comes as the only row of a file, and the letter to the party.

use actix_multipart::form::MultipartForm;
use actix_multipart::form::bytes::Bytes as FileBytes;
use actix_multipart::form::text::Text;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::entries::{Sent, answer, case_of, form_view, outcome};
use super::imports::{lay, plain_name};
use crate::domain::cases::Actor;
use crate::domain::forms::reply::Letter;
use crate::domain::time::Moment;
use crate::inside::desk::enter::enter_with_token;
use crate::inside::desk::pages::entries::FormView;
use crate::inside::desk::pages::party_letter;
use crate::inside::desk::refused::failed;
use crate::inside::desk::{DeskState, Form, Refused, Stop, enter, rights};
use crate::inside::entries::Typed;
use crate::inside::raw::RawRecord;
use crate::outside::report::party::PartyClaim;
use crate::outside::report::{mark, pdf};
use crate::outside::web::parts::seal::Seal;

/// Bytes of a file of one row that are taken at most.
pub const MOST_ROW: usize = 2 << 20;

/// The upload.
#[derive(Debug, MultipartForm)]
pub struct Upload {
    token: Text<String>,
    list: Text<String>,
    basis_document: Text<String>,
    #[multipart(rename = "do")]
    act: Text<String>,
    file: FileBytes,
}

/// `POST /desk/entries/new/file`: the row of a file fills the form and shows what will be public, or is proposed.
///
/// # Errors
/// The answer that ends the request.
pub async fn uploaded(
    req: HttpRequest,
    state: Data<DeskState>,
    form: Result<MultipartForm<Upload>, actix_web::Error>,
) -> Result<HttpResponse, Stop> {
    let Ok(form) = form else {
        // without a form there is no token: the session alone says who reads the refusal
        let seat = enter(&req, &state, rights::PROPOSE).await?;
        return Err(seat.refuse(&Refused::TooLarge).into());
    };
    let form = form.into_inner();
    let seat = enter_with_token(&req, &state, rights::PROPOSE, &form.token).await?;
    let (by, now) = (seat.actor(), seat.now);
    let authority_name = seat.state.authority_of(&seat.officer).unwrap_or_default();
    let done = seat
        .work(move |desk| taken(desk, &form, authority_name, &by, now))
        .await?;
    Ok(answer(&seat, done))
}

fn taken(
    desk: &DeskState,
    form: &Upload,
    authority_name: String,
    by: &Actor,
    now: Moment,
) -> Result<Sent, Refused> {
    let mut view = Box::new(form_view(desk, by, &form.list, &Form::default())?);
    if view.fields.is_empty() {
        return Err(Refused::NotHere);
    }
    let name = plain_name(form.file.file_name.as_deref().unwrap_or_default());
    form.basis_document
        .trim()
        .clone_into(&mut view.basis_document);
    let bytes = &form.file.data;
    let missing = [
        (
            view.basis_document.is_empty(),
            "file_basis_document",
            "请填写依据文书",
        ),
        (bytes.is_empty(), "file", "请选择文件：模板的表头和一行"),
    ];
    view.wrong = missing
        .into_iter()
        .filter(|(missing, ..)| *missing)
        .map(|(_, field, words)| (field.to_owned(), words.to_owned()))
        .collect();
    if !view.wrong.is_empty() {
        let status = actix_web::http::StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(Sent::Back(status, view));
    }
    let laid = lay(&name, bytes)?;
    let typed = Typed {
        list: view.list.clone(),
        basis_document: view.basis_document.clone(),
        authority_name,
        cells: Vec::new(),
    };
    let entries = desk.entries();
    let result = if *form.act == "propose" {
        let done = entries.propose_file(&laid.path, &typed, by, now);
        done.map(|id| Some(id.to_string()))
    } else {
        entries
            .read_file(&typed.list, &laid.path, &typed.authority_name, by, now)
            .and_then(|record| {
                view.preview = Some(entries.preview(&record, now)?);
                fill(&mut view, &record);
                view.file = Some(name.clone());
                Ok(None)
            })
    };
    outcome(view, result, Some(&name))
}

/// The form as if the row had been typed: it is looked over and proposed from there.
fn fill(view: &mut FormView, record: &RawRecord) {
    for field in &mut view.fields {
        if let Some(value) = record.fields.get(&field.key) {
            value.expose().clone_into(&mut field.value);
        }
    }
}

/// The verification code of a letter, on a node that gives codes.
fn seal(desk: &DeskState, letter: &Letter) -> Option<Seal> {
    let code = PartyClaim::of(letter)?.code(desk.verify.as_deref()?)?;
    Some(Seal::new(code, &desk.settings.base_url))
}

/// `GET /desk/entries/{id}/letter.pdf`: it names the party in full, so that it stands in the audit log.
///
/// # Errors
/// The answer that ends the request.
pub async fn letter(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::ENTRIES).await?;
    let Some(id) = case_of(&req) else {
        return Ok(seat.refuse(&Refused::NotHere));
    };
    let (by, now, case) = (seat.actor(), seat.now, id.clone());
    let file = seat
        .work(move |desk| {
            let letter = desk.entries().party_letter(&case, &by, now)?;
            let seal = seal(desk, &letter);
            let document = party_letter::document(&letter, seal.as_ref());
            let mut file = pdf::make(&document).map_err(|error| failed("a letter", &error))?;
            if let (Some(seal), Some(key)) = (&seal, &desk.verify) {
                mark::seal(&mut file, &seal.code, key);
            }
            Ok(file)
        })
        .await?;
    Ok(seat.file(file, "application/pdf", &format!("party-notice-{id}.pdf")))
}
