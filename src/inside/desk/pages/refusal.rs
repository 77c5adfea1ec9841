//! The page of a refusal.

use maud::{Markup, html};

use super::frame::DeskCtx;
use crate::inside::desk::Refused;
use crate::outside::web::parts::notice::{Weight, notice};

/// The page.
#[must_use]
pub fn page(ctx: &DeskCtx, refused: &Refused, request_id: &str) -> Markup {
    let lang = ctx.lang;
    let (title, detail) = refused.words(lang);
    html! {
        header.page-head { h1 { (title) } }
        (notice(Weight::Caution, &html! { (detail) }, &html! {
            @if let Refused::TooMany(seconds) = refused {
                p { (lang.say("请在 ", "Try again in ")) (seconds) (lang.say(" 秒后重试。", " seconds.")) }
            }
        }))
        p { a href="/desk" { (lang.say("返回工作平台", "Back to the desk")) } }
        @if !request_id.is_empty() { p.meta { (lang.say("请求编号 ", "Request ")) code { (request_id) } } }
    }
}
