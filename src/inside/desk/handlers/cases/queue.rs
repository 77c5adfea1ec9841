//! The queue, what is late, and how much waits for the home page.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use url::form_urlencoded;

use crate::domain::cases::{Actor, CaseKind};
use crate::domain::forms::number::Number;
use crate::domain::time::{Moment, civil_date};
use crate::inside::cases::{CaseId, Cursor, Filter, waits_for};
use crate::inside::desk::pages::cases::due::{DueView, SOON};
use crate::inside::desk::pages::cases::late::{self, LateView};
use crate::inside::desk::pages::cases::queue::{self, Choice, Item, QueueView, Show};
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::pages::home::Waiting;
use crate::inside::desk::{DeskState, Refused, Stop, enter, rights};

/// Cases of a page.
const PAGE: usize = 25;

/// What an address chose; whatever is not known there chooses nothing.
struct Asked {
    choice: Choice,
    after: Option<Cursor>,
    bad_number: bool,
}

impl Asked {
    fn read(query: &str, by: &Actor) -> Self {
        let first = if waits_for(by.role).is_empty() {
            Show::Open
        } else {
            Show::Mine
        };
        let mut out = Self {
            choice: Choice {
                show: first,
                ..Choice::default()
            },
            after: None,
            bad_number: false,
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            match &*name {
                "show" => {
                    if let Some(show) = Show::ALL.into_iter().find(|s| s.code() == value) {
                        out.choice.show = show;
                    }
                }
                "kind" => out.choice.kind = CaseKind::from_code(value),
                "state" if queue::states().iter().any(|(code, ..)| *code == value) => {
                    value.clone_into(&mut out.choice.state);
                }
                "authority" if is_code(value) => value.clone_into(&mut out.choice.authority),
                "number" if !value.is_empty() => {
                    // the number of an application or the id of one of its parts
                    let typed = CaseId::parse(value).map_or(value, |_| {
                        value.rsplit_once('-').map_or(value, |(number, _)| number)
                    });
                    match Number::parse(typed) {
                        Some(number) => number.as_str().clone_into(&mut out.choice.number),
                        None => out.bad_number = true,
                    }
                }
                "after" => out.after = cursor(value),
                _ => {}
            }
        }
        out
    }
}

fn is_code(text: &str) -> bool {
    text.len() <= 32 && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// A place of the queue as it stands in an address: the day or a dash, a dot, the id.
fn cursor(text: &str) -> Option<Cursor> {
    let (day, id) = text.split_once('.')?;
    let due_on = match day {
        "-" => None,
        day => Some(day.parse().ok()?),
    };
    let id = CaseId::parse(id)?.as_str().to_owned();
    Some(Cursor { due_on, id })
}

fn written(cursor: &Cursor) -> String {
    let day = cursor.due_on.map_or("-".to_owned(), |d| d.to_string());
    format!("{day}.{}", cursor.id)
}

/// What a tab is of.
fn filter(desk: &DeskState, show: Show, by: &Actor, now: Moment) -> Filter {
    let today = civil_date(now);
    let open = Filter {
        closed: Some(false),
        ..Filter::default()
    };
    match show {
        Show::Mine => {
            let mut states = waits_for(by.role);
            if states.is_empty() {
                // nothing waits for this role: no case is in a state without a name
                states.push((CaseKind::Repair, ""));
            }
            Filter { states, ..open }
        }
        Show::Open => open,
        Show::Soon => Filter {
            due_from: Some(today),
            overdue_on: desk
                .calendar
                .add(today, SOON)
                .ok()
                .and_then(|due| due.date.succ_opt())
                .or(today.succ_opt()),
            ..open
        },
        Show::Late => Filter {
            overdue_on: Some(today),
            ..open
        },
        Show::Closed => Filter {
            closed: Some(true),
            ..Filter::default()
        },
    }
}

/// `GET /desk/cases`.
///
/// # Errors
/// The answer that ends the request.
pub async fn list(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::CASES).await?;
    let (by, now) = (seat.actor(), seat.now);
    let asked = Asked::read(req.query_string(), &by);
    let scoped = seat.officer.scope().is_some();
    let view = seat
        .work(move |desk| view(desk, asked, &by, scoped, now))
        .await?;
    let title = seat.lang().say("案件", "Cases");
    Ok(seat.page(title, Place::Cases, &queue::page(&seat.ctx(), &view)))
}

fn view(
    desk: &DeskState,
    asked: Asked,
    by: &Actor,
    scoped: bool,
    now: Moment,
) -> Result<QueueView, Refused> {
    let cases = &desk.cases;
    let choice = asked.choice;
    let some = |text: &String| (!text.is_empty()).then(|| text.clone());
    let filter_of = |show| filter(desk, show, by, now);
    let narrowed = Filter {
        kinds: choice.kind.into_iter().collect(),
        state: some(&choice.state),
        authority: some(&choice.authority),
        application: some(&choice.number),
        ..filter_of(choice.show)
    };
    let mut counts = Vec::new();
    for show in Show::ALL {
        counts.push((show, cases.count(by, &filter_of(show))?));
    }
    let page = cases.queue(by, &narrowed, asked.after.as_ref(), PAGE, now)?;
    let today = civil_date(now);
    let items = page.rows.into_iter().map(|row| Item {
        due: DueView::of(&row, today, &desk.calendar),
        list: desk.catalogue.list(&row.list).map(|l| l.name.clone()),
        authority: if row.authority_name.is_empty() {
            desk.authority_name(&row.authority_code).to_owned()
        } else {
            row.authority_name.clone()
        },
        row,
    });
    Ok(QueueView {
        all: cases.count(by, &narrowed)?,
        counts,
        items: items.collect(),
        continued: asked.after.is_some(),
        next: page.next.as_ref().map(written),
        authorities: if scoped {
            Vec::new()
        } else {
            authorities(desk)?
        },
        bad_number: asked.bad_number,
        choice,
    })
}

/// The authorities that there are: those of the catalogue, and those of officers.
///
/// # Errors
/// Those of the vault.
pub(super) fn authorities(desk: &DeskState) -> Result<Vec<(String, String)>, Refused> {
    let own = desk.authorities().into_iter();
    let mut out: Vec<(String, String)> = own.map(|(c, n)| (c.to_owned(), n.to_owned())).collect();
    for officer in desk.vault.officers()? {
        let Some(code) = officer.authority.clone() else {
            continue;
        };
        if !out.iter().any(|(known, _)| *known == code) {
            let name = desk.authority_of(&officer).unwrap_or_else(|| code.clone());
            out.push((code, name));
        }
    }
    out.sort_by(|a, b| (&a.1, &a.0).cmp(&(&b.1, &b.0)));
    Ok(out)
}

/// `GET /desk/cases/late`.
///
/// # Errors
/// The answer that ends the request.
pub async fn overdue(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::CASES).await?;
    let (by, now) = (seat.actor(), seat.now);
    let scoped = seat.officer.scope().is_some();
    let view = seat
        .work(move |desk| {
            let rows = desk.cases.late(&by, now)?;
            let named = authorities(desk)?;
            let rows = rows.into_iter().map(|late| {
                let name = named.iter().find(|(code, _)| *code == late.authority_code);
                let name = name
                    .map_or(late.authority_code.as_str(), |(_, n)| n)
                    .to_owned();
                (name, late)
            });
            Ok(LateView {
                rows: rows.collect(),
                scoped,
            })
        })
        .await?;
    let title = seat.lang().say("逾期情况", "Overdue cases");
    Ok(seat.page(title, Place::Cases, &late::page(&seat.ctx(), &view)))
}

/// What of cases waits for somebody, for the home page.
///
/// # Errors
/// Those of the vault.
pub fn waiting(desk: &DeskState, by: &Actor, now: Moment) -> Result<Vec<Waiting>, Refused> {
    if !rights::CASES.contains(&by.role) {
        return Ok(Vec::new());
    }
    let cases = &desk.cases;
    let count = |show| cases.count(by, &filter(desk, show, by, now));
    let late = count(Show::Late)?;
    let mut out = Vec::new();
    if !waits_for(by.role).is_empty() {
        out.push(Waiting {
            address: "/desk/cases?show=mine",
            zh: "等我办理的案件",
            en: "cases that wait for me",
            count: count(Show::Mine)?,
            late: false,
        });
    }
    out.push(Waiting {
        address: "/desk/cases?show=soon",
        zh: "三个工作日内到期的案件",
        en: "cases due within 3 working days",
        count: count(Show::Soon)?,
        late: false,
    });
    out.push(Waiting {
        address: "/desk/cases?show=late",
        zh: "已逾期的案件",
        en: "overdue cases",
        count: late,
        late: late > 0,
    });
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::cases::Role;

    fn read(query: &str) -> Asked {
        Asked::read(query, &Actor::new("h", Role::Handler, "A"))
    }

    #[test]
    fn an_address_chooses_what_it_names_and_nothing_else() {
        let asked = read("show=late&kind=repair&state=accepted&authority=11350200004123454P");
        let back = asked.choice.address(None);
        assert_eq!(
            back,
            "/desk/cases?show=late&kind=repair&state=accepted&authority=11350200004123454P"
        );
        for query in [
            "show=x&kind=x&state=x&authority=%E5%BC%A0%E4%B8%89&after=x",
            "after=2026-13-01.XF-1&state=%00&show=",
            "%ff=%ff&&&=",
            "",
        ] {
            let asked = read(query);
            assert_eq!(
                asked.choice,
                Choice {
                    show: Show::Mine,
                    ..Choice::default()
                },
                "{query}"
            );
            assert!(asked.after.is_none() && !asked.bad_number);
        }
        let auditor = Asked::read("", &Actor::new("x", Role::Auditor, ""));
        assert_eq!(auditor.choice.show, Show::Open);
        // what is no number is told and not repeated into the query of the vault
        let asked = read("number=%E5%BC%A0%E4%B8%89");
        assert!(asked.bad_number && asked.choice.number.is_empty());
    }

    #[test]
    fn places_are_read_as_they_are_written() {
        let number = Number::from_random(crate::domain::forms::FormKind::Repair, [5; 11]);
        let id = CaseId::of_part(number.as_str(), 1).as_str().to_owned();
        for due_on in [None, "2026-11-25".parse().ok()] {
            let place = Cursor {
                due_on,
                id: id.clone(),
            };
            assert_eq!(cursor(&written(&place)), Some(place));
        }
        let asked = read(&format!("number={id}"));
        assert_eq!(asked.choice.number, number.as_str());
    }
}
