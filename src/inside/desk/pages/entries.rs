//! List entries at the desk: the table, the form of a proposal with its preview, one entry with what may be done, tasks,
//! and the re-evaluation of a list.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::frame::DeskCtx;
use super::parts::errors;
use crate::domain::cases::entry::{EntryState, ReinstateGround, Screening};
use crate::domain::cases::{Event, ExitReason};
use crate::domain::kinds::Words;
use crate::inside::entries::{EntryFile, EntryLine, Mark, Preview};
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

fn state_words(lang: Lang, code: &str) -> &'static str {
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
            @if let Some(preview) = &view.preview { (previewed(lang, preview)) }
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

/// What would be public beside what is raw; differences are marked.
fn previewed(lang: Lang, preview: &Preview) -> Markup {
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

/// One entry.
#[derive(Debug)]
pub struct EntryView {
    /// Everything of it.
    pub file: EntryFile,
    /// Name of its list.
    pub list: Words,
    /// Why the last act was refused.
    pub wrong: Option<Words>,
}

/// One entry with what may be done.
#[must_use]
pub fn entry(ctx: &DeskCtx, view: &EntryView) -> Markup {
    let lang = ctx.lang;
    let file = &view.file;
    html! {
        header.page-head {
            h1 { (file.preview.name) }
            p.lead { (lang.words(&view.list)) " · " strong { (state_words(lang, &file.head.state)) } }
            p.meta { code { (file.head.case) } " · " (lang.say("依据文书 ", "on ")) (file.basis_document) }
        }
        @if let Some(words) = &view.wrong {
            div.error-summary role="alert" tabindex="-1" { h2 { (lang.say("没有办成", "It was not done")) } p { (lang.words(words)) } }
        }
        (waiting(ctx, &file.tasks))
        (possible(ctx, view))
        (clocks(lang, file))
        (previewed(lang, &file.preview))
        @if !file.marks.is_empty() {
            section {
                h2 { (lang.say("不予公开的文字", "Passages that are hidden")) }
                ul.texts { @for (mark, passage) in &file.marks { li { (match mark { Mark::TradeSecret => lang.say("商业秘密", "trade secret"), Mark::Private => lang.say("个人隐私", "private") }) "：" (passage) } } }
            }
        }
        @if let Some(notice) = &file.notice {
            section {
                h2 { (lang.say("正在公示", "On the board")) }
                p { (date(notice.open_from)) " – " (date(notice.last_day())) @if notice.provisional { span.meta { (lang.say("（放假安排未公布，暂算）", " (provisional)")) } } " · " a href="/notices#prior" { (lang.say("查看公告", "see it")) } }
            }
        }
        @if let Some(letter) = &file.letter {
            section {
                h2 { (lang.say("事先告知书", "Letter to the party")) }
                p { (letter.to) "：" (letter.about) }
                @for line in &letter.body { p { (line) } }
                ul.texts { @for remedy in &letter.remedies { li { (remedy) } } }
                p.meta { (letter.authority) }
            }
        }
        (checks(lang, file))
        (history(lang, file))
    }
}

fn clocks(lang: Lang, file: &EntryFile) -> Markup {
    html! {
        @if !file.case.clocks.is_empty() {
            section {
                h2 { (lang.say("期限", "Deadlines")) }
                ul.texts {
                    @for clock in &file.case.clocks {
                        li {
                            (lang.words(&clock.what)) "：" (date(clock.start)) " → "
                            @match clock.now.and_then(|n| n.due) { Some(on) => (date(on)), None => "—" }
                            @if clock.now.is_some_and(|n| n.provisional) { " " span.meta { (lang.say("（暂算）", "(provisional)")) } }
                            @if let Some(done) = clock.done { " · " (lang.say("已办 ", "done ")) (date(done)) }
                            @if clock.now.is_some_and(|n| n.overdue) { " " span.tag.grave { (lang.say("逾期", "overdue")) } }
                        }
                    }
                }
            }
        }
    }
}

fn checks(lang: Lang, file: &EntryFile) -> Markup {
    html! {
        @if !file.checks.is_empty() {
            section {
                h2 { (lang.say("交叉比对", "Cross-checks")) }
                ul.texts {
                    @for check in &file.checks {
                        @let lists = check.searched["lists"].as_array().map_or(0, Vec::len);
                        @let hits = check.hits.as_array().map_or(0, Vec::len);
                        li {
                            (instant(check.at)) " · " (check.actor) " · " (lang.say("比对名单 ", "lists ")) (lists) " · "
                            (lang.say("数据截至变更 ", "up to change ")) (check.change_seq) " · "
                            @if hits == 0 { span.tag.good { (lang.say("未发现", "nothing found")) } }
                            @else { span.tag.grave { (lang.say("发现 ", "found ")) (hits) } }
                        }
                    }
                }
            }
        }
    }
}

fn history(lang: Lang, file: &EntryFile) -> Markup {
    html! {
        section {
            h2 { (lang.say("办理经过", "History")) }
            ol.texts {
                @for line in &file.case.history {
                    li {
                        (instant(line.at)) " · " (line.by.id) " (" (lang.say(line.by.role.zh(), line.by.role.en())) ") · "
                        code { (line.event.code()) } " · " (lang.say(line.from.1, line.from.2)) " → " (lang.say(line.to.1, line.to.2))
                        @if let Some(words) = said(&line.event) { span.meta.line { (words) } }
                    }
                }
            }
        }
    }
}

/// What an act said in words.
fn said(event: &Event) -> Option<String> {
    let value = serde_json::to_value(event).ok()?;
    let texts: Vec<String> = [
        "reasons",
        "meeting",
        "notice",
        "document_number",
        "objection",
        "other",
        "basis_document",
    ]
    .into_iter()
    .filter_map(|key| value.get(key)?.as_str().map(ToOwned::to_owned))
    .filter(|text| !text.is_empty())
    .collect();
    (!texts.is_empty()).then(|| texts.join(" · "))
}

/// Codes of the machine's events, as buttons are called.
fn act_words(code: &str) -> Option<(&'static str, &'static str)> {
    Some(match code {
        "propose" => ("重新提交", "Hand in again"),
        "secrecy_review" => ("保密审查", "Secrecy review"),
        "cross_check" => ("交叉比对", "Cross-check"),
        "approve_preliminary" => ("会议同意", "Approve"),
        "serve_party_notice" => ("已送达告知书", "The party was told"),
        "open_prior_notice" => ("开始公示", "Open the public notice"),
        "object" => ("登记异议", "Record an objection"),
        "uphold" => ("异议成立", "The objection is right"),
        "dismiss" => ("异议不成立", "The objection is not right"),
        "sign" => ("签发", "Sign"),
        "publish" => ("公布", "Publish"),
        "tell_unit" => ("已告知所在单位", "The unit was told"),
        "propose_exit" => ("提出移出", "Propose an exit"),
        "exit" => ("复核移出", "Exit"),
        "announce_exit" => ("移出公告已发布", "The exit was announced"),
        "basis_revoked" => ("依据被撤销", "The basis was revoked"),
        "reinstate" => ("恢复列入", "Reinstate"),
        _ => return None,
    })
}

/// The acts that are possible, each with the form of what it needs.
fn possible(ctx: &DeskCtx, view: &EntryView) -> Markup {
    let lang = ctx.lang;
    let file = &view.file;
    let acts: Vec<_> = file
        .possible
        .iter()
        .filter_map(|code| Some((*code, act_words(code)?)))
        .collect();
    html! {
        @if !acts.is_empty() {
            section #acts {
                h2 { (lang.say("可以办理", "What may be done")) }
                @for (code, (zh, en)) in acts {
                    details {
                        summary { (lang.say(zh, en)) }
                        form action={ "/desk/entries/" (file.head.case) "/act" } method="post" {
                            (ctx.token())
                            input type="hidden" name="act" value=(code);
                            input type="hidden" name="version" value=(file.case.row.version);
                            (needed(lang, code))
                            button.button type="submit" { (lang.say(zh, en)) }
                        }
                    }
                }
            }
        }
    }
}

fn line(lang: Lang, act: &str, name: &str, (zh, en): (&'static str, &'static str)) -> Markup {
    let id = format!("{act}-{name}");
    html! { div.field { label for=(id) { (lang.say(zh, en)) } input id=(id) type="text" name=(name) maxlength="300" autocomplete="off"; } }
}

fn lines(lang: Lang, act: &str, name: &str, (zh, en): (&'static str, &'static str)) -> Markup {
    let id = format!("{act}-{name}");
    html! { div.field { label for=(id) { (lang.say(zh, en)) } textarea id=(id) name=(name) rows="3" maxlength="4000" {} } }
}

fn choice<'a>(
    lang: Lang,
    (act, name): (&str, &str),
    (zh, en): (&'static str, &'static str),
    all: impl Iterator<Item = (&'a str, &'static str, &'static str)>,
) -> Markup {
    let id = format!("{act}-{name}");
    html! {
        div.field {
            label for=(id) { (lang.say(zh, en)) }
            select id=(id) name=(name) { @for (code, zh, en) in all { option value=(code) { (lang.say(zh, en)) } } }
        }
    }
}

/// What an act needs to be told.
fn needed(lang: Lang, act: &str) -> Markup {
    let reasons = ("理由（书面）", "Reasons, in writing");
    let meeting = ("会议纪要文号", "Reference of the meeting");
    html! {
        @match act {
            "secrecy_review" => {
                (choice(lang, (act, "finding"), ("审查结论", "Finding"), Screening::ALL.iter().map(|s| (s.code(), s.zh(), s.en()))))
                (lines(lang, act, "reasons", ("理由（不宜公开、不得列入的必填）", "Reasons, unless it may be published")))
                (lines(lang, act, "secrets", ("商业秘密，每行一段，照抄原文", "Trade secrets, a passage a line, as written")))
                (lines(lang, act, "private", ("个人隐私，每行一段，照抄原文", "Private matters, a passage a line, as written")))
            }
            "approve_preliminary" => (line(lang, act, "meeting", meeting)),
            "serve_party_notice" => (line(lang, act, "notice", ("告知书文号和送达情况", "Reference of the letter and how it was served"))),
            "object" => (line(lang, act, "objection", ("异议编号或者来件", "Number of the objection"))),
            "uphold" | "dismiss" | "basis_revoked" => (lines(lang, act, "reasons", reasons)),
            "sign" => (line(lang, act, "document_number", ("决定文号", "Number of the decision"))),
            "propose_exit" => {
                (choice(lang, (act, "reason"), ("移出原因", "Reason"), ExitReason::ALL.iter().filter(|r| **r != ExitReason::BasisRevoked).map(|r| (r.code(), r.zh(), r.en()))))
                (line(lang, act, "meeting", meeting))
            }
            "reinstate" => {
                (choice(lang, (act, "ground"), ("恢复的原因", "Ground"), ReinstateGround::ALL.iter().map(|g| (g.code(), g.zh(), g.en()))))
                (lines(lang, act, "reasons", reasons))
            }
            _ => {}
        }
    }
}

fn waiting(ctx: &DeskCtx, tasks: &[Task]) -> Markup {
    let lang = ctx.lang;
    html! {
        @for task in tasks.iter().filter(|t| t.done.is_none()) {
            p.callout { (lang.say(task.kind.zh(), task.kind.en())) @if let Some(on) = task.due_on { " · " (lang.say("截止 ", "by ")) (date(on)) } }
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
                @if view.proposes { (line(lang, "bulk", "meeting", ("会议纪要文号", "Reference of the meeting"))) }
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
