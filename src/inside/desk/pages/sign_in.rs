//! The sign-in.

use maud::{Markup, html};
use url::form_urlencoded;

use super::frame::DeskCtx;
use super::parts::{SecretField, secret_field};
use crate::domain::cases::Role;
use crate::inside::desk::DEMO_PASSWORD;
use crate::outside::web::parts::field::{Field, Input, field};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct SignInView {
    /// Whether an attempt was refused.
    pub refused: bool,
    /// What was typed as the id.
    pub id: String,
    /// Where the sign-in leads; empty: to what waits.
    pub next: String,
    /// Officers of the demonstration: id, role, authority.
    pub demo: Vec<(String, Role, String)>,
    /// Name of the OpenID provider that signs in too, where there is one.
    pub provider: Option<String>,
    /// Where one signs out at the provider too, after signing out here.
    pub way_out: Option<String>,
}

/// The page.
#[must_use]
pub fn page(ctx: &DeskCtx, view: &SignInView) -> Markup {
    let lang = ctx.lang;
    let id = Field {
        name: "id",
        label: lang.say("账号", "Officer id"),
        hint: "",
        error: "",
        value: &view.id,
        required: true,
        input: Input::Line {
            autocomplete: "username",
            longest: 64,
        },
    };
    let password = SecretField {
        name: "password",
        label: lang.say("密码", "Password"),
        hint: "",
        error: "",
        autocomplete: "current-password",
        digits: false,
        required: true,
    };
    let code = SecretField {
        name: "code",
        label: lang.say("验证码", "Code"),
        hint: lang.say(
            "验证器应用显示的六位数字；首次登录且尚未绑定验证器的，可不填",
            "Six digits from the authenticator; leave it empty at the first sign-in if none is set up yet",
        ),
        error: "",
        autocomplete: "one-time-code",
        digits: true,
        required: false,
    };
    html! {
        header.page-head { h1 { (lang.say("工作人员登录", "Officers: sign in")) } }
        @if view.refused {
            div.error-summary role="alert" tabindex="-1" autofocus {
                h2 { (lang.say("未能登录", "Not signed in")) }
                p { (lang.say("账号、密码或者验证码不正确，或者账号已停用。", "The id, the password or the code is not right, or the officer is disabled.")) }
            }
        }
        @if let Some(way_out) = &view.way_out { (signed_out(lang, way_out)) }
        form.desk-form action="/desk/sign-in" method="post" {
            @if !view.next.is_empty() { input type="hidden" name="next" value=(view.next); }
            (field(lang, &id))
            (secret_field(lang, &password))
            (secret_field(lang, &code))
            button.button type="submit" { (lang.say("登录", "Sign in")) }
        }
        @if let Some(name) = &view.provider { (provider(lang, name, &view.next)) }
        @if ctx.demo { (demo(ctx, view)) }
        p.meta { (lang.say("忘记密码或者更换手机的，请联系本单位的平台管理人员重置。", "Who has lost the password or the telephone asks the platform operator for a reset.")) }
    }
}

/// The way to the provider: a link, since a form may lead to no other site.
fn provider(lang: Lang, name: &str, next: &str) -> Markup {
    let mut address = "/desk/sign-in/provider".to_owned();
    if !next.is_empty() {
        address.push_str("?next=");
        address.extend(form_urlencoded::byte_serialize(next.as_bytes()));
    }
    html! {
        section {
            h2 { (lang.say("统一身份认证", "Identity provider")) }
            p { a.button.second href=(address) { (lang.say("使用以下账号登录：", "Sign in with ")) (name) } }
        }
    }
}

/// Who has signed out here may still be signed in at the provider, which would let the next one at this machine in.
fn signed_out(lang: Lang, way_out: &str) -> Markup {
    let heading = lang.say("已退出工作平台", "You have signed out of the desk");
    notice(
        Weight::Info,
        &html! { (heading) },
        &html! {
            p { (lang.say("您在统一身份认证处可能仍处于登录状态。多人共用电脑的，请一并退出。", "At the identity provider you may still be signed in. Sign out there too on a machine that others use.")) }
            p { a href=(way_out) rel="noreferrer" { (lang.say("退出统一身份认证", "Sign out at the identity provider")) } }
        },
    )
}

fn demo(ctx: &DeskCtx, view: &SignInView) -> Markup {
    let lang = ctx.lang;
    let heading = lang.say(
        "演示账号：密码公开，无须验证码",
        "Officers of the demonstration: the password is public, no code is needed",
    );
    notice(
        Weight::Caution,
        &html! { (heading) },
        &html! {
            p {
                (lang.say("只有演示系统才有这些账号；正式系统中一律不能登录。密码：", "They exist in the demonstration alone and sign in on no other site. Password: "))
                code { (DEMO_PASSWORD) }
            }
            div.table-wrap tabindex="0" role="region" aria-label=(lang.say("演示账号", "Officers of the demonstration")) {
                table {
                    thead { tr {
                        th scope="col" { (lang.say("账号", "Officer id")) }
                        th scope="col" { (lang.say("角色", "Role")) }
                        th scope="col" { (lang.say("单位", "Authority")) }
                    } }
                    tbody {
                        @for (id, role, authority) in &view.demo {
                            tr {
                                th scope="row" { code { (id) } }
                                td { (lang.say(role.zh(), role.en())) }
                                td { (authority) }
                            }
                        }
                    }
                }
            }
        },
    )
}
