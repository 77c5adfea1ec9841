//! `/desk/imports`: a file is uploaded, sealed, checked and looked at; then the same bytes are imported, or thrown away.
//!
//! For the time of a check the bytes lie in a private directory, in memory where the machine has one (`/dev/shm`), because
//! the readers of workbooks seek in files.

use std::path::{Path, PathBuf};

use actix_multipart::form::MultipartForm;
use actix_multipart::form::bytes::Bytes as FileBytes;
use actix_multipart::form::text::Text;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use zeroize::Zeroizing;

use super::second::{self, Act, Acted};
use crate::domain::time::Moment;
use crate::inside::desk::enter::enter_with_token;
use crate::inside::desk::form::Wrong;
use crate::inside::desk::pages::frame::Place;
use crate::inside::desk::pages::import::{self, FileLine, ImportsView, PreviewView, Record, Value};
use crate::inside::desk::refused::failed;
use crate::inside::desk::{DeskState, Form, Refused, Seat, Stop, enter, enter_sent, rights};
use crate::inside::intake::{self, Body, ImportOptions, ImportSummary};
use crate::inside::publish::preview;
use crate::inside::vault::{NewStaged, Officer, Staged, StagedState};

/// Bytes of an upload that are taken at most.
pub const MOST_UPLOAD: usize = 32 << 20;
/// Files listed.
const LISTED: usize = 50;
/// Records shown in a preview.
const SHOWN: usize = 20;
/// Characters of a file name that are kept.
const LONGEST_NAME: usize = 120;

/// The upload.
#[derive(Debug, MultipartForm)]
pub struct Upload {
    token: Text<String>,
    list: Text<String>,
    replace: Option<Text<String>>,
    file: FileBytes,
}

/// `GET /desk/imports`.
///
/// # Errors
/// The answer that ends the request.
pub async fn shown(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::SEE_IMPORTS).await?;
    let officer = seat.officer.clone();
    let view = seat.work(move |desk| files(desk, &officer)).await?;
    Ok(files_page(&seat, StatusCode::OK, &view))
}

fn files(desk: &DeskState, officer: &Officer) -> Result<ImportsView, Refused> {
    let name = |code: &str| {
        let entry = desk.catalogue.list(code);
        entry.map_or_else(|| code.to_owned(), |e| e.name.zh.clone())
    };
    let files = desk.vault.staged_files(officer.scope(), LISTED)?;
    let lists = desk.catalogue.lists.values();
    Ok(ImportsView {
        lists: lists.map(|l| (l.code.clone(), l.name.zh.clone())).collect(),
        files: files
            .into_iter()
            .map(|f| FileLine {
                list: name(&f.list),
                id: f.id,
                name: f.file_name,
                officer: f.officer,
                at: f.staged_at,
                state: f.state,
            })
            .collect(),
        ..ImportsView::default()
    })
}

fn files_page(seat: &Seat, status: StatusCode, view: &ImportsView) -> HttpResponse {
    let title = seat.lang().say("数据导入", "Import");
    let main = import::files(&seat.ctx(), view);
    seat.page_with(status, title, Place::Imports, &main)
}

/// What could not even be read: it is too large, or no upload of ours. Nothing of it is known, nor is its token: the session
/// alone says who reads that.
async fn unread(req: &HttpRequest, state: &Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(req, state, rights::IMPORT).await?;
    let officer = seat.officer.clone();
    let view = seat
        .work(move |desk| {
            let mut view = files(desk, &officer)?;
            view.wrong.push(Wrong::new(
                "file",
                "文件应当不超过 32 MB",
                "The selected file must be 32 MB or smaller",
            ));
            Ok(view)
        })
        .await?;
    Ok(files_page(&seat, StatusCode::PAYLOAD_TOO_LARGE, &view))
}

/// `POST /desk/imports`: a file.
///
/// # Errors
/// The answer that ends the request.
pub async fn uploaded(
    req: HttpRequest,
    state: Data<DeskState>,
    form: Result<MultipartForm<Upload>, actix_web::Error>,
) -> Result<HttpResponse, Stop> {
    let Ok(form) = form else {
        return unread(&req, &state).await;
    };
    let form = form.into_inner();
    let seat = enter_with_token(&req, &state, rights::IMPORT, &form.token).await?;
    let (officer, now) = (seat.officer.clone(), seat.now);
    let staged = seat
        .work(move |desk| {
            let mut wrong = Vec::new();
            if desk.catalogue.list(&form.list).is_none() {
                wrong.push(Wrong::new("list", "请选择名单", "Select a list"));
            }
            let bytes = &form.file.data;
            if bytes.is_empty() {
                wrong.push(Wrong::new("file", "请选择文件", "Select a file"));
            }
            if !wrong.is_empty() {
                return Ok(Err(ImportsView {
                    list: form.list.0,
                    replace: form.replace.is_some(),
                    wrong,
                    ..files(desk, &officer)?
                }));
            }
            let name = plain_name(form.file.file_name.as_deref().unwrap_or_default());
            let sha256 = data_encoding::HEXLOWER.encode(&Sha256::digest(bytes));
            let new = NewStaged {
                officer: &officer.id,
                provider: officer.authority.as_deref(),
                list: &form.list,
                replace: form.replace.is_some(),
                file_name: &name,
                file_sha256: &sha256,
                bytes,
            };
            Ok(Ok(desk.vault.stage_file(&new, now)?))
        })
        .await?;
    Ok(match staged {
        Ok(id) => seat.go(&format!("/desk/imports/{id}")),
        Err(view) => files_page(&seat, StatusCode::UNPROCESSABLE_ENTITY, &view),
    })
}

/// A file's name without directories, control characters and what a file system would read.
pub(super) fn plain_name(typed: &str) -> String {
    let last = typed.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_NAME)
        .collect();
    let plain = plain.trim_start_matches('.').trim();
    if plain.is_empty() { "upload" } else { plain }.to_owned()
}

/// A file that waits and is the officer's to see: of its authority, where it acts for one.
fn waiting(
    desk: &DeskState,
    officer: &Officer,
    id: &str,
) -> Result<(Staged, Zeroizing<Vec<u8>>), Refused> {
    let (file, bytes) = desk.vault.staged_file(id)?.ok_or(Refused::NotHere)?;
    let theirs = officer
        .scope()
        .is_some_and(|own| file.provider.as_deref() != Some(own));
    match bytes {
        _ if theirs => Err(Refused::NotHere),
        Some(bytes) if file.is_open() => Ok((file, bytes)),
        _ => Err(Refused::Changed),
    }
}

/// The bytes as a file for the readers, gone with the value.
pub(super) struct Laid {
    dir: TempDir,
    pub(super) path: PathBuf,
}

/// Lays bytes down under a plain name.
pub(super) fn lay(name: &str, bytes: &[u8]) -> Result<Laid, Refused> {
    let memory = Path::new("/dev/shm");
    let dir = tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir());
    let laid = dir.and_then(|dir| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes)?;
        Ok(Laid { dir, path })
    });
    laid.map_err(|error| failed("a file to check", &error))
}

pub(super) fn options(file: &Staged, officer: &Officer, laid: &Laid, now: Moment) -> ImportOptions {
    let own = officer.scope().map(|code| Body {
        name: officer.authority_name.clone(),
        code: code.to_owned(),
    });
    ImportOptions {
        replace: file.replace,
        // rows that do not name their provider are this one's; who decided each row says
        provider: own.filter(|body| !body.name.is_empty()),
        rejects_dir: Some(laid.dir.path().to_owned()),
        actor: officer.id.clone(),
        ..ImportOptions::new(&file.list, now)
    }
}

fn rejects(summary: &ImportSummary) -> Option<Vec<u8>> {
    std::fs::read(summary.rejects_file.as_ref()?).ok()
}

/// `GET /desk/imports/{id}`: the preview. It shows raw values, which the audit log has.
///
/// # Errors
/// The answer that ends the request.
pub async fn previewed(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::SEE_IMPORTS).await?;
    let id = req.match_info().get("id").unwrap_or_default().to_owned();
    let (officer, now) = (seat.officer.clone(), seat.now);
    let view = seat
        .work(move |desk| {
            let (file, bytes) = waiting(desk, &officer, &id)?;
            desk.vault.audit(
                now,
                &officer.id,
                "look",
                &id,
                "purpose: preview of an import",
            )?;
            look(desk, &file, &bytes, &officer, now)
        })
        .await?;
    let title = seat.lang().say("导入预览", "Preview of an import");
    Ok(seat.page(title, Place::Imports, &import::preview(&seat.ctx(), &view)))
}

fn look(
    desk: &DeskState,
    file: &Staged,
    bytes: &[u8],
    officer: &Officer,
    now: Moment,
) -> Result<PreviewView, Refused> {
    let laid = lay(&file.file_name, bytes)?;
    let second = second::needed(desk, file);
    let provider = second::on_behalf(desk, file, officer)?;
    let options = options(file, &provider, &laid, now);
    let of = provider.scope();
    // two officers answer for all of it, and not for the first records alone
    let most = if second { usize::MAX } else { SHOWN };
    let found = intake::preview(&desk.catalogue, &laid.path, &options, most, of);
    let entry = desk.catalogue.list(&file.list);
    let mut view = PreviewView {
        id: file.id.clone(),
        file_name: file.file_name.clone(),
        list: entry.map_or_else(|| file.list.clone(), |e| e.name.zh.clone()),
        sha256: file.file_sha256.clone(),
        replace: file.replace,
        outcome: Err(String::new()),
        foreign: 0,
        rejects: false,
        records: Vec::new(),
        second: None,
        refused: None,
    };
    match found {
        Err(error) => view.outcome = Err(error.to_string()),
        Ok(found) => {
            let publisher = desk.publisher();
            let samples: Vec<preview::Sample> = found
                .records
                .iter()
                .map(|r| preview::sample(&publisher, r, now))
                .collect();
            if second {
                let outcome =
                    second::outcome(desk, file, &found.summary, &found.records, &samples)?;
                view.second = Some(second::stand(file, officer, outcome));
            }
            view.records = samples.into_iter().take(SHOWN).map(record).collect();
            view.foreign = found.foreign;
            view.rejects = rejects(&found.summary).is_some();
            view.outcome = Ok(found.summary);
        }
    }
    Ok(view)
}

fn record(sample: preview::Sample) -> Record {
    Record {
        document_number: sample.document_number,
        verdict: sample.verdict,
        values: sample
            .values
            .into_iter()
            .map(|v| Value {
                name: v.name,
                raw: v.raw,
                shown: v.shown,
            })
            .collect(),
    }
}

/// `GET /desk/imports/{id}/rejects.csv`.
///
/// # Errors
/// The answer that ends the request.
pub async fn rejects_file(req: HttpRequest, state: Data<DeskState>) -> Result<HttpResponse, Stop> {
    let seat = enter(&req, &state, rights::SEE_IMPORTS).await?;
    let id = req.match_info().get("id").unwrap_or_default().to_owned();
    let (officer, now) = (seat.officer.clone(), seat.now);
    let body = seat
        .work(move |desk| {
            let (file, bytes) = waiting(desk, &officer, &id)?;
            let laid = lay(&file.file_name, &bytes)?;
            let provider = second::on_behalf(desk, &file, &officer)?;
            let options = options(&file, &provider, &laid, now);
            let found = intake::preview(&desk.catalogue, &laid.path, &options, 0, None);
            let summary = found.map_err(|_| Refused::NotHere)?.summary;
            rejects(&summary).ok_or(Refused::NotHere)
        })
        .await?;
    Ok(seat.file(body, "text/csv; charset=utf-8", "rejects.csv"))
}

/// What came of an act.
enum Settled {
    /// Back to the list of files.
    Listed,
    /// To the preview again.
    Again,
    /// Imported.
    Imported(Box<ImportSummary>),
    /// The form comes back.
    Wrong(Box<PreviewView>),
}

/// `POST /desk/imports/{id}`: imports the very bytes that were looked at, or throws them away; proposes them to a second
/// officer, releases or sends back what another one proposed.
///
/// # Errors
/// The answer that ends the request.
pub async fn settled(
    req: HttpRequest,
    state: Data<DeskState>,
    body: Bytes,
) -> Result<HttpResponse, Stop> {
    let (seat, form) = enter_sent(&req, &state, rights::SEE_IMPORTS, &body).await?;
    let id = req.match_info().get("id").unwrap_or_default().to_owned();
    let (officer, now, place) = (seat.officer.clone(), seat.now, id.clone());
    let settled = seat
        .work(move |desk| {
            let (file, bytes) = waiting(desk, &officer, &id)?;
            match settle(desk, (&file, &bytes), &form, &officer, now) {
                // what stands against the file is told beside the file
                Err(Refused::Wrong(zh, en)) => {
                    let mut view = look(desk, &file, &bytes, &officer, now)?;
                    view.refused = Some((zh, en));
                    Ok(Settled::Wrong(Box::new(view)))
                }
                settled => settled,
            }
        })
        .await?;
    Ok(match settled {
        Settled::Listed => seat.go("/desk/imports"),
        Settled::Again => seat.go(&format!("/desk/imports/{place}")),
        Settled::Imported(summary) => {
            let title = seat.lang().say("已导入", "Imported");
            seat.page(title, Place::Imports, &import::done(&seat.ctx(), &summary))
        }
        Settled::Wrong(view) => {
            let title = seat.lang().say("导入预览", "Preview of an import");
            let main = import::preview(&seat.ctx(), &view);
            seat.page_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                title,
                Place::Imports,
                &main,
            )
        }
    })
}

fn settle(
    desk: &DeskState,
    (file, bytes): (&Staged, &[u8]),
    form: &Form,
    officer: &Officer,
    now: Moment,
) -> Result<Settled, Refused> {
    let code = form.one("act");
    if let Some(act) = Act::of(code) {
        let fresh = || {
            let view = look(desk, file, bytes, officer, now)?;
            if view.foreign > 0 {
                return Err(Refused::wrong(FOREIGN.0, FOREIGN.1));
            }
            view.second.map(|s| s.outcome).ok_or(Refused::Changed)
        };
        let acted = second::act(desk, (file, bytes), (act, form), officer, now, fresh)?;
        return Ok(match acted {
            Acted::Done => Settled::Again,
            Acted::Released(summary) => Settled::Imported(summary),
            Acted::Wrong(wrong, typed) => {
                let mut view = look(desk, file, bytes, officer, now)?;
                if let Some(second) = &mut view.second {
                    second.wrong.push(wrong);
                    second.typed = typed;
                }
                Settled::Wrong(Box::new(view))
            }
        });
    }
    if !rights::IMPORT.contains(&officer.role) {
        return Err(Refused::NotYours);
    }
    if code != "import" {
        desk.vault
            .settle_staged(&file.id, StagedState::Dropped, &officer.id, now)?;
        return Ok(Settled::Listed);
    }
    if file.file_sha256 != form.one("sha256") {
        return Err(Refused::Changed);
    }
    if second::needed(desk, file) {
        return Err(Refused::wrong(
            "该文件应当由另一名人员复核后发布",
            "This file must be released by a second officer",
        ));
    }
    let done = bring_in(desk, file, bytes, officer, now)?;
    Ok(Settled::Imported(Box::new(done)))
}

/// What is told of a file that holds records of other authorities.
const FOREIGN: (&str, &str) = (
    "文件应当只含本单位的记录",
    "File must hold records of your authority only",
);

/// A file that the intake refuses, in its words.
pub(super) fn cannot(error: &dyn std::fmt::Display) -> Refused {
    Refused::Wrong(format!("文件不能导入：{error}"), error.to_string())
}

fn bring_in(
    desk: &DeskState,
    file: &Staged,
    bytes: &[u8],
    officer: &Officer,
    now: Moment,
) -> Result<ImportSummary, Refused> {
    let laid = lay(&file.file_name, bytes)?;
    let options = options(file, officer, &laid, now);
    let checked = intake::preview(&desk.catalogue, &laid.path, &options, 0, officer.scope());
    if checked.map_err(|e| cannot(&e))?.foreign > 0 {
        return Err(Refused::wrong(FOREIGN.0, FOREIGN.1));
    }
    let done = intake::import(
        &desk.vault,
        &desk.catalogue,
        &laid.path,
        &options,
        &mut |_| (),
    );
    let summary = done.map_err(|e| cannot(&e))?;
    // importing the same bytes twice changes nothing, so the file is settled last
    desk.vault
        .settle_staged(&file.id, StagedState::Imported, &officer.id, now)?;
    Ok(summary)
}

#[cfg(test)]
mod tests {
    use super::plain_name;

    #[test]
    fn names_of_files_lead_nowhere() {
        for (typed, kept) in [
            ("处罚.csv", "处罚.csv"),
            ("../../etc/passwd", "passwd"),
            ("C:\\a\\b.xlsx", "b.xlsx"),
            ("..", "upload"),
            ("", "upload"),
            (".hidden\u{0}", "hidden"),
        ] {
            assert_eq!(plain_name(typed), kept, "{typed}");
        }
    }
}
