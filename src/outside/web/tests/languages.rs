//! Each page is in one language: an English page has Chinese only where it says so or where an authority wrote it, and a
//! traditional one has no character of the interface left that is simplified only.

use std::collections::BTreeSet;

use super::fixture::everybody;
use super::samples::samples;
use crate::outside::web::parts::lang::Lang;

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// What authorities and subjects wrote, which no page converts or translates; and what the samples are asked for.
fn data() -> Vec<String> {
    let mut out: Vec<String> = ["龘", "号", "局", "长"].map(|c| c.repeat(200)).into();
    for record in everybody() {
        out.extend([
            record.subject_name,
            record.document_number,
            record.authority_name,
            record.provider_name,
            record.rule_source,
        ]);
        out.extend(record.fields.into_iter().map(|f| f.value));
    }
    out
}

/// The stretches of Chinese characters of a page, outside the elements that say they are in another script.
fn chinese(page: &str) -> BTreeSet<String> {
    // elements of one text, or of a few in a row: none of them holds an element of its own name
    let marked = regex::Regex::new(
        r#"(?s)<(span|a|h1|h3|strong|code|li|p|td|th|dd|div)\b[^<>]*\slang="zh-[^"]*"[^<>]*>.*?</"#,
    )
    .unwrap();
    let rest = marked.replace_all(page, "</");
    let mut out = BTreeSet::new();
    let mut run = String::new();
    for c in rest.chars().chain([' ']) {
        if is_han(c) {
            run.push(c);
        } else if !run.is_empty() {
            out.insert(std::mem::take(&mut run));
        }
    }
    out
}

#[test]
fn an_english_page_is_in_english() {
    let data = data();
    let mut wrong = BTreeSet::new();
    let mut looked_at = 0;
    for (name, lang, page) in samples() {
        if lang != Lang::En {
            // what this test finds it would find
            looked_at += chinese(&page).len();
            continue;
        }
        for run in chinese(&page) {
            if !data.iter().any(|d| d.contains(&run)) {
                wrong.insert(format!("{name}: {run}"));
            }
        }
    }
    assert!(looked_at > 1000, "{looked_at}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_traditional_page_is_in_traditional_characters() {
    let data = data();
    let mut wrong = BTreeSet::new();
    let simplified = |text: &str| {
        text.chars()
            .any(|c| Lang::Hant.script(&c.to_string()) != c.to_string())
    };
    assert!(simplified("公示期限") && !simplified("公示名單"));
    for (name, lang, page) in samples() {
        if lang != Lang::Hant {
            continue;
        }
        // the name of the other language, in its own script
        let page = page.replace(Lang::Hans.name(), "");
        for run in chinese(&page) {
            if simplified(&run) && !data.iter().any(|d| d.contains(&run)) {
                wrong.insert(format!("{name}: {run}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_simplified_page_has_no_english_sentence() {
    // beside addresses, codes and names of standards, the interface says nothing in English
    let words = regex::Regex::new(r"[A-Za-z]+(?: [a-z]+){3,}").unwrap();
    let tags = regex::Regex::new(r"(?s)<[^>]*>").unwrap();
    let mut wrong = BTreeSet::new();
    for (name, lang, page) in samples() {
        if lang == Lang::En {
            continue;
        }
        let text = tags.replace_all(&page, "\n");
        for found in words.find_iter(&text) {
            wrong.insert(format!("{name}: {}", found.as_str()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
