//! `/desk/calendar/{year}`: an officer calls a provisional year final by the State Council's notice, or takes that back. What
//! it does to deadlines of open cases is shown first, as with a single day; it is in force at once for everybody.

use std::sync::PoisonError;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use chrono::Datelike as _;

use super::calendar::{LONGEST, REFUSED, SHOWN, answer, digest, is_line, line, put_in_force, with};
use crate::domain::time::Moment;
use crate::domain::workdays::{Standing, WorkDays};
use crate::inside::desk::form::Wrong;
use crate::inside::desk::pages::calendar_year::{
    self, LONGEST_SOURCE, TypedYear, YearPreview, YearView,
};
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::{DeskState, Form, Refused, Stop, enter, enter_sent, rights};
use crate::inside::vault::{CalendarYear, YearKind};

fn year_of(req: &HttpRequest) -> Result<i32, Refused> {
    let year = req.match_info().get("year").and_then(|y| y.parse().ok());
    year.ok_or(Refused::NotHere)
}

/// A year of the calendar in force.
fn view(desk: &DeskState, year: i32) -> Result<YearView, Refused> {
    let calendar = desk.calendar.in_force();
    let standing = calendar.standing(year).ok_or(Refused::NotHere)?;
    let mut said = desk.vault.calendar_years()?;
    said.retain(|one| one.year == year);
    let by_officers = said.last().is_some_and(|s| s.standing == YearKind::Final);
    let may = match standing {
        Standing::Provisional => Some(YearKind::Final),
        // what the program itself knows is not an officer's to take back
        Standing::Final => by_officers.then_some(YearKind::Provisional),
    };
    Ok(YearView {
        year,
        standing,
        may,
        special: calendar
            .special_days()
            .filter(|(day, ..)| day.year() == year)
            .map(|(day, worked, name)| (day, worked, name.to_owned()))
            .collect(),
        said,
        typed: TypedYear::default(),
        wrong: Vec::new(),
    })
}

/// `GET /desk/calendar/{year}`.
///
/// # Errors
/// The answer that ends the request.
pub async fn shown(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::ALL).await?;
    let year = year_of(&req);
    let view = seat.work(move |desk| view(desk, year?)).await?;
    let title = seat.lang().say("工作日历", "Calendar of working days");
    Ok(seat.page(
        title,
        Place::Calendar,
        &calendar_year::page(&seat.ctx(), &view),
    ))
}

/// Reads what was typed, or says what is wrong with each field.
fn read(
    typed: &TypedYear,
    act: YearKind,
    year: i32,
    calendar: &WorkDays,
) -> Result<(), Vec<Wrong>> {
    let mut wrong = Vec::new();
    let mut miss = |field, zh, en| wrong.push(Wrong::new(field, zh, en));
    let is_final = act == YearKind::Final;
    if is_final {
        if typed.notice.is_empty() {
            miss(
                "notice",
                "请填写通知的名称和文号",
                "Enter name and number of the notice",
            );
        } else if !is_line(&typed.notice, LONGEST) {
            miss(
                "notice",
                "通知的名称和文号应当不超过 100 字",
                "Name and number of the notice must be 100 characters or fewer",
            );
        }
    }
    if typed.source.is_empty() {
        let (zh, en) = if is_final {
            (
                "请填写通知原文的出处",
                "Enter where the text of the notice stands",
            )
        } else {
            ("请填写撤销的理由", "Enter why it is no longer final")
        };
        miss("source", zh, en);
    } else if !is_line(&typed.source, LONGEST_SOURCE as usize) {
        miss(
            "source",
            "应当不超过 500 字",
            "It must be 500 characters or fewer",
        );
    }
    if is_final && calendar.lacks(year).is_some() {
        miss(
            "compared",
            "元旦、劳动节、国庆节应当都设为放假",
            "The days 1 January, 1 May and 1 October must be holidays",
        );
    } else if is_final && typed.compared != "yes" {
        miss(
            "compared",
            "请确认已与通知逐日核对",
            "Confirm that you compared the days with the notice",
        );
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

enum Outcome {
    Wrong(YearView),
    Preview(Box<YearPreview>),
    Saved,
}

/// `POST /desk/calendar/{year}`: shows what the act would do; what was shown is done when it is sent again with `seen`.
///
/// # Errors
/// The answer that ends the request.
pub async fn taken(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, form) = enter_sent(&req, &state, rights::CALENDAR, &body).await?;
    let (by, now, year) = (seat.officer.id.clone(), seat.now, year_of(&req));
    let outcome = seat
        .work(move |desk| settle(desk, year?, &form, &by, now))
        .await?;
    let ctx = seat.ctx();
    Ok(match outcome {
        Outcome::Saved => seat.go("/desk/calendar"),
        Outcome::Preview(view) => {
            answer(&seat, StatusCode::OK, &calendar_year::preview(&ctx, &view))
        }
        Outcome::Wrong(view) => answer(&seat, REFUSED, &calendar_year::page(&ctx, &view)),
    })
}

fn settle(
    desk: &DeskState,
    year: i32,
    form: &Form,
    by: &str,
    now: Moment,
) -> Result<Outcome, Refused> {
    // what is shown is what is saved: nobody else changes the calendar in between
    let _one = desk
        .changing_days
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let text = |name: &str| form.one(name).trim().to_owned();
    let mut view = view(desk, year)?;
    view.typed = TypedYear {
        notice: text("notice"),
        source: text("source"),
        compared: text("compared"),
    };
    // the form was sent twice, or two officers were at it
    let act = YearKind::from_code(form.one("act")).filter(|act| view.may == Some(*act));
    let act = act.ok_or_else(|| {
        Refused::wrong(
            "请确认该年度的状态：这一操作现在不适用",
            "Confirm how the year stands: this act does not fit it now",
        )
    })?;
    if let Err(wrong) = read(&view.typed, act, year, desk.calendar.in_force()) {
        view.wrong = wrong;
        return Ok(Outcome::Wrong(view));
    }
    let is_final = act == YearKind::Final;
    let said = CalendarYear {
        year,
        standing: act,
        notice: if is_final {
            view.typed.notice.clone()
        } else {
            String::new()
        },
        source: view.typed.source.clone(),
        set_at: now,
        set_by: by.to_owned(),
    };
    let days = desk.vault.calendar_days()?;
    let mut years = desk.vault.calendar_years()?;
    years.push(said.clone());
    let after = with(&days, &years)?;
    let moved = desk.cases.moved_by(&after)?;
    // the days are confirmed with the year: who changes one in between has this looked at again
    let (seen, shown) = (form.one("seen"), digest(&moved, &view.special));
    if seen != shown {
        return Ok(Outcome::Preview(Box::new(YearPreview {
            act,
            lines: moved.iter().take(SHOWN).map(|m| line(desk, m)).collect(),
            total: moved.len(),
            again: !seen.is_empty(),
            seen: shown,
            view,
        })));
    }
    desk.vault.set_calendar_year(&said)?;
    put_in_force(desk, &moved, &year.to_string(), by, now)?;
    Ok(Outcome::Saved)
}
