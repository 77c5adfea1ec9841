//! Evidence: saved under a name of ours, never shown as a page; pictures also in an answer that may do nothing at all.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use zeroize::Zeroizing;

use super::asked;
use crate::domain::forms::submission::FileNote;
use crate::inside::cases::CaseId;
use crate::inside::desk::pages::cases::evidence;
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::{DeskState, Refused, Seat, Stop, enter, rights};
use crate::outside::evidence::Kind;

/// What a picture may do: nothing, not even as a document of its own.
const NOTHING: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

/// Which file an address is of.
struct Which {
    id: CaseId,
    act: Option<i64>,
    file: u32,
}

fn which(req: &HttpRequest, seat: &Seat) -> Result<Which, Stop> {
    let id = asked(req, seat)?;
    let part = |name: &str| req.match_info().get(name);
    let not_here = || Stop::from(seat.refuse(&Refused::NotHere));
    let file = part("file").and_then(|t| t.parse().ok());
    let act = match part("act") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| not_here())?),
    };
    Ok(Which {
        id,
        act,
        file: file.ok_or_else(not_here)?,
    })
}

/// The bytes of a file, for a purpose that was told.
async fn bytes(seat: &Seat, which: &Which) -> Result<(FileNote, Kind, Zeroizing<Vec<u8>>), Stop> {
    let purpose = purpose(seat, which).await?;
    let (id, at) = (which.id.clone(), (which.act, which.file));
    let (by, now) = (seat.actor(), seat.now);
    seat.work(move |desk| {
        let (note, bytes) = desk.cases.evidence(&id, at, &by, &purpose, now)?;
        let kind = Kind::from_code(&note.kind).ok_or(Refused::NotHere)?;
        Ok((note, kind, bytes))
    })
    .await
}

/// The purpose of the session; who told none is led to the case, which asks for it, if there is one for these eyes.
async fn purpose(seat: &Seat, which: &Which) -> Result<String, Stop> {
    super::view::row(seat, &which.id).await?;
    seat.purpose(&which.id)
        .ok_or_else(|| Stop::from(seat.go(&format!("/desk/cases/{}", which.id))))
}

/// A name of ours: nothing of what the applicant called it.
fn name(which: &Which, kind: Kind) -> String {
    let act = which.act.map_or(String::new(), |a| format!("-answer{a}"));
    format!("{}{act}-file{}.{}", which.id, which.file, kind.extension())
}

/// `GET /desk/cases/{id}/files/{file}` and the same of an answer.
///
/// # Errors
/// The answer that ends the request.
pub async fn saved(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::CASES).await?;
    let which = which(&req, &seat)?;
    let (_, kind, bytes) = bytes(&seat, &which).await?;
    let mut answer = HttpResponse::Ok();
    let disposition = format!("attachment; filename=\"{}\"", name(&which, kind));
    answer.insert_header((CONTENT_TYPE, kind.media_type()));
    answer.insert_header((CONTENT_DISPOSITION, disposition));
    answer.insert_header((CONTENT_SECURITY_POLICY, NOTHING));
    Ok(answer.body(bytes.to_vec()))
}

/// `GET …/files/{file}/picture`: a JPEG or PNG to stand in the viewer.
///
/// # Errors
/// The answer that ends the request.
pub async fn picture(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::CASES).await?;
    let which = which(&req, &seat)?;
    let (_, kind, bytes) = bytes(&seat, &which).await?;
    if !matches!(kind, Kind::Jpeg | Kind::Png) {
        return Err(seat.refuse(&Refused::NotHere).into());
    }
    let mut answer = HttpResponse::Ok();
    let disposition = format!("inline; filename=\"{}\"", name(&which, kind));
    answer.insert_header((CONTENT_TYPE, kind.media_type()));
    answer.insert_header((CONTENT_DISPOSITION, disposition));
    answer.insert_header((CONTENT_SECURITY_POLICY, NOTHING));
    Ok(answer.body(bytes.to_vec()))
}

/// `GET …/files/{file}/view`: the viewer.
///
/// # Errors
/// The answer that ends the request.
pub async fn shown(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::CASES).await?;
    let which = which(&req, &seat)?;
    let row = super::view::row(&seat, &which.id).await?;
    let (note, ..) = bytes(&seat, &which).await?;
    let title = seat.lang().say(note.purpose.zh(), note.purpose.en());
    let main = evidence::page(&seat.ctx(), &row, which.act, &note);
    Ok(seat.page(title, Place::Cases, &main))
}
