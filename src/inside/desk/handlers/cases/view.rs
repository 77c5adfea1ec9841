//! `/desk/cases/{id}`: the purpose first, then the case.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use url::form_urlencoded;

use super::{asked, field_names};
use crate::domain::cases::{Actor, Role};
use crate::domain::time::{Moment, civil_date};
use crate::inside::cases::{CaseId, CaseRow, Filter};
use crate::inside::desk::acts;
use crate::inside::desk::pages::cases::due::DueView;
use crate::inside::desk::pages::cases::purpose::{self, PurposeView};
use crate::inside::desk::pages::cases::view::{self, CaseView, Choice};
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::{DeskState, Refused, Seat, Stop, enter, enter_sent, purposes, rights};
use crate::outside::store::Found;
use crate::outside::web::parts::lang::Lang;

impl Seat {
    /// The purpose that this session told for a case.
    pub(super) fn purpose(&self, id: &CaseId) -> Option<String> {
        let held = &self.state.purposes;
        held.of(&self.session_hash(), id.as_str(), self.now)
    }
}

/// The row of a case, for who may read it.
pub(super) async fn row(seat: &Seat, id: &CaseId) -> Result<CaseRow, Stop> {
    let (id, by, now) = (id.clone(), seat.actor(), seat.now);
    seat.work(move |desk| Ok(desk.cases.row(&id, &by, now)?))
        .await
}

/// `GET /desk/cases/{id}`.
///
/// # Errors
/// The answer that ends the request.
pub async fn shown(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::CASES).await?;
    let id = asked(&req, &seat)?;
    let row = row(&seat, &id).await?;
    let Some(purpose) = seat.purpose(&id) else {
        return Ok(ask(&seat, row, StatusCode::OK, ("", ""), None));
    };
    let done = form_urlencoded::parse(req.query_string().as_bytes())
        .find(|(name, _)| name == "done")
        .and_then(|(_, code)| acts::act(row.kind, &code));
    let (by, now, lang) = (seat.actor(), seat.now, seat.lang());
    let (wanted, told) = (id.clone(), purpose.clone());
    let mut found = seat
        .work(move |desk| look(desk, &wanted, &by, &told, now, lang))
        .await?;
    found.done = done;
    let title = format!("{} {id}", lang.say(row.kind.zh(), row.kind.en()));
    Ok(seat.page(&title, Place::Cases, &view::page(&seat.ctx(), &found)))
}

fn ask(
    seat: &Seat,
    row: CaseRow,
    status: StatusCode,
    (chosen, own): (&str, &str),
    wrong: Option<(&'static str, String)>,
) -> HttpResponse {
    let view = PurposeView {
        due: DueView::of(&row, seat.today, &seat.state.calendar),
        row,
        chosen: chosen.to_owned(),
        own: own.to_owned(),
        wrong,
    };
    let title = seat.lang().say("查阅原始材料", "Look at raw material");
    let main = purpose::page(&seat.ctx(), &view);
    seat.page_with(status, title, Place::Cases, &main)
}

/// `POST /desk/cases/{id}/purpose`.
///
/// # Errors
/// The answer that ends the request.
pub async fn purposed(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, form) = enter_sent(&req, &state, rights::CASES, &body).await?;
    let id = asked(&req, &seat)?;
    let row = row(&seat, &id).await?;
    let (code, own) = (form.one("purpose"), form.one("own"));
    match purposes::read(code, own) {
        Ok(purpose) => {
            let held = &seat.state.purposes;
            held.keep(&seat.session_hash(), id.as_str(), &purpose, seat.now);
            Ok(seat.go(&format!("/desk/cases/{id}")))
        }
        Err((field, zh, en)) => {
            let words = seat.lang().say(zh, en).to_owned();
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(ask(&seat, row, status, (code, own), Some((field, words))))
        }
    }
}

/// Everything that the page needs.
fn look(
    desk: &DeskState,
    id: &CaseId,
    by: &Actor,
    purpose: &str,
    now: Moment,
    lang: Lang,
) -> Result<CaseView, Refused> {
    let cases = &desk.cases;
    let file = cases.look(id, by, purpose, now)?;
    let choices = cases.choices(id, by, now)?.into_iter();
    let offered = choices.filter_map(|(code, refusal)| {
        acts::act(file.row.kind, code).map(|act| Choice { act, refusal })
    });
    let mut offered: Vec<Choice> = offered.collect();
    offered.sort_by_key(|c| acts::ACTS.iter().position(|a| a == c.act));
    let siblings = match &file.row.application {
        None => Vec::new(),
        Some(number) => {
            let filter = Filter {
                application: Some(number.clone()),
                ..Filter::default()
            };
            let mut rows = cases.queue(by, &filter, None, 100, now)?.rows;
            rows.retain(|row| row.id != file.row.id);
            rows
        }
    };
    let messages = cases.messages_of(id, by)?;
    let parts = file.submission.as_ref().map_or(1, |s| {
        let targets: usize = s.routes.iter().map(|r| r.targets.len()).sum();
        targets.max(1)
    });
    let gone = match &file.row.record_id {
        Some(record) => matches!(desk.store.find(record, civil_date(now))?, Found::Gone),
        None => false,
    };
    Ok(CaseView {
        due: DueView::of(&file.row, civil_date(now), &desk.calendar),
        list: desk.catalogue.list(&file.row.list).map(|l| l.name.clone()),
        fields: field_names(desk, &file.row.list, lang),
        authorities: super::queue::authorities(desk)?,
        may_assign: file.row.authority_code.is_empty()
            && !file.row.closed
            && by.role == Role::Operator,
        purpose: purpose.to_owned(),
        choices: offered,
        done: None,
        siblings,
        messages,
        parts,
        gone,
        file,
    })
}
