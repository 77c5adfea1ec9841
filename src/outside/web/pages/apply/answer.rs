//! Pages on which an applicant acts after handing in: answers what was asked for, checks the answer, takes a part back.

use maud::{Markup, html};

use super::file::{described, file_line, upload_field};
use super::track::tag;
use crate::domain::forms::reply::Reply;
use crate::outside::apply::answers::Answer;
use crate::outside::apply::store::Standing;
use crate::outside::web::link;
use crate::outside::web::parts::breadcrumb::breadcrumb;
use crate::outside::web::parts::field::{Field, Input, error_summary, field};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::free::free_line;
use crate::outside::web::parts::lang::Lang;

/// What is wrong with an answer: in which field, in Chinese and English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    field: &'static str,
    zh: String,
    en: String,
}

impl Fault {
    /// Of the file.
    #[must_use]
    pub fn file((zh, en): (String, String)) -> Self {
        Self {
            field: "file",
            zh,
            en,
        }
    }

    /// Of the words.
    #[must_use]
    pub fn text(zh: &str, en: &str) -> Self {
        Self {
            field: "text",
            zh: zh.to_owned(),
            en: en.to_owned(),
        }
    }

    fn of(fault: Option<&Self>, field: &str, lang: Lang) -> String {
        let Some(fault) = fault.filter(|f| f.field == field) else {
            return String::new();
        };
        if lang.is_chinese() {
            fault.zh.clone()
        } else {
            fault.en.clone()
        }
    }
}

/// What the pages of an answer need.
#[derive(Clone, Copy, Debug)]
pub struct AnswerView<'a> {
    /// Number.
    pub number: &'a str,
    /// Token of its forms.
    pub token: &'a str,
    /// Part, from 0.
    pub part: u32,
    /// Number of the decision that the part is about; else empty.
    pub title: &'a str,
    /// What was asked for.
    pub items: &'a [String],
    /// The draft.
    pub answer: &'a Answer,
    /// What is wrong.
    pub fault: Option<&'a Fault>,
}

fn token(token: &str) -> Markup {
    html! { input type="hidden" name="token" value=(token); }
}

fn track_frame(ctx: &Ctx, number: &str, title: &str, faulty: bool, main: &Markup) -> Markup {
    let lang = ctx.lang;
    let wrong = if faulty {
        lang.say("有误：", "Error: ")
    } else {
        ""
    };
    let head = Head::new(format!("{wrong}{title}"), Place::Help)
        .unindexed()
        .applying();
    let back = link::track(number);
    let main = html! {
        (breadcrumb(lang, &[("/apply", lang.say("网上申请", "Applications")), (&back, lang.say("办理进度", "How it stands"))], title))
        div.apply { (main) p.meta.free { (free_line(lang)) } p.back { a href=(back) { (lang.say("返回办理进度", "Back to how it stands")) } } }
    };
    frame(ctx, &head, &main)
}

fn asked(lang: Lang, view: &AnswerView<'_>) -> Markup {
    html! {
        @if !view.title.is_empty() { p.meta { span.typed { (view.title) } } }
        @if !view.items.is_empty() {
            p { (lang.say("请您补正：", "Please supply:")) }
            ul.texts { @for item in view.items { li.typed { (item) } } }
        }
    }
}

/// The form.
#[must_use]
pub fn page(ctx: &Ctx, view: &AnswerView<'_>) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("补正", "Answer");
    let (of_text, of_file) = (
        Fault::of(view.fault, "text", lang),
        Fault::of(view.fault, "file", lang),
    );
    let text = Field {
        name: "text",
        label: lang.say("补正说明", "What you say"),
        hint: lang.say(
            "逐项说明补正了什么；最多 4000 字",
            "Item by item; 4,000 characters at most",
        ),
        error: &of_text,
        value: &view.answer.text,
        required: false,
        input: Input::Lines {
            rows: 8,
            longest: 4_000,
        },
    };
    let file = Field {
        required: false,
        ..upload_field(lang, &of_file)
    };
    let address = link::answer(view.number, view.part);
    let main = html! {
        (error_summary(lang, &[text, file]))
        header.page-head { h1 { (title) } }
        (asked(lang, view))
        @if !view.answer.files.is_empty() {
            section {
                h2 { (lang.say("已上传", "Uploaded")) }
                ul.files {
                    @for file in &view.answer.files {
                        li {
                            div { (file_line(lang, file, &[])) }
                            form action={ (address) "/remove" } method="post" {
                                (token(view.token))
                                input type="hidden" name="file" value=(file.file);
                                button.button.second type="submit" { (lang.say("删除", "Remove")) span.hidden { " " (file.name) } }
                            }
                        }
                    }
                }
            }
        }
        form action=(address) method="post" enctype="multipart/form-data" novalidate data-pieces={ (address) "/pieces" } {
            (token(view.token))
            (field(lang, &text))
            (described(lang, "other", false, &[]))
            (field(lang, &file))
            div.acts {
                button.button.second type="submit" name="then" value="more" { (lang.say("保存并上传文件", "Save and upload the file")) }
                " "
                button.button type="submit" name="then" value="check" { (lang.say("保存并继续", "Save and continue")) }
            }
        }
    };
    track_frame(ctx, view.number, title, view.fault.is_some(), &main)
}

/// Everything again, before it is handed in.
#[must_use]
pub fn check(ctx: &Ctx, view: &AnswerView<'_>) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("核对并提交补正", "Check and hand in the answer");
    let address = link::answer(view.number, view.part);
    let empty = view.answer.text.trim().is_empty() && view.answer.files.is_empty();
    let change = |what: &'static str| {
        html! { a.change href=(address) { (lang.say("修改", "Change")) span.hidden { " " (what) } } }
    };
    let main = html! {
        header.page-head { h1 { (title) } }
        (asked(lang, view))
        dl.checked {
            div {
                dt { (lang.say("补正说明", "What you say")) }
                dd { @if view.answer.text.trim().is_empty() { span.meta { (lang.say("没有填写", "Nothing")) } } @else { p.typed { (view.answer.text) } } }
                dd.act { (change(lang.say("补正说明", "what you say"))) }
            }
            div {
                dt { (lang.say("补正材料", "Files")) }
                dd { @if view.answer.files.is_empty() { span.meta { (lang.say("没有文件", "No files")) } } @for file in &view.answer.files { p { (file_line(lang, file, &[])) } } }
                dd.act { (change(lang.say("补正材料", "files"))) }
            }
        }
        @if empty {
            p.callout { (lang.say("还没有内容可以提交，请先填写说明或者上传材料。", "There is nothing to hand in yet: say or upload something first.")) }
        } @else {
            form action={ (address) "/check" } method="post" {
                (token(view.token))
                p { (lang.say("补正只能提交一次，提交后不能再修改。内容加密送达办理机关，本网站不能读回。", "An answer is handed in once and cannot be changed afterwards. It is sealed to the authority; this site cannot read it back.")) }
                button.button type="submit" { (lang.say("提交补正", "Hand in")) }
            }
        }
    };
    track_frame(ctx, view.number, title, false, &main)
}

/// What the page of taking back needs.
#[derive(Clone, Copy, Debug)]
pub struct WithdrawView<'a> {
    /// Number.
    pub number: &'a str,
    /// Token of its forms.
    pub token: &'a str,
    /// The part that is asked about; none for all.
    pub part: Option<u32>,
    /// The parts that can be taken back.
    pub which: &'a [u32],
    /// How it stands.
    pub standing: &'a Standing,
    /// What was told.
    pub replies: &'a [Reply],
}

/// The page that asks whether it is meant.
#[must_use]
pub fn withdraw(ctx: &Ctx, view: &WithdrawView<'_>) -> Markup {
    let lang = ctx.lang;
    let title = match view.part {
        Some(_) => lang.say("撤回申请", "Withdraw"),
        None => lang.say("撤回全部申请", "Withdraw all of it"),
    };
    let address = match view.part {
        Some(part) => format!("withdraw/{}", part + 1),
        None => "withdraw/all".to_owned(),
    };
    let about = |part: u32| {
        let mut of = view.replies.iter().rev().filter(|r| r.part == part);
        of.find_map(|r| r.about.document_number.clone())
    };
    let main = html! {
        header.page-head { h1 { (title) } }
        @if view.which.is_empty() {
            p.callout { (lang.say("现在不能撤回：已经作出决定，或者已经撤回。", "It cannot be withdrawn now: it is decided, or withdrawn already.")) }
        } @else {
            p { (lang.say("将撤回：", "This will be withdrawn:")) }
            ul.texts {
                @for part in view.which {
                    li {
                        (lang.say("第 ", "part ")) (part + 1) (lang.say(" 项", ""))
                        @if let Some(about) = about(*part) { " " span.typed { (about) } }
                        " " (tag(lang, view.standing.kind, view.standing.state_of(*part)))
                    }
                }
            }
            p { (lang.say("撤回后不再办理，公示继续；以后符合条件的，可以重新申请。", "It is handled no further and the display goes on; you may apply again later.")) }
            form action=(link::track_at(view.number, &address)) method="post" {
                (token(view.token))
                button.button type="submit" { (lang.say("确认撤回", "Yes, withdraw")) }
            }
        }
    };
    track_frame(ctx, view.number, title, false, &main)
}
