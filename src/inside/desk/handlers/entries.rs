//! `/desk/entries`: list entries from the proposal to the exit.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::cases::entry::{ReinstateGround, Screening};
use crate::domain::cases::{Actor, ExitReason, Refusal, Role};
use crate::domain::kinds::Words;
use crate::domain::time::{Moment, civil_date};
use crate::inside::cases::{CaseError, CaseId};
use crate::inside::desk::pages::entries::{
    self as pages, BulkView, Choice, FormField, FormView, TableView,
};
use crate::inside::desk::pages::entry::{self as page, EntryView};
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::pages::home::Waiting;
use crate::inside::desk::refused::failed;
use crate::inside::desk::{DeskState, Form, Refused, Seat, Stop, enter, enter_sent, rights};
use crate::inside::entries::{EntryAct, EntryError, Mark, Typed, Verdict, ready};
use crate::inside::intake::Finding;
use crate::outside::web::params;

/// Entries on a page.
const MOST: usize = 50;
/// Entries of one re-evaluation.
const MOST_AT_ONCE: usize = 500;
/// What a look is for, unless the officer says more.
const PURPOSE: &str = "办理名单认定事项";

impl From<EntryError> for Refused {
    fn from(error: EntryError) -> Self {
        match &error {
            EntryError::Case(CaseError::Unknown) => Self::NotHere,
            EntryError::Case(CaseError::Conflict { .. }) => Self::Changed,
            EntryError::Case(cause) if cause.code() == "failed" => failed("entries", cause),
            _ => {
                let Words { zh, en } = error.words();
                Self::Wrong(zh, en)
            }
        }
    }
}

/// Whether an error is told on the page of the entry: everything but what is not there and our own faults.
fn told(error: EntryError) -> Result<Words, Refused> {
    match Refused::from(error) {
        Refused::Wrong(zh, en) => Ok(Words { zh, en }),
        other => Err(other),
    }
}

fn lists(desk: &DeskState, by: &Actor) -> Vec<Choice> {
    // a list whose authority the catalogue names by code is that authority's
    let own = |code: &str| code.is_empty() || by.role.may_read(false) || code == by.authority;
    desk.catalogue
        .lists
        .values()
        .filter(|l| ready(l).is_ok() && own(&l.contact.credit_code))
        .map(|l| Choice {
            code: l.code.clone(),
            name: l.name.clone(),
        })
        .collect()
}

fn asked(seat: &Seat, name: &str) -> String {
    params::one(seat.req.query_string(), name).unwrap_or_default()
}

/// What waits for an officer's role among list entries: tasks, and what is to be reviewed before a meeting sees it.
///
/// # Errors
/// Those of the vault.
pub fn waiting(desk: &DeskState, by: &Actor, now: Moment) -> Result<Vec<Waiting>, Refused> {
    let entries = desk.entries();
    let mut out = Vec::new();
    if by.role == Role::SecrecyReviewer {
        let narrowed = (Some("proposed"), None);
        let count = entries.list(by, narrowed, None, MOST_AT_ONCE, now)?.len();
        out.push(Waiting {
            address: "/desk/entries?state=proposed",
            zh: "待保密审查的名单事项",
            en: "list entries to be reviewed",
            count: count as u64,
            late: false,
        });
    }
    if rights::END_TASKS.contains(&by.role) {
        let today = civil_date(now);
        let tasks = entries.tasks(by, MOST_AT_ONCE)?;
        out.push(Waiting {
            address: "/desk/entries/tasks",
            zh: "名单任务",
            en: "tasks about list entries",
            count: tasks.len() as u64,
            late: tasks.iter().any(|t| t.due_on.is_some_and(|on| on < today)),
        });
    }
    Ok(out)
}

/// `GET /desk/entries`.
///
/// # Errors
/// The answer that ends the request.
pub async fn table(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::ENTRIES).await?;
    let (by, now) = (seat.actor(), seat.now);
    let (list, state_code) = (asked(&seat, "list"), asked(&seat, "state"));
    let before = CaseId::parse(&asked(&seat, "before"));
    let view = seat
        .work(move |desk| {
            let entries = desk.entries();
            let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let (state, chosen) = (some(&state_code), some(&list));
            let narrowed = (state.as_deref(), chosen.as_deref());
            let mut lines = entries.list(&by, narrowed, before.as_ref(), MOST + 1, now)?;
            let more = lines.len() > MOST;
            lines.truncate(MOST);
            let last = lines.last().map(|l| l.head.case.clone());
            Ok(TableView {
                tasks: entries.tasks(&by, MOST_AT_ONCE)?.len(),
                lists: lists(desk, &by),
                proposes: by.role == Role::Handler,
                next: last.filter(|_| more),
                state: state_code,
                lines,
                list,
            })
        })
        .await?;
    let title = seat.lang().say("名单认定", "List entries");
    Ok(seat.page(title, Place::Entries, &pages::table(&seat.ctx(), &view)))
}

/// `GET /desk/entries/new`.
///
/// # Errors
/// The answer that ends the request.
pub async fn form(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::PROPOSE).await?;
    let list = asked(&seat, "list");
    let by = seat.actor();
    let view = seat
        .work(move |desk| form_view(desk, &by, &list, &Form::default()))
        .await?;
    Ok(form_page(&seat, StatusCode::OK, &view))
}

pub(super) fn form_page(seat: &Seat, status: StatusCode, view: &FormView) -> HttpResponse {
    let title = seat.lang().say("提出列入", "Propose an entry");
    let main = pages::form(&seat.ctx(), view);
    seat.page_with(status, title, Place::Entries, &main)
}

/// The form of a list with what was typed.
pub(super) fn form_view(
    desk: &DeskState,
    by: &Actor,
    list: &str,
    typed: &Form,
) -> Result<FormView, Refused> {
    let mut view = FormView {
        lists: lists(desk, by),
        list: list.to_owned(),
        basis_document: typed.one("basis_document").to_owned(),
        ..FormView::default()
    };
    if !view.lists.iter().any(|l| l.code == list) {
        view.list.clear();
        return Ok(view);
    }
    let own = "authority_name authority_code source_name source_code";
    view.fields = desk
        .entries()
        .asked(list)?
        .into_iter()
        .filter(|a| !own.split(' ').any(|key| key == a.key))
        .map(|a| FormField {
            value: typed.one(&format!("f-{}", a.key)).to_owned(),
            needed: a.needed.contains(&true),
            title: a.title,
            long: a.long,
            date: a.date,
            max: a.max,
            choices: a.choices,
            key: a.key,
        })
        .collect();
    Ok(view)
}

/// What became of a form.
pub(super) enum Sent {
    Proposed(String),
    Back(StatusCode, Box<FormView>),
}

/// What the outcome of a proposal means for its form: it leads to the case, or comes back with what was typed. `file` is
/// the name of the file that was read, if one was.
pub(super) fn outcome(
    mut view: Box<FormView>,
    result: Result<Option<String>, EntryError>,
    file: Option<&str>,
) -> Result<Sent, Refused> {
    let field = if file.is_some() {
        "file"
    } else {
        "basis_document"
    };
    match result {
        // where the check found something, the draft stays with its evidence
        Ok(Some(case)) | Err(EntryError::Dishonest { case, .. }) => {
            return Ok(Sent::Proposed(case));
        }
        Ok(None) => return Ok(Sent::Back(StatusCode::OK, view)),
        Err(EntryError::Faulty(findings)) => {
            view.wrong = findings
                .into_iter()
                .map(|f| match file {
                    Some(name) => ("file".to_owned(), in_file(name, &f)),
                    None => at_field(&view.fields, &f),
                })
                .collect();
        }
        Err(other) => view.wrong = vec![(field.to_owned(), told(other)?.zh)],
    }
    Ok(Sent::Back(StatusCode::UNPROCESSABLE_ENTITY, view))
}

/// A fault of a value that was typed: its field, and the words.
fn at_field(fields: &[FormField], f: &Finding) -> (String, String) {
    let known = |field: &&FormField| field.key == f.column || field.title == f.column;
    let field = fields.iter().find(known);
    let id = field.map_or_else(
        || "basis_document".to_owned(),
        |field| format!("f-{}", field.key),
    );
    (id, format!("{}：{}；{}", f.column, f.reason_zh, f.mend_zh))
}

/// A fault of a file: file, row and field, what is wrong with it and how it is mended.
fn in_file(name: &str, f: &Finding) -> String {
    let place = match (f.sheet.as_str(), f.row) {
        (_, 0) => String::new(),
        ("", row) => format!("第{row}行，"),
        (sheet, row) => format!("工作表「{sheet}」第{row}行，"),
    };
    format!(
        "文件「{name}」{place}{}：{}；{}",
        f.column, f.reason_zh, f.mend_zh
    )
}

/// `POST /desk/entries/new`: a preview, or the proposal.
///
/// # Errors
/// The answer that ends the request.
pub async fn form_sent(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, sent) = enter_sent(&req, &state, rights::PROPOSE, &body).await?;
    let (by, now) = (seat.actor(), seat.now);
    let authority_name = seat.state.authority_of(&seat.officer).unwrap_or_default();
    let done = seat
        .work(move |desk| {
            let mut view = form_view(desk, &by, sent.one("list"), &sent)?;
            if view.fields.is_empty() {
                return Err(Refused::NotHere);
            }
            let typed = Typed {
                list: view.list.clone(),
                cells: view
                    .fields
                    .iter()
                    .map(|f| (f.key.clone(), f.value.clone()))
                    .collect(),
                basis_document: view.basis_document.clone(),
                authority_name,
            };
            let entries = desk.entries();
            let result = match sent.one("do") {
                "propose" => entries
                    .propose(&typed, &by, now)
                    .map(|id| Some(id.to_string())),
                _ => entries.read_form(&typed, &by, now).and_then(|record| {
                    view.preview = Some(entries.preview(&record, now)?);
                    Ok(None)
                }),
            };
            outcome(Box::new(view), result, None)
        })
        .await?;
    Ok(answer(&seat, done))
}

pub(super) fn answer(seat: &Seat, done: Sent) -> HttpResponse {
    match done {
        Sent::Proposed(case) => seat.go(&format!("/desk/entries/{case}")),
        Sent::Back(status, view) => form_page(seat, status, &view),
    }
}

pub(super) fn case_of(req: &HttpRequest) -> Option<CaseId> {
    CaseId::parse(req.match_info().get("id").unwrap_or(""))
}

fn view_of(
    desk: &DeskState,
    id: &CaseId,
    by: &Actor,
    purpose: &str,
    now: Moment,
) -> Result<EntryView, Refused> {
    let file = desk.entries().look(id, by, purpose, now)?;
    let name = |code: &str| desk.catalogue.list(code).map(|l| l.name.clone());
    let hits = file.checks.iter().filter_map(|c| c.hits.as_array());
    let found = hits.flatten().filter_map(|hit| hit["list"].as_str());
    let lists = found.filter_map(|code| Some((code.to_owned(), name(code)?)));
    Ok(EntryView {
        list: name(&file.head.list).unwrap_or_default(),
        lists: lists.collect(),
        wrong: None,
        field: None,
        typed: Form::default(),
        file,
    })
}

/// `GET /desk/entries/{id}`: the look stands in the audit log.
///
/// # Errors
/// The answer that ends the request.
pub async fn entry(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::ENTRIES).await?;
    let Some(id) = case_of(&req) else {
        return Ok(seat.refuse(&Refused::NotHere));
    };
    let (by, now, told) = (seat.actor(), seat.now, asked(&seat, "purpose"));
    let view = seat
        .work(move |desk| {
            let purpose = if told.trim().is_empty() {
                PURPOSE
            } else {
                &told
            };
            view_of(desk, &id, &by, purpose, now)
        })
        .await?;
    Ok(entry_page(&seat, StatusCode::OK, &view))
}

fn entry_page(seat: &Seat, status: StatusCode, view: &EntryView) -> HttpResponse {
    let title = seat.lang().say("名单认定事项", "List entry");
    let main = page::entry(&seat.ctx(), view);
    seat.page_with(status, title, Place::Entries, &main)
}

/// The act that a form asks for.
fn act_of(form: &Form) -> Result<EntryAct, EntryError> {
    let text = |name: &str| form.one(name).trim().to_owned();
    let unknown = |what| EntryError::from(Refusal::Missing(what));
    Ok(match form.one("act") {
        "propose" => EntryAct::Propose,
        "secrecy_review" => {
            let passages = |name: &str, mark: Mark| {
                let lines = form.one(name).lines().map(str::trim);
                let lines = lines.filter(|l| !l.is_empty());
                lines.map(|l| (mark, l.to_owned())).collect::<Vec<_>>()
            };
            let mut marks = passages("secrets", Mark::TradeSecret);
            marks.extend(passages("private", Mark::Private));
            EntryAct::Screen {
                finding: Screening::from_code(form.one("finding"))
                    .ok_or_else(|| unknown("finding"))?,
                reasons: text("reasons"),
                marks,
            }
        }
        "cross_check" => EntryAct::Check,
        "approve_preliminary" => EntryAct::Approve {
            meeting: text("meeting"),
        },
        "serve_party_notice" => EntryAct::ServeParty {
            notice: text("notice"),
        },
        "open_prior_notice" => EntryAct::OpenNotice,
        "object" => EntryAct::Object {
            objection: text("objection"),
        },
        "uphold" => EntryAct::Uphold {
            reasons: text("reasons"),
        },
        "dismiss" => EntryAct::Dismiss {
            reasons: text("reasons"),
        },
        "sign" => EntryAct::Sign {
            document_number: text("document_number"),
        },
        "publish" => EntryAct::Publish,
        "tell_unit" => EntryAct::TellUnit,
        "propose_exit" => EntryAct::ProposeExit {
            reason: ExitReason::from_code(form.one("reason")).ok_or_else(|| unknown("reason"))?,
            meeting: text("meeting"),
        },
        "exit" => EntryAct::Exit,
        "announce_exit" => EntryAct::Announce,
        "basis_revoked" => EntryAct::Revoke {
            reasons: text("reasons"),
        },
        "reinstate" => EntryAct::Reinstate {
            ground: ReinstateGround::from_code(form.one("ground"))
                .ok_or_else(|| unknown("ground"))?,
            reasons: text("reasons"),
        },
        _ => return Err(CaseError::Unknown.into()),
    })
}

/// The field of an act's form that an error is about, where it is about one.
fn field_of(error: &EntryError) -> Option<&'static str> {
    match error {
        EntryError::NotFound(_) => Some("secrets"),
        EntryError::Twice => Some("document_number"),
        EntryError::Case(CaseError::Refused(Refusal::Missing(what))) => Some(match *what {
            "party_notice" => "notice",
            what => what,
        }),
        _ => None,
    }
}

/// `POST /desk/entries/{id}/act`.
///
/// # Errors
/// The answer that ends the request.
pub async fn act(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, sent) = enter_sent(&req, &state, rights::ACT_ON_ENTRIES, &body).await?;
    let Some(id) = case_of(&req) else {
        return Ok(seat.refuse(&Refused::NotHere));
    };
    let (by, now, case) = (seat.actor(), seat.now, id.clone());
    let refused = seat
        .work(move |desk| {
            let version = sent.one("version").parse().ok();
            let done =
                act_of(&sent).and_then(|act| desk.entries().act(&case, version, act, &by, now));
            match done {
                Ok(()) => Ok(None),
                Err(error) => {
                    let field = field_of(&error);
                    let words = told(error)?;
                    let view = view_of(desk, &case, &by, PURPOSE, now)?;
                    Ok(Some(EntryView {
                        wrong: Some(words),
                        field,
                        typed: sent,
                        ..view
                    }))
                }
            }
        })
        .await?;
    Ok(match refused {
        None => seat.go(&format!("/desk/entries/{id}")),
        Some(view) => entry_page(&seat, StatusCode::UNPROCESSABLE_ENTITY, &view),
    })
}

/// `GET /desk/entries/tasks`.
///
/// # Errors
/// The answer that ends the request.
pub async fn tasks(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::ENTRIES).await?;
    let by = seat.actor();
    let may_end = rights::END_TASKS.contains(&by.role);
    let all = seat
        .work(move |desk| Ok(desk.entries().tasks(&by, MOST_AT_ONCE)?))
        .await?;
    let title = seat.lang().say("名单任务", "Tasks");
    let main = pages::tasks(&seat.ctx(), &all, seat.today, may_end);
    Ok(seat.page(title, Place::Entries, &main))
}

/// `POST /desk/entries/tasks/{task}`: looked at.
///
/// # Errors
/// The answer that ends the request.
pub async fn task_done(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, _) = enter_sent(&req, &state, rights::END_TASKS, &body).await?;
    let (by, now) = (seat.actor(), seat.now);
    let task = req.match_info().get("task").unwrap_or("").to_owned();
    seat.work(move |desk| Ok(desk.entries().end_task(&task, &by, now)?))
        .await?;
    Ok(seat.go("/desk/entries/tasks"))
}

fn bulk_view(desk: &DeskState, by: &Actor, list: &str, now: Moment) -> Result<BulkView, Refused> {
    let lists = lists(desk, by);
    let mut view = BulkView {
        proposes: by.role == Role::Handler,
        ..BulkView::default()
    };
    if lists.iter().any(|l| l.code == list) {
        list.clone_into(&mut view.list);
        for state in ["published", "expiring"] {
            let asked = (Some(state), Some(list));
            let found = desk.entries().list(by, asked, None, MOST_AT_ONCE, now)?;
            view.lines.extend(found);
        }
    }
    view.lists = lists;
    Ok(view)
}

/// `GET /desk/entries/reevaluate`.
///
/// # Errors
/// The answer that ends the request.
pub async fn bulk(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::DECIDE_ENTRIES).await?;
    let (by, now, list) = (seat.actor(), seat.now, asked(&seat, "list"));
    let view = seat
        .work(move |desk| bulk_view(desk, &by, &list, now))
        .await?;
    Ok(bulk_page(&seat, &view))
}

fn bulk_page(seat: &Seat, view: &BulkView) -> HttpResponse {
    let title = seat.lang().say("批量复核", "Re-evaluate a list");
    seat.page(title, Place::Entries, &pages::bulk(&seat.ctx(), view))
}

/// `POST /desk/entries/reevaluate`: verdicts of a handler, or exits by an approver.
///
/// # Errors
/// The answer that ends the request.
pub async fn bulk_sent(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, sent) = enter_sent(&req, &state, rights::DECIDE_ENTRIES, &body).await?;
    let (by, now) = (seat.actor(), seat.now);
    let view = seat
        .work(move |desk| {
            let entries = desk.entries();
            let list = sent.one("list");
            let before = bulk_view(desk, &by, list, now)?;
            let done = if by.role == Role::Handler {
                let verdicts: Vec<(CaseId, Verdict)> = before
                    .lines
                    .iter()
                    .filter_map(|line| {
                        let verdict = match sent.one(&format!("v-{}", line.head.case)) {
                            "keep" => Verdict::Keep,
                            "exit" => Verdict::Exit,
                            _ => return None,
                        };
                        Some((CaseId::parse(&line.head.case)?, verdict))
                    })
                    .collect();
                entries.reevaluate(&verdicts, sent.one("meeting"), &by, now)?
            } else {
                let ids: Vec<CaseId> = sent
                    .many("exit")
                    .iter()
                    .filter(|id| before.lines.iter().any(|l| l.head.case == **id))
                    .filter_map(|id| CaseId::parse(id))
                    .collect();
                entries.exit_all(&ids, &by, now)
            };
            let mut view = bulk_view(desk, &by, list, now)?;
            for (id, result) in done {
                let why = match result {
                    Ok(()) => None,
                    Err(error) => Some(told(error)?),
                };
                view.done.push((id.to_string(), why));
            }
            Ok(view)
        })
        .await?;
    Ok(bulk_page(&seat, &view))
}
