//! An officer's own password and authenticator.

use maud::{Markup, html};

use super::frame::DeskCtx;
use super::parts::{SecretField, qr, secret_field, summary};
use super::setup::groups;
use crate::inside::desk::form::{Wrong, words_at};
use crate::outside::web::parts::lang::Lang;

/// What an officer changes here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Own {
    /// Password and authenticator.
    #[default]
    Both,
    /// Nothing: it is an officer of the demonstration, whom everybody uses.
    Demo,
    /// Nothing: it signs in through the provider of its office.
    Elsewhere,
}

/// What was changed a moment ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// The password.
    Password,
    /// The authenticator.
    Device,
}

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct AccountView {
    /// What may be changed.
    pub own: Own,
    /// What was changed.
    pub done: Option<Done>,
    /// What is wrong with what was typed.
    pub wrong: Vec<Wrong>,
}

/// A new authenticator.
#[derive(Clone, Debug, Default)]
pub struct DeviceView {
    /// Address for authenticators.
    pub uri: String,
    /// The secret in letters.
    pub letters: String,
    /// What is wrong with what was typed.
    pub wrong: Vec<Wrong>,
}

fn secret<'a>(
    lang: Lang,
    wrong: &[Wrong],
    name: &'a str,
    (label, hint): (&'a str, &'a str),
    autocomplete: &'a str,
) -> Markup {
    secret_field(
        lang,
        &SecretField {
            name,
            label,
            hint,
            error: words_at(wrong, name, lang),
            autocomplete,
            digits: autocomplete == "one-time-code",
            required: true,
        },
    )
}

/// The password and the code of now.
fn proof(lang: Lang, wrong: &[Wrong]) -> Markup {
    let old = (lang.say("现在的密码", "Current password"), "");
    let code = (
        lang.say("验证码", "Code"),
        lang.say(
            "现在使用的验证器显示的六位数字；登录时用过的不能再用，请等下一个",
            "Six digits from the authenticator that you use now; the one of your sign-in is used up, wait for the next",
        ),
    );
    html! {
        (secret(lang, wrong, "old", old, "current-password"))
        (secret(lang, wrong, "code", code, "one-time-code"))
    }
}

/// The page.
#[must_use]
pub fn page(ctx: &DeskCtx, view: &AccountView) -> Markup {
    let lang = ctx.lang;
    html! {
        (summary(lang, &view.wrong))
        header.page-head { h1 { (lang.say("账号安全", "Your account")) } }
        @match view.done {
            Some(Done::Password) => p.callout role="status" { (lang.say("密码已更改。您的其他登录都已退出。", "The password is changed. All your other sessions have ended.")) },
            Some(Done::Device) => p.callout role="status" { (lang.say("验证器已更换，旧的不再有效。您的其他登录都已退出。", "The authenticator is changed, the old one is worth nothing. All your other sessions have ended.")) },
            None => {},
        }
        @match view.own {
            Own::Demo => p { (lang.say("演示账号由所有访问者共用，密码不能更改。", "Everybody uses the officers of the demonstration: their password cannot be changed.")) },
            Own::Elsewhere => p { (lang.say("您通过本单位的统一身份认证登录，密码和验证器在那里更改。", "You sign in through the provider of your office: password and authenticator are changed there.")) },
            Own::Both => (both(ctx, view)),
        }
    }
}

fn both(ctx: &DeskCtx, view: &AccountView) -> Markup {
    let lang = ctx.lang;
    let new = (
        lang.say("新密码", "New password"),
        lang.say(
            "至少 12 个字符；几个不相干的词连在一起即可，无须特殊符号",
            "12 characters at least; a few words that have nothing to do with each other will do",
        ),
    );
    let again = (lang.say("再次输入新密码", "The new password again"), "");
    html! {
        section {
            h2 { (lang.say("更改密码", "Change the password")) }
            form.desk-form action="/desk/account" method="post" novalidate {
                (ctx.token())
                (proof(lang, &view.wrong))
                (secret(lang, &view.wrong, "password", new, "new-password"))
                (secret(lang, &view.wrong, "again", again, "new-password"))
                button.button type="submit" { (lang.say("更改密码", "Change the password")) }
            }
        }
        section {
            h2 { (lang.say("更换验证器", "Another authenticator")) }
            p { (lang.say("换手机之前，用旧手机上的验证码绑定新手机。旧手机已经不在的，请平台管理人员重置。", "Set the new telephone up while the old one still shows codes. Who has lost the old one asks the platform operator for a reset.")) }
            p { a href="/desk/account/device" { (lang.say("绑定新的验证器", "Set up another authenticator")) } }
        }
    }
}

/// The page of a new authenticator.
#[must_use]
pub fn device(ctx: &DeskCtx, view: &DeviceView) -> Markup {
    let lang = ctx.lang;
    let new = (
        lang.say(
            "新验证器显示的验证码",
            "Code that the new authenticator shows",
        ),
        lang.say(
            "六位数字，每 30 秒更换",
            "Six digits, new ones every 30 seconds",
        ),
    );
    html! {
        (summary(lang, &view.wrong))
        p.meta { a href="/desk/account" { (lang.say("账号安全", "Your account")) } }
        header.page-head { h1 { (lang.say("更换验证器", "Another authenticator")) } }
        form.desk-form action="/desk/account/device" method="post" novalidate {
            (ctx.token())
            section {
                h2 { (lang.say("绑定新的验证器", "Set up the new one")) }
                p { (lang.say("用新手机上的验证器应用扫描二维码，或者手工输入密钥：", "Scan the code with the authenticator on the new telephone, or type the key:")) }
                div.desk-qr {
                    (qr(&view.uri, lang.say("验证器二维码，内容与下方密钥相同", "Code for authenticators; it holds the key below")))
                    p { code.num { (groups(&view.letters)) } }
                }
            }
            (secret(lang, &view.wrong, "new_code", new, "one-time-code"))
            (proof(lang, &view.wrong))
            button.button type="submit" { (lang.say("更换验证器", "Change the authenticator")) }
        }
    }
}
