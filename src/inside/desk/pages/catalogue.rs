//! The catalogue in force, to be read: its layers, its rules by category, what of it is the officer's, and what would change
//! with the files that lie in the operator's directory now.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::frame::DeskCtx;
use crate::domain::kinds::Words;
use crate::outside::web::link;
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::text::date;

/// A word of a vocabulary in Chinese and English.
pub type Pair = (&'static str, &'static str);

fn said(lang: Lang, (zh, en): Pair) -> &'static str {
    lang.say(zh, en)
}

/// A layer.
#[derive(Clone, Debug)]
pub struct LayerLine {
    /// `code@version`.
    pub version: String,
    /// Name.
    pub name: Words,
    /// Whether it is the base.
    pub is_base: bool,
    /// Name of its region.
    pub region: String,
    /// In force from.
    pub from: NaiveDate,
    /// No longer in force from.
    pub until: Option<NaiveDate>,
    /// Lists that it defines.
    pub lists: usize,
    /// Whether it holds for the officer's authority.
    pub applies: bool,
}

/// A list in short.
#[derive(Clone, Debug)]
pub struct ListLine {
    /// Code.
    pub code: String,
    /// Name.
    pub name: Words,
    /// `code@version` of its layer.
    pub layer: String,
    /// Whether the public sees it.
    pub displayed: bool,
    /// What stands against that, or how far it is shared.
    pub scope: Pair,
    /// For how long it is displayed, in words.
    pub period: Words,
    /// Ways in which its fields leave, each with how many do.
    pub masking: Vec<(Pair, usize)>,
    /// Where repair is asked for.
    pub channel: Pair,
    /// What an approval does.
    pub effect: Pair,
    /// Whether the officer's authority answers for it.
    pub own: bool,
}

/// What is different in a list.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Code of the list.
    pub code: String,
    /// Its name.
    pub name: Words,
    /// `new`, `gone`, or the parts that differ.
    pub parts: Vec<Pair>,
}

/// The files in the operator's directory, against the catalogue in force.
#[derive(Clone, Debug)]
pub enum Coming {
    /// The catalogue of the program is in force: there is no directory.
    BuiltIn,
    /// They are what is in force.
    Same,
    /// They differ.
    Other {
        /// Version that they have.
        version: String,
        /// Sum of their contents.
        digest: String,
        /// What differs, by list.
        lists: Vec<Difference>,
    },
    /// They would be refused at the next start: why.
    Refused(String),
}

/// What the page shows.
#[derive(Clone, Debug)]
pub struct CatalogueView {
    /// Version of the whole.
    pub version: String,
    /// Sum of its contents.
    pub digest: String,
    /// Name of the officer's authority; none for those without one.
    pub authority: Option<String>,
    /// Layers, base first.
    pub layers: Vec<LayerLine>,
    /// Categories with their lists.
    pub categories: Vec<(Pair, Vec<ListLine>)>,
    /// What lies in the directory; none where the officer does not look after it.
    pub coming: Option<Coming>,
}

/// The page.
#[must_use]
pub fn page(ctx: &DeskCtx, view: &CatalogueView) -> Markup {
    let lang = ctx.lang;
    let rows = [
        Fact::new(
            lang.say("版本", "Edition"),
            html! { code { (view.version) } },
        ),
        Fact::new(
            lang.say("内容摘要", "Sum of its contents"),
            html! { code { (view.digest) } },
        ),
    ];
    html! {
        header.page-head { h1 { (lang.say("现行目录", "The catalogue in force")) } }
        p.lead { (lang.say("公示什么、公示多久、怎样脱敏、在哪里修复，都由目录规定；这里只能查看。", "What is displayed, for how long, how it is masked and where it is repaired is for the catalogue to say; here it is read only.")) }
        (facts(&rows))
        @if let Some(coming) = &view.coming { (next(lang, coming)) }
        section {
            h2 { (lang.say("基础目录和补充目录", "Base and supplements")) }
            (layers(lang, view))
        }
        @for (category, lists) in &view.categories {
            section {
                h2 { (said(lang, *category)) }
                (table(lang, said(lang, *category), lists))
            }
        }
    }
}

fn next(lang: Lang, coming: &Coming) -> Markup {
    html! {
        section {
            h2 { (lang.say("目录文件夹", "The directory of the catalogue")) }
            @match coming {
                Coming::BuiltIn => p { (lang.say("使用随程序发布的目录；没有另设文件夹（catalogue.dir）。", "The catalogue of the program is in force; no directory is set (catalogue.dir).")) },
                Coming::Same => p { (lang.say("文件夹中的文件与现行目录一致。", "The files in the directory are what is in force.")) },
                Coming::Refused(why) => (notice(Weight::Error, &html! { (lang.say("文件夹中的目录有误，下次启动时将被拒绝", "The files in the directory would be refused at the next start")) }, &html! { p lang="en" { (why) } })),
                Coming::Other { version, digest, lists } => {
                    (notice(Weight::Caution, &html! { (lang.say("文件夹中的目录与现行目录不同，下次启动后生效", "The files in the directory differ: they are in force from the next start on")) },
                        &html! { p { code { (version) } " · " code { (digest) } } }))
                    (differences(lang, lists))
                },
            }
        }
    }
}

fn differences(lang: Lang, lists: &[Difference]) -> Markup {
    html! {
        @if lists.is_empty() { p { (lang.say("各名单的规则没有变化。", "The rules of the lists are the same.")) } }
        @else {
            ul.texts {
                @for one in lists {
                    li {
                        (lang.words(&one.name)) " " code { (one.code) } "："
                        @for (i, part) in one.parts.iter().enumerate() { @if i > 0 { "、" } (said(lang, *part)) }
                    }
                }
            }
        }
    }
}

fn layers(lang: Lang, view: &CatalogueView) -> Markup {
    let heading = lang.say("基础目录和补充目录", "Base and supplements");
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(heading) {
            table {
                thead { tr {
                    th scope="col" { (lang.say("目录", "Layer")) }
                    th scope="col" { (lang.say("版本", "Edition")) }
                    th scope="col" { (lang.say("地区", "Region")) }
                    th scope="col" { (lang.say("施行", "In force")) }
                    th scope="col" { (lang.say("名单", "Lists")) }
                    @if view.authority.is_some() { th scope="col" { (lang.say("适用于本单位", "Holds for your authority")) } }
                } }
                tbody {
                    @for layer in &view.layers {
                        tr {
                            th scope="row" {
                                (lang.words(&layer.name)) " "
                                span.tag { @if layer.is_base { (lang.say("基础目录", "base")) } @else { (lang.say("补充目录", "supplement")) } }
                            }
                            td { code { (layer.version) } }
                            td { (layer.region) }
                            td { (date(layer.from)) @if let Some(until) = layer.until { " — " (date(until)) } }
                            td { (layer.lists) }
                            @if view.authority.is_some() {
                                td { @if layer.applies { span.tag.good { (lang.say("适用", "yes")) } } @else { (lang.say("不适用", "no")) } }
                            }
                        }
                    }
                }
            }
        }
        @if let Some(authority) = &view.authority { p.meta { (lang.say("本单位：", "Your authority: ")) (authority) } }
    }
}

fn table(lang: Lang, heading: &str, lists: &[ListLine]) -> Markup {
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(heading) {
            table {
                thead { tr {
                    th scope="col" { (lang.say("名单", "List")) }
                    th scope="col" { (lang.say("公开", "Public")) }
                    th scope="col" { (lang.say("公示期限", "Period")) }
                    th scope="col" { (lang.say("字段和脱敏", "Fields and masking")) }
                    th scope="col" { (lang.say("修复渠道和效果", "Repair: where, and what it does")) }
                } }
                tbody { @for line in lists { (row(lang, line)) } }
            }
        }
    }
}

fn row(lang: Lang, line: &ListLine) -> Markup {
    html! {
        tr {
            th scope="row" {
                @if line.displayed { a href=(link::list(&line.code)) { (lang.words(&line.name)) } } @else { (lang.words(&line.name)) }
                @if line.own { " " span.tag.good { (lang.say("本单位", "yours")) } }
                span.meta.line { code { (line.code) } " · " code { (line.layer) } }
            }
            td {
                @if line.displayed { span.tag.good { (lang.say("公开", "public")) } } @else { span.tag.grave { (lang.say("不公开", "not public")) } }
                span.meta.line { (said(lang, line.scope)) }
            }
            td { (lang.words(&line.period)) }
            td { ul.plain { @for (how, fields) in &line.masking { li { (said(lang, *how)) " " span.num { (fields) } } } } }
            td { (said(lang, line.channel)) span.meta.line { (said(lang, line.effect)) } }
        }
    }
}

/// Samples of the page.
#[cfg(test)]
pub(in crate::inside::desk) fn samples(ctx: &DeskCtx) -> Vec<(&'static str, Markup)> {
    let both = |zh: &str| Words {
        zh: zh.repeat(20),
        en: "word ".repeat(20),
    };
    let pair = |zh: &'static str| (zh, "word");
    let day = NaiveDate::default();
    let layer = LayerLine {
        version: "national@2026.1".to_owned(),
        name: both("目"),
        is_base: true,
        region: "全国".to_owned(),
        from: day,
        until: Some(day),
        lists: 12,
        applies: true,
    };
    let line = ListLine {
        code: "penalty".to_owned(),
        name: both("<b>"),
        layer: "national@2026.1".to_owned(),
        displayed: true,
        scope: pair("范"),
        period: both("期"),
        masking: vec![(pair("脱"), 3), (pair("敏"), 1)],
        channel: pair("渠"),
        effect: pair("效"),
        own: true,
    };
    let hidden = ListLine {
        displayed: false,
        own: false,
        ..line.clone()
    };
    let difference = Difference {
        code: "penalty".to_owned(),
        name: both("名"),
        parts: vec![pair("变"), pair("化")],
    };
    let view = |authority: Option<String>, coming: Option<Coming>| CatalogueView {
        version: "national@2026.1 ankang@2026.1".to_owned(),
        digest: "00".repeat(32),
        authority,
        layers: vec![layer.clone(); 2],
        categories: vec![(pair("类"), vec![line.clone(), hidden.clone()])],
        coming,
    };
    let other = |lists: Vec<Difference>| Coming::Other {
        version: "x@2".to_owned(),
        digest: "11".repeat(32),
        lists,
    };
    let shown = [
        (
            "catalogue of an authority",
            view(Some("局".repeat(100)), None),
        ),
        ("catalogue built in", view(None, Some(Coming::BuiltIn))),
        ("catalogue unchanged", view(None, Some(Coming::Same))),
        (
            "catalogue changed",
            view(None, Some(other(vec![difference.clone(); 3]))),
        ),
        (
            "catalogue of another edition",
            view(None, Some(other(Vec::new()))),
        ),
        (
            "catalogue refused",
            view(None, Some(Coming::Refused("<script>".to_owned()))),
        ),
    ];
    shown
        .into_iter()
        .map(|(name, view)| (name, page(ctx, &view)))
        .collect()
}
