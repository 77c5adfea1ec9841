//! `/desk/calendar`: days set over the calendar of the program. The vault keeps every change; what counts is written into
//! `calendar.csv` of the data directory, which nodes read when they start. A public node with a data directory of its own is
//! given a copy of that file.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{Datelike as _, NaiveDate};

use crate::base::files::replace_file;
use crate::domain::workdays::WorkDays;
use crate::inside::desk::pages::calendar::{self, CalendarView};
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::refused::failed;
use crate::inside::desk::{DeskState, Refused, Stop, enter, enter_sent, rights};
use crate::inside::vault::{CalendarDay, DayKind};

/// Name of the file in messages.
const FILE: &str = "calendar.csv";
/// Characters of a name or document.
const LONGEST: usize = 100;

/// The changes that count, as nodes read them.
fn text(changes: &[CalendarDay]) -> String {
    // the newest of a day stands last
    let newest: BTreeMap<NaiveDate, &CalendarDay> = changes.iter().map(|c| (c.day, c)).collect();
    let mut out = "date,kind,name\n".to_owned();
    for (day, change) in newest {
        // writing to a text cannot fail
        let _ = writeln!(out, "{day},{},{}", change.kind.code(), change.name);
    }
    out
}

/// `GET /desk/calendar`.
///
/// # Errors
/// The answer that ends the request.
pub async fn shown(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::ALL).await?;
    let today = seat.today;
    let view = seat
        .work(move |desk| {
            let changes = desk.vault.calendar_days()?;
            let calendar = WorkDays::embedded()
                .amended(FILE, &text(&changes))
                .map_err(|e| failed("calendar", &e))?;
            let near = today.year()..=today.year() + 1;
            Ok(CalendarView {
                years: calendar.years().collect(),
                special: calendar
                    .special_days()
                    .filter(|(day, ..)| near.contains(&day.year()))
                    .map(|(day, worked, name)| (day, worked, name.to_owned()))
                    .collect(),
                changes,
            })
        })
        .await?;
    let title = seat.lang().say("工作日历", "Calendar of working days");
    Ok(seat.page(title, Place::Calendar, &calendar::page(&seat.ctx(), &view)))
}

/// `POST /desk/calendar`.
///
/// # Errors
/// The answer that ends the request.
pub async fn taken(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, form) = enter_sent(&req, &state, rights::CALENDAR, &body).await?;
    let (by, now) = (seat.officer.id.clone(), seat.now);
    seat.work(move |desk| {
        let day: NaiveDate = form
            .one("day")
            .parse()
            .map_err(|_| Refused::wrong("请填写日期", "give a day"))?;
        let kind = DayKind::from_code(form.one("kind"))
            .ok_or_else(|| Refused::wrong("请选择放假、调休或者恢复", "choose what the day is"))?;
        let plain = |name: &str| {
            let text = form.one(name).trim();
            let fits = text.chars().count() <= LONGEST
                && !text.contains(',')
                && !text.chars().any(char::is_control);
            fits.then(|| text.to_owned())
        };
        let (Some(name), Some(reference)) = (plain("name"), plain("reference")) else {
            return Err(Refused::wrong(
                "名称和依据不超过 100 字，不含逗号",
                "name and document have 100 characters at most and no comma",
            ));
        };
        if reference.is_empty() {
            return Err(Refused::wrong(
                "请填写依据文件",
                "name the document that says so",
            ));
        }
        desk.vault
            .set_calendar_day(day, kind, &name, &reference, &by, now)?;
        let file = text(&desk.vault.calendar_days()?);
        replace_file(&desk.settings.calendar_file, file.as_bytes())
            .map_err(|e| failed("calendar.csv", &e))
    })
    .await?;
    Ok(seat.go("/desk/calendar"))
}
