//! What the next release would do.

use maud::{Markup, html};

use super::beside::verdict;
use super::frame::DeskCtx;
use crate::inside::desk::rights;
use crate::inside::publish::Coming;
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::text::count;

/// The page.
#[must_use]
pub fn page(ctx: &DeskCtx, coming: &Coming) -> Markup {
    let lang = ctx.lang;
    let number = |n: u64| html! { span.num { (count(n)) } };
    let mut rows = vec![
        Fact::new(lang.say("将要判断", "To be judged"), number(coming.judged)),
        Fact::new(lang.say("新增公开", "New in public"), number(coming.added)),
        Fact::new(lang.say("内容变更", "Changed"), number(coming.changed)),
        Fact::new(lang.say("撤回", "Taken back"), number(coming.taken_back)),
        Fact::new(
            lang.say("暂缓（待审核）", "Held for a review"),
            number(coming.held),
        ),
    ];
    if !coming.withheld.is_empty() {
        let told =
            html! { @for (code, n) in &coming.withheld { code { (code) } " " (count(*n)) " " } };
        rows.push(Fact::wide(
            lang.say("依规不公开", "Not to be published"),
            told,
        ));
    }
    let anything = coming.judged > 0;
    html! {
        header.page-head { h1 { (lang.say("发布预览", "Preview of the next release")) } }
        p.lead { (lang.say("系统每分钟自动发布到期和变更的记录；这里显示尚未发布的部分，也可以立即发布。", "What changed or fell due is published every minute by itself; here is what is not published yet, and it can be published at once.")) }
        (facts(&rows))
        @if ctx.may(rights::RELEASE) && anything {
            form action="/desk/release" method="post" {
                (ctx.token())
                button.button type="submit" { (lang.say("立即发布", "Publish now")) }
            }
        }
        @if coming.changes.is_empty() { p.empty { (lang.say("没有尚未发布的变更。", "Nothing waits to be published.")) } }
        @else { (changes(lang, coming)) }
    }
}

fn changes(lang: Lang, coming: &Coming) -> Markup {
    let word = |what: &str| match what {
        "add" => lang.say("新增", "new"),
        "change" => lang.say("变更", "changed"),
        _ => lang.say("撤回", "taken back"),
    };
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(lang.say("变更", "Changes")) {
            table {
                caption { (lang.say("前 ", "The first ")) (coming.changes.len()) (lang.say(" 项变更", " changes")) }
                thead { tr {
                    th scope="col" { (lang.say("记录", "Record")) }
                    th scope="col" { (lang.say("名单", "List")) }
                    th scope="col" { (lang.say("文书号", "Document")) }
                    th scope="col" { (lang.say("将要", "What happens")) }
                } }
                tbody {
                    @for change in &coming.changes {
                        tr {
                            th scope="row" { code { (change.id) } }
                            td { (change.list) }
                            td { (change.document_number) }
                            td { (word(change.what)) " " span.meta { (verdict(lang, &change.verdict)) } }
                        }
                    }
                }
            }
        }
    }
}
