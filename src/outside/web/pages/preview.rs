//! An organisation in a few lines, to be shown inside somebody else's page: the preview of the Reconciliation Service API.

use maud::{DOCTYPE, Markup, html};

use crate::domain::catalogue::Catalogue;
use crate::domain::kinds::SubjectKind;
use crate::domain::regions;
use crate::domain::subject::CreditCode;
use crate::outside::web::assets::STYLE;
use crate::outside::web::link;
use crate::outside::web::parts::frame::Ctx;

/// Names of lists that are told.
const MOST_LISTS: usize = 4;

/// Everything the preview needs.
#[derive(Clone, Copy, Debug)]
pub struct PreviewView<'a> {
    /// Its code.
    pub code: CreditCode,
    /// Its name.
    pub name: &'a str,
    /// Legal person or not.
    pub kind: SubjectKind,
    /// Records on display.
    pub total: u64,
    /// Codes of the lists that they stand on.
    pub lists: &'a [&'a str],
    /// The catalogue.
    pub catalogue: &'a Catalogue,
}

/// What is told of an organisation, for the preview and the flyout.
#[must_use]
pub fn facts(ctx: &Ctx, view: &PreviewView<'_>) -> Markup {
    let lang = ctx.lang;
    let region = regions::of_credit_code(&view.code).map(regions::Region::full_name);
    let lists = view.lists.iter().take(MOST_LISTS);
    html! {
        p lang="zh" { strong { (view.name) } }
        p { code { (view.code.as_str()) } " · " (lang.say(view.kind.zh(), view.kind.en())) }
        @if let Some(region) = region { p lang="zh" { (region) } }
        p { (lang.say("在公示期内的信息：", "Records on display: ")) (view.total) }
        @if !view.lists.is_empty() {
            p {
                (lang.say("所在名单：", "Lists: "))
                @for (i, code) in lists.enumerate() {
                    @if i > 0 { (lang.say("、", ", ")) }
                    @if let Some(entry) = view.catalogue.list(code) { (lang.words(&entry.name)) } @else { (code) }
                }
                @if view.lists.len() > MOST_LISTS { (lang.say("等", " and others")) }
            }
        }
    }
}

/// The page. Its link opens a window of its own, because no other page of the portal may be framed.
#[must_use]
pub fn page(ctx: &Ctx, view: &PreviewView<'_>) -> Markup {
    let lang = ctx.lang;
    html! {
        (DOCTYPE)
        html lang=(lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (view.name) }
                link rel="stylesheet" href=(*STYLE);
            }
            body.preview {
                main {
                    h1 { (lang.say("信用档案摘要", "Credit file in short")) }
                    (facts(ctx, view))
                    @if ctx.demo {
                        p.preview-demo { (lang.say("演示数据，均属虚构", "Demonstration: all data are fictitious")) }
                    }
                    p {
                        a href=(link::subject(view.code.as_str())) target="_blank" rel="noopener" {
                            (lang.say("打开信用档案（新窗口）", "Open the credit file (new window)"))
                        }
                    }
                }
            }
        }
    }
}
