//! The programming interface for people: every operation with its parameters, answers and an example that runs.

use maud::{Markup, html};
use serde_json::Value;

use crate::domain::catalogue::Catalogue;
use crate::outside::web::openapi::operations::{Operation, Parameter, TAGS, operations};
use crate::outside::web::openapi::{VERSION, document};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::problem;

/// A record and an organisation that are displayed, for examples that work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Id of the record.
    pub id: String,
    /// Credit code of its subject.
    pub code: String,
}

/// Everything the page needs.
#[derive(Clone, Copy, Debug)]
pub struct InterfaceView<'a> {
    /// Address of the site, for the commands that a reader copies.
    pub base: &'a str,
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// What the examples are about; none in an empty portal.
    pub known: Option<&'a Known>,
}

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, view: &InterfaceView<'_>) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("接口文档", "Interface");
    let lead = lang.say(
        "每个页面都有对应的 JSON 接口：检索、核对、跟随变更，均不需要注册。",
        "Every page has its JSON: search, check, and follow what changes, without registration.",
    );
    let all = operations(view.catalogue);
    let document = document(view.catalogue, view.base);
    let head = Head::new(title, Place::Elsewhere).described(lead);
    let main = html! {
        header.page-head { h1 { (title) } p.lead { (lead) } }
        p.meta {
            (lang.say("版本 ", "Version ")) (VERSION) " · "
            a href="/api/v1/openapi.json" { "OpenAPI 3.1 (openapi.json)" } " · "
            a href="/data" { (lang.say("批量下载", "Bulk downloads")) }
        }
        (conventions(lang))
        @for (tag, zh, en) in TAGS {
            section aria-labelledby={ "tag-" (tag) } {
                h2 id={ "tag-" (tag) } { (lang.say(zh, en)) }
                @for operation in all.iter().filter(|o| o.tag == tag) { (one(lang, view, operation)) }
            }
        }
        (schemas(lang, &document))
        (problems(lang))
    };
    frame(ctx, &head, &main)
}

fn conventions(lang: Lang) -> Markup {
    html! {
        section aria-labelledby="conventions-h" {
            h2 #conventions-h { (lang.say("约定", "Conventions")) }
            ul.texts {
                li { (lang.say("日期为北京时间的民用日期（ISO 8601），时刻带时差（RFC 3339）；名单和地区以代码表示。", "Dates are civil dates of Asia/Shanghai (ISO 8601), instants carry their offset (RFC 3339); lists and regions travel as codes.")) }
                li { (lang.say("不认识的参数和不合格的值一律以 400 拒绝，并逐项指出。错误为 RFC 9457 格式（application/problem+json）。", "Unknown parameters and bad values are refused with 400, each by its name. Errors are RFC 9457 problems (application/problem+json).")) }
                li { (lang.say("请使用 ETag 和 If-None-Match：没有变化时回答 304。RateLimit 头说明还能请求多少次；429 说明何时再来。", "Use ETag with If-None-Match: 304 says that nothing changed. RateLimit tells what is left, 429 when to come back.")) }
                li { (lang.say("自然人不能列举：只有在公示自然人的名单里、以完整姓名才能查到。", "Natural persons cannot be enumerated: they are found by full name inside a list that publishes them.")) }
                li { (lang.say("保存副本的，应当跟随变更接口，及时删除已不再公示的信息。", "Whoever keeps a copy follows the changes and deletes what is no longer published.")) }
            }
        }
    }
}

/// The command that asks for the example; what is not there to be asked for stays a variable.
fn command(view: &InterfaceView<'_>, operation: &Operation) -> String {
    let mut address = operation.example.to_owned();
    if let Some(known) = view.known {
        address = address
            .replace("{id}", &known.id)
            .replace("{code}", &known.code);
    }
    let (path, query) = address.split_once('?').unwrap_or((&address, ""));
    let mut out = "curl -fsS".to_owned();
    if let Some((media_type, _, example)) = operation.body.as_ref().and_then(|b| b.forms.first()) {
        if let (Some(form), true) = (example.as_object(), media_type.ends_with("urlencoded")) {
            for (name, value) in form {
                let value = value.as_str().unwrap_or_default();
                out += &format!(" --data-urlencode '{name}={value}'");
            }
        } else {
            out += &format!(" -H 'content-type: {media_type}' -d '{example}'");
        }
    } else if !query.is_empty() {
        out += " -G";
        for pair in query.split('&') {
            out += &format!(" --data-urlencode '{pair}'");
        }
    }
    format!("{out} {}{path}", view.base)
}

fn one(lang: Lang, view: &InterfaceView<'_>, operation: &Operation) -> Markup {
    let command = command(view, operation);
    let runs = !command.contains("/{");
    html! {
        div.operation {
            h3 id={ "op-" (operation.id) } { (lang.say(operation.zh, operation.en.split(['.', ':']).next().unwrap_or(operation.en))) }
            p { code { (operation.method.to_uppercase()) " " (operation.path) } }
            @if !lang.is_chinese() { p { (operation.en) } }
            @if !operation.parameters.is_empty() { (parameters(lang, &operation.parameters)) }
            @if let Some(body) = &operation.body {
                p { (lang.say("正文：", "Body: "))
                    @for (i, (media_type, schema, _)) in body.forms.iter().enumerate() { @if i > 0 { " · " } code { (media_type) } " " (named(schema)) }
                }
            }
            p { (lang.say("回答：", "Answer: "))
                @for (i, (media_type, schema)) in operation.answers.iter().enumerate() { @if i > 0 { " · " } code { (media_type) } " " (named(schema)) }
            }
            p.meta { (lang.say("拒绝：", "Refusals: ")) @for (i, status) in operation.refusals.iter().enumerate() { @if i > 0 { "、" } (status) } }
            pre tabindex="0" { @if runs { code data-run="sh" { (command) } } @else { code { (command) } } }
        }
    }
}

/// The name of a schema, linked.
fn named(schema: &Value) -> Markup {
    let name = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next());
    html! { @if let Some(name) = name { a href={ "#schema-" (name) } { (name) } } }
}

fn parameters(lang: Lang, all: &[Parameter]) -> Markup {
    html! {
        div.table-wrap role="group" tabindex="0" aria-label=(lang.say("参数", "Parameters")) {
            table {
                thead { tr {
                    th scope="col" { (lang.say("参数", "Parameter")) }
                    th scope="col" { (lang.say("含义", "Meaning")) }
                    th scope="col" { (lang.say("取值", "Values")) }
                } }
                tbody {
                    @for one in all {
                        tr {
                            th scope="row" { code { (one.name) } @if one.required { " " span.meta { (lang.say("必填", "required")) } } }
                            td data-label=(lang.say("含义", "Meaning")) { (lang.say(one.zh, one.en)) }
                            td data-label=(lang.say("取值", "Values")) { (values(lang, &one.schema)) }
                        }
                    }
                }
            }
        }
    }
}

/// What a value may be, in few words.
fn values(lang: Lang, schema: &Value) -> Markup {
    let codes: Vec<&str> = schema["enum"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter(|code| !code.is_empty())
        .collect();
    let bounds = match (schema["minimum"].as_u64(), schema["maximum"].as_u64()) {
        (Some(least), Some(most)) if most < 1 << 53 => Some(format!("{least}–{most}")),
        (Some(least), _) => Some(format!("≥ {least}")),
        _ => None,
    };
    html! {
        @if codes.len() > 8 { (lang.say("代码见 ", "codes of ")) a href="/api/v1/lists" { "/api/v1/lists" } }
        @else if !codes.is_empty() { @for (i, code) in codes.iter().enumerate() { @if i > 0 { " · " } code { (code) } } }
        @else if let Some(bounds) = bounds { (bounds) }
        @else if let Some(pattern) = schema["pattern"].as_str() { code { (pattern) } }
        @else if let Some(format) = schema["format"].as_str() { (format) }
        @else if let Some(most) = schema["maxLength"].as_u64() { (lang.say("最多 ", "at most ")) (most) (lang.say(" 字", " characters")) }
        @else { (kind(schema)) }
    }
}

/// The type of a member.
fn kind(schema: &Value) -> Markup {
    if schema.get("$ref").is_some() {
        return named(schema);
    }
    if let Some(items) = schema.get("items") {
        return html! { "[" (kind(items)) "]" };
    }
    if let Some(all) = schema["oneOf"].as_array() {
        return html! { @for (i, one) in all.iter().enumerate() { @if i > 0 { " | " } (kind(one)) } };
    }
    let names: Vec<&str> = match &schema["type"] {
        Value::String(name) => vec![name],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => vec![schema["const"].as_str().unwrap_or("")],
    };
    let format = schema["format"].as_str();
    html! { (names.join(" | ")) @if let Some(format) = format { " (" (format) ")" } }
}

fn schemas(lang: Lang, document: &Value) -> Markup {
    let all = document["components"]["schemas"].as_object();
    html! {
        section aria-labelledby="schemas-h" {
            h2 #schemas-h { (lang.say("数据格式", "Forms")) }
            @for (name, schema) in all.into_iter().flatten() {
                @if let Some(members) = schema["properties"].as_object() {
                    details id={ "schema-" (name) } {
                        summary { code { (name) } }
                        div.table-wrap role="group" tabindex="0" aria-label=(name) {
                            table {
                                thead { tr {
                                    th scope="col" { (lang.say("字段", "Member")) }
                                    th scope="col" { (lang.say("类型", "Type")) }
                                    th scope="col" { (lang.say("含义", "Meaning")) }
                                } }
                                tbody {
                                    @for (member, of) in members {
                                        tr {
                                            th scope="row" { code { (member) } }
                                            td data-label=(lang.say("类型", "Type")) { (kind(of)) }
                                            td data-label=(lang.say("含义", "Meaning")) { (meaning(lang, of)) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                } @else {
                    p id={ "schema-" (name) } { code { (name) } " = " (kind(schema)) }
                }
            }
        }
    }
}

/// The words of a member in one language: they are kept as Chinese, a dot, English.
fn meaning(lang: Lang, schema: &Value) -> Markup {
    let words = schema["description"].as_str().unwrap_or("");
    let (zh, en) = words.split_once(" · ").unwrap_or((words, words));
    html! { @if lang.is_chinese() { (lang.script(zh)) } @else { (en) } }
}

fn problems(lang: Lang) -> Markup {
    html! {
        section aria-labelledby="problems-h" {
            h2 #problems-h { (lang.say("错误类型", "Problems")) }
            div.table-wrap role="group" tabindex="0" aria-label=(lang.say("错误类型", "Problems")) {
                table {
                    thead { tr {
                        th scope="col" { "type" }
                        th scope="col" { (lang.say("状态", "Status")) }
                        th scope="col" { (lang.say("怎么办", "What to do")) }
                    } }
                    tbody {
                        @for words in problem::ALL {
                            tr {
                                th scope="row" { code { "urn:gongshi:problem:" (words.kind) } }
                                td.num data-label=(lang.say("状态", "Status")) { (words.status.as_u16()) }
                                td data-label=(lang.say("怎么办", "What to do")) { (lang.say(words.detail_zh, words.detail_en)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
