//! Texts to begin replies with: those of the program and the platform to read, one's own to change.

use maud::{Markup, html};

use crate::domain::cases::CaseKind;
use crate::inside::desk::acts::{ACTS, DeskAct};
use crate::inside::desk::pages::frame::DeskCtx;
use crate::inside::desk::replies::{Of, Offered, PLACES, has_texts};
use crate::outside::web::parts::field::{Field, Input, error_summary, field};
use crate::outside::web::parts::lang::Lang;

/// What the list shows: acts with their texts.
#[derive(Clone, Debug, Default)]
pub struct TemplatesView {
    /// Kinds and acts with the texts that there are.
    pub acts: Vec<(&'static DeskAct, Vec<Offered>)>,
    /// Whether the officer's own are the platform's.
    pub platform: bool,
}

/// What the form shows.
#[derive(Clone, Debug, Default)]
pub struct TemplateView {
    /// Id of the text that is changed; empty for a new one.
    pub id: String,
    /// Kind and act: `repair/approve`.
    pub about: String,
    /// Title.
    pub title: String,
    /// Text.
    pub body: String,
    /// What is wrong: field, Chinese, English.
    pub faults: Vec<(&'static str, &'static str, &'static str)>,
}

/// Kind and act as one value of a form.
#[must_use]
pub fn about(act: &DeskAct) -> String {
    format!("{}/{}", act.kind.code(), act.code)
}

/// The act of such a value, where texts are of use for it.
#[must_use]
pub fn act_of(about: &str) -> Option<&'static DeskAct> {
    let (kind, code) = about.split_once('/')?;
    let found = crate::inside::desk::acts::act(CaseKind::from_code(kind)?, code)?;
    has_texts(found).then_some(found)
}

/// The list.
#[must_use]
pub fn list(ctx: &DeskCtx, view: &TemplatesView) -> Markup {
    let lang = ctx.lang;
    html! {
        header.page-head { h1 { (lang.say("答复模板", "Texts of replies")) } }
        p.lead { (lang.say("说明理由的答复可以从模板开始。大括号内的内容由系统填写，〔〕内的内容由办理人填写，未填写的不能提交。", "Reasoned replies may begin with a text. Places in braces are filled in by the program; those in 〔〕 by the officer, and none may be left.")) }
        p {
            a.button href="/desk/replies/new" {
                @if view.platform { (lang.say("新增平台模板（各单位可用）", "New text of the platform, for all")) } @else { (lang.say("新增本单位模板", "New text of our authority")) }
            }
        }
        @for (act, texts) in &view.acts {
            section {
                h2 { (lang.say(act.kind.zh(), act.kind.en())) " · " (lang.say(act.zh, act.en)) }
                @for text in texts { (one(ctx, view, text)) }
            }
        }
    }
}

fn one(ctx: &DeskCtx, view: &TemplatesView, text: &Offered) -> Markup {
    let lang = ctx.lang;
    let own = match text.of {
        Of::Own => !view.platform,
        Of::Platform => view.platform,
        Of::Program => false,
    };
    html! {
        article.desk-reply {
            h3 { (text.title) " " span.tag { (whose(lang, text.of)) } }
            p.typed lang="zh-Hans" { (text.body) }
            @if own {
                div.acts {
                    a.button.second href={ "/desk/replies/" (text.id) } { (lang.say("修改", "Change")) span.hidden { "：" (text.title) } }
                    form method="post" action={ "/desk/replies/" (text.id) "/drop" } {
                        (ctx.token())
                        button.button.second type="submit" { (lang.say("删除", "Delete")) span.hidden { "：" (text.title) } }
                    }
                }
            }
        }
    }
}

fn whose(lang: Lang, of: Of) -> &'static str {
    match of {
        Of::Program => lang.say("通用", "general"),
        Of::Platform => lang.say("平台", "platform"),
        Of::Own => lang.say("本单位", "ours"),
    }
}

/// The form.
#[must_use]
pub fn page(ctx: &DeskCtx, view: &TemplateView) -> Markup {
    let lang = ctx.lang;
    let acts: Vec<(String, String)> = ACTS
        .iter()
        .filter(|a| has_texts(a))
        .map(|a| {
            let kind = lang.say(a.kind.zh(), a.kind.en());
            (about(a), format!("{kind} · {}", lang.say(a.zh, a.en)))
        })
        .collect();
    let choices: Vec<(&str, &str)> = acts.iter().map(|(v, n)| (v.as_str(), n.as_str())).collect();
    let error = |name: &str| {
        let fault = view.faults.iter().find(|(at, ..)| *at == name);
        fault.map_or("", |(_, zh, en)| lang.say(zh, en))
    };
    let for_act = Field {
        name: "about",
        label: lang.say("用于", "For"),
        hint: "",
        error: error("about"),
        value: &view.about,
        required: true,
        input: Input::Choice { of: &choices },
    };
    let title = Field {
        name: "title",
        label: lang.say("名称", "Title"),
        hint: lang.say("办理时按名称选择", "It is chosen by this"),
        error: error("title"),
        value: &view.title,
        required: true,
        input: Input::Line {
            autocomplete: "off",
            longest: 60,
        },
    };
    let body = Field {
        name: "body",
        label: lang.say("内容", "Text"),
        hint: lang.say(
            "不得填写具体当事人的信息；须由办理人填写的内容放在〔〕内",
            "No data of a real person; what the officer fills in stands in 〔〕",
        ),
        error: error("body"),
        value: &view.body,
        required: true,
        input: Input::Lines {
            rows: 10,
            longest: 5000,
        },
    };
    let action = if view.id.is_empty() {
        "/desk/replies/new".to_owned()
    } else {
        format!("/desk/replies/{}", view.id)
    };
    html! {
        (error_summary(lang, &[for_act, title, body]))
        p.meta { a href="/desk/replies" { (lang.say("答复模板", "Texts of replies")) } }
        header.page-head { h1 { @if view.id.is_empty() { (lang.say("新增模板", "New text")) } @else { (lang.say("修改模板", "Change a text")) } } }
        form.desk-act method="post" action=(action) {
            (ctx.token())
            (field(lang, &for_act))
            (field(lang, &title))
            (field(lang, &body))
            details open {
                summary { (lang.say("由系统填写的内容", "Places that the program fills in")) }
                ul { @for (place, zh, en) in PLACES { li { code { (place) } " " (lang.say(zh, en)) } } }
            }
            button.button type="submit" { (lang.say("保存", "Save")) }
        }
    }
}
