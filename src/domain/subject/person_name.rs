//! Names of persons: their normal form, and where the surname ends.
//!
//! Chinese names have a surname of one character, or of two (复姓); names of minorities are transcribed
//! with an interpunct between their parts, Latin names are written with spaces.

use unicode_normalization::UnicodeNormalization;

use super::normal::{LONGEST, is_invisible};

/// How a name is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// Surname and given name in Han characters: 张三丰.
    Han,
    /// Parts joined with an interpunct: 阿卜杜拉·买买提.
    Interpunct,
    /// Words in Latin (or another alphabetic) script: John Smith.
    Latin,
}

/// A name cut after its surname, or after its first part where names have no surname.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NameParts<'a> {
    /// The surname, or the first part.
    pub surname: &'a str,
    /// What follows; with its separator before it for interpunct and Latin names. May be empty.
    pub given: &'a str,
    /// How the name is built.
    pub style: Style,
}

/// Surnames of two characters and more, simplified and traditional, sorted.
const COMPOUND: &[&str] = &[
    "万俟",
    "上官",
    "东方",
    "东郭",
    "东里",
    "乌雅",
    "乐正",
    "亓官",
    "令狐",
    "仲孙",
    "仲孫",
    "仲長",
    "仲长",
    "佟佳",
    "侯莫陈",
    "侯莫陳",
    "公仪",
    "公伯",
    "公儀",
    "公冶",
    "公孙",
    "公孫",
    "公戶",
    "公户",
    "公皙",
    "公祖",
    "公羊",
    "公良",
    "公西",
    "公輸",
    "公输",
    "北宫",
    "北宮",
    "单于",
    "南宫",
    "南宮",
    "南榮",
    "南荣",
    "南郭",
    "南門",
    "南门",
    "即墨",
    "叔孙",
    "叔孫",
    "叶赫那拉",
    "司寇",
    "司徒",
    "司空",
    "司馬",
    "司马",
    "呼延",
    "哥舒",
    "單于",
    "壤駟",
    "壤驷",
    "夏侯",
    "太叔",
    "太史",
    "夹谷",
    "夾谷",
    "子书",
    "子書",
    "子桑",
    "子車",
    "子车",
    "宇文",
    "完顏",
    "完颜",
    "宗政",
    "宰父",
    "富察",
    "尉迟",
    "尉遲",
    "尔朱",
    "屈突",
    "左丘",
    "巫馬",
    "巫马",
    "微生",
    "愛新覺羅",
    "慕容",
    "拓拔",
    "拓跋",
    "斛律",
    "東方",
    "東郭",
    "東里",
    "梁丘",
    "樂正",
    "欧阳",
    "歐陽",
    "段干",
    "毌丘",
    "淳于",
    "漆雕",
    "澹台",
    "澹臺",
    "濮阳",
    "濮陽",
    "爱新觉罗",
    "爾朱",
    "独孤",
    "獨孤",
    "瓜尔佳",
    "瓜爾佳",
    "申屠",
    "百里",
    "皇甫",
    "相里",
    "穀梁",
    "端木",
    "第五",
    "紇石烈",
    "納蘭",
    "纥石烈",
    "纳兰",
    "羊舌",
    "耶律",
    "聞人",
    "胡母",
    "萬俟",
    "葉赫那拉",
    "褚师",
    "褚師",
    "西門",
    "西门",
    "諸葛",
    "诸葛",
    "谷梁",
    "賀拔",
    "賀若",
    "賀蘭",
    "贺兰",
    "贺拔",
    "贺若",
    "赫舍里",
    "赫连",
    "赫連",
    "軒轅",
    "轩辕",
    "达奚",
    "達奚",
    "鈕祜祿",
    "鍾離",
    "鐘離",
    "钟离",
    "钮祜禄",
    "長孫",
    "长孙",
    "閭丘",
    "闻人",
    "闾丘",
    "陆费",
    "陸費",
    "顓孫",
    "颛孙",
    "鮮于",
    "鲜于",
];

/// Characters that stand between the parts of a transcribed name, whichever keyboard made them.
#[must_use]
pub const fn is_interpunct(c: char) -> bool {
    matches!(
        c,
        '·' | '•' | '‧' | '∙' | '⋅' | '・' | '･' | '᛫' | '◦' | '●' | '\u{0387}' | '\u{A78F}'
    )
}

/// Whether a character is a Han character, 〇 included.
#[must_use]
pub const fn is_han(c: char) -> bool {
    matches!(c, '〇' | '々' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

/// A name in normal form: NFKC, no invisible or control characters, one kind of interpunct, no spaces
/// beside Han characters and interpuncts, single spaces between Latin words; a full stop between Han
/// characters is an interpunct. Case is kept. At most [`LONGEST`] characters are read.
#[must_use]
pub fn normalise(name: &str) -> String {
    // folded before NFKC, which would turn a half-width interpunct into its full-width twin
    let folded = name
        .chars()
        .take(LONGEST)
        .map(|c| if is_interpunct(c) { '·' } else { c })
        .nfkc()
        .filter(|c| !is_invisible(*c) && (c.is_whitespace() || !c.is_control()));
    let mut out: Vec<char> = Vec::new();
    let mut space = false;
    for c in folded.map(|c| if is_interpunct(c) { '·' } else { c }) {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        let closed = |c: char| is_han(c) || c == '·';
        if space && out.last().is_some_and(|last| !closed(*last)) && !closed(c) {
            out.push(' ');
        }
        space = false;
        out.push(c);
    }
    for i in 1..out.len().saturating_sub(1) {
        if out[i] == '.' && is_han(out[i - 1]) && is_han(out[i + 1]) {
            out[i] = '·';
        }
    }
    out.into_iter().collect()
}

/// The form in which two spellings of a name are the same: [`normalise`] in lower case. The key of a
/// keyed hash for exact look-up is made from this.
#[must_use]
pub fn comparison_form(name: &str) -> String {
    normalise(name).to_lowercase()
}

/// Cuts a name after its surname.
///
/// Han names of three characters and more that begin with a compound surname are cut after it, all
/// others after the first character; transcribed names before the first interpunct; others at the
/// first space. Works on any text; for spellings with stray spaces or odd interpuncts call
/// [`normalise`] first.
#[must_use]
pub fn split_surname(name: &str) -> NameParts<'_> {
    let name = name.trim();
    let cut = |at: usize, style| NameParts {
        surname: &name[..at],
        given: &name[at..],
        style,
    };
    if let Some((at, _)) = name.char_indices().find(|(_, c)| is_interpunct(*c)) {
        return cut(at, Style::Interpunct);
    }
    if !name.chars().next().is_some_and(is_han) {
        let at = name.find(char::is_whitespace).unwrap_or(name.len());
        return cut(at, Style::Latin);
    }
    let length = name.chars().count();
    let compound = COMPOUND
        .iter()
        .filter(|s| name.starts_with(**s) && s.chars().count() < length)
        .map(|s| s.len())
        .max();
    let first = name.chars().next().map_or(0, char::len_utf8);
    cut(compound.unwrap_or(first), Style::Han)
}

/// The surname of a name, or its first part.
#[must_use]
pub fn surname(name: &str) -> &str {
    split_surname(name).surname
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn surnames_of_domain_4_1_and_kin() {
        for (name, surname, given, style) in [
            ("张三丰", "张", "三丰", Style::Han),
            ("欧阳修", "欧阳", "修", Style::Han),
            ("歐陽修", "歐陽", "修", Style::Han),
            ("司马相如", "司马", "相如", Style::Han),
            ("诸葛亮", "诸葛", "亮", Style::Han),
            ("尉迟敬德", "尉迟", "敬德", Style::Han),
            ("爱新觉罗溥仪", "爱新觉罗", "溥仪", Style::Han),
            ("第五伦", "第五", "伦", Style::Han),
            ("东方", "东", "方", Style::Han),
            ("王五", "王", "五", Style::Han),
            ("陈方安生", "陈", "方安生", Style::Han),
            ("李", "李", "", Style::Han),
            ("𠮷田", "𠮷", "田", Style::Han),
            ("阿卜杜拉·买买提", "阿卜杜拉", "·买买提", Style::Interpunct),
            ("古丽•阿依•木", "古丽", "•阿依•木", Style::Interpunct),
            ("John Smith", "John", " Smith", Style::Latin),
            ("Плато", "Плато", "", Style::Latin),
            ("", "", "", Style::Latin),
        ] {
            assert_eq!(
                split_surname(name),
                NameParts {
                    surname,
                    given,
                    style
                },
                "{name}"
            );
        }
        assert_eq!(super::surname(" 欧阳修 "), "欧阳");
    }

    #[test]
    fn spellings_of_one_name_are_one() {
        for (spelling, name) in [
            ("张 三 丰", "张三丰"),
            ("张\u{200B}三丰\u{3000}", "张三丰"),
            ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
            ("阿卜杜拉 ・ 买买提", "阿卜杜拉·买买提"),
            ("阿卜杜拉･买买提", "阿卜杜拉·买买提"),
            ("阿卜杜拉.买买提", "阿卜杜拉·买买提"),
            ("阿卜杜拉．买买提", "阿卜杜拉·买买提"),
            ("Ｊｏｈｎ  Smith ", "John Smith"),
            ("J. Smith", "J. Smith"),
        ] {
            assert_eq!(normalise(spelling), name, "{spelling:?}");
        }
        assert_eq!(
            comparison_form("JOHN smith"),
            comparison_form("Ｊohn Smith")
        );
    }

    #[test]
    fn the_table_is_sorted_and_says_nothing_twice() {
        assert!(COMPOUND.is_sorted());
        assert!(COMPOUND.windows(2).all(|w| w[0] != w[1]));
        assert!(
            COMPOUND
                .iter()
                .all(|s| s.chars().count() > 1 && s.chars().all(is_han))
        );
    }

    proptest! {
        #[test]
        fn parts_put_together_are_the_name(name in "[张欧阳司马·• a-zA-Z]{0,12}") {
            let parts = split_surname(&name);
            prop_assert_eq!([parts.surname, parts.given].concat(), name.trim());
        }

        #[test]
        fn normalising_twice_is_normalising_once(name in ".{0,24}") {
            let once = normalise(&name);
            prop_assert_eq!(normalise(&once), once);
        }
    }
}
