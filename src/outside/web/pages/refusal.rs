//! The page of a refusal: the same words as the problem document. What is gone is named by nothing.

use maud::{Markup, html};

use crate::outside::web::link;
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame, search_form};
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::text::both;
use crate::outside::web::problem::{FieldError, Refusal};

/// What is wrong in words: the Chinese, then the English as a line of its own. A parameter is named.
fn message(error: &FieldError) -> Markup {
    let (zh, en) = error
        .message
        .split_once(" · ")
        .unwrap_or((error.message.as_str(), ""));
    html! {
        @if let Some(name) = error.pointer.strip_prefix("query:") { code { (name) } " " }
        (zh)
        @if !en.is_empty() { span.en.line lang="en" { (en) } }
    }
}

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, refusal: &Refusal, request_id: &str) -> Markup {
    let words = refusal.words();
    let head = Head::new(words.zh, Place::Elsewhere).unindexed();
    let weight = match refusal {
        Refusal::BadParameters(_) | Refusal::BadCode { .. } | Refusal::Internal => Weight::Error,
        _ => Weight::Info,
    };
    let main = html! {
        header.page-head { h1 { (both(words.zh, words.en)) } }
        (notice(weight, &html! { (words.detail_zh) }, &html! {
            p.en lang="en" { (words.detail_en) }
            @if !refusal.errors().is_empty() {
                ul.texts { @for error in refusal.errors() { li { (message(error)) } } }
            }
            @if !refusal.likely().is_empty() {
                p { (both("您要找的可能是：", "You may mean:")) }
                ul.texts { @for code in refusal.likely() { li { a href=(link::subject(code)) { code { (code) } } } } }
            }
            @if let Some(seconds) = refusal.retry_after() { p { "请在 " (seconds) " 秒后重试。" span.en lang="en" { "Try again in " (seconds) " s." } } }
        }))
        @if !matches!(refusal, Refusal::Internal | Refusal::Method) {
            section { h2 { (both("重新检索", "Search again")) } (search_form(ctx.lang, "", true)) }
        }
        p { a href="/" { "返回首页" } " · " a href="/lists" { "公示名单" } " · " a href="/help" { "办事指南" } }
        @if !request_id.is_empty() { p.meta { "请求编号 " code { (request_id) } } }
    };
    frame(ctx, &head, &main)
}
