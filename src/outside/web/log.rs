//! The request log: method, route pattern, status, time, request id. Never the address, the query, a form value or a
//! name: people's searches are private.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest};

/// The id of a request, in its answer and in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// As it travels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The id that the log gave to a request; empty outside of it.
#[must_use]
pub fn request_id(req: &HttpRequest) -> String {
    req.extensions()
        .get::<RequestId>()
        .map_or_else(String::new, |id| id.0.clone())
}

/// The middleware: gives the request an id, and writes one line when it is answered.
///
/// # Errors
/// Those of the service inside.
pub async fn log<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let started = Instant::now();
    let id = RequestId(uuid::Uuid::now_v7().simple().to_string());
    req.extensions_mut().insert(id.clone());
    let mut res = next.call(req).await?;
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        res.headers_mut()
            .insert(HeaderName::from_static("x-request-id"), value);
    }
    if tracing::enabled!(tracing::Level::INFO) {
        let request = res.request();
        let route = request.match_pattern();
        tracing::info!(
            method = %request.method(),
            route = route.as_deref().unwrap_or("none"),
            status = res.status().as_u16(),
            took_ms = started.elapsed().as_secs_f64() * 1000.0,
            request_id = id.as_str(),
            "answered"
        );
    }
    Ok(res)
}
