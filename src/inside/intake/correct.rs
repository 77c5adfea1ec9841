//! A correction of one field of a record (企业信息公示暂行条例 art. 12; 深圳条例 art. 51): the new value is typed by the rules of an import, and every
//! fact that follows from the field follows it.

use std::collections::BTreeMap;

use super::field::{self, Typed};
use super::finding::Fault;
use super::header::Unit;
use super::row::need_of;
use super::source::Cell;
use super::template::{Column, Need, Templates};
use super::value;
use crate::domain::cases::Change;
use crate::domain::catalogue::ListEntry;
use crate::domain::kinds::Severity;
use crate::inside::raw::{Procedure, RawRecord, RawText};

/// What tells a record from every other: whoever changes it makes another record.
const IDENTITY: &[&str] = &[
    "credit_code",
    "subject_id_number",
    "subject_id_type",
    "subject_category",
    "document_number",
    "authority_code",
];

/// The value that a field has now; empty when it has none.
#[must_use]
pub(in crate::inside) fn current<'r>(record: &'r RawRecord, field: &str) -> &'r str {
    match field {
        "subject_name" => record.subject.name.expose(),
        "authority_name" => &record.authority_name,
        "source_name" => &record.provider_name,
        "source_code" => &record.provider_code,
        _ => record.fields.get(field).map_or("", RawText::expose),
    }
    .trim()
}

/// Puts a corrected value into a record.
///
/// # Errors
/// Why it cannot be: the field is part of the record's identity, its value is not the one that was read, or the new value is
/// none of its type.
pub(in crate::inside) fn correct(
    record: &mut RawRecord,
    entry: &ListEntry,
    change: &Change,
) -> Result<(), Fault> {
    let key = change.field.trim();
    if IDENTITY.contains(&key) {
        return Err(Fault::new(
            "identity",
            (
                "该内容用于识别这条信息，不能更正",
                "this tells the record from every other and cannot be corrected",
            ),
            (
                "停止公示本条信息，由提供单位重新报送",
                "stop its display and have the provider report it anew",
            ),
        ));
    }
    if current(record, key) != change.old.trim() {
        return Err(Fault::new(
            "not_the_old_value",
            (
                "更正前的内容与现有内容不一致",
                "the value before is not the one that the record has",
            ),
            ("重新打开案件核对", "open the case again and compare"),
        ));
    }
    let typed = typed(record, entry, key, &change.new)?;
    follow(record, key, typed.as_ref())?;
    match typed {
        Some(typed) => record
            .fields
            .insert(key.to_owned(), RawText::new(typed.stored())),
        None => record.fields.remove(key),
    };
    Ok(())
}

/// The new value by its type; none when the field is to be empty.
fn typed(
    record: &RawRecord,
    entry: &ListEntry,
    key: &str,
    new: &str,
) -> Result<Option<Typed>, Fault> {
    let broken = |_| Fault::new("template", ("模板不可用", "no templates"), ("", ""));
    let templates = Templates::embedded().map_err(broken)?;
    let template = templates
        .template(&entry.template)
        .map(|t| t.for_list(entry));
    let column: Option<&Column> = template.as_ref().and_then(|t| t.column(key));
    let Some(column) = column else {
        let text = value::clean_text(new);
        return Ok((!text.is_empty()).then_some(Typed::Text(text)));
    };
    let mandatory = need_of(column, record.subject.kind) == Need::Mandatory;
    let cell = Cell::text(new);
    let mut doubts = Vec::new();
    let typed = if cell.is_blank() {
        None
    } else {
        field::read(
            column,
            Unit::TenThousandYuan,
            &cell,
            templates,
            false,
            mandatory,
            &mut doubts,
        )?
    };
    if typed.is_none() && mandatory {
        return Err(Fault::new(
            "missing",
            (
                format!("{}不能为空", column.title()),
                format!("{} cannot be empty", column.title()),
            ),
            ("填写更正后的内容", "give the value after"),
        ));
    }
    Ok(typed)
}

/// The parts of the record and its facts that a field stands for.
fn follow(record: &mut RawRecord, key: &str, typed: Option<&Typed>) -> Result<(), Fault> {
    let facts = &mut record.facts;
    let text = match typed {
        Some(Typed::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let date = match typed {
        Some(Typed::Date(day)) => Some(*day),
        _ => None,
    };
    let amount = match typed {
        Some(Typed::Amount(units)) => Some(*units),
        _ => None,
    };
    let choice = match typed {
        Some(Typed::Choice(code, zh)) => Some(if code == "其他" { zh } else { code }.clone()),
        _ => None,
    };
    let needed = || {
        Fault::new(
            "missing",
            ("不能为空", "it cannot be empty"),
            ("填写内容", "give it"),
        )
    };
    match key {
        "subject_name" => record.subject.name = RawText::new(text.ok_or_else(needed)?),
        "authority_name" => record.authority_name = text.ok_or_else(needed)?,
        "source_name" => record.provider_name = text.ok_or_else(needed)?,
        "source_code" => match typed {
            Some(Typed::Credit(code)) => code.as_str().clone_into(&mut record.provider_code),
            _ => return Err(needed()),
        },
        "region_code" => record.region = text.ok_or_else(needed)?,
        "decided_on" => {
            let day = date.ok_or_else(needed)?;
            if record.basis_document.date == Some(record.decided_on) {
                record.basis_document.date = Some(day);
            }
            record.decided_on = day;
        }
        "procedure" => {
            facts.procedure = match choice.as_deref() {
                Some("summary") => Some(Procedure::Summary),
                Some("ordinary") => Some(Procedure::Ordinary),
                _ => None,
            };
        }
        "severity" => facts.severity = choice.as_deref().and_then(Severity::from_code),
        "domain" => {
            facts.domain = match typed {
                Some(Typed::Domain(domain)) => Some(*domain),
                _ => None,
            };
        }
        "penalty_kinds" => facts.penalty_kinds = words(typed),
        "fine_amount" => facts.fine_micro_wan = amount,
        "confiscation_amount" => facts.confiscation_micro_wan = amount,
        "is_minor" => facts.is_minor = matches!(typed, Some(Typed::Flag(true))),
        "secret_flags" => facts.flags = codes(typed),
        "valid_from" => facts.valid_from = date,
        "valid_until" => {
            facts.valid_until = date;
            facts.long_term = matches!(typed, Some(Typed::LongTerm));
        }
        "display_until_supplied" => facts.display_until_supplied = date,
        "licence_status" => facts.licence_status = choice,
        "performed_at" => facts.performed_on = date,
        "case_final_at" => facts.final_on = date,
        "statutory_publication" => facts.statutory_publication = text,
        "hold_at_max" => facts.hold_at_max = text,
        "consent" => facts.consent = text,
        _ => {}
    }
    Ok(())
}

fn words(typed: Option<&Typed>) -> Vec<String> {
    let word = |(code, zh): &(String, String)| if code == "其他" { zh } else { code }.clone();
    match typed {
        Some(Typed::Choices(words)) => words.iter().map(word).collect(),
        _ => Vec::new(),
    }
}

fn codes(typed: Option<&Typed>) -> Vec<String> {
    match typed {
        Some(Typed::Choices(words)) => words.iter().map(|(code, _)| code.clone()).collect(),
        _ => Vec::new(),
    }
}

/// The fields that an officer may correct, with their values, by key; for who may read raw data.
#[must_use]
pub(in crate::inside) fn correctable(record: &RawRecord) -> BTreeMap<String, RawText> {
    let mut out: BTreeMap<String, RawText> = record
        .fields
        .iter()
        .filter(|(key, _)| !IDENTITY.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), RawText::new(value.expose())))
        .collect();
    for key in ["subject_name", "authority_name", "source_name"] {
        out.insert(key.to_owned(), RawText::new(current(record, key)));
    }
    out
}
