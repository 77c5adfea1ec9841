//! The guide for those concerned: how to repair, what bankruptcy reorganisation changes, how to object. Time limits come
//! from the catalogue, in its units.

use maud::{Markup, html};

use crate::domain::catalogue::{Catalogue, ListEntry, RepairChannel, TimeLimit};
use crate::domain::forms::FormKind;
use crate::outside::web::link;
use crate::outside::web::parts::breadcrumb::breadcrumb;
use crate::outside::web::parts::frame::{Ctx, Head, Place, frame};
use crate::outside::web::parts::free::free_of_charge;
use crate::outside::web::parts::lang::Lang;
use crate::outside::web::parts::limits as limit_words;
use crate::outside::web::parts::tabs;
use crate::outside::web::parts::tasks::steps;
use crate::outside::web::parts::terms;

/// A text in Chinese and English.
type Pair = (&'static str, &'static str);

/// Limits of a repair, in the order in which they run.
const REPAIR_LIMITS: [&str; 6] = ["T15", "T17", "T17E", "T18", "T16", "T19"];
/// Limits of an objection and what follows.
const OBJECTION_LIMITS: [&str; 6] = ["T28", "T12", "T20", "T14", "T25R", "T25L"];

const STEPS: [Pair; 5] = [
    ("查记录", "Find the record"),
    ("看条件", "Check the conditions"),
    ("备材料", "Prepare the papers"),
    ("提申请", "Apply"),
    ("等结果", "Wait for the answer"),
];

const WHO: [Pair; 3] = [
    (
        "记录的主体：企业、事业单位、社会组织、个体工商户；目录允许公示自然人的，也包括本人。",
        "The subject of the record: an enterprise, institution, association or individual business; a natural person where the catalogue discloses them.",
    ),
    (
        "可以委托他人办理，须有授权委托书；不需要中介。",
        "Somebody may apply for you with a power of attorney. No agent is needed.",
    ),
    (
        "由作出认定的单位决定（谁认定、谁修复）；本平台按其决定停止公示，自己不作决定。",
        "The authority that decided the entry decides the repair. This portal ends the display as it decides, and decides nothing itself.",
    ),
];

const WHEN: [Pair; 4] = [
    (
        "满最短公示期：一般失信三个月，严重失信一年；轻微的不公示，履行义务后即结束。",
        "After the shortest display: three months for general, one year for serious information; minor information is not displayed.",
    ),
    (
        "每条记录的最早日期写在记录页上，不用自己计算。",
        "The earliest date stands on the page of each record: nothing has to be worked out.",
    ),
    (
        "失信行为已经纠正，决定规定的义务已经全部履行。",
        "The wrong is corrected, and every duty of the decision is performed.",
    ),
    ("公开作出信用承诺。", "A public credit commitment is made."),
];

/// Rows of limits that the base catalogue has, in the order asked.
fn limits<'a>(catalogue: &'a Catalogue, ids: &[&str]) -> Vec<&'a TimeLimit> {
    let layers = catalogue.layers.iter().flat_map(|l| &l.limits);
    let all: Vec<&TimeLimit> = catalogue
        .displayed()
        .filter(|l| catalogue.layer_of(l).is_some_and(|layer| layer.is_base))
        .flat_map(|l| &l.limits)
        .chain(layers)
        .collect();
    ids.iter()
        .filter_map(|id| all.iter().copied().find(|t| t.id == *id))
        .collect()
}

fn amount(lang: Lang, limit: &TimeLimit) -> Markup {
    html! {
        @if limit.at_least { (lang.say("不少于 ", "at least ")) }
        strong.num { (limit.count) } " " (limit_words::unit(lang, limit))
    }
}

fn limit_table(lang: Lang, rows: &[&TimeLimit]) -> Markup {
    let name = lang.say("办理期限", "Time limits");
    let [what, within, from, source] = [
        ("事项", "What"),
        ("期限", "Within"),
        ("自何时起", "Counted from"),
        ("依据", "Source"),
    ]
    .map(|(zh, en)| lang.say(zh, en));
    html! {
        @if rows.is_empty() {
            p.empty { (lang.say("目录没有载明期限。", "The catalogue names no limits.")) }
        } @else {
            section.table-wrap tabindex="0" aria-label=(name) {
                table {
                    thead { tr { @for name in [what, within, from, source] { th scope="col" { (name) } } } }
                    tbody {
                        @for limit in rows {
                            tr {
                                th scope="row" { (lang.words(&limit.what)) }
                                td data-label=(within) { (amount(lang, limit)) }
                                td data-label=(from) { (lang.words(&limit.from)) }
                                td data-label=(source) { (terms::source(lang, &limit.source)) }
                            }
                        }
                    }
                }
            }
            p.meta { (lang.say("工作日按国务院公布的放假安排计算，遇调休上班的日子算工作日。各地规定更短的，从其规定，见各名单页。", "Working days follow the holidays announced by the State Council, make-up days included. Where a place sets a shorter limit it prevails: see the list pages.")) }
        }
    }
}

fn texts(lang: Lang, all: &[Pair]) -> Markup {
    html! { ul.texts { @for (zh, en) in all { li { (lang.say(zh, en)) } } } }
}

struct Sheet<'a> {
    address: &'a str,
    title: &'static str,
    lead: &'static str,
    /// Whether it tells machines of a service of government.
    service: bool,
}

/// A page of the guide: breadcrumb, heading, tabs, contents.
fn sheet(ctx: &Ctx, of: &Sheet<'_>, body: &Markup) -> Markup {
    let lang = ctx.lang;
    let mut head = Head::new(of.title, Place::Help).described(of.lead);
    if of.service {
        head = head.json_ld(&serde_json::json!({
            "@context": "https://schema.org",
            "@type": "GovernmentService",
            "name": lang.say("信用修复", "Credit repair"),
            "description": of.lead,
            "url": format!("{}{}", ctx.base_url, of.address),
            "serviceType": lang.say("信用修复", "Credit repair"),
            "areaServed": "中华人民共和国",
            "isAccessibleForFree": true,
        }));
    }
    let main = html! {
        (breadcrumb(lang, &[("/help", lang.say("办事指南", "Help"))], of.title))
        header.page-head { h1 { (of.title) } p.lead { (of.lead) } }
        (tabs::guide(lang, of.address))
        (body)
    };
    frame(ctx, &head, &main)
}

/// Lists by who takes their applications.
fn channels(lang: Lang, catalogue: &Catalogue) -> Markup {
    let of = |channel: RepairChannel| -> Vec<&ListEntry> {
        catalogue
            .displayed()
            .filter(|l| l.repair.repairable && l.repair.channel == channel)
            .collect()
    };
    let name = lang.say("在哪里申请", "Where to apply");
    let (channel, which) = (
        lang.say("办理途径", "Channel"),
        lang.say("信息类别", "Information"),
    );
    html! {
        section #where {
            h2 { (name) }
            p { (lang.say("本平台目前不在线受理申请。请按目录载明的途径，向下列机关提出；地址和办公时间见各名单页。", "This portal does not take applications online at present. Apply to the authorities below in the way that the catalogue names; address and hours stand on the list pages.")) }
            section.table-wrap tabindex="0" aria-label=(name) {
                table {
                    thead { tr { th scope="col" { (channel) } th scope="col" { (which) } } }
                    tbody {
                        @for kind in RepairChannel::ALL.iter().copied().filter(|c| *c != RepairChannel::None) {
                            @let lists = of(kind);
                            @if !lists.is_empty() {
                                tr {
                                    th scope="row" { (lang.say(kind.zh(), kind.en())) }
                                    td data-label=(which) {
                                        ul.texts { @for entry in lists { li {
                                            a href=(link::list(&entry.code)) { (lang.words(&entry.name)) }
                                            @if !entry.contact.phone.is_empty() {
                                                span.meta.line { (lang.words(&entry.contact.name)) " " span.num { (entry.contact.phone) } }
                                            }
                                        } } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            p.meta { (lang.say("一次申请、同步修复：认定单位同意后，各公示平台一并停止公示，不必逐家申请。", "One application counts for every platform that displays the information: there is no need to apply to each.")) }
        }
    }
}

/// What is to be handed in, by the lists that ask for it.
fn needed(lang: Lang, catalogue: &Catalogue) -> Markup {
    let base = |l: &&ListEntry| catalogue.layer_of(l).is_some_and(|layer| layer.is_base);
    let own: Vec<&ListEntry> = catalogue
        .displayed()
        .filter(base)
        .filter(|l| l.repair.repairable && !l.repair.materials.is_empty())
        .collect();
    // lists that ask for the same stand together
    let mut groups: Vec<Vec<&ListEntry>> = Vec::new();
    for entry in own {
        match groups
            .iter_mut()
            .find(|g| g.first().is_some_and(|f| f.repair == entry.repair))
        {
            Some(group) => group.push(entry),
            None => groups.push(vec![entry]),
        }
    }
    html! {
        section #needed {
            h2 { (lang.say("需要什么材料", "What is needed")) }
            @if groups.is_empty() { p.empty { (lang.say("目录没有载明。", "The catalogue names none.")) } }
            @for group in groups {
                @if let Some(first) = group.first() {
                    details open[group.len() > 1] {
                        summary { @for (i, entry) in group.iter().enumerate() { @if i > 0 { (lang.say("、", ", ")) } (lang.words(&entry.name)) } }
                        h3 { (lang.say("条件", "Conditions")) }
                        (terms::items(lang, &first.repair.conditions))
                        h3 { (lang.say("材料", "Papers")) }
                        (terms::items(lang, &first.repair.materials))
                    }
                }
            }
            p.meta { (lang.say("培训、信用报告、公益活动都不是必需的，任何人不得以此收费。机关能自行获取的材料不必提交。", "Training, credit reports and voluntary work are never required, and nobody may charge for them. What the authority can fetch itself need not be handed in.")) }
        }
    }
}

/// The repair guide.
#[must_use]
pub fn repair(ctx: &Ctx, catalogue: &Catalogue) -> Markup {
    let lang = ctx.lang;
    let of = Sheet {
        address: "/help/repair",
        title: lang.say("信用修复指南", "How to repair one's credit"),
        lead: lang.say(
            "谁可以申请、什么时候可以、在哪里办、带什么、多久有结果。全程免费。",
            "Who may apply, when, where, with what, and how long it takes. It is free throughout.",
        ),
        service: true,
    };
    let names: Vec<&str> = STEPS.iter().map(|(zh, en)| lang.say(zh, en)).collect();
    let body = html! {
        (free_of_charge(lang))
        section {
            h2 { (lang.say("五步办成", "Five steps")) }
            (steps(lang, lang.say("修复步骤", "Steps of a repair"), &names, 0))
            p.acts { a.button href=(link::apply(FormKind::Repair)) { (lang.say("网上申请信用修复", "Apply for repair online")) } " " a href="/track" { (lang.say("查询办理进度", "See how an application stands")) } }
            p {
                (lang.say("先", "Begin: ")) a href="/search" { (lang.say("查到自己的记录", "find your record")) }
                (lang.say("，记录页写明最早可以申请的日期、条件和途径。", "; its page names the earliest date, the conditions and the channel."))
            }
        }
        section #who { h2 { (lang.say("谁可以申请", "Who may apply")) } (texts(lang, &WHO)) }
        section #when { h2 { (lang.say("什么时候可以申请", "When")) } (texts(lang, &WHEN)) }
        (channels(lang, catalogue))
        (needed(lang, catalogue))
        section #limits { h2 { (lang.say("多久有结果", "How long it takes")) } (limit_table(lang, &limits(catalogue, &REPAIR_LIMITS))) }
        section {
            h2 { (lang.say("批准以后，不批准怎么办", "After the decision")) }
            (texts(lang, &[
                ("批准的：停止公示和共享，解除措施；变更接口给出撤下通知，下载过数据的单位据以删除。", "Granted: display, sharing and measures end, and the change feed tells those who copied the data to delete it."),
                ("不批准的：书面说明理由。改正后可以再次申请，也可以提出异议。", "Refused: in writing, with reasons. You may apply again when the cause is mended, or object."),
                ("材料虚假的：恢复公示，并且不再适用提前修复。", "False papers: the display is resumed and can no longer be ended early."),
            ]))
        }
    };
    sheet(ctx, &of, &body)
}

/// The zone for enterprises in reorganisation or settlement.
#[must_use]
pub fn bankruptcy(ctx: &Ctx, catalogue: &Catalogue) -> Markup {
    let lang = ctx.lang;
    let of = Sheet {
        address: "/help/bankruptcy",
        title: lang.say(
            "破产重整、和解企业信用修复专区",
            "Enterprises in bankruptcy reorganisation or settlement",
        ),
        lead: lang.say(
            "法院裁定批准重整计划或者认可和解协议后，可以申请暂时屏蔽失信信息，让企业重新经营。",
            "Once a court has confirmed the reorganisation plan or the settlement, negative information can be hidden for the time being, so that the enterprise can work again.",
        ),
        service: false,
    };
    let mentions = |l: &&ListEntry| {
        let texts = l.exit_conditions.iter().chain(&l.repair.conditions);
        texts.into_iter().any(|w| w.zh.contains("破产"))
    };
    let lists: Vec<&ListEntry> = catalogue.displayed().filter(mentions).collect();
    let body = html! {
        section {
            h2 { (lang.say("谁可以申请", "Who may apply")) }
            (texts(lang, &[
                ("人民法院裁定批准重整计划、认可和解协议的企业，或者其管理人。", "An enterprise whose plan or settlement a court has confirmed, or its administrator."),
                ("清算注销的企业不适用：主体注销后，其信息按目录停止公示。", "Not one that is wound up: its information ends as the catalogue says."),
            ]))
        }
        section {
            h2 { (lang.say("怎样办", "How")) }
            ol.texts {
                @for (zh, en) in [
                    ("向认定单位提交法院裁定书、重整计划或者和解协议、信用承诺书。", "Hand in to the authority the court's ruling, the plan or settlement, and a credit commitment."),
                    ("认定单位核实后，暂时屏蔽失信信息，停止共享，暂停措施。", "The authority checks, hides the information for the time being, stops sharing and lets the measures rest."),
                    ("计划执行完毕的，重新评价，不再恢复；执行不能的，恢复公示。", "When the plan is carried out the enterprise is rated anew and nothing comes back; when it fails the display is resumed."),
                ] { li { (lang.say(zh, en)) } }
            }
            p.meta { (lang.say("依据：国办发〔2025〕22号、市场监管总局令第107号。屏蔽期间，记录地址显示「不再公示」，不写原因和名称。", "Bases: State Council General Office No. 22 of 2025; market regulator's Order No. 107. Meanwhile the address of the record says that it is not displayed, and names no reason and nobody.")) }
        }
        section {
            h2 { (lang.say("名单另有规定的", "Lists with rules of their own")) }
            @if lists.is_empty() { p.empty { (lang.say("目录没有载明。", "The catalogue names none.")) } }
            ul.texts {
                @for entry in lists {
                    li {
                        a href=(link::list(&entry.code)) { (lang.words(&entry.name)) }
                        @for text in entry.exit_conditions.iter().chain(&entry.repair.conditions).filter(|w| w.zh.contains("破产")) {
                            span.meta.line { (lang.words(text)) }
                        }
                    }
                }
            }
        }
        section { h2 { (lang.say("办理期限", "Time limits")) } (limit_table(lang, &limits(catalogue, &REPAIR_LIMITS))) }
        (free_of_charge(lang))
    };
    sheet(ctx, &of, &body)
}

/// How to object.
#[must_use]
pub fn objection(ctx: &Ctx, catalogue: &Catalogue) -> Markup {
    let lang = ctx.lang;
    let of = Sheet {
        address: "/help/objection",
        title: lang.say("异议与投诉指南", "How to object and complain"),
        lead: lang.say(
            "认为信息有错、超期、重复、不是自己的，或者不应公示的，可以提出异议。谁决定，谁答复。",
            "When something is wrong, out of date, doubled, about somebody else or should not be shown, object: who decided must answer.",
        ),
        service: false,
    };
    let body = html! {
        p.acts {
            a.button href=(link::apply(FormKind::Objection)) { (lang.say("网上提出异议", "Object online")) } " "
            a href=(link::apply(FormKind::Complaint)) { (lang.say("对答复不服，投诉", "Complain about an answer")) } " · "
            a href="/track" { (lang.say("查询办理进度", "See how it stands")) }
        }
        section {
            h2 { (lang.say("哪些情况可以提出", "When")) }
            (texts(lang, &[
                ("内容与决定文书不一致，或者遗漏、重复。", "The contents differ from the decision, are missing or doubled."),
                ("记录的主体不是您：同名、代码错误。", "The record is about somebody else: the same name, a wrong code."),
                ("超过公示期限仍在公示，或者期限计算有误。", "It is still displayed after its term, or the term is wrong."),
                ("依法不应公开，或者个人信息没有脱敏。", "It must not be public by law, or personal data were not masked."),
                ("对修复结果不服。", "You disagree with the answer to a repair."),
            ]))
        }
        section {
            h2 { (lang.say("怎样提出", "How")) }
            ol.texts {
                @for (zh, en) in [
                    ("打开记录页，记下文书号和作出决定的机关；页面下方写明联系方式。", "Open the record, note the document number and the authority; its contact stands below."),
                    ("向该机关提出书面异议，写明事实和理由，附证据和身份证明。", "Object in writing to that authority: facts, reasons, evidence, proof of identity."),
                    ("受理后，公示页面标注「异议处理中」；名单规定暂停措施的，同时暂停。", "On acceptance the record is marked as under objection; where the list says so the measures rest."),
                    ("核实有误的，更正或者撤下；无误的，书面说明理由。", "If wrong it is corrected or removed; if right the reasons are told in writing."),
                ] { li { (lang.say(zh, en)) } }
            }
        }
        section {
            h2 { (lang.say("对答复不服", "If you disagree with the answer")) }
            (texts(lang, &[
                ("名单规定可以投诉的，向社会信用体系建设领导小组投诉。", "Where the list provides for it: complain to the leading group for the social credit system."),
                ("对行政决定不服的，可以申请行政复议或者提起行政诉讼。", "Against an administrative decision: reconsideration or litigation."),
                ("失信被执行人名单，向执行法院申请纠正，对驳回不服的向上一级法院申请复议。", "Judgment defaulters: the enforcing court, then the next higher court."),
            ]))
        }
        section { h2 { (lang.say("期限", "Time limits")) } (limit_table(lang, &limits(catalogue, &OBJECTION_LIMITS))) }
        (free_of_charge(lang))
    };
    sheet(ctx, &of, &body)
}
