//! `GET /feeds` and the Atom feeds under it. New entries are those of organisations; exits tell an id, a moment and a kind
//! of reason, and name nobody.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::sitemap::{base, end};
use crate::domain::catalogue::Catalogue;
use crate::domain::regions;
use crate::domain::time::day_start;
use crate::outside::store::{Entry as Newest, Of, Withdrawal};
use crate::outside::web::atom::{Entry, Feed};
use crate::outside::web::cache::{Cache, Stamp};
use crate::outside::web::limit::Operation;
use crate::outside::web::link;
use crate::outside::web::pages;
use crate::outside::web::pages::notices::why_words;
use crate::outside::web::params::region_prefix;
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{Call, Reply, begin, begin_or_kept};
use crate::outside::web::state::{WebState, failed};

/// Entries of a feed of new entries.
const NEW: usize = 50;
/// Entries of a feed of exits.
const EXITS: usize = 100;
/// Entries of the feed of withdrawals, which programs read.
const WITHDRAWALS: usize = 500;

/// What a feed is about.
enum Topic {
    New(Of, String, String),
    Gone(usize, &'static str),
}

/// `GET /feeds`: all feeds.
pub async fn feeds(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    super::standing::page(req, state, "feeds", |state, _, ctx| {
        Ok(pages::feeds::page(ctx, &state.catalogue)
            .into_string()
            .into())
    })
    .await
}

/// `GET /feeds/{name}.atom`: new entries, exits, withdrawals, or the new entries of a list.
pub async fn feed(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let name = req.match_info().get("name").unwrap_or("").to_owned();
    let topic = match name.as_str() {
        "new" => Some(Topic::New(
            Of::All,
            "新公示信息".to_owned(),
            "/lists".to_owned(),
        )),
        "exits" => Some(Topic::Gone(EXITS, "移出和撤下公告")),
        "withdrawals" => Some(Topic::Gone(WITHDRAWALS, "撤下通知（供数据使用单位）")),
        code => state
            .catalogue
            .list(code)
            .filter(|entry| entry.is_displayed())
            .map(|entry| {
                let title = format!("新公示信息：{}", entry.name.zh);
                Topic::New(Of::List(code.to_owned()), title, link::list(code))
            }),
    };
    answer(req, state, topic).await
}

/// `GET /feeds/regions/{code}.atom`.
pub async fn feed_of_region(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let code = req.match_info().get("code").unwrap_or("").to_owned();
    let topic = regions::find(&code)
        .and_then(|region| Some((region, region_prefix(&code)?)))
        .map(|(region, prefix)| {
            let title = format!("新公示信息：{}", region.name());
            let page = link::with_query("/search", &[("region", &code), ("sort", "newest")]);
            Topic::New(Of::Region(prefix), title, page)
        });
    answer(req, state, topic).await
}

/// `GET /feeds/authorities/{code}.atom`.
pub async fn feed_of_authority(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let code = req.match_info().get("code").unwrap_or("").to_owned();
    let plain =
        !code.is_empty() && code.len() <= 32 && code.bytes().all(|b| b.is_ascii_alphanumeric());
    let topic = plain.then(|| {
        let name = state.authority(&code).unwrap_or_else(|| code.clone());
        let page = link::with_query("/search", &[("authority", &code), ("sort", "newest")]);
        Topic::New(
            Of::Authority(code.clone()),
            format!("新公示信息：{name}"),
            page,
        )
    });
    answer(req, state, topic).await
}

async fn answer(req: HttpRequest, state: Data<WebState>, topic: Option<Topic>) -> HttpResponse {
    // what rests on the address that a request named is not kept for others
    let kept = !state.settings.base_url.is_empty();
    let begun = if kept {
        begin_or_kept(req, state, Operation::Read, Cache::Revalidate)
    } else {
        begin(req, state, Operation::Read, Cache::Revalidate)
    };
    let call = match begun {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let result = match topic {
        Some(topic) => make(&call, topic).await,
        None => Err(Refusal::NotFound),
    };
    end(call, result)
}

async fn make(call: &Call, topic: Topic) -> Result<Reply, Refusal> {
    let base = base(call).unwrap_or_default();
    let path = call.req.path().to_owned();
    let stamp = call.stamp;
    let feed = call
        .blocking(move |state| fill(state, stamp, topic, base, path))
        .await?;
    Ok(Reply::atom(feed.write()).unindexed(true))
}

fn fill(
    state: &WebState,
    stamp: Stamp,
    topic: Topic,
    base: String,
    path: String,
) -> Result<Feed, Refusal> {
    let store = |e| failed("reading a feed", &e);
    let (title, page, subtitle, entries) = match topic {
        Topic::New(of, title, page) => {
            let found = state.store.newest(&of, stamp.today, NEW).map_err(store)?;
            let entries = found.iter().map(|e| new(&state.catalogue, e)).collect();
            let subtitle =
                "最近公示或者更正的组织信息，不含自然人和个体工商户。转载、留存须按撤下通知删除。";
            (title, page, subtitle, entries)
        }
        Topic::Gone(most, title) => {
            let found = state.store.last_withdrawals(most).map_err(store)?;
            let entries = found.iter().map(gone).collect();
            let subtitle = "只有记录编号、时间和原因类别，不写名称。留存过该记录的，请据以删除。";
            (title.to_owned(), "/notices".to_owned(), subtitle, entries)
        }
    };
    let entries: Vec<Entry> = entries;
    let name = "公共信用信息公示";
    let mark = if state.settings.demo {
        "（演示，数据均为虚构）"
    } else {
        ""
    };
    Ok(Feed {
        title: format!("{title} · {name}{mark}"),
        subtitle: subtitle.to_owned(),
        base,
        path,
        page,
        updated: entries
            .iter()
            .map(|e| e.updated)
            .max()
            .unwrap_or_else(|| day_start(stamp.today)),
        author: format!("{name}{mark}"),
        entries,
    })
}

fn new(catalogue: &Catalogue, entry: &Newest) -> Entry {
    let record = &entry.stored.record;
    let list = catalogue
        .list(&record.list)
        .map_or(record.list.as_str(), |l| &l.name.zh);
    let until = record
        .displayed_until
        .map_or_else(String::new, |until| format!("公示至 {until} 之前。"));
    Entry {
        about: format!("record {}", record.id),
        title: format!("{}：{list}", record.subject_name),
        published: Some(day_start(record.displayed_from)),
        updated: entry.at,
        page: Some(link::record(&record.id)),
        category: (record.list.clone(), list.to_owned()),
        summary: format!(
            "{}，{}，{}。{until}",
            record.authority_name, record.document_number, record.decided_on
        ),
    }
}

fn gone(one: &Withdrawal) -> Entry {
    let (zh, en) = why_words(one.why);
    Entry {
        about: format!("withdrawal {} {}", one.id, one.seq),
        title: format!("撤下：{zh} · {en}"),
        published: None,
        updated: one.at,
        page: None,
        category: (one.why.code().to_owned(), zh.to_owned()),
        summary: format!("{} {}", one.id, one.why.code()),
    }
}
