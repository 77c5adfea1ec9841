//! One list: all that domain.md 8 asks for, from the catalogue, and its records to browse.

use maud::{Markup, html};

use super::home::Figure;
use super::lists::shown_of;
use super::search::Row;
use crate::domain::catalogue::{
    Basis, Catalogue, Category, Exposure, FieldRule, Layer, ListEntry, Measure, PeriodRegime,
    ShareScope,
};
use crate::domain::kinds::SubjectKind;
use crate::domain::small::Shown;
use crate::outside::web::link;
use crate::outside::web::params::last_day;
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::limits::{self, Stage};
use crate::outside::web::parts::small::number;
use crate::outside::web::parts::terms;
use crate::outside::web::parts::text::{date, instant, tone};

/// Everything the page needs.
#[derive(Clone, Copy, Debug)]
pub struct ListView<'a> {
    /// The list.
    pub entry: &'a ListEntry,
    /// The catalogue that holds it.
    pub catalogue: &'a Catalogue,
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
            catalogue,
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
const SECTIONS: [(&str, &str, &str); 11] = [
    ("basis", "依据", "Legal basis"),
    ("standard", "认定标准", "Standard of designation"),
    ("entry", "列入", "Entry"),
    ("period", "公示期限", "Period"),
    ("exit", "移出与修复", "Exit and repair"),
    ("measures", "措施", "Measures"),
    ("remedies", "异议与救济", "Remedies"),
    ("fields", "公示项目", "Fields"),
    ("contact", "联系", "Contact"),
    ("data", "数据", "Data"),
    ("browse", "在公示的记录", "Records"),
];

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, view: &ListView<'_>) -> Markup {
    let lang = ctx.lang;
    let entry = view.entry;
    let mut head = Head::new(lang.plain(&entry.name), Place::Lists)
        .with_feed(link::feed_of_list(&entry.code))
        .with_twin(link::api_list(&entry.code))
        .described(lang.plain(&entry.summary));
    if view.continued {
        head = head.unindexed();
    }
    let main = html! {
        article.list {
            header.page-head {
                p.crumbs { a href="/lists" { (lang.say("公示名单", "Lists")) } }
                h1 { (lang.words(&entry.name)) }
                p.tags {
                    span.tag.{ (tone(entry.polarity)) } { (lang.say(entry.polarity.zh(), entry.polarity.en())) }
                    " " span.tag { (lang.say(entry.category.zh(), entry.category.en())) }
                    " " span.tag { (lang.say(entry.level.zh(), entry.level.en())) }
                }
                p.lead { (lang.words(&entry.summary)) }
            }
            nav.toc aria-label=(lang.say("本页内容", "On this page")) {
                ul { @for (id, zh, en) in SECTIONS { li { a href={ "#" (id) } { (lang.say(zh, en)) } } } }
            }
            (overview(lang, view))
            (section(lang, "basis", &grounds(lang, view)))
            (section(lang, "standard", &standard(lang, entry)))
            (section(lang, "entry", &html! { (entry_rules(lang, entry)) (limits::of(lang, view.catalogue, entry, Stage::Entry)) }))
            (section(lang, "period", &period(lang, entry)))
            (section(lang, "exit", &html! {
                h3 { (lang.say("移出条件", "Exit conditions")) } (terms::items(lang, &entry.exit_conditions))
                h3 { (lang.say("移出程序", "Exit procedure")) } (terms::items(lang, &entry.exit_procedure))
                h3 { (lang.say("信用修复", "Credit repair")) } (terms::repair(lang, &entry.repair))
                (limits::of(lang, view.catalogue, entry, Stage::Exit))
            }))
            (section(lang, "measures", &measures(lang, entry)))
            (section(lang, "remedies", &html! {
                (terms::objection(lang, entry)) (terms::remedies(lang, &entry.remedies))
                (limits::of(lang, view.catalogue, entry, Stage::Remedies))
            }))
            (section(lang, "fields", &fields(lang, entry)))
            (section(lang, "contact", &terms::contact(lang, &entry.contact)))
            (section(lang, "data", &data(lang, view)))
            (section(lang, "browse", &browse(lang, view)))
        }
    };
    frame(ctx, &head, &main)
}

fn section(lang: Lang, id: &str, body: &Markup) -> Markup {
    let name = SECTIONS
        .iter()
        .find(|(i, _, _)| *i == id)
        .map_or("", |(_, zh, en)| lang.say(zh, en));
    html! { section #(id) aria-labelledby={ (id) "-h" } { h2 #{ (id) "-h" } { (name) } (body) } }
}

/// What is asked first, in a few lines.
fn overview(lang: Lang, view: &ListView<'_>) -> Markup {
    let entry = view.entry;
    let named = |zh, en, value| Fact::new(lang.say(zh, en), value);
    let mut rows = vec![named(
        "在公示",
        "Displayed today",
        number(lang, shown_of(view.figure), lang.say(" 条", "")),
    )];
    // The official name is Chinese; an English page shows it beside its own.
    if lang == Lang::En && !entry.name.en.is_empty() {
        rows.push(named(
            "正式名称",
            "Official name",
            lang.chinese(&entry.name.zh),
        ));
    }
    let level = html! { (lang.say(entry.level.zh(), entry.level.en())) (lang.say("，", ", ")) (lang.say(entry.origin.zh(), entry.origin.en())) };
    rows.extend([
        named("负责机关", "Authority", lang.words(&entry.contact.name)),
        named("层级", "Level", level),
        named(
            "适用地区",
            "Territory",
            terms::region(lang, &entry.territory),
        ),
        named(
            "主体类型",
            "Subjects",
            terms::subjects(lang, &entry.subject_kinds),
        ),
        named(
            "公示期限",
            "Disclosure period",
            lang.words(&entry.attributes.disclosure_period),
        ),
    ]);
    if let Some(at) = view.figure.and_then(|f| f.changed_at) {
        rows.push(named("最近更新", "Last updated", instant(at)));
    }
    facts(&rows)
}

/// Whether each basis says which article is meant, and since when it is in force.
fn all_said(all: &[Basis]) -> bool {
    all.iter()
        .all(|b| b.effective_from.is_some() && !b.article.is_empty())
}

fn grounds(lang: Lang, view: &ListView<'_>) -> Markup {
    let entry = view.entry;
    html! {
        (terms::bases(lang, &entry.basis))
        @if !all_said(&entry.basis) {
            p.meta { (lang.say("没有写明条款的，指该文件全文；没有写明施行日期的，目录未作记载，以该文件公布的为准。", "Where no article is given, the whole instrument is meant; where no date is given, the catalogue records none and the instrument prevails.")) }
        }
        @match entry.head {
            Some(head) => p { (lang.say("属于可以设列严重失信主体名单的情形：", "Under the head: ")) strong { (lang.say(head.zh(), head.en())) } },
            None => p { (lang.say(
                "不是严重失信主体名单，不属于可以设列该类名单的四种情形。",
                "This is no list of serious dishonesty: it falls under none of the four heads that allow one.",
            )) },
        }
        @if let Some(layer) = view.layer {
            p.meta {
                (lang.say("载于 ", "Held by ")) (lang.words(&layer.name)) (lang.say("，", ", ")) (terms::edition(lang, layer))
                (lang.say("；本名单适用地域：", "; the list applies in ")) (terms::region(lang, &entry.territory)) (lang.say("。", "."))
            }
        }
    }
}

/// Where the standard is published; the page says so when the catalogue does not.
fn standard(lang: Lang, entry: &ListEntry) -> Markup {
    html! {
        @if entry.standard.zh.trim().is_empty() {
            p { (lang.say(
                "本名单没有单独的认定标准，列入条件以上述依据和下列条件为准。",
                "This list has no standard of its own: the bases above and the conditions below are what counts.",
            )) }
        } @else { p { (lang.words(&entry.standard)) } }
        @if entry.category == Category::SeriousList {
            p.meta { (lang.say(
                "认定标准应当通过「信用中国」网站和行业主管部门网站公布。",
                "The standard is to be published on the Credit China site and on that of the competent department.",
            )) }
        }
    }
}

fn entry_rules(lang: Lang, entry: &ListEntry) -> Markup {
    let notice = &entry.prior_notice;
    html! {
        h3 { (lang.say("列入条件", "Entry conditions")) } (terms::items(lang, &entry.entry_conditions))
        h3 { (lang.say("列入程序", "Entry procedure")) } (terms::items(lang, &entry.entry_procedure))
        h3 { (lang.say("事前告知与公示", "Notice before the decision")) }
        @if notice.party_notice || notice.public_notice_working_days > 0 {
            ul.texts {
                @if notice.party_notice {
                    li { (lang.say("决定前告知当事人事由、依据、措施、异议权利和修复途径。", "Before the decision the party is told the reasons, the basis, the measures, the right to object and the way to repair.")) }
                }
                @if notice.public_notice_working_days > 0 {
                    li {
                        (lang.say("决定前向社会公示不少于 ", "Before the decision there is a public notice of at least "))
                        (notice.public_notice_working_days) (lang.counted(notice.public_notice_working_days, (" 个工作日。", " working day.", " working days.")))
                    }
                }
                @if !notice.basis.is_empty() { li.meta { (lang.say("依据：", "Basis: ")) (terms::source(lang, &notice.basis)) } }
            }
        } @else {
            p { (lang.say("目录没有为本名单规定列入前的告知或者公示。", "The catalogue asks for no notice before an entry in this list.")) }
        }
    }
}

/// A number of months as people say it.
fn months(lang: Lang, n: u32) -> String {
    let (count, (zh, one, many)) = match n {
        0 => return lang.say("无", "none").to_owned(),
        n if n.is_multiple_of(12) => (n / 12, ("年", "year", "years")),
        n => (n, ("个月", "month", "months")),
    };
    if lang.is_chinese() {
        format!("{count}{}", lang.say(zh, one))
    } else {
        format!("{count} {}", if count == 1 { one } else { many })
    }
}

fn period(lang: Lang, entry: &ListEntry) -> Markup {
    html! {
        p {
            (lang.say("公示期限：", "Displayed: ")) (lang.words(&entry.attributes.disclosure_period))
            (lang.say("；保存期限：", "; kept: ")) (lang.words(&entry.attributes.retention_period))
        }
        @for regime in &entry.periods { (one_regime(lang, regime)) }
        @if entry.periods.is_empty() { p.meta { (lang.say("目录没有规定公示期限。", "The catalogue sets no disclosure period.")) } }
    }
}

fn one_regime(lang: Lang, regime: &PeriodRegime) -> Markup {
    html! {
        h3 { (lang.say(regime.kind.zh(), regime.kind.en())) " " code { (regime.id) } }
        p.meta {
            (lang.say("适用于 ", "For decisions from ")) (date(regime.decided_from))
            @if let Some(until) = regime.decided_until { (lang.say(" 至 ", " to ")) (date(last_day(until))) } @else { (lang.say(" 起", " on")) }
            (lang.say("作出的决定；自", "; counted from the "))
            (lang.say(regime.starts.zh(), regime.starts.en())) (lang.say("起计算。来源：", ". Source: ")) (lang.words(&regime.source))
        }
        @if !regime.terms.is_empty() { (regime_terms(lang, regime)) }
    }
}

/// Columns of the table of terms.
const TERM_COLUMNS: [(&str, &str); 5] = [
    ("失信程度", "Severity"),
    ("领域", "Fields of law"),
    ("是否公示", "Displayed"),
    ("最短公示期", "Minimum"),
    ("最长公示期", "Maximum"),
];

fn regime_terms(lang: Lang, regime: &PeriodRegime) -> Markup {
    let [_, domains, displayed, least, most] = TERM_COLUMNS.map(|(zh, en)| lang.say(zh, en));
    let all = lang.say("全部", "all");
    html! {
        section.table-wrap tabindex="0" aria-label={ (lang.say("公示期限表", "Table of periods")) " " (regime.id) } {
            table {
                thead { tr { @for (zh, en) in TERM_COLUMNS { th scope="col" { (lang.say(zh, en)) } } } }
                tbody {
                    @for term in &regime.terms {
                        tr {
                            th scope="row" { (term.severity.map_or(all, |s| lang.say(s.zh(), s.en()))) }
                            td data-label=(domains) {
                                @if term.domains.is_empty() { (all) }
                                @for (i, d) in term.domains.iter().enumerate() { @if i > 0 { (lang.say("、", ", ")) } (lang.say(d.zh(), d.en())) }
                            }
                            td data-label=(displayed) { (if term.displayed { lang.say("公示", "yes") } else { lang.say("不公示", "no") }) }
                            td data-label=(least) { (months(lang, term.min_months)) }
                            td data-label=(most) { (months(lang, term.max_months)) }
                        }
                    }
                }
            }
        }
    }
}

fn measures(lang: Lang, entry: &ListEntry) -> Markup {
    let active: Vec<&Measure> = entry.active_measures().collect();
    html! {
        @if active.is_empty() {
            p { (lang.say(
                "目录没有为该名单规定惩戒或者激励措施；任何单位不得据此自行采取措施。",
                "The catalogue provides no measures for this list; nobody may apply any on their own.",
            )) }
        } @else { (terms::measures(lang, &lang.plain(&entry.name), &active)) }
    }
}

fn exposure(lang: Lang, entry: &ListEntry, field: &FieldRule) -> Markup {
    let kinds: Vec<(SubjectKind, Exposure)> = entry
        .subject_kinds
        .iter()
        .map(|k| (*k, field.exposure_for(*k)))
        .collect();
    let first = kinds.first().map_or(field.exposure, |(_, e)| *e);
    html! {
        @if kinds.iter().all(|(_, e)| *e == first) { (lang.say(first.zh(), first.en())) }
        @else {
            @for (i, (kind, e)) in kinds.iter().enumerate() {
                @if i > 0 { (lang.say("；", "; ")) }
                (lang.say(kind.zh(), kind.en())) (lang.say("：", ": ")) (lang.say(e.zh(), e.en()))
            }
        }
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

/// Columns of the table of fields.
const FIELD_COLUMNS: [(&str, &str); 3] = [
    ("项目", "Field"),
    ("公示方式", "Exposure"),
    ("类型", "Type"),
];

fn fields(lang: Lang, entry: &ListEntry) -> Markup {
    let [_, how, kind] = FIELD_COLUMNS.map(|(zh, en)| lang.say(zh, en));
    html! {
        p { (lang.say("只公示下列项目；没有列出的一律不公示。", "Only these are published; everything else is private.")) }
        section.table-wrap tabindex="0" aria-label=(lang.say("公示项目表", "Table of fields")) {
            table {
                thead { tr { @for (zh, en) in FIELD_COLUMNS { th scope="col" { (lang.say(zh, en)) } } } }
                tbody {
                    @for field in entry.fields.iter().filter(|f| is_shown(entry, f)) {
                        tr {
                            th scope="row" { (lang.words(&field.name)) }
                            td data-label=(how) { (exposure(lang, entry, field)) }
                            td data-label=(kind) { (lang.say(field.kind.zh(), field.kind.en())) }
                        }
                    }
                }
            }
        }
        @if entry.subject_kinds.contains(&SubjectKind::NaturalPerson) { (persons(lang, entry)) }
    }
}

/// What is published of natural persons, and why it may be.
fn persons(lang: Lang, entry: &ListEntry) -> Markup {
    let policy = &entry.persons;
    html! {
        @if policy.published {
            p {
                (lang.say("自然人：姓名", "Natural persons: name ")) (lang.say(policy.name.zh(), policy.name.en()))
                (lang.say("，证件号码", ", identity number ")) (lang.say(policy.id_number.zh(), policy.id_number.en()))
                (lang.say("。依据：", ". Basis:"))
            }
            (terms::bases(lang, &policy.basis))
        } @else { p { (lang.say("自然人的信息不公示。", "Natural persons are not published.")) } }
    }
}

/// Where the data come from, how fresh they are, and where to take them.
fn data(lang: Lang, view: &ListView<'_>) -> Markup {
    let entry = view.entry;
    let named = |zh, en, value| Fact::new(lang.say(zh, en), value);
    let days = |n: u32, before: &'static str, after: &'static str| html! { (before) (n) (after) };
    let unsaid = || html! { (lang.say("目录没有规定", "not set by the catalogue")) };
    let scope = entry.attributes.scope;
    let figure = view.figure;
    let recent =
        |shown: Option<Shown>| number(lang, shown.unwrap_or(Shown::NONE), lang.say(" 条", ""));
    let rows = [
        named(
            "数据来源",
            "Data source",
            html! { (lang.words(&entry.contact.name)) span.meta { (lang.say("每条记录另行载明数据来源单位", "each record names its own provider")) } },
        ),
        named(
            "最近更新",
            "Last updated",
            view.figure.and_then(|f| f.changed_at).map_or_else(
                || html! { (lang.say("尚无记录", "no records yet")) },
                instant,
            ),
        ),
        named(
            "近30日新公示",
            "Newly displayed in 30 days",
            recent(figure.map(|f| f.begun)),
        ),
        named(
            "近30日期满退出",
            "Terms ended in 30 days",
            recent(figure.map(|f| f.ended)),
        ),
        named(
            "公示时限",
            "Published within",
            entry.publish_within_working_days.map_or_else(unsaid, |n| {
                let after = (
                    " 个工作日内",
                    " working day of the decision",
                    " working days of the decision",
                );
                days(n, lang.say("作出决定后 ", ""), lang.counted(n, after))
            }),
        ),
        named(
            "更新频率",
            "Refreshed",
            entry.refresh_days.map_or_else(unsaid, |n| {
                let after = lang.counted(n, (" 日一次", " day", " days"));
                days(n, lang.say("至少每 ", "at least every "), after)
            }),
        ),
        named(
            "共享范围",
            "Shared with",
            html! {
                @if scope == ShareScope::Public { (lang.say("社会公开", "the public")) }
                @else { (lang.say(scope.zh(), scope.en())) }
            },
        ),
        named(
            "目录版本",
            "Catalogue version",
            html! { code { (view.version) } },
        ),
    ];
    let records = link::with_query(
        "/api/v1/search",
        &[("list", &entry.code), ("sort", "newest")],
    );
    html! {
        (facts(&rows))
        (limits::of(lang, view.catalogue, entry, Stage::Data))
        (limits::unset(lang, view.catalogue, entry))
        p.meta {
            (lang.say(
                "因修复、撤销、移出而提前撤下的，不再显示主体，变更接口只给出编号、时间和原因类别。",
                "What was taken down early, after repair, revocation or removal, is named nowhere: the change feed gives its id, the moment and the kind of reason.",
            ))
        }
        ul.texts {
            li { a href=(link::api_list(&entry.code)) { (lang.say("下载本名单的目录内容", "Download what the catalogue says of this list")) } " (JSON)" }
            li { a href=(records) { (lang.say("下载在公示的记录", "Download the displayed records")) } " (JSON)" }
            li { a href="/about#api" { (lang.say("全部更新和撤下：变更接口", "Every update and removal: the change feed")) } }
        }
    }
}

fn browse(lang: Lang, view: &ListView<'_>) -> Markup {
    let entry = view.entry;
    let hides_persons = entry.subject_kinds.contains(&SubjectKind::NaturalPerson)
        && entry.persons.published
        && !entry.persons.browse;
    html! {
        form.search action="/search" method="get" role="search" aria-label=(lang.say("在本名单中检索", "Search in this list")) {
            label for="q-list" { (lang.say("在本名单内检索", "Search in this list")) }
            input type="hidden" name="list" value=(entry.code);
            div.search-row {
                input #q-list type="search" name="q" maxlength="120" autocomplete="off" spellcheck="false" enterkeyhint="search";
                button type="submit" { (lang.say("检索", "Search")) }
            }
        }
        @if hides_persons {
            p.meta { (lang.say("本名单中的自然人不逐一列示，只能以完整姓名检索。", "Natural persons on this list are not shown one by one: search for the full name.")) }
        }
        @match view.rows {
            None => p { (lang.say("记录列表正在准备，请稍后再看。", "The records are being prepared: please come back shortly.")) },
            Some([]) => p.empty { (lang.say("目前没有可列示的记录。", "No records can be shown at present.")) },
            Some(rows) => {
                p.meta { (lang.say("按决定日期从新到旧排列。", "By date of decision, newest first.")) }
                ol.hits { @for row in rows { (hit(lang, row)) } }
                @if view.continued || view.next.is_some() {
                    nav.pager aria-label=(lang.say("翻页", "Pages")) {
                        @if view.continued { a href={ (link::list(&entry.code)) "#browse" } { (lang.say("«\u{a0}第一页", "«\u{a0}First page")) } }
                        @if let Some(next) = view.next { a.next rel="next" href=(link::list_at(&entry.code, next)) { (lang.say("下一页\u{a0}»", "Next page\u{a0}»")) } }
                    }
                }
            }
        }
        p { a href=(link::with_query("/search", &[("list", &entry.code), ("sort", "newest")])) { (lang.say("按地区、机关、年份筛选\u{a0}»", "Filter by region, authority and year\u{a0}»")) } }
    }
}

/// One record in a line or two. What authorities wrote stays as they wrote it.
fn hit(lang: Lang, row: &Row<'_>) -> Markup {
    let record = row.card;
    let written = (!lang.is_chinese()).then_some("zh-Hans");
    html! {
        li.hit {
            h3 { a href=(link::record(&record.id)) lang=[written] { (record.subject_name) } }
            p.hit-facts {
                @if let Some(code) = &record.credit_code { span { a.quiet href=(link::subject(code)) { code { (code) } } } }
                @if !record.document_number.is_empty() { span lang=[written] { (record.document_number) } }
                span lang=[written] { (record.authority_name) }
                span { (lang.say("决定 ", "decided ")) (date(record.decided_on)) }
            }
        }
    }
}
