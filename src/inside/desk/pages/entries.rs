//! List entries at the desk: the table, the form of a proposal with its preview, tasks, and the re-evaluation of a list.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::entry::of_other;
use super::frame::DeskCtx;
use super::parts::errors;
use crate::domain::cases::entry::EntryState;
use crate::domain::kinds::Words;
use crate::inside::entries::{EntryLine, Preview};
use crate::inside::vault::task::Task;
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::text::{date, instant};

/// A list that can be chosen.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Code.
    pub code: String,
    /// Name.
    pub name: Words,
}

/// The table.
#[derive(Debug, Default)]
pub struct TableView {
    /// Entries, the newest first.
    pub lines: Vec<EntryLine>,
    /// Lists to narrow it to.
    pub lists: Vec<Choice>,
    /// The list that was chosen; empty for all.
    pub list: String,
    /// The state that was chosen; empty for all.
    pub state: String,
    /// Case after which the next page begins.
    pub next: Option<String>,
    /// How many tasks wait.
    pub tasks: usize,
    /// Whether who looks may propose.
    pub proposes: bool,
}

fn list_select(lang: Lang, lists: &[Choice], chosen: &str, all: bool) -> Markup {
    html! {
        div.field {
            label for="list" { (lang.say("名单", "List")) }
            select #list name="list" {
                @if all { option value="" { (lang.say("全部", "all")) } }
                @for list in lists { option value=(list.code) selected[list.code == chosen] { (lang.words(&list.name)) } }
            }
        }
    }
}

pub(super) fn state_words(lang: Lang, code: &str) -> &'static str {
    EntryState::from_code(code).map_or("", |s| lang.say(s.zh(), s.en()))
}

/// The table of entries.
#[must_use]
pub fn table(ctx: &DeskCtx, view: &TableView) -> Markup {
    let lang = ctx.lang;
    let heads = [
        ("主体（对外显示）", "Subject as shown"),
        ("名单", "List"),
        ("状态", "State"),
        ("期限", "Due"),
        ("更新", "Changed"),
    ]
    .map(|(zh, en)| lang.say(zh, en));
    html! {
        header.page-head { h1 { (lang.say("名单认定", "List entries")) } }
        p {
            @if view.proposes { a.button href="/desk/entries/new" { (lang.say("提出列入", "Propose an entry")) } " " }
            a.button.second href="/desk/entries/tasks" { (lang.say("任务", "Tasks")) " (" (view.tasks) ")" } " "
            a.button.second href="/desk/entries/reevaluate" { (lang.say("批量复核", "Re-evaluate a list")) }
        }
        form.own-search action="/desk/entries" method="get" {
            (list_select(lang, &view.lists, &view.list, true))
            div.field {
                label for="state" { (lang.say("状态", "State")) }
                select #state name="state" {
                    option value="" { (lang.say("全部", "all")) }
                    @for state in EntryState::ALL { option value=(state.code()) selected[state.code() == view.state] { (lang.say(state.zh(), state.en())) } }
                }
            }
            button.button.second type="submit" { (lang.say("筛选", "Show")) }
        }
        @if view.lines.is_empty() { p.empty { (lang.say("没有符合条件的事项。", "Nothing fits.")) } }
        @else {
            section.table-wrap tabindex="0" aria-label=(lang.say("名单认定", "List entries")) {
                table {
                    thead { tr { @for head in heads { th scope="col" { (head) } } } }
                    tbody {
                        @for line in &view.lines {
                            tr {
                                th scope="row" { a href={ "/desk/entries/" (line.head.case) } { @if line.shown.is_empty() { code { (line.head.case) } } @else { (line.shown) } } }
                                td data-label=(heads[1]) { (list_name(lang, &view.lists, &line.head.list)) }
                                td data-label=(heads[2]) {
                                    (state_words(lang, &line.head.state))
                                    @if line.exit_proposed { " " span.tag.caution { (lang.say("待复核移出", "exit proposed")) } }
                                }
                                td data-label=(heads[3]) { (due(lang, line.due)) }
                                td data-label=(heads[4]) { (instant(line.head.changed_at)) }
                            }
                        }
                    }
                }
            }
            @if let Some(next) = &view.next {
                p { a href={ "/desk/entries?list=" (view.list) "&state=" (view.state) "&before=" (next) } { (lang.say("更早的", "Older")) } }
            }
        }
    }
}

fn list_name(lang: Lang, lists: &[Choice], code: &str) -> Markup {
    match lists.iter().find(|l| l.code == code) {
        Some(list) => lang.words(&list.name),
        None => html! { code { (code) } },
    }
}

fn due(lang: Lang, due: Option<(NaiveDate, bool)>) -> Markup {
    html! {
        @match due {
            Some((on, late)) => { (date(on)) @if late { " " span.tag.grave { (lang.say("逾期", "overdue")) } } }
            None => "—",
        }
    }
}

/// A field of the form of a proposal.
#[derive(Clone, Debug)]
pub struct FormField {
    /// Key.
    pub key: String,
    /// Name.
    pub title: String,
    /// What was typed.
    pub value: String,
    /// Free text.
    pub long: bool,
    /// A civil date.
    pub date: bool,
    /// Some kind of subject must have it.
    pub needed: bool,
    /// Longest value.
    pub max: usize,
    /// Words that are accepted, or nothing.
    pub choices: Option<String>,
}

/// The form of a proposal.
#[derive(Debug, Default)]
pub struct FormView {
    /// Lists that can take entries of this authority.
    pub lists: Vec<Choice>,
    /// The list that was chosen; the fields follow from it.
    pub list: String,
    /// Its fields.
    pub fields: Vec<FormField>,
    /// Document that the proposal rests on.
    pub basis_document: String,
    /// What is wrong: id of the field, words.
    pub wrong: Vec<(String, String)>,
    /// What would be public, once what was typed can be read.
    pub preview: Option<Preview>,
    /// Name of the file whose row fills the form.
    pub file: Option<String>,
}

/// The form of a proposal.
#[must_use]
pub fn form(ctx: &DeskCtx, view: &FormView) -> Markup {
    let lang = ctx.lang;
    let wrong: Vec<(&str, &str)> = view
        .wrong
        .iter()
        .map(|(field, words)| (field.as_str(), words.as_str()))
        .collect();
    html! {
        header.page-head { h1 { (lang.say("提出列入", "Propose an entry")) } }
        form.own-search action="/desk/entries/new" method="get" {
            (list_select(lang, &view.lists, &view.list, false))
            button.button.second type="submit" { (lang.say("选择名单", "Choose")) }
        }
        @if !view.fields.is_empty() {
            (errors(lang, &wrong))
            @if let Some(file) = &view.file {
                p.callout role="status" { (lang.say("已读入文件「", "Read from the file ")) (file) (lang.say("」的一行，请核对下面的表单后提出。", ": look it over below, then propose it.")) }
            }
            @if let Some(preview) = &view.preview { (previewed(lang, preview)) }
            (upload(ctx, view))
            form action="/desk/entries/new" method="post" {
                (ctx.token())
                input type="hidden" name="list" value=(view.list);
                div.field {
                    label for="basis_document" { (lang.say("依据文书（会议或者请示文号）", "Document that the proposal rests on")) }
                    input #basis_document type="text" name="basis_document" value=(view.basis_document) maxlength="200" required;
                }
                @for f in &view.fields {
                    div.field {
                        label for={ "f-" (f.key) } { (f.title) @if !f.needed { span.meta { (lang.say("（选填）", " (optional)")) } } }
                        @if let Some(choices) = &f.choices { p.hint id={ "h-" (f.key) } { (choices) } }
                        @if f.long { textarea id={ "f-" (f.key) } name={ "f-" (f.key) } rows="4" maxlength=(f.max) { (f.value) } }
                        @else { input id={ "f-" (f.key) } type=(if f.date { "date" } else { "text" }) name={ "f-" (f.key) } value=(f.value) maxlength=(f.max) autocomplete="off"; }
                    }
                }
                button.button.second type="submit" name="do" value="preview" { (lang.say("预览公开内容", "Preview what will be public")) } " "
                button.button type="submit" name="do" value="propose" { (lang.say("提出", "Propose")) }
            }
        }
    }
}

/// The same from a file: one row, as an import takes it.
fn upload(ctx: &DeskCtx, view: &FormView) -> Markup {
    let lang = ctx.lang;
    let wrong = |name: &str| view.wrong.iter().any(|(field, _)| field == name);
    html! {
        details #by-file open[wrong("file") || wrong("file_basis_document")] {
            summary { (lang.say("从文件提出（一行）", "Propose from a file of one row")) }
            form action="/desk/entries/new/file" method="post" enctype="multipart/form-data" {
                (ctx.token())
                input type="hidden" name="list" value=(view.list);
                div.field {
                    label for="file_basis_document" { (lang.say("依据文书（会议或者请示文号）", "Document that the proposal rests on")) }
                    input #file_basis_document type="text" name="basis_document" value=(view.basis_document) maxlength="200" required;
                }
                div.field {
                    label for="file" { (lang.say("文件", "File")) }
                    p.hint #file-hint { (lang.say("该名单的模板：表头和一行，CSV（UTF-8 或者 GB 18030）、XLSX 或者 JSON Lines，不超过 2 MB；决定文号和日期不必填", "The template of the list, a header and one row: CSV (UTF-8 or GB 18030), XLSX or JSON Lines, 2 MB at most; number and day of the decision are not needed")) }
                    input #file type="file" name="file" accept=".csv,.xlsx,.jsonl" aria-describedby="file-hint" required;
                }
                button.button.second type="submit" name="do" value="preview" { (lang.say("读入表单并预览", "Read it into the form")) } " "
                button.button type="submit" name="do" value="propose" { (lang.say("直接提出", "Propose at once")) }
            }
        }
    }
}

/// What would be public beside what is raw; differences are marked.
pub(super) fn previewed(lang: Lang, preview: &Preview) -> Markup {
    let heads = [
        ("项目", "Field"),
        ("原始内容", "Raw"),
        ("对外显示", "Shown to the public"),
    ]
    .map(|(zh, en)| lang.say(zh, en));
    html! {
        section {
            h2 { (lang.say("公开内容预览", "What will be public")) }
            @if let Some(block) = preview.block {
                p.callout role="status" { (lang.say("依照规定不予公示：", "By the rules it will not be shown: ")) (lang.say(block.zh(), block.en())) }
            }
            p { (lang.say("对外显示的名称：", "Name as shown: ")) strong { (preview.name) } @if preview.masked { " " span.tag { (lang.say("已脱敏", "masked")) } } }
            div.table-wrap tabindex="0" role="region" aria-label=(lang.say("公开内容预览", "What will be public")) {
                table {
                    thead { tr { @for head in heads { th scope="col" { (head) } } } }
                    tbody {
                        @for field in &preview.fields {
                            tr {
                                th scope="row" { (field.name) }
                                td data-label=(heads[1]) { (field.raw()) }
                                td data-label=(heads[2]) {
                                    @match &field.public { Some(text) => { (text) } None => span.meta { (lang.say("不公开", "not public")) } }
                                    @if field.differs() && field.public.is_some() { " " span.tag.caution { (lang.say("有改动", "changed")) } }
                                    @for doubt in &field.doubts { " " span.tag.grave { (lang.say("待审查：", "to be reviewed: ")) (doubt) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The tasks.
#[must_use]
pub fn tasks(ctx: &DeskCtx, all: &[Task], today: NaiveDate, may_end: bool) -> Markup {
    let lang = ctx.lang;
    html! {
        header.page-head { h1 { (lang.say("名单任务", "Tasks")) } }
        @if all.is_empty() { p.empty { (lang.say("没有待办任务。", "Nothing waits.")) } }
        ul.desk-waits {
            @for task in all {
                li {
                    div {
                        strong { (lang.say(task.kind.zh(), task.kind.en())) }
                        span.meta.line {
                            @if let Some(case) = &task.case { a href={ "/desk/entries/" (case) } { code { (case) } } " · " }
                            @if let Some(record) = &task.record_id { a href={ "/records/" (record) } { (lang.say("公示记录", "record")) } " · " }
                            (instant(task.opened_at)) " · " (due(lang, task.due_on.map(|on| (on, on < today))))
                            (of_other(lang, task))
                        }
                    }
                    @if may_end && task.kind == crate::inside::vault::task::TaskKind::Contradicted {
                        form action={ "/desk/entries/tasks/" (task.id) } method="post" { (ctx.token()) button.button.second type="submit" { (lang.say("已研究", "Looked at")) } }
                    }
                }
            }
        }
    }
}

/// The re-evaluation of a list.
#[derive(Debug, Default)]
pub struct BulkView {
    /// Lists to choose from.
    pub lists: Vec<Choice>,
    /// The list that was chosen.
    pub list: String,
    /// Its published entries.
    pub lines: Vec<EntryLine>,
    /// Whether who looks proposes exits; else he does those that were proposed.
    pub proposes: bool,
    /// What became of each, when it was sent: case, and why not.
    pub done: Vec<(String, Option<Words>)>,
}

/// The re-evaluation of a list when its standard has changed.
#[must_use]
pub fn bulk(ctx: &DeskCtx, view: &BulkView) -> Markup {
    let lang = ctx.lang;
    let shown = |line: &&EntryLine| view.proposes != line.exit_proposed;
    html! {
        header.page-head {
            h1 { (lang.say("批量复核", "Re-evaluate a list")) }
            p.lead { (lang.say("认定标准变化后，逐一给出保留或者移出的结论；移出由另一人复核。", "When a standard has changed: keep or exit for each entry; a second officer does the exits.")) }
        }
        form.own-search action="/desk/entries/reevaluate" method="get" {
            (list_select(lang, &view.lists, &view.list, false))
            button.button.second type="submit" { (lang.say("选择名单", "Choose")) }
        }
        @if !view.done.is_empty() {
            section role="status" {
                h2 { (lang.say("办理结果", "What became of it")) }
                ul.texts { @for (case, why) in &view.done { li { a href={ "/desk/entries/" (case) } { code { (case) } } " " @match why { None => span.tag.good { (lang.say("已办", "done")) }, Some(words) => (lang.words(words)) } } } }
            }
        }
        @if !view.list.is_empty() && !view.lines.iter().any(|l| shown(&l)) { p.empty { (lang.say("没有可以复核的事项。", "There is nothing to re-evaluate.")) } }
        @if view.lines.iter().any(|l| shown(&l)) {
            form action="/desk/entries/reevaluate" method="post" {
                (ctx.token())
                input type="hidden" name="list" value=(view.list);
                @if view.proposes {
                    div.field { label for="bulk-meeting" { (lang.say("会议纪要文号", "Reference of the meeting")) } input #bulk-meeting type="text" name="meeting" maxlength="300" autocomplete="off"; }
                }
                @for entry in view.lines.iter().filter(shown) {
                    @if view.proposes {
                        fieldset {
                            legend { (entry.shown) " " code { (entry.head.case) } }
                            @for (value, zh, en) in [("keep", "保留", "keep"), ("exit", "移出", "exit")] {
                                @let id = format!("{value}-{}", entry.head.case);
                                div.choice { input id=(id) type="radio" name={ "v-" (entry.head.case) } value=(value); label for=(id) { (lang.say(zh, en)) } }
                            }
                        }
                    } @else {
                        @let id = format!("exit-{}", entry.head.case);
                        div.choice { input id=(id) type="checkbox" name="exit" value=(entry.head.case); label for=(id) { (entry.shown) " " code { (entry.head.case) } } }
                    }
                }
                button.button type="submit" { (if view.proposes { lang.say("提交结论", "Send the verdicts") } else { lang.say("复核移出", "Exit those") }) }
            }
        }
    }
}
