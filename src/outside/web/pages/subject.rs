//! The credit file of an organisation (信用档案): everything that is displayed of one unified social credit code.

use chrono::NaiveDate;
use maud::{Markup, html};

use crate::domain::catalogue::Catalogue;
use crate::domain::kinds::{Polarity, SubjectKind};
use crate::domain::subject::CreditCode;
use crate::outside::web::link;
use crate::outside::web::params::last_day;
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::terms::region;
use crate::outside::web::parts::text::{both, date, long_date, tone};
use crate::record::PublicRecord;

use super::record::{note_tone, note_words};

/// Everything the page needs.
#[derive(Clone, Copy, Debug)]
pub struct SubjectView<'a> {
    /// The code, checked.
    pub code: CreditCode,
    /// Records shown today, newest decision first.
    pub records: &'a [PublicRecord],
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
const GROUPS: [(Polarity, &str, &str); 3] = [
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

fn polarity(catalogue: &Catalogue, record: &PublicRecord) -> Polarity {
    catalogue
        .list(&record.list)
        .map_or(Polarity::Neutral, |e| e.polarity)
}

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, view: &SubjectView<'_>) -> Markup {
    let newest = view.records.first();
    let name = newest.map(|r| r.subject_name.as_str());
    let masked =
        newest.is_some_and(|r| r.name_masked && r.subject_kind == SubjectKind::IndividualBusiness);
    let title = name.filter(|_| !masked).map_or_else(
        || "信用档案".to_owned(),
        |name| format!("{name} · 信用档案"),
    );
    let mut head =
        Head::new(title, Place::Elsewhere).with_twin(link::api_subject(view.code.as_str()));
    if masked || view.records.is_empty() || view.continued {
        head = head.unindexed();
    }
    let main = html! {
        article.subject {
            header.page-head {
                p.crumbs { (both("信用档案", "Credit file")) }
                h1 { @match name { Some(name) => (name), None => code { (view.code.as_str()) } } }
                p.code-line { (both("统一社会信用代码", "Unified social credit code")) " " code { (view.code.as_str()) } }
            }
            (registration(view))
            @if view.records.is_empty() {
                (notice(Weight::Info, &both("无相关公示信息", "No published information"), &html! {
                    p { "截至" (long_date(view.today)) "，本平台没有该代码在公示期内的信息。这不是信用良好的证明：公示期届满的、不予公示的和未归集的信息不在其中。"
                        span.en.line lang="en" { "As of " (view.today) " nothing is displayed for this code. It is no clean bill." } }
                }))
            } @else {
                p.meta { "截至" (long_date(view.today)) "，以下是该主体在公示期内的信息" @if view.continued || view.next.is_some() { "（分页）" } "。" }
                @for (which, zh, en) in GROUPS { (group(view, which, zh, en)) }
                @if view.continued || view.next.is_some() {
                    nav.pager aria-label="翻页" {
                        @if view.continued { a href=(link::subject(view.code.as_str())) { "« 第一页" } }
                        @if let Some(next) = view.next { a.next rel="next" href=(link::subject_after(view.code.as_str(), next)) { "下一页 »" } }
                    }
                }
            }
            footer.disclaimer {
                p { "内容由各决定机关负责。本页汇集本平台依目录公示的信息，不是对主体信用状况的评价。" span.en.line lang="en" { "Each deciding authority is responsible for its entries. This page rates nobody." } }
                @if ctx.demo { p { strong { "演示数据：主体和记录均为虚构。" } } }
                p.meta { a href=(link::api_subject(view.code.as_str())) { "JSON" } }
            }
        }
    };
    frame(ctx, &head, &main)
}

fn registration(view: &SubjectView<'_>) -> Markup {
    let mut rows = Vec::new();
    if let Some((zh, en)) = view.code.class() {
        rows.push(Fact::new(
            Lang::Hans.say("机构类别", "Class by code"),
            both(zh, en),
        ));
    }
    rows.push(Fact::new(
        Lang::Hans.say("登记管理机关所在地", "Region of registrar by code"),
        region(Lang::Hans, view.code.region_code()),
    ));
    if let Some(record) = view.records.first() {
        rows.push(Fact::new(
            Lang::Hans.say("主体类型", "Subject kind"),
            both(record.subject_kind.zh(), record.subject_kind.en()),
        ));
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
        rows.push(Fact::new(
            Lang::Hans.say("记录中的其他名称", "Other names on record"),
            html! { (names.join("、")) },
        ));
    }
    facts(&rows)
}

fn group(view: &SubjectView<'_>, which: Polarity, zh: &str, en: &str) -> Markup {
    let rows: Vec<&PublicRecord> = view
        .records
        .iter()
        .filter(|r| polarity(view.catalogue, r) == which)
        .collect();
    html! {
        @if !rows.is_empty() {
            section {
                h2 { (both(zh, en)) " " span.num.meta { (rows.len()) } }
                ol.hits.timeline {
                    @for record in rows {
                        @let entry = view.catalogue.list(&record.list);
                        li.hit {
                            p.hit-tags {
                                (date(record.decided_on)) " "
                                span.tag.{ (tone(which)) } { (entry.map_or(record.list.as_str(), |e| &e.name.zh)) }
                                @for note in &record.notes { " " span.tag.{ (note_tone(*note)) } { (note_words(*note).0) } }
                            }
                            h3 { a href=(link::record(&record.id)) { @if record.document_number.is_empty() { (record.authority_name) } @else { (record.document_number) } } }
                            p.hit-facts {
                                span { (record.authority_name) }
                                @match record.displayed_until {
                                    Some(until) => span { "公示至 " (date(last_day(until))) },
                                    None => span { "无固定截止日期" },
                                }
                                @if let Some(first) = record.earliest_repair { span { "最早可修复 " (date(first)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
