//! What was told about a case: when, by which channel, and how far each message is. The address of an applicant is shown to
//! nobody: who handles the case needs to know that a mail went, not where.

use maud::{Markup, html};

use crate::inside::cases::{CaseFile, Line, Message, MessageKind, Standing};
use crate::inside::desk::acts::event_words;
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::text::instant;

/// Where a message goes, in words.
fn to_whom(lang: Lang, message: &Message) -> Markup {
    html! {
        (lang.say(message.kind.zh(), message.kind.en()))
        @if message.kind == MessageKind::Push { " " code { (message.target) } }
    }
}

/// The number of the act that a message tells of, as it stands in the message's id (`{case}/{place}/{kind}`); none for one
/// of the opening, or of an act of the applicant that could not be done.
fn step_of(message: &Message) -> Option<i64> {
    let place: i64 = message.id.split('/').nth(1)?.parse().ok()?;
    // a result bears the number of its act, a reply the one below which everything is told then
    match message.kind {
        MessageKind::Push => Some(place),
        _ => Some(place - 1).filter(|step| *step >= 0),
    }
}

/// What a message tells of.
fn about(lang: Lang, lines: &[Line], message: &Message) -> &'static str {
    let refused = message.id.contains("/act-");
    let line = step_of(message).and_then(|step| lines.iter().find(|l| l.step == step));
    match line {
        Some(line) => words(lang, line),
        None if refused => lang.say(
            "申请人的操作未能办理",
            "something that the applicant did could not be done",
        ),
        None => lang.say("收到申请", "the application has arrived"),
    }
}

fn words(lang: Lang, line: &Line) -> &'static str {
    let (zh, en) = event_words(line.event.kind(), line.event.code());
    lang.say(zh, en)
}

/// How far the applicant can read it on this site.
fn on_site(lang: Lang, file: &CaseFile) -> Markup {
    let newest = file.history.iter().rev().find(|l| l.step < file.told_steps);
    html! {
        p {
            (lang.say("申请人查询页面：", "The applicant's page: "))
            @if file.told_steps < 0 { span.tag.caution { (lang.say("尚未告知", "nothing told yet")) } }
            @else {
                span.tag.good { (lang.say("已告知", "told")) } " "
                (newest.map_or(lang.say("收到申请", "the application has arrived"), |line| words(lang, line)))
                @if file.history.iter().any(|l| l.step >= file.told_steps) { " " span.tag.caution { (lang.say("其后的办理正在告知", "what followed is being told")) } }
            }
        }
    }
}

fn standing(lang: Lang, message: &Message) -> Markup {
    let tone = match message.standing {
        Standing::Sent => "tag good",
        Standing::Refused | Standing::Dead => "tag grave",
        Standing::Waiting | Standing::Sending => "tag",
    };
    html! {
        span class=(tone) { (lang.say(message.standing.zh(), message.standing.en())) }
        @if message.attempts > 1 || !message.answer.is_empty() {
            span.meta.line {
                (message.answer)
                @if message.attempts > 1 { " " (message.attempts) (lang.say(" 次", " attempts")) }
            }
        }
    }
}

/// The messages, newest first.
#[must_use]
pub fn told(lang: Lang, file: &CaseFile, messages: &[Message]) -> Markup {
    let (what, channel, made, how) = (
        lang.say("告知的事项", "What it tells of"),
        lang.say("渠道", "Channel"),
        lang.say("时间", "When"),
        lang.say("情况", "How it stands"),
    );
    html! {
        p.meta { (lang.say("申请人凭编号和查询码随时可以在本网站查询进度和决定。邮件只提示有变化，不写内容；联系方式不显示。", "The applicant reads states and decisions on this site with number and secret. A mail says that something has changed and nothing else; addresses are not shown.")) }
        @if file.row.application.is_some() { (on_site(lang, file)) }
        @if messages.is_empty() {
            p.empty { (lang.say("没有发出邮件、回调或者推送。", "No mail, webhook or result was sent.")) }
        } @else {
            div.table-wrap tabindex="0" role="region" aria-label=(lang.say("告知和推送", "Who was told")) {
                table {
                    thead { tr { th scope="col" { (what) } th scope="col" { (channel) } th scope="col" { (made) } th scope="col" { (how) } } }
                    tbody {
                        @for message in messages {
                            tr {
                                th scope="row" { (about(lang, &file.history, message)) }
                                td data-label=(channel) { (to_whom(lang, message)) }
                                td data-label=(made) { (instant(message.ended_at.unwrap_or(message.made_at))) }
                                td data-label=(how) { (standing(lang, message)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
