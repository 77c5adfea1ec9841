//! `/desk/calendar`: days set over the calendar of the program. The vault keeps every change; what counts is in force at once
//! for everybody who counts in this process, and other nodes read it in the public store. A change that moves deadlines of
//! open cases is saved only after the officer has seen which.

use std::sync::PoisonError;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{Datelike as _, NaiveDate, Weekday};
use maud::Markup;
use sha2::{Digest as _, Sha256};

use crate::domain::time::Moment;
use crate::domain::workdays::WorkDays;
use crate::inside::cases::Moved;
use crate::inside::desk::form::Wrong;
use crate::inside::desk::pages::calendar::{self, CalendarView, MovedLine, PreviewView, Typed};
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::refused::failed;
use crate::inside::desk::{DeskState, Form, Refused, Seat, Stop, enter, enter_sent, rights};
use crate::inside::vault::{CalendarDay, CalendarYear, DayKind, calendar_text};

/// Characters of a name or document.
pub(super) const LONGEST: usize = 100;
/// Deadlines shown one by one.
pub(super) const SHOWN: usize = 200;
/// Cases named in the audit log.
const NAMED: usize = 50;

/// The calendar with what counts of all that was set.
pub(super) fn with(days: &[CalendarDay], years: &[CalendarYear]) -> Result<WorkDays, Refused> {
    WorkDays::embedded()
        .amended("days set at the desk", &calendar_text(days, years))
        .map_err(|e| failed("calendar", &e))
}

/// A form of the calendar that comes back with what is wrong.
pub(super) const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// A page of the calendar.
pub(super) fn answer(seat: &Seat, status: StatusCode, main: &Markup) -> HttpResponse {
    let title = seat.lang().say("工作日历", "Calendar of working days");
    seat.page_with(status, title, Place::Calendar, main)
}

fn view(desk: &DeskState, today: NaiveDate) -> Result<CalendarView, Refused> {
    let calendar = desk.calendar.in_force();
    let near = today.year()..=today.year() + 1;
    Ok(CalendarView {
        years: calendar.years().collect(),
        special: calendar
            .special_days()
            .filter(|(day, ..)| near.contains(&day.year()))
            .map(|(day, worked, name)| (day, worked, name.to_owned()))
            .collect(),
        changes: desk.vault.calendar_days()?,
        said: desk.vault.calendar_years()?,
        ..CalendarView::default()
    })
}

/// `GET /desk/calendar`.
///
/// # Errors
/// The answer that ends the request.
pub async fn shown(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::ALL).await?;
    let today = seat.today;
    let view = seat.work(move |desk| view(desk, today)).await?;
    let title = seat.lang().say("工作日历", "Calendar of working days");
    Ok(seat.page(title, Place::Calendar, &calendar::page(&seat.ctx(), &view)))
}

/// A day to be set.
#[derive(Clone)]
struct Change {
    day: NaiveDate,
    kind: DayKind,
    name: String,
    reference: String,
}

/// Whether a text is one line that is not too long.
pub(super) fn is_line(text: &str, longest: usize) -> bool {
    text.chars().count() <= longest && !text.chars().any(char::is_control)
}

/// Reads what was typed, or says what is wrong with each field.
fn read(typed: &Typed, calendar: &WorkDays) -> Result<Change, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let mut miss = |field, zh, en| wrong.push(Wrong::new(field, zh, en));
    let day = typed.day.parse::<NaiveDate>();
    match &day {
        _ if typed.day.is_empty() => miss("day", "请填写日期", "Enter a date"),
        Err(_) => miss("day", "日期应当真实存在", "Date must be a real date"),
        Ok(day) if calendar.day(*day).is_err() => miss(
            "day",
            "日期应当在日历已覆盖的年份内",
            "Date must be in a year that the calendar covers",
        ),
        Ok(_) => {}
    }
    let kind = DayKind::from_code(&typed.kind);
    let weekend = |d: &NaiveDate| matches!(d.weekday(), Weekday::Sat | Weekday::Sun);
    match kind {
        None => miss(
            "kind",
            "请选择放假、调休上班或者恢复为平日",
            "Select what the day is",
        ),
        Some(DayKind::Workday) if day.as_ref().is_ok_and(|d| !weekend(d)) => miss(
            "kind",
            "调休上班应当是周六或者周日",
            "A make-up working day must be a Saturday or a Sunday",
        ),
        Some(_) => {}
    }
    let plain = |text: &str| is_line(text, LONGEST) && !text.contains(',');
    if !plain(&typed.name) {
        miss(
            "name",
            "名称应当不超过 100 字，不含英文逗号",
            "Name must be 100 characters or fewer and contain no comma",
        );
    }
    if typed.reference.is_empty() {
        miss(
            "reference",
            "请填写依据文件",
            "Enter the document that sets the day",
        );
    } else if !plain(&typed.reference) {
        miss(
            "reference",
            "依据文件应当不超过 100 字，不含英文逗号",
            "Document must be 100 characters or fewer and contain no comma",
        );
    }
    match (day, kind) {
        (Ok(day), Some(kind)) if wrong.is_empty() => Ok(Change {
            day,
            kind,
            name: typed.name.clone(),
            reference: typed.reference.clone(),
        }),
        _ => Err(wrong),
    }
}

fn typed(form: &Form) -> Typed {
    let text = |name: &str| form.one(name).trim().to_owned();
    Typed {
        day: text("day"),
        kind: text("kind"),
        name: text("name"),
        reference: text("reference"),
    }
}

enum Outcome {
    Wrong(CalendarView),
    Preview(PreviewView),
    Saved,
}

/// `POST /desk/calendar`: saves a day, or shows what it would move; what was shown is saved when it is sent again with
/// `seen`.
///
/// # Errors
/// The answer that ends the request.
pub async fn taken(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, form) = enter_sent(&req, &state, rights::CALENDAR, &body).await?;
    let (by, now, today) = (seat.officer.id.clone(), seat.now, seat.today);
    let outcome = seat
        .work(move |desk| settle(desk, &form, &by, now, today))
        .await?;
    let ctx = seat.ctx();
    Ok(match outcome {
        Outcome::Saved => seat.go("/desk/calendar"),
        Outcome::Preview(view) => answer(&seat, StatusCode::OK, &calendar::preview(&ctx, &view)),
        Outcome::Wrong(view) => answer(&seat, REFUSED, &calendar::page(&ctx, &view)),
    })
}

fn settle(
    desk: &DeskState,
    form: &Form,
    by: &str,
    now: Moment,
    today: NaiveDate,
) -> Result<Outcome, Refused> {
    let typed = typed(form);
    let change = match read(&typed, desk.calendar.in_force()) {
        Ok(change) => change,
        Err(wrong) => {
            return Ok(Outcome::Wrong(CalendarView {
                typed,
                wrong,
                ..view(desk, today)?
            }));
        }
    };
    // what is shown is what is saved: nobody else changes a day in between
    let _one = desk
        .changing_days
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let mut changes = desk.vault.calendar_days()?;
    changes.push(CalendarDay {
        day: change.day,
        version: 0,
        kind: change.kind,
        name: change.name.clone(),
        reference: change.reference.clone(),
        set_at: now,
        set_by: by.to_owned(),
    });
    let years = desk.vault.calendar_years()?;
    let moved = desk.cases.moved_by(&with(&changes, &years)?)?;
    let (seen, shown) = (form.one("seen"), digest(&moved, &[]));
    if !moved.is_empty() && seen != shown {
        return Ok(Outcome::Preview(PreviewView {
            lines: moved.iter().take(SHOWN).map(|m| line(desk, m)).collect(),
            total: moved.len(),
            again: !seen.is_empty(),
            seen: shown,
            typed,
        }));
    }
    let Change {
        day,
        kind,
        name,
        reference,
    } = &change;
    desk.vault
        .set_calendar_day(*day, *kind, name, reference, by, now)?;
    put_in_force(desk, &moved, &day.to_string(), by, now)?;
    Ok(Outcome::Saved)
}

/// Puts the calendar of the vault in force everywhere, after `object` of it was changed, and has the cases told and queued
/// anew that it moves.
pub(super) fn put_in_force(
    desk: &DeskState,
    moved: &[Moved],
    object: &str,
    by: &str,
    now: Moment,
) -> Result<(), Refused> {
    let (days, years) = (desk.vault.calendar_days()?, desk.vault.calendar_years()?);
    desk.calendar.set(with(&days, &years)?);
    desk.store.set_calendar(&calendar_text(&days, &years))?;
    let mut ids: Vec<String> = moved.iter().map(|m| m.case.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    if !ids.is_empty() {
        desk.cases.recount(&ids, now)?;
        let more = if ids.len() > NAMED { " …" } else { "" };
        let named = ids[..ids.len().min(NAMED)].join(" ");
        let detail = format!(
            "{} deadlines of {} cases: {named}{more}",
            moved.len(),
            ids.len()
        );
        desk.vault
            .audit(now, by, "calendar.moved", object, &detail)?;
    }
    desk.entries().recount_notices(now)?;
    Ok(())
}

/// What tells one list of moved deadlines, and of days that were shown with it, from another.
pub(super) fn digest(moved: &[Moved], days: &[(NaiveDate, bool, String)]) -> String {
    let mut hash = Sha256::new();
    for (day, worked, name) in days {
        hash.update(format!("{day} {worked} {name}\n").as_bytes());
    }
    for one in moved {
        let line = format!(
            "{}\n{}\n{:?}\n{:?}\n",
            one.case,
            one.procedure.code(),
            one.before,
            one.after
        );
        hash.update(line.as_bytes());
    }
    data_encoding::HEXLOWER.encode(&hash.finalize())
}

pub(super) fn line(desk: &DeskState, moved: &Moved) -> MovedLine {
    let list = desk.catalogue.list(&moved.list);
    MovedLine {
        case: moved.case.clone(),
        entry: moved.kind == crate::domain::cases::CaseKind::Entry,
        list: list.map_or_else(|| moved.list.clone(), |l| l.name.zh.clone()),
        authority: moved.authority.clone(),
        procedure: moved.procedure,
        before: moved.before,
        after: moved.after,
    }
}
