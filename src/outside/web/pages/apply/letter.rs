//! The commitment letter: on the screen, on paper, as a file. The Chinese text is what is signed.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::{Base, draft_frame};
use crate::domain::forms::letter;
use crate::outside::report::pdf::{Block, Document};
use crate::outside::web::link;
use crate::outside::web::parts::frame::{Ctx, SITE_EN, SITE_ZH};
use crate::outside::web::parts::lang::Lang;

fn or_line(text: &str) -> String {
    if text.is_empty() {
        "　　　　　　　　".to_owned()
    } else {
        text.to_owned()
    }
}

/// The person whom the letter names, and the code.
fn who(base: &Base<'_>) -> (String, String) {
    let answers = &base.draft.answers;
    (
        or_line(answers.get("name")),
        or_line(answers.get("credit_code")),
    )
}

/// The letter as a part of a page.
pub(super) fn text(lang: Lang, base: &Base<'_>, today: NaiveDate) -> Markup {
    let (title_zh, title_en) = letter::title(base.kind);
    let (name, code) = who(base);
    html! {
        section.letter lang="zh-Hans" aria-label=(lang.say(title_zh, title_en)) {
            h2 { (title_zh) }
            p { (name) "（统一社会信用代码：" (code) "）郑重承诺：" }
            ol.texts { @for (zh, _) in letter::points(base.kind) { li { (zh) } } }
            @if !base.about.is_empty() {
                p { "本承诺适用于下列信息：" @for (i, a) in base.about.iter().enumerate() { @if i > 0 { "、" } (a.record.document_number) } "。" }
            }
            p.meta { (Lang::Hans.long_date(today)) }
        }
        @if lang == Lang::En {
            details { summary { "What the letter says" } ol.texts { @for (_, en) in letter::points(base.kind) { li { (en) } } } }
        }
    }
}

/// The page to be printed.
#[must_use]
pub fn page(ctx: &Ctx, base: &Base<'_>, today: NaiveDate) -> Markup {
    let lang = ctx.lang;
    let (zh, en) = letter::title(base.kind);
    let title = lang.say(zh, en);
    let main = html! {
        header.page-head { h1 { (title) } }
        (text(lang, base, today))
        div.signatures lang="zh-Hans" {
            p { "承诺人（盖章）：" }
            p { "法定代表人或者负责人（签字）：" }
            p { "日期：　　　　年　　月　　日" }
        }
        p.not-printed { a href=(link::draft_at(base.number, "commitment")) { (lang.say("返回签署", "Back to signing")) } }
    };
    draft_frame(ctx, base, title, false, &main)
}

/// The file.
#[must_use]
pub fn document(ctx: &Ctx, base: &Base<'_>, today: NaiveDate) -> Document {
    let (title, _) = letter::title(base.kind);
    let (name, code) = who(base);
    let mut blocks = vec![
        Block::Title(title.to_owned()),
        Block::Text(format!("{name}（统一社会信用代码：{code}）郑重承诺：")),
    ];
    for (i, (zh, _)) in letter::points(base.kind).iter().enumerate() {
        blocks.push(Block::Text(format!("{}．{zh}", i + 1)));
    }
    let documents: Vec<&str> = base
        .about
        .iter()
        .map(|a| a.record.document_number.as_str())
        .collect();
    if !documents.is_empty() {
        blocks.push(Block::Text(format!(
            "本承诺适用于下列信息：{}。",
            documents.join("、")
        )));
    }
    blocks.push(Block::Heading("签署".to_owned()));
    blocks.push(Block::Facts(vec![
        ("承诺人（盖章）".to_owned(), "　".to_owned()),
        ("法定代表人或者负责人（签字）".to_owned(), "　".to_owned()),
        ("日期".to_owned(), "　　　　年　　月　　日".to_owned()),
        ("办件编号".to_owned(), base.number.to_owned()),
    ]));
    Document {
        title: title.to_owned(),
        lang: "zh-Hans",
        header: format!("{} · {title}", ctx.lang.say(SITE_ZH, SITE_EN)),
        footer: base.number.to_owned(),
        day: today,
        missing: "以□代替本文件字体未收的字：{}。请在打印件上手写。".to_owned(),
        blocks,
    }
}
