//! Delimited text (RFC 4180, leniently): quoted newlines, ragged rows, both encodings, bounded records.
//!
//! The bytes are cut into cells before they are decoded. That is safe in UTF-8 and in GB 18030, whose
//! later bytes never are a quotation mark, a delimiter or a line end, and it keeps a damaged character
//! inside its own row. A quotation mark that is never closed would swallow the rest of the file: when a
//! record passes its bound or the file ends inside quotes, its first line is handed on as unreadable and
//! reading resumes with the line after it.

use std::io::{self, BufRead};

use super::sniff::{Encoding, TextForm};
use super::{Cell, Flow, Item, Limits, Place, SheetRow, Sink, Trouble};

/// Unclosed quotation marks after which the rest is not worth reading again and again.
const MOST_RESUMPTIONS: u32 = 1000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    QuoteInQuoted,
}

/// What a byte did.
enum Step {
    Inside,
    RecordDone,
}

struct Cutter {
    delimiter: u8,
    state: State,
    field: Vec<u8>,
    fields: Vec<Vec<u8>>,
    /// Bytes of the record so far, as read, to resume after an unclosed quotation mark.
    raw: Vec<u8>,
    after_return: bool,
}

impl Cutter {
    fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            state: State::FieldStart,
            field: Vec::new(),
            fields: Vec::new(),
            raw: Vec::new(),
            after_return: false,
        }
    }

    fn end_field(&mut self) {
        self.fields.push(std::mem::take(&mut self.field));
        self.state = State::FieldStart;
    }

    fn push(&mut self, byte: u8) -> Step {
        // a line feed that belongs to the carriage return before it
        if std::mem::take(&mut self.after_return) && byte == b'\n' {
            return Step::Inside;
        }
        self.raw.push(byte);
        match (self.state, byte) {
            (State::FieldStart, b'"') => self.state = State::Quoted,
            (State::Quoted, b'"') => self.state = State::QuoteInQuoted,
            (State::Quoted, _) => self.field.push(byte),
            (State::QuoteInQuoted, b'"') => {
                self.field.push(b'"');
                self.state = State::Quoted;
            }
            (_, b'\r' | b'\n') => {
                self.after_return = byte == b'\r';
                self.end_field();
                return Step::RecordDone;
            }
            (_, b) if b == self.delimiter => self.end_field(),
            (State::QuoteInQuoted | State::FieldStart | State::Plain, _) => {
                self.field.push(byte);
                self.state = State::Plain;
            }
        }
        Step::Inside
    }

    /// Takes the bytes at the beginning that change no state, at most so many, and says how many they were.
    fn take_run(&mut self, bytes: &[u8], most: usize) -> usize {
        if self.after_return {
            return 0;
        }
        let delimiter = self.delimiter;
        let ends = |b: &u8| matches!(*b, b'\r' | b'\n') || *b == delimiter;
        let run = match self.state {
            State::Quoted => bytes.iter().position(|b| *b == b'"'),
            State::FieldStart if bytes.first() == Some(&b'"') => Some(0),
            State::Plain | State::FieldStart => bytes.iter().position(ends),
            State::QuoteInQuoted => Some(0),
        };
        let run = run.unwrap_or(bytes.len()).min(most);
        if let Some(bytes) = bytes.get(..run).filter(|b| !b.is_empty()) {
            self.raw.extend_from_slice(bytes);
            self.field.extend_from_slice(bytes);
            if self.state == State::FieldStart {
                self.state = State::Plain;
            }
        }
        run
    }

    fn in_quotes(&self) -> bool {
        self.state == State::Quoted
    }

    fn take(&mut self) -> Vec<Vec<u8>> {
        self.raw.clear();
        self.state = State::FieldStart;
        std::mem::take(&mut self.fields)
    }

    /// Gives up the record: its first line and the rest to be read again.
    fn give_up(&mut self) -> (Vec<u8>, Vec<u8>) {
        let mut line = std::mem::take(&mut self.raw);
        let rest = match line.iter().position(|b| *b == b'\n') {
            Some(end) => line.split_off(end + 1),
            None => Vec::new(),
        };
        self.field.clear();
        self.fields.clear();
        self.state = State::FieldStart;
        self.after_return = false;
        (line, rest)
    }
}

/// Reads delimited text.
pub(in crate::inside) fn read(
    mut input: impl BufRead,
    form: TextForm,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> io::Result<()> {
    let mut rows = Rows {
        form,
        limits,
        number: 0,
        done: 0,
        sink,
    };
    let start = rows.place();
    if (rows.sink)(Item::Sheet(String::new()), start) != Flow::More {
        return Ok(());
    }
    let mut cutter = Cutter::new(form.delimiter);
    let mut again: Vec<u8> = Vec::new();
    let mut resumptions = 0;
    skip_mark(&mut input, &mut rows.done)?;
    loop {
        let replay = std::mem::take(&mut again);
        if replay.is_empty() {
            let chunk = input.fill_buf()?;
            let used = chunk.len();
            if used == 0 {
                // the end: a last record without line end, or a quotation mark left open
                if cutter.in_quotes() && resumptions < MOST_RESUMPTIONS {
                    resumptions += 1;
                    let (line, rest) = cutter.give_up();
                    if rows.broken(&line, Trouble::Quote) != Flow::More || rest.is_empty() {
                        return Ok(());
                    }
                    again = rest;
                    continue;
                }
                if !cutter.raw.is_empty() {
                    let trouble = cutter.in_quotes().then_some(Trouble::Quote);
                    cutter.end_field();
                    rows.record(cutter.take(), trouble);
                }
                return Ok(());
            }
            let stop = rows.feed(&mut cutter, chunk, &mut again, &mut resumptions);
            input.consume(used);
            rows.done += used as u64;
            if stop {
                return Ok(());
            }
        } else if rows.feed(&mut cutter, &replay, &mut again, &mut resumptions) {
            return Ok(());
        }
    }
}

fn skip_mark(input: &mut impl BufRead, done: &mut u64) -> io::Result<()> {
    if input.fill_buf()?.starts_with(b"\xEF\xBB\xBF") {
        input.consume(3);
        *done += 3;
    }
    Ok(())
}

struct Rows<'a, 's> {
    form: TextForm,
    limits: &'a Limits,
    number: u64,
    done: u64,
    sink: &'a mut Sink<'s>,
}

impl Rows<'_, '_> {
    fn place(&self) -> Place {
        Place {
            done: self.done,
            total: self.form.bytes,
        }
    }

    /// Feeds bytes; what must be read again is left in `again`. True when the receiver wants no more.
    fn feed(
        &mut self,
        cutter: &mut Cutter,
        bytes: &[u8],
        again: &mut Vec<u8>,
        resumptions: &mut u32,
    ) -> bool {
        let mut at = 0;
        while let Some(left) = bytes.get(at..).filter(|left| !left.is_empty()) {
            // the byte that passes the bound is pushed, so that it is seen to
            let most = self.limits.record_bytes.saturating_sub(cutter.raw.len());
            let run = cutter.take_run(left, most);
            at += run;
            let Some(byte) = left.get(run) else { break };
            at += 1;
            match cutter.push(*byte) {
                Step::RecordDone => {
                    if self.record(cutter.take(), None) != Flow::More {
                        return true;
                    }
                }
                Step::Inside if cutter.raw.len() > self.limits.record_bytes => {
                    let trouble = if cutter.in_quotes() {
                        Trouble::Quote
                    } else {
                        Trouble::TooLong
                    };
                    *resumptions += 1;
                    let (line, mut rest) = cutter.give_up();
                    if self.broken(&line, trouble) != Flow::More || *resumptions > MOST_RESUMPTIONS
                    {
                        return true;
                    }
                    rest.extend_from_slice(bytes.get(at..).unwrap_or_default());
                    *again = rest;
                    return false;
                }
                Step::Inside => {}
            }
        }
        false
    }

    fn record(&mut self, fields: Vec<Vec<u8>>, trouble: Option<Trouble>) -> Flow {
        self.number += 1;
        let mut trouble = trouble;
        if fields.len() > self.limits.columns {
            trouble = Some(Trouble::TooLong);
        }
        let cells = fields
            .into_iter()
            .take(self.limits.columns)
            .map(|bytes| {
                let (text, sound) = decode(bytes, self.form.encoding);
                if !sound {
                    trouble = Some(Trouble::Encoding);
                }
                Cell::text(text)
            })
            .collect();
        self.hand_on(cells, trouble)
    }

    fn broken(&mut self, line: &[u8], trouble: Trouble) -> Flow {
        self.number += 1;
        let head = line.get(..200.min(line.len())).unwrap_or_default().to_vec();
        let (text, _) = decode(head, self.form.encoding);
        self.hand_on(vec![Cell::text(text)], Some(trouble))
    }

    fn hand_on(&mut self, cells: Vec<Cell>, trouble: Option<Trouble>) -> Flow {
        let place = self.place();
        let row = SheetRow {
            number: self.number,
            cells,
            trouble,
        };
        (self.sink)(Item::Row(row), place)
    }
}

/// Decodes one cell; false when bytes had to be replaced.
fn decode(bytes: Vec<u8>, encoding: Encoding) -> (String, bool) {
    match encoding {
        // UTF-16 was made UTF-8 on the way in
        Encoding::Utf8 | Encoding::Utf16 => match String::from_utf8(bytes) {
            Ok(text) => (text, true),
            Err(e) => (String::from_utf8_lossy(e.as_bytes()).into_owned(), false),
        },
        Encoding::Gb18030 => {
            let (text, had_faults) = encoding_rs::GB18030.decode_without_bom_handling(&bytes);
            (text.into_owned(), !had_faults)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    type Read = (u64, Vec<String>, Option<Trouble>);

    fn rows_of(bytes: &[u8], at_once: usize) -> Vec<Read> {
        let form = TextForm {
            encoding: Encoding::Utf8,
            delimiter: b',',
            bytes: bytes.len() as u64,
        };
        let limits = Limits {
            record_bytes: 24,
            ..Limits::default()
        };
        let mut rows = Vec::new();
        let mut sink = |item: Item, _: Place| {
            if let Item::Row(row) = item {
                let cells = row.cells.into_iter().map(|c| c.text).collect();
                rows.push((row.number, cells, row.trouble));
            }
            Flow::More
        };
        read(
            BufReader::with_capacity(at_once, bytes),
            form,
            &limits,
            &mut sink,
        )
        .unwrap();
        rows
    }

    proptest! {
        /// Runs of bytes are taken at once; one byte at a time must give the same rows, bounds and resumptions too.
        #[test]
        fn however_the_bytes_come_the_rows_are_the_same(text in "[a,\"\r\n验 ]{0,120}") {
            prop_assert_eq!(rows_of(text.as_bytes(), 4096), rows_of(text.as_bytes(), 1));
        }
    }
}
