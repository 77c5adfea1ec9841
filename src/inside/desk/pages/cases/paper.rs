//! The pages on which an application on paper is entered: which it is, its records, its fields, its files, the check, the
//! receipt that the applicant takes away.

use chrono::NaiveDate;
use maud::{Markup, html};

use crate::domain::forms::eligible::Eligible;
use crate::domain::forms::reply::Deadline;
use crate::domain::forms::steps::{self, Question};
use crate::domain::forms::{Fault, FormKind, paper as on_paper};
use crate::domain::kinds::Words;
use crate::domain::time::Moment;
use crate::inside::cases::Ready;
use crate::inside::desk::pages::frame::DeskCtx;
use crate::outside::apply::Draft;
use crate::outside::web::link as public;
use crate::outside::web::pages::apply::done::{self, DoneView};
use crate::outside::web::pages::apply::file::{described, file_line, upload_field};
use crate::outside::web::pages::apply::{self as apply};
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::field::{Field, Input, error_summary, field};
use crate::outside::web::parts::free::free_of_charge;
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::text::date;
use crate::record::PublicRecord;

/// Where all of it is sent.
const AT: &str = "/desk/cases/paper";

/// The first page.
#[derive(Clone, Debug, Default)]
pub struct StartView {
    /// Code of what is applied for.
    pub kind: String,
    /// Day of receipt, as it was typed.
    pub received_on: String,
    /// Credit code or record id, as it was typed.
    pub asked: String,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

impl StartView {
    /// Adds something that is wrong.
    pub fn fault(&mut self, field: &'static str, zh: &str, en: &str) {
        self.faults.push(Fault {
            field,
            zh: zh.to_owned(),
            en: en.to_owned(),
        });
    }
}

/// A record that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The record.
    pub record: PublicRecord,
    /// Name of its list.
    pub list: Words,
    /// How it stands with repair, where one is applied for.
    pub eligible: Option<Eligible>,
}

/// The page on which records are chosen.
#[derive(Clone, Debug)]
pub struct ChooseView {
    /// What is applied for.
    pub kind: FormKind,
    /// Day of receipt.
    pub received_on: NaiveDate,
    /// What was searched for.
    pub asked: String,
    /// What was found.
    pub found: Vec<Found>,
    /// It was sent without a choice that can go together.
    pub nothing_chosen: bool,
}

/// What is being entered.
#[derive(Clone)]
pub struct DraftView {
    /// Number.
    pub number: String,
    /// Secret.
    pub secret: String,
    /// What is applied for.
    pub kind: FormKind,
    /// What was entered so far.
    pub draft: Draft,
    /// The records.
    pub records: Vec<PublicRecord>,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// Why the last file was not taken.
    pub refused: Option<(String, String)>,
}

impl std::fmt::Debug for DraftView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DraftView({})", self.number)
    }
}

/// The receipt.
#[derive(Clone)]
pub struct EnteredView {
    /// Number.
    pub number: String,
    /// Secret, in groups.
    pub secret: String,
    /// What is applied for.
    pub kind: FormKind,
    /// When it was entered.
    pub at: Moment,
    /// Day of receipt.
    pub received_on: Option<NaiveDate>,
    /// What follows.
    pub next: Vec<Deadline>,
    /// How many cases it makes.
    pub parts: u32,
    /// Address of the site.
    pub base_url: String,
}

impl std::fmt::Debug for EnteredView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EnteredView({})", self.number)
    }
}

fn told(lang: Lang, fault: &Fault) -> String {
    if lang.is_chinese() {
        lang.script(&fault.zh).into_owned()
    } else {
        fault.en.clone()
    }
}

fn wrong(lang: Lang, faults: &[Fault], field: &str) -> String {
    let found = faults.iter().find(|f| f.field == field);
    found.map_or_else(String::new, |f| told(lang, f))
}

fn head(lang: Lang, at: &str) -> Markup {
    html! {
        p.meta { a href="/desk/cases" { (lang.say("案件", "Cases")) } " › " (lang.say("录入书面申请", "Enter an application on paper")) }
        header.page-head { h1 { (at) } }
    }
}

fn kind_words(lang: Lang, kind: FormKind) -> &'static str {
    lang.say(kind.zh(), kind.en())
}

/// What is applied for, when it came in, about whom.
#[must_use]
pub fn start(ctx: &DeskCtx, view: &StartView) -> Markup {
    let lang = ctx.lang;
    let kinds: Vec<(&str, &str)> = FormKind::ALL
        .iter()
        .map(|k| (k.code(), kind_words(lang, *k)))
        .collect();
    let errors = ["kind", on_paper::RECEIVED_ON, "asked"].map(|f| wrong(lang, &view.faults, f));
    let all = [
        Field {
            name: "kind",
            label: lang.say("申请的种类", "What is applied for"),
            hint: "",
            error: &errors[0],
            value: &view.kind,
            required: true,
            input: Input::Radio { of: &kinds },
        },
        Field {
            name: on_paper::RECEIVED_ON,
            label: lang.say("收到的日期", "Received on"),
            hint: lang.say(
                "窗口收件日或者邮件签收日；办理期限自这一天起按工作日计算",
                "The day at the window or of delivery; the terms run from it, in working days",
            ),
            error: &errors[1],
            value: &view.received_on,
            required: true,
            input: Input::Date,
        },
        Field {
            name: "asked",
            label: lang.say("统一社会信用代码或者记录编号", "Credit code or record id"),
            hint: lang.say(
                "申请修复必填；针对公告等提出的异议、投诉不填。自然人填公示页面底部的记录编号",
                "For a repair. Leave it empty for a complaint, or an objection to something else; for a natural person the record id at the foot of its page",
            ),
            error: &errors[2],
            value: &view.asked,
            required: false,
            input: Input::Line {
                autocomplete: "off",
                longest: 200,
            },
        },
    ];
    html! {
        (error_summary(lang, &all))
        (head(lang, lang.say("录入书面申请", "Enter an application on paper")))
        p { (lang.say("当面递交或者邮寄的申请在此代为录入，与网上申请同样受理，不收取任何费用。录入人不参与决定。", "What is brought or posted is entered here and handled like what is filled in on screen, free of charge. Who enters it does not decide it.")) }
        form.desk-form action=(AT) method="post" novalidate {
            (ctx.token())
            input type="hidden" name="step" value="find";
            @for f in &all { (field(lang, f)) }
            button.button type="submit" { (lang.say("继续", "Continue")) }
        }
    }
}

fn eligibility(lang: Lang, found: &Found) -> Markup {
    html! {
        @match &found.eligible {
            None | Some(Eligible::NotNeeded) => {},
            Some(Eligible::Here { .. }) => span.tag.good { (lang.say("可以申请", "May be applied for")) },
            Some(Eligible::From(day) | Eligible::Barred(day)) => {
                span.tag.caution { (lang.say("收到之日尚不能申请", "Not yet on the day of receipt")) } " "
                (lang.say("最早申请日期：", "from ")) (date(*day))
            }
            Some(Eligible::Elsewhere { .. }) => span.tag.caution { (lang.say("在其他系统申请", "Elsewhere")) },
            Some(Eligible::Excluded) => span.tag.caution { (lang.say("依法不予修复", "Excluded by law")) },
        }
    }
}

/// The records that it is about.
#[must_use]
pub fn choose(ctx: &DeskCtx, view: &ChooseView) -> Markup {
    let lang = ctx.lang;
    let hidden = html! {
        (ctx.token())
        input type="hidden" name="step" value="begin";
        input type="hidden" name="kind" value=(view.kind.code());
        input type="hidden" name=(on_paper::RECEIVED_ON) value=(view.received_on);
        input type="hidden" name="asked" value=(view.asked);
    };
    html! {
        @if view.nothing_chosen {
            div.error-summary role="alert" tabindex="-1" autofocus {
                h2 { (lang.say("请改正下列内容", "There is a problem")) }
                ul { li { a href="#record" { (lang.say("请选择同一主体的信息，至少一条", "Choose records of one subject, one at least")) } } }
            }
        }
        (head(lang, lang.say("选择信息", "Choose the records")))
        form.desk-form action=(AT) method="post" {
            (hidden)
            fieldset.choices {
                legend { (lang.say("申请涉及的信息，可以选择几条", "Which records it is about")) }
                @for (n, found) in view.found.iter().enumerate() {
                    @let id = if n == 0 { "record".to_owned() } else { format!("record-{n}") };
                    div.choice {
                        input #(id) type="checkbox" name="record" value=(found.record.id) checked[view.found.len() == 1];
                        div {
                            label for=(id) { (found.record.document_number) }
                            span.meta.line { (found.record.subject_name) " · " (lang.words(&found.list)) " · " (found.record.authority_name) " · " (date(found.record.decided_on)) }
                            span.line.how { (eligibility(lang, found)) }
                        }
                    }
                }
            }
            @if view.kind == FormKind::Repair {
                p.hint { (lang.say("不符合条件的也可以录入：系统告知申请人不予受理及理由。", "What the law stands against may be entered: the applicant is told that it is not accepted, and why.")) }
            }
            button.button type="submit" { (lang.say("继续", "Continue")) }
        }
        @if view.kind == FormKind::Objection {
            form.desk-form action=(AT) method="post" {
                (hidden)
                input type="hidden" name="about" value="none";
                button.button.second type="submit" { (lang.say("不针对公示信息，直接填写", "About something else: go on")) }
            }
        }
    }
}

/// What every form of a draft carries.
fn carried(ctx: &DeskCtx, view: &DraftView, step: &str) -> Markup {
    html! {
        (ctx.token())
        input type="hidden" name="number" value=(view.number);
        input type="hidden" name="secret" value=(view.secret);
        @if !step.is_empty() { input type="hidden" name="step" value=(step); }
    }
}

fn what(lang: Lang, view: &DraftView) -> Markup {
    html! {
        p {
            (kind_words(lang, view.kind)) " · " span.num { (view.number) }
            @for record in &view.records {
                span.meta.line { a href=(public::record(&record.id)) { (record.document_number) } " · " (record.subject_name) " · " (record.authority_name) }
            }
        }
    }
}

/// Every field of the form.
#[must_use]
pub fn fields(ctx: &DeskCtx, view: &DraftView) -> Markup {
    let lang = ctx.lang;
    let answers = &view.draft.answers;
    let asked = on_paper::questions(view.kind, !view.draft.records.is_empty());
    let all: Vec<&Question> = asked.iter().flat_map(|(_, questions)| questions).collect();
    let error = wrong(lang, &view.faults, on_paper::RECEIVED_ON);
    let received = Field {
        name: on_paper::RECEIVED_ON,
        label: lang.say("收到的日期", "Received on"),
        hint: "",
        error: &error,
        value: answers.get(on_paper::RECEIVED_ON),
        required: true,
        input: Input::Date,
    };
    let gone = wrong(lang, &view.faults, "record");
    let (summary, _) = apply::fields(lang, &all, answers, &view.faults);
    html! {
        (error_summary(lang, &[received]))
        (summary)
        @if !gone.is_empty() { div.error-summary role="alert" tabindex="-1" autofocus { h2 { (gone) } } }
        (head(lang, lang.say("填写申请表", "Fill in the form")))
        (what(lang, view))
        p.hint { (lang.say("按纸质申请表如实录入；只适用于部分申请人的项目标为选填。", "As it stands on the paper. What only some applicants are asked is marked as optional.")) }
        form.desk-form action=(AT) method="post" novalidate {
            (carried(ctx, view, "fields"))
            (field(lang, &received))
            @for (step, questions) in &asked {
                @let of: Vec<&Question> = questions.iter().collect();
                @if !of.is_empty() {
                    section {
                        h2 { (lang.say(step.title.0, step.title.1)) }
                        (apply::fields(lang, &of, answers, &view.faults).1)
                    }
                }
            }
            button.button type="submit" { (lang.say("保存并继续", "Save and continue")) }
        }
    }
}

/// The scanned files.
#[must_use]
pub fn files(ctx: &DeskCtx, view: &DraftView) -> Markup {
    let lang = ctx.lang;
    let missing = wrong(lang, &view.faults, on_paper::FILES);
    let refused = view.refused.as_ref().map(|(zh, en)| {
        if lang.is_chinese() {
            lang.script(zh).into_owned()
        } else {
            en.clone()
        }
    });
    let upload = upload_field(lang, refused.as_deref().unwrap_or(&missing));
    let records: Vec<&PublicRecord> = view.records.iter().collect();
    let several = view.draft.records.len() > 1;
    html! {
        (error_summary(lang, &[upload]))
        (head(lang, lang.say("扫描件", "Scanned files")))
        (what(lang, view))
        p { (lang.say("扫描申请表、签字盖章的承诺书和证明材料后上传；原件按档案规定保存。", "Scan the form, the signed commitment and the evidence; the originals are kept as archives.")) }
        @if !view.draft.files.is_empty() {
            section {
                h2 { (lang.say("已上传", "Uploaded")) }
                ul.files {
                    @for file in &view.draft.files {
                        li {
                            div { (file_line(lang, file, &records)) }
                            form action=(AT) method="post" {
                                (carried(ctx, view, "remove"))
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
            form.desk-form action={ (AT) "/file" } method="post" enctype="multipart/form-data" {
                (carried(ctx, view, ""))
                (described(lang, "", several, &records))
                (field(lang, &upload))
                button.button.second type="submit" { (lang.say("上传", "Upload")) }
            }
        }
        form.desk-form action=(AT) method="post" {
            (carried(ctx, view, ""))
            button.button type="submit" name="step" value="check" { (lang.say("核对", "Check")) }
            " "
            button.button.second type="submit" name="step" value="edit" { (lang.say("返回申请表", "Back to the form")) }
        }
    }
}

/// Everything again, before it is handed in.
#[must_use]
pub fn check(ctx: &DeskCtx, view: &DraftView, ready: &Ready) -> Markup {
    let lang = ctx.lang;
    let answers = &view.draft.answers;
    let records: Vec<&PublicRecord> = view.records.iter().collect();
    html! {
        (head(lang, lang.say("核对", "Check")))
        (what(lang, view))
        (facts(&[
            Fact::new(lang.say("收到", "Received"), date(ready.received_on)),
            Fact::new(lang.say("录入人", "Entered by"), html! { @if let Some(who) = &ctx.who { (who.name) } " " span.meta { (lang.say("不参与本件的决定", "does not decide it")) } }),
        ]))
        section {
            h2 { (lang.say("填写的内容", "What was filled in")) }
            dl.checked {
                @for step in steps::steps(view.kind, answers) {
                    div {
                        dt { (lang.say(step.title.0, step.title.1)) }
                        dd {
                            @for q in step.asked(answers) {
                                p { @if step.questions.len() > 1 { span.meta.line { (lang.say(q.label.0, q.label.1)) } } (apply::answer(lang, q, answers)) }
                            }
                        }
                    }
                }
                div {
                    dt { (lang.say("扫描件", "Scanned files")) }
                    dd { @if view.draft.files.is_empty() { span.meta { (lang.say("没有文件", "No files")) } } @for file in &view.draft.files { p { (file_line(lang, file, &records)) } } }
                }
            }
        }
        section { h2 { (lang.say("接下来", "What happens next")) } (done::what_next(lang, &ready.next)) }
        form.desk-form action=(AT) method="post" {
            (carried(ctx, view, ""))
            p { (lang.say("确认后立即生效，不能再修改；内容加密送达办理单位。", "It takes effect at once and cannot be changed; it is sealed to who handles it.")) }
            button.button type="submit" name="step" value="do" { (lang.say("确认录入", "Enter it")) }
            " "
            button.button.second type="submit" name="step" value="edit" { (lang.say("修改申请表", "Change the form")) }
            " "
            button.button.second type="submit" name="step" value="files" { (lang.say("修改扫描件", "Change the files")) }
        }
    }
}

/// The receipt, to be printed on a sheet and given to the applicant.
#[must_use]
pub fn entered(ctx: &DeskCtx, view: &EnteredView) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("书面申请回执", "Receipt of an application on paper");
    let of = DoneView {
        number: &view.number,
        kind: view.kind,
        secret: &view.secret,
        at: view.at,
        next: &view.next,
    };
    html! {
        div.apply.paper-receipt {
            (done::receipt(lang, title, &view.base_url, &of))
            (facts(&[
                Fact::new(lang.say("申请的种类", "What is applied for"), html! { (kind_words(lang, view.kind)) }),
                Fact::new(lang.say("收到的日期", "Received on"), html! { @if let Some(day) = view.received_on { (date(day)) } }),
                Fact::new(lang.say("查询", "Where to follow it"), html! { (view.base_url) "/track" }),
            ]))
            section { h2 { (lang.say("接下来", "What happens next")) } (done::what_next(lang, &view.next)) }
            (free_of_charge(lang))
        }
        section.not-printed {
            h2 { (lang.say("请打印本页交申请人", "Print this page for the applicant")) }
            p { (lang.say("查询码只在本页显示一次，离开后无法再取得。寄送回执的，请装入信封。", "The secret is shown on this page alone and cannot be had again. When it is posted, put it in an envelope.")) }
            ul {
                @for part in 1..=view.parts {
                    li { a href={ "/desk/cases/" (view.number) "-" (part) } { span.num { (view.number) "-" (part) } } }
                }
                li { a href=(AT) { (lang.say("录入下一件", "Enter another one")) } }
            }
        }
    }
}
