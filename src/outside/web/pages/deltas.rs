//! What changed, by day and by release: the files, and how to apply them.

use maud::{Markup, html};

use crate::outside::export::delta::{Delta, Deltas};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::text::count;

/// Lines that stand open on the page; the rest is folded away.
const OPEN: usize = 14;

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, all: &Deltas, base: &str) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("变更文件", "Files of changes");
    let lead = lang.say(
        "每天、每次发布的变更：每条记录的现状，或撤下的标记。已被更正或撤下的旧内容不在其中。",
        "What changed on each day and with each release: the present state of each record, or its tombstone. What was corrected or taken back since is in none of them.",
    );
    let head = Head::new(title, Place::Elsewhere).described(lead);
    let main = html! {
        header.page-head { h1 { (title) } p.lead { (lead) } }
        section aria-labelledby="how-h" {
            h2 #how-h { (lang.say("怎样使用", "How to use them")) }
            ol.texts {
                li { (lang.say("先取全量文件，记下其序号（", "Take the full file once and note its sequence number (")) a href="/data/index.json" { "index.json" } (lang.say("）。", ").")) }
                li { (lang.say("依次应用其后的变更文件：upsert 写入，tombstone 删除。重复应用无妨。", "Apply the files after it in order: upsert writes, tombstone deletes. To apply one twice does no harm.")) }
                li { (lang.say("最后总要应用当天的文件：其末尾列出午夜起已届满的记录。", "Always apply today's file last: it ends with what is over since midnight.")) }
                li { (lang.say("核对条数和集合散列（", "Compare the count and the set hash (")) a href="/data/deltas/index.json" { "deltas/index.json" } (lang.say(" 的 state）。", ", state).")) }
            }
            pre tabindex="0" { code { "curl " (base) "/data/deltas/index.json\ncurl -O " (base) "/data/deltas/" (all.days.last().map_or("", |d| d.name.as_str())) ".jsonl.gz" } }
            p.meta { (lang.say("变更文件在发送时由现状生成，内容随时可能改变，所以没有 ETag，也不支持断点续传：中断后请以已读到的最后序号为“起”，取得其余部分。", "These files are made from the present state while they are sent, and it may change at any moment: so they have no ETag and cannot be resumed by bytes. After a break, take the rest with the last sequence number that you have read as FROM.")) }
            p.meta { (lang.say("任意区间也可取得：/data/deltas/起-止.jsonl.gz（起不含，止包含）。", "Any other range can be had, too: /data/deltas/FROM-TO.jsonl.gz (without FROM, with TO).")) }
        }
        (table(lang, lang.say("按日", "By day"), "days", &all.days))
        (table(lang, lang.say("按发布", "By release"), "releases", &all.releases))
        p { a href="/data" { (lang.say("返回开放数据", "Back to open data")) } }
    };
    frame(ctx, &head, &main)
}

fn table(lang: Lang, heading: &str, id: &str, all: &[Delta]) -> Markup {
    let newest: Vec<&Delta> = all.iter().rev().collect();
    let (open, folded) = newest.split_at(newest.len().min(OPEN));
    html! {
        section aria-labelledby={ (id) "-h" } {
            h2 id={ (id) "-h" } { (heading) }
            @if open.is_empty() { p { (lang.say("暂无。", "Nothing yet.")) } } @else { (rows(lang, heading, open)) }
            @if !folded.is_empty() { details { summary { (lang.say("更早的（", "Earlier ones (")) (folded.len()) (lang.say("个）", ")")) } (rows(lang, lang.say("更早的", "Earlier ones"), folded)) } }
        }
    }
}

fn rows(lang: Lang, label: &str, all: &[&Delta]) -> Markup {
    html! {
        div.table-wrap.data-sets role="group" tabindex="0" aria-label=(label) {
            table {
                thead { tr {
                    th scope="col" { (lang.say("日期", "Day")) }
                    th scope="col" { (lang.say("序号", "Sequence numbers")) }
                    th scope="col" { (lang.say("变更", "Changes")) }
                    th scope="col" { (lang.say("文件", "Files")) }
                } }
                tbody { @for d in all { tr {
                    th scope="row" { (d.day) }
                    td.num data-label=(lang.say("序号", "Sequence numbers")) { (d.from) "–" (d.to) }
                    td.num data-label=(lang.say("变更", "Changes")) { (count(u64::try_from(d.to - d.from).unwrap_or(0))) }
                    td data-label=(lang.say("文件", "Files")) {
                        a href={ "/data/deltas/" (d.name) ".jsonl.gz" } download { "JSON Lines" } " · "
                        a href={ "/data/deltas/" (d.name) ".csv.gz" } download { "CSV" }
                    }
                } } }
            }
        }
    }
}
