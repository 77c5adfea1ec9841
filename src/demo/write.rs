//! Writes rows in each form, streaming.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};

use super::plan::{Column, Form, Part};

/// A file being written.
pub(super) enum Sheet {
    Csv {
        writer: csv::Writer<Box<dyn Write>>,
    },
    Jsonl {
        out: BufWriter<File>,
        columns: &'static [Column],
    },
    Xlsx {
        book: Box<Workbook>,
        path: PathBuf,
        next: u32,
        columns: &'static [Column],
        date: Format,
    },
}

/// Opens a file and writes its header.
pub(super) fn open(dir: &Path, part: &Part, today: NaiveDate) -> io::Result<Sheet> {
    let path = dir.join(&part.file_name);
    let labels: Vec<&str> = part.columns.iter().map(|(l, _)| *l).collect();
    match part.form {
        Form::Csv | Form::CsvBom | Form::CsvGb => {
            let mut out = BufWriter::with_capacity(1 << 16, File::create(path)?);
            if part.form == Form::CsvBom {
                out.write_all(b"\xEF\xBB\xBF")?;
            }
            let out: Box<dyn Write> = if part.form == Form::CsvGb {
                Box::new(Gb {
                    out,
                    cut: Vec::new(),
                })
            } else {
                Box::new(out)
            };
            let mut writer = csv::WriterBuilder::new()
                .terminator(csv::Terminator::CRLF)
                .from_writer(out);
            writer.write_record(&labels).map_err(io::Error::other)?;
            Ok(Sheet::Csv { writer })
        }
        Form::Jsonl => Ok(Sheet::Jsonl {
            out: BufWriter::with_capacity(1 << 16, File::create(path)?),
            columns: part.columns,
        }),
        Form::Xlsx => {
            let mut book = Workbook::new();
            book.set_tempdir(dir).map_err(io::Error::other)?;
            // the date of the making would make every file differ
            let made = excel_date(today).map_err(io::Error::other)?;
            book.set_properties(&DocProperties::new().set_creation_datetime(&made));
            let sheet = book
                .add_worksheet_with_constant_memory()
                .map_err(io::Error::other)?;
            let bold = Format::new().set_bold();
            let last = u16::try_from(labels.len().saturating_sub(1)).unwrap_or(u16::MAX);
            let title = format!("{}(演示数据,全部为虚构)", part.place.name);
            sheet
                .merge_range(0, 0, 0, last.max(1), &title, &bold)
                .map_err(io::Error::other)?;
            sheet
                .merge_range(
                    1,
                    0,
                    1,
                    last.max(1),
                    "填报要求:日期写成YYYY/MM/DD,金额单位为万元",
                    &Format::new(),
                )
                .map_err(io::Error::other)?;
            let mut next = 2;
            for header in [Some(part.columns), part.codes_below].into_iter().flatten() {
                for (at, (label, _)) in header.iter().enumerate() {
                    let at = u16::try_from(at).unwrap_or(u16::MAX);
                    sheet
                        .write_string(next, at, *label)
                        .map_err(io::Error::other)?;
                }
                next += 1;
            }
            Ok(Sheet::Xlsx {
                book: Box::new(book),
                path,
                next,
                columns: part.columns,
                date: Format::new().set_num_format("yyyy/m/d"),
            })
        }
    }
}

fn excel_date(day: NaiveDate) -> Result<ExcelDateTime, rust_xlsxwriter::XlsxError> {
    ExcelDateTime::from_ymd(
        u16::try_from(day.year()).unwrap_or(2000),
        u8::try_from(day.month()).unwrap_or(1),
        u8::try_from(day.day()).unwrap_or(1),
    )
}

impl Sheet {
    /// Writes a row, one value a column.
    pub fn row(&mut self, values: &[String]) -> io::Result<()> {
        match self {
            Self::Csv { writer } => writer.write_record(values).map_err(io::Error::other),
            Self::Jsonl { out, columns } => {
                let mut object = serde_json::Map::new();
                for ((label, _), value) in columns.iter().zip(values) {
                    if !value.is_empty() {
                        object.insert((*label).to_owned(), value.as_str().into());
                    }
                }
                serde_json::to_writer(&mut *out, &object)?;
                out.write_all(b"\n")
            }
            Self::Xlsx {
                book,
                next,
                columns,
                date,
                ..
            } => {
                let sheet = book.worksheet_from_index(0).map_err(io::Error::other)?;
                for (at, ((_, key), value)) in columns.iter().zip(values).enumerate() {
                    if value.is_empty() {
                        continue;
                    }
                    let at = u16::try_from(at).unwrap_or(u16::MAX);
                    let done = match typed(key, value) {
                        Typed::Date(day) => excel_date(day).and_then(|d| {
                            sheet
                                .write_datetime_with_format(*next, at, d, date)
                                .map(|_| ())
                        }),
                        Typed::Number(n) => sheet.write_number(*next, at, n).map(|_| ()),
                        Typed::Text => sheet.write_string(*next, at, value.as_str()).map(|_| ()),
                    };
                    done.map_err(io::Error::other)?;
                }
                *next += 1;
                Ok(())
            }
        }
    }

    /// Closes the file.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Self::Csv { mut writer } => writer.flush(),
            Self::Jsonl { mut out, .. } => out.flush(),
            Self::Xlsx { mut book, path, .. } => book.save(path).map_err(io::Error::other),
        }
    }
}

enum Typed {
    Date(NaiveDate),
    Number(f64),
    Text,
}

/// In a workbook dates are dates and amounts are numbers, as spreadsheets have them; 2099/12/31 too.
fn typed(key: &str, value: &str) -> Typed {
    if key.ends_with("_on")
        || matches!(key, "valid_from" | "valid_until" | "display_until_supplied")
    {
        return NaiveDate::parse_from_str(value, "%Y/%m/%d").map_or(Typed::Text, Typed::Date);
    }
    if key.ends_with("_amount") {
        return value.parse().map_or(Typed::Text, Typed::Number);
    }
    Typed::Text
}

/// Encodes what passes through into GB 18030.
struct Gb<W: Write> {
    out: W,
    /// Beginning of a character that the last write cut.
    cut: Vec<u8>,
}

impl<W: Write> Write for Gb<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut joined = std::mem::take(&mut self.cut);
        joined.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&joined) {
            Ok(_) => joined.len(),
            Err(e) if e.error_len().is_none() => e.valid_up_to(),
            Err(e) => return Err(io::Error::new(io::ErrorKind::InvalidData, e)),
        };
        self.cut = joined.split_off(whole);
        let text = std::str::from_utf8(&joined).unwrap_or_default();
        let (encoded, _, _) = encoding_rs::GB18030.encode(text);
        self.out.write_all(&encoded)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
