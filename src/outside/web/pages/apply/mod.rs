//! Pages of applications: one question a page, a list of tasks, errors in a summary, the answers to be checked, the
//! receipt. None of them is for search engines, but the first.

pub mod answer;
mod deadline;
pub mod decision;
pub mod done;
pub mod entry;
pub(crate) mod file;
pub mod letter;
mod part;
pub mod start;
pub mod step;
pub mod tasks;
pub mod track;

use maud::{Markup, html};

use crate::domain::forms::steps::{Ask, Question};
use crate::domain::forms::{Answers, Fault, FormKind};
use crate::domain::kinds::Words;
use crate::outside::apply::Draft;
use crate::outside::web::link;
use crate::outside::web::parts::breadcrumb::breadcrumb;
use crate::outside::web::parts::field::{Field, Input, error_summary, field};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::free::free_line;
use crate::outside::web::parts::lang::Lang;
use crate::record::PublicRecord;

/// A displayed record that an application is about.
#[derive(Clone, Debug)]
pub struct About {
    /// The record.
    pub record: PublicRecord,
    /// Name of its list.
    pub list_name: Words,
    /// What its repair asks for.
    pub materials: Vec<Words>,
}

/// What every page of a draft needs.
#[derive(Clone, Copy, Debug)]
pub struct Base<'a> {
    /// Number.
    pub number: &'a str,
    /// What is applied for.
    pub kind: FormKind,
    /// Token of its forms.
    pub token: &'a str,
    /// The draft.
    pub draft: &'a Draft,
    /// The records.
    pub about: &'a [About],
}

impl Base<'_> {
    /// The records that are still displayed.
    fn records(&self) -> Vec<&PublicRecord> {
        self.about.iter().map(|a| &a.record).collect()
    }
}

/// The name of a kind of application.
#[must_use]
pub fn name(lang: Lang, kind: FormKind) -> &'static str {
    match kind {
        FormKind::Repair => lang.say("申请信用修复", "Apply for credit repair"),
        FormKind::Objection => lang.say("提出异议", "Object"),
        FormKind::Complaint => lang.say("投诉", "Complain"),
    }
}

/// A fault in the language of the page. What it tells may repeat what was typed, so that it is not converted.
fn told(lang: Lang, fault: &Fault) -> &str {
    if lang.is_chinese() {
        &fault.zh
    } else {
        &fault.en
    }
}

fn token(base: &Base<'_>) -> Markup {
    html! { input type="hidden" name="token" value=(base.token); }
}

/// The frame of a page of a draft. `faulty` puts the word before the title, as GOV.UK does: it is read out first.
fn draft_frame(ctx: &Ctx, base: &Base<'_>, title: &str, faulty: bool, main: &Markup) -> Markup {
    let lang = ctx.lang;
    let of = name(lang, base.kind);
    let wrong = if faulty {
        lang.say("有误：", "Error: ")
    } else {
        ""
    };
    let head = Head::new(format!("{wrong}{title} · {of}"), Place::Help)
        .unindexed()
        .applying();
    let main = html! {
        (breadcrumb(lang, &[("/apply", lang.say("网上申请", "Applications")), (&link::draft(base.number), of)], title))
        div.apply { (main) p.meta.free { (free_line(lang)) } }
    };
    frame(ctx, &head, &main)
}

/// A question with what was answered and what is wrong with it.
struct Shown<'a> {
    question: &'a Question,
    choices: Vec<(&'a str, &'a str)>,
    error: &'a str,
    value: &'a str,
}

/// Questions as fields, with the summary of what is wrong above them.
pub(crate) fn fields(
    lang: Lang,
    questions: &[&Question],
    answers: &Answers,
    faults: &[Fault],
) -> (Markup, Markup) {
    let shown: Vec<Shown<'_>> = questions
        .iter()
        .map(|question| Shown {
            question,
            choices: match question.ask {
                Ask::Choice(of) => of
                    .iter()
                    .map(|(code, zh, en)| (*code, lang.say(zh, en)))
                    .collect(),
                _ => Vec::new(),
            },
            error: faults
                .iter()
                .find(|f| f.field == question.field)
                .map_or("", |f| told(lang, f)),
            value: answers.get(question.field),
        })
        .collect();
    let fields: Vec<Field<'_>> = shown.iter().map(|s| one_field(lang, s)).collect();
    let body = html! { @for f in &fields { (field(lang, f)) } };
    (error_summary(lang, &fields), body)
}

fn one_field<'a>(lang: Lang, shown: &'a Shown<'a>) -> Field<'a> {
    let q = shown.question;
    Field {
        name: q.field,
        label: lang.say(q.label.0, q.label.1),
        hint: if q.hint.0.is_empty() {
            ""
        } else {
            lang.say(q.hint.0, q.hint.1)
        },
        error: shown.error,
        value: shown.value,
        required: q.required,
        input: match q.ask {
            Ask::Line {
                autocomplete,
                longest,
            } => Input::Line {
                autocomplete,
                longest,
            },
            Ask::Lines { longest } => Input::Lines { rows: 6, longest },
            Ask::Date => Input::Date,
            Ask::Choice(_) => Input::Radio { of: &shown.choices },
            Ask::Tick((zh, en)) => Input::Tick {
                words: lang.say(zh, en),
            },
        },
    }
}

/// An answer as it is read back.
pub(crate) fn answer(lang: Lang, question: &Question, answers: &Answers) -> Markup {
    let value = answers.get(question.field);
    html! {
        @if value.is_empty() { span.meta { (lang.say("未填", "Not given")) } }
        @else if let Ask::Choice(of) = question.ask {
            @if let Some((_, zh, en)) = of.iter().find(|(code, ..)| *code == value) { (lang.say(zh, en)) }
        }
        @else if let Ask::Tick((zh, en)) = question.ask { (lang.say(zh, en)) }
        @else { span.typed { (value) } }
    }
}

/// The records that it is about, by authority.
fn records(lang: Lang, about: &[About]) -> Markup {
    html! {
        ul.texts {
            @for a in about {
                li {
                    a href=(link::record(&a.record.id)) { (a.record.document_number) }
                    span.meta.line { (lang.words(&a.list_name)) " · " (a.record.authority_name) " · " (lang.long_date(a.record.decided_on)) }
                }
            }
        }
    }
}
