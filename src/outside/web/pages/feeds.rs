//! The feeds: what there is to subscribe to, for readers and for those who keep copies.

use maud::{Markup, html};

use crate::domain::catalogue::Catalogue;
use crate::domain::regions;
use crate::outside::web::link;
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};

/// A row: address, name in Chinese, name in English, what it holds in Chinese, in English.
const GENERAL: [[&str; 5]; 3] = [
    [
        "/feeds/new.atom",
        "新公示信息",
        "New entries",
        "最近公示或者更正的组织信息，50条。",
        "Organisations' records that were published or corrected last, 50 of them.",
    ],
    [
        "/feeds/exits.atom",
        "移出和撤下公告",
        "Exits",
        "最近撤下的100条：只有编号、时间和原因。",
        "The last 100 removals: id, moment and kind of reason only.",
    ],
    [
        "/feeds/withdrawals.atom",
        "撤下通知",
        "Withdrawals",
        "同上，最近500条，供数据使用单位的程序读取。",
        "The same, the last 500, for the programs of those who keep copies.",
    ],
];

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, catalogue: &Catalogue) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("订阅", "Feeds");
    let lead = lang.say(
        "用任何阅读器订阅新公示信息和撤下通知（Atom）；程序可以跟随变更接口。",
        "Follow new entries and removals with any reader (Atom); programs can follow the change feed.",
    );
    let head = Head::new(title, Place::Elsewhere)
        .described(lead)
        .with_feed("/feeds/new.atom")
        .with_feed("/feeds/exits.atom");
    let provinces = regions::children(regions::NATIONAL);
    let main = html! {
        header.page-head {
            h1 { (title) }
            p.lead { (lead) }
        }
        section {
            h2 { (lang.say("全部名单", "All lists")) }
            ul.texts {
                @for [address, zh, en, what_zh, what_en] in GENERAL {
                    li { a href=(address) type="application/atom+xml" { (lang.say(zh, en)) } " " span.meta { (lang.say(what_zh, what_en)) } }
                }
            }
        }
        section {
            h2 { (lang.say("按名单", "By list")) }
            ul.cols {
                @for entry in catalogue.displayed() {
                    li { a href=(link::feed_of_list(&entry.code)) type="application/atom+xml" { (lang.words(&entry.name)) } }
                }
            }
        }
        section {
            h2 { (lang.say("按地区和认定单位", "By region and authority")) }
            p {
                (lang.say("地区用六位行政区划代码，认定单位用统一社会信用代码：", "A region by its code of six digits, an authority by its credit code: "))
                code { "/feeds/regions/350200.atom" } (lang.say("，", ", ")) code { "/feeds/authorities/….atom" } (lang.say("。这些订阅和按名单的订阅只看最近五万次变更。", ". These, and those by list, look at the last fifty thousand changes."))
            }
            ul.cols {
                @for region in provinces {
                    li { a href=(link::feed_of_region(region.code())) type="application/atom+xml" { (lang.chinese(region.name())) } }
                }
            }
        }
        section {
            h2 { (lang.say("订阅里没有什么", "What no feed holds")) }
            p { (lang.say(
                "没有自然人和个体工商户：订阅器会长期保存读过的内容，撤下通知到不了那里。移出和撤下的条目不写名称，也不分名单：记录撤下之后，公开的数据库里只剩编号、时间和原因。",
                "No natural persons and no individual businesses: readers keep what they have read, where no removal reaches it. Exits name nobody and tell no list: once a record is taken back, id, moment and reason are all that is left of it in the public database.",
            )) }
        }
        section {
            h2 { (lang.say("给程序用", "For programs")) }
            dl {
                dt { a href="/api/v1/changes?since=0" { code { "/api/v1/changes?since=N" } } }
                dd { (lang.say(
                    "序号 N 之后每条变更的现状或者撤下标记；加 wait=秒（至多30）则等到有变更再答。读到末尾时，ended 列出零时到期、尚未编号的编号，state 给出应当持有的条数和与顺序无关的集合散列（对每条「编号 空格 序号」取 SHA-256 前16字节，求和，模 2 的 128 次方）。",
                    "The present state of each change after sequence number N, or its tombstone; with wait=SECONDS (at most 30) the answer waits until there is one. At the end of the feed, ended lists what is over since midnight and has no number yet, and state tells how many records the reader must hold and a hash of the set in whatever order (the first 16 bytes of SHA-256 of “ID SEQ” of each, summed modulo 2^128).",
                )) }
                dt { a href="/api/v1/withdrawals?since=0" { code { "/api/v1/withdrawals?since=N" } } }
                dd { (lang.say(
                    "撤下通知，JSON Lines，每行 id、why、at、seq。命令 gongshi stale 文件 列出自己的副本里必须删除的编号。",
                    "Withdrawals as JSON Lines: id, why, at, seq. The command gongshi stale FILE lists the ids that must go from a copy of one's own.",
                )) }
                dt { a href="/data/hooks" { (lang.say("网络回调", "Webhooks")) } }
                dd { (lang.say("不想轮询的，可以收签名的消息。删除之后请报告：", "For who does not want to ask: signed messages. When you have deleted, report it: ")) a href="/data/reusers" { (lang.say("数据使用单位", "Re-users")) } }
            }
        }
    };
    frame(ctx, &head, &main)
}
