//! The pages about cases: the queue, one case, an act with its check, the viewer of evidence, the texts of replies, the
//! report of what is late.

pub mod act;
pub mod asked;
pub mod assign;
pub mod check;
pub mod due;
pub mod evidence;
pub mod history;
pub mod late;
pub mod paper;
pub mod purpose;
pub mod queue;
pub mod templates;
pub mod told;
pub mod view;

use maud::{Markup, html};

use super::frame::DeskCtx;
use crate::domain::cases::{CaseKind, Effect};
use crate::inside::cases::CaseRow;
use crate::outside::web::parts::lang::Lang;

/// The page of a case. Entries of lists have pages of their own.
#[must_use]
pub fn link(kind: CaseKind, id: &str) -> String {
    match kind {
        CaseKind::Entry => format!("/desk/entries/{id}"),
        _ => format!("/desk/cases/{id}"),
    }
}

/// The state of a case as a mark.
#[must_use]
pub fn state(lang: Lang, row: &CaseRow) -> Markup {
    let (code, zh, en) = row.state;
    let tone = match code {
        "approved" | "done" | "upheld" | "partly_upheld" | "corrected" => "tag good",
        "rejected" | "dismissed" | "not_accepted" | "revoked" | "resumed" => "tag grave",
        "supplement" => "tag caution",
        _ => "tag",
    };
    html! { span class=(tone) { (lang.say(zh, en)) } }
}

/// Number of the case, as it is read aloud; the part after it.
#[must_use]
pub fn number(row: &CaseRow) -> Markup {
    html! { span.num { (row.id) } }
}

/// What an effect does, in words; the fields of a correction are told beside it.
#[must_use]
pub fn effect(lang: Lang, effect: &Effect) -> String {
    let say = |zh: &'static str, en: &'static str| lang.say(zh, en).to_owned();
    match effect {
        Effect::Annotate => say(
            "公示页标注“异议处理中”",
            "the display bears the note that an objection is handled",
        ),
        Effect::ClearAnnotation => say("去除“异议处理中”标注", "that note goes"),
        Effect::SuspendMeasures => say("暂停惩戒措施", "its measures rest"),
        Effect::ResumeMeasures { resumed_on, .. } => format!(
            "{}{}",
            lang.say(
                "恢复惩戒措施，余下期限起算日：",
                "its measures run again from "
            ),
            resumed_on
        ),
        Effect::LiftMeasures => say("解除惩戒措施", "its measures end"),
        Effect::Hide => say("暂不公示", "it is hidden for the time being"),
        Effect::Resume => say(
            "恢复公示，恢复惩戒措施；期限连续计算，已届满的不再公示",
            "it is displayed again and its measures hold; the terms ran on, and what is over does not come back",
        ),
        Effect::EndDisplay => say(
            "终止公示：网页、检索、接口、订阅和开放数据同时撤下",
            "its display ends: pages, search, API, feeds and open data at once",
        ),
        Effect::Withdraw => say(
            "停止公示：网页、检索、接口、订阅和开放数据同时撤下",
            "its display stops: pages, search, API, feeds and open data at once",
        ),
        Effect::Delist { reason } => format!(
            "{}{}",
            lang.say("移出名单，原因：", "it leaves its list: "),
            lang.say(reason.zh(), reason.en())
        ),
        Effect::Correct { changes } => format!(
            "{}{}",
            lang.say("更正公示内容，项数：", "fields are corrected: "),
            changes.len()
        ),
        Effect::Restore {
            barred_until: Some(until),
        } => format!(
            "{}{}",
            lang.say(
                "恢复公示；再次申请修复的最早日期：",
                "it is displayed again; no repair before ",
            ),
            until
        ),
        Effect::Restore { barred_until: None } => say("恢复公示", "it is displayed again"),
        Effect::TellUnit => say("告知所在单位", "its unit is told"),
        Effect::Task { .. } => say("生成核查任务", "a task for officers"),
    }
}

/// Effects as a list; words where there is none.
#[must_use]
pub fn effects(lang: Lang, all: &[Effect]) -> Markup {
    html! {
        @if all.is_empty() {
            p { (lang.say("对公示信息没有影响。", "Nothing happens to the record.")) }
        } @else {
            ul { @for one in all { li { (effect(lang, one)) } } }
        }
    }
}

/// Text of somebody's own in paragraphs.
#[must_use]
pub fn paragraphs(text: &str) -> Markup {
    html! { @for line in text.lines().filter(|l| !l.trim().is_empty()) { p { (line) } } }
}

/// The heading of every page of one case.
#[must_use]
pub fn head(ctx: &DeskCtx, row: &CaseRow, title: &str) -> Markup {
    let lang = ctx.lang;
    html! {
        p.meta {
            a href="/desk/cases" { (lang.say("案件", "Cases")) } " › "
            a href=(link(row.kind, &row.id)) { span.num { (row.id) } }
        }
        header.page-head { h1 { (title) } }
    }
}
