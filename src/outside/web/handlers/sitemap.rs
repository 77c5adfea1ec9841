//! `GET /sitemap.xml`, its parts, and `GET /robots.txt`: what search engines are told of. Standing pages, displayed lists
//! and organisations; never a record of a natural person, and never an individual business.

use std::fmt::Write as _;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::time::civil_date;
use crate::outside::web::cache::{Cache, Stamp};
use crate::outside::web::limit::Operation;
use crate::outside::web::link;
use crate::outside::web::origin;
use crate::outside::web::problem::Refusal;
use crate::outside::web::reply::{Call, Reply, begin, begin_or_kept};
use crate::outside::web::state::{WebState, failed};

/// Organisations in one part: fewer than the 50,000 addresses and the 50 MB that the protocol allows.
const PART: usize = 40_000;

/// Pages that always stand.
const STANDING: [&str; 16] = [
    "/",
    "/lists",
    "/measures",
    "/stats",
    "/data",
    "/catalogue",
    "/notices",
    "/feeds",
    "/sectors",
    "/help",
    "/help/repair",
    "/help/bankruptcy",
    "/help/objection",
    "/about",
    "/privacy",
    "/accessibility",
];

/// What crawlers are asked: search answers and the interface are not for them.
const ROBOTS: &str = "User-agent: *\nDisallow: /search\nDisallow: /api/\n";

/// The address of the site: as the operator set it, else as the request names it. `None` when neither can be used.
pub(super) fn base(call: &Call) -> Option<String> {
    let settings = &call.state.settings;
    if settings.base_url.is_empty() {
        origin::site(&call.req, &settings.trusted_proxies)
    } else {
        Some(settings.base_url.to_string())
    }
}

/// Ends the answer; what rests on the address that the request named is not kept for others.
pub(super) fn end(call: Call, result: Result<Reply, Refusal>) -> HttpResponse {
    if call.state.settings.base_url.is_empty() {
        call.end(result)
    } else {
        call.end_and_keep(result)
    }
}

/// `GET /robots.txt`.
pub async fn robots(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    match begin(req, state, Operation::Read, Cache::UntilBoundary) {
        Ok(call) => {
            let sitemap = base(&call)
                .map_or_else(String::new, |base| format!("Sitemap: {base}/sitemap.xml\n"));
            call.end(Ok(Reply::text(format!("{ROBOTS}{sitemap}"))))
        }
        Err(res) => *res,
    }
}

/// First codes of the parts after the first one, kept while nothing changes. Blocking.
fn boundaries(state: &WebState, stamp: Stamp) -> Result<Vec<String>, Refusal> {
    const KEY: &str = "sitemap boundaries";
    let lines = |body: &[u8]| -> Vec<String> {
        String::from_utf8_lossy(body)
            .lines()
            .map(str::to_owned)
            .collect()
    };
    if let Some(body) = state.rendered(KEY, stamp) {
        return Ok(lines(&body));
    }
    let all = state
        .store
        .code_boundaries(PART)
        .map_err(|e| failed("cutting the sitemap", &e))?;
    state.keep(KEY.to_owned(), stamp, all.join("\n").into());
    Ok(all)
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const SPACE: &str = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";

/// `GET /sitemap.xml`: the index of the parts.
pub async fn sitemap(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    let call = match begin_or_kept(req, state, Operation::Read, Cache::UntilBoundary) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let Some(base) = base(&call) else {
        return call.end(Err(Refusal::NotFound));
    };
    let stamp = call.stamp;
    let result = call
        .blocking(move |state| {
            let parts = boundaries(state, stamp)?.len() + 1;
            let mut out = format!(
                "{XML}<sitemapindex {SPACE}>\n<sitemap><loc>{base}/sitemap/pages.xml</loc></sitemap>\n"
            );
            for n in 1..=parts {
                // writing to a string cannot fail
                let _ = writeln!(
                    out,
                    "<sitemap><loc>{base}/sitemap/organisations-{n}.xml</loc></sitemap>"
                );
            }
            out.push_str("</sitemapindex>\n");
            Ok(Reply::xml(out))
        })
        .await;
    end(call, result)
}

/// `GET /sitemap/{part}`.
pub async fn sitemap_part(req: HttpRequest, state: Data<WebState>) -> HttpResponse {
    // a part reads thousands of rows, as the change feed does
    let call = match begin_or_kept(req, state, Operation::Changes, Cache::UntilBoundary) {
        Ok(call) => call,
        Err(res) => return *res,
    };
    let part = call.req.match_info().get("part").unwrap_or("").to_owned();
    let Some(base) = base(&call) else {
        return call.end(Err(Refusal::NotFound));
    };
    let stamp = call.stamp;
    let result = call
        .blocking(move |state| {
            if part == "pages.xml" {
                return pages(state, stamp, &base);
            }
            let number = part
                .strip_prefix("organisations-")
                .and_then(|rest| rest.strip_suffix(".xml"))
                .and_then(|n| n.parse::<usize>().ok())
                .ok_or(Refusal::NotFound)?;
            organisations(state, stamp, &base, number)
        })
        .await;
    end(call, result)
}

fn pages(state: &WebState, stamp: Stamp, base: &str) -> Result<Reply, Refusal> {
    let mut out = format!("{XML}<urlset {SPACE}>\n");
    for path in STANDING {
        let _ = writeln!(out, "<url><loc>{base}{path}</loc></url>");
    }
    let figures = state.figures(stamp)?;
    for entry in state.catalogue.displayed() {
        let path = link::list(&entry.code);
        let changed = figures
            .iter()
            .find(|f| f.list == entry.code)
            .and_then(|f| f.changed_at)
            .map_or_else(String::new, |at| {
                format!("<lastmod>{}</lastmod>", civil_date(at))
            });
        let _ = writeln!(out, "<url><loc>{base}{path}</loc>{changed}</url>");
    }
    for code in state.catalogue.lists.keys() {
        let path = link::catalogue(code);
        let _ = writeln!(out, "<url><loc>{base}{path}</loc></url>");
    }
    out.push_str("</urlset>\n");
    Ok(Reply::xml(out))
}

fn organisations(
    state: &WebState,
    stamp: Stamp,
    base: &str,
    number: usize,
) -> Result<Reply, Refusal> {
    let cuts = boundaries(state, stamp)?;
    let from = match number {
        0 => return Err(Refusal::NotFound),
        1 => "",
        n => cuts.get(n - 2).ok_or(Refusal::NotFound)?.as_str(),
    };
    let to = cuts.get(number - 1).map(String::as_str);
    let codes = state
        .store
        .organisation_codes(from, to, stamp.today)
        .map_err(|e| failed("listing organisations", &e))?;
    let mut out = format!("{XML}<urlset {SPACE}>\n");
    for code in &codes {
        let path = link::subject(code);
        let _ = writeln!(out, "<url><loc>{base}{path}</loc></url>");
    }
    out.push_str("</urlset>\n");
    Ok(Reply::xml(out))
}
