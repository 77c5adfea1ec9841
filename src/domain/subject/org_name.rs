//! Names of organisations: a form to keep, and a form in which two spellings of one name are equal.
//!
//! Search has its own, looser folding (`domain::fold`); here names are compared that must be the same,
//! as when a provider writes （集团） in one file and (集团) in the next.

use unicode_normalization::UnicodeNormalization;

use super::normal::is_invisible;
use super::person_name::{is_han, is_interpunct};

/// A name as it is kept and shown: NFC, no invisible or control characters, no spaces at the ends or
/// beside Han characters, otherwise single spaces; ASCII round brackets between Han characters in their
/// Chinese width, as registers print them. What the name says is not changed.
#[must_use]
pub fn tidy(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut space = false;
    let wide = |c: char| is_han(c) || matches!(c, '（' | '）' | '·');
    let mut last = None;
    let has_han = name.chars().any(is_han);
    for c in name
        .nfc()
        .filter(|c| !is_invisible(*c) && (c.is_whitespace() || !c.is_control()))
    {
        let c = match c {
            '(' | '﹙' if has_han => '（',
            ')' | '﹚' if has_han => '）',
            c => c,
        };
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if space && last.is_some_and(|l| !wide(l)) && !wide(c) {
            out.push(' ');
        }
        space = false;
        out.push(c);
        last = Some(c);
    }
    // what was taken out may have stood between a letter and its accent
    out.nfc().collect()
}

/// The form in which two spellings of a name are equal: NFKC, lower case, without spaces, invisible
/// characters, quotation marks and the kind of bracket, interpunct and dash. Two names that differ in a
/// letter, a digit or a Han character stay different; traditional characters are not made simplified.
#[must_use]
pub fn comparison_form(name: &str) -> String {
    name.nfkc()
        .filter(|c| !c.is_whitespace() && !c.is_control() && !is_invisible(*c))
        .filter_map(|c| match c {
            '〔' | '［' | '[' | '【' | '〖' | '{' | '(' | '﹙' | '<' | '〈' | '《' => {
                Some('(')
            }
            '〕' | '］' | ']' | '】' | '〗' | '}' | ')' | '﹚' | '>' | '〉' | '》' => {
                Some(')')
            }
            '"' | '\'' | '“' | '”' | '‘' | '’' | '「' | '」' | '『' | '』' | '`' => {
                None
            }
            '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => Some('-'),
            ',' | '、' | '。' | '，' => Some(','),
            c if is_interpunct(c) => Some('·'),
            c => Some(c),
        })
        .flat_map(char::to_lowercase)
        .collect::<String>()
        .nfkc()
        .collect()
}

/// Organisation forms at the end of names, in comparison form, the longer before what they end with.
const FORMS: [&str; 22] = [
    "股份有限责任公司",
    "农民专业合作社联合社",
    "农民专业合作社",
    "集团股份有限公司",
    "集团有限公司",
    "股份有限公司",
    "有限责任公司",
    "律师事务所",
    "(有限合伙)",
    "(普通合伙)",
    "(特殊普通合伙)",
    "有限公司",
    "合作社",
    "经营部",
    "工作室",
    "服务部",
    "公司",
    "商行",
    "商店",
    "中心",
    "厂",
    "店",
];

/// Splits a name in comparison form into what comes before its organisation form, and the form;
/// the form is empty when none is known, and a name that is nothing but a form is not split.
#[must_use]
pub fn split_form(compared: &str) -> (&str, &str) {
    FORMS
        .iter()
        .find_map(|form| {
            compared
                .strip_suffix(form)
                .filter(|stem| !stem.is_empty())
                .map(|stem| (stem, &compared[stem.len()..]))
        })
        .unwrap_or((compared, ""))
}

/// Whether a text stands in a name's place without being one: empty, dashes, 无, 测试, ××× and the like
/// (domain.md 3.1: no placeholder text; 4.2: 20_年 and ^v^ of a seed).
#[must_use]
pub fn is_placeholder(name: &str) -> bool {
    const WORDS: [&str; 19] = [
        "无",
        "无名称",
        "暂无",
        "没有",
        "不详",
        "未知",
        "空",
        "待定",
        "测试",
        "测试企业",
        "测试公司",
        "test",
        "null",
        "none",
        "n/a",
        "na",
        "name",
        "名称",
        "行政相对人名称",
    ];
    let compared = comparison_form(name);
    let says_nothing = compared
        .chars()
        .all(|c| !c.is_alphanumeric() || matches!(c, 'x' | '某' | '〇' | '0'));
    says_nothing
        || WORDS.contains(&compared.as_str())
        || compared.contains("20_年")
        || compared.contains("^v^")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_name_are_equal() {
        for (a, b) in [
            ("厦门某某（集团）有限公司", "厦门某某(集团)有限公司"),
            ("厦门某某﹙集团﹚有限公司", "厦门某某［集团］有限公司"),
            ("Ａ１建筑 有限公司", "a1建筑有限公司"),
            ("“大鹏”商行", "大鹏商行"),
            ("阿里•木餐厅", "阿里·木餐厅"),
            ("思明区\u{200B}张三小吃店", "思明区张三小吃店"),
            ("甲—乙公司", "甲-乙公司"),
        ] {
            assert_eq!(comparison_form(a), comparison_form(b), "{a} = {b}");
        }
        for (a, b) in [
            ("大鹏商行", "大鹏商店"),
            ("一一公司", "一公司"),
            ("東方公司", "东方公司"),
        ] {
            assert_ne!(comparison_form(a), comparison_form(b), "{a} ≠ {b}");
        }
    }

    #[test]
    fn tidying_keeps_what_the_name_says() {
        for (given, kept) in [
            (" 厦门 某某(集团)有限公司\t", "厦门某某（集团）有限公司"),
            ("ABC  Trading (China) Ltd", "ABC Trading (China) Ltd"),
            ("\u{FEFF}安康ABC 店", "安康ABC店"),
        ] {
            assert_eq!(tidy(given), kept);
        }
    }

    #[test]
    fn forms_are_split_off() {
        for (name, stem, form) in [
            ("厦门鹭星建材有限公司", "厦门鹭星建材", "有限公司"),
            ("鹭星集团股份有限公司", "鹭星", "集团股份有限公司"),
            ("安康绿源农民专业合作社", "安康绿源", "农民专业合作社"),
            ("鹭星(有限合伙)", "鹭星", "(有限合伙)"),
            ("公司", "公司", ""),
            ("厦门市人民防空办公室", "厦门市人民防空办公室", ""),
        ] {
            assert_eq!(split_form(&comparison_form(name)), (stem, form), "{name}");
        }
    }

    #[test]
    fn placeholders_are_known() {
        for name in [
            "",
            " ",
            "-",
            "无",
            "N/A",
            "测试",
            "×××",
            "XXX",
            "某某某",
            "20_年工作计划",
            "00",
            "／",
            "null",
        ] {
            assert!(is_placeholder(name), "{name}");
        }
        for name in [
            "无锡鹭星公司",
            "测试技术研究院",
            "厦门鹭星建材有限公司",
            "X光设备厂",
            "张三",
            "3M中国",
        ] {
            assert!(!is_placeholder(name), "{name}");
        }
    }

    proptest! {
        #[test]
        fn comparing_twice_is_comparing_once(name in ".{0,32}") {
            let once = comparison_form(&name);
            prop_assert_eq!(comparison_form(&once), once.clone());
            prop_assert_eq!(comparison_form(&tidy(&name)), once);
            prop_assert_eq!(tidy(&tidy(&name)), tidy(&name));
        }
    }
}
