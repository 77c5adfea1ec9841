//! The letter to the party before a designation, as a file: what is intended, on which facts and basis, how to be heard.

use crate::domain::forms::reply::Letter;
use crate::outside::report::pdf::{Block, Document};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::seal::Seal;

/// The file, in the language in which the authority writes, with its verification code on a node that gives codes.
#[must_use]
pub fn document(letter: &Letter, seal: Option<&Seal>) -> Document {
    let mut blocks = vec![
        Block::Title(letter.title_zh.clone()),
        Block::Facts(vec![
            ("办件编号".to_owned(), letter.number.clone()),
            ("当事人".to_owned(), letter.to.clone()),
            ("事项".to_owned(), letter.about.clone()),
        ]),
    ];
    blocks.extend(letter.body.iter().cloned().map(Block::Text));
    if !letter.remedies.is_empty() {
        blocks.push(Block::Heading("救济途径".to_owned()));
        blocks.extend(letter.remedies.iter().cloned().map(Block::Text));
    }
    blocks.push(Block::Heading("告知机关".to_owned()));
    blocks.push(Block::Facts(vec![
        ("机关".to_owned(), letter.authority.clone()),
        ("日期".to_owned(), Lang::Hans.long_date(letter.decided_on)),
    ]));
    if let Some(seal) = seal {
        blocks.push(Block::Heading("核验码".to_owned()));
        let told = [
            format!("核验地址：{}", seal.place(Lang::Hans)),
            "凭核验码可以核对编号和日期；凭本文件可以核对全文是否改动。".to_owned(),
        ];
        blocks.push(Block::Code {
            qr: seal.qr.clone(),
            alt: "二维码：本告知书的核验地址".to_owned(),
            lines: seal.lines().into_iter().chain(told).collect(),
        });
    }
    Document {
        title: format!("{} {}", letter.title_zh, letter.number),
        lang: "zh-Hans",
        header: letter.title_zh.clone(),
        footer: seal.map_or_else(|| letter.number.clone(), Seal::grouped),
        day: letter.decided_on,
        missing: "以□代替本文件字体未收的字：{}。".to_owned(),
        blocks,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::report::pdf;

    #[test]
    fn it_says_all_that_the_party_must_be_told_and_becomes_a_file() {
        let letter = Letter {
            number: "MD-1".into(),
            title_zh: "拟列入名单事先告知书".into(),
            title_en: "Notice".into(),
            to: "虚构公司".into(),
            about: "拟将你（单位）列入某名单".into(),
            body: vec!["一、事由".into(), "四、陈述、申辩的权利".into()],
            remedies: vec!["异议：某机关".into()],
            authority: "某机关".into(),
            decided_on: "2026-11-25".parse().unwrap(),
            code: String::new(),
        };
        let seal = Seal::new("0".repeat(56), "https://credit.example");
        let made = document(&letter, Some(&seal));
        let told = format!("{:?}", made.blocks);
        for text in [
            "MD-1",
            "虚构公司",
            "一、事由",
            "陈述、申辩",
            "异议：某机关",
            "2026年11月25日",
        ] {
            assert!(told.contains(text), "{text}: {told}");
        }
        assert!(pdf::make(&made).unwrap().starts_with(b"%PDF"));
    }
}
