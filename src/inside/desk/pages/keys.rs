//! Keys of the API.

use maud::{Markup, html};

use super::frame::DeskCtx;
use super::parts::summary;
use crate::inside::desk::form::{Wrong, words_at};
use crate::outside::store::ListedKey;
use crate::outside::web::parts::field::{Field, Input, field};
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::text::instant;

/// A name that was typed for a key, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The name.
    pub name: String,
    /// What is wrong.
    pub wrong: Vec<Wrong>,
}

/// The page; `made` is a key that was just made, shown once.
#[must_use]
pub fn page(ctx: &DeskCtx, keys: &[ListedKey], made: Option<&str>, typed: &Typed) -> Markup {
    let lang = ctx.lang;
    let name = Field {
        name: "name",
        label: lang.say("发给谁", "Given to"),
        hint: lang.say("单位或者系统名称", "an organisation or a system"),
        error: words_at(&typed.wrong, "name", lang),
        value: &typed.name,
        required: true,
        input: Input::Line {
            autocomplete: "off",
            longest: 100,
        },
    };
    html! {
        (summary(lang, &typed.wrong))
        header.page-head { h1 { (lang.say("接口密钥", "Keys of the API")) } }
        p { (lang.say("密钥只提高请求额度，不增加可见内容。", "A key raises allowances and opens nothing.")) }
        @if let Some(key) = made {
            (notice(Weight::Caution, &html! { (lang.say("新密钥，只显示这一次", "The new key, shown only now")) }, &html! { p { code { (key) } } }))
        }
        form.desk-form action="/desk/keys" method="post" novalidate {
            (ctx.token())
            (field(lang, &name))
            button.button type="submit" name="act" value="add" { (lang.say("新增密钥", "Make a key")) }
        }
        @if keys.is_empty() { p.empty { (lang.say("还没有发过密钥。", "No key was given yet.")) } }
        @else {
            div.table-wrap tabindex="0" role="region" aria-label=(lang.say("接口密钥", "Keys of the API")) {
                table {
                    thead { tr {
                        th scope="col" { (lang.say("编号", "Id")) }
                        th scope="col" { (lang.say("发给", "Given to")) }
                        th scope="col" { (lang.say("时间", "When")) }
                        th scope="col" { (lang.say("状态", "State")) }
                    } }
                    tbody {
                        @for key in keys {
                            tr {
                                th scope="row" { code { (key.id) } }
                                td { (key.name) }
                                td { (instant(key.made_at)) }
                                td {
                                    @if let Some(at) = key.revoked_at { (lang.say("已吊销 ", "revoked ")) (instant(at)) }
                                    @else {
                                        form action="/desk/keys" method="post" {
                                            (ctx.token())
                                            input type="hidden" name="id" value=(key.id);
                                            button.button.second type="submit" name="act" value="revoke" { (lang.say("吊销", "Revoke")) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
