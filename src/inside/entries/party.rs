//! The notice to the party before a designation (R-008, R-073; S2): reason, basis, measures, right to be heard and to
//! object, path of repair. It is written to the party and therefore not masked; it never leaves the desk by another way.

use chrono::NaiveDate;

use super::acts::entry_of;
use super::{Entries, EntryError, Held};
use crate::domain::cases::limits::Limit;
use crate::domain::cases::{Actor, Entry, Key, Procedure};
use crate::domain::catalogue::ListEntry;
use crate::domain::forms::reply::Letter;
use crate::domain::kinds::Words;
use crate::domain::time::{Moment, civil_date};
use crate::inside::cases::{CaseError, CaseId};
use crate::inside::publish::board::{objection, way_out};

impl Entries {
    /// The letter to the party of an entry; none when the catalogue has lost its list.
    pub(super) fn letter_of(&self, entry: &Entry, held: &Held, today: NaiveDate) -> Option<Letter> {
        let list = self.cases.catalogue.list(&held.head.list)?;
        // once it was served, it bears the day on which it was
        let on = entry.party_told_on.unwrap_or(today);
        Some(letter(
            list,
            held,
            self.time_to_be_heard(&entry.track.key),
            on,
        ))
    }

    fn time_to_be_heard(&self, key: &Key) -> Option<&Limit> {
        self.cases.limits.find(Procedure::ListStatement, key)
    }

    /// The letter as an officer takes it from the desk: it names the party in full, so that the audit log has it.
    ///
    /// # Errors
    /// [`CaseError::Unknown`] also for an entry of another authority, and for one without a list.
    pub fn party_letter(&self, id: &CaseId, by: &Actor, now: Moment) -> Result<Letter, EntryError> {
        let case = self.readable(id, by)?;
        let entry = entry_of(&case).ok_or(CaseError::Unknown)?;
        let held = self.held(id)?;
        let letter = self.letter_of(entry, &held, civil_date(now));
        let letter = letter.ok_or(CaseError::Unknown)?;
        self.cases.vault.audit(
            now,
            &by.id,
            "entry.letter",
            id.as_str(),
            "purpose: notice to the party, as a file",
        )?;
        Ok(letter)
    }
}

/// What the party may say before it is decided, and for how long (APL art. 45).
fn heard(authority: &str, limit: Option<&Limit>) -> String {
    let within = limit.map_or_else(
        || "在作出决定之前".to_owned(),
        |l| format!("自收到本告知书之日起{}{}内", l.count, l.unit.zh()),
    );
    format!(
        "你（单位）有权陈述和申辩。可以{within}，以书面形式向{authority}提出事实、理由和证据；逾期没有提出的，视为放弃陈述、申辩，不影响依法作出决定。提出的事实、理由或者证据成立的，予以采纳；不因陈述、申辩加重处理。"
    )
}

/// The letter to the party of an entry.
fn letter(list: &ListEntry, held: &Held, limit: Option<&Limit>, on: NaiveDate) -> Letter {
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
        // each was written as a sentence of its own
        all => all
            .iter()
            .map(|text| text.trim_end_matches('。'))
            .collect::<Vec<_>>()
            .join("；"),
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
            format!(
                "四、陈述、申辩的权利：{}",
                heard(&record.authority_name, limit)
            ),
            format!("五、异议的权利：{}", joined(&chinese(objection(list)))),
            format!(
                "六、修复或者移出的途径：{}",
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
