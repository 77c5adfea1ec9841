//! A decision letter as a file: what was decided, why, where to turn against it, and the code by which it is verified.

use maud::{Markup, html};

use crate::domain::forms::reply::Letter;
use crate::outside::report::pdf::{Block, Document};
use crate::outside::web::parts::frame::{Ctx, SITE_EN, SITE_ZH};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::seal::{self, Seal};

/// A letter and what is known around it.
#[derive(Clone, Copy, Debug)]
pub struct LetterView<'a> {
    /// Number of the application.
    pub number: &'a str,
    /// Part, from 0.
    pub part: u32,
    /// The letter.
    pub letter: &'a Letter,
    /// Its verification code, on a node that gives codes.
    pub seal: Option<&'a Seal>,
}

/// Paragraphs as they were written: an empty line or a line's end begins a new one.
fn paragraphs(texts: &[String]) -> impl Iterator<Item = String> + '_ {
    texts
        .iter()
        .flat_map(|text| text.lines())
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
}

/// The file. The letter itself is in the language in which the authority wrote it.
#[must_use]
pub fn document(ctx: &Ctx, view: &LetterView<'_>) -> Document {
    let lang = ctx.lang;
    let letter = view.letter;
    let mut blocks = vec![
        Block::Title(letter.title_zh.clone()),
        Block::Facts(vec![
            ("文书号".to_owned(), letter.number.clone()),
            ("申请人".to_owned(), letter.to.clone()),
            ("事项".to_owned(), letter.about.clone()),
            (
                "办件编号".to_owned(),
                format!("{}（第 {} 项）", view.number, view.part + 1),
            ),
        ]),
    ];
    blocks.extend(paragraphs(&letter.body).map(Block::Text));
    if !letter.remedies.is_empty() {
        blocks.push(Block::Heading("救济途径".to_owned()));
        blocks.extend(paragraphs(&letter.remedies).map(Block::Text));
    }
    blocks.push(Block::Heading("决定机关".to_owned()));
    blocks.push(Block::Facts(vec![
        ("机关".to_owned(), letter.authority.clone()),
        ("日期".to_owned(), Lang::Hans.long_date(letter.decided_on)),
    ]));
    if let Some(seal) = view.seal {
        blocks.push(Block::Heading("核验码".to_owned()));
        blocks.push(Block::Code {
            qr: seal.qr.clone(),
            alt: seal::alt(Lang::Hans).to_owned(),
            lines: seal
                .lines()
                .into_iter()
                .chain([
                    format!("核验地址：{}", seal.place(Lang::Hans)),
                    "凭核验码可以核对办件编号、日期和结果；凭本文件可以核对全文是否改动。"
                        .to_owned(),
                ])
                .collect(),
        });
    }
    Document {
        title: format!("{} {}", letter.title_zh, letter.number),
        lang: "zh-Hans",
        header: format!("{} · {}", lang.say(SITE_ZH, SITE_EN), letter.title_zh),
        footer: view
            .seal
            .map_or_else(|| view.number.to_owned(), Seal::grouped),
        day: letter.decided_on,
        missing: "以□代替本文件字体未收的字：{}。".to_owned(),
        blocks,
    }
}

/// The letter as a part of a page.
pub(super) fn text(letter: &Letter) -> Markup {
    html! {
        div.letter role="group" lang="zh-Hans" aria-label=(letter.title_zh) {
            h4 { (letter.title_zh) }
            p.meta { (letter.number) }
            p { (letter.to) "：" }
            @for line in paragraphs(&letter.body) { p { (line) } }
            @if !letter.remedies.is_empty() {
                p { strong { "救济途径" } }
                @for line in paragraphs(&letter.remedies) { p { (line) } }
            }
            p.signed { (letter.authority) br; (Lang::Hans.long_date(letter.decided_on)) }
        }
    }
}
