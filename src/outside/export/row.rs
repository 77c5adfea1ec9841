//! What a record looks like in a file: the columns, their meaning, and their spelling in each form.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::Format;
use crate::domain::catalogue::Catalogue;
use crate::domain::kinds::SubjectKind;
use crate::record::{Note, PublicRecord, RecordParts};

/// A column: its name, its type in a table schema, its meaning in Chinese and English.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Stable name.
    pub name: &'static str,
    /// Type of Table Schema (Frictionless).
    pub kind: &'static str,
    /// Whether it is always filled.
    pub required: bool,
    /// Meaning in Chinese.
    pub zh: &'static str,
    /// Meaning in English.
    pub en: &'static str,
}

const fn column(
    name: &'static str,
    kind: &'static str,
    required: bool,
    zh: &'static str,
    en: &'static str,
) -> Column {
    Column {
        name,
        kind,
        required,
        zh,
        en,
    }
}

/// The columns, in their order. New ones are added at the end; none is ever renamed.
pub const COLUMNS: [Column; 24] = [
    column(
        "id",
        "string",
        true,
        "记录编号，稳定不变",
        "Stable id of the record",
    ),
    column(
        "seq",
        "integer",
        true,
        "最后一次变更的序号",
        "Sequence number of its last change",
    ),
    column(
        "list",
        "string",
        true,
        "名单代码，见 codes/lists.csv",
        "Code of the list, see codes/lists.csv",
    ),
    column(
        "subject_kind",
        "string",
        true,
        "主体类型，见 codes/subject_kinds.csv",
        "Kind of subject, see codes/subject_kinds.csv",
    ),
    column(
        "subject_name",
        "string",
        true,
        "主体名称（依规定脱敏的为脱敏后）",
        "Name as shown; masked where the rules require",
    ),
    column(
        "credit_code",
        "string",
        false,
        "统一社会信用代码（GB 32100）",
        "Unified social credit code (GB 32100)",
    ),
    column(
        "document_number",
        "string",
        false,
        "决定文书号",
        "Number of the decision",
    ),
    column(
        "authority_name",
        "string",
        true,
        "决定机关",
        "Deciding authority",
    ),
    column(
        "authority_code",
        "string",
        false,
        "决定机关统一社会信用代码",
        "Its unified social credit code",
    ),
    column(
        "provider_name",
        "string",
        false,
        "数据来源单位",
        "Provider of the record",
    ),
    column(
        "provider_code",
        "string",
        false,
        "数据来源单位统一社会信用代码",
        "Its unified social credit code",
    ),
    column(
        "region",
        "string",
        true,
        "行政区划代码（GB/T 2260）",
        "Region (GB/T 2260)",
    ),
    column(
        "decided_on",
        "date",
        true,
        "决定日期",
        "Date of the decision",
    ),
    column(
        "displayed_from",
        "date",
        true,
        "公示起始日期",
        "First day of display",
    ),
    column(
        "displayed_until",
        "date",
        false,
        "不再公示的第一天；空为没有固定截止日期",
        "First day on which it is no longer displayed; empty: no fixed end",
    ),
    column(
        "severity",
        "string",
        false,
        "失信程度，见 codes/severities.csv",
        "Severity, see codes/severities.csv",
    ),
    column(
        "earliest_repair",
        "date",
        false,
        "最早可申请信用修复的日期",
        "First day on which repair may be applied for",
    ),
    column(
        "measures_until",
        "date",
        false,
        "措施实施至（含当日）",
        "Last day of its measures",
    ),
    column(
        "state",
        "string",
        true,
        "状态，见 codes/states.csv",
        "State, see codes/states.csv",
    ),
    column(
        "notes",
        "string",
        false,
        "标注，以分号分隔",
        "Notes, separated by semicolons",
    ),
    column("rule", "string", true, "公示期规则", "Rule of the term"),
    column(
        "catalogue",
        "string",
        true,
        "发布时的目录版本",
        "Catalogue version it was published under",
    ),
    column(
        "masking",
        "integer",
        true,
        "脱敏规则版本",
        "Version of the masking rules",
    ),
    column(
        "fields",
        "object",
        true,
        "名单各自的公示项目（JSON 对象，键见 codes/fields.csv）",
        "Fields of its list (a JSON object; keys in codes/fields.csv)",
    ),
];

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
    }
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    seq: i64,
    list: &'a str,
    subject_kind: &'static str,
    subject_name: &'a str,
    credit_code: Option<&'a str>,
    document_number: &'a str,
    authority_name: &'a str,
    authority_code: &'a str,
    provider_name: &'a str,
    provider_code: &'a str,
    region: &'a str,
    decided_on: NaiveDate,
    displayed_from: NaiveDate,
    displayed_until: Option<NaiveDate>,
    severity: Option<&'static str>,
    earliest_repair: Option<NaiveDate>,
    measures_until: Option<NaiveDate>,
    state: &'static str,
    notes: Vec<&'static str>,
    rule: &'a str,
    catalogue: &'a str,
    masking: u32,
    fields: BTreeMap<&'a str, &'a str>,
}

/// A record as a line, ready to be written in any form.
pub struct Row<'a>(Line<'a>);

impl<'a> Row<'a> {
    /// The row of a record. Blind terms, other codes and fields that exports may not carry are left behind here.
    #[must_use]
    pub fn new(seq: i64, record: &'a PublicRecord) -> Self {
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
            catalogue,
            masking,
            fields,
        } = record.parts();
        Self(Line {
            id,
            seq,
            list,
            subject_kind: subject_kind.code(),
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
            notes: notes.iter().map(|n| note_code(*n)).collect(),
            rule,
            catalogue,
            masking: *masking,
            fields: fields
                .iter()
                .filter(|f| f.export && !f.value.is_empty())
                .map(|f| (f.key.as_str(), f.value.as_str()))
                .collect(),
        })
    }

    fn cells(&self) -> [String; 24] {
        let line = &self.0;
        let date = |d: Option<NaiveDate>| d.map(|d| d.to_string()).unwrap_or_default();
        [
            line.id.to_owned(),
            line.seq.to_string(),
            line.list.to_owned(),
            line.subject_kind.to_owned(),
            line.subject_name.to_owned(),
            line.credit_code.unwrap_or_default().to_owned(),
            line.document_number.to_owned(),
            line.authority_name.to_owned(),
            line.authority_code.to_owned(),
            line.provider_name.to_owned(),
            line.provider_code.to_owned(),
            line.region.to_owned(),
            line.decided_on.to_string(),
            line.displayed_from.to_string(),
            date(line.displayed_until),
            line.severity.unwrap_or_default().to_owned(),
            date(line.earliest_repair),
            date(line.measures_until),
            line.state.to_owned(),
            line.notes.join(";"),
            line.rule.to_owned(),
            line.catalogue.to_owned(),
            line.masking.to_string(),
            // a map of texts cannot fail to be written
            serde_json::to_string(&line.fields).unwrap_or_default(),
        ]
    }

    /// Writes the row at the end of a text, in a form.
    pub fn write(&self, format: Format, out: &mut Vec<u8>) {
        match format {
            Format::Jsonl => {
                // into memory, and of texts and numbers only: neither can fail
                if serde_json::to_writer(&mut *out, &self.0).is_ok() {
                    out.push(b'\n');
                }
            }
            Format::Csv => csv_line(&self.cells(), out),
            Format::Excel => csv_line(&self.cells().map(|cell| safe(&cell)), out),
        }
    }
}

/// What stands before the rows of a file.
#[must_use]
pub fn head(format: Format) -> Vec<u8> {
    let mut out = Vec::new();
    match format {
        Format::Jsonl => {}
        Format::Csv => csv_line(&COLUMNS.map(|c| c.name), &mut out),
        Format::Excel => {
            out.extend("\u{feff}".as_bytes());
            csv_line(&COLUMNS.map(|c| c.name), &mut out);
        }
    }
    out
}

fn csv_line<T: AsRef<[u8]>>(cells: &[T], out: &mut Vec<u8>) {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .buffer_capacity(4 << 10)
        .from_writer(out);
    // into memory: it cannot fail
    let _ = writer.write_record(cells);
    let _ = writer.flush();
}

/// A cell that a spreadsheet neither runs nor rounds: what begins as a formula gets an apostrophe before it, and a long
/// number of digits alone a tab, which makes it text.
#[must_use]
pub fn safe(cell: &str) -> String {
    let first = cell.chars().next();
    if matches!(
        first,
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
    ) {
        return format!("'{cell}");
    }
    if cell.len() > 11 && cell.bytes().all(|b| b.is_ascii_digit()) {
        return format!("\t{cell}");
    }
    cell.to_owned()
}
