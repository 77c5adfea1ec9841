//! What is asked: the form that was handed in, in full.

use maud::{Markup, html};

use super::paragraphs;
use crate::domain::forms::submission::{Signed, Submission};
use crate::domain::forms::{Applicant, Form, letter};
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::text::{date, instant};

/// The form, the applicant, the commitment.
#[must_use]
pub fn asked(lang: Lang, submission: &Submission) -> Markup {
    let (form, who) = (&submission.form, submission.form.applicant());
    let mut rows = what(lang, form);
    rows.push(Fact::new(
        lang.say("提交时间", "Handed in"),
        instant(submission.at),
    ));
    rows.push(Fact::new(
        lang.say("申请人的语言", "Language of the applicant"),
        html! { (submission.lang) },
    ));
    html! {
        h3 { (lang.say("申请内容", "What is asked")) }
        (facts(&rows))
        h3 { (lang.say("申请人", "The applicant")) }
        (facts(&applicant(lang, form, who)))
        h3 { (lang.say("信用承诺", "Commitment")) }
        (commitment(lang, submission))
    }
}

fn line(name: &str, value: &str) -> Fact {
    Fact::new(name, html! { (value) })
}

fn long(name: &str, value: &str) -> Fact {
    Fact::wide(name, paragraphs(value))
}

fn what(lang: Lang, form: &Form) -> Vec<Fact> {
    match form {
        Form::Repair(form) => {
            let mut out = vec![
                line(
                    lang.say("诉求", "Wish"),
                    lang.say(form.wish.zh(), form.wish.en()),
                ),
                Fact::new(
                    lang.say("履行完毕日期", "Performed on"),
                    date(form.performed_on),
                ),
            ];
            if let Some(amount) = &form.amount_paid {
                out.push(line(
                    lang.say("缴纳金额（元）", "Amount paid (yuan)"),
                    amount,
                ));
            }
            out.push(line(
                lang.say("送达方式", "Delivery"),
                lang.say(form.delivery.zh(), form.delivery.en()),
            ));
            out.push(long(
                lang.say("履行义务、纠正行为的情况", "How the duties were performed"),
                &form.performance,
            ));
            out.push(long(lang.say("申请理由", "Reason"), &form.reason));
            out
        }
        Form::Objection(form) => {
            let mut out = vec![line(
                lang.say("异议类型", "What is wrong"),
                lang.say(form.kind.zh(), form.kind.en()),
            )];
            let told = [
                (lang.say("异议对象", "About"), &form.target),
                (lang.say("有异议的内容", "Disputed field"), &form.disputed),
                (
                    lang.say("申请人认为正确的内容", "What it should say"),
                    &form.correct,
                ),
            ];
            for (name, value) in told {
                out.extend(value.as_ref().map(|v| long(name, v)));
            }
            out.push(long(
                lang.say("事实和理由", "Facts and reasons"),
                &form.facts,
            ));
            out
        }
        Form::Complaint(form) => {
            let mut out = vec![
                line(
                    lang.say("投诉理由", "Ground"),
                    lang.say(form.ground.zh(), form.ground.en()),
                ),
                line(lang.say("异议办件编号", "Objection"), &form.objection),
            ];
            if let Some(day) = form.replied_on {
                out.push(Fact::new(
                    lang.say("收到答复的日期", "Day of the reply"),
                    date(day),
                ));
            }
            out.push(long(
                lang.say("事实和理由", "Facts and reasons"),
                &form.facts,
            ));
            out
        }
    }
}

fn applicant(lang: Lang, form: &Form, who: &Applicant) -> Vec<Fact> {
    let mut out = vec![
        line(lang.say("申请人", "Applicant"), &who.name),
        line(
            lang.say("类型", "Kind"),
            lang.say(who.kind.zh(), who.kind.en()),
        ),
    ];
    let told = [
        (
            lang.say("统一社会信用代码", "Unified social credit code"),
            &who.credit_code,
        ),
        (lang.say("身份证件号码", "Identity number"), &who.id_number),
        (lang.say("电子邮箱", "E-mail"), &who.email),
    ];
    for (name, value) in told {
        out.extend(value.as_ref().map(|v| line(name, v)));
    }
    out.push(line(lang.say("手机", "Mobile"), &who.mobile));
    if let Form::Repair(form) = form {
        out.push(line(lang.say("住所或者联系地址", "Address"), &form.address));
        if let Some(rep) = &form.representative {
            let kind = lang.say(rep.id_kind.zh(), rep.id_kind.en());
            out.push(line(
                lang.say("法定代表人或者负责人", "Legal representative"),
                &format!("{}（{kind} {}）", rep.name, rep.id_number),
            ));
        }
        if let Some(proxy) = &form.proxy {
            out.push(line(
                lang.say("经办人", "Acts for the applicant"),
                &format!("{}（{}，{}）", proxy.name, proxy.relation, proxy.id_number),
            ));
        }
    }
    out
}

fn commitment(lang: Lang, submission: &Submission) -> Markup {
    let (zh, en) = letter::title(submission.kind);
    html! {
        @match &submission.commitment {
            None if letter::needed(submission.kind) => {
                p { span.tag.caution { (lang.say("没有签署的承诺书", "no signed commitment")) } }
            }
            None => { p { (lang.say("不需要", "none is needed")) } }
            Some(Signed::OnScreen { name, at }) => {
                p { (lang.say(zh, en)) "：" (lang.say("网上签署", "signed on the screen")) "，" (name) "，" (instant(*at)) }
            }
            Some(Signed::OnPaper { file }) => {
                p { (lang.say(zh, en)) "：" (lang.say("纸质签署，见附件 ", "signed on paper, file ")) (file) }
            }
        }
        details {
            summary { (lang.say("承诺内容", "What is committed to")) }
            ol { @for (zh, en) in letter::points(submission.kind) { li { (lang.say(zh, en)) } } }
        }
    }
}
