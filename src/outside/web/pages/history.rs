//! The versions of past days: what one holds, and what left it.

use maud::{Markup, html};

use crate::outside::export::Format;
use crate::outside::export::dated::{MEANING_EN, MEANING_ZH, address};
use crate::outside::export::history::{History, Version};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::text::count;

/// Versions that stand open on the page; the rest is folded away.
const OPEN: usize = 14;

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, history: Option<&History>, enabled: bool, base: &str) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("各日版本", "Versions of past days");
    let lead = lang.say(
        "每个公历日的全量数据，地址固定；撤下、届满或更正的内容已从所有较早的版本中移除。",
        "The full data of each civil day at an address that stays; what was taken back, ended or was corrected since has left all earlier versions.",
    );
    let head = Head::new(title, Place::Elsewhere).described(lead);
    let main = html! {
        header.page-head { h1 { (title) } p.lead { (lead) } }
        @match history {
            None if !enabled => (notice(Weight::Info, &html! { (lang.say("本节点不提供数据文件", "This node offers no files")) }, &html! {
                p { (lang.say("同样的数据可以通过变更接口取得：", "The same data come through the change feed: ")) code { "/api/v1/changes?since=0" } }
            })),
            None => (notice(Weight::Info, &html! { (lang.say("各版本正在重新裁切", "The versions are being cut anew")) }, &html! {
                p { (lang.say("刚有记录离开，请稍后再来。", "Records just left them: come back in a moment.")) }
            })),
            Some(history) => (all(lang, history, base)),
        }
        p { a href="/data" { (lang.say("返回开放数据", "Back to open data")) } }
    };
    frame(ctx, &head, &main)
}

fn all(lang: Lang, history: &History, base: &str) -> Markup {
    let newest: Vec<&Version> = history.versions.values().rev().collect();
    let (open, folded) = newest.split_at(newest.len().min(OPEN));
    let signed = history.docs.contains_key("SHA256SUMS.minisig");
    let heading = lang.say("各版本", "The versions");
    html! {
        section aria-labelledby="meaning-h" {
            h2 #meaning-h { (lang.say("版本的含义", "What a version holds")) }
            p { (lang.say(MEANING_ZH, MEANING_EN)) }
            p { (lang.say("因此较早版本的文件会变短，其校验和随之改变；下载后请以当前的 ", "So the file of an earlier version grows shorter, and its sum changes with it; check what you took against the present "))
                a href="/data/history/SHA256SUMS" { "SHA256SUMS" }
                @if signed { " (" a href="/data/history/SHA256SUMS.minisig" { (lang.say("签名", "signature")) } ")" }
                (lang.say(" 核对。保留较早副本的，应当依变更接口删除已不再公示的信息。", ". Whoever keeps an earlier copy deletes from it what is no longer published, as the change feed tells."))
            }
            p.meta {
                a href="/data/history/index.json" { "index.json" } " · "
                a href="/data/history/catalog.jsonld" { "catalog.jsonld (DCAT)" }
            }
            @if let Some(last) = newest.first() {
                pre tabindex="0" { code {
                    "curl -O " (base) "/data/history/SHA256SUMS\n"
                    "curl --create-dirs -o " (address(last, Format::Csv)) " " (base) "/data/history/" (address(last, Format::Csv)) "\n"
                    "sha256sum --ignore-missing -c SHA256SUMS"
                } }
            }
        }
        section aria-labelledby="versions-h" {
            h2 #versions-h { (heading) }
            @if open.is_empty() { p { (lang.say("暂无：首个公历日结束后提供。", "There is no version yet: the first comes when its civil day is over.")) } } @else { (rows(lang, heading, open)) }
            @if !folded.is_empty() { details { summary { (lang.say("更早的（", "Earlier ones (")) (folded.len()) (lang.say("个）", ")")) } (rows(lang, lang.say("更早的版本", "Earlier versions"), folded)) } }
        }
    }
}

fn rows(lang: Lang, label: &str, all: &[&Version]) -> Markup {
    let (records, left, again, files) = (
        lang.say("记录", "Records"),
        lang.say("此后离开", "Left since"),
        lang.say("重新裁切", "Cut anew"),
        lang.say("文件", "Files"),
    );
    html! {
        div.table-wrap.data-sets role="group" tabindex="0" aria-label=(label) {
            table {
                thead { tr {
                    th scope="col" { (lang.say("日期", "Day")) }
                    th scope="col" { (records) }
                    th scope="col" { (left) }
                    th scope="col" { (again) }
                    th scope="col" { (files) }
                } }
                tbody { @for version in all { tr {
                    th scope="row" { (version.day) }
                    td.num data-label=(records) { (count(version.rows)) }
                    td.num data-label=(left) { (count(version.left())) }
                    td data-label=(again) { @match version.known.recut_on { Some(on) => (on), None => (lang.say("未重新裁切", "Not cut anew")) } }
                    td data-label=(files) {
                        @for (i, format) in Format::DATED.iter().enumerate() {
                            @if i > 0 { " · " }
                            a href={ "/data/history/" (address(version, *format)) } download { (format.label()) }
                        }
                    }
                } } }
            }
        }
    }
}
