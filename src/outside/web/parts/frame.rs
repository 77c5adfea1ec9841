//! The frame of every page: head, skip link, masthead with search, the page, the footer with what it rests on.

use std::sync::Arc;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::lang::Lang;
use super::print::print_head;
use super::text::instant;
use crate::domain::time::Moment;
use crate::outside::web::assets::{APPLY_SCRIPT, CARD, ICON, SCRIPT, STYLE, TOUCH};
use crate::outside::web::prefs::choosing;

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
    /// Language of the interface.
    pub lang: Lang,
    /// Whether the type is large (大字版).
    pub large: bool,
    /// Address of the page, without what chooses language and size.
    pub here: String,
    /// Address of the site without a slash at its end, for whole links; empty when the operator has not said it.
    pub base_url: Arc<str>,
    /// Address of the portal that this one is a mirror of.
    pub origin: Option<Arc<str>>,
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

/// Addresses in the footer.
const FOOT: [(&str, &str, &str); 12] = [
    ("/apply", "网上申请", "Applications"),
    ("/stats", "统计", "Statistics"),
    ("/data", "开放数据", "Open data"),
    ("/api/docs", "接口文档", "Interface"),
    ("/help", "办事指南", "Help"),
    ("/notices", "公告", "Notices"),
    ("/catalogue", "信息目录", "Catalogue"),
    ("/sectors", "分级分类标准", "Standards"),
    ("/verify", "报告核验", "Verify a report"),
    ("/about", "关于本站", "About"),
    ("/privacy", "隐私说明", "Privacy"),
    ("/accessibility", "无障碍声明", "Accessibility"),
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
    /// Addresses of its Atom feeds.
    pub feeds: Vec<String>,
    /// What the page holds, in a sentence, for those who find it elsewhere.
    pub description: Option<String>,
    /// The same for machines (schema.org, JSON-LD), ready to stand in a page.
    pub json_ld: Option<String>,
    /// Whether the script that completes names while they are typed is loaded.
    pub scripted: bool,
    /// Whether the script of the forms of applications is loaded.
    pub applying: bool,
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
            feeds: Vec::new(),
            description: None,
            json_ld: None,
            scripted: false,
            applying: false,
        }
    }

    /// The same, told to machines in the words of schema.org. It is data: nothing runs it. No text in it can end its
    /// element, since `<` is written as an escape.
    #[must_use]
    pub fn json_ld(self, value: &serde_json::Value) -> Self {
        Self {
            json_ld: Some(value.to_string().replace('<', "\\u003c")),
            ..self
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

    /// The same, with the script that completes names.
    #[must_use]
    pub fn scripted(self) -> Self {
        Self {
            scripted: true,
            ..self
        }
    }

    /// The same, with the script that takes a secret out of the address and sends files in pieces.
    #[must_use]
    pub fn applying(self) -> Self {
        Self {
            applying: true,
            ..self
        }
    }

    /// The same, with what it holds in a sentence.
    #[must_use]
    pub fn described(self, text: impl Into<String>) -> Self {
        Self {
            description: Some(text.into()),
            ..self
        }
    }

    /// The same, with an Atom feed.
    #[must_use]
    pub fn with_feed(mut self, address: impl Into<String>) -> Self {
        self.feeds.push(address.into());
        self
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
pub fn search_form(lang: Lang, value: &str, large: bool) -> Markup {
    // named, since a page may have a search of its own beside the one in the masthead
    let (id, class, name) = if large {
        ("q", "search large", lang.say("检索", "Search"))
    } else {
        let name = lang.say("检索全部公示信息", "Search everything published");
        ("q-top", "search", name)
    };
    html! {
        form class=(class) action="/search" method="get" role="search" aria-label=(name) {
            label for=(id) { (lang.say("名称、统一社会信用代码或文书号", "Name, credit code or document number")) }
            div.search-row {
                input #(id) type="search" name="q" value=(value) maxlength="120" autocomplete="off" spellcheck="false" enterkeyhint="search";
                button type="submit" { (lang.say("检索", "Search")) }
            }
        }
    }
}

/// The switches of language and size of type: links, so that they work anywhere and can be shared.
fn switches(ctx: &Ctx) -> Markup {
    let lang = ctx.lang;
    let (size, words) = if ctx.large {
        ("normal", lang.say("标准字号", "Normal type"))
    } else {
        ("large", lang.say("大字版", "Large type"))
    };
    html! {
        nav.switches aria-label=(lang.say("语言和字号", "Language and type size")) {
            ul {
                @for other in Lang::ALL {
                    li {
                        a href=(choosing(&ctx.here, "lang", other.tag())) lang=(other.tag()) hreflang=(other.tag())
                            aria-current=[(other == lang).then_some("true")] { (other.name()) }
                    }
                }
                li { a href=(choosing(&ctx.here, "size", size)) { (words) } }
            }
        }
    }
}

/// What those show who pass a link on: for pages that search engines may keep, so never for persons.
fn shared(ctx: &Ctx, head: &Head, about: &str) -> Markup {
    let lang = ctx.lang;
    let locale = match lang {
        Lang::Hans => "zh_CN",
        Lang::Hant => "zh_TW",
        Lang::En => "en_GB",
    };
    html! {
        meta property="og:type" content="website";
        meta property="og:site_name" content=(lang.say(SITE_ZH, SITE_EN));
        meta property="og:locale" content=(locale);
        meta property="og:title" content=(head.title);
        meta property="og:description" content=(head.description.as_deref().unwrap_or(about));
        // whole addresses only: without the site's own there is neither
        @if !ctx.base_url.is_empty() {
            meta property="og:url" content={ (ctx.base_url) (ctx.here) };
            meta property="og:image" content={ (ctx.base_url) (*CARD) };
            meta property="og:image:width" content="1200";
            meta property="og:image:height" content="630";
            meta name="twitter:card" content="summary_large_image";
            link rel="canonical" href={ (ctx.base_url) (ctx.here) };
        }
    }
}

/// Characters of a title that tabs, histories and search engines can be expected to show.
const LONGEST_TITLE: usize = 70;

/// The title of a document: what it is about and the site, or as much of it as there is room for.
fn document_title(title: &str, site: &str) -> String {
    let whole = format!("{title} · {site}");
    if whole.chars().count() <= LONGEST_TITLE {
        whole
    } else if title.chars().count() <= LONGEST_TITLE {
        title.to_owned()
    } else {
        let cut: String = title.chars().take(LONGEST_TITLE - 1).collect();
        format!("{cut}…")
    }
}

/// The head of the document.
fn top(ctx: &Ctx, head: &Head) -> Markup {
    let site = ctx.lang.say(SITE_ZH, SITE_EN);
    let about = ctx.lang.say(
        "依法公示的公共信用信息：谁作出决定、依据什么、公示到何时、如何退出和提出异议。",
        "Public credit information as the law discloses it: who decided, on what basis, until when it is shown, how to get out and how to object.",
    );
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            title { (document_title(&head.title, site)) }
            meta name="description" content=(head.description.as_deref().unwrap_or(about));
            @if !head.indexed { meta name="robots" content="noindex, nofollow, noarchive"; }
            meta name="color-scheme" content="light dark";
            meta name="format-detection" content="telephone=no";
            link rel="stylesheet" href=(*STYLE);
            link rel="icon" type="image/svg+xml" href=(*ICON);
            link rel="icon" type="image/x-icon" sizes="32x32" href="/favicon.ico";
            link rel="apple-touch-icon" href=(*TOUCH);
            @if head.indexed { (shared(ctx, head, about)) }
            @if let Some(data) = &head.json_ld { script type="application/ld+json" { (PreEscaped(data)) } }
            // search engines read whole addresses only
            @if head.indexed && !ctx.here.is_empty() && !ctx.base_url.is_empty() {
                @for other in Lang::ALL {
                    link rel="alternate" hreflang=(other.tag()) href={ (ctx.base_url) (choosing(&ctx.here, "lang", other.tag())) };
                }
                link rel="alternate" hreflang="x-default" href={ (ctx.base_url) (ctx.here) };
            }
            @if head.scripted { script src=(*SCRIPT) defer {} }
            @if head.applying { script src=(*APPLY_SCRIPT) defer {} }
            @for feed in &head.feeds { link rel="alternate" type="application/atom+xml" href=(feed); }
            @if let Some(twin) = &head.twin { link rel="alternate" type="application/json" href=(twin); }
        }
    }
}

fn masthead(ctx: &Ctx, head: &Head) -> Markup {
    let lang = ctx.lang;
    let site = lang.say(SITE_ZH, SITE_EN);
    let own_search = matches!(head.place, Place::Home | Place::Search);
    html! {
        header.masthead {
            div.inner {
                a.brand href="/" aria-label=(lang.say("公共信用信息公示 首页", "Public Credit Disclosure, first page")) {
                    img src=(*ICON) alt="" width="36" height="36";
                    span.brand-name { (site) }
                }
                nav.places aria-label=(lang.say("主导航", "Main")) {
                    ul {
                        @for (place, address, zh, en) in NAV {
                            li { a href=(address) aria-current=[(place == head.place).then_some("page")] { (lang.say(zh, en)) } }
                        }
                    }
                }
                @if !own_search { (search_form(lang, "", false)) }
                (switches(ctx))
            }
        }
    }
}

fn footer(ctx: &Ctx) -> Markup {
    let lang = ctx.lang;
    html! {
        footer.foot {
            div.inner {
                p {
                    (lang.say("公示内容由作出决定的机关负责；与该机关公布的不一致的，以该机关公布的为准。",
                        "The deciding authority is responsible for the contents; where its own publication differs, that one prevails."))
                }
                p { (lang.say("信用修复、异议申诉均不收取任何费用。", "Credit repair and objections are free of charge.")) }
                nav aria-label=(lang.say("页脚", "Footer")) {
                    ul.foot-links {
                        @for (address, zh, en) in FOOT { li { a href=(address) { (lang.say(zh, en)) } } }
                    }
                }
                p.foot-meta {
                    @if ctx.seq == 0 { (lang.say("尚未发布任何信息", "Nothing has been published yet")) }
                    @else { (lang.say("数据版本 ", "Data version ")) span.num { (ctx.seq) } }
                    @if let Some(at) = ctx.released_at { (lang.say("，更新于 ", ", of ")) (instant(at)) }
                    @if let Some(origin) = &ctx.origin { (lang.say("；本站是镜像，原站 ", "; a mirror of ")) a href=(origin) rel="external" { (origin) } }
                }
            }
        }
    }
}

/// The whole document.
#[must_use]
pub fn frame(ctx: &Ctx, head: &Head, main: &Markup) -> Markup {
    let lang = ctx.lang;
    html! {
        (DOCTYPE)
        html lang=(lang.tag()) data-size=[ctx.large.then_some("large")] {
            (top(ctx, head))
            body {
                a.skip href="#main" { (lang.say("跳到正文", "Skip to content")) }
                @if ctx.demo {
                    aside.demo aria-label=(lang.say("演示说明", "Demonstration")) { strong { (lang.say("演示系统：全部数据均为虚构。", "Demonstration: all data are fictitious.")) } }
                }
                (masthead(ctx, head))
                (print_head(ctx))
                main #main tabindex="-1" { (main) }
                (footer(ctx))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(base_url: &str, head: &Head) -> String {
        let ctx = Ctx {
            here: "/lists".to_owned(),
            base_url: base_url.into(),
            ..Ctx::default()
        };
        frame(&ctx, head, &html! { h1 { "x" } }).into_string()
    }

    #[test]
    fn other_languages_are_told_to_search_engines_by_whole_addresses_or_not_at_all() {
        let head = Head::new("x", Place::Lists);
        let told = document("https://example.cn", &head);
        assert!(
            told.contains(r#"hreflang="en" href="https://example.cn/lists?lang=en""#),
            "{told}"
        );
        let link = r#"<link rel="alternate" hreflang"#;
        assert!(!document("", &head).contains(link));
        assert!(!document("https://example.cn", &head.unindexed()).contains(link));
    }

    #[test]
    fn titles_end_where_there_is_no_more_room() {
        for (length, ends) in [
            (3, "名 · 站"),
            (66, "名 · 站"),
            (67, "名"),
            (70, "名"),
            (71, "…"),
        ] {
            let title = document_title(&"名".repeat(length), "站");
            assert!(title.ends_with(ends), "{length}: {title}");
            assert!(title.chars().count() <= LONGEST_TITLE, "{length}");
        }
    }

    #[test]
    fn every_page_says_in_a_sentence_what_it_holds() {
        let head = Head::new("x", Place::Lists);
        assert!(document("", &head).contains(r#"name="description" content="依法"#));
        let own = document("", &head.described("own words"));
        assert_eq!(own.matches(r#"name="description""#).count(), 1);
        assert!(own.contains("own words"));
    }
}
