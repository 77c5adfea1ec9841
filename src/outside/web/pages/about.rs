//! About: what the portal promises, whose data it shows, and its programming interface.

use maud::{Markup, html};

use crate::domain::catalogue::Catalogue;
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::terms;

/// Addresses of the programming interface: path, parameters, Chinese, English.
const API: [(&str, &str, &str, &str); 7] = [
    (
        "/api/v1/search",
        "q, list, region, authority, kind, year, state, sort, page, limit",
        "检索；next 是下一页的 page 值",
        "search; next is the page value of the next page",
    ),
    ("/api/v1/records/{id}", "", "一条记录", "one record"),
    (
        "/api/v1/subjects/{code}",
        "page",
        "一个主体在公示的记录",
        "the displayed records of a subject",
    ),
    ("/api/v1/lists", "", "全部名单", "all lists"),
    (
        "/api/v1/lists/{code}",
        "",
        "一个名单的目录内容",
        "one list as the catalogue has it",
    ),
    (
        "/api/v1/changes",
        "since, limit, wait",
        "序号之后每条记录的现状，或者撤下的通知",
        "the present state of all that changed after a sequence number, or its tombstone",
    ),
    (
        "/api/v1/withdrawals",
        "since, limit, wait",
        "撤下的通知，每行一条（JSON Lines）；另见订阅（/feeds）",
        "what was taken back, a line each (JSON Lines); see also the feeds (/feeds)",
    ),
];

/// A text in Chinese and English.
type Pair = (&'static str, &'static str);

/// What the portal promises: in short, and what it means.
const PROMISES: [(Pair, Pair); 6] = [
    (
        ("不公开原始数据", "Nothing raw is public"),
        (
            "目录没有规定公开的，一个字也不公开；身份证件号码、住址等一律脱敏。",
            "What the catalogue does not allow is not shown, not in part; identity numbers and addresses are masked.",
        ),
    ),
    (
        ("期限就是法律", "Time is law"),
        (
            "到期之日 24 时，所有页面、接口和检索同时不再显示。",
            "When the last day ends, pages, interfaces and search stop showing the record at the same moment.",
        ),
    ),
    (
        ("每一条都有说明", "Every entry explains itself"),
        (
            "谁作出、依据什么、到何时为止、如何终止、向谁异议。",
            "Who decided, on what basis, until when, how it ends, and where to object.",
        ),
    ),
    (
        ("撤下的立即撤下", "What is taken back is gone"),
        (
            "修复、撤销、移出的，立即从所有页面和接口撤下，不留旧版本。",
            "Repaired, revoked or delisted: it is removed everywhere at once, and no older version is served.",
        ),
    ),
    (
        ("任何人都可以核对", "Anyone can check"),
        (
            "目录、规则和变更都公开，公示结果可以重新推算。",
            "Catalogue, rules and changes are open: what is displayed can be worked out again.",
        ),
    ),
    (
        ("一次申请，不收费", "Apply once, for free"),
        (
            "信用修复、异议申诉均不收取任何费用，由作出决定的机关办理。",
            "Repair and objections cost nothing, in any form; the authority that decided handles them.",
        ),
    ),
];

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, catalogue: &Catalogue) -> Markup {
    let lang = ctx.lang;
    let lead = lang.say(
        "本平台依照公共信用信息目录公示行政许可、行政处罚和各类名单，并说明每一条信息的由来、期限和出路。",
        "Licences, penalties and lists are disclosed as the catalogue says, and every entry explains itself.",
    );
    let head = Head::new(lang.say("关于", "About"), Place::About).described(lead);
    let main = html! {
        header.page-head {
            h1 { (lang.say("关于", "About")) }
            p.lead { (lead) }
        }
        section {
            h2 { (lang.say("六项承诺", "Six promises")) }
            ol.texts {
                @for ((zh, en), (text_zh, text_en)) in PROMISES {
                    li { strong { (lang.say(zh, en)) } (lang.say("：", ": ")) (lang.say(text_zh, text_en)) }
                }
            }
        }
        section {
            h2 { (lang.say("目录", "Catalogue")) }
            @if catalogue.layers.is_empty() { p.meta { (lang.say("没有目录，因此没有公示。", "There is no catalogue, so nothing is displayed.")) } }
            @for layer in &catalogue.layers {
                h3 { (lang.words(&layer.name)) }
                p.meta { (terms::region(lang, &layer.jurisdiction)) " · " (terms::edition(lang, layer)) }
                (terms::bases(lang, &layer.basis))
                @if !layer.notes.is_empty() {
                    details {
                        summary { (lang.say("该目录的要求", "What it asks for")) }
                        (terms::items(lang, &layer.notes))
                    }
                }
            }
        }
        (interface(lang))
    };
    frame(ctx, &head, &main)
}

/// The programming interface.
fn interface(lang: Lang) -> Markup {
    let [parameters, contents] =
        [("参数", "Parameters"), ("内容", "Contents")].map(|(zh, en)| lang.say(zh, en));
    let name = lang.say("接口", "Programming interface");
    html! {
        section #api {
            h2 { (name) }
            p {
                (lang.say(
                    "JSON，无需登录。名单、地区用代码，日期用 ISO 8601。页面地址带上请求头 ",
                    "JSON, without a login. Lists and regions travel as codes, dates as ISO 8601. Page addresses answer the same way to ",
                ))
                code { "Accept: application/json" } (lang.say(" 时也返回 JSON。", "."))
            }
            section.table-wrap tabindex="0" aria-label=(name) {
                table {
                    thead { tr { th scope="col" { "GET" } th scope="col" { (parameters) } th scope="col" { (contents) } } }
                    tbody {
                        @for (path, query, zh, en) in API {
                            tr {
                                th scope="row" { code { (path) } }
                                td data-label=(parameters) { @if query.is_empty() { (lang.say("无", "none")) } @else { (query) } }
                                td data-label=(contents) { (lang.say(zh, en)) }
                            }
                        }
                    }
                }
            }
            ul.texts {
                li { (lang.say("变更接口给出当前状态；已撤下的只给出编号、时间和原因类别，收到后请删除。", "The change feed gives the present state; what was removed has only its id, the moment and the kind of reason. Delete your copy.")) }
                li { (lang.say("自然人的信息除目录另有规定外不进入变更接口。", "Natural persons are not in the change feed unless the catalogue says so.")) }
                li {
                    (lang.say("请求有限额，见响应头 RateLimit；出错按 RFC 9457 返回，含义见", "Requests are limited, see the RateLimit headers; errors follow RFC 9457, see "))
                    a href="/help#problems" { (lang.say("出错提示的含义", "problem types")) } (lang.say("。", "."))
                }
            }
        }
    }
}
