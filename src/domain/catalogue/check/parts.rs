//! Completeness: every part that a list page must show (domain.md 8; ).

use std::collections::{BTreeMap, BTreeSet};

use super::basis::covers;
use super::{About, Finding, Rule, both, empty};
use crate::domain::catalogue::{
    Catalogue, Category, Layer, ListEntry, Measure, RepairChannel, RepairEffect, ShareScope,
};
use crate::domain::kinds::{Polarity, SubjectKind, Words};
use crate::domain::regions;

/// Templates that `index/templates` defines; the importer's tests hold the other end.
const TEMPLATES: [&str; 9] = [
    "penalty",
    "licence",
    "list",
    "judgment_defaulter",
    "tax",
    "procurement",
    "abnormal_operations",
    "commitment",
    "safety",
];

/// Fields of which one must say why a subject stands in a list.
const REASONS: [&str; 6] = [
    "reason",
    "violation_facts",
    "conduct",
    "licence_content",
    "commitment_kind",
    "registered_place",
];

/// each layer rests on something, has a version, and stays in its territory.
pub(super) fn layers(catalogue: &Catalogue, findings: &mut Vec<Finding>) {
    for layer in &catalogue.layers {
        let incomplete = layer.basis.is_empty()
            || layer.version.trim().is_empty()
            || empty(&layer.name)
            || layer.jurisdiction.len() != 6
            || layer
                .effective_until
                .is_some_and(|u| u <= layer.effective_from);
        if incomplete {
            findings.push(of_layer(
                layer,
                Rule::LayerBasis,
                (
                    "缺少依据、版本、名称、适用地域,或者施行日期有误",
                    "basis, version, name or jurisdiction is missing, or the dates are in the wrong order",
                ),
                (
                    "补全 layer.toml 的 basis、version、name、jurisdiction、effective_from",
                    "complete basis, version, name, jurisdiction and effective_from in layer.toml",
                ),
            ));
        }
    }
}

fn of_layer(layer: &Layer, rule: Rule, wrong: (&str, &str), mend: (&str, &str)) -> Finding {
    Finding {
        rule,
        file: format!("{}/layer.toml", layer.code),
        list: String::new(),
        part: "layer".to_owned(),
        wrong: both(wrong),
        mend: both(mend),
    }
}

/// C-001: the same code must not mean two measures.
pub(super) fn measures(catalogue: &Catalogue, findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<&str, &Measure> = BTreeMap::new();
    for (entry, measure) in catalogue.measures() {
        let first = *seen.entry(&measure.code).or_insert(measure);
        let mut about = About {
            entry,
            findings: &mut *findings,
        };
        about.refuse(
            (&first.name, &first.executing_unit) != (&measure.name, &measure.executing_unit),
            Rule::DuplicateMeasure,
            &format!("measures.{}", measure.code),
            (
                "同一代码在其他名单中是另一项措施",
                "the same code is another measure elsewhere",
            ),
            ("为其中一项改用其他代码", "give one of the two another code"),
        );
    }
}

pub(super) fn entry(catalogue: &Catalogue, about: &mut About<'_>) {
    let entry = about.entry;
    form(catalogue, about, entry);
    texts(about, entry);
    decision(about, entry);
    repair(about, entry);
    notice(catalogue, about, entry);
}

fn form(catalogue: &Catalogue, about: &mut About<'_>, entry: &ListEntry) {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    about.refuse(
        entry.code.is_empty() || !entry.code.chars().all(plain),
        Rule::CodeForm,
        "code",
        (
            "代码含有不允许的字符",
            "the code has a character that it may not have",
        ),
        (
            "改用小写字母、数字、下划线",
            "use lower-case letters, digits and underscores",
        ),
    );
    let layer = catalogue.layer_of(entry);
    about.refuse(
        layer.is_none(),
        Rule::UnknownLayer,
        "layer",
        ("所属目录层级不存在", "its layer does not exist"),
        ("补充该层级的 layer.toml", "add the layer's layer.toml"),
    );
    about.refuse(
        layer.is_some_and(|l| {
            !regions::is_code(&entry.territory) || !covers(&l.jurisdiction, &entry.territory)
        }),
        Rule::OutsideTerritory,
        "territory",
        (
            "没有写明适用地域,或者超出所属目录的地域",
            "its territory is missing or lies outside that of its layer",
        ),
        (
            "改为该目录适用地域之内的区划代码",
            "use a region within the layer's jurisdiction",
        ),
    );
    about.refuse(
        !TEMPLATES.contains(&entry.template.as_str()),
        Rule::UnknownTemplate,
        "template",
        ("没有这个导入模板", "there is no such import template"),
        (
            "改用 index/templates 中已有的模板",
            "use a template of index/templates",
        ),
    );
    let mut keys = BTreeSet::new();
    let twice = entry.fields.iter().find(|f| !keys.insert(&f.key));
    about.refuse(
        twice.is_some(),
        Rule::DuplicateField,
        twice.map_or("fields", |f| &f.key),
        ("字段重复", "the field stands twice"),
        ("删除其中一个", "take one out"),
    );
    let holds_persons = entry.subject_kinds.contains(&SubjectKind::NaturalPerson);
    about.refuse(
        entry.subject_kinds.is_empty() || (entry.persons.published && !holds_persons),
        Rule::SubjectKinds,
        "subject_kinds",
        (
            "没有主体类型,或者公开自然人而主体类型不含自然人",
            "there is no kind of subject, or persons are published and not among the kinds",
        ),
        (
            "补全 subject_kinds,或者将 persons 改为不公开",
            "complete subject_kinds, or choose a policy that does not publish persons",
        ),
    );
}

fn missing(texts: &[Words]) -> bool {
    texts.is_empty() || texts.iter().any(empty)
}

fn texts(about: &mut About<'_>, entry: &ListEntry) {
    about.refuse(
        empty(&entry.name) || empty(&entry.summary),
        Rule::ListParts,
        "summary",
        ("没有名称或者说明", "the name or the summary is missing"),
        ("填写 name 和 summary", "fill in name and summary"),
    );
    about.refuse(
        missing(&entry.entry_procedure),
        Rule::ListParts,
        "entry_procedure",
        ("没有认定(列入)程序", "the entry procedure is missing"),
        ("填写 entry_procedure", "fill in entry_procedure"),
    );
    about.refuse(
        missing(&entry.entry_conditions),
        Rule::EntryConditions,
        "entry_conditions",
        ("没有列入条件", "the entry conditions are missing"),
        ("填写 entry_conditions", "fill in entry_conditions"),
    );
    about.refuse(
        missing(&entry.exit_conditions) || missing(&entry.exit_procedure),
        Rule::ExitParts,
        "exit_conditions",
        (
            "没有移出条件或者移出程序",
            "the exit conditions or the exit procedure are missing",
        ),
        (
            "填写 exit_conditions 和 exit_procedure",
            "fill in exit_conditions and exit_procedure",
        ),
    );
    let vague = |r: &crate::domain::catalogue::Remedy| empty(&r.place) || empty(&r.limit);
    about.refuse(
        entry.remedies.is_empty() || entry.remedies.iter().any(vague),
        Rule::Remedies,
        "remedies",
        (
            "没有救济途径,或者没有写明向谁、在何期限内提出",
            "the remedies are missing, or do not say where and until when",
        ),
        (
            "填写 remedies 的 place 和 limit",
            "fill in place and limit of the remedies",
        ),
    );
    about.refuse(
        empty(&entry.contact.name)
            || empty(&entry.contact.hours)
            || entry.contact.phone.trim().is_empty(),
        Rule::Contact,
        "contact",
        (
            "没有联系单位、电话或者办公时间",
            "the unit to turn to, its telephone or its hours are missing",
        ),
        (
            "填写 contact 的 name、phone、hours",
            "fill in name, phone and hours of the contact",
        ),
    );
    let a = &entry.attributes;
    about.refuse(
        empty(&a.disclosure_period) || empty(&a.retention_period),
        Rule::Attributes,
        "attributes",
        (
            "没有写明公开期限或者保存期限",
            "the disclosure period or the retention period is not stated",
        ),
        (
            "填写 attributes 的五项:是否公开、是否共享、共享范围、公开期限、保存期限",
            "fill in all five: disclosable, shareable, scope, disclosure and retention periods",
        ),
    );
    let public = a.scope == ShareScope::Public;
    let wide = matches!(
        a.scope,
        ShareScope::Public | ShareScope::Gov | ShareScope::Sector
    );
    about.refuse(
        public != a.disclosable || (wide && !a.shareable),
        Rule::ShareScope,
        "attributes.scope",
        (
            "共享范围与是否公开、是否共享不一致",
            "the scope contradicts disclosable or shareable",
        ),
        (
            "公开的条目用 public,不公开的用 gov、sector、authority 或者 subject_authorised",
            "use public for what is displayed, else gov, sector, authority or subject_authorised",
        ),
    );
}

/// an entry that is displayed rests on a decision document with number, reason, authority and date.
fn decision(about: &mut About<'_>, entry: &ListEntry) {
    if !entry.attributes.disclosable {
        return;
    }
    let has = |key: &str| entry.field(key).is_some();
    let lacking = ["document_number", "authority_name", "decided_on"]
        .into_iter()
        .find(|k| !has(k));
    about.refuse(
        lacking.is_some() || !REASONS.into_iter().any(has),
        Rule::DecisionDocument,
        lacking.unwrap_or("reason"),
        (
            "公开字段中没有决定文书号、事由、认定机关或者认定日期",
            "the fields lack document number, reason, authority or date of the decision",
        ),
        (
            "在字段中补上缺少的一项",
            "add the missing one to the fields",
        ),
    );
}

fn repair(about: &mut About<'_>, entry: &ListEntry) {
    let r = &entry.repair;
    about.refuse(
        r.repairable && (missing(&r.conditions) || missing(&r.materials) || missing(&r.procedure)),
        Rule::RepairParts,
        "repair",
        (
            "可以修复,但没有写明条件、材料或者程序",
            "repair is possible, but its conditions, materials or procedure are missing",
        ),
        (
            "填写 repair 的 conditions、materials、procedure",
            "fill in conditions, materials and procedure of the repair",
        ),
    );
    let no_way = matches!(r.channel, RepairChannel::None)
        || (r.channel == RepairChannel::ExternalLink && !r.external_url.starts_with("https://"))
        || r.effect == RepairEffect::None;
    about.refuse(
        r.repairable && no_way,
        Rule::RepairChannel,
        "repair.channel",
        (
            "可以修复,但没有办理途径、外部网址(https)或者修复效果",
            "repair is possible, but there is no channel, no https address or no effect",
        ),
        (
            "填写 channel、effect;external_link 须有 https 开头的 external_url",
            "fill in channel and effect; external_link needs an external_url with https",
        ),
    );
}

fn notice(catalogue: &Catalogue, about: &mut About<'_>, entry: &ListEntry) {
    let persons_on_it = entry.polarity == Polarity::Negative && entry.persons.published;
    about.refuse(
        (entry.category == Category::SeriousList || persons_on_it)
            && entry.attributes.disclosable
            && !entry.prior_notice.party_notice,
        Rule::PartyNotice,
        "prior_notice.party_notice",
        (
            "作出决定前没有告知当事人的环节",
            "the party is not told before the decision",
        ),
        (
            "将 party_notice 设为 true 并写明依据",
            "set party_notice = true and say on what basis",
        ),
    );
    let days = entry.prior_notice.public_notice_working_days;
    let least = catalogue.limit(entry, "T01").map_or(0, |t| t.count);
    about.refuse(
        days > 0 && days < least,
        Rule::NoticeLength,
        "prior_notice.public_notice_working_days",
        (
            "认定前公示的工作日少于时限 T01",
            "the public notice is shorter than limit T01",
        ),
        (
            "不少于 T01 规定的工作日",
            "use at least the working days of T01",
        ),
    );
    about.refuse(
        entry.objection.answer_working_days == 0,
        Rule::ObjectionAnswer,
        "objection.answer_working_days",
        (
            "没有异议答复期限",
            "the time to answer an objection is missing",
        ),
        ("填写 answer_working_days", "fill in answer_working_days"),
    );
}
