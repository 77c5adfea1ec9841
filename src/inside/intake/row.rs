//! One row: from cells to a typed raw record, or every finding that keeps it out.

mod facts;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::field::{self, Typed};
use super::finding::{Fault, Finding, Gravity, shown_value};
use super::header::{Layout, Use};
use super::identity;
use super::source::{Cell, SheetRow, Trouble};
use super::template::{Column, Kind, Need, Template, Templates};
use super::value;
use crate::domain::kinds::SubjectKind;
use crate::domain::subject::CreditCode;
use crate::inside::raw::{RawRecord, RawSubject, RawText};

/// What the import knows beside the row.
#[derive(Clone, Debug)]
pub(in crate::inside) struct Context<'a> {
    /// Catalogue list.
    pub list: &'a str,
    /// Template of the list.
    pub template: &'a Template,
    /// All templates, for their vocabularies.
    pub templates: &'a Templates,
    /// Civil date of the import: no decision is later.
    pub today: NaiveDate,
    /// Authority for rows that do not name one (name, code): given with the command, or the list's own.
    pub authority: Option<(String, CreditCode)>,
    /// Codes given with the command: they complete any name.
    pub told: Vec<CreditCode>,
    /// Provider for rows that do not name one (name, code).
    pub provider: Option<(String, CreditCode)>,
}

/// What became of a row.
#[derive(Debug)]
pub(in crate::inside) struct TypedRow {
    /// Row number.
    pub number: u64,
    /// The record, unless a finding rejects the row.
    pub record: Option<Box<RawRecord>>,
    /// All findings, warnings included.
    pub findings: Vec<Finding>,
}

/// Types a row. Total: whatever stands in the row, the result is a record or at least one rejection.
pub(in crate::inside) fn read(row: &SheetRow, layout: &Layout, context: &Context<'_>) -> TypedRow {
    let number = row.number;
    let mut reader = RowReader {
        layout,
        context,
        number,
        values: BTreeMap::new(),
        unknown: Vec::new(),
        failed: Vec::new(),
        findings: Vec::new(),
    };
    let record = if let Some(trouble) = row.trouble {
        reader.note("", "", trouble_fault(trouble));
        None
    } else {
        reader.record(&row.cells)
    };
    let rejected = reader.findings.iter().any(|f| f.gravity == Gravity::Reject);
    TypedRow {
        number,
        record: record.filter(|_| !rejected).map(Box::new),
        findings: reader.findings,
    }
}

fn trouble_fault(trouble: Trouble) -> Fault {
    let (code, zh, en, mend_zh, mend_en) = match trouble {
        Trouble::Encoding => (
            "bad_encoding",
            "本行有不符合文件编码的字节",
            "the row holds bytes that are not text in the file's encoding",
            "用UTF-8重新导出本文件",
            "export the file again as UTF-8",
        ),
        Trouble::Quote => (
            "open_quote",
            "本行的引号没有闭合",
            "a quotation mark is opened in this row and never closed",
            "补上引号,字段内的引号写成两个",
            "close the quotation mark; inside a cell write it twice",
        ),
        Trouble::TooLong => (
            "row_too_long",
            "本行过长或列数过多",
            "the row is too long or has too many columns",
            "检查本行的换行和引号",
            "check the line ends and quotation marks of this row",
        ),
        Trouble::Json => (
            "bad_json",
            "本行不是JSON对象",
            "the line is no JSON object",
            "每行写一个JSON对象",
            "write one JSON object a line",
        ),
        Trouble::DuplicateKey => (
            "duplicate_key",
            "同一个键出现两次",
            "a key occurs twice in the object",
            "每个键只写一次",
            "write each key once",
        ),
    };
    Fault::new(code, (zh, en), (mend_zh, mend_en))
}

struct RowReader<'a, 'r> {
    layout: &'r Layout,
    context: &'r Context<'a>,
    number: u64,
    /// Typed values by key, with the column of the file they stood in.
    values: BTreeMap<&'a str, (Typed, usize)>,
    unknown: Vec<(&'r str, String)>,
    /// Keys that hold something which could not be read: not to be called missing as well.
    failed: Vec<&'a str>,
    findings: Vec<Finding>,
}

impl<'a> RowReader<'a, '_> {
    fn note(&mut self, column: &str, value: &str, fault: Fault) {
        self.findings.push(Finding::at(
            &self.layout.sheet,
            self.number,
            column,
            value,
            fault,
        ));
    }

    /// Notes a fault of a key, under the header of the file or, failing that, the template's.
    fn note_key(&mut self, key: &str, fault: Fault) {
        let at = self
            .values
            .get(key)
            .map(|(typed, at)| (typed.stored(), *at));
        let column = self.context.template.column(key);
        let private = column.is_none_or(|c| c.private);
        let (value, header) = match at {
            Some((value, at)) => (
                shown_value(&value, private),
                self.layout.headers.get(at).cloned().unwrap_or_default(),
            ),
            None => (
                String::new(),
                self.header_of(key)
                    .or_else(|| column.map(|c| c.title().to_owned()))
                    .unwrap_or_else(|| key.to_owned()),
            ),
        };
        self.note(&header, &value, fault);
    }

    fn header_of(&self, key: &str) -> Option<String> {
        let template = self.context.template;
        self.layout
            .uses
            .iter()
            .zip(&self.layout.headers)
            .find(|(u, _)| {
                matches!(u, Use::Known(i, _) if template.columns.get(*i).is_some_and(|c| c.key == key))
            })
            .map(|(_, h)| h.clone())
    }

    fn record(&mut self, cells: &[Cell]) -> Option<RawRecord> {
        let kind = self.kind(cells);
        self.fields(cells, kind);
        let kind = kind?;
        let subject = self.subject(kind);
        self.needs(kind);
        let facts = self.facts();
        let decided_on = self.decided_on();
        let parties = self.parties();
        let document_number = self.document_number();
        let (subject, decided_on, parties) = (subject?, decided_on?, parties?);
        let basis_document =
            self.basis_document(&document_number?, decided_on, &parties.authority.0);
        let document_number = self.document_number()?;
        let region = self
            .text("region_code")
            .unwrap_or_else(|| parties.authority.1.region_code().to_owned());
        let mut fields = BTreeMap::new();
        let values = std::mem::take(&mut self.values);
        for (key, (typed, _)) in values {
            fields.insert(key.to_owned(), RawText::new(typed.stored()));
        }
        // what identifies the subject is kept in one place, in its checked form
        for (key, value) in std::mem::take(&mut self.unknown) {
            fields.insert(key.to_owned(), RawText::new(value));
        }
        fields.insert(
            "subject_category".to_owned(),
            RawText::new(category_words(kind)),
        );
        Some(RawRecord {
            list: self.context.list.to_owned(),
            subject,
            document_number,
            authority_name: parties.authority.0,
            authority_code: parties.authority.1.as_str().to_owned(),
            provider_name: parties.provider.0,
            provider_code: parties.provider.1.as_str().to_owned(),
            region,
            decided_on,
            basis_document,
            facts,
            fields,
        })
    }

    /// The kind of subject: as told, else as the identifiers say.
    fn kind(&mut self, cells: &[Cell]) -> Option<SubjectKind> {
        let told = self.raw(cells, "subject_category");
        let code = self.raw(cells, "credit_code").unwrap_or_default();
        let code = code.trim_start_matches(['\'', '=', '"']);
        let name = self.raw(cells, "subject_name").unwrap_or_default();
        let individual = code.starts_with("92") || code.starts_with("９２");
        let organisation = || {
            if is_unincorporated(&name) {
                SubjectKind::UnincorporatedOrg
            } else {
                SubjectKind::LegalPerson
            }
        };
        if let Some(told) = told {
            let read = self
                .context
                .templates
                .vocabulary("subject_category")
                .and_then(|v| v.read(&told));
            let Some((category, _)) = read else {
                // the fault itself is noted when the column is typed
                return None;
            };
            return Some(match category.as_str() {
                "natural_person" => SubjectKind::NaturalPerson,
                "individual_business" => SubjectKind::IndividualBusiness,
                _ => organisation(),
            });
        }
        let has_id = self.raw(cells, "subject_id_number").is_some();
        Some(
            match (value::is_placeholder(code) || code.is_empty(), has_id) {
                (false, _) if individual => SubjectKind::IndividualBusiness,
                (true, true) => SubjectKind::NaturalPerson,
                _ => organisation(),
            },
        )
    }

    /// The cleaned text of a key, before typing.
    fn raw(&self, cells: &[Cell], key: &str) -> Option<String> {
        let template = self.context.template;
        self.layout
            .uses
            .iter()
            .zip(cells)
            .find(|(u, _)| {
                matches!(u, Use::Known(i, _) if template.columns.get(*i).is_some_and(|c| c.key == key))
            })
            .map(|(_, cell)| value::clean_line(&cell.text))
            .filter(|t| !t.is_empty())
    }

    fn fields(&mut self, cells: &[Cell], kind: Option<SubjectKind>) {
        let template = self.context.template;
        let layout = self.layout;
        for (at, cell) in cells.iter().enumerate() {
            if cell.is_blank() {
                continue;
            }
            let header = layout.headers.get(at).map_or("", String::as_str);
            match layout.uses.get(at) {
                Some(Use::Known(index, unit)) => {
                    let Some(column) = template.columns.get(*index) else {
                        continue;
                    };
                    self.field(column, *unit, cell, at, header, kind);
                }
                Some(Use::Unknown(key)) => {
                    let text = value::clean_text(&cell.text);
                    let kept: String = text.chars().take(5000).collect();
                    self.unknown.push((key, kept));
                }
                Some(Use::Repeated) => {}
                Some(Use::Nameless) | None => {
                    let fault = Fault::new(
                        "cell_without_column",
                        (
                            format!("第{}列有内容但没有表头", at + 1),
                            format!("column {} has a value but no header", at + 1),
                        ),
                        (
                            "检查是否多了分隔符,或补上表头",
                            "look for a delimiter too many, or name the column",
                        ),
                    );
                    self.note("", &shown_value(cell.text.trim(), true), fault);
                }
            }
        }
    }

    fn field(
        &mut self,
        column: &'a Column,
        unit: super::header::Unit,
        cell: &Cell,
        at: usize,
        header: &str,
        kind: Option<SubjectKind>,
    ) {
        let need = kind.map_or(Need::Optional, |k| need_of(column, k));
        let private = column.private
            || kind == Some(SubjectKind::NaturalPerson) && column.key == "subject_name";
        let mut doubts = Vec::new();
        let read = field::read(
            column,
            unit,
            cell,
            self.context.templates,
            self.layout.legacy,
            need == Need::Mandatory,
            &mut doubts,
        );
        let shown = || shown_value(&value::clean_line(&cell.text), private);
        for doubt in doubts {
            self.note(header, &shown(), doubt);
        }
        match read {
            Ok(Some(typed)) => {
                self.values.insert(&column.key, (typed, at));
                if need == Need::Empty {
                    self.must_be_empty(column, kind, header, &shown());
                }
            }
            Ok(None) => {}
            // a fault in a column that should be empty anyway does not keep the row out
            Err(fault) if need == Need::Empty => {
                self.failed.push(&column.key);
                self.note(header, &shown(), fault.warning());
            }
            Err(fault) => {
                self.failed.push(&column.key);
                self.note(header, &shown(), fault);
            }
        }
    }

    fn must_be_empty(
        &mut self,
        column: &Column,
        kind: Option<SubjectKind>,
        header: &str,
        shown: &str,
    ) {
        let words = kind.map_or("", SubjectKind::zh);
        let fault = Fault::new(
            "must_be_empty",
            (
                format!("{words}不应填写此列"),
                format!(
                    "a subject of kind {} has no value here",
                    kind.map_or("", SubjectKind::en)
                ),
            ),
            (
                "清空此列,或更正主体类别",
                "clear the cell, or correct the subject's category",
            ),
        );
        // a person with a credit code is a contradiction; everything else is only superfluous
        let fault = if column.kind == Kind::CreditCode {
            fault
        } else {
            fault.warning()
        };
        self.note(header, shown, fault);
    }

    fn needs(&mut self, kind: SubjectKind) {
        let template = self.context.template;
        for column in &template.columns {
            let mandatory = if self.layout.legacy {
                template.legacy_mandatory.contains(&column.key)
                    || (identifies(&column.key) && need_of(column, kind) == Need::Mandatory)
            } else {
                need_of(column, kind) == Need::Mandatory
            };
            let there = self.values.contains_key(column.key.as_str())
                || self.failed.contains(&column.key.as_str());
            if !mandatory || there || column.fallback {
                continue;
            }
            // a licence without document number goes by its licence number (XK_WSH)
            if column.key == "document_number" && self.values.contains_key("licence_number") {
                continue;
            }
            let fault = missing(column.title());
            self.note_key(&column.key, fault);
        }
        self.conditions();
    }

    /// 罚款金额 if fined, 没收金额 if confiscated, 证照 if suspended or revoked (domain.md 3.1).
    fn conditions(&mut self) {
        if self.layout.legacy {
            return;
        }
        let kinds = self.kinds();
        let has = |part: &str| kinds.iter().any(|k| k.contains(part));
        let wanted = [
            ("fine_amount", has("罚款"), "罚款"),
            ("confiscation_amount", has("没收"), "没收"),
            ("revoked_licence", has("暂扣") || has("吊销"), "暂扣或吊销"),
        ];
        for (key, applies, word) in wanted {
            let there = self.values.contains_key(key) || self.failed.contains(&key);
            if applies && !there && self.context.template.column(key).is_some() {
                let fault = Fault::new(
                    "missing_if",
                    (
                        format!("处罚类别含{word}时必填"),
                        "mandatory for this kind of penalty".to_owned(),
                    ),
                    (
                        "补填此列,或更正处罚类别",
                        "fill it in, or correct the kind of penalty",
                    ),
                );
                self.note_key(key, fault);
            }
        }
    }

    fn subject(&mut self, kind: SubjectKind) -> Option<RawSubject> {
        let name = self.text("subject_name");
        let credit_code = self.credit("credit_code");
        if let Some(code) = credit_code
            && let Err(e) = code.check_kind(kind)
            && kind != SubjectKind::NaturalPerson
        {
            let fault = Fault::new(
                "kind_mismatch",
                (
                    "统一社会信用代码与主体类别不符:92开头的代码属于个体工商户,也只属于个体工商户"
                        .to_owned(),
                    e.to_string(),
                ),
                ("更正主体类别或代码", "correct the category or the code"),
            );
            self.note_key("credit_code", fault);
        }
        self.identity_columns();
        let identity = if kind == SubjectKind::NaturalPerson {
            self.identity()
        } else {
            None
        };
        Some(RawSubject {
            kind,
            name: RawText::new(name?),
            credit_code: credit_code
                .filter(|_| kind.has_credit_code())
                .map(|c| c.as_str().to_owned()),
            identity: identity.map(|(kind, number)| (kind, RawText::new(number))),
        })
    }

    /// Checks the identity numbers of others than the subject: never public, so a fault is a warning.
    fn identity_columns(&mut self) {
        let template = self.context.template;
        for column in &template.columns {
            if column.kind != Kind::IdNumber || column.key == "subject_id_number" {
                continue;
            }
            let Some((Typed::Text(number), at)) = self.values.get(column.key.as_str()).cloned()
            else {
                continue;
            };
            let type_key = column.key.replace("_number", "_type");
            let told = self.choice(&type_key);
            match identity::check(told.as_deref(), &number) {
                Ok(found) => {
                    self.values
                        .insert(&column.key, (Typed::Text(found.number), at));
                }
                Err(fault) => self.note_key(&column.key, fault.warning()),
            }
        }
    }

    /// The subject's own identity document: (type code, number in normal form).
    fn identity(&mut self) -> Option<(String, String)> {
        let (Typed::Text(number), at) = self.values.get("subject_id_number")?.clone() else {
            return None;
        };
        let told = self.choice("subject_id_type");
        match identity::check(told.as_deref(), &number) {
            Ok(found) => {
                if let Some(doubt) = found.doubt {
                    self.note_key("subject_id_number", doubt.warning());
                }
                self.values
                    .insert("subject_id_number", (Typed::Text(found.number.clone()), at));
                Some((found.kind, found.number))
            }
            Err(fault) => {
                self.note_key("subject_id_number", fault);
                None
            }
        }
    }

    fn decided_on(&mut self) -> Option<NaiveDate> {
        let decided = self.date("decided_on")?;
        if decided > self.context.today {
            let fault = Fault::new(
                "future_date",
                (
                    "决定日期晚于今天",
                    "the date of the decision lies in the future",
                ),
                ("更正日期", "correct the date"),
            );
            self.note_key("decided_on", fault);
        }
        let from = self.date("valid_from");
        for key in ["valid_until", "display_until_supplied"] {
            let Some(until) = self.date(key) else {
                continue;
            };
            let start = if key == "valid_until" { from } else { None };
            if until < start.unwrap_or(decided) {
                let fault = Fault::new(
                    "dates_order",
                    (
                        "截止日期早于开始日期",
                        "this date lies before the one it should follow",
                    ),
                    ("更正其中一个日期", "correct one of the two dates"),
                );
                self.note_key(key, fault);
            }
        }
        Some(decided)
    }

    fn parties(&mut self) -> Option<Parties> {
        let authority = self.party(
            "authority_name",
            "authority_code",
            self.context.authority.clone(),
        );
        let fallback = self.context.provider.clone().or_else(|| authority.clone());
        let provider = self.party("source_name", "source_code", fallback);
        Some(Parties {
            authority: authority?,
            provider: provider?,
        })
    }

    /// Name and code of a body: as the row says, completed from what the import was told.
    fn party(
        &mut self,
        name_key: &'static str,
        code_key: &'static str,
        fallback: Option<(String, CreditCode)>,
    ) -> Option<(String, CreditCode)> {
        let name = self.text(name_key);
        let code = self.credit(code_key);
        let failed = [name_key, code_key].iter().any(|k| self.failed.contains(k));
        let found = match (name, code, fallback) {
            (Some(name), Some(code), _) => Some((name, code)),
            (None, Some(code), Some((name, known))) if known == code => Some((name, code)),
            (Some(name), None, Some((known, code))) if known == name || self.is_told(code) => {
                Some((name, code))
            }
            (None, None, told) => told,
            _ => None,
        };
        if found.is_none() && !failed {
            let key = if self.values.contains_key(name_key) {
                code_key
            } else {
                name_key
            };
            let title = self
                .context
                .template
                .column(key)
                .map_or(key, Column::title)
                .to_owned();
            let mut fault = missing(&title);
            fault.mend_zh = "补填此列,或在导入时指定单位".to_owned();
            fault.mend_en = "fill it in, or name the body when importing".to_owned();
            self.note_key(key, fault);
        }
        found
    }

    /// Whether a code was given with the import command: then it completes any name.
    fn is_told(&self, code: CreditCode) -> bool {
        self.context.told.contains(&code)
    }

    fn document_number(&mut self) -> Option<String> {
        self.text("document_number")
            .or_else(|| self.text("licence_number"))
    }

    fn credit(&self, key: &str) -> Option<CreditCode> {
        match self.values.get(key) {
            Some((Typed::Credit(code), _)) => Some(*code),
            _ => None,
        }
    }
}

struct Parties {
    authority: (String, CreditCode),
    provider: (String, CreditCode),
}

fn missing(title: &str) -> Fault {
    Fault::new(
        "missing",
        (format!("缺少{title}"), format!("{title} is missing")),
        ("补填此列", "fill it in"),
    )
}

fn identifies(key: &str) -> bool {
    matches!(key, "credit_code" | "subject_id_number")
}

pub(super) fn need_of(column: &Column, kind: SubjectKind) -> Need {
    let [organisation, individual, person] = column.need;
    match kind {
        SubjectKind::LegalPerson | SubjectKind::UnincorporatedOrg => organisation,
        SubjectKind::IndividualBusiness => individual,
        SubjectKind::NaturalPerson => person,
    }
}

/// The template's own words for the category.
const fn category_words(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::LegalPerson | SubjectKind::UnincorporatedOrg => "法人及非法人组织",
        SubjectKind::IndividualBusiness => "个体工商户",
        SubjectKind::NaturalPerson => "自然人",
    }
}

/// Partnerships, sole proprietorships and branches have no legal personality; the template does not tell
/// them apart, so the name does. No rule of display depends on it.
fn is_unincorporated(name: &str) -> bool {
    ["分公司", "分厂", "分店", "分行", "支行", "办事处", "营业部"]
        .iter()
        .any(|end| name.ends_with(end))
        || ["合伙", "个人独资"].iter().any(|word| name.contains(word))
}
