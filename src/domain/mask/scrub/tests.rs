//! The example of domain.md 4.2, the corpus of `tests/corpus/scrub`, and what holds for every text.

use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::domain::mask::fold::{self, han_digit};

const LEAKS: &str = include_str!("../../../../tests/corpus/scrub/leaks.jsonl");
const HARMLESS: &str = include_str!("../../../../tests/corpus/scrub/harmless.txt");
const PERSONS: &str = include_str!("../../../../tests/corpus/scrub/persons.tsv");
const DOUBTS: &str = include_str!("../../../../tests/corpus/scrub/doubts.tsv");

fn firm() -> ScrubContext<'static> {
    ScrubContext::new(SubjectKind::LegalPerson)
}

#[test]
fn the_example_of_domain_4_2() {
    let text = "当事人李四(身份证440524188001010014,电话13800138000,住厦门市思明区湖滨南路1号302室)雇用工人王五无证作业";
    let out = scrub(text, &firm());
    assert_eq!(
        out.text,
        "当事人李某(身份证[证件号码已隐去],电话[联系方式已隐去],住厦门市思明区)雇用工人王某无证作业"
    );
    let held: Vec<&str> = out.held.iter().map(|d| &text[d.span.clone()]).collect();
    assert_eq!(held, ["李四", "王五"]);
    let certain: Vec<&str> = out
        .hits
        .iter()
        .filter(|h| h.certain)
        .map(|h| &text[h.span.clone()])
        .collect();
    assert_eq!(
        certain,
        ["440524188001010014", "13800138000", "湖滨南路1号302室"]
    );
    assert_eq!(out.blocked, None);
}

/// A case of `leaks.jsonl`.
#[derive(Deserialize)]
struct Leak {
    kind: String,
    spelling: String,
    text: String,
    secrets: Vec<String>,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    names: Vec<(String, String)>,
}

/// What the most stubborn reader makes of a text: letters and digits alone, numerals as digits, upper case.
fn squeezed(text: &str) -> String {
    fold::plain(text)
        .chars()
        .map(|c| if c == '×' { 'X' } else { c })
        .filter(|c| c.is_alphanumeric())
        .map(|c| han_digit(c).map_or(c, |d| char::from(b'0' + d)))
        .flat_map(char::to_uppercase)
        .collect()
}

/// What of a secret can still be read: all of it, or seven characters in a row of a long number.
fn left_of(secret: &str, shown: &str) -> Option<String> {
    let (secret, shown) = (squeezed(secret), squeezed(shown));
    if shown.contains(&secret) {
        return Some(secret);
    }
    let chars: Vec<char> = secret.chars().collect();
    if chars.len() < 11 {
        return None;
    }
    chars
        .windows(7)
        .map(|w| w.iter().collect::<String>())
        .find(|w| shown.contains(w))
}

#[test]
fn nothing_certain_leaks_in_any_spelling() {
    let mut failures = Vec::new();
    let mut count = 0;
    for line in LEAKS.lines() {
        count += 1;
        let leak: Leak = serde_json::from_str(line).unwrap();
        let kind = leak
            .subject
            .as_deref()
            .map_or(SubjectKind::LegalPerson, |k| {
                SubjectKind::from_code(k).unwrap()
            });
        let mut about = ScrubContext::new(kind);
        about.names = leak
            .names
            .iter()
            .map(|(name, role)| {
                let role = match role.as_str() {
                    "operator" => Role::Operator,
                    "subject" => Role::Subject,
                    "proxy" => Role::Proxy,
                    "legal_representative" => Role::LegalRepresentative,
                    _ => Role::Other,
                };
                KnownName::new(name, role, kind, false)
            })
            .collect();
        let out = scrub(&leak.text, &about);
        for secret in &leak.secrets {
            if let Some(left) = left_of(secret, &out.text) {
                failures.push(format!(
                    "{} ({}): {left} left in {:?} of {:?}",
                    leak.kind, leak.spelling, out.text, leak.text
                ));
            }
        }
        let found = out
            .hits
            .iter()
            .any(|h| h.certain && h.kind.code() == leak.kind);
        if !found {
            failures.push(format!(
                "{} ({}): no certain hit in {:?} of {:?}",
                leak.kind, leak.spelling, out.text, leak.text
            ));
        }
        let again = scrub(&out.text, &about);
        if again.text != out.text || again.hits.iter().any(|h| h.certain) {
            failures.push(format!(
                "{} ({}): not settled: {:?} -> {:?}",
                leak.kind, leak.spelling, out.text, again.text
            ));
        }
    }
    assert!(count >= 220, "only {count} cases");
    assert!(
        failures.is_empty(),
        "{} of {count}:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

fn harmless() -> impl Iterator<Item = String> {
    HARMLESS
        .lines()
        .filter(|l| !l.starts_with('#'))
        .map(|l| l.replace("\\n", "\n"))
}

#[test]
fn at_most_two_in_a_hundred_harmless_texts_are_touched() {
    let mut touched = Vec::new();
    let mut count = 0;
    for text in harmless() {
        count += 1;
        let out = scrub(&text, &firm());
        if out.text != text || !out.is_clear() {
            let found: Vec<_> = out
                .hits
                .iter()
                .map(|h| (h.kind, &text[h.span.clone()]))
                .collect();
            touched.push(format!("{text}\n    {found:?} {:?}", out.blocked));
        }
    }
    assert!(count >= 300, "only {count} texts");
    assert!(
        touched.len() * 50 <= count,
        "{} of {count}:\n{}",
        touched.len(),
        touched.join("\n")
    );
}

#[test]
fn other_persons_are_proposed_and_held() {
    let mut failures = Vec::new();
    for line in PERSONS.lines() {
        let (text, wanted) = line.split_once('\t').unwrap();
        let out = scrub(text, &firm());
        if out.text != wanted || out.held.is_empty() {
            failures.push(format!("{text}\n  got    {}\n  wanted {wanted}", out.text));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn doubts_are_held_and_blocks_block() {
    let mut failures = Vec::new();
    for line in DOUBTS.lines() {
        let (kind, text) = line.split_once('\t').unwrap();
        let out = scrub(text, &firm());
        let (kind, blocks) = kind
            .strip_prefix("block:")
            .map_or((kind, false), |k| (k, true));
        let held = out.held.iter().any(|d| d.kind.code() == kind);
        if !held || out.blocked.is_some() != blocks {
            failures.push(format!("{kind}: {text}: {:?} {:?}", out.held, out.blocked));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn what_the_record_keeps_stays() {
    // an all-numeric credit code of a record may be a valid citizen id as well (domain.md 3.4)
    let mut about = firm();
    let text = "代码440524188001010014,文号13800138000号,证号44052419880101001X";
    assert!(scrub(text, &about).text.contains("[证件号码已隐去]"));
    about.credit_code = Some("440524188001010014");
    about.keep_codes = vec!["13800138000", "44052419880101001X"];
    let out = scrub(text, &about);
    assert_eq!(out.text, text);
    assert!(out.is_clear());
}

#[test]
fn the_records_own_documents_and_secrets_go() {
    let mut about = firm();
    about.identity_numbers = vec!["AB1234567"];
    let text = "持AB 1234567入境,工艺参数为85℃保温2小时。";
    let secret = text.find("85").unwrap();
    let end = text.find('。').unwrap();
    about.trade_secrets = vec![secret..end, 1000..2000, 3..3];
    let out = scrub(text, &about);
    assert_eq!(
        out.text,
        "持[证件号码已隐去]入境,工艺参数为[商业秘密,不予公开]。"
    );
    assert!(out.is_clear());
    assert_eq!(out.hits.len(), 2);
    assert_eq!(out.hits[1].span, secret..end);
}

#[test]
fn plates_follow_the_category() {
    let text = "闽D12123号货车超限。";
    let mut about = firm();
    for (rule, shown) in [
        (PlateRule::Hide, "[车牌已隐去]号货车超限。"),
        (PlateRule::Partial, "闽D·**123号货车超限。"),
        (PlateRule::Keep, text),
    ] {
        about.options.plates = rule;
        assert_eq!(scrub(text, &about).text, shown);
        assert_eq!(scrub(shown, &about).text, shown);
    }
}

#[test]
fn public_names_stay_and_their_bearers_are_no_third_persons() {
    let mut about = firm();
    about.names = vec![KnownName::new(
        "张三丰",
        Role::LegalRepresentative,
        SubjectKind::LegalPerson,
        false,
    )];
    let out = scrub("法定代表人张三丰;负责人张三丰未到场。", &about);
    assert_eq!(out.text, "法定代表人张三丰;负责人张三丰未到场。");
    assert!(out.is_clear());
    // a proxy's name inside it does not cut it
    about.names.push(KnownName::new(
        "张三",
        Role::Proxy,
        SubjectKind::LegalPerson,
        false,
    ));
    assert_eq!(
        scrub("张三丰与张三到场。", &about).text,
        "张三丰与张某到场。"
    );
    about.subject_kind = SubjectKind::NaturalPerson;
    about.names = vec![KnownName::new(
        "张三丰",
        Role::Subject,
        SubjectKind::NaturalPerson,
        true,
    )];
    assert_eq!(
        scrub("被执行人张三丰,男,未履行。", &about).text,
        "被执行人张三丰,男,未履行。"
    );
}

#[test]
fn what_is_not_masked_stays_byte_for_byte() {
    let text = "ＡＢＣ①　電話：１３８００１３８０００；\u{200b}㎡ ２０２６年　½\r\n完";
    assert_eq!(
        scrub(text, &firm()).text,
        "ＡＢＣ①　電話：[联系方式已隐去]；\u{200b}㎡ ２０２６年　½\r\n完"
    );
}

#[test]
fn too_long_a_text_is_blocked_and_not_shown() {
    let out = scrub(&"长".repeat(LONGEST_TEXT / 3 + 1), &firm());
    assert_eq!(
        (out.text.as_str(), out.blocked),
        ("", Some(Blocked::TooLong))
    );
}

/// Each pass uncovers another address: what is masked in part is shown to nobody, not to officers either.
#[test]
fn what_does_not_settle_is_blocked_and_not_shown() {
    let text = include_str!("../../../../tests/corpus/fuzz/text/unsettled");
    let out = scrub(text, &firm());
    assert_eq!(out.blocked, Some(Blocked::Unsettled));
    assert_eq!(out.text, "");
    assert!(out.hits.iter().any(|h| h.kind == HitKind::HomeAddress));
}

/// A check-valid citizen id from a seed.
fn citizen_id(seed: u64) -> String {
    let regions = [350_203u64, 610_902, 510_703, 440_524, 110_105, 830_000];
    let day = seed / 7 % 28 + 1;
    let body = format!(
        "{:06}{:04}{:02}{:02}{:03}",
        regions[(seed % 6) as usize],
        1930 + seed / 3 % 80,
        seed / 5 % 12 + 1,
        day,
        seed / 11 % 1000
    );
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: usize = body
        .bytes()
        .zip(weights)
        .map(|(b, w)| usize::from(b - b'0') * w)
        .sum();
    format!("{body}{}", &"10X98765432"[sum % 11..=sum % 11])
}

/// Spells a number: each character in a width or script of its own, with something between some of them.
fn spell(number: &str, scripts: &[u8], between: &[u8]) -> String {
    let mut out = String::new();
    for (i, c) in number.chars().enumerate() {
        let script = scripts[i % scripts.len()];
        let digit = c.to_digit(10);
        let shift = |base: u32| digit.and_then(|d| char::from_u32(base + d)).unwrap_or(c);
        out.push(match (script % 8, digit) {
            (1, _) => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
            (2, Some(0)) => '⓪',
            (2, Some(d)) => char::from_u32(0x245f + d).unwrap_or(c),
            (3, Some(_)) => shift(0x1d7ce),
            (4, Some(_)) => shift(0x660),
            (5, Some(d)) => "〇一二三四五六七八九".chars().nth(d as usize).unwrap_or(c),
            (6, None) => c.to_ascii_lowercase(),
            _ => c,
        });
        if i + 1 < number.len() {
            out.push_str(match between[i % between.len()] {
                1 => " ",
                2 => "-",
                3 => "\u{200b}",
                4 => "　",
                5 => "\u{feff}",
                6 => "－",
                7 => "\n",
                8 => "\u{ad}",
                _ => "",
            });
        }
    }
    out
}

fn prose() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop_oneof![
            prop::sample::select(harmless().collect::<Vec<_>>()),
            "[一-龥,。;:()A-Z]{0,12}",
            Just("罚款".to_owned()),
        ],
        0..3,
    )
    .prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn random_ids_and_mobiles_in_random_spellings_never_leak(
        before in prose(), after in prose(), seed in 0u64..10_000_000, mobile in "1[3-9][0-9]{9}",
        scripts in prop::collection::vec(0u8..8, 1..6), between in prop::collection::vec(0u8..9, 1..7),
        which in 0u8..2, even in any::<bool>(),
    ) {
        prop_assume!(mobile.bytes().skip(2).any(|b| b != mobile.as_bytes()[1]));
        let number = if which == 0 { citizen_id(seed) } else { mobile };
        let between = if even { vec![between[0]] } else { between };
        let text = format!("{before}:{};{after}", spell(&number, &scripts, &between));
        let out = scrub(&text, &firm());
        // the prose may share a region code with the id
        let left = left_of(&number, &out.text)
            .filter(|w| !squeezed(&before).contains(w) && !squeezed(&after).contains(w));
        prop_assert!(left.is_none(), "{number} left in {:?}", out.text);
        let again = scrub(&out.text, &firm());
        prop_assert_eq!(&again.text, &out.text);
        prop_assert!(again.hits.iter().all(|h| !h.certain));
    }

    #[test]
    fn any_text_settles_and_spans_stand_on_characters(
        text in prop_oneof![any::<String>(), "[0-9０-９①-⑩一二三 \\-.X@a-z闽D住省市区路号张三李四男,(:。\u{200b}]{0,80}", prose()],
        secret in (0usize..40, 0usize..20),
    ) {
        let mut about = ScrubContext::new(SubjectKind::IndividualBusiness);
        about.names = vec![KnownName::new("张三", Role::Operator, SubjectKind::IndividualBusiness, false)];
        let out = scrub(&text, &about);
        for span in out.hits.iter().map(|h| &h.span).chain(out.held.iter().map(|d| &d.span)) {
            prop_assert!(text.get(span.clone()).is_some());
        }
        let again = scrub(&out.text, &about);
        prop_assert_eq!(&again.text, &out.text);
        prop_assert!(again.hits.iter().all(|h| !h.certain), "{:?}", again.hits);
        // marked spans may begin and end anywhere, also inside a character
        about.trade_secrets.push(secret.0..secret.0 + secret.1);
        let hidden = scrub(&text, &about);
        prop_assert!(hidden.blocked.is_none() || !hidden.held.is_empty());
    }

    #[test]
    fn nothing_becomes_visible_that_was_not(text in prose(), name in "[张李王欧阳司马][一-龥]{1,2}") {
        let text = format!("员工{name},男,{text}");
        let out = scrub(&text, &firm());
        let mut shown = out.text.clone();
        for set in kinds::PLACEHOLDERS {
            shown = shown.replace(set, "");
        }
        let mut rest = text.chars();
        // 某 and its number are masks; everything else stands in the original, in order
        for c in shown.chars().filter(|c| *c != '某' && *c != '*' && !c.is_ascii_digit()) {
            prop_assert!(rest.any(|r| r == c), "{c} of {shown:?}");
        }
    }
}
