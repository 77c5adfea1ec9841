//! Pieces of the catalogue as pages show them: bases, measures, repair, remedies, contacts. The list page and the record
//! page say the same thing with the same words.

use maud::{Markup, html};

use super::facts::{Fact, facts};
use super::lang::Lang;
use super::text::date;
use crate::domain::catalogue::{
    Basis, BasisStatus, Contact, Layer, ListEntry, Measure, Remedy, Repair, RepairChannel,
};
use crate::domain::kinds::{SubjectKind, Words};
use crate::domain::regions;

/// Name of a region with those above it, or its code when the table does not have it; as the table writes it.
#[must_use]
pub fn region_name(code: &str) -> String {
    regions::find(code)
        .or_else(|| regions::nearest(code))
        .map_or_else(|| code.to_owned(), regions::Region::full_name)
}

/// Name of a region in a page.
#[must_use]
pub fn region(lang: Lang, code: &str) -> Markup {
    if code == regions::NATIONAL {
        return html! { (lang.say("全国", "the whole country")) };
    }
    let name = region_name(code);
    if name == code {
        return html! { code { (code) } };
    }
    lang.chinese(&name)
}

/// Kinds of subject, one after the other.
#[must_use]
pub fn subjects(lang: Lang, kinds: &[SubjectKind]) -> Markup {
    html! { @for (i, kind) in kinds.iter().enumerate() { @if i > 0 { (lang.say("、", ", ")) } (lang.say(kind.zh(), kind.en())) } }
}

/// Where a rule comes from, for citizens: the catalogue's marks of certainty in words.
#[must_use]
pub fn source(lang: Lang, text: &str) -> Markup {
    let local = text.contains("[recall]");
    let plain = text.replace("[recall]", "").replace("[law]", "");
    let plain = plain.trim().trim_end_matches([';', '；', ':']);
    html! {
        @if plain.is_empty() { (lang.say("地方实践，待核实", "local practice, to be verified")) }
        @else {
            (lang.chinese(plain))
            @if local { (lang.say("（地方实践，待核实）", " (local practice, to be verified)")) }
        }
    }
}

/// The edition of a layer: its version, and since when it is in force.
#[must_use]
pub fn edition(lang: Lang, layer: &Layer) -> Markup {
    html! {
        (lang.say("版本 ", "version ")) code { (layer.version) }
        (lang.say("，自 ", ", in force from ")) (date(layer.effective_from)) (lang.say(" 起施行", ""))
        @if let Some(until) = layer.effective_until { (lang.say("，自 ", ", until ")) (date(until)) (lang.say(" 起失效", " (exclusive)")) }
    }
}

/// Texts as list items.
#[must_use]
pub fn items(lang: Lang, texts: &[Words]) -> Markup {
    html! { ol.texts { @for text in texts { li { (lang.words(text)) } } } }
}

/// Articles as cited; in an English page by number where each is a plain one.
#[must_use]
pub fn article(lang: Lang, cited: &str) -> Markup {
    let numbers: Option<Vec<String>> = cited
        .split('、')
        .map(|one| {
            let number = one.strip_prefix('第')?.strip_suffix('条')?;
            numeral(number).map(|n| n.to_string())
        })
        .collect();
    match numbers {
        Some(numbers) if !lang.is_chinese() => html! { "art. " (numbers.join(", ")) },
        _ => lang.chinese(cited),
    }
}

/// A number up to 9999 in Chinese numerals.
fn numeral(text: &str) -> Option<u32> {
    let mut sum = 0;
    let mut digit = None;
    for c in text.chars() {
        let unit = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            '零' => continue,
            _ => {
                let at = "一二三四五六七八九".chars().position(|d| d == c)?;
                if digit.replace(u32::try_from(at).ok()? + 1).is_some() {
                    return None;
                }
                continue;
            }
        };
        sum += digit.take().unwrap_or(1) * unit;
    }
    let total = sum + digit.unwrap_or(0);
    (total > 0).then_some(total)
}

/// One legal basis.
#[must_use]
pub fn basis(lang: Lang, basis: &Basis) -> Markup {
    html! {
        span.basis {
            (lang.words(&basis.title))
            @if !basis.article.is_empty() { " " (article(lang, &basis.article)) }
            " " span.tag { (lang.say(basis.kind.zh(), basis.kind.en())) }
            @if basis.status != BasisStatus::Active { " " span.tag.grave { (lang.say(basis.status.zh(), basis.status.en())) } }
            @if !basis.territory.is_empty() { span.meta { (lang.say("适用地域：", "Applies in ")) (region(lang, &basis.territory)) } }
            @if let Some(from) = basis.effective_from { span.meta { (lang.say("自 ", "In force from ")) (date(from)) (lang.say(" 起施行", "")) } }
            @if let Some(until) = basis.effective_until { span.meta { (lang.say("自 ", "No longer in force from ")) (date(until)) (lang.say(" 起失效", "")) } }
        }
    }
}

/// Several bases.
#[must_use]
pub fn bases(lang: Lang, all: &[Basis]) -> Markup {
    html! { ul.texts { @for one in all { li { (basis(lang, one)) } } } }
}

/// Columns of a table of measures.
const MEASURE_COLUMNS: [(&str, &str); 6] = [
    ("措施", "Measure"),
    ("性质", "Force"),
    ("适用对象", "Subjects"),
    ("实施单位", "Carried out by"),
    ("期限", "Duration"),
    ("依据", "Legal basis"),
];

/// Measures in a table, each with its basis.
#[must_use]
pub fn measures(lang: Lang, caption: &str, all: &[&Measure]) -> Markup {
    let [_, force, subject, unit, duration, legal] =
        MEASURE_COLUMNS.map(|(zh, en)| lang.say(zh, en));
    html! {
        section.table-wrap tabindex="0" aria-label=(caption) {
            table.measures {
                caption.hidden { (caption) }
                thead { tr { @for (zh, en) in MEASURE_COLUMNS { th scope="col" { (lang.say(zh, en)) } } } }
                tbody {
                    @for measure in all {
                        tr {
                            th scope="row" { (lang.words(&measure.name)) }
                            td data-label=(force) { (lang.say(measure.force.zh(), measure.force.en())) }
                            td data-label=(subject) { (subjects(lang, &measure.subject_kinds)) }
                            td data-label=(unit) { (lang.words(&measure.executing_unit)) }
                            td data-label=(duration) { (lang.words(&measure.duration)) }
                            td data-label=(legal) { (bases(lang, &measure.basis)) }
                        }
                    }
                }
            }
        }
    }
}

/// How to get out: conditions, materials, steps, channel.
#[must_use]
pub fn repair(lang: Lang, repair: &Repair) -> Markup {
    let parts = [
        (("修复条件", "Conditions of repair"), &repair.conditions),
        (("修复材料", "Materials"), &repair.materials),
        (("修复程序", "Procedure of repair"), &repair.procedure),
    ];
    html! {
        @if repair.repairable {
            (facts(&[
                Fact::new(lang.say("办理途径", "Channel"), html! {
                    (lang.say(repair.channel.zh(), repair.channel.en()))
                    @if repair.channel == RepairChannel::ExternalLink && repair.external_url.starts_with("https://") {
                        " " a href=(repair.external_url) rel="noreferrer external" { (repair.external_url) }
                    }
                }),
                Fact::new(lang.say("办理结果", "Effect"), html! { (lang.say(repair.effect.zh(), repair.effect.en())) }),
                Fact::new(lang.say("费用", "Fee"), html! { (lang.say("不收取任何费用", "none, in any form")) }),
            ]))
            @for ((zh, en), texts) in parts {
                @if !texts.is_empty() { h3 { (lang.say(zh, en)) } (items(lang, texts)) }
            }
        } @else {
            p { (lang.say("该类信息不适用信用修复。", "Credit repair does not apply to this kind of information.")) }
            @if !repair.exclusion_basis.is_empty() { (bases(lang, &repair.exclusion_basis)) }
        }
    }
}

/// Remedies, with where and until when.
#[must_use]
pub fn remedies(lang: Lang, all: &[Remedy]) -> Markup {
    html! {
        ul.remedies {
            @for remedy in all {
                li {
                    strong { (lang.say(remedy.kind.zh(), remedy.kind.en())) }
                    div { (lang.say("向何处提出：", "Where: ")) (lang.words(&remedy.place)) }
                    @if !remedy.limit.zh.is_empty() { div { (lang.say("期限：", "Time limit: ")) (lang.words(&remedy.limit)) } }
                    @if !remedy.basis.is_empty() { div.meta { (lang.say("依据：", "Basis: ")) (source(lang, &remedy.basis)) } }
                }
            }
        }
    }
}

/// What an objection does meanwhile.
#[must_use]
pub fn objection(lang: Lang, entry: &ListEntry) -> Markup {
    let policy = &entry.objection;
    html! {
        ul.texts {
            @if policy.answer_working_days > 0 {
                li {
                    (lang.say("受理后 ", "Answered within ")) (policy.answer_working_days)
                    (lang.counted(policy.answer_working_days, (" 个工作日内答复。", " working day of acceptance.", " working days of acceptance.")))
                }
            }
            @if policy.annotates_display {
                li { (lang.say("处理期间，公示页面标注「异议处理中」。", "Meanwhile the record is marked as under objection.")) }
            }
            li {
                (if policy.suspends_measures {
                    lang.say("处理期间，暂停实施相关措施。", "Meanwhile the measures rest.")
                } else {
                    lang.say("处理期间，不停止决定的执行。", "Meanwhile the decision stays in force.")
                })
            }
            @if policy.complaint {
                li { (lang.say("对答复不服的，可以向社会信用体系建设领导小组投诉。", "Whoever disagrees with the answer may complain to the leading group for the social credit system.")) }
            }
        }
    }
}

/// Whom to call.
#[must_use]
pub fn contact(lang: Lang, contact: &Contact) -> Markup {
    let unit = html! {
        @if contact.unit.zh.is_empty() { (lang.say("该机关没有另行指定", "none named apart")) }
        @else { (lang.words(&contact.unit)) }
    };
    let phone = html! { span.num { (contact.phone) } };
    let mut rows = vec![
        Fact::new(lang.say("机关", "Authority"), lang.words(&contact.name)),
        Fact::new(lang.say("承办单位", "Unit"), unit),
        Fact::new(lang.say("电话", "Telephone"), phone),
        Fact::new(lang.say("办公时间", "Hours"), lang.words(&contact.hours)),
    ];
    if !contact.address.zh.is_empty() {
        let address = lang.words(&contact.address);
        rows.push(Fact::new(lang.say("地址", "Address"), address));
    }
    if !contact.credit_code.is_empty() {
        rows.push(Fact::new(
            lang.say("统一社会信用代码", "Credit code"),
            html! { code { (contact.credit_code) } },
        ));
    }
    facts(&rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_are_numbered_where_they_can_be() {
        for (cited, shown) in [
            ("第五条", "art. 5"),
            ("第十条", "art. 10"),
            ("第四十八条", "art. 48"),
            ("第一百三十六条", "art. 136"),
            ("第一百零七条", "art. 107"),
            ("第十四条、第二十条", "art. 14, 20"),
            ("第四章", r#"<span lang="zh-Hans">第四章</span>"#),
            ("第五六条", r#"<span lang="zh-Hans">第五六条</span>"#),
            ("第条", r#"<span lang="zh-Hans">第条</span>"#),
        ] {
            assert_eq!(article(Lang::En, cited).into_string(), shown);
            assert_eq!(article(Lang::Hans, cited).into_string(), cited);
        }
    }

    #[test]
    fn regions_are_named_in_the_script_of_the_page() {
        for (code, hans, hant) in [
            ("100000", "全国", "全國"),
            ("350200", "福建省厦门市", "福建省廈門市"),
            ("999999", "<code>999999</code>", "<code>999999</code>"),
        ] {
            assert_eq!(region(Lang::Hans, code).into_string(), hans);
            assert_eq!(region(Lang::Hant, code).into_string(), hant);
        }
        assert_eq!(
            region(Lang::En, "350200").into_string(),
            r#"<span lang="zh-Hans">福建省厦门市</span>"#
        );
        assert_eq!(
            region(Lang::En, "100000").into_string(),
            "the whole country"
        );
    }

    #[test]
    fn marks_of_certainty_become_words() {
        let shown = |text: &str| source(Lang::Hans, text).into_string();
        for (text, words) in [
            (
                "绵阳市 一(二);期限[recall]",
                "绵阳市 一（二）；期限（地方实践，待核实）",
            ),
            ("[recall] 各地规定不同", "各地规定不同（地方实践，待核实）"),
            ("国办发〔2025〕22号[law]", "国办发〔2025〕22号"),
            ("[recall]", "地方实践，待核实"),
        ] {
            assert_eq!(shown(text), words);
        }
    }
}
