//! The notice to the party before a designation (R-008, R-073; S2): reason, basis, measures, right to object, path of
//! repair. It is written to the party and therefore not masked; it never leaves the desk by another way.

use chrono::NaiveDate;

use super::Held;
use crate::domain::catalogue::ListEntry;
use crate::domain::forms::reply::Letter;
use crate::domain::kinds::Words;
use crate::inside::publish::board::{objection, way_out};

/// The letter to the party of an entry.
#[must_use]
pub(in crate::inside) fn letter(list: &ListEntry, held: &Held, on: NaiveDate) -> Letter {
    let record = &held.record;
    let value = |key: &str| record.fields.get(key).map_or("", |v| v.expose()).trim();
    let first = |keys: &[&str]| {
        keys.iter()
            .map(|k| value(k))
            .find(|v| !v.is_empty())
            .unwrap_or_default()
            .to_owned()
    };
    let reason = first(&["reason", "conduct", "violation_facts", "obligation"]);
    let mut basis: Vec<String> = vec![first(&["designation_basis", "penalty_basis"])];
    basis.extend(
        list.basis
            .iter()
            .map(|b| format!("{}{}", b.title.zh, b.article)),
    );
    basis.retain(|b| !b.is_empty());
    let mut measures: Vec<String> = vec![value("measures_applied").to_owned()];
    measures.extend(
        list.active_measures()
            .filter(|m| m.subject_kinds.contains(&record.subject.kind))
            .map(|m| m.name.zh.clone()),
    );
    measures.retain(|m| !m.is_empty());
    let joined = |texts: &[String]| match texts {
        [] => "无".to_owned(),
        all => all.join("；"),
    };
    let chinese = |words: Vec<Words>| words.into_iter().map(|w| w.zh).collect::<Vec<_>>();
    Letter {
        number: held.head.case.clone(),
        title_zh: "拟列入名单事先告知书".to_owned(),
        title_en: "Notice to the party before a designation".to_owned(),
        to: record.subject.name.expose().to_owned(),
        about: format!("拟将你（单位）列入{}", list.name.zh),
        body: vec![
            format!("一、事由：{reason}"),
            format!(
                "二、依据：{}；{}",
                held.notes.basis_document,
                joined(&basis)
            ),
            format!("三、拟采取的措施：{}", joined(&measures)),
            format!("四、异议的权利：{}", joined(&chinese(objection(list)))),
            format!(
                "五、修复或者移出的途径：{}",
                joined(&chinese(way_out(list)))
            ),
        ],
        remedies: list
            .remedies
            .iter()
            .map(|r| format!("{}：{}，{}", r.kind.zh(), r.place.zh, r.limit.zh))
            .collect(),
        authority: record.authority_name.clone(),
        decided_on: on,
        code: String::new(),
    }
}
