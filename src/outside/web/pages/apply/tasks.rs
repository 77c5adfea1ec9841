//! The list of tasks of a draft, and how to come back to it.

use maud::{Markup, html};

use super::{Base, draft_frame, name, records, token};
use crate::domain::forms::{letter, steps};
use crate::outside::apply::KEPT_DAYS;
use crate::outside::web::link;
use crate::outside::web::parts::frame::Ctx;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::tasks::{Task, TaskState, task_list};

/// Everything the page needs.
#[derive(Clone, Copy, Debug)]
pub struct TasksView<'a> {
    /// The draft.
    pub base: Base<'a>,
    /// The secret in groups.
    pub secret: &'a str,
    /// The link to come back by.
    pub resume: &'a str,
    /// Codes of what is still open.
    pub open: &'a [&'static str],
}

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, view: &TasksView<'_>) -> Markup {
    let (lang, base) = (ctx.lang, &view.base);
    let title = lang.say("待办事项", "Tasks");
    let answers = &base.draft.answers;
    let state = |code: &str, begun: bool| match (view.open.contains(&code), begun) {
        (false, _) => TaskState::Done,
        (true, true) => TaskState::Begun,
        (true, false) => TaskState::Open,
    };
    let task = |code: &str, words: &str, begun: bool| Task {
        name: html! { (words) },
        address: Some(link::draft_at(base.number, code)),
        hint: "",
        state: state(code, begun),
    };
    let mut all: Vec<Task> = steps::steps(base.kind, answers)
        .iter()
        .map(|s| {
            let begun = s.asked(answers).any(|q| !answers.get(q.field).is_empty());
            task(s.code, lang.say(s.title.0, s.title.1), begun)
        })
        .collect();
    let files = !base.draft.files.is_empty();
    all.push(task(
        "evidence",
        lang.say("上传证明材料", "Upload evidence"),
        files,
    ));
    if letter::needed(base.kind) {
        all.push(task(
            "commitment",
            lang.say("签署信用承诺书", "Sign the commitment letter"),
            false,
        ));
    }
    let ready = view.open.is_empty();
    all.push(Task {
        name: html! { (lang.say("核对并提交", "Check and hand in")) },
        address: Some(link::draft_at(base.number, "check")),
        hint: "",
        state: if ready {
            TaskState::Open
        } else {
            TaskState::Blocked
        },
    });
    let gone = base.draft.records.len() - base.about.len();
    let main = html! {
        header.page-head {
            h1 { (name(lang, base.kind)) }
            p.meta { (lang.say("办件编号 ", "Number ")) code { (base.number) } }
        }
        @if gone > 0 {
            (notice(Weight::Caution, &html! { (lang.say("有信息已不再公示", "Something is no longer displayed")) }, &html! {
                p { (gone) (lang.say(" 条所选信息已不再公示，不再需要申请，提交时不包括在内。", " of what you chose is no longer displayed and is left out when you hand in.")) }
            }))
        }
        @if !base.about.is_empty() { section { h2 { (lang.say("申请涉及的信息", "What it is about")) } (records(lang, base.about)) } }
        section { h2 { (title) } (task_list(lang, &all)) }
        section {
            h2 { (lang.say("稍后继续", "Go on later")) }
            p { (lang.say("已填写的内容自动保存，自最后一次保存起保留 ", "What you fill in is saved and kept for ")) (KEPT_DAYS) (lang.say(" 天。请自行保存下列链接，或者记下编号和查询码；我们没有副本，遗失无法找回。", " days after the last time. Keep this link, or number and secret: we have no copy and cannot give it back.")) }
            p.keep { a href=(view.resume) { (lang.say("继续填写的链接（长按或者右键复制）", "Link to go on (copy it)")) } }
            dl.facts {
                div.fact { dt { (lang.say("办件编号", "Number")) } dd { code { (base.number) } } }
                div.fact { dt { (lang.say("查询码", "Secret")) } dd { code { (view.secret) } } }
            }
            p.meta { (lang.say("任何人凭此链接或者查询码都能看到草稿，请勿转发。", "Whoever has the link or the secret can see the draft: pass them on to nobody.")) }
            details {
                summary { (lang.say("不再需要，删除草稿", "Throw the draft away")) }
                form action={ (link::draft(base.number)) "/discard" } method="post" {
                    (token(base))
                    p { (lang.say("草稿和已上传的文件立即删除，无法恢复。", "The draft and its files are deleted at once and for good.")) }
                    button.button.second type="submit" { (lang.say("删除草稿", "Delete the draft")) }
                }
            }
        }
    };
    draft_frame(ctx, base, title, false, &main)
}
