//! Static files: embedded, and served under paths that name their contents, so that they can be kept for ever.

use std::io::Read as _;
use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, VARY};
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

use super::cache::Cache;
use super::problem::Refusal;
use super::reply;
use super::twin::Twin;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// One file.
#[derive(Debug)]
struct Asset {
    path: String,
    media_type: &'static str,
    body: actix_web::web::Bytes,
    twin: Twin,
}

/// Hexadecimal digits of the hash that stand in a path.
const DIGITS: usize = 16;

/// Folder of the parts of the style sheet, one for each component that has its own.
const PARTS: &str = "parts/";

/// The style sheet: its main file, then its parts by name, so that a page loads one file.
fn style_sheet() -> Vec<u8> {
    let mut parts: Vec<_> = Files::iter()
        .filter(|name| name.starts_with(PARTS) && name.ends_with(".css"))
        .collect();
    parts.sort();
    let names = std::iter::once("gongshi.css".into()).chain(parts);
    let mut out = Vec::new();
    for file in names.filter_map(|name| Files::get(&name)) {
        out.extend_from_slice(&file.data);
        out.push(b'\n');
    }
    out
}

fn asset(stem: &str, end: &str, body: Vec<u8>) -> Option<Asset> {
    let media_type = match end {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        _ => return None,
    };
    let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(&body));
    Some(Asset {
        path: format!("/static/{stem}.{}.{end}", hash.get(..DIGITS)?),
        media_type,
        body: body.into(),
        twin: Twin::default(),
    })
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let files = Files::iter()
        .filter(|name| !name.ends_with(".css"))
        .filter_map(|name| {
            let file = Files::get(&name)?;
            let (stem, end) = name.rsplit_once('.')?;
            asset(stem, end, file.data.into_owned())
        });
    let style = asset("gongshi", "css", style_sheet());
    style.into_iter().chain(files).collect()
});

/// The font of printed reports, which is not served: `static/fonts/make.py` says how it is made.
#[must_use]
pub fn report_font() -> Option<Vec<u8>> {
    Some(Files::get("fonts/report.otf")?.data.into_owned())
}

fn path_of(stem: &str) -> &'static str {
    let prefix = format!("/static/{stem}.");
    ASSETS
        .iter()
        .find(|a| a.path.starts_with(&prefix))
        .map_or("", |a| a.path.as_str())
}

/// Path of the style sheet.
pub static STYLE: LazyLock<&'static str> = LazyLock::new(|| path_of("gongshi"));
/// Path of the script.
pub static SCRIPT: LazyLock<&'static str> = LazyLock::new(|| path_of("complete"));
/// Path of the script of the officers' site: one key for one button.
pub static DESK: LazyLock<&'static str> = LazyLock::new(|| path_of("desk"));
/// Path of the script of the forms of applications.
pub static APPLY_SCRIPT: LazyLock<&'static str> = LazyLock::new(|| path_of("apply"));
/// Path of the icon.
pub static ICON: LazyLock<&'static str> = LazyLock::new(|| path_of("icon"));
/// Path of the picture that is shown where a link is passed on, 1200 by 630. Its source is `index/pictures/card.svg`, which
/// is no part of the program; a browser with Noto Sans CJK SC takes the picture:
/// `chromium --headless --hide-scrollbars --screenshot=static/card.png --window-size=1200,630 index/pictures/card.svg`; the
/// two icons below likewise, from `icon.svg` at 180 and 32 pixels, the latter put into an ICO container.
pub static CARD: LazyLock<&'static str> = LazyLock::new(|| path_of("card"));
/// Path of the icon on the first screen of a telephone.
pub static TOUCH: LazyLock<&'static str> = LazyLock::new(|| path_of("touch"));

/// `GET /favicon.ico`: the address that browsers ask for without being told.
pub async fn favicon(req: HttpRequest) -> HttpResponse {
    let path = path_of("favicon");
    match ASSETS.iter().find(|a| a.path == path) {
        Some(asset) => HttpResponse::Ok()
            .content_type(asset.media_type)
            .insert_header(("cache-control", "public, max-age=86400"))
            .body(asset.body.clone()),
        None => reply::refuse(&req, &Refusal::NotFound),
    }
}

/// What the entity tags say of the program: a hash of itself, so that another program never answers "not modified" for
/// what this one made, and the same program does so on every node.
pub static VERSION: LazyLock<String> = LazyLock::new(|| {
    let style = STYLE.rsplit('.').nth(1).and_then(|h| h.get(..8));
    let own = std::env::current_exe().and_then(std::fs::File::open);
    let own = own.and_then(|mut file| {
        let (mut hash, mut piece) = (Sha256::new(), vec![0; 1 << 16]);
        loop {
            match file.read(&mut piece)? {
                0 => break,
                n => hash.update(&piece[..n]),
            }
        }
        Ok(data_encoding::HEXLOWER.encode(&hash.finalize()))
    });
    match own {
        Ok(hash) => hash.get(..DIGITS).unwrap_or_default().to_owned(),
        // a program that cannot be read: its version and its style sheet must do
        Err(_) => format!("{}{}", env!("CARGO_PKG_VERSION"), style.unwrap_or("")),
    }
});

/// Serves a file by its full path.
pub async fn serve(req: HttpRequest) -> HttpResponse {
    let Some(asset) = ASSETS.iter().find(|a| a.path == req.path()) else {
        return reply::refuse(&req, &Refusal::NotFound);
    };
    let mut res = HttpResponse::Ok();
    res.content_type(asset.media_type)
        .insert_header((VARY, "accept-encoding"))
        // The boundary plays no part: a style sheet shows no record.
        .insert_header((
            CACHE_CONTROL,
            Cache::Immutable.control(chrono::DateTime::UNIX_EPOCH, NaiveDate::MIN),
        ));
    asset.twin.answer(&req, res, &asset.body)
}

/// Compresses the files and hashes the program, so that the first visitor does not wait for it.
pub fn make_ready() {
    for asset in ASSETS.iter() {
        asset.twin.make(&asset.body);
    }
    LazyLock::force(&VERSION);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_frame_finds_its_files() {
        for path in [*STYLE, *ICON, *SCRIPT, *DESK, *CARD, *TOUCH] {
            assert!(path.starts_with("/static/"), "{path}");
            assert_eq!(path.split('.').nth(1).unwrap().len(), DIGITS);
        }
    }

    #[test]
    fn the_style_sheet_loads_nothing_from_elsewhere() {
        let css = ASSETS.iter().find(|a| a.path == *STYLE).unwrap();
        let text = std::str::from_utf8(&css.body).unwrap();
        assert!(!text.contains("http:") && !text.contains("https:") && !text.contains("@import"));
    }
}
