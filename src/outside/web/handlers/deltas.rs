//! `/data/deltas/`: what changed, by day and by release, as files that are made from the store while they are sent.

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE,
};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use arc_swap::ArcSwapOption;
use chrono::{Days, NaiveDate};
use futures_util::stream::try_unfold;
use serde_json::{Value, json};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::outside::export::Format;
use crate::outside::export::delta::{self, Delta, Deltas, PAGE};
use crate::outside::export::parts::gzip;
use crate::outside::web::cache::Cache;
use crate::outside::web::follow;
use crate::outside::web::limit::Operation;
use crate::outside::web::pages;
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{Call, Reply, begin};
use crate::outside::web::state::{WebState, failed};

/// Files that are made at one time; the next is told to come back.
pub const AT_ONCE: usize = 4;

/// What requests for changes as files share.
#[derive(Debug)]
pub struct Changed {
    /// Room for those that are made.
    pub room: Arc<Semaphore>,
    listed: ArcSwapOption<(NaiveDate, Deltas)>,
}

impl Default for Changed {
    fn default() -> Self {
        Self {
            room: Arc::new(Semaphore::new(AT_ONCE)),
            listed: ArcSwapOption::empty(),
        }
    }
}

/// The ranges that are offered. Blocking.
fn listed(state: &WebState, today: NaiveDate) -> Result<Arc<(NaiveDate, Deltas)>, Refusal> {
    let read = || {
        let seq = state.store.position()?.seq;
        let known = state.changed.listed.load_full();
        if let Some(known) = known.filter(|k| k.0 == today && k.1.seq == seq) {
            return Ok(known);
        }
        let days = Days::new(u64::from(state.settings.delta_days.max(1) - 1));
        let first = today.checked_sub_days(days).unwrap_or(today);
        let made = Arc::new((today, Deltas::read(&state.store, first, today)?));
        state.changed.listed.store(Some(Arc::clone(&made)));
        Ok(made)
    };
    read().map_err(|e: crate::outside::store::StoreError| failed("listing changes", &e))
}

/// `GET /data/deltas/`.
pub async fn deltas(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::Private) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let today = call.today;
    let result = call.blocking(move |state| listed(state, today)).await;
    let base = super::sitemap::base(&call).unwrap_or_default();
    let page = result
        .map(|all| Reply::page(pages::deltas::page(&call.ctx(), &all.1, &base).into_string()));
    call.end(page)
}

/// `GET /data/deltas/index.json`.
pub async fn deltas_index(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Read, Cache::Revalidate) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let result = index(&call).await;
    call.end(result)
}

async fn index(call: &Call) -> Result<Reply, Refusal> {
    let today = call.today;
    let all = call.blocking(move |state| listed(state, today)).await?;
    // what a reader holds who has applied them all, as the full export says it
    let full = call.state.exports.on(today).filter(|g| g.seq == all.1.seq);
    let sum = full.and_then(|g| {
        let set = g.sets.get("all")?;
        Some(json!({ "count": set.rows, "set_hash": set.hash }))
    });
    let body = json!({
        "form": 1,
        "seq": all.1.seq,
        "day": today,
        "demonstration": call.state.settings.demo,
        "how": {
            "zh": "从小于等于您手中序号的 from 开始依次应用，最后总要应用当天的文件：其末尾列出午夜起已届满、尚无序号的记录。应用后的条数和集合散列应与 state 相同；序号已变的，重新读取本索引。",
            "en": "Apply them in order, beginning with one whose from is not beyond the sequence number you hold, and always today's file last: it ends with what is over since midnight and has no number yet. Count and set hash are then those of state; when the number has moved on, read this index again.",
        },
        "state": sum,
        "days": entries(&all.1.days),
        "releases": entries(&all.1.releases),
    });
    let body =
        serde_json::to_vec_pretty(&body).map_err(|e| failed("writing the list of changes", &e))?;
    Ok(Reply::json(body).unindexed(true))
}

fn entries(all: &[Delta]) -> Vec<Value> {
    all.iter()
        .map(|d| {
            let files: Vec<String> = ["jsonl.gz", "csv.gz", "jsonl", "csv"]
                .iter()
                .map(|end| format!("deltas/{}.{end}", d.name))
                .collect();
            json!({ "name": d.name, "day": d.day, "from": d.from, "to": d.to, "files": files })
        })
        .collect()
}

/// `GET /data/deltas/{name}.{jsonl|csv}[.gz]`.
pub async fn delta_file(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin(req, state, Operation::Changes, Cache::Never) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    match begin_file(&call).await {
        Ok(sending) => send(&call, sending),
        Err(refusal) => call.end(Err(refusal)),
    }
}

/// The format and the packing that a file's name asks for, and the name without them.
pub(super) fn form(file: &str) -> Option<(&str, Format, bool)> {
    let (name, packed) = match file.strip_suffix(".gz") {
        Some(name) => (name, true),
        None => (file, false),
    };
    let (name, end) = name.rsplit_once('.')?;
    let format = match end {
        "jsonl" => Format::Jsonl,
        "csv" => Format::Csv,
        _ => return None,
    };
    Some((name, format, packed))
}

/// A file that is being made.
struct Sending {
    state: Data<WebState>,
    today: NaiveDate,
    delta: Delta,
    /// Whether it ends with what has no sequence number yet.
    closing: bool,
    format: Format,
    packed: bool,
    /// Where it stands; none before the head.
    at: Option<i64>,
    done: bool,
    _room: OwnedSemaphorePermit,
}

async fn begin_file(call: &Call) -> Result<Sending, Refusal> {
    let file = call.req.match_info().get("file").unwrap_or("");
    let (name, format, packed) = form(file).ok_or(Refusal::NotFound)?;
    let today = call.today;
    let all = call.blocking(move |state| listed(state, today)).await?;
    let delta = all.1.find(name).ok_or(Refusal::NotFound)?;
    let room = Arc::clone(&call.state.changed.room);
    Ok(Sending {
        state: Data::clone(&call.state),
        today,
        closing: delta.day == today && delta.to == all.1.seq,
        delta,
        format,
        packed,
        at: None,
        done: false,
        _room: room.try_acquire_owned().map_err(|_| Refusal::Busy)?,
    })
}

fn send(call: &Call, sending: Sending) -> HttpResponse {
    let mut res = HttpResponse::Ok();
    head_of(
        &mut res,
        &format!("delta-{}", sending.delta.name),
        sending.format,
        sending.packed,
    );
    if call.req.method() == Method::HEAD {
        return res.finish();
    }
    res.streaming(Box::pin(try_unfold(sending, |sending| async move {
        if sending.done {
            return Ok::<_, actix_web::Error>(None);
        }
        let next = actix_web::web::block(move || piece(sending)).await?;
        Ok(Some(
            next.map_err(actix_web::error::ErrorInternalServerError)?,
        ))
    })))
}

/// The headers of a file that is made while it is sent.
pub(super) fn head_of(
    res: &mut actix_web::HttpResponseBuilder,
    name: &str,
    format: Format,
    packed: bool,
) {
    let (end, media_type) = match format {
        Format::Csv => ("csv", format.media_type()),
        _ => ("jsonl", Format::Jsonl.media_type()),
    };
    let gz = if packed { ".gz" } else { "" };
    res.insert_header((
        CONTENT_TYPE,
        if packed {
            "application/gzip"
        } else {
            media_type
        },
    ));
    res.insert_header((
        CONTENT_DISPOSITION,
        format!("attachment; filename=\"{name}.{end}{gz}\""),
    ));
    // its contents follow the store at every moment: what was broken off goes on by sequence number, not by bytes
    res.insert_header((ACCEPT_RANGES, "none"));
    res.insert_header((CACHE_CONTROL, "no-store"));
    res.insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    res.insert_header(("x-robots-tag", "noindex, nofollow, noarchive"));
}

/// The next piece: the head with the first page of changes, or another page. Blocking.
fn piece(mut sending: Sending) -> Result<(Bytes, Sending), crate::outside::store::StoreError> {
    let mut out = Vec::new();
    let Sending {
        state,
        delta,
        format,
        ..
    } = &sending;
    let from = sending.at.unwrap_or(delta.from);
    if sending.at.is_none() {
        out.extend(delta::head(*format));
    }
    let mut changes = if from < delta.to {
        state.store.changes(from, PAGE, sending.today)?
    } else {
        Vec::new()
    };
    let full = changes.len() >= PAGE;
    let next = changes.last().map_or(delta.to, |c| c.seq);
    changes.retain(|c| c.seq <= delta.to);
    delta::write(&state.catalogue, &changes, *format, &mut out);
    let done = !full || next >= delta.to;
    if done && sending.closing {
        let ended = follow::ended_now(state, sending.today)?;
        delta::write_ended(&ended, *format, &mut out);
    }
    // an empty file is a whole one, too
    let bytes = if sending.packed { gzip(&out) } else { out };
    sending.at = Some(next);
    sending.done = done;
    Ok((Bytes::from(bytes), sending))
}
