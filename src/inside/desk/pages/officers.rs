//! Officers: who they are, who may be made, and what waits for a second officer.

use std::sync::Arc;

use maud::{Markup, html};

use super::frame::DeskCtx;
use super::parts::{errors, qr};
use crate::domain::cases::Role;
use crate::inside::desk::Form;
use crate::inside::desk::oidc::subject_of;
use crate::inside::desk::rights;
use crate::inside::vault::{Officer, OfficerChange};
use crate::outside::web::parts::field::{Field, Input, field};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::text::instant;

/// What the page shows.
#[derive(Debug, Default)]
pub struct OfficersView {
    /// Officers, by id.
    pub officers: Vec<Officer>,
    /// Changes that wait.
    pub changes: Vec<OfficerChange>,
    /// Name of the OpenID provider, where one is set.
    pub provider: Option<String>,
    /// What was sent and is not right.
    pub back: Back,
}

/// A form of the page that comes back. The page has one for each officer: what was typed returns into the very one that was
/// sent, and the summary leads there.
#[derive(Clone, Debug, Default)]
pub struct Back {
    /// What was sent.
    pub sent: Option<Arc<Form>>,
    /// What is wrong: name of the field, or nothing for the button; words in Chinese and English.
    pub wrong: Vec<(&'static str, String, String)>,
}

impl Back {
    fn one(&self, name: &str) -> &str {
        self.sent.as_ref().map_or("", |form| form.one(name))
    }

    /// Whether it is the form of an act on one officer; on none for a new one.
    fn is(&self, act: &str, id: &str) -> bool {
        self.sent.is_some() && self.one("act") == act && (act == "add" || self.one("id") == id)
    }

    /// What was typed into a field of such a form; `before` where it was not sent.
    fn typed<'a>(&'a self, (act, id): (&str, &str), name: &str, before: &'a str) -> &'a str {
        if self.is(act, id) {
            self.one(name)
        } else {
            before
        }
    }

    fn error(&self, (act, id): (&str, &str), name: &str, lang: Lang) -> &str {
        let found = self.wrong.iter().find(|(field, ..)| *field == name);
        let found = found.filter(|_| self.is(act, id));
        found.map_or("", |(_, zh, en)| own(lang, zh, en))
    }

    /// Ids of what is wrong on the page, with the words.
    fn summary(&self, lang: Lang) -> Markup {
        let (act, id) = (self.one("act"), self.one("id"));
        let about = if matches!(act, "agree" | "refuse") {
            self.one("change")
        } else {
            id
        };
        let place = |field: &str| match (act, field) {
            ("add", "") => "id".to_owned(),
            ("add", field) => field.to_owned(),
            (_, "") => format!("{act}-{about}"),
            (_, field) => format!("{act}-{about}-{field}"),
        };
        let wrong = self.wrong.iter();
        let all: Vec<(String, &str)> = wrong
            .map(|(f, zh, en)| (place(f), own(lang, zh, en)))
            .collect();
        let all: Vec<(&str, &str)> = all
            .iter()
            .map(|(id, words)| (id.as_str(), *words))
            .collect();
        errors(lang, &all)
    }
}

fn own<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    if lang.is_chinese() { zh } else { en }
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
        (view.back.summary(lang))
        header.page-head { h1 { (lang.say("人员", "Officers")) } }
        @if !view.changes.is_empty() { (changes(ctx, &view.changes, admin)) }
        @if admin { (add(ctx, view)) }
        section {
            h2 { (lang.say("全部人员", "All officers")) }
            @if view.officers.is_empty() { p.empty { (lang.say("还没有人员。", "No officer yet.")) } }
            @else { (table(ctx, view, admin)) }
        }
    }
}

fn add(ctx: &DeskCtx, view: &OfficersView) -> Markup {
    const FORM: (&str, &str) = ("add", "");
    let lang = ctx.lang;
    let back = &view.back;
    let roles = roles(lang);
    let line = |name, label, hint, required| Field {
        name,
        label,
        hint,
        error: back.error(FORM, name, lang),
        value: back.typed(FORM, name, ""),
        required,
        input: Input::Line {
            autocomplete: "off",
            longest: 100,
        },
    };
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
        details open[back.is("add", "")] {
            summary { (lang.say("新增人员", "Make an officer")) }
            form.desk-form action="/desk/officers" method="post" novalidate {
                (ctx.token())
                (field(lang, &id)) (field(lang, &name)) (field(lang, &role)) (field(lang, &code)) (field(lang, &authority))
                @if view.provider.is_some() { (field(lang, &subject)) }
                button.button type="submit" name="act" value="add" { (lang.say("新增", "Make")) }
            }
        }
    }
}

/// A line of a form in the table: its form, name, words, longest text and what stands there at first.
fn cell(
    ctx: &DeskCtx,
    back: &Back,
    form: (&str, &str),
    name: &str,
    (label, longest, before): (&str, u32, &str),
) -> Markup {
    let (act, id) = form;
    let at = format!("{act}-{id}-{name}");
    let error = back.error(form, name, ctx.lang);
    let told = (!error.is_empty()).then(|| format!("{at}-error"));
    html! {
        @if let Some(told) = &told { (cell_error(ctx.lang, told, error)) }
        input id=(at) type="text" name=(name) maxlength=(longest) value=(back.typed(form, name, before)) autocomplete="off"
            aria-label=(label) aria-describedby=[&told] aria-invalid=[told.is_some().then_some("true")];
    }
}

fn cell_error(lang: Lang, id: &str, error: &str) -> Markup {
    html! { p.error id=(id) { span.hidden { (lang.say("错误：", "Error: ")) } (error) } }
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
                                button.button id={ "agree-" (change.id) } type="submit" name="act" value="agree" { (lang.say("同意", "Agree")) } " "
                                button.button.second id={ "refuse-" (change.id) } type="submit" name="act" value="refuse" { (lang.say("不同意", "Refuse")) }
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
            @if admin { td { (acts(ctx, &view.back, officer)) (binding(ctx, view, officer)) } }
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
                button.button.second id={ "unbind-" (officer.id) } type="submit" name="act" value="unbind" { (lang.say("解除统一身份认证绑定", "Unbind from the identity provider")) }
            }
        } @else if let Some(name) = &view.provider {
            @let form = ("bind", officer.id.as_str());
            details open[view.back.is("bind", &officer.id)] {
                summary { (lang.say("绑定统一身份认证", "Bind to the identity provider")) }
                form action="/desk/officers" method="post" novalidate {
                    (ctx.token())
                    input type="hidden" name="id" value=(officer.id);
                    p.hint { (name) }
                    (cell(ctx, &view.back, form, "subject", (lang.say("认证平台的标识", "What the identity provider calls the person"), 255, "")))
                    (cell(ctx, &view.back, form, "reason", (lang.say("理由", "Reason"), 200, "")))
                    button.button.second type="submit" name="act" value="bind" { (lang.say("提交审批", "Ask a second officer")) }
                }
            }
        }
    }
}

fn acts(ctx: &DeskCtx, back: &Back, officer: &Officer) -> Markup {
    let lang = ctx.lang;
    let form = ("ask", officer.id.as_str());
    let role = back.typed(form, "role", officer.role.code());
    let error = back.error(form, "role", lang);
    let told = (!error.is_empty()).then(|| format!("ask-{}-role-error", officer.id));
    let roles: Vec<(Role, &str)> = rights::ALL
        .iter()
        .map(|r| (*r, lang.say(r.zh(), r.en())))
        .collect();
    html! {
        form action="/desk/officers" method="post" {
            (ctx.token())
            input type="hidden" name="id" value=(officer.id);
            @if officer.disabled_at.is_none() { button.button.second id={ "disable-" (officer.id) } type="submit" name="act" value="disable" { (lang.say("停用", "Disable")) } " " }
            button.button.second id={ "reset-" (officer.id) } type="submit" name="act" value="reset" { (lang.say("重置登录", "Reset sign-in")) }
        }
        details open[back.is("ask", &officer.id)] {
            summary { (lang.say("变更角色", "Change the role")) }
            form action="/desk/officers" method="post" novalidate {
                (ctx.token())
                input type="hidden" name="id" value=(officer.id);
                @if let Some(told) = &told { (cell_error(lang, told, error)) }
                select id={ "ask-" (officer.id) "-role" } name="role" aria-label=(lang.say("新角色", "New role")) aria-describedby=[&told] aria-invalid=[told.is_some().then_some("true")] {
                    @for (one, words) in &roles { option value=(one.code()) selected[one.code() == role] { (words) } }
                }
                (cell(ctx, back, form, "authority", (lang.say("单位统一社会信用代码", "Credit code of the authority"), 18, officer.authority.as_deref().unwrap_or_default())))
                (cell(ctx, back, form, "reason", (lang.say("理由", "Reason"), 200, "")))
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
