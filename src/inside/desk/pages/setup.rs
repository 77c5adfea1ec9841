//! The first thing that an officer does: a password and a second factor that nobody else has seen.

use maud::{Markup, html};

use super::frame::DeskCtx;
use super::parts::{SecretField, errors, qr, secret_field};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct SetupView {
    /// Address for authenticators.
    pub uri: String,
    /// The secret in letters.
    pub letters: String,
    /// Whether the officer signs in through the OpenID provider alone, and so sets no password.
    pub without_password: bool,
    /// What is wrong: field and words.
    pub wrong: Vec<(&'static str, &'static str)>,
}

/// The secret in groups of four, to be typed.
pub(super) fn groups(letters: &str) -> String {
    let all: Vec<char> = letters.chars().collect();
    let groups: Vec<String> = all.chunks(4).map(|c| c.iter().collect()).collect();
    groups.join(" ")
}

/// The page.
#[must_use]
pub fn page(ctx: &DeskCtx, view: &SetupView) -> Markup {
    let lang = ctx.lang;
    let error = |name: &str| {
        let found = view.wrong.iter().find(|(field, _)| *field == name);
        found.map_or("", |(_, words)| *words)
    };
    let secret = |name: &'static str, label: &'static str, hint: &'static str| SecretField {
        name,
        label,
        hint,
        error: error(name),
        autocomplete: "new-password",
        digits: false,
        required: true,
    };
    let password = secret(
        "password",
        lang.say("新密码", "New password"),
        lang.say(
            "至少 12 个字符；几个不相干的词连在一起即可，无须特殊符号",
            "12 characters at least; a few words that have nothing to do with each other will do",
        ),
    );
    let again = secret(
        "again",
        lang.say("再次输入新密码", "The new password again"),
        "",
    );
    let code = SecretField {
        name: "code",
        label: lang.say("验证器显示的验证码", "Code that the authenticator shows"),
        hint: lang.say(
            "六位数字，每 30 秒更换",
            "Six digits, new ones every 30 seconds",
        ),
        error: error("code"),
        autocomplete: "one-time-code",
        digits: true,
        required: true,
    };
    html! {
        (errors(lang, &view.wrong))
        @if view.without_password {
            header.page-head { h1 { (lang.say("绑定验证器", "Set up an authenticator")) } }
            p.lead { (lang.say("通过统一身份认证登录的，还须验证器的验证码。绑定完成后，才能使用工作平台。", "A sign-in through the identity provider goes on with a code of an authenticator. The desk opens when it is set up.")) }
        } @else {
            header.page-head { h1 { (lang.say("设置密码和验证器", "Set a password and an authenticator")) } }
            p.lead { (lang.say("管理人员见过的一次性密码到此作废。设置完成后，才能使用工作平台。", "The one-time password, which others have seen, ends here. The desk opens when both are set.")) }
        }
        form.desk-form action="/desk/setup" method="post" {
            (ctx.token())
            @if !view.without_password {
                (secret_field(lang, &password))
                (secret_field(lang, &again))
            }
            section {
                h2 { (lang.say("绑定验证器", "Set up the authenticator")) }
                p { (lang.say("用验证器应用扫描二维码，或者手工输入密钥：", "Scan the code with an authenticator, or type the key:")) }
                div.desk-qr {
                    (qr(&view.uri, lang.say("验证器二维码，内容与下方密钥相同", "Code for authenticators; it holds the key below")))
                    p { code.num { (groups(&view.letters)) } }
                }
            }
            (secret_field(lang, &code))
            button.button type="submit" {
                @if view.without_password { (lang.say("完成绑定", "Done")) } @else { (lang.say("完成设置", "Set both")) }
            }
        }
    }
}
