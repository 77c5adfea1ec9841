//! Security headers, the same on every answer.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::middleware::Next;

use super::cors;

/// Nothing is allowed but our own style sheet, pictures and two scripts, one that completes names and one for the forms of
/// applications (by paths that name their contents), what they ask of ourselves, and forms that are sent to ourselves. Nothing may frame us, and no
/// base address may be set.
pub const CSP: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const FIXED: [(HeaderName, &str); 7] = [
    (CONTENT_SECURITY_POLICY, CSP),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    // Search terms stand in our addresses: they are told to nobody, ourselves included.
    (REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// The preview of the reconciliation service: the one page that is made to be shown inside somebody else's.
const FRAMED: &str = "/reconcile/preview";

/// The policy of that page: it runs nothing, sends nothing, and may be framed.
const CSP_FRAMED: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors *";

/// Sets the headers that every answer bears.
pub fn set(headers: &mut HeaderMap) {
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// The middleware that does so.
///
/// # Errors
/// Those of the service inside.
pub async fn secure<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let framed = req.path() == FRAMED;
    let shared = cors::shared(req.path());
    let mut res = next.call(req).await?;
    let headers = res.headers_mut();
    set(headers);
    if shared {
        headers.insert(
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("cross-origin"),
        );
    }
    if framed {
        headers.remove(X_FRAME_OPTIONS);
        headers.insert(
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(CSP_FRAMED),
        );
    }
    Ok(res)
}
