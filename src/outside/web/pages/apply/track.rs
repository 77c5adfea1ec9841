//! Taking a draft up again, and how an application stands.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::name;
use crate::outside::apply::State;
use crate::outside::apply::store::Standing;
use crate::outside::web::link;
use crate::outside::web::parts::breadcrumb::breadcrumb;
use crate::outside::web::parts::field::{Field, Input, error_summary, field};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::text::instant;

/// What the page of taking up again needs.
#[derive(Clone, Copy, Debug)]
pub struct ResumeView<'a> {
    /// Number as it was given.
    pub number: &'a str,
    /// The secret of a link; else empty.
    pub secret: &'a str,
    /// Whether number and secret were wrong.
    pub wrong: bool,
}

/// The two fields. The number is told to be wrong or the secret: which of them is told to nobody.
fn key_fields<'a>(lang: Lang, number: &'a str, wrong: bool) -> [Field<'a>; 2] {
    let line = Input::Line {
        autocomplete: "off",
        longest: 48,
    };
    let error = if wrong {
        lang.say(
            "编号和查询码不符，或者草稿已到期删除：请核对后重新输入",
            "Number and secret do not fit, or the draft was deleted after its time: check both",
        )
    } else {
        ""
    };
    [
        Field {
            name: "number",
            label: lang.say("办件编号", "Number"),
            hint: lang.say("例如 XF-7K3M-9Q2H-4TWX", "As XF-7K3M-9Q2H-4TWX"),
            error,
            value: number,
            required: true,
            input: line,
        },
        Field {
            name: "secret",
            label: lang.say("查询码", "Secret"),
            hint: lang.say(
                "24 位，大小写和连字符不限",
                "24 characters; case and dashes do not matter",
            ),
            error: "",
            value: "",
            required: true,
            input: line,
        },
    ]
}

/// The page of taking up again.
#[must_use]
pub fn resume(ctx: &Ctx, view: &ResumeView<'_>) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("继续填写草稿", "Go on with a draft");
    let wrong = if view.wrong {
        lang.say("错误：", "Error: ")
    } else {
        ""
    };
    let head = Head::new(format!("{wrong}{title}"), Place::Help).unindexed();
    let fields = key_fields(lang, view.number, view.wrong);
    let main = html! {
        (breadcrumb(lang, &[("/apply", lang.say("网上申请", "Applications"))], title))
        div.apply {
            (error_summary(lang, &fields))
            header.page-head { h1 { (title) } }
            form action=(link::RESUME) method="post" novalidate {
                @if view.secret.is_empty() {
                    @for f in &fields { (field(lang, f)) }
                } @else {
                    p { (lang.say("办件编号 ", "Number ")) code { (view.number) } }
                    input type="hidden" name="number" value=(view.number);
                    input type="hidden" name="secret" value=(view.secret);
                }
                button.button type="submit" { (lang.say("继续填写", "Go on")) }
            }
            p { a href="/track" { (lang.say("已经提交的，查询办理进度", "Handed in already: see how it stands")) } }
        }
    };
    frame(ctx, &head, &main)
}

/// What the page of following needs.
#[derive(Clone, Copy, Debug)]
pub struct TrackView<'a> {
    /// Number as it was given.
    pub number: &'a str,
    /// How it stands, when number and secret fit.
    pub standing: Option<&'a Standing>,
    /// Whether they did not.
    pub wrong: bool,
    /// The day.
    pub today: NaiveDate,
}

/// The page of following.
#[must_use]
pub fn track(ctx: &Ctx, view: &TrackView<'_>) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("查询办理进度", "See how an application stands");
    let wrong = if view.wrong {
        lang.say("错误：", "Error: ")
    } else {
        ""
    };
    let head = Head::new(format!("{wrong}{title}"), Place::Help).described(lang.say(
        "凭办件编号和查询码，查询信用修复、异议、投诉的办理进度和期限。",
        "Follow a repair, an objection or a complaint by its number and secret.",
    ));
    let head = if view.number.is_empty() {
        head
    } else {
        head.unindexed()
    };
    let fields = key_fields(lang, view.number, view.wrong);
    let main = html! {
        (breadcrumb(lang, &[("/apply", lang.say("网上申请", "Applications"))], title))
        div.apply {
            (error_summary(lang, &fields))
            header.page-head { h1 { (title) } }
            @if let Some(standing) = view.standing { (shown(lang, view, standing)) }
            @else {
                form action="/track" method="post" novalidate {
                    @for f in &fields { (field(lang, f)) }
                    button.button type="submit" { (lang.say("查询", "Show")) }
                }
                p.meta { (lang.say("查询不收费。除办件编号和状态外，本页不显示申请内容。", "Free of charge. Beside number and state this page shows nothing of what was applied for.")) }
            }
        }
    };
    frame(ctx, &head, &main)
}

fn tone(state: State) -> &'static str {
    match state {
        State::Approved | State::Done | State::Corrected | State::Upheld | State::PartlyUpheld => {
            "good"
        }
        State::Supplement | State::Draft => "caution",
        State::NotAccepted
        | State::Rejected
        | State::Dismissed
        | State::Closed
        | State::Misdirected
        | State::Revoked => "grave",
        _ => "plain",
    }
}

fn shown(lang: Lang, view: &TrackView<'_>, standing: &Standing) -> Markup {
    let last = standing.history.last();
    html! {
        section aria-live="polite" {
            h2 { (name(lang, standing.kind)) }
            dl.facts {
                div.fact { dt { (lang.say("办件编号", "Number")) } dd { code { (view.number) } } }
                div.fact { dt { (lang.say("状态", "State")) } dd { span.tag.{ (tone(standing.state)) } { (lang.say(standing.state.zh(), standing.state.en())) } } }
                @if let Some(at) = standing.submitted_at { div.fact { dt { (lang.say("提交时间", "Handed in")) } dd { (instant(at)) } } }
                @if let Some(day) = standing.expires_on { div.fact { dt { (lang.say("草稿保留至", "Draft kept until")) } dd { (lang.long_date(day)) } } }
                @if let Some((day, provisional)) = last.and_then(|e| Some((e.due_on?, e.provisional))) {
                    div.fact {
                        dt { (lang.say("下一步期限", "Next step due")) }
                        dd {
                            (lang.long_date(day))
                            @if provisional { span.meta.line { (lang.say("放假安排尚未公布，日期为暂定", "provisional: the holidays are not announced yet")) } }
                            @if day < view.today && !provisional { span.tag.grave { (lang.say("已逾期", "overdue")) } }
                        }
                    }
                }
            }
        }
        @if standing.state == State::Draft { p { a href=(link::resume(view.number)) { (lang.say("继续填写草稿", "Go on with the draft")) } } }
        @if !standing.history.is_empty() {
            section {
                h2 { (lang.say("经过", "What happened")) }
                ol.texts { @for e in &standing.history { li { (lang.say(e.state.zh(), e.state.en())) span.meta.line { (instant(e.at)) } } } }
            }
        }
    }
}
