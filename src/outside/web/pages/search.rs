//! Search: what was found, how it matches, what else could be chosen; and when nothing was found, where was looked.

use maud::{Markup, html};

use crate::domain::catalogue::Catalogue;
use crate::domain::kinds::{Polarity, SubjectKind};
use crate::outside::index::{Facets, Match, SearchAnswer, Sort, Suggestion};
use crate::outside::web::card::Card;
use crate::outside::web::link;
use crate::outside::web::params::{Facet, SearchParams, last_day, state_words};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::mark::Marker;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::terms;
use crate::outside::web::parts::text::{both, count, date, instant, long_date, tone};

use super::record::{note_tone, note_words};

/// Regions, authorities and years shown of each facet.
const MOST_CHOICES: usize = 12;

/// One hit, with its record.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// How it matches.
    pub matched: Match,
    /// The record in short.
    pub card: &'a Card,
}

/// Everything the page needs.
#[derive(Clone, Copy)]
pub struct SearchView<'a> {
    /// What was asked.
    pub params: &'a SearchParams,
    /// The catalogue, for names.
    pub catalogue: &'a Catalogue,
    /// The answer; `None` before anything was asked.
    pub answer: Option<&'a SearchAnswer>,
    /// The hits of this page.
    pub rows: &'a [Row<'a>],
    /// The name of an authority by its code.
    pub authority: &'a dyn Fn(&str) -> Option<String>,
    /// Whether the query was also looked up as a natural person's full name.
    pub asked_person: bool,
}

/// How many subjects bear the very name that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Namesakes {
    /// At most one.
    No,
    /// Several organisations, told apart by their codes.
    Several(usize),
    /// A person's name: how many people bear it cannot be told.
    Persons,
}

/// Whether those who bear the name that was asked for are several.
#[must_use]
pub fn namesakes(rows: &[Row<'_>]) -> Namesakes {
    let exact = || rows.iter().filter(|r| r.matched == Match::Exact);
    if exact().any(|r| r.card.subject_kind == SubjectKind::NaturalPerson) {
        return Namesakes::Persons;
    }
    let mut codes: Vec<&str> = exact()
        .map(|r| r.card.credit_code.as_deref().unwrap_or(r.card.id.as_str()))
        .collect();
    codes.sort_unstable();
    codes.dedup();
    if codes.len() > 1 {
        Namesakes::Several(codes.len())
    } else {
        Namesakes::No
    }
}

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, view: &SearchView<'_>) -> Markup {
    // The query stands in the form and nowhere else: not in the title, which histories and other programs show.
    let head = Head::new("信息检索", Place::Search).unindexed();
    let main = html! {
        header.page-head.tight { h1 { (both("信息检索", "Search")) } }
        (form(view.params))
        @match view.answer {
            None => (how_to_search()),
            Some(answer) => {
                (chips(view))
                div.columns {
                    section.results aria-labelledby="results-h" { (results(ctx, view, answer)) }
                    @if let Some(facets) = &answer.facets { (sidebar(view, facets)) }
                }
            }
        }
    };
    frame(ctx, &head, &main)
}

fn form(params: &SearchParams) -> Markup {
    html! {
        form.search.large action="/search" method="get" role="search" {
            label for="q" { (both("名称、统一社会信用代码或文书号", "Name, credit code or document number")) }
            div.search-row {
                input #q type="search" name="q" value=(params.q) maxlength="120" autocomplete="off" spellcheck="false" enterkeyhint="search";
                button type="submit" { "检索" span.en lang="en" { "Search" } }
            }
            @for (name, value) in params.hidden() { input type="hidden" name=(name) value=(value); }
        }
    }
}

fn how_to_search() -> Markup {
    html! {
        ul.texts.hints {
            li { "企业、机构、个体工商户：输入名称的任意片段（至少两个字）、统一社会信用代码或其前几位。" span.en.line lang="en" { "Organisations: any part of the name (two characters or more), or the credit code." } }
            li { "决定：输入文书号。" span.en.line lang="en" { "Decisions: the document number." } }
            li { "自然人：先选定一个名单，再输入完整姓名。" span.en.line lang="en" { "Natural persons: choose one list first, then type the full name." } }
        }
    }
}

/// Name of a filter's value.
fn value_name(view: &SearchView<'_>, facet: Facet, value: &str) -> String {
    match facet {
        Facet::List => view
            .catalogue
            .list(value)
            .map_or_else(|| value.to_owned(), |l| l.name.zh.clone()),
        Facet::Region => terms::region_name(&format!("{value:0<6}")),
        Facet::Authority => (view.authority)(value).unwrap_or_else(|| value.to_owned()),
        Facet::Kind => {
            SubjectKind::from_code(value).map_or_else(|| value.to_owned(), |k| k.zh().to_owned())
        }
        Facet::Year => format!("{value}年"),
        Facet::State => state_words(value).0.to_owned(),
    }
}

const FACETS: [(Facet, &str, &str); 6] = [
    (Facet::List, "名单", "List"),
    (Facet::Region, "地区", "Region"),
    (Facet::Authority, "决定机关", "Authority"),
    (Facet::Kind, "主体类型", "Subject kind"),
    (Facet::Year, "决定年份", "Year"),
    (Facet::State, "状态", "State"),
];

fn chips(view: &SearchView<'_>) -> Markup {
    let set: Vec<(Facet, &str, String)> = FACETS
        .iter()
        .filter_map(|(facet, zh, _)| view.params.value(*facet).map(|v| (*facet, *zh, v)))
        .collect();
    html! {
        @if !set.is_empty() {
            ul.chips aria-label="已选条件" {
                @for (facet, zh, value) in &set {
                    @let name = value_name(view, *facet, value);
                    li { a.chip href=(view.params.with(*facet, None)) { span { (zh) "：" (name) } span.x aria-hidden="true" { "×" } span.hidden { "移除此条件" } } }
                }
                @if set.len() > 1 { li { a href=(link::with_query("/search", &[("q", &view.params.q)])) { "全部清除" } } }
            }
        }
    }
}

fn results(ctx: &Ctx, view: &SearchView<'_>, answer: &SearchAnswer) -> Markup {
    let near = answer.stage == Some(Match::Near);
    html! {
        @if let Some(suggestion) = &answer.suggestion { (suggested(view, suggestion)) }
        @if view.rows.is_empty() {
            (nothing(ctx, view, answer))
        } @else {
            div.results-head {
                h2 #results-h {
                    @if near { (both("相近的名称", "Similar names")) }
                    @else { @if !answer.total_is_exact { "约 " } span.num { (count(answer.total)) } " 条记录 " span.en lang="en" { "records" } }
                }
                @if !near { (order(view.params)) }
            }
            @if near {
                (notice(Weight::Caution, &both("没有找到完全相符的名称", "No exact match"),
                    &html! { p { "以下是写法相近的名称，未必是您要找的主体。请核对全称和统一社会信用代码。" span.en.line lang="en" { "Those below bear similar names and need not be whom you look for. Compare the full name and the code." } } }))
            }
            @match namesakes(view.rows) {
                Namesakes::No => {}
                Namesakes::Several(n) => (notice(Weight::Caution, &both("有重名的主体", "Several subjects bear this name"),
                    &html! { p { "至少有 " (n) " 个不同的主体使用这一名称，请以统一社会信用代码区分。" span.en.line lang="en" { "At least " (n) " subjects share the name: tell them apart by the credit code." } } })),
                Namesakes::Persons => (notice(Weight::Caution, &both("可能有同名的人", "Namesakes are possible"),
                    &html! { p { "同名不等于同一人。下列记录可能涉及不同的人，请向决定机关核实。" span.en.line lang="en" { "The same name is not the same person. Ask the deciding authority." } } })),
            }
            (hits(view))
            (pager(view, answer))
        }
        @if !view.asked_person && view.rows.is_empty() { (person_hint()) }
    }
}

fn person_hint() -> Markup {
    html! {
        p.meta.person-hint { "查询自然人：请先在「公示名单」中选定一个公开自然人信息的名单，再输入完整姓名。姓名片段和证件号码不能检索。"
            span.en.line lang="en" { "Natural persons are found by their full name inside one list only." } }
    }
}

fn order(params: &SearchParams) -> Markup {
    html! {
        p.order {
            "排序："
            @for (sort, zh) in [(Sort::Relevance, "相关度"), (Sort::Newest, "决定日期")] {
                " " @if params.sort == sort { strong aria-current="true" { (zh) } } @else { a href=(params.sorted(sort)) { (zh) } }
            }
        }
    }
}

fn suggested(view: &SearchView<'_>, suggestion: &Suggestion) -> Markup {
    html! {
        @match suggestion {
            Suggestion::TooShort => (notice(Weight::Info, &both("请多输入几个字", "Type a little more"),
                &html! { p { "检索词至少需要两个字。" span.en.line lang="en" { "A query needs two characters or more." } } })),
            Suggestion::Code { typed, mends } => (notice(Weight::Caution, &both("这不是有效的统一社会信用代码", "Not a valid credit code"), &html! {
                p { "您输入的是 " (wrong_character(typed, mends.first().map(|m| m.code.as_str()))) "。" (both("您要找的可能是：", "You may mean:")) }
                ul.texts {
                    @for mend in mends {
                        li {
                            a href=(view.params.asking(mend.code.as_str())) { (wrong_character(mend.code.as_str(), Some(typed))) }
                            " " span.meta { @for (i, change) in mend.changes.iter().enumerate() { @if i > 0 { "，" } (change.zh()) } }
                        }
                    }
                }
            })),
        }
    }
}

/// A code with the characters marked in which it differs from another.
#[must_use]
pub fn wrong_character(code: &str, other: Option<&str>) -> Markup {
    let same_length = other.filter(|o| o.chars().count() == code.chars().count());
    html! {
        code {
            @match same_length {
                None => (code),
                Some(other) => @for (a, b) in code.chars().zip(other.chars()) { @if a == b { (a) } @else { mark { (a) } } }
            }
        }
    }
}

fn nothing(ctx: &Ctx, view: &SearchView<'_>, answer: &SearchAnswer) -> Markup {
    let lists: Vec<_> = match view.params.filters.list.as_deref() {
        Some(code) => view.catalogue.list(code).into_iter().collect(),
        None => view.catalogue.displayed().collect(),
    };
    let filtered = FACETS
        .iter()
        .any(|(facet, _, _)| view.params.value(*facet).is_some());
    html! {
        h2 #results-h { (both("无相关公示信息", "No published information found")) }
        div.empty {
            @if view.params.q.is_empty() { p { "没有符合所选条件的公示信息。" } }
            @else { p { "检索了「" strong { (view.params.q) } "」" @if filtered { "（限所选条件）" } "，截至 " @match ctx.released_at { Some(at) => (instant(at)), None => { "目前" } } "（数据版本 " (answer.seq) "），在下列名单中没有找到。" } }
            p { strong { "这不是信用良好的证明。" } "本平台只公示目录所列、在公示期内的信息；公示期届满的、不予公示的和未归集的信息不在其中。"
                span.en.line lang="en" { "This is no clean bill: only what the catalogue lists and what is within its term is shown here." } }
            @if filtered && !view.params.q.is_empty() { p { a href=(link::with_query("/search", &[("q", &view.params.q)])) { "去掉条件，在全部名单中检索" } } }
            details { summary { "检索范围：" (lists.len()) " 个名单 " span.en lang="en" { "lists searched" } }
                ul.cols { @for list in &lists { li { a href=(link::list(&list.code)) { (list.name.zh) } } } }
            }
        }
    }
}

fn hits(view: &SearchView<'_>) -> Markup {
    let marker = Marker::new(&view.params.q);
    html! { ol.hits { @for row in view.rows { (hit(view, &marker, row)) } } }
}

fn hit(view: &SearchView<'_>, marker: &Marker, row: &Row<'_>) -> Markup {
    let record = row.card;
    let entry = view.catalogue.list(&record.list);
    let polarity = entry.map_or(Polarity::Neutral, |e| e.polarity);
    html! {
        li.hit {
            p.hit-tags {
                span.tag.{ (tone(polarity)) } { (entry.map_or(record.list.as_str(), |e| &e.name.zh)) }
                @for note in &record.notes { " " span.tag.{ (note_tone(*note)) } { (note_words(*note).0) } }
                @if row.matched == Match::Near { " " span.tag.caution { "相近" } }
            }
            h3 { a href=(link::record(&record.id)) { @if row.matched == Match::Code { (record.subject_name) } @else { (marker.show(&record.subject_name)) } } }
            p.hit-facts {
                @if let Some(code) = &record.credit_code { span { a.quiet href=(link::subject(code)) title="查看信用档案" { code { (code) } } } }
                @if !record.document_number.is_empty() { span { (record.document_number) } }
                span { (record.authority_name) }
                span { "决定 " (date(record.decided_on)) }
                @if let Some(until) = record.displayed_until { span { "公示至 " (date(last_day(until))) } }
            }
        }
    }
}

fn pager(view: &SearchView<'_>, answer: &SearchAnswer) -> Markup {
    html! {
        @if view.params.page.is_some() || answer.next.is_some() {
            nav.pager aria-label="翻页" {
                @if view.params.page.is_some() { a href=(view.params.first_page()) { "« 第一页" } }
                @if let Some(next) = answer.next { a.next href=(view.params.at(next)) rel="next" { "下一页 »" } }
            }
        }
    }
}

fn choices(facets: &Facets, facet: Facet) -> Vec<(String, u64)> {
    match facet {
        Facet::List => facets.lists.clone(),
        Facet::Region => facets.regions.clone(),
        Facet::Authority => facets.authorities.clone(),
        Facet::Kind => facets
            .kinds
            .iter()
            .map(|(k, n)| (k.code().to_owned(), *n))
            .collect(),
        Facet::Year => facets
            .years
            .iter()
            .map(|(y, n)| (y.to_string(), *n))
            .collect(),
        Facet::State => facets.states.clone(),
    }
}

fn sidebar(view: &SearchView<'_>, facets: &Facets) -> Markup {
    let has_choice = FACETS.iter().any(|(facet, _, _)| {
        choices(facets, *facet).len() > 1 || view.params.value(*facet).is_some()
    });
    html! {
        @if has_choice { aside.filters #filters aria-label="筛选" {
            h2 { (both("筛选", "Filter")) }
            @for (facet, zh, en) in FACETS {
                @let all = choices(facets, facet);
                @let chosen = view.params.value(facet);
                @if all.len() > 1 || chosen.is_some() {
                    section {
                        h3 { (both(zh, en)) }
                        ul {
                            @for (value, n) in all.iter().take(MOST_CHOICES) {
                                @let is_chosen = chosen.as_deref() == Some(value.as_str());
                                @let target = if is_chosen { view.params.with(facet, None) } else { view.params.with(facet, Some(value)) };
                                li.{ "level-" (if facet == Facet::Region { value.len() } else { 2 }) } {
                                    a href=(target) aria-current=[is_chosen.then_some("true")] { span { (value_name(view, facet, value)) } span.num { (count(*n)) } }
                                }
                            }
                        }
                        @if all.len() > MOST_CHOICES { p.meta { "另有 " (all.len() - MOST_CHOICES) " 项" } }
                    }
                }
            }
        } }
    }
}

/// A sentence on the day that an answer holds for, for print.
#[must_use]
pub fn as_of(today: chrono::NaiveDate) -> String {
    format!("截至{}", long_date(today))
}
