//! `/data`: the page of open data, and its files: whole, in ranges, and conditionally (RFC 9110).

use std::sync::Arc;

use actix_web::body::SizedStream;
use actix_web::http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE,
    CONTENT_TYPE, ETAG, HeaderName, HttpDate, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE,
    LAST_MODIFIED, RANGE,
};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use futures_util::stream::try_unfold;

use crate::base::crypto::past;
use crate::domain::time::{Moment, civil_date};
use crate::outside::export::docs::Doc;
use crate::outside::export::generation::{Generation, Segment};
use crate::outside::web::cache::Cache;
use crate::outside::web::limit::Operation;
use crate::outside::web::pages;
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{self, Reply, begin};
use crate::outside::web::state::WebState;

/// Bytes sent at once.
const PIECE: u64 = 1 << 18;

/// `GET /data`.
pub async fn data(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::Private) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let stamp = call.stamp;
    let figures = match call.blocking(move |state| state.figures(stamp)).await {
        Ok(figures) => figures,
        Err(refusal) => return call.end(Err(refusal)),
    };
    let generation = call.state.exports.on(call.today);
    let base = super::sitemap::base(&call).unwrap_or_default();
    let view = pages::data::DataView {
        base: &base,
        catalogue: &call.state.catalogue,
        generation: generation.as_deref(),
        held_back: call.state.exports.fault().is_some(),
        figures: &figures,
        enabled: call.state.exports.is_enabled(),
    };
    let page = pages::data::page(&call.ctx(), &view).into_string();
    // the tag follows the store, and the files may come a moment after it
    let fresh = generation.is_some_and(|g| g.seq == call.stamp.seq);
    let mut res = call.end(Ok(Reply::page(page)));
    if !fresh {
        res.headers_mut().remove(ETAG);
    }
    res
}

/// `GET /data/{name}` and `/data/{set}/{file}`.
pub async fn data_file(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let now = state.clock.now();
    let Some(generation) = state.exports.on(civil_date(now)) else {
        return reply::refuse(&req, &Refusal::NotReady);
    };
    let name = req.match_info().get("name").unwrap_or("");
    let body = match req.match_info().get("file") {
        None => document(&generation, name),
        Some(file) => document(&generation, &format!("{name}/{file}"))
            .or_else(|| download(&generation, name, file)),
    };
    match body {
        // it is being changed in place: in a moment there is another
        Some(body) if !body.segments.iter().all(Segment::is_current) => {
            reply::refuse(&req, &Refusal::NotReady)
        }
        Some(body) => answer(&req, &body, now, generation.made),
        None => reply::refuse(&req, &Refusal::NotFound),
    }
}

/// `GET /.well-known/{name}`: the public key that signs the files of open data, and the list of all there were.
pub async fn well_known(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let path = match req.match_info().get("name").unwrap_or("") {
        "gongshi-minisign.pub" => "minisign.pub",
        "gongshi-keys.txt" => past::LIST,
        "gongshi-keys.txt.minisig" => "keys.txt.minisig",
        _ => return reply::refuse(&req, &Refusal::NotFound),
    };
    let now = state.clock.now();
    let Some(generation) = state.exports.on(civil_date(now)) else {
        return reply::refuse(&req, &Refusal::NotReady);
    };
    match document(&generation, path) {
        Some(body) => answer(&req, &body, now, generation.made),
        None => reply::refuse(&req, &Refusal::NotFound),
    }
}

/// What is sent: the beginning of some segments.
pub(super) struct Body {
    pub segments: Arc<[Segment]>,
    pub packed: bool,
    pub length: u64,
    pub media_type: &'static str,
    pub tag: String,
    pub file_name: Option<String>,
}

fn document(generation: &Generation, path: &str) -> Option<Body> {
    generation.docs.get(path).map(of_doc)
}

/// A document.
pub(super) fn of_doc(doc: &Doc) -> Body {
    use sha2::{Digest as _, Sha256};

    let sum = data_encoding::HEXLOWER.encode(&Sha256::digest(&doc.body));
    let bytes: Arc<[u8]> = doc.body.as_slice().into();
    let segment = Segment::Memory {
        packed: Arc::clone(&bytes),
        unpacked: bytes,
    };
    Body {
        length: segment.length(true),
        segments: vec![segment].into(),
        packed: true,
        media_type: doc.media_type,
        tag: format!("\"{}\"", &sum[..32]),
        file_name: None,
    }
}

fn download(generation: &Generation, set: &str, name: &str) -> Option<Body> {
    let (file, packed) = generation.file(set, name)?;
    let form = if packed { 'z' } else { 'p' };
    Some(Body {
        segments: Arc::clone(&file.segments),
        packed,
        length: if packed { file.packed } else { file.unpacked },
        media_type: if packed && file.format.is_gzip() {
            "application/gzip"
        } else {
            file.format.media_type()
        },
        // the unpacked file follows from the packed one
        tag: format!("\"{}{form}\"", file.sha256.get(..32)?),
        file_name: Some(format!("{set}-{}-{name}", generation.day)),
    })
}

fn header<'a>(req: &'a HttpRequest, name: &HeaderName) -> Option<&'a str> {
    req.headers().get(name)?.to_str().ok()
}

/// Whether the client has what would be sent.
fn is_known(req: &HttpRequest, tag: &str, made: Moment) -> bool {
    if let Some(tags) = header(req, &IF_NONE_MATCH) {
        return crate::outside::web::cache::names(tags, tag);
    }
    header(req, &IF_MODIFIED_SINCE)
        .and_then(|v| v.parse::<HttpDate>().ok())
        .is_some_and(|since| http_date(made) <= since)
}

/// An instant as HTTP tells it: to the second.
fn http_date(at: Moment) -> HttpDate {
    let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
    HttpDate::from(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds))
}

/// A range that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// All of it.
    Whole,
    /// From a byte, so many.
    Part(u64, u64),
    /// One that is not there.
    Nowhere,
}

/// The range of a request: one only; what cannot be read, and several at once, are answered with the whole (RFC 9110,
/// section 14.2).
fn range(asked: Option<&str>, length: u64) -> Asked {
    let Some(spec) = asked.and_then(|a| a.trim().strip_prefix("bytes=")) else {
        return Asked::Whole;
    };
    let Some((first, last)) = spec.split_once('-') else {
        return Asked::Whole;
    };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    match (number(first), number(last), first.trim(), last.trim()) {
        (Some(first), Some(last), ..) if first <= last && first < length => {
            Asked::Part(first, last.min(length - 1) - first + 1)
        }
        (Some(first), None, _, "") if first < length => Asked::Part(first, length - first),
        (None, Some(last), "", _) if last > 0 && length > 0 => {
            let size = last.min(length);
            Asked::Part(length - size, size)
        }
        (Some(first), Some(last), ..) if first > last => Asked::Whole,
        (Some(_), Some(_), ..) | (Some(_), None, _, "") | (None, Some(_), "", _) => Asked::Nowhere,
        _ => Asked::Whole,
    }
}

pub(super) fn answer(req: &HttpRequest, body: &Body, now: Moment, made: Moment) -> HttpResponse {
    let mut res = HttpResponseBuilder::new(StatusCode::OK);
    let boundary = WebState::boundary(civil_date(now));
    res.insert_header((CACHE_CONTROL, Cache::Revalidate.control(now, boundary)));
    res.insert_header((ETAG, body.tag.clone()));
    res.insert_header((LAST_MODIFIED, http_date(made)));
    res.insert_header((ACCEPT_RANGES, "bytes"));
    res.insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    res.insert_header(("x-robots-tag", "noindex, nofollow, noarchive"));
    if is_known(req, &body.tag, made) {
        return res.status(StatusCode::NOT_MODIFIED).finish();
    }
    res.insert_header((CONTENT_TYPE, body.media_type));
    if let Some(name) = &body.file_name {
        res.insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ));
    }
    // a range of something else is no use: then the whole is sent
    let same = header(req, &IF_RANGE).is_none_or(|tag| tag.trim() == body.tag);
    let asked = header(req, &RANGE).filter(|_| same && req.method() == Method::GET);
    let (first, length) = match range(asked, body.length) {
        Asked::Whole => (0, body.length),
        Asked::Part(first, length) => {
            let last = first + length - 1;
            let said = format!("bytes {first}-{last}/{}", body.length);
            res.status(StatusCode::PARTIAL_CONTENT);
            res.insert_header((CONTENT_RANGE, said));
            (first, length)
        }
        Asked::Nowhere => {
            let said = format!("bytes */{}", body.length);
            return res
                .status(StatusCode::RANGE_NOT_SATISFIABLE)
                .insert_header((CONTENT_RANGE, said))
                .finish();
        }
    };
    res.body(SizedStream::new(length, pieces(body, first, length)))
}

/// Where a download stands.
struct Reading {
    segments: Arc<[Segment]>,
    packed: bool,
    at: usize,
    inside: u64,
    left: u64,
}

fn pieces(
    body: &Body,
    first: u64,
    length: u64,
) -> impl futures_util::Stream<Item = Result<Bytes, actix_web::Error>> + use<> {
    let reading = Reading {
        segments: Arc::clone(&body.segments),
        packed: body.packed,
        at: 0,
        inside: first,
        left: length,
    };
    Box::pin(try_unfold(reading, |reading| async {
        if reading.left == 0 {
            return Ok(None);
        }
        let read = actix_web::web::block(move || read(reading)).await?;
        Ok(Some(read?))
    }))
}

/// The next piece; segments that end before it are passed over.
fn read(mut reading: Reading) -> std::io::Result<(Bytes, Reading)> {
    loop {
        let Some(segment) = reading.segments.get(reading.at) else {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        };
        let length = segment.length(reading.packed);
        if reading.inside >= length {
            reading.inside -= length;
            reading.at += 1;
            continue;
        }
        let piece = if reading.packed {
            let most = usize::try_from(PIECE.min(reading.left)).unwrap_or(0);
            segment.read_packed(reading.inside, most)?
        } else {
            // a member is unpacked once and sent whole
            let whole = segment.read_unpacked()?;
            let from = usize::try_from(reading.inside).unwrap_or(usize::MAX);
            let most = usize::try_from(reading.left).unwrap_or(usize::MAX);
            let to = whole.len().min(from.saturating_add(most));
            whole.get(from..to).unwrap_or_default().to_vec()
        };
        if piece.is_empty() {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        reading.inside += piece.len() as u64;
        reading.left -= piece.len() as u64;
        return Ok((Bytes::from(piece), reading));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        for (asked, expected) in [
            (None, Asked::Whole),
            (Some("bytes=0-0"), Asked::Part(0, 1)),
            (Some("bytes=10-19"), Asked::Part(10, 10)),
            (Some("bytes=90-"), Asked::Part(90, 10)),
            (Some("bytes=90-1000"), Asked::Part(90, 10)),
            (Some("bytes=-5"), Asked::Part(95, 5)),
            (Some("bytes=-1000"), Asked::Part(0, 100)),
            (Some("bytes=100-"), Asked::Nowhere),
            (Some("bytes=100-200"), Asked::Nowhere),
            (Some("bytes=-0"), Asked::Nowhere),
            (Some("bytes=9-1"), Asked::Whole),
            (Some("bytes=a-b"), Asked::Whole),
            (Some("bytes=0-1,5-6"), Asked::Whole),
            (Some("bytes=-"), Asked::Whole),
            (Some("items=0-1"), Asked::Whole),
            (Some("bytes=99999999999999999999-"), Asked::Whole),
        ] {
            assert_eq!(range(asked, 100), expected, "{asked:?}");
        }
        assert_eq!(range(Some("bytes=-5"), 0), Asked::Nowhere);
    }
}
