//! One list entry at the desk: what may be done, what was found, what the party and the public are told, what happened.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde_json::Value;

use super::entries::{previewed, state_words};
use super::frame::DeskCtx;
use super::parts::errors;
use crate::domain::cases::entry::{EntryState, ReinstateGround, Screening};
use crate::domain::cases::{EntryEvent, Event, ExitReason, Procedure};
use crate::domain::kinds::Words;
use crate::inside::desk::Form;
use crate::inside::entries::{EntryFile, Mark};
use crate::inside::vault::entry::Check;
use crate::inside::vault::task::{Task, TaskKind};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::text::{date, instant};

/// One entry.
#[derive(Debug)]
pub struct EntryView {
    /// Everything of it.
    pub file: EntryFile,
    /// Name of its list.
    pub list: Words,
    /// Names of the lists that stand in what was found, by code.
    pub lists: BTreeMap<String, Words>,
    /// Why the last act was refused.
    pub wrong: Option<Words>,
    /// The field of its form that this is about, where it is about one.
    pub field: Option<&'static str>,
    /// What was typed for it: nothing typed is lost.
    pub typed: Form,
}

/// One entry with what may be done.
#[must_use]
pub fn entry(ctx: &DeskCtx, view: &EntryView) -> Markup {
    let lang = ctx.lang;
    let file = &view.file;
    html! {
        @if let Some(words) = &view.wrong { (errors(lang, &[(place(view).as_str(), if lang.is_chinese() { words.zh.as_str() } else { words.en.as_str() })])) }
        header.page-head #entry {
            h1 { (file.preview.name) }
            p.lead { (lang.words(&view.list)) " · " strong { (state_words(lang, &file.head.state)) } }
            p.meta { code { (file.head.case) } " · " (lang.say("依据文书 ", "on ")) (file.basis_document) }
        }
        (waiting(ctx, &file.tasks))
        (found(lang, view))
        (party_days(lang, file))
        (possible(ctx, view))
        (clocks(lang, file))
        (kept(lang, file))
        (previewed(lang, &file.preview))
        (texts(lang, file))
        @if let Some(notice) = &file.notice {
            section {
                h2 { (lang.say("正在公示", "On the board")) }
                p { (date(notice.open_from)) " – " (date(notice.last_day())) @if notice.provisional { span.meta { (lang.say("（放假安排未公布，暂算）", " (provisional)")) } } " · " a href="/notices#prior" { (lang.say("查看公告", "see it")) } }
            }
        }
        (letter(lang, file))
        (checks(lang, view))
        (history(lang, file))
    }
}

/// The fields of an act, the one first that it is mostly about.
fn fields_of(act: &str) -> &'static [&'static str] {
    match act {
        "secrecy_review" => &["finding", "reasons", "secrets", "private"],
        "approve_preliminary" => &["meeting"],
        "serve_party_notice" => &["notice"],
        "object" => &["objection"],
        "uphold" | "dismiss" | "basis_revoked" => &["reasons"],
        "sign" => &["document_number"],
        "propose_exit" => &["reason", "meeting"],
        "reinstate" => &["ground", "reasons"],
        _ => &[],
    }
}

/// Where the summary of errors leads: to the field, to the button of an act that asks for nothing, or, when the act is not
/// offered any more, to the head of the page, which says how far the entry is.
fn place(view: &EntryView) -> String {
    let act = view.typed.one("act");
    if !view.file.possible.contains(&act) || act_words(act).is_none() {
        return "entry".to_owned();
    }
    let fields = fields_of(act);
    let about = view.field.filter(|field| fields.contains(field));
    match about.or_else(|| fields.first().copied()) {
        Some(field) => format!("{act}-{field}"),
        None => format!("do-{act}"),
    }
}

/// That the newest cross-check found something: what an officer must know before anything else (S1 art. 8).
fn found(lang: Lang, view: &EntryView) -> Markup {
    let newest = view.file.checks.last();
    let hits = newest.map_or(0, |check| lines_of(&check.hits).len());
    html! {
        @if hits > 0 {
            p.callout #found {
                (lang.say("交叉比对发现有效失信记录 ", "The cross-check found active entries of dishonesty: ")) (hits)
                (lang.say(" 条，不能列入守信名单；比对证据见", ". Nobody so listed enters a red list; the evidence is under "))
                a href="#checks" { (lang.say("交叉比对", "Cross-checks")) } (lang.say("。", "."))
            }
        }
    }
}

/// Until when the party may state its case, while nothing may be signed for that (APL art. 45).
fn party_days(lang: Lang, file: &EntryFile) -> Markup {
    let open = matches!(
        EntryState::from_code(&file.head.state),
        Some(EntryState::Notified | EntryState::InNotice | EntryState::ObjectionReview)
    );
    let clock = file
        .case
        .clocks
        .iter()
        .filter(|c| open && c.done.is_none())
        .find(|c| c.procedure == Procedure::ListStatement.code());
    let days = clock.and_then(|c| c.now).filter(|now| !now.overdue);
    html! {
        @if let Some(last) = days.and_then(|now| now.due) {
            p.callout #party-days {
                (lang.say("当事人可以陈述、申辩至 ", "The party may state its case and defend itself through "))
                strong { (date(last)) }
                @if days.is_some_and(|now| now.provisional) { " " span.meta { (lang.say("（暂算）", "(provisional)")) } }
                (lang.say("，期满之后才能签发。", "; it can be signed on a later day."))
            }
        }
    }
}

/// The record of the entry, once it has one.
fn kept(lang: Lang, file: &EntryFile) -> Markup {
    html! {
        @if let Some(kept) = &file.kept {
            section #record {
                h2 { (lang.say("公示记录", "The record")) }
                p {
                    @if kept.shown { span.tag.good { (lang.say("正在公示", "displayed")) } " " a href={ "/records/" (kept.id) } { (lang.say("查看公示页", "see its page")) } }
                    @else { span.tag { (lang.say("不在公示", "not displayed")) } " " code { (kept.id) } }
                }
                ul.texts {
                    @if let Some(on) = kept.first_shown { li { (lang.say("首次公示 ", "First displayed ")) (date(on)) } }
                    @if let Some(on) = kept.judged_again { li { (lang.say("下次自动判定 ", "Judged again by itself ")) (date(on)) } }
                }
            }
        }
    }
}

/// Passages that are hidden, and what the review said of doubtful texts.
fn texts(lang: Lang, file: &EntryFile) -> Markup {
    html! {
        @if !file.marks.is_empty() {
            section {
                h2 { (lang.say("不予公开的文字", "Passages that are hidden")) }
                ul.texts { @for (mark, passage) in &file.marks { li { (match mark { Mark::TradeSecret => lang.say("商业秘密", "trade secret"), Mark::Private => lang.say("个人隐私", "private") }) "：" (passage) } } }
            }
        }
        @if !file.texts.is_empty() {
            section {
                h2 { (lang.say("文本审查", "Review of texts")) }
                ul.texts {
                    @for text in &file.texts {
                        li {
                            (text.name) " · " (lang.say(text.state.zh(), text.state.en()))
                            @if let (Some(by), Some(at)) = (&text.by, text.at) { " · " (by) " · " (instant(at)) }
                        }
                    }
                }
            }
        }
    }
}

fn letter(lang: Lang, file: &EntryFile) -> Markup {
    html! {
        @if let Some(letter) = &file.letter {
            section #letter {
                h2 { (lang.say("事先告知书", "Letter to the party")) }
                p { a.button.second href={ "/desk/entries/" (file.head.case) "/letter.pdf" } { (lang.say("下载告知书（PDF）", "Download the letter (PDF)")) } }
                div lang="zh-Hans" {
                    p { (letter.to) "：" (letter.about) }
                    @for line in &letter.body { p { (line) } }
                    ul.texts { @for remedy in &letter.remedies { li { (remedy) } } }
                    p.meta { (letter.authority) " · " (date(letter.decided_on)) }
                }
            }
        }
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
                            @if !clock.at_least && clock.now.is_some_and(|n| n.overdue) { " " span.tag.grave { (lang.say("逾期", "overdue")) } }
                        }
                    }
                }
            }
        }
    }
}

fn lines_of(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn word<'a>(line: &'a Value, key: &str) -> &'a str {
    line[key].as_str().unwrap_or_default()
}

fn checks(lang: Lang, view: &EntryView) -> Markup {
    html! {
        @if !view.file.checks.is_empty() {
            section #checks {
                h2 { (lang.say("交叉比对", "Cross-checks")) }
                ul.texts { @for check in &view.file.checks { li { (one_check(lang, view, check)) } } }
            }
        }
    }
}

/// One cross-check: when, by whom, where it looked, and the evidence.
fn one_check(lang: Lang, view: &EntryView, check: &Check) -> Markup {
    let searched = lines_of(&check.searched["lists"]);
    let hits = lines_of(&check.hits);
    html! {
        (instant(check.at)) " · " (check.actor) " · " (lang.say("比对名单 ", "lists ")) (searched.len()) " · "
        (lang.say("数据截至变更 ", "up to change ")) (check.change_seq) " · "
        @if hits.is_empty() { span.tag.good { (lang.say("未发现", "nothing found")) } }
        @else { span.tag.grave { (lang.say("发现 ", "found ")) (hits.len()) } }
        @if !hits.is_empty() {
            ul {
                @for hit in hits {
                    li {
                        @match view.lists.get(word(hit, "list")) { Some(name) => (lang.words(name)), None => { code { (word(hit, "list")) } } }
                        " · " (lang.say("认定日期 ", "decided on ")) (word(hit, "decided_on")) " · " (lang.say("认定单位 ", "by ")) (word(hit, "authority")) " · "
                        a href={ "/records/" (word(hit, "record")) } { (lang.say("记录 ", "record ")) code { (word(hit, "record")) } }
                    }
                }
            }
        }
        details {
            summary { (lang.say("比对了哪些名单", "Which lists were looked at")) }
            ul { @for list in searched { li { (word(list, "name")) " " code { (word(list, "list")) } } } }
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
                        @if let Some(words) = said(lang, &line.event) { span.meta.line { (words) } }
                    }
                }
            }
        }
    }
}

/// What an act said in words.
fn said(lang: Lang, event: &Event) -> Option<String> {
    if let Event::Entry(EntryEvent::ObjectionEnded { objection, end }) = event {
        return Some(format!("{objection} · {}", lang.say(end.zh(), end.en())));
    }
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
                    details open[view.typed.one("act") == code] {
                        summary { (lang.say(zh, en)) }
                        form action={ "/desk/entries/" (file.head.case) "/act" } method="post" {
                            (ctx.token())
                            input type="hidden" name="act" value=(code);
                            input type="hidden" name="version" value=(file.case.row.version);
                            (needed(&Asked { lang, act: code, typed: &view.typed }))
                            button.button id={ "do-" (code) } type="submit" { (lang.say(zh, en)) }
                        }
                    }
                }
            }
        }
    }
}

/// The form of an act: its language, its code, and what was typed when it was refused.
#[derive(Clone, Copy)]
struct Asked<'a> {
    lang: Lang,
    act: &'a str,
    typed: &'a Form,
}

impl<'a> Asked<'a> {
    fn value(self, name: &str) -> &'a str {
        if self.typed.one("act") == self.act {
            self.typed.one(name)
        } else {
            ""
        }
    }

    fn line(self, name: &str, (zh, en): (&'static str, &'static str)) -> Markup {
        let id = format!("{}-{name}", self.act);
        html! { div.field { label for=(id) { (self.lang.say(zh, en)) } input id=(id) type="text" name=(name) value=(self.value(name)) maxlength="300" autocomplete="off"; } }
    }

    fn lines(self, name: &str, (zh, en): (&'static str, &'static str)) -> Markup {
        let id = format!("{}-{name}", self.act);
        html! { div.field { label for=(id) { (self.lang.say(zh, en)) } textarea id=(id) name=(name) rows="3" maxlength="4000" { (self.value(name)) } } }
    }

    fn choice<'c>(
        self,
        name: &str,
        (zh, en): (&'static str, &'static str),
        all: impl Iterator<Item = (&'c str, &'static str, &'static str)>,
    ) -> Markup {
        let id = format!("{}-{name}", self.act);
        let lang = self.lang;
        html! {
            div.field {
                label for=(id) { (lang.say(zh, en)) }
                select id=(id) name=(name) { @for (code, zh, en) in all { option value=(code) selected[code == self.value(name)] { (lang.say(zh, en)) } } }
            }
        }
    }
}

/// What an act needs to be told.
fn needed(form: &Asked<'_>) -> Markup {
    let reasons = ("理由（书面）", "Reasons, in writing");
    let meeting = ("会议纪要文号", "Reference of the meeting");
    html! {
        @match form.act {
            "secrecy_review" => {
                (form.choice("finding", ("审查结论", "Finding"), Screening::ALL.iter().map(|s| (s.code(), s.zh(), s.en()))))
                (form.lines("reasons", ("理由（不宜公开、不得列入的必填）", "Reasons, unless it may be published")))
                (form.lines("secrets", ("商业秘密，每行一段，照抄原文", "Trade secrets, a passage a line, as written")))
                (form.lines("private", ("个人隐私，每行一段，照抄原文", "Private matters, a passage a line, as written")))
            }
            "approve_preliminary" => (form.line("meeting", meeting)),
            "serve_party_notice" => (form.line("notice", ("告知书文号和送达情况", "Reference of the letter and how it was served"))),
            "object" => (form.line("objection", ("异议编号或者来件", "Number of the objection"))),
            "uphold" | "dismiss" | "basis_revoked" => (form.lines("reasons", reasons)),
            "sign" => (form.line("document_number", ("决定文号", "Number of the decision"))),
            "propose_exit" => {
                (form.choice("reason", ("移出原因", "Reason"), ExitReason::ALL.iter().filter(|r| **r != ExitReason::BasisRevoked).map(|r| (r.code(), r.zh(), r.en()))))
                (form.line("meeting", meeting))
            }
            "reinstate" => {
                (form.choice("ground", ("恢复的原因", "Ground"), ReinstateGround::ALL.iter().map(|g| (g.code(), g.zh(), g.en()))))
                (form.lines("reasons", reasons))
            }
            _ => {}
        }
    }
}

fn waiting(ctx: &DeskCtx, tasks: &[Task]) -> Markup {
    let lang = ctx.lang;
    html! {
        @for task in tasks.iter().filter(|t| t.done.is_none()) {
            p.callout {
                (lang.say(task.kind.zh(), task.kind.en())) @if let Some(on) = task.due_on { " · " (lang.say("截止 ", "by ")) (date(on)) }
                (of_other(lang, task))
            }
        }
    }
}

/// The record because of which a contradiction is to be looked at.
pub(super) fn of_other(lang: Lang, task: &Task) -> Markup {
    html! {
        @if let Some(other) = task.other.as_ref().filter(|_| task.kind == TaskKind::Contradicted) {
            " · " a href={ "/records/" (other) } { (lang.say("所涉记录", "the other record")) }
        }
    }
}
