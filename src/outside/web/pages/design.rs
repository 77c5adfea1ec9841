//! Every component of the pages in every state, for those who build and test them. In no menu, and not for search engines;
//! all it shows is made up.

use chrono::{Days, NaiveDate};
use maud::{Markup, html};

use super::record::{note_tone, note_words};
use super::search::{self, Row, SearchView};
use crate::domain::catalogue::Catalogue;
use crate::domain::kinds::{Polarity, SubjectKind};
use crate::outside::index::{Facets, Filters, Match, SearchAnswer};
use crate::outside::store::Card;
use crate::outside::web::params::SearchParams;
use crate::outside::web::parts::breadcrumb::breadcrumb;
use crate::outside::web::parts::chart::{self, Bar, Chart, Extent, Part, Table, Tone};
use crate::outside::web::parts::facts::{Fact, facts};
use crate::outside::web::parts::field::{Field, Input, error_summary, field};
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame, search_form};
use crate::outside::web::parts::free::free_of_charge;
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::notice::{Weight, notice};
use crate::outside::web::parts::print::print_head;
use crate::outside::web::parts::tabs::guide;
use crate::outside::web::parts::tasks::{Task, TaskState, steps, task_list};
use crate::outside::web::parts::text::{date, tone};
use crate::outside::web::parts::timeline::{Event, Line, line};
use crate::record::Note;

const NAME: &str = "厦门海风贸易有限公司";
const CODE: &str = "91350203MA2EXA019B";

/// One state of a component, under its name.
fn state(name: &str, body: &Markup) -> Markup {
    html! { div.design-state { p.design-name { (name) } (body) } }
}

/// The page, as of a civil date.
#[must_use]
pub fn page(ctx: &Ctx, catalogue: &Catalogue, today: NaiveDate) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("组件", "Components");
    let head = Head::new(title, Place::Elsewhere).unindexed();
    let main = html! {
        (breadcrumb(lang, &[("/about", lang.say("关于", "About"))], title))
        header.page-head {
            h1 { (title) }
            p.lead { (lang.say("页面的每个组件及其每种状态。内容均为虚构。", "Every component of the pages in every state. All contents are made up.")) }
        }
        section {
            h2 { (lang.say("检索框", "Search box")) }
            (state(lang.say("空", "Empty"), &search_form(lang, "", true)))
            p.meta { (lang.say("页首的小检索框是它的另一种大小。", "The small one in the masthead is its other size.")) }
        }
        (results(lang, catalogue, today))
        (tags(lang))
        section {
            h2 { (lang.say("摘要表", "Summary list")) }
            (facts(&[
                Fact::new(lang.say("决定日期", "Decided on"), date(today)),
                Fact::new(lang.say("代码", "Code"), html! { code { (CODE) } }),
                Fact::wide(lang.say("长内容", "Long"), html! { span.long lang="zh-Hans" { "当事人李某雇用工人王某无证作业。" } }),
            ]))
        }
        (tables(lang, today))
        section {
            h2 { (lang.say("提示", "Notices")) }
            @for (weight, zh, en) in [(Weight::Info, "说明", "Information"), (Weight::Caution, "注意", "Caution"), (Weight::Error, "错误", "Error")] {
                (notice(weight, &html! { (lang.say(zh, en)) }, &html! { p { (lang.say("正文。", "Body.")) } }))
            }
            (free_of_charge(lang))
        }
        section {
            h2 { (lang.say("页签（链接）", "Tabs that are links")) }
            (guide(lang, "/help/repair"))
        }
        section {
            h2 { (lang.say("翻页", "Pager")) }
            nav.pager aria-label=(lang.say("翻页示例", "Pages, example")) {
                a href="/search" { (lang.say("«\u{a0}第一页", "«\u{a0}First page")) }
                a.next href="/search" rel="next" { (lang.say("下一页\u{a0}»", "Next page\u{a0}»")) }
            }
        }
        section {
            h2 { (lang.say("打印页首", "Print header")) }
            (state(lang.say("只在纸上出现", "On paper only"), &print_head(ctx)))
        }
        (forms(lang))
        (procedures(lang))
        (pictures(lang, today))
    };
    frame(ctx, &head, &main)
}

fn results(lang: Lang, catalogue: &Catalogue, today: NaiveDate) -> Markup {
    let list = catalogue
        .displayed()
        .next()
        .map_or_else(String::new, |l| l.code.clone());
    let plain = Card {
        id: "example".to_owned(),
        list: list.clone(),
        subject_kind: SubjectKind::LegalPerson,
        subject_name: NAME.to_owned(),
        credit_code: Some(CODE.to_owned()),
        document_number: "示罚〔2026〕1号".to_owned(),
        authority_name: "示例市市场监督管理局".to_owned(),
        authority_code: String::new(),
        region: "350203".to_owned(),
        decided_on: today,
        displayed_from: today,
        displayed_until: None,
        notes: Vec::new(),
    };
    let noted = Card {
        notes: vec![Note::UnderObjection, Note::Corrected],
        ..plain.clone()
    };
    let long = Card {
        subject_name: "龘".repeat(60),
        ..plain.clone()
    };
    let rows = [
        (Match::Fragment, &plain),
        (Match::Exact, &noted),
        (Match::Near, &long),
    ]
    .map(|(matched, card)| Row { matched, card });
    let params = SearchParams {
        q: "海风".to_owned(),
        filters: Filters {
            list: Some(list.clone()),
            ..Filters::default()
        },
        ..SearchParams::default()
    };
    let answer = SearchAnswer {
        total: 3,
        total_is_exact: true,
        ..SearchAnswer::default()
    };
    let view = SearchView {
        params: &params,
        catalogue,
        answer: Some(&answer),
        rows: &rows,
        authority: &|_| None,
        asked_person: false,
    };
    let found = Facets {
        lists: vec![(list, 1_234)],
        regions: vec![("35".to_owned(), 321), ("3502".to_owned(), 42)],
        kinds: vec![
            (SubjectKind::LegalPerson, 300),
            (SubjectKind::IndividualBusiness, 21),
        ],
        ..Facets::default()
    };
    html! {
        section {
            h2 { (lang.say("筛选标签、结果卡片、筛选面板", "Filter chips, result cards, facet panel")) }
            (search::chips(lang, &view))
            div.columns {
                div.results #results-h { (search::hits(lang, &view)) }
                (search::sidebar(lang, &view, &found))
            }
        }
    }
}

fn tags(lang: Lang) -> Markup {
    let notes = [
        Note::UnderObjection,
        Note::Corrected,
        Note::HeldAtMaximum,
        Note::PublishedLate,
        Note::Reinstated,
        Note::MeasuresSuspended,
    ];
    html! {
        section {
            h2 { (lang.say("标签和状态", "Tags and state badges")) }
            p.tags {
                @for polarity in Polarity::ALL { span.tag.{ (tone(*polarity)) } { (lang.say(polarity.zh(), polarity.en())) } }
                span.tag { (lang.say("普通", "plain")) }
            }
            p.tags {
                @for note in notes { @let (zh, en, ..) = note_words(note); span.tag.{ (note_tone(note)) } { (lang.say(zh, en)) } }
            }
        }
    }
}

fn tables(lang: Lang, today: NaiveDate) -> Markup {
    let name = lang.say("表格", "Table");
    let (day, number) = (lang.say("日期", "Day"), lang.say("条数", "Records"));
    html! {
        section {
            h2 { (name) }
            section.table-wrap tabindex="0" aria-label=(name) {
                table.narrow {
                    caption { (lang.say("窄屏上每行成为一张卡片", "On a narrow screen each row becomes a card")) }
                    thead { tr { th scope="col" { (day) } th scope="col" { (number) } } }
                    tbody { tr { th scope="row" { (date(today)) } td.num data-label=(number) { "1,234" } } }
                }
            }
            (state(lang.say("没有内容", "Nothing"), &html! { p.empty { (lang.say("无相关公示信息", "No published information")) } }))
        }
    }
}

fn forms(lang: Lang) -> Markup {
    let line = Input::Line {
        autocomplete: "off",
        longest: 100,
    };
    let choices = [
        ("end", lang.say("提前终止公示", "End the display early")),
        ("exit", lang.say("移出名单", "Leave the list")),
    ];
    let base = Field {
        name: "design-name",
        label: lang.say("单位名称", "Name of the organisation"),
        hint: "",
        error: "",
        value: "",
        required: true,
        input: line,
    };
    let fields = [
        base,
        Field {
            name: "design-code",
            label: lang.say("统一社会信用代码", "Unified social credit code"),
            hint: lang.say(
                "18 位数字和大写字母，印在营业执照上。",
                "18 digits and capital letters, printed on the business licence.",
            ),
            error: lang.say(
                "第 18 位与前 17 位不符，请核对。",
                "Character 18 does not fit the first 17: check it.",
            ),
            value: "91350203MA2EXA019C",
            ..base
        },
        Field {
            name: "design-kind",
            label: lang.say("申请事项", "Application"),
            value: "exit",
            input: Input::Choice { of: &choices },
            ..base
        },
        Field {
            name: "design-day",
            label: lang.say("履行日期", "Performed on"),
            required: false,
            input: Input::Date,
            ..base
        },
        Field {
            name: "design-text",
            label: lang.say("说明", "Statement"),
            error: lang.say("请写明事实和理由。", "State facts and reasons."),
            input: Input::Lines {
                rows: 3,
                longest: 2000,
            },
            ..base
        },
        Field {
            name: "design-file",
            label: lang.say("证明材料", "Evidence"),
            hint: lang.say("PDF 或者图片。", "PDF or a picture."),
            required: false,
            input: Input::File {
                accept: "application/pdf,image/png,image/jpeg",
            },
            ..base
        },
    ];
    html! {
        section {
            h2 { (lang.say("错误汇总和表单字段", "Error summary and form fields")) }
            (error_summary(lang, &fields))
            @for f in &fields { (field(lang, f)) }
        }
    }
}

fn procedures(lang: Lang) -> Markup {
    let tasks = TaskState::ALL.map(|state| Task {
        name: html! { (lang.say("填写申请", "Fill in the application")) },
        address: Some("/help/repair".to_owned()),
        hint: lang.say("约五分钟", "about five minutes"),
        state,
    });
    let names = [
        ("提交", "Sent"),
        ("受理", "Accepted"),
        ("核查", "Checked"),
        ("决定", "Decided"),
    ]
    .map(|(zh, en)| lang.say(zh, en));
    html! {
        section { h2 { (lang.say("任务列表", "Task list")) } (task_list(lang, &tasks)) }
        section {
            h2 { (lang.say("步骤", "Steps")) }
            @for (at, zh, en) in [(0, "刚开始", "At the first"), (2, "进行中", "Under way"), (4, "全部完成", "All done")] {
                @let name = lang.say(zh, en);
                (state(name, &steps(lang, name, &names, at)))
            }
        }
    }
}

fn pictures(lang: Lang, today: NaiveDate) -> Markup {
    let at = |days: u64| today.checked_add_days(Days::new(days)).unwrap_or(today);
    let before = |days: u64| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    let event = |day: NaiveDate, zh, en| Event {
        day,
        what: lang.say(zh, en).to_owned(),
    };
    let life = Line {
        events: vec![
            event(before(100), "作出决定", "decided"),
            event(before(95), "开始公示", "displayed"),
            event(before(8), "可以申请修复", "repair possible"),
            event(at(260), "最后一天", "last day"),
        ],
        from: before(95),
        until: Some(at(261)),
        today,
    };
    let amounts = [
        (Tone::First, "甲", "One", 42),
        (Tone::Good, "乙", "Two", 30),
        (Tone::Bad, "丙", "Three", 6),
    ];
    let all = amounts.map(|(tone, zh, en, amount)| Bar {
        name: html! { (lang.say(zh, en)) },
        value: amount.to_string(),
        parts: vec![Part { tone, amount }],
    });
    let picture = Chart {
        id: "design-chart",
        title: lang.say("图表", "Chart"),
        words: html! { p { (lang.say("图下有数据表。", "The table stands under the picture.")) } },
        seen: html! { (lang.say("甲最多。", "One is the largest.")) },
        legend: &[],
        table: Table {
            caption: lang.say("数据", "Numbers"),
            heads: &[lang.say("名称", "Name"), lang.say("条数", "Records")],
            rows: all
                .iter()
                .map(|bar| chart::Row {
                    name: bar.name.clone(),
                    values: vec![bar.value.clone()],
                })
                .collect(),
        },
    };
    html! {
        section { h2 { (lang.say("时间线", "Time line")) } (line(lang, &life)) }
        (chart::section(lang, &picture, |named| chart::bars(named, Extent::Amount, &all)))
    }
}
