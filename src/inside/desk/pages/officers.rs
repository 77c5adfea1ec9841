//! Officers: who they are, who may be made, and what waits for a second officer.

use maud::{Markup, html};

use super::frame::DeskCtx;
use super::parts::qr;
use crate::domain::cases::Role;
use crate::inside::desk::oidc::subject_of;
use crate::inside::desk::rights;
use crate::inside::vault::{Officer, OfficerChange};
use crate::outside::web::parts::field::{Field, Input, field};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::text::instant;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct OfficersView {
    /// Officers, by id.
    pub officers: Vec<Officer>,
    /// Changes that wait.
    pub changes: Vec<OfficerChange>,
    /// Name of the OpenID provider, where one is set.
    pub provider: Option<String>,
}

fn roles(lang: Lang) -> Vec<(&'static str, &'static str)> {
    let all = rights::ALL.iter();
    all.map(|r| (r.code(), lang.say(r.zh(), r.en()))).collect()
}

/// The page.
#[must_use]
pub fn page(ctx: &DeskCtx, view: &OfficersView) -> Markup {
    let lang = ctx.lang;
    let admin = ctx.may(rights::ADMIN);
    html! {
        header.page-head { h1 { (lang.say("人员", "Officers")) } }
        @if !view.changes.is_empty() { (changes(ctx, &view.changes, admin)) }
        @if admin { (add(ctx, view.provider.is_some())) }
        section {
            h2 { (lang.say("全部人员", "All officers")) }
            @if view.officers.is_empty() { p.empty { (lang.say("还没有人员。", "No officer yet.")) } }
            @else { (table(ctx, view, admin)) }
        }
    }
}

fn line<'a>(name: &'a str, label: &'a str, hint: &'a str, required: bool) -> Field<'a> {
    Field {
        name,
        label,
        hint,
        error: "",
        value: "",
        required,
        input: Input::Line {
            autocomplete: "off",
            longest: 100,
        },
    }
}

fn add(ctx: &DeskCtx, provider: bool) -> Markup {
    let lang = ctx.lang;
    let roles = roles(lang);
    let id = line(
        "id",
        lang.say("账号", "Id"),
        lang.say(
            "小写字母、数字、点、横线，以字母开头",
            "small letters, digits, dots, dashes; begins with a letter",
        ),
        true,
    );
    let name = line("name", lang.say("姓名", "Name"), "", true);
    let code = line(
        "authority",
        lang.say("单位统一社会信用代码", "Credit code of the authority"),
        lang.say(
            "平台管理、领导小组、审计人员不填",
            "not for operators, the leading group and auditors",
        ),
        false,
    );
    let authority = line(
        "authority_name",
        lang.say("单位名称", "Name of the authority"),
        "",
        false,
    );
    let subject = line(
        "subject",
        lang.say(
            "认证平台的标识",
            "What the identity provider calls the person",
        ),
        lang.say(
            "填写后通过统一身份认证登录，不设密码",
            "then the officer signs in through the identity provider and has no password",
        ),
        false,
    );
    let role = Field {
        input: Input::Choice { of: &roles },
        ..line("role", lang.say("角色", "Role"), "", true)
    };
    html! {
        details {
            summary { (lang.say("新增人员", "Make an officer")) }
            form.desk-form action="/desk/officers" method="post" {
                (ctx.token())
                (field(lang, &id)) (field(lang, &name)) (field(lang, &role)) (field(lang, &code)) (field(lang, &authority))
                @if provider { (field(lang, &subject)) }
                button.button type="submit" name="act" value="add" { (lang.say("新增", "Make")) }
            }
        }
    }
}

fn changes(ctx: &DeskCtx, all: &[OfficerChange], admin: bool) -> Markup {
    let lang = ctx.lang;
    html! {
        section {
            h2 { (lang.say("待第二人审批的变更", "Changes that wait for a second officer")) }
            ul.files {
                @for change in all {
                    li {
                        span {
                            code { (change.officer) } " → "
                            @if let Some(subject) = &change.subject {
                                (lang.say("绑定统一身份认证 ", "bound to the identity provider's ")) code { (subject) }
                            } @else {
                                (lang.say(change.role.zh(), change.role.en()))
                                @if let Some(authority) = &change.authority { " " code { (authority) } }
                            }
                            span.meta.line { (change.reason) " · " code { (change.asked_by) } " · " (instant(change.asked_at)) }
                        }
                        @if admin {
                            form action="/desk/officers" method="post" {
                                (ctx.token())
                                input type="hidden" name="change" value=(change.id);
                                button.button type="submit" name="act" value="agree" { (lang.say("同意", "Agree")) } " "
                                button.button.second type="submit" name="act" value="refuse" { (lang.say("不同意", "Refuse")) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn state(lang: Lang, officer: &Officer) -> &'static str {
    match (officer.disabled_at.is_some(), officer.must_change) {
        (true, _) => lang.say("已停用", "disabled"),
        (false, true) => lang.say("尚未设置", "not set up yet"),
        (false, false) => lang.say("正常", "in force"),
    }
}

fn table(ctx: &DeskCtx, view: &OfficersView, admin: bool) -> Markup {
    let lang = ctx.lang;
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(lang.say("全部人员", "All officers")) {
            table {
                thead { tr {
                    th scope="col" { (lang.say("账号", "Id")) }
                    th scope="col" { (lang.say("姓名", "Name")) }
                    th scope="col" { (lang.say("角色", "Role")) }
                    th scope="col" { (lang.say("单位", "Authority")) }
                    th scope="col" { (lang.say("状态", "State")) }
                    th scope="col" { (lang.say("最近登录", "Last sign-in")) }
                    @if admin { th scope="col" { (lang.say("操作", "Acts")) } }
                } }
                tbody { @for officer in &view.officers { (row(ctx, view, officer, admin)) } }
            }
        }
    }
}

fn row(ctx: &DeskCtx, view: &OfficersView, officer: &Officer, admin: bool) -> Markup {
    let lang = ctx.lang;
    html! {
        tr {
            th scope="row" { code { (officer.id) } }
            td { (officer.name) }
            td { (lang.say(officer.role.zh(), officer.role.en())) }
            td { (officer.authority_name) " " @if let Some(code) = &officer.authority { code { (code) } } }
            td {
                (state(lang, officer))
                @if officer.demo { " " span.tag { (lang.say("仅演示", "demonstration")) } }
                @if let Some(bound) = &officer.oidc_subject { span.meta.line { (lang.say("已绑定统一身份认证：", "bound at the identity provider: ")) code { (subject_of(bound)) } } }
            }
            td { @if let Some(at) = officer.signed_in_at { (instant(at)) } @else { "—" } }
            @if admin { td { (acts(ctx, officer)) (binding(ctx, view, officer)) } }
        }
    }
}

/// Binding an officer to a person of the provider, which a second officer must agree to, or taking that away.
fn binding(ctx: &DeskCtx, view: &OfficersView, officer: &Officer) -> Markup {
    let lang = ctx.lang;
    html! {
        @if officer.oidc_subject.is_some() {
            form action="/desk/officers" method="post" {
                (ctx.token())
                input type="hidden" name="id" value=(officer.id);
                button.button.second type="submit" name="act" value="unbind" { (lang.say("解除统一身份认证绑定", "Unbind from the identity provider")) }
            }
        } @else if let Some(name) = &view.provider {
            details {
                summary { (lang.say("绑定统一身份认证", "Bind to the identity provider")) }
                form action="/desk/officers" method="post" {
                    (ctx.token())
                    input type="hidden" name="id" value=(officer.id);
                    p.hint { (name) }
                    input type="text" name="subject" maxlength="255" required autocomplete="off" aria-label=(lang.say("认证平台的标识", "What the identity provider calls the person"));
                    input type="text" name="reason" maxlength="200" required aria-label=(lang.say("理由", "Reason"));
                    button.button.second type="submit" name="act" value="bind" { (lang.say("提交审批", "Ask a second officer")) }
                }
            }
        }
    }
}

fn acts(ctx: &DeskCtx, officer: &Officer) -> Markup {
    let lang = ctx.lang;
    let roles: Vec<(Role, &str)> = rights::ALL
        .iter()
        .map(|r| (*r, lang.say(r.zh(), r.en())))
        .collect();
    html! {
        form action="/desk/officers" method="post" {
            (ctx.token())
            input type="hidden" name="id" value=(officer.id);
            @if officer.disabled_at.is_none() { button.button.second type="submit" name="act" value="disable" { (lang.say("停用", "Disable")) } " " }
            button.button.second type="submit" name="act" value="reset" { (lang.say("重置登录", "Reset sign-in")) }
        }
        details {
            summary { (lang.say("变更角色", "Change the role")) }
            form action="/desk/officers" method="post" {
                (ctx.token())
                input type="hidden" name="id" value=(officer.id);
                select name="role" aria-label=(lang.say("新角色", "New role")) {
                    @for (role, words) in &roles { option value=(role.code()) selected[*role == officer.role] { (words) } }
                }
                input type="text" name="authority" maxlength="18" value=(officer.authority.as_deref().unwrap_or_default()) aria-label=(lang.say("单位统一社会信用代码", "Credit code of the authority"));
                input type="text" name="reason" maxlength="200" required aria-label=(lang.say("理由", "Reason"));
                button.button.second type="submit" name="act" value="ask" { (lang.say("提交审批", "Ask a second officer")) }
            }
        }
    }
}

/// What signs an officer in for the first time, shown once.
#[must_use]
pub fn shown_once(ctx: &DeskCtx, id: &str, password: &str, uri: Option<&str>) -> Markup {
    let lang = ctx.lang;
    html! {
        header.page-head { h1 { (lang.say("一次性密码", "One-time password")) } }
        (notice(Weight::Caution, &html! { (lang.say("只显示这一次，请当面交给本人", "Shown only now: hand it over in person")) }, &html! {
            p { (lang.say("账号：", "Id: ")) code { (id) } }
            p { (lang.say("密码：", "Password: ")) code { (password) } }
            @if let Some(uri) = uri { (qr(uri, lang.say("验证器二维码", "Code for authenticators"))) }
            p { (lang.say("首次登录时必须更换密码并绑定验证器。", "At the first sign-in the password is replaced and an authenticator set up.")) }
        }))
        p { a href="/desk/officers" { (lang.say("返回人员", "Back to the officers")) } }
    }
}
