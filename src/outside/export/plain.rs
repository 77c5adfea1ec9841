//! CSV and the JSON inside it, written straight from a record: byte for byte what the csv crate and `serde_json` would
//! write, without the cells and texts between. Most of the time of an export went there.

use chrono::{Datelike as _, NaiveDate};

use super::row::{Line, note_code, safe};

/// How a cell is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// As it is.
    Exact,
    /// So that a spreadsheet neither runs nor rounds it.
    Excel,
}

/// Writes a record as a line of CSV (RFC 4180) at the end of a text.
pub fn csv(line: &Line<'_>, edition: Edition, out: &mut Vec<u8>) {
    let exact = edition == Edition::Exact;
    let text = |cell: &str, out: &mut Vec<u8>| {
        if exact {
            quoted(cell.as_bytes(), out);
        } else {
            quoted(safe(cell).as_bytes(), out);
        }
        out.push(b',');
    };
    // codes of the program: letters, digits, points and dashes, which no cell needs quotes for
    let code = |cell: &str, out: &mut Vec<u8>| {
        out.extend_from_slice(cell.as_bytes());
        out.push(b',');
    };
    // an id may be of digits alone, which a spreadsheet would round
    text(line.id, out);
    if exact {
        number(line.seq, out);
        out.push(b',');
    } else {
        text(&line.seq.to_string(), out);
    }
    text(line.list, out);
    code(line.subject_kind.code(), out);
    text(line.subject_name, out);
    text(line.credit_code.unwrap_or_default(), out);
    text(line.document_number, out);
    text(line.authority_name, out);
    text(line.authority_code, out);
    text(line.provider_name, out);
    text(line.provider_code, out);
    text(line.region, out);
    for day in [
        Some(line.decided_on),
        Some(line.displayed_from),
        line.displayed_until,
    ] {
        date(day, out);
        out.push(b',');
    }
    code(line.severity.unwrap_or_default(), out);
    for day in [line.earliest_repair, line.measures_until] {
        date(day, out);
        out.push(b',');
    }
    code(line.state, out);
    for (i, note) in line.notes.iter().enumerate() {
        if i > 0 {
            out.push(b';');
        }
        out.extend_from_slice(note_code(*note).as_bytes());
    }
    out.push(b',');
    text(line.rule, out);
    text(line.catalogue, out);
    number(i64::from(line.masking), out);
    out.push(b',');
    fields(line.fields(), out);
    out.extend_from_slice(b"\r\n");
}

/// The fields as JSON in a cell: it begins with a brace in either edition, and holds quotes unless it is empty.
fn fields(all: &[(&str, &str)], out: &mut Vec<u8>) {
    if all.is_empty() {
        return out.extend_from_slice(b"{}");
    }
    out.extend_from_slice(b"\"{");
    for (i, (key, value)) in all.iter().enumerate() {
        out.extend_from_slice(if i == 0 { b"\"\"" } else { b",\"\"" });
        escaped(key, out);
        out.extend_from_slice(b"\"\":\"\"");
        escaped(value, out);
        out.extend_from_slice(b"\"\"");
    }
    out.extend_from_slice(b"}\"");
}

/// Whether one of some bytes needs care. Sixteen at a time and without a jump, so that a processor looks at them at once.
fn any(bytes: &[u8], special: impl Fn(u8) -> bool) -> bool {
    let (pieces, rest) = bytes.as_chunks::<16>();
    let seen = |bytes: &[u8]| bytes.iter().fold(false, |any, b| any | special(*b));
    pieces.iter().any(|piece| seen(piece)) || seen(rest)
}

/// A text inside a string of JSON inside a cell: a quote is written `\""`, for JSON and for CSV.
fn escaped(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let special = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    if !any(bytes, special) {
        return out.extend_from_slice(bytes);
    }
    let mut done = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if !special(*byte) {
            continue;
        }
        out.extend_from_slice(&bytes[done..at]);
        done = at + 1;
        match byte {
            b'"' => out.extend_from_slice(b"\\\"\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0c => out.extend_from_slice(b"\\f"),
            control => {
                let digit = |n: u8| b"0123456789abcdef"[usize::from(n & 15)];
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(&[digit(control >> 4), digit(*control)]);
            }
        }
    }
    out.extend_from_slice(&bytes[done..]);
}

/// A cell, in quotes where it must be.
fn quoted(cell: &[u8], out: &mut Vec<u8>) {
    if !any(cell, |b| matches!(b, b',' | b'"' | b'\r' | b'\n')) {
        return out.extend_from_slice(cell);
    }
    out.push(b'"');
    for piece in cell.split_inclusive(|b| *b == b'"') {
        out.extend_from_slice(piece);
        if piece.ends_with(b"\"") {
            out.push(b'"');
        }
    }
    out.push(b'"');
}

/// A whole number in decimal.
fn number(n: i64, out: &mut Vec<u8>) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    let mut rest = n.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if n < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

/// A date as ISO 8601 tells it, digit by digit: the formatter of the library takes as long as the rest of the row.
pub fn date(date: Option<NaiveDate>, out: &mut Vec<u8>) {
    let Some(date) = date else { return };
    let Ok(year @ 0..=9999) = u32::try_from(date.year()) else {
        return out.extend_from_slice(date.to_string().as_bytes());
    };
    let (month, day) = (date.month(), date.day());
    let digit = |n: u32| b'0' + u8::try_from(n % 10).unwrap_or(0);
    out.extend_from_slice(&[
        digit(year / 1000),
        digit(year / 100),
        digit(year / 10),
        digit(year),
        b'-',
        digit(month / 10),
        digit(month),
        b'-',
        digit(day / 10),
        digit(day),
    ]);
}

#[cfg(test)]
mod tests {
    use proptest::arbitrary::any;
    use proptest::prelude::*;

    use super::*;
    use crate::outside::export::Format;
    use crate::outside::export::row::{Row, write};
    use crate::outside::store::Stored;
    use crate::outside::web::tests::fixture::{CODE, catalogue, org};
    use crate::record::{Note, PublicField, PublicRecord, RecordParts};

    /// What the csv crate makes of the cells.
    fn expected(row: &Row<'_>, excel: bool) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::new());
        let cells = row.cells().iter();
        let cells = cells.map(|c| if excel { safe(c) } else { c.into() }.into_owned());
        writer.write_record(cells).unwrap();
        writer.into_inner().unwrap()
    }

    proptest! {
        #[test]
        fn a_line_is_what_the_csv_crate_and_the_json_crate_write(
            name in "\\PC{0,12}",
            odd in "[\"\\\\,;=+@'\r\n\t\u{0}-\u{1f}\u{7f}x0-9eE厦-门]{0,24}",
            value in any::<String>(),
            key in "[a-z\"]{1,6}",
            seq in any::<i64>(),
            id in "[0-9e]{20}",
        ) {
            let field = |key: &str, value: &str, export| PublicField {
                key: key.to_owned(),
                value: value.to_owned(),
                export,
            };
            let stored = Stored {
                num: 1,
                seq,
                digest: String::new(),
                record: PublicRecord::restored(RecordParts {
                    id,
                    subject_name: name,
                    document_number: odd.clone(),
                    provider_name: value.clone(),
                    notes: vec![Note::UnderObjection, Note::Corrected],
                    displayed_until: None,
                    fields: vec![
                        field("zz", &odd, true),
                        field(&key, &value, true),
                        field("aa", "1", true),
                        field("aa", &odd, true),
                        field("empty", "", true),
                        field("hidden", "x", false),
                    ],
                    ..org("x", "厦门海风贸易有限公司", CODE)
                }),
            };
            let catalogue = catalogue();
            let row = Row::new(&stored, &catalogue);
            for (format, excel) in [(Format::Csv, false), (Format::Excel, true)] {
                let mut out = Vec::new();
                write(&[Row::new(&stored, &catalogue)], format, &mut out);
                let wanted = expected(&row, excel);
                prop_assert_eq!(
                    String::from_utf8_lossy(&out),
                    String::from_utf8_lossy(&wanted)
                );
            }
        }
    }

    #[test]
    fn days_and_numbers_are_spelt_in_full() {
        for day in ["0001-02-03", "2026-11-25", "9999-12-31"] {
            let mut out = Vec::new();
            date(Some(day.parse().unwrap()), &mut out);
            assert_eq!(out, day.as_bytes());
        }
        for n in [0, 7, -7, i64::MAX, i64::MIN] {
            let mut out = Vec::new();
            number(n, &mut out);
            assert_eq!(out, n.to_string().as_bytes());
        }
    }
}
