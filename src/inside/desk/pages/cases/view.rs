//! One case: what may be done now, what is asked, the record, its siblings, clocks, sync, history, evidence.

use maud::{Markup, html};

use super::due::{DueView, due};
use super::history::{clocks, history, sync};
use super::told::told;
use super::{asked, evidence, head, link, number, state};
use crate::domain::cases::{Case, Refusal};
use crate::domain::kinds::Words;
use crate::inside::cases::{CaseFile, CaseRow, Message, Reading};
use crate::inside::desk::acts::DeskAct;
use crate::inside::desk::pages::frame::DeskCtx;
use crate::outside::web::link as public;
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::text::date;

/// An act that is offered, with what stands against it.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The act.
    pub act: &'static DeskAct,
    /// What stands against it now.
    pub refusal: Option<Refusal>,
}

/// What the page shows.
#[derive(Debug)]
pub struct CaseView {
    /// Everything of the case.
    pub file: CaseFile,
    /// Its day.
    pub due: DueView,
    /// The acts that are offered.
    pub choices: Vec<Choice>,
    /// For what purpose it is looked at.
    pub purpose: String,
    /// Code of the act that was just done.
    pub done: Option<&'static DeskAct>,
    /// Name of the list.
    pub list: Option<Words>,
    /// Names of the fields of the record, by key.
    pub fields: Vec<(String, String)>,
    /// Names of authorities, by code.
    pub authorities: Vec<(String, String)>,
    /// Other parts of the same application that the officer may read.
    pub siblings: Vec<CaseRow>,
    /// What was told about it, by which channel, and how far that is.
    pub messages: Vec<Message>,
    /// How many parts the application has.
    pub parts: usize,
    /// The record was displayed once and is not any more: it answers 410 and has a tombstone.
    pub gone: bool,
    /// It has no authority, and the officer may give it one.
    pub may_assign: bool,
}

fn name_of(all: &[(String, String)], code: &str) -> String {
    let found = all.iter().find(|(known, _)| known == code);
    found.map_or_else(|| code.to_owned(), |(_, name)| name.clone())
}

/// The page.
#[must_use]
pub fn page(ctx: &DeskCtx, view: &CaseView) -> Markup {
    let lang = ctx.lang;
    let row = &view.file.row;
    let title = format!("{} {}", lang.say(row.kind.zh(), row.kind.en()), row.id);
    html! {
        (head(ctx, row, &title))
        @if let Some(act) = view.done { (done(lang, act)) }
        (notices(lang, view))
        article.desk-case {
            section #now {
                h2 { (lang.say("目前情况", "How it stands")) }
                (facts(&[
                    Fact::new(lang.say("状态", "State"), state(lang, row)),
                    Fact::new(lang.say("期限", "Due"), due(lang, &view.due)),
                    Fact::new(lang.say("认定单位", "Authority"), html! { @if row.authority_name.is_empty() { (lang.say("待指定", "none yet")) } @else { (row.authority_name) } }),
                    Fact::new(lang.say("收到", "Received"), date(row.opened_on)),
                    Fact::new(lang.say("来件方式", "How it came"), html! {
                        @match &view.file.note.entered {
                            Some((officer, on)) => { (lang.say("书面，录入人 ", "on paper, entered by ")) code { (officer) } " " (date(*on)) }
                            None => { (lang.say("网上", "on screen")) }
                        }
                    }),
                    Fact::new(lang.say("本次查阅目的", "Purpose of this look"), html! { (view.purpose) }),
                ]))
            }
            (offered(ctx, view))
            section #asked {
                h2 { (lang.say("申请材料", "What was handed in")) }
                @if let Some(submission) = &view.file.submission { (asked::asked(lang, submission)) }
                @else { p.empty { (lang.say("申请材料的保存期限已过，已依照规定删除。", "Its time of keeping is over: what was handed in was deleted by the rule.")) } }
            }
            section #evidence {
                h2 { (lang.say("证据材料", "Evidence")) }
                (evidence::list(lang, &view.file))
            }
            section #record {
                h2 { (lang.say("公示信息", "The record")) }
                (record(lang, view))
            }
            section #clocks {
                h2 { (lang.say("法定期限", "Legal limits")) }
                (clocks(lang, &view.file.clocks))
            }
            section #sync {
                h2 { (lang.say("结果同步", "Where the result is")) }
                (sync(lang, &view.file.case, &view.file.history, row.pending))
                @if view.gone {
                    p { (lang.say("公示信息已经撤下：公示页返回 410，变更订阅中有撤下标记。", "The record is taken down: its page answers 410, and the feed of changes has its tombstone.")) }
                }
            }
            section #told {
                h2 { (lang.say("告知和推送", "Who was told")) }
                (told(lang, &view.file, &view.messages))
            }
            section #history {
                h2 { (lang.say("办理经过", "What happened")) }
                (history(lang, row.kind, &view.file.history, &|code| name_of(&view.authorities, code), &|key| name_of(&view.fields, key)))
            }
            (siblings(lang, view))
        }
    }
}

fn done(lang: Lang, act: &DeskAct) -> Markup {
    notice(
        Weight::Info,
        &html! { (lang.say("已办理：", "Done: ")) (lang.say(act.zh, act.en)) },
        &html! { p { a href="#sync" { (lang.say("查看结果同步情况", "See where the result is")) } } },
    )
}

fn notices(lang: Lang, view: &CaseView) -> Markup {
    let note = &view.file.note;
    html! {
        @if let Some((zh, en)) = &note.refused {
            (notice(Weight::Caution, &html! { (lang.say("收到时已告知申请人：依照规定不能受理", "The applicant was told on receipt that the law stands against it")) },
                &html! { p { @if lang.is_chinese() { (lang.script(zh)) } @else { (en) } } }))
        }
        @if let Some(until) = view.file.barred_until {
            (notice(Weight::Caution, &html! { (lang.say("该主体在他件中提交虚假材料，修复已被撤销", "False material of this subject was found in another case, whose repair was revoked")) },
                &html! { p { (lang.say("本件在此之前收到，继续办理，请重点核查材料真实性；其新的修复申请最早受理日期：", "This one came in before and goes on: check its material with care. New applications are accepted from ")) (date(until)) } }))
        }
        @if note.ended.is_some() {
            (notice(Weight::Caution, &html! { (lang.say("收到时，所申请的信息已不在公示", "The record was not displayed any more when this came in")) }, &html! {}))
        }
        @if let Some(objection) = &note.objection_case {
            p { (lang.say("所投诉的异议：", "The objection complained about: ")) a href={ "/desk/cases/" (objection) } { span.num { (objection) } } }
        }
    }
}

fn limit<'v>(view: &'v CaseView, act: &DeskAct) -> Option<&'v Reading> {
    let code = act.limit?.code();
    let clocks = view.file.clocks.iter();
    // an objection to a notice has a term of its own
    let own = |c: &&Reading| {
        c.procedure == code || (code == "objection_answer" && c.procedure == "list_objection")
    };
    clocks.into_iter().find(own)
}

/// The acts that are possible, each with its legal limit; those against which something stands, with what it is.
fn offered(ctx: &DeskCtx, view: &CaseView) -> Markup {
    let lang = ctx.lang;
    let id = &view.file.row.id;
    let open = view.choices.iter().filter(|c| c.refusal.is_none());
    let open: Vec<&Choice> = open.collect();
    let barred: Vec<&Choice> = view
        .choices
        .iter()
        .filter(|c| c.refusal.is_some())
        .collect();
    html! {
        section #acts {
            h2 { (lang.say("可以办理的事项", "What may be done")) }
            @if open.is_empty() && !view.may_assign {
                p.empty { (lang.say("目前没有您可以办理的事项。", "There is nothing for you to do now.")) }
            }
            ul.desk-acts {
                @if view.may_assign {
                    li { a.button.second href={ "/desk/cases/" (id) "/assign" } { (lang.say("指定认定单位", "Give it an authority")) } }
                }
                @for (n, choice) in open.iter().enumerate() {
                    li {
                        a.button.second[n > 0] href={ "/desk/cases/" (id) "/act/" (choice.act.code) } { (lang.say(choice.act.zh, choice.act.en)) }
                        @if let Some(clock) = limit(view, choice.act) { " " (limit_words(lang, clock)) }
                    }
                }
            }
            @if !barred.is_empty() {
                h3 { (lang.say("目前不能办理", "Not possible now")) }
                ul {
                    @for choice in barred {
                        @let words = choice.refusal.as_ref().map(Refusal::words).unwrap_or_default();
                        li { (lang.say(choice.act.zh, choice.act.en)) "：" (lang.words(&words)) }
                    }
                }
            }
        }
    }
}

/// A legal limit in a line.
#[must_use]
pub fn limit_words(lang: Lang, clock: &Reading) -> Markup {
    html! {
        span.meta {
            (lang.say("法定期限：", "Legal limit: "))
            @match clock.now.and_then(|n| n.due) {
                Some(due) => { (date(due)) }
                None => { (lang.say("暂停", "resting")) }
            }
            @if clock.now.is_some_and(|n| n.overdue && clock.done.is_none()) { " " span.tag.grave { (lang.say("已逾期", "overdue")) } }
            "（" (lang.chinese(&clock.source)) "）"
        }
    }
}

fn record(lang: Lang, view: &CaseView) -> Markup {
    let row = &view.file.row;
    let mut rows = Vec::new();
    if let Some(list) = &view.list {
        rows.push(Fact::new(lang.say("名单", "List"), lang.words(list)));
    }
    if let Some(number) = &row.document_number {
        rows.push(Fact::new(
            lang.say("文号", "Document number"),
            html! { (number) },
        ));
    }
    if let Some(record) = &view.file.record {
        let until = record.displayed_until;
        rows.push(Fact::new(
            lang.say("公示主体（公示内容）", "Subject, as displayed"),
            html! { (record.subject_name) },
        ));
        rows.push(Fact::new(
            lang.say("作出日期", "Decided on"),
            date(record.decided_on),
        ));
        rows.push(Fact::new(
            lang.say("公示期", "Displayed"),
            html! { (date(record.displayed_from)) " – " @match until { Some(day) => { (date(day)) }, None => { (lang.say("未定", "no fixed end")) } } },
        ));
        rows.push(Fact::new(
            lang.say("公示期依据", "By the rule"),
            lang.chinese(&record.rule_source),
        ));
    }
    if let Case::Repair(repair) = &view.file.case {
        let terms = &repair.terms;
        rows.push(Fact::new(
            lang.say("可以申请修复的最早日期", "Earliest repair"),
            html! { @match terms.earliest { Some(day) => { (date(day)) }, None => { (lang.say("没有最短公示期", "no shortest period")) } } },
        ));
        rows.push(Fact::new(
            lang.say("修复途径", "Who decides"),
            html! { (lang.say(terms.channel.zh(), terms.channel.en())) },
        ));
        rows.push(Fact::new(
            lang.say("准予修复的后果", "What a repair does"),
            html! { (lang.say(terms.effect.zh(), terms.effect.en())) },
        ));
        if let Some(until) = terms.barred_until {
            rows.push(Fact::new(
                lang.say("因虚假材料不得申请至", "Barred for false material until"),
                date(until),
            ));
        }
    }
    html! {
        @if rows.is_empty() { p.empty { (lang.say("没有指明公示信息。", "No displayed record is named.")) } } @else { (facts(&rows)) }
        @if let (Some(record), Some(shown)) = (&row.record_id, &view.file.record) {
            details {
                summary { (lang.say("公示的全部内容", "Everything that is displayed")) }
                dl.facts { @for field in &shown.fields { div.fact.wide { dt { (name_of(&view.fields, &field.key)) } dd { (field.value) } } } }
            }
            p { a href=(public::record(record)) { (lang.say("打开公示页", "Open its public page")) } }
        }
        @if row.record_id.is_some() && view.file.record.is_none() {
            p { span.tag { (lang.say("目前不在公示", "not displayed now")) } }
        }
    }
}

fn siblings(lang: Lang, view: &CaseView) -> Markup {
    let list = |rows: &[CaseRow]| {
        html! {
            ul {
                @for row in rows {
                    li {
                        a href=(link(row.kind, &row.id)) { (number(row)) } " " (state(lang, row))
                        @if let Some(document) = &row.document_number { " " (document) }
                        " " span.meta { (row.authority_name) }
                    }
                }
            }
        }
    };
    html! {
        section #siblings {
            h2 { (lang.say("同一申请的其他事项", "Other parts of the same application")) }
            @if view.parts > 1 {
                p { (lang.say("该申请共有事项：", "Parts of this application: ")) span.num { (view.parts) } "。" (lang.say("属于其他单位的，由其分别决定。", "Those of other authorities are decided there.")) }
            }
            @if view.siblings.is_empty() { p.empty { (lang.say("没有您可以查看的其他事项。", "There is no other part that you may see.")) } } @else { (list(&view.siblings)) }
            @if !view.file.related.is_empty() {
                h3 { (lang.say("同一信息的其他案件", "Other cases about the same record")) }
                (list(&view.file.related))
            }
        }
    }
}
