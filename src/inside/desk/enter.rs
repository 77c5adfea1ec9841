//! The door of every page: transport, session, role, and for forms where they come from; then the answers.

use std::cell::RefCell;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_TYPE, LOCATION, RETRY_AFTER, SET_COOKIE,
};
use actix_web::web::{self, Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use chrono::NaiveDate;
use maud::Markup;
use url::form_urlencoded;

use super::Refused;
use super::auth::{self, Transport};
use super::form::Form;
use super::oidc;
use super::pages::frame::{DeskCtx, Place, Who, frame};
use super::pages::refusal;
use super::refused::failed;
use super::state::DeskState;
use crate::base::crypto::SessionToken;
use crate::domain::cases::{Actor, Role};
use crate::domain::time::{Moment, civil_date};
use crate::inside::vault::{Officer, Stage};
use crate::outside::web::log::request_id;
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::prefs::{self, Prefs};

/// The answer that ends a request before its handler is done: a refusal, or the way to the sign-in.
pub struct Stop(RefCell<Option<Box<HttpResponse>>>);

impl std::fmt::Debug for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stop(…)")
    }
}

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the request ends here")
    }
}

impl From<HttpResponse> for Stop {
    fn from(answer: HttpResponse) -> Self {
        Self(RefCell::new(Some(Box::new(answer))))
    }
}

impl ResponseError for Stop {
    fn error_response(&self) -> HttpResponse {
        let answer = self.0.borrow_mut().take();
        answer.map_or_else(
            || HttpResponse::InternalServerError().finish(),
            |answer| *answer,
        )
    }
}

/// An officer who may do what was asked, and what the answer needs.
pub struct Seat {
    /// The request.
    pub req: HttpRequest,
    /// What handlers share.
    pub state: Data<DeskState>,
    /// Who is signed in.
    pub officer: Officer,
    /// How far the session goes.
    pub stage: Stage,
    /// The present instant.
    pub now: Moment,
    /// The civil date in Asia/Shanghai.
    pub today: NaiveDate,
    /// What was chosen of language and size.
    pub prefs: Prefs,
    token: SessionToken,
    transport: Transport,
}

/// What is known of a request before anybody is.
pub(super) struct Arrival {
    pub req: HttpRequest,
    pub state: Data<DeskState>,
    pub transport: Transport,
    pub now: Moment,
}

impl Arrival {
    /// Takes a request in; nobody signs in over an open connection.
    pub fn new(req: &HttpRequest, state: &Data<DeskState>) -> Result<Self, Stop> {
        let transport = auth::transport(req, state);
        if transport == Transport::Open {
            return Err(refuse(req, state, &Refused::Insecure).into());
        }
        Ok(Self {
            req: req.clone(),
            state: state.clone(),
            transport,
            now: state.clock.now(),
        })
    }

    /// The same for a form.
    pub fn sent(req: &HttpRequest, state: &Data<DeskState>) -> Result<Self, Stop> {
        if is_ours(req) {
            Self::new(req, state)
        } else {
            Err(refuse(req, state, &Refused::Elsewhere).into())
        }
    }

    /// The token that the browser presents.
    pub fn token(&self) -> Option<SessionToken> {
        auth::presented(&self.req, self.transport)
    }

    /// The seat of the session, if there is one in force.
    pub async fn seat(self) -> Result<Option<Seat>, Stop> {
        let Some(token) = self.token() else {
            return Ok(None);
        };
        let (hash, now) = (token.hash(), self.now);
        let found = work(&self.req, &self.state, move |desk| {
            let found = desk.vault.session(&hash, desk.settings.idle, now)?;
            // an officer of the demonstration has no place on a site that is none any more
            Ok(found.filter(|(officer, _)| auth::in_force(desk, officer)))
        })
        .await?;
        Ok(found.map(|(officer, stage)| Seat {
            prefs: Prefs::of(&self.req),
            today: civil_date(self.now),
            req: self.req,
            state: self.state,
            officer,
            stage,
            now: self.now,
            token,
            transport: self.transport,
        }))
    }
}

/// Lets an officer in one of the roles in who asks for a page.
///
/// # Errors
/// The answer, when there is no such session or the role may not.
pub async fn enter(
    req: &HttpRequest,
    state: &Data<DeskState>,
    may: &'static [Role],
) -> Result<Seat, Stop> {
    let seat = Arrival::new(req, state)?.seat().await?;
    admit(req, seat, may)
}

/// Lets an officer in one of the roles in who sends a form: it was sent by a page of ours and carries the session's token.
///
/// # Errors
/// The answer, when not so.
pub async fn enter_sent(
    req: &HttpRequest,
    state: &Data<DeskState>,
    may: &'static [Role],
    body: &Bytes,
) -> Result<(Seat, Form), Stop> {
    let form = Form::read(body);
    let seat = enter_with_token(req, state, may, form.one("token")).await?;
    Ok((seat, form))
}

/// The same for a form that was read already, as one with files is.
///
/// # Errors
/// As [`enter_sent`].
pub async fn enter_with_token(
    req: &HttpRequest,
    state: &Data<DeskState>,
    may: &'static [Role],
    token: &str,
) -> Result<Seat, Stop> {
    let seat = Arrival::sent(req, state)?.seat().await?;
    // the token before the role: what was not sent by the session's page tells nothing about the session
    if let Some(seat) = &seat
        && !seat.token.is_form(token)
    {
        return Err(refuse(req, state, &Refused::Elsewhere).into());
    }
    admit(req, seat, may)
}

fn admit(req: &HttpRequest, seat: Option<Seat>, may: &'static [Role]) -> Result<Seat, Stop> {
    let Some(seat) = seat else {
        return Err(see(&sign_in_address(req)).finish().into());
    };
    if seat.stage == Stage::Setup {
        return Err(see("/desk/setup").finish().into());
    }
    if !may.contains(&seat.officer.role) {
        return Err(seat.refuse(&Refused::NotYours).into());
    }
    Ok(seat)
}

/// Whether a form was sent by a page of ours, as the browser says. Who says nothing is no browser of an officer.
fn is_ours(req: &HttpRequest) -> bool {
    let header = |name: &str| req.headers().get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = header("sec-fetch-site") {
        return site == "same-origin";
    }
    let host = header("origin").and_then(|o| o.split_once("://"));
    host.is_some_and(|(_, host)| Some(host) == header("host"))
}

/// The sign-in, which leads back to a page that was asked for.
fn sign_in_address(req: &HttpRequest) -> String {
    let asked = prefs::here(req.path(), req.query_string());
    if req.method().is_safe() && asked != "/desk" && own_address(&asked) {
        let next: String = form_urlencoded::byte_serialize(asked.as_bytes()).collect();
        return format!("/desk/sign-in?next={next}");
    }
    "/desk/sign-in".to_owned()
}

/// Whether an address is one of the desk's own, so that a sign-in leads nowhere else.
pub(super) fn own_address(address: &str) -> bool {
    const LONGEST: usize = 500;
    let plain = |b: u8| b.is_ascii_graphic() && b != b'\\';
    address.len() <= LONGEST
        && (address == "/desk" || address.starts_with("/desk/"))
        && !address.contains("//")
        && !address.contains("..")
        && address.bytes().all(plain)
}

/// To another page; the answer is finished by the caller.
pub(super) fn see(address: &str) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header((LOCATION, address));
    answer
}

/// Runs blocking work on another thread.
pub(super) async fn work<T: Send + 'static>(
    req: &HttpRequest,
    state: &Data<DeskState>,
    work: impl FnOnce(&DeskState) -> Result<T, Refused> + Send + 'static,
) -> Result<T, Stop> {
    let desk = Data::clone(state);
    let done = web::block(move || work(&desk))
        .await
        .unwrap_or_else(|error| Err(failed("a thread", &error)));
    done.map_err(|refused| refuse(req, state, &refused).into())
}

/// What the frame needs where nobody is signed in.
pub(super) fn stranger(req: &HttpRequest, state: &DeskState) -> DeskCtx {
    let prefs = Prefs::of(req);
    // the address that a provider leads back to holds a code and a state: no page repeats it
    let here = if req.path() == oidc::CALLBACK {
        "/desk/sign-in".to_owned()
    } else {
        prefs::here(req.path(), req.query_string())
    };
    DeskCtx {
        lang: prefs.lang,
        large: prefs.large,
        here,
        demo: state.settings.demo,
        who: None,
        token: String::new(),
    }
}

/// A refusal as a page, where nobody is signed in.
pub(super) fn refuse(req: &HttpRequest, state: &DeskState, refused: &Refused) -> HttpResponse {
    let ctx = stranger(req, state);
    refusal_page(&ctx, req, refused)
}

fn refusal_page(ctx: &DeskCtx, req: &HttpRequest, refused: &Refused) -> HttpResponse {
    let (title, _) = refused.words(ctx.lang);
    let main = refusal::page(ctx, refused, &request_id(req));
    let mut answer = HttpResponse::build(refused.status());
    if let Refused::TooMany(seconds) = refused {
        answer.insert_header((RETRY_AFTER, seconds.to_string()));
    }
    let title = titled(ctx.lang, refused.status(), &title);
    html(answer, req, ctx, &title, Place::Elsewhere, &main)
}

/// The title of a page; that of a form which comes back says so first, since it is what is read out first.
fn titled(lang: Lang, status: StatusCode, title: &str) -> String {
    if status == StatusCode::UNPROCESSABLE_ENTITY {
        format!("{}{title}", lang.say("有误：", "Error: "))
    } else {
        title.to_owned()
    }
}

/// A whole page.
pub(super) fn html(
    mut answer: actix_web::HttpResponseBuilder,
    req: &HttpRequest,
    ctx: &DeskCtx,
    title: &str,
    place: Place,
    main: &Markup,
) -> HttpResponse {
    answer.insert_header((CONTENT_TYPE, "text/html; charset=utf-8"));
    answer.insert_header((CONTENT_LANGUAGE, ctx.lang.tag()));
    for cookie in Prefs::of(req).cookies(req) {
        answer.append_header((SET_COOKIE, cookie));
    }
    answer.body(frame(ctx, title, place, main).into_string())
}

impl Seat {
    /// As who acts in a case.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.officer.actor()
    }

    /// The language of the page.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.prefs.lang
    }

    /// Whether a token is that which the session's forms carry.
    #[must_use]
    pub fn is_token(&self, sent: &str) -> bool {
        self.token.is_form(sent)
    }

    /// Hash of the session's token.
    pub(super) fn session_hash(&self) -> String {
        self.token.hash()
    }

    /// The token itself, for the sign-in that takes its place.
    pub(super) fn session_token(&self) -> &SessionToken {
        &self.token
    }

    /// How the request came.
    pub(super) fn transport(&self) -> Transport {
        self.transport
    }

    /// What the frame of a page needs.
    #[must_use]
    pub fn ctx(&self) -> DeskCtx {
        let officer = &self.officer;
        DeskCtx {
            who: (self.stage == Stage::Full).then(|| Who {
                name: officer.name.clone(),
                role: officer.role,
                authority: self.state.authority_of(officer),
            }),
            token: self.token.form(),
            ..stranger(&self.req, &self.state)
        }
    }

    /// Runs blocking work on another thread; what refuses there is answered with its page.
    ///
    /// # Errors
    /// The page of the refusal.
    pub async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&DeskState) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, Stop> {
        let desk = Data::clone(&self.state);
        let done = web::block(move || work(&desk))
            .await
            .unwrap_or_else(|error| Err(failed("a thread", &error)));
        done.map_err(|refused| self.refuse(&refused).into())
    }

    /// A page.
    #[must_use]
    pub fn page(&self, title: &str, place: Place, main: &Markup) -> HttpResponse {
        self.page_with(StatusCode::OK, title, place, main)
    }

    /// A page with another status: 422 for a form that comes back.
    #[must_use]
    pub fn page_with(
        &self,
        status: StatusCode,
        title: &str,
        place: Place,
        main: &Markup,
    ) -> HttpResponse {
        let answer = HttpResponse::build(status);
        let title = titled(self.lang(), status, title);
        html(answer, &self.req, &self.ctx(), &title, place, main)
    }

    /// To another page, after a form was taken.
    #[must_use]
    pub fn go(&self, address: &str) -> HttpResponse {
        see(address).finish()
    }

    /// The page of a refusal.
    #[must_use]
    pub fn refuse(&self, refused: &Refused) -> HttpResponse {
        refusal_page(&self.ctx(), &self.req, refused)
    }

    /// A file to be saved, under a name of ASCII letters, digits, dots and dashes. Browsers show it in no page.
    #[must_use]
    pub fn file(&self, body: Vec<u8>, media_type: &'static str, name: &str) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, media_type))
            .insert_header((
                CONTENT_DISPOSITION,
                format!("attachment; filename=\"{name}\""),
            ))
            .body(body)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_sign_in_leads_to_addresses_of_the_desk_alone() {
        for good in ["/desk", "/desk/reviews", "/desk/audit?action=x&after=5"] {
            assert!(own_address(good), "{good}");
        }
        for bad in [
            "",
            "/",
            "//evil.example",
            "/deskevil",
            "/desk/..//x",
            "/desk//evil.example",
            "https://evil.example/desk/",
            "/desk/\\evil",
            "/desk/a\nb",
            "/desk/甲",
        ] {
            assert!(!own_address(bad), "{bad}");
        }
    }

    #[test]
    fn forms_come_from_pages_of_ours() {
        for (headers, ours) in [
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "same-site")], false),
            (vec![("sec-fetch-site", "cross-site")], false),
            (vec![("sec-fetch-site", "none")], false),
            (
                vec![("sec-fetch-site", "cross-site"), ("origin", "https://a.cn")],
                false,
            ),
            (vec![("origin", "https://a.cn")], true),
            (vec![("origin", "https://b.cn")], false),
            (vec![("origin", "https://a.cn.b.cn")], false),
            (vec![("origin", "null")], false),
            (vec![], false),
        ] {
            let mut req = TestRequest::post().insert_header(("host", "a.cn"));
            for header in &headers {
                req = req.insert_header(*header);
            }
            assert_eq!(is_ours(&req.to_http_request()), ours, "{headers:?}");
        }
    }
}
