//! The credit information report (信用信息报告) of an organisation: everything that is published of it on a day, to be
//! printed or handed on, on the page and as PDF. Both are made of the same words.

use chrono::NaiveDate;
use maud::{Markup, html};

use crate::domain::catalogue::{Catalogue, FieldType};
use crate::domain::kinds::Polarity;
use crate::domain::subject::CreditCode;
use crate::outside::report::pdf::{Block, Document};
use crate::outside::web::link;
use crate::outside::web::params::last_day;
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::frame::{Ctx, Head, Place, SITE_EN, SITE_ZH, frame};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::seal::{self, Seal};
use crate::outside::web::parts::terms::region_name;
use crate::record::PublicRecord;

use super::record::note_words;
use super::subject::GROUPS;

/// Everything the report needs.
#[derive(Clone, Copy, Debug)]
pub struct ReportView<'a> {
    /// The code, checked.
    pub code: CreditCode,
    /// Records displayed on the day, newest decision first.
    pub records: &'a [PublicRecord],
    /// Whether there are more than a report holds.
    pub more: bool,
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// The civil date in Asia/Shanghai.
    pub today: NaiveDate,
    /// The verification code; none on a node without its key.
    pub seal: Option<&'a Seal>,
}

/// One record in the report.
struct Entry {
    heading: String,
    id: String,
    facts: Vec<(String, String)>,
}

/// The words of the report, once for both forms.
struct Words {
    title: &'static str,
    subject: Vec<(String, String)>,
    intro: String,
    groups: Vec<(String, Vec<Entry>)>,
    notes: Vec<&'static str>,
}

fn polarity(catalogue: &Catalogue, record: &PublicRecord) -> Polarity {
    catalogue
        .list(&record.list)
        .map_or(Polarity::Neutral, |e| e.polarity)
}

fn words(ctx: &Ctx, view: &ReportView<'_>) -> Words {
    let lang = ctx.lang;
    let pair = |zh, en, value: String| (lang.say(zh, en).to_owned(), value);
    let newest = view.records.first();
    let mut subject = Vec::new();
    if let Some(record) = newest {
        subject.push(pair("名称", "Name", record.subject_name.clone()));
    }
    subject.push(pair(
        "统一社会信用代码",
        "Unified social credit code",
        view.code.as_str().to_owned(),
    ));
    if let Some(record) = newest {
        let kind = lang.say(record.subject_kind.zh(), record.subject_kind.en());
        subject.push(pair("主体类型", "Kind", kind.to_owned()));
    }
    let mut others: Vec<&str> = view
        .records
        .iter()
        .map(|r| r.subject_name.as_str())
        .collect();
    others.sort_unstable();
    others.dedup();
    others.retain(|name| newest.is_some_and(|r| r.subject_name != *name));
    if !others.is_empty() {
        subject.push(pair(
            "记录中的其他名称",
            "Other names on record",
            others.join("、"),
        ));
    }
    subject.push(pair("截至", "As of", lang.long_date(view.today)));
    subject.push(pair("数据版本", "Data version", ctx.seq.to_string()));
    subject.push(pair(
        "在公示期内的记录",
        "Records within their term",
        view.records.len().to_string(),
    ));
    let groups = GROUPS
        .iter()
        .filter_map(|(which, zh, en)| {
            let entries: Vec<Entry> = view
                .records
                .iter()
                .filter(|r| polarity(view.catalogue, r) == *which)
                .map(|record| entry(lang, view.catalogue, record))
                .collect();
            let heading = format!("{} {}", lang.say(zh, en), entries.len());
            (!entries.is_empty()).then_some((heading, entries))
        })
        .collect();
    Words {
        title: lang.say("公共信用信息报告", "Public credit information report"),
        subject,
        intro: intro(lang, view),
        groups,
        notes: notes(ctx, view),
    }
}

fn intro(lang: Lang, view: &ReportView<'_>) -> String {
    if !view.records.is_empty() {
        return lang
            .say(
                "以下是截至上述日期，本平台依目录公示、仍在公示期内的全部信息。",
                "Below is everything that this portal publishes by its catalogue and that is within its term on that date.",
            )
            .to_owned();
    }
    lang.say(
        "无相关公示信息。截至上述日期，本平台没有该代码在公示期内的信息。这不是信用良好的证明：公示期届满的、不予公示的和未归集的信息不在其中。",
        "No published information. On that date nothing within its term is published for this code. This is no clean bill: what has ended, what may not be shown and what was never handed in is not here.",
    )
    .to_owned()
}

fn notes(ctx: &Ctx, view: &ReportView<'_>) -> Vec<&'static str> {
    let lang = ctx.lang;
    let mut notes = Vec::new();
    if view.more {
        notes.push(lang.say(
            "该主体的记录超过一千条，本报告只列出决定日期最近的一千条。",
            "There are more than a thousand records; the report holds the thousand that were decided last.",
        ));
    }
    notes.push(lang.say(
        "内容由各决定机关负责；与该机关公布的不一致的，以该机关公布的为准。本报告不是对主体信用状况的评价。",
        "Each deciding authority is responsible for its entries; where its own publication differs, that one prevails. The report rates nobody.",
    ));
    notes.push(lang.say(
        "信息随时可能更正、修复或者期满。使用本报告的人应当按核验码查询现状，不得公示或者使用已不再公示的信息。",
        "Entries may be corrected, repaired or end at any time. Whoever uses the report is to look up their state by the code, and may not publish or use what is no longer published.",
    ));
    notes.push(lang.say(
        "出具、核验报告和信用修复、异议均不收取任何费用。",
        "Reports, their verification, credit repair and objections are free of charge.",
    ));
    if ctx.demo {
        notes.push(lang.say(
            "演示数据：主体和记录均为虚构。",
            "Demonstration: subjects and records are fictitious.",
        ));
    }
    notes
}

fn value(lang: Lang, value: &str, kind: Option<FieldType>) -> String {
    match kind {
        Some(FieldType::Amount) => {
            format!("{value}{}", lang.say(" 万元", " × 10,000 yuan"))
        }
        Some(FieldType::Choices) => {
            let parts = value.split([';', '；']).map(str::trim);
            let parts: Vec<&str> = parts.filter(|p| !p.is_empty()).collect();
            parts.join("、")
        }
        _ => value.to_owned(),
    }
}

fn entry(lang: Lang, catalogue: &Catalogue, record: &PublicRecord) -> Entry {
    let list = catalogue.list(&record.list);
    let pair = |zh, en, value: String| (lang.say(zh, en).to_owned(), value);
    let list_name = list.map_or_else(|| record.list.clone(), |l| lang.plain(&l.name).into_owned());
    let term = match record.displayed_until {
        Some(until) => format!(
            "{} {} {}",
            record.displayed_from,
            lang.say("至", "to"),
            last_day(until)
        ),
        None => format!(
            "{} {}",
            record.displayed_from,
            lang.say("起，无固定截止日期", "on, without a fixed end")
        ),
    };
    let mut facts = vec![
        pair("名单", "List", list_name),
        pair("决定机关", "Authority", record.authority_name.clone()),
        pair("决定日期", "Decided on", record.decided_on.to_string()),
        pair("公示期", "Shown", term),
    ];
    if !record.notes.is_empty() {
        let said: Vec<&str> = record
            .notes
            .iter()
            .map(|note| {
                let (zh, en, ..) = note_words(*note);
                lang.say(zh, en)
            })
            .collect();
        facts.push(pair("标注", "Notes", said.join("、")));
    }
    if let Some(severity) = record.severity {
        let said = lang.say(severity.zh(), severity.en());
        facts.push(pair("失信程度", "Severity", said.to_owned()));
    }
    for field in record.fields.iter().filter(|f| !f.value.is_empty()) {
        let rule = list.and_then(|l| l.field(&field.key));
        let name = rule.map_or_else(|| field.key.clone(), |r| lang.plain(&r.name).into_owned());
        facts.push((name, value(lang, &field.value, rule.map(|r| r.kind))));
    }
    if let Some(first) = record.earliest_repair {
        facts.push(pair("最早可申请修复", "Repair from", first.to_string()));
    }
    if let Some(until) = record.measures_until {
        facts.push(pair("措施实施至", "Measures until", until.to_string()));
    }
    facts.push(pair(
        "数据来源单位",
        "Provider",
        record.provider_name.clone(),
    ));
    facts.push(pair("地区", "Region", region_name(&record.region)));
    let heading = if record.document_number.is_empty() {
        record.authority_name.clone()
    } else {
        record.document_number.clone()
    };
    Entry {
        heading,
        id: record.id.clone(),
        facts,
    }
}

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, view: &ReportView<'_>) -> Markup {
    let lang = ctx.lang;
    let words = words(ctx, view);
    let head = Head::new(words.title, Place::Elsewhere)
        .unindexed()
        .with_twin(link::api_subject(view.code.as_str()));
    let rows = |facts: &[(String, String)]| -> Vec<Fact> {
        facts
            .iter()
            .map(|(name, value)| Fact {
                name: html! { (name) },
                value: html! { (value) },
                wide: value.chars().count() > 40,
            })
            .collect()
    };
    let main = html! {
        article.report {
            header.page-head {
                p.crumbs { a href=(link::subject(view.code.as_str())) { (lang.say("信用档案", "Credit file")) } }
                h1 { (words.title) }
                p.report-actions {
                    a.button href=(link::report_pdf(view.code.as_str())) download { (lang.say("下载 PDF", "Download PDF")) }
                    span.meta { (lang.say("也可以直接用浏览器打印本页（A4）。免费。", "Or print this page from the browser (A4). Free of charge.")) }
                }
            }
            (facts(&rows(&words.subject)))
            p { (words.intro) }
            @for (heading, entries) in &words.groups {
                section {
                    h2 { (heading) }
                    @for entry in entries {
                        section.report-entry {
                            h3 { a href=(link::record(&entry.id)) { (entry.heading) } }
                            (facts(&rows(&entry.facts)))
                        }
                    }
                }
            }
            section {
                h2 { (lang.say("说明", "Notes")) }
                ul.texts { @for note in &words.notes { li { (note) } } }
            }
            @if let Some(seal) = view.seal { (seal::seal(lang, seal)) }
        }
    };
    frame(ctx, &head, &main)
}

/// The document, to be made a PDF of.
#[must_use]
pub fn document(ctx: &Ctx, view: &ReportView<'_>) -> Document {
    let lang = ctx.lang;
    let words = words(ctx, view);
    let site = lang.say(SITE_ZH, SITE_EN);
    let code = view.code.as_str();
    let mut blocks = vec![
        Block::Title(words.title.to_owned()),
        Block::Facts(words.subject),
        Block::Text(words.intro),
    ];
    for (heading, entries) in words.groups {
        blocks.push(Block::Heading(heading));
        for entry in entries {
            blocks.push(Block::Entry(entry.heading));
            blocks.push(Block::Facts(entry.facts));
        }
    }
    blocks.push(Block::Heading(lang.say("说明", "Notes").to_owned()));
    blocks.extend(words.notes.iter().map(|n| Block::Note((*n).to_owned())));
    if let Some(seal) = view.seal {
        blocks.push(Block::Heading(
            lang.say("核验码", "Verification code").to_owned(),
        ));
        blocks.push(Block::Code {
            qr: seal.qr.clone(),
            alt: seal::alt(lang).to_owned(),
            lines: seal
                .lines()
                .into_iter()
                .chain([
                    format!(
                        "{}{}",
                        lang.say("核验地址：", "Verify at "),
                        seal.place(lang)
                    ),
                    lang.say(
                        "核验结果说明本报告是否由本平台出具、所载信息现在是否仍在公示、有无变化。",
                        "It tells whether this portal made the report, and whether what it says is still published and unchanged.",
                    )
                    .to_owned(),
                ])
                .collect(),
        });
    }
    Document {
        title: format!("{} {code}", words.title),
        lang: lang.tag(),
        header: format!("{site} · {} · {code} · {}", words.title, view.today),
        footer: view.seal.map(Seal::grouped).unwrap_or_default(),
        day: view.today,
        missing: lang
            .say(
                "以□代替本文件字体未收的字：{}。网页上显示原字。",
                "□ stands for characters that the font of this file lacks: {}. The page shows them.",
            )
            .to_owned(),
        blocks,
    }
}
