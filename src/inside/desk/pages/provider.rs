//! Pages of a sign-in by the word of an OpenID provider: the code that is still asked for, the way on, and why nobody was
//! signed in.

use actix_web::http::StatusCode;
use maud::{Markup, html};

use super::frame::DeskCtx;
use super::parts::{SecretField, errors, secret_field};
use crate::inside::desk::oidc::NotSigned;
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};

/// Asks for the code of the authenticator.
#[must_use]
pub fn code(ctx: &DeskCtx, wrong: bool) -> Markup {
    let lang = ctx.lang;
    let words = lang.say(
        "验证码不正确，或者已经用过",
        "The code is not right, or was used",
    );
    let field = SecretField {
        name: "code",
        label: lang.say("验证器显示的验证码", "Code that the authenticator shows"),
        hint: lang.say(
            "六位数字，每 30 秒更换",
            "Six digits, new ones every 30 seconds",
        ),
        error: if wrong { words } else { "" },
        autocomplete: "one-time-code",
        digits: true,
        required: true,
    };
    let all: &[(&str, &str)] = if wrong { &[("code", words)] } else { &[] };
    html! {
        (errors(lang, all))
        header.page-head { h1 { (lang.say("输入验证码", "Enter the code")) } }
        p.lead { (lang.say("身份已由统一身份认证确认，还须输入您在本平台绑定的验证器的验证码。", "The identity provider has confirmed who you are; the code of the authenticator that you have set up here is still needed.")) }
        form.desk-form action="/desk/sign-in/code" method="post" {
            (secret_field(lang, &field))
            button.button type="submit" { (lang.say("登录", "Sign in")) }
        }
        p { a href="/desk/sign-in" { (lang.say("改用密码登录", "Sign in with a password instead")) } }
    }
}

/// Leads on, where the browser does not do so by itself.
#[must_use]
pub fn onwards(ctx: &DeskCtx, to: &str) -> Markup {
    let lang = ctx.lang;
    html! {
        header.page-head { h1 { (lang.say("已登录", "Signed in")) } }
        p { a.button href=(to) { (lang.say("进入工作平台", "On to the desk")) } }
    }
}

/// Status of the page that says why nobody was signed in.
#[must_use]
pub const fn status(not: &NotSigned) -> StatusCode {
    match not {
        NotSigned::Away => StatusCode::SERVICE_UNAVAILABLE,
        NotSigned::Odd => StatusCode::BAD_GATEWAY,
        NotSigned::Lost | NotSigned::Declined | NotSigned::Unknown(_) | NotSigned::NotInForce => {
            StatusCode::FORBIDDEN
        }
    }
}

/// Heading, and what to do.
#[must_use]
pub fn words(lang: Lang, not: &NotSigned) -> (&'static str, &'static str) {
    let (title, detail) = match not {
        NotSigned::Away => (
            (
                "统一身份认证没有响应",
                "The identity provider does not answer",
            ),
            (
                "可能正在维护。请稍后再试，或者用密码登录。",
                "It may be under maintenance. Try again later, or sign in with a password.",
            ),
        ),
        NotSigned::Odd => (
            (
                "统一身份认证的答复不能采信",
                "The answer of the identity provider was not accepted",
            ),
            (
                "没有登录。请重新登录；仍然如此的，请告知平台管理人员，原因已记入系统日志。也可以用密码登录。",
                "Nobody was signed in. Begin again; if it happens again, tell the platform operator: the log says why. A password works as before.",
            ),
        ),
        NotSigned::Lost => (
            ("本次登录已经失效", "This sign-in is over"),
            (
                "登录超过时限、已经完成过，或者是从另一个浏览器开始的。请重新登录。",
                "It took too long, was used already, or was begun in another browser. Begin again.",
            ),
        ),
        NotSigned::Declined => (
            (
                "统一身份认证没有同意登录",
                "The identity provider did not agree to the sign-in",
            ),
            (
                "登录已取消，或者您的账号无权登录本平台。",
                "It was cancelled, or your account there may not sign in here.",
            ),
        ),
        NotSigned::Unknown(_) => (
            (
                "您的身份没有与本平台账号绑定",
                "Your identity is bound to no officer here",
            ),
            (
                "请联系本单位的平台管理人员绑定，须由两名管理人员办理。已有密码的，可以用密码登录。",
                "Ask the platform operator to bind it, which two of them do together. Whoever has a password signs in with it.",
            ),
        ),
        NotSigned::NotInForce => (
            ("账号已停用", "The officer is disabled"),
            ("请联系本单位的平台管理人员。", "Ask the platform operator."),
        ),
    };
    (lang.say(title.0, title.1), lang.say(detail.0, detail.1))
}

/// Why nobody was signed in.
#[must_use]
pub fn not_signed(ctx: &DeskCtx, not: &NotSigned) -> Markup {
    let lang = ctx.lang;
    let (title, detail) = words(lang, not);
    html! {
        header.page-head { h1 { (title) } }
        (notice(Weight::Caution, &html! { (detail) }, &html! {
            @if let NotSigned::Unknown(Some(subject)) = not {
                p { (lang.say("您在认证平台的标识（绑定时需要）：", "What the provider calls you (needed for binding): ")) code { (subject) } }
            }
        }))
        p { a href="/desk/sign-in" { (lang.say("返回登录", "Back to the sign-in")) } }
    }
}

/// The pages in every form, for tests.
#[cfg(test)]
pub fn samples(ctx: &DeskCtx) -> Vec<(&'static str, Markup)> {
    let mut all = vec![
        ("provider: code", code(ctx, false)),
        ("provider: wrong code", code(ctx, true)),
        ("provider: onwards", onwards(ctx, "/desk/cases?a=b")),
    ];
    for not in [
        NotSigned::Away,
        NotSigned::Odd,
        NotSigned::Lost,
        NotSigned::Declined,
        NotSigned::Unknown(Some("\"><script>".repeat(20))),
        NotSigned::Unknown(None),
        NotSigned::NotInForce,
    ] {
        all.push(("provider: not signed in", not_signed(ctx, &not)));
    }
    all
}
