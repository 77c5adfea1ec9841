//! Organisations and what is said of them as entities of `FollowTheMoney`, so that tools of investigators can load them:
//! an organisation, and for each record a sanction where its list is of dishonesty, else a note. An organisation comes
//! with each of its records and has one id throughout, by which readers merge it.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::row::Line;
use crate::domain::catalogue::ListEntry;
use crate::domain::kinds::{Polarity, SubjectKind};

/// Name of the data set in every entity.
const DATA_SET: &str = "cn_gongshi";

/// Id of an organisation: by its credit code, which is for good; by its name where none is known.
fn organisation_id(line: &Line<'_>) -> String {
    match line.credit_code {
        Some(code) => format!("cn-usc-{}", code.to_ascii_lowercase()),
        None => {
            let sum = data_encoding::HEXLOWER.encode(&Sha256::digest(line.subject_name.as_bytes()));
            format!("gongshi-name-{}", &sum[..24])
        }
    }
}

/// Schema of an organisation, which must be the same with each of its records: the first characters of a credit code
/// tell who registered it and as what (GB 32100, table 1).
fn schema(code: Option<&str>) -> &'static str {
    match code {
        Some(code) if code.starts_with("11") || code.starts_with("12") => "PublicBody",
        Some(code) if code.starts_with('9') => "Company",
        _ => "Organization",
    }
}

/// Writes the entities of a record at the end of a text, one a line. Natural persons and individual businesses, whose
/// names are persons' names, have none.
pub fn write(line: &Line<'_>, list: &ListEntry, out: &mut Vec<u8>) {
    if !matches!(
        line.subject_kind,
        SubjectKind::LegalPerson | SubjectKind::UnincorporatedOrg
    ) {
        return;
    }
    let organisation = organisation_id(line);
    let code: Vec<&str> = line.credit_code.into_iter().collect();
    put(
        &json!({
            "id": organisation,
            "schema": schema(line.credit_code),
            "caption": line.subject_name,
            "datasets": [DATA_SET],
            "properties": {
                "name": [line.subject_name],
                "jurisdiction": ["cn"],
                "country": ["cn"],
                "uscCode": code,
            },
        }),
        out,
    );
    let text = |text: &str| -> Vec<String> {
        let filled = !text.is_empty();
        filled.then(|| text.to_owned()).into_iter().collect()
    };
    let said: Vec<String> = line
        .fields()
        .iter()
        .map(|(k, v)| format!("{k}: {v}"))
        .collect();
    let said = text(&said.join("\n"));
    // a term has a first day that counts and one that counts no more; an interval names its last day
    let last = line.displayed_until.and_then(|until| until.pred_opt());
    let last: Vec<String> = last.iter().map(ToString::to_string).collect();
    let id = format!("gongshi-{}", line.id);
    let entity = if list.polarity == Polarity::Negative {
        json!({
            "id": id,
            "schema": "Sanction",
            "caption": list.name.zh,
            "datasets": [DATA_SET],
            "properties": {
                "entity": [organisation],
                "program": [list.name.zh],
                "programId": [list.code],
                "authority": text(line.authority_name),
                "authorityId": text(line.authority_code),
                "recordId": text(line.document_number),
                "country": ["cn"],
                "date": [line.decided_on],
                "listingDate": [line.displayed_from],
                "startDate": [line.displayed_from],
                "endDate": last,
                "status": [line.state],
                "description": said,
            },
        })
    } else {
        let title = format!("{} {}", list.name.zh, line.document_number);
        json!({
            "id": id,
            "schema": "Note",
            "caption": list.name.zh,
            "datasets": [DATA_SET],
            "properties": {
                "entity": [organisation],
                "name": [title.trim_end()],
                "program": [list.name.zh],
                "programId": [list.code],
                "publisher": text(line.authority_name),
                "country": ["cn"],
                "createdAt": [line.decided_on],
                "description": said,
            },
        })
    };
    put(&entity, out);
}

fn put(entity: &serde_json::Value, out: &mut Vec<u8>) {
    // into memory, and of texts only: it cannot fail
    if serde_json::to_writer(&mut *out, entity).is_ok() {
        out.push(b'\n');
    }
}
