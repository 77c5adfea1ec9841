//! Messages that were given up: mails, webhooks, results to other platforms.

use maud::{Markup, html};

use super::frame::DeskCtx;
use crate::domain::cases::Role;
use crate::inside::vault::outbox::Message;
use crate::outside::web::parts::text::instant;

/// The page.
#[must_use]
pub(in crate::inside) fn page(ctx: &DeskCtx, given_up: &[Message]) -> Markup {
    let lang = ctx.lang;
    let may_retry = ctx
        .who
        .as_ref()
        .is_some_and(|who| who.role == Role::Operator);
    let title = lang.say("未送达的通知", "Messages that did not arrive");
    html! {
        header.page-head { h1 { (title) } }
        p { (lang.say("通知发送失败后自动重试五天；被对方拒绝或者五天仍未送达的列在这里。邮件地址不显示。", "What fails is tried again for five days. What the other side refused, or did not take by then, stands here. Addresses of e-mail are not shown.")) }
        @if given_up.is_empty() { p.empty { (lang.say("没有未送达的通知。", "Every message has arrived or is still being tried.")) } }
        @else {
            div.table-wrap tabindex="0" role="region" aria-label=(title) {
                table {
                    thead { tr {
                        th scope="col" { (lang.say("案件", "Case")) }
                        th scope="col" { (lang.say("种类", "Kind")) }
                        th scope="col" { (lang.say("状态", "State")) }
                        th scope="col" { (lang.say("停止时间", "Given up")) }
                        @if may_retry { th scope="col" { (lang.say("办理", "Act")) } }
                    } }
                    tbody { @for message in given_up { (row(ctx, message, may_retry)) } }
                }
            }
        }
    }
}

fn row(ctx: &DeskCtx, message: &Message, may_retry: bool) -> Markup {
    let lang = ctx.lang;
    let what = message.case_id.as_deref().unwrap_or(&message.id);
    html! {
        tr {
            th scope="row" { code { (what) } }
            td {
                (lang.say(message.kind.zh(), message.kind.en()))
                @if !message.target.is_empty() { " " code { (message.target) } }
            }
            td {
                (lang.say(message.standing.zh(), message.standing.en()))
                span.meta.line {
                    (message.answer) " · " (message.attempts) (lang.say(" 次", " attempts"))
                }
            }
            td { @if let Some(at) = message.ended_at { (instant(at)) } }
            @if may_retry {
                td {
                    form action="/desk/messages" method="post" {
                        (ctx.token())
                        input type="hidden" name="id" value=(message.id);
                        button.button.second type="submit" { (lang.say("重新发送", "Send again")) }
                    }
                }
            }
        }
    }
}

/// Samples for the tests of pages.
#[cfg(test)]
pub(in crate::inside) fn samples(ctx: &DeskCtx) -> Vec<(&'static str, Markup)> {
    use crate::inside::vault::outbox::{Kind, Standing};
    let message = |kind, target: &str, standing| Message {
        id: "XF-7K3M-9Q2H-4TWX-1/3/mail".to_owned(),
        kind,
        target: target.to_owned(),
        case_id: Some("XF-7K3M-9Q2H-4TWX-1".to_owned()),
        standing,
        made_at: chrono::DateTime::UNIX_EPOCH,
        due_at: chrono::DateTime::UNIX_EPOCH,
        attempts: 14,
        ended_at: Some(chrono::DateTime::UNIX_EPOCH),
        answer: "550".to_owned(),
    };
    let all = [
        message(Kind::Mail, "", Standing::Refused),
        message(Kind::Push, "province", Standing::Dead),
    ];
    vec![
        ("messages none", page(ctx, &[])),
        ("messages", page(ctx, &all)),
    ]
}
