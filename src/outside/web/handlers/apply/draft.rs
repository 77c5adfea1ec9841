//! `/apply/draft/{number}`: the list of tasks, one page a question, the letter.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::{Sent, Session, Stop, enter, enter_sent, go, session, session_sent, stopped, work};
use crate::domain::forms::steps::{self, Ask, Step};
use crate::domain::forms::submission::{Purpose, Signed};
use crate::domain::forms::{Fault, Form, FormKind, letter as letters};
use crate::outside::apply::Draft;
use crate::outside::report::pdf;
use crate::outside::web::cache::Stamp;
use crate::outside::web::link;
use crate::outside::web::pages::apply::{
    About, Base, letter as letter_page, step as step_page, tasks as tasks_page,
};
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{Call, Reply, refuse};
use crate::outside::web::state::{WebState, failed};

/// A draft that was read, with the records that it is about as far as they are still displayed.
pub(super) struct Read {
    pub(super) draft: Draft,
    pub(super) about: Vec<About>,
}

pub(super) fn read(state: &WebState, session: &Session, stamp: Stamp) -> Result<Read, Stop> {
    let intake = state.apply.as_ref().ok_or(Refusal::NotFound)?;
    let draft = intake.store.draft(&session.number, &session.secret)?;
    Ok(Read {
        about: about(state, &draft, stamp)?,
        draft,
    })
}

pub(super) fn about(state: &WebState, draft: &Draft, stamp: Stamp) -> Result<Vec<About>, Refusal> {
    let mut out = Vec::new();
    for id in &draft.records {
        match state.record(id, stamp) {
            Ok(shown) => {
                let entry = state.catalogue.list(&shown.record.list);
                out.push(About {
                    record: shown.record.clone(),
                    list_name: entry.map(|e| e.name.clone()).unwrap_or_default(),
                    materials: entry
                        .map(|e| e.repair.materials.clone())
                        .unwrap_or_default(),
                });
            }
            Err(Refusal::Gone | Refusal::NotFound) => {}
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(out)
}

/// Reads the draft of a request and makes a page of it.
async fn with(
    req: HttpRequest,
    state: Data<WebState>,
    make: impl FnOnce(&Call, &Session, &Read) -> Result<Reply, Refusal>,
) -> HttpResponse {
    let (call, _) = match enter(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let session = match session(&call) {
        Ok(session) => session,
        Err(res) => return *res,
    };
    let (stamp, key) = (call.stamp, session.clone());
    match work(&call, move |state| read(state, &key, stamp)).await {
        Ok(read) => {
            let reply = make(&call, &session, &read);
            call.end(reply.map(|r| r.unindexed(true)))
        }
        Err(stop) => stopped(call, &session.number, stop),
    }
}

pub(super) fn base<'a>(session: &'a Session, token: &'a str, read: &'a Read) -> Base<'a> {
    Base {
        number: session.number.as_str(),
        kind: session.number.kind(),
        token,
        draft: &read.draft,
        about: &read.about,
    }
}

/// What is still to be done before it can be handed in, by the code of its task.
pub(super) fn open_tasks(
    kind: FormKind,
    read: &Read,
    today: chrono::NaiveDate,
) -> Vec<&'static str> {
    let draft = &read.draft;
    let mut open: Vec<&'static str> = steps::steps(kind, &draft.answers)
        .into_iter()
        .filter(|s| !draft.is_done(s.code) || !s.faults(kind, &draft.answers, today).is_empty())
        .map(|s| s.code)
        .collect();
    if !draft.evidence_done {
        open.push("evidence");
    }
    if letters::needed(kind) && !is_signed(draft) {
        open.push("commitment");
    }
    open
}

/// Whether the commitment is signed; on paper only as long as the file is there.
pub(super) fn is_signed(draft: &Draft) -> bool {
    match &draft.commitment {
        Some(Signed::OnScreen { .. }) => true,
        Some(Signed::OnPaper { file }) => draft.files.iter().any(|f| f.file == *file),
        None => false,
    }
}

/// The list of tasks.
pub async fn tasks(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    with(req, state, |call, session, read| {
        let token = session.token();
        let view = tasks_page::TasksView {
            base: base(session, &token, read),
            secret: &session.secret.grouped(),
            resume: &format!(
                "{}{}",
                call.state.settings.base_url,
                link::resume_with(session.number.as_str(), session.secret.expose())
            ),
            open: &open_tasks(session.number.kind(), read, call.today),
        };
        Ok(Reply::page(
            tasks_page::page(&call.bare_ctx(), &view).into_string(),
        ))
    })
    .await
}

/// One page of questions, or of evidence, commitment, check.
pub async fn step(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    with(req, state, |call, session, read| {
        show(call, session, read, &[], None)
    })
    .await
}

/// The page of the step that the address names. `refused` is what was wrong with an uploaded file.
pub(super) fn show(
    call: &Call,
    session: &Session,
    read: &Read,
    faults: &[Fault],
    refused: Option<&(String, String)>,
) -> Result<Reply, Refusal> {
    let code = call.req.match_info().get("step").unwrap_or_default();
    let (kind, token) = (session.number.kind(), session.token());
    let base = base(session, &token, read);
    let ctx = call
        .state
        .ctx(call.prefs, link::draft_at(session.number.as_str(), code));
    let open = open_tasks(kind, read, call.today);
    let page = match code {
        "evidence" => step_page::evidence(&ctx, &base, refused),
        "commitment" if letters::needed(kind) => {
            step_page::commitment(&ctx, &base, faults, call.today)
        }
        "check" => step_page::check(&ctx, &base, &open),
        code => {
            let step = steps::find(kind, &read.draft.answers, code).ok_or(Refusal::NotFound)?;
            step_page::questions(
                &ctx,
                &base,
                step,
                faults,
                call.req.query_string() == "check",
            )
        }
    };
    Ok(Reply::page(page.into_string()))
}

/// What was typed on a page: saved whether it is right or not, and told what is wrong.
pub async fn step_sent(req: HttpRequest, state: Data<WebState>, body: Bytes) -> HttpResponse {
    let (call, intake) = match enter_sent(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let sent = Sent::read(&body);
    let session = match session_sent(&call, &sent) {
        Ok(session) => session,
        Err(res) => return *res,
    };
    let code = call
        .req
        .match_info()
        .get("step")
        .unwrap_or_default()
        .to_owned();
    let (key, now, today, stamp) = (session.clone(), call.now, call.today, call.stamp);
    let to_check = sent.one("back") == "check";
    let step_code = code.clone();
    let saved = work(&call, move |state| {
        let kind = key.number.kind();
        let faults = intake
            .store
            .change(&key.number, &key.secret, now, |draft| {
                Ok(take(kind, draft, &step_code, &sent, now, today))
            })?;
        Ok((faults, read(state, &key, stamp)?))
    })
    .await;
    match saved {
        Ok((None, _)) => refuse(&call.req, &Refusal::NotFound),
        Ok((Some(faults), _)) if faults.is_empty() && to_check => {
            go(&link::draft_at(session.number.as_str(), "check"), None)
        }
        Ok((Some(faults), read)) if faults.is_empty() => {
            go(&next_page(&session, &read, &code, today), None)
        }
        Ok((Some(faults), read)) => {
            let reply = show(&call, &session, &read, &faults, None);
            call.end(reply.map(|r| r.unindexed(true).unexpected(true)))
        }
        Err(stop) => stopped(call, &session.number, stop),
    }
}

/// Takes what was sent for a step into the draft; what is wrong with it, or none when there is no such step.
fn take(
    kind: FormKind,
    draft: &mut Draft,
    code: &str,
    sent: &Sent,
    now: crate::domain::time::Moment,
    today: chrono::NaiveDate,
) -> Option<Vec<Fault>> {
    match code {
        "evidence" => {
            draft.evidence_done = true;
            Some(Vec::new())
        }
        "commitment" if letters::needed(kind) => Some(sign(draft, sent, now)),
        code => {
            let step: &'static Step = steps::find(kind, &draft.answers, code)?;
            for question in step.questions {
                let value = match question.ask {
                    // an empty box is not sent at all
                    Ask::Tick(_) if sent.one(question.field) != "yes" => "",
                    _ => sent.one(question.field),
                };
                let bounded: String = value.chars().take(8_000).collect();
                draft.answers.set(question.field, bounded);
            }
            let faults = step.faults(kind, &draft.answers, today);
            draft.mark(code, faults.is_empty());
            Some(faults)
        }
    }
}

fn sign(draft: &mut Draft, sent: &Sent, now: crate::domain::time::Moment) -> Vec<Fault> {
    let fault = |field: &'static str, zh: &str, en: &str| {
        vec![Fault {
            field,
            zh: zh.to_owned(),
            en: en.to_owned(),
        }]
    };
    match sent.one("how") {
        "screen" => {
            let name: String = sent.one("signed_name").trim().chars().take(100).collect();
            if name.chars().count() < 2 {
                return fault(
                    "signed_name",
                    "请填写签署人的姓名：法定代表人、负责人或者本人",
                    "Enter the name of who signs: the representative, or your own",
                );
            }
            if sent.one("signed_agree") != "yes" {
                return fault(
                    "signed_agree",
                    "请勾选，确认作出以上承诺",
                    "Confirm that this commitment is made",
                );
            }
            draft.commitment = Some(Signed::OnScreen { name, at: now });
            Vec::new()
        }
        "paper" => {
            let letter = draft
                .files
                .iter()
                .rev()
                .find(|f| f.purpose == Purpose::Commitment);
            match letter.map(|f| f.file) {
                Some(file) => {
                    draft.commitment = Some(Signed::OnPaper { file });
                    Vec::new()
                }
                None => fault(
                    "how",
                    "请上传签署的信用承诺书（在“证明材料”中）",
                    "Upload the signed commitment letter among the evidence",
                ),
            }
        }
        _ => fault("how", "请选择签署方式", "Select how it is signed"),
    }
}

/// Where it goes on after a step: to the next one that is open, else to the check.
pub(super) fn next_page(
    session: &Session,
    read: &Read,
    after: &str,
    today: chrono::NaiveDate,
) -> String {
    let kind = session.number.kind();
    let open = open_tasks(kind, read, today);
    let order: Vec<&str> = steps::steps(kind, &read.draft.answers)
        .iter()
        .map(|s| s.code)
        .chain(["evidence", "commitment"])
        .collect();
    let at = order.iter().position(|c| *c == after).unwrap_or(0);
    let later = order.iter().skip(at + 1).chain(order.iter().take(at));
    let next = later.copied().find(|c| open.contains(c)).unwrap_or("check");
    link::draft_at(session.number.as_str(), next)
}

/// The commitment letter, to be printed.
pub async fn letter(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    with(req, state, |call, session, read| {
        let token = session.token();
        let ctx = call.state.ctx(
            call.prefs,
            link::draft_at(session.number.as_str(), "letter"),
        );
        Ok(Reply::page(
            letter_page::page(&ctx, &base(session, &token, read), call.today).into_string(),
        ))
    })
    .await
}

/// The same as a file.
pub async fn letter_pdf(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    with(req, state, |call, session, read| {
        let token = session.token();
        let document =
            letter_page::document(&call.bare_ctx(), &base(session, &token, read), call.today);
        let file = pdf::make(&document).map_err(|e| failed("making a letter", &e))?;
        Ok(Reply::pdf(
            file,
            format!("commitment-{}.pdf", session.number.as_str()),
        ))
    })
    .await
}

/// The typed form of a draft.
pub(super) fn form(
    kind: FormKind,
    draft: &Draft,
    today: chrono::NaiveDate,
) -> Result<Form, Vec<Fault>> {
    Form::parse(kind, &draft.answers, !draft.records.is_empty(), today)
}
