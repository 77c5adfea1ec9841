//! Readers: a file of any of the accepted forms becomes a stream of uniform rows, pushed one at a time.
//!
//! Memory does not grow with the file: each reader holds one record (bounded by [`Limits`]) and, for a
//! workbook, its shared strings (bounded too). A reader never refuses a file for one bad row: a row that
//! cannot be read is handed on with the [`Trouble`] that says why, and reading goes on after it.

pub(in crate::inside) mod csv;
pub(in crate::inside) mod jsonl;
pub(in crate::inside) mod sniff;
pub(in crate::inside) mod xlsx;

use std::path::Path;

use sniff::{Encoding, Format, Sniffed};

/// What the program or the spreadsheet said about a cell, beside its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inside) enum Hint {
    /// Text, as written.
    Text,
    /// A number cell; in a date column it is an Excel serial of the 1900 system.
    Number,
    /// A number cell of a workbook in the 1904 date system.
    Number1904,
    /// A date cell; the text is already `YYYY-MM-DD`.
    Date,
    /// A number of 16 or more digits kept as a floating point number: the spreadsheet has destroyed
    /// the digits after the fifteenth, so the text cannot be trusted.
    Destroyed,
    /// An error value such as `#N/A`.
    Error,
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::inside) struct Cell {
    /// Text as a person would read it; not trimmed.
    pub text: String,
    /// What is known about its type.
    pub hint: Hint,
}

impl Cell {
    /// A text cell.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            hint: Hint::Text,
        }
    }

    /// An empty cell.
    pub fn empty() -> Self {
        Self::text("")
    }

    /// Whether nothing but white space or invisible characters stands in it.
    pub fn is_blank(&self) -> bool {
        self.text.chars().all(super::value::is_blank)
    }
}

/// Why a whole row could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inside) enum Trouble {
    /// Bytes that are not text in the encoding of the file.
    Encoding,
    /// A quotation mark was opened and never closed.
    Quote,
    /// Longer than the reader accepts.
    TooLong,
    /// Not a JSON object.
    Json,
    /// The same key occurs twice in a JSON object.
    DuplicateKey,
}

/// One row of a sheet.
#[derive(Clone, Debug)]
pub(in crate::inside) struct SheetRow {
    /// Number as the user of a spreadsheet (or of a text editor, for JSON lines) sees it, from 1.
    pub number: u64,
    /// Cells from column A on.
    pub cells: Vec<Cell>,
    /// Set when the row could not be read; `cells` then holds what could.
    pub trouble: Option<Trouble>,
}

impl SheetRow {
    /// Whether there is nothing in the row.
    pub fn is_blank(&self) -> bool {
        self.trouble.is_none() && self.cells.iter().all(Cell::is_blank)
    }
}

/// What a reader hands on.
#[derive(Debug)]
pub(in crate::inside) enum Item {
    /// A new sheet begins; its name (empty for csv and JSON lines).
    Sheet(String),
    /// The columns of the rows that follow (JSON lines only; the other forms carry header rows).
    Columns(Vec<String>),
    /// A row.
    Row(SheetRow),
}

/// How far the reading is: done and total in the same unit (bytes, or rows of a workbook); total 0 when unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::inside) struct Place {
    /// Done.
    pub done: u64,
    /// Total.
    pub total: u64,
}

/// Whether the receiver wants more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inside) enum Flow {
    /// Go on.
    More,
    /// Stop reading this sheet; go on with the next one, if any.
    NextSheet,
    /// Stop altogether.
    Stop,
}

/// Receives what a reader finds.
pub(in crate::inside) type Sink<'a> = dyn FnMut(Item, Place) -> Flow + 'a;

/// Bounds of what is read, so that no file can exhaust memory.
#[derive(Clone, Copy, Debug)]
pub(in crate::inside) struct Limits {
    /// Bytes of one csv record or JSON line.
    pub record_bytes: usize,
    /// Columns of one row.
    pub columns: usize,
    /// Inflated bytes of one worksheet.
    pub sheet_bytes: u64,
    /// Inflated bytes of the shared strings of a workbook, which are held in memory.
    pub strings_bytes: u64,
    /// Inflated bytes of any other part of a workbook.
    pub part_bytes: u64,
    /// Bytes of one run of text or one tag inside a workbook's XML.
    pub run_bytes: usize,
    /// Parts of a workbook.
    pub parts: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            record_bytes: 1 << 20,
            columns: 1024,
            sheet_bytes: 4 << 30,
            strings_bytes: 256 << 20,
            part_bytes: 64 << 20,
            run_bytes: 1 << 20,
            parts: 4096,
        }
    }
}

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The operating system refused.
    #[error("cannot read {file}: {source}")]
    Io {
        /// File.
        file: String,
        /// Cause.
        source: std::io::Error,
    },
    /// The file is empty.
    #[error("{file} is empty; export it again with a header row and its rows")]
    Empty {
        /// File.
        file: String,
    },
    /// An older or foreign form of spreadsheet.
    #[error("{file} is {what}; save it as .xlsx or as CSV (UTF-8) and import that")]
    Foreign {
        /// File.
        file: String,
        /// What it is.
        what: &'static str,
    },
    /// The workbook is damaged.
    #[error(
        "{file} is not a sound workbook ({detail}); open it in a spreadsheet, save it again and import that"
    )]
    Workbook {
        /// File.
        file: String,
        /// What the reader says.
        detail: String,
    },
    /// A part of the workbook is larger than the reader accepts (a zip bomb, or a file to split).
    #[error(
        "{file}: part {part} holds more than {limit} {unit} when unpacked; split the file or import it as CSV"
    )]
    TooLarge {
        /// File.
        file: String,
        /// Part inside the workbook.
        part: String,
        /// Bound.
        limit: u64,
        /// Unit of the bound.
        unit: &'static str,
    },
}

/// Reads a file of which the form is known, pushing what is in it.
pub(in crate::inside) fn read(
    path: &Path,
    sniffed: &Sniffed,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<(), SourceError> {
    match sniffed.format {
        Format::Xlsx => xlsx::read(path, limits, sink),
        Format::Csv | Format::Jsonl => {
            let open = || -> std::io::Result<Box<dyn std::io::BufRead>> {
                let file = std::fs::File::open(path)?;
                Ok(match sniffed.encoding {
                    Encoding::Utf16 => Box::new(std::io::BufReader::with_capacity(
                        1 << 16,
                        encoding_rs_io::DecodeReaderBytesBuilder::new()
                            .bom_override(true)
                            .build(file),
                    )),
                    Encoding::Utf8 | Encoding::Gb18030 => {
                        Box::new(std::io::BufReader::with_capacity(1 << 16, file))
                    }
                })
            };
            let input = open().map_err(|source| SourceError::Io {
                file: sniff::shown(path),
                source,
            })?;
            let text = sniff::TextForm {
                encoding: sniffed.encoding,
                delimiter: sniffed.delimiter,
                bytes: sniffed.bytes,
            };
            let done = if sniffed.format == Format::Csv {
                csv::read(input, text, limits, sink)
            } else {
                jsonl::read(input, text, limits, sink)
            };
            done.map_err(|source| SourceError::Io {
                file: sniff::shown(path),
                source,
            })
        }
    }
}
