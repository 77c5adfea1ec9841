//! Pages of other sites may read what machines read here: CORS for the API, the reconciliation service, the feeds and the
//! files of open data. Everything there is public and no cookie counts, so that any origin may, without credentials.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    HeaderValue, ORIGIN,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};

/// What a script may read of an answer beside the few that it always may.
const EXPOSED: &str = "accept-ranges, content-disposition, content-range, etag, link, ratelimit, ratelimit-policy, retry-after, x-request-id";

/// What a script may send.
const SENT: &str = "accept, accept-language, authorization, content-type, if-match, if-modified-since, if-none-match, if-range, if-unmodified-since, range, x-api-key";

/// Seconds for which a browser may remember the answer to a preflight.
const REMEMBERED: &str = "86400";

/// Whether pages of other sites may read an address.
#[must_use]
pub fn shared(path: &str) -> bool {
    ["/api", "/reconcile", "/feeds", "/data"]
        .iter()
        .any(|room| {
            path.strip_prefix(room)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
}

/// The methods of an address.
fn methods(path: &str) -> &'static str {
    match path {
        "/api/v1/check" => "POST",
        "/api/v1/reusers" | "/reconcile" => "GET, HEAD, POST",
        _ => "GET, HEAD",
    }
}

/// The middleware: answers preflights, and says of the rest that it may be read.
///
/// # Errors
/// Those of the service inside.
pub async fn share<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    if !shared(req.path()) {
        return Ok(next.call(req).await?.map_into_left_body());
    }
    let headers = req.headers();
    let preflight = req.method() == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut res = if preflight {
        let answer = HttpResponse::NoContent()
            .insert_header((ACCESS_CONTROL_ALLOW_METHODS, methods(req.path())))
            .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, SENT))
            .insert_header((ACCESS_CONTROL_MAX_AGE, REMEMBERED))
            .finish();
        req.into_response(answer).map_into_right_body()
    } else {
        next.call(req).await?.map_into_left_body()
    };
    let headers = res.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if !preflight {
        headers.insert(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static(EXPOSED),
        );
    }
    Ok(res)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_are_shared_whole_and_nothing_that_only_begins_like_them() {
        for path in [
            "/api/v1/search",
            "/reconcile",
            "/reconcile/flyout/type",
            "/feeds/penalty.atom",
            "/data",
            "/data/index.json",
        ] {
            assert!(shared(path), "{path}");
        }
        for path in [
            "/",
            "/search",
            "/database",
            "/apiary",
            "/verify",
            "/records/x",
        ] {
            assert!(!shared(path), "{path}");
        }
    }
}
