//! The standards by which severity is told (分级分类): the table that applies where the authority sent none, the terms
//! that follow from it, and where each list's own standard is published.

use maud::{Markup, html};

use crate::domain::catalogue::{Catalogue, ListEntry};
use crate::domain::kinds::Severity;
use crate::domain::rule::severity::SeverityTable;
use crate::outside::web::link;
use crate::outside::web::parts::breadcrumb::breadcrumb;
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::tabs;
use crate::outside::web::parts::terms;

/// Class of a mark for a severity.
const fn severity_tone(severity: Severity) -> &'static str {
    match severity {
        Severity::Minor => "plain",
        Severity::General => "caution",
        Severity::Serious => "grave",
    }
}

fn severity_tag(lang: Lang, severity: Severity) -> Markup {
    html! { span.tag.{ (severity_tone(severity)) } { (lang.say(severity.zh(), severity.en())) } }
}

/// The page; `table` is missing when the program's own cannot be read.
#[must_use]
pub fn page(ctx: &Ctx, catalogue: &Catalogue, table: Option<&SeverityTable>) -> Markup {
    let lang = ctx.lang;
    let title = lang.say("失信信息分级分类标准", "How severity is classified");
    let lead = lang.say(
        "失信信息分为轻微、一般、严重三级，级别决定是否公示、公示多久、何时可以修复。级别由行业主管部门的标准确定；认定单位没有标明的，按下表。",
        "Information is minor, general or serious; that decides whether it is shown, for how long, and when it can be repaired. Standards of the sector authorities come first; where the authority told none, the table below applies.",
    );
    let head = Head::new(title, Place::Help).described(lead);
    let standards: Vec<&ListEntry> = catalogue
        .displayed()
        .filter(|l| !l.standard.zh.is_empty())
        .collect();
    let main = html! {
        (breadcrumb(lang, &[("/help", lang.say("办事指南", "Help"))], title))
        header.page-head { h1 { (title) } p.lead { (lead) } }
        (tabs::guide(lang, "/sectors"))
        @if let Some(table) = table { (kinds(lang, table)) }
        (periods(lang, catalogue))
        section {
            h2 { (lang.say("各名单的认定标准", "Standards of each list")) }
            @if standards.is_empty() { p.empty { (lang.say("目录没有载明。", "The catalogue names none.")) } }
            @else {
                ul.texts {
                    @for entry in standards {
                        li { a href=(link::list(&entry.code)) { (lang.words(&entry.name)) } (lang.say("：", ": ")) (lang.words(&entry.standard)) }
                    }
                }
            }
            p.meta { (lang.say("行业主管部门公布新的标准后，随目录版本更新；制定或者修改标准须公开征求意见不少于三十日。", "New standards of the sector authorities come with an edition of the catalogue; each is open to comment for thirty days at least.")) }
        }
    };
    frame(ctx, &head, &main)
}

fn kinds(lang: Lang, table: &SeverityTable) -> Markup {
    let name = lang.say("处罚种类与失信程度", "Kinds of penalty and their severity");
    let [kind, severity, source] = [
        ("处罚种类", "Kind of penalty"),
        ("程度", "Severity"),
        ("来源", "Source"),
    ]
    .map(|(zh, en)| lang.say(zh, en));
    let [organisation, business, person] = table.huge_fines();
    html! {
        section {
            h2 { (name) }
            section.table-wrap tabindex="0" aria-label=(name) {
                table.narrow {
                    thead { tr { @for name in [kind, severity, source] { th scope="col" { (name) } } } }
                    tbody {
                        @for (word, of, from) in table.rows() {
                            tr {
                                th scope="row" { (lang.chinese(word)) }
                                td data-label=(severity) { (severity_tag(lang, of)) }
                                td data-label=(source) { (origin(lang, from)) }
                            }
                        }
                        tr {
                            th scope="row" { (lang.say("其他", "anything else")) }
                            td data-label=(severity) { (severity_tag(lang, table.otherwise())) }
                            td data-label=(source) { (lang.say("本平台设定，待核实", "set by this portal, to be verified")) }
                        }
                    }
                }
            }
            ul.texts {
                li { (lang.say("一份决定有几种处罚的，按最重的一种。", "One decision with several kinds: the gravest counts.")) }
                li { (lang.say("适用简易程序的，为轻微，不公示。", "A penalty by the summary procedure is minor and is not displayed.")) }
                li {
                    (lang.say("罚款达到以下数额的为严重（待核实）：单位 ", "A fine is serious from (to be verified): organisations ")) span.num { (organisation) }
                    (lang.say(" 万元，个体工商户 ", ", individual businesses ")) span.num { (business) }
                    (lang.say(" 万元，自然人 ", ", natural persons ")) span.num { (person) } (lang.say(" 万元。", " (in 10,000 yuan)."))
                }
            }
            p.meta { (lang.say("表的版本：", "Edition of the table: ")) code { (table.version) } }
        }
    }
}

/// The source of a row, in words.
fn origin(lang: Lang, text: &str) -> Markup {
    let named = text.replace("R36", "国家发展改革委令第36号");
    terms::source(lang, &named)
}

/// Terms by severity, of every list whose period follows it; lists with the same terms stand together.
fn periods(lang: Lang, catalogue: &Catalogue) -> Markup {
    let name = lang.say("程度决定的期限", "What follows from severity");
    let [list, severity, least, most] = [
        ("信息类别", "Information"),
        ("程度", "Severity"),
        ("最短公示期（月）", "Shortest display (months)"),
        ("最长公示期（月）", "Longest display (months)"),
    ]
    .map(|(zh, en)| lang.say(zh, en));
    let rows: Vec<_> = catalogue
        .displayed()
        .filter(|l| catalogue.layer_of(l).is_some_and(|layer| layer.is_base))
        .filter_map(|l| Some((l, l.periods.iter().find(|p| p.decided_until.is_none())?)))
        .flat_map(|(l, p)| p.terms.iter().map(move |t| (l, p, t)))
        .filter_map(|(l, p, t)| Some((l, p, t, t.severity?)))
        .collect();
    html! {
        @if !rows.is_empty() {
            section {
                h2 { (name) }
                section.table-wrap tabindex="0" aria-label=(name) {
                    table {
                        thead { tr { @for name in [list, severity, least, most] { th scope="col" { (name) } } } }
                        tbody {
                            @for (entry, regime, term, of) in rows {
                                tr {
                                    th scope="row" {
                                        a href=(link::list(&entry.code)) { (lang.words(&entry.name)) }
                                        span.meta.line { (lang.words(&regime.source)) }
                                        @if !term.domains.is_empty() {
                                            span.meta.line { @for (i, d) in term.domains.iter().enumerate() { @if i > 0 { (lang.say("、", ", ")) } (lang.say(d.zh(), d.en())) } }
                                        }
                                    }
                                    td data-label=(severity) { (severity_tag(lang, of)) }
                                    @if term.displayed {
                                        td.num data-label=(least) { (term.min_months) }
                                        td.num data-label=(most) { (term.max_months) }
                                    } @else {
                                        td data-label=(least) { (lang.say("不公示", "not displayed")) }
                                        td data-label=(most) { "—" }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
