//! About: what the portal promises, whose data it shows, and its programming interface.

use maud::{Markup, html};

use crate::domain::catalogue::Catalogue;
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::terms;
use crate::outside::web::parts::text::{both, date, inline};

/// Addresses of the programming interface: path, parameters, Chinese, English.
const API: [(&str, &str, &str, &str); 6] = [
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
        "since, limit",
        "序号之后每条记录的现状，或者撤下的通知",
        "the present state of all that changed after a sequence number, or its tombstone",
    ),
];

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, catalogue: &Catalogue) -> Markup {
    let head = Head::new("关于", Place::About);
    let main = html! {
        header.page-head { h1 { (both("关于本平台", "About")) }
            p.lead { "本平台依照公共信用信息目录公示行政许可、行政处罚和各类名单，并说明每一条信息的由来、期限和出路。"
                span.en.line lang="en" { "Licences, penalties and lists are disclosed as the catalogue says, and every entry explains itself." } }
        }
        section {
            h2 { (both("六项承诺", "Six promises")) }
            ol.texts {
                li { "目录没有规定公开的，一个字也不公开。" span.en.line lang="en" { "Nothing raw is public." } }
                li { "期限就是法律：到期之日 24 时，所有页面和接口同时不再显示。" span.en.line lang="en" { "Time is law." } }
                li { "每一条都说明：谁、依据什么、到何时、如何终止、向谁异议。" span.en.line lang="en" { "Every entry explains itself." } }
                li { "修复、撤销、移出的，立即从所有地方撤下。" span.en.line lang="en" { "What is taken back is gone, everywhere, at once." } }
                li { "任何人都可以核对。" span.en.line lang="en" { "Anyone can check." } }
                li { "一次申请，不收费，随时知道进度。" span.en.line lang="en" { "Apply once, free, and know where it stands." } }
            }
        }
        section {
            h2 { (both("目录", "Catalogue")) }
            @for layer in &catalogue.layers {
                h3 { (inline(&layer.name)) }
                p.meta { (terms::region(&layer.jurisdiction)) " · 版本 " code { (layer.version) } " · 自 " (date(layer.effective_from)) " 起" }
                (terms::bases(&layer.basis))
                @if !layer.notes.is_empty() { details { summary { "该目录的要求" } (terms::items(&layer.notes)) } }
            }
        }
        section #api {
            h2 { (both("接口", "Programming interface")) }
            p { "JSON，无需登录。名单、地区用代码，日期用 ISO 8601。请求头 " code { "Accept: application/json" } " 也可以用于页面地址。" }
            div.table-wrap tabindex="0" role="region" aria-label="接口" {
                table {
                    thead { tr { th scope="col" { "GET" } th scope="col" { "参数" } th scope="col" { "内容" } } }
                    tbody { @for (path, parameters, zh, en) in API { tr { th scope="row" { code { (path) } } td data-label="参数" { (parameters) } td data-label="内容" { (both(zh, en)) } } } }
                }
            }
            ul.texts {
                li { "变更接口给出当前状态；已撤下的只给出编号、时间和原因类别，收到后请删除。" span.en.line lang="en" { "A tombstone means: delete your copy." } }
                li { "自然人的信息除目录另有规定外不进入变更接口。" span.en.line lang="en" { "Natural persons are not in the change feed unless the catalogue says so." } }
                li { "请求有限额，见响应头 RateLimit；出错按 RFC 9457 返回，含义见 " a href="/help#problems" { "出错提示" } "。" }
            }
        }
    };
    frame(ctx, &head, &main)
}
