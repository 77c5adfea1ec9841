//! `/desk/cases/paper`: an application that came on paper or by post is entered for its applicant. Number and secret of what
//! is being entered go from page to page in its forms, and stand in no address.

use actix_multipart::form::MultipartForm;
use actix_multipart::form::bytes::Bytes as FileBytes;
use actix_multipart::form::text::Text;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;

use crate::domain::cases::Actor;
use crate::domain::forms::eligible;
use crate::domain::forms::number::Number;
use crate::domain::forms::submission::{FileLabel, Purpose};
use crate::domain::forms::{Answers, Fault, FormKind, paper as on_paper};
use crate::domain::kinds::Polarity;
use crate::domain::subject::CreditCode;
use crate::domain::time::{Moment, civil_date};
use crate::inside::cases::{PaperError, Ready};
use crate::inside::desk::enter::enter_with_token;
use crate::inside::desk::pages::cases::paper::{
    self as pages, ChooseView, DraftView, EnteredView, Found as Choice, StartView,
};
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::{DeskState, Form, Refused, Seat, Stop, enter, enter_sent, rights};
use crate::outside::apply::handing::{latest, prefill};
use crate::outside::apply::{Draft, Secret};
use crate::outside::evidence::display_name;
use crate::outside::store::Found;
use crate::record::PublicRecord;

/// Records of one organisation that are offered.
const MOST_OFFERED: usize = 200;
/// Records of one application.
const MOST_CHOSEN: usize = 50;
/// Characters of a record's id.
const ID: usize = 20;

/// An upload.
#[derive(Debug, MultipartForm)]
pub struct Scan {
    token: Text<String>,
    number: Text<String>,
    secret: Text<String>,
    purpose: Text<String>,
    /// Asked where there are several records.
    about: Option<Text<String>>,
    file: FileBytes,
}

/// What a request comes to: a page.
enum Shown {
    Start(StartView),
    Choose(ChooseView),
    Fields(DraftView),
    Files(DraftView),
    Check(DraftView, Box<Ready>),
    Entered(EnteredView),
}

/// Who enters what, when.
struct Call {
    by: Actor,
    now: Moment,
}

impl Call {
    fn of(seat: &Seat) -> Self {
        Self {
            by: seat.actor(),
            now: seat.now,
        }
    }

    fn today(&self) -> NaiveDate {
        civil_date(self.now)
    }
}

/// The draft that a form names.
struct Named {
    number: Number,
    secret: Secret,
}

impl Named {
    fn of(number: &str, secret: &str) -> Result<Self, Refused> {
        let number = Number::parse(number).ok_or(Refused::NotHere)?;
        let secret = Secret::parse(secret).ok_or(Refused::NotHere)?;
        Ok(Self { number, secret })
    }

    fn pair(&self) -> (&Number, &Secret) {
        (&self.number, &self.secret)
    }
}

fn answer(seat: &Seat, shown: &Shown) -> HttpResponse {
    let ctx = seat.ctx();
    let (wrong, main) = match shown {
        Shown::Start(view) => (!view.faults.is_empty(), pages::start(&ctx, view)),
        Shown::Choose(view) => (view.nothing_chosen, pages::choose(&ctx, view)),
        Shown::Fields(view) => (!view.faults.is_empty(), pages::fields(&ctx, view)),
        Shown::Files(view) => (
            !view.faults.is_empty() || view.refused.is_some(),
            pages::files(&ctx, view),
        ),
        Shown::Check(view, ready) => (false, pages::check(&ctx, view, ready)),
        Shown::Entered(view) => (false, pages::entered(&ctx, view)),
    };
    let status = if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let title = ctx
        .lang
        .say("录入书面申请", "Enter an application on paper");
    seat.page_with(status, title, Place::Cases, &main)
}

/// `GET /desk/cases/paper`.
///
/// # Errors
/// The answer that ends the request.
pub async fn shown(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::PAPER).await?;
    let view = StartView {
        received_on: seat.today.to_string(),
        ..StartView::default()
    };
    Ok(answer(&seat, &Shown::Start(view)))
}

/// `POST /desk/cases/paper`.
///
/// # Errors
/// The answer that ends the request.
pub async fn taken(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, form) = enter_sent(&req, &state, rights::PAPER, &body).await?;
    let call = Call::of(&seat);
    let shown = seat.work(move |desk| take(desk, &call, &form)).await?;
    Ok(answer(&seat, &shown))
}

/// `POST /desk/cases/paper/file`.
///
/// # Errors
/// The answer that ends the request.
pub async fn scanned(
    req: HttpRequest,
    state: Data<DeskState>,
    form: Result<MultipartForm<Scan>, actix_web::Error>,
) -> Result<HttpResponse, Stop> {
    let Ok(form) = form else {
        // without a form there is no token: the session alone says who reads the refusal
        let seat = enter(&req, &state, rights::PAPER).await?;
        return Err(seat.refuse(&Refused::TooLarge).into());
    };
    let form = form.into_inner();
    let seat = enter_with_token(&req, &state, rights::PAPER, &form.token).await?;
    let call = Call::of(&seat);
    let shown = seat.work(move |desk| scan(desk, &call, &form)).await?;
    Ok(answer(&seat, &shown))
}

fn scan(desk: &DeskState, call: &Call, form: &Scan) -> Result<Shown, Refused> {
    let of = Named::of(&form.number, &form.secret)?;
    let refused = match Purpose::from_code(&form.purpose) {
        None => Some((
            "请选择文件的用途".to_owned(),
            "Select what the file shows".to_owned(),
        )),
        Some(purpose) => {
            let name = display_name(form.file.file_name.as_deref().unwrap_or_default());
            let about = form.about.as_ref().map_or("", |t| t.as_str());
            let label = FileLabel::new(purpose, about, name);
            let of = of.pair();
            desk.cases
                .scan(of, label, &form.file.data, &call.by, call.now)?
        }
    };
    let mut view = match draft(desk, call, &of)? {
        Ok(view) => view,
        Err(entered) => return Ok(entered),
    };
    view.refused = refused;
    Ok(Shown::Files(view))
}

/// What a form comes to.
fn take(desk: &DeskState, call: &Call, form: &Form) -> Result<Shown, Refused> {
    match form.one("step") {
        "find" => find(desk, call, form),
        "begin" => begin(desk, call, form),
        step => {
            let of = Named::of(form.one("number"), form.one("secret"))?;
            go_on(desk, call, &of, step, form)
        }
    }
}

/// A page of what is being entered.
fn go_on(
    desk: &DeskState,
    call: &Call,
    of: &Named,
    step: &str,
    form: &Form,
) -> Result<Shown, Refused> {
    let cases = &desk.cases;
    let mut view = match draft(desk, call, of)? {
        Ok(view) => view,
        Err(entered) => return Ok(entered),
    };
    match step {
        "edit" => Ok(Shown::Fields(view)),
        "fields" => {
            let typed = typed(of.number.kind(), form);
            view.draft = cases.type_paper(of.pair(), typed, &call.by, call.now)?;
            view.faults = faults(desk, call, of, &view.draft)?;
            view.faults.retain(|f| f.field != on_paper::FILES);
            if view.faults.is_empty() {
                Ok(Shown::Files(view))
            } else {
                Ok(Shown::Fields(view))
            }
        }
        "remove" => {
            let file = form.one("file").parse().map_err(|_| Refused::NotHere)?;
            cases.drop_scan(of.pair(), file, &call.by, call.now)?;
            match draft(desk, call, of)? {
                Ok(view) => Ok(Shown::Files(view)),
                Err(entered) => Ok(entered),
            }
        }
        "files" => Ok(Shown::Files(view)),
        "check" => checked(desk, call, of, view),
        "do" => match cases.enter_paper(of.pair(), &desk.blind, &call.by, call.now) {
            Ok(_) => {
                if let Err(error) = cases.after(call.now) {
                    tracing::error!(%error, "what follows an application on paper is held up");
                }
                entered(desk, of)
            }
            Err(PaperError::Faults(_)) => checked(desk, call, of, view),
            Err(PaperError::Case(cause)) => Err(cause.into()),
        },
        _ => Err(Refused::NotHere),
    }
}

/// The check; or the page on which something is still to be filled in.
fn checked(
    desk: &DeskState,
    call: &Call,
    of: &Named,
    mut view: DraftView,
) -> Result<Shown, Refused> {
    match desk
        .cases
        .ready_paper(&of.number, &view.draft, &desk.blind, call.now)
    {
        Ok(ready) => Ok(Shown::Check(view, Box::new(ready))),
        Err(PaperError::Case(cause)) => Err(cause.into()),
        Err(PaperError::Faults(mut faults)) => {
            let of_files = faults.iter().all(|f| f.field == on_paper::FILES);
            if !of_files {
                faults.retain(|f| f.field != on_paper::FILES);
            }
            view.faults = faults;
            Ok(if of_files {
                Shown::Files(view)
            } else {
                Shown::Fields(view)
            })
        }
    }
}

fn faults(desk: &DeskState, call: &Call, of: &Named, draft: &Draft) -> Result<Vec<Fault>, Refused> {
    match desk
        .cases
        .ready_paper(&of.number, draft, &desk.blind, call.now)
    {
        Ok(_) => Ok(Vec::new()),
        Err(PaperError::Faults(faults)) => Ok(faults),
        Err(PaperError::Case(cause)) => Err(cause.into()),
    }
}

/// What is being entered, for its pages; when it is handed in, the page that says so.
fn draft(desk: &DeskState, call: &Call, of: &Named) -> Result<Result<DraftView, Shown>, Refused> {
    let Some(draft) = desk.cases.paper(of.pair(), &call.by)? else {
        return Ok(Err(entered(desk, of)?));
    };
    let today = call.today();
    let mut records = Vec::new();
    for id in &draft.records {
        if let Found::Shown(stored) = desk.store.find(id, today)? {
            records.push(stored.record);
        }
    }
    Ok(Ok(DraftView {
        number: of.number.as_str().to_owned(),
        secret: of.secret.expose().to_owned(),
        kind: of.number.kind(),
        draft,
        records,
        faults: Vec::new(),
        refused: None,
    }))
}

/// The receipt: number and secret, what follows, and the cases.
fn entered(desk: &DeskState, of: &Named) -> Result<Shown, Refused> {
    let apply = desk.cases.apply.as_ref().ok_or(Refused::NotHere)?;
    let failed = |error| crate::inside::desk::refused::failed("a receipt", &error);
    let standing = apply.standing(&of.number, &of.secret).map_err(failed)?;
    let replies = apply.replies(&of.number, &of.secret).map_err(failed)?;
    let told = || replies.iter().filter(|r| r.event == "submit");
    Ok(Shown::Entered(EnteredView {
        number: of.number.as_str().to_owned(),
        secret: of.secret.grouped(),
        kind: of.number.kind(),
        at: standing.submitted_at.ok_or(Refused::NotHere)?,
        received_on: told().next().map(|r| r.on),
        next: latest(told()),
        parts: standing.parts,
        base_url: desk.settings.base_url.to_string(),
    }))
}

/// What was typed into the fields of a form. Browsers send line ends of their own; a box that is not ticked sends nothing.
fn typed(kind: FormKind, form: &Form) -> Answers {
    let mut answers = Answers::default();
    answers.set(on_paper::RECEIVED_ON, form.one(on_paper::RECEIVED_ON));
    for question in on_paper::all(kind).flat_map(|step| step.questions) {
        let value: String = form.one(question.field).replace("\r\n", "\n");
        answers.set(
            question.field,
            value.chars().take(10_000).collect::<String>(),
        );
    }
    answers
}

fn kind_of(form: &Form) -> Option<FormKind> {
    FormKind::from_code(form.one("kind"))
}

/// The first page was sent: which kind, when it was received, and about whose records.
fn find(desk: &DeskState, call: &Call, form: &Form) -> Result<Shown, Refused> {
    let mut view = StartView {
        kind: form.one("kind").to_owned(),
        received_on: form.one(on_paper::RECEIVED_ON).to_owned(),
        asked: form.one("asked").trim().to_owned(),
        faults: Vec::new(),
    };
    let mut answers = Answers::default();
    answers.set(on_paper::RECEIVED_ON, view.received_on.as_str());
    let received = on_paper::received_on(&answers, call.today());
    let kind = kind_of(form);
    if kind.is_none() {
        view.fault("kind", "请选择申请的种类", "Select what is applied for");
    }
    if let Err(faults) = &received {
        view.faults.extend(faults.iter().cloned());
    }
    let asked = view.asked.clone();
    let records = match (kind, asked.as_str()) {
        (Some(FormKind::Complaint), _) | (Some(FormKind::Objection), "") => Vec::new(),
        (Some(FormKind::Repair), "") => {
            view.fault(
                "asked",
                "请填写统一社会信用代码或者记录编号",
                "Enter the credit code or the record id",
            );
            Vec::new()
        }
        (_, asked) => look(desk, call, asked, &mut view)?,
    };
    let (Some(kind), Ok(received_on)) = (kind, received) else {
        return Ok(Shown::Start(view));
    };
    let choices = choices(desk, kind, records, received_on);
    if view.faults.is_empty() && kind == FormKind::Repair && choices.is_empty() {
        view.fault(
            "asked",
            "应当是有可以申请修复的公示信息的主体或者记录",
            "This must be a subject or record of which something that may be repaired is displayed",
        );
    }
    if !view.faults.is_empty() {
        return Ok(Shown::Start(view));
    }
    if choices.is_empty() {
        return begun(desk, call, kind, &[], received_on);
    }
    Ok(Shown::Choose(ChooseView {
        kind,
        received_on,
        asked: view.asked,
        found: choices,
        nothing_chosen: false,
    }))
}

/// The displayed records of a credit code, or one of an id or of the address of its page.
fn look(
    desk: &DeskState,
    call: &Call,
    asked: &str,
    view: &mut StartView,
) -> Result<Vec<PublicRecord>, Refused> {
    let today = call.today();
    let last = asked.rsplit('/').next().unwrap_or_default();
    let id = last.to_ascii_lowercase();
    if id.len() == ID && id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Ok(match desk.store.find(&id, today)? {
            Found::Shown(stored) => vec![stored.record],
            Found::Gone | Found::Unknown => {
                view.fault(
                    "asked",
                    "记录编号应当是现在公示的信息的编号",
                    "Record id must be that of a record that is displayed now",
                );
                Vec::new()
            }
        });
    }
    let Ok(code) = CreditCode::parse(&asked.to_uppercase()) else {
        view.fault(
            "asked",
            "应当是 18 位统一社会信用代码，或者公示页面底部的记录编号",
            "This must be a credit code of 18 characters, or the record id at the foot of its page",
        );
        return Ok(Vec::new());
    };
    let rows = desk
        .store
        .by_credit_code(code.as_str(), today, None, MOST_OFFERED)?;
    if rows.is_empty() {
        view.fault(
            "asked",
            "应当是有公示信息的主体",
            "This must be a subject of which something is displayed",
        );
    }
    Ok(rows.into_iter().map(|row| row.record).collect())
}

/// The records as they are offered: with what the law says of a repair on the day of receipt. What it stands against may be
/// entered all the same: the applicant is answered with the reason.
fn choices(
    desk: &DeskState,
    kind: FormKind,
    records: Vec<PublicRecord>,
    received_on: NaiveDate,
) -> Vec<Choice> {
    let offered = records.into_iter().filter_map(|record| {
        let entry = desk.catalogue.list(&record.list)?;
        if kind == FormKind::Repair && entry.polarity != Polarity::Negative {
            return None;
        }
        Some(Choice {
            eligible: (kind == FormKind::Repair)
                .then(|| eligible::repair(entry, record.earliest_repair, received_on)),
            list: entry.name.clone(),
            record,
        })
    });
    offered.collect()
}

/// The records were chosen, or that it is about none.
fn begin(desk: &DeskState, call: &Call, form: &Form) -> Result<Shown, Refused> {
    let kind = kind_of(form).ok_or(Refused::NotHere)?;
    let received = form.one(on_paper::RECEIVED_ON);
    let received_on: NaiveDate = received.parse().map_err(|_| Refused::NotHere)?;
    let mut chosen: Vec<String> = form.many("record").to_vec();
    chosen.sort();
    chosen.dedup();
    chosen.truncate(MOST_CHOSEN);
    let none = form.one("about") == "none" && kind == FormKind::Objection;
    if none {
        chosen.clear();
    }
    let today = call.today();
    let mut records = Vec::new();
    for id in &chosen {
        if let Found::Shown(stored) = desk.store.find(id, today)? {
            records.push(stored.record);
        }
    }
    // one application is about one subject
    let subject = |r: &PublicRecord| r.credit_code.clone().ok_or_else(|| r.id.clone());
    let of_one = records
        .windows(2)
        .all(|two| subject(&two[0]) == subject(&two[1]));
    let offered = choices(desk, kind, records.clone(), received_on);
    let good = of_one && offered.len() == chosen.len() && (none || !chosen.is_empty());
    if good {
        return begun(desk, call, kind, &records, received_on);
    }
    let asked = form.one("asked").to_owned();
    let mut view = StartView::default();
    let all = look(desk, call, &asked, &mut view)?;
    Ok(Shown::Choose(ChooseView {
        found: choices(desk, kind, all, received_on),
        kind,
        received_on,
        asked,
        nothing_chosen: true,
    }))
}

fn begun(
    desk: &DeskState,
    call: &Call,
    kind: FormKind,
    records: &[PublicRecord],
    received_on: NaiveDate,
) -> Result<Shown, Refused> {
    let mut new = Draft {
        records: records.iter().map(|r| r.id.clone()).collect(),
        ..Draft::default()
    };
    prefill(&desk.catalogue, kind, records, &mut new);
    new.answers
        .set(on_paper::RECEIVED_ON, received_on.to_string());
    let (number, secret) = desk.cases.begin_paper(kind, &new, &call.by, call.now)?;
    let of = Named { number, secret };
    match draft(desk, call, &of)? {
        Ok(view) => Ok(Shown::Fields(view)),
        Err(entered) => Ok(entered),
    }
}
