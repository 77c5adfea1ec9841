//! Bringing files in: the files that wait, the upload, and the preview with what will be public beside the raw.

use maud::{Markup, html};

use super::beside::{legend, raw_side, shown_side, verdict};
use super::frame::DeskCtx;
use super::parts::{errors, summary};
use crate::domain::time::Moment;
use crate::inside::desk::form::{Wrong, words_at};
use crate::inside::desk::rights;
use crate::inside::intake::ImportSummary;
use crate::inside::vault::StagedState;
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::field::{Field, Input, field};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::text::{count, instant};

/// A file in the list.
#[derive(Clone, Debug)]
pub struct FileLine {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Name of the list.
    pub list: String,
    /// Who uploaded it.
    pub officer: String,
    /// When.
    pub at: Moment,
    /// How far it has come.
    pub state: StagedState,
}

/// The files, and the upload.
#[derive(Clone, Debug, Default)]
pub struct ImportsView {
    /// Files, newest first.
    pub files: Vec<FileLine>,
    /// Lists: code and name.
    pub lists: Vec<(String, String)>,
    /// The list that was chosen for a file which was not taken.
    pub list: String,
    /// Whether that file was to be the complete list.
    pub replace: bool,
    /// What is wrong with it. The file itself must be chosen anew: browsers let no page do that.
    pub wrong: Vec<Wrong>,
}

/// The page of the files.
#[must_use]
pub fn files(ctx: &DeskCtx, view: &ImportsView) -> Markup {
    let lang = ctx.lang;
    let lists: Vec<(&str, &str)> = view
        .lists
        .iter()
        .map(|(code, name)| (code.as_str(), name.as_str()))
        .collect();
    let list = Field {
        name: "list",
        label: lang.say("导入到名单", "Into the list"),
        hint: "",
        error: words_at(&view.wrong, "list", lang),
        value: &view.list,
        required: true,
        input: Input::Choice { of: &lists },
    };
    let file = Field {
        name: "file",
        label: lang.say("文件", "File"),
        hint: lang.say(
            "国家数据归集模板的 CSV（UTF-8 或者 GB 18030）、XLSX 或者 JSON Lines，不超过 32 MB",
            "A national template as CSV (UTF-8 or GB 18030), XLSX or JSON Lines, 32 MB at most",
        ),
        error: words_at(&view.wrong, "file", lang),
        value: "",
        required: true,
        input: Input::File {
            accept: ".csv,.xlsx,.jsonl",
        },
    };
    html! {
        (summary(lang, &view.wrong))
        header.page-head { h1 { (lang.say("数据导入", "Import")) } }
        @if ctx.may(rights::IMPORT) { section {
            h2 { (lang.say("上传文件", "Upload a file")) }
            p { (lang.say("先检查、后导入：上传后先看到检查结果和将要公开的内容，确认后才写入。", "It is checked first: you see what is wrong and what would be public, and nothing is written before you confirm.")) }
            form.desk-form action="/desk/imports" method="post" enctype="multipart/form-data" novalidate {
                (ctx.token())
                (field(lang, &list))
                (field(lang, &file))
                div.field {
                    div.option {
                        input #replace type="checkbox" name="replace" value="yes" checked[view.replace];
                        label for="replace" { (lang.say("这是本单位该名单的完整清单：其中没有的记录将撤下", "This is our complete list: records that it lacks are withdrawn")) }
                    }
                }
                button.button type="submit" { (lang.say("上传并检查", "Upload and check")) }
            }
        } }
        section {
            h2 { (lang.say("最近的文件", "Recent files")) }
            @if view.files.is_empty() { p.empty { (lang.say("还没有上传过文件。", "No file was uploaded yet.")) } }
            @else { (table(lang, &view.files)) }
        }
    }
}

fn table(lang: Lang, files: &[FileLine]) -> Markup {
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(lang.say("最近的文件", "Recent files")) {
            table {
                thead { tr {
                    th scope="col" { (lang.say("文件", "File")) }
                    th scope="col" { (lang.say("名单", "List")) }
                    th scope="col" { (lang.say("上传人", "By")) }
                    th scope="col" { (lang.say("时间", "When")) }
                    th scope="col" { (lang.say("状态", "State")) }
                } }
                tbody {
                    @for line in files {
                        tr {
                            th scope="row" {
                                @if matches!(line.state, StagedState::Waiting | StagedState::Proposed) { a href={ "/desk/imports/" (line.id) } { (line.name) } }
                                @else { (line.name) }
                            }
                            td { (line.list) }
                            td { code { (line.officer) } }
                            td { (instant(line.at)) }
                            td { (lang.say(line.state.zh(), line.state.en())) }
                        }
                    }
                }
            }
        }
    }
}

/// A value beside what would be shown of it.
#[derive(Clone, Debug)]
pub struct Value {
    /// Its name.
    pub name: String,
    /// Raw.
    pub raw: String,
    /// Shown; `None`: not at all.
    pub shown: Option<String>,
}

/// A record of the preview.
#[derive(Clone, Debug)]
pub struct Record {
    /// Document number.
    pub document_number: String,
    /// Verdict.
    pub verdict: String,
    /// Values.
    pub values: Vec<Value>,
}

/// The preview of a file.
#[derive(Clone, Debug)]
pub struct PreviewView {
    /// Id of the file.
    pub id: String,
    /// Its name.
    pub file_name: String,
    /// Name of the list.
    pub list: String,
    /// SHA-256.
    pub sha256: String,
    /// Whether it replaces the list.
    pub replace: bool,
    /// What an import would say; or why it could not be done.
    pub outcome: Result<ImportSummary, String>,
    /// Records that are another authority's.
    pub foreign: u64,
    /// Whether there is a file of rejects.
    pub rejects: bool,
    /// The first records.
    pub records: Vec<Record>,
    /// How it stands between two officers; none where one is enough.
    pub second: Option<Second>,
    /// Why what was asked was not done with it, in Chinese and English.
    pub refused: Option<(String, String)>,
}

/// A file that a second officer releases.
#[derive(Clone, Debug, Default)]
pub struct Second {
    /// Hash of what the file would bring now.
    pub outcome: String,
    /// Who proposed it, and when.
    pub proposed: Option<(String, Moment)>,
    /// Whether it would bring something else than was proposed.
    pub stale: bool,
    /// Whether the officer who looks has proposed it.
    pub mine: bool,
    /// Who sent it back, and why.
    pub returned: Option<(String, String)>,
    /// What is wrong with the reason.
    pub wrong: Vec<Wrong>,
    /// The reason as it was typed.
    pub typed: String,
}

/// The page of the preview.
#[must_use]
pub fn preview(ctx: &DeskCtx, view: &PreviewView) -> Markup {
    let lang = ctx.lang;
    html! {
        @if let Some((zh, en)) = &view.refused { (errors(lang, &[("outcome", if lang.is_chinese() { zh.as_str() } else { en.as_str() })])) }
        @if let Some(second) = &view.second { (summary(lang, &second.wrong)) }
        header.page-head {
            h1 { (lang.say("导入预览", "Preview of an import")) }
            p.meta { (view.file_name) " → " (view.list) " · SHA-256 " code { (view.sha256) } }
        }
        div #outcome tabindex="-1" {
            @match &view.outcome {
                Err(why) => (notice(Weight::Error, &html! { (lang.say("文件不能导入", "The file cannot be imported")) }, &html! { p lang="en" { (why) } })),
                Ok(found) => (outcome(ctx, view, found)),
            }
        }
        @if ctx.may(rights::IMPORT) { (drop_form(ctx, &view.id)) }
        @if !view.records.is_empty() {
            section {
                h2 { (lang.say("前几条记录：原始内容与将要公开的内容", "The first records: raw, and as they would be public")) }
                (legend(lang))
                @for record in &view.records { (one(lang, record)) }
            }
        }
    }
}

fn outcome(ctx: &DeskCtx, view: &PreviewView, summary: &ImportSummary) -> Markup {
    let lang = ctx.lang;
    html! {
        (numbers(lang, summary))
        @if view.rejects {
            p { a href={ "/desk/imports/" (view.id) "/rejects.csv" } { (lang.say("下载问题清单（行、列、原因、如何更正）", "Download what is wrong (row, column, reason, remedy)")) } }
        }
        @if view.foreign > 0 {
            (notice(Weight::Error, &html! { (lang.say("含有其他单位的记录，不能导入", "It holds records of other authorities and cannot be imported")) },
                &html! { p { (lang.say("条数：", "Records: ")) (count(view.foreign)) } }))
        } @else if summary.accepted == 0 {
            p { strong { (lang.say("没有可以导入的记录。", "No record can be imported.")) } }
        } @else if let Some(second) = &view.second {
            @if view.replace { p { strong { (lang.say("完整清单：文件中没有的记录将被撤下。", "A complete list: records that it lacks are withdrawn.")) } } }
            (two_officers(ctx, &view.id, second))
        } @else if ctx.may(rights::IMPORT) {
            form action={ "/desk/imports/" (view.id) } method="post" {
                (ctx.token())
                input type="hidden" name="sha256" value=(view.sha256);
                @if view.replace { p { strong { (lang.say("完整清单：文件中没有的记录将被撤下。", "A complete list: records that it lacks are withdrawn.")) } } }
                button.button type="submit" name="act" value="import" { (lang.say("确认导入 ", "Import ")) (count(summary.accepted)) (lang.say(" 条", " records")) }
            }
        }
    }
}

/// The file between its two officers.
fn two_officers(ctx: &DeskCtx, id: &str, second: &Second) -> Markup {
    let lang = ctx.lang;
    html! {
        section {
            h2 { (lang.say("双人复核", "Two officers")) }
            p { (lang.say("该文件由一人提出、另一人复核后发布；两人看到的须是同一内容。", "One officer proposes this file, another one releases it; both must have seen the same.")) }
            p.meta { (lang.say("内容摘要 ", "Sum of what it brings ")) code { (second.outcome) } }
            @if let Some((by, reason)) = &second.returned {
                (notice(Weight::Caution, &html! { (lang.say("已退回", "It was sent back")) },
                    &html! { p { code { (by) } "：" span.typed { (reason) } } }))
            }
            @if let Some((by, at)) = &second.proposed {
                p { (lang.say("提出人：", "Proposed by ")) code { (by) } " " (instant(*at)) }
            }
            @if second.stale {
                (notice(Weight::Caution, &html! { (lang.say("内容与提出时不同", "It would bring something else than was proposed")) },
                    &html! { p { (lang.say("期间有其他导入或者规则变化，须重新核对并重新提出，才能发布。", "Something was imported or changed meanwhile: it must be looked at and proposed again before it can be released.")) } }))
            }
            @if ctx.may(rights::IMPORT) && (second.proposed.is_none() || second.stale) { (propose_form(ctx, id, second)) }
            @if second.proposed.is_some() && second.mine { p { (lang.say("等待另一名人员复核。", "It waits for another officer.")) } }
            @if second.proposed.is_some() && !second.mine && ctx.may(rights::SECOND) { (decide_forms(ctx, id, second)) }
        }
    }
}

fn propose_form(ctx: &DeskCtx, id: &str, second: &Second) -> Markup {
    html! {
        form action={ "/desk/imports/" (id) } method="post" {
            (ctx.token())
            input type="hidden" name="outcome" value=(second.outcome);
            button.button type="submit" name="act" value="propose" { (ctx.lang.say("核对无误，提交复核", "It is right: propose it")) }
        }
    }
}

fn decide_forms(ctx: &DeskCtx, id: &str, second: &Second) -> Markup {
    let lang = ctx.lang;
    let reason = Field {
        name: "reason",
        label: lang.say("退回的理由", "Why it is sent back"),
        hint: lang.say("不要写入个人信息", "Write no personal data into it"),
        error: words_at(&second.wrong, "reason", lang),
        value: &second.typed,
        required: true,
        input: Input::Lines {
            rows: 3,
            longest: 500,
        },
    };
    html! {
        @if !second.stale {
            form action={ "/desk/imports/" (id) } method="post" {
                (ctx.token())
                input type="hidden" name="outcome" value=(second.outcome);
                button.button type="submit" name="act" value="release" { (lang.say("复核无误，发布", "It is right: release it")) }
            }
        }
        form.desk-form action={ "/desk/imports/" (id) } method="post" novalidate {
            (ctx.token())
            (field(lang, &reason))
            button.button.second type="submit" name="act" value="return" { (lang.say("退回", "Send back")) }
        }
    }
}

fn drop_form(ctx: &DeskCtx, id: &str) -> Markup {
    html! {
        form.acts action={ "/desk/imports/" (id) } method="post" {
            (ctx.token())
            button.button.second type="submit" name="act" value="drop" { (ctx.lang.say("放弃该文件", "Throw the file away")) }
        }
    }
}

fn numbers(lang: Lang, summary: &ImportSummary) -> Markup {
    let number = |n: u64| html! { span.num { (count(n)) } };
    let mut rows = vec![
        Fact::new(lang.say("数据行", "Rows"), number(summary.rows_read)),
        Fact::new(lang.say("可以接受", "Accepted"), number(summary.accepted)),
        Fact::new(lang.say("退回", "Rejected"), number(summary.rejected)),
        Fact::new(lang.say("提示", "Warnings"), number(summary.warnings)),
        Fact::new(
            lang.say("格式", "Form"),
            html! { (summary.format) " " (summary.encoding) },
        ),
    ];
    if !summary.dry_run {
        rows.push(Fact::new(lang.say("新增", "New"), number(summary.added)));
        rows.push(Fact::new(
            lang.say("变更", "Changed"),
            number(summary.changed),
        ));
        rows.push(Fact::new(
            lang.say("不变", "Unchanged"),
            number(summary.unchanged),
        ));
        rows.push(Fact::new(
            lang.say("撤下", "Withdrawn"),
            number(summary.withdrawn),
        ));
    }
    if !summary.withheld.is_empty() {
        let told =
            html! { @for (code, n) in &summary.withheld { code { (code) } " " (count(*n)) " " } };
        rows.push(Fact::wide(
            lang.say("依规不公开", "Not to be published"),
            told,
        ));
    }
    if !summary.findings.is_empty() {
        let told =
            html! { @for (code, n) in &summary.findings { code { (code) } " " (count(*n)) " " } };
        rows.push(Fact::wide(lang.say("问题", "Findings"), told));
    }
    facts(&rows)
}

fn one(lang: Lang, record: &Record) -> Markup {
    html! {
        article.desk-record {
            h3 { (record.document_number) " " span.tag { (verdict(lang, &record.verdict)) } }
            div.table-wrap tabindex="0" role="region" aria-label=(record.document_number) {
                table.desk-compare {
                    thead { tr {
                        th scope="col" { (lang.say("字段", "Field")) }
                        th scope="col" { (lang.say("原始内容（不公开）", "Raw (not public)")) }
                        th scope="col" { (lang.say("公开内容", "Public")) }
                    } }
                    tbody {
                        @for value in &record.values {
                            @let shown = value.shown.as_deref();
                            tr {
                                th scope="row" { (value.name) }
                                td.typed { (raw_side(&value.raw, shown.unwrap_or_default())) }
                                td.typed {
                                    @match shown {
                                        Some(shown) => (shown_side(&value.raw, shown)),
                                        None => span.meta { (lang.say("不公开", "not shown")) },
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What an import did.
#[must_use]
pub fn done(ctx: &DeskCtx, summary: &ImportSummary) -> Markup {
    let lang = ctx.lang;
    html! {
        header.page-head { h1 { (lang.say("已导入", "Imported")) } }
        (numbers(lang, summary))
        p { (lang.say("依规可以公开的，随下次发布公开。", "What may be public is so with the next release.")) " " a href="/desk/imports" { (lang.say("返回数据导入", "Back to the imports")) } }
    }
}
