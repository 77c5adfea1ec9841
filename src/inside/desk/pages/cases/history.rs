//! What happened in a case: acts with who, in which role, when, why, and what followed; its clocks; where a result is.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use maud::{Markup, html};
use serde_json::Value;

use super::{effects, paragraphs};
use crate::domain::cases::{Case, CaseKind, Event, RepairEvent, SyncTarget};
use crate::domain::forms::reply::ApplicantAct;
use crate::inside::cases::{Line, Reading};
use crate::inside::desk::acts::{RELIEFS, event_words};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::text::{date, instant};

/// The acts, newest first. `authority` tells the name of an authority of a code, `field` that of a field of its key.
#[must_use]
pub fn history(
    lang: Lang,
    kind: CaseKind,
    lines: &[Line],
    authority: &dyn Fn(&str) -> String,
    field: &dyn Fn(&str) -> String,
) -> Markup {
    html! {
        ol.desk-history reversed {
            @for line in lines.iter().rev() {
                @let (zh, en) = event_words(kind, line.event.code());
                li {
                    p {
                        strong { (lang.say(zh, en)) } " "
                        @if line.from.0 != line.to.0 { span.tag { (lang.say(line.from.1, line.from.2)) " → " (lang.say(line.to.1, line.to.2)) } }
                    }
                    p.meta {
                        (instant(line.at)) " · " (lang.say(line.by.role.zh(), line.by.role.en())) " " code { (line.by.id) }
                        @if !line.by.authority.is_empty() { " · " (authority(&line.by.authority)) }
                    }
                    (said(lang, &line.event, field))
                    @if let Some(act) = &line.handed_in { (handed_in(lang, act)) }
                    @if !line.effects.is_empty() {
                        p.meta { (lang.say("对公示信息的影响：", "What followed for the record:")) }
                        (effects(lang, &line.effects))
                    }
                }
            }
        }
    }
}

/// What an event says.
fn said(lang: Lang, event: &Event, field: &dyn Fn(&str) -> String) -> Markup {
    let value = serde_json::to_value(event).unwrap_or_default();
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let told = [
        (lang.say("理由", "Reasons"), text("reasons")),
        (lang.say("核查情况", "Findings"), text("findings")),
        (
            lang.say("应当到哪里办理", "Where it belongs"),
            text("place"),
        ),
        (lang.say("会议纪要", "Meeting"), text("meeting")),
    ];
    let items = value.get("items").and_then(Value::as_array);
    let relief = value.get("relief");
    let done = relief.and_then(|r| r.get("do")).and_then(Value::as_str);
    let done = RELIEFS.iter().find(|(code, ..)| Some(*code) == done);
    let changes = value
        .get("changes")
        .or_else(|| relief.and_then(|r| r.get("changes")))
        .and_then(Value::as_array);
    let target = text("target").and_then(|t| SyncTarget::from_code(&t));
    html! {
        @for (name, words) in told {
            @if let Some(words) = words { div.desk-said { p.meta { (name) } (paragraphs(&words)) } }
        }
        @if let Some(items) = items { ol { @for item in items.iter().filter_map(Value::as_str) { li { (item) } } } }
        @if let Some((_, zh, en)) = done { p { (lang.say("处理：", "Done: ")) (lang.say(zh, en)) } }
        @if let Some(changes) = changes { (changed(lang, changes, field)) }
        @if let Some(target) = target { p { (lang.say(target.zh(), target.en())) } }
    }
}

fn changed(lang: Lang, changes: &[Value], field: &dyn Fn(&str) -> String) -> Markup {
    let part = |change: &Value, key: &str| {
        let value = change.get(key).and_then(Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    html! {
        dl.facts {
            @for change in changes {
                div.fact.wide {
                    dt { (field(&part(change, "field"))) }
                    dd {
                        p { span.meta { (lang.say("更正前：", "Before: ")) } del { (part(change, "old")) } }
                        p { span.meta { (lang.say("更正后：", "After: ")) } ins { (part(change, "new")) } }
                    }
                }
            }
        }
    }
}

fn handed_in(lang: Lang, act: &ApplicantAct) -> Markup {
    html! {
        @match act {
            ApplicantAct::AnswerSupplement { text, files, .. } => {
                div.desk-said {
                    p.meta { (lang.say("申请人的补正说明", "What the applicant says")) }
                    (paragraphs(text))
                    @if !files.is_empty() { p.meta { (lang.say("随补正提交的附件见“证据材料”。", "The files handed in with it are among the evidence.")) } }
                }
            }
            ApplicantAct::Withdraw { .. } => {}
        }
    }
}

/// The clocks of a case, with what sets them.
#[must_use]
pub fn clocks(lang: Lang, all: &[Reading]) -> Markup {
    let (what, from, until, how, source) = (
        lang.say("事项", "What"),
        lang.say("起算", "From"),
        lang.say("截止", "Until"),
        lang.say("情况", "How it stands"),
        lang.say("依据", "Source"),
    );
    html! {
        @if all.is_empty() {
            p.empty { (lang.say("没有正在计算的期限。", "No clock runs.")) }
        } @else {
            div.table-wrap tabindex="0" role="region" aria-label=(lang.say("期限", "Clocks")) {
                table {
                    thead { tr { th scope="col" { (what) } th scope="col" { (from) } th scope="col" { (until) } th scope="col" { (how) } th scope="col" { (source) } } }
                    tbody {
                        @for clock in all {
                            tr {
                                th scope="row" { (lang.words(&clock.what)) " " span.meta.num { (clock.id) } }
                                td data-label=(from) { (date(clock.start)) }
                                td data-label=(until) { @if let Some(due) = clock.now.and_then(|n| n.due) { (date(due)) } @else { "—" } }
                                td data-label=(how) { (reading(lang, clock)) }
                                td data-label=(source) { (lang.chinese(&clock.source)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn reading(lang: Lang, clock: &Reading) -> Markup {
    let Some(now) = clock.now else {
        return html! { span.tag.caution { (lang.say("日历未覆盖，无法计算", "the calendar does not reach")) } };
    };
    html! {
        @if let Some(done) = clock.done {
            @if now.overdue { span.tag.grave { (lang.say("逾期办结", "done late")) } } @else { span.tag.good { (lang.say("已办结", "done")) } }
            " " (date(done))
        } @else if now.resting {
            span.tag { (lang.say("暂停：等待申请人补正", "resting: the applicant is asked")) }
        } @else if now.overdue {
            span.tag.grave { (lang.say("已逾期", "overdue")) " " (now.over) }
        } @else {
            span.tag { (lang.say("剩余", "left")) " " (now.left) }
        }
        @if now.provisional { " " span.tag.caution { (lang.say("暂定日历", "provisional calendar")) } }
    }
}

/// Where the result of an approval has arrived; nothing where there is none.
#[must_use]
pub fn sync(lang: Lang, case: &Case, lines: &[Line], pending: bool) -> Markup {
    let arrived: BTreeMap<SyncTarget, NaiveDate> = lines
        .iter()
        .filter_map(|line| match &line.event {
            Event::Repair(RepairEvent::Sync { target }) => Some((*target, line.on)),
            _ => None,
        })
        .collect();
    let waiting = match case {
        Case::Repair(repair) => repair.underway(),
        _ => Vec::new(),
    };
    let mut all: Vec<SyncTarget> = waiting.iter().chain(arrived.keys()).copied().collect();
    all.sort_unstable();
    all.dedup();
    html! {
        @if all.is_empty() && !pending {
            p.empty { (lang.say("没有需要同步的结果。", "No result is to arrive anywhere.")) }
        } @else {
            ul.desk-sync {
                @for target in all {
                    li {
                        (lang.say(target.zh(), target.en())) " "
                        @match arrived.get(&target) {
                            Some(day) if !waiting.contains(&target) => { span.tag.good { (lang.say("已同步", "arrived")) } " " (date(*day)) }
                            _ => { span.tag.caution { (lang.say("同步中", "on its way")) } }
                        }
                    }
                }
                @if pending { li { (lang.say("答复正在送达申请人", "The reply is on its way to the applicant")) } }
            }
        }
    }
}
