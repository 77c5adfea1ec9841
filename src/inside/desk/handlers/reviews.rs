//! `/desk/reviews`: held texts, one at a time. Every look is in the audit log with its purpose.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use url::form_urlencoded;

use crate::domain::time::Moment;
use crate::inside::desk::form::Wrong;
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::pages::review::{self, Held, REASONS, ReviewView};
use crate::inside::desk::{DeskState, Form, Refused, Seat, Stop, enter, enter_sent, rights};
use crate::inside::publish::held_one;
use crate::inside::vault::{Officer, ReviewState};

/// The place in the address after which the next text is asked for.
fn after(query: &str) -> String {
    let found = form_urlencoded::parse(query.as_bytes()).find(|(n, _)| n == "after");
    found.map_or_else(String::new, |(_, value)| value.into_owned())
}

/// The first text after a place; the look stands in the audit log.
fn view(
    desk: &DeskState,
    officer: &Officer,
    after: &str,
    now: Moment,
) -> Result<ReviewView, Refused> {
    let held = held_one(&desk.vault, officer.scope(), after.split_once('/'))?;
    if let Some(held) = &held {
        let object = format!("{}/{}", held.record_id, held.field);
        let purpose = "purpose: review of a held text";
        desk.vault
            .audit(now, &officer.id, "look", &object, purpose)?;
    }
    let waiting = desk.vault.open_reviews_of(officer.scope())?;
    Ok(ReviewView {
        held: held.map(|held| finished(desk, &held)),
        waiting: u64::try_from(waiting).unwrap_or_default(),
        after: after.split_once('/').map_or("", |_| after).to_owned(),
        wrong: Vec::new(),
    })
}

/// `GET /desk/reviews`.
///
/// # Errors
/// The answer that ends the request.
pub async fn shown(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::REVIEW).await?;
    let after = after(req.query_string());
    let (officer, now) = (seat.officer.clone(), seat.now);
    let view = seat
        .work(move |desk| view(desk, &officer, &after, now))
        .await?;
    Ok(answer(&seat, StatusCode::OK, &view))
}

fn answer(seat: &Seat, status: StatusCode, view: &ReviewView) -> HttpResponse {
    let title = seat.lang().say("待审核的文本", "Texts to be reviewed");
    let main = review::page(&seat.ctx(), view);
    seat.page_with(status, title, Place::Reviews, &main)
}

/// The text that was judged without a verdict comes back, as long as it is the one that waits there.
async fn without_verdict(seat: &Seat, form: &Form) -> Result<HttpResponse, Stop> {
    let (officer, now) = (seat.officer.clone(), seat.now);
    let (after, record, field) = (
        form.one("after").to_owned(),
        form.one("record").to_owned(),
        form.one("field").to_owned(),
    );
    let view = seat
        .work(move |desk| {
            let mut view = view(desk, &officer, &after, now)?;
            let same = |held: &Held| held.record_id == record && held.field == field;
            if !view.held.as_ref().is_some_and(same) {
                return Err(Refused::Changed);
            }
            view.wrong
                .push(Wrong::new("verdict", "请选择审核结论", "Select a verdict"));
            Ok(view)
        })
        .await?;
    Ok(answer(seat, StatusCode::UNPROCESSABLE_ENTITY, &view))
}

fn finished(desk: &DeskState, held: &crate::inside::publish::HeldOne) -> Held {
    let entry = desk.catalogue.list(&held.list);
    let rule = entry.and_then(|e| e.fields.iter().find(|f| f.key == held.field));
    Held {
        record_id: held.record_id.clone(),
        field_name: rule.map_or_else(String::new, |f| f.name.zh.clone()),
        field: held.field.clone(),
        text_hash: held.text_hash.clone(),
        list: entry.map_or_else(|| held.list.clone(), |e| e.name.zh.clone()),
        document_number: held.document_number.clone(),
        authority: held.authority.0.clone(),
        raw: held.raw.expose().to_owned(),
        proposal: held.proposal.expose().to_owned(),
        doubts: held.doubts.clone(),
        opened_at: held.opened_at,
        outdated: held.outdated,
    }
}

/// `POST /desk/reviews`: a verdict, on the very text that was shown.
///
/// # Errors
/// The answer that ends the request.
pub async fn taken(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, form) = enter_sent(&req, &state, rights::REVIEW, &body).await?;
    let verdict = form.one("verdict");
    let reason = REASONS.iter().find(|(code, ..)| *code == verdict);
    let next = match (verdict, reason) {
        ("approve", _) => ReviewState::Approved,
        (_, Some(_)) => ReviewState::Rejected,
        _ => return without_verdict(&seat, &form).await,
    };
    let (record, field) = (form.one("record").to_owned(), form.one("field").to_owned());
    let (hash, reason) = (form.one("hash").to_owned(), reason.map(|(code, ..)| *code));
    let (officer, now) = (seat.officer.clone(), seat.now);
    let to = format!("/desk/reviews?after={record}/{field}");
    seat.work(move |desk| {
        let row = desk.vault.get(&record)?.ok_or(Refused::NotHere)?;
        let theirs = officer
            .scope()
            .is_some_and(|own| own != row.record.authority_code);
        if theirs {
            return Err(Refused::NotHere);
        }
        // an open review alone is decided here, and on the text that was read
        let open = row
            .reviews
            .iter()
            .any(|r| r.field == field && r.state == ReviewState::Open && r.text_hash == hash);
        if !open {
            return Err(Refused::Changed);
        }
        let by = officer.id.as_str();
        desk.vault
            .decide_review(&record, &field, Some(&hash), next, by, now)?;
        if let Some(reason) = reason {
            let object = format!("{record}/{field}");
            desk.vault
                .audit(now, by, "review.reason", &object, reason)?;
        }
        Ok(())
    })
    .await?;
    Ok(seat.go(if crate::inside::desk::enter::own_address(&to) {
        &to
    } else {
        "/desk/reviews"
    }))
}
