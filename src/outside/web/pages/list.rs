//! One list: all that domain.md 8 asks for, from the catalogue, and its records to browse.

use maud::{Markup, html};

use super::home::Figure;
use super::search::Row;
use crate::domain::catalogue::{
    BasisStatus, Catalogue, Exposure, FieldRule, Layer, ListEntry, Measure, PeriodRegime, TimeLimit,
};
use crate::domain::kinds::SubjectKind;
use crate::outside::web::link;
use crate::outside::web::params::last_day;
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::terms;
use crate::outside::web::parts::text::{both, count, date, inline, instant, tone, words};

/// Everything the page needs.
#[derive(Clone, Copy, Debug)]
pub struct ListView<'a> {
    /// The list.
    pub entry: &'a ListEntry,
    /// Its layer.
    pub layer: Option<&'a Layer>,
    /// Its catalogue version, as records name it.
    pub version: &'a str,
    /// Its figures.
    pub figure: Option<&'a Figure>,
    /// A page of its records, newest decision first; `None` when the index does not answer.
    pub rows: Option<&'a [Row<'a>]>,
    /// Cursor of the next page.
    pub next: Option<&'a str>,
    /// Whether this is not the first page.
    pub continued: bool,
}

impl<'a> ListView<'a> {
    /// The parts that come from the catalogue.
    #[must_use]
    pub fn new(entry: &'a ListEntry, catalogue: &'a Catalogue, version: &'a str) -> Self {
        Self {
            entry,
            layer: catalogue.layer_of(entry),
            version,
            figure: None,
            rows: None,
            next: None,
            continued: false,
        }
    }
}

/// Sections of the page: anchor, Chinese, English.
const SECTIONS: [(&str, &str, &str); 9] = [
    ("basis", "依据", "Legal basis"),
    ("entry", "列入", "Entry"),
    ("period", "公示期限", "Period"),
    ("exit", "移出与修复", "Exit and repair"),
    ("measures", "措施", "Measures"),
    ("remedies", "异议与救济", "Remedies"),
    ("fields", "公示项目", "Fields"),
    ("contact", "联系", "Contact"),
    ("browse", "在公示的记录", "Records"),
];

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, view: &ListView<'_>) -> Markup {
    let entry = view.entry;
    let mut head =
        Head::new(entry.name.zh.clone(), Place::Lists).with_twin(link::api_list(&entry.code));
    if view.continued {
        head = head.unindexed();
    }
    let main = html! {
        article.list {
            header.page-head {
                p.crumbs { a href="/lists" { "公示名单" } }
                h1 { (entry.name.zh) @if !entry.name.en.is_empty() { span.en.line lang="en" { (entry.name.en) } } }
                p.tags { span.tag.{ (tone(entry.polarity)) } { (both(entry.polarity.zh(), entry.polarity.en())) } " " span.tag { (both(entry.category.zh(), entry.category.en())) } " " span.tag { (both(entry.level.zh(), entry.level.en())) } }
                p.lead { (words(&entry.summary)) }
            }
            nav.toc aria-label="本页内容" { ul { @for (id, zh, _) in SECTIONS { li { a href={ "#" (id) } { (zh) } } } } }
            (overview(view))
            (section("basis", &html! {
                (terms::bases(&entry.basis))
                @if let Some(head) = entry.head { p { "属于：" (both(head.zh(), head.en())) } }
                @if let Some(layer) = view.layer {
                    p.meta { "载于 " (layer.name.zh) "，版本 " code { (view.version) } "，自 " (date(layer.effective_from)) " 起施行" }
                }
            }))
            (section("entry", &entry_rules(entry)))
            (section("period", &period(entry)))
            (section("exit", &html! {
                h3 { (both("移出条件", "Exit conditions")) } (terms::items(&entry.exit_conditions))
                h3 { (both("移出程序", "Exit procedure")) } (terms::items(&entry.exit_procedure))
                h3 { (both("信用修复", "Credit repair")) } (terms::repair(&entry.repair))
                (limits(&entry.limits))
            }))
            (section("measures", &measures(entry)))
            (section("remedies", &html! { (terms::objection(entry)) (terms::remedies(&entry.remedies)) }))
            (section("fields", &fields(entry)))
            (section("contact", &terms::contact(&entry.contact)))
            (section("browse", &browse(view)))
        }
    };
    frame(ctx, &head, &main)
}

fn section(id: &str, body: &Markup) -> Markup {
    let (zh, en) = SECTIONS
        .iter()
        .find(|(i, _, _)| *i == id)
        .map_or((id, ""), |(_, zh, en)| (*zh, *en));
    html! { section #(id) aria-labelledby={ (id) "-h" } { h2 #{ (id) "-h" } { (both(zh, en)) } (body) } }
}

fn overview(view: &ListView<'_>) -> Markup {
    let entry = view.entry;
    let kinds: Vec<&str> = entry.subject_kinds.iter().map(|k| k.zh()).collect();
    let mut rows = vec![
        Fact::new(
            "在公示",
            "Displayed today",
            html! { span.num { (count(view.figure.map_or(0, |f| f.shown))) } " 条" },
        ),
        Fact::new("负责机关", "Authority", inline(&entry.contact.name)),
        Fact::text("主体类型", "Subjects", &kinds.join("、")),
        Fact::text("适用地区", "Territory", &terms::region(&entry.territory)),
        Fact::new(
            "共享范围",
            "Shared with",
            both(entry.attributes.scope.zh(), entry.attributes.scope.en()),
        ),
        Fact::new(
            "公示期限",
            "Disclosure period",
            words(&entry.attributes.disclosure_period),
        ),
        Fact::new(
            "保存期限",
            "Retention",
            words(&entry.attributes.retention_period),
        ),
    ];
    if let Some(at) = view.figure.and_then(|f| f.changed_at) {
        rows.push(Fact::new("最近更新", "Last changed", instant(at)));
    }
    if let Some(days) = entry.refresh_days {
        rows.push(Fact::text(
            "更新频率",
            "Refreshed",
            &format!("至少每{days}日"),
        ));
    }
    if let Some(days) = entry.publish_within_working_days {
        rows.push(Fact::text(
            "公示时限",
            "Published within",
            &format!("作出决定后{days}个工作日内"),
        ));
    }
    facts(&rows)
}

fn entry_rules(entry: &ListEntry) -> Markup {
    html! {
        h3 { (both("列入条件", "Entry conditions")) } (terms::items(&entry.entry_conditions))
        h3 { (both("列入程序", "Entry procedure")) } (terms::items(&entry.entry_procedure))
        @let notice = &entry.prior_notice;
        @if notice.party_notice || notice.public_notice_working_days > 0 {
            h3 { (both("事前告知与公示", "Notice before the decision")) }
            ul.texts {
                @if notice.party_notice { li { "决定前告知当事人事由、依据、措施、异议权利和修复途径。" span.en.line lang="en" { "The party is told beforehand." } } }
                @if notice.public_notice_working_days > 0 { li { "决定前向社会公示不少于 " (notice.public_notice_working_days) " 个工作日。" } }
                @if !notice.basis.is_empty() { li.meta { "依据：" (terms::source(&notice.basis)) } }
            }
        }
    }
}

fn months(n: u32) -> String {
    match n {
        0 => "无".to_owned(),
        n if n.is_multiple_of(12) => format!("{}年", n / 12),
        n => format!("{n}个月"),
    }
}

fn period(entry: &ListEntry) -> Markup {
    html! {
        @for regime in &entry.periods { (one_regime(regime)) }
        @if entry.periods.is_empty() { p.meta { "目录没有规定公示期限。" } }
    }
}

fn one_regime(regime: &PeriodRegime) -> Markup {
    html! {
        h3 { (regime.id) "：" (both(regime.kind.zh(), regime.kind.en())) }
        p.meta {
            "适用于 " (date(regime.decided_from))
            @match regime.decided_until { Some(until) => { " 至 " (date(last_day(until))) }, None => " 起" }
            " 作出的决定；自" (regime.starts.zh()) "起计算。来源：" (words(&regime.source))
        }
        @if !regime.terms.is_empty() {
            div.table-wrap tabindex="0" role="region" aria-label="公示期限" {
                table {
                    thead { tr { th scope="col" { "失信程度" } th scope="col" { "领域" } th scope="col" { (both("是否公示", "Displayed")) } th scope="col" { (both("最短公示期", "Minimum")) } th scope="col" { (both("最长公示期", "Maximum")) } } }
                    tbody {
                        @for term in &regime.terms {
                            tr {
                                th scope="row" { @match term.severity { Some(s) => (both(s.zh(), s.en())), None => "全部" } }
                                td data-label="领域" { @if term.domains.is_empty() { "全部" } @for (i, d) in term.domains.iter().enumerate() { @if i > 0 { "、" } (d.zh()) } }
                                td data-label="是否公示" { (if term.displayed { "公示" } else { "不公示" }) }
                                td data-label="最短公示期" { (months(term.min_months)) }
                                td data-label="最长公示期" { (months(term.max_months)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn limits(all: &[TimeLimit]) -> Markup {
    html! {
        @if !all.is_empty() {
            h3 { (both("办理时限", "Time limits")) }
            ul.texts { @for limit in all { li { (limit.what.zh) "：" (limit.count) (limit.unit.zh()) "，自" (limit.from.zh) "起。" span.meta { (terms::source(&limit.source)) } } } }
        }
    }
}

fn measures(entry: &ListEntry) -> Markup {
    let active: Vec<&Measure> = entry
        .measures
        .iter()
        .filter(|m| m.status == BasisStatus::Active)
        .collect();
    html! {
        @if active.is_empty() { p { "目录没有为该名单规定惩戒或者激励措施。" } }
        @else { (terms::measures(&entry.name.zh, &active)) }
    }
}

fn exposure(entry: &ListEntry, field: &FieldRule) -> Markup {
    let kinds: Vec<(SubjectKind, Exposure)> = entry
        .subject_kinds
        .iter()
        .map(|k| (*k, field.exposure_for(*k)))
        .collect();
    let first = kinds.first().map_or(field.exposure, |(_, e)| *e);
    html! {
        @if kinds.iter().all(|(_, e)| *e == first) { (both(first.zh(), first.en())) }
        @else { @for (i, (kind, e)) in kinds.iter().enumerate() { @if i > 0 { "；" } (kind.zh()) "：" (e.zh()) } }
    }
}

/// Whether a field is shown of any kind of subject that the list may hold.
fn is_shown(entry: &ListEntry, field: &FieldRule) -> bool {
    let hidden = |e: Exposure| matches!(e, Exposure::Never | Exposure::ExactOnly);
    entry
        .subject_kinds
        .iter()
        .any(|kind| !hidden(field.exposure_for(*kind)))
}

fn fields(entry: &ListEntry) -> Markup {
    html! {
        p { "只公示下列项目；没有列出的一律不公示。" span.en.line lang="en" { "Only these are published; everything else is private." } }
        div.table-wrap tabindex="0" role="region" aria-label="公示项目" {
            table {
                thead { tr { th scope="col" { (both("项目", "Field")) } th scope="col" { (both("公示方式", "Exposure")) } th scope="col" { (both("类型", "Type")) } } }
                tbody {
                    @for field in entry.fields.iter().filter(|f| is_shown(entry, f)) {
                        tr {
                            th scope="row" { (inline(&field.name)) }
                            td data-label="公示方式" { (exposure(entry, field)) }
                            td data-label="类型" { (field.kind.zh()) }
                        }
                    }
                }
            }
        }
        @if entry.subject_kinds.contains(&SubjectKind::NaturalPerson) {
            @if entry.persons.published {
                p { "自然人：姓名" (entry.persons.name.zh()) "，证件号码" (entry.persons.id_number.zh()) "。依据：" }
                (terms::bases(&entry.persons.basis))
            } @else { p { "自然人的信息不公示。" } }
        }
    }
}

fn browse(view: &ListView<'_>) -> Markup {
    let entry = view.entry;
    let hides_persons = entry.subject_kinds.contains(&SubjectKind::NaturalPerson)
        && entry.persons.published
        && !entry.persons.browse;
    html! {
        form.search action="/search" method="get" role="search" {
            label for="q-list" { (both("在本名单内检索", "Search in this list")) }
            input type="hidden" name="list" value=(entry.code);
            div.search-row { input #q-list type="search" name="q" maxlength="120" autocomplete="off" spellcheck="false"; button type="submit" { "检索" } }
        }
        @if hides_persons {
            p.meta { "本名单中的自然人不逐一列示，只能以完整姓名检索。" span.en.line lang="en" { "Natural persons on this list are not browsable: search for the full name." } }
        }
        @match view.rows {
            None => p { "记录列表正在准备，请稍后再看。" },
            Some([]) => p.empty { "目前没有可列示的记录。" },
            Some(rows) => {
                ol.hits {
                    @for row in rows {
                        @let record = row.card;
                        li.hit {
                            h3 { a href=(link::record(&record.id)) { (record.subject_name) } }
                            p.hit-facts {
                                @if let Some(code) = &record.credit_code { span { a.quiet href=(link::subject(code)) { code { (code) } } } }
                                @if !record.document_number.is_empty() { span { (record.document_number) } }
                                span { (record.authority_name) }
                                span { "决定 " (date(record.decided_on)) }
                            }
                        }
                    }
                }
                @if view.continued || view.next.is_some() {
                    nav.pager aria-label="翻页" {
                        @if view.continued { a href={ (link::list(&entry.code)) "#browse" } { "« 第一页" } }
                        @if let Some(next) = view.next { a.next rel="next" href=(link::list_at(&entry.code, next)) { "下一页 »" } }
                    }
                }
            }
        }
        p { a href=(link::with_query("/search", &[("list", &entry.code), ("sort", "newest")])) { "按地区、机关、年份筛选 »" } }
    }
}
