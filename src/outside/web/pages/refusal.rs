//! The page of a refusal: the same words as the problem document. What is gone is named by nothing.

use maud::{Markup, html};

use crate::outside::web::link;
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame, search_form};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::problem::{FieldError, Refusal};

/// What is wrong in words. A parameter is named.
fn message(lang: Lang, error: &FieldError) -> Markup {
    let (zh, en) = error
        .message
        .split_once(" · ")
        .unwrap_or((error.message.as_str(), ""));
    html! {
        @if let Some(name) = error.pointer.strip_prefix("query:") { code { (name) } " " }
        @if lang.is_chinese() || en.is_empty() { (lang.chinese(zh)) } @else { (en) }
    }
}

/// What helps now: the same once more where that will pass, another search where something was looked for.
fn next_step(ctx: &Ctx, refusal: &Refusal) -> Markup {
    let lang = ctx.lang;
    html! {
        @match refusal {
            Refusal::TooMany { .. } | Refusal::Busy | Refusal::NotReady | Refusal::Internal => {
                p { a.button href=(ctx.here) { (lang.say("再试一次", "Try again")) } }
                @if matches!(refusal, Refusal::TooMany { person_search: false, .. }) {
                    p { (lang.say("需要大量数据的，不必逐页查询：", "For bulk needs there is no need to ask page by page: ")) a href="/data" { (lang.say("开放数据", "open data")) } (lang.say("。", ".")) }
                }
            }
            Refusal::TooLarge => p { a.button href="/verify" { (lang.say("回到报告核验", "Back to verifying a report")) } },
            Refusal::NotFound | Refusal::Gone | Refusal::BadCode { .. } | Refusal::BadParameters(_) => {
                section { h2 { (lang.say("重新检索", "Search again")) } (search_form(lang, "", true)) }
            }
            Refusal::Method(_) | Refusal::BatchTooLarge | Refusal::MediaType | Refusal::UnknownKey | Refusal::Elsewhere => {}
        }
    }
}

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, refusal: &Refusal, request_id: &str) -> Markup {
    let lang = ctx.lang;
    let words = refusal.words();
    let title = lang.say(words.zh, words.en);
    let head = Head::new(title, Place::Elsewhere).unindexed();
    let weight = match refusal {
        Refusal::BadParameters(_)
        | Refusal::BadCode { .. }
        | Refusal::TooLarge
        | Refusal::BatchTooLarge
        | Refusal::MediaType
        | Refusal::Elsewhere
        | Refusal::Internal => Weight::Error,
        _ => Weight::Info,
    };
    let main = html! {
        header.page-head { h1 { (title) } }
        (notice(weight, &html! { (lang.say(words.detail_zh, words.detail_en)) }, &html! {
            @if !refusal.errors().is_empty() {
                ul.texts { @for error in refusal.errors() { li { (message(lang, error)) } } }
            }
            @if !refusal.likely().is_empty() {
                p { (lang.say("您要找的可能是：", "You may mean:")) }
                ul.texts { @for code in refusal.likely() { li { a href=(link::subject(code)) { code { (code) } } } } }
            }
            @if let Some(seconds) = refusal.retry_after() {
                p { (lang.say("请在 ", "Try again in ")) (seconds) (lang.say(" 秒后重试。", " seconds.")) }
            }
        }))
        (next_step(ctx, refusal))
        p {
            a href="/" { (lang.say("返回首页", "First page")) } " · "
            a href="/lists" { (lang.say("公示名单", "Lists")) } " · "
            a href="/help" { (lang.say("办事指南", "Help")) }
        }
        @if !request_id.is_empty() { p.meta { (lang.say("请求编号 ", "Request ")) code { (request_id) } } }
    };
    frame(ctx, &head, &main)
}
