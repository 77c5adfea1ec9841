//! The first page: search, what is published and how fresh, the lists, how to repair or object, the data.

use maud::{Markup, html};

use super::lists::{card, figure, shown_of};
use crate::domain::catalogue::{Catalogue, ListEntry};
use crate::domain::small::Shown;
use crate::domain::time::Moment;
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame, search_form};
use crate::outside::web::parts::free::free_of_charge;
use crate::outside::web::parts::text::{count, instant};

/// How much of a list is displayed today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Code of the list.
    pub list: String,
    /// Records displayed today.
    pub shown: Shown,
    /// Records whose display began recently.
    pub begun: Shown,
    /// Records whose term came to its end recently.
    pub ended: Shown,
    /// When a release last changed the list.
    pub changed_at: Option<Moment>,
}

/// Everything the page needs.
#[derive(Clone, Copy, Debug)]
pub struct HomeView<'a> {
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// Figures by list.
    pub figures: &'a [Figure],
}

/// Lists shown on the first page.
const MOST_LISTS: usize = 6;

/// A text in Chinese and English.
type Both = (&'static str, &'static str);

/// What people come for besides searching: address, heading, and what they find there.
const CONCERNED: [(&str, Both, Both); 6] = [
    (
        "/help/repair",
        ("怎样从名单上下来", "How do I get off a list?"),
        (
            "纠正行为、履行义务、满最短公示期后，可以申请信用修复，提前终止公示。不收费。",
            "Once corrected, fulfilled, and past the minimum term, credit repair ends the display early. It is free.",
        ),
    ),
    (
        "/help/objection",
        ("这条信息是错的", "This is wrong"),
        (
            "认为内容错误、超期公示或者不应公示的，可以提出异议，由作出决定的机关核查。",
            "Object when something is wrong, out of date or should not be shown: whoever decided it examines it.",
        ),
    ),
    (
        "/measures",
        ("会受到什么限制", "What may follow?"),
        (
            "每项惩戒或激励措施由谁实施、依据什么。清单之外不得实施。",
            "Who may do what, and on which basis. Nothing beyond this list.",
        ),
    ),
    (
        "/data",
        ("开放数据", "Open data"),
        (
            "全部公示信息可以下载，附签名和数据字典；每个页面都有 JSON 接口，变更接口按序号给出更新和撤下。",
            "All that is displayed can be downloaded, signed and with a dictionary; each page has a JSON twin, and a feed tells every update and removal.",
        ),
    ),
    (
        "/notices",
        ("公告", "Notices"),
        (
            "列入名单之前的告知、终止公示和信用修复的公告。",
            "Notice before an entry, exits, and repairs.",
        ),
    ),
    (
        "/verify",
        ("核验一份报告", "Check a report"),
        (
            "凭核验码或者文件，核对信用信息报告是否由本平台出具、内容现在是否仍在公示。",
            "By its code or its file: whether this portal made a report, and whether what it says still stands.",
        ),
    ),
];

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, view: &HomeView<'_>) -> Markup {
    let lang = ctx.lang;
    let head = Head::new(lang.say("首页", "First page"), Place::Home)
        .scripted()
        .described(lang.say(
            "查询行政处罚、行政许可、严重失信主体名单等公共信用信息：谁作出、依据什么、公示到何时、怎样修复。",
            "Look up penalties, licences and lists of public credit information: who decided, on what basis, shown until when, and how to get off.",
        ));
    let dataset = serde_json::json!({
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": lang.say("公共信用信息", "Public credit information"),
        "description": head.description,
        "url": format!("{}/", ctx.base_url),
        "inLanguage": "zh-CN",
        "isAccessibleForFree": true,
        "dateModified": ctx.released_at.map(|at| at.to_rfc3339()),
        "spatialCoverage": "中华人民共和国",
        "distribution": {
            "@type": "DataDownload",
            "encodingFormat": "application/json",
            "contentUrl": format!("{}/api/v1/changes", ctx.base_url),
        },
    });
    let head = head.json_ld(&dataset);
    // the sum of what is told of the lists: it tells no more than they do
    let total: u64 = view.figures.iter().map(|f| f.shown.told()).sum();
    let held = view.figures.iter().any(|f| f.shown.persons.is_held());
    let mut entries: Vec<&ListEntry> = view.catalogue.displayed().collect();
    let lists = entries.len();
    // the fullest first; of those that are alike the national ones
    entries.sort_by_key(|e| {
        let told = shown_of(figure(view.figures, &e.code)).told();
        (std::cmp::Reverse(told), e.level)
    });
    entries.truncate(MOST_LISTS);
    let main = html! {
        section.hero {
            h1 { (lang.say("查一查公共信用信息", "Look up public credit information")) }
            (search_form(lang, "", true))
            p.meta {
                @if total == 0 && !held { (lang.say("目前没有在公示的信息。", "Nothing is published at present.")) }
                @else {
                    (lang.say("在公示 ", "Shown now: ")) strong.num { (count(total)) } (lang.say(" 条，分属 ", " entries on ")) strong.num { (lists) } (lang.say(" 个名单", " lists"))
                    @if held { (lang.say("（不含条数少的自然人信息）", " (without small numbers of natural persons)")) }
                }
                @if let Some(at) = ctx.released_at { (lang.say(" · 更新于 ", " · updated ")) (instant(at)) }
            }
        }
        section {
            h2 { (lang.say("与我有关", "If it concerns you")) }
            ul.cards {
                @for (address, (zh, en), (text_zh, text_en)) in CONCERNED {
                    li.card { h3 { a href=(address) { (lang.say(zh, en)) } } p { (lang.say(text_zh, text_en)) } }
                }
            }
        }
        (free_of_charge(lang))
        section {
            h2 { (lang.say("公示名单", "Lists")) }
            ul.cards { @for entry in entries { (card(lang, entry, figure(view.figures, &entry.code))) } }
            p { a href="/lists" { (lang.say("查看全部名单及其依据、条件和期限", "All lists, with basis, conditions and terms")) } }
        }
    };
    frame(ctx, &head, &main)
}
