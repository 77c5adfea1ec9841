//! One row: what a desk types into a form, or a file of a single row, becomes a checked raw record by the same typing as
//! every import.

use std::path::Path;

use super::finding::{Finding, Gravity};
use super::header::Layout;
use super::import::{body, contact};
use super::row::{self, Context};
use super::source::{self, Cell, Flow, Limits, SheetRow, sniff};
use super::table::{Chunk, Table};
use super::template::{Kind, Need, Template, Templates};
use super::{Body, ImportError};
use crate::domain::catalogue::{Catalogue, ListEntry};
use crate::domain::time::{Moment, civil_date};
use crate::inside::raw::RawRecord;

/// Why there is no record.
#[derive(Debug)]
pub(in crate::inside) enum NoRow {
    /// The file or its frame.
    Import(ImportError),
    /// Not one row, but so many.
    Rows(u64),
    /// What is wrong with the row.
    Faulty(Vec<Finding>),
}

impl From<ImportError> for NoRow {
    fn from(cause: ImportError) -> Self {
        Self::Import(cause)
    }
}

/// A column as a form asks for it.
#[derive(Clone, Debug)]
pub(in crate::inside) struct Asked {
    /// Canonical key.
    pub key: String,
    /// Official name.
    pub title: String,
    /// Free text.
    pub long: bool,
    /// A civil date.
    pub date: bool,
    /// Whether a subject of each kind must have it: organisation, individual business, natural person.
    pub needed: [bool; 3],
    /// Longest value in characters.
    pub max: usize,
    /// The words that are accepted, where they are few.
    pub choices: Option<String>,
}

/// The list as its rows are read: its own template, and who stands in for what a row does not name.
struct Frame<'a> {
    entry: &'a ListEntry,
    template: Template,
    templates: &'static Templates,
}

impl<'a> Frame<'a> {
    fn of(catalogue: &'a Catalogue, list: &str) -> Result<Self, ImportError> {
        let entry = catalogue
            .list(list)
            .ok_or_else(|| ImportError::UnknownList {
                list: list.to_owned(),
            })?;
        let templates = Templates::embedded().map_err(|e| ImportError::Internal(e.to_owned()))?;
        let template = templates
            .template(&entry.template)
            .ok_or_else(|| ImportError::Internal(format!("no template {}", entry.template)))?
            .for_list(entry);
        Ok(Self {
            entry,
            template,
            templates,
        })
    }

    fn context(&self, authority: Option<&Body>, at: Moment) -> Result<Context<'_>, ImportError> {
        let authority = body(authority)?;
        Ok(Context {
            list: &self.entry.code,
            template: &self.template,
            templates: self.templates,
            today: civil_date(at),
            told: authority.iter().map(|(_, code)| *code).collect(),
            authority: authority.or_else(|| contact(self.entry)),
            provider: None,
        })
    }
}

/// The columns that a form of a list asks for, in the order of the catalogue's fields, then the others of its template.
///
/// # Errors
/// When the list is unknown.
pub(in crate::inside) fn asked(
    catalogue: &Catalogue,
    list: &str,
) -> Result<Vec<Asked>, ImportError> {
    let frame = Frame::of(catalogue, list)?;
    let mut columns: Vec<_> = frame.template.columns.iter().collect();
    let place = |key: &str| {
        let fields = &frame.entry.fields;
        fields
            .iter()
            .position(|f| f.key == key)
            .unwrap_or(usize::MAX)
    };
    columns.sort_by_key(|c| place(&c.key));
    let mut out: Vec<Asked> = Vec::new();
    for column in columns {
        if out.iter().any(|known| known.key == column.key) {
            continue;
        }
        let choices = match &column.kind {
            Kind::Choice(code) | Kind::Choices(code) => frame.templates.vocabulary(code),
            _ => None,
        };
        out.push(Asked {
            key: column.key.clone(),
            title: column.title().to_owned(),
            long: column.kind == Kind::Long,
            date: matches!(column.kind, Kind::Date | Kind::DateOrLong),
            needed: column.need.map(|need| need == Need::Mandatory),
            max: column.max,
            choices: choices.map(super::template::Vocabulary::accepted),
        });
    }
    Ok(out)
}

/// Types what stands under keys or headers of the list's template.
///
/// # Errors
/// [`NoRow::Faulty`] with every fault; when the list is unknown.
pub(in crate::inside) fn typed(
    catalogue: &Catalogue,
    list: &str,
    cells: &[(String, String)],
    authority: Option<&Body>,
    at: Moment,
) -> Result<RawRecord, NoRow> {
    let frame = Frame::of(catalogue, list)?;
    let context = frame.context(authority, at)?;
    let headers: Vec<String> = cells.iter().map(|(key, _)| key.clone()).collect();
    let layout = Layout::of(&frame.template, "", 0, &headers);
    let row = SheetRow {
        number: 1,
        cells: cells.iter().map(|(_, value)| Cell::text(value)).collect(),
        trouble: None,
    };
    settled(row::read(&row, &layout, &context))
}

/// Types the only row of a file; `more` supplies columns that the file lacks.
///
/// # Errors
/// As [`typed`]; [`NoRow::Rows`] when the file does not hold exactly one row.
pub(in crate::inside) fn of_file(
    catalogue: &Catalogue,
    list: &str,
    path: &Path,
    more: &[(String, String)],
    authority: Option<&Body>,
    at: Moment,
) -> Result<RawRecord, NoRow> {
    let frame = Frame::of(catalogue, list)?;
    let sniffed = sniff::sniff(path).map_err(ImportError::from)?;
    let (mut rows, mut first) = (0_u64, None);
    // what is supplied need not stand in the file
    let mut lax = frame.template.clone();
    for column in &mut lax.columns {
        if more.iter().any(|(key, _)| *key == column.key) {
            column.need = [Need::Optional; 3];
        }
    }
    {
        let mut table = Table::new(&lax, |chunk: Chunk| {
            rows += chunk.rows.len() as u64;
            if first.is_none() {
                first = chunk
                    .rows
                    .into_iter()
                    .next()
                    .map(|row| (row, chunk.layout.headers.clone()));
            }
            Flow::More
        });
        source::read(path, &sniffed, &Limits::default(), &mut |item, place| {
            table.take(item, place)
        })
        .map_err(ImportError::from)?;
        table.finish();
    }
    let Some((mut row, mut headers)) = first.filter(|_| rows == 1) else {
        return Err(NoRow::Rows(rows));
    };
    row.cells.resize(headers.len(), Cell::empty());
    let known = Layout::of(&frame.template, "", 0, &headers);
    for (key, value) in more {
        if !known.has_key(&frame.template, key) {
            headers.push(key.clone());
            row.cells.push(Cell::text(value));
        }
    }
    let context = frame.context(authority, at)?;
    let layout = Layout::of(&frame.template, "", 0, &headers);
    settled(row::read(&row, &layout, &context))
}

fn settled(row: row::TypedRow) -> Result<RawRecord, NoRow> {
    match row.record {
        Some(record) => Ok(*record),
        None => Err(NoRow::Faulty(
            row.findings
                .into_iter()
                .filter(|f| f.gravity == Gravity::Reject)
                .collect(),
        )),
    }
}
