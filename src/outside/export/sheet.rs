//! A workbook of one sheet, made of parts: an XLSX file is a ZIP archive, its sheet one deflate stream, and such a stream
//! may be put together from pieces that were compressed alone. So a withdrawal presses one piece again and not the sheet.
//! Every cell is text, so that no code is rounded and no formula runs; dates are dates. The head is frozen.

use std::io::Write as _;

use chrono::NaiveDate;
use flate2::write::DeflateEncoder;
use flate2::{Compress, Compression, FlushCompress, Status};

use super::columns::COLUMNS;
use super::row::Row;

/// Records that fit into a sheet below its head.
pub const MOST_ROWS: u64 = 1_048_575;
/// Characters (UTF-16) that a cell may hold.
const MOST_TEXT: usize = 32_767;
/// How hard rows are pressed.
const LEVEL: u32 = 5;
/// Name of the sheet in the archive.
const SHEET: &str = "xl/worksheets/sheet1.xml";

/// What the archive holds beside the sheet.
const FILES: [(&str, &str); 5] = [
    (
        "[Content_Types].xml",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="records" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#,
    ),
    (
        "xl/styles.xml",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"#,
    ),
];

/// Styles of [`FILES`]: text, date, head.
const TEXT: u8 = b'1';
const DATE: u8 = b'2';
const HEAD: u8 = b'3';

/// The sheet up to its first record.
#[must_use]
pub fn begin() -> Vec<u8> {
    let mut out = br#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols><col min="1" max="24" width="18" customWidth="1"/></cols><sheetData><row>"#.to_vec();
    for column in COLUMNS {
        text(column.name, HEAD, &mut out);
    }
    out.extend(b"</row>\n");
    out
}

/// Writes a row at the end of a sheet. Rows and cells bear no addresses: they follow from their order.
pub fn row(row: &Row<'_>, out: &mut Vec<u8>) {
    out.extend(b"<row>");
    for (column, cell) in COLUMNS.iter().zip(row.cells()) {
        let day = row.line().date(column.name).and_then(serial);
        match day {
            Some(day) => {
                out.extend(b"<c s=\"");
                out.push(DATE);
                out.extend(b"\"><v>");
                out.extend(day.to_string().as_bytes());
                out.extend(b"</v></c>");
            }
            None if cell.is_empty() => out.extend(b"<c/>"),
            None => text(cell, TEXT, out),
        }
    }
    out.extend(b"</row>\n");
}

/// The number by which a spreadsheet knows a day; none for those before March 1900, which spreadsheets count differently.
fn serial(date: NaiveDate) -> Option<i64> {
    let zero = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    let days = (date - zero).num_days();
    (days > 60).then_some(days)
}

/// Writes a cell of text. What a cell cannot hold, which no record of the templates has, is cut off with a mark.
fn text(cell: &str, style: u8, out: &mut Vec<u8>) {
    out.extend(b"<c s=\"");
    out.push(style);
    out.extend(b"\" t=\"inlineStr\"><is><t");
    let is_space = |c: Option<char>| c.is_some_and(char::is_whitespace);
    if is_space(cell.chars().next()) || is_space(cell.chars().last()) {
        out.extend(b" xml:space=\"preserve\"");
    }
    out.push(b'>');
    match cut(cell) {
        None => escape(cell, out),
        Some(cut) => {
            escape(cut, out);
            out.extend("…".as_bytes());
        }
    }
    out.extend(b"</t></is></c>");
}

fn cut(cell: &str) -> Option<&str> {
    // no character takes fewer bytes than units of UTF-16
    if cell.len() <= MOST_TEXT {
        return None;
    }
    let mut units = 0;
    for (at, c) in cell.char_indices() {
        units += c.len_utf16();
        if units >= MOST_TEXT {
            return Some(&cell[..at]);
        }
    }
    None
}

/// Text in XML. What XML does not allow, and what would read as such an escape, is written as `_xHHHH_` (ISO/IEC 29500-1,
/// 22.9.2.19).
fn escape(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut done = 0;
    for (at, c) in text.char_indices() {
        let code: &[u8] = match c {
            '&' => b"&amp;",
            '<' => b"&lt;",
            '>' => b"&gt;",
            '_' if is_code(&bytes[at..]) => b"_x005F_",
            '\u{fffe}' => b"_xFFFE_",
            '\u{ffff}' => b"_xFFFF_",
            '\t' | '\n' => continue,
            c if (c as u32) < 0x20 => {
                out.extend(&bytes[done..at]);
                out.extend(format!("_x{:04X}_", c as u32).as_bytes());
                done = at + 1;
                continue;
            }
            _ => continue,
        };
        out.extend(&bytes[done..at]);
        out.extend(code);
        done = at + c.len_utf8();
    }
    out.extend(&bytes[done..]);
}

/// Whether a text begins like an escape.
fn is_code(text: &[u8]) -> bool {
    let (Some(b"_x"), Some(digits), Some(b'_')) = (text.get(..2), text.get(2..6), text.get(6))
    else {
        return false;
    };
    digits.iter().all(u8::is_ascii_hexdigit)
}

/// Some rows as a piece of a deflate stream that another may follow: it ends at a byte and is not the last block.
#[must_use]
pub fn piece(plain: &[u8]) -> Vec<u8> {
    let mut press = Compress::new(Compression::new(LEVEL), false);
    let mut out = Vec::with_capacity(plain.len() / 8 + 64);
    loop {
        let from = usize::try_from(press.total_in()).unwrap_or(usize::MAX);
        let rest = plain.get(from..).unwrap_or_default();
        let before = out.len();
        let status = press.compress_vec(rest, &mut out, FlushCompress::Sync);
        let taken = press.total_in() == plain.len() as u64;
        // room left over says that all of it came out
        if status.is_err() || (taken && out.len() < out.capacity()) {
            return out;
        }
        if matches!(status, Ok(Status::StreamEnd)) || (taken && before == out.len()) {
            return out;
        }
        out.reserve(out.capacity().max(1 << 12));
    }
}

/// What a piece of the sheet unpacks to.
#[derive(Clone, Copy, Debug)]
pub struct Sum {
    /// CRC-32.
    pub crc: u32,
    /// Bytes.
    pub unpacked: u64,
    /// Bytes of the piece.
    pub packed: u64,
}

impl Sum {
    /// The sum of a piece.
    #[must_use]
    pub fn of(plain: &[u8], packed: &[u8]) -> Self {
        Self {
            crc: crc32fast::hash(plain),
            unpacked: plain.len() as u64,
            packed: packed.len() as u64,
        }
    }
}

/// What stands before the pieces of a workbook, and after them; none when the sheet has no place for them.
#[must_use]
pub fn around(rows: u64, pieces: impl Iterator<Item = Sum>) -> Option<(Vec<u8>, Vec<u8>)> {
    if rows > MOST_ROWS {
        return None;
    }
    let first = begin();
    let first_piece = piece(&first);
    let last = b"</sheetData></worksheet>";
    let last_piece = finish(last);
    let mut crc = crc32fast::Hasher::new();
    let (mut unpacked, mut packed) = (0_u64, 0_u64);
    let ends = [Sum::of(&first, &first_piece), Sum::of(last, &last_piece)];
    for sum in std::iter::once(ends[0]).chain(pieces).chain([ends[1]]) {
        crc.combine(&crc32fast::Hasher::new_with_initial_len(
            sum.crc,
            sum.unpacked,
        ));
        unpacked += sum.unpacked;
        packed += sum.packed;
    }
    let mut archive = Archive::default();
    for (name, body) in FILES {
        let pressed = finish(body.as_bytes());
        let crc = crc32fast::hash(body.as_bytes());
        let (packed, unpacked) = (pressed.len(), body.len());
        archive.entry(name, crc, size(packed as u64)?, size(unpacked as u64)?)?;
        archive.bytes.extend(pressed);
    }
    let (packed_32, unpacked_32) = (size(packed)?, size(unpacked)?);
    archive.entry(SHEET, crc.finalize(), packed_32, unpacked_32)?;
    let mut head = std::mem::take(&mut archive.bytes);
    let before = head.len() as u64 + packed;
    head.extend(first_piece);
    let mut tail = last_piece;
    tail.extend(archive.end(size(before)?)?);
    Some((head, tail))
}

/// A size that an archive without the extension for large ones can tell.
fn size(bytes: u64) -> Option<u32> {
    u32::try_from(bytes).ok().filter(|n| *n < u32::MAX)
}

/// A whole deflate stream, or the end of one.
fn finish(plain: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(LEVEL));
    // into memory: it cannot fail
    let _ = encoder.write_all(plain);
    encoder.finish().unwrap_or_default()
}

/// A ZIP archive (APPNOTE 4.3): what was written, and the directory that follows at the end. It bears no time but the
/// first of the format, so that equal records make equal files.
#[derive(Default)]
struct Archive {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    entries: u16,
}

impl Archive {
    /// Begins an entry, pressed with deflate, whose bytes follow.
    fn entry(&mut self, name: &str, crc: u32, packed: u32, unpacked: u32) -> Option<()> {
        let offset = size(self.bytes.len() as u64)?;
        let mut common = Vec::with_capacity(26);
        for field in [20_u16, 0x0800, 8, 0, 0x21] {
            common.extend(field.to_le_bytes());
        }
        for field in [crc, packed, unpacked] {
            common.extend(field.to_le_bytes());
        }
        common.extend(u16::try_from(name.len()).ok()?.to_le_bytes());
        common.extend(0_u16.to_le_bytes());
        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(&common);
        self.bytes.extend(name.as_bytes());
        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(20_u16.to_le_bytes());
        self.directory.extend(&common);
        // no comment, first disk, no attributes
        self.directory.extend([0; 10]);
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.entries += 1;
        Some(())
    }

    /// The directory, which begins at a byte of the archive.
    fn end(self, at: u32) -> Option<Vec<u8>> {
        let mut out = self.directory;
        let length = size(out.len() as u64)?;
        out.extend(b"PK\x05\x06");
        out.extend([0; 4]);
        out.extend(self.entries.to_le_bytes());
        out.extend(self.entries.to_le_bytes());
        out.extend(length.to_le_bytes());
        out.extend(at.to_le_bytes());
        out.extend([0; 2]);
        Some(out)
    }
}
