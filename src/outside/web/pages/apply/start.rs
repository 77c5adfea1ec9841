//! `/apply` and the first page of each kind: what is needed, who may apply and where, and which record it is about.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::name;
use crate::domain::forms::FormKind;
use crate::domain::forms::eligible::Eligible;
use crate::domain::kinds::Words;
use crate::outside::apply::KEPT_DAYS;
use crate::outside::web::link;
use crate::outside::web::parts::breadcrumb::breadcrumb;
use crate::outside::web::parts::field::problems;
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::free::free_of_charge;
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::record::{PublicNotice, PublicRecord};

/// Whether another application about the same record is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// None.
    None,
    /// Handed in, not looked at yet: anybody may have made it, so that it stops nobody.
    Waiting,
    /// Being handled.
    Handled,
}

/// A record that may be chosen, or that says why it may not.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The record.
    pub record: PublicRecord,
    /// Name of its list.
    pub list_name: Words,
    /// How it stands with repair.
    pub eligible: Eligible,
    /// Whether an application is under way.
    pub open: Open,
}

/// What was found for what was asked.
#[derive(Clone, Debug)]
pub enum Looked {
    /// Nothing was asked.
    Nothing,
    /// Neither a code nor an id.
    BadCode,
    /// Nothing displayed.
    Unknown,
    /// No longer displayed: nothing is to be applied for.
    Ended,
    /// Records.
    Found(Vec<Choice>),
    /// A notice that runs, with the name of its list.
    Notice(Box<PublicNotice>, Words),
    /// A notice that no longer runs, or never did.
    NoNotice,
}

/// Everything the page needs.
#[derive(Clone, Copy, Debug)]
pub struct StartView<'a> {
    /// What is applied for.
    pub kind: FormKind,
    /// What was asked: a code or an id.
    pub asked: &'a str,
    /// What was found.
    pub looked: &'a Looked,
    /// Ids that were ticked.
    pub ticked: &'a [String],
    /// Whether it was sent and could not begin.
    pub nothing_ticked: bool,
    /// What is known before anything is typed, by the names under which it is sent.
    pub given: &'a [(&'static str, String)],
    /// The day.
    pub today: NaiveDate,
}

type Pair = (&'static str, &'static str);

const NEEDED_REPAIR: [Pair; 4] = [
    (
        "统一社会信用代码（自然人为公民身份号码），法定代表人的姓名和证件号码",
        "The credit code (a person's identity number), name and document number of the legal representative",
    ),
    (
        "履行义务、纠正失信行为的证明，例如缴款凭证；机关能自行获取的可以不交",
        "Proof that the duty was performed, as a receipt; not needed where the authority can fetch it",
    ),
    (
        "信用承诺书：在网上签署，或者打印签字盖章后上传",
        "The commitment letter: signed on the screen, or printed, signed and uploaded",
    ),
    (
        "由经办人办理的：授权委托书",
        "A power of attorney where somebody acts for you",
    ),
];
const NEEDED_OBJECTION: [Pair; 3] = [
    (
        "哪条信息、哪项内容有误，正确的内容是什么",
        "Which information and which part of it is wrong, and what it should say",
    ),
    (
        "证据：决定书、撤销决定、复议决定、判决、机关证明或者官方网站截图",
        "Evidence: decision, revocation, reconsideration, judgment, proof of the authority, or a picture of its site",
    ),
    (
        "信用承诺书：在网上签署，或者打印签字盖章后上传",
        "The commitment letter: signed on the screen, or printed, signed and uploaded",
    ),
];
const NEEDED_COMPLAINT: [Pair; 2] = [
    (
        "异议的办件编号和收到回复的日期",
        "The number of the objection and the day of the reply",
    ),
    (
        "投诉的理由和证据",
        "The ground of the complaint and evidence",
    ),
];

fn needed(kind: FormKind) -> &'static [Pair] {
    match kind {
        FormKind::Repair => &NEEDED_REPAIR,
        FormKind::Objection => &NEEDED_OBJECTION,
        FormKind::Complaint => &NEEDED_COMPLAINT,
    }
}

const WHAT: [(FormKind, &str, &str); 3] = [
    (
        FormKind::Repair,
        "失信行为已经纠正、义务已经履行，申请终止公示或者移出名单。",
        "The wrong is corrected and the duty performed: ask that display ends or that you are removed from the list.",
    ),
    (
        FormKind::Objection,
        "公示的内容有误、遗漏、超期，或者不应公示。",
        "What is displayed is wrong, incomplete, out of date, or should not be displayed.",
    ),
    (
        FormKind::Complaint,
        "对异议的回复不服，或者逾期没有回复。",
        "The reply to your objection does not convince you, or there was none.",
    ),
];

fn keeping(lang: Lang) -> Markup {
    html! {
        ul.texts {
            li { (lang.say("随时可以中断，凭链接继续；草稿加密保存 ", "You may stop at any time and go on by a link; drafts are sealed and kept for ")) (KEPT_DAYS) (lang.say(" 天，到期删除。", " days, then deleted.")) }
            li { (lang.say("提交的内容加密送达办理机关，本网站自身无法读回；凭办件编号和查询码查询进度。", "What you hand in is sealed to the authority: this site itself cannot read it back. Number and secret tell how it stands.")) }
            li { (lang.say("不需要注册，不需要验证码。", "No account and no puzzles.")) }
        }
    }
}

/// The first page of applications.
#[must_use]
pub fn overview(ctx: &Ctx, able: bool) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("网上申请", "Applications");
    let head = Head::new(title, Place::Help).described(lang.say(
        "信用修复、异议、投诉的网上申请：不收费，随时可以中断，凭编号查询进度。",
        "Credit repair, objections and complaints online: free of charge, to be interrupted at any time, followed by number.",
    ));
    let main = html! {
        header.page-head { h1 { (title) } }
        (free_of_charge(lang))
        @if able {
            section {
                ul.apply-kinds {
                    @for (kind, zh, en) in WHAT {
                        li { a href=(link::apply(kind)) { (name(lang, kind)) } span.meta.line { (lang.say(zh, en)) } }
                    }
                }
            }
            section {
                h2 { (lang.say("已经开始或者提交的", "Begun or handed in already")) }
                p {
                    a href=(link::RESUME) { (lang.say("继续填写草稿", "Go on with a draft")) } " · "
                    a href="/track" { (lang.say("查询办理进度", "See how an application stands")) }
                }
            }
            section { h2 { (lang.say("怎样办理", "How it works")) } (keeping(lang)) }
        } @else {
            (notice(Weight::Info, &html! { (lang.say("本站不受理申请", "This site takes no applications")) }, &html! {
                p { (lang.say("这是公示信息的副本，请在原网站申请。", "It is a copy of what is displayed: apply at the original site.")) }
            }))
        }
    };
    frame(ctx, &head, &main)
}

/// The first page of one kind.
#[must_use]
pub fn page(ctx: &Ctx, view: &StartView<'_>) -> Markup {
    let lang = ctx.lang;
    let title = name(lang, view.kind);
    let head = Head::new(title, Place::Help).described(lang.say(
        "需要什么、谁可以申请、最早什么时候、向哪里申请；不收取任何费用。",
        "What is needed, who may apply, from which day and where. Free of charge.",
    ));
    let head = if view.asked.is_empty() {
        head
    } else {
        head.unindexed()
    };
    let main = html! {
        (breadcrumb(lang, &[("/apply", lang.say("网上申请", "Applications"))], title))
        header.page-head { h1 { (title) } }
        div.apply {
            @if view.nothing_ticked { (nothing(lang, view)) }
            @match view.kind {
                FormKind::Complaint => (plain_begin(lang, view, lang.say("开始填写", "Begin"))),
                FormKind::Repair | FormKind::Objection => {
                    @match view.looked {
                        Looked::Notice(notice, list) => (against(lang, notice, list)),
                        _ => (choose(lang, view)),
                    }
                }
            }
            section { h2 { (lang.say("需要准备", "What you need")) } ul.texts { @for (zh, en) in needed(view.kind) { li { (lang.say(zh, en)) } } } }
            section { h2 { (lang.say("怎样办理", "How it works")) } (keeping(lang)) }
            (free_of_charge(lang))
        }
    };
    frame(ctx, &head, &main)
}

fn nothing(lang: Lang, view: &StartView<'_>) -> Markup {
    let words = if view.ticked.is_empty() {
        lang.say(
            "请选择一条或者多条可以申请修复的信息",
            "Select at least one piece of information that may be repaired",
        )
    } else {
        lang.say(
            "所选信息应当属于同一主体、已到可以申请之日、没有正在办理的申请",
            "What you select must be of one subject, open to repair today, and in no application that is being handled",
        )
    };
    let target = if matches!(view.looked, Looked::Found(_)) {
        "record"
    } else {
        "code"
    };
    problems(lang, &[(target, words)])
}

fn known(view: &StartView<'_>) -> Markup {
    html! { @for (name, value) in view.given { input type="hidden" name=(name) value=(value); } }
}

fn plain_begin(lang: Lang, view: &StartView<'_>, words: &str) -> Markup {
    let kind = view.kind;
    html! {
        form action=(link::apply(kind)) method="post" {
            (known(view))
            button.button type="submit" { (words) }
        }
        @if kind == FormKind::Complaint {
            p.meta { (lang.say("投诉须先提出异议。", "A complaint comes after an objection.")) " " a href=(link::apply(FormKind::Objection)) { (lang.say("提出异议", "Object")) } }
        }
    }
}

/// The search of one's own records, and what was found.
fn choose(lang: Lang, view: &StartView<'_>) -> Markup {
    html! {
        section {
            h2 { (lang.say("对哪条信息申请", "Which information it is about")) }
            form.own-search action=(link::apply(view.kind)) method="get" {
                div.field {
                    label for="code" { (lang.say("统一社会信用代码或者记录编号", "Credit code or record id")) }
                    p.hint id="code-hint" { (lang.say("18 位代码；自然人请打开公示页面，从页面上的链接进入", "18 characters; natural persons begin from the page of their record")) }
                    input #code type="text" name="code" value=(view.asked) maxlength="200" autocomplete="off" spellcheck="false" aria-describedby="code-hint";
                }
                button.button.second type="submit" { (lang.say("查找", "Find")) }
            }
            @match view.looked {
                Looked::Nothing => {},
                Looked::BadCode => p.callout role="status" { (lang.say("请核对：应为 18 位统一社会信用代码，或者记录页面底部的记录编号。", "Check it: a credit code of 18 characters, or the record id at the foot of its page.")) },
                Looked::Unknown => p.callout role="status" { (lang.say("无相关公示信息，不需要申请。", "Nothing is displayed, so there is nothing to apply for.")) },
                Looked::Ended => p.callout role="status" { (lang.say("该信息已不再公示，不需要申请。", "It is no longer displayed, so there is nothing to apply for.")) },
                Looked::Found(choices) => (found(lang, view, choices)),
                Looked::NoNotice => p.callout role="status" { (lang.say("该公告已经结束或者撤回。已经列入名单的，请按名单页面的途径提出异议。", "That notice is over or was taken back. If an entry followed it, object to the entry.")) },
                Looked::Notice(..) => {},
            }
        }
        @if view.kind == FormKind::Objection {
            section {
                h2 { (lang.say("不是针对公示中的信息", "It is about something else")) }
                p { (lang.say("对拟列入名单的公告、公示期限、修复结果等提出异议，不需要选择信息。", "A notice of a proposed list, a period of display, the result of a repair: choose no record.")) }
                (plain_begin(lang, view, lang.say("直接填写", "Begin without a record")))
            }
        }
    }
}

/// The notice that is objected to: nothing else needs to be found.
fn against(lang: Lang, notice: &PublicNotice, list: &Words) -> Markup {
    html! {
        section {
            h2 { (lang.say("对哪份公告提出异议", "Which notice it is about")) }
            p {
                @if notice.subject.name.is_empty() { (lang.say("自然人", "a natural person")) } @else { strong { (notice.subject.name) } }
                span.meta.line { (lang.words(list)) " · " (notice.authority_name) }
                span.meta.line { (lang.say("公示截止日：", "Open until ")) (lang.long_date(notice.last_day())) " · " (lang.say("公告编号 ", "notice ")) code { (notice.id) } }
            }
            form action=(link::apply(FormKind::Objection)) method="post" {
                input type="hidden" name="notice" value=(notice.id);
                button.button type="submit" { (lang.say("开始填写", "Begin")) }
            }
        }
    }
}

fn may(choice: &Choice) -> bool {
    matches!(choice.eligible, Eligible::Here { .. }) && choice.open != Open::Handled
}

fn found(lang: Lang, view: &StartView<'_>, choices: &[Choice]) -> Markup {
    let any = choices.iter().any(may);
    let first = choices.iter().position(may);
    let only = choices.iter().filter(|c| may(c)).count() == 1;
    html! {
        @let all = html! {
            fieldset.choices {
                legend {
                    @if any { (lang.say("选择信息，可以选择几条", "Choose one or several")) }
                    @else { (lang.say("查到的信息", "What was found")) }
                }
                @for (i, choice) in choices.iter().enumerate() {
                    @let id = if Some(i) == first { "record".to_owned() } else { format!("record-{i}") };
                    @let wanted = view.asked.ends_with(&choice.record.id) || view.ticked.contains(&choice.record.id) || only;
                    div.choice.off[!may(choice)] {
                        @if may(choice) { input #(id) type="checkbox" name="record" value=(choice.record.id) checked[wanted]; }
                        div {
                            @if may(choice) { label for=(id) { (choice.record.document_number) } } @else { strong { (choice.record.document_number) } }
                            span.meta.line { (lang.words(&choice.list_name)) " · " (choice.record.authority_name) " · " (lang.long_date(choice.record.decided_on)) }
                            span.line.how { (how(lang, choice)) }
                        }
                    }
                }
            }
        };
        // with nothing to choose there is nothing to send
        @if choices.is_empty() { p.callout role="status" { (lang.say("没有需要修复的信息。", "There is nothing to repair.")) } }
        @else if any {
            form action=(link::apply(view.kind)) method="post" {
                input type="hidden" name="asked" value=(view.asked);
                (known(view))
                (all)
                button.button type="submit" { (lang.say("开始填写", "Begin")) }
            }
        } @else { (all) }
    }
}

/// How a record stands, in words.
fn how(lang: Lang, choice: &Choice) -> Markup {
    html! {
        @match &choice.eligible {
            Eligible::Here { forwarded: false } => span.tag.good { (lang.say("可以申请", "May be applied for")) },
            Eligible::Here { forwarded: true } => {
                span.tag.good { (lang.say("可以申请", "May be applied for")) } " "
                (lang.say("本网站转送认定机关办理", "passed on to the authority, which decides"))
            }
            Eligible::From(day) => {
                span.tag { (lang.say("尚不能申请", "Not yet")) } " "
                (lang.say("最早申请日期：", "from ")) strong { (lang.long_date(*day)) }
            }
            Eligible::Barred(day) => {
                span.tag.caution { (lang.say("尚不能申请", "Not yet")) } " "
                (lang.say("该主体的信用修复曾因材料不实被撤销，最早申请日期：", "a repair of this subject was revoked for false material; from ")) strong { (lang.long_date(*day)) }
            }
            Eligible::Elsewhere { url, from } => {
                span.tag { (lang.say("在其他系统申请", "Elsewhere")) } " "
                @if url.is_empty() { (lang.say("向执行法院申请，本网站按法院推送的结果更新", "at the enforcing court; this site follows its result")) }
                @else { a href=(url) rel="noopener noreferrer" { (url) } }
                @if let Some(day) = from { (lang.say("，最早申请日期：", ", from ")) (lang.long_date(*day)) }
            }
            Eligible::Excluded => {
                span.tag { (lang.say("依法不予修复", "Excluded by law")) } " "
                a href={ (link::list(&choice.record.list)) "#repair" } { (lang.say("依据", "basis")) }
            }
            Eligible::NotNeeded => {},
        }
        @match choice.open {
            Open::None => {},
            Open::Waiting => { " " span.meta { (lang.say("已有一份申请待审；重复申请不会加快办理", "An application waits already; another makes nothing faster")) } }
            Open::Handled => { " " span.tag.caution { (lang.say("申请正在办理", "An application is being handled")) } }
        }
    }
}
