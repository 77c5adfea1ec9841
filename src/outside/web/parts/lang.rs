//! The languages of the interface. Simplified Chinese is written by hand, English stands beside it, and traditional
//! Chinese is converted from the simplified, once for each text, with exceptions of our own.
//!
//! What authorities and subjects wrote (names, document numbers, contents) is never converted.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use chrono::{Datelike, NaiveDate};
use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use maud::{Markup, html};

use crate::domain::kinds::Words;

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Simplified Chinese.
    #[default]
    Hans,
    /// Traditional Chinese.
    Hant,
    /// English.
    En,
}

/// Words that the conversion gets wrong here: the converted form, and the right one.
const EXCEPTIONS: [(&str, &str); 3] = [("佈", "布"), ("覈", "核"), ("爲", "為")];

static CONVERTER: LazyLock<Option<OpenCC>> =
    LazyLock::new(|| OpenCC::from_config(BuiltinConfig::S2t).ok());

/// Texts that were converted. They are those of the program and of the catalogue, so they are few.
static CONVERTED: LazyLock<RwLock<HashMap<String, &'static str>>> = LazyLock::new(RwLock::default);

/// Texts kept at most: a guard against a catalogue that is read anew all day.
const MOST_KEPT: usize = 20_000;

fn convert(text: &str) -> String {
    let Some(converter) = &*CONVERTER else {
        return text.to_owned();
    };
    let mut out = converter.convert(text);
    for (wrong, right) in EXCEPTIONS {
        if out.contains(wrong) {
            out = out.replace(wrong, right);
        }
    }
    out
}

/// Punctuation of ASCII and the Chinese one that stands for it beside Chinese characters.
const MARKS: [(char, char); 5] = [
    (',', '，'),
    (';', '；'),
    (':', '：'),
    ('(', '（'),
    (')', '）'),
];

/// A catalogue text with Chinese punctuation: its files are typed with ASCII marks.
fn typeset(zh: &str) -> Cow<'_, str> {
    if !zh.contains(MARKS.map(|(ascii, _)| ascii)) {
        return Cow::Borrowed(zh);
    }
    let wide = |c: Option<char>| c.is_some_and(|c| c >= '\u{3000}');
    let mut out = String::with_capacity(zh.len() + 16);
    let mut before = None;
    let mut rest = zh.chars().peekable();
    while let Some(c) = rest.next() {
        let beside = wide(before) || wide(rest.peek().copied());
        let mark = MARKS.iter().find(|(ascii, _)| beside && *ascii == c);
        let set = mark.map_or(c, |(_, full)| *full);
        out.push(set);
        before = Some(set);
    }
    Cow::Owned(out)
}

impl Lang {
    /// All of them, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::Hans, Self::Hant, Self::En];

    /// Its tag (BCP 47): in `lang` attributes, in addresses, in the cookie.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Hans => "zh-Hans",
            Self::Hant => "zh-Hant",
            Self::En => "en",
        }
    }

    /// Its own name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hans => "简体",
            Self::Hant => "繁體",
            Self::En => "English",
        }
    }

    /// Whether it is one of the two Chinese scripts.
    #[must_use]
    pub const fn is_chinese(self) -> bool {
        !matches!(self, Self::En)
    }

    /// The language of a tag, whatever its case, region or script: `zh-TW`, `zh-HK` and `zh-MO` are traditional.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let tag = tag.trim().to_ascii_lowercase();
        let mut parts = tag.split(['-', '_']);
        match parts.next()? {
            "en" => Some(Self::En),
            "zh" => Some(
                if parts.any(|part| matches!(part, "hant" | "tw" | "hk" | "mo")) {
                    Self::Hant
                } else {
                    Self::Hans
                },
            ),
            _ => None,
        }
    }

    /// The first language of an `Accept-Language` value that there is, by weight; equal weights in their order.
    #[must_use]
    pub fn of_accept(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for part in header.split(',').take(32) {
            let mut fields = part.split(';');
            let Some(lang) = fields.next().and_then(Self::of_tag) else {
                continue;
            };
            let weight = fields
                .find_map(|f| f.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
            if weight > 0.0 && best.is_none_or(|(most, _)| weight > most) {
                best = Some((weight, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }

    /// Words of the interface.
    #[must_use]
    pub fn say(self, zh: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Hans => zh,
            Self::En => en,
            Self::Hant => {
                let read = CONVERTED.read().unwrap_or_else(PoisonError::into_inner);
                if let Some(known) = read.get(zh) {
                    return known;
                }
                drop(read);
                let made: &'static str = String::leak(convert(zh));
                let mut write = CONVERTED.write().unwrap_or_else(PoisonError::into_inner);
                write.entry(zh.to_owned()).or_insert(made)
            }
        }
    }

    /// A text of the catalogue or calendar that exists in Chinese only, in the script of the page. In an English page it
    /// is to stand in an element that says so: see [`Self::chinese`].
    #[must_use]
    pub fn script(self, zh: &str) -> Cow<'_, str> {
        if self != Self::Hant {
            return typeset(zh);
        }
        let read = CONVERTED.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = read.get(zh) {
            return Cow::Borrowed(known);
        }
        drop(read);
        let made = convert(&typeset(zh));
        let mut write = CONVERTED.write().unwrap_or_else(PoisonError::into_inner);
        if write.len() >= MOST_KEPT {
            return Cow::Owned(made);
        }
        let kept: &'static str = String::leak(made);
        Cow::Borrowed(write.entry(zh.to_owned()).or_insert(kept))
    }

    /// A text of the catalogue that exists in Chinese only, marked as such in an English page.
    #[must_use]
    pub fn chinese(self, zh: &str) -> Markup {
        html! {
            @if self.is_chinese() { (self.script(zh)) } @else { span lang="zh-Hans" { (typeset(zh)) } }
        }
    }

    /// A text of the catalogue: in English where it is given.
    #[must_use]
    pub fn words(self, words: &Words) -> Markup {
        html! {
            @if self == Self::En && !words.en.is_empty() { (words.en) } @else { (self.chinese(&words.zh)) }
        }
    }

    /// Words after a number: Chinese, English for one, English for any other number.
    #[must_use]
    pub fn counted(
        self,
        number: u32,
        (zh, one, many): (&'static str, &'static str, &'static str),
    ) -> &'static str {
        self.say(zh, if number == 1 { one } else { many })
    }

    /// A civil date as it is written in sentences.
    #[must_use]
    pub fn long_date(self, date: NaiveDate) -> String {
        if self.is_chinese() {
            format!("{}年{}月{}日", date.year(), date.month(), date.day())
        } else {
            date.format("%-d %B %Y").to_string()
        }
    }

    /// A text of the catalogue without markup, for titles and attributes.
    #[must_use]
    pub fn plain(self, words: &Words) -> Cow<'_, str> {
        if self == Self::En && !words.en.is_empty() {
            return Cow::Owned(words.en.clone());
        }
        match self.script(&words.zh) {
            Cow::Borrowed(text) => Cow::Owned(text.to_owned()),
            Cow::Owned(text) => Cow::Owned(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_weights_choose_the_language() {
        for (header, lang) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Some(Lang::Hans)),
            ("en-GB,en;q=0.9,zh;q=0.5", Some(Lang::En)),
            ("zh-TW", Some(Lang::Hant)),
            ("zh-hant-hk;q=0.4, en;q=0.3", Some(Lang::Hant)),
            ("fr, de;q=0.9, zh_MO;q=0.1", Some(Lang::Hant)),
            ("en;q=0, zh", Some(Lang::Hans)),
            ("en;q=abc, fr", None),
            ("", None),
            ("*", None),
        ] {
            assert_eq!(Lang::of_accept(header), lang, "{header}");
        }
        for lang in Lang::ALL {
            assert_eq!(Lang::of_tag(lang.tag()), Some(lang));
        }
    }

    #[test]
    fn the_interface_is_converted_and_the_english_is_not() {
        assert_eq!(Lang::Hant.say("信用修复", "Credit repair"), "信用修復");
        assert_eq!(Lang::Hant.say("信用修复", "Credit repair"), "信用修復");
        assert_eq!(Lang::Hant.say("公布与核查", "x"), "公布與核查");
        assert_eq!(Lang::Hans.say("信用修复", "Credit repair"), "信用修复");
        assert_eq!(Lang::En.say("信用修复", "Credit repair"), "Credit repair");
        assert_eq!(Lang::Hant.script("联系机关"), "聯繫機關");
    }

    #[test]
    fn catalogue_texts_have_chinese_punctuation() {
        for (typed, shown) in [
            ("责令限期支付,逾期未支付", "责令限期支付，逾期未支付"),
            (
                "作出决定的行政机关(见各条记录)",
                "作出决定的行政机关（见各条记录）",
            ),
            ("9:00–12:00,13:30–17:00", "9:00–12:00,13:30–17:00"),
            ("工作日 9:00", "工作日 9:00"),
            ("一(二);期限", "一（二）；期限"),
            ("没有标点", "没有标点"),
        ] {
            assert_eq!(Lang::Hans.script(typed), shown);
        }
        assert_eq!(Lang::Hant.script("期限,公示"), "期限，公示");
    }

    #[test]
    fn what_has_no_english_says_that_it_is_chinese() {
        let words = Words {
            zh: "依据".to_owned(),
            en: String::new(),
        };
        assert_eq!(
            Lang::En.words(&words).into_string(),
            r#"<span lang="zh-Hans">依据</span>"#
        );
    }
}
