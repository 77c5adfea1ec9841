//! The credit file of an organisation (信用档案): everything that is displayed of one unified social credit code.

use chrono::NaiveDate;
use maud::{Markup, html};

use crate::domain::catalogue::Catalogue;
use crate::domain::kinds::{Polarity, SubjectKind};
use crate::domain::subject::CreditCode;
use crate::outside::store::TermTally;
use crate::outside::web::link;
use crate::outside::web::params::last_day;
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::terms::region;
use crate::outside::web::parts::text::{count, date, tone};
use crate::outside::web::parts::timeline::{self, Term};
use crate::record::PublicRecord;

use super::record::{note_tone, note_words};

/// Everything the page needs.
#[derive(Clone, Copy, Debug)]
pub struct SubjectView<'a> {
    /// The code, checked.
    pub code: CreditCode,
    /// Records shown today, newest decision first.
    pub records: &'a [PublicRecord],
    /// The terms of all its records, when these are not all.
    pub terms: &'a [TermTally],
    /// The row after which the next page begins.
    pub next: Option<i64>,
    /// Whether this is not the first page.
    pub continued: bool,
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// The civil date in Asia/Shanghai.
    pub today: NaiveDate,
}

/// Order and heading of the groups: positive first (domain.md 8).
pub(super) const GROUPS: [(Polarity, &str, &str); 3] = [
    (Polarity::Positive, "守信激励信息", "Positive information"),
    (
        Polarity::Neutral,
        "行政许可等基础信息",
        "Licences and other neutral information",
    ),
    (
        Polarity::Negative,
        "失信及处罚信息",
        "Penalties and dishonesty information",
    ),
];

fn polarity(catalogue: &Catalogue, list: &str) -> Polarity {
    catalogue
        .list(list)
        .map_or(Polarity::Neutral, |e| e.polarity)
}

/// How many records the subject has on all pages.
fn all_of(view: &SubjectView<'_>) -> u64 {
    let all: u64 = view.terms.iter().map(|t| t.count).sum();
    all.max(view.records.len() as u64)
}

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, view: &SubjectView<'_>) -> Markup {
    let lang = ctx.lang;
    let newest = view.records.first();
    let name = newest.map(|r| r.subject_name.as_str());
    let masked =
        newest.is_some_and(|r| r.name_masked && r.subject_kind == SubjectKind::IndividualBusiness);
    let file = lang.say("信用档案", "Credit file");
    let title = name
        .filter(|_| !masked)
        .map_or_else(|| file.to_owned(), |name| format!("{name} · {file}"));
    let mut head =
        Head::new(title, Place::Elsewhere).with_twin(link::api_subject(view.code.as_str()));
    if masked || view.records.is_empty() || view.continued {
        head = head.unindexed();
    } else if let Some(name) = name {
        let organisation = newest.is_some_and(|r| {
            matches!(
                r.subject_kind,
                SubjectKind::LegalPerson | SubjectKind::UnincorporatedOrg
            )
        });
        if organisation {
            head = head.json_ld(&serde_json::json!({
                "@context": "https://schema.org",
                "@type": "Organization",
                "name": name,
                "identifier": {
                    "@type": "PropertyValue",
                    "propertyID": "统一社会信用代码",
                    "value": view.code.as_str(),
                },
            }));
        }
        head = head.described(format!(
            "{name}: {}",
            lang.say(
                "在公示期内的全部公共信用信息，由谁决定，公示到何时。",
                "all public credit information within its term: who decided, and until when it is shown.",
            )
        ));
    }
    let paged = view.continued || view.next.is_some();
    let main = html! {
        article.subject {
            header.page-head {
                p.crumbs { (file) }
                h1 { @match name { Some(name) => (name), None => code { (view.code.as_str()) } } }
                p.code-line { (lang.say("统一社会信用代码", "Unified social credit code")) " " code { (view.code.as_str()) } }
            }
            (registration(lang, view))
            p.subject-report {
                a href=(link::report(view.code.as_str())) { (lang.say("信用信息报告（打印、PDF，带核验码）", "Credit information report (print, PDF, with a verification code)")) }
            }
            @if view.records.is_empty() {
                (notice(Weight::Info, &html! { (lang.say("无相关公示信息", "No published information")) }, &html! {
                    p {
                        (lang.say("截至 ", "As of ")) (lang.long_date(view.today))
                        (lang.say("，本平台没有该代码在公示期内的信息。这不是信用良好的证明：公示期届满的、不予公示的和未归集的信息不在其中。",
                            ", nothing within its term is published for this code. This is no clean bill: what has ended, what may not be shown and what was never handed in is not here."))
                    }
                }))
            } @else {
                p.meta {
                    (lang.say("截至 ", "As of ")) (lang.long_date(view.today))
                    (lang.say("，以下是该主体在公示期内的信息", ", what is published of this subject and within its term"))
                    @if paged {
                        (lang.say("，共 ", ": ")) span.num { (count(all_of(view))) } (lang.say(" 条，本页 ", " records, on this page ")) span.num { (view.records.len()) } (lang.say(" 条", ""))
                    }
                    (lang.say("。", "."))
                    @if paged { " " a href=(link::with_query("/search", &[("q", view.code.as_str())])) { (lang.say("按名单、机关、年份筛选\u{a0}»", "Filter by list, authority and year\u{a0}»")) } }
                }
                (summary(lang, view))
                @for (which, zh, en) in GROUPS { (group(lang, view, which, lang.say(zh, en))) }
                @if paged {
                    nav.pager aria-label=(lang.say("翻页", "Pages")) {
                        @if view.continued { a href=(link::subject(view.code.as_str())) { (lang.say("«\u{a0}第一页", "«\u{a0}First page")) } }
                        @if let Some(next) = view.next { a.next rel="next" href=(link::subject_after(view.code.as_str(), next)) { (lang.say("下一页\u{a0}»", "Next page\u{a0}»")) } }
                    }
                }
            }
            footer.disclaimer {
                p { (lang.say("内容由各决定机关负责。本页汇集本平台依目录公示的信息，不是对主体信用状况的评价。", "Each deciding authority is responsible for its entries. This page gathers what is published by the catalogue and rates nobody.")) }
                @if ctx.demo { p { strong { (lang.say("演示数据：主体和记录均为虚构。", "Demonstration: subjects and records are fictitious.")) } } }
                p.meta { a href=(link::api_subject(view.code.as_str())) { "JSON" } }
            }
        }
    };
    frame(ctx, &head, &main)
}

/// How many records of each group stand on the page, and their terms as a picture.
fn summary(lang: Lang, view: &SubjectView<'_>) -> Markup {
    let of_page = view.records.iter().map(|r| Term {
        tone: tone(polarity(view.catalogue, &r.list)),
        from: r.displayed_from,
        until: r.displayed_until,
        count: 1,
    });
    let of_all = view.terms.iter().map(|t| Term {
        tone: tone(polarity(view.catalogue, &t.list)),
        from: t.from,
        until: t.until,
        count: t.count,
    });
    let all: Vec<Term> = if view.terms.is_empty() {
        of_page.collect()
    } else {
        of_all.collect()
    };
    html! {
        section aria-labelledby="terms-h" {
            h2 #terms-h { (lang.say("公示期一览", "Terms at a glance")) }
            ul.legend {
                @for (which, zh, en) in GROUPS {
                    @let n: u64 = all.iter().filter(|t| t.tone == tone(which)).map(|t| t.count).sum();
                    @if n > 0 { li { span.swatch.{ (tone(which)) } aria-hidden="true" {} (lang.say(zh, en)) " " span.num { (count(n)) } } }
                }
            }
            (timeline::terms(lang, &all, view.today))
        }
    }
}

fn registration(lang: Lang, view: &SubjectView<'_>) -> Markup {
    let named = |zh, en, value| Fact::new(lang.say(zh, en), value);
    let mut rows = Vec::new();
    if let Some((zh, en)) = view.code.class() {
        rows.push(named(
            "机构类别",
            "Class by code",
            html! { (lang.say(zh, en)) },
        ));
    }
    rows.push(named(
        "登记管理机关所在地",
        "Region of registrar by code",
        region(lang, view.code.region_code()),
    ));
    if let Some(record) = view.records.first() {
        let kind = lang.say(record.subject_kind.zh(), record.subject_kind.en());
        rows.push(named("主体类型", "Subject kind", html! { (kind) }));
    }
    // Names that the subject bears in other records: it may have been renamed.
    let mut names: Vec<&str> = view
        .records
        .iter()
        .map(|r| r.subject_name.as_str())
        .collect();
    names.dedup();
    let current = names.first().copied();
    names.retain(|n| Some(*n) != current);
    names.sort_unstable();
    names.dedup();
    if !names.is_empty() {
        rows.push(named(
            "记录中的其他名称",
            "Other names on record",
            html! { (names.join("、")) },
        ));
    }
    facts(&rows)
}

fn group(lang: Lang, view: &SubjectView<'_>, which: Polarity, heading: &str) -> Markup {
    let rows: Vec<&PublicRecord> = view
        .records
        .iter()
        .filter(|r| polarity(view.catalogue, &r.list) == which)
        .collect();
    let paged = view.continued || view.next.is_some();
    html! {
        @if !rows.is_empty() {
            section {
                h2 { (heading) " " span.num.meta { @if paged { (lang.say("本页 ", "on this page ")) } (rows.len()) } }
                ol.hits {
                    @for record in rows { (entry(lang, view, which, record)) }
                }
            }
        }
    }
}

fn entry(lang: Lang, view: &SubjectView<'_>, which: Polarity, record: &PublicRecord) -> Markup {
    let list = view.catalogue.list(&record.list);
    html! {
        li.hit {
            h3 { a href=(link::record(&record.id)) { @if record.document_number.is_empty() { (record.authority_name) } @else { (record.document_number) } } }
            p.hit-tags {
                span.tag.{ (tone(which)) } { @match list { Some(l) => (lang.words(&l.name)), None => (record.list) } }
                @for note in &record.notes { @let (zh, en, ..) = note_words(*note); " " span.tag.{ (note_tone(*note)) } { (lang.say(zh, en)) } }
            }
            p.hit-facts {
                span { (lang.say("决定 ", "decided ")) (date(record.decided_on)) }
                span { (record.authority_name) }
                @match record.displayed_until {
                    Some(until) => span { (lang.say("公示至 ", "shown to ")) (date(last_day(until))) },
                    None => span { (lang.say("无固定截止日期", "no fixed end")) },
                }
                @if let Some(first) = record.earliest_repair { span { (lang.say("最早可修复 ", "repair from ")) (date(first)) } }
            }
        }
    }
}
