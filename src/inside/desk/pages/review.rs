//! A held text, one at a time.

use maud::{Markup, html};

use super::beside::{legend, raw_side, shown_side};
use super::frame::DeskCtx;
use super::parts::summary;
use crate::domain::mask::scrub::DoubtReason;
use crate::domain::time::Moment;
use crate::inside::desk::form::{Wrong, words_at};
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::text::{count, instant};

/// Why a text is rejected: code, Chinese, English.
pub const REASONS: [(&str, &str, &str); 4] = [
    ("personal", "仍含个人信息", "personal data are left in it"),
    (
        "masked_too_much",
        "遮盖过多，失去原意",
        "too much is masked to be understood",
    ),
    (
        "unsuitable",
        "内容不宜公开",
        "the contents are not suitable for publication",
    ),
    (
        "wrong",
        "内容有误，须由提供单位更正",
        "it is wrong and the provider must correct it",
    ),
];

/// A held text.
#[derive(Clone, Debug)]
pub struct Held {
    /// Id of the record.
    pub record_id: String,
    /// Name of the field.
    pub field_name: String,
    /// Key of the field.
    pub field: String,
    /// Hash of what was read.
    pub text_hash: String,
    /// Name of the list.
    pub list: String,
    /// Document number.
    pub document_number: String,
    /// Authority.
    pub authority: String,
    /// Raw text.
    pub raw: String,
    /// As it would be shown.
    pub proposal: String,
    /// What is doubtful.
    pub doubts: Vec<String>,
    /// Since when it waits.
    pub opened_at: Moment,
    /// Whether the record has another text by now.
    pub outdated: bool,
}

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct ReviewView {
    /// The text; none when nothing is left after the place.
    pub held: Option<Held>,
    /// How many wait in all.
    pub waiting: u64,
    /// The place after which it stands, as the address says it; empty at the beginning.
    pub after: String,
    /// What is wrong with the verdict.
    pub wrong: Vec<Wrong>,
}

/// The page.
#[must_use]
pub fn page(ctx: &DeskCtx, view: &ReviewView) -> Markup {
    let lang = ctx.lang;
    html! {
        (summary(lang, &view.wrong))
        header.page-head {
            h1 { (lang.say("待审核的文本", "Texts to be reviewed")) }
            p.meta { (lang.say("待审核 ", "Waiting: ")) (count(view.waiting)) }
        }
        @match &view.held {
            Some(held) => (one(ctx, view, held)),
            None => p.empty {
                @if !view.after.is_empty() { (lang.say("后面没有了。", "No more after this place. ")) a href="/desk/reviews" { (lang.say("从头再看", "From the beginning")) } }
                @else { (lang.say("没有待审核的文本。", "No text waits.")) }
            },
        }
    }
}

fn one(ctx: &DeskCtx, view: &ReviewView, held: &Held) -> Markup {
    let lang = ctx.lang;
    let rows = [
        Fact::new(lang.say("名单", "List"), html! { (held.list) }),
        Fact::new(
            lang.say("文书号", "Document"),
            html! { (held.document_number) },
        ),
        Fact::new(
            lang.say("认定单位", "Authority"),
            html! { (held.authority) },
        ),
        Fact::new(
            lang.say("字段", "Field"),
            html! { (held.field_name) " " code { (held.field) } },
        ),
        Fact::new(lang.say("待审核自", "Waits since"), instant(held.opened_at)),
        Fact::new(
            lang.say("存疑之处", "Doubts"),
            html! { @for (i, doubt) in held.doubts.iter().enumerate() { @if i > 0 { "、" } (doubted(lang, doubt)) } },
        ),
    ];
    html! {
        (facts(&rows))
        (legend(lang))
        div.desk-beside {
            section {
                h2 { (lang.say("原文", "As it was sent")) }
                p.typed.desk-text { (raw_side(&held.raw, &held.proposal)) }
            }
            section {
                h2 { (lang.say("拟公开", "As it would be shown")) }
                p.typed.desk-text { (shown_side(&held.raw, &held.proposal)) }
            }
        }
        @if held.outdated {
            (notice(Weight::Caution, &html! { (lang.say("提供单位已更新该文本", "The provider has sent another text since")) },
                &html! { p { (lang.say("下次发布时将按新文本重新送审，这里不能再作决定。", "The next publishing run opens the review anew; no verdict can be given on this one.")) } }))
            (skip(ctx, held))
        } @else {
            (verdicts(ctx, view, held))
        }
    }
}

/// A doubt in words.
fn doubted(lang: Lang, code: &str) -> &str {
    DoubtReason::from_code(code).map_or(code, |d| lang.say(d.zh(), d.en()))
}

fn hidden(held: &Held) -> Markup {
    html! {
        input type="hidden" name="record" value=(held.record_id);
        input type="hidden" name="field" value=(held.field);
        input type="hidden" name="hash" value=(held.text_hash);
    }
}

fn verdicts(ctx: &DeskCtx, view: &ReviewView, held: &Held) -> Markup {
    let lang = ctx.lang;
    let error = words_at(&view.wrong, "verdict", lang);
    html! {
        form.desk-verdicts action="/desk/reviews" method="post" {
            (ctx.token())
            (hidden(held))
            input type="hidden" name="after" value=(view.after);
            @if !error.is_empty() { p.error #verdict-error { span.hidden { (lang.say("错误：", "Error: ")) } (error) } }
            div.acts {
                button.button #verdict type="submit" name="verdict" value="approve" aria-describedby=[(!error.is_empty()).then_some("verdict-error")] data-key="a" accesskey="a" { (lang.say("可以公开", "It may be shown")) " " kbd { "A" } }
                " "
                a.button.second href=(after(held)) data-key="s" accesskey="s" { (lang.say("跳过", "Pass over")) " " kbd { "S" } }
            }
            fieldset.field {
                legend { (lang.say("不能公开的，请选择理由", "Not to be shown, because")) }
                @for (n, (code, zh, en)) in REASONS.iter().enumerate() {
                    p {
                        button.button.second type="submit" name="verdict" value=(code) data-key=(n + 1) accesskey=(n + 1) { (lang.say(zh, en)) " " kbd { (n + 1) } }
                    }
                }
            }
        }
    }
}

fn skip(ctx: &DeskCtx, held: &Held) -> Markup {
    html! { p { a.button.second href=(after(held)) data-key="s" accesskey="s" { (ctx.lang.say("跳过", "Pass over")) " " kbd { "S" } } } }
}

/// Address of the text after one.
#[must_use]
pub fn after(held: &Held) -> String {
    format!("/desk/reviews?after={}/{}", held.record_id, held.field)
}
