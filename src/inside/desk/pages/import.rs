//! Bringing files in: the files that wait, the upload, and the preview with what will be public beside the raw.

use maud::{Markup, html};

use super::beside::{legend, raw_side, shown_side, verdict};
use super::frame::DeskCtx;
use crate::domain::time::Moment;
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
        error: "",
        value: "",
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
        error: "",
        value: "",
        required: true,
        input: Input::File {
            accept: ".csv,.xlsx,.jsonl",
        },
    };
    html! {
        header.page-head { h1 { (lang.say("数据导入", "Import")) } }
        section {
            h2 { (lang.say("上传文件", "Upload a file")) }
            p { (lang.say("先检查、后导入：上传后先看到检查结果和将要公开的内容，确认后才写入。", "It is checked first: you see what is wrong and what would be public, and nothing is written before you confirm.")) }
            form.desk-form action="/desk/imports" method="post" enctype="multipart/form-data" {
                (ctx.token())
                (field(lang, &list))
                (field(lang, &file))
                div.field {
                    div.option {
                        input #replace type="checkbox" name="replace" value="yes";
                        label for="replace" { (lang.say("这是本单位该名单的完整清单：其中没有的记录将撤下", "This is our complete list: records that it lacks are withdrawn")) }
                    }
                }
                button.button type="submit" { (lang.say("上传并检查", "Upload and check")) }
            }
        }
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
                                @if line.state == StagedState::Waiting { a href={ "/desk/imports/" (line.id) } { (line.name) } }
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
}

/// The page of the preview.
#[must_use]
pub fn preview(ctx: &DeskCtx, view: &PreviewView) -> Markup {
    let lang = ctx.lang;
    html! {
        header.page-head {
            h1 { (lang.say("导入预览", "Preview of an import")) }
            p.meta { (view.file_name) " → " (view.list) " · SHA-256 " code { (view.sha256) } }
        }
        @match &view.outcome {
            Err(why) => (notice(Weight::Error, &html! { (lang.say("文件不能导入", "The file cannot be imported")) }, &html! { p lang="en" { (why) } })),
            Ok(summary) => (outcome(ctx, view, summary)),
        }
        (drop_form(ctx, &view.id))
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
        } @else {
            form action={ "/desk/imports/" (view.id) } method="post" {
                (ctx.token())
                input type="hidden" name="sha256" value=(view.sha256);
                @if view.replace { p { strong { (lang.say("完整清单：文件中没有的记录将被撤下。", "A complete list: records that it lacks are withdrawn.")) } } }
                button.button type="submit" name="act" value="import" { (lang.say("确认导入 ", "Import ")) (count(summary.accepted)) (lang.say(" 条", " records")) }
            }
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
