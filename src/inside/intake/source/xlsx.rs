//! Workbooks, cell by cell. Before anything is parsed every part is unpacked once into nothing, counted,
//! so that a zip bomb is refused before it can fill memory.
//!
//! Dates come out as `YYYY-MM-DD` whatever the cell's format and in both date systems; whole numbers come
//! out without exponent; a number of 16 or more digits is marked destroyed, since a spreadsheet keeps 15.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};
use chrono::{Days, NaiveDate};

use super::sniff::shown;
use super::{Cell, Flow, Hint, Item, Limits, Place, SheetRow, Sink, SourceError};

/// Days from the first day of the 1900 system to that of the 1904 system.
pub(in crate::inside) const DAYS_1904: f64 = 1462.0;
/// `<` characters of the shared strings part: bounds how many strings it can hold.
const MOST_STRING_TAGS: u64 = 24_000_000;

/// Reads every visible worksheet of a workbook.
pub(in crate::inside) fn read(
    path: &Path,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<(), SourceError> {
    guard(path, limits)?;
    let damaged = |e: calamine::XlsxError| SourceError::Workbook {
        file: shown(path),
        detail: short(&e.to_string()),
    };
    let file = File::open(path).map_err(|source| SourceError::Io {
        file: shown(path),
        source,
    })?;
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(file)).map_err(damaged)?;
    let is_1904 = book.has_1904_epoch();
    let sheets: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|s| s.visible == SheetVisible::Visible && s.typ == SheetType::WorkSheet)
        .map(|s| s.name.clone())
        .collect();
    for name in sheets {
        match sheet(&mut book, &name, is_1904, limits, sink).map_err(damaged)? {
            Flow::Stop => return Ok(()),
            Flow::More | Flow::NextSheet => {}
        }
    }
    Ok(())
}

fn sheet(
    book: &mut Xlsx<BufReader<File>>,
    name: &str,
    is_1904: bool,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<Flow, calamine::XlsxError> {
    let mut cells = book.worksheet_cells_reader(name)?;
    // the declared size only serves the progress bar: it may be wrong
    let total = u64::from(cells.dimensions().end.0) + 1;
    let mut place = Place { done: 0, total };
    match sink(Item::Sheet(name.to_owned()), place) {
        Flow::More => {}
        other => return Ok(other),
    }
    let mut row = SheetRow {
        number: 1,
        cells: Vec::new(),
        trouble: None,
    };
    while let Some(cell) = cells.next_cell()? {
        let (line, column) = cell.get_position();
        let number = u64::from(line) + 1;
        if number != row.number {
            let width = row.cells.len();
            place.done = row.number;
            let done = std::mem::replace(
                &mut row,
                SheetRow {
                    number,
                    cells: Vec::with_capacity(width),
                    trouble: None,
                },
            );
            if !done.cells.is_empty() {
                match sink(Item::Row(done), place) {
                    Flow::More => {}
                    other => return Ok(other),
                }
            }
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= limits.columns {
            continue;
        }
        let value = cell_of(cell.get_value(), is_1904);
        if value.text.is_empty() {
            continue;
        }
        if row.cells.len() <= column {
            row.cells.resize(column + 1, Cell::empty());
        }
        if let Some(slot) = row.cells.get_mut(column) {
            *slot = value;
        }
    }
    if row.cells.is_empty() {
        return Ok(Flow::More);
    }
    place.done = row.number;
    Ok(sink(Item::Row(row), place))
}

fn cell_of(value: &DataRef<'_>, is_1904: bool) -> Cell {
    match value {
        DataRef::Empty => Cell::empty(),
        DataRef::String(text) | DataRef::DurationIso(text) => Cell::text(text.clone()),
        DataRef::SharedString(text) => Cell::text(*text),
        DataRef::Bool(true) => Cell::text("是"),
        DataRef::Bool(false) => Cell::text("否"),
        DataRef::Int(n) => Cell {
            text: n.to_string(),
            hint: Hint::Number,
        },
        DataRef::Float(f) => number(*f, is_1904),
        DataRef::DateTime(at) => {
            let serial = at.as_f64() + if is_1904 { DAYS_1904 } else { 0.0 };
            match date_of_serial(serial).filter(|_| at.is_datetime()) {
                Some(date) => Cell {
                    text: date.format("%Y-%m-%d").to_string(),
                    hint: Hint::Date,
                },
                None => number(at.as_f64(), is_1904),
            }
        }
        DataRef::DateTimeIso(text) => match text.get(..10).map(str::parse::<NaiveDate>) {
            Some(Ok(date)) => Cell {
                text: date.format("%Y-%m-%d").to_string(),
                hint: Hint::Date,
            },
            _ => Cell::text(text.clone()),
        },
        DataRef::Error(e) => Cell {
            text: e.to_string(),
            hint: Hint::Error,
        },
    }
}

/// A number as its fifteen digits say, without exponent.
fn number(f: f64, is_1904: bool) -> Cell {
    if f.abs() >= 1e15 || !f.is_finite() {
        return Cell {
            text: format!("{f:.0}"),
            hint: Hint::Destroyed,
        };
    }
    let text = if f.fract() == 0.0 {
        format!("{f:.0}")
    } else {
        // fifteen significant digits, as a spreadsheet shows them: 0.30000000000000004 is 0.3
        let whole = format!("{:.0}", f.abs().trunc()).len();
        let places = 15_usize.saturating_sub(whole);
        let text = format!("{f:.places$}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    let hint = if is_1904 {
        Hint::Number1904
    } else {
        Hint::Number
    };
    Cell { text, hint }
}

/// The date of an Excel serial of the 1900 system; `None` outside 1900 to 9999.
pub(in crate::inside) fn date_of_serial(serial: f64) -> Option<NaiveDate> {
    if !(1.0..2_958_466.0).contains(&serial) {
        return None;
    }
    // the 1900 system counts a 29 February 1900 that never was
    let shift = if serial < 60.0 { 31 } else { 30 };
    let base = NaiveDate::from_ymd_opt(1899, 12, shift)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range was checked above"
    )]
    let days = serial.floor() as u64;
    base.checked_add_days(Days::new(days))
}

fn short(text: &str) -> String {
    text.chars().take(200).collect()
}

/// Unpacks every part once, counting: refuses what would not fit.
fn guard(path: &Path, limits: &Limits) -> Result<(), SourceError> {
    let damaged = |e: &dyn std::fmt::Display| SourceError::Workbook {
        file: shown(path),
        detail: short(&e.to_string()),
    };
    let file = File::open(path).map_err(|source| SourceError::Io {
        file: shown(path),
        source,
    })?;
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(|e| damaged(&e))?;
    if archive.len() > limits.parts {
        return Err(SourceError::TooLarge {
            file: shown(path),
            part: "*".to_owned(),
            limit: limits.parts as u64,
            unit: "parts",
        });
    }
    let mut buffer = vec![0_u8; 1 << 16];
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|e| damaged(&e))?;
        let name = part.name().map_err(|e| damaged(&e))?.into_owned();
        let lower = name.to_ascii_lowercase();
        // pictures and the like are never unpacked by the reader
        if !(lower.ends_with(".xml") || lower.ends_with(".rels")) && lower.contains("/media/") {
            continue;
        }
        let strings = lower.ends_with("sharedstrings.xml");
        let bound = if strings {
            limits.strings_bytes
        } else if lower.contains("worksheets/") {
            limits.sheet_bytes
        } else {
            limits.part_bytes
        };
        let refuse = |limit: u64, unit: &'static str| SourceError::TooLarge {
            file: shown(path),
            part: name.clone(),
            limit,
            unit,
        };
        let (mut total, mut run, mut tags) = (0_u64, 0_usize, 0_u64);
        loop {
            let got = part.read(&mut buffer).map_err(|e| damaged(&e))?;
            let Some(chunk) = buffer.get(..got).filter(|c| !c.is_empty()) else {
                break;
            };
            total += chunk.len() as u64;
            if total > bound {
                return Err(refuse(bound, "bytes"));
            }
            let mut from = 0;
            for (at, byte) in chunk.iter().enumerate() {
                if matches!(byte, b'<' | b'>') {
                    if run + (at - from) > limits.run_bytes {
                        return Err(refuse(limits.run_bytes as u64, "bytes in one cell"));
                    }
                    tags += u64::from(*byte == b'<');
                    (run, from) = (0, at);
                }
            }
            run += chunk.len() - from;
            if run > limits.run_bytes + (1 << 16) {
                return Err(refuse(limits.run_bytes as u64, "bytes in one cell"));
            }
        }
        if strings && tags > MOST_STRING_TAGS {
            return Err(refuse(MOST_STRING_TAGS, "strings"));
        }
    }
    Ok(())
}
