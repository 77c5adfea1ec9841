//! Previews: what a record would look like in public, and what the next publishing run would do. Nothing is written.

use std::collections::BTreeMap;

use serde::Serialize;

use super::decide::{Decided, Standing, Verdict, decide};
use super::release::{PublishError, Publisher, judge_row};
use crate::domain::catalogue::ListEntry;
use crate::domain::time::{Moment, civil_date};
use crate::inside::raw::RawRecord;
use crate::outside::store::digest_of;

/// Rows read at once.
const CHUNK: usize = 2_000;

/// A value as it is kept and as it would be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::inside) struct Beside {
    /// Its name in the catalogue; its key where the catalogue has none.
    pub name: String,
    /// As the provider wrote it.
    pub raw: String,
    /// As it would be shown; `None`: not at all.
    pub shown: Option<String>,
}

/// A record as it is kept and as it would be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::inside) struct Sample {
    /// Document number.
    pub document_number: String,
    /// What would become of it: `published`, `held`, `withheld:CODE`, `ended:why`.
    pub verdict: String,
    /// Subject, identity, then the fields in the order of the catalogue, then those that it does not mention.
    pub values: Vec<Beside>,
}

/// What the rules make of a record that is not in the vault yet.
pub(in crate::inside) fn sample(
    publisher: &Publisher<'_>,
    record: &RawRecord,
    now: Moment,
) -> Sample {
    let id = publisher.vault.record_id(record);
    let standing = Standing {
        id: &id,
        removed: false,
        displayed_from: None,
        decisions: &[],
        reviews: &[],
        text_hash: &|field, text| publisher.vault.text_hash(&id, field, text),
    };
    let Decided { verdict, .. } = decide(record, &standing, &publisher.rules(), civil_date(now));
    let entry = publisher.catalogue.list(&record.list);
    Sample {
        document_number: record.document_number.clone(),
        values: beside(record, entry, &verdict),
        verdict: word(&verdict),
    }
}

fn word(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Publish(_) => "published".to_owned(),
        Verdict::Held(_) => "held".to_owned(),
        Verdict::Withheld(block) => format!("withheld:{}", block.code()),
        Verdict::Ended(why) => format!("ended:{}", why.code()),
    }
}

fn beside(record: &RawRecord, entry: Option<&ListEntry>, verdict: &Verdict) -> Vec<Beside> {
    let shown = match verdict {
        Verdict::Publish(record) => Some(record.parts()),
        _ => None,
    };
    let proposed = |key: &str| match verdict {
        Verdict::Held(doubts) => {
            let found = doubts.iter().find(|d| d.field == key)?;
            Some(found.proposal.expose().to_owned())
        }
        _ => None,
    };
    let mut out = vec![Beside {
        name: "主体名称".to_owned(),
        raw: record.subject.name.expose().to_owned(),
        shown: shown.map(|parts| parts.subject_name.clone()),
    }];
    if let Some((kind, number)) = &record.subject.identity {
        out.push(Beside {
            name: format!("证件（{kind}）"),
            raw: number.expose().to_owned(),
            shown: None,
        });
    }
    let rules = entry.map_or(&[][..], |e| &e.fields[..]);
    let mentioned = rules.iter().map(|r| (r.key.as_str(), r.name.zh.as_str()));
    let others = record.fields.keys().map(String::as_str);
    let others = others.filter(|key| rules.iter().all(|r| r.key != *key));
    for (key, name) in mentioned.chain(others.map(|key| (key, key))) {
        let raw = record.fields.get(key).map_or("", |v| v.expose().trim());
        if raw.is_empty() || key == "subject_name" {
            continue;
        }
        let head = |parts: &crate::record::RecordParts| match key {
            "credit_code" => parts.credit_code.clone(),
            "document_number" => Some(parts.document_number.clone()),
            "authority_name" => Some(parts.authority_name.clone()),
            "authority_code" => Some(parts.authority_code.clone()),
            "source_name" => Some(parts.provider_name.clone()),
            "source_code" => Some(parts.provider_code.clone()),
            "decided_on" => Some(parts.decided_on.to_string()),
            _ => parts
                .fields
                .iter()
                .find(|f| f.key == key)
                .map(|f| f.value.clone()),
        };
        out.push(Beside {
            name: name.to_owned(),
            raw: raw.to_owned(),
            shown: shown.and_then(head).or_else(|| proposed(key)),
        });
    }
    out
}

/// One change that the next publishing run would make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComingChange {
    /// Id of the record.
    pub id: String,
    /// List.
    pub list: String,
    /// Document number.
    pub document_number: String,
    /// `add`, `change`, `take_back`.
    pub what: &'static str,
    /// Verdict.
    pub verdict: String,
}

/// What the next publishing run would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coming {
    /// Records that it would judge.
    pub judged: u64,
    /// Records that would be new in public.
    pub added: u64,
    /// Records whose public contents would change.
    pub changed: u64,
    /// Records that would be taken back.
    pub taken_back: u64,
    /// Records that would be held for a reviewer.
    pub held: u64,
    /// Records that would not be published, by reason.
    pub withheld: BTreeMap<String, u64>,
    /// The first changes.
    pub changes: Vec<ComingChange>,
}

/// What the next publishing run would do, with at most so many changes one by one.
///
/// # Errors
/// Those of the databases.
pub fn coming(publisher: &Publisher<'_>, now: Moment, most: usize) -> Result<Coming, PublishError> {
    let today = civil_date(now);
    let rules = publisher.rules();
    let mut out = Coming::default();
    let mut after = publisher.vault.publish_cursor()?;
    let mut due = None;
    let mut changed_are_done = false;
    loop {
        let rows = if changed_are_done {
            publisher.vault.due_sealed(today, due, CHUNK)?
        } else {
            publisher.vault.changed_sealed(after, CHUNK)?
        };
        let Some(last) = rows.last() else {
            if changed_are_done {
                return Ok(out);
            }
            changed_are_done = true;
            continue;
        };
        if changed_are_done {
            due = last.due_cursor();
        } else {
            after = last.change_seq();
        }
        let opened = rows
            .into_iter()
            .map(|row| publisher.vault.open_row(row))
            .collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<String> = opened.iter().map(|row| row.id.clone()).collect();
        let existing = publisher.store.existing(&ids)?;
        for row in &opened {
            out.judged += 1;
            let there = existing.get(&row.id);
            let first_day = row
                .displayed_from
                .or_else(|| there.map(|e| e.displayed_from));
            let Decided { verdict, .. } = judge_row(publisher, &rules, row, first_day, today);
            let what = match (&verdict, there) {
                (Verdict::Publish(_), None) => Some("add"),
                (Verdict::Publish(record), Some(old)) => {
                    (digest_of(record)? != old.digest).then_some("change")
                }
                (_, Some(_)) => Some("take_back"),
                (_, None) => None,
            };
            match &verdict {
                Verdict::Held(_) => out.held += 1,
                Verdict::Withheld(block) => {
                    *out.withheld.entry(block.code().to_owned()).or_default() += 1;
                }
                Verdict::Publish(_) | Verdict::Ended(_) => {}
            }
            let Some(what) = what else { continue };
            match what {
                "add" => out.added += 1,
                "change" => out.changed += 1,
                _ => out.taken_back += 1,
            }
            if out.changes.len() < most {
                out.changes.push(ComingChange {
                    id: row.id.clone(),
                    list: row.record.list.clone(),
                    document_number: row.record.document_number.clone(),
                    what,
                    verdict: word(&verdict),
                });
            }
        }
    }
}
