//! Search: what was found, how it matches, what else could be chosen; and when nothing was found, where was looked.

use maud::{Markup, html};

use crate::domain::catalogue::Catalogue;
use crate::domain::kinds::{Polarity, SubjectKind};
use crate::outside::index::{Facets, Match, SearchAnswer, Sort, Suggestion};
use crate::outside::store::Card;
use crate::outside::web::link;
use crate::outside::web::params::{Facet, SearchParams, last_day};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::mark::Marker;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::terms::region;
use crate::outside::web::parts::text::{count, date, instant, tone};
use crate::record::State;

use super::record::{note_tone, note_words};

/// Regions, authorities and years shown of each facet.
const MOST_CHOICES: usize = 12;
/// Further ones, folded up.
const MOST_MORE: usize = 40;

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
    let lang = ctx.lang;
    // The query stands in the form and nowhere else: not in the title, which histories and other programs show.
    let head = Head::new(lang.say("信息检索", "Search"), Place::Search)
        .unindexed()
        .scripted();
    let main = html! {
        header.page-head.tight { h1 { (lang.say("信息检索", "Search")) } }
        (form(lang, view.params))
        @match view.answer {
            None => (how_to_search(lang)),
            Some(answer) => {
                (chips(lang, view))
                @if answer.facets.as_ref().is_some_and(|f| has_choice(view, f)) {
                    p.jump { a href="#filters" { (lang.say("筛选 ↓", "Filters ↓")) } }
                }
                div.columns {
                    section.results aria-labelledby="results-h" { (results(ctx, view, answer)) }
                    @if let Some(facets) = &answer.facets { (sidebar(lang, view, facets)) }
                }
            }
        }
    };
    frame(ctx, &head, &main)
}

fn form(lang: Lang, params: &SearchParams) -> Markup {
    html! {
        form.search.large action="/search" method="get" role="search" {
            label for="q" { (lang.say("名称、统一社会信用代码或文书号", "Name, credit code or document number")) }
            div.search-row {
                input #q type="search" name="q" value=(params.q) maxlength="120" autocomplete="off" spellcheck="false" enterkeyhint="search";
                button type="submit" { (lang.say("检索", "Search")) }
            }
            @for (name, value) in params.hidden() { input type="hidden" name=(name) value=(value); }
        }
    }
}

fn how_to_search(lang: Lang) -> Markup {
    html! {
        ul.texts.hints {
            li { (lang.say("企业、机构、个体工商户：输入名称的任意片段（至少两个字）、统一社会信用代码或其前几位。", "Organisations: any part of the name (two characters or more), or the beginning of the credit code.")) }
            li { (lang.say("决定：输入文书号。", "Decisions: the document number.")) }
            li { (lang.say("自然人：先选定一个名单，再输入完整姓名。", "Natural persons: choose one list first, then type the full name.")) }
        }
    }
}

/// Name of a filter's value.
fn value_name(lang: Lang, view: &SearchView<'_>, facet: Facet, value: &str) -> Markup {
    let known = |markup: Option<Markup>| markup.unwrap_or_else(|| html! { (value) });
    match facet {
        Facet::List => known(view.catalogue.list(value).map(|l| lang.words(&l.name))),
        Facet::Region => region(lang, &format!("{value:0<6}")),
        Facet::Authority => known((view.authority)(value).map(|name| html! { (name) })),
        Facet::Kind => {
            let kind = SubjectKind::from_code(value);
            known(kind.map(|k| html! { (lang.say(k.zh(), k.en())) }))
        }
        Facet::Year => html! { (value) (lang.say("年", "")) },
        Facet::State => {
            let state = State::from_code(value);
            known(state.map(|s| html! { (lang.say(s.zh(), s.en())) }))
        }
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

/// Filters in force, each a link that removes it.
pub(super) fn chips(lang: Lang, view: &SearchView<'_>) -> Markup {
    let set: Vec<_> = FACETS
        .iter()
        .filter_map(|(facet, zh, en)| {
            let value = view.params.value(*facet)?;
            Some((*facet, lang.say(zh, en), value))
        })
        .collect();
    html! {
        @if !set.is_empty() {
            nav aria-label=(lang.say("已选条件", "Filters in force")) { ul.chips {
                @for (facet, label, value) in &set {
                    li { a.chip href=(view.params.with(*facet, None)) {
                        span { (label) (lang.say("：", ": ")) (value_name(lang, view, *facet, value)) }
                        span.x aria-hidden="true" { "×" }
                        span.hidden { (lang.say("移除此条件", "remove")) }
                    } }
                }
                @if set.len() > 1 { li { a href=(link::with_query("/search", &[("q", &view.params.q)])) { (lang.say("全部清除", "Remove all")) } } }
            } }
        }
    }
}

fn results(ctx: &Ctx, view: &SearchView<'_>, answer: &SearchAnswer) -> Markup {
    let lang = ctx.lang;
    let near = answer.stage == Some(Match::Near);
    html! {
        @if let Some(suggestion) = &answer.suggestion { (suggested(lang, view, suggestion)) }
        @if view.rows.is_empty() {
            (nothing(ctx, view, answer))
        } @else {
            div.results-head {
                h2 #results-h {
                    @if near { (lang.say("相近的名称", "Similar names")) }
                    @else {
                        @if !answer.total_is_exact { (lang.say("约 ", "about ")) }
                        span.num { (count(answer.total)) } (lang.say(" 条记录", if answer.total == 1 { " entry" } else { " entries" }))
                    }
                }
                @if !near { (order(lang, view.params)) }
            }
            @if near {
                (notice(Weight::Caution, &html! { (lang.say("没有找到完全相符的名称", "No exact match")) },
                    &html! { p { (lang.say("以下是写法相近的名称，未必是您要找的主体。请核对全称和统一社会信用代码。", "Those below bear similar names and need not be whom you look for. Compare the full name and the credit code.")) } }))
            }
            @match namesakes(view.rows) {
                Namesakes::No => {}
                Namesakes::Several(n) => (notice(Weight::Caution, &html! { (lang.say("有重名的主体", "Several subjects bear this name")) },
                    &html! { p { (lang.say("至少有 ", "At least ")) (n) (lang.say(" 个不同的主体使用这一名称，请以统一社会信用代码区分。", " subjects share the name: tell them apart by the credit code.")) } })),
                Namesakes::Persons => (notice(Weight::Caution, &html! { (lang.say("可能有同名的人", "Namesakes are possible")) },
                    &html! { p { (lang.say("同名不等于同一人。下列记录可能涉及不同的人，请向决定机关核实。", "The same name is not the same person. Ask the deciding authority.")) } })),
            }
            (hits(lang, view))
            (pager(lang, view, answer))
        }
        @if !view.asked_person && view.rows.is_empty() { (person_hint(lang)) }
    }
}

fn person_hint(lang: Lang) -> Markup {
    html! {
        p.meta.person-hint {
            (lang.say("查询自然人：请先在「公示名单」中选定一个公开自然人信息的名单，再输入完整姓名。姓名片段和证件号码不能检索。",
                "Natural persons are found by their full name inside one list that publishes persons: choose it under “Lists”. Parts of names and identity numbers are not searchable."))
        }
    }
}

fn order(lang: Lang, params: &SearchParams) -> Markup {
    html! {
        p.order {
            (lang.say("排序：", "Order:"))
            @for (sort, zh, en) in [(Sort::Relevance, "相关度", "relevance"), (Sort::Newest, "决定日期", "newest decision")] {
                " " @if params.sort == sort { strong { (lang.say(zh, en)) } } @else { a href=(params.sorted(sort)) { (lang.say(zh, en)) } }
            }
        }
    }
}

fn suggested(lang: Lang, view: &SearchView<'_>, suggestion: &Suggestion) -> Markup {
    html! {
        @match suggestion {
            Suggestion::TooShort => (notice(Weight::Info, &html! { (lang.say("请多输入几个字", "Type a little more")) },
                &html! { p { (lang.say("检索词至少需要两个字。", "A query needs two characters or more.")) } })),
            Suggestion::Code { typed, mends } => (notice(Weight::Caution, &html! { (lang.say("这不是有效的统一社会信用代码", "Not a valid credit code")) }, &html! {
                p {
                    (lang.say("您输入的是 ", "You typed ")) (wrong_character(typed, mends.first().map(|m| m.code.as_str())))
                    (lang.say("。您要找的可能是：", ". You may mean:"))
                }
                ul.texts {
                    @for mend in mends {
                        li {
                            a href=(view.params.asking(mend.code.as_str())) { (wrong_character(mend.code.as_str(), Some(typed))) }
                            @if lang.is_chinese() { " " span.meta { @for (i, change) in mend.changes.iter().enumerate() { @if i > 0 { "，" } (lang.script(&change.zh())) } } }
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
    let lang = ctx.lang;
    let lists: Vec<_> = match view.params.filters.list.as_deref() {
        Some(code) => view.catalogue.list(code).into_iter().collect(),
        None => view.catalogue.displayed().collect(),
    };
    let filtered = FACETS
        .iter()
        .any(|(facet, _, _)| view.params.value(*facet).is_some());
    html! {
        h2 #results-h { (lang.say("无相关公示信息", "No published information found")) }
        div.empty {
            @if view.params.q.is_empty() { p { (lang.say("没有符合所选条件的公示信息。", "Nothing published fits the filters.")) } }
            @else {
                p {
                    (lang.say("检索了「", "Searched for “")) strong { (view.params.q) } (lang.say("」", "”"))
                    @if filtered { (lang.say("（限所选条件）", " (within the filters)")) }
                    @if let Some(at) = ctx.released_at {
                        (lang.say("，截至 ", ", as of ")) (instant(at))
                        (lang.say("（数据版本 ", " (data version ")) (answer.seq) (lang.say("）", ")"))
                    }
                    (lang.say("，在下列名单中没有找到。", ", and found nothing in the lists below."))
                    @if ctx.released_at.is_none() { (lang.say("本平台尚未发布任何信息。", " This portal has not published anything yet.")) }
                }
            }
            p {
                strong { (lang.say("这不是信用良好的证明。", "This is no clean bill. ")) }
                (lang.say("本平台只公示目录所列、在公示期内的信息；公示期届满的、不予公示的和未归集的信息不在其中。", "Only what the catalogue lists and what is within its term is shown here; what has ended, what may not be shown and what was never handed in is not."))
            }
            @if filtered && !view.params.q.is_empty() { p { a href=(link::with_query("/search", &[("q", &view.params.q)])) { (lang.say("去掉条件，在全部名单中检索", "Search all lists, without the filters")) } } }
            details { summary { (lang.say("检索范围：", "Lists searched: ")) (lists.len()) (lang.say(" 个名单", "")) }
                ul.cols { @for list in &lists { li { a href=(link::list(&list.code)) { (lang.words(&list.name)) } } } }
            }
        }
    }
}

/// The hits of a page.
pub(super) fn hits(lang: Lang, view: &SearchView<'_>) -> Markup {
    let marker = Marker::new(&view.params.q);
    html! { ol.hits { @for row in view.rows { (hit(lang, view, &marker, row)) } } }
}

fn hit(lang: Lang, view: &SearchView<'_>, marker: &Marker, row: &Row<'_>) -> Markup {
    let record = row.card;
    let entry = view.catalogue.list(&record.list);
    let polarity = entry.map_or(Polarity::Neutral, |e| e.polarity);
    html! {
        li.hit {
            h3 { a href=(link::record(&record.id)) { @if row.matched == Match::Code { (record.subject_name) } @else { (marker.show(&record.subject_name)) } } }
            p.hit-tags {
                span.tag.{ (tone(polarity)) } { @match entry { Some(e) => (lang.words(&e.name)), None => (record.list) } }
                @for note in &record.notes { @let (zh, en, ..) = note_words(*note); " " span.tag.{ (note_tone(*note)) } { (lang.say(zh, en)) } }
                @if row.matched == Match::Near { " " span.tag.caution { (lang.say("相近", "Similar")) } }
            }
            p.hit-facts {
                @if let Some(code) = &record.credit_code { span { a.quiet href=(link::subject(code)) { span.hidden { (lang.say("信用档案 ", "Credit file ")) } code { (code) } } } }
                @if !record.document_number.is_empty() { span { (record.document_number) } }
                span { (record.authority_name) }
                span { (lang.say("决定 ", "decided ")) (date(record.decided_on)) }
                @if let Some(until) = record.displayed_until { span { (lang.say("公示至 ", "shown to ")) (date(last_day(until))) } }
            }
        }
    }
}

fn pager(lang: Lang, view: &SearchView<'_>, answer: &SearchAnswer) -> Markup {
    html! {
        @if view.params.page.is_some() || answer.next.is_some() {
            nav.pager aria-label=(lang.say("翻页", "Pages")) {
                @if view.params.page.is_some() { a href=(view.params.first_page()) { (lang.say("«\u{a0}第一页", "«\u{a0}First page")) } }
                @if let Some(next) = answer.next { a.next href=(view.params.at(next)) rel="next" { (lang.say("下一页\u{a0}»", "Next page\u{a0}»")) } }
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

/// Whether there is anything to choose from.
fn has_choice(view: &SearchView<'_>, facets: &Facets) -> bool {
    FACETS.iter().any(|(facet, _, _)| {
        choices(facets, *facet).len() > 1 || view.params.value(*facet).is_some()
    })
}

/// The facets with their counts.
pub(super) fn sidebar(lang: Lang, view: &SearchView<'_>, facets: &Facets) -> Markup {
    html! {
        @if has_choice(view, facets) { aside.filters #filters aria-label=(lang.say("筛选", "Filters")) {
            h2 { (lang.say("筛选", "Filters")) }
            @for (facet, zh, en) in FACETS {
                @let all = choices(facets, facet);
                @let chosen = view.params.value(facet);
                @if all.len() > 1 || chosen.is_some() {
                    section {
                        h3 { (lang.say(zh, en)) }
                        ul {
                            @for choice in all.iter().take(MOST_CHOICES) { (facet_choice(lang, view, facet, choice, chosen.as_deref())) }
                        }
                        @if all.len() > MOST_CHOICES {
                            details {
                                summary { (lang.say("另有 ", "")) (all.len() - MOST_CHOICES) (lang.say(" 项", " more")) }
                                ul { @for choice in all.iter().skip(MOST_CHOICES).take(MOST_MORE) { (facet_choice(lang, view, facet, choice, chosen.as_deref())) } }
                            }
                        }
                    }
                }
            }
            p.jump { a href="#results-h" { (lang.say("回到结果 ↑", "Back to the results ↑")) } }
        } }
    }
}

fn facet_choice(
    lang: Lang,
    view: &SearchView<'_>,
    facet: Facet,
    (value, n): &(String, u64),
    chosen: Option<&str>,
) -> Markup {
    let is_chosen = chosen == Some(value.as_str());
    let target = view
        .params
        .with(facet, (!is_chosen).then_some(value.as_str()));
    let level = if facet == Facet::Region {
        value.len()
    } else {
        2
    };
    html! {
        li.{ "level-" (level) } {
            a href=(target) aria-current=[is_chosen.then_some("true")] {
                span { (value_name(lang, view, facet, value)) }
                span.num { (count(*n)) }
            }
        }
    }
}
