//! The frame of every page: head, skip link, masthead with search, the page, the footer with what it rests on.

use maud::{DOCTYPE, Markup, html};

use super::text::{both, instant};
use crate::domain::time::Moment;
use crate::outside::web::assets::{ICON, STYLE};

/// Name of the portal.
pub const SITE_ZH: &str = "公共信用信息公示";
/// Name of the portal in English.
pub const SITE_EN: &str = "Public Credit Disclosure";

/// What a page needs to know beside its own view.
#[derive(Clone, Debug, Default)]
pub struct Ctx {
    /// Whether the data are fictitious, and every page says so.
    pub demo: bool,
    /// Sequence number of what is shown.
    pub seq: i64,
    /// When the release that is shown was made.
    pub released_at: Option<Moment>,
}

/// The place in the navigation that is marked as the present one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// None of them.
    Elsewhere,
    /// The first page.
    Home,
    /// Search.
    Search,
    /// Lists.
    Lists,
    /// Measures.
    Measures,
    /// Help.
    Help,
    /// About.
    About,
}

const NAV: [(Place, &str, &str, &str); 5] = [
    (Place::Search, "/search", "信息检索", "Search"),
    (Place::Lists, "/lists", "公示名单", "Lists"),
    (Place::Measures, "/measures", "措施清单", "Measures"),
    (Place::Help, "/help", "办事指南", "Help"),
    (Place::About, "/about", "关于", "About"),
];

/// What the head of a page says.
#[derive(Clone, Debug)]
pub struct Head {
    /// Title, without the name of the portal.
    pub title: String,
    /// Whether search engines may keep the page.
    pub indexed: bool,
    /// Place in the navigation.
    pub place: Place,
    /// Address of the same contents as JSON.
    pub twin: Option<String>,
}

impl Head {
    /// A page that search engines may keep.
    #[must_use]
    pub fn new(title: impl Into<String>, place: Place) -> Self {
        Self {
            title: title.into(),
            indexed: true,
            place,
            twin: None,
        }
    }

    /// The same, not for search engines.
    #[must_use]
    pub fn unindexed(self) -> Self {
        Self {
            indexed: false,
            ..self
        }
    }

    /// The same, with its JSON twin.
    #[must_use]
    pub fn with_twin(self, address: impl Into<String>) -> Self {
        Self {
            twin: Some(address.into()),
            ..self
        }
    }
}

/// The search form: on the first page and on the search page large, elsewhere in the masthead.
#[must_use]
pub fn search_form(value: &str, large: bool) -> Markup {
    let (id, class) = if large {
        ("q", "search large")
    } else {
        ("q-top", "search")
    };
    html! {
        form class=(class) action="/search" method="get" role="search" {
            label for=(id) { (both("名称、统一社会信用代码或文书号", "Name, credit code or document number")) }
            div.search-row {
                input #(id) type="search" name="q" value=(value) maxlength="120" autocomplete="off" spellcheck="false" enterkeyhint="search";
                button type="submit" { "检索" span.en lang="en" { "Search" } }
            }
        }
    }
}

/// The whole document.
#[must_use]
pub fn frame(ctx: &Ctx, head: &Head, main: &Markup) -> Markup {
    let own_search = matches!(head.place, Place::Home | Place::Search);
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (head.title) " · " (SITE_ZH) }
                @if !head.indexed { meta name="robots" content="noindex, nofollow, noarchive"; }
                meta name="color-scheme" content="light dark";
                meta name="format-detection" content="telephone=no";
                link rel="stylesheet" href=(*STYLE);
                link rel="icon" type="image/svg+xml" href=(*ICON);
                @if let Some(twin) = &head.twin { link rel="alternate" type="application/json" href=(twin); }
            }
            body {
                a.skip href="#main" { (both("跳到正文", "Skip to content")) }
                @if ctx.demo {
                    p.demo role="note" { strong { "演示系统：全部数据均为虚构。" } " " span.en lang="en" { "Demonstration: all data are fictitious." } }
                }
                header.masthead {
                    div.inner {
                        a.brand href="/" aria-label="公共信用信息公示 首页" {
                            img src=(*ICON) alt="" width="36" height="36";
                            span.brand-name { (SITE_ZH) span.en lang="en" { (SITE_EN) } }
                        }
                        nav aria-label="主导航" {
                            ul {
                                @for (place, address, zh, en) in NAV {
                                    li {
                                        a href=(address) aria-current=[(place == head.place).then_some("page")] { (zh) span.en lang="en" { (en) } }
                                    }
                                }
                            }
                        }
                        @if !own_search { (search_form("", false)) }
                    }
                }
                main #main tabindex="-1" { (main) }
                footer.foot {
                    div.inner {
                        p {
                            "公示内容由作出决定的机关负责；与该机关公布的不一致的，以该机关公布的为准。"
                            span.en.line lang="en" { "The deciding authority is responsible for the contents; where its own publication differs, that one prevails." }
                        }
                        p {
                            "信用修复、异议申诉均不收取任何费用。"
                            span.en lang="en" { "Credit repair and objections are free of charge." }
                        }
                        p.foot-meta {
                            "数据版本 " span.num { (ctx.seq) }
                            @if let Some(at) = ctx.released_at { "，更新于 " (instant(at)) }
                            " · " a href="/help" { "办事指南" } " · " a href="/about" { "关于与接口" }
                        }
                    }
                }
            }
        }
    }
}
