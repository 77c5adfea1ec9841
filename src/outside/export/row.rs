//! What a record looks like in a file: the columns, their meaning, and their spelling in each form.

use std::borrow::{Borrow, Cow};
use std::cell::OnceCell;

use chrono::NaiveDate;
use csv::StringRecord;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

pub use super::columns::{COLUMNS, Column};
use super::plain::{self, Edition};
use super::{Format, ftm, sheet};
use crate::domain::catalogue::{Catalogue, ListEntry};
use crate::domain::kinds::SubjectKind;
use crate::outside::store::Stored;
use crate::record::{Note, PublicField, RecordParts};

/// Whether a record leaves as data: natural persons only where their list says so (domain.md 4.3).
#[must_use]
pub fn is_exported(catalogue: &Catalogue, list: &str, kind: SubjectKind) -> bool {
    catalogue
        .list(list)
        .is_some_and(|entry| kind != SubjectKind::NaturalPerson || entry.persons.export)
}

/// Code of a note.
#[must_use]
pub const fn note_code(note: Note) -> &'static str {
    match note {
        Note::UnderObjection => "under_objection",
        Note::Corrected => "corrected",
        Note::HeldAtMaximum => "held_at_maximum",
        Note::PublishedLate => "published_late",
        Note::Reinstated => "reinstated",
        Note::MeasuresSuspended => "measures_suspended",
    }
}

/// A record as JSON tells it.
#[derive(Serialize)]
pub struct Line<'a> {
    pub(super) id: &'a str,
    pub(super) seq: i64,
    pub(super) list: &'a str,
    #[serde(serialize_with = "code")]
    pub(super) subject_kind: SubjectKind,
    pub(super) subject_name: &'a str,
    pub(super) credit_code: Option<&'a str>,
    pub(super) document_number: &'a str,
    pub(super) authority_name: &'a str,
    pub(super) authority_code: &'a str,
    pub(super) provider_name: &'a str,
    pub(super) provider_code: &'a str,
    pub(super) region: &'a str,
    pub(super) decided_on: NaiveDate,
    pub(super) displayed_from: NaiveDate,
    pub(super) displayed_until: Option<NaiveDate>,
    pub(super) severity: Option<&'static str>,
    pub(super) earliest_repair: Option<NaiveDate>,
    pub(super) measures_until: Option<NaiveDate>,
    pub(super) state: &'static str,
    #[serde(serialize_with = "codes")]
    pub(super) notes: &'a [Note],
    pub(super) rule: &'a str,
    pub(super) catalogue: &'a str,
    pub(super) masking: u32,
    #[serde(serialize_with = "map")]
    fields: Vec<(&'a str, &'a str)>,
}

fn codes<S: Serializer>(notes: &&[Note], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(notes.iter().map(|note| note_code(*note)))
}

fn map<S: Serializer>(fields: &[(&str, &str)], to: S) -> Result<S::Ok, S::Error> {
    let mut map = to.serialize_map(Some(fields.len()))?;
    for (key, value) in fields {
        map.serialize_entry(key, value)?;
    }
    map.end()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn code<S: Serializer>(kind: &SubjectKind, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(kind.code())
}

/// A record as a line, ready to be written in any form.
pub struct Row<'a> {
    line: Line<'a>,
    cells: OnceCell<StringRecord>,
    list: Option<&'a ListEntry>,
}

impl<'a> Row<'a> {
    /// The row of a record. Blind terms, other codes and fields that exports may not carry are left behind here.
    #[must_use]
    pub fn new(stored: &'a Stored, catalogue: &'a Catalogue) -> Self {
        let record = &stored.record;
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
            provider_code,
            region,
            decided_on,
            displayed_from,
            displayed_until,
            severity,
            earliest_repair,
            measures_until,
            notes,
            rule,
            rule_source: _,
            catalogue: version,
            masking,
            fields,
        } = record.parts();
        let line = Line {
            id,
            seq: stored.seq,
            list,
            subject_kind: *subject_kind,
            subject_name,
            credit_code: credit_code.as_deref(),
            document_number,
            authority_name,
            authority_code,
            provider_name,
            provider_code,
            region,
            decided_on: *decided_on,
            displayed_from: *displayed_from,
            displayed_until: *displayed_until,
            severity: severity.map(crate::domain::kinds::Severity::code),
            earliest_repair: *earliest_repair,
            measures_until: *measures_until,
            state: record.state().code(),
            notes,
            rule,
            catalogue: version,
            masking: *masking,
            fields: exported(fields),
        };
        Self {
            cells: OnceCell::new(),
            line,
            list: catalogue.list(list),
        }
    }

    /// What it says, with its types.
    #[must_use]
    pub const fn line(&self) -> &Line<'a> {
        &self.line
    }

    /// Its cells, in the order of [`COLUMNS`]: made when they are asked for, since CSV does without.
    #[must_use]
    pub fn cells(&self) -> &StringRecord {
        self.cells.get_or_init(|| self.line.cells())
    }
}

/// The fields that leave as data, by key; of two with one key the last counts.
fn exported(fields: &[PublicField]) -> Vec<(&str, &str)> {
    let mut all = Vec::with_capacity(fields.len());
    for field in fields.iter().filter(|f| f.export && !f.value.is_empty()) {
        all.push((field.key.as_str(), field.value.as_str()));
    }
    let apart = |two: &[(&str, &str)]| two[0].0 < two[1].0;
    if !all.windows(2).all(apart) {
        // the order of equal keys is kept
        all.sort_by_key(|field| field.0);
        all.reverse();
        all.dedup_by_key(|field| field.0);
        all.reverse();
    }
    all
}

impl<'a> Line<'a> {
    /// The fields that it carries, by key.
    #[must_use]
    pub fn fields(&self) -> &[(&'a str, &'a str)] {
        &self.fields
    }

    fn cells(&self) -> StringRecord {
        let mut cells = StringRecord::with_capacity(512, COLUMNS.len());
        let (seq, masking) = (self.seq.to_string(), self.masking.to_string());
        let notes: Vec<&str> = self.notes.iter().map(|note| note_code(*note)).collect();
        let notes = notes.join(";");
        // a map of texts cannot fail to be written
        let fields = serde_json::to_string(&Fields(&self.fields)).unwrap_or_default();
        for cell in [
            self.id,
            &seq,
            self.list,
            self.subject_kind.code(),
            self.subject_name,
            self.credit_code.unwrap_or_default(),
            self.document_number,
            self.authority_name,
            self.authority_code,
            self.provider_name,
            self.provider_code,
            self.region,
        ] {
            cells.push_field(cell);
        }
        push_date(&mut cells, Some(self.decided_on));
        push_date(&mut cells, Some(self.displayed_from));
        push_date(&mut cells, self.displayed_until);
        cells.push_field(self.severity.unwrap_or_default());
        push_date(&mut cells, self.earliest_repair);
        push_date(&mut cells, self.measures_until);
        for cell in [
            self.state,
            &notes,
            self.rule,
            self.catalogue,
            &masking,
            &fields,
        ] {
            cells.push_field(cell);
        }
        cells
    }

    /// A date by the name of its column.
    #[must_use]
    pub fn date(&self, column: &str) -> Option<NaiveDate> {
        match column {
            "decided_on" => Some(self.decided_on),
            "displayed_from" => Some(self.displayed_from),
            "displayed_until" => self.displayed_until,
            "earliest_repair" => self.earliest_repair,
            "measures_until" => self.measures_until,
            _ => None,
        }
    }

    /// A number by the name of its column.
    #[must_use]
    pub fn number(&self, column: &str) -> i64 {
        match column {
            "seq" => self.seq,
            _ => i64::from(self.masking),
        }
    }
}

/// The fields as a map.
struct Fields<'f>(&'f [(&'f str, &'f str)]);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        map(self.0, to)
    }
}

fn push_date(cells: &mut StringRecord, date: Option<NaiveDate>) {
    let mut text = Vec::with_capacity(10);
    plain::date(date, &mut text);
    cells.push_field(std::str::from_utf8(&text).unwrap_or_default());
}

/// Writes rows at the end of a text, in a form that consists of rows.
pub fn write<'a, R: Borrow<Row<'a>>>(rows: &[R], format: Format, out: &mut Vec<u8>) {
    let rows = || rows.iter().map(Borrow::borrow);
    match format {
        Format::Jsonl => {
            for row in rows() {
                // into memory, and of texts and numbers only: neither can fail
                if serde_json::to_writer(&mut *out, &row.line).is_ok() {
                    out.push(b'\n');
                }
            }
        }
        Format::Csv => rows().for_each(|row| plain::csv(&row.line, Edition::Exact, out)),
        Format::Excel => rows().for_each(|row| plain::csv(&row.line, Edition::Excel, out)),
        Format::Xlsx => rows().for_each(|row| sheet::row(row, out)),
        Format::Ftm => {
            for row in rows() {
                if let Some(list) = row.list {
                    ftm::write(&row.line, list, out);
                }
            }
        }
        // a row group and a database are made as a whole
        Format::Parquet | Format::Sqlite => {}
    }
}

/// What stands before the rows of a file.
#[must_use]
pub fn head(format: Format) -> Vec<u8> {
    let mut out = Vec::new();
    let names: StringRecord = COLUMNS.iter().map(|c| c.name).collect();
    match format {
        Format::Csv => csv_lines([&names], &mut out),
        Format::Excel => {
            out.extend("\u{feff}".as_bytes());
            csv_lines([&names], &mut out);
        }
        Format::Xlsx => out = sheet::begin(),
        Format::Jsonl | Format::Ftm | Format::Parquet | Format::Sqlite => {}
    }
    out
}

fn csv_lines<R: std::borrow::Borrow<StringRecord>>(
    rows: impl IntoIterator<Item = R>,
    out: &mut Vec<u8>,
) {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .buffer_capacity(64 << 10)
        .from_writer(out);
    // into memory: it cannot fail
    for row in rows {
        let _ = writer.write_byte_record(row.borrow().as_byte_record());
    }
    let _ = writer.flush();
}

/// A cell that a spreadsheet neither runs nor rounds: what begins as a formula gets an apostrophe before it, and a long
/// number of digits alone, or a code that reads as one with an exponent, a tab, which makes it text.
#[must_use]
pub fn safe(cell: &str) -> Cow<'_, str> {
    let first = cell.chars().next();
    if matches!(
        first,
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
    ) {
        return Cow::Owned(format!("'{cell}"));
    }
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let exponent = cell.split_once(['e', 'E']);
    if (cell.len() > 11 && is_number(cell))
        || exponent.is_some_and(|(a, b)| is_number(a) && is_number(b))
    {
        return Cow::Owned(format!("\t{cell}"));
    }
    Cow::Borrowed(cell)
}
