//! `/desk`: what waits.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::{cases, entries};
use crate::domain::cases::Actor;
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::pages::home::{self, HomeView, Waiting};
use crate::inside::desk::{DeskState, Refused, Stop, enter, rights};
use crate::inside::vault::Officer;

/// `GET /desk`.
///
/// # Errors
/// The answer that ends the request.
pub async fn home(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::ALL).await?;
    let officer = seat.officer.clone();
    let (by, now) = (seat.actor(), seat.now);
    let view = seat
        .work(move |desk| {
            let mut view = waiting(desk, &officer)?;
            let mut first = cases::queue::waiting(desk, &by, now)?;
            first.extend(entries::waiting(desk, &by, now)?);
            view.waiting.splice(0..0, first);
            view.waiting.extend(given_up(desk, &by)?);
            Ok(view)
        })
        .await?;
    let title = seat.lang().say("待办事项", "What waits");
    Ok(seat.page(title, Place::Home, &home::page(&seat.ctx(), &view)))
}

/// Messages that did not arrive, for those who look after them: one more of them is one too many.
fn given_up(desk: &DeskState, by: &Actor) -> Result<Option<Waiting>, Refused> {
    if !rights::SEE_MESSAGES.contains(&by.role) {
        return Ok(None);
    }
    let count = desk.cases.messages_given_up(by)?.len() as u64;
    Ok(Some(Waiting {
        address: "/desk/messages",
        zh: "未送达的通知",
        en: "messages that did not arrive",
        count,
        late: false,
    }))
}

/// The queues of the officer's role, each with how much waits in it.
fn waiting(desk: &DeskState, officer: &Officer) -> Result<HomeView, Refused> {
    let may = |roles: &[crate::domain::cases::Role]| roles.contains(&officer.role);
    let mut view = HomeView::default();
    let mut add = |address, zh, en, count: i64| {
        view.waiting.push(Waiting {
            address,
            zh,
            en,
            count: u64::try_from(count).unwrap_or_default(),
            late: false,
        });
    };
    if may(rights::REVIEW) {
        let count = desk.vault.open_reviews_of(officer.scope())?;
        add(
            "/desk/reviews",
            "待审核的文本",
            "texts to be reviewed",
            count,
        );
    }
    if may(rights::IMPORT) {
        let count = desk.vault.staged_waiting(officer.scope())?;
        add(
            "/desk/imports",
            "待确认导入的文件",
            "files to be confirmed",
            count,
        );
    }
    if may(rights::SECOND) {
        let count = desk.vault.staged_proposed(officer.scope(), &officer.id)?;
        add(
            "/desk/imports",
            "待复核发布的文件",
            "files to be released by a second officer",
            count,
        );
    }
    if may(rights::ADMIN) {
        let count = i64::try_from(desk.vault.officer_changes()?.len()).unwrap_or_default();
        add(
            "/desk/officers",
            "待审批的角色变更",
            "changes of roles to be decided",
            count,
        );
    }
    Ok(view)
}
