//! What a report says, summed up: every field that a reader of the report sees takes part, and nothing else, so that a
//! new version of the catalogue or of the masking rules does not make a true report look changed.

use sha2::{Digest as _, Sha256};

use crate::record::{PublicRecord, RecordParts};

/// Bytes of a digest in a code.
pub const DIGEST: usize = 6;

/// What some records say, in short. Authorities write the records and readers cannot, so that nobody has the means to
/// search for two contents of one digest.
pub type Digest = [u8; DIGEST];

/// The digest of records, in whatever order they come.
#[must_use]
pub fn digest<'a>(records: impl IntoIterator<Item = &'a PublicRecord>) -> Digest {
    let mut all: Vec<[u8; 32]> = records.into_iter().map(one).collect();
    all.sort_unstable();
    let mut hash = Sha256::new_with_prefix(b"gongshi report 1\0");
    for record in &all {
        hash.update(record);
    }
    let whole: [u8; 32] = hash.finalize().into();
    let mut head = [0; DIGEST];
    head.copy_from_slice(&whole[..DIGEST]);
    head
}

fn one(record: &PublicRecord) -> [u8; 32] {
    // without `..`: a new field must be decided on
    let RecordParts {
        id,
        list,
        subject_kind,
        subject_name,
        name_masked: _,
        credit_code,
        other_codes: _,
        person_keys: _,
        document_number,
        authority_name,
        authority_code,
        provider_name,
        provider_code: _,
        region: _,
        decided_on,
        displayed_from,
        displayed_until,
        severity,
        earliest_repair,
        measures_until,
        notes,
        rule: _,
        rule_source: _,
        catalogue: _,
        masking: _,
        fields,
    } = record.parts();
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        // lengths keep ("ab", "c") and ("a", "bc") apart
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        hash.update(length.to_be_bytes());
        hash.update(text.as_bytes());
    };
    let date = |d: Option<chrono::NaiveDate>| d.map_or_else(String::new, |d| d.to_string());
    for text in [
        id.as_str(),
        list,
        subject_kind.code(),
        subject_name,
        credit_code.as_deref().unwrap_or(""),
        document_number,
        authority_name,
        authority_code,
        provider_name,
        severity.map_or("", crate::domain::kinds::Severity::code),
    ] {
        add(text);
    }
    for day in [
        Some(*decided_on),
        Some(*displayed_from),
        *displayed_until,
        *earliest_repair,
        *measures_until,
    ] {
        add(&date(day));
    }
    add(&notes.len().to_string());
    for note in notes {
        add(&format!("{note:?}"));
    }
    for field in fields.iter().filter(|f| !f.value.is_empty()) {
        add(&field.key);
        add(&field.value);
    }
    hash.finalize().into()
}
