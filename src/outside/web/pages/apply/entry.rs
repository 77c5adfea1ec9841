//! Where number and secret are typed: to take a draft up again, or to see how an application stands.

use maud::{Markup, html};

use crate::outside::web::link;
use crate::outside::web::parts::breadcrumb::breadcrumb;
use crate::outside::web::parts::field::{Field, Input, error_summary, field};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::free::{free_line, free_of_charge};
use crate::outside::web::parts::lang::Lang;

/// What such a page needs. The secret is never shown again.
#[derive(Clone, Copy, Debug)]
pub struct EntryView<'a> {
    /// Number as it was given.
    pub number: &'a str,
    /// Whether number and secret were wrong.
    pub wrong: bool,
}

/// The two fields. The number is told to be wrong or the secret: which of them is told to nobody.
fn key_fields<'a>(lang: Lang, view: &EntryView<'a>) -> [Field<'a>; 2] {
    let line = Input::Line {
        autocomplete: "off",
        longest: 48,
    };
    let error = if view.wrong {
        lang.say(
            "编号和查询码应当与回执或者草稿页上的一致；到期的草稿已经删除",
            "Number and secret must be as on the receipt or the page of the draft; a draft whose time was over is deleted",
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
            value: view.number,
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

fn titled(lang: Lang, wrong: bool, title: &str) -> String {
    let wrong = if wrong {
        lang.say("有误：", "Error: ")
    } else {
        ""
    };
    format!("{wrong}{title}")
}

/// The page of taking up again.
#[must_use]
pub fn resume(ctx: &Ctx, view: &EntryView<'_>) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("继续填写草稿", "Go on with a draft");
    let head = Head::new(titled(lang, view.wrong, title), Place::Help)
        .unindexed()
        .applying();
    let fields = key_fields(lang, view);
    let main = html! {
        (breadcrumb(lang, &[("/apply", lang.say("网上申请", "Applications"))], title))
        div.apply {
            (error_summary(lang, &fields))
            header.page-head { h1 { (title) } }
            form action=(link::RESUME) method="post" novalidate data-secret="secret" {
                @for f in &fields { (field(lang, f)) }
                button.button type="submit" { (lang.say("继续填写", "Go on")) }
            }
            p { a href="/track" { (lang.say("已经提交的，查询办理进度", "Handed in already: see how it stands")) } }
            p.meta.free { (free_line(lang)) }
        }
    };
    frame(ctx, &head, &main)
}

/// The page where one asks how an application stands.
#[must_use]
pub fn track(ctx: &Ctx, view: &EntryView<'_>) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("查询办理进度", "See how an application stands");
    let head = Head::new(titled(lang, view.wrong, title), Place::Help).described(lang.say(
        "凭办件编号和查询码，查询信用修复、异议、投诉的办理进度、期限和答复，补正材料，撤回申请。",
        "Follow a repair, an objection or a complaint by its number and secret: states, deadlines and replies; supplement or withdraw it.",
    ));
    let head = if view.number.is_empty() {
        head
    } else {
        head.unindexed()
    };
    let fields = key_fields(lang, view);
    let main = html! {
        (breadcrumb(lang, &[("/apply", lang.say("网上申请", "Applications"))], title))
        div.apply {
            (error_summary(lang, &fields))
            header.page-head { h1 { (title) } }
            form action="/track" method="post" novalidate {
                @for f in &fields { (field(lang, f)) }
                button.button type="submit" { (lang.say("查询", "Show")) }
            }
            (free_of_charge(lang))
        }
    };
    frame(ctx, &head, &main)
}
