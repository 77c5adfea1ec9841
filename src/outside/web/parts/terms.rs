//! Pieces of the catalogue as pages show them: bases, measures, repair, remedies, contacts. The list page and the record
//! page say the same thing with the same words.

use maud::{Markup, html};

use super::facts::{Fact, facts};
use super::text::{both, date, inline, words};
use crate::domain::catalogue::{
    Basis, BasisStatus, Contact, ListEntry, Measure, Remedy, Repair, RepairChannel,
};
use crate::domain::kinds::Words;
use crate::domain::regions;

/// Name of a region with those above it, or its code when the table does not have it.
#[must_use]
pub fn region(code: &str) -> String {
    regions::find(code)
        .or_else(|| regions::nearest(code))
        .map_or_else(|| code.to_owned(), regions::Region::full_name)
}

/// Where a rule comes from, for citizens: the catalogue's marks of certainty in words.
#[must_use]
pub fn source(text: &str) -> String {
    text.replace("[recall]", "（地方实践，待核实）")
        .replace("[law]", "")
        .trim()
        .to_owned()
}

/// Texts as list items.
#[must_use]
pub fn items(texts: &[Words]) -> Markup {
    html! { ol.texts { @for text in texts { li { (words(text)) } } } }
}

/// One legal basis.
#[must_use]
pub fn basis(basis: &Basis) -> Markup {
    html! {
        span.basis {
            (basis.title.zh)
            @if !basis.article.is_empty() { " " (basis.article) }
            " " span.tag { (basis.kind.zh()) }
            @if basis.status != BasisStatus::Active { " " span.tag.grave { (basis.status.zh()) } }
            @if !basis.territory.is_empty() { span.meta { "适用 " (region(&basis.territory)) } }
            @if let Some(from) = basis.effective_from { span.meta { "自 " (date(from)) " 起施行" } }
            @if let Some(until) = basis.effective_until { span.meta { "至 " (date(until)) " 失效" } }
            @if !basis.title.en.is_empty() { span.en.line lang="en" { (basis.title.en) } }
        }
    }
}

/// Several bases.
#[must_use]
pub fn bases(all: &[Basis]) -> Markup {
    html! { ul.texts { @for one in all { li { (basis(one)) } } } }
}

/// Measures in a table, each with its basis.
#[must_use]
pub fn measures(caption: &str, all: &[&Measure]) -> Markup {
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(caption) {
            table.measures {
                caption.hidden { (caption) }
                thead { tr {
                    th scope="col" { (both("措施", "Measure")) }
                    th scope="col" { (both("性质", "Force")) }
                    th scope="col" { (both("适用对象", "Subjects")) }
                    th scope="col" { (both("实施单位", "Carried out by")) }
                    th scope="col" { (both("期限", "Duration")) }
                    th scope="col" { (both("依据", "Legal basis")) }
                } }
                tbody {
                    @for measure in all {
                        tr {
                            th scope="row" { (words(&measure.name)) }
                            td data-label="性质" { (both(measure.force.zh(), measure.force.en())) }
                            td data-label="适用对象" { @for (i, kind) in measure.subject_kinds.iter().enumerate() { @if i > 0 { "、" } (kind.zh()) } }
                            td data-label="实施单位" { (words(&measure.executing_unit)) }
                            td data-label="期限" { (words(&measure.duration)) }
                            td data-label="依据" { (bases(&measure.basis)) }
                        }
                    }
                }
            }
        }
    }
}

/// How to get out: conditions, materials, steps, channel.
#[must_use]
pub fn repair(repair: &Repair) -> Markup {
    html! {
        @if repair.repairable {
            (facts(&[
                Fact::new("办理途径", "Channel", html! {
                    (both(repair.channel.zh(), repair.channel.en()))
                    @if repair.channel == RepairChannel::ExternalLink && repair.external_url.starts_with("https://") {
                        " " a href=(repair.external_url) rel="noreferrer external" { (repair.external_url) }
                    }
                }),
                Fact::new("办理结果", "Effect", both(repair.effect.zh(), repair.effect.en())),
                Fact::new("费用", "Fee", both("不收取任何费用", "none, in any form")),
            ]))
            @if !repair.conditions.is_empty() { h3 { (both("条件", "Conditions")) } (items(&repair.conditions)) }
            @if !repair.materials.is_empty() { h3 { (both("材料", "Materials")) } (items(&repair.materials)) }
            @if !repair.procedure.is_empty() { h3 { (both("程序", "Procedure")) } (items(&repair.procedure)) }
        } @else {
            p { "该类信息不适用信用修复。" span.en.line lang="en" { "Credit repair does not apply to this kind of information." } }
            @if !repair.exclusion_basis.is_empty() { (bases(&repair.exclusion_basis)) }
        }
    }
}

/// Remedies, with where and until when.
#[must_use]
pub fn remedies(all: &[Remedy]) -> Markup {
    html! {
        ul.remedies {
            @for remedy in all {
                li {
                    strong { (both(remedy.kind.zh(), remedy.kind.en())) }
                    div { (words(&remedy.place)) }
                    @if !remedy.limit.zh.is_empty() { div { "期限：" (words(&remedy.limit)) } }
                    @if !remedy.basis.is_empty() { div.meta { "依据：" (source(&remedy.basis)) } }
                }
            }
        }
    }
}

/// What an objection does meanwhile.
#[must_use]
pub fn objection(entry: &ListEntry) -> Markup {
    let policy = &entry.objection;
    html! {
        ul.texts {
            @if policy.answer_working_days > 0 {
                li { "受理后 " (policy.answer_working_days) " 个工作日内答复。" span.en.line lang="en" { "Answered within " (policy.answer_working_days) " working days of acceptance." } }
            }
            @if policy.annotates_display {
                li { "处理期间，公示页面标注「异议处理中」。" span.en.line lang="en" { "Meanwhile the record is marked as under objection." } }
            }
            @if policy.suspends_measures {
                li { "处理期间，暂停实施相关措施。" span.en.line lang="en" { "Meanwhile the measures rest." } }
            } @else {
                li { "处理期间，不停止决定的执行。" span.en.line lang="en" { "Meanwhile the decision stays in force." } }
            }
            @if policy.complaint {
                li { "对答复不服的，可以向社会信用体系建设领导小组投诉。" span.en.line lang="en" { "After the answer, a complaint to the leading group is possible." } }
            }
        }
    }
}

/// Whom to call.
#[must_use]
pub fn contact(contact: &Contact) -> Markup {
    let mut rows = vec![Fact::new("机关", "Authority", inline(&contact.name))];
    if !contact.unit.zh.is_empty() {
        rows.push(Fact::new("承办单位", "Unit", inline(&contact.unit)));
    }
    if !contact.phone.is_empty() {
        rows.push(Fact::text("电话", "Telephone", &contact.phone));
    }
    if !contact.hours.zh.is_empty() {
        rows.push(Fact::new("办公时间", "Hours", inline(&contact.hours)));
    }
    if !contact.address.zh.is_empty() {
        rows.push(Fact::new("地址", "Address", inline(&contact.address)));
    }
    if !contact.credit_code.is_empty() {
        rows.push(Fact::new(
            "统一社会信用代码",
            "Credit code",
            html! { code { (contact.credit_code) } },
        ));
    }
    facts(&rows)
}
