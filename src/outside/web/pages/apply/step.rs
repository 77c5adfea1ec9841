//! The pages of a draft on which something is asked: questions, evidence, commitment, check.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::file::{described, file_line, upload_field};
use super::{Base, answer, draft_frame, fields, letter as letter_page, records, token, told};
use crate::domain::forms::steps::{self, Step};
use crate::domain::forms::submission::Signed;
use crate::domain::forms::{Fault, FormKind, letter};
use crate::domain::kinds::Words;
use crate::outside::web::link;
use crate::outside::web::parts::field::{Field, Input, error_summary, field};
use crate::outside::web::parts::frame::Ctx;
use crate::outside::web::parts::free::free_of_charge;
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::text::instant;

fn back(lang: Lang, base: &Base<'_>) -> Markup {
    html! { p.back { a href=(link::draft(base.number)) { (lang.say("返回待办事项", "Back to the tasks")) } } }
}

/// A page of questions.
#[must_use]
pub fn questions(
    ctx: &Ctx,
    base: &Base<'_>,
    step: &'static Step,
    faults: &[Fault],
    to_check: bool,
) -> Markup {
    let lang = ctx.lang;
    let answers = &base.draft.answers;
    let asked: Vec<&steps::Question> = step.asked(answers).collect();
    let (summary, body) = fields(lang, &asked, answers, faults);
    let title = lang.say(step.title.0, step.title.1);
    let all = steps::steps(base.kind, answers);
    let at = all.iter().position(|s| s.code == step.code).unwrap_or(0);
    let main = html! {
        (summary)
        p.meta { (lang.say("第 ", "Question ")) (at + 1) (lang.say(" 项，共 ", " of ")) (all.len()) (lang.say(" 项", "")) }
        header.page-head { h1 { (title) } }
        form action=(link::draft_at(base.number, step.code)) method="post" novalidate {
            (token(base))
            @if to_check { input type="hidden" name="back" value="check"; }
            (body)
            button.button type="submit" { (lang.say("保存并继续", "Save and continue")) }
        }
        (back(lang, base))
    };
    draft_frame(ctx, base, title, !faults.is_empty(), &main)
}

/// The page of evidence. `refused` is what was wrong with the last file, in Chinese and English.
#[must_use]
pub fn evidence(ctx: &Ctx, base: &Base<'_>, refused: Option<&(String, String)>) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("上传证明材料", "Upload evidence");
    let error = refused.map_or("", |(zh, en)| if lang.is_chinese() { zh } else { en });
    let file = upload_field(lang, error);
    let address = link::draft_at(base.number, "evidence");
    let records = base.records();
    let mut materials: Vec<&Words> = Vec::new();
    for words in base.about.iter().flat_map(|a| &a.materials) {
        if base.kind == FormKind::Repair && !materials.iter().any(|m| m.zh == words.zh) {
            materials.push(words);
        }
    }
    let main = html! {
        (error_summary(lang, &[file]))
        header.page-head { h1 { (title) } }
        @if !materials.is_empty() {
            p { (lang.say("目录要求的材料：", "What the catalogue asks for:")) }
            ul.texts { @for words in materials { li { (lang.words(words)) } } }
        }
        @if !base.draft.files.is_empty() {
            section {
                h2 { (lang.say("已上传", "Uploaded")) }
                ul.files {
                    @for file in &base.draft.files {
                        li {
                            div { (file_line(lang, file, &records)) }
                            form action={ (address) "/remove" } method="post" {
                                (token(base))
                                input type="hidden" name="file" value=(file.file);
                                button.button.second type="submit" { (lang.say("删除", "Remove")) span.hidden { " " (file.name) } }
                            }
                        }
                    }
                }
            }
        }
        section {
            h2 { (lang.say("添加文件", "Add a file")) }
            form action={ (address) "/file" } method="post" enctype="multipart/form-data" data-pieces={ (address) "/pieces" } {
                (token(base))
                (described(lang, "", base.draft.records.len() > 1, &records))
                (field(lang, &file))
                button.button.second type="submit" { (lang.say("上传", "Upload")) }
            }
        }
        form action=(address) method="post" {
            (token(base))
            button.button type="submit" {
                @if base.draft.files.is_empty() { (lang.say("没有文件，继续", "No files: continue")) } @else { (lang.say("已全部上传，继续", "That is all: continue")) }
            }
        }
        (back(lang, base))
    };
    draft_frame(ctx, base, title, refused.is_some(), &main)
}

/// The page on which the commitment is signed.
#[must_use]
pub fn commitment(ctx: &Ctx, base: &Base<'_>, faults: &[Fault], today: NaiveDate) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("签署信用承诺书", "Sign the commitment letter");
    let error = |field: &str| {
        faults
            .iter()
            .find(|f| f.field == field)
            .map_or("", |f| told(lang, f))
    };
    let (how, name) = match &base.draft.commitment {
        Some(Signed::OnScreen { name, .. }) => ("screen", name.as_str()),
        Some(Signed::OnPaper { .. }) => ("paper", ""),
        None => ("", ""),
    };
    let ways = [
        (
            "screen",
            lang.say(
                "在网上签署（写明姓名，记录签署时间）",
                "On the screen, by name; the time is recorded",
            ),
        ),
        (
            "paper",
            lang.say(
                "打印后签字盖章，作为证明材料上传",
                "Printed, signed and sealed, and uploaded among the evidence",
            ),
        ),
    ];
    let base_field = Field {
        name: "how",
        label: lang.say("签署方式", "How it is signed"),
        hint: "",
        error: error("how"),
        value: how,
        required: true,
        input: Input::Radio { of: &ways },
    };
    let all = [
        base_field,
        Field {
            name: "signed_name",
            label: lang.say(
                "签署人姓名（在网上签署的）",
                "Name of who signs (on the screen)",
            ),
            hint: lang.say(
                "法定代表人、负责人；自然人为本人",
                "The legal representative; a natural person herself",
            ),
            error: error("signed_name"),
            value: name,
            required: false,
            input: Input::Line {
                autocomplete: "name",
                longest: 100,
            },
        },
        Field {
            name: "signed_agree",
            label: lang.say("确认", "Confirmation"),
            hint: "",
            error: error("signed_agree"),
            value: if how == "screen" { "yes" } else { "" },
            required: false,
            input: Input::Tick {
                words: lang.say(
                    "本人已阅读并作出以上承诺",
                    "I have read this commitment and make it",
                ),
            },
        },
    ];
    let main = html! {
        (error_summary(lang, &all))
        header.page-head { h1 { (title) } }
        (letter_page::text(lang, base, today))
        p {
            a href=(link::draft_at(base.number, "letter")) { (lang.say("打印承诺书", "Print the letter")) } " · "
            a href=(link::draft_at(base.number, "letter.pdf")) { (lang.say("下载 PDF", "Download as PDF")) }
        }
        form action=(link::draft_at(base.number, "commitment")) method="post" novalidate {
            (token(base))
            @for f in &all { (field(lang, f)) }
            button.button type="submit" { (lang.say("保存并继续", "Save and continue")) }
        }
        (back(lang, base))
    };
    draft_frame(ctx, base, title, !faults.is_empty(), &main)
}

/// The page on which all answers are checked.
#[must_use]
pub fn check(ctx: &Ctx, base: &Base<'_>, open: &[&'static str]) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("核对并提交", "Check and hand in");
    let answers = &base.draft.answers;
    let gone = !base.draft.records.is_empty() && base.about.is_empty();
    let change = |code: &str, what: &str| {
        html! { a.change href={ (link::draft_at(base.number, code)) "?check" } { (lang.say("修改", "Change")) span.hidden { " " (what) } } }
    };
    let main = html! {
        @if !open.is_empty() || gone { (still_open(lang, base, open, gone)) }
        header.page-head { h1 { (title) } }
        @if !base.about.is_empty() { section { h2 { (lang.say("申请涉及的信息", "What it is about")) } (records(lang, base.about)) } }
        section {
            h2 { (lang.say("填写的内容", "What you filled in")) }
            dl.checked {
                @for step in steps::steps(base.kind, answers) {
                    @let words = lang.say(step.title.0, step.title.1);
                    div #(step.code) {
                        dt { (words) }
                        dd {
                            @for q in step.asked(answers) {
                                p { @if step.questions.len() > 1 { span.meta.line { (lang.say(q.label.0, q.label.1)) } } (answer(lang, q, answers)) }
                            }
                        }
                        dd.act { (change(step.code, words)) }
                    }
                }
                div #evidence {
                    dt { (lang.say("证明材料", "Evidence")) }
                    dd { @if base.draft.files.is_empty() { span.meta { (lang.say("没有文件", "No files")) } } @for file in &base.draft.files { p { (file_line(lang, file, &base.records())) } } }
                    dd.act { (change("evidence", lang.say("证明材料", "evidence"))) }
                }
                @if letter::needed(base.kind) {
                    div #commitment {
                        dt { (lang.say("信用承诺书", "Commitment letter")) }
                        dd {
                            @match &base.draft.commitment {
                                Some(Signed::OnScreen { name, at }) => p { span.typed { (name) } span.meta.line { (lang.say("签署于 ", "signed ")) (instant(*at)) } },
                                Some(Signed::OnPaper { .. }) => p { (lang.say("签署后上传", "signed on paper and uploaded")) },
                                None => span.meta { (lang.say("未签署", "Not signed")) },
                            }
                        }
                        dd.act { (change("commitment", lang.say("信用承诺书", "commitment letter"))) }
                    }
                }
            }
        }
        @if open.is_empty() && !gone {
            form action={ (link::draft(base.number)) "/submit" } method="post" {
                (token(base))
                p { (lang.say("提交后不能再修改。内容加密送达办理机关，本网站不能读回。", "After this nothing can be changed. It is sealed to the authority; this site cannot read it back.")) }
                button.button type="submit" { (lang.say("提交申请", "Hand in")) }
            }
        }
        (free_of_charge(lang))
        (back(lang, base))
    };
    draft_frame(ctx, base, title, !open.is_empty() || gone, &main)
}

fn still_open(lang: Lang, base: &Base<'_>, open: &[&'static str], gone: bool) -> Markup {
    let answers = &base.draft.answers;
    let words = |code: &str| match code {
        "evidence" => lang.say(
            "请确认证明材料已经全部上传",
            "Confirm that all evidence is uploaded",
        ),
        "commitment" => lang.say("请签署信用承诺书", "Sign the commitment letter"),
        code => {
            steps::find(base.kind, answers, code).map_or("", |s| lang.say(s.title.0, s.title.1))
        }
    };
    html! {
        div.error-summary role="alert" tabindex="-1" autofocus {
            h2 { (lang.say("提交前还需完成", "Still to be done before you can hand in")) }
            ul {
                @if gone { li { a href="/apply" { (lang.say("所选信息已不再公示，不需要申请", "What you chose is no longer displayed: there is nothing to apply for")) } } }
                @for code in open { li { a href={ (link::draft_at(base.number, code)) "?check" } { (words(code)) } } }
            }
        }
    }
}
