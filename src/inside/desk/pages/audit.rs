//! The audit log, to be read and handed out.

use maud::{Markup, html};

use super::frame::DeskCtx;
use crate::inside::vault::AuditEntry;
use crate::outside::web::parts::field::{Field, Input, field};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::text::instant;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct AuditView {
    /// Entries, newest first.
    pub entries: Vec<AuditEntry>,
    /// What was asked for: actor, action, object, first and last day.
    pub asked: [String; 5],
    /// Address of the next page.
    pub next: Option<String>,
}

/// Names of the filters.
pub const FILTERS: [&str; 5] = ["actor", "action", "object", "from", "until"];

/// The page.
#[must_use]
pub fn page(ctx: &DeskCtx, view: &AuditView) -> Markup {
    let lang = ctx.lang;
    let labels = [
        lang.say("操作人", "Who"),
        lang.say("操作（开头）", "Action (beginning)"),
        lang.say("对象（开头）", "Object (beginning)"),
        lang.say("自", "From"),
        lang.say("至", "Through"),
    ];
    html! {
        header.page-head { h1 { (lang.say("审计日志", "Audit log")) } }
        p { (lang.say("只增不改；每条记录都与前一条以密钥散列相连，", "It is only added to; each entry is bound to the one before by a keyed hash, which ")) code { "gongshi verify" } (lang.say(" 可以整条核验。", " checks from the first to the last.")) }
        form.desk-filter action="/desk/audit" method="get" {
            @for ((name, label), value) in FILTERS.iter().zip(labels).zip(&view.asked) {
                (field(lang, &Field {
                    name, label, hint: "", error: "", value, required: false,
                    input: if matches!(*name, "from" | "until") { Input::Date } else { Input::Line { autocomplete: "off", longest: 100 } },
                }))
            }
            button.button type="submit" { (lang.say("筛选", "Filter")) }
        }
        p.acts {
            a.button.second href="/desk/audit/export.jsonl" { (lang.say("导出（JSON Lines，含散列）", "Export (JSON Lines, with hashes)")) } " "
            a.button.second href="/desk/audit/export.csv" { (lang.say("导出（CSV，含散列）", "Export (CSV, with hashes)")) }
        }
        @if view.entries.is_empty() { p.empty { (lang.say("没有符合条件的记录。", "No entry fits.")) } }
        @else { (table(lang, &view.entries)) }
        @if let Some(next) = &view.next { nav.pager aria-label=(lang.say("翻页", "Pages")) { a.next href=(next) { (lang.say("更早的记录", "Earlier entries")) } } }
    }
}

fn table(lang: Lang, entries: &[AuditEntry]) -> Markup {
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(lang.say("审计日志", "Audit log")) {
            table {
                thead { tr {
                    th scope="col" { (lang.say("编号", "Number")) }
                    th scope="col" { (lang.say("时间", "When")) }
                    th scope="col" { (lang.say("操作人", "Who")) }
                    th scope="col" { (lang.say("操作", "Action")) }
                    th scope="col" { (lang.say("对象", "Object")) }
                    th scope="col" { (lang.say("说明", "Detail")) }
                } }
                tbody {
                    @for entry in entries {
                        tr {
                            th scope="row" { (entry.seq) }
                            td { (instant(entry.at)) }
                            td { code { (entry.actor) } }
                            td { code { (entry.action) } }
                            td { code { (entry.object) } }
                            td { (entry.detail) }
                        }
                    }
                }
            }
        }
    }
}
