//! One list of the catalogue as a text for people, Chinese first (domain.md 8).

use std::fmt::Write as _;

use crate::domain::catalogue::{
    Basis, BasisStatus, Catalogue, Exposure, FieldRule, ListEntry, Measure, PeriodRegime,
};
use crate::domain::kinds::{SubjectKind, Words};

/// Everything that the catalogue says of a list.
pub(super) fn whole(catalogue: &Catalogue, entry: &ListEntry) -> String {
    let mut text = Text(String::new());
    let e = entry;
    text.line(&format!("{}  {}", e.code, one(&e.name)));
    text.line(&one(&e.summary));
    text.fact(("目录", "Catalogue"), &catalogue.version_of(e));
    text.fact(
        ("类别", "Category"),
        &format!(
            "{} · {} · {} · {}",
            e.category.zh(),
            e.polarity.zh(),
            e.level.zh(),
            e.origin.zh()
        ),
    );
    text.fact(("适用地域", "Territory"), &e.territory);
    text.fact(("主体", "Subjects"), &kinds(&e.subject_kinds));
    text.fact(("状态", "Status"), &status(e));
    if let Some(head) = e.head {
        text.fact(("所属领域", "Head"), &pair(head.zh(), head.en()));
    }
    let a = &e.attributes;
    text.fact(("公开", "Disclosed"), yes(a.disclosable));
    text.fact(
        ("共享", "Shared"),
        &format!("{}({})", yes(a.shareable), a.scope.zh()),
    );
    text.fact(("公开期限", "Displayed for"), &one(&a.disclosure_period));
    text.fact(("保存期限", "Kept for"), &one(&a.retention_period));
    text.bases(("依据", "Legal basis"), &e.basis);
    text.fact(("认定标准", "Standard"), &one(&e.standard));
    text.items(("列入条件", "Entry conditions"), &e.entry_conditions);
    text.items(("列入程序", "Entry procedure"), &e.entry_procedure);
    text.items(("移出条件", "Exit conditions"), &e.exit_conditions);
    text.items(("移出程序", "Exit procedure"), &e.exit_procedure);
    text.head(("公示期", "Periods"));
    for regime in &e.periods {
        text.item(&period(regime));
    }
    repair(&mut text, e);
    text.head(("措施", "Measures"));
    for m in &e.measures {
        text.item(&measure(m));
    }
    text.head(("救济途径", "Remedies"));
    for r in &e.remedies {
        let kind = pair(r.kind.zh(), r.kind.en());
        text.item(&format!("{kind}: {};{}", one(&r.place), one(&r.limit)));
    }
    notice(&mut text, e);
    persons(&mut text, e);
    text.head(("字段", "Fields"));
    for f in &e.fields {
        text.item(&field(f));
    }
    text.0
}

fn notice(text: &mut Text, e: &ListEntry) {
    let n = &e.prior_notice;
    text.fact(
        ("认定前告知当事人", "Party told before"),
        yes(n.party_notice),
    );
    text.fact(
        ("认定前公示", "Public notice"),
        &format!("{} 个工作日 (working days)", n.public_notice_working_days),
    );
    let o = &e.objection;
    text.fact(
        ("异议", "Objection"),
        &format!(
            "{} 个工作日内答复;标注:{};暂停措施:{};可投诉:{}",
            o.answer_working_days,
            yes(o.annotates_display),
            yes(o.suspends_measures),
            yes(o.complaint)
        ),
    );
    text.head(("时限", "Time limits"));
    for t in &e.limits {
        text.item(&format!(
            "{} {}: {} {},自{}起({})",
            t.id,
            one(&t.what),
            t.count,
            t.unit.zh(),
            t.from.zh,
            t.source
        ));
    }
    let c = &e.contact;
    text.fact(
        ("联系", "Contact"),
        &format!("{} {} {} {}", c.name.zh, c.unit.zh, c.phone, c.hours.zh),
    );
}

fn repair(text: &mut Text, e: &ListEntry) {
    let r = &e.repair;
    text.fact(
        ("信用修复", "Repair"),
        &format!(
            "{} · {} · {}",
            yes(r.repairable),
            r.channel.zh(),
            r.effect.zh()
        ),
    );
    text.fact(("办理网址", "Address"), &r.external_url);
    text.items(("修复条件", "Conditions of repair"), &r.conditions);
    text.items(("修复材料", "Materials"), &r.materials);
    text.items(("修复程序", "Steps"), &r.procedure);
    text.bases(
        ("不予修复的依据", "Basis of the exclusion"),
        &r.exclusion_basis,
    );
}

fn persons(text: &mut Text, e: &ListEntry) {
    let p = &e.persons;
    text.fact(
        ("自然人", "Natural persons"),
        &if p.published {
            format!(
                "公开;姓名:{};证件号:{};浏览:{};下载:{}",
                p.name.zh(),
                p.id_number.zh(),
                yes(p.browse),
                yes(p.export)
            )
        } else {
            "不公开 (not published)".to_owned()
        },
    );
    text.bases(("公开自然人的依据", "Basis for persons"), &p.basis);
}

fn status(e: &ListEntry) -> String {
    let shown = if e.is_displayed() {
        "公示 (displayed)"
    } else {
        "不公示 (not displayed)"
    };
    format!("{} · {shown}", e.basis_status.zh())
}

fn kinds(all: &[SubjectKind]) -> String {
    let words: Vec<&str> = all.iter().map(|k| k.zh()).collect();
    words.join("、")
}

fn measure(m: &Measure) -> String {
    let bases: Vec<String> = m.basis.iter().map(basis).collect();
    format!(
        "[{}] {} · {} · {} · {} · {}",
        m.status.zh(),
        one(&m.name),
        m.force.zh(),
        m.executing_unit.zh,
        m.duration.zh,
        bases.join(";")
    )
}

fn period(p: &PeriodRegime) -> String {
    let until = p
        .decided_until
        .map_or_else(String::new, |d| format!(" 至 {d}(不含)"));
    let mut text = format!(
        "{} 决定日期自 {}{until} · {} · 自{}起算 · {}",
        p.id,
        p.decided_from,
        p.kind.zh(),
        p.starts.zh(),
        p.source.zh
    );
    for t in &p.terms {
        let who = t.severity.map_or("全部", |s| s.zh());
        let fields: Vec<&str> = t.domains.iter().map(|d| d.zh()).collect();
        let shown = if t.displayed { "公示" } else { "不公示" };
        // writing to a string cannot fail
        let _ = write!(
            text,
            "\n      {who}{} {shown} 最短 {} 个月 最长 {} 个月",
            fields.join("、"),
            t.min_months,
            t.max_months
        );
    }
    text
}

fn field(f: &FieldRule) -> String {
    let by_kind = |kind: SubjectKind| {
        let exposure = f.exposure_for(kind);
        (exposure != f.exposure).then(|| format!(";{}:{}", kind.zh(), exposure.zh()))
    };
    let others: String = [SubjectKind::IndividualBusiness, SubjectKind::NaturalPerson]
        .into_iter()
        .filter_map(by_kind)
        .collect();
    let export = if f.export || f.exposure == Exposure::Never {
        ""
    } else {
        ";不得下载"
    };
    format!(
        "{:<30} {} · {}{others}{export}",
        f.key,
        f.name.zh,
        f.exposure.zh()
    )
}

fn basis(b: &Basis) -> String {
    let status = if b.status == BasisStatus::Active {
        String::new()
    } else {
        format!("[{}]", b.status.zh())
    };
    format!("{}{} ({}){status}", b.title.zh, b.article, b.kind.zh())
}

fn yes(is: bool) -> &'static str {
    if is { "是" } else { "否" }
}

fn pair(zh: &str, en: &str) -> String {
    format!("{zh} ({en})")
}

fn one(words: &Words) -> String {
    if words.en.is_empty() {
        words.zh.clone()
    } else {
        pair(&words.zh, &words.en)
    }
}

/// Lines that grow.
struct Text(String);

impl Text {
    fn line(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }

    fn head(&mut self, (zh, en): (&str, &str)) {
        self.line(&format!("{zh} / {en}"));
    }

    fn item(&mut self, text: &str) {
        self.line(&format!("    - {text}"));
    }

    /// A fact; nothing where there is nothing to tell.
    fn fact(&mut self, (zh, en): (&str, &str), value: &str) {
        if !value.trim().is_empty() {
            self.line(&format!("{zh} / {en}: {value}"));
        }
    }

    fn items(&mut self, head: (&str, &str), all: &[Words]) {
        if !all.is_empty() {
            self.head(head);
            all.iter().for_each(|w| self.item(&one(w)));
        }
    }

    fn bases(&mut self, head: (&str, &str), all: &[Basis]) {
        if !all.is_empty() {
            self.head(head);
            all.iter().for_each(|b| self.item(&basis(b)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every part that a list page must show is in the text (domain.md 8).
    #[test]
    fn a_list_is_told_whole() {
        let catalogue = crate::base::catalogue::load(None).unwrap();
        for entry in catalogue.lists.values() {
            let text = whole(&catalogue, entry);
            let mut parts = vec![
                entry.code.clone(),
                entry.name.zh.clone(),
                entry.summary.en.clone(),
                entry.contact.phone.clone(),
                catalogue.version_of(entry),
                entry.attributes.retention_period.zh.clone(),
            ];
            parts.extend(entry.basis.iter().map(|b| b.title.zh.clone()));
            parts.extend(entry.entry_conditions.iter().map(|w| w.zh.clone()));
            parts.extend(entry.exit_procedure.iter().map(|w| w.en.clone()));
            parts.extend(entry.repair.materials.iter().map(|w| w.zh.clone()));
            parts.extend(entry.measures.iter().map(|m| m.name.zh.clone()));
            parts.extend(entry.remedies.iter().map(|r| r.limit.zh.clone()));
            parts.extend(entry.periods.iter().map(|p| p.source.zh.clone()));
            parts.extend(entry.fields.iter().map(|f| f.key.clone()));
            for part in parts {
                assert!(text.contains(&part), "{part} is not told of {}", entry.code);
            }
        }
    }
}
