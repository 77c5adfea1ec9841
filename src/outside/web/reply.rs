//! From a result to an answer: limits before the work, conditional requests, HTML or JSON, headers after it.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, HeaderValue,
    IF_NONE_MATCH, LINK, RETRY_AFTER, SET_COOKIE, VARY, WWW_AUTHENTICATE,
};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use chrono::NaiveDate;

use super::assets::VERSION;
use super::cache::{Cache, Stamp, names};
use super::keys;
use super::limit::{Left, Operation};
use super::log::request_id;
use super::origin;
use super::pages::refusal;
use super::parts::frame::Ctx;
use super::prefs::{self, Prefs};
use super::problem::{PROBLEM_JSON, Refusal};
use super::state::{WebState, failed};
use super::twin::Twin;
use crate::domain::time::{Moment, civil_date};

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json";
/// Longest address whose answer is kept.
const LONGEST_KEPT: usize = 600;

/// What a handler makes when all went well.
#[derive(Clone, Debug)]
pub struct Reply {
    body: Bytes,
    /// The body compressed, of what is kept.
    twin: Option<Arc<Twin>>,
    media_type: &'static str,
    unindexed: bool,
    stamp: Option<Stamp>,
    file_name: Option<String>,
    link: Option<String>,
    unexpected: bool,
}

impl Reply {
    /// Bytes that keeping it takes.
    #[must_use]
    pub fn weight(&self) -> usize {
        // a page shrinks to a quarter when somebody asks for it compressed
        self.body.len() + self.body.len() / 4 + LONGEST_KEPT
    }

    /// The same with a body of its own size: what was written to has room to grow, up to as much again.
    fn to_keep(&self) -> Self {
        Self {
            body: Bytes::copy_from_slice(&self.body),
            twin: Some(Arc::default()),
            ..self.clone()
        }
    }

    /// A page.
    pub fn page(body: impl Into<Bytes>) -> Self {
        Self {
            body: body.into(),
            twin: None,
            media_type: HTML,
            unindexed: false,
            stamp: None,
            file_name: None,
            link: None,
            unexpected: false,
        }
    }

    /// A PDF to be saved under a name of ASCII letters, digits, dots and dashes.
    pub fn pdf(body: impl Into<Bytes>, file_name: String) -> Self {
        Self {
            media_type: "application/pdf",
            file_name: Some(file_name),
            ..Self::page(body)
        }
    }

    /// JSON.
    pub fn json(body: impl Into<Bytes>) -> Self {
        Self {
            media_type: JSON,
            ..Self::page(body)
        }
    }

    /// Plain text.
    pub fn text(body: impl Into<Bytes>) -> Self {
        Self {
            media_type: "text/plain; charset=utf-8",
            ..Self::page(body)
        }
    }

    /// CSV with a header.
    pub fn csv(body: impl Into<Bytes>) -> Self {
        Self {
            media_type: "text/csv; charset=utf-8; header=present",
            ..Self::page(body)
        }
    }

    /// JSON Lines.
    pub fn lines(body: impl Into<Bytes>) -> Self {
        Self {
            media_type: "application/jsonl",
            ..Self::page(body)
        }
    }

    /// A feed.
    pub fn atom(body: impl Into<Bytes>) -> Self {
        Self {
            media_type: "application/atom+xml; charset=utf-8",
            ..Self::page(body)
        }
    }

    /// The same, with a `Link` to where it goes on.
    #[must_use]
    pub fn continued(self, link: String) -> Self {
        Self {
            link: Some(link),
            ..self
        }
    }

    /// XML.
    pub fn xml(body: impl Into<Bytes>) -> Self {
        Self {
            media_type: "application/xml",
            ..Self::page(body)
        }
    }

    /// The same, kept from search engines.
    #[must_use]
    pub fn unindexed(self, unindexed: bool) -> Self {
        Self { unindexed, ..self }
    }

    /// The same, told to be a form that was not right (422): the page says what is wrong.
    #[must_use]
    pub fn unexpected(self, unexpected: bool) -> Self {
        Self { unexpected, ..self }
    }

    /// The same, made from another index than was known before the work.
    #[must_use]
    pub fn made_from(self, stamp: Stamp) -> Self {
        Self {
            stamp: Some(stamp),
            ..self
        }
    }
}

/// Whether a request wants JSON: by its path, or because its `Accept` names JSON and not HTML.
#[must_use]
pub fn wants_json(req: &HttpRequest) -> bool {
    let path = req.path();
    if path == "/api/docs" {
        return false; // a page, and it has no twin but openapi.json
    }
    if path.starts_with("/api/") {
        return true;
    }
    if path == "/reconcile" || path.starts_with("/reconcile/") {
        return path != "/reconcile/preview";
    }
    let accept = req
        .headers()
        .get(ACCEPT)
        .and_then(|v| v.to_str().ok())
        .unwrap_or("");
    !accept.contains("text/html")
        && (accept.contains("application/json") || accept.contains("+json"))
}

/// A request that passed its limits and whose answer is not already with the client.
#[derive(Debug)]
pub struct Call {
    /// The request.
    pub req: HttpRequest,
    /// What handlers share.
    pub state: Data<WebState>,
    /// The present instant.
    pub now: Moment,
    /// The civil date in Asia/Shanghai.
    pub today: NaiveDate,
    /// What the answer is made from.
    pub stamp: Stamp,
    /// Whether JSON is wanted.
    pub json: bool,
    /// What the visitor chose.
    pub prefs: Prefs,
    cache: Cache,
    left: Option<Left>,
}

/// Begins to answer: counts the request, and answers 304 when the client has what would be made.
///
/// # Errors
/// The answer, when there is nothing left to do.
pub fn begin(
    req: HttpRequest,
    state: Data<WebState>,
    operation: Operation,
    cache: Cache,
) -> Result<Call, Box<HttpResponse>> {
    let client = origin::key(origin::client(&req, &state.settings.trusted_proxies));
    let (limits, counted_under) = match keys::presented(&req) {
        None => (&state.limits, client),
        Some(key) => match state.keys.counted_under(&state.store, key) {
            // no key buys more searches for natural persons
            Ok(_) if operation == Operation::Person => (&state.limits, client),
            Ok(key) => (&state.keyed, key),
            Err(refusal) => return Err(Box::new(refuse(&req, &refusal))),
        },
    };
    let left = match limits.pass(operation, counted_under) {
        Ok(left) => left,
        Err((refusal, left)) => {
            let mut res = refuse(&req, &refusal);
            limit_headers(&mut res, Some(&left));
            return Err(Box::new(res));
        }
    };
    let now = state.clock.now();
    let today = civil_date(now);
    let stamp = Stamp {
        today,
        ..state.stamp()
    };
    let json = wants_json(&req);
    let prefs = Prefs::of(&req);
    let call = Call {
        prefs,
        req,
        state,
        now,
        today,
        stamp,
        json,
        cache,
        left,
    };
    let asked = call
        .req
        .headers()
        .get(IF_NONE_MATCH)
        .and_then(|v| v.to_str().ok());
    if cache.has_tag() && asked.is_some_and(|asked| names(asked, &call.tag(stamp))) {
        let mut res = HttpResponse::build(StatusCode::NOT_MODIFIED);
        call.head(&mut res, stamp);
        let mut res = res.finish();
        // it describes what is not sent (RFC 9110, 15.4.5)
        res.headers_mut().remove(CONTENT_LANGUAGE);
        limit_headers(&mut res, call.left.as_ref());
        return Err(Box::new(res));
    }
    Ok(call)
}

/// Begins as [`begin`] does, and ends at once with what was made for the same address, when nothing has changed since.
///
/// # Errors
/// The answer, when there is nothing left to do.
pub fn begin_or_kept(
    req: HttpRequest,
    state: Data<WebState>,
    operation: Operation,
    cache: Cache,
) -> Result<Call, Box<HttpResponse>> {
    let call = begin(req, state, operation, cache)?;
    let kept = call
        .key()
        .and_then(|key| call.state.kept_answer(&key, call.stamp));
    match kept {
        Some(reply) => Err(Box::new(call.end(Ok(reply)))),
        None => Ok(call),
    }
}

impl Call {
    /// What was made: JSON, or a page as this visitor chose it.
    fn form(&self) -> &'static str {
        if self.json { "j" } else { self.prefs.key() }
    }

    /// What the frame of a page at this address needs.
    #[must_use]
    pub fn ctx(&self) -> Ctx {
        let here = prefs::here(self.req.path(), self.req.query_string());
        self.state.ctx(self.prefs, here)
    }

    /// The same for a page that takes no parameters, so that it can be kept for all who ask.
    #[must_use]
    pub fn bare_ctx(&self) -> Ctx {
        self.state.ctx(self.prefs, self.req.path().to_owned())
    }

    fn tag(&self, stamp: Stamp) -> String {
        stamp.tag(&VERSION, self.form())
    }

    fn head(&self, res: &mut HttpResponseBuilder, stamp: Stamp) {
        let boundary = WebState::boundary(self.today);
        res.insert_header((CACHE_CONTROL, self.cache.control(self.now, boundary)));
        vary(res, self.json);
        if !self.json {
            res.insert_header((CONTENT_LANGUAGE, self.prefs.lang.tag()));
            for cookie in self.prefs.cookies(&self.req) {
                res.append_header((SET_COOKIE, cookie));
            }
        }
        if self.cache.has_tag() {
            res.insert_header((ETAG, self.tag(stamp)));
        }
    }

    /// Runs blocking work on a thread of its own kind.
    ///
    /// # Errors
    /// Those of the work; [`Refusal::Internal`] when it panicked.
    pub async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&WebState) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let state = Data::clone(&self.state);
        actix_web::web::block(move || work(&state))
            .await
            .unwrap_or_else(|e| Err(failed("blocking work", &e)))
    }

    /// Under what an answer is kept: its form and the whole address, when that is not too long.
    fn key(&self) -> Option<String> {
        let address = self.req.uri().path_and_query()?.as_str();
        let form = self.form();
        (address.len() <= LONGEST_KEPT).then(|| format!("{form} {address}"))
    }

    /// Ends the answer and keeps it for the next who asks the same while nothing has changed.
    #[must_use]
    pub fn end_and_keep(self, result: Result<Reply, Refusal>) -> HttpResponse {
        if let Ok(reply) = &result
            && let Some(key) = self.key()
        {
            self.state.keep_answer(key, self.stamp, reply.to_keep());
        }
        self.end(result)
    }

    /// Ends the answer.
    #[must_use]
    pub fn end(self, result: Result<Reply, Refusal>) -> HttpResponse {
        let mut res = match result {
            Ok(reply) => {
                let mut res = HttpResponse::build(if reply.unexpected {
                    StatusCode::UNPROCESSABLE_ENTITY
                } else {
                    StatusCode::OK
                });
                self.head(&mut res, reply.stamp.unwrap_or(self.stamp));
                res.insert_header((CONTENT_TYPE, reply.media_type));
                if let Some(name) = &reply.file_name {
                    let value = format!("attachment; filename=\"{name}\"");
                    res.insert_header((CONTENT_DISPOSITION, value));
                }
                if let Some(link) = &reply.link {
                    res.insert_header((LINK, link.as_str()));
                }
                if reply.unindexed {
                    res.insert_header(("x-robots-tag", "noindex, nofollow, noarchive"));
                }
                match &reply.twin {
                    Some(twin) => twin.answer(&self.req, res, &reply.body),
                    None => res.body(reply.body),
                }
            }
            Err(refusal) => refuse(&self.req, &refusal),
        };
        limit_headers(&mut res, self.left.as_ref());
        res
    }
}

/// What an answer depends on beside the address.
fn vary(res: &mut HttpResponseBuilder, json: bool) {
    let on = if json {
        "accept, accept-encoding"
    } else {
        "accept, accept-encoding, accept-language, cookie"
    };
    res.insert_header((VARY, on));
}

fn limit_headers(res: &mut HttpResponse, left: Option<&Left>) {
    let Some(left) = left else { return };
    for (name, value) in [
        ("ratelimit-policy", left.policy()),
        ("ratelimit", left.state()),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            res.headers_mut().insert(
                actix_web::http::header::HeaderName::from_static(name),
                value,
            );
        }
    }
}

/// The answer of a refusal: a problem document or a page with the same words, never kept.
#[must_use]
pub fn refuse(req: &HttpRequest, refusal: &Refusal) -> HttpResponse {
    let id = request_id(req);
    let mut res = HttpResponse::build(refusal.words().status);
    res.insert_header((CACHE_CONTROL, "no-store"));
    vary(&mut res, wants_json(req));
    res.insert_header(("x-robots-tag", "noindex, nofollow, noarchive"));
    if let Some(seconds) = refusal.retry_after() {
        res.insert_header((RETRY_AFTER, seconds.to_string()));
    }
    if matches!(refusal, Refusal::UnknownKey) {
        let challenge = "Bearer realm=\"gongshi\", error=\"invalid_token\"";
        res.insert_header((WWW_AUTHENTICATE, challenge));
    }
    if let Refusal::Method(allowed) = refusal {
        res.insert_header(("allow", *allowed));
    }
    if wants_json(req) {
        res.insert_header((CONTENT_TYPE, PROBLEM_JSON));
        return match serde_json::to_vec(&refusal.problem(&id)) {
            Ok(body) => res.body(body),
            Err(_) => res.finish(),
        };
    }
    let prefs = Prefs::of(req);
    // the page of what is gone names nothing, not even its address
    let here = if matches!(refusal, Refusal::Gone) {
        "/".to_owned()
    } else {
        prefs::here(req.path(), req.query_string())
    };
    let ctx = req.app_data::<Data<WebState>>().map_or_else(
        || Ctx {
            lang: prefs.lang,
            ..Ctx::default()
        },
        |state| state.ctx(prefs, here),
    );
    res.insert_header((CONTENT_LANGUAGE, prefs.lang.tag()));
    res.insert_header((CONTENT_TYPE, HTML));
    res.body(refusal::page(&ctx, refusal, &id).into_string())
}
