//! Statistics of what is displayed today: charts with the tables behind them, and how each is counted.

use chrono::NaiveDate;
use maud::{Markup, html};

use crate::domain::catalogue::Catalogue;
use crate::domain::kinds::SubjectKind;
use crate::domain::regions::{self, NATIONAL};
use crate::domain::small::Persons;
use crate::outside::web::link;
use crate::outside::web::pages::handling::handling;
use crate::outside::web::parts::chart::{
    Bar, Chart, Column, Extent, Part, Province, Row, Table, Tile, Tone, bars, columns, section,
    tiles,
};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::small::persons as told;
use crate::outside::web::parts::text::{count, date};
use crate::outside::web::stats::{AUTHORITIES, Authority, Cell, Exits, MONTHS, Stats};
use crate::record::Why;

/// Everything the page needs.
#[derive(Clone, Copy, Debug)]
pub struct StatsView<'a> {
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// The statistics.
    pub stats: &'a Stats,
}

/// Sections with their ids, for the contents at the top.
const SECTIONS: [(&str, &str, &str); 8] = [
    ("kinds", "主体类型", "Kinds of subjects"),
    ("by-list", "各名单", "Lists"),
    ("months", "决定月份", "Months of decisions"),
    ("map", "各地区", "Regions"),
    ("authorities", "决定机关", "Authorities"),
    ("punctuality", "公示及时性", "Punctuality"),
    ("exits", "终止公示", "Ends of display"),
    ("handling", "申请办理", "Applications"),
];

/// The page.
#[must_use]
pub fn page(ctx: &Ctx, view: &StatsView<'_>) -> Markup {
    let (lang, stats) = (ctx.lang, view.stats);
    let head = Head::new(lang.say("统计", "Statistics"), Place::Elsewhere)
        .described(lang.say(
            "在公示信息的数量：按名单、月份、地区、机关，以及公示是否及时、何时终止。",
            "How much is displayed, by list, month, region and authority; how punctually it was published and how displays end.",
        ))
        .with_twin(link::API_STATS);
    let some = !stats.shown.is_none();
    let main = html! {
        header.page-head {
            h1 { (lang.say("统计", "Statistics")) }
            p.lead { (lang.say("今天在公示的信息有多少、分布在哪里、公示得是否及时。", "How much is displayed today, where, and how punctually it was published.")) }
        }
        (totals(lang, stats))
        @if some {
            nav.toc aria-label=(lang.say("本页内容", "On this page")) {
                ul { @for (id, zh, en) in SECTIONS { li { a href={ "#" (id) } { (lang.say(zh, en)) } } } }
            }
            (kinds(lang, stats))
            (lists(lang, view))
            (months(lang, stats))
            (map(lang, stats))
            (authorities(lang, stats))
            (punctuality(lang, view))
        } @else {
            p.empty { (lang.say("今天无相关公示信息。", "No published information today.")) }
        }
        (exits(lang, stats))
        (handling(lang, &stats.handling))
        (unknown(lang))
    };
    frame(ctx, &head, &main)
}

/// A number of records beside a bar: that of persons apart when it is not told.
fn value<K>(lang: Lang, cell: &Cell<K>) -> String {
    match cell.shown.persons {
        Persons::Told(_) => count(cell.told()),
        held if cell.shown.orgs == 0 => told(lang, held),
        Persons::Few => format!(
            "{} + {}",
            count(cell.shown.orgs),
            lang.say("自然人少于5", "fewer than 5 persons")
        ),
        Persons::Withheld => format!(
            "{} + {}",
            count(cell.shown.orgs),
            lang.say("自然人不单列", "persons withheld")
        ),
    }
}

fn parts<K>(cell: &Cell<K>) -> Vec<Part> {
    vec![
        Part {
            tone: Tone::First,
            amount: cell.shown.orgs,
        },
        Part {
            tone: Tone::Second,
            amount: cell.shown.persons.told(),
        },
    ]
}

fn values<K>(lang: Lang, cell: &Cell<K>) -> Vec<String> {
    vec![count(cell.shown.orgs), told(lang, cell.shown.persons)]
}

fn subjects(lang: Lang) -> [(Tone, &'static str); 2] {
    [
        (
            Tone::First,
            lang.say("组织（含个体工商户）", "Organisations and businesses"),
        ),
        (Tone::Second, lang.say("自然人", "Natural persons")),
    ]
}

fn heads(lang: Lang, first: &'static str) -> [&'static str; 3] {
    [
        first,
        lang.say("组织（含个体工商户）", "Organisations and businesses"),
        lang.say("自然人", "Natural persons"),
    ]
}

/// A month as it is written everywhere.
fn month(first: NaiveDate) -> String {
    first.format("%Y-%m").to_string()
}

fn totals(lang: Lang, stats: &Stats) -> Markup {
    html! {
        section.stat-totals {
            dl {
                div { dt { (lang.say("组织的信息", "About organisations")) } dd.num { (count(stats.shown.orgs)) } }
                div { dt { (lang.say("自然人的信息", "About natural persons")) } dd.num { (told(lang, stats.shown.persons)) } }
                div { dt { (lang.say("统计日", "As of")) } dd.num { (date(stats.as_of)) } }
            }
            p.meta {
                (lang.say("只统计当天在公示期内的信息，以条计；一个主体可以有多条。数据每次发布和每日零时更新。",
                    "Only what is within its display period that day, counted in records; a subject can have several. Updated with every release and at midnight."))
            }
            @if stats.holds_back() {
                p.meta {
                    (lang.say("为保护个人信息，自然人不足5条的写作「少于5」；能由此推算出来的相邻数字写作「不单列」，两者均不计入图形。",
                        "To protect individuals, fewer than five records about natural persons are told as such; numbers from which they would follow are withheld. Neither is drawn."))
                }
            }
        }
    }
}

fn kinds(lang: Lang, stats: &Stats) -> Markup {
    let name = |kind: SubjectKind| html! { (lang.say(kind.zh(), capital(kind))) };
    let mut all: Vec<Bar> = stats
        .kinds
        .iter()
        .map(|(kind, n)| Bar {
            name: name(*kind),
            value: count(*n),
            parts: vec![Part {
                tone: Tone::First,
                amount: *n,
            }],
        })
        .collect();
    all.push(Bar {
        name: name(SubjectKind::NaturalPerson),
        value: told(lang, stats.shown.persons),
        parts: vec![Part {
            tone: Tone::Second,
            amount: stats.shown.persons.told(),
        }],
    });
    let most = stats.kinds.iter().max_by_key(|(_, n)| *n);
    let chart = Chart {
        id: "kinds",
        title: lang.say("按主体类型", "By kind of subject"),
        words: html! { p { (lang.say("每条信息只关于一个主体。自然人的信息只在法律、法规明确规定公示的名单里。",
        "Each record is about one subject. Natural persons appear only in lists for which a statute says so.")) } },
        seen: html! { @if let Some((kind, n)) = most { (most_of(lang)) (name(*kind)) (lang.say("，", ", ")) (count(*n)) (lang.say(" 条。", ".")) } },
        legend: &[],
        table: Table {
            caption: lang.say("按主体类型的条数", "Records by kind of subject"),
            heads: &[
                lang.say("主体类型", "Kind of subject"),
                lang.say("条数", "Records"),
            ],
            rows: all
                .iter()
                .map(|bar| Row {
                    name: bar.name.clone(),
                    values: vec![bar.value.clone()],
                })
                .collect(),
        },
    };
    section(lang, &chart, |named| bars(named, Extent::Amount, &all))
}

const fn capital(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::LegalPerson => "Legal persons",
        SubjectKind::UnincorporatedOrg => "Unincorporated organisations",
        SubjectKind::IndividualBusiness => "Individual businesses",
        SubjectKind::NaturalPerson => "Natural persons",
    }
}

fn most_of(lang: Lang) -> &'static str {
    lang.say("最多的是", "The most: ")
}

/// What is the most of a chart, in a sentence.
fn peak<K>(lang: Lang, cells: &[Cell<K>], name: impl Fn(&K) -> Markup) -> Markup {
    let most = cells
        .iter()
        .max_by_key(|cell| cell.told())
        .filter(|cell| cell.told() > 0);
    html! {
        @if let Some(cell) = most { (most_of(lang)) (name(&cell.key)) (lang.say("，", ", ")) (value(lang, cell)) (lang.say(" 条。", ".")) }
        @else { (lang.say("没有可以画出的数字。", "There is no number to draw.")) }
    }
}

fn list_name(lang: Lang, catalogue: &Catalogue, code: &str) -> Markup {
    html! { @match catalogue.list(code) { Some(entry) => (lang.words(&entry.name)), None => code { (code) } } }
}

fn lists(lang: Lang, view: &StatsView<'_>) -> Markup {
    let cells = &view.stats.lists;
    let name = |code: &String| list_name(lang, view.catalogue, code);
    let all: Vec<Bar> = cells.iter().map(|cell| bar(lang, cell, name)).collect();
    let linked = |code: &String| {
        let open = view
            .catalogue
            .list(code)
            .is_some_and(crate::domain::catalogue::ListEntry::is_displayed);
        html! { @if open { a href=(link::list(code)) { (name(code)) } } @else { (name(code)) } }
    };
    let chart = Chart {
        id: "by-list",
        title: lang.say("按名单", "By list"),
        words: html! { p { (lang.say("各名单今天在公示的条数。没有在公示信息的名单不列出。", "Records of each list displayed today. Lists without any are left out.")) } },
        seen: peak(lang, cells, name),
        legend: &subjects(lang),
        table: Table {
            caption: lang.say("按名单的条数", "Records by list"),
            heads: &heads(lang, lang.say("名单", "List")),
            rows: cells.iter().map(|c| row(lang, c, linked)).collect(),
        },
    };
    section(lang, &chart, |named| bars(named, Extent::Amount, &all))
}

fn bar<K>(lang: Lang, cell: &Cell<K>, name: impl Fn(&K) -> Markup) -> Bar {
    Bar {
        name: name(&cell.key),
        value: value(lang, cell),
        parts: parts(cell),
    }
}

fn row<K>(lang: Lang, cell: &Cell<K>, name: impl Fn(&K) -> Markup) -> Row {
    Row {
        name: name(&cell.key),
        values: values(lang, cell),
    }
}

/// The label under the last column and that of each year before: more would touch each other on a small screen.
fn tick(at: usize, of: usize, first: NaiveDate) -> Option<String> {
    (of - 1 - at).is_multiple_of(12).then(|| month(first))
}

fn months(lang: Lang, stats: &Stats) -> Markup {
    let name = |key: &Option<NaiveDate>| html! { @match key { Some(first) => (month(*first)), None => (lang.say("更早", "Earlier")) } };
    let dated: Vec<(NaiveDate, &Cell<Option<NaiveDate>>)> = stats
        .months
        .iter()
        .filter_map(|cell| Some((cell.key?, cell)))
        .collect();
    let all: Vec<Column> = dated
        .iter()
        .enumerate()
        .map(|(i, (first, cell))| Column {
            name: month(*first),
            tick: tick(i, dated.len(), *first),
            parts: parts(cell),
        })
        .collect();
    let shown: Vec<Cell<Option<NaiveDate>>> =
        dated.iter().map(|(_, cell)| (*cell).clone()).collect();
    let earlier = stats.months.iter().find(|cell| cell.key.is_none());
    let chart = Chart {
        id: "months",
        title: lang.say("按作出决定的月份", "By month of the decision"),
        words: html! { p {
            (lang.say("今天在公示的信息，是哪个月作出的决定；最近 ", "In which month what is displayed today was decided; the last "))
            (MONTHS)
            (lang.say(" 个月。公示期已满或者已经终止公示的不在其内，所以它不是各月作出决定的总数。",
                " months. What is no longer displayed is not counted, so these are not all decisions of a month."))
        } },
        seen: html! {
            (peak(lang, &shown, name))
            @if let Some(cell) = earlier { (lang.say("更早作出决定的另有 ", " Decided earlier: ")) (value(lang, cell)) (lang.say(" 条，图中未画出。", ", not drawn.")) }
        },
        legend: &subjects(lang),
        table: Table {
            caption: lang.say("按作出决定月份的条数", "Records by month of the decision"),
            heads: &heads(lang, lang.say("月份", "Month")),
            rows: stats.months.iter().map(|c| row(lang, c, name)).collect(),
        },
    };
    section(lang, &chart, |named| columns(lang, named, &all))
}

fn region_name(lang: Lang, code: &str) -> Markup {
    html! {
        @if code == NATIONAL { (lang.say("全国性机关或未注明地区", "Nation-wide, or no region given")) }
        @else if lang.is_chinese() { (lang.script(regions::find(code).map_or(code, |r| r.name()))) }
        @else { (Province::of(code).map_or(code, |p| p.en)) }
    }
}

fn map(lang: Lang, stats: &Stats) -> Markup {
    let name = |code: &String| region_name(lang, code);
    let all: Vec<Tile> = stats
        .regions
        .iter()
        .filter_map(|cell| {
            Some(Tile {
                province: Province::of(&cell.key)?,
                amount: cell.told(),
                more: cell.shown.persons.is_held(),
            })
        })
        .collect();
    let national = stats.regions.iter().find(|cell| cell.key == NATIONAL);
    let mut ranked: Vec<&Cell<String>> = stats.regions.iter().collect();
    ranked.sort_by_key(|cell| std::cmp::Reverse(cell.told()));
    let linked = |cell: &Cell<String>| {
        let link = (cell.told() > 0 && cell.key != NATIONAL)
            .then(|| link::with_query("/search", &[("region", &cell.key)]));
        html! { @match link { Some(address) => { a href=(address) { (name(&cell.key)) } } None => (name(&cell.key)) } }
    };
    let chart = Chart {
        id: "map",
        title: lang.say("按地区", "By region"),
        words: html! { p { (lang.say("按作出决定的机关所在的省级行政区统计，颜色越鲜明条数越多。每个方格代表一个省级行政区，大小相同，位置大致相当。",
        "By the province of the deciding authority; the stronger its colour, the more. Each tile is one province, all of one size, about where it lies.")) } },
        seen: html! {
            (peak(lang, &stats.regions, name))
            @if let Some(cell) = national.filter(|c| !c.shown.is_none()) {
                (lang.say("全国性机关或未注明地区的另有 ", " Nation-wide or without a region: ")) (value(lang, cell)) (lang.say(" 条，图中未画出。", ", not drawn."))
            }
        },
        legend: &[],
        table: Table {
            caption: lang.say("按地区的条数", "Records by region"),
            heads: &heads(lang, lang.say("地区", "Region")),
            rows: ranked
                .into_iter()
                .map(|cell| Row {
                    name: linked(cell),
                    values: values(lang, cell),
                })
                .collect(),
        },
    };
    section(lang, &chart, |named| tiles(lang, named, &all))
}

fn authorities(lang: Lang, stats: &Stats) -> Markup {
    let cells = &stats.authorities;
    let name = |key: &Option<Authority>| {
        html! {
            @match key {
                // names of authorities are theirs: neither converted nor translated
                Some(a) => { span lang=[(lang != Lang::Hans).then_some("zh-Hans")] { (a.name) } }
                None => (lang.say("其他机关", "All others")),
            }
        }
    };
    let linked = |key: &Option<Authority>| {
        html! {
            @match key {
                Some(a) => { a href=(link::with_query("/search", &[("authority", &a.code)])) { (name(key)) } }
                None => (name(key)),
            }
        }
    };
    let all: Vec<Bar> = cells.iter().map(|cell| bar(lang, cell, name)).collect();
    let named_ones: Vec<Cell<Option<Authority>>> =
        cells.iter().filter(|c| c.key.is_some()).cloned().collect();
    let [first, orgs, persons] = heads(lang, lang.say("决定机关", "Authority"));
    let with_newest = [
        first,
        orgs,
        persons,
        lang.say("组织信息最近公示日", "Last published (organisations)"),
    ];
    let chart = Chart {
        id: "authorities",
        title: lang.say("按决定机关", "By deciding authority"),
        words: html! { p {
            (lang.say("在公示条数最多的 ", "The ")) (AUTHORITIES)
            (lang.say(" 个机关，其余合并。条数多不说明执法好坏，只说明公示的多少。", " authorities with the most records displayed, and all others together. A larger number says nothing about the quality of their work."))
        } },
        seen: peak(lang, &named_ones, name),
        legend: &subjects(lang),
        table: Table {
            caption: lang.say("按决定机关的条数", "Records by deciding authority"),
            heads: &with_newest,
            rows: cells
                .iter()
                .map(|cell| {
                    let newest = cell.key.as_ref().and_then(|a| a.newest);
                    let newest = newest.map_or_else(|| "–".to_owned(), |day| day.to_string());
                    let mut row = row(lang, cell, linked);
                    row.values.push(newest);
                    row
                })
                .collect(),
        },
    };
    section(lang, &chart, |named| bars(named, Extent::Amount, &all))
}

/// A share in whole per cent, never rounded up to all nor down to none.
fn share(part: u64, of: u64) -> String {
    let exact = u128::from(part) * 100 / u128::from(of.max(1));
    match exact {
        0 if part > 0 => "<1%".to_owned(),
        n => format!("{n}%"),
    }
}

fn punctuality(lang: Lang, view: &StatsView<'_>) -> Markup {
    let rows = &view.stats.punctual;
    let all: Vec<Bar> = rows
        .iter()
        .map(|p| Bar {
            name: html! {
                (list_name(lang, view.catalogue, &p.list))
                " " span.meta { (lang.say("（", "(within ")) (p.within) (lang.counted(p.within, (" 个工作日内）", " working day)", " working days)"))) }
            },
            value: if p.known() > 0 {
                share(p.on_time, p.known())
            } else {
                lang.say("暂不能判断", "not known yet").to_owned()
            },
            parts: vec![
                Part {
                    tone: Tone::Good,
                    amount: p.on_time,
                },
                Part {
                    tone: Tone::Bad,
                    amount: p.late,
                },
                Part {
                    tone: Tone::Unknown,
                    amount: p.unknown,
                },
            ],
        })
        .collect();
    let on_time: u64 = rows.iter().map(|p| p.on_time).sum();
    let known: u64 = rows
        .iter()
        .map(crate::outside::web::stats::Punctual::known)
        .sum();
    let legend = [
        (Tone::Good, lang.say("按时公示", "In time")),
        (Tone::Bad, lang.say("迟延公示", "Late")),
        (Tone::Unknown, lang.say("暂不能判断", "Not known yet")),
    ];
    let chart = Chart {
        id: "punctuality",
        title: lang.say("公示是否及时", "Punctuality of publishing"),
        words: html! {
            p { (lang.say("从作出决定的次日起算，到在本平台首次公示，是否在目录规定的工作日内（多数名单为7个工作日）。只统计组织的信息；目录没有规定时限的名单不列出。",
                "Whether a record was first displayed here within the working days after its decision that the catalogue gives (7 for most lists). Organisations only; lists without a term are left out.")) }
            p { (lang.say("工作日按国务院办公厅公布的放假调休安排计算；尚未公布安排的年份不作判断。在本平台开通以前作出的决定，首次公示必然晚于时限，也计为迟延。",
                "Working days follow the official holiday calendar; years without one are not judged. Decisions older than this portal are counted as late.")) }
        },
        seen: html! {
            @if known > 0 { (lang.say("能够判断的 ", "Of ")) (count(known)) (lang.say(" 条中，按时公示的 ", " records that can be judged, ")) (count(on_time)) (lang.say(" 条，占 ", " were in time: ")) (share(on_time, known)) (lang.say("。", ".")) }
            @else { (lang.say("没有可以判断的信息。", "There is nothing that can be judged.")) }
        },
        legend: &legend,
        table: Table {
            caption: lang.say("各名单公示的及时性", "Punctuality by list"),
            heads: &[
                lang.say("名单", "List"),
                lang.say("时限（工作日）", "Term (working days)"),
                lang.say("按时公示", "In time"),
                lang.say("迟延公示", "Late"),
                lang.say("暂不能判断", "Not known yet"),
            ],
            rows: rows
                .iter()
                .map(|p| Row {
                    name: list_name(lang, view.catalogue, &p.list),
                    values: vec![
                        p.within.to_string(),
                        count(p.on_time),
                        count(p.late),
                        count(p.unknown),
                    ],
                })
                .collect(),
        },
    };
    section(lang, &chart, |named| bars(named, Extent::Share, &all))
}

/// Reasons in the order of the table's columns.
const REASONS: [(Why, &str, &str); 7] = [
    (Why::Repaired, "信用修复", "Repaired"),
    (Why::Expired, "公示期满", "Term over"),
    (Why::Delisted, "移出名单", "Left the list"),
    (Why::Withdrawn, "决定撤销或变更", "Decision revoked"),
    (Why::Removed, "提供单位撤回", "Taken back"),
    (Why::Suspended, "暂停公示", "Suspended"),
    (Why::NotAllowed, "依规不再公示", "No longer allowed"),
];

fn of_reason(exits: &Exits, why: Why) -> Persons {
    let found = exits.by_reason.iter().find(|(w, _)| *w == why);
    found.map_or(Persons::Told(0), |(_, told)| *told)
}

fn exits(lang: Lang, stats: &Stats) -> Markup {
    let all: Vec<Column> = stats
        .exits
        .iter()
        .enumerate()
        .map(|(i, exits)| Column {
            name: month(exits.month),
            tick: tick(i, stats.exits.len(), exits.month),
            parts: vec![
                Part {
                    tone: Tone::Good,
                    amount: of_reason(exits, Why::Repaired).told(),
                },
                Part {
                    tone: Tone::Unknown,
                    amount: exits
                        .by_reason
                        .iter()
                        .filter(|(why, _)| *why != Why::Repaired)
                        .map(|(_, n)| n.told())
                        .sum(),
                },
            ],
        })
        .collect();
    let sum = |tone: Tone| -> u64 {
        let parts = all.iter().flat_map(|c| &c.parts);
        parts.filter(|p| p.tone == tone).map(|p| p.amount).sum()
    };
    let (repaired, others) = (sum(Tone::Good), sum(Tone::Unknown));
    let legend = [
        (Tone::Good, lang.say("信用修复", "Credit repair")),
        (Tone::Unknown, lang.say("其他原因", "Other reasons")),
    ];
    let mut heads = vec![lang.say("月份", "Month")];
    heads.extend(REASONS.iter().map(|(_, zh, en)| lang.say(zh, en)));
    let chart = Chart {
        id: "exits",
        title: lang.say("终止公示", "Ends of display"),
        words: html! { p {
            (lang.say("最近 ", "Records that ceased to be displayed in the last ")) (MONTHS)
            (lang.say(" 个月终止公示的条数及其原因。终止以后本平台不保存内容，也不知道是组织还是自然人，所以不足5条的一律不写明。恢复公示的不再计入。",
                " months, by reason. Nothing of their contents is kept, nor whom they were about, so numbers under five are never told. What is displayed again is not counted."))
        } },
        seen: html! {
            @if stats.exits.iter().all(|e| e.by_reason.is_empty()) {
                (lang.say("这段时间没有终止公示的信息。", "No display ended in this time."))
            } @else if repaired + others > 0 {
                (lang.say("画出的共 ", "Drawn: ")) (count(repaired + others)) (lang.say(" 条，其中信用修复 ", ", of which by credit repair ")) (count(repaired)) (lang.say(" 条。", "."))
            } @else { (lang.say("没有可以画出的数字。", "There is no number to draw.")) }
        },
        legend: if repaired + others > 0 { &legend } else { &[] },
        table: Table {
            caption: lang.say(
                "各月终止公示的条数（没有的月份不列出）",
                "Ends of display by month (months without any are left out)",
            ),
            heads: &heads,
            rows: stats
                .exits
                .iter()
                .rev()
                .filter(|exits| !exits.by_reason.is_empty())
                .map(|exits| Row {
                    name: html! { (month(exits.month)) },
                    values: REASONS
                        .iter()
                        .map(|(why, _, _)| told(lang, of_reason(exits, *why)))
                        .collect(),
                })
                .collect(),
        },
    };
    section(lang, &chart, |named| {
        html! { @if repaired + others > 0 { (columns(lang, named, &all)) } }
    })
}

/// What the page cannot say.
fn unknown(lang: Lang) -> Markup {
    html! {
        section #unknown {
            h2 { (lang.say("目前还不能统计的", "What is not known yet")) }
            ul.texts {
                li { (lang.say("各月新增公示的条数：终止公示的信息不再保存，所以不能回头统计。", "How much was newly displayed in past months: what has ended is not kept and cannot be counted afterwards.")) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_never_rounded_to_all_or_none() {
        for (part, of, shown) in [
            (0, 0, "0%"),
            (0, 9, "0%"),
            (1, 1000, "<1%"),
            (999, 1000, "99%"),
            (9, 9, "100%"),
        ] {
            assert_eq!(share(part, of), shown);
        }
    }
}
