//! The compressed twin of a body that is sent more than once: made when it is first asked for.

use std::io::Write as _;
use std::sync::OnceLock;

use actix_web::http::header::{AcceptEncoding, CONTENT_ENCODING, Encoding, Header as _};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use flate2::Compression;
use flate2::write::GzEncoder;

/// The twin.
#[derive(Debug, Default)]
pub struct Twin(OnceLock<Bytes>);

impl Twin {
    /// The twin of a body, made now if it was not asked for before.
    pub fn make(&self, body: &Bytes) -> &Bytes {
        self.0.get_or_init(|| gzip(body))
    }

    /// Answers with the body in the form that the request prefers. What bears its encoding already passes the compressor
    /// untouched; a form that is not had here is left to it.
    pub fn answer(
        &self,
        req: &HttpRequest,
        mut res: HttpResponseBuilder,
        body: &Bytes,
    ) -> HttpResponse {
        if !wants_gzip(req) {
            return res.body(body.clone());
        }
        let packed = self.make(body);
        if packed.len() >= body.len() {
            return res.body(body.clone());
        }
        res.insert_header((CONTENT_ENCODING, "gzip"));
        res.body(packed.clone())
    }
}

/// Whether gzip is what the request prefers of what is had.
fn wants_gzip(req: &HttpRequest) -> bool {
    let had = [Encoding::gzip(), Encoding::identity()];
    AcceptEncoding::parse(req)
        .is_ok_and(|accepted| accepted.negotiate(had.iter()) == Some(Encoding::gzip()))
}

/// The body compressed.
fn gzip(body: &[u8]) -> Bytes {
    let mut out = GzEncoder::new(Vec::with_capacity(body.len() / 3), Compression::default());
    // memory does not fail
    let done = out.write_all(body).and_then(|()| out.finish());
    done.map_or_else(
        |_| Bytes::copy_from_slice(body),
        |packed| Bytes::from(packed.into_boxed_slice()),
    )
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use actix_web::body::to_bytes;
    use actix_web::http::header::ACCEPT_ENCODING;
    use actix_web::test::TestRequest;

    use super::*;

    #[actix_web::test]
    async fn the_form_that_is_preferred_is_sent() {
        let body = Bytes::from("公示".repeat(2_000));
        let twin = Twin::default();
        for (accepts, packed) in [
            (None, false),
            (Some("gzip, deflate, br"), true),
            (Some("br;q=1.0, gzip;q=0.5"), true),
            (Some("identity"), false),
            (Some("gzip;q=0"), false),
            (Some("gzip;q=0.1, identity;q=0.9"), false),
            (Some("*"), false),
            (Some("no such thing"), false),
        ] {
            let mut req = TestRequest::get();
            if let Some(accepts) = accepts {
                req = req.insert_header((ACCEPT_ENCODING, accepts));
            }
            let res = twin.answer(&req.to_http_request(), HttpResponse::Ok(), &body);
            let said = res.headers().get(CONTENT_ENCODING).is_some();
            assert_eq!(said, packed, "{accepts:?}");
            let sent = to_bytes(res.into_body()).await.unwrap();
            let mut plain = Vec::new();
            if packed {
                flate2::read::GzDecoder::new(&sent[..])
                    .read_to_end(&mut plain)
                    .unwrap();
            } else {
                plain.extend_from_slice(&sent);
            }
            assert_eq!(plain, body, "{accepts:?}");
        }
    }

    #[actix_web::test]
    async fn what_does_not_shrink_is_sent_as_it_is() {
        let body = Bytes::from_static(b"x");
        let req = TestRequest::get()
            .insert_header((ACCEPT_ENCODING, "gzip"))
            .to_http_request();
        let res = Twin::default().answer(&req, HttpResponse::Ok(), &body);
        assert!(res.headers().get(CONTENT_ENCODING).is_none());
        assert_eq!(to_bytes(res.into_body()).await.unwrap(), body);
    }
}
