//! The receipt: number, secret, what happens next and by when.

use maud::{Markup, html};

use super::name;
use crate::domain::forms::FormKind;
use crate::domain::forms::reply::Deadline;
use crate::domain::time::Moment;
use crate::outside::report::qr::Qr;
use crate::outside::web::link;
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::free::free_of_charge;
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::text::instant;

/// Everything the page needs.
#[derive(Clone, Copy, Debug)]
pub struct DoneView<'a> {
    /// Number.
    pub number: &'a str,
    /// What was applied for.
    pub kind: FormKind,
    /// The secret in groups.
    pub secret: &'a str,
    /// When it was handed in.
    pub at: Moment,
    /// What happens next.
    pub next: &'a [Deadline],
}

/// The steps that follow.
pub(crate) fn what_next(lang: Lang, next: &[Deadline]) -> Markup {
    html! {
        ol.texts {
            @for n in next {
                li {
                    @if let Some(due) = n.due { strong { (lang.long_date(due)) } (lang.say("前：", ": ")) }
                    @if lang.is_chinese() { (lang.chinese(&n.zh)) } @else { (n.en) }
                    @if n.provisional { span.meta.line { (lang.say("放假安排尚未公布，日期为暂定", "provisional, since the holidays are not announced yet")) } }
                    @if !n.source.is_empty() { span.meta.line { (lang.say("依据：", "by ")) (lang.chinese(&n.source)) } }
                }
            }
        }
    }
}

/// Number, secret, when, and the picture that leads to where it is followed.
pub(crate) fn receipt(lang: Lang, title: &str, base_url: &str, view: &DoneView<'_>) -> Markup {
    // the picture holds the number and never the secret
    let address = format!("{}{}", base_url, link::track_number(view.number));
    let qr = if base_url.is_empty() {
        Qr::new(view.number)
    } else {
        Qr::new(&address)
    };
    html! {
        header.receipt {
            h1 { (title) }
            p { (lang.say("办件编号", "Number")) }
            p.receipt-number { code { (view.number) } }
            p { (lang.say("查询码", "Secret")) }
            p.receipt-number { code { (view.secret) } }
            p.meta { (instant(view.at)) }
        }
        p.callout { (lang.say("请打印、截图或者抄写编号和查询码：查询进度、补正、撤回都需要，我们没有副本，遗失无法找回。", "Print, photograph or copy number and secret: you need both to follow, supplement or withdraw it. We have no copy and cannot give them back.")) }
        @if let Some(qr) = &qr {
            div.seal-body {
                svg.qr viewBox={ "0 0 " (qr.whole()) " " (qr.whole()) } role="img" aria-label=(lang.say("二维码：查询进度的地址和办件编号", "QR code: where to follow it, and its number")) shape-rendering="crispEdges" {
                    rect width=(qr.whole()) height=(qr.whole()) fill="#fff" {}
                    path d=(qr.path()) stroke="#000" {}
                }
                p { (lang.say("扫描二维码打开查询页面，再输入查询码。", "The picture leads to the page where it is followed; the secret is asked there.")) }
            }
        }
    }
}

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, view: &DoneView<'_>) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("已提交", "Handed in");
    let head = Head::new(format!("{title} · {}", name(lang, view.kind)), Place::Help).unindexed();
    let main = html! {
        div.apply {
            (receipt(lang, title, &ctx.base_url, view))
            section { h2 { (lang.say("接下来", "What happens next")) } (what_next(lang, view.next)) }
            p { a href=(link::track_number(view.number)) { (lang.say("查询办理进度", "See how it stands")) } " · " a href="/apply" { (lang.say("网上申请", "Applications")) } }
            (free_of_charge(lang))
        }
    };
    frame(ctx, &head, &main)
}
