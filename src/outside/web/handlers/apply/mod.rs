//! `/apply` and `/track`: applications. One is found by the number in the address and opened by the secret in a cookie that
//! goes to no other address and to no other site; neither the secret nor anything personal stands in an address.

mod answer;
mod draft;
mod evidence;
mod pieces;
mod resume;
mod start;
mod submit;
mod track;
mod withdraw;

pub use answer::{answer, answer_check, answer_handed_in, answer_removed, answer_sent};
pub use draft::{letter, letter_pdf, step, step_sent, tasks};
pub use evidence::{MOST_UPLOAD, evidence_sent, remove};
pub use pieces::{MOST_PIECE, piece_began, piece_sent};
pub use resume::{resume, resume_sent};
pub(super) use start::barred_until;
pub use start::{begin_kind, start, start_kind};
pub use submit::{discard, done, submit};
pub use track::{followed, leave, letter_of, track, track_sent};
pub use withdraw::{withdraw, withdraw_sent};

use std::collections::HashMap;

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use url::form_urlencoded;

use crate::domain::forms::FormKind;
use crate::domain::forms::number::Number;
use crate::outside::apply::{ApplyError, Intake, Secret};
use crate::outside::web::cache::Cache;
use crate::outside::web::limit::Operation;
use crate::outside::web::link;
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{Call, begin, refuse};
use crate::outside::web::state::{WebState, failed};

/// Bytes of a form without files.
pub const MOST_FORM: usize = 128 << 10;

/// An application and the secret that opens it.
#[derive(Clone, Debug)]
struct Session {
    number: Number,
    secret: Secret,
}

/// What the addresses of an application are for: filling it in, or following it. Each has a cookie of its own, which goes
/// to its own addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    Draft,
    Track,
}

impl Room {
    /// Of an address.
    fn of(req: &HttpRequest) -> Self {
        if req.path().starts_with("/track/") {
            Self::Track
        } else {
            Self::Draft
        }
    }

    fn cookie_name(self, number: &Number) -> String {
        let room = match self {
            Self::Draft => "draft",
            Self::Track => "track",
        };
        format!("{room}-{}", number.as_str())
    }

    /// The address above all others of the room.
    fn path(self, number: &Number) -> String {
        match self {
            Self::Draft => link::draft(number.as_str()),
            Self::Track => link::track(number.as_str()),
        }
    }

    /// Where number and secret are typed.
    fn entry(self, number: &Number) -> String {
        match self {
            Self::Draft => link::resume(number.as_str()),
            Self::Track => link::track_number(number.as_str()),
        }
    }
}

impl Session {
    /// Of the number in the address and the cookie.
    fn of(req: &HttpRequest) -> Option<Self> {
        let number = number_of(req)?;
        let cookie = req.cookie(&Room::of(req).cookie_name(&number))?;
        let secret = Secret::parse(cookie.value())?;
        Some(Self { number, secret })
    }

    /// The cookie: for the addresses of this room of this application, until the browser is closed, to no other site.
    fn cookie(&self, state: &WebState, room: Room) -> String {
        Cookie::build(
            room.cookie_name(&self.number),
            self.secret.expose().to_owned(),
        )
        .path(room.path(&self.number))
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(state.settings.base_url.starts_with("https://"))
        .finish()
        .to_string()
    }

    /// The same without the secret, gone at once.
    fn no_cookie(&self, state: &WebState, room: Room) -> String {
        let mut cookie = Cookie::build(room.cookie_name(&self.number), "")
            .path(room.path(&self.number))
            .http_only(true)
            .same_site(SameSite::Strict)
            .secure(state.settings.base_url.starts_with("https://"))
            .finish();
        cookie.make_removal();
        cookie.to_string()
    }

    fn token(&self) -> String {
        self.secret.token(&self.number)
    }
}

/// The number in the address, when it is one in its own form of writing.
fn number_of(req: &HttpRequest) -> Option<Number> {
    let text = req.match_info().get("number")?;
    Number::parse(text).filter(|n| n.as_str() == text)
}

/// Whether a form was sent by a page of ours, as far as the browser tells. What has no word of it is let through: the cookie
/// and the token decide.
pub(super) fn is_ours(req: &HttpRequest) -> bool {
    let header = |name: &str| req.headers().get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = header("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match header("origin") {
        // pages that send no referrer send no origin either
        None | Some("null") => true,
        Some(origin) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_some() && host == header("host")
        }
    }
}

/// Begins to answer about applications.
fn enter(
    req: HttpRequest,
    state: Data<WebState>,
) -> Result<(Call, std::sync::Arc<Intake>), Box<HttpResponse>> {
    let call = begin(req, state, Operation::Apply, Cache::Never)?;
    match call.state.apply.clone() {
        Some(intake) => Ok((call, intake)),
        None => Err(Box::new(refuse(&call.req, &Refusal::NotFound))),
    }
}

/// The same for what is sent: a form of ours.
fn enter_sent(
    req: HttpRequest,
    state: Data<WebState>,
) -> Result<(Call, std::sync::Arc<Intake>), Box<HttpResponse>> {
    if !is_ours(&req) {
        return Err(Box::new(refuse(&req, &Refusal::Elsewhere)));
    }
    enter(req, state)
}

/// The session of a draft's address, or the way to the page where it is taken up again.
fn session(call: &Call) -> Result<Session, Box<HttpResponse>> {
    Session::of(&call.req).ok_or_else(|| match number_of(&call.req) {
        Some(number) => Box::new(go(&Room::of(&call.req).entry(&number), None)),
        None => Box::new(refuse(&call.req, &Refusal::NotFound)),
    })
}

/// The same for a form that was sent: it carries the draft's token.
fn session_sent(call: &Call, sent: &Sent) -> Result<Session, Box<HttpResponse>> {
    let session = session(call)?;
    if session.secret.is_token(&session.number, sent.one("token")) {
        Ok(session)
    } else {
        Err(Box::new(refuse(&call.req, &Refusal::Elsewhere)))
    }
}

/// To another page, after a form was sent.
fn go(address: &str, cookie: Option<String>) -> HttpResponse {
    let mut res = HttpResponse::SeeOther();
    res.insert_header((LOCATION, address));
    res.insert_header((CACHE_CONTROL, "no-store"));
    if let Some(cookie) = cookie {
        res.insert_header((SET_COOKIE, cookie));
    }
    res.finish()
}

/// What a form sent: the first value of each name, and all of those that may come several times.
#[derive(Debug, Default)]
struct Sent {
    all: HashMap<String, Vec<String>>,
}

impl Sent {
    fn read(body: &Bytes) -> Self {
        let mut all: HashMap<String, Vec<String>> = HashMap::new();
        for (name, value) in form_urlencoded::parse(body).take(400) {
            all.entry(name.into_owned())
                .or_default()
                .push(value.into_owned());
        }
        Self { all }
    }

    fn one(&self, name: &str) -> &str {
        self.all
            .get(name)
            .and_then(|v| v.first())
            .map_or("", String::as_str)
    }

    fn many(&self, name: &str) -> &[String] {
        self.all.get(name).map_or(&[], Vec::as_slice)
    }
}

/// What stopped a step of an application.
#[derive(Debug)]
enum Stop {
    /// There is no such draft for this secret.
    Unknown,
    /// It was handed in, or its state does not allow it.
    HandedIn,
    /// Something else.
    Refused(Refusal),
}

impl From<ApplyError> for Stop {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Unknown => Self::Unknown,
            ApplyError::NotADraft | ApplyError::NotNow | ApplyError::Erased => Self::HandedIn,
            ApplyError::NoUpload => Self::Refused(Refusal::NotFound),
            ApplyError::NoRoom => Self::Refused(Refusal::Busy),
            error => Self::Refused(failed("applications", &error)),
        }
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Runs blocking work on an application.
async fn work<T: Send + 'static>(
    call: &Call,
    work: impl FnOnce(&WebState) -> Result<T, Stop> + Send + 'static,
) -> Result<T, Stop> {
    call.blocking(move |state| Ok(work(state))).await?
}

/// The answer to what was stopped.
fn stopped(call: Call, number: &Number, stop: Stop) -> HttpResponse {
    let room = Room::of(&call.req);
    match (stop, room) {
        (Stop::Unknown, room) => go(&room.entry(number), None),
        // what can no longer be done is told by how it stands now
        (Stop::HandedIn, Room::Track) => go(&link::track(number.as_str()), None),
        (Stop::HandedIn, Room::Draft) => go(&link::draft_at(number.as_str(), "done"), None),
        (Stop::Refused(refusal), _) => call.end(Err(refusal)),
    }
}

/// The kind of form that an address names.
fn kind_of(req: &HttpRequest) -> Option<FormKind> {
    FormKind::from_code(req.match_info().get("kind")?)
}
