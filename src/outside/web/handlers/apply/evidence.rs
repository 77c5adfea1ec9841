//! Files of evidence: judged in memory, sealed, kept; or refused with a word.

use actix_multipart::MultipartError;
use actix_multipart::form::MultipartForm;
use actix_multipart::form::bytes::Bytes as File;
use actix_multipart::form::text::Text;
use actix_web::error::PayloadError;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use tokio::sync::OwnedSemaphorePermit;

use super::draft::{read, show};
use super::{Sent, Session, Stop, enter_sent, go, session, session_sent, stopped, work};
use crate::domain::forms::submission::{FileLabel, Purpose};
use crate::outside::apply::uploads::Of;
use crate::outside::apply::{ApplyError, Intake};
use crate::outside::evidence::{self, MOST_BYTES, Refused, display_name};
use crate::outside::web::link;
use crate::outside::web::problem::{FieldError, Refusal};
use crate::outside::web::reply::{Call, refuse};
use crate::outside::web::state::WebState;

/// Bytes of a whole upload: the file and the few words around it.
pub const MOST_UPLOAD: usize = MOST_BYTES + (64 << 10);

/// An upload.
#[derive(Debug, MultipartForm)]
pub struct Upload {
    token: Text<String>,
    purpose: Text<String>,
    /// Asked where there are several records.
    about: Option<Text<String>>,
    file: File,
}

/// A form that brings a file, as the pages of an application send it.
pub(super) trait FileForm {
    /// What is told of something that is no such form: where, code, words in both languages.
    const INCOMPLETE: (&'static str, &'static str, &'static str);

    /// The token that it carries.
    fn token(&self) -> &str;
}

impl FileForm for Upload {
    const INCOMPLETE: (&'static str, &'static str, &'static str) = (
        "body:file",
        "not_a_file",
        "请选择一个文件后再上传 · choose a file and send it again",
    );

    fn token(&self) -> &str {
        &self.token
    }
}

/// Why a form with a file was not read: with words for the page that it came from, or for good.
pub(super) enum Unread {
    Words((String, String)),
    Refused(Refusal),
}

/// A form with a file that a page of this application sent, and the permit under which its file is judged: few are in
/// memory at a time.
pub(super) async fn uploaded<T: FileForm>(
    call: &Call,
    session: &Session,
    form: Result<T, actix_web::Error>,
) -> Result<(T, OwnedSemaphorePermit), Unread> {
    let form = form.map_err(|error| {
        if is_overflow(&error) {
            return Unread::Words(Refused::TooLarge.words());
        }
        let (pointer, code, message) = T::INCOMPLETE;
        Unread::Refused(Refusal::BadParameters(vec![FieldError {
            pointer: pointer.to_owned(),
            code,
            message: message.to_owned(),
        }]))
    })?;
    if !session.secret.is_token(&session.number, form.token()) {
        return Err(Unread::Refused(Refusal::Elsewhere));
    }
    let permit = call.state.permits.enter().await.map_err(Unread::Refused)?;
    Ok((form, permit))
}

/// Takes a file.
pub async fn evidence_sent(
    req: HttpRequest,
    state: Data<WebState>,
    form: Result<MultipartForm<Upload>, actix_web::Error>,
) -> HttpResponse {
    let (call, intake) = match enter_sent(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let session = match session(&call) {
        Ok(session) => session,
        Err(res) => return *res,
    };
    let form = form.map(MultipartForm::into_inner);
    let (form, permit) = match uploaded(&call, &session, form).await {
        Ok(read) => read,
        Err(Unread::Words(words)) => return tell(call, &session, words).await,
        Err(Unread::Refused(refusal)) => return call.end(Err(refusal)),
    };
    let Some(purpose) = Purpose::from_code(&form.purpose) else {
        let words = (
            "请选择文件的用途".to_owned(),
            "Select what the file shows".to_owned(),
        );
        return tell(call, &session, words).await;
    };
    let (key, now) = (session.clone(), call.now);
    let name = display_name(form.file.file_name.as_deref().unwrap_or_default());
    let about = form.about.as_ref().map_or("", |t| t.as_str());
    let label = FileLabel::new(purpose, about, name);
    let taken = work(&call, move |_| {
        let _permit = permit;
        Ok(take(
            &intake,
            &key,
            Of::Application,
            label,
            &form.file.data,
            now,
        ))
    })
    .await;
    match taken {
        Ok(Ok(())) => go(&link::draft_at(session.number.as_str(), "evidence"), None),
        Ok(Err(Taken::Words(words))) => tell(call, &session, words).await,
        Ok(Err(Taken::Stop(stop))) | Err(stop) => stopped(call, &session.number, stop),
    }
}

/// Why a file was not taken: with words for the applicant, or because there is no draft.
pub(super) enum Taken {
    Words((String, String)),
    Stop(Stop),
}

/// Judges a file by its contents, seals it and keeps it.
pub(super) fn take(
    intake: &Intake,
    session: &Session,
    of: Of,
    label: FileLabel,
    bytes: &[u8],
    now: crate::domain::time::Moment,
) -> Result<(), Taken> {
    let judged = evidence::judge(bytes, label);
    let (note, kept) = judged.map_err(|refused| Taken::Words(refused.words()))?;
    let store = &intake.store;
    let (number, secret) = (&session.number, &session.secret);
    let taken = match of {
        Of::Application => store.add_file(number, secret, note, kept, now),
        Of::Answer(part) => {
            store.add_answer_file((number, secret), part, note, kept, &intake.desk, now)
        }
    };
    taken.map(|_| ()).map_err(no_room)
}

/// Why the store took no file, in words where there are some.
pub(super) fn no_room(error: ApplyError) -> Taken {
    match error.no_room() {
        Some((zh, en)) => Taken::Words((zh.to_owned(), en.to_owned())),
        None => Taken::Stop(error.into()),
    }
}

fn is_overflow(error: &actix_web::Error) -> bool {
    let payload = matches!(
        error.as_error::<MultipartError>(),
        Some(MultipartError::Payload(PayloadError::Overflow))
    );
    payload || error.to_string().contains("overflow")
}

/// The page again, with what was wrong with the file.
async fn tell(call: Call, session: &Session, words: (String, String)) -> HttpResponse {
    let (key, stamp) = (session.clone(), call.stamp);
    match work(&call, move |state| read(state, &key, stamp)).await {
        Ok(read) => {
            let reply = show(&call, session, &read, &[], Some(&words));
            call.end(reply.map(|r| r.unindexed(true).unexpected(true)))
        }
        Err(stop) => stopped(call, &session.number, stop),
    }
}

/// Takes a file out again.
pub async fn remove(req: HttpRequest, state: Data<WebState>, body: Bytes) -> HttpResponse {
    let (call, intake) = match enter_sent(req, state) {
        Ok(entered) => entered,
        Err(res) => return *res,
    };
    let sent = Sent::read(&body);
    let session = match session_sent(&call, &sent) {
        Ok(session) => session,
        Err(res) => return *res,
    };
    let Ok(file) = sent.one("file").parse::<u32>() else {
        return refuse(&call.req, &Refusal::NotFound);
    };
    let (key, now) = (session.clone(), call.now);
    let done = work(&call, move |_| {
        Ok(intake
            .store
            .remove_file(&key.number, &key.secret, file, now)?)
    })
    .await;
    match done {
        Ok(()) => go(&link::draft_at(session.number.as_str(), "evidence"), None),
        Err(stop) => stopped(call, &session.number, stop),
    }
}
