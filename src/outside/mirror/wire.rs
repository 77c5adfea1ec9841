//! What is read of a portal's change feed, and how it becomes a row of a copy. Blind terms do not travel: a natural person
//! whose whole name is public gets terms of this node's own key, one whose name is masked is found by no name here.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Deserialize;

use super::MirrorError;
use crate::base::crypto::BlindKey;
use crate::domain::catalogue::Catalogue;
use crate::domain::fold::fold;
use crate::domain::kinds::{Severity, SubjectKind};
use crate::outside::store::{Copied, Copy};
use crate::outside::web::follow::is_exported;
use crate::record::{Note, PublicField, RecordParts, Why};

/// The form that is read.
const FORM: u32 = 1;

/// A page of changes.
#[derive(Clone, Debug, Deserialize)]
pub struct Page {
    form: u32,
    /// Whether the data are fictitious.
    pub demo: bool,
    /// After which sequence number the next page begins.
    pub next_since: i64,
    /// Where the portal stands.
    pub seq: i64,
    /// Whether there is more to read at once.
    pub more: bool,
    items: Vec<Item>,
    /// What a reader holds at the end of the feed.
    pub state: Option<State>,
}

/// What a reader holds at the end of the feed.
#[derive(Clone, Debug, Deserialize)]
pub struct State {
    /// Sequence number.
    pub seq: i64,
    /// Civil date.
    pub day: NaiveDate,
    /// Records.
    pub count: u64,
    /// Hash of their set.
    pub set_hash: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
enum Item {
    Upsert {
        seq: i64,
        id: String,
        record: Box<Record>,
    },
    Tombstone {
        seq: i64,
        id: String,
        at: DateTime<FixedOffset>,
        why: Why,
    },
}

#[derive(Clone, Debug, Deserialize)]
struct Subject {
    name: String,
    kind: SubjectKind,
    credit_code: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Unit {
    name: String,
    code: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Field {
    key: String,
    value: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Record {
    id: String,
    list: String,
    subject: Subject,
    name_masked: bool,
    other_codes: Vec<String>,
    document_number: String,
    authority: Unit,
    provider: Unit,
    region: String,
    decided_on: NaiveDate,
    displayed_from: NaiveDate,
    displayed_until: Option<NaiveDate>,
    severity: Option<Severity>,
    earliest_repair: Option<NaiveDate>,
    measures_until: Option<NaiveDate>,
    notes: Vec<Note>,
    rule: String,
    rule_source: String,
    catalogue: String,
    masking: u32,
    fields: Vec<Field>,
}

fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric())
}

impl Page {
    /// Reads a page.
    ///
    /// # Errors
    /// [`MirrorError::Form`] when it is none, or of another form.
    pub fn read(body: &[u8]) -> Result<Self, MirrorError> {
        // the category only: the text of the error could quote the answer
        let page: Self = serde_json::from_slice(body)
            .map_err(|e| MirrorError::Form(format!("{:?} error", e.classify())))?;
        if page.form != FORM {
            return Err(MirrorError::Form(format!(
                "form {} of changes, this program reads {FORM}",
                page.form
            )));
        }
        Ok(page)
    }

    /// Whether it tells of no change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Its changes as rows of a copy, when they are in order and after `since`.
    ///
    /// # Errors
    /// When they are not, or hold what may not be copied.
    pub fn changes(
        self,
        since: i64,
        catalogue: &Catalogue,
        blind: Option<&BlindKey>,
    ) -> Result<Vec<Copied>, MirrorError> {
        let mut last = since;
        let mut out = Vec::with_capacity(self.items.len());
        for item in self.items {
            let (seq, id) = match &item {
                Item::Upsert { seq, id, .. } | Item::Tombstone { seq, id, .. } => (*seq, id),
            };
            if seq <= last || seq > self.next_since || !is_id(id) {
                return Err(MirrorError::Form("changes out of order".to_owned()));
            }
            last = seq;
            let what = match item {
                Item::Upsert { id, record, .. } => {
                    if record.id != id {
                        return Err(MirrorError::Form("a record under another id".to_owned()));
                    }
                    Copy::Record(Box::new(record.parts(catalogue, blind)?))
                }
                Item::Tombstone { id, at, why, .. } => Copy::Tombstone {
                    id,
                    at: at.to_utc(),
                    why,
                },
            };
            out.push(Copied { seq, what });
        }
        Ok(out)
    }
}

impl Record {
    fn parts(
        self,
        catalogue: &Catalogue,
        blind: Option<&BlindKey>,
    ) -> Result<RecordParts, MirrorError> {
        let kind = self.subject.kind;
        if kind == SubjectKind::NaturalPerson && !is_exported(catalogue, &self.list, kind) {
            return Err(MirrorError::Person { list: self.list });
        }
        let open = kind == SubjectKind::NaturalPerson && !self.name_masked;
        let person_keys = blind
            .filter(|_| open)
            .map(|key| key.term(&fold(&self.subject.name)));
        Ok(RecordParts {
            id: self.id,
            list: self.list,
            subject_kind: kind,
            subject_name: self.subject.name,
            name_masked: self.name_masked,
            credit_code: self.subject.credit_code,
            other_codes: self.other_codes,
            person_keys: person_keys.into_iter().collect(),
            document_number: self.document_number,
            authority_name: self.authority.name,
            authority_code: self.authority.code,
            provider_name: self.provider.name,
            provider_code: self.provider.code,
            region: self.region,
            decided_on: self.decided_on,
            displayed_from: self.displayed_from,
            displayed_until: self.displayed_until,
            severity: self.severity,
            earliest_repair: self.earliest_repair,
            measures_until: self.measures_until,
            notes: self.notes,
            rule: self.rule,
            rule_source: self.rule_source,
            catalogue: self.catalogue,
            masking: self.masking,
            fields: self
                .fields
                .into_iter()
                .map(|field| PublicField {
                    key: field.key,
                    value: field.value,
                    export: true,
                })
                .collect(),
        })
    }
}
